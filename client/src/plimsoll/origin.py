"""Which run of which pipeline this is, so that the same run does the same thing once."""

import os
from collections.abc import Mapping
from typing import NamedTuple


class Origin(NamedTuple):
    """Whose run it is, its id there, and its page."""

    source: str = ""
    run: str = ""
    url: str = ""

    def external_id(self, what: str) -> str:
        """The id of one thing that the run does: a run may make several moves."""
        return f"{self.run}:{what}"[:200] if self.run else ""


def found(environment: Mapping[str, str] | None = None) -> Origin:
    """The run that this process belongs to; empty outside of a pipeline that is known here."""
    env = os.environ if environment is None else environment
    if run := env.get("GITHUB_RUN_ID"):
        place = env.get("GITHUB_REPOSITORY", "")
        server = env.get("GITHUB_SERVER_URL", "https://github.com")
        return Origin("github", f"{place}/{run}", f"{server}/{place}/actions/runs/{run}")
    # A job that is tried again has another id, its pipeline has not.
    if run := env.get("CI_PIPELINE_ID") or env.get("CI_JOB_ID"):
        url = env.get("CI_JOB_URL") or env.get("CI_PIPELINE_URL", "")
        return Origin("gitlab", f"{env.get('CI_PROJECT_PATH', '')}/{run}", url)
    return Origin()

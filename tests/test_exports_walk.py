"""Whatever a page lists can be taken out: a walk over all pages that are looked at in pictures."""

import json
import re

import pytest
from django.core.management import call_command
from django.test import Client

from projects.models import Portfolio, Project
from tests.factories import an_administrator
from tests.screenshots import PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TABLE, MENU = re.compile(r"<table\b"), re.compile(r'<details class="menu" id="export"')
# Tables that are no list: a step of a dialog or a form, a part of one figure's reasons, a trial of a draft.
NO_LIST = {
    "project-risk-compare": "two days side by side, of a page that has its answers in the history",
    "project-why-chance": "a dialog that takes one figure apart",
    "project-why-impact": "a dialog that takes one figure apart",
    "project-why-confidence": "a dialog that takes one figure apart",
    "project-forecast": "a panel of one project; the roadmap lists the forecasts",
    "gate-pack": "a document, had as PDF",
    "settings-questions-edit": "the trial of a draft",
    "settings-workflow-draft": "the trial of a draft",
    "settings-workflow-draft-lean": "the trial of a draft",
    "balance-formula": "one formula with its worked example",
    "message-preferences": "a form",
    "settings-key-new": "a form",
    "decisions-remove-past": "a question before something is removed",
    "matrix-present": "the matrix on a screen; its page has the file",
    "settings-capacity-table": "a form",
}
LISTS = (
    *("register", "board", "blockers", "blockers-report", "flags", "flag-health", "my-work", "my-signoffs"),
    *("project-blockers", "project-signoffs", "project-evidence", "project-updates", "project-history"),
    *("project-team", "project-measurements", "portfolios", "summary", "matrix", "balance", "decisions"),
    *("roadmap", "calibration", "scenarios", "settings-members", "settings-workflow", "settings-keys"),
    *(
        "settings-capacity",
        "settings-rates",
        "imports",
        "worker",
        "worker-job",
        "deliveries",
        "inbox",
        "people",
    ),
)


@pytest.fixture(scope="module")
def places(for_the_module):
    def make():
        call_command("load_sample", verbosity=0)
        project = Project.objects.real().order_by("key")[0]
        return {"slug": Portfolio.objects.get().slug, "key": project.key}, an_administrator()

    return for_the_module(make)


@pytest.fixture
def looked_at(places):
    where, person = places
    client = Client()
    client.force_login(person)
    pages = {
        shot.name: shot.address.format(**where) for shot in PAGES if not shot.stranger and shot.status == 200
    }
    return client, pages


def test_every_page_with_a_table_has_files_or_a_reason(looked_at):
    client, pages = looked_at
    without = []
    for name, address in pages.items():
        answer = client.get(address)
        html = answer.content.decode() if not answer.streaming else ""
        if TABLE.search(html) and not MENU.search(html) and name not in NO_LIST:
            without.append(name)
    assert without == []


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_a_file_of_each_kind(looked_at, name):
    client, pages = looked_at
    address = pages[name]
    between = "&" if "?" in address else "?"
    html = client.get(address).content.decode()
    assert MENU.search(html), "no menu"
    for ending in ("csv", "json", "xlsx"):
        answer = client.get(f"{address}{between}export={ending}")
        if answer.status_code == 404 and not TABLE.search(html):
            continue  # a list that has no rows yet
        assert answer.status_code == 200, (name, ending)
        body = b"".join(answer.streaming_content)
        assert f'.{ending}"' in answer["Content-Disposition"]
        assert {"csv": body[:3] == b"\xef\xbb\xbf", "xlsx": body[:2] == b"PK"}.get(ending, True)
        if ending == "json":
            json.loads(body)

"""Three nights of scores, in a process of their own, whose memory is theirs alone.

`python -m bench.scoring` measures an installation named in its environment, as `./run bench` calls it;
with --projects it invents one first, with --sqlite on SQLite, and prints what the nights took.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

NIGHTS = ("first", "the same moment again", "a day later")


@dataclass(frozen=True)
class Night:
    """One run over every project of a portfolio; memory in MiB, of the process before it and at its most."""

    name: str
    seconds: float
    busy: float  # seconds that this process itself computed
    projects: int
    written: int
    before: float
    peak: float


def nights(slug: str) -> list[Night]:
    """Measure in a process of its own."""
    command = [sys.executable, "-m", "bench.scoring", "--slug", slug]
    said = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ))
    return [Night(**each) for each in json.loads(said.stdout)]


def _run(slug: str) -> list[Night]:
    from django.utils import timezone

    from projects.models import Portfolio

    portfolio_id = Portfolio.objects.get(slug=slug).pk
    now = timezone.now()
    moments = (now, now, now + timedelta(days=1))
    return [_night(name, portfolio_id, at) for name, at in zip(NIGHTS, moments, strict=True)]


def _night(name: str, portfolio_id: int, now: Any) -> Night:
    from projects.actions import scores
    from projects.actors import Actor

    before, began, busy = _peak(), time.perf_counter(), time.process_time()
    looked_at = written = 0
    after: int | None = 0
    while after is not None:
        aged = scores.age(portfolio_id, actor=Actor.system("worker"), now=now, after=after)
        after, looked_at, written = aged.after, looked_at + aged.projects, written + aged.written
    lasted, busy = time.perf_counter() - began, time.process_time() - busy
    return Night(name, lasted, busy, looked_at, written, before, _peak())


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure what is there, or invent it first."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slug", default="measured")
    parser.add_argument("--projects", type=int, default=0)
    parser.add_argument("--sqlite", action="store_true")
    given = parser.parse_args()
    if not given.projects:
        import django

        django.setup()
        print(json.dumps([asdict(night) for night in _run(given.slug)]))
        return
    from bench import environment

    with environment.prepared(sqlite=given.sqlite):
        from bench import data

        data.build(given.projects)
        for night in nights(given.slug):
            print(_said(night))


def _said(night: Night) -> str:
    took = f"{night.projects:,} projects in {night.seconds:.1f} s, {night.busy:.1f} of them computing"
    memory = f"{night.before:.0f} MiB before, {night.peak:.0f} at most"
    return f"{night.name}: {took}; {night.written:,} written; {memory}"


if __name__ == "__main__":
    main()

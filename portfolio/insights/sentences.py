"""The sentences that a summary opens with, written from its figures."""

from typing import Any


def headline(body: dict[str, Any]) -> str:
    """What the figures show, in one sentence."""
    running, flagged = body["counts"]["running"], body["flagged"]
    if not running:
        return "No project is running here."
    if not flagged["projects"]:
        return "The one running project carries no flag." if running == 1 else _none_of(running)
    carry = "carries" if flagged["projects"] == 1 else "carry"
    critical = flagged["critical"] or "none"
    return f"{flagged['projects']} of {_projects(running)} {carry} a flag, {critical} of them a critical one."


def details(body: dict[str, Any]) -> str:
    """Who has been silent longest, and what moved."""
    said = []
    if body["flagged"]["quiet"] and body["quietest"]:
        first = body["quietest"][0]
        owner = f" ({first['owner']})" if first["owner"] else ", which has no owner"
        days = "1 day" if first["days"] == 1 else f"{first['days']} days"
        said.append(f"Longest without a word: {first['name']}{owner}, {days}.")
    made = body["moves"]["made"]
    said.append(f"{made or 'No'} {'move' if made == 1 else 'moves'} in the last 7 days.")
    return " ".join(said)


def _none_of(running: int) -> str:
    return f"None of the {_projects(running)} carries a flag."


def _projects(number: int) -> str:
    return f"{number} running {'project' if number == 1 else 'projects'}"

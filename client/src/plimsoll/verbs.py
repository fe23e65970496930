"""What each command does; each returns its exit code."""

import argparse
import os
import re
import sys
import webbrowser
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from plimsoll import observations, origin, words
from plimsoll.client import Client
from plimsoll.errors import Json, NotAllowed, Refused, WrongUse

KEY = re.compile(r"[A-Za-z][A-Za-z0-9]{0,9}-[1-9][0-9]{0,8}")
Options = Callable[[argparse.ArgumentParser], None]


class Verb(NamedTuple):
    """One command."""

    do: Callable[[argparse.Namespace], int]
    help: str
    usage: str
    options: Options


def projects(asked: argparse.Namespace) -> int:
    """List the projects that the key sees. Ended and archived ones are left out."""
    _no_more(asked.words)
    names = ("portfolio", "stage", "health", "flag", "q")
    filters = {name: getattr(asked, name) for name in names if getattr(asked, name)}
    with Client() as client:
        rows = list(client.projects(**filters))
    _show(asked, {"items": rows}, words.of_projects(rows))
    return 0


def gate(asked: argparse.Namespace) -> int:
    """Say what the gate ahead lacks, or every gate on the way to a stage.

    Ends with 3 when a move would be refused; with --strict also when anything is missing.
    """
    project, rest = _project(asked.words)
    _no_more(rest)
    with Client() as client:
        found = client.gate(project, to=asked.to)
    _show(asked, found, words.of_gate(found))
    is_shut = any(each["would"] == "refuse" for each in found["gates"])
    return Refused.exit_code if is_shut or (asked.strict and found["missing"]) else 0


def advance(asked: argparse.Namespace) -> int:
    """Move a project one stage forward, through its gate."""
    project, rest = _project(asked.words)
    _no_more(rest)
    return _move(asked, project, None)


def move(asked: argparse.Namespace) -> int:
    """Make any move: advance, back, hold, resume, stop, restart, rollback, retire, recertify."""
    project, rest = _project(asked.words)
    if len(rest) != 1:
        raise WrongUse("Name one kind of move, such as hold.")
    return _move(asked, project, rest[0])


def metric(asked: argparse.Namespace) -> int:
    """Post one value of a metric, or a file of them; what was posted before changes nothing.

    A file is JSON (a list of observations, or one on each line) or CSV with the columns metric and value,
    and if wanted environment, at, segment, version, low, high, samples; - is the standard input.
    """
    project, rest = _project(asked.words)
    usual = {"environment": asked.env, "at": asked.at or datetime.now(UTC).isoformat()}
    usual |= {name: getattr(asked, name) for name in ("segment", "version") if getattr(asked, name)}
    if asked.file:
        _no_more(rest)
        rows = [{**usual, **row} for row in observations.read(asked.file)]
    elif len(rest) == 2:
        ends = {name: getattr(asked, name) for name in ("low", "high", "samples")}
        rows = [{**usual, **ends, "metric": rest[0], "value": rest[1]}]
    else:
        raise WrongUse("Give the name of the metric and its value, or --file.")
    with Client() as client:
        posted = client.observe(project, rows, source=asked.source or origin.found().url)
    _show(asked, posted, words.of_posted(posted))
    return 0


def evidence(asked: argparse.Namespace) -> int:
    """Bring a file, a link, or in a pipeline the run itself as evidence; the same again changes nothing."""
    project, rest = _project(asked.words)
    file = rest.pop(0) if rest else None
    _no_more(rest)
    url = asked.url or (None if file else origin.found().url or None)
    if file is None and url is None:
        raise WrongUse("Name a file, or give --url.")
    said = {name: getattr(asked, name) for name in ("kind", "title", "gate", "attach", "dated_on", "text")}
    with Client() as client:
        try:
            item = client.evidence(project, file=file, url=url, **said)
        except OSError as error:
            raise WrongUse(f"{file} cannot be read: {error}") from error
    _show(asked, item, f"Evidence {item['id']}: {item['title']}")
    return 0


def update(asked: argparse.Namespace) -> int:
    """Say how a project stands, in a sentence; - reads it from the standard input."""
    project, rest = _project(asked.words)
    text = " ".join(rest)
    text = sys.stdin.read().strip() if text == "-" else text
    if not text:
        raise WrongUse("Say in a sentence how the project stands.")
    with Client() as client:
        said = {"next_step": asked.next_step, "at_risk": asked.at_risk}
        posted = client.update(project, health=asked.health, text=text, **said)
    _show(asked, posted, f"{project}: {words.plain(posted['health'])}. {posted['text']}")
    return 0


def signal(asked: argparse.Namespace) -> int:
    """Report that something that belongs to the project is alive, as often as you like."""
    project, rest = _project(asked.words)
    if len(rest) != 1:
        raise WrongUse("Name the signal, such as nightly_predictions.")
    with Client() as client:
        seen = client.signal(project, rest[0])
    _show(asked, seen, f"{project}: {seen['name']} seen on {seen['seen_on']}")
    return 0


def open_page(asked: argparse.Namespace) -> int:
    """Open a project's page, or the list, in the browser; needs no key."""
    project = _project(asked.words)[0] if asked.words or os.environ.get("PLIMSOLL_PROJECT") else ""
    with Client(key=os.environ.get("PLIMSOLL_KEY") or "none") as client:
        address = client.page(project)
    _show(asked, {"url": address}, address)
    if not asked.print:
        webbrowser.open(address)
    return 0


def _move(asked: argparse.Namespace, project: str, kind: str | None) -> int:
    run = origin.found()
    said: dict[str, Any] = {name: getattr(asked, name, None) for name in ("until", "approver")}
    said |= {"kind": kind, "to": asked.to or "", "note": asked.note, "dry_run": asked.dry_run}
    said |= {"reason_code": getattr(asked, "reason", ""), "source": asked.source or run.source}
    said["external_id"] = asked.external_id or (
        "" if asked.source else run.external_id(asked.to or kind or "")
    )
    with Client() as client:
        try:
            made = client.move(project, **said)
        except Refused as refusal:
            if not asked.propose or asked.dry_run:
                raise
            return _propose(asked, client, project, said, refusal)
    _show(asked, made, words.of_move(made))
    return 0


def _propose(asked: argparse.Namespace, client: Client, project: str, said: Json, refusal: Refused) -> int:
    """Leave to a person what the gate refuses now; it is still a refusal."""
    names = ("kind", "to", "reason_code", "note", "until", "approver")
    body = {name: said[name] for name in names if said[name]}
    cause = f"{said['source']}:{said['external_id']}"[:160] if said["external_id"] else ""
    reason = f"A pipeline was refused: {refusal.message}"
    try:
        made = client.propose(project, "move", body, reason=reason, cause=cause)
    except (NotAllowed, Refused, WrongUse) as error:
        raise refusal from error
    lines = f"{words.of_error(refusal)}\nProposed to the owner: {made['says']} (proposal {made['id']})"
    _show(asked, made, lines)
    return Refused.exit_code


def _project(given: list[str]) -> tuple[str, list[str]]:
    """The project that is named first, or that of the environment; and the other words."""
    if given and KEY.fullmatch(given[0]):
        return given[0].upper(), given[1:]
    if project := os.environ.get("PLIMSOLL_PROJECT", ""):
        return project.upper(), list(given)
    raise WrongUse("Name the project, such as FRD-12, or set PLIMSOLL_PROJECT.")


def _no_more(rest: list[str]) -> None:
    if rest:
        raise WrongUse(f"“{rest[0]}” is one word too many.")


def _show(asked: argparse.Namespace, answer: Json, told: str) -> None:
    try:
        print(words.as_json(answer) if asked.json else told, flush=True)
    except BrokenPipeError:
        # Whoever reads has seen enough; how it ends stays true.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _options_of_list(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--portfolio", help="slug of a portfolio")
    sub.add_argument("--stage", help="codes of stages, divided by commas")
    sub.add_argument("--health", help="on_track, at_risk, off_track, unknown; divided by commas")
    sub.add_argument("--flag", help="a rule such as NO_UPDATE, or any")
    sub.add_argument("-q", help="words to look for")


def _options_of_gate(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--to", metavar="STAGE", help="the gates on the way to this stage")
    sub.add_argument(
        "--strict", action="store_true", help="anything missing ends with 3, also where a gate warns"
    )


def _options_of_advance(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--to", metavar="STAGE", required=True, help="code of the stage, such as pilot")
    _options_of_any_move(sub)


def _options_of_move(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--to", metavar="STAGE", help="code of the stage; for advance, back and rollback")
    sub.add_argument("--reason", default="", metavar="CODE", help="reason code; for back and stop")
    sub.add_argument("--until", metavar="DAY", help="resume date of a hold, as 2027-03-01")
    sub.add_argument("--approver", metavar="EMAIL", help="who agreed to a hold")
    _options_of_any_move(sub)


def _options_of_any_move(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--note", default="", help="a sentence for the history")
    sub.add_argument("--dry-run", action="store_true", help="say what would happen, change nothing")
    sub.add_argument(
        "--propose", action="store_true", help="if it is refused, propose it to a person; still 3"
    )
    sub.add_argument("--source", default="", help="who asks; in a pipeline: github or gitlab")
    sub.add_argument(
        "--external-id", default="", metavar="ID", help="the same id moves once; in a pipeline: its run"
    )


def _options_of_metric(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--file", metavar="FILE", help="JSON or CSV with many observations; - is the input")
    sub.add_argument(
        "--env", default="offline", choices=("offline", "shadow", "online"), help="where it was measured"
    )
    sub.add_argument("--at", metavar="TIME", help="when, as 2026-11-20T06:00:00Z; else now")
    sub.add_argument("--segment", help="a part of the users or data; else all")
    sub.add_argument("--version", help="of the model")
    sub.add_argument("--low", help="lower end of the interval")
    sub.add_argument("--high", help="upper end of the interval")
    sub.add_argument("--samples", type=int, help="how many were measured")
    sub.add_argument("--source", default="", help="address of a run or report; in a pipeline: its page")


def _options_of_evidence(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--kind", required=True, help="code, such as validation_report or ci_run")
    sub.add_argument("--title", required=True)
    sub.add_argument("--url", help="a link instead of a file; in a pipeline without a file: its page")
    sub.add_argument("--gate", default="", help="code of a gate, such as G5")
    sub.add_argument(
        "--attach", action="append", default=[], metavar="PLACE", help="answer:MP1 or such; repeatable"
    )
    sub.add_argument("--dated-on", metavar="DAY", help="the day that it tells of; else today")
    sub.add_argument("--text", default="", help="a sentence about it")


def _options_of_update(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--health", required=True, choices=("on_track", "at_risk", "off_track"))
    sub.add_argument("--next-step", default="", help="what comes next")
    sub.add_argument("--at-risk", default="", help="what is at risk")


def _no_options(_sub: argparse.ArgumentParser) -> None:
    """Nothing beyond what every command has."""


def _options_of_open(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("--print", action="store_true", help="print the address only")


VERBS = {
    "projects": Verb(projects, "list projects", "[--portfolio SLUG] [--stage CODES] …", _options_of_list),
    "gate": Verb(gate, "what a gate lacks", "[PROJECT] [--to STAGE] [--strict]", _options_of_gate),
    "advance": Verb(advance, "one stage forward", "[PROJECT] --to STAGE [--dry-run] …", _options_of_advance),
    "move": Verb(move, "any other move", "[PROJECT] KIND [--to STAGE] …", _options_of_move),
    "metric": Verb(metric, "post metrics", "[PROJECT] (NAME VALUE | --file FILE) …", _options_of_metric),
    "evidence": Verb(
        evidence, "bring evidence", "[PROJECT] [FILE] --kind KIND --title TITLE …", _options_of_evidence
    ),
    "update": Verb(update, "say how it stands", "[PROJECT] --health HEALTH TEXT …", _options_of_update),
    "signal": Verb(signal, "report a sign of life", "[PROJECT] NAME", _no_options),
    "open": Verb(open_page, "open a page in the browser", "[PROJECT] [--print]", _options_of_open),
}

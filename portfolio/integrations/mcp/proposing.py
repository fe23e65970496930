"""The tools that write: each only words a proposal, which a person confirms or declines in My work."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from portfolio.integrations.mcp.answers import bounded, refusal
from portfolio.integrations.mcp.door import Door, Json, part
from portfolio.integrations.mcp.reading import Key

Text = Annotated[str, Field(max_length=2000)]
Line = Annotated[str, Field(max_length=300)]
Why = Annotated[str, Field(description="Why, for the person who decides.", min_length=1, max_length=2000)]
Day = Annotated[str, Field(description="A date as 2027-03-01.", max_length=10)]
Moves = Literal["advance", "back", "hold", "resume", "stop", "restart", "rollback", "retire", "recertify"]
WAITS = "Nothing has changed. A person decides on this proposal in My work."


def tools(door: Callable[[], Door]) -> list[Callable[..., Any]]:
    """Every tool that proposes, through this door."""

    def propose_move(
        project: Key,
        why: Why,
        *,
        kind: Moves = "advance",
        to: Annotated[str, Field(description="Stage, for advance, back, rollback.", max_length=40)] = "",
        reason_code: Annotated[str, Field(description="For back and stop.", max_length=40)] = "",
        note: Text = "",
        until: Day = "",
    ) -> Json:
        """Propose a move of a project. It changes nothing until a person confirms it."""
        said = {"kind": kind, "to": to, "reason_code": reason_code, "note": note, "until": until}
        return _proposed(door(), project, "move", said, why)

    def propose_update(
        project: Key,
        why: Why,
        *,
        health: Literal["on_track", "at_risk", "off_track"],
        text: Text,
        next_step: Text = "",
        at_risk: Text = "",
    ) -> Json:
        """Propose a status update of a project. It changes nothing until a person confirms it."""
        said = {"health": health, "text": text, "next_step": next_step, "at_risk": at_risk}
        return _proposed(door(), project, "update", said, why)

    def propose_answer(
        project: Key,
        why: Why,
        *,
        question: Annotated[str, Field(description="Id as in list_questions, such as WP1.", max_length=12)],
        letter: Annotated[str, Field(description="As list_questions explains: Y, C, P, N, X.", max_length=1)],
        evidence: Annotated[Text, Field(description="A link or where to look; Y needs it.")] = "",
        reason: Annotated[Text, Field(description="X needs it.")] = "",
    ) -> Json:
        """Propose an answer to a question about a project. It changes nothing until a person confirms it."""
        said = {"question": question, "letter": letter, "evidence": evidence, "reason": reason}
        return _proposed(door(), project, "answer", said, why)

    def propose_blocker(
        project: Key,
        why: Why,
        *,
        title: Annotated[str, Field(description="What cannot happen, because of what.", max_length=200)],
        category: Annotated[str, Field(max_length=40)],
        severity: Annotated[str, Field(max_length=40)],
    ) -> Json:
        """Propose to raise a blocker of a project. It changes nothing until a person confirms it."""
        said = {"title": title, "category": category, "severity": severity}
        return _proposed(door(), project, "blocker", said, why)

    def propose_todo(project: Key, why: Why, *, text: Line, due_on: Day = "") -> Json:
        """Propose a to-do for a project. It changes nothing until a person confirms it."""
        return _proposed(door(), project, "todo", {"text": text, "due_on": due_on}, why)

    def propose_snooze(
        project: Key,
        why: Why,
        *,
        flag: Annotated[int, Field(description="Id of an open flag, as in list_flags.", ge=1)],
        until: Day,
        reason: Line,
    ) -> Json:
        """Propose to let a flag sleep until a day. It changes nothing until a person confirms it."""
        return _proposed(door(), project, "snooze", {"flag": flag, "until": until, "reason": reason}, why)

    return [propose_move, propose_update, propose_answer, propose_blocker, propose_todo, propose_snooze]


def _proposed(at: Door, project: str, kind: str, said: dict[str, Any], why: str) -> Json:
    body = {name: value for name, value in said.items() if value not in (None, "")}
    status, found = at.write(
        f"projects/{part(project)}/proposals", {"kind": kind, "body": body, "reason": why}
    )
    if status >= 400:
        raise ToolError(refusal(status, found))
    return bounded(found) | {"state": WAITS}

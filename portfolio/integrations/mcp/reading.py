"""The tools that read. Their docstrings are what an assistant is told."""

from collections.abc import Callable
from typing import Annotated, Any

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from portfolio.integrations.mcp.answers import MOST_ROWS, TooLong, bounded, of_matrix, refusal
from portfolio.integrations.mcp.door import Door, Json, part

Slug = Annotated[str, Field(description="Short name of a portfolio, as in list_portfolios.", max_length=60)]
Key = Annotated[str, Field(description="Key of a project, such as FRD-12.", max_length=20)]
Rows = Annotated[int, Field(description="Rows in one answer.", ge=1, le=MOST_ROWS)]
Cursor = Annotated[str, Field(description="next_cursor of the answer before.", max_length=2000)]
Words = Annotated[str, Field(max_length=200)]
FEW = 20


def tools(door: Callable[[], Door]) -> list[Callable[..., Any]]:
    """Every tool that reads, through this door."""

    def list_portfolios() -> Json:
        """List the portfolios that can be seen, with their short names."""
        return _told(door().read("portfolios", limit=MOST_ROWS))

    def portfolio_summary(portfolio: Slug) -> Json:
        """A portfolio's newest daily figures: counts by stage, health, unit, flags and moves."""
        return _told(door().read(f"portfolios/{part(portfolio)}/summary"))

    def portfolio_matrix(portfolio: Slug) -> str:
        """How a portfolio is balanced between risk and impact, in words."""
        return of_matrix(_read(door().read(f"portfolios/{part(portfolio)}/matrix", form="cells")))

    def portfolio_forecast(portfolio: Slug) -> Json:
        """How many of a portfolio's projects are live by when, as chances."""
        return _told(door().read(f"portfolios/{part(portfolio)}/forecast"))

    def list_projects(
        *,
        portfolio: Slug = "",
        stage: Annotated[Words, Field(description="Codes of stages with commas between them.")] = "",
        health: Annotated[Words, Field(description="on_track, at_risk, off_track, unknown; commas.")] = "",
        flag: Annotated[Words, Field(description="Code of a flag's rule such as NO_UPDATE, or any.")] = "",
        quadrant: Annotated[Words, Field(description="Such as quick_win,big_bet.")] = "",
        q: Annotated[Words, Field(description="Words in key, name, problem or owner.")] = "",
        limit: Rows = FEW,
        cursor: Cursor = "",
    ) -> Json:
        """List projects with stage, health and scores; ended and archived ones are left out."""
        chosen = {"portfolio": portfolio, "stage": stage, "health": health, "flag": flag}
        asked = chosen | {"quadrant": quadrant, "q": q, "limit": limit, "cursor": cursor}
        return _told(door().read("projects", **asked))

    def read_project(project: Key) -> Json:
        """One project whole: its fields and scores, open flags, what the gate ahead lacks, open proposals."""
        at, key = door(), part(project)
        found = {"project": _read(at.read(f"projects/{key}"))}
        beside = {
            "gate": at.read(f"projects/{key}/gate"),
            "flags": at.read("flags", project=project, limit=MOST_ROWS),
            "proposals": at.read(f"projects/{key}/proposals", limit=FEW),
        }
        return _bounded(found | {name: answer for name, (status, answer) in beside.items() if status == 200})

    def list_flags(
        *,
        portfolio: Slug = "",
        project: Key = "",
        severity: Annotated[Words, Field(description="warn or critical.")] = "",
        limit: Rows = FEW,
        cursor: Cursor = "",
    ) -> Json:
        """List open flags: what was found, since when, and what clears each."""
        asked = {"portfolio": portfolio, "project": project, "severity": severity}
        return _told(door().read("flags", **asked, limit=limit, cursor=cursor))

    def project_forecast(project: Key) -> Json:
        """Whether a project launches, when if it does, and what was said before."""
        return _told(door().read(f"projects/{part(project)}/forecast"))

    def list_questions(project: Key) -> Json:
        """The questions that are asked of a project, with the present answers."""
        found = _read(door().read(f"projects/{part(project)}/answers"))
        # By id, so that none is cut: an answer is proposed by the id of its question.
        return _bounded(found | {"items": {str(row["question"]): row for row in found["items"]}})

    return [
        *(list_portfolios, portfolio_summary, portfolio_matrix, portfolio_forecast),
        *(list_projects, read_project, list_flags, project_forecast, list_questions),
    ]


def _told(asked: tuple[int, Json]) -> Json:
    return _bounded(_read(asked))


def _read(asked: tuple[int, Json]) -> Json:
    status, found = asked
    if status >= 400:
        raise ToolError(refusal(status, found))
    return found


def _bounded(found: Json) -> Json:
    try:
        return bounded(found)
    except TooLong as error:
        raise ToolError("This is more than fits into an answer. Ask for fewer rows, or narrow it.") from error

"""How long projects have been in their stage, against the stay that is usual there: one strip per stage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portfolio.insights.charts import scales

# The strips share one scale, which one forgotten project must not squash: it ends here, and so does its dot.
LONGEST_IN_STAYS = 3
SHORTEST = 30  # days; a scale shorter than a month would make days look like delays
DOTS = 200  # places along a strip: dots closer than that are one


@dataclass(frozen=True, slots=True)
class Dot:
    """Projects that have been there equally long."""

    x: float
    is_late: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """One stage; places in percent of the strip. `usual`: the marks at P50, P85 and P95 of a stay."""

    label: str
    usual: tuple[float, ...]
    dots: tuple[Dot, ...]
    words: str
    longest: str
    longest_key: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class Strips:
    """All stages, and the days that the axis under them names."""

    rows: tuple[Strip, ...]
    ticks: tuple[tuple[float, int], ...]


def strips(stages: Sequence[Mapping[str, Any]]) -> Strips:
    """The strips of the stages that hold a project or know a usual stay."""
    shown = [stage for stage in stages if stage["projects"] or stage["p50"]]
    days = [project["days"] for stage in shown for project in stage["projects"]]
    stays = [stage["p95"] or 0 for stage in shown]
    cap = LONGEST_IN_STAYS * max(stays, default=0) or max(days, default=0)
    most = max(SHORTEST, min(max([*days, *stays], default=0), cap))
    named = scales.ticks(most)
    most = max(most, named[-1])
    return Strips(
        rows=tuple(_strip(stage, most) for stage in shown),
        ticks=tuple((round(100 * day / most, 2), day) for day in named),
    )


def _strip(stage: Mapping[str, Any], most: int) -> Strip:
    projects = sorted(stage["projects"], key=lambda project: -project["days"])
    usual = [stage[name] for name in ("p50", "p85", "p95")]
    late = usual[1]
    dots = {
        (round(min(project["days"] / most, 1) * DOTS) * 100 / DOTS, bool(late and project["days"] > late))
        for project in projects
    }
    said = ", ".join(f"{project['name']} {project['days']}" for project in projects[:5])
    first = projects[0] if projects else None
    return Strip(
        label=stage["label"],
        usual=tuple(round(min(100 * day / most, 100), 2) for day in usual if day),
        dots=tuple(Dot(x, is_late) for x, is_late in sorted(dots)),
        words=f"{stage['label']}: usual {usual[0] or 'not known'} days; {said or 'nothing there'}",
        longest=f"{first['days']} {first['name']}" if first else "",
        longest_key=first["key"] if first else "",
        is_late=bool(first and late and first["days"] > late),
    )

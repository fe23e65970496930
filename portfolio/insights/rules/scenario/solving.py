"""Binary programs for the solver: scaled, solved to the end, and checked for what rounding let through."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from portfolio.insights.rules.scenario.limits import Vector

# The solver's own tolerance lets a limit be passed by a millionth of its scale; what passes it by more than
# this part is not taken as an answer.
EXACT = 1e-9
# A set that only rounding let through is cut off and the next best is looked for, this often.
MOST_CUTS = 50
# Seconds for one program; hundreds of projects need far less. What was found by then is shown as such.
PATIENCE = 5.0
# How the solver says that it ran out of time.
OUT_OF_TIME = 1

Line = tuple[Vector, float]


class Unfinished(Exception):
    """Nothing was found in the time allowed; whether there is anything is not known."""


def solve(worth: Vector, lines: Sequence[Line]) -> tuple[Vector, bool] | None:
    """The binary x of the largest worth·x with a·x ≤ b for every line, and whether it is proven; or None."""
    if not len(worth):
        return (np.zeros(0), True) if all(bound >= 0 for _, bound in lines) else None
    lines = [scaled(line) for line in lines]
    scale = float(np.abs(worth).max()) or 1.0
    for _ in range(MOST_CUTS):
        found = program(-worth / scale, lines)
        if found is None:
            return None
        x = np.round(found.x)
        if all(weights @ x <= bound + EXACT * max(1.0, abs(bound)) for weights, bound in lines):
            return x, found.status == 0
        lines = [*lines, cut(x)]
    raise Unfinished


def program(
    costs: Vector, lines: Sequence[Line], free: int = 0, least: float = 0.0, most: float = np.inf
) -> Any:
    """The smallest costs·x with a·x ≤ b for every line, or None.

    All x are 0 or 1 but for the last `free` ones, which lie anywhere between `least` and `most`.
    """
    # Loaded when somebody asks: every process that starts would pay half a second and tens of megabytes.
    from scipy.optimize import Bounds, LinearConstraint, milp

    binary = len(costs) - free
    constraints: tuple[Any, ...] = ()
    if lines:
        matrix = np.array([weights for weights, _ in lines])
        constraints = (LinearConstraint(matrix, ub=np.array([bound for _, bound in lines])),)
    found = milp(
        costs,
        integrality=np.r_[np.ones(binary), np.zeros(free)],
        bounds=Bounds(
            np.r_[np.zeros(binary), np.full(free, least)], np.r_[np.ones(binary), np.full(free, most)]
        ),
        constraints=constraints,
        options={"mip_rel_gap": 0.0, "time_limit": PATIENCE},
    )
    if found.x is None and found.status == OUT_OF_TIME:
        raise Unfinished
    return None if found.x is None else found


def scaled(line: Line) -> Line:
    """The same line with weights of at most 1, so that the solver's tolerance means the same everywhere."""
    weights, bound = line
    scale = float(np.abs(weights).max(initial=0.0)) or 1.0
    return weights / scale, bound / scale


def cut(x: Vector) -> Line:
    """A line that leaves out exactly this set."""
    return np.where(x > 0.5, 1.0, -1.0), float(x.sum()) - 1.0

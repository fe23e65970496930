"""What each version brought: its lift offline and online, and how much of the one arrived in the other.

The lift of a version is (its value - that of the version before) / |that of the version before|, with better
as up; of the first version the baseline of the pair stands in for the version before, without an interval.
The deviation of a lift is √(s² + s_before² · (value / value before)²) / |value before|, with
s = (high - low) / 3.92. The ratio is the online lift divided by the offline lift, with Fieller's interval for
two independent numbers; it is not known where the offline lift may be nothing.
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from projects.rules.trends import NOTHING, WIDTH

Z = WIDTH / 2


class Seen(NamedTuple):
    """A version's mean value on one side; a width of None: no interval was stated."""

    value: float
    width: float | None = None


class Lift(NamedTuple):
    """An improvement as a part of what was before; low and high of 95%, None: not known."""

    value: float
    low: float | None = None
    high: float | None = None


class Effect(NamedTuple):
    """What a version brought; None: not known."""

    version: str
    offline: Seen | None
    online: Seen | None
    offline_lift: Lift | None
    online_lift: Lift | None
    ratio: Lift | None


Sides = tuple[Seen | None, Seen | None]


def effects(
    versions: Sequence[tuple[str, Mapping[str, Seen]]], *, higher_is_better: bool, baseline: float | None
) -> list[Effect]:
    """What each version brought, in their order; each knows its values `offline` and `online`."""
    first = None if baseline is None else Seen(baseline, 0.0)
    before: dict[str, Seen | None] = {"offline": first, "online": first}
    found = []
    for version, sides in versions:
        lifts = {
            side: lift(sides.get(side), before[side], higher_is_better=higher_is_better) for side in before
        }
        offline, online = lifts["offline"], lifts["online"]
        found.append(
            Effect(
                version, sides.get("offline"), sides.get("online"), offline, online, ratio(offline, online)
            )
        )
        before = {side: sides.get(side) or before[side] for side in before}
    return found


def lift(seen: Seen | None, before: Seen | None, *, higher_is_better: bool) -> Lift | None:
    """How much better a value is than the one before."""
    if seen is None or before is None or abs(before.value) < NOTHING:
        return None
    level, sign = abs(before.value), 1 if higher_is_better else -1
    raw = (seen.value - before.value) / level
    if seen.width is None or before.width is None:
        return Lift(sign * raw)
    own, other = seen.width / WIDTH, before.width / WIDTH
    half = Z * sqrt(own**2 + (other * seen.value / level) ** 2) / level
    return Lift(sign * raw, sign * raw - half, sign * raw + half)


def ratio(offline: Lift | None, online: Lift | None) -> Lift | None:
    """How much of the offline lift arrived online; None: not known, or there was no lift to arrive."""
    if offline is None or online is None or abs(offline.value) < NOTHING:
        return None
    found = online.value / offline.value
    if None in (offline.low, offline.high, online.low, online.high):
        return Lift(found)
    below, beside = _half(offline), _half(online)
    share = (below / offline.value) ** 2
    if share >= 1:
        return None
    spread = sqrt(beside**2 * (1 - share) + (found * below) ** 2) / abs(offline.value)
    return Lift(found, (found - spread) / (1 - share), (found + spread) / (1 - share))


def _half(lift: Lift) -> float:
    return ((lift.high or 0.0) - (lift.low or 0.0)) / 2

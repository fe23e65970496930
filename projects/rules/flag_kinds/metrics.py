"""Flags of metrics: offline better than online, results too good to be true, values beyond their limits."""

from decimal import Decimal

from projects.rules import signals, trends
from projects.rules.flag_facts import Pair
from projects.rules.looks import CRITICAL, WARN, Look, Rule

# An improvement on the baseline that calls for a second look.
TOO_MANY_TIMES = 3


def _gap(look: Look) -> None:
    """The worst pair speaks for all."""
    worst, severity = None, WARN
    for pair in look.facts.pairs:
        short = _shortfall(pair)
        is_grave = short is not None and pair.gap is not None and short > 2 * pair.gap
        is_contrary = look.limits.reached("pilot") and bool(look.facts.business_is_down) and _is_up(pair)
        if is_grave or is_contrary:
            worst, severity = pair, CRITICAL
            break
        if worst is None and short is not None and pair.gap is not None and short > pair.gap:
            worst = pair
    if worst is not None:
        look.raises("OFFLINE_ONLINE_GAP", severity, name=worst.name, **_values(worst))


def _shortfall(pair: Pair) -> Decimal | None:
    """By how much online is worse than offline."""
    if pair.offline is None or pair.online is None:
        return None
    return pair.offline - pair.online if pair.higher_is_better else pair.online - pair.offline


def _is_up(pair: Pair) -> bool:
    """Whether the model's own metric is better than its baseline, where it is used if that is known."""
    value = pair.online if pair.online is not None else pair.offline
    if value is None or pair.baseline is None:
        return False
    return value > pair.baseline if pair.higher_is_better else value < pair.baseline


def _values(pair: Pair) -> dict[str, str]:
    found = {"offline": pair.offline, "online": pair.online, "gap": pair.gap}
    return {name: f"{value:f}" for name, value in found.items() if value is not None}


def _split(look: Look) -> None:
    """The pair that gained most offline speaks for all; the rule itself stands in rules/trends.py."""
    found = [
        (up, flat, pair)
        for pair in look.facts.pairs
        if pair.offline_trend and pair.online_trend
        for up, flat in [
            [
                each.improvement(higher_is_better=pair.higher_is_better)
                for each in (pair.offline_trend, pair.online_trend)
            ]
        ]
        if trends.is_split(up, flat, higher_is_better=True)
    ]
    if found:
        up, flat, pair = max(found, key=lambda each: each[0].rise)
        severity = CRITICAL if flat.high < 0 and look.limits.reached("pilot") else WARN
        numbers = {"offline": _percent(up.rise), "online": _percent(flat.rise)}
        look.raises("OFFLINE_ONLINE_SPLIT", severity, name=pair.name, by=up.by, points=up.points, **numbers)


def _percent(share: float) -> str:
    return f"{100 * share:+.3g}%"


def _beyond(look: Look) -> None:
    """The first by name speaks for all."""
    found = [signal for signal in look.facts.signals if signals.is_beyond(signal)]
    if found:
        first = found[0]
        is_above = first.above is not None and first.value is not None and first.value > first.above
        limit = first.above if is_above else first.below
        numbers = {
            "value": f"{first.value:f}",
            "limit": f"{limit:f}",
            "side": "above" if is_above else "below",
        }
        look.raises("METRIC_BEYOND", WARN, name=first.name, number=len(found), **numbers)


def _too_good(look: Look) -> None:
    """Until somebody has reviewed leakage on the day of the measurement or later."""
    reviewed_on = look.facts.leakage_reviewed_on
    for pair in look.facts.pairs:
        is_reviewed = (
            reviewed_on is not None and pair.offline_on is not None and reviewed_on >= pair.offline_on
        )
        if _is_too_good(pair) and not is_reviewed:
            severity = CRITICAL if look.limits.reached("mvp") else WARN
            look.raises("TOO_GOOD", severity, name=pair.name, offline=f"{pair.offline:f}")
            return


def _is_too_good(pair: Pair) -> bool:
    value, ceiling, baseline = pair.offline, pair.ceiling, pair.baseline
    if value is None:
        return False
    if ceiling is not None and (value > ceiling if pair.higher_is_better else value < ceiling):
        return True
    if baseline is None or baseline <= 0:
        return False  # Three times nothing says nothing.
    if pair.higher_is_better:
        return value > TOO_MANY_TIMES * baseline
    return value * TOO_MANY_TIMES < baseline


RULES = (
    Rule(
        "OFFLINE_ONLINE_GAP",
        "Worse online than offline",
        "What the model showed on old data does not come out where it is used.",
        "online falls short of offline by more than the gap that was declared for the pair",
        "by more than twice that gap; or, from Pilot on, the model's metric is up and the business metric is "
        "down",
        "A measurement within the gap clears it.",
        lambda f: f"{f['name']}: worse online",
        lambda f: (
            f"{f['name']}: {f['offline']} offline and {f['online']} online."
            if "offline" in f and "online" in f
            else f"{f['name']} is better than its baseline, and the business metric is worse than its own."
        ),
        _gap,
    ),
    Rule(
        "OFFLINE_ONLINE_SPLIT",
        "Better offline only",
        "What the model gains on old data does not arrive where it is used; more tuning will not help.",
        "offline gets better beyond its noise over the last versions or weeks, online does not, and cannot "
        "have gained as much",
        "from Pilot on: online gets worse beyond its noise",
        "It clears when online gains with offline, and when offline does not get better any more.",
        lambda f: f"{f['name']}: better offline only",
        lambda f: (
            f"{f['name']} changed by {f['offline']} offline over {f['points']} {f['by']}s, "
            f"and by {f['online']} online."
        ),
        _split,
    ),
    Rule(
        "METRIC_BEYOND",
        "Metric beyond its limit",
        "A metric that is watched, such as one of drift, has left the limits that were declared for it.",
        "the newest value of a signal is below its lower or above its upper limit",
        "",
        "A value within the limits clears it, and so do other limits.",
        lambda f: f"{f['name']} {f['side']} its limit",
        lambda f: (
            f"{f['name']} is {f['value']}, {f['side']} its limit of {f['limit']}"
            + (f"; {f['number']} metrics are beyond theirs." if int(f["number"]) > 1 else ".")
        ),
        _beyond,
    ),
    Rule(
        "TOO_GOOD",
        "Too good to be true",
        "A result far above what was thought possible often means that the answer has leaked into the data.",
        f"offline above the stated ceiling, or more than {TOO_MANY_TIMES} times better than the baseline, "
        "and no review of leakage since",
        "from the MVP on",
        "A review of leakage on that day or later clears it.",
        lambda f: f"{f['name']}: too good to be true",
        lambda f: f"{f['name']} is {f['offline']} offline, and nobody has reviewed leakage since.",
        _too_good,
    ),
)

"""Every set of a few candidates, tried one by one: what the integer program is held against."""

from itertools import combinations

from portfolio.insights.rules.scenario.limits import Asked, Candidate

HAIR = 1e-7


def respects(chosen: list[Candidate], asked: Asked, leave_out: str = "") -> bool:
    """Whether a set keeps every rule as people would read it; `leave_out`: a rule that is not looked at."""
    keys = {each.key for each in chosen}
    cost = sum(each.cost for each in chosen)

    def share(inside: list[Candidate]) -> float:
        return sum(each.cost for each in inside)

    rules = {
        "budget": asked.budget is None or cost <= asked.budget + HAIR,
        "people": asked.people is None or sum(each.fte for each in chosen) <= asked.people + HAIR,
        "unit": (
            asked.unit_cap is None
            or all(
                share([each for each in chosen if each.unit == unit]) <= asked.unit_cap * cost + HAIR
                for unit in {each.unit for each in chosen if each.unit}
            )
        ),
        "starts": (
            asked.starts is None
            or all(
                sum(each.starts_in == quarter for each in chosen) <= asked.starts
                for quarter in {each.starts_in for each in chosen if each.starts_in}
            )
        ),
    }
    for period, amount in asked.budgets.items():
        rules[f"budget:{period}"] = sum(each.spend.get(period, 0) for each in chosen) <= amount + HAIR
    for name, supply in asked.supply.items():
        rules[f"capacity:{name}"] = all(
            sum(each.demand.get((name, period), 0) for each in chosen) <= fte + HAIR
            for period, fte in supply.items()
        )
    for code, most in asked.most.items():
        rules[f"most:{code}"] = (
            share([each for each in chosen if each.quadrant == code]) <= most * cost + HAIR
        )
    for code, least in asked.least.items():
        rules[f"least:{code}"] = (
            share([each for each in chosen if each.quadrant == code]) >= least * cost - HAIR
        )
    for key in asked.mandatory:
        rules[f"mandatory:{key}"] = key in keys
    for key, other in asked.either_or:
        rules[f"either_or:{key}:{other}"] = not {key, other} <= keys
    for key, other in asked.needs:
        rules[f"needs:{key}:{other}"] = key not in keys or other in keys
    for key in asked.barred:
        rules[f"barred:{key}"] = key not in keys
    return all(holds for code, holds in rules.items() if code != leave_out)


def every(candidates: list[Candidate]) -> list[list[Candidate]]:
    """All sets, the empty one too."""
    return [list(some) for n in range(len(candidates) + 1) for some in combinations(candidates, n)]


def worth(chosen: list[Candidate], asked: Asked) -> float:
    """What is maximised."""
    return sum(each.gain - asked.caution * each.variance for each in chosen)


def best(candidates: list[Candidate], asked: Asked, leave_out: str = "") -> float | None:
    """The largest worth of all sets that keep the rules; None: there is none."""
    found = [worth(some, asked) for some in every(candidates) if respects(some, asked, leave_out)]
    return max(found, default=None)

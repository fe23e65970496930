"""Recommendations about shares: of quadrants, pitfalls, owners and projects that nobody assessed."""

from portfolio.insights.rules.advice import parts as advice
from portfolio.insights.rules.advice.parts import LEAST_PROJECTS, Basis
from portfolio.insights.rules.balance import concentrations, mixes
from portfolio.insights.rules.entries import Entry, Frame
from projects.rules.quadrants import DIGITS
from projects.rules.quadrants import QUADRANTS as BY_SIDES

# More than this share to reconsider asks for a review; a chance below HOPELESS is not worth a reshaping.
MOST_RECONSIDERED, HOPELESS = 0.10, 0.05
# More than this share without a quadrant: nobody knows what there is.
MOST_UNASSESSED = 0.20
SUGGESTED = 3
PLACES = {
    "quick_win": "a quick win",
    "big_bet": "a big bet",
    "fill_in": "a fill-in",
    "reconsider": "one to reconsider",
}


def short(quadrant: str, plural: str) -> advice.Rule:
    """Fill-ins or quick wins under target: the ideas that would come closest."""

    def rule(basis: Basis) -> advice.Advice | None:
        gap = basis.gap(quadrant, basis.measure)
        return None if gap is None or gap > 0 else _start(basis, quadrant, plural, gap)

    return rule


def _start(basis: Basis, quadrant: str, plural: str, gap: float) -> advice.Advice:
    waiting = (entry for entry in basis.picture.entries if entry.quadrant == "intake" and entry.is_open)
    ideas = sorted(waiting, key=lambda entry: (_distance(entry, quadrant, basis), entry.key))[:SUGGESTED]
    share, target = basis.found["shares"][basis.measure][quadrant], basis.found["target"][quadrant]
    held = f"{advice.percent(share)}% {advice.of_work(basis)}"
    why = f"{plural.capitalize()} hold {held}, {advice.planned(target)}."
    if not ideas:
        why += " No idea is waiting in intake: collect some."
    fitting = [entry for entry in ideas if _place(entry, basis.picture.frame) == quadrant]
    return advice.build(
        f"Start more {plural}",
        why,
        {"share": share, "target": target, "gap": gap},
        [(entry, _fit(entry, quadrant, basis)) for entry in ideas],
        changes=[{"do": "start", "project": entry.key} for entry in fitting[:1]],
    )


def _fit(entry: Entry, quadrant: str, basis: Basis) -> str:
    """Where an idea lies, and whether it would be what is short."""
    would_be = _place(entry, basis.picture.frame)
    if would_be == quadrant or not would_be:
        return advice.place(entry)
    return f"{advice.place(entry)}: it would be {PLACES[would_be]} today"


def _place(entry: Entry, frame: Frame) -> str:
    """The quadrant in which an idea would be; empty without scores."""
    if entry.risk is None or entry.impact is None:
        return ""
    risk, impact = round(entry.risk, DIGITS), round(entry.impact, DIGITS)
    return BY_SIDES[risk >= frame.risk_line, impact >= frame.impact_line]


def _distance(entry: Entry, quadrant: str, basis: Basis) -> float:
    """How far an idea is from the quadrant, in points over the lines; unknown scores come last."""
    if entry.risk is None or entry.impact is None:
        return float("inf")
    frame = basis.picture.frame
    risk = max(0.0, entry.risk - frame.risk_line)
    below, above = entry.impact - frame.impact_line, frame.impact_line - entry.impact
    return risk + max(0.0, below if quadrant == "fill_in" else above)


def big_bets(basis: Basis) -> advice.Advice | None:
    """Big bets over target by cost: money in stages."""
    gap = basis.gap("big_bet", "cost")
    if gap is None or gap < 0:
        return None
    share, target = basis.found["shares"]["cost"]["big_bet"], basis.found["target"]["big_bet"]
    bets = sorted(basis.inside("big_bet"), key=lambda entry: (-(entry.cost or 0), entry.key))
    why = (
        f"Big bets take {advice.percent(share)}% of the remaining cost, {advice.planned(target)}. "
        "Release money up to the next gate only, and judge by what was learned."
    )
    told = [(entry, f"{advice.chance(entry)}, next gate after {entry.stage_label}") for entry in bets]
    numbers = {"share": share, "target": target, "gap": gap}
    return advice.build("Fund big bets to their next gate only", why, numbers, told)


def reconsider(basis: Basis) -> advice.Advice | None:
    """More than a tenth to reconsider: stop or reshape, the cheapest question first."""
    shares = basis.found["shares"][basis.measure]
    share = shares["reconsider"] if shares else None
    if basis.n < LEAST_PROJECTS or share is None or round(share, 9) <= MOST_RECONSIDERED:
        return None
    inside = sorted(basis.inside("reconsider"), key=lambda entry: (entry.p or 0, entry.key))
    ends = [entry for entry in inside if _is_hopeless(entry)]
    cost = sum(entry.cost for entry in inside if entry.cost is not None)
    told = [(entry, _verb(entry) + _question(entry, basis)) for entry in inside]
    why = f"They take {advice.percent(share)}% {advice.of_work(basis)} at high risk for little impact."
    numbers = {"share": share, "most": MOST_RECONSIDERED, "cost": cost}
    title = f"Stop or reshape {advice.count(len(inside), 'project')}"
    changes = [{"do": "stop", "project": entry.key} for entry in ends]
    changes += [
        {"do": "hold", "project": entry.key} for entry in inside if entry not in ends and not entry.is_held
    ]
    return advice.build(title, why, numbers, told, changes=changes)


def _is_hopeless(entry: Entry) -> bool:
    return entry.p is not None and round(entry.p, 6) < HOPELESS


def _verb(entry: Entry) -> str:
    verb = "Stop" if _is_hopeless(entry) else "Reshape"
    return f"{verb}: {advice.chance(entry)}{', on hold' if entry.is_held else ''}"


def _question(entry: Entry, basis: Basis) -> str:
    question = basis.questions.get(entry.key)
    return f". Ask first: {question}" if question else ""


def pitfall(basis: Basis) -> advice.Advice | None:
    """One pitfall behind many risky projects: one fix for all."""
    found = basis.found["concentration"]["pitfall"]
    if basis.n < LEAST_PROJECTS or not found or "one_holds_much" not in found["warns"]:
        return None
    worst, n = found["groups"][0], basis.found["high_risk_n"]
    high = [each for each in basis.picture.in_scope if mixes.is_high(each, basis.picture.frame.risk_line)]
    have_it = [each for each in high if worst["code"] in concentrations.worst_of(each)]
    told = [(each, f"{worst['name']} {advice.score(each, worst['code'])}") for each in have_it]
    why = (
        f"It is the worst pitfall of {worst['count']:.3g} of {advice.count(n, 'risky project')}. "
        "One systemic fix costs less than a local one in each."
    )
    numbers = {"share": worst["share"], "count": worst["count"], "of": n}
    return advice.build(f"Fix “{worst['name']}” once for all", why, numbers, told)


def owners(basis: Basis) -> advice.Advice | None:
    """Few owners hold most of the work: hand over."""
    found = basis.found["concentration"]["owner"]
    if basis.n < LEAST_PROJECTS or not found or not found["warns"]:
        return None
    first = found["groups"][0]
    owned = [entry for entry in basis.picture.in_scope if entry.owner == first["name"]]
    why = (
        f"{first['name']} owns {advice.percent(first['share'])}% {advice.of_work(basis)}; "
        f"the work of {advice.count(found['of'], 'owner')} is spread as over {found['effective']:.1f}."
    )
    told = [(entry, entry.stage_label) for entry in owned]
    numbers = {"share": first["share"], "effective": found["effective"], "owners": found["of"]}
    return advice.build(f"Hand over some of {first['name']}’s projects", why, numbers, told)


def assess(basis: Basis) -> advice.Advice | None:
    """Too many projects without a quadrant: assess before deciding."""
    found = basis.found["unassessed"]
    if found["of"] < LEAST_PROJECTS or round(found["share"], 9) <= MOST_UNASSESSED:
        return None
    open_ones = [entry for entry in basis.picture.entries if entry.quadrant == "unassessed" and entry.is_open]
    why = (
        f"{found['n']} of {found['of']} projects past intake have too few answers for a place on the matrix."
    )
    numbers = {name: found[name] for name in ("share", "n", "of")}
    told = [(entry, entry.stage_label) for entry in open_ones]
    return advice.build("Assess before deciding", why, numbers, told)

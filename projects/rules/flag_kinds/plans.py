"""Flags of what was promised: what the sponsor expects, and whether the forecast holds the date."""

from projects.rules.looks import CRITICAL, WARN, Look, Rule


def _expectation(look: Look) -> None:
    """What was said against what is likely, until it is live."""
    facts = look.facts
    if look.limits.in_production:
        return
    early, late = facts.p05_on, facts.p95_on
    gaps = []
    if facts.stated_on and early and late and not early <= facts.stated_on <= late:
        gaps.append("the date that the sponsor states is outside the forecast")
    value, low, high = facts.stated_value, facts.value_low, facts.value_high
    if value is not None and ((low is not None and value < low) or (high is not None and value > high)):
        gaps.append("the value that the sponsor states is outside the business case")
    is_denied = facts.letters.get("NT3") == "N"
    if gaps or is_denied:
        said = [*gaps, *(["expectations do not match the evidence (NT3)"] if is_denied else [])]
        look.raises("EXPECTATION_GAP", CRITICAL if gaps and is_denied else WARN, gaps="; ".join(said))


def _slip(look: Look) -> None:
    facts = look.facts
    if facts.committed_on is None or look.limits.in_production:
        return
    for name, on, severity in (("P50", facts.p50_on, CRITICAL), ("P80", facts.p80_on, WARN)):
        if on is not None and on > facts.committed_on:
            late = (on - facts.committed_on).days
            look.raises("FORECAST_SLIP", severity, days=late, quantile=name)
            return


CHANCES = {"P50": "half", "P80": "80 of 100"}


RULES = (
    Rule(
        "EXPECTATION_GAP",
        "Expectations do not match",
        "What the sponsor counts on is not what the evidence says.",
        "before production: the stated date outside the range of the forecast, the stated value outside the "
        "business case, or question NT3 answered with no",
        "NT3 is answered with no and one of the others",
        "Agreeing with the sponsor on a date and a value that are likely clears it.",
        lambda f: "Expectations do not match",
        lambda f: f"{str(f['gaps'])[:1].upper()}{str(f['gaps'])[1:]}.",
        _expectation,
    ),
    Rule(
        "FORECAST_SLIP",
        "Forecast misses the date",
        "The date that was promised is earlier than what comparable projects make likely.",
        "before production: the date by which 80 of 100 are live is later than the promised one",
        "the date by which half are live is",
        "A promised date that is likely clears it, and so does a faster way to production.",
        lambda f: f"Forecast {f['days']} day{'' if f['days'] == 1 else 's'} past the date",
        lambda f: (
            f"The date by which {CHANCES[str(f['quantile'])]} of comparable projects are live is "
            f"{f['days']} day{'' if f['days'] == 1 else 's'} later than the promised one."
        ),
        _slip,
    ),
)

"""Each kind of criterion passes, fails and is unknown; what is unknown never passes, and words tell why."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from projects.rules import criteria, criteria_reading
from projects.rules.criteria import MET, UNKNOWN, UNMET
from projects.rules.facts import Evidenced, Facts, Measured, OpenBlocker, PairStanding
from projects.rules.stages import ByTier, Criterion, Gate

pytestmark = pytest.mark.once

TODAY = date(2026, 11, 20)
GATE = Gate("G6", "Launch", "advance", "pilot", "production", enforcement="block")
ONE, HALF = Decimal(1), Decimal("0.5")
POINTS = ByTier(Decimal(6), Decimal(7), Decimal(8))

SEEN = Criterion("field", "monitoring_seen_on", within_days=30)
PROBLEM = Criterion("field", "problem")
PLANNED = Criterion("planned_date")
TEAM = Criterion("team", at_least=Decimal(5))
PRODUCTION = Criterion("checklist", "production", at_least=POINTS, above_zero=("C1", "C3"))
ML_TEST = Criterion("checklist", "ml_test", at_least=Decimal(2))
BLOCKERS = Criterion("blockers", at_most="medium")
DATA_BLOCKERS = Criterion("blockers", at_most="high", category="data_access")
REPORT = Criterion("evidence", "validation_report", within_days=90)
LATENCY = Criterion("metric", "latency_p95_ms", at_most=Decimal(120), within_days=30)
PAIR = Criterion("pair", "recall", within_days=30)
SHARE = Criterion("metric", "coverage", at_least=Decimal("0.9"), at_most=ONE)
TRAINING = Criterion("todo", "training", "Users are trained")
LEAKAGE = Criterion("statement", "leakage", text="No leak is open.", within_days=180, not_by=("ML",))


def answer(at_least):
    return Criterion("answer", "WP1", at_least=at_least)


def ago(days):
    return TODAY - timedelta(days=days)


def letter(code):
    return Facts(answers={"WP1": code})


def points(**given):
    return {code: Decimal(value) for code, value in given.items()}


def filled(tier="high", **changes):
    nine = {f"C{number}": ONE for number in range(1, 10)}
    return Facts(tier=tier, checklists={"production": nine | points(**changes)})


def scored(**section):
    """Full points for the 28 tests, but a total for some sections."""
    found = {f"{code}{number}": ONE for code in "DMIO" for number in range(1, 8)}
    for code, total in section.items():
        found |= {f"{code}{n}": ONE if n <= total else Decimal(0) for n in range(1, 8)}
    return Facts(checklists={"ml_test": found})


def blocked(*severities, category="budget"):
    return Facts(blockers=[OpenBlocker(f"Stop {n}", s, category) for n, s in enumerate(severities, 1)])


def shown(days, name="validation_report", **said):
    return Facts(evidence={name: Evidenced(ago(days), **said)}, today=TODAY)


def measured(value, days=0, name="latency_p95_ms"):
    return Facts(metrics={name: Measured(Decimal(value), ago(days))}, today=TODAY)


def said(holds, days=0, by=7, by_roles=()):
    return shown(days, "leakage", holds=holds, by=by, by_roles=frozenset(by_roles))


def people(*roles):
    return Facts(people=dict.fromkeys(roles, 1))


# Criterion, facts, state, what is said, field of the obstacle.
def kept(is_kept, days):
    standing = PairStanding(is_kept, "online is near.", ago(days) if is_kept is not None else None)
    return Facts(pairs={"recall": standing}, today=TODAY)


CASES = [
    # field
    (PROBLEM, Facts(fields={"problem": "x"}), MET, "filled in", ""),
    (PROBLEM, Facts(fields={"problem": " "}), UNMET, "not filled in", "problem"),
    (PROBLEM, Facts(fields={"problem": None}), UNMET, "not filled in", "problem"),
    (PROBLEM, Facts(fields={"problem": False}), UNMET, "not filled in", "problem"),
    (PROBLEM, Facts(fields={"problem": 0}), MET, "filled in", ""),
    (PROBLEM, Facts(), UNKNOWN, "not filled in", "problem"),
    (SEEN, Facts(fields={SEEN.name: ago(30)}, today=TODAY), MET, "30 days ago", ""),
    (SEEN, Facts(fields={SEEN.name: ago(0)}, today=TODAY), MET, "today", ""),
    (SEEN, Facts(fields={SEEN.name: ago(31)}, today=TODAY), UNMET, "last 31 days ago; 30 allowed", SEEN.name),
    (
        SEEN,
        Facts(fields={SEEN.name: ago(-1)}, today=TODAY),
        UNMET,
        "last 2026-11-21, which is still to come",
        SEEN.name,
    ),
    (SEEN, Facts(fields={SEEN.name: None}, today=TODAY), UNMET, "not filled in", SEEN.name),
    (SEEN, Facts(fields={SEEN.name: "last week"}, today=TODAY), UNKNOWN, "this is no day", SEEN.name),
    (SEEN, Facts(today=TODAY), UNKNOWN, "not filled in", SEEN.name),
    # planned_date
    (PLANNED, Facts(planned_on={"G6": TODAY}), MET, "planned for 2026-11-20", ""),
    (PLANNED, Facts(planned_on={"G6": None}), UNMET, "not planned", "gate_planned_on"),
    (PLANNED, Facts(planned_on={"G5": TODAY}), UNKNOWN, "not planned", "gate_planned_on"),
    # team
    (TEAM, people("PO", "DS", "ML", "EN", "OW"), MET, "5 of 6 functions are covered", ""),
    (
        TEAM,
        people("SP", "PO", "DS", "ML", "EN", "RV"),
        UNMET,
        "4 of 6 functions are covered; 5 needed; nobody for operations and domain",
        "team",
    ),
    (TEAM, Facts(people={"PO": 0}), UNKNOWN, "nobody is named yet", "team"),
    # answer
    (answer("answered"), letter("N"), MET, "answered “No”", ""),
    (answer("not_no"), letter("P"), MET, "answered “Partly”", ""),
    (answer("not_no"), letter("N"), UNMET, "answered “No”; not “No” is needed", "answer.WP1"),
    (answer("claimed"), letter("C"), MET, "answered “Yes, claimed”", ""),
    (
        answer("claimed"),
        letter("P"),
        UNMET,
        "answered “Partly”; “Yes”, at least claimed is needed",
        "answer.WP1",
    ),
    (answer("yes"), letter("Y"), MET, "answered “Yes, shown”", ""),
    (
        answer("yes"),
        letter("C"),
        UNMET,
        "answered “Yes, claimed”; “Yes” with its evidence is needed",
        "answer.WP1",
    ),
    (answer("yes"), letter("X"), MET, "answered “Not applicable”", ""),
    (answer("answered"), letter("U"), UNKNOWN, "nobody has answered", "answer.WP1"),
    (answer("answered"), letter("T"), UNKNOWN, "planned, not yet so", "answer.WP1"),
    (answer("answered"), letter("?"), UNKNOWN, "nobody has answered", "answer.WP1"),
    (answer("answered"), Facts(answers={}), UNKNOWN, "nobody has answered", "answer.WP1"),
    (answer("answered"), Facts(), UNKNOWN, "this could not be looked up", "answer.WP1"),
    # checklist
    (PRODUCTION, filled(C2="0"), MET, "8.0 of 9", ""),
    (
        PRODUCTION,
        filled(C2="0.5", C3="0"),
        UNMET,
        "7.5 of 9; 8.0 needed for the high tier; C3 has no points",
        "checklist.production",
    ),
    (PRODUCTION, filled("medium", C1="0", C3="0"), UNMET, "7.0 of 9; C1 and C3 have no points", None),
    (PRODUCTION, filled("low", C2="0", C4="0", C5="0"), MET, "6.0 of 9", ""),
    (
        PRODUCTION,
        Facts(tier="low", checklists={"production": points(C1=1, C2=1, C3=1, C4=1, C5=0)}),
        UNMET,
        "4.0 of 9; 6.0 needed for the low tier; nobody has filled in C6, C7, C8 and C9",
        "checklist.production",
    ),
    (
        PRODUCTION,
        Facts(tier="low", checklists={}),
        UNKNOWN,
        "nobody has filled it in",
        "checklist.production",
    ),
    (PRODUCTION, filled(tier=""), UNKNOWN, "9.0 of 9; the governance tier says how many are needed", "tier"),
    (PRODUCTION, Facts(tier="low"), UNKNOWN, "this could not be looked up", "checklist.production"),
    (ML_TEST, scored(O=2), MET, "2.0 of 7 in the weakest section, monitoring (first steps)", ""),
    (
        ML_TEST,
        scored(M=1),
        UNMET,
        "1.0 of 7 in the weakest section, model (serious holes likely); 2.0 needed",
        "checklist.ml_test",
    ),
    (ML_TEST, Facts(checklists={"production": {"C1": ONE}}), UNKNOWN, "nobody has filled it in", None),
    # blockers
    (BLOCKERS, blocked("medium", "low"), MET, "none is open", ""),
    (BLOCKERS, blocked(), MET, "none is open", ""),
    (BLOCKERS, blocked("high"), UNMET, "1 high blocker is open: “Stop 1”", "blockers"),
    (
        BLOCKERS,
        blocked("high", "critical", "low", "critical"),
        UNMET,
        "2 critical and 1 high blockers are open: “Stop 2”, “Stop 4” and “Stop 1”",
        "blockers",
    ),
    (BLOCKERS, blocked("catastrophic"), UNMET, "1 catastrophic blocker is open: “Stop 1”", "blockers"),
    (Criterion("blockers", at_most="none"), blocked("low"), UNMET, "1 low blocker is open: “Stop 1”", None),
    (DATA_BLOCKERS, blocked("critical"), MET, "none is open", ""),
    (DATA_BLOCKERS, blocked("critical", category="data_access"), UNMET, None, "blockers"),
    (BLOCKERS, Facts(), UNKNOWN, "this could not be looked up", "blockers"),
    # evidence
    (REPORT, shown(90), MET, "dated 90 days ago", ""),
    (replace(REPORT, within_days=None), shown(900), MET, "dated 900 days ago", ""),
    (REPORT, shown(91), UNMET, "dated 91 days ago; 90 allowed", "evidence.validation_report"),
    (REPORT, shown(-1), UNMET, "dated 2026-11-21, which is still to come", None),
    (REPORT, shown(0, "model_card"), UNMET, "nobody has added it", "evidence.validation_report"),
    (REPORT, shown(0, holds=True), UNMET, "nobody has added it", None),
    (REPORT, Facts(today=TODAY), UNKNOWN, "this could not be looked up", "evidence.validation_report"),
    # pair
    (PAIR, kept(True, 5), MET, "online is near, measured 5 days ago", ""),
    (PAIR, kept(True, 31), UNMET, "last measured 31 days ago; 30 allowed", "pair.recall"),
    (PAIR, kept(False, 5), UNMET, "online is near", "pair.recall"),
    (PAIR, kept(None, 5), UNKNOWN, "online is near", "pair.recall"),
    (PAIR, Facts(pairs={}, today=TODAY), UNKNOWN, "nobody has declared it", "pair.recall"),
    (PAIR, Facts(today=TODAY), UNKNOWN, "this could not be looked up", "pair.recall"),
    # metric
    (LATENCY, measured(120, 30), MET, "120, measured 30 days ago", ""),
    (LATENCY, measured("120.01"), UNMET, "120.01; at most 120 allowed", "metric.latency_p95_ms"),
    (LATENCY, measured(88, 40), UNMET, "last measured 40 days ago; 30 allowed", "metric.latency_p95_ms"),
    (LATENCY, measured(88, -2), UNMET, None, None),
    (LATENCY, Facts(metrics={}, today=TODAY), UNKNOWN, "nobody has measured it", "metric.latency_p95_ms"),
    (LATENCY, measured("NaN"), UNKNOWN, "nobody has measured it", None),
    (LATENCY, Facts(today=TODAY), UNKNOWN, "this could not be looked up", "metric.latency_p95_ms"),
    (SHARE, measured("0.90", name="coverage"), MET, "0.9, measured today", ""),
    (SHARE, measured("0.89", name="coverage"), UNMET, "0.89; at least 0.9 allowed", "metric.coverage"),
    (SHARE, measured("1E+1", name="coverage"), UNMET, "10; at most 1 allowed", "metric.coverage"),
    # todo
    (TRAINING, Facts(todos={"G6:training": True}), MET, "done", ""),
    (TRAINING, Facts(todos={"G6:training": False}), UNMET, "its to-do is open", "todo.G6:training"),
    (TRAINING, Facts(todos={"G5:training": True}), UNKNOWN, "there is no to-do for it", "todo.G6:training"),
    (TRAINING, Facts(), UNKNOWN, "this could not be looked up", "todo.G6:training"),
    # statement
    (LEAKAGE, said(True, 180), MET, "confirmed 180 days ago", ""),
    (LEAKAGE, said(False, 1), UNMET, "somebody said yesterday that it is not so", "statement.leakage"),
    (LEAKAGE, said(True, 181), UNMET, "confirmed 181 days ago; 180 allowed", "statement.leakage"),
    (LEAKAGE, said(True, by_roles=["ML", "PO"]), UNMET, None, "statement.leakage"),
    (LEAKAGE, said(True, by_roles=["PO"]), MET, "confirmed today", ""),
    (LEAKAGE, said(True, by=None), UNKNOWN, "it is not known who confirmed it", "statement.leakage"),
    (replace(LEAKAGE, not_by=()), said(True, by=None), MET, "confirmed today", ""),
    (LEAKAGE, said(None), UNKNOWN, "nobody has confirmed it", "statement.leakage"),
    (LEAKAGE, Facts(evidence={}, today=TODAY), UNKNOWN, "nobody has confirmed it", "statement.leakage"),
    (LEAKAGE, Facts(today=TODAY), UNKNOWN, "this could not be looked up", "statement.leakage"),
    # what this version does not know
    (Criterion("horoscope"), Facts(), UNKNOWN, "cannot be checked", None),
]


@pytest.mark.parametrize(("criterion", "facts", "state", "says", "field"), CASES)
def test_a_criterion_is_met_unmet_or_unknown_and_says_why(criterion, facts, state, says, field):
    found = criteria.finding(GATE, criterion, facts)
    assert found.state == state
    assert found.says == says or says is None
    assert (found.obstacle is None) == (state == MET)
    if found.obstacle:
        assert found.obstacle.code
        assert found.obstacle.message.endswith(".")
        assert found.obstacle.remedy
        assert found.obstacle.field == field or (field is None and found.obstacle.field)


def test_every_kind_is_tried_met_unmet_and_unknown():
    tried = {(criterion.kind, state) for criterion, _facts, state, *_ in CASES}
    wanted = {(kind, state) for kind in criteria.KINDS for state in (MET, UNMET, UNKNOWN)}
    assert wanted - tried == set()
    assert set(criteria.KINDS) == set(criteria_reading.KINDS)


@pytest.mark.parametrize("kind", list(criteria.KINDS))
def test_nothing_is_met_by_a_project_of_which_nothing_is_known(kind):
    criterion = next(criterion for criterion, *_ in CASES if criterion.kind == kind)
    assert criteria.finding(GATE, criterion, Facts()).state == UNKNOWN


@pytest.mark.parametrize("dated", [shown(0), said(True), measured(1)])
def test_who_does_not_say_which_day_it_is_finds_nothing_fresh(dated):
    one_of = {"validation_report": REPORT, "leakage": LEAKAGE}
    criterion = next((one_of[name] for name in dated.evidence or {}), LATENCY)
    assert criteria.finding(GATE, criterion, dated).state == MET
    assert criteria.finding(GATE, criterion, replace(dated, today=date.max)).state == UNMET


def test_the_obstacle_of_a_checklist_tells_the_figures_and_the_way():
    obstacle = criteria.finding(GATE, PRODUCTION, filled(C2="0.5", C3="0")).obstacle
    assert obstacle.message == (
        "Production checklist: 7.5 of 9; 8.0 needed for the high tier; C3 has no points."
    )
    assert obstacle.remedy == "Bring it to 8.0 points. Do what C3 asks for."


def test_many_blockers_are_told_in_a_line_that_can_be_read():
    facts = Facts(blockers=[OpenBlocker("Very " * 40 + "long", "critical", "")] * 7)
    says = criteria.finding(GATE, BLOCKERS, facts).says
    assert says.startswith("7 critical blockers are open: “Very very"[:32])
    assert says.endswith("and 4 more")
    assert len(says) < 260


# Whether a criterion is asked: with a condition that holds, that does not, and that nobody knows.
WHEN = [
    (("llm",), Facts(llm=True), True),
    (("llm",), Facts(llm=False), False),
    (("llm",), Facts(), None),
    (("tier_high", "personal_data"), Facts(tier="low", personal_data=True), True),
    (("tier_high", "personal_data"), Facts(tier="high"), True),
    (("tier_high", "personal_data"), Facts(tier="low", personal_data=False), False),
    (("tier_high", "personal_data"), Facts(tier="low"), None),
    ((), Facts(), True),
]


@pytest.mark.parametrize(("when", "facts", "is_asked"), WHEN)
def test_a_condition_says_whether_a_criterion_is_asked(when, facts, is_asked):
    criterion = replace(PROBLEM, when=when)
    assert criteria.is_asked(criterion, facts) is is_asked
    gate = replace(GATE, criteria=(criterion, PLANNED))
    asked = [each for each, _finding in criteria.findings(gate, facts)]
    assert asked == ([PLANNED] if is_asked is False else [criterion, PLANNED])


def test_what_may_not_be_asked_is_unknown_even_where_it_would_be_met():
    facts = Facts(fields={"problem": "x"})
    found = criteria.finding(GATE, replace(PROBLEM, when=("llm",)), facts)
    assert (found.state, found.obstacle.field) == (UNKNOWN, "traits_stated")
    found = criteria.finding(GATE, replace(PROBLEM, when=("tier_high", "llm")), facts)
    assert (found.state, found.obstacle.field) == (UNKNOWN, "tier")


@pytest.mark.parametrize(
    ("criterion", "label", "demand"),
    [
        (PROBLEM, "Problem", "Problem: filled in"),
        (SEEN, None, "Day on which monitoring was last seen: within 30 days"),
        (PLANNED, "Planned date", "Planned date: set"),
        (TEAM, None, "Functions covered by the team: at least 5 of 6"),
        (answer("yes"), "Question WP1", "Question WP1: “Yes” with its evidence"),
        (replace(answer("not_no"), label="One metric"), "WP1 One metric", "WP1 One metric: not “No”"),
        (
            PRODUCTION,
            "Production checklist",
            "Production checklist: at least 6 points in the low tier, 7 medium, 8 high, some for C1 and C3",
        ),
        (ML_TEST, "ML Test Score", "ML Test Score: at least 2 points"),
        (BLOCKERS, "No open high or critical blocker", "No open high or critical blocker"),
        (DATA_BLOCKERS, None, "No open critical blocker about data access"),
        (Criterion("blockers", at_most="none"), None, "No open blocker"),
        (REPORT, "Validation report", "Validation report: added, at most 90 days old"),
        (LATENCY, None, "Latency p95 ms: at most 120, measured within 30 days"),
        (SHARE, "Coverage", "Coverage: at least 0.9, at most 1"),
        (TRAINING, "Users are trained", "Users are trained: done"),
        (
            LEAKAGE,
            "No leak is open",
            "No leak is open: confirmed by a person who is not Data and ML lead within 180 days",
        ),
        (replace(PROBLEM, when=("llm", "vendor")), "Problem", None),
        (Criterion("horoscope"), "horoscope", "horoscope"),
    ],
)
def test_a_criterion_is_told_in_words(criterion, label, demand):
    assert criteria.label(criterion) == label or label is None
    assert criteria.demand(criterion) == demand or demand is None
    if criterion.when:
        assert criteria.demand(criterion).endswith("asked with a language model or a vendor's model")


@pytest.mark.parametrize(
    ("criterion", "family"),
    [
        (PROBLEM, ""),
        (PLANNED, ""),
        (TEAM, ""),
        (Criterion("field", "assessed_on"), "answers"),
        (answer("yes"), "answers"),
        (PRODUCTION, "checklists"),
        (BLOCKERS, "blockers"),
        (REPORT, "evidence"),
        (LEAKAGE, "evidence"),
        (LATENCY, "metrics"),
        (TRAINING, "todos"),
        (Criterion("horoscope"), ""),
    ],
)
def test_a_criterion_says_which_family_of_facts_it_reads(criterion, family):
    assert criteria.family(criterion) == family

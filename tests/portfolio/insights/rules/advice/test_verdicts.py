"""The sentences that open a balance, and the words beside its figures."""

from pathlib import Path

import pytest

from portfolio.insights.rules.advice import verdicts
from portfolio.insights.rules.advice.recommendations import RULES
from portfolio.insights.rules.balance import formulas, shortcomings
from portfolio.insights.rules.balance.balances import KEYS
from portfolio.insights.rules.entries import QUADRANTS

pytestmark = pytest.mark.once
SHARES = {"quick_win": 0.3, "big_bet": 0.25, "fill_in": 0.4, "reconsider": 0.05}

WITHIN_LIMIT = (
    "Risk is within what we planned: 40% of the people at work sit above the load line, the limit is 45%. "
)


def balance(measure="effort", load=0.4, **more):
    launches = {"expected": 9.1, "low": 6, "high": 12, "within_year": None}
    gaps = more.pop("gaps", dict.fromkeys(QUADRANTS, 0.0))
    return {
        "n": 20,
        "n_all": 24,
        "measure": measure,
        "load": {measure: load},
        "limit": 0.45,
        "shares": {measure: {code: SHARES[code] + gaps[code] for code in QUADRANTS}},
        "target": SHARES,
        "gaps": {measure: gaps},
        "index": {measure: 96.4},
        "launches": launches,
    } | more


def off(code, gap):
    return dict.fromkeys(QUADRANTS, 0.0) | {code: gap}


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (balance(n=0, n_all=0), "No project is in flight yet."),
        (balance(n=0, n_all=3), "No project in flight has a quadrant."),
        (
            balance(load=0.542),
            (
                "We carry more risk than we planned: 54% of the people at work sit above the load line, "
                "the limit is 45%."
            ),
        ),
        (
            balance("cost", load=0.6633),
            (
                "We carry more risk than we planned: 66% of the remaining cost sits above the load line, "
                "the limit is 45%."
            ),
        ),
        (
            balance("count", load=0.5, n=2),
            (
                "We carry more risk than we planned: 50% of the projects sit above the load line, "
                "the limit is 45%."
            ),
        ),
        (
            balance(gaps=off("fill_in", -0.3)),
            "The mix is off its target: fill-ins hold 10% of the people at work, 40% were planned.",
        ),
        (
            balance(gaps=off("reconsider", 0.0499)),
            (WITHIN_LIMIT + "The mix is close to its target (96 of 100)."),
        ),
        (
            balance(n=1, gaps=off("reconsider", 0.5)),
            (WITHIN_LIMIT + "The 1 project in flight is too few to judge the mix."),
        ),
        (
            balance(load=None, target=None, gaps=dict.fromkeys(QUADRANTS, 0.0))
            | {"gaps": {"effort": None}, "index": {"effort": None}},
            "How much of the work is risky is not known. No target mix is set.",
        ),
    ],
)
def test_what_stands_out(found, sentence):
    assert verdicts.verdict(found) == sentence


def test_a_load_that_reads_like_its_limit_is_within_it():
    assert verdicts.verdict(balance(load=0.4549)).startswith("Risk is within")
    assert verdicts.verdict(balance(load=0.4551)).startswith("We carry more")


WITHIN = {
    "within_year": 9.6,
    "within_year_on": "2027-10-31",
    "within_year_low": 7,
    "within_year_high": 12,
}


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (balance(n=0), ""),
        (
            balance(),
            "Expect 9 of the 20 projects in flight to reach production, nine times in ten between 6 and 12.",
        ),
        (
            balance(launches=WITHIN | {"expected": 10.4}),
            (
                "Expect 10 of the 20 projects in flight to be live by October 2027, "
                "four times in five between 7 and 12."
            ),
        ),
        (
            balance(n=1, launches={"expected": 0.9, "low": 1, "high": 1, "within_year": None}),
            "The one project in flight reaches production with a chance of 90%.",
        ),
        (
            balance(n=1, launches=WITHIN | {"expected": 0.9, "within_year": 0.4}),
            (
                "The one project in flight reaches production with a chance of 90%; "
                "it is live by October 2027 with one of 40%."
            ),
        ),
        (
            balance(launches={"expected": None, "within_year": None}),
            "How many of them will launch is not known: no project has a chance yet.",
        ),
    ],
)
def test_what_to_expect(found, sentence):
    assert verdicts.expectation(found) == sentence


def test_every_figure_of_the_balance_has_its_formula():
    explained = {key.partition(".")[0] for formula in formulas.FORMULAS.values() for key in formula.keys}
    assert explained | set(formulas.PLAIN) == set(KEYS)
    assert not explained & set(formulas.PLAIN)


def test_every_formula_says_all_of_it():
    for code, formula in formulas.FORMULAS.items():
        assert all((formula.title, formula.words, formula.symbols, formula.needs, formula.source)), code


def test_what_lacks_names_the_figures_that_lack_it_and_a_remedy():
    for code, kind in shortcomings.KINDS.items():
        row = shortcomings.one(code, [f"A-{n}" for n in range(30)])
        assert (row["n"], len(row["keys"])) == (30, shortcomings.KEYS)
        assert kind.remedy.endswith(".")
        assert kind.what == kind.what.rstrip(".")
        assert row["figures"]
    assert shortcomings.one("forecast", n=1)["n"] == 1


def test_the_manual_tells_every_formula_as_the_page_does():
    manual = " ".join((Path(__file__).parents[5] / "docs" / "balance.md").read_text(encoding="utf-8").split())
    for code, formula in formulas.FORMULAS.items():
        if code != "recommendations":  # told there as a table
            assert f"**{formula.title}.** {formula.words} `{formula.symbols}`".replace("  ", " ") in manual, (
                code
            )


def test_the_manual_tells_every_rule():
    manual = (Path(__file__).parents[5] / "docs" / "balance.md").read_text(encoding="utf-8")
    assert [rule for rule in RULES if f"`{rule}`" not in manual] == []

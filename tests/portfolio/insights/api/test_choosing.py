"""The optimiser by REST: the answer, its reasons, and what is not known."""

import pytest

from projects.actions import decisions
from projects.models import LinkKind, Project, ProjectLink
from projects.queries import gate_facts
from projects.rules import gates
from tests import factories
from tests.projects.api import callers
from tests.projects.api.callers import fields_of, problem

pytestmark = pytest.mark.django_db
PATH = "portfolios/commerce/choose"
# key -> quadrant, p, value a year, remaining cost
ROWS = {
    "COM-1": ("quick_win", 0.8, 900, 200),
    "COM-2": ("quick_win", 0.7, 1000, 300),
    "COM-3": ("big_bet", 0.35, 4000, 500),
    "COM-4": ("fill_in", 0.9, 280, 120),
}


@pytest.fixture
def portfolio():
    portfolio = factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")
    for key, (quadrant, p, value, cost) in ROWS.items():
        factories.a_project(portfolio, f"Number {key}")
        Project.objects.filter(key=key).update(
            stage="poc",
            standard_stage="poc",
            furthest_stage="poc",
            quadrant=quadrant,
            p_production=p,
            annual_value=value,
            remaining_cost=cost,
        )
    return portfolio


@pytest.fixture
def ci(portfolio):
    return callers.with_key(portfolio)


def chosen(answer):
    assert answer.status_code == 200, answer.content
    return answer.json()["chosen"]["keys"]


def test_the_best_set_under_a_budget(ci):
    body = ci.get(f"{PATH}?budget=820&years=1&capacity=false").json()
    # 200 + 500 + 120: 520 + 900 + 132
    assert body["chosen"]["keys"] == ["COM-1", "COM-3", "COM-4"]
    assert body["chosen"]["value"] == pytest.approx(1552)
    assert body["changes"] == ["hold:COM-2", "budget:820"]
    assert body["left"][0]["code"] == "displaces"
    assert body["left"][0]["loss"] == pytest.approx(1552 - 1300)  # COM-2 with COM-3 only
    assert [(row["rule"], row["is_tight"]) for row in body["limits"]] == [("Budget", True)]
    assert body["prices"][0]["amount"] == pytest.approx(400)
    assert body["frontiers"] is None


def test_the_same_by_post_with_shares_and_frontiers(ci):
    body = ci.post(PATH, {"budget": 820, "years": 1, "most": {"big_bet": 50}, "frontiers": True}).json()
    assert body["chosen"]["keys"] == ["COM-1", "COM-2", "COM-4"]
    assert 820 in [point["at"] for point in body["frontiers"]["budgets"]]
    assert body["frontiers"]["cautions"][0]["at"] == 0


def test_what_is_not_known_is_named_and_never_zero(ci):
    Project.objects.filter(key="COM-3").update(annual_value=None)
    Project.objects.filter(key="COM-4").update(remaining_cost=None, p_production=None)
    body = ci.get(PATH).json()
    assert body["missing"] == [
        {"key": "COM-3", "lacks": ["value"]},
        {"key": "COM-4", "lacks": ["cost", "p"]},
    ]
    assert body["chosen"]["keys"] == ["COM-1", "COM-2"]
    assert "hold:COM-3" not in body["changes"]


def test_what_compliance_stops_is_never_chosen(portfolio, ci):
    Project.objects.filter(key="COM-3").update(ai_act_class="prohibited_check")
    body = ci.get(PATH).json()
    assert "COM-3" not in body["chosen"]["keys"]
    assert body["left"][0]["code"] == "barred"
    assert "AI Act" in body["left"][0]["why"]


def test_a_rejected_signoff_stops_a_project_until_it_is_taken_back(portfolio, ci):
    factories.strict_gates(portfolio)
    new = factories.a_project(portfolio, "New")
    Project.objects.filter(pk=new.pk).update(p_production=0.9, annual_value=5000, remaining_cost=10)
    new.refresh_from_db()
    gate = new.workflow.rules.gates_from_to("idea", "framing")[0]
    role = gates.required_roles(gate, gate_facts.of(new, [gate]))[0]
    signer = factories.on_team(new, role)
    row = factories.asked(new, gate.code, role)[role]
    assert new.key in chosen(ci.get(PATH))
    factories.signs(row, signer, "rejected", reason="No", would_change="Yes")
    assert new.key not in chosen(ci.get(PATH))
    row.refresh_from_db()
    decisions.withdraw(row.pk, reason="A mistake", actor=factories.acting(signer))
    assert new.key in chosen(ci.get(PATH))


def test_links_and_what_has_to_be_done_bind_the_choice(portfolio, ci):
    ids = dict(Project.objects.values_list("key", "pk"))
    ProjectLink.objects.create(kind=LinkKind.EITHER_OR, project_id=ids["COM-1"], other_id=ids["COM-2"])
    ProjectLink.objects.create(kind=LinkKind.NEEDS, project_id=ids["COM-3"], other_id=ids["COM-4"])
    Project.objects.filter(key="COM-2").update(mandatory="Regulation")
    assert chosen(ci.get(f"{PATH}?budget=700&years=1")) == ["COM-2", "COM-4"]
    free = chosen(ci.get(f"{PATH}?budget=700&years=1&links=false&mandatory=false"))
    assert free == ["COM-1", "COM-3"]


def test_where_there_is_no_set_the_answer_says_what_to_relax(ci):
    Project.objects.filter(key="COM-3").update(mandatory="Contract")
    body = ci.get(f"{PATH}?budget=400").json()
    assert body["chosen"] is None
    first = body["relax"][0]["steps"][0]
    assert (first["rule"], first["limit"], first["needed"]) == ("Budget", 400, 500)


def test_an_empty_portfolio_has_an_empty_answer():
    caller = callers.with_key(factories.a_portfolio("Empty", slug="commerce"))
    body = caller.get(PATH).json()
    assert body["chosen"]["keys"] == []
    assert body["missing"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [("budget=-1", "budget"), ("years=0", "years"), ("left=burn", "left"), ("colour=red", "colour")],
)
def test_what_cannot_be_meant_is_named(ci, query, field):
    assert fields_of(problem(ci.get(f"{PATH}?{query}"), 400)) == [field]


def test_years_of_a_budget_are_years(ci):
    assert fields_of(problem(ci.post(PATH, {"budgets": {"soon": 1}}), 400)) == ["budgets"]
    assert fields_of(problem(ci.post(PATH, {"most": {"huge": 1}}), 400)) == ["most.huge"]

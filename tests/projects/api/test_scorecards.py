"""A scorecard published by REST, by the same rules as on the page."""

import pytest

from projects.models import Portfolio, ScorecardVersion
from projects.rules import scorecards
from tests import factories
from tests.projects.api.callers import SignedIn, fields_of, problem

PATH = "portfolios/commerce/scorecard"


@pytest.fixture
def administrator(portfolio):
    return SignedIn(factories.a_member(portfolio, "administrator"))


def lighter():
    document = scorecards.document()
    document["questions"][0]["weight"] = 1
    return document


def test_a_scorecard_is_published_and_in_force_at_once(administrator):
    answer = administrator.post(PATH, {"document": lighter(), "note": "Weigh it less", "number": 1})
    assert answer.status_code == 201, answer.content
    said = answer.json()
    assert (said["number"], said["note"], said["document"]["questions"][0]["weight"]) == (
        2,
        "Weigh it less",
        1,
    )
    assert administrator.get(PATH).json() == said
    assert Portfolio.objects.get(slug="commerce").scores_asked_at is not None


def test_what_was_read_can_be_published_again(administrator):
    read = administrator.get(PATH).json()
    assert administrator.post(PATH, {"document": read["document"]}).status_code == 201


def test_every_mistake_is_named_by_its_place(administrator):
    document = lighter()
    document["questions"][2]["weight"] = 99
    del document["risk"]["mean_weight"]
    fields = fields_of(problem(administrator.post(PATH, {"document": document}), 400))
    assert "document.questions.2.weight" in fields
    assert any(field.startswith("document.risk") for field in fields)
    assert ScorecardVersion.objects.count() == 1


@pytest.mark.parametrize("body", [{}, {"document": []}, {"document": {}}, {"document": {}, "x": 1}])
def test_a_body_without_a_scorecard_is_refused(administrator, body):
    assert administrator.post(PATH, body).status_code == 400


def test_an_older_version_is_a_conflict(administrator):
    administrator.post(PATH, {"document": lighter()})
    found = problem(administrator.post(PATH, {"document": lighter(), "number": 1}), 409)
    assert found["code"] == "stale"


def test_who_may_publish(ci, viewer, stranger):
    assert ci.post(PATH, {"document": lighter()}).status_code == 403
    assert viewer.post(PATH, {"document": lighter()}).status_code == 403
    assert stranger.post(PATH, {"document": lighter()}).status_code == 404
    assert ScorecardVersion.objects.filter(portfolio__slug="commerce").count() == 1

"""All portfolios beside each other."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.insights.models import Snapshot
from portfolio.register.queries import portfolios
from projects.actions import projects, updates
from projects.models import Portfolio
from tests.factories import (
    SYSTEM,
    a_flag,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    acting,
    an_administrator,
    on_team,
)

pytestmark = pytest.mark.django_db


def test_a_line_counts_running_projects_flags_and_silence():
    portfolio = a_portfolio("Retail")
    quiet, late, fine, gone = (a_project(portfolio, name) for name in ["Quiet", "Late", "Fine", "Gone"])
    for rule in ["NO_UPDATE", "GATE_OVERDUE"]:
        a_flag(quiet, rule)
    a_flag(late, "GATE_OVERDUE")
    a_flag(gone, "NO_UPDATE")
    projects.archive(gone.pk, actor=SYSTEM)
    updates.post(fine.pk, health="on_track", text="Fine.", actor=SYSTEM)
    at = timezone.now()
    Snapshot.objects.create(portfolio=portfolio, day=at.date(), taken_at=at, body={}, model_version=1)
    (line,) = portfolios.lines(acting(a_member(portfolio, "administrator")))
    assert (line.projects, line.flagged, line.quiet, line.summed_up_at) == (3, 2, 1, at)
    assert line.health_words == "2 unknown, 1 on track"
    assert [(part.health, part.begin, part.width) for part in line.parts] == [
        ("unknown", 0, 66.67),
        ("on_track", 66.67, 33.33),
    ]
    assert line.may_edit


def test_everybody_sees_their_own_portfolios_and_what_they_may_see_in_them(client):
    ours, theirs = a_portfolio("Ours"), a_portfolio("Theirs")
    mine = a_project(ours)
    a_project(ours)
    a_project(theirs)
    assert portfolios.lines(acting(a_person())) == []
    assert [(line.portfolio.name, line.projects) for line in portfolios.lines(acting(a_member(ours)))] == [
        ("Ours", 2)
    ]
    assert [line.projects for line in portfolios.lines(acting(on_team(mine, "DS")))] == [1]
    client.force_login(a_person())
    text = client.get("/portfolios/").content.decode()
    assert "You belong to no portfolio yet" in text
    assert "Ours" not in text


def test_the_page_leads_into_the_register_and_apart_to_what_was_put_away(client):
    portfolio, old = a_portfolio("Retail", slug="retail"), a_portfolio("Old", slug="old")
    a_flag(a_project(portfolio), "NO_UPDATE")
    Portfolio.objects.filter(pk=old.pk).update(archived_at=timezone.now())
    client.force_login(an_administrator())
    response = client.get("/portfolios/")
    text = response.content.decode()
    assert "/projects/?portfolio=retail&amp;flag=NO_UPDATE" in text
    assert "/projects/?portfolio=retail&amp;flag=any" in text
    assert "/portfolios/retail/" in text
    assert [line.portfolio.name for line in response.context["lines"]] == ["Retail"]
    assert [line.portfolio.name for line in response.context["archived"]] == ["Old"]
    assert "New portfolio" in text


def test_the_number_of_queries_does_not_depend_on_the_portfolios(client):
    person = a_person()
    client.force_login(person)

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/portfolios/").status_code == 200
        return len(captured)

    def open_some(number):
        for _ in range(number):
            portfolio = a_portfolio()
            on_team(a_project(portfolio), "DS", person)

    open_some(1)
    few = asked()
    open_some(9)
    assert asked() == few

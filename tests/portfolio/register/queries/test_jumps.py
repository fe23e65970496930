"""Projects to jump to: by key and by words of key and name, never more than one may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.register.queries import jumps
from projects.actions import projects
from projects.actors import Actor
from tests import factories

pytestmark = pytest.mark.django_db


def names(person, said):
    return [row["name"] for row in jumps.offered(Actor(person, "page"), said)]


@pytest.fixture
def ours():
    return factories.a_portfolio("Ours", key_prefix="OUR")


@pytest.fixture
def reader(ours):
    return factories.a_member(ours, "viewer")


def test_words_of_a_name_in_any_case_and_script(ours, reader):
    for name in ("Claims triage", "Triage of invoices", "Прогноз спроса"):
        factories.a_project(ours, name)
    factories.a_project(ours, "Retriage")
    assert names(reader, "tri") == ["Claims triage", "Triage of invoices", "Retriage"]
    assert names(reader, "TRIAGE OF") == ["Triage of invoices"]
    assert names(reader, "triage claims") == ["Claims triage"]
    assert names(reader, "СПРОС") == ["Прогноз спроса"]
    assert names(reader, "nothing") == names(reader, " ") == names(reader, "a\0") == []


def test_what_its_problem_says_does_not_make_a_project_one_to_jump_to(ours, reader):
    factories.a_project(ours, "Claims triage", problem="Too many invoices")
    assert names(reader, "invoices") == []


def test_a_key_is_found_before_longer_ones(ours, reader):
    keys = [factories.a_project(ours, f"Number {number}").key for number in range(11)]
    found = jumps.offered(Actor(reader, "page"), keys[0].lower())
    assert [row["key"] for row in found] == [keys[0], keys[9], keys[10]]
    assert len(jumps.offered(Actor(reader, "page"), "our-")) == jumps.OFFERED
    assert names(reader, f"{keys[3]} number") == ["Number 3"]


def test_only_what_the_person_may_see_and_what_runs(ours, reader):
    theirs = factories.a_project(factories.a_portfolio("Theirs"), "Claims elsewhere")
    gone = factories.a_project(ours, "Claims of old")
    projects.archive(gone.pk, actor=factories.SYSTEM)
    assert names(reader, "claims") == names(reader, theirs.key) == []
    assert names(factories.an_administrator(), "claims") == ["Claims elsewhere"]


def test_one_statement_reads_the_projects(client, ours, reader):
    for number in range(20):
        factories.a_project(ours, f"Claims {number}")
    client.force_login(reader)
    client.get("/projects/jump/?q=claims")  # a process reads each workflow version once
    with CaptureQueriesContext(connection) as asked:
        answer = client.get("/projects/jump/?q=claims")
    assert answer.content.decode().count('role="option"') == jumps.OFFERED
    assert sum("search_text" in one["sql"] for one in asked) == 1
    assert len(asked) == 5  # with session, person, permissions and portfolios
    assert client.get("/projects/jump/?q=claims").headers["Cache-Control"] == "no-store, private"
    client.logout()
    assert client.get("/projects/jump/?q=claims").status_code == 302

"""Lists and counts go by their indexes: what the database plans, not how long it takes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone

from portfolio.register.queries.projects import VIEWS
from projects.models import Blocker, Project
from projects.queries import registers
from projects.queries.filters import PAGE_SIZE, Filters
from tests.factories import SYSTEM, a_crowd, a_member, a_portfolio, a_project, acting, an_administrator

pytestmark = pytest.mark.django_db
# Enough that reading and sorting all of them is dearer than a page by an index.
CROWD = 6_000


@pytest.fixture(scope="module")
def people(for_the_module):
    return for_the_module(_people)


def _people():
    """Two portfolios with many projects of every flag level and some of every other state."""
    now = timezone.now()
    ours, theirs = a_portfolio(slug="ours"), a_portfolio()
    a_crowd(theirs, CROWD // 2)
    a_crowd(ours, CROWD // 2)
    a_crowd(ours, 40, status="on_hold", hold_since=now, resume_on=now.date())
    a_crowd(ours, 40, outcome="stopped", ended_at=now)
    a_crowd(ours, 40, archived_at=now)
    a_crowd(ours, 40, gate_planned_on=now.date())
    a_crowd(ours, 40, has_critical_gap=True, quadrant="quick_win")
    Project.objects.filter(archived_at=None, outcome="open").update(
        flag_level=F("pk") % 3,
        last_update_at=now - timedelta(days=1) * (F("pk") % 90),
        risk=F("pk") % 97 * 1.0,
        impact=F("pk") % 89 * 1.0,
        p_production=F("pk") % 83 / 100.0,
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Project._meta.db_table}")
    return {"administrator": acting(an_administrator()), "member": acting(a_member(ours, "viewer"))}


@pytest.mark.postgres
@pytest.mark.parametrize("who", ["administrator", "member"])
@pytest.mark.parametrize(
    ("query", "index", "sorts"),
    [
        ("", "project_by_flag_level", False),
        ("portfolio=ours", "project_by_flag_level", False),
        ("health=unknown", "project_by_flag_level", False),
        ("sort=name", "project_by_folded_name", False),
        ("sort=stage", "project_by_place", False),
        ("sort=updated", "project_by_last_word", False),
        # The other way round, equals are still sorted by key: a few at a time, not all.
        ("sort=-name", "project_by_folded_name", True),
        ("sort=-updated", "project_by_last_word", True),
        ("sort=-risk", "project_by_risk", False),
        ("sort=-impact", "project_by_impact", False),
        ("sort=-chance", "project_by_chance", False),
        ("sort=-risk&min_risk=65", "project_by_risk", False),
    ],
)
def test_a_page_is_read_in_the_order_of_an_index(people, who, query, index, sorts):
    found = registers.listed(registers.parse(QueryDict(query)), actor=people[who])
    plan = found.values("pk", "name", owner_name=F("owner__name"))[: PAGE_SIZE + 1].explain()
    assert f"using {index} on" in plan
    assert ("Incremental Sort" in plan) == sorts
    assert sorts or "Sort" not in plan


@pytest.mark.postgres
@pytest.mark.parametrize("who", ["administrator", "member"])
@pytest.mark.parametrize(
    ("label", "index"),
    [
        ("At a gate", "project_by_state"),
        ("On hold", "project_by_state"),
        ("Ended", "project_by_state"),
        ("Archived", "project_put_away"),
        ("Critical gap", "project_with_gap"),
        ("Quick wins", "project_by_quadrant"),
    ],
)
def test_a_saved_view_is_counted_by_an_index(people, who, label, index):
    chosen = registers.chosen(Filters(**dict(VIEWS)[label]), actor=people[who])
    assert chosen.count() == 40
    plan = chosen.order_by().values("pk").explain()
    assert index in plan
    assert "Seq Scan" not in plan


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's plans are read above")
@pytest.mark.parametrize("query", ["", "sort=-risk", "gap=yes", "quadrant=big_bet", "sort=-chance"])
def test_sqlite_sorts_anew_what_it_finds_by_an_index(query):
    a_project()
    found = registers.listed(registers.parse(QueryDict(query)), actor=acting(an_administrator()))
    plan = found.values("pk", "name")[: PAGE_SIZE + 1].explain()
    assert "SEARCH projects_project USING INDEX" in plan


@pytest.mark.postgres
def test_what_stops_one_project_is_found_by_indexes_among_the_blockers_of_all(people):
    today = timezone.localdate()
    said = {"title": "No data", "category": "data_access", "severity": "high"}
    days = {"raised_on": today, "due_on": today, "respond_by": today}
    homes = Project.objects.order_by("pk").values_list("pk", "portfolio_id")
    Blocker.objects.bulk_create(
        Blocker(project_id=pk, portfolio_id=portfolio, **said, **days) for pk, portfolio in homes
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {Blocker._meta.db_table}")
    project, _ = homes[CROWD // 2]
    found = Blocker.objects.open().stopping(Project.objects.filter(pk=project))
    assert found.count() == 1
    plan = found.explain()
    for table in (Blocker, Project):
        assert f"Seq Scan on {table._meta.db_table} " not in plan


@pytest.mark.postgres
def test_everything_is_shown_to_the_product_itself(people):
    assert registers.listed(Filters(), actor=SYSTEM).count() == CROWD + 120

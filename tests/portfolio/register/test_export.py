"""The list as a file that a spreadsheet opens and an import reads back."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portfolio.register.imports import profile_files
from portfolio.register.imports.mapping import Mapper
from portfolio.register.imports.tables import Row
from portfolio.register.queries import exports
from projects.actions import metric_pairs, signals, units
from projects.exports import tables
from projects.rules.metric_pairs import MetricPair
from tests.factories import SYSTEM, a_member, a_portfolio, a_project, an_administrator

pytestmark = pytest.mark.django_db


def table(client, query=""):
    answer = client.get(f"/projects/{query or '?'}&export=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_file_holds_every_page_of_the_list_in_its_order(client):
    portfolio = a_portfolio()
    for number in range(7):
        a_project(portfolio, f"Project {number}")
    a_project(portfolio, "Claims triage")
    client.force_login(an_administrator())
    assert [row["name"] for row in table(client, "?sort=-name&size=2&page=2")] == [
        *(f"Project {number}" for number in reversed(range(7))),
        "Claims triage",
    ]
    assert [row["name"] for row in table(client, "?q=triage")] == ["Claims triage"]


def test_it_holds_only_what_the_reader_may_see(client):
    ours, theirs = a_portfolio(), a_portfolio()
    a_project(ours, "Ours")
    a_project(theirs, "Theirs")
    client.force_login(a_member(ours, "viewer"))
    assert [row["name"] for row in table(client)] == ["Ours"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_text_becomes_a_formula(client, text):
    a_project(name=text, problem=text)
    client.force_login(an_administrator())
    (row,) = table(client)
    assert row["name"] == row["problem"] == f"'{text}"


def test_a_negative_number_stays_a_number(client):
    a_project(metric_baseline=Decimal("-2.50"), metric_target=Decimal(1000))
    client.force_login(an_administrator())
    (row,) = table(client)
    assert (row["metric baseline"], row["metric target"]) == ("-2.5", "1000")


def test_the_import_reads_back_what_was_written(client):
    portfolio = a_portfolio()
    unit = units.find_or_create(portfolio.pk, name="Energy", team="Grid", actor=SYSTEM)
    owner = a_member(portfolio, name="Lena Fischer")
    given = {
        "name": "Прогноз спроса, “quoted”; café",
        "problem": "Two lines,\nthe second; with a semicolon.",
        "description": "A description",
        "kind": "new",
        "tier": "high",
        "ai_act_class": "limited",
        "personal_data": True,
        "llm": False,
        "vendor": True,
        "metric_name": "Shrinkage",
        "metric_unit": "%",
        "metric_direction": "down",
        "metric_baseline": Decimal("47.25"),
        "metric_target": Decimal(-3),
        "metric_target_on": date(2027, 2, 26),
        "metric_owner": "Owen",
        "metric_is_measured": True,
        "metric_method_agreed": False,
        "metric_link": "Less waste, less shrinkage.",
        "guardrails": "No more stock-outs",
        "value_low": Decimal(100_000),
        "value_likely": Decimal("250000.5"),
        "value_high": Decimal(900_000),
        "strategic": 0,
        "reach": 4,
        "ml_metric": "PR-AUC",
        "objective": "Recall at 5%",
        "committed_on": date(2027, 3, 1),
        "gate_planned_on": date(2026, 12, 24),
        "decides_about_people": True,
        "human_review": False,
        "acts_automatically": None,
        "safety_relevant": False,
        "customer_facing": True,
        "users_affected": 120_000,
        "expectation": "Recall of 0.7 to 0.8 by May.\nNo free text.",
        "data_sources": "Tills\nWeather",
        "model_version": "2",
        "first_exposure_on": date(2027, 4, 1),
        "metric_measured_on": date(2026, 10, 1),
        "monitoring_seen_on": date(2026, 11, 1),
        "capacity_fte": Decimal("2.25"),
        "remaining_cost": Decimal("120000.5"),
        "launch_cost": Decimal(30000),
        "cost_currency": "USD",
        "chance_of_use": 80,
        "mandatory": "Grid code, article 7",
        "vendor_name": "Сименс",
        "metric_realised": Decimal("7.25"),
        "stated_on": date(2027, 5, 1),
        "stated_value": Decimal("250000.5"),
        "leakage_reviewed_on": date(2026, 10, 2),
        "audited_on": date(2026, 10, 3),
    }
    name = given.pop("name")
    project = a_project(portfolio, name, unit=unit, owner=owner, **given)
    pair = MetricPair("recall", "recall_test", "recall_live", gap=Decimal("0.050"), ceiling=Decimal(1))
    metric_pairs.declare(project.pk, pair=pair, actor=SYSTEM)
    for signal, days in (("weekly", 7), ("odd", None)):
        signals.declare(project.pk, name=signal, every_days=days, actor=SYSTEM)
    client.force_login(an_administrator())
    (row,) = table(client)
    profile = profile_files.parse(profile_files.shipped()["plimsoll"])
    mapper = Mapper(profile, list(row))
    assert mapper.missing == []
    assert mapper.unmapped == []
    read = mapper.candidate(Row(2, tuple(row.values())))
    assert read.problems == []
    assert read.source_id == project.key
    written = {**given, "name": name, "unit": "Energy", "sub_unit": "Grid", "owner": owner.email}
    plain = {
        key: format(value, "f") if isinstance(value, Decimal) else value for key, value in written.items()
    }
    plain = {key: value.isoformat() if isinstance(value, date) else value for key, value in plain.items()}
    unanswered = {f"answers.{code}": "" for code in ("P1", "P2", "P3", "P4", "P5", "GA")}
    unanswered |= {"answers.assessed_on": None, "blockers": "", "people": ""}
    plain |= {"signals": "odd;weekly:7", "metric_pairs": "recall:recall_test:recall_live:up:0.05::1"}
    assert read.values == {**plain, **unanswered, "stage": "idea", "outcome": "open"}


def test_an_ended_project_says_how_it_ended():
    row = {"outcome": "stopped", "standard_stage": "poc"}
    assert exports.COLUMNS["stage"](row) == "stopped"
    assert exports.COLUMNS["stage"]({**row, "outcome": "open"}) == "poc"


def test_the_number_of_queries_grows_by_chunk_not_by_row(client, monkeypatch):
    portfolio = a_portfolio()
    monkeypatch.setattr(tables, "CHUNK", 4)
    for number in range(4):
        a_project(portfolio, f"Project {number}")
    client.force_login(an_administrator())

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert table(client)
        return len(captured)

    asked()
    few = asked()
    for number in range(4):
        a_project(portfolio, f"Project {number}")
    assert asked() <= few + 3

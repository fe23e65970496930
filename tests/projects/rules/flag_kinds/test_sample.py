"""The sample portfolio: what the file says of 24 projects gives exactly the flags that it expects."""

import csv
from pathlib import Path

import pytest

from tests.projects.rules.flag_kinds.healthy import ago, ahead, facts, found

pytestmark = pytest.mark.once
HERE = Path(__file__).resolve()
SAMPLE = HERE.parents[5] / "shared" / "data" / "sample_portfolio.csv"
# The third letter of the pitfall's six, and so on, as the questions stand in the scorecard.
PLACES = {"DQ2": ("answers_P2", 1), "NT1": ("answers_P5", 0), "NT3": ("answers_P5", 2)}


def rows():
    if not SAMPLE.is_file():
        pytest.skip("sample_portfolio.csv is not in ../shared/data")
    with SAMPLE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def told(row, name, when):
    return when(int(row[name])) if row[name] else None


def signoffs(row):
    cell = row["sign_offs(role:state:age_days)"]
    return [(state, int(age)) for _, state, age in (one.split(":") for one in cell.split(";") if one)]


def of_signoffs(row):
    given = signoffs(row)
    waiting = [age for state, age in given if state == "pending"]
    expired = [age for state, age in given if state == "expired"]
    lapsed = [age for state, age in given if state == "conditions_overdue"]
    return {
        "signoff_asked_on": ago(max(waiting)) if waiting else None,
        "signature_ends_on": ago(max(expired)) if expired else None,
        "signatures_changed": sum(state == "invalidated" for state, _ in given),
        "signatures_refused": sum(state in ("rejected", "withdrawn") for state, _ in given),
        "condition_due_on": ago(max(lapsed)) if lapsed else None,
    }


def of_blockers(row):
    """As the file says: past the deadline or not, owned or not."""
    cell = row["blockers(severity:category:age_days:overdue:owner)"]
    due, unowned = {"low": [], "grave": []}, []
    for severity, _, age, overdue, owner in (one.split(":") for one in cell.split(";") if one):
        due_on = ago(1) if overdue == "1" else ahead(1)
        due["grave" if severity in ("high", "critical") else "low"].append(due_on)
        if owner == "0":
            unowned.append((ago(int(age)), severity))
    return {
        "blocker_due_on": min(due["low"], default=None),
        "grave_blocker_due_on": min(due["grave"], default=None),
        "unowned_blocker_on": min((on for on, _ in unowned), default=None),
        "has_unowned_critical": any(severity == "critical" for _, severity in unowned),
    }


def of_forecast(row):
    cell = row["forecast_days(p5:p50:p80:p95)"]
    names = ("p05_on", "p50_on", "p80_on", "p95_on")
    days = [int(number) for number in cell.split(":")] if cell else [None] * 4
    return {
        name: ahead(number) if number is not None else None for name, number in zip(names, days, strict=True)
    }


def of_row(row):
    pivoted_on = told(row, "pivot_days_ago", ago)
    return facts(
        row["stage"],
        created_on=ago(int(row["days_in_stage"])) if row["stage"] == "idea" else ago(400),
        last_update_on=ago(int(row["days_since_update"])),
        active_days_in_stage=int(row["days_in_stage"]),
        gate_planned_on=told(row, "gate_due_in_days", ahead),
        on_hold=row["status"] == "on_hold",
        resume_on=told(row, "resume_in_days", ahead),
        **of_signoffs(row),
        **of_blockers(row),
        **of_forecast(row),
        owner_acted_on=ago(int(row["owner_days_inactive"])),
        has_steward=row["steward"] == "1",
        assessed_on=told(row, "assessment_age_days", ago),
        letters={name: row[column][place] for name, (column, place) in PLACES.items()},
        metric_is_complete=bool(row["business_metric"]),
        pivoted_on=pivoted_on,
        pivot_stage=row["stage"] if pivoted_on else "",
        committed_on=told(row, "committed_in_days", ahead),
        stated_on=told(row, "stated_in_days", ahead),
        recertify_on=told(row, "recert_in_days", ahead),
        monitoring_seen_on=told(row, "monitoring_days", ago),
    )


def test_the_sample_portfolio_gets_exactly_its_expected_flags():
    expected = {row["code"]: sorted(row["x_flags"].split()) for row in rows()}
    given = {row["code"]: sorted(found(of_row(row))) for row in rows()}
    assert len(given) == 24
    assert len({flag.rstrip("!") for flags in expected.values() for flag in flags}) == 23
    assert given == expected

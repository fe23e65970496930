from portfolio.insights.charts import ages, curves, scales, tables, workloads


def stage(label, days, stays=(30, 60, 90)):
    p50, p85, p95 = stays
    projects = [{"key": f"{label}-{day}", "name": f"{label} {day}", "days": day} for day in days]
    return {"stage": label, "label": label, "p50": p50, "p85": p85, "p95": p95, "projects": projects}


def test_a_scale_has_round_steps_and_holds_its_largest_value():
    assert scales.ticks(16, 4) == [0, 4, 8, 12, 16]
    assert scales.ticks(0) == [0, 1]
    assert scales.ticks(3, 4) == [0, 1, 2, 3]
    for most in (1, 7, 13, 99, 101, 250, 2133):
        named = scales.ticks(most)
        assert named[-1] >= most
        assert len(named) <= scales.MOST_STEPS + 1


def test_a_strip_marks_the_usual_stays_and_those_beyond_p85():
    drawn = ages.strips([stage("Data", (20, 60, 61)), stage("Pilot", ())])
    data, pilot = drawn.rows
    assert len(data.usual) == 3
    assert [dot.is_late for dot in data.dots] == [False, False, True]
    assert (data.longest, data.longest_key, data.is_late) == ("61 Data 61", "Data-61", True)
    assert data.words.startswith("Data: usual 30 days; Data 61 61")
    assert (pilot.dots, pilot.longest) == ((), "")
    most = drawn.ticks[-1][1]
    assert data.dots[0].x == round(20 / most * ages.DOTS) * 100 / ages.DOTS


def test_one_forgotten_project_does_not_squash_the_others():
    drawn = ages.strips([stage("Data", (20, 2000))])
    assert drawn.rows[0].usual[-1] >= 25
    assert max(dot.x for dot in drawn.rows[0].dots) == 100


def test_equally_old_projects_are_one_dot():
    assert len(ages.strips([stage("Data", [40] * 300)]).rows[0].dots) == 1


def test_a_stage_without_a_usual_stay_calls_nobody_late():
    drawn = ages.strips([stage("Idea", (400,), (None, None, None))])
    assert drawn.rows[0].usual == ()
    assert [dot.is_late for dot in drawn.rows[0].dots] == [False]


def test_an_empty_stage_of_which_nothing_is_known_has_no_strip():
    assert ages.strips([stage("Idea", (), (None, None, None))]).rows == ()


def test_a_curve_falls_in_steps():
    steps = [
        {"day": 30, "share": 0.9, "low": 0.7, "high": 0.97},
        {"day": 120, "share": 0.6, "low": 0.4, "high": 0.8},
    ]
    drawn = curves.curve(steps, mark=90)
    points = [tuple(map(float, pair.split())) for pair in drawn.line[1:].split("L")]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    assert xs == sorted(xs) and ys == sorted(ys)
    assert points[0] == (curves.LEFT, curves.TOP)
    assert drawn.band.endswith("Z")
    assert xs[1] < drawn.mark < xs[-1]
    assert curves.curve([]) is None


def test_months_with_more_work_than_people_stand_out():
    months = ["Dec 2026", "Jan 2027", "Feb 2027"]
    capability = {
        "name": "Engineering",
        "supply": [4, 4, None],
        "demand": [2, 5, 3],
        "overload": [0, 0.25, None],
    }
    row = workloads.rows(months, [capability])[0]
    assert [column.is_over for column in row.columns] == [False, True, False]
    assert [column.limit is None for column in row.columns] == [False, False, True]
    assert row.columns[1].height == workloads.HEIGHT
    assert row.worst == "25% over in Jan 2027"
    assert "Feb 2027 3 of not known" in row.words


def test_heat_has_five_steps_and_says_what_is_not_known():
    found = {"units": ["Care"], "cells": [[None, 39.4, 40, 50, 60, 72.2]]}
    assert [(cell["value"], cell["step"]) for cell in tables.heat(found)[0]["cells"]] == [
        (None, 0),
        (39, 1),
        (40, 2),
        (50, 3),
        (60, 4),
        (72, 5),
    ]


def test_a_funnel_splits_those_who_entered():
    stages = [
        {"label": "Idea", "entered": 40, "advanced": 20, "still_in": 12, "stopped": 8},
        {"label": "Data", "entered": 20, "advanced": 10, "still_in": 5, "stopped": 5},
    ]
    first, second = tables.funnel(stages)
    assert (first["on"], first["still"], first["lost"], first["lost_at"]) == (50, 30, 20, 80)
    assert (second["on"], second["lost_at"]) == (25, 37.5)

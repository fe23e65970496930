from collections import Counter
from dataclasses import replace

import pytest

from portfolio.register.imports.planning import StageReport
from portfolio.register.imports.reading import open_table
from portfolio.register.imports.tables import Unreadable
from tests.portfolio.register.imports.files import (
    BUREAU,
    DIRTY,
    EDITION_2023,
    EDITION_2024,
    HEADER,
    IMPACT,
    LIVE,
    NAME,
    OTHER,
    PURPOSE,
    STAGE,
    needs_real_files,
    planned,
    records_of,
    table_of,
    use_case,
)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "inventory.csv"


def line(plan, name):
    return next(each for each in plan.lines if each.name == name)


def codes(plan, severity=None):
    return Counter(each.code for each in plan.problems if severity in (None, each.severity))


def after(path, before, rows):
    """The plan of `rows` in a register that holds what an import of `before` made."""
    records = records_of(planned(table_of(path, before)))
    return planned(table_of(path, rows), records)


def test_every_row_has_one_outcome_and_every_dirty_cell_is_named(path):
    plan = planned(table_of(path, DIRTY))
    assert plan.counts == {"created": 10, "changed": 0, "unchanged": 0, "refused": 2, "ambiguous": 0}
    assert sum(plan.counts.values()) == len(DIRTY)
    assert codes(plan, "refused") == {"too_long": 1, "no_name": 1}
    assert codes(plan, "changed") == {
        "trimmed": 2,
        "year_as_day": 1,
        "controls_removed": 1,
        "shortened": 1,
        "stage_unknown": 1,
    }
    assert codes(plan, "noted") == {"not_a_date": 3, "no_date": 1, "dates_out_of_order": 1}
    refused = [each for each in plan.problems if each.severity == "refused"]
    assert all(each.column == NAME and each.remedy for each in refused)
    assert [each.row for each in refused] == [12, 13]


def test_values_come_out_as_the_profile_says(path):
    plan = planned(table_of(path, DIRTY))
    tide = line(plan, "Tide forecast").values
    assert (tide["unit"], tide["sub_unit"], tide["entered.framing"]) == (
        "Ministry of Tides", "Harbour Office", "2023"
    )  # fmt: skip
    fog = line(plan, "Fog detector").values
    assert (fog["tier"], fog["entered.framing"], fog["entered.production"]) == (
        "high",
        "2024-01-01",
        "2020-01-01",
    )
    assert line(plan, "Berth planner").values["problem"] == "First\nsecond"
    assert (line(plan, "Chatbot").values["personal_data"], line(plan, "CHATBOT").values["personal_data"]) == (
        True,
        False,
    )
    assert line(plan, "⚓ مراقبة الميناء").values["vendor"] is False
    assert line(plan, '=HYPERLINK("x")').cells[OTHER] == "@here"


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("Berth planner", StageReport("", "framing", "open")),
        ("Tide forecast", StageReport("", "production", "open")),
        ("Chatbot", StageReport("", "production", "retired")),
        ("CHATBOT", StageReport("", "framing", "stopped")),
        ("⚓ مراقبة الميناء", StageReport("", "pilot", "open")),
        ("Pilot with a bell in it", StageReport("", "idea", "open")),
    ],
)
def test_a_stage_word_becomes_a_reported_stage(path, name, report):
    assert line(planned(table_of(path, DIRTY)), name).stage == report


def test_unmapped_columns_are_listed_once_with_what_they_hold_and_kept(path):
    plan = planned(table_of(path, DIRTY))
    assert len(plan.unmapped) == 9
    assert plan.unmapped[OTHER] == 1
    assert plan.missing == []


def test_the_same_file_again_changes_nothing(path):
    again = after(path, DIRTY, DIRTY)
    assert again.counts == {"created": 0, "changed": 0, "unchanged": 10, "refused": 2, "ambiguous": 0}
    assert not any(each.changes or each.stage for each in again.lines)
    assert again.gone == []


def test_next_years_edition_becomes_changes_and_reported_moves(path):
    before = [
        use_case("Berth planner"),
        use_case("Fog detector"),
        use_case("Crane watch"),
        use_case("Old one"),
    ]
    now = [
        use_case("BERTH  planner!", stage=LIVE),
        use_case("Fog detector", purpose="See further", other="new remark"),
        use_case("Crane watch", stage="Retired"),
        use_case("New one"),
    ]
    plan = after(path, before, now)
    assert plan.counts == {"created": 1, "changed": 3, "unchanged": 0, "refused": 0, "ambiguous": 0}
    assert line(plan, "BERTH planner!").stage == StageReport("framing", "production", "open")
    assert line(plan, "BERTH planner!").changes["name"] == ("Berth planner", "BERTH planner!")
    assert line(plan, "Fog detector").changes == {
        "problem": ("", "See further"),
        f"source: {PURPOSE}": ("", "See further"),
        f"source: {OTHER}": ("", "new remark"),
    }
    assert line(plan, "Crane watch").stage == StageReport("framing", "framing", "stopped")
    assert plan.gone == ["GOV-4"]


def test_what_people_changed_here_stays_unless_the_source_moves_too(path):
    before = [use_case("Berth planner", purpose="As filed")]
    [record] = records_of(planned(table_of(path, before)))
    here = replace(record.project, stage="pilot", values={**record.values, "problem": "As we see it"})
    same = planned(table_of(path, before), [replace(record, project=here)])
    assert same.counts["unchanged"] == 1
    assert not same.problems
    moved = planned(
        table_of(path, [use_case("Berth planner", purpose="Filed anew")]), [replace(record, project=here)]
    )
    assert "problem" not in moved.lines[0].changes
    assert codes(moved) == {"edited_here": 1}
    assert moved.lines[0].stage is None


@pytest.mark.parametrize(
    ("here", "said", "report"),
    [
        ({"stage": "mvp"}, "Acquisition and/or Development", None),
        ({"stage": "pilot"}, "Acquisition and/or Development", StageReport("pilot", "data", "open")),
        ({"stage": "framing"}, "", None),
        (
            {"stage": "production", "was_live": True},
            "Retired",
            StageReport("production", "production", "retired"),
        ),
        ({"stage": "mvp", "was_live": True}, "Retired", StageReport("mvp", "mvp", "retired")),
        ({"stage": "mvp", "outcome": "stopped"}, "Retired", None),
        ({"stage": "mvp", "outcome": "stopped"}, LIVE, StageReport("mvp", "production", "open")),
        ({"stage": "production"}, LIVE, None),
    ],
)
def test_a_stage_is_reported_only_where_the_source_says_something_new(path, here, said, report):
    [record] = records_of(planned(table_of(path, [use_case("Berth planner")])))
    project = replace(record.project, **here)
    plan = planned(
        table_of(path, [use_case("Berth planner", stage=said)]), [replace(record, project=project)]
    )
    assert plan.lines[0].stage == report


def test_a_project_deleted_here_is_not_brought_back(path):
    [record] = records_of(planned(table_of(path, [use_case("Berth planner")])))
    plan = planned(table_of(path, [use_case("Berth planner", stage=LIVE)]), [replace(record, project=None)])
    assert (plan.counts["unchanged"], codes(plan)) == (1, {"deleted_here": 1})


def test_equal_names_are_told_apart_by_the_rest_of_their_cells(path):
    before = [use_case("Chatbot", purpose="Skippers"), use_case("Chatbot", purpose="Clerks", stage=LIVE)]
    plan = planned(table_of(path, before))
    assert [each.ordinal for each in plan.lines] == [1, 2]
    now = [
        use_case("Chatbot", purpose="Clerks", stage=LIVE, other="more"),
        use_case("Chatbot", purpose="Anglers", initiated="1/1/2024"),
        use_case("Chatbot", purpose="Skippers", impact="Neither"),
    ]
    again = after(path, before, now)
    assert [(each.record and each.record.pk, each.outcome) for each in again.lines] == [
        (2, "changed"), (None, "created"), (1, "changed")
    ]  # fmt: skip
    assert again.lines[1].ordinal == 3


def test_rows_that_could_continue_either_record_change_nothing(path):
    before = [use_case("Chatbot", purpose="Skippers"), use_case("Chatbot", purpose="Clerks")]
    again = after(
        path, before, [use_case("Chatbot", purpose="Anglers"), use_case("Chatbot", purpose="Divers")]
    )
    assert again.counts["ambiguous"] == 2
    assert codes(again) == {"ambiguous": 2}
    assert not any(each.changes or each.stage or each.record for each in again.lines)
    assert again.gone == []


def test_twins_match_each_other_and_one_that_changed_is_ambiguous(path):
    twins = [use_case("Chatbot"), use_case("Chatbot")]
    assert after(path, twins, twins).counts["unchanged"] == 2
    assert after(path, twins, [use_case("Chatbot"), use_case("Chatbot", purpose="New")]).counts == {
        "created": 0, "changed": 0, "unchanged": 1, "refused": 0, "ambiguous": 1
    }  # fmt: skip
    both = [use_case("Chatbot", purpose="New"), use_case("Chatbot", purpose="New")]
    assert after(path, twins, both).counts["changed"] == 2


def test_the_order_of_rows_and_records_does_not_matter(path):
    before = [
        use_case("Chatbot", purpose=f"Use {at}", impact="Neither" if at % 2 else "Both") for at in range(6)
    ]
    now = [*before[3:], *before[:2], use_case("Chatbot", purpose="Use 2", impact="Neither")]
    records = records_of(planned(table_of(path, before)))
    plans = [
        planned(table_of(path, rows), known)
        for rows in (now, now[::-1])
        for known in (records, records[::-1])
    ]
    assert (
        len({tuple(sorted((each.cells[PURPOSE], each.record.pk) for each in plan.lines)) for plan in plans})
        == 1
    )
    assert plans[0].counts["changed"] == 1


def test_a_bureau_that_was_renamed_continues_when_the_name_is_the_only_one(path):
    renamed = after(path, [use_case("Berth planner")], [use_case("Berth planner", bureau="Port Office")])
    assert renamed.counts["changed"] == 1
    two = [use_case("Chatbot", bureau="A"), use_case("Chatbot", bureau="B")]
    assert after(path, two, [use_case("Chatbot", bureau="C")]).counts["created"] == 1


def test_an_id_outlives_every_other_change_and_a_repeated_id_is_none(path):
    header = ["Use_Case_ID", "Department", "Agency", "Title", "Summary", "Development_Stage"]

    def plan(rows, records=()):
        return planned(table_of(path, rows, header=header), list(records), by="us_federal_2023")

    before = [
        ["T-1", "Tides", "Harbour", "Berth planner", "", "Initiation"],
        ["TBD", "Tides", "Harbour", "Fog detector", "", ""],
        ["TBD", "Tides", "Harbour", "Crane watch", "", ""],
    ]
    now = [
        ["TBD", "Tides", "Harbour", "Crane watch", "New words", ""],
        ["T-1", "Ports", "Quay", "Mooring planner", "", "Initiation"],
        ["TBD", "Tides", "Harbour", "Fog detector", "", ""],
    ]
    again = plan(now, records_of(plan(before)))
    assert [(each.record.pk, each.outcome) for each in again.lines] == [
        (3, "changed"),
        (1, "changed"),
        (2, "unchanged"),
    ]


def test_a_file_of_another_kind_is_refused_with_the_column_that_is_missing(path):
    with pytest.raises(Unreadable, match="no column “Title”"):
        planned(table_of(path, DIRTY), by="us_federal_2023")


def test_ragged_rows_are_refused_or_noted(path):
    plan = planned(table_of(path, [[*use_case("Long"), "and", "more"], use_case("Short")[:4]]))
    assert [each.outcome for each in plan.lines] == ["refused", "created"]
    assert codes(plan) == {"too_many_cells": 1, "too_few_cells": 1, "stage_empty": 1}


def test_a_column_that_must_never_be_imported_leaves_no_trace(path):
    header = ["agency_name", "use_case_name", "contact_email", "development_stage"]
    plan = planned(
        table_of(path, [["Tides", "Berth planner", "a.person@example.org", "Pilot"]], header=header),
        by="us_federal_2025",
    )
    assert plan.left_out == ["contact_email"]
    assert "example.org" not in repr(plan)
    assert plan.lines[0].stage == StageReport("", "pilot", "open")


@needs_real_files
def test_the_inventory_of_2023_is_planned_whole():
    plan = planned(open_table(EDITION_2023), by="us_federal_2023")
    assert plan.counts == {"created": 710, "changed": 0, "unchanged": 0, "refused": 0, "ambiguous": 0}
    assert codes(plan)["stage_empty"] == 321
    assert Counter(each.stage.went_to for each in plan.lines)["production"] == 91 + 26 + 27 + 6 + 7


@needs_real_files
def test_the_inventory_of_2024_is_planned_whole_with_all_its_dirt():
    table = open_table(EDITION_2024)
    plan = planned(table)
    assert plan.counts == {"created": 2133, "changed": 0, "unchanged": 0, "refused": 0, "ambiguous": 0}
    found = codes(plan)
    assert found["year_as_day"] == 134
    assert found["not_a_date"] + found["no_date"] == 290
    assert found["word_unknown"] == found["not_yes_or_no"] == 0
    before = [
        each
        for each in plan.problems
        if each.code == "dates_out_of_order" and "Date Initiated" in each.reason
    ]
    assert sum(each.column == "Date Implemented" for each in before) == 12
    assert sum(each.code == "trimmed" and each.column == NAME for each in plan.problems) == 143
    pairs = Counter((each.values["unit"], each.name.casefold()) for each in plan.lines)
    assert sum(pairs.values()) - len(pairs) == 83
    assert len({(each.identity, each.ordinal) for each in plan.lines}) == 2133
    stages = Counter((each.stage.went_to, each.stage.outcome) for each in plan.lines)
    assert stages["production", "open"] == 874 + 14 + 4
    assert stages["production", "retired"] + stages["framing", "stopped"] + stages["data", "stopped"] == 142


@needs_real_files
@pytest.mark.parametrize(
    ("file", "by"), [(EDITION_2023, "us_federal_2023"), (EDITION_2024, "us_federal_2024")]
)
def test_a_real_inventory_imported_again_matches_every_row_to_itself(file, by):
    table = open_table(file)
    records = records_of(planned(table, by=by))
    again = planned(table, records[::-1], by=by)
    assert again.counts["unchanged"] == len(records) == len(again.lines)
    assert [each.record.pk for each in again.lines] == [record.pk for record in records]


@needs_real_files
def test_an_edition_with_other_stages_becomes_reported_moves(tmp_path):
    table = open_table(EDITION_2024)
    stage, impact = table.columns.index(STAGE), table.columns.index(IMPACT)
    rows = [list(row.cells) for row in table.rows()]
    moved = 0
    for row in rows:
        if row[stage] == "Initiated":
            row[stage], moved = "Operation and Maintenance", moved + 1
        elif row[impact] == "Neither" and row[stage] == "Planned":
            row[table.columns.index(BUREAU)] += " (renamed)"
    edited = table_of(tmp_path / "next.csv", rows, header=list(table.columns))
    plan = planned(edited, records_of(planned(table)))
    assert (
        sum(each.stage == StageReport("framing", "production", "open") for each in plan.lines) == moved == 370
    )
    assert plan.counts["ambiguous"] == plan.counts["created"] == 0


def test_the_made_up_header_is_that_of_the_real_file():
    if EDITION_2024.exists():
        assert set(open_table(EDITION_2024).columns) >= {" ".join(each.split()) for each in HEADER}

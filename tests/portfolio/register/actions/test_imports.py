import pytest
from django.utils import timezone

from portfolio.register.actions import import_profiles, import_runs, imports
from portfolio.register.imports import planning
from portfolio.register.imports.plain_yaml import BadProfile
from portfolio.register.models import ImportLine, ImportRun, RunState, SourceRecord
from projects.actions import members, moves, projects
from projects.errors import NotAllowed, Refused, Stale
from projects.models import BusinessUnit, Event, Flag, Move, Project
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, an_administrator
from tests.portfolio.register.imports.files import (
    DIRTY,
    EDITION_2023,
    EDITION_2024,
    LIVE,
    OTHER,
    needs_real_files,
    use_case,
    write_csv,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return a_portfolio("Government")


@pytest.fixture
def bring(portfolio, tmp_path):
    """Upload rows and check them; apply them unless told not to."""

    def bring(rows, *, profile="us_federal_2024", actor=SYSTEM, apply=True, path=None, **how):
        path = path or write_csv(tmp_path / "inventory.csv", rows, **how)
        run = imports.upload(portfolio.pk, profile=profile, file=path, file_name="inventory.csv", actor=actor)
        import_runs.take_up(run.pk)
        if apply:
            imports.apply(run.pk, actor=actor)
            import_runs.take_up(run.pk)
        run.refresh_from_db()
        return run

    return bring


def everything():
    """What an import could have written."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Project, Move, BusinessUnit, SourceRecord, Flag)
    ] + [Event.objects.exclude(kind__startswith="import").count()]


def test_a_check_changes_nothing_and_names_every_row(bring):
    before = everything()
    run = bring(DIRTY, apply=False)
    assert run.state == RunState.CHECKED
    assert run.counts == {"created": 10, "changed": 0, "unchanged": 0, "refused": 2, "ambiguous": 0}
    assert sum(run.counts.values()) == run.total == run.lines.count() == len(DIRTY)
    assert everything() == before
    assert [OTHER, 1] in run.report["unmapped"]
    [nameless] = [line for line in run.lines.all() if not line.name and line.row == len(DIRTY) + 1]
    assert [found["code"] for found in nameless.problems] == ["no_name"]


def test_applying_makes_the_projects_and_keeps_every_cell(bring, portfolio):
    run = bring(DIRTY)
    assert (run.state, run.counts["created"], run.counts["refused"]) == (RunState.APPLIED, 10, 2)
    assert Project.objects.count() == SourceRecord.objects.count() == 10
    tide = Project.objects.get(name="Tide forecast")
    assert (tide.stage, tide.unit.name, tide.unit.parent.name) == (
        "production",
        "Harbour Office",
        "Ministry of Tides",
    )
    formula = Project.objects.get(name='=HYPERLINK("x")')
    record = SourceRecord.objects.get(project=formula)
    assert record.cells[OTHER] == "@here"
    assert formula.source == {OTHER: "@here"}
    assert Project.objects.get(name="⚓ مراقبة الميناء").vendor is False
    assert {each.outcome for each in Project.objects.filter(name__iexact="chatbot")} == {"retired", "stopped"}
    assert BusinessUnit.objects.count() == 2
    assert Event.objects.filter(kind="import.applied", portfolio=portfolio).count() == 1
    assert not ImportLine.objects.filter(outcome="created", project=None).exists()


def test_the_same_file_again_changes_nothing(bring):
    bring(DIRTY)
    before = everything()
    again = bring(DIRTY)
    assert again.counts == {"created": 0, "changed": 0, "unchanged": 10, "refused": 2, "ambiguous": 0}
    assert everything() == before


def test_next_years_edition_becomes_edits_and_reported_moves_that_later_obey_gates(bring):
    bring([use_case("Berth planner"), use_case("Fog detector"), use_case("Crane watch")])
    run = bring(
        [
            use_case("Berth planner", stage="Acquisition and/or Development", began="1/1/2024"),
            use_case("Fog detector", purpose="See further", other="New remark"),
            use_case("Crane watch", stage="Retired"),
        ]
    )
    assert run.counts["changed"] == 3
    berth = Project.objects.get(name="Berth planner")
    assert (berth.stage, berth.stage_since.year) == ("data", 2024)
    move = berth.moves.first()
    assert (move.kind, move.gate_examined, move.source) == ("report", False, "us-federal-ai-inventory")
    assert move.gates and {gate["treatment"] for gate in move.gates} == {"reported"}
    fog = Project.objects.get(name="Fog detector")
    assert (fog.problem, fog.source) == ("See further", {OTHER: "New remark"})
    assert Project.objects.get(name="Crane watch").outcome == "stopped"
    with pytest.raises(Refused):
        moves.make(berth.pk, to="poc", actor=SYSTEM)


def test_what_people_did_here_in_between_is_not_undone(bring):
    bring([use_case("Berth planner", purpose="As filed")])
    project = Project.objects.get()
    projects.edit(project.pk, version=None, problem="As we see it", actor=SYSTEM)
    assert bring([use_case("Berth planner", purpose="As filed")]).counts["unchanged"] == 1
    run = bring([use_case("Berth planner", purpose="Filed anew", stage=LIVE)])
    project.refresh_from_db()
    assert (project.problem, project.stage) == ("As we see it", "production")
    assert [found["code"] for found in run.lines.get().problems] == ["edited_here"]


def test_an_import_that_was_overtaken_is_shown_again_before_it_is_applied(bring):
    bring([use_case("Berth planner", purpose="As filed")])
    run = bring([use_case("Berth planner", purpose="Filed anew")], apply=False)
    project = Project.objects.get()
    projects.edit(project.pk, version=None, problem="Changed meanwhile", actor=SYSTEM)
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert (run.state, run.report["changed_since_check"]) == (RunState.CHECKED, True)
    project.refresh_from_db()
    assert project.problem == "Changed meanwhile"
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.APPLIED


def test_a_run_that_ends_in_the_middle_goes_on_where_it_was(bring, monkeypatch):
    monkeypatch.setattr(import_runs, "CHUNK", 4)
    rows = [use_case(f"Project {at}", stage=LIVE) for at in range(10)]
    rows += [use_case("Twin", purpose=str(at)) for at in range(3)]
    run = bring(rows, apply=False)
    imports.apply(run.pk, actor=SYSTEM)
    chunks = iter([None, None])
    apply = import_runs.Applier.apply

    def apply_twice(applier, lines):
        apply(applier, lines)
        if next(chunks, "killed") == "killed":
            raise KeyboardInterrupt

    monkeypatch.setattr(import_runs.Applier, "apply", apply_twice)
    with pytest.raises(KeyboardInterrupt):
        import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert (run.state, run.done, Project.objects.count()) == (RunState.APPLYING, 8, 8)
    monkeypatch.setattr(import_runs.Applier, "apply", apply)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.APPLYING, "its lease has not run out"
    ImportRun.objects.update(lease_until=timezone.now())
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert (run.state, run.counts["created"], run.done) == (RunState.APPLIED, 13, 13)
    assert Project.objects.count() == SourceRecord.objects.count() == 13
    assert Event.objects.filter(kind="project.created").count() == 13
    assert bring(rows).counts["unchanged"] == 13


def test_a_worker_whose_lease_was_taken_writes_nothing_more(bring, monkeypatch):
    run = bring([use_case("Berth planner")], apply=False)
    imports.apply(run.pk, actor=SYSTEM)
    plan = import_runs._plan

    def slow_plan(mine):
        ImportRun.objects.filter(pk=mine.pk).update(lease_token="of another worker")
        return plan(mine)

    monkeypatch.setattr(import_runs, "_plan", slow_plan)
    import_runs.take_up(run.pk)
    assert not Project.objects.exists()
    run.refresh_from_db()
    assert run.state == RunState.APPLYING


def test_a_run_that_keeps_ending_its_worker_is_given_up(bring):
    run = bring([use_case("Berth planner")], apply=False)
    imports.apply(run.pk, actor=SYSTEM)
    ImportRun.objects.update(attempts=import_runs.MOST_ATTEMPTS)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert (run.state, Project.objects.count()) == (RunState.FAILED, 0)
    assert "again and again" in run.error


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<html>not a table</html>", "web page"),
        (b"\x00\x01\x02", "not text"),
        (b"", "empty"),
        (b"Title,Agency\nBerth planner,Tides\n", "no column “Use Case Name”"),
    ],
)
def test_a_file_that_cannot_be_used_fails_with_the_reason_and_the_fix(bring, tmp_path, content, says):
    path = tmp_path / "bad"
    path.write_bytes(content)
    run = bring([], path=path, apply=False)
    assert run.state == RunState.FAILED
    assert says in run.error
    assert run.remedy
    with pytest.raises(Refused):
        imports.apply(run.pk, actor=SYSTEM)


def test_only_managers_import_and_strangers_learn_nothing(bring, portfolio):
    contributor, manager = a_member(portfolio, "contributor"), a_member(portfolio, "manager")
    with pytest.raises(NotAllowed):
        bring(DIRTY, actor=acting(contributor))
    assert not ImportRun.objects.exists()
    assert bring(DIRTY, actor=acting(manager)).state == RunState.APPLIED


def test_who_loses_the_right_to_import_stops_the_import(bring, portfolio):
    manager = a_member(portfolio, "manager")
    run = bring(DIRTY, actor=acting(manager), apply=False)
    imports.apply(run.pk, actor=acting(manager))
    members.set_role(portfolio.pk, user_id=manager.pk, role="viewer", actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert (run.state, Project.objects.count()) == (RunState.FAILED, 0)
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.APPLIED


def test_a_discarded_import_leaves_its_report_and_no_file(bring, django_capture_on_commit_callbacks):
    run = bring(DIRTY, apply=False)
    with django_capture_on_commit_callbacks(execute=True):
        imports.discard(run.pk, actor=SYSTEM)
    run.refresh_from_db()
    assert (run.state, run.lines.count()) == (RunState.DISCARDED, len(DIRTY))
    assert not (imports.folder() / run.path).exists()
    with pytest.raises(Refused):
        imports.apply(run.pk, actor=SYSTEM)


def test_a_portfolio_with_other_stages_takes_the_nearest(tmp_path):
    portfolio = a_portfolio("Lean", preset="lean")
    path = write_csv(
        tmp_path / "a.csv",
        [use_case("A", stage="Acquisition and/or Development"), use_case("B", stage="Initiated")],
    )
    run = imports.upload(portfolio.pk, profile="us_federal_2024", file=path, file_name="a.csv", actor=SYSTEM)
    import_runs.take_up(run.pk)
    imports.apply(run.pk, actor=SYSTEM)
    import_runs.take_up(run.pk)
    codes = {stage.code for stage in portfolio.workflow.rules.stages}
    assert {each.stage for each in Project.objects.all()} <= codes


def test_an_owner_is_found_by_address_and_an_unknown_one_is_reported(bring, portfolio):
    member, boss, outsider = a_member(portfolio, "viewer"), an_administrator(), a_person("Mira Falk")
    named = {
        "Berth planner": member.email.upper(),
        "Crane counter": boss.email,
        "Fog detector": "nobody@example.org",
        "Tide table": outsider.email,
    }
    run = bring([[*row] for row in named.items()], profile="plimsoll", header=["name", "owner"])
    found = {project.name: project.owner for project in Project.objects.all()}
    assert found == {"Berth planner": member, "Crane counter": boss, "Fog detector": None, "Tide table": None}
    problems = [(line.name, found["code"]) for line in run.lines.all() for found in line.problems]
    assert problems == [("Fog detector", "owner_unknown"), ("Tide table", "owner_unknown")]


def test_a_file_gives_a_project_to_another_owner_if_that_person_may_see_it(bring, portfolio):
    first, second, outsider = a_member(portfolio), a_member(portfolio), a_person()
    header = ["name", "owner"]
    bring([["Berth planner", first.email]], profile="plimsoll", header=header)
    run = bring([["Berth planner", second.email]], profile="plimsoll", header=header)
    assert run.counts["changed"] == 1
    assert Project.objects.get().owner == second
    run = bring([["Berth planner", outsider.email]], profile="plimsoll", header=header)
    assert run.counts["refused"] == 0
    assert [found["code"] for line in run.lines.all() for found in line.problems] == ["owner_unknown"]
    assert Project.objects.get().owner == second


def test_a_profile_of_ones_own_takes_the_place_of_a_shipped_one(bring, portfolio):
    text = (
        "name: Ours\nsource: ours\nfields:\n  name: What\nstage:\n  column: Where\n  words: {here: pilot}\n"
    )
    import_profiles.save(portfolio.pk, name="us_federal_2024", text=text, version=0, actor=SYSTEM)
    bring([["Berth planner", "here"]], header=["What", "Where"])
    assert Project.objects.get().stage == "pilot"
    with pytest.raises(Stale):
        import_profiles.save(portfolio.pk, name="us_federal_2024", text=text, version=0, actor=SYSTEM)
    with pytest.raises(BadProfile):
        import_profiles.save(portfolio.pk, name="ours", text="name: Ours", version=0, actor=SYSTEM)
    with pytest.raises(Refused):
        import_profiles.save(portfolio.pk, name="Not a name!", text=text, version=0, actor=SYSTEM)
    who = acting(a_member(portfolio, "contributor"))
    with pytest.raises(NotAllowed):
        import_profiles.save(portfolio.pk, name="ours", text=text, version=0, actor=who)


def test_an_export_that_was_edited_finds_its_projects_again(bring, portfolio, client, tmp_path):
    bring([use_case("=Berth()", stage=LIVE), use_case("Fog detector"), use_case("Old", stage="Retired")])
    a_project(portfolio, "Made by hand", problem="By hand")
    client.force_login(a_member(portfolio, "manager"))
    path = tmp_path / "export.csv"
    path.write_bytes(b"".join(client.get("/projects/?export=csv&outcome=any").streaming_content))
    before = everything()[:3]
    same = bring([], path=path, profile="plimsoll")
    assert same.counts["created"] == same.counts["changed"] == same.counts["refused"] == 0
    assert same.counts["unchanged"] >= 3
    assert everything()[:3] == before
    path.write_text(path.read_text("utf-8-sig").replace("By hand", "By machine").replace("framing", "data"))
    edited = bring([], path=path, profile="plimsoll")
    assert edited.counts["created"] == 0
    assert Project.objects.get(name="Made by hand").problem == "By machine"
    assert Project.objects.get(name="Fog detector").stage == "data"


@pytest.mark.once
@needs_real_files
def test_both_inventories_go_in_and_the_second_continues_the_first(bring):
    first = bring([], path=EDITION_2023, profile="us_federal_2023")
    assert (first.counts["created"], Project.objects.count()) == (710, 710)
    second = bring([], path=EDITION_2024)
    assert sum(second.counts.values()) == 2133
    assert second.counts["refused"] == second.counts["ambiguous"] == 0
    assert Project.objects.count() == 710 + second.counts["created"]
    assert Move.objects.filter(kind="report").exclude(from_stage="idea").exists()
    assert bring([], path=EDITION_2024).counts["unchanged"] == 2133


def test_the_columns_of_a_line_hold_what_a_plan_can_say():
    longest = ImportLine._meta.get_field("outcome").max_length
    assert all(len(outcome) <= longest for outcome in planning.OUTCOMES)

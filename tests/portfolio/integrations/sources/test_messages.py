"""Messages carried out: by normal actions, at the same gates, once, in their order, with words for people."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from portfolio import tasks
from portfolio.integrations.keys.actions import keys
from portfolio.integrations.models import Registry, RegistryLink, SourceMessage
from portfolio.integrations.sources.actions import messages, outcomes, sources, work
from projects.actions import moves
from projects.errors import NotAllowed, Refused
from projects.models import Blocker, Event, Evidence, Move, Observation, Proposal, StatusUpdate
from tests import factories
from tests.portfolio.integrations.sources import senders
from tests.races import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_counted_before():
    cache.clear()


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio)


def a_rule(project, verb, **values):
    return {"name": f"Try {verb}", "project": {"fixed": project.key}, "do": verb, "with": values}


def a_message(portfolio, rules, body=None, style="generic", **fields):
    """A message that waits at a source with these rules."""
    source, _ = senders.a_source(portfolio, style, rules=rules)
    return waits(source, body or {"type": "x"}, **fields)


def waits(source, body, number=1, **fields):
    fields = {"kind": str(body.get("type", "")), **fields}
    return SourceMessage.objects.create(source=source, external_id=f"m-{number}", body=body, **fields)


def outcome(message):
    """Carry out all that is due; how the message stands, and the codes of what came of it."""
    tasks.take_messages()
    message.refresh_from_db()
    return message.state, [each["code"] for each in message.outcome]


def next_stage(project):
    stages = [stage["code"] for stage in project.portfolio.workflow.definition["stages"]]
    return stages[stages.index(project.stage) + 1]


def behind_a_gate(project):
    """Take a project to where the next gate asks for signatures; the code of that gate."""
    project.workflow = factories.strict_gates(project.portfolio).workflow
    project.save(update_fields=["workflow"])
    for _ in range(5):
        try:
            moves.make(project.pk, to=next_stage(project), actor=factories.SYSTEM)
        except Refused:
            break
        project.refresh_from_db()
    gates = project.portfolio.workflow.rules.gates
    return next(gate.code for gate in gates if gate.to_stage == next_stage(project))


def test_a_deployment_moves_its_project_as_the_sources_own_account(client, portfolio, project):
    gate = behind_a_gate(project)
    factories.signed_off(project, gate)
    stage = next_stage(project)
    rules = [
        {
            "name": "Live",
            "kind": "deployment_status",
            "when": {"deployment_status.state": "success"},
            "project": [{"key": "deployment.payload.project"}],
            "do": "move",
            "with": {"to": stage, "note": "Deployed {deployment.ref}."},
        }
    ]
    source, secret = senders.a_source(portfolio, rules=rules)
    senders.github(client, source, secret, senders.deployed(project))
    message = SourceMessage.objects.get()
    assert outcome(message) == ("done", ["moved"])
    assert message.outcome[0]["rule"] == "Live"
    assert project.key in message.outcome[0]["message"]
    move = Move.objects.get(project=project, kind="advance", to_stage=stage)
    assert (move.note, move.actor) == ("Deployed v2.", source.user)
    event = Event.objects.get(kind="stage.advanced", project=project, actor=source.user)
    assert (event.door, event.by_machine, event.request_id) == ("hook", True, f"message {message.pk}")


def test_a_closed_gate_refuses_with_every_obstacle_and_changes_nothing(portfolio, project):
    gate = behind_a_gate(project)
    before = project.stage
    rules = [a_rule(project, "move", to=next_stage(project)), a_rule(project, "signal", name="predictions")]
    message = a_message(portfolio, rules)
    assert outcome(message) == ("refused", ["gate_closed", "signal_seen"])
    obstacles = message.outcome[0]["obstacles"]
    assert obstacles
    assert all(each["code"] and each["message"] and each["remedy"] for each in obstacles)
    project.refresh_from_db()
    assert project.stage == before
    assert "predictions" in project.signals  # what one rule is refused takes nothing from the others
    # Once the gate is open somebody has it done again; what was done is not done twice.
    factories.signed_off(project, gate)
    seen = Event.objects.filter(kind="signal.declared").count()
    messages.again(message.pk, actor=factories.SYSTEM)
    assert outcome(message) == ("done", ["moved", "signal_seen"])
    assert Event.objects.filter(kind="signal.declared").count() == seen
    messages.again(message.pk, actor=factories.SYSTEM)
    outcome(message)
    assert Move.objects.filter(project=project, kind="advance", actor=message.source.user).count() == 1


def test_every_verb_does_what_it_says(portfolio, project):
    rules = [
        a_rule(project, "propose", to=next_stage(project), note="Ready."),
        a_rule(project, "update", health="on_track", text="Built {build}."),
        a_rule(project, "observe", values={"path": "metrics"}, version="7"),
        a_rule(project, "check", checklist="ml_test", item="D1", points={"path": "ok", "map": {"true": "1"}}),
        a_rule(project, "evidence", kind="ci_run", title="Run {build}", url="https://ci.example.org/81"),
        a_rule(project, "blocker", title="Nightly run fails", category="other", severity="medium"),
        a_rule(project, "signal", name="predictions"),
    ]
    body = {"type": "x", "build": 81, "ok": True, "metrics": {"recall": 0.8, "auc": 0.9}}
    source, _ = senders.a_source(portfolio, "generic", rules=rules)
    message = waits(source, body)
    codes = [
        "proposed",
        "update_posted",
        "observed",
        "checked",
        "evidence_added",
        "blocker_raised",
        "signal_seen",
    ]
    assert outcome(message) == ("done", codes)
    assert Proposal.objects.get(project=project).body == {"to": next_stage(project), "note": "Ready."}
    assert StatusUpdate.objects.get(project=project).text == "Built 81."
    found = Observation.objects.filter(project=project, version="7", environment="offline")
    assert sorted(found.values_list("metric", "value")) == [("auc", 0.9), ("recall", 0.8)]
    assert Evidence.objects.get(project=project).title == "Run 81"
    assert Blocker.objects.get(project=project).raised_by == source.user
    project.refresh_from_db()
    assert project.checklists["ml_test"] == {"D1": "1"}
    # The same again, as another message: what is there already is said to be.
    again = waits(source, body, 2)
    codes = ["proposed", "update_posted", "observed", "no_change", "no_change", "no_change", "signal_seen"]
    assert outcome(again)[1] == codes
    assert Blocker.objects.count() == Evidence.objects.count() == Proposal.objects.count() == 1


@pytest.mark.parametrize(
    ("rules", "body", "code"),
    [
        ([{"project": {"key": "project"}, "do": "signal", "with": {"name": "x"}}], {}, "project_missing"),
        (
            [{"project": {"key": "project"}, "do": "signal", "with": {"name": "x"}}],
            {"project": "NO-1"},
            "project_missing",
        ),
        (
            [{"project": {"fixed": "COM-1"}, "do": "signal", "with": {"name": "{nothing}"}}],
            {},
            "fields_missing",
        ),
        ([{"project": {"fixed": "COM-1"}, "do": "move", "with": {"to": "nowhere"}}], {}, None),
        (
            [{"project": {"fixed": "COM-1"}, "do": "signal", "with": {"name": "NO NAME"}}],
            {},
            "signal_refused",
        ),
    ],
)
def test_what_cannot_be_done_says_why_and_what_would_help(portfolio, project, rules, body, code):
    message = a_message(portfolio, rules, {"type": "x", **body})
    state, codes = outcome(message)
    assert state == "refused"
    assert code is None or codes == [code]
    said = message.outcome[0]
    assert said["message"]
    assert said["remedy"] or said["obstacles"]


def test_a_project_of_another_portfolio_is_nobody(portfolio):
    elsewhere = factories.a_project(factories.a_portfolio(key_prefix="ELS"))
    message = a_message(portfolio, [a_rule(elsewhere, "signal", name="x")])
    assert outcome(message) == ("refused", ["project_missing"])


def test_the_role_of_the_source_says_what_it_may(portfolio, project):
    rules = [a_rule(project, "signal", name="x")]
    source, _ = senders.a_source(portfolio, "generic", rules=rules, role="viewer")
    message = waits(source, {"type": "x"})
    assert outcome(message) == ("refused", ["not_allowed"])
    sources.change(source.pk, actor=factories.SYSTEM, role="contributor")
    messages.again(message.pk, actor=factories.SYSTEM)
    assert outcome(message) == ("done", ["signal_seen"])


def test_a_message_without_a_rule_is_kept_and_ignored(portfolio, project):
    message = a_message(portfolio, [a_rule(project, "signal", name="x") | {"kind": "other"}])
    assert outcome(message) == ("ignored", ["nothing_to_do"])


def test_messages_of_one_project_are_taken_in_their_order(portfolio, project):
    source, _ = senders.a_source(portfolio, "generic", rules=[a_rule(project, "signal", name="x")])
    first = waits(source, {"type": "x"}, 1, project=project)
    second = waits(source, {"type": "x"}, 2, project=project)
    other = waits(source, {"type": "x"}, 3, project=factories.a_project(portfolio))
    now = timezone.now()
    assert messages.sources.due(now, 9) == [first.pk, other.pk]
    claimed = messages.claim(first.pk, now)
    assert messages.sources.due(now, 9) == [other.pk]
    messages.carry_out(claimed)
    assert messages.sources.due(now, 9) == [second.pk, other.pk]
    sources.pause(source.pk, actor=factories.SYSTEM)
    assert messages.sources.due(now, 9) == []


def test_a_claim_is_one_workers_until_its_lease_is_over(portfolio, project):
    message = a_message(portfolio, [a_rule(project, "update", health="on_track", text="Once.")])
    now = timezone.now()
    first = messages.claim(message.pk, now)
    assert messages.claim(message.pk, now) is None
    second = messages.claim(message.pk, now + messages.LEASE + timedelta(seconds=1))
    assert second.attempts_made == 2
    assert messages.carry_out(second)
    assert not messages.carry_out(first)  # it was away too long
    assert StatusUpdate.objects.filter(project=project).count() == 1


def test_what_breaks_is_tried_again_later_and_given_up_in_the_end(portfolio, project, monkeypatch, caplog):
    def breaks(*given):
        raise RuntimeError("The database is away.")

    message = a_message(portfolio, [a_rule(project, "signal", name="x")])
    monkeypatch.setitem(work.WORK, "signal", breaks)
    now = timezone.now()
    for pause in messages.PAUSES:
        messages.carry_out(messages.claim(message.pk, now))
        message.refresh_from_db()
        assert (message.state, message.lease_until) == ("waiting", None)
        assert message.not_before >= now + pause
    messages.carry_out(messages.claim(message.pk, now))
    message.refresh_from_db()
    assert (message.state, message.outcome[0]["code"]) == ("failed", "failed")
    assert "The database is away" not in str(message.outcome)
    assert "The database is away" in caplog.text
    assert messages.claim(message.pk, now) is None


def test_a_worker_that_dies_again_and_again_is_noticed(portfolio, project):
    message = a_message(portfolio, [], attempts_made=messages.MOST_ATTEMPTS, token="gone")
    SourceMessage.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert messages.give_up(timezone.now()) == 0
    assert messages.give_up(timezone.now() + timedelta(minutes=2)) == 1
    message.refresh_from_db()
    assert message.state == "failed"


def test_an_example_shows_what_would_be_done_and_changes_nothing(portfolio, project):
    source, _ = senders.a_source(portfolio, "generic", rules=[])
    rules = [
        a_rule(project, "update", health="at_risk", text="Tried."),
        a_rule(project, "move", to="nowhere"),
    ]
    before = Event.objects.count()
    said = messages.try_out(source, rules=rules, kind="x", body={}, actor=factories.SYSTEM)
    assert said[0]["code"] == "update_posted"
    assert said[1]["is"] == "refused"
    assert Event.objects.count() == before
    assert not StatusUpdate.objects.exists()
    assert not SourceMessage.objects.exists()
    stranger = factories.acting(factories.a_member(portfolio, "manager"))
    with pytest.raises(NotAllowed):
        messages.try_out(source, rules=rules, kind="x", body={}, actor=stranger)


def test_messages_are_forgotten_after_ninety_days_but_never_before_they_are_done(portfolio, project):
    source, _ = senders.a_source(portfolio, "generic", rules=[])
    now = timezone.now()
    old = now - messages.KEEP - timedelta(days=1)
    waits(source, {}, 1, received_at=old, state="done")
    kept = [waits(source, {}, 2, received_at=old), waits(source, {}, 3, state="done")]
    assert messages.purge(now) == 1
    assert messages.purge(now) == 0
    assert set(SourceMessage.objects.all()) == set(kept)


def test_what_rules_can_do_is_within_what_a_key_can_be_given():
    assert set(keys.SCOPES) >= outcomes.SCOPES


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_workers_at_once_one_carries_a_message_out(portfolio, project):
    rules = [a_rule(project, "update", health="on_track", text="Once.")]
    for round_number in range(5):
        source, _ = senders.a_source(portfolio, "generic", rules=rules)
        message = waits(source, {"type": "x"}, round_number)
        at_once(tasks.take_messages, tasks.take_messages, tasks.take_messages)
        message.refresh_from_db()
        assert (message.state, message.attempts_made) == ("done", 1)
        assert StatusUpdate.objects.filter(project=project).count() == round_number + 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_claim_carried_out_twice_at_once_is_done_once(portfolio, project):
    message = a_message(portfolio, [a_rule(project, "update", health="on_track", text="Once.")])
    claimed = messages.claim(message.pk, timezone.now())
    twin = SourceMessage.objects.select_related("source__user", "source__portfolio").get(pk=message.pk)
    results = at_once(lambda: messages.carry_out(claimed), lambda: messages.carry_out(twin))
    assert sorted(results) == [False, True]
    assert StatusUpdate.objects.filter(project=project).count() == 1


def test_mlflow_has_the_linked_model_read_and_rules_add_to_that(client, portfolio, project):
    registry = Registry.objects.create(
        portfolio=portfolio, name="Production", url="https://mlflow.example.org"
    )
    link = RegistryLink.objects.create(project=project, registry=registry, name="churn")
    RegistryLink.objects.update(due_at=timezone.now() + timedelta(days=1))
    rules = [
        {
            "kind": "model_version_tag.set",
            "when": {"data.key": "validation_status", "data.value": "passed"},
            "project": {"model": "data.name"},
            "do": "check",
            "with": {"checklist": "ml_test", "item": "I4"},
        }
    ]
    # Of one registry alone it need not be said which.
    source, secret = senders.a_source(portfolio, "mlflow", rules=rules)
    data = {"name": "churn", "version": "7", "key": "validation_status", "value": "passed"}
    body = {"entity": "model_version_tag", "action": "set", "timestamp": "2026-03-02T10:00:00Z", "data": data}
    assert senders.mlflow(client, source, secret, body).status_code == 202
    message = SourceMessage.objects.get()
    assert (message.kind, message.project) == ("model_version_tag.set", project)
    assert outcome(message) == ("done", ["will_be_read", "checked"])
    link.refresh_from_db()
    assert link.due_at <= timezone.now()
    registry.delete()
    again = waits(sources.Source.objects.get(), body, kind="model_version_tag.set")
    assert outcome(again) == ("refused", ["registry_missing", "project_missing"])

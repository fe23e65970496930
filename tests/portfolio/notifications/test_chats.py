"""News for chats: which events are told to which chat, once, in words, and what is not told."""

from datetime import UTC, datetime

import pytest
from django.db import transaction

from portfolio import outbox
from portfolio.notifications.actions import chats, posting
from portfolio.notifications.models import ChatHook, Delivery
from projects import events
from projects.actions import blockers
from projects.actors import Actor
from projects.models import Event
from tests import factories
from tests.portfolio.notifications.cases import a_blocker, went_up

pytestmark = pytest.mark.django_db
ALL = ["flags", "moves", "blockers", "signoffs", "daily"]


@pytest.fixture
def portfolio(db):
    return factories.a_portfolio(key_prefix="CHT")


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio, "Claims & <!channel> triage")


@pytest.fixture
def hook(portfolio):
    return a_hook(portfolio)


def a_hook(portfolio, url="https://chat.example/x", **fields):
    fields = {"style": "slack", "topics": ALL, **fields}
    return ChatHook.objects.create(portfolio=portfolio, name="Board", url=url, **fields)


def happened(project, kind, door="page", **payload):
    with transaction.atomic():
        return events.record(project, kind, Actor(None, door), **payload)


def subjects(**of):
    outbox.pass_on()
    return list(
        Delivery.objects.filter(channel="chat", **of).order_by("pk").values_list("subject", flat=True)
    )


def test_moves_blockers_and_decisions_are_told_in_the_words_of_the_history(project, hook, settings):
    settings.BASE_URL = "https://plimsoll.example.org"
    ana = factories.a_member(project.portfolio, "manager", "Ana Silva")
    happened(project, "stage.advanced", came_from="idea", went_to="framing")
    blockers.raise_(
        project.pk, title="No\ncontract", category="other", severity="high", actor=factories.acting(ana)
    )
    happened(project, "project.stopped", reason_code="")
    happened(project, "signoff.decided", signoff=7, gate="G1", role="SP", decision="rejected", requested_by=1)
    name = f"[{project.key}] Claims & <!channel> triage"
    assert subjects() == [
        f"● {name}: Plimsoll moved Idea to Framing",
        f"▲ {name}: Ana Silva raised a blocker of severity high: No contract",
        f"◆ {name}: Plimsoll stopped the project",
        f"◆ {name}: Plimsoll rejected the gate Problem as Business sponsor",
    ]
    links = [text.splitlines()[-1] for text in Delivery.objects.order_by("pk").values_list("text", flat=True)]
    page = f"https://plimsoll.example.org/projects/{project.key}/"
    assert links == [page, f"{page}blockers/", page, "https://plimsoll.example.org/signoffs/7/"]


def test_each_event_is_told_once_to_each_chat_of_its_portfolio(project, hook):
    second, elsewhere = a_hook(project.portfolio), a_hook(factories.a_portfolio())
    event = happened(project, "project.held", reason_code="")
    outbox.pass_on()
    chats.tell([event])
    told = Delivery.objects.filter(cause=f"event:{event.pk}")
    assert sorted(told.values_list("hook", flat=True)) == [hook.pk, second.pk]
    assert elsewhere.deliveries.count() == 0


def test_critical_flags_are_told_and_a_crowd_in_one_post(project, hook):
    factories.a_flag(project, "BLOCKER_SLA", "warn")
    critical = factories.a_flag(project, "NO_UPDATE", "critical", facts={"days": 40, "limit": 7})
    cleared = factories.a_flag(project, "HOLD_EXPIRED", "critical", cleared_at=critical.opened_at)
    for flag in project.flags.all():
        happened(project, "flag.opened", "worker", flag=flag.pk, rule=flag.rule, severity=flag.severity)
    assert cleared.pk
    assert subjects() == [f"◆ [{project.key}] Claims & <!channel> triage: No update for 40 days"]
    critical.delete()
    for number in range(12):
        other = factories.a_project(project.portfolio, f"Project {number}")
        flag = factories.a_flag(other, "NO_UPDATE", "critical", facts={"days": 40, "limit": 7})
        changed = {"flag": flag.pk, "rule": flag.rule, "severity": ["warn", "critical"]}
        happened(other, "flag.changed", "worker", **changed)
    assert subjects()[1:] == ["◆ 12 flags are critical now"]
    lines = Delivery.objects.order_by("-pk")[0].text.splitlines()
    assert len(lines) == 11
    assert lines[9] == "and 3 more"


def test_a_chat_hears_only_of_what_it_chose(project, portfolio):
    moves = a_hook(portfolio, topics=["moves"])
    grave = a_hook(portfolio, only_critical=True)
    happened(project, "stage.advanced", came_from="idea", went_to="framing")
    went_up(a_blocker(project, severity="low"), level=1)
    went_up(a_blocker(project, severity="low"), level=2)
    assert len(subjects(hook=moves)) == 1
    assert [subject[0] for subject in subjects(hook=grave)] == ["◆"]


@pytest.mark.parametrize("door", ["import", "sample"])
def test_what_tells_of_the_past_is_posted_nowhere(project, hook, door):
    happened(project, "project.stopped", door, reason_code="")
    assert subjects() == []


def test_a_stopped_chat_and_a_mild_blocker_cost_nobody_a_post(project, hook):
    hook.disabled_at = project.created_at
    hook.save()
    happened(project, "project.held", reason_code="")
    assert subjects() == []
    hook.disabled_at = None
    hook.save()
    actor = factories.acting(factories.a_member(project.portfolio, "manager"))
    blockers.raise_(project.pk, title="Slow", category="other", severity="medium", actor=actor)
    assert subjects() == []


@pytest.mark.parametrize(
    ("at", "posts"),
    [((2026, 11, 23, 0, 5), 1), ((2026, 11, 23, 11), 0), ((2026, 11, 21, 0, 5), 0)],
)
def test_the_day_in_one_line_goes_out_on_weekday_mornings(portfolio, hook, at, posts):
    figures = {"counts": {"running": 24}, "flagged": {"projects": 11, "critical": 4, "quiet": 1}}
    now = datetime(*at, tzinfo=UTC)
    for _ in range(2):
        chats.good_morning(portfolio, figures=figures, now=now)
    rows = Delivery.objects.filter(hook=hook)
    assert rows.count() == posts
    for row in rows:
        assert row.subject == f"◆ {portfolio.name}: 24 projects, 11 with flags, 4 critical"
        assert row.not_before == now.replace(hour=7, minute=30)


def test_a_name_that_would_call_everybody_arrives_as_a_name(project, portfolio, chat):
    a_hook(portfolio, chat.url)
    happened(project, "project.held", reason_code="")
    outbox.pass_on()
    assert posting.send_due() == 1
    ((_, payload),) = chat.posts
    assert "&lt;!channel&gt;" in payload["text"]
    assert "<!channel>" not in payload["text"]
    text = payload["blocks"][0]["elements"][0]["elements"][0]
    assert (text["type"], "<!channel>" in text["text"]) == ("text", True)
    assert Event.objects.filter(position=None).count() == 0

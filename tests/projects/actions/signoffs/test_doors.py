"""Every action on sign-offs, for everybody who is the wrong one: refused, and nothing is written."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone

from projects.actions import conditions, decisions, moves, projects, signoffs
from projects.actions.decisions import Asked
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Condition, Event, SignOff
from tests.factories import (
    SYSTEM,
    a_key,
    a_member,
    a_person,
    a_portfolio,
    a_project,
    acting,
    an_administrator,
    asked,
    on_team,
    seen,
    signs,
)

pytestmark = pytest.mark.django_db
# What somebody may do to the sign-offs of a project.
ACTS = {
    "ask": lambda it, who: signoffs.ask(it.project.pk, gate="GX", actor=who),
    "decide": lambda it, who: decisions.decide(
        it.waiting.pk, decision="approved", seen=seen(it.waiting), actor=who
    ),
    "sign_again": lambda it, who: decisions.decide(
        it.faded.pk, decision="approved", seen=seen(it.faded), actor=who
    ),
    "recuse": lambda it, who: decisions.recuse(it.waiting.pk, reason="A conflict", actor=who),
    "withdraw": lambda it, who: decisions.withdraw(it.signed.pk, reason="No more", actor=who),
    "call_off": lambda it, who: signoffs.call_off(it.waiting.pk, actor=who),
    "remind": lambda it, who: signoffs.remind(it.waiting.pk, actor=who),
    "close": lambda it, who: conditions.close(it.condition.pk, actor=who),
}
OF_SIGNERS = ["decide", "sign_again", "recuse", "withdraw", "close"]
OF_ASKERS = ["ask", "call_off", "remind"]


class Scene:
    """A project with a request that waits, a signature with a condition, and one that has faded."""

    def __init__(self):
        told = {"tier": "medium", "personal_data": False, "vendor": False, "llm": False}
        self.project = a_project(a_portfolio(), metric_target=5, **told)
        self.po, self.ml, self.sp = (on_team(self.project, role) for role in ("PO", "ML", "SP"))
        self.asker = a_member(self.project.portfolio)
        rows = asked(self.project, "G3", "PO", "ML", "SP", by=self.asker)
        self.faded = signs(rows["SP"], self.sp)
        projects.edit(self.project.pk, version=None, actor=SYSTEM, metric_target=6)
        due = timezone.localdate() + timedelta(9)
        asks = [Asked("Train the users", "by_date", None, due)]
        self.signed = signs(rows["ML"], self.ml, "approved_with_conditions", conditions=asks)
        self.condition = self.signed.conditions.get()
        self.waiting = rows["PO"]

    def owner_of(self, act):
        """Who may do it."""
        owners = {"decide": self.po, "recuse": self.po, "sign_again": self.sp}
        owners |= {"withdraw": self.ml, "close": self.ml}
        return acting(owners.get(act, self.asker))


@pytest.fixture
def scene():
    return Scene()


def stored():
    return (
        list(SignOff.objects.order_by("pk").values()),
        list(Condition.objects.order_by("pk").values()),
        Event.objects.count(),
    )


def refused(act, scene, who, error=NotAllowed):
    before = stored()
    with pytest.raises(error) as refusal:
        ACTS[act](scene, who)
    assert stored() == before
    return refusal.value


@pytest.mark.parametrize("act", ACTS)
def test_whose_affair_it_is_may_do_it(act, scene):
    before = stored()
    ACTS[act](scene, scene.owner_of(act))
    assert stored() != before


@pytest.mark.parametrize("who", ["stranger", "viewer", "neighbour"])
@pytest.mark.parametrize("act", ACTS)
def test_whose_affair_it_is_not_does_nothing(act, who, scene):
    person = a_person() if who == "stranger" else None
    if who == "viewer":
        person = a_member(scene.project.portfolio, "viewer")
    elif who == "neighbour":  # has the role, on a project of another portfolio
        person = on_team(a_project(a_portfolio()), "PO")
    refused(act, scene, acting(person))


@pytest.mark.parametrize("who", ["administrator", "manager", "contributor", "other_role"])
@pytest.mark.parametrize("act", OF_SIGNERS)
def test_nobody_decides_for_others_whatever_they_may_else(act, who, scene):
    if who == "administrator":
        person = an_administrator()
    elif who == "other_role":
        person = on_team(scene.project, "EN")
    else:
        person = a_member(scene.project.portfolio, who)
    refused(act, scene, acting(person))


@pytest.mark.parametrize("act", OF_SIGNERS)
def test_keys_and_the_product_itself_sign_nothing(act, scene):
    key, _ = a_key(scene.project.portfolio)
    refused(act, scene, Actor(key.user, "api", scopes=frozenset(["signoffs:write"])))
    refused(act, scene, SYSTEM)


@pytest.mark.parametrize("act", OF_ASKERS)
def test_a_key_asks_only_with_the_scope_for_it(act, scene):
    """A key of the portfolio's managers: they may call off what others have asked for."""
    key, _ = a_key(scene.project.portfolio)
    refusal = refused(act, scene, Actor(key.user, "api", scopes=frozenset(["projects:write"])))
    assert refusal.code == "scope_missing"
    before, scopes = stored(), frozenset(["signoffs:write", "projects:write"])
    ACTS[act](scene, Actor(key.user, "api", scopes=scopes))
    assert stored() != before


@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_done_to_an_archived_project(act, scene):
    projects.archive(scene.project.pk, actor=SYSTEM)
    assert refused(act, scene, scene.owner_of(act), Refused).code == "archived"


@pytest.mark.parametrize("act", ACTS)
def test_a_deleted_project_is_not_found(act, scene):
    projects.delete(scene.project.pk, actor=SYSTEM)
    refused(act, scene, scene.owner_of(act), ObjectDoesNotExist)


@pytest.mark.parametrize("act", ["ask", "decide", "sign_again", "recuse", "remind"])
def test_an_ended_project_comes_to_no_gate(act, scene):
    moves.make(scene.project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    assert refused(act, scene, scene.owner_of(act), Refused).code == "gate_unknown"


@pytest.mark.parametrize("act", ["withdraw", "call_off", "close"])
def test_what_was_said_of_an_ended_project_can_still_be_settled(act, scene):
    moves.make(scene.project.pk, kind="stop", reason_code="budget", actor=SYSTEM)
    before = stored()
    ACTS[act](scene, scene.owner_of(act))
    assert stored() != before


@pytest.mark.parametrize("act", ["decide", "recuse", "withdraw", "call_off", "remind", "close"])
def test_a_request_of_another_project_needs_the_role_there(act, scene):
    """The same people with the same roles, one project further: in the same portfolio, and in another."""
    for other in (a_project(scene.project.portfolio), a_project(a_portfolio())):
        for role in ("PO", "ML", "SP", "PM"):
            person = on_team(other, role)
            refused(act, scene, acting(person))


@pytest.mark.parametrize("act", ["decide", "recuse", "withdraw", "call_off", "remind", "close"])
def test_what_is_not_there_is_not_found(act, scene):
    for row in (scene.waiting, scene.signed, scene.condition):
        row.pk += 100_000
    refused(act, scene, scene.owner_of(act), ObjectDoesNotExist)

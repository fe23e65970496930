"""Pages about systems that post: who opens them, what is shown once, rules in a form and as YAML, the log."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from portfolio.integrations.models import Source, SourceMessage
from portfolio.integrations.sources import turned_away
from portfolio.integrations.sources.actions import messages
from projects.models import StatusUpdate
from tests import factories
from tests.portfolio.integrations.sources import senders

pytestmark = pytest.mark.django_db
HOME = "/portfolios/commerce/sources/"


@pytest.fixture(autouse=True)
def nothing_counted_before():
    cache.clear()


@pytest.fixture
def portfolio():
    return factories.a_portfolio("Commerce", slug="commerce", key_prefix="COM")


@pytest.fixture
def project(portfolio):
    return factories.a_project(portfolio)


@pytest.fixture
def ada(client, portfolio):
    client.force_login(factories.a_member(portfolio, "administrator"))
    return client


def test_an_address_and_a_secret_are_shown_once(ada):
    shown = ada.post(f"{HOME}new/", {"name": "CI", "style": "github", "role": "contributor"})
    source = Source.objects.get()
    assert source.token in shown.text
    assert "whsec_" in shown.text
    assert shown["Cache-Control"].count("no-store")
    page = ada.get(f"{HOME}{source.pk}/").text
    assert source.token in page
    assert "whsec_" not in page
    rotated = ada.post(f"{HOME}{source.pk}/rotate/", {"secret": "", "at_once": "on"})
    assert "whsec_" in rotated.text


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "", "style": "github", "role": "contributor"},
        {"name": "CI", "style": "nothing", "role": "contributor"},
        {"name": "CI", "style": "github", "role": "administrator"},
        {"name": "CI", "style": "github", "role": "contributor", "secret": "short"},
    ],
)
def test_what_makes_no_sense_is_said_in_the_form(ada, fields):
    assert ada.post(f"{HOME}new/", fields).status_code == 422
    assert not Source.objects.exists()


def test_bad_signatures_are_counted_where_administrators_look(ada, portfolio):
    source, _ = senders.a_source(portfolio)
    for _ in range(3):
        turned_away.note(source.pk, timezone.now())
    assert "3 messages with a bad signature" in ada.get(HOME).text
    assert "3 messages with a bad signature" in ada.get(f"{HOME}{source.pk}/").text


def test_a_source_is_changed_paused_and_removed(ada, portfolio):
    source, _ = senders.a_source(portfolio)
    path = f"{HOME}{source.pk}/"
    assert ada.post(f"{path}edit/", {"name": "Builds", "role": "manager"}).status_code == 302
    source.refresh_from_db()
    assert (source.name, source.user.name) == ("Builds", "Builds")
    ada.post(f"{path}switch/", {"is_on": "0"})
    assert "Paused" in ada.get(path).text
    ada.post(f"{path}switch/", {"is_on": "1"})
    assert "Paused" not in ada.get(path).text
    ada.post(f"{path}remove/")
    source.user.refresh_from_db()
    assert not Source.objects.exists()
    assert not source.user.is_active
    assert not source.user.memberships.exists()


def box(**fields):
    said = {"name": "Alive", "kind": "heartbeat", "when": "ok = true", "by": "fixed", "said": "COM-1"}
    return {**said, "do": "signal", "with-name": "{signal}", **fields}


def test_a_rule_is_written_in_a_form(ada, portfolio):
    source, _ = senders.a_source(portfolio, "generic", rules=[])
    path = f"{HOME}{source.pk}/rules/"
    assert ada.get(f"{path}0/").status_code == 200
    assert ada.post(f"{path}0/", box()).status_code == 302
    source.refresh_from_db()
    assert source.rules == [
        {
            "name": "Alive",
            "kind": "heartbeat",
            "when": {"ok": True},
            "project": [{"fixed": "COM-1"}],
            "do": "signal",
            "with": {"name": {"path": "signal"}},
        }
    ]
    assert "{signal}" in ada.get(f"{path}1/").text
    # Another verb has other boxes.
    part = ada.get(f"{path}1/?do=update", headers={"HX-Request": "true", "HX-Target": "rule-fields"}).text
    assert 'name="with-health"' in part
    assert "<html" not in part
    # What is wrong is said at its box, and nothing is stored.
    wrong = ada.post(f"{path}1/", box(said="nothing"))
    assert wrong.status_code == 422
    assert "This is no project" in wrong.text
    assert ada.get(f"{path}2/").status_code == ada.get(f"{path}0/?do=dance").status_code == 404
    ada.post(f"{path}0/", box(name="Second"))
    ada.post(f"{path}2/order/", {"do": "up"})
    source.refresh_from_db()
    assert [each["name"] for each in source.rules] == ["Second", "Alive"]
    ada.post(f"{path}1/order/", {"do": "out"})
    source.refresh_from_db()
    assert [each["name"] for each in source.rules] == ["Alive"]


def test_rules_are_written_as_yaml_checked_and_tried(ada, portfolio, project):
    source, _ = senders.a_source(portfolio, "generic")
    path = f"{HOME}{source.pk}/rules/"
    kept = source.rules
    good = f"""
rules:
  - project: {{fixed: {project.key}}}
    do: update
    with: {{health: on_track, text: "Built {{build}}."}}
"""
    bad = good.replace("update", "dance")
    assert "1 rule can be read" in ada.post(f"{path}check/", {"text": good}).text
    assert "line 4" in ada.post(f"{path}check/", {"text": bad}).text
    assert "Aliases are not read" in ada.post(f"{path}check/", {"text": "a: &x 1\nb: *x"}).text
    refused = ada.post(f"{path}save/", {"text": bad})
    assert refused.status_code == 422
    assert "dance" in refused.text
    example = {"text": good, "kind": "x", "body": '{"build": 81}'}
    tried = ada.post(f"{path}try/", example, headers={"HX-Request": "true"}).text
    assert "An update of COM-1 was posted." in tried
    assert not StatusUpdate.objects.exists()
    assert "is not JSON" in ada.post(f"{path}try/", {**example, "body": "{"}).text
    assert "cannot be read yet" in ada.post(f"{path}try/", {**example, "text": bad}).text
    source.refresh_from_db()
    assert source.rules == kept
    assert ada.post(f"{path}save/", {"text": good}).status_code == 302
    source.refresh_from_db()
    assert source.rules[0]["do"] == "update"


def test_the_log_is_filtered_and_a_message_tells_all(ada, portfolio, project):
    rules = [{"project": {"fixed": "NO-1"}, "do": "signal", "with": {"name": "x"}}]
    source, _ = senders.a_source(portfolio, "generic", rules=rules)
    fields = {"source": source, "kind": "heartbeat", "body": {"<b>": "</pre>"}, "project": project}
    first = SourceMessage.objects.create(external_id="1", **fields)
    second = SourceMessage.objects.create(external_id="2", **fields)
    waits = ada.get(f"{HOME}messages/{second.pk}/").text
    assert f"an earlier one of {project.key}" in waits
    messages.carry_out_due()
    log = ada.get(f"{HOME}messages/?state=refused&source={source.pk}")
    assert "There is no project NO-1 here." in log.text
    assert "No message like this" in ada.get(f"{HOME}messages/?project=COM-99").text
    assert ada.get(f"{HOME}messages/?source={'9' * 30}&page=x").status_code == 200
    page = ada.get(f"{HOME}messages/{first.pk}/").text
    assert "project_missing" in page
    assert "&lt;/pre&gt;" in page
    assert ada.post(f"{HOME}messages/{first.pk}/again/").status_code == 302
    first.refresh_from_db()
    assert first.state == "waiting"


def test_every_door(client, portfolio):
    source, _ = senders.a_source(portfolio)
    message = SourceMessage.objects.create(source=source, external_id="1", body={})
    one = f"{HOME}{source.pk}/"
    pages = [HOME, f"{HOME}new/", one, f"{one}edit/", f"{one}rotate/", f"{one}rules/", f"{one}rules/0/"]
    pages += [f"{HOME}messages/", f"{HOME}messages/{message.pk}/"]
    posts = [f"{one}switch/", f"{one}remove/", f"{one}rules/save/", f"{one}rules/check/", f"{one}rules/try/"]
    posts += [f"{one}rules/1/order/", f"{HOME}messages/{message.pk}/again/"]
    outside = factories.a_member(factories.a_portfolio(), "administrator")
    for person, status in ((outside, 404), (factories.a_member(portfolio, "manager"), 403)):
        client.force_login(person)
        assert {client.get(path).status_code for path in pages} == {status}
        assert {client.post(path).status_code for path in posts} == {status}
    assert Source.objects.exists()
    # What is of another portfolio is nobody's here.
    other = factories.a_portfolio(slug="other")
    client.force_login(factories.a_member(other, "administrator"))
    assert client.get(f"/portfolios/other/sources/{source.pk}/").status_code == 404
    assert client.get(f"/portfolios/other/sources/messages/{message.pk}/").status_code == 404

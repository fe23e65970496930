"""The inbox: unread first, read by opening, everybody's own, and nothing of what one lost sight of."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portfolio.notifications.models import Message
from projects.actions import members, teams
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def project(db):
    return factories.a_project(name="Claims triage")


@pytest.fixture
def reader(project, client):
    person = factories.on_team(project, "PO", factories.a_person("Olu Owner"))
    client.force_login(person)
    return person


def told(person, subject, project=None, **fields):
    number = Message.objects.count()
    fields = {
        "kind": "update.posted",
        "topic": "follows",
        "way": "off",
        "text": "First.\n\nSecond.\n",
        "path": "/somewhere/",
        "created_at": timezone.now() - timedelta(days=1) + timedelta(minutes=number),
        **fields,
    }
    return Message.objects.create(
        recipient=person, subject=subject, cause=f"event:{number}", project=project, **fields
    )


def page(client, address="/inbox/", **headers):
    return client.get(address, headers=headers).content.decode()


def subjects(said):
    return re.findall(r'/inbox/\d+/" title="([^"]*)"', said)


def is_read(message):
    message.refresh_from_db()
    return message.read_at is not None


def test_unread_stands_above_what_was_read_and_each_with_the_newest_first(client, reader, project):
    told(reader, "old unread", project)
    told(reader, "read", project, read_at=timezone.now())
    told(reader, "new unread", project)
    said = page(client)
    assert subjects(said) == ["new unread", "old unread", "read"]
    assert said.count("Unread: ") == 2


def test_opening_a_message_reads_it_and_leads_on(client, reader, project):
    message = told(reader, "Look <b>here</b>", project)
    said = page(client, f"/inbox/{message.pk}/")
    assert "Look &lt;b&gt;here&lt;/b&gt;" in said
    assert 'href="/somewhere/"' in said
    assert "First.</p>" in said
    assert is_read(message)


def test_a_row_is_marked_where_it_stands_and_the_count_with_it(client, reader, project):
    message, _ = told(reader, "one", project), told(reader, "two", project)
    row = {"HX-Target": f"inbox-row-{message.pk}"}
    said = client.post(f"/inbox/{message.pk}/read/", headers=row).content.decode()
    assert is_read(message)
    assert f'id="inbox-row-{message.pk}-read"' in said
    assert '<span class="count">1<' in said
    client.post(f"/inbox/{message.pk}/unread/")
    assert not is_read(message)


def test_ticked_ones_are_marked_together(client, reader, project):
    messages = [told(reader, str(n), project) for n in range(3)]
    chosen = [message.pk for message in messages[:2]]
    assert client.post("/inbox/marks/", {"message": chosen, "do": "read"}).status_code == 302
    assert [is_read(message) for message in messages] == [True, True, False]
    said = client.post(
        "/inbox/marks/", {"message": chosen, "do": "unread"}, headers={"HX-Target": "list"}
    ).content.decode()
    assert not any(is_read(message) for message in messages)
    assert len(subjects(said)) == 3
    assert client.post("/inbox/marks/", {"message": chosen, "do": "eat"}).status_code == 404
    assert client.post("/inbox/marks/", {"message": ["x", str(10**30)], "do": "read"}).status_code == 302


def test_all_are_marked_read_and_that_can_be_taken_back(client, reader, project):
    before = told(reader, "read before", project, read_at=timezone.now() - timedelta(hours=1))
    messages = [told(reader, str(n), project) for n in range(3)]
    said = client.post("/inbox/read-all/", headers={"HX-Target": "list"}).content.decode()
    assert "3 messages are marked as read" in said
    assert all(is_read(message) for message in messages)
    undo = re.search(r'action="(/inbox/read-all/[^"]+)"', said)[1]
    client.post(undo)
    assert not any(is_read(message) for message in messages)
    assert is_read(before)
    for nonsense in ("yesterday", "2026-01-01"):
        assert client.post(f"/inbox/read-all/{nonsense}/undo/").status_code == 404


def test_it_is_filtered_by_topic_and_portfolio(client, reader, project):
    other = factories.a_project(factories.a_portfolio("Elsewhere"))
    factories.on_team(other, "PO", reader)
    told(reader, "here", project)
    told(reader, "there", other)
    told(reader, "asked", project, topic="signoffs", kind="signoff.asked")
    assert subjects(page(client, "/inbox/?topic=signoffs")) == ["asked"]
    assert subjects(page(client, f"/inbox/?portfolio={other.portfolio.slug}")) == ["there"]
    assert subjects(page(client, "/inbox/?topic=nonsense")) == ["asked", "there", "here"]
    assert "No message matches" in page(client, "/inbox/?topic=mentions")


def test_nobody_sees_or_marks_what_is_anothers(client, reader, project):
    message = told(factories.on_team(project, "SP"), "theirs", project)
    assert subjects(page(client)) == []
    assert client.get(f"/inbox/{message.pk}/").status_code == 404
    assert client.post(f"/inbox/{message.pk}/read/").status_code == 404
    client.post("/inbox/marks/", {"message": [message.pk], "do": "read"})
    client.post("/inbox/read-all/")
    assert not is_read(message)


def test_of_what_one_lost_sight_of_nothing_is_shown(client, reader, project):
    message = told(reader, "secret", project)
    stage = factories.a_portfolio("Stages")
    members.set_role(stage.pk, user_id=reader.pk, role="manager", actor=factories.SYSTEM)
    flag = factories.a_flag(factories.a_project(stage), "WIP_OVER_LIMIT")
    type(flag).objects.filter(pk=flag.pk).update(project=None, subject="poc")
    told(reader, "too much in a stage", flag=flag, topic="flags")
    told(reader, "You sign for Pat")
    assert subjects(page(client)) == ["You sign for Pat", "too much in a stage", "secret"]
    teams.release(project.pk, user_id=reader.pk, role="PO", actor=factories.SYSTEM)
    members.remove(stage.pk, user_id=reader.pk, actor=factories.SYSTEM)
    assert subjects(page(client)) == ["You sign for Pat"]
    assert client.get(f"/inbox/{message.pk}/").status_code == 404
    assert '<span class="count">1<' in page(client, "/inbox/count/")


def test_what_somebody_wants_by_mail_only_is_not_in_the_inbox(client, reader, project):
    told(reader, "mailed", project, in_inbox=False)
    assert "Nothing was told you yet" in page(client)
    assert "count" not in page(client, "/inbox/count/").replace("inbox-count", "").split("#}")[-1]


def test_the_count_has_an_end(client, reader, project):
    for number in range(101):
        told(reader, str(number), project)
    said = page(client, "/inbox/count/")
    assert '<span class="push" id="inbox-count"><span class="count">99+<' in said
    assert '<span id="inbox-count-phone" hx-swap-oob="true"><span class="count">99+<' in said


def test_a_page_asks_for_the_count_only_once_it_is_there(client, reader, project):
    said = page(client, "/my-work/")
    assert 'hx-get="/inbox/count/"' in said
    assert 'data-key="g n"' in said


def test_the_inbox_costs_the_same_with_one_and_with_many(client, reader, project):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            page(client)
        return len(captured)

    told(reader, "one", project)
    one = cost()
    for number in range(20):
        told(reader, str(number), factories.a_project(project.portfolio))
    assert cost() == one

"""Status updates: posted, corrected, listed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from projects.actions import updates
from projects.models import Event, Project, StatusUpdate
from tests import factories
from tests.factories import acting

FINE = {"health": "at_risk", "text": "The slot goes live on Monday"}


def test_an_update_is_posted_and_shown(world, as_):
    response = as_(world.editor).post(
        f"{world.url}update/", {**FINE, "next_step": "Measure", "next_proof_on": "2027-03-01"}, follow=True
    )
    page = response.content.decode()
    assert "The slot goes live on Monday" in page
    assert "Update posted for" in page
    assert "1 Mar 2027" in page
    world.project.refresh_from_db()
    assert world.project.health == "at_risk"
    assert Event.objects.filter(kind="update.posted", project=world.project).count() == 1


def test_the_form_has_the_previous_update_in_view(world, as_):
    updates.post(
        world.project.pk, health="on_track", text="Held-out baskets look fine", actor=acting(world.editor)
    )
    page = as_(world.editor).get(f"{world.url}update/").content.decode()
    assert "Held-out baskets look fine" in page
    assert page.count('data-key="1"') == 1
    assert "Post update" in page


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"health": "", "text": "x"}, "Say on track, at risk or off track."),
        ({"health": "unknown", "text": "x"}, "Say on track, at risk or off track."),
        ({"health": "on_track", "text": "  "}, "Write at least one sentence."),
        ({"health": "on_track", "text": "x" * 10_000}, "at most 2000 characters"),
        ({"health": "on_track", "text": "a\0"}, "Null characters are not allowed."),
        ({**FINE, "next_proof_on": "1905-05-05"}, "1905 is too long ago."),
        ({**FINE, "next_proof_on": "31 Nov 2026"}, "This is not a date."),
        ({**FINE, "corrects": "9" * 5000}, "Enter a whole number."),
    ],
)
def test_a_wrong_update_names_the_field_and_keeps_the_text(world, as_, untouched, data, says):
    response = untouched(lambda: as_(world.editor).post(f"{world.url}update/", data))
    assert response.status_code == 422
    assert says in response.content.decode()


def test_the_latest_update_is_corrected_by_a_new_one(world, as_):
    first = updates.post(
        world.project.pk, health="on_track", text="Recall is 0.73", actor=acting(world.editor)
    )
    page = as_(world.editor).get(f"{world.url}update/?corrects=latest").content.decode()
    assert "Recall is 0.73</textarea>" in page.replace("\n", "")
    as_(world.editor).post(f"{world.url}update/", {**FINE, "text": "Recall is 0.37", "corrects": first.pk})
    second = StatusUpdate.objects.get(text="Recall is 0.37")
    assert second.corrects == first
    page = as_(world.viewer).get(f"{world.url}updates/").content.decode()
    assert f'href="#update-{first.pk}"' in page
    assert f'href="#update-{second.pk}"' in page
    assert "was corrected" in page


def test_an_older_update_cannot_be_corrected(world, as_, untouched):
    first = updates.post(world.project.pk, health="on_track", text="One", actor=acting(world.editor))
    updates.post(world.project.pk, health="on_track", text="Two", actor=acting(world.editor))
    response = untouched(
        lambda: as_(world.editor).post(f"{world.url}update/", {**FINE, "corrects": first.pk})
    )
    assert response.status_code == 409
    assert "Only the latest update can be corrected." in response.content.decode()
    elsewhere = factories.a_project(world.portfolio, "Other")
    theirs = updates.post(elsewhere.pk, health="on_track", text="Theirs", actor=acting(world.editor))
    assert as_(world.editor).post(f"{world.url}update/", {**FINE, "corrects": theirs.pk}).status_code == 409


def test_posting_leads_to_the_next_project_that_is_due(world, as_):
    long_ago = timezone.now() - timedelta(days=100)
    mine = [factories.a_project(world.portfolio, f"Mine {n}", owner=world.editor) for n in range(2)]
    Project.objects.filter(owner=world.editor).update(created_at=long_ago, last_update_at=None)
    page = as_(world.editor).get(f"/projects/{mine[0].key}/update/").content.decode()
    assert "of 2 due" in page
    assert "Post and go to the next due" in page
    response = as_(world.editor).post(f"/projects/{mine[0].key}/update/", {**FINE, "go_on": "1"})
    assert response.url == f"/projects/{mine[1].key}/update/"
    response = as_(world.editor).post(f"/projects/{mine[1].key}/update/", {**FINE, "go_on": "1"})
    assert response.url == f"/projects/{mine[1].key}/"


def test_updates_come_in_pages(world, as_):
    for number in range(25):
        updates.post(world.project.pk, health="on_track", text=f"Week {number}.", actor=acting(world.editor))
    first = as_(world.viewer).get(f"{world.url}updates/").content.decode()
    second = as_(world.viewer).get(f"{world.url}updates/?page=2").content.decode()
    assert "Week 24." in first
    assert "Week 4." not in first
    assert "Week 4." in second
    for page in ("0", "-1", "99", "x", "\0"):
        assert as_(world.viewer).get(f"{world.url}updates/", {"page": page}).status_code == 200


def test_a_viewer_posts_nothing(world, as_, untouched):
    assert as_(world.viewer).get(f"{world.url}update/").status_code == 403
    assert untouched(lambda: as_(world.viewer).post(f"{world.url}update/", FINE)).status_code == 403
    assert untouched(lambda: as_(world.stranger).post(f"{world.url}update/", FINE)).status_code == 404


def test_words_of_people_are_never_markup(world, as_):
    text = "<img src=x onerror=alert(1)> see https://example.org/a?b=1 and javascript:alert(1)"
    updates.post(world.project.pk, health="on_track", text=text, actor=acting(world.editor))
    page = as_(world.viewer).get(world.url).content.decode()
    assert "<img src=x" not in page
    assert '<a href="https://example.org/a?b=1" rel="nofollow">' in page
    assert 'href="javascript' not in page

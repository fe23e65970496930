"""Comments and whom they are for."""

import pytest

from projects.actions import comments
from projects.models import Comment, Event
from tests.factories import SYSTEM, acting


def test_a_comment_is_posted_with_its_mention(world, as_):
    response = as_(world.editor).post(
        f"{world.url}comments/", {"text": "@[Vera Viewer] please look"}, follow=True
    )
    assert '<b class="mention">@Vera Viewer</b> please look' in response.content.decode()
    comment = Comment.objects.get()
    assert list(comment.mentions.all()) == [world.viewer]
    assert Event.objects.filter(kind="comment.posted", project=world.project).count() == 1


def test_a_strangers_name_is_only_text(world, as_):
    as_(world.editor).post(f"{world.url}comments/", {"text": "@[Stefan Stranger] <b>look</b>"})
    page = as_(world.viewer).get(world.url).content.decode()
    assert 'class="mention"' not in page
    assert "@Stefan Stranger &lt;b&gt;look&lt;/b&gt;" in page


@pytest.mark.parametrize("text", ["", "  ", "x" * 5001, "a\0b"])
def test_an_unusable_comment_is_refused_with_its_text_kept(world, as_, untouched, text):
    response = untouched(lambda: as_(world.editor).post(f"{world.url}comments/", {"text": text}))
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert not Comment.objects.exists()


def test_one_deletes_only_ones_own(world, as_, untouched):
    comment = comments.post(world.project.pk, text="Mine", actor=acting(world.editor))
    url = f"{world.url}comments/{comment.pk}/delete/"
    assert untouched(lambda: as_(world.manager).post(url)).status_code == 403
    assert untouched(lambda: as_(world.stranger).post(url)).status_code == 404
    assert as_(world.editor).post(url).status_code == 302
    page = as_(world.editor).get(world.url).content.decode()
    assert "Mine" not in page
    history = as_(world.editor).get(f"{world.url}history/?of=comments").content.decode()
    assert "deleted a comment" in history
    assert "Mine" not in history


def test_a_comment_is_deleted_only_at_its_own_project(world, as_):
    from tests import factories

    other = factories.a_project(world.portfolio, "Other")
    comment = comments.post(other.pk, text="There", actor=acting(world.editor))
    assert as_(world.editor).post(f"{world.url}comments/{comment.pk}/delete/").status_code == 404
    assert as_(world.editor).post(f"{world.url}comments/{'9' * 18}/delete/").status_code == 404


def test_a_viewer_comments_nothing(world, as_, untouched):
    assert (
        untouched(lambda: as_(world.viewer).post(f"{world.url}comments/", {"text": "x"})).status_code == 403
    )


def test_only_those_who_may_see_the_project_can_be_mentioned(world, as_):
    url = f"{world.url}people/"
    assert "Sina Sponsor" in as_(world.editor).get(url, {"q": "SPON"}).content.decode()
    assert "Stefan" not in as_(world.editor).get(url, {"q": "ste"}).content.decode()
    assert as_(world.editor).get(url, {"q": "\0" + "x" * 9000}).content.strip() == b""


def test_a_machine_may_have_commented(world, as_):
    comments.post(world.project.pk, text="From a command", actor=SYSTEM)
    assert "From a command" in as_(world.viewer).get(world.url).content.decode()

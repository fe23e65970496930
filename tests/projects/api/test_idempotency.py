"""A POST with an Idempotency-Key takes effect once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolio.api_urls import urlpatterns
from projects.actions import kept_requests
from projects.errors import Refused
from projects.models import Comment, KeptRequest, Move
from tests.projects.api.callers import SignedIn, fields_of, problem, with_key

KEY = {"Idempotency-Key": "build-4182"}


def problem_code(answer):
    assert answer.status_code == 409
    return answer.json()["code"]


def shown(answer):
    headers = {name: answer.headers.get(name) for name in ("Content-Type", "ETag", "Location")}
    return answer.status_code, answer.content, headers


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("projects/COM-1/moves", {"to": "framing"}, 201),
        ("projects/COM-1/moves?dry_run=1", {"to": "framing"}, 200),
        ("projects/COM-1/moves", {"to": "pilot"}, 409),
        ("projects/COM-1/moves", {"to": "framing", "typo": 1}, 400),
        ("projects/COM-9/moves", {"to": "framing"}, 404),
        ("projects/COM-1/updates", {"health": "on_track", "text": "Fine 🚢."}, 201),
        ("projects/COM-1/comments", {"text": "Well."}, 201),
        ("projects/COM-1/team", {"role": "PO", "person": "x@example.org"}, 400),
        ("projects", {"portfolio": "commerce", "name": "New"}, 201),
    ],
)
def test_the_same_request_gets_the_same_answer(ci, project, path, body, status):
    first, second = ci.post(path, body, **KEY), ci.post(path, body, **KEY)
    assert first.status_code == status, first.content
    assert shown(first) == shown(second)
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert KeptRequest.objects.count() == 1


def test_the_effect_happens_once(ci, project):
    for _ in range(3):
        ci.post("projects/COM-1/comments", {"text": "Well."}, **KEY)
    assert Comment.objects.count() == 1


def test_a_kept_refusal_stays_even_when_the_state_changes(ci, project):
    body = {"kind": "back", "to": "idea", "reason_code": "pivot", "note": "x"}
    path = "projects/COM-1/moves"
    assert ci.post(path, {"to": "data"}, **KEY).status_code == 409
    ci.post(path, {"to": "framing"})
    assert ci.post(path, {"to": "data"}, **KEY).status_code == 409
    assert ci.post(path, body).status_code == 201
    assert list(Move.objects.order_by("pk").values_list("to_stage", flat=True)) == ["framing", "idea"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("projects/COM-1/moves", {"to": "data"}), ("projects/COM-1/comments", {"text": "x"}), ("projects", {})],
)
def test_the_same_key_with_another_request_is_422(ci, project, path, body):
    ci.post("projects/COM-1/moves", {"to": "framing"}, **KEY)
    assert problem(ci.post(path, body, **KEY), 422)["code"] == "idempotency_key_reused"


def test_a_key_belongs_to_its_caller(ci, project, portfolio, viewer):
    from tests import factories

    other, person = with_key(portfolio), SignedIn(factories.a_member(portfolio))
    for caller in (ci, other, person):
        answer = caller.post("projects/COM-1/comments", {"text": "Well."}, **KEY)
        assert (answer.status_code, "Idempotency-Replayed" in answer) == (201, False)
    assert Comment.objects.count() == 3


def test_after_a_day_a_key_is_new(ci, project):
    ci.post("projects/COM-1/comments", {"text": "Well."}, **KEY)
    KeptRequest.objects.update(created_at=timezone.now() - timedelta(hours=24, minutes=1))
    answer = ci.post("projects/COM-1/comments", {"text": "Another."}, **KEY)
    assert answer.status_code == 201
    assert (Comment.objects.count(), KeptRequest.objects.count()) == (2, 1)


def test_the_purge_forgets_only_what_is_old(ci, project):
    ci.post("projects/COM-1/comments", {"text": "Well."}, **KEY)
    assert kept_requests.purge() == 0
    KeptRequest.objects.update(created_at=timezone.now() - timedelta(days=2))
    assert kept_requests.purge() == 1


@pytest.mark.parametrize("key", ["x" * 256, "caf\u00e9", "a\tb"])
def test_a_key_that_cannot_be_kept_is_named(ci, project, key):
    answer = ci.post("projects/COM-1/comments", {"text": "Well."}, **{"Idempotency-Key": key})
    assert fields_of(problem(answer, 400)) == ["Idempotency-Key"]
    assert not Comment.objects.exists()


def test_a_bug_keeps_nothing(ci, project, monkeypatch):
    from projects.actions import comments

    with monkeypatch.context() as patch:
        patch.setattr(comments, "post", None)
        problem(ci.post("projects/COM-1/comments", {"text": "Well."}, **KEY), 500)
    assert not KeptRequest.objects.exists()
    assert ci.post("projects/COM-1/comments", {"text": "Well."}, **KEY).status_code == 201


def test_a_refusal_undoes_what_came_before_it(ci, project, monkeypatch):
    from projects.actions import comments

    really = comments.post

    def posts_and_refuses(project_id, **said):
        really(project_id, **said)
        raise Refused("Not today.", code="not_today")

    monkeypatch.setattr(comments, "post", posts_and_refuses)
    for _ in range(2):
        answer = ci.post("projects/COM-1/comments", {"text": "Well."}, **KEY)
        assert problem_code(answer) == "not_today"
    assert not Comment.objects.exists()
    assert KeptRequest.objects.get().status == 409


def test_every_post_of_the_api_honours_the_key():
    posts = [view.post for view in views(urlpatterns) if hasattr(view, "post")]
    assert len(posts) >= 5
    assert all(getattr(post, "is_idempotent", False) for post in posts)


def views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns)
        elif view := getattr(pattern.callback, "view_class", None):
            yield view

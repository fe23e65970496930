"""What was read by its ETag is changed by it, and by nobody who has read something else."""

from tests.projects.api.callers import problem

ANY = {"If-Match": "*"}


def test_what_was_changed_can_be_changed_again_by_its_answer(ci, project):
    path = f"todos/{ci.post(f'projects/{project.key}/todos', {'text': 'Once'}).json()['id']}"
    read = ci.get(path)
    first = ci.patch(path, {"text": "First"}, **{"If-Match": read["ETag"]})
    assert (first.status_code, first["ETag"]) == (200, ci.get(path)["ETag"])
    found = problem(ci.patch(path, {"text": "Second"}, **{"If-Match": read["ETag"]}), 412)
    assert found["code"] == "changed"
    weak = f'"other", W/{first["ETag"]}'
    assert ci.patch(path, {"text": "Second"}, **{"If-Match": weak}).json()["text"] == "Second"
    assert problem(ci.delete(path, **{"If-Match": first["ETag"]}), 412)["code"] == "changed"
    assert ci.delete(path).status_code == 204


def test_what_is_not_there_yet_needs_no_etag(ci, project):
    path = f"projects/{project.key}/signals/alive"
    stale = problem(ci("PUT", path, {"every_days": 1}, **{"If-Match": '"1"'}), 412)
    assert (stale["code"], ci.get(path).status_code) == ("changed", 404)
    made = ci("PUT", path, {"every_days": 1}, **{"If-None-Match": "*"})
    assert (made.status_code, made["ETag"]) == (200, ci.get(path)["ETag"])
    problem(ci("PUT", path, {"every_days": 2}, **{"If-None-Match": "*"}), 412)
    problem(ci("PUT", path, {"every_days": 2}), 428)
    assert ci("PUT", path, {"every_days": 2}, **{"If-Match": made["ETag"]}).json()["every_days"] == 2


def test_a_stranger_learns_nothing_from_an_etag(ci, stranger, viewer, project):
    path = f"todos/{ci.post(f'projects/{project.key}/todos', {'text': 'Once'}).json()['id']}"
    problem(stranger.patch(path, {"text": "X"}), 404)
    problem(stranger.patch(path, {"text": "X"}, **ANY), 404)
    problem(viewer.patch(path, {"text": "X"}, **ANY), 403)

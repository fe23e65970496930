"""Settings, Questions: seen by all who see the portfolio, published by its administrators."""

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.actions import portfolios
from projects.models import Event, Portfolio, ScorecardVersion
from projects.rules import scorecards
from tests.factories import SYSTEM, a_crowd, a_member, a_person, a_portfolio

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return a_portfolio("Claims", slug="claims")


@pytest.fixture
def admin_client(client, portfolio):
    client.force_login(a_member(portfolio, "administrator", "Ada"))
    return client


URL = "/portfolios/claims/settings/questions/"


def document(**changes):
    return {**scorecards.document(), **changes}


def send(client, definition, do="check", **more):
    text = definition if isinstance(definition, str) else yaml.safe_dump(definition, sort_keys=False)
    return client.post(f"{URL}edit/", {"definition": text, "note": "", "base": 1, do: "1", **more})


def heavier(weight=1):
    changed = document()
    changed["questions"][0]["weight"] = weight
    return changed


def test_the_scorecard_is_said_in_plain_words(admin_client):
    text = admin_client.get(URL).content.decode()
    for words in (
        "P1 Wrong problem",
        "Is there one business number that the sponsor has signed up to",
        "weight 3, due in Framing",
        "Metric sheet signed by the sponsor",
        "Talk to five people who have the problem",
        "Language model readiness",
        "Least score of a pitfall with an open critical question",
        "risk.critical_floor",
        "lines in force: risk 50, impact 50",
    ):
        assert words in text, words


def test_who_may_see_and_who_may_change(client, portfolio):
    client.force_login(a_person())
    assert [client.get(f"{URL}{page}").status_code for page in ("", "edit/", "1.yaml")] == [404, 404, 404]
    for role in ("viewer", "manager"):
        client.force_login(a_member(portfolio, role))
        assert client.get(URL).status_code == 200
        assert "Edit</a>" not in client.get(URL).content.decode()
        assert client.get(f"{URL}1.yaml").status_code == 200
        assert client.get(f"{URL}edit/").status_code == 403
        assert send(client, document(), "publish").status_code == 403
    assert ScorecardVersion.objects.count() == 1


def test_a_check_says_what_changes_and_publishes_nothing(admin_client):
    answer = send(admin_client, heavier())
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "Question WP1: weight 3 becomes 1." in text
    assert "No project would change its quadrant" in text
    assert ScorecardVersion.objects.count() == 1
    assert "Nothing would change" in send(admin_client, document()).content.decode()


def test_publishing_makes_the_next_version_and_asks_for_all_scores(admin_client, portfolio):
    assert send(admin_client, heavier(), "publish", note="Weigh it less").status_code == 302
    portfolio.refresh_from_db()
    version = portfolio.scorecard
    assert (version.number, version.note, version.published_by.name) == (2, "Weigh it less", "Ada")
    assert version.rules.question("WP1").weight == 1
    assert portfolio.scores_asked_at is not None
    assert Event.objects.filter(kind="scorecard.published", portfolio=portfolio).count() == 2
    page = admin_client.get(URL).content.decode()
    assert "All scores of this portfolio are being made anew" in page
    assert "Weigh it less" in page
    Portfolio.objects.update(scores_asked_at=None)
    assert "being made anew" not in admin_client.get(f"{URL}?version=2").content.decode()
    older = admin_client.get(f"{URL}?version=1").content.decode()
    assert "an older one" in older and "weight 3, due in Framing" in older


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "the file"),
        ("[]", "the file"),
        ("questions: [", "line 1"),
        ("a: &a [1]\nb: *a", "the file"),
        ("\tx: 1", "line 1"),
        ("name: x", "line 1"),
    ],
)
def test_what_is_no_scorecard_is_refused(admin_client, text, place):
    answer = send(admin_client, text, "publish")
    assert answer.status_code == 422
    assert f"<code>{place}" in answer.content.decode()
    assert ScorecardVersion.objects.count() == 1


def test_every_mistake_is_named_by_line_and_path(admin_client):
    wrong = document()
    wrong["questions"][2]["weight"] = 99
    wrong["questions"][3]["due"] = "tomorrow"
    wrong["risk"]["mean_weight"] = "much"
    text = yaml.safe_dump(wrong, sort_keys=False)
    answer = send(admin_client, text, "publish")
    assert answer.status_code == 422
    lines = text.splitlines()
    places = {problem.path for problem in answer.context["problems"]}
    assert f"line {lines.index('  weight: 99') + 1}, questions[2].weight" in places
    assert f"line {lines.index('  due: tomorrow') + 1}, questions[3].due" in places
    assert any(place.endswith("risk.mean_weight") for place in places)


def test_a_file_takes_the_place_of_the_text(admin_client):
    sent = SimpleUploadedFile("ours.yaml", yaml.safe_dump(heavier(2)).encode())
    answer = send(admin_client, "nonsense", file=sent)
    assert "weight 3 becomes 2" in answer.content.decode()
    assert "weight: 2" in answer.content.decode()


@pytest.mark.parametrize("data", [b"\xff\xfe\x00x", b"a: \x00", b"x" * 200_001])
def test_a_file_that_is_no_text_is_refused(admin_client, data):
    answer = send(admin_client, "", "publish", file=SimpleUploadedFile("x.yaml", data))
    assert answer.status_code == 422
    assert "file" in answer.context["form"].errors


def test_who_edited_an_older_version_is_told_and_loses_nothing(admin_client):
    assert send(admin_client, heavier(2), "publish").status_code == 302
    answer = send(admin_client, heavier(1), "publish")
    assert answer.status_code == 409
    assert "Version 2 was published since you opened this page." in answer.content.decode()
    assert "weight: 1" in answer.content.decode()
    assert ScorecardVersion.objects.count() == 2


def test_a_version_can_be_taken_out_and_published_again(admin_client):
    answer = admin_client.get(f"{URL}1.yaml")
    assert answer["Content-Disposition"] == 'attachment; filename="claims-questions-1.yaml"'
    assert scorecards.parse(yaml.safe_load(answer.content)) == scorecards.shipped()
    assert "Nothing would change" in send(admin_client, answer.content.decode()).content.decode()
    for missing in (f"{URL}9.yaml", f"{URL}?version=9", f"{URL}?version=x"):
        assert admin_client.get(missing).status_code == 404


def test_a_line_that_moves_is_shown_and_asks_for_all_scores(admin_client, portfolio):
    portfolios.edit(portfolio.pk, version=None, risk_line=60, actor=SYSTEM)
    text = admin_client.get(URL).content.decode()
    assert "lines in force: risk 60, impact 50" in text
    assert "being made anew" in text
    assert "being made anew" in admin_client.get("/portfolios/claims/settings/").content.decode()


def test_the_queries_of_the_page_do_not_depend_on_projects(admin_client, portfolio):
    def asked(address):
        with CaptureQueriesContext(connection) as captured:
            assert admin_client.get(address).status_code == 200
        return len(captured)

    asked(URL)
    few = [asked(URL), asked(f"{URL}edit/")]
    a_crowd(portfolio, 20)
    assert [asked(URL), asked(f"{URL}edit/")] == few

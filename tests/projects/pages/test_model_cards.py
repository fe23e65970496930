"""The model card of a project through its doors."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from projects.actions import observations, projects
from projects.models import Event, Evidence
from projects.models.evidence import storage
from projects.rules import model_cards
from projects.rules.observations import Observed
from tests.factories import SYSTEM, a_key

pytestmark = pytest.mark.usefixtures("evidence_folder")
CARD = "---\nlicense: mit\ndatasets: [claims-2025]\nmetrics: [recall]\n---\n# Claims router\n\nSorts.\n"


@pytest.fixture
def known(world):
    given = [
        Observed("recall", "online", value, timezone.now() - timedelta(days=days), segment)
        for value, days, segment in ((0.6, 9, ""), (0.7, 1, ""), (0.5, 2, "new"))
    ]
    observations.post_many(world.project.pk, given=given, actor=SYSTEM)
    facts = {"data_sources": "claims\nweather", "personal_data": True, "owner": world.sponsor}
    projects.edit(world.project.pk, version=None, actor=SYSTEM, **facts)
    world.project.refresh_from_db()
    return world


def test_the_card_says_what_is_known_and_no_address_of_anybody(known, as_):
    answer = as_(known.viewer).get(f"{known.url}model-card/")
    written = answer.content.decode()
    assert answer["Content-Type"] == "text/markdown; charset=utf-8"
    assert "**Uses personal data:** yes" in written
    assert "Sina Sponsor" in written
    assert "@" not in written
    assert "| recall | online | all |  | 0.7 |" in written
    assert "| recall | online | new |  | 0.5 |" in written
    assert model_cards.read(written).datasets == ("claims", "weather")


def test_it_is_kept_as_evidence_and_the_same_card_once(known, as_):
    keep = f"{known.url}model-card/keep/"
    assert as_(known.viewer).post(keep).status_code == 403
    for _ in range(2):
        as_(known.editor).post(keep)
    item = Evidence.objects.get(project=known.project, kind="model_card")
    assert item.versions.count() == 1
    with storage().open(item.versions.get().file.name) as file:
        assert file.read().startswith(b"---\n")


def test_a_card_changes_what_was_ticked_and_nothing_else(known, as_):
    bring = f"{known.url}model-card/bring/"
    file = SimpleUploadedFile("card.md", CARD.encode())
    page = as_(known.editor).post(bring, {"card": "", "file": file}).content.decode()
    assert "The card says" in page
    assert "license" in page
    assert not Evidence.objects.filter(project=known.project).exists()
    said = {"card": CARD, "apply": "1", "take": ["data_sources"], "version": known.project.version}
    as_(known.editor).post(bring, said)
    known.project.refresh_from_db()
    assert known.project.data_sources == "claims-2025"
    assert known.project.name == "Claims triage router"
    event = Event.objects.get(kind="model_card.imported")
    assert event.payload["fields"] == ["data_sources"]
    assert event.payload["others"] == ["license"]
    assert Evidence.objects.get(project=known.project).kind == "model_card"


def test_a_card_that_cannot_be_read_and_one_that_comes_late_change_nothing(known, as_):
    bring, client = f"{known.url}model-card/bring/", as_(known.editor)
    assert client.post(bring, {"card": "---\na: *x\n---\n"}).status_code == 409
    assert client.post(bring, {"card": ""}).status_code == 422
    file = SimpleUploadedFile("card.md", b"\xff\xfe\x00")
    assert client.post(bring, {"card": "", "file": file}).status_code == 422
    late = {"card": CARD, "apply": "1", "take": ["name"], "version": known.project.version - 1}
    assert client.post(bring, late).status_code == 409
    assert not Evidence.objects.filter(project=known.project).exists()


@pytest.mark.parametrize("path", ["", "keep/", "bring/"])
def test_a_stranger_knows_of_no_card(known, as_, path):
    client = as_(known.stranger)
    ask = client.post if path == "keep/" else client.get
    assert ask(f"{known.url}model-card/{path}").status_code == 404


def test_the_same_over_rest_by_scope(known, client):
    path = f"/api/v1/projects/{known.project.key}/model-card"

    def ask(scopes, method, address, body=None):
        _, secret = a_key(known.portfolio, scopes=scopes)
        headers = {"Authorization": f"Bearer {secret}"}
        return getattr(client, method)(address, body, content_type="application/json", headers=headers)

    assert ask(["evidence:write"], "get", path).status_code == 403
    assert ask(["projects:read"], "get", path).content.startswith(b"---\n")
    looked = ask(["projects:write", "evidence:write"], "post", path, {"card": CARD}).json()
    assert [each["field"] for each in looked["differences"]][:1] == ["name"]
    assert looked["taken"] == []
    told = {"card": CARD, "fields": ["name"]}
    assert ask(["projects:write"], "post", path, told).status_code == 403
    assert ask(["projects:write", "evidence:write"], "post", path, told).json()["taken"] == ["name"]
    known.project.refresh_from_db()
    assert known.project.name == "Claims router"
    assert ask(["evidence:write"], "post", f"{path}/evidence").status_code == 201
    assert ask(["evidence:write"], "post", f"{path}/evidence").status_code == 200
    assert ask(["projects:write", "evidence:write"], "post", path, {"card": "x"}).status_code == 409

"""A whole portfolio goes from one installation into another, the same in all that is seen of it."""

import json
import zipfile
from contextlib import contextmanager

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone

from portfolio.integrations.models import Registry, Source, Webhook
from portfolio.notifications.models import ChatHook
from portfolio.operations.actions import portfolio_files
from portfolio.operations.whole import reach, writing
from portfolio.register.actions import samples
from projects.actions import comments, flags
from projects.actors import Actor
from projects.errors import NotAllowed, Refused
from projects.models import Blocker, Event, EvidenceVersion, Observation, Portfolio, Project
from projects.models.evidence import storage
from tests.factories import SYSTEM, a_member, a_person, an_administrator

pytestmark = pytest.mark.django_db
# Columns that sound like secrets and are none: they say what some bytes or a plan were.
HARMLESS = {"sha256", "plan_hash", "told_hash", "body_hash"}
# What rests when it has come says so in its row.
RESTING = ("integrations.webhook", "integrations.source", "integrations.registry", "notifications.chathook")


def empty():
    """What an installation has before anything came: here all is taken away; the test takes it back."""
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True, include_views=False):
            if table not in ("django_migrations", "django_content_type", "auth_permission"):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")


def written(path, portfolio):
    with path.open("wb") as out:
        for piece in portfolio_files.take_out(portfolio.pk, actor=SYSTEM):
            out.write(piece)
    return path


def members(path):
    """What a file holds, without what changes with the moment, and without the two events of its own way."""
    with zipfile.ZipFile(path) as archive:
        found = {name: archive.read(name) for name in archive.namelist() if name != writing.MANIFEST}
    moved = (b'"kind":"portfolio.exported"', b'"kind":"portfolio.imported"')
    name = "rows/projects.event.jsonl"
    for label in RESTING:
        lines = found[f"rows/{label}.jsonl"].splitlines()
        found[f"rows/{label}.jsonl"] = [json.loads(line)["name"] for line in lines]
    found[name] = [line for line in found[name].splitlines() if not any(mark in line for mark in moved)]
    return found


@pytest.fixture(scope="module")
def sample(for_the_module):
    return for_the_module(samples.load)


@pytest.fixture
def furnished(sample, evidence_folder):
    """The sample with a row of whatever it lacks, and people that other people will have the ids of."""
    portfolio = Portfolio.objects.get(pk=sample.pk)
    project = Project.objects.filter(portfolio=portfolio).order_by("pk")[0]
    person = a_member(portfolio, "contributor")
    service = get_user_model().objects.create(email="service@x.invalid", name="CI", is_service=True)
    Webhook.objects.create(portfolio=portfolio, name="ERP", url="https://erp.example.org", secret="sealed")
    ChatHook.objects.create(portfolio=portfolio, name="Chat", style="slack", url="https://chat.example.org/x")
    registry = Registry.objects.create(
        portfolio=portfolio, name="MLflow", url="http://m", credential="sealed"
    )
    Source.objects.create(
        portfolio=portfolio,
        user=service,
        name="CI",
        style="github",
        token="t" * 43,
        secret="s",
        registry=registry,
    )
    Observation.objects.create(
        project=project, metric="recall", environment="online", at=timezone.now(), value=0.7
    )
    author = Actor(a_member(portfolio, "manager", "Another person"), "page")
    comments.post(project.pk, text=f"Look, @[{person.name}]", actor=author)
    Blocker.objects.filter(project__portfolio=portfolio).update(accepted_by={"SP": person.pk})
    flags.sweep(portfolio.pk, actor=SYSTEM, now=timezone.now())
    for version in EvidenceVersion.objects.exclude(file=""):
        if not storage().exists(version.file.name):
            EvidenceVersion.objects.filter(pk=version.pk).update(file="")
    return portfolio


def seen(client):
    """What people see of it: the lists as files, the figures of the balance, and the history."""
    client.force_login(get_user_model().objects.get(is_superuser=True))
    slug = Portfolio.objects.get().slug
    lists = [
        *("/projects/?outcome=any&export=json", "/flags/?export=json", "/blockers/?state=all&export=json"),
        *(f"/portfolios/{slug}/matrix/?export=json", f"/portfolios/{slug}/decisions/?export=json"),
    ]
    found = {address: json.loads(b"".join(client.get(address).streaming_content)) for address in lists}
    assert [bool(found[address]) for address in lists[:3]] == [True, True, True]
    balance = client.get(f"/portfolios/{slug}/balance/")
    history = [
        (event.kind, event.at, event.actor and event.actor.email, event.project_id)
        for event in Event.objects.exclude(kind__in=["portfolio.exported", "portfolio.imported"])
        .filter(portfolio__isnull=False)
        .select_related("actor")
    ]
    return (
        found,
        balance.context["found"]["shares"] if "found" in balance.context else None,
        sorted(history, key=str),
    )


def test_what_comes_out_again_is_the_same(client, furnished, tmp_path):
    an_administrator()
    before, first = seen(client), written(tmp_path / "first.zip", furnished)
    people = set(get_user_model().objects.values_list("email", flat=True))
    empty()
    ours = a_person("Somebody else")
    admin = an_administrator()
    portfolio_files.bring(first, actor=SYSTEM)
    assert before == seen(client)
    portfolio = Portfolio.objects.get()
    again = written(tmp_path / "again.zip", portfolio)
    assert members(first) == members(again)

    placed = get_user_model().objects.exclude(pk__in=[ours.pk, admin.pk])
    assert {person.email for person in placed} <= people
    assert not any(person.is_active for person in placed if not person.is_service)
    assert not any(person.has_usable_password() or person.is_superuser for person in placed)
    noted = Blocker.objects.values_list("accepted_by", flat=True)[0]["SP"]
    assert get_user_model().objects.get(pk=noted).email in people
    mention = Event.objects.get(kind="comment.posted", payload__has_key="mentions")
    assert mention.payload["mentions"] == [noted]
    assert not Event.objects.filter(position=None).exclude(kind__startswith="portfolio.").exists()


def test_nothing_that_is_secret_is_in_the_file_and_what_needed_it_rests(furnished, tmp_path):
    file = written(tmp_path / "file.zip", furnished)
    with zipfile.ZipFile(file) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"sealed" not in everything
    assert b"t" * 43 not in everything
    assert b"chat.example.org" not in everything
    empty()
    portfolio_files.bring(file, actor=SYSTEM)
    assert Webhook.objects.get().disabled_at
    assert "secret" in Webhook.objects.get().disabled_why
    assert ChatHook.objects.get().disabled_at
    assert Source.objects.get().disabled_at
    assert len(Source.objects.get().token) == 43


def test_a_column_that_sounds_like_a_secret_is_emptied_or_known_to_be_none():
    sounds = ("secret", "token", "hash", "password", "credential", "sha256")
    found = {
        f"{reach.label(model)}.{field.attname}"
        for model in reach.taken()
        for field in reach.columns(model)
        if any(word in field.attname for word in sounds)
        and field.attname not in HARMLESS
        and field.attname not in reach.EMPTIED.get(reach.label(model), {})
    }
    assert found == set()


def test_what_is_left_out_is_of_the_portfolio_and_nothing_taken_needs_it():
    labels = {reach.label(model) for model in reach.paths()}
    assert set(reach.LEFT_OUT) <= labels
    assert {"projects.project", "projects.event", "insights.scenario", "projects.blocker_affected"} <= labels
    needs = [
        f"{reach.label(model)}.{field.name}"
        for model in reach.taken()
        for field in reach.keys(model)
        if reach.label(reach.target(field)) in reach.LEFT_OUT and not field.null
    ]
    assert needs == []


def test_it_is_for_managers_to_take_out_and_for_administrators_to_bring(furnished, tmp_path):
    with pytest.raises(NotAllowed):
        portfolio_files.take_out(furnished.pk, actor=Actor(a_member(furnished, "contributor"), "page"))
    portfolio_files.take_out(furnished.pk, actor=Actor(a_member(furnished, "manager"), "page"))
    assert Event.objects.filter(kind="portfolio.exported").exists()
    file = written(tmp_path / "file.zip", furnished)
    with pytest.raises(NotAllowed):
        portfolio_files.look(file, actor=Actor(a_member(furnished, "administrator"), "page"))
    with pytest.raises(Refused, match="portfolios already"):
        portfolio_files.bring(file, actor=SYSTEM)


@contextmanager
def changed(path):
    """The members of a file, to be changed; they are written back under the same name."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    yield held
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)


def _newer(held):
    manifest = json.loads(held["manifest.json"])
    held["manifest.json"] = json.dumps(manifest | {"format": 99})


def _other_rows(held):
    held["rows/projects.project.jsonl"] = (
        held["rows/projects.project.jsonl"].replace(b"Sample", b"Simple") + b"\n"
    )


def _climbing(held):
    manifest = json.loads(held["manifest.json"])
    manifest["files"]["../../etc/cron.d/x"] = {"size": 1, "sha256": "0" * 64}
    held["manifest.json"] = json.dumps(manifest)
    held["evidence/../../etc/cron.d/x"] = b"x"


def _stranger(held):
    held["rows/auth.user.jsonl"] = b"{}\n"


def _unknown_model(held):
    manifest = json.loads(held["manifest.json"])
    manifest["tables"]["accounts.user"] = {"rows": 0, "sha256": "0" * 64}
    held["manifest.json"] = json.dumps(manifest)


def _with_line(held, label, change):
    """One row changed, and the manifest with the hash that this gives: as somebody would who means it."""
    import hashlib

    name, manifest = f"rows/{label}.jsonl", json.loads(held["manifest.json"])
    first, *rest = held[name].splitlines()
    held[name] = b"".join(line + b"\n" for line in (json.dumps(change(json.loads(first))).encode(), *rest))
    manifest["tables"][label]["sha256"] = hashlib.sha256(held[name]).hexdigest()
    held["manifest.json"] = json.dumps(manifest)


def _unknown_field(held):
    _with_line(held, "projects.project", lambda row: row | {"is_superuser": True})


def _wrong_value(held):
    _with_line(held, "projects.project", lambda row: row | {"attempt": "many"})


def _nobody(held):
    _with_line(held, "projects.membership", lambda row: row | {"user_id": "nobody@x.invalid"})


def _dangling(held):
    _with_line(held, "projects.answer", lambda row: row | {"project_id": 987654321})


def _deep(held):
    held["manifest.json"] = "[" * 100_000


HOSTILE = [
    (_newer, "newer version"),
    (_other_rows, "not what the manifest says"),
    (_climbing, "land elsewhere"),
    (_stranger, "does not hold what its manifest names"),
    (_unknown_model, "not ours"),
    (_unknown_field, "is_superuser"),
    (_wrong_value, "attempt"),
    (_nobody, "names nobody"),
    (_dangling, "do not fit together"),
    (_deep, "manifest cannot be read"),
]


def test_a_file_that_is_not_as_it_was_written_is_refused_and_nothing_comes(furnished, tmp_path):
    whole = written(tmp_path / "whole.zip", furnished)
    empty()
    for spoil, words in HOSTILE:
        file = tmp_path / f"{spoil.__name__}.zip"
        file.write_bytes(whole.read_bytes())
        with changed(file) as held:
            spoil(held)
        with pytest.raises(Refused, match=words), transaction.atomic():
            portfolio_files.bring(file, actor=SYSTEM)
        assert not Portfolio.objects.exists(), words
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:-300])
    with pytest.raises(Refused, match="damaged"):
        portfolio_files.bring(cut, actor=SYSTEM)


def test_a_row_that_unpacks_without_end_is_not_read(furnished, tmp_path, monkeypatch):
    monkeypatch.setattr("portfolio.operations.whole.reading.MOST_LINE", 2000)
    file = written(tmp_path / "file.zip", furnished)
    empty()
    with pytest.raises(Refused, match="longer than any row"):
        portfolio_files.bring(file, actor=SYSTEM)
    monkeypatch.setattr("portfolio.operations.whole.reading.MOST_BYTES", 100_000)
    with pytest.raises(Refused, match="larger than any portfolio"):
        portfolio_files.bring(file, actor=SYSTEM)

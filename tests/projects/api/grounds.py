"""What the sample's lists lack, so that each example of a list shows a row: made the way it comes about."""

import json

from django.test import Client
from django.utils import timezone

from portfolio import outbox
from portfolio.integrations.models import ModelVersion, WebhookAttempt, WebhookDelivery
from portfolio.integrations.sources.actions import messages, sources
from portfolio.operations.models import FileState, PortfolioFile
from portfolio.register.actions import import_runs, imports
from projects import events
from projects.actions import days
from projects.models import Project
from tests import factories
from tests.portfolio.integrations.sources import senders

FILE = "name,owner\nClaims triage,ada@example.org\n"


def fill(signed_in, reader, folder):
    """Rows for every list that would be empty."""
    project = Project.objects.get(key=reader.known["key"])
    reader.known["blocker_ids"] = [a_blocker(signed_in, project)]
    said_by_people(signed_in, project)
    read_of_a_registry(project)
    sent_by_a_system(project)
    files(project, signed_in.person, folder)
    days.take(project.portfolio_id, actor=factories.SYSTEM, now=timezone.now())
    while outbox.pass_on():
        pass
    delivery = WebhookDelivery.objects.filter(webhook=reader.known["webhook_ids"][0]).last()
    WebhookAttempt.objects.create(delivery=delivery, status=503, milliseconds=38, error="It is closed.")


def a_blocker(signed_in, project):
    """A blocker with a note, about which somebody outside is asked; its id."""
    stuck = {"title": "No date for the review", "category": "security_review", "severity": "high"}
    raised = {**stuck, "decision_from": "Head of security"}
    blocker = told(signed_in, f"projects/{project.key}/blockers", raised)["id"]
    asked = {"email": "ruth@example.org", "name": "Ruth", "question": "When can the review be done?"}
    told(signed_in, f"blockers/{blocker}/notes", {"text": "They look at it on Monday."})
    told(signed_in, f"blockers/{blocker}/outside-requests", asked)
    return blocker


def said_by_people(signed_in, project):
    """What people say of a project and of its portfolio."""
    at, portfolio = f"projects/{project.key}", f"portfolios/{project.portfolio.slug}"
    learned = {"happened": "Data came for one region only.", "lesson": "Sign first.", "pitfall": "P2"}
    board = {"name": "Board", "rhythm": "monthly", "day": 1, "formats": ["pdf"]}
    waiver = {"reason": "A copy of a model in use.", "expires_on": "2099-03-31"}
    away = {"role": "SE", "deputy": "dana@example.org", "from_on": "2027-07-05", "to_on": "2027-07-23"}
    other = project.portfolio.projects.exclude(pk=project.pk).filter(outcome="open").first()
    for path, said in (
        (f"{at}/comments", {"text": "@ada@example.org The labels are in."}),
        (f"{at}/follow", None),
        (f"{at}/links", {"kind": "needs", "other": other.key}),
        (f"{at}/retrospectives", learned),
        (f"{at}/waivers", {"to": "production", **waiver}),
        (f"{portfolio}/delegations", {**away, "reason": "Summer leave"}),
        (f"{portfolio}/rates", {"currency": "USD", "from_on": "2026-10-01", "rate": "0.92"}),
        (f"{portfolio}/report/schedules", {**board, "recipients": ["board@example.org"]}),
        (f"{portfolio}/standing-roles", {"role": "SE", "person": "dana@example.org"}),
        ("jobs/sweep/runs", {}),
    ):
        told(signed_in, path, said)
    told(signed_in, f"{portfolio}/workflow/draft", {"text": "name: ours\nlabel: Ours\n"}, method="PUT")


def told(signed_in, path, said, method="POST"):
    """What is answered, which must not be a refusal."""
    answer = signed_in(method, path, said)
    assert answer.status_code in (200, 201, 202), (path, answer.content)
    return answer.json() if answer.content else {}


def read_of_a_registry(project):
    """What a registry would tell of a linked model; a real one is asked where reading is tested."""
    link, now = project.registry_links.get(), timezone.now()
    known = {
        "run": "5f1c",
        "aliases": ["champion"],
        "metrics": {"recall": {"value": 0.91, "at": now.isoformat()}},
    }
    ModelVersion.objects.create(link=link, version="7", status="READY", made_at=now, changed_at=now, **known)
    said = {"link": link.pk, "sort": "model", "model": "fraud", "registry": "MLflow", "alias": "champion"}
    events.record(project, "model_alias.changed", factories.SYSTEM, version="7", before="6", **said)


def sent_by_a_system(project):
    """A message of a pipeline, carried out."""
    source, secret = sources.add(
        project.portfolio_id, name="Nightly", style="generic", actor=factories.SYSTEM
    )
    said = {"type": "metrics.measured", "project": project.key, "version": "7", "metrics": {"recall": 0.81}}
    headers = {"Authorization": f"Bearer {secret}", "webhook-id": "nightly-2026-11-20"}
    assert senders.post(Client(), source, json.dumps(said), headers).status_code == 202
    messages.carry_out_due()


def files(project, person, folder):
    """A file with projects that was checked, and how this portfolio may have come here."""
    actor, table = factories.acting(person), folder / "inventory.csv"
    table.write_text(FILE)
    run = imports.upload(
        project.portfolio_id, profile="plimsoll", file=table, file_name=table.name, actor=actor
    )
    import_runs.take_up(run.pk)
    contents = {"slug": "sample", "name": "Sample portfolio", "taken_at": "2026-11-19T18:00:00+00:00"}
    contents |= {"rows": {"projects.project": 24}, "row_count": 24, "files": 3, "lost": 0}
    contents |= {"known": 1, "new": 1, "new_people": [["Ruth", "ruth@example.org"]]}
    settled = {"state": FileState.BROUGHT, "created_at": timezone.now(), "settled_at": timezone.now()}
    # None comes where a portfolio is already, so it is not brought here.
    PortfolioFile.objects.create(
        file_name="sample.zip", size=48_213, contents=contents, asked_by=person, **settled
    )

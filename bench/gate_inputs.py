"""What gates look at on invented projects: evidence, sign-offs with conditions, to-dos, checklists, metrics.

Written in bulk, for measuring what reads it; signatures are on the packet that the gate has then, so that
most of them count and some have faded, as in a portfolio of some years.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model

from projects.models import (
    Condition,
    Evidence,
    EvidenceVersion,
    Packet,
    Portfolio,
    Project,
    SignOff,
    Todo,
    TodoSource,
    WorkflowVersion,
)
from projects.queries import gate_facts, packets
from projects.rules import checklists, presets, simulations
from projects.rules import workflow as workflows
from projects.rules.stages import Gate

# Of every kind of criterion at least one stands at every gate, so that none is left out of the measurement.
KINDS = ("metric_sheet", "data_inventory", "experiment_report", "model_card", "fairness_report")
CHECKERS = ("SE", "PR", "LE", "RV", "OW", "DX")
ROLES = ("SP", "PO", "ML", "DS", "EN", *CHECKERS)
FADED = 0.2  # signatures on a packet that has changed since
CHUNK = 2_000


def demanding(*, stricter: bool) -> dict[str, Any]:
    """The standard workflow with fifteen criteria at every gate; stricter: a draft that changes every one."""
    document = presets.document("standard")
    document["label"] = "Stricter" if stricter else "Demanding"
    for gate in document["gates"]:
        if gate["kind"] in ("advance", "recertify"):
            gate["criteria"] = _criteria(gate["kind"], stricter)
            gate["enforcement"] = "block"
            gate["roles"] = {**gate["roles"], **({"LE": "required"} if stricter else {})}
    return document


def _criteria(kind: str, stricter: bool) -> list[dict[str, Any]]:
    days = 60 if stricter else 180
    found = [
        *({"kind": "field", "name": name} for name in ("problem", "metric_name", "tier")),
        *({"kind": "answer", "name": name, "at_least": "claimed"} for name in ("WP1", "WP2", "MP2")),
        {"kind": "checklist", "name": "production", "at_least": "7" if stricter else "5"},
        {"kind": "blockers", "at_most": "medium" if stricter else "high"},
        *({"kind": "evidence", "name": name, "within_days": days} for name in KINDS[:3]),
        {"kind": "metric", "name": "latency_p95_ms", "at_most": "120", "within_days": days},
        {"kind": "todo", "name": "training", "label": "Users are trained"},
        {"kind": "statement", "name": "leakage", "text": "Nothing leaks.", "not_by": ["ML"]},
        {"kind": "team", "at_least": 5},
    ]
    if stricter:
        found.append({"kind": "evidence", "name": KINDS[3]})
    return found if kind == "recertify" else [{"kind": "planned_date"}, *found]


def follow(portfolio: Portfolio, document: dict[str, Any]) -> None:
    """All projects follow this workflow; written past the actions, which would move them one by one."""
    parsed = workflows.parse(document)
    version = WorkflowVersion.objects.create(
        portfolio=portfolio, number=2, name=parsed.label, definition=workflows.dump(parsed)
    )
    Portfolio.objects.filter(pk=portfolio.pk).update(workflow=version)
    Project.objects.filter(portfolio=portfolio).update(workflow=version)


def write(portfolio: Portfolio, rng: random.Random, now: datetime) -> None:
    """Everything for every running project of the portfolio."""
    people = list(get_user_model().objects.values_list("pk", flat=True)[:200])
    rows = Project.objects.running().filter(portfolio=portfolio).select_related("portfolio").order_by("pk")
    everybody = list(rows)
    for start in range(0, len(everybody), CHUNK):
        found = everybody[start : start + CHUNK]
        _columns(found, rng, now)
        _evidence(found, rng, now, people)
        _signoffs(found, rng, now, people)


def _columns(projects: list[Project], rng: random.Random, now: datetime) -> None:
    items = list(checklists.shipped()["production"].items)
    for project in projects:
        points = ("0", "0.5", "1")
        project.checklists = {"production": {item: rng.choice(points) for item in items}}
        day = (now - timedelta(days=rng.randint(0, 300))).date().isoformat()
        measured = {"value": str(rng.randint(40, 180)), "measured_on": day, "source": "CI"}
        project.measurements = {"latency_p95_ms": measured}
        project.gate_planned_on = now.date() if rng.random() < 0.8 else None
    Project.objects.bulk_update(projects, ["checklists", "measurements", "gate_planned_on"], batch_size=500)
    Todo.objects.bulk_create(
        Todo(
            project=project,
            text="Train the users",
            source=TodoSource.GATE,
            ref=f"{gate.code}:training",
            done_at=now if rng.random() < 0.7 else None,
        )
        for project in projects
        if (gate := _ahead(project)) and rng.random() < 0.8
    )


def _evidence(projects: list[Project], rng: random.Random, now: datetime, people: list[int]) -> None:
    items = [
        Evidence(project=project, kind=kind, title=kind.replace("_", " "), created_at=now)
        for project in projects
        for kind in (*KINDS, "leakage")
        if rng.random() < 0.85
    ]
    Evidence.objects.bulk_create(items, batch_size=2_000)
    EvidenceVersion.objects.bulk_create(
        (
            EvidenceVersion(
                evidence=item,
                number=number,
                form="statement" if item.kind == "leakage" else "link",
                sha256=f"{rng.getrandbits(256):064x}",
                holds=rng.random() < 0.9 if item.kind == "leakage" else None,
                dated_on=(now - timedelta(days=rng.randint(0, 240))).date(),
                added_by_id=rng.choice(people),
                replaced_at=now if number == 1 else None,
            )
            for item in items
            for number in (1, 2)
        ),
        batch_size=2_000,
    )


def _signoffs(projects: list[Project], rng: random.Random, now: datetime, people: list[int]) -> None:
    """Of the gate ahead most roles have been asked, and the three gates before it have been passed."""
    evidence = gate_facts.evidence_of_many([project.pk for project in projects])
    kept: list[Packet] = []
    rows: list[SignOff] = []
    for project in projects:
        gate = _ahead(project)
        if gate is None:
            continue
        sha256 = packets.digest(project, gate, evidence.get(project.pk, []))
        own = Packet(project=project, gate=gate.code, sha256=sha256, content="{}")
        old = Packet(project=project, gate=gate.code, sha256="0" * 64, content="{}")
        kept += [own, old]
        asked = [role for role in ROLES if rng.random() < 0.7]
        rows += [_row(project, gate.code, role, rng, now) for role in asked]
        rows += [
            _row(project, code, role, rng, now, used=True)
            for code in ("G0", "G1", "G2")
            for role in ROLES[:5]
        ]
    Packet.objects.bulk_create(kept, batch_size=2_000)
    own_and_old = dict(_pairs(kept))
    for row in rows:
        own, old = own_and_old[row.project_id]
        row.packet = old if rng.random() < FADED else own
        row.requested_by_id, signer = rng.sample(people, 2)
        row.signer_id = signer if row.decision else None
    SignOff.objects.bulk_create(rows, batch_size=2_000)
    Condition.objects.bulk_create(
        (
            Condition(
                signoff=row,
                text="The load test is repeated.",
                kind=rng.choice(("before_gate", "before_next_gate")),
                closed_on=now.date() if rng.random() < 0.6 else None,
            )
            for row in rows
            if row.decision == "approved_with_conditions"
        ),
        batch_size=2_000,
    )


def _pairs(kept: list[Packet]) -> Iterator[tuple[int, tuple[Packet, Packet]]]:
    """What is there now and what was signed before, by project."""
    for own, old in zip(kept[::2], kept[1::2], strict=True):
        yield own.project_id, (own, old)


def _row(
    project: Project, gate: str, role: str, rng: random.Random, now: datetime, *, used: bool = False
) -> SignOff:
    """One request of a role, mostly approved; its people and its packet are chosen later."""
    weights = (80, 20, 0, 0) if used else (70, 15, 5, 10)
    (decision,) = rng.choices(("approved", "approved_with_conditions", "rejected", ""), weights)
    return SignOff(
        project=project,
        gate=gate,
        attempt=project.attempt,
        role=role,
        requested_at=now - timedelta(days=20),
        decision=decision,
        decided_at=now - timedelta(days=rng.randint(0, 19)) if decision else None,
        used_at=now if used else None,
    )


def _ahead(project: Project) -> Gate | None:
    return simulations.ahead(project.workflow.rules, project.stage)

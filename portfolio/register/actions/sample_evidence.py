"""The evidence of the sample: what was brought for the last gate that each project has passed."""

from typing import Any

from django.core.files.base import ContentFile

from projects.actions import evidence
from projects.actors import Actor
from projects.models import Project
from projects.queries import facts
from projects.rules import evidence_kinds

# Everything is a link to the project's folder but this, so that there is a file to look at.
AS_FILE = "model_card"
CARD = """# {name}

What it is for: {problem}.
Where it must not be used: cases that nobody has checked it on.
"""


def bring(project: Project) -> None:
    """Link what the gate behind asks for, on the day on which it was passed; before anybody signs."""
    workflow = facts.workflow(project)
    behind = next((gate for gate in workflow.gates if gate.to_stage == project.stage), None)
    if behind is None:
        return
    actor = Actor(None, "sample", at=project.stage_since)
    for criterion in behind.criteria:
        if criterion.kind != "evidence" or criterion.when:
            continue
        kind, name = criterion.name, f"{project.key}-{criterion.name}"
        said: dict[str, Any] = {
            "kind": kind,
            "title": evidence_kinds.label(kind),
            "gate": behind.code,
            "actor": actor,
        }
        if kind == AS_FILE:
            text = CARD.format(name=project.name, problem=project.problem)
            evidence.add(project.pk, file=ContentFile(text.encode(), name=f"{name}.md"), **said)
        else:
            evidence.add(project.pk, url=f"https://files.sample.example/{project.key}/{kind}", **said)

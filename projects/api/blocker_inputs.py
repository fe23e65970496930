"""What callers may say of a blocker."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from projects.actions import blockers
from projects.actors import Actor
from projects.api import people
from projects.api.inputs import Choice, Day, In
from projects.errors import Refused
from projects.models import Project
from projects.models.blockers import CATEGORIES, POLICY, RESOLUTIONS, SEVERITIES
from projects.queries import people as people_queries
from projects.rules.blocker_checks import LONGEST
from projects.rules.evidence import LONGEST as LONGEST_TEXT

MOST_PROJECTS = 100
TOP = len(POLICY.levels) - 1


def _text(**options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST_TEXT, **options)


def _line(name: str, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=LONGEST[name], allow_blank=True, required=False, **options)


def _title(**options: Any) -> serializers.CharField:
    missing = "Say what cannot happen, and because of what."
    return serializers.CharField(
        max_length=LONGEST["title"],
        error_messages={"blank": missing, "required": missing},
        help_text="What cannot happen, because of what.",
        **options,
    )


class BlockerChanges(In):
    """What can be changed of an open blocker; what is left out stays as it is."""

    title = _title(required=False)
    category = Choice(CATEGORIES, required=False)
    severity = Choice(
        SEVERITIES,
        required=False,
        help_text="A graver one brings the days forward; a milder one moves none to a later day.",
    )
    owner = serializers.EmailField(
        allow_null=True, required=False, help_text="Address of somebody who may see the project."
    )
    decision_from = _line("decision_from", help_text="Whose decision is needed; needs no account.")
    decision_email = serializers.EmailField(allow_blank=True, required=False)
    gate = serializers.CharField(
        max_length=10, allow_blank=True, required=False, help_text="Code of the gate that it holds up."
    )
    workaround = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, required=False)
    waiting_for = _line("waiting_for", help_text="Somebody outside; it stops no clock.")
    expected_on = Day(allow_null=True, required=False, help_text="When people hope that it is settled.")
    affected = serializers.ListField(
        child=serializers.CharField(max_length=20),
        max_length=MOST_PROJECTS,
        required=False,
        help_text="Keys of the other projects that it stops; it counts in their risk as well.",
    )


class BlockerIn(BlockerChanges):
    """A new blocker; its deadlines are fixed by its severity."""

    title = _title()
    category = Choice(CATEGORIES)
    severity = Choice(SEVERITIES)
    owner = serializers.EmailField(
        allow_null=True,
        required=False,
        help_text="Left out: whoever holds the category's role, else the project's owner.",
    )
    raised_on = Day(
        allow_null=True,
        required=False,
        help_text="Left out: today. Clocks count from it; it may lie before the project was added.",
    )


class NoteIn(In):
    """A line for the log."""

    text = _text()


class RespondIn(In):
    on = Day(allow_null=True, required=False, help_text="Left out: today.")


class EscalateIn(In):
    to = serializers.IntegerField(min_value=1, max_value=TOP, help_text="A level above the present one.")


class SetBackIn(In):
    to = serializers.IntegerField(min_value=0, max_value=TOP - 1, help_text="A level below the present one.")


class ExtendIn(In):
    due_on = Day(help_text="A day after the present deadline.")


class ResolveIn(In):
    resolution = Choice(RESOLUTIONS)
    on = Day(allow_null=True, required=False, help_text="Left out: today.")
    note = _text(allow_blank=True, required=False)


class AgreeIn(In):
    role = Choice(list(POLICY.accept_critical), help_text="The role in which you agree.")


class ReopenIn(In):
    reason = _text(help_text="What has come back.")


class ShareIn(In):
    owner = serializers.EmailField(
        allow_null=True, required=False, help_text="Left out: the portfolio's first manager."
    )


def resolve(said: dict[str, Any], project: Project, actor: Actor) -> dict[str, Any]:
    """The same with people and projects instead of their addresses and keys."""
    if said.get("owner"):
        said["owner"] = people.named(said["owner"], people_queries.who_may_see(project), "owner")
    if "affected" in said:
        said["affected"] = _ids(said["affected"], actor)
    return said


def _ids(keys: list[str], actor: Actor) -> list[int]:
    known = dict(Project.objects.visible_to(actor).filter(key__in=keys).values_list("key", "pk"))
    if unknown := [key for key in keys if key not in known]:
        names = ", ".join(unknown[:5])
        raise ValidationError({"affected": [f"There is no project {names}, or you may not see it."]})
    return list(dict.fromkeys(known[key] for key in keys))


@contextmanager
def what_was_said() -> Iterator[None]:
    """What a body says wrongly is an error of its fields (400); what the state forbids stays a conflict."""
    try:
        yield
    except Refused as refusal:
        if refusal.code != blockers.WRONG:
            raise
        errors: dict[str, list[str]] = {}
        for found in refusal.obstacles:
            name = getattr(found, "field", "") or "body"
            errors.setdefault(name, []).append(f"{found.message} {found.remedy}".strip())
        raise ValidationError(errors) from refusal

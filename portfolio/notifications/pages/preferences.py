"""What one is told of, how and when."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from portfolio.notifications.actions import digests
from portfolio.notifications.actions import preferences as actions
from portfolio.notifications.models import Way
from portfolio.notifications.queries import preferences, rhythms
from portfolio.notifications.queries.preferences import Choice
from portfolio.notifications.rules.rhythms import SATURDAY, Clock
from portfolio.notifications.rules.topics import TOPICS
from projects.actors import Actor

WAYS = [
    (Way.NOW, "At once"),
    (Way.DAILY, "Daily digest"),
    (Way.WEEKLY, "Weekly digest"),
    (Way.OFF, "No mail"),
]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "in-time"})
BOTH = "Quiet hours need a beginning and an end. Fill in both, or leave both empty."


class TopicsForm(forms.Form):
    """For each topic whether it stands in the inbox, and how its mail goes."""

    def __init__(self, said: QueryDict | None, *, chosen: dict[str, Choice]) -> None:
        initial = {f"{name}_{topic}": value for topic, one in chosen.items() for name, value in _parts(one)}
        super().__init__(said, initial=initial)
        for topic in TOPICS.values():
            inbox = forms.BooleanField(required=False, label=f"{topic.label} in the inbox")
            mail = forms.ChoiceField(choices=WAYS, label=f"Mail about {topic.label.lower()}")
            self.fields |= {f"inbox_{topic.code}": inbox, f"mail_{topic.code}": mail}
            inbox.widget.attrs |= {"class": "check", "aria-label": inbox.label}
            mail.widget.attrs |= {"class": "input", "aria-label": mail.label}

    def rows(self) -> list[dict[str, Any]]:
        """Each topic with its two fields and what the product ships."""
        ways = dict(WAYS)
        return [
            {
                "topic": topic,
                "inbox": self[f"inbox_{topic.code}"],
                "mail": self[f"mail_{topic.code}"],
                "shipped": ways[Way(topic.mail)].lower(),
            }
            for topic in TOPICS.values()
        ]

    def choices(self) -> dict[str, Choice]:
        said = self.cleaned_data
        return {topic: Choice(said[f"inbox_{topic}"], said[f"mail_{topic}"]) for topic in TOPICS}


class TimesForm(forms.Form):
    """When mails come, by the person's own clock."""

    digest_at = forms.TimeField(label="Digest at", widget=TIME)
    digest_weekday = forms.TypedChoiceField(
        coerce=int, choices=list(enumerate(DAYS)), label="Weekly digest on"
    )
    quiet_weekends = forms.BooleanField(
        required=False,
        label="Quiet weekends",
        help_text="No digest on Saturdays and Sundays; Monday’s has everything. "
        "With quiet hours, mails at once wait for Monday, too.",
    )
    quiet_from = forms.TimeField(required=False, label="Quiet from", widget=TIME)
    quiet_to = forms.TimeField(required=False, label="Quiet until", widget=TIME)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        begins, ends = said.get("quiet_from"), said.get("quiet_to")
        if (begins is None) != (ends is None) and not {"quiet_from", "quiet_to"} & set(self.errors):
            self.add_error("quiet_from" if begins is None else "quiet_to", BOTH)
        if begins is not None and begins == ends:
            self.add_error("quiet_to", "Quiet hours end when they begin. Choose another time.")
        if said.get("quiet_weekends") and said.get("digest_weekday", 0) >= SATURDAY:
            self.add_error(
                "digest_weekday", "Weekends are quiet. Choose another day, or let weekends not be quiet."
            )
        return said


def show(request: HttpRequest) -> HttpResponse:
    """What this person chose, or what the product ships; each of two forms is saved by itself."""
    actor = Actor.of(request)
    clock = rhythms.of([actor.user_id])[actor.user_id]
    asked = request.POST.get("form", "") if request.method == "POST" else ""
    topics = TopicsForm(request.POST if asked == "topics" else None, chosen=_chosen(actor))
    times = TimesForm(request.POST if asked == "times" else None, initial=_times(clock))
    if asked == "topics" and topics.is_valid():
        actions.choose(topics.choices(), actor=actor)
        return _saved(request)
    if asked == "times" and times.is_valid():
        actions.keep_time(**times.cleaned_data, actor=actor)
        return _saved(request)
    context = {"nav": "profile", "topics": topics, "times": times, "zone": clock.zone.key}
    status = 422 if topics.errors or times.errors else 200
    return render(request, "notifications/preferences.html", context, status=status)


@require_POST
def send_now(request: HttpRequest) -> HttpResponse:
    """Send what waits for the next digests at once."""
    actor = Actor.of(request)
    if digests.compose_now(actor=actor, now=timezone.now()):
        messages.success(request, "Your digest is on its way. The next one has only what comes after it.")
    else:
        messages.success(request, "Nothing waits for a digest, so none was sent.")
    return redirect("message-preferences")


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, "Saved. It holds for what you are told from now on.")
    return redirect("message-preferences")


def _chosen(actor: Actor) -> dict[str, Choice]:
    found = preferences.of([actor.user_id])
    return {topic: found.choice(actor.user_id, topic) for topic in TOPICS}


def _parts(choice: Choice) -> list[tuple[str, Any]]:
    return [("inbox", choice.in_inbox), ("mail", choice.mail)]


def _times(clock: Clock) -> dict[str, Any]:
    names = ("digest_at", "digest_weekday", "quiet_weekends", "quiet_from", "quiet_to")
    return {name: getattr(clock, name) for name in names}

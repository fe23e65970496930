"""Who gets the leadership pack by the calendar."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portfolio.insights.pages import subjects
from portfolio.reports.actions import schedules
from portfolio.reports.models import ReportSchedule, Rhythm
from portfolio.reports.prints.forms import FORMS
from portfolio.reports.queries import schedules as queries
from portfolio.reports.rules import rhythms
from projects import permissions
from projects.actors import Actor
from projects.models import Portfolio

User = get_user_model()


class ScheduleForm(forms.Form):
    """When, in which forms, and to whom."""

    name = forms.CharField(max_length=120, help_text="So that you find it again, such as Board.")
    rhythm = forms.ChoiceField(choices=Rhythm.choices, widget=forms.RadioSelect, initial=Rhythm.MONTHLY)
    weekday = forms.TypedChoiceField(
        choices=list(enumerate(rhythms.WEEKDAYS)), coerce=int, required=False, label="Day of the week"
    )
    day = forms.IntegerField(
        label="Day of the month",
        min_value=1,
        max_value=rhythms.LAST_DAY,
        initial=1,
        required=False,
        help_text=f"At most {rhythms.LAST_DAY}: every month has it.",
    )
    formats = forms.MultipleChoiceField(
        choices=[(code, form.label) for code, form in FORMS.items()],
        widget=forms.CheckboxSelectMultiple,
        initial=["pdf"],
        required=False,
        label="Enclosed files",
        help_text="The mail always links to the page.",
    )
    recipients = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label="People", help_text="Who may see this portfolio’s figures."
    )

    def __init__(self, *args: Any, portfolio: Portfolio, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=schedules.may_receive(portfolio)).order_by("name")
        self.fields["recipients"].choices = [(person.pk, str(person)) for person in people]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        is_weekly = said.get("rhythm") == Rhythm.WEEKLY
        if not is_weekly and said.get("day") is None and "day" not in self.errors:
            self.add_error("day", f"Give a day from 1 to {rhythms.LAST_DAY}.")
        said["planned"] = (said.get("weekday") or 0) if is_weekly else said.get("day")
        return said


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """What goes out, when and to whom; and what went out last."""
    portfolio = subjects.portfolio(request, slug)
    permissions.require(Actor.of(request), "report.schedule", portfolio)
    context = {"nav": "report", "portfolio": portfolio, "rows": queries.of(portfolio)}
    return render(request, "reports/schedules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask when and to whom; then have it sent."""
    portfolio = subjects.portfolio(request, slug)
    actor = Actor.of(request)
    permissions.require(actor, "report.schedule", portfolio)
    form = ScheduleForm(request.POST or None, portfolio=portfolio)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = schedules.add(
            portfolio.pk,
            name=said["name"],
            rhythm=said["rhythm"],
            day=said["planned"],
            formats=said["formats"],
            recipients=[int(person) for person in said["recipients"]],
            actor=actor,
            now=timezone.now(),
        )
        messages.success(request, f"The first pack goes out on {made.next_on.day} {made.next_on:%B}.")
        return _back(request, slug)
    status = 422 if form.is_bound else 200
    context = {"nav": "report", "portfolio": portfolio, "form": form}
    return render(request, "reports/schedule_new.html", context, status=status)


@require_POST
def end(request: HttpRequest, slug: str, schedule_id: int) -> HttpResponse:
    """Send no more."""
    portfolio = subjects.portfolio(request, slug)
    schedule = get_object_or_404(ReportSchedule, portfolio=portfolio, pk=schedule_id)
    schedules.end(schedule.pk, actor=Actor.of(request), now=timezone.now())
    messages.success(request, f"“{schedule.name}” is sent no more.")
    return _back(request, slug)


def _back(request: HttpRequest, slug: str) -> HttpResponse:
    url = reverse("report-schedules", args=[slug])
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)

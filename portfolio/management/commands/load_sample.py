"""Load the sample portfolio, once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portfolio.insights.actions import forecasts, generated_history, summaries
from portfolio.register.actions import samples
from projects.actions import days, flags
from projects.actors import Actor


class Command(BaseCommand):
    help = "Load the sample portfolio of 24 invented projects; does nothing when it was loaded before."

    def handle(self, *args: Any, **options: Any) -> None:
        if samples.is_loaded():
            self.stdout.write("The sample portfolio was loaded before.")
            return
        portfolio = samples.load()
        # The worker would do this within minutes; a first look should not have to wait for it.
        actor, now = Actor.system("sample"), timezone.now()
        flags.sweep(portfolio.pk, actor=actor, now=now)
        generated_history.generate(portfolio.pk, actor=actor, now=now)
        forecasts.make(portfolio.pk, actor=actor, now=now)
        days.take(portfolio.pk, actor=actor, now=now)
        summaries.take(portfolio.pk, actor=actor, now=now)
        self.stdout.write(f"Loaded {portfolio.projects.real().count()} projects into “{portfolio.name}”.")

"""Django's own command, without files that no page asks for: compressing them takes most of a minute."""

from typing import Any

from django.contrib.staticfiles.management.commands import collectstatic

# Another explorer than ours, the browsable API that is switched off, and the beta of htmx.
NOT_SERVED = ["redoc", "rest_framework", "htmx-4.*", "htmax-4.*", "ext"]


class Command(collectstatic.Command):
    def set_options(self, **options: Any) -> None:
        super().set_options(**options)
        self.ignore_patterns = [*self.ignore_patterns, *NOT_SERVED]

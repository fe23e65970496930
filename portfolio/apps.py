from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    """The site: settings, processes and everything that looks across projects."""

    name = "portfolio"
    verbose_name = "Plimsoll"

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """One initiative and all that happens to it."""

    name = "projects"

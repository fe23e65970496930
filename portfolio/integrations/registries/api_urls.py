"""Addresses of model registries and links in the API."""

from django.urls import path

from portfolio.integrations.registries.api import links, registries

REGISTRIES = "portfolios/<slug:slug>/registries"
ONE = f"{REGISTRIES}/<row_id:registry_id>"
LINKS = "projects/<project_key:key>/registry-links"
LINK = f"{LINKS}/<row_id:link_id>"

urlpatterns = [
    path(REGISTRIES, registries.Registries.as_view()),
    path(ONE, registries.OneRegistry.as_view()),
    path(f"{ONE}/test", registries.Test.as_view()),
    path(f"{ONE}/read", registries.ReadAgain.as_view()),
    path(LINKS, links.Links.as_view()),
    path(LINK, links.OneLink.as_view()),
    path(f"{LINK}/versions", links.Versions.as_view()),
    path(f"{LINK}/times", links.Times.as_view()),
    path(f"{LINK}/read", links.ReadAgain.as_view()),
]

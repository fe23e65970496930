"""Addresses of model registries and links in the API."""

from django.urls import path

from portfolio.integrations.api import registries, registry_links

REGISTRIES = "portfolios/<slug:slug>/registries"
ONE = f"{REGISTRIES}/<row_id:registry_id>"
LINKS = "projects/<project_key:key>/registry-links"
LINK = f"{LINKS}/<row_id:link_id>"

urlpatterns = [
    path(REGISTRIES, registries.Registries.as_view()),
    path(ONE, registries.OneRegistry.as_view()),
    path(f"{ONE}/test", registries.Test.as_view()),
    path(f"{ONE}/read", registries.ReadAgain.as_view()),
    path(LINKS, registry_links.Links.as_view()),
    path(LINK, registry_links.OneLink.as_view()),
    path(f"{LINK}/versions", registry_links.Versions.as_view()),
    path(f"{LINK}/times", registry_links.Times.as_view()),
    path(f"{LINK}/read", registry_links.ReadAgain.as_view()),
]

"""Addresses of model registries and of the models of projects."""

from django.urls import path

from portfolio.integrations.registries.pages import links, registries

SETTINGS = "portfolios/<slug:slug>/settings/registries/"
MODELS = "projects/<page_key:key>/models/"

urlpatterns = [
    path(SETTINGS, registries.show, name="registries"),
    path(f"{SETTINGS}new/", registries.new, name="new-registry"),
    path(f"{SETTINGS}<settings_row:registry_id>/", registries.change, name="registry"),
    path(f"{SETTINGS}<settings_row:registry_id>/read/", registries.read_again, name="read-registry"),
    path(f"{SETTINGS}<settings_row:registry_id>/remove/", registries.remove, name="remove-registry"),
    path(MODELS, links.show, name="project-models"),
    path(f"{MODELS}add/", links.add, name="project-model-add"),
    path(f"{MODELS}choices/", links.choices, name="project-model-choices"),
    path(f"{MODELS}<page_row:link_id>/", links.change, name="project-model"),
    path(f"{MODELS}<page_row:link_id>/read/", links.read_again, name="project-model-read"),
    path(f"{MODELS}<page_row:link_id>/remove/", links.remove, name="project-model-remove"),
]

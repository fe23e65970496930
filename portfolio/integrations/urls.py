"""Addresses of the API keys' pages."""

from django.urls import path

from portfolio.integrations.pages import keys

urlpatterns = [
    path("portfolios/<slug:slug>/keys/", keys.show, name="keys"),
    path("portfolios/<slug:slug>/keys/new/", keys.new, name="new-key"),
    path("portfolios/<slug:slug>/keys/<int:pk>/revoke/", keys.revoke, name="revoke-key"),
]

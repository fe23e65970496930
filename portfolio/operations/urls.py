"""Addresses of the worker's page."""

from django.urls import path

from portfolio.operations.pages import worker

urlpatterns = [
    path("operations/", worker.index, name="operations"),
    path("operations/run/<slug:name>/", worker.run, name="operations-run"),
    path("operations/mails/", worker.send_again, name="operations-mails"),
    path("operations/mails/<int:delivery_id>/", worker.send_again, name="operations-mail"),
]

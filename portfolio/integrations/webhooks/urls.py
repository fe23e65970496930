"""Addresses of a portfolio's webhooks and of the log of what they sent."""

from django.urls import path

from portfolio.integrations.webhooks.pages import logs, webhooks

urlpatterns = [
    path("", webhooks.show, name="webhooks"),
    path("new/", webhooks.new, name="new-webhook"),
    path("<int:webhook_id>/", logs.show, name="webhook"),
    path("<int:webhook_id>/edit/", webhooks.change, name="change-webhook"),
    path("<int:webhook_id>/test/", webhooks.try_out, name="test-webhook"),
    path("<int:webhook_id>/switch/", webhooks.switch, name="switch-webhook"),
    path("<int:webhook_id>/rotate/", webhooks.rotate, name="rotate-webhook"),
    path("<int:webhook_id>/remove/", webhooks.remove, name="remove-webhook"),
    path("<int:webhook_id>/replay/", logs.replay, name="replay-webhook"),
    path("<int:webhook_id>/deliveries/<int:delivery_id>/", logs.one, name="webhook-delivery"),
    path(
        "<int:webhook_id>/deliveries/<int:delivery_id>/again/",
        logs.again,
        name="send-webhook-again",
    ),
]

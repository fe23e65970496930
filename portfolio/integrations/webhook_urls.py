"""Addresses of a portfolio's webhooks and of the log of what they sent."""

from django.urls import path

from portfolio.integrations.pages import webhook_logs, webhooks

urlpatterns = [
    path("", webhooks.show, name="webhooks"),
    path("new/", webhooks.new, name="new-webhook"),
    path("<int:webhook_id>/", webhook_logs.show, name="webhook"),
    path("<int:webhook_id>/edit/", webhooks.change, name="change-webhook"),
    path("<int:webhook_id>/test/", webhooks.try_out, name="test-webhook"),
    path("<int:webhook_id>/switch/", webhooks.switch, name="switch-webhook"),
    path("<int:webhook_id>/rotate/", webhooks.rotate, name="rotate-webhook"),
    path("<int:webhook_id>/remove/", webhooks.remove, name="remove-webhook"),
    path("<int:webhook_id>/replay/", webhook_logs.replay, name="replay-webhook"),
    path("<int:webhook_id>/deliveries/<int:delivery_id>/", webhook_logs.one, name="webhook-delivery"),
    path(
        "<int:webhook_id>/deliveries/<int:delivery_id>/again/",
        webhook_logs.again,
        name="send-webhook-again",
    ),
]

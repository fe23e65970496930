"""Addresses of the systems that post to a portfolio, of their rules and of their messages."""

from django.urls import path

from portfolio.integrations.pages import source_messages, source_rules, sources

urlpatterns = [
    path("", sources.index, name="sources"),
    path("new/", sources.new, name="new-source"),
    path("messages/", source_messages.index, name="source-messages"),
    path("messages/<int:message_id>/", source_messages.show, name="source-message"),
    path("messages/<int:message_id>/again/", source_messages.again, name="source-message-again"),
    path("<int:source_id>/", sources.show, name="source"),
    path("<int:source_id>/edit/", sources.change, name="change-source"),
    path("<int:source_id>/rotate/", sources.rotate, name="rotate-source"),
    path("<int:source_id>/switch/", sources.switch, name="switch-source"),
    path("<int:source_id>/remove/", sources.remove, name="remove-source"),
    path("<int:source_id>/rules/", source_rules.show, name="source-rules"),
    path("<int:source_id>/rules/save/", source_rules.save, name="save-source-rules"),
    path("<int:source_id>/rules/check/", source_rules.check, name="check-source-rules"),
    path("<int:source_id>/rules/try/", source_rules.try_out, name="try-source-rules"),
    path("<int:source_id>/rules/<int:number>/", source_rules.edit, name="source-rule"),
    path("<int:source_id>/rules/<int:number>/order/", source_rules.order, name="order-source-rule"),
]

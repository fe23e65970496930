"""Addresses of the systems that post to a portfolio, of their rules and of their messages."""

from django.urls import path

from portfolio.integrations.sources.pages import messages, rules, sources

urlpatterns = [
    path("", sources.index, name="sources"),
    path("new/", sources.new, name="new-source"),
    path("messages/", messages.index, name="source-messages"),
    path("messages/<int:message_id>/", messages.show, name="source-message"),
    path("messages/<int:message_id>/again/", messages.again, name="source-message-again"),
    path("<int:source_id>/", sources.show, name="source"),
    path("<int:source_id>/edit/", sources.change, name="change-source"),
    path("<int:source_id>/rotate/", sources.rotate, name="rotate-source"),
    path("<int:source_id>/switch/", sources.switch, name="switch-source"),
    path("<int:source_id>/remove/", sources.remove, name="remove-source"),
    path("<int:source_id>/rules/", rules.show, name="source-rules"),
    path("<int:source_id>/rules/save/", rules.save, name="save-source-rules"),
    path("<int:source_id>/rules/check/", rules.check, name="check-source-rules"),
    path("<int:source_id>/rules/try/", rules.try_out, name="try-source-rules"),
    path("<int:source_id>/rules/<int:number>/", rules.edit, name="source-rule"),
    path("<int:source_id>/rules/<int:number>/order/", rules.order, name="order-source-rule"),
]

"""Addresses of what is told: the chats of a portfolio."""

from django.urls import path

from portfolio.notifications.pages import chat_hooks, outside

CHATS = "portfolios/<slug:slug>/settings/chat/"

urlpatterns = [
    path("outside/<str:token>/", outside.show, name="outside"),
    path(CHATS, chat_hooks.show, name="chats"),
    path(f"{CHATS}new/", chat_hooks.new, name="new-chat"),
    path(f"{CHATS}<settings_row:hook_id>/", chat_hooks.change, name="chat"),
    path(f"{CHATS}<settings_row:hook_id>/remove/", chat_hooks.remove, name="remove-chat"),
    path(f"{CHATS}<settings_row:hook_id>/enable/", chat_hooks.enable, name="enable-chat"),
]

"""Addresses of what is told: the inbox, what one is sent, answers from mails, the chats of a portfolio."""

from django.urls import path

from portfolio.notifications.pages import answers, chat_hooks, exports, inboxes, outside, preferences
from projects.exports.answers import either

CHATS = "portfolios/<slug:slug>/settings/chat/"

urlpatterns = [
    path("inbox/", either(inboxes.index, exports.inbox), name="inbox"),
    path("inbox/count/", inboxes.count, name="inbox-count"),
    path("inbox/marks/", inboxes.mark_ticked, name="inbox-mark-ticked"),
    path("inbox/read-all/", inboxes.read_all, name="inbox-read-all"),
    path("inbox/read-all/<str:moment>/undo/", inboxes.take_back, name="inbox-take-back"),
    path("inbox/<int:message_id>/", inboxes.show, name="inbox-message"),
    path("inbox/<int:message_id>/<slug:what>/", inboxes.mark, name="inbox-mark"),
    path("profile/messages/", preferences.show, name="message-preferences"),
    path("profile/messages/digest/", preferences.send_now, name="message-preferences-now"),
    path("outside/<str:token>/", outside.show, name="outside"),
    path("answers/<str:token>/", answers.show, name="answer"),
    path(CHATS, chat_hooks.show, name="chats"),
    path(f"{CHATS}new/", chat_hooks.new, name="new-chat"),
    path(f"{CHATS}<settings_row:hook_id>/", chat_hooks.change, name="chat"),
    path(f"{CHATS}<settings_row:hook_id>/remove/", chat_hooks.remove, name="remove-chat"),
    path(f"{CHATS}<settings_row:hook_id>/enable/", chat_hooks.enable, name="enable-chat"),
]

"""Addresses of API keys and of calendars."""

from django.urls import include, path

from portfolio.integrations.calendars.pages import calendars
from portfolio.integrations.calendars.pages import feeds as calendar_feeds
from portfolio.integrations.keys.pages import keys
from portfolio.integrations.sources.pages import hooks

urlpatterns = [
    path("hooks/<str:token>/", hooks.receive, name="hook"),
    path("calendar/<str:token>.ics", calendar_feeds.read, name="calendar-feed"),
    path("profile/calendar/", calendars.show, name="calendar"),
    path("profile/calendar/make/", calendars.make, name="make-calendar"),
    path("profile/calendar/renew/", calendars.renew, name="renew-calendar"),
    path("profile/calendar/end/", calendars.end, name="end-calendar"),
    path("portfolios/<slug:slug>/calendar/", calendars.show, name="portfolio-calendar"),
    path("portfolios/<slug:slug>/calendar/make/", calendars.make, name="make-portfolio-calendar"),
    path("portfolios/<slug:slug>/calendar/renew/", calendars.renew, name="renew-portfolio-calendar"),
    path("portfolios/<slug:slug>/calendar/end/", calendars.end, name="end-portfolio-calendar"),
    path("portfolios/<slug:slug>/webhooks/", include("portfolio.integrations.webhooks.urls")),
    path("portfolios/<slug:slug>/sources/", include("portfolio.integrations.sources.urls")),
    path("", include("portfolio.integrations.registries.urls")),
    path("portfolios/<slug:slug>/keys/", keys.show, name="keys"),
    path("portfolios/<slug:slug>/keys/new/", keys.new, name="new-key"),
    path("portfolios/<slug:slug>/keys/<int:pk>/", keys.one, name="key"),
    path("portfolios/<slug:slug>/keys/<int:pk>/rotate/", keys.rotate, name="rotate-key"),
    path("portfolios/<slug:slug>/keys/<int:pk>/end-former/", keys.end_former, name="end-former-key"),
    path("portfolios/<slug:slug>/keys/<int:pk>/revoke/", keys.revoke, name="revoke-key"),
]

"""Addresses of the leadership pack."""

from django.urls import path

from portfolio.reports.pages import packs, schedules

urlpatterns = [
    path("portfolios/<slug:slug>/report/", packs.show, name="report"),
    path("portfolios/<slug:slug>/report/schedules/", schedules.show, name="report-schedules"),
    path("portfolios/<slug:slug>/report/schedules/new/", schedules.add, name="report-schedule-new"),
    path(
        "portfolios/<slug:slug>/report/schedules/<int:schedule_id>/end/",
        schedules.end,
        name="report-schedule-end",
    ),
    path("portfolios/<slug:slug>/report/files/<slug:form>/", packs.file, name="report-file"),
]

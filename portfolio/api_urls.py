"""The addresses under /api/: version 1, its description, the explorer, and a problem for the rest."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from portfolio import api_errors
from portfolio.accounts.api import me, members, open_invitations, people
from portfolio.insights.api import (
    balances,
    calibrations,
    choosing,
    comparisons,
    decisions,
    forecasts,
    matrices,
    roadmaps,
    scenarios,
    summaries,
)
from portfolio.integrations.events.api import events
from portfolio.integrations.events.api import kinds as event_kinds
from portfolio.integrations.keys.api import keys
from portfolio.integrations.keys.pages import explorer
from portfolio.integrations.sources.api import sources
from portfolio.integrations.webhooks.api import deliveries as webhook_deliveries
from portfolio.integrations.webhooks.api import webhooks
from portfolio.notifications.api import chat_hooks, inbox, preferences
from portfolio.operations.api import arrivals, deliveries, jobs, portfolio_files
from portfolio.register.api import import_profiles, imports, lists, saved_views
from portfolio.reports.api import packs as reports
from portfolio.reports.api import schedules


@csrf_exempt  # there is nothing to protect, and a refusal would be a page
def nothing_here(request: HttpRequest) -> HttpResponse:
    """What is not an address of the API is answered as the API answers."""
    return api_errors.problem(request, 404, "not_found")


version_1: list[URLPattern | URLResolver] = [
    path("", include("projects.api.urls")),
    path("portfolios/<slug:slug>/summary", summaries.Summary.as_view()),
    path("portfolios/<slug:slug>/matrix", matrices.Matrix.as_view()),
    path("portfolios/<slug:slug>/balance", balances.Balance.as_view()),
    path("portfolios/<slug:slug>/balance/formulas", balances.Formulas.as_view()),
    path("portfolios/<slug:slug>/dismissals", balances.Dismissals.as_view()),
    path("portfolios/<slug:slug>/dismissals/<row_id:dismissal_id>", balances.OneDismissal.as_view()),
    path("portfolios/<slug:slug>/roadmap", roadmaps.OneRoadmap.as_view()),
    path("portfolios/<slug:slug>/calibration", calibrations.OneCalibration.as_view()),
    path("portfolios/<slug:slug>/forecast", forecasts.Forecast.as_view()),
    path("projects/<project_key:key>/forecast", forecasts.ProjectForecast.as_view()),
    path("portfolios/<slug:slug>/scenarios", scenarios.Scenarios.as_view()),
    path("portfolios/<slug:slug>/scenarios/<row_id:scenario_id>", scenarios.OneScenario.as_view()),
    path("portfolios/<slug:slug>/scenarios/<row_id:scenario_id>/comparison", scenarios.Comparison.as_view()),
    path("portfolios/<slug:slug>/scenarios/<row_id:scenario_id>/adoption", scenarios.Adoption.as_view()),
    path("portfolios/<slug:slug>/choose", choosing.Choose.as_view()),
    path("portfolios/<slug:slug>/compare", comparisons.Compare.as_view()),
    path("portfolios/<slug:slug>/decisions", decisions.Decisions.as_view()),
    path("portfolios/<slug:slug>/file", portfolio_files.WholePortfolio.as_view()),
    path("portfolios/<slug:slug>/lists", lists.ListFile.as_view()),
    path("portfolios/<slug:slug>/report", reports.Report.as_view()),
    path("portfolios/<slug:slug>/chat-hooks", chat_hooks.ChatHooks.as_view()),
    path("portfolios/<slug:slug>/chat-hooks/<row_id:hook_id>", chat_hooks.OneChatHook.as_view()),
    path("portfolios/<slug:slug>/chat-hooks/<row_id:hook_id>/test", chat_hooks.Test.as_view()),
    path("portfolios/<slug:slug>/chat-hooks/<row_id:hook_id>/enable", chat_hooks.Enable.as_view()),
    path("portfolios/<slug:slug>/keys", keys.Keys.as_view()),
    path("portfolios/<slug:slug>/keys/<row_id:key_id>", keys.OneKey.as_view()),
    path("portfolios/<slug:slug>/keys/<row_id:key_id>/rotate", keys.Rotation.as_view()),
    path("portfolios/<slug:slug>/keys/<row_id:key_id>/former-secret", keys.FormerSecret.as_view()),
    path("portfolios/<slug:slug>/sources", sources.Sources.as_view()),
    path("portfolios/<slug:slug>/sources/<row_id:source_id>", sources.OneSource.as_view()),
    path("portfolios/<slug:slug>/sources/<row_id:source_id>/rotate", sources.Rotate.as_view()),
    path("portfolios/<slug:slug>/sources/<row_id:source_id>/try", sources.Try.as_view()),
    path("portfolios/<slug:slug>/source-messages", sources.Messages.as_view()),
    path("portfolios/<slug:slug>/source-messages/<row_id:message_id>", sources.OneMessage.as_view()),
    path("portfolios/<slug:slug>/source-messages/<row_id:message_id>/again", sources.Again.as_view()),
    path("portfolios/<slug:slug>/webhooks", webhooks.Webhooks.as_view()),
    path("portfolios/<slug:slug>/webhooks/test", webhooks.TryAddress.as_view()),
    path("portfolios/<slug:slug>/webhooks/<row_id:webhook_id>", webhooks.OneWebhook.as_view()),
    path("portfolios/<slug:slug>/webhooks/<row_id:webhook_id>/test", webhooks.Test.as_view()),
    path("portfolios/<slug:slug>/webhooks/<row_id:webhook_id>/rotate", webhooks.Rotate.as_view()),
    path("portfolios/<slug:slug>/webhooks/<row_id:webhook_id>/replay", webhook_deliveries.Replay.as_view()),
    path(
        "portfolios/<slug:slug>/webhooks/<row_id:webhook_id>/deliveries",
        webhook_deliveries.Deliveries.as_view(),
    ),
    path(
        "portfolios/<slug:slug>/webhooks/<row_id:webhook_id>/deliveries/<row_id:delivery_id>",
        webhook_deliveries.OneDelivery.as_view(),
    ),
    path(
        "portfolios/<slug:slug>/webhooks/<row_id:webhook_id>/deliveries/<row_id:delivery_id>/replay",
        webhook_deliveries.ReplayOne.as_view(),
    ),
    path("", include("portfolio.integrations.registries.api_urls")),
    path("event-kinds", event_kinds.EventKinds.as_view()),
    path("event-kinds/<str:kind>", event_kinds.OneEventKind.as_view()),
    path("portfolios/<slug:slug>/members", members.Members.as_view()),
    path("portfolios/<slug:slug>/members/<row_id:person_id>", members.OneMember.as_view()),
    path("portfolios/<slug:slug>/invitations", open_invitations.Invitations.as_view()),
    path(
        "portfolios/<slug:slug>/invitations/<row_id:invitation_id>", open_invitations.OneInvitation.as_view()
    ),
    path("portfolios/<slug:slug>/import-profiles", import_profiles.Profiles.as_view()),
    path("portfolios/<slug:slug>/import-profiles/<slug:name>", import_profiles.OneProfile.as_view()),
    path("portfolios/<slug:slug>/report/schedules", schedules.Schedules.as_view()),
    path("portfolios/<slug:slug>/report/schedules/<row_id:schedule_id>", schedules.OneSchedule.as_view()),
    path("me", me.Me.as_view()),
    path("me/messages", preferences.Preferences.as_view()),
    path("me/digest", preferences.Digest.as_view()),
    path("people", people.People.as_view()),
    path("people/invitations", open_invitations.AllInvitations.as_view()),
    path("people/invitations/<row_id:invitation_id>", open_invitations.AnyInvitation.as_view()),
    path("people/<row_id:person_id>", people.OnePerson.as_view()),
    path("people/<row_id:person_id>/leave", people.Leave.as_view()),
    path("people/<row_id:person_id>/reactivate", people.Reactivate.as_view()),
    path("views", saved_views.Views.as_view()),
    path("views/<row_id:view_id>", saved_views.OneView.as_view()),
    path("views/<row_id:view_id>/follow", saved_views.ViewFollow.as_view()),
    path("imports", imports.Imports.as_view()),
    path("imports/<row_id:run_id>", imports.OneImport.as_view()),
    path("imports/<row_id:run_id>/lines", imports.Lines.as_view()),
    path("imports/<row_id:run_id>/apply", imports.Apply.as_view()),
    path("imports/<row_id:run_id>/discard", imports.Discard.as_view()),
    path("inbox", inbox.Inbox.as_view()),
    path("inbox/<row_id:message_id>", inbox.OneMessage.as_view()),
    path("inbox/read", inbox.Read.as_view()),
    path("inbox/unread", inbox.Unread.as_view()),
    path("deliveries", deliveries.Deliveries.as_view()),
    path("deliveries/send-again", deliveries.SendAllAgain.as_view()),
    path("deliveries/<row_id:delivery_id>", deliveries.OneDelivery.as_view()),
    path("deliveries/<row_id:delivery_id>/send-again", deliveries.SendAgain.as_view()),
    path("deliveries/<row_id:delivery_id>/withhold", deliveries.Withhold.as_view()),
    path("jobs", jobs.Jobs.as_view()),
    path("jobs/<slug:name>/runs", jobs.Runs.as_view()),
    path("jobs/runs/<row_id:run_id>/retry", jobs.Retry.as_view()),
    path("portfolio-files", arrivals.Arrivals.as_view()),
    path("portfolio-files/<row_id:file_id>", arrivals.OneArrival.as_view()),
    path("portfolio-files/<row_id:file_id>/bring", arrivals.Bring.as_view()),
    path("portfolio-files/<row_id:file_id>/discard", arrivals.DiscardFile.as_view()),
    path("events", events.Events.as_view()),
]
urlpatterns = [
    path("v1/", include(version_1)),
    path("schema/", api_errors.read_only(explorer.schema), name="api_schema"),
    path("docs/", api_errors.read_only(explorer.explorer), name="api_docs"),
    re_path("", nothing_here),
]

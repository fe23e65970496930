"""The site's addresses."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.generic import RedirectView


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether this process answers; it asks nobody else, so that a lost database does not restart the web."""
    return HttpResponse("ok\n", content_type="text/plain")


handler400 = "portfolio.api_errors.bad_request"
handler500 = "portfolio.api_errors.server_error"
urlpatterns = [
    path("", RedirectView.as_view(url="/projects/"), name="home"),
    path("healthz", healthz, name="healthz"),
    path("", include("portfolio.accounts.urls")),
    path("", include("projects.settings_urls")),
    path("api/", include("portfolio.api_urls")),
    path("", include("projects.urls")),
    path("", include("portfolio.register.urls")),
    path("", include("portfolio.insights.urls")),
    path("", include("portfolio.reports.urls")),
    path("", include("portfolio.notifications.urls")),
    path("", include("portfolio.operations.urls")),
    path("", include("portfolio.integrations.urls")),
]

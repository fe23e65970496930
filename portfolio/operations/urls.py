"""Addresses of the worker's page, its jobs, and the log of mails and posts."""

from django.urls import path

from portfolio.operations.pages import deliveries, exports, jobs, portfolio_files, worker
from projects.exports.answers import either

IN = "operations/portfolio-file/<settings_row:file_id>/"
LOG = "operations/deliveries/"

urlpatterns = [
    path("operations/", worker.index, name="operations"),
    path("operations/portfolio-file/", portfolio_files.bring, name="bring-portfolio"),
    path(IN, portfolio_files.show, name="portfolio-file-in"),
    path(f"{IN}progress/", portfolio_files.progress, name="portfolio-file-progress"),
    path(f"{IN}bring/", portfolio_files.start, name="portfolio-file-bring"),
    path(f"{IN}discard/", portfolio_files.discard, name="portfolio-file-discard"),
    path("portfolios/<slug:slug>/file/", portfolio_files.take_out, name="portfolio-file"),
    path("operations/run/<slug:name>/", jobs.run, name="operations-run"),
    path("operations/jobs/<slug:name>/", either(jobs.show, exports.runs), name="operations-job"),
    path("operations/runs/<settings_row:run_id>/retry/", jobs.retry, name="operations-retry"),
    path(LOG, either(deliveries.index, exports.deliveries), name="deliveries"),
    path(f"{LOG}send-again/", deliveries.send_again, name="deliveries-send-again"),
    path(f"{LOG}<settings_row:delivery_id>/", deliveries.show, name="delivery"),
    path(f"{LOG}<settings_row:delivery_id>/send-again/", deliveries.send_again, name="delivery-send-again"),
    path(f"{LOG}<settings_row:delivery_id>/withhold/", deliveries.withhold, name="delivery-withhold"),
]

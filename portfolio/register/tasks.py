"""The worker's tasks for imports: thin, and safe to run twice."""

from celery import shared_task

from portfolio.register.actions import import_runs


@shared_task(name="portfolio.register.tasks.take_up_import", ignore_result=True, acks_late=True)
def take_up_import(run_id: int) -> None:
    """Check or apply one import."""
    import_runs.take_up(run_id)

"""The worker's tasks for other systems: thin, safe to run twice, in parallel, or to be killed midway."""

from celery import shared_task

from portfolio.integrations.registries.actions import readings


@shared_task
def read_registry(registry_id: int) -> None:
    """Read what is due of one model registry; a link that another worker has claimed is left to it."""
    readings.read(registry_id)

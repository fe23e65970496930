"""The Celery application: Redis where there is one, else a folder of messages."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portfolio.settings")
app = Celery("portfolio")
app.config_from_object("portfolio.celery_settings")
app.autodiscover_tasks(["portfolio", "portfolio.integrations", "portfolio.register"])

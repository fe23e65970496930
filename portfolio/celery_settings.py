"""How work is queued. A message only wakes a worker: rows are the truth, the sweep finds what was lost."""

from django.conf import settings

from portfolio.schedule import BEAT_SCHEDULE

broker_transport_options: dict[str, str | int]
if settings.REDIS_URL:
    broker_url = settings.REDIS_URL
    broker_transport_options = {
        "visibility_timeout": 3600,  # Above the longest task, or Redis would hand it out twice.
        "unacked_restore_interval": 15,  # A killed worker's task comes back in seconds, not minutes.
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        # One try: whoever publishes must not wait for a broker that is away.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
        "socket_timeout": 10,
    }
else:
    broker_url = "filesystem://localhost//"
    _folders = {name: settings.CELERY_BROKER_FOLDER / name for name in ("messages", "control", "processed")}
    for _folder in _folders.values():
        _folder.mkdir(parents=True, exist_ok=True)
    broker_transport_options = {
        "data_folder_in": str(_folders["messages"]),
        "data_folder_out": str(_folders["messages"]),
        "control_folder": str(_folders["control"]),
    }

task_acks_late = True
task_reject_on_worker_lost = True
task_ignore_result = True
task_soft_time_limit = 900
task_time_limit = 960
worker_prefetch_multiplier = 1
worker_soft_shutdown_timeout = 5
worker_hijack_root_logger = False
broker_connection_retry_on_startup = True
# A page must not wait for a broker that is away: the sweep is the guarantee.
broker_connection_timeout = 2
task_publish_retry = False
timezone = "UTC"
beat_schedule = BEAT_SCHEDULE

"""How many messages wait for a worker, asked of the broker itself."""

import logging
from dataclasses import dataclass

from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Queue:
    """The broker's answer; `waiting` is None when it does not answer."""

    waiting: int | None


def depth() -> Queue:
    """Messages that no worker has taken yet."""
    from portfolio.celery import app

    try:
        with app.connection_for_read() as connection:
            channel = connection.channel()
            return Queue(channel.queue_declare(app.conf.task_default_queue, passive=True).message_count)
    except (OperationalError, OSError) as error:
        log.warning("The broker does not answer: %s", error)
        return Queue(None)

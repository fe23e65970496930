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

    with app.connection_for_read() as connection:
        try:
            queue = connection.default_channel.queue_declare(app.conf.task_default_queue, passive=True)
            return Queue(queue.message_count)
        except connection.channel_errors:
            return Queue(0)  # In Redis a queue without a message does not exist.
        except (OperationalError, *connection.connection_errors) as error:
            log.warning("The broker does not answer: %s", error)
            return Queue(None)

"""What beat sends: a few ticks. Each looks at rows, so a second beat or a lost tick does no harm."""

from typing import Any

# How long work that the clock or a person asks for waits at most for its worker.
TICK_SECONDS = 10.0
# How long a reader of the event feed waits at most for a new event.
FEED_SECONDS = 3.0

BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A worker that was away needs one tick, not all that it missed.
    "tick": {"task": "portfolio.tasks.tick", "schedule": TICK_SECONDS, "options": {"expires": 60}},
    "feed": {"task": "portfolio.tasks.drain_outbox", "schedule": FEED_SECONDS, "options": {"expires": 60}},
}

"""Waiting for what another process does."""

import time

import pytest

# A guard against waiting for ever, not a bar that something has to be quick.
SECONDS = 60.0


def wait_until(happened, *, nudge=lambda: None, pause=0.1, seconds=SECONDS, said=lambda: ""):
    """Return what `happened()` gives once it is true, asking again and again, with a nudge in between."""
    deadline = time.monotonic() + seconds
    while not (found := happened()):
        if time.monotonic() > deadline:
            pytest.fail(f"It did not happen. {said()[-3000:]}")
        nudge()
        time.sleep(pause)
    return found

"""Plimsoll from a pipeline: `Client`, and what it raises."""

from plimsoll.client import Client
from plimsoll.errors import Failed, NotAllowed, Obstacle, PlimsollError, Refused, WrongUse

__all__ = ["Client", "Failed", "NotAllowed", "Obstacle", "PlimsollError", "Refused", "WrongUse"]

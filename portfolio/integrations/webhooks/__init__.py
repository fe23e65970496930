"""Webhooks out: what happened is posted to other systems, signed, in order, again when it was not taken."""

"""Webhooks in: other systems post, and rules say which message does what."""

"""Advice: what to change, by rules that anybody can read, and what it would bring."""

"""Scenarios: changes to a picture, and the choice of a set under limits."""

"""Calendars: dates of a person or a portfolio, under a secret address."""

"""The flag rules by what they look at; `rules/flags.py` puts them together."""

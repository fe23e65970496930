"""A whole portfolio as one file: out of one installation, into another one that is empty."""

"""Reading somebody else's table and planning what it would change: plain Python, no database."""

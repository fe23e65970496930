"""The balance: its figures, what they need, and what to change."""

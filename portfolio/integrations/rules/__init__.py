"""What integrations say and how, as plain values."""

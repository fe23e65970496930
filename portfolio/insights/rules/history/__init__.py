"""History: two days side by side, what decisions taught, and an invented past for the sample."""

"""The matrix: what stands on its axes, how it moved, what a move would take."""

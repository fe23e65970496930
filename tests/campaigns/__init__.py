"""Long campaigns that try to break the product: `./run prove` (load, kills, fuzzing)."""

"""How quick the product is, as ratios to a floor that is measured in the same run: `./run bench`."""

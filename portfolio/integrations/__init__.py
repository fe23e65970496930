"""What binds other systems to portfolios: a room for each, with the same layers as every app."""

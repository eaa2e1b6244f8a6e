"""A council's own place: what it says of it in its own words, what the model takes of it, and whether the city holds it."""

"""Designs: where in the space of its factors a study looks."""

"""Exploring by hand: a town to begin with, and what moves when something is changed."""

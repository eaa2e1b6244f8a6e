"""Trials with arms: everybody who is enrolled lives each arm, under the same seeds."""

"""Trials lived inside the city: published findings on one side, what the model gives on the other.

Each file in `randomised` (arms that differ) and `cohorts` (one history, looked at as a study looked at people) declares one
trial; a file dropped there is found by itself.
"""

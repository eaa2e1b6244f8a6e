"""Keeping: the seal of a results directory, and the folder that is worked in beside it."""

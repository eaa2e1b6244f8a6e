"""Scenarios said as variants of others: delayed, of another size, failing, or of equal cost."""

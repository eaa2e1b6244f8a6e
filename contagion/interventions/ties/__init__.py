"""Interventions that act through ties: champions, introductions, families, friends in recovery."""

"""Interventions that give homes and work."""

"""Interventions of treatment and care."""

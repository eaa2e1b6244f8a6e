"""Interventions of police, courts, prisons and probation."""

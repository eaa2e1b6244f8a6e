"""Interventions that act on the whole city: attitudes, events, places to meet, those who decide."""

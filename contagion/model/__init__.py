"""The model: a scenario, the city that lives it, its outcomes."""

"""From TOML to a scenario or a study."""

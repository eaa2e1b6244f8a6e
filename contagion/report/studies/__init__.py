"""The pages of sweeps and sensitivity analyses."""

"""Running: jobs, executors and the store."""

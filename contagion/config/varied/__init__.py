"""Parameters that vary: over the points of a sweep or of an analysis, or from one replicate of a comparison to the next."""

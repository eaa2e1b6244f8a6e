"""Analysis: statistics of replicates and of factors."""

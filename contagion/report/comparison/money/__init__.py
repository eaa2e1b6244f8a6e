"""The money annex of a comparison: payers, what is left, the choice between options, and what would turn it round."""

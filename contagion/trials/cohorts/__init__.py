"""Cohorts and cross-sections: nothing is done to anybody; people are counted as a published study counted them."""

"""What becomes of people in a comparison: how long recovery lasts, who is reached, who inspired whom, the five questions."""

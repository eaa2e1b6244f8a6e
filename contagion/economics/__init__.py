"""Economics: what options cost and are worth, discounted, with how sure the choice between them is."""

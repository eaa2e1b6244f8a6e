"""Figures of cost and effect: the cost-effectiveness plane, and curves of acceptability."""

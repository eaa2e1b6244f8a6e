"""Figures of people in one history: survival curves, the largest cascades, outcomes by neighbourhood or another group."""

from contagion.report.figures.lives.curves import survival_curves
from contagion.report.figures.lives.places import equity_panels
from contagion.report.figures.lives.trees import cascade_trees

__all__ = ["cascade_trees", "equity_panels", "survival_curves"]

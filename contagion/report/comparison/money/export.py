"""Every draw's cost and effect as a table for other tools of health economics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from contagion.core.errors import ConfigError, Fault
from contagion.economics.appraisal import READ, WEEKS
from contagion.report.comparison.money.section import appraisal, draws, stated
from contagion.report.comparison.results import read

if TYPE_CHECKING:
    from contagion.study.compare import Comparison


def costs_and_effects(comparison: Comparison | str | Path) -> pd.DataFrame:
    """What each option of a comparison costs and does in every run, as BCEA (R) and heormodel read it.

    comparison: a Comparison, or the directory of one. A row for each option and seed: scenario, replicate, seed; cost (GBP:
    spending with optimism bias, less money spared elsewhere) and effect (QALYs); beside them what cost is made of, spent and
    spared (GBP), and stable (people in stable recovery in the last year). All are differences from the first option under
    the same seed, discounted on the terms of the study's [money]; the first option is nought throughout. Where replicates
    drew parameters, what they drew follows by dotted name, in the parameter's own unit. ConfigError where less than a year
    was run, or weekly measures that are needed were not kept.

    >>> tiny = {"city.population": 300, "time.years": 1.0}
    >>> table = ct.costs_and_effects(ct.compare("first_comparison", 2, 1, "trial", progress=False, **tiny))
    >>> table.columns.tolist()
    ['scenario', 'replicate', 'seed', 'cost', 'effect', 'spent', 'spared', 'stable']
    >>> table["scenario"].unique().tolist()
    ['today', 'champions', 'linkage', 'housing', 'all_three']
    """
    directory = Path(comparison) if isinstance(comparison, str | Path) else comparison.directory
    results = read(directory)
    if results.weeks[-1] < WEEKS:
        rule = "costs and effects are counted by whole years, so it must be 1 or more"
        raise ConfigError(Fault(str(directory), "time.years", results.years, rule))
    if missing := sorted(set(READ) - set(results.outcomes.columns)):
        rule = f"costs and effects need weekly {', '.join(missing)}, which these results do not hold"
        raise ConfigError(Fault(str(directory), "", None, rule, None, "lacks measures"))
    return draws(results, appraisal(results, stated(results)))

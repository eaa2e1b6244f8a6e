"""Draws: the values that each replicate of a comparison lives with, where the study says that they are not known well.

A draw is keyed by the study's seed, the parameter and the replicate. So all scenarios of a replicate share it, it does not
matter who works on the runs or in which order, further replicates leave the first ones as they are, and another parameter
leaves the draws of the others as they are. Draws of two replicates, and of two parameters, are independent: a Latin
hypercube spreads them more evenly, but would be another one for every number of replicates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from contagion.config.factors import axes_of
from contagion.config.stated import refuse_study
from contagion.config.study import Study
from contagion.config.targets import scenario_at
from contagion.config.validation import faults_in
from contagion.config.varied.drawn import too_few
from contagion.config.varied.words import span
from contagion.core.errors import Fault, at_key, shown
from contagion.study.design.distributions import values_at

Draws = tuple[dict[str, Any], ...]
MOST_TOLD = 5
"""Draws that are named when they are invalid."""


def drawn(study: Study) -> Draws:
    """The values by dotted name that each replicate draws; empty where the study draws none. ConfigError if one cannot be
    lived, or if the replicates are too few.

    >>> study = ct.load_study("uncertain_comparison")
    >>> first = drawn(study)
    >>> len(first) == study.replicates, drawn(study.model_copy(update={"replicates": 12}))[3] == first[3]
    (True, True)
    """
    if not study.uncertainty:
        return ()
    axes = axes_of(study, table="uncertainty")[0]
    refuse_study(study, too_few(study))
    columns = [values_at(axis, units(study.seed, axis.name, study.replicates)) for axis in axes]
    found = tuple(dict(zip((axis.name for axis in axes), row, strict=True)) for row in zip(*columns, strict=True))
    refuse_study(study, islice(_invalid(study, found), MOST_TOLD))
    return found


def units(seed: int, name: str, replicates: int) -> NDArray[np.float64]:
    """Where in the unit interval each replicate draws a parameter; shape (replicates,), above 0 and below 1."""
    said = (hashlib.sha256(f"draw {seed} {name} {replicate}".encode()).digest() for replicate in range(replicates))
    return np.array([((int.from_bytes(one[:8], "big") >> 12) + 0.5) / 2.0**52 for one in said])


def _invalid(study: Study, draws: Draws) -> Iterator[Fault]:
    """Draws whose values do not go together."""
    for replicate, values in enumerate(draws):
        for name, base in study.scenarios.items():
            try:
                scenario_at(base, values)
            except ValidationError as error:
                why = faults_in(error, {})[0]
                said = ", ".join(f"{key} = {shown(value)}" for key, value in values.items())
                told = f"leads to replicate {replicate} of scenario {name} ({said}), where {why.said}"
                rule = "give ranges of which all values go together"
                first = next((n for n in values if n.partition(".")[0] == why.at[0]), next(iter(values)))
                yield at_key(("uncertainty", first), None, rule, None, told)
                break


def draws_record(study: Study) -> Mapping[str, Any]:
    """What a manifest says of draws: each parameter with its range, distribution, own value and reason; nothing of none."""
    axes = axes_of(study, table="uncertainty")[0]
    told = {
        axis.name: {"label": axis.label, "drawn": span(axis), "own_value": axis.own, "reason": axis.reason}
        for axis in axes
    }
    return {"uncertainty": told} if told else {}

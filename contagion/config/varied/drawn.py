"""Drawn parameters: which parameters replicates may draw, and what is wrong with those that a study names."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from contagion.config.factors import axes_of
from contagion.config.study import Study
from contagion.config.targets import Target, target_of
from contagion.core.errors import Fault, Key, at_key

FEWEST_DRAWS = 10
"""Replicates below which draws are refused: a range of 8 in 10 leaves out one in ten at each end."""
DECIDED = ("enabled", "start", "stop", "places", "price_year")
"""Numbers of an intervention that somebody decides on: two options, rather than one that is not known well."""
SHARED = ("city", "time")
"""Tables that all replicates of a comparison share: how many people live where, and for how long."""


def draw_faults(study: Study, skip: Container[str] = ()) -> list[Fault]:
    """What is wrong with the parameters that replicates draw; those to skip are known to be faulty."""
    told: list[Fault] = []
    wrong: set[str] = set()
    for name in study.uncertainty:
        own = [] if name in skip else list(_refused(study, name, ("uncertainty", name)))
        wrong |= {name} if own else set()
        told += own
    known = [name for name in study.uncertainty if name in skip or name in wrong]
    return told + [_of_draws(fault) for fault in axes_of(study, known, "uncertainty")[1]]


def _refused(study: Study, name: str, at: Key) -> Iterator[Fault]:
    """Why replicates may not draw a parameter, and what of a factor a draw has no use for."""
    target = target_of(name, study.scenarios, at)
    if isinstance(target, Fault):
        return  # told with the axes
    factor = study.uncertainty[name]
    if why := _no_doubt(target):
        yield at_key(at, None, why[1], None, why[0])
        return
    for word, rule in (("levels", "every value of its range can be drawn"), ("group", "each is drawn by itself")):
        if given := getattr(factor, word):
            told = "belongs to sweeps and sensitivity analyses"
            yield at_key((*at, word), given, f"take it out: {rule}", None, told)
    if not factor.reason.strip():
        rule = "say why these are its values: what the page says of doubt rests on them"
        yield at_key((*at, "reason"), None, rule, None, "is missing")


def _no_doubt(target: Target) -> tuple[str, str] | None:
    """Why a parameter is none of which the value is in doubt, and what to do instead."""
    if target.key[0] in SHARED:
        return "is shared by all replicates", f"set {target.name} for the whole study"
    if target.key[0] == "interventions" and target.key[2] in DECIDED:
        return "is decided and not in doubt", "compare two scenarios that differ in it, or use variant_of"
    if target.kind in ("switch", "choice"):
        return "is no number", "compare scenarios that differ in it: draws are numbers"
    return None


def _of_draws(fault: Fault) -> Fault:
    """A factor's fault, told of a draw."""
    said = fault.allowed.replace("factors are numbers, switches and choices", "draws are numbers")
    return replace(fault, allowed=said.replace("factors", "draws").replace("factor", "draw"))


def too_few(study: Study) -> Iterator[Fault]:
    """A fault where a comparison draws parameters with too few replicates for a range of what follows from them."""
    if study.uncertainty and study.replicates < FEWEST_DRAWS:
        rule = f"draws of parameters need at least {FEWEST_DRAWS}, or leave [uncertainty] out"
        yield at_key(("study", "replicates"), study.replicates, rule)

"""Identity: which results are of one study, however many runs they have."""

from __future__ import annotations

from contagion.config.study import Study
from contagion.config.written import config_hash
from contagion.economics.terms import Money
from contagion.place.terms import Locality

NESTED = ("sobol", "saltelli", "morris")
"""Designs and methods whose first base rows stay what they are when more are asked for."""


def identity(study: Study) -> str:
    """What results of one study share: all of the config but how many runs there are and how they are read."""
    unsaid = {
        "replicates": 1,
        "precision": {},
        "most": 200,
        "question": "",
        "funding": "",
        "outcomes": [],
        "money": Money(),
        "place": Locality(),
    }
    read = {"confidence": 0.95, "resamples": 1000, "target": 0.1}
    sweep, asked = study.sweep, study.sensitivity.model_copy(update=read)
    if sweep.design in NESTED:
        sweep = sweep.model_copy(update={"points": 0})
    if asked.method in NESTED:
        asked = asked.model_copy(update={"samples": 2})
    return config_hash(study.model_copy(update={**unsaid, "sweep": sweep, "sensitivity": asked}))

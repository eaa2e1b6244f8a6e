"""Golden numbers: one standard city, so that nobody changes results without noticing.

Refreshed on purpose with CONTAGION_GOLDEN=refresh, and with a line in CHANGELOG.md.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import contagion as ct

GOLDEN = Path(__file__).with_name("golden.json")
WEEKS = (0, 26, 52, 78, 104)
REFRESH = "CONTAGION_GOLDEN=refresh python -m pytest tests/test_golden.py"


def measured() -> dict[str, Any]:
    """2,000 people, 104 weeks, seed 1, all three interventions from the first week."""
    names = ct.load("first_comparison").interventions
    early = {f"interventions.{name}.start": 0.0 for name in names}
    study = ct.load("first_comparison", **{"city.population": 2000, "time.years": 2.0, **early})
    out = ct.simulate(ct.variants(study)["all_three"], seed=1)
    line = out.timeline.loc[list(WEEKS)]
    credit = [name for name in line if name.startswith("credit_")]
    return {
        "timeline": {name: [float(x) for x in line[name]] for name in line if name not in credit},
        "credit": {name: float(out.timeline[name].sum()) for name in credit},
        "flows": {n: float(out.timeline[n].sum()) for n in ("starts", "relapses", "onsets", "deaths", "cost")},
        "events": {str(kind): int(count) for kind, count in out.events["event"].value_counts().items()},
        "people": len(out.people),
    }


def test_results_are_what_they_were() -> None:
    now = measured()
    if os.environ.get("CONTAGION_GOLDEN") == "refresh":
        GOLDEN.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n")
    if not GOLDEN.exists():
        pytest.fail(f"there are no golden numbers: {REFRESH}")
    kept = json.loads(GOLDEN.read_text())
    moved = [
        f"{table}.{name}: was {kept.get(table, {}).get(name)}, is {now[table].get(name)}"
        for table in ("timeline", "credit", "flows", "events")
        for name in sorted({*kept.get(table, {}), *now[table]})
        if now[table].get(name) != pytest.approx(kept.get(table, {}).get(name), rel=1e-9, abs=1e-9)
    ]
    assert not moved and kept["people"] == now["people"], (
        "results changed. If that is meant: add an entry marked **Results change** to CHANGELOG.md, and refresh the "
        f"golden numbers ({REFRESH}).\n" + "\n".join(moved[:20])
    )

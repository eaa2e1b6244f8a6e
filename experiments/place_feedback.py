"""Do places with less and with more addiction than England hold what they say for ten years?

    python experiments/place_feedback.py [seeds] [ratios ...]

Design: places of 100,000 adults whose people with an opioid and an alcohol profile are so many times as many as in the
baseline, with coverage as there; nothing is done. Prints how far both lie from what was said after one and after ten years.
FEEDBACK in contagion/place/conversion.py was set by hand so that they stay within about 5 % beyond the baseline's own drift.
Stop: the seeds asked for.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import contagion as ct
from contagion.place.conversion import COVERED
from contagion.place.held import held


def main(seeds: int = 4, *ratios: float) -> None:
    """Print what is held, by ratio."""
    start = ct.load("baseline").start
    for ratio in ratios or (0.5, 0.75, 1.0, 1.5, 2.0):
        opiate, drinkers = (
            round(100 * ratio * rate) for rate in (start.opioid_active_per_1000, start.alcohol_active_per_1000)
        )
        said = (
            f'extends = "baseline"\n[place]\nname = "Trial"\nyear = 2024\nadults = 100_000\n'
            f"opiate_crack_users = {opiate}\ndependent_drinkers = {drinkers}\n"
            f"treated_opiates = {round(opiate * COVERED['opioid'])}\n"
            f"treated_alcohol = {round(drinkers * COVERED['alcohol'])}\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "place.toml"
            file.write_text(said, encoding="utf-8")
            for one in held(ct.load_study(file), seeds=seeds):
                one_year, ten = (100.0 * (value / one.said - 1.0) for value in (one.found[0], one.found[1]))
                print(f"{ratio:g} times: {one.name}: {one_year:+.0f} % after 1 year, {ten:+.0f} % after 10", flush=True)


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]), *(float(a) for a in sys.argv[2:]))

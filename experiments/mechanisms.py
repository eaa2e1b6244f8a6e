"""What does each mechanism move, and never the wrong way? Each declared off value, switched off alone.

    python experiments/mechanisms.py [seeds] [people] [years] [file]      (all parameters that have an off value)
    python experiments/mechanisms.py signs [seeds] [people] [years]       (the harms and helps of starting and relapse)

Paired: each seed lives the baseline and the baseline with one parameter at its off value, from one first day where the
parameter leaves it alone. Outcomes: means of the last year per 1,000 people, and starts of recovery of the whole time.
A mark * says that the 95 % interval of the mean difference leaves out zero: of those that move nothing one in twenty does
so by chance. `signs` ends with an exit code of 1 if a harm's absence lowers recovery, or a help's raises it, beyond luck.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from scipy.stats import t as student

import contagion as ct
from contagion.config.written import config_hash
from contagion.core.parameters import declared
from contagion.model.scenario import sections
from contagion.model.simulation import simulate

OUTCOMES = {
    "stable": "stable recovery per 1,000",
    "active": "active addiction per 1,000",
    "starts": "starts per 1,000 and year",
    "jobs_share": "jobs in recovery, points",
}
HARMS = ("starting.internalised", "starting.barriers", "starting.in_custody", "relapse.using_ties", "relapse.internalised",
         "relapse.barriers", "relapse.shock", "treatment.stigma")  # fmt: skip
HELPS = ("starting.treatment", "starting.treatment_opioid", "starting.family", "starting.friend", "starting.weak",
         "starting.group", "starting.event", "starting.ally", "starting.capital", "starting.hope", "starting.identity",
         "relapse.capital", "relapse.recovering_ties", "relapse.home", "relapse.recovery_home", "relapse.group",
         "relapse.hope", "relapse.identity", "relapse.connectedness", "relapse.meaning", "relapse.helping",
         "relapse.learning")  # fmt: skip


def switches() -> dict[str, float]:
    """Every parameter of the model that has an off value which is not its default, with that value."""
    return {
        f"{section}.{one.name}": one.off
        for section, kind in sections().items()
        for one in declared(kind)
        if one.off is not None and one.off != one.default and section not in ("city", "network", "start", "time")
    }


def lived(task: tuple[str, object, int, int, float]) -> list[float]:
    """The outcomes of one history with one parameter off ("" for none)."""
    name, off, seed, people, years = task
    changes = {name: off} if name else {}
    out = simulate(ct.load("baseline", **{"city.population": people, "time.years": years, **changes}), seed)
    last, per = out.timeline.iloc[-52:], 1000.0 / people
    starts = out.timeline["starts"].sum() / years
    return [last["stable"].mean() * per, last["active"].mean() * per, starts * per, 100 * last["jobs_share"].mean()]


def differences(
    names: dict[str, object], seeds: int, people: int, years: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(the baseline's means by outcome; mean differences and half-widths of their 95 % intervals, parameters x outcomes)."""
    tasks = [
        (name, off, seed, people, years) for name, off in {"": None, **names}.items() for seed in range(1, seeds + 1)
    ]
    with ProcessPoolExecutor(2) as pool:
        found = np.array(list(pool.map(lived, tasks, chunksize=4))).reshape(len(names) + 1, seeds, len(OUTCOMES))
    apart = found[1:] - found[0]
    half = student.ppf(0.975, seeds - 1) * apart.std(axis=1, ddof=1) / np.sqrt(seeds)
    return found[0].mean(axis=0), apart.mean(axis=1), half


def table(names: dict[str, object], base: np.ndarray, mean: np.ndarray, half: np.ndarray, told: str) -> str:
    """The differences as a table in Markdown."""
    lines = [
        f"{told}; in the baseline "
        + ", ".join(f"{b:.2f} {words}" for b, words in zip(base, OUTCOMES.values(), strict=True))
        + ".",
        "",
    ]
    lines += ["| parameter | off value | " + " | ".join(OUTCOMES.values()) + " |", "|---|---|" + "---|" * len(OUTCOMES)]
    for (name, off), m, h in zip(names.items(), mean, half, strict=True):
        cells = [f"{a:+.2f} ± {b:.2f}{' *' if abs(a) > b else ''}" for a, b in zip(m, h, strict=True)]
        lines.append(f"| `{name}` | {off:g} | " + " | ".join(cells) + " |")
    still = [f"`{name}`" for name, m, h in zip(names, mean, half, strict=True) if (abs(m) <= h).all()]
    lines += ["", f"No effect beyond luck on any of the four ({len(still)} of {len(names)}): " + ", ".join(still) + "."]
    return "\n".join(lines) + "\n"


def main(seeds: int = 6, people: int = 10_000, years: float = 5.0, file: str = "docs/mechanisms.md") -> None:
    """The table of all mechanisms, printed and written into the document between its marks."""
    names = switches()
    told = f"{people:,} people, {years:g} years, {seeds} paired seeds; mean difference and half of its 95 % interval"
    text = table(names, *differences(names, seeds, people, years), told)
    print(text)
    into(Path(file), "mechanisms", text)


def into(path: Path, name: str, text: str) -> None:
    """Put a text between `<!-- NAME -->` and `<!-- end NAME -->` of a document, and the hash of the baseline it was run on;
    FileNotFoundError, ValueError without."""
    text = f"Baseline `{config_hash(ct.load_study('baseline'))[:8]}`. {text}"
    first, last = f"<!-- {name} -->", f"<!-- end {name} -->"
    whole = path.read_text("utf-8")
    begin, end = whole.index(first) + len(first), whole.index(last)
    path.write_text(whole[:begin] + "\n\n" + text + "\n" + whole[end:], encoding="utf-8")


def signs(seeds: int = 12, people: int = 10_000, years: float = 5.0, file: str = "docs/mechanisms.md") -> bool:
    """The table of signs: whether no harm's absence lowers stable recovery or starts, and no help's raises them."""
    every = switches()
    names = {name: every[name] for name in (*HARMS, *HELPS) if name in every}
    base, mean, half = differences(names, seeds, people, years)
    told = f"{people:,} people, {years:g} years, {seeds} paired seeds; mean difference and half of its 95 % interval"
    text = table(names, base, mean, half, told)
    way = np.array([1.0 if name in HARMS else -1.0 for name in names])[:, None]
    wrong = ((way * mean < -half)[:, [0]]).any(axis=1)
    text += "\nWrong way beyond luck in stable recovery: " + (", ".join(np.array(list(names))[wrong]) or "none") + ".\n"
    print(text)
    into(Path(file), "signs", text)
    return not wrong.any()


if __name__ == "__main__":
    asked = sys.argv[1:]
    if asked[:1] == ["signs"]:
        sys.exit(0 if signs(*(int(a) for a in asked[1:])) else 1)
    main(*(int(a) for a in asked[:3]), *asked[3:])

"""Again: stored results are checked file by file, and lived through again, from their directory alone."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.dataset as ds

from contagion.config.load import load_study
from contagion.config.study import Study
from contagion.core.chance import is_whole
from contagion.core.errors import ConfigError, Fault, shown
from contagion.interventions.base import REGISTRY
from contagion.study import compare, run
from contagion.study.design.draws import drawn
from contagion.study.keeping import seal
from contagion.study.results import Results, open_results
from contagion.study.running.gather import from_frame
from contagion.study.running.provenance import model_hash
from contagion.study.running.runs import Job, job_of, own_modules
from contagion.study.sweep import ordered_at

SAMPLE = 3
"""Runs that are recomputed where nobody says how many."""


@dataclass(frozen=True)
class Verified:
    """What was checked of a results directory: files by digest, runs by living through them again."""

    directory: Path
    files: int
    runs: tuple[str, ...]
    of: int
    other_model: bool = False

    def __str__(self) -> str:
        said = f"{self.directory}: {self.files:,} files are what was written"
        if self.other_model:
            return f"{said}; its runs are of another version of the model, and none was recomputed."
        return f"{said}; {len(self.runs)} of {self.of:,} runs, drawn by chance, were recomputed and came out the same."


class NotTheSame(RuntimeError):
    """A run that was lived through again is not what is stored."""


def stored(directory: str | Path) -> tuple[Results, Study]:
    """Results and the study they are of, from their directory alone, when every file is what was written; else Damaged."""
    results = open_results(directory)
    seal.check(results.directory)
    if seal.read(results.directory) is None:
        rule = "run the study again with this version, which keeps its inputs and a digest of every file"
        problem = f"was written in form {results.manifest['schema']} of the store"
        raise ConfigError(Fault(str(directory), "", None, rule, None, problem))
    _must_be_known(results)
    return results, load_study(results.directory / "scenario.toml")


def verify(directory: str | Path, sample: int = SAMPLE, seed: int | None = None) -> Verified:
    """Hold every file of a results directory to its digest, and live through a random sample of its runs again.

    `sample` is how many runs (all if there are fewer), `seed` draws the same ones again. Raises Damaged, which names each
    file that is not what was written; NotTheSame, which names the run and the table.
    """
    if not is_whole(sample) or sample < 0:
        raise ConfigError(
            Fault("override", "--sample", sample, "a whole number, 0 or more", None, f"is {shown(sample)}")
        )
    results, study = stored(directory)
    job = job_again(results, study)
    files = len((seal.read(results.directory) or seal.Seal({}, False)).files) + 1
    ids = results.headlines["run_id"].tolist()
    if results.manifest.get("model_hash") != model_hash(own_modules(job.bases)):
        return Verified(results.directory, files, (), len(ids), other_model=True)
    chosen = tuple(random.Random(seed).sample(ids, min(int(sample), len(ids))))
    for key in chosen:
        _recomputed(results, job, key)
    return Verified(results.directory, files, chosen, len(ids))


def _must_be_known(results: Results) -> None:
    """ConfigError naming the user's own module that defines kinds of intervention and is not imported here."""
    for module, said in results.manifest.get("modules", {}).items():
        lacking = [kind for kind in said["kinds"] if kind not in REGISTRY]
        if lacking:
            kinds = f"{'kind' if len(lacking) == 1 else 'kinds'} {', '.join(lacking)}"
            named = Path(said["file"]).stem if module == "__main__" else module
            where = f"in Python, in the folder of {said['file'] or named}, then call ct.rerun or ct.verify"
            rule = f"begin with `import {named}` {where}"
            problem = f"has interventions of the {kinds}, which the module {named} of your own defines"
            raise ConfigError(Fault(str(results.directory), "", None, rule, None, problem))


def job_again(results: Results, study: Study) -> Job:
    """The runs of stored results, from the study they are of."""
    kind = results.manifest["kind"]
    if kind == "run":
        return run.job_of_one(study)
    if kind == "compare":
        form, draws = compare.FORM, drawn(study)
        return job_of(study.scenarios, [{}], study.replicates, study.seed, form, draws=draws)
    return ordered_at(study, results.directory, study.sensitivity.method if kind == "sensitivity" else None)[0].job


def _recomputed(results: Results, job: Job, key: str) -> None:
    """NotTheSame unless a run that is lived through again gives what is stored of it."""
    from contagion.study.running.worker import one

    known = job.distinct.get(key)
    if known is None:
        raise NotTheSame(
            f"{results.directory}: the study in scenario.toml has no run {key}, of which there are results"
        )
    row, tables = one(known, job.bases[known.scenario], job.values(known), job.form)
    place = f"run {key} ({known.scenario}, point {known.point}, replicate {known.replicate})"
    if row["status"] != "ok":
        raise NotTheSame(f"{results.directory}: {place} fails when it is recomputed ({row['message']})")
    headlines = results.headlines.set_index("run_id").loc[key]
    for name, value in headlines.items():
        if not np.array_equal(float(value), float(row[str(name)]), equal_nan=True):
            raise NotTheSame(f"{results.directory}: {place} gives another {name} when it is recomputed")
    for name, table in tables.items():
        found = results.dataset(name)
        kept = found.to_table(filter=ds.field("run_id") == key).drop_columns(["run_id"]).to_pandas() if found else None
        now = from_frame(table.to_pandas()).to_pandas()
        if kept is not None:  # columns that other runs alone have: names of people stand in some cities only
            kept = kept.drop(columns=[c for c in kept.columns if c not in now.columns and kept[c].isna().all()])
        if kept is None or not kept.astype(object).equals(now.astype(object)):
            raise NotTheSame(f"{results.directory}: {place} gives another table {name} when it is recomputed")


def same_numbers(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Whether two manifests are of the same numbers."""
    return bool(first["content_hash"] == second["content_hash"])

"""Results read back: the tables of a results directory, each loaded when first asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow.dataset as ds

from contagion.config.paths import expanded
from contagion.core import package
from contagion.core.errors import ConfigError, Fault, plainly
from contagion.study.keeping import seal, working
from contagion.study.running import store

if TYPE_CHECKING:
    import xarray as xr


class Replaced(RuntimeError):
    """A results directory holds other results than when it was opened."""


@dataclass(frozen=True)
class Results:
    """A results directory. Tables are joined by `run_id`; points of equal values share their runs.

    Tables are read when first asked for; Replaced is raised if the study was run again into the directory meanwhile.

    >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
    >>> found = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
    >>> found.runs["status"].unique().tolist(), found.report.name
    (['ok'], 'report.html')
    """

    directory: Path
    manifest: dict[str, Any]

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios in the order of the study."""
        return [s["name"] for s in self.manifest["scenarios"]]

    @property
    def titles(self) -> dict[str, str]:
        """Title of each scenario."""
        return {s["name"]: s["title"] for s in self.manifest["scenarios"]}

    @property
    def baseline(self) -> str:
        """The scenario that the others are compared with."""
        return str(self.manifest["baseline"])

    @property
    def report(self) -> Path:
        """The page."""
        return self.directory / "report.html"

    @cached_property
    def runs(self) -> pd.DataFrame:
        """Every run: run_id, point, scenario, replicate, seed, status, message, seconds, traceback."""
        return pd.read_parquet(self._sound("runs.parquet"))

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """The values of the factors at each point."""
        return pd.read_parquet(self._sound("parameters.parquet"))

    @cached_property
    def draws(self) -> pd.DataFrame:
        """What each replicate of a comparison drew, a column for each parameter; empty if nothing was drawn.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.results.draws.empty  # uncertain_comparison has a column for each of its ten parameters
        True
        """
        return pd.read_parquet(self._sound("draws.parquet")) if self._written("draws.parquet") else pd.DataFrame()

    def drawn(self, replicate: int) -> dict[str, Any]:
        """The values by dotted name that a replicate drew; none where nothing was drawn.

        >>> found = ct.compare("first_comparison", 2, 1, "trial", **{"city.population": 300, "time.years": 0.1})
        >>> found.results.drawn(0)
        {}
        """
        if self.draws.empty:
            return {}
        found: dict[str, Any] = self.draws.set_index("replicate").loc[[replicate]].to_dict("records")[0]
        return found

    @cached_property
    def headlines(self) -> pd.DataFrame:
        """One number of each run and outcome, by run_id."""
        return pd.read_parquet(self._sound("headlines.parquet"))

    @cached_property
    def failed(self) -> pd.DataFrame:
        """The runs that failed, with message and traceback. The other tables do not hold them."""
        return self.runs[self.runs["status"] != "ok"].reset_index(drop=True)

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """Measures over time: run_id, week and a column each."""
        return self.table("timeline")

    @cached_property
    def events(self) -> pd.DataFrame:
        """The event log of every history."""
        return self.table("events")

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Measures by neighbourhood, substance, sex and age band."""
        return self.table("groups")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Places, people waiting and money of each intervention."""
        return self.table("ledger")

    @cached_property
    def people(self) -> pd.DataFrame:
        """Everyone at the end of a single history."""
        return self.table("people")

    @cached_property
    def indices(self) -> pd.DataFrame:
        """The indices of a sensitivity analysis."""
        held = self._written("indices.parquet")
        return pd.read_parquet(self._sound(held[0])) if held else pd.DataFrame()

    def dataset(self, name: str) -> ds.Dataset | None:
        """A table as a pyarrow dataset, to read in pieces; None if it was not kept."""
        held = self._written(f"{name}/")
        return ds.dataset([str(self._sound(one)) for one in held], format="parquet") if held else None

    def table(self, name: str) -> pd.DataFrame:
        """A table as it is stored, empty if it was not kept."""
        found = self.dataset(name)
        return found.to_table().to_pandas() if found is not None else pd.DataFrame()

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row for each run that finished: its place, the values of its point and its headline outcomes.

        >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
        >>> found = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
        >>> found.outcomes[["point", "starting.friend", "stable"]].shape
        (20, 3)
        """
        runs = self.runs[self.runs["status"] == "ok"].drop(columns=["status", "message", "traceback"])
        return runs.merge(self.parameters, on="point", how="left").merge(self._by_id, on="run_id", how="left")

    @property
    def _by_id(self) -> pd.DataFrame:
        """Headlines with ids as words, also where there are none."""
        return self.headlines.astype({"run_id": self.runs["run_id"].dtype})

    def to_xarray(self) -> xr.Dataset:
        """Headline outcomes with the dimensions point, scenario and replicate; factors are coordinates of point.

        A run that failed is not a number, and the attribute `failed` says how many there are.

        >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
        >>> found = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
        >>> dict(found.to_xarray().sizes)
        {'point': 20, 'scenario': 1, 'replicate': 1}
        """

        names = [name for name in self.headlines.columns if name != "run_id"]
        by_place = self.runs.merge(self._by_id, on="run_id", how="left")
        if by_place.duplicated(["point", "scenario", "replicate"]).any():
            raise ValueError("a run stands twice in the run table")
        whole = by_place.set_index(["point", "scenario", "replicate"])[names].to_xarray()
        whole = whole.sel(scenario=self.scenarios)
        factors = self.parameters.set_index("point").loc[whole["point"].to_numpy()]
        coordinates = {name: ("point", factors[name].to_numpy()) for name in factors.columns}
        if not self.draws.empty:
            drawn = self.draws.set_index("replicate").loc[whole["replicate"].to_numpy()]
            coordinates |= {name: ("replicate", drawn[name].to_numpy()) for name in drawn.columns}
        found: xr.Dataset = whole.assign_coords(coordinates)
        return found.assign_attrs(title=str(self.manifest["title"]), failed=len(self.failed))

    def _unchanged(self) -> Path:
        """The directory; Replaced if it is no longer the one that was opened."""
        now = store.read_manifest(self.directory)
        same = ("content_hash", "config_hash", "model_hash")
        if now is not None and any(now.get(key) != self.manifest.get(key) for key in same):
            raise Replaced(f"{self.directory} was written again after it was opened; open it again")
        return self.directory

    @property
    def tables(self) -> dict[str, Any]:
        """What figures and pages are made of: the manifest, points, runs and headline outcomes."""
        return {name: getattr(self, name) for name in ("manifest", "parameters", "runs", "headlines")}

    def plot(self, outcome: str | None = None) -> Any:
        """A figure of an outcome over the points of a sweep (the study's first one unless named).

        >>> tiny = {"study.replicates": 1, "city.population": 300, "time.years": 0.1}
        >>> found = ct.sweep("sweep_example", workers=1, out="swept", progress=False, **tiny)
        >>> found.plot("stable").save("stable.png").name
        'stable.png'
        """
        return package.ask("sweep", outcome, **self.tables)

    def text(self, name: str) -> str:
        """A text file of the directory; Damaged if it is not what was written."""
        return self._sound(name).read_text(encoding="utf-8")

    def _written(self, name: str) -> list[str]:
        """Files that were written here under this name or in this folder; what the user put there is not among them."""
        now = self._unchanged()
        sealed = seal.read(now)
        if sealed is None:
            found = sorted(p.relative_to(now).as_posix() for p in now.rglob("*.parquet"))
        else:
            found = sorted(sealed.files)
        return [one for one in found if one == name or (name.endswith("/") and one.startswith(name))]

    def _sound(self, name: str) -> Path:
        """A file of the directory, when its digest is what was written; Damaged otherwise."""
        seal.check(self._unchanged(), [name])
        return self.directory / name

    def intact(self) -> bool:
        """Whether the files still are what was written."""
        return not seal.wrong(self.directory)

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><th scope='row'>{escape(k)}</th><td>{escape(v)}</td></tr>" for k, v in self._words())
        return f"<table><caption>{escape(str(self.manifest['title']))}</caption><tbody>{rows}</tbody></table>"

    def __repr__(self) -> str:
        said = "\n".join(f"  {k}: {plainly(v, 160)}" for k, v in self._words())
        return f"{type(self).__name__}: {plainly(str(self.manifest['title']), 90)}\n{said}"

    def _words(self) -> Iterator[tuple[str, str]]:
        yield "Runs", f"{len(self.runs):,}"
        yield "Runs that failed", f"{len(self.failed):,}"
        yield "Points", f"{len(self.parameters):,}"
        yield "Scenarios", ", ".join(self.titles.values())
        yield "Kept in", str(self.directory)


@dataclass(frozen=True, repr=False)
class Histories(Results):
    """Results of `run` and `compare`: there is one point, and each row says its scenario and replicate."""

    def table(self, name: str) -> pd.DataFrame:
        """A table with the columns scenario and replicate in place of the run's id."""
        whole = super().table(name)
        if whole.empty:
            return whole
        runs = self.runs.drop_duplicates("run_id").set_index("run_id")
        if len(runs) < len(self.runs):  # scenarios that are the same share their histories
            whole = self.runs[["run_id", "scenario", "replicate"]].merge(whole, on="run_id")
            return whole.drop(columns="run_id")
        where = runs.index.get_indexer(whole["run_id"])
        for place, column in enumerate(("scenario", "replicate")):
            whole.insert(place, column, runs[column].to_numpy()[where])
        return whole.drop(columns="run_id")

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """Weekly measures: scenario, replicate, week and a column each."""
        return self.timeline


def open_results(directory: str | Path) -> Results:
    """Open a results directory; ConfigError if it is none, Damaged (with the names) if what says of it is not as written.

    Tables are held to their digests when they are first read.
    """
    try:
        path = expanded(directory)
    except TypeError:
        rule = "give the path of a directory that contagion wrote"
        raise ConfigError(
            Fault("", "directory", None, rule, None, f"is of the type {type(directory).__name__}")
        ) from None
    if path.name not in ("", ".."):
        working.recovered(path)
    said = store.read_manifest(path)
    if said is None:
        problem = "holds no results" if path.is_dir() else "there is no such directory"
        problem = "is a file" if path.is_file() else problem
        rule = "give a directory that contagion wrote"
        raise ConfigError(Fault(str(directory), "", None, rule, None, problem))
    seal.check(path, [seal.MANIFEST])
    if said.get("schema") not in store.READ:
        problem = f"was written in form {said.get('schema')} of the store, and this version reads form {store.SCHEMA}"
        raise ConfigError(Fault(str(directory), "", None, "run the study again", None, problem))
    return (Histories if said["kind"] in ("run", "compare") else Results)(path, said)

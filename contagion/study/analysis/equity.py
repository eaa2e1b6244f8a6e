"""Equity: every outcome by neighbourhood, deprivation, sex, age band, substance and starting capital, with its denominator.

Person-level outcomes are those of the list of outcomes, by the same rules, over the people of a group alone; starts,
relapses and deaths are those of the whole history. A value over fewer than FEWEST people is withheld where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from contagion.model.outcome_list import OUTCOMES
from contagion.vocabulary import STAGES, SUBSTANCES, has_lived_experience

FEWEST = 10
"""A rate over fewer people than this is withheld in pages, downloads and what the command prints."""

FIFTHS = ("1 least deprived", "2", "3", "4", "5 most deprived")
SEXES = ("female", "male")
AGES = {"18-29": 30.0, "30-44": 45.0, "45-59": 60.0, "60+": np.inf}
CAPITAL = ("lowest third", "middle third", "highest third")

BY: dict[str, Callable[[int], Sequence[str]]] = {
    "neighbourhood": lambda places: [str(k) for k in range(places)],
    "deprivation": lambda places: FIFTHS,
    "sex": lambda places: SEXES,
    "age_band": lambda places: tuple(AGES),
    "substance": lambda places: SUBSTANCES,
    "capital": lambda places: CAPITAL,
}
"""Groups of each dimension in order. Neighbourhoods stand from the least to the most deprived; age and capital (thirds of
personal recovery capital) are those of the first day."""

COLUMNS = ("dimension", "group", "outcome", "noun", "unit", "value", "of")
FLOWS = {"start": "starts", "relapse": "relapses", "death": "deaths"}


def grouped(people: pd.DataFrame, by: str, places: int) -> pd.Series:
    """The group of each person, by uid; None for who was not there on the first day, where the group is of that day."""
    if by == "neighbourhood":
        return people["neighbourhood"].astype(int).astype(str)
    if by == "deprivation":
        return _named(people["neighbourhood"].to_numpy(int) * len(FIFTHS) // places, FIFTHS, people.index)
    if by == "sex":
        return _named(people["sex"].to_numpy(int), SEXES, people.index)
    if by == "age_band":
        cuts = list(AGES.values())[:-1]
        return _named(np.searchsorted(cuts, people["age"].to_numpy(float), side="right"), tuple(AGES), people.index)
    if by == "substance":
        return _named(people["substance"].to_numpy(int), SUBSTANCES, people.index)
    first = people["capital_at_start"]
    known = first.notna()
    rank = first[known].rank(method="first") - 1  # equal values by uid, so that thirds stay thirds
    third = (rank * len(CAPITAL) // max(1, int(known.sum()))).astype(int)
    return _named(third.to_numpy(), CAPITAL, third.index).reindex(people.index)


def _named(codes: np.ndarray, names: Sequence[str], index: pd.Index) -> pd.Series:
    return pd.Series(np.array(names, object)[codes], index=index)


def equity(events: pd.DataFrame, people: pd.DataFrame, places: int, fewest: int = 0) -> pd.DataFrame:
    """Every outcome of people by group: dimension, group, outcome, noun, unit, value, and `of` how many people.

    Counts become shares of the people of the group who have, or are at risk of, lived experience; starts, relapses and
    deaths are per person who had lived experience at any time. Values `of` fewer than `fewest` are NaN. A group of nobody
    has no row.
    """
    rows = _values(people)
    flows = _flows(events, people)
    found = []
    for by, names in BY.items():
        group = grouped(people, by, places)
        for name in names(places):
            mine = (group == name).to_numpy()
            for outcome, (among, what, noun, unit) in (rows | flows).items():
                of = float(among[mine].sum())
                if of:
                    found.append((by, name, outcome, noun, unit, float(what[mine].sum()) / of, int(of)))
    table = pd.DataFrame(found, columns=list(COLUMNS))
    return table.assign(value=table["value"].where(table["of"] >= fewest))


def _values(people: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray, str, str]]:
    """Of each outcome summed from people, who counts and what each adds, as the list of outcomes says it."""
    coded = people.assign(stage=pd.Categorical(people["stage"], list(STAGES)).codes)
    who: list[Any] = list(coded.itertuples())
    here = np.array([one.stage < STAGES.index("dead") for one in who], float)
    found = {}
    for name, outcome in OUTCOMES.items():
        of, unit = outcome.of, outcome.unit
        if of.kind not in ("count", "per 1,000", "mean", "share"):
            continue
        among = np.array([bool(of.among(one)) for one in who], float) if of.among else here
        if of.what is None:
            found[name] = (here, among, outcome.noun, "share" if of.kind == "count" else "share of those here")
        else:
            what = np.array([float(of.what(one)) if counts else 0.0 for one, counts in zip(who, among, strict=True)])
            found[name] = (among, what, outcome.noun, unit)
    return found


def _flows(events: pd.DataFrame, people: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray, str, str]]:
    """Starts, relapses and deaths of the whole history, per person who ever had lived experience in it."""
    now = pd.Categorical(people["stage"], list(STAGES)).codes
    ever = np.array([bool(has_lived_experience(int(stage))) for stage in now])
    ever |= people.index.isin(events.loc[events["event"].isin(["start", "relapse", "onset"]), "uid"])
    ever |= people.index.isin(events.loc[(events["event"] == "death") & (events["stage_from"] != "at_risk"), "uid"])
    found = {}
    for kind, name in FLOWS.items():
        mine = events[(events["event"] == kind) & (events["chosen"] if kind == "start" else True)]
        many = mine["uid"].value_counts().reindex(people.index, fill_value=0).to_numpy(float)
        many = np.where(ever, many, 0.0)
        found[name] = (ever.astype(float), many, OUTCOMES[name].noun, "per person with lived experience")
    return found


def equity_gaps(first: Sequence[Any], other: Sequence[Any], fewest: int = FEWEST) -> pd.DataFrame:
    """Differences of two scenarios (outcomes of histories under the same seeds): median and 10th to 90th percentile.

    A row for each dimension, group and outcome, with `of` (the fewest people of any history behind it). ValueError where
    the histories are not paired: a difference between unlike seeds is not one of the scenarios.
    """
    seeds = [one.seed for one in first], [one.seed for one in other]
    if not seeds[0] or seeds[0] != seeds[1]:
        raise ValueError(f"differences need paired histories: seeds {seeds[0]} stand against {seeds[1]}")
    keys = ["dimension", "group", "outcome", "noun", "unit"]
    gaps = []
    for k, (a, b) in enumerate(zip(first, other, strict=True)):
        both = a.equity().merge(b.equity(), on=keys, suffixes=("_first", "_other"))
        both["difference"] = both["value_other"] - both["value_first"]
        gaps.append(both.assign(pair=k, of=both[["of_first", "of_other"]].min(axis=1)))
    every = pd.concat(gaps, ignore_index=True).groupby(keys, sort=False)
    found = every["difference"].quantile([0.1, 0.5, 0.9]).unstack().set_axis(["low", "median", "high"], axis=1)
    found["of"], found["pairs"] = every["of"].min(), every.size()
    found.loc[found["of"] < fewest, ["low", "median", "high"]] = np.nan
    return found.reset_index()

"""Survival curves of one history: how long recovery lasts until a relapse, and how long it takes to become stable.

S(t) = product over event weeks t_i <= t of (1 - d_i / n_i) (Kaplan & Meier 1958), with the variance of Greenwood (1926) and
an interval on the log-log scale, which stays inside 0..1; both are scipy.stats.ecdf's. Spells that began before the first
week are left out, because those that had already ended by then are not known.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from contagion.core import package
from contagion.core.errors import nearest
from contagion.study.analysis.equity import BY, grouped

Until = Literal["relapse", "stable"]
UNTIL = {"relapse": "relapse", "stable": "stable recovery"}
CONFIDENCE = 0.95


def spells(events: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """Each recovery that started in a history of so many weeks: uid, week, until it ended, and until it became stable.

    `lasted`: weeks to the relapse, the death or the end; `ended`: "relapse", "death" or "end". `to_stable`: weeks until
    stable recovery, or NaN if this spell did not come to it.
    """
    starts = events[(events["event"] == "start") & events["chosen"]][["uid", "week"]].assign(kind="start")
    ends = events[events["event"].isin(["relapse", "death"])][["uid", "week"]].assign(
        kind=events["event"].astype(str)[lambda kind: kind.isin(["relapse", "death"])]
    )
    stable = events[(events["event"] == "progress") & (events["stage_to"] == "stable")][["uid", "week"]]
    line = pd.concat([starts, ends]).sort_values(["uid", "week"], kind="stable").reset_index(drop=True)
    after = line.shift(-1)
    same = (after["uid"] == line["uid"]) & after["kind"].isin(["relapse", "death"])
    end = after["week"].where(same, weeks)
    found = line.assign(end=end.astype(int), ended=after["kind"].where(same, "end"))
    found = found[found["kind"] == "start"].drop(columns="kind").sort_values(["week", "uid"])
    marks = stable.sort_values("week").rename(columns={"week": "reached"})
    kind = found["week"].dtype
    joined = pd.merge_asof(
        found, marks.astype({"reached": kind}), left_on="week", right_on="reached", by="uid", direction="forward"
    )
    reached = joined["reached"].where(joined["reached"] <= joined["end"])
    return joined.assign(lasted=joined["end"] - joined["week"], to_stable=reached - joined["week"]).drop(
        columns=["reached"]
    )


@dataclass(frozen=True, eq=False, repr=False)
class Survival:
    """Kaplan-Meier curves by group.

    `curves` is tidy: group, week (since the start of the spell), at_risk, events, censored, survival, low, high (95 %
    interval, log-log; undefined where the curve is at 1 or 0). Spells count as independent, although one person may have
    several.

    >>> found = ct.simulate("baseline", seed=1, **{"city.population": 2000, "time.years": 1.0}).survival()
    >>> bool(found.curves["survival"].between(0, 1).all())
    True
    """

    until: str
    by: str
    curves: pd.DataFrame

    def at(self, week: int) -> pd.DataFrame:
        """Survival with its interval, and spells at risk, this many weeks after the start: a row for each group."""
        rows = []
        for group, curve in self.curves.groupby("group", observed=True, sort=False):
            before = curve[curve["week"] <= week].iloc[-1]
            later = curve[curve["week"] >= week]
            at_risk = int(later["at_risk"].iloc[0]) if len(later) else 0
            shown = [before["survival"], before["low"], before["high"]] if at_risk else [np.nan] * 3
            rows.append((group, week, at_risk, *shown))
        return pd.DataFrame(rows, columns=["group", "week", "at_risk", "survival", "low", "high"])

    def risk_table(self, every: int = 52) -> pd.DataFrame:
        """Spells still at risk, every so many weeks: groups by week."""
        last = int(self.curves["week"].max())
        each = pd.concat([self.at(week) for week in range(0, last + 1, every)])
        return each.pivot(index="group", columns="week", values="at_risk")

    def plot(self) -> Any:
        """A figure of the curves with their intervals and the table of spells at risk.

        >>> found = ct.simulate("baseline", seed=1, **{"city.population": 2000, "time.years": 1.0}).survival()
        >>> found.plot().save("survival.png").name
        'survival.png'
        """
        return package.ask("survival_curves", self)

    def __repr__(self) -> str:
        shown = self.at(min(52, int(self.curves["week"].max())))
        table = shown.to_string(index=False, float_format="{:.3f}".format, na_rep="-")
        return f"Survival until {UNTIL[self.until]}\n{table}"


def kaplan_meier(lasted: np.ndarray, happened: np.ndarray) -> pd.DataFrame:
    """The curve of durations (weeks) of which some ended in the event and the others were cut off: one row per duration."""
    from scipy import stats

    lasted, happened = np.asarray(lasted, float), np.asarray(happened, bool)
    if not lasted.size:
        raise ValueError("no spell to draw a survival curve of")
    weeks, place = np.unique(np.append(0.0, lasted), return_inverse=True)
    gone = np.bincount(place[1:][happened], minlength=weeks.size)
    all_gone = np.bincount(place[1:], minlength=weeks.size)
    at_risk = lasted.size - np.append(0, np.cumsum(all_gone)[:-1])
    found = stats.ecdf(stats.CensoredData.right_censored(lasted, ~happened)).sf
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # at 1 and at 0 the interval is undefined, and is given as NaN
        interval = found.confidence_interval(CONFIDENCE, method="log-log")
    return pd.DataFrame(
        {
            "week": weeks.astype(int),
            "at_risk": at_risk,
            "events": gone,
            "censored": all_gone - gone,
            "survival": found.evaluate(weeks),
            "low": interval.low.evaluate(weeks),
            "high": interval.high.evaluate(weeks),
        }
    ).assign(
        **{name: lambda t, name=name: t[name].where(t["survival"].between(0, 1, "neither")) for name in ("low", "high")}
    )


def survival(
    events: pd.DataFrame, people: pd.DataFrame, weeks: int, places: int, until: Until = "relapse", by: str = ""
) -> Survival:
    """Curves of the recoveries that started in a history of so many weeks.

    Until "relapse", a death or the end of the history cuts a spell off. Until "stable", a spell that ends otherwise
    never comes to it: it stays at risk until the end of the history, so that one less the curve is the share of all starts
    that have reached stable recovery by then. KeyError for another `until` or `by`; ValueError where nothing started.
    """
    if until not in UNTIL:
        raise KeyError(f"no survival until {until!r}; there are: {', '.join(UNTIL)}")
    if by and by not in BY:
        close = nearest(by, BY)
        raise KeyError(
            f"no groups by {by!r}" + (f"; did you mean {close}?" if close else f"; there are: {', '.join(BY)}")
        )
    each = spells(events, weeks)
    if each.empty:
        raise ValueError("no recovery started in this history, so there is no survival curve")
    if until == "relapse":
        lasted, happened = each["lasted"].to_numpy(), (each["ended"] == "relapse").to_numpy()
    else:
        happened = each["to_stable"].notna().to_numpy()
        lasted = np.where(happened, each["to_stable"], weeks - each["week"])
    groups = grouped(people, by, places).reindex(each["uid"]).to_numpy() if by else np.full(len(each), "all")
    names = [name for name in (BY[by](places) if by else ["all"]) if (groups == name).any()]
    parts = [kaplan_meier(lasted[groups == n], happened[groups == n]).assign(group=n) for n in names]
    curves = pd.concat(parts, ignore_index=True)
    return Survival(until, by, curves[["group", *curves.columns.drop("group")]])

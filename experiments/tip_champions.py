"""Where do visible champions tip the public norm about people in recovery?

    python experiments/tip_champions.py [--smoke] [--out DIR] [--workers N]

Question: How many supported champions turn the public norm for good, from which stigma on, under which couplings?
Design: The English city with 2,000 people over 12 years; a champions programme runs from year 1 to 6 and then ends.
Factors: champions supported per 10,000 people (0, 50, 100, 200, 400) and public stigma on the first day (0.50 to 0.66;
England 0.62), under two effects of contact (0.25 assumed; 1.0) and two pulls of the norm (conformity and steepness 0.4
and 2 assumed; 0.6 and 3). Held: everything else as in the baseline, people's own leanings too; suitable people are asked
soon (2 per year). How the ranges were found: with one seed each, contact 0.25, 1 and 2, conformity 0.4, 0.5, 0.6 and 0.8,
steepness 2 and 3, first-day stigma 0.3 to 0.8 and places 0 to 400 were tried. The assumed couplings tipped nowhere;
at conformity 0.8 the boundary lies near 0.5 whatever champions do; it moved most at 0.6 with contact 1.
Outcome: P(take-off). A history takes off if public stigma is below one half in the end (mean of the last year) and lower
than when the programme stopped: the norm has turned, and keeps turning without the programme.
Replicates: 8 in each of 100 cells, the same seeds in all (8 of 8 is 68 to 100 % by Wilson); stop after that.
Against the expectation (champions move the threshold): P that differs no more between none and 400 champions than
Wilson intervals do, in every row; or take-off already with the baseline's couplings, where the city should be at rest.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tip_common import INK, ORANGE, contours, figure, grids, main, mean_of, told

from contagion.study.analysis.modes import wilson
from contagion.study.analysis.paired import interval
from contagion.study.results import Results
from contagion.study.sweep import sweep

ACROSS, UP = "champions supported per 10,000 people", "public stigma on the first day\n(0 to 1; orange: England)"
PLACES, STIGMA = "interventions.champions.places", "stigma.attitude_mean"
SMOKE = {
    "city.population": 600, "time.years": 3.0, "interventions.champions.stop": 2.0, "study.replicates": 2,
    f'factors."{PLACES}".values': [0.0, 400.0], f'factors."{STIGMA}".values': [0.46, 0.54],
}  # fmt: skip


def tell(results: Results, path: Path) -> list[str]:
    """The threshold map and the finding."""
    config, all_ = results.manifest["config"], results.outcomes
    people, stop = config["city"]["population"], 52 * config["interventions"]["champions"]["stop"]
    stopped = results.timeline[results.timeline["week"] == stop].set_index("run_id")["public_stigma"]
    all_["took_off"] = (all_["stigma"] < 0.5) & (all_["stigma"] < all_["run_id"].map(stopped))
    all_["per_1000"] = 1000 * all_["in_recovery"] / people
    cities = dict(iter(all_.groupby("scenario")))
    note = (
        f"Circles: how many of {all_['replicate'].nunique()} histories took off at each grid point ({people:,} people, "
        f"{config['time']['years']:g} years). Between grid points nothing was run:\nlines and shades there are "
        "interpolated. Took off: public stigma ends below one half, and lower than when the programme stopped."
    )
    sums = {name: one.groupby(PLACES)["took_off"].sum() for name, one in cities.items()}
    moved = [results.titles[name].lower() for name, one in sums.items() if one.iloc[-1] > one.iloc[0]]
    title = f"More champions, more take-off under: {', '.join(moved) or 'no couplings tried'}"
    if moved == ["both"]:
        title = "Champions move the tipping point only if contact counts and the norm pulls hard"
    with figure(path, title, note, 2, 2, 9.0, sharex=True, sharey=True) as panels:
        for axes, name in zip(panels.flat, results.scenarios, strict=True):
            (places, stigma), took = grids(cities[name], "took_off", PLACES, STIGMA)
            share, at = took.mean(axis=2).T, np.arange(len(places))
            contours(axes, at, stigma, share)
            ring = {"boxstyle": "circle", "fc": "white", "ec": INK}
            for i, j in np.ndindex(share.shape):
                axes.text(j, stigma[i], took[j, i].sum(), ha="center", va="center", fontsize=11, bbox=ring)
            axes.axhline(0.62, color=ORANGE, linewidth=1.5, zorder=0)
            axes.set(title=results.titles[name], xlim=(-0.5, at[-1] + 0.5), ylim=(stigma[0] - 0.02, stigma[-1] + 0.02))
            axes.set(xlabel=ACROSS, ylabel=UP)
            axes.set_xticks(at, [f"{p:.0f}" for p in places])
            axes.set_yticks(stigma, [f"{x:.2f}" for x in stigma])
            axes.label_outer()
            axes.grid(False)
    base, both = cities["baseline"], cities["both"]
    nearest = base.groupby([PLACES, STIGMA])["stigma"].median().idxmin()
    near = base.set_index([PLACES, STIGMA]).loc[nearest, "stigma"]
    england = min(stigma, key=lambda x: abs(x - 0.62))
    row = both[both[STIGMA] == england]
    rate = {p: wilson(int(one["took_off"].sum()), len(one)) for p, one in row.groupby(PLACES)}
    first = next((f"{p:.0f} per 10,000" for p, one in rate.items() if one.share >= 0.5), "none on the grid")
    sides = [both[both["took_off"] == took]["per_1000"] for took in (True, False)]
    up, down = (interval(side).text() if len(side) else "nobody" for side in sides)
    never, always = (wilson(int(one["took_off"].sum()), len(one)) for one in (base, cities["contact"]))
    final = row.pivot(index="replicate", columns=PLACES, values="per_1000")
    return [
        f"With the baseline's couplings the norm took off in {never.count} of {never.n} histories ({never}), and the "
        f"nearest cell ({nearest[0]:.0f} champions per 10,000, stigma {nearest[1]:.2f} on the first day) ended at "
        f"{interval(near)} (median, 10th to 90th percentile); where only contact counts more it took off in {always}.",
        f"Where contact counts four times as much and the norm pulls harder, take-off from {england:.2f} goes from "
        f"{rate[min(rate)]}, without champions to {rate[max(rate)]}, with {max(rate):.0f} per 10,000; the first number on "
        f"the grid with at least one half is {first}.",
        f"There {up} per 1,000 people are in recovery in the end where it took off and {down} where it did not (median, "
        f"10th to 90th percentile), and {max(rate):.0f} champions rather than none leave "
        f"{told(mean_of(final[max(rate)] - final[min(rate)]))} per 1,000 at {england:.2f}.",
    ]  # fmt: skip


if __name__ == "__main__":
    main("tip_champions", sweep, tell, SMOKE)

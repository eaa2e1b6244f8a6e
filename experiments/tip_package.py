"""Which of twelve parameters decide what a package of three interventions does?

    python experiments/tip_package.py [--smoke] [--out DIR] [--workers N]

Question: Which of twelve parameters decide how many more people are in recovery with champions, linkage and recovery
housing together than in the same city today?
Design: A Sobol' analysis (Saltelli's design, scrambled, a dummy added) of the paired difference between two scenarios, today
and the package from the first week on, in an English city of 10,000 people over three years. Factors: three doses, three
effects of the interventions, three channels of starting, three that decide what ties and groups are worth; ranges and
reasons stand in tip_package.toml. Held: everything else. Common seeds within a point and over the rows of a base row.
Outcome: People in recovery, mean of the last year: today's level, and the package less today. What tips here is the verdict
(our take-off): a total index above the dummy's, known to within 0.1.
Replicates: 2 at each point, N = 512 base rows; 512 x 15 points x 2 scenarios x 2 replicates, fewer where a factor cannot act
today. Stop there; if the verdict is "not resolved" it says what N would do (one number: sensitivity.samples). N was planned
as 32 and raised once, as nothing was told apart from luck there and about 1,024 were asked for; 512 is what ninety minutes
allow. The city's size follows a trial at N = 16: in 5,000 people three quarters of the variance of a single difference were
luck.
Against the expectation (doses and recovery housing decide most, contagion's pull less): a total index of starting.friend,
starting.group or starting.threshold above all of the doses; or nothing above the dummy, so that luck decides.
"""

from __future__ import annotations

from pathlib import Path

from tip_common import INK, NAVY, ORANGE, figure, main

from contagion.study.analysis.paired import interval
from contagion.study.sensitivity import Sensitivity, sensitivity

SMOKE = {"city.population": 1500, "time.years": 1.0, "sensitivity.samples": 8, "study.replicates": 1}
TITLES = {False: "Today", True: "Package less today"}


def tell(analysis: Sensitivity, path: Path) -> list[str]:
    """Bars of total indices, and the finding."""
    results, indices = analysis.results, analysis.indices
    labels = results.manifest["factors"]
    rows = int(indices["base_rows"].max())
    last = indices[(indices["base_rows"] == rows) & (indices["index"] == "ST")]
    wide = results.outcomes.pivot_table(index=["point", "replicate"], columns="scenario", values="in_recovery")
    gain = (wide["package"] - wide["today"]).groupby("point").mean()
    config = results.manifest["config"]
    people, years, n = config["city"]["population"], config["time"]["years"], config["study"]["replicates"]
    note = (
        f"Total Sobol' indices (share of the variance between points that involves the factor) with 95 % intervals; "
        f"N = {rows}, {people:,} people,\n{years:g} years, {len(gain):,} points, replicates at each: {n}. Orange: the "
        "dummy, which does nothing; filled: above it. Intervals may leave the frame."
    )
    output = next(name for name, one in analysis.said.items() if one["less"])
    clear = last[(last["output"] == output) & ~last["verdict"].str.contains("noise") & (last["factor"] != "dummy")]
    above_luck = clear.sort_values("value", ascending=False)["factor"].map(labels).to_list()
    first = (above_luck or ["Luck"])[0].lower()
    if analysis.said[output]["resolved"]:
        title = f"What the package brings depends most on: {first}"
    elif len(above_luck) == 1:
        title = f"Above luck so far: {first} alone (not resolved at N = {rows})"
    else:
        title = f"What decides the package's effect is not resolved at N = {rows}"
    order = last[last["output"] == output].sort_values("value")["factor"].to_list()
    with figure(path, title, note, 2, 1, 6.4, sharey=True) as panels:
        for axes, name in zip(panels.flat, analysis.said, strict=True):
            one = last[last["output"] == name].set_index("factor").loc[order]
            above = ~one["verdict"].str.contains("noise") & (one.index != "dummy")
            shades = [ORANGE if f == "dummy" else NAVY if up else "white" for f, up in zip(order, above, strict=True)]
            axes.barh(range(len(order)), one["value"], color=shades, edgecolor=NAVY, height=0.6)
            axes.hlines(range(len(order)), one["low"], one["high"], color=INK, linewidth=2)
            axes.set_yticks(range(len(order)), [labels.get(f, "Dummy (luck)") for f in order])
            axes.set(title=TITLES[bool(analysis.said[name]["less"])], xlabel="total index", xlim=(-0.3, 1.5))
            axes.axvline(0, color=INK, linewidth=1)
            axes.grid(False, axis="y")
    said = analysis.said[output]["sentences"]
    for factor, label in labels.items():
        said = [text.replace(factor, label.lower()) for text in said]
    rest = "; ".join(text[0].lower() + text[1:].rstrip(".") for text in said[1:]) or "nothing more can be said"
    rest = rest[0].upper() + rest[1:]
    return [
        f"Over the ranges of the twelve parameters the package brings {interval(gain).text(signed=True)} people in recovery "
        f"among {people:,} (median, 10th to 90th percentile of the points), and more than nobody at {(gain > 0).mean():.0%} "
        f"of {len(gain):,} points.",
        said[0],
        f"{rest}.",
    ]  # fmt: skip


if __name__ == "__main__":
    main("tip_package", sensitivity, tell, SMOKE)

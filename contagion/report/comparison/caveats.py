"""What to bear in mind, said from the numbers of this study: who set the prices, how the first option drifts."""

from __future__ import annotations

from collections.abc import Sequence

from contagion.city.first_day import City
from contagion.city.population import Start
from contagion.report import wording
from contagion.report.comparison import options
from contagion.report.comparison.content import Caveat
from contagion.report.comparison.drift import drift_in_words
from contagion.report.comparison.findings import Compared
from contagion.report.comparison.results import ComparisonResults


def caveats(results: ComparisonResults, compared: Sequence[Compared]) -> tuple[Caveat, ...]:
    """Three caveats that bear on a decision."""
    return (
        Caveat(
            "How strongly recovery spreads is not known",
            "No published study says how much visible recovery changes recovery across a whole city. The strength of that "
            "effect in this model is an assumption, and so is the size of any gain that depends on it.",
            "Use the results to decide what to try, pilot and measure. Do not use them as a promised return.",
            "No study says how strongly recovery spreads through a city: pilot and measure.",
        ),
        Caveat(
            "Levels are the model\N{RIGHT SINGLE QUOTATION MARK}s own",
            " ".join(filter(None, (_origin(results), drift_in_words(compared[0], results) if compared else ""))),
            "Compare options with each other. Do not quote levels, or read a change since the first day as an effect.",
            f"Levels are the model’s own, and ranges show {results.doubt.shown}: compare options.",
        ),
        Caveat(
            "Costs are inputs, not findings",
            f"{prices(results)} They leave out savings to other services.",
            _use(results),
            _in_brief(results),
        ),
    )


def _origin(results: ComparisonResults) -> str:
    """Where the first day comes from."""
    known = [results.scenarios[o.name] for o in results.options if o.name in results.scenarios]
    tested = "Nobody has tested the model against a real city\N{RIGHT SINGLE QUOTATION MARK}s results."
    if not known:
        return tested
    published = all(s.start == Start() and s.city.graph == City().graph for s in known)
    if published and results.doubt.founding:
        own = "what was drawn from this study\N{RIGHT SINGLE QUOTATION MARK}s ranges"
        return f"The first day has published English figures, but for {own}. {tested}"
    if published:
        return f"The first day is drawn from published English figures. {tested}"
    return f"The first day was set up in this study\N{RIGHT SINGLE QUOTATION MARK}s file. {tested}"


def prices(results: ComparisonResults) -> str:
    """Whose unit costs these are, of which year, and that they are not discounted."""
    if not results.scenarios:
        return "Where the unit costs come from was not recorded."
    every = options.running(results)
    priced = [(name, one) for name, one in every if one.cost_fixed or one.cost_place]
    if not priced:
        return "No costs were entered." if every else "No intervention took place, so nothing was spent."
    shipped = list(dict.fromkeys(name for name, one in priced if options.is_shipped(one)))
    own = list(dict.fromkeys(name for name, one in priced if not options.is_shipped(one)))
    years = wording.listed([str(year) for year in sorted({one.price_year for _, one in priced})])
    real = f"in {years} prices and not discounted"
    if not own:
        return f"Unit costs came with the model; they are not prices from your area. They are {real}."
    if not shipped:
        return f"Unit costs were set in this study\N{RIGHT SINGLE QUOTATION MARK}s file, {real}."
    return (
        f"Unit costs of {wording.listed(own)} were set in this study\N{RIGHT SINGLE QUOTATION MARK}s file; those of "
        f"{wording.listed(shipped)} came with the model and are not prices from your area. All are {real}."
    )


def _use(results: ComparisonResults) -> str:
    priced = [one for _, one in options.running(results) if one.cost_fixed or one.cost_place]
    if priced and not any(map(options.is_shipped, priced)):
        return "Check that they are the contract prices you would pay before you use any cost in a business case."
    return "Put in your own contract prices before you use any cost in a business case."


def _in_brief(results: ComparisonResults) -> str:
    """The caveat on costs in one sentence."""
    priced = [one for _, one in options.running(results) if one.cost_fixed or one.cost_place]
    if not priced:
        return "No costs were entered: nothing is said of value for money."
    if any(map(options.is_shipped, priced)):
        return "Unit costs are not those of your area: put in your own."
    return "Unit costs are those of the study file: check them against contracts."

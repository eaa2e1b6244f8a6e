"""The key message: a hundred words or so, made from the ranges, honest when nothing differs or does harm.

It puts no option forward that is not clearly better than every cheaper one (see `ladder`), nor, where no cost is known, one
that is not clearly better than every other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from contagion.report import wording
from contagion.report.chances import CountOfRuns
from contagion.report.comparison.content import Finding
from contagion.report.comparison.findings import Compared, in_words, named, names
from contagion.report.comparison.ladder import Ladder, Rung, ladder
from contagion.report.comparison.results import ComparisonResults
from contagion.report.comparison.switched_off import verdict_in_words
from contagion.report.units import verdict
from contagion.study.analysis.paired import Interval, interval

FEW = 10
"""Below this many runs an option, ranges and chances are too rough to lean on."""
MOST_WORDS = 105
"""With the picture, the table of options and the caveats beside it, the first two pages keep within 400 words."""


def key_message(results: ComparisonResults, compared: Sequence[Compared]) -> tuple[str, ...]:
    """Short paragraphs: what was found, at what price, what contagion carries of it, and the caveat that matters most."""
    place = f"Over {wording.years(results.years)} in a modelled city of {results.people:,}"
    if len(results.options) < 2 or not compared:
        return (
            f"{place}, only one option was run, so nothing is compared. The ranges below describe that option alone.",
            _caution(results),
        )
    main, by_cost = compared[0], ladder(compared)
    lead = leader(main, by_cost)
    base, losses = named(main.findings[0].option), [f for f in main.others if f.verdict == "worse"]
    harm = [f"{wording.sentence(names(losses))} did worse than {base}."] if losses else []
    found, price = [_found(place, main, by_cost, lead)], list(_price(results, compared, by_cost, lead))
    paragraphs = [found, [*harm, *price], [verdict_in_words(main, results)]]
    spare = MOST_WORDS - _words(chain(*paragraphs, [_caution(results)]))
    for sentence in _more(compared, by_cost, lead):
        if _words([sentence]) <= spare:
            paragraphs[1].append(sentence)
            spare -= _words([sentence])
    while _words(chain(*paragraphs, [_caution(results)])) > MOST_WORDS and len(paragraphs[1]) > len(harm) + 1:
        paragraphs[1].pop()  # long names of options: the table of steps says the rest
    said = (" ".join(paragraph) for paragraph in paragraphs)
    return (*(p for p in said if p), _caution(results))


def _words(texts: Iterator[str] | Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)


def leader(main: Compared, by_cost: Ladder | None) -> Finding | None:
    """The option that may be put forward: the dearest that is clearly better than all cheaper ones; None if the first."""
    if by_cost is not None:
        top = next(f for f in main.findings if f.option == by_cost.top.option)
        return top if top.verdict == "better" else None
    gains = [k for k, f in enumerate(main.findings) if f.verdict == "better"]
    return next((main.findings[k] for k in gains if all(_better(main, k, j) for j in range(len(main.findings)))), None)


def _better(main: Compared, one: int, other: int) -> bool:
    """Whether one option is clearly better than another (or is the same)."""
    difference = interval(main.levels[one] - main.levels[other])
    return one == other or verdict(difference, main.outcome.unit, main.outcome.better) == "better"


def _found(place: str, main: Compared, by_cost: Ladder | None, lead: Finding | None) -> str:
    base = named(main.findings[0].option)
    if lead is not None:
        if by_cost is None:
            which = "clearly beat every other option" if len(main.others) > 1 else "did clearly better"
        elif len(main.others) == 1:
            which = "did clearly better"
        else:
            which = "clearly beat everything cheaper"
        agree = f", better in {_runs(lead.better)}" if lead.better else ""
        return f"{place}, {named(lead.option)} {which}: {in_words(lead)} than {base}{agree}."
    gains = [f for f in main.others if f.verdict == "better"]
    if by_cost is not None and by_cost.top.option != main.findings[0].option and not gains:
        top = next(f for f in main.others if f.option == by_cost.top.option)
        cheapest = f"{named(top.option)} costs least, and nothing dearer did clearly better"
        return f"{place}, {cheapest}: {in_words(top)} than {base}."
    if not gains:
        unclear = [f for f in main.others if f.verdict in {"unclear", "small"}]
        if not unclear:
            return f"{place}, no option {_moved(main)} {main.noun}."
        widest = max(unclear, key=_share)
        agree = f", better than {base} in {_runs(widest.better)}" if widest.better else ""
        what = "made a clear difference to" if len(unclear) == len(main.others) else f"clearly {_moved(main)}"
        return (
            f"{place}, no option {what} {main.noun}. The nearest was {named(widest.option)}: {in_words(widest)}{agree}."
        )
    ahead = max(gains, key=_share)
    why = "clearly better than every cheaper one" if by_cost else "clearly better than every other"
    return (
        f"{place}, no option is {why}. {wording.sentence(names(gains))} did clearly better than {base} "
        f"({named(ahead.option)}: {in_words(ahead)})."
    )


def _moved(main: Compared) -> str:
    """The verb for an improvement of this outcome."""
    return "lowered" if main.outcome.better == "lower" else "raised"


def _runs(count: CountOfRuns | None) -> str:
    return count.runs if count else ""


def _share(finding: Finding) -> float:
    return finding.better.share if finding.better else 0.0


def _price(
    results: ComparisonResults, compared: Sequence[Compared], by_cost: Ladder | None, lead: Finding | None
) -> Iterator[str]:
    """What the option put forward costs, else what the options cost; and what a dearer one would add."""
    main, cost = compared[0], next((c for c in compared if c.outcome.column == "cost"), None)
    if cost is None:
        return
    if not cost.levels.any():
        yield "No costs were entered, so nothing is said of value for money."
        return
    base = named(main.findings[0].option)
    spent = [f.difference for f in cost.others if f.difference and (lead is None or f.option == lead.option)]
    if lead is None:
        every = Interval(min(s.low for s in spent), spent[0].middle, max(s.high for s in spent))
        who = "The options cost" if len(spent) > 1 else "The option costs"
        yield f"{who} {_money(every)}{'' if _same(every) else ' than'} {base}."
    else:
        harmed = any(f.verdict == "worse" for f in main.others)  # then another option was named last
        who = wording.sentence(named(lead.option)) if harmed else "It"
        amount = f"as much as {base}" if _same(spent[0]) else _money(spent[0])
        yield f"{who} costs {amount}{_each(main, by_cost)}."
        yield from _cheaper(compared, by_cost)
    if lead is not None and by_cost is not None and (dearer := _dearer(by_cost)) is not None:
        more, gain = by_cost.between(dearer.option, lead.option)
        amount = f"{_money(more)} that" if _same(more) else f"{_money(more)} than that"
        worse = verdict(gain, main.outcome.unit, main.outcome.better) == "worse"
        then = "and does clearly worse" if worse else "for no clear gain"
        yield (
            f"{wording.sentence(named(dearer.option))} costs {amount} {then} "
            f"({wording.difference(gain, main.outcome.unit)})."
        )


def _same(spent: Interval) -> bool:
    """Whether an amount is shown as none."""
    return "difference" in wording.difference(spent, "GBP")


def _money(spent: Interval) -> str:
    """A difference in cost that follows 'costs': '£2 million more', 'as much as'."""
    return "as much as" if _same(spent) else wording.difference(spent, "GBP")


def _each(main: Compared, by_cost: Ladder | None) -> str:
    """The price of each further unit of the dearest step, where it follows on the first option."""
    top = by_cost.top if by_cost is not None else None
    if top is None or top.price is None or top.against != main.findings[0].option:
        return ""
    return f": {wording.level(top.price, 'GBP')} for each {each(main)}"


def _cheaper(compared: Sequence[Compared], by_cost: Ladder | None) -> Iterator[str]:
    """The nearest cheaper step, for whoever cannot or would not pay for the dearest."""
    costs = next((c.findings for c in compared if c.outcome.column == "cost"), ())
    for step in by_cost.steps[1:-1][-1:] if by_cost is not None else ():
        gain, spent = (next(f for f in every if f.option == step.option) for every in (compared[0].findings, costs))
        if gain.difference and spent.difference:
            amount, more = (
                wording.difference(gain.difference, gain.outcome.unit),
                wording.difference(spent.difference, "GBP"),
            )
            yield f"A cheaper step is {named(step.option)}: {amount} for {more}."


def _dearer(by_cost: Ladder) -> Rung | None:
    """Of the options that cost more than the dearest step, the one that reaches furthest in the middle run."""
    after = by_cost.rungs[by_cost.rungs.index(by_cost.top) + 1 :]
    sign = 1 if by_cost.outcome.outcome.better == "higher" else -1
    return max(after, key=lambda r: sign * by_cost.between(r.option, by_cost.top.option)[1].middle, default=None)


def _more(compared: Sequence[Compared], by_cost: Ladder | None, lead: Finding | None) -> Iterator[str]:
    """Sentences that are said as far as there is room."""
    harmed = [f for f in compared[0].others if f.verdict == "worse"]
    if harmed:
        worst = max(harmed, key=lambda f: f.worse.share if f.worse else 0.0)
        agree = f", worse in {worst.worse.runs}" if worst.worse else ""
        yield f"For {named(worst.option)} the difference was {in_words(worst)}{agree}."
    if lead is None:
        return
    rest = [f for c in compared[1:] for f in c.others if f.option == lead.option and f.outcome.better]
    worse = [c.noun for c in compared[1:] if any(f in rest and f.verdict == "worse" for f in c.others)]
    better = sum(f.verdict == "better" for f in rest)
    if rest:
        gains, losses = (wording.count(n) if n else "none" for n in (better, len(worse)))
        found = f"Of {wording.count(len(rest))} other outcomes, {gains} clearly improved"
        yield f"{found} and {losses} clearly worsened{': ' + wording.listed(worse) if 0 < len(worse) <= 3 else ''}."


def each(main: Compared) -> str:
    """One unit of the better in words: 'further person', 'death fewer', 'point lower'."""
    unit, down = main.outcome.unit, main.outcome.better == "lower"
    if wording.unit(unit).factor == 100:
        return "point lower" if down else "further point"
    one = {"people": "person"}.get(unit, unit.removesuffix("s"))
    return f"{one} fewer" if down else f"further {one}"


def _caution(results: ComparisonResults) -> str:
    few = (
        f"With only {wording.counted(results.replicates, 'run')} each, ranges are rough. "
        if results.replicates < FEW
        else ""
    )
    return f"{few}This is not a forecast."

"""The key message: at most 150 words, made from the ranges, honest when nothing differs or does harm."""

from __future__ import annotations

from collections.abc import Sequence

from contagion.report import wording
from contagion.report.chances import CountOfRuns
from contagion.report.comparison.content import Finding
from contagion.report.comparison.findings import Compared, in_words, named, names
from contagion.report.comparison.results import ComparisonResults

FEW = 10
"""Below this many runs an option, ranges and chances are too rough to lean on."""


def key_message(results: ComparisonResults, compared: Sequence[Compared]) -> tuple[str, ...]:
    """Three short paragraphs: what was found, at what price, and the caveat that matters most."""
    place = f"Over {results.years:g} years in a modelled city of {results.people:,} people"
    if len(results.options) < 2 or not compared:
        return (
            f"{place}, only one option was run, so nothing is compared. The ranges below describe that option alone.",
            _caution(results),
        )
    main = compared[0]
    paragraphs = [_found(place, main), _price(main, compared), _caution(results)]
    return tuple(p for p in paragraphs if p)


def leader(main: Compared) -> Finding | None:
    """The option that is clearly better than the first and most often the best of all, if there is one."""
    gains = [f for f in main.others if f.verdict == "better"]
    return max(gains, key=lambda f: f.best.share if f.best else 0.0) if gains else None


def _found(place: str, main: Compared) -> str:
    lead = leader(main)
    base = named(main.findings[0].option)
    losses = [f for f in main.others if f.verdict == "worse"]
    unclear = [f for f in main.others if f.verdict in {"unclear", "small"}]
    if lead is None:
        if unclear and not losses:
            widest = max(unclear, key=lambda f: f.better.share if f.better else 0.0)
            return (
                f"{place}, no option made a clear difference to {main.noun}. The nearest was "
                f"{named(widest.option)}: "
                f"{in_words(widest)}, better than {base} in {_better(widest).runs}."
            )
        return f"{place}, no option improved {main.noun}. {_harm(losses, base)}"
    best = lead.best
    sure = best is not None and best.share >= 0.8
    said = [f"{place}, {named(lead.option)} {'did most' if sure else 'came out ahead most often'} for {main.noun}:"]
    said.append(f"{in_words(lead)} than {base}, better in {_better(lead).runs}")
    if best is not None and len(main.others) > 1:
        joined = "and" if sure else "but"
        said.append(f"{joined} the best option in {best.text}.")
    text = " ".join(said).rstrip(".") + "."
    if unclear:
        text += f" {wording.sentence(names(unclear))} made no clear difference."
    return f"{text} {_harm(losses, base)}".strip()


def _better(finding: Finding) -> CountOfRuns:
    assert finding.better is not None
    return finding.better


def _harm(losses: list[Finding], base: str) -> str:
    if not losses:
        return ""
    worst = max(losses, key=lambda f: f.worse.share if f.worse else 0.0)
    agree = f", worse in {worst.worse.runs}" if worst.worse else ""
    if len(losses) == 1:
        return f"{wording.sentence(named(worst.option))} did worse than {base}: {in_words(worst)}{agree}."
    said = f"{wording.sentence(names(losses))} did worse than {base}."
    return f"{said} For {named(worst.option)} the difference was {in_words(worst)}{agree}."


def _price(main: Compared, compared: Sequence[Compared]) -> str:
    """What the leading option costs and what else it changes; without a leader, what the options cost."""
    cost = next((c for c in compared if c.outcome.column == "cost"), None)
    lead = leader(main)
    said = []
    if cost is not None:
        spent = [f.difference for f in cost.others if f.difference and (lead is None or f.option == lead.option)]
        ends = wording.pounds(min(s.low for s in spent)), wording.pounds(max(s.high for s in spent))
        who = "It costs" if lead else "The options cost" if len(spent) > 1 else "The option costs"
        base = named(main.findings[0].option)
        amount = " to ".join(dict.fromkeys(ends))
        said.append(f"{who} {amount} more than {base}, on assumed prices.")
    rest = [f for c in compared[1:] for f in c.others if lead and f.option == lead.option and f.outcome.better]
    worse = [c.noun for c in compared[1:] if any(f in rest and f.verdict == "worse" for f in c.others)]
    better = sum(f.verdict == "better" for f in rest)
    if rest:
        gains, losses = (wording.count(n) if n else "none" for n in (better, len(worse)))
        found = f"Of {wording.count(len(rest))} other outcomes, {gains} clearly improved"
        said.append(
            f"{found} and {losses} clearly worsened{': ' + wording.listed(worse) if 0 < len(worse) <= 3 else ''}."
        )
    return " ".join(said)


def _caution(results: ComparisonResults) -> str:
    few = (
        f"With only {wording.counted(results.replicates, 'run')} of each option these ranges are very rough. "
        if results.replicates < FEW
        else ""
    )
    return (
        f"{few}This explores what could happen; it is not a forecast. The ranges show chance alone. No "
        f"published number "
        "says how strongly visible recovery spreads through a city, so the true effect could be far "
        "smaller, or none."
    )

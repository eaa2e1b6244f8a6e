"""From a council's words to the model's parameters: every conversion is one sentence, and one value in the scenario.

What the model takes is written into the scenario as ordinary values, so what was said is what runs. A place with more
people at risk is one where people have always come to be at risk more often: people in recovery, people at risk and those
who newly come are more numerous in proportion, so that what is said of today also holds later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contagion.place.terms import Locality, Ward

ADULTS = 0.779
"""Share of people who are 18 or older: the fifteen English places of configs/places together, mid-2020 (C)."""
WORKING_AGE = 0.656
"""Share of people aged 15 to 64, the same places (C)."""
LARGEST = 100_000
"""Adults above which a city is run as a scaled sample of so many, where the file does not say."""
COVERED = {"opioid": 0.355, "alcohol": 0.138}
"""Of active addiction in the model's England: in treatment within a year (docs/TRIALS.md, coverage). It goes with the share
on one day that the model is set to (`treatment.start_coverage_*`)."""
MOST_COVERED = 0.85
"""Most that a share in treatment on one day may be."""
POISONED = 0.00397
"""Deaths by drug poisoning per year of active addiction, opioid profile, in England's city: a third of 12 per 1,000 (D)."""
OTHERWISE = 0.00803
"""Deaths of other causes per such year: the other two thirds."""
FEEDBACK = {"opioid": (0.9, 1.7), "other": (1.25, 1.25), "alcohol": (1.25, 1.25)}
"""How much more (fewer) people must come to be at risk for so much more (less) active addiction to stay: where there is more
of it, more people in recovery are around, who help. Exponents by profile, for less and for more active addiction than in
England, from cities with half to twice England's prevalence over ten years (experiments/place_feedback.py)."""

Tables = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Taken:
    """What the model takes of a place: values by table, the conversions in sentences, and what it has no input for.

    `options`: by name of an intervention, what it sets there. `scale`: adults of the place for each person of the city.
    """

    tables: Tables = field(default_factory=dict)
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    sentences: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    adults: float = 0.0
    scale: float = 1.0


def converted(place: Locality, usual: Mapping[str, Mapping[str, Any]]) -> Taken:
    """What the model takes of a place. `usual`: the defaults of the model, by table and name.

    >>> from contagion.place.terms import Locality
    >>> taken = converted(Locality(adults=80_000, sample=40_000), {})
    >>> taken.tables, taken.scale
    ({'city': {'population': 40000}}, 2.0)
    """
    adults, words = _people(place)
    if not adults:
        return Taken(sentences=tuple(words), kept=_kept(place))
    people = int(place.sample or min(adults, LARGEST))
    tables: Tables = {"city": {"population": people}}
    if people < adults:
        words.append(
            f"The modelled city has {people:,} adults, a sample of {people / adults:.1%}: one of its people stands for "
            f"{adults / people:.2f} of the place; counts of the city are multiplied by that."
        )
    if place.wards:
        sizes = [float(ward.people) for ward in in_order(place) if ward.people]
        sizes = sizes if len(sizes) == len(place.wards) else []
        tables["city"] |= {"neighbourhoods": len(place.wards), "neighbourhood_sizes": sizes}
        words.append(
            f"{len(place.wards)} wards are {len(place.wards)} neighbourhoods, from the least to the most deprived"
            + (", each with its share of the people." if sizes else ".")
        )
    _prevalence(place, adults, usual, tables, words)
    _treated(place, usual, tables, words)
    _deaths(place, usual, tables, words)
    options = {name: _bought(name, option, adults, words) for name, option in place.options.items()}
    return Taken(tables, options, tuple(words), _kept(place), adults, adults / people)


def _people(place: Locality) -> tuple[float, list[str]]:
    """Adults of the place, and how that is known."""
    if place.adults is not None:
        return float(place.adults), [f"{place.adults:,} adults, as said."]
    if place.population is not None:
        adults = float(round(place.population * ADULTS))
        return adults, [
            f"{place.population:,} people of all ages x {ADULTS} (adults in fifteen English places) = {adults:,.0f} adults."
        ]
    return 0.0, []


def _prevalence(
    place: Locality, adults: float, usual: Mapping[str, Mapping[str, Any]], tables: Tables, words: list[str]
) -> None:
    """Active addiction today; and in proportion people in recovery, people at risk and those who newly come."""
    start, entry = usual["start"], usual["entry"]
    more = {"opioid": 1.0, "other": 1.0, "alcohol": 1.0}
    for kind, name, whom in (
        ("opioid", "opiate_crack_users", "people who use opiates or crack"),
        ("alcohol", "dependent_drinkers", "alcohol-dependent adults"),
    ):
        count = getattr(place, name)
        if count is None:
            continue
        rate = round(1000.0 * count / adults, 4)
        tables.setdefault("start", {})[f"{kind}_active_per_1000"] = rate
        more[kind] = rate / start[f"{kind}_active_per_1000"]
        aged = ""
        if kind == "opioid":
            of_age = place.ages_15_64 or (place.population or adults / ADULTS) * WORKING_AGE
            aged = f" ({1000.0 * count / of_age:.1f} per 1,000 of ages 15-64, where England has 9.5)"
        low, high = getattr(place, f"{name}_low"), getattr(place, f"{name}_high")
        bounds = f", {low:,.0f} to {high:,.0f} by its bounds" if low is not None and high is not None else ""
        words.append(f"{count:,.0f} {whom}{bounds} / {adults:,.0f} adults = {rate:.2f} per 1,000 adults{aged}.")
    if "start" not in tables:
        return
    for stage, of in (("recovery", ("early", "sustained", "stable")), ("at_risk", ("at_risk",))):
        opioid, other = start[f"{stage}_opioid"], start[f"{stage}_other"]
        mix = {"opioid": opioid, "other": other, "alcohol": 1.0 - opioid - other}
        now = sum(mix[kind] * more[kind] for kind in mix)
        tables["start"] |= {f"{one}_per_1000": round(start[f"{one}_per_1000"] * now, 4) for one in of}
        by = more
        if stage == "at_risk":  # those who newly come are drawn with the same shares
            by = {kind: one ** FEEDBACK[kind][1 if one > 1.0 else 0] for kind, one in more.items()}
            now = sum(mix[kind] * by[kind] for kind in mix)
            tables["entry"] = {"rate_per_1000": round(entry["rate_per_1000"] * now, 5)}
        tables["start"] |= {f"{stage}_{kind}": round(mix[kind] * by[kind] / now, 5) for kind in ("opioid", "other")}
    words.append(
        "People in recovery, people at risk and those who newly come to be at risk are more or fewer than in England as "
        "active addiction is, by profile: that the place has long been as it is today is assumed."
    )


def _treated(place: Locality, usual: Mapping[str, Mapping[str, Any]], tables: Tables, words: list[str]) -> None:
    """Coverage, held by the model; a division of two unlike statistics, which is said."""
    for kind, treated, of in (
        ("opioid", place.treated_opiates, place.opiate_crack_users),
        ("alcohol", place.treated_alcohol, place.dependent_drinkers),
    ):
        if treated is None or not of:
            continue
        year, day = COVERED[kind], usual["treatment"][f"start_coverage_{kind}"]
        covered = treated / of
        on_a_day = min(MOST_COVERED, round(covered * day / year, 4))
        tables.setdefault("treatment", {})[f"start_coverage_{kind}"] = on_a_day
        words.append(
            f"{treated:,.0f} in treatment within a year / {of:,.0f} = coverage of {covered:.0%}: two unlike statistics, so "
            f"less sure than either; on one day {on_a_day:.1%} are in treatment, as {day:.1%} go with {year:.0%} here."
        )


def _deaths(place: Locality, usual: Mapping[str, Mapping[str, Any]], tables: Tables, words: list[str]) -> None:
    """Deaths by drug poisoning: more or fewer of them change excess mortality, other causes stay."""
    if place.drug_deaths is None or not place.opiate_crack_users:
        return
    rate = place.drug_deaths / place.opiate_crack_users
    excess = max(0.0, usual["deaths"]["excess_opioid"] + rate - POISONED)
    tables["deaths"] = {"excess_opioid": round(excess, 6), "poisoning": round(min(1.0, rate / (rate + OTHERWISE)), 5)}
    words.append(
        f"{place.drug_deaths:,.1f} deaths by drug poisoning a year / {place.opiate_crack_users:,.0f} = {1000 * rate:.2f} "
        f"per 1,000 people who use opiates or crack, where England's city has {1000 * POISONED:.2f}: all are counted among "
        "these people, and other causes of death are left as they are."
    )


def _bought(name: str, option: Any, adults: float, words: list[str]) -> dict[str, Any]:
    """What an option sets of its intervention."""
    found: dict[str, Any] = {}
    if option.places is not None:
        found["places"] = round(option.places * 10_000.0 / adults, 6)
        words.append(f"{name}: {option.places:,.0f} places = {found['places']:.2f} per 10,000 adults.")
    if option.per_year is not None:
        found["cost_fixed"] = round(option.per_year * 10_000.0 / adults, 4)
        words.append(
            f"{name}: £{option.per_year:,.0f} a year = £{found['cost_fixed']:,.0f} per year and 10,000 adults."
        )
    if option.per_place_year is not None:
        found["cost_place"] = round(option.per_place_year / 52.0, 4)
        words.append(f"{name}: £{option.per_place_year:,.0f} a place and year = £{found['cost_place']:,.2f} a week.")
    if option.price_year is not None:
        found["price_year"] = option.price_year
    return found


def _kept(place: Locality) -> tuple[str, ...]:
    """What is said of the place and has no input in the model."""
    found = []
    if place.rough_sleepers is not None:
        found.append(
            f"{place.rough_sleepers:,.0f} people sleeping rough: homes of the model are not counted by the night"
        )
    if place.employed_starters is not None:
        found.append(f"{place.employed_starters:.0%} of starters in regular work: it follows from the model")
    peopled = sum(1 for ward in place.wards if ward.people)
    if 0 < peopled < len(place.wards):
        found.append(f"people of {peopled} of {len(place.wards)} wards: neighbourhoods have sizes if all wards have")
    return tuple(f"{one}; kept for the page." for one in found)


def wards_in_order(place: Locality) -> list[str]:
    """Names of the wards as the model's neighbourhoods stand: from the least to the most deprived.

    >>> from contagion.place.terms import Locality, Ward
    >>> wards_in_order(Locality(wards=[Ward(name="Old Town", deprivation=1), Ward(name="Park", deprivation=2)]))
    ['Park', 'Old Town']
    """
    return [ward.name for ward in in_order(place)]


def in_order(place: Locality) -> list[Ward]:
    """The wards as the model's neighbourhoods stand: from the least to the most deprived, where all have a rank."""
    ranked = all(ward.deprivation is not None for ward in place.wards)
    return sorted(place.wards, key=lambda ward: -(ward.deprivation or 0)) if ranked else list(place.wards)

"""What a council says of its place, in its own words: people, wards, counts with their bounds, prices as it pays them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import model_validator

from contagion.core.errors import Fault, at_key, refuse
from contagion.core.parameters import Parameters, choice

MOST = 5_000_000
"""People that a place may have."""

MOST_DEATHS = 0.02
"""Deaths by drug poisoning of a person who uses opiates or crack, a year, that are believed: five times England's."""


def _count(meaning: str) -> Any:
    """A count of people or events, unsaid by default."""
    return choice(None, meaning, unit="count", low=0, up_to=MOST)


class Ward(Parameters):
    """A ward, or any part of a place."""

    name: str = choice("", "its name", unit="text")
    people: int | None = choice(None, "people who live in it", unit="people", low=1, up_to=MOST)
    deprivation: float | None = choice(
        None, "its rank of deprivation within the place, 1 for the most deprived", unit="rank", low=1, up_to=100_000
    )


class OptionInPounds(Parameters):
    """An intervention of the study as a council buys it; each number takes the place of the intervention's own."""

    places: float | None = choice(None, "places in the whole place, at a time", unit="places", low=0, up_to=MOST)
    per_year: float | None = choice(None, "what it costs a year, whoever takes it up", unit="GBP", low=0, up_to=1e10)
    per_place_year: float | None = choice(
        None, "what one place in use costs a year, on top", unit="GBP per place", low=0, up_to=1e8
    )
    price_year: int | None = choice(None, "year of these prices", unit="year", low=1990, up_to=2100)


class Locality(Parameters):
    """A council's place. All is optional: what is not said is as in England, or as the rest of the file has it."""

    name: str = choice("", "name of the place", unit="text")
    year: int | None = choice(None, "year of the counts", unit="year", low=1990, up_to=2100)
    population: int | None = choice(None, "people of all ages", unit="people", low=100, up_to=MOST)
    adults: int | None = choice(None, "people aged 18 or more", unit="people", low=10, up_to=MOST)
    ages_15_64: int | None = choice(None, "people aged 15 to 64", unit="people", low=10, up_to=MOST)
    sample: int | None = choice(
        None,
        "people of the modelled city, where it is to be a scaled sample",
        unit="people",
        low=1_000,
        up_to=1_000_000,
    )
    opiate_crack_users: float | None = _count("people aged 15 to 64 who use opiates or crack, treated or not")
    opiate_crack_users_low: float | None = _count("lower bound of that count")
    opiate_crack_users_high: float | None = _count("upper bound of that count")
    dependent_drinkers: float | None = _count("alcohol-dependent adults, treated or not")
    dependent_drinkers_low: float | None = _count("lower bound of that count")
    dependent_drinkers_high: float | None = _count("upper bound of that count")
    treated_opiates: float | None = _count("people in treatment for opiates or crack within a year")
    treated_alcohol: float | None = _count("people in treatment for alcohol alone within a year")
    drug_deaths: float | None = _count("deaths by drug poisoning a year of people who use opiates or crack")
    rough_sleepers: float | None = _count("people who sleep rough on one night")
    employed_starters: float | None = choice(
        None, "share of those who start treatment who have regular work", unit="share", low=0, up_to=1
    )
    wards: list[Ward] = choice([], "its wards, with their people and rank of deprivation", unit="wards")
    options: dict[str, OptionInPounds] = choice(
        {}, "interventions of the study by name, as the council buys them", unit="options"
    )

    @property
    def said(self) -> bool:
        """Whether anything is said of the place."""
        return bool(self.model_dump(exclude_defaults=True))

    @model_validator(mode="after")
    def _sound(self) -> Locality:
        refuse("Locality", list(self._wrong()))
        return self

    def _wrong(self) -> Iterator[Fault]:
        """What is wrong with values that are sound one by one."""
        whole = self.population
        for name in ("adults", "ages_15_64"):
            part = getattr(self, name)
            if whole is not None and part is not None and part > whole:
                yield at_key((name,), part, f"it must be at most the population, {whole:,}", None, f"is {part:,}")
        yield from self._bounds()
        most = next(((n, v) for n, v in (("adults", self.adults), ("population", whole)) if v is not None), None)
        for name in ("opiate_crack_users", "dependent_drinkers", "rough_sleepers", "drug_deaths"):
            value = getattr(self, name)
            if value is not None and most is None:
                yield at_key((name,), value, "say population or adults too", None, "is a count of unknown people")
            elif value is not None and most is not None and value > 0.25 * most[1]:
                rule = f"it must be at most a quarter of {most[0]}, {most[1]:,}"
                yield at_key((name,), value, rule, None, f"is {value:,.0f}")
        for name, of in (("treated_opiates", "opiate_crack_users"), ("treated_alcohol", "dependent_drinkers")):
            part, all_ = getattr(self, name), getattr(self, of)
            if part is not None and all_ is None:
                yield at_key((name,), part, f"say {of} too, of whom they are a part", None, f"is {part:,.0f}")
            elif part is not None and all_ is not None and part > 0.8 * all_:
                rule = f"it must be at most four fifths of {of}, {all_:,.0f}: published counts are of unlike people"
                yield at_key((name,), part, rule, None, f"is {part:,.0f}")
        if self.drug_deaths is not None and self.opiate_crack_users is None:
            yield at_key(("drug_deaths",), self.drug_deaths, "say opiate_crack_users too, among whom they die")
        elif self.drug_deaths and self.drug_deaths > MOST_DEATHS * (self.opiate_crack_users or 0.0):
            rule = f"give those of people who use opiates or crack, at most {1000 * MOST_DEATHS:g} of 1,000 a year"
            yield at_key(("drug_deaths",), self.drug_deaths, rule, None, f"is {self.drug_deaths:,.0f}")
        yield from self._wards()
        yield from self._prices()

    def _bounds(self) -> Iterator[Fault]:
        for name in ("opiate_crack_users", "dependent_drinkers"):
            low, value, high = (getattr(self, name + end) for end in ("_low", "", "_high"))
            for end, bound in (("_low", low), ("_high", high)):
                if bound is not None and value is None:
                    yield at_key((name + end,), bound, f"say {name} too", None, "is a bound of nothing")
            if value is not None and low is not None and low > value:
                yield at_key((f"{name}_low",), low, f"it must be at most {name}, {value:,.0f}", None, f"is {low:,.0f}")
            if value is not None and high is not None and high < value:
                yield at_key(
                    (f"{name}_high",), high, f"it must be at least {name}, {value:,.0f}", None, f"is {high:,.0f}"
                )

    def _wards(self) -> Iterator[Fault]:
        names = [ward.name for ward in self.wards]
        for k, ward in enumerate(self.wards):
            if not ward.name.strip():
                yield at_key(("wards",), None, "each ward needs a name", None, f": ward {k + 1} has no name")
            elif names.index(ward.name) < k:
                yield at_key(("wards",), None, "each ward needs a name of its own", None, f"names {ward.name} twice")
        peopled = [ward.people for ward in self.wards if ward.people is not None]
        whole = self.population or self.adults
        if peopled and len(peopled) == len(self.wards) and whole and abs(sum(peopled) - whole) > 0.02 * whole:
            of = "population" if self.population else "adults"
            rule = f"they must add up to {of}, {whole:,}, within 2 %"
            yield at_key(("wards",), None, rule, None, f"add up to {sum(peopled):,} people")
        ranked = [ward.deprivation for ward in self.wards if ward.deprivation is not None]
        if ranked and len(ranked) < len(self.wards):
            rule = "give every ward its rank of deprivation, or none"
            yield at_key(("wards",), None, rule, None, f"have a rank for {len(ranked)} of {len(self.wards)}")

    def _prices(self) -> Iterator[Fault]:
        sized = self.population or self.adults
        for name, option in self.options.items():
            key, priced = ("options", name), option.per_year is not None or option.per_place_year is not None
            if priced and option.price_year is None:
                yield at_key(key, None, "say price_year, the year of these prices", None, "has prices of no year")
            if not sized and (option.places is not None or option.per_year is not None):
                yield at_key(key, None, "say population or adults too", None, "is bought for unknown people")

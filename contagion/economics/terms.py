"""Money: how a comparison's costs and consequences are valued on its page."""

from __future__ import annotations

from typing import Literal

from contagion.core.parameters import Parameters, choice, switch

PresetName = Literal["green_book", "nice"]


class UnitCosts(Parameters):
    """A council's own unit costs, in place of those of contagion/economics/unit_costs.toml."""

    treatment: float | None = choice(None, "a person-year in treatment", unit="GBP", low=0, up_to=1e7)
    custody: float | None = choice(None, "a person-year in custody", unit="GBP", low=0, up_to=1e7)
    crime_opioid: float | None = choice(
        None, "crime of a person-year in active addiction, opioid profile", unit="GBP", low=0, up_to=1e7
    )
    nhs_alcohol: float | None = choice(
        None, "NHS use of a person-year in active addiction, alcohol profile", unit="GBP", low=0, up_to=1e7
    )


class Money(Parameters):
    """How a comparison's money is appraised on its page; it changes no run, and results can be read again with another."""

    worth: bool = switch(True, "whether the page's annex also adds up what the options may be worth", off=False)
    preset: PresetName = choice("green_book", "whose rates of discount and whose worth of a QALY")
    price_year: int = choice(
        2024, "year of the prices on the page and of own unit costs", unit="year", low=2010, up_to=2024
    )
    optimism_bias: float = choice(
        0.0,
        "share added to spending on interventions for optimism, shown before and after",
        unit="share",
        low=0,
        up_to=3,
    )
    most_per_qaly: float = choice(
        100_000.0, "the most that a QALY is taken to be worth in curves", unit="GBP", low=1000, up_to=1e7
    )
    most_per_person: float = choice(
        200_000.0,
        "the most that one more person in stable recovery is taken to be worth in curves",
        unit="GBP",
        low=1000,
        up_to=1e7,
    )
    unit_costs: UnitCosts = UnitCosts()

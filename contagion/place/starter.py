"""A commented file to begin with, in a council's own words."""

from __future__ import annotations

from pathlib import Path

from contagion.config.layers import shipped
from contagion.core.errors import ConfigError, Fault

STARTER = """# A council's own place. Say what you know and take out the rest: what is not said is as in England.
#   contagion place check FILE   what the model makes of it, and whether the city holds it
#   contagion compare FILE       the report
extends = "first_comparison.toml"     # the options that are compared: champions, linkage, housing, all three
title = "{title}"

[place]
name = "{title}"
year = 2024
population = 145_000                  # people of all ages; or adults = ... (18 or older)
# ages_15_64 = 93_000
opiate_crack_users = 1_900            # people of 15 to 64, in treatment or not (OHID's estimate)
# opiate_crack_users_low = 1_700      # its bounds
# opiate_crack_users_high = 2_200
dependent_drinkers = 2_300            # adults, in treatment or not
treated_opiates = 722                 # of them in treatment within a year (NDTMS); coverage is a division, and said so
treated_alcohol = 345
drug_deaths = 9                       # deaths by drug poisoning a year
# rough_sleepers = 30                 # kept for the page: the model has no such input
# employed_starters = 0.29
# sample = 50_000                     # people of the modelled city; above 100,000 adults it is a sample in any case

# [[place.wards]]                     # all of them or none; with a rank of deprivation (1: the most) they are put in order
# name = "Old Town"
# people = 12_000
# deprivation = 1

[place.options.champions]             # interventions of the study by name, as you buy them
places = 60                           # in the whole place, at a time
per_year = 120_000                    # GBP a year, whoever takes it up
per_place_year = 2_000                # GBP a year for a place in use, on top
price_year = 2024

[place.options.linkage]
places = 120
per_year = 60_000
per_place_year = 3_000
price_year = 2024

[place.options.housing]
places = 60
per_place_year = 11_700
price_year = 2024
"""


def shipped_places() -> list[str]:
    """Bare names of the places that come with the package, each a config.

    >>> "hull" in shipped_places()
    True
    """
    return sorted(path.stem for path in (shipped() / "places").glob("*.toml"))


def begin(path: Path) -> Path:
    """Write the starter to a file that is not there yet. ConfigError if it is, or cannot be written."""
    title = " ".join(path.stem.replace("_", " ").replace("-", " ").split()).capitalize() or "Our place"
    title = "".join(letter for letter in title if letter.isprintable() and letter not in '"\\\\')
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(STARTER.format(title=title))
    except FileExistsError:
        raise ConfigError(Fault(str(path), "", problem="is there already, and is left as it is")) from None
    except OSError as error:
        raise ConfigError(Fault(str(path), "", problem=f"cannot be written: {error.strerror}")) from None
    return path

"""A council's own place: its words become the model's numbers, the city holds them, and what cannot be right is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

import contagion as ct
from contagion.config.layers import shipped
from contagion.config.written import to_toml
from contagion.place.conversion import ADULTS, COVERED, wards_in_order
from contagion.place.held import Held, held, in_words
from contagion.place.starter import shipped_places
from contagion.place.written_in import taken

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures

COUNCIL = """
extends = "first_comparison.toml"
title = "Our town"

[place]
name = "Our town <b>"
year = 2024
population = 145_000
opiate_crack_users = 1_900
dependent_drinkers = 2_300
treated_opiates = 722
treated_alcohol = 345
drug_deaths = 9
"""
WARDS = "".join(
    f'[[place.wards]]\nname = "{name}"\npeople = {people}\ndeprivation = {rank}\n'
    for name, people, rank in (("Harbour", 45_000, 1), ("Park", 60_000, 3), ("Mill", 40_000, 2))
)
OPTION = "[place.options.champions]\nplaces = 60\nper_year = 120_000\nper_place_year = 2_600\nprice_year = 2023\n"


def test_the_founded_city_has_wards_of_these_sizes(write: Callable[..., Path]) -> None:
    """Within 4 standard errors of the people said; groups in each; lived experience more where it is deprived."""
    base = ct.load_study(write(COUNCIL + "sample = 30_000\n" + WARDS)).base
    city = ct.RecoveryCity(base, rng=1)
    said = np.array([60, 40, 45]) / 145
    assert city.town.residents / city.town.residents.sum() == pytest.approx(said, abs=0.012)
    lived = np.bincount(city.people["neighbourhood"], minlength=3) / city.people.size
    rates = lived / said
    assert rates[0] < rates[1] < rates[2]
    gradient = base.city.gradient
    more = said * (1 + gradient * np.array([-1.0, 0.0, 1.0]))
    assert lived == pytest.approx(more / more.sum(), abs=0.04)
    groups = np.bincount(city.meetings.neighbourhood, minlength=3)
    assert (groups > 0).all()


def test_sizes_of_some_wards_are_not_made_up_for_the_others(write: Callable[..., Path]) -> None:
    some = WARDS.replace("people = 40000\n", "")
    study = ct.load_study(write(COUNCIL + some))
    assert study.base.city.neighbourhood_sizes == []
    assert any("people of 2 of 3 wards" in one for one in taken(study.place).kept)


def test_words_become_the_models_numbers(write: Callable[..., Path]) -> None:
    """Each by hand: adults, rates per 1,000, coverage on a day, places and prices by 10,000 adults."""
    study = ct.load_study(write(COUNCIL + "sample = 20_000\n" + WARDS + OPTION))
    adults, base = 145_000 * ADULTS, study.base
    assert base.city.population == 20_000 and base.city.neighbourhoods == 3
    assert taken(study.place).scale == pytest.approx(adults / 20_000)
    assert base.start.opioid_active_per_1000 == pytest.approx(1_900_000 / adults, rel=1e-5)
    assert base.start.alcohol_active_per_1000 == pytest.approx(2_300_000 / adults, rel=1e-5)
    year, day = COVERED["opioid"], ct.load("baseline").treatment.start_coverage_opioid
    assert base.treatment.start_coverage_opioid == pytest.approx(722 / 1900 / year * day, abs=1e-4)
    assert wards_in_order(study.place) == ["Park", "Mill", "Harbour"]
    assert base.city.neighbourhood_sizes == [60_000, 40_000, 45_000]
    champions = study.scenarios["champions"].interventions["champions"]
    assert champions.places == pytest.approx(60 / adults * 10_000, rel=1e-5)
    assert champions.cost_fixed == pytest.approx(120_000 / adults * 10_000, rel=1e-5)
    assert champions.cost_place == pytest.approx(50.0) and champions.price_year == 2023
    alike = base.start.stable_per_1000 * (1 - base.start.recovery_opioid - base.start.recovery_other)
    usual = ct.load("baseline").start
    assert alike / base.start.alcohol_active_per_1000 == pytest.approx(
        usual.stable_per_1000 * (1 - usual.recovery_opioid - usual.recovery_other) / usual.alcohol_active_per_1000,
        rel=1e-3,
    )


def test_englands_numbers_change_nothing(write: Callable[..., Path]) -> None:
    """A place that is as England has the city of England."""
    usual = ct.load("baseline", **{"city.population": 40_000})
    said = 'extends = "baseline.toml"\n[place]\nadults = 40_000\n'
    said += f"opiate_crack_users = {round(40 * usual.start.opioid_active_per_1000)}\n"
    said += f"dependent_drinkers = {round(40 * usual.start.alcohol_active_per_1000)}\n"
    here = ct.load(write(said))
    assert here.start == usual.start and here.entry == usual.entry and here.city == usual.city


def test_coverage_within_a_year_is_that_of_the_model() -> None:
    """What is covered within a year in England's city is read from what the trials found there."""
    found = {}
    for line in (ROOT / "docs" / "TRIALS.md").read_text("utf-8").splitlines():
        if line.startswith("| coverage | in treatment within a year, "):
            cells = line.split(" | ")
            found[cells[1].split(", ")[1].split()[0]] = float(cells[4])
    assert pytest.approx(found, abs=0.004) == COVERED


def test_what_was_said_is_read_back_and_stays(write: Callable[..., Path], tmp_path: Path) -> None:
    study = ct.load_study(write(COUNCIL + OPTION))
    again = tmp_path / "again.toml"
    again.write_text(to_toml(study), encoding="utf-8")
    assert ct.load_study(again).base == study.base and ct.load_study(again).place == study.place


def test_check_says_every_conversion(write: Callable[..., Path]) -> None:
    said = ct.check(write(COUNCIL + "rough_sleepers = 30\n" + OPTION))
    for words in ("= 112,955 adults", "16.82 per 1,000 adults", "coverage of 38%", "two unlike statistics", "£50.00 a week",
                  "30 people sleeping rough", "sample of 88.5%"):  # fmt: skip
        assert words in said, words


def test_the_city_holds_what_was_said(write: Callable[..., Path]) -> None:
    """Prevalence within 5 % or luck after a year; what is off says why."""
    study = ct.load_study(write(COUNCIL + "sample = 20_000\n"))
    found = {one.name: one for one in held(study, seeds=2)}
    for name in ("opiate_crack_users", "dependent_drinkers"):
        assert found[name].found[0] == pytest.approx(found[name].said, rel=0.06), name
        assert found[name].found[1] == pytest.approx(found[name].said, rel=0.15), name
    assert found["treated_opiates"].found[0] == pytest.approx(722, rel=0.15)
    assert "after 10 years" in in_words(list(found.values()), study.place)


def test_verdicts_of_held() -> None:
    one = Held("drug_deaths", 100.0, (104.0, 80.0, 89.0), (1.0, 3.0, 6.0))
    assert one.verdicts == ("held", "off by -20%", "held within luck")


@pytest.mark.parametrize("name", shipped_places())
def test_every_shipped_place_is_read(name: str) -> None:
    study = ct.load_study(name)
    adults = study.place.adults or 0
    assert study.base.city.population == min(adults, 100_000) and study.base.weeks == 520
    text = (shipped() / "places" / f"{name}.toml").read_text("utf-8")
    assert all(
        "(C" in line or "(D" in line for line in re.findall(r"(?m)^\w+ = [\d_.]+ .*$", text) if "year" not in line
    )


def test_there_are_fifteen_places() -> None:
    assert len(shipped_places()) == 15


@pytest.mark.parametrize("name", ["hull", "york", "birmingham"])
def test_a_shipped_place_runs_to_its_page(name: str, tmp_path: Path) -> None:
    small = {"place.sample": 2_000, "time.years": 1.0, "study.replicates": 2}
    compared = ct.compare(name, out=tmp_path / "out", workers=1, progress=False, **small)
    page = compared.report.read_text("utf-8")
    assert "What was said of the place" in page and "One person of the city stands for" in page
    assert f"{ct.load_study(name).place.adults:,} adults, as said." in page


def test_what_a_council_says_is_escaped(write: Callable[..., Path], tmp_path: Path) -> None:
    small = {"place.sample": 1_000, "time.years": 1.0, "study.replicates": 2}
    page = ct.compare(write(COUNCIL), out=tmp_path / "out", workers=1, progress=False, **small).report.read_text(
        "utf-8"
    )
    assert "Our town &lt;b&gt;" in page and "Our town <b>" not in page


def test_begin_check_and_never_overwrite(call: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    assert call("place", "new", "our_town.toml")[0] == 0
    before = (tmp_path / "our_town.toml").read_text("utf-8")
    code, _, err = call("place", "new", "our_town.toml")
    assert code == 2 and "is there already" in err and (tmp_path / "our_town.toml").read_text("utf-8") == before
    code, out, err = call("place", "check", "our_town.toml", "--seeds", "2", "--set", "place.sample=2000")
    assert code == 0 and "after 1 year" in out and "16.82 per 1,000 adults" in out, err
    assert call("place", "list")[1].split() == shipped_places()


BROKEN = {
    "an unknown key": ("populaton = 3", "did you mean population?"),
    "people as a word": ('population = "many"', "population"),
    "no people": ("population = 0", "100 to 5,000,000"),
    "more adults than people": ("population = 1000\nadults = 2000", "it must be at most the population, 1,000"),
    "more of working age than people": ("population = 1000\nages_15_64 = 2000", "ages_15_64 is 2,000"),
    "users of unknown people": ("opiate_crack_users = 100", "say population or adults too"),
    "drinkers of unknown people": ("dependent_drinkers = 100", "say population or adults too"),
    "too many users": ("adults = 1000\nopiate_crack_users = 600", "at most a quarter of adults, 1,000"),
    "too many drinkers": ("population = 1000\ndependent_drinkers = 600", "at most a quarter of population, 1,000"),
    "users below 0": ("adults = 1000\nopiate_crack_users = -5", "0 to 5,000,000"),
    "users as a range": ("adults = 1000\nopiate_crack_users = [5, 9]", "opiate_crack_users"),
    "bounds the wrong way round": (
        "adults = 10_000\nopiate_crack_users = 90\nopiate_crack_users_low = 100", "opiate_crack_users_low is 100"),
    "an upper bound below": (
        "adults = 10_000\ndependent_drinkers = 90\ndependent_drinkers_high = 80", "must be at least dependent_drinkers, 90"),
    "a bound of nothing": ("adults = 10_000\ndependent_drinkers_high = 80", "is a bound of nothing"),
    "treated of nobody": ("adults = 10_000\ntreated_opiates = 80", "say opiate_crack_users too"),
    "nearly all treated": (
        "adults = 10_000\nopiate_crack_users = 90\ntreated_opiates = 85", "at most four fifths of opiate_crack_users, 90"),
    "more treated than there are": (
        "adults = 10_000\ndependent_drinkers = 90\ntreated_alcohol = 185", "at most four fifths of dependent_drinkers"),
    "deaths of nobody": ("adults = 10_000\ndrug_deaths = 5", "say opiate_crack_users too"),
    "deaths of all people": (
        "adults = 10_000\nopiate_crack_users = 90\ndrug_deaths = 5", "give those of people who use opiates or crack"),
    "a sample of ten": ("adults = 10_000\nsample = 10", "1,000 to 1,000,000"),
    "employment in per cent": ("employed_starters = 29", "0 to 1"),
    "a year long ago": ("year = 1820", "1990 to 2100"),
    "a nameless ward": ("[[place.wards]]\npeople = 100", "each ward needs a name"),
    "a ward twice": ('[[place.wards]]\nname = "A"\n[[place.wards]]\nname = "A"', "a name of its own"),
    "wards that do not add up": (
        'population = 1000\n[[place.wards]]\nname = "A"\npeople = 100\n[[place.wards]]\nname = "B"\npeople = 200',
        "add up to 300 people"),
    "ranks of some wards": (
        '[[place.wards]]\nname = "A"\ndeprivation = 1\n[[place.wards]]\nname = "B"', "have a rank for 1 of 2"),
    "a rank of 0": ('[[place.wards]]\nname = "A"\ndeprivation = 0', "1 to 100,000"),
    "an unknown key of a ward": ('[[place.wards]]\nname = "A"\npeple = 5', "peple"),
    "prices of no year": ("adults = 10_000\n[place.options.champions]\nper_year = 100", "say price_year"),
    "prices per place of no year": ("adults = 10_000\n[place.options.housing]\nper_place_year = 100", "say price_year"),
    "bought for unknown people": (
        "[place.options.champions]\nper_year = 100\nprice_year = 2024", "is bought for unknown people"),
    "an option that is none": (
        "adults = 10_000\n[place.options.champion]\nplaces = 5", "did you mean champions?"),
    "places below 0": ("adults = 10_000\n[place.options.champions]\nplaces = -5", "0 to 5,000,000"),
    "an unknown key of an option": ("adults = 10_000\n[place.options.champions]\nprise = 5", "prise"),
    "a place that is a list": ("", "place"),
    "said twice": ("adults = 10_000\n[city]\npopulation = 500", "[place] makes it 10000: leave one of them out"),
    "prevalence said twice": (
        "adults = 10_000\nopiate_crack_users = 90\n[start]\nopioid_active_per_1000 = 3.0", "leave one of them out"),
    "places said twice": (
        "adults = 10_000\n[place.options.champions]\nplaces = 5\n[interventions.champions]\nplaces = 3.0",
        "leave one of them out"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_right_is_one_sentence(name: str, write: Callable[..., Path], call: Any, tmp_path: Path) -> None:
    said, expected = BROKEN[name]
    text = 'extends = "first_comparison.toml"\n' + (f"[place]\n{said}\n" if said else "place = [1, 2]\n")
    write(text, "broken.toml")
    code, _, err = call("compare", "broken.toml", "--out", "out")
    assert code == 2 and not (tmp_path / "out").exists() and "Traceback" not in err
    told = [line for line in err.splitlines() if line.startswith("broken.toml")]
    assert any(expected in line for line in told), err
    assert all(line.endswith((".", "?")) for line in told)

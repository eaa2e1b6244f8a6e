"""Options as a council puts them: later, half the size, failing, at equal cost; each written out as what is run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import contagion as ct
from contagion.config.variants.planned import planned_cost
from contagion.config.variants.written_out import delayed, in_words, sized
from contagion.config.written import run_digest, to_toml
from contagion.core.errors import ConfigError

HEAD = 'extends = "{}"\nname = "mine"\n'
BASE = Path(__file__).resolve().parents[1] / "configs" / "first_comparison.toml"


def study(tmp_path: Path, text: str, **overrides: object) -> ct.Study:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD.format(BASE) + text, encoding="utf-8")
    return ct.load_study(path, **overrides)


def variant(words: str, of: str = "champions", name: str = "new") -> str:
    return f'[study.scenarios.{name}]\nvariant_of = "{of}"\n{words}\n'


def test_later_half_and_failing_are_ordinary_settings(tmp_path: Path) -> None:
    found = study(tmp_path, variant("delayed = 2\nsize = 0.5\nfails = 6"))
    one = found.scenarios["new"].interventions["champions"]
    assert (one.enabled, one.start, one.places, one.cost_fixed, one.fails) == (True, 3.0, 10.0, 10_000.0, 6.0)
    assert not found.scenarios["new"].interventions["linkage"].enabled
    assert found.scenarios["new"].title == "Champions programme, 2 years later, half the size, failing in year 6"
    told = ct.check(found)
    assert "interventions.champions.start = 3; interventions.champions.places = 10" in told and "variant_of" not in told


def test_what_was_said_is_what_runs_and_is_stored(tmp_path: Path) -> None:
    """A variant lives as the scenario written in full, and the stored study holds plain settings only."""
    said = study(tmp_path, variant("size = 0.5"))
    full = study(
        tmp_path,
        "[study.scenarios.new]\ninterventions.champions = {enabled = true, places = 10.0, cost_fixed = 10000.0}\n",
    )
    assert run_digest(said.scenarios["new"]) == run_digest(full.scenarios["new"])
    text = to_toml(said)
    assert "variant_of" not in text
    again = tmp_path / "again.toml"
    again.write_text(text, encoding="utf-8")
    assert ct.load_study(again).scenarios == said.scenarios


def test_a_variant_of_a_variant_and_own_settings_above(tmp_path: Path) -> None:
    text = variant("size = 0.5", name="half") + variant("delayed = 1\ninterventions.champions.reach = 3.0", "half")
    one = study(tmp_path, text).scenarios["new"].interventions["champions"]
    assert (one.places, one.start, one.reach) == (10.0, 2.0, 3.0)


def test_an_end_moves_with_the_start(tmp_path: Path) -> None:
    text = "[study.scenarios.short]\ninterventions.champions = {enabled = true, stop = 4.0}\n"
    one = study(tmp_path, text + variant("delayed = 2", "short")).scenarios["new"].interventions["champions"]
    assert (one.start, one.stop, one.fails) == (3.0, 6.0, 100.0)


def test_planned_cost_by_hand() -> None:
    """One year open of two, 50,000 people, 20 places each 10,000, all open at once: 5 x 20,000 + 100 x 40 x 52 = 308,000."""
    settings = {"time.years": 2.0, "interventions.champions.enabled": True, "interventions.champions.ramp_up": 0.0}
    scenario = ct.load("first_comparison", **settings)
    one = scenario.interventions["champions"]
    weeks = sum(one.is_open(week) for week in range(1, scenario.weeks + 1))
    assert weeks == 53  # weeks 52 to 104
    assert planned_cost(scenario) == pytest.approx(weeks * (5 * 20_000 / 52 + 100 * 40))
    assert planned_cost(ct.load("first_comparison")) == 0.0


@pytest.mark.parametrize("other", ["champions", "linkage", "housing"])
def test_equal_cost_is_reached_by_the_size(tmp_path: Path, other: str) -> None:
    found = study(tmp_path, variant(f'equal_cost_to = "{other}"', "all_three")).scenarios
    assert planned_cost(found["new"]) == pytest.approx(planned_cost(found[other]), rel=1e-3)
    parts = found["new"].interventions, found["all_three"].interventions
    times = {name: parts[0][name].places / parts[1][name].places for name in parts[0]}
    assert max(times.values()) == pytest.approx(min(times.values()), rel=1e-9)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("size = -1", "study.scenarios.new.size is -1; it must be a number above 0 and up to 100"),
        ("size = true", "study.scenarios.new.size is true"),
        ('delayed = "soon"', 'study.scenarios.new.delayed is "soon"; it must be a number above 0'),
        ("delayed = 200", "study.scenarios.new.delayed is 200"),
        ("fails = 0.5", "study.scenarios.new.fails is 0.5; it must be at least 1, the year in which champions starts"),
        ("fails = inf", "study.scenarios.new.fails is inf"),
        ('variant_of = "champons"', "did you mean champions?"),
        ("variant_of = 3", "study.scenarios.new.variant_of is 3"),
        ('variant_of = "new"', "goes round in a circle (new of new)"),
        ('size = 0.5\nvariant_of = "today"', "changes nothing, as today has no intervention at work"),
        ('equal_cost_to = "today"', "cannot be reached: today is planned to cost nothing"),
        ('equal_cost_to = "linkag"', "did you mean linkage?"),
        ('equal_cost_to = "linkage"\nsize = 2', "study.scenarios.new.equal_cost_to stands beside size"),
    ],
)
def test_each_fault_is_one_sentence(tmp_path: Path, words: str, said: str) -> None:
    head = "" if "variant_of" in words else 'variant_of = "champions"\n'
    with pytest.raises(ConfigError) as found:
        study(tmp_path, f"[study.scenarios.new]\n{head}{words}\n")
    (fault,) = found.value.faults
    assert said in str(fault) and fault.file.endswith("mine.toml") and fault.line is not None


def test_what_only_follows_from_a_fault_is_not_told(tmp_path: Path) -> None:
    text = variant("size = 0", name="half") + variant("fails = 5", "half")
    with pytest.raises(ConfigError) as found:
        study(tmp_path, text)
    assert len(found.value.faults) == 1 and "half.size is 0" in str(found.value)


def test_words_without_a_scenario_to_change(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"new\.variant_of is missing; name the scenario that it is a variant of"):
        study(tmp_path, "[study.scenarios.new]\nsize = 2\n")


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 50), st.floats(0, 40), st.floats(0.01, 10))
def test_sizes_multiply_and_delays_add(places: float, years: float, times: float) -> None:
    one = {"kind": "champions", "places": places, "start": 1.0}
    assert sized(one | sized(one, times), 2.0)["places"] == pytest.approx(2 * places * times)
    later = one | delayed(one, years)
    assert delayed(later, 3.0)["start"] == pytest.approx(min(100.0, 4.0 + years)) and "stop" not in later


def test_words_for_every_change() -> None:
    words = {"delayed": 1, "size": 0.3, "fails": 4, "equal_cost_to": "city"}
    assert in_words(words) == "1 year later, 0.3 times the size, failing in year 4, at the planned cost of city"
    assert in_words({}) == "unchanged"

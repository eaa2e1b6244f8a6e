"""A study stands apart from its scenario: a scenario only remembers the study that it was read with."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import SMALL
from pydantic import ValidationError

import contagion as ct
from contagion.config.layers import STUDY
from contagion.config.load import overridden, read
from contagion.config.study import from_tables, study_of, tables
from contagion.config.targets import scenario_at
from contagion.config.written import config_hash, plain, run_digest
from contagion.model.scenario import NULL_MODELS, Scenario, sections
from contagion.study.running.resuming import identity

Write = Callable[..., Path]


def test_a_scenario_knows_nothing_of_runs() -> None:
    assert not set(Scenario.model_fields) & set(STUDY) and not set(sections()) & set(STUDY)
    assert set(tables()) == {*sections(), "study", "sweep", "sensitivity", "money", "place"}
    with pytest.raises(ValidationError, match="study"):
        Scenario.model_validate({"study": {}})


def test_a_study_is_whole_and_frozen(small: Path) -> None:
    study = ct.load_study(small)
    assert isinstance(study, ct.Study) and isinstance(study.base, ct.Scenario)
    assert (study.name, study.title, study.question) == ("small", "A small city", "Does it help?")
    assert (study.replicates, study.seed, study.most, study.outcomes) == (3, 7, 200, [])
    assert list(study.scenarios) == ["today", "champions"] and study.scenarios["champions"].title == "Champions"
    assert study.scenarios["champions"].interventions["champions"].places == 200 and not study.base.interventions
    assert study.origin.layers[0].label == str(small)
    with pytest.raises(ValidationError, match="frozen"):
        study.seed = 8
    alone = ct.load_study("baseline")
    assert alone.scenarios == {"baseline": alone.base} and alone.changes == {}


@pytest.mark.parametrize("give", [
    ct.load, ct.load_study, str, lambda path: copy.deepcopy(ct.load(path)),
    lambda path: pickle.loads(pickle.dumps(ct.load(path))),
])  # fmt: skip
def test_a_path_a_study_and_a_scenario_mean_the_same_study(give: Callable[[Path], Any], small: Path) -> None:
    given, study = give(small), ct.load_study(small)
    assert read(given) == study and identity(read(given)) == identity(study)
    assert list(ct.variants(given)) == ["today", "champions"] and ct.variants(given) == study.scenarios
    assert read(given, {"study.replicates": 9}).replicates == 9
    assert ct.check(ct.load(small)) == ct.check(study)


def test_overrides_reach_the_study_through_its_scenario(small: Path) -> None:
    city = ct.load(small, **{"study.replicates": 1, "city.population": 300})
    assert read(city).replicates == 1 and ct.variants(city)["today"].city.population == 300
    again = overridden(city, **{"study.seed": 9, "time.years": 0.5})
    assert isinstance(again, Scenario) and read(again).seed == 9 and read(again).replicates == 1
    assert isinstance(overridden(ct.load_study(small), **{"study.seed": 9}), ct.Study)


def test_a_changed_copy_of_a_scenario_takes_its_study_along(small: Path) -> None:
    city = ct.load(small)
    longer = city.model_copy(update={"time": city.time.model_copy(update={"years": 1.0})})
    assert [s.time.years for s in ct.variants(longer).values()] == [1.0, 1.0]
    assert [s.time.years for s in ct.variants(city).values()] == [0.25, 0.25]
    assert study_of(longer).base is longer and study_of(city).base is city


def test_where_it_was_read_is_no_part_of_a_scenario(small: Path) -> None:
    city = ct.load(small)
    same = Scenario.model_validate(plain(city))
    assert same == city and run_digest(same) == run_digest(city)
    assert list(ct.variants(same)) == ["small"], "made by hand: it asks for nothing but itself"
    assert not set(plain(city)) & set(STUDY) and "_read_from" not in repr(city)


def test_a_scenario_that_was_lived_is_what_it_was(small: Path) -> None:
    """The numbers that compiled processes read are no part of a table, and no changed copy takes them along."""
    city, same = ct.load(small), ct.load(small)
    assert city.starting.numbers["friend"] == city.starting.friend
    ct.simulate(city, seed=1)
    assert city == same and run_digest(city) == run_digest(same)
    changed = city.starting.model_copy(update={"friend": 0.5})
    assert changed.numbers["friend"] == 0.5 and city.starting.numbers["friend"] == same.starting.friend
    for copied in (copy.copy(city), copy.deepcopy(city), pickle.loads(pickle.dumps(city))):
        assert copied == city and copied.starting.numbers == city.starting.numbers
    assert scenario_at(city, {"starting.friend": 0.5}).starting == changed
    numb = city.model_copy(update={"null_model": next(name for name in NULL_MODELS if NULL_MODELS[name])}).effective()
    for key, value in NULL_MODELS[numb.null_model].items():
        section, name = key.split(".")
        assert getattr(numb, section).numbers[name] == value


def test_a_scenario_of_no_study_is_a_study_of_one(tmp_path: Path) -> None:
    one = Scenario.model_validate({"name": "one", "city": {"population": 300}, "time": {"years": 0.1}})
    found = ct.compare(one, 1, 1, tmp_path / "out", progress=False)
    assert found.results.scenarios == ["one"]
    with pytest.raises(ct.ConfigError, match=r"^one: factors is empty; name at least one parameter that varies"):
        ct.sweep(one, out=tmp_path / "sweep", **{"study.outcomes": ["stable"]})
    assert not (tmp_path / "sweep").exists()


def test_a_study_of_tables_is_that_of_the_file(write: Write) -> None:
    path = write(SMALL, "small.toml")
    study = ct.load_study(path)
    assert from_tables(plain(study)) == study
    assert config_hash(from_tables(plain(study))) == config_hash(study)


def test_the_hash_of_a_study_is_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stored results are found by these; a key that gets another name changes none of them, a newly declared one all."""
    known = {
        "baseline": "e0a95baff7314317690d2ac9a00d015b0bf57c46b5a671d33f75dacf4cf05c3e",
        "first_comparison": "212dee74443ddc518483c36a52008c02e6ac20f02985c8d5e8b1327ab1308aa9",
    }
    for name, digest in known.items():
        assert config_hash(ct.load_study(name)) == digest
    assert run_digest(ct.load("baseline")) == "dde063b1711039c7358e10ffde5c1db495db95ffc9e222d9ec98886f4b9cee27"

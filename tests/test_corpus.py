"""Thousands of mutated configs and studies: each is refused in clear sentences, or lives as `check` said it would."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import contagion as ct
from contagion.config.explain import describe
from contagion.config.stated import stated
from contagion.config.study import Study
from contagion.config.targets import scenario_at
from contagion.core.errors import Advice, Fault
from contagion.model.scenario import Scenario
from contagion.model.simulation import LivingCity
from contagion.study.design.points import designed
from tests import corpus

FAMILIES = (*corpus.MUTATIONS, "extremes", "words", "includes", "together")
EACH = 210
"""Texts of each family of random mutations."""
FEWEST = {"extremes": 1400, "words": 250, "includes": 120, "together": 450}
LIVED = {"extremes": 700, "words": 120, "includes": 40, "together": 180}
WEEKS = 4
MOST_PEOPLE, FEW = 1_500, 60
"""A city that is larger than this is lived with few people, which then say nothing of what was stated."""

UNCLEAR = re.compile(
    r"Traceback|pydantic|NoneType|object at 0x|\bErrno\b|Error:|\bKeyError\b|\bdict\b|Input should|\bValueError\b",
    re.IGNORECASE,
)

UNREAD = re.compile("TOML|UTF-8|bytes|nests|too many digits|says nothing|no such file|cannot be read|not a file")
"""Faults of a file as a whole, which have no key."""


def cases_of(family: str) -> Iterable[corpus.Case]:
    if family in corpus.MUTATIONS:
        return corpus.mutated(family, EACH)
    found: Iterable[corpus.Case] = getattr(corpus, family)()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_mutated_is_refused_in_a_sentence_or_lives_as_it_is_stated(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Advice)
        for n, case in enumerate(cases_of(family)):
            folder = tmp_path / f"{n:04d}"
            for name, text in {**case.beside, "city.toml": case.text}.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
            try:
                ended = tried(folder / "city.toml")
            except Exception as error:  # what the test is for
                ended = "broken"
                wrong.append(f"{case.name}: {type(error).__name__}: {error}")
            counts[ended] += 1
    assert not wrong, f"{len(wrong)} of {counts.total()}, for instance:\n" + "\n".join(wrong[:12])
    assert counts.total() >= FEWEST.get(family, EACH)
    assert counts["refused"] >= 20 and counts["lived"] >= LIVED.get(family, 3), counts


def tried(path: Path) -> str:
    """Read a config and live what is accepted; AssertionError where something is not as it should be."""
    try:
        study = ct.load_study(path)
        said = describe(study)
        lived = stated(study)
        points = all_points(lived, said)
    except ct.ConfigError as error:
        for fault in error.faults:
            clear(fault, path)
        return "refused"
    live(lived.base, said)
    for name, scenario in lived.scenarios.items():
        for point in points:
            where = f"{name} at {point}" if point else name
            live(scenario_at(scenario, point), "" if point or lived.changes else said, where)
    return "lived"


def clear(fault: Fault, path: Path) -> None:
    """A fault is one sentence that names the file, and the key unless the file cannot be read."""
    text = str(fault)
    assert text == text.strip() and "\n" not in text and text.isprintable(), f"not one line: {text!r}"
    assert text.endswith((".", "?")) and len(text) < 1200, f"no sentence: {text!r}"
    assert not UNCLEAR.search(text.replace(fault.key, "")), f"not in plain words: {text!r}"
    assert fault.file and (Path(fault.file).name in text or fault.file.startswith("..") or len(fault.file) > 150), text
    unread = (
        "TOML",
        "UTF-8",
        "bytes",
        "nests",
        "too many digits",
        "says nothing",
        "no such file",
        "cannot be read",
        "Read",
        "not a file",
    )
    assert fault.key or any(word in text for word in unread), f"no key: {text!r}"


def all_points(study: Study, said: str) -> list[dict[str, Any]]:
    """The first and the last point of what a study asks for, after a look at whether there are as many as was said."""
    asked: list[dict[str, Any]] = [{}]
    if study.outcomes and (study.factors or study.sweep.rows):
        for method, words in ((None, "A sweep"), (study.sensitivity.method, "A sensitivity analysis")):
            stands = re.search(rf"{words} \(.*?\): ([\d,]+) points", said)
            if stands is None:
                continue
            told = int(stands[1].replace(",", ""))
            if told > 3000:
                continue
            try:
                design = designed(study, method=method)
            except ct.ConfigError as error:
                if method is None:
                    raise
                for fault in error.faults:
                    clear(fault, Path())
                continue
            assert len(design) == told, f"{len(design)} points where {told} were stated"
            asked += [design.points[0], design.points[-1]]
    return asked


def live(scenario: Scenario, said: str, where: str = "") -> None:
    """Four weeks: finite numbers, and the people, weeks and places that were stated (`said`, if anything was)."""
    as_stated = scenario.city.population <= MOST_PEOPLE and scenario.city.neighbourhoods <= 500
    if not as_stated:
        city = {"population": FEW, "neighbourhoods": min(scenario.city.neighbourhoods, 60)}
        none = {n: one.model_copy(update={"neighbourhoods": []}) for n, one in scenario.interventions.items()}
        scenario = scenario.model_copy(update={"city": scenario.city.model_copy(update=city), "interventions": none})
    city_ = LivingCity(scenario, 1)
    weeks = min(WEEKS, scenario.weeks)
    city_.run_for(weeks)
    outcomes = city_.outcomes()
    table = np.array(outcomes._record.weeks)
    assert np.isfinite(table).all(), f"no numbers in {where}"
    assert len(table) == weeks + 1
    by_sex = [row for row in outcomes._record.groups if row[1] == "sex" and row[0] > 0]
    timeline = dict(zip(city_.timeline[0], table.T))
    assert sum(row[-1] for row in by_sex) == timeline["deaths"].sum(), "deaths by sex are not those of the timeline"
    if not as_stated:
        return
    assert city_.founding_people == scenario.city.population, "other people live there than the scenario states"
    if not said:
        return
    people, told = re.search(r"^A city of ([\d,]+) people .*?\(([\d,]+) weeks\)", said, re.M).groups()  # type: ignore[union-attr]
    assert int(people.replace(",", "")) == city_.founding_people, "check stated other people"
    assert int(told.replace(",", "")) == scenario.weeks, "check stated other weeks"
    here = [int(n.replace(",", "")) for n in re.findall(r" per 10,000 people \(([\d,]+) here\)", said)]
    assert len(here) == len(scenario.interventions)
    for stated_places, (name, one) in zip(here, scenario.interventions.items()):
        seen = [row[2] for row in outcomes._record.ledger if row[1] == name]
        if (
            one.enabled
            and not one.failing
            and one.ramp_up == 0
            and one.first_week <= weeks
            and one.last_week >= one.first_week
        ):
            assert max(seen) == stated_places, f"{name} has {max(seen)} places, and check stated {stated_places}"
        else:
            assert max(seen, default=0) <= stated_places

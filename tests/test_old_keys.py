"""Old keys are read with one sentence of advice; both names at once is a fault; results are found under either."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest

import contagion as ct
from contagion.config import renamed
from contagion.config.keys import key_of
from contagion.config.load import overridden
from contagion.config.renamed import RENAMED, OldKey, first_named
from contagion.config.study import from_tables
from contagion.config.targets import target_of
from contagion.config.written import config_hash, plain, run_digest
from contagion.model.scenario import sections

Write = Callable[..., Path]

OLD = "[births]\nrate_per_1000 = 2.0\n"
WHY = "people enter the risk pool at any age, nobody is born into it"
ADVICE = f"births is called entry now ({WHY}); the old name is read as well."


def test_what_is_renamed_is_no_key_any_more_and_its_new_name_is_one() -> None:
    base = ct.load("baseline")
    for old, one in RENAMED.items():
        new = key_of(one.new)
        assert key_of(old)[0] not in sections() or len(key_of(old)) > 1
        assert (
            new[0] in sections()
            and one.why
            and (len(new) == 1 or not isinstance(target_of(one.new, {"": base}, ()), str))
        )


def test_an_old_section_is_read_with_one_sentence_of_advice(write: Write) -> None:
    path = write(OLD + "[study.scenarios.a.births]\nrate_per_1000 = 3.0\n")
    with pytest.warns(OldKey) as told:
        study = ct.load_study(path)
    assert [str(one.message) for one in told] == [f"{path}, line 1: {ADVICE}"] and issubclass(OldKey, UserWarning)
    assert told[0].filename == __file__, "the line of the user's own code"
    assert study.base.entry.rate_per_1000 == 2.0 and study.scenarios["a"].entry.rate_per_1000 == 3.0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        new = ct.load_study(write(path.read_text().replace("births", "entry")))
    assert new == study and config_hash(new) == config_hash(study)


def test_old_names_of_overrides_factors_and_rows(write: Write) -> None:
    rows = '[sweep]\ndesign = "list"\nrows = [{"births.rate_per_1000" = 1.0}]\n'
    with pytest.warns(OldKey, match=r"override: births is called entry now"):
        city = ct.load("baseline", **{"births.rate_per_1000": 1.5})
    assert city.entry.rate_per_1000 == 1.5
    with pytest.warns(
        OldKey, match=r'line 1: factors."births.rate_per_1000" is called factors."entry.rate_per_1000" now'
    ):
        study = ct.load_study(write('[factors."births.rate_per_1000"]\nhigh = 2.0\n'))
    assert list(study.factors) == ["entry.rate_per_1000"]
    with pytest.warns(OldKey, match=r"line 3: sweep.rows"):
        assert ct.load_study(write(rows)).sweep.rows == [{"entry.rate_per_1000": 1.0}]


def test_a_file_may_extend_one_that_has_old_keys(write: Write) -> None:
    write(OLD, "base.toml")
    with pytest.warns(OldKey, match=r"base.toml, line 1: "):
        city = ct.load(write('extends = "base.toml"\n[entry]\nrate_per_1000 = 4.0\n', "top.toml"))
    assert city.entry.rate_per_1000 == 4.0


@pytest.mark.parametrize(("text", "sentence"), [
    ("[entry]\n" + OLD, "line 2: births stands beside entry{}"),
    ("[study.scenarios.a.entry]\n[study.scenarios.a.births]\n",
     "line 2: study.scenarios.a.births stands beside study.scenarios.a.entry{}"),
    ('[factors."entry.rate_per_1000"]\n[factors."births.rate_per_1000"]\n',
     'line 2: factors."births.rate_per_1000" stands beside factors."entry.rate_per_1000"{}'),
])  # fmt: skip
def test_both_names_at_once_are_a_fault(text: str, sentence: str, write: Write) -> None:
    path, whole = write(text), ", which is its new name; take one of the two out."
    with pytest.raises(ct.ConfigError) as caught:
        ct.load(path)
    assert [str(fault) for fault in caught.value.faults] == [f"{path}, " + sentence.format(whole)]


def test_a_fault_names_the_key_as_the_file_writes_it(write: Write) -> None:
    path = write("\n[births]\nrate_per_1000 = -1.0\n")
    with pytest.warns(OldKey), pytest.raises(ct.ConfigError) as caught:
        ct.load(path)
    assert str(caught.value).startswith(
        f"{path}, line 3: births.rate_per_1000 is -1.0; it must be a number from 0 to 50"
    )


def test_a_single_key_can_be_renamed_too(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renamed, "RENAMED", {"onset.pace": renamed.Renamed("onset.rate", "it is a rate")})
    monkeypatch.setattr(renamed, "_NAMES", {("onset", "pace"): ("onset", "rate")})
    with pytest.warns(OldKey, match=r"line 2: onset.pace is called onset.rate now \(it is a rate\)"):
        study = ct.load_study(write("[onset]\npace = 0.2\n"))
    assert study.base.onset.rate == 0.2
    assert first_named(plain(study))["onset"] == {"pace": 0.2} and plain(study)["onset"] == {"rate": 0.2}


def test_tables_that_were_stored_under_old_names_are_read(small: Path) -> None:
    study = overridden(ct.load_study(small), **{'factors."entry.rate_per_1000"': {"high": 2.0}})
    stored = first_named(plain(study))
    assert "births" in stored and "entry" not in stored and list(stored["factors"]) == ["births.rate_per_1000"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # nobody wrote them
        again = from_tables(stored)
    assert (
        again == study and config_hash(again) == config_hash(study) and run_digest(again.base) == run_digest(study.base)
    )


def test_the_command_tells_the_advice_on_stderr(
    write: Write, command: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    write(OLD + "[city]\npopulation = 300\n[time]\nyears = 0.1\n", "old.toml")
    for words in (("check", "old.toml"), ("run", "old.toml")):
        said = command(*words)
        assert said.returncode == 0 and said.stderr == f"old.toml, line 1: {ADVICE}\n" and ADVICE not in said.stdout

"""The house: imports only go down and never in a circle, one thought per file, nothing heavy where it is not needed.

The model (core, processes, city, interventions, model) has 86 files without the folders of single interventions, and may
only have fewer. The design asks for 48; it is more because graph files (tables, XML, edge lists, attributes), lists of
outcomes, credit, measuring and the two passes of a week became files of their own to keep each below 300 lines, because
justice, groups and the community are several mechanisms each, and because a folder's `__init__` counts. An intervention is
one file, and there may be as many as a city has ideas.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import ROOT
from house import (
    LONGEST_PROCESS,
    MODEL,
    ROOMS,
    House,
    circles,
    heavy,
    integer_codes,
    mechanism,
    too_large,
    twice,
    undescribed,
    unsourced,
    upward,
)

HOUSE = House(ROOT / "contagion")

MODEL_FILES = 86

FOLDERS = {
    "core",
    "processes",
    "city",
    "interventions",
    "model",
    "config",
    "study",
    "trials",
    "report",
    "cli",
    "economics",
    "place",
    "exploring",
}

TOP = {"__init__.py", "__main__.py", "api.py", "vocabulary.py", *FOLDERS}

REPOSITORY = {
    *("contagion", "experiments", "configs", "results", "tests", "docs", ".ci", "Makefile", "pyproject.toml"),
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "VISION.md", "LICENSE", "CITATION.cff", "codemeta.json"),
    *("requirements.lock", ".gitignore", ".python-version"),
}

KNOWN_TO_OTHERS = {
    "city.first_day": {
        *("processes.capital", "processes.community.__init__", "processes.homes_and_jobs", "processes.justice.__init__")
    },
    "city.attributes": {"processes.pathway"},
    "city.population": {"processes.pathway", "processes.relapse"},
    "city.circumstances": {"processes.chime"},
    "city.meeting": {"processes.community.__init__", "processes.exposure.__init__", "processes.stigma"},
    "city.groups": {"processes.groups.__init__"},
    "interventions.city.__init__": {"processes.stigma"},
}
"""The first day calls the processes' own rules. Beside week.py, nobody else in these rooms knows a process."""

NOT_A_PROCESS = {"processes.__init__", "processes.week", "processes.noting"}
"""They are no mechanism: week.py is the order of all of them, and has no equation or source of its own."""

SAID_NOWHERE = ("relapse_rate", "stigma", "champion", "addiction")
NAMED_NOWHERE = ("recover", "relapse", "addict", "treatment", "substance", "stage", "chime", "hope", *SAID_NOWHERE)
"""Words of recovery that the engine room has neither in a sentence, or not in its code (names and texts)."""


def test_imports_only_go_down() -> None:
    assert upward(HOUSE) == []


def test_every_room_is_there() -> None:
    empty = [room for rooms in ROOMS for room in rooms if not HOUSE.inside(room)]
    assert not empty, f"ROOMS names what is not there: {empty}"


def test_no_file_imports_itself_through_others() -> None:
    assert circles(HOUSE) == []


def test_processes_and_places_know_little_of_each_other() -> None:
    """Processes speak of `who` and `p`; week.py alone knows them all. Exceptions are listed by name."""
    for name in set(HOUSE.inside("processes", "city", "interventions")) - {"processes.week"}:
        own = name.rpartition(".")[0]
        others = {other for other in HOUSE.imports[name] if own == "processes" or not other.startswith(f"{own}.")}
        known = {other for other in others if other.startswith(("processes.", "city."))}
        assert known == KNOWN_TO_OTHERS.get(name, set()), f"{name} imports {known}"


def test_the_engine_room_knows_nothing_of_recovery() -> None:
    for name in HOUSE.inside("core"):
        assert all(other.startswith("core.") for other in HOUSE.imports[name]), name
        text = HOUSE.files[name].read_text().lower()
        assert not [word for word in SAID_NOWHERE if word in text], name
        code = ast.parse(text)
        for node in ast.walk(code):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                node.value = ast.Constant(None)  # a docstring may say what for instance
        assert not [word for word in NAMED_NOWHERE if word in ast.unparse(code)], name


def test_mesa_is_known_to_one_file_alone() -> None:
    knowing = {name for name, path in HOUSE.files.items() if "import mesa" in path.read_text()}
    assert knowing == {"model.agents"}


def test_nothing_heavy_is_imported_before_it_is_used() -> None:
    assert heavy(HOUSE) == []


def test_the_top_of_the_package() -> None:
    there = {path.name for path in HOUSE.package.iterdir() if path.suffix == ".py" or any(path.rglob("*.py"))}
    assert there == TOP


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout")
def test_the_top_of_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.partition("/")[0] for line in listed.splitlines()} == REPOSITORY


def test_one_thought_per_file() -> None:
    assert too_large(HOUSE) == []


def test_the_model_only_shrinks() -> None:
    single = [name for name in HOUSE.inside("interventions") if name.count(".") > 1]
    files = len(set(HOUSE.inside(*MODEL)) - set(single))
    assert files <= MODEL_FILES, f"the model has {files} files: put two that are about one thing into one"
    assert files == MODEL_FILES, f"the model has {files} files: well done, write that into MODEL_FILES"


@pytest.mark.parametrize("name", HOUSE.inside("processes"))
def test_a_mechanism_can_be_read_at_once(name: str) -> None:
    lines = mechanism(HOUSE, name)
    assert lines <= LONGEST_PROCESS, f"contagion/{name} has {lines} lines of mechanism"


def test_no_class_name_is_taken_twice() -> None:
    assert twice(HOUSE) == []


def test_everything_says_what_it_is() -> None:
    assert undescribed(HOUSE) == []


def test_every_process_says_its_equation_and_its_source() -> None:
    assert set(unsourced(HOUSE)) <= NOT_A_PROCESS


def test_codes_are_compared_by_name() -> None:
    assert integer_codes(HOUSE) == []


SOUND = '''"""A file."""

from contagion.vocabulary import ACTIVE
'''

PROCESS = '''"""A process.

x = y
Source: somebody.
"""

from contagion.core.parameters import Parameters
from contagion.core.process import process

@process("one")
def one(who, p, chance):
    """Live."""
    if who.stage == ACTIVE and who.job == 1:
        who.spell = 0


_WHY = "for the table alone"
"""Words of the table."""


class Table(Parameters):
    """Numbers."""

    x = _WHY
'''


@pytest.fixture
def small_house(tmp_path: Path) -> Callable[..., House]:
    """A sound house of a few files, with other contents of some, or further files."""

    def build(**changed: str) -> House:
        files = {
            "__init__": '"""A."""\n__version__ = "1"\n',
            "core/parameters": '"""Parameters."""\nclass Parameters:\n    pass\n',
            "core/process": '"""Processes."""\n',
            "core/people": '"""People."""\n',
            "vocabulary": '"""Words."""\nfrom contagion import __version__\nACTIVE = 1\n',
            "processes/one": PROCESS,
            "model/simulation": SOUND,
        }
        for name, text in (files | {key.replace("__", "/"): text for key, text in changed.items()}).items():
            path = tmp_path / "contagion" / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return House(tmp_path / "contagion")

    return build


def faults(house: House) -> list[str]:
    checks: Iterable[Callable[[House], Iterable[object]]] = (
        *(upward, circles, too_large, integer_codes, twice, undescribed, unsourced, heavy),
    )
    return [check.__name__ for check in checks if list(check(house))]


def test_a_sound_house_has_no_fault(small_house: Callable[..., House]) -> None:
    house = small_house()
    assert faults(house) == []
    assert mechanism(house, "processes.one") == 5


UPWARD = "from contagion.model import simulation\n"
COMPARED = "def f(who, stage, people):\n    return {}\n"


@pytest.mark.parametrize(
    ("found", "changed"),
    [
        (["upward"], {"core__people": SOUND}),
        (["upward"], {"core__people": '"""A."""\ndef f():\n    import contagion.vocabulary\n'}),
        (["upward"], {"core__people": '"""A."""\nif TYPE_CHECKING:\n    from contagion import vocabulary\n'}),
        (["upward"], {"core__people": '"""A."""\nfrom contagion import simulate\n'}),
        (["upward"], {"core__people": '"""A."""\nimport contagion\n'}),
        (["upward", "circles"], {"vocabulary": f'"""A."""\n{UPWARD}'}),
        (["circles"], {"model__b": f'"""A."""\n{UPWARD}', "model__simulation": SOUND + "import contagion.model.b"}),
        (
            ["circles"],
            {"model__b": f'"""A."""\n{UPWARD}', "model__simulation": SOUND + "def f():\n    import contagion.model.b"},
        ),
        (["too_large"], {"cli__text": '"""Long."""\n' + "\n" * 300}),
        (["too_large"], {f"cli__text_{k}": '"""A."""\n' for k in range(18)}),
        (["twice"], {"cli__text": '"""A."""\nclass Table:\n    pass\n'}),
        (["undescribed"], {"cli__text": "X = 1\n"}),
        (["undescribed"], {"processes__one": PROCESS.replace('"""Live."""', "")}),
        (["unsourced"], {"processes__one": PROCESS.replace("Source:", "After")}),
        (["unsourced"], {"processes__one": PROCESS.replace("x = y", "x grows with y")}),
        (["heavy"], {"model__simulation": '"""A."""\nimport pandas as pd\n'}),
        (["heavy"], {"model__simulation": '"""A."""\nimport mesa\n'}),
        (["heavy"], {"model__simulation": '"""A."""\ntry:\n    import numba\nexcept ImportError:\n    pass\n'}),
        ([], {"model__simulation": '"""A."""\ndef f():\n    import pandas as pd\n'}),
        ([], {"model__agents": '"""A."""\nimport mesa\n'}),
    ],
)
def test_a_planted_fault_is_found(small_house: Callable[..., House], found: list[str], changed: dict[str, str]) -> None:
    assert faults(small_house(**changed)) == found


@pytest.mark.parametrize(
    ("compared", "found"),
    [
        ("who.stage == 2", True),
        ("2 != who.stage", True),
        ("0 < stage <= 4", True),
        ("who.treatment >= -1", True),
        ("who.role in (1, 2)", True),
        ('people["stage"][3] < 5', True),
        ("people.substance[3] < 5", True),
        ("who.stage == ACTIVE", False),
        ("who.champion == 1", False),
        ("who.spell > 52 and stage < DEAD", False),
    ],
)
def test_a_planted_integer_code_is_found(small_house: Callable[..., House], compared: str, found: bool) -> None:
    house = small_house(model__simulation='"""A."""\n' + COMPARED.format(compared))
    assert bool(integer_codes(house)) == found


def test_a_planted_mechanism_is_measured(small_house: Callable[..., House]) -> None:
    longer = PROCESS.replace("        who.spell = 0\n", "        who.spell = 0\n" * LONGEST_PROCESS)
    house = small_house(processes__one=longer.replace("who.job == 1", "_WHY"))
    assert mechanism(house, "processes.one") == 5 + LONGEST_PROCESS - 1 + 3, (
        "and a word that the rule reads is part of it"
    )
    assert ast.get_docstring(house.trees["processes.one"])

"""A new user's first hour, from the README: an own town as two lists, an own study, each command once, and Python.

Commands are those of README.md, in its order. Each step asks for what a reader would look at next: the last line, the
numbers of the run, and that nothing is said that the files do not hold.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

import contagion as ct

pytestmark = pytest.mark.usefixtures("undrawn")  # nothing here is about pictures

Call = Callable[..., tuple[int, str, str]]
PEOPLE = 320

TOWN = """extends = "baseline.toml"
title = "Our town & its <people>"

[city]
graph = "our ties.csv"
nodes = "our people.csv"
edge_layer = "Kind"
node_columns = {sex = "Gender"}

[time]
years = 0.3

[interventions.champions]
kind = "champions"
start = 0.0
ramp_up = 0.0
places = 200.0

[study]
question = "Do champions help us?"
replicates = 2
outcomes = ["starts"]

[study.scenarios.today]
title = "Today"
interventions.champions.enabled = false

[study.scenarios.champions]
title = "Champions <i>"
"""
FACTORS = """extends = "town.toml"

[study]
replicates = 1

[factors."starting.friend"]
low = 0.0
high = 2.0
levels = 2
reason = "as wide as we dare"

[factors."relapse.scale"]
low = 0.5
high = 2.0
levels = 2
reason = "half to twice"
"""


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a town as a spreadsheet program writes it, and two studies of it."""
    draw = random.Random(1)
    names = [f"Ünal {k}" if k % 7 == 0 else f"Person {k:03d}" for k in range(PEOPLE)]
    ties = ["From,To,Kind,Weight"]
    for k, name in enumerate(names):
        ties.append(f"{name},{names[(k + 1) % PEOPLE]},{'household' if k % 2 else 'friend'},{1 if k % 2 else 0.5}")
        ties.append(f"{name},{names[draw.randrange(PEOPLE)]},acquaintance,0.25")
    rows = ["Name;Stage;Gender;Age;Home;Attitude"]
    for k, name in enumerate(names):
        stage = ("active", "", "early", "", "stable", "")[k % 6]
        rows.append(f"{name};{stage};{'FM'[k % 2]};{20 + k % 50};{('yes', 'no', '')[k % 3]};0,{k % 10}5")
    (tmp_path / "our ties.csv").write_text("\r\n".join(ties) + "\r\n", encoding="utf-8-sig")
    (tmp_path / "our people.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "town.toml").write_text(TOWN)
    (tmp_path / "factors.toml").write_text(FACTORS)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def done(call: Call, *words: str) -> str:
    """What a command prints when all is well: no trace of Python, and no word for a number that is none."""
    code, out, err = call(*words)
    assert code == 0, (words, err)
    assert "Traceback" not in out + err and not re.search(r"\b(nan|NaN|None)\b", out), (words, out)
    return out.strip()


def test_every_command_of_the_readme_on_a_town_of_ones_own(town: Path, call: Call) -> None:
    listed = set(re.findall(r"^\| `contagion (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M))

    told = done(call, "check", "town.toml")
    assert f"Read our ties.csv: {PEOPLE} people" in told and "people are named by their ids (Name)" in told
    assert "layer: Kind (" in told and "weight: Weight, from 0.25 to 1" in told and "not used" not in told
    assert f"sex from Gender ({PEOPLE} people)" in told and "home (214 people)" in told
    assert "A city of 320 people" in told and "0.3 years (16 weeks)" in told and "(6 here)" in told

    lived = done(call, "run", "town.toml", "--seed", "3", "--out", "one").splitlines()
    assert lived[-1] == "one" and "one history of 16 weeks, seed 3" in "\n".join(lived)
    assert "Survival until relapse" in done(call, "outcomes", "one")
    assert done(call, "outcomes", "one", "--write", "~/tables").splitlines()[-1] == str(town / "home" / "tables")
    code, out, err = call("outcomes", "one", "--write", ".")
    assert (
        code == 2 and out == "" and ".: --write is the folder you are working in" in err and not (town / "~").exists()
    )

    compared = done(call, "compare", "town.toml", "--out", "mine", "--workers", "1")
    page = Path(compared.splitlines()[-1])
    text = page.read_text(encoding="utf-8")
    assert page == Path("mine/report.html") and "Our town &amp; its &lt;people&gt;" in text and "<people>" not in text
    assert "Champions &lt;i&gt;" in text and "<i>" not in re.sub(r"<style.*?</style>", "", text, flags=re.S)
    assert done(call, "report", "mine") == "mine/report.html" and page.read_text(encoding="utf-8") == text

    ahead = done(call, "sweep", "factors.toml", "--dry-run", "--workers", "1")
    assert "4 points x 2 scenarios x 1 replicate = 8 runs" in ahead and not re.search(r"\b1 \w+s\b", ahead)
    assert done(call, "sweep", "factors.toml", "--out", "swept", "--workers", "1").splitlines()[-1] == "swept"
    screen = ("--method", "morris", "--set", "sensitivity.samples=4", "--out", "morris")
    for words in (screen, ("--method", "sobol", "--set", "sensitivity.samples=8", "--out", "sobol")):
        said = done(call, "sensitivity", "factors.toml", *words, "--workers", "1")
        assert "starting.friend" in said and "starts: champions less today: starts" not in said

    for folder in ("one", "mine", "swept", "morris"):
        assert "came out the same" in done(call, "verify", folder, "--sample", "1")
        manifest = json.loads((town / folder / "manifest.json").read_text(encoding="utf-8"))
        assert manifest["people"] == [PEOPLE, PEOPLE] and manifest["weeks"] == [16, 16]
    for file in ("our ties.csv", "our people.csv", "town.toml"):
        (town / file).rename(town / f"{file}.away")
    assert "The same numbers" in done(call, "rerun", "swept", "--workers", "1", "--out", "again")
    for file in ("our ties.csv", "our people.csv", "town.toml"):
        (town / f"{file}.away").rename(town / file)

    few = ("--screen", "2", "--each", "2", "--most", "2", "--mixes", "1", "--workers", "1", "--size", "1")
    bought = done(call, "budget", "town.toml", "--budget", "500000", "--out", "bought", *few)
    assert re.search(r"Champions <i> +£[1-9]", bought), "an option that is what the file has at work costs something"
    assert "no difference people" not in bought

    (town / "alone.toml").write_text('extends = "baseline"\ntitle = "Alone"\n')
    code, _, err = call("budget", "alone.toml", "--budget", "1000")
    assert code == 2 and err.startswith("alone.toml: study.scenarios has no option to mix"), err

    assert done(call, "place", "new", "our_place.toml") == "our_place.toml"
    assert call("place", "new", "our_place.toml")[0] == 2, "what is there stays"
    assert "112,955 adults" in done(call, "check", "our_place.toml")
    assert json.loads(done(call, "schema"))["title"]
    lived_trial = done(call, "trial", "jason", "--seeds", "1", "--population", "2000")
    assert "jason" in lived_trial.lower()

    tried = {"check", "run", "compare", "sweep", "sensitivity", "report", "verify", "rerun", "budget", "outcomes"}
    assert listed - tried - {"trial", "schema"} == {"app"}


def test_the_same_from_python(town: Path) -> None:
    swept = ct.sweep("factors.toml", workers=1, progress=False, out="~/swept", **{"time.years": 0.1})
    assert swept.directory == town / "home" / "swept" and len(ct.open("~/swept").runs) == 8  # type: ignore[union-attr]
    compared = ct.compare("town.toml", workers=1, progress=False, out="mine", **{"time.years": 0.1})
    assert len(compared.differences("starts")) == 2 and compared.report == Path("mine/report.html")
    screened = ct.sensitivity(
        "factors.toml",
        method="morris",
        workers=1,
        progress=False,
        out="m",
        **{"sensitivity.samples": 4, "time.years": 0.1},
    )
    assert screened.verdict.startswith("starts: ") and not screened.indices.empty
    outcomes = ct.simulate("town.toml", seed=1, **{"time.years": 0.1})
    assert set(outcomes.people["name"]) <= {f"Ünal {k}" for k in range(PEOPLE)} | {
        f"Person {k:03d}" for k in range(PEOPLE)
    }
    assert outcomes.plot().save("~/history.svg") == town / "home" / "history.svg"
    with pytest.raises(ct.ConfigError, match="there is no folder nowhere; make it first"):
        outcomes.plot().save("nowhere/history.svg")
    with pytest.raises(ct.ConfigError, match=r"\.docx is no form of pictures; end it in one of .*\.svg"):
        outcomes.plot().save("history.docx")


def test_results_are_checked_and_run_again_from_inside_their_folder(
    town: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    done(call, "sweep", "factors.toml", "--out", "swept", "--workers", "1", "--set", "time.years=0.1")
    monkeypatch.chdir(town / "swept")
    assert "came out the same" in done(call, "verify", ".")
    assert done(call, "rerun", ".", "--workers", "1").splitlines()[-1] == str(town / "swept-again")
    monkeypatch.chdir(town)
    (town / "swept" / "headlines.parquet").unlink()
    again = done(call, "sweep", "factors.toml", "--out", "swept", "--workers", "1", "--set", "time.years=0.1")
    assert " 0 at a time" not in again


NEAREST = {
    "../plans/twn.toml": "did you mean ../plans/town.toml?",
    "Hul": "did you mean hull?",
    "TOWN.TOML": "did you mean town.toml?",
}


@pytest.mark.parametrize("name", NEAREST)
def test_a_misspelt_config_is_told_the_nearest_as_it_would_be_written(name: str, tmp_path: Path, call: Call) -> None:
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "town.toml").write_text('extends = "hull"\n')
    (tmp_path / "town.toml").write_text('extends = "twn.toml"\n')
    code, _, err = call("check", name.replace("../", f"{tmp_path}/"))
    assert code == 2 and NEAREST[name].replace("../", f"{tmp_path}/") in err and len(err.splitlines()) == 1
    code, _, err = call("check", "town.toml")
    assert code == 2 and "did you mean town.toml" not in err, "a file is not told to extend itself"
    assert call("check", "plans/town.toml")[0] == 0, "a place is extended by its name"
    (tmp_path / "g.toml").write_text('[city]\ngraph = "Ring.CSV"\n')
    (tmp_path / "ring.csv").write_text("source,target\na,b\n")
    assert "did you mean ring.csv?" in call("check", "g.toml")[2]


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "open a number": (lambda: ct.open(3), "directory is of the type int"),  # type: ignore[arg-type]
    "open a file": (lambda: ct.open(ROOT / "README.md"), "is a file; give a directory that contagion wrote"),
    "workers in words": (lambda: ct.sweep("sweep_example", workers="2"), '--workers is "2"'),  # type: ignore[arg-type]
    "half a sample": (lambda: ct.verify("anywhere", 1.5), "--sample is 1.5"),  # type: ignore[arg-type]
    "less than none": (lambda: ct.verify("anywhere", -1), "--sample is -1"),
    "no seed": (lambda: ct.simulate("baseline", seed=None), "seed is None; it must be a whole number"),  # type: ignore[arg-type]
    "no name": (lambda: ct.simulate(" ", seed=1), 'scenario is " "; give a scenario'),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_python_is_given_amiss_is_one_sentence(name: str) -> None:
    ask, said = REFUSED[name]
    with pytest.raises(ct.ConfigError, match=re.escape(said)) as caught:
        ask()
    assert "\n" not in str(caught.value)

"""A corpus of configs and studies that somebody has mistyped, torn, exaggerated or put together wrongly.

Everything is derived from a seed, so a case can be made again from its family and number. Texts are small cities that live
four weeks, so that what is accepted can be lived through.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import NamedTuple

from contagion.config.study import SensitivityTable, StudyTable, Sweep
from contagion.config.varied.factor import Factor
from contagion.core.parameters import Declared, declared
from contagion.interventions.base import REGISTRY
from contagion.model.scenario import sections

Text = str | bytes


class Case(NamedTuple):
    """A mutated config: its name, the text of city.toml, and the files beside it."""

    name: str
    text: Text
    beside: dict[str, Text] = {}


PLAIN = """extends = "baseline"
title = "A small city"
description = "For four weeks"

[city]
population = 150
neighbourhoods = 3

[time]
years = 0.08

[starting]
friend = 0.1
spontaneous = 0.1

[relapse]
scale = 1.0
"""

PROGRAMMES = """
[interventions.champions]
kind = "champions"
start = 0.0
ramp_up = 0.0
places = 200.0
reach = 20.0
neighbourhoods = [0, 2]

[interventions.linkage]
kind = "linkage"
enabled = true
start = 0.02
stop = 90.0
by = "doctor"
stages = ["early"]
substances = ["alcohol", "opioid"]

[interventions.beds]
kind = "housing"
enabled = false
ramp_up = 0.0
start = 0.0
places = 66.7
"""

COMPARISON = (
    PLAIN
    + PROGRAMMES
    + """
[study]
question = "Does it help?"
replicates = 2
seed = 3

[study.scenarios.today]
title = "Today"
interventions.champions.enabled = false

[study.scenarios.more]
title = "More"
starting.friend = 0.2
interventions.champions.places = 400.0
interventions.beds.enabled = true
"""
)

ASKED = """
[study]
replicates = 2
outcomes = ["stable", "starts"]
"""

SWEEP = (
    PLAIN
    + ASKED
    + """
[sweep]
design = "latin"
points = 4
keep = ["timeline"]
every = 2

[factors."starting.friend"]
low = 0.0
high = 0.4
reason = "None is published."

[factors."city.neighbourhoods"]
low = 2
high = 6

[factors.null_model]
values = ["none", "contagion_off"]
"""
)

LISTED = (
    PLAIN
    + ASKED
    + """
[sweep]
design = "list"
rows = [{"starting.friend" = 0.1, "city.population" = 160}, {"time.years" = 0.1}]
"""
)

SENSITIVITY = (
    PLAIN
    + ASKED
    + """
[sensitivity]
method = "morris"
samples = 4
levels = 4
confidence = 0.9

[factors."starting.friend"]
low = 0.01
high = 0.4
distribution = "loguniform"
reason = "None is published."

[factors."relapse.scale"]
low = 0.5
high = 2.0
distribution = "triangular"
mode = 1.0
reason = "Half to twice."
"""
)

ORACLE = """extends = "oracle_sis"

[city]
population = 120
graph = "watts_strogatz"
graph_options = {k = 6, p = 0.1}

[time]
years = 0.08

[starting]
tie_rate = 3.0
"""

OPEN = """[city]
population = 100
graph = "ties.csv"

[time]
years = 0.08
"""

TIES = "source,target,weight\n" + "".join(
    f"p{i},p{(i * 7 + 1) % 40},1\n" for i in range(80) if i % 40 != (i * 7 + 1) % 40
)

BASES = {
    "plain": PLAIN,
    "programmes": PLAIN + PROGRAMMES,
    "comparison": COMPARISON,
    "sweep": SWEEP,
    "listed": LISTED,
    "sensitivity": SENSITIVITY,
    "oracle": ORACLE,
}

JUNK = (
    '"x"', "''", "-1", "0", "-0.0", "1e400", "-1e308", "nan", "inf", "-inf", "true", "false", "[]", "{}",
    "[1, 'a']", "1e-320", "2026-01-01", "07:32:00", "1979-05-27T07:32:00Z", "99999999999999999999",
    "9223372036854775808", "0x7f", "1_000", "4.9", '"<script>alert(1)</script>"', '"\\u0000"', '"\\u202E"',
    '"' + "a" * 3000 + '"', "[[1], [2]]", "{a = {b = {c = 1}}}", '"../../etc/passwd"', '"ties.csv"', "0.1",
    "1", "2", "50", "1000", '"city"', '"none"', "[[]]", '[""]', "[nan]", "1e9",
)  # fmt: skip
KEYS = (
    "populaton", "Population", "POPULATION", "población", "populаtion", '""', "''", '"a b"', "a.b.c", "1", "-",
    "__class__", "_", "model_config", "extends", "name", "kind", "title", "numbers", "tables", "null_model",
    "ключ", "鍵", '"\\u0000"', '"city.graph"', "constructor", "study", "x" * 300,
)  # fmt: skip
LINES = (
    "[[", "]", "[city", "= 3", "\x00", "\ufeff", "\x1b[31m", "key", "key =", "key = = 1", "[a]]", "[]", "[.]",
    "[a..b]", "'''", '"""', 'extends = "../../../etc/passwd"', 'extends = "city.toml"', 'extends = "."',
    'extends = 3', "[city.population]", "[[city]]", "[city]", "[study.scenarios]",
    "[study.scenarios.x.city]\npopulation = 151", "[study.scenarios.x]\ntime = 3", "[factors]",
    '[factors."city.population"]', '[factors."starting.friend"]\nvalues = []', "[interventions]",
    "[interventions.champions]", '[interventions.x]\nkind = "champions"', '[interventions.x]\nkind = "nobody"',
    "a = {b = 1,}", "a = [1,,2]", "\t", "\r", "# ok", "city.population = 5", "time.years = 3",
    '[study]\nprecision = {stable = -1}', "[sweep]\npoints = 3", "\u2028", "٣ = ٣",
)  # fmt: skip


def _entries(lines: list[str]) -> list[int]:
    return [i for i, line in enumerate(lines) if "=" in line and not line.lstrip().startswith("#")]


def _value(lines: list[str], r: random.Random) -> None:
    i = r.choice(_entries(lines))
    lines[i] = lines[i].split("=")[0] + "= " + r.choice(JUNK)


def _key(lines: list[str], r: random.Random) -> None:
    i = r.choice(_entries(lines))
    key, value = lines[i].split("=", 1)
    key = key.strip()
    at = r.randrange(len(key))
    spelt = (
        key[:at] + key[at + 1 :],
        key[:at] + r.choice("aeo_-9é") + key[at:],
        key[::-1],
        key.upper(),
        r.choice(KEYS),
    )
    lines[i] = f"{r.choice(spelt)} ={value}"


def _structure(lines: list[str], r: random.Random) -> None:
    heads = [i for i, line in enumerate(lines) if line.startswith("[")]
    i, j, k = r.choice(_entries(lines)), r.choice(heads), r.choice(heads)
    act = r.randrange(9)
    if act == 0:
        del lines[i]
    elif act == 1:
        lines.insert(i, lines[i])
    elif act == 2:
        del lines[j]
    elif act == 3:
        lines.insert(j, lines[k])
    elif act == 4:
        lines[j] = f"[{lines[j]}]"
    elif act == 5:
        lines[j] = lines[j].replace("]", ".deeper]")
    elif act == 6:
        lines.append(lines.pop(i))
    elif act == 7:
        lines[j], lines[k] = lines[k], lines[j]
    else:
        lines[j] = f"[{r.choice(KEYS)}]"


def _syntax(lines: list[str], r: random.Random) -> None:
    i, act = r.choice(_entries(lines)), r.randrange(6)
    if act == 0:
        lines[i] = lines[i][: r.randrange(len(lines[i]))]
    elif act == 1:
        lines.insert(r.randrange(len(lines)), r.choice(LINES))
    elif act == 2:
        lines[i] = lines[i].replace('"', "", 1).replace("[", "", 1)
    elif act == 3:
        lines[i] = lines[i].replace("=", r.choice([":", "==", "= =", "", "=\n"]), 1)
    elif act == 4:
        lines[i] += r.choice([" 1", " ]", " }", '"', ",", " # ok", " \x07"])
    else:
        del lines[r.randrange(len(lines)) :]


def _types(lines: list[str], r: random.Random) -> None:
    i = r.choice(_entries(lines))
    key, value = lines[i].split("=", 1)
    value = value.strip()
    changed = (
        f'"{value}"',
        f"[{value}]",
        f"{{a = {value}}}",
        f"{value}.0",
        f"-{value}",
        f"{value}e3",
        f"+{value}",
        f"{value}{value}",
    )
    lines[i] = f"{key}= {r.choice([*changed, 'true', '1.5', '7', '2000-01-01'])}"


MUTATIONS: dict[str, Callable[[list[str], random.Random], None]] = {
    "value": _value,
    "key": _key,
    "structure": _structure,
    "syntax": _syntax,
    "types": _types,
}


def mutated(family: str, count: int) -> Iterator[Case]:
    """So many texts with one mutation of a family, some with two."""
    r = random.Random(f"{family} of 2026")
    names = list(BASES)
    for n in range(count):
        base = names[n % len(names)]
        lines = BASES[base].split("\n")
        MUTATIONS[family](lines, r)
        if n % 5 == 0 and _entries(lines) and any(line.startswith("[") for line in lines):
            MUTATIONS[r.choice(list(MUTATIONS))](lines, r)
        yield Case(f"{family} {n} of {base}", "\n".join(lines), {"ties.csv": TIES})


def _outside(one: Declared) -> Iterator[str]:
    """Values at the ends of a declared range, and just beyond them."""
    whole = isinstance(one.default, int) and not isinstance(one.default, bool)
    for end, step in ((one.low, -1), (one.high, 1)):
        if end is None:
            continue
        yield json.dumps(int(end) if whole else float(end))
        beyond = int(end) + step if whole else end + step * max(1e-6, abs(end) * 1e-6)
        yield json.dumps(beyond)


def extremes() -> Iterator[Case]:
    """Every declared number at both ends of its range, and just beyond them."""
    for section, table in sections().items():
        for one in declared(table):
            for value in _outside(one):
                text = (
                    PLAIN.replace("population = 150\n", "") if (section, one.name) == ("city", "population") else PLAIN
                )
                lines = [line for line in text.split("\n") if not line.startswith(f"{one.name} =")]
                said = "\n".join(lines)
                head = f"[{section}]"
                entry = f"{one.name} = {value}"
                said = said.replace(head, f"{head}\n{entry}") if head in said else f"{said}\n{head}\n{entry}\n"
                yield Case(f"{section}.{one.name} = {value}", said)
    tried = list[Declared]()  # what kinds have in common is tried with the first alone
    for kind, intervention in REGISTRY.items():
        for one in declared(intervention):
            if one in tried:
                continue
            tried.append(one)
            for value in _outside(one):
                own = {"kind": json.dumps(kind), "start": "0.0", "ramp_up": "0.0", "places": "300.0", one.name: value}
                said = "\n".join(f"{key} = {what}" for key, what in own.items())
                yield Case(f"{kind}.{one.name} = {value}", f"{PLAIN}\n[interventions.x]\n{said}\n")
    for section, asked, base in (
        ("study", StudyTable, SWEEP),
        ("sweep", Sweep, SWEEP),
        ("sensitivity", SensitivityTable, SENSITIVITY),
        ('factors."starting.friend"', Factor, SWEEP),
    ):
        for one in declared(asked):
            for value in _outside(one):
                lines = [line for line in base.split("\n") if not line.startswith(f"{one.name} =")]
                said = "\n".join(lines).replace(f"[{section}]", f"[{section}]\n{one.name} = {value}")
                yield Case(f"{section}.{one.name} = {value}", said)


WORDS = (
    "Ærøskøbing", "東京都", "مدينة صغيرة", "🙂🙃", "a\\u0301", "\\u202Eabc", "<b>bold</b>", "a|b", "%s%n{0}",
    "$(rm -rf /)", "'; drop --", "\\u0007", "line\\nline", "\\ttab", "x" * 5000, "", " ",
    "\\U0001F468\\u200D\\U0001F469", "NULL", "nan", "ﬁ", "İ", "ß",
)  # fmt: skip


def words() -> Iterator[Case]:
    """Titles, names, questions and reasons in any script, and what may do harm in a page or a shell."""
    for word in WORDS:
        said = f'"{word}"'
        yield Case(f"title {word[:20]}", PLAIN.replace('"A small city"', said))
        yield Case(f"description {word[:20]}", PLAIN.replace('"For four weeks"', said))
        yield Case(f"question {word[:20]}", COMPARISON.replace('"Does it help?"', said))
        yield Case(f"title of a scenario {word[:20]}", COMPARISON.replace('"More"', said))
        yield Case(f"name of a scenario {word[:20]}", COMPARISON.replace("scenarios.more", f"scenarios.{said}"))
        yield Case(
            f"name of an intervention {word[:20]}", COMPARISON.replace("interventions.beds", f"interventions.{said}")
        )
        yield Case(f"reason {word[:20]}", SWEEP.replace('"None is published."', said))
        yield Case(f"name {word[:20]}", f"name = {said}\n{PLAIN}")
        yield Case(f"group {word[:20]}", SENSITIVITY.replace("mode = 1.0", f"mode = 1.0\ngroup = {said}"))
        yield Case(f"graph {word[:20]}", OPEN.replace('"ties.csv"', said))
        yield Case(f"factor {word[:20]}", SWEEP.replace('factors."starting.friend"', f"factors.{said}"))
        yield Case(f"outcome {word[:20]}", SWEEP.replace('"starts"', said))


def includes() -> Iterator[Case]:
    """Files that extend others: beside them, shipped, missing, in a circle, too many, of another kind."""
    rest = PLAIN.split("\n", 1)[1]
    written = (
        "baseline", "baseline.toml", "first_comparison.toml", "oracle_sis.toml", "sweep_example",
        "nobody.toml", "./baseline.toml", "../baseline.toml", "city.toml", "other.toml", "folder",
        "folder/other.toml", "/etc/passwd", "", " ", "ties.csv", "other", "BASELINE", "baseline.TOML",
        "baseline.toml\\u0000", "~/x.toml", "http://example.org/a.toml", "torn.toml", "binary.toml",
        "circle.toml", "a" * 400 + ".toml", "baseline.toml ", "C:\\\\x.toml", "empty.toml", "scenarios.toml",
        "oräcle.toml",
    )  # fmt: skip
    beside: dict[str, Text] = {
        "other.toml": 'extends = "baseline.toml"\n[starting]\nfriend = 0.2\n',
        "folder/other.toml": 'extends = "../other.toml"\n[relapse]\nscale = 0.9\n',
        "torn.toml": '[city\npopulation = "',
        "binary.toml": b"\xff\xfe\x00\x01",
        "circle.toml": 'extends = "city.toml"\n',
        "empty.toml": "",
        "scenarios.toml": "[study.scenarios.a.city]\npopulation = 150\n[study.scenarios.b.city]\npopulation = 150\n",
        "ties.csv": TIES,
    }
    for path in written:
        for body in (rest, rest + PROGRAMMES, rest + ASKED, ""):
            yield Case(f"extends {path[:30]}", f'extends = "{path}"\n{body}', beside)
    for deep in (1, 5, 11, 14):
        chain = {f"f{i}.toml": f'extends = "f{i + 1}.toml"\n' for i in range(deep)} | {f"f{deep}.toml": rest}
        yield Case(f"a chain of {deep}", 'extends = "f0.toml"\n', dict(chain))
    for text in (
        b"",
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.encode("latin-1") + b"\xe9",
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        "\n" * 500 + PLAIN,
        "#" * 200_000 + "\n" + PLAIN,
        "#" * 1_100_000,
        PLAIN + "[" * 3000,
        "a=" + "[" * 200,
        PLAIN + "\n".join(f"[x{i}]" for i in range(300)),
        '{"city": {"population": 200}}',
        "<xml/>",
        "city:\n  population: 200\n",
    ):
        yield Case(f"a file that begins {text[:12]!r}", text)


def together() -> Iterator[Case]:
    """Values that are sound alone and may not go together: windows, places, graphs, sizes of scenarios, factors, rows."""
    numbers = ("0.0", "0.01", "0.05", "0.07", "0.08", "1.0", "4.6", "99.0", "100.0")
    for start in numbers:
        for stop in numbers:
            window = f"start = {start}\nstop = {stop}\nramp_up = 0.0\nplaces = 400.0\n"
            yield Case(f"from {start} to {stop}", f'{PLAIN}\n[interventions.x]\nkind = "champions"\n{window}')
    for places in ("0.0", "1.0", "66.66666666", "66.7", "4.6", "133.4", "10000.0"):
        for ramp in ("0.0", "0.05", "1.0", "50.0"):
            for people in (10, 150, 1000):
                text = PLAIN.replace("population = 150", f"population = {people}")
                text += f'\n[interventions.x]\nkind = "linkage"\nstart = 0.0\nplaces = {places}\nramp_up = {ramp}\n'
                yield Case(f"{places} places over {ramp} among {people}", text)
    for where in ("[0]", "[2]", "[3]", "[-1]", "[0, 0]", "[0, 1, 2, 3]", "[1000000]", "[0.5]", '["0"]'):
        yield Case(f"neighbourhoods {where}", (PLAIN + PROGRAMMES).replace("[0, 2]", where))
    for sizes in (
        "[1, 2, 3]",
        "[1.5, 2e3, 1e9]",
        "[1, 2]",
        "[1, 0, 2]",
        "[1, -2, 3]",
        "[nan, 1, 2]",
        "[inf, 1, 2]",
        '["a"]',
        "3",
    ):
        yield Case(
            f"sizes {sizes}", PLAIN.replace("neighbourhoods = 3", f"neighbourhoods = 3\nneighbourhood_sizes = {sizes}")
        )
    for stages in ("at_risk", "active", "early", "sustained", "stable", "dead", "to_come"):
        for kind in REGISTRY:
            yield Case(
                f"{kind} for {stages}",
                f'{PLAIN}\n[interventions.x]\nkind = "{kind}"\nstart = 0.0\nstages = ["{stages}"]\n',
            )
    for graph in (
        "watts_strogatz",
        "barabasi_albert",
        "erdos_renyi",
        "random_regular",
        "powerlaw_cluster",
        "stochastic_block_model",
        "complete",
        "cycle",
        "star",
        "city",
    ):
        for option in (
            "",
            "k = 4",
            "k = 4.9",
            "k = 5",
            "k = 0",
            "k = 500",
            "m = 3",
            "m = 0",
            "m = 2.5",
            "d = 4",
            "d = 3",
            "p = 0.2",
            "p = 1.5",
            "p = 0",
            "blocks = 3",
            "blocks = 0",
            "blocks = 2.5",
            "p_in = 0.2",
            "p_out = 1.0",
            "q = 1",
            'k = "4"',
        ):
            text = ORACLE.replace('"watts_strogatz"', f'"{graph}"').replace("{k = 6, p = 0.1}", f"{{{option}}}")
            yield Case(f"{graph} with {option or 'nothing'}", text.replace("population = 120", "population = 61"))
    for size in (
        "city.population = 150",
        "city.population = 151",
        "time.years = 0.1",
        "time.years = 0.0801",
        'city.graph = "cycle"',
        'city.graph = "ties.csv"',
        "city.neighbourhoods = 2",
        "city.neighbourhoods = 1",
        'null_model = "contagion_off"',
    ):
        for both in (False, True):
            text = COMPARISON.replace('title = "More"', f'title = "More"\n{size}')
            text = text.replace('title = "Today"', f'title = "Today"\n{size}') if both else text
            yield Case(f"a scenario with {size}", text, {"ties.csv": TIES})
    for varied in (
        "values = [4, 6]",
        "values = [4.9, 6]",
        "values = [5]",
        "low = 2\nhigh = 8",
        "low = 2.5\nhigh = 8.0",
        "low = 4\nhigh = 4",
    ):
        for design in ("grid", "ofat", "list"):
            text = ORACLE + ASKED + f'\n[sweep]\ndesign = "{design}"\n[factors."city.graph_options.k"]\n{varied}\n'
            yield Case(f"{design} of k, {varied!r}", text)
    for row in (
        '{"city.graph_options.k" = 4.9}',
        '{"city.graph_options.k" = 4}',
        '{"city.population" = 9}',
        '{"city.population" = 5.5}',
        "{}",
        '{"city.graph" = "ties.csv"}',
        '{"city.graph" = "none.csv"}',
        '{"time.years" = 0.5}',
        '{"interventions.x.places" = 3.0}',
    ):
        yield Case(f"a row {row}", LISTED.replace("rows = [", f"rows = [{row}, "), {"ties.csv": TIES})
    for method in ("sobol", "morris", "delta", "ofat"):
        for samples in ("0", "1", "3", "4", "7", "8", "64", "100"):
            yield Case(
                f"{method} of {samples}",
                SENSITIVITY.replace('"morris"', f'"{method}"').replace("samples = 4", f"samples = {samples}"),
            )
    for people in (
        "",
        "neighbourhoods = 1\n",
        "nodes = 'none.csv'\n",
        "edge_weight = 'weight'\n",
        "edge_layer = 'x'\n",
        "graph_options = {k = 2}\n",
    ):
        yield Case(f"a graph with {people.strip()}", OPEN.replace("[city]\n", f"[city]\n{people}"), {"ties.csv": TIES})

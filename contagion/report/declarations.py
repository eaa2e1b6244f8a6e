"""What the code declares, as text: the baseline config and the tables of docs/ODD.md.

python -m contagion.report.declarations          # write both anew
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import numpy as np

from contagion.city.columns import COLUMNS
from contagion.config.layers import ASKING
from contagion.config.study import tables as sections
from contagion.config.varied.factor import Factor
from contagion.core.columns_used import columns_used
from contagion.core.parameters import Declared, Parameters, declared
from contagion.interventions.base import REGISTRY
from contagion.model.outcomes import MEASURES
from contagion.model.scenario import NULL_MODELS
from contagion.processes.exposure import look, show
from contagion.processes.week import LIVE, SETTLE

GRADES = {
    "C": "read at the source",
    "C2": "read in a secondary text",
    "D": "derived by arithmetic from confirmed numbers",
    "assumed": "nothing published was found",
    "choice": "set, not measured",
}


def value(v: Any) -> str:
    """A value as TOML writes it."""
    if v is None:
        return ""
    if isinstance(v, bool):
        return str(v).lower()
    if isinstance(v, str):
        return f'"{v}"'
    if isinstance(v, dict):
        return "{" + ", ".join(f"{k} = {value(x)}" for k, x in v.items()) + "}"
    if isinstance(v, list | tuple):
        return "[" + ", ".join(value(x) for x in v) + "]"
    return repr(v)


def tables() -> dict[str, type[Parameters]]:
    """Every table of numbers that a config may have, by its head."""
    return {**sections(), 'factors."section.parameter"': Factor}


def span(d: Declared) -> str:
    """The allowed range in words."""
    if d.low is None and d.high is None:
        return ""
    return f"{d.low:g} to {d.high:g}" if d.high is not None else f"{d.low:g} or more"


def baseline_toml() -> str:
    """configs/baseline.toml: every parameter at its declared value, with unit, range, meaning, source and grade."""
    lines = [
        "# An English city, from published figures where there are any.",
        "# Grades: " + "; ".join(f"{k} = {v}" for k, v in GRADES.items()) + ".",
        "# This file is written from the declarations in the code: python -m contagion.report.declarations",
        "",
        'name = "baseline"',
        'title = "An English city today"',
        'description = "A city with the English burden of opiate and alcohol dependence, without new interventions."',
        'null_model = "none"',
    ]
    for name, table in tables().items():
        doc = (table.__doc__ or "").strip().splitlines()[0]
        asked = "# " if name not in sections() or name in ASKING else ""  # what runs are asked for: shown, not set
        lines += ["", f"{asked}[{name}]", f"# {doc}"]
        for d in declared(table):
            about = f"{d.meaning} [{d.unit}{', ' + span(d) if span(d) else ''}]; {d.grade}: {d.source}"
            lines += ["# " + line for line in textwrap.wrap(about, 110)]
            unset = "# " if asked or (name == "study" and d.default == []) else ""
            lines.append(f"{unset}{d.name} = {value(d.default)}".rstrip())
    return "\n".join(lines) + "\n"


def parameter_table() -> str:
    """All parameters by section, as Markdown."""
    out = []
    for name, table in tables().items():
        rows = list(declared(table))
        out += [
            f"#### `[{name}]`",
            "",
            (table.__doc__ or "").strip().splitlines()[0],
            "",
            "| parameter | default | unit | range | off | meaning | source | grade |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for d in rows:
            off = "" if d.off is None else value(d.off)
            cells = (f"`{d.name}`", value(d.default), d.unit, span(d), off, d.meaning, d.source, d.grade)
            out.append("| " + " | ".join(str(c).replace("|", "/") for c in cells) + " |")
        out.append("")
    return "\n".join(out)


def intervention_table() -> str:
    """The kinds of interventions and their own parameters."""
    out = ["| kind | what it does | evidence of its effect on a person | parameters of its own |", "|---|---|---|---|"]
    for kind, cls in sorted(REGISTRY.items()):
        own = [d for d in declared(cls) if d.name in cls.__annotations__ and d.name != "kind"]
        names = "; ".join(f"`{d.name}` {value(d.default)} {d.unit} ({d.grade})" for d in own)
        asked = f" (trial `{cls.trial}`)" if cls.trial else ""
        out.append(f"| `{kind}` | {cls.summary} | {cls.known()}{asked} | {names} |")
    return "\n".join(out) + "\n"


def column_table() -> str:
    """All state variables of a person."""
    out = ["| column | of whom | type | unit | meaning |", "|---|---|---|---|---|"]
    for name, c in COLUMNS.items():
        whom = "everyone" if c.everyone else "lived experience"
        out.append(f"| `{name}` | {whom} | {np.dtype(c.dtype).name} | {c.unit} | {c.meaning} |")
    return "\n".join(out) + "\n"


def week_in_words() -> list[tuple[str, str, str, str, str]]:
    """(phase, name, meaning, columns read, columns written) of each line of the week, as the code says."""
    lines: list[tuple[str, str, Any]] = [("look", "look", look), *(("live", one.name, one) for one in LIVE)]
    lines += [*(("settle", one.name, one) for one in SETTLE), ("show", "show", show)]
    found = []
    for phase, name, what in lines:
        reads, writes = columns_used(what)
        meaning = (what.__doc__ or "").strip().splitlines()[0]
        found.append(
            (phase, name, meaning, " ".join(sorted(reads & COLUMNS.keys())), " ".join(sorted(writes & COLUMNS.keys())))
        )
    return found


def week_table() -> str:
    """The order of the week and who reads and writes what."""
    out = ["| phase | process | what | reads | writes |", "|---|---|---|---|---|"]
    out += ["| " + " | ".join(row) + " |" for row in week_in_words()]
    return "\n".join(out) + "\n"


def measure_table() -> str:
    """The weekly measures."""
    out = ["| measure | unit | meaning |", "|---|---|---|"]
    out += [f"| `{name}` | {m.unit} | {m.meaning} |" for name, m in MEASURES.items()]
    return "\n".join(out) + "\n"


def null_table() -> str:
    """The null models and what each switches off."""
    out = ["| null model | sets to their off values |", "|---|---|"]
    out += [f"| `{name}` | {', '.join(f'`{k}`' for k in keys) or 'nothing'} |" for name, keys in NULL_MODELS.items()]
    return "\n".join(out) + "\n"


TABLES = {
    "columns": column_table,
    "week": week_table,
    "parameters": parameter_table,
    "interventions": intervention_table,
    "measures": measure_table,
    "null models": null_table,
}


def with_tables(text: str) -> str:
    """A document with each `<!-- table: NAME -->` ... `<!-- end -->` filled in from the code."""

    def fill(found: re.Match[str]) -> str:
        return f"<!-- table: {found[1]} -->\n\n{TABLES[found[1]]()}\n<!-- end -->"

    return re.sub(r"<!-- table: ([a-z ]+) -->.*?<!-- end -->", fill, text, flags=re.S)


def main(root: Path = Path()) -> None:
    """Write configs/baseline.toml and the tables of docs/ODD.md anew."""
    (root / "configs" / "baseline.toml").write_text(baseline_toml(), encoding="utf-8")
    odd = root / "docs" / "ODD.md"
    if odd.exists():
        odd.write_text(with_tables(odd.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()

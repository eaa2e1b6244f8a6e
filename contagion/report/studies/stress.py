"""The STRESS-ABS items of one study (Monks et al. 2019): what it was for, what was run, with what, and how to run it again.

What differs between studies comes from the manifest and the config; what is the same in all is said here by hand and led
back to the model's own documents. What the config does not say is said to be missing.
"""

from __future__ import annotations

from contagion.report.figures.study_data import StudyData
from contagion.report.provenance import commit, machine, seeds, software
from contagion.report.table import Table
from contagion.report.wording import counted, shorten

MISSING = "Not stated in the config."

METHODS = {
    "sobol": "Sobol’ indices (a Saltelli design), with seed noise taken out between replicates",
    "morris": "Morris’ screen of elementary effects",
    "delta": "Borgonovo’s delta from a latin hypercube",
    "ofat": "one factor at a time, each level lived through by every replicate",
}
DESIGNS = {
    "list": "a list of points",
    "grid": "a grid of every combination of levels",
    "latin": "a latin hypercube",
    "sobol": "a Sobol’ sequence",
    "morris": "Morris’ trajectories",
    "saltelli": "a Saltelli design",
    "ofat": "one factor at a time",
}

ITEMS = ("Objectives", "Logic", "Data", "Experimentation", "Implementation", "Code access")
"""Sections of the checklist, by the first digit of an item."""


def table(facts: StudyData) -> Table:
    """The whole checklist, an item a row."""
    rows = [(f"{n} {name}", text.strip() or MISSING) for n, name, text in items(facts)]
    domains = tuple(ITEMS[int(name[0]) - 1] for name, _ in rows)
    note = (
        "STRESS-ABS: Monks, Currie, Onggo, Robinson, Kunc and Taylor (2019), Strengthening the reporting of empirical "
        "simulation studies, Journal of Simulation 13(1). Logic and data are described in full in docs/ODD.md of the model."
    )
    return Table(
        "What a reader needs in order to judge and repeat this study (STRESS-ABS)",
        ("Item", "What is stated"),
        tuple(rows),
        note,
        domains,
    )


def items(facts: StudyData) -> list[tuple[str, str, str]]:
    """Number, name and text of each item; an empty text is one that the config leaves out."""
    m = facts.manifest
    return [
        ("1.1", "Purpose of the model", str(m.get("description") or "")),
        ("1.2", "Model outputs", _outputs(facts)),
        ("1.3", "Aims of experimentation", str(m.get("question") or "")),
        (
            "2.1",
            "Base model overview",
            "The order of a week (look, live, settle) is given as a list in docs/ODD.md, "
            "“Process overview and scheduling”.",
        ),
        (
            "2.2",
            "Base model logic",
            "Weekly chances of starting recovery and of relapse depend on a person’s own state and "
            "on recovery seen on their ties; equations in docs/ODD.md, “Submodels”.",
        ),
        ("2.3", "Scenario logic", _scenarios(facts)),
        (
            "2.4",
            "Algorithms",
            "Everyone reads the week before (synchronous update). Scarce places are given by keyed lots. "
            + _analysis(facts),
        ),
        (
            "2.5.1",
            "Components: environment",
            "Neighbourhoods with homes, jobs, treatment places, groups and public events.",
        ),
        (
            "2.5.2",
            "Components: agents",
            f"{facts.people[:1].upper()}{facts.people[1:]}; those with, or at risk of, lived "
            "experience follow the recovery pathway, all hold attitudes.",
        ),
        ("2.5.3", "Components: interaction topology", _topology(facts)),
        (
            "2.5.4",
            "Components: entry and exit",
            "People arrive in the risk pool, are released from custody and die; rows are never reused.",
        ),
        (
            "3.1",
            "Data sources",
            "Every parameter names its source and grade of evidence in docs/ODD.md, “Parameters”. The "
            "reasons for the factors’ ranges are in the table of factors on this page.",
        ),
        (
            "3.2",
            "Pre-processing",
            "Nothing beyond what the sources of the parameters say."
            if not _graph_file(facts)
            else f"The network is read from {_graph_file(facts)}.",
        ),
        (
            "3.3",
            "Input parameters",
            f"{counted(len(facts.factors), 'factor')} varied as listed on this page; all others "
            "stand in scenario.toml beside this page.",
        ),
        ("3.4", "Assumptions", "Parameters of grade “assumed” in docs/ODD.md, above all the strength of contagion."),
        (
            "4.1",
            "Initialisation",
            "The first day is drawn from published prevalences; there is no burn-in. Points and "
            "scenarios with the same first-day settings and seed share the city.",
        ),
        (
            "4.2",
            "Run length",
            f"{facts.horizon[:1].upper()}{facts.horizon[1:]} in weekly steps." if facts.years else "",
        ),
        ("4.3", "Estimation approach", _estimation(facts)),
        ("5.1", "Software and language", software(m)),
        (
            "5.2",
            "Random sampling",
            f"{m.get('rng') or 'Not recorded'}. "
            f"Study seed {facts.setting('study', 'seed', 'not recorded')}; seeds of the replicates: {seeds(m)}.",
        ),
        ("5.3", "Model execution", _execution(facts)),
        ("5.4", "System specification", machine(m)),
        (
            "6.1",
            "Computer model sharing",
            "MIT licence; see README.md and CITATION.cff of the package. "
            + commit(m)
            + f" Config hash {m.get('config_hash') or 'not recorded'}; content hash of the results "
            f"{m.get('content_hash') or 'not recorded'}.",
        ),
    ]


def _outputs(facts: StudyData) -> str:
    seen = dict.fromkeys((o.outcome.label, o.outcome.unit, o.outcome.period) for o in facts.outputs)
    text = "; ".join(f"{label} ({unit}, {period})" for label, unit, period in seen)
    more = " Of every other scenario, the paired difference from the first." if facts.several else ""
    return f"{text}.{more}" if text else ""


def _scenarios(facts: StudyData) -> str:
    titles = [shorten(t, 80) for t in facts.titles.values()]
    if len(titles) == 1:
        return f"One scenario: {titles[0]}."
    return f"{len(titles)} scenarios: {'; '.join(titles)}. What differs is in scenario.toml; the first is the baseline."


def _analysis(facts: StudyData) -> str:
    method = facts.manifest.get("method")
    if method:
        return f"Analysis: {METHODS.get(str(method), method)}."
    return f"Design: {DESIGNS.get(str(facts.manifest.get('design')), 'not recorded')}."


def _graph_file(facts: StudyData) -> str:
    graph = str(facts.setting("city", "graph", ""))
    return graph if "." in graph else ""


def _topology(facts: StudyData) -> str:
    graph = _graph_file(facts) or str(facts.setting("city", "graph", "") or "")
    own = "households, friends and acquaintances of the built-in city"
    said = own if graph in ("", "city", "built-in") else f"a network of kind {graph}"
    return f"A network of ties in layers, which form and end: {said}."


def _estimation(facts: StudyData) -> str:
    m = facts.manifest
    runs, failed = len(facts.runs), len(facts.failed)
    text = (
        f"{counted(facts.points, 'point')}, {counted(facts.replicates, 'replicate')} of each under common seeds, "
        f"{counted(runs, 'run')}, {failed:,} failed. The number of replicates was set in the config."
    )
    return (
        f"{text} {facts.bootstrap()}"
        if m.get("method") and m.get("method") != "ofat"
        else (f"{text} Ranges: 10th to 90th percentile of the replicates.")
    )


def _execution(facts: StudyData) -> str:
    m = facts.manifest
    wall, own = m.get("wall_seconds"), m.get("compute_seconds")
    text = f"{counted(int(m.get('workers') or 1), 'process')} at a time".replace("processs", "processes")
    if wall is not None:
        text += f"; {float(wall):,.0f} s in all"
    if own is not None:
        text += f", {float(own):,.0f} s of computing"
    return f"{text}. Any number of processes gives the same results."

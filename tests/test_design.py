"""Designs: factors become points of the city's parameter space, each point a full scenario, each fault one sentence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats

import contagion as ct
from contagion.config.design_checks import points_of
from contagion.config.factors import Axis, axes_of, logs_of, outside
from contagion.config.load import overridden
from contagion.config.targets import names, scenario_at
from contagion.config.written import plain, run_digest, to_toml
from contagion.core.parameters import declared
from contagion.model.scenario import sections
from contagion.study.design.distributions import unit_at, values_at
from contagion.study.design.layouts import seed_of
from contagion.study.design.points import Design, designed

Write = Callable[..., Path]

UNIT = np.linspace(0.0, 1.0, 101)
LAWS: dict[str, tuple[Axis, Any]] = {
    "uniform": (Axis("x", "real", low=2, high=5), stats.uniform(2, 3)),
    "loguniform": (Axis("x", "real", low=0.01, high=10, distribution="loguniform"), stats.loguniform(0.01, 10)),
    "triangular": (Axis("x", "real", low=1, high=5, distribution="triangular", shape=(2.0,)), stats.triang(0.25, 1, 4)),
    "normal": (
        Axis("x", "real", low=-1, high=4, distribution="normal", shape=(1.0, 0.8)), stats.truncnorm(-2.5, 3.75, 1, 0.8)
    ),
    "lognormal": (Axis("x", "real", low=0, high=9, distribution="lognormal", shape=(1.5, 1.0)), None),
    "beta": (Axis("x", "real", low=-1, high=1, distribution="beta", shape=(2.0, 5.0)), stats.beta(2, 5, -1, 2)),
}  # fmt: skip


@pytest.mark.parametrize("name", LAWS)
def test_a_distribution_is_scipys_and_leads_there_and_back(name: str) -> None:
    axis, law = LAWS[name]
    values = np.array(values_at(axis, UNIT))
    assert values.min() >= axis.low and values.max() <= axis.high and (np.diff(values) > 0).all()
    assert unit_at(axis, list(values)) == pytest.approx(UNIT, abs=1e-9)
    if law is None:
        mean, sd = logs_of(*axis.shape)
        free = stats.lognorm(sd, scale=np.exp(mean))
        assert (free.mean(), free.std()) == pytest.approx(axis.shape)
        assert free.sf(9) == pytest.approx(outside("lognormal", 0, 9, *axis.shape))
        assert free.cdf(values) / free.cdf(9) == pytest.approx(UNIT, abs=1e-9)
    else:
        assert values == pytest.approx(law.ppf(UNIT), abs=1e-9)
    assert all(type(v) is float for v in values_at(axis, UNIT[:3]))


def test_what_a_cut_distribution_leaves_out_is_known() -> None:
    assert outside("normal", -1, 4, 1, 0.8) == pytest.approx(1 - np.diff(stats.norm(1, 0.8).cdf([-1, 4]))[0])
    assert outside("normal", 5, 6, 0, 1) > 0.99 and outside("beta", 0, 1, 0, 1) == 0


@pytest.mark.parametrize(
    "axis",
    [
        Axis("x", "whole", low=-2, high=4), Axis("x", "switch", (False, True)), Axis("x", "choice", ("a", "b", "c")),
        Axis("x", "real", (0.5, 0.1)), Axis("x", "whole", (1000, 5000, 50_000)),
    ],
)  # fmt: skip
def test_whole_numbers_switches_and_choices_are_equally_probable(axis: Axis) -> None:
    values = list(axis.values or range(-2, 5))
    drawn = values_at(axis, (np.arange(7000) + 0.5) / 7000)
    counts = [sum(1 for v in drawn if v == value) for value in values]
    assert sum(counts) == 7000 and max(counts) - min(counts) <= 1
    assert {type(v) for v in drawn} == {type(values[0])}
    assert values_at(axis, [0.0, 1.0]) == [values[0], values[-1]]
    assert values_at(axis, unit_at(axis, values)) == values
    assert values_at(axis, axis.steps(10)) == values


def test_a_whole_number_with_a_distribution_is_rounded() -> None:
    axis = Axis("x", "whole", low=1, high=10, distribution="triangular", shape=(3.0,))
    drawn = values_at(axis, UNIT)
    assert {type(v) for v in drawn} == {int} and (min(drawn), max(drawn)) == (1, 10)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["uniform", "loguniform", "triangular", "normal", "lognormal", "beta"]),
    low=st.floats(1e-6, 1e3), wide=st.floats(1e-3, 1e3), at=st.floats(0, 1), b=st.floats(0.5, 20),
    u=st.lists(st.integers(0, 2**20).map(lambda i: i / 2**20), min_size=1, max_size=5), whole=st.booleans(),
)  # fmt: skip
def test_no_value_leaves_its_bounds(
    kind: str, low: float, wide: float, at: float, b: float, u: list[float], whole: bool
) -> None:
    if whole:
        low, wide = float(int(low) + 1), float(int(wide) + 1)
    high, mean = low + wide, low + at * wide
    shape = {"triangular": (min(mean, high),), "normal": (mean, wide), "lognormal": (mean, wide), "beta": (1 + at, b)}
    axis = Axis("x", "whole" if whole else "real", (), low, high, kind, shape.get(kind, ()))
    values = values_at(axis, u)
    assert all(low <= v <= high for v in values)
    assert np.argsort(u, kind="stable")[0] == 0 or min(values) <= values[0]
    assert all(isinstance(v, int) for v in values) == whole


HEAD = """
[city]
population = 300
[time]
years = 0.1
[starting]
friend = 0.09
[study]
outcomes = ["stable"]
seed = 5
"""
TWO = """
[factors."starting.friend"]
low = 0.0
high = 0.3
reason = "wide"
[factors."stigma.contact"]
low = 0.0
high = 1.0
reason = "wide"
"""
THREE = TWO + '[factors."city.neighbourhoods"]\nlow = 1\nhigh = 4\nreason = "few"\n'


def made(write: Write, text: str, method: str | None = None, **changes: Any) -> Design:
    chosen = {"sensitivity.method": method} if method else {}
    return designed(ct.load_study(write(HEAD + text), **chosen, **changes), method=method)


def test_a_grid_holds_every_combination_and_both_ends(write: Write) -> None:
    design = made(
        write,
        TWO + '[factors."visibility.stigma"]\nvalues = [0, 1]\n[factors."interventions.c.enabled"]\n'
        "[interventions.c]\nkind = 'champions'\n",
        **{'factors."starting.friend".levels': 4, 'factors."stigma.contact".levels': 2},
    )
    assert design.kind == "grid" and len(design) == 4 * 2 * 2 * 2 == len(design.unit) and not design.stream.any()
    assert sorted({p["starting.friend"] for p in design.points}) == [0.0, 0.1, 0.2, 0.3]
    assert design.points[0] == {"starting.friend": 0.0, "stigma.contact": 0.0, "visibility.stigma": 0.0,
                                "interventions.c.enabled": False}  # fmt: skip
    assert type(design.points[0]["visibility.stigma"]) is float
    assert design.analysed == design.factors == design.groups == tuple(design.points[0])
    assert len({tuple(p.values()) for p in design.points}) == len(design)


def test_a_list_is_taken_as_it_stands_and_is_silent_about_the_rest(write: Write) -> None:
    rows = (
        '[sweep]\ndesign = "list"\nrows = [{"starting.friend" = 0.5}, {"relapse.scale" = 2, "starting.friend" = 0.1}]\n'
    )
    design = made(write, rows)
    assert design.kind == "list" and design.points == (
        {"starting.friend": 0.5, "relapse.scale": 1.0}, {"starting.friend": 0.1, "relapse.scale": 2.0},
    )  # fmt: skip
    assert ((design.unit > 0) & (design.unit < 1)).all()


@pytest.mark.parametrize(("kind", "points", "size"), [
    ("latin", 30, 30), ("sobol", 32, 32), ("saltelli", 16, 16 * 5), ("morris", 6, 6 * 4), ("ofat", 0, 1 + 5 + 5 + 4),
])  # fmt: skip
def test_a_sweeps_designs(kind: str, points: int, size: int, write: Write) -> None:
    design = made(write, THREE, **{"sweep.design": kind, "sweep.points": points})
    assert design.kind == kind and len(design) == size == len(design.stream)
    assert design.unit.shape == (size, 3) and design.unit.min() >= 0 and design.unit.max() <= 1
    assert design.analysed == design.factors and not design.stream.any(), "a sweep has no dummy and one stream"
    again = made(write, THREE, **{"sweep.design": kind, "sweep.points": points})
    assert again.points == design.points and (again.unit == design.unit).all() and again.seed == design.seed > 0
    other = made(write, THREE, **{"sweep.design": kind, "sweep.points": points, "study.seed": 6})
    assert kind == "ofat" or other.points != design.points
    for i, name in enumerate(design.factors):
        axis = axes_of(ct.load_study(write(HEAD + THREE)))[0][i]
        if kind != "ofat":
            assert [p[name] for p in design.points] == values_at(axis, design.unit[:, i])


def test_latin_rows_fall_once_in_each_piece(write: Write) -> None:
    design = made(write, THREE, **{"sweep.design": "latin", "sweep.points": 40})
    assert all(sorted((column * 40).astype(int)) == list(range(40)) for column in design.unit.T)


@pytest.mark.parametrize("second", [False, True])
def test_sobols_design_is_salibs_with_luck_as_the_last_factor(second: bool, write: Write) -> None:
    from SALib.sample import sobol

    study = ct.load_study(write(HEAD + THREE), **{"sensitivity.samples": 8, "sensitivity.second_order": second})
    design = designed(study, method="sobol")
    assert design.analysed == ("starting.friend", "stigma.contact", "city.neighbourhoods", "dummy")
    matrix = sobol.sample(dict(design.problem), 8, calc_second_order=second, seed=seed_of(study))
    assert (matrix == design.unit).all() and design.unit.shape == (8 * (2 * 4 + 2 if second else 4 + 2), 4)
    assert design.second_order is second and design.base_rows == 8
    block = len(design) // 8
    for n in range(8):
        rows = slice(n * block, (n + 1) * block)
        luck, stream = design.unit[rows, -1], design.stream[rows]
        a, b = luck[0], luck[-1]
        assert list(stream) == [1 + 2 * n if u == a else 2 + 2 * n for u in luck] and a != b
        assert stream[4] == 2 + 2 * n and design.points[n * block + 4] == design.points[n * block]
        assert (stream[1:4] == 1 + 2 * n).all(), "what a factor does is seen under the luck of A"


def test_the_dummys_index_is_lucks_share_and_the_others_are_free_of_it(write: Write) -> None:
    """Two factors of equal weight and luck of twice their variance: 1/4, 1/4 and 1/2 of the spread."""
    from SALib.analyze import sobol

    design = made(write, TWO, "sobol", **{"sensitivity.samples": 2048})
    luck = np.random.default_rng(1).normal(0.0, np.sqrt(2 / 12), design.stream.max() + 1)
    y = design.unit[:, 0] + design.unit[:, 1] + luck[design.stream]
    found = sobol.analyze(dict(design.problem), y, calc_second_order=False, seed=1, num_resamples=20)
    assert found["S1"] == pytest.approx([0.25, 0.25, 0.5], abs=0.06)
    assert found["ST"] == pytest.approx([0.25, 0.25, 0.5], abs=0.06)


def test_morris_steps_one_at_a_time_and_changes_luck_at_the_dummys_step(write: Write) -> None:
    from SALib.analyze import morris

    design = made(write, THREE, "morris", **{"sensitivity.samples": 12})
    assert design.unit.shape == (12 * 5, 4) and set(np.unique(np.rint(design.unit * 3) / 3 - design.unit)) == {0.0}
    for t in range(12):
        rows = slice(5 * t, 5 * t + 5)
        unit, stream = design.unit[rows], design.stream[rows]
        assert (np.count_nonzero(np.diff(unit, axis=0), axis=1) == 1).all()
        at = int(np.flatnonzero(np.diff(unit[:, -1]))[0])
        assert list(stream) == [1 + 2 * t] * (at + 1) + [2 + 2 * t] * (4 - at)
        assert design.points[5 * t + at] == design.points[5 * t + at + 1]
    y = 3 * design.unit[:, 0] + design.unit[:, 1]
    found = morris.analyze(dict(design.problem), design.unit, y, num_levels=design.levels, seed=1)
    assert list(found["mu_star"]) == pytest.approx([3, 1, 0, 0])


def test_given_data_have_a_dummy_that_moves_nothing(write: Write) -> None:
    design = made(write, THREE, "delta", **{"sensitivity.samples": 64})
    assert design.kind == "latin" and design.unit.shape == (64, 4) and not design.stream.any()
    assert design.analysed[-1] == "dummy" and "dummy" not in design.points[0]


def test_one_at_a_time_starts_from_the_studys_own_values(write: Write) -> None:
    design = made(write, THREE, "ofat", **{"sensitivity.levels": 3, 'factors."stigma.contact".levels': 2})
    own = {"starting.friend": 0.09, "stigma.contact": 0.25, "city.neighbourhoods": 12}
    assert design.points[0] == own and design.moved[0] == "" and not design.stream.any()
    assert design.moved[1:] == ("starting.friend",) * 3 + ("stigma.contact",) * 2 + ("city.neighbourhoods",) * 3
    for point, moved in zip(design.points[1:], design.moved[1:]):
        assert all(point[name] == own[name] for name in own if name != moved), "own values, also beyond low and high"
    assert [p["starting.friend"] for p in design.points[1:4]] == [0.0, 0.15, 0.3]


@pytest.mark.parametrize(
    ("method", "size"), [("sobol", 64 * 5), ("morris", 64 * 4), ("delta", 64), ("ofat", 1 + 4 + 4)]
)
def test_factors_of_a_group_move_together(method: str, size: int, write: Write) -> None:
    groups = {f'factors."{name}".group': "both" for name in ("starting.friend", "stigma.contact")}
    study = ct.load_study(write(HEAD + THREE), **groups, **{"sensitivity.samples": 64})
    design = designed(study, method=method)
    dummy = ("dummy",) if method != "ofat" else ()
    assert design.analysed == ("both", "city.neighbourhoods", *dummy)
    assert design.groups == ("both", "both", "city.neighbourhoods", *dummy)
    assert len(design) == size == points_of(study, axes_of(study)[0], method)
    assert design.columns == ((0, 2, 3) if dummy else (0, 2))
    if method != "delta":
        steps = np.diff(design.unit[: len(design) // 64 if dummy else None], axis=0)[:, :2] != 0
        assert steps.any() and (steps.all(1) == steps.any(1)).all()


def test_switches_and_choices_in_a_sensitivity_analysis(write: Write) -> None:
    text = '[factors."null_model"]\nvalues = ["none", "contagion_off"]\n[factors."interventions.c.enabled"]\n'
    text += "[interventions.c]\nkind = 'linkage'\n[factors.\"interventions.c.by\"]\n"
    design = made(write, text, "sobol", **{"sensitivity.samples": 16})
    assert {p["null_model"] for p in design.points} == {"none", "contagion_off"}
    assert {p["interventions.c.by"] for p in design.points} == {"peer", "practitioner", "doctor", "leaflet"}
    assert {p["interventions.c.enabled"] for p in design.points} == {True, False}


def test_every_point_is_lived_through_in_every_scenario_of_the_study(write: Write) -> None:
    text = "[study.scenarios.today]\n[study.scenarios.more.interventions.c]\nkind = 'champions'\nreach = 1.0\n"
    study = ct.load_study(write(HEAD + TWO + text + '[factors."interventions.c.places"]\nhigh = 50\nreason = "few"\n'))
    bases, design = study.scenarios, designed(study)
    assert list(bases) == ["today", "more"] and all("factors" not in s.tables() for s in bases.values())
    point = design.points[7]
    assert scenario_at(bases["more"], point).interventions["c"].places == point["interventions.c.places"] > 0
    assert scenario_at(bases["today"], point).starting.friend == point["starting.friend"]
    others = {run_digest(scenario_at(bases["today"], {**point, "interventions.c.places": v})) for v in (1.0, 2.0)}
    assert len(others) == 1, "today has no champions, so that it is run once"


WHOLE = "[interventions.c]\nkind = 'champions'\n[interventions.\"my link\"]\nkind = 'linkage'\nenabled = false\n"


@pytest.mark.parametrize("section", [*sections(), "interventions"])
def test_a_scenario_at_a_point_is_what_an_override_makes(section: str, write: Write) -> None:
    base = ct.load(write(WHOLE))
    chosen: dict[str, Any] = {}
    for name in names({"it": base}):
        if name.startswith(f"{section}."):
            last = name.rpartition(".")[2]
            tables = sections().get(section, type(next(iter(base.interventions.values()))))
            one = next((d for d in declared(tables) if d.name == last), None)
            if one and isinstance(one.default, int | float) and one.low is not None and last not in ("stop", "floor"):
                near = (one.default + one.low) / 2
                chosen[name] = not one.default if isinstance(one.default, bool) else type(one.default)(near)
    assert chosen
    at = scenario_at(base, chosen)
    assert at == overridden(base, **chosen) and at != base
    assert plain(at)[section] != plain(base)[section]


def test_a_scenario_at_a_point_is_checked_as_strictly(write: Write) -> None:
    base = ct.load(write(WHOLE))
    wrong: list[dict[str, Any]] = [
        {"starting.friend": -1.0}, {"starting.friend": "x"}, {"city.population": 500.5}, {"city.population": True},
        {"start.stable_per_1000": 900.0, "start.early_per_1000": 200.0}, {"starting.frend": 1.0}, {"strating.friend": 1.0},
        {"capital.floor": 0.9, "capital.ceiling": 0.1}, {"interventions.c.start": 5.0, "interventions.c.stop": 2.0},
        {"null_model": "nun"}, {"interventions.c.nothing": 1}, {"city.graph": "rnig"},
    ]  # fmt: skip
    for values in wrong:
        with pytest.raises(ValidationError):
            scenario_at(base, values)
        with pytest.raises(ct.ConfigError):
            overridden(base, **values)
    assert scenario_at(base, {"starting.friend": 1}) == overridden(base, **{"starting.friend": 1})
    assert scenario_at(base, {'interventions."my link".places': 3}).interventions["my link"].places == 3.0


def test_another_graphs_options_start_afresh(write: Write) -> None:
    base = ct.load(write("[city]\ngraph = 'watts_strogatz'\n[city.graph_options]\nk = 4\n"))
    for values in ({"city.graph": "cycle"}, {"city.graph": "barabasi_albert", "city.graph_options.m": 3.0},
                   {"city.graph_options.p": 0.3}):  # fmt: skip
        assert scenario_at(base, values) == overridden(base, **values)
    assert scenario_at(base, {"city.graph_options.p": 0.3}).city.graph_options == {"k": 4.0, "p": 0.3}


def test_a_run_digest_follows_what_a_history_depends_on(write: Write) -> None:
    base = ct.load(write("name = 'a'\n" + WHOLE))
    same: list[dict[str, Any]] = [
        {"name": "b"}, {"title": "T"}, {"description": "d"}, {"study.seed": 9}, {"study.outcomes": ["stable"]},
        {"sweep.every": 8}, {"sensitivity.samples": 64}, {"time.years": 10}, {"interventions.c.title": "C"},
        {'interventions."my link".places': 1.0}, {"factors": {"starting.friend": {}}}, {"entry.rate_per_1000": -0.0},
    ]  # fmt: skip
    base = overridden(base, **{"entry.rate_per_1000": 0.0})
    digest = run_digest(base)
    for values in same:
        assert run_digest(overridden(base, **values)) == digest, values
    other = [{"starting.friend": 0.0900001}, {"city.population": 500}, {"interventions.c.places": 1.0},
             {'interventions."my link".enabled': True}, {"null_model": "contagion_off"}, {"time.years": 9.0}]  # fmt: skip
    found = {run_digest(overridden(base, **values)) for values in other}
    assert len(found) == len(other) and digest not in found
    assert run_digest(ct.load(write(to_toml(base), "again.toml"))) == digest


def test_a_run_digest_sees_what_a_graph_file_holds(write: Write) -> None:
    for place in ("a/town.csv", "b/other.csv"):
        write("source,target\n1,2\n2,3\n", place)
    one, two = (ct.load(write(f"[city]\ngraph = '{p}'\n", f"{p[0]}.toml")) for p in ("a/town.csv", "b/other.csv"))
    assert run_digest(one) == run_digest(two)
    write("source,target\n1,2\n2,3\n3,4\n", "b/other.csv")
    assert run_digest(one) != run_digest(two)


def test_graph_files_among_the_values_are_found_from_their_config(write: Write) -> None:
    graph = write("source,target\n1,2\n2,3\n", "graphs/town.csv")
    values = "[factors.\"city.graph\"]\nvalues = ['city', 'town.csv']\n"
    study = ct.load_study(write(HEAD + values, "graphs/s.toml"))
    assert [p["city.graph"] for p in designed(study).points] == ["city", str(graph)]
    with pytest.raises(
        ct.ConfigError, match=r"line 12: factors.\"city.graph\".values is \"twon.csv\", which is no file"
    ):
        ct.load_study(write(HEAD + values.replace("town", "twon"), "graphs/s.toml"))
    rows = '[sweep]\ndesign = "list"\nrows = [{"city.graph" = "town.csv"}]\n'
    assert designed(ct.load_study(write(HEAD + rows, "graphs/s.toml"))).points == ({"city.graph": str(graph)},)


def test_check_says_what_is_asked(write: Write) -> None:
    said = ct.check(ct.load_study(write(HEAD + THREE), **{"study.replicates": 4, "sweep.keep": ["timeline"]}))
    assert "A sweep (grid): 100 points x 4 replicates = 400 histories of 5 weeks; timeline kept" in said
    assert "A sensitivity analysis (sobol): 1,536 points x 4 replicates = 6,144 histories" in said
    assert "starting.friend from 0 to 0.3 per year, uniform" in said and "Why: wide" in said
    rows = '[sweep]\ndesign = "list"\nrows = [{"starting.friend" = 0.5}]\n'
    assert "starting.friend = 0.5" in ct.check(ct.load_study(write(HEAD + rows)))


def test_the_shipped_sweep_has_200_runs() -> None:
    study = ct.load_study("sweep_example")
    design = designed(study)
    assert len(design) * study.replicates == 200 and study.sweep.keep == ["timeline", "events"]
    own = {"starting.friend": study.base.starting.friend, "stigma.contact": study.base.stigma.contact}
    assert own in design.points, "one point is the baseline itself"
    city = scenario_at(next(iter(study.scenarios.values())), design.points[-1])
    small = city.model_copy(update={"time": city.time.model_copy(update={"years": 0.05})})
    assert len(ct.simulate(small, seed=1).timeline) > 1

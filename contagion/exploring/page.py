"""Mesa's own page (SolaraViz) over a RecoveryCity: people and stages as drawings, parameters as sliders.

`contagion app` serves it on this machine alone, from files on this machine alone (`pip install "contagion[app]"`): the
scripts of the page come with the package solara-assets, and Solara's reports of use and its look for newer versions are
off. So it works without a network, and nobody learns what was looked at.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import socket
import subprocess
import sys
from html import escape
from typing import Any

from contagion.core.errors import ConfigError, Fault
from contagion.exploring.beginning import tell_of_compiling
from contagion.exploring.sliders import CAUSES
from contagion.model.agents import RecoveryCity

LOOPBACK = "127.0.0.1"
"""The page is for whoever sits at this machine: it is served to nobody else."""

CITY, SEED = "CONTAGION_APP_CONFIG", "CONTAGION_APP_SEED"
"""How the command tells the page what to show."""

NEEDED = {"solara": "solara", "solara_assets": "solara-assets", "altair": "altair"}
"""What the page needs: modules, and the packages that hold them."""

QUIET = {"SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False", "SOLARA_ASSETS_PROXY": "True"}
"""Solara tells nobody that it runs, and the browser asks this machine for everything."""

PAUSE = 0.15
"""Seconds that a slider must rest before the city is founded again: a drag is one change."""

STYLE = """
.contagion-causes .v-input__slot { display: block }
.contagion-causes .v-input__slot > label { height: auto; color: #0b0c0c; text-align: left }
.contagion-causes .v-text-field, .contagion-causes .v-messages { display: none }
"""
"""Words above their slider: beside it, a long label left no room to move it."""


class SeenCity(RecoveryCity):
    """A city that Mesa's page can found again: the page takes any `scenario` of a model for one of Mesa's own kind.

    asked: settings by dotted name, as the sliders stand; the page's Reset founds the city with them.
    """

    def __init__(self, scenario: Any, rng: Any = None, asked: dict[str, Any] | None = None, **more: Any) -> None:
        super().__init__(scenario, rng, **(asked or {}), **more)

    @property
    def scenario(self) -> Any:
        """None: the parameters are in `given_scenario`."""
        return None

    @scenario.setter
    def scenario(self, own: Any) -> None:
        self._scenario = own


def missing() -> list[str]:
    """Packages that the page needs and that are not installed."""
    return [package for module, package in NEEDED.items() if importlib.util.find_spec(module) is None]


def serve(config: str, seed: int, port: int, browser: bool) -> int:
    """Serve the page until it is stopped; the exit code.

    ConfigError for a config that is wrong, without the packages, or where the port is taken.
    """
    if absent := missing():
        verb = "is" if len(absent) == 1 else "are"
        rule = 'install the extra: pip install "contagion[app]"'
        raise ConfigError(
            Fault("", "app", None, rule, problem=f"needs {' and '.join(absent)}, which {verb} not installed")
        )
    if taken(port):
        raise ConfigError(Fault("", "--port", port, "name another one", problem=f"{port} is in use on this machine"))
    tell_of_compiling()
    RecoveryCity(config, seed)  # a fault is told here, and what has to be compiled is compiled here
    words = [sys.executable, "-m", "solara", "run", __file__, "--host", LOOPBACK, "--port", str(port), "--production"]
    words += ["--no-check-version", "--log-level-uvicorn", "warning"]
    words += [] if browser else ["--no-open"]
    print(f"The page stands at http://{LOOPBACK}:{port} (Ctrl+C stops it).", flush=True)
    env = {**os.environ, **QUIET, CITY: config, SEED: str(seed)}
    stopped: list[int] = []
    with subprocess.Popen(words, env=env) as server:

        def stop(number: int, _: Any) -> None:
            stopped.append(number)
            server.terminate()

        signal.signal(signal.SIGTERM, stop)  # whoever stops the command stops the server
        try:
            code = server.wait()
        except KeyboardInterrupt:
            return 0
    return 0 if stopped else code


def taken(port: int) -> bool:
    """Whether something listens at this port of this machine already."""
    with socket.socket() as one:
        return one.connect_ex((LOOPBACK, port)) == 0


def view(config: str = "demo", seed: int = 1) -> Any:
    """Mesa's page over a city: a Solara element. ImportError without solara or altair, ConfigError for a wrong config.

    A slider that was moved founds the city again with the same seed and lets it live as many weeks as before: what
    differs has one cause. Mesa's own sliders would wait for Reset.
    """
    import solara
    import solara.lab
    from mesa.visualization import SolaraViz
    from mesa.visualization.utils import update_counter

    from contagion.exploring.pictures import network_of, stages_of

    @solara.component
    def Network(model: Any) -> Any:
        update_counter.get()
        return solara.HTML(tag="div", unsafe_innerHTML=network_of(model))

    @solara.component
    def Stages(model: Any) -> Any:
        update_counter.get()
        return solara.HTML(tag="div", unsafe_innerHTML=stages_of(model))

    @solara.component
    def Town() -> Any:
        first = solara.use_memo(lambda: SeenCity(config, seed), [])
        model: Any = solara.use_reactive(first)
        asked: Any = solara.use_reactive({})
        held: dict[str, float] = solara.use_memo(lambda: dict[str, float](), [])  # what Reset finds

        async def found_again() -> None:
            if held == asked.value:
                return
            await asyncio.sleep(PAUSE)
            held.clear()
            held.update(asked.value)
            city = SeenCity(config, seed, held)
            city.run_for(model.value.week)
            model.set(city)

        solara.lab.use_task(found_again, dependencies=[asked.value], prefer_threaded=False)
        solara.Style(STYLE)
        solara.Title(f"{_name(first)} – contagion")
        solara.HTML(tag="h1", unsafe_innerHTML=escape(_name(first)), style="font-size: 1.25rem; font-weight: 500")
        with solara.Sidebar(), solara.Card("Causes", classes=["contagion-causes"]):
            solara.Text("Move one: the town is founded again with the same luck, and lives as many weeks.")
            for key, (words, low, high) in CAUSES.items():
                was = _value(first, key)
                now = asked.value.get(key, was)

                def moved(value: float, key: str = key, was: float = was) -> None:
                    rest = {other: one for other, one in asked.value.items() if other != key}
                    asked.set(rest if value == was else {**rest, key: value})

                ends: dict[str, Any] = {"min": min(low, was), "max": max(high, was), "step": 0.01}
                solara.SliderFloat(f"{words}: {now:g}", value=now, on_value=moved, thumb_label=False, **ends)
        SolaraViz(
            model,
            components=[(Network, 0), (Stages, 0)],
            model_params={"scenario": config, "rng": seed, "asked": held},
            name=_name(first),
        )

    return Town()


def _name(city: Any) -> str:
    return str(city.given_scenario.title or city.given_scenario.name)


def _value(city: Any, key: str) -> float:
    section, name = key.split(".")
    return float(getattr(getattr(city.given_scenario, section), name))


if os.environ.get(CITY):  # served by `contagion app`
    import warnings

    import solara

    # Solara tells of cookies inside other sites' frames at every visit, which does not concern a page of this machine.
    warnings.filterwarnings("ignore", message="Cookies with samesite")

    @solara.component
    def Page() -> Any:
        """What Solara shows."""
        view(os.environ[CITY], int(os.environ.get(SEED, "1")))

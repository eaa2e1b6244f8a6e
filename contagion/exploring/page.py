"""Mesa's own page (SolaraViz) over a RecoveryCity: people and stages as drawings, parameters as sliders.

`contagion app` serves it on this machine alone. The page needs solara and altair (`pip install "contagion[app]"`), and
Solara fetches its scripts from a public content network: without the internet the page stays empty.
"""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
from typing import Any

from contagion.core.errors import ConfigError, Fault
from contagion.exploring.sliders import CAUSES
from contagion.model.agents import RecoveryCity

LOOPBACK = "127.0.0.1"
"""The page is for whoever sits at this machine: it is served to nobody else."""

CITY, SEED = "CONTAGION_APP_CONFIG", "CONTAGION_APP_SEED"
"""How the command tells the page what to show."""


class SeenCity(RecoveryCity):
    """A city that Mesa's page can found again: the page takes any `scenario` of a model for one of Mesa's own kind."""

    @property
    def scenario(self) -> Any:
        """None: the parameters are in `given_scenario`."""
        return None

    @scenario.setter
    def scenario(self, own: Any) -> None:
        self._scenario = own


def missing() -> list[str]:
    """Packages that the page needs and that are not installed."""
    return [name for name in ("solara", "altair") if importlib.util.find_spec(name) is None]


def serve(config: str, seed: int, port: int, browser: bool) -> int:
    """Serve the page until it is stopped; the exit code. ConfigError for a config that is wrong, or without the packages."""
    if absent := missing():
        rule = 'install the extra: pip install "contagion[app]"'
        raise ConfigError(Fault("", "app", None, rule, problem=f"needs {' and '.join(absent)}, which is not installed"))
    RecoveryCity(config, seed)  # a fault is told here, and what has to be compiled is compiled here
    words = [sys.executable, "-m", "solara", "run", __file__, "--host", LOOPBACK, "--port", str(port), "--production"]
    words += [] if browser else ["--no-open"]
    print(f"The page stands at http://{LOOPBACK}:{port} (Ctrl+C stops it).", flush=True)
    env = {**os.environ, CITY: config, SEED: str(seed)}
    with subprocess.Popen(words, env=env) as server:
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())  # whoever stops the command stops the server
        try:
            return server.wait()
        except KeyboardInterrupt:
            return 0


def view(config: str = "demo", seed: int = 1) -> Any:
    """Mesa's page over a city: a Solara element. ImportError without solara or altair, ConfigError for a wrong config."""
    import solara
    from mesa.visualization import Slider, SolaraViz
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

    city = SeenCity(config, seed)
    params: dict[str, Any] = {"scenario": config, "rng": seed}
    for key, (words, low, high) in CAUSES.items():
        section, name = key.split(".")
        value = float(getattr(getattr(city.given_scenario, section), name))
        params[key] = Slider(words, value, min(low, value), max(high, value), 0.01)
    name = city.given_scenario.title or city.given_scenario.name
    return SolaraViz(city, components=[(Network, 0), (Stages, 0)], model_params=params, name=name)


if os.environ.get(CITY):  # served by `contagion app`
    import solara

    @solara.component
    def Page() -> Any:
        """What Solara shows."""
        view(os.environ[CITY], int(os.environ.get(SEED, "1")))

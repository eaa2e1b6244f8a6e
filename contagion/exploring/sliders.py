"""Sliders for a notebook: move a cause and see what it does, with the luck of the draw held fixed.

As the seed is locked and every draw is keyed by who, what and when, equal settings give equal pictures: what differs has
a cause. A sentence above the pictures sets the end of the changed history beside that of the town as it was.
"""

from __future__ import annotations

import importlib.util
import sys
from typing import Any

from contagion.core.errors import ConfigError, Fault

CAUSES: dict[str, tuple[str, float, float]] = {
    "starting.friend": ("Inspired by friends", 0.0, 5.0),
    "starting.family": ("Inspired by family", 0.0, 5.0),
    "starting.weak": ("Inspired over weak ties", 0.0, 5.0),
    "start.champions": ("Champions at the start (share of the visible)", 0.0, 1.0),
    "start.visible": ("Visible recovery at the start (share)", 0.0, 1.0),
    "starting.spontaneous": ("Starts without any visible source", 0.0, 1.0),
    "relapse.scale": ("Relapse, against today", 0.0, 3.0),
    "starting.barriers": ("How barriers hinder a start", 0.0, 3.0),
}
"""The parameters that matter most to what is seen: their words, and the ends of their sliders."""

MISSING = "Sliders need ipywidgets, which is not installed (pip install ipywidgets); this is the town without them."


class Explorer:
    """A town with sliders: `sliders` by key, `chart` and `network` drawn, `said` what changed, in words."""

    def __init__(self, scenario: Any, seed: int, causes: dict[str, tuple[str, float, float]]) -> None:
        import ipywidgets as widgets

        from contagion.config.load import scenario_of
        from contagion.model.simulation import LivingCity

        self.scenario, self.seed, self._city = scenario_of(scenario), seed, LivingCity
        self.before = self._lived(self.scenario)
        self.sliders: dict[str, Any] = {}
        wide = widgets.Layout(width="100%")
        for key, (words, low, high) in causes.items():
            section, name = key.split(".")
            value = float(getattr(getattr(self.scenario, section), name))
            slider = widgets.FloatSlider(
                value=value,
                min=min(low, value),
                max=max(high, value),
                step=0.01,
                description=words,
                continuous_update=False,
                style={"description_width": "25em"},
                layout=wide,
            )
            slider.observe(self._changed, "value")
            self.sliders[key] = slider
        self.reset = widgets.Button(description="As it was")
        self.reset.on_click(self._back)
        half = widgets.Layout(width="48%", min_width="22em")  # beside each other where there is room
        self.said, self.chart, self.network = widgets.HTML(), widgets.HTML(layout=half), widgets.HTML(layout=half)
        causes_box = widgets.VBox([*self.sliders.values(), self.reset], layout=wide)
        pictures = widgets.HBox([self.chart, self.network], layout=widgets.Layout(flex_flow="row wrap"))
        self.box = widgets.VBox([causes_box, self.said, pictures], layout=wide)
        self.box.add_class("contagion-explorer")
        self._held = False
        self._draw(self.before)

    @property
    def settings(self) -> dict[str, float]:
        """What the sliders say, as settings of the scenario; what was not moved is left out."""
        own = {key: slider.value for key, slider in self.sliders.items()}
        return {key: value for key, value in own.items() if value != self._value(key)}

    def _value(self, key: str) -> float:
        section, name = key.split(".")
        return float(getattr(getattr(self.scenario, section), name))

    def _lived(self, scenario: Any) -> Any:
        city = self._city(scenario, self.seed)
        city.run()
        return city

    def _changed(self, _: Any) -> None:
        if self._held:
            return
        from contagion.config.load import scenario_of

        changed = self.settings
        self._draw(self._lived(scenario_of(self.scenario, **changed)) if changed else self.before)

    def _back(self, _: Any) -> None:
        self._held = True
        for key, slider in self.sliders.items():
            slider.value = self._value(key)
        self._held = False
        self._draw(self.before)

    def _draw(self, city: Any) -> None:
        from html import escape

        from contagion.exploring.pictures import network_of, stages_of

        self.chart.value, self.network.value = stages_of(city), network_of(city)
        now, then = (one.timeline[-1]["in_recovery"] for one in (city, self.before))
        moved = ", ".join(f"{key} = {value:g}" for key, value in self.settings.items()) or "nothing changed"
        said = f"{moved}. People in recovery at the end: {now:,.0f}; as it was: {then:,.0f}. Seed {self.seed} in both."
        self.said.value = f'<p role="status">{escape(said)}</p>'

    def _repr_mimebundle_(self, **kept: Any) -> Any:
        return self.box._repr_mimebundle_(**kept)

    def __repr__(self) -> str:
        return f"Explorer: {self.scenario.title or self.scenario.name}, seed {self.seed}, {len(self.sliders)} sliders"


def explore(scenario: Any = "demo", seed: int = 1, causes: list[str] | None = None) -> Any:
    """Sliders over the parameters that matter, with a live chart and network; the seed is locked, so only causes move.

    scenario: whatever `simulate` takes. causes: keys of parameters, dotted or by their last part, instead of the usual
    ones. Where ipywidgets is missing it says so and gives the still figure. Raises ConfigError for bad input.

    >>> explorer = ct.explore()
    >>> explorer
    Explorer: A small made-up town, seed 1, 8 sliders
    """
    from contagion.core.chance import seed_of
    from contagion.exploring.beginning import tell_of_compiling

    number, chosen = seed_of(seed), _chosen(causes)
    tell_of_compiling()
    if importlib.util.find_spec("ipywidgets") is None:
        print(MISSING, file=sys.stderr)
        return _still(scenario, number)
    return Explorer(scenario, number, chosen)


def _still(scenario: Any, seed: int) -> Any:
    from contagion.config.load import scenario_of
    from contagion.model.simulation import LivingCity

    return LivingCity(scenario_of(scenario), seed).run().plot()


def _chosen(causes: list[str] | None) -> dict[str, tuple[str, float, float]]:
    """The sliders that are asked for, from the declarations of their parameters; ConfigError for what is no number."""
    if causes is None:
        return CAUSES
    from contagion.config.keys import whole_names
    from contagion.core.parameters import declared
    from contagion.model.scenario import sections

    known = {f"{section}.{one.name}": one for section, table in sections().items() for one in declared(table)}
    found: dict[str, tuple[str, float, float]] = {}
    for key in whole_names(dict.fromkeys(causes)):
        one = known.get(key)
        if one is None or one.low is None or one.high is None:
            raise ConfigError(
                Fault("", "causes", key, "name parameters that are numbers with a lowest and a highest value")
            )
        found[key] = CAUSES.get(key, (one.meaning[:1].upper() + one.meaning[1:], float(one.low), float(one.high)))
    return found

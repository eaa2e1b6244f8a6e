"""The same city written down otherwise: rows in another order, one person apart from all others, one left out."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd

import contagion as ct
from contagion.city.columns import COLUMNS
from contagion.city.first_day import Foundation, tables_of
from contagion.core.graph import Ties, tie

OF_THE_CITY = ("calendar", "events_held", "held_lately")
"""What a town keeps by kind of event or by week, and not by neighbourhood."""


def permuted(base: Foundation, seed: int = 0) -> Foundation:
    """The same people in other rows: those with lived experience among themselves, the public likewise."""
    rng = np.random.default_rng(seed)
    people = base.ties.people
    lived = rng.permutation(base.lived)
    order = np.concatenate([lived, base.lived + rng.permutation(people - base.lived)])
    return _rows(base, order, base.lived)


def without(base: Foundation, row: int) -> Foundation:
    """The same city without one person, who has no ties. What is scaled by its people stays as it was."""
    assert base.ties.degrees()[row] == 0 and not (base.bonds == row).any()
    order = np.delete(np.arange(base.ties.people), row)
    return _rows(base, order, base.lived - (row < base.lived))


def _rows(base: Foundation, order: np.ndarray, lived: int) -> Foundation:
    """The foundation with old row `order[i]` at row i, the first `lived` of them with lived experience."""
    at = np.full(base.ties.people, -1, np.int64)
    at[order] = np.arange(order.size)
    own = order[:lived]
    columns = {name: values[order] if COLUMNS[name].everyone else values[own] for name, values in base.columns.items()}
    people, public = tables_of(columns, lived)
    bonds = base.bonds[own]
    bonds = np.where(bonds >= 0, at[bonds], -1).astype(base.bonds.dtype)
    one, two, layer, weight = base.ties.pairs()
    ties = tie(order.size, at[one], at[two], layer, weight)
    return replace(base, people=people, public=public, ties=ties, bonds=bonds, bond_layers=base.bond_layers[own])


def apart(base: Foundation, row: int, **changes: Any) -> Foundation:
    """The same city with one person set apart: no ties, no group, a neighbourhood of their own.

    `changes` are values of that person's columns.
    """
    columns = base.columns
    b = base.town.efficacy.size
    columns["neighbourhood"][row] = b
    columns["household"][row] = columns["household"].max() + 1
    if row < base.lived:
        columns["group"][row] = -1
    for name, value in changes.items():
        columns[name][row] = value
    bonds, layers = base.bonds.copy(), base.bond_layers.copy()
    bonds[bonds == row] = -1
    if row < base.lived:
        bonds[row] = -1
    longer = {
        f.name: np.append(value, value[-1:])
        for f in fields(base.town)
        if isinstance(value := getattr(base.town, f.name), np.ndarray) and f.name not in OF_THE_CITY
    }
    meet = base.meetings
    starts = {name: np.append(getattr(meet, name), getattr(meet, name)[-1]) for name in ("open_start", "aid_start")}
    meetings = replace(meet, **starts)
    people, public = tables_of(columns, base.lived)
    return replace(
        base, people=people, public=public, ties=_cut(base.ties, row), bonds=bonds, bond_layers=layers,
        town=replace(base.town, **longer), meetings=meetings,
    )  # fmt: skip


def _cut(ties: Ties, row: int) -> Ties:
    one, two, layer, weight = ties.pairs()
    kept = (one != row) & (two != row)
    return tie(ties.people, one[kept], two[kept], layer[kept], weight[kept])


# What is compared


def columns_by_person(city: ct.RecoveryCity, leaving_out: int | None = None) -> dict[str, np.ndarray]:
    """Every column, ordered by uid; `leaving_out`: the uid of somebody not looked at."""
    uid = city.columns["uid"]
    everyone = np.argsort(uid)
    lived = np.argsort(uid[: city.lived_rows])
    if leaving_out is not None:
        everyone = everyone[uid[everyone] != leaving_out]
        lived = lived[uid[lived] != leaving_out]
    return {name: values[everyone if values.size == uid.size else lived] for name, values in city.columns.items()}


def bonds_by_person(city: ct.RecoveryCity) -> list[tuple[int, int, int]]:
    """Every bond as (smaller uid, larger uid, layer)."""
    one, two, layer = city.web.bonded()
    a, b = city.columns["uid"][one], city.columns["uid"][two]
    return sorted(zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), layer.tolist(), strict=True))


def same_columns(one: dict[str, np.ndarray], two: dict[str, np.ndarray]) -> None:
    """Bit for bit the same, or an AssertionError that names the column and how many people differ."""
    assert one.keys() == two.keys()
    for name, values in one.items():
        assert values.dtype == two[name].dtype and values.shape == two[name].shape, name
        if values.tobytes() != two[name].tobytes():
            raise AssertionError(f"{name} differs for {int((values != two[name]).sum())} people")


def same_history(one: ct.RecoveryCity, two: ct.RecoveryCity) -> None:
    """Columns, bonds, timeline, events, breakdowns and ledger are the same to the bit."""
    same_columns(columns_by_person(one), columns_by_person(two))
    assert bonds_by_person(one) == bonds_by_person(two)
    a, b = one.outcomes(), two.outcomes()
    for table in ("timeline", "events", "groups", "ledger", "people"):
        pd.testing.assert_frame_equal(getattr(a, table), getattr(b, table), check_exact=True, obj=table)

"""Linearizations with other local gradients: as a person's numbers have them, and with 0 where nothing flows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .faults import EdgeKey
from .linearization import Linearization
from .sweeps import Forward, Partials


def filled(linearization: Linearization) -> Linearization:
    """Return the same with every local gradient that exists as a number: 0, not None, where nothing flows."""
    zero, active, faults = linearization.S.zero, linearization.active, linearization.slope_faults
    rows: list[tuple[Any, ...]] = []
    arguments_of, values = linearization.graph.nodes.arguments, linearization.values
    for i, (row, arguments, v) in enumerate(zip(linearization.local_gradients, arguments_of, values, strict=True)):
        if None in row and v is not None:
            edges = enumerate(zip(row, arguments, strict=True))
            row = tuple(zero if d is None and active[a] and (i, k) not in faults else d for k, (d, a) in edges)
        rows.append(row)
    return _with(linearization, Partials(rows, faults, linearization.kinks, linearization.spread))


def replaced(linearization: Linearization, local_gradients: Mapping[EdgeKey, Any]) -> Linearization:
    """Return the same with other local gradients along some edges, each a node and the position of an argument."""
    if not local_gradients:
        return linearization
    rows = list(linearization.local_gradients)
    for (i, k), number in local_gradients.items():
        rows[i] = (*rows[i][:k], number, *rows[i][k + 1 :])
    faults = {edge: fault for edge, fault in linearization.slope_faults.items() if edge not in local_gradients}
    return _with(linearization, Partials(rows, faults, linearization.kinks, linearization.spread))


def _with(linearization: Linearization, slopes: Partials) -> Linearization:
    run = Forward(linearization.values, linearization.value_faults)
    return Linearization(linearization.S, linearization.graph, run, linearization.active, slopes)

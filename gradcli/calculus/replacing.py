"""Linearizations with other local gradients: as a person's numbers have them, and with 0 where nothing flows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .faults import EdgeKey
from .linearization import Linearization
from .sweeps import Forward, Partials


def filled(linearization: Linearization) -> Linearization:
    """Return the same with every local gradient that exists as a number: 0, not None, where nothing flows."""
    active, faults = linearization.active, linearization.slope_faults
    rows: list[tuple[Any, ...]] = []
    arguments_of, values = linearization.graph.nodes.arguments, linearization.values
    for i, (row, arguments, v) in enumerate(zip(linearization.local_gradients, arguments_of, values, strict=True)):
        whole = v is None or None not in row
        rows.append(row if whole else filled_row(linearization.S, row, i, arguments, active, faults))
    return _with(linearization, Partials(rows, faults, linearization.kinks, linearization.spread))


def filled_row(
    S: Any, row: tuple[Any, ...], i: int, arguments: Sequence[int], active: Sequence[int], faults: Mapping[EdgeKey, Any]
) -> tuple[Any, ...]:
    """Return the local gradients of node `i` with 0 where nothing flows; None where there is none."""
    if None not in row:
        return row
    edges = enumerate(zip(row, arguments, strict=True))
    return tuple(S.zero if d is None and active[a] and (i, k) not in faults else d for k, (d, a) in edges)


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

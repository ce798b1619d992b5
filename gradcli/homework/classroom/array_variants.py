"""Arrays of a student's own: friendly entries, each drawn by the hash that `variants` documents, under its own name.

Labels are drawn from the classes that there are. What is drawn is away from kinks, and of a human size. The latest
version passes over draws that teach little: a softmax that is nearly certain, a relu that all entries pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import isfinite
from typing import Any

from ...arrays.entries import Array, Entries
from ...arrays.graph import ArrayGraph
from ...arrays.opening import entry_names
from ...arrays.roles import class_counts
from ...arrays.sizes import count
from ...arrays.sweeps import forward, jumps, reverse
from ...errors import GradcliError, InputError, Source
from ...numbers.ieee import IEEE
from ...record.array_point import ArrayPoint, Given
from ...record.array_values import ArrayData, array_value
from ..diagnosis.dull_arrays import SIDES, dull_arrays
from .variants import DRAWS, FLATTEST, LATEST, Variant

Shape = tuple[int, ...]

WHOLE = ("1", "2", "3", "-1", "-2", "-3")
HALVES = ("0.5", "1", "1.5", "2", "-0.5", "-1", "-1.5", "-2")
TENTHS = ("0.1", "0.2", "0.3", "0.4", "0.5", "-0.1", "-0.2", "-0.3", "-0.4", "-0.5")
POOLS = (WHOLE, HALVES, TENTHS)
ENOUGH = 6  # good points, of which the luckiest is taken
LARGEST = 1e3  # values and gradients that a person can work with
LOOSE, STRICT, OWN, TEACHING = 0, 1, 2, 3  # the standards of a point: with OWN, given inputs may have flat slopes
REPEATED = 5  # how much worse than a gradient of 0 two equal rows are


def arrays_of(
    graph: ArrayGraph,
    fixed: Mapping[str, Given],
    shapes: Mapping[str, Shape],
    choices: Mapping[str, Sequence[str]],
    variant: Variant,
) -> dict[str, Given]:
    """Return a value for every input: those that are fixed, one of the `choices`, or friendly numbers in a shape.

    Raises `InputError` where no draw is away from kinks and inside all domains.
    """
    classes = class_counts(graph)
    standards = (TEACHING, OWN, STRICT, LOOSE) if variant.version == LATEST else (STRICT, LOOSE)
    for standard in standards:
        best: tuple[int, dict[str, Given]] | None = None
        found = 0
        for k in range(DRAWS * len(POOLS)):
            drawn = {name: given_of(name, own[variant.draw(name, k, len(own))]) for name, own in choices.items()}
            for name, shape in shapes.items():
                pool = [str(label) for label in range(classes[name])] if name in classes else POOLS[k // DRAWS]
                texts: list[str | float] = [pool[variant.draw(own, k, len(pool))] for own in entry_names(name, shape)]
                drawn[name] = ArrayData(shape, texts) if shape else Source(name, str(texts[0]))
            flaws = _flaws(graph, {**fixed, **drawn}, drawn, classes, standard)
            if flaws is None:
                continue
            found += 1
            if best is None or flaws < best[0]:
                best = flaws, drawn
            if found == ENOUGH or flaws == 0:
                break
        if best is not None:
            return {**fixed, **best[1]}
    raise InputError(
        "no easy numbers keep this program away from kinks and from the edges of its domain", kind="vary",
        hint="give some of the inputs numbers or choices of your own, others than they have, or numbers to all of them",
    )  # fmt: skip


def given_of(name: str, text: str) -> Given:
    """Return a value that is written down: an array, or the text of a number."""
    source = Source(name, text)
    data = array_value(source, files=False)
    return source if data is None else data


def _flaws(
    graph: ArrayGraph, point: Mapping[str, Given], drawn: Collection[str], classes: Mapping[str, int], standard: int
) -> int | None:
    """Return how unlucky a point is, or None where it cannot be set: a kink, a fault, numbers that are no work."""
    A, strict = Entries(IEEE), standard >= STRICT
    try:
        arrays = ArrayPoint(point).with_defaults(graph).arrays(A, graph.inputs)
        run = forward(A, graph, arrays)
        if run.faults or not _all_within(run.values, LARGEST if strict else None):
            return None
        if any(jumps(A, graph, run.values, graph.inputs.values(), graph.output)):
            return None
        if standard >= OWN and (_is_dull(graph, run.values, drawn) or _one_label(arrays, drawn, classes)):
            return None
        if graph.nodes[graph.output].shape:
            return _repeated(arrays, drawn, classes)
        active = graph.active(list(graph.differentiable.values()))
        back = reverse(A, graph, run.values, active, graph.output, A.full(1, ()))
    except GradcliError:
        return None
    slopes = [g for i in graph.differentiable.values() if (g := back.upstream[i]) is not None]
    if back.faults or back.kinks or not _all_within(slopes, LARGEST if strict else None):
        return None
    inputs = [i for name, i in graph.differentiable.items() if standard != OWN or name in drawn]
    if strict and any(max(map(abs, g.entries)) < FLATTEST for i in inputs if (g := back.upstream[i]) is not None):
        return None
    flat = sum(abs(x) < FLATTEST for g in slopes for x in g.entries)
    return flat + _repeated(arrays, drawn, classes)


def _is_dull(graph: ArrayGraph, values: Sequence[Array], drawn: Iterable[str]) -> bool:
    """Whether something teaches little that what is drawn moves: no draw helps where the other inputs saturate."""
    found = list(dull_arrays(graph, [v.entries for v in values]))
    moved = graph.active([graph.inputs[name] for name in drawn]) if found else []
    at = (one.node if one.function in SIDES else graph.nodes[one.node].arguments[0] for one in found)
    return any(moved[i] for i in at)


def _all_within(arrays: Iterable[Array], largest: float | None) -> bool:
    """Whether all entries are numbers, and of a human size where that is asked for."""
    return all(
        x is not None and isfinite(x) and (largest is None or abs(x) <= largest) for v in arrays for x in v.entries
    )


def _one_label(arrays: Mapping[str, Array], drawn: Iterable[str], classes: Mapping[str, int]) -> bool:
    """Whether all labels of some array that was drawn are the same."""
    return any(
        name in classes and classes[name] > 1 < len(entries) and len(set(entries)) == 1
        for name in drawn
        for entries in [arrays[name].entries]
    )


def _repeated(arrays: Mapping[str, Array], drawn: Iterable[str], classes: Mapping[str, int]) -> int:
    """Return how much of what was drawn is there twice: rows, columns, labels while others are left."""
    total = 0
    for name in drawn:
        found = arrays[name]
        if name in classes:
            total += min(classes[name], count(found.shape)) - len(set(found.entries))
        elif len(found.shape) == 2:
            width = found.shape[1]
            rows = [tuple(found.entries[k : k + width]) for k in range(0, len(found.entries), width)]
            columns: list[Any] = [tuple(found.entries[k::width]) for k in range(width)]
            total += REPEATED * (len(rows) - len(set(rows)) + len(columns) - len(set(columns)))
    return total

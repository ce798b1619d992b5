"""scatter(g, x[1:]): entries go back to where they were taken, as the transpose of the map that took them."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

from gradcli.arrays.entries import Array, Entries
from gradcli.arrays.graph import ArrayBuilder
from gradcli.arrays.opening import Opening, entry_names
from gradcli.arrays.roles import whole_numbers
from gradcli.arrays.scatters import MOVERS
from gradcli.arrays.sizes import count
from gradcli.arrays.sweeps import forward, reverse
from gradcli.arrays.table import ARRAY_OPERATIONS, SCATTER
from gradcli.calculus.linearization import linearize
from gradcli.calculus.operations import MUL
from gradcli.errors import InputError, Source
from gradcli.language.array_scope import parse_arrays
from gradcli.numbers.fractions import Exact

from .array_rows import cases

NOWHERE = (0, 0)


def total(a: Array, b: Array) -> Fraction:
    return sum((x * y for x, y in zip(a.entries, b.entries, strict=True)), Fraction(0))


@pytest.mark.parametrize("name", sorted(MOVERS & ARRAY_OPERATIONS.keys()))
def test_scatter_is_the_transpose_of_what_takes_entries(name: str) -> None:
    row = ARRAY_OPERATIONS[name]
    rng = random.Random(name)
    for shapes, fixed in cases(row, 25):
        builder = ArrayBuilder()
        x, *rest = [builder.input(n, s, NOWHERE) for n, s in zip("xij", shapes, strict=False)]
        taken = builder.apply(row, [x, *rest], NOWHERE, fixed)
        taken_shape: Any = builder.shape(taken)
        g = builder.input("g", taken_shape, NOWHERE)
        found = builder.apply(SCATTER, [g, taken], NOWHERE)
        assert builder.shape(found) == shapes[0]
        u = builder.input("u", shapes[0], NOWHERE)
        product = builder.entrywise(MUL, [found, u], NOWHERE)
        graph = builder.freeze(builder.apply(ARRAY_OPERATIONS["sum"], [product], NOWHERE))
        A = Entries(Exact())
        point: dict[str, Array] = {}
        for label, i in graph.inputs.items():
            shape: Any = graph.nodes[i].shape
            role = label in "ij"
            top = min(shapes[0]) if role else 9
            numbers = [Fraction(rng.randrange(top) if role else rng.randint(-9, 9)) for _ in range(count(shape))]
            point[label] = A.make(shape, numbers)
        labels = whole_numbers(graph, point)
        run = forward(A, graph, point)
        image = row.value(A, point["u"], *[run.values[k] for k in rest], **fixed)
        assert total(run.values[found], point["u"]) == total(point["g"], image) == run.values[graph.output].entries[0]
        back = reverse(A, graph, run.values, graph.active([g, x]), graph.output, A.full(1, ()))
        for node, want in ((g, image.entries), (x, [0] * count(shapes[0]))):
            upstream = back.upstream[node]
            assert upstream is not None
            assert upstream.entries == want
        opened = Opening(graph, labels)
        names = {n: dict(zip(entry_names(n, a.shape), a.entries, strict=True)) for n, a in point.items()}
        numbers_of = {name: number for entries in names.values() for name, number in entries.items()}
        scalars = linearize(Exact(), opened.graph, numbers_of, bytearray(len(opened.graph.nodes)))
        assert [scalars.values[i] for i in opened.entries[found]] == run.values[found].entries


def test_an_index_beyond_the_end_is_told_in_a_scatter_too() -> None:
    graph = parse_arrays(Source("program", "sum(scatter(g, x[i]))"), {"g": (2,), "x": (3,), "i": (2,)})
    A = Entries(Exact())
    numbers = {"g": [1, 2], "x": [1, 2, 3], "i": [0, 3]}
    point = {name: A.make((len(entries),), [Fraction(n) for n in entries]) for name, entries in numbers.items()}
    with pytest.raises(InputError, match=r"i\[1\] is 3, and there are 3 places"):
        whole_numbers(graph, point)
    assert list(graph.differentiable) == ["g", "x"]


@pytest.mark.parametrize(
    ("program", "message"),
    [("sum(scatter(g, 2*x))", "puts g back where"), ("sum(scatter(g, x))", "puts g back where"),
     ("sum(scatter(g, x[1]))", "both need one shape")],
)  # fmt: skip
def test_what_cannot_be_scattered_is_an_error(program: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_arrays(Source("program", program), {"g": (2,), "x": (3,)})

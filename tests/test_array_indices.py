"""Literals and indices, drawn at random: their shapes are those of NumPy, and so is what NumPy refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.arrays.sizes import Shape
from gradcli.errors import GradcliError, Source
from gradcli.language.array_scope import parse_arrays

from .examples import examples

NUMERALS = st.from_regex(r"\A-?(?:[0-9]{1,4}\.?[0-9]{0,3}|\.[0-9]{1,3})(?:[eE][+-]?[0-9])?\Z")
SHAPES = st.lists(st.integers(1, 4), max_size=4).map(tuple)
BLANKS = st.sampled_from(("", "", " ", "\n", "  # [ a comment\n"))


@st.composite
def literals(draw: Any) -> tuple[str, Any]:
    """Return the text of an array of numerals, and its value as Python reads the numerals."""
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))

    def built(sizes: list[int]) -> tuple[str, Any]:
        if not sizes:
            text = draw(NUMERALS)
            return text, float(text)
        parts = [built(sizes[1:]) for _ in range(sizes[0])]
        between = draw(BLANKS)
        return f"[{between}{f',{between} '.join(text for text, _ in parts)}]", [value for _, value in parts]

    return built(shape)  # type: ignore[no-any-return]


@st.composite
def indices(draw: Any, shape: Shape) -> tuple[str, Any]:
    """Return an index of an array as a program writes it, and as NumPy takes it; some are beyond the end."""
    places = draw(st.integers(1, len(shape) + 1)) if shape else 1
    texts, values = [], []
    with_array = False
    for _ in range(places):
        kind = draw(st.sampled_from(("whole", "whole", "slice", "slice", "new", "array")))
        if kind == "array" and not with_array and not any(isinstance(v, int) for v in values):
            with_array = True
            chosen = draw(st.lists(st.just(0), min_size=1, max_size=3))
            texts.append(str(chosen))
            values.append(np.array(chosen))
        elif kind == "new":
            texts.append("None")
            values.append(None)
        elif kind == "slice":
            ends = [draw(st.one_of(st.none(), st.integers(-5, 5))) for _ in range(2)]
            step = draw(st.sampled_from((None, None, 1, 2, -1)))
            start, stop = ("" if end is None else str(end) for end in ends)
            texts.append(f"{start}:{stop}" + ("" if step is None else f":{step}"))
            values.append(slice(*ends, step))
        elif not with_array:
            values.append(draw(st.integers(-4, 4)))
            texts.append(str(values[-1]))
        else:
            texts.append(":")
            values.append(slice(None))
    return ", ".join(texts), tuple(values)


def shape_of(text: str, **shapes: Shape) -> Shape | None:
    """Return the shape of a program's output; None where it is refused."""
    try:
        graph = parse_arrays(Source("program", text), shapes)
    except GradcliError as error:
        assert error.span is not None
        return None
    return graph.nodes[graph.output].shape


@examples(200)
@given(literals())
def test_literals_have_the_shape_and_numbers_of_numpy(case: tuple[str, Any]) -> None:
    text, value = case
    array = np.array(value)
    try:
        graph = parse_arrays(Source("program", text), {})
    except GradcliError as error:
        assert "number" in error.message  # overflows or underflows
        return
    (node,) = graph.nodes
    assert node.shape == array.shape
    assert [float(numeral) for numeral in node.fixed["texts"]] == array.ravel().tolist()


@examples(100)
@given(literals(), st.integers(0, 200), st.sampled_from(("[", "]", ",", "1", " 2", "[1]")))
def test_damaged_literals_are_read_or_refused(case: tuple[str, Any], at: int, damage: str) -> None:
    text = case[0]
    at %= len(text) + 1
    shape_of(text[:at] + damage + text[at:])
    shape_of(text[:at] + text[at + 1 :])


@examples(300)
@given(st.data())
def test_indices_have_the_shapes_of_numpy(data: st.DataObject) -> None:
    shape = data.draw(SHAPES)
    text, value = data.draw(indices(shape))
    try:
        wanted = np.zeros(shape)[value].shape
    except IndexError:
        wanted = None
    found = shape_of(f"x[{text}]", x=shape)
    if wanted is not None and (0 in wanted or len(wanted) > 4):
        wanted = None  # arrays have entries, and at most four axes
    assert found == wanted


@examples(200)
@given(SHAPES, SHAPES, st.sampled_from("+-*/"))
def test_one_side_may_grow(a: Shape, b: Shape, sign: str) -> None:
    """NumPy's shape where one operand has it already; nothing else is accepted."""
    try:
        wanted: Shape | None = np.broadcast_shapes(a, b)
    except ValueError:
        wanted = None
    found = shape_of(f"x {sign} y", x=a, y=b)
    assert found == (wanted if wanted in (a, b) else None)


@examples(100)
@given(SHAPES, SHAPES)
def test_products_have_the_shapes_of_numpy(a: Shape, b: Shape) -> None:
    found = shape_of("x@y", x=a, y=b)
    try:
        wanted = np.matmul(np.zeros(a), np.zeros(b)).shape
    except ValueError:
        wanted = None
    if found is not None:
        assert found == wanted
    elif wanted is not None:  # beyond two axes all others are equal
        assert len(a) != len(b) or a[:-2] != b[:-2]


@pytest.mark.parametrize("axis", ["", ", axis=0", ", axis=-1", ", axis=(0, -1)", ", axis=[1]"])
@pytest.mark.parametrize("keep", ["", ", keep=1"])
def test_reductions_have_the_shapes_of_numpy(axis: str, keep: str) -> None:
    arguments = eval(f"dict({(axis + keep).replace('[1]', '(1,)').removeprefix(', ')})")
    for name in ("sum", "mean", "max", "min", "prod", "var"):
        numpy_arguments = {"keepdims" if k == "keep" else k: v for k, v in arguments.items()}
        wanted = getattr(np, name)(np.zeros((2, 3, 4)), **numpy_arguments).shape
        assert shape_of(f"{name}(x{axis}{keep})", x=(2, 3, 4)) == wanted

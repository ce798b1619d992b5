"""What items of arrays are called: edges that are used twice, entries, shapes, quotients, and what is no item."""

from __future__ import annotations

import math

import pytest

from gradcli.errors import GradcliError, InputError
from gradcli.homework.claims import array_formulas
from gradcli.homework.claims.array_formulas import ArraySamples
from gradcli.homework.claims.array_items import MOST_LOCAL, ArrayItem, item_name, names_step, readings, worksheet
from gradcli.homework.claims.items import DERIVATIVE, LOCAL, UPSTREAM, VALUE

from .array_sheets import key_of

RECORD = key_of("z = x*x; s = sum(z); m = W@x; L = s*2 + sum(m)", {"x": [1, 2], "W": [[1, 2], [3, 4]]}).record
NODE = RECORD.graph.by_label
X, Z, S, M, W, L = (NODE[name] for name in "xzsmWL")


@pytest.mark.parametrize(("text", "item"), [
    ("z", (VALUE, Z, -1, (2,), None)), (" z ", (VALUE, Z, -1, (2,), None)), ("z[1]", (VALUE, Z, -1, (), (1,))),
    ("z[-1]", (VALUE, Z, -1, (), (1,))), ("W[0]", (VALUE, W, -1, (2,), (0, 1))), ("W[:,1]", (VALUE, W, -1, (2,),
    (1, 3))),
    ("W[1,0]", (VALUE, W, -1, (), (2,))), ("dL/dz", (UPSTREAM, Z, -1, (2,), None)),
    ("dz", (UPSTREAM, Z, -1, (2,), None)),
    ("z.grad", (UPSTREAM, Z, -1, (2,), None)), ("dL/dW[1]", (UPSTREAM, W, -1, (2,), (2, 3))),
    ("ds/dx", (DERIVATIVE, X, S, (2,), None)), ("local(z,x,1)", (LOCAL, Z, 0, (2, 2), None)),
    ("local(z,x,2)", (LOCAL, Z, 1, (2, 2), None)), ("local(m,W)", (LOCAL, M, 0, (2, 2, 2), None)),
    ("local(m,x)[0]", (LOCAL, M, 1, (2,), (0, 1))), ("dm/dx", (LOCAL, M, 1, (2, 2), None)),
    ("\u2202L/\u2202z", (UPSTREAM, Z, -1, (2,), None)),
])  # fmt: skip
def test_ways_to_write_an_item(text: str, item: tuple[object, ...]) -> None:
    found = readings(RECORD, text)[0]
    assert found[:5] == item
    assert readings(RECORD, item_name(RECORD, found))[0] == found


@pytest.mark.parametrize(("text", "hint"), [
    ("local(z,x)", "z uses x 2 times: write local(z,x,1)"), ("local(z,x,3)", "z uses x 2 times"),
    ("local(z,x,0)", "z uses x 2 times"), ("local(z,W)", "z is computed from x"),
    ("local(x,W)", "x is computed from nothing"),
    ("dz/dx", "z is an array: local(v,x) is the Jacobian"), ("q", "the names are"),
    ("q + 1", "items are written z, z[1], dL/dW or local(z,W)"),
    ("dL/dq", "the names are x, z, s, m"), ("z[2]", ""), ("z[0,0]", ""), ("dq/dx", ""), ("new(x)", "give the rate"),
    ("new(z)", "z is computed"), ("shape(q)", ""), ("zz", "did you mean z?"),
])  # fmt: skip
def test_what_is_no_item(text: str, hint: str) -> None:
    with pytest.raises(GradcliError) as caught:
        readings(RECORD, text)
    assert hint.partition("x, z")[0] in f"{caught.value.hint}"


@pytest.mark.parametrize(("text", "hint"), [
    ("W[1][0]", "write W[1,0]"), ("dL/dW[ 1 ] [0]", "write dL/dW[1,0]"),
    ("dL/dW(1, 0)", "write dL/dW[1,0]; indices start at 0"),
    ("z(1)", "write z[1]; indices start at 0"), ("z.shape", "write shape(z)"), ("dL/dW.shape", "write shape(dL/dW)"),
    ("W.grad.size()", "write shape(W.grad)"), ("len(z)", "write shape(z)"), ("np.shape( dW )", "write shape(dW)"),
    ("dL/dW.T", "claim dL/dW itself, not its transpose"), ("grad(W)", "write dL/dW"), ("gradient( x )", "write dL/dx"),
    ("W@x", "its name is m"), ("sum( m )", "its name is v2"), ("W[s]", "indices start at 0: [1,0]"),
    ("shape(shape(z))", "a shape has none itself"), ("shape(q)", "the names are x, z, s, W, m, v1, v2, L"),
    # what is written so and is none
    *((text, "items are written z, z[1], dL/dW or local(z,W)") for text in (
        "z[0][0]", "q.T", "z.shape.shape", "grad(q)", "[1][0]", "W[0][0][0][0][0]", "z" + " " * 100_000 + "x",
        "z" + ".shape" * 3_000, "shape()")),
    ("shape(" * 3_000 + "z" + ")" * 3_000, "a shape has none itself"),
])  # fmt: skip
def test_what_is_written_as_elsewhere_is_told_as_here(text: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        readings(RECORD, text)
    assert caught.value.hint == hint
    assert caught.value.message.startswith(("there is no item ", "an index of W is a whole number or a slice"))


def test_a_large_jacobian_is_refused() -> None:
    for size, fits in ((8, True), (9, False)):
        assert (size * size <= MOST_LOCAL) is fits
        record = key_of("h = tanh(x); L = sum(h)", {"x": [0.1] * size}).record
        if fits:
            assert readings(record, "local(h,x)")[0].shape == (8, 8)
            continue
        with pytest.raises(GradcliError, match="more than 64 entries"):
            readings(record, "local(h,x)")


def test_a_full_sheet() -> None:
    asked = [item_name(RECORD, item) for item in worksheet(RECORD)]
    values = [name for name in asked if "/" not in name]
    gradients = [name for name in asked if "/" in name]
    assert values[0] == "z"
    assert values[-1] == "L"
    assert gradients[0] == "dL/dL"
    assert set(gradients) >= {"dL/dz", "dL/dx", "dL/dW", "dL/ds", "dL/dm"}
    choice = key_of("L = sum(where(x > 0, x, 2*x))", {"x": [1, -2]}).record
    names = [choice.graph.nodes[item.node].operation.name for item in worksheet(choice)]
    assert "where" in names
    assert "gt" not in names
    unused = key_of("q = y*2; L = sum(x)", {"x": [1, 2], "y": [3, 4]}).record
    assert "q" not in [item_name(unused, item) for item in worksheet(unused)]


def test_entries_that_are_taken() -> None:
    whole = ArrayItem(VALUE, 0, -1, (2, 2))
    assert whole.taken([1, 2, 3, 4]) == [1, 2, 3, 4]
    assert whole._replace(places=(3, 0)).taken([1, 2, 3, 4]) == [4, 1]
    assert whole.whole == (VALUE, 0, -1)
    assert [names_step(text) for text in ("new(W)", " new( W )[0,1] ", "new W", "news(W)")] == [
        True,
        True,
        False,
        False,
    ]
    shape = readings(RECORD, "shape(dL/dW)")[0]
    assert shape.of_shape
    assert item_name(RECORD, shape) == "shape(dL/dW)"


@pytest.mark.parametrize(("limit", "points"), [(23, 6), (5, 5), (1, 1), (0, 0)])
def test_large_programs_are_tried_at_fewer_points(monkeypatch: pytest.MonkeyPatch, limit: int, points: int) -> None:
    graph = RECORD.graph
    work = graph.products + sum(math.prod(RECORD.shape(i)) for i in range(len(graph.nodes)))
    monkeypatch.setattr(array_formulas, "MAX_WORK", limit * work + work - 1)
    assert len(ArraySamples(RECORD, 1, ()).runs()) == points

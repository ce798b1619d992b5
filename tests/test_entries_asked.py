"""Which entries a text asks for, by every way of writing one, and what is said of a text that names none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.language.syntax import parse
from gradcli.numbers.systems import FLOAT
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays
from gradcli.record.array_request import MOST_ENTRIES, asked_entries
from gradcli.record.array_values import array_of
from gradcli.record.request import Request
from gradcli.record.values import _rounds_once, number


def record(program: str, point: Mapping[str, Any], **asked: Any) -> ArrayGradient:
    given = {name: array_of(name, value) for name, value in point.items()}
    return evaluate_arrays(Source("program", program), given, Request(**asked))


LAYER = record("z = W@x; L = sum(z*z) + d; M = L", {"W": [[1, 2], [3, 4]], "x": [1, 1], "d": 2})
LONG = record("L = sum(x*dx)", {"x": list(range(17)), "dx": list(range(17))})
LABELS = record("L = cross_entropy(z, y)", {"z": [1, 2, 3], "y": 1})
FEW = record("L = sum(x*w)", {"x": [1, 2], "w": [3, 4]}, wrt=["w"])


@pytest.mark.parametrize(("of", "text", "name", "places", "is_derivative"), [
    (LAYER, "dL/dW[1,0]", "W", [2], True), (LAYER, "dW[1,0]", "W", [2], True), (LAYER, "W[1,0]", "W", [2], False),
    (LAYER, " dL/dW [1,0] ", "W", [2], True), (LAYER, "z[1]", "z", [1], False), (LAYER, "dL/dz[0]", "z", [0], True),
    (LAYER, "dz[-1]", "z", [1], True), (LAYER, "L", "L", [0], False), (LAYER, "dL/dL", "L", [0], True),
    (LAYER, "dL", "L", [0], True), (LAYER, "dL/dd", "d", [0], True), (LAYER, "dd", "d", [0], True),
    (LAYER, "d", "d", [0], False), (LAYER, "W[0]", "W", [0, 1], False), (LAYER, "dL/dW[:,1]", "W", [1, 3], True),
    (LAYER, "dM/dW[0,0]", "W", [0], True), (LAYER, "M", "L", [0], False),  # another name of the output
    (LONG, "x[:16]", "x", list(range(16)), False), (LONG, "dx[3]", "dx", [3], False),
    (LONG, "dL/dx[3]", "x", [3], True), (LONG, "ddx[3]", "dx", [3], True),
    (LABELS, "y", "y", [0], False), (LABELS, "dz[2]", "z", [2], True),
    (FEW, "x[1]", "x", [1], False),
])  # fmt: skip
def test_entries_that_a_text_names(
    of: ArrayGradient, text: str, name: str, places: list[int], is_derivative: bool
) -> None:
    found = asked_entries(of, text)
    assert [(of.labels[one.node], one.place, one.is_derivative) for one in found] == [
        (name, place, is_derivative) for place in places]  # fmt: skip


NONE = "it holds labels or indices, or --wrt leaves it out"


@pytest.mark.parametrize(("of", "text", "message", "hint"), [
    (LAYER, "q", "nothing in the program is called q", "an entry is dL/dW[0,0], or one such as W[0,0]"),
    (LAYER, "dL/dq[0]", "nothing in the program is called q", "an entry is dL/dW[0,0], or one such as W[0,0]"),
    (LABELS, "zz[0]", "nothing in the program is called zz", "did you mean z?"),
    (LAYER, "dz/dW[0,0]", "dz/dW[0,0] is no derivative of L, which is differentiated", "write dL/dW[0,0]"),
    (LAYER, "dL/dW", "W is 2x2: name an entry", "--entry 'dL/dW[0,0]'"),
    (LAYER, "W", "W is 2x2: name an entry", "--entry 'W[0,0]'"),
    (LAYER, "dx", "x has 2 entries: name an entry", "--entry 'dx[0]'"),
    (LONG, "dx", "dx has 17 entries: name an entry", "--entry 'dx[0]'"),
    (LONG, "x[:17]", "x[:17] names 17 entries, more than 16", None),
    (LONG, "dL/dx[:]", "x[:] names 17 entries, more than 16", None),
    (LABELS, "dL/dy", "L is not differentiated with respect to y", NONE),
    (FEW, "dx[1]", "L is not differentiated with respect to x", NONE),
])  # fmt: skip
def test_texts_that_name_no_entries(of: ArrayGradient, text: str, message: str, hint: str | None) -> None:
    assert MOST_ENTRIES == 16
    with pytest.raises(InputError) as raised:
        asked_entries(of, text)
    error = raised.value
    assert (error.message.replace("\u00d7", "x"), error.hint, error.kind) == (message, hint, "name")


# ---- constants


@pytest.mark.parametrize(("text", "once", "value"), [
    ("1/3", True, 1 / 3), ("0.1 + 0.2", True, 0.1 + 0.2), ("pi/4", True, 0.7853981633974483), ("pi/3", False, None),
    ("2*pi", True, 6.283185307179586), ("pi*0.5", True, 1.5707963267948966), ("3*pi", False, None), ("-pi", True, None),
    ("-pi/2", True, -1.5707963267948966), ("4/pi", False, None), ("pi + 2", False, None), ("pi*pi", False, None),
    ("pi - 4", False, None), ("0.1 + 0.2 + 0.3", False, 0.6), ("1/3*3", False, 1.0), ("sqrt(2)", False, 2**0.5),
    ("pi", True, None), ("2", True, 2.0), ("-(2)", True, -2.0), ("e/e", False, 1.0), ("e/8", True, None),
])  # fmt: skip
def test_where_binary64_gives_the_nearest_number_at_once(text: str, once: bool, value: float | None) -> None:
    """One rounding is the right one; a power of 2 adds none to that of the constant."""
    assert _rounds_once(parse(Source("x", text))) is once
    if value is not None and text != "0.1 + 0.2":
        assert number(FLOAT, Source("x", text)) == value

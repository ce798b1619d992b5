"""--shapes: 3 is the shape of a vector, and a number where sizes, axes, places and steps are read from it."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli import differentiate
from gradcli.errors import InputError

from .test_array_reports import gradcli
from .test_json import strict


@pytest.mark.parametrize(("program", "words", "shapes"), [
    ("sum(onehot(y, K)*x)", "K=3 y=N x=NxK", {"K": [], "y": ["N"], "x": ["N", 3]}),
    ("sum(eye(K)@x)", "K=3 x=3", {"K": [], "x": [3]}),
    ("sum(eye(K + 1)@x)", "K=3 x=4", {"K": [], "x": [4]}),
    ("sum(zeros(K) + x)", "K=3 x=3", {"K": [], "x": [3]}),
    ("sum(zeros(m*n) + x)", "m=3 n=2 x=6", {"m": [], "n": [], "x": [6]}),  # m*n fits as numbers alone
    ("f = reshape(x, a, b)", "x=6 a=2 b=3", {"x": [6], "a": [], "b": [], "f": [2, 3]}),
    ("f = sum(x, axis=a)", "x=4x3 a=1", {"x": [4, 3], "a": [], "f": [4]}),
    ("f = sum(x, axis=a)", "x=4x3 a=0", {"x": [4, 3], "a": [], "f": [3]}),
    ("f = sum(x, axis=a)", "x=4x3 a=-1", {"x": [4, 3], "a": [], "f": [4]}),
    ("f = x[0:k]", "x=6 k=2", {"x": [6], "k": [], "f": [2]}),
    ("h[0] = x; h[k] = W@h[k-1] for k = 1..T; h[-1]", "x=2 W=2x2 T=2", {"x": [2], "W": [2, 2], "T": []}),
    ("sum(eye(K)*K)", "K=3", {"K": []}),
    ("sum(K*x)", "K=3 x=3", {"K": [3], "x": [3]}),  # nothing needs a number here
])  # fmt: skip
def test_a_number_that_sizes_are_read_from_is_no_shape(program: str, words: str, shapes: dict[str, Any]) -> None:
    out, err, status = gradcli(program, "--shapes", "--json", *words.split())
    assert status == 0, err
    found = strict(out)["shapes"]
    assert {name: found[name] for name in shapes} == shapes


@pytest.mark.parametrize(("program", "words", "said"), [
    ("eye(K)", "K=K", "hint: write a whole number for K, such as K=3"),
    ("eye(K)", "K=number", "hint: write a whole number for K, such as K=3"),
    ("reshape(x, a, b)", "x=6 a=N b=number", "hint: write a whole number for a, such as a=3"),
    ("reshape(x, a*b, 1)", "x=6 a=number b=number", "hint: write whole numbers for a and b, such as a=3 b=3"),
    ("eye(sum(x))", "x=3", "hint: it hangs on numerals, sizes and bound whole numbers alone"),
    ("sum(m*n)", "m=3 n=2", "m*n does not fit: m has 3 entries, n has 2 entries"),
    ("sum(m*n) + sum(eye(m))", "m=3 n=2", "m*n does not fit: m has 3 entries, n has 2 entries"),
    ("sum(x*a)", "x=4x3 a=0", "a: a size is 1 or more"),
    ("sum(x, axis=a) + W@x", "x=4 a=0 W=2x3", "W@x does not fit"),
    ("A@B", "", "hint: a shape is A=NxD, A=3x2, A=C for a vector, or A=number; a size or an axis is its number, A=3\n"),
    ("Wt@w", "W=3x2 w=2", "hint: did you mean W?\n"),
    (f"{'long' * 15}@B", "", f"hint: a shape is {'long' * 9}l...=NxD"),
])  # fmt: skip
def test_what_is_said_where_a_size_is_not_known(program: str, words: str, said: str) -> None:
    _, err, status = gradcli(program, "--shapes", *words.split())
    assert status == 2
    assert said in err


@pytest.mark.parametrize("value", ["3.5", "+-3", "--3", "1e1", "3±1"])
def test_a_value_that_is_no_size(value: str) -> None:
    with pytest.raises(InputError, match=r"^n of eye must be known before the run$") as raised:
        differentiate("sum(eye(K)*x)", {"K": value, "x": "1"})
    assert raised.value.hint == "write a whole number for K, such as K=3"


@pytest.mark.parametrize("text", ["3x", "3x-2", "Nx", "xN", "x", "3 2", "1 -1", "2y", "3x2x", "N+1", "2N", "-N", ""])
def test_what_is_neither_a_shape_nor_a_value_is_refused(text: str) -> None:
    """It was taken for a number, whatever it was, where the program fits one."""
    _, err, status = gradcli("sum(x)", "--shapes", f"x={text}")
    assert status == 2
    assert "hint: a shape is x=NxD, x=3x2, x=C for a vector, or x=number" in err


@pytest.mark.parametrize(("text", "said"), [
    ("a(b)", "there is no function a"), ("[1,2", "[ is not closed"), ("(3", "missing"), ("3)", "this ) has no ("),
])  # fmt: skip
def test_a_value_that_cannot_be_read_says_why(text: str, said: str) -> None:
    _, err, status = gradcli("sum(x)", "--shapes", f"x={text}")
    assert status == 2
    assert said in err


@pytest.mark.parametrize("text", ["3.5", "-3", "1/3", "3**2", "2±0.1", "number", "()"])
def test_a_value_or_a_word_is_a_number(text: str) -> None:
    out, _, status = gradcli("sum(x)", "--shapes", "--json", f"x={text}")
    assert status == 0
    assert strict(out)["shapes"]["x"] == []

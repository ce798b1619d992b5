"""Gradients divided by another size of the program than the right one: the number and what has it are told."""

from __future__ import annotations

import re
from typing import Any

import pytest

from .array_sheets import key_of, marked, named, wrong

np: Any = pytest.importorskip("numpy")

from .vectorised import ACTIVATIONS, Net, claim, net, softmax  # noqa: E402

SIZES = ((4, 3, 5, 2), (5, 4, 3, 2), (6, 2, 4, 3), (8, 3, 5, 4), (1, 2, 3, 4), (5, 7, 10, 3))


def gradients(n: Net, where: str, d: int) -> dict[str, Any]:
    """Return the gradients of a network with d in the place of N at the loss, or dW1 or dZ1 divided by d too."""
    act, slope = ACTIVATIONS[n.activation]
    N, C = len(n.X), n.W2.shape[1]
    Z1 = n.X @ n.W1 + n.b1
    A1 = act(Z1)
    Z2 = A1 @ n.W2 + n.b2
    dZ2 = (softmax(Z2) - np.eye(C)[n.y] if n.loss == "ce" else 2 * (Z2 - n.y)) / (d if where == "loss" else N)
    dZ1 = (dZ2 @ n.W2.T) * slope(Z1, A1) / (d if where == "dZ1" else 1)
    dW1 = n.X.T @ dZ1 / (d if where == "dW1" else 1)
    return {"dL/dW1": dW1, "dL/db1": dZ1.sum(axis=0), "dL/dW2": A1.T @ dZ2, "dL/db2": dZ2.sum(axis=0)}


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize(("loss", "activation"), [("ce", "tanh"), ("mse", "relu")])
def test_a_division_by_another_size_is_told_with_its_number(
    sizes: tuple[int, int, int, int], loss: str, activation: str
) -> None:
    n = net(sizes, activation, loss, 7)
    key = key_of(n.program, n.bindings)
    N, D, H, C = sizes
    for d in (D, H, C, N * C, N * D, H * C):
        for where in ("loss", "dW1", "dZ1"):
            found = gradients(n, where, d)
            for items in (list(found), ["dL/dW1"]):
                sheet = marked(key, {item: claim(found[item]) for item in items})
                told = [d.message for m in sheet.marks for d in m.diagnoses]
                if wrong(sheet):
                    assert any(re.search(rf"\b{d}\b", text) for text in told), (where, d, items, told)
                    assert not any("N - 1" in text for text in told), (where, d, told)


def told(program: str, bindings: dict[str, Any], item: str, right: Any) -> list[str]:
    """Return the diagnoses of one array in words."""
    (mark,) = marked(key_of(program, bindings), {item: claim(np.array(right))}).marks
    return [d.message for d in mark.diagnoses]


X = {"X": [[1.5, 2, 0.5, 3], [3, -1, 2, 2.5], [0.5, 1, 1, -2]], "w": [1, 2, 0.5, -1], "y": [2, 9, 1]}
RIGHT = np.array(X["X"]).T @ (2 * (np.array(X["X"]) @ X["w"] - X["y"]) / 3)


def test_the_array_and_its_axis_are_named() -> None:
    """Three rows, four columns: 1/4 in the place of 1/3 is told as the columns of X for its rows."""
    (text,) = told("L = mean((X@w - y)**2)", X, "dL/dw", RIGHT * 3 / 4)
    assert text.startswith("consistent with a division by 4, the columns of X, instead of by 3, its rows,")
    (text,) = told("L = mean((X@w - y)**2)", X, "dL/dw", RIGHT / 4)
    assert text.startswith("consistent with one more division by 4, the columns of X (so by all 12 entries, not by 3)")


def test_n_minus_one_is_told_where_no_size_of_the_program_fits() -> None:
    assert any("2 = N - 1" in text for text in told("L = mean((X@w - y)**2)", X, "dL/dw", RIGHT * 3 / 2))
    less = {"X": [row[:2] for row in X["X"]], "w": [1, 2], "y": X["y"]}
    right = np.array(less["X"]).T @ (2 * (np.array(less["X"]) @ less["w"] - less["y"]) / 3)
    texts = told("L = mean((X@w - y)**2)", less, "dL/dw", right * 3 / 2)
    assert not any("N - 1" in text for text in texts)
    assert any("a division by 2, the columns of X, instead of by 3, its rows" in text for text in texts)


def test_readings_that_fit_alike_are_all_told() -> None:
    """With 4 rows and 2 classes, 1/2 in the place of 1/4 and a stray factor 2 are one number."""
    n = net((4, 3, 5, 2), "tanh", "ce", 7)
    found = gradients(n, "loss", 2)
    sheet = marked(key_of(n.program, n.bindings), {item: claim(x) for item, x in found.items()})
    assert named(sheet) == {"n-wrong", "factor"}


def test_a_division_by_a_size_is_no_rate() -> None:
    """One fifth is a rate that people choose, and here there are 5 hidden units."""
    n = net((4, 3, 5, 2), "tanh", "ce", 7)
    found = gradients(n, "dW1", 5)
    sheet = marked(key_of(n.program, n.bindings), {item: claim(x) for item, x in found.items()})
    assert "n-twice" in named(sheet)


# ---- biases left out, and nothing but zeros


def forward_without(n: Net, *left_out: str) -> dict[str, Any]:
    """Return the gradients of a network worked out without some biases in the forward pass."""
    act, slope = ACTIVATIONS[n.activation]
    Z1 = n.X @ n.W1 + (0 if "b1" in left_out else n.b1)
    A1 = act(Z1)
    Z2 = A1 @ n.W2 + (0 if "b2" in left_out else n.b2)
    dZ2 = (softmax(Z2) - np.eye(n.W2.shape[1])[n.y]) / len(n.X)
    dZ1 = (dZ2 @ n.W2.T) * slope(Z1, A1)
    return {"dL/dW1": n.X.T @ dZ1, "dL/db1": dZ1.sum(axis=0), "dL/dW2": A1.T @ dZ2, "dL/db2": dZ2.sum(axis=0)}


@pytest.mark.parametrize("left_out", [("b1",), ("b2",), ("b1", "b2")], ids="+".join)
@pytest.mark.parametrize(
    "items", [("dL/db1",), ("dL/dW1", "dL/db1"), ("dL/dW1", "dL/db1", "dL/dW2", "dL/db2")], ids=len
)
def test_biases_left_out_are_named_from_any_gradient(left_out: tuple[str, ...], items: tuple[str, ...]) -> None:
    for sizes in SIZES:
        n = net(sizes, "tanh", "ce", 7)
        found = forward_without(n, *left_out)
        sheet = marked(key_of(n.program, n.bindings), {item: claim(found[item]) for item in items})
        words = "the biases left out" if len(left_out) > 1 else f"the term {left_out[0]} left out"
        for mark in wrong(sheet):
            assert any(words in d.message for d in mark.diagnoses), (sizes, mark.claim.name, mark.diagnoses)


POSITIVE = ("Z = X@W; A = relu(Z); L = sum(A*G)", {"X": [[1, 2], [3, 1]], "W": [[1, 2, 1], [1, 3, 2]],
                                                  "G": [[1, -2, 3], [2, 1, -1]]})  # fmt: skip


def test_zeros_are_said_and_explained_where_every_slope_is_the_wrong_way_round() -> None:
    (mark,) = marked(key_of(*POSITIVE), {"dL/dW": "[[0, 0, 0], [0, 0, 0]]"}).marks
    assert "all entries are 0" in mark.why
    assert any("1 where Z < 0, the wrong way round" in d.message for d in mark.diagnoses)


def test_zeros_have_no_explanation_where_some_slopes_would_be_left() -> None:
    """With both signs in Z the slopes the wrong way round leave some gradients."""
    bindings = {**POSITIVE[1], "W": [[1, -2, 1], [-1, 3, -2]]}
    (mark,) = marked(key_of(POSITIVE[0], bindings), {"dL/dW": "[[0, 0, 0], [0, 0, 0]]"}).marks
    assert "all entries are 0" in mark.why
    assert not any("the wrong way round" in d.message for d in mark.diagnoses)


def test_right_zeros_are_right() -> None:
    bindings = {**POSITIVE[1], "W": [[-1, -2, -1], [-1, -3, -2]]}
    assert not wrong(marked(key_of(POSITIVE[0], bindings), {"dL/dW": "[[0, 0, 0], [0, 0, 0]]"}))


def test_zeros_follow_from_a_bias_that_was_left_out() -> None:
    bindings = {"X": [[1, 2], [3, 1]], "W": [[-1, -2], [-1, -3]], "b": [20, 30], "G": [[1, -2], [2, 1]]}
    key = key_of("Z = X@W + b; A = relu(Z); L = sum(A*G)", bindings)
    sheet = marked(key, {"A": "[[0, 0], [0, 0]]", "dL/dW": "[[0, 0], [0, 0]]"})
    for mark in sheet.marks:
        assert any("the term b left out" in d.message for d in mark.diagnoses)

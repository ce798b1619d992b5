"""Which words a mistake with arrays is told in: the plainest and commonest first, nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from .array_sheets import key_of, marked

np: Any = pytest.importorskip("numpy")

from .vectorised import ACTIVATIONS, Net, claim, net, softmax  # noqa: E402

FOUR = ("dL/dW1", "dL/db1", "dL/dW2", "dL/db2")


def worked(n: Net, dZ2: Any, dA1: Any = None, slope: Any = None, axis: int = 0) -> dict[str, Any]:
    """Return the gradients of a network from that of its scores, with another slope, or biases summed over an axis."""
    act, right = ACTIVATIONS[n.activation]
    Z1 = n.X @ n.W1 + n.b1
    A1 = act(Z1)
    dZ1 = (dZ2 @ n.W2.T) * (right(Z1, A1) if slope is None else slope(Z1, A1))
    found = (n.X.T @ dZ1, dZ1.sum(axis=axis), A1.T @ dZ2, dZ2.sum(axis=axis))
    return dict(zip(FOUR, found, strict=True))


def scores(n: Net) -> Any:
    """Return the scores of a network."""
    return ACTIVATIONS[n.activation][0](n.X @ n.W1 + n.b1) @ n.W2 + n.b2


def told(n: Net, found: dict[str, Any], *items: str, program: str = "") -> list[list[str]]:
    """Return what is said of each wrong array handed in."""
    sheet = marked(key_of(program or n.program, n.bindings), {item: claim(found[item]) for item in items or FOUR})
    return [[d.message for d in mark.diagnoses] for mark in sheet.marks if mark.status != "correct"]


# ---- softmax without keepdims, which runs where there are as many rows as classes

EXPONENTIALS = {
    "sum": lambda z: np.exp(z) / np.exp(z).sum(axis=1),
    "sum after the largest of all": lambda z: (e := np.exp(z - z.max())) / e.sum(axis=1),
    "sum after max": lambda z: (e := np.exp(z - z.max(axis=1, keepdims=True))) / e.sum(axis=1),
    "max": lambda z: (e := np.exp(z - z.max(axis=1))) / e.sum(axis=1, keepdims=True),
    "sum and max": lambda z: (e := np.exp(z - z.max(axis=1))) / e.sum(axis=1),
}


@pytest.mark.parametrize("way", EXPONENTIALS)
@pytest.mark.parametrize("items", [FOUR, ("dL/dW1",)], ids=len)
def test_softmax_without_keepdims_is_named(way: str, items: tuple[str, ...]) -> None:
    for seed in (3, 4):
        n = net((4, 3, 5, 4), "tanh", "ce", seed)
        dZ2 = (EXPONENTIALS[way](scores(n)) - np.eye(4)[n.y]) / 4
        for texts in told(n, worked(n, dZ2), *items):
            assert any("without keepdims" in text for text in texts), texts


def test_a_softmax_without_keepdims_is_named_from_its_values() -> None:
    z = np.array([[1.0, 2.0, 0.5], [0.3, -1.0, 2.0], [0.0, 0.7, 1.1]])
    key = key_of("P = softmax(Z); L = sum(P*P)", {"Z": z})
    (mark,) = marked(key, {"P": claim(np.exp(z) / np.exp(z).sum(axis=1))}).marks
    assert any("column j divided by the sum of row j" in d.message for d in mark.diagnoses)


# ---- sizes


@pytest.mark.parametrize("sizes", [(6, 4, 5, 3), (7, 5, 4, 4), (5, 3, 3, 3)], ids=str)
def test_a_division_by_all_entries_is_said_to_be_one(sizes: tuple[int, int, int, int]) -> None:
    """Also where there are as many hidden units as classes."""
    n = net(sizes, "tanh", "ce", 7)
    z = scores(n)
    found = worked(n, (softmax(z) - np.eye(z.shape[1])[n.y]) / z.size)
    for texts in told(n, found):
        assert any(f"(so by all {z.size} entries, not by {len(z)})" in text for text in texts), texts


@pytest.mark.parametrize("sizes", [(8, 3, 3, 2), (10, 6, 4, 3), (6, 4, 5, 3)], ids=str)
def test_the_factor_of_a_square_comes_before_sizes_that_are_its_reciprocal(sizes: tuple[int, int, int, int]) -> None:
    n = net(sizes, "tanh", "mse", 7)
    z = scores(n)
    program = n.program.replace(f"sum((Z2 - y)**2)/{len(z)}", "mean((Z2 - y)**2)")
    assert "mean" in program
    for texts in told(n, worked(n, (z - n.y) / z.size), program=program):
        assert "the factor 2 of the square left out" in texts[0], texts


# ---- sums that cancel


@pytest.mark.parametrize("items", [FOUR, ("dL/db1", "dL/db2"), ("dL/db2",)], ids=len)
@pytest.mark.parametrize("figures", [0, 3], ids=["as printed", "three decimals"])
def test_biases_summed_over_the_wrong_axis_are_named_where_the_sums_cancel(
    items: tuple[str, ...], figures: int
) -> None:
    """The entries of softmax minus the targets add up to 0 in each row: where N = C the sums are noise of rounding."""
    n = net((4, 3, 5, 4), "tanh", "ce", 3)
    found = worked(n, (softmax(scores(n)) - np.eye(4)[n.y]) / 4, axis=1)
    assert abs(found["dL/db2"]).max() < 1e-15
    if figures:
        found |= {"dL/db2": np.round(found["dL/db2"], figures) + 0.0, "dL/db1": np.round(found["dL/db1"], figures)}
    texts = told(n, found, *items)
    assert all(any("axis" in text for text in own) for own in texts) or (figures and len(items) == 1), texts


def test_zeros_alone_are_not_taken_for_sums_that_cancel() -> None:
    n = net((4, 3, 5, 4), "tanh", "ce", 3)
    found = worked(n, (softmax(scores(n)) - np.eye(4)[n.y]) / 4)
    assert not any("axis" in text for own in told(n, found | {"dL/db2": np.zeros(4)}) for text in own)


# ---- one mistake in one set of words


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


TWICE = {
    "sigmoid": lambda z, a: sigmoid(a) * (1 - sigmoid(a)),
    "tanh": lambda z, a: 1 - np.tanh(a) ** 2,
}


@pytest.mark.parametrize("items", [FOUR, ("dL/dW1",)], ids=len)
@pytest.mark.parametrize("activation", TWICE)
def test_a_slope_at_its_own_value_is_told_once(activation: str, items: tuple[str, ...]) -> None:
    n = net((6, 4, 5, 3), activation, "ce", 7)
    dZ2 = (softmax(scores(n)) - np.eye(3)[n.y]) / 6
    for texts in told(n, worked(n, dZ2, slope=TWICE[activation]), *items):
        assert len(texts) == 1, texts
        assert f"{activation} taken twice: its slope at A1 and not at Z1" in texts[0]


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_a_slope_left_out_is_not_told_again_as_another_gradient(activation: str) -> None:
    n = net((6, 4, 5, 3), activation, "ce", 7)
    dZ2 = (softmax(scores(n)) - np.eye(3)[n.y]) / 6
    (texts,) = told(n, worked(n, dZ2, slope=lambda z, a: 1.0), "dL/dW1")
    assert any(f"the slope of {activation} left out" in text for text in texts), texts
    assert not any("dL/dA1 in the place of" in text for text in texts), texts


@pytest.mark.parametrize("items", [FOUR, ("dL/dW2",), ("dL/dW1",)], ids=len)
def test_the_square_of_a_difference_for_the_difference_is_told_plainly(items: tuple[str, ...]) -> None:
    n = net((6, 4, 5, 3), "tanh", "mse", 7)
    for texts in told(n, worked(n, 2 * (scores(n) - n.y) ** 2 / 6), *items):
        assert "(Z2 - y)**2 in the place of Z2 - y" in texts[0], texts
        assert not any("power" in text for text in texts), texts


def test_a_power_that_was_not_lowered_is_told_with_the_power() -> None:
    key = key_of("L = sum(x**3*g)", {"x": [1.5, -2, 0.5], "g": [1, 3, 2]})
    (mark,) = marked(key, {"dL/dx": [10.125, -72, 0.75]}).marks
    assert any(
        "3*(x**3), the power not lowered, in the place of the slope of (x**3)" in d.message for d in mark.diagnoses
    )

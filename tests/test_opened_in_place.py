"""Arrays opened in their place: each has the value and the upstream gradient that it has where it is not opened."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays
from gradcli.record.array_values import resolved
from gradcli.record.request import Request

POINT = {"x": "[1, 2]", "w": "[3, -1]", "a": "2", "b": "5", "X": "[[1, 2], [3, -1]]"}
PROGRAMS = (
    "A = [a, b]; f = sum(A*A) + a",  # the entries are the inputs: they have more of a gradient than A
    "A = [a, a, 3]; f = sum(A*A*A) + b*a",
    "A = x[::-1]; f = sum(A*w) + x[0]*x[1]",
    "B = x*w; A = B[::-1]; f = sum(A*A*x) + B[0]",
    "B = X@x; A = stack(B, B*w); f = sum(A*A) + B[1]",
    "A = relu(X@w); B = A*A; f = sum(B*x) + A[0]*a",
    "A = diag(x); f = sum(A@w) + sum(A*X)",
    "A = softmax(x*w); f = sum(A*x) + A[1]",
    "A = X.T; B = concat(x, w); f = sum(A*X) + sum(B*B)",
    "A = max(X, axis=0); f = sum(A*A*x)",
    "A = norm(x); f = A*A*a + b",
)


def record(program: str, opened: tuple[str, ...]) -> ArrayGradient:
    given = {name: Source(name, text) for name, text in POINT.items()}
    return evaluate_arrays(Source("program", program), resolved(given, None), Request(may_be_unused=[*POINT]), opened)


def numbers(found: ArrayGradient, name: str) -> Any:
    """Return the value and the upstream gradient of a name."""
    i = found.graph.by_label[name]
    return found.values[i], found.upstream[i]


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_array_keeps_its_value_and_its_upstream_gradient(program: str) -> None:
    closed = record(program, ())
    names = [*closed.graph.named, *closed.graph.inputs]
    inner = [name for name in ("A", "B") if name in closed.graph.named]
    assert inner
    for opened in ([name] for name in inner) if len(inner) == 1 else (inner[:1], inner[1:], inner):
        found = record(program, tuple(opened))
        assert found.value == closed.value
        for name in names:
            for there, here in zip(numbers(closed, name), numbers(found, name), strict=True):
                assert here == (pytest.approx(there, rel=1e-14) if isinstance(there, list) else there), (opened, name)


@pytest.mark.parametrize(("program", "upstream"), [
    ("A = [a, b]; f = sum(A*A) + a", [4, 10]), ("A = x[::-1]; f = sum(A*w) + x[0]*x[1]", [3, -1]),
    ("A = relu(X@w); B = A*A; f = sum(B*x) + A[0]*a", [4, 40]),  # 2*A*x + (a, 0), of A = (1, 10)
    ("B = x*w; A = B[::-1]; f = sum(A*A*x) + B[0]", [-4, 12]),  # 2*A*x, of A = (-2, 3)
])  # fmt: skip
def test_upstream_gradients_of_an_opened_array_by_hand(program: str, upstream: list[float]) -> None:
    found = record(program, ("A",))
    assert found.upstream[found.graph.by_label["A"]] == upstream

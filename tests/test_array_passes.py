"""Both passes over arrays: certain at any depth, the same numbers as the scalar nodes, bounded work."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from gradcli.arrays.opening import Opening
from gradcli.errors import LimitError, MathError, Source
from gradcli.files.array_data import ArrayData
from gradcli.record import array_task
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays
from gradcli.record.array_passes import ArrayPasses, climb_arrays
from gradcli.record.array_task import ArrayTask
from gradcli.record.gradient import evaluate
from gradcli.record.precision import Precision
from gradcli.record.request import Request

UPSTREAM = Source("--upstream", "1")


def matrix(rng: random.Random, *shape: int, scale: float = 1.0) -> ArrayData:
    return ArrayData(shape, [repr(rng.gauss(0, scale)) for _ in range(math.prod(shape))])


def asked(**changes: Any) -> Request:
    return Request(**{"upstream": UPSTREAM, **changes})


def record(text: str, given: Any, **changes: Any) -> ArrayGradient:
    return evaluate_arrays(Source("program", text), given, asked(**changes))


def flat(x: Any) -> list[Any]:
    return [y for part in x for y in flat(part)] if isinstance(x, list) else [x]


RNG = random.Random(4)
PROGRAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "network": (
        "mean(cross_entropy(relu(X@W1 + b1)@W2 + b2, y))",
        {"X": matrix(RNG, 4, 6), "W1": matrix(RNG, 6, 5), "b1": matrix(RNG, 5), "W2": matrix(RNG, 5, 3),
         "b2": matrix(RNG, 3), "y": ArrayData((4,), ["0", "2", "1", "2"])},
    ),
    "recurrence": (
        "h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..12; sum(h[-1]**2)",
        {"x": matrix(RNG, 3), "W": matrix(RNG, 3, 3), "b": matrix(RNG, 3)},
    ),
    "attention": (
        "A = softmax(X@Wq@(X@Wk).T/2, axis=1); sum((A@X)**2)",
        {"X": matrix(RNG, 4, 3), "Wq": matrix(RNG, 3, 3), "Wk": matrix(RNG, 3, 3)},
    ),
    "picture": ("sum(sigmoid(windows(pad(X, 1), 3)@k)*2)", {"X": matrix(RNG, 4, 4), "k": matrix(RNG, 9)}),
    "matrices": ("logdet(A) + sum(solve(A, b)**2) + det(A)", {"A": matrix(RNG, 4, 4), "b": matrix(RNG, 4)}),
    "statistics": ("var(x) + norm(x) + max(x) + dot(sort(x), x)", {"x": matrix(RNG, 7)}),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("digits", [None, 30])
def test_arrays_and_their_scalar_nodes_give_the_same_numbers(name: str, digits: int | None) -> None:
    text, given = PROGRAMS[name]
    precision = Precision.of(exact=False, digits=digits, ieee=False, values=[])
    request = asked(precision=precision)
    task = ArrayTask(Source("program", text), given, request)
    passes = climb_arrays(task)
    assert passes is not None
    assert not passes.questions
    opening = Opening(task.graph, task.labels)
    scalar = evaluate(task.source, task.point.opened(task.graph), request, opening.graph)
    assert passes.settled_values[task.output] == [scalar.value]
    for i in task.places.values():
        assert passes.settled_upstream[i] == [scalar.upstream[k] for k in opening.entries[i]]


@pytest.mark.parametrize("r", ["sin(x)**2 + cos(x)**2 - 1", "log(exp(x)) - x"])
def test_a_true_0_that_nothing_uses_is_known(r: str) -> None:
    """Balls of few bits only hold it; the scalar nodes are asked then."""
    found = record(f"r = {r}; y = sum(x*2)", {"x": ArrayData((2,), ["3", "1.5"])})
    assert [node.value for node in found.nodes if node.name == "r"] == [[0, 0]]
    assert {note.kind for note in found.notes} == {"unused", "precision"}


def test_a_deep_network_is_settled_with_more_bits() -> None:
    """A ball grows in every layer: what has no number with few bits is tried with more, at any size."""
    rng = random.Random(1)
    given = {"x": matrix(rng, 16), "W": matrix(rng, 100, 16, 16, scale=0.3), "b": matrix(rng, 100, 16, scale=0.1)}
    text = "h[0] = x; h[k] = tanh(W[k-1]@h[k-1] + b[k-1]) for k = 1..100; sum(h[-1]**2)"
    found = record(text, given, nodes="none")
    assert found.arithmetic["bits"] > 128
    assert found.opened is None
    assert len(flat(found.gradient["W"])) == 100 * 16 * 16
    plain = record(text, given, nodes="none", precision=Precision.of(exact=False, digits=None, ieee=True, values=[]))
    assert found.value == pytest.approx(plain.value, rel=1e-9)
    assert flat(found.gradient["W"]) == pytest.approx(flat(plain.gradient["W"]), rel=1e-6, abs=1e-12)


def test_what_no_system_decides_is_an_error_in_words() -> None:
    """No signal of the arithmetic reaches a caller, however large the program is."""
    given: dict[str, Any] = {"X": matrix(random.Random(2), 90, 70)}
    with pytest.raises((MathError, LimitError)) as caught:
        record("sum(exp(exp(exp(X*X + 9)))) + sum(X)", given)
    assert str(caught.value)


def test_too_many_multiplications_are_refused_before_they_start(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {"A": matrix(random.Random(2), 20, 20)}
    monkeypatch.setattr(array_task, "MAX_PRODUCTS", 20**4)
    monkeypatch.setattr(ArrayPasses, "__init__", lambda *arguments, **more: pytest.fail("it was started"))
    for text in ("sum(A@A@A@A@A@A@A@A@A@A@A@A@A@A@A@A@A@A@A@A@A@A)", "sum(inv(A))", "det(A)*det(A.T)"):
        with pytest.raises(LimitError):
            record(text, given)

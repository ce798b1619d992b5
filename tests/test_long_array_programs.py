"""Programs of more array operations than every mistake is looked for in: what is still found, and what is not said."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcli.homework.claims import array_items
from gradcli.homework.diagnosis import array_predictions, array_worlds
from gradcli.homework.marking.array_key import ArrayKey
from gradcli.homework.marking.array_marks import ArrayMark

from .array_sheets import key_of, marked
from .growth import grows

POINT = {"x": [0.5, -0.3], "W": [[0.9, 0.2], [-0.4, 0.7]], "b": [0.1, 0.2], "y": [1, 0]}
SHORT, LONG = 6, 45
Sheet = dict[str, list[float]]


def network(n: int) -> ArrayKey:
    """Return the key of n layers of tanh that share a matrix and a bias, with a squared loss."""
    layers = "; ".join(["h1 = tanh(W@x + b)", *(f"h{k} = tanh(W@h{k - 1} + b)" for k in range(2, n + 1))])
    return key_of(f"{layers}; L = sum((h{n} - y)^2)", POINT)


def truths(key: ArrayKey) -> Sheet:
    """Return the right arrays of a program, flat, by item."""
    items = array_items.worksheet(key.record, ())
    return {array_items.item_name(key.record, item): key.truth(item) for item in items}


def text(entries: list[float]) -> str:
    return str(entries if len(entries) == 2 else [entries[:2], entries[2:]]) if len(entries) > 1 else repr(entries[0])


def check(key: ArrayKey, claims: Sheet) -> dict[str, ArrayMark]:
    return {m.claim.name: m for m in marked(key, {name: text(x) for name, x in claims.items()}).marks}


def told(key: ArrayKey, claims: Sheet) -> dict[str, set[str]]:
    return {name: {d.at_its_place for d in m.diagnoses} for name, m in check(key, claims).items()}


def transposed(m: list[float]) -> list[float]:
    return [m[0], m[2], m[1], m[3]]


@pytest.fixture
def small_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_worlds, "MOST_NODES", 10)
    monkeypatch.setattr(array_predictions, "MANY", 3)


def test_the_network_is_long() -> None:
    assert len(network(LONG).record.graph.nodes) > array_worlds.MOST_NODES > len(network(SHORT).record.graph.nodes)


@pytest.mark.parametrize("n", [SHORT, LONG])
def test_a_habit_at_all_uses_of_a_matrix(n: int) -> None:
    key = network(n)
    found = told(key, {"dL/dW": transposed(truths(key)["dL/dW"])})
    assert "the outer product in the wrong order, at dL/dW" in found["dL/dW"]


@pytest.mark.usefixtures("small_is_long")
def test_a_habit_at_all_uses_is_told_as_in_a_short_program(monkeypatch: pytest.MonkeyPatch) -> None:
    key = network(SHORT)
    right = truths(key)["dL/dW"]
    long = told(network(SHORT), {"dL/dW": transposed(right)})
    monkeypatch.undo()
    assert long["dL/dW"]
    assert long == told(key, {"dL/dW": transposed(right)})


@pytest.mark.usefixtures("small_is_long")
def test_a_single_one_of_many_uses_is_not_looked_for() -> None:
    key = network(SHORT)
    whole = array_worlds.World(
        key.run.A, key.record.graph, key.run.values, key.run.upstream(key.record.output), key.record.output
    )
    (w,) = (i for name, i in key.record.graph.inputs.items() if name == "W")
    edits = [e for e in array_predictions.gradient_edits(whole, [w], long=True) if e.changes.flows]
    assert edits
    assert all(len(e.changes.flows) > 1 for e in edits)
    assert {e.mistake.id for e in edits} >= {"outer-order"}


@pytest.mark.parametrize(
    ("factor", "words"), [(0.5, "the factor 2 of the square left out"), (-1.0, "the opposite sign")]
)
@pytest.mark.parametrize("n", [SHORT, LONG])
def test_a_factor_in_all_gradients(n: int, factor: float, words: str) -> None:
    key = network(n)
    right = truths(key)
    claims = {name: [factor * x for x in right[name]] for name in ("dL/dW", "dL/db")}
    found = told(key, claims)
    assert f"{words}, in all gradients" in found["dL/dW"]
    assert found["dL/dW"] == found["dL/db"]
    assert not any("at dL/dW" in message for message in found["dL/dW"])


@pytest.mark.parametrize("n", [SHORT, LONG])
def test_a_factor_behind_a_gradient_that_is_right_is_not_at_the_output(n: int) -> None:
    key = network(n)
    right = truths(key)
    claims = {name: [-x for x in right[name]] for name in ("dL/dW", "dL/db")}
    found = told(key, {**claims, f"dL/dh{n}": right[f"dL/dh{n}"]})
    assert found[f"dL/dh{n}"] == set()
    assert found["dL/dW"] == found["dL/db"]
    assert any(message.startswith("the opposite sign") for message in found["dL/dW"])
    assert "the opposite sign, in all gradients" not in found["dL/dW"]


@pytest.mark.parametrize(("n", "unexplained"), [(SHORT, True), (LONG, False)])
def test_nothing_is_said_of_mistakes_that_were_not_looked_for(n: int, unexplained: bool) -> None:
    mark = check(network(n), {"dL/dW": [-0.313, 0.0417, -0.2388, 0.777]})["dL/dW"]
    assert mark.diagnoses == ()
    assert mark.unexplained is unexplained


@pytest.mark.usefixtures("small_is_long")
@pytest.mark.parametrize("wrongly", [transposed, lambda m: [0.5 * x for x in m]], ids=["transposed", "halved"])
def test_twice_the_layers_is_twice_the_work(wrongly: Callable[[list[float]], list[float]]) -> None:
    def made(n: int) -> Callable[[], object]:
        key = network(n)
        claims = {"dL/dW": wrongly(truths(key)["dL/dW"])}
        return lambda: check(key, claims)

    assert grows(made, 24) < 2.3

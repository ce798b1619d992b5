"""Twice the program, or twice the claims, is twice the work: counted in lines that run, never by the clock."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gradcli.errors import Source
from gradcli.homework.claims import array_items
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import UPSTREAM, VALUE, Item, item_name, truth, worksheet
from gradcli.homework.diagnosis import array_worlds, replaced_numbers, wrong_readings
from gradcli.homework.marking.marks import AnswerKey, MarkingPolicy, mark
from gradcli.language.writing import expression
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request

from .array_sheets import key_of, marked
from .growth import grows

PROPORTIONAL = 2.3  # what twice the size may come to, with some logarithm


def products(n: int) -> str:
    return " + ".join(f"a{k}*b{k}" for k in range(n))


def statements(n: int) -> str:
    return "; ".join(["v0 = x*y", *(f"v{k} = v{k - 1}*y + x" for k in range(1, n))])


def fan(n: int) -> str:
    return " + ".join(f"x*b{k}" for k in range(n))


FAMILIES = (products, statements, fan)


def record(program: str) -> Gradient:
    from gradcli.language.syntax import parse

    names = parse(Source("program", program)).inputs
    given = {name: Source(name, repr(0.503 + (37 * k % 101) / 64)) for k, name in enumerate(names)}
    return evaluate(Source("program", program), given, Request())


def wrong(made: Gradient, item: Item) -> str:
    return repr(1.37 * truth(made, item) + 0.11)


def as_formula(made: Gradient, item: Item) -> str:
    if item.kind == VALUE:
        return expression(made.graph, item.node)
    return next(iter(made.graph.inputs)) if item.kind != UPSTREAM else repr(truth(made, item))


@pytest.mark.parametrize("text", [wrong, as_formula], ids=lambda text: text.__name__)
@pytest.mark.parametrize("program", FAMILIES, ids=lambda program: program.__name__)
def test_marking(
    program: Callable[[int], str], text: Callable[[Gradient, Item], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaced_numbers, "MOST_NODES", 20)  # so that small programs are treated as large ones
    monkeypatch.setattr(wrong_readings, "MOST_NEIGHBOURS", 6)

    def made(n: int) -> Callable[[], object]:
        found = record(program(n))
        claims = [Claim(item_name(found, item), text(found, item)) for item in worksheet(found)]
        return lambda: mark(AnswerKey(found), claims, MarkingPolicy(), worksheet(found))

    assert grows(made, 24) < PROPORTIONAL


def recurrence(n: int) -> str:
    return "; ".join(["v0 = W@x", *(f"v{k} = tanh(W@v{k - 1} + x)" for k in range(1, n)), f"L = sum(v{n - 1})"])


def array_text(shape: tuple[int, ...], entries: list[float]) -> str:
    if not shape:
        return repr(entries[0])
    step = len(entries) // shape[0]
    rows = [array_text(shape[1:], entries[k : k + step]) for k in range(0, len(entries), step)]
    return f"[{', '.join(rows)}]"


@pytest.mark.parametrize("off", [0.0, 0.11], ids=["right", "wrong"])
def test_marking_arrays(off: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_worlds, "MOST_NODES", 20)

    def made(n: int) -> Callable[[], object]:
        key = key_of(recurrence(n), {"W": [[0.5, -0.25], [0.75, 0.5]], "x": [1.5, -0.5]})
        claims = {}
        for item in array_items.worksheet(key.record, ()):
            entries = [x + off * (1 + len(claims) % 97) for x in key.truth(item)]
            claims[array_items.item_name(key.record, item)] = array_text(item.shape, entries)
        return lambda: marked(key, claims)

    assert grows(made, 24) < PROPORTIONAL


@pytest.mark.parametrize("kind", ["value", "gradient"])
def test_a_long_recurrence_is_diagnosed_by_its_steps(kind: str) -> None:
    """Of 40 steps one gradient has the wrong sign; what follows from it does so rightly."""
    key = key_of(recurrence(41), {"W": [[0.5, -0.25], [0.75, 0.5]], "x": [1.5, -0.5]})
    assert len(key.record.graph.nodes) > array_worlds.MOST_NODES
    items = {array_items.item_name(key.record, item): item for item in array_items.worksheet(key.record, ())}
    claims = {name: array_text(item.shape, key.truth(item)) for name, item in items.items()}
    name = "dL/dv39" if kind == "gradient" else "v39"
    claims[name] = array_text(items[name].shape, [-x for x in key.truth(items[name])])
    marks = {m.claim.name: m for m in marked(key, claims).marks}
    assert marks[name].status == "wrong"
    if kind == "gradient":
        assert [d.mistake for d in marks[name].diagnoses] == ["sign"]

"""The ways of making a mistake at one place and at several, worked by hand; and what is worked out only once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.predictions import Predictions, mistake_in_words
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram, Working
from gradcli.homework.diagnosis.wanted import Change, Wanted
from gradcli.homework.diagnosis.ways import Way, ways, with_slopes
from gradcli.homework.diagnosis.wrong_rules import Mistake, Wrong, row
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request

from .problems import PROBLEMS


def program(text: str, **point: float) -> ReworkedProgram:
    given = {name: Source(name, repr(x)) for name, x in point.items()}
    return ReworkedProgram(evaluate(Source("program", text), given, Request()))


PRODUCT = program("q = x*y; s = sin(q); f = s + q", x=2.0, y=3.0)
LABEL = PRODUCT.graph.by_label
Q, S, F = LABEL["q"], LABEL["s"], LABEL["f"]
X, Y, AT_SIN = Item(LOCAL, Q, 0), Item(LOCAL, Q, 1), Item(LOCAL, S, 0)


def numbers_at(*by_position: list[float]) -> Any:
    """A wrong rule that yields some numbers for each argument, with their places as tags."""

    def wrong(working: Working) -> Iterator[Wrong]:
        for k, x in enumerate(by_position[working.item.position]):
            yield str(k), x

    return wrong


def made(mistake: Mistake, place: tuple[str, int], wanted: Wanted | None = None) -> list[tuple[str, dict[Item, float]]]:
    return [(way.tag, way.made) for way in ways([mistake], PRODUCT.right, place, wanted)]


def local(*by_position: list[float], **more: Any) -> Mistake:
    return row("m", "m", "m", LOCAL, "", numbers_at(*by_position), **more)


@pytest.mark.parametrize(("mistake", "place", "expected"), [
    (local([5.0], [7.0]), Q, [("0", {X: 5.0}), ("0", {Y: 7.0}), ("0", {X: 5.0, Y: 7.0})]),
    (local([5.0], [7.0], slip=True), Q, [("0", {X: 5.0}), ("0", {Y: 7.0})]),
    (local([5.0], [7.0], together=True), Q, [("0", {X: 5.0, Y: 7.0})]),
    (local([5.0], []), Q, [("0", {X: 5.0})]), (local([5.0], [], together=True), Q, [("0", {X: 5.0})]),
    (local([], []), Q, []), (local([], [], together=True), Q, []),
    (local([5.0, 6.0], [7.0, 8.0]), Q, [("0", {X: 5.0}), ("1", {X: 6.0}), ("0", {Y: 7.0}), ("1", {Y: 8.0}),
                                        ("1", {X: 6.0, Y: 8.0})]),
    (local([5.0]), S, [("0", {AT_SIN: 5.0})]), (local([5.0], together=True), S, [("0", {AT_SIN: 5.0})]),
    (local([5.0, 6.0], slip=True), S, [("0", {AT_SIN: 5.0}), ("1", {AT_SIN: 6.0})]),
])  # fmt: skip
def test_each_argument_alone_and_all_together(mistake: Mistake, place: int, expected: list[Any]) -> None:
    """A slip is made at one number; some mistakes concern all arguments at once."""
    assert made(mistake, (LOCAL, place)) == expected


def test_only_what_is_wanted() -> None:
    """One of the numbers explains a claim; both together may do so where others follow from them."""
    both = local([5.0, 6.0], [7.0])
    assert made(both, (LOCAL, Q), Wanted({X: (5.9, 6.1)}, {})) == [("1", {X: 6.0}), ("1 and 0", {X: 6.0, Y: 7.0})]
    assert made(both, (LOCAL, Q), Wanted({Y: (6.9, 7.1)}, {})) == [("0", {Y: 7.0}), ("1 and 0", {X: 6.0, Y: 7.0})]
    assert made(both, (LOCAL, Q), Wanted({X: (0.0, 1.0)}, {})) == []
    assert made(local([5.0], together=True), (LOCAL, S), Wanted({AT_SIN: (5.1, 6.0)}, {})) == []
    assert made(local([5.0], together=True), (LOCAL, S), Wanted({AT_SIN: (5.0, 6.0)}, {})) == [("0", {AT_SIN: 5.0})]
    # 3 is the right local gradient for x; a change of 2 there makes twice that of a gradient that lies 4 to 5 off
    led_to = Wanted({}, {X: [Change(3.0, 2.0, 4.0, 5.0)]})
    assert made(both, (LOCAL, Q), led_to) == [("0", {X: 5.0}), ("1 and 0", {X: 6.0, Y: 7.0})]
    slopes = row("m", "m", "m", VALUE, "", lambda w: [("a", 1.0), ("b", 2.0)], slopes=lambda w, tag: {0: 9.0})
    assert made(slopes, (VALUE, Q), Wanted({Item(VALUE, Q): (1.5, 2.5)}, {})) == [("b", {Item(VALUE, Q): 2.0, X: 9.0})]
    plain = row("m", "m", "m", UPSTREAM, "", lambda w: [("a", 1.0), ("b", 2.0)])
    item = Item(UPSTREAM, Q)
    assert made(plain, (UPSTREAM, Q)) == [("a", {item: 1.0}), ("b", {item: 2.0})]
    assert made(plain, (UPSTREAM, Q), Wanted({item: (1.5, 2.5)}, {})) == [("b", {item: 2.0})]


@pytest.mark.parametrize(("number", "window", "changes", "expected"), [
    (2.0, (1.0, 2.0), [], True), (1.0, (1.0, 2.0), [], True), (2.1, (1.0, 2.0), [], False),
    (0.9, (1.0, 2.0), [], False),
    (2.0, None, [], False), (2.0, None, [Change(1.0, 3.0, 2.9, 3.0)], True),
    (2.0, None, [Change(1.0, 3.0, 3.0, 3.1)], True),
    (2.0, None, [Change(1.0, 3.0, 3.1, 4.0)], False), (2.0, None, [Change(1.0, -3.0, -3.0, -2.9)], True),
    (2.0, None, [Change(1.0, 3.0, 8.0, 9.0), Change(0.0, 3.0, 5.0, 7.0)], True), (float("inf"), None,
     [Change(1.0, 3.0, 8.0, 9.0)], True),
    (2.0, (5.0, 6.0), [Change(1.0, 3.0, 3.0, 3.1)], True), (5.5, (5.0, 6.0), [Change(1.0, 3.0, 3.0, 3.1)], True),
])  # fmt: skip
def test_what_a_number_may_explain(
    number: float, window: tuple[float, float] | None, changes: list[Change], expected: bool
) -> None:
    """A claim of it itself, or by what it changes."""
    wanted = Wanted({} if window is None else {X: window}, {X: changes})
    assert wanted.has(X, number) is expected
    assert not wanted.has(Y, number)
    assert wanted.allows({X: number}) is expected
    assert wanted.allows({Y: 1.0, X: number}) is True  # several may do so together
    assert Wanted({} if window is None else {X: window}, {}).allows({Y: 1.0, X: number}) is (
        window is not None and window[0] <= number <= window[1])  # fmt: skip


def test_a_value_with_the_slopes_that_go_with_it() -> None:
    def slopes(working: Working, tag: str) -> dict[int, Any]:
        if tag == "none":
            raise ZeroDivisionError
        return {0: 4.0, 1: None} if tag == "one" else {0: 4.0, 1: 5.0, 2: 6.0}

    mistake = row("m", "m", "m", VALUE, "", lambda w: (), slopes=slopes)
    working = Working(PRODUCT.right, Item(VALUE, Q))
    found = list(with_slopes(mistake, working, [("none", 1.0), ("one", 2.0), ("two", 3.0)]))
    q = Item(VALUE, Q)
    assert found == [Way(mistake, "one", {q: 2.0, X: 4.0}), Way(mistake, "two", {q: 3.0, X: 4.0, Y: 5.0})]
    assert [way.key for way in found] == [("m", "one", (q, X)), ("m", "two", (q, X, Y))]


# ---- at several places

TWO = program("a = x*y; b = a*z; c = a + b; f = tanh(c)", x=2.0, y=3.0, z=0.5)
NODE = TWO.graph.by_label


def spread(id: str, of: ReworkedProgram = TWO) -> list[tuple[str, tuple[str, ...], dict[str, float]]]:
    """The tag, the nodes and what is made of a mistake at every place of its kind."""
    labels = {i: name for name, i in of.graph.by_label.items()}

    def name(item: Item) -> str:
        if item.kind == LOCAL:
            return f"{labels[item.node]}/{labels[of.nodes[item.node].arguments[item.position]]}"
        return labels[item.node] if item.kind == VALUE else f"d{labels[item.node]}"

    return [
        (p.tag, tuple(labels[i] for i in p.nodes), {name(item): x for item, x in p.made.items()})
        for p in Predictions(of).spread(MISTAKES[id])
    ]


def test_a_mistake_at_all_products() -> None:
    """a = x*y is 6, b = a*z is 3, c is 9."""
    ((_, nodes, numbers),) = spread("own-operand")
    assert (nodes, numbers) == (("a", "b"), {"a/x": 2.0, "a/y": 3.0, "b/a": 6.0, "b/z": 0.5})
    one = program("a = x*y; f = tanh(a)", x=2.0, y=3.0)
    assert spread("own-operand", one) == []  # one place is none


def test_a_mistake_at_all_operations_and_at_all_of_one() -> None:
    """A value by another operation, of sums and products: everywhere, and of the sums or the products alone."""
    of = program("a = x + y; b = x*z; c = a + 1.5; d = c*b; f = tanh(d)", x=2.0, y=3.0, z=0.5)
    nodes = [nodes for _, nodes, _ in spread("wrong-operation", of)]
    assert ("a", "b", "c", "d") in nodes
    assert ("a", "c") in nodes
    assert ("b", "d") in nodes
    assert set(nodes) <= {("a", "b", "c", "d"), ("a", "c"), ("b", "d")}


def test_a_misread_sheet() -> None:
    """Every gradient but the output's with the other sign: one habit, made nowhere in particular."""
    (found,) = spread("sign")
    right = {f"d{name}": TWO.right.upstream[i] for name, i in NODE.items() if name != "f"}
    assert found == ("0", (), {name: -x for name, x in right.items() if x})


# ---- what is worked out once


def test_what_is_asked_for_again_is_not_worked_out_again() -> None:
    predictions = Predictions(TWO)
    for mistake in predictions.mistakes:
        assert predictions.spread(mistake) is predictions.spread(mistake)
    place = (LOCAL, NODE["a"])
    assert predictions.at(place) is predictions.at(place)
    prediction = predictions.at(place)[0]
    assert prediction.sheet is prediction.sheet
    (value, *_) = predictions.at((VALUE, NODE["a"]))
    assert predictions._begun(value) is predictions._begun(value)
    assert TWO.right is TWO.right
    assert TWO.shape.uses(X) is TWO.shape.uses(X)
    assert TWO.shape.after(NODE["a"]) is TWO.shape.after(NODE["a"])
    assert TWO.shape.sources(NODE["b"]) is TWO.shape.sources(NODE["b"])
    replaced = frozenset((NODE["a"], NODE["b"]))
    assert TWO.shape.after_all(replaced) is TWO.shape.after_all(replaced)
    assert TWO.shape.summed((NODE["a"],)) is TWO.shape.summed((NODE["a"],))


# ---- over whole programs


@pytest.mark.parametrize(("text", "point"), [
    next(iter(PROBLEMS.values())),
    ("f = max(x, y)*relu(x - 1) + x*x*x + x/y", {"x": 1.25, "y": -0.5}),
    ("a = log(x); b = a*a + sqrt(x) - 3; f = a*b - b/a", {"x": 2.5}), ("f = -x**2 + 4*(y - x)", {"x": 1.5, "y": 0.7}),
])  # fmt: skip
def test_a_prediction_says_what_it_makes(text: str, point: dict[str, float]) -> None:
    """Only numbers that are not the right ones, at the place and after it."""
    of = program(text, **point)
    given = {name: Source(name, repr(x)) for name, x in point.items()}
    record = evaluate(Source("program", text), given, Request())
    predictions = Predictions(of)
    single = [(place, p) for place in predictions.places for p in predictions.at(place)]
    spreads = [(("", -1), p) for mistake in predictions.mistakes for p in predictions.spread(mistake)]
    assert len({p.key for _, p in spreads}) == len(spreads)
    for (kind, node), p in [*single, *spreads]:
        assert p.made
        assert p.made.items() <= p.sheet.items()
        assert p.key[0] == p.mistake.id
        for item, x in p.sheet.items():
            right = of.right.of(item)
            assert math.isfinite(x)
            assert right is None or not math.isclose(x, right, rel_tol=1e-10, abs_tol=0.0), (p.key, item)
        what, where = mistake_in_words(record, p.mistake, p.tag, p.nodes, list(p.made))
        assert what
        assert "{" not in what
        assert where.startswith(("at ", "in every "))
        if kind:
            assert p.nodes == (node,)
            assert {*p.made} <= {*p.key[2]}
            assert {item.node for item in p.made} == {node}
            assert p.mistake.kind == kind
            assert {item.kind for item in p.made} <= {kind, *([LOCAL] if p.mistake.slopes else [])}
        else:
            assert p.mistake.spread in ("all", "pairs")
            assert len(p.nodes) != 1
            assert list(p.nodes) == sorted(p.nodes)
            assert not p.nodes or {*p.nodes} == {item.node for item in p.made}
            assert len(p.made) > 1
    after = {node: {*of.shape.after(node)} for node in range(len(of.nodes))}
    for (kind, node), p in single:
        if kind == VALUE:  # older values stay
            assert {item.node for item in p.sheet if item.kind in (VALUE, LOCAL)} <= {node, *after[node]}
        elif kind in (LOCAL, UPSTREAM):  # and all values do after a wrong gradient
            assert {item.kind for item in p.sheet if item not in p.made} <= {UPSTREAM}
            assert {item.node for item in p.sheet} <= {*of.sources(node)}

"""Items: their names, the way back from a name, and what a full sheet asks."""

from __future__ import annotations

import pytest

from gradcli.errors import InputError
from gradcli.homework.claims.items import (
    DERIVATIVE,
    LOCAL,
    UPSTREAM,
    VALUE,
    Item,
    item_name,
    item_of,
    readings,
    truth,
    worksheet,
)
from gradcli.record.calls import differentiate
from gradcli.record.gradient import Gradient

POINTS = {
    "q = x + y; f = q * z": {"x": -2, "y": 5, "z": -4},
    "x*x*x + sigmoid(x)": {"x": 2},
    "loss = max(a, b, a) + 2*relu(a - b)": {"a": 1, "b": 3},
    "where(x > 0, log(x), x**2)": {"x": -2},
    "a = 3; f = a*x": {"x": 4},
    "y = x; f = y*y": {"x": 5},
    "f = x + y": {"x": 1, "y": 1},
    "dx = 2*x; f = dx*x": {"x": 3},
}


def record(program: str) -> Gradient:
    return differentiate(program, POINTS[program])


@pytest.fixture(name="example")
def _example() -> Gradient:
    return record("q = x + y; f = q * z")


def test_a_full_sheet_is_in_working_order(example: Gradient) -> None:
    names = [item_name(example, item) for item in worksheet(example)]
    assert names == [
        "q", "f", "local(q,x)", "local(q,y)", "local(f,q)", "local(f,z)", "df/df", "df/dz", "df/dq",
        "df/dy", "df/dx",
    ]  # fmt: skip
    assert [truth(example, item) for item in worksheet(example)] == [3, -12, 1, 1, -4, 3, 1, 3, -4, -4, -4]


@pytest.mark.parametrize("program", POINTS)
def test_every_item_is_found_by_its_name(program: str) -> None:
    found = record(program)
    items = worksheet(found)
    assert len(set(items)) == len(items) > 3
    assert {item.kind for item in items} == {VALUE, UPSTREAM, LOCAL}
    for item in items:
        assert item_of(found, item_name(found, item)) == item
        assert truth(found, item) is not None


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("q", Item(VALUE, 2)), ("f", Item(VALUE, 4)), ("x", Item(VALUE, 0)), (" q ", Item(VALUE, 2)),
        ("df/dq", Item(UPSTREAM, 2)), ("dq", Item(UPSTREAM, 2)), ("∂f/∂q", Item(UPSTREAM, 2)),
        ("∂q", Item(UPSTREAM, 2)),
        ("d f / d q", Item(UPSTREAM, 2)), ("q.grad", Item(UPSTREAM, 2)), ("dx", Item(UPSTREAM, 0)),
        ("df/df", Item(UPSTREAM, 4)), ("local(f,q)", Item(LOCAL, 4, 0)), ("local( f , z )", Item(LOCAL, 4, 1)),
        ("dq/dx", Item(DERIVATIVE, 0, 2)), ("d q/ d z", Item(DERIVATIVE, 3, 2)), ("∂q/∂x", Item(DERIVATIVE, 0, 2)),
        ("∂f/∂x", Item(UPSTREAM, 0)), ("∂q/∂f", Item(DERIVATIVE, 4, 2)),
    ],
)  # fmt: skip
def test_ways_to_write_an_item(example: Gradient, text: str, item: Item) -> None:
    assert item_of(example, text) == item


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("p", "items are written"), ("Q", "did you mean q?"), ("df/dp", None), ("dg/dq", "df/dq"),
        ("dq/dp", "the names are"),
        ("local(x,q)", "computed from nothing"), ("local(f,x)", "computed from q, z"), ("local(q,x,2)", "1 time"),
        ("local(q,x,0)", "1 time"), ("", "items are written"), ("df/", "did you mean"), ("d(f)/d(x)", ""),
        ("__import__('os')", "items are written"),
    ],
)  # fmt: skip
def test_no_item(example: Gradient, text: str, hint: str | None) -> None:
    with pytest.raises(InputError) as caught:
        item_of(example, text)
    assert caught.value.kind == "item"
    assert (hint or "") in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("∂f/∂x", [Item(LOCAL, 3, 1), Item(UPSTREAM, 0)]),  # x reaches f through q as well
        ("∂f/∂q", [Item(UPSTREAM, 2), Item(LOCAL, 3, 0)]),  # one path, which is the edge
        ("∂f/∂y", [Item(UPSTREAM, 1)]),
        ("∂q/∂x", [Item(DERIVATIVE, 0, 2), Item(LOCAL, 2, 0)]),
        ("df/dx", [Item(UPSTREAM, 0)]),
        ("df/∂x", [Item(UPSTREAM, 0)]),
    ],
)
def test_a_round_d_may_be_read_in_two_ways(text: str, items: list[Item]) -> None:
    found = differentiate("q = x*y; f = q + x", {"x": 3, "y": 2})
    assert list(readings(found, text)) == items


def test_an_argument_used_twice_is_counted() -> None:
    found = record("x*x*x + sigmoid(x)")
    assert item_of(found, "local(v1,x,2)") == Item(LOCAL, item_of(found, "v1").node, 1)
    with pytest.raises(InputError, match="no item"):
        item_of(found, "local(v1,x)")
    names = [item_name(found, item) for item in worksheet(found) if item.kind == LOCAL]
    assert names == ["local(v1,x,1)", "local(v1,x,2)", "local(v2,v1)", "local(v2,x)", "local(v3,x)", "local(f,v2)",
                     "local(f,v3)"]  # fmt: skip


def test_a_node_called_dx_is_a_value() -> None:
    found = record("dx = 2*x; f = dx*x")
    assert item_of(found, "dx").kind == VALUE
    assert item_of(found, "df/dx").kind == UPSTREAM


def test_an_edge_through_which_nothing_flows_has_the_local_gradient_0() -> None:
    found = record("loss = max(a, b, a) + 2*relu(a - b)")
    assert truth(found, item_of(found, "local(v1,a,1)")) == 0
    assert truth(found, item_of(found, "local(v1,b)")) == 1
    assert truth(found, item_of(found, "local(v3,v2)")) == 0


def test_conditions_and_numerals_are_not_asked_for() -> None:
    found = record("where(x > 0, log(x), x**2)")
    assert [item_name(found, item) for item in worksheet(found)] == [
        "v2", "f", "local(v2,x)", "local(f,v2)", "df/df", "df/dv2", "df/dx",
    ]  # fmt: skip
    assert "df/da" not in [item_name(record("a = 3; f = a*x"), item) for item in worksheet(record("a = 3; f = a*x"))]

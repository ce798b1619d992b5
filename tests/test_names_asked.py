"""Names that a request asks for: the output, inputs, nodes; what is said of others; what a record keeps and settles."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.calculus.faults import Fault
from gradcli.errors import InputError, Source
from gradcli.language.syntax import parse
from gradcli.numbers.systems import FLOAT, Undecided
from gradcli.record.request import Listing, choose_inputs, choose_output, choose_places, listing
from gradcli.record.settling import Settler

GRAPH = parse(Source("program", "q = x*y; f = q + sin(x)"))
GLUED = parse(Source("program", "f = y*sinx + cosx"))
MANY = parse(Source("program", "f = a1 + a2 + a3 + a4 + a5 + a6 + a7 + a8 + a9"))
EIGHT = parse(Source("program", "f = (a1 + a2 + a3 + a4)*1"))


def hint(call: Any) -> tuple[str, str | None]:
    with pytest.raises(InputError) as raised:
        call()
    assert raised.value.kind == "name"
    return raised.value.message, raised.value.hint


@pytest.mark.parametrize(("of", "said"), [
    ("z", "the nodes are x, y, q, v1, f"), ("F", "did you mean f? (capitals count)"),
    ("df/dx", "write --grad x, for df/dx"), ("\u2202f/\u2202x", "write --grad x, for df/dx"),
    ("df / dx", "write --grad x, for df/dx"), ("d/dx", "write --grad x, for df/dx"),
    ("dq/dx", "write --of q --grad x, for dq/dx"), ("dx/dq", "write --grad q, for df/dq"),  # x is computed from nothing
    ("dz/dx", "write --grad x, for df/dx"), ("df/dz", "the nodes are x, y, q, v1, f"),
    ("df/", "the nodes are x, y, q, v1, f"),
])  # fmt: skip
def test_an_output_that_no_node_is(of: str, said: str) -> None:
    message, found = hint(lambda: choose_output(GRAPH, of))
    assert message == f"there is no node {of}"
    assert (found or "").startswith(said)


def test_eight_names_are_listed() -> None:
    some = "a1, a2, v1, a3, v2, a4, v3, a5, ..."
    assert hint(lambda: choose_output(MANY, "z"))[1] == f"the nodes are {some}"
    assert hint(lambda: choose_places(MANY, None, ["z"]))[1] == f"the names are {some}"
    assert hint(lambda: choose_inputs(MANY, ["z"]))[1] == "the inputs are a1, a2, a3, a4, a5, a6, a7, a8, ..."
    assert hint(lambda: choose_output(EIGHT, "z"))[1] == "the nodes are a1, a2, v1, a3, v2, a4, v3, f"


@pytest.mark.parametrize(("names", "inputs", "nodes"), [
    (["y", "x"], ["x", "y"], {"y": 1, "x": 0}), (["x", "x"], ["x"], {"x": 0}), ([], [], {}), (["x"], ["x"], {"x": 0}),
    (["q"], "the inputs are x, y", {"q": 2}),
    (["x", "df/dx"], "write --wrt x, for df/dx", "write --grad x, for df/dx"),
    (["dq/dy"], "write --of q --wrt y, for dq/dy", "write --of q --grad y, for dq/dy"),
    (["z"], "the inputs are x, y", "the names are x, y, q, v1, f"),
    (["X"], "did you mean x? (capitals count)", "did you mean x? (capitals count)"),
])  # fmt: skip
def test_what_is_differentiated_with_respect_to(names: list[str], inputs: Any, nodes: Any) -> None:
    if isinstance(inputs, str):
        assert hint(lambda: choose_inputs(GRAPH, names)) == (f"{names[-1]} is not an input", inputs)
    else:
        assert choose_inputs(GRAPH, names) == inputs
        assert choose_places(GRAPH, names, None) == {name: GRAPH.inputs[name] for name in inputs}
    if isinstance(nodes, str):
        what = f"nothing in the program is called {names[-1]}"
        assert hint(lambda: choose_places(GRAPH, None, names)) == (what, nodes)
    else:
        assert choose_places(GRAPH, None, names) == nodes


def test_by_default_it_is_all_inputs() -> None:
    assert (choose_inputs(GRAPH, None), choose_output(GRAPH, None)) == (["x", "y"], GRAPH.output)
    assert choose_places(GRAPH, None, None) == {"x": 0, "y": 1}
    assert choose_places(GRAPH, ["y"], ["q"]) == {"q": 2}


def test_functions_that_have_lost_their_parentheses_are_told() -> None:
    said = "write sin(x), not sinx and cos(x), not cosx"
    assert hint(lambda: choose_inputs(GLUED, ["x"]))[1] == said
    assert hint(lambda: choose_places(GLUED, None, ["x"]))[1] == said


@pytest.mark.parametrize(("nodes", "kept", "shown"), [
    ("all", range(5), range(5)), ("ends", range(5), range(5)), ("named", {0, 1, 2, 4}, {0, 1, 2, 4}),
    ("none", {4, 1}, set()), ([3], {1, 3, 4}, {3}), ({2, 3}, {1, 2, 3, 4}, {2, 3}),
])  # fmt: skip
def test_whose_numbers_are_kept(nodes: Any, kept: Any, shown: Any) -> None:
    found = listing(GRAPH, 4, [1], nodes)
    assert ({*found.kept}, {*found.shown}) == ({*kept}, {*shown})
    users = {0: {2, 3}, 1: {2}, 2: {4}, 3: {4}, 4: set()}  # x is used by q and sin, y by q, both by f
    assert {*found.with_users(GRAPH)} == {*kept}.union(*(users[i] for i in shown))
    assert Listing({1}, set()).with_users(GRAPH) == {1}


# ---- numbers that are settled


def system() -> Any:
    """Return a system that doubles what it rounds out, and cannot tell below 0."""

    def round_out(x: float) -> float:
        if x < 0:
            raise Undecided
        return 2 * x

    return SimpleNamespace(round_out=round_out, settled=False)


ALL, SOME = range(4), [0, 2, 3]


@pytest.mark.parametrize(("numbers", "nodes", "needed", "column", "doubts"), [
    ([1, None, 3, 4], ALL, {0}, [2, None, 6, 8], set()), ([1, -2, 3, 4], ALL, {0}, [2, None, 6, 8], {1}),
    ([1, -2, 3, 4], SOME, {1}, [2, None, 6, 8], set()), ([1, 2, -3, None], SOME, {0}, [2, None, None, None], {2}),
    ([1, -2, 3, 4], ALL, {1}, None, set()), ([-1, 2, 3, 4], SOME, {0}, None, set()),
])  # fmt: skip
def test_what_is_undecided_is_left_out_unless_it_is_needed(
    numbers: list[Any], nodes: Any, needed: set[int], column: list[Any] | None, doubts: set[int]
) -> None:
    settler = Settler(system(), needed, {})
    if column is None:
        with pytest.raises(Undecided):
            settler.column(numbers, nodes)
    else:
        assert settler.column(numbers, nodes) == column
        assert settler.doubts == doubts
    assert settler.number(None) is None
    assert settler.number(3) == 6


@pytest.mark.parametrize(("rows", "nodes", "column", "broken"), [
    ([(1, None), (), (3,), (4, 5)], ALL, [(2, None), (), (6,), (8, 10)], []),
    ([(1, -1), (), (3,), (-4, 5)], ALL, [(2, None), (), (6,), (None, 10)], [(0, 1), (3, 0)]),
    ([(1, 2), (-1,), (), (-4, -5)], SOME, [(2, 4), None, (), (None, None)], [(3, 0), (3, 1)]),
])  # fmt: skip
def test_a_slope_that_is_undecided_does_not_exist(
    rows: list[Any], nodes: Any, column: list[Any], broken: list[tuple[int, int]]
) -> None:
    faults: dict[tuple[int, int], Fault] = {}
    settler = Settler(system(), {0, 3}, faults)
    assert settler.column(rows, nodes, rows=True) == column
    assert settler.doubts == {i for i, _ in broken}
    assert [(at, fault.node, fault.position, fault.kind) for at, fault in faults.items()] == [
        ((i, k), i, k, "undecided") for i, k in broken]  # fmt: skip
    assert all(isinstance(fault.doubt, Undecided) for fault in faults.values())


def test_numbers_that_are_settled_already_stay() -> None:
    numbers = [1, -2, 3, 4]
    settler = Settler(FLOAT, {1}, {})
    assert settler.column(numbers, ALL) is numbers
    assert settler.column(numbers, SOME) == [1, None, 3, 4]
    assert settler.column([(1, -1), (2,), (), (4,)], SOME, rows=True) == [(1, -1), None, (), (4,)]

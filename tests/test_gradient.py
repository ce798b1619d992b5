"""Which numbers a record holds: the listings, and the sums of what arrives at the nodes that are shown."""

from __future__ import annotations

import gc
import math
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.gradient import Gradient

MANY_NODES = 100
NODES_AT_ENDS = 40

PROGRAM = "q = x*2; r = x*y; s = q + r; s*x + x*x + sin(s)"
POINT = {"x": 3.0, "y": -0.5}
LONG = "\n".join(f"h{k + 1} = h{k}*w{k} + h{k}" for k in range(100))


def record(nodes: str, program: str = PROGRAM, **options: Any) -> Gradient:
    names = [*(f"w{k}" for k in range(100)), "h0"] if program is LONG else []
    return differentiate(program, dict.fromkeys(names, 0.5) or POINT, nodes=nodes, **options)


@pytest.mark.parametrize("options", [{}, {"exact": False, "ieee": True}, {"digits": 20}])
def test_every_listing_gives_the_same_gradient(options: dict[str, Any]) -> None:
    whole = record("all", **options)
    for nodes in ("named", "none", "ends"):
        assert record(nodes, **options).gradient == whole.gradient
        assert record(nodes, **options).value == whole.value


def test_a_listing_holds_what_it_lists() -> None:
    whole, named, none = record("all"), record("named"), record("none")
    graph = whole.graph
    assert len(list(whole.nodes)) == len(graph.nodes)
    assert {view.name for view in named.nodes} == {"x", "y", "q", "r", "s", "f"}
    assert {view.name for view in none.nodes} == {"x", "y", "f"}
    for i, (value, upstream) in enumerate(zip(none.values, none.upstream, strict=True)):
        kept = graph.labels[i] in ("x", "y", "f")
        assert (value, upstream) == ((whole.values[i], whole.upstream[i]) if kept else (None, None))


@pytest.mark.parametrize("nodes", ["all", "named"])
def test_all_that_arrives_at_a_shown_node_is_there(nodes: str) -> None:
    found = record(nodes)
    views = [view for view in found.nodes if view.id != found.output]
    assert [len(view.contributions) for view in views if view.name in ("x", "s")] == [5, 2]
    for view in views:
        if view.upstream is not None:
            assert math.isclose(math.fsum(view.contributions), view.upstream)
        assert found.contributions_to(view.id) == list(view.contributions)


def test_the_ends_of_a_long_record() -> None:
    short, ends, whole = record("ends"), record("ends", LONG), record("all", LONG)
    count = len(whole.graph.nodes)
    assert len(short.listed) == len(short.graph.nodes)
    assert count > MANY_NODES
    shown = {*range(NODES_AT_ENDS), *range(count - NODES_AT_ENDS, count)}
    assert set(ends.listed) == shown | set(whole.graph.inputs.values())
    for i in shown:
        assert ends.view(i) == whole.view(i)
        assert ends.contributions_to(i) == whole.contributions_to(i)


def test_only_the_inputs_asked_for_are_kept() -> None:
    found = record("none", wrt=["y"])
    assert list(found.gradient) == ["y"]
    assert {view.name for view in found.nodes} == {"y", "f"}


@pytest.mark.parametrize("collecting", [True, False])
def test_the_collector_is_left_as_it_was(collecting: bool) -> None:
    (gc.enable if collecting else gc.disable)()
    try:
        record("all")
        assert gc.isenabled() is collecting
        with pytest.raises(Exception, match="has no value"):
            differentiate("x*y", {"x": 1})
        assert gc.isenabled() is collecting
    finally:
        gc.enable()

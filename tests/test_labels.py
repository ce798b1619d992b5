"""What nodes are called: by their own names, by their numerals, and else by numbers."""

from __future__ import annotations

import pytest

from gradcli import differentiate
from gradcli.errors import Source
from gradcli.language.syntax import parse


@pytest.mark.parametrize(
    ("program", "labels"),
    [
        ("x*y", "x y f"),
        ("x*y + z", "x y v1 z f"),
        ("3*x", "3 x f"),
        ("c = 3; f = c*x", "3 c x f"),  # a numeral that has a name is shown by it
        ("c = 3; d = 3; f = c*x + d", "3 c d x v1 f"),
        ("a = x*y; b = a; g = b + 1", "x y a 1 g"),  # the first name of two
        ("f*x", "f x v1"),  # an input has the name of unnamed outputs
        ("(v1 + x)*2", "v1 x u1 2 f"),  # an input has the name of unnamed nodes
    ],
)
def test_every_node_has_its_name(program: str, labels: str) -> None:
    assert " ".join(parse(Source("program", program)).labels) == labels


def test_a_name_that_stands_for_another_is_told_beside_it() -> None:
    graph = parse(Source("program", "a = x*y; b = a; c = b; g = c + 1"))
    assert graph.others == {graph.labels.index("a"): ["b", "c"]}


def test_a_named_numeral_has_a_row_and_a_value() -> None:
    found = differentiate("c = 3; f = c*x", {"x": 2})
    (node,) = (node for node in found.nodes if node.name == "c")
    assert (node.value, node.name in found.gradient) == (3, False)

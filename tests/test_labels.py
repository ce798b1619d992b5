"""What nodes are called: by their own names, by their numerals, and else by numbers."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.errors import InputError, Source
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


@pytest.mark.parametrize(("program", "given", "gradient"), [
    ("cross_entropy(z[0], t[0])", {"z": [[1, 1], [3, 4]], "t": [1, 0]}, {"z": [[0.5, -0.5], [0, 0]]}),
    ("sum(cross_entropy(z, flatten(t)))", {"z": [[1, 1]], "t": [[1]]}, {"z": [[0.5, -0.5]]}),
    ("sum(cross_entropy(z, t.T[0]))", {"z": [[1, 1]], "t": [[1]]}, {"z": [[0.5, -0.5]]}),
    ("s = t[1:]\nsum(x[s])", {"x": [1, 2, 3], "t": [0, 2, 2]}, {"x": [0, 0, 2]}),
    ("sum(x[2*t])", {"x": [1, 2, 3], "t": [0, 1]}, {"x": [1, 0, 1]}),
    ("cross_entropy(z, t[0])*t[1]", {"z": [1, 1], "t": [0, 2]}, {"z": [-1, 1], "t": [0, math.log(2)]}),
    ("cross_entropy(z[0], p[0])", {"z": [[0, 0]], "p": [[1, 0]]}, {"z": [[-0.5, 0.5]], "p": [[math.log(2)] * 2]}),
    ("d = t[0]\nsum(x) + d", {"x": [1], "t": [3, 4]}, {"x": [1], "t": [1, 0]}),
    ("sum(x[t])", {"x": [1, 2], "t": [1]}, {"x": [0, 1]}),
])  # fmt: skip
def test_an_input_used_as_labels_alone_has_no_derivative(
    program: str, given: dict[str, Any], gradient: dict[str, Any]
) -> None:
    """Be the labels taken out of it, moved or computed from it before; what is used otherwise, too, has one."""
    record = differentiate(program, given)
    assert record.gradient.keys() == gradient.keys()
    for name, x in gradient.items():
        assert flat(record.gradient[name]) == pytest.approx(flat(x))
    for name in given.keys() - gradient.keys():
        with pytest.raises(InputError, match=f"{name} holds labels or indices: whole numbers that have no derivative"):
            differentiate(program, given, wrt=[name])


def flat(x: Any) -> list[float]:
    """Return the numbers of lists in lists, at most."""
    rows = [row if isinstance(row, list) else [row] for row in (x if isinstance(x, list) else [x])]
    return [y for row in rows for y in row]

"""The graph as an indented list at its limits: the levels that a width leaves, the cells of an expression."""

from __future__ import annotations

import re

import pytest

from gradcli import differentiate
from gradcli.drawing.array_outline import array_outline
from gradcli.drawing.outline import outline
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.gradient import Gradient


def of_numbers(program: str, width: int | None = None, **point: float) -> list[str]:
    record = differentiate(program, {"x": 1.0, **point})
    assert isinstance(record, Gradient)
    return outline(record, str, width=width)


@pytest.mark.parametrize(("width", "levels"), [
    (None, 12), (1, 3), (27, 3), (28, 4), (30, 4), (31, 5), (51, 11), (52, 12), (500, 12),
])  # fmt: skip
def test_a_width_leaves_room_for_so_many_levels(width: int | None, levels: int) -> None:
    """Of 30 nodes one in the other: three cells a level, and 16 for the text of the deepest."""
    lines = of_numbers("; ".join(["y0 = x", *(f"y{k} = sin(y{k - 1})" for k in range(1, 30))]), width)
    depths = [len(re.match(r"\W*", line)[0]) // 3 for line in lines]  # type: ignore[index]
    assert max(depths) == levels
    assert depths[: levels + 1] == [*range(levels + 1)]
    assert "(below)" in lines[levels]


@pytest.mark.parametrize("cells", [59, 60, 61])
def test_an_expression_of_a_list_has_60_cells(cells: int) -> None:
    """Of a product with a name that is long enough, of numbers and of arrays."""
    name = "v" * (cells - len("x*"))
    told = f"x*{name}" if cells <= 60 else f"x*{'v' * (60 - len('x*...'))}..."
    assert of_numbers(f"f = x*{name}", **{name: 2.0})[0].startswith(f"f = {told} = 2")
    record = differentiate(f"f = x*{name}", {"x": [1.0], name: [2.0]}, upstream=[1.0])
    assert isinstance(record, ArrayGradient)
    lines = array_outline(record, lambda array, shape: str(len(array)))
    assert lines[0].startswith(f"f  1 = {told} = 1")

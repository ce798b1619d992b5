"""A test file for somebody else's backward pass: certified numbers, and both sides where there is a kink."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import NamedTuple

from ...calculus.notes import Note
from ...drawing.remarks import by_weight
from ...errors import InputError
from ...record.gradient import Gradient
from .. import Style
from .lines import check_binary
from .writing import listed, of_the_point, program_lines

MODULE, FUNCTION = "solution", "backward"
CHECK = """\
RTOL, ATOL = 1e-6, 1e-9


@pytest.mark.parametrize("name", GRADIENT)
def test_backward(name):
    from solution import backward

    found = backward(*POINT.values())
    if not isinstance(found, dict):
        found = dict(zip(GRADIENT, found if isinstance(found, (tuple, list)) else [found]))
"""
OF_NUMBERS = """\
    assert found[name] == pytest.approx(GRADIENT[name], rel=RTOL, abs=ATOL)
"""
AT_A_KINK = """\
    low, high = SIDES.get(name, (GRADIENT[name], GRADIENT[name]))
    margin = max(ATOL, RTOL * abs(GRADIENT[name]))
    assert low - margin <= found[name] <= high + margin
"""
OF_ARRAYS = """\
    assert np.shape(found[name]) == np.shape(GRADIENT[name])
    assert np.asarray(found[name]) == pytest.approx(GRADIENT[name], rel=RTOL, abs=ATOL)
"""


class Table(NamedTuple):
    """The numbers of a test, as texts by the names of the inputs: the point, the derivatives, and both sides."""

    point: Mapping[str, str]
    gradient: Mapping[str, str]
    sides: Mapping[str, str]


def render(record: Gradient, style: Style) -> str:
    """Return the test file for the point of a record."""
    check_binary(record.value)
    point = {name: repr(record.values[i]) for name, i in record.graph.inputs.items()}
    gradient = {name: repr(slope) for name, slope in record.gradient.items() if slope is not None}
    table = Table(point, gradient, _sides(record.notes))
    messages = [note.message for note in by_weight(record)]
    return written(record.program, record.labels[record.output], table, messages)


def written(program: str, output: str, table: Table, messages: Sequence[str] = ()) -> str:
    """Return the test file for some numbers. Raises `InputError` where there is no derivative among them."""
    if not table.gradient:
        raise InputError("there is no derivative to test", kind="option", hint="choose inputs with --wrt")
    of_arrays = any("np." in text for text in (*table.point.values(), *table.gradient.values()))
    wanted = (
        f"It reads {MODULE}.py, in which {FUNCTION}({', '.join(table.point)}) returns the derivatives of {output} with "
        f"respect to {', '.join(table.gradient)}: a dictionary with these names, or a tuple in this order."
    )
    lines = [f"    {line}" for line in program_lines(program)]
    head = ["A test of a backward pass, written by gradcli for the program", "", *lines, "", *wrap(wanted, 76)]
    head += of_the_point(messages)
    body = ["import numpy as np"] if of_arrays else []
    body += ["import pytest", "", *_dictionary("POINT", table.point)]
    body += _dictionary("GRADIENT", table.gradient)
    if table.sides:
        body += ["# At a kink every number from one side to the other is right.", *_dictionary("SIDES", table.sides)]
    check = OF_ARRAYS if of_arrays else AT_A_KINK if table.sides else OF_NUMBERS
    return "\n".join([*(f"# {line}".rstrip() for line in head), "", *body, CHECK]) + check


def _sides(notes: Sequence[Note]) -> dict[str, str]:
    """Return the two slopes of what has a kink at the point, the smaller one first."""
    found = {}
    for note in notes:
        if note.kind == "one-sided" and len(note.wrt) == 1:
            slopes = [side for side in (note.left, note.right) if isinstance(side, float)]
            if len(slopes) == 2:
                found[note.wrt[0]] = f"({min(slopes)!r}, {max(slopes)!r})"
    return found


def _dictionary(name: str, items: Mapping[str, str]) -> list[str]:
    pairs = [f"{json.dumps(key, ensure_ascii=False)}: {text}" for key, text in items.items()]
    return listed(f"{name} = {{", pairs, "}", "", "    ")

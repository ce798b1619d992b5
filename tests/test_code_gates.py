"""Code of infinite slopes in front of closed gates gives gradcli's own numbers: nothing flows there."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.numbers.systems import FLOAT
from gradcli.reports import Style, render

from .code_conditionals import Case, differing
from .generated_code import Answer
from .test_array_code import function_of

LANGUAGES = [
    "python",
    "numpy",
    pytest.param("javascript", marks=pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")),
    pytest.param(
        "torch",
        marks=pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed"),
    ),
]
# Gates that give p, each with an x where it is closed, seen from p where that stands in it.
GATES = (
    ("relu(x) + {p}", "-1"), ("max(x, {p})", "{p} - 1"), ("min(x, {p})", "{p} + 1"), ("max(x, {p}, -9)", "{p} - 2"),
    ("clip(x, {p}, 9)", "{p} - 1"), ("clip(x, -9, {p})", "{p} + 1"), ("where(x > {p}, x, {p})", "{p} - 1"),
    ("where(x < {p}, {p}, 2*x)", "{p} - 1"), ("{p} - 2*relu(x)*3", "-1"), ("relu(relu(x) - 1) + {p}", "-1"),
    ("relu(relu(x) - 1) + {p}", "0.5"), ("{p} + relu(x) + relu(x - 1)", "-1"), ("{p} + relu(x)*relu(x - 2)", "-1"),
    ("max(abs(x) - 20, {p})", "{p} - 1"), ("min(max(x, 0)*max(x, 0), 0) + {p}", "-1"), ("relu(x) + {p}", "0"),
)  # fmt: skip
PLACES = ("0", "1", "-1")


def infinite() -> list[tuple[str, str]]:
    """Return calls with an infinite slope at a place, and the place."""
    found = [("({})**0.5", "0"), ("({})**z", "0")]
    for row in OPERATIONS.values():
        undefined = row.partials[0].undefined_where if row.arity == 1 and row.partials else None
        for place in PLACES if undefined is not None else ():
            x = float(place)
            in_domain = row.domain is None or row.domain.holds(FLOAT, x)
            if undefined is not None and in_domain and undefined(FLOAT, row.value(FLOAT, x), x) is not None:
                found.append((f"{row.name}({{}})", place))
    return found


@cache
def behind_gates(kind: str) -> list[Case]:
    found = []
    for call, p in infinite():
        for gate, closed in GATES:
            x = float(eval(closed.format(p=p)))
            point: dict[str, Any] = {"x": x, "y": 3.0, **({"z": 0.5} if "z" in call else {})}
            program = f"{call.format(gate.format(p=f'({p})'))}*y + x + y"
            if kind == "arrays":
                program, point["x"] = f"sum({program})", [x, x]
            record = differentiate(program, point)
            assert None not in record.gradient.values(), program
            found.append(Case(program, point, Answer(record.value, dict(record.gradient))))
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["numbers", "arrays"])
def test_infinite_slopes_in_front_of_closed_gates(kind: str, language: str, tmp_path: Path) -> None:
    assert len(behind_gates(kind)) > 200
    assert differing(behind_gates(kind), language, tmp_path, sys.executable) == []


@pytest.mark.parametrize(
    "program", ["max(x, 0)**0.5", "sqrt(abs(x))", "sqrt(max(x, 0, -1))", "sqrt(min(max(x, 0), 1))"]
)
def test_an_infinite_slope_where_a_gate_opens_is_told(program: str) -> None:
    """The code answers no 0 where gradcli has no answer."""
    record = differentiate(program, {"x": 0.0})
    assert record.gradient["x"] is None
    with pytest.raises((ZeroDivisionError, ValueError)):
        function_of(str(render(record, "python", Style())))["forward_backward"]()


def test_one_way_of_several_is_enough() -> None:
    """Where nothing is between an infinite slope and an input, its line is as before."""
    text = str(render(differentiate("sqrt(relu(x) + y + abs(x))", {"x": -1, "y": 3}), "python", Style()))
    assert "    dv3 = df / (2 * f)\n" in text.replace("dv4", "dv3")
    many = "sqrt(" + " + ".join(f"relu(x - {k})" for k in range(30)) + " + 1)"
    assert " / (2 * f)\n" in str(render(differentiate(many, {"x": 3.5}), "python", Style()))

"""Code of both passes, line by line, as one would write it by hand; and the file that tests a student's own."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.array_gradient import ArrayGradient
from gradcli.reports import Style, render, render_arrays

# Read against the rules of calculus: what a branch needs alone stands in it, what arrives is summed before it goes on.
KNOWN = (Path(__file__).parent / "data" / "code_by_hand.txt").read_text(encoding="utf-8")
BLOCKS = [block.strip().partition("\n") for block in KNOWN.split("\n# ")]


def text(language: str, program: str, point: dict[str, Any]) -> str:
    found = differentiate(program, point)
    show: Any = render_arrays if isinstance(found, ArrayGradient) else render
    return str(show(found, language, Style()))


@pytest.mark.parametrize(("head", "_", "code"), BLOCKS, ids=[head for head, *_ in BLOCKS])
def test_the_lines_of_both_passes(head: str, _: str, code: str) -> None:
    language, _, rest = head.removeprefix("# ").partition(": ")
    program, _, point = rest.rpartition(" at ")
    assert f"\n{code}\n" in text(language, program, ast.literal_eval(point))


def test_beyond_twelve_outcomes_what_tells_is_a_variable() -> None:
    program = "t = log(x); f = " + " + ".join(f"where(a{k} > 0, t, 1)" for k in range(13))
    found = text("python", program, {"x": 1, **{f"a{k}": 1 for k in range(13)}})
    told = "\n".join(["    needs_t = (", "        a0 > 0", *(f"        or a{k} > 0" for k in range(1, 13)), "    )"])
    assert f"{told}\n    if needs_t:\n        t = math.log(x)\n    v2 = t if a0 > 0 else 1\n" in found
    assert "    if needs_t:\n        dx += dt / x\n" in found
    script = text("javascript", program, {"x": 1, **{f"a{k}": 1 for k in range(13)}})
    told = "\n".join(["  const needs_t = (", "    a0 > 0", *(f"    || a{k} > 0" for k in range(1, 13)), "  );"])
    assert f"{told}\n  let t;\n  if (needs_t) {{\n    t = Math.log(x);\n  }}\n" in script


@pytest.mark.parametrize(("program", "point", "told"), [
    ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}, """\
# A test of a backward pass, written by gradcli for the program
#
#     q = x + y; f = q*z
#
# It reads solution.py, in which backward(x, y, z) returns the derivatives of
# f with respect to x, y, z: a dictionary with these names, or a tuple in this
# order.

import pytest

POINT = {"x": -2.0, "y": 5.0, "z": -4.0}
GRADIENT = {"x": -4.0, "y": -4.0, "z": 3.0}
RTOL, ATOL = 1e-6, 1e-9


@pytest.mark.parametrize("name", GRADIENT)
def test_backward(name):
    from solution import backward

    found = backward(*POINT.values())
    if not isinstance(found, dict):
        found = dict(zip(GRADIENT, found if isinstance(found, (tuple, list)) else [found]))
    assert found[name] == pytest.approx(GRADIENT[name], rel=RTOL, abs=ATOL)
"""),
    ("f = sum(W@x)", {"W": [[1, 2], [3, 4]], "x": [5, 6]}, """\
# It reads solution.py, in which backward(W, x) returns the derivatives of f
# with respect to W, x: a dictionary with these names, or a tuple in this
# order.

import numpy as np
import pytest

POINT = {"W": np.array([[1.0, 2.0], [3.0, 4.0]]), "x": np.array([5.0, 6.0])}
GRADIENT = {"W": np.array([[5.0, 6.0], [5.0, 6.0]]), "x": np.array([4.0, 6.0])}
RTOL, ATOL = 1e-6, 1e-9
"""),
    ("f = relu(x)*y", {"x": 0, "y": 5}, """\
#
# At the point of this file:
#     relu has a kink here, at x = 0
#     df/dx is 0 from the left and 5 from the right

import pytest

POINT = {"x": 0.0, "y": 5.0}
GRADIENT = {"x": 0.0, "y": 0.0}
# At a kink every number from one side to the other is right.
SIDES = {"x": (0.0, 5.0)}
RTOL, ATOL = 1e-6, 1e-9
"""),
])  # fmt: skip
def test_the_test_of_a_students_pass(program: str, point: dict[str, Any], told: str) -> None:
    assert told in text("pytest", program, point)

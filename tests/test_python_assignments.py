"""Assignments of several names at once: what they compute is what Python computes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradcli.errors import Source
from gradcli.language.python_reading import read_python
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_values import resolved
from gradcli.record.request import Request

TOGETHER = [
    "a, b = b, a", "[a, b] = [b, a]", "a, b, c = b, c, a", "a, b = b, a + b", "a, b = a + b, a*b",
    "(a, b), c = (c, a), b",
    "a, (b, c) = b, (c, a)", "(a, (b, c)) = (c, (a, b))", "a, b = b, 2.0", "a, d = a*2, a + 1; c = d",
    # what no value is computed of, beside what reads an earlier name
    "a, (n,) = a*2, a.shape; b = b/n", "a, (n,) = a[0:2], a.shape; b = b/n; a = a.sum()",
    "a, (n,), m = a*2, a.shape, a.sum(); b = m/n",
    "g = lambda v: v*2; a, g = g(a), lambda v: a + v; b = g(b)",
    "a, g, b = b, lambda v: a + v, a; c = g(c)",
    "a, w = a*2, [a, b]; c = w[0]*w[1]", "h = [a, b]; h, c = [c, c], h[0]; b = h[1]",
    "h = {}; h[0] = a; h[1] = b; h[0], h[1] = h[1], h[0]; a = h[0]; b = h[1]",
    "for k in range(3): a, b = b, a + b",
    "def swap(u, v):\n    u, v = v, u\n    return u, v\na, b = swap(a, b)",
]  # fmt: skip
INPUTS = {"a0": [1.0, 2.0, 3.5], "b0": [0.5, -1.0, 2.0], "c0": [3.0, 1.5, -2.0]}


@pytest.mark.parametrize("code", TOGETHER)
def test_names_that_are_assigned_together(code: str) -> None:
    lines = [f"{name} = {name}0*1" for name in "abc"] + code.replace("; ", "\n").split("\n")
    text = "\n".join([*lines, "f = (a*1 + b*10 + c*100 + a*b*c).sum()"])
    names: dict[str, Any] = {name: np.array(value) for name, value in INPUTS.items()}
    exec(text, names)
    program = read_python(Source("net.py", text)).source
    given = {name: Source(name, str(value)) for name, value in INPUTS.items()}
    record = evaluate_arrays(program, resolved(given, None), Request(wrt=None, may_be_unused=[*INPUTS]))
    assert float(np.sum(record.value)) == pytest.approx(float(names["f"]), rel=1e-12)

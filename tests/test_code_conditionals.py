"""Code of conditionals gives gradcli's own numbers, whatever stands in a branch."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.reports import LIBRARIES

from .code_conditionals import Case, cases, differing, of_arrays, of_numbers
from .generated_code import Answer

LANGUAGES = [
    "python",
    "numpy",
    pytest.param("javascript", marks=pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")),
    pytest.param(
        "torch",
        marks=pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed"),
    ),
]
MATRIX, SQUARE = [[1.0, 2.0], [-1.0, 0.5]], [[1.0, -1.0], [2.0, 3.0]]
TOLD: list[tuple[str, dict[str, Any]]] = [
    ("f = sum(where(x > 0, x, A@(2*x)))", {"A": MATRIX, "x": [1, -1]}),
    ("f = sum(where(X@W > 0.05, X@W, 0.1*X@W)*W)", {"X": MATRIX, "W": SQUARE}),
    ("f = sum(where(x > 0, cumsum(x*x), x*2))", {"x": [1, -1]}),
    ("f = sum(where(M > 0, M.T**2, exp(M.T)))", {"M": SQUARE}),
    ("f = sum(where(M > 0, M**2, -M))", {"M": SQUARE}),
    ("f = sum(where(M > 0, M*M, 1 - M))", {"M": SQUARE}),
    ("where(x > 0, x**2, -x)", {"x": -1.5}),
    ("where(y > 0, 3, where(x*y > 0, x, 2*x))", {"x": 1, "y": 1}),
    ("where(y > 0, where(x*y > 0, where(x*x*y > 5, x, x**3), 2*x), y)", {"x": 1, "y": 1}),
    ("where(x > 0, where(x > 0, x, 3*x*log(-x)), x)", {"x": 1}),
    ("u = x + y; v = where(x > 9, 1, u); f = v + x*x + y**3", {"x": -1, "y": 2}),
    ("t = where(x > 0, sqrt(x), x); f = where(t > 9, 1, where(y > 9, 2, x + t))*1 + t*t", {"x": -1, "y": 2}),
    ("where(s > 0, sum(log(x)), sum(x))", {"s": -1, "x": [1, -2]}),
    ("f = sum(where(y > -9, where(x > 0, sqrt(x)*y, y), y*y))", {"x": [1, 0.0], "y": [2, 3]}),
    ("f = sum(where(M > 0, M/b, 5))", {"M": SQUARE, "b": [1, 2]}),
    ("f = sum(sum(where(x >= -0.5, A*A, -2), axis=1)*y)", {"A": MATRIX, "x": [1, -1], "y": [2, 3]}),
    ("f = sum(where(2 > 1, x, A@x))", {"A": MATRIX, "x": [1, -1]}),
]
# What several branches share, and infinite slopes that nothing flows back to.
SHARED: list[tuple[str, dict[str, Any]]] = [
    ("f = sum(where(M > 0, M*(1/b), 5))", {"M": [[1.0, -1.0], [2.0, -3.0]], "b": [1, 0]}),
    ("t = sqrt(x)*y; f = sum(where(z > 0, max(t, 2), where(y > 9, t*t, z)))", {"x": [-1], "y": [3], "z": [-2]}),
    ("t = sqrt(x); f = where(t > 1, t*2, 5*y)", {"x": 0, "y": 1}),
    ("t = log(x); f = where(y > 0, t, 1) + where(y > 1, t, 2) + where(y > 0, 0, y)", {"x": -1, "y": -2}),
    ("t = log(x); u = where(y > 0, t, 1); f = where(u > 2, u, where(y > 0, t*u, y))", {"x": -1, "y": -2}),
    ("t = log(x); u = t*t; f = where(y > 0, where(z > 0, t, u), where(z > 0, u, y))", {"x": -1, "y": -2, "z": -1}),
    ("t = log(x); u = t*t; f = where(y > 0, where(z > 0, t, u), where(z > 0, u, y))", {"x": 2, "y": -2, "z": 1}),
]
CLOSED: list[tuple[str, dict[str, Any]]] = [
    ("relu(sqrt(x) - 1) + y", {"x": 0, "y": 1}),
    ("sqrt(x)*w", {"x": 0, "w": 0}),
]
# Cases upon cases: t needs so many of them that what tells has a name.
CHAIN = "; ".join([
    "t0 = log(x)", "t1 = sqrt(x)", *(f"t{k} = where(c{k} > 0, t{k - 1}*2 + t{k - 2}, log(t{k - 2}*y))"
                                     for k in range(2, 14)), "f = where(z > 0, t13, z)",
])  # fmt: skip
CHOICES = {f"c{k}": 1 for k in range(2, 14)}
SHARED += [(CHAIN, {"x": x, "y": 2, "z": x, **CHOICES}) for x in (-1, 3)]


ENDS = (0.0, 1.0, -1.0, 2.0, -2.0, 0.5)


def at_the_ends() -> list[tuple[str, dict[str, Any]]]:
    """Return every operation of both tables where it may have no value or slope, in branches that do not count."""
    found: list[tuple[str, dict[str, Any]]] = []
    given: dict[str, Any] = {
        "x": list(ENDS),
        "z": [0.0] * len(ENDS),
        "m": [-1.0] * len(ENDS),
        "n": [-2.0] * len(ENDS),
        "y": 3.0,
    }
    given["M"] = ZEROS
    for row in OPERATIONS.values():
        if row.parameters and not row.is_condition and row.name not in ("where", "polygamma", "dot"):
            names = ["x"] if row.arity == 1 else ["x", "z"]
            call = f" {row.symbol} ".join(names if len(names) > 1 else ["", "x"])
            call = call if row.symbol else f"{row.name}({', '.join(names)})"
            found += [program.format(f"({call})") for program in (
                "sum(where(m > 0, {0}*y, x*y + z))", "t = {0}; f = sum(where(m > 0, t*y, where(n > 0, t, x + z*y)))",
                "sum(where(y < 0, {0}, x*y + z))", "sum(where(outer(x, z) > 1, outer({0}, {0})*y, x + z + m))",
                "t = {0}; f = where(y < 0, t@t, y) + where(y < 1, sum(t), sum(x*z + m))",
            )]  # fmt: skip
    for call in OF_ARRAYS:
        found += [program.format(call) for program in (
            "where(y < 0, sum({0}), sum(M*y))", "sum(where(M > 9, sum({0}), M*y))",
            "t = {0}; f = where(y < 0, sum(t), y) + where(y < 1, sum(t*y), sum(M))",
        )]  # fmt: skip
    return [(text, {name: given[name] for name in given if re.search(rf"\b{name}\b", text)}) for text in found]


ZEROS = [[0.0, 0.0], [0.0, 0.0]]
OF_ARRAYS = (
    "norm(M)", "norm(M, axis=1)", "inv(M)", "det(M)", "softmax(M)", "var(M)", "prod(M)", "max(M)", "min(M, axis=0)",
    "M/sum(M)", "M/norm(M)", "M/sum(M, axis=1, keep=1)", "logsumexp(M)", "log_softmax(M)", "sort(M)", "log(softmax(M))",
    "M@log(M)", "log(M)@M", "cumsum(sqrt(M))", "sqrt(M).T", "sqrt(M)[0]", "1/sqrt(sum(M**2, axis=0))", "diag(log(M))",
    "outer(log(M[0]), M[1])", "concat(log(M), 1/M)", "stack(log(M), 1/M)", "sqrt(var(M))", "pad(1/M, 1)", "trace(1/M)",
    "cross_entropy(log(M), [0, 1])",
)  # fmt: skip


@cache
def drawn() -> list[Case]:
    return [*cases(of_arrays, 12, seed=15), *cases(of_numbers, 20, seed=15)]


@cache
def ends() -> list[Case]:
    found = []
    for program, point in at_the_ends():
        record = differentiate(program, point)
        found.append(Case(program, point, Answer(record.value, dict(record.gradient))))
    return found


@cache
def told(language: str) -> list[Case]:
    programs = TOLD + SHARED + (CLOSED if language not in LIBRARIES else [])
    records = [(program, point, differentiate(program, point)) for program, point in programs]
    return [Case(program, point, Answer(record.value, dict(record.gradient))) for program, point, record in records]


@pytest.mark.parametrize("language", LANGUAGES)
def test_conditionals_within_conditionals(language: str, tmp_path: Path) -> None:
    known = [case for case in drawn() if language != "torch" or "::-1" not in case.program]
    assert differing(known, language, tmp_path, sys.executable) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_operation_at_its_ends(language: str, tmp_path: Path) -> None:
    known = [case for case in ends() if language in LIBRARIES or "outer(x" not in case.program]  # 36 numbers
    assert differing(known, language, tmp_path, sys.executable) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_one_branch_computes(language: str, tmp_path: Path) -> None:
    assert differing(told(language), language, tmp_path, sys.executable) == []

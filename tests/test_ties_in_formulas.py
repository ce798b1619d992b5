"""Formulas of gradients give the numbers of the gradient at kinks too, where arguments tie."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pytest

from gradcli.calculus.operations import OPERATIONS

from .test_golden import Outcome, called

# functions with a kink; the formula of hypot is 0/0 there
ROWS = [row for row in OPERATIONS.values() if row.kink and row.arity != 2 and row.name != "hypot"]
MORE = ("max(x, y, z)", "min(x, x, y)", "max(x, x)", "min(x, y, z, x)", "max(max(x, y), y)", "clip(x, 0, 1)*y",
        "where(x > y, x**2, y)", "max(0, x)*y", "max(x, x**2)*y", "min(x*y, 0, x)", "max(x, -x)",
        "mod(x, 1 + y)")  # fmt: skip
PROGRAMS = (*(f"{row.name}(x{', y' if row.arity is None else ''})*(1 + y)" for row in ROWS), *MORE)
TIED = (0, 1, 2)


def call(*words: str) -> str:
    found: Outcome = called(list(words), Path.cwd(), {}, b"")
    assert found.status == 0, found.stderr
    return found.stdout.decode()


def numbers(name: str, *words: str) -> Any:
    return json.loads(call(*words, "--json"))[name]


def names_in(program: str) -> list[str]:
    return [name for name in "xyz" if re.search(rf"\b{name}\b", program)]


def check(program: str, point: list[str]) -> None:
    """Assert that the formulas of a program give its gradient at a point."""
    text = call("diff", program, *point)
    gradient = numbers("gradient", program, *point)
    for name, wanted in gradient.items():
        of = ["--of", f"df_d{name}"] if len(gradient) > 1 else []
        used = [binding for binding in point if re.search(rf"\b{binding[0]}\b", text.partition("# d")[0])]
        if used:
            assert json.loads(call(text, *of, *used, "--value")) == wanted, (name, text)


@pytest.mark.parametrize("program", PROGRAMS)
def test_formulas_of_arrays_at_ties(program: str) -> None:
    """Every pattern of ties of up to three arguments is an entry."""
    names = names_in(program)
    columns = zip(*itertools.product(TIED, repeat=len(names)), strict=True)
    point = [f"{name}={list(column)}" for name, column in zip(names, columns, strict=True)]
    check(f"f = sum({program})", point)


@pytest.mark.parametrize("program", [program for program in PROGRAMS if not re.search("max|min", program)])
@pytest.mark.parametrize("tie", TIED)
def test_formulas_of_numbers_at_ties(program: str, tie: int) -> None:
    check(f"f = {program}", [f"{name}={tie}" for name in names_in(program)])


@pytest.mark.parametrize(
    ("form", "equal"),
    [
        ((), "where(x == y, df/dv1/2, 0)"),
        (("--to", "latex"), r"{dv_{1}}}{2} & x = y"),
        (("--to", "markdown"), "where(x == y, df/dv1/2, 0)"),
    ],
)
def test_the_rule_of_a_tie_is_told_where_arguments_tie_and_only_there(form: tuple[str, ...], equal: str) -> None:
    for name in ("max", "min"):
        program = f"sum({name}(x, y))"
        assert equal in call(program, "x=[2, 3]", "y=[2, 1]", "--steps", *form)
        assert equal not in call(program, "x=[4, 3]", "y=[2, 1]", "--steps", *form)


def test_an_entry_at_a_tie_is_a_true_equation() -> None:
    told = call("sum(max(x, y))", "x=[2, 3]", "y=[2, 1]", "--entry", "df/dx[0]")
    assert "where(2 > 2, 1, where(2 == 2, 1/2, 0)) = 0.5" in told

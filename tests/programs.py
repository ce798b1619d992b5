"""Random programs for the tests: Hypothesis strategies of texts, and a cheap generator for long loops."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import strategies as st

from gradcli.calculus.operations import FUNCTIONS
from gradcli.calculus.table_parts import Operation

NAMES = ("x", "y", "z", "w0", "θ")
NUMERALS = ("0", "1", "2", "3", "10", "0.5", "1.25", ".75", "2.", "1e-3", "4e2", "1.5E+1")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
BLANKS = ("", "", " ")

# Functions that are smooth wherever they are defined, and defined on a wide range.
SMOOTH = ("sin", "cos", "tanh", "atan", "exp", "sigmoid", "softplus", "asinh", "erf", "silu", "gelu")


def parameters(row: Operation) -> int:
    """Return how many arguments a random call gives the function."""
    return row.arity or 3 * row.group


def call_names(S: Sequence[Operation] = FUNCTIONS) -> list[tuple[str, int]]:
    return [(row.name, parameters(row)) for row in S if row.name != "polygamma"]


@st.composite
def expressions(draw: st.DrawFn, names: Sequence[str] = NAMES, depth: int = 4) -> str:
    """A text of one expression, with needless parentheses and blanks here and there."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from([*names, *NUMERALS, "pi", "e"]))
    inner = expressions(names, depth - 1)
    blank = draw(st.sampled_from(BLANKS))
    kind = draw(st.sampled_from(("operator", "operator", "operator", "negative", "power", "call", "where", "group")))
    if kind == "operator":
        sign = draw(st.sampled_from("+-*/"))
        return f"{draw(inner)}{blank}{sign}{blank}{draw(inner)}"
    if kind == "negative":
        return f"-{blank}{draw(inner)}"
    if kind == "power":
        return f"{draw(inner)}{draw(st.sampled_from(('**', '^')))}{draw(inner)}"
    if kind == "group":
        return f"({blank}{draw(inner)}{blank})"
    if kind == "where":
        sign = draw(st.sampled_from(COMPARISONS))
        return f"where({draw(inner)} {sign} {draw(inner)}, {draw(inner)}, {draw(inner)})"
    name, arity = draw(st.sampled_from(call_names()))
    return f"{name}({', '.join(draw(inner) for _ in range(arity))})"


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A program with named intermediates and functions, all of which are used."""
    names = list(NAMES)
    lines, unused = [], []
    if draw(st.booleans()):
        lines.append(f"twice(u, k) = {draw(expressions(('u', 'k', 'x'), 2))}")
        unused.append(f"twice({draw(st.sampled_from(names))}, {draw(expressions(names, 1))})")
    for k in range(draw(st.integers(0, 3))):
        name = f"q{k}"
        lines.append(f"{name} = {draw(expressions(names, 2))}")
        names.append(name)
        unused.append(name)
    last = draw(expressions(names, 3))
    lines.append(draw(st.sampled_from(("", "out = "))) + " + ".join([f"({last})", *unused]))
    return draw(st.sampled_from((";", "\n", "  # so\n", ";\n"))).join(lines)


class Case(NamedTuple):
    """A random program at a point where its value is ordinary."""

    program: str
    point: dict[str, float]


def random_expression(draw: random.Random, names: Sequence[str], depth: int, calls: Sequence[tuple[str, int]]) -> str:
    """Return a text with all its parentheses."""
    if depth == 0 or draw.random() < 0.12:
        return draw.choice(names) if draw.random() < 0.8 else f"{draw.uniform(0.1, 4):.3g}"
    below = depth - 1
    if draw.random() < 0.45:
        name, arity = draw.choice(calls)
        return f"{name}({', '.join(random_expression(draw, names, below, calls) for _ in range(arity))})"
    sign = draw.choice(("+", "-", "*", "/", "+", "*", "**2", "neg"))
    left = random_expression(draw, names, below, calls)
    if sign == "**2":
        return f"({left})**{draw.choice((2, 3))}"
    if sign == "neg":
        return f"(-{left})"
    return f"({left} {sign} {random_expression(draw, names, below, calls)})"


def random_case(draw: random.Random, *, calls: Sequence[tuple[str, int]] = (), depth: int = 4, count: int = 3) -> Case:
    """Return a program of up to `count` inputs, most of them used, and a point."""
    functions = calls or [(name, 1) for name in SMOOTH]
    names = NAMES[: draw.randint(1, count)]
    text = random_expression(draw, names, depth, functions)
    used = _used(names, text)
    while not used:
        text = random_expression(draw, names, depth, functions)
        used = _used(names, text)
    text = text if draw.random() < 0.7 else f"q = {text}; q*{used[0]} + sin(q)"
    return Case(text, {name: math.trunc(draw.uniform(-2.5, 2.5) * 1000) / 1000 for name in used})


def _used(names: Sequence[str], text: str) -> list[str]:
    return [name for name in names if re.search(rf"\b{name}\b", text)]


# What a piecewise program is made of: {} are arguments. Steps jump, kinks bend, the rest is smooth.
STEPS = ("sign({0})", "floor({0})", "ceil({0})", "round({0})", "mod({0}, 2)")
KINKS = ("abs({0})", "relu({0})", "leaky_relu({0})", "max({0}, {1})", "min({0}, {1})", "hypot({0}, {1})", "elu({0})")
BRANCHES = tuple(f"where({{0}} {sign} {{1}}, {{2}}, {{3}})" for sign in COMPARISONS)
PLAIN = ("{0} + {1}", "{0} - {1}", "{0}*{1}", "{0}*{0}", "({0})**2", "-({0})", "2*{0}", "{0}/2", "sin({0})",
         "exp({0})", "tanh({0})")  # fmt: skip
LATTICE = (0.0, 0.0, 1.0, -1.0, 0.5, -0.5, 2.0)


def piecewise_expression(draw: random.Random, names: Sequence[str], depth: int) -> str:
    """Return a text with all its parentheses; about every second operation of it has a kink or a jump."""
    if depth == 0 or draw.random() < 0.1:
        return draw.choice(names) if draw.random() < 0.8 else draw.choice(("0", "1", "0.5", "2"))
    template = draw.choice(draw.choices((STEPS, KINKS, BRANCHES, PLAIN), (1, 2, 1, 4))[0])
    inner = [f"({piecewise_expression(draw, names, depth - 1)})" for _ in range(4)]
    return template.format(*inner)


def piecewise_case(draw: random.Random, *, depth: int = 3, count: int = 3) -> Case:
    """Return a piecewise program of up to `count` inputs, and a point of a lattice, so that kinks are often met."""
    names = NAMES[: draw.randint(1, count)]
    used: list[str] = []
    text = ""
    while not used:
        text = piecewise_expression(draw, names, depth)
        used = _used(names, text)
    return Case(text, {name: draw.choice(LATTICE) for name in used})

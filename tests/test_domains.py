"""Bounds of a domain are data: they say what its test says, at both sides of every bound, and so does its text."""

from __future__ import annotations

import math
import operator

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.shared_rules import Bounded
from gradcli.calculus.table_parts import Operation
from gradcli.numbers.systems import FLOAT

SIGNS = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "!=": operator.ne}
BOUNDED = {name: row for name, row in OPERATIONS.items() if isinstance(row.domain, Bounded)}
POINTS = [*(k / 2 for k in range(-8, 9)), *(side + step for side in (-1.0, 0.0, 1.0) for step in (-1e-9, 1e-9))]
TEXTS = {
    "asin": "-1 <= x <= 1", "atanh": "-1 < x < 1", "asech": "0 < x <= 1", "log": "x > 0", "log1p": "x > -1",
    "sqrt": "x >= 0", "acosh": "x >= 1", "asec": "x <= -1 or x >= 1", "acoth": "x < -1 or x > 1", "csch": "x != 0",
    "csc": "sin(x) != 0", "div": "y != 0", "mod": "y != 0", "gamma": "x not 0, -1, -2, ...",
    "polygamma": "n = 1, 2, 3, ... and x not 0, -1, -2, ...",
}  # fmt: skip


def meets(domain: Bounded, x: float) -> bool:
    """Whether a number is within the bounds."""
    of = {"": float, "sin": math.sin}[domain.of](x)
    return any(
        all(SIGNS[sign](of, math.floor(x) if bound == "floor" else bound) for sign, bound in case)
        for case in domain.cases
    )


@pytest.mark.parametrize("row", BOUNDED.values(), ids=BOUNDED)
def test_bounds_say_what_the_test_says(row: Operation) -> None:
    domain = row.domain
    assert isinstance(domain, Bounded)
    before = [2.0] * (len(row.parameters) - 1)  # the bounds are of the last argument
    for x in POINTS:
        assert domain.holds(FLOAT, *before, x) == meets(domain, x), x


@pytest.mark.parametrize("name", TEXTS)
def test_bounds_are_said_in_signs(name: str) -> None:
    row = OPERATIONS[name]
    assert row.domain is not None
    assert row.in_names(row.domain.text) == TEXTS[name]


def test_only_domains_of_two_arguments_have_no_bounds() -> None:
    assert {row.name for row in OPERATIONS.values() if row.domain and row.name not in BOUNDED} == {"pow", "atan2"}

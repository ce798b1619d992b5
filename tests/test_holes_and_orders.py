"""Derivatives of the second and higher orders where a formula has a hole, or needs many terms beside the point."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.notes import JUMP
from gradcli.errors import Source
from gradcli.record.higher_derivatives import Formulas, differentiate_formula, hessian
from gradcli.record.precision import Precision

QUOTIENT = "where(x == 0, 1, (exp(x) - 1)/x)"  # 1 + x/2 + x**2/6 + x**3/24


def formulas(program: str, order: int, precision: Precision, **given: Any) -> Formulas:
    bindings = {name: Source(name, str(value)) for name, value in given.items()}
    return differentiate_formula(Source("program", program), order=order, bindings=bindings, precision=precision)


@pytest.mark.parametrize("precision", [Precision("certain"), Precision("exact"), Precision("digits", 8)])
@pytest.mark.parametrize(("program", "order", "values"), [
    (QUOTIENT, 3, [None]),  # 1/4; the formula of df/dx has 0 at 0, and jumps there
    (QUOTIENT, 4, [None]),
    (f"({QUOTIENT})*y", 3, [None, None, None, 0]),  # of the last, along y alone, the formula is right
    ("where(x == 0, 0, x)", 3, [0]),  # df/dx has a hole; d²f/dx² has none
    ("where(x == 0, 3, x + 3)*y*y", 3, [0, 0, None, 0]),
    ("x**3 + abs(y - 1)", 3, [6, 0, 0, 0]),
])  # fmt: skip
def test_a_formula_that_does_not_hold_at_the_point_says_nothing(
    program: str, order: int, values: list[int | None], precision: Precision
) -> None:
    given = {"x": 0, "y": 3} if "y" in program else {"x": 0}
    found = formulas(program, order, precision, **given)
    assert [d.value if d.value is None else float(d.value) for d in found.derivatives] == values
    untold = [note.wrt for note in found.notes if note.kind == "undefined"]
    assert untold == [d.wrt for d in found.derivatives if d.value is None]
    assert not [note.message for note in found.notes if JUMP in (note.left, note.right)]


def test_a_third_derivative_that_has_two_sides_says_so() -> None:
    """abs(x)*x**2 is x**3 on the right, and -x**3 on the left."""
    notes = formulas("abs(x)*x**2*2", 3, Precision("certain"), x=0).notes
    assert [(note.order, note.left, note.right) for note in notes if note.kind == "one-sided"] == [(3, -12, 12)]
    assert "d³f/dx³ is -12 from the left and 12 from the right" in [note.message for note in notes]


@pytest.mark.parametrize(("program", "row"), [
    ("where(x == 0, 0, (x - sin(x))/x**2)*y", {"x": 0, "y": 1 / 6}),  # x*y/6: the division takes the first terms
    ("where(x == 0, 0, (x - sin(x) + x**4/12)/x**2)*y", {"x": 1 / 2, "y": 1 / 6}),  # (x/6 + x**2/12)*y
])  # fmt: skip
def test_second_derivatives_that_need_more_terms(program: str, row: dict[str, float]) -> None:
    assert hessian(differentiate(program, {"x": 0, "y": 3}))["x"] == pytest.approx(row, rel=1e-12, abs=0)


def test_a_note_on_a_name_is_told_once_and_not_of_every_formula() -> None:
    """The input e is no constant of nature: that is said of the program, not of its derivatives."""
    notes = formulas("e**4", 3, Precision("certain"), e=2).notes
    assert [(note.kind, note.order) for note in notes] == [("constant", 0)]


@pytest.mark.parametrize("asked", [{}, {"digits": 15}], ids=["certain", "digits"])
@pytest.mark.parametrize(("program", "point", "rows"), [
    ("y**x", {"x": 2.5, "y": 0}, {"x": {"x": 0, "y": 0}, "y": {"x": 0, "y": 0}}),
    ("y**x", {"x": 1, "y": 0}, {"x": {"x": 0, "y": None}, "y": {"x": None, "y": 0}}),  # d/dy is x*y**(x - 1)
    ("3*x**2 + (x - x)**x", {"x": 2}, {"x": {"x": 6}}),
    ("max(0, y)**x + x*y", {"x": 2, "y": -3}, {"x": {"x": 0, "y": 1}, "y": {"x": 1, "y": 0}}),
])  # fmt: skip
def test_a_power_of_zero_has_second_derivatives_for_its_exponent(
    program: str, point: dict[str, float], rows: dict[str, dict[str, float | None]], asked: dict[str, Any]
) -> None:
    """Its first derivative as a formula is 0**x*log(0), which has no value."""
    found = hessian(differentiate(program, point, **asked))  # type: ignore[arg-type]
    numbers = {a: {b: x if x is None else float(x) for b, x in row.items()} for a, row in found.items()}
    assert numbers == {a: {b: rows[a][b] for b in found} for a in found}

"""Every row of the table, because it is in the table: partials against differences, domains, systems, accuracy."""

from __future__ import annotations

import math
import random
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from gradcli.calculus.finite_differences import central
from gradcli.calculus.operations import FUNCTIONS, OPERATIONS
from gradcli.calculus.table_parts import Operation, Partial
from gradcli.language.rule_text import rule_book
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.error_arithmetic import Bound
from gradcli.numbers.fractions import Exact
from gradcli.numbers.special_functions import digamma, lgamma, polygamma
from gradcli.numbers.systems import FLOAT, Undecided, Unsupported
from gradcli.record.calls import differentiate

ROWS = [row for row in OPERATIONS.values() if not row.is_leaf]
CASES = [(row, tuple(map(float, point))) for row in ROWS for point in row.points]


def partials_of(row: Operation, S: Any, point: tuple[Any, ...]) -> list[Any]:
    """Return the local gradients of a row at a point, None where nothing flows, a reason where there is none."""
    v = row.value(S, *point)
    if row.jacobian_row is not None:
        return list(row.jacobian_row(S, v, list(point)))
    found: list[Any] = []
    for partial in row.partials:
        rule, inactive_where, undefined_where = partial.rule, partial.inactive_where, partial.undefined_where
        reason = undefined_where(S, v, *point) if undefined_where else None
        found.append(reason or (None if inactive_where and inactive_where(S, v, *point) else rule(S, v, *point)))
    return found


def faults_of(row: Operation, point: tuple[float, ...]) -> list[str]:
    """Return what is wrong with the local gradients of a row at a point, judged by central differences."""
    wrong = []
    for k, partial in enumerate(partials_of(row, FLOAT, point)):
        if isinstance(partial, str):
            continue

        def along(x: float, k: int = k) -> float | None:
            moved = (*point[:k], x, *point[k + 1 :])
            if row.domain is not None and not row.domain.holds(FLOAT, *moved):
                return None
            return float(row.value(FLOAT, *moved))

        found = central(along, point[k])
        if found is None:
            continue
        expected = 0.0 if partial is None else partial
        if abs(found.estimate - expected) > 1e-6 * max(abs(expected), abs(found.estimate)) + 10 * found.error:
            wrong.append(f"{row.name}{point} argument {k}: {expected} but differences give {found}")
    return wrong


@pytest.mark.parametrize(("row", "point"), CASES, ids=lambda x: getattr(x, "name", str(x)))
def test_partials_against_differences(row: Operation, point: tuple[float, ...]) -> None:
    assert row.domain is None or row.domain.holds(FLOAT, *point)
    assert not faults_of(row, point)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_check_finds_a_wrong_rule(row: Operation) -> None:
    """A rule with a wrong factor, and one with a lost sign, must not pass."""
    if row.jacobian_row is not None or all(p.rule.__name__ == "nothing" for p in row.partials):
        return
    for factor in (1.01, -1.0):
        bad = [
            Partial(
                lambda S, v, *a, rule=p.rule: (rule(S, v, *a) or 0.0) * factor + 1e-3,  # noqa: B023
                p.inactive_where,
                p.undefined_where,
            )
            for p in row.partials
        ]
        broken = Operation(row.name, " ".join(row.parameters), row.value, bad, domain=row.domain)
        assert any(faults_of(broken, tuple(map(float, point))) for point in row.points)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_complete(row: Operation) -> None:
    assert row.points
    assert row.jacobian_row is not None or len(row.partials) == len(row.parameters) == row.arity
    assert row.symbol or row.name.isidentifier()
    assert all(rule_book(row))


WRITTEN = [
    (row, point) for row, point in CASES if row.is_function and row.jacobian_row is None and "where" not in row.name
]


@pytest.mark.parametrize(("row", "point"), WRITTEN, ids=lambda x: getattr(x, "name", str(x)))
def test_a_rule_says_what_its_number_is(row: Operation, point: tuple[float, ...]) -> None:
    """The local gradient as courses write it, 1 - tanh(x)**2, is the number that the careful rule gives."""
    at = dict(zip(row.parameters, point, strict=True))
    for rule, number in zip(rule_book(row), partials_of(row, FLOAT, point), strict=True):
        if not isinstance(number, str):
            program = "; ".join([f"{name} = {x!r}" for name, x in at.items() if name in rule] + [rule])
            assert math.isclose(differentiate(program).value, number or 0.0, rel_tol=1e-11), rule


@pytest.mark.parametrize(("row", "point"), CASES, ids=lambda x: getattr(x, "name", str(x)))
def test_rules_stay_in_their_system(row: Operation, point: tuple[float, ...]) -> None:
    S = Exact()
    exact = tuple(Fraction(x) for x in point)
    try:
        numbers = [row.value(S, *exact), *partials_of(row, S, exact)]
    except Unsupported:
        return
    floats = [row.value(FLOAT, *point), *partials_of(row, FLOAT, point)]
    for x, y in zip(numbers, floats, strict=True):
        assert x is None or isinstance(x, (Fraction, str)), f"{row.name} leaks {type(x)}"
        assert y is None or isinstance(y, (float, str)), f"{row.name} leaks {type(y)}"
        if isinstance(x, Fraction):
            assert math.isclose(x, y, rel_tol=1e-14)


def test_some_rows_are_exact() -> None:
    """The test above would be empty if fractions supported nothing."""
    S = Exact()
    supported = 0
    for row, point in CASES:
        try:
            row.value(S, *(Fraction(x) for x in point))
            supported += 1
        except Unsupported:
            continue
    assert supported > 30


# ---- enclosures: the true answer always lies inside


def reference(row: Operation, point: tuple[float, ...]) -> list[Any]:
    """Return the value and the local gradients in balls of 200 bits."""
    from gradcli.numbers.balls import Balls

    S = Balls(200)
    with S.at_work():
        lifted = tuple(S.from_number(x) for x in point)
        return [row.value(S, *lifted), *partials_of(row, S, lifted)]


@pytest.mark.parametrize("row", [*FUNCTIONS, OPERATIONS["pow"], OPERATIONS["div"]], ids=lambda row: row.name)
def test_bounds_hold_and_are_narrow(row: Operation) -> None:
    """On random points every bound contains the truth; the worst error of the floats is within a few ulps."""
    draw = random.Random(row.name)
    S, worst, tried = Bounds(), 0.0, 0
    count = row.arity or 3 * row.group
    for _ in range(400):
        scale = draw.choice((0.1, 1.0, 1.0, 5.0, 30.0))
        point = tuple(draw.uniform(-scale, scale) for _ in range(count or 0))
        if row.name == "polygamma":
            point = (float(draw.randint(1, 4)), point[1])
        if row.domain is not None and not row.domain.holds(FLOAT, *point):
            continue
        radius = draw.choice((0.0, 0.0, 1e-15, 1e-9, 1e-3))
        centre = tuple(
            Bound(x + draw.uniform(-radius, radius), radius * 1.001 + 2 * math.ulp(x)) if radius else Bound(x)
            for x in point
        )
        try:
            if row.domain is not None and not row.domain.holds(S, *centre):
                continue
            bounded = [row.value(S, *centre), *partials_of(row, S, centre)]
            truth = reference(row, point)
        except Undecided:
            continue
        for bound, true in zip(bounded, truth, strict=True):
            if not isinstance(bound, Bound) or isinstance(true, str) or true is None or not bound.r < math.inf:
                continue
            tried += 1
            error = abs(true - bound.v)
            assert not error > bound.r, f"{row.name}{centre}: {bound} but true {true}"
            if not radius and abs(bound.v) > 1e-300:
                worst = max(worst, float(error) / math.ulp(bound.v) if bound.r < 1e-13 * abs(bound.v) else 0.0)
    assert tried > 50 or row.name == "polygamma"
    assert worst < 400


def test_special_functions_against_mpmath() -> None:
    draw = random.Random(7)
    with mpmath.workdps(40):
        for _ in range(1500):
            x = draw.choice((draw.uniform(1e-3, 3), draw.uniform(0.5, 2.5), draw.uniform(3, 200)))
            for ours, theirs, bound in (
                (lgamma(x), mpmath.loggamma(x).real, 2e-14),
                (digamma(x), mpmath.digamma(x), 2e-14),
                (polygamma(1, x), mpmath.polygamma(1, x), 1e-14),
                (polygamma(3, x), mpmath.polygamma(3, x), 1e-14),
            ):
                assert abs(ours - theirs) <= bound * abs(theirs), x

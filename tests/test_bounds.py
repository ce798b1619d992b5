"""Floats with bounds: whatever is computed, the true number lies within its bound."""

from __future__ import annotations

import math
import operator
import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradcli import differentiate
from gradcli.calculus.operations import FUNCTIONS, OPERATIONS
from gradcli.calculus.sweeps import forward, partials, reverse
from gradcli.calculus.table_parts import Operation
from gradcli.errors import LimitError, Source
from gradcli.language.syntax import parse
from gradcli.numbers import enclosures as bounds
from gradcli.numbers.balls import Balls
from gradcli.numbers.enclosures import LIBM_ERROR, Bounds
from gradcli.numbers.error_arithmetic import Bound, product_error
from gradcli.numbers.systems import Undecided

from . import references
from .examples import examples
from .programs import call_names, random_case

S = Bounds()
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
NEAR = st.one_of(
    FLOATS, st.floats(-40, 40), st.sampled_from((0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 8.0, 1e308, 5e-324, 1e-310))
)
RADII = st.one_of(st.just(0.0), st.floats(0, 1e-10), st.floats(0, 1e300))


@st.composite
def bounds_and_points(draw: st.DrawFn) -> tuple[Bound, Fraction]:
    """A bound, and an exact number within it."""
    v, r = draw(NEAR), draw(RADII)
    return Bound(v, r), Fraction(v) + Fraction(r) * Fraction(draw(st.integers(-1000, 1000)), 1000)


def holds(bound: Bound, true: Fraction) -> bool:
    return not bound.r < math.inf or abs(true - Fraction(bound.v)) <= Fraction(bound.r)


OPERATORS: list[Callable[[Any, Any], Any]] = [operator.add, operator.sub, operator.mul, operator.truediv]


@pytest.mark.parametrize("apply", OPERATORS, ids=lambda f: f.__name__)
@examples(500)
@given(bounds_and_points(), bounds_and_points())
@example((Bound(1e-200), Fraction(1e-200)), (Bound(1e-200), Fraction(1e-200)))
@example((Bound(5e-324), Fraction(5e-324)), (Bound(3.0), Fraction(3)))
@example((Bound(1e-320, 1e-322), Fraction(1e-320) + Fraction(1e-322)), (Bound(0.1, 1e-3), Fraction(0.1)))
@example((Bound(1.5e308), Fraction(1.5e308)), (Bound(1.5e308), Fraction(1.5e308)))
def test_arithmetic(apply: Any, a: tuple[Bound, Fraction], b: tuple[Bound, Fraction]) -> None:
    if apply is operator.truediv and b[1] == 0:
        assert b[0].v == 0 or b[0].r > 0
        if b[0].r == 0:
            return  # the domain is tested before
    assert (
        b[1] == 0 or holds(apply(a[0], b[0]), apply(a[1], b[1]))
        if apply is operator.truediv
        else holds(apply(a[0], b[0]), apply(a[1], b[1]))
    )


SUBNORMAL = st.integers(-(2**40), 2**40).map(lambda k: k * 5e-324)
SPREAD = st.builds(lambda m, e: math.ldexp(m, e), st.floats(-2, 2), st.integers(-1100, 1000))


@st.composite
def near_underflow(draw: st.DrawFn) -> tuple[Bound, Fraction]:
    """A bound whose radius is a few hundred times the smallest binary64 or more, and a number at its very edge."""
    v = draw(st.one_of(SUBNORMAL, SPREAD))
    r = draw(st.one_of(st.just(0.0), st.integers(1, 2000).map(lambda k: k * 5e-324), SPREAD.map(abs)))
    return Bound(v, r), Fraction(v) + Fraction(r) * draw(st.sampled_from((-1, 0, 1)))


@pytest.mark.parametrize("apply", OPERATORS, ids=lambda f: f.__name__)
@examples(400)
@given(near_underflow(), near_underflow())
@example(
    (Bound(9.9e-323), Fraction(9.9e-323)),
    (Bound(1.0123e-160 * 1.0345e-159, 1e-321), Fraction(1.0123e-160) * Fraction(1.0345e-159)),
)
def test_arithmetic_near_underflow(apply: Any, a: tuple[Bound, Fraction], b: tuple[Bound, Fraction]) -> None:
    if apply is operator.truediv and b[1] == 0:
        return
    assert holds(apply(a[0], b[0]), apply(a[1], b[1]))


def test_a_quotient_of_subnormal_numbers_is_right() -> None:
    point = {"a": 9.9e-323, "b": 1.0123e-160, "c": 1.0345e-159}
    a, b, c = (Fraction(point[name]) for name in "abc")
    assert differentiate("a/(b*c)", point).value == float(a / (b * c))


@given(st.lists(bounds_and_points(), min_size=1, max_size=6))
def test_sums(terms: list[tuple[Bound, Fraction]]) -> None:
    assert holds(S.sum([bound for bound, _ in terms]), sum((x for _, x in terms), Fraction(0)))


@given(FLOATS, FLOATS)
def test_the_error_of_a_product_is_exact(a: float, b: float) -> None:
    v = a * b
    lost = product_error(a, b, v)
    if lost is not None and math.isfinite(v):
        assert Fraction(a) * Fraction(b) == Fraction(v) + Fraction(lost)


@given(bounds_and_points(), bounds_and_points())
def test_decisions(a: tuple[Bound, Fraction], b: tuple[Bound, Fraction]) -> None:
    (x, true_x), (y, true_y) = a, b
    if S.surely_less(x, y):
        assert true_x < true_y
    for decide, right in ((S.less, true_x < true_y), (S.equal, true_x == true_y)):
        try:
            found = decide(x, y)
        except Undecided:
            assert x.r or y.r
            continue
        assert found is right
    assert S.less(x, x) is False
    assert S.equal(x, x) is True


@given(bounds_and_points())
def test_steps(a: tuple[Bound, Fraction]) -> None:
    bound, true = a
    for step, exact in ((S.floor, math.floor), (S.ceil, math.ceil), (S.round, round)):
        try:
            found = step(bound)
        except Undecided:
            assert bound.r
            continue
        assert found.r == 0
        assert Fraction(found.v) == exact(true)
    assert holds(S.abs(bound), abs(true))


@given(bounds_and_points())
def test_what_is_settled_is_certain(a: tuple[Bound, Fraction]) -> None:
    try:
        x = S.round_out(a[0])
    except Undecided:
        return
    assert abs(Fraction(x) - a[1]) <= Fraction(1, 10**12) * abs(a[1])


# ---- functions, over the whole range of binary64

ROWS = [row for row in (*FUNCTIONS, OPERATIONS["pow"]) if row.name != "polygamma"]


def truths(row: Operation, point: list[Fraction], bits: int) -> list[Any]:
    """Return value and local gradients in balls; None where there is none."""
    B = Balls(bits)
    with B.at_work():
        return _truths(B, row, point)


def _truths(B: Balls, row: Operation, point: list[Fraction]) -> list[Any]:
    import flint

    lifted = [B.from_number(flint.fmpq(x.numerator, x.denominator)) for x in point]
    v = row.value(B, *lifted)
    if row.jacobian_row is not None:
        return [v, *row.jacobian_row(B, v, lifted)]
    found = [v]
    for partial in row.partials:
        rule, inactive_where, undefined_where = partial.rule, partial.inactive_where, partial.undefined_where
        skip = (undefined_where and undefined_where(B, v, *lifted)) or (
            inactive_where and inactive_where(B, v, *lifted)
        )
        found.append(None if skip else rule(B, v, *lifted))
    return found


def bounded(row: Operation, arguments: list[Bound]) -> list[Any]:
    v = row.value(S, *arguments)
    if row.jacobian_row is not None:
        return [v, *row.jacobian_row(S, v, arguments)]
    found = [v]
    for partial in row.partials:
        rule, inactive_where, undefined_where = partial.rule, partial.inactive_where, partial.undefined_where
        skip = (undefined_where and undefined_where(S, v, *arguments)) or (
            inactive_where and inactive_where(S, v, *arguments)
        )
        found.append(None if skip else rule(S, v, *arguments))
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@examples(100)
@given(data=st.data())
def test_functions(row: Operation, data: st.DataObject) -> None:
    """A function of numbers within their bounds lies within the bound of the result, and so do its slopes."""
    count = row.arity or data.draw(st.integers(2, 3)) * row.group
    drawn = [data.draw(bounds_and_points()) for _ in range(count)]
    arguments, point = [bound for bound, _ in drawn], [x for _, x in drawn]
    if max(abs(x) for x in point) > 10**30 and row.name in ("gamma", "lgamma", "digamma", "sin", "cos", "tan"):
        return  # balls would need thousands of digits
    try:
        if row.domain is not None and not row.domain.holds(S, *arguments):
            return
        if row.kink is not None and row.kink.at(S, *arguments):
            return
        found = bounded(row, arguments)
        true = truths(row, point, 700)
    except (Undecided, LimitError):
        return
    for bound, exact in zip(found, true, strict=True):
        if bound is None or exact is None:
            # A slope that does not flow is 0 for certain.
            assert bound is exact or (bound is None and exact == 0) or (exact is None and 0 in (bound.v, 0))
        elif bound.r < math.inf and exact.is_finite():
            assert not abs(exact - bound.v) > bound.r, (bound, exact)


# Numbers at which something turns, and what a number may be off by beside them.
TURNS = st.sampled_from((0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 1e-12, -1e-12))
BESIDE = st.sampled_from((0.0, 1e-15, 1e-9, 0.25, 1.0))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@examples(60)
@given(data=st.data())
def test_values_at_kinks(row: Operation, data: st.DataObject) -> None:
    """A value is known as well as its bound says at kinks, jumps and branch cuts too: nothing else guards it there."""
    count = row.arity or data.draw(st.integers(2, 3)) * row.group
    arguments = [Bound(data.draw(TURNS), data.draw(BESIDE)) for _ in range(count)]
    parts = [data.draw(st.sampled_from((-1, 0, 1))) for _ in range(count)]
    try:
        if row.domain is not None and not row.domain.holds(S, *arguments):
            return
        found = row.value(S, *arguments)
    except Undecided:
        return
    with mpmath.workdps(60):
        true = [mpmath.mpf(x.v) + x.r * part for x, part in zip(arguments, parts, strict=True)]
        if found.r < math.inf:
            exact = references.value(row.name, true)
            assert abs(exact - mpmath.mpf(found.v)) <= found.r, (row.name, arguments, parts, found)


@pytest.mark.parametrize("y", [Bound(0.0, 1e-20), Bound(1e-30, 1e-20), Bound(-1e-30, 1e-20), Bound(1e-20, 1e-20)])
def test_nothing_is_known_of_an_angle_across_the_branch_cut(y: Bound) -> None:
    assert not S.atan2(y, Bound(-1.0)).r < math.inf
    assert not S.atan2(y, Bound(0.1, 0.2)).r < math.inf
    assert S.atan2(y, Bound(1.0)).r < 1e-15
    assert differentiate("atan2(-sin(pi*0), 0 - x)", {"x": 1.0}, wrt=[]).value == math.pi


@pytest.mark.parametrize(("name", "x", "r"), [
    ("exp", 1.5, 1e-12), ("log", 2.5, 1e-3), ("atan", -0.7, 1e-9), ("sinh", 3.0, 0.1), ("tanh", 0.2, 1e-15),
    ("erf", 1.0, 1e-12), ("asinh", 40.0, 1e-12), ("cosh", 2.0, 1e-9), ("tan", 1.0, 1e-12), ("sin", 2.0, 1e-16),
])  # fmt: skip
@pytest.mark.parametrize("signs", list(product((-1, 1), repeat=3)))
def test_a_bound_allows_for_the_worst_libm(
    monkeypatch: pytest.MonkeyPatch, name: str, x: float, r: float, signs: tuple[int, int, int]
) -> None:
    """Whatever the functions of `math` are off by within LIBM, at the middle and at both ends, the truth is enclosed.

    At the ends one LIBM would do and two are allowed: the distance of the truth from the middle is at most that of the
    computed end, and what this is off by. That half of the margin is a reserve which no test can miss.
    """

    def worst(t: float) -> float:  # nine tenths of LIBM, since the result is rounded too
        side = signs[0] if t == x else signs[1] if t > x else signs[2]
        with mpmath.workdps(40):
            return float(references.value(name, [mpmath.mpf(t)]) * (1 + side * mpmath.mpf(LIBM_ERROR) * 0.9))

    if name in ("cosh", "tan", "sin"):
        monkeypatch.setattr(bounds.math, name, worst)
        monkeypatch.setattr(bounds.FLOAT, name, worst, raising=False)
        found = getattr(S, name)(Bound(x, r))
    else:
        found = bounds._monotone(worst)(S, Bound(x, r))
    with mpmath.workdps(40):
        for part in (-1, 0, 1):
            exact = references.value(name, [mpmath.mpf(x) + mpmath.mpf(r) * part])
            assert abs(exact - mpmath.mpf(found.v)) <= found.r


ZERO_ROWS = [row for row in OPERATIONS.values() if row.parameters]


@pytest.mark.parametrize("row", ZERO_ROWS, ids=lambda row: row.name)
def test_no_operation_tells_a_negative_zero(row: Operation) -> None:
    for point in product((0.0, 1.0, -1.0, 0.5, 2.0), repeat=row.arity or 2):
        zeros = [k for k, x in enumerate(point) if x == 0]
        for signs in product((0.0, -0.0), repeat=len(zeros)):
            other = list(point)
            for k, zero in zip(zeros, signs, strict=True):
                other[k] = zero
            assert outcome(row, other) == outcome(row, point)


def outcome(row: Operation, point: Iterable[float]) -> list[Any]:
    """Return what is settled of the value and the local gradients, and whether there is a kink."""
    arguments = [Bound(x) for x in point]
    if row.domain is not None and not row.domain.holds(S, *arguments):
        return []
    kink = row.kink is not None and row.kink.at(S, *arguments)
    try:
        found = [row.value(S, *arguments)] if kink and row.name == "hypot" else bounded(row, arguments)
        return [kink, *(None if x is None else repr(S.round_out(x)) for x in found)]
    except Undecided:
        return [kink]


@pytest.mark.parametrize(("program", "x"), [("atan2(-x, y)", 0.0), ("atan2(x*y, y)", 0.0), ("atan2(x, y)", -0.0)])
def test_a_negative_zero_does_not_choose_the_branch(program: str, x: float) -> None:
    assert differentiate(program, {"x": x, "y": -1.0}).value == math.pi
    assert differentiate(program, {"x": x, "y": -1.0}, digits=12).value == "3.14159265359"
    assert differentiate(program, {"x": x, "y": -1.0}, ieee=True).value == -math.pi


# ---- whole programs


def test_random_programs() -> None:
    """Every value and every upstream gradient of 600 programs lies within its bound; most bounds are narrow."""
    draw = random.Random(5)
    calls = call_names()
    checked = narrow = 0
    for _ in range(600):
        case = random_case(draw, calls=calls, depth=5)
        graph = parse(Source("program", case.program))
        columns = []
        try:
            for system in (Bounds, lambda: Balls(500)):
                S: Any = system()
                with S.at_work():
                    point = {name: S.from_number(x) for name, x in case.point.items()}
                    values, faults = forward(S, graph, point)
                    if graph.output in faults:
                        raise Undecided
                    linearization = partials(S, graph, values, graph.active(set(graph.inputs.values())))
                    back = reverse(S, graph, linearization, graph.output, S.one)
                columns.append([*values, *(a if i not in back.faults else None for i, a in enumerate(back.adjoints))])
        except Undecided:
            continue
        for bound, true in zip(*columns, strict=True):
            if bound is None or true is None or not bound.r < math.inf:
                continue
            checked += 1
            narrow += bound.r <= 1e-13 * abs(bound.v)
            assert not abs(true - bound.v) > bound.r, case
    assert checked > 6000
    assert narrow > 0.9 * checked


EXTREMES = [
    Bound(x, r) for x in (1.7976931348623157e308, -1.7976931348623157e308, 5e-324, 1e17) for r in (0, 1e-321, 0.3)
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_ends_of_the_range_are_no_crash(row: Operation) -> None:
    for arguments in product(EXTREMES, repeat=row.arity or 2):
        try:
            if row.domain is None or row.domain.holds(S, *arguments):
                bounded(row, list(arguments))
        except Undecided:
            continue


def test_the_tangent_of_a_number_with_wide_neighbours() -> None:
    for k in range(200):
        x = 1e17 + 16 * k
        found = S.tan(Bound(x) + Bound(0.3))
        assert not found.r < math.inf
        exact, program = S.tan(Bound(x)), differentiate("tan(x + 0.3)", {"x": x})
        assert exact.r < math.inf
        B = Balls(200)
        with B.at_work():
            true = float((B.from_number(x) + 0.3).tan().mid())
        assert program.value == pytest.approx(true, rel=1e-12)


def test_nothing_is_known_beyond_the_range() -> None:
    for x in (S.exp(Bound(1000.0)), Bound(1e308) * Bound(1e308), Bound(1.0) / Bound(0.0, 1.0), S.sinh(Bound(-1e5))):
        assert not x.r < math.inf
        with pytest.raises(Undecided):
            S.round_out(x)
        with pytest.raises(Undecided):
            S.within(x)

"""The proven errors of compiled rows, operation by operation: of inexact arguments, against mpmath.

Every row of the table takes part because it is in the table, with its value and its slopes. Arguments are numbers that
are off by as much as is claimed of them, at the very ends too: what is claimed of the results has to be true.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.calculus.building import Builder
from gradcli.calculus.operations import INPUT, OPERATIONS
from gradcli.calculus.table_parts import Operation
from gradcli.numbers.error_arithmetic import UNIT, Bound
from gradcli.numbers.systems import Undecided
from gradcli.rows.code import MAX_LINES, Code, Untraceable
from gradcli.rows.compiled import CodeWriter, Trace, Wanted, number_function
from gradcli.rows.terms import MAX_REL, SLACK, SLACK_REL, Term
from gradcli.rows.tracing import Tracer

from . import references
from .examples import examples

ROWS = [row for row in OPERATIONS.values() if not row.is_leaf]
CONSTANTS = (2.0, 3.0, 0.5, -1.5, 7.0, 0.1, -2.0, 1.0)
WIDE, NARROW = (-128.0, 128.0), (-8.0, 3.0)
BATCH = 24


class Kind(NamedTuple):
    """What is claimed of an argument: nothing but its range (exact), `rel`, or an `err` of its own in every row."""

    rel: float = 0.0
    err: bool = False
    sign: int = 0
    range: tuple[float, float] = WIDE
    const: float | None = None


KINDS = [
    Kind(range=reach, rel=rel, err=err, sign=sign)
    for reach in (WIDE, NARROW)
    for rel, err in ((0.0, False), (1.0, False), (2.0**19, False), (0.0, True), (0.0, True))
    for sign in (0, 0, 1, -1)
]


class Claims(NamedTuple):
    """The function from rows of numbers and errors to value and slopes and their errors; what is claimed of them."""

    run: Any
    terms: list[Term | None]


@cache
def claims(row: Operation, kinds: tuple[Kind, ...], same: bool, slopes: bool) -> Claims | None:
    """Return the code of an operation at arguments of these kinds, or None where it has none."""
    try:
        return written(row, kinds, same, slopes)
    except (Untraceable, Undecided, ArithmeticError, ValueError):  # as `trace` has it
        return None


def written(row: Operation, kinds: tuple[Kind, ...], same: bool, slopes: bool) -> Claims:
    """Return the code of an operation at arguments of these kinds."""
    builder = Builder()
    arguments = tuple(builder.leaf(INPUT, f"a{k}", (0, 0)) for k in range(1 if same else len(kinds)))
    arguments *= len(kinds) if same else 1
    node = builder.apply(row, arguments, (0, 0))
    graph = builder.freeze(node)
    S = Tracer(Code(columns=False), bounded=True)
    writer = CodeWriter(graph, S, Wanted(node, (), ()))
    for k, (a, kind) in enumerate(zip(arguments, kinds, strict=True)):
        if kind.const is not None:
            writer.values[a] = S.constant(Bound(kind.const))
        elif k == 0 or not same:
            (low, high), err = kind.range, f"x{len(kinds) + k}" if kind.err else None
            x = Term(S, f"x{k}", rel=kind.rel, err=err, floor=-300, sign=kind.sign, low=low, high=high)
            writer.values[a] = x
    v = writer.values[node] = writer.value(row, [writer.values[a] for a in arguments])
    local = writer.partials(node, [1] * (node + 1)) if slopes else ()
    terms = [v, *(None if d is None else S.multiply(S.one, d) for d in local)]
    known = [x for x in terms if x is not None]
    errors = [x.replaced(name=S.error(x), const=None) for x in known]
    trace = Trace(S.code, tuple(f"x{k}" for k in range(2 * len(kinds))), [*known, *errors])
    return Claims(number_function(trace, ieee=False), terms)


def drawn(draw: random.Random, kind: Kind) -> tuple[float, float]:
    """Return a number as the kind has it, and the most that it may be off by."""
    low, high = kind.range
    if kind.const is not None:
        return kind.const, 0.0
    style = draw.random()
    if style < 0.1:
        v = draw.choice((1.0, 2.0, 0.5, 3.0, 1.5707963267948966, 3.141592653589793))
    elif style < 0.3:
        v = draw.uniform(0.1, 4)
    elif style < 0.85:
        v = 2 ** draw.uniform(max(low, -12), min(high, 6))
    else:
        v = 2 ** draw.uniform(low, high)
    v *= kind.sign or draw.choice((-1, 1))
    if not kind.sign and draw.random() < 0.05:
        v = 0.0
    if not kind.err:
        return v, kind.rel * UNIT * abs(v)
    size = draw.choice((abs(v), abs(v), 1.0)) * 2 ** draw.uniform(-60, 1 if draw.random() < 0.5 else -9)
    e = 0.0 if draw.random() < 0.1 else max(size, 2.0**-300)
    return v, min(e, abs(v) / 2) if kind.sign else e


def arguments_of(draw: random.Random, row: Operation) -> tuple[tuple[Kind, ...], bool]:
    """Return the kinds of the arguments, and whether they are one and the same number."""
    count = row.arity or draw.randint(2, 3) * row.group
    kinds = [draw.choice(KINDS) for _ in range(count)]
    if row.name in ("where", "polygamma"):  # a condition, an order
        kinds[0] = Kind()
    elif count > 1 and draw.random() < 0.4:
        place = 1 if row.name == "pow" else draw.randrange(count)
        kinds[place] = Kind(const=draw.choice(CONSTANTS))
    elif count > 1 and draw.random() < 0.15:
        return tuple(kinds[:1] * count), True
    return tuple(kinds), False


def checked(row: Operation, seed: int) -> int:
    """Check the claims of the code at random arguments; return how many rows were answered."""
    draw = random.Random(f"{row.name}{seed}")
    kinds, same = arguments_of(draw, row)
    code = claims(row, kinds, same, draw.random() < 0.7)
    if code is None:
        return 0
    points = []
    for _ in range(BATCH):
        point = [drawn(draw, kind) for kind in kinds]
        if row.name in ("where", "polygamma"):
            point[0] = (float(draw.randint(0, 1) if row.name == "where" else draw.randint(1, 4)), 0.0)
        points.append(point[:1] * len(kinds) if same else point)
    rows = [(*(v for v, _ in point), *(e for _, e in point)) for point in points]
    answered = [(point, found) for point, found in zip(points, code.run(rows), strict=True) if found is not None]
    for point, found in answered:
        parts = [draw.choice((-1, 1, draw.uniform(-1, 1))) for _ in point]
        judge_row(row, code.terms, point, parts[:1] * len(parts) if same else parts, found)
    return len(answered)


def judge_row(
    row: Operation,
    terms: Sequence[Term | None],
    point: Sequence[tuple[float, float]],
    parts: Sequence[float],
    found: Sequence[float],
) -> None:
    """Assert what is claimed of value and slopes, at the arguments that are off by these parts of their errors."""
    numbers, errors = found[: len(found) // 2], iter(found[len(found) // 2 :])
    computed = iter(numbers)
    with mpmath.workdps(references.DIGITS):
        true = [mpmath.mpf(v) + mpmath.mpf(e) * part for (v, e), part in zip(point, parts, strict=True)]
        for k, x in enumerate(terms):
            exact = references.slope(row.name, k - 1, true) if k else references.value(row.name, true)
            case = (row.name, point, parts, f"argument {k - 1}" if k else "value", found, mpmath.nstr(exact, 20))
            if x is None:  # nothing flows
                assert exact == 0, case
            else:
                judge(x, next(computed), next(errors), exact, case)


def judge(x: Term, v: float, error: float, exact: Any, case: Sequence[Any]) -> None:
    """Assert all that is claimed of a number of the code. A slope by differences is off by far less than 1e-40."""
    assert abs(exact - mpmath.mpf(v)) <= mpmath.mpf(error) * SLACK + abs(exact) * mpmath.mpf(10) ** -40, case
    if v:
        assert x.low <= math.log2(abs(v)) <= x.high, case
        assert Fraction(v) % Fraction(2) ** math.floor(x.grain) == 0, case
    assert not x.sign or (x.sign * v >= 0 and x.sign * exact >= -abs(exact) * mpmath.mpf(10) ** -40), case


SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_operation_has_a_reference(row: Operation) -> None:
    with mpmath.workdps(references.DIGITS):
        for point in row.points:
            true = [mpmath.mpf(float(x)) for x in point]
            assert mpmath.isfinite(references.value(row.name, true))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@examples(15)
@given(SEEDS)
def test_claims_of_an_operation_are_true(row: Operation, seed: int) -> None:
    for k in range(2 if row.arity == 1 else 4):
        checked(row, seed + k)


@pytest.mark.parametrize("row", [row for row in ROWS if row.name != "polygamma"], ids=lambda row: row.name)
def test_operations_are_answered_often(row: Operation) -> None:
    """Claims of rows that are never answered would be true of anything; of polygamma bounds know nothing."""
    assert sum(checked(row, seed) for seed in range(12)) >= BATCH


# ---- what every bound rests on


def test_the_slack_covers_what_the_lines_are_short_of() -> None:
    """A line is short of its bound by at most 2**-31 of it: no row shows that, so it is asserted of the constants."""
    assert (1 - 2.0**-31) ** MAX_LINES * SLACK >= 1
    assert (1 + 2 * MAX_REL * UNIT) * (1 + 8 * UNIT) <= SLACK_REL

"""What compiled code knows of its numbers: each claim of a term is true, and its errors are no larger than by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

import mpmath
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gradcli.numbers.error_arithmetic import UNIT, UNKNOWN, Bound
from gradcli.rows.code import Code, Untraceable
from gradcli.rows.compiled import single
from gradcli.rows.terms import SLACK, Term
from gradcli.rows.tracing import FUNCTIONS, Tracer

from .examples import examples
from .references import value

INPUTS = 3
CONSTANTS = (0.0, 0.5, 1.0, -1.0, 2.0, 3.0, 0.1, -7.25)
PLAIN = 2.0**-90, 2.0**90  # magnitudes that no guard may refuse
OPERATIONS = {"add": 2, "sub": 2, "mul": 2, "div": 2, "sum": 3, "neg": 1, "abs": 1, "smaller": 4}
Step = tuple[str, tuple[int, ...]]


class Number(NamedTuple):
    """A term, the true number, and an error worked out from the textbook: what the code's may not be much above."""

    term: Term
    true: Fraction
    error: float
    worst: float  # relative
    least: float = 0.0  # the error by hand without any reserve: what the code's may not be below


def steps(chance: Random) -> list[Step]:
    """Return operations, each on numbers before it: constants, inputs and results, mostly the last ones."""
    found: list[Step] = []
    for k in range(chance.randint(1, 9)):
        name = chance.choice(list(OPERATIONS))
        places = [*range(len(CONSTANTS) + INPUTS + k), *range(len(CONSTANTS) + k, len(CONSTANTS) + INPUTS + k)]
        found.append((name, tuple(chance.choice(places) for _ in range(OPERATIONS[name]))))
    return found


def numbers_of(chance: Random) -> tuple[float, ...]:
    """Return three inputs: ordinary ones, zeros, equal ones, neighbours, tiny and huge ones."""
    x = chance.choice([round(chance.uniform(-4, 4), 3), chance.uniform(0.01, 40), float(chance.randint(-3, 3))])
    wide = [math.ldexp(chance.choice((-1, 1)) * chance.uniform(1, 2), chance.randint(-126, 126)) for _ in range(INPUTS)]
    other = [x, x * (1 + 2**-52), -x, round(chance.uniform(-4, 4), 3), 0.0]
    return chance.choice([(x, chance.choice(other), chance.choice(other)), tuple(wide)])


def written(S: Tracer, name: str, x: list[Term]) -> Term:
    match name:
        case "add":
            return x[0] + x[1]
        case "sub":
            return x[0] - x[1]
        case "mul":
            return x[0] * x[1]
        case "div":
            return x[0] / x[1]
        case "sum":
            return S.sum(x)
        case "neg":
            return -x[0]
        case "abs":
            return S.abs(x[0])
    chosen: Term = S.where(S.less(x[0], x[1]), x[2], x[3])
    return chosen


def true(name: str, x: list[Fraction]) -> Fraction:
    match name:
        case "add":
            return x[0] + x[1]
        case "sub":
            return x[0] - x[1]
        case "mul":
            return x[0] * x[1]
        case "div":
            return x[0] / x[1]
        case "sum":
            return sum(x, Fraction(0))
        case "neg":
            return -x[0]
        case "abs":
            return abs(x[0])
    return x[2] if x[0] < x[1] else x[3]


def textbook(name: str, x: list[Number], v: Fraction) -> tuple[float, float]:
    """Return bounds on the error of a result v: absolute, and relative to it.

    Of a sum of numbers of one sign, and of a choice, the worst relative error may be taken.
    """
    if name in ("neg", "abs"):
        return x[0].error, x[0].worst
    size = abs(float(v))
    worst = max(n.worst for n in (x[2:] if name == "smaller" else x))
    e = [n.error for n in x]
    if name == "smaller":
        return max(worst * size, e[2] if x[0].true < x[1].true else e[3]), worst
    if name == "mul":
        error = abs(float(x[0].true)) * e[1] + abs(float(x[1].true)) * e[0] + 2 * e[0] * e[1]
        worst = x[0].worst + x[1].worst
    elif name == "div":
        error = (e[0] + size * e[1]) / abs(float(x[1].true)) * 1.01
        worst = x[0].worst + x[1].worst
    else:
        error = sum(e)
    total = max(error, worst * size) + UNIT * size
    return total, max(worst + UNIT, total / size if size else 0.0)  # numbers of both signs may cancel


def least(name: str, x: list[Number], v: Fraction) -> float:
    """Return the sum of what the errors of the arguments do to a result v, and of a rounding if there is one."""
    size, e = abs(float(v)), [n.least for n in x]
    if name in ("neg", "abs"):
        return e[0]
    if name == "smaller":
        return e[2] if x[0].true < x[1].true else e[3]
    if name == "mul":
        exact = any(n.term.const is not None and abs(math.frexp(n.true)[0]) in (0, 0.5) for n in x)  # powers of 2
        return abs(float(x[0].true)) * e[1] + abs(float(x[1].true)) * e[0] + (0 if exact else UNIT * size)
    if name == "div":
        return (e[0] + size * e[1]) / abs(float(x[1].true)) + UNIT * size
    return sum(e) + UNIT * size


def run(code: Code, point: Sequence[float], names: Sequence[str] = ()) -> dict[str, Any] | None:
    """Return the variables of the code at a point, or None where a guard fails."""
    scope: dict[str, Any] = {**dict(zip(names or (f"x{k}" for k in range(len(point))), point, strict=True)),
                             **single(ieee=False)}  # fmt: skip
    try:
        for name, expression in code.lines:
            scope[name] = eval(expression, scope)
    except (ZeroDivisionError, ValueError):
        return None
    return scope if all(eval(guard, scope) for guard in code.guards) else None


def traced(program: list[Step], point: tuple[float, ...]) -> tuple[list[Number], dict[str, Any] | None, bool]:
    """Return all numbers of a program, what its code yields at a point, and whether nothing there is out of range."""
    code = Code(columns=False)
    S = Tracer(code, bounded=True)
    numbers = [Number(S.number(repr(x)), Fraction(x), 0.0, 0.0) for x in CONSTANTS]
    numbers += [Number(Term(S, f"x{k}"), Fraction(x), 0.0, 0.0) for k, x in enumerate(point)]
    plain = all(not x or PLAIN[0] <= abs(x) <= PLAIN[1] for x in point)
    for name, places in program:
        x = [numbers[k] for k in places]
        if name == "div" and (not x[1].true or x[1].term.const is not None):
            name, x = "neg", x[:1]
        if name == "div":
            plain = plain and abs(x[1].true) > 1100 * x[1].error
        if name == "smaller":
            gap = abs(x[0].true - x[1].true)
            plain = plain and (gap > 3 * (x[0].error + x[1].error) or not (x[0].worst or x[1].worst))
        result = true(name, [n.true for n in x])
        term = written(S, name, [n.term for n in x])
        smallest = 0.0 if term.const is not None else least(name, x, result)
        numbers.append(Number(term, result, *textbook(name, x, result), smallest))
        plain = plain and (not result or PLAIN[0] <= abs(result) <= PLAIN[1]) and numbers[-1].worst < 2**-40
    return numbers, run(code, point), plain


@examples(40)
@example(Random(31962))  # a choice between constants, one of which is what two others leave of each other
@example(Random(46389))  # 0.1 + 2 - (2 + 0.1), as constants
@given(st.integers(0, 2**40).map(Random))
def test_what_is_known_of_a_number_is_true(chance: Random) -> None:
    for _ in range(10):
        with suppress(Untraceable):  # of constants that cancel but for their error no code is written
            check(steps(chance), numbers_of(chance))


def check(program: list[Step], point: tuple[float, ...]) -> None:
    """Check every claim of every term of a program, at a point."""
    numbers, scope, plain = traced(program, point)
    assert scope is not None or not plain, "a guard fails where nothing is out of range"
    for term, truth, error, _, smallest in numbers if scope else ():
        bound = claims(term, scope or {}, truth)
        assert smallest * 0.98 <= bound <= error * 1.02 or not plain


def claims(term: Term, scope: dict[str, Any], truth: Fraction) -> float:
    """Check what is known of a term; return the bound on its error."""
    v = eval(term.name, scope)
    bound: float = eval(term.err, scope) if term.err else term.rel * UNIT * abs(v)
    assert abs(Fraction(v) - truth) <= Fraction(bound * SLACK)
    assert not v or 2.0**term.low <= abs(v) <= 2.0**term.high
    assert not term.sign or (v * term.sign >= 0 and truth * term.sign >= 0)
    assert (Fraction(v) / Fraction(2) ** math.floor(term.grain)).denominator == 1
    assert not term.err or not bound or bound >= 2.0**term.floor
    assert term.err or (v == 0) == (truth == 0)
    return bound


DOMAINS = {
    "log": (1e-30, 1e30), "log2": (1e-30, 1e30), "log10": (1e-30, 1e30), "log1p": (-0.999, 1e20), "asin": (-1, 1),
    "acos": (-1, 1), "acosh": (1, 1e20), "atanh": (-0.9999, 0.9999), "exp": (-140, 140), "exp2": (-200, 200),
    "expm1": (-140, 140), "sinh": (-140, 140), "cosh": (-140, 140), "erfc": (-9, 9), "sigmoid": (-140, 140),
    "softplus": (-140, 1e20), "gamma": (0.01, 50), "sqrt": (1e-30, 1e30), "atan2": (-5, 5), "hypot": (-1e20, 1e20),
    "pow": (1e-9, 1e9),
}  # fmt: skip
UNMOVED = ("asin", "acos", "acosh", "atanh", "cbrt", "gamma", "atan2")  # only of exact arguments
EXPONENTS = (-3.0, -0.5, 0.5, 1.5, 2.0, 3.0, 4.0)


@pytest.mark.parametrize("name", [*FUNCTIONS, "sqrt", "hypot", "atan2", "pow"])
def test_what_is_known_of_a_function_is_true(name: str) -> None:
    """At exact arguments, at the quotient of a sum, whose error is known in advance, and where an error is its own."""
    chance = Random(name)
    low, high = DOMAINS.get(name, (-1e20, 1e20))
    answered = 0
    for k in range(60):
        near = chance.uniform(max(low, -3), min(high, 3))
        wide = math.copysign(math.exp(chance.uniform(-60, math.log(high))), chance.random() + low / high)
        x = chance.choice([near, wide if low <= wide <= high else near])
        y, power = chance.uniform(0.5, 3.0), chance.choice(EXPONENTS)
        code = Code(columns=False)
        S = Tracer(code, bounded=True)
        exact, a, b, c = (Term(S, f"x{j}") for j in range(4))
        term, point = exact, (x, 3 * (x + y) if k % 3 == 2 else 3 * x, y, 3.0)
        truth: Any = Fraction(x)
        if k % 3 == 1 and name not in UNMOVED:
            term, truth = (a + b) / c, (Fraction(point[1]) + Fraction(y)) / Fraction(point[3])
        if k % 3 == 2 and name not in UNMOVED:
            term, truth = a / c - b, Fraction(point[1]) / Fraction(point[3]) - Fraction(y)
            assert term.err is not None
        if not low <= truth <= high:
            continue
        others = {"hypot": [(b, y)], "atan2": [(b, y)], "pow": [(S.number(repr(power)), power)]}.get(name, [])
        result = getattr(S, name)(term, *(other for other, _ in others))
        found = run(code, point)
        if found is None:
            continue
        answered += 1
        with mpmath.mp.workdps(80):
            wanted = value(name, [mpmath.mpf(truth.numerator) / truth.denominator, *(mpmath.mpf(z) for _, z in others)])
        claims(result, found, Fraction(mpmath.nstr(wanted, 60)))
    assert answered > 30


@pytest.mark.parametrize(
    "x", [Bound(3.0), Bound(-0.5, 1e-17), Bound(0.5, 0.49), Bound(7.25, 1e-12), Bound(1e-30, 1e-40), Bound(0.0)]
)
def test_a_constant_is_as_uncertain_as_it_is(x: Bound) -> None:
    """Its error is that of the bound, in roundings, or one rounding where it is smaller than that."""
    term = Tracer(Code(columns=False), bounded=True).constant(x)
    assert float(term.name) == x.v
    assert term.rel * UNIT * abs(x.v) == pytest.approx(max(x.r, UNIT * abs(x.v)) if x.r else 0, rel=2e-3)
    assert term.rel * UNIT * abs(x.v) >= x.r
    assert term.sign == (x.v > 0) - (x.v < 0)
    assert not x.v or 2.0**term.low <= abs(x.v) <= 2.0**term.high


@pytest.mark.parametrize("x", [
    UNKNOWN, Bound(0.0, 1e-300), Bound(2.0**460), Bound(2.0**-460), Bound(math.inf), Bound(-0.5, 0.5),
    Bound(1e-17, 2e-16),
])  # fmt: skip
def test_a_constant_out_of_range_or_of_either_sign_has_no_code(x: Bound) -> None:
    with pytest.raises(Untraceable):
        Tracer(Code(columns=False), bounded=True).constant(x)

"""The table of operations: one row each, read by every sweep, number system, report, check and page of help.

A row states the value, the local gradients, where it is defined, where it is smooth, how it is written, and points for
the tests. `table_parts` says what rules are written with.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from .reciprocal_functions import NEAR, RECIPROCAL
from .shared_rules import (
    ABOVE_MINUS_ONE,
    ABOVE_ZERO,
    AT_ZERO,
    DIVIDED,
    FROM_ONE,
    FROM_ZERO,
    MODULUS,
    NO_POLE,
    NOT_ORIGIN,
    ORDERS,
    POWERS,
    UP_TO_ONE,
    WITHIN_ONE,
    all_zero,
    at_low_tie,
    at_tie,
    crossed,
    infinite_at_one,
    infinite_at_ones,
    infinite_at_zero,
    on_the_cut,
    pow_base_inactive,
    pow_base_undefined,
    pow_exponent_undefined,
    square,
    whole,
)
from .table_parts import Kink, Operation, Partial, minus_one, no_rule, nothing, one

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..numbers.contract import NumberSystem
    from ..numbers.functions import Number

INPUT = Operation("input", "", no_rule, summary="a variable of the program")
NUMBER = Operation("number", "", no_rule, summary="a numeral")
CONSTANT = Operation("constant", "", no_rule, summary="pi, e or tau")

# The constants, and how they are made from what every number system has.
CONSTANTS: dict[str, Callable[[NumberSystem], Number]] = {
    "pi": lambda S: S.pi(),
    "e": lambda S: S.exp(S.one),
    "tau": lambda S: 2 * S.pi(),
}

POSITIVE = ((0.3,), (1.0,), (2.5,), (40.0,))
INSIDE = ((0.3,), (-0.9,), (0.999,))
PAIRS = ((0.3, 1.2), (-1.7, 0.4), (2.5, -3.0))
DISTINCT = ((0.3, 1.2), (-1.7, 0.4), (2.5, -3.0, 2.25))

ARITHMETIC = (
    Operation("add", "x y", lambda S, x, y: x + y, (one, one), symbol="+", precedence=2, rounds_once=True, points=PAIRS,
              python_operator=operator.add, laws=("sum rule",), scales_with="x y"),
    Operation("sub", "x y", lambda S, x, y: x - y, (one, minus_one), symbol="-", precedence=2, rounds_once=True,
              points=PAIRS, python_operator=operator.sub, laws=("difference rule",), scales_with="x y"),
    Operation("mul", "x y", lambda S, x, y: x * y, (lambda S, v, x, y: y, lambda S, v, x, y: x), symbol="*",
              precedence=3, rounds_once=True, points=PAIRS, python_operator=operator.mul,
              laws=("product rule",), lone_laws=("constant factor rule",), scales_with="x y"),
    Operation("div", "x y", lambda S, x, y: x / y, (lambda S, v, x, y: 1 / y, lambda S, v, x, y: -(v / y)),
              domain=DIVIDED, symbol="/", precedence=3, latex=r"\frac{#1}{#2}", rounds_once=True, points=PAIRS,
              laws=("quotient rule",), lone_laws=("constant factor rule", "reciprocal rule"), scales_with="x y"),
    Operation("neg", "x", lambda S, x: -x, (minus_one,), symbol="-", precedence=4, points=NEAR,
              python_operator=operator.neg, laws=("constant factor rule",), scales_with="x"),
    Operation("pow", "x y", lambda S, x, y: S.pow(x, y),
              (Partial(lambda S, v, x, y: y * S.pow(x, y - 1), pow_base_inactive, pow_base_undefined),
               Partial(lambda S, v, x, y: v * S.log(x), lambda S, v, x, y: S.equal(x, S.zero), pow_exponent_undefined)),
              domain=POWERS, symbol="**", precedence=5, points=((0.3, 1.2), (2.5, -3.0), (1.7, 0.5), (40.0, 2.0)),
              summary="0**0 is 1", laws=("power rule", "exponential rule"), scales_with="x"),
)  # fmt: skip

FUNCTIONS = (
    Operation("sin", "x", lambda S, x: S.sin(x), (lambda S, v, x: S.cos(x),),
              latex=r"\sin", is_periodic=True, points=NEAR),
    Operation("cos", "x", lambda S, x: S.cos(x), (lambda S, v, x: -S.sin(x),),
              latex=r"\cos", is_periodic=True, points=NEAR),
    Operation("tan", "x", lambda S, x: S.tan(x), (lambda S, v, x: 1 + square(v),),
              latex=r"\tan", is_periodic=True, points=NEAR),
    Operation("asin", "x", lambda S, x: S.asin(x),
              (Partial(lambda S, v, x: 1 / S.sqrt((1 - x) * (1 + x)), undefined_where=infinite_at_ones),),
              domain=UP_TO_ONE, latex=r"\arcsin", points=INSIDE),
    Operation("acos", "x", lambda S, x: S.acos(x),
              (Partial(lambda S, v, x: -(1 / S.sqrt((1 - x) * (1 + x))), undefined_where=infinite_at_ones),),
              domain=UP_TO_ONE, latex=r"\arccos", points=INSIDE),
    Operation("atan", "x", lambda S, x: S.atan(x), (lambda S, v, x: S.inverse_one_plus_square(x),),
              latex=r"\arctan", points=NEAR),
    Operation("atan2", "y x", lambda S, y, x: S.atan2(y, x),
              (lambda S, v, y, x: x / S.hypot(x, y) / S.hypot(x, y),
               lambda S, v, y, x: -(y / S.hypot(x, y) / S.hypot(x, y))),
              domain=NOT_ORIGIN, kink=Kink("{y} = 0 and {x} < 0", on_the_cut, jumps=True),
              points=PAIRS, summary="the angle of the point (x, y), from -pi to pi"),
    Operation("sinh", "x", lambda S, x: S.sinh(x), (lambda S, v, x: S.cosh(x),), latex=r"\sinh", points=NEAR),
    Operation("cosh", "x", lambda S, x: S.cosh(x), (lambda S, v, x: S.sinh(x),), latex=r"\cosh", is_positive=True,
              points=NEAR),
    Operation("tanh", "x", lambda S, x: S.tanh(x), (lambda S, v, x: S.inverse_square(S.cosh(x)),),
              latex=r"\tanh", points=(*NEAR, (20.0,)), written=lambda S, v, x: 1 - square(v)),
    Operation("asinh", "x", lambda S, x: S.asinh(x), (lambda S, v, x: 1 / S.hypot(S.one, x),), points=NEAR),
    Operation("acosh", "x", lambda S, x: S.acosh(x),
              (Partial(lambda S, v, x: 1 / (S.sqrt(x - 1) * S.sqrt(x + 1)), undefined_where=infinite_at_one),),
              domain=FROM_ONE, points=((1.3,), (40.0,))),
    Operation("atanh", "x", lambda S, x: S.atanh(x), (lambda S, v, x: 1 / ((1 - x) * (1 + x)),),
              domain=WITHIN_ONE, points=INSIDE),
    Operation("exp", "x", lambda S, x: S.exp(x), (lambda S, v, x: v,), latex="e^{#1}", is_positive=True, points=NEAR),
    Operation("expm1", "x", lambda S, x: S.expm1(x), (lambda S, v, x: S.exp(x),), points=(*NEAR, (1e-9,)),
              summary="exp(x) - 1 without cancellation"),
    Operation("exp2", "x", lambda S, x: S.exp2(x), (lambda S, v, x: v * S.log(S.two),), latex="2^{#1}",
              is_positive=True, points=NEAR),
    Operation("log", "x", lambda S, x: S.log(x), (lambda S, v, x: 1 / x,),
              domain=ABOVE_ZERO, latex=r"\ln", points=POSITIVE, summary="the natural logarithm, also written ln"),
    Operation("log1p", "x", lambda S, x: S.log1p(x), (lambda S, v, x: 1 / (1 + x),),
              domain=ABOVE_MINUS_ONE, points=((0.3,), (-0.9,), (1e-9,)), summary="log(1 + x) without cancellation"),
    Operation("log2", "x", lambda S, x: S.log2(x), (lambda S, v, x: 1 / x / S.log(S.two),),
              domain=ABOVE_ZERO, latex=r"\log_2", points=POSITIVE),
    Operation("log10", "x", lambda S, x: S.log10(x), (lambda S, v, x: 1 / x / S.log(S.ten),),
              domain=ABOVE_ZERO, latex=r"\log_{10}", points=POSITIVE),
    Operation("sqrt", "x", lambda S, x: S.sqrt(x),
              (Partial(lambda S, v, x: 1 / (2 * v), undefined_where=infinite_at_zero),),
              domain=FROM_ZERO, latex=r"\sqrt{#1}", points=POSITIVE, scales_with="x"),
    Operation("cbrt", "x", lambda S, x: S.cbrt(x),
              (Partial(lambda S, v, x: 1 / (3 * square(v)), undefined_where=infinite_at_zero),),
              latex=r"\sqrt[3]{#1}", points=(*NEAR, (-8.0,)), summary="the real cube root", scales_with="x"),
    Operation("abs", "x", lambda S, x: S.abs(x), (lambda S, v, x: S.sign(x),),
              kink=AT_ZERO, latex=r"\left|#1\right|", points=NEAR, scales_with="x"),
    Operation("sign", "x", lambda S, x: S.sign(x), (nothing,),
              kink=Kink("{x} = 0", lambda S, x: S.equal(x, S.zero), jumps=True), points=NEAR),
    Operation("floor", "x", lambda S, x: S.floor(x), (nothing,), kink=Kink("{x} whole", whole, jumps=True),
              latex=r"\left\lfloor #1\right\rfloor ", steps_at_whole=True, points=NEAR),
    Operation("ceil", "x", lambda S, x: S.ceil(x), (nothing,), kink=Kink("{x} whole", whole, jumps=True),
              latex=r"\left\lceil #1\right\rceil ", steps_at_whole=True, points=NEAR),
    Operation("round", "x", lambda S, x: S.round(x), (nothing,),
              kink=Kink("{x} halfway between two integers", lambda S, x: whole(S, 2 * x) and not whole(S, x),
                        jumps=True), steps_at_whole=True, points=((0.3,), (-1.7,), (2.25,)),
              summary="to the nearest integer, halves to the even one"),
    Operation("max", "x ...", lambda S, *args: S.max(*args), jacobian_row=lambda S, v, args: S.tie_weights(v, args),
              kink=Kink("a tie for the largest", at_tie, tie=True), latex=r"\max", points=DISTINCT,
              summary="tied arguments share equally", scales_with="x"),
    Operation("min", "x ...", lambda S, *args: S.min(*args), jacobian_row=lambda S, v, args: S.tie_weights(v, args),
              kink=Kink("a tie for the smallest", at_low_tie, tie=True), latex=r"\min", points=DISTINCT,
              summary="tied arguments share equally", scales_with="x"),
    Operation("hypot", "x ...", lambda S, *args: S.hypot(*args), jacobian_row=lambda S, v, args: [x / v for x in args],
              kink=Kink("all arguments 0", all_zero, zero_by_convention=True), points=DISTINCT, scales_with="x",
              summary="the square root of the sum of squares"),
    Operation("sum", "x ...", lambda S, *args: S.sum(args), jacobian_row=lambda S, v, args: [S.one] * len(args),
              points=DISTINCT, laws=("sum rule",), summary="the sum of any number of arguments, rounded once",
              scales_with="x"),
    Operation("dot", "x y ...", lambda S, *args: S.dot(args[::2], args[1::2]),
              jacobian_row=lambda S, v, args: crossed(args), points=((0.3, 1.2), (-1.7, 0.4, 2.5, -3.0)),
              laws=("product rule",), summary="x*y + ... of any number of pairs of arguments, rounded once",
              scales_with="x y"),
    Operation("logaddexp", "x ...", lambda S, *args: S.logaddexp(*args),
              jacobian_row=lambda S, v, args: S.softmax(v, args), points=(*DISTINCT, (1000.0, 1000.5)),
              summary="log(exp(x) + exp(y) + ...) without overflow"),
    Operation("sigmoid", "x", lambda S, x: S.sigmoid(x), (lambda S, v, x: v * S.sigmoid(-x),),
              latex=r"\sigma", is_positive=True, points=(*NEAR, (40.0,)), written=lambda S, v, x: v * (1 - v),
              summary="1/(1 + exp(-x))"),
    Operation("softplus", "x", lambda S, x: S.softplus(x), (lambda S, v, x: S.sigmoid(x),), is_positive=True,
              points=(*NEAR, (-40.0,)), summary="log(1 + exp(x)) without overflow"),
    Operation("relu", "x", lambda S, x: S.max(x, S.zero), (lambda S, v, x: S.where(S.less(S.zero, x), S.one, None),),
              kink=AT_ZERO, points=NEAR, summary="max(x, 0); slope 0 at 0", scales_with="x"),
    Operation("leaky_relu", "x", lambda S, x: S.where(S.less(S.zero, x), x, x / 100),
              (lambda S, v, x: S.where(S.less(S.zero, x), S.one, S.one / 100),),
              kink=AT_ZERO, points=NEAR, summary="x if x > 0, else x/100", scales_with="x"),
    Operation("elu", "x", lambda S, x: S.where(S.less(S.zero, x), x, S.expm1(x)),
              (lambda S, v, x: S.where(S.less(S.zero, x), S.one, S.exp(x)),),
              taught=lambda S, v, x: S.where(S.less(v, S.zero), v + 1, S.one), points=NEAR,
              bend=lambda S, x: S.equal(x, S.zero), summary="x if x > 0, else exp(x) - 1"),
    Operation("gelu", "x", lambda S, x: x * S.normal_cdf(x),
              (lambda S, v, x: S.normal_cdf(x) + x * S.normal_pdf(x),), points=NEAR,
              summary="x times the normal distribution function (the exact form, with erf)"),
    Operation("silu", "x", lambda S, x: x * S.sigmoid(x),
              (lambda S, v, x: S.sigmoid(x) * (1 + x * S.sigmoid(-x)),), points=NEAR, summary="x*sigmoid(x)"),
    Operation("erf", "x", lambda S, x: S.erf(x), (lambda S, v, x: 2 * S.exp(-square(x)) / S.sqrt(S.pi()),),
              points=NEAR),
    Operation("erfc", "x", lambda S, x: S.erfc(x), (lambda S, v, x: -(2 * S.exp(-square(x)) / S.sqrt(S.pi())),),
              points=NEAR, summary="1 - erf(x) without cancellation"),
    Operation("erfinv", "x", lambda S, x: S.erfinv(x), (lambda S, v, x: S.exp(square(v)) * S.sqrt(S.pi()) / 2,),
              domain=WITHIN_ONE, points=INSIDE, summary="the number whose erf is x"),
    Operation("gamma", "x", lambda S, x: S.gamma(x), (lambda S, v, x: v * S.digamma(x),),
              domain=NO_POLE, latex=r"\Gamma", points=((0.3,), (-1.7,), (4.5,))),
    Operation("lgamma", "x", lambda S, x: S.lgamma(x), (lambda S, v, x: S.digamma(x),),
              domain=NO_POLE, points=((0.3,), (-1.7,), (4.5,), (100.0,)), summary="log of abs(gamma(x))"),
    Operation("digamma", "x", lambda S, x: S.digamma(x), (lambda S, v, x: S.polygamma(S.one, x),),
              domain=NO_POLE, points=((0.3,), (-1.7,), (4.5,)), summary="the derivative of lgamma"),
    Operation("polygamma", "n x", lambda S, n, x: S.polygamma(n, x),
              (Partial(nothing, undefined_where=lambda S, v, n, x: "undefined"),
               lambda S, v, n, x: S.polygamma(n + 1, x)),
              domain=ORDERS, points=((1, 0.3), (1, -1.7), (2, 4.5)), summary="the n-th derivative of digamma"),
    Operation("mod", "x y", lambda S, x, y: S.mod(x, y),
              (one, lambda S, v, x, y: -S.floor_divide(x, y)), domain=MODULUS,
              kink=Kink("mod({x}, {y}) = 0", lambda S, x, y: S.equal(S.mod(x, y), S.zero), jumps=True),
              steps_at_whole=True, points=((7.5, 2.0), (-1.7, 0.4), (2.5, -3.0)), summary="x - y*floor(x/y)"),
    *RECIPROCAL,
)  # fmt: skip


def _comparison(name: str, symbol: str, holds: Callable[[NumberSystem, Number, Number], bool]) -> Operation:
    """A condition: a node of value 1 or 0 through which nothing flows."""
    return Operation(
        name, "x y", lambda S, x, y: S.one if holds(S, x, y) else S.zero, (nothing, nothing),
        kink=Kink("{x} = {y}", lambda S, x, y: S.equal(x, y), jumps=True),
        symbol=symbol, precedence=1, points=((1, 2), (2, 1)), summary="a condition of where: 1 if it holds, else 0",
        laws=("a condition is a step: slope 0",), is_condition=True, steps_at_whole=True,
    )  # fmt: skip


CONDITIONAL = (
    _comparison("lt", "<", lambda S, x, y: S.less(x, y)),
    _comparison("le", "<=", lambda S, x, y: not S.less(y, x)),
    _comparison("gt", ">", lambda S, x, y: S.less(y, x)),
    _comparison("ge", ">=", lambda S, x, y: not S.less(x, y)),
    _comparison("eq", "==", lambda S, x, y: S.equal(x, y)),
    _comparison("ne", "!=", lambda S, x, y: not S.equal(x, y)),
    Operation("where", "c a b", lambda S, c, a, b: S.where(S.equal(c, S.one), a, b),
              (nothing, lambda S, v, c, a, b: S.where(S.equal(c, S.one), S.one, None),
               lambda S, v, c, a, b: S.where(S.equal(c, S.one), None, S.one)),
              latex=r"\begin{cases} #2 & #1 \\ #3 & \text{otherwise} \end{cases}",
              points=((1, 2.5, 3.5), (0, 2.5, 3.5)), summary="a if c holds, else b; only that branch counts",
              laws=("only the branch taken counts",), scales_with="a b"),
)  # fmt: skip

OPERATIONS: dict[str, Operation] = {
    row.name: row for row in (INPUT, NUMBER, CONSTANT, *ARITHMETIC, *FUNCTIONS, *CONDITIONAL)
}
ADD, SUB, MUL, DIV, NEG, POW = ARITHMETIC
ABS, DOT, EXP, HYPOT, LOG, LOGADDEXP, MAX, MIN, SUM, WHERE = map(OPERATIONS.__getitem__, (
    "abs", "dot", "exp", "hypot", "log", "logaddexp", "max", "min", "sum", "where"))  # fmt: skip
LINEAR = [
    row for row in ARITHMETIC if row.unconditional_partials and {*row.unconditional_partials} <= {one, minus_one}
]  # the same slope everywhere
COMPARISONS = {row.symbol: row for row in CONDITIONAL if row.symbol}

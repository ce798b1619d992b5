"""Rows of the table: the functions that are 1 over another, and their inverses. Programs may define them themselves."""

from __future__ import annotations

from .shared_rules import (
    ANGLES,
    BEYOND_ONES,
    FROM_ONES,
    NOT_ZERO,
    UP_TO_ONE_ABOVE_ZERO,
    infinite_at_one,
    infinite_at_ones,
    square,
)
from .table_parts import Operation, Partial

NEAR = ((0.3,), (-1.7,), (2.5,))
OUTSIDE = ((1.3,), (-2.5,), (40.0,))

RECIPROCAL = (
    Operation("sec", "x", lambda S, x: 1 / S.cos(x), (lambda S, v, x: v * S.tan(x),), latex=r"\sec",
              is_periodic=True, points=NEAR, summary="1/cos(x)"),
    Operation("csc", "x", lambda S, x: 1 / S.sin(x), (lambda S, v, x: -(v * S.cos(x) / S.sin(x)),),
              domain=ANGLES, latex=r"\csc", is_periodic=True, points=NEAR, summary="1/sin(x)"),
    Operation("cot", "x", lambda S, x: S.cos(x) / S.sin(x), (lambda S, v, x: -(1 + square(v)),),
              domain=ANGLES, latex=r"\cot", is_periodic=True, points=NEAR, summary="cos(x)/sin(x)"),
    Operation("sech", "x", lambda S, x: 1 / S.cosh(x), (lambda S, v, x: -(v * S.tanh(x)),), points=NEAR,
              summary="1/cosh(x)"),
    Operation("csch", "x", lambda S, x: 1 / S.sinh(x), (lambda S, v, x: -(v / S.tanh(x)),),
              domain=NOT_ZERO, points=NEAR, summary="1/sinh(x)"),
    Operation("coth", "x", lambda S, x: 1 / S.tanh(x), (lambda S, v, x: -S.inverse_square(S.sinh(x)),),
              domain=NOT_ZERO, latex=r"\coth", points=NEAR, summary="1/tanh(x)"),
    Operation("asec", "x", lambda S, x: S.atan2(S.sqrt((S.abs(x) - 1) * (S.abs(x) + 1)), S.sign(x)),
              (Partial(lambda S, v, x: 1 / (S.abs(x) * S.sqrt((x - 1) * (x + 1))), undefined_where=infinite_at_ones),),
              domain=FROM_ONES, points=OUTSIDE, summary="acos(1/x)"),
    Operation("acsc", "x", lambda S, x: S.atan2(S.sign(x), S.sqrt((x - 1) * (x + 1))),
              (Partial(lambda S, v, x: -(1 / (S.abs(x) * S.sqrt((x - 1) * (x + 1)))),
                       undefined_where=infinite_at_ones),),
              domain=FROM_ONES, points=OUTSIDE, summary="asin(1/x)"),
    Operation("acot", "x", lambda S, x: S.atan2(S.one, x), (lambda S, v, x: -S.inverse_one_plus_square(x),),
              points=NEAR, summary="pi/2 - atan(x), the angle from 0 to pi whose cotangent is x"),
    Operation("asech", "x", lambda S, x: S.asinh(S.sqrt((1 - x) * (1 + x)) / x),
              (Partial(lambda S, v, x: -(1 / (x * S.sqrt((1 - x) * (1 + x)))), undefined_where=infinite_at_one),),
              domain=UP_TO_ONE_ABOVE_ZERO, points=((0.3,), (0.999,)), summary="acosh(1/x)"),
    Operation("acsch", "x", lambda S, x: S.asinh(1 / x), (lambda S, v, x: -(1 / (S.abs(x) * S.hypot(S.one, x))),),
              domain=NOT_ZERO, points=NEAR, summary="asinh(1/x)"),
    Operation("acoth", "x", lambda S, x: S.sign(x) * S.log1p(2 / (S.abs(x) - 1)) / 2,
              (lambda S, v, x: 1 / ((1 - x) * (1 + x)),),
              domain=BEYOND_ONES, points=OUTSIDE, summary="atanh(1/x)"),
)  # fmt: skip

"""What every operation of the table truly is, written with mpmath: by other algorithms than gradcli's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath

DIGITS = 400  # a slope of 1e-130 beside a value of 1 is still known to a hundred
STEP = mpmath.mpf(10) ** -60  # of differences, beside the size of the argument: their error is its square

SAME_NAME = (
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp",
    "expm1", "log", "log1p", "log10", "sqrt", "sign", "floor", "ceil", "erf", "erfc", "erfinv", "gamma", "digamma",
    "sec", "csc", "cot", "sech", "csch", "coth", "asec", "acsc", "asech", "acsch", "acoth",
)  # fmt: skip

REFERENCES: dict[str, Callable[..., Any]] = {
    **{name: getattr(mpmath, name) for name in SAME_NAME},
    "acot": lambda x: mpmath.pi / 2 - mpmath.atan(x),
    "add": lambda x, y: x + y, "sub": lambda x, y: x - y, "mul": lambda x, y: x * y, "div": lambda x, y: x / y,
    "neg": lambda x: -x, "pow": lambda x, y: x**y,
    "exp2": lambda x: mpmath.mpf(2) ** x, "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), "abs": abs, "round": mpmath.nint,
    "max": max, "min": min, "hypot": lambda *xs: mpmath.sqrt(mpmath.fsum(x * x for x in xs)),
    "sum": lambda *xs: mpmath.fsum(xs),
    "dot": lambda *xs: mpmath.fsum(x * y for x, y in zip(xs[::2], xs[1::2], strict=True)),
    "logaddexp": lambda *xs: max(xs) + mpmath.log(mpmath.fsum(mpmath.exp(x - max(xs)) for x in xs)),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "softplus": lambda x: mpmath.log1p(mpmath.exp(x)),
    "relu": lambda x: max(x, mpmath.mpf(0)), "leaky_relu": lambda x: x if x > 0 else x / 100,
    "elu": lambda x: x if x > 0 else mpmath.expm1(x), "gelu": lambda x: x * mpmath.ncdf(x),
    "silu": lambda x: x / (1 + mpmath.exp(-x)), "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))),
    "polygamma": lambda n, x: mpmath.polygamma(int(n), x), "mod": lambda x, y: x - y * mpmath.floor(x / y),
    "lt": lambda x, y: int(x < y), "le": lambda x, y: int(x <= y), "gt": lambda x, y: int(x > y),
    "ge": lambda x, y: int(x >= y), "eq": lambda x, y: int(x == y), "ne": lambda x, y: int(x != y),
    "where": lambda c, a, b: a if c == 1 else b,
}  # fmt: skip


def value(name: str, point: Sequence[Any]) -> Any:
    """Return an operation at numbers of mpmath."""
    return REFERENCES[name](*point)


def slope(name: str, k: int, point: Sequence[Any]) -> Any:
    """Return the derivative with respect to the k-th argument, by central differences."""
    step = STEP * max(abs(point[k]), mpmath.mpf(2) ** -40)
    above, below = ([*point[:k], point[k] + side * step, *point[k + 1 :]] for side in (1, -1))
    return (value(name, above) - value(name, below)) / (2 * step)

"""The coefficients of series: exact fractions where the operations allow, and balls elsewhere.

What cannot be told of a coefficient is not 0. The same operation of the same balls gives the very same ball, so that
equal numbers are known to be equal without digits.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint
from flint import arb, arb_series, fmpq, fmpq_series

from ..flint_settings import FlintSettings

Coefficient = Any  # an exact fraction (fmpq) or a ball (arb)

HEIGHT = 2_500  # bits of a fraction beyond which it becomes a ball
ZERO, ONE, MINUS_ONE = fmpq(0), fmpq(1), fmpq(-1)
MOST_KEPT = 100_000  # results of coefficients
NATIVE = {  # functions whose series FLINT computes
    *("exp", "log", "sinh", "cosh", "tanh", "tan", "sin", "cos", "atan", "asin", "acos"),
    *("erf", "erfc", "gamma", "lgamma", "rgamma"),
}
HYPERBOLIC: dict[str, Callable[[Any], Any]] = {  # what FLINT has for fractions alone
    "sinh": lambda x: (x.exp() - (-x).exp()) / 2,
    "cosh": lambda x: (x.exp() + (-x).exp()) / 2,
}


def times(c: Coefficient, d: Coefficient) -> Coefficient:
    """Return a product, which is the very same ball where a factor is 1."""
    return d if type(c) is fmpq and c == 1 else c if type(d) is fmpq and d == 1 else c * d


def sign_of(c: Coefficient) -> int | None:
    """Return the sign of a coefficient, -1, 0 or 1; None where its ball does not tell."""
    if type(c) is fmpq:
        return (c > 0) - (c < 0)
    return 1 if c > 0 else -1 if c < 0 else 0 if c.is_zero() else None


def root(c: Coefficient, exponent: Fraction) -> Coefficient:
    """Return c**exponent, a fraction where that is one and is not too long, else a ball.

    The coefficient is positive unless the exponent is whole.
    """
    if type(c) is fmpq:
        if abs(exponent.numerator) * c.height_bits() <= HEIGHT:
            if exponent.denominator == 1:
                return c ** int(exponent)
            roots = [_whole_root(int(part), exponent.denominator) for part in (c.p, c.q)]
            if None not in roots:
                return fmpq(*roots) ** exponent.numerator
        c = arb(c)
    return c ** arb(fmpq(exponent.numerator, exponent.denominator))


def _whole_root(n: int, degree: int) -> int | None:
    """Return the integer whose power n > 0 is, or None."""
    if n == 1:
        return 1
    if degree >= n.bit_length():
        return None
    found = flint.fmpz(n).root(degree)
    return int(found) if found**degree == n else None


def taylor(name: str, c: Coefficient, n: int) -> list[Coefficient]:
    """Return the first n coefficients of one of FLINT's functions at c: a(k) is the k-th derivative over k!.

    They are fractions where FLINT has them so, else balls of the precision that is set. `name` is one of `NATIVE`.
    """
    with FlintSettings(length=n):
        if type(c) is fmpq and c == 0 and hasattr(fmpq_series, name):
            found = list(getattr(fmpq_series([0, 1], prec=n), name)().coeffs())
            return found + [ZERO] * (n - len(found))
        if name == "tanh":
            return [exact(a) for a in _tanh(arb(c), n)]
        x = arb_series([arb(c), 1], prec=n)
        found = list((HYPERBOLIC[name](x) if name in HYPERBOLIC else getattr(x, name)()).coeffs())
    return [exact(a) for a in found] + [ZERO] * (n - len(found))


def _tanh(c: Any, n: int) -> list[Any]:
    """Return the first n coefficients of tanh at a ball, from y' = 1 - y**2: at a large c exp(c) has no number."""
    found = [c.tanh(), c.sech() ** 2]
    for k in range(1, n - 1):
        found.append(-sum((found[i] * found[k - i] for i in range(k + 1)), arb(0)) / (k + 1))
    return found[:n]


def exact(x: Any) -> Coefficient:
    """Return a ball of radius 0 as the fraction that it is; other balls as they are."""
    if not x.is_exact() or not x.is_finite():
        return x
    mantissa, exponent = x.man_exp()
    if not -HEIGHT < exponent < HEIGHT:
        return x
    exponent = int(exponent)
    return fmpq(mantissa * 2**exponent) if exponent >= 0 else fmpq(mantissa, 2**-exponent)


def identity(c: Any) -> Any:
    """Return what equal fractions share, and every ball has to itself; FLINT's own hashing of fractions is slow."""
    if type(c) is arb:
        return id(c)
    return (int(c.p), int(c.q)) if type(c) is fmpq else c


def lowered(c: Coefficient) -> Coefficient:
    """Return a coefficient, as a ball if it is a fraction too long to go on with."""
    return arb(c) if type(c) is fmpq and c.height_bits() > HEIGHT else c


class Kept:
    """The results of operations on coefficients: the very same ball wherever the same is done to the same."""

    def __init__(self) -> None:
        self._results: dict[tuple[Any, ...], tuple[Coefficient, Coefficient, Any]] = {}

    def clear(self) -> None:
        """Let go of all results."""
        self._results.clear()

    def __call__(self, operate: Callable[[Any, Any], Coefficient], a: Coefficient, b: Any) -> Coefficient:
        """Return what an operation makes of two coefficients: the very same ball wherever it is done to the same."""
        if type(a) is not arb and type(b) is not arb and operate is not root:
            return operate(a, b)
        mine, other = identity(a), identity(b)
        found = self._results.get((operate, mine, other))
        if found is None and operate in (operator.add, times):
            found = self._results.get((operate, other, mine))
        if found is not None:
            return found[0]
        result = operate(a, b)
        if len(self._results) < MOST_KEPT:
            self._results[operate, mine, other] = result, a, b  # a and b too: no other ball gets their identity
        return result

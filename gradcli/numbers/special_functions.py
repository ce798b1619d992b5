"""Functions of binary64 that `math` lacks, has without relative accuracy near their zeros, or fails in.

Where the result exceeds binary64 they return an infinity; `math` raises.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

SPLIT = 2.0**27 + 1  # cuts a binary64 in two halves of 26 bits
LEAST_EXACT, MOST_EXACT = 1e-260, 1e290  # of products whose two halves neither over- nor underflow
ONE_MINUS_EULER = 0.42278433509846713

# zeta(k) - 1 for k = 2, 3, ...: lgamma(2 + z) = (1 - euler) z + sum of (-1)**k (zeta(k) - 1) z**k / k
# (Abramowitz and Stegun 6.1.33).
ZETA_MINUS_ONE = (
    0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
    0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645,
    0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-05, 3.058823630702049e-05,
    1.528225940865187e-05, 7.637197637899763e-06, 3.81729326499984e-06, 1.908212716553939e-06,
    9.539620338727962e-07, 4.769329867878064e-07, 2.38450502727733e-07, 1.1921992596531106e-07,
    5.960818905125948e-08, 2.980350351465228e-08, 1.4901554828365043e-08, 7.45071178983543e-09,
    3.725334024788457e-09, 1.862659723513049e-09, 9.313274324196682e-10, 4.656629065033784e-10,
)  # fmt: skip

# The positive zero of digamma in two parts, and the Taylor coefficients of digamma there.
DIGAMMA_ZERO = 1.4616321449683622
DIGAMMA_ZERO_REST = 9.549995429965697e-17
DIGAMMA_TAYLOR = (
    0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652, 0.10782405069126237,
    -0.07219956125645471, 0.04880428816414311, -0.03316112647484736, 0.022597648232218104, -0.01542476590494896,
    0.010538791616612175, -0.007204534386356869, 0.004926781395729853, -0.003369801655439328,
    0.002305126326734928, -0.0015769367714301972, 0.0010788252019162967, -0.0007380709389960052,
    0.000504953265834602, -0.0003454680251063077, 0.00023635601564027053, -0.00016170622091974803,
)  # fmt: skip

# The Bernoulli numbers B2, B4, ... as fractions.
BERNOULLI = (
    (1, 6), (-1, 30), (1, 42), (-1, 30), (5, 66), (-691, 2730), (7, 6), (-3617, 510), (43867, 798),
    (-174611, 330),
)  # fmt: skip


def lgamma(x: float) -> float:
    """Return log(abs(gamma(x))); x is not 0, -1, -2, ...; infinity where that exceeds binary64.

    Between 0 and 2.5, where `math` loses figures, by the Taylor series at 2 (Abramowitz and Stegun 6.1.33).
    """
    if 0.5 <= x <= 2.5:
        if x >= 1.5:
            return _lgamma_from_two(x - 2)
        return _lgamma_from_two(x - 1) - math.log1p(x - 1)
    if 0 < x < 0.5:
        return _lgamma_from_two(x) - math.log1p(x) - math.log(x)
    try:
        return math.lgamma(x)
    except OverflowError:
        return math.inf


def _lgamma_from_two(z: float) -> float:
    """Return lgamma(2 + z) for abs(z) <= 1/2 by its Taylor series."""
    total = 0.0
    for k in range(len(ZETA_MINUS_ONE) + 1, 1, -1):
        total = ZETA_MINUS_ONE[k - 2] / k - z * total
    return z * (ONE_MINUS_EULER + z * total)


def digamma(x: float) -> float:
    """Return the derivative of lgamma; x is not 0, -1, -2, ... (Abramowitz and Stegun 6.3.5, 6.3.7, 6.3.18)."""
    if x < 0:
        turn = x - round(x)
        return digamma(1 - x) - (math.pi / math.tan(math.pi * turn) if abs(turn) < 0.5 else 0.0)
    away = (x - DIGAMMA_ZERO) - DIGAMMA_ZERO_REST
    if abs(away) < 0.25:
        total = 0.0
        for coefficient in reversed(DIGAMMA_TAYLOR):
            total = coefficient + away * total
        return away * total
    terms = []
    while x < 12:
        terms.append(-1 / x)
        x += 1
    terms += [math.log(x), -0.5 / x]
    for k, (p, q) in enumerate(BERNOULLI, 1):
        terms.append(-p / (q * 2 * k) / x ** (2 * k) if x < 1e10 else 0.0)
    return math.fsum(terms) if math.isfinite(terms[0]) else terms[0]


def polygamma(n: float, x: float) -> float:
    """Return the n-th derivative of digamma, n = 1, 2, ... (Abramowitz and Stegun 6.4.6, 6.4.11).

    Not a number beyond n = 100 and, where the recurrence would be too long, x < -10000.
    """
    if n > 100 or x < -10_000:
        return math.nan
    order = int(n)
    terms = []
    factorial = float(math.factorial(order))
    while x < order + 16:
        terms.append(_power(x, -order - 1))
        x += 1
    terms.append(_power(x, -order) / order)
    terms.append(_power(x, -order - 1) / 2)
    for k, (p, q) in enumerate(BERNOULLI, 1):
        growth = math.prod(range(order + 1, order + 2 * k)) / math.factorial(2 * k)
        terms.append(p / q * growth * _power(x, -order - 2 * k))
    total = math.fsum(terms) if all(map(math.isfinite, terms)) else sum(terms)
    return factorial * total if order % 2 else -factorial * total


def _power(x: float, n: int) -> float:
    try:
        return float(x**n)
    except OverflowError:
        return math.copysign(math.inf, x) if n % 2 else math.inf


def erfinv(x: float) -> float:
    """Return the number whose erf is x, for -1 < x < 1, by Halley's iteration, on erfc where erf is close to 1.

    It begins with Winitzki's approximation (A handy approximation for the error function and its inverse, 2008).
    """
    if x < 0:
        return -erfinv(-x)
    rest = 1 - x  # exact where it is used
    # Within 1 % of the answer.
    size, fit = math.log1p(-x) + math.log1p(x), 0.147
    half = 2 / (math.pi * fit) + size / 2
    y = math.sqrt(max(math.sqrt(half * half - size / fit) - half, 0.0)) if x > 1e-5 else x * math.sqrt(math.pi) / 2
    for _ in range(3):
        off = math.erf(y) - x if x < 0.5 else rest - math.erfc(y)
        step = off / (2 / math.sqrt(math.pi) * math.exp(-y * y))
        y -= step / (1 + y * step)
    return y


def exp(x: float) -> float:
    """Return e to the power of x; infinity beyond 709.78."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def expm1(x: float) -> float:
    """Return e to the power of x, less 1; infinity beyond 709.78."""
    try:
        return math.expm1(x)
    except OverflowError:
        return math.inf


def cosh(x: float) -> float:
    """Return the hyperbolic cosine; infinity beyond 710.47."""
    try:
        return math.cosh(x)
    except OverflowError:
        return math.inf


def pow(x: float, y: float) -> float:
    """Return x**y; infinity where it overflows, and for 0 to a negative power."""
    try:
        return math.pow(x, y)
    except OverflowError:
        return -math.inf if x < 0 and y % 2 == 1 else math.inf
    except ValueError:
        return math.inf


def dot(xs: Sequence[float], ys: Sequence[float]) -> float:
    """Return the sum of the products of two vectors, correctly rounded where nothing over- or underflows.

    What rounding takes from a product is a binary64 too (Dekker, "A floating-point technique for extending the
    available precision", Numerische Mathematik 18, 1971), so that the sum is that of exact numbers.
    """
    terms: list[float] = []
    for x, y in zip(xs, ys, strict=True):
        product = x * y
        terms.append(product)
        if LEAST_EXACT < abs(product) < MOST_EXACT and abs(x) < MOST_EXACT and abs(y) < MOST_EXACT:
            a, b = x * SPLIT, y * SPLIT
            high, top = a - (a - x), b - (b - y)
            low, rest = x - high, y - top
            terms.append(((high * top - product) + high * rest + low * top) + low * rest)
    try:
        return math.fsum(terms)
    except (OverflowError, ValueError):  # beyond binary64, or infinities of both signs
        return sum(terms)


def _saturated(function: Callable[[float], float]) -> Callable[[float], float]:
    """Return the odd or positive function of `math` with an infinity of the argument's sign where it overflows."""

    def saturated(x: float) -> float:
        try:
            return float(function(x))
        except OverflowError:
            return math.copysign(math.inf, x)

    return saturated


exp2 = _saturated(lambda x: math.exp2(x))
sinh = _saturated(math.sinh)
gamma = _saturated(math.gamma)

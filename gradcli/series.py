"""The number system of what lies just beside a point: truncated series in the distance t > 0 along a direction.

A number is a sum of terms c * t**e * l**k, where l = log(1/t), and a remainder. The coefficients c are exact fractions
where the operations allow, and balls elsewhere. What is not known is not 0: a coefficient that may be 0 is never taken
for the leading one, and a sum without its remainder is never compared as if it were exact.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import flint
from flint import arb, arb_series, fmpq, fmpq_series

from .balls import Balls
from .systems import FLOAT, System

Coefficient = Any  # an exact fraction (fmpq) or a ball (arb)

EXACT = math.inf  # the order of a number without a remainder
BITS, TERMS = "bits", "terms"  # what a number may lack: precision, or further terms
MOST_TERMS = 64  # of one number
HEIGHT = 2_500  # bits of a fraction beyond which it becomes a ball
WHOLE_POWER = 64  # whole exponents up to here are multiplied out
ZERO, ONE, MINUS_ONE = fmpq(0), fmpq(1), fmpq(-1)
MOST_KEPT = 100_000  # results of coefficients
NATIVE = {
    "exp",
    "log",
    "sinh",
    "cosh",
    "tan",
    "sin",
    "cos",
    "atan",
    "asin",
    "acos",
    "tanh",
    "erf",
    "erfc",
    "gamma",
    "lgamma",
    "rgamma",
}  # of FLINT
ENDS = {"log2": (0,), "log10": (0,), "log1p": (-1,), "atanh": (-1, 1)}  # of domains, where there are poles
HYPERBOLIC: dict[str, Callable[[Any], Any]] = {  # what FLINT has for fractions alone
    "sinh": lambda x: (x.exp() - (-x).exp()) / 2,
    "cosh": lambda x: (x.exp() + (-x).exp()) / 2,
    "tanh": lambda x: ((x + x).exp() - 1) / ((x + x).exp() + 1),
}


class Undetermined(Exception):
    """A series does not tell what is asked of it; `lack` says what might help, if anything does."""

    def __init__(self, lack: str = "") -> None:
        super().__init__(lack)
        self.lack = lack


class Ramified(Exception):
    """A root needs powers of t**(1/unit)."""

    def __init__(self, unit: int) -> None:
        super().__init__(unit)
        self.unit = unit


def _times(c: Coefficient, d: Coefficient) -> Coefficient:
    """Return a product, which is the very same ball where a factor is 1."""
    return d if type(c) is fmpq and c == 1 else c if type(d) is fmpq and d == 1 else c * d


def sign_of(c: Coefficient) -> int | None:
    """Return the sign of a coefficient, -1, 0 or 1; None where its ball does not tell."""
    if type(c) is fmpq:
        return (c > 0) - (c < 0)
    return 1 if c > 0 else -1 if c < 0 else 0 if c.is_zero() else None


class Series:
    """A number beside the point: `terms` (e, j, c) of c * t**(e/unit) * l**-j, the largest first, and a remainder.

    The remainder is at most of the order t**(order/unit), up to powers of l; `order` is `EXACT` where there is none.
    """

    __slots__ = ("S", "order", "terms")

    def __init__(self, S: SeriesSystem, terms: Sequence[tuple[int, int, Coefficient]], order: float = EXACT) -> None:
        self.S = S
        self.terms = terms
        self.order = order

    def __repr__(self) -> str:
        return f"Series({self.terms}, order={self.order})"

    @property
    def is_zero(self) -> bool:
        """Whether the number is 0, exactly."""
        return not self.terms and self.order == EXACT

    @property
    def is_constant(self) -> bool:
        """Whether the number is the same all along the direction, exactly."""
        return self.order == EXACT and (not self.terms or (len(self.terms) == 1 and self.terms[0][:2] == (0, 0)))

    @property
    def low(self) -> float:
        """The exponent below which the number has nothing."""
        return self.terms[0][0] if self.terms else self.order

    def coefficient(self, e: int) -> Coefficient:
        """Return the coefficient of t**(e/unit)."""
        return next((c for f, j, c in self.terms if (f, j) == (e, 0)), ZERO)

    def sign(self) -> int | None:
        """Return the sign beside the point, by the first coefficient that is certainly not 0; None if none is."""
        if not self.terms:
            return 0 if self.order == EXACT else None
        return sign_of(self.terms[0][2])

    def lacks(self) -> str:
        """Return what would help to know the sign of a number that does not have one."""
        return BITS if self.terms else TERMS

    # ---- arithmetic

    def __add__(self, other: Any) -> Series:
        other = self.S.lift(other)
        if not other.terms and other.order == EXACT:
            return self
        found = {(e, j): c for e, j, c in self.terms}
        for e, j, c in other.terms:
            if (e, j) not in found:
                found[e, j] = c
            else:
                found[e, j] = self.S.kept(operator.add, found[e, j], c) if (e, j) == (0, 0) else found[e, j] + c
        return self.S.collect(found, min(self.order, other.order))

    __radd__ = __add__

    def __neg__(self) -> Series:
        kept = self.S.kept
        return Series(self.S, [(e, j, kept(operator.mul, c, MINUS_ONE)) for e, j, c in self.terms], self.order)

    def __sub__(self, other: Any) -> Series:
        if other is self:
            return self.S.zero
        other = self.S.lift(other)
        found = {(e, j): c for e, j, c in self.terms}
        for e, j, c in other.terms:
            mine = found.get((e, j), ZERO)
            if mine is c:  # the same ball is the same number
                found[e, j] = ZERO
            else:
                found[e, j] = self.S.kept(operator.sub, mine, c) if (e, j) == (0, 0) else mine - c
        return self.S.collect(found, min(self.order, other.order))

    def __rsub__(self, other: Any) -> Series:
        return self.S.lift(other) - self

    def __mul__(self, other: Any) -> Series:
        other = self.S.lift(other)
        if self.is_zero or other.is_zero:
            return self.S.zero
        order = min(self.order + other.low, other.order + self.low)
        limit = min(order, self.S.cap)
        found: dict[tuple[int, int], Coefficient] = {}
        first, second = (x.terms[0][2] if x.terms else None for x in (self, other))
        for e, j, c in self.terms:
            for f, k, d in other.terms:
                if e + f >= limit:
                    order = limit
                    break
                key = e + f, j + k
                product = self.S.kept(operator.mul, c, d) if c is first and d is second else _times(c, d)
                found[key] = found[key] + product if key in found else product
        return self.S.collect(found, order)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Series:
        other = self.S.lift(other)
        return self.S.one if other is self else self * other.inverse()

    def __rtruediv__(self, other: Any) -> Series:
        return self.S.lift(other) * self.inverse()

    def leading(self) -> tuple[int, int, Coefficient, Series]:
        """Return e, j and c of the leading term, and the number divided by that term, less 1.

        Raises `Undetermined` where the first coefficient may be 0, or where powers of l alone follow the first.
        """
        if not self.terms or sign_of(self.terms[0][2]) in (None, 0):
            raise Undetermined(self.lacks())
        e, j, c = self.terms[0]
        if any(f == e for f, _, _ in self.terms[1:]):
            raise Undetermined
        scale = self.S.kept(operator.truediv, ONE, c)
        rest = [(f - e, k - j, d * scale) for f, k, d in self.terms[1:]]
        return e, j, c, Series(self.S, rest, self.order - e)

    def inverse(self) -> Series:
        """Return 1 divided by the number."""
        e, j, c, rest = self.leading()
        return self.S.compose(lambda n: [fmpq((-1) ** k) for k in range(n)], rest, beyond=e).shifted(
            -e, -j, self.S.kept(operator.truediv, ONE, c)
        )

    def shifted(self, e: int, j: int, c: Coefficient) -> Series:
        """Return the number times one term."""
        found = {(f + e, k + j): _times(d, c) for f, k, d in self.terms}
        return self.S.collect(found, self.order + e)

    def power(self, exponent: Fraction) -> Series:
        """Return the power, of a number that is positive beside the point unless the exponent is whole."""
        S = self.S
        if exponent.denominator == 1 and 0 <= exponent <= WHOLE_POWER:
            return self._multiplied(exponent.numerator)
        if self.is_zero:
            return self
        if not self.terms and exponent > 0:  # at most so large
            return Series(S, [], math.floor(self.order * exponent))
        e, j, c, rest = self.leading()
        shift, turn = e * exponent, j * exponent
        if shift.denominator != 1:
            raise Ramified(S.unit * shift.denominator)
        if turn.denominator != 1:
            raise Undetermined
        root = S.kept(_root, c, exponent)

        def coefficients(n: int) -> list[Coefficient]:
            found, r = [fmpq(1)], fmpq(exponent.numerator, exponent.denominator)
            for k in range(n - 1):
                found.append(found[-1] * (r - k) / (k + 1))
            return found

        return S.compose(coefficients, rest, beyond=-int(shift)).shifted(int(shift), int(turn), root)

    def _multiplied(self, n: int) -> Series:
        result, square = self.S.one, self
        while n:
            if n & 1:
                result = result * square
            n >>= 1
            if n:
                square = square * square
        return result

    def parts(self) -> tuple[Sequence[tuple[int, int, Coefficient]], Coefficient, Series]:
        """Return the terms that grow without bound, the limit of the others, and what vanishes with t.

        Raises `Undetermined` where the remainder does not vanish, or vanishes more slowly than any power of t.
        """
        if self.order <= 0:
            raise Undetermined(TERMS)
        pole = [term for term in self.terms if term[:2] < (0, 0)]
        small = [term for term in self.terms if term[:2] > (0, 0)]
        if small and small[0][0] == 0:
            raise Undetermined
        return pole, self.coefficient(0), Series(self.S, small, self.order)


class Exponential(Series):
    """A number that grows, or vanishes, faster than every power of t: turn * exp(log), where the exponent is a pole."""

    __slots__ = ("is_huge", "log", "turn")

    def __init__(self, S: SeriesSystem, turn: int, log: Series, *, is_huge: bool) -> None:
        super().__init__(S, [], -math.inf if is_huge else S.cap)
        self.turn = turn
        self.log = log
        self.is_huge = is_huge

    def sign(self) -> int | None:
        """Return the sign beside the point."""
        return self.turn

    def lacks(self) -> str:
        """Neither precision nor terms would tell more."""
        return ""

    def __neg__(self) -> Series:
        return Exponential(self.S, -self.turn, self.log, is_huge=self.is_huge)

    def __add__(self, other: Any) -> Series:
        other = self.S.lift(other)
        if other.is_zero:
            return self
        if not self.is_huge and not isinstance(other, Exponential):
            return super().__add__(other)
        share = other / self
        if isinstance(share, Exponential) and share.is_huge:
            return (1 + self / other) * other
        return (1 + share) * self

    def __sub__(self, other: Any) -> Series:
        return self.S.zero if other is self else self + -self.S.lift(other)

    def __rsub__(self, other: Any) -> Series:
        return -self + other

    def __mul__(self, other: Any) -> Series:
        other = self.S.lift(other)
        if other.is_zero:
            return other
        sign = other.sign()
        try:
            if sign is None:
                raise Undetermined(other.lacks())
            size = self.S.exp(self.log + self.S.log(other if sign > 0 else -other))
        except Undetermined:
            if self.is_huge or isinstance(other, Exponential):
                raise
            return super().__mul__(other)
        return size if sign * self.turn > 0 else -size

    def __truediv__(self, other: Any) -> Series:
        other = self.S.lift(other)
        return self.S.one if other is self else self * other.inverse()

    def __rtruediv__(self, other: Any) -> Series:
        return self.S.lift(other) * self.inverse()

    __radd__ = __add__
    __rmul__ = __mul__

    def inverse(self) -> Series:
        """Return 1 divided by the number."""
        return Exponential(self.S, self.turn, -self.log, is_huge=not self.is_huge)

    def power(self, exponent: Fraction) -> Series:
        """Return the power, of a number that is positive unless the exponent is whole."""
        size = self.S.exp(self.log * exponent)
        return -size if self.turn < 0 and exponent.numerator % 2 else size

    def parts(self) -> tuple[Sequence[tuple[Any, int, Coefficient]], Coefficient, Series]:
        """Return a pole beyond all others, or what vanishes."""
        if not self.is_huge:
            return [], ZERO, self
        return [(-math.inf, 0, fmpq(self.turn))], ZERO, self.S.zero


def _root(c: Coefficient, exponent: Fraction) -> Coefficient:
    """Return a power of a coefficient, which is positive unless the exponent is whole; exact where it is a fraction."""
    if type(c) is fmpq:
        if exponent.denominator == 1 and abs(exponent.numerator) * c.height_bits() <= HEIGHT:
            return c ** int(exponent)
        roots = [_whole_root(int(part), exponent.denominator) for part in (c.p, c.q)]
        if None not in roots and abs(exponent.numerator) * c.height_bits() <= HEIGHT:
            return fmpq(*roots) ** exponent.numerator
        c = arb(c)
    return c ** arb(fmpq(exponent.numerator, exponent.denominator))


def _whole_root(n: int, degree: int) -> int | None:
    """Return the integer whose power n > 0 is, or None."""
    if n == 1:
        return 1
    if degree >= n.bit_length():
        return None
    root = flint.fmpz(n).root(degree)
    return int(root) if root**degree == n else None


class SeriesSystem(System):
    """Numbers beside a point, in powers of t**(1/unit) below `cap`, with balls of `bits` bits where they are needed.

    `rows` is the table of operations: a function that is not written here is integrated from its own local gradient.
    A question that a number does not answer is answered both ways, one after the other: see `outcomes`.
    """

    name = "series"

    def __init__(self, bits: int, unit: int, terms: int, rows: Mapping[str, Any], *, decimal: bool = False) -> None:
        self.bits = bits
        self.unit = unit
        self.cap = unit * terms
        self.rows = rows
        self.decimal = decimal  # whether a numeral is the decimal that it is, not the nearest binary64
        self.reader: Any = self if decimal else FLOAT
        with flint.ctx.workprec(bits):
            self.balls = Balls(bits)
            self._pi = arb.pi()  # one ball, so that pi - pi is 0
        self.zero = Series(self, [])
        self.one, self.two, self.ten = (self.constant(fmpq(n)) for n in (1, 2, 10))
        self.lacking: set[str] = set()  # what the questions without an answer lacked
        self._coefficients: dict[tuple[str, Any], tuple[Coefficient, Sequence[Coefficient]]] = {}
        self._results: dict[tuple[Any, ...], tuple[Coefficient, Coefficient, Any]] = {}
        self._answers: list[bool] = []
        self._asked = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Set the precision of balls to that of this system, for a while."""
        with flint.ctx.workprec(self.bits):
            yield

    def kept(self, operate: Callable[[Any, Any], Coefficient], a: Coefficient, b: Any) -> Coefficient:
        """Return what an operation makes of two coefficients: the very same ball wherever it is done to the same."""
        if type(a) is not arb and type(b) is not arb and operate is not _root:
            return operate(a, b)
        if operate is operator.mul:
            if type(a) is fmpq and a == 1:
                return b
            if type(b) is fmpq and b == 1:
                return a
        mine, other = ((id(x),) if type(x) is arb else x for x in (a, b))
        found = self._results.get((operate, mine, other))
        if found is None and operate in (operator.add, operator.mul):
            found = self._results.get((operate, other, mine))
        if found is not None:
            return found[0]
        result = operate(a, b)
        if len(self._results) < MOST_KEPT:
            self._results[operate, mine, other] = (
                result,
                a,
                b,
            )  # with a and b, so that no other ball gets their identity
        return result

    # ---- making numbers

    def constant(self, c: Coefficient) -> Series:
        """Return a number that is the same all along."""
        return Series(self, [(0, 0, c)] if sign_of(c) != 0 else [])

    def distance(self, start: Series, weight: int) -> Series:
        """Return start + weight * t."""
        return start + Series(self, [(self.unit, 0, fmpq(weight))])

    def lift(self, x: Any) -> Series:
        """Return a whole number, a binary64, a fraction or a ball as a constant."""
        if isinstance(x, Series):
            return x
        if isinstance(x, arb):
            return self.constant(_exact(x))
        if isinstance(x, fmpq):
            return self.constant(x)
        return self.constant(fmpq(*x.as_integer_ratio()))

    def number(self, text: str) -> Series:
        """Return the constant that a numeral denotes."""
        return self.lift(Fraction(text) if self.decimal else float(text))

    def ball(self, middle: Any, radius: Any) -> Any:
        """Return a constant that is known up to a radius."""
        middle, radius = (arb(x.coefficient(0)) for x in (middle, radius))
        return self.constant(arb(middle, abs(radius).upper()))

    def collect(self, found: Mapping[tuple[int, int], Coefficient], order: float) -> Series:
        """Return the number with these terms, without those that are 0 or too small to be kept."""
        limit = min(order, self.cap)
        terms: list[tuple[int, int, Coefficient]] = []
        for e, j in sorted(found):
            c = found[e, j]
            if type(c) is fmpq:
                if c == 0:
                    continue
                if c.height_bits() > HEIGHT:
                    c = arb(c)
            elif c.is_zero():
                continue
            if e >= limit or len(terms) == MOST_TERMS:
                order = min(limit, e)
                terms = [term for term in terms if term[0] < order]
                break
            terms.append((e, j, c))
        return Series(self, terms, order)

    def compose(self, taylor: Callable[[int], Sequence[Coefficient]], small: Series, *, beyond: int = 0) -> Series:
        """Return the sum of a(k) * small**k, for a number that vanishes with t; `taylor(n)` returns n coefficients.

        Powers of t below cap + `beyond` are kept: so many are left when the result is multiplied by t**-beyond.
        """
        if small.is_zero:
            return self.constant(taylor(1)[0])
        cap = self.cap
        limit = cap + max(beyond, -cap + 1)
        low = small.low
        if low <= 0:
            raise Undetermined(TERMS)
        count = min(math.ceil(limit / low), MOST_TERMS)
        coefficients = taylor(count)
        self.cap = limit
        try:
            result = self.constant(coefficients[-1])
            for c in reversed(coefficients[:-1]):
                result = result * small + self.constant(c)
            return self.collect({(e, j): c for e, j, c in result.terms}, min(result.order, count * low))
        finally:
            self.cap = cap

    # ---- questions

    def outcomes(self, rule: Callable[..., Any], operands: Sequence[Any]) -> Iterator[Any]:
        """Yield what a rule gives for every way in which its undecided questions can be answered."""
        self._answers = []
        while True:
            self._asked = 0
            yield rule(self, *operands)
            while self._answers and self._answers[-1]:
                self._answers.pop()
            if not self._answers:
                return
            self._answers[-1] = True

    def _either(self, lack: str) -> bool:
        """Answer an undecided question: no at first, and yes when `outcomes` comes back to it."""
        self.lacking.add(lack)
        if self._asked == len(self._answers):
            if len(self._answers) == 6:
                raise Undetermined(lack)
            self._answers.append(False)
        self._asked += 1
        return self._answers[self._asked - 1]

    def less(self, x: Series, y: Series) -> bool:
        """Whether x < y beside the point."""
        difference = y - x
        sign = difference.sign()
        return self._either(difference.lacks()) if sign is None else sign > 0

    def equal(self, x: Series, y: Series) -> bool:
        """Whether x = y beside the point: only where the difference is 0, exactly."""
        difference = y - x
        sign = difference.sign()
        return self._either(difference.lacks()) if sign is None else sign == 0

    def surely_less(self, x: Series, y: Series) -> bool:
        """Whether x < y for certain."""
        return (y - x).sign() == 1

    def hull(self, x: Series, y: Series) -> Series:
        """Return a number that holds both."""
        if x is y:
            return x
        order = min(x.order, y.order)
        if order == -math.inf:
            raise Undetermined
        mine, other = ({(e, j): c for e, j, c in z.terms if e < order} for z in (x, y))
        found = {}
        for key in mine.keys() | other.keys():
            a, b = mine.get(key, ZERO), other.get(key, ZERO)
            found[key] = a if type(a) is type(b) is fmpq and a == b else arb(a).union(arb(b))
        return self.collect(found, order)

    def max(self, *args: Series) -> Series:
        """Return the largest argument; what holds all that may be the largest, where that is undecided."""
        best = [args[0]]
        for x in args[1:]:
            signs = [(x - b).sign() for b in best]
            if any(sign in (-1, 0) for sign in signs):
                continue
            best = [b for b, sign in zip(best, signs, strict=True) if sign is None]
            best.append(x)
        result = best[0]
        for x in best[1:]:
            self.lacking.add((x - result).lacks())
            result = self.hull(result, x)
        return result

    def min(self, *args: Series) -> Series:
        """Return the smallest argument; what holds all that may be the smallest, where that is undecided."""
        return -self.max(*(-x for x in args)) if len({*map(id, args)}) > 1 else args[0]

    def abs(self, x: Series) -> Series:
        """Return the absolute value."""
        return self.max(x, -x)

    # ---- steps

    def floor(self, x: Series) -> Series:
        """Return the largest integer that is not above x; for a pole what is known of it."""
        if x.low == -math.inf:
            raise Undetermined
        if x.low < 0:
            return self.collect({(e, j): c for e, j, c in x.terms}, min(x.order, 0))
        pole, c, small = x.parts()
        if pole:
            return Series(self, list(pole), 0)
        low, high = self._floors(c)
        if low == high and fmpq(low) != c:
            return self.constant(fmpq(low))
        below = self.less(small, self.zero) if fmpq(high) == c else self._either(BITS)
        return self.constant(fmpq(high - 1 if below else high))

    def _floors(self, c: Coefficient) -> tuple[int, int]:
        """Return the integers between which the floor of a limit lies; they differ by 1 at most."""
        if type(c) is fmpq:
            return int(c.floor()), int(c.floor())
        low, high = (int(end.floor().unique_fmpz()) for end in (c.lower(), c.upper()))
        if high - low > 1:
            raise Undetermined(BITS)
        return low, high

    def ceil(self, x: Series) -> Series:
        """Return the smallest integer that is not below x."""
        return -self.floor(-x)

    def round(self, x: Series) -> Series:
        """Return the nearest integer, halves to the even one."""
        up = self.floor(x + self.constant(fmpq(1, 2)))
        if self.equal(x + self.constant(fmpq(1, 2)), up) and not self.equal(self.floor(up / 2) * 2, up):
            return up - 1
        return up

    # ---- functions

    def pi(self) -> Series:
        """Return pi."""
        return self.constant(self._pi)

    def sum(self, terms: Sequence[Series]) -> Series:
        """Return the sum of the terms."""
        result = self.zero
        for x in terms:
            result = result + x
        return result

    def _composed(self, name: str, x: Series, c: Coefficient, small: Series) -> Series:
        """Return a function of c + small from its own series at c, where it is smooth."""
        return self.compose(lambda n: self._taylor(name, c, n), small)

    def _taylor(self, name: str, c: Coefficient, n: int) -> Sequence[Coefficient]:
        """Return the first n coefficients of a function's series at c; a coefficient is made once and kept."""
        key = name, (c if type(c) is fmpq else id(c))
        kept = self._coefficients.get(key, (c, ()))[1]
        if len(kept) < n:
            more = _native(name, c, n) if name in NATIVE else self._integrated(self.rows[name], arb(c), n)
            if not all(type(a) is fmpq or a.is_finite() for a in more):
                raise Undetermined(BITS)
            kept = [*kept, *more[len(kept) :]]
            self._coefficients[key] = c, kept  # with c, so that no other ball gets its identity
        return kept[:n]

    def _integrated(self, row: Any, c: Any, n: int) -> list[Coefficient]:
        """Return the series of a function as its value and the integral of its local gradient.

        A local gradient that is written with the function's own value gives one more term each time round.
        """
        found = [_exact(row.value(self.balls, c))]
        S = SeriesSystem(self.bits, 1, max(n - 1, 1), self.rows)
        at = Series(S, [(0, 0, _exact(c)), (1, 0, fmpq(1))]) if sign_of(c) != 0 else Series(S, [(1, 0, fmpq(1))])
        while len(found) < n:
            terms = [(k, 0, a) for k, a in enumerate(found) if sign_of(a) != 0]
            slope = row.partials[0].rule(S, Series(S, terms, len(found)), at)
            known = int(min(slope.order, n - 1))
            if known < len(found):
                raise Undetermined(BITS)
            found[1:] = [slope.coefficient(k) / (k + 1) for k in range(known)]
        return found

    def __getattr__(self, name: str) -> Any:
        # Reached for functions that have no method here: smooth ones, integrated from their row.
        if name.startswith("_") or name not in self.rows:
            return super().__getattr__(name)

        def function(x: Series) -> Series:
            pole, c, small = x.parts()
            if pole:
                raise Undetermined
            return self._composed(name, x, c, small)

        return function

    def exp(self, x: Series) -> Series:
        """Return e to the power of x; where x is a pole, what is beyond all powers of t, or a power of t."""
        pole = [x.terms[0]] if x.order <= 0 and x.terms and x.terms[0][:2] < (0, 0) else x.parts()[0]
        sign = sign_of(pole[0][2]) if pole else 0
        if pole and pole[0][:2] != (0, -1):
            if sign is None:
                raise Undetermined(BITS)
            return Exponential(self, 1, x, is_huge=sign > 0)
        _, c, small = x.parts()
        result = self.compose(lambda n: self._taylor("exp", c, n), small)
        if not pole:
            return result
        if pole[0][0] == 0 and pole[0][1] == -1 and len(pole) == 1:
            factor = pole[0][2]
            if type(factor) is not fmpq:
                raise Undetermined
            shift = -factor * self.unit
            if shift.q != 1:
                raise Ramified(self.unit * int(shift.q))
            return result.shifted(int(shift.p), 0, fmpq(1))
        raise Undetermined

    def log(self, x: Series) -> Series:
        """Return the natural logarithm."""
        if isinstance(x, Exponential):
            return x.log
        e, j, c, rest = x.leading()
        if j:
            raise Undetermined
        result = self.compose(lambda n: [ZERO, *(fmpq((-1) ** (k + 1), k) for k in range(1, n))], rest)
        if type(c) is not fmpq or c != 1:
            result = result + self.constant(self._taylor("log", c, 1)[0])
        return result + Series(self, [(0, -1, fmpq(-e, self.unit))]) if e else result

    def pow(self, x: Series, y: Series) -> Series:
        """Return x**y; 0**0 is 1."""
        if y.is_constant:
            c = y.coefficient(0)
            if type(c) is fmpq and (c.q <= 3 or not x.terms or x.terms[0][:2] != (0, 0)):
                return x.power(Fraction(int(c.p), int(c.q)))
        if x.is_zero:
            return x  # the domain asks for a positive exponent
        if x.is_constant and x.coefficient(0) == 1:
            return self.one
        return self.exp(y * self.log(x))

    def sqrt(self, x: Series) -> Series:
        """Return the square root."""
        return x.power(Fraction(1, 2))

    def cbrt(self, x: Series) -> Series:
        """Return the real cube root."""
        if x.is_zero:
            return x
        sign = x.sign()
        if sign is None:
            if not x.terms:
                return x.power(Fraction(1, 3))
            raise Undetermined(x.lacks())
        return x.power(Fraction(1, 3)) if sign > 0 else -(-x).power(Fraction(1, 3))

    def hypot(self, *args: Series) -> Series:
        """Return the square root of the sum of squares."""
        return self.sqrt(self.sum([x * x for x in args]))

    def sin(self, x: Series) -> Series:
        """Return the sine; of a pole only that it is bounded."""
        return self._bounded("sin", x)

    def cos(self, x: Series) -> Series:
        """Return the cosine; of a pole only that it is bounded."""
        return self._bounded("cos", x)

    def _bounded(self, name: str, x: Series) -> Series:
        if x.order <= 0 or (x.terms and x.terms[0][:2] < (0, 0)):
            return Series(self, [], 0)
        _, c, small = x.parts()
        return self._composed(name, x, c, small)

    def tan(self, x: Series) -> Series:
        """Return the tangent."""
        return self._smooth_or("tan", x, lambda x: self.sin(x) / self.cos(x))

    def sinh(self, x: Series) -> Series:
        """Return the hyperbolic sine."""
        return self._smooth_or("sinh", x, lambda x: (self.exp(x) - self.exp(-x)) / 2)

    def cosh(self, x: Series) -> Series:
        """Return the hyperbolic cosine."""
        return self._smooth_or("cosh", x, lambda x: (self.exp(x) + self.exp(-x)) / 2)

    def _saturated(self, name: str, x: Series, low: Coefficient, high: Coefficient) -> Series:
        """Return a function that approaches its limits faster than any power of its argument."""
        if x.order <= 0 and not isinstance(x, Exponential):
            return Series(self, [], 0)
        pole, c, small = x.parts()
        if not pole:
            return self._composed(name, x, c, small)
        sign = sign_of(pole[0][2])
        if sign is None:
            raise Undetermined(BITS)
        return self.constant(high if sign > 0 else low) + Series(self, [], self.cap)

    def tanh(self, x: Series) -> Series:
        """Return the hyperbolic tangent."""
        if x.order > 0 and x.terms and x.terms[0][:2] < (0, 0) and x.terms[0][0] == 0:
            return 1 - 2 / (self.exp(2 * x) + 1)
        return self._saturated("tanh", x, fmpq(-1), fmpq(1))

    def sigmoid(self, x: Series) -> Series:
        """Return 1/(1 + exp(-x)), by one formula on both sides of 0."""
        if x.order > 0 and x.terms and x.terms[0][0] < 0:
            return self._saturated("sigmoid", x, ZERO, fmpq(1))
        return 1 / (1 + self.exp(-x))

    def softplus(self, x: Series) -> Series:
        """Return log(1 + exp(x)), by one formula on both sides of 0."""
        if x.terms and x.terms[0][:2] < (0, 0) and x.sign() == 1:
            return x + self.log(1 + self.exp(-x))
        return self.log(1 + self.exp(x))

    def logaddexp(self, *args: Series) -> Series:
        """Return log of the sum of exp, by one formula, factored by an argument close to the largest."""
        k = self.pivot(args)
        rest = [x for j, x in enumerate(args) if j != k]
        return args[k] + self.log(1 + self.sum([self.exp(x - args[k]) for x in rest]))

    def pivot(self, args: Sequence[Series]) -> int:
        """Return the position of an argument close to the largest."""

        def size(k: int) -> tuple[float, float]:
            e, j, c = args[k].terms[0] if args[k].terms else (0, 0, ZERO)
            grown = float(arb(c).mid())
            return ((-e, math.copysign(1, grown))[1] * (e < 0 or j < 0), grown if (e, j) <= (0, 0) else 0.0)

        return max(range(len(args)), key=size)

    def erf(self, x: Series) -> Series:
        """Return the error function."""
        return self._saturated("erf", x, fmpq(-1), fmpq(1))

    def erfc(self, x: Series) -> Series:
        """Return 1 - erf(x)."""
        return self._saturated("erfc", x, fmpq(2), ZERO)

    def atan(self, x: Series) -> Series:
        """Return the arc tangent; at a pole a right angle less that of 1/x."""
        if x.order <= 0 and not isinstance(x, Exponential):
            return Series(self, [], 0)
        pole, c, small = x.parts()
        if not pole:
            return self._composed("atan", x, c, small)
        sign = sign_of(pole[0][2])
        if sign is None:
            raise Undetermined(BITS)
        return self.constant(arb.pi() * sign / 2) - self.atan(1 / x)

    def atan2(self, y: Series, x: Series) -> Series:
        """Return the angle of (x, y), for both sides of the cut."""
        ahead, up = x.sign(), y.sign()
        if ahead is None and up is None:
            raise Undetermined(x.lacks())
        if up and (not ahead or y.low < x.low):
            return self.constant(arb.pi() * up / 2) - self.atan(x / y)
        if ahead is None:
            raise Undetermined(x.lacks())
        if ahead > 0:
            return self.atan(y / x)
        below = self.less(y, self.zero)
        return self.atan(y / x) + self.constant(-arb.pi() if below else arb.pi())

    def acos(self, x: Series) -> Series:
        """Return the arc cosine; at -1 and 1 by the root that it is there."""
        pole, c, small = x.parts()
        if not pole and arb(c) > -1 and arb(c) < 1:
            return self._composed("acos", x, c, small)
        return self.atan2(self.sqrt((1 - x) * (1 + x)), x)

    def asin(self, x: Series) -> Series:
        """Return the arc sine; at -1 and 1 by the root that it is there."""
        pole, c, small = x.parts()
        if not pole and arb(c) > -1 and arb(c) < 1:
            return self._composed("asin", x, c, small)
        return self.constant(arb.pi() / 2) - self.acos(x)

    def acosh(self, x: Series) -> Series:
        """Return the inverse hyperbolic cosine, by one formula also at 1, which is odd in the root there."""
        return self.asinh(self.sqrt((x - 1) * (x + 1)))

    def asinh(self, x: Series) -> Series:
        """Return the inverse hyperbolic sine; its argument may grow without bound."""
        pole, c, small = x.parts()
        if not pole:
            return self._composed("asinh", x, c, small)
        sign = sign_of(pole[0][2])
        if sign is None:
            raise Undetermined(BITS)
        return self.log(x + self.hypot(self.one, x)) if sign > 0 else -self.asinh(-x)

    def atanh(self, x: Series) -> Series:
        """Return the inverse hyperbolic tangent; its argument may approach -1 and 1."""
        return self._smooth_or("atanh", x, lambda x: self.log((1 + x) / (1 - x)) / 2)

    def expm1(self, x: Series) -> Series:
        """Return exp(x) - 1."""
        return self._smooth_or("expm1", x, lambda x: self.exp(x) - 1)

    def log1p(self, x: Series) -> Series:
        """Return log(1 + x); 1 + x may vanish or grow with t."""
        return self._smooth_or("log1p", x, lambda x: self.log(1 + x))

    def log2(self, x: Series) -> Series:
        """Return the logarithm to base 2."""
        return self._smooth_or("log2", x, lambda x: self.log(x) / self.log(self.two))

    def log10(self, x: Series) -> Series:
        """Return the logarithm to base 10."""
        return self._smooth_or("log10", x, lambda x: self.log(x) / self.log(self.ten))

    def _smooth_or(self, name: str, x: Series, formula: Callable[[Series], Series]) -> Series:
        """Return a function from its own series, or by a formula where it or its argument has a pole."""
        if x.order > 0:
            pole, c, small = x.parts()
            at_end = any(sign_of(c - fmpq(end)) == 0 for end in ENDS.get(name, ()))
            if not pole and not at_end:
                return self._composed(name, x, c, small)
        return formula(x)

    def exp2(self, x: Series) -> Series:
        """Return 2**x."""
        pole, c, small = x.parts()
        return self.exp(x * self.log(self.two)) if pole else self._composed("exp2", x, c, small)

    def gamma(self, x: Series) -> Series:
        """Return the gamma function; at its poles as 1 over its reciprocal, which has none."""
        pole, c, small = x.parts()
        if pole:
            raise Undetermined
        if arb(c) > 0:
            return self._composed("gamma", x, c, small)
        return 1 / self.compose(lambda n: self._taylor("rgamma", c, n), small)

    def lgamma(self, x: Series) -> Series:
        """Return log(abs(gamma(x)))."""
        pole, c, small = x.parts()
        if pole:
            raise Undetermined
        if arb(c) > 0:
            return self._composed("lgamma", x, c, small)
        return -self.log(self.abs(self.compose(lambda n: self._taylor("rgamma", c, n), small)))

    def digamma(self, x: Series) -> Series:
        """Return the derivative of lgamma, as that of the reciprocal of gamma over it."""
        pole, c, small = x.parts()
        if pole:
            raise Undetermined

        def slopes(n: int) -> list[Coefficient]:
            return [_times(a, fmpq(k)) for k, a in enumerate(self._taylor("rgamma", c, n + 1))][1:]

        return -self.compose(slopes, small) / self.compose(lambda n: self._taylor("rgamma", c, n), small)

    def polygamma(self, n: Series, x: Series) -> Series:
        """Return the n-th derivative of digamma, for a whole constant n."""
        order = n.coefficient(0)
        pole, c, small = x.parts()
        if pole or not n.is_constant or type(order) is not fmpq:
            raise Undetermined

        def coefficients(count: int) -> list[Coefficient]:
            balls, at = self.balls, arb(c)
            return [balls.polygamma(arb(order + k), at) / math.factorial(k) for k in range(count)]

        return self.compose(coefficients, small)


def _native(name: str, c: Coefficient, n: int) -> list[Coefficient]:
    """Return the first n coefficients of one of FLINT's functions at c."""
    cap, flint.ctx.cap = flint.ctx.cap, n
    try:
        if type(c) is fmpq and c == 0 and hasattr(fmpq_series, name):
            found = list(getattr(fmpq_series([0, 1], prec=n), name)().coeffs())
            return found + [ZERO] * (n - len(found))
        x = arb_series([arb(c), 1], prec=n)
        found = list((HYPERBOLIC[name](x) if name in HYPERBOLIC else getattr(x, name)()).coeffs())
    finally:
        flint.ctx.cap = cap
    return [_exact(a) for a in found] + [ZERO] * (n - len(found))


def _exact(x: Any) -> Coefficient:
    """Return a ball of radius 0 as the fraction that it is; other balls as they are."""
    if not x.is_exact() or not x.is_finite():
        return x
    man, exp = x.man_exp()
    if not -HEIGHT < exp < HEIGHT:
        return x
    exp = int(exp)
    return fmpq(man * 2**exp) if exp >= 0 else fmpq(man, 2**-exp)

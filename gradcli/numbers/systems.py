"""What number systems share, and binary64: what a number is in a run.

A system is handed to every rule as `S`; `contract` says what it has to offer. It makes numbers (`number`, `zero`,
`one`), decides (`less`, `equal`), computes the functions that the rules are written with, and writes numbers down. The
arithmetic operators are the numbers' own. Domains are checked from the table of operations before a function is called.
"""

from __future__ import annotations

import math
import operator
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from . import special_functions as special
from .decimals import TIE_BITS
from .derived_functions import DerivedFunctions

LEAST_NORMAL = sys.float_info.min  # nearer to 0 a binary64 has fewer bits

Function = Callable[..., Any]


class Unsupported(Exception):
    """A function that this number system does not have; the argument is its name."""


class Undecided(Exception):
    """The numbers of this system are not precise enough to decide something at `node`, or to be printed.

    `lost` says how many bits the numbers lost on the way; None if the question hangs on two that may be equal.
    """

    node: int | None = None
    lost: int | None = None


class Unbounded(Undecided):
    """A number has no finite enclosure: it is too large, or not yet precise enough."""


def nearest(x: Any) -> float:
    """Return the one binary64 that a fraction of FLINT, or every number in one of its balls, rounds to.

    It is infinite beyond binary64. Raises `Undecided` where there is more than one. A ball closer to 0 than half the
    smallest binary64 rounds to 0: that is how a true 0 that no precision tells from noise is settled. One that no
    precision tells from the midpoint of two neighbours rounds to the even one, which is off by at most half an ulp and
    2**-400 of the number.
    """
    if not hasattr(x, "mid"):
        try:
            return int(x.p) / int(x.q)
        except OverflowError:
            return math.inf if x > 0 else -math.inf
    low, high = float(x.lower()), float(x.upper())
    if low == high:
        return low + 0.0
    if x.rel_accuracy_bits() > TIE_BITS and math.nextafter(low, high) == high:
        return low if low / math.ulp(low) % 2 == 0 else high  # the last bit, of subnormal numbers too
    raise Undecided


class System(DerivedFunctions):
    """What all number systems share: the functions that follow from comparison and arithmetic."""

    name: str
    formatter: Any  # the system that writes down what `round_out` returns
    input_system: Any  # the system that bindings are evaluated in, before `from_number` brings them into this one
    decides = True  # whether a question has an answer, and not a condition in a formula
    digits = 0  # of the texts that results are, where they are
    settled = False  # whether every number is already as the record keeps it
    decimal = False  # whether a numeral is the decimal that it is, not the nearest binary64
    zero: Any
    one: Any
    two: Any
    ten: Any
    # What every system brings itself; the tests ask each of them for all of the contract.
    number: Callable[[str], Any]
    pi: Function
    exp: Function
    exp2: Function
    expm1: Function
    log: Function
    log1p: Function
    log2: Function
    log10: Function
    sin: Function
    cos: Function
    tan: Function
    asin: Function
    acos: Function
    atan: Function
    atan2: Function
    sinh: Function
    cosh: Function
    tanh: Function
    asinh: Function
    acosh: Function
    atanh: Function
    sqrt: Function
    cbrt: Function
    hypot: Function
    pow: Function
    floor: Function
    ceil: Function
    round: Function
    erf: Function
    erfc: Function
    erfinv: Function
    gamma: Function
    lgamma: Function
    digamma: Function
    polygamma: Function

    def function(self, name: str) -> Any:
        """Return a function of this system by its name, as code that calls it many times wants it."""
        return getattr(self, name)

    def within(self, x: Any) -> bool:
        """Whether a result lies in the system's range, so that further results may be built on it."""
        return True

    def surely(self, condition: Any) -> bool:
        """Whether a condition is known to hold: where conditions are answers, the answer."""
        return bool(condition)

    def where(self, condition: bool, a: Any, b: Any) -> Any:
        """Return a if the condition holds, else b."""
        return a if condition else b

    def max(self, *args: Any) -> Any:
        """Return the largest argument."""
        best = args[0]
        for x in args[1:]:
            if self.less(best, x):
                best = x
        return best

    def min(self, *args: Any) -> Any:
        """Return the smallest argument."""
        best = args[0]
        for x in args[1:]:
            if self.less(x, best):
                best = x
        return best

    def less(self, x: Any, y: Any) -> bool:
        """Whether x < y."""
        return bool(x < y)

    def equal(self, x: Any, y: Any) -> bool:
        """Whether x = y."""
        return bool(x == y)

    def closer(self, graph: Any, values: list[Any]) -> Any:
        """Return a system that decides more of the values of a graph than this one, or None."""
        return None

    def ways(self, rule: Callable[[], Any]) -> list[Any]:
        """Return what a rule yields for all answers to questions that uncertain numbers answer differently.

        Raises `Undecided` where the numbers are not uncertain.
        """
        raise Undecided

    def union(self, numbers: Sequence[Any]) -> Any:
        """Return a number that stands for all of these. Raises `Undecided` in a system of single numbers."""
        raise Undecided

    def lost(self, numbers: Sequence[Any]) -> int | None:
        """Return how many bits the worst of these numbers lost, if hardly any are left; else None."""
        return None

    def at_work(self) -> AbstractContextManager[None]:
        """Return the context in which numbers of this system are made, computed with and settled.

        It sets the precision of the system, if it has one, and puts back what was set before.
        """
        return nullcontext()

    def ball(self, middle: Any, radius: Any) -> Any:
        """Return a number that is known up to a radius. Raises `Unsupported` in a system without radii."""
        raise Unsupported("a value with +-")

    def approximate(self, x: Any) -> float:
        """Return a number roughly, for a message."""
        try:
            return float(x)
        except OverflowError:  # a fraction beyond binary64
            return math.inf if x > 0 else -math.inf

    def surely_less(self, x: Any, y: Any) -> bool:
        """Whether x < y for certain; False may also mean that it is undecided."""
        return self.less(x, y)

    def from_number(self, x: Any) -> Any:
        """Return the number of an input as a number of this system."""
        return x

    def round_out(self, x: Any) -> Any:
        """Return a number as the record keeps it; raise `Undecided` if it is not certain."""
        return x

    def enclosure(self, x: Any) -> Any:
        """Return a number as the fraction or ball of FLINT that holds it."""
        from flint import fmpq

        return fmpq(*x.as_integer_ratio())

    def adopt(self, x: Any) -> Any:
        """Return what lies in a fraction or ball of FLINT as a number of this system that can be settled.

        Raises `Undecided` where the ball is too wide for that.
        """
        return nearest(x)

    def as_given(self, x: Any) -> Any:
        """Return a number of the point as the record keeps it: as it was given, be it a negative zero."""
        return self.round_out(x)

    def argmax(self, args: Sequence[Any]) -> int:
        """Return the position of the largest argument."""
        return args.index(self.max(*args))

    def agree(self, x: Any, y: Any) -> bool:
        """Whether two results that should be equal are, up to the system's rounding."""
        return self.equal(x, y)

    def same(self, x: Any, y: Any) -> bool:
        """Whether two results are the same number, or the same uncertain one."""
        return self.agree(x, y)


class Float(System):
    """IEEE binary64, with infinities instead of overflow exceptions."""

    name = "float"
    settled = True
    zero, one, two, ten = 0.0, 1.0, 2.0, 10.0

    less = staticmethod(operator.lt)  # type: ignore[assignment]
    equal = staticmethod(operator.eq)  # type: ignore[assignment]
    within = staticmethod(math.isfinite)  # type: ignore[assignment]
    number = staticmethod(float)
    max: Function = staticmethod(max)
    min: Function = staticmethod(min)
    abs = staticmethod(abs)  # type: ignore[assignment]
    sin = staticmethod(math.sin)
    cos = staticmethod(math.cos)
    tan = staticmethod(math.tan)
    asin = staticmethod(math.asin)
    acos = staticmethod(math.acos)
    atan = staticmethod(math.atan)
    atan2 = staticmethod(math.atan2)
    tanh = staticmethod(math.tanh)
    asinh = staticmethod(math.asinh)
    acosh = staticmethod(math.acosh)
    atanh = staticmethod(math.atanh)
    log = staticmethod(math.log)
    log1p = staticmethod(math.log1p)
    log2 = staticmethod(math.log2)
    log10 = staticmethod(math.log10)
    sqrt = staticmethod(math.sqrt)
    cbrt = staticmethod(math.cbrt)
    hypot = staticmethod(math.hypot)
    erf = staticmethod(math.erf)
    erfc = staticmethod(math.erfc)
    erfinv = staticmethod(special.erfinv)
    exp = staticmethod(special.exp)
    expm1 = staticmethod(special.expm1)
    exp2 = staticmethod(special.exp2)
    sinh = staticmethod(special.sinh)
    cosh = staticmethod(special.cosh)
    pow = staticmethod(special.pow)
    gamma = staticmethod(special.gamma)
    lgamma = staticmethod(special.lgamma)
    digamma = staticmethod(special.digamma)
    polygamma = staticmethod(special.polygamma)
    dot = staticmethod(special.dot)
    floor_divide = staticmethod(operator.floordiv)  # type: ignore[assignment]
    mod = staticmethod(operator.mod)  # type: ignore[assignment]

    def agree(self, x: float, y: float) -> bool:
        """Whether two results are equal up to rounding: within 1e-12 of the larger one."""
        return abs(x - y) <= 1e-12 * max(abs(x), abs(y))

    def pi(self) -> float:
        """Return pi, correctly rounded."""
        return math.pi

    def inverse_one_plus_square(self, x: float) -> float:
        """Return 1/(1 + x**2) in the order that does not overflow."""
        return 1 / (1 + x * x) if abs(x) < 1e100 else 1 / x / x

    def floor(self, x: float) -> float:
        """Return the largest integer that is not above x."""
        return float(math.floor(x))

    def ceil(self, x: float) -> float:
        """Return the smallest integer that is not below x."""
        return float(math.ceil(x))

    def round(self, x: float) -> float:
        """Return the nearest integer, halves to the even one."""
        return float(round(x))

    def sum(self, terms: Sequence[float]) -> float:
        """Return the correctly rounded sum of the terms; infinity where a part of it is beyond binary64."""
        try:
            return math.fsum(terms)
        except OverflowError:
            return sum(terms)
        except ValueError:  # infinities of both signs
            return math.nan

    def text(self, x: float) -> str:
        """Return the shortest text that reads back to the same number."""
        return repr(x)

    def brief(self, x: float) -> str:
        """Return x as a person reads it: twelve significant digits at most, no trailing zeros.

        So near to 0 that a binary64 has fewer, as many as tell it from the next.
        """
        return f"{x:.12g}" if abs(x) >= LEAST_NORMAL else repr(x) if x else "0"

    def plain(self, x: float) -> float | str:
        """Return x as JSON can carry it: infinities, which JSON lacks, become the text `inf` or `-inf`."""
        return x if math.isfinite(x) else str(x)


FLOAT = Float()
Float.formatter = Float.input_system = FLOAT

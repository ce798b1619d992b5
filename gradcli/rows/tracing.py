"""The functions of the table written down as code, with proven errors: see `terms` for the numbers and the proof.

A function of `math` is within LIBM_ERROR of the truth, as `enclosures` has it. An error e of its argument moves it by
at most c*e where abs(f') <= c; by abs(f)*(exp(e) - 1) where abs(f') <= abs(f), and by (abs(f) + 1)*(exp(e) - 1) where
abs(f') <= abs(f) + 1 (Gronwall; exp(e) - 1 <= 1.001*e under the guard e < 1/1024). A logarithm moves by e/(x - e), a
power by abs(x**y)*((1 + e/x)**abs(y) - 1), both under the guard that e is small beside x.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..calculus.operations import OPERATIONS
from ..numbers.enclosures import GAMMA_ERROR, LIBM_ERROR
from ..numbers.error_arithmetic import UNIT, Bound
from ..numbers.functions import FUNCTIONS as CONTRACT
from .code import PRODUCT, Expression, Untraceable, several
from .terms import BOUNDS, SLACK_REL, Arithmetic, Part, Term

ODD = 2  # the sign of the argument
RESULT = 220  # the results of functions are kept within 2**-RESULT ... 2**RESULT: the square of one needs no guard


class FunctionRange(NamedTuple):
    """What is known of a function.

    `slope` is a bound c on abs(f'), or "grows" for abs(f') <= abs(f), "above" for abs(f') <= abs(f) + 1, or the kind of
    logarithm; without it only exact arguments are taken. `sign` is 1, ODD or unknown. `range` returns low and high from
    the argument's. `vanishes` says that a result may truly be 0. `error` is relative.
    """

    slope: float | str | None
    sign: int
    range: Callable[[float, float], tuple[float, float]]
    vanishes: bool = True
    error: float = LIBM_ERROR


HUGE = math.inf  # a power of 2 without bound: a guard will be needed

FUNCTIONS: dict[str, FunctionRange] = {
    "exp": FunctionRange("grows", 1, lambda low, high: (-HUGE, HUGE), vanishes=False),
    "exp2": FunctionRange("grows", 1, lambda low, high: (-HUGE, HUGE), vanishes=False),
    "expm1": FunctionRange("above", ODD, lambda low, high: (min(low, 0) - 1, HUGE)),
    "log": FunctionRange("log", 0, lambda low, high: (-54, 9)),
    "log1p": FunctionRange("log1p", ODD, lambda low, high: (min(low, 0) - 1, 9)),
    "log2": FunctionRange("log", 0, lambda low, high: (-53, 9)),
    "log10": FunctionRange("log", 0, lambda low, high: (-55, 8)),
    # No binary64 up to 2**1024 comes closer to a multiple of pi/2 than 2**-61 (Muller, Elementary Functions, 11.3).
    "sin": FunctionRange(1.0, 0, lambda low, high: (min(low - 1, -61), 0)),
    "cos": FunctionRange(1.0, 0, lambda low, high: (-61, 0)),
    "asin": FunctionRange(None, ODD, lambda low, high: (min(low, 0) - 1, 1)),
    "acos": FunctionRange(None, 1, lambda low, high: (-27, 2)),
    "atan": FunctionRange(1.0, ODD, lambda low, high: (min(low, 0) - 1, 1)),
    "sinh": FunctionRange("above", ODD, lambda low, high: (low - 1, HUGE)),
    "cosh": FunctionRange("grows", 1, lambda low, high: (-1, HUGE), vanishes=False),
    "tanh": FunctionRange(1.0, ODD, lambda low, high: (min(low, 0) - 1, 0)),
    "asinh": FunctionRange(1.0, ODD, lambda low, high: (min(low, 0) - 1, 9)),
    "acosh": FunctionRange(None, 1, lambda low, high: (-26, 9)),
    "atanh": FunctionRange(None, ODD, lambda low, high: (low - 1, 5)),
    "cbrt": FunctionRange(None, ODD, lambda low, high: (low / 3 - 1, high / 3 + 1)),
    "erf": FunctionRange(1.13, ODD, lambda low, high: (min(low, 0) - 1, 0)),
    "erfc": FunctionRange(1.13, 1, lambda low, high: (-HUGE, 1), vanishes=False),
    "sigmoid": FunctionRange("grows", 1, lambda low, high: (-HUGE, 0), vanishes=False),
    "softplus": FunctionRange("grows", 1, lambda low, high: (-HUGE, max(high, 0) + 1), vanishes=False),
    "gamma": FunctionRange(None, 0, lambda low, high: (-HUGE, HUGE), vanishes=False, error=GAMMA_ERROR),
}
# What the code calls by name.
CALLED = (*FUNCTIONS, "sqrt", "pow", "hypot", "atan2", "floor", "ceil", "round", "inverse_one_plus_square", "mod",
          "floor_divide")  # fmt: skip
LOG_SLOPE = {"log": 1.002, "log2": 1.446, "log10": 0.4352}  # times e/x, under the guard


class Tracer(Arithmetic):
    """The number system that writes the table's rules down as code."""

    def __getattr__(self, function: str) -> Any:
        # Only reached for functions of the contract that have no method here.
        if function not in CONTRACT:
            raise AttributeError(f"{type(self).__name__} has no {function}")
        raise Untraceable(function)

    def of_constants(self, name: str, *args: Bound) -> Term:
        """Return a function of numbers that are known while the code is written."""
        row = OPERATIONS.get(name)
        if row is not None and row.domain is not None and not row.domain.holds(BOUNDS, *args):
            raise Untraceable(f"{name} of a constant")  # it has no value there, which only counts in rows that come by
        return self.constant(getattr(BOUNDS, name)(*args))

    def apply(self, name: str, x: Term) -> Term:
        """Return a function of one argument."""
        spec = FUNCTIONS[name]
        if x.const is not None:
            return self.of_constants(name, x.const)
        v = self.code.let("{}({})", name, x.name)
        if not self.bounded:
            return Term(self, v)
        low, high = spec.range(x.low, x.high)
        result = Term(self, v, sign=x.sign if spec.sign == ODD else spec.sign, low=low, high=high)
        result = self.ranged(result, vanishes=spec.vanishes, limit=RESULT)
        if x.exact:
            return self.relative(result, spec.error / UNIT * SLACK_REL)
        return self._moved(name, spec, x, result)

    def _moved(self, name: str, spec: FunctionRange, x: Term, result: Term) -> Term:
        """Return the result with what an error of the argument does to it."""
        require, let = self.code.require, self.code.let
        e, floor = self.error(x), x.floor if x.err else x.low - 53
        size, low = self.magnitude(result), result.low
        own: Part = (PRODUCT, (repr(2 * spec.error), size), low - 48)
        if spec.slope in ("log", "log1p"):
            base = let("1.0 + {}", x.name) if spec.slope == "log1p" else x.name
            require("{} > 1024.0 * {}", base, e)
            most = max(x.high, 0) + 1 if spec.slope == "log1p" else x.high
            part: Part = ("{} * {} / {}", (repr(LOG_SLOPE.get(name, 1.002)), e, base), floor - most - 2)
        elif spec.slope in ("grows", "above"):
            require("{} < 0.0009765625", e)
            factor = let("{} + 1.0", size) if spec.slope == "above" else size
            part = ("1.001 * {} * {}", (e, factor), floor + (0 if spec.slope == "above" else low))
        elif isinstance(spec.slope, float):
            part = (PRODUCT, (repr(spec.slope), e), floor) if spec.slope != 1 else ("{}", (e,), floor)
        else:
            raise Untraceable(name)
        return self.absolute(result, [part, own])

    # ---- functions with a rule of their own

    def abs(self, x: Term) -> Term:
        """Return the absolute value."""
        if x.const is not None:
            return self.of_constants("abs", x.const)
        return x.replaced(name=self.magnitude(x), sign=1)

    def sign(self, x: Term) -> Term:
        """Return 1 with the sign of x, guarded against 0: no kink guards a value that nothing is differentiated by."""
        if x.const is not None:
            return self.of_constants("sign", x.const)
        self.code.require("{}", self.equal(x, self.zero).no)
        return Term(self, self.code.let("copysign(1.0, {})", x.name), sign=x.sign, low=0, high=0)

    def sqrt(self, x: Term) -> Term:
        """Return the square root."""
        if x.const is not None:
            return self.of_constants("sqrt", x.const)
        v = Term(self, self.code.let("sqrt({})", x.name), sign=1, low=math.floor(x.low / 2), high=math.ceil(x.high / 2))
        if not self.bounded:
            return v
        if x.err is None:
            return v.replaced(rel=(x.rel / 2 + 1) * SLACK_REL)
        self.code.require("{} > 1024.0 * {}", x.name, x.err)
        moved: Part = ("0.501 * {} / {}", (x.err, v.name), x.floor - v.high - 1)
        return self.absolute(v, [moved, (PRODUCT, (repr(2 * UNIT), v.name), v.low - 52)])

    def pow(self, x: Term, y: Term) -> Term:
        """Return x**y for an exact y; a variable y also wants an exact x, and x > 0."""
        if x.const is not None and y.const is not None:
            return self.of_constants("pow", x.const, y.const)
        if y.const is not None and not y.const.r and y.const.v in (0.0, 1.0):
            return x if y.const.v else self.one
        if self.bounded and x.exact and y.const is not None and y.const.v == 2:
            return self.multiply(x, x)
        v = self.code.let("pow({}, {})", x.name, y.name)
        if not self.bounded:
            return Term(self, v)
        if not y.exact or (y.const is None and not x.exact):
            raise Untraceable("pow")
        power = abs(y.const.v) if y.const is not None else 0.0
        even = y.const is not None and y.const.v % 2 == 0
        ends = (x.low * y.const.v, x.high * y.const.v) if y.const is not None else (-HUGE, HUGE)
        sign = 1 if even or y.const is None else x.sign
        result = Term(self, v, sign=sign, low=min(ends) - 1, high=max(ends) + 1)
        vanishes = y.const is not None and y.const.v > 0 and result.low > -1000 and x.err is None
        result = self.ranged(result, vanishes=vanishes)
        if x.err is None:
            return self.relative(result, (power * x.rel * 1.01 + LIBM_ERROR / UNIT) * SLACK_REL)
        self.code.require("{} > {} * {}", self.magnitude(x), repr(1024.0 * max(power, 1.0)), x.err)
        size, low = self.magnitude(result), result.low
        factors = (repr(1.01 * power), size, x.err, self.magnitude(x))
        moved: Part = ("{} * {} * {} / {}", factors, low + x.floor - x.high + math.frexp(power)[1] - 1)
        return self.absolute(result, [moved, (PRODUCT, (repr(2 * LIBM_ERROR), size), low - 48)])

    def hypot(self, *args: Term) -> Term:
        """Return the square root of the sum of squares: its slope along any direction is at most 1."""
        v = self.code.let("hypot({})", several([x.name for x in args]))
        if not self.bounded:
            return Term(self, v)
        low, high = min(x.low for x in args) - 1, max(x.high for x in args) + math.ceil(math.log2(len(args)))
        result = Term(self, v, sign=1, low=low, high=high)
        if all(x.exact for x in args):
            return self.relative(result, LIBM_ERROR / UNIT)
        parts = [self.own_error(x) for x in args if not x.exact]
        return self.absolute(result, [*parts, (PRODUCT, (repr(LIBM_ERROR), v), low - 49)])

    def atan2(self, y: Term, x: Term) -> Term:
        """Return the angle of (x, y) for exact arguments."""
        if not self.bounded:
            return Term(self, self.code.let("atan2({}, {})", y.name, x.name))
        v = self.code.let("atan2({} + 0.0, {} + 0.0)", y.name, x.name)  # a real number has no negative zero
        if not (y.exact and x.exact):
            raise Untraceable("atan2")
        return self.relative(Term(self, v, low=min(y.low - x.high, 0) - 1, high=2), LIBM_ERROR / UNIT)

    def _step(self, name: str, x: Term) -> Term:
        """Return a step function of an exact argument."""
        if not x.exact:
            raise Untraceable(name)
        if x.const is not None:
            return self.of_constants(name, x.const)
        return Term(self, self.code.let("{}({})", name, x.name), low=0, high=max(x.high, 0) + 1, grain=0)

    def floor(self, x: Term) -> Term:
        """Return the largest integer that is not above x."""
        return self._step("floor", x)

    def ceil(self, x: Term) -> Term:
        """Return the smallest integer that is not below x."""
        return self._step("ceil", x)

    def round(self, x: Term) -> Term:
        """Return the nearest integer, halves to the even one."""
        return self._step("round", x)

    def max(self, *args: Term) -> Any:
        """Return the largest argument."""
        return self._extreme(args, self.less)

    def min(self, *args: Term) -> Any:
        """Return the smallest argument."""
        return self._extreme(args, lambda x, y: self.less(y, x))

    def _extreme(self, args: Sequence[Term], exceeds: Callable[[Term, Term], Any]) -> Any:
        """Return the last argument in an order; plain binary64 guards against what is no number and has no place."""
        best = args[0]
        for x in args[1:]:
            best = self.where(exceeds(best, x), x, best)
        for x in args if not self.bounded and len(args) > 1 else ():
            if x.const is None:
                self.code.require("{} == {}", x.name, x.name)
        return best

    def tie_weights(self, v: Term, args: Sequence[Term]) -> list[Any]:
        """Return the local gradients of max and min: v is one of the arguments, which are surely distinct."""
        return [self.one.replaced(gate=Expression("{} == {}", x.name, v.name)) for x in args]

    def inverse_one_plus_square(self, x: Term) -> Any:
        """Return 1/(1 + x**2); floats have a rule of their own."""
        if self.bounded:
            return super().inverse_one_plus_square(x)
        return Term(self, self.code.let("inverse_one_plus_square({})", x.name))

    def mod(self, x: Term, y: Term) -> Any:
        """Return x - y*floor(x/y); floats have a rule of their own."""
        return super().mod(x, y) if self.bounded else Term(self, self.code.let("mod({}, {})", x.name, y.name))

    def floor_divide(self, x: Term, y: Term) -> Any:
        """Return floor(x/y); floats have a rule of their own."""
        if self.bounded:
            return super().floor_divide(x, y)
        return Term(self, self.code.let("floor_divide({}, {})", x.name, y.name))


def _function(name: str) -> Any:
    def call(self: Tracer, x: Term) -> Term:
        return self.apply(name, x)

    call.__doc__ = f"Return {name} of a term."
    return call


for _name in FUNCTIONS:
    setattr(Tracer, _name, _function(_name))

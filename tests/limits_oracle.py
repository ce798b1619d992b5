"""One-sided limits by brute force: programs evaluated with hundreds of digits at a point and ever closer to it.

Nothing of gradcli is used: programs are read by Python's own parser, since the part of the language that is used here
is written alike. Numbers are exact fractions as long as they can be, and mpmath's beyond that. What is not certain
raises `UnsureError`, and is never guessed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import mpmath
from mpmath import mp, mpf

MOST_DIGITS = 4_000


class OutsideError(Exception):
    """A function has no value there."""


class UnsureError(Exception):
    """A question hangs on numbers that may be equal."""


class MoreDigitsError(UnsureError):
    """So many digits do not tell two numbers apart."""


def real(x: Any) -> Any:
    return mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


def doubtful(r: Any, scale: Any) -> bool:
    """Whether a rounded number is so small beside what it was made from that it may be 0."""
    return bool(abs(r) < mpf(10) ** (-0.7 * mp.dps) * abs(scale))


def rounded(r: Any, scale: Any) -> Any:
    """Return a rounded number, or say that it may be 0."""
    if doubtful(r, scale):
        if 2 * mp.dps <= MOST_DIGITS:
            raise MoreDigitsError
        if r == 0:
            return Fraction(0)
        raise UnsureError
    return r


def plus(a: Any, b: Any) -> Any:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a + b
    if a == 0 or b == 0:
        return b if a == 0 else a
    a, b = real(a), real(b)
    return rounded(a + b, max(abs(a), abs(b)))


def times(a: Any, b: Any) -> Any:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a * b
    return Fraction(0) if a == 0 or b == 0 else real(a) * real(b)


def minus(a: Any, b: Any) -> Any:
    return plus(a, -b)


def over(a: Any, b: Any) -> Any:
    if b == 0:
        raise OutsideError
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a / b
    return Fraction(0) if a == 0 else real(a) / real(b)


def sign(x: Any) -> Fraction:
    return Fraction((x > 0) - (x < 0))


def floor(x: Any) -> Fraction:
    if isinstance(x, Fraction):
        return Fraction(x.numerator // x.denominator)
    if abs(x) > mpf(10) ** (0.2 * mp.dps):
        raise UnsureError
    nearest = mpmath.nint(x)
    rounded(x - nearest, max(1, abs(x)))
    return Fraction(int(mpmath.floor(x)))


def nearest_whole(x: Any) -> Fraction:
    low = floor(x)
    rest = minus(x, low)
    half = sign(minus(rest, Fraction(1, 2)))
    return low + 1 if half > 0 or (half == 0 and low % 2) else low


def is_whole(x: Any) -> bool:
    return bool(minus(x, floor(x)) == 0)


def root(x: Fraction, n: int) -> Fraction | None:
    """Return the n-th root of a fraction that is a power, or None."""
    parts = []
    for whole in (x.numerator, x.denominator):
        with mp.workdps(20 + len(str(whole)) // n):
            guess = int(mpmath.nint(mpmath.root(whole, n)))
        if guess**n != whole:
            return None
        parts.append(guess)
    return Fraction(*parts)


def power(x: Any, y: Any) -> Any:
    if y == 0:
        return Fraction(1)
    if x == 0:
        if y < 0:
            raise OutsideError
        return Fraction(0)
    if isinstance(y, Fraction) and y.denominator == 1:
        if isinstance(x, Fraction) and abs(y) <= 64:
            return x ** int(y)
        return real(x) ** int(y)
    if x < 0:
        if is_whole(y):
            raise UnsureError
        raise OutsideError
    if isinstance(x, Fraction) and isinstance(y, Fraction) and y.denominator in (2, 3, 4):
        exact = root(x, y.denominator)
        if exact is not None:
            return power(exact, Fraction(y.numerator))
    return exponential(times(y, logarithm(x)))


def exponential(x: Any) -> Any:
    if x == 0:
        return Fraction(1)
    if abs(x) > mpf(10) ** 4_000:
        raise UnsureError
    with mp.extradps(int(mpmath.log10(1 + abs(real(x)))) + 5):
        r = mpmath.exp(real(x))
    return +r


def logarithm(x: Any) -> Any:
    if x <= 0:
        raise OutsideError
    if x == 1:
        return Fraction(0)
    return rounded(mpmath.log(real(x)), 1) if not isinstance(x, Fraction) else logarithm_of_fraction(x)


def logarithm_of_fraction(x: Fraction) -> Any:
    """A fraction next to 1 keeps all its digits."""
    if abs(x - 1) < Fraction(1, 100):
        return mpmath.log1p(real(x - 1))
    return mpmath.log(real(x))


def to_base(base: int) -> Callable[[Any], Any]:
    def result(x: Any) -> Any:
        if x <= 0:
            raise OutsideError
        if isinstance(x, Fraction):
            guess = round(float(mpmath.log(real(x), base)))
            if abs(guess) < 400 and Fraction(base) ** guess == x:
                return Fraction(guess)
        return over(logarithm(x), mpmath.log(base))

    return result


def square_root(x: Any) -> Any:
    if x < 0:
        raise OutsideError
    exact = root(x, 2) if isinstance(x, Fraction) else None
    return mpmath.sqrt(real(x)) if exact is None else exact


def cube_root(x: Any) -> Any:
    if x < 0:
        return -cube_root(-x)
    exact = root(x, 3) if isinstance(x, Fraction) else None
    return mpmath.cbrt(real(x)) if exact is None else exact


def odd(f: Callable[[Any], Any], allowed: Callable[[Any], bool] | None = None) -> Callable[[Any], Any]:
    """Return a function that is 0 at 0, with the numbers where it has a value."""

    def result(x: Any) -> Any:
        if allowed is not None and not allowed(x):
            raise OutsideError
        return Fraction(0) if x == 0 else rounded(f(real(x)), min(1, abs(real(x))))

    return result


def arccosine(x: Any) -> Any:
    if abs(x) > 1:
        raise OutsideError
    if x == 1:
        return Fraction(0)
    far = real(minus(Fraction(1), x) if x > 0 else plus(Fraction(1), x))
    small = 2 * mpmath.asin(mpmath.sqrt(far / 2))
    return small if x > 0 else mpmath.pi - small


def arccosh(x: Any) -> Any:
    if x < 1:
        raise OutsideError
    return Fraction(0) if x == 1 else 2 * mpmath.asinh(mpmath.sqrt(real(minus(x, Fraction(1))) / 2))


def angle(y: Any, x: Any) -> Any:
    if y == 0:
        if x == 0:
            raise OutsideError
        return Fraction(0) if x > 0 else +mpmath.pi
    if x == 0:
        return mpmath.pi / 2 * int(sign(y))
    turn = mpmath.atan(real(over(y, x)))
    return turn if x > 0 else turn + mpmath.pi * int(sign(y))


def off_poles(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def result(x: Any) -> Any:
        if x <= 0 and is_whole(x):
            raise OutsideError
        if abs(x) > 1_000 or mp.dps > 900:  # which would take minutes
            raise UnsureError
        return rounded(f(real(x)), 1)

    return result


def gamma(x: Any) -> Any:
    if isinstance(x, Fraction) and x.denominator == 1 and 0 < x < 50:
        return Fraction(mpmath.factorial(int(x) - 1)._mpf_[1] << int(mpmath.factorial(int(x) - 1)._mpf_[2]))
    return off_poles(mpmath.gamma)(x)


def log_gamma(x: Any) -> Any:
    return Fraction(0) if x in (1, 2) else logarithm(abs(gamma(x)))


def softplus(x: Any) -> Any:
    return plus(x, softplus(-x)) if x > 0 else mpmath.log1p(exponential(x)) if x else mpmath.log(2)


def sigmoid(x: Any) -> Any:
    return over(Fraction(1), plus(Fraction(1), exponential(-x)))


def hypotenuse(*sizes: Any) -> Any:
    total = Fraction(0)
    for x in sizes:
        total = plus(total, times(x, x))
    return square_root(total)


def largest(*args: Any) -> Any:
    best = args[0]
    for x in args[1:]:
        if x > best or (x == best and isinstance(x, Fraction)):
            best = x
    return best


def modulus(x: Any, y: Any) -> Any:
    return minus(x, times(y, floor(over(x, y))))


def complement(x: Any) -> Any:
    """1 - erf(x); far out its size alone matters."""
    x = real(x)
    if abs(x) < 10**6:
        return mpmath.erfc(x)
    return exponential(-x * x) / x if x > 0 else Fraction(2)


def bell(x: Any) -> Any:
    """The normal distribution function."""
    return over(complement(over(-real(x), mpmath.sqrt(2))), Fraction(2))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sin": odd(mpmath.sin), "tan": odd(mpmath.tan), "sinh": odd(mpmath.sinh), "tanh": odd(mpmath.tanh),
    "atan": odd(mpmath.atan), "asinh": odd(mpmath.asinh), "erf": odd(mpmath.erf), "expm1": odd(mpmath.expm1),
    "asin": odd(mpmath.asin, lambda x: abs(x) <= 1), "atanh": odd(mpmath.atanh, lambda x: abs(x) < 1),
    "log1p": odd(mpmath.log1p, lambda x: x > -1),
    "cos": lambda x: Fraction(1) if x == 0 else rounded(mpmath.cos(real(x)), 1),
    "cosh": lambda x: Fraction(1) if x == 0 else mpmath.cosh(real(x)),
    "erfc": lambda x: Fraction(1) if x == 0 else complement(x),
    "exp": exponential, "exp2": lambda x: power(Fraction(2), x),
    "log": logarithm, "ln": logarithm, "log2": to_base(2), "log10": to_base(10),
    "sqrt": square_root, "cbrt": cube_root, "acos": arccosine, "acosh": arccosh, "atan2": angle,
    "abs": abs, "sign": sign, "floor": floor, "ceil": lambda x: -floor(-x), "round": nearest_whole, "mod": modulus,
    "max": largest, "min": lambda *args: -largest(*(-x for x in args)), "hypot": hypotenuse,
    "sigmoid": sigmoid, "softplus": softplus, "silu": lambda x: times(x, sigmoid(x)),
    "gelu": lambda x: times(x, bell(x)), "relu": lambda x: x if x > 0 else Fraction(0),
    "leaky_relu": lambda x: x if x > 0 else over(x, Fraction(100)),
    "elu": lambda x: x if x > 0 else FUNCTIONS["expm1"](x),
    "sum": lambda *args: reduce(plus, args),
    "dot": lambda *args: reduce(plus, map(times, args[::2], args[1::2])),
    "logaddexp": lambda *args: reduce(lambda x, y: plus(largest(x, y), softplus(-abs(minus(x, y)))), args),
    "gamma": gamma, "lgamma": log_gamma, "digamma": off_poles(mpmath.digamma),
    "erfinv": odd(mpmath.erfinv, lambda x: abs(x) < 1), "acot": lambda x: minus(mpmath.pi / 2, FUNCTIONS["atan"](x)),
    "sec": lambda x: over(Fraction(1), FUNCTIONS["cos"](x)), "csc": lambda x: over(Fraction(1), FUNCTIONS["sin"](x)),
    "cot": lambda x: over(FUNCTIONS["cos"](x), FUNCTIONS["sin"](x)),
    **{name: lambda x, of=of: over(Fraction(1), FUNCTIONS[of](x))
       for name, of in (("sech", "cosh"), ("csch", "sinh"), ("coth", "tanh"))},
    **{name: lambda x, of=of: FUNCTIONS[of](over(Fraction(1), x))
       for name, of in (("asec", "acos"), ("acsc", "asin"), ("asech", "acosh"), ("acsch", "asinh"),
                        ("acoth", "atanh"))},
}  # fmt: skip
BINARY = {ast.Add: plus, ast.Sub: minus, ast.Mult: times, ast.Div: over, ast.Pow: power}
COMPARE: dict[type, Callable[[Any], bool]] = {
    ast.Lt: lambda d: d < 0, ast.LtE: lambda d: d <= 0, ast.Gt: lambda d: d > 0, ast.GtE: lambda d: d >= 0,
    ast.Eq: lambda d: d == 0, ast.NotEq: lambda d: d != 0,
}  # fmt: skip
DEFINITION = re.compile(r"(\w+)\s*(?:\(([^()]*)\))?\s*=(?!=)(.*)")


class Program:
    """A program of statements `name = ...`, `name(parameters) = ...` and an output."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.steps: list[tuple[str, Any]] = []
        self.own: dict[str, tuple[list[str], Any]] = {}
        for statement in text.split(";"):
            found = DEFINITION.fullmatch(statement.strip())
            name, parameters, body = found.groups() if found else ("", None, statement.strip())
            tree = ast.parse(body.strip(), mode="eval").body
            if parameters is None:
                self.steps.append((name, tree))
            else:
                self.own[name] = [p.strip() for p in parameters.split(",")], tree

    def __call__(self, point: Mapping[str, Any]) -> Any:
        known = dict(point)
        for name, tree in self.steps:
            known[name] = result = self.value(tree, known)
        return result

    def value(self, tree: Any, known: Mapping[str, Any]) -> Any:
        match tree:
            case ast.Constant():
                return Fraction(float(tree.value))
            case ast.Name():
                return +mpmath.pi if tree.id == "pi" else known[tree.id]
            case ast.UnaryOp():
                return -self.value(tree.operand, known)
            case ast.BinOp():
                if isinstance(tree.op, ast.Sub) and same(tree.left, tree.right):
                    self.value(tree.left, known)
                    return Fraction(0)
                return BINARY[type(tree.op)](self.value(tree.left, known), self.value(tree.right, known))
            case ast.Call(func=ast.Name(id="where"), args=[ast.Compare() as question, a, b]):
                left, right = question.left, question.comparators[0]
                difference = self.value(ast.BinOp(left, ast.Sub(), right), known)
                return self.value(a if COMPARE[type(question.ops[0])](difference) else b, known)
            case ast.Call():
                arguments = [self.value(a, known) for a in tree.args]
                if tree.func.id in self.own:
                    names, body = self.own[tree.func.id]
                    return self.value(body, dict(zip(names, arguments, strict=True)))
                return FUNCTIONS[tree.func.id](*arguments)
        raise ValueError(ast.dump(tree))


@lru_cache(maxsize=10_000)
def text_of(tree: Any) -> str:
    return ast.dump(tree)


def same(a: Any, b: Any) -> bool:
    return type(a) is type(b) and text_of(a) == text_of(b)

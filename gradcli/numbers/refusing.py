"""Binary64 for numbers that nobody has asked whether they lie in a domain: those of students, and of wrong rules."""

from __future__ import annotations

from collections.abc import Callable

from .systems import FLOAT, Float


class NoValue(ArithmeticError):
    """A function has no value at a number."""


class Refusing(Float):
    """Floats whose functions raise `NoValue` where `math` raises ValueError, as a slip in our own code does too."""

    name = "refusing"


def refusing(function: Callable[..., float]) -> Callable[..., float]:
    """Return a function of binary64 that raises `NoValue` where it has no value, as `math` raises ValueError.

    It is one function of numbers and nothing that calls any: what else raises ValueError is a slip, and is not caught.
    """

    def refused(*args: float) -> float:
        try:
            return float(function(*args))
        except ValueError:
            raise NoValue from None

    return refused


for _name in (
    "sin", "cos", "tan", "asin", "acos", "atanh", "acosh", "log", "log1p", "log2", "log10", "sqrt", "erfinv", "gamma",
    "lgamma", "digamma", "polygamma", "floor", "ceil", "round", "floor_divide", "mod", "exp2", "sinh",
):  # fmt: skip
    setattr(Refusing, _name, staticmethod(refusing(getattr(FLOAT, _name))))
REFUSING = Refusing()

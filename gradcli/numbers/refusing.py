"""Binary64 for numbers that nobody has asked whether they lie in a domain: those of students, and of wrong rules."""

from __future__ import annotations

from typing import Any

from .systems import FLOAT, Float


class NoValue(ArithmeticError):
    """A function has no value at a number."""


class Refusing(Float):
    """Floats whose functions raise `NoValue` where `math` raises ValueError, as a slip in our own code does too."""

    name = "refusing"


def _refusing(function: Any) -> Any:
    def refusing(*args: float) -> float:
        try:
            return float(function(*args))
        except ValueError:
            raise NoValue from None

    return staticmethod(refusing)


for _name in (
    "sin", "cos", "tan", "asin", "acos", "atanh", "acosh", "log", "log1p", "log2", "log10", "sqrt", "erfinv", "gamma",
    "lgamma", "digamma", "polygamma", "floor", "ceil", "round", "floor_divide", "mod", "exp2", "sinh",
):  # fmt: skip
    setattr(Refusing, _name, _refusing(getattr(FLOAT, _name)))
REFUSING = Refusing()

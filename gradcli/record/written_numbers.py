"""Arithmetic and numbers as they are written, rounded: whether what is written comes to what stands behind it."""

from __future__ import annotations

from fractions import Fraction

from ..errors import GradcliError, Source
from ..numbers.decimals import scaled
from ..numbers.fractions import Exact
from .values import number


def comes_to(text: str, result: str) -> bool:
    """Return whether arithmetic, as it is written, comes to a result within half a unit of the result's last digit.

    What is no arithmetic of decimal numbers does.
    """
    found = scaled(result)
    if found is None:
        return True
    try:
        exact = number(Exact(), Source("arithmetic", text))
    except GradcliError:
        return True
    digits, exponent = found
    place = Fraction(10) ** exponent if set(".e") & set(result) else Fraction(1)
    return bool(2 * abs(exact - digits * Fraction(10) ** exponent) <= place)

"""The numerals of formulas as numbers that may be folded, and back: only what binary64 holds exactly.

A decimal such as 0.1 means another number in binary64 than in exact arithmetic. 3*0.1 is then not 0.3, so numerals
of that kind are never computed with; times a power of two they are.
"""

from __future__ import annotations

from typing import Any

MOST_DIGITS = 40  # digits of a numeral that is computed with
SHORT_CHARACTERS = 8  # characters of a decimal that is written in place of a fraction


def numeral(text: str) -> Any:
    """Return a numeral as an int or, with a point, as a Fraction; None for an unwieldy one."""
    if text.isdigit():
        return int(text) if len(text) < MOST_DIGITS else None
    if len(text) > MOST_DIGITS or "e" in text.lower():
        return None
    from fractions import Fraction

    return Fraction(text)


def is_exact(value: Any) -> bool:
    """Whether numerator and denominator of an int or Fraction are binary64 numbers."""
    p, q = value.numerator, value.denominator
    return abs(p) < 1 << 1000 and q < 1 << 1000 and int(float(p)) == p and int(float(q)) == q


def is_power_of_two(value: Any) -> bool:
    """Whether a number is 2**k or -2**k, k whole."""
    p, q = abs(value.numerator), value.denominator
    return p > 0 and p & (p - 1) == 0 and q & (q - 1) == 0


def is_binary(value: Any) -> bool:
    """Whether an int or Fraction is a binary64 number."""
    return is_exact(value) and value.denominator & (value.denominator - 1) == 0


def nearly_folded(m: Any, n: Any) -> Any:
    """Return m - n unless that is much smaller: what binary64 would round is then less than 1e-12 of it. None else."""
    return m - n if abs(m - n) * 1024 >= max(abs(m), abs(n)) else None


def exact(text: str) -> Any:
    """Return the number that a numeral is in every number system, or None if that depends on the system."""
    value = numeral(text)
    if value is None or not is_binary(value):
        return None
    return int(value) if value.denominator == 1 else value


def quotient(p: Any, q: Any) -> Any:
    """Return p/q, an int where it is whole."""
    if q == 1:
        return p
    from fractions import Fraction

    value = Fraction(p) / q
    return int(value) if value.denominator == 1 else value


def decimal(value: Any) -> str | None:
    """Return a number >= 0 as a numeral, or None if it has no finite decimal form."""
    if value.denominator == 1:
        return str(int(value))
    for places in range(1, MOST_DIGITS):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(int(scaled)).rjust(places + 1, "0")
            return f"{digits[:-places]}.{digits[-places:]}"
    return None

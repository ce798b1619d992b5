"""Numbers as decimals: rounded to so many digits, exact ones of balls, and middles with a radius."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction

DIGITS_CERTAIN = 12  # of a float
MOST_DIGITS = 4_000  # digits of a number that is read as a whole one: Python converts no more than 4,300
TIE_BITS = 400  # what comes this near to a tie of two roundings, or to a radius of two digits, is taken for it


def rounded(mantissa: int, exponent: int, digits: int) -> tuple[int, int]:
    """Return mantissa * 10**exponent with so many digits, halves to even."""
    drop = len(str(abs(mantissa))) - digits
    if drop <= 0:
        return mantissa * 10**-drop, exponent + drop
    quotient, rest = divmod(mantissa, 10**drop)
    half = 10**drop // 2
    quotient += rest > half or (rest == half and quotient % 2 == 1)
    if len(str(abs(quotient))) > digits:
        quotient, drop = quotient // 10, drop + 1
    return quotient, exponent + drop


def closely(x: float, count: int) -> str:
    """Return a finite float in more figures than are certain, and as few as tell it from all others."""
    texts = (f"{x:.{figures}g}" for figures in range(DIGITS_CERTAIN, count + 1))
    return next((text for text in texts if float(text) == x), f"{x:.{count}g}")


def is_short(x: Any) -> bool:
    """Whether an exact ball, m * 2**e, has less than some 4,200 decimal digits, written out."""
    man, exp = (int(part) for part in x.man_exp())
    return man.bit_length() + max(exp, -2.4 * exp) < 13_900


def exact_digits(x: Any, digits: int) -> tuple[int, int]:
    """Return an exact ball, m * 2**e, with so many decimal digits."""
    man, exp = (int(part) for part in x.man_exp())
    if exp >= 0:
        return rounded(man << exp, 0, digits)
    return rounded(man * 5**-exp, exp, digits)


def exact_value(mantissa: int, exponent: int, x: Any) -> bool:
    """Whether mantissa * 10**exponent is the exact ball x."""
    man, exp = (int(part) for part in x.man_exp())
    left, right = mantissa, man
    left, right = (left * 10**exponent, right) if exponent >= 0 else (left, right * 10**-exponent)
    left, right = (left, right << exp) if exp >= 0 else (left << -exp, right)
    return left == right


def decimal_text(mantissa: int, exponent: int) -> str:
    """Return mantissa * 10**exponent as a numeral, in plain notation from 1e-7 to 1e21."""
    sign, digits = ("-" if mantissa < 0 else ""), str(abs(mantissa))
    point = len(digits) + exponent  # digits before the decimal point
    if mantissa == 0:
        return "0" if exponent >= 0 or exponent < -20 else f"0.{'0' * -exponent}"
    if -6 < point <= 21:
        if exponent >= 0:
            return f"{sign}{digits}{'0' * exponent}"
        if point > 0:
            return f"{sign}{digits[:point]}.{digits[point:]}"
        return f"{sign}0.{'0' * -point}{digits}"
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{point - 1:+03d}"


def roughly(x: Any, digits: int) -> str | None:
    """Return a fraction or the middle of a ball, however large, with so many digits at most; None for other numbers."""
    if not hasattr(x, "mid_rad_10exp") and not hasattr(x, "numerator"):
        return None
    if hasattr(x, "mid_rad_10exp"):
        middle, _, exponent = (int(part) for part in x.mid_rad_10exp(digits + 10))
    else:
        exponent = len(str(abs(x.numerator))) - len(str(x.denominator)) - digits - 10
        middle = x.numerator * 10 ** max(-exponent, 0) // (x.denominator * 10 ** max(exponent, 0))
    mantissa, exponent = rounded(middle, exponent, digits)
    while mantissa and mantissa % 10 == 0:
        mantissa, exponent = mantissa // 10, exponent + 1
    return decimal_text(mantissa, exponent)


def short_text(x: Fraction) -> str:
    """Return a fraction as a decimal where it has few digits, as 1.5 for 3/2; others as they are."""
    millionths = x * 10**6
    if millionths.denominator > 1 or abs(millionths) >= 10**15:
        return str(x)
    text = decimal_text(int(millionths), -6).rstrip("0")
    return text.removesuffix(".")


def fraction_of(x: Any) -> Fraction:
    """Return the fraction that an exact ball is."""
    from fractions import Fraction

    man, exp = (int(part) for part in x.man_exp())
    return Fraction(man << exp) if exp >= 0 else Fraction(man, 1 << -exp)


class Uncertain(str):
    """A number with its uncertainty as people write it, `2.50 ± 0.10`; both parts are numerals.

    `sign` stands between them.
    """

    __slots__ = ("middle", "radius", "sign")
    middle: str
    radius: str
    sign: str

    def __new__(cls, middle: str, radius: str, sign: str = " ± ") -> Uncertain:
        """Return the text of both parts."""
        made = super().__new__(cls, f"{middle}{sign}{radius}")
        made.middle, made.radius, made.sign = middle, radius, sign
        return made

    def __getnewargs__(self) -> tuple[str, str, str]:  # type: ignore[override]
        return self.middle, self.radius, self.sign


def with_radius(middle: Fraction, radius: Fraction, exponent: int) -> str:
    """Return (middle ± radius)*10**exponent as `Uncertain`; as a numeral where the radius is 0.

    The radius has two digits, rounded up, and the middle as many places (JCGM 100:2008, 7.2.6).
    """
    from fractions import Fraction

    if not radius:
        return decimal_text(int(middle), exponent)
    place = len(str(radius.numerator)) - len(str(radius.denominator)) - 1  # of the second digit, or one too high
    if radius < 10 * Fraction(10) ** place:
        place -= 1
    kept, error = _rounded_up(middle, radius, Fraction(10) ** place)
    if error >= 100:
        place += 1
        kept, error = _rounded_up(middle, radius, Fraction(10) ** place)
    return Uncertain(decimal_text(kept, exponent + place), decimal_text(error, exponent + place))


def _rounded_up(middle: Fraction, radius: Fraction, unit: Fraction) -> tuple[int, int]:
    """Return the middle, rounded, and a radius around it that covers the same numbers, in units."""
    from fractions import Fraction

    kept = round(middle / unit)
    units = (radius + abs(middle - kept * unit)) / unit
    nearest = round(units)
    near = abs(units - nearest) < Fraction(1, 2**TIE_BITS)
    return kept, nearest if near else -(-units.numerator // units.denominator)


class _Text:
    """Writes down numbers that are texts already."""

    def text(self, x: str) -> str:
        """Return the number in ASCII."""
        return f"{x.middle}+-{x.radius}" if isinstance(x, Uncertain) else x

    plain = text

    def brief(self, x: str) -> str:
        """Return the number as a person reads it."""
        return x

    def within(self, x: str) -> bool:
        """Return True: texts have no range."""
        return True


TEXT = _Text()


def scaled(text: str) -> tuple[int, int] | None:
    """Return the digits of a decimal number as a whole one, and the power of ten that they count; None for others."""
    number, _, power = text.partition("e")
    whole, _, places = number.partition(".")
    digits = (whole + places).lstrip("+-")
    exponent = power.lstrip("+-") or "0"
    if not (digits.isdecimal() and exponent.isdecimal() and len(exponent) < 6 and len(digits) <= MOST_DIGITS):
        return None
    return int(whole + places), (-1 if power[:1] == "-" else 1) * int(exponent) - len(places)

"""How many significant figures a report shows, and whether it left any out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..numbers.decimals import DIGITS_CERTAIN, Uncertain, closely, scaled
from ..record.gradient import Gradient
from .signs import UNICODE, Signs

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient
    from . import Style

FURTHEST = 1_000  # powers of ten between terms that are added as they are written
FIGURES = 6  # of tables, steps and their like; pictures have less room


class Rounding:
    """Writes the numbers of a record with so many significant figures, and keeps account of what was rounded.

    Whole numbers stay whole. Fractions, uncertain numbers and those of --digits are what was asked for, and stay as
    they are unless the number of figures was asked for, too. A number that is rounded shows all its figures.
    """

    def __init__(
        self,
        record: Gradient | ArrayGradient,
        asked: int | None = None,
        usual: int = FIGURES,
        *,
        signs: Signs = UNICODE,
        options: bool = True,
    ) -> None:
        self.record = record
        self.signs = signs
        self.options = options  # whether the reader can add options
        self.asked = asked
        self.count = usual if asked is None else asked
        self.rounded = False

    @classmethod
    def of(cls, record: Gradient | ArrayGradient, style: Style, usual: int = FIGURES) -> Rounding:
        """Return what writes numbers in a style; `usual` figures where it does not ask for a number of them."""
        return cls(record, style.figures, usual, signs=style.signs, options=style.options)

    def text(self, x: Any) -> str:
        """Return a number as it is shown; `none` where there is none."""
        if x is None:
            return "none"
        if not isinstance(x, float):
            whole = self.signs.number(self.record.system.brief(x))
            return whole if self.asked is None else self._shortened(whole)
        if x.is_integer() and abs(x) <= 2**53:
            whole = f"{x:.12g}" if x else "0"
            return whole if float(whole) == x else f"{x:.0f}"
        if self.count > DIGITS_CERTAIN and math.isfinite(x):
            short = closely(x, self.count)
            self.rounded |= float(short) != x
            return short
        whole = str(self.record.system.brief(x))
        short = f"{x:.{self.count}g}"
        if self.count == DIGITS_CERTAIN or float(short) == float(whole) or x != x:
            return whole
        self.rounded = True
        return with_zeros(x, self.count)

    def _shortened(self, whole: str) -> str:
        from ..drawing.diagram import shorten

        short = shorten(whole, self.count)
        self.rounded |= short != whole
        return short

    def remark(self) -> str:
        """Return that numbers were rounded, where they were."""
        plural = "" if self.count == 1 else "s"
        where = "; --json has all" if self.options else ""
        return f"rounded to {self.count} figure{plural}{where}" if self.rounded else ""


def with_zeros(x: float, count: int) -> str:
    """Return a float in so many figures; zeros at its end stay where something else was rounded off."""
    short = f"{x:.{count}g}"
    if count >= DIGITS_CERTAIN or float(short) == float(f"{x:.{DIGITS_CERTAIN}g}"):
        return short
    return f"{x:#.{count}g}".replace(".e", "e").rstrip(".")


def sum_text(terms: list[str]) -> str:
    """Return numbers as a sum: `-12 - 20`, `0.5 + (0.20 ± 0.01)`."""
    first = [f"({t})" if isinstance(t, Uncertain) else t for t in terms[:1]]
    return " ".join(first + [" ".join(signed(t)) for t in terms[1:]])


def sum_sign(terms: list[str], total: str, signs: Signs = UNICODE) -> str:
    """Return the sign between a sum as it is written and its total: `≈` where the rounded terms sum to another number.

    What is not written as decimal numbers, such as fractions, is equal.
    """
    found = [scaled(text) for text in (*terms, total)]
    numbers = [number for number in found if number is not None]
    exponents = [exponent for _, exponent in numbers]
    if len(numbers) < len(found) or max(exponents) - min(exponents) > FURTHEST:
        return "="
    least = min(exponents)
    *parts, whole = [digits * 10 ** (exponent - least) for digits, exponent in numbers]
    place = 10 ** (exponents[-1] - least) if set(".e") & set(total) else 1
    return "=" if 2 * abs(sum(parts) - whole) <= place else signs.about


def signed(term: str) -> tuple[str, str]:
    """Return the sign with which a number is added, and the number without it."""
    if isinstance(term, Uncertain):
        return "+", f"({term})"
    return ("-", term[1:]) if term.startswith("-") else ("+", term)

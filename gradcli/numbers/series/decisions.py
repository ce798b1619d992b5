"""What is decided of numbers beside a point: comparisons, extremes and steps.

A question that a number does not answer is answered both ways, one after the other: see `outcomes`. What holds all
that is found goes on.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flint import arb, fmpq

from .coefficients import ZERO, Coefficient
from .terms import BITS, Series, Truncation, Undetermined


class Decisions(Truncation):
    """The questions that rules ask of numbers beside a point, and the functions that follow from the answers."""

    def __init__(self, bits: int, unit: int, terms: int, *, decimal: bool = False) -> None:
        super().__init__(bits, unit, terms, decimal=decimal)
        self.lacking: set[str] = set()  # what the questions without an answer lacked
        self._answers: list[bool] = []
        self._asked = 0

    # ---- questions

    def outcomes(self, rule: Callable[..., Any], operands: Sequence[Any]) -> Iterator[Any]:
        """Yield what a rule gives for every way in which its undecided questions can be answered, one at the least.

        Raises `Undetermined` beyond six questions, and what the rule raises.
        """
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
        """Return a number that holds both: coefficient by coefficient, with the larger remainder.

        Raises `Undetermined` where one of them is not bounded by any power of t.
        """
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
        """Return the largest integer that is not above x; for a pole what is known of it. Raises `Undetermined`."""
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

"""What rules and domains of several rows share: the poles of roots, the cases of powers, angles, and ties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..numbers.systems import Undecided
from .table_parts import Domain, Kink

if TYPE_CHECKING:
    from ..numbers.contract import NumberSystem
    from ..numbers.functions import Number
    from .table_parts import Arguments, Test

Bound = tuple[str, int | str]  # how an argument compares, and with what: a number, or "floor" for its own


def square(x: Number) -> Number:
    """X times itself."""
    return x * x


def crossed(args: Sequence[Number]) -> list[Number]:
    """The arguments with the two of every pair swapped: what a sum of products changes by."""
    return [args[k ^ 1] for k in range(len(args))]


def whole(S: NumberSystem, x: Number) -> bool:
    """Whether x is an integer."""
    return S.equal(x, S.floor(x))


def all_hold(*questions: Callable[[], bool]) -> bool:
    """Whether the answer to every question is yes. One no settles it, even where another is undecided.

    Raises the `Undecided` of the first open question where none is answered by no.
    """
    doubt = None
    for question in questions:
        try:
            if not question():
                return False
        except Undecided as found:
            doubt = doubt or found
    if doubt is not None:
        raise doubt
    return True


def any_holds(*questions: Callable[[], bool]) -> bool:
    """Whether the answer to a question is yes. One yes settles it; else an open question raises `Undecided`."""
    return not all_hold(*(lambda question=question: not question() for question in questions))


def infinite_at_zero(S: NumberSystem, v: Number, x: Number) -> str | None:
    """The reason why a root has no finite slope at 0."""
    return "infinite" if S.equal(x, S.zero) else None


def infinite_at_ones(S: NumberSystem, v: Number, x: Number) -> str | None:
    """The reason why an arc function has no finite slope at -1 and 1."""
    return "infinite" if S.equal(x, S.one) or S.equal(x, -S.one) else None


def infinite_at_one(S: NumberSystem, v: Number, x: Number) -> str | None:
    """The reason why acosh has no finite slope at 1."""
    return "infinite" if S.equal(x, S.one) else None


def not_zero(S: NumberSystem, x: Number) -> bool:
    """Whether x has a reciprocal."""
    return not S.equal(x, S.zero)


def sine_is_not_zero(S: NumberSystem, x: Number) -> bool:
    """Whether x is an angle with a cosecant and a cotangent."""
    return not S.equal(S.sin(x), S.zero)


def not_within_ones(S: NumberSystem, x: Number) -> bool:
    """Whether x lies not between -1 and 1."""
    return any_holds(lambda: not S.less(x, S.one), lambda: not S.less(-S.one, x))


# ---- powers: 0**0 is 1, and a negative base takes whole exponents only


def pow_domain(S: NumberSystem, x: Number, y: Number) -> bool:
    """Whether x**y is a real number. A whole positive exponent does not ask for the sign of x."""
    if S.surely_less(S.zero, x):
        return True
    return any_holds(
        lambda: all_hold(
            lambda: whole(S, y),
            lambda: any_holds(lambda: not S.less(y, S.zero), lambda: not S.equal(x, S.zero)),
        ),
        lambda: all_hold(
            lambda: not S.less(x, S.zero),
            lambda: any_holds(lambda: S.less(S.zero, y), lambda: not S.equal(x, S.zero)),
        ),
    )


def pow_broken(S: NumberSystem, x: Number, y: Number) -> str:
    """Return why x**y is no real number."""
    if S.equal(x, S.zero):
        return "0 has no power with a negative exponent"
    return "a negative base takes whole exponents only"


def pow_base_inactive(S: NumberSystem, v: Number, x: Number, y: Number) -> bool:
    """Whether x**y does not depend on x: where y = 0. The rule gives that too, if x is not 0."""
    try:
        return S.equal(y, S.zero)
    except Undecided:
        if S.equal(x, S.zero):
            raise
        return False


def pow_base_undefined(S: NumberSystem, v: Number, x: Number, y: Number) -> str | None:
    """x**y rises infinitely steeply at x = 0 for an exponent between 0 and 1."""
    steep = all_hold(lambda: S.less(y, S.one), lambda: S.less(S.zero, y), lambda: S.equal(x, S.zero))
    return "infinite" if steep else None


def pow_exponent_undefined(S: NumberSystem, v: Number, x: Number, y: Number) -> str | None:
    """x**y is no smooth function of y where x < 0, and jumps from 1 to 0 at 0**0."""
    if S.surely_less(S.zero, x):
        return None
    broken = any_holds(lambda: S.less(x, S.zero), lambda: all_zero(S, x, y))
    return "undefined" if broken else None


# ---- angles and lengths


def all_zero(S: NumberSystem, *args: Number) -> bool:
    """Whether all arguments are 0."""
    return all_hold(*(lambda x=x: S.equal(x, S.zero) for x in args))


def away_from_origin(S: NumberSystem, y: Number, x: Number) -> bool:
    """Whether the point (x, y) has an angle."""
    return not all_zero(S, x, y)


def on_the_cut(S: NumberSystem, y: Number, x: Number) -> bool:
    """Whether the angle of (x, y) jumps there, from pi to -pi."""
    return all_hold(lambda: S.equal(y, S.zero), lambda: S.less(x, S.zero))


# ---- ties


def at_tie(S: NumberSystem, *args: Number) -> bool:
    """Whether two arguments are both the largest."""
    best = S.max(*args)
    return sum(1 for x in args if S.equal(x, best)) > 1


def at_low_tie(S: NumberSystem, *args: Number) -> bool:
    """Whether two arguments are both the smallest."""
    best = S.min(*args)
    return sum(1 for x in args if S.equal(x, best)) > 1


# ---- domains with bounds


class Bounded(Domain):
    """A domain of one argument with bounds, all of which hold in one of the `cases`; its text says them.

    They are bounds of the argument itself, or `of` a function of it. Where words say them better, `text` has these.
    """

    __slots__ = ("cases", "of")

    def __init__(
        self,
        cases: Sequence[Sequence[Bound]],
        holds: Test[*Arguments],
        needs: str,
        *,
        parameter: str = "x",
        of: str = "",
        text: str = "",
    ) -> None:
        self.cases, self.of = cases, of
        x = f"{of}({{{parameter}}})" if of else f"{{{parameter}}}"
        super().__init__(text or " or ".join(_in_signs(x, case) for case in cases), holds, needs)


def _in_signs(x: str, case: Sequence[Bound]) -> str:
    """Return one bound as x > 0, two as 0 < x <= 1."""
    *before, (sign, number) = case
    turned = {">": "<", ">=": "<="}
    return "".join(f"{low} {turned[first]} " for first, low in before) + f"{x} {sign} {number}"


UP_TO_ONE = Bounded([[(">=", -1), ("<=", 1)]], lambda S, x: not (S.less(S.one, x) or S.less(x, -S.one)),
                    "a number from -1 to 1")  # fmt: skip
WITHIN_ONE = Bounded([[(">", -1), ("<", 1)]], lambda S, x: S.less(-S.one, x) and S.less(x, S.one),
                     "a number between -1 and 1")  # fmt: skip
UP_TO_ONE_ABOVE_ZERO = Bounded([[(">", 0), ("<=", 1)]], lambda S, x: S.less(S.zero, x) and not S.less(S.one, x),
                               "more than 0 and at most 1")  # fmt: skip
ABOVE_ZERO = Bounded([[(">", 0)]], lambda S, x: S.less(S.zero, x), "more than 0")
ABOVE_MINUS_ONE = Bounded([[(">", -1)]], lambda S, x: S.less(-S.one, x), "more than -1")
FROM_ZERO = Bounded([[(">=", 0)]], lambda S, x: not S.less(x, S.zero), "at least 0")
FROM_ONE = Bounded([[(">=", 1)]], lambda S, x: not S.less(x, S.one), "at least 1")
FROM_ONES = Bounded([[("<=", -1)], [(">=", 1)]], not_within_ones, "a number that is not between -1 and 1")
BEYOND_ONES = Bounded([[("<", -1)], [(">", 1)]], lambda S, x: S.less(x, -S.one) or S.less(S.one, x),
                      "a number that is not from -1 to 1")  # fmt: skip
NOT_ZERO = Bounded([[("!=", 0)]], not_zero, "a number other than 0")
ANGLES = Bounded([[("!=", 0)]], sine_is_not_zero, "an angle whose sine is not 0", of="sin")
DIVIDED = Bounded([[("!=", 0)]], lambda S, x, y: not S.equal(y, S.zero), "a divisor must not be 0", parameter="y")
MODULUS = Bounded([[("!=", 0)]], lambda S, x, y: not S.equal(y, S.zero), "a divisor other than 0", parameter="y")
NO_POLE = Bounded([[(">", 0)], [("!=", "floor")]], lambda S, x: S.less(S.zero, x) or not whole(S, x),
                  "a number other than 0, -1, -2, ...", text="{x} not 0, -1, -2, ...")  # fmt: skip
ORDERS = Bounded(NO_POLE.cases, lambda S, n, x: whole(S, n) and S.less(S.zero, n)
                 and (S.less(S.zero, x) or not whole(S, x)),
                 "an order of 1, 2, 3, ... and a number other than 0, -1, -2, ...",
                 text="{n} = 1, 2, 3, ... and {x} not 0, -1, -2, ...")  # fmt: skip

POWERS = Domain("{x} > 0, or {x} = 0 and {y} >= 0, or {x} < 0 and {y} whole", pow_domain,
                "only a positive base takes every exponent", pow_broken)  # fmt: skip
NOT_ORIGIN = Domain("not {x} = {y} = 0", away_from_origin, "a point other than (0, 0)")
AT_ZERO = Kink("{x} = 0", lambda S, x: S.equal(x, S.zero))

"""The ends of what compiled rows know of a number: no power of 2 that bounds it is wrong, and none is a bit too loose.

Rows are computed in floats with bounds on their errors; which guards they need follows from powers of 2 between which
each number lies (`low`, `high`), and from one that an error does not fall below (`floor`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction

import mpmath
import pytest

from gradcli.rows.code import Code
from gradcli.rows.terms import LIMIT, Term
from gradcli.rows.tracing import FUNCTIONS, HUGE, Tracer

from .references import value
from .test_rows_terms import run

NEAREST = 6381956970095103 * 2.0**797  # of all binary64 the one closest to a multiple of pi/2, by 2**-60.9
JUST = [1 - 2.0**-53, 1.0, 1 + 2.0**-52, 2.0]
DOMAINS: dict[str, Callable[[float], bool]] = {
    **dict.fromkeys(("log", "log2", "log10"), lambda x: x > 0),
    "log1p": lambda x: x > -1, "acosh": lambda x: x >= 1,
    **dict.fromkeys(("asin", "acos"), lambda x: abs(x) <= 1), "atanh": lambda x: abs(x) < 1,
}  # fmt: skip
WHOLE, SMALL, LARGE, HUGEST = (-LIMIT, LIMIT), (-20, -10), (10, 20), (800, 1023)


def powers(name: str, low: int, high: int) -> list[float]:
    """Return the powers of 2, not whole, of a function at those arguments between 2**low and 2**high that matter."""
    sizes = {2.0**low, 2.0**high, *JUST, 1 - 2.0**-30, NEAREST}
    found = []
    with mpmath.mp.workdps(400):
        for x in itertools.chain(sizes, (-x for x in sizes)):
            if 2.0**low <= abs(x) <= 2.0**high and DOMAINS.get(name, math.isfinite)(x):
                result = abs(value(name, [mpmath.mpf(x)]))
                if result:
                    found.append(float(mpmath.log(result, 2)))
    return found


@pytest.mark.parametrize("name", sorted(set(FUNCTIONS) - {"exp", "exp2", "gamma"}))
def test_a_function_stays_between_its_powers_of_two(name: str) -> None:
    """An end that rests on the argument does so for small arguments, and for large ones."""
    range_of = FUNCTIONS[name].range
    for window in (WHOLE, SMALL, (-1, 0), (0, 1), LARGE, *([HUGEST] if name in ("sin", "cos") else [])):
        low, high = range_of(*window)
        found = powers(name, *window)
        if found:
            assert low <= min(found) + 2**-40, window
            assert max(found) - 2**-40 <= high, window
        if name not in ("sin", "cos") and (window == WHOLE or (window == SMALL and low != range_of(*WHOLE)[0])):
            assert low == -HUGE or low > min(found) - 1.2, window
        if window == WHOLE or (window == LARGE and high != range_of(*WHOLE)[1]):
            assert high == HUGE or high < max(found) + 1.2, window


@pytest.mark.parametrize("name", ["sin", "cos"])
def test_the_waves_come_no_nearer_to_zero_than_at_the_closest_binary64(name: str) -> None:
    """A sine is also a little smaller than its argument, and so than the least power of 2 there."""
    assert -61 <= min(powers("sin", *HUGEST) + powers("cos", *HUGEST)) < -60
    assert FUNCTIONS[name].range(*HUGEST) == (-61, 0)
    assert FUNCTIONS[name].range(*WHOLE) == (-451 if name == "sin" else -61, 0)


@pytest.mark.parametrize("name", ["exp", "exp2", "gamma"])
def test_what_has_no_bound_gets_a_guard(name: str) -> None:
    assert FUNCTIONS[name].range(*SMALL) == (-math.inf, math.inf)


# ---- operations

RELATIVE = 9_999  # in place of a floor: an error of one rounding
Known = tuple[int, int, int | None]  # low and high of an operand, and the floor of its error if it has one
OPERATIONS: dict[str, Callable[..., Term]] = {
    "add": lambda S, x, y: x + y, "sum": lambda S, *x: S.sum(x), "mul": lambda S, x, y: x * y,
    "div": lambda S, x, y: x / y, "square": lambda S, x: S.pow(x, S.number("2")),
    "twice": lambda S, x: 2 * x, "thirds": lambda S, x: x / 3,
    "hypot": lambda S, *x: S.hypot(*x), "atan2": lambda S, y, x: S.atan2(y, x),
    "cube": lambda S, x: S.pow(x, S.number("3")), "tenth power": lambda S, x: S.pow(x, S.number("0.0001")),
    "where": lambda S, x, y, z: S.where(S.less(z, S.one), x, y),
}  # fmt: skip
POSITIVE = ("sqrt", "log", "log2", "log10", "tenth power")


def ends(name: str, operands: Sequence[Known]) -> tuple[Term, list[float], list[float]]:
    """Return the result of an operation, and powers of 2 of its values and errors where each operand is at an end."""
    code = Code(columns=False)
    S = Tracer(code, bounded=True)
    terms = [
        Term(S, f"x{k}", low=low, high=high, rel=float(floor == RELATIVE), sign=1 if name in POSITIVE else 0,
             err=None if floor in (None, RELATIVE) else f"e{k}", floor=floor or 0)
        for k, (low, high, floor) in enumerate(operands)
    ]  # fmt: skip
    operate = OPERATIONS.get(name, lambda S, x: getattr(S, name)(x))
    result = operate(S, *terms)
    sizes: list[float] = []
    errors: list[float] = []
    sides = (1,) if name in POSITIVE else (1, -1)
    points = [[s * 2.0**end for end in (low, high) for s in sides] for low, high, _ in operands]
    if name not in POSITIVE:
        points = [[0.0, *x] for x in points]
    moves = [[0.0] if floor in (None, RELATIVE) else [0.0, 2.0 ** (floor or 0)] for _, _, floor in operands]
    for x in itertools.product(*points):
        for e in itertools.product(*moves):
            scope = run(code, (*x, *e), [f"{letter}{k}" for letter in "xe" for k in range(len(x))])
            if scope is None:
                continue
            v = eval(result.name, scope)
            bound = eval(result.err, scope) if result.err else 0.0
            sizes += [math.log2(abs(v))] if v else []
            errors += [math.log2(bound)] if bound else []
            assert (Fraction(v) / Fraction(2) ** math.floor(result.grain)).denominator == 1
    return result, sizes, errors


@pytest.mark.parametrize(("name", "operands", "known"), [
    ("add", [(-3, 5, None), (-2, 4, -20)], (-55, 6, -108)),
    ("add", [(-3, 5, -90), (-2, 4, -20)], (-55, 6, -108)),
    ("add", [(-3, 5, 0), (-2, 4, 0)], (-55, 6, -108)),
    ("sum", [(-3, 5, -20), (-2, 4, -30), (-3, 6, None)], (-55, 8, -108)),
    ("sum", [(-3, 5, 0), (-3, 5, 0), (-3, 5, 0), (-3, 5, 0)], (-55, 7, -108)),
    ("mul", [(-3, 5, None), (-2, 4, -80)], (-5, 9, -83)),
    ("mul", [(-3, 5, -80), (-2, 4, None)], (-5, 9, -82)),
    ("mul", [(-3, 5, 4), (-2, 4, 4)], (-5, 9, -58)),
    ("mul", [(-3, 5, -70), (-2, 4, -30)], (-5, 9, -100)),
    ("mul", [(-3, 5, -30), (-2, 4, -70)], (-5, 9, -100)),
    ("mul", [(3, 5, -70), (3, 4, 2)], (6, 9, -68)),
    ("mul", [(9, 10, -40), (9, 10, -40)], (18, 20, -80)),
    ("twice", [(-3, 5, -20)], (-2, 7, -19)),
    ("twice", [(-3, 5, 9)], (-2, 7, 10)),
    ("div", [(-3, 5, -80), (-2, 4, None)], (-7, 7, -84)),
    ("div", [(-3, 5, 9), (-2, 4, None)], (-7, 7, -60)),
    ("div", [(-3, 5, None), (-2, 4, -80)], (-7, 7, -91)),
    ("div", [(-3, 5, None), (-2, 4, -15)], (-7, 7, -60)),
    ("div", [(-3, 5, -80), (-2, 4, -20)], (-7, 7, -84)),
    ("div", [(-3, 5, 9), (-2, 4, -90)], (-7, 7, -101)),
    ("thirds", [(-3, 5, -90)], (-5, 4, -92)),
    ("thirds", [(-3, 5, 9)], (-5, 4, -58)),
    ("sqrt", [(-4, 6, -90)], (-2, 3, -94)),
    ("sqrt", [(-4, 6, -15)], (-2, 3, -54)),
    ("sqrt", [(-5, 7, -90)], (-3, 4, -95)),
    ("sqrt", [(-5, 7, -17)], (-3, 4, -55)),
    ("hypot", [(-3, 5, -90), (-2, 4, None)], (-4, 6, -90)),
    ("hypot", [(-3, 5, None), (-3, 5, 4)], (-4, 6, -53)),
    ("square", [(-3, 5, -90)], (-7, 11, -101)),
    ("cube", [(-3, 5, -90)], (-10, 16, -104)),
    ("cube", [(-3, 5, -16)], (-10, 16, -58)),
    ("tenth power", [(-3, 5, -90)], (-3e-4 - 1, 5e-4 + 1, -90 - 5 - 14 - 1 - 3e-4)),
    ("tenth power", [(-3, 5, -14)], (-3e-4 - 1, 5e-4 + 1, -48 - 1 - 3e-4)),
    ("atan2", [(-9, -5, None), (-3, 4, None)], (-14, 2, 0)),
    ("atan2", [(9, 12, None), (-3, 4, None)], (-1, 2, 0)),
    ("log", [(3, 5, -90)], (-54, 9, -102)),
    ("log2", [(3, 5, -90)], (-53, 9, -101)),
    ("log10", [(3, 5, -90)], (-55, 8, -103)),
    ("log1p", [(3, 5, -90)], (-1, 9, -98)),
    ("log1p", [(-9, -5, -90)], (-10, 9, -93)),
    ("sin", [(-9, -5, -90)], (-61, 0, -109)),
    ("erf", [(-9, -5, -90)], (-10, 0, -90)),
    ("tanh", [(-9, -5, -20)], (-10, 0, -58)),
    ("tanh", [(-9, -5, RELATIVE)], (-10, 0, -62)),
    ("hypot", [(-3, 5, RELATIVE), (-2, 4, None)], (-4, 6, -56)),
    ("hypot", [(-3, 5, None), (-2, 4, None), (-3, 5, None)], (-4, 7, 0)),
    ("exp", [(-9, -5, -90)], (-220, 220, -310)),
    ("exp", [(3, 5, -90)], (-220, 220, -310)),
    ("expm1", [(-9, -5, -90)], (-10, 220, -90)),
    ("sinh", [(-9, -5, -90)], (-10, 220, -90)),
    ("where", [(-3, 5, -20), (-2, 4, None), (-3, 5, None)], (-3, 5, -20)),
    ("where", [(-3, 5, -20), (-2, 4, -30), (-3, 5, None)], (-3, 5, -30)),
])  # fmt: skip
def test_the_ends_of_an_operation(name: str, operands: list[Known], known: tuple[float, float, float]) -> None:
    """What is known of the result holds where operands are 0 or at their ends, with errors that are 0 or least."""
    result, sizes, errors = ends(name, operands)
    assert (result.low, result.high, result.floor) == pytest.approx(known, abs=1e-9)
    assert result.low <= min(sizes)
    assert max(sizes) <= result.high
    assert not errors or result.floor <= min(errors)

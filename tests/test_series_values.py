"""What lies beside a point, in numbers: every function of a series is that function near the point, to its order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from flint import arb, fmpq

from gradcli.calculus.operations import OPERATIONS
from gradcli.numbers.series.exponentials import Exponential
from gradcli.numbers.series.system import SeriesSystem
from gradcli.numbers.series.terms import Series, Undetermined
from gradcli.numbers.systems import FLOAT

from .references import REFERENCES, value

S = SeriesSystem(256, 6, 4, OPERATIONS)  # in powers of the sixth root of t, for square and cube roots
T = S.distance(S.zero, 1)
NEAR = mpmath.mpf(2) ** -10  # t, where the numbers are compared
POLE, LOG = 1 / T, S.log(T)
Real = Callable[[Any], Any]
HALF, THIRD = S.number("0.5"), S.one / 3
PLAIN: dict[str, tuple[Series, Real]] = {
    "t": (T, lambda t: t), "-t": (-T, lambda t: -t), "1+t": (1 + T, lambda t: 1 + t), "1-t": (1 - T, lambda t: 1 - t),
    "t-1": (T - 1, lambda t: t - 1), "-1-t": (-1 - T, lambda t: -1 - t), "2-t": (2 - T, lambda t: 2 - t),
    "t-2": (T - 2, lambda t: t - 2), "1/2+t": (HALF + T, lambda t: t + 0.5), "t**2": (T * T, lambda t: t * t),
    "1/3+t": (THIRD + T, lambda t: t + mpmath.mpf(1) / 3), "t/3": (T / 3, lambda t: t / 3),
    "5/2-t": (2 + HALF - T, lambda t: 2.5 - t), "pi-t": (S.pi() - T, lambda t: mpmath.pi - t),
}  # fmt: skip
LARGE: dict[str, tuple[Series, Real]] = {
    "1/t": (POLE, lambda t: 1 / t), "-1/t": (-POLE, lambda t: -1 / t), "1+1/t": (1 + POLE, lambda t: 1 + 1 / t),
    "1/t**2": (POLE * POLE, lambda t: 1 / t**2),
}  # fmt: skip
LOGS: dict[str, tuple[Series, Real]] = {
    "log t": (LOG, mpmath.log), "-log t": (-LOG, lambda t: -mpmath.log(t)),
    "t*log t": (T * LOG, lambda t: t * mpmath.log(t)),
}  # fmt: skip
BEYOND: dict[str, tuple[Series, Real]] = {
    "exp(-1/t)": (S.exp(-POLE), lambda t: mpmath.exp(-1 / t)), "exp(1/t)": (S.exp(POLE), lambda t: mpmath.exp(1 / t)),
}  # fmt: skip
NUMBERS = {**PLAIN, **LARGE, **LOGS, **BEYOND}
BEYOND_REFERENCES = ("erfc", "exp(1/t)"), ("sech", "exp(1/t)")  # 1e444 is too much for mpmath
FUNCTIONS = sorted(
    name for name, row in OPERATIONS.items() if row.partials and len(row.partials) == 1 and name in REFERENCES
)


def real(c: Any) -> Any:
    return mpmath.mpf(int(c.p)) / int(c.q) if type(c) is fmpq else mpmath.mpf(arb(c).mid().str(90, radius=False))


def number(x: Series) -> Any:
    """Return the sum of the terms at the distance `NEAR`."""
    if isinstance(x, Exponential):
        return x.turn * mpmath.exp(number(x.log))
    return mpmath.fsum(real(c) * NEAR ** (mpmath.mpf(e) / 6) * (10 * mpmath.log(2)) ** -j for e, j, c in x.terms)


def outcome(name: str, *operands: tuple[Series, Real]) -> str:
    """Return nothing where a function is as it should be, to the fourth order; else what of it is not."""
    row, numbers = OPERATIONS[name], [x for x, _ in operands]
    reals = [mpmath.mpf(true(NEAR)) for _, true in operands]
    try:
        if row.domain is not None:
            is_inside = row.domain.holds(S, *numbers)
            floats = [float(min(x, 1e300)) or (1e-300 if x else 0.0) for x in reals]
            assert is_inside == row.domain.holds(FLOAT, *floats)
            if not is_inside:
                return ""
        found = row.value(S, *numbers)
    except Undetermined as doubt:
        return f"undetermined {doubt.lack}".strip()
    if isinstance(found, Exponential) and isinstance(found.log, Exponential):
        return "exp of exp"
    wanted = value(name, reals)
    if isinstance(found, Exponential):
        return "" if abs(number(found) / wanted - 1) < NEAR ** min(found.log.order / 6, 6) * 2_000 else "wrong"
    error = abs(number(found) - wanted)
    order = min(found.order, 48) / 6
    if error > NEAR**order * 20_000:
        return f"{found} is wrong by {mpmath.nstr(error, 3)}"
    return "" if order >= 4 else f"order {order:.3g}"


TOO_MUCH = ("erfc", "exp(1/t)"), ("sech", "exp(1/t)")  # for mpmath, which would have to write 1e444
ENDLESS = (*LARGE, "log t", "-log t")
EXACT_POLES = ("t", "-t", "t/3")


def those(said: str, *numbers: str) -> dict[str, str]:
    return dict.fromkeys(numbers, said)


ABOUT: dict[str, dict[str, str]] = {
    **dict.fromkeys(("log", "log2", "log10", "log1p", "sqrt", "acosh"), those("undetermined", "-log t")),
    **dict.fromkeys(
        ("acot", "acoth", "acsc", "asec", "asinh", "atan"), those("undetermined", "log t", "-log t")
    ),
    **dict.fromkeys(("acsch", "cbrt"), those("undetermined", "log t", "-log t", "t*log t")),
    **dict.fromkeys(("exp", "expm1", "sinh", "cosh"), those("exp of exp", "exp(1/t)")),
    "exp2": those("undetermined", "log t", "-log t") | those("exp of exp", "exp(1/t)"),
    **dict.fromkeys(("sin", "cos"), those("order 0", *ENDLESS, "exp(1/t)")),
    **dict.fromkeys(("floor", "ceil"), those("order 0", *ENDLESS) | those("undetermined", "exp(1/t)")),
    "round": those("undetermined terms", *ENDLESS) | those("undetermined", "exp(1/t)"),
    **dict.fromkeys(("tan", "sec"), those("undetermined terms", *ENDLESS, "exp(1/t)")),
}  # fmt: skip
ABOUT |= {
    "gelu": {"1/t**2": "order 2"} | those("order 3", "1/t", "-1/t", "1+1/t"),
    "silu": {"1/t**2": "order 2"} | those("order 3", "1/t", "1+1/t"),
    "erfinv": those("undetermined bits", "1-t", "t-1"), "atanh": those("order 3", "t-1"),
    "coth": {"t**2": "order 0", "exp(-1/t)": "undetermined terms"} | those("order 2", *EXACT_POLES, "t*log t"),
}  # fmt: skip
POLED = those("undetermined", "1/t", "1+1/t", "1/t**2", "-log t", "exp(1/t)") | those(
    "undetermined terms", "-1/t", "log t", "exp(-1/t)"
)
AT_POLES = *EXACT_POLES, "t-1", "-1-t", "t-2"
ABOUT |= {
    **dict.fromkeys(("gamma", "digamma"), POLED | those("order 2", *AT_POLES, "t*log t") | those("order 0", "t**2")),
    "lgamma": POLED | those("order 3", *AT_POLES) | those("order 2", "t**2") | those("undetermined", "t*log t"),
    **dict.fromkeys(("cot", "csc"), ABOUT["coth"] | ABOUT["tan"] | those("undetermined bits", "pi-t")),
    "csch": ABOUT["coth"] | those("exp of exp", "exp(1/t)"),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_of_a_series_is_the_function_of_its_number(name: str) -> None:
    """Where it is not known to the fourth order of t, that lies in its pole, or in what no power of t tells."""
    with S.at_work(), mpmath.mp.workdps(80):
        found = {text: outcome(name, x) for text, x in NUMBERS.items() if (name, text) not in TOO_MUCH}
    assert {text: said for text, said in found.items() if said} == ABOUT.get(name, {})


PAIRED = {text: NUMBERS[text] for text in ("t", "-t", "1+t", "t-1", "1/t", "-1/t", "log t", "t**2", "pi-t", "1/3+t")}
PAIRED |= {
    "exp(-1/t)": BEYOND["exp(-1/t)"], "2": (S.two, lambda t: 2), "-1/2": (-HALF, lambda t: -0.5),
    "1": (S.one, lambda t: 1), "0": (S.zero, lambda t: 0),
}  # fmt: skip
FEWER = {  # pairs of 225 that are not known to the fourth order; the first kind has no sign, or a log in its lead
    "pow": {"undetermined terms": 18, "undetermined": 6, "order 3": 4, "order 3.67": 1, "order 2": 1},
    "atan2": {"undetermined": 14},
    "hypot": {"undetermined": 14, "order 3": 8, "order 2": 5},
    "div": {"order 3": 8, "undetermined": 1},
    "mod": {"order 0": 23, "undetermined": 20, "order 1": 20, "order 2": 12, "undetermined terms": 1},
}  # fmt: skip


@pytest.mark.parametrize(
    "name", ["pow", "atan2", "hypot", "logaddexp", "add", "sub", "mul", "div", "mod", "max", "min"]
)
def test_a_function_of_two_series_is_the_function_of_their_numbers(name: str) -> None:
    """No pair of them gives a wrong number, and few are not known to the fourth order of t."""
    with S.at_work(), mpmath.mp.workdps(80):
        found = Counter(outcome(name, x, y) for x in PAIRED.values() for y in PAIRED.values())
    del found[""]
    assert dict(found) == FEWER.get(name, {})

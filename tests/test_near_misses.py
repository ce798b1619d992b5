"""Beside every kink and edge of a domain, one unit in the last place and 1e-9 away, there is nothing to say.

The edges, and the slopes on both sides of them, are mathematics written down here; no row of the table is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import mpmath
import pytest
from mpmath import mpf

from gradcli import differentiate
from gradcli.errors import InputError, LimitError, MathError

Slope = Callable[[Any], Any]


class Edge(NamedTuple):
    """A program, a point of its input x, and the slopes below and above; None where the program has no value there."""

    program: str
    at: float
    below: Slope | None
    above: Slope | None


def constant(a: float) -> Slope:
    return lambda x: mpf(a)


def kink(program: str, at: float, below: float, above: float) -> Edge:
    return Edge(program, at, constant(below), constant(above))


def both(program: str, at: float, slope: Slope) -> Edge:
    return Edge(program, at, slope, slope)


def from_above(program: str, at: float, slope: Slope) -> Edge:
    return Edge(program, at, None, slope)


def up_to(program: str, at: float, slope: Slope) -> Edge:
    return Edge(program, at, slope, None)


def arc(x: Any) -> Any:
    return 1 / mpmath.sqrt(1 - x * x)


def beyond(x: Any) -> Any:
    return 1 / (abs(x) * mpmath.sqrt(x * x - 1))


def gamma_slope(x: Any) -> Any:
    return mpmath.gamma(x) * mpmath.digamma(x)


def inverse_error_slope(x: Any) -> Any:
    return mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(mpmath.erfinv(x) ** 2)


EDGES = [
    # kinks: the slope changes
    kink("abs(x)", 0, -1, 1), kink("relu(x)", 0, 0, 1), kink("leaky_relu(x)", 0, 0.01, 1),
    kink("hypot(x, 0)", 0, -1, 1),
    kink("max(x, 1.5)", 1.5, 0, 1), kink("min(x, 1.5)", 1.5, 1, 0), kink("max(x, 2*x - 1)", 1, 1, 2),
    kink("min(1, x, 3)", 1, 1, 0), kink("max(-2, 1, x)", 1, 0, 1), kink("abs(x - 3)", 3, -1, 1),
    # steps, and conditions
    kink("sign(x)", 0, 0, 0), kink("floor(x)", 2, 0, 0), kink("floor(x)", -3, 0, 0), kink("ceil(x)", 2, 0, 0),
    kink("ceil(x)", -1, 0, 0), kink("round(x)", 2.5, 0, 0), kink("round(x)", 0.5, 0, 0), kink("round(x)", -1.5, 0, 0),
    kink("mod(x, 3)", 6, 1, 1), kink("mod(x, -3)", -3, 1, 1), kink("mod(7.5, x)", 2.5, -3, -2),
    *(kink(f"where(x {symbol} 1.5, 3*x, 5*x)", 1.5, 3, 5) for symbol in ("<", "<=")),
    *(kink(f"where(x {symbol} 1.5, 5*x, 3*x)", 1.5, 3, 5) for symbol in (">", ">=")),
    kink("where(x == 1.5, 3*x, 5*x)", 1.5, 5, 5), kink("where(x != 1.5, 3*x, 5*x)", 1.5, 3, 3),
    both("atan2(x, -1)", 0, lambda x: -1 / (1 + x * x)),
    # a bend: the slope is continuous
    Edge("elu(x)", 0, mpmath.exp, constant(1)),
    # infinite slopes
    both("cbrt(x)", 0, lambda x: 1 / (3 * mpmath.cbrt(x * x))),
    from_above("sqrt(x)", 0, lambda x: 1 / (2 * mpmath.sqrt(x))),
    from_above("x**0.25", 0, lambda x: x ** mpf(-0.75) / 4), from_above("x**1.5", 0, lambda x: 1.5 * mpmath.sqrt(x)),
    up_to("asin(x)", 1, arc), from_above("asin(x)", -1, arc), up_to("acos(x)", 1, lambda x: -arc(x)),
    from_above("acos(x)", -1, lambda x: -arc(x)), from_above("acosh(x)", 1, lambda x: 1 / mpmath.sqrt(x * x - 1)),
    from_above("asec(x)", 1, beyond), up_to("asec(x)", -1, beyond), from_above("acsc(x)", 1, lambda x: -beyond(x)),
    up_to("acsc(x)", -1, lambda x: -beyond(x)), up_to("asech(x)", 1, lambda x: -arc(x) / x),
    # poles, and the ends of logarithms
    from_above("asech(x)", 0, lambda x: -arc(x) / x), both("acsch(x)", 0, lambda x: -1 / (abs(x) * mpmath.hypot(1, x))),
    from_above("log(x)", 0, lambda x: 1 / x), from_above("log2(x)", 0, lambda x: 1 / (x * mpmath.log(2))),
    from_above("log10(x)", 0, lambda x: 1 / (x * mpmath.log(10))), from_above("log1p(x)", -1, lambda x: 1 / (1 + x)),
    up_to("atanh(x)", 1, lambda x: 1 / (1 - x * x)), from_above("atanh(x)", -1, lambda x: 1 / (1 - x * x)),
    from_above("acoth(x)", 1, lambda x: 1 / (1 - x * x)), up_to("acoth(x)", -1, lambda x: 1 / (1 - x * x)),
    up_to("erfinv(x)", 1, inverse_error_slope), from_above("erfinv(x)", -1, inverse_error_slope),
    both("1/x", 0, lambda x: -1 / x**2), both("x**-3", 0, lambda x: -3 / x**4),
    both("3/(x - 2)", 2, lambda x: -3 / (x - 2) ** 2),
    both("csc(x)", 0, lambda x: -mpmath.cos(x) / mpmath.sin(x) ** 2),
    both("cot(x)", 0, lambda x: -1 / mpmath.sin(x) ** 2),
    both("csch(x)", 0, lambda x: -mpmath.cosh(x) / mpmath.sinh(x) ** 2),
    both("coth(x)", 0, lambda x: -1 / mpmath.sinh(x) ** 2),
    *(both("gamma(x)", pole, gamma_slope) for pole in (0, -1, -2)),
    *(both("lgamma(x)", pole, mpmath.digamma) for pole in (0, -1)),
    *(both("digamma(x)", pole, lambda x: mpmath.polygamma(1, x)) for pole in (0, -1)),
    both("polygamma(1, x)", -1, lambda x: mpmath.polygamma(2, x)),
    # powers: where the base or the exponent is no longer one
    from_above("x**x", 0, lambda x: x**x * (1 + mpmath.log(x))), from_above("0**x", 0, constant(0)),
    Edge("(-2)**x", 3, None, None),
    both("x**2", 0, lambda x: 2 * x), both("x**0", 0, constant(0)),
]  # fmt: skip
MODES: dict[str, dict[str, Any]] = {
    "certain": {},
    "ieee": {"ieee": True},
    "exact": {"exact": True},
    "digits": {"digits": 15},
}
TOLERANCE = {"certain": 1e-12, "ieee": 1e-7, "exact": 1e-13, "digits": 1e-13}
SAID = {"kink", "one-sided", "settled", "undefined", "undecided"}
LEAST = 1e-300  # plain binary64 has no powers of less: x**-1 overflows
LARGEST = 1e307  # a slope beyond it is told as what binary64 cannot hold


def beside(edge: Edge) -> list[tuple[float, Slope | None]]:
    """Return the points near an edge, with the slopes there."""
    at = float(edge.at)
    below = [math.nextafter(at, -math.inf), at - 1e-9]
    above = [math.nextafter(at, math.inf), at + 1e-9]
    return [*((x, edge.below) for x in below), *((x, edge.above) for x in above)]


def faults(edge: Edge, x: float, slope: Slope | None, mode: str) -> list[str]:
    """Return what is wrong with a program near an edge; `exact` has not every function."""
    words = {"x": x if mode in ("certain", "ieee") else f"{Decimal(x):f}"}
    try:
        found = differentiate(edge.program, words, at_kink="error", **MODES[mode])
    except MathError as error:
        return [] if slope is None and error.kind == "domain" else [f"{error.kind}: {error.message}"]
    except (InputError, LimitError):
        return [] if mode == "exact" else ["not read"]
    if slope is None:
        return [f"a value outside of the domain: {found.value}"]
    wrong = [note.message for note in found.notes if note.kind in SAID]
    with mpmath.workdps(400):
        true = slope(mpf(x))
        if abs(true) < LARGEST and not (mode == "ieee" and abs(x) < LEAST):
            d = found.gradient["x"]
            exactly = Fraction(d) if abs(float(d)) < math.inf else Fraction(0)
            error = abs(mpf(exactly.numerator) / exactly.denominator - true)
            if error > TOLERANCE[mode] * abs(true):
                wrong.append(f"slope {d}, not {mpmath.nstr(true, 17)}")
    return wrong


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("edge", EDGES, ids=lambda edge: f"{edge.program} at {edge.at}")
def test_beside_an_edge_there_is_nothing_to_say(edge: Edge, mode: str) -> None:
    found = {x: wrong for x, slope in beside(edge) if (wrong := faults(edge, x, slope, mode))}
    assert not found


@pytest.mark.parametrize(("program", "x", "shown"), [
    ("asin(x)", 1.0000000000000002, "x = 1.0000000000000002, and"), ("asin(x)", 2.0, "x = 2, and"),
    ("acosh(x)", 0.9999999999999999, "x = 0.9999999999999999, and"), ("log1p(3*x)", -0.33333333333333337, "= -1, and"),
    ("(-2)**x", 3.0000000000000004, "x = 3.0000000000000004, and"), ("acoth(x)", 0.5, "x = 0.5, and"),
])  # fmt: skip
@pytest.mark.parametrize("mode", [{}, {"ieee": True}, {"digits": 15}])
def test_an_error_does_not_show_a_number_that_would_be_right(
    program: str, x: float, shown: str, mode: dict[str, Any]
) -> None:
    """Twelve digits of a number just outside of the domain may lie inside: then all are shown."""
    with pytest.raises(MathError) as caught:
        differentiate(program, {"x": x}, **mode)
    assert shown in caught.value.message or (mode == {"digits": 15} and "0000000" in caught.value.message)

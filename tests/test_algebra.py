"""Formulas in their normal form, each worked by hand: what is merged, what stays asked, in which order it stands."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradcli.errors import Source
from gradcli.language.canonical import simplified
from gradcli.language.powers import NOT_NEGATIVE, NOT_ZERO, asked_by
from gradcli.language.syntax import parse
from gradcli.language.writing import program_of

# A formula, then its normal form. What x/x and 0*log(x) ask of x stays, unless another part asks it too.
NORMAL_FORMS = """
x + x -> 2*x
2*x - x -> x
x - x -> 0
x*x -> x**2
x/x -> x/x
x*y/x -> x*y/x
x/y*y -> x*y/y
x + y - x -> y
0*x -> 0
0*log(x) -> 0*log(x)
1/x - 1/x -> 0/x
log(x) - log(x) -> 0*log(x)
x/x + log(x) -> 1 + log(x)
(-3*x)**1001 -> -3**1001*x**1001
(-3*x)**1000 -> 3**1000*x**1000
(-3*x)**-1001 -> -1/(3**1001*x**1001)
(-2*x/3)**1001 -> -2**1001*x**1001/3**1001
(0.5*x)**1100 -> x**1100/2**1100
(-1)**1001*x -> -x
x*log(x)**0 -> x*log(x)**0
log(x)**2*log(x)**-2 -> log(x)/log(x)
tan(x)**0*y -> y
(0*x)**-1 -> 1/(0*x)
0*(x - x)**-2 -> 0/0
x**0.5*x**0.5 -> (x**0.5)**2
sqrt(x)*sqrt(x) -> sqrt(x)**2
x**0.5*x**1.5 -> (x**0.5)**4
x**2*x**-2 -> x/x
x**(1/3)*x**(2/3) -> (x**(1/2))**2
x**-1*x -> x/x
(x*y)**2 -> x**2*y**2
(x*y)**0.5 -> (x*y)**0.5
(2*x)**3 -> 8*x**3
(-x)**2 -> x**2
(-x)**3 -> -x**3
(x/2)**2 -> x**2/4
-(x - y) -> y - x
-(x - y)*z -> (y - x)*z
-x - y -> -(x + y)
y - x -> y - x
-x + y -> y - x
2*x*3 -> 6*x
0.5*x*2 -> x
0.1*x*2 -> 0.2*x
0.1*3*x -> 3*0.1*x
1/3*x*3 -> x
x*2/4 -> x/2
x/3 -> x/3
x/0.5 -> 2*x
2/x*3 -> 6/x
x*0.25 -> 0.25*x
1.5*x -> 1.5*x
2**3*x -> 8*x
x*2**-1 -> x/2
x*1e20*1e-20 -> x*1e20*1e-20
3*(x + y) -> 3*(x + y)
3*(x + y) - 3*x -> 3*y
(x + y)*(x + y) -> (x + y)**2
(x + y)*(x - y) -> x**2 - y**2
(x + y)**2*(x + y) -> (x + y)**3
x*(y + z) -> x*(y + z)
x*y + x*z -> x*y + x*z
z*y*x -> z*y*x
sin(x)*x -> x*sin(x)
sin(x)*y*x -> x*y*sin(x)
x*sin(x)*sin(x) -> x*sin(x)**2
sin(x)/x/y -> sin(x)/(x*y)
1/(x*y) -> 1/(x*y)
1/(2*x) -> 1/(2*x)
x/(y/z) -> x*z**2/(y*z)
x/y/z -> x/(y*z)
(x/y)/(z/y) -> x*y/(y*z)
x*(1/y) -> x/y
-1/x -> -1/x
1/-x -> -1/x
x/-2 -> -x/2
-x/2 -> -x/2
x**y*x**y -> (x**y)**2
x**y/x**y -> x**y/x**y
exp(x)*exp(x) -> exp(x)**2
exp(x)*exp(-x) -> exp(x)*exp(-x)
exp(x)/exp(x) -> 1
e*e -> e**2
pi/pi -> 1
pi*x/pi -> x
e**2/e -> e
1/(1/x) -> x**2/x
1/(1/(x + y)) -> (x + y)**2/(x + y)
(1/x)**2 -> 1/x**2
(1/x)**-2 -> x**3/x
(x**2)**3 -> x**6
(x**2)**0.5 -> (x**2)**0.5
(x**0.5)**2 -> (x**0.5)**2
x**2/x -> x**2/x
x/x**2 -> 1/x
x**3/x**2 - x -> x**2/x - x
1/x*x + x -> x/x + x
x*y - y*x -> 0
x/y - x/y -> 0/y
(x - y)*(y - x) -> (x - y)*(y - x)
(x - y)/(y - x) -> (x - y)/(y - x)
(x - 1)/(1 - x) -> (x - 1)/(1 - x)
log(x)*0 + x -> 0*log(x) + x
sqrt(x)*0 + sqrt(x) -> sqrt(x)
x*0*log(y) + log(y) -> log(y)
where(x > 0, x, x) -> x
where(x > 0, 1, 0)*x -> x*where(x > 0, 1, 0)
1 - (1 - x) -> x
2 - (x - 3) -> 5 - x
x - 1 + 1 -> x
x + 2 + 3 -> x + 5
1 + x + 1 -> 2 + x
x**1 -> x
x**0 -> 1
1**x -> 1**x
0**2 + x -> x
tanh(x)*tanh(x) -> tanh(x)**2
1 - tanh(x)**2 -> 1 - tanh(x)**2
tan(x)/tan(x) -> tan(x)/tan(x)
sigmoid(x)/sigmoid(x) -> 1
exp(x)**2 -> exp(x)**2
abs(x)*abs(x) -> x**2
gamma(x)*0 -> 0*gamma(x)
0/x -> 0/x
0/(x*y) -> 0/(x*y)
0/(x - y) -> 0/(x - y)
0*x**-2 + y -> 0/x + y
0*x**0.5 + y -> 0*x**0.5 + y
0/x + 1/x -> 1/x
0*x/y + y -> 0/y + y
x*x**0.5 -> x**1.5
x*x**-0.5 -> x**1.5/x
x**1.5/x -> x**1.5/x
x**0.5/x -> 1/x**0.5
x/x**0.5 -> x**1.5/x
2*x + 3*x*y/y -> 2*x + 3*x*y/y
x*y*z/(x*y) -> x*y*z/(x*y)
-(-x) -> x
-(-(x + y)) -> x + y
(x + 1)/(x + 1) -> (x + 1)/(x + 1)
(x*x + 1)/(x*x + 1) -> (x**2 + 1)/(x**2 + 1)
5 - 2*x - 3 -> 2 - 2*x
1/3 + 1/6 + x -> 1/2 + x
0.1 + 0.2 + x -> 0.1 + 0.2 + x
1e300*1e300*x -> 1e300**2*x
x/1e300/1e300 -> x/1e300**2
3**700*x -> 3**700*x
(x + y)/2 -> (x + y)/2
2*(x + y)/2 -> x + y
-(x + y)/2 -> -(x + y)/2
(y - x)/2 -> (y - x)/2
-0.5*x -> -0.5*x
-0.1*x*y -> -0.1*x*y
x*-3 -> -3*x
x*(-3)*(-2) -> 6*x
"""


MORE = (Path(__file__).parent / "data" / "normal_forms.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", [*NORMAL_FORMS.strip().splitlines(), *MORE.strip().splitlines()])
def test_normal_forms(line: str) -> None:
    formula, _, expected = line.partition(" -> ")
    graph, (end,) = simplified(graph := parse(Source("program", formula)), [graph.output])
    assert program_of(graph, [("d", end)]) == f"d = {expected}"


@pytest.mark.parametrize(("exponent", "asked"), [
    ("2", 0), ("0", 0), ("-1", NOT_ZERO), ("1/2", NOT_NEGATIVE), ("-1/2", NOT_ZERO | NOT_NEGATIVE),
])  # fmt: skip
def test_what_a_power_asks_of_its_base(exponent: str, asked: int) -> None:
    number = Fraction(exponent)
    assert asked_by(number) == asked
    assert asked_by(number, NOT_ZERO) == asked | NOT_ZERO
    assert asked_by(number, NOT_NEGATIVE) == asked | NOT_NEGATIVE

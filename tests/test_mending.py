"""Programs of numbers as other languages, papers and people write them: each is mended to what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.errors import InputError, Source
from gradcli.language.mending import MAX_LENGTH, command_line, derivative_command, improved, mended
from gradcli.language.syntax import parse

NAMES = {"x", "y", "z"}

# What is written, then what may have been meant.
MENDED = r"""
2x ~~> 2*x
2 x ~~> 2*x
x y ~~> x*y
x(y + 1) ~~> x*(y + 1)
(x + 1)(y + 1) ~~> (x + 1)*(y + 1)
(x + 1) 2 ~~> (x + 1)*2
2(x + 1) ~~> 2*(x + 1)
2sin(x) ~~> 2*sin(x)
x sin(x) ~~> x*sin(x)
1/2x ~~> 1/2*x | 1/(2*x)
1/x y ~~> 1/x*y | 1/(x*y)
x^2y ~~> x^2*y | x^(2*y)
2^x y ~~> 2^x*y | 2^(x*y)
1/2 x ~~> 1/2*x | 1/(2*x)
x/y(x + 1) ~~> x/y*(x + 1) | x/(y*(x + 1))
x²y ~~> x²*y
x³ y² ~~> x³*y²
3x^2 + 2x ~~> 3*x^2 + 2*x
2e3x ~~> 2e3*x
0x ~~> 0*x
x 3 ~~> x*3
f(x) = 2x; f(y) y ~~> f(x) = 2*x; f(y)*y
1/2(x + 1) ~~> 1/2*(x + 1) | 1/(2*(x + 1))
2^x(y+1) ~~> 2^x*(y+1)
(1/2)x y ~~> (1/2)*x*y
x/2y + 1/3z ~~> x/2*y + 1/3*z | x/(2*y) + 1/(3*z)
sin x ~~> sin(x)
sin 2x ~~> sin(2*x)
ln abs x ~~> ln(abs(x))
sin^2(x) ~~> sin(x)^2
sin²(x) ~~> sin(x)²
sin^-1(x) ~~> asin(x)
sin^2 x ~~> sin(x)^2
sin**2(x) ~~> sin(x)**2
sin^(2)(x) ~~> sin(x)^2
cos^3 2x ~~> cos(2*x)^3
exp^2(x) ~~> exp(x)^2
sinx ~~> sin(x)
ln2x ~~> ln(2*x)
xsin(x) ~~> x*sin(x)
xy ~~> x*y
xyz ~~> x*y*z
sin cos x ~~> sin(cos(x))
sqrt x + 1 ~~> sqrt(x) + 1
sin x y ~~> sin(x)*y | sin(x*y)
√x ~~> sqrt(x)
√(x + 1) ~~> sqrt(x + 1)
∛8 ~~> cbrt(8)
∛(x) ~~> cbrt(x)
|x| ~~> abs(x)
|x| + |y| ~~> abs(x) + abs(y)
x° ~~> (x*pi/180)
x! ~~> gamma(x + 1)
(x + 1)! ~~> gamma((x + 1) + 1)
5% ~~> 5/100
x % 2 ~~> mod(x, 2)
where(¬(x > y), x, y) ~~> where(not (x > y), x, y)
x <> y ~~> where(x != y, 1, 0)
x \le y ~~> where(x <= y, 1, 0)
where(x > 0 && y > 0, x, y) ~~> where(x > 0 and y > 0, x, y)
where(x > 0 || y > 0, x, y) ~~> where(x > 0 or y > 0, x, y)
where(x > 0 ∧ y > 0, x, y) ~~> where(x > 0 and y > 0, x, y)
where(x > 0 ∨ y > 0, x, y) ~~> where(x > 0 or y > 0, x, y)
y := 2*x; y ~~> y = 2*x; y
x⁴ ~~> x**4
x⁻¹ ~~> x**(-1)
x¹² ~~> x**12
xⁿ ~~> x**n
x₁ + x₂ ~~> x1 + x2
[x + 1]*2 ~~> (x + 1)*2
{x + 1}*y ~~> (x + 1)*y
x[1] + x[2] ~~> x1 + x2
x[0,1] ~~> x0_1
“x” ~~> x
½x ~~> (1/2)*x
x > 0 ? x : -x ~~> where(x > 0, x, -x)
y = x > 0 ? 1 : 2; y ~~> y = where(x > 0, 1, 2); y
x if x > 0 else -x ~~> where(x > 0, x, -x)
y = x if x >= 0 else -x; y*2 ~~> y = where(x >= 0, x, -x); y*2
x mod 2 ~~> mod(x, 2)
x div 2 ~~> floor(x/2)
x times y ~~> x*y
x plus y ~~> x + y
x minus y ~~> x - y
x over y ~~> x/y
x // 2 ~~> floor(x/2)
x squared ~~> x**2
x cubed ~~> x**3
x squared + y squared ~~> x**2 + y**2
(x+y) squared ~~> (x+y)**2
sin(x) squared ~~> sin(x)**2
np.sin(x) ~~> sin(x)
math.sin(x) ~~> sin(x)
torch.exp(np.log(x)) ~~> exp(log(x))
np.pow(x, 2) ~~> x**2
Math.pow(x, 2) ~~> x**2
x.pow(2) ~~> x**(2)
x.sin() ~~> sin(x)
Math.PI ~~> pi
PI*x ~~> pi*x
Pi ~~> pi
\frac{x}{y} ~~> x/y
\frac{1}{1 + e^{-x}} ~~> 1/(1 + e^(-x))
\sqrt{x} ~~> sqrt(x)
\sqrt[3]{x} ~~> cbrt(x)
\frac12 x ~~> (1/2)*x
\dfrac{x}{2} ~~> x/2
\log_2{x} ~~> log(x, 2)
\log_{10}(x) ~~> log(x, 10)
x^{2} ~~> x^2
x_{1} + x_{2} ~~> x_1 + x_2
\sin(x) ~~> sin(x)
\left(x + 1\right) y ~~> (x + 1)*y
x \cdot y ~~> x * y
x \times y ~~> x * y
\alpha x ~~> α*x
$x^{2}$ ~~> x^2
\(x\) ~~> x
x\,y ~~> x*y
x_{i}^{2} ~~> x_i^2
q = x + y, f = q*z ~~> q = x + y; f = q*z
lambda x: x**2 ~~> x**2
lambda x, y: x*y ~~> x*y
f = lambda x: x**2; f(y) ~~> f(x) = x**2; f(y)
(x) => x**2 ~~> x**2
x => x**2 ~~> x**2
f = x -> x^2; f(y) ~~> f(x) = x^2; f(y)
@(x) x.^2 ~~> x^2
def f(x): return x**2 ~~> f(x) = x**2
def f(x): return x**2; f(y) ~~> f(x) = x**2; f(y)
function f(x) { return x*2 } ~~> f(x) = x*2
const y = 2*x; y ~~> y = 2*x; y
let y = 2*x; y ~~> y = 2*x; y
return x*y ~~> x*y
import math; x*2 ~~> x*2
from math import sin; sin(x) ~~> sin(x)
from numpy import *; sin(x) ~~> sin(x)
x.*y ~~> x*y
x.^2 ~~> x^2
x./y ~~> x/y
2.*x ~~> 2*x
x' ~~> x
f[x_] := x^2 ~~> f(x) = x^2
double y = x; y ~~> y = x; y
auto y = x; y ~~> y = x; y
yield x ~~> x
var f = x => x; f(y) ~~> f(x) = x; f(y)
import numpy as np; np.sin(x) ~~> sin(x)
\x -> x*2 ~~> x*2
x ↦ x^2 ~~> x^2
fn g(x) = x*2; g(y) ~~> g(x) = x*2; g(y)
square(x) ~~> x**2
power(x, 2) ~~> x**2
mean(x, y) ~~> (x + y)/2
clip(x, 0, 1) ~~> min(max(x, 0), 1)
if(x > 0, x, 0) ~~> where(x > 0, x, 0)
2*square(x) ~~> 2*(x**2)
square(square(x)) ~~> (x**2)**2
square(x + 1) ~~> (x + 1)**2
prod(x, y) ~~> x*y
log_2(x) ~~> log(x, 2)
log3(x) ~~> log(x, 3)
fmod(x, y) ~~> x - y*sign(x/y)*floor(abs(x/y))
softmax(x, y) ~~> exp(x)/(exp(x) + exp(y))
step(x) ~~> where(x > 0, 1, 0)
beta(x, y) ~~> gamma(x)*gamma(y)/gamma(x + y)
norm(x, y) ~~> hypot(x, y)
root(x, 3) ~~> x**(1/3)
mse(x, y + 1) ~~> (x - (y + 1))**2
Square(x) ~~> x**2
where(x > sin 2 and x < 1, x, 1) ~~> where(x > sin(2) and x < 1, x, 1)
"""
LEFT_ALONE = r"""
2e
2 3
|x
x×y
x, y
f(x, y), z
f(x: float) = x
lg(x)
sec2(x)
mean(x)
sinc(x)
sum(x, y)
foo(x)
"""

MORE = (Path(__file__).parent / "data" / "mended.txt").read_text(encoding="utf-8").splitlines()


def is_program(text: str) -> bool:
    try:
        parse(Source("program", text))
    except InputError:
        return False
    return True


@pytest.mark.parametrize("line", [*MENDED.strip().splitlines(), *(line for line in MORE if " ~~> " in line)])
def test_what_was_meant(line: str) -> None:
    text, _, ways = line.partition(" ~~> ")
    assert " | ".join(mended(text, NAMES, is_program)) == ways


@pytest.mark.parametrize("text", [*LEFT_ALONE.strip().splitlines(), *(line for line in MORE if " ~~> " not in line)])
def test_what_is_a_program_or_means_several_things_is_left_alone(text: str) -> None:
    assert mended(text, NAMES, is_program) == []


@pytest.mark.parametrize(("text", "names", "ways"), [
    ("2x1", ["x_1"], "2*x_1"), ("2x_1", ["x1"], "2*x1"), ("2 x1", ["x_1", "x1"], "2*x1"),
    ("2 x1", ["x_1", "x__1"], "2*x1"),  # which of both?
    ("3θ", ["theta"], "3*theta"), (r"3\theta", ["θ"], "3*θ"), (r"3\theta_{1}", ["theta1"], "3*theta1"),
    (r"2\lambda", ["lam"], "2*lam"), ("2eps", ["epsilon"], "2*epsilon"), (r"2\rho", ["rho"], "2*rho"),
    (r"2\gamma x", ["x"], "2*γ*x"), (r"2\tau x", ["x"], "2*τ*x"),  # a function, a constant
    (r"2\varphi", ["phi"], "2*phi"), (r"\sin\xi", ["xi"], "sin(xi)"), ("2wx", ["w_x", "w", "x"], "2*w*x"),
])  # fmt: skip
def test_names_are_spelled_as_those_that_have_values(text: str, names: list[str], ways: str) -> None:
    assert " | ".join(mended(text, names, is_program)) == ways


@pytest.mark.parametrize(("text", "said"), [
    ("x + \\\ny", "a line does not go on behind \\ | "
     "leave the \\ out, and put the lines in parentheses or on one line"),
    ("x + \\ \t\ny", "a line does not go on behind \\ | "
     "leave the \\ out, and put the lines in parentheses or on one line"),
    ("x + \\y", "this is LaTeX: a program has no \\ | write x + y"),
    (r"q = 2x\nf = q*3", r"\n is two characters here, and no new line | write q = 2*x; f = q*3"),
    (r"q = 1/2x\n q*3", r"\n is two characters here, and no new line | separate statements by ;"),
])  # fmt: skip
def test_what_is_said_of_backslashes(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(Source("program", text))
    found = improved(caught.value, text, NAMES, is_program)
    assert found is not None
    assert f"{found.message} | {found.hint}" == said


def test_long_texts_are_left_alone() -> None:
    for blanks, ways in ((MAX_LENGTH - 2, ["2*x"]), (MAX_LENGTH - 1, [])):
        assert mended(f"2{' ' * blanks}x", NAMES, is_program) == ways


@pytest.mark.parametrize(("text", "command"), [
    ("d/dx x^2", "gradcli diff \"x^2\" x"), ("d/dx(x^2)", "gradcli diff \"x^2\" x"),
    ("df/dx = x*y", "gradcli diff \"x*y\" x"),
    ("d^2/dx^2 sin(x)", "gradcli diff \"sin(x)\" x --order 2"), ("d²/dx² x^3", "gradcli diff \"x^3\" x --order 2"),
    ("d³/dx³ of x^3", "gradcli diff \"x^3\" x --order 3"), ("∂f/∂y: x*y", "gradcli diff \"x*y\" y"),
    ("∂/∂y [x*y]", "gradcli diff \"x*y\" y"), ("∂(x)", ""), ("diff(x^2, x)", "gradcli diff \"x^2\" x"),
    ("grad(x^2)", "gradcli diff \"x^2\""), ("D[x^2, x]", "gradcli diff \"x^2\" x"), ("d(x)", ""), ("x^2", ""),
    ("z/dx", ""), ("sigmoid'(x)", 'gradcli diff "sigmoid(x)" x'), ("sin''(x)", 'gradcli diff "sin(x)" x --order 2'),
    ("sin'(2*x)", 'gradcli diff "sin(2*x)"'), ("f'(x)", ""),
    ("d/dx 3x", "gradcli diff \"3*x\" x"), ("dy/dx = sin x", "gradcli diff \"sin(x)\" x"),
    ("derivative of 2x", "gradcli diff \"2*x\""), ("diff(2x, x)", "gradcli diff \"2*x\" x"),
    ("d/dx 1/2x", "gradcli diff 1/2x x"),
])  # fmt: skip
def test_a_derivative_is_asked_for_by_a_command(text: str, command: str) -> None:
    found = derivative_command(text, {"x", "y"}, is_program) or ""
    assert found.partition(", or add ")[0] == command


@pytest.mark.parametrize(("text", "command"), [
    ("d/dx x^2 at x=3", "gradcli diff \"x^2\" x x=3"), ("d/dx (x^2) at x=3", "gradcli diff \"x^2\" x x=3"),
    ("d²/dy² (3x y^3), x = 1, y=-2", "gradcli diff \"3*x*y^3\" y x=1 y=-2 --order 2"),
])  # fmt: skip
def test_a_derivative_at_a_point_is_asked_for_with_its_values(text: str, command: str) -> None:
    assert derivative_command(text, {"x", "y"}, is_program) == command


def test_words_of_a_command_are_quoted_where_a_shell_needs_it() -> None:
    assert command_line(["diff", "x+1", "x*y", 'a"b', "$x"]) == """gradcli diff x+1 "x*y" 'a"b' '$x'"""

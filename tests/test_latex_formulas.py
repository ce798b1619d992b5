"""Formulas of numbers in LaTeX, each by hand: where parentheses stand, and how names and numerals are set."""

from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.language.array_latex import formula as array_formula
from gradcli.language.array_scope import parse_arrays
from gradcli.language.latex import escaped, formula, name, numeral
from gradcli.language.syntax import parse


@pytest.mark.parametrize(("program", "text"), [
    ("x + -y", r"x + \left(-y\right)"), ("x*-y", r"x \cdot \left(-y\right)"), ("x/(-y)", r"\frac{x}{-y}"),
    ("x - -y", r"x - \left(-y\right)"), ("-x*y", r"-x \cdot y"), ("-(x*y)", r"-x \cdot y"),
    ("-(x + y)", r"-\left(x + y\right)"), ("x**-y", "x^{-y}"), ("(-x)**2", r"\left(-x\right)^{2}"), ("-x**2", "-x^{2}"),
    ("x + (-y)**2", r"x + \left(-y\right)^{2}"), ("x*(y*z)", r"x \cdot y \cdot z"), ("x + (y + z)", "x + y + z"),
    ("x - (y + z)", r"x - \left(y + z\right)"), ("x - (y - z)", r"x - \left(y - z\right)"), ("x - y - z", "x - y - z"),
    ("x - y*z", r"x - y \cdot z"), ("(x + y)*(x - y)", r"\left(x + y\right) \cdot \left(x - y\right)"),
    ("x/(y*z)", r"\frac{x}{y \cdot z}"), ("x/y/z", r"\frac{\frac{x}{y}}{z}"), ("x*(y/z)", r"x \cdot \frac{y}{z}"),
    ("(x + y)/z", r"\frac{x + y}{z}"), ("(x/y)**2", r"\left(\frac{x}{y}\right)^{2}"), ("x**(y/z)", r"x^{\frac{y}{z}}"),
    ("x**y**z", "x^{y^{z}}"), ("(x**y)**z", r"\left(x^{y}\right)^{z}"), ("(x*y)**2", r"\left(x \cdot y\right)^{2}"),
    ("(x + y)**2", r"\left(x + y\right)^{2}"), ("sin(x)**2", r"\sin\left(x\right)^{2}"), ("exp(x)", "e^{x}"),
    ("exp(x)**2", r"\left(e^{x}\right)^{2}"), ("exp(-x)", "e^{-x}"), ("exp(x)*y", r"e^{x} \cdot y"),
    ("sqrt(x + y)", r"\sqrt{x + y}"), ("sqrt(x)**2", r"\sqrt{x}^{2}"), ("abs(x - y)", r"\left|x - y\right|"),
    ("log(x)*y", r"\ln\left(x\right) \cdot y"), ("log2(x)", r"\log_2\left(x\right)"), ("2**x", "2^{x}"),
    ("hypot(x, y)", r"\operatorname{hypot}\left(x, y\right)"), ("max(x, y, z)", r"\max\left(x, y, z\right)"),
    ("pi*x", r"\pi \cdot x"), ("tau/2", r"\frac{\tau}{2}"), ("e**x", "e^{x}"), ("2*-3", r"2 \cdot \left(-3\right)"),
    ("where(x > 0, x, -x)", r"\begin{cases} x & x > 0 \\ -x & \text{otherwise} \end{cases}"),
    ("where(x >= y*2, 1, 2)", r"\begin{cases} 1 & x \ge y \cdot 2 \\ 2 & \text{otherwise} \end{cases}"),
    ("where(x != y, 1, 2)", r"\begin{cases} 1 & x \ne y \\ 2 & \text{otherwise} \end{cases}"),
    # a numeral with an exponent is a product, and gets parentheses where it is raised
    ("x*1e5", r"x \cdot 1 \cdot 10^{5}"), ("1e5*x", r"1 \cdot 10^{5} \cdot x"),
    ("1e5**2", r"\left(1 \cdot 10^{5}\right)^{2}"),
    ("2.5E-3**x", r"\left(2.5 \cdot 10^{-3}\right)^{x}"), ("x**1e5", r"x^{1 \cdot 10^{5}}"),
    ("x - .5e2", r"x - .5 \cdot 10^{2}"),
    ("10**2", "10^{2}"), ("x*10**2", r"x \cdot 10^{2}"), ("x/1e5", r"\frac{x}{1 \cdot 10^{5}}"),
])  # fmt: skip
def test_formulas_of_numbers_by_hand(program: str, text: str) -> None:
    graph = parse(Source("program", program))
    assert formula(graph, graph.output) == text
    arrays = parse_arrays(Source("program", program), dict.fromkeys(graph.inputs, ()))
    assert array_formula(arrays) == text


@pytest.mark.parametrize(("text", "latex"), [
    ("x", "x"), ("x1", "x_{1}"), ("x_1", "x_{1}"), ("x12", "x_{12}"), ("w_in", "w_{in}"),
    ("w_in_2", r"\mathit{w\_in}_{2}"),
    ("alpha", r"\alpha"), ("alpha1", r"\alpha_{1}"), ("α", r"\alpha"), ("α2", r"\alpha_{2}"),
    ("loss", r"\mathit{loss}"),
    ("loss2", r"\mathit{loss}_{2}"), ("learning_rate", r"\mathit{learning}_{rate}"), ("W[1,0]", "W_{1,0}"),
    ("h1[0]", "h_{1}[0]"), ("Ω", r"\Omega"), ("epsilon", r"\epsilon"), ("ε", r"\varepsilon"), ("x_", r"\mathit{x\_}"),
    ("pi", r"\pi"),
    ("_x", r"\mathit{\_x}"), ("a_b_c", r"a_{b\_c}"), ("loss[2]", r"\mathit{loss}_{2}"),
])  # fmt: skip
def test_names(text: str, latex: str) -> None:
    assert name(text) == latex


@pytest.mark.parametrize(("text", "latex"), [
    ("2", "2"), ("-2.5", "-2.5"), ("1e5", r"1 \cdot 10^{5}"), ("1.5e-10", r"1.5 \cdot 10^{-10}"),
    ("2E+07", r"2 \cdot 10^{7}"),
    ("1/3", r"\frac{1}{3}"), ("-1/3", r"-\frac{1}{3}"), ("inf", r"\infty"), ("-inf", r"-\infty"),
    ("nan", r"\text{nan}"),
    ("none", r"\text{none}"),
])  # fmt: skip
def test_numerals(text: str, latex: str) -> None:
    assert numeral(text) == latex


@pytest.mark.parametrize(("text", "latex"), [
    ("a_b", r"a\_b"), ("50%", r"50\%"), ("{x}", r"\{x\}"), ("a & b", r"a \& b"), ("#1", r"\#1"), ("$x$", r"\$x\$"),
    ("x^2", r"x\textasciicircum{}2"), ("a~b", r"a\textasciitilde{}b"), ("\\", r"\textbackslash{}"),
    ("a < b", r"a \(<\) b"),
    ("|x|", r"\(|\)x\(|\)"), ("±1", r"\(\pm\)1"), ("∂f", r"\(\partial\)f"), ("α", r"\(\alpha\)"), ("a--b", "a-{}-b"),
    ("-1", r"\(-\)1"), ("x-1", "x-1"), ("x - 1", "x - 1"), ("(-1)", r"(\(-\)1)"), ("-x", "-x"), ("-inf", r"\(-\)inf"),
])  # fmt: skip
def test_text_that_is_printed_as_it_is(text: str, latex: str) -> None:
    assert escaped(text) == latex

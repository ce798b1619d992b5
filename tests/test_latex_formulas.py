"""Formulas of numbers in LaTeX, each by hand: where parentheses stand, and how names and numerals are set."""

from __future__ import annotations

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import Source
from gradcli.language.array_latex import formula as array_formula
from gradcli.language.array_scope import parse_arrays
from gradcli.language.latex import escaped, formula, name, numeral, numeral_precedence
from gradcli.language.syntax import parse
from gradcli.language.writing import ATOM


@pytest.mark.parametrize(("program", "text"), [
    ("x + -y", r"x + \left(-y\right)"), ("x*-y", r"x \cdot \left(-y\right)"), ("x/(-y)", r"\frac{x}{-y}"),
    ("x - -y", r"x - \left(-y\right)"), ("-x*y", r"-x \cdot y"), ("-(x*y)", r"-x \cdot y"),
    ("-(x + y)", r"-\left(x + y\right)"), ("-(-x)", r"-\left(-x\right)"),
    ("-(-(-x))", r"-\left(-\left(-x\right)\right)"),
    ("x/(-y*z)", r"\frac{x}{-y \cdot z}"), ("x + exp(-y*z)", r"x + e^{-y \cdot z}"),
    ("x - -y**2", r"x - \left(-y^{2}\right)"), ("(x - y)*-z", r"\left(x - y\right) \cdot \left(-z\right)"),
    ("x + (y - z)*-2", r"x + \left(y - z\right) \cdot \left(-2\right)"),
    ("max(x, -y*z)", r"\max\left(x, -y \cdot z\right)"), ("x + (-y)/z", r"x + \frac{-y}{z}"),
    ("x**-y", "x^{-y}"), ("(-x)**2", r"\left(-x\right)^{2}"), ("-x**2", "-x^{2}"),
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
    ("(-1e5)**2", r"\left(-1 \cdot 10^{5}\right)^{2}"), ("-1e5**2", r"-\left(1 \cdot 10^{5}\right)^{2}"),
    ("2**1e5**x", r"2^{\left(1 \cdot 10^{5}\right)^{x}}"),
    ("10**2", "10^{2}"), ("x*10**2", r"x \cdot 10^{2}"), ("x/1e5", r"\frac{x}{1 \cdot 10^{5}}"),
])  # fmt: skip
def test_formulas_of_numbers_by_hand(program: str, text: str) -> None:
    graph = parse(Source("program", program))
    assert formula(graph, graph.output) == text
    arrays = parse_arrays(Source("program", program), dict.fromkeys(graph.inputs, ()))
    assert array_formula(arrays) == text


@pytest.mark.parametrize(("program", "numbers", "arrays"), [
    ("x + -y*z", r"x + \left(-y\right) \cdot z", r"x + \left(-y \cdot z\right)"),
    ("x - -y*z*w", r"x - \left(-y\right) \cdot z \cdot w", r"x - \left(-y \cdot z \cdot w\right)"),
    ("x*(-y*z)", r"x \cdot \left(-y\right) \cdot z", r"x \cdot \left(-y \cdot z\right)"),
    ("x + (-y + z)", r"x + \left(-y\right) + z", r"x + \left(-y + z\right)"),
    ("-(-y*z)", r"-\left(-y\right) \cdot z", r"-\left(-y \cdot z\right)"),
    ("x + -1e5*y", r"x + \left(-1 \cdot 10^{5}\right) \cdot y", r"x + \left(-1 \cdot 10^{5} \cdot y\right)"),
])  # fmt: skip
def test_no_minus_stands_behind_a_sign(program: str, numbers: str, arrays: str) -> None:
    graph = parse(Source("program", program))
    assert formula(graph, graph.output) == numbers
    assert array_formula(parse_arrays(Source("program", program), dict.fromkeys(graph.inputs, ()))) == arrays


@pytest.mark.parametrize("text", ["1e5", "1/3", "2.5E-07", "-3e+2"])
def test_a_number_that_is_set_as_a_product_binds_like_one(text: str) -> None:
    assert numeral_precedence(text) == OPERATIONS["mul"].precedence


@pytest.mark.parametrize("text", ["2", "-2.5", "inf", "nan", "none", "0.001"])
def test_other_numbers_need_no_parentheses(text: str) -> None:
    assert numeral_precedence(text) == ATOM


def test_a_number_that_has_a_name_is_raised_by_its_name() -> None:
    graph = parse(Source("program", "eta = 1e-3; eta**x"))
    named = [i in graph.named.values() for i in range(len(graph.nodes))]
    assert formula(graph, graph.output, named) == r"\eta^{x}"
    assert formula(graph, graph.output, named, ["1e-3" if label == "eta" else label for label in graph.labels]) == (
        r"\left(1 \cdot 10^{-3}\right)^{x}")  # fmt: skip


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

"""Where a product is meant that no * shows, and how far a quotient or a power then reaches: each reading by hand."""

from __future__ import annotations

import pytest

from gradcli.language.implied_products import products


@pytest.mark.parametrize(("text", "read"), [
    ("2x", "2*x"), ("2 x", "2*x"), ("x y", "x*y"), ("x 2", "x*2"), ("(a)(b)", "(a)*(b)"), ("(a) 2", "(a)*2"),
    ("x² y", "x²*y"), ("x³(y)", "x³*(y)"), ("x (y+1)", "x*(y+1)"), ("x(y+1)", "x(y+1)"), ("2 sin(x)", "2*sin(x)"),
    ("sin(x) cos(x)", "sin(x)*cos(x)"), ("x sin (y)", "x*sin (y)"), ("sin (x)", "sin (x)"), ("sin(x)", "sin(x)"),
    ("log x", "log x"), ("2 3", "2 3"), ("2e3", "2e3"), ("2e", "2e"), ("2_a", "2_a"), ("0x1F", "0x1F"), ("0xz", "0*xz"),
    ("a and b", "a and b"), ("not x", "not x"), ("2 or x", "2 or x"), ("x + y", "x + y"), ("x*-y", "x*-y"),
])  # fmt: skip
def test_a_product_is_read(text: str, read: str) -> None:
    assert products(text, ()) == [read]


@pytest.mark.parametrize(("text", "readings"), [
    ("1/2x", ["1/2*x", "1/(2*x)"]), ("x/2 y", ["x/2*y", "x/(2*y)"]), ("x^2y", ["x^2*y", "x^(2*y)"]),
    ("x^2 y z", ["x^2*y*z", "x^(2*y)*z"]),
    # what is divided by is a parenthesis, a call, or has powers of its own
    ("1/(a+b)c", ["1/(a+b)*c", "1/((a+b)*c)"]), ("1/(a)(b)", ["1/(a)*(b)", "1/((a)*(b))"]),
    ("1/sin(x)y", ["1/sin(x)*y", "1/(sin(x)*y)"]), ("1/sin(x) y z", ["1/sin(x)*y*z", "1/(sin(x)*y)*z"]),
    ("1/x²y", ["1/x²*y", "1/(x²*y)"]), ("1/((a))b", ["1/((a))*b", "1/(((a))*b)"]),
    ("1/(sin(x))y", ["1/(sin(x))*y", "1/((sin(x))*y)"]), ("1 ÷ 2x", ["1 ÷ 2*x", "1 ÷ (2*x)"]),
    ("x^(2)y", ["x^(2)*y", "x^((2)*y)"]), ("x**2y", ["x**2*y", "x**(2*y)"]),
    # what it is multiplied with is, too
    ("1/2(x)y", ["1/2*(x)*y", "1/(2*(x))*y"]), ("1/2x^2", ["1/2*x^2", "1/(2*x^2)"]),
    ("1/2x²y", ["1/2*x²*y", "1/(2*x²)*y"]),
    ("1/2 x ** -y z", ["1/2*x ** -y*z", "1/(2*x ** -y)*z"]), ("1/2sin(x)^2", ["1/2*sin(x)^2", "1/(2*sin(x)^2)"]),
    ("1/2x^y^(z + 1) w", ["1/2*x^y^(z + 1)*w", "1/(2*x^y^(z + 1))*w"]), ("1/2x^", ["1/2*x^", "1/(2*x)^"]),
    ("1/2x^(", ["1/2*x^(", "1/(2*x^()"]), ("1/2(a b)", ["1/2*(a*b)", "1/(2*(a*b))"]),
    ("1/2(1/2x)", ["1/2*(1/2*x)", "1/(2*(1/2*x))"]), ("1/x (y) z", ["1/x*(y)*z", "1/(x*(y))*z"]),
    # several of them
    ("a/2 b/c d", ["a/2*b/c*d", "a/(2*b)/(c*d)"]), ("1/2x + 1/3y", ["1/2*x + 1/3*y", "1/(2*x) + 1/(3*y)"]),
    ("a/b c d", ["a/b*c*d", "a/(b*c)*d"]), ("(1/2x)(1/3y)", ["(1/2*x)*(1/3*y)", "(1/(2*x))*(1/(3*y))"]),
    ("1/(1/2x)y", ["1/(1/2*x)*y", "1/((1/(2*x))*y)"]),
])  # fmt: skip
def test_what_may_be_below_a_quotient_or_above_a_power_is_read_in_both_ways(text: str, readings: list[str]) -> None:
    assert products(text, ()) == readings


@pytest.mark.parametrize(("text", "read"), [
    ("(1/2)x", "(1/2)*x"), ("(1/(a))b", "(1/(a))*b"), ("1/2)x", "1/2)*x"), ("1/-x y", "1/-x*y"), ("2^-x y", "2^-x*y"),
    ("1/2 + 3x", "1/2 + 3*x"), ("x^2(y)", "x^2*(y)"), ("x^2 sin(y)", "x^2*sin(y)"), ("x^(a)(b)", "x^(a)*(b)"),
    ("(1/2)(x)y", "(1/2)*(x)*y"), ("(a)(b) c", "(a)*(b)*c"), ("1/x, 2y", "1/x, 2*y"), ("1/(2, 3x)", "1/(2, 3*x)"),
])  # fmt: skip
def test_where_nothing_is_left_open_there_is_one_reading(text: str, read: str) -> None:
    assert products(text, ()) == [read]


def test_long_texts_take_time_in_proportion() -> None:
    for text in ("1/2(" * 3_000 + "x", "1/2x + " * 20_000, "x^" * 20_000 + "2y", "(1/x)" * 10_000, ")1/2x" * 10_000):
        assert products(text, ())


@pytest.mark.parametrize(("text", "own", "read"), [
    ("x(y+1)", "x", "x*(y+1)"), ("x(y+1)", "y", "x(y+1)"), ("sin(x)", "sin", "sin(x)"), ("sin (x)", "sin", "sin (x)"),
    ("log x", "log", "log x"),
])  # fmt: skip
def test_a_name_that_has_a_value_is_multiplied_and_a_function_is_called(text: str, own: str, read: str) -> None:
    assert products(text, (own,)) == [read]

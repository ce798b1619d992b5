"""Products of matrices and calls as MATLAB, papers and Wolfram write them: the program offered computes what was meant.

What MATLAB computes is worked out by NumPy with column vectors.
"""

from __future__ import annotations

import re
from fractions import Fraction

import numpy
import pytest

from gradcli import differentiate
from gradcli.language.array_transposes import products_of_matrices, without_turned_vectors
from gradcli.numbers.decimals import short_text

from .test_array_syntax import refusal

A, B = numpy.array([[1.0, 2], [3, 5]]), numpy.array([[2.0, -1], [4, 3]])
x, y = numpy.array([1.0, -2]), numpy.array([3.0, 5])
POINT = {"A": A.tolist(), "B": B.tolist(), "x": x.tolist(), "y": y.tolist(), "s": 2.0}
SHAPES = {"A": "2x2", "B": "2x2", "x": "2", "y": "2", "s": ""}
OUTER = numpy.outer(x, y)


@pytest.mark.parametrize(("written", "meant", "value"), [
    ("x'*y", "x@y", x @ y),
    ("x'*A*y", "x@A@y", x @ A @ y),
    ("0.5*x'*A*x + s*y'*x", "0.5*x@A@x + s*y@x", 0.5 * x @ A @ x + 2 * y @ x),
    ("x'*y*s", "x@y*s", 2 * x @ y),
    ("A'*B", "A.T@B", A.T @ B),
    ("A'.*B", "A.T*B", A.T * B),
    ("A*B'", "A@B.T", A @ B.T),
    ("(A*B)'*x", "(A@B).T@x", (A @ B).T @ x),
    ("x*y'", "outer(x, y)", OUTER),
    ("x * y' * A", "outer(x, y) @ A", OUTER @ A),
    ("A'*x*3", "A.T@x*3", A.T @ x * 3),
    ("A' x", "A.T@x", A.T @ x),
    ("x' A y", "x@A@y", x @ A @ y),
    ("xᵀy", "x@y", x @ y),
    ("xᵀ A y", "x@A@y", x @ A @ y),
    ("Aᵀx", "A.T@x", A.T @ x),
    ("x^T y", "x@y", x @ y),
    ("A^T x", "A.T@x", A.T @ x),
    ("x'*y**2", "x@y**2", x @ y**2),
    ("A x + y", "A@x + y", A @ x + y),
    ("A B", "A@B", A @ B),
    ("x y", "x*y", x * y),
    ("s x", "s*x", 2 * x),
])  # fmt: skip
def test_the_product_that_was_meant(written: str, meant: str, value: numpy.ndarray) -> None:
    error = refusal(written, **SHAPES)
    assert (error.hint, error.instead) == (f"write {meant}", ([written], [meant]))
    point = {name: POINT[name] for name in {*re.findall(r"\b[ABxys]\b", meant)}}
    assert differentiate(meant, point, wrt=[]).value == value.tolist()


@pytest.mark.parametrize("text", ["x^T*y", "x'*y"])
def test_no_transpose_where_T_has_a_value(text: str) -> None:
    meant = products_of_matrices(text, {"T": (), "x": (2,), "y": (2,)})
    assert meant == {"x'*y": "x@y"}.get(text, text)


def test_no_transpose_where_the_program_gives_T_a_value() -> None:
    assert products_of_matrices("T = 3; x^T y", {"x": (2,), "y": (2,)}) == "T = 3; x^T y"


@pytest.mark.parametrize(("written", "meant"), [
    ("Sin[s]", "sin(s)"), ("Exp[Sin[s]]*s", "exp(sin(s))*s"), ("ArcTan[s]", "arctan(s)"), ("Sum[x]", "sum(x)"),
    ("A[end]", "A[-1]"), ("A[end, end]", "A[-1,-1]"), ("A[0, end-1]", "A[0,-2]"), ("A[0:end]", "A[0:]"),
    ("A[0:end-1, end]", "A[0:-1,-1]"), ("Sin[t]", "sin(t)"),
])  # fmt: skip
def test_calls_and_places_of_elsewhere(written: str, meant: str) -> None:
    assert refusal(written, **SHAPES).hint == f"write {meant}"


@pytest.mark.parametrize(("written", "hint"), [
    ("A[0, last]", "write last=..."),
    ("Foo[s]", "write Foo=..."),
    ("Bx + y", "did you mean x?"),
])  # fmt: skip
def test_a_name_without_a_value_stays_one(written: str, hint: str) -> None:
    shapes = {"A": "2x2", "x": "2", "y": "2", "s": ""}
    assert refusal(written, **shapes).hint == hint


def test_a_name_made_of_two_arrays_is_their_product() -> None:
    assert refusal("Ax + y", **SHAPES).hint == "for a product of matrices write A@x, entry by entry A*x"


@pytest.mark.parametrize(("number", "text"), [
    (Fraction(3, 2), "1.5"), (Fraction(-1, 4), "-0.25"), (Fraction(1, 3), "1/3"), (Fraction(1, 10**6), "0.000001"),
    (Fraction(1, 10**7), "1/10000000"), (Fraction(20), "20"), (Fraction(2 * 10**9 - 1, 2), "999999999.5"),
    (Fraction(2 * 10**9 + 1, 2), "2000000001/2"),
])  # fmt: skip
def test_a_fraction_is_shown_as_it_is_typed(number: Fraction, text: str) -> None:
    assert short_text(number) == text


@pytest.mark.parametrize(("text", "without"), [
    ("A@x.T", "A@x"), ("x@A.T", "x@A.T"), ("x@y.T", "outer(x, y)"), ("q@x.T", "outer(q, x)"), ("A^T x", "A^T x"),
    ("(x + y)@x.T", "outer(x + y, x)"), ("dL/dz@x.T", "outer(dL/dz, x)"), ("x^T*y", "x@y"), ("x.T*y", "x.T*y"),
    ("x.T@A@x", "x@A@x"), ("x**y.T", "x**y"),
])  # fmt: skip
def test_vectors_are_not_turned(text: str, without: str) -> None:
    shapes = {"A": (2, 2), "x": (2,), "y": (2,), "dL/dz": (2,)}
    assert without_turned_vectors(text, shapes) == without


@pytest.mark.parametrize(("text", "meant"), [
    ("A*x'", "A@x"), ("x*y'", "outer(x, y)"), ("x y'", "outer(x, y)"), ("A'*B", "A.T@B"), ("A B'", "A@B.T"),
    ("x'y", "x@y"), ("A*B", "A*B"), ("A x", "A@x"), ("s*x'", "s*x"), ("x*A'", "x@A.T"), ("(A + B)*x'", "(A + B)@x"),
    ("x'*A'", "x@A.T"),
])  # fmt: skip
def test_products_beside_a_transpose(text: str, meant: str) -> None:
    assert products_of_matrices(text, {"A": (2, 2), "B": (2, 2), "x": (2,), "y": (2,), "s": ()}) == meant

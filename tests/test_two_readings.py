"""Spellings that mean two things are refused with both; those that mean one are read."""

from __future__ import annotations

import pytest

from gradcli.errors import GradcliError
from gradcli.homework.claims.claims import Absent, Number
from gradcli.homework.claims.repairs import read_kindly

from .test_claim_repairs import array_read

NAMES = {"x": 0, "y": 1, "f": 2, "theta": 3, "lam": 4, "x_1": 5, "w_1": 6, "m": 7, "w": 8, "g_1_2": 9}


@pytest.mark.parametrize(("text", "message"), [
    ("{0,1}", "two numbers, or one with a decimal comma"), ("(4,3)", "two numbers, or one with a decimal comma"),
    ("-(4, 3)", "two numbers"), ("{2, -5}", "two numbers"), ("(1/2,3)", "two numbers"),
    ("0·149", "can be 0.149, or a product"), ("-0⋅5", "can be -0.5, or a product"),
    ("-x:y²", "can be a quotient"), ("-2:9", "can be a quotient"), ("1:y", "can be a quotient"),
    ("3.5 +- 0.1", "with an uncertainty"), ("3.5+/-0.1", "with an uncertainty"), ("-3,5 +/- 1", "with an uncertainty"),
    ("sin x^2", "needs parentheses"), ("2x cos x^2", "operator is missing"),
    ("3.5 E", "not understood: E"), ("3.5 D3", "not understood: D3"), ("3.5 Tsd.", "not understood: Tsd"),
    ("3.5 neg", "not understood: neg"), ("3.5 tenths", "not understood: tenths"), ("3.5 is wrong", "not understood"),
    ("2X", "no number or formula"), ("2Y", "no number or formula"), ("3.5d3", "no number or formula"),
    ("9.81 m/s^2", "not understood: m/s"),
    ("x:y", "can be a quotient"), ("x :y", "can be a quotient"), ("(x+y) : y", "can be a quotient"),
])  # fmt: skip
def test_what_means_two_things_is_refused(text: str, message: str) -> None:
    with pytest.raises(GradcliError, match=message):
        read_kindly(text, NAMES)


@pytest.mark.parametrize(("text", "value"), [
    ("1.5 E-4", 1.5e-4), ("1.5 e-4", 1.5e-4), ("1.5E -4", 1.5e-4), ("2 e3", 2000), ("-1,5 E+2", -150),
    ("f: 3", 3), ("f:3", 3), ("x:2.5", 2.5), ("1·5", 5), ("10·5", 50), (".5·3", 1.5),
    ("1/3 (0.333)", 1 / 3), ("2*3 (6)", 6), ("0.333 (1/3)", 0.333),
    ("np.float64(0.149)", 0.149), ("tensor(0.5)", 0.5), ("array(-2.)", -2), ("torch.tensor(3)", 3),
    ("tensor(0.1824, grad_fn=<MulBackward0>)", 0.1824), ("np.sqrt(4)", 2), ("math.exp(0)", 1), ("np.log2(8)", 3),
])  # fmt: skip
def test_what_means_one_number_is_read(text: str, value: float) -> None:
    found = read_kindly(text, NAMES).written
    assert isinstance(found, Number)
    assert found.value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("text", ["2 (3)", "3 (3)", "1/3 (0.5)", "tensor(1, 2)", "tensor([1, 2])"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(GradcliError):
        read_kindly(text, NAMES)


def test_a_sheet_with_decimal_commas_has_them_in_parentheses() -> None:
    found = read_kindly("(2,5)", NAMES, comma=True).written
    assert isinstance(found, Number)
    assert found.value == 2.5
    with pytest.raises(GradcliError, match="two numbers"):
        read_kindly("1.5 E-4 3", {**NAMES, "E": 3})


@pytest.mark.parametrize(("text", "numbers"), [
    ("np.dot([[1,2],[3,4]], [1,1])", [3, 7]), ("np.matmul([[0,1],[1,0]], np.dot([[1,2],[3,4]], [1,1]))", [7, 3]),
    ("torch.mv([[1,2],[3,4]], [0,1])", [2, 4]),
])  # fmt: skip
def test_functions_of_other_libraries_multiply_matrices(text: str, numbers: list[float]) -> None:
    assert array_read("z", text) == ((2,), numbers)


@pytest.mark.parametrize(("text", "read_as"), [
    ("2θ", "2*theta"), ("2·θ", "2*theta"), ("θ", "theta"), ("3λ²", "3*lam²"), ("lambda*y", "lam*y"),
    ("3x1^2", "3*x_1^2"), ("1w1", "1*w_1"), ("x1*w1", "x_1*w_1"), ("g12 + x", "g_1_2 + x"),
])  # fmt: skip
def test_other_spellings_of_a_name_are_read(text: str, read_as: str) -> None:
    assert read_kindly(text, NAMES).read_as == read_as


def test_a_spelling_of_two_names_is_of_neither() -> None:
    with pytest.raises(GradcliError):
        read_kindly("2*x12", {"x_12": 0, "x_1_2": 1})
    assert read_kindly("2*θ", {"θ": 0, "theta": 1}).read_as == ""


@pytest.mark.parametrize(("text", "sides"), [
    ("in [-1,1]", (-1, 1)), ("-1 <= g <= 1", (-1, 1)), ("0 ≤ dx ≤ 2.5", (0, 2.5)), ("between -1 and 1", (-1, 1)),
    ("[0; 1/2]", (0, 0.5)), ("-1 < s < 1", (-1, 1)),
])  # fmt: skip
def test_intervals_in_words_and_signs(text: str, sides: tuple[float, float]) -> None:
    found = read_kindly(text, NAMES).written
    assert isinstance(found, Absent)
    assert found.sides is not None
    assert (found.sides[0].value, found.sides[1].value) == sides


@pytest.mark.parametrize(("text", "is_absent"), [
    ("undefined (0/0)", True), ("undefined (kink at 0)", True), ("does not exist (a corner)", True),
    ("undefined (or 0)", False), ("undefined (but 1 from the right)", False), ("undefined (0) 3", False),
])  # fmt: skip
def test_a_remark_behind_undefined(text: str, is_absent: bool) -> None:
    if is_absent:
        assert read_kindly(text, NAMES).written == Absent()
    else:
        with pytest.raises(GradcliError):
            read_kindly(text, NAMES)

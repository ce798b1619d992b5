"""Spellings that mean two things are refused with both; those that mean one are read."""

from __future__ import annotations

import pytest

from gradcli.errors import GradcliError
from gradcli.homework.claims.claims import Number
from gradcli.homework.claims.repairs import read_kindly

from .test_claim_repairs import array_read

NAMES = {"x": 0, "y": 1, "f": 2}


@pytest.mark.parametrize(("text", "message"), [
    ("{0,1}", "two numbers, or one with a decimal comma"), ("(4,3)", "two numbers, or one with a decimal comma"),
    ("-(4, 3)", "two numbers"), ("{2, -5}", "two numbers"), ("(1/2,3)", "two numbers"),
    ("0·149", "can be 0.149, or a product"), ("-0⋅5", "can be -0.5, or a product"),
    ("-x:y²", "can be a quotient"), ("-2:9", "can be a quotient"), ("1:y", "can be a quotient"),
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

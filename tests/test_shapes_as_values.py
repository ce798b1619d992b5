"""A shape in place of a value, an array in place of a range: both are told as what they are."""

from __future__ import annotations

import pytest

from gradcli.commands import run

SHAPE = "this is a shape, and no value"
NUMBERS = "a value is a number or an expression of numbers such as 1/3 or pi/4"


@pytest.mark.parametrize(("words", "told", "hint"), [
    (["sum(X@W)", "X=NxD", "W=DxC"], f"X:1:1: {SHAPE}", "shapes in place of values are for --shapes"),
    (["sum(X@W)", "X=2x2", "W=DxC"], f"X:1:1: {SHAPE}", "write 2*2 for a product; shapes in place"),
    (["x*y", "x=10x3", "y=1"], f"x:1:1: {SHAPE}", "write 10*3 for a product; shapes in place"),
    (["x*y", "x=Nx3x4", "y=1"], f"x:1:1: {SHAPE}", "shapes in place of values"),
    (["x*y", "x=maxval", "y=1"], "x:1:1: maxval is not a number", NUMBERS),
    (["x*y", "x=x", "y=1"], "x:1:1: x is not a number", NUMBERS),
    (["x*y", "x=3x", "y=1"], "an operator is missing", ""),
    (["x*y", "x=0x10", "y=1"], "numbers are decimal", ""),
    (["plot", "sum(W*x)", "x=0:1", "W=[1,2]"], "gradcli: W is an array\n", "a plot is of numbers"),
    (["plot", "sum(x)", "x=0:1"], "sum takes 2 or more arguments", "write sum(x, y, ...)"),
    (["plot", "W*x", "x=0:1", "W=[1,2]"], "W:1:1: this is a list", "give each number a name of its own"),
])  # fmt: skip
def test_what_is_said_of_a_shape_or_an_array(
    words: list[str], told: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    said = capsys.readouterr().err
    assert told in said
    assert f"hint: {hint}" in said or not hint


def test_a_product_of_numbers_is_a_value(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x*y", "x=2×3", "y=1", "--value"]) == 0
    assert float(capsys.readouterr().out) == 6


@pytest.mark.parametrize(("words", "told"), [
    (["grade", "h", "f", "--late", "abc"], "'abc' is not a valid number."),
    (["diff", "x", "x", "--order", "two"], "'two' is not a valid whole number."),
    (["descend", "x", "x=1", "--steps", "1.5"], "'1.5' is not a valid whole number."),
])  # fmt: skip
def test_an_option_names_the_number_that_it_takes(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(("size", "status"), [
    ("size(x, 0) + 2 - 2", 0), ("3 + size(x, 0) - 3", 0), ("2*size(x, 0) - size(x, 0)*1", 0), ("size(x, 0) - 0.5", 2),
    ("size(x, 0)*1.5", 2), ("0.5 + size(x, 0)", 2), ("1.5*size(x, 0)", 2), ("size(x, 0) - 0.5 + 0.5", 2),
])  # fmt: skip
def test_a_size_of_letters_is_whole(size: str, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "--shapes", f"sum(ones({size})*x)", "x=n"]) == status
    said = capsys.readouterr()
    assert ("df_dx = ones(" in said.out, "must be known before the run" in said.err) == (not status, bool(status))
    assert said.out.endswith("  # n\n" if not status else "")

"""Entries of an array claimed with their names, and shapes in LaTeX: all of a cell is read, or nothing."""

from __future__ import annotations

import json

import pytest

from gradcli.commands import run
from gradcli.homework.claims.labelled_entries import labelled_entries
from gradcli.homework.claims.written_numbers import TwoReadings

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize(("text", "shape", "array"), [
    ("db1 = -2.6, db2 = -3.55", (2,), "[-2.6, -3.55]"), ("db0 = 1, db1 = 2", (2,), "[1, 2]"),
    ("db_1 = -2,6; db_2 = -3,55", (2,), "[-2.6, -3.55]"), ("db[0]=-2.6 db[1]=-3.55", (2,), "[-2.6, -3.55]"),
    ("dL/db1 = 1 and dL/db2 = 2", (2,), "[1, 2]"), ("db1: 1\ndb2: 2\n", (2,), "[1, 2]"),
    ("db_{1} = 1, db_{2} = 2", (2,), "[1, 2]"), ("b(1) = 1, b(2) = 2, b(3) = -1e3", (3,), "[1, 2, -1e3]"),
    ("dW11 = 1, dW12 = 2, dW21=3, dW22=4", (2, 2), "[1, 2; 3, 4]"), ("w1 = 5; w2 = 6", (2, 1), "[5; 6]"),
    ("dW[0,0]=1, dW[0,1]=2; dW[1,0]=3 dW[1,1]=4", (2, 2), "[1, 2; 3, 4]"),
    ("dW00 = 1, dW01 = 2, dW10=3, dW11=4", (2, 2), "[1, 2; 3, 4]"),
    ("W1=1,W2=2,W3=3,W4=4,W5=5,W6=6", (2, 3), "[1, 2, 3; 4, 5, 6]"),
])  # fmt: skip
def test_entries_in_order_are_the_array(text: str, shape: tuple[int, ...], array: str) -> None:
    assert labelled_entries(text, shape, {"X", "W", "b"}, comma=False) == array


@pytest.mark.parametrize("text", [
    "db = [1, 2]", "db1 = 1", "db = sum(dZ, axis=0) = [1, 2]", "db = X.T@dZ, db = [1, 2]", "[1, 2]", "X.T@dZ", "",
    "f(a=1, c=2)", "a == 1, c == 2", "[a=1, c=2]", "db1 = 3 = db1",
])  # fmt: skip
def test_one_answer_is_not_several(text: str) -> None:
    assert labelled_entries(text, (2,), {"X", "W", "b"}, comma=False) == ""


@pytest.mark.parametrize(("text", "shape"), [
    ("db2 = 3, db1 = 4", (2,)), ("db1 = 1, db3 = 2", (2,)), ("db1 = 1, db2 = 2, db3 = 3", (2,)),
    ("db1 = 1, db2 = 2", (3,)), ("db1 = 1, db2 = x", (2,)), ("db1 = [1, 2], db2 = [3, 4]", (2,)),
    ("a = 1, c = 2", (2,)), ("dZ1 = 1, dZ2 = 2", (2,)), ("Z1 = 1, Z2 = 2", (2,)), ("dL/dZ1 = 1, dL/dZ2 = 2", (2,)),
    ("dW11 = 1, dW12 = 2", (2, 2)), ("dW11 = 1, dW21 = 2, dW12=3, dW22=4", (2, 2)), ("b1 = 1, b2 = 2", ()),
    ("or 3, b1 = 1, b2 = 2", (2,)), ("b1 = , b2 = 2", (2,)), ("a1 = 1, a2 = 2", (2, 1, 1)), ("a = 1 und c = 2", (2,)),
    ("db1 = 1,234, db2 = 2", (2,)), ("db11 = 1, db12 = 2", (2,)), ("a1=1, a2=2, a3=3, a4=4, a5=5, a6=6", (3, 1)),
])  # fmt: skip
def test_several_answers_that_are_no_entries_in_order_are_refused(text: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(TwoReadings):
        labelled_entries(text, shape, {"Z1": 0, "Z2": 1}, comma=False)


LAYER = ["Z = X@W + b; L = sum(Z)", "X=[[1,2],[3,4]]", "W=[[1,2],[3,4]]", "b=[1,2]"]


def marks(capsys: Capture, *claims: str) -> list[tuple[str, str]]:
    capsys.readouterr()
    run(["check", *LAYER, *claims, "--json"])
    return [(found["status"], found["why"]) for found in json.loads(capsys.readouterr().out)["marks"]]


def test_a_sheet_with_labelled_entries(capsys: Capture) -> None:
    """dL/db is [2, 2], dL/dW is [[4, 4], [6, 6]]."""
    several = "several answers in one cell: "
    assert marks(capsys, "dL/db=db1 = 2, db2 = 2", "dL/dW=dW11 = 4, dW12 = 4; dW21 = 6, dW22 = 6") == [
        ("correct", ""), ("correct", "")
    ]  # fmt: skip
    assert marks(capsys, "dL/db=db1 = 2, db2 = 3") == [("wrong", "1 of 2 right; entry 1 is wrong")]
    ((status, why),) = marks(capsys, "dL/db=db2 = 2, db1 = 2")
    assert (status, why) == ("invalid", f"{several}db2 = 2, db1 = 2; write [a, b]")
    ((status, why),) = marks(capsys, "shape(dL/dW)=dW = 2x2, db = 2")
    assert (status, why) == ("invalid", f"{several}dW = 2x2, db = 2; write one")


@pytest.mark.parametrize("text", [
    r"2\times 2", r"$2 \times 2$", r"$$2\times2$$", r"\(2\times2\)", r"\left(2, 2\right)", r"\(2,2\)", r"2\cdot2",
    r"dW = 2\times 2", r"\mathbb{R}^{2 \times 2}", r"R^{2x2}", "\u211d^(2\u00d72)", r"$\mathbb{R}^{2\times 2}$",
])  # fmt: skip
def test_a_shape_in_latex(text: str, capsys: Capture) -> None:
    assert marks(capsys, f"shape(dL/dW)={text}") == [("correct", "")]


@pytest.mark.parametrize("text", [r"\frac{2}{2}", r"2^{2}", "R^", "R", r"2\times", r"2\times\alpha"])
def test_what_is_no_shape_in_latex(text: str, capsys: Capture) -> None:
    ((status, why),) = marks(capsys, f"shape(dL/dW)={text}")
    assert (status, why) == ("invalid", "this is no shape; write 3x2, or (3, 2)")

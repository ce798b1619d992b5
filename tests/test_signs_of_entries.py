"""Between entries as they are written and what they come to stands =, or ≈ where the numbers shown do not add up."""

from __future__ import annotations

import pytest

from gradcli.commands import run
from gradcli.errors import InputError, Source
from gradcli.record.array_shapes import shapes_of
from gradcli.record.precision import Precision
from gradcli.record.request import Request
from gradcli.reports.rounding import sum_sign


@pytest.mark.parametrize(
    ("program", "given", "line"),
    [
        ("D = A - B", ["A=[1.5,2]", "B=[-12.5,3]"], "[1.5 - (-12.5), 2 - 3] = [14, -1]"),
        ("D = A - B", ["A=[1.5,2]", "B=[12.5,3]"], "[1.5 - 12.5, 2 - 3] = [-11, -1]"),
        ("D = A + B", ["A=[1.5,2]", "B=[-12.5,3]"], "[1.5 - 12.5, 2 + 3] = [-11, 5]"),
        # 1/3 + 1/3 is shown as 0.666667, which twice 0.333333 is not.
        ("D = A - B", ["A=[1/3,2]", "B=[-1/3,3]"], "[0.333333 - (-0.333333), 2 - 3] ≈ [0.666667, -1]"),
        ("D = A - B", ["A=[2,1/3]", "B=[3,-1/3]"], "[2 - 3, 0.333333 - (-0.333333)] ≈ [-1, 0.666667]"),
        ("D = A + B", ["A=[1/3,2]", "B=[1/3,3]"], "[0.333333 + 0.333333, 2 + 3] ≈ [0.666667, 5]"),
        ("D = A - B", ["A=[1/3,2]", "B=[1/3,3]"], "[0.333333 - 0.333333, 2 - 3] = [0, -1]"),
        ("D = A*B", ["A=[1/3,2]", "B=[3,3]"], "[0.333333*3, 2*3] = [1, 6]"),
    ],
)
def test_the_sign_before_a_result(
    program: str, given: list[str], line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([f"{program}; L = sum(D)", *given, "--steps"]) == 0
    assert line in capsys.readouterr().out


def test_a_sum_of_texts() -> None:
    assert [sum_sign(["1.5", "12.5"], text) for text in ("14", "14.0", "14.1")] == ["=", "=", "≈"]


@pytest.mark.parametrize(
    ("program", "vector", "name", "message"),
    [
        ("A@x", "2 1", "x", "these are two numbers, and a value is one"),
        ("A@x", "2+", "x", "the expression ends too early: a number, a name or ( is expected after +"),
        ("foo(A)@x", "2+", "x", "the expression ends too early: a number, a name or ( is expected after +"),
        ("foo(A)@x", "2", "program", "there is no function foo"),
        ("A@x", "2", "program", "A@x does not fit: A is 2x3, x has 2 entries"),
    ],
)
def test_a_value_that_is_none_is_told_before_the_shape_that_it_does_not_have(
    program: str, vector: str, name: str, message: str
) -> None:
    given = {"A": Source("A", "2x3"), "x": Source("x", vector)}
    with pytest.raises(InputError) as caught:
        shapes_of(Source("program", program), given, Request(Precision("certain")))
    assert (caught.value.source.name if caught.value.source else None, caught.value.message) == (name, message)

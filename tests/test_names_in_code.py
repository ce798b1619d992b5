"""Names of entries in generated code and in LaTeX: an array and a place, and rules that speak of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gradcli.language.array_latex import quantity
from gradcli.reports.code.names import Names, entry_place
from gradcli.reports.code.parameters import parameters

from .test_golden import called


@pytest.mark.parametrize(("name", "found"), [
    ("x", ("x", ())), ("x1", ("x1", ())), ("x[0]", ("x", (0,))), ("W[1,0]", ("W", (1, 0))),
    ("T_2[3,12,0]", ("T_2", (3, 12, 0))), ("[1, 2]", ("[1, 2]", ())), ("", ("", ())),
])  # fmt: skip
def test_the_name_of_an_entry_says_its_array_and_its_place(name: str, found: tuple[str, tuple[int, ...]]) -> None:
    assert entry_place(name) == found


def test_entries_are_one_parameter_where_all_are_there() -> None:
    found, names = parameters(dict.fromkeys(["a", "W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]", "x[1]"]), Names([]))
    assert [(one.key, one.shape) for one in found] == [("a", ()), ("W", (2, 2)), ("x[1]", ())]
    assert found[1].nested(lambda entry: entry[2:-1]) == "[[0,0, 0,1], [1,0, 1,1]]"
    assert names.keys() == {"a", "W[0,0]", "W[0,1]", "W[1,0]", "W[1,1]", "x[1]"}


@pytest.mark.parametrize(("text", "latex"), [
    ("dL/dv1", r"\frac{dL}{dv_{1}}"), ("dloss/dW[1,0]", r"\frac{d\mathit{loss}}{dW_{1,0}}"), ("d", "d"),
    ("dL", r"\mathit{dL}"), ("df2/dalpha", r"\frac{df_{2}}{d\alpha}"),
])  # fmt: skip
def test_a_quotient_of_names(text: str, latex: str) -> None:
    assert quantity(text) == latex


def test_rules_speak_of_entries() -> None:
    words = ["sum(W@x)", "W=[[1, 2], [3, 4]]", "x=[5, 6]", "--open", "all", "--to", "latex"]
    text = called(words, Path.cwd(), {}, b"").stdout.decode()
    chain = r"\frac{df}{dv_{2}} \cdot \frac{\partial v_{2}}{\partial W_{1,0}}"
    assert rf"\frac{{df}}{{dW_{{1,0}}}} &= {chain} = 1 \cdot x_{{0}} = 1 \cdot 5 = 5 &&" in text


def test_an_array_that_is_opened_is_put_together_in_code() -> None:
    """z = (1, 2), so that dz = (2, 4), dW = dz x^T and dx = W^T dz."""
    numpy = pytest.importorskip("numpy")
    words = ["z = W@x; L = sum(z*z)", "W=[[1, -1], [0, 2]]", "x=[2, 1]", "--open", "z", "--to", "numpy"]
    done = called(words, Path.cwd(), {}, b"")
    assert done.status == 0, done.stderr.decode()
    found: dict[str, Any] = {}
    exec(compile(done.stdout, "code", "exec"), found)
    value, gradient = found["forward_backward"](numpy.array([[1.0, -1.0], [0.0, 2.0]]), numpy.array([2.0, 1.0]))
    assert value == 5
    assert gradient["W"].tolist() == [[4, 2], [8, 4]]
    assert gradient["x"].tolist() == [2, 6]


def test_numbers_inside_an_array_are_counted_after_the_programs_own_nodes() -> None:
    """v1 = y*c is the only node without a name; the sum of exponentials and the two differences come after it."""
    words = ["y = softmax(x); L = sum(y*c)", "x=[1, 2]", "c=[3, 5]", "--open", "y", "--to", "csv"]
    lines = called(words, Path.cwd(), {}, b"").stdout.decode().splitlines()
    names = dict.fromkeys(line.split(",")[1] for line in lines)
    assert [name for name in names if name.startswith("v")] == ["v2", "v3", "v4", "v1"]

"""What a binary64 cannot hold is said, and what balls can know exactly decides comparisons."""

from __future__ import annotations

import pytest

from gradcli import differentiate


def test_underflow_is_not_passed_off_as_zero() -> None:
    record = differentiate("exp(x)", {"x": -1000})
    assert record.value == 0.0
    assert [note.kind for note in record.notes if "not 0" in note.message] == ["underflow", "underflow"]
    assert not [n for n in differentiate("exp(x) - exp(x)", {"x": 1}).notes if n.kind == "underflow"]
    assert not [n for n in differentiate("x*0", {"x": 1}).notes if n.kind == "underflow"]


@pytest.mark.parametrize(("program", "x", "below"), [
    ("exp(x)", -1000, ["f", "x"]), ("-exp(x)", -1000, ["f", "x"]), ("exp(x) + 1", -1000, ["x"]),
    ("1 - exp(x)", -1000, ["x"]), ("x**3*1e-200", 1e-80, ["f", "x"]), ("x**3*1e-200", -1e-80, ["f", "x"]),
])  # fmt: skip
def test_what_underflows_is_noted_on_either_side_of_zero(program: str, x: float, below: list[str]) -> None:
    record = differentiate(f"f = {program}", {"x": x})
    nodes = [record.graph.labels[note.node] for note in record.notes if note.kind == "underflow"]
    assert nodes == below


@pytest.mark.parametrize(
    ("program", "x", "value"),
    [
        ("relu(log2(x) - 3)", 8, 0.0),
        ("relu(log2(x) + 3)", 0.125, 0.0),
        ("acos(log2(x)) - pi", 0.5, 0.0),
        ("floor(log10(x))", 1000, 3.0),
        ("floor(log10(x))", 999, 2.0),
        ("floor(cbrt(x))", 27, 3.0),
        ("ceil(cbrt(x))", -64, -4.0),
        ("floor(cbrt(x))", 28, 3.0),
    ],
)
def test_exact_results_decide(program: str, x: float, value: float) -> None:
    assert differentiate(program, {"x": x}, wrt=[]).value == value

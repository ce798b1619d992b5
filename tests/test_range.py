"""What a binary64 cannot hold is said, and what balls can know exactly decides comparisons."""

from __future__ import annotations

import pytest

from gradcli import ArrayGradient, differentiate
from gradcli.commands import run
from gradcli.record.opened_notes import MOST_TOLD
from gradcli.reports import ARRAY_FORMATS, Style, render_arrays


def test_underflow_is_not_passed_off_as_zero() -> None:
    record = differentiate("exp(x)", {"x": -1000})
    assert record.value == 0.0
    assert [note.kind for note in record.notes if "not 0" in note.message] == ["underflow", "underflow"]
    assert not [n for n in differentiate("exp(x) - exp(x)", {"x": 1}).notes if n.kind == "underflow"]
    assert not [n for n in differentiate("x*0", {"x": 1}).notes if n.kind == "underflow"]


@pytest.mark.parametrize("format", sorted({*ARRAY_FORMATS} - {"png"}))
@pytest.mark.parametrize(("x", "kind", "many"), [(-1000, "underflow", 2), (1000, "overflow", 3)])
def test_many_entries_beyond_binary64_are_noted_in_every_report(format: str, x: int, kind: str, many: int) -> None:
    record = differentiate("f = sum(exp(x))", {"x": [x] * (many + MOST_TOLD)})
    assert isinstance(record, ArrayGradient)
    last = record.notes[-1]
    assert (last.kind, last.message) == (kind, f"x: {many} more entries like these")
    assert render_arrays(record, format, Style())


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


@pytest.mark.parametrize(("program", "values", "shown", "few"), [
    ("x*y", {"x": 1e-160, "y": 1.23456789e-160}, "1.2347e-320", True),
    ("-x*y", {"x": 1e-160, "y": 1.23456789e-160}, "-1.2347e-320", True),
    ("1e-300*x**3", {"x": 1e-5}, "1e-315", True),
    ("x*1", {"x": 1e-320}, "1e-320", False),  # the number that the program is given
    ("2*x", {"x": 5e-324}, "1e-323", False),  # exact
    ("exp(-x)", {"x": 710}, "4.47628622567513e-309", False),  # to twelve digits, in mpmath 4.4762862256751298e-309
    ("exp(-x)", {"x": 720}, "2.0322308024e-313", True),  # 2.0322308024293e-313
    ("x*y", {"x": 1e-150, "y": 2.25e-158}, "2.25e-308", False),  # the smallest with all bits is 2.225e-308
])  # fmt: skip
def test_a_number_with_few_digits_shows_no_others(
    program: str, values: dict[str, float], shown: str, few: bool
) -> None:
    record = differentiate(f"f = {program}", values, wrt=[])
    assert record.system.brief(record.value) == shown
    found = [note.message for note in record.notes if note.kind == "underflow"]
    assert found == (["f is so near to 0 that a binary64 has few digits; --digits 12 shows it"] if few else [])


def test_entries_with_few_digits_are_noted() -> None:
    record = differentiate("f = W*x", {"W": [1e-160, 2, 0], "x": [1.5e-160, 0, 3]}, wrt=[])
    assert [note.message for note in record.notes if note.kind == "underflow"] == [
        "f[0] is so near to 0 that a binary64 has few digits; --digits 12 shows it"
    ]


def test_plain_binary64_is_what_it_is() -> None:
    record = differentiate("x*y", {"x": 1e-160, "y": 1.3e-160}, ieee=True)
    assert not [note for note in record.notes if note.kind == "underflow"]


@pytest.mark.parametrize(("text", "value"), [
    ("1e-200*1e-200", "underflows to 0"), ("exp(-1000)", "underflows to 0"), ("10**-400", "underflows to 0"),
    ("(1e-200)**2", "underflows to 0"), ("1e-300/1e300", "underflows to 0"), ("1e200*1e200", "overflows"),
    ("exp(1000)", "overflows"), ("0*3", 0.0), ("1/3 - 1/3", 0.0), ("sin(0)", 0.0), ("sin(pi)", 0.0),
    ("1e-300*1e-20", 1e-320), ("(1e-200*1e-200)*1e300", 1e-100), ("exp(-740)", 4.2e-322),
])  # fmt: skip
def test_a_value_that_a_binary64_cannot_hold_is_refused(
    text: str, value: float | str, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["x*1", f"x={text}"], ["x[0]*1", f"x=[{text}, 1]"]):
        status = run([*words, "--value"])
        shown = capsys.readouterr()
        if isinstance(value, float):
            assert (status, shown.out) == (0, f"{value!r}\n")
        else:
            assert (status, shown.out) == (3, "")
            assert f"this {value}" in shown.err


def test_a_value_of_many_digits_does_not_underflow(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x*1", "x=1e-200*1e-200", "--digits", "3", "--value"]) == 0
    assert capsys.readouterr().out == "1.00e-400\n"

"""Code of arrays with choices and infinite slopes: conditions stay conditions, and PyTorch compares what it knows."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from gradcli.reports.code.array_symbols import CodeArraySymbols

from .test_array_code import LIBRARIES, STYLE, record_of, render_arrays, wrong

assert CodeArraySymbols  # what is asked here
SQUARE = [[1.0, 2.0], [3.0, 4.0]]


def written(program: str, point: dict[str, Any], library: str) -> str:
    return str(render_arrays(record_of(program, point), library, STYLE))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("condition", ["x >= -0.5", "x < 1", "x == c", "x > 1 and x < 2", "not (x > 0)"])
@pytest.mark.parametrize("branches", ["A*A, -2", "-2, A*A", "A, 3", "A*x, A"])
def test_a_condition_never_grows_as_a_number(branches: str, condition: str, library: str) -> None:
    """A condition of a row goes with a matrix of branches: nothing multiplies True by an array of ones."""
    point = {"A": SQUARE, "x": [1.0, -1.0], "y": [2.0, 3.0], "c": [1.0, 2.0]}
    program = f"f = sum(sum(where({condition}, {branches}), axis=1)*y)"
    used = {name: value for name, value in point.items() if re.search(rf"\b{name}\b", program)}
    text = written(program, used, library)
    firsts = re.findall(r"where\(((?:[^,()]|\((?:[^()]|\([^()]*\))*\))*),", text.split('"""', 2)[2])
    assert firsts
    assert not [first for first in firsts if "ones" in first]


ZERO_FLOWS = [
    "z = sqrt(x); L = sum(z[1:])",
    "L = max(sqrt(x))",
    "z = sqrt(x); L = sum(relu(z - 1))",
    "z = x**0.5; L = sum(relu(z)*y)",
]
NEVER_INFINITE = [
    "L = sum(x*x)",
    "z = exp(x); L = sum(z[1:])",
    "z = tanh(x); L = sum(relu(z - 1))",
    "L = sum(sqrt(x)*2)",
]


@pytest.mark.parametrize(
    ("program", "is_left_out"), [*((p, True) for p in ZERO_FLOWS), *((p, False) for p in NEVER_INFINITE)]
)
def test_what_pytorch_makes_of_0_times_an_infinite_slope_is_not_compared(program: str, is_left_out: bool) -> None:
    """At 0 the slope of sqrt is infinite, and nothing arrives there: here that is 0, in PyTorch it is nan."""
    point = {"x": [1.0, 4.0], "y": [1.0, 2.0]}
    used = {name: value for name, value in point.items() if re.search(rf"\b{name}\b", program)}
    assert ("known = torch.isfinite(own)" in written(program, used, "torch")) is is_left_out


@pytest.mark.parametrize(("program", "is_compared"), [
    ("sum(sqrt(x)/2*w)", True),  # w/2 arrives, and an entry of w may be 0
    ("sum(sqrt(x)*w*2)", True),
    ("sum(-sqrt(x)*w)", True),
    ("sum(sqrt(x)*w/2 + sqrt(x))", True),  # one root has w/2, the other 1
    ("sum(sqrt(x)/c*w)", True),
    ("sum(sqrt(x)/c)", True),  # 1/c is 0 where c is too large
    ("sum(sqrt(x)/2)", False),
    ("sum(-sqrt(x)*3/2)", False),
    ("z = sqrt(x); y = z/4; sum(y)", False),
    ("z = sqrt(x); y = z*w; sum(y)", True),
    ("z = sqrt(x); sum(z/2) - sum(z)/2", True),  # what comes along two edges may add up to 0
])  # fmt: skip
@pytest.mark.parametrize("library", LIBRARIES)
def test_an_infinite_slope_is_multiplied_by_what_is_never_0(program: str, is_compared: bool, library: str) -> None:
    point = {"x": [0.0, 4.0], "w": [0.0, 1.0], "c": [2.0, 4.0]}
    used = {name: value for name, value in point.items() if re.search(rf"\b{name}\b", program)}
    assert (" != 0" in written(program, used, library)) is is_compared


@pytest.mark.parametrize("program", ["sum(sqrt(x)/2*w)", "sum(-sqrt(x)*w*2)", "z = sqrt(x)/c; y = z*w; sum(y)"])
def test_0_times_an_infinite_slope_is_0(program: str) -> None:
    point = {"x": [0.0, 4.0], "w": [0.0, 1.0], "c": [2.0, 4.0]}
    record = record_of(program, {name: value for name, value in point.items() if name in program})
    assert record.gradient["x"][0] == 0
    assert wrong(record) == []


@pytest.mark.parametrize("program", [
    "L = sum(where(M > 0, inv(M), M))", "L = sum(where(M > 0, inv(M)*M, 1))", "L = sum(where(v > 0, M/v, 1))",
    "L = sum(where(M > 0, 1/v, M))", "L = sum(where(M > 0, M/v, M))", "L = sum(where(M > 0, log(w), M))",
    "L = sum(where(M > 0, w**M, M))", "L = sum(relu(log(w) - 1))", "L = sum(relu(w**0.5 - 1)*v)",
    "L = max(v*w**0.5)", "L = max(sqrt(w)/v)", "L = max(sqrt(w*w))", "L = max(sqrt(relu(v)))",
])  # fmt: skip
def test_entries_in_several_branches_and_at_infinite_slopes(program: str) -> None:
    """A condition that says something of each entry says nothing of a matrix that is inverted, or of its rows."""
    point = {"M": [[1.0, -2.0], [3.0, 4.0]], "v": [-2.0, 5.0], "w": [0.5, 4.0]}
    for w in (point["w"], [0.0, 4.0]):
        used = {name: value for name, value in {**point, "w": w}.items() if re.search(rf"\b{name}\b", program)}
        if "log(w)" not in program or w != [0.0, 4.0]:
            assert wrong(record_of(program, used)) == [], w


def test_a_number_that_came_from_a_choice_is_copied_before_it_is_added_to() -> None:
    """np.where returns an array: what is added to da would be added to db as well."""
    program = "u = a*3; y = a + b; z = where(c > 0, y, 1); L = z + u + sum(x)"
    record = record_of(program, {"a": 2.0, "b": 3.0, "c": 1.0, "x": [1.0, 2.0]})
    assert [record.gradient[name] for name in "abc"] == [4, 1, 0]
    assert wrong(record) == []


@pytest.mark.parametrize("library", LIBRARIES)
def test_numerals_have_no_zeros_in_front(library: str) -> None:
    text = written("sum(007*x00 + 00.5 + 0)", {"x00": [1.0, 2.0]}, library)
    assert "7 * x00 + 0.5 + 0" in text
    assert not re.search(r"\b0\d", text.split('"""', 2)[2])


# ---- kinks at the point


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("program", "x", "slope"), [
    ("relu(x) - relu(-x)", 0, "df/dx is 1 from both sides"),
    ("sum(relu(x) - relu(-x))", [0, 1], "df/dx[0] is 1 from both sides"),
])  # fmt: skip
def test_a_settled_kink_is_told(program: str, x: Any, slope: str, library: str) -> None:
    text = written(program, {"x": x}, library)
    assert f"#     {slope}\n" in text
    assert "# There gradcli goes by the two sides of a kink, and not by the usual slope.\n" in text


@pytest.mark.parametrize(("program", "point", "is_moved"), [
    ("sum(sort(x)*[1, 2, 4])", {"x": [3, 1, 1]}, True),
    ("sum(sort(x)*[1, 2, 4])", {"x": [3, 1, 2]}, False),
    ("max(x, y, z)", {"x": 1, "y": 1, "z": 1}, True),
    ("min(x, y, z)", {"x": 1, "y": 1, "z": 1}, True),
    ("max(x, y)", {"x": 1, "y": 1}, False),
    ("max(x)", {"x": [1, 1, 1]}, False),
    ("hypot(x, y)", {"x": 0, "y": 0}, True),
    ("relu(x) + abs(y)", {"x": 0, "y": 0}, False),
])  # fmt: skip
def test_pytorch_is_asked_beside_kinks_where_it_has_another_slope(
    program: str, point: dict[str, Any], is_moved: bool, tmp_path: Path
) -> None:
    text = written(program, point, "torch")
    assert ("torch.rand(x.shape)" in text) is is_moved
    if importlib.util.find_spec("torch") is not None:
        (tmp_path / "p.py").write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, "p.py"], cwd=tmp_path, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")


# ---- numbers without names, and logarithms that do not count


@pytest.mark.parametrize(("program", "number"), [
    ("sum(x/sqrt(3))", "torch.sqrt(torch.tensor(3.0))"),
    ("sum(x/sin(sqrt(3)))", "torch.sin(torch.sqrt(torch.tensor(3.0)))"),
    ("sum(x*max(2, 3)**-1)", "torch.maximum(torch.tensor(2.0), torch.tensor(3.0))**-1"),
    ("a = 2*3; sum(x*a)", "torch.tensor(2 * 3)"),
])  # fmt: skip
def test_a_tensor_is_made_of_numbers_alone(program: str, number: str) -> None:
    """`torch.tensor` of a tensor warns, and a whole one has no power -1."""
    assert f" = {number}\n" in written(program, {"x": [1, 2]}, "torch").replace(" ** ", "**")


@pytest.mark.parametrize(("x", "y", "wrt"), [
    (0, 2, None), ([0, 3], [2, 1], None), (0, 0, ["x"]), (2, 0, None), ([0, 3, 0, 2], [0, 0, 2, 3], ["x"]),
    ([0, 2], 0, ["x"]), ([3, 2], 0, None),
])  # fmt: skip
def test_a_power_of_0_warns_of_nothing(x: Any, y: Any, wrt: list[str] | None) -> None:
    """Nor does the slope of a power 0, whose rule has a power -1 of what may be 0."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert wrong(record_of("sum(x**y)", {"x": x, "y": y}, wrt=wrt)) == []

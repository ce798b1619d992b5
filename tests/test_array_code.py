"""Both passes of arrays as code of NumPy and PyTorch: it gives the numbers of the record, and reads as in a lecture."""

from __future__ import annotations

import importlib.util
import json
import random
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcli import differentiate
from gradcli.arrays.entries import Entries
from gradcli.arrays.roles import role_inputs
from gradcli.arrays.sizes import Shape, nested
from gradcli.arrays.sweeps import forward, reverse
from gradcli.arrays.table import ARRAY_OPERATIONS, ROWS
from gradcli.calculus.operations import OPERATIONS
from gradcli.commands import run
from gradcli.errors import Source
from gradcli.numbers.systems import FLOAT
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays
from gradcli.record.array_values import resolved
from gradcli.record.request import Request
from gradcli.reports import LIBRARIES, Style, render_arrays
from gradcli.reports.code.array_lines import ArraySubject
from gradcli.reports.code.array_spelling import ARRAY_SPELLINGS
from gradcli.reports.code.numpy_code import write_arrays
from gradcli.reports.code.symbols import CodeSymbols

from .array_programs import PROGRAMS
from .generated_code import every_record, ruff
from .test_array_random import drawn

EXERCISES = Path(__file__).parent.parent.parent / "shared" / "cases" / "exercises.json"
STYLE = Style()
MLP = "h = relu(X@W1 + b1)\nL = mean(cross_entropy(h@W2 + b2, y))"
POINT = ["X=1 2; 3 4; 5 6", "W1=1 -1 2; 0.5 0.1 0.2", "b1=[0, 1, 0]", "W2=1 -1; 0 2; 1 1", "b2=[0, 0.5]", "y=[0, 1, 1]"]
needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed")


def record_of(program: str, point: Mapping[str, Any], **asked: Any) -> ArrayGradient:
    given = {name: Source(name, json.dumps(value)) for name, value in point.items()}
    return evaluate_arrays(Source("program", program), resolved(given, None), Request(**asked))


def function_of(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "generated"}
    exec(compile(text, "generated.py", "exec"), names)
    return names


def answer(record: ArrayGradient) -> tuple[Any, dict[str, Any]]:
    """Run the file as its reader does, and return what it prints."""
    text = str(render_arrays(record, "numpy", STYLE))
    names = function_of(text)
    main = text.partition('if __name__ == "__main__":\n')[2].partition("    print(")[0]
    exec(re.sub("^    ", "", main, flags=re.MULTILINE), names)
    return names["value"], names["gradient"]


def is_close(found: Any, truth: Any) -> bool:
    found, truth = np.asarray(found, float), np.asarray(truth, float)
    return found.shape == truth.shape and bool(np.all(np.abs(found - truth) <= 1e-12 * np.maximum(1, np.abs(truth))))


def wrong(record: ArrayGradient) -> list[str]:
    """Return what differs from the record."""
    value, gradient = answer(record)
    settled = {note.of for note in record.notes if note.kind == "settled"}
    found = [] if is_close(value, record.value) else ["value"]
    return found + [name for name, truth in record.gradient.items()
                    if truth is not None and name not in settled and not is_close(gradient[name], truth)]  # fmt: skip


def drawn_point(shapes: Mapping[str, Shape], seed: int) -> dict[str, Any]:
    """Return numbers for some shapes: whole ones that are labels for y."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.integers(0, 2, shape).tolist() if name == "y" else rng.uniform(-1, 1, shape).round(3).tolist()
        for name, shape in shapes.items()
    }


# ---- the numbers


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS)
def test_programs_of_arrays(program: str, shapes: dict[str, Shape]) -> None:
    assert wrong(record_of(program, drawn_point(shapes, seed=1))) == []


@pytest.mark.skipif(not EXERCISES.exists(), reason="the shared cases do not lie beside this checkout")
def test_public_exercises() -> None:
    cases = json.loads(EXERCISES.read_text(encoding="utf-8"))["cases"]
    found = {case["id"]: wrong(record_of(case["program"], case["bindings"])) for case in cases}
    assert {name: differs for name, differs in found.items() if differs} == {}


@pytest.mark.filterwarnings("ignore:.*encountered:RuntimeWarning")
def test_programs_of_numbers() -> None:
    known = [record for record in every_record() if " dot(" not in f" {record.program}".replace("*", " ")]
    found = {record.program: wrong(record_of(record.program, {name: record.values[i] for name, i in
             record.graph.inputs.items()})) for record in known}  # fmt: skip
    assert len(found) > 250
    assert {program: differs for program, differs in found.items() if differs} == {}


@pytest.mark.parametrize("seed", range(40))
def test_random_programs(seed: int) -> None:
    rng = random.Random(seed)
    graph = drawn(rng)
    A = Entries(FLOAT)
    roles = role_inputs(graph)
    point = {
        name: A.make(
            graph.nodes[i].shape,
            [
                float(rng.randint(0, 1)) if name in roles else rng.uniform(0.3, 2)
                for _ in range(int(np.prod(graph.nodes[i].shape)))
            ],
        )
        for name, i in graph.inputs.items()
    }
    ahead = forward(A, graph, point)
    active = graph.active([*graph.differentiable.values()])
    back = reverse(A, graph, ahead.values, active, graph.output, A.full(1, ()))
    if ahead.faults or back.faults or back.kinks:
        return
    text = write_arrays(ArraySubject("", graph, graph.output, graph.differentiable, "", {}))
    values = [np.array(nested(x.entries, x.shape), int if name in roles else float) for name, x in point.items()]
    value, gradient = function_of(text)["forward_backward"](*values)
    assert is_close(value, ahead.values[graph.output].entries[0])
    for name, i in graph.differentiable.items():
        truth = back.upstream[i]
        assert is_close(gradient[name], 0 * values[list(point).index(name)] if truth is None else
                        nested(truth.entries, truth.shape)), name  # fmt: skip


@needs_torch
def test_pytorch_agrees_with_itself(tmp_path: Path) -> None:
    for k, (program, shapes) in enumerate([*PROGRAMS, *((program, shapes) for program, shapes, _ in RECURRENCES)]):
        if "::-1" in program:
            continue
        text = str(render_arrays(record_of(program, drawn_point(shapes, seed=1)), "torch", STYLE))
        (tmp_path / f"p{k}.py").write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, f"p{k}.py"], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, program + done.stderr


# ---- what is written


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_row_can_be_written(library: str) -> None:
    """A function of the first table has a name or a rule of such functions; one of the second a call or a rule."""
    spelling = ARRAY_SPELLINGS[library]
    for row in OPERATIONS.values():
        if row.is_function and row.name != "where":
            S = CodeSymbols(library)
            names = [S.variable(f"x{k}") for k in range(row.arity or 2 * row.group)]
            S.value(row, names)
            used = {op for op in S.builder.nodes.operations if op.is_function and op.name not in ("where", "share")}
            assert all(spelling.has(op) for op in used), (row, used)
    for operation in ROWS:
        assert spelling.knows(operation) or operation.name == "cross_entropy", operation
    ways = [*spelling.helped, *spelling.methods, *spelling.calls]
    assert len(ways) == len(set(ways))
    assert set(ways) - {"unwindows", "cumsum_from_end"} <= ARRAY_OPERATIONS.keys() | {"entry"}


def body(text: str) -> list[str]:
    """Return the lines of both passes."""
    lines = text[text.index("    # Forward") :].splitlines()
    end = next(k for k, line in enumerate(lines) if line.startswith("    return"))
    return [line.strip() for line in lines[:end] if line.strip()]


def test_a_network_of_two_layers_reads_as_in_a_lecture(capsys: pytest.CaptureFixture[str]) -> None:
    shapes = ["X=NxD", "W1=DxH", "b1=H", "W2=HxC", "b2=C", "y=N"]
    assert run([MLP, "--shapes", *shapes, "--to", "numpy"]) == 0
    assert body(capsys.readouterr().out) == [
        "# Forward",
        "N = X.shape[0]",
        "C = W2.shape[1]",
        "v2 = X @ W1 + b1                 # NxH",
        "h = np.maximum(v2, 0)            # NxH",
        "v4 = h @ W2 + b2                 # NxC",
        "L = cross_entropy(v4, y).mean()",
        "# Backward: every d... is the derivative of L with respect to ...",
        "dv4 = (softmax(v4) - onehot(y, C)) / N  # NxC",
        "db2 = dv4.sum(axis=0)                   # C",
        "dh = dv4 @ W2.T                         # NxH",
        "dW2 = h.T @ dv4                         # HxC",
        "dv2 = np.where(v2 > 0, dh, 0)           # NxH",
        "db1 = dv2.sum(axis=0)                   # H",
        "dX = dv2 @ W1.T                         # NxD",
        "dW1 = X.T @ dv2                         # DxH",
    ]


def test_a_loss_of_one_label_reads_as_in_a_lecture() -> None:
    point = {"W": [[1.0, 2.0], [3.0, 4.0]], "x": [1.0, -1.0], "y": 1}
    text = str(render_arrays(record_of("p = softmax(W@x); L = -log(p[y])", point), "numpy", STYLE))
    assert "def forward_backward(W, x):" in text
    assert "numbers: y = 1.\n" in text
    assert body(text)[-5:] == [
        "dp = np.zeros(p.shape)           # 2",
        "dp[1] = -1 / p[1]",
        "dv1 = p * (dp - (dp * p).sum())  # 2",
        "dW = np.outer(dv1, x)            # 2x2",
        "dx = W.T @ dv1                   # 2",
    ]


RECURRENCES: list[tuple[str, dict[str, Shape], int]] = [
    ("h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..6; L = sum(h[-1])", {"x": (3,), "W": (3, 3), "b": (3,)}, 2),
    ("h[0] = h0; h[t] = tanh(x[t-1]@Wx + h[t-1]@Wh + b) for t = 1..6; L = sum(h[6]**2)",
     {"x": (6, 2), "Wx": (2, 3), "Wh": (3, 3), "h0": (3,), "b": (3,)}, 2),
    ("h[0] = x; h[k] = tanh(W[k-1]@h[k-1]) for k = 1..5; L = sum(h[-1])", {"x": (2,), "W": (5, 2, 2)}, 2),
    ("h[0] = x; h[k] = h[k-1] + 0.1*sin(h[k-1]*w) for k = 1..8; L = h[8]@h[4] + sum(h)", {"x": (2,), "w": (2,)}, 1),
    ("y[0] = x; y[k] = y[k-1] - 0.1*(y[k-1]**3 - c) for k = 1..10; L = y[10]**2", {"x": (), "c": ()}, 1),
    ("h[0] = x; h[1] = x*w; h[k] = h[k-1]*w + h[k-2] for k = 2..8; L = sum(h[8])", {"x": (2,), "w": (2,)}, 1),
    ("h[0] = x; h[k] = tanh(W@h[k-1]) for k = 1..2; L = sum(h[-1])", {"x": (2,), "W": (2, 2)}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("program", "shapes", "loops"), RECURRENCES)
def test_a_recurrence_is_a_loop(program: str, shapes: dict[str, Shape], loops: int, tmp_path: Path) -> None:
    record = record_of(program, drawn_point(shapes, seed=2))
    assert wrong(record) == []
    text = str(render_arrays(record, "numpy", STYLE))
    assert text.count("    for ") - 1 >= loops
    assert "scatter(" not in text
    (tmp_path / "recurrence.py").write_text(text, encoding="utf-8")
    assert importlib.util.find_spec("ruff") is None or ruff(tmp_path) == ""


def test_the_file_runs(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    assert run([MLP, *POINT, "--to", "numpy", "-o", str(path)]) == 0
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True)
    assert done.stdout.startswith("L = 8.348046334168"), done.stderr


def test_sums_change_no_other_array() -> None:
    """`dx = dy` followed by `dx += ...` would change dy too."""
    record = record_of("y = x + 1; L = sum(y*y) + sum(x*x)", {"x": [1.0, 2.0]})
    text = str(render_arrays(record, "numpy", STYLE))
    assert wrong(record) == []
    record = record_of("y = x.T; z = y + y.T; L = sum(z*z) + sum(y)", {"x": [[1.0, 2.0], [3.0, 4.0]]})
    assert ".copy()" in text + str(render_arrays(record, "numpy", STYLE))
    assert wrong(record) == []


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("name", "spelled"), [("pi", "{}.pi"), ("e", "{}.e"), ("tau", "(2 * {}.pi)")])
def test_constants_are_those_of_the_library(name: str, spelled: str, library: str) -> None:
    """PyTorch has no tau."""
    record = record_of(f"L = sum(x*{name})", {"x": [0.5, 2.0]})
    text = str(render_arrays(record, library, STYLE))
    module = "np" if library == "numpy" else "torch"
    assert f"x * {spelled.format(module)}" in text
    assert wrong(record) == []


def test_a_gradient_begun_with_labels_is_not_of_whole_numbers() -> None:
    record = record_of("L = sum(x**2) + sum(x*y) + sum(U[y])", {"x": [0.5, 2.0], "y": [1, 0], "U": [3.0, 4.0]})
    assert "dx = y + 0.0" in str(render_arrays(record, "numpy", STYLE))
    assert wrong(record) == []


def test_what_one_branch_needs_spoils_nothing() -> None:
    record = record_of("L = sum(where(x != 0, sin(x)/x, 1)*g)", {"x": [0.0, 1.0], "g": [2.0, 3.0]})
    assert wrong(record) == []
    record = record_of("L = where(x != 0, 1/x, 1)*y", {"x": 0.0, "y": 2.0})
    assert wrong(record) == []


INFINITE = [
    *(f"{row.name}(x)" for row in OPERATIONS.values() if row.arity == 1 and row.partials[0].undefined_where),
    "x**0.5", "x**y",
]  # fmt: skip


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("program", [
    "sum({}) + y", "y - sum({})", "sum(2*{}) + y", "y + mean({})", "q = {}; f = y - 3*sum(q)/4",
])  # fmt: skip
def test_what_always_arrives_is_not_compared_with_0(program: str, library: str) -> None:
    """An infinite slope is told as it is where what arrives is a number other than 0."""
    for call in INFINITE:
        text = str(render_arrays(record_of(program.format(call), {"x": [1, 1.0], "y": 1.0}), library, STYLE))
        assert " != 0" not in text, text
        assert "errstate" not in text, text


@pytest.mark.parametrize("factor", ["1", "where(x > 0, 1, 0)", "relu(x)", "x", "y"])
@pytest.mark.parametrize("call", ["hypot(x, y)", "hypot(x, y, x)", "hypot(x, 0*y)", "hypot(x*y, y - x)"])
def test_a_slope_that_is_0_by_convention_divides_by_nothing(call: str, factor: str) -> None:
    record = record_of(f"sum({call}*{factor})", {"x": [0, 1.0, -2, 0], "y": [0, 2.0, 0, 3]})
    with np.errstate(all="raise"):
        assert wrong(record) == []
    assert "errstate" not in str(render_arrays(record, "numpy", STYLE))


def test_a_start_of_the_reverse_pass(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["z = W@x", "W=1 2; 3 4", "x=[1, 2]", "--upstream", "[1, -1]", "--to", "numpy"]) == 0
    names = function_of(capsys.readouterr().out)
    _, gradient = names["forward_backward"](np.array([[1.0, 2], [3, 4]]), np.array([1.0, 2]))
    assert gradient["W"].tolist() == [[1, 2], [-1, -2]]
    assert gradient["x"].tolist() == [-2, -2]


def test_a_linter_finds_nothing(tmp_path: Path) -> None:
    if importlib.util.find_spec("ruff") is None:
        pytest.skip("ruff is not installed (pip install --group check)")
    for k, (program, shapes) in enumerate(PROGRAMS):
        record = record_of(program, drawn_point(shapes, seed=1))
        for format in ("numpy", "pytest", *(["torch"] if "::-1" not in program else [])):
            text = str(render_arrays(record, format, STYLE))
            (tmp_path / f"{format}_{k}.py").write_text(text, encoding="utf-8")
    assert ruff(tmp_path) == ""


def test_a_test_of_a_students_pass_reads_arrays(monkeypatch: pytest.MonkeyPatch) -> None:
    record = record_of("z = W@x; L = cross_entropy(z, y)", {"W": [[1, -1], [0, 2]], "x": [2, 1], "y": 1})
    text = str(render_arrays(record, "pytest", STYLE))
    assert '"y": 1}' in text

    class Solution:
        @staticmethod
        def backward(W: Any, x: Any, y: int) -> tuple[Any, Any]:
            z = W @ x
            dz = np.exp(z) / np.exp(z).sum() - np.eye(2)[y]
            return np.outer(dz, x), W.T @ dz

    monkeypatch.setitem(sys.modules, "solution", Solution)  # type: ignore[arg-type]
    names = function_of(text)
    for name in ("W", "x"):
        names["test_backward"](name)
    Solution.backward = staticmethod(lambda W, x, y: (W, x))  # type: ignore[method-assign]
    with pytest.raises(AssertionError):
        names["test_backward"]("W")


def test_numbers_are_arrays_without_axes(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["q = x + y; f = q*z", "x=-2", "y=5", "z=-4", "--to", "numpy"]) == 0
    names = function_of(capsys.readouterr().out)
    assert names["forward_backward"]() == (-12, {"x": -4, "y": -4, "z": 3})
    assert run(["x^2*y", "--to", "torch"]) == 0
    assert "def forward_backward(x, y):" in capsys.readouterr().out


def test_a_letter_of_a_size_is_no_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["N = X@w; L = mean(N**2)", "--shapes", "X=NxD", "w=D", "--to", "numpy"]) == 0
    lines = body(capsys.readouterr().out)
    assert "N = X.shape[0]" in lines
    assert any(line.startswith("N_ = X @ w") for line in lines)


@pytest.mark.parametrize(("words", "message"), [
    (["sum(x[::-1]*x)", "x=[1, 2]", "--to", "torch"], "PyTorch has no slices with a negative step"),
    (["x**2", "x=3", "--open", "all", "--to", "numpy"], "this code is written of arrays, not of the numbers inside"),
    (["x**2", "x=3", "--digits", "20", "--to", "numpy"], "code computes in binary64"),
    (["W@x", "--shapes", "W=2x3", "x=3", "--to", "numpy"], "a gradient is that of one number"),
])  # fmt: skip
def test_what_code_cannot_do(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert message in capsys.readouterr().err


def test_very_many_numbers_are_no_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.zeros(20_000))
    assert run(["sum(x**2)", f"x=@{path}", "--to", "numpy"]) == 4
    assert "a file of code holds 10,000" in capsys.readouterr().err
    assert differentiate("sum(x)", {"x": [1.0, 2.0]}).value == 3

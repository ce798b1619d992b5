"""Both passes as code: run by its interpreter, it gives the numbers of the record; and it reads as code of a person."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.table_parts import Kink, Operation
from gradcli.commands import run
from gradcli.record.derivation import BRANCH, EDGE, Derivation
from gradcli.reports import CODE, FORMATS, Style, render

from .generated_code import (
    differences,
    every_record,
    javascript_answers,
    python_answer,
    random_networks,
    ruff,
)

STYLE = Style()
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
needs_ruff = pytest.mark.skipif(
    subprocess.run([sys.executable, "-m", "ruff", "--version"], capture_output=True).returncode != 0,
    reason="ruff is not installed (pip install --group check)",
)


def python(program: str, **point: float) -> str:
    text = render(differentiate(program, point), "python", STYLE)
    assert isinstance(text, str)
    return text


def body(program: str, **point: float) -> list[str]:
    """Return the lines of both passes."""
    lines = python(program, **point).splitlines()
    start = next(k for k, line in enumerate(lines) if line.strip() == "# Forward")
    end = next(k for k, line in enumerate(lines) if line.startswith("    return f"))
    return [line[4:] for line in lines[start:end] if line.strip()]


# ---- the numbers


def test_python_gives_the_numbers_of_the_record() -> None:
    assert len(every_record()) > 350
    wrong = [(record.program, found) for record in every_record()
             if (found := differences(python_answer(str(render(record, "python", STYLE))), record))]  # fmt: skip
    assert wrong == []


@needs_node
def test_javascript_gives_the_numbers_of_the_record(tmp_path: Path) -> None:
    known = every_record()
    answers = javascript_answers([str(render(record, "javascript", STYLE)) for record in known], tmp_path)
    wrong = [(record.program, found) for record, answer in zip(known, answers, strict=True)
             if (found := differences(answer, record))]  # fmt: skip
    assert wrong == []


@needs_ruff
def test_a_linter_finds_nothing_in_python(tmp_path: Path) -> None:
    for k, record in enumerate([*every_record()[::6], differentiate("2 + 3")]):
        (tmp_path / f"p{k}.py").write_text(str(render(record, "python", STYLE)), encoding="utf-8")
        if record.gradient:
            (tmp_path / f"test_p{k}.py").write_text(str(render(record, "pytest", STYLE)), encoding="utf-8")
    assert ruff(tmp_path) == ""


@pytest.mark.parametrize("x", [800.0, -800.0, 40.0, -40.0, 0.0])
def test_rules_are_careful(x: float) -> None:
    """Nothing overflows or cancels on the way: the slopes of tanh and sigmoid far out are no differences from 1."""
    for program in ("tanh(x)", "sigmoid(x)", "softplus(x)", "atan(x)", "1 - sech(x)", "silu(x)", "logaddexp(x, 1, 2)"):
        record = differentiate(program, {"x": x})
        found, truth = python_answer(str(render(record, "python", STYLE))).gradient["x"], record.gradient["x"]
        assert found == pytest.approx(truth, rel=1e-12, abs=0), program


def test_no_complex_number_is_made_of_a_power() -> None:
    text = python("x**y", x=8.0, y=1 / 3)
    names: dict[str, object] = {"__name__": "generated"}
    exec(text, names)
    with pytest.raises(ValueError, match="math domain error"):
        names["forward_backward"](-8.0, 1 / 3)  # type: ignore[operator]


# ---- what is written


def test_the_lines_of_the_first_example() -> None:
    assert body("q = x + y; f = q * z", x=-2, y=5, z=-4) == [
        "# Forward", "q = x + y", "f = q * z",
        "# Backward: every d... is the derivative of f with respect to ...",
        "df = 1.0", "dq = df * z", "dz = df * q", "dx = dq", "dy = dq",
    ]  # fmt: skip


def test_a_fork_is_added_up() -> None:
    lines = body("f = x*y + sin(x)", x=1, y=2)
    assert lines[-3:] == ["dx = dv2 * math.cos(x)", "dx += dv1 * y", "dy = dv1 * x"]


def test_the_lines_have_the_order_of_the_steps() -> None:
    for program, point in random_networks(60, seed=3):
        record = differentiate(program, point)
        text = str(render(record, "python", STYLE))
        written = re.findall(r"^ +(d\w+) \+?= (?!0\.0)", text.partition("# Backward")[2], re.MULTILINE)
        labels = record.labels
        steps = [f"d{labels[line.node]}" for line in Derivation(record).backward if line.kind in (EDGE, BRANCH)]
        remaining = iter(steps)
        assert all(name in remaining for name in written[1:]), record.program


def test_what_one_branch_needs_is_computed_there_only() -> None:
    program = "f = where(x != 0, sin(x)/x, 1)*y"
    text = python(program, x=1, y=2)
    names: dict[str, object] = {"__name__": "generated"}
    exec(text, names)
    assert names["forward_backward"](0.0, 2.0) == (2, {"x": 0.0, "y": 1})  # type: ignore[operator]


@pytest.mark.parametrize(("program", "point", "gradient"), [
    ("max(x, y)", {"x": 1, "y": 1}, {"x": 0.5, "y": 0.5}),
    ("min(x, y, z)", {"x": 1, "y": 1, "z": 2}, {"x": 0.5, "y": 0.5, "z": 0}),
    ("max(x, x, y)", {"x": 1, "y": 1}, {"x": 2 / 3, "y": 1 / 3}),
    ("relu(x) + abs(y)", {"x": 0, "y": 0}, {"x": 0, "y": 0}),
    ("max(x, y)", {"x": 2, "y": 1}, {"x": 1, "y": 0}),
])  # fmt: skip
def test_kinks_follow_the_convention(program: str, point: dict[str, float], gradient: dict[str, float]) -> None:
    answer = python_answer(python(program, **point))
    assert answer.gradient == pytest.approx(gradient)
    assert "At a kink" in python(program, **point)


def test_a_settled_kink_is_told() -> None:
    text = python("relu(x) - relu(-x)", x=0)
    assert "There gradcli goes by the two sides of a kink" in text


@pytest.mark.parametrize(
    "program", ["dx + x*dx", "lambda*x + None", "max + min + math + sech", "x_*x + print", "学习率*2"]
)
def test_names_are_kept_or_get_an_underscore(program: str) -> None:
    words = set(re.findall(r"[^\W\d]\w*", program))
    record = differentiate(f"f = tanh({program})", {word: 0.25 + 0.1 * k for k, word in enumerate(sorted(words))})
    assert differences(python_answer(str(render(record, "python", STYLE))), record) == {}


@needs_node
def test_signs_are_not_joined(tmp_path: Path) -> None:
    record = differentiate("f = -(-2)*x - (-1) - -x*(-0.5) + (-(-x))**2 + 2**-x", {"x": 1.5})
    text = str(render(record, "javascript", STYLE))
    assert "--" not in text
    assert differences(javascript_answers([text], tmp_path)[0], record) == {}
    assert differences(python_answer(str(render(record, "python", STYLE))), record) == {}


@needs_node
def test_names_are_kept_in_javascript(tmp_path: Path) -> None:
    programs = ["f = tanh(new*x + var + Math + exp2(require)) + dx", "学习率*delete"]
    names = [set(re.findall(r"[^\W\d]\w*", program)) - {"f", "tanh", "exp2"} for program in programs]
    known = [differentiate(program, dict.fromkeys(words, 0.5)) for program, words in zip(programs, names, strict=True)]
    answers = javascript_answers([str(render(record, "javascript", STYLE)) for record in known], tmp_path)
    assert [differences(answer, record) for answer, record in zip(answers, known, strict=True)] == [{}, {}]


def test_a_new_row_of_the_table_is_written_by_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Operation(
        "cap", "x", lambda S, x: S.min(x, S.one), (lambda S, v, x: S.where(S.less(x, S.one), S.one, None),),
        kink=Kink("{x} = 1", lambda S, x: S.equal(x, S.one)), points=((0.3,), (2.5,)),
    )  # fmt: skip
    monkeypatch.setitem(OPERATIONS, row.name, row)
    assert body("f = cap(x)*y", x=2, y=3)[1] == "v1 = min(x, 1)"


# ---- the command


def test_without_values_the_inputs_are_parameters(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x^2*y", "--to", "python"]) == 0
    text = capsys.readouterr().out
    assert "def forward_backward(x, y):" in text
    assert "__main__" not in text


def test_a_part_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(
            ["q = x + y; f = q*z", "x=1", "y=2", "z=3", "--of", "q", "--wrt", "y", "--upstream", "-2", "--to", "python"]
        )
        == 0
    )
    text = capsys.readouterr().out
    assert 'return q, {"y": dy}' in text
    assert "dq = -2.0" in text
    assert "f =" not in text.partition("def forward")[2].replace("df =", "")


@pytest.mark.parametrize("format", [*CODE, "pytest"])
def test_the_file_runs(format: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    suffix = ".js" if format == "javascript" else ".py"
    path = tmp_path / f"test_it{suffix}"
    assert run(["q = x + y; f = q * z", "x=-2", "y=5", "z=-4", "--to", format, "-o", str(path)]) == 0
    if format == "javascript" and shutil.which("node") is None:
        pytest.skip("node is not installed")
    if format == "pytest":
        (tmp_path / "solution.py").write_text("def backward(x, y, z):\n    return {'x': z, 'y': z, 'z': x + y}\n")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", path.name]
    else:
        command = ["node" if format == "javascript" else sys.executable, path.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = [float(x) for x in re.findall(r"= (-?[\d.]+)", done.stdout)]
    assert shown == ([] if format == "pytest" else [-12, -4, -4, 3])


@pytest.mark.parametrize(("answer", "passes"), [("-2, -4, 5.0", True), ("1, -4, 5.0", False), ("0, -4, 5.1", False)])
def test_a_student_is_tested_between_both_sides_of_a_kink(
    answer: str, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = str(render(differentiate("q = relu(x) + y; f = q*z", {"x": 0, "y": 5, "z": -4}), "pytest", STYLE))
    solution = ModuleType("solution")
    exec(f"def backward(x, y, z):\n    return {answer}\n", solution.__dict__)
    monkeypatch.setitem(sys.modules, "solution", solution)
    names: dict[str, Any] = {}
    exec(text, names)
    wrong = []
    for name in "xyz":
        try:
            names["test_backward"](name)
        except AssertionError:
            wrong.append(name)
    assert (wrong == []) is passes


@pytest.mark.parametrize(("words", "message", "hint"), [
    (["-o", "f.py"], "f.py may be code of several kinds", "add --to python, numpy, torch or pytest"),
    (["--exact", "--to", "python"], "code computes in binary64", "leave out --exact, --digits and uncertain values"),
    (["--digits", "20", "--to", "javascript"], "code computes in binary64",
     "leave out --exact, --digits and uncertain values"),
    (["--wrt", "", "--to", "pytest"], "--wrt takes names, separated by commas", ""),
    (["--steps", "--to", "python"], "python holds no derivation", "--steps goes with --to steps, latex, markdown"),
])  # fmt: skip
def test_what_code_cannot_do(words: list[str], message: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x**2", "x=3", *words, "--ascii"]) == 2
    found = capsys.readouterr().err
    assert message in found
    assert hint in found


@pytest.mark.parametrize(("program", "is_told"), [
    ("x*y", False), ("where(x > 0, x, y)", False), ("where(x > 0 and y < 2, x*x, y)", False), ("exp(x) + y", False),
    ("relu(x)*y", True), ("abs(x) + y", True), ("where(x > 0, max(x, y), 1)", True), ("floor(x)*y", True),
])  # fmt: skip
def test_the_convention_at_a_kink_is_told_where_there_may_be_one(program: str, is_told: bool) -> None:
    """A comparison is no such operation: where a choice jumps is the program's own affair."""
    record = differentiate(program, {"x": 1.5, "y": 1})
    for format in ("python", "javascript"):
        assert ("At a kink the slope is the usual one" in str(render(record, format, STYLE))) is is_told


@pytest.mark.parametrize(("power", "written"), [("x**2", "x**2"), ("x**-2", "x ** -2")])
def test_a_power_stands_close_where_both_of_its_parts_are_one_word(power: str, written: str) -> None:
    record = differentiate(f"f = {power}", {"x": 1.5})
    assert f"    f = {written}\n" in str(render(record, "python", STYLE))
    assert f"  const f = {power.replace('**', ' ** ')};\n" in str(render(record, "javascript", STYLE))


def test_every_format_of_code_is_offered() -> None:
    assert set(CODE) <= FORMATS.keys()
    assert json.dumps("javascript") in json.dumps(list(FORMATS))


@pytest.mark.parametrize("language", ["python", "javascript"])
def test_numerals_have_no_zeros_in_front(language: str) -> None:
    text = str(render(differentiate("007*x00 + 00.5 + 0", {"x00": 1}), language, STYLE))
    forward = text.partition(" Forward\n")[2].partition("Backward")[0]
    assert re.findall(r"= (.*?);?\n", forward) == ["7 * x00", "v1 + 0.5", "v2 + 0"]


@pytest.mark.parametrize("format", ["python", "javascript", "numpy", "pytest"])
def test_code_has_every_node_whichever_are_listed(format: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts = []
    for more in ([], ["--nodes", "named"], ["--nodes", "none"]):
        assert run(["q = x*y; f = tanh(2*q + 1)*q", "x=1", "y=2", "--to", format, *more]) == 0
        texts.append(capsys.readouterr().out)
    assert texts == [texts[0]] * 3
    assert "tanh" in texts[0]

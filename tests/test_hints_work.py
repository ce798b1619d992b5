"""A hint that is a command or a program works when it is typed, and computes what was meant: values worked by hand."""

from __future__ import annotations

import json
import math
import re
import shlex
from pathlib import Path

import pytest

from .test_cli import call


def hint_of(*words: str) -> str:
    """Return the hint below the error of a command that is refused."""
    found = call(*words)
    assert (found.status, found.stdout) == (2, b"")
    return found.stderr.decode().partition("hint: ")[2].strip()


def value_of_the_hint(*words: str) -> float:
    """Return the value that the command computes which the hint of a refused one writes."""
    hint = hint_of(*words)
    command = re.search(r"\bgradcli (.*)", hint)
    assert command, hint
    found = call(*shlex.split(command[1]), "--json")
    assert found.status == 0, found.stderr.decode()
    return float(json.loads(found.stdout)["value"])


# A program of x and y, and the values it is to have at (x, y) = (2, 1), (0.5, 2) and (-1, 3).
CONDITIONS = [
    ("where(!(x>1), 7, 5)", (5, 7, 7)),
    ("where(!x>1, 7, 5)", (5, 7, 7)),
    ("where(~(x>1), 7, 5)", (5, 7, 7)),
    ("where(NOT x>1, 7, 5)", (5, 7, 7)),
    ("where(!(x>1) && !(y>2), 7, 5)", (5, 7, 5)),
    ("where(x>0 & x<1, 7, 5)", (5, 7, 5)),
    ("where((x>0) & (y<2), 7, 5)", (7, 5, 5)),
    ("where(x>0 AND x<1, 7, 5)", (5, 7, 5)),
    ("where(x<0 | x>1, 7, 5)", (7, 5, 7)),
    ("where(max(x, 0)>0 & y<2, 7, 5)", (7, 5, 5)),
    ("where(0<x<1, 7, 5)", (5, 7, 5)),
    ("where(-2<x<=0.5<y, 7, 5)", (5, 7, 7)),
    ("where((0<x<1) or y>2, 7, 5)", (5, 7, 7)),
    ("where(x=2, 7, 5)", (7, 5, 5)),
    ("where(x===2, 7, 5)", (7, 5, 5)),
    ("where(x=>0.5, 7, 5)", (7, 7, 5)),
    ("if(0<x<1, 7, 5)", (5, 7, 5)),
    ("0<x<1 ? 7 : 5", (5, 7, 5)),
    ("7 if 0<x<1 else 5", (5, 7, 5)),
    ("x>0", (1, 1, 0)),
    ("(x>0)*y", (1, 2, 0)),
    ("(0<x<1)*y", (0, 2, 0)),
    ("max(x > y, 0.5)", (1, 0.5, 0.5)),
    ("q = x>1; q*y", (1, 0, 0)),
]


@pytest.mark.parametrize(("program", "values"), CONDITIONS)
def test_conditions_of_other_languages(program: str, values: tuple[float, ...]) -> None:
    points = [("2", "1"), ("0.5", "2"), ("-1", "3")]
    bindings = [[f"x={x}"] + [f"y={y}"] * ("y" in program) for x, y in points]
    assert tuple(value_of_the_hint(program, *words) for words in bindings) == values


# What is written of vectors dz = [1, 2], x = [3, 4] and of W = [[1, 2], [3, 4]], and its sum: 1*3 + 2*4 = 11 for dz@x,
# (1 + 2)*(3 + 4) = 21 for the outer product, W@x = [11, 25].
TURNED = [
    ("sum(dz@x.T)", 21),
    ("sum(dz@x^T)", 21),
    ("sum(dz x.T)", 21),
    ("sum(dz x^T)", 21),
    ("sum(dz*x')", 21),
    ("sum(dz@x')", 21),
    ("sum((dz - 1)@x.T)", 7),
    ("sum(2*dz@xᵀ)", 42),
    ("x.T@dz", 11),
    ("x^T dz", 11),
    ("x^T*dz", 11),
    ("x.T dz", 11),
    ("x.T@W@x", 3 * 11 + 4 * 25),
    ("sum(W@x.T)", 36),
    ("sum(outer(dz, x.T))", 21),
    ("sum(x@dz.T@dz)", 7 * 5),
]


@pytest.mark.parametrize(("program", "value"), TURNED)
def test_transposes_of_vectors(program: str, value: float) -> None:
    given = {"dz": "[1,2]", "x": "[3,4]", "W": "[[1,2],[3,4]]"}
    words = [f"{name}={array}" for name, array in given.items() if name in program.replace("sum", "")]
    assert value_of_the_hint(program, *words) == value


@pytest.mark.parametrize("claim", ["dz@x.T", "dz x^T", "dL/dz@x.T", "dL/dz x^T", "dz*x'", "dz@xᵀ"])
def test_a_claimed_gradient_is_written_with_outer(claim: str) -> None:
    program = ["z = W@x + b; L = cross_entropy(z, 2)", "W=[[1,2],[3,4],[5,6]]", "x=[1,2]", "b=[0,0,0]"]
    first = call("check", *program, f"dL/dW={claim}", "--json")
    reason = json.loads(first.stdout)["marks"][0]["why"]
    written = reason.partition("write ")[2]
    again = json.loads(call("check", *program, f"dL/dW={written}", "--json").stdout)
    assert [claim["status"] for claim in again["marks"]] == ["correct"], reason


POINT = ["x=-2", "y=5", "z=-4"]
MISPLACED = [
    (["(x+y)*z", *POINT, "--grad", "x", "y"], ["(x+y)*z", *POINT, "--grad", "x,y"]),
    (["(x+y)*z", "--grad", "x", "y", "z", *POINT], ["(x+y)*z", "--grad", "x,y,z", *POINT]),
    (["(x+y)*z", *POINT, "circuit"], ["(x+y)*z", *POINT, "--to", "circuit"]),
    (["(x+y)*z", *POINT, "hessian"], ["(x+y)*z", *POINT, "--hessian"]),
    (["(x+y)*z", "--x", "-2", "--exact", "--y", "5", "--z", "-4"], ["(x+y)*z", "x=-2", "--exact", "y=5", "z=-4"]),
    (["(x+y)*z", '{"x":-2, "y":5, "z":-4}'], ["(x+y)*z", *POINT]),
    (["check", "x*y", "x=1", "y=2", "df/dx=2", "json"], ["check", "x*y", "x=1", "y=2", "df/dx=2", "--json"]),
    (["descend", "x**2", "x=1", "--rate", "0.1", "csv"], ["descend", "x**2", "x=1", "--rate", "0.1", "--to", "csv"]),
    (["plot", "x**2", "x=-2:2", "--at", "1"], ["plot", "x**2", "x=-2:2", "--at", "x=1"]),
    (["plot", "x**2", "x=-2:2", "svg"], ["plot", "x**2", "x=-2:2", "--to", "svg"]),
]


@pytest.mark.parametrize(("words", "meant"), MISPLACED)
def test_words_that_belong_to_an_option(words: list[str], meant: list[str]) -> None:
    command = shlex.split(hint_of(*words).removeprefix("write "))
    assert command == ["gradcli", *meant]
    assert call(*command[1:]).status == 0


@pytest.mark.parametrize(("words", "is_cut"), [
    (["x", "+", "y"], True),
    (["x*y", "foo", "x=1", "y=2"], True),  # a * of the shell is the names of files
    (["x * y", "foo", "x=1", "y=2"], False),
    (["(x*y)", "--grad", "x", "foo", "x=1", "y=2"], False),
    (["x*y; f(u) = u", "--w", "x=1"], False),
    (["rows", "x * y", "a.csv", "b.csv"], False),
    (["rows", "x", "a.csv", "b.csv"], True),
])  # fmt: skip
def test_only_a_program_that_may_be_cut_is_to_be_quoted(words: list[str], is_cut: bool) -> None:
    hint = hint_of(*words)
    assert ("quote the program" in hint, "bindings are written NAME=VALUE" in hint) == (is_cut, True)


# Names of other libraries; A = [[1, 2], [3, 5]] with the inverse [[-5, 2], [3, -1]], x = [0.5, 2], y = [0, 1].
ELSEWHERE = [
    ("mse(x, y)", (0.25 + 1) / 2),
    ("2*mse(x, y - 1)", 1.5**2 + 2**2),
    ("mae(x, y)", 0.75),
    ("bce(x/4, y)", -(math.log(0.875) + math.log(0.5)) / 2),
    ("bce(sigmoid(x - x), y)", math.log(2)),
    ("cosine_similarity(x, 3*x)", 1),
    ("sum(batchnorm(x)*y)", 1),
    ("sum(layernorm(x)*y)", 1),
    ("sum(vec(A)*[1, 0, 0, 1])", 6),
    ("Σ(x)", 2.5),
    ("Π(x)", 1),
    ("sum(matmul(A, x + y))", 6.5 + 16.5),
    ("sum(A.t@x)", 17.5),
    ("sum(A.H@x)", 17.5),
    ("sum(A.I@x)", 1),
    ("sum(A.inv()@x)", 1),
    ("sum(tan-1(x))", math.atan(0.5) + math.atan(2)),
]


@pytest.mark.parametrize(("program", "value"), ELSEWHERE)
def test_names_of_other_libraries(program: str, value: float) -> None:
    given = {"A": "[[1,2],[3,5]]", "x": "[0.5,2]", "y": "[0,1]"}
    words = [f"{name}={array}" for name, array in given.items() if re.search(rf"(?<![a-z]){name}\b", program)]
    assert value_of_the_hint(program, *words) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(("words", "message", "hint"), [
    (["dropout(x)", "x=[1,2]"], "there is no function dropout", "gradcli help language lists"),
    (["pinv(A)", "A=[[1,2],[3,5]]"], "there is no function pinv", "gradcli help language lists"),
    (["hessian(x**2)", "x=1"], "there is no function hessian", "the option --hessian shows"),
    (["max(0,x)[1]", "x=1"], "max(0,x) is a number: it has no entries", ""),
    (["sum(x{1})", "x=[1,2]"], "unexpected character {", "entries stand in [ ], and are counted from 0"),
    (["x*2", "x=1k"], "an operator is missing", "a value is a number or an expression of numbers such as 1/3 or pi/4"),
    (["x*2", "x=2 kg"], "a value is a number without a unit", "write x=2"),
])  # fmt: skip
def test_what_has_no_counterpart_gets_no_program(words: list[str], message: str, hint: str) -> None:
    said = call(*words).stderr.decode()
    assert message in said
    assert said.partition("hint: ")[2].startswith(hint) if hint else "hint" not in said


@pytest.mark.parametrize(("key", "hint"), [
    ('item = "gradient"', "did you mean items? item stands under [[problem.accept]]"),
    ('itens = "gradient"', "did you mean items?"),
])  # fmt: skip
def test_a_key_of_a_homework_file_that_is_nearly_one(tmp_path: Path, key: str, hint: str) -> None:
    path = tmp_path / "h.toml"
    path.write_text(f'title = "H"\n[[problem]]\nid = "P1"\nprogram = "x**2"\nat = {{ x = 2 }}\n{key}\n')
    assert hint_of("sheet", "--homework", str(path)).startswith(hint)


def test_the_sheet_of_one_student_goes_to_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "h.toml"
    path.write_text('[defaults]\nvary = 2026\n[[problem]]\nid = "P1"\nprogram = "x**2*y"\nat = { x = [2, 3], y = 5 }\n')
    to_folder = call("sheet", "--homework", str(path), "--student", "ann", "--out", str(tmp_path / "o1"))
    alone = call("sheet", "--homework", str(path), "--student", "ann")
    assert (to_folder.status, to_folder.stdout, to_folder.stderr) == (0, b"", b"")
    assert [(file.stem, file.read_bytes()) for file in (tmp_path / "o1").iterdir()] == [("ann", alone.stdout)]


@pytest.mark.parametrize(("words", "given"), [
    (["-o", "a.csv", "-o", "b.csv"], "-o takes one file, and there are a.csv and b.csv"),
    (["--output=a.csv", "-o", "b.csv"], "-o takes one file, and there are a.csv and b.csv"),
    (["-o", "a.csv", "--output=b.csv"], "--output takes one file, and there are a.csv and b.csv"),
    (["--bindings", "a.json", "--bindings", "b.json"], "--bindings takes one file, and there are a.json and b.json"),
])  # fmt: skip
def test_a_second_file_is_refused(words: list[str], given: str) -> None:
    found = call("x*y", "x=1", "y=2", *words)
    assert (found.status, found.stderr.decode()) == (2, f"gradcli: {given}\nhint: leave out one of the two\n")


def test_the_same_file_twice_is_one(tmp_path: Path) -> None:
    path = str(tmp_path / "a.csv")
    assert call("x*y", "x=1", "y=2", "-o", path, "-o", path).status == 0


@pytest.mark.parametrize("more", [[], ["--order", "2"], ["x=2", "--order", "2"]])
def test_a_function_of_arrays_is_written_for_numbers(more: list[str]) -> None:
    hint = hint_of("diff", "clip(x,0,1)", *more)
    assert hint == " ".join(['write gradcli diff "min(max(x, 0), 1)"', *more])
    assert call(*shlex.split(hint)[2:]).status == 0


LSTM = "i = sigmoid(a*x + b*h); f = sigmoid(c*x + d*h); o = sigmoid(p*x + q*h); k = f*c + i*tanh(r*x + s*h); o*tanh(k)"


@pytest.mark.parametrize("width", [30, 40, 60])
def test_a_deep_list_has_room_beside_its_bars(width: int) -> None:
    words = [f"{name}=0.123456" for name in "axbhcdpqrs"]
    found = call(LSTM, *words, "--to", "circuit", COLUMNS=str(width)).stdout.decode().splitlines()
    assert max(map(len, found)) <= width
    assert all(len(line.lstrip("│├└─ ")) >= 1 for line in found if line)

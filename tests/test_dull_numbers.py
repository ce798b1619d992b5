"""Numbers that teach little: what lint says of them, and that they are not drawn."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.errors import Source
from gradcli.homework.classroom.array_problem import ParsedArrays
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.problem_instance import ParsedProblem
from gradcli.homework.diagnosis.dull_arrays import dull_arrays
from gradcli.homework.diagnosis.dull_numbers import dull_numbers

ARRAYS = {
    "softmax": ("Z = X@W + b; L = mean(cross_entropy(Z, y))", '{ X = "3x2", W = "2x3", b = 3, y = 3 }'),
    "layers": (
        "H = relu(X@W + b); Z = H@V; P = softmax(Z, axis=1); L = sum(P*P)", '{ X = "3x2", W = "2x4", b = 4, V = "4x3" }'
    ),
    "tanh": ("H = tanh(X@W); L = sum(H*H)", '{ X = "3x2", W = "2x4" }'),
    "sigmoid": ("p = sigmoid(X@w); L = mean((p - t)**2)", '{ X = "3x2", w = 2, t = 3 }'),
    "by hand": ("E = exp(X@W); P = E/sum(E, axis=1)[:, None]; L = sum(P*P)", '{ X = "3x2", W = "2x3" }'),
    "maximum": ("Z = X@W; H = maximum(0, Z); L = sum(H*H)", '{ X = "3x2", W = "2x3" }'),
    "mask": ("Z = X@W; H = where(Z > 0, Z, 0); L = sum(H*H)", '{ X = "3x2", W = "2x3" }'),
}  # fmt: skip
NUMBERS = {
    "tanh": "h = tanh(w*x + b); y = sigmoid(v*h)",
    "network": "h1 = tanh(w1*x1 + w2*x2 + b1); h2 = tanh(w3*x1 + w4*x2 + b2); p = sigmoid(v1*h1 + v2*h2); L = -log(p)",
    "relus": "h1 = relu(w1*x + b1); h2 = relu(w2*x + b2); y = v1*h1 + v2*h2",
    "by hand": "s = 1/(1 + exp(-(w*x + b))); L = (s - t)**2",
    "an input": "f = tanh(x)*y",
}


def parsed(program: str, more: str = "") -> ParsedProblem | ParsedArrays:
    text = f"[[problem]]\nprogram = {program!r}\nvary = 7\n{more}"
    return parse_problem(load(Source("hw.toml", text)).problems["p1"])


def dull(problem: ParsedProblem | ParsedArrays, student: str, version: int | None = None) -> list[str]:
    record = problem.for_student(student, version).record
    if isinstance(problem, ParsedArrays):
        return [found.why for found in dull_arrays(record.graph, record.values)]  # type: ignore[arg-type]
    return [found.why for found in dull_numbers(record.graph, record.values)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("program", "shapes"), ARRAYS.values(), ids=ARRAYS)
def test_arrays_are_drawn_so_that_they_teach(program: str, shapes: str) -> None:
    problem = parsed(program, f"shapes = {shapes}\n")
    assert problem.versions == (3, 2)
    assert not [why for k in range(12) for why in dull(problem, f"s{k}")]
    assert any(dull(problem, f"s{k}", 2) for k in range(150))
    assert len({str(problem.for_student(f"s{k}").given) for k in range(12)}) == 12


@pytest.mark.parametrize("program", NUMBERS.values(), ids=NUMBERS)
def test_numbers_are_drawn_so_that_they_teach(program: str) -> None:
    problem = parsed(program)
    assert problem.versions[0] == 3
    assert not [why for k in range(40) for why in dull(problem, f"s{k}")]
    assert any(dull(problem, f"s{k}", 2) for k in range(40))


def test_most_gradients_are_not_0_where_a_relu_is() -> None:
    problem = parsed(NUMBERS["relus"])
    for k in range(40):
        record: Any = problem.for_student(f"s{k}").record
        active = [record.values[record.graph.by_label[name]] > 0 for name in ("h1", "h2")]
        assert sorted(active) == [False, True]
        slopes = list(record.gradient.values())
        assert 2 * sum(not slope for slope in slopes) <= len(slopes)


def test_softmax_by_its_own_numbers() -> None:
    """The largest probability is below 0.95, computed here from the logits."""
    problem = parsed(ARRAYS["softmax"][0], f"shapes = {ARRAYS['softmax'][1]}\n")
    for k in range(12):
        record: Any = problem.for_student(f"s{k}").record
        z = record.values[record.graph.named["Z"]]
        for row in (z[0:3], z[3:6], z[6:9]):
            assert max(map(math.exp, row)) / sum(map(math.exp, row)) < 0.95


@pytest.mark.parametrize("program", ["q = x + y; f = q*z", "f = relu(w*x + b)**2", "f = sin(x)*y"])
def test_what_cannot_be_dull_is_drawn_as_before(program: str) -> None:
    problem = parsed(program)
    assert 3 not in problem.versions
    assert (
        problem.for_student("ann").given == problem.for_student("ann", 3).given == problem.for_student("ann", 2).given
    )


def test_a_given_number_that_saturates_leaves_the_problem_drawable() -> None:
    problem = parsed("h = tanh(50*x + 100*k); y = h*w", "at = { k = 3 }\n")
    assert dull(problem, "ann")


def test_a_given_number_that_saturates_leaves_the_others_teaching() -> None:
    """exp(5) is large whatever is drawn: the draws still keep the tanh from being saturated."""
    problem = parsed("a = exp(t); q = tanh(w*x + b); r = tanh(q*v + c); f = r*a", "at = { t = 5 }\n")
    for k in range(40):
        assert not [why for why in dull(problem, f"s{k}") if "tanh" in why]
    problem = parsed("a = tanh(t); q = tanh(w*x + b); r = tanh(q*v + c); f = r + a", "at = { t = 5 }\n")
    for k in range(40):
        assert not [why for why in dull(problem, f"s{k}") if not why.startswith("t is 5")]


def test_a_given_array_that_saturates_leaves_the_others_teaching() -> None:
    program, given = "G = tanh(A); H = tanh(X@W); L = sum(G*H)", "[[9, 8], [-9, 7], [5, 6]]"
    problem = parsed(program, f'at = {{ A = {given} }}\nshapes = {{ X = "3x2", W = "2x2" }}\n')
    for k in range(12):
        assert not [why for why in dull(problem, f"s{k}") if not why.startswith("an entry of A is")]
    program = "L = mean(cross_entropy(Z, y)) + sum(tanh(3*V))"
    problem = parsed(program, "at = { Z = [[9, 0], [0, 8]] }\nshapes = { y = 2, V = 4 }\n")
    for k in range(12):
        assert not [why for why in dull(problem, f"s{k}") if "tanh" in why]


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Return what lint says of a homework file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")

    def linted(text: str, *options: str) -> str:
        Path("hw.toml").write_text(text, encoding="utf-8")
        Path("roster.csv").write_text("student\nann\nbob\ncem\n", encoding="utf-8")
        assert run(["sheet", "--homework", "hw.toml", "--lint", *options]) == 0
        return capsys.readouterr().out

    return linted


@pytest.mark.parametrize(
    ("program", "at", "said"),
    [
        ("f = tanh(w*x)", "{ w = 3, x = 2 }", "dull: w*x is 6: tanh is saturated"),
        ("f = sigmoid(w*x)", "{ w = 3, x = -2 }", "dull: w*x is -6: sigmoid is saturated"),
        ("f = relu(a*x) + relu(b*x)", "{ a = 3, b = 5, x = 2 }", "dull: the argument of every relu is positive"),
        ("f = relu(a*x) - relu(b*x) + x", "{ a = 3, b = 5, x = -2 }", "of every relu is 0 or negative"),
        ("L = sum(tanh(X@W))", "{ X = [[1, 2]], W = [[1, 4], [1, 5]] }", "is 14: tanh is saturated"),
        ("P = softmax(X@W); L = P[0, 0]", "{ X = [[1, 2]], W = [[1, 4], [1, 5]] }",
         "the largest probability of softmax(v1) is 1.0000"),
        ("L = sum(maximum(0, X@W))", "{ X = [[1, 2]], W = [[1, 4], [1, 5]] }", "max takes the same side at all"),
    ],
)  # fmt: skip
def test_lint_says_so(lint: Callable[..., str], program: str, at: str, said: str) -> None:
    assert said in lint(f"[[problem]]\nprogram = {program!r}\nat = {at}\n")


@pytest.mark.parametrize(
    ("program", "at"),
    [
        ("f = tanh(w*x)", "{ w = 0.5, x = 2 }"),
        ("f = relu(a*x) + relu(b*x)", "{ a = 3, b = -5, x = 2 }"),
        ("P = softmax(X@W); L = P[0, 0]", "{ X = [[1, 2]], W = [[1, 0.5], [0.5, 1]] }"),
    ],
)
def test_lint_is_silent_where_they_teach(lint: Callable[..., str], program: str, at: str) -> None:
    assert "dull" not in lint(f"[[problem]]\nprogram = {program!r}\nat = {at}\n")


def test_lint_counts_the_students(lint: Callable[..., str]) -> None:
    problem = f"[[problem]]\nprogram = {ARRAYS['softmax'][0]!r}\nshapes = {ARRAYS['softmax'][1]}\nvary = 7\n"
    told = lint(problem + "vary_version = 2\n", "--roster", "roster.csv")
    assert "dull for 3 of 3 students, such as ann: the largest probability of softmax(Z) is" in told
    assert "dull" not in lint(problem, "--roster", "roster.csv")

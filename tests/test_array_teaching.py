"""What someone who knows W@x + b reads in the steps and formulas of a layer."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.commands import run as main
from gradcli.errors import Source
from gradcli.language.array_orientation import rows_of
from gradcli.language.latex import name as latex_name
from gradcli.record.array_formulas import formulas_of_shapes
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_values import array_value
from gradcli.record.request import Request
from gradcli.reports import Style, render_arrays
from gradcli.reports.array_formulas import render as render_formulas

from .array_programs import PROGRAMS
from .test_array_steps import given, record, request


@pytest.mark.parametrize(
    ("program", "shapes", "rows"),
    [
        ("z = W@x + b; L = sum(z)", {"W": (3, 2), "x": (2,), "b": (3,)}, ""),
        ("z = x@W + b; L = sum(z)", {"W": (2, 3), "x": (2,), "b": (3,)}, "x b v1 z"),
        ("Z = X@W + b; L = mean(cross_entropy(Z, y))", {"X": (4, 2), "W": (2, 3), "b": (3,), "y": (4,)}, "b"),
        ("L = sum(x*y)", {"x": (3,), "y": (3,)}, ""),
        ("m = mean(X, axis=0); s = sum(X, axis=1); L = sum(m) + sum(s)", {"X": (2, 3)}, "m"),
        ("c = x[:, None]*Y; L = sum(c) + sum(r + Y)", {"x": (2,), "Y": (2, 3), "r": (3,)}, "r"),
    ],
)  # fmt: skip
def test_vectors_are_rows_where_the_program_makes_them_rows(program: str, shapes: dict[str, Any], rows: str) -> None:
    point = {name: array_value(source) or source for name, source in given(shapes, 1).items()}
    graph = evaluate_arrays(Source("program", program), point, request()).graph
    assert {graph.labels[i] for i, is_row in enumerate(rows_of(graph)) if is_row} == set(rows.split())


def test_latex_sets_a_row_as_a_row() -> None:
    found = record("L = sum((x@W + b)**2)", {"x": [1, 2], "W": [[1, 2], [3, 4]], "b": [5, 6]})
    text = render_arrays(found, "latex", Style())
    assert r"b &= \begin{pmatrix} 5 & 6 \end{pmatrix}" in text
    assert r"x \, W" in text
    assert r"\frac{dL}{dv_{1}} \, W^{\top}" in text
    assert r"\frac{dL}{dW} &= x^{\top} \, \frac{dL}{dv_{1}}" in text


def test_steps_show_what_a_rule_consists_of_and_where_1_over_n_comes_from() -> None:
    point = {"Z": [[1, 3], [2, 0], [0.5, 0.5], [1, 1]], "y": [0, 1, 1, 0]}
    text = render_arrays(record("L = mean(cross_entropy(Z, y))", point), "steps", Style())
    assert "= 0.25*(softmax(Z) - onehot(y, 2))" in text
    assert "softmax(Z) = [[0.119203, 0.880797], [0.880797, 0.119203], [0.5, 0.5], [0.5, 0.5]]" in text
    assert "onehot(y, 2) = [[1, 0], [0, 1], [0, 1], [1, 0]]" in text
    assert "row i times entry i of dL/dv1" in text
    assert "sum rule, each of N with 1/N" in text
    weighted = render_arrays(record("L = dot(w, cross_entropy(Z, y))", {**point, "w": [1, 2, 3, 4]}), "steps", Style())
    assert "*(softmax(Z) - onehot(y, 2))" in weighted
    assert "= 0.25*" not in weighted


@pytest.mark.parametrize(("program", "words"), [("sum(x*[1,2])", ["x=-1:1"]), ("sum(x)*t", ["x=[1, 2]", "t=1:2"])])
def test_a_plot_says_that_it_is_of_numbers(program: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plot", program, *words]) == 2
    assert "give entries names of their own, such as x1 and x2" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("program", "point", "kind", "message"),
    [
        ("L = mean(cross_entropy(Z, P))", {"Z": [[1, 2], [3, 4]], "P": [[0.5, 0.5], [0.5, 0.4]]}, "probabilities",
         "row 1 of P sums to 0.9"),
        ("L = cross_entropy(z, p)", {"z": [1, 2], "p": [1, 1]}, "probabilities", "p sums to 2"),
        ("sum(W*x)", {"W": [[1, 2], [3, 4]], "x": [1, 2]}, "elementwise", "the matrix product is W@x"),
        ("norm(x)", {"x": [0, 0]}, "kink", "norm has a kink here"),
    ],
)  # fmt: skip
def test_silent_traps_are_told(program: str, point: dict[str, Any], kind: str, message: str) -> None:
    notes = record(program, point).notes
    assert any(note.kind == kind and message in note.message for note in notes)


def test_probabilities_that_sum_to_1_are_no_trap() -> None:
    point = {"Z": [[1, 2, 0], [3, 4, 1]], "P": [[0.1, 0.2, 0.7], [0.3, 0.3, 0.4]]}
    assert record("L = mean(cross_entropy(Z, P))", point).notes == []


@pytest.mark.parametrize("index", range(0, len(PROGRAMS), 5))
def test_formulas_of_programs_in_latex(index: int) -> None:
    program, shapes = PROGRAMS[index]
    written = {name: Source(name, "x".join(map(str, shape)) or "number") for name, shape in shapes.items()}
    found = formulas_of_shapes(Source("program", program), written, Request())
    text = render_formulas(found, "latex")
    assert text.startswith("\\begin{align*}")
    assert text.count("{") == text.count("}")
    assert all(f"}}{{d{latex_name(name)}}}" in text for name in (s.wrt for s in found.derivatives) if name)

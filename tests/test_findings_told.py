"""Findings of lint, formulas of derivatives and the samples of a plot, as they are told."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.plotting.plot import plot
from gradcli.record.bindings import split
from gradcli.reports import Style
from gradcli.reports.array_formulas import render as array_formulas
from gradcli.reports.array_lint import render as array_lint
from gradcli.reports.formulas import _quotient, _raised, _written_out
from gradcli.reports.lint import dull_lines, heading
from gradcli.reports.lint import render as lint
from gradcli.reports.plot_data import csv_text, json_text

from .test_golden import called

COLUMN = 60
MOST_FINDINGS = 12


def said(*words: str) -> str:
    done = called(list(words), Path.cwd(), {"COLUMNS": "100"}, b"")
    assert (done.stderr, done.status) == (b"", 0)
    return done.stdout.decode()


# ---- lint


@pytest.mark.parametrize(("counts", "words"), [
    ((0, 0, 0), "too large to try mistakes"), ((1, 0, 0), "of 1 mistake 0 would not show, 0 groups look alike"),
    ((9, 2, 1), "of 9 mistakes 2 would not show, 1 group looks alike"),
    ((9, 2, 2), "of 9 mistakes 2 would not show, 2 groups look alike"),
])  # fmt: skip
def test_the_heading_of_findings(counts: tuple[int, int, int], words: str) -> None:
    assert heading("p1", counts, example=False, worst=None) == [f"p1: {words}"]
    every = "  every student gets other numbers: --student NAME looks at one's, --roster FILE at the class's"
    assert heading("p1", counts, example=True, worst=None) == [f"p1: for example, {words}", every]
    assert heading("p1", counts, example=False, worst=("ann", 1, 30)) == [
        f"p1: at worst, for ann, {words}", "  for 1 of 30 students every mistake shows, and none look alike",
    ]  # fmt: skip


def finding(text: str) -> Any:
    return SimpleNamespace(message=text)


def found(hidden: int, alike: int, special: int, **changed: Any) -> Any:
    told = {
        "made": 99, "special": [f"s{k}" for k in range(special)], "hidden": [finding(f"h{k}") for k in range(hidden)],
        "alike": [[finding(f"a{k}"), finding(f"b{k}")] for k in range(alike)], "better": None, "looked": 5, "places": 5,
        "tried": None, "hidden_there": 1, "alike_there": 2,
    }  # fmt: skip
    return SimpleNamespace(**{**told, **changed})


@pytest.mark.parametrize("many", [1, MOST_FINDINGS, MOST_FINDINGS + 1, MOST_FINDINGS + 2])
def test_twelve_findings_of_a_kind_are_listed(many: int) -> None:
    few = min(many, MOST_FINDINGS)
    more = many - MOST_FINDINGS
    expected = [
        f"p1: of 99 mistakes {many} would not show, {many} group{'s look' if many > 1 else ' looks'} alike", "  dull",
        *(f"  special: s{k}" for k in range(few)), *(f"  hidden: h{k}" for k in range(few)),
        *([f"  hidden: {more} more"] if more > 0 else []), *(f"  alike: a{k} | b{k}" for k in range(few)),
        *([f"  alike: {more} more"] if more > 0 else []),
    ]  # fmt: skip
    numbers = found(many, many, many)
    assert lint("p1", numbers, dull=["  dull"]).splitlines() == expected
    arrays = found(0, 0, many)
    arrays.hidden = [f"h{k}" for k in range(many)]
    arrays.alike = [[f"a{k}", f"b{k}"] for k in range(many)]
    assert array_lint("p1", arrays, dull=["  dull"]).splitlines() == expected


@pytest.mark.parametrize(("changed", "line"), [
    ({"better": {"x": 2.0, "y": 0.5}}, "  better: x=2 y=0.5 (then 1 hidden, 2 alike)"),
    ({"looked": 4}, "  so far: the first 4 of 5 steps, in the time that --lint takes"), ({"looked": 5}, None),
    ({"tried": 1}, "  so far: 1 other point tried, in the time that --lint takes"),
    ({"tried": 0}, "  so far: 0 other points tried, in the time that --lint takes"),
])  # fmt: skip
def test_what_else_is_told_of_numbers(changed: dict[str, Any], line: str | None) -> None:
    head = "p1: of 99 mistakes 0 would not show, 0 groups look alike"
    assert lint("p1", found(0, 0, 0, **changed)).splitlines() == [head, *([line] if line else [])]


def test_dull_numbers_of_one_and_of_a_class() -> None:
    dull = {"ann": [], "bob": ["why", "too"], "cy": ["other"]}
    assert dull_lines(dull, "bob", of_class=False, known=[]) == ["  dull: why", "  dull: too"]
    assert dull_lines(dull, "bob", of_class=False, known=["why"]) == ["  dull: too"]
    assert dull_lines(dull, "ann", of_class=False, known=[]) == []
    assert dull_lines(dull, "ann", of_class=True, known=[]) == ["  dull for 2 of 3 students, such as bob: why"]
    assert dull_lines({"ann": []}, "ann", of_class=True, known=[]) == []
    many = {"x": [f"w{k}" for k in range(MOST_FINDINGS + 1)]}
    assert len(dull_lines(many, "x", of_class=False, known=[])) == MOST_FINDINGS


# ---- formulas


def test_formulas_of_numbers() -> None:
    program = "q = x*y; L = q*q + abs(x)"
    assert said("diff", program, "x", "y", "x=0", "y=3").splitlines() == [
        "# choose one with --of dL_dx", "q = x*y", "dL_dx = sign(x) + 2*q*y", "dL_dy = 2*q*x", "# dL_dx = 0.0",
        "# dL_dy = 0.0", "# note: abs has a kink here, at x = 0",
        "# note: dL/dx is -1 from the left and 1 from the right",
        "# note: at a kink the formulas may give other numbers than those shown",
    ]  # fmt: skip
    assert "choose" not in said("diff", program, "y")
    second = json.loads(said("diff", program, "x", "--order", "2", "--json"))
    assert second["derivatives"] == [{"wrt": ["x", "x"], "name": "d2L_dx_dx", "formula": "2*y**2", "value": None}]
    assert (second["order"], second["text"], second["notes"]) == (2, "d2L_dx_dx = 2*y**2", [])
    whole = json.loads(said("diff", "q = x*y; L = q*q", "x", "x=2", "y=3", "--json"))
    assert whole == {
        "schema": "gradcli.diff/1", "program": "q = x*y; L = q*q", "output": "L", "order": 1,
        "text": "q = x*y\ndL_dx = 2*q*y", "notes": [],
        "derivatives": [{"wrt": ["x"], "name": "dL_dx", "formula": "2*(x*y)*y", "value": 36.0}],
    }  # fmt: skip
    kinked = json.loads(said("diff", program, "x", "x=0", "y=3", "--json"))["notes"]
    assert [note["kind"] for note in kinked] == ["kink", "one-sided"]
    assert not any("node" in note for note in kinked)


@pytest.mark.parametrize(("wrt", "text"), [
    (("x",), r"\frac{dL}{dx}"), (("x", "x"), r"\frac{d^{2}L}{dx^{2}}"), (("x", "y"), r"\frac{d^{2}L}{dx \, dy}"),
    (("x", "x", "y"), r"\frac{d^{3}L}{dx^{2} \, dy}"),
])  # fmt: skip
def test_quotients_in_latex(wrt: tuple[str, ...], text: str) -> None:
    record: Any = SimpleNamespace(output="L")
    assert _quotient(record, SimpleNamespace(wrt=wrt)) == text  # type: ignore[arg-type]
    assert [_raised(k) for k in (1, 2)] == ["", "^{2}"]


@pytest.mark.parametrize(("limit", "written"), [(7, True), (6, False)])
def test_a_formula_of_more_nodes_than_the_limit_is_left_out(limit: int, written: bool) -> None:
    """x*x is 3 nodes, its square written out 7."""
    arguments = [(), (0, 0), (1, 1)]
    record: Any = SimpleNamespace(graph=SimpleNamespace(nodes=[SimpleNamespace(arguments=a) for a in arguments]))
    node: Any = SimpleNamespace(node=2)
    assert _written_out(record, node, limit) is written


def test_formulas_of_arrays() -> None:
    words = ("diff", "z = W@x; L = sum(z*z)", "W", "x", "W=1 2; 3 4", "x=[1,2]")
    assert said(*words).splitlines() == [
        "# choose one with --of dL_dW", "z = W@x                  # 2", "dL_dz = z + z            # 2",
        "dL_dW = outer(dL_dz, x)  # 2x2", "dL_dx = W.T@dL_dz        # 2", "# dL_dW = [[10.0, 20.0], [22.0, 44.0]]",
        "# dL_dx = [76.0, 108.0]",
    ]  # fmt: skip
    found = json.loads(said(*words[:2], *words[3:], "--json"))
    assert found == {
        "schema": "gradcli.diff/2", "program": words[1], "output": "L", "order": 1, "sizes": {}, "notes": [],
        "text": "z = W@x\ndL_dz = z + z\ndL_dx = W.T@dL_dz",
        "statements": [{"name": "z", "formula": "W@x", "shape": [2]},
                       {"name": "dL_dz", "formula": "z + z", "shape": [2]},
                       {"name": "dL_dx", "formula": "W.T@dL_dz", "shape": [2]}],
        "derivatives": [{"wrt": ["x"], "name": "dL_dx", "formula": "W.T@dL_dz", "shape": [2], "value": [76.0, 108.0]}],
    }  # fmt: skip
    tex = said(*words, "--to", "latex")
    assert r"\frac{dL}{dx} &= \begin{pmatrix} 76 \\ 108 \end{pmatrix}" in tex
    assert r"\frac{dL}{dW} &= \begin{pmatrix} 10 & 20 \\ 22 & 44 \end{pmatrix}" in tex
    assert r"&& \text{\(2 \times 2\)}" in tex
    row = said("diff", "L = sum((x@W)**2)", "x", "W=1 2; 3 4", "x=[1,2]", "--to", "latex")  # 2*x@W@W.T
    assert r"\frac{dL}{dx} &= \begin{pmatrix} 54 & 122 \end{pmatrix}" in row
    assert "choose one" not in said("diff", "z = W@x; L = sum(z*z)", "x", "W=1 2; 3 4", "x=[1,2]")


def statement(name: str, text: str, shape: tuple[int, ...] = (2,)) -> Any:
    return SimpleNamespace(name=name, text=text, shape=shape)


@pytest.mark.parametrize(("size", "blanks"), [(COLUMN, COLUMN - 5), (COLUMN + 1, 0)])
def test_shapes_stand_below_each_other_as_far_as_statements_are_no_longer(size: int, blanks: int) -> None:
    long = statement("y", "x" * (size - 4))
    record: Any = SimpleNamespace(derivatives=[statement("d", "s")], statements=[statement("a", "b"), long],
                                  value=lambda _: None, at=None, notes=[])  # fmt: skip
    assert array_formulas(record, "text").splitlines() == [f"a = b{' ' * blanks}  # 2", f"y = {'x' * (size - 4)}  # 2"]


# ---- samples of a plot


def sampled(program: str, *words: str, at: tuple[str, ...] = ()) -> Any:
    return plot(Source("program", program), split(words), at=at, of=None, fine=False)


def test_samples_of_a_curve() -> None:
    """At a kink the value goes on, and the slope is left out there; at a jump a new piece begins."""
    kink = list(csv.reader(io.StringIO(csv_text(sampled("abs(x)", "x=-1:1"), Style()))))
    assert kink[0] == ["x", "f", "df/dx", "piece"]
    assert kink[1] == ["-1.0", "1.0", "-1.0", "1"]
    assert kink[-1][:3] == ["1.0", "1.0", "1.0"]
    assert {row[2] for row in kink[1:] if float(row[0]) < 0} == {"-1.0"}
    jump = list(csv.reader(io.StringIO(csv_text(sampled("floor(x)", "x=0.5:2.5"), Style()))))[1:]
    assert {(row[1], row[3]) for row in jump} >= {("0.0", "1")}
    assert len({row[3] for row in jump}) >= 3
    for a, b in pairwise(jump):
        assert (a[1] == b[1]) or a[3] != b[3]
        assert float(a[0]) < float(b[0])
    hole = list(csv.reader(io.StringIO(csv_text(sampled("log(x)", "x=-1:1"), Style()))))[1:]
    assert {row[1] for row in hole if float(row[0]) < 0} <= {""}


def test_a_plot_in_json() -> None:
    found = json.loads(json_text(sampled("a*abs(x)", "x=-1:1", "a=2", at=("x=0", "x=1/2")), Style()))
    samples = found.pop("samples")
    assert found == {
        "schema": "gradcli.plot/1", "program": "a*abs(x)", "output": "f", "ranges": {"x": [-1.0, 1.0]},
        "fixed": {"a": 2.0},
        "columns": ["x", "value", "slope", "piece"], "breaks": [{"at": 0.0, "kind": "kink"}],
        "marks": [
            {"at": {"x": 0.0}, "value": 0.0, "gradient": {"x": 0.0},
             "notes": ["abs has a kink here, at x = 0", "df/dx is -2 from the left and 2 from the right"]},
            {"at": {"x": 0.5}, "value": 1.0, "gradient": {"x": 2.0}, "notes": []},
        ],
    }  # fmt: skip
    assert samples[0] == [-1.0, 2.0, -2.0, 1]
    assert samples[-1][:3] == [1.0, 2.0, 2.0]

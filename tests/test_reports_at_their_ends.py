"""Reports at what decides their form: the state of a rule, the last column that fits, names that stand alone."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.gradient import Gradient
from gradcli.reports.array_text import operation_text
from gradcli.reports.descent_table import COLUMN_GAPS
from gradcli.reports.grades import told_beside
from gradcli.reports.latex_text import new_value
from gradcli.reports.wording import dependencies
from gradcli.reports.wording import rows as rows_of_table

from .test_golden import called


def said(*words: str, columns: int | None = None, status: int = 0) -> str:
    done = called(list(words), Path.cwd(), {} if columns is None else {"COLUMNS": str(columns)}, b"")
    assert done.status == status, done.stderr.decode()
    return done.stdout.decode()


# ---- descents


@pytest.mark.parametrize("format", ["json", "ndjson"])
@pytest.mark.parametrize(("rule", "state"), [
    (("gd",), {}), (("momentum",), {"b": 2}), (("adam",), {"m": 0.2, "v": 0.004}), (("adagrad",), {"s": 4}),
])  # fmt: skip
def test_the_state_of_a_rule_is_told_if_it_is_asked_for(format: str, rule: tuple[str, ...], state: Any) -> None:
    """At x = 1 of x**2: the velocity is the slope 2; m and v are a tenth and a thousandth of 2 and of 4."""
    words = ("descend", "x**2", "x=1", "--rate", "0.25", "--steps", "1", "--rule", *rule, "--to", format)
    plain, told = (said(*words, *more) for more in ((), ("--state",)))
    steps = [
        json.loads(text)["steps"] if format == "json" else [json.loads(line) for line in text.splitlines()]
        for text in (plain, told)
    ]
    for without, with_state in zip(*steps, strict=True):
        assert set(without) == {"step", "value", "norm", "parameters", "gradient"}
        assert {**without, "state": with_state["state"]} == with_state
    first, second = (step["state"] for step in steps[1])
    assert first == {}
    values = second.get("x", {})
    assert list(values.values()) == pytest.approx(list(state.values()))


@pytest.mark.parametrize("names", [1, 2, 5])
def test_a_table_of_a_descent_has_narrower_gaps_before_fewer_figures(names: int) -> None:
    """Its widest line fits to the last cell; one cell less, and the gaps are narrower, then the numbers shorter."""
    variables = [f"x{k}" for k in range(names)]
    words = ("descend", " + ".join(f"{x}**2" for x in variables), *(f"{x}=1/3" for x in variables), "--rate", "0.1",
             "--steps", "3")  # fmt: skip

    def rows(columns: int) -> list[str]:
        lines = said(*words, columns=columns).splitlines()
        return lines[: next(k for k, line in enumerate(lines) if line.startswith(" 3")) + 1]

    roomiest = rows(500)
    natural = max(map(len, roomiest))
    texts = [line.split() for line in roomiest if "─" not in line]
    many = names + 3
    for narrower, gap in enumerate(COLUMN_GAPS):
        needed = natural - (COLUMN_GAPS[0] - gap) * (many - 1)
        fitting = rows(needed)
        assert max(map(len, fitting)) == needed
        assert [line.split() for line in fitting if "─" not in line] == texts, narrower
    assert [line.split() for line in rows(needed - 1) if "─" not in line] != texts


# ---- formulas


@pytest.mark.parametrize(("program", "rows"), [
    ("x*y", [("f", r"x \cdot y"), (r"\frac{df}{dx}", "y"), (r"\frac{df}{dy}", "x")]),
    ("a = x*y", [("a", r"x \cdot y"), (r"\frac{da}{dx}", "y"), (r"\frac{da}{dy}", "x")]),
    ("q = x*y; q", [("q", r"x \cdot y"), (r"\frac{dq}{dx}", "y"), (r"\frac{dq}{dy}", "x")]),
    ("q = x + y; f = q*exp(z)", [
        ("q", "x + y"), ("f", r"q \cdot e^{z}"), (r"\frac{df}{dx}", "e^{z}"), (r"\frac{df}{dy}", "e^{z}"),
        (r"\frac{df}{dz}", "f"),
    ]),
])  # fmt: skip
def test_formulas_without_values_in_latex(program: str, rows: list[tuple[str, str]]) -> None:
    """What has a name is stated once; an output without one is called f."""
    lines = said(program, "--to", "latex").splitlines()
    assert lines == [
        r"\begin{align*}", *(f"  {left} &= {right}" + r" \\" * (k + 1 < len(rows))
                             for k, (left, right) in enumerate(rows)), r"\end{align*}",
    ]  # fmt: skip


# ---- steps in LaTeX


@pytest.mark.parametrize(("x", "start", "slope", "new"), [
    ("-2", "-2", r"\left(-4\right)", "-1.6"), ("5", "5", "10", "4"),
    ("1e-9", r"1 \cdot 10^{-9}", r"2 \cdot 10^{-9}", r"8 \cdot 10^{-10}"),
    ("2±0.1", r"\left(2.00 \pm 0.10\right)", r"\left(4.00 \pm 0.20\right)", None),
])  # fmt: skip
def test_a_step_of_a_number_in_latex(x: str, start: str, slope: str, new: str | None) -> None:
    """Of x**2 a tenth of 2*x: a sum and what is negative stand in parentheses, but for a sign at the beginning."""
    found = said("x**2", f"x={x}", "--step", "0.1", "--to", "latex").splitlines()
    k = next(k for k, line in enumerate(found) if line.startswith(f"  {new_value('x')} &= "))
    assert found[k : k + 2] == [
        rf"  x_{{\text{{new}}}} &= {start} - 0.1 \cdot \frac{{df}}{{dx}} && \text{{the step}} \\",
        rf"  &= {start} - 0.1 \cdot {slope} \\",
    ]
    assert new is None or found[k + 2] == f"  &= {new}"


# ---- operations of arrays in words


def test_entries_that_are_opened_in_words() -> None:
    found = differentiate("sum(W@x)", {"W": [[1, 2], [3, 4]], "x": [5, 6]})
    assert isinstance(found, ArrayGradient)
    lines = said("z = W@x; L = sum(z)", "W=1 2; 3 4", "x=[5,6]", "--open", "z", "--steps").splitlines()
    assert lines[3:6] == [
        "  z[0] = W[0,0]*x[0] + W[0,1]*x[1] = 1*5 + 2*6 = 17", "  z[1] = W[1,0]*x[0] + W[1,1]*x[1] = 3*5 + 4*6 = 39",
        "  z    = z[0] .. z[1] put together = [17, 39]",
    ]  # fmt: skip
    assert operation_text(found.graph, found.graph.nodes[found.output].arguments[0]) == "W@x"


# ---- classes


@pytest.mark.parametrize(("format", "output", "told"), [
    ("table", None, []), ("table", "-", []), ("table", "marks.txt", ["3 numbers"]), ("csv", None, ["3 numbers"]),
    ("csv", "-", ["3 numbers"]), ("csv", "marks.csv", ["3 numbers"]),
])  # fmt: skip
def test_what_a_table_shows_is_not_told_beside_it(format: str, output: str | None, told: list[str]) -> None:
    store = SimpleNamespace(troubles=lambda: iter(()), other_numbers=lambda: iter(()))
    found: Any = SimpleNamespace(
        claims=1, numbers=["3 numbers"], unreadable=0, store=store, why_nothing="nothing there"
    )
    assert list(told_beside(found, format, output)) == told
    found.claims = 0
    nobody = [] if format == "table" else ["nothing there"]
    assert list(told_beside(found, format, output)) == nobody + told


@pytest.mark.parametrize(("unread", "left", "others", "told"), [
    (0, 0, 0, ""), (1, 0, 0, "1 claim could not be read"), (2, 0, 0, "2 claims could not be read"),
    (0, 1, 0, "1 row or file not marked"), (0, 1200, 0, "1,200 rows or files not marked"),
    (0, 0, 1, "1 sheet with other numbers than the student's"),
    (3, 2, 2, "3 claims could not be read, 2 rows or files not marked, 2 sheets with other numbers than the student's"),
])  # fmt: skip
def test_what_was_not_marked_is_told_where_it_is_not_listed(unread: int, left: int, others: int, told: str) -> None:
    store = SimpleNamespace(troubles=lambda: iter([None] * left), other_numbers=lambda: iter([None] * others))
    found: Any = SimpleNamespace(claims=1, numbers=[], unreadable=unread, store=store)
    for format in ("table", "json", "html", "csv", "junit", "tap"):
        listed = format in ("table", "json", "html")
        for output in (None, "-", "class.out"):
            where = "see class.out" if listed else "--to table shows them"
            before_ones_eyes = listed and output != "class.out"
            assert list(told_beside(found, format, output)) == (
                [f"{told}: {where}"] if told and not before_ones_eyes else []
            )


# ---- what is listed


@pytest.mark.parametrize(("of", "listed"), [
    ("f", ["x", "y", "z", "q", "p", "f"]), ("q", ["x", "y", "q"]), ("p", ["x", "z", "p"]),
])  # fmt: skip
def test_what_an_output_depends_on_is_listed(of: str, listed: list[str]) -> None:
    """All nodes of a program of which the last is asked; else the output itself and what it is computed from."""
    found = differentiate("q = x + y; p = x*z; f = q*p", {"x": 1, "y": 2, "z": 3}, of=of)
    assert isinstance(found, Gradient)
    wanted = dependencies(found)
    assert {label for i, label in enumerate(found.graph.labels) if wanted[i]} == {*listed}
    assert [view.name for view in rows_of_table(found, [*range(len(found.graph.nodes))])] == listed

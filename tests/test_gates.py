"""Named quantities as gates: the same numbers, nothing that is not listed, and the chain rule inside."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.gate import Gate
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.spellings import function
from gradcli.drawing.diagram import diagram
from gradcli.record.gate_formulas import gate_formulas
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render
from gradcli.text import cells

from .test_golden import called
from .test_table import NETWORK, NEURON

PROGRAMS: list[tuple[str, dict[str, Any]]] = [
    NEURON,
    NETWORK,
    ("q = w*x + b; h = tanh(q); (h - t)**2", {"w": 0.5, "x": 1.5, "b": 0.1, "t": 1}),
    ("a = x*y + x; b = a*a - exp(a/2)*y; c = where(b > 0, b*a, sin(b)/a); max(c, a*b, y)", {"x": 0.7, "y": 1.3}),
    ("s(u) = u*u + k; p = s(x + y) * s(x); p/y", {"x": 1, "y": 2, "k": 3}),
    ("n = 2; m = x**n + 3*x; y = m; sqrt(y*n + 1) + pi*x", {"x": 1.5}),
    ("h = relu(w*x) - relu(-w*x); h*h + h", {"w": 0, "x": 2}),
]


def gates_of(program: str, point: dict[str, Any], **others: Any) -> tuple[Gradient, Gradient]:
    record = differentiate(program, point, gates=True, **others)
    assert record.gates is not None
    return record, record.gates


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_the_numbers_are_those_of_the_whole_graph(program: str, point: dict[str, Any]) -> None:
    record, gates = gates_of(program, point)
    assert gates.value == record.value
    assert gates.gradient == record.gradient
    whole = {record.labels[i]: i for i in range(len(record.values))}
    for view in gates.nodes:
        assert view.value == record.values[whole[view.name]]
        assert view.upstream == record.upstream[whole[view.name]]
        if view.contributions:
            assert math.isclose(math.fsum(view.contributions), view.upstream, rel_tol=1e-12, abs_tol=1e-300)


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_a_local_gradient_is_the_derivative_of_what_is_inside(program: str, point: dict[str, Any]) -> None:
    _, gates = gates_of(program, point)
    checked = 0
    for view in gates.nodes:
        operation = gates.graph.nodes[view.id].operation
        if isinstance(operation, Gate) and operation.name == "gate":
            program_of = re.match(r"s\(u\).*?; ", program)
            at = {gates.labels[edge.node]: gates.values[edge.node] for edge in view.arguments}
            alone = differentiate((program_of[0] if program_of else "") + view.expression, at)
            assert alone.value == pytest.approx(view.value, rel=1e-12)
            for edge in view.arguments:
                if edge.rule:
                    expected = alone.gradient[gates.labels[edge.node]]
                    assert edge.local == pytest.approx(expected, rel=1e-11, abs=1e-300)
                    checked += 1
    assert checked or "sg(" in program or "s(u)" in program


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_a_gate_formula_is_the_local_gradient(program: str, point: dict[str, Any]) -> None:
    _, gates = gates_of(program, point)
    at = {name: x for name, x in zip(gates.labels, gates.values, strict=True) if name.isidentifier()}
    for view in gates.nodes:
        for text, edge in zip(gate_formulas(gates.graph, view.id), view.arguments, strict=True):
            if text and edge.rule and "relu" not in program:  # at a kink the formula has one side
                used = {name: x for name, x in at.items() if re.search(rf"\b{name}\b", text)}
                assert differentiate(text, used).value == pytest.approx(edge.local, rel=1e-10, abs=1e-300)


def test_gate_formulas_are_as_a_person_writes_them() -> None:
    _, gates = gates_of("y = sigmoid(w*x + b); E = (y - t)**2/2", {"w": 1, "x": 2, "b": 0.5, "t": 1})
    shown = {gates.labels[v.id]: gate_formulas(gates.graph, v.id) for v in gates.nodes if v.arguments}
    assert shown == {"y": ["y*(1 - y)*x", "y*(1 - y)*w", "y*(1 - y)"], "E": ["y - t", "t - y"]}
    _, gates = gates_of("h = tanh(u*x + v*y); f = log(h*x + 3)*h", {"u": 1, "v": 2, "x": 0.5, "y": 1})
    shown = {gates.labels[v.id]: gate_formulas(gates.graph, v.id) for v in gates.nodes if v.arguments}
    assert shown["h"] == ["(1 - h**2)*x", "(1 - h**2)*u", "(1 - h**2)*y", "(1 - h**2)*v"]


def test_steps_write_a_gate_in_symbols_and_in_numbers() -> None:
    record, _ = gates_of("s = w*x + b; f = (s - t)**2/2", {"w": 1, "x": 2, "b": 0.5, "t": 1})
    text = str(render(record.gates, "steps", Style(nodes="named", width=None)))
    assert re.search(r"df/dt += ∂f/∂t = t - s = -1.5 ", text)
    assert re.search(r"df/dw += df/ds · ∂s/∂w = \(s - t\) · x = 1.5 · 2 = 3 ", text)


def test_a_picture_says_what_a_gate_computes() -> None:
    program = "s = w*x + b; h = tanh(s*x + s*b - 1.5); f = (h - t)**2/2 + s*h*t"
    _, gates = gates_of(program, {"w": 1, "x": 2, "b": 0.5, "t": 1})
    labels = {part.name or "f": part.label for part in diagram(gates).parts if not part.leaf}
    assert labels == {"s": "w*x + b", "h": "tanh(...)", "f": "(h - t)**2/2 + ..."}


FORMATS = ["table", "json", "csv", "markdown", "steps", "latex", "circuit", "svg", "html", "dot", "mermaid"]


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
@pytest.mark.parametrize("format", FORMATS)
def test_nothing_refers_to_what_is_not_listed(program: str, point: dict[str, Any], format: str) -> None:
    record, gates = gates_of(program, point)
    inside = {label for label in record.labels if re.fullmatch(r"[vu]\d+", label)} - set(gates.labels)
    text = str(render(gates, format, Style(nodes="all")))
    ids = r"(id|data-\w+|href|aria-\w+)=\"[^\"]*\"|c-\w+"  # of elements, which are the numbers of nodes
    assert not inside & set(re.findall(r"\b[vu]\d+\b", re.sub(ids, "", text))) or format in ("svg", "html")
    names = set(re.findall(r"[^\W\d]\w*(?!\w*\s*\()", " ".join(view.expression for view in gates.nodes)))
    assert all(name in gates.labels or function(name) or name in ("pi", "s", "sg") for name in names)


def test_a_function_of_the_users_is_a_gate() -> None:
    _, gates = gates_of(*NETWORK)
    node = gates.view(gates.graph.by_label["h1"])
    assert node.operation == "sg"
    assert node.expression == "sg(w1*i1+w2*i2+b1)"
    assert [gates.labels[edge.node] for edge in node.arguments] == ["w1", "i1", "w2", "i2", "b1"]


def test_one_operation_on_named_quantities_keeps_its_rule() -> None:
    _, gates = gates_of("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    assert [edge.rule for edge in gates.view(gates.output).arguments] == ["z", "q"]
    assert gates.labels == ("x", "y", "q", "z", "f")


@pytest.mark.parametrize(("case", "most"), [(NETWORK, 30), (NEURON, 24)], ids=["network", "neuron"])
def test_it_is_short(case: tuple[str, dict[str, float]], most: int) -> None:
    _, gates = gates_of(*case)
    lines = str(render(gates, "table", Style(width=80, nodes="all"))).splitlines()
    assert len(lines) <= most
    assert max(map(cells, lines)) <= 80
    assert lines[0].split()[0] == "node"


def test_exact_and_certain_numbers() -> None:
    program, point = "q = x*y + x/3; q*q - q", {"x": "1/3", "y": 2}
    _, exact = gates_of(program, point, exact=True)
    assert [str(edge.local) for edge in exact.view(exact.graph.by_label["q"]).arguments] == ["7/3", "1/3"]
    _, digits = gates_of(program, point, digits=20)
    assert digits.view(digits.graph.by_label["q"]).arguments[0].local == "2.3333333333333333333"


def test_kinks_inside_are_told_of_the_gate() -> None:
    _, gates = gates_of("h = abs(x*2) + x; h*x", {"x": 0})
    kink = next(note for note in gates.notes if note.kind == "kink")
    assert gates.labels[kink.node] == "h"
    assert kink.message == "abs has a kink here, at x*2 = 0"
    assert json.loads(str(render(gates, "json", Style(nodes="all"))))["notes"][0]["node"] == gates.ids[kink.node]


def test_a_slope_that_is_missing_inside_is_none() -> None:
    _, gates = gates_of("h = sqrt(x) + y; h + x", {"x": 0, "y": 1})
    edges = gates.view(gates.graph.by_label["h"]).arguments
    assert [edge.local for edge in edges] == [None, 1.0]


def test_a_call_and_no_more_is_a_gate_of_that_name() -> None:
    _, gates = gates_of("s(u) = u*u + 1; a = s(x); b = s(a)*s(x); c = a + s(b); c*c + c", {"x": 2})
    names = {view.name: (view.operation, view.expression) for view in gates.nodes}
    assert names["a"] == ("s", "s(x)")
    assert names["b"] == ("gate", "s(a)*s(x)")
    assert names["c"] == ("gate", "a + s(b)")


def test_what_is_used_again_and_again_is_not_written_out() -> None:
    """Sixty calls in one another make a graph of sixty operations, and a formula of 2**60."""
    call = "x"
    for _ in range(60):
        call = f"s({call})"
    program = f"s(u) = (u + u)/2; a = 1·{call}; a*a + a"
    _, gates = gates_of(program, {"x": 2})
    assert gates.view(gates.graph.by_label["a"]).expression == "... (121 operations)"
    assert "... (121 operations)" in str(render(gates, "latex", Style(nodes="all"))).replace("\\", "")
    assert gates.gradient == {"x": 5.0}


@pytest.mark.parametrize(("program", "point", "locals"), [
    ("h = relu(w*x) - relu(-w*x); 2*h", {"w": 0, "x": 2}, [2.0, 0.0]),
    ("h = where(x != 2, (x**2 - 4)/(x - 2), 4); 3*h", {"x": 2}, [1.0]),
    ("h = relu(2*x)*3; h + 1", {"x": 0}, [0.0]),  # the sides differ: the convention
    ("h = floor(2*x) + x; 3*h", {"x": 1}, [1.0]),  # it jumps: the convention
    ("h = sqrt(x*x*x*x) + x; 2*h", {"x": 0}, [1.0]),
    ("h = sqrt(x*x*x*x); 2*h", {"x": 0}, [0.0]),  # the slope that is missing is that of the gate's last operation
    ("h = sqrt(x*y)*2; h + 1", {"x": 0, "y": 1}, [None, 0.0]),
    ("q = x + 1; h = abs(q*y)*abs(q) + x; h*h", {"x": -1, "y": 2}, [0.0, 0.0, 1.0]),
])  # fmt: skip
def test_a_local_gradient_is_what_both_sides_agree_on(program: str, point: dict[str, Any], locals: list[Any]) -> None:
    record, gates = gates_of(program, point)
    view = gates.view(gates.graph.by_label["h"])
    assert [edge.local for edge in view.arguments] == locals
    assert gates.gradient == record.gradient


def test_one_argument_moves_and_the_others_stay() -> None:
    """The gate h of q and x has a slope along x alone, although q is made of x, too."""
    _, gates = gates_of("q = 3*x; h = relu(q*2) - relu(-q*2) + 5*x; 2*h", {"x": 0})
    assert [edge.local for edge in gates.view(gates.graph.by_label["h"]).arguments] == [2.0, 5.0]
    assert not [note for note in gates.notes if note.kind == "settled" and note.of == "x"]


def test_the_sides_of_a_gate_are_looked_at_where_its_arguments_are() -> None:
    """At x = 1 relu(x - 1) - relu(1 - x) is x - 1 on both sides; 5*(x - 1)**2 adds nothing."""
    _, gates = gates_of("h = relu(x - 1) - relu(1 - x) + 5*(x - 1)**2; 2*h", {"x": 1})
    assert [edge.local for edge in gates.view(gates.graph.by_label["h"]).arguments] == [1.0]


def test_what_adds_up_is_no_settled_note() -> None:
    record, gates = gates_of("h = relu(w) - relu(-w); 2*h", {"w": 0})
    assert "settled" in {note.kind for note in record.notes}
    assert {note.kind for note in gates.notes} == {"kink"}
    _, gates = gates_of("h = relu(w)*2; k = relu(-w)*2; h - k", {"w": 0})
    assert "settled" in {note.kind for note in gates.notes}


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_a_node_has_the_id_of_the_whole_record(program: str, point: dict[str, Any]) -> None:
    record, gates = gates_of(program, point)
    whole, part = (json.loads(str(render(r, "json", Style(nodes="all")))) for r in (record, gates))
    ids = {node["id"]: node["name"] for node in whole["nodes"]}
    assert {node["id"]: node["name"] for node in part["nodes"]}.items() <= ids.items()
    listed = {node["id"] for node in part["nodes"]}
    assert listed >= {edge["node"] for node in part["nodes"] for edge in node["arguments"]}
    assert listed >= {note["node"] for note in part["notes"]}
    rows = str(render(gates, "csv", Style(nodes="all"))).splitlines()[1:]
    assert {int(row.split(",")[0]) for row in rows} == listed


def test_a_gate_has_the_kink_that_is_met_inside_of_it() -> None:
    program = "h = relu(x*y)*y + abs(x)*3; g = relu(y + 1)*x + 1; k = relu(x); c = 2*relu(x)*x; h*g + c*k"
    _, gates = gates_of(program, {"x": 0, "y": 2})
    kinks = {gates.labels[i]: node.operation.kink for i, node in enumerate(gates.graph.nodes) if node.arguments}
    relu = OPERATIONS["relu"].kink
    assert (kinks["h"], kinks["g"], kinks["k"], kinks["c"]) == (relu, None, relu, relu)
    marked = {part.name for part in diagram(gates).parts if part.kink}
    assert marked == {"h", "k", "c"}


def test_at_a_tie_the_argument_that_is_named_has_its_share() -> None:
    """x*y + x = y at x = 1/2, y = 1: both are the largest, of quantities with names and of gates."""
    record, gates = gates_of("a = x*y + x; m = max(a, y); f = m*x", {"x": 0.5, "y": 1})
    whole = {record.labels[view.id]: view for view in record.nodes}
    (m,) = (view for view in gates.nodes if view.name == "m")
    assert [edge.rule for edge in m.arguments] == [edge.rule for edge in whole["m"].arguments]
    assert all("2" in edge.rule for edge in m.arguments), [edge.rule for edge in m.arguments]


def test_a_long_answer_below_a_table_of_gates_has_the_figures_that_are_asked_for() -> None:
    """Else it has fewer of them, so that the answer takes less room."""
    names = [f"x{k}" for k in range(24)]
    squares = [f"q{name} = {name}*{name}" for name in names]
    product = "*".join(f"q{name}" for name in names)
    words = [
        "; ".join([*squares, f"f = {product}"]),
        *(f"{name}={1 + k / 1000}" for k, name in enumerate(names, 1)),
        "--nodes",
        "named",
    ]
    for more, value in (([], "1.81"), (["--figures", "6"], "1.81151")):
        done = called([*words, *more], Path.cwd(), {"COLUMNS": "100"}, b"")
        lines = done.stdout.decode().splitlines()
        assert lines[0].split()[:2] == ["node", "expression"]
        assert next(line for line in lines if line.startswith(" x0")).split()[-1].startswith(value)

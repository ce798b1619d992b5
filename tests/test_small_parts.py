"""Small parts of homework: which items come of which, entries of arrays by rules of numbers, explanations, steps."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.table_parts import Operation
from gradcli.errors import InputError, Source
from gradcli.homework.claims.claims import Number
from gradcli.homework.claims.items import LOCAL, STEP, UPSTREAM, VALUE, Item, worksheet
from gradcli.homework.claims.tolerance import Tolerance
from gradcli.homework.classroom.descent_key import step_in
from gradcli.homework.classroom.explanations import explanations
from gradcli.homework.classroom.results import Explanation
from gradcli.homework.classroom.toml_reading import read_toml
from gradcli.homework.diagnosis.array_entry_rules import (
    EntryStep,
    dropped,
    factor_again,
    local_rule,
    rows_for,
    value_rule,
)
from gradcli.homework.diagnosis.array_entry_words import entry_words
from gradcli.homework.diagnosis.diagnoses import Diagnosis
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.program_shape import ProgramShape, _kept, given_name, shape_of
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of

np: Any = pytest.importorskip("numpy")

from .test_array_wrong_rules import array, world_of  # noqa: E402


def record(program: str, request: Request | None = None, **point: str) -> Gradient:
    given = {name: Source(name, text) for name, text in point.items()}
    return evaluate(Source("program", program), given, request or Request())


STEPPING = Request(step=update_of("gd", "0.5", ascent=False, option="step"))
MADE = record("q = x*y; f = q*x", STEPPING, x="2", y="3")
NODE = MADE.graph.by_label


def test_which_items_are_worked_out_from_which() -> None:
    shape = ProgramShape(MADE.graph, worksheet(MADE))
    q, f, x, y = (NODE[name] for name in "qfxy")
    assert set(shape.uses(Item(VALUE, q))) == {Item(VALUE, f), Item(LOCAL, q, 0), Item(LOCAL, q, 1), Item(LOCAL, f, 0),
                                               Item(LOCAL, f, 1)}  # fmt: skip
    assert shape.uses(Item(LOCAL, q, 1)) == [Item(UPSTREAM, y)]
    assert shape.uses(Item(UPSTREAM, q)) == [Item(UPSTREAM, x), Item(UPSTREAM, y)]
    assert shape.uses(Item(UPSTREAM, x)) == [Item(STEP, x)]
    assert shape.uses(Item(STEP, x)) == []
    assert shape.users[x] == [(q, 0), (f, 1)]
    assert shape.users[f] == []
    assert shape.positions[q] == [0, 1]
    assert shape.stepping == {x, y}
    assert shape.worked_out_at[q] == [Item(VALUE, q), Item(LOCAL, q, 0), Item(LOCAL, q, 1)]
    assert [set(shape.sources(i)) for i in (q, x, f)] == [{q, x, y}, {x}, {f, q, x, y}]
    assert [[*shape.after(i)] for i in (x, q, f)] == [[q, f], [f], []]
    given = shape.given([q])
    assert given is shape.given([q])
    assert (given.nodes[q].arguments, given.nodes[q].text) == ((), given_name(q))
    summed = shape.summed((q, f))
    assert (summed.output, summed.nodes[summed.output].arguments) == (len(MADE.graph.nodes), (q, f))
    graphs: dict[int, Any] = dict.fromkeys(range(31))
    assert len(_kept(graphs)) == 31
    graphs[31] = None
    assert len(_kept(graphs)) == 0
    assert shape_of(MADE.graph, tuple(worksheet(MADE))) is shape_of(MADE.graph, tuple(worksheet(MADE)))


def test_a_diagnosis_in_the_names_of_the_problem() -> None:
    q = NODE["q"]
    diagnosis = Diagnosis("m", "could be", "what", "at q", (q,), (Item(UPSTREAM, q),), ("a",), ("rule",))
    found = explanations(MADE, [diagnosis])
    assert found == [Explanation("m", "could be", "what", "at q", ["q"], ["df/dq"], ["a"], "rule")]


@pytest.mark.parametrize(("text", "usual", "rate", "ascent"), [
    ("step = 0.5", None, "0.5", False), ("step = 0.5\nascent = true", None, "0.5", True), ("", "0.1", "0.1", False),
    ("ascent = true", "0.1", "0.1", True), ("step = false", "0.1", None, None), ("ascent = false", None, None, None),
])  # fmt: skip
def test_the_step_of_a_table(text: str, usual: str | None, rate: str | None, ascent: bool | None) -> None:
    known = None if usual is None else update_of("gd", usual, ascent=False, option="step")
    found = step_in(read_toml(Source("hw.toml", text)), known)
    assert (None if found is None else found.rate.text, None if found is None else found.ascent) == (rate, ascent)
    if found is not None and text == "":
        assert found is known


@pytest.mark.parametrize("text", ["ascent = true", "step = true", 'step = "x"', "step = [1]", "ascent = 1"])
def test_what_is_no_step(text: str) -> None:
    with pytest.raises(InputError):
        step_in(read_toml(Source("hw.toml", text)))


@pytest.mark.parametrize(("x", "t", "near"), [
    (101.0, 100.0, True), (101.005, 100.0, False), (99.0, 100.0, True), (98.995, 100.0, False), (-100.0, 100.0, False),
])  # fmt: skip
def test_how_near_is_told_by_the_true_number(x: float, t: float, near: bool) -> None:
    assert Number(x, text=repr(x)).is_near(t, Tolerance()) is near


@pytest.mark.parametrize(
    ("rules", "relative"), [({}, 0.01), ({"rtol": 0.2}, 0.2), ({"sigfigs": 1}, 0.51), ({"sigfigs": 3}, 0.0051)]
)
def test_the_relative_error_that_is_right(rules: dict[str, Any], relative: float) -> None:
    assert Tolerance(**rules).relative == pytest.approx(relative)


# ---- entries of arrays by the rules of numbers

Z, G = np.array([0.5, -1.2, 2.0]), np.array([2.0, 3.0, -4.0])


def edge_of(program: str, name: str, **values: Any) -> Any:
    known = {"z": Z.tolist(), "g": G.tolist(), **values}
    world = world_of(program, {key: x for key, x in known.items() if re.search(rf"\b{key}\b", program)})
    (edge,) = world.users[world.graph.by_label[name]]
    return world.edge(*edge)


@pytest.mark.parametrize(("id", "function", "slope"), [
    ("tanh-at-input", "tanh", lambda z: 1 - z**2), ("sigmoid-at-input", "sigmoid", lambda z: z * (1 - z)),
    ("gate-ignored", "relu", lambda z: np.ones(3)), ("trig-itself", "sin", np.sin),
    ("inner-left-out", "exp", np.ones_like),
])  # fmt: skip
def test_a_wrong_rule_for_numbers_in_every_entry(id: str, function: str, slope: Any) -> None:
    """Where an entry has no wrong number, as an open gate, it has its right one."""
    edge = edge_of(f"h = {function}(z); L = sum(h*g)", "z")
    (found,) = local_rule(MISTAKES[id], edge)
    assert array(found.array) == pytest.approx(G * slope(Z))


@pytest.mark.parametrize("operation", [f for f in OPERATIONS.values() if not f.is_leaf], ids=repr)
def test_no_rule_for_an_entry_needs_a_program(operation: Operation) -> None:
    pairs = operation.name == "dot"
    arguments = [0.5, 0.25, 2.0, 4.0][: 4 if pairs else len(operation.parameters)]
    for k in range(-1, len(arguments)):
        for mistake in rows_for(operation, k):
            mistake.results(EntryStep(operation, k, 0.5, arguments, [1] * len(arguments)))


@pytest.mark.parametrize(
    ("program", "flows"), [("y = z/m; L = sum(y*g)", [[-2.0, -3 / 5, 1.0]]), ("y = z/[1, 5, 4]; L = sum(y*g)", [])]
)
def test_the_quotient_rule_in_the_wrong_order(program: str, flows: list[list[float]]) -> None:
    found = local_rule(MISTAKES["quotient-order"], edge_of(program, "z", m=[1.0, 5.0, 4.0]))
    assert [array(w.array).tolist() for w in found] == [pytest.approx(flow) for flow in flows]


def test_wrong_values_in_every_entry() -> None:
    edge = edge_of("h = relu(z); L = sum(h*g)", "z")
    operation = edge.node.operation.operation
    (found,) = value_rule(MISTAKES["gate-value"], operation, edge.A, edge.v, edge.xs)
    assert array(found.array).tolist() == Z.tolist()
    ids = {row.id for row in rows_for(operation, -1)}
    assert "gate-value" in ids
    assert {row.kind for row in rows_for(operation, -1)} == {VALUE}
    assert not ids & {"sign-value", "decimal-value", "degrees", "as-constant"}
    slopes = rows_for(operation, 0)
    assert {row.kind for row in slopes} == {LOCAL}
    assert {"gate-ignored", "gate-closed"} <= {row.id for row in slopes}
    assert not {row.id for row in slopes} & {"wrong-point", "sign-local"}


def test_factors_left_out_or_taken_twice() -> None:
    m = [2.0, 5.0, 4.0]
    times = edge_of("y = z*m; L = sum(y*g)", "z", m=m)
    assert [array(w.array).tolist() for w in dropped(times)] == [G.tolist()]
    assert {w.tag: array(w.array).tolist() for w in factor_again(times)} == {
        "again": (G * np.square(m)).tolist(), "upside down": (G / m).tolist()}  # fmt: skip
    over = edge_of("y = z/m; L = sum(y*g)", "z", m=m)
    assert [array(w.array).tolist() for w in dropped(over)] == [G.tolist()]
    assert {w.tag: array(w.array) for w in factor_again(over)} == {
        "again": pytest.approx(G / np.square(m)), "upside down": pytest.approx(G * m)}  # fmt: skip
    below = edge_of("y = z/m; L = sum(y*g)", "m", m=m)
    assert [*dropped(below), *factor_again(below)] == []
    counted = edge_of("y = z/3; L = sum(y*g)", "z")
    assert [*dropped(counted), *factor_again(counted)] == []  # a whole number counts something
    share = edge_of("y = z*0.5; L = sum(y*g)", "z")
    assert len([*dropped(share)]) == 1
    zero = edge_of("y = z*m; L = sum(y*g)", "z", m=[2.0, 0.0, 4.0])
    assert [w.tag for w in factor_again(zero) if np.isfinite(array(w.array)).all()] == ["again"]
    grown = edge_of("y = z*m; L = sum(y*g)", "m", m=5.0)
    assert list(factor_again(grown)) == []
    power = edge_of("y = z**2; L = sum(y*g)", "z")
    assert [array(w.array).tolist() for w in dropped(power)] == [G.tolist()]


@pytest.mark.parametrize(("id", "program", "name", "words"), [
    ("gate-closed", "h = relu(z); L = sum(h*g)", "z", "0 in the place of the slope of relu, also where $v0 > 0"),
    ("upside-down", "h = tanh(z); L = sum(h*g)", "z", "1 over the slope of tanh"),
    ("upside-down", "y = z*m; L = sum(y*g)", "z", "1 over the derivative of $v2 by $v0"),
    ("own-operand", "y = z*m; L = sum(y*g)", "z", "$v0, the factor itself, in the place of the other factor $v1"),
    ("own-operand", "y = z*m; L = sum(y*g)", "m", "$v1, the factor itself, in the place of the other factor $v0"),
    ("log-argument", "h = log(m); L = sum(h*z)", "m", "$v0 in the place of 1/$v0, the slope of log"),
    ("nothing", "h = relu(z); L = sum(h*g)", "z", ""),
])  # fmt: skip
def test_mistakes_in_entries_in_words(id: str, program: str, name: str, words: str) -> None:
    assert entry_words(id, edge_of(program, name, m=[2.0, 5.0, 4.0])) == words

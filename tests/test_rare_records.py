"""Records that are seldom asked for: of another output, of arrays beside a kink, of values that only Python gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from gradcli import differentiate
from gradcli.errors import GradcliError, Source
from gradcli.record import array_jacobian, array_task, array_values
from gradcli.record.array_derivation import ArrayDerivation
from gradcli.record.array_formulas import formulas_at
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays, opened
from gradcli.record.array_jacobian import array_jacobian as jacobian
from gradcli.record.array_tangent import array_tangent
from gradcli.record.array_values import array_of, array_value
from gradcli.record.descent import Descent, Length
from gradcli.record.descent_points import ArrayPoints
from gradcli.record.precision import Precision
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


def of_arrays(program: str, point: Mapping[str, Any], **asked: Any) -> ArrayGradient:
    """Return the record of a program whose output may be an array."""
    given = {name: array_of(name, value) for name, value in point.items()}
    return evaluate_arrays(Source("program", program), given, Request(**asked), of_arrays=True)


def refused(call: Any) -> tuple[str, str | None]:
    with pytest.raises(GradcliError) as raised:
        call()
    return raised.value.message, raised.value.hint


# ---- derivations


@pytest.mark.parametrize(("program", "of", "lines"), [
    ("z = W@x; u = z*2; sum(z*z)", "z",
     [("given", "W"), ("given", "x"), ("value", "z"), ("start", "z"), ("edge", "x")]),
    ("u = x*2; z = W@x; sum(z*u[0])", "z",
     [("given", "x"), ("given", "W"), ("value", "z"), ("start", "z"), ("edge", "x")]),
    ("z = W@W; sum(z)*x[0]", "z", [("given", "W"), ("value", "z"), ("nothing", "x")]),
])  # fmt: skip
def test_a_derivation_of_an_earlier_array_leaves_out_what_it_does_not_need(
    program: str, of: str, lines: list[tuple[str, str]]
) -> None:
    square = "W@W" in program
    point = {"W": [[1, 2], [3, 4]] if square else [[1, 2]], "x": [1, 1]}
    record = differentiate(program, point, of=of, wrt=["x"], upstream=[[1, 1], [1, 1]] if square else [1])
    assert isinstance(record, ArrayGradient)
    derivation = ArrayDerivation(record)
    assert [(line.kind, record.labels[line.node]) for line in derivation.forward + derivation.backward] == lines


# ---- names, and what has no derivative


def test_programs_that_give_their_own_values() -> None:
    assert differentiate("x = [1, 2]; k = 3; sum(x*x)*k", {}).gradient == {"x": [6.0, 12.0], "k": 5.0}


def test_an_input_that_is_called_as_what_the_pass_starts_with() -> None:
    """The sum of the entries of relu(x*upstream) times 1 and 3, at 0 and at 2."""
    found = differentiate("relu(x*upstream)", {"x": [0, 1], "upstream": [1, 2]}, upstream=[1, 3])
    assert found.gradient == {"x": [0.0, 6.0], "upstream": [0.0, 3.0]}
    assert any("0 from the left and 1 from the right" in note.message for note in found.notes)


@pytest.mark.parametrize(("program", "point", "asked", "message", "hint"), [
    ("sum(W)", {"W": [[1, 2]]}, {"grad": ["W[0]+1"]}, "W[0]+1 does not name entries of W", None),
    ("sum(W@x)", {"W": [[1, 2]], "x": [1, 1]}, {"wrt": ["q"]}, "q is not an input", "the inputs are W, x"),
    ("sum(W@data)", {"W": [[1, 2]], "data": [1, 1]}, {"wrt": ["dtaa"]}, "dtaa is not an input", "did you mean data?"),
    ("sum(pick(Z, y))", {"Z": [[1, 2]], "y": [1]}, {"wrt": ["y"]},
     "y holds labels or indices: whole numbers that have no derivative", "leave it out of --wrt"),
    ("sum(W@x)", {"W": [[1, 2]], "x": [1, 1]}, {"of": "q"}, "nothing in the program is called q",
     "the arrays are W, x, v1, f"),
    ("W@x", {"W": [[1, 2]], "x": [1, 1]}, {}, "f has 1 entry: a gradient is that of one number",
     "--jacobian shows all derivatives; --upstream '[1]' weighs the entries; sum(...) or mean(...) is one number"),
    ("z = W@x", {"W": [[1, 2]], "x": [1, 1]}, {}, "z has 1 entry: a gradient is that of one number",
     "--jacobian shows all derivatives; --upstream '[1]' weighs the entries; sum(z) or --of 'z[0]' is one number"),
    ("z = W@x", {"W": [[1, 2]], "x": [1, 1]}, {"upstream": [1, 2]}, "--upstream has 2 entries, and z has 1 entry",
     "the upstream gradient of z has its shape"),
    ("sum(x)", {"x": [1, 1]}, {"upstream": [1, 2]}, "--upstream has 2 entries, and f is a number",
     "the upstream gradient of f has its shape: one number, such as --upstream 2"),
])  # fmt: skip
def test_what_is_asked_in_vain(
    program: str, point: dict[str, Any], asked: dict[str, Any], message: str, hint: str | None
) -> None:
    assert refused(lambda: differentiate(program, point, **asked)) == (message, hint)


def test_what_has_no_derivative_at_all() -> None:
    none = "the program has no input with a derivative"
    labels = {"Z": array_of("Z", [[1, 2]]), "y": array_of("y", [1])}
    source = Source("program", "sum(pick(Z, y))")
    assert refused(lambda: formulas_at(source, labels, Request(wrt=()))) == (none, None)
    found = of_arrays("x*2", {"x": [1, 2]}, wrt=())
    assert refused(lambda: jacobian(found, [])) == (none, None)
    inside = "the output has 2 entries: the numbers inside are shown of one number"
    assert refused(lambda: opened(of_arrays("x*2", {"x": [1, 2]}).task)) == (inside, "choose an entry with --of")
    exact = of_arrays("x*2", {"x": [1, 2]}, precision=Precision("exact"))
    assert jacobian(exact, []).block(0, "x") == ([2, 0, 0, 2], (2, 2))
    functions = of_arrays("exp(x)", {"x": [0, 1]})
    functions.task.request = functions.task.request._replace(precision=Precision("exact"))
    assert refused(lambda: jacobian(functions, []))[0] == "exp has no exact result here"


@pytest.mark.parametrize(("most", "goes"), [(4, True), (3, False)])
def test_the_passes_of_a_jacobian_have_a_limit(most: int, goes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two passes of two multiplications each, as the output has two entries and x has three."""
    found = of_arrays("W@x[0:1]", {"W": [[1], [2]], "x": [1, 2, 3]}, wrt=["x"])
    assert found.graph.products == 2
    monkeypatch.setattr(array_jacobian, "MAX_PRODUCTS", most)
    if goes:
        assert jacobian(found, []).block(0, "x") == ([1.0, 0.0, 0.0, 2.0, 0.0, 0.0], (2, 3))
    else:
        message, hint = refused(lambda: jacobian(found, []))
        assert message == "the passes of the Jacobian take 4 multiplications, more than 3"
        assert hint == "take fewer rows of the data, or smaller layers"


@pytest.mark.parametrize(("most", "goes"), [(6, True), (5, False)])
def test_the_products_of_a_pass_have_a_limit(most: int, goes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_task, "MAX_PRODUCTS", most)
    point = {"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 1, 1]}
    if goes:
        assert differentiate("sum(W@x)", point).value == 21.0
    else:
        message, _ = refused(lambda: differentiate("sum(W@x)", point))
        assert message == "the products of matrices take 6 multiplications, more than 5"


@pytest.mark.parametrize(("many", "goes"), [(2, True), (3, False)])
def test_so_many_entries_may_be_expressions(many: int, goes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_values, "MAX_EXPRESSIONS", 2)
    text = f"[{', '.join([*['1/3'] * many, *['2'] * 5])}]"
    if goes:
        found = array_value(Source("x", text))
        assert found is not None
        assert found.entries == [*["1/3"] * many, *["2"] * 5]
    else:
        message, hint = refused(lambda: array_value(Source("x", text)))
        assert (message, hint) == ("more than 2 entries are expressions, which is the limit", "write them as numerals")


def test_objects_that_know_how_to_be_arrays() -> None:
    class Own:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.array([1.5, 2.0])

    class Tensor:
        def detach(self) -> Any:
            return np.array([[3.0]])

    assert array_of("x", Own()).entries == [1.5, 2.0]
    assert array_of("x", [Own(), Own()]).shape == (2, 2)
    assert array_of("x", Tensor()) == array_of("x", [[3.0]])


# ---- directions at a kink


@pytest.mark.parametrize(("program", "x", "direction", "tangent", "kink"), [
    ("sum(relu(x))", [0, 1], [1, 1], [1.0], True), ("sum(relu(x))", [0, 1], [0, 3], [3.0], True),
    ("relu(x)", [0, 1], [1, 1], [0.0, 1.0], True), ("sum(abs(x))", [0, 1], [-1, 2], [2.0], True),
    ("sum(abs(x)*x)", [0, 1], [-1, 2], [4.0], False), ("sum(x*x)", [1, 2], [1, -1], [-2.0], False),
    ("sum(abs(x)*x)", [-1, 0], [1, 5], [2.0], False),
])  # fmt: skip
def test_tangents_at_a_kink_are_those_of_the_gradients(
    program: str, x: Sequence[float], direction: Sequence[float], tangent: list[float], kink: bool
) -> None:
    record = of_arrays(program, {"x": x})
    before = [note.message for note in record.notes]
    found = array_tangent(record, {"x": array_of("x", direction)})
    assert found.columns[record.output] == tangent
    assert found.directions == {"x": [float(entry) for entry in direction]}
    messages = [note.message for note in record.notes]
    assert messages[: len(before)] == before
    assert len(messages) == len(set(messages))
    assert any("from the left" in message for message in messages) is kink


# ---- steps of arrays


def lines(program: str, x: Any, rule: str, rate: str | None, **asked: Any) -> list[Any]:
    points = ArrayPoints(Source("program", program), {"x": array_of("x", x)})
    return list(Descent(points, Request(**asked), update_of(rule, rate), Length(1)).lines())


def test_steps_of_arrays_that_end() -> None:
    assert refused(lambda: lines("sum(x*0)", [1.0, 2.0], "adam:eps=0", None))[0] == (
        "at step 1: the step of x has no new value: a division by zero or a root of less than 0"
    )
    message, hint = refused(lambda: lines("sum(x*x)", [1e200, 2.0], "adagrad", None))
    assert (message, hint) == ("f or its gradient is beyond the largest binary64", None)
    assert refused(lambda: lines("x*2", [1.0, 2.0], "gd", "1", wrt=()))[0] == (
        "the output is an array, and a descent is that of one number"
    )

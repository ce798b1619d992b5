"""Records that are seldom asked for: high derivatives at kinks, outputs that are arrays, steps without a new value."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.errors import GradcliError, InputError, LimitError, MathError, Source
from gradcli.record import array_gradient
from gradcli.record import array_jacobian as jacobians
from gradcli.record.array_cost import cost_of
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_jacobian import array_jacobian
from gradcli.record.array_point import ArrayPoint
from gradcli.record.array_summary import approximate
from gradcli.record.array_tangent import array_tangent
from gradcli.record.array_task import ArrayTask
from gradcli.record.array_values import array_value
from gradcli.record.descent import Descent, Length
from gradcli.record.descent_points import ArrayPoints
from gradcli.record.higher_derivatives import differentiate_formula
from gradcli.record.precision import Precision
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


def derivatives(program: str, order: int, **point: Any) -> Any:
    given = {name: Source(name, str(x)) for name, x in point.items()}
    return differentiate_formula(Source("program", program), order=order, bindings=given)


@pytest.mark.parametrize(("program", "order", "value", "sides"), [
    ("x*x*abs(x)", 3, 0.0, ["d\u00b3f/dx\u00b3 is -6 from the left and 6 from the right"]),
    ("relu(x)**3", 3, 0.0, ["d\u00b3f/dx\u00b3 is 0 from the left and 6 from the right"]),
    ("x**3*abs(x)", 4, 0.0, ["d\u2074f/dx\u2074 is -24 from the left and 24 from the right"]),
    ("x**3*abs(x)", 3, 0.0, []), ("x**3*abs(x) + x**3", 3, 6.0, []), ("x**3.5", 3, 0.0, []), ("x**4", 3, 0.0, []),
])  # fmt: skip
def test_the_sides_of_a_high_derivative_at_0(program: str, order: int, value: float, sides: list[str]) -> None:
    found = derivatives(program, order, x=0)
    assert [d.value for d in found.derivatives] == [value]
    told = [note for note in found.notes if note.kind == "one-sided"]
    assert [note.message for note in told] == sides
    assert all(note.wrt == ("x",) * order for note in told)
    away = derivatives(program, order, x=1)
    assert [note.message for note in away.notes] == []


@pytest.mark.parametrize(("program", "order", "x", "message"), [
    ("x**2.5", 3, 0, "d\u00b2f/dx\u00b2 as a formula: the slope of x**0.5 is infinite at x = 0"),
    ("x**3.5", 4, 0, "d\u00b3f/dx\u00b3 as a formula: the slope of x**0.5 is infinite at x = 0"),
    ("log(x)*x", 3, -1, "log(x) is undefined: x = -1, and log needs more than 0"),
])  # fmt: skip
def test_a_high_derivative_that_there_is_not(program: str, order: int, x: int, message: str) -> None:
    with pytest.raises(MathError) as raised:
        derivatives(program, order, x=x)
    assert raised.value.message == message
    assert (raised.value.span is None) is ("as a formula" in message)


# ---- arrays


def record(program: str, *, of_arrays: bool = False, rate: str = "", **asked: Any) -> Any:
    program, _, values = program.partition(" | ")
    pairs = (part.split("=") for part in values.split("; "))
    given = {name: array_value(Source(name, text)) or Source(name, text) for name, text in pairs}
    step = {"step": update_of(rate, "0.1")} if rate else {}
    return evaluate_arrays(Source("program", program), given, Request(**asked, **step), of_arrays=of_arrays)


UNCERTAIN = Precision("uncertain", 12)
TWO = "z = x*2 | x=[1,2]"


@pytest.mark.parametrize(("program", "asked", "message", "hint"), [
    ("L = sum(x*y) | x=[1,2]; y=[3,4]", {"wrt": ["z"]}, "z is not an input", "the inputs are x, y"),
    ("L = sum(x*y) | x=[1,2]; y=[3,4]", {"wrt": ["xx"]}, "xx is not an input", "did you mean x?"),
    ("L = cross_entropy(z, y) | z=[1,2]; y=1", {"wrt": ["y"]},
     "y holds labels or indices: whole numbers that have no derivative", "leave it out of --wrt"),
    (TWO, {}, "z has 2 entries: a gradient is that of one number",
     "--jacobian shows all derivatives; --upstream '[1, 0]' weighs the entries; sum(z) or --of 'z[0]' is one number"),
    ("z = x*2 | x=[[1,2],[3,4],[5,6]]", {}, "z is 3x2: a gradient is that of one number",
     "--jacobian shows all derivatives; --upstream '[[1, 0], [0, 0], [0, 0]]' weighs the entries; "
     "sum(z) or --of 'z[0,0]' is one number"),
    ("z = x*2 | x=[1,2,3,4,5,6,7]", {}, "z has 7 entries: a gradient is that of one number",
     "--jacobian shows all derivatives; --upstream @FILE weighs the entries; sum(z) or --of 'z[0]' is one number"),
    ("x*2 | x=[1,2]", {}, "f has 2 entries: a gradient is that of one number",
     "--jacobian shows all derivatives; --upstream '[1, 0]' weighs the entries; sum(...) or mean(...) is one number"),
    ("z = x*2; L = sum(z) | x=[1,2]", {"of": "q"}, "nothing in the program is called q", "the arrays are x, z, L"),
    ("z = x*2; L = sum(z) | x=[1,2]", {"grad": ["q[0]"]}, "nothing in the program is called q",
     "the arrays are x, z, L"),
    ("z = x*2; L = sum(z) | x=[1,2]", {"grad": ["z[0]*2"]}, "z[0]*2 does not name entries of z", None),
    (TWO, {"upstream": Source("--upstream", "[1,2,3]")}, "--upstream has 3 entries, and z has 2 entries",
     "the upstream gradient of z has its shape"),
    ("L = sum(x) | x=[1,2]", {"upstream": Source("--upstream", "[1,2]")},
     "--upstream has 2 entries, and L is a number",
     "the upstream gradient of L has its shape: one number, such as --upstream 2"),
    ("z = x*2 | x=[1+-0.1,2]", {"precision": UNCERTAIN, "of_arrays": True},
     "uncertain values make an interval of one number, and the output is an array", "choose an entry with --of"),
    ("L = sum(x*y) | x=[0,2]; y=[3,4]", {"rate": "rmsprop:eps=0", "wrt": ["y"]},
     "the step of y has no new value: a division by zero or a root of less than 0", None),
])  # fmt: skip
def test_what_cannot_be_asked_of_arrays(program: str, asked: dict[str, Any], message: str, hint: str | None) -> None:
    with pytest.raises(GradcliError) as raised:
        record(program, **asked)
    assert (raised.value.message.replace("\u00d7", "x"), raised.value.hint) == (message, hint)


def test_windows_and_weighed_outputs() -> None:
    found = record("z = x*2; L = sum(z*z) | x=[1,2]", grad=["z[1]", "x"])
    assert found.gradient == {"z[1]": 8.0, "x": [8.0, 16.0]}
    weighed = record("upstream = x*2; z = upstream + 1 | x=[1,2]", upstream=Source("--upstream", "[3,5]"))
    assert weighed.gradient == {"x": [6.0, 10.0]}
    task = ArrayTask(
        Source("program", "upstream = x*2; z = upstream + 1"), {"x": array_value(Source("x", "[1,2]"))},  # type: ignore[dict-item]
        Request(upstream=Source("--upstream", "[3,5]")),
    )  # fmt: skip
    graph, output, point = task.weighed()
    assert "upstream_" in point.given  # a name that the program does not have
    assert graph.labels[output] == "sum(upstream_*z)"
    assert isinstance(point, ArrayPoint)


@pytest.mark.parametrize("at_kink", ["convention", "error"])
def test_kinks_of_a_program_that_is_too_large_to_be_opened(at_kink: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MOST_AT_KINK", "MOST_OPENED"):
        monkeypatch.setattr(array_gradient, name, 1)
    program = "h = relu(x); L = sum(h) | x=[0,1,0,0,0]"
    if at_kink == "error":
        with pytest.raises(LimitError) as raised:
            record(program, at_kink=at_kink)
        what = "the sides of a kink would have to be looked at, in more nodes than the limit allows"
        assert (raised.value.message, raised.value.span) == (what, (4, 11))
        return
    found = record(program)
    what = "the convention is used, and the sides are not looked at in a program of this size"
    assert [note.message for note in found.notes] == [
        f"h[0], h[2], h[3] and 1 more: relu has no derivative there; {what}"]  # fmt: skip
    assert found.gradient == {"x": [0, 1, 0, 0, 0]}


@pytest.mark.parametrize(("program", "point", "said"), [
    ("f = abs(x*y)", {"x": 0, "y": 2}, [
        ("df/dx is -2 from the left and 2 from the right", None),
        ("df/d(x*y) is -1 from the left and 1 from the right", "x*y")]),
    ("q = 2*x; f = relu(q) - relu(-q)", {"x": 0}, [
        ("df/dx is 2 from both sides", None), ("df/dq is 1 from both sides", None),
        ("df/d(-q) is 0 from the left and -1 from the right", "-q")]),
])  # fmt: skip
def test_nodes_without_a_name_are_called_by_what_they_compute(
    program: str, point: dict[str, Any], said: list[tuple[str, str | None]]
) -> None:
    notes = [note for note in differentiate(program, point).notes if note.kind != "kink"]
    assert [(note.message, note.detail.get("called")) for note in notes] == said


def test_a_jacobian_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    made = record("z = W@x | W=[[1,2],[3,4]]; x=[1,1]", of_arrays=True)
    assert made.graph.products == 4
    monkeypatch.setattr(jacobians, "MAX_PRODUCTS", 8)  # two passes of 4
    assert array_jacobian(made, ["z"]) is not None
    for name, limit, message in (
        ("MAX_PRODUCTS", 7, "the passes of the Jacobian take 8 multiplications, more than 7"),
        ("MOST_ENTRIES", 11, "the Jacobian has 12 entries, more than 11"),
    ):
        monkeypatch.setattr(jacobians, name, limit)
        with pytest.raises(LimitError) as raised:
            array_jacobian(made, ["z"])
        assert raised.value.message == message
    for program in ("z = sum(one_hot(y, 3)) | y=[1,2]", "z = [1, 2] | x=[1]"):
        with pytest.raises(GradcliError):
            array_jacobian(record(program, of_arrays=True), ["z"])


def test_a_descent_is_that_of_one_number() -> None:
    given: dict[str, Any] = {"x": array_value(Source("x", "[1,2]"))}
    points = ArrayPoints(Source("program", "z = x*2"), given)
    with pytest.raises(InputError) as raised:
        list(Descent(points, Request(), update_of("gd", "0.1"), Length(1)).lines())
    assert "one number" in raised.value.message


@pytest.mark.parametrize(("x", "number"), [
    (10**400, float("inf")), (-(10**400), float("-inf")), ("1/3", 1 / 3), ("2.5 \u00b1 0.1", 2.5), ("-7", -7.0),
    (0.5, 0.5), (3, 3.0),
])  # fmt: skip
def test_numbers_of_a_record_as_binary64(x: Any, number: float) -> None:
    assert approximate(x) == number


LINE = "(relu(x) - relu(-x))*y | x=[0,2]; y=[3,5]"  # x*y, with a kink on the way


@pytest.mark.parametrize(("program", "directions", "column", "asked"), [
    (LINE, {"x": "[1,2]", "y": "[4,-1]"}, [3, 8], {}), (LINE, {"x": "[1,2]"}, [3, 10], {}),
    (LINE, {"y": "[4,-1]"}, [0, -2], {}),  # no kink of y
    (LINE, {"x": "[-1,1/3]", "y": "[4,-1]"}, [-3, Fraction(-1, 3)], {"precision": Precision("exact")}),
    (LINE, {"x": "[-1,0.5]", "y": "[4,-1]"}, ["-3", "0.5"], {"precision": Precision("digits", 20)}),
    ("abs(x)*y | x=[0,2]; y=[3,5]", {"x": "[1,2]", "y": "[4,-1]"}, [0, 8], {}),  # by the convention at 0
    ("sqrt(x)*y | x=[0,4]; y=[3,5]", {"x": "[1,2]", "y": "[4,-1]"}, [None, 0.5], {}),
    ("sqrt(x)*y | x=[0,4]; y=[3,5]", {"x": "[0,2]", "y": "[4,-1]"}, [0, 0.5], {}),  # along x[0] nothing moves
])  # fmt: skip
def test_along_a_direction_at_a_kink(
    program: str, directions: dict[str, str], column: list[Any], asked: dict[str, Any]
) -> None:
    made = record(program, of_arrays=True, **asked)
    given = {name: array_value(Source(name, text)) for name, text in directions.items()}
    found = array_tangent(made, given)  # type: ignore[arg-type]
    assert found.columns[made.output] == column
    assert list(found.directions) == list(directions)
    messages = [note.message for note in made.notes]
    assert bool(messages) is ("x" in directions)
    assert len(messages) == len({*messages})


@pytest.mark.parametrize(("program", "asked", "message", "hint", "kind", "span"), [
    ("z = log(x); L = sum(z) | x=[1,-1]", {}, "z[1] is undefined: log needs more than 0", None, "domain", (4, 10)),
    ("z = x/y; L = sum(z) | x=[1,2]; y=[1,0]", {}, "z[1] is undefined: a divisor must not be 0", None, "domain",
     (4, 7)),
    ("z = sqrt(x); L = sum(z) | x=[0,1]", {}, "z[0] has an infinite slope", None, "infinite", (4, 11)),
    ("z = sin(x); L = sum(z) | x=[0,1]", {"precision": Precision("exact")}, "sin has no exact result here",
     "leave --exact out to compute with decimals", "exact", (4, 10)),
    ("L = sum(sqrt(x - sqrt(2)*sqrt(2))) | x=[2,3]", {},
     "v5[0] is undecided with 5,120 bits: a comparison, a domain or a digit hangs on two numbers that may be equal",
     "--ieee computes with plain binary64, right or wrong", "undecided", (8, 33)),
])  # fmt: skip
def test_where_a_large_program_has_no_answer(
    program: str, asked: dict[str, Any], message: str, hint: str | None, kind: str, span: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name in ("MOST_AT_KINK", "MOST_OPENED"):
        monkeypatch.setattr(array_gradient, name, 1)
    with pytest.raises(GradcliError) as raised:
        record(program, **asked)
    error = raised.value
    assert (error.message, error.hint, error.kind, error.span) == (message, hint, kind, span)


PLAIN = "z = W@x; q = sum(z) | W=[[1,2],[3,4]]; x=[5,6]"
GATED = "z = relu(x)*y | x=[0,2]; y=[3,5]"


@pytest.mark.parametrize(("program", "names", "asked", "by", "blocks"), [
    (PLAIN, ["z"], {}, ("reverse", 2), [{"W": ([5, 6, 0, 0, 0, 0, 5, 6], (2, 2, 2)), "x": ([1, 2, 3, 4], (2, 2))}]),
    (PLAIN, ["z[0]", "q"], {}, ("reverse", 2), [
        {"W": ([5, 6, 0, 0], (2, 2)), "x": ([1, 2], (2,))}, {"W": ([5, 6, 5, 6], (2, 2)), "x": ([4, 6], (2,))}]),
    (PLAIN, [], {}, ("reverse", 1), [{"W": ([5, 6, 5, 6], (2, 2)), "x": ([4, 6], (2,))}]),
    (PLAIN, ["z"], {"grad": ["W[1]", "x[0]"]}, ("reverse", 2), [
        {"W[1]": ([0, 0, 5, 6], (2, 2)), "x[0]": ([1, 3], (2,))}]),
    (PLAIN, ["z[1]"], {"wrt": ["x"]}, ("reverse", 1), [{"x": ([3, 4], (2,))}]),
    ("z = x*[2,3,4] | x=5", ["z"], {}, ("forward", 1), [{"x": ([2, 3, 4], (3,))}]),
    # At a kink every entry has a scalar record; an entry that no kink touches has none.
    (GATED, ["z"], {}, ("scalars", 2), [{"x": ([0, 0, 0, 5], (2, 2)), "y": ([0, 0, 0, 2], (2, 2))}]),
    (GATED, ["z[1]"], {}, ("reverse", 1), [{"x": ([0, 5], (2,)), "y": ([0, 2], (2,))}]),
    (GATED, ["z[0]"], {}, ("scalars", 1), [{"x": ([0, 0], (2,)), "y": ([0, 0], (2,))}]),
])  # fmt: skip
def test_jacobians_by_hand(
    program: str, names: list[str], asked: dict[str, Any], by: tuple[str, int], blocks: list[dict[str, Any]]
) -> None:
    found = array_jacobian(record(program, of_arrays=True, **asked), names)
    assert (found.by, found.passes) == by
    assert [{name: found.block(k, name) for name in block} for k, block in enumerate(blocks)] == blocks
    assert [output.name for output in found.outputs] == (names or ["q"])
    sides = [note for note in found.notes if note.kind == "one-sided"]
    assert [note.message for note in sides] == ["dz[0]/dx[0] is 0 from the left and 3 from the right"] * (
        by[0] == "scalars")  # fmt: skip


@pytest.mark.parametrize(("program", "names", "asked", "message", "hint"), [
    (PLAIN, ["nope"], {}, "nothing in the program is called nope", "the arrays are W, x, z, q"),
    (PLAIN, ["z"], {"upstream": Source("--upstream", "2"), "of": "q"},
     "--jacobian has every derivative: leave out --upstream", None),
    ("z = onehot(y, 3)*2 | y=[1,2]", ["z"], {}, "the program has no input with a derivative", None),
])  # fmt: skip
def test_what_is_no_jacobian(
    program: str, names: list[str], asked: dict[str, Any], message: str, hint: str | None
) -> None:
    with pytest.raises(InputError) as raised:
        array_jacobian(record(program, of_arrays=True, **asked), names)
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_what_a_program_costs_by_hand() -> None:
    """x*k takes 2 multiplications and as many backwards, W@x 4, and 4 for each of its factors; a choice takes none."""
    given: dict[str, Any] = {name: array_value(Source(name, text)) for name, text in (
        ("x", "[1,2]"), ("W", "[[1,2],[3,4]]"))}  # fmt: skip
    cost = cost_of(Source("program", "k = 3; z = where(x > 0, x*k, W@x); L = sum(z)"), given, Request())
    assert [(node.name, node.value, node.backward, node.kept) for node in cost.nodes] == [
        ("x", 0, 0, 2), ("v1", 2, 2, 0), ("W", 0, 0, 4), ("v2", 4, 8, 0), ("z", 0, 0, 0), ("L", 0, 0, 0)]  # fmt: skip
    assert (cost.value, cost.backward, cost.kept, cost.inputs, cost.outputs) == (6, 10, 6, 6, 1)
    reverse, forward, hessian = map(tuple, cost.modes)
    assert (reverse, hessian) == (("reverse", 1, 10, 16), ("hessian", 6, 32, 208))
    assert forward == ("forward", 6, cost.along, 6 + 6 * cost.along)

"""Every row of the table beside its points, because it is in the table: against Taylor's series and limits."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb, fmpq

from gradcli.calculus.beside import Beside, Spent
from gradcli.calculus.operations import COMPARISONS, OPERATIONS
from gradcli.calculus.table_parts import Operation
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.series.system import SeriesSystem
from gradcli.record.calls import differentiate

from .limits_classes import UNSURE, side_of
from .limits_oracle import BINARY, FUNCTIONS, OutsideError, Program
from .limits_sides import matches, sides

TERMS, BITS, DIGITS = 5, 300, 60
ROWS = [row for row in OPERATIONS.values() if not row.is_leaf]
TRUE = {
    **FUNCTIONS,
    **dict(zip(("add", "sub", "mul", "div", "pow"), BINARY.values(), strict=True)),
    "neg": lambda x: -x,
    "polygamma": lambda n, x: mpmath.polygamma(int(n), x),
    "where": lambda c, a, b: a if c else b,
}
MOVED = [
    (row, point, k)
    for row in ROWS
    if row.symbol not in COMPARISONS
    for point in row.points
    for k in range(len(point))
    if (row.name, k) not in (("polygamma", 0), ("where", 0))  # whole numbers and conditions
]


@pytest.mark.parametrize(("row", "point", "k"), MOVED, ids=lambda x: getattr(x, "name", str(x)))
def test_the_series_of_a_row_is_taylors(row: Operation, point: tuple[float, ...], k: int) -> None:
    """The value and its first coefficients, along every argument, at every sample point."""
    S = SeriesSystem(BITS, 1, TERMS, OPERATIONS)
    with S.at_work():
        arguments = [S.from_number(x) for x in map(float, point)]
        arguments[k] = S.distance(arguments[k], 1)
        [found] = S.outcomes(row.value, arguments)
        assert found.order >= TERMS
        got = [arb(found.coefficient(e)) for e in range(TERMS)]

    def along(x: Any) -> Any:
        return mpmath.mpf(1) * _number(
            TRUE[row.name](*[x if j == k else Fraction(float(p)) for j, p in enumerate(point)])
        )

    with mpmath.mp.workdps(DIGITS):
        if row.name in ("floor", "ceil", "round", "sign"):
            wanted = [along(mpmath.mpf(float(point[k])))] + [mpmath.mpf(0)] * (TERMS - 1)
        else:
            wanted = mpmath.taylor(along, mpmath.mpf(float(point[k])), TERMS - 1)
        for a, b in zip(got, wanted, strict=True):
            assert abs(mpmath.mpf(a.mid().str(DIGITS, radius=False)) - b) < mpmath.mpf(10) ** -25 * max(1, abs(b))
            assert float(a.rad()) < 1e-60 * max(1.0, abs(float(b)))


def _number(x: Any) -> Any:
    return mpmath.mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else x


@pytest.mark.parametrize("beyond", [0, 1, 4])
def test_as_many_powers_are_kept_as_are_left_behind_a_pole(beyond: int) -> None:
    """1/(1 - t) to t**(cap - 1), or to so many more, and what the system keeps is as before."""
    S = SeriesSystem(BITS, 1, TERMS, OPERATIONS)
    with S.at_work():
        found = S.compose(lambda n: [fmpq(1)] * n, S.distance(S.zero, 1), beyond=beyond)
        assert found.order == S.cap + beyond
        assert [found.coefficient(e) for e in range(int(found.order))] == [1] * (S.cap + beyond)
        assert S.compose(lambda n: [fmpq(1)] * n, S.distance(S.zero, 1)).order == S.cap


@pytest.mark.parametrize("row", [row for row in ROWS if row.symbol in COMPARISONS], ids=lambda row: row.name)
def test_comparisons_beside_a_tie(row: Operation) -> None:
    """What holds on either side of x = y, and at x = y."""
    S = SeriesSystem(BITS, 1, TERMS, OPERATIONS)
    for weight in (-1, 0, 1):
        [found] = S.outcomes(row.value, [S.distance(S.from_number(2.0), weight), S.two])
        holds = {"<": weight < 0, "<=": weight <= 0, ">": weight > 0, ">=": weight >= 0, "==": not weight, "!=": weight}
        assert found.is_constant
        assert found.coefficient(0) == bool(holds[row.symbol])


# Where something happens to functions of one argument: kinks, steps, zeros, ends of domains, poles, and far away.
ONE = [row.name for row in ROWS if row.is_function and row.arity == 1]
WHERE_IT_HAPPENS = ("0", "1", "-1", "0.5", "-2", "3")
OF_ONE = [
    *(f"{name}(x)" for name in ONE),
    *(f"where(x == {p}, 0, {name}(x))" for name in ("log", "log2", "log10") for p in ("0",)),
    *(f"where(x == {p}, 0, {name}(x)*(x - {p})**2)" for name in ("gamma", "lgamma", "digamma") for p in ("0", "-2")),
    *(f"where(x == {p}, 0, {name}(x)*(x - {p})**2)" for name in ("atanh", "log1p") for p in ("1", "-1")),
    *(f"where(x == 0, 0, x*{name}(1/x))" for name in ONE if name not in ("gamma", "lgamma", "digamma", "asin", "acos")),
]
OF_TWO = [
    *(f"{f}(x, y)" for f in ("atan2", "hypot", "max", "min", "logaddexp", "mod")),
    "x**y", "x*y", "x/y", "where(x > y, x, -y)", "where(x >= y, x, y**2)", "mod(y, x)", "max(x, y, 2*x)",
    "hypot(x, y, x*y)",
]  # fmt: skip
PAIRS = [
    ("0", "0"),
    ("0", "1"),
    ("0", "-1"),
    ("-1", "0"),
    ("1", "1"),
    ("2", "-1"),
    ("-2", "2"),
    ("0", "0.5"),
    ("3", "3"),
]
# Bounded, and without a limit or a slope.
OPEN = {f"where(x == 0, 0, x*{name}(1/x))" for name in ("sin", "cos", "tan", "mod", "sec", "csc", "cot")}


def told(program: str, bindings: dict[str, str], name: str) -> list[bool]:
    """Return for each side whether it is told; it must be told rightly."""
    answers = []
    point = {n: Fraction(float(x)) for n, x in bindings.items()}
    for side, direction in zip(sides(program, bindings, name), (-1, 1), strict=True):
        try:
            truth = side_of(Program(program), point, name, direction)
        except OutsideError:
            continue  # the point has no value
        if truth.slope == UNSURE:
            continue
        assert matches(side, truth) in (True, None), (program, bindings, name, direction, side, truth)
        answers.append(matches(side, truth) is True)
    return answers


@pytest.mark.parametrize("program", OF_ONE)
def test_functions_of_one_argument_where_something_happens(program: str) -> None:
    hole = re.match(r"where\(x == (\S+),", program)
    for x in hole.groups() if hole else WHERE_IT_HAPPENS:
        assert all(told(program, {"x": x}, "x")) or program in OPEN, (program, x)


@pytest.mark.parametrize("program", OF_TWO)
def test_functions_of_two_arguments_where_something_happens(program: str) -> None:
    for x, y in PAIRS:
        for name in "xy":
            assert all(told(program, {"x": x, "y": y}, name)), (program, x, y, name)


@pytest.mark.parametrize(
    ("program", "at", "left", "right"),
    [
        ("where(x == 0, 0, 1/(1 + exp(1/x)))", "0", "jump", 0),
        ("where(x == 0, 1, exp(1/x)*exp(-1/x))", "0", 0, 0),
        ("where(x == 0, 0, exp(exp(1/x))/exp(exp(2/x)))", "0", "jump", 0),
        ("where(x == 0, 0, x*log(exp(1/x) + exp(3/x)))", "0", "jump", "jump"),
        ("where(x == 0, 0, x*atan(exp(1/x)))", "0", 0, None),
        ("where(x == 0, 0, 1/log(exp(-1/x**2)))", "0", 0, 0),
        ("where(x == 0, 0, sinh(1/x))", "0", "jump", "jump"),
        ("where(exp(-1/x**2) > 0, x, 2*x)", "1", 1, 1),
        ("where(x == 0, 0, where(exp(-1/x**2) > 0, x, 2*x))", "0", 1, 1),
        ("where(x == 0, 0, sqrt(exp(-1/x**2) + x**4)/x)", "0", None, None),
        ("where(x == 0, 0, where(sin(1/x) > 0, exp(1/x), x))", "0", "undetermined", "undetermined"),
        ("where(x == 0, 0, sin(exp(1/x)))", "0", 0, "undetermined"),
        ("where(x == 0, 0, sign(log(abs(x))*x/exp(2/x)))", "0", "undetermined", "undetermined"),  # not 0: it jumps
        ("where(x == 0, 0, (exp(1/x) - exp(1/x + x))*exp(-1/x))", "0", -1, -1),
    ],
)
def test_numbers_beyond_all_powers(program: str, at: str, left: object, right: object) -> None:
    """Exponentials of poles, alone and against each other; None stands for a number that limits tell."""
    for side, wanted in zip(sides(program, {"x": at}, "x"), (left, right), strict=True):
        assert side.slope == wanted if wanted is not None else side.is_finite


SMOOTH = [n for n in ONE if n not in ("abs", "sign", "floor", "ceil", "round", "relu", "leaky_relu")]
CALLS = [
    *(f"{name}({{}})" for name in SMOOTH),
    *("polygamma(2, {})", "atan2({}, -0.3)", "atan2(-1, {})", "hypot({}, 2)", "logaddexp({}, 1)", "mod({}, 0.3)"),
    *("{0}**{0}", "3**{}", "{}**0.3", "{}**pi", "{}**(1/3 + 0*{})"),
]


@pytest.mark.parametrize("call", CALLS)
def test_differences_over_differences(call: str) -> None:
    """The same function of the same number is the same number, so that the hole at x = y is seen."""
    x, y = call.replace("{0}", "{}").replace("{}", "x"), call.replace("{0}", "{}").replace("{}", "y")
    program = f"where(x == y, 0, (({x})*exp(x) - ({y})*exp(y))/(x - y))"
    at = (
        "0.4"
        if call.startswith("asech")
        else "3"
        if "{0}" in call
        else "1.1"
        if call.startswith(("acosh", "asec", "acsc", "acoth"))
        else "0.7"
    )
    for name in "xy":
        assert [side.slope for side in sides(program, {"x": at, "y": at}, name)] == ["jump", "jump"]


@pytest.mark.parametrize(
    ("program", "left", "right"),
    [
        ("sin(x)/x", 1, 1),
        ("1/x", "-inf", "inf"),
        ("log(abs(x))", "-inf", "-inf"),
        ("1/log(abs(x))", 0, 0),
        ("log(x)", "outside", "-inf"),
        ("exp(1/x)", 0, "inf"),
        ("-exp(1/x**2)", "-inf", "-inf"),
        ("atan(1/x)*2/pi", -1, 1),
        ("where(x == 0, 7, x + 2)", 2, 2),
        ("x**2*sin(1/x)", 0, 0),
        ("sin(1/x)", "undetermined", "undetermined"),
        ("where(x > 0, sin(1/x), 5)", 5, "undetermined"),
        ("floor(x)", -1, 0),
        ("(exp(x) - 1 - x)/x**2", 0.5, 0.5),
    ],
)
def test_limits_need_no_value_at_the_point(program: str, left: float | str, right: float | str) -> None:
    graph = parse(Source("program", program))
    beside = Beside(graph, lambda S: {"x": S.from_number(0.0)}, graph.output)
    for found, wanted in zip(beside.limits({graph.inputs["x"]: 1}), (left, right), strict=True):
        assert found == wanted if isinstance(wanted, str) else abs(float(arb(found).mid()) - wanted) < 1e-15


@pytest.mark.parametrize(
    ("roots", "left", "right"), [(1, "-inf", "inf"), (70, "-inf", "inf"), (71, *["undetermined"] * 2)]
)
def test_roots_of_roots_are_told_down_to_a_power_of_2_to_the_minus_70(roots: int, left: str, right: str) -> None:
    program = "sqrt(" * roots + "abs(x)" + ")" * roots
    assert [side.slope for side in sides(program, {"x": "0"}, "x")] == [left, right]


def test_work_is_limited() -> None:
    """What is more work than is left raises, before it is done or while terms are multiplied; memory is let go."""
    graph = parse(Source("program", "tanh(sin(where(x == 0, 0, abs(x)**29/x**28)))"), {"x"})
    beside = Beside(graph, lambda S: {"x": S.from_number(0.0)}, graph.output)
    direction = {graph.inputs["x"]: 1}
    for room in (3, 100):
        with pytest.raises(Spent):
            beside.sides(direction, room=room)
    assert [side.slope for side in beside.sides(direction)] == [-1, 1]
    assert beside.visits > 100
    beside.forget()
    assert [side.slope for side in beside.sides(direction)] == [-1, 1]


@pytest.mark.parametrize(("room", "curvature"), [(40, None), (80, 2)])
def test_what_was_seen_before_the_work_ran_out_is_told(room: int, curvature: int | None) -> None:
    """x**2 + x**3: four powers of t tell the slope at 0, and only ten the second derivative."""
    graph = parse(Source("program", "where(x == 0, 0, (x**4 + x**5)/x**2)"), {"x"})
    beside = Beside(graph, lambda S: {"x": S.from_number(0.0)}, graph.output)
    found = beside.sides({graph.inputs["x"]: 1}, order=2, room=room)
    assert [tuple(side) for side in found] == [(0, curvature)] * 2


def test_of_many_nodes_behind_a_kink_few_are_looked_at() -> None:
    text = "a0 = sin(x); " + "; ".join(f"a{k} = sin(a{k - 1})" for k in range(1, 5_000)) + "; abs(a4999)"
    notes = [note for note in differentiate(text, {"x": 0}).notes if note.kind == "one-sided"]
    assert notes[0].of == "x"
    assert notes[-1].of == "a4999"
    assert 10 < len(notes) < 200


def test_slopes_beyond_binary64_are_known_to_as_many_bits() -> None:
    for side in sides("atan2(x - 1e15, -y)*exp(x*0.5)", {"x": "1e9", "y": "0.7"}, "y"):
        assert side.slope.rel_accuracy_bits() >= 53
        assert side.curvature.rel_accuracy_bits() >= 53


@pytest.mark.parametrize(("factor", "slope"), [
    ("floor({} + 1.5)", 1), ("round({} + 1.7)", 2), ("where({} > -1/2, 3, 4)", 3), ("sqrt({} + 4)", 2),
])  # fmt: skip
def test_a_number_at_the_point_that_only_more_bits_tell(factor: str, slope: float) -> None:
    """exp(100)*1e60 in two ways differs by nothing, which takes more than the first precision."""
    graph = parse(Source("program", f"abs(x)*{factor.format('(exp(y)*1e60 - exp(y - 1)*exp(1)*1e60)')}"))
    beside = Beside(graph, lambda S: {"x": S.from_number(0.0), "y": S.from_number(100.0)}, graph.output)
    with beside.at_work():
        found = [float(side.slope) for side in beside.sides({graph.inputs["x"]: 1})]
    assert found == [-slope, slope]


@pytest.mark.parametrize(("turn", "left", "right"), [
    ("sin(x) < x - x**3/6 + x**5/120", 2, 1), ("sin(x) > x - x**3/6", 2, 1), ("cos(x) >= 1 - x**2/2", 1, 1),
    ("exp(x) < 1 + x + x**2/2 + x**3/6 + x**4/24", 1, 2), ("log1p(x) < x - x**2/2 + x**3/3", 1, 1),
    ("tan(x) - x - x**3/3 - 2*x**5/15 > 0", 2, 1),
])  # fmt: skip
def test_a_condition_that_only_later_terms_tell(turn: str, left: int, right: int) -> None:
    """While it is open the slope is wide: what it lacks is more terms, and not only more bits."""
    found = sides(f"where({turn}, x, 2*x)", {"x": "0"}, "x")
    assert [float(arb(side.slope).mid()) for side in found] == [left, right]

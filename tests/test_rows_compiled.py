"""The compiled code: its errors are proven bounds, and its numbers are those of the main job."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.calculus.graph import Graph
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.sweeps import forward, partials, reverse
from gradcli.calculus.symbolic import Symbols
from gradcli.commands import run as main
from gradcli.errors import GradcliError, Source
from gradcli.language.syntax import parse
from gradcli.numbers.balls import Balls
from gradcli.numbers.error_arithmetic import Bound
from gradcli.numbers.systems import Undecided
from gradcli.record.gradient import evaluate
from gradcli.record.precision import WITHOUT_SLOPES, Precision
from gradcli.record.request import CERTAIN, Request
from gradcli.rows.cells import LEAST, MOST
from gradcli.rows.code import Code
from gradcli.rows.compiled import Trace, Wanted, number_function, trace
from gradcli.rows.plan import Plan, Settings
from gradcli.rows.terms import SLACK, Arithmetic, Term
from gradcli.rows.tiers import Tiers

NAMES = ("x", "y", "z")


def written(name: str, arguments: list[str]) -> str:
    """Return an operation of the table, applied to expressions."""
    row = OPERATIONS[name]
    if row.symbol and row.arity == 1:
        return f"({row.symbol}{arguments[0]})"
    if row.is_condition:
        left, right, first, second = (*arguments, *arguments)[:4]
        return f"where({left} {row.symbol} {right}, {first}, {second}*2)"
    return f"({arguments[0]} {row.symbol} {arguments[1]})" if row.symbol else f"{name}({', '.join(arguments)})"


def expressions() -> st.SearchStrategy[str]:
    """Return programs over x, y and z that use every operation of the table."""
    leaves = st.sampled_from([*NAMES, *NAMES, "2", "0.1", "1", "3", "0.5", "pi"])
    names = [row.name for row in OPERATIONS.values() if not row.is_leaf and row.name not in ("where", "polygamma")]
    ordinary = [name for name in ("add", "sub", "mul", "div", "pow", "neg") for _ in range(6)]

    def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        def applied(name: str) -> st.SearchStrategy[str]:
            row = OPERATIONS[name]
            most = row.arity or (3 if row.group == 1 else 2)
            least, most = (4, 4) if row.is_condition else (row.arity or 2, most)
            return st.lists(inner, min_size=least, max_size=most).map(lambda arguments: written(name, arguments))

        return st.sampled_from([*names, *ordinary]).flatmap(applied)

    return st.recursive(leaves, grown, max_leaves=8)


def points() -> st.SearchStrategy[tuple[float, ...]]:
    """Return points of three numbers that code may be given: ordinary ones, zeros, equal ones, tiny and huge ones."""
    ordinary = st.floats(-4, 4).map(lambda x: round(x, 3))
    wide = st.floats(-MOST, MOST).filter(lambda x: x == 0 or abs(x) >= LEAST)
    close = ordinary.flatmap(lambda x: st.just((x, x, math.nextafter(x, 9))))
    positive = st.floats(0.01, 40)
    one = st.one_of(ordinary, ordinary, positive, positive, st.integers(-3, 3).map(float), wide)
    return st.one_of(st.tuples(one, one, one), st.tuples(one, one, one), close).filter(
        lambda point: all(x == 0 or LEAST <= abs(x) <= MOST for x in point)
    )


def traced(graph: Graph, *, ieee: bool = False) -> Trace | None:
    columns = list(graph.inputs)
    return trace(graph, columns, {}, Wanted(graph.output, tuple(columns), ()), ieee=ieee, arrays=False)


def counting(graph: Graph, values: list[Any]) -> set[int]:
    """Return the nodes that the output depends on, but for branches that are not taken."""
    live = {graph.output}
    for i in range(graph.output, -1, -1):
        if i in live:
            operation, arguments = graph.nodes[i][:2]
            if operation.name == "where":
                arguments = (arguments[0], arguments[1 if values[arguments[0]] == 1 else 2])
            live.update(arguments)
    return live


def true_numbers(graph: Graph, point: dict[str, float]) -> list[Any]:
    """Return enclosures of the value and the gradient by sweeps in balls; no numbers where balls cannot decide."""
    for bits in (300, 3000):
        S = Balls(bits)
        try:
            with S.at_work():
                return _true_numbers(S, graph, point)
        except Undecided:
            continue
    return []


def _true_numbers(S: Balls, graph: Graph, point: dict[str, float]) -> list[Any]:
    values, faults = forward(S, graph, {name: S.from_number(x) for name, x in point.items()})
    linearization = partials(S, graph, values, graph.active(set(graph.inputs.values())))
    assert graph.output not in faults, "the code answered where there is no value"
    live = counting(graph, values)
    assert not any(i in live for i, _ in linearization.faults), "the code answered where there is no slope"
    assert live.isdisjoint(linearization.kinks), "the code answered at a kink"
    back = reverse(S, graph, linearization, graph.output, S.one)
    return [values[graph.output], *(back.adjoints[i] for i in graph.inputs.values())]


@given(expressions(), points())
def test_errors_are_proven(program: str, numbers: tuple[float, ...]) -> None:
    """The error that the code computes beside a number is never smaller than the distance to the truth."""
    graph = parse(Source("program", program))
    code = traced(graph)
    if code is None:
        return
    results = [x for x in code.results if x is not None]
    bounded = code._replace(results=[*results, *(_named(x, x.S.error(x)) for x in results)])
    point = dict(zip(graph.inputs, numbers, strict=False))
    (row,) = number_function(bounded, ieee=False)([tuple(point.values())])
    if row is None:
        return
    truth = true_numbers(graph, point)
    for value, error, true in zip(row[: len(results)], row[len(results) :], truth, strict=bool(truth)):
        with Balls(3000).at_work():
            distance = abs(true - value)
            assert not distance > error * SLACK, (program, point, value, error, true)
            assert not distance > 1e-12 * abs(true)


def _named(x: Any, name: str) -> Any:
    return x.replaced(name=name, const=None)


@given(expressions(), points(), st.booleans())
def test_numbers_are_those_of_the_main_job(program: str, numbers: tuple[float, ...], ieee: bool) -> None:
    graph = parse(Source("program", program))
    code = traced(graph, ieee=ieee)
    if code is None:
        return
    point = dict(zip(graph.inputs, numbers, strict=False))
    (row,) = number_function(code, ieee=ieee)([tuple(point.values())])
    if row is None:
        return
    precision = Precision("ieee") if ieee else CERTAIN
    bindings = {name: Source(name, repr(x)) for name, x in point.items()}
    record = evaluate(Source("program", program), bindings, Request(precision, nodes="none"), graph)
    assert list(row) == [record.value, *record.gradient.values()]


@pytest.mark.parametrize("name", [row.name for row in OPERATIONS.values() if not row.is_leaf])
def test_most_sample_points_of_the_table_are_answered(name: str) -> None:
    row = OPERATIONS[name]
    if name in ("digamma", "polygamma"):  # bounds know nothing of their slopes
        return
    answered = 0
    for point in row.points:
        names = [f"a{k}" for k in range(len(point))]
        program = "where(a0 > 0.5, a1, a2)" if name == "where" else written(name, names)
        graph = parse(Source("program", program))
        code = traced(graph)
        assert code is not None
        values = dict(zip(names, map(float, point), strict=True))
        (found,) = number_function(code, ieee=False)([tuple(values[n] for n in graph.inputs)])
        answered += found is not None
    assert answered >= len(row.points) - 1


def test_a_wrong_bound_is_found() -> None:
    """The first test would be empty if sweeps in balls agreed with anything."""
    graph = parse(Source("program", "(x + y) - z"))
    truth = true_numbers(graph, {"x": 0.1, "y": 0.2, "z": 0.3})
    assert abs(truth[0] - (0.1 + 0.2 - 0.3)) > 1e-17


def test_what_is_not_certain_is_left_to_others() -> None:
    graph = parse(Source("program", "(x + y) - z"))
    code = traced(graph)
    assert code is not None
    run = number_function(code, ieee=False)
    rows = [(0.1, 0.2, 0.3), (0.1, 0.2, 0.4), (1.0, 2.0, 3.0), (0.0, 0.0, 0.0)]
    assert [row is not None for row in run(rows)] == [False, True, False, True]


def test_kinks_domains_and_overflow_are_left_to_others() -> None:
    for program, rows, answered in (
        ("abs(x)", [(0.0,), (1.0,)], [False, True]),
        ("log(x)", [(-1.0,), (0.0,), (2.0,)], [False, False, True]),
        ("exp(x)", [(1000.0,), (-1000.0,), (1.0,)], [False, False, True]),
        ("1/x", [(0.0,), (2.0,)], [False, True]),
        ("max(x, y)", [(1.0, 1.0), (1.0, 2.0)], [False, True]),
        ("where(x > y, x*x, y)", [(1.0, 1.0), (1.0, 2.0)], [False, True]),
        ("where(x > 0, log(x)/y, x*y)", [(-1.0, 0.0), (1.0, 0.0), (1.0, 2.0)], [True, False, True]),
        ("a = log(x); b = 1/y; where(x > 0, where(y > 0, a*b, a), 2*x)", [(-1.0, 0.0), (1.0, -2.0)], [True, True]),
        ("x**0.5", [(0.0,), (-1.0,), (4.0,)], [False, False, True]),
        ("x*y*x*y*x*y*x*y", [(1e38, 1e38), (0.0, 2.0), (3.0, 2.0)], [False, True, True]),
    ):
        code = traced(parse(Source("program", program)))
        assert code is not None
        assert [row is not None for row in number_function(code, ieee=False)(rows)] == answered, program


@pytest.mark.parametrize("program", ["max(x, y)", "min(x, y)", "max(x, y, z)", "min(x/y, y, z)"])
def test_ties_are_avoided_by_straight_line_code(program: str) -> None:
    """A kink of a max that its code asks the table about, row by row, would be as slow as no code."""
    code = traced(parse(Source("program", program)))
    assert code is not None
    assert not code.code.names
    rows = [(1.5, 2.0, 3.5), (1.0, 1.0, 1.0), (3.0, 2.0, 3.5)]
    found = number_function(code, ieee=False)([row[: len(code.inputs)] for row in rows])
    assert [row is not None for row in found] == [True, False, True]


@pytest.mark.parametrize(("header", "program", "options", "row", "answer"), [
    ("c,x", "sign(c)*x", ["--wrt", "x"], "0,2", ["0.0", "0.0"]), ("x", "sign(x)", ["--value"], "0", ["0.0"]),
    ("c,x", "sign(c)*x", ["--wrt", "x"], "-3,2", ["-2.0", "-1.0"]),
    ("a,b,x", "sign(a - b)*x", ["--wrt", "x"], "1,1,2", ["0.0", "0.0"]),
    ("c,x", "floor(c)*x", ["--wrt", "x"], "3,2", ["6.0", "3.0"]),
    ("c,x", "max(c, 0)*x", ["--wrt", "x"], "0,2", ["0.0", "0.0"]),
    ("c,x", "mod(c, 2)*x", ["--wrt", "x"], "4,2", ["0.0", "0.0"]),
    ("c,x", "where(c > 0, x, -x)", ["--wrt", "x"], "0,2", ["-2.0", "-1.0"]),
    ("x,y", "x/y - z", ["z=0.3333333333333333", "--value"], "1,3", ["1.850371707708594e-17"]),
])  # fmt: skip
@pytest.mark.parametrize("ieee", [[], ["--ieee"]])
def test_a_kink_in_what_nothing_is_differentiated_by(
    header: str,
    program: str,
    options: list[str],
    row: str,
    answer: list[str],
    ieee: list[str],
    capsys: Any,
    tmp_path: Path,
) -> None:
    """The slopes' guards against kinks do not stand before a value alone: it must be right without them."""
    if ieee and "/" in program:
        return  # what is asked for is what binary64 makes of it
    path = tmp_path / "rows.csv"
    path.write_text(f"{header}\n{row}\n{row}\n")
    assert main(["rows", program, str(path), *options, *ieee]) == 0
    assert capsys.readouterr().out.splitlines()[1].split(",")[:-1] == answer


def test_no_text_of_the_user_gets_into_the_code() -> None:
    graph = parse(Source("program", "secret_name*other_name + 0.125"))
    code = traced(graph)
    assert code is not None
    assert not any("name" in expression for _, expression in code.code.lines)


def test_a_program_too_long_has_no_code() -> None:
    assert traced(parse(Source("program", "+".join(["x*x"] * 6000)))) is None


def test_errors_of_the_main_job_reach_the_row() -> None:
    graph = parse(Source("program", "log(x)"))
    with pytest.raises(GradcliError):
        evaluate(Source("program", "log(x)"), {"x": Source("x", "-1")}, Request(), graph)


@pytest.mark.parametrize("ieee", [False, True])
def test_a_negative_zero_does_not_choose_the_branch(ieee: bool) -> None:
    """Code answers with the angle of a true zero (at the kink itself it does not answer), or with the one of ieee."""
    for arrays in (False, True):
        graph = parse(Source("program", "atan2(-x, y)"))
        columns = list(graph.inputs)
        code = trace(graph, columns, {}, Wanted(graph.output, tuple(columns), ()), ieee=ieee, arrays=arrays)
        assert code is not None
        (line,) = [expression for _, expression in code.code.lines if expression.startswith("atan2(")]
        assert (line.count(" + 0.0") == 2) is not ieee


def test_numbers_near_underflow_are_left_to_others(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    point = {"a": 9.9e-323, "b": 1.0123e-160, "c": 1.0345e-159}
    assert all(x < LEAST for x in point.values())
    path = tmp_path / "rows.csv"
    path.write_text(f"a,b,c\n{','.join(map(repr, point.values()))}\n")
    assert main(["rows", "--value", "a/(b*c)", str(path)]) == 0
    a, b, c = map(Fraction, point.values())
    assert float(capsys.readouterr().out.split()[1].rstrip(",")) == float(a / (b * c))


# ---- code is made

ROW_BY_ROW = {  # not written for columns
    "tan", "logaddexp", "lgamma", "digamma", "polygamma", "gamma", "erfinv", "sec", "csc", "cot", "asec", "acsc",
    "mod", "pow",
}  # fmt: skip
KINDS: list[dict[str, Any]] = [
    {}, {"wrt": ()}, {"wrt": ("x",)}, {"of": "q"}, {"of": "q", "wrt": ()}, {"nodes": ("q",)},
    {"nodes": ("q",), "wrt": ()}, {"at_kink": "error"}, {"at_kink": "error", "wrt": ()}, {"strict": True},
    {"keep": ("x", "z")}, {"keep": None, "target": "ndjson"}, {"delimiter": ";"},
]  # fmt: skip
SHAPES = ["{}", "{} + z", "where(z > 0, {}, z)", "{0}*{0} - z", "max(z, 2)*{}"]


def of_every_kind() -> list[tuple[str, str]]:
    """Return a call of every operation of the table, with its name."""
    rows = [row for row in OPERATIONS.values() if not row.is_leaf and row.name not in ("where", "polygamma")]
    calls = [(row.name, written(row.name, list("xyxy")[: 4 if row.is_condition else row.arity or 2])) for row in rows]
    return [*calls, ("polygamma", "polygamma(2, x)")]


@pytest.mark.parametrize("ieee", [False, True])
@pytest.mark.parametrize("options", KINDS, ids=lambda kind: " ".join(map(str, kind.items())) or "plain")
def test_every_operation_has_code_whatever_is_asked(options: dict[str, Any], ieee: bool) -> None:
    for name, call in of_every_kind():
        for shape in SHAPES:
            source = Source("program", f"q = x*y; a = {call}; f = {shape.format('a')} + q")
            plan = Plan(Settings(source, {}, ieee=ieee, **options), ["x", "y", "z"])
            if OPERATIONS[name] in WITHOUT_SLOPES and not ieee:  # the main job goes to balls at once, and so do rows
                assert plan.trace(arrays=False) is plan.trace(arrays=True) is None, source.text
                assert Tiers(plan, columns=False).balls is not None, source.text
                continue
            assert plan.trace(arrays=False) is not None, source.text
            assert name in ROW_BY_ROW or plan.trace(arrays=True) is not None, source.text


def test_floats_never_know_the_slopes_of_few_operations() -> None:
    """They are those whose slope is a polygamma: no other operation may do without code in floats."""
    found = set()
    for row in OPERATIONS.values():
        if row.is_function and row.jacobian_row is None:
            S = Symbols()
            xs = [S.variable(name) for name in "xyz"[: row.arity]]
            for partial in row.partials:
                partial.rule(S, S.variable("v"), *xs)
            if OPERATIONS["polygamma"] in S.builder.nodes.operations:
                found.add(row)
    assert found == WITHOUT_SLOPES


@pytest.mark.parametrize(
    "options", [["--value"], ["--wrt", "x"], ["--value", "--strict"], ["--value", "--to", "ndjson"]]
)
def test_ordinary_rows_are_left_to_nobody(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """With the road for single rows shut, ordinary rows are still answered."""
    monkeypatch.setattr(Plan, "answer", None)
    (tmp_path / "in.csv").write_text("x,y\n1.5,2\n-3,0.25\n")
    assert main(["rows", "x*y + exp(x)/3", str(tmp_path / "in.csv"), *options]) == 0
    assert capfd.readouterr().out.count("\n") >= 2


def test_a_constant_outside_of_a_domain_is_a_matter_of_the_rows(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_text("x\n1.5\n-3\n")
    assert main(["rows", "where(x > 0, x*x, log(2 - 3))", str(tmp_path / "in.csv")]) == 3
    out, _ = capfd.readouterr()
    assert out.startswith("f,df/dx,error\n2.25,3.0,\n,,log(")


def test_a_fault_of_the_compiler_is_not_taken_for_a_program_without_code(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: Any) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("gradcli.calculus.linearization.reverse", broken)
    with pytest.raises(ValueError, match="a bug"):
        traced(parse(Source("program", "x*y")))


def test_a_quotient_is_guarded_against_a_divisor_of_0() -> None:
    code = Code(columns=False)
    S = Arithmetic(code, bounded=True)
    S.divide(Term(S, "a"), S.constant(Bound(2.0)))
    assert not code.guards
    S.divide(S.constant(Bound(2.0)), Term(S, "b"))
    assert list(code.guards) == ["b != 0.0"]

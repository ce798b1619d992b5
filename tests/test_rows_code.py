"""What a line of compiled code reads is kept as data where the line is written: it is what Python finds in its text."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.numbers.balls import Balls
from gradcli.numbers.enclosures import Bounds
from gradcli.rows.code import Code, leaves, total
from gradcli.rows.column_bounds import ColumnBounds
from gradcli.rows.compiled import Trace, Wanted, assignments, column_lines, trace
from gradcli.rows.straight_line import column_line, straight_line

from .generated_code import random_networks

CHOICE = "where(x > y, sin(x)*{call}, where(y > 0.25, x*y + {call}, y))"


def programs() -> list[str]:
    """Return a program for every operation of the table, plain and within branches, and random ones."""
    found = [program for program, _ in random_networks(30, seed=3)]
    for row in OPERATIONS.values():
        if row.is_function and row.name != "where":
            names = ["x", "y", "x*y", "2*x"][: row.arity or 4]
            call = f"{row.name}({', '.join(names)})"
            found += [f"f = {call}*y + x", f"f = {CHOICE.format(call=call)}"]
    return [*found, "f = x*y + x/y + x*x*y + y*0.5 + x", "f = x**y + x**3 + y**0.5"]


def traces(program: str) -> Iterator[Trace]:
    graph = parse(Source("program", program))
    names = tuple(graph.inputs)
    wanted = Wanted(graph.output, names, tuple(range(len(graph.nodes))))
    for ieee in (False, True):
        for arrays in (False, True):
            if (found := trace(graph, names, {}, wanted, ieee=ieee, arrays=arrays)) is not None:
                yield found


def read(text: str, known: Iterable[str]) -> list[str]:
    """Return the names among some that Python finds in an expression, each as often as it stands there."""
    return sorted(node.id for node in ast.walk(ast.parse(text, mode="eval"))
                  if isinstance(node, ast.Name) and node.id in known)  # fmt: skip


@pytest.fixture(scope="module")
def codes() -> list[Trace]:
    return [found for program in programs() for found in traces(program)]


def test_leaves_are_what_python_reads(codes: list[Trace]) -> None:
    assert len(codes) > 300
    for found in codes:
        code = found.code
        known = {*dict(code.lines), *(f"x{k}" for k in range(len(found.inputs)))}
        for text, parts in [(text, code.leaves[name]) for name, text in code.lines] + list(code.guards.items()):
            assert read(text, known) == sorted(part for part in parts if part in known), text


def test_products_and_totals_are_what_python_reads(codes: list[Trace]) -> None:
    products = totals = 0
    for found in codes:
        for name, text in found.code.lines:
            body = ast.parse(text, mode="eval").body
            is_product = isinstance(body, ast.BinOp) and isinstance(body.op, ast.Mult)
            is_plain = is_product and not any(isinstance(part, ast.BinOp) for part in (body.left, body.right))  # type: ignore[attr-defined]
            assert (name in found.code.products) == is_plain, text
            is_total = isinstance(body, ast.Call) and isinstance(body.func, ast.Name) and body.func.id == "total"
            assert (name in found.code.totals) == is_total, text
            products, totals = products + is_plain, totals + is_total
    assert products > 1000
    assert totals > 5


@pytest.mark.parametrize("written", [assignments, column_lines])
def test_lines_that_are_kept_read_nothing_that_is_not(codes: list[Trace], written: object) -> None:
    """Each is compiled as a function: a name that is not assigned before it would be read from outside."""
    assert callable(written)
    for found in codes:
        known = {f"x{k}" for k in range(len(found.inputs))}
        written_names = dict(found.code.lines).keys()
        for statement in ast.parse("\n".join(written(found))).body:
            names = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id in written_names]
            assert {node.id for node in names if isinstance(node.ctx, ast.Load)} <= known
            known |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
            known -= {node.id for node in names if isinstance(node.ctx, ast.Del)}


def test_code_for_other_systems_knows_what_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Code] = []

    def new(*, columns: bool) -> Code:
        made.append(Code(columns=columns))
        return made[-1]

    monkeypatch.setattr("gradcli.rows.straight_line.Code", new)
    for program in programs():
        graph = parse(Source("program", program))
        wanted = Wanted(graph.output, tuple(graph.inputs), tuple(range(len(graph.nodes))))
        for S in (Balls(120), Bounds()):
            straight_line(graph, tuple(graph.inputs), {}, wanted, S)
        column_line(graph, tuple(graph.inputs), {}, wanted, ColumnBounds())
    lines = guards = 0
    for code in made:
        known = dict(code.lines).keys()
        for name, text in code.lines:
            assert read(text, known) == sorted(part for part in code.leaves[name] if part in known), text
        for text, parts in code.guards.items():
            assert read(text, known) == sorted(part for part in parts if part in known), text
        lines, guards = lines + len(code.lines), guards + len(code.guards)
    assert lines > 3000
    assert guards > 30


def test_pieces_within_pieces() -> None:
    code = Code(columns=True)
    a, b = code.let("{} + {}", "x0", "1.0"), code.let("{} * {}", "x1", "x1")
    sum_of_both = total([a, b, "x2"])
    assert (str(sum_of_both), leaves((sum_of_both, a))) == ("total([v0, v1, x2])", ("v0", "v1", "x2", "v0"))
    with code.branch([("c0", True)]):
        c = code.total([a, b])
        code.require("{} > 0.0", a)
    assert code.leaves[c] == ("c0", "v0", "v1", "1.0")
    assert c not in code.totals
    assert list(code.guards.items()) == [("((c0 != 1.0) | (v0 > 0.0))", ("c0", "v0"))]
    assert code.products == {b}

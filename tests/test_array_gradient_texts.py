"""Gradients of programs of arrays as programs, each worked by hand: what has a statement, and what is simplified."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.arrays.sizes import Shape
from gradcli.errors import Source
from gradcli.language.array_arithmetic import ArraySymbol, SymbolArithmetic, grown
from gradcli.language.array_gradients import gradient_program
from gradcli.language.array_scope import parse_arrays
from gradcli.language.array_statements import letters_of
from gradcli.language.array_symbols import ArraySymbols
from gradcli.language.array_writing import formula

from .test_array_rule_texts import SHAPES

LINES = (Path(__file__).parent / "data" / "array_gradients.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", LINES)
def test_gradients_as_they_are_worked_by_hand(line: str) -> None:
    program, _, statements = line.partition(" -> ")
    graph = parse_arrays(Source("program", program), SHAPES)
    found = gradient_program(graph, graph.output, graph.differentiable)
    assert "; ".join(f"{statement.name} = {statement.text}" for statement in found) == statements


def text_of(found: ArraySymbol) -> str:
    graph = found.A.builder.freeze(found.node)
    return formula(graph, found.node)


def made(expression: str) -> ArraySymbol:
    """Return what an expression makes of symbols: vectors x and y, a matrix M, a column c, a number s."""
    A = ArraySymbols()
    shapes: dict[str, Shape] = {"x": (2,), "y": (2,), "M": (2, 2), "N": (2, 2), "c": (2, 1), "s": (), "t": ()}
    names = {name: A.variable(name, shape) for name, shape in shapes.items()}
    numbers = {f"n{k}": A.number(str(k)) for k in range(4)}
    found = eval(expression, {"A": A, **names, **numbers})
    assert isinstance(found, ArraySymbol)
    return found


@pytest.mark.parametrize(("expression", "text", "shape"), [
    ("x + 0", "x", (2,)), ("0 + x", "x", (2,)), ("x + n0", "x", (2,)), ("x - 0", "x", (2,)), ("0 - x", "-x", (2,)),
    ("x - x", "0", (2,)), ("x + 1", "x + 1", (2,)), ("1 + x", "1 + x", (2,)), ("1 - x", "1 - x", (2,)),
    ("x + -1", "x - 1", (2,)), ("x - -1", "x + 1", (2,)), ("x + (-y)", "x - y", (2,)), ("x - (-y)", "x + y", (2,)),
    ("(-x) + y", "-x + y", (2,)), ("x*1", "x", (2,)), ("1*x", "x", (2,)), ("x*0", "0", (2,)), ("0*x", "0", (2,)),
    ("x*2", "2*x", (2,)), ("2*x", "2*x", (2,)), ("x*-1", "-x", (2,)), ("-1*x", "-x", (2,)), ("x*-2", "-2*x", (2,)),
    ("-2*x", "-2*x", (2,)), ("n2*n3", "2*3", ()), ("x*(2*y)", "2*x*y", (2,)), ("(2*x)*y", "2*x*y", (2,)),
    ("x*(y*s)", "x*y*s", (2,)), ("x*(y/s)", "x*y/s", (2,)), ("x*(-y)", "-x*y", (2,)), ("(-x)*y", "-x*y", (2,)),
    ("(-x)*(-y)", "x*y", (2,)), ("-(-x)", "x", (2,)), ("-(x*y)", "-x*y", (2,)), ("-(x/y)", "-x/y", (2,)),
    ("-(x + y)", "-(x + y)", (2,)), ("-n0", "0", ()), ("-n2", "-2", ()), ("x/1", "x", (2,)), ("x/2", "x/2", (2,)),
    ("x/s", "x/s", (2,)), ("(-x)/s", "-x/s", (2,)), ("x/(y*s)", "x/(y*s)", (2,)), ("(n1/s)*x", "x/s", (2,)),
    ("x*(n1/s)", "x/s", (2,)), ("(n2/s)*x", "2/s*x", (2,)), ("M@N", "M@N", (2, 2)), ("(-M)@N", "-M@N", (2, 2)),
    ("M@(-N)", "M@-N", (2, 2)), ("-(M@N)", "-M@N", (2, 2)), ("x*(M@N)", "x*(M@N)", (2, 2)), ("M*c", "M*c", (2, 2)),
    ("s*M", "s*M", (2, 2)), ("(-(M@N))*x", "-M@N*x", (2, 2)), ("x + s", "x + s", (2,)), ("s - c", "s - c", (2, 1)),
    ("A.sum(x)", "sum(x)", ()), ("A.sum(-x)", "-sum(x)", ()), ("A.sum(s)", "s", ()),
    ("A.sum(M, axis=0)", "sum(M, axis=0)", (2,)),
    ("A.sum(M, keep=True)", "sum(M)", (1, 1)), ("A.sum(M, axis=0, keep=True)", "sum(M, axis=0, keep=1)", (1, 2)),
    ("A.sum(M, axis=(0, 1))", "sum(M)", ()), ("A.sum(M)/4", "mean(M)", ()), ("A.sum(M)/3", "sum(M)/3", ()),
    ("A.sum(M, axis=1)/2", "mean(M, axis=1)", (2,)), ("A.sum(M, axis=1)/4", "sum(M, axis=1)/4", (2,)),
    ("A.sum(M)/s", "sum(M)/s", ()), ("A.sum(x)/n2", "sum(x)/2", ()), ("A.sum_to(M, (2,))", "sum(M, axis=0)", (2,)),
    ("A.sum_to(M, ())", "sum(M)", ()), ("A.sum_to(M, (2, 2))", "M", (2, 2)),
    ("A.sum_to(M, (2, 1))", "sum(M, axis=1, keep=1)", (2, 1)),
    ("A.sum_to(M, (1, 2))", "sum(M, axis=0, keep=1)", (1, 2)), ("A.sum_to(M, (1, 1))", "sum(M)", (1, 1)),
    ("A.outer(-x, y)", "-outer(x, y)", (2, 2)), ("A.outer(x, -y)", "outer(x, -y)", (2, 2)),
    ("A.transpose(M)", "M.T", (2, 2)), ("A.transpose(A.transpose(M))", "M", (2, 2)),
    ("A.permute(M, (0, 1))", "M", (2, 2)),
    ("A.permute(M, (-2, -1))", "M", (2, 2)), ("A.permute(M, (1, 0))", "M.T", (2, 2)),
    ("A.permute(M, (-1, 0))", "M.T", (2, 2)),
    ("A.reshape(x, (2, 1))", "x[:, None]", (2, 1)), ("A.reshape(x, (1, 2))", "x", (1, 2)),
    ("A.reshape(M, (4,))", "reshape(M, 4)", (4,)),
    ("A.reshape(c, (2,))", "reshape(c, 2)", (2,)), ("A.reshape(c, (2, 1))", "c", (2, 1)),
    ("A.reshape(c, (1, 2, 1))", "c", (1, 2, 1)),
    ("A.reshape(M, (2, 1, 2))", "M[:, None]", (2, 1, 2)), ("A.reshape(M, (2, 2, 1))", "M[:, :, None]", (2, 2, 1)),
    ("A.index(x, (), (('slice', None, None, None),))", "x", (2,)), ("A.index(x, (), (0,))", "x[0]", ()),
    ("A.part(x, [(1,), (1,)], 0)", "x[:1]", (1,)), ("A.part(x, [(1,), (1,)], 1)", "x[1:]", (1,)),
    ("A.part(x, [(2,)], 0)", "x", (2,)),
    ("A.part(M, [(2, 1), (2, 1)], 1, 1)", "M[:, 1:]", (2, 1)),
    ("A.part(M, [(2, 1), (2, 1)], 0, -1)", "M[:, :1]", (2, 1)),
    ("A.unpad(M, (1, 1), 0)", "M", (2, 2)), ("A.full_size(A.grow(x, (2, 2)))", "x*ones(2, 2)", (2, 2)),
    ("A.full_size(A.grow(x, (1, 2)))", "x[None]", (1, 2)),
    ("A.full_size(A.grow(x, (1, 1, 2)))", "x[None, None]", (1, 1, 2)),
    ("A.full_size(A.grow(s, (1,)))", "s*ones(1)", (1,)), ("A.full_size(A.grow(n0, (2,)))", "zeros(2)", (2,)),
    ("A.full_size(A.grow(n1, (2,)))", "ones(2)", (2,)), ("A.full_size(A.grow(n2, (2,)))", "2*ones(2)", (2,)),
    ("A.full_size(A.grow(n1/s, (2,)))", "ones(2)/s", (2,)), ("A.full_size(A.grow(n2/s, (2,)))", "2/s*ones(2)", (2,)),
    ("A.full_size(A.grow(c, (2, 2)))", "c*ones(2, 2)", (2, 2)), ("A.full_size(x)", "x", (2,)),
    ("A.softmax(x)", "softmax(x)", (2,)), ("A.softmax(M, axis=0)", "softmax(M, axis=0)", (2, 2)),
    ("A.softmax(M, axis=1)", "softmax(M)", (2, 2)),
    ("A.cumsum(x, reverse=True)", "cumsum(x, reverse=1)", (2,)), ("A.cumsum(M, axis=0)", "cumsum(M, axis=0)", (2, 2)),
    ("A.residual(x, n1)", "softmax(x) - onehot(1, 2)", (2,)), ("A.eye(3)", "eye(3)", (3, 3)),
])  # fmt: skip
def test_arithmetic_of_symbols_is_lightly_simplified(expression: str, text: str, shape: Shape) -> None:
    found = made(expression)
    assert text_of(found) == text
    assert found.shape == shape


@pytest.mark.parametrize(("shapes", "shape"), [
    ([()], ()), ([(2,)], (2,)), ([(2,), ()], (2,)), ([(), (3,)], (3,)), ([(2, 1), (3,)], (2, 3)), ([(1,),
    (1, 1)], (1, 1)),
    ([(1, 2), (3, 1), (4, 1, 1)], (4, 3, 2)),
])  # fmt: skip
def test_the_shape_that_arrays_grow_to(shapes: list[Shape], shape: Shape) -> None:
    assert grown(shapes) == shape


def test_letters_within_what_a_program_is_made_of() -> None:
    from gradcli.arrays.sizes import Letters

    N, D = Letters.named("N"), Letters.named("D")
    assert letters_of([2, "x", None, (N, 3), [(D,)], 2.5]) == {"N", "D"}
    assert letters_of([N * D + 1]) == {"N", "D"}
    assert letters_of([]) == set()


@pytest.mark.parametrize(("size", "text"), [
    ("N", "N"), ("N + 1", "N + 1"), ("N - 1", "N - 1"), ("2*N", "2*N"), ("N*D", "D*N"), ("N*D + N + 2", "D*N + N + 2"),
    ("1 - N", "-N + 1"), ("N - D", "-D + N"), ("-1*N*D", "-D*N"), ("N*N", "N*N"),
])  # fmt: skip
def test_a_size_of_letters_as_a_formula(size: str, text: str) -> None:
    from gradcli.arrays.sizes import Letters

    A = SymbolArithmetic()
    found = A.array(eval(size, {"N": Letters.named("N"), "D": Letters.named("D")}))
    assert text_of(found) == text
    assert found.shape == ()

"""Repairs of shapes: which programs are offered, in which order, and how they are said."""

from __future__ import annotations

import pytest

from gradcli.language.array_errors import ShapeError
from gradcli.language.array_repairs import REPAIR_CHARACTERS, Edit, _shown, arguments_of, transposed

from .test_array_syntax import refusal

SHAPES = {"X": "4x3", "W": "3x2", "x": "3", "y": "4", "A": "3x3", "b": "2", "s": "", "Q": "4x1",
          "Z": "3x4", "P": "4x3", "V": "2x3"}  # fmt: skip

# A program, then those that are offered.
OFFERED = """
sum(W@x) -> sum(W.T@x) -> sum(x@W)
sum(x@V) -> sum(x@V.T) -> sum(V@x) -> sum(x*V)
sum(W@X) -> sum(X@W) -> sum(W.T@X.T)
sum(X*W) -> sum(X@W)
sum(X * W) -> sum(X @ W)
sum(X - W)
sum(X@P) -> sum(X.T@P) -> sum(X@P.T) -> sum(X*P)
sum(X*Z) -> sum(X@Z) -> sum(Z@X) -> sum(X.T*Z)
sum(X + Z) -> sum(X.T + Z) -> sum(X + Z.T)
sum((X+P)*W) -> sum((X+P)@W)
sum((X + P)@(X + P)) -> sum((X + P).T@(X + P)) -> sum((X + P)@(X + P).T) -> sum((X + P)*(X + P))
sum(W.T@b) -> sum(W@b) -> sum(b@W.T)
sum(Wᵀ@b) -> sum(W@b) -> sum(b@Wᵀ)
sum(V@b + x) -> sum(V.T@b + x) -> sum(b@V + x)
sum(Q - y) -> sum(Q[:,0] - y) -> sum(Q - y[:,None]) -> sum(Q.T - y)
sum(Q[:,0] - X) -> sum(Q - X) -> sum(Q[:,0] - X.T)
sum(X*y) -> sum(X*y[:,None]) -> sum(y@X) -> sum(X.T*y)
sum(y*X) -> sum(y@X) -> sum(y[:,None]*X) -> sum(y*X.T)
sum(y + X) -> sum(y[:,None] + X) -> sum(y + X.T)
sum(X/y) -> sum(X/y[:,None]) -> sum(X.T/y)
sum(y[:,None]*x)
sum(mean(X, axis=1) - X) -> sum(mean(X, axis=1)[:,None] - X) -> sum(mean(X, axis=0) - X) -> \
sum(mean(X, axis=1, keep=1) - X)
sum((X + P) - mean(X, axis=1)) -> sum((X + P) - mean(X, axis=1)[:,None]) -> sum((X + P) - mean(X, axis=0)) -> \
sum((X + P) - mean(X, axis=1, keep=1))
m = mean(X, axis=1); sum((X - m)/s) -> m = mean(X, axis=1); sum((X - m[:,None])/s) -> \
m = mean(X, axis=0); sum((X - m)/s) -> m = mean(X, axis=1, keep=1); sum((X - m)/s)
sum(X - max(X, axis=1, keep=1)*y) -> sum(X - max(X, axis=1, keep=1)*y[:,None]) -> sum(X - y@max(X, axis=1, keep=1))
sum(cross_entropy(Z, y)) -> sum(cross_entropy(Z, y, axis=0)) -> sum(cross_entropy(Z.T, y))
sum(cross_entropy(P + X, [0, 1, 1])) -> sum(cross_entropy(P + X, [0, 1, 1], axis=0)) -> \
sum(cross_entropy((P + X).T, [0, 1, 1])) -> sum(cross_entropy(P.T + X.T, [0, 1, 1]))
f(A, v) = A@v; sum(f(W, x)) -> f(A, v) = A.T@v; sum(f(W, x)) -> f(A, v) = v@A; sum(f(W, x))
f(A) = A@x; sum(f(W)) -> f(A) = A.T@x; sum(f(W)) -> f(A) = x@A; sum(f(W))
u = W; sum(u@x) -> u = W; sum(u.T@x) -> u = W; sum(x@u)
u = W.T; sum(u@b) -> u = W.T; sum(u.T@b) -> u = W.T; sum(b@u) -> u = W; sum(u@b)
u = A@x; v = 2*u; sum(v@W.T) -> u = A@x; v = 2*u; sum(v@W) -> u = A@x; v = 2*u; sum(W.T@v) -> \
u = A@x; v = 2*u; sum(v*W.T)
sum(W@W) -> sum(W.T@W) -> sum(W@W.T) -> sum(W*W)
sum((W@W)*2) -> sum((W.T@W)*2) -> sum((W@W.T)*2) -> sum((W*W)*2)
sum(softmax(X, axis=1) - y) -> sum(softmax(X, axis=1) - y[:,None]) -> sum(softmax(X.T, axis=1) - y) -> \
sum(softmax(X, axis=1).T - y)
x@W@x
"""
HINTS = [
    ("sum(W@x)", "the columns of W (2) meet the entries of x (3); the program fits with W.T@x or x@W"),
    ("sum(X*W)", "the columns of X (3) meet the columns of W (2); X@W would be 4x2, and the program then fits"),
    ("sum(Q - y)", "the program fits with Q[:,0] - y or Q - y[:,None] or Q.T - y"),
    ("sum(x@V)", "the entries of x (3) meet the rows of V (2); the program fits with x@V.T or V@x or x*V"),
    ("f(A) = A@x; sum(f(W))",
     "the columns of A (2) meet the entries of x (3); in f(...); the program fits with A.T@x or x@A"),
    # where there is no room for both, what is offered stays
    ("sum(X - mean(X, axis=1))",
     "the program fits with X - mean(X, axis=1)[:,None] or mean(X, axis=0) or mean(X, axis=1, keep=1)"),
    ("sum(X - sum(X, axis=0, keep=1) + y)",
     "the program fits with X - sum(X, axis=0, keep=1) + y[:,None] or (X - sum(X, axis=0, keep=1)).T + y"),
    ("sum((y - X@x)@X@b)", "the entries of (y - X@x)@X (3) meet the entries of b (2)"),
]  # fmt: skip


@pytest.mark.parametrize("line", OFFERED.strip().splitlines())
def test_programs_that_are_offered(line: str) -> None:
    program, *offered = line.split(" -> ")
    error = refusal(program, **SHAPES)
    assert isinstance(error, ShapeError)
    assert list(error.repairs) == offered


@pytest.mark.parametrize(("program", "hint"), HINTS)
def test_how_repairs_are_said(program: str, hint: str) -> None:
    assert refusal(program, **SHAPES).hint == hint


def test_products_of_three() -> None:
    for program, offered in (("W@x@y", ["W.T@x@y", "x@W@y"]), ("W@x", ["W.T@x", "x@W"]), ("x@x@x", ["x*x@x"])):
        found = refusal(program, W="2x3", x="2", y="3")
        assert isinstance(found, ShapeError)
        assert list(found.repairs) == offered


def test_a_long_repair_is_shown_round_its_change() -> None:
    old = "a" * 40 + "X" + "b" * 40
    for new, shown in (
        ("a" * 40 + "X.T" + "b" * 40, "..." + "a" * 28 + "X.T" + "b" * 29 + "..."),
        ("a" * 40 + "b" * 40, "..." + "a" * 30 + "b" * 30 + "..."),
        ("c" * REPAIR_CHARACTERS, "c" * REPAIR_CHARACTERS),
        ("a" * 40 + "d" * 61, "a" * 30 + "..." + "d" * 30),
    ):
        assert _shown(Edit(3, 3 + len(old), new), f"y = {old}; y"[1:]) == shown
    near = "a" * 10 + "X" + "b" * 60
    assert _shown(Edit(0, len(near), "a" * 10 + "X.T" + "b" * 60), near) == "a" * 10 + "X.T" + "b" * 29 + "..."
    assert _shown(Edit(0, 4, "x\n  + y"), "abcd") == "x + y"


def test_arguments_and_transposes_of_texts() -> None:
    assert arguments_of("a, f(b, c), [d, {e, g}],h") == ["a", "f(b, c)", "[d, {e, g}]", "h"]
    assert arguments_of("") == []
    assert [transposed(text) for text in ("W", "W.T", "Wᵀ", "f(x)")] == ["W.T", "W", "W", "f(x).T"]

"""Repairs of shapes: which programs are offered, in which order, and how they are said."""

from __future__ import annotations

import pytest

from gradcli.language.array_errors import ShapeError
from gradcli.language.array_repairs import REPAIR_CHARACTERS, Edit, _said, _shown, transposed
from gradcli.language.implied_products import arguments_of, parts_of

from .test_array_syntax import refusal

SHAPES = {"X": "4x3", "W": "3x2", "x": "3", "y": "4", "A": "3x3", "b": "2", "s": "", "Q": "4x1",
          "Z": "3x4", "P": "4x3", "V": "2x3", "e": "1"}  # fmt: skip

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
f(u) = u*V; sum(f(x)@b) -> f(u) = u*V; sum(f(x).T@b) -> f(u) = u*V; sum(b@f(x)) -> f(u) = V@u; sum(f(x)@b)
f(u) = u*V; p = f(x); sum(p@b) -> f(u) = u*V; p = f(x); sum(p.T@b) -> f(u) = u*V; p = f(x); sum(b@p) -> \
f(u) = V@u; p = f(x); sum(p@b)
f(u) = u*V; g(u) = f(u); sum(g(x)@b) -> f(u) = u*V; g(u) = f(u); sum(g(x).T@b) -> \
f(u) = u*V; g(u) = f(u); sum(b@g(x)) -> f(u) = V@u; g(u) = f(u); sum(g(x)@b)
f(u) = 2*(u*V); sum(f(x)@b) -> f(u) = 2*(u*V); sum(f(x).T@b) -> f(u) = 2*(u*V); sum(b@f(x)) -> \
f(u) = 2*(V@u); sum(f(x)@b)
f(u) = V@u; sum(f(x) + x) -> f(u) = V*u; sum(f(x) + x)
f(u, v) = u@v; sum(f(x, V)) -> f(u, v) = u@v.T; sum(f(x, V)) -> f(u, v) = v@u; sum(f(x, V)) -> \
f(u, v) = u*v; sum(f(x, V))
f(u, v) = u@v; sum(f(2*x, V)) -> f(u, v) = u@v.T; sum(f(2*x, V)) -> f(u, v) = v@u; sum(f(2*x, V)) -> \
f(u, v) = u*v; sum(f(2*x, V))
f(u, v) = u@v; p = V; sum(f(x, p.T.T)) -> f(u, v) = u@v.T; p = V; sum(f(x, p.T.T)) -> \
f(u, v) = v@u; p = V; sum(f(x, p.T.T)) -> f(u, v) = u*v; p = V; sum(f(x, p.T.T))
f(u) = u@x; sum(f(V) + f(W))
f(u) = u@x; sum(f(A) + f(W))
h[0] = b; h[k] = V@h[k-1] for k = 1..2; sum(h[2])
h[0] = x; h[k] = W@h[k-1] for k = 1..2; sum(h[2])
h[0] = x; h[k] = A@h[k-1] for k = 1..2; sum(W@h[2]) -> h[0] = x; h[k] = A@h[k-1] for k = 1..2; sum(W.T@h[2]) -> \
h[0] = x; h[k] = A@h[k-1] for k = 1..2; sum(h[2]@W)
q = x*V; p = 2*q; sum(p@b) -> q = x*V; p = 2*q; sum(p.T@b) -> q = x*V; p = 2*q; sum(b@p) -> q = x*V; p = 2*q.T; sum(p@b)
sum(pad(X, 1)@W)
sum(concat(X, W)) -> sum(concat(X, W.T))
sum(concat(X, Z, axis=1)) -> sum(concat(X.T, Z, axis=1)) -> sum(concat(X, Z.T, axis=1))
sum(stack(X, Z)) -> sum(stack(X.T, Z)) -> sum(stack(X, Z.T))
sum(outer(X, x))
sum(dot(X, x))
sum(solve(W, x))
sum(solve(A, b))
sum(diag(W)@x)
sum(inv(W))
sum(trace(W))
sum(pick(X, [0, 1, 0])) -> sum(pick(X.T, [0, 1, 0]))
sum(reshape(X, 5)@x)
sum(sum(X, axis=1) + x) -> sum(sum(X, axis=0) + x) -> sum(sum(X.T, axis=1) + x) -> sum(sum(X) + x)
sum(sum(X, axis=1, keep=1) + Z) -> sum(sum(X, axis=1, keep=1)[:,0] + Z) -> sum(sum(X, axis=1) + Z) -> \
sum(sum(X.T, axis=1, keep=1) + Z)
sum(max(X, axis=1)*x) -> sum(max(X, axis=0)*x) -> sum(max(X.T, axis=1)*x) -> sum(max(X)*x)
sum(norm(X, axis=1) - x) -> sum(norm(X, axis=0) - x) -> sum(norm(X.T, axis=1) - x) -> sum(norm(X) - x)
sum(var(X, axis=0) - y) -> sum(var(X, axis=1) - y) -> sum(var(X.T, axis=0) - y) -> sum(var(X) - y)
sum(X/norm(X, axis=1)) -> sum(X/norm(X, axis=1)[:,None]) -> sum(X/norm(X, axis=0)) -> sum(X/norm(X, axis=1, keep=1))
sum(logsumexp(X, axis=0) - y) -> sum(logsumexp(X, axis=1) - y) -> sum(logsumexp(X.T, axis=0) - y) -> \
sum(logsumexp(X) - y)
sum(cumsum(x) + y)
sum(x - y)
sum(exp(X)*exp(Z)) -> sum(exp(X)@exp(Z)) -> sum(exp(Z)@exp(X)) -> sum(exp(X).T*exp(Z))
sum(exp(X)@exp(P)) -> sum(exp(X).T@exp(P)) -> sum(exp(X)@exp(P).T) -> sum(exp(X)*exp(P))
sum(-X@P) -> sum((-X).T@P) -> sum(-X@P.T) -> sum(-X*P)
sum(where(X > 0, X, Z))
sum(where(X > y, X, 0))
sum(max(X, Z))
sum(hypot(X, Z))
sum(X**Z)
sum(X[0] + y)
sum(X[:, 0] + x) -> sum(X + x)
sum(X[1:] + X)
sum(X.T*P) -> sum(X.T@P) -> sum(P@X.T) -> sum(X*P)
sum(X.T.T@P) -> sum(X.T@P) -> sum(X.T.T@P.T) -> sum(X.T.T*P)
sum((X.T)*P) -> sum((X.T)@P) -> sum(P@(X.T)) -> sum((X)*P)
sum(X@(W@X))
sum((X@W)@X) -> sum((X@W).T@X)
sum(Q@x)
sum(x@Q)
sum(e@X) -> sum(e*X)
f(u) = u@b; g(v) = f(v@V); sum(g(W)) -> f(u) = u@b; g(v) = f(V@v); sum(g(W)) -> f(u) = u@b; g(v) = f(v.T@V.T); sum(g(W))
f(u) = u@b; g(v) = f(v); sum(g(W@V)) -> f(u) = u@b; g(v) = f(v); sum(g(V@W)) -> f(u) = u@b; g(v) = f(v); sum(g(W.T@V.T))
f(u) = u@b; g(v) = 2*f(v); h(w) = g(w)*3; sum(h(W@V)) -> f(u) = u@b; g(v) = 2*f(v); h(w) = g(w)*3; sum(h(V@W)) -> \
f(u) = u@b; g(v) = 2*f(v); h(w) = g(w)*3; sum(h(W.T@V.T))
f(u) = u@b; g(v) = f(v@V) + f(V@v); sum(g(W)) -> f(u) = u@b; g(v) = f(V@v) + f(V@v); sum(g(W)) -> \
f(u) = u@b; g(v) = f(v.T@V.T) + f(V@v); sum(g(W))
f(u, v) = v@u; g(v) = f(b, v@V); sum(g(W)) -> f(u, v) = v@u; g(v) = f(b, V@v); sum(g(W)) -> \
f(u, v) = v@u; g(v) = f(b, v.T@V.T); sum(g(W))
h[0] = W@V; sum(h[0]@b) -> h[0] = V@W; sum(h[0]@b) -> h[0] = W.T@V.T; sum(h[0]@b)
p = W@V; q = p; f(u) = u@b; sum(f(q)) -> p = V@W; q = p; f(u) = u@b; sum(f(q)) -> \
p = W.T@V.T; q = p; f(u) = u@b; sum(f(q))
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

TOLD = [
    ("f(u) = u*V; sum(f(x)@b)", "f(x)@b does not fit: f(x) is 2x3, b has 2 entries",
     "the columns of f(x) (3) meet the entries of b (2); the program fits with f(x).T@b or b@f(x) or V@u"),
    ("f(u) = u*V; p = f(x); sum(p@b)", "p@b does not fit: p is 2x3, b has 2 entries",
     "the columns of p (3) meet the entries of b (2); the program fits with p.T@b or b@p or V@u"),
    ("f(u) = u*V; g(u) = f(u); sum(g(x)@b)", "g(x)@b does not fit: g(x) is 2x3, b has 2 entries",
     "the columns of g(x) (3) meet the entries of b (2); the program fits with g(x).T@b or b@g(x) or V@u"),
    ("f(u) = 2*(u*V); sum(f(x)@b)", "f(x)@b does not fit: f(x) is 2x3, b has 2 entries",
     "the columns of f(x) (3) meet the entries of b (2); the program fits with f(x).T@b or b@f(x) or V@u"),
    ("f(u) = V@u; sum(f(x) + x)", "f(x) + x does not fit: f(x) has 2 entries, x has 3 entries",
     "the entries of f(x) (2) meet the entries of x (3); the program fits with V*u"),
    ("f(u, v) = u@v; sum(f(x, V))", "u@v does not fit: u has 3 entries, v is 2x3",
     "the entries of u (3) meet the rows of v (2); in f(...); the program fits with u@v.T or v@u or u*v"),
    ("f(u, v) = u@v; sum(f(2*x, V))", "u@v does not fit: u has 3 entries, v is 2x3",
     "the entries of u (3) meet the rows of v (2); in f(...); the program fits with u@v.T or v@u or u*v"),
    ("f(u, v) = u@v; p = V; sum(f(x, p.T.T))", "u@v does not fit: u has 3 entries, v is 2x3",
     "the entries of u (3) meet the rows of v (2); in f(...); the program fits with u@v.T or v@u or u*v"),
    ("f(u) = u@x; sum(f(V) + f(W))", "u@x does not fit: u is 3x2, x has 3 entries",
     "the columns of u (2) meet the entries of x (3); in f(...)"),
    ("f(u) = u@x; sum(f(A) + f(W))", "u@x does not fit: u is 3x2, x has 3 entries",
     "the columns of u (2) meet the entries of x (3); in f(...)"),
    ("h[0] = b; h[k] = V@h[k-1] for k = 1..2; sum(h[2])",
     "V@h[k-1] at k = 1 does not fit: V is 2x3, h[k-1] has 2 entries",
     "the columns of V (3) meet the entries of h[k-1] (2)"),
    ("h[0] = x; h[k] = W@h[k-1] for k = 1..2; sum(h[2])",
     "W@h[k-1] at k = 1 does not fit: W is 3x2, h[k-1] has 3 entries",
     "the columns of W (2) meet the entries of h[k-1] (3)"),
    ("h[0] = x; h[k] = A@h[k-1] for k = 1..2; sum(W@h[2])", "W@h[2] does not fit: W is 3x2, h[2] has 3 entries",
     "the columns of W (2) meet the entries of h[2] (3); the program fits with W.T@h[2] or h[2]@W"),
    ("q = x*V; p = 2*q; sum(p@b)", "p@b does not fit: p is 2x3, b has 2 entries",
     "the columns of p (3) meet the entries of b (2); the program fits with p.T@b or b@p or 2*q.T"),
    ("sum(pad(X, 1)@W)", "pad(X, 1)@W does not fit: pad(X, 1) is 6x5, W is 3x2",
     "the columns of pad(X, 1) (5) meet the rows of W (3)"),
    ("sum(concat(X, W))", "concat(X, W): X is 4x3, W is 3x2: they cannot be joined along axis 0",
     "concat(X, W.T) would be 6x3, and the program then fits"),
    ("sum(concat(X, Z, axis=1))", "concat(X, Z, axis=1): X is 4x3, Z is 3x4: they cannot be joined along axis 1",
     "the program fits with concat(X.T, Z, axis=1) or concat(X, Z.T, axis=1)"),
    ("sum(stack(X, Z))", "stack(X, Z): X is 4x3, Z is 3x4: they cannot be stacked",
     "the program fits with stack(X.T, Z) or stack(X, Z.T)"),
    ("sum(dot(X, x))", "dot(X, x): X is 4x3, x has 3 entries: dot takes two vectors",
     "@ is the matrix product"),
    ("sum(pick(X, [0, 1, 0]))", "pick(X, [0, 1, 0]) does not fit: X is 4x3, [0, 1, 0] has 3 entries: it needs 4 labels",
     "the rows of X (4) meet the labels; pick(X.T, [0, 1, 0]) would have 3 entries, and the program then fits"),
    ("sum(sum(X, axis=1) + x)", "sum(X, axis=1) + x does not fit: sum(X, axis=1) has 4 entries, x has 3 entries",
     "the program fits with sum(X, axis=0) or sum(X.T, axis=1) or sum(X)"),
    ("sum(sum(X, axis=1, keep=1) + Z)",
     "sum(X, axis=1, keep=1) + Z does not fit: sum(X, axis=1, keep=1) is 4x1, Z is 3x4",
     "the program fits with sum(X, axis=1, keep=1)[:,0] + Z or sum(X, axis=1) or sum(X.T, axis=1, keep=1)"),
    ("sum(max(X, axis=1)*x)", "max(X, axis=1)*x does not fit: max(X, axis=1) has 4 entries, x has 3 entries",
     "the program fits with max(X, axis=0) or max(X.T, axis=1) or max(X)"),
    ("sum(norm(X, axis=1) - x)", "norm(X, axis=1) - x does not fit: norm(X, axis=1) has 4 entries, x has 3 entries",
     "the program fits with norm(X, axis=0) or norm(X.T, axis=1) or norm(X)"),
    ("sum(var(X, axis=0) - y)", "var(X, axis=0) - y does not fit: var(X, axis=0) has 3 entries, y has 4 entries",
     "the program fits with var(X, axis=1) or var(X.T, axis=0) or var(X)"),
    ("sum(X/norm(X, axis=1))", "X/norm(X, axis=1) does not fit: X is 4x3, norm(X, axis=1) has 4 entries",
     "the program fits with X/norm(X, axis=1)[:,None] or norm(X, axis=0) or norm(X, axis=1, keep=1)"),
    ("sum(logsumexp(X, axis=0) - y)",
     "logsumexp(X, axis=0) - y does not fit: logsumexp(X, axis=0) has 3 entries, y has 4 entries",
     "the program fits with logsumexp(X, axis=1) or logsumexp(X.T, axis=0) or logsumexp(X)"),
    ("sum(cumsum(x) + y)", "cumsum(x) + y does not fit: cumsum(x) has 3 entries, y has 4 entries",
     "the entries of cumsum(x) (3) meet the entries of y (4)"),
    ("sum(x - y)", "x - y does not fit: x has 3 entries, y has 4 entries",
     "the entries of x (3) meet the entries of y (4)"),
    ("sum(exp(X)*exp(Z))", "exp(X)*exp(Z) does not fit: exp(X) is 4x3, exp(Z) is 3x4",
     "the program fits with exp(X)@exp(Z) or exp(Z)@exp(X) or exp(X).T*exp(Z)"),
    ("sum(exp(X)@exp(P))", "exp(X)@exp(P) does not fit: exp(X) is 4x3, exp(P) is 4x3",
     "the program fits with exp(X).T@exp(P) or exp(X)@exp(P).T or exp(X)*exp(P)"),
    ("sum(-X@P)", "-X@P does not fit: -X is 4x3, P is 4x3",
     "the columns of -X (3) meet the rows of P (4); the program fits with (-X).T@P or -X@P.T or -X*P"),
    ("sum(where(X > 0, X, Z))", "where(X > 0, X, Z) does not fit: X > 0 is 4x3, Z is 3x4",
     "the columns of X > 0 (3) meet the columns of Z (4)"),
    ("sum(where(X > y, X, 0))", "X > y does not fit: X is 4x3, y has 4 entries",
     "the columns of X (3) meet the entries of y (4)"),
    ("sum(max(X, Z))", "max(X, Z) does not fit: X is 4x3, Z is 3x4",
     "the columns of X (3) meet the columns of Z (4)"),
    ("sum(hypot(X, Z))", "hypot(X, Z) does not fit: X is 4x3, Z is 3x4",
     "the columns of X (3) meet the columns of Z (4)"),
    ("sum(X**Z)", "X**Z does not fit: X is 4x3, Z is 3x4",
     "the columns of X (3) meet the columns of Z (4)"),
    ("sum(X[0] + y)", "X[0] + y does not fit: X[0] has 3 entries, y has 4 entries",
     "the entries of X[0] (3) meet the entries of y (4)"),
    ("sum(X[:, 0] + x)", "X[:, 0] + x does not fit: X[:, 0] has 4 entries, x has 3 entries",
     "the entries of X[:, 0] (4) meet the entries of x (3); X + x would be 4x3, and the program then fits"),
    ("sum(X[1:] + X)", "X[1:] + X does not fit: X[1:] is 3x3, X is 4x3",
     "the rows of X[1:] (3) meet the rows of X (4)"),
    ("sum(X.T*P)", "X.T*P does not fit: X.T is 3x4, P is 4x3",
     "the columns of X.T (4) meet the columns of P (3); the program fits with X.T@P or P@X.T or X*P"),
    ("sum(X.T.T@P)", "X.T.T@P does not fit: X.T.T is 4x3, P is 4x3",
     "the columns of X.T.T (3) meet the rows of P (4); the program fits with X.T@P or X.T.T@P.T or X.T.T*P"),
    ("sum((X.T)*P)", "(X.T)*P does not fit: X.T is 3x4, P is 4x3",
     "the columns of X.T (4) meet the columns of P (3); the program fits with (X.T)@P or P@(X.T) or (X)*P"),
    ("sum(X@(W@X))", "W@X does not fit: W is 3x2, X is 4x3",
     "the columns of W (2) meet the rows of X (4)"),
    ("sum((X@W)@X)", "(X@W)@X does not fit: X@W is 4x2, X is 4x3",
     "the columns of X@W (2) meet the rows of X (4); (X@W).T@X would be 2x3, and the program then fits"),
    ("sum(Q@x)", "Q@x does not fit: Q is 4x1, x has 3 entries",
     "the columns of Q (1) meet the entries of x (3)"),
    ("sum(x@Q)", "x@Q does not fit: x has 3 entries, Q is 4x1",
     "the entries of x (3) meet the rows of Q (4)"),
    ("sum(e@X)", "e@X does not fit: e has 1 entry, X is 4x3",
     "the entries of e (1) meet the rows of X (4); e*X would be 4x3, and the program then fits"),
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


@pytest.mark.parametrize(("program", "message", "hint"), TOLD)
def test_what_is_said_of_shapes_that_do_not_fit(program: str, message: str, hint: str) -> None:
    error = refusal(program, **SHAPES)
    assert (error.message, error.hint) == (message, hint)


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
    late = "a" * 80 + "Xb"
    assert _shown(Edit(0, len(late), "a" * 80 + "X.Tb"), late) == "..." + "a" * 28 + "X.Tb"
    assert _shown(Edit(0, 4, "x\n  + y"), "abcd") == "x + y"


def test_arguments_and_transposes_of_texts() -> None:
    assert arguments_of("a, f(b, c), [d, {e, g}],h") == ["a", "f(b, c)", "[d, {e, g}]", "h"]
    assert arguments_of("") == []
    assert arguments_of(" a , , b ") == ["a", "b"]
    assert parts_of("a, f(b, c),[d, {e, g}] ,h") == ["a", " f(b, c)", "[d, {e, g}] ", "h"]
    assert parts_of("") == [""]
    assert parts_of("a), b") == ["a)", " b"]
    assert [transposed(text) for text in ("W", "W.T", "Wᵀ", "f(x)")] == ["W.T", "W", "W", "f(x).T"]


@pytest.mark.parametrize(("parts", "said"), [
    ([("a", "is 3x2")], "a is 3x2, and the program then fits"), ([("a", "")], "the program fits with a"),
    ([("a", "is 3x2"), ("b", "")], "the program fits with a or b"),
    ([("a" * 40, ""), ("b" * 54, "")], f"the program fits with {'a' * 40} or {'b' * 54}"),  # 120 characters
    ([("a" * 40, ""), ("b" * 55, "")], f"the program fits with {'a' * 40}"),
    ([("a" * 40, ""), ("b" * 55, ""), ("c", "")], f"the program fits with {'a' * 40} or c"),
])  # fmt: skip
def test_as_many_repairs_are_told_as_there_is_room_for(parts: list[tuple[str, str]], said: str) -> None:
    assert _said(parts) == said


def test_an_argument_in_parentheses_gets_no_others() -> None:
    for written, repaired in (("(A + A)", "(A + A).T"), ("(A)*(A)", "((A)*(A)).T"), ("A", "A.T"), ("-A", "(-A).T")):
        error = refusal(f"sum(concat({written}, B))", A="2x3", B="1x2")
        assert isinstance(error, ShapeError)
        assert f"sum(concat({repaired}, B))" in error.repairs

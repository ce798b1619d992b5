"""Backward rules of arrays as text, each worked by hand: what flows to each argument, and what a tie of max shares."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gradcli.arrays.sizes import Shape
from gradcli.errors import Source
from gradcli.language.array_rules import rule_text
from gradcli.language.array_scope import parse_arrays

SHAPES: dict[str, Shape] = {
    "x": (2,), "y": (2,), "z": (2,), "X": (3, 2), "Y": (3, 2), "W": (2, 4), "A": (2, 2), "B": (2, 2), "s": (),
    "u": (1, 2), "Q": (2, 3, 2), "a": (1,), "b": (1, 1), "c": (2, 1), "Z": (1, 1, 2),
}  # fmt: skip

# An operation, then what flows to each of its arguments: 0 stands for nothing.
RULES = """
x + y -> dL/dv | dL/dv
x - y -> dL/dv | -dL/dv
x*y -> dL/dv*y | dL/dv*x
x/y -> dL/dv/y | -dL/dv*x/y**2
x**y -> dL/dv*y*x**(y - 1) | dL/dv*x**y*log(x)
x**2 -> 2*dL/dv*x | sum(dL/dv*x**2*log(x))
x**-1 -> dL/dv*v1*x**(v1 - 1) | sum(dL/dv*x**v1*log(x))
2**x -> sum(dL/dv*x*2**(x - 1)) | dL/dv*2**x*log(2)
-x -> -dL/dv
x*s -> dL/dv*s | sum(dL/dv*x)
s*x -> sum(dL/dv*x) | dL/dv*s
x/s -> dL/dv/s | -sum(dL/dv*x/s**2)
s/x -> sum(dL/dv/x) | -dL/dv*s/x**2
x + s -> dL/dv | sum(dL/dv)
s - x -> sum(dL/dv) | -dL/dv
X*x -> dL/dv*x | sum(dL/dv*X, axis=0)
X + x -> dL/dv | sum(dL/dv, axis=0)
x - X -> sum(dL/dv, axis=0) | -dL/dv
X/x -> dL/dv/x | -sum(dL/dv*X/x**2, axis=0)
x/X -> sum(dL/dv/X, axis=0) | -dL/dv*x/X**2
X*u -> dL/dv*u | sum(dL/dv*X, axis=0, keep=1)
u*X -> sum(dL/dv*X, axis=0, keep=1) | dL/dv*u
exp(x) -> dL/dv*v
log(x) -> dL/dv/x
sqrt(x) -> dL/dv/(2*v)
tanh(x) -> dL/dv*(1 - v**2)
sigmoid(x) -> dL/dv*v*(1 - v)
relu(x) -> where(x > 0, dL/dv, 0)
abs(x) -> dL/dv*sign(x)
sin(x) -> dL/dv*cos(x)
cos(x) -> -dL/dv*sin(x)
atan(x) -> dL/dv/(1 + x**2)
softplus(x) -> dL/dv*sigmoid(x)
gelu(x) -> dL/dv*(erfc(-x/sqrt(2))/2 + x*(exp(-x**2/2)/sqrt(2*pi)))
cbrt(x) -> dL/dv/(3*v**2)
hypot(x, y) -> dL/dv*x/v | dL/dv*y/v
atan2(x, y) -> dL/dv*y/hypot(y, x)**2 | -dL/dv*x/hypot(y, x)**2
logaddexp(x, y) -> dL/dv*exp(x - v) | dL/dv*exp(y - v)
x*2 -> 2*dL/dv | sum(dL/dv*x)
2*x -> sum(dL/dv*x) | 2*dL/dv
1/x -> sum(dL/dv/x) | -dL/dv/x**2
x/2 -> dL/dv/2 | -sum(dL/dv*x/2**2)
1 - x -> sum(dL/dv) | -dL/dv
x - 1 -> dL/dv | -sum(dL/dv)
3*x*1 -> dL/dv | sum(dL/dv*v1)
where(x > y, x, z) -> 0 | where(x > y, dL/dv, 0) | where(x > y, 0, dL/dv)
where(x > 0, 2*x, 0) -> 0 | where(x > 0, dL/dv, 0) | sum(where(x > 0, 0, dL/dv))
where(x > 0, x, y) -> 0 | where(x > 0, dL/dv, 0) | where(x > 0, 0, dL/dv)
mod(x, y) -> dL/dv | -dL/dv*floor(x/y)
floor(x) -> 0
sign(x) -> 0
A@B -> dL/dv@B.T | A.T@dL/dv
X@W -> dL/dv@W.T | X.T@dL/dv
A@x -> outer(dL/dv, x) | A.T@dL/dv
x@A -> A@dL/dv | outer(x, dL/dv)
x@y -> dL/dv*y | dL/dv*x
A@A -> dL/dv@A.T | A.T@dL/dv
A.T@B -> dL/dv@B.T | v1.T@dL/dv
A.T -> dL/dv.T
outer(x, y) -> dL/dv@y | x@dL/dv
inv(A) -> -v.T@dL/dv@v.T
det(A) -> dL/dv*cofactor(A)
logdet(A) -> dL/dv*inv(A).T
solve(A, x) -> -outer(solve(A.T, dL/dv), v) | solve(A.T, dL/dv)
solve(A, B) -> -solve(A.T, dL/dv)@v.T | solve(A.T, dL/dv)
trace(A) -> dL/dv*eye(2)
diag(x) -> diag(dL/dv)
diag(A) -> diag(dL/dv)
dot(x, y) -> dL/dv*y | dL/dv*x
sum(x) -> dL/dv*ones(2)
sum(X) -> dL/dv*ones(3, 2)
sum(X, axis=0) -> dL/dv*ones(3, 2)
sum(X, axis=1) -> dL/dv[:, None]*ones(3, 2)
sum(X, axis=1, keep=1) -> dL/dv*ones(3, 2)
mean(x) -> dL/dv/2*ones(2)
mean(X, axis=0) -> dL/dv/3*ones(3, 2)
mean(X, axis=1) -> dL/dv[:, None]/2*ones(3, 2)
mean(X, axis=0, keep=1) -> dL/dv/3*ones(3, 2)
max(x) -> dL/dv*ties(x, v)
max(X, axis=0) -> dL/dv*ties(X, v, axis=0)
min(X, axis=1) -> dL/dv[:, None]*ties(X, v, axis=1)
prod(x) -> dL/dv*others(x)
prod(X, axis=0) -> dL/dv*others(X, axis=0)
norm(x) -> dL/dv*x/v
norm(X, axis=1) -> dL/dv[:, None]*X/v[:, None]
var(x) -> 2*dL/dv*(x - mean(x))/2
var(X, axis=0) -> 2*dL/dv*(X - mean(X, axis=0, keep=1))/3
logsumexp(x) -> dL/dv*softmax(x)
logsumexp(X, axis=1) -> dL/dv[:, None]*softmax(X)
softmax(x) -> v*(dL/dv - sum(dL/dv*v))
softmax(X) -> v*(dL/dv - sum(dL/dv*v, axis=-1, keep=1))
softmax(X, axis=0) -> v*(dL/dv - sum(dL/dv*v, axis=0, keep=1))
log_softmax(x) -> dL/dv - softmax(x)*sum(dL/dv)
log_softmax(X) -> dL/dv - softmax(X)*sum(dL/dv, axis=-1, keep=1)
cross_entropy(x, 1) -> dL/dv*(softmax(x) - onehot(1, 2)) | 0
cross_entropy(X, [0, 1, 1]) -> dL/dv[:, None]*(softmax(X) - onehot([0, 1, 1], 2)) | 0
cross_entropy(X, [0, 1], axis=0) -> dL/dv*(softmax(X, axis=0) - onehot([0, 1], 3).T) | 0
pick(X, [0, 1, 1]) -> dL/dv[:, None]*onehot([0, 1, 1], 2) | 0
pick(x, 1) -> dL/dv*onehot(1, 2) | 0
cumsum(x) -> cumsum(dL/dv, reverse=1)
cumsum(X, axis=0) -> cumsum(dL/dv, axis=0, reverse=1)
sort(x) -> unsort(dL/dv, x, v)
x[0] -> scatter(dL/dv, x[0])
x[0:1] -> scatter(dL/dv, x[0:1])
X[0] -> scatter(dL/dv, X[0])
X[:,1] -> scatter(dL/dv, X[:, 1])
X[0,1] -> scatter(dL/dv, X[0, 1])
X[::2] -> scatter(dL/dv, X[::2])
x[None] -> dL/dv[0]
x[:,None] -> dL/dv[:, 0]
x[[0, 0, 1]] -> scatter(dL/dv, x[[0, 0, 1]]) | 0
X[[0, 2]] -> scatter(dL/dv, X[[0, 2]]) | 0
reshape(X, 6) -> reshape(dL/dv, 3, 2)
flatten(X) -> reshape(dL/dv, 3, 2)
permute(Q, 2, 0, 1) -> permute(dL/dv, 1, 2, 0)
concat(x, y) -> dL/dv[:2] | dL/dv[2:]
concat(X, Y, axis=1) -> dL/dv[:, :2] | dL/dv[:, 2:]
stack(x, y) -> dL/dv[0] | dL/dv[1]
pad(x, 1) -> dL/dv[1:-1]
[x[0], y[1]] -> dL/dv[0] | dL/dv[1]
[s, 2*s] -> dL/dv[0] | dL/dv[1]
clip(x, 0, 1) -> where(v1 < 1, dL/dv, 0) | sum(where(1 < v1, dL/dv, 0))
max(x, y) -> where(x > y, dL/dv, 0) | where(y > x, dL/dv, 0)
min(x, 1) -> where(x < 1, dL/dv, 0) | sum(where(1 < x, dL/dv, 0))
reshape(u, 2) -> dL/dv[None]
flatten(u) -> dL/dv[None]
flatten(Z) -> dL/dv[None, None]
reshape(Z, 2) -> dL/dv[None, None]
reshape(x, 1, 2) -> reshape(dL/dv, 2)
reshape(x, 2, 1) -> reshape(dL/dv, 2)
reshape(x, 1, 2, 1) -> reshape(dL/dv, 2)
reshape(c, 2) -> dL/dv[:, None]
reshape(c, 1, 2) -> reshape(dL/dv, 2, 1)
reshape(a, 1, 1) -> reshape(dL/dv, 1)
reshape(b, 1) -> dL/dv[None]
reshape(s, 1) -> dL/dv[0]
reshape(s, 1, 1) -> dL/dv[0, 0]
flatten(s) -> dL/dv[0]
reshape(X, 2, 3) -> reshape(dL/dv, 3, 2)
reshape(X, 3, 1, 2) -> reshape(dL/dv, 3, 2)
reshape(X, 1, 3, 2) -> reshape(dL/dv, 3, 2)
reshape(X, 3, 2, 1) -> reshape(dL/dv, 3, 2)
reshape(Q, 6, 2) -> reshape(dL/dv, 2, 3, 2)
reshape(a, 1) -> dL/dv
x[None, None] -> dL/dv[0, 0]
x[None, :, None] -> dL/dv[0, :, 0]
x[:, None, None] -> dL/dv[:, 0, 0]
X[None] -> dL/dv[0]
X[:, None] -> dL/dv[:, 0]
X[:, :, None] -> dL/dv[:, :, 0]
X[None, :, None] -> dL/dv[0, :, 0]
X[:, None, 0] -> scatter(dL/dv, X[:, None, 0])
x[:] -> dL/dv
X[:, :] -> dL/dv
X[:] -> dL/dv
s + x -> sum(dL/dv) | dL/dv
s + X -> sum(dL/dv) | dL/dv
a + x -> sum(dL/dv)*ones(1) | dL/dv
a*x -> sum(dL/dv*x)*ones(1) | dL/dv*a
x*a -> dL/dv*a | sum(dL/dv*x)*ones(1)
b*X -> sum(dL/dv*X)*ones(1, 1) | dL/dv*b
sum(a) -> dL/dv*ones(1)
sum(b) -> dL/dv*ones(1, 1)
sum(b, axis=0) -> dL/dv[None]
sum(u) -> dL/dv*ones(1, 2)
sum(u, axis=0) -> dL/dv[None]
sum(u, axis=1) -> dL/dv*ones(1, 2)
sum(Q) -> dL/dv*ones(2, 3, 2)
sum(Q, axis=0) -> dL/dv*ones(2, 3, 2)
sum(Q, axis=1) -> dL/dv[:, None]*ones(2, 3, 2)
sum(Q, axis=2) -> dL/dv[:, :, None]*ones(2, 3, 2)
sum(Q, axis=(0, 1)) -> dL/dv*ones(2, 3, 2)
sum(Q, axis=(0, 2)) -> dL/dv[:, None]*ones(2, 3, 2)
sum(Q, axis=(1, 2)) -> dL/dv[:, None, None]*ones(2, 3, 2)
sum(Q, axis=(0, 2), keep=1) -> dL/dv*ones(2, 3, 2)
mean(Q, axis=(0, 2)) -> dL/dv[:, None]/4*ones(2, 3, 2)
mean(a) -> dL/dv*ones(1)
mean(b) -> dL/dv*ones(1, 1)
mean(u, axis=0) -> dL/dv[None]
x*X*s -> dL/dv*s | sum(dL/dv*v1)
Q*x -> dL/dv*x | sum(dL/dv*Q, axis=(0, 1))
x*Q -> sum(dL/dv*Q, axis=(0, 1)) | dL/dv*x
Q*X -> dL/dv*X | sum(dL/dv*Q, axis=0)
X*Q -> sum(dL/dv*Q, axis=0) | dL/dv*X
Q + u -> dL/dv | sum(sum(dL/dv, axis=0), axis=0, keep=1)
u + Q -> sum(sum(dL/dv, axis=0), axis=0, keep=1) | dL/dv
c + X[:2] -> sum(dL/dv, axis=1, keep=1) | dL/dv
-x*y -> dL/dv*y | dL/dv*v1
(-x)*y -> dL/dv*y | dL/dv*v1
x*(-y) -> dL/dv*v1 | dL/dv*x
-x/y -> dL/dv/y | -dL/dv*v1/y**2
(-x)/y -> dL/dv/y | -dL/dv*v1/y**2
x/(-y) -> dL/dv/v1 | -dL/dv*x/v1**2
-x@y -> dL/dv*y | dL/dv*v1
-A@B -> dL/dv@B.T | v1.T@dL/dv
A@(-B) -> dL/dv@v1.T | A.T@dL/dv
x - 2 -> dL/dv | -sum(dL/dv)
x*0 -> zeros(2) | sum(dL/dv*x)
0*x -> sum(dL/dv*x) | zeros(2)
x*1 -> dL/dv | sum(dL/dv*x)
1*x -> sum(dL/dv*x) | dL/dv
-1*x -> sum(dL/dv*x) | dL/dv*v1
x*-1 -> dL/dv*v1 | sum(dL/dv*x)
x/1 -> dL/dv | -sum(dL/dv*x)
x/-1 -> dL/dv/v1 | -sum(dL/dv*x/v1**2)
x**1 -> dL/dv | sum(dL/dv*x*log(x))
x**0 -> zeros(2) | sum(dL/dv*log(x))
x**-2 -> dL/dv*v1*x**(v1 - 1) | sum(dL/dv*x**v1*log(x))
x**0.5 -> 0.5*dL/dv*x**-0.5 | sum(dL/dv*x**0.5*log(x))
pi*x -> sum(dL/dv*x) | dL/dv*pi
x*pi -> dL/dv*pi | sum(dL/dv*x)
x/pi -> dL/dv/pi | -sum(dL/dv*x/pi**2)
softmax(X, axis=-1) -> v*(dL/dv - sum(dL/dv*v, axis=-1, keep=1))
softmax(Q, axis=1) -> v*(dL/dv - sum(dL/dv*v, axis=1, keep=1))
cumsum(X, axis=1) -> cumsum(dL/dv, reverse=1)
cumsum(x, reverse=1) -> cumsum(dL/dv)
sort(X, axis=0) -> unsort(dL/dv, X, v, axis=0)
sort(X, axis=-1) -> unsort(dL/dv, X, v)
max(Q, axis=1) -> dL/dv[:, None]*ties(Q, v, axis=1)
max(X, axis=0, keep=1) -> dL/dv*ties(X, v, axis=0)
max(X, axis=-1, keep=1) -> dL/dv*ties(X, v, axis=-1)
prod(X, axis=1) -> dL/dv[:, None]*others(X, axis=1)
norm(X) -> dL/dv*X/v
norm(X, axis=0, keep=1) -> dL/dv*X/v
var(X, axis=1, keep=1) -> 2*dL/dv*(X - mean(X, axis=1, keep=1))/2
logsumexp(X, axis=0) -> dL/dv*softmax(X, axis=0)
logsumexp(X, axis=0, keep=1) -> dL/dv*softmax(X, axis=0)
concat(x, y, x) -> dL/dv[:2] | dL/dv[2:4] | dL/dv[4:]
concat(X, Y) -> dL/dv[:3] | dL/dv[3:]
concat(X, Y, X, axis=-1) -> dL/dv[:, :2] | dL/dv[:, 2:4] | dL/dv[:, 4:]
concat(a, x) -> dL/dv[:1] | dL/dv[1:]
stack(x) -> dL/dv[0]
stack(X, Y) -> dL/dv[0] | dL/dv[1]
stack(s, s) -> dL/dv[0] | dL/dv[1]
pad(X, 1) -> dL/dv[1:-1, 1:-1]
pad(X, 0) -> dL/dv
pad(Q, 2) -> dL/dv[:, 2:-2, 2:-2]
windows(A, 1) -> scatter(dL/dv, windows(A, 1))
windows(X, 2, stride=2) -> scatter(dL/dv, windows(X, 2, stride=2))
diag(s*x) -> diag(dL/dv)
eye(2)*A -> dL/dv*A | dL/dv*v1
trace(A)*x -> sum(dL/dv*x) | dL/dv*v1
cross_entropy(X, Y) -> dL/dv[:, None]*(softmax(X)*sum(Y, axis=-1, keep=1) - Y) | -dL/dv[:, None]*log_softmax(X)
cross_entropy(x, y) -> dL/dv*(softmax(x)*sum(y) - y) | -dL/dv*log_softmax(x)
cross_entropy(Q, [[0, 1, 0], [1, 1, 0]]) -> dL/dv[:, :, None]*(softmax(Q) - onehot([[0, 1, 0], [1, 1, 0]], 2)) | 0
pick(Q, [[0, 1, 0], [1, 1, 0]]) -> dL/dv[:, :, None]*onehot([[0, 1, 0], [1, 1, 0]], 2) | 0
permute(X, 1, 0) -> dL/dv.T
permute(X, 0, 1) -> dL/dv
permute(Q, 0, 1, 2) -> dL/dv
permute(Q, -1, 0, 1) -> permute(dL/dv, 1, 2, 0)
A.T.T -> dL/dv.T
A.T@x -> outer(dL/dv, x) | v1.T@dL/dv
outer(x, x) -> dL/dv@x | x@dL/dv
outer(-x, y) -> dL/dv@y | v1@dL/dv
outer(x, -y) -> dL/dv@v1 | x@dL/dv
where(x > y, x, y)*z -> dL/dv*z | dL/dv*v2
where(X > x, x, X) -> 0 | sum(where(X > x, dL/dv, 0), axis=0) | where(X > x, 0, dL/dv)
where(x > 0, s, x) -> 0 | sum(where(x > 0, dL/dv, 0)) | where(x > 0, 0, dL/dv)
where(x > 0, 1, x)*y -> dL/dv*y | dL/dv*v2
clip(x, s, 1) -> where(v1 < 1, dL/dv, 0) | sum(where(1 < v1, dL/dv, 0))
clip(X, x, 2) -> where(v1 < 2, dL/dv, 0) | sum(where(2 < v1, dL/dv, 0))
e**x -> sum(dL/dv*x*e**(x - 1)) | dL/dv*e**x*log(e)
"""
WITH_TIES = """
max(x, y) -> where(x > y, dL/dv, where(x == y, dL/dv/2, 0)) | where(y > x, dL/dv, where(y == x, dL/dv/2, 0))
min(x, y) -> where(x < y, dL/dv, where(x == y, dL/dv/2, 0)) | where(y < x, dL/dv, where(y == x, dL/dv/2, 0))
max(x, x) -> dL/dv/2 | dL/dv/2
max(x, y, x) -> where(x > y, dL/dv/2, where(x == y, dL/dv/3, 0)) \
| where(y > x, dL/dv, where(y == x, dL/dv/3, 0)) | where(x > y, dL/dv/2, where(x == y, dL/dv/3, 0))
max(y, x, x) -> where(y > x, dL/dv, where(y == x, dL/dv/3, 0)) \
| where(x > y, dL/dv/2, where(x == y, dL/dv/3, 0)) | where(x > y, dL/dv/2, where(x == y, dL/dv/3, 0))
min(x, y, z) -> where(x == v, dL/dv/(1 + where(y == x, 1, 0) + where(z == x, 1, 0)), 0) \
| where(y == v, dL/dv/(1 + where(x == y, 1, 0) + where(z == y, 1, 0)), 0) \
| where(z == v, dL/dv/(1 + where(x == z, 1, 0) + where(y == z, 1, 0)), 0)
max(x, y, z, y) -> where(x == v, dL/dv/(1 + where(y == x, 2, 0) + where(z == x, 1, 0)), 0) \
| where(y == v, dL/dv/(2 + where(x == y, 1, 0) + where(z == y, 1, 0)), 0) \
| where(z == v, dL/dv/(1 + where(x == z, 1, 0) + where(y == z, 2, 0)), 0) \
| where(y == v, dL/dv/(2 + where(x == y, 1, 0) + where(z == y, 1, 0)), 0)
max(x, 0) -> where(x > 0, dL/dv, where(x == 0, dL/dv/2, 0)) | sum(where(0 > x, dL/dv, where(0 == x, dL/dv/2, 0)))
max(0, x) -> sum(where(0 > x, dL/dv, where(0 == x, dL/dv/2, 0))) | where(x > 0, dL/dv, where(x == 0, dL/dv/2, 0))
max(x, 0, y) -> where(x == v, dL/dv/(1 + where(0 == x, 1, 0) + where(y == x, 1, 0)), 0) \
| sum(where(0 == v, dL/dv/(1 + where(x == 0, 1, 0) + where(y == 0, 1, 0)), 0)) \
| where(y == v, dL/dv/(1 + where(x == y, 1, 0) + where(0 == y, 1, 0)), 0)
"""
WITHOUT_TIES = """
max(x, y) -> where(x > y, dL/dv, 0) | where(y > x, dL/dv, 0)
min(x, y) -> where(x < y, dL/dv, 0) | where(y < x, dL/dv, 0)
max(x, x) -> dL/dv/2 | dL/dv/2
max(x, y, x) -> where(x > y, dL/dv/2, 0) | where(y > x, dL/dv, 0) | where(x > y, dL/dv/2, 0)
max(y, x, x) -> where(y > x, dL/dv, 0) | where(x > y, dL/dv/2, 0) | where(x > y, dL/dv/2, 0)
min(x, y, z) -> where(x == v, dL/dv, 0) | where(y == v, dL/dv, 0) | where(z == v, dL/dv, 0)
max(x, y, z, y) -> where(x == v, dL/dv, 0) | where(y == v, dL/dv/2, 0) | where(z == v, dL/dv, 0) \
| where(y == v, dL/dv/2, 0)
max(x, 0) -> where(x > 0, dL/dv, 0) | sum(where(0 > x, dL/dv, 0))
max(0, x) -> sum(where(0 > x, dL/dv, 0)) | where(x > 0, dL/dv, 0)
max(x, 0, y) -> where(x == v, dL/dv, 0) | sum(where(0 == v, dL/dv, 0)) | where(y == v, dL/dv, 0)
"""


def rules(operation: str, *, tied: bool) -> Sequence[str]:
    graph = parse_arrays(Source("program", f"v = {operation}; L = sum(v)"), SHAPES)
    i = graph.named["v"]
    return [rule_text(graph, i, k, "L", tied=tied) or "0" for k in range(len(graph.nodes[i].arguments))]


@pytest.mark.parametrize("line", (RULES + WITHOUT_TIES).strip().split("\n"))
def test_rules_where_nothing_ties(line: str) -> None:
    if line:
        operation, _, texts = line.partition(" -> ")
        assert " | ".join(rules(operation, tied=False)) == texts


@pytest.mark.parametrize("line", WITH_TIES.strip().split("\n"))
def test_arguments_that_tie_share(line: str) -> None:
    operation, _, texts = line.partition(" -> ")
    assert " | ".join(rules(operation, tied=True)) == texts


def test_a_number_that_is_the_output_leaves_its_one_out() -> None:
    graph = parse_arrays(Source("program", "L = x@y"), SHAPES)
    assert [rule_text(graph, graph.output, k, "L") for k in (0, 1)] == ["y", "x"]
    assert [rule_text(graph, graph.output, k, "L", starts_at_one=False) for k in (0, 1)] == ["dL/dL*y", "dL/dL*x"]

"""Backward passes of arrays line by line, each worked by hand: the rule, its numbers, and what is said of it."""

from __future__ import annotations

import re

import pytest

from gradcli import differentiate
from gradcli.record.array_gradient import ArrayGradient
from gradcli.reports import Style
from gradcli.reports.array_steps import render

POINT = {"x": [1, 2], "y": [3, -1], "s": 2, "X": [[1, 2], [3, 4], [0, 1]], "A": [[2, 1], [0, 1]]}

# What is summed up, then the lines of the backward pass, each with its remark behind ##.
LINES = r"""
x + y
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv = [1, 1]  ## sum rule
  dL/dy = dL/dv = [1, 1]  ## sum rule
x - y
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv = [1, 1]  ## difference rule
  dL/dy = -dL/dv = [-1, -1]  ## difference rule
x*y
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv*y = [1*3, 1*(-1)] = [3, -1]  ## product rule
  dL/dy = dL/dv*x = [1*1, 1*2] = [1, 2]  ## product rule
2*x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = 2*dL/dv = [2*1, 2*1] = [2, 2]  ## constant factor rule
x*2
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = 2*dL/dv = [2*1, 2*1] = [2, 2]  ## constant factor rule
x/2
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv/2 = [1/2, 1/2] = [0.5, 0.5]  ## constant factor rule
2/x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = -2*dL/dv/x**2 = [-2*1/1**2, -2*1/2**2] = [-2, -0.5]  ## reciprocal rule
x/y
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv/y = [1/3, 1/(-1)] = [0.333333, -1]  ## quotient rule
  dL/dy = -dL/dv*x/y**2 = [-1*1/3**2, -1*2/(-1)**2] = [-0.111111, -2]  ## quotient rule
s*x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/ds = sum(dL/dv*x) = 1*1 + 1*2 = 3  ## product rule: 2 -> number; s reaches L by 2 entries: 2 branches added
  dL/dx = dL/dv*s = [1*2, 1*2] = [2, 2]  ## product rule
x*s
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv*s = [1*2, 1*2] = [2, 2]  ## product rule
  dL/ds = sum(dL/dv*x) = 1*1 + 1*2 = 3  ## product rule: 2 -> number; s reaches L by 2 entries: 2 branches added
x**2
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = 2*dL/dv*x = [2*1*1, 2*1*2] = [2, 4]  ## power rule
2**x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv*2**x*log(2) = [1*2**1*log(2), 1*2**2*log(2)] = [1.38629, 2.77259]  ## exponential rule
-x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = -dL/dv = [-1, -1]  ## constant factor rule
exp(x)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv*v = [1*2.71828, 1*7.38906] = [2.71828, 7.38906]  ## derivative of exp
tanh(x)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv*(1 - v**2) = [1*(1 - 0.761594**2), 1*(1 - 0.964028**2)] = [0.419974, 0.0706508] \
  ## derivative of tanh
x + 1
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv = [1, 1]  ## sum rule
1 - x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = -dL/dv = [-1, -1]  ## difference rule
X + x
  dL/dv = ones(3, 2) = [[1, 1], [1, 1], [1, 1]]  ## sum rule
  dL/dX = dL/dv = [[1, 1], [1, 1], [1, 1]]  ## sum rule
  dL/dx = sum(dL/dv, axis=0) = [1 + 1 + 1, 1 + 1 + 1] = [3, 3] \
  ## sum rule: 3x2 -> 2; x reaches L by 3 rows: 3 branches added
X*x
  dL/dv = ones(3, 2) = [[1, 1], [1, 1], [1, 1]]  ## sum rule
  dL/dX = dL/dv*x = [[1*1, 1*2], [1*1, 1*2], [1*1, 1*2]] = [[1, 2], [1, 2], [1, 2]]  ## product rule
  dL/dx = sum(dL/dv*X, axis=0) = [1*1 + 1*3 + 1*0, 1*2 + 1*4 + 1*1] = [4, 7] \
  ## product rule: 3x2 -> 2; x reaches L by 3 rows: 3 branches added
X*s
  dL/dv = ones(3, 2) = [[1, 1], [1, 1], [1, 1]]  ## sum rule
  dL/dX = dL/dv*s = [[1*2, 1*2], [1*2, 1*2], [1*2, 1*2]] = [[2, 2], [2, 2], [2, 2]]  ## product rule
  dL/ds = sum(dL/dv*X) = 1*1 + 1*2 + 1*3 + 1*4 + 1*0 + 1*1 = 11 \
  ## product rule: 3x2 -> number; s reaches L by 6 entries: 6 branches added
x*X
  dL/dv = ones(3, 2) = [[1, 1], [1, 1], [1, 1]]  ## sum rule
  dL/dx = sum(dL/dv*X, axis=0) = [1*1 + 1*3 + 1*0, 1*2 + 1*4 + 1*1] = [4, 7] \
  ## product rule: 3x2 -> 2; x reaches L by 3 rows: 3 branches added
  dL/dX = dL/dv*x = [[1*1, 1*2], [1*1, 1*2], [1*1, 1*2]] = [[1, 2], [1, 2], [1, 2]]  ## product rule
A@x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dA = outer(dL/dv, x) = [[1*1, 1*2], [1*1, 1*2]] = [[1, 2], [1, 2]]  ## product rule of @: 2 outer 2 -> 2x2
  dL/dx = A.T@dL/dv = [2*1 + 0*1, 1*1 + 1*1] = [2, 2]  ## product rule of @: 2x2 @ 2 -> 2
x@A
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = A@dL/dv = [2*1 + 1*1, 0*1 + 1*1] = [3, 1]  ## product rule of @: 2x2 @ 2 -> 2
  dL/dA = outer(x, dL/dv) = [[1*1, 1*1], [2*1, 2*1]] = [[1, 1], [2, 2]]  ## product rule of @: 2 outer 2 -> 2x2
[[1,2],[3,4]]@x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = [[1, 2], [3, 4]].T@dL/dv = [1 + 3*1, 2*1 + 4*1] = [4, 6]  ## product rule of @: 2x2 @ 2 -> 2
A@[1,2]
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dA = outer(dL/dv, [1, 2]) = [[1, 1*2], [1, 1*2]] = [[1, 2], [1, 2]]  ## product rule of @: 2 outer 2 -> 2x2
outer(x, y)
  dL/dv = ones(2, 2) = [[1, 1], [1, 1]]  ## sum rule
  dL/dx = dL/dv@y = [1*3 + 1*(-1), 1*3 + 1*(-1)] = [2, 2]  ## product rule of outer: 2x2 @ 2 -> 2
  dL/dy = x@dL/dv = [1*1 + 2*1, 1*1 + 2*1] = [3, 3]  ## product rule of outer: 2 @ 2x2 -> 2
sum(X, axis=0)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dX = dL/dv*ones(3, 2) = [[1, 1], [1, 1], [1, 1]]  ## sum rule
mean(X, axis=1)
  dL/dv = ones(3) = [1, 1, 1]  ## sum rule
  dL/dX = dL/dv[:, None]/2*ones(3, 2) = 1/2*ones(3, 2) = [[1/2, 1/2], [1/2, 1/2], [1/2, 1/2]] \
    = [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]  ## sum rule, each of N with 1/N; \
    [:, None] makes a column of it: row i times entry i of dL/dv
X.T
  dL/dv = ones(2, 3) = [[1, 1, 1], [1, 1, 1]]  ## sum rule
  dL/dX = dL/dv.T = [[1, 1], [1, 1], [1, 1]]  ## rows become columns: 2x3 -> 3x2
x[0]
  dL/dv = 1  ## sum rule
  dL/dx = scatter(dL/dv, x[0]) = [1, 0]  ## entries taken out
X[:,1]
  dL/dv = ones(3) = [1, 1, 1]  ## sum rule
  dL/dX = scatter(dL/dv, X[:, 1]) = [[0, 1], [0, 1], [0, 1]]  ## entries taken out: 3 -> 3x2
reshape(X, 6)
  dL/dv = ones(6) = [1, 1, 1, 1, 1, 1]  ## sum rule
  dL/dX = reshape(dL/dv, 3, 2) = [[1, 1], [1, 1], [1, 1]]  ## the same entries in another shape: 6 -> 3x2
concat(x, y)
  dL/dv = ones(4) = [1, 1, 1, 1]  ## sum rule
  dL/dx = dL/dv[:2] = [1, 1]  ## arrays joined: 4 -> 2
  dL/dy = dL/dv[2:] = [1, 1]  ## arrays joined: 4 -> 2
stack(x, y)
  dL/dv = ones(2, 2) = [[1, 1], [1, 1]]  ## sum rule
  dL/dx = dL/dv[0] = [1, 1]  ## arrays stacked: 2x2 -> 2
  dL/dy = dL/dv[1] = [1, 1]  ## arrays stacked: 2x2 -> 2
max(x, y)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = where(x > y, dL/dv, 0) = [where(1 > 3, 1, 0), where(2 > (-1), 1, 0)] = [0, 1]  ## derivative of max
  dL/dy = where(y > x, dL/dv, 0) = [where(3 > 1, 1, 0), where(-1 > 2, 1, 0)] = [1, 0]  ## derivative of max
max(X, axis=0)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dX = dL/dv*ties(X, v, axis=0) = [[1*0, 1*0], [1*1, 1*1], [1*0, 1*0]] = [[0, 0], [1, 1], [0, 0]] \
  ## derivative of max
softmax(x)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = v*(dL/dv - sum(dL/dv*v)) = [0.268941*(1 - (1*0.268941 + 1*0.731059)), ...] = [0, 0] \
  ## derivative of softmax
where(x > 1, x, y)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = where(x > 1, dL/dv, 0) = [where(1 > 1, 1, 0), where(2 > 1, 1, 0)] = [0, 1]  ## only the branch taken counts
  dL/dy = where(x > 1, 0, dL/dv) = [where(1 > 1, 0, 1), where(2 > 1, 0, 1)] = [1, 0]  ## only the branch taken counts
relu(x)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = where(x > 0, dL/dv, 0) = [where(1 > 0, 1, 0), where(2 > 0, 1, 0)] = [1, 1]  ## derivative of relu
cumsum(x)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = cumsum(dL/dv, reverse=1) = [1 + 1, 1] = [2, 1]  ## sum rule
norm(x)
  dL/dv = 1  ## sum rule
  dL/dx = dL/dv*x/v = [1*1/2.23607, 1*2/2.23607] = [0.447214, 0.894427]  ## derivative of the norm
inv(A)
  dL/dv = ones(2, 2) = [[1, 1], [1, 1]]  ## sum rule
  dL/dA = -v.T@dL/dv@v.T = [[(-0.5*1 + 0*1)*0.5 + (-0.5*1 + 0*1)*(-0.5), ...], ...] = [[0, -0.5], [0, -0.5]] \
  ## derivative of the inverse: 2x2 @ 2x2 -> 2x2
det(A)
  dL/dv = 1  ## sum rule
  dL/dA = dL/dv*cofactor(A) = [[1*1, 1*0], [1*(-1), 1*2]] = [[1, 0], [-1, 2]]  ## Jacobi's formula
solve(A, x)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dA = -outer(solve(A.T, dL/dv), v) = [[-(0.5*(-0.5)), -(0.5*2)], [-(0.5*(-0.5)), -(0.5*2)]] \
    = [[0.25, -1], [0.25, -1]]  ## derivative of a solution
  dL/dx = solve(A.T, dL/dv) = [0.5, 0.5]  ## derivative of a solution: 2x2 -> 2
pad(x, 1)
  dL/dv = ones(4) = [1, 1, 1, 1]  ## sum rule
  dL/dx = dL/dv[1:-1] = [1, 1]  ## zeros added: 4 -> 2
prod(x)
  dL/dv = 1  ## sum rule
  dL/dx = dL/dv*others(x) = [1*2, 1*1] = [2, 1]  ## product rule
sort(x)
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = unsort(dL/dv, x, v) = [1, 1]  ## derivative of sort
trace(A)
  dL/dv = 1  ## sum rule
  dL/dA = dL/dv*eye(2) = [[1, 0], [0, 1]]  ## sum rule
x*x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx via v, argument 2 = dL/dv*x = [1*1, 1*2] = [1, 2]  ## product rule
  dL/dx via v, argument 1 = dL/dv*x = [1*1, 1*2] = [1, 2]  ## product rule
  dL/dx = via v, argument 2 + via v, argument 1 = [2, 4]  ## multivariable chain rule: 2 branches added
x@x
  dL/dv = 1  ## sum rule
  dL/dx via v, argument 2 = dL/dv*x = [1*1, 1*2] = [1, 2]  ## product rule of @
  dL/dx via v, argument 1 = dL/dv*x = [1*1, 1*2] = [1, 2]  ## product rule of @
  dL/dx = via v, argument 2 + via v, argument 1 = [2, 4]  ## multivariable chain rule: 2 branches added
s*s*x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dv1 = sum(dL/dv*x) = 1*1 + 1*2 = 3  ## product rule: 2 -> number; \
    v1 reaches L by 2 entries: 2 branches added
  dL/dx = dL/dv*v1 = [1*4, 1*4] = [4, 4]  ## product rule
  dL/ds via v1, argument 2 = dL/dv1*s = 3*2 = 6  ## product rule
  dL/ds via v1, argument 1 = dL/dv1*s = 3*2 = 6  ## product rule
  dL/ds = via v1, argument 2 + via v1, argument 1 = 6 + 6 = 12  ## multivariable chain rule: 2 branches added
s + x
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/ds = sum(dL/dv) = 1 + 1 = 2  ## sum rule: 2 -> number; s reaches L by 2 entries: 2 branches added
  dL/dx = dL/dv = [1, 1]  ## sum rule
s - X
  dL/dv = ones(3, 2) = [[1, 1], [1, 1], [1, 1]]  ## sum rule
  dL/ds = sum(dL/dv) = 1 + 1 + 1 + 1 + 1 + 1 = 6 \
  ## difference rule: 3x2 -> number; s reaches L by 6 entries: 6 branches added
  dL/dX = -dL/dv = [[-1, -1], [-1, -1], [-1, -1]]  ## difference rule
x/s
  dL/dv = ones(2) = [1, 1]  ## sum rule
  dL/dx = dL/dv/s = [1/2, 1/2] = [0.5, 0.5]  ## quotient rule
  dL/ds = -sum(dL/dv*x/s**2) = -(1*1/2**2 + 1*2/2**2) = -0.75 \
  ## quotient rule; s reaches L by 2 entries: 2 branches added
"""
LINE = re.compile(r"  (dL/d\w+(?: via \w+(?:, argument \d)?)?) += (.*?)(?: {3,}(.*))?")


def told(operation: str) -> list[str]:
    """Return the lines of the backward pass but the first."""
    given = {name: value for name, value in POINT.items() if re.search(rf"\b{name}\b", operation)}
    record = differentiate(f"v = {operation}; L = sum(v)", given)
    assert isinstance(record, ArrayGradient)
    found = [match for line in render(record, Style()).split("\n") if (match := LINE.fullmatch(line))]
    return [f"{m[1]} = {m[2]}  ## {m[3] or ''}" for m in found if m[1] != "dL/dL"]


@pytest.mark.parametrize("block", re.split(r"\n(?! )", re.sub(r"\s*\\\n\s*", " ", LINES).strip()))
def test_lines_by_hand(block: str) -> None:
    operation, *lines = block.split("\n")
    assert [" ".join(line.split()) for line in told(operation)] == [" ".join(line.split()) for line in lines]


@pytest.mark.parametrize(("program", "shape", "line", "most"), [
    ("L = sum(v)", "v", "L", 256),
    ("L = v@w", "vw", "L", 128),
    ("y = v*p; L = y@w", "vw", "dL/dp", 85),  # reads dL/dy, v and p; y and w go with them
    ("y = v**p; L = sum(y)", "v", "dL/dp", 85),
])  # fmt: skip
def test_a_sum_of_up_to_256_numbers_is_written_out(program: str, shape: str, line: str, most: int) -> None:
    for many in (most, most + 1):
        record = differentiate(program, {name: [2] * many for name in shape} | ({"p": 2} if "p" in program else {}))
        assert isinstance(record, ArrayGradient)
        found = next(text for text in render(record, Style()).splitlines() if text.startswith(f"  {line} ="))
        assert (f"... ({many} terms)" in found) is (many == most)

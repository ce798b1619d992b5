"""Calls, indices and recurrences of arrays that are refused: the message and the hint of each, and what is not."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from gradcli.arrays.sizes import Letters, Shape, shape_text
from gradcli.errors import GradcliError, InputError, LimitError, Source
from gradcli.language.array_scope import parse_arrays
from gradcli.language.array_syntax import OTHER_NAMES

from .test_array_syntax import output, refusal

SHAPES = {"X": "4x3", "W": "3x2", "x": "3", "y": "4", "A": "3x3", "s": "", "n": "", "Q": "2x3x4"}

# A program, then the message and the hint.
TOLD = """
sum() ~~> sum takes 1 argument, not 0 ~~ write sum(x)
sum(X, axis=0, axis=1) ~~> axis is given twice ~~ None
sum(X, 0) ~~> sum(X, 0): the axis of a sum has a name ~~ write sum(X, axis=0)
sum(X, keep=x) ~~> keep of sum must be known before the run \
 ~~ write a whole number for x, such as x=3
sum(X, axis=s) ~~> axis of sum must be known before the run \
 ~~ write a whole number for s, such as s=3
sum(X, axis=[[0, 1]]) ~~> axis of sum is a whole number or a list of them ~~ None
sum(X, axis=[0, 0.5]) ~~> axis of sum is a whole number, not 0.5 ~~ None
sum(X, axis=1.5) ~~> axis of sum is a whole number, not 1.5 ~~ None
sum(X, axis=(0, 0)) ~~> sum(X, axis=(0, 0)): axis 0 is named twice \
 ~~ sum(X) would be a number, and the program then fits
sum(X, axis=(0, 2)) ~~> sum(X, axis=(0, 2)): X is 4x3: it has no axis 2 \
 ~~ its axes are 0 and 1; sum(X) would be a number, and the program then fits
mean(X, 0, 1) ~~> mean takes 1 argument, not 3 ~~ write mean(x, axis=0)
mean() ~~> mean takes 1 argument, not 0 ~~ write mean(x)
max(X, axes=0) ~~> max has no axes= ~~ write axis=...
max(X, axis=0, keepdims=1) ~~> max has no keepdims= ~~ write keep=1
softmax(X, axis=(0, 1)) ~~> softmax works along one axis ~~ None
softmax() ~~> softmax takes 1 argument, not 0 ~~ write softmax(x)
softmax(X, 0) ~~> softmax takes 1 argument, not 2 ~~ write softmax(x, axis=0)
reshape(X) ~~> reshape takes x and sizes ~~ write reshape(x, m, n)
reshape(X, 5) ~~> reshape(X, 5): X is 4x3: 12 entries do not fill 5 ~~ None
reshape(X, -1, -1) ~~> reshape(X, -1, -1): only one size can be -1 ~~ None
reshape(X, 0) ~~> reshape(X, 0): a size is 1 or more, not 0 ~~ None
reshape(X, 2, -3) ~~> reshape(X, 2, -3): a size is 1 or more, not -3 ~~ None
reshape(X, n) ~~> a size of reshape must be known before the run \
 ~~ write a whole number for n, such as n=3
reshape(axis=0) ~~> reshape has no axis= ~~ it takes sizes=
zeros() ~~> zeros takes sizes ~~ write zeros(m, n)
zeros(0) ~~> zeros(0): a size is 1 or more ~~ None
zeros(-1) ~~> zeros(-1): a size is 1 or more ~~ None
zeros(x) ~~> a size of zeros is a whole number or a list of them ~~ write a whole number for x, such as x=3
ones(2.5) ~~> a size of ones is a whole number, not 2.5 ~~ None
eye() ~~> eye takes 1 argument, not 0 ~~ write eye(n)
eye(2, 3) ~~> eye takes 1 argument, not 2 ~~ write eye(n)
eye(n) ~~> n of eye must be known before the run ~~ write a whole number for n, such as n=3
eye(-2) ~~> eye(-2): a size is 1 or more ~~ None
onehot(x) ~~> onehot takes 2 arguments, not 1 ~~ write onehot(y, n)
onehot(1, 0) ~~> onehot(1, 0): onehot needs 1 class or more, not 0 ~~ None
onehot(x, y) ~~> n of onehot must be known before the run \
 ~~ write a whole number for y, such as y=3
pick(X) ~~> pick takes 2 arguments, not 1 ~~ write pick(z, y)
pick(X, y, y) ~~> pick takes 2 arguments, not 3 ~~ write pick(z, y)
sum([[[1, 2], [3, 4]], [[1], [2]]]) ~~> row 1 is 2x1, row 0 is 2x2 ~~ all rows of an array have one shape
sum(X**y) ~~> X**y does not fit: X is 4x3, y has 4 entries ~~ the columns of X (3) meet the entries of y (4)
softmax(x < 2) ~~> a comparison can only be the first argument of where ~~ write softmax(where(x < 2, 1, 0))
mean(x<2, axis=0) ~~> a comparison can only be the first argument of where ~~ a choice is written where(condition, a, b)
permute(X) ~~> permute takes x and axes ~~ write permute(x, 1, 0)
permute(X, 0) ~~> permute(X, 0): X is 4x3: permute names each of its 2 axes once ~~ None
permute(X, 0, 0) ~~> permute(X, 0, 0): X is 4x3: permute names each of its 2 axes once ~~ None
permute(X, 0, 2) ~~> permute(X, 0, 2): X is 4x3: it has no axis 2 ~~ its axes are 0 and 1
concat() ~~> concat takes 2 or more arguments, not 0 ~~ write concat(x, y, ...)
concat(x, X) ~~> concat(x, X): x has 3 entries, X is 4x3: they cannot be joined along axis 0 ~~ None
concat(X, A, axis=2) ~~> concat(X, A, axis=2): X is 4x3: it has no axis 2 \
 ~~ its axes are 0 and 1; the program fits with concat(X, A, axis=0) or concat(X, A)
stack() ~~> stack takes 2 or more arguments, not 0 ~~ write stack(x, y, ...)
stack(x, y) ~~> stack(x, y): x has 3 entries, y has 4 entries: they cannot be stacked ~~ None
pad(x) ~~> pad takes 2 arguments, not 1 ~~ write pad(x, n)
pad(x, -1) ~~> pad(x, -1): pad takes 0 zeros or more, not -1 ~~ None
pad(x, 1, 2, 3) ~~> pad takes 2 arguments, not 4 ~~ write pad(x, n)
windows(X, 5) ~~> windows(X, 5): X is 4x3: a 5x5 window does not fit in ~~ None
windows(X, 0) ~~> windows(X, 0): the size and the stride of windows are 1 or more ~~ None
windows(X, 2, stride=0) ~~> windows(X, 2, stride=0): the size and the stride of windows are 1 or more ~~ None
windows(X, 2, step=2) ~~> windows has no step= ~~ write stride=...
size() ~~> size takes 1 argument, not 0 ~~ write size(x, axis)
size(X, 0, 1) ~~> size takes 2 arguments, not 3 ~~ write size(x, axis)
size(X, 2) ~~> size(X, 2): X is 4x3: it has no axis 2 ~~ its axes are 0 and 1
size(X, -3) ~~> size(X, -3): X is 4x3: it has no axis -3 ~~ its axes are 0 and 1
size(X, axis=1, axis=0) ~~> size takes 2 arguments, not 3 ~~ write size(x, axis)
size(X, dim=0) ~~> size takes an array and one axis ~~ write size(X, axis=0)
size(s, 0) ~~> size(s, 0): s is a number: it has no axis 0 ~~ leave the axis out
clip(x) ~~> clip takes 3 arguments, not 1 ~~ write clip(x, low, high)
clip(x, 0) ~~> clip takes 3 arguments, not 2 ~~ write clip(x, low, high)
dot(x) ~~> dot takes 2 arguments, not 1 ~~ write dot(a, b)
dot(x, y) ~~> dot(x, y): x has 3 entries, y has 4 entries: both need one shape, not 4 ~~ None
outer(x) ~~> outer takes 2 arguments, not 1 ~~ write outer(a, b)
outer(X, x) ~~> outer(X, x): X is 4x3, x has 3 entries: outer takes two vectors ~~ None
inv(X) ~~> inv(X): X is 4x3: a square matrix is needed ~~ None
inv(x) ~~> inv(x): x has 3 entries: a square matrix is needed ~~ None
det(s) ~~> det(s): s is a number: a square matrix is needed ~~ None
trace(X) ~~> trace(X): X is 4x3: a square matrix is needed ~~ None
solve(A) ~~> solve takes 2 arguments, not 1 ~~ write solve(a, b)
solve(X, x) ~~> solve(X, x): X is 4x3: a square matrix is needed ~~ None
solve(A, y) ~~> solve(A, y): A is 3x3, y has 4 entries: the right side needs 3 rows ~~ None
norm(X, ord=1) ~~> norm has no ord= ~~ it takes axis= and keep=
norm(x, axis=1) ~~> norm(x, axis=1): x has 3 entries: it has no axis 1 \
 ~~ its only axis is 0; the program fits with norm(x, axis=0) or norm(x)
cross_entropy(X) ~~> cross_entropy takes 2 arguments, not 1 ~~ write cross_entropy(z, y)
cross_entropy(X, x) ~~> cross_entropy(X, x) does not fit: X is 4x3, x has 3 entries: it needs 4 labels \
 ~~ the rows of X (4) meet the labels; the program fits with cross_entropy(X, x, axis=0) or cross_entropy(X.T, x)
cross_entropy(s, 0) ~~> cross_entropy(s, 0): s is a number: cross_entropy needs a score for each class ~~ None
f(x) ~~> there is no function f ~~ None
tanh() ~~> tanh takes 1 argument, not 0 ~~ write tanh(x)
tanh(x, y) ~~> tanh takes 1 argument, not 2 ~~ write tanh(x)
tanh(x=1) ~~> tanh has no x= ~~ tanh works entry by entry
where(x > 0, 1) ~~> where takes 3 arguments, not 2 ~~ write where(c, a, b)
where(x, 1, 0) ~~> the first argument of where is a comparison ~~ a choice is written where(condition, a, b)
x > 0 ~~> a comparison can only be the first argument of where ~~ write where(x > 0, 1, 0)
x[0, 1] ~~> x[0, 1]: x has 3 entries: 2 indices are too many ~~ None
x[3] ~~> x[3]: x has entries 0 to 2, and no 3 ~~ indices start at 0; -1 is the last
x[-4] ~~> x[-4]: x has entries 0 to 2, and no -4 ~~ indices start at 0; -1 is the last
x[::0] ~~> x[::0]: the step of a slice is not 0 ~~ None
x[0.5] ~~> an index is a whole number, not 0.5 ~~ None
X[0][0][0] ~~> X[0][0][0]: X[0][0] is a number: it has no entries ~~ None
X[None][None][None] ~~> X[None][None][None]: the result would be 1x1x1x4x3: an array has at most 4 axes ~~ None
X[:, :, 0] ~~> X[:, :, 0]: X is 4x3: 3 indices are too many ~~ None
s[0] ~~> s[0]: s is a number: it has no entries ~~ None
[x, y] ~~> row 1 has 4 numbers, row 0 has 3 ~~ all rows of an array have one shape
[[1, 2], [3]] ~~> row 1 has 1 number, row 0 has 2 ~~ all rows of an array have one shape
h[0] = x; h[k] = h[k-2] for k = 1..3 ~~> h[2] is set after h was used as a whole \
 ~~ within the recurrence write h[k-1] for the element before
h[0] = x; h[k] = h[k-1] for k = s..3 ~~> a bound of for must be known before the run \
 ~~ write a whole number for s, such as s=3
h[0] = x; h[0] = x ~~> h[0] is set twice ~~ every element is computed once
x[0] = 1 ~~> x is computed by the program and cannot be bound too ~~ leave out the binding, or the statement
h[k] = x for k = 1..3 ~~> h[0] is never set ~~ elements are counted from 0: h[1] is the first that is set
X@x@x@x ~~> X@x@x does not fit: X@x has 4 entries, x has 3 entries ~~ the entries of X@x (4) meet the entries of x (3)
x.T ~~> x.T: x has 3 entries: only a matrix has .T ~~ write x; the program then fits
X.T + where(x < 0, x, 0) ~~> X.T + where(x < 0, x, 0) does not fit: X.T is 3x4, where(x < 0, x, 0) has 3 entries \
 ~~ the program fits with X.T + where(x < 0, x, 0)[:,None] or X + where(x < 0, x, 0)
s.T ~~> s.T: s is a number: only a matrix has .T \
 ~~ permute(...) orders the axes of others; s would be a number, and the program then fits
A@ ~~> the expression ends too early: a number, a name or ( is expected after @ \
 ~~ write what stands behind @, or leave it out
@A ~~> a number, a name or ( is expected, not @ ~~ None
x@s ~~> x@s: s is a number: @ needs vectors or matrices \
 ~~ * multiplies by a number; x*s would have 3 entries, and the program then fits
{y = x} for k = 1..2 ~~> { } holds no element of a recurrence ~~ write { h[k] = ... } for k = 1..10
h[0] = x; {h[k] = h[k-1]; h[k] = x} for k = 1..2 ~~> h[1] is set twice ~~ every element is computed once
"""
# A program, then the shape of its output.
READ = """
sum(X, axis=[0, 1]) == a number
sum(X, keep=2) == 1x1
onehot(5, 3) == 3
concat(x) == 3
cumsum(X, reverse=1) == 4x3
cumsum(X, reverse=2) == 4x3
cross_entropy(x, 3) == a number
cross_entropy(x, -1) == a number
x[1:9] == 2
x[s] == a number
x[y] == 4
x[[3]] == 1
h[0] = x; h[k] = h[k-1] for k = 1..0 == 1x3
A.T.T == 3x3
"""


@pytest.mark.parametrize("line", TOLD.strip().split("\n"))
def test_what_is_told(line: str) -> None:
    program, _, said = line.partition(" ~~> ")
    error = refusal(program, **SHAPES)
    assert " ".join(f"{error.message} ~~ {error.hint}".split()) == " ".join(said.split())


@pytest.mark.parametrize("line", READ.strip().split("\n"))
def test_what_is_read(line: str) -> None:
    program, _, shape = line.partition(" == ")
    assert output(program, None, **SHAPES) == shape


@pytest.mark.parametrize(("name", "meant"), OTHER_NAMES.items())
def test_names_of_elsewhere_are_told_ours(name: str, meant: str) -> None:
    call = {"axis": "sum(X, {}=0)", "keep": "sum(X, {}=1)", "stride": "windows(X, 2, {}=1)", "n": None}[meant]
    if call is None:
        call = "pad(X, {}=1)" if name == "pad_width" else "onehot(1, {}=3)"
    error = refusal(call.format(name), **SHAPES)
    assert error.message == f"{call.partition('(')[0]} has no {name}="
    assert (error.hint or "").startswith("write ")
    assert f"{meant}=" in (error.hint or "")


# ---- where the mistake is


GIVEN: dict[str, Shape] = {
    "X": (4, 3), "W": (3, 2), "x": (3,), "y": (3,), "z": (4,), "A": (3, 3), "Q": (2, 3, 4), "s": (), "n": (),
}  # fmt: skip
LINES = (Path(__file__).parent / "data" / "array_syntax.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", LINES)
def test_what_is_told_and_where(line: str) -> None:
    """A line has the program, then the message, the hint and where the place begins and ends, or the shape."""
    program, refused, said = line.partition(" ~~> ")
    if not refused:
        program, _, said = line.rpartition(" == ")
    source = Source("program", program)
    try:
        graph = parse_arrays(source, GIVEN, statics={"n": Fraction(2)})
    except GradcliError as error:
        assert error.span is not None
        assert f"{error.message} ~~ {error.hint} ~~ {error.span[0]}-{error.span[1]}" == said
    else:
        assert not refused
        assert shape_text(graph.nodes[graph.output].shape) == said


@pytest.mark.parametrize(("program", "what", "much"), [
    ("sum(x[size(x) - 1])", "an index", "N-1"), ("sum(x, axis=size(x))", "axis of sum", "N"),
    ("sum(x[0:size(x) - 1])", "the end of a slice", "N-1"), ("size(x, size(x))*x@x", "the axis of size", "N"),
])  # fmt: skip
def test_a_place_is_a_number_and_no_letter(program: str, what: str, much: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_arrays(Source("program", program), {"x": (Letters.named("N"),)})
    assert (caught.value.message, caught.value.hint) == (
        f"{what} is {much}: a number is needed",
        f"say how much {much} is",
    )


@pytest.mark.parametrize(("call", "hint"), [
    ("norm(3, 4)", "write hypot(x, y)"), ("mean(3, 4)", "write (x + y)/2"), ("inv(3, 4)", "write 1/x"),
    ("det(3, 4)", "write det(a)"),
])  # fmt: skip
def test_several_numbers_of_a_program_without_arrays_are_no_array(call: str, hint: str) -> None:
    assert refusal(call).hint == hint


def test_a_program_of_more_than_8_mebibytes_is_not_read() -> None:
    with pytest.raises(LimitError, match="the program is longer than 8,388,608 bytes"):
        parse_arrays(Source("program", "sum(x)" + " " * (8 << 20)), {"x": (2,)})

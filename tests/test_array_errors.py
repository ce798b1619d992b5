"""What is said of programs of arrays that do not fit, or are written as elsewhere, and the repairs that are offered."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.arrays.rows import ArrayOperation
from gradcli.arrays.sizes import shape_text
from gradcli.arrays.table import ROWS
from gradcli.commands.error_text import draw
from gradcli.language.array_errors import ShapeError

from .test_array_syntax import read, refusal
from .test_golden import called

LONG = 20_000


def repairs(text: str, **shapes: str) -> list[str]:
    """Return the programs that an error offers, each of which fits."""
    error = refusal(text, **shapes)
    assert isinstance(error, ShapeError)
    assert 1 <= len(error.repairs) <= 3
    for program in error.repairs:
        read(program, **shapes)
    return list(error.repairs)


MISFITS = [
    ("z = W@x + b", {"W": "3x2", "x": "3"}, "W@x does not fit: W is 3x2, x has 3 entries",
     "the columns of W (2) meet the entries of x (3)"),
    ("z = W@x + b", {"W": "3x2", "x": "2", "b": "2"}, "W@x + b does not fit: W@x has 3 entries, b has 2 entries",
     "the entries of W@x (3) meet the entries of b (2)"),
    ("mean((yhat - y)**2)", {"yhat": "3x1", "y": "3"},
     "yhat - y: both sides would have to grow, yhat 3x1 and y 3 to 3x3", "yhat[:,0] - y"),
    ("W[3,0]", {"W": "3x2"}, "W[3,0]: W has rows 0 to 2, and no 3", "indices start at 0"),
    ("x[4]", {"x": "4"}, "x[4]: x has entries 0 to 3, and no 4", "indices start at 0"),
    ("W[0,0,0]", {"W": "3x2"}, "W[0,0,0]: W is 3x2: 3 indices are too many", ""),
    ("sum(X, axis=2)", {"X": "3x2"}, "sum(X, axis=2): X is 3x2: it has no axis 2", "its axes are 0 and 1"),
    ("sum(X, 0)", {"X": "3x2"}, "sum(X, 0): the axis of a sum has a name", "write sum(X, axis=0)"),
    ("2@x", {"x": "3"}, "2@x: 2 is a number: @ needs vectors or matrices", "* multiplies by a number"),
    ("sum((X*W + b)**2)", {"X": "4x3", "W": "3x2", "b": "2"}, "X*W does not fit", "X@W would be 4x2"),
    ("f(A, v) = A@v; f(W, x + 1)", {"W": "3x2", "x": "3"}, "A@v does not fit: A is 3x2, v has 3 entries", "in f(...)"),
    ("tanh(W@x + 1)@(V@x + W@x*2 + 10000)", {"W": "3x2", "V": "5x2", "x": "2"}, "V@x + W@x*2 does not fit", ""),
    ("sin(W@x + W@x + W@x + W@x + W@x)@x", {"W": "3x2", "x": "2"}, "the left side has 3 entries", ""),
    *[(text.replace("_", "(W@x + W@x + W@x + W@x + W@x)"), {"W": "3x2", "x": "2"}, message, "") for text, message in (
        ("_[5]", "the array has entries 0 to 2, and no 5"), ("_[0, 0]", "the array has 3 entries: 2 indices"),
        ("sum(_, axis=3)", "the array has 3 entries: it has no axis 3"), ("outer(_, W)", "argument 1 has 3 entries, W"),
        ("inv(_)", "the array has 3 entries: a square"), ("solve(_, x)", "argument 1 has 3 entries: a square"),
        ("W*_", "W is 3x2, the right side has 3 entries"),
    )],
    ("h[0] = x; h[k] = W@h[k-1] for k = 1..3", {"W": "2x3", "x": "3"}, "h[1] has 2 entries, h[0] has 3", "one shape"),
    ("h[0] = x; h[k] = h[k-1] + b[0:k] for k = 1..3", {"x": "2", "b": "3"}, "at k = 3 does not fit", ""),
    ("where(x > y, x, 0)", {"x": "3", "y": "2"}, "x > y does not fit: x has 3 entries, y has 2 entries", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shapes", "message", "hint"), MISFITS)
def test_what_is_said_of_shapes(text: str, shapes: dict[str, str], message: str, hint: str) -> None:
    error = refusal(text, **shapes)
    assert error.kind == "shape"
    assert message in error.message
    assert hint in (error.hint or "")
    assert len(draw(error).split("\n")) <= 4


@pytest.mark.parametrize("row", [row for row in ROWS if "axis" in row.fixed], ids=lambda row: row.name)
@pytest.mark.parametrize("axis", [-5, -3, 2, 4])
def test_an_axis_that_is_not_there_is_refused_by_every_row(row: ArrayOperation, axis: int) -> None:
    arguments = ", ".join("labels" if name == "y" else "X" for name in row.parameters)
    error = refusal(f"{row.name}({arguments}, axis={axis})", X="3x2", labels="3")
    assert f"X is 3x2: it has no axis {axis}" in error.message


@pytest.mark.parametrize(("name", "hint"), [
    ("phi", "write phi=..."), ("psi", "write psi=..."), ("chi", "write chi=..."), ("Pi", "did you mean pi?"),
    ("taus", "did you mean tau?"), ("Wx", "for a product of matrices write W@x, entry by entry W*x"),
])  # fmt: skip
def test_what_may_be_meant_by_a_name_without_a_value(name: str, hint: str) -> None:
    assert (refusal(f"{name}@[1, 2]", W="3x2", x="2").hint or "").startswith(hint)


@pytest.mark.parametrize(("text", "hint"), [
    ("inv(x)*y", "write (1/x)*y"), ("x[0]*y", "give each number a name of its own: x0*y"),
    ("x@y", "* multiplies by a number; x*y would be a number, and the program then fits"),
])  # fmt: skip
def test_what_is_meant_in_a_program_of_numbers(text: str, hint: str) -> None:
    assert refusal(text, x="", y="").hint == hint


@pytest.mark.parametrize(("text", "hint"), [
    ("inv(A, axis=0)", None), ("outer(x, x, axis=0)", None), ("sum(A, foo=1)", "it takes axis= and keep="),
    ("softmax(A, keep=1)", "it takes axis="), ("sum(A, dim=0)", "write sum(A, axis=0)"),
])  # fmt: skip
def test_what_a_function_takes_by_name(text: str, hint: str | None) -> None:
    assert refusal(text, A="2x2", x="2").hint == hint


def test_the_caret_stands_under_the_expression() -> None:
    drawn = draw(refusal("z = W@x + b; L = sum(z)", W="3x2", x="3", b="3")).split("\n")
    assert drawn[0] == "gradcli: program:1:5: W@x does not fit: W is 3x2, x has 3 entries"
    assert drawn[2].rstrip() == "      ^^^"


REPAIRED = [
    ("sum(W.T@x)", "sum(W@x)", {"W": "3x2", "x": "2"}),
    ("sum(W@x + b)", "sum(W.T@x + b)", {"W": "3x2", "x": "3", "b": "2"}),
    ("sum(W@X)", "sum(X@W)", {"X": "4x3", "W": "3x2"}),
    ("sum(X*W)", "sum(X@W)", {"X": "4x3", "W": "3x2"}),
    ("sum(X@Y)", "sum(X*Y)", {"X": "4x3", "Y": "4x3"}),
    ("sum((p - y)**2)", "sum((p[:,0] - y)**2)", {"p": "4x1", "y": "4"}),
    ("m = mean(X, axis=1); sum((X - m)**2)", "m = mean(X, axis=0); sum((X - m)**2)", {"X": "4x3"}),
    ("m = max(X, axis=1); sum(X - m)", "m = max(X, axis=1, keep=1); sum(X - m)", {"X": "4x3"}),
    ("sum(X/norm(X, axis=1))", "sum(X/norm(X, axis=1)[:,None])", {"X": "4x3"}),
    ("mean(cross_entropy(Z, y))", "mean(cross_entropy(Z, y, axis=0))", {"Z": "3x4", "y": "4"}),
    ("sum(pick(y, Z))", "sum(pick(Z, y))", {"Z": "4x3", "y": "4"}),
    ("f(A, v) = A@v; sum(f(W, x))", "f(A, v) = A.T@v; sum(f(W, x))", {"W": "3x2", "x": "3"}),
    ("f(A) = A@x; sum(f(W.T))", "f(A) = A@x; sum(f(W))", {"W": "3x2", "x": "2"}),
    ("sum((x + y)@W)", "sum(W@(x + y))", {"x": "2", "y": "2", "W": "3x2"}),
    ("sum((X + Y)@W)", "sum((X + Y).T@W)", {"X": "3x4", "Y": "3x4", "W": "3x2"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "repaired", "shapes"), REPAIRED)
def test_repairs(text: str, repaired: str, shapes: dict[str, str]) -> None:
    assert repaired in repairs(text, **shapes)


def test_a_repair_is_offered_only_where_the_whole_program_fits() -> None:
    for text in ("z = W@x; sum(z + b)", "sum(W@y)"):  # W.T@x has 2 entries, b has 3
        error = refusal(text, W="3x2", x="3", b="3", y="4")
        assert isinstance(error, ShapeError)
        assert error.repairs == ()
        assert "fits" not in (error.hint or "")


def test_repairs_that_end_in_a_number_come_first() -> None:
    for program in repairs("m = mean(X, axis=1); L = mean((X - m)**2)", X="4x3"):
        graph = read(program, X="4x3")
        assert shape_text(graph.nodes[graph.output].shape) == "a number"


@pytest.mark.parametrize("text", [
    "x@" * LONG + "y", "W@x + " * LONG + "x", "; ".join(f"a{k} = x" for k in range(LONG)) + "; W@y",
    "h[0] = x; h[k] = h[k-1] for k = 1..20000; h@W@y",
])  # fmt: skip
def test_repairs_of_long_programs_are_looked_for_in_bounded_time(text: str) -> None:
    assert refusal(text, x="2", y="3", W="3x2").kind == "shape"


# ---- habits


HABITS = [
    ("mean(z[range(3), y])", "picked by pick", "mean(pick(z, y))", {"z": "3x2", "y": "3"}),
    ("mean(z[np.arange(len(y)), y])", "picked by pick", "mean(pick(z, y))", {"z": "3x2", "y": "3"}),
    ("sum(X.t()@X)", "a transpose is written .T", "sum(X.T@X)", {"X": "3x2"}),
    ("sum(X, axis=None)", "all axes are taken where no axis is named", "sum(X)", {"X": "3x2"}),
    ("sum(X, axis=None, keepdims=True)", "all axes are taken", "sum(X, keep=1)", {"X": "3x2"}),
    ("sum(einsum('ij,jk->ik', A, B))", "there is no einsum", "sum(A@B)", {"A": "3x2", "B": "2x4"}),
    ('sum(np.einsum("nd,nk->dk", A, B))', "there is no einsum", "sum(A.T@B)", {"A": "3x2", "B": "3x4"}),
    ("sum(einsum('ij,j', A, b))", "there is no einsum", "sum(A@b)", {"A": "3x2", "b": "2"}),
    ("einsum('i,i', a, b)", "there is no einsum", "write a@b", {"a": "3", "b": "3"}),
    (
        "sum(einsum('ijk,kl,mn', A, B, C))",
        "there is no einsum",
        "A@B sums over",
        {"A": "2x2x2", "B": "2x2", "C": "2x2"},
    ),
    ("sum(a if c > 0 else b)", "a choice is written where", "sum(where(c > 0, a, b))", {"a": "3", "b": "3", "c": ""}),
    ("y = 2*x if x > 0 else x**2; sum(y)", "a choice is", "y = where(x > 0, 2*x, x**2); sum(y)", {"x": "3"}),
    ("W'@x", "no '", "write W.T@x", {"W": "2x3", "x": "2"}),
    ("W^T@x", "a transpose is no power", "write W.T", {"W": "2x3", "x": "2"}),
    ("x^T*y", "a transpose is no power", "write x@y", {"x": "3", "y": "3"}),
    ("a·b", "· between arrays may mean two products", "@ for the matrix product", {"a": "3", "b": "3"}),
    ("[1 2; 3 4]@x", "rows of an array have brackets", "write [[1, 2], [3, 4]]@x", {"x": "2"}),
    ("[1 2 3]@x", "rows of an array have brackets", "write [1, 2, 3]@x", {"x": "3"}),
    ("np.sum(X)", "no module", "write sum(X)", {"X": "4x3"}),
    ("torch.matmul(X, W)", "no module", "write X@W", {"X": "4x3", "W": "3x2"}),
    ("np.dot(W, x)", "no module", "write W@x", {"W": "3x2", "x": "2"}),
    ("np.sum(X, axis=1, keepdims=True)", "no module", "write sum(X, axis=1, keep=1)", {"X": "4x3"}),
    ("X.sum()", "stand before", "write sum(X)", {"X": "4x3"}),
    ("X.sum(0)", "stand before", "write sum(X, axis=0)", {"X": "4x3"}),
    ("X.reshape(2, -1)", "stand before", "write reshape(X, 2, -1)", {"X": "4x3"}),
    ("sum(X)/X.shape[0]", "size(X, 0)", "write sum(X)/size(X, 0)", {"X": "4x3"}),
    ("sum(X, dim=0)", "sum has no dim=", "write sum(X, axis=0)", {"X": "4x3"}),
    ("concat([x, y])", "one by one", "write concat(x, y)", {"x": "2", "y": "3"}),
    ("stack([x, x])", "one by one", "write stack(x, x)", {"x": "2"}),
    ("reshape(x, (2, 2))", "comma", "write reshape(x, 2, 2)", {"x": "4"}),
    ("X[..., 0]", "an axis that is taken whole is written :", "write X[:, 0]", {"X": "4x3"}),
    ("X[:, np.newaxis]", "no module", "write X[:, None]", {"X": "4x3"}),
    ("x[1..3]", "unexpected ..", "x[1:3]", {"x": "4"}),
    ("x(1)", "no function x", "an entry is written x[0]", {"x": "4"}),
    ("mean(X, 0)", "mean takes 1 argument, not 2", "write mean(x, axis=0)", {"X": "4x3"}),
    ("dot(X, x)", "dot takes two vectors", "@ is the matrix product", {"X": "4x3", "x": "3"}),
    ("matmul(X, W)", "no function matmul", "write X@W", {"X": "4x3", "W": "3x2"}),
    ("a⊗b", "CIRCLED TIMES", "write outer(a, b)", {"a": "3", "b": "3"}),
    ("a⊙b", "CIRCLED DOT", "write a*b", {"a": "3", "b": "3"}),
    ("tanh(X, axis=0)", "tanh has no axis=", "entry by entry", {"X": "4x3"}),
    ("softmax(X, axis=[0, 1])", "softmax works along one axis", "", {"X": "4x3"}),
    ("sum(axis=0, X)", "axis= stands behind the arrays", "", {"X": "4x3"}),
    ("windows(X)", "windows takes 2 arguments, not 1", "write windows(x, k)", {"X": "4x3"}),
    ("reshape(X)", "reshape takes x and sizes", "write reshape(x, m, n)", {"X": "4x3"}),
    ("sum(X, axis=0, axis=1)", "axis is given twice", "", {"X": "4x3"}),
    ("onehot(y, c)", "n of onehot must be known before the run", "", {"y": "4", "c": ""}),
    ("onehot(y, 1/2)", "n of onehot is a whole number, not 0.5", "", {"y": "4"}),
    ("softmx(X)", "no function softmx", "did you mean softmax?", {"X": "4x3"}),
]


@pytest.mark.parametrize(("text", "message", "hint", "shapes"), HABITS)
def test_habits_of_elsewhere(text: str, message: str, hint: str, shapes: dict[str, str]) -> None:
    error = refusal(text, **shapes)
    assert message in error.message
    assert hint in (error.hint or "")


# ---- literals


@pytest.mark.parametrize(("text", "message"), [
    ("[[1, 2], [3]]", "row 1 has 1 number, row 0 has 2"),
    ("[[1, 2], [3, 4], [5, 6, 7]]", "row 2 has 3 numbers, row 0 has 2"),
    ("[[1, 2], [a, b, 3]]", "row 1 has 3 numbers, row 0 has 2"),
    ("[1, [2, 3]]", "entry 1 has 2 entries, entry 0 is a number"),
    ("[x, x[:2]]", "row 1 has 2 numbers, row 0 has 3"),
    ("[]", "[ ] is empty"),
    ("x[]", "[ ] is empty"),
    ("[[], []]", "[ ] is empty"),
    ("[1, 2", "a ] is missing"),
    ("[1, 2)", "a ] is missing before this )"),
    ("(1, 2]", "a comma outside"),
    ("x]", "this ] has no ["),
    ("[1e999]", "overflows"),
    ("[[[[[1]]]]]", "an array has at most 4 axes"),
    ("[[[[[x[0]]]]]]", "an array has at most 4 axes"),
    ("[None]", "is expected"),
    ("[1:2]", "unexpected character :"),
    ("[" * LONG, "is expected"),
    ("[" * LONG + "1" + "]" * LONG, "an array has at most 4 axes"),
    ("[" * LONG + "x" + "]" * LONG, "an array has at most 4 axes"),
    ("x[" * LONG, "is expected"),
    ("{" * LONG, "unexpected character {"),
    ("", "the program is empty"),
])  # fmt: skip
def test_literals_that_are_none(text: str, message: str) -> None:
    assert message in refusal(text, a="", b="", x="3").message


def test_limits_are_named() -> None:
    for text in ("zeros(100000, 100000)", "eye(10**6)", "onehot(0, 10**9)"):
        error = refusal(text)
        assert error.status == 4
        assert "2,000,000 numbers" in error.message


@pytest.mark.parametrize(("program", "values", "hint"), [
    ("z = W@x + b; L = cross_entropy(z, 1)", {"W": "1 2; 3 4", "b": "[1,1]", "x": "2 1"}, "write [2, 1] for a vector"),
    ("z = W@x + b; L = cross_entropy(z, 1)", {"W": "1 2; 3 4", "b": "[1,1]", "x": "(2, 1)"}, "a vector is [2, 1]"),
    ("z = W@x; L = sum(z)", {"W": "1 -1", "x": "[2,1]"}, "write W='[1, -1]' for a vector"),
    ("sum(W@x)", {"W": "1,2", "x": "[2,1]"}, "a vector is [1, 2]"),
    ("sum(x[0]@y)", {"x": "2 1", "y": "[2,1]"}, "write [2, 1] for a vector"),
    ("sum(W@x)", {"W": "w.csv", "x": "[2,1]"}, "write W=@w.csv"),
    ("sum(W@x)", {"W": "2", "x": "[2,1]"}, "* multiplies by a number"),
])  # fmt: skip
@pytest.mark.parametrize("command", [[], ["diff"], ["check"]], ids=["alone", "diff", "check"])
def test_where_a_value_is_badly_written_the_program_is_not_blamed(
    program: str, values: dict[str, str], hint: str, command: list[str]
) -> None:
    words = [*command, program, *(f"{name}={text}" for name, text in values.items())]
    done = called([*words, "dx=1"] if command == ["check"] else words, Path.cwd(), {}, b"")
    assert done.status == 2
    assert hint in done.stderr.decode()

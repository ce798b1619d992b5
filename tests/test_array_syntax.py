"""Programs of arrays: how they are read, which shapes they have, what is refused and with which words."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.arrays.graph import ArrayGraph
from gradcli.arrays.sizes import Letters, Shape, Sizes, shape_text
from gradcli.arrays.table import ARRAY_OPERATIONS
from gradcli.errors import GradcliError, InputError, Source
from gradcli.language.array_notes import array_notes
from gradcli.language.array_scope import parse_arrays
from gradcli.language.arrays_needed import ARRAY_FUNCTIONS, ArraysNeeded, is_array_function
from gradcli.language.syntax import parse

EXERCISES = Path(__file__).parent.parent.parent / "shared" / "cases" / "exercises.json"


def shape_of(text: str) -> Shape:
    return tuple(int(size) for size in text.split("x")) if text else ()


def read(text: str, statics: dict[str, int] | None = None, **shapes: str) -> ArrayGraph:
    known = {name: Fraction(value) for name, value in (statics or {}).items()}
    return parse_arrays(Source("program", text), {n: shape_of(s) for n, s in shapes.items()}, statics=known)


def output(text: str, statics: dict[str, int] | None = None, **shapes: str) -> str:
    graph = read(text, statics, **shapes)
    return shape_text(graph.nodes[graph.output].shape)


def operations(graph: ArrayGraph) -> list[str]:
    return [node.operation.name for node in graph.nodes if not node.operation.is_leaf]


def refusal(text: str, **shapes: str) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        read(text, **shapes)
    error = caught.value
    assert error.span is not None
    assert 0 <= error.span[0] <= error.span[1] <= len(text)
    return error


# ---- how tightly operators bind

SAME = [
    ("A@x*2", "(A@x)*2"),
    ("2*A@x", "(2*A)@x"),
    ("A@B@x", "(A@B)@x"),
    ("x@A/3", "(x@A)/3"),
    ("-A@x", "(-A)@x"),
    ("A@-x", "A@(-x)"),
    ("A.T@x", "(A.T)@x"),
    ("Aᵀ@x", "A.T@x"),
    ("A@x**2", "A@(x**2)"),
    ("x[0]**2", "(x[0])**2"),
    ("-x[0]", "-(x[0])"),
    ("A.T[0]", "(A.T)[0]"),
    ("A[0][1]", "(A[0])[1]"),
    ("x²@x", "(x**2)@x"),
    ("[x, x]@x", "([x, x])@x"),
    ("sum(A, axis=(0, 1))", "sum(A, axis=[0, 1])"),
    ("reshape(A, 4)", "reshape(A, [4])"),
    ("2·x", "2*x"),
    ("π*x - π", "pi*x - pi"),
    ("[[1, 2],\n [3, 4]]@x", "[[1, 2], [3, 4]]@x"),
]


@pytest.mark.parametrize(("text", "same"), SAME)
def test_precedence(text: str, same: str) -> None:
    shapes = {"A": "2x2", "B": "2x2", "x": "2"}
    one, other = read(text, **shapes), read(same, **shapes)
    assert [n._replace(span=(0, 0)) for n in one.nodes] == [n._replace(span=(0, 0)) for n in other.nodes]


# ---- shapes

SHAPES = [
    ("W@x", "3", {"W": "3x2", "x": "2"}),
    ("W.T", "2x3", {"W": "3x2"}),
    ("x@x", "a number", {"x": "4"}),
    ("X@W + b", "4x2", {"X": "4x3", "W": "3x2", "b": "2"}),
    ("W[1, 0]", "a number", {"W": "3x2"}),
    ("X[:, 0:2]", "4x2", {"X": "4x3"}),
    ("x[1:]", "3", {"x": "4"}),
    ("x[::2]", "2", {"x": "4"}),
    ("x[::-1]", "4", {"x": "4"}),
    ("x[None, :]", "1x4", {"x": "4"}),
    ("x[:, None]", "4x1", {"x": "4"}),
    ("U[i]", "2x4x3", {"U": "5x3", "i": "2x4"}),
    ("U[[0, 2]]", "2x3", {"U": "5x3"}),
    ("sum(X, axis=0)", "3", {"X": "4x3"}),
    ("sum(X, axis=1, keep=1)", "4x1", {"X": "4x3"}),
    ("max(X) + max(0, 1)", "a number", {"X": "4x3"}),
    ("max(X, axis=-1)", "4", {"X": "4x3"}),
    ("max(0, X)", "4x3", {"X": "4x3"}),
    ("[1, 2, 3]", "3", {}),
    ("[[x, 2], [3, y]]", "2x2", {"x": "", "y": ""}),
    ("[x, 2*x]", "2x4", {"x": "4"}),
    ("windows(X, 2, stride=2)", "4x4", {"X": "4x4"}),
    ("zeros(2, 3) + ones(3) + eye(3)[0]", "2x3", {}),
    ("where(x > 0 and not x >= y, x, 0)", "4", {"x": "4", "y": ""}),
    ("log(x, b) + pow(x, 2)", "4", {"x": "4", "b": ""}),
    ("reshape(x, size(y, 0), -1)", "2x2", {"x": "4", "y": "2"}),
    ("size(X)*x", "4", {"X": "2x2", "x": "4"}),
    ("concat(x, [1])", "5", {"x": "4"}),
    ("clip(x, 0, 1)", "4", {"x": "4"}),
    ("dot(x, x)", "a number", {"x": "4"}),
    ("dot(a, b)", "a number", {"a": "", "b": ""}),
]


@pytest.mark.parametrize(("text", "shape", "shapes"), SHAPES)
def test_shapes(text: str, shape: str, shapes: dict[str, str]) -> None:
    assert output(text, **shapes) == shape


@pytest.mark.skipif(not EXERCISES.exists(), reason="the shared cases do not lie beside this checkout")
def test_public_exercises_have_the_shapes_of_their_answers() -> None:
    def shape(x: Any) -> Shape:
        return (len(x), *shape(x[0])) if isinstance(x, list) else ()

    for case in json.loads(EXERCISES.read_text(encoding="utf-8"))["cases"]:
        shapes = {name: shape(value) for name, value in case["bindings"].items()}
        graph = parse_arrays(Source("program", case["program"]), shapes, wrt=case["wrt"])
        assert graph.nodes[graph.output].shape == (), case["id"]
        assert set(case["wrt"]) <= graph.differentiable.keys(), case["id"]
        assert {name: graph.nodes[i].shape for name, i in graph.inputs.items()} == shapes


def test_letters_stand_for_sizes() -> None:
    sizes = Sizes()
    N, D, C = map(Letters.named, "NDC")
    text = "Z = X@W; L = mean(cross_entropy(Z, y)); n = size(X, 0) + 1; s = sum(reshape(X, size(X, 0)*size(X, 1)))"
    graph = parse_arrays(Source("program", text), {"X": (N, D), "W": (D, C), "y": (N,)}, sizes=sizes, of="L")
    assert shape_text(graph.nodes[graph.by_label["Z"]].shape) == "NxC"
    with pytest.raises(InputError, match="does not fit"):
        parse_arrays(Source("program", "X@W"), {"X": (N, D), "W": (C, D)})


# ---- literals and what stays out of the graph


def test_a_literal_of_numerals_is_one_node() -> None:
    graph = read("[[1, -2.5], [+3, 4e2]]@x", x="2")
    literal = graph.nodes[0]
    assert literal.operation is ARRAY_OPERATIONS["literal"]
    assert literal.fixed == {"texts": ("1", "-2.5", "3", "4e2")}
    assert operations(read("[[1, x], [3, 4]]", x="")) == ["stack", "stack"]


def test_sizes_axes_and_places_are_no_nodes() -> None:
    graph = read("k = 1; sum(X, axis=1 - 1)[2 - k] + reshape(x, 2*1, -1)[1, 0]", X="4x3", x="4")
    assert [node.text for node in graph.nodes if node.operation.is_leaf] == ["1", "X", "x"]
    assert operations(graph) == ["sum", "index", "reshape", "index", "add"]


def test_a_bound_whole_number_says_a_size_and_is_not_differentiated() -> None:
    graph = read("sum(onehot(y, n)*x[k])", {"n": 3, "k": 1}, y="4", n="", x="2", k="")
    assert list(graph.differentiable) == ["x"]
    assert graph.sized == {"n", "k"}
    assert list(read("n*sum(onehot(y, n)*x)", {"n": 3}, y="4", n="", x="3").differentiable) == ["n", "x"]


def test_a_logarithm_to_a_base_is_that_of_every_entry() -> None:
    assert differentiate("sum(log(x, 3))", {"x": [9, 27]}).value == pytest.approx(5)
    assert differentiate("sum(log([4, 9, 125], b))", {"b": [2, 3, 5]}).value == pytest.approx(7)


def test_numbers_of_the_program_become_inputs() -> None:
    graph = read("x = [1, -2]; w = -3; n = 2; sum(w*reshape(x, n, 1))")
    assert graph.defaults == {"x": ("1", "-2"), "w": ["-3"]}
    assert graph.assumed
    assert list(graph.inputs) == ["x", "w"]
    graph = parse_arrays(Source("program", "w = [1, 2]; w@x"), {"x": (2,)}, wrt=["w"])
    assert graph.defaults == {"w": ("1", "2")}
    assert not graph.assumed
    assert parse_arrays(Source("program", "w = [1, 2]; w@x"), {"x": (2,)}).defaults == {}
    graph = parse_arrays(Source("program", "w = [1, 2]; x = [3, 4]; w@x"), {}, wrt=["w"])  # the user knows
    assert (list(graph.defaults), graph.assumed) == (["w", "x"], False)
    graph = read("n = 2; sum(zeros(n))")
    assert (graph.defaults, graph.assumed) == ({}, False)


# ---- names


def test_words_of_the_language_are_names() -> None:
    text = "for = 1; None = 2; T = 3; axis = 4; keep = 5; sum = 6; norm = 7; for*None*T*axis*keep*sum*norm*x[None, 0]"
    assert output(text, x="2") == "1"
    text = "sum(x) = 2*x; sum(x)"
    assert operations(read(text, x="2")) == ["mul"]
    assert parse(Source("program", "for = 2; None = 3; T(axis) = axis*for; norm(sum) = sum; norm(T(x)) + None")).inputs


def test_functions_take_the_shapes_of_their_arguments() -> None:
    assert output("f(A, v) = A@v; sum(f(W, x)) + f(x, x)", W="3x2", x="2") == "a number"
    assert operations(read("g(t) = k*t; f(k) = g(k + 1); k = 5; f(x)", x="2")) == ["add", "mul"]
    assert output("f(W, x) = W@x", W="3x2", x="2") == "3"
    assert read("f(W, x) = W@x", W="3x2", x="2").named.keys() == {"f"}


def test_statements_that_nothing_uses_are_noted() -> None:
    text = "a = x; g[0] = x; g[k] = g[k-1] for k = 1..2; h[0] = x; h[k] = h[k-1] for k = 1..2; sum(h[-1])"
    assert read(text, x="2").unused == ["a", "g"]
    assert refusal("x + 1; sum(x)", x="2").kind == "unused"
    assert output("sum(X, b)", {"b": 2}, X="2x2", b="") == "2x2"


def test_names_without_a_shape_are_told_all_at_once() -> None:
    error = refusal("g(t) = t*q; z = W@x + b; h[0] = z; h[k] = V@h[k-1] for k = 1..n; L = g(h[-1])", x="3")
    assert error.kind == "unbound"
    assert getattr(error, "names") == ["W", "b", "V", "n", "q"]  # noqa: B009
    assert error.message == "W, b, V, n and q have no value"


def test_the_names_of_functions_are_those_of_the_table() -> None:
    assert {row.name for row in ARRAY_OPERATIONS.values() if row.is_function} == ARRAY_FUNCTIONS
    assert is_array_function("size")
    assert not is_array_function("tanh")


# ---- programs of numbers


@pytest.mark.parametrize("text", [
    "x @ y", "x.T", "xᵀ", "x[0]", "x[:]", "x[None]", "[1, 2]", "[x]*2", "h[0] = x", "h[k] = 1 for k = 1..2",
    "{ h[0] = x } for k = 1..3", "softmax(x)", "size(x, 0)", "max(x)", "max(x, axis=0)", "z = 2; norm(x)",
    "f(x) = x@x; f(2)",
])  # fmt: skip
def test_a_program_of_numbers_says_what_works_on_arrays(text: str) -> None:
    with pytest.raises(ArraysNeeded) as caught:
        parse(Source("program", text), bound={"x", "y"})
    assert caught.value.span is not None


@pytest.mark.parametrize("text", ["softmax(x) = 2*x; softmax(y)", "det = 2; det*x", "size = x; size + 1"])
def test_names_of_the_user_need_no_arrays(text: str) -> None:
    assert parse(Source("program", text)).nodes


# ---- notes


def test_silent_traps_are_noted() -> None:
    def notes(text: str, **shapes: str) -> list[tuple[str, str]]:
        return [(note.kind, note.message) for note in array_notes(read(text, **shapes), text)]

    ((kind, message),) = notes("sum(W*x)", W="3x2", x="2")
    assert kind == "elementwise"
    assert "W@x" in message
    assert notes("sum(gamma*(X - mu))", X="4x3", mu="3", gamma="3") == []
    ((kind, message),) = notes("sum(W@W + b)", W="2x2", b="2")
    assert kind == "rows"
    assert "b[:,None]" in message
    assert notes("sum(X@W + b)", X="4x3", W="3x2", b="2") == []
    ((kind, message),) = notes("sum(A^-1)", A="2x2")
    assert "inv(A)" in message
    assert notes("sum(B^-1) + sum(A**-2) + sum((A + 1)**-1)", A="2x2", B="3x2") == []

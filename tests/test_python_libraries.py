"""Which library a file of Python is written for, by its imports, its names and its arguments; parts of its syntax."""

from __future__ import annotations

import ast

import pytest

from gradcli.errors import InputError
from gradcli.language.python_calls import CALLS, LAYERS, MODULES, elementwise, filled
from gradcli.language.python_expressions import COMPARED, CONSTANTS
from gradcli.language.python_functions import AXIS, IGNORED, KEEP
from gradcli.language.python_libraries import NAMES, Libraries, root_of
from gradcli.language.python_reading import read_python
from gradcli.language.python_syntax import (
    called,
    free_names,
    is_empty,
    is_random,
    is_short,
    is_text,
    names_in,
    paired,
    parameters_of,
)
from gradcli.language.python_syntax import words as words_of
from gradcli.language.python_text import ATOM, PRODUCT, SUM, Piece, Places, binary

from .test_python_forms import read


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


# A file, then whether its arrays are of PyTorch.
FILES = [
    ("import torch", True), ("import torch as th", True), ("from torch import nn", True),
    ("import torch.nn as nn", True),
    ("from torch.nn import functional as G", True), ("import numpy as np", False), ("from numpy import sum", False),
    ("import jax.numpy as jnp\nF.relu(x)", False), ("x = 1", False), ("", False), ("import torchvision", False),
    ("torch.sum(x)", True), ("np.sum(x)", False), ("F.relu(x)", True), ("nn.ReLU()(x)", True), ("q.relu(x)", False),
    ("np.sum(x) + F.relu(x)", False), ("np.sum(x) + torch.relu(x)", True), ("import numpy as np\nF.relu(x)", False),
    ("import numpy as np\nimport torch\nnp.sum(x)", True), ("import flax.linen as nn\nnn.relu(x)", False),
    ("F = 2\nF.relu(x)", False), ("for F in x:\n    F.relu(x)", False), ("def f(F):\n    return F.relu(x)", False),
    ("def F(x):\n    return x\nF.relu(x)", False), ("class F:\n    pass\nF.relu(x)", False),
    ("lambda F: F.relu(x)", False),
    ("with open(x) as F:\n    F.relu(x)", False), ("torch = 3\ntorch.sum(x)", False), ("a = F\na.relu(x)", False),
    ("F", False), ("relu(F)", False),
    # arguments that only PyTorch gives these names
    ("x.sum(dim=0)", True), ("x.sum(keepdim=True)", True), ("x.sum(axis=0)", False), ("x.sum(keepdims=True)", False),
    ("sum(x, dim=0)", True), ("foo(x, dim=0)", False), ("x.foo(dim=0)", False), ("np.sum(x, dim=0)", True),
    ("import numpy as np\nnp.sum(x, dim=0)", False), ("import numpy as np\nx.sum(dim=0)", True),
    ("def sum(x, dim):\n    return x\nsum(x, dim=0)", False),
    ("def softmax(x, dim):\n    return x\nsoftmax(x, dim=0)", False),
    ("Softmax(dim=1)(x)", True), ("y.softmax(dim=1)", True),
    ("from scipy.special import softmax\nsoftmax(x, dim=0)", True),
    ("import scipy.special\nscipy.special.softmax(x, dim=0)", False),
]  # fmt: skip


@pytest.mark.parametrize(("code", "is_torch"), FILES)
def test_whether_the_arrays_of_a_file_are_of_pytorch(code: str, is_torch: bool) -> None:
    assert Libraries(ast.parse(code)).is_torch is is_torch


@pytest.mark.parametrize(("code", "names", "roots"), [
    ("import numpy as np", {"np"}, {"np": "numpy"}), ("import numpy", {"numpy"}, {"numpy": "numpy"}),
    ("import scipy.special", {"scipy"}, {"scipy": "scipy"}), ("import scipy.special as sp", {"sp"}, {"sp": "scipy"}),
    ("from torch import nn as layers", {"layers"}, {"layers": "torch"}),
    ("from numpy import exp", {"exp"}, {"exp": "numpy"}),
    ("from . import tools", set(), {"tools": ""}), ("import os, math", {"math"}, {"os": "os", "math": "math"}),
    ("import os", set(), {"os": "os"}), ("from torch.nn import functional as F", {"F"}, {"F": "torch"}),
])  # fmt: skip
def test_names_of_modules(code: str, names: set[str], roots: dict[str, str]) -> None:
    found = Libraries(ast.parse(code))
    assert found.modules == names
    assert {name: root.lstrip(".") for name, root in found.roots.items()} == roots


@pytest.mark.parametrize(("start", "call", "is_module", "answer"), [
    ("import torch", "torch.max", True, True), ("import torch", "np.max", True, False),
    ("import torch", "x.max", False, True),
    ("import numpy as np", "np.max", True, False), ("import numpy as np", "x.max", False, False),
    ("import numpy as np", "torch.max", True, True), ("import numpy as np", "F.max", True, False),
    ("import torch", "F.max", True, True), ("import torch as th", "th.max", True, True), ("", "F.max", True, False),
    ("import torch.nn.functional as G", "G.softmax", True, True), ("F.relu(x)", "F.softmax", True, True),
    ("import numpy as torch", "torch.max", True, False), ("import torch", "torch.linalg.norm", True, True),
])  # fmt: skip
def test_whose_function_a_call_is(start: str, call: str, is_module: bool, answer: bool) -> None:
    assert Libraries(ast.parse(start)).of_torch(expression(call), is_module) is answer


@pytest.mark.parametrize(
    ("text", "root"), [("a", "a"), ("a.b", "a"), ("a.b.c", "a"), ("a().b", ""), ("a[0]", ""), ("2", "")]
)
def test_the_first_name(text: str, root: str) -> None:
    assert root_of(expression(text)) == root


@pytest.mark.parametrize(("text", "name"), [
    ("f(x)", "f"), ("np.sum(x)", "sum"), ("a.b.c(x)", "c"), ("f(x)(y)", ""), ("a[0](x)", ""), ("f().g()", "g"),
])  # fmt: skip
def test_the_last_name_of_what_is_called(text: str, name: str) -> None:
    node = expression(text)
    assert isinstance(node, ast.Call)
    assert called(node) == name


@pytest.mark.parametrize(("text", "empty"), [("[]", True), ("{}", True), ("[0]", False), ("{0: 1}", False),
    ("()", False),
                                             ("set()", False), ("x", False)])  # fmt: skip
def test_empty_lists_and_dictionaries(text: str, empty: bool) -> None:
    assert is_empty(expression(text)) is empty


@pytest.mark.parametrize(("text", "drawn"), [
    ("np.random.randn(2)", True), ("0.1*np.random.randn(2)", True), ("torch.randn(2)", True), ("torch.rand(2)*2", True),
    ("randn(2)", False), ("rng.normal()", False), ("np.random.choice(2)", False), ("torch.ones(2)", False),
    ("2*x", False),
    ("torch.nn.functional.randn(3)", True), ("np.random.standard_normal(3)", True), ("f(np.random.uniform())", True),
])  # fmt: skip
def test_what_is_drawn_at_random(text: str, drawn: bool) -> None:
    assert is_random(expression(text)) is drawn


@pytest.mark.parametrize(("text", "precedence", "short"), [
    ("x", ATOM, True), ("2", ATOM, True), ("2.5", ATOM, True), (".5", ATOM, True), ("f(x)", ATOM, False),
    ("x", SUM, False),
    ("1e3", ATOM, False), ("x*y", PRODUCT, False), ("[1]", ATOM, False), ("1..2", ATOM, True),
])  # fmt: skip
def test_what_is_written_wherever_its_parameter_stands(text: str, precedence: int, short: bool) -> None:
    assert is_short(Piece(text, precedence)) is short


@pytest.mark.parametrize(("code", "names"), [
    ("y = x", {"x"}), ("x = x", set()), ("y = x\nx = 2", set()), ("x += 1", set()), ("y = f(x)", {"f", "x"}),
    ("def f(x):\n    return x*w\ny = f(a)", {"w", "a"}), ("def f(x):\n    y = x\n    return y\nz = f(a)*y", {"a", "y"}),
    ("def f(x, k=d):\n    return x", {"d"}), ("def f(x, *, k=d):\n    return k", {"d"}), ("g = lambda x: x*b", {"b"}),
    ("def f(x):\n    def g(z):\n        return x*z*q\n    return g", {"q"}), ("def f(x):\n    return f(x)", set()),
    ("for k in n:\n    y = k", {"n"}), ("w = 1\ndef f(x):\n    return w*x", set()), ("x.y = z", {"x", "z"}),
    ("def f(*a, **b):\n    return a, b, c", {"c"}),
])  # fmt: skip
def test_names_that_a_file_gives_nothing_to(code: str, names: set[str]) -> None:
    assert free_names(ast.parse(code)) == names


@pytest.mark.parametrize(("code", "pairs"), [
    ("x, y = y, x", "x=y y=x"), ("[x, y] = (a, b)", "x=a y=b"), ("(a, b), c = (c, a), b", "a=c b=a c=b"),
    ("x, (n,) = a, b.shape", "x=a (n,)=b.shape"), ("a, b = c", "(a, b)=c"),
    ("(a, b), c = (x, y, z), w", "(a, b)=(x, y, z) c=w"),
    ("(x,) = (a,)", "x=a"),
])  # fmt: skip
def test_each_target_with_its_value(code: str, pairs: str) -> None:
    (node,) = ast.parse(code).body
    assert isinstance(node, ast.Assign)
    found = paired(node.targets[0], node.value)
    assert " ".join(f"{ast.unparse(target)}={ast.unparse(value)}" for target, value in found) == pairs


def test_names_in_an_expression() -> None:
    assert names_in(expression("x[i].sum(axis=k) + (lambda v: v*x)(2)")) == {"x", "i", "k", "v"}


def test_statements_that_are_texts() -> None:
    assert [is_text(node) for node in ast.parse("'a'\nb'a'\nx\nx = 'a'\nf('a')\n'''a'''").body] == [
        True, False, False, False, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize(("head", "names", "defaults"), [
    ("a, b", ["a", "b"], {}), ("a, b=2", ["a", "b"], {"b": "2"}), ("a=1, b=2", ["a", "b"], {"a": "1", "b": "2"}),
    ("a, /, b=2", ["a", "b"], {"b": "2"}), ("a=1, /, b=2", ["a", "b"], {"a": "1", "b": "2"}),
    ("a, *, c", ["a", "c"], {}), ("a, *, c=3", ["a", "c"], {"c": "3"}), ("a, b=2, *, c, d=4", ["a", "b", "c", "d"],
     {"b": "2", "d": "4"}), ("", [], {}),
])  # fmt: skip
def test_parameters_and_their_defaults(head: str, names: list[str], defaults: dict[str, str]) -> None:
    node = ast.parse(f"def f({head}): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    found, given = parameters_of(node.args, Places(head))
    assert found == names
    assert {name: ast.unparse(value) for name, value in given.items()} == defaults


@pytest.mark.parametrize("head", ["*a", "**k", "a, *b", "a, **k"])
def test_parameters_that_take_any_number(head: str) -> None:
    node = ast.parse(f"def f({head}): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    with pytest.raises(InputError, match="a parameter with"):
        parameters_of(node.args, Places(f"def f({head}): pass"))


@pytest.mark.parametrize(("line", "column", "place"), [
    (1, 0, 0), (1, 2, 2), (2, 0, 6), (2, 2, 7), (2, 4, 8), (2, 5, 9), (3, 0, 10), (4, 0, 10), (0, 0, 10),
    (1, 99, 5), (3, 5, 10),
])  # fmt: skip
def test_places_count_characters_where_python_counts_bytes(line: int, column: int, place: int) -> None:
    assert Places("ab cd\nàéx\n").at(line, column) == place


@pytest.mark.parametrize(
    ("code", "span"), [("x = f(a)", (0, 8)), ("x = f(a,\n b)", (0, 8)), ("é = 2", (0, 5)), ("f()", (0, 3))]
)
def test_the_place_of_a_statement_is_on_its_first_line(code: str, span: tuple[int, int]) -> None:
    places = Places(code)
    (node,) = ast.parse(code).body
    assert places.span(node) == span
    assert places.source(node) == code[slice(*span)]


@pytest.mark.parametrize(("left", "sign", "right", "precedence", "text"), [
    (Piece("a"), "+", Piece("b"), SUM, "a + b"), (Piece("a"), "*", Piece("b"), PRODUCT, "a*b"),
    (Piece("a + b", SUM), "*", Piece("c + d", SUM), PRODUCT, "(a + b)*(c + d)"),
    (Piece("a - b", SUM), "-", Piece("c - d", SUM), SUM, "a - b - (c - d)"),
    (Piece("a/b", PRODUCT), "/", Piece("c/d", PRODUCT), PRODUCT, "a/b/(c/d)"),
    (Piece("a/b", PRODUCT), "+", Piece("c/d", PRODUCT), SUM, "a/b + c/d"),
])  # fmt: skip
def test_operations_have_the_parentheses_that_they_need(
    left: Piece, sign: str, right: Piece, precedence: int, text: str
) -> None:
    found = binary(left, sign, right, precedence)
    assert found[:2] == (text, precedence)


@pytest.mark.parametrize(("text", "words"), [
    ("'a'", "a text"), ("b'a'", "a text"), ("None", "None"), ("2j", "2j"), ("{}", "a dictionary"), ("{a: b for a in c}",
     "a dictionary"), ("lambda: x", "a lambda here"), ("[a for a in b]", "a list that is computed"), ("(a for a in b)",
     "a generator here"), ("f'{a}'", "a text"), ("{a}", "a set"), ("{a for a in b}", "a set"),
     ("a < b", "this comparison"),
    ("a + b", "this operator"), ("a.b", "this (Attribute)"),
])  # fmt: skip
def test_what_a_person_calls_a_part_of_python(text: str, words: str) -> None:
    assert words_of(expression(text)) == words


@pytest.mark.parametrize("sign", COMPARED.values())
def test_every_comparison(sign: str) -> None:
    assert read(f"np.where(a {sign} b, c, d)") == f"where(a {sign} b, c, d)"


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_constant_of_a_module(name: str) -> None:
    assert read(f"np.{name}*x") == f"{name}*x"


@pytest.mark.parametrize("axis", AXIS)
@pytest.mark.parametrize("keep", KEEP)
def test_every_name_of_an_axis_and_of_what_is_kept(axis: str, keep: str) -> None:
    assert read(f"x.sum({axis}=1, {keep}=True)") == "sum(x, axis=1, keep=1)"
    assert read(f"x.sum({keep}=False, {axis}=(0, -1))") == "sum(x, axis=(0, -1))"


@pytest.mark.parametrize("word", sorted(IGNORED))
def test_what_says_how_to_compute_is_left_out(word: str) -> None:
    value = {"dtype": "float", "inplace": "False"}.get(word, "y")
    assert read(f"np.sum(x, {word}={value})") == "sum(x)"


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_before_a_name(name: str) -> None:
    assert read(f"{name}.exp(x)") == "exp(x)"
    assert read(f"{name} = 2*y\n{name}*x") == f"{name} = 2*y; {name}*x"


def test_the_rows_of_calls_name_what_they_are_filled_with() -> None:
    for name, row in CALLS.items():
        words = [word.rstrip("?") for word in row.arguments.split()]
        pieces = {word: Piece(f"{word}1 + {word}2", SUM) for word in words}
        text = filled(row, pieces, ", axis=0").text
        assert "{" not in text, name
        for word in words:
            assert word in ("axis", "keep", "p") or f"{word}1 + {word}2" in text, (name, word)
        assert (", axis=0" in text) == ("axis" in words), name
        assert name.partition("/")[0] in NAMES
    assert {*LAYERS} <= NAMES


@pytest.mark.parametrize(("name", "own"), [("exp", "exp"), ("arcsin", "asin"), ("expit", "sigmoid"), ("max", None),
                                           ("hypot", None), ("foo", None), ("where", None)])  # fmt: skip
def test_functions_of_one_number(name: str, own: str | None) -> None:
    assert elementwise(name) == own


def test_a_place_beyond_the_last_line_of_the_program_is_that_of_the_last() -> None:
    from gradcli.errors import Source

    where = read_python(Source("net.py", "y = 2*x\ny + 1")).source.place
    assert where is not None
    assert where((99, 100))[1] == where((8, 9))[1] == (8, 13)

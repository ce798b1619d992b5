"""The parser: what is read, in which order it binds, what is refused and where the caret goes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.calculus.graph import Graph
from gradcli.calculus.operations import FUNCTIONS, OPERATIONS
from gradcli.calculus.sweeps import forward
from gradcli.commands.error_text import draw
from gradcli.errors import GradcliError, InputError, LimitError, Source
from gradcli.language.lexer import unknown_character
from gradcli.language.syntax import MAX_BYTES, parse
from gradcli.numbers.systems import FLOAT
from gradcli.record.values import number

from .programs import NAMES, expressions, programs

LONG = 20_000


def read(text: str, **options: object) -> Graph:
    return parse(Source("program", text), **options)  # type: ignore[arg-type]


def shape(graph: Graph) -> list[tuple[str, tuple[int, ...], str]]:
    """Return the graph without the places in the text."""
    return [(node.operation.name, node.arguments, node.text) for node in graph.nodes]


def value(text: str, **point: float) -> float:
    graph = read(text, bound=point)
    return float(forward(FLOAT, graph, point).values[graph.output])


# ---- precedence, by texts with and without parentheses

SAME = [
    ("-x**2", "-(x**2)"),
    ("2**3**2", "2**(3**2)"),
    ("2**-1", "2**(-1)"),
    ("2**-x**2", "2**(-(x**2))"),
    ("-x*y", "(-x)*y"),
    ("x*-y", "x*(-y)"),
    ("--x", "-(-x)"),
    ("x - y - z", "(x - y) - z"),
    ("x/y/z", "(x/y)/z"),
    ("x/y*z", "(x/y)*z"),
    ("x*y/z", "(x*y)/z"),
    ("x + y*z", "x + (y*z)"),
    ("x*y + z", "(x*y) + z"),
    ("x - y + z", "(x - y) + z"),
    ("x*y**z", "x*(y**z)"),
    ("x**y*z", "(x**y)*z"),
    ("x^y^z", "x**(y**z)"),
    ("-x^2", "-(x**2)"),
    ("x²", "x**2"),
    ("-x³*y", "-(x**3)*y"),
    ("x × y · z ÷ x − y", "x*y*z/x - y"),
    ("((x))", "x"),
    ("sin(x)**2", "(sin(x))**2"),
    ("-sin(x)", "-(sin(x))"),
    ("ln(x)", "log(x)"),
    ("where(x + 1 < y*2, x, y)", "where((x + 1) < (y*2), (x), (y))"),
    ("(x + # a comment\n y)", "x + y"),
    ("x\t+\ty", "x+y"),
    ("\n;; x ;\n", "x"),
    ("f(t) = t + 1; f(x)", "x + 1"),
]


@pytest.mark.parametrize(("text", "same"), SAME)
def test_precedence(text: str, same: str) -> None:
    assert shape(read(text)) == shape(read(same))


def test_pasted_pi_is_the_constant() -> None:
    assert shape(read("2*π")) == shape(read("2*pi"))
    assert shape(read("2*π", bound={"pi"})) == shape(read("2*pi"))  # whatever pi is bound to


ARITHMETIC = st.recursive(
    st.sampled_from(("x", "y", "2", "3", "0.5", "1.5e0", "7.")),
    lambda inner: st.one_of(
        st.builds("{}{}{}".format, inner, st.sampled_from(("+", "-", "*", "/", " - ", " * ")), inner),
        st.builds("-{}".format, inner),
        st.builds("({})".format, inner),
        st.builds("{}**{}".format, inner, st.sampled_from(("2", "-1", "(x - y)", "-2**1"))),
    ),
    max_leaves=12,
)


@given(ARITHMETIC, st.integers(1, 9), st.integers(1, 9))
def test_arithmetic_means_what_it_means_to_python(text: str, x: int, y: int) -> None:
    try:
        expected = eval(text, {"x": float(x), "y": float(y)})
    except (ZeroDivisionError, OverflowError):
        return
    if isinstance(expected, complex) or not math.isfinite(expected):
        return
    point = {"x": float(x), "y": float(y)}
    graph = read(text)
    run = forward(FLOAT, graph, point)
    assert graph.output not in run.faults
    assert math.isclose(run.values[graph.output], expected, rel_tol=1e-13, abs_tol=1e-300)


FUNCTIONS_OF_MATH = sorted({row.name for row in FUNCTIONS} & set(dir(math)) - {"gamma", "lgamma"})


@pytest.mark.parametrize("name", FUNCTIONS_OF_MATH)
def test_functions_mean_what_they_mean_to_python(name: str) -> None:
    point = [float(x) for x in OPERATIONS[name].points[0]]
    names = NAMES[: len(point)]
    text = f"{name}({', '.join(names)})"
    assert value(text, **dict(zip(names, point, strict=True))) == getattr(math, name)(*point)


# ---- names, functions, statements


def test_inputs_come_in_order_of_appearance() -> None:
    assert list(read("z + y*x + z").inputs) == ["z", "y", "x"]


def test_leaves_are_shared_and_typed_expressions_are_not() -> None:
    graph = read("sin(x*2) + cos(x*2)")
    assert [node.text for node in graph.nodes if node.operation.is_leaf] == ["x", "2"]
    assert sum(node.operation.name == "mul" for node in graph.nodes) == 2
    shared = read("sin(x*2) + cos(x*2)", share=True)
    assert sum(node.operation.name == "mul" for node in shared.nodes) == 1


def test_a_bound_name_wins_over_a_constant() -> None:
    assert list(read("e*x").inputs) == ["x"]
    assert list(read("e*x", bound={"e"}).inputs) == ["e", "x"]
    assert read("e = 2*x; e + 1").named["e"] == 2


def test_labels() -> None:
    assert read("(x+y)*z").labels == ("x", "y", "v1", "z", "f")
    assert read("q = x*y; q + 1").labels == ("x", "y", "q", "1", "f")
    assert read("f*sin(v1)").labels == ("f", "v1", "u1", "u2")
    assert read("a = 2; b = 2; a*x + b").labels[:4] == ("2", "a", "b", "x")


def test_a_function_sees_the_names_of_the_place_where_it_is_called() -> None:
    assert value("k = 2*x; g(t) = k*t; g(3)", x=5.0) == 30
    assert value("g(x) = x*x; g(y + 1) + x", x=1.0, y=2.0) == 10
    assert value("g(t) = t + 1; h(t) = g(t)*g(t + 1); h(x)", x=1.0) == 6


# ---- spans


@pytest.mark.parametrize(("text", "spans"), [
    ("(x+y)*z", {"v1": (1, 4), "f": (0, 7)}),
    ("q = x + y; f = q * z", {"q": (4, 9), "f": (15, 20)}),
    ("-x**2", {"v1": (1, 5), "f": (0, 5)}),
    ("sin( x )", {"f": (0, 8)}),
    ("where(x > 1, x, 2)", {"v1": (6, 11), "f": (0, 18)}),
    ("x²", {"f": (0, 2)}),
    ("g(t) = t*t; g(x)+1", {"v1": (12, 16), "f": (12, 18)}),
    ("a = x # 漢\nsin(a)", {"f": (10, 16)}),
])  # fmt: skip
def test_spans(text: str, spans: dict[str, tuple[int, int]]) -> None:
    graph = read(text)
    assert {name: graph.nodes[graph.by_label[name]].span for name in spans} == spans


@given(expressions())
def test_every_node_has_its_text(text: str) -> None:
    """The span of a node, parsed by itself, gives the same operation of the same leaves."""
    graph = read(text)
    for node in graph.nodes:
        written = text[slice(*node.span)]
        if node.operation.is_condition:  # a comparison can only stand in where
            written = f"where({written}, 1, 2)"
        part = read(written)
        root = part.nodes[part.output]
        if node.operation.is_condition:
            root = part.nodes[root.arguments[0]]
        assert root.operation is node.operation
        assert root.text == node.text


# ---- arbitrary texts

PIECES = st.sampled_from((
    *NAMES, "sin", "max", "where", "(", ")", "(", ")", ",", "+", "-", "*", "/", "**", "^", "=", "==", "<", ">=", ";",
    "\n", "#", "²", "×", "π", "2", "1e5", "1e", ".", "1.2.3", "1e999", "0x1F", "é", "а", "\t", " ", "\r\n", "\x00",
    "\u202e", "漢", "😀", "[", "!", "'", "and", "_", "__import__",
))  # fmt: skip


def check_refusal(error: GradcliError, text: str) -> None:
    """An error has a span inside the text, and can be drawn in 500 characters that a terminal can take."""
    assert error.status in (2, 4)
    assert error.source is not None
    if error.span is not None:
        assert 0 <= error.span[0] <= error.span[1] <= len(text)
    message = draw(error)
    assert len(message) <= 500
    assert all(c.isprintable() or c == "\n" for c in message)
    lines = message.split("\n")
    assert len(lines) <= 4


def refusal_of(text: str) -> GradcliError | None:
    try:
        read(text)
    except GradcliError as error:
        check_refusal(error, text)
        return error
    return None


@pytest.mark.parametrize("space", ["\u00a0", "\u2007", "\u202f", "\u3000", "\u1680"])
def test_a_space_that_is_none_is_shown_as_an_escape(space: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(Source("program", f"x{space}+ 1"))
    assert rf"\{'x' if space < chr(256) else 'u'}{ord(space):0{2 if space < chr(256) else 4}x}" in draw(caught.value)


@given(st.one_of(st.lists(PIECES, max_size=25).map("".join), st.text(max_size=40)))
def test_any_text_is_read_or_refused(text: str) -> None:
    refusal_of(text)


@given(programs(), st.data())
def test_a_damaged_program_is_read_or_refused(text: str, data: st.DataObject) -> None:
    assert refusal_of(text) is None
    start = data.draw(st.integers(0, len(text)))
    stop = data.draw(st.integers(start, min(len(text), start + 3)))
    refusal_of(text[:start] + data.draw(st.one_of(PIECES, st.just(""))) + text[stop:])


@given(st.one_of(st.lists(PIECES, max_size=8).map("".join), st.text(max_size=15)))
def test_any_value_is_read_or_refused(text: str) -> None:
    try:
        assert math.isfinite(number(FLOAT, Source("x", text)))
    except GradcliError as error:
        assert error.status in (2, 3)
        assert len(draw(error)) <= 500


@given(st.from_regex(r"-?(?:[0-9]{1,9}\.?[0-9]{0,9}|\.[0-9]{1,9})(?:[eE][+-]?[0-9]{1,2})?", fullmatch=True))
def test_numerals_are_those_of_python(text: str) -> None:
    assert number(FLOAT, Source("x", text)) == float(text)
    if not text.startswith("-"):
        assert value(text) == float(text)


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "Infinity", "1_000", "0x10", "1,5", "1e999", "", "+", "1e-999"])
def test_other_numerals_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        number(FLOAT, Source("x", text))


# ---- the caret

CARETS = [
    ("(x + y", "      ^"),
    ("x + * y", "    ^"),
    ("a = 1\nb = a +* 2\nb", "       ^"),
    ("x\t+\t* y", "    ^"),
    ("漢 + ∫", "     ^"),
    ("sin(x, y)", "^^^^^^^^^"),
    ("2x", " ^"),
    ("x +", "   ^"),
    ("y = snh(x); y", "    ^^^"),
]


@pytest.mark.parametrize(("text", "caret"), CARETS)
def test_the_caret_stands_under_the_mistake(text: str, caret: str) -> None:
    error = refusal_of(text)
    assert error is not None
    drawn = draw(error).split("\n")
    assert drawn[2].rstrip() == f"  {caret}"


def test_the_caret_counts_the_columns_of_wide_characters() -> None:
    error = InputError("here", source=Source("program", "漢漢 e\u0301 + q"), span=(8, 9))
    assert draw(error).split("\n")[1:] == ["  漢漢 e\u0301 + q", "           ^"]


# ---- size: loops, never recursion


@pytest.mark.parametrize("text", [
    "sin(" * LONG + "x" + ")" * LONG,
    "(" * LONG + "x" + ")" * LONG,
    "+".join(["x"] * LONG),
    "-" * LONG + "x",
    "x" + "**x" * LONG,
    "x" + "/(x" * LONG + ")" * LONG,
    "\n".join(["a0 = x", *(f"a{i} = a{i - 1} + 1" for i in range(1, LONG)), f"a{LONG - 1}"]),
    "max(" + ", ".join(["x"] * LONG) + ")",
], ids=["calls", "parentheses", "sum", "signs", "powers", "quotients", "statements", "arguments"])  # fmt: skip
def test_long_programs(text: str) -> None:
    graph = read(text)
    assert list(graph.inputs) == ["x"]
    assert len(graph.labels) == len(graph.nodes)


def test_long_mistakes() -> None:
    for text in ("(" * LONG, "x+" * LONG, ")" * LONG, "x" * LONG + "(", "sin(" * LONG + "x"):
        assert refusal_of(text) is not None


def test_limits() -> None:
    with pytest.raises(LimitError, match="8,388,608 bytes"):
        read("x" + " " * MAX_BYTES)
    doubling = "f0(t) = t + t; " + "; ".join(f"f{i}(t) = f{i - 1}(t) + f{i - 1}(t)" for i in range(1, 40)) + "; f39(x)"
    with pytest.raises(LimitError, match="1,000,000 nodes"):
        read(doubling)


def test_the_parser_forgets() -> None:
    """A refused program leaves nothing behind for the next one."""
    for text in ("q = x; (", "g(t) = t; g(", "g(t) = snh(t); 1"):
        assert refusal_of(text) is not None
        assert read("q = 2*x; q").named == {"q": 2}
        with pytest.raises(InputError, match="no function g"):
            read("g(x)")


@pytest.mark.parametrize(("c", "what"), [
    ("\udc80", "the byte \\x80 is not UTF-8 text"), ("\udcff", "the byte \\xff is not UTF-8 text"),
    ("\udc7f", "is U+DC7F"), ("\udd00", "is U+DD00"), ("\x00", "unexpected NUL character"),
    ("\x7f", "unexpected character"), ("\x80", "is U+0080"), ("?", "unexpected character ?"),
])  # fmt: skip
def test_a_character_that_begins_no_token_is_named(c: str, what: str) -> None:
    assert what in unknown_character(f"x {c}", 2).message


@pytest.mark.parametrize(("program", "hint"), [
    ("x//y", "floor(x/y)"), ("x* *y", "x**2"), ("x/*y", None), ("x*/y", None), ("x/", None),
])  # fmt: skip
def test_operators_of_other_languages_are_translated(program: str, hint: str | None) -> None:
    with pytest.raises(InputError) as caught:
        parse(Source("program", program))
    found = caught.value.hint or ""
    assert hint in found if hint else not any(told in found for told in ("floor", "x**2"))

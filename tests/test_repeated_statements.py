"""Statements of a known template give what parsing gives: the same graph with the same spans, or the same error."""

from __future__ import annotations

from itertools import accumulate
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import GradcliError, Source
from gradcli.language import repeated_statements, scope, syntax
from gradcli.language.repeated_statements import Pieces, RepeatedStatements, template_of

from .examples import examples

# What statements are drawn from. N is a name of a variable, D a numeral, F a function, U one of one argument; blanks,
# signs, brackets and calls of all kinds lie between them. The first ones can be read, with most functions.
READABLE = (
    "N = N + N*D", "N = U(N)", "N = U(N)*D + U(N)", "N=tanh(N*N + N*N + N)", "N = -N**2 / (N - D)", "N  =  F(N, D)",
    "N = where(N < D, N*N, -N)", "N = max(N, N, (D), N²)", "N = ((N))", "N = N³ · N − N",
)  # fmt: skip
TEMPLATES = (
    *READABLE, "N = s(N) + s(D)*t(N)", "N = D", "N = N", "N + N",
    "N = N +", "N = foo(N)", "N = F(N, N, N) )", "N = N N", "N = sin(N", "N = 1e999*N", "N = s(N, N)", "# N = N", "",
    "N = sin (N) # remark", "N = where(N, N, N)", "N == N", "pi = N", "N = e*N + pi", "u(N) = N*D", "N = N ? N",
    "(N +\nN)", "N = D.D", "N = N\x00N", "N = 2x", "\tN\t=\tN*N\r", "N = s(N) + foo(N", "N = N ** ** N",
)  # fmt: skip
FUNCTIONS = ("sin", "max", "s", "t", "pow", "hypot", "where", "atan2")
UNARY = ("log2", "log10", "s1", "s2", "σ1")
NUMERALS = ("2", "2.5", ".5", "1e3", "0.1", "3", "1e-400", "7.", "1E5")
DRAWN = {"D": NUMERALS, "F": FUNCTIONS, "U": UNARY}
NAMES = ("a", "b", "c", "d1", "e", "x", "y_2", "α", "pi", "s", "tanh")


OWN = ("s(u) = u*2 + 1", "t(u) = s(u)/x", "s1(u) = u*3", "s2(u) = u*5", "σ1(u) = u")


@st.composite
def readable_programs(draw: st.DrawFn) -> str:
    """Return a program without errors whose statements come from few templates."""
    chosen = draw(st.lists(st.sampled_from(READABLE), min_size=1, max_size=3))
    names = ["a", "b", "x", "y_2", "α", "d1"]
    drawn = {"D": ("2", "2.5", ".5", "1e3", "7."), "F": ("max", "hypot", "atan2"), "U": UNARY}
    lines = list(OWN)
    for k in range(draw(st.integers(3, 12))):
        template = draw(st.sampled_from(chosen)).removeprefix("N")
        lines.append(f"h{k}" + "".join(draw(st.sampled_from(drawn.get(c, names if c == "N" else c))) for c in template))
        names.append(f"h{k}")
    return "\n".join(lines)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Return a program whose statements come from few templates; most of its names are new."""
    chosen = draw(st.lists(st.sampled_from(TEMPLATES), min_size=1, max_size=4))
    lines = list(OWN) if draw(st.booleans()) else []
    for k in range(draw(st.integers(3, 12))):
        line = ""
        for c in draw(st.sampled_from(chosen)):
            if c == "N":
                line += draw(st.sampled_from([f"h{k}", f"h{k - 1}", *NAMES]) | st.just(f"n{draw(st.integers(0, 99))}"))
            elif c in DRAWN:
                line += draw(st.sampled_from(DRAWN[c]))
            else:
                line += c
        lines.append(line)
    return draw(st.sampled_from(["\n", ";"])).join(lines)


def outcome(text: str, bound: set[str], *, share: bool) -> Any:
    """Return the graph of a program as plain data, or its error."""
    try:
        graph = syntax.parse(Source("program", text), bound, of="anything", share=share)
    except GradcliError as error:
        return (type(error), error.message, error.span, error.hint)
    return (graph.nodes, graph.output, graph.named)


def both_ways(text: str, bound: set[str], *, share: bool = False) -> tuple[Any, Any]:
    """Return the outcome with templates and without."""
    with mock.patch.object(syntax, "FEWEST", 0):
        filled = outcome(text, bound, share=share)
    with mock.patch.object(syntax, "FEWEST", 1 << 30):
        return filled, outcome(text, bound, share=share)


@given(programs(), st.booleans())
def test_a_known_template_gives_what_parsing_gives(text: str, share: bool) -> None:
    filled, parsed = both_ways(text, {"a", "e"}, share=share)
    assert filled == parsed


@examples(60)
@given(readable_programs(), st.booleans())
def test_a_known_template_gives_the_graph_that_parsing_gives(text: str, share: bool) -> None:
    filled, parsed = both_ways(text, {"a"}, share=share)
    assert not isinstance(parsed[0], type), parsed  # a graph, not an error
    assert filled == parsed


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_repeated(template: str) -> None:
    lines = ["s(u) = u*2 + 1", "t(u) = s(u)/x"]
    for k in range(4):
        names = iter([f"h{k}", *(f"{c}{k}" for c in "abcdefg")])
        lines.append(
            "".join(next(names) if c == "N" else "3" if c == "D" else "sin" if c in "FU" else c for c in template)
        )
    filled, parsed = both_ways("\n".join(lines), set())
    assert filled == parsed


@pytest.mark.parametrize(("one", "other"), [("log2", "log10"), ("s1", "s2"), ("α1", "α2"), ("exp2", "exp1")])
def test_a_number_in_the_name_of_a_function_is_no_operand(one: str, other: str) -> None:
    lines = ["s1(u) = u*3", "s2(u) = u*5", "α1(u) = u*7", "α2(u) = u*9", "exp1(u) = u*11"]
    lines += [f"h{k} = {one}(x)" for k in range(20)] + [f"h20 = {other}(x)"]
    filled, parsed = both_ways("\n".join(lines), set())
    assert filled == parsed
    with mock.patch.object(
        RepeatedStatements, "_filled", autospec=True, side_effect=RepeatedStatements._filled
    ) as repeated:
        syntax.parse(Source("program", "\n".join(lines)), of="h20")
    assert repeated.call_count == 19


@pytest.mark.parametrize(
    ("parts", "known"),
    [
        (["", "h", " = x + ", "2", ""], False),  # x is no part
        (["", "h", " = ", "x", " + ", "2", ""], True),
        (["", "h", " = ", "x", " ", "+", " ", "2", ""], False),  # what is no operand is one of the parts
        (["", "h", " =", " x", " + ", "2", ""], False),  # a part begins before its operand
    ],
)
def test_a_statement_cut_elsewhere_than_at_its_operands_has_no_template(parts: list[str], known: bool) -> None:
    bounds = list(accumulate(map(len, parts), initial=0))
    kinds = ((scope.LEAF, None, 0, (4, 5)), (scope.LEAF, None, 1, (8, 9)), (scope.BINARY, OPERATIONS["add"], 2, (4, 9)))
    instructions = [scope.instruction(*kind) for kind in kinds]
    statement = scope.Statement("h", (0, 1), (4, 9))
    assert (template_of(instructions, statement, Pieces("", parts, bounds)) is not None) is known


def test_most_statements_are_not_parsed_again() -> None:
    text = "\n".join(
        f"h{k + 1} = tanh(w{k}*h{k} + 0.{k + 1}) # {k}" if k % 50 == 9 else f"h{k + 1} = w{k}*h{k}" for k in range(500)
    )
    with mock.patch.object(
        RepeatedStatements, "_filled", autospec=True, side_effect=RepeatedStatements._filled
    ) as repeated:
        graph = syntax.parse(Source("program", text))
    assert len(graph.named) == 500
    assert repeated.call_count == 500 - 10 - 1


def test_an_unusual_program_keeps_few_templates() -> None:
    text = "\n".join(f"h{k + 1} = h{k}{' ' * k}+ 1" for k in range(40))
    with mock.patch.object(repeated_statements, "MOST_TEMPLATES", 5):
        filled, parsed = both_ways(text, set())
    assert filled == parsed


def test_the_error_of_an_earlier_part_comes_first() -> None:
    with pytest.raises(GradcliError, match="overflows a binary64"):
        syntax.parse(Source("program", "1e999 + foo(x) + )"))
    with pytest.raises(GradcliError, match="there is no function foo"):
        syntax.parse(Source("program", "foo(x) + )"))


def test_a_parameter_may_have_the_name_of_a_later_node() -> None:
    graph = syntax.parse(Source("program", "s(u) = u*2; u = x + 1; s(u)"))
    assert list(graph.inputs) == ["x"]
    assert scope.clip_name("a" * 50) == "a" * 37 + "..."

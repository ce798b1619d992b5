"""Up to where formulas are merged, repeated, named and cut: what is just within each limit, and what is beyond."""

from __future__ import annotations

import pytest

from gradcli.arrays.sizes import Shape
from gradcli.calculus.graph import Graph
from gradcli.errors import InputError, Source
from gradcli.language.algebra import FEW_FACTORS, FEW_TERMS
from gradcli.language.array_errors import EXPRESSION_CHARACTERS, OPERAND_CHARACTERS
from gradcli.language.array_scope import parse_arrays
from gradcli.language.array_writing import formula as array_formula
from gradcli.language.canonical import simplified
from gradcli.language.foreign_names import product_of
from gradcli.language.names import UnboundError, clip_name
from gradcli.language.syntax import parse
from gradcli.language.writing import formula, program_of, spoken


def read(text: str) -> Graph:
    return parse(Source("program", text))


def normal(text: str) -> str:
    graph = read(text)
    found, (end,) = simplified(graph, [graph.output])
    return program_of(found, [("d", end)])


@pytest.mark.parametrize("count", [2, 8, 9])
def test_a_product_of_up_to_eight_factors_is_compared_with_others(count: int) -> None:
    factors = [f"x{k}" for k in range(count)]
    found = normal(f"q = {'*'.join(factors)}; q*q - {'*'.join(f'{x}**2' for x in factors)}")
    assert (found == "d = 0") == (count <= FEW_FACTORS == 8)


@pytest.mark.parametrize("count", [2, 8, 9])
def test_a_sum_of_up_to_eight_terms_is_merged_into_the_sum_that_uses_it(count: int) -> None:
    terms = [f"x{k}" for k in range(count)]
    found = normal(f"q = {' + '.join(terms)}; q - x0")
    assert (found == f"d = {' + '.join(terms[1:])}") == (count <= FEW_TERMS == 8)


@pytest.mark.parametrize(("program", "text"), [
    # of two uses a text of 14 characters is repeated, of three one of 8; the blanks round a sign do not count
    ("sin(x23456789)*(1 + sin(x23456789))", "d = (1 + sin(x23456789))*sin(x23456789)"),
    ("sin(x234567890)*(1 + sin(x234567890))", "v1 = sin(x234567890)\nd = (1 + v1)*v1"),
    ("sin(x23)*(1 + sin(x23))*exp(sin(x23))", "d = (1 + sin(x23))*sin(x23)*exp(sin(x23))"),
    ("sin(x234)*(1 + sin(x234))*exp(sin(x234))", "v1 = sin(x234)\nd = (1 + v1)*v1*exp(v1)"),
    ("log(x23456 + y23456) + sin(x23456 + y23456)", "d = log(x23456 + y23456) + sin(x23456 + y23456)"),
    ("log(x23456 + y234567) + sin(x23456 + y234567)", "v1 = x23456 + y234567\nd = log(v1) + sin(v1)"),
    ("log(-x234567890123) + sin(-x234567890123)", "v1 = -x234567890123\nd = log(v1) + sin(v1)"),
    ("log(-x23456789012) + sin(-x23456789012)", "d = log(-x23456789012) + sin(-x23456789012)"),
    # a name counts three characters where it stands for what has a statement
    ("v = sin(x234567890); log(exp(v)*x234) + sin(exp(v)*x234)",
     "v = sin(x234567890)\nd = log(x234*exp(v)) + sin(x234*exp(v))"),
    ("v = sin(x234567890); log(exp(v)*x2345) + sin(exp(v)*x2345)",
     "v = sin(x234567890)\nv1 = x2345*exp(v)\nd = log(v1) + sin(v1)"),
])  # fmt: skip
def test_what_is_as_short_without_a_name_is_repeated(program: str, text: str) -> None:
    graph = read(program)
    shared = parse(Source("program", program), share=True)
    assert normal(program) == text
    assert program_of(shared, [("d", shared.output)]).count("\n") == text.count("\n")
    assert program_of(graph, [("d", graph.output)])


@pytest.mark.parametrize(("length", "shown"), [(1, 1), (39, 39), (40, 40), (41, 40), (80, 40)])
def test_names_in_messages_have_forty_characters(length: int, shown: int) -> None:
    name = "x" * length
    want = name if length <= 40 else f"{'x' * 37}..."
    graph = read(f"{name} + 1")
    assert len(want) == shown
    assert clip_name(name) == want
    assert spoken(graph, graph.inputs[name]) == want
    named = read(f"{name} = y + 1; 2*{name}")
    assert spoken(named, named.named[name]) == want


@pytest.mark.parametrize("length", [3, 47, 48, 49, 90])
def test_expressions_in_messages_have_forty_eight_characters(length: int) -> None:
    text = f"{'x' * (length - 4)} + y" if length > 4 else "x+y"
    graph = read(f"({text})*2")
    whole = f"{'x' * (length - 4)} + y" if length > 4 else "x + y"
    (place,) = graph.nodes.arguments[graph.output][:1]
    assert spoken(graph, place) == (whole if len(whole) <= 48 else f"{whole[:45]}...")


@pytest.mark.parametrize("limit", [0, 4, 8, 9, 10, 11, 20])
def test_formulas_are_cut_at_a_limit(limit: int) -> None:
    whole = "(x + y)*zz"
    graph = read(whole)
    arrays = parse_arrays(Source("program", whole), {"x": (2,), "y": (2,), "zz": (2,)})
    want = whole if not limit or limit >= len(whole) else f"{whole[: limit - 3]}..."
    assert formula(graph, graph.output, limit=limit) == want
    assert array_formula(arrays, arrays.output, limit=limit) == want


@pytest.mark.parametrize(("name", "bound", "product"), [
    ("xy", ("x", "y"), "x*y"), ("xyx", ("x", "y"), "x*y*x"), ("xab", ("x", "ab", "a", "b"), "x*ab"),
    ("xpi", ("x",), "x*pi"), ("pie", ("x",), None), ("xq", ("x",), None), ("x", ("x",), None), ("xy", (), None),
    ("x" * 12, ("x",), "*".join("x" * 12)), ("x" * 13, ("x",), None), ("aab", ("a", "aa", "b"), "aa*b"),
])  # fmt: skip
def test_a_name_of_up_to_twelve_letters_may_be_a_product(
    name: str, bound: tuple[str, ...], product: str | None
) -> None:
    assert product_of(name, bound) == product


SHAPES: dict[str, Shape] = {"X": (2, 3), "y": (4,), "w" * 24: (2, 3), "w" * 25: (2, 3)}


def misfit(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        parse_arrays(Source("program", text), SHAPES)
    return caught.value


@pytest.mark.parametrize(("text", "left"), [
    (f"{'w' * 24} + y", "w" * 24), (f"{'w' * 25} + y", "the left side"), (f"{'w' * 25}@y", "the left side"),
    (f"{'w' * 25}[0, 0, 0]", "the array"), (f"inv({'w' * 25})", "the array"), (f"inv({'w' * 24})", "w" * 24),
    (f"concat({'w' * 25}, y)", "argument 1"), (f"concat(y, {'w' * 25}, y)", "argument 2"),
    (f"concat({'w' * 24}, y)", "w" * 24), (f"where({'w' * 25} > 0, y, y)", "argument 1"),
    (f"hypot(y, {'w' * 25})", "the right side"), (f"y - {'w' * 25}", "the right side"),
])  # fmt: skip
def test_an_operand_of_up_to_24_characters_is_called_by_its_text(text: str, left: str) -> None:
    assert OPERAND_CHARACTERS == 24
    assert left in misfit(text).message.replace(text, "")


@pytest.mark.parametrize("length", [47, 48, 49])
def test_an_expression_of_up_to_48_characters_is_called_by_its_text(length: int) -> None:
    text = f"y + {' ' * 3}X*{'1' * (length - 6)}"
    shown = " ".join(text.split())
    assert len(shown) == length
    want = shown if length <= EXPRESSION_CHARACTERS == 48 else f"{shown[:45]}..."
    assert misfit(text).message.startswith(f"{want} does not fit: ")


@pytest.mark.parametrize(("count", "listed", "hint"), [
    (1, "n0 has no value", "write n0=..."), (2, "n0 and n1 have no value", "write n0=... n1=..."),
    (3, "n0, n1 and n2 have no value", "write n0=... n1=... n2=..."),
    (5, "n0, n1, n2, n3 and n4 have no value", "write n0=... n1=... n2=... n3=... n4=..."),
    (6, "n0, n1, n2, n3, n4 and n5 have no value", "write n0=... n1=... n2=... n3=... n4=..."),
    (10, "n0, n1, n2, n3, n4, n5, n6, n7, n8 and n9 have no value", "write n0=... n1=... n2=... n3=... n4=..."),
    (11, "n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 1 more have no value", "write n0=... n1=... n2=... n3=... n4=..."),
    (1300, "n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 1,290 more have no value",
     "write n0=... n1=... n2=... n3=... n4=..."),
])  # fmt: skip
def test_names_without_a_value_are_listed_up_to_ten(count: int, listed: str, hint: str) -> None:
    error = misfit(f"y*({' + '.join(f'n{k}' for k in range(count))})")
    assert isinstance(error, UnboundError)
    assert (error.message, error.hint, error.guess) == (listed, hint, False)
    assert error.names == [f"n{k}" for k in range(count)]
    assert error.span == (3, 5)

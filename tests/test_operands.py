"""What a foreign word between operands reaches over: the whole program that is offered is the one that was meant."""

from __future__ import annotations

import math

import pytest

from gradcli import differentiate
from gradcli.errors import InputError, Source
from gradcli.language.foreign_names import written
from gradcli.language.mending import mended
from gradcli.language.operands import atom_before, power_after, power_before, term_before, within
from gradcli.language.syntax import parse

from .test_mending import is_program

# A program with a foreign word, and what it is in Python, where % and // bind as * does.
MEANT = [
    ("x^2 squared", "(x**2)**2"), ("(x+(1)) squared", "(x + 1)**2"), ("x³ squared", "(x**3)**2"),
    ("x cubed squared", "(x**3)**2"), ("sin(cos(x)) squared", "sin(cos(x))**2"), ("3 x squared", "3*x**2"),
    ("x squared y", "x**2*y"), ("x squared plus y", "x**2 + y"), ("x squared(y + 1)", "x**2*(y + 1)"),
    ("x*y mod 2", "x*y % 2"), ("x/y mod 3", "x/y % 3"), ("x^y mod 2", "x**y % 2"), ("x mod y^2", "x % y**2"),
    ("x*y div 2", "x*y // 2"), ("x + y mod 2", "x + y % 2"), ("x - y mod 2", "x - y % 2"), ("2x mod 3", "2*x % 3"),
    ("x*y % 2", "x*y % 2"), ("x^2 % 2", "x**2 % 2"), ("(x+(1)) % 2", "(x + 1) % 2"), ("x*y // 2", "x*y // 2"),
    ("x // y^2", "x // y**2"), ("x mod y mod 2", "x % y % 2"), ("x mod 3*y", "x % 3*y"), ("x mod 2y", "x % (2*y)"),
    ("x mod y³", "x % y**3"), ("x mod 3 squared", "x % 3**2"), ("x mod (y + (1))", "x % (y + 1)"),
    ("(x+1)(y) mod 2", "(x + 1)*y % 2"), ("x^2*y/3 mod 2", "x**2*y/3 % 2"), ("x mod 2^-1", "x % 2**-1"),
    ("(x+(1)) over y", "(x + 1)/y"), ("x plus y times 2", "x + y*2"), ("x^2 times y", "x**2*y"),
    ("sin(x*y) mod 2", "sin(x*y) % 2"), ("(x mod y) squared", "(x % y)**2"), ("x div y mod 2", "x // y % 2"),
    ("x plus y mod 2", "x + y % 2"), ("x times y mod 2", "x*y % 2"), ("x over y squared", "x/y**2"),
]  # fmt: skip
UNCERTAIN = [
    "-x mod 2", "x*-y mod 2", "x mod -y", "x^y squared", "2^x squared", "x^-2 squared", "e^-x squared", "x squared^2",
    "x mod 2 y", "x mod", "mod x", "squared x", "x^2^3 squared", "x squared²",
]  # fmt: skip
POINT = {"x": 7.3, "y": 2.6}


@pytest.mark.parametrize(("text", "python"), MEANT)
def test_the_program_that_is_offered_computes_what_was_meant(text: str, python: str) -> None:
    (way,) = mended(text, POINT, is_program)
    meant = eval(python, {"sin": math.sin, "cos": math.cos}, dict(POINT))
    assert differentiate(f"{way} + 0*x*y", POINT).value == pytest.approx(meant, rel=1e-12)


@pytest.mark.parametrize("text", UNCERTAIN)
def test_what_is_not_certain_is_not_offered(text: str) -> None:
    assert mended(text, POINT, is_program) == []


# Below a function without parentheses a word reaches over the argument or over the whole: both are offered.
BOTH = [
    ("sin x mod 2", ["sin(x) % 2", "sin(x % 2)"]), ("sin x % y", ["sin(x) % y", "sin(x % y)"]),
    ("2 sin x mod 3", ["2*sin(x) % 3", "2*sin(x % 3)"]), ("sin 2x mod 3", ["sin(2*x) % 3", "sin(2*x % 3)"]),
    ("sin 2 mod y", ["sin(2) % y", "sin(2 % y)"]), ("cos x div 2", ["cos(x) // 2", "cos(x // 2)"]),
    ("sin x mod 2 mod 3", ["sin(x) % 2 % 3", "sin(x % 2 % 3)"]), ("sin x^2 mod 2", ["sin(x**2) % 2", "sin(x**2 % 2)"]),
    ("sin cos x mod 2", ["sin(cos(x)) % 2", "sin(cos(x % 2))"]),
    ("y + sin x mod 2", ["y + sin(x) % 2", "y + sin(x % 2)"]),
    ("sin^2 x mod 3", ["sin(x)**2 % 3"]), ("x mod sin y", ["x % sin(y)"]), ("x mod 2 + sin y", ["x % 2 + sin(y)"]),
    ("sin x mod cos y", ["sin(x) % cos(y)"]), ("-sin x mod 2", []), ("sin -x mod 2", []), ("sin x mod -y", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "python"), BOTH)
def test_both_ways_of_a_word_below_a_function(text: str, python: list[str]) -> None:
    ways = mended(text, POINT, is_program)
    meant = [eval(way, {"sin": math.sin, "cos": math.cos}, dict(POINT)) for way in python]
    assert [differentiate(f"{way} + 0*x*y", POINT).value for way in ways] == pytest.approx(meant, rel=1e-12)


@pytest.mark.parametrize(("text", "hint"), [
    *((text, "write mod(a, b)") for text in ("-x mod 2", "x mod -y", "x mod", "x^y mod z w")),
    ("x div -y", "write floor(a/b)"), ("x^y squared", "write (...)**2"), ("x^y cubed", "write (...)**3"),
    ("squared x", "write (...)**2"), ("x over -y", "write a/b"), ("x plus", "write a + b"),
    # a product, of the whole operand
    ("(x + 1) y +", "for a product write (x + 1)*y"), ("x² y +", "for a product write x²*y"),
    ("x^2 y +", "for a product write x^2*y"), ("2 (x) +", "for a product write 2*(...)"),
    ("(x)(y) +", "for a product write (x)*(...)"), ("(x + (1)) sin(y) +", "for a product write (x + (1))*sin(...)"),
    ("W x +", "for a product write W*x, of matrices W@x"), ("A_1 B +", "for a product write A_1*B, of matrices A_1@B"),
    ("x W +", "for a product write x*W"), ("2 W +", "for a product write 2*W"), ("W 2 +", "for a product write W*2"),
    (f"({'x + ' * 20}1) y +", "for a product write (...)*y"),
])  # fmt: skip
def test_what_is_said_of_two_operands_side_by_side(text: str, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(Source("program", text))
    assert caught.value.hint == hint


@pytest.mark.parametrize(("text", "atom", "power", "term"), [
    ("x", "x", "x", "x"), ("a + x", "x", "x", "x"), ("a*x", "x", "x", "a*x"), ("a^2", "2", "a^2", "a^2"),
    ("a^b", "b", None, "a^b"), ("-x", "x", "x", None), ("a - x", "x", "x", "x"), ("2.5e3", *["2.5e3"] * 3),
    ("f(x, (y))", *["f(x, (y))"] * 3), ("sin x", "x", "x", None), ("2x²", "x²", "x²", "2x²"), ("a = b\nx", *["x"] * 3),
    ("a % x", "x", "x", None), ("a and x", "x", "x", "x"), ("a and -x", "x", "x", None), ("+", None, None, None),
    ("", None, None, None), ("x)", None, None, None), ("a mod", None, None, None), ("a**2 * b", "b", "b", "a**2 * b"),
])  # fmt: skip
def test_the_operand_that_a_text_ends_with(text: str, atom: str | None, power: str | None, term: str | None) -> None:
    starts = [found(text) for found in (atom_before, power_before, term_before)]
    assert [None if start is None else text[start:] for start in starts] == [atom, power, term]


@pytest.mark.parametrize(("text", "operand"), [
    ("x + 1", "x"), ("2x", "2x"), ("2x^2*y", "2x^2"), ("x^-2 + y", "x^-2"), ("x**y**2", "x**y**2"), ("x²*y", "x²"),
    ("f(x)(y)", "f(x)(y)"), ("(a) + b", "(a)"), ("2 x", None), ("sin x", None), ("-x", None), ("", None), ("x^", None),
    ("2 mod x", "2"), ("x and y", "x"), ("2 and", "2"), ("x^+", None),
])  # fmt: skip
def test_the_operand_that_a_text_begins_with(text: str, operand: str | None) -> None:
    end = power_after(text)
    assert (None if end is None else text[:end]) == operand


def test_parentheses_around_the_whole_of_a_text() -> None:
    assert [within(text) for text in ("(x)", "(x)(y)", "x", "((x))", "(x", "")] == ["x", "(x)(y)", "x", "(x)", "(x", ""]


@pytest.mark.parametrize(
    ("template", "arguments", "text"),
    [
        ("pi/180", [], "pi/180"),  # what has no gaps needs no arguments
        ("pi/180", ["x"], "pi/180"),
        ("{0}**2", ["x"], "x**2"),
        ("{0}**2", ["x + 1"], "(x + 1)**2"),
        ("log({0})/log({1})", ["x", "y"], "log(x)/log(y)"),
        ("log({0})/log({1})", ["x"], None),
        ("{0}**2", ["x", "y"], None),
        ("{0}**2", [], None),
    ],
)
def test_a_template_takes_as_many_arguments_as_it_has_gaps(
    template: str, arguments: list[str], text: str | None
) -> None:
    assert written(template, arguments) == text


# What is written below a function without parentheses, what it means at x = 2, y = 3, and what else it may mean.
BARE = """
sin x^2 | sin(4)
ln x**2 | log(4)
cos x² | cos(4)
sin x^-1 | sin(1/2)
sqrt x^2+y | sqrt(4) + 3
cos x^(y-1) | cos(4)
sin^2 x^2 | sin(4)**2
ln abs x^2 | log(4)
sin 2x^2 | sin(8)
sin 2^x | sin(4)
x^sin x^2 | 2**sin(4)
sin 2πx | sin(2*pi*2)
sin2πx | sin(2*pi*2)
cosπx | cos(pi*2)
cos 2 pi x | cos(2*pi*2)
sin π x² | sin(pi*4)
sin π/6 | sin(pi/6)
cos 2pi/3 x | cos(2*pi/3*2) | cos(2*pi/(3*2))
sin 2(x+1) | sin(6)
sin 2π(x+1/3) | sin(2*pi*7/3)
sin x(x+1) | sin(2)*3
sin x^2(x+1) | sin(4)*3
sin x/y | sin(2)/3
sin x/2 | sin(2)/2 | sin(1)
sin x y | sin(2)*3 | sin(6)
cos x y + y | cos(2)*3 + 3 | cos(6) + 3
sin x y x | sin(2)*6 | sin(12)
sin x 3 | sin(2)*3 | sin(6)
sin^2 x y | sin(2)**2*3 | sin(2)**6 | sin(6)**2
sin x^2 y | sin(4)*3 | sin(12) | sin(2**6)
sin x e^x | sin(2)*exp(2)
sin x y² | sin(2)*9
sin x cos y | sin(2)*cos(3)
sin x y cos x | sin(2)*3*cos(2) | sin(6)*cos(2)
2 sin x cos x | 2*sin(2)*cos(2)
"""


@pytest.mark.parametrize("line", BARE.strip().splitlines())
def test_what_a_function_without_parentheses_reaches_over(line: str) -> None:
    text, *meant = map(str.strip, line.split("|"))
    ways = mended(text, {"x": 2, "y": 3}, is_program)
    values = [differentiate(f"{way} + 0*x*y", {"x": 2, "y": 3}).value for way in ways]
    assert values == pytest.approx([eval(way, vars(math).copy()) for way in meant], abs=1e-12)


def test_a_number_before_pi_may_belong_to_a_name() -> None:
    assert mended("sin2πx", {"sin2", "x"}, is_program) == ["sin2*π*x"]
    assert mended("log2πx", {"x"}, is_program) == []

"""Factors without a sign between them: letters behind a number, an x for times, raised figures. Truths are by hand."""

from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.factors import apart, is_made_of, may_be_factor, ways_apart, with_times
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import MarkingPolicy, mark
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request

CHAIN = ("q = x + y; f = q*z", "x=-2 y=5 z=-4")
CUBE = ("f = a*b**2*c", "a=2 b=3 c=5")  # f = 90, df/db = 2abc = 60
POWER = ("f = x**3*y", "x=1 y=2")  # df/dx = 3x²y = 6
CIRCLE = ("f = pi*r**2", "r=3")
SINE = ("f = 2*sin(x)", "x=1")
SUMS = ("y = 3*a; f = y**2 + b", "a=2 b=1")  # df/da = 18a = 36
ERROR = ("e = w*x; f = e**2", "w=2 x=3")  # df/de = 2e = 12, df/dw = 2ex = 36
FOURTH = ("f = x**4", "x=2")  # f = 16, df/dx = 32
UNITS = ("f = c*m + s", "c=3 m=1 s=0")

RIGHT, WRONG, REFUSED = "correct", "wrong", "invalid"


def marked(program: tuple[str, str], claim: str, policy: MarkingPolicy) -> tuple[str, str]:
    """The status of one claim, and what is said of it."""
    given = {name: Source(name, text) for name, text in (word.split("=") for word in program[1].split())}
    key = AnswerKey(evaluate(Source("program", program[0]), given, Request()), given)
    found = mark(key, [Claim(*claim.split(": "))], policy).marks[0]
    return found.status, found.why


@pytest.mark.parametrize(("program", "claim", "status"), [
    (CUBE, "df/db: 2abc", RIGHT), (CUBE, "df/db: 2ab*c", RIGHT), (CUBE, "df/db: 2bca", RIGHT),
    (CUBE, "df/db: 2a bc", RIGHT),
    (CUBE, "df/dc: ab²", RIGHT), (CUBE, "df/dc: ab^2", RIGHT), (CUBE, "df/db: 60ab", WRONG),
    (CUBE, "df/db: 60ab²", WRONG), (CUBE, "f: 90abc", WRONG), (CUBE, "df/db: 60 ab", REFUSED),
    (CUBE, "df/db: 60abk", REFUSED), (CUBE, "df/db: 60 m/s", RIGHT), (CUBE, "df/db: 60 units", RIGHT),
    (CHAIN, "q: 3xy", WRONG), (CHAIN, "df/dz: 3qz", WRONG), (CHAIN, "local(q,x): 1yz", WRONG),
    (CHAIN, "df/dz: 3 qz", REFUSED), (CHAIN, "df/dz: 3 sum gate", RIGHT),
    (CIRCLE, "df/dr: 2pir", RIGHT), (CIRCLE, "df/dr: 2πr", RIGHT), (CIRCLE, "df/dr: 2pi", WRONG),
    (SINE, "df/dx: 2cosx", REFUSED), (SINE, "df/dx: 2 cosx", REFUSED), (SINE, "df/dx: 2cos(x)", RIGHT),
    (POWER, "df/dx: 3xxy", RIGHT), (POWER, "df/dx: 3yx²", RIGHT), (POWER, "df/dx: 6xy²", WRONG),
    (POWER, "df/dx: 6m²", RIGHT), (POWER, "df/dx: 6xk", REFUSED), (POWER, "df/dx: 1/2xy", REFUSED),
    (SUMS, "df/da: 18xa", RIGHT), (SUMS, "df/da: 18a", RIGHT), (SUMS, "df/da: 2yx3", REFUSED),
    (ERROR, "df/dw: 2ex", RIGHT), (ERROR, "df/de: 2e", RIGHT), (ERROR, "df/de: 1.2e1", RIGHT),
    (ERROR, "df/dw: 2e·x", RIGHT), (ERROR, "df/dx: 2ew", RIGHT), (ERROR, "df/dw: 36ex", WRONG),
    (SINE, "df/dx: 2e", REFUSED),
    (UNITS, "f: 3cm", REFUSED), (UNITS, "f: 3 cm", REFUSED), (UNITS, "f: 3 kg", RIGHT), (UNITS, "f: cm + s", RIGHT),
])  # fmt: skip
def test_letters_behind_a_number(program: tuple[str, str], claim: str, status: str) -> None:
    """Names of the program are factors, never a unit; what may be both is refused."""
    assert marked(program, claim, MarkingPolicy())[0] == status


@pytest.mark.parametrize(("program", "claim"), [
    (CUBE, "f: 90abc"), (CUBE, "df/db: 60ab²"), (CHAIN, "q: 3xy"), (POWER, "df/dx: 6xy²"), (CUBE, "df/db: 60 ab"),
])  # fmt: skip
def test_no_formula_passes_for_a_number(program: tuple[str, str], claim: str) -> None:
    policy = MarkingPolicy(numeric=("value", "upstream", "local"))
    assert marked(program, claim, policy)[0] == REFUSED


@pytest.mark.parametrize(("program", "claim", "status"), [
    (FOURTH, "df/dx: 2⁵", RIGHT), (FOURTH, "f: 2⁴", RIGHT), (FOURTH, "f: x⁴", RIGHT), (FOURTH, "df/dx: 4x³", RIGHT),
    (FOURTH, "df/dx: 4·2³", RIGHT), (FOURTH, "f: 2²²", WRONG), (FOURTH, "f: 0.5⁻⁴", RIGHT), (FOURTH, "f: 16⁰", WRONG),
    (FOURTH, "f: 16x⁰", WRONG), (FOURTH, "f: 1.6·10¹", RIGHT), (FOURTH, "df/dx: 2²·2⁺³", RIGHT),
    (FOURTH, "df/dx: 32 kg·m⁻²", RIGHT), (POWER, "df/dx: 6⁰", WRONG), (FOURTH, "df/dx: 4(x)³", RIGHT),
    (FOURTH, "f: 2^{4}", RIGHT),
])  # fmt: skip
def test_raised_figures_are_powers(program: tuple[str, str], claim: str, status: str) -> None:
    assert marked(program, claim, MarkingPolicy())[0] == status


@pytest.mark.parametrize(("program", "claim", "status"), [
    (CHAIN, "df/dx: -4 x 1", REFUSED), (CHAIN, "df/dx: df/dq x dq/dx", REFUSED), (CHAIN, "df/dx: 1x-4", REFUSED),
    (CHAIN, "df/dx: z x 1", REFUSED), (CHAIN, "df/dx: 2 x -2", REFUSED), (CHAIN, "df/dx: -4x1", REFUSED),
    (CHAIN, "df/dx: -4 x 1 = -4", RIGHT), (CHAIN, "df/dx: 2x", WRONG), (CHAIN, "df/dx: 2x-4", WRONG),
    (CHAIN, "df/dx: 1x - 2", WRONG), (CHAIN, "df/dx: 1X-4", RIGHT), (CHAIN, "f: 3.6 x 10^1", REFUSED),
    (SUMS, "df/da: 4 x 9", RIGHT), (SUMS, "df/da: 4x9", RIGHT), (SUMS, "df/da: 9 x a x 2", RIGHT),
    (SUMS, "df/da: (-9)x(-4)", RIGHT), (SUMS, "df/da: -9 x -4", RIGHT), (SUMS, "df/da: 36x2", WRONG),
    (SUMS, "df/da: 3.6x10^1", RIGHT), (SUMS, "df/da: df/dy x 3", RIGHT), (SUMS, "df/da: 36x1", RIGHT),
    (SUMS, "df/da: 36x-2", REFUSED), (SUMS, "df/da: 36x - 2", REFUSED), (CHAIN, "df/dx: -4 x w", REFUSED),
])  # fmt: skip
def test_an_x_for_times(program: tuple[str, str], claim: str, status: str) -> None:
    """It is read where it is no name of the program, and refused where it is one and may stand for times."""
    assert marked(program, claim, MarkingPolicy())[0] == status


def test_ways_to_take_a_word_apart() -> None:
    names = {"x", "y", "xy", "s2", "sq"}
    assert ways_apart("xxy", {"x", "y"}) == [["x", "x", "y"]]
    assert ways_apart("xy", names) == [["xy"], ["x", "y"]] or ways_apart("xy", names) == [["x", "y"], ["xy"]]
    assert ways_apart("xz", names) == []
    assert ways_apart("x" * 25, names) == []
    assert ways_apart("x" * 24, names) == [["x"] * 24]
    assert is_made_of("x" * 24, names)
    assert apart("2yx + xyx", {"x", "y"}) == "2y x + x y x"
    assert apart("2yxy", names) == "2yxy"  # y*xy or y*x*y
    assert apart("xsq(y) + ysin(x)", {"x", "y"}, ["sq"]) == "x sq(y) + y sin(x)"
    assert apart("2sq(x)", {"s", "q", "x"}, ["sq"]) == "2sq(x)"
    assert [is_made_of(word, {"x", "s"}) for word in ("sinx", "cos2x", "sins", "max", "xk", "e2", "x" * 25)] == [
        True, True, True, False, False, False, False]  # fmt: skip
    assert [with_times(text, {"x"}) for text in ("2 x 3", "2x3", "1x-3", "1 x - 3", "2x-3", "2 x-3", "2 x -3")] == [
        "2*3", "2x3", "1*(-3)", "1 x - 3", "2x-3", "2 x-3", "2*(-3)"]  # fmt: skip


@pytest.mark.parametrize(("unit", "is_glued", "may_be"), [
    ("kg", False, False), ("kg", True, False), ("kg*ab", False, True), ("ab/kg", False, True), ("kg/s", False, False),
    ("a", False, True), ("pi", False, True), ("da", False, True), ("dk", False, False), ("ka", False, False),
    ("A", True, True), ("A", False, False), ("abk", True, True), ("abk", False, False), ("x2", True, True),
    ("xk", True, True), ("xk", False, False), ("²", True, False),
])  # fmt: skip
def test_what_may_be_a_unit_or_factors(unit: str, is_glued: bool, may_be: bool) -> None:
    """`kg*ab` has factors beside a unit, 3A is 3a mistyped, 3xk begins with a sign for times."""
    assert may_be_factor(unit, {"a", "b"}, is_glued=is_glued) is may_be

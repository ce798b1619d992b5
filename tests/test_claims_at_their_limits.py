"""Claims at their limits: how much is mended, how many points a formula needs, what a ∂ may mean."""

from __future__ import annotations

import math
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.homework.claims.answer_tables import encoding_of
from gradcli.homework.claims.array_claims import ArrayFormula, Numbers, read_array_claim
from gradcli.homework.claims.array_formulas import ArraySamples, _distance, compare
from gradcli.homework.claims.array_items import readings
from gradcli.homework.claims.array_repairs import ArrayReading
from gradcli.homework.claims.claims import Formula, Number, read_claim
from gradcli.homework.claims.formula_equality import DIFFERENT, EQUAL, ROUNDED, UNKNOWN, samples
from gradcli.homework.claims.formula_equality import _distance as number_distance
from gradcli.homework.claims.formula_equality import compare as compare_numbers
from gradcli.homework.claims.items import DERIVATIVE, LOCAL, UPSTREAM, item_of
from gradcli.homework.claims.repairs import EQUATION, PRODUCT, WORDS, read_kindly
from gradcli.homework.claims.written_numbers import AROUND, COMMA, SIGN
from gradcli.numbers.error_arithmetic import Bound
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request

from .array_sheets import key_of

KEY = key_of("z = W@x; L = sum(z*g)", {"W": [[1, 2], [3, 4]], "x": [1, 2], "g": [3, 5]})
LABEL = KEY.record.graph.by_label


def array_read(item: str, text: str) -> ArrayReading | str:
    """What a claim says, or why it says nothing."""
    found: Any = KEY.read(text, readings(KEY.record, item)[0], files=False, comma=False)
    return found if isinstance(found, str) else ArrayReading(*found)


# ---- repairs


@pytest.mark.parametrize(("count", "fits"), [(0, True), (1, True), (4, True), (5, False)])
def test_four_repairs_and_no_fifth(count: int, fits: bool) -> None:
    lead = "about " * count
    if fits:
        found = read_kindly(f"{lead}x*y", {"x": 0, "y": 1})
        assert (found.read_as, found.repairs) == (("x*y", (WORDS,)) if count else ("", ()))
    else:
        with pytest.raises(GradcliError):
            read_kindly(f"{lead}x*y", {"x": 0, "y": 1})
    made = array_read("z", f"{lead}[1, 2]")
    assert isinstance(made, ArrayReading) is fits
    if isinstance(made, ArrayReading):
        assert isinstance(made.written, Numbers)
        assert [n.value for n in made.written.entries] == [1, 2]
        assert (made.read_as, made.repairs) == (("[1, 2]", (WORDS,)) if count else ("", ()))


@pytest.mark.parametrize(("text", "read_as", "repairs"), [
    ("2.5", "", ()), ("2,5", "2.5", (COMMA,)), ("= 2.5", "2.5", (AROUND,)), ("ca. 2,5 kg", "2.5", (COMMA, WORDS)),
    ("q = 2,5", "2.5", (EQUATION, COMMA)), ("\uff12.5", "2.5", (SIGN,)), ("\u22122.5", "", ()),
    ("2x", "2*x", (PRODUCT,)), ("\u21d2 2.5", "2.5", (AROUND,)), ("x \u21d2 2.5", "2.5", (EQUATION,)),
    ("\u21d2 2.5 \u21d2 2.5", "2.5", (EQUATION,)),
    ("about \u22122,5 m", "-2.5", (COMMA, WORDS)), ("x\u00d72", "", ()), ("x\u22172", "x*2", (SIGN,)),
    ("= 2x", "2*x", (AROUND, PRODUCT)), ("q = x*2,5", "x*2.5", (EQUATION, COMMA)),
])  # fmt: skip
def test_what_is_mended_is_said_in_the_order_in_which_it_was(text: str, read_as: str, repairs: tuple[str, ...]) -> None:
    found = read_kindly(text, {"x": 0, "q": 1})
    assert (found.read_as, found.repairs) == (read_as, repairs)


@pytest.mark.parametrize(("text", "read_as", "repairs"), [
    ("[1, 2]", "", ()), ("[1, \uff12]", "[1, 2]", (SIGN,)), ("= [1, \uff12]", "[1, 2]", (SIGN, AROUND)),
    ("z = [1, 2]", "[1, 2]", (EQUATION,)), ("[1, 2].", "[1, 2]", (AROUND,)), ("z = [1,5; 2,5]", "[1.5, 2.5]",
     (EQUATION, COMMA)),
    ("[1, 2] (by hand)", "[1, 2]", (WORDS,)), ("[1, 2], by hand", "[1, 2]", (WORDS,)),
    ("ca. [1, 2] (by hand).", "[1, 2]", (WORDS,)),
])  # fmt: skip
def test_what_is_mended_of_an_array_is_said(text: str, read_as: str, repairs: tuple[str, ...]) -> None:
    found = array_read("z", text)
    assert isinstance(found, ArrayReading), found
    assert (found.read_as, found.repairs) == (read_as, repairs)


def test_entries_of_a_file_are_numbers_as_they_are(tmp_path: Path) -> None:
    """In a binary file nothing is written: no figures, and no last place."""
    np = pytest.importorskip("numpy")
    np.save(tmp_path / "z.npy", np.array([0.25, -3.0]))
    found = read_array_claim(f"@{tmp_path / 'z.npy'}", {}, "", lambda name: None, files=True)
    assert found == Numbers((2,), [Number(0.25), Number(-3.0)])
    with pytest.raises(GradcliError, match="a file cannot be named here"):
        read_array_claim(f"@{tmp_path / 'z.npy'}", {}, "", lambda name: None, files=False)


@pytest.mark.parametrize(("data", "encoding"), [
    (b"a\0b\0cdef", "utf-8-sig"), (b"a\0b\0c\0ef", "utf-16-le"), (b"\0a\0bcdef", "utf-8-sig"),
    (b"\0a\0b\0cef", "utf-16-be"), (b"a\0b\0c\0\0f", "utf-8-sig"), (b"ab" * 100 + b"a\0" * 300, "utf-8-sig"),
    (b"a\0" * 26 + b"ab" * 74 + b"\0a" * 300, "utf-8-sig"), (b"a\0" * 51 + b"ab" * 49 + b"ab" * 300, "utf-16-le"),
    (b"\xff\xfea", "utf-16"), (b"\xfe\xffa", "utf-16"), (b"\xff\xffa", "cp1252"),
])  # fmt: skip
def test_every_second_byte_of_utf_16_is_0(data: bytes, encoding: str) -> None:
    """More than a quarter of the first 200 bytes, on one side."""
    assert encoding_of(BytesIO(data)) == encoding


# ---- items


@pytest.mark.parametrize(("program", "text", "expected"), [
    ("p = 2*x; L = sum(p)", "dL/dp", [(UPSTREAM, "p", (2,), "")]),
    ("p = 2*x; L = sum(p)", "\u2202L/\u2202p", [(UPSTREAM, "p", (2,), ""), (LOCAL, "L", (2,), "")]),
    ("p = 2*x; L = sum(p)", "\u2202L/\u2202p[1]", [(UPSTREAM, "p", (), "[1]"), (LOCAL, "L", (), "[1]")]),
    ("p = 2*x; L = sum(p)", "\u2202L/dp", [(UPSTREAM, "p", (2,), "")]),
    ("p = 2*x; L = sum(p)", "dL/\u2202p", [(UPSTREAM, "p", (2,), "")]),
    ("p = 2*x; L = sum(p)", "\u2202L/\u2202x", [(UPSTREAM, "x", (2,), "")]),  # no edge
    ("p = sum(x); L = p*p", "\u2202L/\u2202p", [(UPSTREAM, "p", (), "")]),  # two
    ("p = 2*x; q = sum(p); L = q*q", "\u2202q/\u2202p", [(DERIVATIVE, "p", (2,), "")]),
    ("p = 2*x; L = sum(p)", "\u2202p/\u2202x", [(LOCAL, "p", (2, 2), "")]),
])  # fmt: skip
def test_what_a_partial_derivative_may_mean(program: str, text: str, expected: list[Any]) -> None:
    """Of the output it may be the whole gradient or the one along its edge, the likelier first."""
    record = key_of(program, {"x": [1, 2]}).record
    found = readings(record, text)
    assert [(item.kind, record.labels[item.node], item.shape, item.subscript) for item in found] == expected


# ---- formulas of arrays


def formula(text: str) -> Any:
    found = array_read("dL/dW", text)
    assert isinstance(found, ArrayReading), found
    return found.written


@pytest.mark.parametrize(("points", "verdict"), [(0, UNKNOWN), (1, UNKNOWN), (2, EQUAL), (6, EQUAL)])
def test_a_formula_is_compared_at_three_points_or_not_at_all(points: int, verdict: str) -> None:
    """The point itself is one of them."""
    samples = ArraySamples(KEY.record, 0, ())
    samples._runs[frozenset()] = samples.runs()[:points]
    found = compare(samples, readings(KEY.record, "dL/dW")[0], formula("outer(g, x)"), 1e-2)
    assert found.verdict == verdict
    assert found.own is not None
    assert found.own.entries == [3, 6, 5, 10]


@pytest.mark.parametrize(("text", "verdict", "witness"), [
    ("outer(g, x)", EQUAL, ""), ("outer(g, x)*1.0001", ROUNDED, "it differs at other points of the same shapes"),
    ("outer(g, x)*10001/10000", DIFFERENT, "it differs at other points of the same shapes"),
    ("outer(g, x)*1.1", DIFFERENT, "it differs at other points of the same shapes"),
    ("outer(g, x)*(x[0]*2 - x[1] + 1)", DIFFERENT, "it differs at other points of the same shapes"),
    ("outer(g, x)*where(x[0] == 1, 2, 1)", DIFFERENT, ""),
    ("outer(g, x)/(x[0]*2 - x[1])", DIFFERENT, "it has no value at the point"),
])  # fmt: skip
def test_what_is_found_of_a_formula_of_arrays(text: str, verdict: str, witness: str) -> None:
    found = compare(ArraySamples(KEY.record, 0, ()), readings(KEY.record, "dL/dW")[0], formula(text), 1e-2)
    assert (found.verdict, found.witness) == (verdict, witness)


@pytest.mark.parametrize(("given", "expected", "met", "off"), [
    ([1.0, 2.0], [1.0, 2.0], 2.0, 0.0), ([1.0, 2.5], [1.0, 2.0], 2.5, 0.25), ([1.1, 2.5], [1.0, 2.0], 2.5, 0.25),
    ([-1.0, 2.0], [1.0, 2.0], 2.0, 2.0), ([1.0, 0.1], [1.0, 0.0], 1.0, float("inf")),
    ([0.0, 0.0], [0.0, 0.0], 1.0, 0.0),
    ([1.0, 1e-11], [1.0, 0.0], 1.0, 0.0), ([1e-11, 1e-12], [2e-11, 0.0], 1.0, None),
    ([0.0, 1e-11], [0.0, 0.0], 1.0, 0.0),
    ([1e-3, 0.0], [2e-11, 0.0], 1.0, 1e-3 / 2e-11 - 1), ([1.0, 2.0], [1.0, 2.0], 1e12, None),
])  # fmt: skip
def test_the_distance_of_two_arrays(given: list[float], expected: list[float], met: float, off: float | None) -> None:
    """The largest relative error; beside 1e-10 of the largest number on the way an entry tells nothing."""
    A = KEY.run.A
    found = _distance(A.make((2,), given), A.make((2,), expected), [A.make((2,), [0.0, -met]), A.make((1,), [None])])
    assert found == (None if off is None else pytest.approx(off))


# ---- formulas, and what is none


@pytest.mark.parametrize(("text", "rounded"), [
    ("2*x*g", False), ("2.0*x*g", True), ("2.0*x*g*3", True), ("3*x*g*2.5", True), ("x*g", False), ("x*g/3", False),
])  # fmt: skip
def test_a_formula_with_a_decimal_numeral_may_be_rounded(text: str, rounded: bool) -> None:
    found = array_read("dL/dz", text)
    assert isinstance(found, ArrayReading), found
    assert isinstance(found.written, ArrayFormula)
    assert found.written.rounded is rounded
    plain = read_claim(text, {"x": 0, "g": 1})
    assert isinstance(plain, Formula)
    assert plain.rounded is rounded


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("3, 4", "several numbers are an array, in brackets", "write [3, 4], or with a point 3.4"),
    ("3 4", "several numbers are an array, in brackets", "write [3, 4]"),
    ("-1 2 3", "several numbers are an array, in brackets", "write [-1, 2, 3]"),
    ("1, 2, 3", "several numbers are an array, in brackets", "write [1, 2, 3]"),
    ("1.5, 2", "several numbers are an array, in brackets", "write [1.5, 2]"),
    ("1 2,3", "several numbers are an array, in brackets", "write [1, 2, 3]"),
    ("q = 3", "a claim is one expression without =", None),
    ("x;", "a claim is one expression", None), ("x\ng", "a claim is one expression", None),
    ("xx*g", "the program has no xx", "did you mean x?"),
    ("2*inf", "the program has no inf", "a claim is a finite number, a formula, or undefined"),
    ("infinite*x", "the program has no infinite", "a claim is a finite number, a formula, or undefined"),
    ("log(-1)", "this has no value", None), ("zeros(2)/0", "this has no value", None),
    ("1/0", "this has no value", None),
    ("x" * 2001, "a formula has at most 2,000 characters", None),
])  # fmt: skip
def test_what_is_no_claim_about_an_array(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(GradcliError) as caught:
        read_array_claim(text, {"x": (2,), "g": (2,)}, "", lambda name: None, files=False)
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("x; g", "a claim is one expression", None), ("x\ng", "a claim is one expression", None),
    ("q = 3", "a claim is one expression without =", None), ("xx*g", "the program has no xx", "did you mean x?"),
    ("2*inf", "the program has no inf", "a claim is a finite number, a formula, or undefined"),
    ("1/0", "this has no value", None), ("exp(1000)", "this overflows", None), ("1e300*1e300", "this overflows", None),
    ("log(-1)", "this has no value", None), ("x" * 2001, "a claim has at most 2,000 characters", None),
])  # fmt: skip
def test_what_is_no_claim_about_a_number(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(GradcliError) as caught:
        read_claim(text, {"x": 0, "g": 1})
    assert (caught.value.message, caught.value.hint) == (message, hint)


@pytest.mark.parametrize(("text", "shape", "entries"), [
    ("7", (), [7]), ("\u22127", (), [-7]), ("1/4", (), [0.25]), ("[1, 1/4]", (2,), [1, 0.25]),
    ("[1, 2]*2", (2,), [2, 4]),
    ("sum([1, 2])", (), [3]), ("2*3", (), [6]), ("[[1], [2]]", (2, 1), [1, 2]), ("zeros(2)", (2,), [0, 0]),
])  # fmt: skip
def test_numbers_without_names(text: str, shape: tuple[int, ...], entries: list[float]) -> None:
    found = read_array_claim(text, {"x": (2,)}, "", lambda name: None, files=False)
    assert isinstance(found, Numbers)
    assert (found.shape, [n.value for n in found.entries]) == (shape, entries)


# ---- how far a formula is off

ONE = evaluate(Source("program", "x*y"), {"x": Source("x", "2"), "y": Source("y", "3")}, Request())


@pytest.mark.parametrize(("formula", "expected", "span", "far", "off"), [
    ("x", 2.0, None, False, 0.0), ("x", 4.0, None, False, 0.5), ("x", -2.0, None, False, 2.0),
    ("x - 2", 0.0, None, False, 0.0),
    ("x", 0.0, None, False, math.inf), ("x", 5.0, (1.0, 2.0), False, 0.0), ("x", 5.0, (2.0, 3.0), False, 0.0),
    ("x", 5.0, (2.1, 3.0), False, 0.6), ("x", 5.0, (1.0, 1.9), False, 0.6), ("log(-x)", 2.0, None, False, math.inf),
    ("log(-x)", 2.0, None, True, None), ("log(-x)", 2.0, (1.0, 3.0), False, None),
    ("exp(exp(5*x))", 2.0, None, False, None),
    ("x*1e-320", 0.0, None, False, math.inf),
])  # fmt: skip
def test_how_far_a_formula_is_off(
    formula: str, expected: float, span: tuple[float, float] | None, far: bool, off: float | None
) -> None:
    """Relatively; anything between two slopes is right, and far from the point a formula may have no value."""
    written = read_claim(formula, ONE.graph.by_label)
    assert isinstance(written, Formula)
    found, given = number_distance(written.graph, {"x": Bound(2.0, 0.0)}, Bound(expected, 0.0), span, far=far)
    assert found == (None if off is None else pytest.approx(off, rel=1e-12))
    assert (given is None) is ("log" in formula or "exp" in formula)
    assert number_distance(written.graph, {"x": None}, Bound(expected, 0.0), span, far=far) == (None, None)


@pytest.mark.parametrize(("formula", "witness"), [
    ("x*y", "at x=3 y=2 it gives 6"), ("2*x*y", ""), ("log(-x)", "at x=3 y=2 it has no value"),
    ("2.0001*x*y", "at x=3.85 y=1.16 it gives 8.93245"), ("2.03*x*y", "at x=3 y=2 it gives 12.18"),
])  # fmt: skip
def test_the_witness_is_the_nearest_point(formula: str, witness: str) -> None:
    """Its own point is none where the formula is right there, within 1 %."""
    given = {"x": Source("x", "3"), "y": Source("y", "2")}
    record = evaluate(Source("program", "L = x**2*y"), given, Request())
    written = read_claim(formula, record.graph.by_label)
    assert isinstance(written, Formula)
    found = compare_numbers(record, item_of(record, "dL/dx"), written, samples(record, 0), 1e-2, None, {})
    assert found.witness == witness


@pytest.mark.parametrize("count", [1, 6, 7])
def test_a_witness_shows_six_inputs(count: int) -> None:
    names = "abcdghi"[:count]
    given = {name: Source(name, "2") for name in names}
    record = evaluate(Source("program", f"L = {' + '.join(names)}"), given, Request())
    written = read_claim("a*a*a", record.graph.by_label)
    assert isinstance(written, Formula)
    found = compare_numbers(record, item_of(record, "L"), written, samples(record, 0), 1e-2, None, {})
    assert found.witness.count("=") == min(count, 6)

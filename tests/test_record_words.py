"""Names, entries, shapes and numbers that a record is asked for: what is found, and what is said where nothing is."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.errors import GradcliError, InputError, Source
from gradcli.numbers.systems import Unbounded, Undecided
from gradcli.record.array_derivation import Growth, growth
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.array_request import MOST_ENTRIES, asked_entries
from gradcli.record.array_shapes import written_shape
from gradcli.record.array_summary import ArraySummary, approximate, summarised
from gradcli.record.array_task import MOST_WRITTEN, _example
from gradcli.record.array_values import array_of
from gradcli.record.descent import _norm
from gradcli.record.gradient import Gradient
from gradcli.record.higher_derivatives import differentiate_formula
from gradcli.record.precision import MAX_DIGITS, MOST_LOST, Precision, reason
from gradcli.record.verification import approximated
from gradcli.record.written_numbers import comes_to

# ---- names


@pytest.mark.parametrize(("asked", "message", "hint"), [
    ({"of": "w"}, "there is no node w", "the nodes are x, y, q, z, f"),
    ({"of": "df/dx"}, "there is no node df/dx", "write --grad x, for df/dx"),
    ({"of": "dq/dx"}, "there is no node dq/dx", "write --of q --grad x, for dq/dx"),
    ({"of": "Q"}, "there is no node Q", "did you mean q? (capitals count)"),
    ({"grad": ["w"]}, "nothing in the program is called w", "the names are x, y, q, z, f"),
    ({"grad": ["df/dx"]}, "nothing in the program is called df/dx", "write --grad x, for df/dx"),
    ({"grad": ["x", "dq/dx"]}, "nothing in the program is called dq/dx", "write --of q --grad x, for dq/dx"),
    ({"grad": ["dr/dx"]}, "nothing in the program is called dr/dx", "write --grad x, for df/dx"),
    ({"grad": ["dx/dx"]}, "nothing in the program is called dx/dx", "write --grad x, for df/dx"),
    ({"grad": ["df/dr"]}, "nothing in the program is called df/dr", "the names are x, y, q, z, f"),
    ({"wrt": ["q"]}, "q is not an input", "the inputs are x, y, z"),
    ({"wrt": ["dq/dx"]}, "dq/dx is not an input", "write --of q --wrt x, for dq/dx"),
    ({"wrt": ["x", "xx"]}, "xx is not an input", "did you mean x?"),
])  # fmt: skip
def test_names_that_the_program_does_not_have(asked: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(InputError) as raised:
        differentiate("q = x*y; f = q*z", {"x": 1, "y": 2, "z": 3}, **asked)
    assert (raised.value.message, raised.value.hint, raised.value.kind) == (message, hint, "name")


@pytest.mark.parametrize("many", [7, 8, 9])
def test_eight_names_are_listed(many: int) -> None:
    names = "abcdghijk"[:many]
    program, values = f"f = max({', '.join(names)})", dict.fromkeys(names, 1)
    nodes = [*names, "f"]
    some, given = (", ".join(known[:8]) + (", ..." if len(known) > 8 else "") for known in (nodes, names))
    for asked, hint in (({"of": "w"}, f"the nodes are {some}"), ({"grad": ["w"]}, f"the names are {some}"),
                        ({"wrt": ["w"]}, f"the inputs are {given}")):  # fmt: skip
        with pytest.raises(InputError) as raised:
            differentiate(program, values, **asked)
        assert raised.value.hint == hint


@pytest.mark.parametrize(("program", "hint"), [
    ("sinx*2", "write sin(x), not sinx"), ("sinx*cosx", "write sin(x), not sinx and cos(x), not cosx"),
])  # fmt: skip
def test_functions_without_parentheses_are_told(program: str, hint: str) -> None:
    for asked in ({"wrt": ["x"]}, {"grad": ["x"]}):
        with pytest.raises(InputError) as raised:
            differentiate(program, {"sinx": 1, "cosx": 1}, may_be_unused=["cosx"], **asked)  # type: ignore[arg-type]
        assert raised.value.hint == hint


# ---- entries

POINT = {"W": [[1.0] * 6] * 3, "x": [1.0] * 6}


def of_arrays(program: str, **asked: Any) -> ArrayGradient:
    found = differentiate(program, POINT, **asked)
    assert isinstance(found, ArrayGradient)
    return found


@pytest.mark.parametrize(("text", "entries"), [
    ("df/dW[1,0]", [("W", 6, True)]), ("dW[1,0]", [("W", 6, True)]), ("z[1]", [("z", 1, False)]),
    (" z[-1] ", [("z", 2, False)]),
    ("df/dx[0]", [("x", 0, True)]), ("x[0]", [("x", 0, False)]), ("f", [("f", 0, False)]), ("df", [("f", 0, True)]),
    ("df/df", [("f", 0, True)]), ("df/dz[2]", [("z", 2, True)]), ("W[0]", [("W", k, False) for k in range(6)]),
    ("W[0:2, 4:6]", [("W", k, False) for k in (4, 5, 10, 11)]),
])  # fmt: skip
def test_entries_that_a_text_names(text: str, entries: list[tuple[str, int, bool]]) -> None:
    record = of_arrays("z = W@x; f = sum(z*z)")
    found = asked_entries(record, text)
    assert [(record.labels[one.node], one.place, one.is_derivative) for one in found] == entries


NOTHING = "nothing in the program is called"


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("dL/dW[1,0]", "dL/dW[1,0] is no derivative of f, which is differentiated", "write df/dW[1,0]"),
    ("dz/dx", "dz/dx is no derivative of f, which is differentiated", "write df/dx"),
    ("dL/dL", f"{NOTHING} L", "an entry is df/dW[0,0], or one such as W[0,0]"),
    ("dL/dw[0]", f"{NOTHING} w", "did you mean W? (capitals count)"),
    ("w", f"{NOTHING} w", "did you mean W? (capitals count)"),
    ("foo[1]", f"{NOTHING} foo", "an entry is df/dW[0,0], or one such as W[0,0]"),
    ("W", "W is 3x6: name an entry", "--entry 'W[0,0]'"), ("dW", "W is 3x6: name an entry", "--entry 'dW[0,0]'"),
    ("df/dW", "W is 3x6: name an entry", "--entry 'df/dW[0,0]'"),
    ("z", "z has 3 entries: name an entry", "--entry 'z[0]'"),
    ("W[:,0:6]", f"W[:,0:6] names 18 entries, more than {MOST_ENTRIES}", None),
])  # fmt: skip
def test_entries_that_there_are_not(text: str, message: str, hint: str | None) -> None:
    with pytest.raises(InputError) as raised:
        asked_entries(of_arrays("z = W@x; f = sum(z*z)"), text)
    assert (raised.value.message, raised.value.hint) == (message, hint)


@pytest.mark.parametrize(("columns", "many"), [(4, 16), (5, None)])
def test_sixteen_entries_may_be_named_at_once(columns: int, many: int | None) -> None:
    record = differentiate("sum(A)", {"A": [[1.0] * 9] * 4})
    assert isinstance(record, ArrayGradient)
    if many is None:
        with pytest.raises(InputError, match="names 20 entries, more than 16"):
            asked_entries(record, f"A[:,0:{columns}]")
    else:
        assert len(asked_entries(record, f"A[:,0:{columns}]")) == many


def test_an_entry_that_nothing_is_differentiated_by() -> None:
    with pytest.raises(InputError) as raised:
        asked_entries(of_arrays("L = sum(W@x)", wrt=["x"]), "dL/dW[0,0]")
    assert raised.value.message == "L is not differentiated with respect to W"
    assert raised.value.hint == "it holds labels or indices, or --wrt leaves it out"


# ---- shapes


@pytest.mark.parametrize(("text", "shape"), [
    ("NxD", ("N", "D")), ("3x2", (3, 2)), ("C", ("C",)), ("number", ()), ("()", ()), ("(3,)", (3,)), ("(3, 2)", (3, 2)),
    ("3×2", (3, 2)), ("3*2", (3, 2)), ("3,2", (3, 2)), (" N x D ", ("N", "D")), ("hidden", ("hidden",)), ("1", (1,)),
    ("999999999", (999_999_999,)), ("1000000000", None), ("1.5", None), ("x", None), ("2y", None), ("[1,2]", None),
    ("", None),
    ("-1", None), ("AxBxC", ("A", "B", "C")),
])  # fmt: skip
def test_shapes_as_they_are_written(text: str, shape: tuple[Any, ...] | None) -> None:
    found = written_shape(Source("W", text))
    assert (None if found is None else tuple(size if isinstance(size, int) else str(size) for size in found)) == shape


@pytest.mark.parametrize("text", ["0", "Nx0", "00"])
def test_a_size_is_1_or_more(text: str) -> None:
    with pytest.raises(InputError, match=r"^a size is 1 or more$") as raised:
        written_shape(Source("W", text))
    assert raised.value.hint == "write W=number for a number; values are given without --shapes"


@pytest.mark.parametrize(("shape", "example"), [
    ((1,), "'[1]'"), ((2,), "'[1, 0]'"), ((2, 2), "'[[1, 0], [0, 0]]'"), ((MOST_WRITTEN,), "'[1, 0, 0, 0, 0, 0]'"),
    ((MOST_WRITTEN + 1,), "@FILE"), ((2, 3), "'[[1, 0, 0], [0, 0, 0]]'"), ((2, 4), "@FILE"),
])  # fmt: skip
def test_an_upstream_gradient_to_write(shape: tuple[int, ...], example: str) -> None:
    assert _example(shape) == example


@pytest.mark.parametrize(("program", "point", "found"), [
    ("f = sum(X + b)", {"X": [[1, 2, 3], [4, 5, 6]], "b": [1, 2, 3]}, Growth(2, "rows")),
    ("f = sum(X + b)", {"X": [[1, 2, 3], [4, 5, 6]], "b": [[1, 2, 3]]}, Growth(2, "rows")),
    ("f = sum(X + b)", {"X": [[1, 2, 3], [4, 5, 6]], "b": [[1], [2]]}, Growth(3, "columns")),
    ("f = sum(X + b)", {"X": [[1, 2, 3], [4, 5, 6]], "b": 1}, Growth(6, "entries")),
    ("f = sum(X + b)", {"X": [[1, 2, 3], [4, 5, 6]], "b": [[1]]}, Growth(6, "entries")),
    ("f = sum(X + b)", {"X": [[1, 2, 3], [4, 5, 6]], "b": [[1, 2, 3], [4, 5, 6]]}, None),
    ("f = sum(X + b)", {"X": [1, 2, 3], "b": [1]}, Growth(3, "places")),
    ("f = sum(X + b)", {"X": [[1]], "b": [1]}, None),
    ("f = sum(X@b)", {"X": [[1, 2, 3], [4, 5, 6]], "b": [1, 2, 3]}, None),
    ("f = sum(X + b)", {"X": [[[1, 2]], [[3, 4]]], "b": [1, 2]}, Growth(2, "places")),
])  # fmt: skip
def test_how_often_an_argument_stands_in_a_result(program: str, point: dict[str, Any], found: Growth | None) -> None:
    record = differentiate(program, point)
    assert isinstance(record, ArrayGradient)
    user = next(i for i, node in enumerate(record.graph.nodes) if len(node.arguments) == 2)
    place = record.graph.nodes[user].arguments.index(record.graph.inputs["b"])
    assert growth(record.graph, user, place) == found


# ---- values of Python


@pytest.mark.parametrize(("value", "shape", "entries"), [
    (1, (), ["1"]), (2.5, (), [2.5]), (True, (), [1.0]), ("1/3", (), ["1/3"]), ([1, 2], (2,), ["1", "2"]),
    ((1, 2.0), (2,), ["1", 2.0]), ([True, False], (2,), [1.0, 0.0]), (range(3), (3,), ["0", "1", "2"]),
    (Fraction(1, 3), (), ["1/3"]), ([[[[1]]]], (1, 1, 1, 1), ["1"]), ("1 2; 3 4", (2, 2), ["1", "2", "3", "4"]),
])  # fmt: skip
def test_values_that_are_arrays(value: Any, shape: tuple[int, ...], entries: list[Any]) -> None:
    found = array_of("W", value)
    assert (found.shape, list(found.entries)) == (shape, entries)
    assert [type(x) for x in found.entries] == [type(x) for x in entries]


@pytest.mark.parametrize(("value", "message", "hint"), [
    ([[1, 2], [3]], "row 1 of W has 1 number, row 0 has 2", "all rows of an array are of one length"),
    ([[[1], [2]], [[1]]], "row 1 of W has 1 number, row 0 has 2", "all rows of an array are of one length"),
    ([[[1, 2]], [[1, 2, 3]]], "row [1,0] of W has 3 numbers, row 0 has 2", "all rows of an array are of one length"),
    ([1, [2]], "W[1] is no list, or its neighbours are none", "all entries of an array are alike"),
    ([[1], [2], 3], "W[2] is no list, or its neighbours are none", "all entries of an array are alike"),
    ([[[[[1]]]]], "W has more than four axes, which is the limit", None),
    ([], "this array is empty", "an array has at least one number: [1, 2, 3]"),
    ([1, None], "W[1] is not a number but NoneType", None), ({"a": 1}, "W is not a number but dict", None),
    ([[1, 2], [3, 1j]], "W[1,1] is not a number but complex", None),
    ([1, "a"], "a is not a number", "a value is a number or an expression of numbers such as 1/3 or pi/4"),
    ([1, math.nan], "the number at [1] is nan", "every entry is a finite number"),
    ([[1, math.inf]], "the number at [0,1] is inf", "every entry is a finite number"),
    (10**400, "W overflows a binary64", "the largest is about 1.8e308"),
    ([1, 10**400], "W[1] overflows a binary64", "the largest is about 1.8e308"),
    ("@w.csv", "a file cannot be named here", "give the numbers themselves"),
])  # fmt: skip
def test_values_that_are_no_arrays(value: Any, message: str, hint: str | None) -> None:
    with pytest.raises(GradcliError) as raised:
        array_of("W", value)
    assert (raised.value.message, raised.value.hint) == (message, hint)


# ---- what is said of numbers


@pytest.mark.parametrize(("entries", "shape", "summary"), [
    ([1.0, -3.0, 2.0], (3,), (-3.0, 2.0, 0.0, math.sqrt(14), 0, 0, (1,))),
    ([2.0, -2.0, 0.0, 0.0], (2, 2), (-2.0, 2.0, 0.0, math.sqrt(8), 2, 0, (0, 0))),
    ([None, 4.0, None, -4.0], (2, 2), (-4.0, 4.0, 0.0, math.sqrt(32), 0, 2, (0, 1))),
    ([1e308, 1e308], (2,), (1e308, 1e308, 1e308, math.sqrt(2) * 1e308, 0, 0, (0,))),
    ([3e-320, 4e-320], (2,), (3e-320, 4e-320, 3.5e-320, 5e-320, 0, 0, (1,))),
    ([math.inf, 1.0], (2,), (1.0, math.inf, math.inf, math.inf, 0, 0, (0,))), ([0.0, 0.0], (2,),
    (0.0, 0.0, 0.0, 0.0, 2, 0, (0,))),
    (["1/3", "-2/3"], (2,), ("-2/3", "1/3", -1 / 6, math.sqrt(5) / 3, 0, 0, (1,))),
    (["1.5 ± 0.1", "-2.0 ± 3.0"], (2,), ("-2.0 ± 3.0", "1.5 ± 0.1", -0.25, 2.5, 0, 0, (1,))),
    ([1e16, 1.0, -1e16], (3,), (-1e16, 1e16, 0.0, math.sqrt(2) * 1e16, 0, 0, (0,))), ([7.0], (),
    (7.0, 7.0, 7.0, 7.0, 0, 0, ())),
])  # fmt: skip
def test_the_summary_of_an_array(entries: list[Any], shape: tuple[int, ...], summary: tuple[Any, ...]) -> None:
    found = summarised(entries, shape)
    expected = ArraySummary(*summary)
    assert found._replace(mean=0.0, norm=0.0) == expected._replace(mean=0.0, norm=0.0)
    assert (found.mean, found.norm) == pytest.approx((expected.mean, expected.norm), rel=1e-14, abs=1e-322)


def test_the_summary_of_nothing() -> None:
    for entries in ([], [None, None]):
        found = summarised(entries, (len(entries),))
        assert (found.least, found.greatest, found.zeros, found.missing, found.largest) == (
            None,
            None,
            0,
            len(entries),
            None,
        )
        assert math.isnan(found.mean)
        assert math.isnan(found.norm)


@pytest.mark.parametrize(("x", "number"), [
    (2, 2.0), ("0.5", 0.5), ("1/4", 0.25), ("2.5 ± 0.1", 2.5), (Fraction(10**400), math.inf),
    (Fraction(-(10**400)), -math.inf),
])  # fmt: skip
def test_numbers_of_records_as_binary64(x: Any, number: float) -> None:
    assert approximate(x) == number


@pytest.mark.parametrize(("x", "digits", "found"), [
    (2.5, 17, (2.5, 0.0)), (Fraction(1, 4), 17, (0.25, 0.0)), (Fraction(10**400), 17, (math.inf, 0.0)),
    (Fraction(-(10**400)), 17, (-math.inf, 0.0)), ("-0.5", 3, (-0.5, 0.005)), ("200", 1, (200.0, 200.0)),
])  # fmt: skip
def test_numbers_and_what_their_digits_leave_open(x: Any, digits: int, found: tuple[float, float]) -> None:
    assert approximated(x, digits) == found


@pytest.mark.parametrize(
    ("digits", "norm"),
    [(0, math.sqrt(5)), (17, math.sqrt(5)), (20, math.sqrt(5)), (5, 2.236), (3, 2.2), (2, 2.0), (1, 2.0)],
)
def test_a_norm_has_a_digit_less_than_its_numbers(digits: int, norm: float) -> None:
    assert _norm([1.0, -2.0], digits) == norm


@pytest.mark.parametrize(("text", "result", "comes"), [
    ("1/3", "0.333", True), ("1/3", "0.33", True), ("1/3", "0.334", False), ("2*3", "6", True), ("2*3", "7", False),
    ("1/8", "0.13", True), ("1/8", "0.12", True), ("1/8", "0.14", False), ("1/2", "1", True), ("51/100", "0", False),
    ("1234", "1.2e3", True), ("1250", "1.2e3", True), ("1251", "1.2e3", False), ("12", "10", False),
    ("12.4", "12", True),
    ("12.6", "12", False), ("x", "5", True), ("1/0", "5", True), ("1", "a", True), ("0 - 2", "-2", True),
])  # fmt: skip
def test_arithmetic_comes_to_what_stands_behind_it(text: str, result: str, comes: bool) -> None:
    assert comes_to(text, result) is comes


# ---- precision


@pytest.mark.parametrize(("asked", "values", "found"), [
    ({}, [], ("certain", 0)), ({"exact": True}, [], ("exact", 0)), ({"ieee": True}, [], ("ieee", 0)),
    ({"digits": 1}, [], ("digits", 1)), ({"digits": MAX_DIGITS}, [], ("digits", MAX_DIGITS)),
    ({}, ["1±0.1"], ("uncertain", 12)),
    ({}, ["1", "2+-0.1"], ("uncertain", 12)), ({"digits": 5}, ["1±0.1"], ("uncertain", 5)),
])  # fmt: skip
def test_the_precision_that_is_asked_for(asked: dict[str, Any], values: list[str], found: tuple[str, int]) -> None:
    assert Precision.of(**asked, values=[Source("x", text) for text in values]) == Precision(*found)


@pytest.mark.parametrize(("asked", "values", "message"), [
    ({"exact": True, "ieee": True}, [], "only one of --exact, --digits and --ieee can be asked for"),
    ({"exact": True, "digits": 5}, [], "only one of"), ({"ieee": True, "digits": 5}, [], "only one of"),
    ({"exact": True}, ["1±0.1"], "a value with +- needs the default mode or --digits"),
    ({"ieee": True}, ["1+-0.1"], "a value with +-"),
    ({"digits": 0}, [], "--digits takes a number from 1 to 4,000"),
    ({"digits": MAX_DIGITS + 1}, [], "--digits takes a number from 1"),
    ({"digits": -1}, ["1±0.1"], "--digits takes"),
])  # fmt: skip
def test_precisions_that_there_are_not(asked: dict[str, Any], values: list[str], message: str) -> None:
    with pytest.raises(InputError) as raised:
        Precision.of(**asked, values=[Source("x", text) for text in values])
    assert raised.value.message.startswith(message)
    assert raised.value.kind == "option"


def lost(bits: int) -> Undecided:
    doubt = Undecided()
    doubt.lost = bits
    return doubt


LOST = "precision ran out: the numbers lose"


@pytest.mark.parametrize(("doubt", "words"), [
    (Undecided(), "a comparison, a domain or a digit hangs on two numbers that may be equal"),
    (Unbounded(), "a number is too large to be decided"), (lost(-3), f"{LOST} 0 bits on the way"),
    (lost(1_200), f"{LOST} 1,200 bits on the way"),
    (lost(MOST_LOST - 1), f"{LOST} 999,999,999,999 bits on the way"),
    (lost(MOST_LOST), f"{LOST} more than 1,000,000,000,000 bits on the way"),
])  # fmt: skip
def test_why_something_is_undecided(doubt: Undecided, words: str) -> None:
    assert reason(doubt) == words


# ---- formulas, and gates at a tie


@pytest.mark.parametrize(("program", "asked", "lines"), [
    ("x*x*y", {}, ["df_dx = 2*x*y", "df_dy = x**2"]), ("x*x*y", {"wrt": ["y"]}, ["df_dy = x**2"]),
    ("x*x*y", {"order": 2}, ["d2f_dx_dx = 2*y", "d2f_dx_dy = 2*x", "d2f_dy_dy = 0"]),
    ("x*x*y", {"order": 3, "wrt": ["x"]}, ["d3f_dx_dx_dx = 0"]),
    ("q = x*y; q*q", {"of": "q"}, ["dq_dx = y", "dq_dy = x"]),
    ("df_dx = x*2; f = df_dx*x", {}, ["df_dx = 2*x", "df_dx_ = 2*df_dx"]),
])  # fmt: skip
def test_derivatives_have_names_of_their_own(program: str, asked: dict[str, Any], lines: list[str]) -> None:
    assert differentiate_formula(Source("program", program), **asked).text().split("\n") == lines


@pytest.mark.parametrize(("program", "asked", "message"), [
    ("x*y", {"order": 0}, "--order takes a number from 1"), ("x*y", {"order": -1}, "--order takes a number from 1"),
    ("2*3", {}, "the program has no input"),
])  # fmt: skip
def test_derivatives_that_there_are_not(program: str, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as raised:
        differentiate_formula(Source("program", program), **asked)
    assert raised.value.message == message


@pytest.mark.parametrize(("program", "rules"), [
    ("max(x, y)", ["1/2", "1/2"]), ("max(x, y, z)", ["1/3", "1/3", "1/3"]), ("min(x, y)", ["1/2", "1/2"]),
])  # fmt: skip
@pytest.mark.parametrize("gates", [False, True])
def test_arguments_that_tie_share_the_slope(program: str, rules: list[str], gates: bool) -> None:
    record = differentiate(program, dict.fromkeys(sorted({*"xyz"} & {*program}), 2), gates=True)
    assert isinstance(record, Gradient)
    found = record.gates if gates else record
    assert found is not None
    assert [edge.rule for edge in found.view(found.output).arguments] == rules

"""Claims at their edges: numerals, tables and files, data among the inputs, formulas compared at points."""

from __future__ import annotations

import io
import math
import random
from fractions import Fraction
from typing import Any

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.homework.claims.answer_tables import (
    START,
    columns_of,
    decoded,
    delimited,
    delimiter_of,
    encoding_of,
    no_table,
    rows_of,
    surplus,
    width_of,
    with_comma,
)
from gradcli.homework.claims.array_claims import read_shape
from gradcli.homework.claims.array_formulas import shares_axis
from gradcli.homework.claims.array_runs import floats
from gradcli.homework.claims.claims import Absent, Formula, Number, read_claim
from gradcli.homework.claims.decimals import numeral
from gradcli.homework.claims.formula_equality import DIFFERENT, EQUAL, ROUNDED, UNKNOWN, _shares, compare, samples
from gradcli.homework.claims.headings import LISTING, NAMING, folded, kind_of, people_columns
from gradcli.homework.claims.items import VALUE, Item, item_of
from gradcli.homework.claims.labels import Data, _is_used_as_label, data_for, data_in_words, inputs_named, sources
from gradcli.homework.claims.repairs import read_kindly
from gradcli.homework.claims.written_numbers import (
    decimal_commas,
    has_comma_inside,
    has_point,
    is_decimal,
    is_doubtful,
    numeral_of,
    with_fractions,
)
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request

# ---- numbers


@pytest.mark.parametrize(("text", "unit", "figures", "resolution"), [
    ("0.25", 0.01, 2, 0.005), ("0.250", 0.001, 3, 0.0005), ("-12.5", 0.1, 3, 0.05), ("7", 1.0, 1, 0.0),
    ("99", 1.0, 2, 0.0), ("100", 1.0, 3, 0.5), ("123", 1.0, 3, 0.5), ("1230", 10.0, 3, 5.0), ("1200", 100.0, 2, 50.0),
    ("1000", 1000.0, 1, 500.0), ("990", 1.0, 3, 0.5), ("1.5e3", 100.0, 2, 50.0), ("2e-3", 0.001, 1, 0.0005),
    ("100.", 1.0, 3, 0.5), ("007", 1.0, 1, 0.0), ("0012300", 100.0, 3, 50.0), ("0.00", 0.01, 0, 0.005),
    ("1e308", 0.0, 1, 0.0), ("1e307", 1e307, 1, 5e306),
])  # fmt: skip
def test_what_a_numeral_says_of_itself(text: str, unit: float, figures: int, resolution: float) -> None:
    found = read_claim(text, {})
    assert isinstance(found, Number)
    assert found.figures == figures
    assert [found.unit, found.resolution] == pytest.approx([unit, resolution])


@pytest.mark.parametrize(("text", "kind"), [
    ("undefined", Absent), ("D.N.E.", Absent), ("does not exist", Absent), ("none", Absent), ("x*y", Formula),
    ("1/3", Number), ("none*x", Formula),
])  # fmt: skip
def test_what_a_claim_is(text: str, kind: type) -> None:
    assert isinstance(read_claim(text, {"x": 0, "y": 1, "none": 2} if "*" in text else {}), kind)


def test_a_name_of_the_program_is_no_word_for_nothing() -> None:
    assert isinstance(read_claim("none", {"none": 0}), Formula)


@pytest.mark.parametrize(("length", "fits"), [(2000, True), (2001, False)])
def test_a_claim_has_a_length(length: int, fits: bool) -> None:
    text = "1" + "+1" * ((length - 1) // 2)
    text = text.ljust(length, "1")
    if fits:
        assert isinstance(read_claim(text, {}), Number)
        return
    with pytest.raises(GradcliError, match="at most 2,000 characters"):
        read_claim(text, {})


@pytest.mark.parametrize(("text", "expected"), [
    ("0.1", Fraction(1, 10)), ("1e999", Fraction(10) ** 999), ("1e-999", Fraction(1, 10**999)), ("1e1000", None),
    ("1e0001", Fraction(10)), ("9" * 800, Fraction(int("9" * 800))), ("9" * 801, None),
])  # fmt: skip
def test_numerals_that_are_compared_exactly(text: str, expected: Fraction | None) -> None:
    assert numeral(text) == expected


@pytest.mark.parametrize(("text", "found"), [
    ("1,5", "1.5"), ("-1,25", "-1.25"), ("0,123", "0.123"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
    ("1 234,5", "1234.5"), ("1'234.5", "1234.5"), ("12,345,678", "12345678"), ("12.345.678", "12345678"),
    ("1,2345", "1.2345"), ("= 2.5", "2.5"), ("~2.5.", "2.5"), ('"2.5"', "2.5"), ("[2.5]", "2.5"), ("50%", "0.50"),
    ("5 \u2030", "0.005"), ("1.5 x 10^-3", "1.5e-3"), ("1,5*10**(2)", "1.5e2"), ("2*10^- 9999", "2e-9999"),
    ("1.5e-999999999%", "1.5e-1000000001"), ("1,5E3 \u2030", "1.5e0"), ("-.5e2%.", "-.5e0"), ("12e+1%", "12e-1"),
    ("x", None), ("1,23,456", None), ("2.5e3*10^2", None), ("2,5;", "2.5"), ("1,234e2", "1.234e2"),
])  # fmt: skip
def test_numbers_as_people_write_them(text: str, found: str | None) -> None:
    made = numeral_of(text)
    assert (None if made is None else made.text) == found


@pytest.mark.parametrize("text", ["1,234", "-12,345", "2026-12-01", "1.12.2026", "12. Mar", "3-Apr", "#REF!", "####"])
def test_numbers_that_can_be_read_in_two_ways_are_refused(text: str) -> None:
    with pytest.raises(GradcliError):
        numeral_of(text)
    if "," in text:
        made = numeral_of(text, comma=True)
        assert made is not None
        assert made.text == text.replace(",", ".")


@pytest.mark.parametrize("text", ["2*10^400", "2x10^99999", "1e400", "1e402%", "2\u00b710\u2074\u2070\u2070"])
def test_numbers_beyond_the_largest_are_said_to_be(text: str) -> None:
    with pytest.raises(GradcliError, match="this number overflows a binary64"):
        read_kindly(text, {})


def test_an_x_of_the_program_is_no_sign_for_times() -> None:
    assert numeral_of("2x10^2") is not None
    assert numeral_of("2x10^2", names=["x"]) is None
    assert numeral_of("2*10^2", names=["x"]) is not None


@pytest.mark.parametrize(("text", "decimal", "inside", "point", "doubtful"), [
    ("2.5", True, False, True, False), ("-.5", True, False, False, False), ("2,5", False, True, False, False),
    ("1,234", False, True, False, True), ("x 2.5 y", False, False, True, False), ("1,234,5", False, True, False, False),
    ("a,b", False, False, False, False), ("0,234", False, True, False, False), ("2.", False, False, False, False),
    ("f(1,234)", False, True, False, True),
])  # fmt: skip
def test_points_and_commas_in_a_text(text: str, decimal: bool, inside: bool, point: bool, doubtful: bool) -> None:
    assert (is_decimal(text), has_comma_inside(text), has_point(text), is_doubtful(text)) == (
        decimal, inside, point, doubtful)  # fmt: skip


@pytest.mark.parametrize(("text", "places"), [
    ("1,5", [1]), ("max(1,5)", []), ("(1,5)", [2]), ("max(1,5)+2,5", [10]), ("1, 5", []), ("2*(max(1,2)+3,5)", [13]),
    (")1,5", [2]), ("1,", []),
])  # fmt: skip
def test_commas_that_may_be_decimal(text: str, places: list[int]) -> None:
    assert decimal_commas(text) == places


@pytest.mark.parametrize(("text", "found"), [("\u00bd", "(1/2)"), ("1\u00bd", "(1+1/2)"), ("2 \u00be*x", "(2+3/4)*x"),
                                             ("1/2", "1/2")])  # fmt: skip
def test_fractions_of_one_sign(text: str, found: str) -> None:
    assert with_fractions(text) == found


@pytest.mark.parametrize(("text", "shape"), [
    ("3x2", (3, 2)), ("(3, 2)", (3, 2)), ("[3,2]", (3, 2)), ("torch.Size([3])", (3,)), ("Size([2, 3])", (2, 3)),
    ("()", ()), ("scalar", ()), ("A number", ()), ("(3,)", (3,)), ("x" * 61, None), ("", None), ("3y2", None),
    ("1 " * 30, (1,) * 30), ("1 " * 31, (1,) * 31),
])  # fmt: skip
def test_shapes_as_they_are_written(text: str, shape: tuple[int, ...] | None) -> None:
    if shape is not None and len(text.strip()) <= 60:
        assert read_shape(text).shape == shape
        return
    with pytest.raises(GradcliError, match="this is no shape"):
        read_shape(text)


# ---- tables


@pytest.mark.parametrize(("start", "what"), [
    (b"\x89PNG", "a picture (PNG)"), (b"0000ftyphei", "a picture (HEIC)"), (b"RIFF0000WEBP", "a picture (WebP)"),
    (b"%PDF-1", "a PDF"), (b"\xd0\xcf\x11\xe0", "an old or locked file of Office"), (b"item,claim", ""),
    (b" %PDF-", ""),
])  # fmt: skip
def test_files_that_are_no_tables(start: bytes, what: str) -> None:
    assert len(start) <= START
    assert no_table(start).partition(",")[0] == (f"this is {what}" if what else "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("text", ["item,claim\nq,3\n", "item,claim\nq,\u00e9\u00fc 3\n" + "x" * 300])
def test_texts_in_any_encoding(encoding: str, text: str) -> None:
    assert decoded(text.encode(encoding)) == text


def test_a_broken_character_late_in_a_file_makes_it_windows_text() -> None:
    data = b"a" * (1 << 20) + b"b\xe9"
    assert encoding_of(io.BytesIO(data)) == "cp1252"
    assert encoding_of(io.BytesIO(b"a" * (1 << 20) + "\u00e9".encode())) == "utf-8-sig"
    assert encoding_of(io.BytesIO(b"ab\xc3")) == "cp1252"
    assert encoding_of(io.BytesIO(b"")) == "utf-8-sig"


@pytest.mark.parametrize(("lines", "delimiter", "first"), [
    (["item,claim\n", "q,3\n"], ",", ["item", "claim"]), (["sep=;\n", "item;claim\n"], ";", ["item", "claim"]),
    (['"sep=|"\n', "item|claim\n"], "|", ["item", "claim"]),
    (["Homework 3, group B\n", "item;claim\n", "q;3\n"], ";", ["Homework 3, group B"]),
    (["Homework 3\n", "student;q\n", "ann;3\n"], ";", ["Homework 3"]),
    (["Homework (a, b)\n", '"x, y"\n', "student;q\n"], ";", ["Homework (a, b)"]),
    (["student\n"], ",", ["student"]), ([], ",", None),
])  # fmt: skip
def test_the_header_tells_what_separates_columns(lines: list[str], delimiter: str, first: list[str] | None) -> None:
    found, rows = delimited(lines)
    table = list(rows)
    assert found == delimiter
    assert (table[0].cells if table else None) == first
    if lines and "sep" in lines[0]:
        assert table[0].line == 2


def test_a_header_is_looked_for_in_twenty_lines() -> None:
    for title, delimiter in ((20, ";"), (21, ",")):
        found, _ = delimited(["a title, of two\n"] * title + ["item;claim\n"])
        assert found == delimiter


@pytest.mark.parametrize(("cells", "header", "at", "more"), [
    (["q", "3"], ["item", "claim"], 1, False), (["q", "3", "x"], ["item", "claim"], 1, True),
    (["q", "3", ""], ["item", "claim"], 1, False), (["q", "3", "14"], ["item", "claim", ""], 1, True),
    (["q", "3", "14"], ["item", "claim", "note"], 1, True), (["q", "3", "a"], ["item", "claim", "note"], 1, False),
    (["q", "3", "14"], ["item", "claim", "points"], 1, False),
    (["q", "3.5", "14"], ["item", "claim", "note"], 1, False),
    (["q", "", "14"], ["item", "claim", "note"], 1, False), (["3", "q"], ["claim", "item"], 0, False),
])  # fmt: skip
def test_a_cell_too_many(cells: list[str], header: list[str], at: int, more: bool) -> None:
    assert bool(surplus(cells, header, at, ",")) is more


@pytest.mark.parametrize(("cells", "header", "at", "mended"), [
    (["q", "0", "14"], ["item", "claim"], 1, ["q", "0,14"]),
    (["q", "0", "14", ""], ["item", "claim"], 1, ["q", "0,14", ""]),
    (["q", "0", "14", "x"], ["item", "claim"], 1, None), (["q", "0"], ["item", "claim"], 1, None),
    (["q", "0", "14", "x"], ["item", "claim", "note"], 1, ["q", "0,14", "x"]),
    (["q", "0", "14", "x"], ["item", "claim", "points"], 1, None), (["q", "0.5", "14"], ["item", "claim"], 1, None),
    (["q", "0", "x"], ["item", "claim"], 1, None), (["q", "-2", "5e3"], ["item", "claim"], 1, ["q", "-2,5e3"]),
])  # fmt: skip
def test_a_decimal_comma_without_quotes(cells: list[str], header: list[str], at: int, mended: list[str] | None) -> None:
    assert with_comma(cells, header, at) == (mended or cells)


@pytest.mark.parametrize(("header", "width"), [
    (["a", "b"], 2), (["a", "", "b"], 3), (["a", "", " "], 1), (["", ""], 0), ([], 0), ([" ", "b", ""], 2),
])  # fmt: skip
def test_blank_headings_at_the_end_name_no_column(header: list[str], width: int) -> None:
    assert width_of(header) == width


def test_the_claim_is_called_in_many_ways() -> None:
    assert columns_of(["Item", "Your answer"])["claim"] == 1
    assert columns_of(["item", "claim", "answer"])["claim"] == 1
    assert columns_of(["item", "answer", "item"])["item"] == 0
    assert "claim" not in columns_of(["item", "points"])


@pytest.mark.parametrize(("header", "order", "columns", "used"), [
    (["student", "q"], NAMING, [(0,)], {0}), (["Name", "Email"], NAMING, [(1,), (0,)], {0, 1}),
    (["Name", "Email"], LISTING, [(0,), (1,)], {0, 1}), (["Last name", "First name"], LISTING, [(1, 0)], {0, 1}),
    (["Surname", "q"], LISTING, [(0,)], {0}), (["ID", "Start time", "Name"], NAMING, [(2,)], {0, 2}),
    (["ID", "Name"], NAMING, [(0,), (1,)], {0, 1}), (["q", "f"], NAMING, [], set()),
    (["name", "name"], NAMING, [(0,)], {0}),
    (["First name", "Full name", "Last name"], LISTING, [(0, 2), (1,)], {0, 1, 2}),
])  # fmt: skip
def test_columns_that_name_people(header: list[str], order: Any, columns: list[Any], used: set[int]) -> None:
    found = people_columns(header, order)
    assert (found.columns, set(found.used)) == (columns, used)


def test_cells_that_name_people() -> None:
    found = people_columns(["First name", "Last name", "Email"], LISTING)
    assert found.cells([" Ann ", "Lee", "a@x"]) == ["Ann Lee", "a@x"]
    assert found.cells(["Ann"]) == ["Ann", ""]
    assert found.cells(["Anonymous", "", "n/a"]) == ["", ""]
    assert [kind_of(heading) for heading in ("E-Mail", "Student ID", "student", "Name")] == [
        "email",
        "id",
        "name",
        "name",
    ]
    assert folded("Nom d'\u00c9tudiant: \u0141") == "nom d etudiant l"


# ---- data among the inputs


def record(program: str, **point: float) -> Gradient:
    return evaluate(Source("program", program), {k: Source(k, repr(x)) for k, x in point.items()}, Request())


@pytest.mark.parametrize(("program", "expected"), [
    ("L = (w*x - y)**2", True), ("L = y*w + x", True), ("L = y*y*w*x", False), ("L = y*w*y*x", False),
    ("L = exp(y)*w*x", False), ("L = w*x/y", False), ("L = y/x*w", True), ("L = exp(w - y)*(x - y)", True),
    ("L = -(y*log(x) + (1 - y)*log(w))", True), ("L = where(w > x, y, 2*y)", True), ("L = where(y > x, w, x)", False),
    ("q = y*w; L = q*y*x", False), ("q = y*w; L = q + y*x", True),
])  # fmt: skip
def test_what_is_used_as_labels_are(program: str, expected: bool) -> None:
    """The output is linear in it, or it is only subtracted."""
    made = record(program, w=2.0, x=3.0, y=1.0)
    assert _is_used_as_label(made.graph, made.graph.inputs["y"], made.output) is expected


@pytest.mark.parametrize(("used", "item", "fixed", "drawn", "asked", "held", "shares"), [
    ("x", "dL/dw", "", "", "", "y1 y2", []), ("x", "dL/dw", "x", "", "", "x y1 y2", []),
    ("y1", "dL/dw", "", "", "", "", [("y1", "y2")]), ("x", "dL/dw", "", "y1", "", "y2", []),
    ("x", "dL/dy1", "", "", "", "y2", []), ("x", "dL/dw", "", "", "y1", "y1 y2", []),
])  # fmt: skip
def test_what_is_data_to_a_claim(
    used: str, item: str, fixed: str, drawn: str, asked: str, held: str, shares: list[tuple[str, ...]]
) -> None:
    made = record("L = -(y1*log(w) + y2*log(x))", w=2.0, x=3.0, y1=1.0, y2=0.0)
    node = made.graph.by_label
    found = data_for(made, item_of(made, item), [node[name] for name in used.split()], frozenset(fixed.split()),
                     drawn.split(), [node[name] for name in asked.split()])  # fmt: skip
    assert (found.held, list(found.shares)) == (frozenset(held.split()), shares)


def test_data_in_words_and_by_names() -> None:
    made = record("L = w*x + y1 + y2", w=2.0, x=1.0, y1=1.0, y2=0.0)
    data = Data(frozenset(("x", "w")), (("y1", "y2"),))
    assert data_in_words(made, data, frozenset("w")) == "x = 1 as given and y1 + y2 = 1"
    assert data_in_words(made, Data(), frozenset()) == ""
    assert inputs_named(made.graph.inputs, "") == inputs_named(made.graph.inputs, " , ") == []
    assert inputs_named(made.graph.inputs, " w , x,,") == ["w", "x"]
    with pytest.raises(GradcliError, match=r"z is not an input$") as refused:
        inputs_named(made.graph.inputs, "w,z")
    assert refused.value.hint == "the inputs are w, x, y1, y2"
    product = made.graph.nodes[made.graph.by_label["L"]].arguments[0]
    assert made.graph.inputs["w"] in sources(made, [made.graph.by_label["L"]])
    assert sources(made, []) == set()
    assert product not in sources(made, [made.graph.inputs["w"]])


def test_shares_of_1() -> None:
    draws = [_shares(("a", "b", "c"), random.Random(k)) for k in range(300)]
    assert all(abs(sum(point.values()) - 1) < 1e-12 and min(point.values()) >= 0 for point in draws)
    assert 60 < sum(max(point.values()) == 1.0 for point in draws) < 120  # three in ten
    assert {name for point in draws for name, x in point.items() if x == 1.0} == {"a", "b", "c"}


@pytest.mark.parametrize(("rows", "axis"), [
    ([[1, 0], [0, 1]], 1), ([[1, 1], [0, 0]], 0), ([[1, 0], [1, 0]], 1), ([[1, 1], [1, 0]], None), ([[1], [0]], 0),
    ([[1, 0, 0]], 1), ([[0, 0], [0, 0]], None),
])  # fmt: skip
def test_arrays_with_a_single_1_in_every_row(rows: list[list[float]], axis: int | None) -> None:
    flat = [float(x) for row in rows for x in row]
    assert shares_axis(floats().make((len(rows), len(rows[0])), flat)) == axis


# ---- formulas


@pytest.mark.parametrize(("item", "formula", "verdict"), [
    ("dL/dx", "2*x*y", EQUAL), ("dL/dx", "x*y + y*x", EQUAL), ("dL/dx", "2*x*y + 1e-3", DIFFERENT),
    ("dL/dx", "2.0001*x*y", ROUNDED), ("dL/dx", "2.1*x*y", DIFFERENT), ("dL/dx", "x*y", DIFFERENT),
    ("dL/dx", "20001/10000*x*y", DIFFERENT), ("L", "x*x*y", EQUAL), ("dL/dy", "x*abs(x)", DIFFERENT),
    ("dL/dx", "2*x*y + log(-1 - x*x)", DIFFERENT), ("dL/dx", "2*x*y*exp(0*x)", EQUAL),
])  # fmt: skip
def test_a_formula_is_compared_at_many_points(item: str, formula: str, verdict: str) -> None:
    made = record("L = x**2*y", x=3.0, y=2.0)
    written = read_claim(formula, made.graph.by_label)
    assert isinstance(written, Formula)
    found = compare(made, item_of(made, item), written, samples(made, 0), 1e-2, None, {})
    assert found.verdict == verdict
    assert found.points >= 8
    assert bool(found.witness) is (verdict in (DIFFERENT, ROUNDED))


def test_without_points_nothing_is_known() -> None:
    made = record("L = x*y", x=3.0, y=2.0)
    written = read_claim("y", made.graph.by_label)
    assert isinstance(written, Formula)
    item = item_of(made, "dL/dx")
    for count, verdict in ((0, UNKNOWN), (1, UNKNOWN), (2, EQUAL)):
        assert compare(made, item, written, samples(made, 0)[:count], 1e-2, None, {}).verdict == verdict
    held = Data(frozenset(("x", "y")))
    assert compare(made, item, written, [], 1e-2, None, {}, held).verdict == EQUAL


def test_points_on_both_sides_of_every_kink() -> None:
    made = record("L = relu(x)*max(y, z) + abs(w)", x=3.0, y=2.0, z=5.0, w=1.0)
    found = samples(made, 0)
    assert str(found) == str(samples(made, 0))
    assert 8 <= len(found) <= 64
    by = made.graph.by_label
    x, w = ({s.values[by[name]].v > 0 for s in found} for name in "xw")
    larger = {s.values[by["y"]].v > s.values[by["z"]].v for s in found}
    assert x == w == larger == {True, False}
    assert len(samples(record("L = x*y", x=3.0, y=2.0), 0)) == 8
    assert math.isfinite(found[0].of(Item(VALUE, by["L"]), made.graph).v)


def test_rows_of_a_table_have_their_lines() -> None:
    rows = list(rows_of(["a,b\n", "\n", '"x\n', 'y",2\n', " , \n", "c,3\n"], ","))
    assert [(row.line, row.cells) for row in rows] == [(1, ["a", "b"]), (3, ["x\ny", "2"]), (6, ["c", "3"])]
    assert delimiter_of('"a;b;c",d') == ","

"""Claims at their bounds: the longest that is read, the last place that is looked at, and what is drawn where."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from gradcli.errors import GradcliError, MathError, Source
from gradcli.homework.claims import outside
from gradcli.homework.claims.answer_tables import no_table, surplus, with_comma
from gradcli.homework.claims.array_claims import ArrayFormula, Numbers, ShapeClaim, read_array_claim, read_shape
from gradcli.homework.claims.array_formulas import shares_axis
from gradcli.homework.claims.array_items import readings
from gradcli.homework.claims.array_repairs import EQUATION, read_array_kindly
from gradcli.homework.claims.array_runs import floats
from gradcli.homework.claims.chain import callable_definitions
from gradcli.homework.claims.claims import Formula, plain_number, read_claim
from gradcli.homework.claims.decimals import numeral
from gradcli.homework.claims.headings import NAMING, people_columns
from gradcli.homework.claims.items import item_of
from gradcli.homework.claims.sides import SidesOfItem, judged
from gradcli.homework.claims.tolerance import Tolerance
from gradcli.language.syntax import definitions, parse
from gradcli.record.calls import differentiate
from gradcli.record.request import Request
from gradcli.record.values import Values

from .array_sheets import key_of

NOTHING: Callable[[str], None] = lambda name: None  # noqa: E731
NET = key_of("z = W@x; L = sum(z)", {"W": [[1, 2], [3, 4]], "x": [1, 2]}).record


def padded(before: str, behind: str, length: int) -> str:
    """Return a text of so many characters with blanks in its middle."""
    return before + " " * (length - len(before) - len(behind)) + behind


def is_read(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except GradcliError:
        return False
    return True


@pytest.mark.parametrize(("read", "before", "behind", "most"), [
    (lambda text: read_claim(text, {"x": 0}), "x*", "x", 2_000),
    (lambda text: read_array_claim(text, {"x": (2,)}, "", NOTHING, files=False), "x*", "x", 2_000),
    (read_shape, "(3,", "2)", 60),
])  # fmt: skip
def test_the_longest_claim(read: Callable[[str], object], before: str, behind: str, most: int) -> None:
    assert is_read(read, padded(before, behind, most))
    assert not is_read(read, padded(before, behind, most + 1))


def test_the_longest_claim_about_an_array_that_is_mended() -> None:
    (item,) = readings(NET, "z")
    shapes = {name: NET.shape(i) for name, i in NET.graph.by_label.items()}

    def read(text: str) -> Any:
        return read_array_claim(text, shapes, "", NOTHING, files=False)

    found = read_array_kindly(padded("z = [5,", "11]", 2_000), item, read, NET.graph.by_label, comma=False)
    assert isinstance(found.written, Numbers)
    assert ([n.value for n in found.written.entries], found.repairs) == ([5, 11], (EQUATION,))
    with pytest.raises(GradcliError):
        read_array_kindly(padded("z = [5,", "11]", 2_001), item, read, NET.graph.by_label, comma=False)


@pytest.mark.parametrize(("before", "behind", "most", "hint"), [
    ("z", ".shape", 200, "write shape(z)"), ("W@", "x", 200, "its name is z"),
])  # fmt: skip
def test_the_longest_item_that_is_told_as_it_is_written_here(before: str, behind: str, most: int, hint: str) -> None:
    for length, is_told in ((most, True), (most + 1, False)):
        with pytest.raises(GradcliError) as caught:
            readings(NET, padded(before, behind, length))
        assert (caught.value.hint == hint) is is_told


def test_the_longest_derivative_of_a_schoolbook() -> None:
    record = differentiate("f = x*y", {"x": 2, "y": 3})
    for length, is_told in ((60, True), (61, False)):
        with pytest.raises(GradcliError) as caught:
            item_of(record, padded("f", "'", length))
        assert (caught.value.hint == "did you mean df/dx or df/dy?") is is_told


def test_the_longest_functions_that_formulas_may_call() -> None:
    for length, known in ((20_000, True), (20_001, False)):
        program = padded("g(t) = t", "+ t\nf = g(x)", length + len("\nf = g(x)"))
        assert len(definitions(program)) == length
        assert bool(callable_definitions(program)) is known


@pytest.mark.parametrize(("text", "found"), [
    ("0." + "0" * 797 + "1", Fraction(1, 10**798)), ("0." + "0" * 798 + "1", None), ("1e999", Fraction(10**999)),
    ("1e1000", None), ("1e-0999", Fraction(1, 10**999)), ("1e+0001000", None), ("2E3", Fraction(2000)),
])  # fmt: skip
def test_the_longest_numeral_that_is_compared_as_a_decimal(text: str, found: Fraction | None) -> None:
    assert numeral(text) == found


@pytest.mark.parametrize(("text", "unit", "figures"), [
    ("1e307", 1e307, 1), ("0e400", 0.0, 0), ("1e-323", 10.0**-323, 1), ("1.00e-322", 0.0, 3), ("0.25", 0.01, 2),
    ("100", 1.0, 3), ("1230", 10.0, 3), ("120", 1.0, 3), ("1000", 1000.0, 1), ("007", 1.0, 1), ("1e2", 100.0, 1),
])  # fmt: skip
def test_the_unit_of_the_last_figure(text: str, unit: float, figures: int) -> None:
    found = plain_number(text)
    assert (found.unit, found.figures) == (unit, figures)


def test_an_integer_of_fewer_than_three_digits_is_exact() -> None:
    assert [plain_number(text).resolution for text in ("99", "-99", "100", "-100", "9.5")] == [0.0, 0.0, 0.5, 0.5, 0.05]


@pytest.mark.parametrize(("start", "is_text"), [
    (b"a" * 19 + b"\x01", True), (b"a" * 18 + b"\x01", False), (b"", True), (b"\x01", False),
])  # fmt: skip
def test_a_text_has_one_odd_character_in_twenty_at_most(start: bytes, is_text: bool) -> None:
    assert (no_table(start, "a.csv") == "") is is_text


HEADER = ["item", "claim"]


@pytest.mark.parametrize(("cells", "header", "at_claim", "is_more"), [
    (["q", "3"], HEADER, 1, False), (["q", "3", "x"], HEADER, 1, True), (["q", "3", ""], HEADER, 1, False),
    (["q", "3", "", "x"], HEADER, 1, True), (["q"], HEADER, 1, False), ([], HEADER, 1, False),
    (["3", "5"], HEADER, -1, False), (["3", "5", ""], ["claim", "item"], 0, True),
    (["3", "5"], ["claim", "item"], 0, False), (["3", "5"], ["claim", "note"], 0, True),
    (["3", "5"], ["claim", ""], 0, True),
    (["3", "x"], ["claim", "note"], 0, False), (["0.5", "5"], ["claim", "note"], 0, False),
])  # fmt: skip
def test_a_row_with_a_cell_too_many(cells: list[str], header: list[str], at_claim: int, is_more: bool) -> None:
    assert bool(surplus(cells, header, at_claim, ",")) is is_more


@pytest.mark.parametrize(("cells", "header", "at_claim", "whole"), [
    (["q", "3", "5"], HEADER, 1, ["q", "3,5"]), (["q", "3"], HEADER, 1, None), (["q"], HEADER, 1, None),
    ([], HEADER, 1, None), (["q", "3", "5", ""], HEADER, 1, ["q", "3,5", ""]), (["q", "3", "5", "x"], HEADER, 1, None),
    (["q", "3", "5", "n"], ["item", "claim", "note"], 1, ["q", "3,5", "n"]),
    (["q", "3", "5"], ["item", "claim", "note"], 1, None), (["q", "3", "5", "n"], ["item", "claim", "unit"], 1, None),
    (["q", "3", "5", "n", ""], ["item", "claim", "note"], 1, None), (["3", "5", "q"], ["claim", "item"], 0, None),
])  # fmt: skip
def test_a_number_that_its_comma_has_cut_in_two(
    cells: list[str], header: list[str], at_claim: int, whole: list[str] | None
) -> None:
    found = with_comma(cells, header, at_claim)
    assert found == (cells if whole is None else whole)
    assert (found is cells) is (whole is None)


@pytest.mark.parametrize(("header", "columns"), [
    (["Last name", "First name", "q"], [(1, 0)]), (["First name", "Last name"], [(0, 1)]), (["Surname", "q"], [(0,)]),
    (["Vorname", "q"], [(0,)]), (["q", "r"], []),
])  # fmt: skip
def test_where_a_name_stands_in_the_first_column(header: list[str], columns: list[tuple[int, ...]]) -> None:
    assert people_columns(header, NAMING).columns == columns


@pytest.mark.parametrize(("shape", "entries", "axis"), [
    ((1,), [1], None), ((2,), [0, 1], 0), ((2, 2), [0, 1, 1, 0], 1), ((2, 1), [1, 0], 0), ((1, 2), [1, 0], 1),
    ((2, 2), [1, 1, 0, 0], 0), ((2, 2), [1, 1, 0, 1], None), ((), [1], None),
])  # fmt: skip
def test_along_which_axis_an_array_is_shares_of_1(shape: tuple[int, ...], entries: list[int], axis: int | None) -> None:
    assert shares_axis(floats().make(shape, [float(x) for x in entries])) == axis


@pytest.mark.parametrize(("claim", "verdict"), [
    (-1.0, "right"), (2.0, "right"), (0.5, "right"), (-1.001, "right"), (2.001, "right"), (-1.1, "open"), (2.1, "open"),
])  # fmt: skip
def test_what_is_between_the_one_sided_derivatives(claim: float, verdict: str) -> None:
    near = Tolerance(rtol=0.0, atol=0.01)
    assert judged(SidesOfItem(2.0, -1.0), claim, None, lambda t: near.near(claim, t))[0] == verdict
    exact = judged(SidesOfItem(2.0, -1.0), claim, None, lambda t: False)[0]
    assert exact == ("right" if -1 <= claim <= 2 else "open")


def test_half_a_unit_of_a_number_just_below_a_power_of_ten() -> None:
    """1 - 10**-40 is 0.999...: rounded to 28 figures it is 1, whose unit of three figures is ten times as large."""
    three = Tolerance(sigfigs=3, atol=0.0)
    half = Fraction(51, 100)
    assert three.reach(Fraction(10**40 - 1, 10**40)) == half / 1000
    assert three.reach(Fraction(1)) == half / 100
    assert three.reach(Fraction(-999, 100)) == half / 100
    assert three.reach(Fraction(10)) == half / 10
    assert three.reach(Fraction(10**40 - 1)) == half * 10**37


def test_where_no_point_is_given_sixty_are_tried_in_six_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"x{k}" for k in range(100)]
    seen: list[list[float]] = []

    def refused(source: Source, values: Values, *_: object) -> None:
        seen.append([float(values.sources[name].text) for name in names])
        raise MathError("no value")

    monkeypatch.setattr(outside, "evaluate", refused)
    source = Source("program", "f = " + " + ".join(names))
    assert outside.record_anywhere(source, Values({}), Request(), parse(source)) is None
    assert len(seen) == 60
    for k, (low, high) in enumerate(((0.3, 2.5), (-2.5, 2.5), (0.05, 0.95), (1.1, 9), (-9, -1.1), (-0.95, 0.95))):
        drawn = [x for point in seen[k::6] for x in point]
        assert low <= min(drawn) < low + (high - low) / 50
        assert high - (high - low) / 50 < max(drawn) <= high


def test_a_formula_is_a_formula() -> None:
    """What the tests above call read is not a number by chance."""
    assert isinstance(read_claim("x*x", {"x": 0}), Formula)
    assert isinstance(read_array_claim("x*x", {"x": (2,)}, "", NOTHING, files=False), ArrayFormula)
    assert read_shape("(3, 2)") == ShapeClaim((3, 2))

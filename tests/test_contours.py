"""Maps of two variables: the grid, its levels, the pieces of lines in a cell, how these join, and the arrows."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from gradcli.errors import MathError, Source
from gradcli.language.syntax import parse
from gradcli.plotting import contours
from gradcli.plotting.contours import Map, _joined, _levels, _march, contour_map
from gradcli.plotting.plot import Range

Point = tuple[float, float]


def mapped(program: str, x: tuple[float, float], y: tuple[float, float], *, fine: bool = False, **fixed: float) -> Map:
    return contour_map(parse(Source("program", program)), Range("x", *x), Range("y", *y), fixed, fine=fine)


@pytest.mark.parametrize(("work", "fine", "cells"), [
    (None, True, 144), (0, True, 8), (2 * 3 * 81 - 1, False, 8), (2 * 3 * 81, False, 9),
    (2 * 3 * 100, True, 10), (2 * 3 * 73**2, False, 72),
])  # fmt: skip
def test_the_grid_is_as_fine_as_the_work_allows(
    work: int | None, fine: bool, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A side of n cells takes n**2 evaluations of three nodes, and as many in the middle of cells."""
    if work is not None:
        monkeypatch.setattr(contours, "MAX_WORK", work)
    found = mapped("x*y", (0, 1), (0, 1), fine=fine)
    assert len(found.grid) == cells + 1
    assert {len(row) for row in found.grid} == {cells + 1}


def test_rows_of_the_grid_go_up_and_columns_across(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contours, "MAX_WORK", 0)
    found = mapped("x + 10*y + c", (1, 3), (-1, 1), c=100.0)
    assert found.grid == [[1 + i / 4 + 10 * (-1 + j / 4) + 100 for i in range(9)] for j in range(9)]


@pytest.mark.parametrize(("program", "message", "kind"), [
    ("log(-1 - x**2)*y", "there is no value at any sample of x and y", "domain"),
    ("x + y + floor(sin(x)**2 + cos(x)**2)", "there is no certain value at any sample of x and y", "undecided"),
])  # fmt: skip
def test_a_map_of_nothing_is_refused(program: str, message: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contours, "MAX_WORK", 0)
    monkeypatch.setattr(contours, "ARROWS", 1)
    with pytest.raises(MathError) as raised:
        mapped(program, (0.1, 1), (0, 1))
    assert (raised.value.message, raised.value.kind) == (message, kind)


@pytest.mark.parametrize(("values", "levels"), [
    ([float(k) for k in range(40)], [0, 5, 10, 15, 20, 25, 30, 35, 40]),
    ([0.0, 1.0], [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
    ([2.0] * 30, []),
    ([2.0], []),
    # Beyond 20 times the range of the values but for a twentieth on either side, those do not count.
    ([*map(float, range(38)), 701.0, 702.0], [0, 5, 10, 15, 20, 25, 30, 35, 40, 45]),
    ([*map(float, range(38)), 699.0, 700.0], [0, 100, 200, 300, 400, 500, 600, 700]),
    ([-702.0, -701.0, *map(float, range(38))], [-10, -5, 0, 5, 10, 15, 20, 25, 30, 35]),
    ([0.0, *[1.0] * 38, 5.0], [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5]),
])  # fmt: skip
def test_levels_are_round_numbers_over_the_bulk_of_the_values(values: list[float], levels: list[float]) -> None:
    assert [level for level, _ in _levels(sorted(values))] == pytest.approx(levels)


@pytest.mark.parametrize(("count", "far", "left_out"), [
    (19, 1, False), (20, 1, True), (38, 2, False), (39, 2, False), (40, 2, True), (40, 3, False), (59, 3, False),
])  # fmt: skip
@pytest.mark.parametrize("unit", [1.0, 1e-3])
def test_a_twentieth_of_the_values_may_run_away(count: int, far: int, left_out: bool, unit: float) -> None:
    values = [unit * (k + 1) for k in range(count - far)] + [1e9 * unit] * far
    assert (_levels(values)[-1][0] < 100 * unit) is left_out


CORNERS = ((0.0, 0.0), (2.0, 0.0), (2.0, 4.0), (0.0, 4.0))  # round the cell


def marched(heights: tuple[float, ...], middle: float | None, *levels: float) -> list[list[tuple[Point, Point]]]:
    """Return the pieces of every level, and see that the middle of the cell is asked for."""
    pieces: list[list[tuple[Point, Point]]] = [[] for _ in levels]
    asked: list[Point] = []

    def value(x: float, y: float) -> float | None:
        asked.append((x, y))
        return middle

    cell: list[Any] = [(*place, z) for place, z in zip(CORNERS, heights, strict=True)]
    _march(cell, [(level, "") for level in levels], pieces, value)
    assert {*asked} <= {(1.0, 2.0)}
    return pieces


@pytest.mark.parametrize("heights", [*product((0.0, 4.0), repeat=4)])
@pytest.mark.parametrize("middle", [0.5, 3.5])
def test_a_line_parts_the_corners_of_a_cell(heights: tuple[float, ...], middle: float) -> None:
    """At a quarter of the way up. Of a saddle the corners are cut off that are not as the middle is."""
    (pieces,) = marched(heights, middle, 1.0)
    high = [z > 1 for z in heights]
    crossed = {}
    for e in range(4):
        (ax, ay), (bx, by), up = CORNERS[e], CORNERS[(e + 1) % 4], high[(e + 1) % 4]
        if high[e] != up:
            part = 0.25 if up else 0.75
            crossed[e] = ax + part * (bx - ax), ay + part * (by - ay)
    if len(crossed) < 4:
        expected = [set(crossed.values())] if crossed else []
    else:
        cut = [k for k in range(4) if high[k] != (middle > 1)]
        expected = [{crossed[(k - 1) % 4], crossed[k]} for k in cut]
    found = [set(piece) for piece in pieces]
    assert len(found) == len(expected)
    assert all(piece in found for piece in expected)


@pytest.mark.parametrize(("level", "pieces"), [
    (-0.1, 0), (0.0, 1), (1.0, 1), (3.9, 1), (4.0, 0), (4.1, 0),
])  # fmt: skip
def test_a_level_is_in_a_cell_from_its_lowest_corner_and_below_its_highest(level: float, pieces: int) -> None:
    (found,) = marched((0.0, 0.0, 4.0, 4.0), 2.0, level)
    assert len(found) == pieces
    for piece in found:
        assert set(piece) == {(0.0, level), (2.0, level)}


def test_a_corner_at_the_level_is_below_it() -> None:
    (found,) = marched((1.0, 4.0, 4.0, 4.0), 3.0, 1.0)
    assert found == [(CORNERS[0], CORNERS[0])]
    (found,) = marched((1.0, 0.0, 4.0, 0.0), 0.5, 1.0)
    assert set(found[0]) == {(2.0, 1.0), (0.5, 4.0)}
    assert len(found) == 1


def test_a_saddle_at_the_level_is_below_it() -> None:
    """In its middle, or at two of its corners, which then are cut off."""
    assert marched((0.0, 4.0, 0.0, 4.0), 2.0, 2.0) == marched((0.0, 4.0, 0.0, 4.0), 1.9, 2.0)
    (found,) = marched((1.0, 4.0, 1.0, 4.0), 3.0, 1.0)
    assert sorted(found) == [(CORNERS[0], CORNERS[0]), (CORNERS[2], CORNERS[2])]


@pytest.mark.parametrize("level", [-1.0, 4.0, 5.0])
def test_the_middle_of_a_cell_is_asked_for_where_a_line_crosses_it(level: float) -> None:
    def asked(x: float, y: float) -> float:
        raise AssertionError("nobody needs to know")

    cell: list[Any] = [(*place, z) for place, z in zip(CORNERS, (0.0, 0.0, 4.0, 4.0), strict=True)]
    _march(cell, [(level, "")], [[]], asked)
    with pytest.raises(AssertionError):
        _march(cell, [(0.0, "")], [[]], asked)


def test_every_level_has_its_own_pieces() -> None:
    low, high, middle = marched((0.0, 0.0, 4.0, 4.0), 2.0, 1.0, 5.0, 2.0)
    assert [len(low), len(high), len(middle)] == [1, 0, 1]
    assert {y for piece in low for _, y in piece} == {1.0}
    assert {y for piece in middle for _, y in piece} == {2.0}


@pytest.mark.parametrize(("middle", "lines"), [
    (None, 0), (-4.1, 0), (-4.0, 1), (2.0, 1), (8.0, 1), (8.1, 0),
])  # fmt: skip
@pytest.mark.parametrize("height", [-16.0, 0.0, 16.0])
def test_no_line_is_invented_where_the_middle_runs_away(height: float, middle: float | None, lines: int) -> None:
    """Farther from the corners than these are from each other, it is a pole."""
    shifted = None if middle is None else height + middle
    (found,) = marched((height, height, height + 4.0, height + 4.0), shifted, height + 1.0)
    assert len(found) == lines


A, B, C, D, E = ((float(k), float(k * k)) for k in range(5))


@pytest.mark.parametrize(("segments", "lines"), [
    ([], []),
    ([(A, B)], [[A, B]]),
    ([(A, B), (B, C)], [[A, B, C]]),
    ([(B, C), (A, B)], [[A, B, C]]),
    ([(B, C), (B, A)], [[A, B, C]]),
    ([(A, B), (C, B), (C, D)], [[A, B, C, D]]),
    ([(A, B), (B, C), (C, A)], [[A, B, C, A]]),
    ([(A, B), (C, D)], [[A, B], [C, D]]), ([(A, B), (B, C), (D, E)], [[A, B, C], [D, E]]),
    ([(A, B), (C, D), (D, E), (B, C)], [[A, B, C, D, E]]),
])  # fmt: skip
def test_pieces_join_end_to_end(segments: list[tuple[Point, Point]], lines: list[list[Point]]) -> None:
    assert [line if line[0] <= line[-1] else line[::-1] for line in _joined(segments)] == lines


def test_arrows_stand_in_the_middle_of_twelve_cells_a_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contours, "MAX_WORK", 0)
    found = mapped("2*x - 3*y", (0, 12), (-24, 0)).arrows
    assert [a.x for a in found] == pytest.approx([i + 0.5 for _ in range(12) for i in range(12)])
    assert [a.y for a in found] == pytest.approx([-23 + 2 * j for j in range(12) for _ in range(12)])
    assert {(a.dx, a.dy) for a in found} == {(2.0, -3.0)}


@pytest.mark.parametrize(("program", "x", "y", "count"), [
    ("log(x)*y", (-1, 1), (0, 1), 72),  # a half is outside the domain
    ("cbrt(x - 1)*y", (0, 24), (0, 1), 132),  # in the first column there is no slope across
    ("x*cbrt(y - 23)", (0, 1), (0, 24), 132),  # in the last row there is none up
    ("x*y*1e308", (1e-9, 2e-9), (0, 10), 24),  # the slope across is below the largest binary64 for y < 1.797
    ("x*y*1e308", (0, 10), (1e-9, 2e-9), 24),
])  # fmt: skip
def test_an_arrow_has_two_finite_slopes(
    program: str, x: tuple[float, float], y: tuple[float, float], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contours, "MAX_WORK", 0)
    assert len(mapped(program, x, y).arrows) == count


def test_a_cell_without_a_value_at_a_corner_has_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contours, "MAX_WORK", 0)
    found = mapped("sqrt(x) + 0*y", (-1, 1), (0, 1))
    assert found.levels
    assert {x >= 0 for lines in found.lines for line in lines for x, _ in line} == {True}
    assert all(len(line) == 9 for lines in found.lines[1:] for line in lines)  # from bottom to top


@pytest.mark.parametrize("up", ["", "*0 + y"])
def test_lines_reach_from_end_to_end(up: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contours, "MAX_WORK", 0)
    monkeypatch.setattr(contours, "ARROWS", 1)
    found = mapped(f"x{up} + 0*y", (-1, 2), (-1, 2))
    assert len(found.lines) == 7
    for lines in found.lines[1:-1]:
        ((first, *_, last),) = lines
        assert sorted(place[not up] for place in (first, last)) == [-1, 2]


def test_between_the_ends_of_the_range_of_numbers_there_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contours, "MAX_WORK", 0)
    monkeypatch.setattr(contours, "ARROWS", 1)
    found = mapped("1.7e308*sign(x) + 0*y", (-1, 1.1), (0, 1))
    assert found.levels
    assert not any(found.lines)


def test_a_value_is_shown_where_its_slope_is_uncertain(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of abs at what is 0, as no precision can tell."""
    monkeypatch.setattr(contours, "MAX_WORK", 0)
    monkeypatch.setattr(contours, "ARROWS", 1)
    found = mapped("y + abs(sin(x)**2 + cos(x)**2 - 1)", (0.1, 1), (0.5, 1))
    assert not any(z is None for row in found.grid for z in row)
    assert found.arrows == []

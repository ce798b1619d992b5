"""What ranges a plot takes and shows: of inputs as they are written, of a path, of its axes; and where they end."""

from __future__ import annotations

import math
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.errors import GradcliError, InputError, LimitError, Source
from gradcli.language.syntax import parse
from gradcli.plotting import paths
from gradcli.plotting.contours import Map
from gradcli.plotting.paths import _holding, _ranges, path_of
from gradcli.plotting.plot import Plot, Range, Stop, plot
from gradcli.plotting.scales import Axis, label, rounded, spread, ticks, view
from gradcli.record.bindings import split

MOST_NODES = 2_000

LARGEST = sys.float_info.max


def plotted(program: str, *words: str, at: tuple[str, ...] = (), of: str | None = None, fine: bool = False) -> Plot:
    return plot(Source("program", program), split(words), at=at, of=of, fine=fine)


@pytest.mark.parametrize(("program", "words", "message", "hint"), [
    ("x**2", [], "a range is missing", "write x=-3:3"),
    ("x*y", ["x=1"], "a range is missing", "write y=-3:3"),
    ("x*y", ["y=1"], "a range is missing", "write x=-3:3"),
    ("x*y", ["x=1", "y=2"], "a range is missing", "write x=-3:3"),
    ("x**2", ["x=1,3"], "a range is missing", "write x=1:3"),
    ("x**2", ["x=[1; 3]"], "a range is missing", "write x=1:3"),
    ("x**2", ["x=(-1.5, 2e3)"], "a range is missing", "write x=-1.5:2e3"),
    ("x**2", ["x=-2..2"], "a range is missing", "write x=-2:2"),
    ("x**2", ["x=-2...2"], "a range is missing", "write x=-2:2"),
    ("x**2", ["x=0 to pi"], "a range is missing", "write x=0:pi"),
    ("x*y", ["x=1", "y=0…+2"], "a range is missing", "write y=0:+2"),
    ("x*y", ["x=1,2", "y=3,4"], "a range is missing", "write x=1:2"),
    ("x*y*z", ["x=0:1", "y=0:1", "z=0:1"], "more than two ranges cannot be drawn",
     "give z one value, such as z=0"),
    ("x**2", ["x=1:2:3"], "a range has one :", "write x=1:3"),
    ("x**2", ["x=0:10:0.5"], "a range has one :", "write x=0:10"),  # the step behind, as in Python
    ("x**2", ["x=0:0.5:10"], "a range has one :", "write x=0:10"),  # or between, as in other languages
    ("x**2", ["x=0:pi:9"], "a range has one :", "write x=0:pi"),
    ("x**2", ["x=0: 1 :2"], "a range has one :", "write x=0:2"),
    ("x**2", ["x=3:-3"], "a range goes from a smaller number to a larger one", "write x=-3:3"),
    ("x**2", ["x=3:3"], "a range goes from a smaller number to a larger one", None),
    ("x**2", ["x=-1e308:1e308"], "the range is wider than the largest binary64", None),
])  # fmt: skip
def test_what_is_no_range(program: str, words: list[str], message: str, hint: str | None) -> None:
    with pytest.raises(InputError) as raised:
        plotted(program, *words)
    assert raised.value.kind == "binding"
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_a_range_with_two_colons_is_shown_whole() -> None:
    with pytest.raises(InputError) as raised:
        plotted("x**2", "x=1:2:3")
    assert raised.value.span == (0, 5)


@pytest.mark.parametrize(("words", "at", "message", "kind"), [
    (["x=0:1"], "x=1.5", "1.5 is outside the range from 0 to 1", "option"),
    (["x=0:1"], "x=-0.25", "-0.25 is outside the range from 0 to 1", "option"),
    (["x=-0.5:2"], "x=1e3", "1000 is outside the range from -0.5 to 2", "option"),
    (["x=0:1"], "y=1", "--at takes x=...", "option"),
    (["x=0:1"], "x=1,y=1", "--at takes x=...", "option"),
    (["x=0:1", "y=2:3"], "x=1", "--at takes x=...,y=...", "option"),
    (["y=2:3", "x=0:1"], "x=1,z=2", "--at takes y=...,x=...", "option"),
    (["x=0:1", "y=2:3"], "x=1,y=1", "1 is outside the range from 2 to 3", "option"),
])  # fmt: skip
def test_what_cannot_be_marked(words: list[str], at: str, message: str, kind: str) -> None:
    with pytest.raises(GradcliError) as raised:
        plotted("x + y*0 + y*x" if len(words) > 1 else "x**2", *words, at=(at,))
    assert (raised.value.message, raised.value.kind) == (message, kind)


@pytest.mark.parametrize("at", ["x=0", "x=1", "x=1/3"])
def test_both_ends_of_a_range_can_be_marked(at: str) -> None:
    (mark,) = plotted("x**2", "x=0:1", at=(at,)).marks
    assert mark.values[mark.graph.inputs["x"]] == pytest.approx({"x=0": 0, "x=1": 1, "x=1/3": 1 / 3}[at])
    assert set(mark.gradient) == {"x"}


def test_marks_are_in_the_order_in_which_they_were_asked_for() -> None:
    found = plotted("x**2 + y", "x=0:3", "y=1", at=("x=3", "x=1", "x=2"))
    assert [mark.value for mark in found.marks] == [10, 2, 5]


@pytest.mark.parametrize(("program", "words", "of", "name"), [
    ("q = y**2; f = q*x", ["x=0:1", "y=2"], "q", "q does not depend on x"),
    ("q = y**2; f = q*x", ["y=0:1", "x=0:1"], "q", "q does not depend on x"),
])  # fmt: skip
def test_what_an_output_does_not_depend_on_is_shown(program: str, words: list[str], of: str, name: str) -> None:
    with pytest.raises(InputError) as raised:
        plotted(program, *words, of=of)
    assert (raised.value.message, raised.value.kind) == (name, "binding")
    assert raised.value.source is not None
    assert (raised.value.source.name, raised.value.source.text) == ("x", "0:1")


def test_a_plot_says_what_it_shows() -> None:
    found = plotted("q = a*x; f = q*y + b", "x=0:2", "a=3", "y=5", "b=1", of="q")
    assert (found.output, found.ranges, found.map) == ("q", [Range("x", 0.0, 2.0)], None)
    assert found.fixed == {"a": 3.0, "y": 5.0, "b": 1.0}
    assert found.curves is not None
    assert (found.curves.samples[0].value, found.curves.samples[-1].value) == (0.0, 6.0)
    both = plotted("a*x - y", "y=0:1", "x=0:2", "a=3")
    assert both.curves is None
    assert both.map is not None
    assert (both.output, both.ranges) == ("f", [Range("y", 0.0, 1.0), Range("x", 0.0, 2.0)])
    assert both.map.grid[0][-1] == -1.0  # across is the first range
    assert len(both.map.grid) == 73


# ---- the ranges of a path


def stops(*places: tuple[float, ...]) -> list[Stop]:
    return [Stop(k, at, 0.0, at) for k, at in enumerate(places)]


@pytest.mark.parametrize(("places", "ends"), [
    ([(0.0,), (4.0,), (3.0,)], [(-1.0, 5.0)]),  # a quarter of the length on either side
    ([(4.0,), (0.0,)], [(-1.0, 5.0)]),
    ([(3.0,)], [(1.5, 4.5)]),  # one point in the middle
    ([(0.0,), (0.0,)], [(-1.0, 1.0)]),
    ([(0.0, 0.0), (4.0, 4.0)], [(-1.0, 5.0), (-1.0, 5.0)]),
    ([(0.0, 0.0), (4.0, 2.0)], [(-1.0, 5.0), (-2.0, 4.0)]),  # one scale for both
    ([(0.0, 0.0), (2.0, 4.0)], [(-2.0, 4.0), (-1.0, 5.0)]),
    ([(0.0, 0.0), (20.0, 2.0)], [(-5.0, 25.0), (-14.0, 16.0)]),  # ten times as long is still one scale
    ([(0.0, 0.0), (24.0, 2.0)], [(-6.0, 30.0), (-0.5, 2.5)]),  # and longer is not
    ([(0.0, 8.0), (24.0, 8.0)], [(-6.0, 30.0), (4.0, 12.0)]),
    # Where floats are too far apart for a margin on one side, both ends are shown as one number.
    ([(2.0**53,), (2.0**53 + 4,)], [(2.0**52 - 2, 1.5 * 2.0**53 + 6)]),
    ([(-(2.0**53),), (-(2.0**53) - 4,)], [(-1.5 * 2.0**53 - 6, 2 - 2.0**52)]),
])  # fmt: skip
def test_the_ranges_of_a_path(places: list[tuple[float, ...]], ends: list[tuple[float, float]]) -> None:
    found = _ranges(["u", "v"][: len(ends)], stops(*places))
    assert found == [Range(name, *pair) for name, pair in zip("uv", ends, strict=False)]


@pytest.mark.parametrize("places", [
    [(-1e308,), (1e308,)], [(LARGEST,), (-LARGEST,)], [(math.inf,), (0.0,)],
])  # fmt: skip
def test_a_path_that_is_too_long_is_refused(places: list[tuple[float, ...]]) -> None:
    with pytest.raises(InputError) as raised:
        _ranges(["w"], stops(*places))
    assert raised.value.message == "the path of w is too long to be drawn"
    assert raised.value.kind == "binding"


def walked(program: str, names: list[str], fixed: dict[str, float], *points: tuple[float, ...]) -> Plot:
    """Return the plot of a path: the value is the number of the step, a slope ten times its place."""
    graph = parse(Source("program", program))
    descent: Any = SimpleNamespace(
        sees_all=True, output="f", source=Source("program", program), entries=lambda: names,
        opened=lambda most: (graph, fixed) if most == MOST_NODES else None,
    )  # fmt: skip
    lines: Any = [
        SimpleNamespace(
            step=k, value=float(k), parameters={name: [x] for name, x in zip(names, point, strict=True)},
            gradient={name: [10 * x] for name, x in zip(names, point, strict=True)},
        )
        for k, point in enumerate(points)
    ]  # fmt: skip
    return path_of(descent, lines)


def test_a_path_of_one_number_is_on_its_curve() -> None:
    found = walked("(w - c)**2", ["w"], {"c": 3.0}, (0.0,), (4.0,))
    assert (found.source.text, found.output, found.fixed, found.map, found.marks) == (
        "(w - c)**2", "f", {"c": 3.0}, None, [],
    )  # fmt: skip
    assert found.ranges == [Range("w", -1.0, 5.0)]
    assert found.path == [Stop(0, (0.0,), 0.0, (0.0,)), Stop(1, (4.0,), 1.0, (40.0,))]
    assert found.curves is not None
    assert (found.curves.samples[0].value, found.curves.samples[-1].value) == (16.0, 4.0)
    assert found.curves.values == pytest.approx((-0.8, 2.0))  # as high again as the points are
    assert found.curves.slopes == pytest.approx((-11.03, 42.43))  # -8.6 to 40, and a margin


@pytest.mark.parametrize(("terms", "fine"), [(1, True), (28, True), (29, False)])
def test_a_path_of_two_numbers_is_on_their_map(terms: int, fine: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each term is two nodes: at most 60 have the finer map."""
    taken: list[Any] = []
    drawn = Map([], [], [], [])

    def draw(*given: Any, **how: Any) -> Map:
        taken.append((given, how))
        return drawn

    monkeypatch.setattr(paths, "contour_map", draw)
    program = "-(u*v)" + "".join(f"+{k}" for k in range(terms))
    found = walked(program, ["u", "v"], {}, (0.0, 8.0), (4.0, 8.0))
    ((graph, across, up, fixed), how) = taken[0]
    assert len(graph.nodes) == 4 + 2 * terms
    assert ([across, up], fixed, how) == (found.ranges, {}, {"fine": fine})
    assert found.ranges == [Range("u", -1.0, 5.0), Range("v", 4.0, 12.0)]
    assert (found.map, found.curves, found.marks, found.output) == (drawn, None, [], "f")
    assert found.path == [Stop(0, (0.0, 8.0), 0.0, (0.0, 80.0)), Stop(1, (4.0, 8.0), 1.0, (40.0, 80.0))]


def test_a_heading_names_four_fixed_numbers() -> None:
    fixed = dict.fromkeys("abcd", 1.0)
    assert walked("w*a*b*c*d", ["w"], fixed, (0.0,), (1.0,)).fixed == fixed
    more = {**fixed, "e2": 1.0}
    found = walked("w*a*b*c*d*e2", ["w"], more, (0.0,), (1.0,))
    assert found.fixed == {}
    assert found.curves is not None
    assert found.curves.samples[-1].value == 1.25  # they are used nevertheless


def test_what_has_no_path(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"^f does not depend on v$"):
        walked("w**2", ["w", "v"], {}, (0.0, 1.0), (1.0, 1.0))
    monkeypatch.setattr(paths, "MOST_NODES", 3)
    monkeypatch.setattr(sys.modules[__name__], "MOST_NODES", 3)
    assert walked("w*2", ["w"], {}, (0.0,), (1.0,)).path
    with pytest.raises(LimitError, match=r"^the program has 5 nodes, and a plot of a path at most 3$"):
        walked("w*2*w + w", ["w"], {}, (0.0,), (1.0,))
    batches: Any = SimpleNamespace(sees_all=False)
    with pytest.raises(InputError, match=r"^with --batch every step has another function$"):
        path_of(batches, [])


@pytest.mark.parametrize(("ends", "numbers", "found"), [
    ((0.0, 10.0), [2.0, 5.0], (0.0, 8.0)),  # of a curve that runs away as much again on either side
    ((-20.0, 10.0), [2.0, 5.0], (-1.0, 8.0)),
    ((1.0, 6.0), [2.0, 5.0], (1.0, 6.0)),
    ((0.0, 10.0), [3.0], (0.0, 10.0)),  # a single number says nothing of that
    ((0.0, 10.0), [2.0, 12.0], (-0.6, 12.6)),  # what is outside is taken in, with a margin
    ((0.0, 10.0), [-2.0, 5.0], (-2.6, 10.6)),
    ((0.0, 10.0), [0.0, 10.0], (0.0, 10.0)),
])  # fmt: skip
def test_an_axis_holds_the_numbers_of_a_path(
    ends: tuple[float, float], numbers: list[float], found: tuple[float, float]
) -> None:
    assert _holding(ends, numbers) == pytest.approx(found)


# ---- axes


@pytest.mark.parametrize(("x", "text"), [
    (0.0, "0"), (-0.0, "0"), (1.0, "1"), (100000.0, "100000"), (1e6, "1e+06"), (1234567.0, "1234567"), (2.5, "2.5"),
    (-100000.0, "-100000"), (-1e6, "-1e+06"),
    (123456.0, "123456"), (1200000.0, "1200000"), (12000000.0, "1.2e+07"), (0.0001, "0.0001"),
    (0.00012, "0.00012"), (0.00015, "0.00015"), (1e-5, "1e-05"), (1e300, "1e+300"), (1.00000002, "1.00000002"),
    (-0.001, "-0.001"), (12345678901234.0, "1.23456789012e+13"),
])  # fmt: skip
def test_a_tick_is_written_as_short_as_can_be(x: float, text: str) -> None:
    assert label(x) == text


@pytest.mark.parametrize(("low", "high", "count", "numbers"), [
    (0, 1, 10, [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1]),
    (0, 1, 9, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    (0, 1, 5, [0, 0.2, 0.4, 0.6, 0.8, 1]),
    (0, 1, 4, [0, 0.5, 1]),
    (0, 1, 2, [0, 0.5, 1]),
    (0, 1, 1, [0, 1]),
    (0.001, 0.999, 1, [0.5]),
    (-2, 2, 4, [-2, -1, 0, 1, 2]),
    (-2.000000001, 2.000000001, 4, [-2, -1, 0, 1, 2]),
    (0.3, 0.6, 3, [0.3, 0.4, 0.5, 0.6]),  # ends that floats miss by a hair are ticks
    (9.5, 20.5, 5, [10, 12, 14, 16, 18, 20]),
    (1e16, 1e16 + 2, 3, [1e16]),  # floats do not tell finer ticks apart there
    (1, 1, 3, []), (2, 1, 3, []), (0, math.inf, 3, []), (0, 1e-323, 4, []),
])  # fmt: skip
def test_ticks_are_the_finest_that_are_few_enough(low: float, high: float, count: int, numbers: list[float]) -> None:
    found = ticks(low, high, count)
    assert [x for x, _ in found] == pytest.approx(numbers, rel=1e-12, abs=1e-12)
    assert all(text == label(x) for x, text in found)


@pytest.mark.parametrize(("low", "high", "x", "place"), [
    (0, 4, 1, 0.25), (-2, 2, 0, 0.5), (0, 4, 8, 2), (0, 4, -4, -1), (-LARGEST, LARGEST, 0, 0.5),
    (-LARGEST, LARGEST, LARGEST / 2, 0.75), (0, 1e-300, 1, 1e12), (0, 1e-300, -1, -1e12), (0, 1, 1e12, 1e12),
    (0, 1, 2e12, 1e12), (0, 1, -2e12, -1e12),
])  # fmt: skip
def test_a_place_on_an_axis(low: float, high: float, x: float, place: float) -> None:
    assert Axis(low, high, []).at(x) == pytest.approx(place, rel=1e-12)


@pytest.mark.parametrize(("values", "clipped", "ends"), [
    ([-4.0, -4.0], False, (-6.0, -2.0)), ([4.0], True, (2.0, 6.0)),
    ([1.0, 1.0 + 9e-13], False, (0.5, 1.5)), ([1.0, 1.0 + 2e-12], False, (1.0, 1.0)),
    ([-1.0, 1.0], False, (-1.1, 1.1)), ([3.0, 1.0], False, (0.9, 3.1)),
    ([LARGEST], False, (LARGEST / 2, LARGEST)), ([-LARGEST], False, (-LARGEST, -LARGEST / 2)),
    ([-8e307, 8e307], False, (-8.8e307, 8.8e307)), ([-8.9e307, 8.9e307], False, (-8.9e307, 8.9e307)),
    ([5e-324], False, (-1.0, 1.0)),
])  # fmt: skip
def test_the_ends_of_a_view(values: list[float], clipped: bool, ends: tuple[float, float]) -> None:
    assert view(values, clipped=clipped) == pytest.approx(ends, rel=1e-9)


@pytest.mark.parametrize(("values", "height"), [
    ([], 1.0), ([0.0, 0.0], 1.0), ([-3.0], 3.0), ([2.0, 2.0 + 1e-12], 2.0), ([-5.0, -5.0 - 1e-12], 5.0),
    ([1.0, 4.0], 3.0), ([4.0, -1.0], 5.0),
    ([7.0, *[1.0] * 38, 0.0], 7.0),  # most are one value, and so all count
    ([-50.0, -40.0, *map(float, range(36)), 100.0, 200.0], 35.0),
    ([-2.0, *[1.0] * 38, -7.0], 8.0),
])  # fmt: skip
def test_how_far_most_values_are_apart(values: list[float], height: float) -> None:
    assert spread(values) == pytest.approx(height)


@pytest.mark.parametrize(("x", "tolerance", "short"), [
    (1e-12, 1e-12, 0.0), (-1e-12, 1e-12, 0.0), (1.16e-12, 1e-14, 1.16e-12), (1.16e-12, 1e-13, 1.2e-12),
    (0.123456, 0.05, 0.1), (0.16, 0.05, 0.2),
    (-0.16, 0.05, -0.2), (0.25, 0.06, 0.2), (1.5, 0.5, 2.0), (12.3456, 0.01, 12.35), (1 / 3, 0.0, 1 / 3),
    (0.123456789012345, 0.0, 0.123456789012345), (123.0, 25.0, 100.0), (123.0, 22.0, 120.0),
])  # fmt: skip
def test_the_fewest_digits_within_a_tolerance(x: float, tolerance: float, short: float) -> None:
    assert rounded(x, tolerance) == short

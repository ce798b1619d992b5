"""Where a curve is sampled, what is known of a point, and how breaks are told: each part by itself, at its limits."""

# ruff: noqa: E501
from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from gradcli.errors import MathError, Source
from gradcli.language.syntax import parse
from gradcli.plotting import probing, sampling
from gradcli.plotting.breaks import SMOOTH, Break, Neighbourhood, Told
from gradcli.plotting.probing import OVERFLOW, UNCERTAIN, UNDEFINED, Outcome, Prober
from gradcli.plotting.sampling import Curves, Probe, Sample, Search, _likely, _near, curves

NAN = math.nan


def graph_of(program: str) -> Any:
    return parse(Source("program", program))


# ---- what is known of a point


@pytest.mark.parametrize(("program", "at", "outcome"), [
    ("x**2", 3.0, Outcome(9.0, [6.0])),
    ("1/x", 0.0, Outcome(None, [], UNDEFINED)),
    ("log(x)", -1.0, Outcome(None, [], UNDEFINED)),
    ("exp(x)", 800.0, Outcome(None, [], OVERFLOW)),
    ("x + floor(sin(x)**2 + cos(x)**2)", 1.0, Outcome(None, [], UNCERTAIN)),
    ("abs(x)", 0.0, Outcome(0.0, [0.0], special=True)),
    ("abs(x)", 1.0, Outcome(1.0, [1.0])),
    ("floor(x)", 1.0, Outcome(1.0, [0.0], special=True)),
    ("sqrt(x)", 0.0, Outcome(0.0, [None], special=True)),
    ("x/1e-310", 1e-310, Outcome(1.0, [math.inf])),
    ("(1 - cos(x))/x**2", 1e-8, Outcome(0.5, [-8.333333333333333e-10])),  # balls tell what floats do not
    ("sin(x)**2 + cos(x)**2 - 1 + 0*x", 1.0, Outcome(0.0, [0.0])),
])  # fmt: skip
def test_what_is_known_of_a_point(program: str, at: float, outcome: Outcome) -> None:
    found = Prober(graph_of(program), ["x"], {})(at)
    assert found.value == (None if outcome.value is None else pytest.approx(outcome.value, rel=1e-12))
    assert found.slopes == [None if s is None else pytest.approx(s, rel=1e-12) for s in outcome.slopes]
    assert (found.lack, found.special) == (outcome.lack, outcome.special)
    value = Prober(graph_of(program), ["x"], {})(at, slopes=False)
    assert value == Outcome(found.value, [], outcome.lack)


def test_slopes_are_in_the_order_of_the_names() -> None:
    graph = graph_of("x**2*y + c")
    assert Prober(graph, ["y", "x"], {"c": 1.0})(3.0, 2.0) == Outcome(13.0, [4.0, 12.0])
    assert Prober(graph, ["c"], {"x": 1.0, "y": 1.0})(5.0) == Outcome(6.0, [1.0])
    assert Prober(graph_of("x + abs(y)"), ["x"], {"y": 0.0})(1.0).special is False  # a kink, but of no name here
    assert Prober(graph_of("x + abs(y)"), ["x", "y"], {})(1.0, 0.0).special is True


@pytest.mark.parametrize(("work", "known"), [(0, 0), (6, 0), (13, 0), (14, 1), (27, 1), (28, 2), (42, 3)])
def test_balls_are_used_as_long_as_there_is_work(work: int, known: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try takes a visit of seven nodes; at these points the second try with balls tells."""
    graph = graph_of("(1 - cos(x))/x**2")
    assert len(graph.nodes) == 7
    monkeypatch.setattr(probing, "BALL_WORK", work)
    prober = Prober(graph, ["x"], {})
    found = [prober(x) for x in (1e-8, 2e-8, 3e-8, 4e-8)]
    assert [f.lack for f in found] == [""] * known + [UNCERTAIN] * (4 - known)


# ---- samples


@pytest.mark.parametrize(("work", "count"), [
    (8 * 3 * 17, 16), (8 * 3 * 18, 18), (8 * 3 * 19, 18), (8 * 3 * 100, 100), (8 * 3 * 480, 480), (8 * 3 * 482, 480),
    (0, 16), (8 * 3 * 12, 16),
])  # fmt: skip
def test_even_samples_are_as_many_as_the_work_allows(work: int, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MAX_WORK", work)
    monkeypatch.setattr(sampling, "LIKELY", 0)
    graph = graph_of("3*x")
    assert len(graph.nodes) == 3
    found = curves(graph, "x", -1.0, 3.0, {})
    assert [s.x for s in found.samples] == pytest.approx([-1 + 4 * k / count for k in range(count + 1)])
    assert [s.value for s in found.samples] == pytest.approx([3 * s.x for s in found.samples])
    assert {s.slope for s in found.samples} == {3.0}
    assert found.breaks == []
    assert found.values == pytest.approx((-3.6, 9.6))
    assert found.slopes == pytest.approx((1.5, 4.5))


@pytest.mark.parametrize(("program", "message", "kind"), [
    ("sqrt(-1 - x**2)", "there is no value at any sample of x from -1 to 0.125", "domain"),
    ("x + floor(sin(x)**2 + cos(x)**2)", "there is no certain value at any sample of x from -1 to 0.125", "undecided"),
    ("where(x < -0.5, sqrt(x), x + floor(sin(x)**2 + cos(x)**2))",
     "there is no certain value at any sample of x from -1 to 0.125", "undecided"),
])  # fmt: skip
def test_a_curve_of_nothing_is_refused(program: str, message: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "SAMPLES", 16)
    with pytest.raises(MathError) as raised:
        curves(graph_of(program), "x", -1.0, 0.125, {})
    assert (raised.value.message, raised.value.kind) == (message, kind)


@pytest.mark.parametrize(("x", "width", "near"), [
    (0.1 + 1e-16, 1.0, 0.1), (0.123456, 1.0, 0.123456), (0.1234567, 1.0, 0.1234567), (9e-14, 1.0, 0.0),
    (-9e-14, 1.0, 0.0), (1.2e-13, 1.0, 1.2e-13), (0.5 + 9e-14, 1.0, 0.5), (0.5 + 2e-13, 1.0, 0.5 + 2e-13),
    (0.5 + 2e-13, 10.0, 0.5), (-0.5 + 9e-14, 1.0, -0.5), (1e-12, 20.0, 0.0),
])  # fmt: skip
def test_samples_are_taken_at_short_numbers(x: float, width: float, near: float) -> None:
    assert _near(x, width) == near


@pytest.mark.parametrize(("program", "low", "high", "fixed", "places"), [
    ("x", 0.0, 1.0, {}, [0, 0.5, 1]),
    ("x", 0.1, 1.2, {}, [0.5, 1]),
    ("x", -0.7, 0.7, {}, [-0.5, 0, 0.5]),
    ("abs(x - 0.3)", -0.4, 0.4, {}, [-0.3, 0, 0.3]),
    ("abs(x - 0.3)", -0.2, 0.4, {}, [0, 0.3]),
    ("x + 0.25*a", -0.3, 0.3, {"a": 0.125}, [-0.25, -0.125, 0, 0.125, 0.25]),
    ("x*7", 0.0, 7.0, {}, [k / 2 for k in range(15)]),  # the ends are samples anyway
    ("x", 0.0, 30.0, {}, [k / 2 for k in range(61)]),
    ("x", 0.0, 30.25, {}, []),  # more halves than are looked at
    ("x + 4", 0.0, 1000.0, {}, [4]),
    ("x", 2e13, 2e13 + 1, {}, []),
])  # fmt: skip
def test_where_a_program_is_likely_to_break(
    program: str, low: float, high: float, fixed: dict[str, float], places: list[float]
) -> None:
    assert sorted(_likely(graph_of(program), "x", low, high, fixed)) == places


def test_of_many_numbers_the_smallest_are_looked_at() -> None:
    program = " + ".join(f"abs(x - {k})" for k in range(1, 101))
    found = _likely(graph_of(program), "x", -1000.0, 1000.0, {})
    assert sorted(found) == sorted([*range(-30, 0), *range(1, 31)])


# ---- runs


def run_of(points: Iterable[tuple[float, float | None, float | None]], *breaks: Break) -> Callable[[str], Any]:
    return Curves([Sample(*point) for point in points], list(breaks), (0.0, 1.0), (0.0, 1.0)).runs


def test_a_curve_without_breaks_is_one_run() -> None:
    runs = run_of([(0, 1.0, 5.0), (1, 2.0, 6.0), (2, 3.0, 7.0)])
    assert runs("value") == [[(0, 1.0), (1, 2.0), (2, 3.0)]]
    assert runs("slope") == [[(0, 5.0), (1, 6.0), (2, 7.0)]]
    assert run_of([])("value") == []


def test_a_run_ends_where_there_is_no_value() -> None:
    runs = run_of([(0, 1.0, 5.0), (1, None, None), (2, 3.0, 7.0), (3, 4.0, 8.0), (4, None, None)])
    assert runs("value") == [[(0, 1.0)], [(2, 3.0), (3, 4.0)]]
    assert runs("slope") == [[(0, 5.0)], [(2, 7.0), (3, 8.0)]]


def test_a_run_of_slopes_leaves_out_a_missing_one() -> None:
    runs = run_of([(0, 1.0, 5.0), (1, 2.0, None), (2, 3.0, 7.0)])
    assert runs("value") == [[(0, 1.0), (1, 2.0), (2, 3.0)]]
    assert runs("slope") == [[(0, 5.0), (2, 7.0)]]


@pytest.mark.parametrize(("kind", "cuts_values"), [
    ("kink", False), ("vertical tangent", False), ("pole", True), ("jump", True), ("hole", True), ("no limit", True),
    ("end of the domain", True), ("undetermined", True), ("overflow", True),
])  # fmt: skip
def test_a_break_cuts_the_slope_and_all_but_two_kinds_the_value(kind: str, cuts_values: bool) -> None:
    at = Break(1.0, 2.0, 1.5, kind)
    assert at.cuts_values is cuts_values
    runs = run_of([(0, 1.0, 5.0), (1, 2.0, 6.0), (1.5, 2.5, 6.5), (2, 3.0, 7.0), (3, 4.0, 8.0)], at)
    assert runs("slope") == [[(0, 5.0), (1, 6.0)], [(2, 7.0), (3, 8.0)]]  # what lies inside the break is in no run
    if cuts_values:
        assert runs("value") == [[(0, 1.0), (1, 2.0)], [(2, 3.0), (3, 4.0)]]
    else:
        assert runs("value") == [[(0, 1.0), (1, 2.0), (1.5, 2.5), (2, 3.0), (3, 4.0)]]


def test_two_breaks_between_samples_make_one_cut() -> None:
    runs = run_of([(0, 1.0, 5.0), (3, 4.0, 8.0)], Break(0.5, 1.0, 0.7, "jump"), Break(1.5, 2.0, 1.7, "jump"))
    assert runs("value") == [[(0, 1.0)], [(3, 4.0)]]


# ---- beside one number


@pytest.mark.parametrize(("program", "x", "defined", "told"), [
    ("abs(x)", 0.0, True, Told("kink")), ("x**2", 1.0, True, Told("smooth", 2.0)),
    ("where(x == 0, 0, sin(3*x))", 0.0, True, Told("smooth", 3.0)), ("sign(x)", 0.0, True, Told("jump")),
    ("cbrt(x)", 0.0, True, Told("vertical tangent")), ("sqrt(x)", 0.0, True, Told("end of the domain")),
    ("where(x != 0, 1/x, 7)", 0.0, True, Told("pole")), ("where(x == 0, 0, x*sin(1/x))", 0.0, True,
                                                        Told("undetermined")),
    ("where(x == 0, 1, sqrt(-1 - x**2))", 0.0, True, None), ("1/x", 0.0, False, Told("pole")),
    ("sin(x)/x", 0.0, False, Told("hole")), ("abs(x)/x", 0.0, False, Told("jump")),
    ("log(x)", 0.0, False, Told("end of the domain")), ("log(x)", -1.0, False, None),
    ("sin(1/x)", 0.0, False, Told("undetermined")),
])  # fmt: skip
def test_a_break_told_by_what_lies_beside_it(program: str, x: float, defined: bool, told: Told | None) -> None:
    assert Neighbourhood(graph_of(program), "x", {}).told(x, defined=defined) == told


def test_what_was_looked_at_is_known_and_work_is_limited() -> None:
    graph = graph_of("abs(x)")
    place = Neighbourhood(graph, "x", {})
    before = place.left
    first = place.told(0.0, defined=True)
    spent = before - place.left
    assert spent > 0
    assert place.told(0.0, defined=True) == first == Told("kink")
    assert place.left == before - spent
    place.left = len(graph.nodes)
    assert place.told(1.0, defined=True) == Told("smooth", 1.0)
    place.left = len(graph.nodes) - 1
    assert place.told(2.0, defined=True) is None
    assert Neighbourhood(graph_of("x*a"), "x", {"a": 5.0}).told(1.0, defined=True) == Told("smooth", 5.0)


# ---- the search between two samples


def searching(program: str, width: float = 1.0, height: float = 1.0, steepness: float = 1.0) -> Search:
    return Search(Probe(graph_of(program), "x", {}), width, height, steepness)


@pytest.mark.parametrize(("slope", "beyond", "runs"), [
    (999.0, False, False), (1000.0, False, False), (1001.0, False, True), (-1001.0, False, True), (None, False, False),
    (None, True, True),
])  # fmt: skip
def test_a_slope_that_runs_away(slope: float | None, beyond: bool, runs: bool) -> None:
    assert searching("x").runs_away(Sample(0.0, 1.0, slope, beyond=beyond)) is runs
    assert searching("x", steepness=2.0).runs_away(Sample(0.0, 1.0, slope)) is False


@pytest.mark.parametrize(("x", "width", "step"), [(0.0, 1.0, 1e-13), (1.0, 20.0, 2e-12), (1e6, 1.0, 4.656613e-10)])
def test_the_step_to_either_side_of_a_break(x: float, width: float, step: float) -> None:
    """A ten-billionth of a thousandth of the range, and four floats at least: 2**-33 apart at a million."""
    assert searching("x", width=width)._step(x) == pytest.approx(step)


@pytest.mark.parametrize(("a", "b", "program"), [(-1.0, 1.0, "sqrt(x - 1/3)"), (1.0, -1.0, "sqrt(1/3 - x)")])
def test_the_border_of_a_domain(a: float, b: float, program: str) -> None:
    search = searching(program)
    ends = sorted((a, b))
    left, right = search._border(*(search.probe(x) for x in ends))
    assert left <= 1 / 3 <= right
    assert right - left <= 1e-13
    assert (search.probe(left).value is None) is (a < b)
    assert (search.probe(right).value is None) is (a > b)


@pytest.mark.parametrize(("values", "slopes", "steep", "middle", "kind"), [
    ((None, 1.0), (None, 1.0), False, None, "end of the domain"),
    ((1.0, None), (1.0, None), False, None, "end of the domain"),
    ((None, 5000.0), (None, 2000.0), True, None, "pole"),
    ((None, 999.0), (None, 2000.0), True, None, "end of the domain"),
    ((-5000.0, 5000.0), (2000.0, 2000.0), True, None, "pole"),
    ((2.0, 4.0), (2000.0, 2000.0), True, None, "pole"),  # without a value between, 3 heights are far
    ((2.0, 2.9), (2000.0, 2000.0), True, None, "jump"),
    ((2.0, 4.0), (2000.0, 2000.0), True, 3.0, "jump"),
    ((2.0, 5000.0), (2000.0, 1.0), True, 3.0, "pole"),
    ((2.0, 5000.0), (1.0, 1.0), False, 3.0, "jump"),
    ((0.0, 0.0011), (1.0, 1.0), False, 0.0, "jump"),
    ((0.0, 0.0009), (1.0, 1.0), False, None, "hole"),
    ((0.0, 0.0009), (2000.0, 1.0), True, 0.0, "vertical tangent"),
    ((0.0, 0.0009), (1.0, -2000.0), True, 0.0, "vertical tangent"),
    ((0.0, 0.0009), (1.0, 1.011), False, 0.0, "kink"),
    ((0.0, 0.0009), (1.0, 1.009), False, 0.0, "smooth"),
    ((0.0, 0.0009), (1.0, None), False, 0.0, "kink"),
    ((0.0, 0.0009), (1.0, 1.0), False, NAN, "smooth"),  # uncertain in the middle
])  # fmt: skip
def test_the_kind_of_a_break_by_both_sides(
    values: tuple[float | None, float | None], slopes: tuple[float | None, float | None], steep: bool,
    middle: float | None, kind: str,
) -> None:  # fmt: skip
    search = searching("x")
    a, b = (Sample(x, *own) for x, own in zip((0.0, 1.0), zip(values, slopes, strict=True), strict=True))
    between = Sample(0.5, None, None, uncertain=True) if middle is NAN else Sample(0.5, middle, 1.0)
    search.probe.known |= {0.0: a, 0.5: between, 1.0: b}
    assert (search.runs_away(a) or search.runs_away(b)) is steep
    assert search._kind(a, b) == kind


def test_where_a_value_overflows_the_break_is_that() -> None:
    search = searching("exp(x)")
    a, b = search.probe(709.0), search.probe(710.0)
    assert search._kind(a, b) == "overflow"
    assert search._kind(search.probe(700.0), search.probe(709.0)) != "overflow"


@pytest.mark.parametrize(("program", "places", "kinds"), [
    ("x", [], []),
    ("abs(x)/x", [(-1e-14, 0.0), (0.0, 1e-14)], ["jump"]),
    ("abs(x)/x", [(-1e-14, 0.0)], ["jump"]),
    ("abs(x) + abs(x - 1/2)", [(-1e-13, 1e-13), (0.5 - 1e-13, 0.5 + 1e-13)], ["kink", "kink"]),
    ("x", [(0.1, 0.1 + 1e-13)], []),
])  # fmt: skip
def test_two_sides_of_one_point_are_one_break(
    program: str, places: list[tuple[float, float]], kinds: list[str]
) -> None:
    search = searching(program)
    found = search._merged([search._named(*place) for place in places])
    assert [b.kind for b in found] == kinds


@pytest.mark.parametrize("program", ["sqrt(x - 1/3)", "where(x > 1/3, 1, 0)", "abs(x - 1/3)*7"])
def test_a_search_ends_where_floats_end(program: str) -> None:
    """In a range so narrow that no float is within a ten-trillionth of it."""
    search = searching(program, width=1e-6)
    a, b = search.probe(0.3333333), search.probe(0.3333334)
    found = search._between(a, b)
    assert found is not None
    left, right = found
    assert left <= 1 / 3 <= right
    assert right - left <= 4 * math.ulp(1 / 3)


@pytest.mark.parametrize(("program", "low", "high", "found"), [
    ("x**2", 0.0, 1.0, False), ("where(x > 0.3, x + 1, x)", 0.0, 1.0, True), ("where(x > 0.3, 2*x, 0.3 + x)", 0.0, 1.0, True),
    ("1/(x - 0.3)", 0.0, 1.0, True), ("sin(3*x)", 0.0, 1.0, False), ("where(x > 0.3, x + 0.0005, x)", 0.0, 1.0, False),
    ("where(x > 0.3, x + 0.7, x)", 0.0, 1.0, True),  # half of the way it is as even as a smooth curve, a quarter not
    ("where(x > 0.3, x + 0.4, x)", 0.0, 1.0, False),  # so low a jump takes nearer samples
])  # fmt: skip
def test_a_break_between_two_samples(program: str, low: float, high: float, found: bool) -> None:
    search = searching(program)
    bracket = search._between(search.probe(low), search.probe(high))
    assert (bracket is not None) is found
    if bracket is not None:
        assert bracket[0] <= 0.3 <= bracket[1]
        assert bracket[1] - bracket[0] <= 2e-13


def test_between_samples_without_values_there_is_no_break() -> None:
    search = searching("log(x)")
    gone = search.probe(-1.0), search.probe(-2.0)
    assert search._between(*gone) is None
    kink = searching("abs(x)")
    assert kink._between(kink.probe(-1.0), kink.probe(0.0)) is None  # the sample itself is the break


def test_a_large_program_has_to_do_with_fewer_breaks() -> None:
    search = searching("where(x > 0.3, x + 1, x)")
    search.most = 1
    assert search._between(search.probe(0.0), search.probe(1.0)) is None
    search.most = 2
    assert search._halved(search.probe(0.0), search.probe(1.0), 1) is None
    search.most = 1_000
    assert search._halved(search.probe(0.0), search.probe(1.0), 1) is not None


@pytest.mark.parametrize("program", ["1/x", "log(x)", "abs(x)", "sign(x)", "sin(x)/x", "sqrt(x)", "exp(1/x)", "x**2"])
def test_the_curve_is_sampled_on_both_sides_of_a_break(program: str) -> None:
    found = curves(graph_of(program), "x", -1.0, 3.0, {})
    places = {s.x for s in found.samples}
    assert {x for b in found.breaks for x in (b.left, b.right)} <= places
    assert all(-1 <= x <= 3 for x in places)
    end = curves(graph_of(program), "x", 0.0, 3.0, {})  # the break is at the end of the range
    assert all(0 <= s.x <= 3 for s in end.samples)
    assert {x for b in end.breaks for x in (b.left, b.right) if x >= 0} <= {s.x for s in end.samples}


def test_more_samples_stand_half_way_between_others() -> None:
    found = [s.x for s in curves(graph_of("sin(40*x)"), "x", 0.0, 3.0, {}).samples]
    even = {3 * k / 480 for k in range(481)}
    more = [x for x in found if min(abs(x - e) for e in even) > 1e-9]
    assert len(more) > 100
    for x in more:
        k = found.index(x)
        assert found[k - 1] < x < found[k + 1]
        parts = (x - found[0]) * 480 / 3 * 8
        assert parts == pytest.approx(round(parts), abs=1e-6)  # a half, a quarter or an eighth of the way


def test_beyond_the_limit_of_work_a_place_that_is_smooth_is_not_special(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcli.plotting.breaks.MAX_VISITS", 0)
    found = curves(graph_of("relu(x) - relu(-x)"), "x", -1.0, 1.0, {})
    assert not any(s.special for s in found.samples)
    assert {s.slope for s in found.samples} == {1.0}
    assert found.breaks == []


def test_a_place_on_whose_slope_both_sides_agree_is_no_longer_special() -> None:
    probe = Probe(graph_of("x*abs(x)"), "x", {})
    assert probe(0.0).special
    assert Search(probe, 2.0, 1.0, 1.0)._told(0.0) == SMOOTH
    assert probe(0.0) == Sample(0.0, 0.0, 0.0)

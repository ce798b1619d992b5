"""The search for breaks of a curve at its limits, of samples that are made by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.language.syntax import parse
from gradcli.plotting import probing, sampling
from gradcli.plotting.breaks import Break
from gradcli.plotting.probing import UNCERTAIN, Prober
from gradcli.plotting.sampling import Curves, Sample, Search, _refine

FAR = 1e-05
LOOKS = 24
NEARER = 0.62

WIDE = 1e13  # a range in which the search goes down to 1, the unit of what follows


def searching(probe: Callable[[float], Sample], width: float = 1.0, height: float = 1.0, steepness: float = 1.0) -> Any:
    search: Any = Search.__new__(Search)
    probe.known, probe.overflows = {}, set()  # type: ignore[attr-defined]
    search.probe, search.width, search.height, search.steepness, search.most = probe, width, height, steepness, 1000
    return search


def line(x: float) -> Sample:
    return Sample(x, 0.0, 0.0)


# ---- between two samples


@pytest.mark.parametrize(("a", "b", "asked"), [
    ((0.0, 0.0), (0.0, 0.0), []), ((0.0, 0.0), (0.002, 0.0), []), ((0.0, 0.0), (0.0021, 0.0), [1]),
    ((0.0, 0.0), (-0.0021, 0.0), [1]), ((1.0, 3.0), (4.0, 3.0), []), ((1.0, 2.0), (2.51, 1.0), [1, 2]),
    ((0.0, 0.0), (0.01, 0.02), []), ((0.0, 0.0), (0.0105, 0.021), [2]), ((0.0, 0.021), (0.0105, 0.0), [2]),
    ((0.0, 0.0), (None, None), ["border"]), ((None, None), (0.0, 0.0), ["border"]), ((None, None), (None, None), []),
    ((0.0, None), (5.0, 0.0), []), ((0.0, 0.0), (5.0, None), []),
])  # fmt: skip
@pytest.mark.parametrize("found", [(0.25, 0.5), None])
def test_what_is_looked_at_between_two_samples(
    a: tuple[Any, Any], b: tuple[Any, Any], asked: list[Any], found: tuple[float, float] | None
) -> None:
    """Values that are 0.002 of the height off the straight way, slopes that are 0.02 of the steepness apart."""
    taken: list[Any] = []
    search = searching(line)

    def look(a: Sample, b: Sample, column: int | str = "border") -> tuple[float, float] | None:
        taken.append(column)
        return found

    search._halved = search._border = look
    between = search._between(Sample(7.0, *a), Sample(8.0, *b))
    assert taken == (asked[:1] if found else asked)
    assert between == (found if asked else None)
    for special in ((True, False), (False, True)):
        ends = [Sample(x, *own, is_special) for x, own, is_special in zip((7.0, 8.0), (a, b), special, strict=True)]
        taken.clear()
        search._between(*ends)
        assert taken == (asked if "border" in asked else [])


@pytest.mark.parametrize(("at", "jump", "found"), [
    (5.3e12, 1.0, True), (5.3e12, -1.0, True), (5.3e12, 0.0011, True), (5.3e12, 0.0009, False), (0.3, 1.0, True),
    (9.99e12, 1.0, True),
])  # fmt: skip
def test_a_jump_is_followed_to_a_unit(at: float, jump: float, found: bool) -> None:
    search = searching(lambda x: Sample(x, jump if x >= at else 0.0, 0.0), WIDE)
    bracket = search._halved(search.probe(0.0), search.probe(WIDE), 1)
    assert (bracket is not None) is found
    if bracket is not None:
        assert bracket[0] < at <= bracket[1]
        assert 0.5 <= bracket[1] - bracket[0] <= 1


@pytest.mark.parametrize(("change", "found"), [(0.0101, True), (0.0099, False), (-0.0101, True), (5.0, True)])
def test_a_kink_is_followed_to_a_unit(change: float, found: bool) -> None:
    search = searching(lambda x: Sample(x, 0.0, change if x >= 7e12 else 0.0), WIDE)
    bracket = search._halved(search.probe(0.0), search.probe(WIDE), 2)
    assert (bracket is not None) is found
    if bracket is not None:
        assert bracket[0] < 7e12 <= bracket[1]


@pytest.mark.parametrize(("middle", "found"), [
    (Sample(0.5, 0.0, 0.0, special=True), (0.5, 0.5)), (Sample(0.5, 0.0, None), (0.5, 0.5)),
    (Sample(0.5, 0.0, 0.0, beyond=True), None), (Sample(0.5, None, None), "borders"),
])  # fmt: skip
def test_what_lies_half_way(middle: Sample, found: Any) -> None:
    search = searching(lambda x: middle if x == 0.5 else Sample(x, float(x > 0.5), 0.0))
    search._told = lambda x: None
    search._border = lambda a, b: (a.x - 1, b.x + 1)
    column = 2 if middle.slope is None else 1
    assert search._halved(search.probe(0.0), search.probe(1.0), column) == ((-1, 2) if found == "borders" else found)


@pytest.mark.parametrize(("uncertain", "found"), [((), True), ((0.5,), True), ((0.5, 0.25), False), ((0.25,), True)])
def test_beside_a_place_that_is_uncertain_another_is_tried(uncertain: tuple[float, ...], found: bool) -> None:
    search = searching(lambda x: Sample(x, None if x in uncertain else float(x > 0.6), 0.0, uncertain=x in uncertain))
    bracket = search._halved(search.probe(0.0), search.probe(1.0), 1)
    assert (bracket is not None) is found
    if bracket:
        assert bracket[0] <= 0.6 <= bracket[1]


@pytest.mark.parametrize(("known", "found"), [(10, True), (11, False)])
def test_a_search_stops_where_too_many_samples_are_known(known: int, found: bool) -> None:
    search = searching(lambda x: Sample(x, float(x > 0.6), 0.0), WIDE)
    search.most, search.probe.known = 10, dict.fromkeys(range(known))
    assert search._halved(search.probe(0.0), search.probe(1.0), 1)  # narrow enough already
    search.width = 1.0
    assert (search._halved(search.probe(0.0), search.probe(1.0), 1) is not None) is found


# ---- several


@pytest.mark.parametrize(("places", "joined"), [
    ([(0.0, 1.0), (9.0, 10.0)], [(0.0, 10.0)]), ([(0.0, 1.0), (9.5, 10.0)], [(0.0, 1.0), (9.5, 10.0)]),
    ([(0.0, 1.0), (2.0, 3.0), (4.0, 5.0)], [(0.0, 5.0)]), ([(0.0, 1.0), (50.0, 51.0), (52.0, 53.0)],
                                                          [(0.0, 1.0), (50.0, 53.0)]), ([], []),
])  # fmt: skip
def test_breaks_that_are_eight_units_apart_are_one(
    places: list[tuple[float, float]], joined: list[tuple[float, float]]
) -> None:
    search = searching(line, WIDE)
    search._named = lambda left, right: Break(left, right, left, "jump")
    assert [(b.left, b.right) for b in search._merged([Break(*p, p[0], "hole") for p in places])] == joined
    search._named = lambda left, right: Break(left, right, left, "smooth")
    alone = [(a, b) for a, b in joined if (a, b) in places]
    assert [(b.left, b.right) for b in search._merged([Break(*p, p[0], "hole") for p in places])] == alone


def test_two_breaks_cut_a_curve_into_three() -> None:
    samples = [Sample(float(x), float(x), 1.0) for x in range(5)]
    found = Curves(samples, [Break(0.5, 1.5, 0.7, "jump"), Break(2.5, 3.0, 2.7, "pole")], (0.0, 1.0), (0.0, 1.0))
    assert found.runs("value") == [[(0, 0)], [(2, 2)], [(3, 3), (4, 4)]]  # 1 is within the first


@pytest.mark.parametrize(("value", "middle", "height", "kind"), [
    (999.0, 0.0, 1.0, "jump"), (1001.0, 0.0, 1.0, "pole"), (1999.0, 0.0, 2.0, "jump"), (2001.0, 0.0, 2.0, "pole"),
    (2.9, None, 1.0, "jump"), (3.1, None, 1.0, "pole"), (5.9, None, 2.0, "jump"), (6.1, None, 2.0, "pole"),
    (0.0009, 0.0, 2.0, "vertical tangent"), (0.0011, 0.0, 2.0, "jump"), (0.0011, None, 2.0, "jump"),
    (0.0009, None, 2.0, "hole"),
])  # fmt: skip
def test_how_far_is_far_hangs_on_the_height(value: float, middle: float | None, height: float, kind: str) -> None:
    """On both sides of the number, with slopes beyond a thousand times those that are seen."""
    search = searching(lambda x: Sample(x, middle, None), height=height)
    assert search._kind(Sample(0.0, -value, 1001.0), Sample(1.0, value, 1.0)) == kind


# ---- for a limit


def looked(values: list[float | None], *, end: float = 0.0, sign: int = 1, height: float = 1.0) -> Any:
    """Return a search whose samples on one side of a place have these values, from far to near; none on the other."""
    places = {end + sign * FAR * NEARER**k: value for k, value in enumerate(values)}
    return searching(lambda x: Sample(x, places.get(x), 0.0), height=height)


FLAT: list[float | None] = [0.0] * (LOOKS // 2)


@pytest.mark.parametrize(("far", "near", "height", "unsettled"), [
    (0.0, 0.002, 1.0, False), (0.0, 0.0021, 1.0, True), (0.0, 0.0039, 2.0, False), (0.0, 0.0041, 2.0, True),
    (4.0, 2.0, 1.0, False), (4.0, 2.1, 1.0, True), (-4.0, 2.1, 1.0, True),
])  # fmt: skip
@pytest.mark.parametrize(("end", "sign"), [(0.0, 1), (3.0, -1)])
def test_values_that_go_on_changing(
    far: float, near: float, height: float, unsettled: bool, end: float, sign: int
) -> None:
    """By more than 0.002 of the height, and more than half as much as farther away."""
    values = [far, *FLAT[1:], near, *FLAT[1:]]
    assert looked(values, end=end, sign=sign, height=height)._unsettled(end, sign) is unsettled
    assert looked(values, end=end, sign=sign, height=height)._unsettled(end, -sign) is False
    assert looked(values, end=end, sign=sign)._unsettled(end, sign, turns=2) is False


@pytest.mark.parametrize(("count", "enough"), [(10, False), (11, True), (12, True), (24, True)])
def test_a_quarter_of_the_looks_has_to_find_values(count: int, enough: bool) -> None:
    values: list[float | None] = [None] * (LOOKS - count) + [float(k % 2) for k in range(count)]
    assert looked(values)._unsettled(0.0, 1) is enough


def test_either_side_may_swing() -> None:
    zigzag: list[float | None] = [float(k % 2) for k in range(LOOKS)]
    assert looked(zigzag, end=1.0, sign=1)._swings(0.0, 1.0) is True
    assert looked(zigzag, end=0.0, sign=-1)._swings(0.0, 1.0) is True
    assert looked(zigzag, end=1.0, sign=-1)._swings(0.0, 1.0) is False


# ---- more samples, and work


@pytest.mark.parametrize(("bend", "more"), [(0.0019, 0), (0.0021, 1)])
@pytest.mark.parametrize("column", [0, 1])
def test_a_bend_that_is_seen_has_more_samples(bend: float, more: int, column: int) -> None:
    """Half way from the straight line, by 0.002 of the height of either picture."""

    def probe(x: float) -> Sample:
        numbers = [10.0, 10.0]
        numbers[column] += 10 * bend if x == 0.5 else 0.0
        return Sample(x, numbers[0], numbers[1])

    kept = {0.0, 1.0}
    probe.graph = SimpleNamespace(nodes=[0])  # type: ignore[attr-defined]
    views = [(5.0, 15.0), (5.0, 15.0)]
    _refine(probe, kept, [], (views[0], views[1]))  # type: ignore[arg-type]
    assert (0.5 in kept) is bool(more)
    views[column] = (20.0, 30.0)  # out of sight
    kept = {0.0, 1.0}
    _refine(probe, kept, [], (views[0], views[1]))  # type: ignore[arg-type]
    assert kept == {0.0, 1.0}
    kept = {0.0, 1.0}
    _refine(probe, kept, [Break(0.0, 0.5, 0.2, "jump")], ((5.0, 15.0), (5.0, 15.0)))  # type: ignore[arg-type]
    assert kept == {0.0, 1.0}


@pytest.mark.parametrize(("program", "kinds", "values", "slopes"), [
    ("abs(x - 0.25)", ["kink"], (-0.0625, 1.3125), (-1.1, 1.1)),
    ("1/x + abs(x - 0.3)", ["pole", "kink"], None, None), ("1/x + 0*abs(x - 0.3)", ["pole"], None, None),
    ("x + cbrt(x - 0.3)*0", [], (-1.1, 1.1), (0.5, 1.5)), ("cbrt(x)", ["vertical tangent"], (-1.1, 1.1), None),
    ("x/1e-310", ["overflow", "overflow"], (-sys.float_info.max, sys.float_info.max), (-1.0, 1.0)),
])  # fmt: skip
def test_what_runs_away_is_cut_off_and_nothing_else(
    program: str, kinds: list[str], values: tuple[float, float] | None, slopes: tuple[float, float] | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(sampling, "SAMPLES", 64)
    found = sampling.curves(parse(Source("program", program)), "x", -1.0, 1.0, {})
    assert [b.kind for b in found.breaks] == kinds
    for shown, column, ends in ((found.values, 1, values), (found.slopes, 2, slopes)):
        if ends is None:
            there = [y for s in found.samples if (y := s[column]) is not None]
            assert max(there) > shown[1] or min(there) < shown[0]
        else:
            assert shown == pytest.approx(ends)


@pytest.mark.parametrize(("work", "program", "known"), [
    (0, "x**2", True), (0, "(1 - cos(x))/x**2", False), (6, "(1 - cos(x))/x**2", False),
    (7, "(1 - cos(x))/x**2", True),
])  # fmt: skip
def test_the_first_try_is_free(work: int, program: str, known: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with balls takes a visit of seven nodes; at a thousandth the first of them tells."""
    monkeypatch.setattr(probing, "BALL_WORK", work)
    found = Prober(parse(Source("program", program)), ["x"], {})(1e-3)
    assert found.lack == ("" if known else UNCERTAIN)


def test_a_slope_that_is_in_doubt_is_tried_again() -> None:
    """The value is certain at once; whether abs is at its kink only balls tell."""
    found = Prober(parse(Source("program", "y + abs(sin(x)**2 + cos(x)**2 - 1 + 1e-20*x)")), ["x", "y"], {})(1.0, 1.0)
    assert found.value == 1.0
    assert found.slopes == pytest.approx([1e-20, 1.0])
    assert not found.special


def test_samples_of_a_large_program_are_not_refined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "MAX_WORK", 2)
    kept = {0.0, 1.0}

    def probe(x: float) -> Sample:
        return Sample(x, float(x == 0.5), float(x == 0.5))

    probe.graph = SimpleNamespace(nodes=[0])  # type: ignore[attr-defined]
    _refine(probe, kept, [], ((0.0, 1.0), (0.0, 1.0)))  # type: ignore[arg-type]
    assert kept == {0.0, 0.5, 1.0}
    _refine(probe, kept, [], ((0.0, 1.0), (0.0, 1.0)))  # type: ignore[arg-type]
    assert kept == {0.0, 0.5, 1.0}  # three are more than two


def test_of_two_jumps_alike_the_first_is_found() -> None:
    search = searching(lambda x: Sample(x, float(3e12 < x < 7e12), 0.0), WIDE)
    left, right = search._halved(search.probe(0.0), search.probe(WIDE), 1)
    assert left <= 3e12 <= right <= left + 1


@pytest.mark.parametrize("sign", [-1, 1])
def test_values_are_looked_at_ever_nearer_to_a_place(sign: int) -> None:
    """From 1e-5 of the range down to 1.7e-10 of it, each time 0.62 of the way."""
    asked: list[float] = []
    searching(lambda x: asked.append(x) or line(x), width=2.0)._unsettled(0.0, sign)
    away = [sign * x for x in asked]
    assert (len(away), away[0]) == (24, pytest.approx(2e-5))
    assert away[-1] == pytest.approx(2e-5 * 0.62**23)
    assert away == sorted(away, reverse=True)

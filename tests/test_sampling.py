"""The curves of a plot break where the function does, and nowhere else."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from gradcli.errors import MathError, Source
from gradcli.language.syntax import parse
from gradcli.plotting import probing
from gradcli.plotting.breaks import _with_value, _without_value
from gradcli.plotting.sampling import Curves, Sample, Search, curves

FAR = 1e-05
LOOKS = 24
NEARER = 0.62

PI = math.pi


def sampled(program: str, low: float, high: float, **fixed: float) -> Curves:
    return curves(parse(Source("program", program)), "x", low, high, fixed)


BREAKS = [
    ("1/x", -3, 3, [(0, "pole")]),
    ("1/x", -1, 2, [(0, "pole")]),
    ("1/x**2", -1, 3, [(0, "pole")]),
    ("1/x**2", -1.05, 1, [(0, "pole")]),
    ("1/(x - 1e-9)", -1, 1, [(1e-9, "pole")]),
    ("tan(x)", -5, 5, [(-1.5 * PI, "pole"), (-PI / 2, "pole"), (PI / 2, "pole"), (1.5 * PI, "pole")]),
    ("log(abs(x))", -2, 3, [(0, "pole")]),
    ("gamma(x)", -2.5, 3, [(-2, "pole"), (-1, "pole"), (0, "pole")]),
    ("abs(x)", -3, 3, [(0, "kink")]),
    ("abs(x)", -1, 2.17, [(0, "kink")]),
    ("abs(x - 17/64)", 0, 1, [(17 / 64, "kink")]),  # found where halving comes to a kink itself
    ("sign(x - 17/64)", -2, 3, [(17 / 64, "jump")]),
    ("cbrt(x - 129/256)", 0, 1, [(129 / 256, "vertical tangent")]),
    ("relu(x - 0.3)", -1, 2, [(0.3, "kink")]),
    ("max(x, 1 - x)", -1, 3, [(0.5, "kink")]),
    ("abs(sin(x))", -4, 4, [(-PI, "kink"), (0, "kink"), (PI, "kink")]),
    ("log(x)", -1, 3, [(0, "end of the domain")]),
    ("sqrt(x)", -1, 3, [(0, "end of the domain")]),
    ("asin(x)", -2, 3, [(-1, "end of the domain"), (1, "end of the domain")]),
    ("sqrt(x**2 - 1)", -3, 3, [(-1, "end of the domain"), (1, "end of the domain")]),
    ("exp(x)", 0, 1000, [(709.782712893, "overflow")]),
    ("floor(x)", -1.3, 1.5, [(-1, "jump"), (0, "jump"), (1, "jump")]),
    ("sign(x)", -1, 1, [(0, "jump")]),
    ("where(x > 0.3, 1, x)", -1, 1, [(0.3, "jump")]),
    ("1e-9*round(x)", -1, 1, [(-0.5, "jump"), (0.5, "jump")]),
    ("cbrt(x)", -1, 3, [(0, "vertical tangent")]),
    ("abs(x)**0.5", -1, 2, [(0, "vertical tangent")]),
    ("sin(x)/x", -5, 5, [(0, "hole")]),
    ("x/x", -1, 1, [(0, "hole")]),
    ("(x**2 - 4)/(x - 2)", -2, 3, [(2, "hole")]),
    ("sin(1/x)", -2, 3, [(0, "no limit")]),
    ("cos(1/x**2)", -1, 1, [(0, "no limit")]),
    ("where(x != 0, sin(1/x), 0)", -2, 3, [(0, "no limit")]),
    ("where(x > 0, sin(1/x), 5)", -2, 3, [(0, "no limit")]),
    ("sin(1/(x - 1/3))", -2, 3, [(1 / 3, "no limit")]),
    ("where(x == 0, 0, x*sin(1/x))", -2, 3, [(0, "undetermined")]),
    ("where(x != 0, sin(x)/x, 2)", -2, 3, [(0, "jump")]),
    ("where(x == 0.3, 5, x)", -2, 3, [(0.3, "jump")]),
    ("where(x < 0.3, x, x + 1e-6)", -2, 3, [(0.3, "jump")]),
    ("where(x != 0, 1/x, 7)", -2, 3, [(0, "pole")]),
    ("where(x > 0, x*log(x), 0)", -2, 3, [(0, "vertical tangent")]),
    ("0.001*abs(x - 1/2) + 10*x**2", -2, 3.1, [(0.5, "kink")]),
    ("x*log(abs(x))", -2, 3, [(0, "hole")]),
    ("exp(1/x)", -2, 3, [(0, "pole"), (1 / 709.782712893, "overflow")]),
    ("where(x > 0, exp(x) - 1/3, sign(x))", -2, 3, [(0, "jump")]),
    ("max(x, x + 0) + abs(x - 0.3001)", -2, 3, [(0.3001, "kink")]),
    ("sin(40*x) + 0.05*floor(x + 0.8766)", -1, 1, [(-0.8766, "jump"), (0.1234, "jump")]),  # low ones of a steep curve
    ("0.01*log(abs(x - sqrt(2)))", -2, 3, [(math.sqrt(2), "undetermined")]),
]
SMOOTH = [
    ("x**2", -1e150, 1e150),
    ("x**3 - x", 1e-300, 2e-300),
    ("x**2", 1, 1.0000000001),
    ("sin(50*x)", -3, 3),
    ("atan(1e6*x)", -1, 2),
    ("tanh(1e4*x)", -1, 2),
    ("exp(-1e3*x**2)", -1, 1),
    ("3 + 0*x", -1, 1),
    ("1e10 + 0*x", 0, 1),
    ("relu(x) - relu(-x)", -1, 1),
    ("max(x, x)", -1, 1),
    ("where(x < 0, -x, x)**2", -1, 1),
    ("where(x != 0, sin(x)/x, 1)", -2, 3),
    ("where(x != 0, x**2*sin(1/x), 0)", -2, 3),
    ("x*sin(sqrt(abs(x)))", -2, 3),
    ("where(x == 1/2, 1/2, x)", -2, 3),
    ("elu(x)", -2, 3),
]


@pytest.mark.parametrize(("program", "low", "high", "expected"), BREAKS)
def test_breaks(program: str, low: float, high: float, expected: list[tuple[float, str]]) -> None:
    found = sampled(program, low, high).breaks
    assert [b.kind for b in found] == [kind for _, kind in expected]
    for b, (x, _) in zip(found, expected, strict=True):
        assert b.x == pytest.approx(x, abs=1e-11 * (high - low))
        assert b.left <= b.x <= b.right or abs(b.x - b.left) < 1e-11 * (high - low)


@pytest.mark.parametrize(("x", "low", "high", "shown"), [
    (300_100.25, 0, 1e6, 300_100.25), (300_100.25, 300_100, 300_101, 300_100.25), (3.0001e-7, 0, 1e-6, 3.0001e-7),
    (1 / 3, 0, 1, 0.333333333333), (0.30000000001234, 0, 0.5, 0.300000000012), (0.30000000001234, 0, 2, 0.30000000001),
])  # fmt: skip
def test_the_place_of_a_break_is_the_shortest_number_within_1e12th_of_the_range(
    x: float, low: float, high: float, shown: float
) -> None:
    """Two sides of the break, 1e-13 of the range away from it each, are added to that."""
    (found,) = sampled(f"abs(x - {x!r})", low, high).breaks
    assert found.x == shown


@pytest.mark.parametrize(("program", "low", "high"), SMOOTH)
def test_smooth_curves_are_whole(program: str, low: float, high: float) -> None:
    found = sampled(program, low, high)
    assert not found.breaks
    assert len(found.runs("value")) == len(found.runs("slope")) == 1


@pytest.mark.parametrize(("program", "low", "high", "expected"), BREAKS)
def test_no_run_crosses_a_break(program: str, low: float, high: float, expected: list[tuple[float, str]]) -> None:
    found = sampled(program, low, high)
    runs = found.runs("slope")
    for b in found.breaks:
        assert not any(run[0][0] < b.x - 1e-9 * (high - low) and run[-1][0] > b.x + 1e-9 * (high - low) for run in runs)
    if {kind for _, kind in expected} <= {"kink", "vertical tangent"}:
        (run,) = found.runs("value")
        assert (run[0][0], run[-1][0]) == (low, high)
    for which in ("value", "slope"):
        for run in found.runs(which):
            assert all(a[0] < b[0] for a, b in pairwise(run))


@pytest.mark.parametrize("program", ["sin(x)*x", "exp(x)", "1/(1 + x**2)", "x**5"])
def test_samples_are_values_and_slopes(program: str) -> None:
    from gradcli import differentiate

    for sample in sampled(program, -2, 2).samples[::37]:
        record = differentiate(program, {"x": sample.x})
        assert sample.value == pytest.approx(record.value, rel=1e-12)
        assert sample.slope == pytest.approx(record.gradient["x"], rel=1e-12)


def test_a_straight_line_between_samples_stays_on_the_curve() -> None:
    found = sampled("sin(20*x) + exp(-100*x**2)", -3, 3)
    height = found.values[1] - found.values[0]
    for a, b in pairwise(found.samples):
        x = (a.x + b.x) / 2
        true = math.sin(20 * x) + math.exp(-100 * x * x)
        assert a.value is not None
        assert b.value is not None
        assert abs((a.value + b.value) / 2 - true) < 0.003 * height


@pytest.mark.parametrize("program", ["1/x", "1/x**2", "1/x + 200*x", "200*x - 1/x", "tan(2*x)"])
def test_a_line_that_leaves_the_picture_stays_on_the_curve(program: str) -> None:
    """Also between a sample in sight and one far above or below, unless there is a break between them."""
    found = sampled(program, -1, 1)
    low, high = found.values
    for a, b in pairwise(found.samples):
        if a.value is None or b.value is None or any(a.x <= at.left < b.x for at in found.breaks):
            continue
        if any(min(a.value, b.value) < end < max(a.value, b.value) for end in (low, high)):
            true = eval(program, {"x": (a.x + b.x) / 2, "tan": math.tan})
            assert abs((a.value + b.value) / 2 - true) < 0.003 * (high - low)


def test_samples_are_certain_where_floats_are_not() -> None:
    found = sampled("(1 - cos(x))/x**2", 0.5e-8, 2e-8)
    assert not found.breaks
    for s in found.samples:
        assert s.value == pytest.approx(0.5, rel=1e-12)
        assert s.slope == pytest.approx(-s.x / 12, rel=1e-12)


@pytest.mark.parametrize("program", ["sin(x)**2 + cos(x)**2 - 1 + 0*x", "exp(-x*x*2000) - exp(-x*x*2000)"])
def test_a_true_zero_is_sampled_as_0(program: str) -> None:
    found = sampled(program, 0.5, 2)
    assert {s.value for s in found.samples} == {s.slope for s in found.samples} == {0.0}
    assert not found.breaks


def test_what_is_uncertain_is_no_break() -> None:
    # Whether the argument of floor is a whole number hangs on two equal numbers that no precision tells apart.
    found = sampled("x + floor(where(x < 1, 0.5, sin(x)**2 + cos(x)**2))", 0.1, 1.9)
    assert not found.breaks
    assert all(s.uncertain for s in found.samples if s.x >= 1)
    assert all(s.value == s.x and s.slope == 1 for s in found.samples if s.x < 1)
    with pytest.raises(MathError, match="no certain value at any sample"):
        sampled("x + floor(sin(x)**2 + cos(x)**2)", 0.1, 1.9)


def test_the_slope_of_a_filled_hole_is_what_both_sides_agree_on() -> None:
    for program, slope in (("where(x == 0, 0, sin(3*x))", 3.0), ("relu(x) - relu(-x)", 1.0)):
        (sample,) = (s for s in sampled(program, -1, 1).samples if s.x == 0)
        assert sample.slope == slope
        assert not sample.special


def test_beyond_the_limit_of_work_breaks_are_told_by_sampling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcli.plotting.breaks.MAX_VISITS", 0)
    assert [b.kind for b in sampled("abs(x) + where(x > 0.5, 1, 0)", -1, 1).breaks] == ["kink", "jump"]
    assert [b.kind for b in sampled("sin(1/x)", -1, 1).breaks] == ["no limit"]
    assert not sampled("relu(x) - relu(-x)", -1, 1).breaks


def test_a_kink_at_a_number_that_cannot_be_settled_is_found() -> None:
    found = sampled("abs(sin(pi*x))", -0.5, 1.5)
    assert [(b.x, b.kind) for b in found.breaks] == [(0, "kink"), (1, "kink")]
    assert [s.x for s in found.samples if s.uncertain] == [1]


def test_slopes_beyond_the_range_are_no_kinks() -> None:
    found = sampled("x/y", -1, 1, y=1e-310)
    assert {b.kind for b in found.breaks} == {"overflow"}
    assert all(s.slope is None for s in found.samples)


def test_work_with_balls_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "BALL_WORK", 1000)
    found = sampled("(1 - cos(x))/x**2", 0.5e-8, 2e-8)
    assert 50 < sum(not s.uncertain for s in found.samples) < 400
    assert not found.breaks


def test_pictures_are_not_spoilt_by_poles() -> None:
    for program in ("1/x", "tan(x)", "1/x**2", "log(x)"):
        found = sampled(program, -3, 3)
        assert found.values[1] - found.values[0] < 400
        assert found.slopes[1] - found.slopes[0] < 2000


def test_nowhere_defined() -> None:
    with pytest.raises(MathError, match="no value at any sample"):
        sampled("log(-1 - x**2)", -1, 1)


def test_other_inputs_are_fixed() -> None:
    graph = parse(Source("program", "a*x + b"))
    found = curves(graph, "x", 0.0, 1.0, {"a": 3.0, "b": -1.0})
    assert (found.samples[0].value, found.samples[-1].value) == (-1.0, 2.0)
    assert {s.slope for s in found.samples} == {3.0}


@pytest.mark.parametrize(("zigzag", "swings"), [
    ([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1], True),
    ([0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1], False),  # flat between: no three numbers turn
    ([0, 1, 2, 3, 2, 1, 0, 1, 2, 1, 0, 1], True),  # four turns
    ([0, 1, 2, 3, 2, 1, 0, 1, 2, 1, 0, -1], False),  # three
    ([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], False),
])  # fmt: skip
def test_a_curve_without_a_limit_turns_four_times(zigzag: list[float], swings: bool) -> None:
    values = [*zigzag, *zigzag]
    steps = [FAR * NEARER**k for k in range(LOOKS)]

    def probe(x: float) -> Sample:
        return Sample(x, float(values[min(range(LOOKS), key=lambda k: abs(steps[k] - abs(x)))]), 0.0)

    search = Search.__new__(Search)
    search.probe, search.width, search.height = probe, 1.0, 1.0  # type: ignore[assignment]
    assert search._swings(0.0, 0.0) is swings


@pytest.mark.parametrize(("left", "right", "kind"), [
    ("jump", 1.0, "jump"), (1.0, "jump", "jump"), ("jump", "undetermined", "jump"),
    ("undetermined", 1.0, "undetermined"),
    ("undetermined", "outside", "undetermined"), ("outside", 1.0, "end of the domain"), ("outside", "outside", None),
    (1.0, "inf", "vertical tangent"), ("-inf", "inf", "vertical tangent"),
])  # fmt: skip
def test_a_break_with_a_value_is_told_by_the_slopes_beside_it(left: object, right: object, kind: str | None) -> None:
    assert getattr(_with_value(left, right), "kind", None) == kind


@pytest.mark.parametrize(("left", "right", "same", "kind"), [
    (1.0, 1.0, True, "hole"), (1.0, 2.0, False, "jump"), ("inf", 1.0, False, "pole"),
    ("-inf", "undetermined", False, "pole"),
    ("undetermined", 1.0, False, "undetermined"), ("outside", 1.0, False, "end of the domain"),
    ("outside", "inf", False, "end of the domain"), ("outside", "outside", False, None),
])  # fmt: skip
def test_a_break_without_a_value_is_told_by_the_limits_beside_it(
    left: object, right: object, same: bool, kind: str | None
) -> None:
    assert getattr(_without_value(left, right, same=same), "kind", None) == kind

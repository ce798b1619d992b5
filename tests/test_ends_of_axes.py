"""What the axes of plots show: all numbers up to the largest, but for what runs to a pole; their labels lie within."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from gradcli.drawing.svg import text_width
from gradcli.errors import Source
from gradcli.plotting.plot import Plot, plot
from gradcli.plotting.scales import label, ticks
from gradcli.record.bindings import split
from gradcli.reports import Style
from gradcli.reports.plot_svg import render


def plotted(program: str, span: str) -> Plot:
    return plot(Source("program", program), split([f"x={span}"]))


@pytest.mark.parametrize("span", ["0:1000", "-1e5:1e5", "-1000:720", "709:710"])
@pytest.mark.parametrize("program", ["exp(x)", "-exp(x)"])
def test_a_curve_that_ends_at_the_largest_number_is_shown_as_its_derivative_is(program: str, span: str) -> None:
    found = plotted(program, span).curves
    assert found is not None
    assert found.slopes == pytest.approx(found.values, rel=1e-9)
    for low, high, numbers in ((*found.values, [s.value for s in found.samples]),
                               (*found.slopes, [s.slope for s in found.samples])):  # fmt: skip
        assert all(low <= y <= high for y in numbers if y is not None)


def test_both_ends_of_a_range_may_overflow() -> None:
    found = plotted("exp(x) + exp(-x)", "-1000:1000").curves
    assert found is not None
    assert found.values[1] > 1.7e308
    assert found.slopes[0] < -1.7e308
    assert found.slopes[1] > 1.7e308


@pytest.mark.parametrize("program", ["1/x", "exp(1/x)", "exp(x)/x"])
def test_what_runs_to_a_pole_leaves_the_picture_in_both_panels(program: str) -> None:
    found = plotted(program, "-1000:1000").curves
    assert found is not None
    for which, numbers in (("values", [s.value for s in found.samples]), ("slopes", [s.slope for s in found.samples])):
        low, high = getattr(found, which)
        assert any(y is not None and not low <= y <= high for y in numbers), which


@pytest.mark.parametrize("span", ["-1e5:1e5", "0:1e6", "-12345.6:99999", "1.2345678:1.2345684", "-1:1", "0:1e300"])
def test_labels_below_an_axis_lie_within_the_picture_and_apart(span: str) -> None:
    text = render(plotted("x", span), Style())
    found = re.search(r'<svg [^>]* width="([\d.]+)"', text)
    assert found
    places = [
        (float(x) - text_width(shown, 13) / 2, float(x) + text_width(shown, 13) / 2)
        for x, shown in re.findall(r'<text class="across" x="([\d.]+)" y="[\d.]+">([^<a-z]*\d[^<]*)</text>', text)
    ]
    assert len(places) >= 2
    assert places[0][0] >= 0
    assert places[-1][1] <= float(found[1])
    assert all(left[1] <= right[0] + 0.1 for left, right in pairwise(places))


def test_a_sign_makes_no_other_label() -> None:
    for x in (1.0, 12345.0, 100000.0, 999999.0, 1e6, 123456.5, 1e-5, 0.00012):
        assert label(-x) == f"-{label(x)}"
    assert [text for _, text in ticks(-1e5, 1e5, 4)] == ["-100000", "-50000", "0", "50000", "100000"]

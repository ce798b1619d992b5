"""A descent line by line at its ends: what is told and when, which lines are kept, and which rows a step sees."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from gradcli.errors import GradcliError, InputError, MathError, Source
from gradcli.files.array_data import ArrayData
from gradcli.record.descent import SMALL_ENTRIES, Descent, DescentLine, Length
from gradcli.record.descent_points import ArrayPoints, Data, DataPoints, Points
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


def descent(program: str, point: dict[str, str], rate: str, steps: int, **others: Any) -> Descent:
    ascent, until, wrt = others.pop("ascent", False), others.pop("until", None), others.pop("wrt", None)
    request = Request(wrt=wrt, **others)
    points = Points(Source("program", program), {name: Source(name, text) for name, text in point.items()}, request)
    return Descent(points, request, update_of("gd", rate, ascent=ascent), Length(steps, until))


def run(found: Descent) -> list[DescentLine]:
    return list(found.lines())


# ---- what is told


@pytest.mark.parametrize(("program", "x", "rate", "steps", "ascent", "remarks"), [
    ("x**2", "1", "0.25", 3, False, []),
    ("x**2", "1", "1.5", 1, False, ["f grows at step 1, from 1 to 4; try a smaller rate"]),
    ("x**2", "1", "1.5", 2, False, ["f grows at step 1, from 1 to 4, and at 1 more; try a smaller rate"]),
    ("x**2", "1", "1.5", 0, False, []), ("x**2", "1", "1", 2, False, []),
    ("-x**2", "1", "1.5", 1, True, ["f falls at step 1, from -1 to -4; try a smaller rate"]),
    ("-x**2", "1", "0.25", 3, True, []), ("-x**2", "1", "0.25", 2, False, []),
])  # fmt: skip
def test_a_value_that_goes_the_wrong_way(
    program: str, x: str, rate: str, steps: int, ascent: bool, remarks: list[str]
) -> None:
    found = descent(program, {"x": x}, rate, steps, ascent=ascent)
    lines = run(found)
    assert [line.step for line in lines] == list(range(steps + 1))
    assert found.remarks == remarks
    assert found.ended == ""


def test_a_value_that_grows_on_the_way_and_ends_well_needs_no_smaller_rate() -> None:
    """By hand: with a velocity x goes from 1 to 0, and on to -0.9, as b = 0.9*2 + 0."""
    request = Request()
    points = Points(Source("program", "x**2"), {"x": Source("x", "1")}, request)
    found = Descent(points, request, update_of("momentum", "0.5"), Length(2))
    assert [line.parameters["x"] for line in run(found)] == [[1.0], [0.0], [-0.9]]
    assert found.remarks == ["f grows at step 2, from 0 to 0.81"]


@pytest.mark.parametrize(("until", "steps", "ended", "lines"), [
    (2.0, 3, "the norm of the gradient is at most 2 after 0 steps", 1),
    (1.0, 3, "the norm of the gradient is at most 1 after 1 step", 2),
    (0.99, 3, "the norm of the gradient is at most 0.99 after 2 steps", 3),
    (0.25, 3, "the norm of the gradient is at most 0.25 after 3 steps", 4),
    (0.24, 3, "the norm of the gradient is still above 0.24 after all steps", 4), (None, 3, "", 4),
])  # fmt: skip
def test_why_a_descent_ended(until: float | None, steps: int, ended: str, lines: int) -> None:
    """The gradient of x**2 at 1 is 2, and half of it after every step of rate 1/4."""
    found = descent("x**2", {"x": "1"}, "0.25", steps, until=until)
    assert [line.norm for line in run(found)] == [2.0, 1.0, 0.5, 0.25][:lines]
    assert found.ended == ended


def test_a_note_is_told_once_with_the_step_that_met_it() -> None:
    found = descent("abs(x) + e*0", {"x": "1", "e": "1"}, "0.5", 4, wrt=["x"])
    assert [line.parameters["x"] for line in run(found)] == [[1.0], [0.5], [0.0], [0.0], [0.0]]
    assert [remark for remark in found.remarks if remark.startswith("step")] != []
    assert all(remark.startswith("step 2: ") for remark in found.remarks if remark.startswith("step"))
    assert len(found.remarks) == len(set(found.remarks))
    first = descent("abs(x)", {"x": "0"}, "0.5", 2)
    run(first)
    assert first.remarks
    assert not any(remark.startswith("step") for remark in first.remarks)


@pytest.mark.parametrize(("program", "x", "rate", "lines", "message", "hint"), [
    ("log(x)", "-1", "1", 0, "log(x) is undefined: x = -1, and log needs more than 0", None),
    ("log(x)", "1", "2", 1, "at step 1: log(x) is undefined: x = -1, and log needs more than 0", None),
    ("exp(x)", "800", "1", 0, "f or its gradient is beyond the largest binary64", None),
    ("exp(-x)", "-1", "1e3", 2, None, None),
    ("x**2", "1e200", "1", 0, "f or its gradient is beyond the largest binary64", None),
    ("x**2", "3", "1e160", 1, "at step 1: f or its gradient is beyond the largest binary64", "try a smaller rate"),
    ("x**2", "3", "1e308", 1, "at step 1: the new value of x is beyond the largest binary64", "try a smaller rate"),
])  # fmt: skip
def test_where_there_is_no_answer(
    program: str, x: str, rate: str, lines: int, message: str | None, hint: str | None
) -> None:
    found = descent(program, {"x": x}, rate, 1)
    if message is None:
        assert len(run(found)) == lines
        return
    left = found.lines()
    assert [line.step for line in itertools.islice(left, lines)] == list(range(lines))
    with pytest.raises(MathError) as raised:
        next(left)
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_what_cannot_be_descended() -> None:
    with pytest.raises(InputError, match="there is nothing to change: the program has no inputs"):
        run(descent("2*3", {}, "1", 1))


# ---- lines


@pytest.mark.parametrize(("size", "kept"), [(1, True), (SMALL_ENTRIES, True), (SMALL_ENTRIES + 1, False)])
def test_a_slim_line_leaves_out_large_arrays(size: int, kept: bool) -> None:
    flat = [1.0] * size
    line = DescentLine(3, 2.0, 1.0, {"x": flat, "y": None, "n": [2.0]}, {"x": flat}, {"x": {"m": flat}}, {"x": 5.0})
    found = line.slim()
    left = flat if kept else None
    assert found == DescentLine(
        3, 2.0, 1.0, {"x": left, "y": None, "n": [2.0]}, {"x": left}, {"x": {"m": left}}, {"x": 5.0}
    )


def test_a_line_has_the_norms_of_parameters_and_states() -> None:
    request = Request()
    given = {"x": ArrayData((2,), ["3", "-4"]), "y": Source("y", "-2")}
    points = ArrayPoints(Source("program", "sum(x*x)*y"), given)
    found = Descent(points, request, update_of("momentum:mu=0", "0"), Length(1))
    lines = run(found)
    assert lines[0].norms == {"x": 5.0, "y": 2.0}
    assert lines[0].gradient == {"x": [-12.0, 16.0], "y": [25.0]}
    assert lines[0].norm == 20.0**0.5 * 0 + (12.0**2 + 16.0**2 + 25.0**2) ** 0.5
    assert lines[1].norms == {"x": 5.0, ("x", "b"): 20.0, "y": 2.0, ("y", "b"): 25.0}
    assert lines[1].state == {"x": {"b": [-12.0, 16.0]}, "y": {"b": [25.0]}}
    assert found.shapes == {"x": (2,), "y": ()}
    assert found.entries() == ["x[0]", "x[1]", "y"]
    assert (found.output, found.sees_all) == ("f", True)


def test_a_step_is_derived_at_the_point_before_it() -> None:
    for steps_of, x in ((1, 1.0), (2, 0.5), (3, 0.25)):
        request = Request()
        points = Points(Source("program", "x**2"), {"x": Source("x", "1")}, request)
        found = Descent(points, request, update_of("gd", "0.25"), Length(3, None, steps_of))
        run(found)
        assert found.derived is not None
        assert found.derived.values[found.derived.places["x"]] == x
        assert found.derived.taken is not None
        assert found.derived.taken.new == {"x": [x / 2]}
        assert found.record is not None
        assert found.record.taken is None  # there is no step after the last point


# ---- rows of data


@pytest.mark.parametrize(("rows", "batch", "steps"), [
    (5, None, [[0, 1, 2, 3, 4]] * 2), (5, 2, [[0, 1], [2, 3], [4], [0, 1]]), (4, 2, [[0, 1], [2, 3], [0, 1]]),
    (3, 3, [[0, 1, 2], [0, 1, 2]]), (3, 9, [[0, 1, 2], [0, 1, 2]]), (2, 1, [[0], [1], [0]]),
])  # fmt: skip
def test_steps_see_their_rows_in_turn(rows: int, batch: int | None, steps: list[list[int]]) -> None:
    data = Data({}, rows, batch)
    assert [list(data.rows_of(k)) for k in range(len(steps))] == steps


@pytest.mark.parametrize(("batch", "sees_all"), [(None, True), (1, False), (2, False), (3, True), (4, True)])
def test_batches_see_all_where_they_hold_every_row(batch: int | None, sees_all: bool) -> None:
    request = Request(wrt=["w"])
    graph = request.graph(Source("program", "(w*x - y)^2"), ["w", "x", "y"])
    columns = {"x": ["1", "2", "3"], "y": ["2", "4", "6"]}
    points = DataPoints(
        Source("program", "(w*x - y)^2"), graph, graph.output, {"w": Source("w", "0")}, Data(columns, 3, batch)
    )
    assert points.sees_all is sees_all
    assert points.parameters == ["w"]
    found = Descent(points, request, update_of("gd", "0"), Length(3))
    means = {
        None: [56 / 3] * 4,
        1: [4.0, 16.0, 36.0, 4.0],
        2: [10.0, 36.0, 10.0, 36.0],
        3: [56 / 3] * 4,
        4: [56 / 3] * 4,
    }
    assert [line.value for line in run(found)] == pytest.approx(means[batch], rel=1e-15)
    assert found.remarks == []  # values of different rows are not compared


def test_no_rows_have_no_mean() -> None:
    request = Request()
    graph = request.graph(Source("program", "w*x"), ["w", "x"])
    with pytest.raises(GradcliError, match=r"^there are no rows of data, and no mean$"):
        DataPoints(Source("program", "w*x"), graph, graph.output, {}, Data({"x": []}, 0))

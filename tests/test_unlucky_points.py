"""How unlucky the numbers of a student are: what coincides, what is 0 or 1, what cannot be set; counted by hand."""

from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.classroom.variants import HUMAN, LOOSE, STRICT, Standard, _Inspection
from gradcli.language.syntax import parse

NEVER = (None, None, None)


@pytest.mark.parametrize(("program", "point", "found"), [
    ("x*y", {"x": 2.0, "y": 3.0}, (0, 0, 0)),
    ("x*y", {"x": 2.0, "y": 2.0}, (3, 3, 3)),  # x is y, and each is its own slope
    ("x*y", {"x": 1.0, "y": 3.0}, (2, None, None)),  # a 1, and x*y is y
    ("x*y", {"x": 1.01, "y": 3.0}, (0, 0, 0)), ("x*y", {"x": 1.009, "y": 3.0}, (1, None, None)),
    ("x*y", {"x": -0.99, "y": 3.0}, (0, 0, 0)), ("x*y", {"x": -0.991, "y": 3.0}, (1, None, None)),
    ("x*y", {"x": 0.01, "y": 3.0}, (0, 0, 0)), ("x*y", {"x": 0.0099, "y": 3.0}, (0, None, None)),
    ("x*y", {"x": 100.0, "y": 100.0}, (3, 3, 3)), ("x*y", {"x": 100.0, "y": 101.0}, (0, None, None)),
    ("x + y", {"x": -3.0, "y": 3.0}, (2, 2, None)),  # as large, and a sum of 0
    ("relu(x) + y", {"x": -2.0, "y": 3.0}, (4, 4, None)),  # the sum is y, a 0, and a slope of 0 counts twice
    ("max(x + y, z)", {"x": 0.1, "y": 0.2, "z": 0.35}, (7, 7, 7)),  # the result is z, and three slopes of 0
    ("max(x + y, z)", {"x": 0.1, "y": 0.2, "z": 0.3}, NEVER),  # only rounding keeps these apart
    ("max(x, y)", {"x": 2.0, "y": 2.0}, NEVER), ("relu(x)", {"x": 0.0}, NEVER),
    ("abs(x - y)", {"x": 3.0, "y": 3.0}, NEVER),
    ("x/y", {"x": 2.0, "y": 0.0}, NEVER), ("sqrt(x)", {"x": -2.0}, NEVER), ("exp(x)", {"x": 1000.0}, NEVER),
    ("exp(x)*y", {"x": 709.0, "y": 1e5}, NEVER), ("x*y + x", {"x": 1e200, "y": 1e200}, NEVER),  # some of it is infinite
    ("log(x)", {"x": 0.06}, (0, 0, 0)), ("log(x)", {"x": 0.04}, (0, None, None)),
    ("sqrt(x)", {"x": 0.04}, (0, None, None)), ("asin(x)", {"x": 0.94}, (0, 0, 0)),
    ("asin(x)", {"x": 0.96}, (0, None, None)), ("exp(x)", {"x": 9.0}, (0, 0, 0)),
    ("exp(x)", {"x": 9.5}, (0, None, None)), ("exp(x)", {"x": -4.0}, (0, 0, 0)),
    ("exp(x)", {"x": -5.0}, (0, None, None)),
])  # fmt: skip
def test_how_unlucky_a_point_is(program: str, point: dict[str, float], found: tuple[int | None, ...]) -> None:
    """What any numbers may have, those that are easy to work with, and the best ones."""
    graph = parse(Source("program", program))
    inspection = _Inspection(graph)
    moved = bytearray(b"\x01" * len(graph.nodes))
    assert tuple(inspection.flaws(point, Standard(level), moved) for level in (LOOSE, HUMAN, STRICT)) == found


@pytest.mark.parametrize(("program", "x", "y", "values"), [
    ("x*y", 2.0, 3.0, [2, 3, 6]), ("x + y", 0.005, 0.005, [0.005, 0.005, 0.01]), ("x + y", 0.005, 0.0049, None),
    ("x*y", 100.0, 100.0, [100, 100, 1e4]), ("x*y", 100.0, 100.1, None), ("x*y", -100.0, 100.1, None),
    ("x + y", 1.5, -0.49, [1.5, -0.49, 1.01]), ("x + y", 1.5, -0.491, None), ("x + y", 0.5, 0.49, [0.5, 0.49, 0.99]),
    ("x + y", 0.5, 0.491, None), ("x + y", -0.5, -0.5, None), ("x - y", 0.5, 0.5, None),
    ("x/y", 1.5, 0.0, None), ("x + log(y)", 1.5, -2.0, None), ("x*sqrt(y)", 1.5, 4.0, [1.5, 4, 2, 3]),
    ("x + exp(y)", 1.5, 1000.0, None), ("2*3 + x*y", 2.0, 3.5, [2, 3, 6, 2, 3.5, 7, 13]),
])  # fmt: skip
def test_most_points_are_refused_by_their_values_alone(
    program: str, x: float, y: float, values: list[float] | None
) -> None:
    """What is computed is from 0.01 to 10,000 and not nearly 1, inside all domains; inputs are looked at later."""
    found = _Inspection(parse(Source("program", program)))._human({"x": x, "y": y})
    assert found == values


def test_only_numbers_that_the_draw_moves_must_be_easy() -> None:
    graph = parse(Source("program", "x*y"))
    hard = {"x": 1.009, "y": 3.0}
    x, y = graph.inputs["x"], graph.inputs["y"]
    still = bytearray(k not in (x, graph.output) for k in range(len(graph.nodes)))
    assert still[y]
    assert _Inspection(graph).flaws(hard, Standard(HUMAN), still) == 1
    assert _Inspection(graph).flaws(hard, Standard(STRICT), still) is None


@pytest.mark.parametrize(("program", "point", "mixed"), [
    ("relu(x)*2 + relu(y)*3", {"x": 2.0, "y": -3.0}, True), ("relu(x)*2 + relu(y)*3", {"x": 2.0, "y": 4.0}, False),
    ("relu(x)*2 + relu(y)*3", {"x": -2.0, "y": -4.0}, False),
    ("-(relu(x)*relu(y))", {"x": 2.0, "y": -3.0}, True),  # half
    ("relu(x)*relu(y)", {"x": 2.0, "y": -3.0}, False),  # three slopes of five are 0
])  # fmt: skip
def test_a_mixed_point_has_an_open_and_a_closed_gate_and_most_slopes_are_not_0(
    program: str, point: dict[str, float], mixed: bool
) -> None:
    graph = parse(Source("program", program))
    moved = bytearray(b"\x01" * len(graph.nodes))
    found = [_Inspection(graph).flaws(point, Standard(LOOSE, mixed=on), moved) for on in (False, True)]
    assert found[0] is not None
    assert found[1] == (found[0] if mixed else None)


@pytest.mark.parametrize(("program", "z", "mixed", "level", "expected"), [
    ("f = relu(x*y*z) + relu(u)", -4.0, True, HUMAN, None),  # 5 of 9 gradients are 0
    ("f = relu(x*y*z) + relu(u) + v", -4.0, True, HUMAN, 13),  # 5 of 11 are
    ("f = relu(x*y*z) + relu(u) + v", 4.0, True, HUMAN, None),  # no relu is 0
    ("f = relu(x*y*z) + relu(u)", -4.0, False, HUMAN, 13), ("f = relu(x*y*z) + relu(u)", -4.0, False, LOOSE, 13),
    ("f = relu(x*y*z) + relu(u) + v", 4.0, False, HUMAN, 2),
    ("f = relu(x*y*z) + relu(u) + v", -4.0, False, STRICT, None),
])  # fmt: skip
def test_coincidences_by_hand(program: str, z: float, mixed: bool, level: int, expected: int | None) -> None:
    """At x = 2, y = 3, z = -4: two values more of 5, one of 0, and twice five gradients of 0."""
    graph = parse(Source("program", program))
    inspection = _Inspection(graph)
    point = {"x": 2.0, "y": 3.0, "z": z, "u": 5.0, "v": 7.0}
    given = {name: point[name] for name in graph.inputs}
    assert inspection.flaws(given, Standard(level, mixed=mixed), inspection.moved_by(())) == expected

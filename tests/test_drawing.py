"""The circuit is checked by tracing: every wire is followed through the characters, and compared with the graph."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from math import dist
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli import differentiate
from gradcli.drawing import grid
from gradcli.drawing.diagram import Diagram, diagram, figures, shorten
from gradcli.drawing.picture import Metrics, Picture, place, plan
from gradcli.drawing.strokes import strokes
from gradcli.drawing.svg import METRICS
from gradcli.errors import LimitError
from gradcli.record.gradient import Gradient

from .examples import examples

MAX_PARTS = 2_000

RUNNING = ("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4})
FORK = ("x = a + b; y = b*c; f = x*y", {"a": 2, "b": 3, "c": -4})
NEURON = ("1/(1+exp(-(w0*x0+w1*x1+w2)))", {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3})

STEPS = {"l": (-1, 0), "r": (1, 0), "u": (0, -1), "d": (0, 1)}
BACK = {"l": "r", "r": "l", "u": "d", "d": "u"}
ARMS = {"─": "lr", "│": "ud", "╭": "rd", "╮": "ld", "╰": "ru", "╯": "lu", "●": "lrud", "┼": "lrud", "▶": "l"}


def record_of(program: str, point: dict[str, Any]) -> Gradient:
    return differentiate(program, point, ieee=True)


def trace(lines: list[str], start: tuple[int, int]) -> list[tuple[int, int]]:
    """Follow a wire that is entered from the left; return the cells of the arrows it reaches."""
    reached = []
    seen = {start}
    waiting = [(start, "r")]
    while waiting:
        (x, y), heading = waiting.pop()
        c = lines[y][x] if x < len(lines[y]) else " "
        arms = ARMS.get(c, "")
        assert BACK[heading] in arms, f"the wire is broken at {x}, {y}: {c!r}"
        if c == "▶":
            reached.append((x, y))
            continue
        for arm in heading if c == "┼" else arms:
            if arm == BACK[heading]:
                continue
            nx, ny = x + STEPS[arm][0], y + STEPS[arm][1]
            there = lines[ny][nx] if 0 <= ny < len(lines) and nx < len(lines[ny]) else " "
            if c == "●" and BACK[arm] not in ARMS.get(there, ""):
                continue
            assert ((nx, ny), arm) not in seen, "a wire runs in a circle"
            seen.add(((nx, ny), arm))
            waiting.append(((nx, ny), arm))
    return reached


def check(record: Gradient, metrics: Metrics, *, constants: bool = False) -> list[str]:
    """Trace every wire of the drawing of a record; check its labels; return its lines."""
    drawn = diagram(record, constants=constants)
    texts = figures(record, drawn, 3)
    planned = plan(drawn)
    picture = place(planned, texts, metrics)
    lines = grid.draw(planned, texts, metrics)
    ports: dict[tuple[int, int], tuple[int, int]] = {}
    boxes = {box.part: box for box in picture.boxes}
    for p, box in boxes.items():
        x, y = int(box.x), int(box.y)
        if box.kind == "output":
            ports[x - 2, y] = (p, 0)
            continue
        for port in range(len(drawn.parts[p].sources)):
            ports[x - 1, y if box.kind == "low" else y + 2 * port + 1] = (p, port)
    for p, part in enumerate(drawn.parts):
        box = boxes[p]
        start = (int(box.x + box.width) + (1 if part.leaf else 0), int(box.y) + int(box.height) // 2)
        found = [ports[tip] for tip in trace(lines, start)]
        wanted = [
            (q, port) for q, other in enumerate(drawn.parts) for port, s in enumerate(other.sources) if s == p
        ] + [(len(drawn.parts), 0)] * (p == len(drawn.parts) - 1)
        assert Counter(found) == Counter(wanted)
    check_labels(picture, drawn, lines)
    return lines


def check_labels(picture: Picture, drawn: Diagram, lines: list[str]) -> None:
    """Every text stands whole in its place, with a blank or the picture's edge on both sides of a number."""
    taken: set[tuple[int, int]] = set()
    for label in picture.labels:
        x, y = int(label.x), int(label.y)
        assert lines[y][x : x + len(label.text)] == label.text
        spots = {(x + k, y) for k in range(len(label.text))}
        assert not spots & taken
        taken |= spots | {(x - 1, y), (x + len(label.text), y)}
        assert x == 0 or not lines[y][x - 1].isalnum()
    for box in picture.boxes:
        assert box.label in lines[int(box.y + box.height // 2)]


def check_overlaps(picture: Picture) -> None:
    """No two wires of different parts share a piece of a line, and no corner lies on another's line."""
    pieces: dict[tuple[str, float], list[tuple[float, float, int]]] = {}
    for route in picture.routes:
        for (ax, ay), (bx, by) in pairwise(route.points):
            assert ax == bx or ay == by
            key, low, high = (
                (("h", ay), min(ax, bx), max(ax, bx)) if ay == by else (("v", ax), min(ay, by), max(ay, by))
            )
            pieces.setdefault(key, []).append((low, high, route.source))
    for spans in pieces.values():
        spans.sort()
        for k, (_, high, source) in enumerate(spans):
            for low, _, other in spans[k + 1 :]:
                if low > high:
                    break
                assert other == source


@st.composite
def records(draw: Any, most: int = 60) -> Gradient:
    """A random program: forks, long wires, gates of one to four ports, folded numbers, the same argument twice."""
    inputs = [f"x{i}" for i in range(draw(st.integers(1, 6)))]
    known = list(inputs)
    unused = list(inputs)
    lines: list[str] = []
    near = draw(st.integers(2, 40))

    def take() -> str:
        if unused and draw(st.booleans()):
            return unused.pop(draw(st.integers(0, len(unused) - 1)))
        name = known[-1 - draw(st.integers(0, min(near, len(known)) - 1))]
        if name in unused:
            unused.remove(name)
        return name

    for k in range(draw(st.integers(1, max(1, most - 2 * len(inputs) - 8)))):
        shape = draw(
            st.sampled_from(("sin({})", "{} + 1", "2 - {}", "{} * {}", "{} + {}", "{} - {}", "max({}, {}, {})"))
        )
        lines.append(f"t{k} = {shape.format(*(take() for _ in range(shape.count('{}'))))}")
        known.append(f"t{k}")
        unused.append(f"t{k}")
        if len(known) + len(unused) > most - 4:
            break
    program = "; ".join([*lines, " + ".join(unused)])
    return record_of(program, {name: draw(st.integers(-9, 9)) for name in inputs})


@pytest.mark.parametrize("metrics", [grid.ROOMY, grid.TIGHT, grid.TIGHTEST])
@pytest.mark.parametrize("constants", [False, True])
@pytest.mark.parametrize(("program", "point"), [RUNNING, FORK, NEURON])
def test_the_wires_of_known_pictures(program: str, point: dict[str, Any], constants: bool, metrics: Metrics) -> None:
    check(record_of(program, point), metrics, constants=constants)


@examples(150)
@given(records(), st.sampled_from([grid.ROOMY, grid.TIGHT, grid.TIGHTEST]))
def test_every_wire_leads_where_the_graph_says(record: Gradient, metrics: Metrics) -> None:
    lines = check(record, metrics)
    assert lines == check(record, metrics)


@examples(100)
@given(records())
def test_no_two_wires_share_a_line(record: Gradient) -> None:
    drawn = diagram(record)
    check_overlaps(place(plan(drawn), figures(record, drawn, 4), METRICS))


@examples(30)
@given(records(), st.integers(0, 40), st.integers(1, 60))
def test_wires_end_at_gates_of_any_measure(record: Gradient, radius: int, row: int) -> None:
    drawn = diagram(record)
    metrics = METRICS._replace(row=row, radius=radius / row)
    picture = place(plan(drawn), figures(record, drawn, 4), metrics)
    boxes = {box.part: box for box in picture.boxes}
    for route in picture.routes:
        box, (x, y) = boxes[len(drawn.parts) if route.target is None else route.target], route.points[-1]
        if box.kind == "round":
            middle = box.x + box.width / 2, box.y + box.height / 2
            assert dist(middle, (x, y)) == pytest.approx(box.width / 2)
            assert x < middle[0]
            assert box.height <= 3 * row
        elif box.kind == "gate":
            assert (x, box.y <= y <= box.y + box.height) == (box.x, True)


def test_gates_of_two_ports_are_round_where_the_circle_reaches_both() -> None:
    record = record_of("sin(x) + max(x, y, z)", {"x": 1, "y": 2, "z": 3})
    drawn = diagram(record)
    found = []
    for radius in (0, 0.96, 1, 1.01, 9):
        picture = place(plan(drawn), figures(record, drawn, 4), METRICS._replace(radius=radius))
        found += [box.kind for box in picture.boxes if box.label == "+"]
    assert found == ["gate", "gate", "gate", "round", "round"]


@examples(60)
@given(records())
def test_strokes_draw_every_wire_once(record: Gradient) -> None:
    drawn = diagram(record)
    picture = place(plan(drawn), figures(record, drawn, 4), METRICS)
    pieces: dict[tuple[int, str, float], list[tuple[float, float]]] = {}
    drawn_length = 0.0
    for stroke in strokes(picture):
        assert stroke.own[-1] == stroke.route.points[-1]
        drawn_length += sum(abs(ax - bx) + abs(ay - by) for (ax, ay), (bx, by) in pairwise(stroke.own))
        for (ax, ay), (bx, by) in pairwise(stroke.route.points):
            key, span = (("h", ay), sorted((ax, bx))) if ay == by else (("v", ax), sorted((ay, by)))
            pieces.setdefault((stroke.route.source, *key), []).append((span[0], span[1]))
    union = 0.0
    for spans in pieces.values():
        end = -1e9
        for low, high in sorted(spans):
            union += max(0.0, high - max(low, end))
            end = max(end, high)
    assert abs(union - drawn_length) < 1e-6 * union


def test_demands_in_a_circle_are_met_by_two_tracks() -> None:
    """Where two wires swap rows exactly, one of them takes a free row in between."""
    from gradcli.drawing.channels import _order, _tracks, _VerticalPiece

    runs = [_VerticalPiece(0, 1, (5,)), _VerticalPiece(1, 5, (1,))]
    ordered = _order(runs, {1, 5})
    assert len(ordered) == 3
    assert _tracks(ordered) == [0, 1, 2]
    assert ordered[0].leaves[0] == ordered[2].enters not in (1, 5)


@pytest.mark.parametrize(("text", "digits", "short"), [
    ("0.731058578630", 3, "0.731"), ("-0.196611933241", 2, "-0.2"), ("123456", 3, "123456"), ("0.1", 4, "0.1"),
    ("1234567.891", 3, "1.23e6"), ("1e-07", 3, "1e-7"), ("1.23456789e+300", 3, "1.23e300"), ("22/7", 3, "22/7"),
    ("1234567/7654321", 3, "0.161"), ("inf", 3, "inf"), ("3.00 ± 0.10", 3, "3.00 ± 0.10"), ("0.99996", 3, "1"),
    ("123456789012", 3, "1.23e11"), ("0", 3, "0"), ("1.5e-400000", 4, "1.5e-400000"),
])  # fmt: skip
def test_numbers_are_rounded_only_where_that_is_shorter(text: str, digits: int, short: str) -> None:
    assert shorten(text, digits) == short


@pytest.mark.parametrize(("program", "labels"), [
    ("x + 1", ["+1"]), ("1 + x", ["+1"]), ("x - 1", ["-1"]), ("1 - x", ["1-x"]), ("2*x", ["*2"]), ("x/2", ["/2"]),
    ("1/x", ["1/x"]), ("x**2", ["**2"]), ("2**x", ["2**x"]), ("-x", ["-x"]), ("x*-1", ["*-1"]), ("x + -1", ["+(-1)"]),
    ("max(x, 0)", ["max(x,0)"]), ("pi*x", ["*pi"]), ("k = 2; k*x", ["*"]), ("atan2(1, x)", ["atan2(1,x)"]),
    ("max(x, 1.23456789, 2)", ["max"]), ("x * (2*3)", ["2*3", "*"]), ("where(x > 0, x, 1)", [">0", "where(c,a,1)"]),
    ("(-2)**x", ["(-2)**x"]), ("-2 - x", ["-2-x"]), ("x**(-2)", ["**-2"]), ("x - -1", ["-(-1)"]), ("-1/x", ["-1/x"]),
    ("max(-x, -1)", ["-x", "max(_,-1)"]),
])  # fmt: skip
def test_numerals_are_part_of_their_gates(program: str, labels: list[str]) -> None:
    record = record_of(program, {"x": 3})
    assert [part.label for part in diagram(record).parts if not part.leaf] == labels
    assert {part.label for part in diagram(record).parts if part.leaf} >= {"x"}


def test_constants_are_drawn_where_asked() -> None:
    record = record_of("1/x + 2", {"x": 4})
    assert [part.label for part in diagram(record, constants=True).parts] == ["1", "x", "/", "2", "+"]


def test_a_tight_picture_wastes_no_column() -> None:
    """The longer label of a wire begins right at its leaf, or in the second cell of the gate, whose side stays open."""
    record = record_of("cos(sin(x))", {"x": -0.123456})
    drawn = diagram(record)
    picture = place(plan(drawn), figures(record, drawn, 8), grid.TIGHT)
    first = {p: min(label.x for label in picture.labels if label.part == p) for p in range(3)}
    assert [(box.kind, first[box.part] - box.x) for box in picture.boxes if box.part in first] == [
        ("low", 1), ("low", 1), ("leaf", 0),
    ]  # fmt: skip


def test_a_value_used_twice_by_one_gate_has_two_wires() -> None:
    lines = check(record_of("x*x", {"x": 3}), grid.ROOMY)
    assert sum(line.count("▶") for line in lines) == 3
    assert "●" in "".join(lines)


def test_at_a_fork_the_branches_carry_their_share_and_the_trunk_the_sum() -> None:
    record = record_of(*FORK)
    drawn = diagram(record)
    texts = figures(record, drawn, 4)
    named = {part.label if part.leaf else part.name: p for p, part in enumerate(drawn.parts)}
    assert texts.gradients[named["b"]] == "-32"
    assert texts.shares[named["x"]] == ("", "-12")
    assert texts.shares[named["y"]] == ("-20", "")


def test_too_large_a_picture_is_a_limit() -> None:
    record = record_of(" + ".join(["x"] * (MAX_PARTS + 2)), {"x": 1})
    with pytest.raises(LimitError, match="parts"):
        diagram(record)


def test_too_many_long_wires_are_a_limit() -> None:
    program = "; ".join([f"t0 = x + x*y; {'; '.join(f't{k} = t{k - 1}*x' for k in range(1, 300))}"])
    with pytest.raises(LimitError, match="columns"):
        plan(diagram(record_of(program, {"x": 1, "y": 1})))


def test_deep_and_wide_graphs_draw() -> None:
    deep = "x"
    for _ in range(400):
        deep = f"sin({deep})"
    check(record_of(deep, {"x": 1}), grid.TIGHT)
    check(
        record_of("max(" + ", ".join(f"x{i}" for i in range(200)) + ")", {f"x{i}": i for i in range(200)}), grid.ROOMY
    )


@pytest.mark.parametrize(("program", "labels"), [
    ("y = 1/q; f = x*y", ["1/q", "*"]), ("f = x*max(-q, 0)", ["-q", "max(_,0)", "*"]), ("2**x*q", ["2**x", "*"]),
    ("x - 2**(-(x*q))", ["*", "*-1", "2**_", "-"]),
    ("f = where(x > 0, q, 1) + x", [">0", "where(c,a,1)", "+"]), ("x = 2**q; f = 2**x", ["2**q", "2**x"]),
    ("n = q**2; f = polygamma(1, n)*x", ["**2", "polygamma(1,n)", "*"]),
])  # fmt: skip
def test_a_gate_has_no_name_of_another_input(program: str, labels: list[str]) -> None:
    inputs = [name for name in "xq" if name in program.replace("max", "") and f"{name} = " not in program]
    record = record_of(program, dict.fromkeys(inputs, 3))
    assert [part.label for part in diagram(record).parts if not part.leaf] == labels

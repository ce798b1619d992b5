"""Rows, channels and coordinates of a picture, against what they are said to be: least squares, crossings, demands."""

from __future__ import annotations

import random
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.drawing import layers as columns_of
from gradcli.drawing.channels import Piece, _biases, _free_row, _order, _tracks, _VerticalPiece, channels
from gradcli.drawing.diagram import Diagram, Figures, Part, diagram, figures
from gradcli.drawing.grid import ROOMY, TIGHT
from gradcli.drawing.layers import layers
from gradcli.drawing.picture import Metrics, Picture, _corners, place, plan
from gradcli.drawing.rows import STIFF, PartRows, _settle, rows
from gradcli.errors import LimitError

FREE_ROWS = 1

# ---- columns


def parts(*sources: tuple[int, ...]) -> Diagram:
    """Return a diagram of parts that are fed by others: a leaf where there are none."""
    found = [Part(p, f"g{p}", "", not of, of, tuple(range(len(of))), False) for p, of in enumerate(sources)]
    uses = [sum(of.count(p) for of in sources) for p in range(len(sources))]
    return Diagram(found, uses, "f")


def random_parts(seed: int) -> Diagram:
    """Return a diagram in which all but the last part are used."""
    draw = random.Random(seed)
    sources: list[tuple[int, ...]] = [()] * draw.randint(1, 3)
    for _ in range(draw.randint(1, 7)):
        sources.append(tuple(draw.randrange(len(sources)) for _ in range(draw.randint(1, 3))))
    unused = sorted({*range(len(sources))} - {s for of in sources for s in of})
    return parts(*sources, tuple(unused))


@pytest.mark.parametrize("seed", range(20))
def test_every_part_is_as_far_from_the_output_as_its_longest_path(seed: int) -> None:
    drawn = random_parts(seed)
    at = layers(drawn)
    last = len(drawn.parts)

    def distance(p: int) -> int:
        users = [q for q, part in enumerate(drawn.parts) if p in part.sources]
        return 1 + max(map(distance, users), default=0)

    deepest = max(map(distance, range(last)))
    column = {spot.part: spot.column for spot in at.spots if not spot.lane}
    assert column == {**{p: deepest - distance(p) for p in range(last)}, last: deepest}
    for c, spots in enumerate(at.columns):
        assert all(at.spots[s].column == c for s in spots)
        here = [at.spots[s].part for s in spots]
        # A lane in every column that a wire of the part passes, one for all its branches.
        passing = [p for p in range(last) if column[p] < c < max(
            (column[q] for q, part in enumerate(drawn.parts) if p in part.sources), default=deepest
        )]  # fmt: skip
        assert sorted(here) == sorted([*(p for p, k in column.items() if k == c), *passing])
    for s, spot in enumerate(at.spots):
        assert all(at.spots[w.source].column == spot.column - 1 for w in at.entering[s])
        ports = sorted(w.port for w in at.entering[s])
        assert ports == ([0] if spot.lane or spot.part == last else [*range(len(drawn.parts[spot.part].sources))])


def test_wires_may_pass_as_many_columns_as_the_limit_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain of four gates that all use the leaf: its wires pass 1 to 4 columns, and those between gates one."""
    drawn = parts((), (0,), (1, 0), (2, 0), (3, 0))
    reach = 1 + (1 + 2) + (1 + 3) + (1 + 4)
    monkeypatch.setattr(columns_of, "MAX_REACH", reach)
    assert len(layers(drawn).columns) == 6
    monkeypatch.setattr(columns_of, "MAX_REACH", reach - 1)
    with pytest.raises(LimitError, match=f"the picture's wires would pass {reach} columns; the limit is {reach - 1}"):
        layers(drawn)


# ---- rows


@pytest.mark.parametrize("seed", range(40))
def test_spots_are_as_near_to_their_wishes_as_they_can_be(seed: int) -> None:
    """The weighted least squares under an order have a closed form: max over starts of min over ends of the mean."""
    draw = random.Random(seed)
    many = draw.randint(1, 6)
    heights = [draw.choice((1, 3, 5)) for _ in range(many)]
    lanes = [draw.random() < 0.3 for _ in range(many)]
    wishes = [[draw.randint(-5, 12) for _ in range(draw.choice((0, 1, 1, 2)))] for _ in range(many)]
    start = [draw.randint(-3, 9) for _ in range(many)]
    found = PartRows(list(start), heights)
    at: Any = SimpleNamespace(spots=[SimpleNamespace(lane=lane) for lane in lanes])
    _settle(list(range(many)), lambda s: wishes[s], found, at)
    offset = [sum(heights[:k]) + FREE_ROWS * k for k in range(many)]
    aim = [(sum(w) / len(w) if w else start[k]) - offset[k] for k, w in enumerate(wishes)]
    weight = [STIFF if lanes[k] else 1 if wishes[k] else 0.25 for k in range(many)]

    def mean(i: int, j: int) -> float:
        return sum(a * w for a, w in zip(aim[i:j], weight[i:j], strict=True)) / sum(weight[i:j])

    best = [max(min(mean(i, j) for j in range(k + 1, many + 1)) for i in range(k + 1)) for k in range(many)]
    assert [top - b for top, b in zip(found.tops, offset, strict=True)] == [
        pytest.approx(x, abs=0.5 + 1e-9) for x in best
    ]
    for k in range(many - 1):
        assert found.tops[k + 1] >= found.tops[k] + heights[k] + FREE_ROWS
    if many == 1:
        assert found.tops[0] == int(aim[0] + 100.5) - 100  # halves go down


def test_where_ports_and_outputs_are() -> None:
    found = PartRows([0, 4, 9], [3, 5, 1])
    assert [found.output(s) for s in range(3)] == [1, 6, 9]
    assert [found.port(1, k) for k in range(2)] == [5, 7]
    assert (found.port(0, 0), found.port(2, 0)) == (1, 9)


@pytest.mark.parametrize(("drawn", "outputs"), [
    # a chain is straight
    (parts((), (0,), (1,)), {0: 1, 1: 1, 2: 1, 3: 1}),
    # two leaves stand four rows apart, the gate's ports two, in the middle between them
    (parts((), (), (0, 1)), {0: 1, 1: 5, 2: 3, 3: 3}),
    # a value used twice is level with neither port: the leaf is in the middle
    (parts((), (0, 0)), {0: 2, 1: 2, 2: 2}),
    # three leaves: rows 1, 5, 9, ports 3, 5, 7
    (parts((), (), (), (0, 1, 2)), {0: 1, 1: 5, 2: 9, 3: 5, 4: 5}),
])  # fmt: skip
def test_rows_of_small_pictures(drawn: Diagram, outputs: dict[int, int]) -> None:
    at = layers(drawn)
    found = rows(drawn, at)
    assert {spot.part: found.output(s) for s, spot in enumerate(at.spots) if not spot.lane} == outputs
    assert min(found.tops) == 0


# ---- channels


def run(draw: random.Random, spot: int, taken: set[int], targets: set[int]) -> _VerticalPiece:
    enters = draw.choice([row for row in range(14) if row not in taken])
    leaves = tuple(sorted(draw.sample([row for row in range(14) if row not in targets], draw.randint(1, 2))))
    taken.add(enters)
    targets.update(leaves)
    return _VerticalPiece(spot, enters, leaves)


def runs_of(seed: int) -> list[_VerticalPiece]:
    """Return pieces of different nets: no two are entered in one row, no two lead to one row."""
    draw = random.Random(seed)
    taken: set[int] = set()
    targets: set[int] = set()
    found = [run(draw, spot, taken, targets) for spot in range(draw.randint(2, 4))]
    return [piece for piece in found if piece.leaves != (piece.enters,)]


def crossings_of(left: _VerticalPiece, right: _VerticalPiece) -> int:
    """Return how often two nets cross where one has its vertical piece left of the other's."""
    inside = sum(right.low < row < right.high for row in left.leaves)  # led on to the right
    return inside + (left.low < right.enters < left.high)  # comes from the left


@pytest.mark.parametrize("seed", range(60))
def test_vertical_pieces_stand_in_an_order_that_keeps_wires_apart(seed: int) -> None:
    runs = runs_of(seed)
    used = {row for piece in runs for row in (piece.enters, *piece.leaves)}
    ordered = _order(runs, set(used))
    for k, left in enumerate(ordered):
        # Where a wire that turns further right arrives, none that turns further left leads on.
        for right in ordered[k + 1 :]:
            assert right.spot == left.spot or right.enters not in left.leaves
    by_spot = {piece.spot: [p for p in ordered if p.spot == piece.spot] for piece in runs}
    for piece in runs:
        halves = by_spot[piece.spot]
        assert (halves[0].enters, halves[-1].leaves) == (piece.enters, piece.leaves)
        assert [p.half for p in halves] == ([0] if len(halves) == 1 else [1, 2])
        if len(halves) == 2:
            assert halves[0].leaves == (halves[1].enters,)
            assert halves[1].enters not in used
            assert halves[1].enters >= 0
    tracks = _tracks(ordered)
    for (a, left), (b, right) in combinations(zip(tracks, ordered, strict=True), 2):
        if left.low <= right.high and right.low <= left.high:
            assert a < b
    for k, track in enumerate(tracks):  # none could stand further left
        below = [t for t, p in zip(tracks[:k], ordered, strict=False)
                 if p.low <= ordered[k].high and ordered[k].low <= p.high]  # fmt: skip
        assert track == (max(below) + 1 if below else 0)


@pytest.mark.parametrize("seed", range(40))
def test_a_bias_counts_crossings(seed: int) -> None:
    runs = runs_of(seed)
    expected = dict.fromkeys((piece.spot for piece in runs), 0)
    for a in runs:
        for b in runs:
            if a is not b and a.low <= b.high and b.low <= a.high:
                expected[a.spot] += crossings_of(a, b) - crossings_of(b, a)
    assert _biases(runs) == expected


@pytest.mark.parametrize("seed", range(60))
def test_of_the_pieces_that_may_come_next_the_one_with_the_fewest_crossings_does(seed: int) -> None:
    runs = runs_of(seed)
    bias = _biases(runs)
    ordered = _order(runs, set())
    left = list(runs)
    for chosen in ordered:
        arrive = {piece.enters: piece.spot for piece in left}
        free = [p for p in left if not {arrive.get(row, p.spot) for row in p.leaves} - {p.spot}]
        if chosen.half == 1:  # all wait for each other: the shortest is split
            assert not free
            caught = min(left, key=lambda piece: (piece.half, piece.high - piece.low, piece.low))
            assert chosen.spot == caught.spot
            left[left.index(caught)] = next(p for p in ordered if p.spot == chosen.spot and p.half == 2)
        else:
            assert chosen == min(free, key=lambda piece: (bias[piece.spot], piece.low))
            left.remove(chosen)
    assert left == []


@pytest.mark.parametrize(("low", "high", "used", "row"), [
    (2, 6, set(), 4), (2, 6, {4}, 3), (2, 6, {4, 3}, 5), (2, 7, {4, 3, 5}, 2), (0, 1, {0}, 1), (0, 2, {0, 1, 2}, 3),
    (0, 0, {0, 1, 2}, 3), (5, 6, {5}, 4),
])  # fmt: skip
def test_the_free_row_nearest_to_the_middle(low: int, high: int, used: set[int], row: int) -> None:
    assert _free_row(_VerticalPiece(0, low, (high,)), used) == row
    assert _free_row(_VerticalPiece(0, high, (low,)), used) == row


def test_channels_of_a_gate_of_two() -> None:
    """One leaf goes down from row 1 to 2, the other up from row 5 to 4, both in one track, for they never meet."""
    drawn = parts((), (), (0, 1))
    at = layers(drawn)
    first, second = channels(at, rows(drawn, at))
    places = {at.spots[s].part: net for s, net in first.nets.items()}
    assert {p: net.pieces for p, net in places.items()} == {0: (Piece(0, 1, (2,)),), 1: (Piece(0, 5, (4,)),)}
    assert (places[0].enters, places[1].enters, first.tracks) == (1, 5, 1)
    assert ([net.pieces for net in second.nets.values()], second.tracks) == ([()], 0)


# ---- coordinates

MEASURES = Metrics(
    lambda text: 10 * len(text), row=7, padding=3, label_gap=5, track_gap=11, column_gap=13, cell=0, radius=0
)


def placed(program: str, point: dict[str, float], metrics: Metrics = MEASURES, *, constants: bool = False) -> Picture:
    record = differentiate(program, point)
    drawn = diagram(record, constants=constants)
    return place(plan(drawn), figures(record, drawn, 4), metrics)


def test_the_coordinates_of_the_running_example() -> None:
    """By hand: leaves 10 wide, 5 to the wire, 30 for labels, a track; 13 of wire; gates of 10 + 2*3; and so on."""
    picture = placed("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
    assert (picture.width, picture.height) == (203, 63)
    assert {(box.kind, box.label, box.name): box[2:6] for box in picture.boxes} == {
        ("leaf", "x", ""): (0, 7, 10, 0), ("leaf", "y", ""): (0, 35, 10, 0), ("leaf", "z", ""): (60, 56, 10, 0),
        ("gate", "+", "q"): (59, 7, 16, 28), ("gate", "*", ""): (119, 28, 16, 28),
        ("output", "f", ""): (193, 42, 10, 0),
    }  # fmt: skip
    assert {route.points for route in picture.routes} == {
        ((15, 7), (45, 7), (45, 14), (59, 14)), ((15, 35), (45, 35), (45, 28), (59, 28)),
        ((75, 56), (105, 56), (105, 49), (119, 49)),
        ((75, 21), (105, 21), (105, 35), (119, 35)), ((135, 42), (188, 42)),
    }  # fmt: skip
    assert {(label.kind, label.text, label.x, label.y) for label in picture.labels} == {
        ("value", "-2", 30, 0), ("gradient", "-4", 30, 14), ("value", "5", 30, 28), ("gradient", "-4", 30, 42),
        ("value", "3", 90, 14), ("gradient", "-4", 90, 28), ("value", "-4", 90, 49), ("gradient", "3", 90, 63),
        ("value", "-12", 160.75, 35), ("gradient", "1", 160.75, 49),
    }  # fmt: skip
    assert picture.dots == []


def test_the_coordinates_of_a_fork() -> None:
    """A share of 30 takes 40 and the 13 before the port; the wire forks in its track, at 15 + 40."""
    picture = placed("x = a + b; y = b*c; f = x*y", {"a": 2, "b": 3, "c": -4})
    assert (picture.width, picture.height, picture.dots) == (263, 70, [(1, (55, 35))])
    assert {(box.label, box.name): (box.x, box.y) for box in picture.boxes} == {
        ("a", ""): (0, 7), ("b", ""): (0, 35), ("c", ""): (0, 63), ("+", "x"): (109, 0), ("*", "y"): (109, 42),
        ("*", ""): (179, 21), ("f", ""): (253, 35),
    }  # fmt: skip
    wires = {(route.source, route.target, route.port): route.points for route in picture.routes}
    assert wires == {
        (0, 2, 0): ((15, 7), (109, 7)), (1, 2, 1): ((15, 35), (55, 35), (55, 21), (109, 21)),
        (1, 4, 0): ((15, 35), (55, 35), (55, 49), (109, 49)), (3, 4, 1): ((15, 63), (109, 63)),
        (2, 5, 0): ((125, 14), (165, 14), (165, 28), (179, 28)), (5, None, 0): ((195, 35), (248, 35)),
        (4, 5, 1): ((125, 56), (165, 56), (165, 42), (179, 42)),
    }  # fmt: skip
    shares = {label[1:] for label in picture.labels if label.kind == "share"}
    assert shares == {(2, 1, 76, 28, "-12"), (4, 0, 76, 56, "-20")}


def test_the_coordinates_in_few_cells() -> None:
    """By hand: a leaf of 1 and 1 to its wire, 2 for labels, two tracks; the share 6 takes 3, the arrow 2."""
    picture = placed("u = sin(x*y)*2; f = u + x", {"x": 0, "y": 3}, TIGHT)
    assert (picture.width, picture.height, picture.dots) == (53, 8, [(0, (4, 1))])
    assert {(box.kind, box.label, box.name): box[2:6] for box in picture.boxes} == {
        ("leaf", "x", ""): (0, 1, 1, 1), ("leaf", "y", ""): (0, 5, 1, 1), ("gate", "*", ""): (12, 0, 3, 5),
        ("low", "sin", ""): (21, 3, 5, 1), ("gate", "*2", "u"): (30, 2, 4, 3), ("gate", "+", ""): (43, 3, 3, 5),
        ("output", "f", ""): (52, 5, 1, 1),
    }  # fmt: skip
    assert {(label.kind, label.text, label.x, label.y) for label in picture.labels} == {
        ("value", "0", 2, 0), ("gradient", "7", 2, 2), ("value", "3", 2, 4), ("gradient", "0", 2, 6),
        ("value", "0", 16, 1), ("gradient", "2", 16, 3), ("share", "6", 8, 2), ("value", "0", 27, 2),
        ("gradient", "2", 27, 4), ("value", "0", 35, 2), ("gradient", "1", 35, 4), ("value", "0", 47, 4),
        ("gradient", "1", 47, 6), ("share", "1", 39, 7),
    }  # fmt: skip
    wires = {(route.source, route.target, route.port): route.points for route in picture.routes}
    assert wires[0, 5, 1] == ((2, 1), (4, 1), (4, 6), (42, 6))
    assert wires[1, 2, 1] == ((2, 5), (6, 5), (6, 3), (11, 3))
    assert wires[3, 4, 0] == ((26, 3), (29, 3))
    assert wires[5, None, 0] == ((46, 5), (50, 5))


def test_the_coordinates_of_round_gates() -> None:
    """Circles of 1.5 rows; a port lies a row from the middle, where the circle has fallen back by some pixels."""
    picture = placed("u = x*y; f = sin(u) + x", {"x": 0, "y": 3}, MEASURES._replace(radius=1.5))
    assert {(box.kind, box.label, box.name): box[2:6] for box in picture.boxes} == {
        ("leaf", "x", ""): (0, 7, 10, 0), ("leaf", "y", ""): (0, 35, 10, 0), ("round", "*", "u"): (80, 3.5, 21, 21),
        ("gate", "sin", ""): (135, 14, 36, 14), ("round", "+", ""): (225, 24.5, 21, 21),
        ("output", "f", ""): (284, 35, 10, 0),
    }  # fmt: skip
    at_port = 225 + 10.5 - (10.5**2 - 7**2) ** 0.5
    ends = sorted(route.points[-1] for route in picture.routes if route.target == 4)
    assert ends == [(pytest.approx(at_port), 28), (pytest.approx(at_port), 42)]
    assert (picture.width, picture.height) == (294, 49)


@pytest.mark.parametrize(("name", "metrics", "x", "width"), [
    ("a_long_name", MEASURES, 48 + (110 - 36) / 2, 36),  # pixels: the name stands above its gate, in the middle
    ("a_long_name", ROOMY, 7, 13),  # cells: in its border, with a corner on both sides
    ("ab", ROOMY, 7, 7),  # the text and two blanks on both sides
    ("ab", TIGHT, 6, 5),
])  # fmt: skip
def test_a_column_has_room_for_the_names_of_its_gates(name: str, metrics: Metrics, x: float, width: float) -> None:
    picture = placed(f"{name} = sin(x); f = cos({name})", {"x": 0}, metrics)
    found = next(box for box in picture.boxes if box.name)
    assert (found.x, found.width) == (x, width)
    wire = next(route for route in picture.routes if route.source == found.part)
    assert wire.points[0][0] == x + width
    if metrics is not MEASURES:  # a blank before the label
        assert {label.x for label in picture.labels if label.part == found.part} == {x + width + 1}


@pytest.mark.parametrize(("size", "radius", "width"), [(10, 1.5, 36), (2, 1.5, 21), (2, 1, 14), (2, 9, 21), (2, 0, 12)])
def test_a_box_is_as_wide_as_its_text_and_as_circles(size: int, radius: float, width: float) -> None:
    """Three characters and twice 3 pixels, or a diameter of at most three rows of 7."""
    metrics = MEASURES._replace(text=lambda text: size * len(text), radius=radius)
    picture = placed("sin(x)", {"x": 0}, metrics)
    assert [box.width for box in picture.boxes if box.kind == "gate"] == [width]


@pytest.mark.parametrize(("points", "kept"), [
    ([(0, 0), (1, 0), (2, 0)], ((0, 0), (2, 0))), ([(0, 0), (0, 1), (0, 5)], ((0, 0), (0, 5))),
    ([(0, 0), (1, 0), (1, 2)], ((0, 0), (1, 0), (1, 2))), ([(0, 0), (1, 0), (1, 0), (1, 2)], ((0, 0), (1, 0), (1, 2))),
    ([(0, 0), (1, 0)], ((0, 0), (1, 0))), ([(3, 1), (3, 2), (5, 2), (6, 2)], ((3, 1), (3, 2), (6, 2))),
])  # fmt: skip
def test_corners(points: list[tuple[float, float]], kept: tuple[tuple[float, float], ...]) -> None:
    assert _corners(points) == kept


@pytest.mark.parametrize(("label", "ports", "radius", "kind"), [
    ("-2", 0, 0, "gate"), ("-2", 0, 1, "round"), ("+", 1, 1, "round"), ("+", 2, 1, "gate"), ("+", 2, 1.5, "round"),
    ("+", 3, 1.5, "gate"), ("ab", 2, 1.5, "round"), ("abc", 2, 1.5, "gate"),
])  # fmt: skip
def test_a_gate_is_round_where_its_ports_lie_on_the_circle(label: str, ports: int, radius: float, kind: str) -> None:
    leaves = [Part(p, "x", "", True, (), (), False) for p in range(ports)]
    of = tuple(range(ports))
    drawn = Diagram([*leaves, Part(ports, label, "", False, of, of, False)], [*[1] * ports, 0], "f")
    none = [""] * (ports + 1)
    found = place(
        plan(drawn),
        Figures(
            none,
            none,
            [
                (),
            ]
            * ports
            + [("",) * ports],
            False,
        ),
        MEASURES._replace(radius=radius),
    )
    assert [box.kind for box in found.boxes if box.part == ports] == [kind]

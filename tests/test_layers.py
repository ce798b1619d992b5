"""The order of parts in the columns of a picture: few crossings, and every spot where it is said to be."""

from __future__ import annotations

import random
from itertools import pairwise, permutations, product

import pytest

from gradcli.drawing import layers
from gradcli.drawing.layers import Layers, Spot, Wire, _crossings, _exchange, _sort, _untangle


def tangled(seed: int, most: int = 4) -> Layers:
    """Four columns of a few spots, each wired to one or two of the next column."""
    draw = random.Random(seed)
    spots: list[Spot] = []
    columns: list[list[int]] = []
    for c in range(4):
        columns.append([len(spots) + k for k in range(draw.randint(2, most))])
        spots += [Spot(s, c, False) for s in columns[-1]]
    entering: list[list[Wire]] = [[] for _ in spots]
    leaving: list[list[Wire]] = [[] for _ in spots]
    for column, after in pairwise(columns):
        for s in column:
            for t in draw.sample(after, draw.randint(1, 2)):
                wire = Wire(s, t, len(entering[t]))
                entering[t].append(wire)
                leaving[s].append(wire)
    return Layers(spots, columns, entering, leaving)


def places(at: Layers) -> list[int]:
    found = {s: k for column in at.columns for k, s in enumerate(column)}
    return [found[s] for s in range(len(at.spots))]


def crossings(at: Layers) -> int:
    """How many pairs of wires cross, counted pair by pair."""
    place = places(at)
    found = 0
    for column in at.columns[:-1]:
        wires = [(place[s], place[w.target], w.port) for s in column for w in at.leaving[s]]
        found += sum(a[0] < b[0] and a[1:] > b[1:] for a, b in permutations(wires, 2))
    return found


@pytest.mark.parametrize("seed", range(30))
def test_crossings_are_counted(seed: int) -> None:
    at = tangled(seed)
    assert _crossings(at, places(at)) == crossings(at)


@pytest.mark.parametrize("seed", range(30))
def test_exchanges_leave_every_spot_where_it_is_said_to_be(seed: int) -> None:
    at = tangled(seed)
    before, place = [sorted(column) for column in at.columns], places(at)
    _exchange(at, place)
    assert place == places(at)
    assert [sorted(column) for column in at.columns] == before


def weighted(at: Layers) -> float:
    """How much wires cross, where those of a fork count as one together."""
    place = places(at)
    found = 0.0
    for column in at.columns[:-1]:
        wires = [(place[s], (place[w.target], w.port), 1 / len(at.leaving[s])) for s in column for w in at.leaving[s]]
        found += sum(a[2] * b[2] for a, b in permutations(wires, 2) if a[0] < b[0] and a[1] > b[1])
    return found


@pytest.mark.parametrize("seed", range(40))
def test_exchanges_go_on_until_no_two_neighbours_are_better_exchanged(seed: int) -> None:
    at = tangled(seed)
    before = weighted(at)
    _exchange(at, places(at))
    now = weighted(at)
    assert now <= before + 1e-9
    for c, column in enumerate(at.columns):
        for k in range(len(column) - 1):
            other = [list(each) for each in at.columns]
            other[c][k : k + 2] = column[k + 1], column[k]
            assert weighted(at._replace(columns=other)) >= now - 1e-9


def test_few_wires_cross() -> None:
    """Nearly as few as in the best of all orders, and never more than in the order of the arguments."""
    total = least = 0
    for seed in range(40):
        at = tangled(seed, 3)
        before = crossings(at)
        orders = product(*map(permutations, at.columns))
        least += min(crossings(at._replace(columns=[list(column) for column in order])) for order in orders)
        _untangle(at)
        assert crossings(at) <= before
        total += crossings(at)
    assert least <= total <= 1.15 * least


def knot(many: int) -> Layers:
    """Two columns in which every spot is wired to every other: any order has as many crossings."""
    spots = [Spot(s, s // many, False) for s in range(2 * many)]
    wires = [[Wire(s, t, s) for s in range(many)] for t in range(many, 2 * many)]
    leaving = [[row[s] for row in wires] for s in range(many)]
    columns = [[*range(many)], [*range(many, 2 * many)]]
    return Layers(spots, columns, [[]] * many + wires, [*leaving, *[[]] * many])


@pytest.mark.parametrize(("per_sweep", "sweeps"), [(0, 3), (9, 3), (10, 4), (40_000, 4)])
def test_large_pictures_have_fewer_sweeps(per_sweep: int, sweeps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 6 spots 12 * 9 // 37 = 2 sweeps after the first, with 10 there are 3; after four without success none."""
    made = []
    monkeypatch.setattr(layers, "SPOTS_PER_SWEEP", per_sweep)
    monkeypatch.setattr(layers, "_exchange", lambda at, place: made.append(1))
    at = knot(3)
    _untangle(at)
    assert len(made) == sweeps
    assert at.columns == knot(3).columns


def test_without_crossings_there_is_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(layers, "_exchange")
    _untangle(knot(1))


def test_a_column_is_sorted_by_means_and_ties_stay() -> None:
    """A spot without wires keeps its place, which is its mean."""
    column, place = [0, 1, 2, 3], [0, 1, 2, 3]
    _sort(column, {0: [3.0, 4.0], 1: [], 2: [1.0], 3: [0.0, 1.0]}, place)
    assert column == [3, 1, 2, 0]
    assert place == [3, 1, 2, 0]

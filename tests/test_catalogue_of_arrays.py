"""The columns of the catalogue of mistakes with arrays, by what they do; and which of equally good ones are told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from gradcli.homework.claims.array_items import readings
from gradcli.homework.claims.tolerance import USUAL
from gradcli.homework.diagnosis import array_predictions
from gradcli.homework.diagnosis.array_evidence import ArrayEvidence
from gradcli.homework.diagnosis.array_mistakes import FLOWS, FORWARD, SPREAD, TOTALS, ArrayMistake
from gradcli.homework.diagnosis.array_predictions import Edit, _flow_edits, _total_edits, _value_edits, edits
from gradcli.homework.diagnosis.array_suspects import ArraySuspects, _Suspect
from gradcli.homework.diagnosis.array_worlds import Changes, Edge, Wrong, nearest, scaled
from gradcli.homework.diagnosis.array_wrong_sums import other_summed
from gradcli.homework.diagnosis.array_wrong_totals import Total
from gradcli.homework.diagnosis.mistakes import VALUES

from .array_sheets import key_of

np: Any = pytest.importorskip("numpy")

from .test_array_wrong_rules import world_of  # noqa: E402

NET = (
    "A = tanh(X@W); Y = A@V; L = sum(Y*G)",
    {"X": [[1.0, 2], [3, -1]], "W": [[0.5, -1], [0.3, 1]], "V": [[1.0, 2], [2, 0.5]], "G": [[1.0, 2], [10, 3]]},
)

# The commonest are told first, and name a number that few figures show; the rarest last. All others are between.
COMMONEST = """
transposed outer-order elementwise dims-by-luck dims-by-luck reshaped no-sum wrong-axis mean-for-sum overwritten
softmax-diagonal no-target wrong-sign-of-loss wrong-places early-factor wrong-point forgotten-path overwritten-fork
paths-forgotten uses-overwritten n-missing n-twice factor sum-or-mean term-forgotten both-grew
"""
RAREST = "bias-added updated n-minus-one factor-again slope-added n-wrong n-twice step normalised variance-n-minus-one"


def thrice(at: Edge | Total) -> Iterator[Wrong]:
    right = at.flow() if isinstance(at, Edge) else at.right
    yield Wrong("t", scaled(right, 3.0))


def places(found: Iterator[Edit]) -> set[int]:
    """At how many nodes the edits are made."""
    return {len(edit.nodes) for edit in found}


def test_which_mistakes_may_be_made_wherever_they_can_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those in what flows back, but for another array in the place of the right one; of sums those of all paths."""
    world = world_of(*NET)
    nodes = range(len(world.users))
    alone = []
    for row in FLOWS:
        monkeypatch.setattr(array_predictions, "flow_rules", lambda edge, row=row: iter([(row, thrice)]))
        found = places(_flow_edits(world, nodes, long=False))
        assert 1 in found
        if found == {1}:
            alone.append(row.id)
    assert alone == ["wrong-input", "wrong-upstream", "wrong-upstream"]
    everywhere = []
    for row in TOTALS:
        monkeypatch.setattr(array_predictions, "TOTALS", (row._replace(total=thrice),))
        found = places(_total_edits(world, nodes))
        assert len(found) == 1
        if found != {1}:
            everywhere.append(row.id)
    assert everywhere == ["paths-forgotten", "uses-overwritten"]


def test_a_mistake_is_made_at_every_node_to_the_output() -> None:
    """What goes wrong at the output goes wrong in all gradients."""
    world = world_of(*NET)
    signs = {edit.nodes[0] for edit in edits(world) if edit.mistake.id == "sign" and len(edit.nodes) == 1}
    assert signs == {i for i, g in enumerate(world.upstream) if g is not None}
    assert world.output == len(world.users) - 1


@pytest.mark.parametrize(("most", "long", "singly"), [(3, True, True), (2, True, False), (2, False, True)])
def test_of_many_paths_in_a_long_program_one_is_not_told(
    most: int, long: bool, singly: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The three uses of x: a mistake at one of them, or at all of them alone."""
    world = world_of("L = sum(x@y) + sum(x@z) + sum(x@w)", {n: [[1.0, 2], [3, 5]] for n in "xyzw"})
    x = world.graph.by_label["x"]
    assert len(world.users[x]) == 3
    monkeypatch.setattr(array_predictions, "MANY", most)
    found = list(_flow_edits(world, [x], long=long))
    assert {len(edit.changes.flows) for edit in found} == ({1, 3} if singly else {3})
    assert all(edit.nodes == (x,) for edit in found)
    named = {edit.mistake.id for edit in found if len(edit.changes.flows) == 3}
    assert "wrong-input" not in named
    assert "transposed" in named


def suspect(row: ArrayMistake, order: int) -> _Suspect:
    found = _Suspect(Edit(row, "", (1,), False, Changes()), order)
    found.exact.add(0)
    return found


def test_the_commonest_mistakes_are_told_first() -> None:
    rows = (*FLOWS, *TOTALS, *FORWARD)
    ranked = sorted([suspect(row, order) for order, row in enumerate(rows)], key=lambda s: s.rank)
    ids = [s.edit.mistake.id for s in ranked]
    first, last = COMMONEST.split(), RAREST.split()
    assert ids[: len(first)] == first
    assert ids[-len(last) :] == last
    assert [{s.edit.mistake.common for s in part} for part in (
        ranked[: len(first)], ranked[len(first) : -len(last)], ranked[-len(last) :])] == [{1}, {2}, {3}]  # fmt: skip
    assert SPREAD["layers-swapped"].common == 2


def test_every_row_of_numbers_is_as_common_as_among_numbers() -> None:
    """A mistake entry by entry is the row of the catalogue for numbers, with words for arrays."""
    row = array_predictions.of_numbers("upside-down", "words", 3)
    assert (row.id, row.common, row.message, row.habit) == ("upside-down", 3, "1 over the slope", True)
    assert array_predictions.of_numbers("unknown", "words", 1).message == "words"


# ---- of several that fit


def test_a_mistake_that_fits_to_the_last_place_is_told_alone() -> None:
    key = key_of("L = sum(x*x)", {"x": [1.0, 3.0, 4.0]})
    item = readings(key.record, "dL/dx")[0]
    claim = ArrayEvidence(item, (3,), [1.0, 3.0, 4.0], [0.0] * 3, False)
    exact, close, other = (suspect(ArrayMistake(id, id), order) for order, id in enumerate("abc"))
    close.exact.clear()
    close.close.add(0)
    own = ArraySuspects(key.run, USUAL)
    for ties, told in (([close, exact], "a"), ([close], "b"), ([exact, close, other], "ac")):
        assert "".join(found.mistake for found in own._verdict(ties, [claim], [0])) == told


@pytest.mark.parametrize(("i", "size", "expected"), [
    (0, 3, [0, 1, 2]), (2, 3, [2, 1, 0]), (1, 5, [1, 0, 2, 3, 4]), (3, 5, [3, 2, 4, 1, 0]), (0, 1, [0]),
])  # fmt: skip
def test_the_nearest_first(i: int, size: int, expected: list[int]) -> None:
    assert nearest(i, size) == expected


def test_gradients_that_are_summed_for_a_bias_stand_in_their_order() -> None:
    world = world_of("Z = X@W + b; A = tanh(Z); Y = 2*A; L = sum(Y*G)", {
        "X": [[1.0, 2], [3, -1]], "W": [[0.5, -1], [0.3, 1]], "b": [0.1, 0.2], "G": [[1.0, 2], [10, 3]]})  # fmt: skip
    node = world.graph.by_label
    found = [wrong.tag for wrong in other_summed(world.edge(*world.users[node["b"]][0]))]
    values = [f"$v{node[name]}" for name in ("b", "Z", "A", "Y")]
    assert found[:3] == [f"$g{node['A']}", f"$g{node['Y']}", f"$g{world.output - 1}"]
    assert {*found[3:]} <= {*values, f"$v{world.output - 1}"}


@pytest.mark.parametrize(("text", "node"), [
    ("Z = X@W; Y = 2*Z; L = sum(Y*b) + sum(G)", "b"),
    ("Z = X@W; Y = 2*Z; c = b - X; L = sum(Y*G) + sum(c*X)", "X"),
])  # fmt: skip
def test_only_what_is_summed_as_it_arrives_is_the_sum_of_another_gradient(text: str, node: str) -> None:
    """Not the sum of products, nor what keeps its shape."""
    world = world_of(text, {
        "X": [[1.0, 2], [3, -1]], "W": [[0.5, -1], [0.3, 1]], "b": [0.1, 0.2], "G": [[1.0, 2], [10, 3]]})  # fmt: skip
    edges = [world.edge(*user) for user in world.users[world.graph.by_label[node]]]
    assert {edge.name for edge in edges} & {"mul", "sub"}
    assert [wrong.tag for edge in edges for wrong in other_summed(edge)] == []


@pytest.mark.parametrize(("function", "id", "value"), [
    ("exp", "exp-sign", lambda z: np.exp(-z)), ("sigmoid", "exp-sign", lambda z: 1 / (1 + np.exp(z))),
    ("relu", "gate-value", lambda z: z), ("tanh", "sigmoid-tanh-value", lambda z: 1 / (1 + np.exp(-z))),
    ("sigmoid", "sigmoid-tanh-value", np.tanh),
])  # fmt: skip
def test_wrong_values_of_numbers_are_those_of_arrays(function: str, id: str, value: Any) -> None:
    world = world_of(f"a = {function}(z); L = sum(a*g)", {"z": [0.5, -1.2, 2.0], "g": [1.0, 2, 3]})
    a = world.graph.by_label["a"]
    (found,) = [edit for edit in _value_edits(world) if edit.mistake.id == id]
    assert found.is_value
    assert found.nodes == (a,)
    assert found.changes.values[a].entries == pytest.approx(value(np.array([0.5, -1.2, 2.0])))
    own = {edit.mistake.id for edit in _value_edits(world) if edit.nodes == (a,)}
    assert own <= {row.id for row in (*VALUES, *FORWARD)}


def test_biases_left_out_are_a_wrong_value() -> None:
    values = {**NET[1], "b": [1.0, 2], "c": [3.0, 4]}
    del values["G"]
    world = world_of("Z = X@W + b; Y = Z@V + c; L = sum(Y*Y)", values)
    (found,) = [edit for edit in _value_edits(world) if edit.tag == "biases"]
    assert (found.mistake.id, found.is_value, found.text) == ("term-forgotten", True, "the biases left out")
    assert [*found.changes.values] == [world.graph.by_label["Z"], world.graph.by_label["Y"]]

"""The ends of the diagnosis of arrays: exact limits of agreement, few numbers, worlds that fail, rules that stay away.

Every number that something is compared with is one of binary64, so that what is at a limit is exactly there.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import pytest

from gradcli.homework.claims.array_items import ArrayItem
from gradcli.homework.claims.items import UPSTREAM
from gradcli.homework.claims.tolerance import USUAL
from gradcli.homework.diagnosis import array_evidence, array_suspects, array_worlds
from gradcli.homework.diagnosis.array_divisors import factors
from gradcli.homework.diagnosis.array_evidence import ArrayEvidence, FewNumbers, agreement
from gradcli.homework.diagnosis.array_mistakes import ArrayMistake
from gradcli.homework.diagnosis.array_predictions import Edit, _by_tag, _total_by_tag, edits
from gradcli.homework.diagnosis.array_retracing import opened, own_world
from gradcli.homework.diagnosis.array_suspects import ArraySuspects, _Suspect
from gradcli.homework.diagnosis.array_worlds import Changes, World, Wrong, WrongWorld
from gradcli.homework.diagnosis.array_wrong_totals import Total

from .array_sheets import key_of, marked
from .test_suspects_of_arrays import NET, evidence, true


def claim(*values: float, unit: float = 0.0) -> ArrayEvidence:
    item = ArrayItem(UPSTREAM, 0, -1, (len(values),))
    return ArrayEvidence(item, item.shape, [*values], [unit] * len(values), False)


@pytest.mark.parametrize(("values", "unit", "predicted", "how"), [
    # 1.02 half units of the last place, at most 0.5 % of the number
    ([20051], 50, [20000], "exact"), ([20052], 50, [20000], ""), ([201], 10, [200], "exact"), ([202], 10, [200], ""),
    # three times that, where three numbers agree
    ([40153, 10000, 20000], 50, [40000, 10000, 20000], "exact"),
    ([40153, 10000, 10000], 50, [40000, 10000, 10000], ""),
    ([40154, 10000, 20000], 50, [40000, 10000, 20000], "close"),
    # 1 % of three numbers
    ([101, 50, 25], 0, [100, 50, 25], "close"), ([101.5, 50, 25], 0, [100, 50, 25], ""),
    # 6 % of four, which were written with no more figures
    ([53, 10, 20, 30], 3, [50, 10, 20, 30], "close"), ([54, 10, 20, 30], 9, [50, 10, 20, 30], ""),
    ([53, 10, 20, 20], 3, [50, 10, 20, 20], ""),
])  # fmt: skip
def test_numbers_agree_up_to_a_limit(values: list[float], unit: float, predicted: list[float], how: str) -> None:
    assert agreement(claim(*values, unit=unit), predicted, (), 0.0) == how


@pytest.mark.parametrize(("off", "truth", "how"), [
    (1, 18, "close"), (1, 17.75, ""), (1.25, 30, ""),  # 1 % of the largest, and five times nearer than to the truth
])  # fmt: skip
def test_small_entries_agree_beside_large_ones_if_the_truth_is_far(off: float, truth: float, how: str) -> None:
    assert agreement(claim(100, 50, 25, 12 + off), [100, 50, 25, 12], [100, 50, 25, truth], 0.0) == how


def test_the_predictions_that_count_are_those_that_chance_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order of how common they are; what leaves exactly nothing of the chance counts too."""
    few = FewNumbers(claim(3.0, unit=0.05), [2.0])
    for number, common, order in ((4.0, 2, 0), (5.0, 1, 1), (3.0, 1, 2), (4.0, 3, 3), (3.0, 3, 4)):
        few.note([number], common, order)
    likely = {x: array_evidence.chance(few.claim, [x], few.scale) for x in (3.0, 4.0, 5.0)}
    for most, counted in (
        (likely[5.0], {5.0}), (likely[3.0], {5.0}), (likely[5.0] + likely[3.0], {5.0, 3.0}), (1.0, {3.0, 4.0, 5.0}),
        (0.0, set()),
    ):  # fmt: skip
        monkeypatch.setattr(array_evidence, "CHANCE", most)
        assert few.counted() == {(x,) for x in counted}


@pytest.mark.parametrize(("values", "truth", "scale"), [
    ([1.0, -4.0], [3.0, 4.0], math.sqrt(12.5)), ([1.0, -4.0], [0.0, 0.0], 4.0), ([-2.0], [], 2.0),
])  # fmt: skip
def test_the_scale_of_random_numbers_is_that_of_the_right_ones(
    values: list[float], truth: list[float], scale: float
) -> None:
    """Where these are all 0, it is the largest claim."""
    assert FewNumbers(claim(*values), truth).scale == pytest.approx(scale)


def test_several_claims_of_few_numbers_speak_together_against_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """So many mistakes may be tried that two in a hundred agree with both; beside a claim of more numbers all may."""
    key = key_of("z = x*y; h = x + z; L = h*h", {"x": 3.25, "y": -1.75})
    own = ArraySuspects(key.run, USUAL)

    def suspect(sheet: list[ArrayEvidence], explained: set[int]) -> _Suspect:
        found = _Suspect(Edit(ArrayMistake("m", "m"), "", (0,), False, Changes()), 0)
        found.exact |= explained
        found.predicted = {k: sheet[k].values for k in explained}
        return found

    sheet = [evidence(key, name, [7.125], unit=0.5) for name in ("dL/dx", "dL/dy")]
    few, both = own._few(sheet, [0, 1]), suspect(sheet, {0, 1})
    by_chance = math.prod(array_evidence.chance(few[k].claim, [7.125], few[k].scale) for k in few)
    most = int(array_evidence.CHANCE / by_chance)
    assert most > 0
    assert own._no_chance([both], few, most) == [both]
    assert own._no_chance([both], few, most + 1) == []
    monkeypatch.setattr(array_suspects, "CHANCE", by_chance)
    assert own._no_chance([both], few, 1) == [both]
    monkeypatch.undo()
    del few[1]  # as if it had more numbers
    assert own._no_chance([both], few, most + 1) == [both]
    sheet = [evidence(key, "dL/dx", [7.125], unit=0.5)]
    alone, few = suspect(sheet, {0}), own._few(sheet, [0])
    assert own._no_chance([alone], few, 1) == []  # it is not among the predictions that count
    few[0].note([7.125], 1, 0)
    assert own._no_chance([alone], few, most + 1) == [alone]


# ---- habits


def test_where_a_habit_cannot_be_made_the_right_rule_is_used() -> None:
    """The way of a mistake is one of some tags, which may be missing elsewhere."""
    world = world_of("a = tanh(x); L = sum(a*g)", {"x": [1.0, 2], "g": [3.0, 4]})
    edge = world.edge(world.graph.by_label["a"], 0)
    other = world.A.make((2,), [7.0, 8.0])
    total = Total(world, 0, [(1, 0)], [other])
    for tag, found in (("one", [7.0, 8.0]), ("two", edge.flow().entries)):
        flow = _by_tag(lambda edge: iter([Wrong("none", edge.v), Wrong("one", other)]), tag)(edge)
        assert flow is not None
        assert flow.entries == found
    for tag, found in (("one", [3.0, 4.0]), ("two", [7.0, 8.0])):
        made = _total_by_tag(world, lambda total: iter([Wrong("one", edge.g)]), tag)(0, [(1, 0)], [other])
        assert made is not None
        assert made.entries == found
    assert total.right.entries == [7.0, 8.0]


# ---- worlds that fail


def test_from_own_numbers_out_of_a_domain_nothing_follows() -> None:
    """From a value whose logarithm is none, and from a gradient of which what flows back is beyond binary64."""
    key = key_of("Z = 2*X; A = log(Z); L = sum(A*A*G)", {"X": [0.05, 2], "G": [1, 3]})
    node, output = key.record.graph.by_label, key.record.output
    for name, values, has in (
        ("Z", [1.0, 5.0], True), ("Z", [1.0, -5.0], False), ("dL/dA", [1e306, 1], True), ("dL/dA", [1e308, 1], False),
    ):  # fmt: skip
        world = own_world(key.run, output, [evidence(key, name, values)], node["X"])
        assert (world is not None) is has
    for large, has in ((1e306, True), (1e308, False)):
        sheet = [evidence(key, "dL/dA", [large, 1.0]), evidence(key, "dL/dZ", [1.0, 2.0])]
        whole = own_world(key.run, output, sheet)
        assert whole is not None
        found = opened(whole, node["Z"])
        assert (found is not None) is has
        kept = whole.upstream[node["Z"]]
        assert kept is not None
        assert kept.entries == [1.0, 2.0]  # as it was handed in
        assert node["Z"] in whole.pinned
        if found is not None:
            made = found.upstream[node["Z"]]
            assert made is not None
            assert made.entries == [large / 0.1, 0.25]
            assert found.pinned == {node["A"]}


def test_no_step_leads_to_the_output_of_a_long_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_worlds, "MOST_NODES", 3)
    key = key_of(*NET)
    world = own_world(key.run, key.record.output, [evidence(key, "dL/dA", [1.0, 2, 3, 4])])
    assert world is not None
    assert opened(world, key.record.output) is None
    sheet = marked(key, {"dL/dA": "[[1, 2], [3, 4]]", "dL/dL": "2"})
    assert [m.status for m in sheet.marks] == ["wrong", "wrong"]


def test_of_a_long_program_entries_alone_are_no_world(monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(*NET)
    entry = key.readings("dL/dA[0,0]")[0]
    lone = ArrayEvidence(entry, entry.shape, [1.37], [0.0], False)
    monkeypatch.setattr(array_worlds, "MOST_NODES", 3)
    assert ArraySuspects(key.run, USUAL).diagnose([lone]) == []


@pytest.mark.parametrize(("nodes", "long"), [(120, False), (121, True)])
def test_how_many_nodes_make_a_program_long(nodes: int, long: bool) -> None:
    chain = "; ".join(f"a{k} = {f'a{k - 1}' if k else 'x'}*x" for k in range(nodes - 2))
    run = key_of(f"{chain}; L = sum(a{nodes - 3})", {"x": [1.0, 1.0]}).run
    world = World(run.A, run.record.graph, run.values, run.upstream(run.record.output), run.record.output)
    assert len(world.graph.nodes) == nodes
    assert world.is_long is long


def world_of(program: str, values: dict[str, Any]) -> World:
    run = key_of(program, values).run
    return World(run.A, run.record.graph, run.values, run.upstream(run.record.output), run.record.output)


def test_arrays_without_all_their_numbers_are_no_others() -> None:
    A = world_of("L = sum(x)", {"x": [1.0, 2]}).A
    whole, part = A.make((2,), [1.0, 2.0]), A.make((2,), [1.0, None])
    assert array_worlds.same(whole, whole)
    assert not array_worlds.same(whole, part)
    assert not array_worlds.same(part, whole)
    assert not array_worlds.same(part, part)


def test_work_goes_on_with_matrices_alone_and_with_biases() -> None:
    """Not where a vector should be, nor to a number that was added."""
    world = world_of("v = W@x + s; L = sum(v*v)", {"W": [[1, 2], [3, 4], [5, 6]], "x": [1, 2], "s": 2})
    product = next(node for node in world.graph.nodes if node.operation.name == "matmul")
    xs = [world.values[a] for a in product.arguments]
    square = world.A.make((3, 3), [float(k) for k in range(9)])
    assert array_worlds.misfit_flow(product, 1, square, xs) is None
    matrix = world_of("Z = X + s; L = sum(Z*Z)", {"X": [[1, 2]], "s": 2})
    add = next(node for node in matrix.graph.nodes if node.operation.name == "add")
    assert array_worlds.misfit_flow(add, 1, square, [matrix.values[a] for a in add.arguments]) is None
    assert array_worlds.misfit_flow(add, 0, square, [matrix.values[a] for a in add.arguments]) is square
    vector = world_of("z = x + y; L = sum(z*z)", {"x": [1.0, 2], "y": [3.0, 4]})
    add = next(node for node in vector.graph.nodes if node.operation.name == "add")
    xs = [vector.values[a] for a in add.arguments]
    assert array_worlds.misfit_flow(add, 1, vector.A.make((3,), [1.0, 2.0, 3.0]), xs) is None


def test_a_mistake_makes_no_array_beyond_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A column beside a row of 3 entries has 9, and what follows from it too."""
    world = world_of("d = x - y; s = d*2; L = sum(s*s)", {"x": [1.0, 2, 4], "y": [2.0, 2, 1]})
    d, s = world.graph.by_label["d"], world.graph.by_label["s"]
    grown = Changes(values={d: world.A.make((3, 3), [float(k) for k in range(9)])})
    for most, has in ((9, True), (8, False)):
        monkeypatch.setattr(array_worlds, "MAX_ENTRIES", most)
        assert (WrongWorld(world, grown).values[s] is not None) is has


def test_where_the_output_has_no_value_there_are_no_gradients() -> None:
    world = world_of("a = exp(x); b = a*y; L = sum(b) + sum(y*y)", {"x": [1.0, 2], "y": [3.0, 4]})
    node = world.graph.by_label
    wrong = WrongWorld(world, Changes(values={node["x"]: world.A.make((2,), [1.0, 1e4])}))  # exp is beyond binary64
    assert [wrong.value(node[name]) for name in "abL"] == [None] * 3
    assert [wrong.gradient(node[name]) for name in "xyabL"] == [None] * 5


def test_what_is_computed_from_the_output_follows_and_gives_it_no_gradient() -> None:
    world = world_of("z = x*y; L = sum(z); M = tanh(z)*L; L", {"x": [1.0, 2], "y": [3.0, 4]})
    node = world.graph.by_label
    assert world.output == node["L"] < node["M"]
    wrong = WrongWorld(world, Changes(values={node["x"]: world.A.make((2,), [0.0, 5.0])}))
    values = {name: made.entries for name in "LM" if (made := wrong.value(node[name]))}
    assert values == {"L": [20.0], "M": pytest.approx([0.0, 20.0 * math.tanh(20)])}
    gradients = {name: wrong.gradient(node[name]) for name in "Lzy"}
    assert {name: g.entries for name, g in gradients.items() if g} == {"L": [1.0], "z": [1.0, 1.0], "y": [0.0, 5.0]}
    assert array_worlds.entrywise_from(world.edge(node["z"], 0)) == [node["z"]]


def test_ends_of_a_long_program_are_nodes_with_a_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sign lost at p is found behind statements of which nothing of the output is made: these are no ends."""
    aside = "; ".join(f"s{k} = sum(ones(2))*{k}" for k in range(2, 9))
    key = key_of(f"q = x*x; p = q*y; {aside}; L = sum(p*w)", {"x": [1.5, 2.25], "y": [3.0, 0.5], "w": [1.25, 7]})
    monkeypatch.setattr(array_worlds, "MOST_NODES", 3)
    sheet = [evidence(key, "dL/dw", true(key, "dL/dw"), right=True)]
    sheet += [evidence(key, name, [-e for e in true(key, name)]) for name in ("dL/dx", "dL/dy")]
    found = ArraySuspects(key.run, USUAL).diagnose(sheet)
    assert [(d.mistake, d.explains) for d in found] == [("sign", (1, 2))]


def test_six_ends_of_a_long_program_with_sixteen_factors_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those next to the output; of twenty factors that the sizes make, the commonest."""
    monkeypatch.setattr(array_worlds, "MOST_NODES", 3)
    lines = ["a0 = x*y", *(f"a{k} = sin(a{k - 1})" for k in range(1, 9)), "L = mean(a8)/7"]
    values = {"x": [[1.5, 2, 3], [4, 5, 7]], "y": [[1, 2, 3], [2.5, 1, 1]]}
    key = key_of("; ".join(lines), values)
    run, graph = key.run, key.record.graph
    found = list(edits(array_worlds.World(run.A, graph, run.values, run.upstream(graph.output), graph.output)))
    assert len(factors(graph)) == 20
    ends = [graph.output, *(graph.by_label[f"a{k}"] for k in (8, 7, 6, 5))]
    counted = Counter(edit.nodes for edit in found)
    assert list(counted.values()) == [16] * 6
    assert {(node,) for node in ends} < counted.keys()
    for nodes in counted:
        common = [edit.mistake.common for edit in found if edit.nodes == nodes]
        assert common == sorted(common)

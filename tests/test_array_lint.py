"""Lint for worksheets of arrays: which sizes, signs and labels are unlucky, and what the numbers hide."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from gradcli.homework.claims.array_formulas import ArraySamples
from gradcli.homework.diagnosis import array_lint as lint_of_arrays
from gradcli.homework.diagnosis.array_axes import axis_groups
from gradcli.homework.diagnosis.array_lint import ArrayLint, _seen, lint_arrays
from gradcli.homework.diagnosis.array_predictions import edits
from gradcli.homework.diagnosis.array_suspects import MAX_WORK
from gradcli.homework.diagnosis.array_worlds import World
from gradcli.reports import array_lint

from .test_array_steps import record
from .test_golden import called


def ramp(*shape: int) -> Any:
    """Numbers of both signs, all of them different."""
    if len(shape) == 1:
        return [(7 * k + 3) % 11 - 4.5 + k / 8 for k in range(shape[0])]
    return [[[x + 3 * k for x in row] if isinstance(row, list) else row + 3 * k for row in ramp(*shape[1:])]
            for k in range(-1, shape[0] - 1)]  # fmt: skip


def meet(program: str, shapes: dict[str, tuple[int, ...]]) -> set[frozenset[str]]:
    """The axes of the inputs that must have one size: "A0" is the first axis of A."""
    graph = record(program, {name: ramp(*shape) for name, shape in shapes.items()}).graph
    groups = axis_groups(graph)
    axes = {f"{name}{k}": groups[i, k] for name, i in graph.inputs.items() for k in range(len(shapes[name]))}
    return {frozenset((a, b)) for a, b in combinations(axes, 2) if axes[a] == axes[b]}


def pairs(text: str) -> set[frozenset[str]]:
    """Every pair of each group: "A0B1C0 A1B0"."""
    groups = [[word[k : k + 2] for k in range(0, len(word), 2)] for word in text.split()]
    return {frozenset(pair) for group in groups for pair in combinations(group, 2)}


@pytest.mark.parametrize(("program", "shapes", "expected"), [
    ("sum(A + B)", {"A": (2, 3), "B": (2, 3)}, "A0B0 A1B1"),
    ("sum(A*b)", {"A": (2, 3), "b": (3,)}, "A1b0"),
    ("sum(A*B)", {"A": (2, 3), "B": (1, 3)}, "A1B1"),  # a size of 1 goes with every other
    ("sum(tanh(A) - B)", {"A": (2, 3), "B": (2, 3)}, "A0B0 A1B1"),
    ("sum(A@B)", {"A": (2, 3), "B": (3, 4)}, "A1B0"),
    ("sum(A@B + C)", {"A": (2, 3), "B": (3, 4), "C": (2, 4)}, "A0C0 A1B0 B1C1"),
    ("sum(A@x + y)", {"A": (2, 3), "x": (3,), "y": (2,)}, "A1x0 A0y0"),
    ("sum(x@A + y)", {"A": (2, 3), "x": (2,), "y": (3,)}, "A0x0 A1y0"),
    ("dot(x, y)", {"x": (3,), "y": (3,)}, "x0y0"),
    ("sum(outer(x, y)*A)", {"x": (2,), "y": (3,), "A": (2, 3)}, "x0A0 y0A1"),
    ("sum(A.T*B)", {"A": (2, 3), "B": (3, 2)}, "A0B1 A1B0"),
    ("sum(softmax(A)*B)", {"A": (2, 3), "B": (2, 3)}, "A0B0 A1B1"),
    ("sum(cumsum(x)*y)", {"x": (3,), "y": (3,)}, "x0y0"),
    ("sum(sum(A, axis=0)*b)", {"A": (2, 3), "b": (3,)}, "A1b0"),
    ("sum(mean(A, axis=1)*b)", {"A": (2, 3), "b": (2,)}, "A0b0"),
    ("sum(sum(A, axis=0, keep=1)*B)", {"A": (2, 3), "B": (1, 3)}, "A1B1"),
    ("sum(sum(A, axis=1, keep=1)*B)", {"A": (2, 3), "B": (2, 1)}, "A0B0"),
    ("sum(sum(T, axis=1)*B)", {"T": (2, 3, 4), "B": (2, 4)}, "T0B0 T2B1"),
    ("sum(A)*sum(B)", {"A": (2, 2), "B": (2, 2)}, ""),
    ("det(A)*sum(B)", {"A": (2, 2), "B": (2, 2)}, "A0A1"),
    ("logdet(A@A.T + B)", {"A": (2, 3), "B": (2, 2)}, "A0B0B1"),
    ("sum(inv(A)*B)", {"A": (2, 2), "B": (2, 2)}, "A0A1B0B1"),
    ("sum(solve(A, b)*c)", {"A": (2, 2), "b": (2,), "c": (2,)}, "A0A1b0c0"),
    ("sum(solve(A, B)*C)", {"A": (2, 2), "B": (2, 3), "C": (2, 3)}, "A0A1B0C0 B1C1"),
    ("trace(A@B)", {"A": (2, 3), "B": (3, 2)}, "A0B1 A1B0"),
    ("sum(diag(x)*A)", {"x": (2,), "A": (2, 2)}, "x0A0A1"),
    ("sum(diag(A)*x)", {"x": (2,), "A": (2, 2)}, "x0A0A1"),
    ("sum(A*y[:, None])", {"A": (2, 3), "y": (2,)}, "A0y0"),
    ("sum(A*y[None, :])", {"A": (2, 3), "y": (3,)}, "A1y0"),
    ("sum(A[1]*y)", {"A": (2, 3), "y": (3,)}, "A1y0"),
    ("sum(A[:, 1]*y)", {"A": (2, 3), "y": (2,)}, "A0y0"),
    ("sum(A[1:]*B)", {"A": (3, 2), "B": (2, 2)}, "A1B1"),  # the rows of B are one less
    ("sum(T[:, None, 1]*B)", {"T": (2, 3, 4), "B": (2, 1, 4)}, "T0B0 T2B2"),
    ("sum(permute(T, 2, 0, 1)*U)", {"T": (2, 3, 4), "U": (4, 2, 3)}, "T0U1 T1U2 T2U0"),
    ("sum(concat(A, B)*c)", {"A": (2, 3), "B": (4, 3), "c": (3,)}, "A1B1c0"),
    ("sum(concat(A, B, axis=1)*c[:, None])", {"A": (2, 3), "B": (2, 4), "c": (2,)}, "A0B0c0"),
    ("sum(stack(x, y)*A)", {"x": (3,), "y": (3,), "A": (2, 3)}, "x0y0A1"),
])  # fmt: skip
def test_axes_that_meet_have_one_size(program: str, shapes: dict[str, tuple[int, ...]], expected: str) -> None:
    assert meet(program, shapes) == pairs(expected)


def test_rows_that_are_picked_by_index() -> None:
    graph = record("L = sum(U[y]*B) + sum(V[y, :, y]*C)", {
        "U": ramp(4, 3), "y": [3, 1], "B": ramp(2, 3), "V": ramp(5, 6, 4), "C": ramp(2, 6)}).graph  # fmt: skip
    groups = axis_groups(graph)
    place = graph.inputs
    assert groups[place["y"], 0] == groups[place["B"], 0] == groups[place["C"], 0]
    assert groups[place["U"], 1] == groups[place["B"], 1] != groups[place["U"], 0]
    assert groups[place["V"], 1] == groups[place["C"], 1]
    assert len({groups[place["V"], k] for k in range(3)}) == 3


@pytest.mark.parametrize(("program", "labels", "expected"), [
    ("mean(w*cross_entropy(Z, y))", [0, 1], "Z0y0w0"),
    ("mean(w*cross_entropy(Z, y, axis=0))", [0, 1, 1], "Z1y0w0"),
    ("mean(w*pick(Z, y))", [0, 1], "Z0y0w0"),
    ("mean(w*cross_entropy(Z, y))", [[0, 1, 0], [0.5, 0.25, 0.25]], "Z0y0w0 Z1y1"),
    ("mean(w*cross_entropy(Z, y, axis=0))", [[0, 1, 0.5], [1, 0, 0.5]], "Z0y0 Z1y1w0"),
])  # fmt: skip
def test_axes_of_scores_and_labels(program: str, labels: Any, expected: str) -> None:
    weights = ramp(3 if "axis=0" in program else 2)
    graph = record(program, {"Z": ramp(2, 3), "y": labels, "w": weights}).graph
    groups = axis_groups(graph)
    axes = {f"{name}{k}": groups[i, k] for name, i in graph.inputs.items() for k in range(len(graph.nodes[i].shape))}
    assert {frozenset((a, b)) for a, b in combinations(axes, 2) if axes[a] == axes[b]} == pairs(expected)


@pytest.mark.parametrize(("program", "point", "expected"), [
    ("sum(A@x)", {"A": ramp(2, 3), "x": ramp(3)}, []),
    ("sum(A@x)", {"A": ramp(3, 3), "x": ramp(3)},
     ["the rows of A and the columns of A are all 3: a transpose may fit by luck"]),
    ("sum(x)*sum(A)*sum(B)", {"x": ramp(2), "A": ramp(3, 2), "B": ramp(2, 4)},
     ["the entries of x, the columns of A and the rows of B are all 2: a transpose may fit by luck"]),
    ("sum(x)*sum(A)", {"x": ramp(3), "A": ramp(3, 4)},
     ["the entries of x and the rows of A are all 3: a transpose may fit by luck"]),
    ("sum(X@w)", {"X": ramp(1, 3), "w": ramp(3)}, ["the rows of X are one: a sum over them does not show"]),
    ("sum(T)*sum(x)", {"T": ramp(2, 3, 2), "x": ramp(4)},
     ["axis 0 of T and axis 2 of T are all 2: a transpose may fit by luck"]),
    ("sum(x)*sum(A)*sum(z)*sum(B)", {"x": ramp(5), "A": ramp(3, 5), "z": ramp(2), "B": ramp(4, 2)}, [
        "the entries of z and the columns of B are all 2: a transpose may fit by luck",
        "the entries of x and the columns of A are all 5: a transpose may fit by luck",
    ]),
])  # fmt: skip
def test_sizes_that_are_equal_by_luck(program: str, point: dict[str, Any], expected: list[str]) -> None:
    assert lint_arrays(record(program, point)).special == expected


@pytest.mark.parametrize(("program", "x", "expected"), [
    ("sum(relu(x)**2)", [1, 2, 3], "all entries of x are positive: relu has one slope at all of them"),
    ("sum(relu(x)**2)", [-1, -2, -3], "no entry of x is positive: relu has one slope at all of them"),
    ("sum(relu(x)**2)", [-1, 0, -3], "no entry of x is positive: relu has one slope at all of them"),
    ("sum(relu(x)**2)", [0, 1, 2], None),
    ("sum(relu(x)**2)", [-1, 2, 3], None),
    ("sum(relu(x)**2)", [5], None),
    ("sum(relu(x)**2)", [-5], None),
    ("sum(abs(x)**2)", [1, 2, 3], "all entries of x are positive: abs has one slope at all of them"),
    ("h = leaky_relu(x); sum(h*h)", [-1, -2, -3], "no entry of x is positive: leaky_relu has one slope at all of them"),
    ("sum(tanh(x)**2)", [1, 2, 3], None),
    ("sum(cbrt(x)**2)", [1, 2, 3], None),
    ("sum(floor(x)*x)", [1, 2, 3], None),
    ("sum(round(x)*x)", [1, 2, 3], None),
    ("sum(max(0, x)**2)", [1, 2, 3], None),
])  # fmt: skip
def test_gates_that_see_one_sign(program: str, x: list[float], expected: str | None) -> None:
    """A floor has a kink at every whole number, and round between them; a single number has one sign in any case."""
    special = lint_arrays(record(program, {"x": x})).special
    assert [text for text in special if " are one" not in text] == ([expected] if expected else [])


@pytest.mark.parametrize(("program", "shape", "y", "expected"), [
    ("sum(cross_entropy(Z, y))", (2, 3), [1, 1], "class 1 stands twice in y, and there are enough classes"),
    ("sum(cross_entropy(Z, y))", (3, 4), [2, 0, 2], "class 2 stands twice in y, and there are enough classes"),
    ("sum(cross_entropy(Z, y))", (2, 3), [1, 0], None),
    ("sum(cross_entropy(Z, y))", (4, 3), [1, 0, 1, 2], None),  # four rows cannot have four of three classes
    ("sum(cross_entropy(Z, y, axis=0))", (4, 3), [1, 0, 1], "class 1 stands twice in y, and there are enough classes"),
    ("sum(cross_entropy(Z, y, axis=0))", (2, 3), [1, 0, 1], None),
    ("sum(cross_entropy(Z, y, axis=1))", (2, 3), [1, 1], "class 1 stands twice in y, and there are enough classes"),
    ("sum(cross_entropy(Z, y, axis=1))", (4, 3), [1, 0, 1, 2], None),
    ("sum(pick(Z, y))", (2, 3), [0, 0], "class 0 stands twice in y, and there are enough classes"),
    ("sum(Z*y[:, None])", (2, 3), [1, 1], None),
])  # fmt: skip
def test_classes_that_repeat(program: str, shape: tuple[int, int], y: list[int], expected: str | None) -> None:
    special = lint_arrays(record(program, {"Z": ramp(*shape), "y": y})).special
    assert special == ([expected] if expected else [])


@pytest.mark.parametrize("labels", ["[1, 1]", "[[0.5, 0.5, 0], [1, 0, 0]]"])
def test_labels_of_the_program_and_shares_are_as_they_are(labels: str) -> None:
    assert lint_arrays(record(f"sum(cross_entropy(Z, {labels})*w)", {"Z": ramp(2, 3), "w": [1, 3]})).special == []


def test_other_numbers_hide_less() -> None:
    """Beside a gate that stays open, and beside ones, more mistakes look like another."""
    program = "L = sum(relu(x)**2*c)"
    opened = lint_arrays(record(program, {"x": [1, 2, 3], "c": [2, -1, 0.5]}))
    both = lint_arrays(record(program, {"x": [1, -2, 3], "c": [2, -1, 0.5]}))
    assert opened.cost == len(opened.hidden) + len(opened.alike) > both.cost
    ones = lint_arrays(record("L = sum((x*y)**2)", {"x": [1, 1], "y": [1, 1]}))
    others = lint_arrays(record("L = sum((x*y)**2)", {"x": [3, -2], "y": [0.5, 7]}))
    assert ones.cost > others.cost
    assert ones.made == others.made > 0


def test_what_is_hidden_is_what_other_numbers_show() -> None:
    program = "L = mean(cross_entropy(relu(X@V + c)@W + b, y))"
    same = {"X": [[1, 2], [3, 1], [2, 2]], "V": [[1, 2], [3, 1]], "c": [1, 1], "W": [[1, -1], [2, 1]], "b": [0, 1],
            "y": [0, 1, 0]}  # fmt: skip
    other = {**same, "c": [1, -6], "V": [[1, 2], [3, -1]]}
    found, less = (lint_arrays(record(program, point)) for point in (same, other))
    assert found.hidden
    assert len(less.hidden) < len(found.hidden)
    assert found.hidden == sorted(found.hidden)
    assert found.alike == sorted(found.alike)


@pytest.mark.parametrize("point", [{"x": [1, 2], "y": [2, 1]}, {"x": [3, -2], "y": [0.5, 7]}])
def test_what_looks_alike_is_two_mistakes_or_more(point: dict[str, Any]) -> None:
    found = lint_arrays(record("L = sum((x*y)**2 + x)", point))
    assert all(len(group) == len(set(group)) >= 2 for group in found.alike)
    assert not {text for group in found.alike for text in group} & set(found.hidden)


def test_only_common_mistakes_at_one_place_in_gradients_are_tried() -> None:
    program = record("A = tanh(X@V); Y = tanh(A@W); L = sum(Y*Y)", {"X": ramp(2, 2), "V": ramp(2, 2), "W": ramp(2, 2)})
    run = ArraySamples(program, 0, ()).own
    made = list(edits(World(run.A, program.graph, run.values, run.upstream(program.output), program.output)))
    left_out = [edit for edit in made if edit.is_value or edit.mistake.common > 2 or len(edit.nodes) > 1]
    assert {len(edit.nodes) for edit in left_out} >= {1, 2}
    assert {edit.mistake.common for edit in left_out} == {1, 2, 3}
    tried = {(edit.mistake.id, edit.tag, edit.nodes) for edit in made if edit not in left_out}
    assert {*_seen(program, run)} == tried


@pytest.mark.parametrize(("limit", "most", "tried"), [
    ("MAX_WORK", 21, True), ("MAX_WORK", 20, False), ("MOST_NODES", 3, True), ("MOST_NODES", 2, False),
])  # fmt: skip
def test_how_large_a_program_may_be(limit: str, most: int, tried: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three nodes with 3 + 3 + 1 numbers, of which a third of the work of a sheet is allowed."""
    monkeypatch.setattr(lint_of_arrays, limit, most)
    assert (lint_arrays(record("L = sum(x*x)", {"x": [1, 2, 3]})).made > 0) is tried


def test_of_a_large_program_sizes_and_signs_are_told_alone() -> None:
    size = 1 + int((MAX_WORK // 3) ** 0.5)
    found = lint_arrays(record("L = sum(relu(A))", {"A": [[1.0 + k for k in range(size)]] * size}))
    assert (found.made, found.hidden, found.alike) == (0, [], [])
    assert any("are all" in text for text in found.special)
    assert any("has one slope" in text for text in found.special)
    assert "too large to try mistakes" in array_lint.render("p1", found)


def test_long_lists_are_cut_and_counted() -> None:
    found = ArrayLint(90, ["s"] * 20, [f"h{k}" for k in range(14)], [(f"a{k}", f"b{k}") for k in range(13)])
    lines = array_lint.render("p7", found).splitlines()
    assert lines[0] == "p7: of 90 mistakes 14 would not show, 13 groups look alike"
    assert lines.count("  special: s") == 12
    hidden, alike = ([line for line in lines if line.startswith(f"  {word}: ")] for word in ("hidden", "alike"))
    assert hidden == [*(f"  hidden: h{k}" for k in range(12)), "  hidden: 2 more"]
    assert alike == [*(f"  alike: a{k} | b{k}" for k in range(12)), "  alike: 1 more"]
    assert lines == [lines[0], *["  special: s"] * 12, *hidden, *alike]


@pytest.mark.parametrize("program", ["L = sum(where(x > 0, log(x), 0))", "L = sum(sigmoid(where(x > 0, log(x), 0))*x)"])
def test_entries_without_a_number_in_a_branch_not_taken(program: str) -> None:
    """log(-1) is not needed, and no difference of an output and a target."""
    done = called(["sheet", program, "x=[1, -1, 2]", "--lint"], Path.cwd(), {}, b"")
    assert (done.status, done.stderr) == (0, b"")
    assert re.match(r"p1: of \d+ mistakes ", done.stdout.decode())

"""Records of arrays at their edges: how many entries are named, what is refused and with which words, what repeats."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.notes import Note
from gradcli.errors import Source
from gradcli.language.array_scope import parse_arrays
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.array_layers import LEAST_STEPS, repeated
from gradcli.record.array_point import floats_of, texts_of
from gradcli.record.gates import _called
from gradcli.record.opened_notes import MOST_TOLD, fewer_notes

from .test_golden import called


def record(program: str, point: dict[str, Any], **asked: Any) -> ArrayGradient:
    found = differentiate(program, point, **asked)
    assert isinstance(found, ArrayGradient)
    return found


def messages(found: ArrayGradient) -> list[str]:
    return [note.message for note in found.notes]


def refused(*words: str, status: int = 2) -> str:
    done = called(list(words), Path.cwd(), {}, b"")
    assert done.status == status, done.stdout.decode() + done.stderr.decode()
    return done.stderr.decode()


# ---- notes on entries


@pytest.mark.parametrize("many", [1, 2, MOST_TOLD, MOST_TOLD + 1, MOST_TOLD + 3])
def test_at_most_three_entries_of_an_array_are_named(many: int) -> None:
    found = record("sum(relu(x)) + sum(y)", {"x": [0.0] * many + [1.0], "y": [1, 2]})
    kinks = [note for note in found.notes if note.kind == "kink"]
    more = [m for m in messages(found) if "more entries like these" in m]
    assert len(kinks) == min(many, MOST_TOLD) + (many > MOST_TOLD)
    assert all(f"{many - MOST_TOLD:,} more entries like these" in m for m in more)
    assert bool(more) is (many > MOST_TOLD)


def test_notes_are_counted_by_kind_and_array() -> None:
    notes = [
        Note(kind, i, f"n{i}", message=f"{kind}{i}{k}")
        for kind in ("kink", "other")
        for i in (0, 1)
        for k in range(4 + i)
    ]
    found = [note.message for note in fewer_notes(notes, ["a", "b"])]
    assert found == [
        "kink00", "kink01", "kink02", "kink10", "kink11", "kink12", "other00", "other01", "other02", "other03",
        "other10", "other11", "other12", "other13", "other14", "a: 1 more entries like these",
        "b: 2 more entries like these",
    ]  # fmt: skip


@pytest.mark.parametrize("many", [1, 3, 4, 6])
@pytest.mark.parametrize(
    ("x", "said"), [(800.0, "is beyond the largest binary64"), (-800.0, "is not 0, but nearer to it")]
)
def test_numbers_beyond_binary64_are_named_too(many: int, x: float, said: str) -> None:
    point = {"x": [1.0, *[x] * many]}
    named = [f"[{k}]" for k in range(1, min(many, MOST_TOLD) + 1)]
    more = f": {many - MOST_TOLD:,} more entries like these"
    slopes = [m for m in messages(record("sum(exp(x))", point)) if not m.startswith("f is")]
    assert [m.partition(f" {said}")[0] for m in slopes[: len(named)]] == [f"df/dx{place}" for place in named]
    assert slopes[len(named) :] == ([f"x{more}"] if many > MOST_TOLD else [])
    values = messages(record("exp(x)", point, wrt=[]))
    assert [m.partition(f" {said}")[0] for m in values[: len(named)]] == [f"f{place}" for place in named]
    assert values[len(named) :] == ([f"f{more}"] if many > MOST_TOLD else [])


@pytest.mark.parametrize(("rows", "where"), [
    ("[[0.5, 0.5], [0.5, 0.4]]", "row 1 of p sums to 0.9"), ("[[0.5, 0.6], [1, 1]]", "row 0 of p sums to 1.1"),
    ("[0.5, 0.25]", "p sums to 0.75"), ("[0.5, 0.5]", ""), ("[0.5, 0.4999991]", ""),
    ("[0.5, 0.499998]", "p sums to 0.999998"),
])  # fmt: skip
def test_probabilities_that_do_not_sum_to_one(rows: str, where: str) -> None:
    array = json.loads(rows)
    z = [[1, 2], [0, 1]] if isinstance(array[0], list) else [1, 2]
    found = record("mean(cross_entropy(z, p))", {"z": z, "p": array}, wrt=["z"])
    told = [m for m in messages(found) if "sums to" in m]
    assert told == ([f"{where}: cross_entropy takes probabilities, which sum to 1, as they are"] if where else [])


# ---- what is refused


@pytest.mark.parametrize(("words", "said"), [
    (["sum(W@x)", "W=[[1,2]]", "x=[1,2]", "--tangent", "w=[1,1]"], "did you mean W?"),
    (["sum(W@x)", "W=[[1,2]]", "x=[1,2]", "--tangent", "foo=[1,1]"], "the inputs are W, x"),
    (["sum(pick(Z, y))", "Z=[[1,2]]", "y=[1]", "--tangent", "y=[1]"], "y holds labels or indices, which do not move"),
    (["sum(W@x)", "W=[[1,2]]", "x=[1,2]", "--tangent", "x=[1]"], "x has 2 entries, and its direction has 1 entry"),
    (["sum(W@x)", "W=[[1,2]]", "x=[1,2]", "--tangent", "x=[1,0]", "--upstream", "2"], "--tangent runs forwards"),
    (["sum(W@x)", "W=[[1,2]]", "x=[1±0.1,2]", "--tangent", "x=[1,0]"], "--tangent takes values without +-"),
    (["W@x", "W=[[1,2]]", "x=[1,2]", "--jacobian", "--upstream", "2"], "--jacobian has every derivative"),
    (["sum(inv(A))", "A=[[1,2],[2,4]]"], "inv(A) is undefined: det(A) = 0"),
    (["sum(X)", "X=Nx0", "--shapes"], "a size is 1 or more"),
    (["sum(X)", "X=AxBxCxDxE", "--shapes"], "at most four axes"),
    (["sum(X@y)", "--shapes", "X=NxD"], "a shape is y=NxD, y=3x2, y=C for a vector, or y=number; a size or an axis is "
     "its number, y=3"),
])  # fmt: skip
def test_what_is_said_of_what_is_asked(words: list[str], said: str) -> None:
    done = called(words, Path.cwd(), {}, b"")
    assert done.status in (2, 3, 4)
    assert said in " ".join(done.stderr.decode().split())


def test_the_limit_of_a_jacobian_is_met_and_not_passed() -> None:
    for size, status in ((100, 0), (101, 4)):
        words = ["x*2", f"x={json.dumps([1.0] * size)}", "--jacobian", "--json", "--nodes", "none"]
        done = called(words, Path.cwd(), {}, b"")
        assert done.status == status, done.stderr.decode()
        if status:
            assert f"the Jacobian has {size * size:,} entries, more than 10,000" in done.stderr.decode()


@pytest.mark.parametrize(("program", "way"), [
    ("W@x", "2 reverse passes"), ("concat(W@x, W@x, W@x)", "3 forward passes"), ("relu(W@x)", "2 gradients of numbers"),
])  # fmt: skip
def test_a_jacobian_takes_the_shorter_way(program: str, way: str) -> None:
    """W@x has 2 entries and x 3: a pass for each of 2, or of 3 where there are 6; at a kink scalars answer."""
    words = [program, "W=[[1,2,3],[0,1,-1]]", "x=[1,1,1]", "--wrt", "x", "--jacobian"]
    assert f"the Jacobian is {way}: " in called(words, Path.cwd(), {}, b"").stdout.decode()


# ---- values


@pytest.mark.parametrize(("entries", "floats"), [
    (["1", "2.5"], [1.0, 2.5]), ([1.0, "-2"], [1.0, -2.0]), (["1/3", "2"], None), (["pi"], None), (["1e999"], None),
    (["0", "0.0"], [0.0, 0.0]), ([0.0], [0.0]), (["1_0"], [10.0]), (["0_0"], None), (["nan"], None), (["inf"], None),
    (["-0.0"], [-0.0]), ([], []),
])  # fmt: skip
def test_numerals_are_floats_at_once(entries: Sequence[str | float], floats: list[float] | None) -> None:
    assert floats_of(entries) == floats


def test_what_the_precision_of_a_run_depends_on() -> None:
    data = record("sum(x)*n", {"x": ["1±0.1", "2", "3+-0.2"], "n": "1/3"}).task.point.given
    assert [source.text for source in texts_of(data)] == ["1±0.1", "3+-0.2", "1/3"]


# ---- layers that repeat, and calls


def layers(steps: int, body: str = "tanh(W@h[k-1])") -> list[list[str]]:
    program = f"h[0] = x; h[k] = {body} for k = 1..{steps}; sum(h[-1])"
    graph = parse_arrays(Source("program", program), {"W": (2, 2), "x": (2,)})
    found = repeated(graph, range(len(graph.nodes)))
    return [[graph.labels[i] for row in part.nodes for i in row] for part in found]


def test_steps_that_are_alike_are_found_from_four_on() -> None:
    assert layers(LEAST_STEPS) == []  # the first step starts from x, and so is not like the others
    assert layers(LEAST_STEPS + 1) == [["v2", "h[2]", "v3", "h[3]", "v4", "h[4]"]]
    assert layers(6) == [["v2", "h[2]", "v3", "h[3]", "v4", "h[4]", "v5", "h[5]"]]
    assert layers(6, "h[k-1] + x") == [["h[2]", "h[3]", "h[4]", "h[5]"]]
    assert layers(7, "tanh(W@h[k-1] + x*h[k-1])")[0][:4] == ["v4", "v5", "v6", "h[2]"]


@pytest.mark.parametrize(("program", "found"), [
    # Of two recurrences both are found, however many nodes the program has in all.
    ("h[0] = x; h[k] = tanh(h[k-1]) for k = 1..6; g[0] = h[-1]; g[k] = sin(g[k-1]) for k = 1..5; sum(g[-1])",
     [["h[2]", "h[3]", "h[4]", "h[5]"], ["g[1]", "g[2]", "g[3]", "g[4]"]]),
    ("h[0] = x; h[k] = h[k-1]*w[k] for k = 1..6; sum(h[-1])", [["v2 h[2]", "v3 h[3]", "v4 h[4]", "v5 h[5]"]]),
    ("h[0] = x; h[k] = h[k-1]*sum(W[:,k]) for k = 1..6; sum(h[-1])",
     [["v3 v4 h[2]", "v5 v6 h[3]", "v7 v8 h[4]", "v9 v10 h[5]"]]),
    ("h[0] = x; h[k] = h[k-1]*sum(w[k:]) for k = 1..6; sum(h[-1])", []),  # of another size each
    ("h[0] = x; {z = 2*h[k-1]; h[k] = z + x} for k = 1..6; sum(h[-1])",
     [["z[2] h[2]", "z[3] h[3]", "z[4] h[4]", "z[5] h[5]"]]),
    ("h[0] = x; h[1] = x; h[k] = h[k-1]*h[k-2] for k = 2..7; sum(h[-1])", [["h[4]", "h[5]", "h[6]"]]),
    ("a = hypot(x, x); b = hypot(x, x, 1); c = a*b; d = c + a; sum(d)", []),  # of two arrays, and of three
    ("a = concat(x, x); b = concat(a, x); c = concat(b, x); d = concat(c, x); e = concat(d, x); sum(e)", []),  # longer
    ("h[0] = x; h[k] = h[k-1]*sum(w[k-1:k+1]) for k = 1..6; sum(h[-1])", []),  # no one entry
    ("h[0] = x; h[k] = tanh(h[k-1]) for k = 1..9; sum(h[-1])",  # four steps of two nodes are eight of one
     [["h[2]", "h[3]", "h[4]", "h[5]", "h[6]", "h[7]", "h[8]"]]),
    ("h[0] = x; h[k] = sin(tanh(tanh(tanh(tanh(tanh(h[k-1])))))) for k = 1..6; sum(h[-1])",  # with steps inside a step
     [["v6 v7 v8 v9 v10 h[2]", "v11 v12 v13 v14 v15 h[3]", "v16 v17 v18 v19 v20 h[4]", "v21 v22 v23 v24 v25 h[5]"]]),
    ("h[0] = x; h[k] = (h[k-1]*2 + x)*x for k = 1..4; sum(h[-1]*2 + x)", []),  # three that end with their names
    ("h[0] = x; h[k] = (h[k-1]*2 + x)*x for k = 1..5; sum(h[-1]*2 + x)", [["v3 v4 h[2]", "v5 v6 h[3]", "v7 v8 h[4]"]]),
    ("h[0] = x; h[k] = tanh(h[k-1]) for k = 1..6; g[0] = x; g[k] = g[k-1]*h[7-k] for k = 1..6; sum(g[-1])",
     [["h[2]", "h[3]", "h[4]", "h[5]"]]),  # g takes steps of h from the last to the first
])  # fmt: skip
def test_what_repeats_in_a_program(program: str, found: list[list[str]]) -> None:
    graph = parse_arrays(Source("program", program), {"x": (2,), "w": (7,), "W": (7, 7)})
    parts = repeated(graph, range(len(graph.nodes)))
    assert [[" ".join(graph.labels[i] for i in row) for row in part.nodes] for part in parts] == found


@pytest.mark.parametrize(("text", "name"), [
    ("f(x)", "f"), ("f (x, y)", "f"), ("f(g(x))", "f"), ("f(x) + g(y)", ""), ("f(x)*2", ""), ("sin(x)", ""),
    ("x*f(x)", ""),
    ("f(x)(y)", ""), ("f(x", ""), ("f((x) + (y))", "f"), ("f", ""), ("2*f(x)", ""),
])  # fmt: skip
def test_one_call_and_nothing_else(text: str, name: str) -> None:
    assert _called(text) == name

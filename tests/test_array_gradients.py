"""The gradient of a program of arrays as a program: evaluated, it is the gradient."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradcli.arrays.entries import Array, Entries
from gradcli.arrays.graph import ArrayGraph
from gradcli.arrays.roles import role_inputs
from gradcli.arrays.sizes import Letters, Shape
from gradcli.arrays.sweeps import forward, reverse
from gradcli.arrays.table import ARRAY_OPERATIONS
from gradcli.errors import InputError, Source
from gradcli.language.array_gradients import gradient_program
from gradcli.language.array_scope import parse_arrays
from gradcli.language.array_statements import ArrayStatement
from gradcli.numbers.balls import Balls
from gradcli.numbers.systems import Undecided
from gradcli.record.array_values import array_of

from .array_programs import PROGRAMS, array, evaluated, size
from .test_array_random import drawn

EXERCISES = Path(__file__).parent.parent.parent / "shared" / "cases" / "exercises.json"
LAYER = "Z = X@W + b; L = mean(cross_entropy(Z, y))"
REDUCTIONS = [ARRAY_OPERATIONS[name] for name in ("sum", "max", "min")]
LETTERS: dict[str, Shape] = {
    "X": (Letters.named("N"), Letters.named("D")), "W": (Letters.named("D"), Letters.named("C")),
    "b": (Letters.named("C"),), "y": (Letters.named("N"),),
}  # fmt: skip


def gradient_of(graph: ArrayGraph) -> list[ArrayStatement]:
    return gradient_program(graph, graph.output, graph.differentiable)


def lines(statements: list[ArrayStatement]) -> list[str]:
    return [f"{s.name} = {s.text}" for s in statements]


def parsed(text: str, shapes: Mapping[str, Any]) -> ArrayGraph:
    return parse_arrays(Source("program", text), shapes)


def check(A: Any, graph: ArrayGraph, point: Mapping[str, Array], statements: list[ArrayStatement]) -> int:
    """Assert that a program gives the gradient at a point; return how many derivatives it has, 0 at a kink."""
    run = forward(A, graph, point)
    active = graph.active([*graph.differentiable.values()])
    back = reverse(A, graph, run.values, active, graph.output, A.full(1, ()))
    if run.faults or back.faults or back.kinks:
        return 0
    text = "; ".join(lines(statements))
    ends = [s for s in statements if s.wrt is not None]
    assert [s.wrt for s in ends] == list(graph.differentiable)
    for end in ends:
        want = back.upstream[graph.inputs[end.wrt or ""]] or A.full(0, point[end.wrt or ""].shape)
        have = evaluated(A, f"{text}; {end.name}", point)
        assert have.shape == want.shape, (end.name, text)
        assert all(a.overlaps(b) for a, b in zip(have.entries, want.entries, strict=True)), (end.name, text)
    return len(ends)


def drawn_point(A: Any, graph: ArrayGraph, rng: random.Random) -> dict[str, Array]:
    roles = role_inputs(graph)
    found = {}
    for name, i in graph.inputs.items():
        shape: Any = graph.nodes[i].shape
        draw = (lambda: Fraction(rng.randrange(2))) if name in roles else lambda: Fraction(rng.randrange(-400, 400), 97)
        found[name] = array(A, shape, [draw() for _ in range(size(shape))])
    return found


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS, ids=[program[:40] for program, _ in PROGRAMS])
def test_a_gradient_program_gives_the_gradient(program: str, shapes: dict[str, Shape]) -> None:
    system = Balls(300)
    graph = parsed(program, shapes)
    with system.at_work():
        A = Entries(system)
        assert check(A, graph, drawn_point(A, graph, random.Random(program)), gradient_of(graph))


@pytest.mark.parametrize("seed", range(8))
def test_gradient_programs_of_random_programs(seed: int) -> None:
    rng, system, checked = random.Random(f"gradient {seed}"), Balls(300), 0
    for _ in range(26):
        graph = drawn(rng)
        if any(node.operation in REDUCTIONS and not graph.nodes[node.arguments[0]].shape for node in graph.nodes):
            continue  # a text has no sum of one number
        with system.at_work():
            A = Entries(system)
            try:
                checked += bool(check(A, graph, drawn_point(A, graph, rng), gradient_of(graph)))
            except Undecided:  # two entries are equal
                continue
    assert checked > 10


@pytest.mark.skipif(not EXERCISES.exists(), reason="the public exercises are not at hand")
def test_gradient_programs_of_public_exercises() -> None:
    system = Balls(300)
    for case in json.loads(EXERCISES.read_text())["cases"]:
        given = {name: array_of(name, value) for name, value in case["bindings"].items()}
        shapes = {name: () if value is None else value.shape for name, value in given.items()}
        statics = {n: Fraction(v) for n, v in case["bindings"].items() if isinstance(v, int)}
        graph = parse_arrays(Source("program", case["program"]), shapes, statics=statics, wrt=case["wrt"])
        text = "; ".join(lines(gradient_program(graph, graph.output, {n: graph.inputs[n] for n in case["wrt"]})))
        with system.at_work():
            A = Entries(system)
            point = {}
            for name in graph.inputs:
                value = given.get(name)
                numbers = [case["bindings"][name]] if value is None else value.entries
                point[name] = array(A, shapes[name], [Fraction(str(x)) for x in numbers])
            ends = [
                s for s in gradient_program(graph, graph.output, {n: graph.inputs[n] for n in case["wrt"]}) if s.wrt
            ]
            for end in ends:
                have = evaluated(A, f"{text}; {end.name}", point)
                want = array_of("gradient", case["gradient"][end.wrt])
                numbers = [case["gradient"][end.wrt]] if want is None else want.entries
                assert have.shape == (() if want is None else want.shape)
                for x, number in zip(have.entries, numbers, strict=True):
                    assert abs(float(x.mid()) - float(number)) <= 1e-13 * max(1.0, abs(float(number))), (
                        case["id"],
                        text,
                    )


def test_the_gradient_of_a_layer_is_what_notes_say() -> None:
    assert lines(gradient_of(parsed(LAYER, {"X": (4, 3), "W": (3, 2), "b": (2,), "y": (4,)}))) == [
        "Z = X@W + b",
        "dL_dZ = (softmax(Z) - onehot(y, 2))/4",
        "dL_dX = dL_dZ@W.T",
        "dL_dW = X.T@dL_dZ",
        "dL_db = sum(dL_dZ, axis=0)",
    ]


def test_sizes_may_be_letters() -> None:
    statements = gradient_of(parsed(LAYER, LETTERS))
    assert lines(statements)[:4] == [
        "N = size(X, 0)", "C = size(W, 1)", "Z = X@W + b", "dL_dZ = (softmax(Z) - onehot(y, C))/N",
    ]  # fmt: skip
    system = Balls(300)
    graph = parsed(LAYER, {"X": (4, 3), "W": (3, 2), "b": (2,), "y": (4,)})
    with system.at_work():
        A = Entries(system)
        assert check(A, graph, drawn_point(A, graph, random.Random(1)), statements) == 3


def lettered(shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    sizes = dict.fromkeys(size for shape in shapes.values() for size in shape)
    letters = {size: Letters.named(f"{'MNPQRS'[k]}0") for k, size in enumerate(sizes)}
    return {name: tuple(letters[size] for size in shape) for name, shape in shapes.items()}


def test_programs_of_letters_give_the_gradient() -> None:
    system, checked = Balls(300), 0
    for program, shapes in [*PROGRAMS, ("L = sum(windows(X, 2)@flatten(K)) + sum(X[1:])", {"X": (4, 3), "K": (2, 2)})]:
        numbers = {**lettered(shapes), **({"K": shapes["K"]} if "K" in shapes else {})}
        try:
            statements = gradient_of(parsed(program, numbers))
        except InputError:  # it needs a size that is a number
            continue
        graph = parsed(program, shapes)
        with system.at_work():
            A = Entries(system)
            checked += bool(check(A, graph, drawn_point(A, graph, random.Random(program)), statements))
    assert checked > 6


def test_a_letter_is_no_name() -> None:
    with pytest.raises(InputError, match="N is a size"):
        gradient_of(parsed("N = X*2; L = sum(N)", {"X": (Letters.named("N"),)}))


def test_what_stands_in_several_places_has_a_statement() -> None:
    assert lines(gradient_of(parsed("L = sum(relu(W@x + b)*c)", {"W": (2, 3), "x": (3,), "b": (2,), "c": (2,)}))) == [
        "v2 = W@x + b",
        "dL_dv2 = where(v2 > 0, c, 0)",
        "dL_dW = outer(dL_dv2, x)",
        "dL_dx = W.T@dL_dv2",
        "dL_db = dL_dv2",
        "dL_dc = relu(v2)",
    ]


def test_names_are_free() -> None:
    found = lines(gradient_of(parsed("dL_dq = sum(x); q = x*dL_dq; L = sum(q**2)", {"x": (3,)})))
    assert found == [
        "dL_dq = sum(x)", "q = x*dL_dq", "dL_dq_ = 2*q", "dL_ddL_dq = sum(dL_dq_*x)",
        "dL_dx = dL_dq_*dL_dq + dL_ddL_dq",
    ]  # fmt: skip


def test_an_array_of_numerals_is_written_whole() -> None:
    numerals = f"[{', '.join(map(str, range(30)))}]"
    assert lines(gradient_of(parsed(f"L = sum(x*{numerals})", {"x": (30,)}))) == [f"dL_dx = {numerals}"]


def test_the_steps_of_a_recurrence_have_names() -> None:
    found = lines(gradient_of(parsed("h[0] = x; h[k] = sin(h[k-1]) for k = 1..2; L = sum(h[-1])", {"x": (3,)})))
    assert found == ["h_1 = sin(x)", "dL_dh_1 = cos(h_1)", "dL_dx = dL_dh_1*cos(x)"]

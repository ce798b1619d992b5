"""The text of every backward rule of arrays, read and evaluated as a program, equals the rule; and nodes as text."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from gradcli.arrays.entries import Entries
from gradcli.arrays.graph import ArrayBuilder
from gradcli.arrays.rows import ArrayOperation, no_pullback
from gradcli.arrays.sizes import Letters, Misfit, Shape
from gradcli.arrays.sweeps import forward, reverse
from gradcli.arrays.table import ARRAY_OPERATIONS, ROWS, entry_by_entry
from gradcli.calculus.operations import ARITHMETIC, FUNCTIONS, WHERE
from gradcli.calculus.table_parts import Operation
from gradcli.errors import Source
from gradcli.language.array_rules import rule_text
from gradcli.language.array_scope import parse_arrays
from gradcli.numbers.balls import Balls
from gradcli.numbers.fractions import Exact

from .array_programs import PROGRAMS, array, backward, evaluated, size, spelt
from .array_rows import BACKWARD, Trial
from .array_rows import cases as drawn_cases

NOWHERE = (0, 0)
NAMES = ("x", "y", "z", "u", "w")
SIGNED = [Fraction(n, d) for n in (-5, -3, -2, -1, 1, 2, 3, 5, 7) for d in (1, 2, 3)]
LAWLESS = ("sum", "dot")  # rows of opened programs; in the language of arrays these names reduce

Point = dict[str, list[Fraction]]


class Case:
    """One node of a program: its graph, with the node as the output or inside, and numbers for the arguments."""

    def __init__(
        self,
        row: ArrayOperation,
        shapes: Sequence[Shape],
        fixed: Mapping[str, Any],
        rng: random.Random,
        *,
        inside: bool,
    ) -> None:
        builder = ArrayBuilder()
        self.shapes: dict[str, Shape] = dict(zip(NAMES, shapes, strict=False))
        arguments = [builder.input(name, shape, NOWHERE) for name, shape in self.shapes.items()]
        self.node = builder.apply(row, arguments, NOWHERE, fixed)
        self.shape: Any = builder.shape(self.node)
        output = self.node
        if inside:
            builder.name(self.node, "h")
            output = builder.apply(ARRAY_OPERATIONS["sum"], [self.node], NOWHERE)
        builder.name(output, "L")
        self.graph = builder.freeze(output)
        self.inside = inside
        self.row = self.graph.nodes[self.node].operation
        self.point: Point = {}
        for k, (name, shape) in enumerate(self.shapes.items()):
            role = self.row.is_role(k)
            self.point[name] = [Fraction(rng.randrange(2)) if role else rng.choice(SIGNED) for _ in range(size(shape))]
        self.upstream = [rng.choice(SIGNED) if inside else Fraction(1) for _ in range(size(self.shape))]

    def rules(self) -> Iterator[tuple[int, str]]:
        for k in range(len(self.shapes)):
            text = rule_text(self.graph, self.node, k, "L")
            if self.row.pullback(k) in (None, no_pullback):
                assert text == ""
            else:
                yield k, text

    def check(self, system: Any) -> int:
        """Assert that every rule as text gives what the pullback gives; return how many rules there were."""
        with system.at_work():
            A = Entries(system)
            point = {n: array(A, self.shapes[n], numbers) for n, numbers in self.point.items()}
            xs = list(point.values())
            v = self.row.value(A, *xs, **self.graph.nodes[self.node].fixed)
            assert not A.faults
            g = array(A, self.shape, self.upstream)
            rules = list(self.rules())
            for k, text in rules:
                want = self.row.flow(A, k, g, v, xs, self.graph.nodes[self.node].fixed)
                names = {**point, ("h" if self.inside else "L"): v, "g": g}
                program = text.replace("dL/dh", "g") if self.inside else text
                assert "dL/" not in program
                have = evaluated(A, program, names)
                assert have.shape == self.shapes[NAMES[k]], (text, have.shape)
                for a, b in zip(have.entries, want.entries, strict=True):
                    assert a == b if system.name == "exact" else a.overlaps(b), (text, have, want)
        return len(rules)


def cases() -> list[Any]:
    found = []
    for row in ROWS:
        for shapes, fixed in row.samples:
            for inside in (True, False):
                if inside or shape_of(row, shapes, fixed) == ():
                    found.append(pytest.param(row, shapes, fixed, inside, id=f"{row.name}-{shapes}-{fixed}-{inside}"))
    return found


def shape_of(row: ArrayOperation, shapes: Sequence[Shape], fixed: Mapping[str, Any]) -> Shape:
    builder = ArrayBuilder()
    arguments = [builder.input(name, shape, NOWHERE) for name, shape in zip(NAMES, shapes, strict=False)]
    return builder.shape(builder.apply(row, arguments, NOWHERE, fixed))


@pytest.mark.parametrize(("row", "shapes", "fixed", "inside"), cases())
def test_rules_of_the_table_as_programs(row: Any, shapes: Any, fixed: Any, inside: bool) -> None:
    Case(row, shapes, fixed, random.Random(1), inside=inside).check(Balls(200))
    if row.name in ("softmax", "log_softmax", "logsumexp", "cross_entropy", "norm", "logdet"):
        return
    Case(row, shapes, fixed, random.Random(2), inside=inside).check(Exact())


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.name}{k}") for k, row in enumerate(BACKWARD)])
def test_rules_at_drawn_shapes_as_programs(row: ArrayOperation) -> None:
    system = Balls(300)
    for shapes, fixed in drawn_cases(row, 40):
        trial = Trial(row, shapes, fixed)
        graph, i = trial.graph, trial.node
        with system.at_work():
            A = Entries(system)
            point = {name: array(A, trial.shapes[name], numbers) for name, numbers in trial.numbers.items()}
            run = forward(A, graph, point)
            assert not run.faults
            node = graph.nodes[i]
            xs = [run.values[a] for a in node.arguments]
            for k in range(len(xs)):
                text = rule_text(graph, i, k, "f")
                assert bool(text) == (node.operation.pullback(k) is not None)
                if text:
                    want = node.operation.flow(A, k, point["g"], run.values[i], xs, node.fixed)
                    names = {**point, "v1": run.values[i]}
                    have = evaluated(A, text.replace("df/dv1", "g"), names)
                    assert have.shape == want.shape, (text, shapes, fixed)
                    assert all(a.overlaps(b) for a, b in zip(have.entries, want.entries, strict=True)), (text, shapes)


# ---- entry by entry


def entrywise_cases() -> list[Any]:
    found = []
    for operation in (*ARITHMETIC, *FUNCTIONS, WHERE):
        if operation.name in LAWLESS:
            continue
        arity = operation.arity or 3
        growths: list[tuple[Shape, ...]] = [((2, 3),) * arity]
        if arity == 2:
            growths += [((2, 3), s) for s in ((3,), (2, 1), (1, 3), ())] + [(s, (2, 3)) for s in ((3,), (2, 1), ())]
            growths += [((2, 2, 3), (2, 1)), ((2, 2, 3), (1, 3)), ((1, 3), (3,)), ((), ())]
        if operation.arity is None:
            growths += [((2, 3),) * 2, ((2, 3), (3,), (2, 1)), ((3,), (2, 1), (2, 3))]
        if operation is WHERE:
            growths += [((3,), (2, 3), ()), ((2, 3), (3,), (2, 1)), ((), (3,), (3,)), ((3,), (), ())]
        found += [pytest.param(operation, shapes, id=f"{operation.name}-{shapes}") for shapes in growths]
    return found


@pytest.mark.parametrize(("operation", "shapes"), entrywise_cases())
def test_rules_entry_by_entry_as_programs(operation: Operation, shapes: tuple[Shape, ...]) -> None:
    rng = random.Random(3)
    for inside in (True, False):
        if not inside and any(shapes):
            continue
        case = Case(entry_by_entry(operation), shapes, {}, rng, inside=inside)
        points = [p for p in operation.points if len(p) == len(shapes)] or [(2.5, -3.0, 2.25)]
        for _ in range(3):
            numbers = [[Fraction(x) for x in column] for column in columns(points, shapes, rng)]
            case.point = dict(zip(NAMES, numbers, strict=False))
            case.check(Balls(200))


def columns(points: Sequence[Sequence[float]], shapes: Sequence[Shape], rng: random.Random) -> list[list[float]]:
    """Return entries for the arguments from sample points, each of which lies in the domain.

    Where arguments grow, all entries are of one point: any other mixture may leave the domain.
    """
    if len({*shapes}) == 1:
        rows = [rng.choice(points) for _ in range(size(shapes[0]))]
        return [[row[k] for row in rows] for k in range(len(shapes))]
    point = rng.choice(points)
    return [[point[k]] * size(shape) for k, shape in enumerate(shapes)]


# ---- whole programs: the gradient as the rules write it, statement by statement


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS, ids=[program[:40] for program, _ in PROGRAMS])
def test_the_rules_of_a_program_make_its_gradient(program: str, shapes: dict[str, Shape]) -> None:
    graph = parse_arrays(Source("program", program), shapes)
    rng = random.Random(4)
    labels = {"y"} & shapes.keys() - {*graph.differentiable}
    numbers = {
        name: [Fraction(rng.randrange(2)) if name in labels else rng.choice(SIGNED) for _ in range(size(shape))]
        for name, shape in shapes.items()
    }
    system = Balls(300)
    with system.at_work():
        A = Entries(system)
        point = {name: array(A, shapes[name], column) for name, column in numbers.items()}
        run = forward(A, graph, point)
        assert not run.faults
        active = graph.active([*graph.differentiable.values()])
        back = reverse(A, graph, run.values, active, graph.output, A.full(1, ()))
        text = backward(graph, active)
        names = {spelt(label): run.values[i] for i, label in enumerate(graph.labels) if spelt(label).isidentifier()}
        for name, i in graph.differentiable.items():
            want = back.upstream[i]
            assert want is not None
            have = evaluated(A, f"{text}; d_{i}", names)
            assert have.shape == want.shape
            assert all(a.overlaps(b) for a, b in zip(have.entries, want.entries, strict=True)), (name, text)


# ---- what the rules look like


@pytest.mark.parametrize(
    ("program", "shapes", "node", "rules"),
    [
        ("z = W@x + b; L = cross_entropy(z, 2)", {"W": (3, 2), "x": (2,), "b": (3,)}, "v1",
         ["outer(dL/dv1, x)", "W.T@dL/dv1"]),
        ("z = W@x + b; L = cross_entropy(z, 2)", {"W": (3, 2), "x": (2,), "b": (3,)}, "L",
         ["softmax(z) - onehot(2, 3)", ""]),
        ("Z = X@W + b; L = sum(Z*Z)", {"X": (4, 3), "W": (3, 2), "b": (2,)}, "Z", ["dL/dZ", "sum(dL/dZ, axis=0)"]),
        ("Z = X@W; L = sum(Z)", {"X": (4, 3), "W": (3, 2)}, "Z", ["dL/dZ@W.T", "X.T@dL/dZ"]),
        ("h = tanh(z); L = sum(h)", {"z": (3,)}, "h", ["dL/dh*(1 - h**2)"]),
        ("h = relu(z); L = sum(h)", {"z": (3,)}, "h", ["where(z > 0, dL/dh, 0)"]),
        ("h = max(0, z); L = sum(h)", {"z": (3,)}, "h",
         ["sum(where(0 > z, dL/dh, where(0 == z, dL/dh/2, 0)))",
          "where(z > 0, dL/dh, where(z == 0, dL/dh/2, 0))"]),
        ("h = sigmoid(z); L = sum(h)", {"z": (3,)}, "h", ["dL/dh*h*(1 - h)"]),
        ("h = z**2; L = sum(h)", {"z": (3,)}, "h", ["2*dL/dh*z", "sum(dL/dh*z**2*log(z))"]),
        ("h = max(z, z); L = sum(h)", {"z": (3,)}, "h", ["dL/dh/2", "dL/dh/2"]),
        ("h = min(z, 1, z); L = sum(h)", {"z": (3,)}, "h",
         ["where(z < 1, dL/dh/2, where(z == 1, dL/dh/3, 0))",
          "sum(where(1 < z, dL/dh, where(1 == z, dL/dh/3, 0)))",
          "where(z < 1, dL/dh/2, where(z == 1, dL/dh/3, 0))"]),
        ("h = -z; L = sum(h)", {"z": (3,)}, "h", ["-dL/dh"]),
        ("L = mean(z)", {"z": (2, 3)}, "L", ["ones(2, 3)/6"]),
        ("l = cross_entropy(Z, y); L = mean(l)", {"Z": (2, 3), "y": (2,)}, "l",
         ["dL/dl[:, None]*(softmax(Z) - onehot(y, 3))", ""]),
        ("h = softmax(z); L = h@h", {"z": (3,)}, "h", ["h*(dL/dh - sum(dL/dh*h))"]),
        ("h = x[1:]; L = h@h", {"x": (3,)}, "h", ["scatter(dL/dh, x[1:])"]),
        ("h = where(x > 0 and x < 2, x, 1); L = sum(h)", {"x": (3,)}, "h",
         ["", "where(x > 0, dL/dh, 0)", "sum(where(x > 0, 0, dL/dh))"]),
        ("h = X - m; L = sum(h*h)", {"X": (2, 3), "m": (2, 1)}, "h", ["dL/dh", "-sum(dL/dh, axis=1, keep=1)"]),
        ("h = X/s; L = sum(h*h)", {"X": (2, 3), "s": ()}, "h", ["dL/dh/s", "-sum(dL/dh*X/s**2)"]),
    ],
)  # fmt: skip
def test_rules_read_as_they_are_taught(program: str, shapes: Any, node: str, rules: list[str]) -> None:
    graph = parse_arrays(Source("program", program), shapes)
    i = graph.by_label[node]
    assert [rule_text(graph, i, k, "L") for k in range(len(graph.nodes[i].arguments))] == rules


def test_another_start_of_the_backward_pass_is_written() -> None:
    graph = parse_arrays(Source("program", "L = mean(z)"), {"z": (2, 3)})
    assert rule_text(graph, graph.output, 0, "L", starts_at_one=False) == "dL/dL/6*ones(2, 3)"
    graph = parse_arrays(Source("program", "L = tanh(z)"), {"z": (2, 3)})
    assert rule_text(graph, graph.output, 0, "L") == "dL/dL*(1 - L**2)"


def test_the_output_is_what_is_differentiated_not_what_stands_last() -> None:
    graph = parse_arrays(Source("program", "J = mean(z); L = J**2"), {"z": (2,)})
    J, L = graph.by_label["J"], graph.by_label["L"]
    assert [rule_text(graph, i, 0, "J") for i in (J, L)] == ["ones(2)/2", "2*dJ/dL*J"]
    assert [rule_text(graph, i, 0, "L") for i in (J, L)] == ["dL/dJ/2*ones(2)", "2*J"]


def test_rules_of_sizes_that_are_letters() -> None:
    N, D, C = map(Letters.named, "NDC")
    program = "H = X@W; l = cross_entropy(H, y); L = mean(l); q = mean(X, axis=0)"
    graph = parse_arrays(Source("program", program), {"X": (N, D), "W": (D, C), "y": (N,)}, of="L")
    rule = lambda node, k=0: rule_text(graph, graph.by_label[node], k, "L")  # noqa: E731
    assert rule("H") == "dL/dH@W.T"
    assert rule("l") == "dL/dl[:, None]*(softmax(H) - onehot(y, C))"
    assert rule("q") == "dL/dq/N*ones(N, D)"


def test_rules_hold_at_any_size_that_a_program_may_have() -> None:
    shapes: dict[str, Shape] = {"W": (700, 700), "X": (700, 700)}
    graph = parse_arrays(Source("program", "L = mean(softmax(X*W, axis=0))"), shapes)
    assert rule_text(graph, graph.output, 0, "L") == "ones(700, 700)/490000"
    assert rule_text(graph, graph.by_label["v2"], 0, "L") == "v2*(dL/dv2 - sum(dL/dv2*v2, axis=0, keep=1))"


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.name}{k}") for k, row in enumerate(BACKWARD)])
def test_rules_with_letters_are_those_of_their_numbers(row: ArrayOperation) -> None:
    letters = {2: "N", 3: "D", 4: "C", 5: "E", 6: "K", 7: "M"}
    numbers = {letter: str(number) for number, letter in letters.items()}
    system = Balls(300)
    for shapes, fixed in drawn_cases(row, 6):
        named = [tuple(Letters.named(letters[s]) if s in letters else s for s in shape) for shape in shapes]
        builder = ArrayBuilder()
        inputs = [builder.input(name, shape, NOWHERE) for name, shape in zip("abcdef", named, strict=False)]
        try:
            node = builder.apply(row, inputs, NOWHERE, fixed)
        except Misfit:  # letters are less than numbers: 2 + 1 is 3, and N + 1 is not D
            continue
        graph = builder.freeze(builder.apply(ARRAY_OPERATIONS["sum"], [node], NOWHERE))
        trial = Trial(row, shapes, fixed)
        with system.at_work():
            A = Entries(system)
            point = {name: array(A, trial.shapes[name], entries) for name, entries in trial.numbers.items()}
            run = forward(A, trial.graph, point)
            names = {**point, "v1": run.values[trial.node]}
            for k in range(len(inputs)):
                text, plain = rule_text(graph, node, k, "f"), rule_text(trial.graph, trial.node, k, "f")
                filled = re.sub(r"\b[NDCEKM]\b", lambda found: numbers[found[0]], text)
                assert bool(text) == bool(plain)
                if text:
                    have, want = (evaluated(A, rule.replace("df/dv1", "g"), names) for rule in (filled, plain))
                    assert have.shape == want.shape
                    assert all(a.overlaps(b) for a, b in zip(have.entries, want.entries, strict=True)), (text, plain)

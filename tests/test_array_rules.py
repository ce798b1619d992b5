"""The text of every backward rule of arrays, read and evaluated as a program, equals the rule; and nodes as text."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest

from gradcli.arrays.entries import Array, Entries
from gradcli.arrays.graph import ArrayBuilder, ArrayGraph
from gradcli.arrays.rows import ArrayOperation, no_pullback
from gradcli.arrays.sizes import Letters, Shape, count
from gradcli.arrays.sweeps import forward, reverse
from gradcli.arrays.table import ARRAY_OPERATIONS, ROWS, entry_by_entry
from gradcli.calculus.operations import ARITHMETIC, FUNCTIONS, OPERATIONS, WHERE
from gradcli.calculus.table_parts import Operation
from gradcli.errors import Source
from gradcli.language.array_rules import rule_text, upstream_name
from gradcli.language.array_syntax import parse_arrays
from gradcli.language.array_writing import expression, formula, is_condition
from gradcli.numbers.balls import Balls
from gradcli.numbers.fractions import Exact

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


def size(shape: Any) -> int:
    return count(shape)


def array(A: Entries, shape: Any, numbers: Sequence[Fraction]) -> Array:
    convert = (lambda x: x) if A.S.name == "exact" else A.S.rational
    return A.make(shape, [convert(x) for x in numbers])


def evaluated(A: Entries, program: str, names: Mapping[str, Array]) -> Array:
    graph = parse_arrays(Source("program", program), {name: x.shape for name, x in names.items()})
    run = forward(A, graph, names)
    assert not run.faults, program
    return run.values[graph.output]


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


PROGRAMS: list[tuple[str, dict[str, Shape]]] = [
    ("z = W@x + b; L = cross_entropy(z, 2)", {"W": (3, 2), "x": (2,), "b": (3,)}),
    ("H = tanh(X@V + c); Z = H@W + b; L = mean(cross_entropy(Z, y))",
     {"X": (4, 3), "V": (3, 2), "c": (2,), "W": (2, 3), "b": (3,), "y": (4,)}),
    ("x = sum(a**2 + 3*a*b - b/2); L = x*x", {"a": (3,), "b": ()}),
    ("L = sum(max(0, A)*where(A > B and B != 2, A, -B)) + sum(relu(A - 1))", {"A": (2, 3), "B": (3,)}),
    ("d = x - [1, -2, 0.5]; L = norm(d) + d@d + pi*sum(d*[[1, 2, 3], [4, 5, 6]])", {"x": (3,)}),
    ("L = sum(U[y]*U[[1, 0, 1]]) + sum(U[0]**3) + sum(U[:, 1:]) + U[1, -1]*sum(x[None, :]*U)",
     {"U": (2, 3), "x": (3,), "y": (3,)}),
    ("h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..4; L = h[-1]@h[2]", {"W": (3, 3), "x": (3,), "b": (3,)}),
    ("m = mean(X, axis=0); s = sqrt(var(X, axis=0) + 1e-5); N = (X - m)/s; L = sum(g*N + c)",
     {"X": (4, 3), "g": (3,), "c": (3,)}),
    ("C = windows(I, 2, stride=2)@flatten(K); P = max(reshape(C, 2, 2), axis=1); L = sum(P*P) + max(pad(I, 1)*2)",
     {"I": (5, 4), "K": (2, 2)}),
    ("q = softmax(A@B/sqrt(2), axis=0); L = sum(concat(q, A, axis=1)**2) + sum(permute(T, 2, 0, 1)@T)",
     {"A": (2, 2), "B": (2, 2), "T": (2, 2, 2)}),
    ("L = logdet(A@A.T + eye(2)) + det(A) + trace(inv(A)@B) + solve(A, B[0])@B[1]", {"A": (2, 2), "B": (2, 2)}),
    ("s = stack(sin(x), x[::-1], cumsum(x)); L = prod(s[0] + 2) + sum(sort(s[1])*[1, 2, 3]) - min(s[2])", {"x": (3,)}),
    ("L = -(sum(log_softmax(Z)*P) + logsumexp(Z[0])) - pick(Z, y)@pick(Z, y)", {"Z": (2, 3), "P": (2, 3), "y": (2,)}),
    ("e = Y - X@w; L = 0.5*mean(e**2) + lam*(w@w)", {"Y": (4,), "X": (4, 2), "w": (2,), "lam": ()}),
    ("L = sum(clip(x, -0.9, 2.2)) + sum(outer(x, x)*diag(x)) + dot(x, ones(3))", {"x": (3,)}),
    ("L = scatter(x[1:], y[:2])@y + sum(scatter(A, windows(B, 2))*B)",
     {"x": (3,), "y": (3,), "A": (2, 4), "B": (2, 3)}),
]  # fmt: skip


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


def spelt(label: str) -> str:
    """Return a name that a program may use for the element h[1] of a recurrence."""
    return label.replace("[", "_").replace("]", "")


def backward(graph: ArrayGraph, active: Sequence[int]) -> str:
    """Return the backward pass as a program: d_3 is the upstream gradient of the node of that place."""
    output = graph.labels[graph.output]
    own = {upstream_name(graph, i, output): f"d_{i}" for i in range(len(graph.nodes))}
    upstream = re.compile("|".join(map(re.escape, sorted(own, key=len, reverse=True))))
    arriving: dict[int, list[str]] = {graph.output: ["1"]}
    lines = []
    for i in range(graph.output, -1, -1):
        if i not in arriving or not active[i]:
            continue
        lines.append(f"d_{i} = {' + '.join(arriving[i])}")
        for k, a in enumerate(graph.nodes[i].arguments):
            text = rule_text(graph, i, k, output)
            if active[a] and text:
                arriving.setdefault(a, []).append(upstream.sub(lambda found: own[found[0]], text))
    text = "; ".join(lines)
    for label in graph.named:
        text = text.replace(label, spelt(label)) if "[" in label else text
    return text


# ---- nodes as text


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS, ids=[program[:40] for program, _ in PROGRAMS])
def test_an_expression_is_read_back_as_the_node(program: str, shapes: dict[str, Shape]) -> None:
    graph = parse_arrays(Source("program", program), shapes)
    for i, node in enumerate(graph.nodes):
        if node.operation.is_leaf or is_condition(node):
            continue
        if any("[" in graph.labels[a] and graph.nodes[a].arguments for a in node.arguments):
            continue  # h[1] of a recurrence is read as an entry of h
        names = {label: graph.nodes[j].shape for j, label in enumerate(graph.labels) if label.isidentifier()}
        again = parse_arrays(Source("program", expression(graph, i)), names)
        found = again.nodes[again.output]
        assert found.operation is node.operation
        assert found.shape == node.shape
        assert {**node.operation.fixed, **found.fixed} == {**node.operation.fixed, **node.fixed}
        for a, b in zip(node.arguments, found.arguments, strict=True):
            assert is_condition(graph.nodes[a]) or graph.labels[a] == again.labels[b]


@pytest.mark.parametrize(("program", "shapes"), PROGRAMS, ids=[program[:40] for program, _ in PROGRAMS])
def test_a_formula_is_read_back_as_the_program(program: str, shapes: dict[str, Shape]) -> None:
    graph = parse_arrays(Source("program", program), shapes)
    again = parse_arrays(Source("program", formula(graph, graph.output)), shapes)
    assert formula(again, again.output) == formula(graph, graph.output)
    assert [shape for name, shape in shapes.items() if name in again.inputs] == [*shapes.values()]


@pytest.mark.parametrize(
    "text",
    ["(a + b)@c", "a@b@c", "a@(b@c)", "a@b*c", "a*(b@c)", "-a@b", "-(a@b)", "(a@b).T", "a.T@b.T", "(a - b)[0]",
     "a[0][1]", "(-a).T", "-a.T", "a.T**2", "(a**2).T", "a@b/c", "a/(b@c)", "a[:, None, 0]", "a[::2, -1]",
     "a[None, 1:2:1]",
     "scatter(a[0], b[1])", "scatter(a@b, permute(c, 1, 0))", "sum(a, axis=(0, 1))", "max(a, axis=0, keep=1)",
     "reshape(a, -1, 2, 1)", "windows(a, 1, stride=2)", "concat(a, b, axis=1)", "onehot(1, 3)", "cumsum(a, reverse=1)",
     "where(a > b, a, 0)", "max(a, b)", "eye(2)@ones(2, 3)", "[1, -2, 0.5]", "[[1, 2], [3, 4]]"],
)  # fmt: skip
def test_parentheses_are_those_that_are_needed(text: str) -> None:
    graph = parse_arrays(Source("program", text), {"a": (2, 2), "b": (2, 2), "c": (2, 2)})
    assert formula(graph, graph.output) == text


def test_a_long_formula_is_cut_and_a_deep_one_is_no_trouble() -> None:
    builder = ArrayBuilder()
    x = builder.input("x", (2,), NOWHERE)
    named = x
    for k in range(50_000):
        x = builder.entrywise(OPERATIONS["tanh"], [x], NOWHERE)
        if k == 49_990:
            named = x
    builder.name(named, "h")
    graph = builder.freeze(x)
    assert formula(graph, x, limit=20) == "tanh(tanh(tanh(ta..."
    assert formula(graph, x).count("tanh") == 50_000
    stop = [i == named for i in range(len(graph.nodes))]
    assert formula(graph, x, stop) == "tanh(" * 9 + "h" + ")" * 9


def test_a_long_literal_is_cut_and_says_so() -> None:
    numerals = ", ".join(map(str, range(100)))
    graph = parse_arrays(Source("program", f"x*[{numerals}]"), {"x": (100,)})
    assert expression(graph, graph.output) == "x*[0, 1, 2, ...]"
    rows = ", ".join(f"[{k}.125, 2, 3]" for k in range(20))
    graph = parse_arrays(Source("program", f"x@[{rows}]"), {"x": (20,)})
    assert expression(graph, graph.output) == "x@[[0.125, 2, ...], [1.125, 2, ...], ...]"


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
        ("h = max(0, z); L = sum(h)", {"z": (3,)}, "h", ["sum(where(0 > z, dL/dh, 0))", "where(z > 0, dL/dh, 0)"]),
        ("h = sigmoid(z); L = sum(h)", {"z": (3,)}, "h", ["dL/dh*h*(1 - h)"]),
        ("h = z**2; L = sum(h)", {"z": (3,)}, "h", ["2*dL/dh*z", "sum(dL/dh*z**2*log(z))"]),
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


def test_rules_of_sizes_that_are_letters() -> None:
    N, D, C = map(Letters.named, "NDC")
    program = "H = X@W; l = cross_entropy(H, y); L = mean(l); q = mean(X, axis=0)"
    graph = parse_arrays(Source("program", program), {"X": (N, D), "W": (D, C), "y": (N,)}, of="L")
    rule = lambda node, k=0: rule_text(graph, graph.by_label[node], k, "L")  # noqa: E731
    assert rule("H") == "dL/dH@W.T"
    assert rule("l") == "dL/dl[:, None]*(softmax(H) - onehot(y, C))"
    assert rule("q") == "dL/dq/N*ones(N, D)"

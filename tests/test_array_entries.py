"""One entry of an array as a formula in entries: what it comes to for every operation, and how it reads, by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gradcli.arrays.entries import Entries
from gradcli.arrays.rows import ArrayOperation
from gradcli.arrays.sizes import Shape, count
from gradcli.arrays.sweeps import forward
from gradcli.arrays.table import INPUT, ROWS
from gradcli.calculus.sweeps import forward as forward_of_numbers
from gradcli.errors import Source
from gradcli.language import writing
from gradcli.language.array_entries import EntryFormulas
from gradcli.language.array_scope import parse_arrays
from gradcli.numbers.balls import Balls

from .array_rows import Trial, cases

SHAPES: dict[str, Shape] = {
    "a": (1,), "x": (2,), "y": (2,), "z": (3,), "p": (3,), "A": (2, 2), "B": (2, 2), "C": (2, 3), "D": (1, 2),
    "E": (3, 1), "Q": (2, 2, 2), "R": (2, 2, 3), "s": (), "t": (), "k": (2,), "m": (),
}  # fmt: skip
NOT_WRITTEN_OUT = ("cofactor", "solve", "inv", "det", "logdet", "sort", "var", "others")
LABELS: Mapping[str, Sequence[int]] = {"k": [2, 0], "m": [1]}

# An operation, and its entries as they follow each other.
ENTRIES = """
x -> x[0] | x[1]
s -> s
s + t -> s + t
x + s -> x[0] + s | x[1] + s
x*y -> x[0]*y[0] | x[1]*y[1]
A*x -> A[0,0]*x[0] | A[0,1]*x[1] | A[1,0]*x[0] | A[1,1]*x[1]
C + E[:2] -> C[0,0] + E[0,0] | C[0,1] + E[0,0] | C[0,2] + E[0,0] | C[1,0] + E[1,0] | C[1,1] + E[1,0] | C[1,2] + E[1,0]
D - A -> D[0,0] - A[0,0] | D[0,1] - A[0,1] | D[0,0] - A[1,0] | D[0,1] - A[1,1]
[1, -2]*x -> x[0] | -2*x[1]
x*[1, 0] -> x[0] | 0
[0, 1]*x -> 0 | x[1]
x + [0, 1] -> x[0] | x[1] + 1
x - [0, 1] -> x[0] | x[1] - 1
[0, 1] + x -> 0 + x[0] | 1 + x[1]
[0, 1] - x -> 0 - x[0] | 1 - x[1]
x/[1, 2] -> x[0]/1 | x[1]/2
2*x -> 2*x[0] | 2*x[1]
pi*x -> pi*x[0] | pi*x[1]
[+1, -0.5] -> 1 | -0.5
x@y -> x[0]*y[0] + x[1]*y[1]
z@p -> sum(z[0]*p[0], z[1]*p[1], z[2]*p[2])
a@a -> a[0]*a[0]
dot(x, y) -> x[0]*y[0] + x[1]*y[1]
A@x -> A[0,0]*x[0] + A[0,1]*x[1] | A[1,0]*x[0] + A[1,1]*x[1]
x@A -> x[0]*A[0,0] + x[1]*A[1,0] | x[0]*A[0,1] + x[1]*A[1,1]
D@C -> D[0,0]*C[0,0] + D[0,1]*C[1,0] | D[0,0]*C[0,1] + D[0,1]*C[1,1] | D[0,0]*C[0,2] + D[0,1]*C[1,2]
C@E -> sum(C[0,0]*E[0,0], C[0,1]*E[1,0], C[0,2]*E[2,0]) | sum(C[1,0]*E[0,0], C[1,1]*E[1,0], C[1,2]*E[2,0])
A@[1, 0] -> A[0,0] | A[1,0]
eye(2)@x -> x[0] | x[1]
zeros(2)@x -> 0
ones(2)@x -> x[0] + x[1]
outer(x, a) -> x[0]*a[0] | x[1]*a[0]
outer(x, y) -> x[0]*y[0] | x[0]*y[1] | x[1]*y[0] | x[1]*y[1]
sum(a) -> a[0]
sum(x) -> x[0] + x[1]
sum(z) -> sum(z[0], z[1], z[2])
sum(C, axis=0) -> C[0,0] + C[1,0] | C[0,1] + C[1,1] | C[0,2] + C[1,2]
sum(C, axis=1) -> sum(C[0,0], C[0,1], C[0,2]) | sum(C[1,0], C[1,1], C[1,2])
sum(C, axis=1, keep=1) -> sum(C[0,0], C[0,1], C[0,2]) | sum(C[1,0], C[1,1], C[1,2])
sum(D, axis=0) -> D[0,0] | D[0,1]
mean(a) -> a[0]
mean(x) -> (x[0] + x[1])/2
mean(z) -> sum(z[0], z[1], z[2])/3
mean(C, axis=0) -> (C[0,0] + C[1,0])/2 | (C[0,1] + C[1,1])/2 | (C[0,2] + C[1,2])/2
mean(D, axis=0) -> D[0,0] | D[0,1]
prod(a) -> a[0]
prod(x) -> x[0]*x[1]
prod(z) -> z[0]*z[1]*z[2]
prod(A, axis=0) -> A[0,0]*A[1,0] | A[0,1]*A[1,1]
norm(a) -> abs(a[0])
norm(x) -> sqrt(x[0]**2 + x[1]**2)
norm(z) -> sqrt(sum(z[0]**2, z[1]**2, z[2]**2))
norm(A, axis=1) -> sqrt(A[0,0]**2 + A[0,1]**2) | sqrt(A[1,0]**2 + A[1,1]**2)
norm(D, axis=0) -> abs(D[0,0]) | abs(D[0,1])
max(a) -> a[0]
max(x) -> max(x[0], x[1])
min(z) -> min(z[0], z[1], z[2])
max(A, axis=0) -> max(A[0,0], A[1,0]) | max(A[0,1], A[1,1])
max(x, y) -> max(x[0], y[0]) | max(x[1], y[1])
trace(A) -> A[0,0] + A[1,1]
cumsum(z) -> z[0] | z[0] + z[1] | sum(z[0], z[1], z[2])
cumsum(z, reverse=1) -> sum(z[2], z[1], z[0]) | z[2] + z[1] | z[2]
cumsum(A, axis=0) -> A[0,0] | A[0,1] | A[0,0] + A[1,0] | A[0,1] + A[1,1]
cumsum(A) -> A[0,0] | A[0,0] + A[0,1] | A[1,0] | A[1,0] + A[1,1]
logsumexp(a) -> log(exp(a[0]))
logsumexp(x) -> log(exp(x[0]) + exp(x[1]))
logsumexp(A) -> log(exp(A[0,0]) + exp(A[0,1])) | log(exp(A[1,0]) + exp(A[1,1]))
logsumexp(A, axis=0) -> log(exp(A[0,0]) + exp(A[1,0])) | log(exp(A[0,1]) + exp(A[1,1]))
softmax(x) -> exp(x[0])/(exp(x[0]) + exp(x[1])) | exp(x[1])/(exp(x[0]) + exp(x[1]))
softmax(D, axis=0) -> exp(D[0,0])/exp(D[0,0]) | exp(D[0,1])/exp(D[0,1])
log_softmax(x) -> x[0] - log(exp(x[0]) + exp(x[1])) | x[1] - log(exp(x[0]) + exp(x[1]))
log_softmax(D, axis=0) -> D[0,0] - log(exp(D[0,0])) | D[0,1] - log(exp(D[0,1]))
2*softmax(x) -> 2*softmax(x)[0] | 2*softmax(x)[1]
2*log_softmax(x) -> 2*log_softmax(x)[0] | 2*log_softmax(x)[1]
sum(softmax(x)) -> softmax(x)[0] + softmax(x)[1]
cross_entropy(z, m) -> log(sum(exp(z[0]), exp(z[1]), exp(z[2]))) - z[1]
cross_entropy(x, 0) -> log(exp(x[0]) + exp(x[1])) - x[0]
cross_entropy(A, [1, 0]) -> log(exp(A[0,0]) + exp(A[0,1])) - A[0,1] | log(exp(A[1,0]) + exp(A[1,1])) - A[1,0]
cross_entropy(A, [1, 0], axis=0) -> log(exp(A[0,0]) + exp(A[1,0])) - A[1,0] | log(exp(A[0,1]) + exp(A[1,1])) - A[0,1]
cross_entropy(x, y) -> -(y[0]*(x[0] - log(exp(x[0]) + exp(x[1]))) + y[1]*(x[1] - log(exp(x[0]) + exp(x[1]))))
cross_entropy(D, D, axis=0) -> -(D[0,0]*(D[0,0] - log(exp(D[0,0])))) | -(D[0,1]*(D[0,1] - log(exp(D[0,1]))))
pick(C, k) -> C[0,2] | C[1,0]
pick(z, m) -> z[1]
onehot(k, 3) -> 0 | 0 | 1 | 1 | 0 | 0
onehot(1, 2) -> 0 | 1
eye(2) -> 1 | 0 | 0 | 1
eye(1) -> 1
ones(2) -> 1 | 1
zeros(1, 2) -> 0 | 0
A.T -> A[0,0] | A[1,0] | A[0,1] | A[1,1]
D.T -> D[0,0] | D[0,1]
x[::-1] -> x[1] | x[0]
C[:, 1] -> C[0,1] | C[1,1]
C[-1] -> C[1,0] | C[1,1] | C[1,2]
x[[1, 1, 0]] -> x[1] | x[1] | x[0]
z[k] -> z[2] | z[0]
flatten(A) -> A[0,0] | A[0,1] | A[1,0] | A[1,1]
permute(C, 1, 0) -> C[0,0] | C[1,0] | C[0,1] | C[1,1] | C[0,2] | C[1,2]
concat(x, a) -> x[0] | x[1] | a[0]
stack(x, y) -> x[0] | x[1] | y[0] | y[1]
stack(s, 2*t) -> s | 2*t
diag(x) -> x[0] | 0 | 0 | x[1]
diag(A) -> A[0,0] | A[1,1]
pad(a, 1) -> 0 | a[0] | 0
pad(x, 0) -> x[0] | x[1]
windows(A, 1) -> A[0,0] | A[0,1] | A[1,0] | A[1,1]
scatter(y, z[k]) -> y[1] | 0 | y[0]
scatter(z, x[[1, 1, 0]]) -> z[2] | z[0] + z[1]
scatter(s, x[1]) -> 0 | s
inv(A) -> inv(A)[0,0] | inv(A)[0,1] | inv(A)[1,0] | inv(A)[1,1]
2*inv(A) -> 2*inv(A)[0,0] | 2*inv(A)[0,1] | 2*inv(A)[1,0] | 2*inv(A)[1,1]
det(A) -> det(A)
det(A) + 1 -> det(A) + 1
s*det(A) -> s*det(A)
sort(x) -> sort(x)[0] | sort(x)[1]
x*sum(x) -> x[0]*(x[0] + x[1]) | x[1]*(x[0] + x[1])
(A@x)[1] -> A[1,0]*x[0] + A[1,1]*x[1]
(Q@R)[1,1,2] -> Q[1,1,0]*R[1,0,2] + Q[1,1,1]*R[1,1,2]
(Q@R)[0,1,0] -> Q[0,1,0]*R[0,0,0] + Q[0,1,1]*R[0,1,0]
"""


def written(program: str) -> list[str]:
    """Return every entry of a program, written out down to its inputs."""
    graph = parse_arrays(Source("program", program), SHAPES)
    shape: Any = graph.nodes[graph.output].shape
    found = []
    for k in range(count(shape)):
        formulas = EntryFormulas(graph, LABELS, graph.labels, [False] * len(graph.nodes))
        root = formulas.entry(graph.output, k)
        found.append(writing.formula(formulas.graph(root), root))
    return found


@pytest.mark.parametrize("line", ENTRIES.strip().split("\n"))
def test_entries_read_as_they_are_worked_by_hand(line: str) -> None:
    program, _, entries = line.partition(" -> ")
    assert written(program) == entries.split(" | ")


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.name}{k}") for k, row in enumerate(ROWS)])
def test_entries_come_to_those_of_the_operation(row: ArrayOperation) -> None:
    system = Balls(200)
    for shapes, fixed in cases(row):
        trial = Trial(row, shapes, fixed)
        graph, i = trial.graph, trial.node
        labels = {name: [int(x) for x in numbers] for name, numbers in trial.numbers.items()}
        with system.at_work():
            run = forward(Entries(system), graph, trial.arrays(Entries(system)))
            assert not run.faults
            for k, want in enumerate(run.values[i].entries):
                formulas = EntryFormulas(graph, labels, graph.labels, [False] * len(graph.nodes))
                root = formulas.entry(i, k)
                scalar = formulas.graph(root)
                point = {name: run.values[node].entries[at] for name, (node, at) in formulas.sources.items()}
                have = forward_of_numbers(system, scalar, {name: point[name] for name in scalar.inputs})
                assert have.values[root].overlaps(want), (row.name, shapes, fixed, k)
                others = {node for node, _ in formulas.sources.values() if graph.nodes[node].operation is not INPUT}
                assert others == ({i} if row.name in NOT_WRITTEN_OUT else set())


@pytest.mark.parametrize(("stop", "entries"), [
    ("", ["(x[0] + 1)*(x[0] + 1)", "(x[1] + 1)*(x[1] + 1)"]), ("q", ["q[0]*q[0]", "q[1]*q[1]"]),
    ("f", ["(x[0] + 1)*(x[0] + 1)", "(x[1] + 1)*(x[1] + 1)"]),
])  # fmt: skip
def test_what_is_stopped_at_appears_by_its_name_but_where_it_is_asked_for(stop: str, entries: list[str]) -> None:
    graph = parse_arrays(Source("program", "q = x + 1; f = q*q"), SHAPES)
    stops = [graph.labels[i] == stop for i in range(len(graph.nodes))]
    found = EntryFormulas(graph, {}, graph.labels, stops)
    for k, entry in enumerate(entries):
        root = found.entry(graph.output, k)
        assert writing.formula(found.graph(root), root) == entry
    node = graph.named["q" if stop == "q" else "f"] if stop == "q" else graph.inputs["x"]
    assert [found.sources[name] for name in found.sources] == [(node, 0), (node, 1)]


@pytest.mark.parametrize(("program", "name"), [
    ("(x + y)*softmax(x + y)", "softmax(x + y)[0]"), ("1 + inv(A + B)", "inv(A + B)[0,0]"),
    ("1 + sort(x[::-1])", "sort(x[::-1])[0]"),
])  # fmt: skip
def test_what_is_not_written_out_is_called_by_its_formula(program: str, name: str) -> None:
    assert any(name in entry for entry in written(program))


def test_labels_are_whole_numbers_however_they_are_given() -> None:
    graph = parse_arrays(Source("program", "onehot([1, 0], 2) + onehot(k, 2)"), SHAPES)
    found = EntryFormulas(graph, {"k": [0, 1]}, graph.labels, [False] * len(graph.nodes))
    a, b = graph.nodes[graph.output].arguments
    assert [found.numbers_of(graph.nodes[i].arguments[0]) for i in (a, b)] == [[1, 0], [0, 1]]

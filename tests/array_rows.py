"""Arrays for the tests: shapes that fit a row of the second table, and a program of that row alone, run in all ways."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from gradcli.arrays.ball_arrays import BallEntries
from gradcli.arrays.classes import LABELS, PROBABILITIES
from gradcli.arrays.duals import tangents
from gradcli.arrays.entries import Array, Entries
from gradcli.arrays.graph import ArrayBuilder
from gradcli.arrays.opening import Opening, entry_names
from gradcli.arrays.roles import whole_numbers
from gradcli.arrays.rows import ArrayOperation, no_pullback
from gradcli.arrays.sizes import count
from gradcli.arrays.sweeps import ArrayForward, ArrayReverse, forward, reverse
from gradcli.arrays.table import ARRAY_OPERATIONS, ROWS
from gradcli.calculus.linearization import linearize
from gradcli.calculus.operations import MUL
from gradcli.numbers.balls import Balls
from gradcli.numbers.fractions import Exact

Shapes = Sequence[tuple[int, ...]]
Fixed = dict[str, Any]
Case = tuple[Shapes, Fixed]
BACKWARD = [row for row in ROWS if row.pullbacks and no_pullback not in row.pullbacks]
BEYOND_FRACTIONS = {"norm", "logsumexp", "softmax", "log_softmax", "cross_entropy", "logdet"}
Random = random.Random


def sizes(rng: Random, least: int, most: int) -> tuple[int, ...]:
    """Return a shape of so many axes, a quarter of them of size 1."""
    return tuple(rng.choice((1, 2, 3, 2)) for _ in range(rng.randint(least, most)))


def reduction(rng: Random) -> Case:
    shape = sizes(rng, 0, 4)
    axes = rng.sample(range(len(shape)), rng.randint(0, len(shape)))
    signed = [axis - len(shape) * rng.randrange(2) for axis in axes]
    axis = rng.choice([None, tuple(signed), *(signed[:1])]) if signed else None
    return [shape], {"axis": axis, "keep": rng.random() < 0.5}


def along(rng: Random) -> Case:
    shape = sizes(rng, 1, 3)
    return [shape], {"axis": rng.randrange(-len(shape), len(shape))}


def along_keep(rng: Random) -> Case:
    shapes, fixed = along(rng)
    return shapes, {**fixed, "keep": rng.random() < 0.5}


def product(rng: Random) -> Case:
    m, n, k = sizes(rng, 3, 3)
    batch = sizes(rng, 1, 2)
    return rng.choice(
        [[(m, n), (n, k)], [(n,), (n,)], [(m, n), (n,)], [(n,), (n, k)], [(*batch, m, n), (*batch, n, k)]]
    ), {}


def square(rng: Random) -> Case:
    n = rng.randint(1, 4)
    return [(n, n)], {}


def system_of_equations(rng: Random) -> Case:
    n = rng.randint(1, 4)
    return [(n, n), (n,) if rng.random() < 0.5 else (n, rng.randint(1, 3))], {}


def permuted(rng: Random) -> Case:
    shape = sizes(rng, 1, 4)
    return [shape], {
        "axes": tuple(axis - len(shape) * rng.randrange(2) for axis in rng.sample(range(len(shape)), len(shape)))
    }


def reshaped(rng: Random) -> Case:
    shape = list(sizes(rng, 1, 4))
    other = rng.sample(shape, len(shape))
    if rng.random() < 0.5:
        other[rng.randrange(len(other))] = -1
    return [tuple(shape)], {"sizes": tuple(other)}


def place(rng: Random, size: int) -> Any:
    """Return an index or a slice of an axis that takes something."""
    if rng.random() < 0.3:
        return rng.randrange(-size, size)
    start = rng.randrange(size)
    return rng.choice([("slice", None, None, None), ("slice", start, None, None), ("slice", None, start + 1, None),
                       ("slice", None, None, -1), ("slice", start, None, 2), ("slice", -1, None, None)])  # fmt: skip


def indexed(rng: Random) -> Case:
    shape = sizes(rng, 1, 3)
    places = [place(rng, size) for size in shape[: rng.randint(1, len(shape))]]
    indices: list[tuple[int, ...]] = []
    if rng.random() < 0.5:
        taken = sizes(rng, 0, 1)
        for axis in rng.sample(range(len(places)), rng.randint(1, len(places))):
            indices.append(taken)
            places[axis] = ("array", len(indices))
    if len(shape) < 3 and rng.random() < 0.3:
        places.insert(rng.randrange(len(places) + 1), None)
    return [shape, *indices], {"places": tuple(places)}


def joined(rng: Random) -> Case:
    shape = sizes(rng, 1, 3)
    axis = rng.randrange(len(shape))
    shapes = [(*shape[:axis], rng.randint(1, 3), *shape[axis + 1 :]) for _ in range(rng.randint(1, 3))]
    return shapes, {"axis": axis - len(shape) * rng.randrange(2)}


def padded(rng: Random) -> Case:
    return [sizes(rng, 1, 3)], {"n": rng.randrange(3)}


def windowed(rng: Random) -> Case:
    k = rng.randint(1, 3)
    return [(*sizes(rng, 0, 1), k + rng.randrange(3), k + rng.randrange(3))], {"k": k, "stride": rng.randint(1, 2)}


def labelled(rng: Random) -> Case:
    shape = sizes(rng, 1, 3)
    axis = rng.randrange(len(shape))
    return [shape, (*shape[:axis], *shape[axis + 1 :])], {"axis": axis - len(shape) * rng.randrange(2)}


def probable(rng: Random) -> Case:
    shape = sizes(rng, 1, 3)
    return [shape, shape], {"axis": rng.randrange(-len(shape), len(shape))}


def picked(rng: Random) -> Case:
    shape = sizes(rng, 1, 3)
    return [shape, shape[:-1]], {}


def vectors(rng: Random) -> Case:
    n = rng.randint(1, 4)
    return [(n,), (n,)], {}


DRAWN: dict[str, Callable[[Random], Case]] = {
    **dict.fromkeys(("sum", "mean", "max", "min", "prod", "var", "norm"), reduction),
    **dict.fromkeys(("softmax", "log_softmax", "cumsum", "sort"), along),
    **dict.fromkeys(("det", "logdet", "inv", "trace"), square),
    "logsumexp": along_keep,
    "matmul": product,
    "dot": vectors,
    "outer": lambda rng: ([(rng.randint(1, 3),), (rng.randint(1, 3),)], {}),
    "solve": system_of_equations,
    "transpose": lambda rng: ([sizes(rng, 2, 2)], {}),
    "permute": permuted,
    "reshape": reshaped,
    "flatten": lambda rng: ([sizes(rng, 0, 4)], {}),
    "index": indexed,
    "concat": joined,
    "stack": lambda rng: ([sizes(rng, 0, 3)] * rng.randint(1, 3), {}),
    "diag": lambda rng: ([rng.choice([(rng.randint(1, 3),), (2, 2), (1, 1)])], {}),
    "pad": padded,
    "windows": windowed,
    "cross_entropy": lambda rng: labelled(rng) if rng.random() < 0.5 else probable(rng),
    "onehot": lambda rng: ([sizes(rng, 0, 2)], {"n": 3}),
    "pick": picked,
}


def cases(row: ArrayOperation, draws: int = 12) -> list[Case]:
    """Return the samples of a row, and some drawn shapes that fit it."""
    rng = Random(row.name)
    own = [(list(shapes), dict(fixed)) for shapes, fixed in row.samples]
    if row.name not in DRAWN:
        return own
    draw = {LABELS: labelled, PROBABILITIES: probable}.get(row, DRAWN[row.name])
    return own + [draw(rng) for _ in range(draws)]


class Trial:
    """The program sum(g*row(a, b, ...)) with numbers of a few bits, distinct in every input, and labels that exist."""

    def __init__(self, row: ArrayOperation, shapes: Shapes, fixed: Fixed, seed: int = 0, spread: int = 80) -> None:
        rng = Random(f"{row.name}{shapes}{fixed}{seed}")
        builder = ArrayBuilder()
        names = "abcdef"[: len(shapes)]
        inputs = [builder.input(name, shape, (0, 0)) for name, shape in zip(names, shapes, strict=True)]
        self.node = builder.apply(row, inputs, (0, 0), fixed)
        self.shape: Any = builder.shape(self.node)
        g = builder.input("g", self.shape, (0, 0))
        product = builder.entrywise(MUL, [self.node, g], (0, 0))
        self.output = builder.apply(ARRAY_OPERATIONS["sum"], [product], (0, 0), {})
        self.graph = builder.freeze(self.output)
        self.shapes: dict[str, tuple[int, ...]] = {**dict(zip(names, shapes, strict=True)), "g": self.shape}
        self.numbers = {name: self._numbers(rng, name, spread) for name in self.shapes}

    def _numbers(self, rng: Random, name: str, spread: int) -> list[Fraction]:
        many = count(self.shapes[name])
        node = self.graph.nodes[self.node]
        if name != "g" and node.operation.is_role("abcdef".index(name)):
            return [Fraction(rng.randrange(self._classes())) for _ in range(many)]
        return [Fraction(n, 8) for n in rng.sample([*range(-spread, 0), *range(1, spread)], many)]

    def _classes(self) -> int:
        """Return how many labels or indices exist everywhere."""
        node, first = self.graph.nodes[self.node], self.shapes["a"]
        return 3 if node.operation.name == "onehot" else min(first)

    @cached_property
    def inputs(self) -> dict[str, int]:
        """The inputs that are differentiated."""
        return {name: i for name, i in self.graph.differentiable.items() if name != "g"}

    def arrays(self, A: Entries) -> dict[str, Array]:
        """Return the point in an array system."""
        rational: Any = A.S.rational if A.S.name == "balls" else A.S.from_number
        return {name: A.make(self.shapes[name], list(map(rational, xs))) for name, xs in self.numbers.items()}

    def run(self, A: Entries) -> tuple[ArrayForward, ArrayReverse]:
        """Return both passes."""
        run = forward(A, self.graph, self.arrays(A))
        active = self.graph.active(list(self.inputs.values()))
        return run, reverse(A, self.graph, run.values, active, self.output, A.make((), [A.S.one]))

    def opened(self, S: Any, A: Entries) -> tuple[Any, dict[str, list[Any]]]:
        """Return the output and the gradient of the scalar graph that the program opens to."""
        exact = Entries(Exact())
        opening = Opening(self.graph, whole_numbers(self.graph, self.arrays(exact)))
        graph = opening.graph
        point: dict[str, Any] = {}
        for name, array in self.arrays(A).items():
            point.update(zip(entry_names(name, array.shape), array.entries, strict=True))
        line = linearize(S, graph, point, graph.active(list(range(len(graph.nodes)))))
        upstream = line.vjp(graph.output, S.one).upstream
        gradient = {name: [upstream[k] for k in opening.entries[i]] for name, i in self.inputs.items()}
        return line.values[graph.output], gradient

    def gradient(self, A: Entries, back: ArrayReverse) -> dict[str, list[Any]]:
        """Return the gradient that the pullbacks give."""
        found = {}
        for name, i in self.inputs.items():
            upstream = back.upstream[i]
            assert upstream is None or upstream.shape == self.shapes[name], "a gradient has the shape of its input"
            found[name] = upstream.entries if upstream is not None else [A.S.zero] * count(self.shapes[name])
        return found

    def dot_products(self, A: Entries) -> tuple[Any, Any]:
        """Return v . gradient by the pullbacks, and the derivative along v by the values over duals."""
        rng = Random(7)
        rational: Any = A.S.rational if A.S.name == "balls" else A.S.from_number
        direction = {
            name: A.make(self.shapes[name], [rational(Fraction(rng.randint(-9, 9), 4)) for _ in self.numbers[name]])
            for name in self.inputs
        }
        _, back = self.run(A)
        gradient = self.gradient(A, back)
        reverse_side = A.S.sum([v * d for name, steps in direction.items()
                                for v, d in zip(steps.entries, gradient[name], strict=True)])  # fmt: skip
        (found,) = tangents(A, self.graph, self.arrays(A), direction)[self.output].entries
        return reverse_side, found.tangent


def altered(row: ArrayOperation, k: int, change: Callable[[Any, Any], Any]) -> ArrayOperation:
    """Return a row whose k-th pullback is changed: `change` takes the array system and what flows back."""
    position = min(k, len(row.pullbacks) - 1)
    right: Any = row.pullbacks[position]

    def wrong(A: Any, *arguments: Any, **fixed: Any) -> Any:
        return change(A, right(A, *arguments, **fixed))

    pullbacks = [wrong if at == position else rule for at, rule in enumerate(row.pullbacks)]
    return ArrayOperation(row.name, " ".join(row.parameters), row.shape, row.value, pullbacks, fixed=row.fixed,
                          symbol=row.symbol, operation=row.operation, chosen=row.chosen)  # fmt: skip


def systems() -> Mapping[str, tuple[Any, Entries]]:
    """Return the number systems with the array systems over them."""
    exact, balls = Exact(), Balls(200)
    return {"exact": (exact, Entries(exact)), "balls": (balls, BallEntries(balls))}

"""What arrives at a node, added up wrongly: a path left out, a stray factor, a penalty that does not belong there."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache, partial, reduce
from operator import add
from typing import NamedTuple

from ...arrays.entries import Array
from ...arrays.graph import ArrayGraph
from ...arrays.table import INPUT
from ...calculus.operations import OPERATIONS
from . import array_wrong_residuals as residuals
from .array_divisors import divisors, factors, is_squared
from .array_worlds import MOST_OTHERS, World, Wrong, scaled
from .array_wrong_slopes import ACTIVATIONS as SLOPED

OF_LOSSES = frozenset(("cross_entropy", "softmax", "log_softmax", "sub", "pow", "mean", "sum", "abs"))
MOST_PATHS = 12
MOST_SCALED = 4  # paths that are tried with a factor each
STRAY = (2.0, 0.5, 4.0, 0.25)


class Total(NamedTuple):
    """What arrives at a node: along which edges, and the flow along each."""

    world: World
    a: int
    edges: list[tuple[int, int]]
    terms: list[Array]

    @property
    def right(self) -> Array:
        """The correct total: the sum of all flows."""
        return added(self.terms)


def added(terms: list[Array]) -> Array:
    """Return the sum of some arrays."""
    return reduce(add, terms)


TotalRule = Callable[[Total], Iterator[Wrong]]


# ---- paths


def one_path(total: Total) -> Iterator[Wrong]:
    """One path alone, where several meet: the last one overwrote the others."""
    if 2 < len(total.terms) <= MOST_PATHS:
        for (i, _), term in zip(total.edges, total.terms, strict=True):
            yield Wrong(f"$v{i}", term)


def without_path(total: Total) -> Iterator[Wrong]:
    """All paths but one."""
    if not 1 < len(total.terms) <= MOST_PATHS:
        return
    for k, (i, _) in enumerate(total.edges):
        yield Wrong(f"$v{i}", added([t for j, t in enumerate(total.terms) if j != k]))


def scaled_path(total: Total) -> Iterator[Wrong]:
    """One of several paths with a wrong factor or sign."""
    if not 1 < len(total.terms) <= MOST_SCALED:
        return
    factors = dict.fromkeys((-1.0, *STRAY, *(f for n in divisors(total.world.graph) for f in (float(n), 1 / n))))
    for k, (i, _) in enumerate(total.edges):
        for f in factors:
            terms = [scaled(t, f) if j == k else t for j, t in enumerate(total.terms)]
            what = "the opposite sign" if f == -1 else f"a factor {_fraction(f)} too many"
            yield Wrong(f"{k} {f:g}", added(terms), f"{what} on the path through $v{i}")


def without_kind(total: Total) -> Iterator[Wrong]:
    """All paths but those through one operation, such as the @ of the next step of a recurrence."""
    nodes = total.world.graph.nodes
    kinds = [nodes[i].operation.symbol or nodes[i].operation.name for i, _ in total.edges]
    for kind in dict.fromkeys(kinds) if len(kinds) <= MOST_PATHS else ():
        rest = [t for k, t in zip(kinds, total.terms, strict=True) if k != kind]
        if rest:
            yield Wrong(kind, added(rest))


def one_use(total: Total) -> Iterator[Wrong]:
    """The first or the last use of an input alone: the others were overwritten."""
    if len(total.terms) > 1 and total.world.graph.nodes[total.a].operation is INPUT:
        yield Wrong("first", total.terms[-1])
        yield Wrong("last", total.terms[0])


# ---- factors


def _fraction(f: float) -> str:
    """Return a factor as it is written."""
    return str(Fraction(f).limit_denominator())


def factor_of(id: str, common: int) -> TotalRule:
    """Return the rule of what arrives times each wrong factor of a row that is so common."""

    def rule(total: Total) -> Iterator[Wrong]:
        for factor in factors(total.world.graph):
            if (factor.id, factor.common) == (id, common):
                yield Wrong(factor.tag, scaled(total.right, factor.factor), factor.words)

    return rule


# ---- other things in the place of the sum


def another(total: Total) -> Iterator[Wrong]:
    """The gradient of another node of the same shape, such as that of the layer behind."""
    world, a = total.world, total.a
    right = total.right
    if not right.shape or world.graph.nodes[a].operation is INPUT:
        return
    seen = [
        right.entries,
        (-right).entries,
        *(g.entries for i, _ in total.edges if (g := world.upstream[i]) is not None),
    ]
    most = len(seen) + (MOST_OTHERS if world.is_long else world.output)
    for b in range(a + 1, world.output):
        if len(seen) == most:
            break
        g = world.upstream[b]
        if g is not None and g.shape == right.shape and g.entries not in seen:
            seen.append(g.entries)
            yield Wrong(f"$g{b}", g, f"$g{b} in the place of $g{a}")


def decayed(g: Array, w: Array, rate: float) -> Array:
    """Return a gradient to which a penalty adds a part of the parameter."""
    return g + scaled(w, rate)


RATES = (0.1, 0.01, 1.0, 0.5, 0.05, 0.001, 0.2)
# What may be handed in for the gradient g of a parameter w, at some rate.
STEPS: dict[str, tuple[str, Callable[..., Array]]] = {
    "value": ("the parameter after a step of {rate} times its gradient, not the gradient",
              lambda g, w, rate: w - scaled(g, rate)),
    "step": ("-{rate} times the gradient, a step with that learning rate", lambda g, w, rate: scaled(g, -rate)),
    "rate": ("{rate} times the gradient, with a learning rate in it", lambda g, w, rate: scaled(g, rate)),
    "decay": ("{rate} times the parameter added to its gradient, as for a penalty, which the program does not have",
              decayed),
}  # fmt: skip
# What is told as a factor, and g + w and g + w/2, which small whole numbers make by chance.
NOT_TOLD = frozenset(("step 1", "step 0.5", "rate 1", "rate 0.5", "decay 1", "decay 0.5"))


def step_taken(total: Total) -> Iterator[Wrong]:
    """What a step of descent makes of a parameter and its gradient."""
    w = total.world.values[total.a]
    if total.world.graph.nodes[total.a].operation is not INPUT or not w.shape:
        return
    for tag, words, rule in steps(total.world):
        yield Wrong(tag, rule(total.right, w), words)


def steps(world: World) -> Iterator[tuple[str, str, Callable[[Array, Array], Array]]]:
    """Yield the tag, the words and the rule of what may be handed in for the gradient g of a parameter w."""
    known = penalties(world)
    for kind, (words, rule) in STEPS.items():
        for rate in RATES if kind != "decay" or not known else ():
            if f"{kind} {rate:g}" not in NOT_TOLD:
                yield f"{kind} {rate:g}", words.format(rate=f"{rate:g}"), partial(rule, rate=rate)


def normalised(total: Total) -> Iterator[Wrong]:
    """The gradient of a parameter divided by its norm."""
    norm = math.hypot(*total.right.entries)
    if total.world.graph.nodes[total.a].operation is INPUT and total.right.shape and norm:
        yield Wrong("", scaled(total.right, 1 / norm))


def penalised(total: Total) -> Iterator[Wrong]:
    """The gradient of a penalty sum(W**2), taken of this input too."""
    world, a = total.world, total.a
    graph = world.graph
    if graph.nodes[a].operation is not INPUT:
        return
    found = penalties(world)
    for rate in dict.fromkeys(found.values()) if a not in found else ():
        source = next(b for b, own in found.items() if own == rate)
        yield Wrong(graph.labels[source], decayed(total.right, world.values[a], rate))


def penalties(world: World) -> dict[int, float]:
    """Return the inputs whose sum of squares a program penalises, with the rate by which they enter the gradient."""
    found = {}
    for i, w in _sums_of_squares(world.graph):
        g = world.upstream[i]
        if g is not None and not g.shape:
            found[w] = float(2 * g.entries[0])
    return found


@lru_cache(8)
def _sums_of_squares(graph: ArrayGraph) -> list[tuple[int, int]]:
    """Return the sums of squares of inputs, each with its input."""
    nodes = graph.nodes
    sums = [(i, node.arguments[0]) for i, node in enumerate(nodes) if node.operation.name == "sum"]
    return [(i, nodes[square].arguments[0]) for i, square in sums if _is_square(graph, square)]


def _is_square(graph: ArrayGraph, i: int) -> bool:
    """Whether a node is the square of an input."""
    node = graph.nodes[i]
    return is_squared(graph, i) and graph.nodes[node.arguments[0]].operation is INPUT


def no_residual(total: Total) -> Iterator[Wrong]:
    """What is written in the place of the difference of an output and its target."""
    yield from residuals.residual_rules(total.world, total.a)


def early_factor(total: Total) -> Iterator[Wrong]:
    """A factor used on one side of the difference of an output and its target."""
    yield from residuals.early_rules(total.world, total.a)


def slope_at_output(total: Total) -> Iterator[Wrong]:
    """The slope of an activation taken where there is none: at scores or outputs that a loss is made of."""
    world, a = total.world, total.a
    nodes, z = world.graph.nodes, world.values[a]
    users = {nodes[i].operation.name for i, _ in total.edges}
    if (
        not users
        or not users <= OF_LOSSES
        or not z.shape
        or not nodes[a].arguments
        or nodes[a].operation.name in SLOPED | OF_LOSSES
    ):
        return
    right, A = total.right, world.A
    used = [node.operation.name for node in nodes if node.operation.name in SLOPED]
    for name in dict.fromkeys((*used, "sigmoid")):
        row = OPERATIONS[name]
        slope = A.flow(row, 0, A.full(1, z.shape), A.entrywise(row, [z]), [z])
        yield Wrong(name, right * slope, f"the slope of {name} at $v{a}, where the program has no activation")
    yield Wrong("sigmoid of itself", right * (z * (1 - z)), f"$v{a}*(1 - $v{a}) once too often")
    yield Wrong("tanh of itself", right * (1 - z * z), f"1 - $v{a}**2 once too often")

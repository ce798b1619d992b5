"""Mistakes made at several places at once: a factor in all weights, the layers of a network mixed up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations
from typing import NamedTuple

from ...arrays.entries import Array
from ...arrays.rows import PRODUCTS
from ...arrays.table import INPUT
from .array_divisors import factors
from .array_worlds import Changes, Edge, World, WrongFlow, WrongWorld, scaled
from .array_wrong_sums import grown_axes
from .array_wrong_totals import added, decayed, penalties, steps
from .array_wrong_values import without_term

MOST_LAYERS = 6  # products with a parameter, of which any two may be mixed up


class Spread(NamedTuple):
    """A mistake at several nodes: the id of its row, the way, the words, the nodes, and the changes of the world.

    `common` is how common it is where the row does not say it.
    """

    id: str
    tag: str
    words: str
    nodes: tuple[int, ...]
    changes: Changes
    common: int | None = None


class Layer(NamedTuple):
    """A product with a parameter, (i, k) as edge of the parameter, and the edges of biases that are added to it."""

    i: int
    k: int
    biases: tuple[tuple[int, int], ...]


def layers(world: World) -> list[Layer]:
    """Return the products of a program with a parameter that has a gradient."""
    nodes = world.graph.nodes
    found = []
    for i, node in enumerate(nodes):
        if node.operation.sums != PRODUCTS or world.upstream[i] is None:
            continue
        for k, a in enumerate(node.arguments):
            if nodes[a].operation is INPUT and len(nodes[a].shape) > 1:
                found.append(Layer(i, k, tuple(_biases(world, i))))
    return found


def _biases(world: World, i: int) -> Iterator[tuple[int, int]]:
    for j, _ in world.users[i]:
        node = world.graph.nodes[j]
        for k, a in enumerate(node.arguments):
            own = world.graph.nodes[a]
            grows = node.operation.name in ("add", "sub") and own.shape and own.shape != node.shape
            if grows and own.operation is INPUT:
                yield j, k


class _Groups(NamedTuple):
    """The parameters of all layers: the weights, and the biases."""

    weights: tuple[int, ...]
    biases: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        """Both, in the order of the program."""
        return tuple(sorted({*self.weights, *self.biases}))


def _groups(world: World, found: list[Layer]) -> _Groups:
    nodes = world.graph.nodes
    weights = dict.fromkeys(nodes[layer.i].arguments[layer.k] for layer in found)
    biases = dict.fromkeys(nodes[j].arguments[k] for layer in found for j, k in layer.biases)
    return _Groups(tuple(weights), tuple(biases))


def _several(groups: tuple[tuple[int, ...], ...]) -> Iterator[tuple[int, ...]]:
    """Yield the groups of more than one node, each once."""
    return (group for group in dict.fromkeys(groups) if len(group) > 1)


def spread_factors(world: World) -> Iterator[Spread]:
    """A factor, or the sign, in all weights, in all biases, in all of both, or in what flows to each hidden layer."""
    nodes = world.graph.nodes
    found = layers(world)
    operands = dict.fromkeys(a for layer in found for a in nodes[layer.i].arguments)
    hidden = tuple(a for a in operands if nodes[a].arguments and world.upstream[a] is not None)
    own = _groups(world, found)
    for group in _several((own.weights, own.biases, own.all, hidden)):
        for factor in factors(world.graph):
            changes = _at_all(world, group, partial(_times, factor=factor.factor))
            yield Spread(factor.id, factor.tag, factor.words, group, changes, factor.common)


def _times(g: Array, w: Array, factor: float) -> Array:
    return scaled(g, factor)


def spread_penalty(world: World) -> Iterator[Spread]:
    """The penalty on weights taken of all biases too."""
    for group in _several((_groups(world, layers(world)).biases,)):
        for rate in dict.fromkeys(penalties(world).values()):
            changes = _at_all(world, group, partial(decayed, rate=rate))
            yield Spread("penalised", f"{rate:g}", "the penalty taken of biases too", group, changes)


def spread_steps(world: World) -> Iterator[Spread]:
    """A step of descent, or a penalty that is not there, in all weights, or in all parameters."""
    own = _groups(world, layers(world))
    for group in _several((own.weights, own.all)):
        for tag, words, rule in steps(world):
            yield Spread("step", tag, words, group, _at_all(world, group, rule))


def _at_all(world: World, group: tuple[int, ...], rule: Callable[[Array, Array], Array]) -> Changes:
    """Return that what arrives at the nodes of a group is made by a rule of it and of the value there."""

    def total(a: int, edges: list[tuple[int, int]], terms: list[Array]) -> Array:
        return rule(added(terms), world.values[a])

    return Changes(totals=dict.fromkeys(group, total))


def spread_products(world: World) -> Iterator[Spread]:
    """A factor, or the sign, in the products of all weights, where a penalty adds to their gradients."""
    found = layers(world)
    weights = _groups(world, found).weights
    if len(found) < 2 or all(len(world.users[a]) < 2 for a in weights):
        return
    for factor in factors(world.graph):
        flow = _scaled_flow(factor.factor)
        changes = Changes(flows={(layer.i, layer.k): flow for layer in found})
        yield Spread(factor.id, f"product {factor.tag}", factor.words, weights, changes, factor.common)


def _scaled_flow(factor: float) -> WrongFlow:
    return lambda edge: scaled(edge.flow(), factor)


def mixed_up(world: World) -> Iterator[Spread]:
    """Two layers mixed up: each with the gradient of the other, or with the values of the other."""
    found = layers(world)
    if len(found) > MOST_LAYERS:
        return
    nodes = world.graph.nodes
    for p, q in combinations(found, 2):
        weights = [nodes[layer.i].arguments[layer.k] for layer in (p, q)]
        if weights[0] == weights[1] or p.k != q.k:
            continue
        g, h = world.upstream[p.i], world.upstream[q.i]
        assert g is not None
        assert h is not None
        alone: dict[tuple[int, int], WrongFlow] = {(p.i, p.k): _with(g=h), (q.i, q.k): _with(g=g)}
        both = {**alone, **dict.fromkeys(p.biases, _sum_of(h)), **dict.fromkeys(q.biases, _sum_of(g))}
        words = f"$g{q.i} and $g{p.i} the wrong way round"
        for tag, flows in (("gradients", alone), ("gradients of biases too", both)):
            places = tuple(dict.fromkeys(nodes[i].arguments[k] for i, k in flows))
            yield Spread("layers-swapped", tag, words, places, Changes(flows=flows))
        x, y = (nodes[layer.i].arguments[1 - layer.k] for layer in (p, q))
        values: dict[tuple[int, int], WrongFlow] = {(p.i, p.k): _with(b=world.values[y]),
                                                    (q.i, q.k): _with(b=world.values[x])}  # fmt: skip
        words = f"$v{x} and $v{y} the wrong way round"
        yield Spread("layers-swapped", "values", words, tuple(weights), Changes(flows=values))


def _with(g: Array | None = None, b: Array | None = None) -> WrongFlow:
    """Return the pullback of a product of matrices with another gradient or another operand, as far as it fits."""

    def flow(edge: Edge) -> Array | None:
        up = edge.g if g is None else g
        own = edge.xs[1 - edge.k] if b is None else b
        if len(up.shape) != 2:
            return None
        left, right = (own.A.transpose(own), up) if edge.k == 1 else (up, own.A.transpose(own))
        return left @ right if left.shape[1] == right.shape[0] else None

    return flow


def _sum_of(g: Array) -> WrongFlow:
    def flow(edge: Edge) -> Array | None:
        return edge.A.sum(g, axis=grown_axes(edge)) if len(g.shape) == len(edge.v.shape) else None

    return flow


def without_biases(world: World) -> Iterator[Spread]:
    """All biases left out in the forward pass; their gradients are worked out all the same."""
    biases = tuple(dict.fromkeys(edge for layer in layers(world) for edge in layer.biases))
    if len(biases) < 2:
        return
    values: dict[int, Array] = {}
    for i, k in sorted(biases):
        rest = WrongWorld(world, Changes(values=values)).value(world.graph.nodes[i].arguments[1 - k])
        if rest is None:
            return
        values[i] = without_term(world, i, k, rest)
    yield Spread("term-forgotten", "biases", "the biases left out", tuple(values), Changes(values=values))


def spreads(world: World) -> Iterator[Spread]:
    """Yield every mistake that is made at several places at once."""
    for rule in (spread_factors, spread_products, spread_penalty, spread_steps, mixed_up):
        yield from rule(world)

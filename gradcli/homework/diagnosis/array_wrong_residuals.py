"""Wrong gradients of outputs that are compared with targets: squared losses, and sigmoid with binary cross-entropy.

There the gradient of a node is a number times the output minus the target, c*(a - y), which is written down by heart.
Whether it is so is seen from the numbers: the same c for all entries.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from ...arrays.entries import Array
from ...arrays.graph import ArrayGraph
from ...arrays.table import INPUT, LITERAL
from .array_worlds import World, Wrong

EXACT = 1e-9  # relative
FACTORS = 2.0


class Residual(NamedTuple):
    """A node whose gradient is c*(a - y): its value z, the output a, the target y with its node, and c.

    `own` is the node of a.
    """

    z: Array
    a: Array
    y: Array
    c: float
    own: int
    target: int


def residual_of(world: World, i: int) -> Residual | None:
    """Return the output and the target whose difference the gradient of a node is; None for none."""
    g, z = world.upstream[i], world.values[i]
    if g is None or len(z.entries) < 2 or not any(g.entries):
        return None
    if None in z.entries:  # of a branch that is not taken
        return None
    outputs = [i, *(j for j, _ in world.users[i] if world.graph.nodes[j].operation.name == "sigmoid")]
    for own in outputs:
        a = world.values[own]
        for j in _targets(world.graph, own):
            y = world.values[j]
            if y.shape != a.shape or j == own:
                continue
            c = _factor(g, a, y)
            if c is not None:
                return Residual(z, a, y, c, own, j)
    return None


@lru_cache(64)
def _targets(graph: ArrayGraph, own: int) -> list[int]:
    """Return the inputs and the arrays that are written in a program: first those that an output is not made of.

    The last comes first, as a target is what a program names last: a bias of 0 may fit as well.
    """
    leaves = [j for j, node in enumerate(graph.nodes) if node.operation in (INPUT, LITERAL)]
    return sorted(leaves, key=lambda j: (graph.follows(own, j), -j))


def _factor(g: Array, a: Array, y: Array) -> float | None:
    """Return the number by which a gradient is a difference; None where it is none."""
    size = max(map(abs, g.entries))
    pairs = [(e, p - t) for e, p, t in zip(g.entries, a.entries, y.entries, strict=True)]
    e, d = max(pairs, key=lambda pair: abs(pair[1]))
    if not d or not e:
        return None
    c = e / d
    return c if all(abs(e - c * d) <= EXACT * size for e, d in pairs) else None


Rule = Callable[[float, float, float, float], float]  # of z, a, y and c

RESIDUALS: dict[str, tuple[str, Rule]] = {
    "no target": ("{a} without {y} taken off", lambda z, a, y, c: c * a),
    "target": ("minus {y} alone, without {a}", lambda z, a, y, c: -c * y),
    "added": ("{a} + {y} in the place of {a} - {y}", lambda z, a, y, c: c * (a + y)),
    "square": ("({a} - {y})**2 in the place of {a} - {y}", lambda z, a, y, c: c * (a - y) ** 2),
    "size": ("abs({a} - {y}) in the place of {a} - {y}", lambda z, a, y, c: c * abs(a - y)),
    "sign": ("the sign of {a} - {y} alone", lambda z, a, y, c: math.copysign(c, a - y)),
    "half sign": ("the sign of {a} - {y} alone", lambda z, a, y, c: math.copysign(c / 2, a - y)),
}
OF_SIGMOID: dict[str, tuple[str, Rule]] = {
    "scores": ("{z} in the place of {a}", lambda z, a, y, c: c * (z - y)),
    "slope": ("the slope {a}*(1 - {a}) once more, which {a} - {y} holds already",
              lambda z, a, y, c: c * (a - y) * a * (1 - a)),
    "slope of squares": ("the rule of a squared loss, 2*({a} - {y})*{a}*(1 - {a})",
                         lambda z, a, y, c: 2 * c * (a - y) * a * (1 - a)),
    "true": ("the term with {y} alone, without the one with 1 - {y}", lambda z, a, y, c: -c * y * (1 - a)),
    "others": ("the term with 1 - {y} alone, without the one with {y}", lambda z, a, y, c: c * (1 - y) * a),
    "plus": ("the opposite sign of the term with 1 - {y}", lambda z, a, y, c: -c * (y * (1 - a) + (1 - y) * a)),
    "ratio": ("-{y}/{a}, the slope of sigmoid left out", lambda z, a, y, c: -c * y / a),
    "rounded": ("{a} rounded to 0 or 1", lambda z, a, y, c: c * (float(a > 0.5) - y)),
    "slope alone": ("{a}*(1 - {a}), without {a} - {y}", lambda z, a, y, c: c * a * (1 - a)),
}  # fmt: skip


def residual_rules(world: World, i: int) -> Iterator[Wrong]:
    """What is written in the place of the difference of an output and its target."""
    found = residual_of(world, i)
    if found is None:
        return
    names = {"z": f"$v{i}", "a": f"$v{found.own}", "y": f"$v{found.target}"}
    rules = {**RESIDUALS, **(OF_SIGMOID if found.own != i else {})}
    for tag, (words, rule) in rules.items():
        try:
            entries = [
                rule(z, a, y, found.c)
                for z, a, y in zip(found.z.entries, found.a.entries, found.y.entries, strict=True)
            ]
        except ArithmeticError:
            continue
        yield Wrong(tag, found.z.A.make(found.z.shape, entries), words.format(**names))


def early_rules(world: World, i: int) -> Iterator[Wrong]:
    """A factor, such as 1/N or 2, used on one of the output and the target alone."""
    found = residual_of(world, i)
    if found is None:
        return
    a, y, c = f"$v{found.own}", f"$v{found.target}", found.c
    for outer in dict.fromkeys((1.0, FACTORS, c / FACTORS)):
        inner = c / outer
        for tag, first, second, which in (("output", inner, 1.0, a), ("target", 1.0, inner, y)):
            if inner == 1.0:
                continue
            entries = [outer * (first * p - second * t) for p, t in zip(found.a.entries, found.y.entries, strict=True)]
            words = f"the factor {_fraction(inner)} on {which} alone, not on {a} - {y}"
            yield Wrong(f"{tag} {outer:g}", found.z.A.make(found.z.shape, entries), words)


def _fraction(x: float) -> str:
    """Return a factor as it is written: 2, 1/4, 2/3."""
    for below in range(1, 1000):
        above = x * below
        if abs(above - round(above)) < EXACT * max(abs(above), 1.0) and round(above):
            return f"{round(above)}/{below}" if below > 1 else f"{round(above)}"
    return f"{x:.4g}"

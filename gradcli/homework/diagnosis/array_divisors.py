"""What a program divides by, and what may be divided by in its place: the sizes of its arrays, in words.

Two axes that meet have one size, and are one thing to divide by; two that do not are two, even if they are equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from ...arrays.axes import chosen_axes
from ...arrays.graph import ArrayGraph
from ...arrays.sizes import axis_name, count
from ...arrays.table import INPUT
from .array_axes import Axis, axis_groups

COUNTING = frozenset(("mean", "sum", "var", "cross_entropy", "softmax", "log_softmax"))
MOST_SIZES = 16  # of a program that are tried
MOST_NAMED = 2  # arrays that are named where several have a size
MOST_KEPT = 8  # programs whose factors are kept

Kind = tuple[Axis, ...]  # the axes whose sizes are multiplied, each as the one that stands for its group
Place = tuple[int, int | None]  # a node and one of its axes; None for all of its entries


class Divisor(NamedTuple):
    """A whole number that a program divides by, and which sizes it is; none where that is not known."""

    n: int
    kind: Kind


class Factor(NamedTuple):
    """A wrong factor, as a number, with the id of its row and the words, which may have places of names.

    `common` is how common it is, from 1 to 3: a size that no loss or sum is over is hardly ever taken for one that is.
    """

    factor: float
    id: str
    words: str
    common: int = 2

    @property
    def tag(self) -> str:
        """What tells it from the others."""
        return f"{self.factor:.6g} {self.words}"


# ---- what a program divides by


def divisors(graph: ArrayGraph) -> list[int]:
    """Return the whole numbers that a program divides by: what its means are over, and numerals below a bar."""
    found = [divisor(graph, i) for i in range(len(graph.nodes))]
    return [n for n in dict.fromkeys(found) if n > 1]


def divisor(graph: ArrayGraph, i: int) -> int:
    """Return the whole number that a node divides by, 1 for none."""
    node = graph.nodes[i]
    if node.operation.name in ("mean", "var"):
        (a,) = node.arguments
        shape: Any = graph.nodes[a].shape
        return count([shape[k] for k in chosen_axes(shape, node.fixed.get("axis"))])
    if node.operation.name == "div":
        text = graph.nodes[node.arguments[1]].text
        return int(text) if text.isdecimal() and len(text) < 8 else 1
    return 1


class ProgramSizes:
    """The sizes of a program: those of the axes of its arrays, and how many entries these have.

    Arrays are the inputs, those with a name, and those that are averaged, added up or made a loss of.
    """

    def __init__(self, graph: ArrayGraph) -> None:
        self.graph = graph
        self.groups = axis_groups(graph)
        self.kinds: dict[Kind, list[Place]] = {}
        self.counted = {self.groups[i, k] for i in self._used() for k in range(len(graph.nodes[i].shape))}
        arrays = self._arrays()
        for i in arrays:
            for axis in range(len(graph.nodes[i].shape)):
                self._note(i, axis)
        for i in arrays:
            self._note(i, None)

    def _arrays(self) -> list[int]:
        nodes = self.graph.nodes
        named = {*self.graph.named.values(), *self._used()}
        return [*self.graph.inputs.values(), *(i for i in sorted(named) if nodes[i].operation is not INPUT)]

    def _used(self) -> set[int]:
        """Return the arrays that are averaged, added up or made a loss of."""
        return {a for node in self.graph.nodes if node.operation.name in COUNTING for a in node.arguments[:1]}

    def _note(self, i: int, axis: int | None) -> None:
        kind = self._kind(i, range(len(self.graph.nodes[i].shape)) if axis is None else (axis,))
        if kind and (kind in self.kinds or len(self.kinds) < MOST_SIZES):
            self.kinds.setdefault(kind, []).append((i, axis))

    def _kind(self, i: int, axes: Any) -> Kind:
        shape: Any = self.graph.nodes[i].shape
        return tuple(sorted(self.groups[i, k] for k in axes if shape[k] > 1))

    def size(self, kind: Kind) -> int:
        """Return how many a kind counts."""
        return count([self.graph.nodes[i].shape[k] for i, k in kind])

    @property
    def numbers(self) -> list[int]:
        """All sizes, each once."""
        return list(dict.fromkeys(map(self.size, self.kinds)))

    def divisors(self) -> list[Divisor]:
        """Return what the program divides by, each number once."""
        found: dict[int, Divisor] = {}
        for i, node in enumerate(self.graph.nodes):
            n = divisor(self.graph, i)
            if n > 1 and node.operation.name != "div":
                (a,) = node.arguments
                axes = chosen_axes(self.graph.nodes[a].shape, node.fixed.get("axis"))
                found.setdefault(n, Divisor(n, self._kind(a, axes)))
            elif n > 1:
                alike = self._alike(n)
                found.setdefault(n, Divisor(n, alike.pop() if len(alike) == 1 else ()))
        return list(found.values())

    def _alike(self, n: int) -> list[Kind]:
        return [kind for kind in self.kinds if self.size(kind) == n]

    def words(self, n: int, beside: Kind = ()) -> str:
        """Return what has a size: "the columns of $v0"; "" for nothing, or too much to be named."""
        alike = self._alike(n)
        return " or ".join(self._place(self._best(kind, beside)) for kind in alike) if len(alike) <= MOST_NAMED else ""

    def _best(self, kind: Kind, beside: Kind) -> Place:
        """Return the place of a size, in an array that has the sizes `beside` too if there is one."""
        return next((place for place in self.kinds[kind] if self.has(place[0], beside)), self.kinds[kind][0])

    def has(self, i: int, kind: Kind) -> bool:
        """Whether an array has axes of all groups of a kind."""
        return {*kind} <= {self.groups[i, k] for k in range(len(self.graph.nodes[i].shape))}

    def _place(self, place: Place, *, again: bool = False) -> str:
        i, axis = place
        own = "all entries" if axis is None else axis_name(self.graph.nodes[i].shape, axis)
        return own.replace("the ", "its ") if again else f"{own} of $v{i}"

    def instead(self, m: int, own: Divisor) -> str:
        """Return that something was divided by m, and not by what the program divides by."""
        what = self.words(m, own.kind)
        wrong = f"a division by {m}{f', {what},' if what else ''} instead of by {own.n}"
        if not what or own.kind not in self.kinds:
            return wrong
        alike = self._alike(m)
        if len(alike) == 1:
            i, _ = self._best(alike.pop(), own.kind)
            for place in self.kinds[own.kind]:
                if place[0] == i:
                    return f"{wrong}, {self._place(place, again=True)}"
        return f"{wrong}, {self._place(self.kinds[own.kind][0])}"

    def common(self, m: int) -> int:
        """Return how common it is that m is taken for another size."""
        return 2 if any({*kind} <= self.counted for kind in self._alike(m)) else 3

    def as_well(self, m: int, owns: list[Divisor]) -> Factor:
        """Return that something was divided by m too, which with the right division may be one by all entries."""
        for own in owns:
            places = self._completing(m, own)
            if places:
                what = f", {' or '.join(map(self._place, places))}," if len(places) <= MOST_NAMED else ""
                whole = f"{what.removesuffix(',')} (so by all {m * own.n} entries, not by {own.n})"
                return Factor(1 / m, "n-twice", f"one more division by {m}{whole}", common=1)
        what = self.words(m)
        words = f"a division by {m}, {what}, which does not belong here" if what else f"a division by {m} too many"
        return Factor(1 / m, "n-twice", words, self.common(m))

    def _completing(self, m: int, own: Divisor) -> list[Place]:
        """Return the axes of m entries that with what the program divides by are all of an array."""
        best = [self._best(kind, own.kind) for kind in self._alike(m)] if own.kind else []
        return [(i, axis) for i, axis in best
                if axis is not None and self.has(i, own.kind) and count(self._shape(i)) == m * own.n]  # fmt: skip

    def _shape(self, i: int) -> tuple[int, ...]:
        shape: Any = self.graph.nodes[i].shape
        return shape

    def makes_all(self, m: int, own: Divisor) -> bool:
        """Whether m counts what the program divides by and one axis more, which `as_well` says."""
        return any(own.kind and {*own.kind} < {*kind} for kind in self._alike(m)) and any(
            len(kind) == 1 and self.size(kind) * own.n == m for kind in self.kinds
        )


# ---- wrong factors


@lru_cache(maxsize=MOST_KEPT)
def program_sizes(graph: ArrayGraph) -> ProgramSizes:
    """Return the sizes of a program."""
    return ProgramSizes(graph)


@lru_cache(maxsize=MOST_KEPT)
def factors(graph: ArrayGraph) -> tuple[Factor, ...]:
    """Return every wrong factor that is looked for in a program, each reading of a number, the likeliest first."""
    sizes = program_sizes(graph)
    likely = list(_likely(graph, sizes))
    known = {_exact(factor) for factor in likely}
    found = {(_exact(factor), factor.words): factor for factor in likely}
    for factor in _bare(sizes):
        if _exact(factor) not in known:
            found.setdefault((_exact(factor), factor.words), factor)
    return tuple(found.values())


def _exact(factor: Factor) -> Fraction:
    return Fraction(factor.factor).limit_denominator()


def _likely(graph: ArrayGraph, sizes: ProgramSizes) -> Iterator[Factor]:
    owns = sizes.divisors()
    by = [own.n for own in owns]
    squares = any(is_squared(graph, i) for i, _ in enumerate(graph.nodes))
    yield Factor(-1.0, "sign", "the opposite sign")
    for n in by:
        yield Factor(float(n), "n-missing", f"1/{n} left out", common=1)
        yield Factor(1 / n, "n-twice", f"1/{n} once too often", common=1)
    yield Factor(2.0, "factor", "a stray factor 2, or added twice")
    halved = ("the factor 2 of the square left out", 1) if squares else ("a factor 2 left out", 2)
    yield Factor(0.5, "factor", *halved)
    for m in sizes.numbers:
        for own in owns:
            if m != own.n and not sizes.makes_all(m, own):
                yield Factor(own.n / m, "n-wrong", sizes.instead(m, own), sizes.common(m))
        if m not in by:
            yield sizes.as_well(m, owns)
    yield Factor(4.0, "factor", "a stray factor 4")
    yield Factor(-2.0, "sign", "the opposite sign and a factor 2")
    yield Factor(-0.5, "sign", "the opposite sign, and a factor 2 left out")
    for n in by:
        yield Factor(-float(n), "sign", f"the opposite sign, and 1/{n} left out")


def _bare(sizes: ProgramSizes) -> Iterator[Factor]:
    """Yield the factors that are told only where nothing says more."""
    yield Factor(0.25, "factor", "a factor 4 left out")
    for m in sizes.numbers:
        yield Factor(float(m), "factor", f"a stray factor {m}")


def is_squared(graph: ArrayGraph, i: int) -> bool:
    """Whether a node is a square."""
    node = graph.nodes[i]
    if node.operation.name == "pow":
        return graph.nodes[node.arguments[1]].text == "2"
    return node.operation.name == "mul" and node.arguments[0] == node.arguments[1]

"""What arrays and gradients are called in the words of a mistake: by names that a student has.

Words may hold `$v3` for the value of node 3 and `$g3` for the gradient that arrives there. A node without a name is
written out down to those that have one.
"""

from __future__ import annotations

from string import Template

from ...arrays.graph import ArrayGraph
from ...arrays.sizes import shape_text
from ...language.array_writing import formula
from .array_worlds import World, same

LONGEST = 60  # characters of a formula
MOST_PLACES = 4  # that are named one by one


class Names:
    """The names of a program's arrays and gradients, as they are in a world."""

    def __init__(self, world: World) -> None:
        self.world, self.graph = world, world.graph
        self.named = has_names(self.graph)
        self._gradients: dict[int, str] = {}

    def filled(self, words: str) -> str:
        """Return words with names in all places."""
        return Template(words).substitute(_Operands(self)).replace(".T.T", "")

    def operand(self, kind: str, i: int) -> str:
        """Return what stands in a place for a value or gradient: the name, or what it is in parentheses."""
        if kind == "g":
            return self.gradient(i)
        text = self.value(i)
        return text if self.named[i] or text.endswith((")", "]", ".T")) else f"({text})"

    def value(self, i: int) -> str:
        """Return how a value is written: its name, or what it is computed from."""
        return formula(self.graph, i, self.named, limit=LONGEST) if not self.named[i] else self.graph.labels[i]

    def gradient(self, i: int) -> str:
        """Return how the gradient that arrives at a node is written, by the name of one that has the same if need be.

        `z = x@W + b` passes on the gradient of z, so that the gradient of x@W is called that of z.
        """
        if i not in self._gradients:
            self._gradients[i] = f"d{self.graph.labels[self.world.output]}/d{self._below(i)}"
        return self._gradients[i]

    def where(self, nodes: tuple[int, ...], *, is_value: bool) -> str:
        """Return where a mistake was made: at gradients, or at a value with what it computes."""
        if not is_value:
            names = [self._place(i) for i in nodes]
            return "in all gradients" if nodes == (self.world.output,) else f"at {listed([*dict.fromkeys(names)])}"
        if len(nodes) == 1 and self.named[nodes[0]]:
            return f"at {self.value(nodes[0])} = {formula(self.graph, nodes[0], self.named, limit=LONGEST)}"
        return f"at {listed([self.value(i) for i in nodes])}"

    def _place(self, i: int) -> str:
        """Return a gradient by its name, or by what it is the gradient of."""
        name = self._below(i)
        return self.gradient(i) if not name.startswith("(") else f"the gradient of {name[1:-1]}"

    def _below(self, i: int) -> str:
        if self.named[i]:
            return self.graph.labels[i]
        own = self.world.upstream[i]
        near = [j for j in self._neighbours(i) if self.named[j] and j != self.world.output]
        for j in near:
            other = self.world.upstream[j]
            if own is not None and other is not None and same(own, other):
                return self.graph.labels[j]
        return f"({self.value(i)})"

    def _neighbours(self, i: int) -> list[int]:
        """Return what uses a node, and what that is used by while it has no name; then what the node is made of."""
        found: list[int] = []
        at = i
        while len(self.world.users[at]) == 1:
            at = self.world.users[at][0][0]
            found.append(at)
            if self.named[at]:
                break
        return [*found, *self.graph.nodes[i].arguments]


class _Operands(dict[str, str]):
    """What stands in the places of words: under v3 the value of node 3, under g3 its gradient."""

    def __init__(self, names: Names) -> None:
        super().__init__()
        self.names = names

    def __missing__(self, place: str) -> str:
        return self.names.operand(place[0], int(place[1:]))


def has_names(graph: ArrayGraph) -> list[bool]:
    """Return of every node whether a student has a name for it: leaves, statements, the output."""
    named = {*graph.named.values(), graph.output}
    return [node.operation.is_leaf or i in named for i, node in enumerate(graph.nodes)]


def listed(names: list[str]) -> str:
    """Return names as a list in words, long ones cut."""
    if len(names) > MOST_PLACES:
        names = [*names[: MOST_PLACES - 1], f"{len(names) - MOST_PLACES + 1} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def reshaped_text(shape: tuple[int, ...]) -> str:
    """Return the arguments of a reshape."""
    return shape_text(shape).replace("x", ", ").replace("×", ", ")  # noqa: RUF001

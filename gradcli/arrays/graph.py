"""The program as a graph of arrays: a flat tuple of nodes, each older than its users, and the builder that makes one.

The builder infers the shape of every node when it is made, before there is any number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

from ..calculus.following import follows
from ..calculus.operations import MAX, MIN
from ..calculus.table_parts import Operation
from ..errors import LimitError
from ..files.array_data import MAX_AXES, MAX_NUMBERS
from .rows import ArrayOperation
from .scatters import MOVERS, scattering
from .sizes import Misfit, Shape, Sizes, count, literal_text, shape_text
from .table import CLIP, CONSTANT, INPUT, LITERAL, NUMBER, SCATTER, entry_by_entry

MAX_ARRAY_NODES = 1_000_000


class ArrayNode(NamedTuple):
    """One array of a program. `fixed` is what the program fixes beside the arguments; `text` as in the scalar graph.

    `text` is the name of an input or constant, or the numeral as it was written; a literal has its numerals in `fixed`.
    """

    operation: ArrayOperation
    arguments: tuple[int, ...]
    fixed: Mapping[str, Any]
    shape: Shape
    text: str
    span: tuple[int, int]


class ArrayGraph:
    """A frozen program of arrays: nodes in order of creation, the output, the names, and what is known of its sizes.

    `unused` are the names of statements whose value nothing uses. `defaults` has the numerals that the program itself
    gives to inputs, the last axis fastest; `assumed` says that they are inputs only because nothing else is. `sized`
    are the inputs that sizes, axes or bounds were read from. `labels` are the names of all nodes, where they are known.
    """

    def __init__(
        self,
        nodes: Sequence[ArrayNode],
        output: int,
        named: Mapping[str, int],
        sizes: Sizes,
        unused: Sequence[str] = (),
        *,
        defaults: Mapping[str, Sequence[str]] | None = None,
        assumed: bool = False,
        sized: Collection[str] = (),
        labels: Sequence[str] | None = None,
    ) -> None:
        self.nodes = tuple(nodes)
        self.output = output
        self.named = dict(named)
        self.sizes = sizes
        self.unused = unused
        self.defaults = defaults or {}
        self.assumed = assumed
        self.sized = sized
        self._given_labels = labels

    @cached_property
    def inputs(self) -> dict[str, int]:
        """The variables, in order of first appearance."""
        return {node.text: i for i, node in enumerate(self.nodes) if node.operation is INPUT}

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The name of every node: its own, its numeral, or v1, v2, ... (the output of an unnamed program is f)."""
        if self._given_labels is not None:
            return tuple(self._given_labels)
        labels = [
            literal_text(node.fixed["texts"], node.shape) if node.operation is LITERAL else node.text
            for node in self.nodes
        ]
        for name, i in self.named.items():
            if not labels[i] or self.nodes[i].operation in (NUMBER, LITERAL):
                labels[i] = name
        taken = {label for label in labels if label} | set(self.named)
        if not labels[self.output] and "f" not in taken:
            labels[self.output] = "f"
        letter = next(
            c for c in ("v", "u", "n", "node") if not any(t.startswith(c) and t[len(c) :].isdecimal() for t in taken)
        )
        unnamed = 0
        for i, label in enumerate(labels):
            if not label:
                unnamed += 1
                labels[i] = f"{letter}{unnamed}"
        return tuple(labels)

    def needed(self, output: int) -> bytearray:
        """Return whether the node `output` depends on a node, one entry per node, oldest first."""
        found = bytearray(len(self.nodes))
        found[output] = 1
        for i in range(output, -1, -1):
            if found[i]:
                for a in self.nodes[i].arguments:
                    found[a] = 1
        return found

    @cached_property
    def by_label(self) -> dict[str, int]:
        """The node of every name that a person can use."""
        leaves = (NUMBER, CONSTANT, LITERAL)
        return {
            **{label: i for i, label in enumerate(self.labels) if self.nodes[i].operation not in leaves},
            **self.named,
        }

    @cached_property
    def differentiable(self) -> dict[str, int]:
        """The inputs that are not used as labels, indices or sizes alone, be they taken out or moved before."""
        used: set[int] = set()
        flows = {self.output}
        for i in range(len(self.nodes) - 1, -1, -1):
            node = self.nodes[i]
            is_moving = i in flows or i not in used  # whether it is more than a label: or nothing uses it
            used.update(node.arguments)
            flows.update(a for k, a in enumerate(node.arguments) if is_moving and not node.operation.is_role(k))
        return {name: i for name, i in self.inputs.items() if i in flows or (i not in used and name not in self.sized)}

    @cached_property
    def products(self) -> int:
        """How many multiplications the products of matrices of one pass take."""
        total = 0
        for node in self.nodes:
            if node.operation.work is not None:
                total += node.operation.work(node.shape, *[self.nodes[a].shape for a in node.arguments])
        return total

    def active(self, wrt: Sequence[int]) -> bytearray:
        """Return, for every node, whether it depends on one of some nodes along edges that have a pullback."""
        found = bytearray(len(self.nodes))
        for i in wrt:
            found[i] = 1
        for i, node in enumerate(self.nodes):
            if not found[i]:
                found[i] = any(found[a] and node.operation.pullback(k) for k, a in enumerate(node.arguments))
        return found

    @cached_property
    def users(self) -> list[list[tuple[int, int]]]:
        """The uses of every node, oldest first: the node that uses it, and the position of the argument."""
        found: list[list[tuple[int, int]]] = [[] for _ in self.nodes]
        for i, node in enumerate(self.nodes):
            for k, a in enumerate(node.arguments):
                found[a].append((i, k))
        return found

    def follows(self, node: int, other: int) -> bool:
        """Return whether a node depends on another along edges that have a pullback, or is that one."""
        return follows(self._moved_by, node, other)

    def _moved_by(self, i: int) -> list[int]:
        node = self.nodes[i]
        return [a for k, a in enumerate(node.arguments) if node.operation.pullback(k)]


class ArrayBuilder:
    """Collects array nodes and infers their shapes. Inputs and numerals are shared.

    `statics` has the numbers of inputs that are known before the run, so that sizes may be read from them.
    """

    def __init__(self, sizes: Sizes | None = None, statics: Mapping[str, Fraction] | None = None) -> None:
        self.statics = statics or {}
        self.nodes: list[ArrayNode] = []
        self.named: dict[str, int] = {}
        self.sizes = sizes or Sizes()
        self._leaves: dict[tuple[ArrayOperation, str], int] = {}
        self._static: dict[int, Fraction | None] = {}
        self._numbers = 0

    def shape(self, i: int) -> Shape:
        """Return the shape of a node."""
        return self.nodes[i].shape

    def input(self, name: str, shape: Shape, span: tuple[int, int]) -> int:
        """Return the node of an input, made at its first appearance."""
        return self._leaf(INPUT, name, shape, span)

    def number(self, text: str, span: tuple[int, int]) -> int:
        """Return the node of a numeral, made at its first appearance."""
        return self._leaf(NUMBER, text, (), span)

    def constant(self, name: str, span: tuple[int, int]) -> int:
        """Return the node of pi, e or tau."""
        return self._leaf(CONSTANT, name, (), span)

    def literal(self, texts: Sequence[str], shape: Shape, span: tuple[int, int]) -> int:
        """Return a node of numerals, which may have signs: an array that the program writes down."""
        return self._add(ArrayNode(LITERAL, (), {"texts": tuple(texts)}, shape, "", span))

    def _leaf(self, operation: ArrayOperation, text: str, shape: Shape, span: tuple[int, int]) -> int:
        found = self._leaves.get((operation, text))
        if found is None:
            found = self._leaves[operation, text] = self._add(ArrayNode(operation, (), {}, shape, text, span))
        return found

    def apply(
        self, operation: ArrayOperation, arguments: Sequence[int], span: tuple[int, int], fixed: Mapping[str, Any] = {}
    ) -> int:
        """Return a new node. Raises `Misfit` where the shapes do not fit, `LimitError` for too many numbers."""
        shapes = [self.nodes[a].shape for a in arguments]
        if operation.chosen is not None:
            operation = operation.chosen(shapes)
        if operation is CLIP:
            x, low, high = arguments
            return self.entrywise(MIN, [self.entrywise(MAX, [x, low], span), high], span)
        if operation is SCATTER:
            g, a = arguments
            taken = self.nodes[a]
            if taken.operation.name in MOVERS:
                operation, arguments, fixed = scattering(taken.operation), (g, *taken.arguments), taken.fixed
                shapes = [self.nodes[a].shape for a in arguments]
        shape = operation.shape(self.sizes, *shapes, **fixed)
        if len(shape) > MAX_AXES:
            raise Misfit(f"the result would be {shape_text(shape)}: an array has at most {MAX_AXES} axes")
        return self._add(ArrayNode(operation, tuple(arguments), fixed, shape, "", span))

    def entrywise(self, operation: Operation, arguments: Sequence[int], span: tuple[int, int]) -> int:
        """Return a new node of an operation of the first table, entry by entry. Raises what `apply` raises."""
        return self.apply(entry_by_entry(operation), arguments, span)

    def static(self, i: int) -> Fraction | None:
        """Return the number of a node that hangs on numerals and `statics` alone, as a fraction; None for any other."""
        pending = [i]
        while pending:
            node, here = self.nodes[pending[-1]], pending[-1]
            if here not in self._static and not node.operation.is_leaf:
                if node.operation.operation and node.shape == ():
                    if waiting := [a for a in node.arguments if a not in self._static]:
                        pending += waiting
                        continue
                    self._static[here] = _folded(node.operation.operation, [self._static[a] for a in node.arguments])
                else:
                    self._static[here] = None
            elif here not in self._static:
                is_known = node.operation is INPUT and node.shape == ()
                known = self.statics.get(node.text) if is_known else None
                self._static[here] = Fraction(node.text) if node.operation is NUMBER else known
            pending.pop()
        return self._static[i]

    def name(self, i: int, name: str) -> int:
        """Give node `i` a name and return the node that bears it: a numeral that gets a name is no longer shared."""
        if self.nodes[i].operation is NUMBER:
            i = self._add(self.nodes[i])
        self.named[name] = i
        return i

    def freeze(self, output: int, unused: Sequence[str] = ()) -> ArrayGraph:
        """Return the graph as it stands, its sizes filled with what is known of their letters."""
        nodes = [n._replace(shape=tuple(map(self.sizes.filled, n.shape))) for n in self.nodes]
        return ArrayGraph(nodes, output, self.named, self.sizes, unused)

    def _add(self, node: ArrayNode) -> int:
        if len(self.nodes) >= MAX_ARRAY_NODES:
            raise LimitError(f"the program has more than {MAX_ARRAY_NODES:,} arrays", hint="take fewer steps")
        if all(isinstance(size, int) for size in node.shape):
            self._numbers += count(node.shape)
            if self._numbers > MAX_NUMBERS:
                raise LimitError(f"the arrays of the program have more than {MAX_NUMBERS:,} numbers in all",
                                 span=node.span, hint="take fewer rows of the data, or fewer steps")  # fmt: skip
        self.nodes.append(node)
        return len(self.nodes) - 1


def _folded(operation: Operation, parts: Sequence[Fraction | None]) -> Fraction | None:
    """Return what an operation makes of fractions, None where that is no fraction."""
    if None in parts:
        return None
    from ..errors import GradcliError
    from ..numbers.fractions import Exact

    S = Exact()
    try:
        if operation.domain is not None and not operation.domain.holds(S, *parts):
            return None
        found = operation.value(S, *parts)
    except GradcliError:
        return None
    return found if isinstance(found, Fraction) else None

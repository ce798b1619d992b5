"""The gradient of a program of arrays as a program: the reverse sweep over symbols, a statement for what is named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.rows import no_pullback
from ..arrays.sizes import Letters
from ..arrays.table import INPUT
from ..calculus.building import NOWHERE
from ..errors import InputError
from .array_arithmetic import ArraySymbol
from .array_statements import ArrayStatement, Root, letters_of, statements
from .array_symbols import ArraySymbols
from .array_writing import is_condition


def gradient_program(graph: ArrayGraph, output: int, places: Mapping[str, int]) -> list[ArrayStatement]:
    """Return the derivatives of a number with respect to some inputs as the statements of a program.

    Sizes that are letters come first, then what is needed of the program itself, the reverse sweep, and what was asked
    for. What stands in several places has a statement of its own. Raises `InputError` for a size that is a name too.
    """
    return _Sweep(graph, output, places).statements()


def edge_flows(
    A: ArraySymbols,
    node: ArrayNode,
    active: Sequence[int],
    g: ArraySymbol,
    v: ArraySymbol,
    symbols: Sequence[ArraySymbol] | Mapping[int, ArraySymbol],
) -> list[tuple[int, ArraySymbol]]:
    """Return what flows back to every active argument of a node: which one, and the symbol.

    `v` is the node itself, `symbols` has its arguments. Raises `InputError` for an operation without a rule.
    """
    xs = [symbols[a] for a in node.arguments]
    if node.operation.operation is None:
        itself = A.builder.apply(node.operation, [x.node for x in xs], NOWHERE, node.fixed)
        A.itself = ArraySymbol(A, itself, node.shape)
    found = []
    for k, a in enumerate(node.arguments):
        rule = node.operation.pullback(k)
        if active[a] and rule is no_pullback:
            no_pullback(A, g, None)
        if active[a] and rule is not None:
            flow = node.operation.flow(A, k, g, v, xs, node.fixed)
            found.append((a, ArraySymbol(A, flow.node, xs[k].shape)))
    return found


class _Sweep:
    """Runs the reverse sweep on the nodes of a second program, in which the named nodes of the first are inputs."""

    def __init__(self, graph: ArrayGraph, output: int, places: Mapping[str, int]) -> None:
        self.graph = graph
        self.output = output
        self.places = places
        self.active = graph.active(list(places.values()))
        letters = letters_of(node.shape for node in graph.nodes)
        if both := sorted(letters & {*graph.inputs, *graph.named}):
            raise InputError(f"{both[0]} is a size, and the name of something in the program", kind="name",
                             hint="choose another letter for the size")  # fmt: skip
        self.taken = {*graph.inputs, *letters}
        self.A = ArraySymbols()
        self.names = self._names()
        self.symbols = self._symbols()
        self.roots: list[Root] = []  # of the reverse sweep
        self.ends: dict[int, ArraySymbol] = {}  # what arrives at an input

    def free(self, name: str) -> str:
        """Return a name like this one that a program can write and that nothing has yet: h_1 for h[1]."""
        name = "".join(c if c.isalnum() or c == "_" else "_" for c in name.rstrip("]"))
        while name in self.taken:
            name += "_"
        return name

    def _names(self) -> dict[int, str]:
        """Return the names of the inputs and of the named nodes, as a program can write them."""
        found = {i: name for name, i in self.graph.inputs.items()}
        for name, i in self.graph.named.items():
            if i not in found and not is_condition(self.graph.nodes[i]):
                found[i] = self.free(name)
                self.taken.add(found[i])
        return found

    def _symbols(self) -> list[ArraySymbol]:
        """Return every node of the first program in the second one: by its name, or what it computes."""
        found: list[ArraySymbol] = []
        for i, node in enumerate(self.graph.nodes):
            own = self.names.get(i)
            found.append(self.A.computed(node, found) if own is None else self.A.variable(own, node.shape))
        return found

    # ---- the reverse sweep

    def _run(self) -> None:
        """Run the reverse sweep: an upstream gradient with a name of its own becomes a statement."""
        nodes, A = self.graph.nodes, self.A
        arriving: dict[int, ArraySymbol] = {self.output: A.number("1")}
        for i in range(self.output, -1, -1):
            if not self.active[i] or i not in arriving:
                continue
            g = ArraySymbol(A, arriving.pop(i).node, nodes[i].shape)
            if nodes[i].operation is INPUT:
                self.ends[i] = g
                continue
            for a, flow in self._passed_on(i, g):
                arriving[a] = A.add(arriving[a], flow) if a in arriving else flow

    def _passed_on(self, i: int, g: ArraySymbol) -> list[tuple[int, ArraySymbol]]:
        """Return what flows on from a node; its upstream gradient gets a statement for a name, or for many uses."""
        if self.A.at(g).operation.is_leaf:
            return self._flows(i, g)
        own = self._upstream_name(i)
        variable = self.A.variable(own, g.shape)
        flows = self._flows(i, variable)
        if i not in self.names and sum(self._uses(flow, variable) for _, flow in flows) < 2:
            return self._flows(i, g)
        self.taken.add(own)
        self.roots.append(Root(own, self.A.full_size(g).node))
        return flows

    def _upstream_name(self, i: int) -> str:
        """Return what the derivative with respect to a node is called: dL_dZ."""
        labels = self.graph.labels
        output, own = (self.names.get(k, labels[k]) for k in (self.output, i))
        return self.free(f"d{output}_d{own}")

    def _flows(self, i: int, g: ArraySymbol) -> list[tuple[int, ArraySymbol]]:
        """Return what flows back along every edge of a node: to which argument, and the symbol."""
        return edge_flows(self.A, self.graph.nodes[i], self.active, g, self.symbols[i], self.symbols)

    def _uses(self, root: ArraySymbol, symbol: ArraySymbol) -> int:
        """Return how often a symbol stands in another."""
        nodes, pending, total = self.A.builder.nodes, [root.node], 0
        while pending:
            here = pending.pop()
            total += here == symbol.node
            if here > symbol.node:
                pending += nodes[here].arguments
        return total

    # ---- statements

    def statements(self) -> list[ArrayStatement]:
        """Return the statements of the program."""
        self._run()
        roots = list(self.roots)
        for name, i in self.places.items():
            g = self.ends.get(i, ArraySymbol(self.A, self.A.number("0").node, self.graph.nodes[i].shape))
            own = self._upstream_name(i)
            self.taken.add(own)
            roots.append(Root(own, self.A.full_size(g).node, name))
        roots = [*self._forward([root.node for root in roots]), *roots]
        suggested = {symbol.node: self.graph.labels[i] for i, symbol in enumerate(self.symbols)}
        found = statements(self.A.builder, roots, suggested, self)
        return [*self._sizes(found), *found]

    def _forward(self, ends: Iterable[int]) -> list[Root]:
        """Return the statements of the program itself that nodes of the second one need, in order."""
        nodes = self.A.builder.nodes
        places = {name: i for i, name in self.names.items() if self.graph.nodes[i].operation is not INPUT}
        found: dict[int, int] = {}
        seen: set[int] = set()
        pending = list(ends)
        while pending:
            here = pending.pop()
            if here in seen:
                continue
            seen.add(here)
            pending += nodes[here].arguments
            i = places.get(nodes[here].text) if nodes[here].operation is INPUT else None
            if i is not None:
                found[i] = self.A.computed(self.graph.nodes[i], self.symbols).node
                pending.append(found[i])
        return [Root(self.names[i], found[i]) for i in sorted(found)]

    def _sizes(self, found: Sequence[ArrayStatement]) -> list[ArrayStatement]:
        """Return a statement for every letter that the others use: it is a size of an input."""
        used: set[str] = set().union(*(statement.letters for statement in found))
        sizes: dict[str, str] = {}
        for name, i in self.graph.inputs.items():
            for axis, size in enumerate(self.graph.nodes[i].shape):
                if isinstance(size, Letters) and size.name in used:
                    sizes.setdefault(str(size.name), f"size({name}, {axis})")
        return [ArrayStatement(letter, text, (), None, frozenset()) for letter, text in sizes.items()]

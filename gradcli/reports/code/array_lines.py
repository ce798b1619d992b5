"""The lines of both passes of a program of arrays, in no language yet: what is assigned, with its shape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ...arrays.graph import ArrayGraph
from ...arrays.sizes import Shape
from ...arrays.table import INDEX, INPUT, LEAVES, NUMBER, TRANSPOSE
from ...calculus.notes import Note
from ...calculus.operations import NEG, WHERE
from ...language.array_arithmetic import ArraySymbol, grown
from ...language.array_gradients import edge_flows
from ...language.array_writing import is_condition
from .array_safety import closes, is_at_risk, may_be_infinite, operand_at_risk, within_branch, within_domain
from .array_spelling import names_in
from .array_symbols import CodeArraySymbols
from .names import Names

Guard = tuple[int, int]  # a choice, and the position of one of its branches
ALWAYS: Guard = (-1, 0)


class ArraySubject(NamedTuple):
    """What is written down: a graph of arrays, its output, and what is differentiated.

    `start` is a literal of what the reverse pass starts with, empty for 1; `point` has literals of the inputs, where
    they are known. `idle` are nodes to some entries of which nothing flows back there, or which are 0; `notes` are
    remarks on that point.
    """

    text: str
    graph: ArrayGraph
    output: int
    places: Mapping[str, int]
    start: str
    point: Mapping[str, str]
    idle: frozenset[int] = frozenset()
    notes: Sequence[Note] = ()


class ArrayLine(NamedTuple):
    """An assignment, or with `adds` one more term: the name, the formula as a node of the second program, the shape.

    `text` stands in place of a formula.
    """

    name: str
    formula: int
    shape: Shape
    adds: bool = False
    text: str = ""


class SafeOperand(NamedTuple):
    """What stands in place of an operand at risk; `is_certain` says that it is not the own one in no other branch."""

    variable: ArraySymbol
    formula: ArraySymbol
    is_certain: bool


class ArrayLines:
    """Both passes: `forward` and `backward`, formulas as nodes of `A`, and how values and derivatives are called.

    An array without a name is written where it is used, if that is one place of the forward pass alone; so is its
    derivative.
    """

    def __init__(self, subject: ArraySubject, language: str, names: Names) -> None:
        self.subject, self.names = subject, names
        graph = self.graph = subject.graph
        self.A = CodeArraySymbols(language)
        self.needed = graph.needed(subject.output)
        self.active = graph.active(list(subject.places.values()))
        self.kept = {subject.output, *graph.named.values(), *graph.inputs.values()}
        self.called = self._called()
        self.variables = self._variables()
        self.branched = self._branched()
        self.arrives = self._arrives()
        self.safe: dict[tuple[int, int], SafeOperand] = {}  # of a node, in place of an argument
        self.exposed: set[int] = set()  # nodes for whose operands nothing safe is known
        self.order = self._order()
        self.slopes: dict[int, str] = {}
        self.backward = self._backward()
        self.forward = self._forward()

    def _called(self) -> dict[int, str]:
        """Return what values are called."""
        graph, found = self.graph, {}
        for i in graph.inputs.values():
            found[i] = self.names.take(graph.labels[i])
        self.A.finite = set(found.values())
        for i, node in enumerate(graph.nodes):
            is_plain = node.operation in LEAVES and i not in self.kept
            is_plain = is_plain or self._is_part(i) or self._is_negative(i)
            if self.needed[i] and i not in found and not is_plain and not is_condition(node):
                label = graph.labels[i]
                found[i] = self.names.take(label if label[0].isidentifier() else "f")
        return found

    def _is_negative(self, i: int) -> bool:
        """Whether a node without a name is a numeral with a sign, written as that."""
        node = self.graph.nodes[i]
        is_minus = node.operation.operation is NEG and self.graph.nodes[node.arguments[0]].operation is NUMBER
        return is_minus and i not in self.kept

    def _is_part(self, i: int) -> bool:
        """Whether a node without a name is part of an array with one, and written as that: x[0], W.T."""
        node = self.graph.nodes[i]
        is_view = node.operation in (INDEX, TRANSPOSE) and len(node.arguments) == 1
        return is_view and i not in self.kept and node.arguments[0] in self.kept

    def _variables(self) -> list[ArraySymbol]:
        """Return every node by its name; a numeral and a condition as they are."""
        A, found = self.A, list[ArraySymbol]()
        for i, node in enumerate(self.graph.nodes):
            name = self.called.get(i)
            found.append(self.A.computed(node, found) if name is None else A.variable(name, node.shape))
        return found

    def _branched(self) -> dict[int, Guard | None]:
        """Return the nodes whose derivatives come from branches of choices alone, each with the condition of that.

        None where no single condition says so: in several branches, or where an operation between the node and the
        choice moves entries, as a matrix product does.
        """
        nodes = self.graph.nodes
        found: dict[int, Guard | None] = {self.subject.output: ALWAYS}
        compared: set[int] = set()  # only that, so that nothing flows back to them
        for i in range(self.subject.output, -1, -1):
            for k, a in enumerate(nodes[i].arguments if i in found else ()):
                way = self._way(i, k, found[i])
                flows = i not in compared and nodes[i].operation.pullback(k) is not None
                if a not in found or (flows and a in compared):
                    found[a] = way
                    (compared.discard if flows else compared.add)(a)
                elif flows or a in compared:
                    found[a] = ALWAYS if ALWAYS in (way, found[a]) else way if way == found[a] else None
        return {i: guard for i, guard in found.items() if guard != ALWAYS and not nodes[i].operation.is_leaf}

    def _way(self, i: int, k: int, guard: Guard | None) -> Guard | None:
        """Return the branch in which an argument of a node counts as far as that node goes, None for several.

        None too where the condition does not say of the argument, entry by entry, where it counts.
        """
        nodes, a = self.graph.nodes, self.graph.nodes[i].arguments[k]
        row = nodes[i].operation.operation
        if row is WHERE and k:
            guard = (i, k) if guard == ALWAYS else None
        if guard in (None, ALWAYS) or (row is not None and nodes[a].shape == nodes[i].shape):
            return guard
        assert guard is not None
        return None if nodes[nodes[guard[0]].arguments[0]].shape else guard

    # ---- where branches are not taken

    def _order(self) -> list[int]:
        """Return the nodes, each after its arguments and after what tells where its operand counts, and find these.

        Where the condition of a branch depends on what stands in the branch, the domain of the operation tells.
        """
        nodes = self.graph.nodes
        order: list[int] = []
        state = bytearray(len(nodes))  # 1 on the way, 2 done
        known: dict[int, ArraySymbol] = {}
        for start in range(len(nodes)):
            stack = [start]
            while stack:
                i = stack[-1]
                condition = self._condition(i)
                waiting = [a for a in nodes[i].arguments if state[a] != 2]
                if condition is not None and not (state[i] or state[condition] or self.graph.needed(condition)[i]):
                    waiting.append(condition)
                if waiting:
                    state[i] = 1
                    stack += waiting
                    continue
                stack.pop()
                if state[i] != 2:
                    state[i] = 2
                    order.append(i)
                    is_told = condition is not None and state[condition] == 2
                    self._find_safe_operand(i, condition if is_told else None, known)
        return order

    def _condition(self, i: int) -> int | None:
        """Return the condition that tells where an operand at risk counts, None where no single one does."""
        guard = self.branched.get(i)
        return self.graph.nodes[guard[0]].arguments[0] if guard is not None and self._at_risk(i) else None

    def _at_risk(self, i: int) -> bool:
        node = self.graph.nodes[i]
        return i in self.branched and is_at_risk(node, self.A, [self.variables[a] for a in node.arguments])

    def _find_safe_operand(self, i: int, condition: int | None, known: dict[int, ArraySymbol]) -> None:
        """Note what stands in place of an operand of a node that counts in branches alone."""
        if not self._at_risk(i):
            return
        A, node = self.A, self.graph.nodes[i]
        xs = [self.variables[a] for a in node.arguments]
        position = operand_at_risk(node)
        formula: ArraySymbol | None = None
        shape = xs[position].shape
        told = () if condition is None else self.graph.nodes[condition].shape
        is_told = not told or (node.operation.operation is not None and grown([told, shape]) == shape)
        if condition is not None and is_told:
            counts, guard = self.variables[condition], self.branched[i]
            assert guard is not None
            formula = within_branch(A, node, xs, counts if guard[1] == 1 else A.opposite(counts))
        is_certain = formula is not None
        formula = formula or within_domain(A, node, xs)
        if formula is None:
            self.exposed.add(i)
            return
        if formula.node not in known:
            label = self.called.get(node.arguments[position], "x")
            known[formula.node] = A.variable(self.names.take(f"safe_{label}"), shape)
        self.safe[i, position] = SafeOperand(known[formula.node], formula, is_certain)

    def _operands(self, i: int, symbols: Sequence[ArraySymbol]) -> dict[int, ArraySymbol]:
        """Return the arguments of a node, safe ones where it has such."""
        found: dict[int, ArraySymbol] = {}
        for k, a in enumerate(self.graph.nodes[i].arguments):
            safe = self.safe.get((i, k))
            found[a] = found.get(a, symbols[a]) if safe is None else safe.variable
        return found

    def _arrives(self) -> set[int]:
        """Return the nodes at all entries of which something arrives where they count, whatever the numbers."""
        nodes = self.graph.nodes
        found = {self.subject.output}
        for i in range(self.subject.output, -1, -1):
            if i in found and not closes(nodes[i]):
                found.update(nodes[i].arguments)
        return found

    @property
    def has_infinite_slopes(self) -> bool:
        """Whether slopes may be infinite where nothing flows back."""
        uncertain = self.exposed | {i for (i, _), safe in self.safe.items() if not safe.is_certain}
        return bool(uncertain) or self.A.has_stopped

    def _stops(self, i: int) -> bool:
        """Whether slopes of a node may be infinite at entries where nothing arrives, so that 0 is not multiplied."""
        node = self.graph.nodes[i]
        if i in self.exposed:
            return True
        if not may_be_infinite(node, self.A, [self.variables[a] for a in node.arguments]):
            return False
        if i in self.branched:
            return i not in self.arrives or not any(safe.is_certain for (j, _), safe in self.safe.items() if j == i)
        return i not in self.arrives or i in self.subject.idle

    # ---- backwards

    def slope(self, i: int) -> str:
        """Return what the derivative with respect to a node is called."""
        if i not in self.slopes:
            self.slopes[i] = self.names.take(f"d{self.called.get(i, self.graph.labels[i])}")
        return self.slopes[i]

    def _backward(self) -> list[ArrayLine]:
        """Return the lines in the order of the derivation: what arrives at a node is complete before it flows on."""
        A, graph, output = self.A, self.graph, self.subject.output
        lines: list[ArrayLine] = []
        begun: set[int] = set()
        arriving: dict[int, ArraySymbol] = {}
        edges = self._edges()
        if self.active[output]:
            arriving[output] = A.number("1")
        if output in self.subject.places.values() or (self.subject.start and self.active[output]):
            lines.append(ArrayLine(self.slope(output), 0, graph.nodes[output].shape, text=self.subject.start or "1.0"))
            arriving[output] = A.variable(self.slope(output), graph.nodes[output].shape)
            A.nonzero |= set() if self.subject.start else {self.slope(output)}
            begun.add(output)
        for i in range(output, -1, -1):
            if i not in arriving or graph.nodes[i].operation.is_leaf:
                continue
            for a, flow in self._passed_on(i, arriving.pop(i), lines, edges):
                if a in self.kept or edges[a] > 1:
                    whole = A.full_size(flow)
                    lines.append(ArrayLine(self.slope(a), whole.node, graph.nodes[a].shape, a in begun))
                    begun.add(a)
                    A.nonzero |= {self.slope(a)} if edges[a] == 1 and A.is_never_zero(whole) else set()
                    flow = A.variable(self.slope(a), graph.nodes[a].shape)
                arriving[a] = flow
        for i in dict.fromkeys(self.subject.places.values()):
            if i not in begun:
                zero = A.full(0, graph.nodes[i].shape)
                lines.append(
                    ArrayLine(self.slope(i), zero.node, graph.nodes[i].shape, text="" if zero.shape else "0.0")
                )
        return lines

    def _edges(self) -> Counter[int]:
        """Return along how many edges something may arrive at a node."""
        graph = self.graph
        reached = {self.subject.output}
        found: Counter[int] = Counter()
        for i in range(self.subject.output, -1, -1):
            if i in reached and self.active[i]:
                for k, a in enumerate(graph.nodes[i].arguments):
                    if self.active[a] and graph.nodes[i].operation.pullback(k) is not None:
                        found[a] += 1
                        reached.add(a)
        return found

    def _passed_on(
        self, i: int, g: ArraySymbol, lines: list[ArrayLine], edges: Mapping[int, int]
    ) -> list[tuple[int, ArraySymbol]]:
        """Return what flows on from a node; its own derivative has a line if it is used more than once."""
        A, shape = self.A, self.graph.nodes[i].shape
        A.is_reached = A.is_never_zero(g)
        if A.at(g).operation.is_leaf:
            return self._flows(i, ArraySymbol(A, g.node, shape))
        variable = A.variable(f"d{i}?", shape)
        flows = self._flows(i, variable)
        if sum(A.uses(flow, variable) for _, flow in flows) < 2:
            return self._flows(i, ArraySymbol(A, g.node, shape))
        own = A.variable(self.slope(i), shape)
        lines.append(ArrayLine(self.slope(i), A.full_size(ArraySymbol(A, g.node, shape)).node, shape))
        return self._flows(i, own)

    def _flows(self, i: int, g: ArraySymbol) -> list[tuple[int, ArraySymbol]]:
        self.A.stops = self._stops(i)
        operands = self._operands(i, self.variables)
        return edge_flows(self.A, self.graph.nodes[i], self.active, g, self.variables[i], operands)

    # ---- forwards

    def _forward(self) -> list[ArrayLine]:
        """Return the lines of what has a name, of what the backward pass needs, and of what is used twice."""
        graph, A = self.graph, self.A
        formulas = [safe.formula.node for safe in self.safe.values()]
        formulas += [line.formula for line in self.backward if not line.text]
        used = names_in(A.builder.nodes, formulas)
        uses = Counter(a for i, node in enumerate(graph.nodes) if self.needed[i] for a in node.arguments)
        symbols = list(self.variables)
        lines: list[ArrayLine] = []
        written: set[int] = set()
        for i in self.order:
            node, name = graph.nodes[i], self.called.get(i)
            if name is not None and node.operation is not INPUT and self.needed[i]:
                lines += self._safe_lines(i, written)
            if node.operation is INPUT:
                continue
            found = A.computed(node, self._operands(i, symbols))
            if name is not None and (i in self.kept or name in used or uses[i] > 1):
                lines.append(ArrayLine(name, found.node, node.shape))
                found = self.variables[i]
            symbols[i] = found
        return lines

    def _safe_lines(self, i: int, written: set[int]) -> list[ArrayLine]:
        """Return the lines of safe operands of a node, where they are not written yet."""
        lines = []
        for k, _ in enumerate(self.graph.nodes[i].arguments):
            safe = self.safe.get((i, k))
            if safe is not None and safe.variable.node not in written:
                written.add(safe.variable.node)
                lines.append(ArrayLine(self.A.at(safe.variable).text, safe.formula.node, safe.variable.shape))
        return lines

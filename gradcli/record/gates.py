"""Named quantities as gates: each is one operation on the named ones before it, whatever it computes inside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from ..calculus.faults import Fault
from ..calculus.gate import Gate
from ..calculus.graph import Graph, Node
from ..calculus.notes import Note
from ..calculus.spellings import function
from ..errors import Source
from ..language.as_written import as_written
from ..language.writing import formula
from .inside import Inside, with_agreed
from .passes import Passes

CALL = re.compile(r"([^\W\d]\w*)\s*\(")
MOST_OPERATIONS = 300  # operations of a formula that is written out
ON_INSIDE = ("one-sided", "settled", "undefined", "undecided")  # kinds of notes that speak of a node by its name


class Slopes(NamedTuple):
    """The local gradients of gates, the faults of edges, and the gates at a kink."""

    local_gradients: list[tuple[Any, ...]]
    slope_faults: dict[tuple[int, int], Fault]
    kinks: list[int]


def _called(text: str) -> str:
    """Return the name of the user's function if a text is one call of it and nothing else; otherwise nothing."""
    call = CALL.match(text)
    if call is None or function(call[1]) is not None:
        return ""
    depth = 0
    for k, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if c == ")" and not depth:
            return call[1] if k == len(text) - 1 else ""
    return ""


class Gates:
    """What `Passes` has, for the graph of the named quantities alone.

    A quantity that is one operation on named ones and numerals stays that. Another one becomes a gate of the named ones
    that it depends on, whose local gradients are the chain rule along what is unnamed inside.
    """

    def __init__(self, passes: Passes, source: Source) -> None:
        self.S = passes.S
        self._passes = passes
        graph = passes.graph
        self._listed = {*graph.inputs.values(), *graph.named.values(), passes.output}
        reached = {i: self._arguments(i) for i in sorted(self._listed) if graph.nodes.arguments[i]}
        numerals = {a for i, inside in reached.items() if not inside.nodes for a in graph.nodes.arguments[i]}
        kept = sorted(self._listed | numerals)
        place = {i: k for k, i in enumerate(kept)}
        self._place = place
        stop = [i in self._listed for i in range(len(graph.nodes))]
        nodes, rows, self._owner = [], [], dict(place)
        faults: dict[tuple[int, int], Fault] = {}
        for i in kept:
            node, inside = graph.nodes[i], reached.get(i)
            row: Sequence[Any] = passes.linearization.local_gradients[i]
            broken = {k: f for (u, k), f in passes.linearization.slope_faults.items() if u == i}
            if inside is not None and inside.nodes:
                row, broken = self._slopes(inside)
                row = with_agreed(inside, passes, row, broken)
                node = Node(self._gate(i, inside, stop, source), inside.arguments, "", node.span)
                self._owner.update(dict.fromkeys(inside.nodes, place[i]))
            nodes.append(node._replace(arguments=tuple(place[a] for a in node.arguments)))
            rows.append(tuple(row))
            faults.update({(place[i], k): f._replace(node=place.get(f.node, place[i])) for k, f in broken.items()})
        named = {name: place[i] for name, i in graph.named.items()}
        if not nodes[place[passes.output]].operation.is_leaf:
            named.setdefault(graph.labels[passes.output], place[passes.output])
        self.graph = Graph(nodes, place[passes.output], named)
        self._fill(kept, rows, faults)

    def _fill(self, kept: list[int], rows: list[tuple[Any, ...]], faults: dict[tuple[int, int], Fault]) -> None:
        """Take the numbers of the nodes over, and compute what flows back along the edges of gates."""
        passes, place = self._passes, self._place
        self.output = place[passes.output]
        self.output_adjoint = passes.output_adjoint
        self.wrt = {name: place[i] for name, i in passes.wrt.items() if i in place}
        self.values = [passes.values[i] for i in kept]
        self.upstream = [passes.upstream[i] for i in kept]
        self.active = bytearray(passes.active[i] for i in kept)
        kinks = [place[i] for i in passes.linearization.kinks if i in place]
        self.linearization = Slopes(rows, faults, kinks)
        self.doubts = {place[i] for i in passes.doubts if i in place}
        settled = {note.node for note in passes.notes if note.kind == "settled"}
        self.contributions = []
        for k, i in enumerate(kept):
            adjoint = passes.upstream[i]
            anew = isinstance(self.graph.nodes[k].operation, Gate) or i in settled
            flows = [None if adjoint is None or d is None else adjoint * d for d in rows[k]]
            self.contributions.append(tuple(flows) if anew else passes.contributions[i])
        told = [found for note in passes.notes if (found := self._note(note)) is not None]
        self.notes = [note for note in told if note.kind != "settled" or not self._adds_up(note.node)]
        self.ids = kept

    def _adds_up(self, node: int) -> bool:
        """Whether an upstream gradient is the sum of what arrives, so that there is nothing to explain."""
        terms = [
            flow
            for arguments, row in zip(self.graph.nodes.arguments, self.contributions, strict=True)
            for a, flow in zip(arguments, row, strict=True)
            if a == node and flow is not None
        ]
        return bool(terms) and self.upstream[node] is not None and self.S.agree(self.S.sum(terms), self.upstream[node])

    def _arguments(self, i: int) -> Inside:
        """Return the unnamed operations inside a node, oldest last, and the named nodes that they take, in order."""
        nodes, listed = self._passes.graph.nodes, self._listed
        inside: set[int] = set()
        found: dict[int, None] = {}
        stack = list(reversed(nodes.arguments[i]))
        while stack:
            a = stack.pop()
            if a in listed:
                found[a] = None
            elif nodes.arguments[a] and a not in inside:
                inside.add(a)
                stack += reversed(nodes.arguments[a])
        return Inside(i, sorted(inside, reverse=True), tuple(found))

    def _slopes(self, inside: Inside) -> tuple[list[Any], dict[int, Fault]]:
        """Return the local gradients of a gate by a reverse sweep over what is inside; None where nothing flows."""
        linearization, arguments_of = self._passes.linearization, self._passes.graph.nodes.arguments
        contributions: dict[int, list[Any]] = {inside.node: [self.S.one]}
        lost: dict[int, Fault] = {}
        for i in (inside.node, *inside.nodes):
            terms = contributions.get(i)
            for k, (a, local) in enumerate(zip(arguments_of[i], linearization.local_gradients[i], strict=True)):
                if (fault := linearization.slope_faults.get((i, k))) is not None and (terms or i in lost):
                    lost.setdefault(a, fault)
                elif local is not None and i in lost:
                    lost.setdefault(a, lost[i])
                elif local is not None and terms:
                    adjoint = terms[0] if len(terms) == 1 else self.S.sum(terms)
                    contributions.setdefault(a, []).append(adjoint * local)
        row, broken = [], {}
        for k, a in enumerate(inside.arguments):
            terms = contributions.get(a, [])
            if a in lost:
                broken[k] = lost[a]
                terms = []
            row.append((terms[0] if len(terms) == 1 else self.S.sum(terms)) if terms else None)
        return row, broken

    def _gate(self, i: int, inside: Inside, stop: Sequence[bool], source: Source) -> Gate:
        """Return the operation that stands for a named quantity, which is written as the user wrote it."""
        graph, passes = self._passes.graph, self._passes
        is_small = self._size(inside) <= MOST_OPERATIONS
        start, end = graph.nodes[i].span
        called = _called(" ".join(source.text[start:end].split()))
        text = as_written(graph, i, source.text, self._listed)
        if not text:
            text = formula(graph, i, stop) if is_small else f"... ({len(inside.nodes) + 1:,} operations)"
        kinks = [graph.nodes.operations[n].kink for n in passes.linearization.kinks if n == i or n in inside.nodes]
        whole = (graph, i, stop) if is_small else None
        return Gate(called or "gate", len(inside.arguments), text, whole, kinks[0] if kinks else None)

    def _size(self, inside: Inside) -> int:
        """Return how many operations the formula of a gate has, written out: what is used twice counts twice."""
        arguments_of = self._passes.graph.nodes.arguments
        uses = dict.fromkeys(inside.nodes, 0) | {inside.node: 1}
        for i in (inside.node, *inside.nodes):
            for a in arguments_of[i]:
                if a in uses:
                    uses[a] = min(uses[a] + uses[i], MOST_OPERATIONS + 1)
        return sum(uses.values())

    def _note(self, note: Note) -> Note | None:
        """Return a note about what is listed; None if it speaks of a node inside."""
        node = self._owner.get(note.node)
        if node is None or (note.node not in self._place and note.kind in ON_INSIDE):
            return None
        labels = self.graph.labels
        if note.kind == "kink" and "arguments" in note.detail and note.node not in self._place:
            note = note._replace(of=labels[node])
        return note._replace(node=node).worded(self.S.formatter.brief)

"""Both passes at a point in one number system: columns, kinks with their one-sided derivatives, and what failed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import MathError
from .graph import Graph
from .linearization import linearize
from .notes import NOTHING, KinkError, Note, is_number
from .operations import CONSTANTS, NUMBER, OPERATIONS, WHERE
from .sweeps import Fault, one_sided
from .syntax import clip_name
from .systems import Undecided
from .writing import expression

ONE_SIDED_WORK = 4_000_000


class Passes:
    """The run of a graph at a point: raw numbers of the system `S`, one entry a node, and the notes.

    Raises `MathError` where there is no answer, and `Undecided` where the system cannot tell.
    """

    def __init__(
        self,
        S: Any,
        graph: Graph,
        point: Mapping[str, Any],
        output: int,
        seed: Any,
        wrt: Sequence[str],
        *,
        at_kink: str,
        explicit: bool,
    ) -> None:
        self.S = S
        self.graph = graph
        self.output = output
        self.seed = seed
        self.wrt = wrt
        self.notes: list[Note] = []
        self.active = graph.active({graph.inputs[name] for name in wrt})
        self.linear = linearize(S, graph, point, self.active)
        self.values, faults = self.linear.values, self.linear.value_faults
        if output in faults and (faults[output].node != output or faults[output].kind != "overflow"):
            raise self.failure(faults[output])
        self.upstream, self.contributions, self.faults = self.linear.vjp(output, seed)
        self._note_constants()
        if self.linear.kinks:
            self._meet_kinks(at_kink)
        self._judge_inputs(explicit)

    def show(self, x: Any) -> str:
        """Return a number as a message shows it."""
        return str(self.S.writer.brief(self.S.settle(x)))

    def add(self, note: Note) -> None:
        """Add a note, put in words."""
        self.notes.append(note.worded(self.S.writer.brief))

    # ---- kinks

    def _meet_kinks(self, at_kink: str) -> None:
        """Note the kinks that the answer depends on, and compute the one-sided derivatives before them."""
        graph, output, linear = self.graph, self.output, self.linear
        kinks = set(linear.kinks)
        live = bytearray(len(graph.nodes))  # what the output depends on, through branches taken and kinks
        live[output] = 1
        for i in range(output, -1, -1):
            if live[i]:
                node = graph.nodes[i]
                for k, a in enumerate(node.arguments):
                    if i in kinks or linear.local_gradients[i][k] is not None or (node.operation is WHERE and k == 0):
                        live[a] = 1
        met = [i for i in linear.kinks if live[i]]
        if not met:
            return
        for i in met:
            detail = {"operation": graph.nodes[i].operation, "arguments": self._arguments(i)}
            self.add(Note("kink", i, graph.labels[i], detail=detail))
        before = [i for i in range(max(met)) if live[i] and self.active[i] and i not in kinks]
        inputs = {graph.inputs[name] for name in self.wrt}
        starts = [i for i in before if i in inputs]
        if len(before) * (output + 1) <= ONE_SIDED_WORK:
            starts = before
        elif len(starts) * (output + 1) > ONE_SIDED_WORK:
            self.add(Note("kink", output, graph.labels[output], detail={"limit": True}))
            starts = []
        for i in starts:
            if _reaches(graph, i, met):
                self._take_sides(i, at_kink if i in inputs else "convention")

    def _take_sides(self, i: int, at_kink: str) -> None:
        """Compute the one-sided derivatives with respect to a node: agreeing ones are the answer, others are noted."""
        S, graph = self.S, self.graph
        right = one_sided(S, graph, self.values, self.linear.partials, i, S.one, self.output)
        left = one_sided(S, graph, self.values, self.linear.partials, i, -S.one, self.output)
        right = None if right is None else right * self.seed
        left = None if left is None else -left * self.seed
        if left is not None and right is not None and S.agree(left, right):
            if self.upstream[i] is None or not S.agree(left, self.upstream[i]):
                self.add(self._note("settled", i, left=left, right=right))
                self.upstream[i] = left
                self.faults.pop(i, None)
            return
        note = self._note("one-sided", i, left=left, right=right)
        if at_kink == "error":
            raise KinkError(note, S.writer.brief, span=graph.nodes[i].span)
        self.add(note)

    def _note(self, kind: str, i: int, *, left: Any = None, right: Any = None, detail: Any = NOTHING) -> Note:
        """Return a note on the derivative of the output with respect to a node, its numbers settled."""
        labels = self.graph.labels
        left, right = (self.S.settle(x) if is_number(x) else x for x in (left, right))
        return Note(kind, i, labels[i], labels[self.output], (labels[i],), left, right, detail)

    def _arguments(self, i: int) -> list[str]:
        """Return what a node's arguments are called in a message."""
        return [clip_name(self.graph.labels[a]) for a in self.graph.nodes[i].arguments]

    # ---- what there is to say

    def _note_constants(self) -> None:
        inputs, named = self.graph.inputs, self.graph.named
        for i, name in sorted((inputs[name], name) for name in CONSTANTS if name in inputs):
            self.add(Note("constant", i, name, detail={"computed": False}))
        for i, name in sorted((named[name], name) for name in CONSTANTS if name in named):
            self.add(Note("constant", i, name, detail={"computed": True}))

    def _judge_inputs(self, explicit: bool) -> None:
        """Raise if an input asked for by name has no derivative, or if none has one; note the others."""
        if not self.faults:
            return
        nodes = {name: self.graph.inputs[name] for name in self.wrt}
        failed = {name: self.faults[i] for name, i in nodes.items() if self.upstream[i] is None}
        if failed and (explicit or len(failed) == len(nodes)):
            raise self.failure(next(iter(failed.values())))
        for name, fault in failed.items():
            self.add(self._note("undefined", nodes[name], detail={"why": self.failure(fault).message}))

    def failure(self, fault: Fault) -> MathError:
        """Return the error for a fault: what is not defined where, with the value that is to blame."""
        graph, values = self.graph, self.values
        node = graph.nodes[fault.node]
        shown = clip_name(expression(graph, fault.node))
        parts = [
            f"{clip_name(graph.labels[a])} = {self._about(values[a])}"
            for a in dict.fromkeys(node.arguments[:4])
            if values[a] is not None and graph.nodes[a].operation is not NUMBER
        ]
        at = f" at {', '.join(parts)}" if parts else ""
        hint = None
        if fault.kind == "domain":
            assert node.operation.domain is not None
            message = f"{shown} is undefined{at}"
            hint = f"it needs {node.operation.in_names(node.operation.domain.text, self._arguments(fault.node))}"
            if _is_third_power(graph, fault.node):
                hint = f"for the real cube root write cbrt({clip_name(expression(graph, node.arguments[0]))})"
        elif fault.kind == "overflow":
            message = f"{shown} is beyond the largest binary64, and the answer depends on it"
        elif fault.kind == "infinite":
            message = f"the slope of {shown} is infinite{at}"
        else:
            with_respect_to = clip_name(graph.labels[node.arguments[fault.position]])
            message = f"{shown} has no derivative with respect to {with_respect_to}{at}"
        return MathError(message, span=node.span, kind=fault.kind, hint=hint)

    def _about(self, x: Any) -> str:
        """Return a number for an error, which must not fail for want of its last digits."""
        try:
            return self.show(x)
        except Undecided:
            return f"about {self.S.about(x):.3g}"


def _is_third_power(graph: Graph, i: int) -> bool:
    """Whether a node is a power whose exponent is written as 1/3, or as the number nearest to it."""
    node = graph.nodes[i]
    if node.operation is not OPERATIONS["pow"]:
        return False
    exponent = graph.nodes[node.arguments[1]]
    parts = [exponent, *(graph.nodes[a] for a in exponent.arguments)]
    if exponent.operation is OPERATIONS["div"] and all(part.operation is NUMBER for part in parts[1:]):
        return float(parts[1].text) * 3 == float(parts[2].text)
    return exponent.operation is NUMBER and re.fullmatch(r"0?\.3{6,}", exponent.text) is not None


def _reaches(graph: Graph, start: int, kinks: Sequence[int]) -> bool:
    """Whether a kink depends on the node."""
    found, last = {start}, max(kinks)
    for i in range(start + 1, last + 1):
        if not found.isdisjoint(graph.nodes[i].arguments):
            found.add(i)
    return not found.isdisjoint(kinks)

"""Both passes at a point in one number system: columns, kinks with their one-sided derivatives, and what failed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from operator import ne
from typing import Any, NamedTuple

from .doubts import Fault
from .errors import InputError, LimitError, MathError
from .graph import Graph
from .operations import CONSTANTS, NUMBER, OPERATIONS, WHERE
from .sweeps import forward, one_sided, partials, reverse
from .syntax import clip_name
from .systems import Undecided
from .writing import expression

ONE_SIDED_WORK = 4_000_000


class Note(NamedTuple):
    """A remark on a node. `left` and `right` are the one-sided derivatives of the output with respect to it.

    Kinds: `kink` (an operation has no derivative there), `one-sided` (the two derivatives differ, or one does not
    exist), `settled` (they agree, and replace what the convention gave), `undefined` (no derivative), `undecided`
    (numbers that no precision settles and the answer does not need), `overflow` and `underflow` (a binary64 cannot hold
    it), `constant` (a name hides a constant), `precision` (binary64 was not enough), `uncertainty` (first-order
    errors), `rounded` (a step is taken at a number that is shown as a whole one, and is not).
    """

    kind: str
    node: int
    message: str
    left: Any = None
    right: Any = None


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
        self.values, faults = forward(S, graph, point)
        self.doubts = {i for i, fault in faults.items() if isinstance(fault.doubt, Undecided)}
        if output in faults and (faults[output].node != output or faults[output].kind != "overflow"):
            faults[output].raise_doubt()
            raise self.failure(faults[output])
        self.active = graph.active({graph.inputs[name] for name in wrt})
        self.linear = partials(S, graph, self.values, self.active)
        back = reverse(S, graph, self.linear, output, seed)
        self.doubts.update(i for (i, _), fault in self.linear.faults.items() if isinstance(fault.doubt, Undecided))
        self.contributions = back.contributions
        self.faults = back.faults
        if S.may_overflow:
            adjoints = back.adjoints
            if any(map(ne, adjoints, adjoints)):  # not a number: 0 times infinity, or a difference of infinities
                for i in (i for i, adjoint in enumerate(adjoints) if adjoint != adjoint):
                    self.faults.setdefault(i, Fault(i, "uncertain"))
        self.upstream: list[Any] = [a if on else None for a, on in zip(back.adjoints, self.active, strict=True)]
        for i, fault in self.faults.items():
            self.upstream[i] = None
            if isinstance(fault.doubt, Undecided):
                self.doubts.add(i)
        self._note_constants()
        if self.linear.spread:
            self._meet_spread_kinks(at_kink)
        if self.linear.kinks:
            self._meet_kinks(at_kink)
        self._judge_inputs(explicit)

    def show(self, x: Any) -> str:
        """Return a number as a message shows it."""
        return str(self.S.writer.brief(self.S.settle(x)))

    # ---- kinks

    def _live(self) -> bytearray:
        """Return which nodes the output depends on, through branches taken and kinks."""
        graph, output, linear = self.graph, self.output, self.linear
        kinks = set(linear.kinks)
        live = bytearray(len(graph.nodes))
        live[output] = 1
        for i in range(output, -1, -1):
            if live[i]:
                node = graph.nodes[i]
                for k, a in enumerate(node.arguments):
                    if i in kinks or linear.locals[i][k] is not None or (node.operation is WHERE and k == 0):
                        live[a] = 1
        return live

    def _meet_spread_kinks(self, at_kink: str) -> None:
        """Note the kinks that lie within the uncertainty of the values, and that the answer depends on."""
        live = self._live()
        for i in self.linear.spread:
            node = self.graph.nodes[i]
            if live[i] and node.operation.kink is not None:
                where = in_terms_of(node.operation.kink.text, self.graph, i)
                message = f"{node.operation.name} has a kink within the uncertainty, at {where}"
                if at_kink == "error":
                    hint = "leave --at-kink error out to see the slopes of both sides"
                    raise MathError(message, span=node.span, kind="kink", hint=hint)
                self.notes.append(Note("kink", i, f"{message}: the slopes hold those of both sides"))

    def _meet_kinks(self, at_kink: str) -> None:
        """Note the kinks that the answer depends on, and compute the one-sided derivatives before them."""
        graph, output, linear = self.graph, self.output, self.linear
        kinks, live = set(linear.kinks), self._live()
        met = [i for i in linear.kinks if live[i]]
        if not met:
            return
        for i in met:
            node = graph.nodes[i]
            assert node.operation.kink is not None
            where = in_terms_of(node.operation.kink.text, graph, i)
            what = "the branches meet" if node.operation.binding == 1 else f"{node.operation.name} has a kink"
            self.notes.append(Note("kink", i, f"{what} here, at {where}"))
        before = [i for i in range(max(met)) if live[i] and self.active[i] and i not in kinks]
        inputs = {graph.inputs[name] for name in self.wrt}
        starts = [i for i in before if i in inputs]
        if len(before) * (output + 1) <= ONE_SIDED_WORK:
            starts = before
        elif len(starts) * (output + 1) > ONE_SIDED_WORK:
            self.notes.append(Note("kink", output, "too many nodes to compute the one-sided derivatives"))
            starts = []
        for i in starts:
            if _reaches(graph, i, met):
                self._take_sides(i, at_kink if i in inputs else "convention")

    def _take_sides(self, i: int, at_kink: str) -> None:
        """Compute the one-sided derivatives with respect to a node: agreeing ones are the answer, others are noted."""
        S, graph = self.S, self.graph
        slope = f"∂{graph.labels[self.output]}/∂{graph.labels[i]}"
        right = one_sided(S, graph, self.values, self.linear, i, S.one, self.output)
        left = one_sided(S, graph, self.values, self.linear, i, -S.one, self.output)
        right = None if right is None else right * self.seed
        left = None if left is None else -left * self.seed
        if left is not None and right is not None and S.agree(left, right):
            if self.upstream[i] is None or not S.agree(left, self.upstream[i]):
                self.notes.append(Note("settled", i, f"{slope} is {self.show(left)} from both sides", left, right))
                self.upstream[i] = left
                self.faults.pop(i, None)
            return
        from_left, from_right = ("none" if d is None else self.show(d) for d in (left, right))
        message = f"{slope} is {from_left} from the left and {from_right} from the right"
        if at_kink == "error":
            hint = "leave --at-kink error out to see both"
            raise MathError(message, span=graph.nodes[i].span, kind="kink", hint=hint)
        self.notes.append(Note("one-sided", i, message, left, right))

    # ---- what there is to say

    def _note_constants(self) -> None:
        inputs, named = self.graph.inputs, self.graph.named
        for i, name in sorted((inputs[name], name) for name in CONSTANTS if name in inputs):
            self.notes.append(Note("constant", i, f"{name} is the value bound, not the constant"))
        for i, name in sorted((named[name], name) for name in CONSTANTS if name in named):
            self.notes.append(Note("constant", i, f"{name} is computed by the program, not the constant"))

    def _judge_inputs(self, explicit: bool) -> None:
        """Raise if an input asked for by name has no derivative, or if none has one; note the others."""
        if not self.faults:
            return
        nodes = {name: self.graph.inputs[name] for name in self.wrt}
        failed = {name: self.faults[i] for name, i in nodes.items() if self.upstream[i] is None}
        if failed and (explicit or len(failed) == len(nodes)):
            for fault in failed.values():
                fault.raise_doubt()
            raise self.failure(next(iter(failed.values())))
        for name, fault in failed.items():
            slope = f"∂{self.graph.labels[self.output]}/∂{name}"
            self.notes.append(Note("undefined", nodes[name], f"{slope}: {self.failure(fault).message}"))

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
            hint = f"it needs {in_terms_of(node.operation.domain.text, graph, fault.node)}"
            if _is_third_power(graph, fault.node):
                hint = f"for the real cube root write cbrt({clip_name(expression(graph, node.arguments[0]))})"
        elif fault.kind == "overflow":
            message = f"{shown} is beyond the largest binary64, and the answer depends on it"
        elif fault.kind == "infinite":
            message = f"the slope of {shown} is infinite{at}"
        elif fault.kind == "undefined":
            with_respect_to = clip_name(graph.labels[node.arguments[fault.position]])
            message = f"{shown} has no derivative with respect to {with_respect_to}{at}"
        elif isinstance(fault.doubt, MathError | LimitError | InputError):
            message = f"{shown}: {fault.doubt.message}"
        elif fault.doubt is not None:
            message = f"the slope of {shown} is undecided" if fault.position >= 0 else f"{shown} is undecided"
        else:
            message = f"the derivative with respect to {shown} is undecided: it over- or underflows"
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


def in_terms_of(text: str, graph: Graph, i: int) -> str:
    """Return a condition on an operation's parameters in the names of the node's arguments."""
    node = graph.nodes[i]
    labels = (clip_name(graph.labels[a]) for a in node.arguments)
    names = dict(zip(node.operation.parameters, labels, strict=False))
    return re.sub(r"\b[a-z]\b", lambda m: names.get(m[0], m[0]), text)

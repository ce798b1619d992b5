"""The page of a program of arrays: both passes over its circuit, one line per array and one line per edge."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..arrays.sizes import shape_text
from ..arrays.table import INPUT, LEAVES
from ..calculus.notes import slope
from ..drawing.remarks import substantial
from ..drawing.svg import PICTURE_FIGURES, svg
from ..record.array_gradient import ArrayGradient, ArrayNodeView
from ..text import visible
from . import Style
from .array_table import ArrayTable
from .array_text import ArrayWriter
from .html import PREFIX, listed, page
from .notation import WrittenLine
from .rounding import Rounding


class PassLine(NamedTuple):
    """A line of a pass: what it says, the labels that appear with it, what lights up, and whom it explains.

    Names are the ids of the picture's elements, without the prefix.
    """

    line: WrittenLine
    appear: tuple[str, ...]
    lit: tuple[str, ...]
    explains: tuple[str, ...]


def render(record: ArrayGradient, style: Style) -> str:
    """Return the page: self-contained, without a word from the network, readable without scripts."""
    digits = style.figures or PICTURE_FIGURES
    # This refuses what is too large.
    picture = svg(record, constants=style.constants, theme=style.theme, digits=digits, prefix=PREFIX, folded=False)
    passes = Passes(record, style)
    forward, backward = list(passes.forward()), list(passes.backward())
    table = ArrayTable(record, [], style)
    output = record.labels[record.output]
    given = [f"{name} = {passes.array(i)}" for name, i in record.graph.inputs.items()]
    lists = [
        listed("Forward: the value of every array", "forward", [entry.line for entry in forward]),
        listed(f"Backward: the derivative of {output} with respect to every array", "backward",
               [entry.line for entry in backward]),
    ]  # fmt: skip
    return page(
        record.program, f"at {', '.join(given)}" if given else "", style, picture,
        count=len(forward) + len(backward), lists="".join(lists), tail=table.closing(),
        data=_data(record, passes, [*forward, *backward]),
    )  # fmt: skip


class Passes:
    """The lines of both passes: forwards one array per line, backwards one edge per line, and sums where some meet."""

    def __init__(self, record: ArrayGradient, style: Style) -> None:
        self.record = record
        self.figures = Rounding.of(record, style)
        self.write = ArrayWriter(record, self.figures, {})
        self.output = record.labels[record.output]
        self.views: dict[int, ArrayNodeView] = {view.id: view for view in record.nodes}
        self.edges: dict[int, list[tuple[int, int]]] = {}
        for i, view in self.views.items():
            for k, edge in enumerate(view.arguments):
                if edge.downstream is not None:
                    self.edges.setdefault(edge.node, []).append((i, k))

    def array(self, i: int) -> str:
        """Return the value of a node on one line."""
        value = self.record.values[i]
        return "" if value is None else self.write.one_line(value, self.record.shape(i))

    def forward(self) -> Iterator[PassLine]:
        """Yield a line for every input and then for every array that is computed."""
        graph = self.record.graph
        for i in sorted(self.views, key=lambda i: (graph.nodes[i].operation is not INPUT, i)):
            view, node = self.views[i], graph.nodes[i]
            computed = [] if view.expression == view.name else [view.expression]
            here = (f"n{i}", f"v{i}")
            yield PassLine(WrittenLine(view.name, [*computed, self.array(i)], self._shapes(view)), (f"v{i}",), here,
                           here[:1] if node.operation not in LEAVES[1:] else ())  # fmt: skip

    def _shapes(self, view: ArrayNodeView) -> str:
        """Return what goes in and what comes out: `3x2, 2 -> 3`, nothing of numbers alone; of an input its shape."""
        if view.id in self.record.graph.inputs.values():
            return f"an input, {shape_text(view.shape)}" if view.shape else "an input"
        shapes = [self.record.shape(edge.node) for edge in view.arguments]
        if not any((*shapes, view.shape)):
            return ""
        return f"{', '.join(map(shape_text, shapes))} -> {shape_text(view.shape)}"

    def backward(self) -> Iterator[PassLine]:
        """Yield the start, and then for every array, youngest first, what arrives along its edges."""
        record = self.record
        for i in sorted(self.views, reverse=True):
            upstream, edges = record.upstream[i], self.edges.get(i, [])
            if upstream is None or not (edges or i == record.output):
                continue
            name, total = self._slope(i), self.write.one_line(upstream, record.shape(i))
            here = (f"g{i}", f"n{i}")
            if not edges:
                yield PassLine(WrittenLine(name, [total], "where the backward pass starts"), here[:1], here, ())
            elif len(edges) == 1:
                ((u, k),) = edges
                edge = self._edge((u, k))
                line = WrittenLine(name, self._parts(edge.rule, total), self._law(u))
                yield PassLine(line, (f"g{i}", f"s{u}-{k}"), (f"w{u}-{k}", f"g{i}"), (f"w{u}-{k}", f"n{i}"))
            else:
                yield from self._branches(i, edges, name, total)

    def _branches(self, i: int, edges: Sequence[tuple[int, int]], name: str, total: str) -> Iterator[PassLine]:
        """Yield a line for every branch that arrives at an array, and one for their sum."""
        record = self.record
        for u, k in edges:
            edge = self._edge((u, k))
            assert edge.downstream is not None  # of an edge that something flows along
            flow = self.write.one_line(edge.downstream, record.shape(i))
            line = WrittenLine(f"{name} via {record.labels[u]}", self._parts(edge.rule, flow), self._law(u))
            yield PassLine(line, (f"s{u}-{k}",), (f"w{u}-{k}", f"s{u}-{k}"), (f"w{u}-{k}",))
        via = " + ".join(f"via {record.labels[u]}" for u, _ in edges)
        line = WrittenLine(name, [via, total], "several branches arrive: they add up")
        yield PassLine(line, (f"g{i}",), (f"g{i}", f"n{i}"), (f"n{i}",))

    def _edge(self, edge: tuple[int, int]) -> Any:
        user, position = edge
        return self.views[user].arguments[position]

    def _slope(self, i: int) -> str:
        return slope(self.output, (self.record.labels[i],))

    @staticmethod
    def _parts(rule: str, total: str) -> list[str]:
        return [rule, total] if rule and rule != total else [total]

    def _law(self, u: int) -> str:
        return str(self.record.graph.nodes[u].operation.law)

    def wire(self, user: int, position: int) -> str:
        """Return which array goes where, and its shape."""
        record = self.record
        arguments = record.graph.nodes[user].arguments
        a = arguments[position]
        order = f", as argument {position + 1}" if len(arguments) > 1 else ""
        return f"from {record.labels[a]}, {shape_text(record.shape(a))}, into {record.labels[user]}{order}"


def _data(record: ArrayGradient, passes: Passes, lines: Sequence[PassLine]) -> str:
    """Return what the script needs: when labels appear, what lights up, and what is said of every part."""
    appear: dict[str, int] = {}
    step: dict[str, int] = {}
    about: dict[str, list[str]] = {}
    for k, entry in enumerate(lines, 1):
        for name in entry.appear:
            appear.setdefault(name, k)
        said = entry.line.equations()
        for name in entry.explains:
            step.setdefault(name, k)
            about.setdefault(name, []).append(f"{said} ({entry.line.remark})" if entry.line.remark else said)
    for u, node in enumerate(record.graph.nodes):
        for p in range(len(node.arguments)):
            wire = f"w{u}-{p}"
            about[wire] = [passes.wire(u, p), *about.get(wire, ["nothing flows back along this wire"])]
    for note in substantial(record):
        about.setdefault(f"n{note.node}", []).append(visible(note.message))
    about["out"] = [f"the output, {passes.output} = {passes.array(record.output)}"]
    data = {
        "appear": {PREFIX + name: k for name, k in appear.items()},
        "lit": [[PREFIX + name for name in entry.lit] for entry in lines],
        "step": {PREFIX + name: k for name, k in step.items()},
        "about": {PREFIX + name: text for name, text in about.items()},
    }
    # Inside a script element only "<" could end it.
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")

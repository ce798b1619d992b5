"""What is drawn of a record of arrays: a gate for every operation on arrays, shapes and small values on the wires."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..arrays.graph import ArrayGraph
from ..arrays.sizes import count, shape_text
from ..arrays.table import CONSTANT, INPUT, LITERAL, NUMBER
from ..errors import LimitError, ShellHint
from ..language.array_writing import array_pieces, expression
from ..language.writing import ATOM
from ..record.array_gradient import ArrayGradient
from ..record.array_layers import Repeated, repeated
from ..record.array_summary import summarised
from ..text import clip, visible
from .diagram import GATE, MAX_PARTS, PLACEHOLDERS, Diagram, Figures, Part, shorten
from .picture import place, plan
from .remarks import lines_of, substantial
from .svg import METRICS, SvgDocument, SvgWriter, below, document

IN_WORDS = 16  # entries of an array that the description and the titles have in full
IN_FULL = 4  # entries of an array that a wire shows
NUMERALS = (NUMBER, CONSTANT, LITERAL)
HINT = ShellHint("--of NODE draws a part of it")


def array_diagram(record: ArrayGradient) -> tuple[Diagram, dict[int, Repeated]]:
    """Return what the output depends on as parts, and the layers that the last node of some parts stands for.

    Layers that repeat are one gate, where nothing outside uses what is within. Raises `LimitError` for 2,000 parts.
    """
    graph = record.graph
    needed = _needed(graph, record.output)
    folds = _folds(graph, needed, record.output)
    inner = {i for layers in folds.values() for step in layers.nodes for i in step} - folds.keys()
    hidden = _hidden(graph)
    nodes = [i for i in needed if i not in inner and i not in hidden]
    if len(nodes) > MAX_PARTS:
        raise LimitError(f"the picture would have {len(nodes):,} parts; the limit is {MAX_PARTS:,}", hint=HINT)
    at = {i: p for p, i in enumerate(nodes)}
    named = set(graph.named.values())
    kinks = {note.node for note in record.notes if note.kind == "kink"}
    parts, uses = [], [0] * len(nodes)
    for i in nodes:
        node, layers = graph.nodes[i], folds.get(i)
        leaf = node.operation is INPUT or node.operation in NUMERALS
        positions = tuple(k for k, a in enumerate(node.arguments) if a not in hidden)
        arguments = [node.arguments[k] for k in positions]
        label = visible(graph.labels[i]) if leaf else visible(_label(graph, i, hidden))
        name = visible(graph.labels[i]) if i in named and i != record.output and not leaf else ""
        if layers is not None:
            inside = {j for step in layers.nodes for j in step}
            arguments = sorted({a for j in inside for a in graph.nodes[j].arguments if a not in inside | hidden})
            positions = tuple(range(len(arguments)))
            label = f"x{len(layers.nodes)}"
            name = visible(f"{graph.labels[layers.nodes[0][-1]]} .. {graph.labels[i]}")
        sources = tuple(at[a] for a in arguments)
        parts.append(Part(i, label, name, leaf, sources, positions, i in kinks))
        for s in sources:
            uses[s] += 1
    return Diagram(parts, uses, visible(graph.labels[record.output])), folds


def _needed(graph: ArrayGraph, output: int) -> list[int]:
    found = bytearray(output + 1)
    found[output] = 1
    for i in range(output, -1, -1):
        if found[i]:
            for a in graph.nodes[i].arguments:
                found[a] = 1
    return [i for i in range(output + 1) if found[i]]


def _hidden(graph: ArrayGraph) -> set[int]:
    """Return the numerals that stand in the labels of gates, as they have no name."""
    named = set(graph.named.values())
    return {i for i, node in enumerate(graph.nodes) if node.operation in NUMERALS and i not in named}


def _folds(graph: ArrayGraph, needed: Iterable[int], output: int) -> dict[int, Repeated]:
    """Return the layers that repeat and can be one gate, by the last node of them."""
    found = {}
    order = list(needed)
    for layers in repeated(graph, order):
        last = layers.nodes[-1][-1]
        inside = {i for step in layers.nodes for i in step}
        outside = (a for i in order if i not in inside for a in graph.nodes[i].arguments)
        if last != output and not any(a in inside and a != last for a in outside):
            found[last] = layers
    return found


def _label(graph: ArrayGraph, i: int, hidden: set[int]) -> str:
    """Return what a gate does: `@`, `relu`, `sum(x, axis=0)`, `x**2`, with the numerals that it holds."""
    node = graph.nodes[i]
    held = {k: expression(graph, a) for k, a in enumerate(node.arguments) if a in hidden}
    parts = array_pieces(node, [ATOM] * len(node.arguments))
    row = node.operation.operation
    symbol = node.operation.symbol if row is None else row.symbol
    if not held and symbol and len(node.arguments) == 2 and symbol != "[]":
        return symbol
    letters = iter(PLACEHOLDERS * (1 + len(node.arguments) // len(PLACEHOLDERS)))
    names = [held.get(k) or next(letters) for k in range(len(node.arguments))]
    text = "".join(part if isinstance(part, str) else names[part] for part in parts).replace(" ", "")
    if not symbol and (text == f"{node.operation.name}(x)" or len(text) > GATE):
        return node.operation.name
    return clip(text, GATE)


def array_figures(
    record: ArrayGradient, drawn: Diagram, folds: dict[int, Repeated], digits: int, write: Callable[[Any], str]
) -> Figures:
    """Return the texts on the wires: shape and value, upstream gradient, and at forks the share of every port.

    An array of more than four entries is told by its norm. `write` writes a number with all its digits.
    """
    writer = _Texts(digits, write)
    values, gradients, shares = [], [], []
    for part in drawn.parts:
        i, node = part.node, record.graph.nodes[part.node]
        shape = record.shape(i)
        text = writer.array(record.values[i], shape)
        values.append(f"{shape_text(shape)}: {text}" if shape else text)
        gradients.append(writer.array(record.upstream[i], shape) if record.active[i] else "")
        flows = record.contributions[i] or (None,) * len(node.arguments)
        shares.append(tuple(
            writer.array(flows[k], record.shape(drawn.parts[s].node))
            if i not in folds and drawn.uses[s] > 1 and record.active[drawn.parts[s].node] and flows[k] is not None
            else "" for s, k in zip(part.sources, part.positions, strict=True)
        ))  # fmt: skip
    return Figures(values, gradients, shares, writer.rounded)


class _Texts:
    """Writes arrays with some significant digits, and keeps account of what was rounded."""

    def __init__(self, digits: int, write: Callable[[Any], str], most: int = IN_FULL) -> None:
        self.digits = digits
        self.write = write
        self.most = most  # entries of an array in full
        self.rounded = False

    def number(self, x: Any) -> str:
        """Return a number."""
        whole = "none" if x is None else self.write(x)
        short = shorten(whole, self.digits)
        self.rounded = self.rounded or short != whole
        return short

    def array(self, flat: Sequence[Any] | None, shape: Sequence[int]) -> str:
        """Return an array of few entries in full, of another the norm; nothing for none."""
        if flat is None:
            return ""
        if not shape:
            return self.number(flat[0])
        if count(shape) > self.most:
            self.rounded = True
            return f"norm {summarised(flat, shape).norm:.{self.digits}g}"
        found = [self.number(x) for x in flat]
        for size in reversed(shape):
            found = [f"[{', '.join(found[k : k + size])}]" for k in range(0, len(found), size)]
        return found[0]


class ArraySvgWriter(SvgWriter):
    """Writes the picture of a record of arrays; `folds` are the layers that some gates stand for."""

    def __init__(self, record: ArrayGradient, drawn: Diagram, folds: dict[int, Repeated]) -> None:
        super().__init__(drawn, None, "")
        self.record = record
        self.folds = folds
        self._write = _Texts(12, record.system.brief, IN_WORDS)

    def title(self, node: int) -> str:
        """Return what a node is called and computes; of layers that repeat the first and the last of them."""
        graph, label = self.record.graph, self.record.labels[node]
        if node in self.folds:
            layers = self.folds[node].nodes
            return f"{len(layers)} layers, {graph.labels[layers[0][-1]]} .. {label}, each as {label} = " + (
                expression(graph, node)
            )  # fmt: skip
        text = expression(graph, node)
        return label if label == text else f"{label} = {text}"

    def whole(self, kind: str, node: int, position: int) -> str:
        """Return what a label stands for: an array of up to 16 entries in full, of another the norm."""
        record = self.record
        if kind == "share":
            a = record.graph.nodes[node].arguments[position]
            return self._write.array((record.contributions[node] or ())[position], record.shape(a))
        flat = record.values[node] if kind == "value" else record.upstream[node]
        return self._write.array(flat, record.shape(node)) or "none"

    def description(self) -> str:
        """Return the picture in words: one sentence a gate or leaf, then the notes."""
        sentences = []
        for part in self.drawn.parts:
            i = part.node
            shape = self.record.shape(i)
            text = f"{self.title(i)}{f', {shape_text(shape)}' if shape else ''}: value {self.whole('value', i, -1)}"
            if self.record.active[i]:
                text += f", gradient {self.whole('gradient', i, -1)}"
            sentences.append(f"{text}.")
        sentences += [f"{line[:1].upper()}{line[1:]}." for line in lines_of(substantial(self.record))]
        return " ".join(sentences)


def array_svg(record: ArrayGradient, *, theme: str, digits: int) -> SvgDocument:
    """Return the circuit of a record of arrays as an SVG document. Raises `LimitError` beyond 2,000 parts."""
    drawn, folds = array_diagram(record)
    picture = place(plan(drawn), array_figures(record, drawn, folds, digits, record.system.brief), METRICS)
    writer = ArraySvgWriter(record, drawn, folds)
    return document(writer, picture, below(lines_of(substantial(record)), picture), writer.description(), theme)

"""What is drawn of a record of arrays: one gate per operation, and shapes, small arrays or norms on the wires."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..arrays.graph import ArrayNode
from ..arrays.sizes import bracketed, count, shape_text
from ..arrays.table import CONSTANT, INDEX, INPUT, LITERAL, MATMUL, NUMBER, TRANSPOSE
from ..calculus.operations import NEG
from ..language.array_writing import array_pieces, bracketed_pieces, expression, fixed_texts
from ..language.writing import ATOM
from ..record.array_gradient import ArrayGradient
from ..record.array_layers import Repeated, repeated
from ..record.array_summary import summarised
from ..text import visible
from .diagram import (
    MAX_PARTS,
    MOST_ENTRIES,
    PLACEHOLDERS,
    SHAPES_ALONE,
    Called,
    Diagram,
    Entries,
    Figures,
    Operand,
    assembled,
    folded,
    in_figures,
    in_full,
    placeholders,
    shorten,
    written_in,
)
from .remarks import DISPUTED, LEGEND, Disputed, lines_of, substantial

LABEL_CELLS = 20  # cells of what a gate does
MOST_WRITTEN = 64  # entries of an array that is written out where there is room


class Arrays:
    """A record of arrays as the drawings see it: what `Subject` asks for."""

    def __init__(self, record: ArrayGradient) -> None:
        self.record = record
        self.names: dict[int, str] = {}
        for name, i in record.graph.named.items():
            if record.graph.nodes[i].operation is INPUT:
                continue  # it is called as its value is given
            first = self.names.get(i, record.labels[i])
            self.names[i] = first if name == record.labels[i] else f"{first}, {name}"
        nodes = record.graph.nodes
        self.kinks = {
            note.node for note in record.notes if note.kind == "kink" and not nodes[note.node].operation.is_leaf
        }
        self.folds: dict[int, Repeated] = {}
        self._norms: dict[int, tuple[Sequence[Any], float]] = {}
        self.disputed = {note.node for note in record.notes if note.kind in DISPUTED and note.order == 1}

    def diagram(self, *, constants: bool = False, limit: int | None = MAX_PARTS, folded: bool = True) -> Diagram:
        """Return what is drawn; layers that repeat are one gate if `folded`. Raises `LimitError` for too many parts."""
        record, labels = self.record, self.record.labels
        self.folds = self._folds() if folded else {}
        feeding, names = {}, dict(self.names)
        for last, layers in self.folds.items():
            inside = {i for step in layers.nodes for i in step}
            used = {a for i in inside for a in record.graph.nodes[i].arguments} - inside
            feeding[last] = sorted(a for a in used if constants or not self._literal(a))
            names[last] = f"{labels[layers.nodes[0][-1]]} .. {labels[last]}"

        def label(i: int) -> tuple[Sequence[str], frozenset[int]]:
            if i in self.folds:
                return [Called("x"), Operand(len(self.folds[i].nodes))], frozenset()
            return self._label(record.graph.nodes[i], keep=constants)

        return assembled(record.graph, record.output, names, label, self.kinks, limit, feeding)

    def _folds(self) -> dict[int, Repeated]:
        """Return the layers that repeat and can be one gate, by the last node of them."""
        graph, output, found = self.record.graph, self.record.output, {}
        order = [i for i, is_needed in enumerate(graph.needed(output)) if is_needed]
        for layers in repeated(graph, order):
            last = layers.nodes[-1][-1]
            inside = {i for step in layers.nodes for i in step}
            outside = (a for i in order if i not in inside for a in graph.nodes[i].arguments)
            if last != output and not any(a in inside and a != last for a in outside):
                found[last] = layers
        return found

    # ---- the gates

    def _label(self, node: ArrayNode, *, keep: bool) -> tuple[Sequence[str], frozenset[int]]:
        """Return what a gate does, and which of its arguments its label holds: `@`, `+1`, `sum(x,axis=0)`."""
        texts = {} if keep else {k: text for k, a in enumerate(node.arguments) if (text := self._literal(a))}
        called = placeholders(self.record.graph, node.arguments)
        for hidden in (texts, {}) if texts else (texts,):
            pieces = _pieces(node, hidden, called)
            if len("".join(pieces)) <= LABEL_CELLS:
                return pieces, frozenset(hidden)
        return [Called(node.operation.name)], frozenset()

    def _literal(self, i: int) -> list[str]:
        """Return a number or an array of numerals as it is written, in pieces; none for other nodes and named ones."""
        node, sign = self.record.graph.nodes[i], ""
        if node.operation.operation is NEG and i not in self.names:
            (i,), sign = node.arguments, "-"
            node = self.record.graph.nodes[i]
        if i in self.names:
            return []
        if node.operation is LITERAL and not sign:
            texts = node.fixed["texts"]
            return written_in(Called(), bracketed_pieces(node.shape), lambda k: [Operand(texts[k])])
        return [Operand(sign + node.text)] if node.operation in (NUMBER, CONSTANT) else []

    # ---- the arrays on the wires

    def figures(
        self, drawn: Diagram, digits: int, signed: Callable[[str], str] = str, entries: int = MOST_ENTRIES
    ) -> Figures:
        """Return the texts on the wires."""
        record, write = self.record, in_full(self.record, digits)
        texts = _Texts(lambda x: signed(write(x)), self._norm, digits, entries)
        values, gradients, shares = [], [], []
        for part in drawn.parts:
            i = part.node
            shape, value, upstream = record.shape(i), record.values[i], record.upstream[i]
            values.append(texts.value(value, shape) if value is not None else "")
            known = value is not None and record.active[i]
            gradient = texts.gradient(upstream, shape) if known and upstream is not None else ""
            gradients.append(Disputed(gradient) if gradient and i in self.disputed else gradient)
            shares.append(tuple(
                self._share(texts, i, k)
                if known and i not in self.folds and drawn.uses[s] > 1 and record.active[drawn.parts[s].node] else ""
                for s, k in zip(part.sources, part.positions, strict=True)
            ))  # fmt: skip
        return Figures(values, gradients, shares, texts.rounded)

    def flow(self, i: int, position: int) -> Sequence[Any] | None:
        """Return what flows back along an edge as a flat list, None where nothing can."""
        row, node = self.record.contributions[i], self.record.graph.nodes[i]
        if node.operation.pullback(position) is None:
            return None
        found = row[position] if row else None
        return [0] * count(self.record.shape(node.arguments[position])) if found is None else found

    def _share(self, texts: _Texts, i: int, position: int) -> str:
        flow = self.flow(i, position)
        return (
            ""
            if flow is None
            else texts.gradient(flow, self.record.shape(self.record.graph.nodes[i].arguments[position]))
        )

    def whole(self, kind: str, node: int, position: int) -> str:
        """Return what a label stands for, with all its digits."""
        record = self.record
        if kind == "share":
            flat, owner = self.flow(node, position), record.graph.nodes[node].arguments[position]
        else:
            flat, owner = (record.values if kind == "value" else record.upstream)[node], node
        return "none" if flat is None else self._whole(flat, record.shape(owner))

    def _whole(self, flat: Sequence[Any], shape: Sequence[int]) -> str:
        """Return an array in full, or its norm and range where it is large."""
        write = self.record.system.brief
        texts = [self._number(x) for x in flat] if len(flat) <= MOST_WRITTEN else []
        if texts or not flat:
            return bracketed(texts, shape)
        found = summarised(flat, shape)
        if found.largest is None:
            return f"{shape_text(tuple(shape))} without a number"
        return f"{shape_text(tuple(shape))}, norm {found.norm:.6g}, {write(found.least)} .. {write(found.greatest)}"

    def _number(self, x: Any) -> str:
        return "none" if x is None else self.record.system.brief(x)

    def _norm(self, flat: Sequence[Any], shape: Sequence[int]) -> float:
        """Return the norm of an array of the record, worked out once."""
        if id(flat) not in self._norms:
            self._norms[id(flat)] = (flat, summarised(flat, shape).norm)
        return self._norms[id(flat)][1]

    # ---- the words

    def name(self, node: int) -> str:
        """Return what a node is called: all its names."""
        return visible(self.names.get(node, self.record.labels[node]))

    def expression(self, node: int) -> str:
        """Return what a node computes."""
        return expression(self.record.graph, node)

    def title(self, node: int) -> str:
        """Return a node's name and what it computes."""
        label, text = self.record.labels[node], expression(self.record.graph, node)
        if node in self.folds:
            layers = self.folds[node].nodes
            return f"{len(layers)} layers, {self.record.labels[layers[0][-1]]} .. {label}, each as {label} = {text}"
        return label if label == text else f"{label} = {text}"

    def sentence(self, node: int) -> str:
        """Return a node as a sentence: its name, what it computes, its value and its gradient."""
        record = self.record
        text = record.labels[node] if record.graph.nodes[node].operation.is_leaf else self.title(node)
        shape, value, upstream = record.shape(node), record.values[node], record.upstream[node]
        if shape:
            text += f", {shape_text(shape)}"
        if value is not None:
            text += f": value {self._whole(value, shape)}"
        if record.active[node] and upstream is not None:
            text += f", gradient {self._whole(upstream, shape)}"
        return f"{text}."

    def captions(self, digits: int) -> list[str]:
        """Return the lines under a picture: how to read its marks, and the notes."""
        legend = [LEGEND] if self.is_marked() else []
        return [*legend, *lines_of(substantial(self.record), in_figures(self.record, digits))]

    def remarks(self) -> list[str]:
        """Return the notes, with all their digits."""
        return lines_of(substantial(self.record))

    def is_marked(self) -> bool:
        """Return whether anything is at a kink."""
        return bool(self.kinks or self.disputed)


class _Texts:
    """Writes arrays on wires: `3: [1, 3, 2]` above and `[0.09, 0.67, -0.76]` below, or `3x2: norm 2.8`."""

    def __init__(
        self,
        write: Callable[[Any], str],
        norm: Callable[[Sequence[Any], Sequence[int]], float],
        digits: int,
        entries: int,
    ) -> None:
        self.write = write
        self.norm = norm
        self.digits = digits
        self.entries = entries
        self.rounded = False

    def value(self, flat: Sequence[Any], shape: tuple[int, ...]) -> str:
        """Return the shape and the entries, or the norm; a number alone has no shape."""
        if not shape:
            return self._number(*flat)
        if self.entries == SHAPES_ALONE:  # there is no room for more
            return shape_text(shape)
        return self._array(flat, shape, told=True)

    def gradient(self, flat: Sequence[Any], shape: tuple[int, ...]) -> str:
        """Return the entries, or the norm: the shape stands above."""
        return self._array(flat, shape, told=False) if shape else self._number(*flat)

    def _array(self, flat: Sequence[Any], shape: tuple[int, ...], *, told: bool) -> Entries:
        if len(flat) <= self.entries:
            return Entries(shape, [self._number(x) for x in flat], told=told)
        self.rounded = True
        return Entries(shape, norm=shorten(repr(self.norm(flat, shape)), self.digits), told=told)

    def _number(self, x: Any) -> str:
        if x is None:
            return "none"
        whole = self.write(x)
        short = shorten(whole, self.digits)
        self.rounded |= short != whole
        return short


def _pieces(node: ArrayNode, texts: Mapping[int, Sequence[str]], called: Callable[[int, str], str]) -> Sequence[str]:
    """Return what an operation does in pieces; `texts` has the arguments that are spelt out, `called` the others."""
    row, many = node.operation, len(node.arguments)
    if row.operation is not None:
        return folded(row.operation, many, texts, called)
    if row is TRANSPOSE:
        return [".T"]
    own = Called(row.symbol or row.name)
    if row is not INDEX and not texts and (row is MATMUL or not fixed_texts(row, node.fixed)):
        return [own]
    names = [PLACEHOLDERS[k % 6] for k in range(many)] if many - len(texts) > 1 else ["x"] * many
    found = array_pieces(node, [ATOM] * many)
    if row is INDEX and 0 not in texts:
        found = found[1:]
    return written_in(own, found, lambda k: texts.get(k) or [Operand(called(k, names[k]))])

"""The graph of arrays as an indented list, for where the picture has no room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from ..arrays.sizes import shape_text
from ..arrays.table import CONSTANT, LITERAL, NUMBER
from ..record.array_gradient import ArrayGradient
from ..text import GRADIENT_COLOR, PLAIN, VALUE_COLOR, clip, visible
from .array_diagram import Arrays
from .outline import OUTLINE_CELLS, tree
from .remarks import MARK

Write = Callable[[Sequence[Any], tuple[int, ...]], str]


def array_outline(
    record: ArrayGradient, write: Write, *, ascii: bool = False, color: bool = False, width: int | None = None
) -> list[str]:
    """Return a line for every use of an array, under the node that uses it; `write` writes an array of a shape."""
    of = Arrays(record)
    uses = Counter(a for node in record.graph.nodes for a in node.arguments)
    green, red, plain = (VALUE_COLOR, GRADIENT_COLOR, PLAIN) if color else ("", "", "")

    def is_plain(i: int) -> bool:
        return record.graph.nodes[i].operation in (NUMBER, CONSTANT, LITERAL) and i not in of.names

    def line(i: int, edge: tuple[int, int] | None, where: str) -> str:
        shape, value, upstream = record.shape(i), record.values[i], record.upstream[i]
        name, written = of.name(i), visible(of.expression(i))
        text = name + MARK * (i in of.kinks) + (f"  {shape_text(shape)}" if shape else "")
        if where:
            text += f" ({where})"
        elif written != name:
            text += f" = {clip(written, OUTLINE_CELLS)}"
        if value is not None and not where:
            text += f" = {green}{write(value, shape)}{plain}"
        if not record.active[i] or upstream is None:
            return text
        total = write(upstream, shape) + MARK * (i in of.disputed)
        flow = of.flow(*edge) if edge is not None and uses[i] > 1 else None
        if flow is None:
            return f"{text}, gradient {red}{total}{plain}"
        output = visible(record.labels[record.output])
        return f"{text}, share {red}{write(flow, shape)}{plain} of d{output}/d{name} = {total}"

    return tree(record.graph, record.output, is_plain, line, ascii=ascii, width=width)

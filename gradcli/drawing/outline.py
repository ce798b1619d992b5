"""The graph as an indented list, for where the picture has no room."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..calculus.graph import Graph
from ..calculus.operations import CONSTANT, NUMBER
from ..language.writing import expression
from ..record.gradient import Gradient
from ..text import GRADIENT_COLOR, PLAIN, VALUE_COLOR, clip, visible
from .diagram import share
from .remarks import MARK, Marks

if TYPE_CHECKING:
    from ..arrays.graph import ArrayGraph

MOST_LEVELS = 12
FEWEST_LEVELS = 3
TEXT_CELLS = 16  # columns of the text at the deepest level, but for the narrowest screens
OUTLINE_CELLS = 60  # of an expression
BRANCHES = ("├─ ", "└─ ", "│  ", "   ")
ASCII_BRANCHES = ("|- ", "`- ", "|  ", "   ")


def outline(
    record: Gradient, write: Callable[[Any], str], *, ascii: bool = False, color: bool = False, width: int | None = None
) -> list[str]:
    """Return a line for every use of a node, under the node that uses it; `write` writes a number, or `none`.

    What has been listed is only named where it is used again. What would be indented too far starts anew, below.
    """
    writer = _Lines(record, write, color=color)
    return tree(record.graph, record.output, lambda i: _plain_number(record, i), writer.line, ascii=ascii, width=width)


def tree(
    graph: Graph | ArrayGraph,
    output: int,
    is_plain: Callable[[int], bool],
    line: Callable[[int, tuple[int, int] | None, str], str],
    *,
    ascii: bool,
    width: int | None,
) -> list[str]:
    """Return the lines of the list of a graph; those that are plain are spelt out by their user, and get none.

    Where the width is small, there are fewer levels, so that there is room for the text beside them.
    """
    levels = MOST_LEVELS if width is None else min(max((width - TEXT_CELLS) // 3, FEWEST_LEVELS), MOST_LEVELS)
    more, last, bar, blank = ASCII_BRANCHES if ascii else BRANCHES
    nodes = graph.nodes
    listed: set[int] = set()
    lines: list[str] = []
    starts = [output]
    for start in starts:  # grows while it is walked
        if start in listed:
            continue
        stack: list[tuple[int, tuple[int, int] | None, str, str, int]] = [(start, None, "", "", 0)]
        while stack:
            i, edge, own, under, depth = stack.pop()
            arguments = [(k, a) for k, a in enumerate(nodes[i].arguments) if not is_plain(a)]
            where = "above" if i in listed and arguments else "below" if depth == levels and arguments else ""
            lines.append(own + line(i, edge, where))
            if where == "below":
                starts.append(i)
            if where or i in listed:
                continue
            listed.add(i)
            for k, a in reversed(arguments):
                final = k == arguments[-1][0]
                stack.append(
                    (a, (i, k), under + (last if final else more), under + (blank if final else bar), depth + 1)
                )
    return lines


def _plain_number(record: Gradient, i: int) -> bool:
    """Whether a node is a number that its user's text spells out."""
    node = record.graph.nodes[i]
    return node.operation is CONSTANT or (node.operation is NUMBER and record.labels[i] == node.text)


class _Lines:
    """Writes the lines of a list."""

    def __init__(self, record: Gradient, write: Callable[[Any], str], *, color: bool) -> None:
        self.record = record
        self.write = write
        self.green, self.red, self.plain = (VALUE_COLOR, GRADIENT_COLOR, PLAIN) if color else ("", "", "")
        self.marks = Marks(record)
        self.uses = [0] * len(record.graph.nodes)
        for node in record.graph.nodes:
            for a in node.arguments:
                self.uses[a] += 1

    def line(self, i: int, edge: tuple[int, int] | None, where: str) -> str:
        """Return the text of a node: `q = x + y = 3, gradient -4`.

        At a fork it is the share of this use: `share -12 of df/dq = -32`.
        """
        record = self.record
        name = visible(record.labels[i])
        text = ", ".join([name, *map(visible, record.graph.others.get(i, []))])
        text += MARK if i in self.marks.gates else ""
        written = visible(expression(record.graph, i))
        if where:
            text += f" ({where})"
        elif written != name:
            text += f" = {clip(written, OUTLINE_CELLS)}"
        value = record.values[i]
        if value is not None and not where:
            text += f" = {self.green}{self.write(value)}{self.plain}"
        if not record.active[i]:
            return text
        total = self.marks.gradient(i, self.write(record.upstream[i]), self.write)
        if edge is not None and self.uses[i] > 1:
            part = f"{self.red}{self.write(share(record, *edge))}{self.plain}"
            return f"{text}, share {part} of d{visible(record.labels[record.output])}/d{name} = {total}"
        return f"{text}, gradient {self.red}{total}{self.plain}"

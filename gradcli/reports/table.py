"""The table: one row per node. Where there is little room it has fewer figures, then fewer words, then it is a list."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from ..calculus.gate import Gate
from ..record.gradient import Gradient, NodeView
from ..record.request import MANY_NODES, NODES_AT_ENDS
from ..text import BOLD, GRADIENT_COLOR, PLAIN, VALUE_COLOR, cells, clip
from . import Style, selected
from .columns import aligned, entries, padded, wrapped
from .rounding import FIGURES, Rounding, signed
from .wording import (
    JOINED_CELLS,
    MOST_LISTED,
    Upstream,
    closing,
    gate_parts,
    joined,
    kind_text,
    legend,
    locals_of,
    name_of,
    rows,
    summary,
    upstream_of,
)

LEAVES = ("input", "constant")
LEAST_FIGURES = 4
ANSWER_LINES = 3  # lines of the answer below a table of gates
EXPRESSION_WIDTHS = (None, 24, 16, 12)  # cells of an expression, from the roomiest to the narrowest
COLUMN_GAPS = (3, 2)  # blanks between columns


class Size(NamedTuple):
    """How a table is made narrower: significant figures, sums line by line, no rules, and cells of an expression."""

    figures: int
    stacks_sums: bool = False
    rules: bool = True
    expression: int | None = None


class Column(NamedTuple):
    """A column: its heading, its cells as lines that are equally wide, row by row, and its colour."""

    heading: str
    rows: list[list[str]]
    color: str

    @property
    def width(self) -> int:
        """How wide the column is."""
        return max([cells(self.heading), *(cells(line) for lines in self.rows for line in lines)])


def render(record: Gradient, style: Style) -> str:
    """Return the table, the notes and the answer in one line."""
    nodes = selected(record, style.nodes)
    left_out = 0
    if style.nodes is None and len(nodes) > MANY_NODES:
        left_out = len(nodes) - 2 * NODES_AT_ENDS
        nodes = nodes[:NODES_AT_ENDS] + nodes[-NODES_AT_ENDS:]
    views = rows(record, nodes)
    signs = style.signs
    figures, lines = _table(record, views, style) if views else (Rounding.of(record, style), [])
    meaning = legend(signs) if any(edge.rule for view in views for edge in view.arguments) else ""
    more = "; --nodes all lists them" if style.options else ""
    gap = f"... {left_out:,} nodes are left out{more}" if left_out else ""
    tail, answer = closing(record, style, figures)
    remark = figures.remark()
    short = f"{legend(signs, short=True)}; {remark}"
    if meaning and tail and tail[-1] == remark and style.width and len(short) <= style.width:
        meaning = short
        tail.pop()
    for line in filter(None, (meaning, gap)):
        lines += wrapped(line, style.width)
    answer = [f"{BOLD}{line}{PLAIN}" for line in answer] if style.color else answer
    return "\n".join([*lines, *tail, *answer]) + "\n"


def _table(record: Gradient, views: list[NodeView], style: Style) -> tuple[Rounding, list[str]]:
    """Return the lines of the roomiest table that fits, or of a list, and what wrote their numbers."""
    for size in _sizes(style):
        figures = Rounding.of(record, style, size.figures)
        columns = _columns(record, views, figures, size, style)
        natural = 1 + sum(column.width for column in columns)
        # A table of gates is for the overview: rather fewer figures than an answer of many lines.
        overview = any(isinstance(record.graph.nodes[view.id].operation, Gate) for view in views)
        answer = entries(summary(record, figures.text), style.width) if overview and not style.figures else []
        if len(answer) > ANSWER_LINES and size.figures > LEAST_FIGURES:
            continue
        for gap in COLUMN_GAPS:
            if style.width is None or natural + gap * (len(columns) - 1) <= style.width:
                below = [_gate_lines(record, view, figures, style) for view in views]
                return figures, list(drawn(columns, below, gap, style))
    figures = Rounding.of(record, style)
    return figures, [line for view in views for line in _item(record, view, figures, style)]


def _sizes(style: Style) -> Iterator[Size]:
    """Yield the ways to make a table, from the roomiest to the narrowest."""
    counts = [style.figures] if style.figures else list(range(FIGURES, LEAST_FIGURES - 1, -1))
    for stacks_sums in (False, True):
        for count in counts:
            yield Size(count, stacks_sums=stacks_sums)
    for clipped in EXPRESSION_WIDTHS:
        yield Size(counts[-1], stacks_sums=True, rules=False, expression=clipped)


def _columns(record: Gradient, views: list[NodeView], figures: Rounding, size: Size, style: Style) -> list[Column]:
    """Return the columns in which there is something."""
    expressions = [kind_text(record, view) for view in views]
    if size.expression is not None:
        expressions = [clip(text, size.expression) for text in expressions]
    room = JOINED_CELLS if size.rules else 0
    output = record.labels[record.output]
    upstream = [upstream_of(record, view, figures.text, style.signs) for view in views]
    found = [
        Column("node", [[name_of(record, view)] for view in views], BOLD),
        Column("expression", [[text] for text in expressions], ""),
        Column("value", _values(views, figures), VALUE_COLOR),
        Column("local gradients", [_locals(record, view, figures, room, size, style) for view in views], ""),
        Column(f"d{output}/d node", _upstream(upstream, size), GRADIENT_COLOR),
    ]
    return [column for column in found if any(line.strip() for lines in column.rows for line in lines)]


def _values(views: list[NodeView], figures: Rounding) -> list[list[str]]:
    """Return the cells of the values, their decimal points in line."""
    return [[text] for text in aligned("" if view.value is None else figures.text(view.value) for view in views)]


def _locals(record: Gradient, view: NodeView, figures: Rounding, room: int, size: Size, style: Style) -> list[str]:
    """Return the local gradients of a node, one per line; of many the first. Those of a gate stand below its row."""
    if isinstance(record.graph.nodes[view.id].operation, Gate):
        return []
    found = joined(locals_of(record, view, figures.text, style.signs), room)
    lines = [local.text(rule=size.rules) for local in found[:MOST_LISTED]]
    return [*lines, f"... ({len(found):,} in all)"] if len(found) > MOST_LISTED else lines


def _gate_lines(record: Gradient, view: NodeView, figures: Rounding, style: Style) -> list[str]:
    """Return the local gradients of a gate, which are too many for a column, as lines below its row."""
    parts = gate_parts(record, view, figures.text, style.signs)
    return entries([f"  {parts[0]}", *parts[1:]], style.width, "      ") if parts else []


def _upstream(found: list[Upstream | None], size: Size) -> list[list[str]]:
    """Return the cells of the upstream gradients: sums before their totals, or one number under the other."""
    parts: list[list[tuple[str, str]]] = []
    for upstream in found:
        if upstream is None:
            parts.append([])
        elif upstream.terms and size.stacks_sums:
            pairs = [("", upstream.terms[0]), *map(signed, upstream.terms[1:])]
            parts.append([*pairs, (upstream.equals, upstream.total)])
        else:
            text = upstream.text()
            parts.append([(text[: len(text) - len(upstream.total)].rstrip(), upstream.total)])
    numbers = iter(aligned(number for lines in parts for _, number in lines))
    before = max((len(sign) + 1 for lines in parts for sign, _ in lines if sign), default=0)
    return [[f"{sign} ".rjust(before) + next(numbers) if before else next(numbers) for sign, _ in p] for p in parts]


def drawn(columns: list[Column], below: list[list[str]], gap: int, style: Style) -> Iterator[str]:
    """Yield the lines of a table: its headings, a rule, and the rows, each with what stands below it."""
    widths = [column.width for column in columns]
    between = " " * gap

    def line(texts: list[str], colors: list[str]) -> str:
        texts = [padded(text, width) for text, width in zip(texts, widths, strict=True)]
        if style.color:
            texts = [f"{color}{t}{PLAIN}" if color and t.strip() else t for t, color in zip(texts, colors, strict=True)]
        return (" " + between.join(texts)).rstrip()

    yield line([column.heading for column in columns], [BOLD] * len(columns))
    yield style.signs.line * (sum(widths) + gap * (len(columns) - 1) + 1)
    for more, *row in zip(below, *(column.rows for column in columns), strict=True):
        for texts in zip_longest(*row, fillvalue=""):
            yield line(list(texts), [column.color for column in columns])
        yield from more


def _item(record: Gradient, view: NodeView, figures: Rounding, style: Style) -> Iterator[str]:
    """Yield a node as an item of a list: what it is and its value, then its derivatives, in one line if they fit."""
    width, write = style.width, figures.text
    kind = kind_text(record, view)
    if record.graph.nodes[view.id].operation.is_condition:
        kind = f"({kind})"
    head = [name_of(record, view)]
    if kind not in LEAVES and kind != view.name:
        head.append(kind)
    if view.value is not None:
        head.append(write(view.value))
    upstream = upstream_of(record, view, write, style.signs)
    gate = _gate_lines(record, view, figures, style)
    found = [] if gate else joined(locals_of(record, view, write, style.signs), JOINED_CELLS)
    lines = [local.text() for local in found[:MOST_LISTED]]
    total = [] if upstream is None else [f"d{record.labels[record.output]}/d{view.name} = {upstream.text()}"]
    first = [" = ".join(head), *(total if not (lines or gate) else [])]
    yield from entries(first, width, "  ")
    yield from gate
    for line in [*lines, *total] if lines or gate else []:
        yield from wrapped(f"  {line}", width)

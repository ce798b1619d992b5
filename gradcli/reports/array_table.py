"""The table of a program of arrays: one row a node, its backward rules beside it. Where there is no room, a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from typing import Any

from ..arrays.sizes import count, shape_text
from ..arrays.table import CONSTANT, INPUT, LITERAL, NUMBER
from ..calculus.notes import slope
from ..record.array_gradient import ArrayGradient, ArrayNodeView
from ..record.request import EDGE, MANY
from ..text import cells, clip, counted
from . import Style, selected_arrays
from .array_text import ArrayWriter
from .columns import entries, wrapped
from .rounding import FIGURES, Rounding
from .table import BOLD, GAPS, GREEN, LEAST_FIGURES, PLAIN, RED, Column, drawn
from .wording import LONG, check_line, notes

LABEL = 15  # cells before what a list says of a node
INDENT = 6  # of an array that has no room behind its label
MOST_WAYS = 4  # through which a gradient comes, that are named
SHAPES = "a gradient has the shape of what it belongs to"
BACKWARD = "backward, to each argument"


def render(record: ArrayGradient, style: Style) -> str:
    """Return the table, the notes and the answer in one line."""
    nodes = shown(record, style.nodes)
    left_out = 0
    if style.nodes is None and len(nodes) > MANY:
        left_out = len(nodes) - 2 * EDGE
        nodes = nodes[:EDGE] + nodes[-EDGE:]
    table = ArrayTable(record, [record.view(i) for i in nodes], style)
    lines = table.lines() if nodes else []
    if left_out:
        more = "; --nodes all lists them" if style.options else ""
        lines += wrapped(f"... {left_out:,} nodes are left out{more}", style.width)
    if nodes:
        lines += wrapped(f"{_counted(record)}; {SHAPES}", style.width)
    return "\n".join([*lines, *table.closing()]) + "\n"


def shown(record: ArrayGradient, which: str | None) -> list[int]:
    """Return the nodes of a table: inputs first, then in order; what the program writes as numbers is left out."""
    graph = record.graph
    named = {*graph.named.values(), record.output}
    leaves = (NUMBER, CONSTANT, LITERAL)
    found = [i for i in selected_arrays(record, which) if graph.nodes[i].operation not in leaves or i in named]
    return sorted(found, key=lambda i: (graph.nodes[i].operation is not INPUT, i))


def _counted(record: ArrayGradient) -> str:
    every = shown(record, None)
    return f"{counted(len(every), 'array')}, {counted(sum(count(record.shape(i)) for i in every), 'number')}"


class ArrayTable:
    """Some nodes of a record as a table that fits, or as a list; and what stands below it."""

    def __init__(self, record: ArrayGradient, views: Sequence[ArrayNodeView], style: Style) -> None:
        self.record = record
        self.views = views
        self.style = style
        self.output = record.labels[record.output]
        self._plain = style.signs.plain
        self._summaries: dict[int, Any] = {}
        self._users = _users(record)
        self._use(style.figures or FIGURES)

    def _use(self, count: int) -> None:
        """Write numbers with so many figures from here on."""
        self.figures = Rounding.of(self.record, self.style, count)
        self.write = ArrayWriter(self.record, self.figures, self._summaries)

    def lines(self) -> list[str]:
        """Return the lines of the roomiest table that fits, or of a list."""
        width = self.style.width
        counts = [self.style.figures] if self.style.figures else list(range(FIGURES, LEAST_FIGURES - 1, -1))
        for figures in counts:
            self._use(figures)
            columns = self._columns()
            natural = 1 + sum(column.width for column in columns)
            for gap in GAPS:
                if width is None or natural + gap * (len(columns) - 1) <= width:
                    return list(drawn(columns, [[] for _ in self.views], gap, self.style))
        for figures in [*counts, counts[0]]:
            self._use(figures)
            if width is None or self._fits(width - INDENT):
                break
        return [line for view in self.views for line in self._item(view)]

    def _fits(self, width: int) -> bool:
        """Whether all small matrices are written in full in so many cells."""
        arrays = ((array, view.shape) for view in self.views for array in (view.value, view.upstream) if array)
        return all(self.write.fits(array, shape, width) for array, shape in arrays)

    # ---- the table

    def _columns(self) -> list[Column]:
        """Return the columns in which there is something."""
        views, array = self.views, self._array
        found = [
            Column("node", [[view.name] for view in views], BOLD),
            Column("shape", [[shape_text(view.shape) if view.shape else ""] for view in views], ""),
            Column("expression", [[self._kind(view)] for view in views], ""),
            Column("value", [array(view.value, view) for view in views], GREEN),
            Column(BACKWARD, [self._rules(view) for view in views], ""),
            Column(f"d{self.output}/d node", [self._upstream(view) for view in views], RED),
        ]
        return [column for column in found if any(line.strip() for lines in column.rows for line in lines)]

    def _array(self, array: Sequence[Any], view: ArrayNodeView, width: int | None = None) -> list[str]:
        return list(map(self._plain, self.write.lines(array, view.shape, width)))

    def _kind(self, view: ArrayNodeView) -> str:
        """Return what a node computes, or what it is."""
        operation = self.record.graph.nodes[view.id].operation
        if operation in (INPUT, CONSTANT, LITERAL):
            return operation.name
        return self._plain(clip(view.expression, LONG))

    def _rules(self, view: ArrayNodeView) -> list[str]:
        labels = self.record.labels
        return [self._plain(f"{labels[edge.node]}: {edge.rule}") for edge in view.arguments if edge.rule]

    def _upstream(self, view: ArrayNodeView) -> list[str]:
        """Return the upstream gradient; below the names of the nodes that it comes through, where they are several."""
        if view.upstream is None:
            return []
        return [*self._fork(view), *self._array(view.upstream, view)]

    def _fork(self, view: ArrayNodeView) -> list[str]:
        """Return the nodes through which the gradient comes, where something comes along several edges."""
        users = Counter(self._users.get(view.id, []))
        if users.total() < 2:
            return []
        ways = [f"via {self.record.labels[user]}{' twice' if uses == 2 else f', {uses} times' if uses > 2 else ''}"
                for user, uses in list(users.items())[:MOST_WAYS]]  # fmt: skip
        more = [f"... ({users.total():,} in all)"] if len(users) > MOST_WAYS else []
        return [" + ".join([*ways, *more]) + ":"]

    # ---- the list

    def _item(self, view: ArrayNodeView) -> Iterator[str]:
        """Yield a node as an item of a list: what it is, its value, its rules, its upstream gradient."""
        width = self.style.width
        shape = shape_text(view.shape) if view.shape else ""
        yield from wrapped("  ".join(filter(None, (f" {view.name}", shape, self._kind(view)))), width)
        yield from self._field("value", "", lambda room: self._array(view.value, view, room))
        rules = self._rules(view)
        yield from self._field("backward", "", lambda room: [line for r in rules for line in wrapped(r, room, "  ")])
        upstream = view.upstream
        if upstream is not None:
            above = self._fork(view)
            yield from self._field("upstream", "", lambda room: wrapped(above[0], room, "  ") if above else [])
            prefix = f"d{self.output}/d{view.name} = "
            label = "" if above else "upstream"
            yield from self._field(label, prefix, lambda room: self._array(upstream, view, room))

    def _field(self, label: str, prefix: str, lines: Any) -> Iterator[str]:
        """Yield lines behind a label, or below it where that leaves them too little room.

        `lines` returns them for a room; `prefix` stands before the first.
        """
        width = self.style.width
        before = LABEL + len(prefix)
        beside = lines(None if width is None else max(width - before, 1))
        if not beside:
            return
        head = f"    {label}".ljust(LABEL)
        below = beside if width is None else lines(max(width - INDENT, 1))
        whole, in_room = below[0].startswith("["), beside[0].startswith("[")  # in full, not summed up
        spare = 0 if whole else 1  # an array is broken only where it must be
        fits = width is None or before + max(map(cells, beside)) <= width
        if fits and whole == in_room and len(beside) <= len(below) + spare:
            for k, line in enumerate(beside):
                yield f"{' ' * before if k else head + prefix}{line}"
            return
        if label or prefix:
            yield ((head if label else "    ") + prefix).rstrip()
        yield from (f"{' ' * INDENT}{line}" for line in below)

    # ---- below

    def closing(self, *, told: bool = True) -> list[str]:
        """Return what stands below: second derivatives, checks, notes, what was rounded; and the answer.

        Without `told` the report itself says what was rounded.
        """
        record, style, figures = self.record, self.style, self.figures
        answer = entries([self._plain(part) for part in self.summary()], style.width)
        others = [*self._checks(), *notes(record, figures)]
        tail = [line for text in others for line in wrapped(self._plain(text), style.width)]
        hessian = list(self._hessian())
        rounded = wrapped(figures.remark(), style.width) if told and figures.remark() else []
        answer = [f"{BOLD}{line}{PLAIN}" for line in answer] if style.color else answer
        return [*hessian, *tail, *rounded, *answer]

    def summary(self) -> list[str]:
        """Return the answer as the parts of one line: `L = 1.40761`, `gradient: W 3x2 (norm 2.25952)`, ..."""
        record, one_line = self.record, self.write.one_line
        value = record.values[record.output]
        assert value is not None  # the output is always listed
        text = one_line(value, record.shape(record.output))
        names = list(record.places)
        shares = [f"{name} {one_line(*record.derivative(name))}" for name in names[:MANY]]
        if len(names) > MANY:
            shares.append(f"... ({len(names):,} inputs)")
        head = self.output if self.output == text else f"{self.output} = {text}"
        return [head, f"gradient: {shares[0]}", *shares[1:]] if shares else [head]

    def _hessian(self) -> Iterator[str]:
        """Yield the second derivatives, a block for every two names."""
        hessian, width = self.record.hessian, self.style.width
        if hessian is None:
            return
        for a, b in combinations_with_replacement(hessian, 2):
            flat, shape = _flattened(hessian[a][b])
            prefix = self._plain(f"{slope(self.output, (a, b))} = ")
            lines = self.write.lines(flat, shape)
            if width is None or len(prefix) + max(map(cells, lines)) <= width:
                yield from (f"{' ' * len(prefix) if k else prefix}{line}" for k, line in enumerate(lines))
            else:
                yield prefix.rstrip()
                yield from (f"  {line}" for line in self.write.lines(flat, shape, max(width - 2, 1)))

    def _checks(self) -> list[str]:
        """Return what --verify found: a line for the entries of an array that agree, and one for every other check."""
        checks = self.record.checks
        if checks is None:
            return []
        from ..record.array_checks import RULE

        alike = [check for check in checks if check.verdict == "agrees" and "[" in check.name]
        lines = []
        for name, many in Counter(check.name.partition("[")[0] for check in alike).items():
            lines.append(f"verify {name}: {'1 entry agrees' if many == 1 else f'{many:,} entries agree'}")
        lines += [check_line(self.record, check, self.figures) for check in checks if check not in alike]
        return [*lines, RULE]


def _users(record: ArrayGradient) -> dict[int, list[int]]:
    """Return the nodes through which something flows back into each node, one a use; nothing if not all are listed."""
    found: dict[int, list[int]] = {}
    if len(record.listed) < len(record.graph.nodes):
        return found
    for i, node in enumerate(record.graph.nodes):
        for a, flow in zip(node.arguments, record.contributions[i] or (), strict=False):
            if flow is not None:
                found.setdefault(a, []).append(i)
    return found


def _flattened(nested: Any) -> tuple[list[Any], tuple[int, ...]]:
    """Return nested lists as a flat list, and their shape."""
    flat, shape = [nested], []
    while isinstance(flat[0], list):
        shape.append(len(flat[0]))
        flat = [x for row in flat for x in row]
    return flat, tuple(shape)

"""The table of a program of arrays: one row per node, its backward rules beside it. Where there is no room, a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement
from typing import Any

from ..arrays.inside import ASSEMBLE, ENTRY
from ..arrays.sizes import shape_text
from ..arrays.table import CONSTANT, INPUT, LITERAL, NUMBER
from ..calculus.notes import slope
from ..record.array_derivation import growth
from ..record.array_gradient import ArrayGradient, ArrayNodeView
from ..record.array_layers import repeated
from ..record.request import MANY_NODES, NODES_AT_ENDS
from ..text import BOLD, GRADIENT_COLOR, PLAIN, VALUE_COLOR, cells, clip
from . import Style, selected
from .array_counts import counted_nodes, meaning
from .array_derivatives import jacobian_blocks, remarks, tangent_texts
from .array_text import ArrayWriter, operation_text
from .columns import entries, wrapped
from .rounding import FIGURES, Rounding
from .table import COLUMN_GAPS, LEAST_FIGURES, Column, drawn
from .wording import EXPRESSION_CELLS, MANY_INPUTS, check_line, notes, rule_of

LABEL = 15  # cells before what a list says of a node
INDENT = 6  # of an array that has no room behind its label
MOST_WAYS = 4  # through which a gradient comes, that are named
UPSTREAM = "upstream gradient"
ROOM = 28  # cells of a rule or a vector where the table would else not fit
COLUMN = "[:, None] makes a column of a vector: its entry i goes with row i"
BACKWARD = "backward, to each argument"


def render(record: ArrayGradient, style: Style) -> str:
    """Return the table, the notes and the answer in one line."""
    nodes = shown(record, style.nodes)
    left_out = 0
    folds = folded(record, nodes) if style.nodes is None else {}
    nodes = [i for i in nodes if folds.get(i, True)]
    if style.nodes is None and len(nodes) > MANY_NODES:
        left_out = len(nodes) - 2 * NODES_AT_ENDS
        nodes = nodes[:NODES_AT_ENDS] + nodes[-NODES_AT_ENDS:]
    table = ArrayTable(record, [record.view(i) for i in nodes], style, folds)
    lines = table.lines() if nodes else []
    if left_out:
        more = "; --nodes all lists them" if style.options else ""
        lines += wrapped(f"... {left_out:,} nodes are left out{more}", style.width)
    if nodes:
        told = [counted_nodes(record, shown(record, None)) + meaning(record)]
        if any("[:, None]" in line for view in table.views for line in table.rules(view)):
            told.append(COLUMN)
        if table.needed:
            told.append(f"a table of this needs {table.needed} columns")
        lines += [line for text in told for line in wrapped(text, style.width)]
    return "\n".join([*lines, *table.closing()]) + "\n"


def shown(record: ArrayGradient, which: str | None) -> list[int]:
    """Return the nodes of a table: inputs first, then in order; what the program writes as numbers is left out."""
    graph = record.graph
    named = {*graph.named.values(), record.output}
    leaves = (NUMBER, CONSTANT, LITERAL)
    found = [i for i in selected(record, which) if graph.nodes[i].operation not in leaves or i in named]
    return sorted(found, key=lambda i: (graph.nodes[i].operation is not INPUT, i))


class ArrayTable:
    """Some nodes of a record as a table that fits, or as a list; and what stands below it."""

    def __init__(
        self, record: ArrayGradient, views: Sequence[ArrayNodeView], style: Style, folds: Folds | None = None
    ) -> None:
        self.record = record
        self._folds = folds or {}
        self.views = views
        self.style = style
        self.output = record.labels[record.output]
        self.needed = 0  # columns of a table, where there is no room for one
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
            for room in (None, ROOM):
                columns = self._columns(room)
                natural = 1 + sum(column.width for column in columns)
                for gap in COLUMN_GAPS:
                    needed = natural + gap * (len(columns) - 1)
                    if width is None or needed <= width:
                        return list(drawn(columns, [[] for _ in self.views], gap, self.style))
        self.needed = needed
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

    def _columns(self, room: int | None) -> list[Column]:
        """Return the columns in which there is something; rules and vectors are broken to a room, if there is one."""
        views = self.views

        def broken(lines: list[str]) -> list[str]:
            return [part for line in lines for part in (wrapped(line, room, "  ") if room else [line])]

        found = [
            Column("node", [[self.name(view)] for view in views], BOLD),
            Column("shape", [[shape_text(view.shape) if view.shape else ""] for view in views], ""),
            Column("expression", [[self.kind(view)] for view in views], ""),
            Column("value", [self.value(view, _of_vector(view, room)) for view in views], VALUE_COLOR),
            Column(BACKWARD, [broken(self.rules(view)) for view in views], ""),
            Column(UPSTREAM, [self.upstream(view, _of_vector(view, room)) for view in views], GRADIENT_COLOR),
            Column("tangent", [self._tangent(view, _of_vector(view, room)) for view in views], GRADIENT_COLOR),
        ]
        return [column for column in found if any(line.strip() for lines in column.rows for line in lines)]

    def use(self, figures: Rounding) -> None:
        """Write numbers by `figures` from here on."""
        self.figures, self.write = figures, ArrayWriter(self.record, figures, self._summaries)

    def array(self, array: Sequence[Any], view: ArrayNodeView, width: int | None = None) -> list[str]:
        """Return the array of a node as lines that stand below each other."""
        return list(map(self._plain, self.write.lines(array, view.shape, width)))

    def name(self, view: ArrayNodeView) -> str:
        """Return the name of a node; of several that are alike the first and the last, and how many there are."""
        fold = self._folds.get(view.id)
        return f"{view.name} .. {self.record.labels[fold[-1]]}  x{len(fold)}" if fold else view.name

    def value(self, view: ArrayNodeView, width: int | None = None) -> list[str]:
        """Return the value of a node, of several that are alike the norms of the first and the last."""
        fold = self._folds.get(view.id)
        return self._ends(self.record.values, fold) if fold else self.array(view.value, view, width)

    def _ends(self, columns: Sequence[list[Any] | None], fold: Sequence[int]) -> list[str]:
        """Return what is told of nodes that are alike: the norms of the first and the last, or their numbers."""
        found = []
        for i in (fold[0], fold[-1]):
            flat = columns[i]
            found.append("none" if flat is None else self.write.brief(flat, self.record.shape(i)))
        return [" .. ".join(found)]

    def kind(self, view: ArrayNodeView) -> str:
        """Return what a node computes, or what it is."""
        fold = self._folds.get(view.id)
        if fold:
            ends = [operation_text(self.record.graph, i) for i in (fold[0], fold[-1])]
            return self._plain(clip(" .. ".join(ends), EXPRESSION_CELLS))
        operation = self.record.graph.nodes[view.id].operation
        if operation in (INPUT, CONSTANT, LITERAL):
            return operation.name
        return self._plain(clip(operation_text(self.record.graph, view.id), EXPRESSION_CELLS))

    def rules(self, view: ArrayNodeView) -> list[str]:
        """Return the backward rule of each argument; none where entries are only taken out or put together."""
        labels = self.record.labels
        if self.record.graph.nodes[view.id].operation in (ENTRY, ASSEMBLE):
            return []
        more = " .." if view.id in self._folds else ""
        return [self._plain(f"{labels[edge.node]}: {edge.rule}{more}") for edge in view.arguments if edge.rule]

    def upstream(self, view: ArrayNodeView, width: int | None = None) -> list[str]:
        """Return the upstream gradient; below the names of the nodes that it comes through, where they are several."""
        if view.upstream is None:
            return []
        if fold := self._folds.get(view.id):
            return self._ends(self.record.upstream, fold)
        return [*self._fork(view), *self.array(view.upstream, view, width)]

    def _tangent(self, view: ArrayNodeView, room: int | None) -> list[str]:
        if self.record.tangent is None:
            return []
        column = self.record.tangent.columns[view.id]
        if fold := self._folds.get(view.id):
            return self._ends(self.record.tangent.columns, fold)
        return [] if column is None else self.array(column, view, room)

    def _fork(self, view: ArrayNodeView) -> list[str]:
        """Return the nodes through which the gradient comes, where something comes along several edges.

        A row that stands in every row of a batch comes along as many.
        """
        nodes = self.record.graph.nodes
        users = Counter(user for user in self._users.get(view.id, []) if nodes[user].operation is not ENTRY)
        if users.total() < 2:
            return [f"{branches}:" for user in users for branches in self._branches(view.id, user)]
        ways = [f"via {self.record.labels[user]}{' twice' if uses == 2 else f', {uses} times' if uses > 2 else ''}"
                for user, uses in list(users.items())[:MOST_WAYS]]  # fmt: skip
        more = [f"... ({users.total():,} in all)"] if len(users) > MOST_WAYS else []
        return [" + ".join([*ways, *more]) + ":"]

    def _branches(self, i: int, user: int) -> list[str]:
        """Return that an array reaches the output by several places of what it grows to, if it does."""
        graph = self.record.graph
        grows = growth(graph, user, graph.nodes[user].arguments.index(i))
        if grows is None or not self.record.shape(i):
            return []
        return [f"by {grows.times} {grows.what} of {graph.labels[user]}, {grows.times} branches added"]

    # ---- the list

    def _item(self, view: ArrayNodeView) -> Iterator[str]:
        """Yield a node as an item of a list: what it is, its value, its rules, its upstream gradient."""
        width = self.style.width
        shape = shape_text(view.shape) if view.shape else ""
        yield from wrapped("  ".join(filter(None, (f" {self.name(view)}", shape, self.kind(view)))), width)
        yield from self._field("value", "", lambda room: self.value(view, room))
        yield from self._field("tangent", "", lambda room: self._tangent(view, room))
        rules = self.rules(view)
        yield from self._field("backward", "", lambda room: [line for r in rules for line in wrapped(r, room, "  ")])
        upstream = view.upstream
        if view.id in self._folds:
            yield from self._field("upstream", "", lambda room: self.upstream(view))
        elif upstream is not None:
            above = self._fork(view)
            yield from self._field(
                "upstream", "", lambda room: [line for text in above for line in wrapped(text, room, "  ")]
            )
            prefix = f"d{self.output}/d{view.name} = "
            label = "" if above else "upstream"
            yield from self._field(label, prefix, lambda room: self.array(upstream, view, room))

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
        yield ((head if label else "    ") + prefix).rstrip()
        yield from (f"{' ' * INDENT}{line}" for line in below)

    # ---- below

    def closing(self) -> list[str]:
        """Return what stands below: second derivatives, checks, notes, what was rounded; and the answer."""
        hessian, told, answer = self.below()
        return [*hessian, *told, *([f"{BOLD}{line}{PLAIN}" for line in answer] if self.style.color else answer)]

    def below(self) -> tuple[list[str], list[str], list[str]]:
        """Return the lines of second derivatives and of a step, those of checks, notes and rounding, and the answer."""
        record, style, figures = self.record, self.style, self.figures
        answer = entries([self._plain(part) for part in self.summary()], style.width)
        others = [*self._checks(), *remarks(record, self.write), *notes(record, figures)]
        tail = [line for text in others for line in wrapped(self._plain(text), style.width)]
        second = list(self._second())
        if record.taken is not None:
            from .step_text import array_lines

            second += [self._plain(line) for line in array_lines(record, self.write, style.width)]
        rounded = wrapped(figures.remark(), style.width) if figures.remark() else []
        return second, [*tail, *rounded], answer

    def summary(self) -> list[str]:
        """Return the answer as the parts of one line: `L = 1.40761`, `gradient: W 3x2 (norm 2.25952)`, ..."""
        record, one_line = self.record, self.write.one_line
        value = record.values[record.output]
        assert value is not None  # the output is always listed
        text = one_line(value, record.shape(record.output))
        names = list(record.places)
        shares = [f"{name} {one_line(*record.derivative(name))}" for name in names[:MANY_INPUTS]]
        if len(names) > MANY_INPUTS:
            shares.append(f"... ({len(names):,} inputs)")
        head = self.output if self.output == text else f"{self.output} = {text}"
        along = [f"tangent: {text}" for text in tangent_texts(record, self.write)]
        return [head, *along, f"gradient: {shares[0]}", *shares[1:]] if shares else [head, *along]

    def _second(self) -> Iterator[str]:
        """Yield the second derivatives, a block for every two names, and the Jacobian."""
        hessian = self.record.hessian or {}
        for a, b in combinations_with_replacement(hessian, 2):
            prefix = self._plain(f"{slope(self.output, (a, b))} = ")
            yield from self.write.behind(prefix, *_flattened(hessian[a][b]), self.style.width)
        for name, flat, shape in jacobian_blocks(self.record):
            yield from self.write.behind(self._plain(f"{name} = "), flat, shape, self.style.width)

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
        return [*lines, rule_of(checks, RULE)]


def closing_lines(record: ArrayGradient, style: Style, figures: Rounding, *, told: bool = True) -> list[str]:
    """Return what stands below a report whose numbers are written with `figures`: notes, checks and the answer.

    With `told` also that numbers were rounded.
    """
    table = ArrayTable(record, [], style)
    table.use(figures)
    return [line for line in table.closing() if told or line != figures.remark()]


def notes_and_rounding(record: ArrayGradient, style: Style, figures: Rounding) -> list[str]:
    """Return what stands below a report of a part of the record: notes, and that numbers were rounded."""
    lines = [*notes(record, figures), figures.remark()]
    return [line for text in lines if text for line in wrapped(style.signs.plain(text), style.width)]


Folds = dict[int, tuple[int, ...]]


def _of_vector(view: ArrayNodeView, room: int | None) -> int | None:
    """Return the room of a vector; other arrays are never broken."""
    return room if len(view.shape) == 1 else None


def folded(record: ArrayGradient, nodes: Sequence[int]) -> Folds:
    """Return the nodes of layers that repeat by the first of them that are alike; nothing for the others of them."""
    found: Folds = {}
    for layers in repeated(record.graph, [i for i in nodes if record.graph.nodes[i].operation is not INPUT]):
        for step in layers.nodes[1:]:
            found.update(dict.fromkeys(step, ()))
        for k, first in enumerate(layers.nodes[0]):
            found[first] = tuple(step[k] for step in layers.nodes)
    return found


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

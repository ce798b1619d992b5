"""The table: one row a node. Where it would not fit it is stacked, so that no number is ever cut."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from ..errors import cells
from ..gradient import EDGE, MANY, Gradient, NodeView
from . import Style, selected
from .wording import (
    LEGEND,
    check_lines,
    hessian_lines,
    kind_text,
    local_texts,
    notes,
    plain_ascii,
    rows,
    summary,
    upstream_text,
)

if TYPE_CHECKING:
    from rich.console import Console

HEADINGS = ("node", "expression", "value", "local gradients", "upstream gradient")
STYLES = ("bold", "", "green", "", "red")
LOCAL = HEADINGS.index("local gradients")
LEAVES = ("input", "constant")


def render(record: Gradient, style: Style) -> str:
    """Return the table, the notes and the answer in one line."""
    nodes = selected(record, style.nodes)
    left_out = 0
    if style.nodes is None and len(nodes) > MANY:
        left_out = len(nodes) - 2 * EDGE
        nodes = nodes[:EDGE] + nodes[-EDGE:]
    table = [_row(record, view) for view in rows(record, nodes)]
    legend = LEGEND if any(row[LOCAL] for row in table) else ""
    gap = f"... {left_out:,} nodes are left out; --nodes all lists them" if left_out else ""
    tail = [
        line
        for line in (legend, gap, *hessian_lines(record), *check_lines(record), *notes(record), summary(record))
        if line
    ]
    if style.ascii:
        table = [tuple([plain_ascii(line) for line in cell] for cell in row) for row in table]
        tail = [plain_ascii(line) for line in tail]
    widths = [max([len(h), *(cells(line) for row in table for line in row[k])]) for k, h in enumerate(HEADINGS)]
    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    natural = sum(widths) + 3 * len(widths)
    console = Console(
        file=out, width=max(natural, 20), color_system="standard" if style.color else None, highlight=False,
        markup=False, emoji=False, force_terminal=style.color, legacy_windows=False, _environ={},
    )  # fmt: skip
    if table and (style.width is None or natural <= style.width):
        _wide(console, table, ascii_only=style.ascii)
    else:
        _stacked(console, table)
    for line in tail:
        console.print(Text(line, style="bold" if line is tail[-1] else ""), soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().split("\n"))


def _row(record: Gradient, view: NodeView) -> tuple[list[str], ...]:
    """Return the cells of a node, each as its lines."""
    name = f"{view.name} (output)" if view.id == record.output else view.name
    return (
        [name],
        [kind_text(record, view)],
        ["" if view.value is None else record.system.brief(view.value)],
        local_texts(record, view),
        [upstream_text(record, view)],
    )


def _wide(console: Console, table: list[tuple[list[str], ...]], *, ascii_only: bool) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.ASCII2 if ascii_only else box.SIMPLE_HEAD, pad_edge=True, show_edge=False)
    for heading, column_style in zip(HEADINGS, STYLES, strict=True):
        grid.add_column(heading, style=column_style, no_wrap=True, justify="right" if heading == "value" else "left")
    for row in table:
        grid.add_row(*(Text("\n".join(cell)) for cell in row))
    console.print(grid, soft_wrap=True)


def _stacked(console: Console, table: list[tuple[list[str], ...]]) -> None:
    from rich.text import Text

    for name, expression, value, local, upstream in table:
        head = Text(name[0], style="bold")
        if expression[0] in LEAVES:
            head.append(f" ({expression[0]})", style="not bold")
        elif expression[0]:
            head.append(f" = {expression[0]}", style="not bold")
        if value[0]:
            head.append(" = ", style="not bold")
            head.append(value[0], style="not bold green")
        console.print(head, soft_wrap=True)
        for line in local:
            console.print(Text(f"  local    {line}"), soft_wrap=True)
        if upstream[0]:
            console.print(Text(f"  upstream {upstream[0]}", style="red"), soft_wrap=True)

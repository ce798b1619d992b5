"""The circuit in the terminal: values above the wires, gradients below. Where it does not fit, a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ..drawing.diagram import MOST_ENTRIES, SHAPES_ALONE, Figures
from ..drawing.grid import ROOMY, TIGHT, TIGHTEST, draw
from ..drawing.outline import outline
from ..drawing.picture import Metrics, place, plan
from ..drawing.remarks import LEGEND
from ..drawing.subject import subject
from ..errors import LimitError, ShellHint
from ..record.gradient import Gradient
from ..text import GRADIENT_COLOR, PLAIN, VALUE_COLOR, counted
from . import Style
from .columns import wrapped
from .rounding import Rounding
from .wording import closing

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient

# From the roomiest to the narrowest: the measures, and how many significant digits the numbers have.
SIZES = ((ROOMY, 4), (ROOMY, 3), (TIGHT, 4), (TIGHT, 3), (TIGHTEST, 3), (TIGHTEST, 2))
# Of arrays also how many entries are written out; they become norms first, then shapes alone.
ARRAY_SIZES = (
    *((metrics, digits, MOST_ENTRIES) for metrics, digits in SIZES), (TIGHT, 4, 1), (TIGHTEST, 3, 1), (TIGHTEST, 2, 1),
    (TIGHTEST, 2, SHAPES_ALONE),
)  # fmt: skip

PICTURE = ShellHint("-o circuit.svg writes the picture", "save circuit.svg writes the picture")
_TREE = "│├└─|`- "
_BARS = str.maketrans("├└─`-", "│    ")


def render(record: Gradient | ArrayGradient, style: Style) -> str:
    """Return the picture, or the list, then the remarks and the answer in one line."""
    wording = Rounding.of(record, style)
    of = subject(record)
    sizes: Iterable[tuple[Metrics, int, int]]
    if isinstance(record, Gradient):
        tail = [line for lines in closing(record, style, wording, told=False) for line in lines]
        sizes = [(*size, MOST_ENTRIES) for size in SIZES]
    else:
        from .array_table import closing_lines

        tail = closing_lines(record, style, wording, told=False)
        sizes = ARRAY_SIZES
    try:
        drawn = of.diagram(constants=style.constants)
        planned = plan(drawn)
    except LimitError as problem:
        return _without_room(record, wording, style, problem.message, problem.hint, tail)
    narrowest = 0
    for metrics, usual, entries in sizes:
        digits = style.figures or usual
        texts = of.figures(drawn, digits, style.signs.number, entries)
        narrowest = int(place(planned, texts, metrics).width)
        if style.width is None or narrowest <= style.width:
            lines = draw(planned, texts, metrics, ascii=style.ascii, color=style.color)
            legend = _legend(
                texts, digits, style, marked=of.is_marked(), below=wording, of_arrays=not isinstance(record, Gradient)
            )
            return _joined_lines([*lines, "", *legend], tail)
    why = f"the picture needs {narrowest:,} columns, there are {style.width}"
    return _without_room(record, wording, style, why, PICTURE, tail)


def _joined_lines(lines: Iterable[str], tail: list[str]) -> str:
    return "\n".join([*lines, *tail]) + "\n"


def _legend(texts: Figures, digits: int, style: Style, *, marked: bool, below: Rounding, of_arrays: bool) -> list[str]:
    """Return how to read the picture, in one line where there is room."""
    value, gradient = "value", "gradient"
    if style.color:
        value, gradient = f"{VALUE_COLOR}value{PLAIN}", f"{GRADIENT_COLOR}gradient{PLAIN}"
    shape = "shape and " if of_arrays else ""
    remarks = [f"{shape}{value} above each wire, {gradient} below"]
    if any(any(row) for row in texts.shares):
        remarks.append("at a fork the shares add up" + (", entry by entry" if of_arrays else ""))
    if marked:
        remarks.append(LEGEND)
    if texts.rounded:
        remarks.append(f"rounded to {counted(digits, 'figure')}")
    elif below.rounded:
        remarks.append(f"rounded to {counted(below.count, 'figure')}")
    return wrapped("; ".join(remarks), style.width)


def _without_room(
    record: Gradient | ArrayGradient, wording: Rounding, style: Style, why: str, instead: str | None, tail: list[str]
) -> str:
    """Return the list; where layers of arrays repeat the table, which tells them once."""
    if not isinstance(record, Gradient):
        from ..record.array_layers import repeated
        from .array_table import render as table

        if repeated(record.graph, range(record.output + 1)):
            return table(record, style) + _joined_lines(wrapped(f"as a table, because {why}", style.width), [])
    return _joined_lines(_list(record, wording, style, why, instead), tail)


def _list(
    record: Gradient | ArrayGradient, wording: Rounding, style: Style, why: str, instead: str | None
) -> Iterator[str]:
    """Yield the lines of the graph as an indented list, why it is one, and how to get a picture."""
    if isinstance(record, Gradient):
        lines = outline(record, wording.text, ascii=style.ascii, color=style.color, width=style.width)
    else:
        from ..drawing.array_outline import array_outline
        from .array_text import ArrayWriter

        write = ArrayWriter(record, wording, {}).one_line
        lines = array_outline(record, write, ascii=style.ascii, color=style.color, width=style.width)
    legend = [LEGEND] if subject(record).is_marked() else []
    leads = [len(line) - len(line.lstrip(_TREE)) for line in lines]
    for line, lead, below in zip(lines, leads, [*leads[1:], 0], strict=True):
        # The bars of the tree go on beside the rest of a line: those before it, and the one that its arguments hang on.
        bars = line[:lead].translate(_BARS)
        own = ("| " if style.ascii else "│ ") if below > lead else "  "
        first, *rest = wrapped(line[lead:], style.width and max(style.width - lead, 1), own)
        yield line[:lead] + first
        yield from (bars + text for text in rest)
    yield ""
    if isinstance(instead, ShellHint) and not style.options:
        instead = instead.at_prompt
    for text in ("; ".join(filter(None, (f"as a list, because {why}", instead))), *legend, wording.remark()):
        yield from wrapped(text, style.width) if text else ()

"""The derivation as a teacher writes it: the forward pass line by line, then the reverse pass edge by edge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, TypeVar

from ..calculus.operations import INPUT
from ..record.derivation import Derivation, DerivationLine
from ..record.gradient import Gradient
from ..text import BOLD, DIM, GRADIENT_COLOR, PLAIN, VALUE_COLOR, cells, counted
from . import Style, selected
from .columns import INDENT, wrapped
from .notation import Notation, WrittenLine
from .rounding import Rounding
from .wording import closing, dependencies

if TYPE_CHECKING:
    from ..record.update_rules import Taken

MANY_LINES = 200
LINES_AT_ENDS = 40
Step = TypeVar("Step")  # a line of a derivation, of numbers or of arrays
LONG_LINE = 80  # lines that are longer do not push the column of the rules to the right


def render(record: Gradient, style: Style) -> str:
    """Return both passes, the notes, the answer, and how much there was to count."""
    derivation = Derivation(record)
    figures = Rounding.of(record, style)
    notation = Notation(derivation, figures)
    out = []
    for (title, steps), color in zip(passes(derivation), (VALUE_COLOR, GRADIENT_COLOR), strict=True):
        if style.nodes != "none":
            out += [styled(line, BOLD, style) for line in wrapped(title, style.width)]
            out += [*_section(notation, chosen(record, steps, style), style, color), ""]
    if record.taken is not None:
        from .step_text import lines_of_rule

        title, lines = step_title(record.taken), lines_of_rule(record, figures)
        out += [styled(line, BOLD, style) for line in wrapped(title, style.width)]
        out += [*(part for line in lines for part in wrapped(style.signs.plain(line), style.width, " " * 6)), ""]
    tail, answer = closing(record, style, figures, stepped=False)
    return "\n".join([*out, *tail, *answer, *wrapped(counts(derivation), style.width)]) + "\n"


def step_title(taken: Taken) -> str:
    """Return the heading above the new values."""
    where = "along" if taken.update.ascent else "against"
    rule = "" if taken.update.rule.name == "gd" else f", by the rule {taken.update.rule.name}, step {taken.update.t}"
    return f"Step: every input goes {where} its derivative{rule}"


def about(record: Gradient, node: int, style: Style) -> str:
    """Return the lines of the derivation that lead to the derivative with respect to one node."""
    derivation = Derivation(record)
    steps = [step for step in derivation.backward if step.node == node]
    notation = Notation(derivation, Rounding.of(record, style))
    return "\n".join(_section(notation, (steps, "", []), style, GRADIENT_COLOR)) + "\n"


def passes(derivation: Derivation) -> list[tuple[str, list[DerivationLine]]]:
    """Return the two passes, each with its heading."""
    output = derivation.record.labels[derivation.record.output]
    return [
        ("Forward: the value of every node", derivation.forward),
        (f"Backward: the derivative of {output} with respect to every node", derivation.backward),
    ]


def chosen(
    record: Gradient, steps: list[DerivationLine], style: Style
) -> tuple[list[DerivationLine], str, list[DerivationLine]]:
    """Return the steps to show; of very many the first and the last ones, with a remark on what lies between."""
    wanted = dependencies(record)
    steps = [step for step in steps if wanted[step.node] or record.graph.nodes[step.node].operation is INPUT]
    if style.nodes == "named":
        named = set(selected(record, "named"))
        steps = [step for step in steps if step.node in named]
    return shortened(steps, style)


def shortened(steps: list[Step], style: Style) -> tuple[list[Step], str, list[Step]]:
    """Return the steps; of very many the first and the last ones, with a remark on what lies between."""
    if style.nodes is None and len(steps) > MANY_LINES:
        more = "; --nodes all shows them" if style.options else ""
        return (
            steps[:LINES_AT_ENDS],
            f"... {len(steps) - 2 * LINES_AT_ENDS:,} lines are left out{more}",
            steps[-LINES_AT_ENDS:],
        )
    return steps, "", []


def counts(derivation: Derivation) -> str:
    """Return what there was to count: nodes and edges, paths against the edges visited."""
    found = derivation.counts()
    output = derivation.record.labels[derivation.record.output]
    paths = "more than 10**3900 paths lead" if found.paths is None else f"{found.paths:,} paths lead"
    paths = "1 path leads" if found.paths == 1 else paths
    size = f"{counted(found.nodes, 'node')}, {counted(found.edges, 'edge')}"
    return f"{size}; {paths} from the inputs to {output}, the reverse pass visits {counted(found.visited, 'edge')}"


def _section(
    notation: Notation, steps: tuple[list[DerivationLine], str, list[DerivationLine]], style: Style, color: str
) -> list[str]:
    """Return the lines of a pass, their equals signs and, where there is room, their rules in a column."""
    head, gap, rest = steps
    lines = [notation.line(step) for step in chain(head, rest)]
    return laid_out(lines, style, color, gap, len(head)) if lines else ["  nothing"]


def laid_out(
    lines: Sequence[WrittenLine], style: Style, color: str, gap: str = "", before: int = 0, *, hanging: bool = False
) -> list[str]:
    """Return lines of a derivation, with a remark on what is left out after the first `before` of them.

    With `hanging` what does not fit goes on below itself, where there is room for that.
    """
    left = max((cells(line.left) for line in lines if cells(line.left) <= 24), default=0)
    widths = [max(left, cells(line.left)) + cells(line.equations()) - cells(line.left) for line in lines]
    room = style.width
    beside = [w for w, line in zip(widths, lines, strict=True)
              if (w <= LONG_LINE if room is None else w + 5 + cells(line.remark) <= room)]  # fmt: skip
    column = max(beside, default=0)
    if room is not None:  # a rule that would no longer fit in the common column stands right behind its line
        longest = max(cells(line.remark) for line in lines)
        column = max((w for w in beside if w + 5 + longest <= room), default=0)
    indent = " " * (left + 6) if hanging and room is not None and left + 6 < room // 3 else INDENT
    out = []
    for k, (line, width) in enumerate(zip(lines, widths, strict=True)):
        if gap and k == before:
            out += wrapped(f"  {gap}", style.width)
        out += _written(line, width, left, column, style, color, indent)
        for name, text in line.parts:
            found = wrapped(f"      {name} = {text}", style.width, " " * 8)
            out += [styled(part, DIM, style) for part in found]
    return out


def _written(line: WrittenLine, width: int, left: int, column: int, style: Style, color: str, indent: str) -> list[str]:
    """Return a line; where it would not fit, it is broken at its equals signs and its rule comes below."""
    room = style.width
    start = "  " + line.left + " " * (left - cells(line.left))
    *before, last = line.signed()
    remark = styled(line.remark, DIM, style)
    if room is None or width + 2 <= room:
        whole = start + "".join(f" {sign} {part}" for sign, part in before)
        whole += f" {last[0]} {styled(last[1], color, style)}"
        gap = max(column - width, 0) + 3
        if not line.remark:
            return [whole]
        if room is None or width + 2 + gap + cells(line.remark) <= room:
            return [whole + " " * gap + remark]
        return [whole, *(styled(text, DIM, style) for text in wrapped(f"      {line.remark}", room, " " * 6))]
    first, *rest = line.signed()
    out = wrapped(f"{start} {first[0]} {first[1]}", room, indent)
    for k, (sign, part) in enumerate(rest, 1):
        own = color if k == len(rest) else ""
        out += [styled(text, own, style) for text in wrapped(f"{' ' * (2 + left)} {sign} {part}", room, indent)]
    remarks = wrapped(f"      {line.remark}", room, " " * 6) if line.remark else []
    return [*out, *(styled(text, DIM, style) for text in remarks)]


def styled(text: str, code: str, style: Style) -> str:
    """Return a text in a colour, where the style has colours."""
    return f"{code}{text}{PLAIN}" if style.color and code and text else text

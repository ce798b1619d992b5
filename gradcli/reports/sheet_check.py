"""What a student is told before handing a sheet in: what was read, what cannot be read, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..homework.classroom.results import MarkedItem, StudentResult
from ..homework.marking.marks import CORRECT, INVALID, UNGRADED
from ..text import cells, clip, counted, visible
from . import Style
from .marks import LOOKS, padded, paragraph

LONG = 40
MOST_PADDED = 20
READ = ("✓", "+")
UNREADABLE = ("?", "?")
MISSING = ("-", "-")


def render(result: StudentResult, messages: Sequence[str], reveal: Mapping[str, str], style: Style) -> str:
    """Return a line for every item that is asked or claimed, and what could not be read of the file.

    `reveal` says for every problem what is revealed: nothing, what is right, or all.
    """
    lines: list[str] = []
    for id in dict.fromkeys(line.problem for line in result.lines):
        own = [line for line in result.lines if line.problem == id]
        asked = [line for line in own if line.points]
        done = sum(bool(line.claim) and line.status != INVALID for line in asked)
        lines += [f"{id}: {done} of {counted(len(asked), 'answer')}"]
        width = max(cells(visible(line.item)) for line in own)
        column = max((cells(clip(visible(line.claim), LONG)) for line in own), default=0)
        column = min(column, MOST_PADDED)
        for line in own:
            sign, text = _verdict(line, reveal.get(id, "none"))
            claim = clip(visible(line.claim), LONG)
            shown = f" {sign[style.ascii]} {padded(visible(line.item), width)}  {padded(claim, column)}".rstrip()
            whole = f"{shown}  {text}"
            if style.width is None or cells(whole) <= style.width:
                lines.append(whole)
            else:
                lines += [shown, *paragraph(text, " " * 5, style.width)]
    lines += [visible(remark) for remark in (*result.remarks, *messages)]
    missing = sum(not line.claim for line in result.lines if line.points)
    unreadable = sum(line.status == INVALID for line in result.lines) + len(messages)
    faults = [f"{missing} missing"] * bool(missing) + [f"{unreadable} not read"] * bool(unreadable)
    lines.append(", ".join(faults) if faults else "everything is read" if result.lines else "nothing is read")
    return "\n".join(lines) + "\n"


def _verdict(line: MarkedItem, reveal: str) -> tuple[tuple[str, str], str]:
    """Return the sign and the words for a line; whether it is right only where that is revealed."""
    if not line.claim:
        return MISSING, "missing"
    if line.status == INVALID:
        return UNREADABLE, f"cannot be read: {visible(line.why)}"
    read = f"read as {visible(line.read_as)}" if line.read_as else "read"
    if not line.points:
        return READ, f"{read}, but not asked for"
    if reveal == "none" or line.status == UNGRADED or (reveal == "correct" and line.status != CORRECT):
        return READ, read
    sign, plain, _, word = LOOKS[line.status]
    expected = f"; the correct value is {line.expected}" if line.expected is not None and line.status != CORRECT else ""
    return (sign, plain), word + (f", {read}" if line.read_as else "") + expected

"""What a student is told before handing a sheet in: what was read, what cannot be read, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..homework.classroom.entries import Trouble
from ..homework.classroom.results import MarkedItem, StudentResult
from ..homework.marking.marks import CORRECT, INVALID, UNGRADED
from ..text import cells, clip, counted, fitted, visible
from . import Style
from .marks import LOOKS, padded, paragraph

LONG_CLAIM = 40
MOST_PADDED = 20
READ = ("✓", "+")
UNREADABLE = ("?", "?")
MISSING = ("-", "-")


class CheckedSheet(NamedTuple):
    """A sheet that was read: the title of the homework, the marks, and what could not be read of the file.

    `reveal` says for every problem what may be shown of the marks: nothing, what is right, or all.
    """

    title: str
    result: StudentResult
    troubles: Sequence[Trouble]
    reveal: Mapping[str, str]

    def shows(self, line: MarkedItem) -> bool:
        """Whether the verdict on an answer may be shown."""
        reveal = self.reveal.get(line.problem, "none")
        if not line.claim or not line.points or line.status in (INVALID, UNGRADED):
            return False
        return reveal == "all" or (reveal == "correct" and line.status == CORRECT)

    @property
    def missing(self) -> int:
        """How many items have no answer."""
        return sum(not line.claim for line in self.result.lines if line.points)

    @property
    def unreadable(self) -> int:
        """How many answers and rows could not be read."""
        return sum(line.status == INVALID for line in self.result.lines) + len(self.troubles)

    @property
    def is_whole(self) -> bool:
        """Whether every item is answered, and everything could be read."""
        asked = all(line.claim and line.status != INVALID for line in self.result.lines if line.points)
        return asked and bool(self.result.lines) and not self.troubles


def render(checked: CheckedSheet, style: Style) -> str:
    """Return a line for every item that is asked or claimed, and what could not be read of the file."""
    result = checked.result
    lines: list[str] = []
    for id in dict.fromkeys(line.problem for line in result.lines):
        own = [line for line in result.lines if line.problem == id]
        asked = [line for line in own if line.points]
        done = sum(bool(line.claim) and line.status != INVALID for line in asked)
        lines += [f"{id}: {done} of {counted(len(asked), 'answer')}"]
        width = max(cells(visible(line.item)) for line in own)
        column = min(max(cells(clip(visible(line.claim), LONG_CLAIM)) for line in own), MOST_PADDED)
        for line in own:
            sign, text = _verdict(line, shown=checked.shows(line))
            claim = clip(visible(line.claim), LONG_CLAIM)
            shown = f" {sign[style.ascii]} {padded(visible(line.item), width)}"
            shown += f"  {padded(claim, column)}" if column else ""
            whole = f"{shown}  {text}"
            if style.width is None or cells(whole) <= style.width:
                lines.append(whole)
            else:
                lines += [*fitted(shown.rstrip(), style.width).split("\n"), *paragraph(text, " " * 5, style.width)]
    messages = [f"{trouble.place}: {trouble.message}" for trouble in checked.troubles]
    for remark in (*result.remarks, *messages):
        lines += paragraph(visible(remark), "", style.width, "  ") if style.width else [visible(remark)]
    faults = [f"{checked.missing} missing"] * bool(checked.missing)
    faults += [f"{checked.unreadable} not read"] * bool(checked.unreadable)
    lines.append(", ".join(faults) if faults else "everything is read" if result.lines else "nothing is read")
    return "\n".join(lines) + "\n"


def _verdict(line: MarkedItem, *, shown: bool) -> tuple[tuple[str, str], str]:
    """Return the sign and the words for a line; whether it is right only where that is `shown`."""
    if not line.claim:
        return MISSING, "missing"
    if line.status == INVALID:
        return UNREADABLE, f"cannot be read: {visible(line.why)}"
    read = f"read as {visible(line.read_as)}" if line.read_as else "read"
    if not line.points:
        return READ, f"{read}, but not asked for"
    if not shown:
        return READ, read
    sign, plain, _, word = LOOKS[line.status]
    expected = f"; the correct value is {line.expected}" if line.expected is not None and line.status != CORRECT else ""
    return (sign, plain), word + (f", {read}" if line.read_as else "") + expected

"""The error family: every failure a user can cause, and the one place that draws it.

An error carries data (what, where, what to do, which exit status); `draw` and `as_record` turn it into text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from .text import CYAN, RED, cells, clip, painted, position, visible, wrapped

MAX_BYTES = 8 * 1024 * 1024  # of a program

MESSAGE_CELLS = 170
LINE_CELLS = 56
HINT_CELLS = 120


class Source(NamedTuple):
    """A text that the user gave, and what to call it in a message: `program`, `x`, a file's name.

    `place` returns the file that a text stands in and the span there, for a span of the text or None for all of it.
    """

    name: str
    text: str
    place: Callable[[tuple[int, int] | None], tuple[Source, tuple[int, int]]] | None = None


class GradcliError(Exception):
    """A problem with a message, an exit status and, where known, the source, the span and a hint.

    `span` is a half-open range of characters of `source.text`. `is_foreign` says that what is wrong may be right in
    another language. `instead` has words of the command line and those that may have been meant.
    """

    kind = "error"
    status = 2
    is_foreign = False

    def __init__(
        self,
        message: str,
        *,
        source: Source | None = None,
        span: tuple[int, int] | None = None,
        hint: str | None = None,
        kind: str | None = None,
        instead: tuple[Sequence[str], Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source: Source | None = None
        self.span = span
        if source is not None:
            self.stands_in(source)
        self.hint = hint
        self.instead = instead
        if kind is not None:
            self.kind = kind

    def stands_in(self, source: Source) -> None:
        """Take a source, or the file that its text stands in."""
        if source.place is not None:
            source, self.span = source.place(self.span)
        self.source = source


class InputError(GradcliError):
    """The input cannot be used: syntax, names, bindings, options, file contents."""

    kind = "input"
    status = 2


class MathError(GradcliError):
    """The mathematics has no answer there, or none that can be certain."""

    kind = "math"
    status = 3


class LimitError(GradcliError):
    """A documented limit was reached; the message names it."""

    kind = "limit"
    status = 4


class StreamError(GradcliError):
    """A file or stream cannot be read or written."""

    kind = "stream"
    status = 5


class Within:
    """A context in which errors are about a source: those that know of none are given it."""

    __slots__ = ("source",)

    def __init__(self, source: Source) -> None:
        self.source = source

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, GradcliError) and error.source is None:
            error.stands_in(self.source)


def draw(error: GradcliError, hint: str | None = None, *, color: bool = False, width: int | None = None) -> str:
    """Return the message as a person reads it: `gradcli: where: what`, the line, the caret, the hint.

    It has at most 500 characters and the codes of colours, whatever the input; the line is a window around the caret.
    `hint` takes the place of the error's own. Within a width sentences are wrapped, and the window is as much smaller.
    """
    hint = hint or error.hint
    where = ""
    lines = []
    if error.source is not None:
        where = f"{clip(visible(error.source.name), 40)}: "
        if error.span is not None:
            line, column = position(error.source.text, error.span[0])
            where = f"{clip(visible(error.source.name), 40)}:{line}:{column}: "
            line_of_text, carets = _caret(
                error.source.text, error.span, min(LINE_CELLS, max((width or LINE_CELLS + 10) - 10, 10))
            )
            lines = [line_of_text, painted(carets, RED, color)]
    lines.insert(0, _titled("gradcli:", f"{where}{clip(visible(error.message), MESSAGE_CELLS)}", RED, color, width))
    if hint:
        lines.append(_titled("hint:", clip(visible(hint), HINT_CELLS), CYAN, color, width))
    return "\n".join(lines)


def _titled(title: str, text: str, code: str, color: bool, width: int | None) -> str:
    """Return a title in colour and a text behind it, wrapped at its words."""
    return painted(title, code, color) + wrapped(f"{title} {text}", width).removeprefix(title)


def _caret(text: str, span: tuple[int, int], line_cells: int = LINE_CELLS) -> list[str]:
    """Return the line that holds the start of `span` and, below it, carets under the span's columns."""
    start = text.rfind("\n", 0, span[0]) + 1
    stop = text.find("\n", span[0])
    stop = len(text) if stop < 0 else stop
    end = max(min(span[1], stop), span[0])
    # A window of the line, so that a program of a million characters costs no more than a short one.
    left = max(start, span[0] - line_cells // 2)
    right = min(stop, left + line_cells)
    before, marked, after = (
        visible(part.replace("\t", " ")) for part in (text[left : span[0]], text[span[0] : end], text[end:right])
    )
    before = ("..." if left > start else "") + before
    room = max(line_cells + 6 - cells(before), 1)
    if cells(marked) > room:
        marked, after = clip(marked, room), ""
    else:
        after = clip(after + ("..." if right < stop else ""), max(room - cells(marked), 3))
    return [f"  {before}{marked}{after}", f"  {' ' * cells(before)}{'^' * max(min(cells(marked), room), 1)}"]


def as_record(error: GradcliError) -> dict[str, object]:
    """Return the error as the object that `--json` prints on standard error."""
    return {
        "schema": "gradcli.error/1",
        "kind": error.kind,
        "message": clip(error.message, 400),
        "source": None if error.source is None else clip(error.source.name, 60),
        "span": None if error.span is None else list(error.span),
        "hint": error.hint,
        "status": error.status,
    }

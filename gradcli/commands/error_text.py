"""An error as text: the message, the line, the caret and the hint; or the object that `--json` prints."""

from __future__ import annotations

from ..errors import GradcliError
from ..text import ERROR_COLOR, HINT_CELLS, HINT_COLOR, MESSAGE_CELLS, cells, clip, hanging, painted, position, visible

LINE_CELLS = 56
MARGIN = 10  # what a line may have beside its window


def draw(error: GradcliError, hint: str | None = None, *, color: bool = False, width: int | None = None) -> str:
    """Return the message as a person reads it: `gradcli: where: what`, the line, the caret, the hint.

    It has at most 500 characters and the codes of colours, whatever the input; the line is a window around the caret.
    `hint` takes the place of the error's own. Within a width sentences are hanging, and the window is as much smaller.
    """
    hint = hint or error.hint
    where = ""
    lines = []
    if error.source is not None:
        where = f"{clip(visible(error.source.name), 40)}: "
        if error.span is not None:
            line, column = position(error.source.text, error.span[0])
            where = f"{clip(visible(error.source.name), 40)}:{line}:{column}: "
            window = min(LINE_CELLS, max((width or LINE_CELLS + MARGIN) - MARGIN, MARGIN))
            line_of_text, carets = _caret(error.source.text, error.span, window)
            lines = [line_of_text, painted(carets, ERROR_COLOR, color)]
    message = f"{where}{clip(visible(error.message), MESSAGE_CELLS)}"
    lines.insert(0, _titled("gradcli:", message, ERROR_COLOR, color=color, width=width))
    if hint:
        lines.append(_titled("hint:", clip(visible(hint), HINT_CELLS), HINT_COLOR, color=color, width=width))
    return "\n".join(lines)


def _titled(title: str, text: str, code: str, *, color: bool, width: int | None) -> str:
    """Return a title in colour and a text behind it, hanging at its words."""
    return painted(title, code, color) + hanging(f"{title} {text}", width).removeprefix(title)


def _caret(text: str, span: tuple[int, int], window: int) -> list[str]:
    """Return the line that holds the start of `span` and, below it, carets under the span's columns."""
    start = text.rfind("\n", 0, span[0]) + 1
    stop = text.find("\n", span[0])
    stop = len(text) if stop < 0 else stop
    end = max(min(span[1], stop), span[0])
    # A window of the line, so that a program of a million characters costs no more than a short one.
    left = max(start, span[0] - window // 2)
    right = min(stop, left + window)
    before, marked, after = (
        visible(part.replace("\t", " ")) for part in (text[left : span[0]], text[span[0] : end], text[end:right])
    )
    before = ("..." if left > start else "") + before
    room = max(window + 6 - cells(before), 1)
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

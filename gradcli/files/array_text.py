"""Arrays as people write and paste them: lists, rows of MATLAB, what NumPy and PyTorch print, matrices of LaTeX.

Nothing is executed and nothing recurs: a text is cut at its brackets, its rows at commas or blanks. Where two readings
are possible, as in `1 -1` beside commas, the text is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ..errors import GradcliError, InputError, LimitError, Source
from ..text import clip, counted
from .array_data import (
    MAX_AXES,
    NUMERAL,
    PLAIN,
    ArrayData,
    ArrayText,
    Span,
    check_count,
    check_size,
    index_text,
    refused,
    wide_numerals,
)

LEFT_OUT = re.compile(r"\.\.\.|…|\\[cld]?dots")

# The patterns below never look at a blank twice, so that a text takes time in proportion to its length.
BETWEEN_ROWS = re.compile(r"\]\s*+(?:[,;]\s*+)?+\[")
BETWEEN = re.compile(r"\](?:\s*+\]){0,3}+\s*+(?:[,;]\s*+)?+\[(?:\s*+\[){0,3}+")
COMMAS = re.compile(rf"(?:\s*+{NUMERAL}\s*+[,;])++")
BLANKS = re.compile(rf"(?:\s*+{NUMERAL}(?:\s++{NUMERAL})*+\s*+;)++")
BLANK = dict.fromkeys(map(ord, " \t\n\r\f\v"))
ROWS = re.compile(r"[;\n]\s*+(?:;\s*+)?+")
NO_GAP = re.compile(r"(?!)")
NUMPY_WIDTH = 70  # columns at least of a line that NumPy breaks
TRUTH = {"True": "1", "False": "0", "true": "1", "false": "0"}
LONE_OPERATOR = re.compile(r"[-+*/^×·÷−]+|.*[*/^×·÷]|[*/^×·÷].*", re.DOTALL)  # noqa: RUF001
# What an entry holds that is missing a part, or may be several.
SUSPECT = re.compile(r"\s|\.\.|…|\\[cld]?dots|^[-+*/^×·÷−]|[-+*/^×·÷−]$|^\(.*,.*\)$")  # noqa: RUF001
COMMA, GAP = re.compile(r"[({]|[)}]|,"), re.compile(r"[({]|[)}]|\s+")
SIGN_TOUCHES = re.compile(r"[\w.)]\s+[-+−](?=[\w.(])")  # noqa: RUF001

SHOW_ALL = "print all of them: np.set_printoptions(threshold=sys.maxsize)"


class _Layout(NamedTuple):
    """A part of a text in which only numbers and what separates them is left, at their places, and its rows.

    `gaps` matches what stands between two rows. `outer` has the sizes of all axes but the last.
    """

    text: str
    start: int
    end: int
    gaps: re.Pattern[str]
    rows: list[str]
    outer: tuple[int, ...]

    def span(self, k: int) -> Span:
        """Return where a row stands, without the blanks round it."""
        at = self.start
        for gap in self.gaps.finditer(self.text, self.start, self.end):
            if k == 0:
                return _stripped(self.text, at, gap.start())
            at = gap.end()
            k -= 1
        return _stripped(self.text, at, self.end)


def read_array(source: Source) -> ArrayText | None:
    """Return the array that a text holds; None where it is none: a number or an expression.

    Brackets give axes, `;` or a line gives a row. One row in one bracket is a vector; an array of one column that is
    written in rows stays a matrix. Raises `InputError` for what is no proper array, and `LimitError` for one of more
    than four axes or 2,000,000 numbers.
    """
    text, wrapper = source.text, ""
    if any(mark in text for mark in ("(", "&", "\\", '"', "'", "...")):
        from .pasted_arrays import unwrapped

        text, wrapper = unwrapped(source)
    end = len(text.rstrip("; \t\r\n"))
    start = len(text) - len(text.lstrip())
    if wrapper == "number" and start < end:
        odd = [] if PLAIN.fullmatch(text, start, end) else [0]
        return ArrayText(ArrayData((), [text[start:end]]), odd, source, lambda k: (start, end))
    if not wrapper and text[start : start + 1] != "[" and (";" not in text[:end] or "=" in text):
        return None
    nested = text[start : start + 1] == "["
    return _entries(source, _nested(source, text, start, end) if nested else _flat(source, text, start, end))


def _stripped(text: str, start: int, end: int) -> Span:
    """Return the span of a part of a text without the blanks round it."""
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _nested(source: Source, text: str, start: int, end: int) -> _Layout:
    """Return the layout of a text in brackets."""
    opening = re.compile(r"(?:\[\s*)+").match(text, start)
    assert opening is not None  # it begins with one
    depth = opening[0].count("[")
    if depth == 1 and text.find("[", start + 1) < 0 and text.find("]") == end - 1:
        return _flat(source, text, start + 1, end - 1)
    closing = re.compile(r"\](?:\s*+(?:,\s*+)?+\])*+")
    last = text.rfind("]", 0, end)
    stop = last
    for _ in range(min(depth, MAX_AXES) - 1):
        stop = text.rfind("]", 0, max(stop, 0))
    if not 1 < depth <= MAX_AXES or stop < opening.end() or not closing.fullmatch(text, stop, end):
        raise _misplaced(source, text, start, end)
    gaps, inner = BETWEEN_ROWS if depth == 2 else BETWEEN, text[opening.end() : stop]
    layout = _Layout(text, opening.end(), stop, gaps, gaps.split(inner), ())
    if ";" in inner:
        _check_separators(source, layout)
    if depth == 2:
        return layout._replace(outer=(len(layout.rows),))
    found = gaps.findall(inner)
    closings = [gap.count("]") for gap in found]
    if closings != [gap.count("[") for gap in found] or max(closings, default=0) >= depth:
        raise _misplaced(source, text, start, end)
    return layout._replace(outer=_outer(source, layout, closings, depth))


def _check_separators(source: Source, layout: _Layout) -> None:
    """Raise `InputError` where ; stands within a row in brackets: in MATLAB [[1; 2], [3; 4]] has columns, not rows."""
    if (k := next((k for k, row in enumerate(layout.rows) if ";" in row), None)) is not None:
        at = layout.text.index(";", layout.span(k)[0])
        hint = "write commas between the numbers of a row: [[1, 2], [3, 4]] or [1, 2; 3, 4]"
        raise refused("a row in brackets of its own has no ; in it", source, (at, at + 1), hint)


def _outer(source: Source, layout: _Layout, closings: list[int], depth: int) -> tuple[int, ...]:
    """Return the sizes of all axes but the last, by how many brackets close after each row but the last."""
    sizes: list[int] = []
    firsts = list(range(len(layout.rows)))  # the first row of each part
    for level in range(1, depth):
        ends = [k for k, closed in enumerate(closings) if closed > level] + [len(closings)]
        counts = [end - start for start, end in zip([-1, *ends], ends, strict=False)]
        for k, count in enumerate(counts):
            if count != counts[0]:
                at = layout.span(firsts[sum(counts[:k])])
                what = f"part {k} has {counted(count, 'row' if level == 1 else 'part')}, part 0 has {counts[0]}"
                raise refused(what, source, at, "every part of an array has the same sizes")
        firsts = firsts[:: counts[0]]
        sizes.insert(0, counts[0])
        closings = [closed for closed in closings if closed > level]
    return tuple(sizes)


def _misplaced(source: Source, text: str, start: int, end: int) -> GradcliError:
    """Return the error for brackets that are no array: one is missing or too many, too deep, or beside numbers."""
    open_at: list[int] = []
    kinds: list[str] = []  # what each open list holds: numbers or lists
    for found in re.compile(r"[\[\]]|[^\[\]]+").finditer(text, start, end):
        at = found.start()
        if not open_at and found[0] == "]":
            return refused("] closes nothing", source, (at, at + 1), "leave it out")
        if not open_at and at > start and found[0].strip():
            span = _stripped(text, at, end)
            return refused("an array ends before this", source, span, "what is computed with it stands in the program")
        if found[0] == "]":
            open_at.pop()
            kinds.pop()
            continue
        held = "lists" if found[0] == "[" else "numbers"
        if not found[0].strip(", ;\t\r\n"):
            continue
        if kinds and kinds[-1] not in ("", held):
            span = (at, at + 1) if held == "lists" else _stripped(text, at, found.end())
            return refused("a number beside a list of numbers", source, span, "all entries of an array are alike")
        if kinds:
            kinds[-1] = held
        if found[0] == "[":
            open_at.append(at)
            kinds.append("")
            if len(open_at) > MAX_AXES:
                return LimitError("an array has at most four axes", source=source, span=(at, at + 1),
                                  hint="leave out brackets")  # fmt: skip
    if open_at:
        return refused("[ is not closed", source, (open_at[-1], open_at[-1] + 1), "a ] is missing")
    return refused("lists of different depth", source, (start, start + 1), "all entries of an array are alike")


def _flat(source: Source, text: str, start: int, end: int) -> _Layout:
    """Return the layout of rows that `;` or lines separate; one row is a vector."""
    start, end = _stripped(text, start, end)
    end = start + len(text[start:end].rstrip("; \t\r\n"))
    inner = text[start:end]
    if "\n" in inner and ";" not in inner and ("," in inner or _is_wrapped(source, text, start, end)):
        return _Layout(text, start, end, NO_GAP, [inner], ())
    rows = ROWS.split(inner)
    return _Layout(text, start, end, ROWS, rows, (len(rows),) if len(rows) > 1 else ())


def _is_wrapped(source: Source, text: str, start: int, end: int) -> bool:
    """Whether lines of numbers are one vector that NumPy had to break, and not the rows of a matrix.

    Raises `InputError` where both are possible.
    """
    lines = text[start:end].split("\n")
    second = lines[1].split()
    if not second or len(lines[0].rstrip()) + 2 + len(second[0]) <= NUMPY_WIDTH:
        return False
    if len({len(line.split()) for line in lines}) > 1:
        return True
    hint = "write ; between the rows of a matrix, or commas between the numbers of a vector"
    raise refused("these lines may be one vector or the rows of a matrix", source, (start, end), hint)


def _entries(source: Source, layout: _Layout) -> ArrayText:
    """Return the array whose rows are known. Raises `InputError` where one is longer than another, or empty."""
    text, rows = layout.text, layout.rows
    whole = f"{';'.join(rows)};"
    check_count(whole, ",;", source, layout.span(0))

    def span(k: int) -> Span:
        row, place = divmod(k, shape[-1])
        return next(islice(_pieces(text, *layout.span(row)), place, None))

    entries: list[str] = []
    if COMMAS.fullmatch(whole):
        if len({row.count(",") for row in rows}) == 1:
            entries = whole.translate(BLANK).replace(";", ",").split(",")[:-1]
    elif BLANKS.fullmatch(whole) and len({len(row.split()) for row in rows}) == 1:
        entries = whole.replace(";", " ").split()
    if entries:
        odd = wide_numerals(whole, entries)
    elif "[" in whole or "]" in whole:
        raise _misplaced(source, source.text, *_stripped(text, 0, len(text)))
    else:
        entries, odd = _odd_entries(source, layout)
    shape = (*layout.outer, len(entries) // len(rows))
    check_size(shape, source, layout.span(0))
    return ArrayText(ArrayData(shape, entries), odd, source, span)


def _odd_entries(source: Source, layout: _Layout) -> tuple[list[str], list[int]]:
    """Return the entries of rows of which some hold more than numerals, and the places of those that need a look."""
    entries: list[str] = []
    odd: list[int] = []
    width = 0
    for k, row in enumerate(layout.rows):
        found = _split(row)
        for i, entry in enumerate(found):
            if not PLAIN.fullmatch(entry):
                _check_entry(source, layout, k, i, entry)
                odd.append(len(entries) + i)
                found[i] = TRUTH.get(entry, entry)
        if k and len(found) != width:
            raise _ragged(source, layout, k, len(found), width)
        width = len(found)
        odd += [len(entries) + i for i in wide_numerals(row, found)]
        entries += found
    return entries, sorted({*odd})


def _ragged(source: Source, layout: _Layout, k: int, count: int, width: int) -> InputError:
    outer = layout.outer
    names = [f"row {place if len(outer) < 2 else index_text(place, outer)}" for place in (k, 0)]
    what = f"{names[0]} has {counted(count, 'number')}, {names[1]} has {width}"
    return refused(what, source, layout.span(k), "all rows of an array are of one length")


def _split(row: str) -> list[str]:
    """Return the texts of the entries of a row, which commas or else blanks separate."""
    if "(" in row or "{" in row:
        found = [row[slice(*piece)] for piece in _pieces(row, *_stripped(row, 0, len(row)))]
    else:
        found = [entry.strip() for entry in row.split(",")] if "," in row else row.split() or [""]
        if len(found) > 1 and not found[-1]:  # Python allows a comma behind the last entry
            found.pop()
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield where the entries of a row stand: what commas or else blanks outside parentheses separate."""
    at, depth = start, 0
    by_commas = text.find(",", start, end) >= 0
    for found in (COMMA if by_commas else GAP).finditer(text, start, end):
        if found[0] in ("(", "{"):
            depth += 1
        elif found[0] in (")", "}"):
            depth -= 1
        elif depth <= 0:
            yield _stripped(text, at, found.start())
            at = found.end()
    if at < end or not by_commas or at == start:
        yield _stripped(text, at, end)


def _check_entry(source: Source, layout: _Layout, row: int, place: int, entry: str) -> None:
    """Raise `InputError` for an entry that is missing, may be several, or is a part of one."""
    if entry and not SUSPECT.search(entry):
        return
    start, end = layout.span(row)
    if start == end:
        what = "this row is empty" if row else "this array is empty"
        raise refused(what, source, (max(start - 1, 0), start), "an array has at least one number: [1, 2, 3]")
    span = next(islice(_pieces(layout.text, start, end), place, None))
    if not entry:
        raise refused("a number is missing here", source, (span[0], span[0] + 1), "between two commas stands one")
    if entry[0] == "(" and entry[-1] == ")" and "," in entry:
        raise refused("a list in parentheses", source, span, f"write [{clip(entry[1:-1], 60)}]")
    if LEFT_OUT.search(entry):
        raise refused("numbers are left out here", source, span, SHOW_ALL)
    by_commas = layout.text.find(",", start, end) >= 0
    if not by_commas and LONE_OPERATOR.fullmatch(entry):
        hint = "an entry has no blanks in it: 1-1; or write commas between the entries"
        raise refused("blanks separate the entries here", source, span, hint)
    if by_commas and SIGN_TOUCHES.search(entry) and "(" not in entry:
        parts = ", ".join(re.split(r"\s+(?=[-+−][\w.(])", entry))  # noqa: RUF001
        raise refused("these may be two entries or a difference", source, span, f"write {parts}, or leave no blanks")
    if by_commas and all(map(PLAIN.fullmatch, entry.split())) and len(entry.split()) > 1:
        hint = f"write {', '.join(entry.split())}; or ; between rows"
        raise refused("a comma is missing here", source, span, hint)

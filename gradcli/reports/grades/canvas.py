"""The gradebook that a teacher exported from Canvas, with one column filled in and nothing else changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ...errors import InputError, Source
from ...homework.claims.answer_tables import delimiter_of
from ...homework.classroom.class_summary import MarkedClass
from ...homework.classroom.people import People
from ...homework.classroom.results import StudentResult
from ...homework.classroom.variants import named
from ...text import visible

IDENTIFIERS = ("id", "sis user id", "sis login id", "student")  # in the order in which Canvas matches them
SETTLED = "EX"  # excused: Canvas keeps it, and so do we


class Filled(NamedTuple):
    """The export with the points, the students that it lists, and how many have points."""

    text: str
    found: set[str]


def fill(marked_class: MarkedClass, name: str, data: bytes, column: str | None) -> Filled:
    """Return an export with a column filled in: separators, line ends and the mark of UTF-8 stay as they are.

    Raises `InputError` where the column is not there.
    """
    source = Source(name, "")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused(source, "not UTF-8", "export it again") from None
    mark, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    delimiter = delimiter_of(text.partition("\n")[0])
    rows = _rows(text, delimiter)
    header = [_value(text, span).strip() for span in rows[0]] if rows else []
    lowered = [cell.lower() for cell in header]
    identifiers = [lowered.index(name) for name in IDENTIFIERS if name in lowered]
    if "id" not in lowered or "student" not in lowered:
        raise _refused(source, "not a gradebook of Canvas", "it has columns Student, ID and Section")
    place = _column(source, header, column or marked_class.title)
    people = People(marked_class.store.people())
    found: set[str] = set()
    pieces = [mark]
    done = 0
    for row in rows[1:]:
        if len(row) <= max(place, *identifiers):
            continue
        result = _result(marked_class, people, [_value(text, row[k]) for k in identifiers])
        if result is None:
            continue
        found.add(result.student)
        start, end = row[place]
        if _value(text, row[place]).strip().upper() != SETTLED:
            quote = '"' if text[start : start + 1] == '"' else ""
            points = SETTLED if result.exempt else result.mark
            pieces += [text[done:start], quote, points, quote]
            done = end
    return Filled("".join([*pieces, text[done:]]), found)


def _rows(text: str, delimiter: str) -> list[list[tuple[int, int]]]:
    """Return where every cell of a CSV begins and ends, its quotes included, row by row."""
    separator = re.escape(delimiter)
    cell = re.compile(rf'((?:"(?:[^"]|"")*(?:"|$))?[^{separator}\r\n]*)({separator}|\r\n|\r|\n|\Z)')
    rows: list[list[tuple[int, int]]] = [[]]
    place = 0
    while place < len(text) or rows[-1]:
        found = cell.match(text, place)
        assert found is not None
        rows[-1].append(found.span(1))
        place = found.end()
        if found[2] != delimiter:
            rows.append([])
            if not found[2]:
                break
    return [row for row in rows if row]


def _value(text: str, span: tuple[int, int]) -> str:
    """Return what a cell says, without its quotes."""
    cell = text[slice(*span)]
    quoted = re.match(r'"((?:[^"]|"")*)"?(.*)', cell, re.DOTALL)
    return cell if quoted is None else quoted[1].replace('""', '"') + quoted[2]


def _column(source: Source, header: list[str], title: str) -> int:
    """Return the column of an assignment, by its heading with or without the number that Canvas adds."""
    found = [k for k, cell in enumerate(header) if cell == title or re.sub(r"\s*\(\d+\)$", "", cell) == title]
    if len(found) == 1:
        return found[0]
    known = [re.sub(r"\s*\(\d+\)$", "", cell) for cell in header if re.search(r"\(\d+\)$", cell)]
    what = "no assignment is" if not found else "several assignments are"
    hint = f"--column takes one of: {', '.join(known[:6])}" if known else None
    raise _refused(source, f"{what} called {visible(title)[:60]}", hint)


def _result(marked_class: MarkedClass, people: People, identifiers: list[str]) -> StudentResult | None:
    """Return the result of the student of a row, by the first identifier that one was handed in under.

    Where none is literally that, it is the student of whom they are true.
    """
    for identifier in identifiers:
        name = named(identifier)
        result = marked_class.store.result(name) if name else None
        if result is not None:
            return result
    student, fault = people.whose(identifiers)
    return None if fault else marked_class.store.result(student)


def _refused(source: Source, message: str, hint: str | None) -> InputError:
    return InputError(message, source=source, kind="gradebook", hint=hint)


def missing(marked_class: MarkedClass, filled: Filled) -> Iterator[str]:
    """Yield the students that the export does not list."""
    for result in marked_class.store.results():
        if result.student not in filled.found:
            yield result.student

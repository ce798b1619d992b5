"""Submissions: what students handed in, as long or wide CSV, JSONL, or folders of sheets, read row by row.

A file's first line says what it is: columns `student`, `problem`, `item`, `claim` (long; a sheet may leave out
`student` and is then named after its file), or `student` and one column an item, `p1.q` (wide). What cannot be read is
a `Trouble` with its place, and the rows after it are read all the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Any, NamedTuple, TextIO

from ...errors import InputError, Source, StreamError
from ...text import visible
from ..claims.answer_tables import (
    GIVEN,
    NAMING,
    TableRow,
    claim_in,
    columns_of,
    delimiter_of,
    is_long,
    rows_of,
    student_column,
    surplus,
)
from .file_names import file_name, student_name
from .variants import canonical, named

# What a form adds beside the answers.
BESIDE = ("timestamp", "first name", "last name", "section", "group", "score", "comment", "comments")
SHEETS = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson")
BY_MACHINE = ("__MACOSX", "thumbs.db", "desktop.ini")  # what systems add to folders
MAX_CLAIM = 10_000


class Entry(NamedTuple):
    """One claim of one student; `given` where it repeats a number of the sheet. `problem` may be empty."""

    student: str
    problem: str
    item: str
    claim: str
    place: str
    given: bool = False


class Blank(NamedTuple):
    """A row in which a student claims nothing."""

    student: str


class Trouble(NamedTuple):
    """What could not be marked: where it is, whose it is if that is known, and why."""

    place: str
    student: str
    message: str
    unreadable: bool = False  # a whole file, not a row


def files_of(paths: Iterable[str], apart: Collection[str] = ()) -> Iterator[tuple[str, str] | Trouble]:
    """Yield every file to read and the student whose it is unless it says so: its name, or its folder's.

    Files of a folder come in the order of their names; one that is no sheet is a `Trouble`, unless it is among those
    that lie there for another reason, `apart`. Raises `StreamError` for a path that is not there.
    """
    others = {os.path.realpath(path) for path in apart}
    for path in paths:
        if not os.path.isdir(path):
            if path != "-" and not os.path.exists(path):
                raise StreamError(f"{path}: no such file or directory")
            yield path, student_of_file(path)
            continue
        found = [file for file in sorted(_inside(path)) if os.path.realpath(file) not in others]
        if not any(map(_is_sheet, found)):
            raise StreamError(f"{path}: no sheet in this folder", hint=f"sheets end in {', '.join(SHEETS)}")
        for file in found:
            first = os.path.relpath(file, path).split(os.sep)[0]
            if _is_sheet(file):
                yield file, student_of_file(first)
            else:
                yield Trouble(file, "", f"not a sheet (sheets end in {', '.join(SHEETS)}): save it as CSV")


def _is_sheet(path: str) -> bool:
    return path.lower().endswith(SHEETS)


def _inside(folder: str) -> Iterator[str]:
    """Yield the files of a folder that people put there."""
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in BY_MACHINE]
        for name in names:
            if not name.startswith((".", "~$")) and name.lower() not in BY_MACHINE:
                yield os.path.join(here, name)


def student_of_file(path: str) -> str:
    """Return the student that a sheet's file is named after."""
    name = os.path.basename(path)
    return canonical(student_name(name[: name.rfind(".")] if name.lower().endswith(SHEETS) else name))


def file_of_student(student: str, suffix: str = "") -> str:
    """Return a name for a student's file."""
    return file_name(student) + suffix


def read(file: TextIO, name: str, student: str) -> Iterator[Entry | Trouble | Blank]:
    """Yield the claims of a file, and what could not be read of it."""
    try:
        first = file.readline(1_000_000).removeprefix("\ufeff")
        if first.lstrip().startswith("{"):
            yield from _json_lines(first, file, name, student)
        elif first:
            yield from _table(first, file, name, student)
    except UnicodeDecodeError as problem:
        byte = problem.object[problem.start]
        yield Trouble(name, student, f"not UTF-8 (\\x{byte:02x}): save it as UTF-8", unreadable=True)
    except (OSError, InputError) as problem:
        text = problem.message if isinstance(problem, InputError) else problem.strerror or "cannot be read"
        yield Trouble(name, student, text, unreadable=True)


# ---- CSV

NO_HEADER = "the first line needs the columns item and claim, or student and items"


def _table(first: str, file: TextIO, name: str, student: str) -> Iterator[Entry | Trouble | Blank]:
    """Yield the claims of a CSV, long or wide by its header."""
    delimiter = delimiter_of(first)
    rows = rows_of(chain([first], file), delimiter)
    top = next(rows, None)
    if top is None:  # blank lines only: as little as in an empty file
        return
    header = [cell.strip() for cell in top.cells]
    columns = columns_of(header)
    naming = student_column(columns)
    if is_long(columns):
        yield from _long(rows, header, columns, name, student)
    elif naming >= 0 and len(header) > 1:
        aside = (*NAMING, *BESIDE, "")
        wide = [(k, *_split(cell)) for k, cell in enumerate(header) if cell.lower() not in aside]
        for row in rows:
            place = f"{name}:{row.line}"
            if fault := surplus(row.cells, header):
                yield Trouble(place, named(row.cells[naming]), fault)
            else:
                yield from _wide_row(row, wide, naming, place)
    else:
        raise InputError(NO_HEADER, source=Source(name, ""))


def _long(
    rows: Iterator[TableRow], header: list[str], columns: dict[str, int], name: str, student: str
) -> Iterator[Entry | Trouble | Blank]:
    """Yield the claims of a long CSV, one a row; a row without a claim is not handed in."""
    at_item, at_claim = columns["item"], columns["claim"]
    at_student = student_column(columns)
    at_problem, at_question = (columns.get(key, -1) for key in ("problem", "question"))
    most = max(at_item, at_claim, at_student, at_problem)
    for row in rows:
        line, cells, _ = row
        place = f"{name}:{line}"
        if len(cells) <= most:
            yield _short(row, place)
            continue
        whose = named(cells[at_student]) if at_student >= 0 else student
        if fault := surplus(cells, header, at_claim):
            yield Trouble(place, whose, fault)
            if at_student < 0 and whose:  # whose row it is stands in no cell that may be another's
                yield Blank(whose)
            continue
        item, claim = cells[at_item].strip(), claim_in(cells[at_claim])
        if not claim:
            if whose:
                yield Blank(whose)
            continue
        if not item or not whose:
            yield Trouble(place, whose, f"the row names no {'item' if whose else 'student'}")
            continue
        given = 0 <= at_question < len(cells) and cells[at_question].strip().lower() == GIVEN
        problem = cells[at_problem].strip() if at_problem >= 0 else ""
        yield _checked_entry(whose, problem, item, claim, place, given)


def _wide_row(
    row: TableRow, wide: list[tuple[int, str, str]], at_student: int, place: str
) -> Iterator[Entry | Trouble | Blank]:
    """Yield the claims of a row that holds all of a student's."""
    cells = row.cells
    if len(cells) <= at_student:
        yield _short(row, place)
        return
    student = named(cells[at_student])
    if not student:
        yield Trouble(place, "", "the row names no student")
        return
    if not any(claim_in(cells[k]) for k, *_ in wide if k < len(cells)):
        yield Blank(student)
    for k, problem, item in wide:
        claim = claim_in(cells[k]) if k < len(cells) else ""
        if claim:
            yield _checked_entry(student, problem, item, claim, place)


def _short(row: TableRow, place: str) -> Trouble:
    count = len(row.cells)
    fewer = f"the row has {count} column{'' if count == 1 else 's'}, fewer than the first line"
    return Trouble(place, "", row.fault or fewer)


def _split(heading: str) -> tuple[str, str]:
    """Return the problem and the item that a column of a wide CSV stands for."""
    problem, dot, item = heading.partition(".")
    return (problem.strip(), item.strip()) if dot and item.strip() else ("", heading)


def _checked_entry(
    student: str, problem: str, item: str, claim: str, place: str, given: bool = False
) -> Entry | Trouble:
    if len(claim) > MAX_CLAIM or len(item) > MAX_CLAIM:
        return Trouble(place, student, f"the claim has more than {MAX_CLAIM:,} characters")
    return Entry(student, problem, item, claim, place, given)


# ---- JSON lines


def _json_lines(first: str, file: TextIO, name: str, student: str) -> Iterator[Entry | Trouble]:
    """Yield the claims of JSON lines: one claim a line, or one student's `claims` by their items."""
    for number, line in enumerate(chain([first], file), 1):
        if line.strip():
            yield from _json_line(line, f"{name}:{number}", student)


def _json_line(line: str, place: str, student: str) -> Iterator[Entry | Trouble]:
    try:
        # Numbers stay text, as the student wrote them.
        row = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        yield Trouble(place, "", "not a JSON object")
        return
    if not isinstance(row, dict) or not isinstance(row.get("student", student), str):
        yield Trouble(place, "", "an object with student, problem, item and claim is expected")
        return
    whose = canonical(row.get("student", student))
    if not whose:
        yield Trouble(place, "", "the row names no student")
        return
    problem = row.get("problem", "")
    claims = row.get("claims", {row.get("item", ""): row.get("claim")})
    if not isinstance(claims, dict) or not isinstance(problem, str):
        yield Trouble(place, whose, "an object with student, problem, item and claim is expected")
        return
    for item, claim in claims.items():
        yield from _json_claim(whose, problem, item, claim, place)


def array_claim(found: Any) -> str | None:
    """Return the text of an array that is written as JSON; None for lists of other things than numbers."""
    if not isinstance(found, list):
        return found if isinstance(found, str) else None
    parts = [array_claim(part) for part in found]
    return None if None in parts else f"[{', '.join(part for part in parts if part is not None)}]"


def _json_claim(student: str, problem: str, item: Any, claim: Any, place: str) -> Iterator[Entry | Trouble]:
    if claim is None or claim == "":
        return
    if not isinstance(item, str) or not item.strip():
        yield Trouble(place, student, "the row names no item")
        return
    if isinstance(claim, list):
        claim = array_claim(claim)
    if not isinstance(claim, str):
        yield Trouble(place, student, f"the claim for {visible(item)[:60]} is no number or text")
        return
    where, what = (problem, item) if problem else _split(item)
    if text := claim_in(claim):
        yield _checked_entry(student, where, what.strip(), text, place)

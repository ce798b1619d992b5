"""Submissions: what students handed in, as long or wide tables, JSON lines, or folders of sheets, read row by row.

A table's first line says what it is: columns `problem`, `item`, `claim` and who it is (long; a sheet may leave that out
and is then named after its file), or who it is and one column per item, `p1.q` (wide, as forms export it). What cannot
be read is a `Trouble` with its place, and the rows after it are read all the same.
"""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice
from typing import BinaryIO, TextIO

from ...errors import GradcliError, InputError, Source, StreamError
from ...text import visible
from ..claims.answer_tables import (
    AS_WINDOWS,
    GIVEN,
    LOOKED_AT,
    START,
    WINDOWS,
    WORKBOOKS,
    ZIP,
    TableRow,
    claim_in,
    columns_of,
    delimited,
    encoding_of,
    is_long,
    no_table,
    surplus,
    with_comma,
)
from ..claims.headings import NAMING, cell_at, people_columns
from ..claims.markdown_sheets import is_markdown, markdown_rows
from .entries import Blank, Entry, Note, Row, Trouble, checked_entry, short
from .file_names import file_name, student_name
from .form_tables import Form
from .hand_in_columns import HandInColumns
from .json_submissions import is_json, json_rows
from .people import People, Strangers, Whose
from .questions import Questions
from .variants import canonical

__all__ = ["Blank", "Entry", "Note", "Trouble", "file_of_student", "files_of", "read", "student_of_file"]

SHEETS = (".csv", ".tsv", ".txt", ".md", ".markdown", ".jsonl", ".ndjson", *WORKBOOKS)
ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz")
BY_MACHINE = ("__MACOSX", "thumbs.db", "desktop.ini")  # what systems add to folders
NO_HEADER = "the first line needs the columns item and claim, or student and items"
MOST_UNNAMED = 10_000  # rows of a file that are kept until it is known whose they are
NOBODY = Strangers()


def files_of(
    paths: Iterable[str], apart: Collection[str] = (), people: People | Strangers = NOBODY
) -> Iterator[tuple[str, str] | Trouble]:
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
            parts = os.path.relpath(file, path).split(os.sep)
            if _is_sheet(file):
                names = list(map(student_of_file, parts))
                yield file, people.known(names) or names[0]
            else:
                both = [text for part in parts for text in (student_name(os.path.splitext(part)[0]), part)]
                named = list(map(canonical, both))
                whose = people.known(named)
                what = f"the file of {visible(whose)[:60]} is not a sheet" if whose else "not a sheet"
                advice = "unpack it" if file.lower().endswith(ARCHIVES) else "save it as CSV or xlsx"
                yield Trouble(file, whose, f"{what} (sheets end in {', '.join(SHEETS)}): {advice}",
                              among=() if whose else _among(people, named))  # fmt: skip


def _among(people: People | Strangers, names: Iterable[str]) -> tuple[str, ...]:
    """Return the students whose a file may be, by the first of its names that is that of several."""
    return next((among for name in names if (among := people.among([name]))), ())


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
    return canonical(student_name(name[: name.rfind(".")] if name.lower().endswith((*SHEETS, ".json")) else name))


def file_of_student(student: str, suffix: str = "") -> str:
    """Return a name for a student's file."""
    return file_name(student) + suffix


def read_file(
    file: BinaryIO, name: str, student: str, people: People | Strangers = NOBODY, questions: Questions | None = None
) -> Iterator[Row]:
    """Yield what a file of submissions holds: a workbook, or a text in any encoding; it is read from its start."""
    start = file.read(START)
    file.seek(0)
    if other := no_table(start, name):
        whose = people.known([student])
        what = f"the file of {visible(whose)[:60]}: {other}" if whose else other
        yield Trouble(name, whose or student, what, True)
        return
    if start.startswith(ZIP):
        yield from read_workbook(file.read(), name, student, people, questions)
        return
    encoding = encoding_of(file)
    file.seek(0)
    if encoding == WINDOWS:
        yield Note(name, AS_WINDOWS)
    with io.TextIOWrapper(file, encoding, "strict" if encoding != WINDOWS else "replace") as text:
        yield from read(text, name, student, people, questions)


def read(
    file: TextIO, name: str, student: str, people: People | Strangers = NOBODY, questions: Questions | None = None
) -> Iterator[Row]:
    """Yield the claims of a file of text, and what could not be read of it.

    `student` is whose it is unless it says so. `people` know whose a row is, `questions` what a heading asks for.
    """
    try:
        first = file.readline(1_000_000).removeprefix("\ufeff")
        if is_json(first):
            for row in json_rows(first, file, name, student, people, questions):
                yield row if questions is None or not isinstance(row, Entry) else _asked(row, questions)
        elif is_markdown(first):
            rows = markdown_rows(chain([first], file), student)
            yield from read_rows(rows, name, student, people, questions, "")
        elif first:
            delimiter, rows = delimited(chain([first], file))
            yield from read_rows(rows, name, student, people, questions, delimiter)
    except UnicodeDecodeError as problem:
        byte = problem.object[problem.start]
        called = "UTF-16" if problem.encoding.lower().startswith("utf-16") else "UTF-8"
        yield Trouble(name, student, f"not {called} (\\x{byte:02x}): save it as UTF-8", unreadable=True)
    except (OSError, InputError) as problem:
        text = problem.message if isinstance(problem, InputError) else problem.strerror or "cannot be read"
        yield Trouble(name, student, text, unreadable=True)


def read_workbook(
    data: bytes, name: str, student: str, people: People | Strangers = NOBODY, questions: Questions | None = None
) -> Iterator[Row]:
    """Yield the claims of a workbook, and what could not be read of it; sheets that are no tables are a `Note`."""
    from ...files.spreadsheets import sheets_in  # with all that reads archives

    try:
        sheets = sheets_in(name, data)
    except GradcliError as problem:
        message = f"{problem.message}: {problem.hint}" if problem.hint else problem.message
        yield Trouble(name, student, message, unreadable=True)
        return
    found = False
    refused: list[str] = []
    for title, cells in sheets.items():
        rows = [TableRow(number, row) for number, row in cells]
        try:
            yield from read_rows(iter(rows), name, student, people, questions, "")
            found = found or bool(rows)
        except InputError as problem:
            refused.append(title)
            message = problem.message
    if refused and not found:
        yield Trouble(name, student, message, unreadable=True)
    elif refused:
        titles = ", ".join(visible(title) for title in refused)
        yield Note(name, f"no answers are looked for in the sheet{'s' if refused[1:] else ''} {titles}")


def read_rows(
    rows: Iterator[TableRow], name: str, student: str, people: People | Strangers, questions: Questions | None,
    delimiter: str,
) -> Iterator[Row]:  # fmt: skip
    """Yield the claims of a table, long or wide by its header. Raises `InputError` where it has none."""
    top: TableRow | None = None
    for top in islice(rows, LOOKED_AT + 1):
        columns, header = columns_of(top.cells), [cell.strip() for cell in top.cells]
        if is_long(columns):
            yield from _Long(header, columns, name, student, people, questions, delimiter).read(rows)
            return
        if _is_form(header):
            yield from Form(header, name, people, questions, delimiter).read(rows)
            return
    if top is not None:  # of blank lines alone nothing is said
        raise InputError(NO_HEADER, source=Source(name, ""))


def _is_form(header: list[str]) -> bool:
    """Whether a line is the header of a form: it names people, and something beside."""
    people = people_columns(header, NAMING)
    return bool(people.columns) and len(header) > 1


class _Long:
    """A table with one claim per row; a row without a claim is not handed in."""

    def __init__(
        self, header: list[str], columns: dict[str, int], name: str, student: str, people: People | Strangers,
        questions: Questions | None, delimiter: str,
    ) -> None:  # fmt: skip
        self.header = header
        self.name = name
        self.people = people
        self.questions = questions
        self.delimiter = delimiter
        self.student = student
        self.own = people.whose([student])
        self.naming = people_columns(header, NAMING)
        timed = questions is not None and questions.timed
        self.times = HandInColumns(header, name, timed=timed, day_first=delimiter == ";")
        self.at_item, self.at_claim = columns["item"], columns["claim"]
        self.at_problem, self.at_question = (columns.get(key, -1) for key in ("problem", "question"))
        first = self.naming.columns[0] if self.naming.columns else ()
        self.most = max(self.at_item, self.at_claim, self.at_problem, *first)
        self.told: set[str] = set()
        self.people_of: dict[tuple[str, ...], Whose] = {}  # of the last row: those of one student follow each other
        self.may_be_own = bool(self.own.student) and student != "-"

    def read(self, rows: Iterator[TableRow]) -> Iterator[Row]:
        """Yield the claims of the rows. Those without a student are the file's, unless it names others."""
        unnamed: list[TableRow] = []
        for row in rows:
            if not self.naming.columns or len(row.cells) <= self.most:
                yield from self._row(row, [])
            elif told := self._told(row.cells):
                if self.may_be_own and self.people.whose(told).student != self.own.student:
                    self.may_be_own = False
                yield from self._rows(unnamed)
                unnamed = []
                yield from self._row(row, told)
            else:
                unnamed.append(row)
                if not self.may_be_own or len(unnamed) > MOST_UNNAMED:
                    yield from self._rows(unnamed)
                    unnamed = []
        yield from self._rows(unnamed)
        yield from self.times.order()

    def _told(self, cells: list[str]) -> list[str]:
        """Return what a row says of its person, the best first."""
        return [cell for cell in self.naming.cells(cells) if cell]

    def _whose(self, told: list[str]) -> Whose:
        key = tuple(told)
        if key not in self.people_of:
            self.people_of = {key: self.people.whose(told)}
        return self.people_of[key]

    def _rows(self, rows: list[TableRow]) -> Iterator[Row]:
        for row in rows:
            yield from self._row(row, [])

    def _row(self, row: TableRow, told: list[str]) -> Iterator[Row]:
        """Yield the claims of one row, from what it says of its person."""
        place = f"{self.name}:{row.line}"
        if len(row.cells) <= self.most:
            yield short(row, place)
            return
        cells = row.cells
        if self.delimiter == ",":
            cells = with_comma(cells, self.header, self.at_claim)
            if cells is not row.cells:  # the columns behind the claim stand elsewhere
                told = self._told(cells)
        is_own = not self.naming.columns or (not told and self.may_be_own)
        who = self.own if is_own else self._whose(told)
        fault = surplus(cells, self.header, self.at_claim, self.delimiter)
        if not fault and who.fault:
            if who.fault not in self.told:
                self.told.add(who.fault)
                yield Trouble(
                    place, who.student, who.fault, among=self.people.among([self.student] if is_own else told)
                )
            return
        if fault:
            yield Trouble(place, who.student, fault, among=self.people.among([self.student] if is_own else told))
            if is_own and who.student:  # whose row it is stands in no cell that may be another's
                yield Blank(who.student)
            return
        yield from self._claim(cells, who.student, place)

    def _claim(self, cells: list[str], whose: str, place: str) -> Iterator[Row]:
        item, claim = cells[self.at_item].strip(), claim_in(cells[self.at_claim])
        if not claim:
            if whose:
                yield Blank(whose)
            return
        if not item or not whose:
            yield Trouble(place, whose, f"the row names no {'item' if whose else 'student'}")
            return
        given = cell_at(cells, self.at_question).lower() == GIVEN
        problem = cell_at(cells, self.at_problem)
        if self.questions is not None and not given:
            problem, item = self.questions.meant(problem, item)
        elif self.questions is not None:
            problem = self.questions.problem(problem) or problem
        comma = self.delimiter == ";" and "," in claim
        handed = self.times.handed(cells)
        if self.times.unread:
            yield Trouble(place, whose, self.times.unread)
        yield checked_entry(Entry(whose, problem, item, claim, place, given, comma, handed))


def _asked(entry: Entry, questions: Questions) -> Entry:
    """Return a claim with the problem and the item as the homework calls them."""
    problem, item = questions.meant(entry.problem, entry.item)
    return entry._replace(problem=problem, item=item)

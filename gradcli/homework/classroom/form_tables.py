"""Tables with one row per student, as forms and learning platforms export them: which columns answer which question."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...errors import InputError, Source
from ...language.names import first_of
from ...text import visible
from ..claims.answer_tables import TableRow, claim_in, surplus
from ..claims.headings import NAMING, TIMES, cell_at, folded, people_columns
from .entries import Blank, Entry, Note, Row, Trouble, checked_entry, short
from .hand_in_columns import HandInColumns
from .people import People, Strangers
from .questions import Questions

# What stands beside the answers where nobody knows what is asked.
NO_ANSWERS = ("timestamp", "first name", "last name", "section", "group", "score", "comment", "comments")
# The rows of an export that are no student's, by what stands where the student would.
NO_STUDENTS = ("points possible", "manual posting", "overall average", "gesamtdurchschnitt", "moyenne globale",
               "promedio general", "\u603b\u5e73\u5747\u5206")  # fmt: skip
# How the columns of a quiz of Moodle are called that show what was asked, and what was answered.
_ASKED = re.compile(r"(?:question|frage|pregunta|\u8bd5\u9898|\u9898\u76ee)\s?(\d+)")
_ANSWERED = re.compile(r"(?:response|antwort|reponse|respuesta|answer|\u56de\u7b54|\u7b54\u6848|\u4f5c\u7b54)\s?(\d+)")
MOST_COLUMNS_NAMED = 8  # columns without answers that are named


class Form:
    """A table with one row per student. With `questions` a column is an answer if its heading asks for a known item."""

    def __init__(
        self, header: list[str], name: str, people: People | Strangers, questions: Questions | None, delimiter: str
    ) -> None:
        self.header = header
        self.name = name
        self.people = people
        self.questions = questions
        self.delimiter = delimiter
        self.comma = delimiter == ";"
        self.naming = people_columns(header, NAMING)
        self.pairs = self._pairs()
        self.wide: list[tuple[int, str, str]] = []
        self.foreign: list[str] = []
        self.unknown: list[str] = []
        self.times = HandInColumns(header, name, timed=questions is not None and questions.timed, day_first=self.comma)
        for k, heading in enumerate(header):
            self._sort(k, heading)

    def _pairs(self) -> list[tuple[int, int]]:
        """Return the columns of a quiz that show a question, each with the column of its answer."""
        names = [folded(cell) for cell in self.header]
        asked = {found[1]: k for k, name in enumerate(names) if (found := _ASKED.fullmatch(name))}
        answered = {found[1]: k for k, name in enumerate(names) if (found := _ANSWERED.fullmatch(name))}
        return [(asked[number], k) for number, k in answered.items() if number in asked]

    def _sort(self, k: int, heading: str) -> None:
        """Put a column where it belongs: answers, what is beside them, and what looks like an answer and is none."""
        is_time = self.times.timed and k in self.times.places
        if not heading or k in self.naming.used or is_time or any(k in pair for pair in self.pairs):
            return
        if self.questions is None:
            if folded(heading) not in (*NO_ANSWERS, *NAMING):
                self.wide.append((k, *split(heading)))
            return
        place = None if folded(heading) in TIMES else self.questions.place(heading)
        if place is not None:
            self.wide.append((k, *place))
        elif self.questions.is_meant(heading):
            self.unknown.append(heading)
        else:
            self.foreign.append(heading)

    def read(self, rows: Iterator[TableRow]) -> Iterator[Row]:
        """Yield the claims of the rows. Raises `InputError` where no column holds answers."""
        yield from self.told()
        for number, row in enumerate(rows):
            if not number:
                self.leave_out_counter(row.cells)
            place = f"{self.name}:{row.line}"
            if not row.cells:
                yield short(row, place)
            else:
                yield from self.row(row, place)
        yield from self.times.order()

    def told(self) -> Iterator[Row]:
        """Yield what is said of the columns. Raises `InputError` where none holds answers."""
        if self.questions is not None and not self.wide and not self.pairs:
            headings = first_of([visible(cell) for cell in self.header if cell])
            shown = " and ".join(self.questions.examples(2))
            works = f"; headings that work are {shown}" if shown else ""
            raise InputError(f"no column is an item of the homework: {headings}{works}", source=Source(self.name, ""))
        if self.foreign:
            more = (
                f" and {len(self.foreign) - MOST_COLUMNS_NAMED} more" if len(self.foreign) > MOST_COLUMNS_NAMED else ""
            )
            what = ", ".join(visible(heading)[:40] for heading in self.foreign[:MOST_COLUMNS_NAMED])
            yield Note(self.name, f"columns without answers: {what}{more}")
        for heading in self.unknown:
            why = self.questions.why_not(heading) if self.questions is not None else ""
            yield Trouble(f"{self.name}:1", "", f"the column {visible(heading)[:60]} is not read: {why}")

    def leave_out_counter(self, first: list[str]) -> None:
        """Believe no column ID that begins with 1 where others name people, too: a form counts its answers so."""
        columns = [places for places in self.naming.columns if not _counts(self.header, first, places)]
        if columns:
            self.naming = self.naming._replace(columns=columns)

    def row(self, row: TableRow, place: str) -> Iterator[Row]:
        """Yield the claims of a row, which holds all of a student's."""
        if folded(row.cells[0]) in NO_STUDENTS:
            return
        told = self.naming.cells(row.cells)
        if fault := surplus(row.cells, self.header, -1, self.delimiter):
            yield Trouble(place, self.people.whose(told).student, fault, among=self.people.among(told))
            return
        if len(row.cells) <= min(self.naming.columns[0]):
            yield short(row, place)
            return
        student, fault = self.people.whose(told)
        if not student or fault:
            yield Trouble(place, student, fault or "the row names no student", among=self.people.among(told))
            return
        answers = self.wide
        if self.pairs and self.questions is not None:
            answers = [*answers, *self._shown(row.cells)]
        claims = [(problem, item, claim_in(cell_at(row.cells, k))) for k, problem, item in answers]
        if not any(claim for *_, claim in claims):
            yield Blank(student)
        handed = self.times.handed(row.cells)
        if self.times.unread:
            yield Trouble(place, student, self.times.unread)
        for problem, item, claim in claims:
            if claim:
                comma = self.comma and "," in claim
                yield checked_entry(Entry(student, problem, item, claim, place, comma=comma, handed=handed))

    def _shown(self, cells: list[str]) -> Iterator[tuple[int, str, str]]:
        """Yield the answers whose question stands in another cell of the row."""
        assert self.questions is not None
        for asked, answered in self.pairs:
            if question := cell_at(cells, asked):
                yield answered, *(self.questions.place(question) or ("", question))


def _counts(header: list[str], first: list[str], places: tuple[int, ...]) -> bool:
    """Whether a column may count the rows of a table, by its heading and its cell in the first row."""
    (k, *others) = places
    return not others and folded(header[k]) == "id" and cell_at(first, k) == "1"


def split(heading: str) -> tuple[str, str]:
    """Return the problem and the item that a heading such as p1.q stands for."""
    problem, dot, item = heading.partition(".")
    return (problem.strip(), item.strip()) if dot and item.strip() else ("", heading)

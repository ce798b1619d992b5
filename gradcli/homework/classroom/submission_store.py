"""The store: claims on their way in and results on their way out, kept in a temporary database instead of in memory.

Claims may come in any order and from many files; they leave student by student, in the order in which the students
first appeared. The database is a nameless file that is gone when the store is closed, however that happens.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from ...errors import StreamError
from .entries import Blank, DateOrder, Entry, Note, Row, Trouble
from .people import Person
from .results import Explanation, MarkedItem, StudentResult

CACHE_KB = 16_000
MOST_CLAIMS = 10_000  # of one student
REMEMBERED = 50_000  # students whose numbers are kept at hand

_TABLES = """
create table student (id integer primary key, name text unique);
create table entry (student integer, problem text, item text, claim text, place text, given integer,
    comma integer, handed text);
create table trouble (place text, student text, message text, unreadable integer, other integer);
create table note (place text, message text, unique (place, message));
create index whose on trouble (student);
create table doubt (student text);
create index doubted on doubt (student);
create table result
    (student integer primary key, name text unique, earned real, possible real, exempt integer, text text);
create table wrong (problem text, item text, claim text, students integer, primary key (problem, item, claim));
"""

_SHARE = "earned / possible"
_MISTAKES, _REPAIRS = MarkedItem._fields.index("mistakes"), MarkedItem._fields.index("repairs")


class SubmissionStore:
    """A context that holds the class while it is marked."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        run = self._base.execute
        for setting in (f"cache_size = -{CACHE_KB}", "journal_mode = off", "synchronous = off", "temp_store = file"):
            run(f"pragma {setting}")
        self._base.executescript(_TABLES)
        self._numbers: dict[str, int | None] = {}
        self._roster: dict[str, Person] | None = None
        self._day_first: dict[str, bool] = {}  # by file
        self.timed = False  # whether it is known of a claim when it was handed in

    def __enter__(self) -> SubmissionStore:
        return self

    def __exit__(self, kind: object, problem: object, at: object) -> None:
        self._base.close()
        if isinstance(problem, sqlite3.Error):  # a full disk, most likely
            raise StreamError(f"the temporary database: {problem}") from None

    # ---- in

    def add(self, rows: Iterable[Row]) -> None:
        """Take in the claims of a file, and what could not be read of it."""
        self._base.execute("begin")
        try:
            self._base.executemany("insert into entry values (?, ?, ?, ?, ?, ?, ?, ?)", self._claims(rows))
        finally:
            self._base.execute("commit")

    def _claims(self, rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
        """Yield the claims as they are stored, and take in the other rows on the way."""
        for row in rows:
            if isinstance(row, Entry):
                self.timed = self.timed or bool(row.handed)
                yield (self._number(row.student), *map(_storable, row[1:5]), row.given, row.comma, row.handed)
            else:
                self._take(row)

    def _take(self, row: Trouble | Blank | Note | DateOrder) -> None:
        if isinstance(row, Trouble):
            self.trouble(row)
        elif isinstance(row, Blank):
            self._number(row.student)
        elif isinstance(row, Note):
            self.note(row)
        else:
            self._day_first[row.place] = row.day_first

    def enrol(self, people: Iterable[Person]) -> None:
        """Take in the students of a roster, whether or not they hand in something."""
        self._roster = {}
        for person in people:
            self._number(person.key)
            self._roster[_storable(person.key)] = person

    def enrolled(self, student: str) -> bool | None:
        """Whether a student is on the roster; None without a roster."""
        return None if self._roster is None else student in self._roster

    def person(self, student: str) -> Person | None:
        """Return what the roster says of a student; None without a roster, or for one who is not on it."""
        return None if self._roster is None else self._roster.get(student)

    def other_names(self, student: str) -> list[str]:
        """Return what else the roster calls a student."""
        person = self.person(student)
        return [] if person is None else person.also

    def people(self) -> list[Person]:
        """Return all that is known of the students who were marked: those of the roster, and the others by name."""
        rows = self._base.execute("select name from result order by student")
        return [self.person(name) or Person(name) for (name,) in rows]

    def note(self, note: Note) -> None:
        """Take in a note on how a file was read, once."""
        self._base.execute("insert or ignore into note values (?, ?)", (_storable(note.place), _storable(note.message)))

    def trouble(self, trouble: Trouble) -> None:
        """Take in what could not be marked."""
        row = (*(_storable(text) for text in trouble[:3]), trouble.unreadable, trouble.other_numbers)
        self._base.execute("insert into trouble values (?, ?, ?, ?, ?)", row)
        doubted = ((_storable(student),) for student in trouble.among if student != trouble.student)
        self._base.executemany("insert into doubt values (?)", doubted)

    def put(self, number: int, result: StudentResult) -> None:
        """Keep the result of a student."""
        row = (number, _storable(result.student), result.earned, result.possible, result.exempt, json.dumps(result))
        self._base.execute("insert into result values (?, ?, ?, ?, ?, ?)", row)

    def wrong(self, problem: str, item: str, claim: str) -> None:
        """Count a wrong claim that nothing explains."""
        self._base.execute(
            "insert into wrong values (?, ?, ?, 1) on conflict do update set students = students + 1",
            (problem, item, _storable(claim)),
        )

    def _number(self, student: str) -> int | None:
        found: int | None = self._numbers.get(student)
        if found is None:
            name = (_storable(student),)
            row = self._base.execute("select id from student where name = ?", name).fetchone()
            found = row[0] if row else self._base.execute("insert into student (name) values (?)", name).lastrowid
            if len(self._numbers) >= REMEMBERED:
                self._numbers.clear()
            self._numbers[student] = found
        return found

    # ---- out

    @property
    def claims(self) -> int:
        """How many claims there are."""
        found: int = self._base.execute("select count(*) from entry").fetchone()[0]
        return found

    @property
    def is_cut(self) -> bool:
        """Whether a student has more claims than are read."""
        most = "select 1 from entry group by student having count(*) > ? limit 1"
        return self._base.execute(most, (MOST_CLAIMS,)).fetchone() is not None

    def students(self) -> Iterator[tuple[int, str, list[Entry]]]:
        """Yield every student's number, name and claims in the order in which they came in.

        What is kept meanwhile is written as one transaction.
        """
        self._base.execute("begin")
        rows = self._base.execute(
            "select student.id, name, problem, item, claim, place, given, comma, handed from student"
            " left join entry on student.id = entry.student order by student.id, entry.rowid"
        )
        for number, group in groupby(rows, key=itemgetter(0)):
            rows_of = list(islice(group, MOST_CLAIMS))
            yield number, rows_of[0][1], [self._entry(row) for row in rows_of if row[3] is not None]
            for row in islice(group, 1):
                message = f"only the first {MOST_CLAIMS:,} claims of a student are read"
                self.trouble(Trouble(row[5], row[1], message))
        self._base.execute("commit")

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        """Return a claim; a time in which either number may be the month is read as the other times of the file."""
        _, student, problem, item, claim, place, given, comma, handed = row
        if "|" in handed and (day_first := self._day_first.get(place.rpartition(":")[0])) is not None:
            handed = handed.split("|")[day_first]
        return Entry(student, problem, item, claim, place, bool(given), bool(comma), handed)

    def results(self) -> Iterator[StudentResult]:
        """Yield the results, in the order of the students."""
        for (text,) in self._base.execute("select text from result order by student"):
            yield _result_of_text(text)

    def result(self, student: str) -> StudentResult | None:
        """Return the result of a student, or None."""
        found = self._base.execute("select text from result where name = ?", (_storable(student),)).fetchone()
        return None if found is None else _result_of_text(found[0])

    def troubles(self) -> Iterator[Trouble]:
        """Yield what could not be marked, in the order in which it was found."""
        yield from self._troubles("where not other order by trouble.rowid")

    def gravest(self) -> Iterator[tuple[int, Trouble]]:
        """Yield what could not be marked: whole files (0), then rows of nobody who is marked (1), then others (2)."""
        rows = self._base.execute(
            "select case when unreadable then 0 when name is null then 1 else 2 end as kind, place, trouble.student,"
            " message, unreadable, other from trouble left join result on name = trouble.student where not other"
            " order by kind, trouble.rowid"
        )
        for kind, place, student, message, unreadable, other in rows:
            yield kind, Trouble(place, student, message, bool(unreadable), bool(other))

    def other_numbers(self) -> Iterator[Trouble]:
        """Yield the stated numbers that are not their student's, whose claims are marked all the same."""
        yield from self._troubles("where other order by trouble.rowid")

    def _troubles(self, rest: str) -> Iterator[Trouble]:
        rows = self._base.execute(f"select place, student, message, unreadable, other from trouble {rest}")
        for place, student, message, unreadable, other in rows:
            yield Trouble(place, student, message, bool(unreadable), bool(other))

    def notes(self) -> Iterator[Note]:
        """Yield the notes on how files were read."""
        yield from (Note(*row) for row in self._base.execute("select * from note order by rowid"))

    def unmarked(self, student: str) -> int:
        """Return how many claims of a student could not be marked."""
        counting = "select count(*) from trouble where student = ? and not other"
        return int(self._base.execute(counting, (_storable(student),)).fetchone()[0])

    def doubtful(self, student: str) -> int:
        """Return how many rows and files could not be marked that may be a student's, or another's."""
        counting = "select count(*) from doubt where student = ?"
        return int(self._base.execute(counting, (_storable(student),)).fetchone()[0])

    def count(self, what: str) -> int:
        """Return how many rows a table has: `student`, `entry`, `trouble` or `result`."""
        return int(self._base.execute(f"select count(*) from {what}").fetchone()[0])

    def spread(self) -> tuple[float, float, float, float] | None:
        """Return the least, median, mean and greatest share of the points, from 0 to 1; None for an empty class.

        Students who are exempt do not count.
        """
        run = self._base.execute
        counting = "from result where not exempt"
        count: int = run(f"select count(*) {counting}").fetchone()[0]
        if not count:
            return None
        least, mean, greatest = run(f"select min({_SHARE}), avg({_SHARE}), max({_SHARE}) {counting}").fetchone()
        middle = run(
            f"select {_SHARE} {counting} order by 1 limit ? offset ?", (2 - count % 2, (count - 1) // 2)
        ).fetchall()
        return least, sum(share for (share,) in middle) / len(middle), mean, greatest

    def shared_wrong(self, most: int) -> list[tuple[str, str, str, int]]:
        """Return the unexplained wrong claims of more than one student, the most frequent first, `most` of them.

        Each is a problem's id, an item, what was claimed, and by how many students.
        """
        rows = self._base.execute(
            "select * from wrong where students > 1 order by students desc, problem, item, claim limit ?", (most,)
        )
        return rows.fetchall()


def _storable(text: str) -> str:
    """Return a text that the database takes: half a character is written as an escape."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def _result_of_text(text: str) -> StudentResult:
    student, lines, *rest = json.loads(text)
    return StudentResult(student, [_line_of_json(line) for line in lines], *rest)


def _line_of_json(cells: list[Any]) -> MarkedItem:
    cells[_MISTAKES] = [Explanation(*mistake) for mistake in cells[_MISTAKES]]
    cells[_REPAIRS] = tuple(cells[_REPAIRS])
    return MarkedItem(*cells)

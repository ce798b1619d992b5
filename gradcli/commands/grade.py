"""gradcli grade: mark a class."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from ..errors import InputError
from ..homework.classroom.attempts import ATTEMPTS, LAST
from ..reports import Style
from ..reports.grades import CLASS_FORMATS, CLASS_SUFFIXES, told_beside
from ..text import counted
from . import shared_options as shared
from .grade_files import Writer
from .option_parsing import Command, Real

if TYPE_CHECKING:
    from ..homework.classroom.class_summary import MarkedClass
    from ..homework.classroom.entries import Row
    from ..homework.classroom.grading import Grader
    from ..homework.classroom.people import People, Strangers
    from ..homework.classroom.published_grading import PublishedGrader
    from ..homework.classroom.questions import Questions
    from ..homework.classroom.submission_store import SubmissionStore

KEPT_BYTES = 64 << 20  # bytes of standard input that are kept in memory
USUAL_FILES = ("csv", "json", "feedback")  # what --out writes unless --to says


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="HOMEWORK SUBMISSIONS...")
@click.option("--homework", metavar="FILE", help="The homework file, instead of the first argument.")
@click.option(
    "--to",
    "formats",
    type=click.Choice(list(CLASS_FORMATS)),
    multiple=True,
    metavar="FORMAT",
    help=f"The report to write, a table by default; may be repeated: {', '.join(CLASS_FORMATS)}.",
)
@shared.JSON
@shared.COMPACT
@click.option("--out", metavar="DIR", help="Write the reports into a folder; by default CSV, JSON and feedback.")
@click.option(
    "-o", "--output", metavar="FILE", help="Write one report to FILE; without --to, its suffix chooses the report."
)
@click.option(
    "--attempt", type=click.Choice(ATTEMPTS), default=LAST,
    help="Which attempt counts, if an item was handed in several times; the last by default.",
)  # fmt: skip
@click.option(
    "--roster", metavar="FILE", help="A list of students (CSV). A student who hands in nothing is listed with 0."
)
@click.option(
    "--fail-under",
    type=Real(0, 100),
    metavar="PERCENT",
    help="Exit with status 1 if a score is below PERCENT.",
)
@click.option(
    "--late",
    type=Real(0),
    metavar="POINTS",
    help="What each day late costs, instead of late in the homework file. The roster says who was late, or due in the"
    " homework file and the times of the answers.",
)
@click.option("--gradebook", metavar="FILE", help="The gradebook exported from Canvas. --to canvas fills it in.")
@click.option(
    "--column", metavar="TITLE", help="The column of the gradebook to fill in; by default the title of the homework."
)
@click.option("--against", metavar="FILE", help="List what changed since an earlier run, the JSON of grade.")
@shared.color("Colour the table.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Use ASCII characters only in the table.")
def command(
    words: tuple[str, ...],
    homework: str | None,
    formats: tuple[str, ...],
    as_json: bool,
    compact: bool,
    out: str | None,
    output: str | None,
    attempt: str,
    roster: str | None,
    fail_under: float | None,
    late: float | None,
    gradebook: str | None,
    column: str | None,
    against: str | None,
    color: str,
    ascii_only: bool,
) -> int:
    """Mark the homework of a class.

    HOMEWORK is a homework file (TOML), or a key written by gradcli sheet --hash. SUBMISSIONS are CSV files, JSON lines,
    or folders of filled-in sheets. A CSV file has the columns student, problem, item, claim, or a column for every
    problem.item.

    If every student has different numbers, a sheet is marked only with its own numbers. With --roster, only the
    students of the list are marked. Without it, a sheet that states other numbers is not marked.

    The exit status is 1 if a row, a claim or a file could not be marked, or if a score is below --fail-under.
    """
    from ..calculus.building import uncollected
    from .progress import Progress
    from .streams import read_program, read_roster, terminal, warn
    from .suffixes import by_suffix

    words = words if homework is None else (homework, *words)
    wanted = list(dict.fromkeys([*formats, *(["json"] if as_json else [])]))
    if output is not None and not wanted:
        wanted = [by_suffix(output, CLASS_SUFFIXES, "report", "; or add --to")]
    if compact and not wanted and out is None:
        wanted = ["json"]
    _check_options(words, wanted, out, output, gradebook, roster)
    if column is not None and gradebook is None:
        raise InputError("--column is for --to canvas", kind="option", hint="add --to canvas --gradebook export.csv")
    if compact and not any(CLASS_FORMATS[format].is_json for format in wanted or USUAL_FILES):
        raise InputError("--compact is for JSON alone", kind="option", hint="add --json")
    if against is not None:
        from ..homework.classroom.regrade import changes, earlier_run

        earlier = earlier_run(read_program(against, 1 << 28))
    with uncollected():
        from ..homework.classroom.class_marking import grader_of

        homework_source = read_program(None if words[0] == "-" else words[0])
        grader = grader_of(homework_source, attempt)
    with _set_aside(), _store() as store:
        from ..homework.classroom.class_summary import mark_class
        from ..homework.classroom.people import People, Strangers

        cost = _cost_of_a_day(grader, late, roster)
        people = None if roster is None else read_roster(roster, late=cost is not None and not grader.is_due)
        if people is not None:
            store.enrol(people)
        counts = {"rows": 0, "students": 0}
        with Progress(
            lambda: f"{counted(counts['rows'], 'row')} read, {counted(counts['students'], 'student')} marked"
        ):
            apart = [path for path in (words[0], roster, gradebook, against) if path is not None]
            known = Strangers() if people is None else People(people)
            _read(store, words[1:], apart, counts, known, grader.questions())

            def marked() -> None:
                counts["students"] += 1

            marked_class = mark_class(grader, store, marked, cost, homework_source)
            if against is not None:
                marked_class.changes = changes(store.results(), earlier)
        is_timed = grader.is_due and store.timed
        if cost is not None and not is_timed and not any(person.late is not None for person in people or ()):
            warn("nobody is counted as late: no column says when the answers were handed in")
        look = terminal(color, ascii_only, to_file=output is not None)
        writer = Writer(marked_class, Style(look.width, look.color, look.ascii), gradebook, column, compact=compact)
        if out is not None:
            writer.folder(out, wanted or list(USUAL_FILES))
        else:
            writer.one(wanted[0] if wanted else "table", output)
            for line in told_beside(marked_class, wanted[0] if wanted else "table", output):
                warn(line)
        return max(_status(marked_class, fail_under), int(writer.left_out))


@contextmanager
def _set_aside() -> Iterator[None]:
    """Keep the collector from looking through what is there again and again: it stays to the end.

    Whoever calls this as a library finds the collector as it was, and what they have set aside themselves stays so.
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _store() -> SubmissionStore:
    """Return an empty store, which needs a Python with sqlite3."""
    try:
        from ..homework.classroom.submission_store import SubmissionStore
    except ModuleNotFoundError as missing:
        if missing.name not in ("sqlite3", "_sqlite3"):
            raise
        raise InputError(
            "marking a class needs sqlite3, and this Python does not have it", kind="environment"
        ) from None
    return SubmissionStore()


def _check_options(
    words: tuple[str, ...], wanted: list[str], out: str | None, output: str | None, gradebook: str | None,
    roster: str | None,
) -> None:  # fmt: skip
    """Raise for words and options that do not go together."""
    from ..language.mending import command_line
    from .streams import check_read_once

    if len(words) < 2:
        what = "a homework file" if not words else "submissions"
        hint = command_line(["grade", *(words or ["homework.toml"]), "submissions.csv"])
        raise InputError(f"{what} is missing" if not words else f"{what} are missing", kind="option",
                         hint=f"for example {hint}")  # fmt: skip
    homework = next((word for word in words if word.lower().endswith(".toml")), words[0])
    if homework != words[0]:
        ordered = [homework, *(word for word in words if word != homework)]
        hint = f"write {command_line(['grade', *ordered])}"
        raise InputError("the homework file comes first", kind="option", hint=hint, instead=(words, ordered))
    check_read_once({"the homework": words[0] == "-", "the answers": "-" in words[1:], "the roster": roster == "-"})
    if out is not None and output is not None:
        raise InputError("--out writes a folder, -o one file: choose one", kind="option")
    if out is None and len(wanted) > 1:
        raise InputError("several reports need a folder", kind="option", hint="add --out DIR")
    if ("canvas" in wanted) != (gradebook is not None):
        given = ["--gradebook", gradebook] if gradebook is not None else ["--to", "canvas"]
        whole = ["--to", "canvas", "--gradebook", gradebook or "export.csv"]
        raise InputError("--to canvas and --gradebook EXPORT.csv go together", kind="option",
                         hint="for example --to canvas --gradebook export.csv", instead=(given, whole))  # fmt: skip


def _cost_of_a_day(grader: Grader | PublishedGrader, late: float | None, roster: str | None) -> float | None:
    """Return what each day late costs. Raises `InputError` where nothing can say who was late."""
    cost = grader.late if late is None else late
    if cost is not None and roster is None and not grader.is_due:
        raise InputError("nothing says who was late", kind="option",
                         hint="add due to the homework, or --roster FILE with a column late (days)")  # fmt: skip
    return cost


def _read(
    store: SubmissionStore, paths: tuple[str, ...], apart: list[str], counts: dict[str, int],
    people: People | Strangers, questions: Questions,
) -> None:  # fmt: skip
    """Read all submissions into the store."""
    from ..homework.classroom.entries import Note, Trouble
    from ..homework.classroom.submissions import files_of

    def counted(rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            counts["rows"] += not isinstance(row, Note)
            yield doubted(row) if isinstance(row, Trouble) else row

    def doubted(trouble: Trouble) -> Trouble:
        """Return a trouble with all whose it may be, by the student whose file it is."""
        among = trouble.among or (people.among([trouble.student]) if trouble.student else ())
        return trouble._replace(among=among)

    for found in files_of(paths, apart, people):
        if isinstance(found, Trouble):
            store.trouble(doubted(found))
            continue
        path, student = found
        name = "standard input" if path == "-" else path
        before = counts["rows"]
        try:
            store.add(counted(_rows(path, name, student, people, questions)))
            if counts["rows"] == before:
                store.trouble(doubted(Trouble(name, student, "there is no row in this file")))
        except OSError as problem:
            why = (problem.strerror or str(problem)).lower()
            store.trouble(doubted(Trouble(path, student, why, unreadable=True)))


def _rows(path: str, name: str, student: str, people: People | Strangers, questions: Questions) -> Iterator[Row]:
    """Yield what a file of submissions holds: a workbook, or a text in any encoding."""
    from ..homework.classroom.submissions import read_file

    with _opened(path) as file:
        yield from read_file(file, name, student, people, questions)


@contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    """Open a file of submissions, in which one can go back: standard input is kept in a temporary file."""
    if path != "-":
        with open(path, "rb") as file:
            yield file
        return
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(KEPT_BYTES) as kept:
        copyfileobj(sys.stdin.buffer, kept)
        kept.seek(0)
        yield cast(BinaryIO, kept)


def _advise(message: str) -> None:
    """Say what the first line of a table has to be, where that is why it could not be read."""
    from ..homework.classroom.submissions import NO_HEADER
    from .streams import advise

    if message == NO_HEADER:
        advise("begin the file with student,item,claim (problem too, if there are several), or with student,df/dx,... "
               "for one row per student")  # fmt: skip


def _status(marked_class: MarkedClass, fail_under: float | None) -> int:
    """Return the exit status: 1 for files and rows not marked or scores too low, 5 where no file could be read."""
    odd = marked_class.unreadable or marked_class.in_doubt or any(marked_class.store.other_numbers())
    status = int(bool(odd or not marked_class.claims))
    if (
        fail_under is not None
        and (found := marked_class.store.spread()) is not None
        and 100 * found[0] < fail_under - 1e-9
    ):
        status = 1
    for trouble in marked_class.store.troubles():
        status = max(status, 1)
        if trouble.unreadable:
            _advise(trouble.message)
            if not marked_class.claims:
                return 5
    return status

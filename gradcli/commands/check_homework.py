"""gradcli check --homework: can a student's sheet be read, and is everything on it?"""

from __future__ import annotations

import io
from collections.abc import Sequence

from ..errors import InputError, LimitError, Source
from ..homework.claims.answer_tables import ZIP, decoded, no_table
from ..homework.classroom.entries import Entry, Note, Row, Trouble
from ..homework.classroom.grading import Grader
from ..homework.classroom.homework_file import load
from ..homework.classroom.published_grading import PublishedGrader
from ..homework.classroom.published_key import load as load_key
from ..homework.classroom.questions import Questions
from ..homework.classroom.results import StudentResult
from ..homework.classroom.sheet import due_words
from ..homework.classroom.submissions import read, read_workbook, student_of_file
from ..language.names import clip_name
from ..language.syntax import MAX_BYTES
from ..reports import Style, one_line
from ..reports.sheet_check import CheckedSheet, render
from .streams import check_read_once, emit, read_program, terminal
from .streams import read as read_bytes

FILLED_IN = "gradcli check --homework week3.toml sheet.csv"


def check_homework(
    homework: str, words: Sequence[str], output: str | None, color: str, *, as_json: bool, compact: bool,
    ascii_only: bool,
) -> int:  # fmt: skip
    """Print what is read on a sheet, and what is missing; return 1 if something is. It reveals what the file says."""
    if len(words) != 1:
        hint = f"for example {FILLED_IN}; a class is marked with gradcli grade"
        raise InputError("--homework checks one sheet", kind="option", hint=hint)
    check_read_once({"the homework": homework == "-", "the sheet": words[0] == "-"})
    grader, reveal, due = _grader(homework)
    rows = _rows(words[0], grader.questions())
    entries = [row for row in rows if isinstance(row, Entry)]
    student = _student(entries, words[0])
    result, others = grader.result(student, entries)
    if result is None:
        result = StudentResult(student, [], {}, 0.0, 1.0, [])
    troubles = [row for row in (*rows, *others) if isinstance(row, Trouble)]
    notes = [f"{row.place}: {row.message}" for row in rows if isinstance(row, Note)]
    checked = CheckedSheet(grader.title, result._replace(remarks=[*result.remarks, *notes, *due]), troubles, reveal)
    if as_json:
        from ..reports.sheet_check_json import as_json as written

        emit(one_line(written(checked)) if compact else written(checked), output)
    else:
        look = terminal(color, ascii_only, to_file=output is not None)
        emit(render(checked, Style(look.width, look.color, look.ascii)), output)
    return 0 if checked.is_whole else 1


def _grader(path: str) -> tuple[Grader | PublishedGrader, dict[str, str], list[str]]:
    """Return what marks, what each problem reveals (of a published key right or wrong), and when problems are due."""
    source = read_program(None if path == "-" else path)
    if source.text.lstrip().startswith("{"):
        key = load_key(source)
        return PublishedGrader(key), dict.fromkeys(key.problems, "correct"), []
    homework = load(source)
    due = {id: due_words(problem, homework.late) for id, problem in homework.problems.items()}
    said = [f"due {words}" for words in set(due.values()) if words and len(set(due.values())) == 1]
    said = said or [f"{id} is due {words}" for id, words in due.items() if words]
    return Grader(homework), {id: problem.reveal for id, problem in homework.problems.items()}, said


def _rows(path: str, questions: Questions) -> list[Row]:
    """Return what a file holds: a workbook, or a text in any encoding."""
    data = read_bytes(None if path == "-" else path)
    name = "standard input" if path == "-" else path
    if len(data) > MAX_BYTES:
        raise LimitError(f"{name} is longer than {MAX_BYTES:,} bytes")
    student = student_of_file(path)
    if other := no_table(data, name):
        raise InputError(other, source=Source(name, ""), kind="claims")
    if data.startswith(ZIP):
        rows = list(read_workbook(data, name, student, questions=questions))
    else:
        rows = list(read(io.StringIO(decoded(data), newline=""), name, student, questions=questions))
    for row in rows:
        if isinstance(row, Trouble) and row.unreadable:
            raise InputError(row.message, source=Source(name, ""), kind="claims")
    return rows


def _student(entries: Sequence[Entry], path: str) -> str:
    """Return whose sheet it is. Raises `InputError` for the sheets of several students."""
    students = list(dict.fromkeys(entry.student for entry in entries)) or [student_of_file(path)]
    if len(students) > 1:
        what = f"this is the work of several students: {', '.join(map(clip_name, students[:3]))}"
        raise InputError(what, kind="claims", hint="a class is marked with gradcli grade")
    return students[0]

"""gradcli check --homework: can a student's sheet be read, and is everything on it?"""

from __future__ import annotations

import io
from collections.abc import Sequence

from ..errors import GradcliError, InputError, LimitError
from ..homework.claims.answer_tables import encoding_of
from ..homework.classroom.grading import Grader
from ..homework.classroom.homework_file import load
from ..homework.classroom.published_grading import PublishedGrader
from ..homework.classroom.published_key import load as load_key
from ..homework.classroom.results import StudentResult
from ..homework.classroom.submissions import Entry, Trouble, read, student_of_file
from ..language.syntax import MAX_BYTES, clip_name
from ..reports import Style
from ..reports.sheet_check import render
from .streams import emit, read_program, terminal
from .streams import read as read_bytes

FILLED_IN = "gradcli check --homework week3.toml sheet.csv"


def check_homework(homework: str, words: Sequence[str], output: str | None, color: str, *, ascii_only: bool) -> int:
    """Print what is read on a sheet, and what is missing; return 1 if something is. It reveals what the file says."""
    if len(words) != 1:
        hint = f"for example {FILLED_IN}; a class is marked with gradcli grade"
        raise InputError("--homework checks one sheet", kind="option", hint=hint)
    grader, reveal = _grader(homework)
    entries, troubles = _entries(words[0])
    student = _student(entries, words[0])
    result, others = grader.result(student, entries)
    if result is None:
        result = StudentResult(student, [], {}, 0.0, 1.0, [])
    look = terminal(color, ascii_only, to_file=output is not None)
    messages = [f"{t.place}: {t.message}" for t in (*troubles, *others)]
    emit(render(result, messages, reveal, Style(look.width, look.color, look.ascii)), output)
    whole = all(line.claim and line.status != "invalid" for line in result.lines if line.points)
    return 0 if whole and result.lines and not messages else 1


def _grader(path: str) -> tuple[Grader | PublishedGrader, dict[str, str]]:
    """Return what marks, and what each problem reveals: right or wrong, where it is a key that was published for it."""
    source = read_program(None if path == "-" else path)
    if source.text.lstrip().startswith("{"):
        key = load_key(source)
        return PublishedGrader(key), dict.fromkeys(key.problems, "correct")
    homework = load(source)
    return Grader(homework), {id: problem.reveal for id, problem in homework.problems.items()}


def _entries(path: str) -> tuple[list[Entry], list[Trouble]]:
    """Return what is claimed in a file, and what cannot be read of it."""
    data = read_bytes(None if path == "-" else path)
    name = "standard input" if path == "-" else path
    if len(data) > MAX_BYTES:
        raise LimitError(f"{name} is longer than {MAX_BYTES:,} bytes")
    entries, troubles = [], []
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding_of(data[:2]), newline="")
    for found in read(text, name, student_of_file(path)):
        if isinstance(found, Trouble):
            troubles.append(found)
        elif isinstance(found, Entry):
            entries.append(found)
    if any(trouble.unreadable for trouble in troubles):
        raise GradcliError(f"{name}: {troubles[0].message}", kind="claims")
    return entries, troubles


def _student(entries: Sequence[Entry], path: str) -> str:
    """Return whose sheet it is. Raises `InputError` for the sheets of several students."""
    students = list(dict.fromkeys(entry.student for entry in entries)) or [student_of_file(path)]
    if len(students) > 1:
        what = f"this is the work of several students: {', '.join(map(clip_name, students[:3]))}"
        raise InputError(what, kind="claims", hint="a class is marked with gradcli grade")
    return students[0]

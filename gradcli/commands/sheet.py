"""gradcli sheet: a blank worksheet, its key, and a variant for every student."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from ..errors import InputError
from ..reports.sheet import FORMATS
from .words import Command

if TYPE_CHECKING:
    from ..homework.assignment import Homework
    from ..homework.posing import Poser


@click.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("words", nargs=-1, metavar="[PROGRAM] [NAME=VALUE]...")
@click.option("--homework", metavar="FILE", help="Take the problems from a homework file instead.")
@click.option("--to", "format", type=click.Choice(list(FORMATS)), help="How to write the sheet; CSV by default.")
@click.option("--key", is_flag=True, help="Fill in the answers.")
@click.option("--hash", "hashed", is_flag=True, help="Write a key that checks claims without showing the answers.")
@click.option(
    "--figures", type=click.IntRange(1, 8), default=3, metavar="N", help="What --hash checks: N significant figures."
)
@click.option("--vary", metavar="SEED", help="Give inputs without a value friendly numbers, by SEED and student.")
@click.option("--student", metavar="NAME", help="The student whose sheet it is.")
@click.option("--roster", metavar="FILE", help="Write a sheet for every student of a list into --out.")
@click.option("--out", metavar="DIR", help="Where the sheets of a roster go.")
@click.option("--id", "id", default="p1", metavar="NAME", help="What the problem is called; p1 by default.")
@click.option("--title", metavar="TEXT", help="The heading of the sheet.")
@click.option("--lint", is_flag=True, help="Say which mistakes these numbers would not reveal, and write no sheet.")
@click.option("--file", metavar="PATH", help="Read the program from a file.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE; its suffix chooses how.")
def command(
    words: tuple[str, ...],
    homework: str | None,
    format: str | None,
    key: bool,
    hashed: bool,
    figures: int,
    vary: str | None,
    student: str | None,
    roster: str | None,
    out: str | None,
    id: str,
    title: str | None,
    lint: bool,
    file: str | None,
    output: str | None,
) -> None:
    """Print a blank worksheet: every value, local gradient and upstream gradient of PROGRAM.

    Filled in, it is read back by gradcli check --claims and gradcli grade.
    """
    from ..homework.posing import Poser
    from ..homework.sheet import sheet_of
    from ..reports.sheet import render
    from .streams import emit

    if (roster is None) != (out is None):
        raise InputError("--roster and --out go together", kind="option")
    if hashed + key + lint > 1 or (hashed and roster is not None):
        raise InputError("--key, --hash and --lint exclude each other, and --hash a roster", kind="option")
    assigned = _assigned(words, homework, file, id, vary, title)
    posers = [Poser(problem) for problem in assigned.problems.values()]
    if lint:
        emit(_lint(posers, student or ""), output)
        return
    if hashed:
        from ..homework.published import dump, published_key

        emit(dump(published_key(assigned.title, [poser.to(student or "") for poser in posers], figures)), output)
        return
    chosen = _format(format, output)
    if roster is None or out is None:
        sheet = sheet_of(assigned.title, student, [poser.to(student or "") for poser in posers])
        emit(render(sheet, chosen, key=key), output)
        return
    _write_class(assigned, posers, roster, out, chosen, key=key)


def _assigned(
    words: tuple[str, ...], homework: str | None, file: str | None, id: str, vary: str | None, title: str | None
) -> Homework:
    """Return the homework that the options name, or that the program makes."""
    from .. import bindings as binding
    from ..homework.assignment import PROBLEM_ID, Homework, fixed_problem, load
    from .streams import program_and_words, read_program

    if homework is not None:
        if words or file is not None or vary is not None:
            raise InputError("with --homework the problems and their numbers are those of the file", kind="option")
        return load(read_program(homework))
    if not PROBLEM_ID.fullmatch(id):
        raise InputError("--id takes letters, digits, _ and -", kind="option")
    source, rest = program_and_words(list(words), file)
    return Homework(title or "Worksheet", {id: fixed_problem(source, binding.split(rest), id, vary)})


def _format(format: str | None, output: str | None) -> str:
    """Return the format that the options and the suffix of the output file choose."""
    if format is not None:
        return format
    return next((name for name, suffix in FORMATS.items() if (output or "").lower().endswith(suffix)), "csv")


def _write_class(assigned: Homework, posers: list[Poser], roster: str, out: str, format: str, *, key: bool) -> None:
    """Write the sheet of every student of the roster, each into a file of the student's name."""
    from ..homework.roster import students_of
    from ..homework.sheet import sheet_of
    from ..homework.submissions import file_of_student
    from ..reports.sheet import render
    from .progress import Progress
    from .streams import emit, make_folder, read_program

    students = students_of(read_program(roster))
    make_folder(out)
    done = 0
    with Progress(lambda: f"{done:,} of {len(students):,} sheets"):
        for student in students:
            sheet = sheet_of(assigned.title, student, [poser.to(student) for poser in posers])
            path = os.path.join(out, file_of_student(student, FORMATS[format]))
            emit(render(sheet, format, key=key), path)
            done += 1


def _lint(posers: list[Poser], student: str) -> str:
    """Return what the numbers of the problems hide; those that vary are the student's."""
    from ..homework.lint import lint
    from ..reports.lint import render

    found = []
    for poser in posers:
        posed = poser.to(student)
        tolerance = posed.problem.rules.tolerance
        kept = () if poser.is_same else tuple(posed.problem.bindings)
        sheet = list(posed.weights)
        found.append(render(posed.problem.id, lint(posed.record, sheet, tolerance=tolerance, kept=kept)))
    return "".join(found)

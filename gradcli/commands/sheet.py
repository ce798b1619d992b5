"""gradcli sheet: a blank worksheet, its key, and a variant for every student."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from ..errors import InputError, StreamError
from ..reports.sheet import SHEET_FORMATS
from ..text import counted, fitted, visible
from . import shared_options as shared
from .option_parsing import Command, Whole

if TYPE_CHECKING:
    from ..homework.classroom.array_problem import ArrayInstance, ParsedArrays
    from ..homework.classroom.homework_file import Homework
    from ..homework.classroom.people import Person
    from ..homework.classroom.problem_instance import ParsedProblem, ProblemInstance
    from ..homework.diagnosis.array_lint import ArrayLint
    from ..homework.diagnosis.lint import Lint

    AnyProblem = ParsedProblem | ParsedArrays

LINT_SECONDS = 5.0  # that a look at one student's numbers may take; after them the answer so far is given


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="[PROGRAM] [NAME=VALUE]...")
@click.option("--homework", metavar="FILE", help="Take the problems from a homework file, instead of PROGRAM.")
@click.option("--to", "format", type=click.Choice(list(SHEET_FORMATS)), help="The format of the sheet; CSV by default.")
@click.option("--key", is_flag=True, help="Write the answers into the sheet.")
@click.option("--hash", "hashed", is_flag=True, help="Write a key that checks claims without showing the answers.")
@click.option(
    "--figures",
    type=Whole(1, 8),
    metavar="N",
    help="How many significant figures --hash checks; 3 by default.",
)
@click.option(
    "--vary",
    metavar="SEED",
    help="Choose easy numbers for the inputs without a value. They depend on SEED and the student.",
)
@click.option(
    "--fixed",
    metavar="NAME,...",
    help="Inputs that are data, such as labels: --lint suggests no other numbers, --step leaves them as they are.",
)
@click.option("--step", metavar="RATE", help="Also ask for new(w): every input after a step of descent with that rate.")
@shared.UPHILL
@click.option("--student", metavar="NAME", help="Write the sheet of this student.")
@click.option(
    "--roster",
    metavar="FILE",
    help="Write one sheet for every student of a list (CSV) into the folder of --out; with --student, for that one.",
)
@click.option("--out", metavar="DIR", help="The folder for the sheets of --roster.")
@click.option("--compact", is_flag=True, help="Write the key of --hash on one line.")
@click.option("--force", is_flag=True, help="Replace files in --out, even if their content is different.")
@click.option("--id", "id", default="p1", metavar="NAME", help="The name of the problem; p1 by default.")
@click.option("--title", metavar="TEXT", help="The title of the sheet.")
@click.option(
    "--lint",
    is_flag=True,
    help="List the mistakes that these numbers would hide. Write no sheet. With --roster, look at the whole class.",
)
@shared.FILE
@shared.FORMATTED_OUTPUT
def command(
    words: tuple[str, ...],
    homework: str | None,
    format: str | None,
    key: bool,
    hashed: bool,
    figures: int | None,
    vary: str | None,
    fixed: str | None,
    step: str | None,
    ascent: bool,
    student: str | None,
    roster: str | None,
    out: str | None,
    compact: bool,
    force: bool,
    id: str,
    title: str | None,
    lint: bool,
    file: str | None,
    output: str | None,
) -> None:
    """Print a blank worksheet: every value, local gradient and upstream gradient of PROGRAM.

    A filled-in sheet is read by gradcli check --claims and by gradcli grade.
    """
    from ..homework.classroom.parsed import parse_problem
    from .streams import check_read_once, emit, read_people
    from .suffixes import by_suffix

    check_read_once({"the program": file == "-" or words[:1] == ("-",), "the roster": roster == "-"})
    if hashed + key + lint > 1:
        raise InputError("--key, --hash and --lint exclude each other", kind="option")
    if lint and out is not None:
        raise InputError("--lint writes no sheets", kind="option", hint="leave --out away")
    if (roster is None) != (out is None) and not lint and student is None:
        raise _half_a_class(roster, out)
    if compact and not hashed:
        raise InputError("--compact is for JSON alone", kind="option", hint="add --hash, whose key is JSON")
    if figures is not None and not hashed:
        raise InputError("--figures is for --hash alone", kind="option", hint="--hash writes a key that checks so many")
    if force and out is None:
        raise InputError("--force is for --out alone", kind="option", hint="-o replaces a file in any case")
    if output is not None and (hashed or lint):
        by_suffix(output, {".json": "key"} if hashed else {".txt": "text"}, "key" if hashed else "such report")
    chosen = "key" if hashed else _format(format, output)
    assigned = _assigned(words, homework, file, id, vary, title, fixed, step, ascent=ascent)
    parsed = [*map(parse_problem, assigned.problems.values())]
    if hashed:
        _refuse_arrays(parsed)
    _tell_what_is_left_out(parsed)
    people, name = [] if roster is None else read_people(roster, student), ""
    if people and student is not None:
        student, name = people[0].key, _own_name(people[0])
    if out is not None and roster is None and student is not None:
        from ..homework.classroom.people import Person

        people = [Person(student)]
    if vary is not None and all(problem.is_same for problem in parsed):
        from .streams import advise

        advise("every input has a value, and --vary chooses none")
    if lint:
        from .streams import terminal

        emit(fitted(_lint(parsed, student, people), terminal(to_file=output is not None).width), output)
        return
    if hashed and roster is None and student is None and not all(problem.is_same for problem in parsed):
        hint = "name one with --student, or write a key for each with --roster FILE --out DIR"
        raise InputError("these numbers are a student's own, and no student is named", kind="option", hint=hint)
    if homework is not None:
        from ..homework.classroom.prepared import prepared_for

        for problem in parsed:  # what else is right, and known mistakes, are wrong now or never
            prepared_for(problem, student or "")
    written = partial(_written, assigned, parsed, chosen, figures, key=key, compact=compact)
    if out is None:
        emit(_marked(written(student, name), chosen, output), output)
        if homework is not None and student is None and not all(problem.is_same for problem in parsed):
            _advise_to_name(homework)
        return
    own = not all(problem.is_same for problem in parsed)
    suffix = ".json" if hashed else SHEET_FORMATS[chosen]
    _write_class(written, people, out, suffix, force=force, own=own and not key and roster is not None)


def _refuse_arrays(parsed: Sequence[AnyProblem]) -> None:
    """Raise `InputError` for a problem about arrays, of which there is no key with hashes."""
    from ..homework.classroom.problem_instance import ParsedProblem

    for problem in parsed:
        if not isinstance(problem, ParsedProblem):
            what = f"{problem.problem.id} is about arrays, and a key with hashes is for programs of numbers"
            raise InputError(what, kind="option", hint="--key writes the answers of arrays")


def _tell_what_is_left_out(parsed: Sequence[AnyProblem]) -> None:
    """Write to standard error which arrays are too large to be asked for."""
    from ..homework.classroom.problem_instance import ParsedProblem
    from .streams import advise

    for problem in parsed:
        if not isinstance(problem, ParsedProblem) and (names := problem.for_student("").left_out):
            advise(f"too large to be asked for: {', '.join(names)}")


def _advise_to_name(homework: str) -> None:
    """Write to standard error that a sheet of nobody's numbers cannot be marked, and how to make one that can."""
    from ..language.mending import command_line
    from .streams import advise

    advise("this sheet is an example: every student gets other numbers, and gradcli grade does not mark these")
    advise(f"for one student write {command_line(['sheet', '--homework', homework, '--student', 'NAME'])}")
    everybody = ["sheet", "--homework", homework, "--roster", "roster.csv", "--out", "sheets"]
    advise(f"for the class write {command_line(everybody)}")


def _half_a_class(roster: str | None, out: str | None) -> InputError:
    """Return the error for a roster without a folder, or a folder without a roster."""
    given = ["--roster", roster] if roster is not None else ["--out", out or ""]
    whole = ["--roster", roster or "roster.csv", "--out", out or "sheets"]
    hint = "for example --roster roster.csv --out sheets: a sheet for every student of the list, in that folder"
    return InputError("--roster and --out go together", kind="option", hint=hint, instead=(given, whole))


def _written(
    assigned: Homework, parsed: list[AnyProblem], format: str, figures: int | None, student: str | None,
    name: str = "", *, key: bool, compact: bool,
) -> str | bytes:  # fmt: skip
    """Return the sheet of a student of that name, or the published key where that is the format."""
    from ..homework.classroom.problem_instance import ProblemInstance
    from ..homework.classroom.published_key import FIGURES, dump, published_key
    from ..homework.classroom.sheet import sheet_of
    from ..reports import one_line_pieces
    from ..reports.sheet import render

    instances = [problem.for_student(student or "") for problem in parsed]
    if format == "key":
        of_numbers = [instance for instance in instances if isinstance(instance, ProblemInstance)]
        text = dump(published_key(assigned.title, of_numbers, figures or FIGURES))
        return "".join(one_line_pieces([text])) if compact else text
    return render(sheet_of(assigned.title, student, instances, assigned.late, name), format, key=key)


def _assigned(
    words: tuple[str, ...],
    homework: str | None,
    file: str | None,
    id: str,
    vary: str | None,
    title: str | None,
    fixed: str | None,
    step: str | None,
    *,
    ascent: bool,
) -> Homework:
    """Return the homework that the options name, or that the program makes."""
    from ..homework.classroom.homework_file import PROBLEM_ID, Homework, fixed_problem, load
    from ..record import bindings as binding
    from ..record.update_rules import step_of
    from .streams import program_and_words, read_program

    if homework is not None:
        if words or file is not None or vary is not None or fixed is not None or step is not None or ascent:
            raise InputError("with --homework, the problems and their numbers come from the file", kind="option")
        return load(read_program(homework))
    if not PROBLEM_ID.fullmatch(id):
        raise InputError("--id takes letters, digits, _ and -", kind="option")
    source, rest = program_and_words(list(words), file)
    update = step_of(step, ascent=ascent)
    data = tuple(name for part in (fixed or "").split(",") if (name := part.strip()))
    problem = fixed_problem(source, binding.split(rest, source), id, vary, data, update)
    return Homework(title or "Worksheet", {id: problem})


def _format(format: str | None, output: str | None) -> str:
    """Return the format that the options and the suffix of the output file choose."""
    from .suffixes import chosen_format

    suffixes = {suffix: name for name, suffix in SHEET_FORMATS.items()}
    return chosen_format(format, output, suffixes, "sheet", "csv", as_json=False)


def _marked(sheet: str | bytes, format: str, output: str | None) -> str | bytes:
    """Return a sheet as it is written to a file: CSV says that it is UTF-8, where Excel would guess otherwise."""
    if output is None or format != "csv" or not isinstance(sheet, str) or sheet.isascii():
        return sheet
    return f"\ufeff{sheet}"


def _write_class(
    written: Callable[[str, str], str | bytes],
    people: Sequence[Person],
    out: str,
    suffix: str,
    *,
    force: bool,
    own: bool,
) -> None:
    """Write the file of every student, named after the student; all of them or, unless forced, none.

    `own` says that the sheets have numbers of a student's own, and no answers.
    """
    from ..homework.classroom.submissions import file_of_student
    from .progress import Progress
    from .streams import advise, emit, make_folder

    files: dict[str, str | bytes] = {}
    make_folder(out)
    with Progress(lambda: f"{len(files):,} of {counted(len(people), 'sheet')}"):
        for person in people:
            sheet = written(person.key, _own_name(person))
            files[os.path.join(out, file_of_student(person.key, suffix))] = _marked(sheet, suffix[1:], out)
    changed = [] if force else [path for path, text in files.items() if _holds_something_else(path, text)]
    if changed:
        more = f", and {len(changed) - 1:,} more" if len(changed) > 1 else ""
        what = f"{visible(changed[0])} exists already with other content{more}: nothing is written"
        raise StreamError(what, hint="choose another folder, or add --force to replace what is there")
    for path, text in files.items():
        emit(text, path, one_of_many=True)
    if own:
        called = visible(people[0].key)[:60]
        advise(f"the numbers are drawn for what the roster calls a student ({called}): grade with the same roster")


def _own_name(person: Person) -> str:
    """Return the name of a student whom the roster calls otherwise, else ""."""
    return person.name if person.name != person.key else ""


def _holds_something_else(path: str, sheet: str | bytes) -> bool:
    """Whether a file is there and is no such sheet; the mark of UTF-8 makes no other one of it."""
    data = sheet.encode("utf-8") if isinstance(sheet, str) else sheet
    try:
        with open(path, "rb") as file:
            return file.read().removeprefix(BOM_UTF8) != data.removeprefix(BOM_UTF8)
    except FileNotFoundError:
        return False
    except OSError as problem:
        raise StreamError(f"{visible(path)}: {(problem.strerror or str(problem)).lower()}") from None


def _lint(parsed: list[AnyProblem], student: str | None, people: Sequence[Person]) -> str:
    """Return what the numbers of the problems hide: the numbers that students get, the worst of a class.

    Where every student has other numbers and none is named, it is said that these are an example.
    """
    from ..reports.lint import dull_lines
    from .progress import Progress

    students = [person.key for person in people] or [student or ""]
    found, done = [], 0
    many = sum(1 if problem.is_same else len(students) for problem in parsed)
    with Progress(lambda: f"{done:,} of {counted(many, 'problem')}"):
        for problem in parsed:
            whose = students if not problem.is_same else [""]
            own, dull = {}, {}
            for name in whose:
                instance = problem.for_student(name)
                own[name], dull[name] = _linted(instance, is_same=problem.is_same, suggest=len(whose) == 1)
                done += 1
            worst = max(own, key=lambda name: own[name].cost)
            of_nobody = not problem.is_same and not people and student is None
            spotless = sum(not lint.cost for lint in own.values())
            of_class = student is None and bool(people) and not problem.is_same
            class_of = (worst, spotless, len(own)) if of_class else None
            lines = dull_lines(dull, worst, of_class=of_class, known=own[worst].special)
            found.append(_findings(problem.problem.id, own[worst], lines, example=of_nobody, worst=class_of))
    return "".join(found)


def _findings(
    id: str, found: Lint | ArrayLint, dull: Sequence[str], *, example: bool, worst: tuple[str, int, int] | None
) -> str:
    """Return the findings on a problem in words."""
    from ..homework.diagnosis.lint import Lint
    from ..reports.lint import render

    if isinstance(found, Lint):
        return render(id, found, example=example, worst=worst, dull=dull)
    from ..reports.array_lint import render as render_arrays

    return render_arrays(id, found, example=example, worst=worst, dull=dull)


def _linted(
    instance: ProblemInstance | ArrayInstance, *, is_same: bool, suggest: bool
) -> tuple[Lint | ArrayLint, list[str]]:
    """Return what the numbers of one student hide, and why some of them teach little."""
    from ..homework.classroom.problem_instance import ProblemInstance
    from ..homework.diagnosis.dull_numbers import dull_numbers
    from ..homework.diagnosis.lint import lint

    if not isinstance(instance, ProblemInstance):
        from ..homework.diagnosis.array_lint import lint_arrays
        from ..homework.diagnosis.dull_arrays import dull_arrays

        record = instance.record
        return lint_arrays(record), [dull.why for dull in dull_arrays(record.graph, record.values)]
    kept = instance.problem.fixed if is_same else tuple(instance.problem.bindings)
    tolerance = instance.problem.policy.tolerance
    found = lint(instance.record, list(instance.weights), tolerance=tolerance, kept=kept, suggest=suggest,
                 seconds=LINT_SECONDS)  # fmt: skip
    return found, [dull.why for dull in dull_numbers(instance.record.graph, instance.record.values)]

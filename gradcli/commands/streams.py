"""What goes in and out: programs, reports, messages; and what the terminal at the other end can show."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import MAX_BYTES, GradcliError, InputError, LimitError, Source, StreamError
from ..text import MESSAGE_CELLS, MOST_NOTES, STANDARD_INPUT, clip, did_you_mean, hanging, visible
from .names import no_program

if TYPE_CHECKING:
    from ..calculus.notes import Note
    from ..homework.classroom.people import Person

DRAWING = "∂─│╭●▶"
CHUNK_BYTES = 1 << 16
MAX_VALUES_BYTES = 64 * 1024 * 1024  # bytes of a file of values: a million of them, written in full
# A word that can only be a value: NAME=NUMBER, where the number may be a fraction or a part of pi.
BINDING = re.compile(r"[^\W\d]\w*=[-+−]?(?:[0-9.]+(?:e[+-]?[0-9]+)?|pi|e|tau)(?:/[0-9.]+)?(?:(?:±|\+-)[0-9.]+)?", re.I)  # noqa: RUF001
PATH = re.compile(r"[~\w./\\ -]*[/\\][~\w./\\ -]*|[\w -]+\.[^\W\d]\w*")  # a word that may be the path of a file
# The name of a file of text, which no program looks like.
MISSING = re.compile(
    r"[~\w./\\ -]*[^\W\d]\w*\.(?:txt|text|grad|gradcli|prog|prg|expr|toml|json|csv|py|m|md|tex|dat|in)", re.I
)
TABLE = re.compile(r"^\s*\[", re.MULTILINE)  # the heading of a table of TOML, with which no line of a program begins
MOST_COLUMNS = 100_000  # wider is no terminal


class Terminal(NamedTuple):
    """What standard output can show. `width` is None where lines may be as long as they like."""

    width: int | None
    color: bool
    ascii: bool


def terminal(color: str = "auto", ascii_only: bool = False, to_file: bool = False) -> Terminal:
    """Return what the reader of the output can show, by the options and the environment.

    `NO_COLOR` beats `FORCE_COLOR`; `--color always|never` beats both.
    """
    interactive = not to_file and sys.stdout is not None and sys.stdout.isatty()
    colored = in_color(color, interactive=interactive, to_file=to_file)
    width = _told_width()
    if width is None and interactive:
        width = _own_width(sys.stdout)
    encoding = "utf-8" if to_file or sys.stdout is None else sys.stdout.encoding or "ascii"
    try:
        DRAWING.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        ascii_only = True
    return Terminal(None if to_file else width, colored, ascii_only)


def in_color(color: str = "auto", *, interactive: bool, to_file: bool = False) -> bool:
    """Return whether an output is coloured."""
    environment = os.environ
    colored = interactive and environment.get("TERM") != "dumb"
    if environment.get("FORCE_COLOR", "0") not in ("", "0"):
        colored = not to_file
    if environment.get("NO_COLOR"):
        colored = False
    if color != "auto":
        colored = color == "always"
    return colored


def read_program(path: str | None, most: int = MAX_BYTES) -> Source:
    """Return the text of a file, or of standard input for None: a program, or values for one.

    Raises `StreamError` where it cannot be read, `LimitError` beyond so many bytes, `InputError` where it is not UTF-8.
    """
    name = STANDARD_INPUT if path is None else path
    data = read(path, most)
    if len(data) > most:
        raise LimitError(f"{name} is longer than {most:,} bytes")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("this is UTF-16", source=Source(name, ""), kind="encoding", hint="save it as UTF-8")
    try:
        return Source(name, data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as problem:
        byte = data[problem.start]
        raise InputError(
            f"not UTF-8 at byte {problem.start} (\\x{byte:02x})", source=Source(name, ""), kind="encoding"
        ) from None


def program_and_words(words: list[str], file: str | None) -> tuple[Source, list[str]]:
    """Return the program, from the first word, standard input or a file, and the words after it."""
    if file is not None:
        program = read_program(None if file == "-" else file)
        _refuse_homework(program, ["--file", file], words)
        return program, words
    if words and words[0] != "-":
        _refuse_no_program(words)
        return Source("program", words[0]), words[1:]
    if not words and (sys.stdin is None or sys.stdin.isatty()):
        raise no_program()
    program = read_program(None)
    if not words and not program.text.strip():
        raise no_program()
    return program, words[1:]


def _refuse_no_program(words: list[str]) -> None:
    """Raise `InputError` where the first word is none: nothing, a value for a variable, or a file."""
    word = words[0]
    if not word.strip():
        raise InputError("the program is missing: its word is empty (an empty shell variable?)", kind="option")
    if BINDING.fullmatch(word):
        programs = [other for other in words if not re.match(r"[^\W\d]\w*=", other)]
        if len(programs) == 1:
            first = [*programs, *(other for other in words if other != programs[0])]
            raise InputError("the program stands before the values", kind="option",
                             hint=f"write {clip(' '.join(first), 100)}", instead=(words, first))  # fmt: skip
        hint = f'for example gradcli "x**2" {clip(word, 40)}'
        what = f"{clip(word, 40)} is a value, and the program is missing (an empty shell variable?)"
        raise InputError(what, kind="option", hint=hint)
    for k in range(min(2, len(words))):  # the file alone, or behind a word such as homework
        _refuse_homework(_homework_in(words[k]), words[: k + 1], words[k + 1 :])
    named = re.findall(r"[^\W\d]\w*", word)
    values = {other.partition("=")[0] for other in words[1:]}
    if MISSING.fullmatch(word) and not os.path.exists(word):
        folder, name = os.path.split(word)
        there = [other for other in os.listdir(folder or ".") if "." in other] if os.path.isdir(folder or ".") else []
        hint = did_you_mean(name, there) or f"--file {clip(word, 60)} reads a program from a file, where there is one"
        raise StreamError(f"{clip(word, 60)}: no such file", hint=hint)
    if PATH.fullmatch(word) and not values.issuperset(named) and os.path.isfile(word):
        if word.lower().endswith(".toml"):
            hint = f"gradcli sheet --homework {clip(word, 60)} makes sheets of it; see gradcli help homework"
            raise InputError(f"{clip(word, 60)} is a homework file, not a program", kind="option", hint=hint)
        hint = f"--file {clip(word, 60)} reads the program from it"
        raise InputError(f"{clip(word, 60)} is a file, not a program", kind="option", hint=hint,
                         instead=([word], ["--file", word]))  # fmt: skip


def _homework_in(word: str) -> Source | None:
    """Return the text of the homework file that a word is the path of; None where it is no such path."""
    if not word.lower().endswith(".toml") or not os.path.isfile(word):
        return None
    return read_program(word)


def _refuse_homework(found: Source | None, typed: list[str], others: list[str]) -> None:
    """Raise `InputError` where a homework file stands in place of a program: each command has its own way to it.

    `typed` are the words that name it, `others` those behind the program.
    """
    if found is None or not found.name.lower().endswith(".toml") or not TABLE.search(found.text):
        return
    from click import get_current_context

    from ..language.mending import command_line

    path = found.name
    context = get_current_context(silent=True)
    command = context.info_name if context is not None else None
    what = f"{clip(visible(path), 60)} is a homework file, not a program"
    if command == "sheet":
        bare = not any("=" in word for word in others)
        hint = command_line(["sheet", "--homework", path])
        raise InputError(what, kind="option", hint=f"write {hint}",
                         instead=(typed, ["--homework", path]) if bare else None)  # fmt: skip
    if command in ("check", "grade"):
        claims = context.params.get("claims") if context is not None else None
        hint = f"to mark what was handed in, write {command_line(['grade', path, claims or 'submissions.csv'])}"
        raise InputError(what, kind="option", hint=hint)
    raise InputError(what, kind="option", hint=f"for its worksheet write {command_line(['sheet', '--homework', path])}")


def holds(program: Source) -> str | None:
    """Return what standard input holds, if it was the program."""
    return "the program" if program.name == STANDARD_INPUT else None


def check_read_once(readers: Mapping[str, bool]) -> None:
    """Raise `InputError` where standard input would have to hold two things; `readers` says of each if it reads it."""
    both = [name for name, reads in readers.items() if reads]
    if len(both) > 1:
        what = f"standard input cannot hold both {both[0]} and {both[1]}"
        raise InputError(what, kind="option", hint="write one of them to a file")


def read_bindings(path: str, taken: str | None) -> dict[str, Source]:
    """Return the values in a file of JSON, or on standard input for -; `taken` is what that holds already."""
    from ..record import bindings

    check_read_once({taken or "": taken is not None, "the values": path == "-"})
    source = read_program(None if path == "-" else path, MAX_VALUES_BYTES)
    return bindings.from_file(source.name, source.text)


def read(path: str | None, most: int = MAX_BYTES) -> bytes:
    """Return the bytes of a file, or of standard input for None; at most one more than the limit."""
    name = STANDARD_INPUT if path is None else path
    try:
        if path is None:
            if sys.stdin is None:
                raise StreamError(f"{STANDARD_INPUT} is closed")
            return sys.stdin.buffer.read(most + 1)
        with open(path, "rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as problem:
        raise failed(name, problem) from None


def emit(report: str | bytes | Iterable[str], path: str | None = None, *, one_of_many: bool = False) -> None:
    """Write a report, whole or in pieces, to standard output, or to a file that is replaced as a whole.

    A file that is one of many does not wait for the disk.
    Raises `StreamError` where that fails, and for the bytes of an image where standard output is a terminal.
    """
    if path is not None:
        from ..files.outputs import Output

        with Output(path, sync=not one_of_many) as output:
            for piece in _encoded(report):
                output.write(piece)
            output.close()
        return
    if sys.stdout is None:
        raise StreamError("standard output is closed")
    if isinstance(report, bytes) and sys.stdout.isatty():
        raise StreamError("an image is not written to a terminal", hint="add -o FILE")
    try:
        if isinstance(report, bytes):
            sys.stdout.buffer.write(report)
        else:
            sys.stdout.writelines((report,) if isinstance(report, str) else report)
        sys.stdout.flush()
    except OSError as problem:
        raise output_failed(problem) from None


def output_failed(problem: OSError) -> StreamError:
    """Return the error for standard output that cannot be written to, which is given up."""
    _abandon(sys.stdout)
    return failed("standard output", problem)


def _encoded(report: str | bytes | Iterable[str]) -> Iterator[bytes]:
    """Yield a report as bytes, in pieces that are worth a call of the system each."""
    if isinstance(report, bytes):
        yield report
        return
    gathered: list[str] = []
    size = 0
    for piece in (report,) if isinstance(report, str) else report:
        gathered.append(piece)
        size += len(piece)
        if size >= CHUNK_BYTES:
            yield "".join(gathered).encode("utf-8", "backslashreplace")
            gathered, size = [], 0
    yield "".join(gathered).encode("utf-8", "backslashreplace")


def make_folder(path: str) -> None:
    """Make a folder, and those it is in. Raises `StreamError` where that fails."""
    try:
        os.makedirs(path, exist_ok=True)
    except (OSError, ValueError) as problem:
        raise failed(path, problem) from None


def complain(error: GradcliError, *, as_json: bool, color: str = "auto", hint: str | None = None) -> None:
    """Write an error to standard error, as a message or as a JSON object; `hint` takes the place of its own."""
    if sys.stderr is None:
        return
    from .error_text import as_record, draw

    if as_json:
        import json

        text = json.dumps({**as_record(error), "hint": hint or error.hint})
    else:
        text = draw(error, hint, color=in_color(color, interactive=sys.stderr.isatty()), width=_error_width())
    _tell(text + "\n")


def remark(notes: Sequence[Note], *, every: bool = False) -> None:
    """Write to standard error what a reader of bare numbers must know: that one is disputed, missing or too large.

    With `every` all notes are written, for a report that is not read where they would be seen.
    """
    must = ("one-sided", "undefined", "overflow", "underflow")
    told = [note.message for note in notes if every or note.kind in must]
    lines = [_note(message) for message in told[:MOST_NOTES]]
    if len(told) > MOST_NOTES:
        lines.append(f"gradcli: and {len(told) - MOST_NOTES:,} more notes (--json lists them all)\n")
    if lines:
        _tell("".join(lines))


def tell(message: str) -> None:
    """Write to standard error what a reader of the report must know."""
    _tell(_note(message))


def _note(message: str) -> str:
    return f"{hanging(f'gradcli: note: {visible(clip(message, MESSAGE_CELLS))}', _error_width())}\n"


def explain(lines: Sequence[str]) -> None:
    """Write to standard error how an input is understood: a heading, and lines that are not broken."""
    first, *rest = [visible(clip(line, MESSAGE_CELLS)) for line in lines]
    _tell("\n".join([f"gradcli: {first}", *rest, ""]))


def read_roster(path: str, *, late: bool = False) -> list[Person]:
    """Return the students of a roster, and write to standard error which column names them where that is a choice.

    Raises `InputError` if it is to say who was `late` and does not.
    """
    from ..homework.claims.claim_files import rows_in
    from ..homework.classroom.roster import roster_in

    name = STANDARD_INPUT if path == "-" else path
    data = read(None if path == "-" else path)
    roster = roster_in(Source(name, ""), list(rows_in(name, data)))
    if late:
        roster.require_late()
    if said := roster.in_words():
        _tell(f"{hanging(f'note: {said}', _error_width())}\n")
    return roster.people


def read_people(path: str, student: str | None) -> list[Person]:
    """Return the students of a roster, in order; the one whom `student` names alone, if there is such a name."""
    from ..homework.classroom.roster import called

    people = read_roster(path)
    return people if student is None else [called(people, student)]


def advise(hint: str) -> None:
    """Write to standard error what to do next."""
    _tell(f"{hanging(f'hint: {visible(clip(hint, MESSAGE_CELLS))}', _error_width())}\n")


def warn(message: str) -> None:
    """Write a remark on the output to standard error."""
    _tell(f"{hanging(f'gradcli: {message}', _error_width())}\n")


def _error_width() -> int | None:
    """Return how wide the terminal is that messages are read in; None where they are read elsewhere."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    return _told_width() or _own_width(sys.stderr)


def _told_width() -> int | None:
    """Return the columns that the environment tells; None where it tells none."""
    columns = os.environ.get("COLUMNS", "").strip()
    return min(int(columns[:20]), MOST_COLUMNS) or None if columns.isascii() and columns.isdigit() else None


def _own_width(stream: Any) -> int | None:
    """Return the columns that a terminal has by its own account; 80 where it does not tell."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except OSError:
        return 80


def _tell(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        _abandon(sys.stderr)


def _abandon(stream: Any) -> None:
    """Point a broken stream at nothing, so that the interpreter does not fail on it again when it ends."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, stream.fileno())
    os.close(nothing)


def failed(name: str, problem: OSError | ValueError) -> StreamError:
    """Return the error for a file or stream that the operating system gives a reason for."""
    from ..files.outputs import os_error_text

    return StreamError(f"{name}: {os_error_text(problem, name)}")

"""Files at the prompt: the program with its numbers, and reports of it."""

from __future__ import annotations

import os
import re

from ...errors import InputError, StreamError
from ...reports import FORMATS, format_of, render
from ...text import did_you_mean, visible
from ..streams import emit, read_program
from ..suffixes import by_suffix
from .lines import split
from .session import Session

AT = "# at "  # what the values stand behind in a file
SUFFIXES = {suffix: name for name, (_, suffixes) in FORMATS.items() for suffix in suffixes}


def save(session: Session, rest: str) -> None:
    """Write the program with its numbers, or the report that the suffix stands for; tell what was replaced."""
    path = _path(rest, "save net.txt, or save net.svg")
    source, graph = session.program()
    format = by_suffix(path, SUFFIXES, "report", "; .txt is the program") if os.path.splitext(path)[1] else "table"
    there = os.path.exists(path)
    if format == "table":
        values = " ".join(f"{name}={value.text}" for name, value in session.given(graph).items())
        report: str | bytes = f"{source.text}\n" + (f"{AT}{values}\n" if values else "")
    else:
        report = render(session.there(), format, session.style(to_file=True))
    folder = os.path.dirname(path)
    if folder and not os.path.isdir(folder):
        raise StreamError(f"{path}: there is no folder {folder}")
    emit(report, path)
    emit(f"{visible(path)} is {'replaced' if there else 'written'}\n")


def load(session: Session, rest: str) -> None:
    """Take a program from a file, with the numbers that stand in its last line."""
    path = _path(rest, "load net.txt")
    if os.path.exists(path) and format_of(path) not in (None, "table"):
        hint = "save net.txt writes a program that load reads"
        raise InputError(f"{path} is a report, from which no program can be read", kind="option", hint=hint)
    try:
        found = read_program(path)
    except StreamError as error:
        raise error.but(hint=error.hint or _near(path)) from None
    except InputError as error:
        hint = error.hint or "load takes a program as text, such as save net.txt writes"
        raise error.but(hint=hint) from None
    lines = found.text.rstrip().splitlines()
    values: dict[str, str] = {}
    if lines and lines[-1].startswith(AT):
        values = split(lines[-1].removeprefix(AT)).values
        lines = lines[:-1]
    if not any(line.strip() for line in lines):
        raise InputError(f"{path} has no program in it", kind="syntax")
    session.begin("\n".join(lines), values, path)


def _near(path: str) -> str | None:
    """Return a hint with a file of the same folder whose name is much like it."""
    folder, name = os.path.split(path)
    try:
        return did_you_mean(name, os.listdir(folder or "."))
    except OSError:  # a folder that is missing is named already
        return None


def _path(text: str, example: str) -> str:
    """Return the file that is meant: quotes are taken off, and ~ is the home folder."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    elif re.match(r"\w+\s*=", text):
        raise InputError(f"{text} is a value, not a file", kind="option", hint=f"for example {example}")
    elif re.match(r"[-+*^=,;)<>!](?!\w+[./])|/\s", text):
        raise InputError(f"{text[:40]} is no name of a file", kind="option", hint=f"for example {example}")
    if not text:
        raise InputError("a file is missing", kind="option", hint=f"for example {example}")
    return os.path.expanduser(text)

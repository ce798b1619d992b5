"""Transcripts: command lines and what they print, in a text that people read.

A transcript is a text of blocks with an empty line between them: a file that commands may read, or a command.

    > answers.csv
    | student,df/dx
    | Ada,2

    $ COLUMNS=40 gradcli check 'x**2' x=1 < answers.csv
    | what is printed on standard output
    ! what is printed on standard error
    = 1

Each command is run in a new folder with the files named before it; `>` alone forgets them. A status of 0 is left out.
The control character that begins a colour is shown by its picture. Behind a text that does not end its last line comes
a line with a backslash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from .test_golden import Outcome

ESCAPE, PICTURE = "\x1b", "\u241b"
UNENDED = "\\"


class Command(NamedTuple):
    """A command line, and the files that it may read by their names."""

    line: str
    files: Mapping[str, bytes]


def commands(transcript: str) -> Iterator[Command]:
    """Return the commands of a transcript."""
    files: dict[str, bytes] = {}
    for block in transcript.strip("\n").split("\n\n"):
        head, *lines = block.split("\n")
        match head[:2]:
            case "> ":
                files = {**files, head[2:]: _text(lines)}
            case ">":
                files = {}
            case "$ ":
                yield Command(head[2:], files)
            case _:
                raise ValueError(f"{head!r} begins no file and no command")


def transcript(told: Iterable[tuple[Command, Outcome]]) -> str:
    """Return the transcript of commands and what they did."""
    blocks: list[str] = []
    known: Mapping[str, bytes] = {}
    for command, found in told:
        if not known.keys() <= command.files.keys():
            blocks.append(">")
            known = {}
        files = (name for name, text in command.files.items() if known.get(name) != text)
        blocks += [f"> {name}{_lines('|', command.files[name])}" for name in files]
        known = command.files
        status = f"\n= {found.status}" if found.status else ""
        blocks.append(f"$ {command.line}{_lines('|', found.stdout)}{_lines('!', found.stderr)}{status}")
    return "\n\n".join(blocks) + "\n"


def _lines(sign: str, text: bytes) -> str:
    """Return the lines of a text, each of them behind a line end and a sign."""
    if not text:
        return ""
    *lines, last = text.decode().replace(ESCAPE, PICTURE).split("\n")
    lines += [last, UNENDED] if last else []
    return "".join(f"\n{sign} {line}" if line else f"\n{sign}" for line in lines)


def _text(lines: list[str]) -> bytes:
    """Return the text whose lines stand behind signs."""
    found = [line[2:] for line in lines]
    text = "\n".join(found[:-1]) if found[-1:] == [UNENDED] else "".join(f"{line}\n" for line in found)
    return text.replace(PICTURE, ESCAPE).encode()

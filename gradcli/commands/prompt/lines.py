"""What a line at the prompt says: a command of the prompt, a program, or numbers for one."""

from __future__ import annotations

import re
from typing import NamedTuple

from ...calculus.operations import CONSTANTS
from ...calculus.spellings import function

QUOTIENT = re.compile(r"([d∂])\s*([^\W\d]\w*)\s*/\s*([d∂])\s*([^\W\d]\w*)")
VIEWS = ("table", "circuit", "steps", "brief")
# The commands, with what they take: nothing, something, or a file.
TAKE_NOTHING = (*VIEWS, "undo", "redo", "quit", "exit")
TAKE_SOMETHING = ("why", "plot", "check", "diff", "rules", "help", "gradcli")
FILES = ("save", "load")
WORDS = (*VIEWS, "why", "plot", "check", "diff", "rules", "save", "load", "undo", "redo", "help", "quit", "exit")

_WORD = re.compile(r"\s*([^\W\d]\w*)(?:\s+(.*?))?\s*", re.DOTALL)
# An operator behind a command makes it a variable; a sign before a number or a name does not: `check -4`.
_OPERATOR = re.compile(r"(?![-+]\S)[-+*/^=;,)(<>!·×÷−²³]")  # noqa: RUF001
_FIRST = re.compile(r"\s*([^\W\d]\w*)")
_PATH = re.compile(r"[~./\\]\S|(?:\.\.?|/|~)$|[\w\"'(-]\S*")
_SPACED = re.compile(r"[-+*/^]\s|=")
_ASSIGNED = re.compile(r"(?:^|(?<=[\s,]))([^\W\d]\w*)\s*=(?!=)")
_SET = re.compile(r"(?:^|[;\n])\s*([^\W\d]\w*)\s*=(?!=)")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
# What may stand between a program and its point.
_AT = re.compile(r"(?:^|(?<=[\w)²³\s]))\s*(?:\b(?:at|for|where|with|when)|\|)$")
_ITEM = re.compile(r"(?:^|(?<=[\s,]))(?:local\s*\([^()]*\)|[\w∂./]+)\s*=(?!=)")
_LEAVES = re.compile(r"(?:quit|exit)(?:\(\))?;?|:(?:q|q!|wq|x|quit|exit)")
_NO_NUMBERS = ("nan", "inf", "infinity")


class PromptCommand(NamedTuple):
    """A command of the prompt, and what stands behind it."""

    word: str
    rest: str


class Said(NamedTuple):
    """A program, or None where the line has none, and the values of names."""

    program: str | None
    values: dict[str, str]


def understood(line: str) -> PromptCommand | Said:
    """Return what a line says. A line with an operator is a program, whatever word it begins with."""
    if line.lstrip().startswith("?"):
        return PromptCommand("help", line.strip().lstrip("?").strip())
    found = _WORD.fullmatch(line)
    if found is not None:
        word, rest = found[1], found[2] or ""
        if word == "gradcli" and rest and not _SPACED.match(rest):
            return PromptCommand(word, rest)
        if word in TAKE_NOTHING or word in TAKE_SOMETHING:
            if not _OPERATOR.match(rest):
                return PromptCommand(word, rest)
        elif word in FILES and (not rest or (_PATH.match(rest) and not _SPACED.match(rest))):
            return PromptCommand(word, rest)
    return split(line)


def first_command(line: str) -> str | None:
    """Return the command of the prompt that a line begins with, if it is not given a value there."""
    found = _FIRST.match(line)
    if found is None or found[1] not in WORDS or re.match(r"\s*=(?!=)", line[found.end() :]):
        return None
    return found[1]


def leaves(line: str) -> bool:
    """Whether a line ends the session, in the words of the prompt or of programs that are left alike."""
    return _LEAVES.fullmatch(line.strip()) is not None


def asks_to_leave(line: str) -> bool:
    """Whether a line that continues a statement is rather a way out of it: `quit`, `undo`, `?`."""
    return leaves(line) or line.strip().lstrip("?") in ("", "undo", "redo", "help")


def split(line: str) -> Said:
    """Return the program and the values of `(x+y)*z at x=-2 y=5`, of `(x+y)*z` and of `x=-2 y=5`."""
    starts = list(_ASSIGNED.finditer(line))
    for k, first in enumerate(starts):
        program = line[: first.start()].strip().rstrip(",").rstrip()
        program = _AT.sub("", program).rstrip()
        ends = [start.start() for start in starts[k + 1 :]] + [len(line)]
        values = [
            line[start.end() : end].strip().rstrip(",").strip() for start, end in zip(starts[k:], ends, strict=True)
        ]
        if _is_whole(program) and all(map(is_constant, values)):
            names = [start[1] for start in starts[k:]]
            return Said(program or None, dict(zip(names, values, strict=True)))
    return Said(line.strip(), {})


def _is_whole(program: str) -> bool:
    """Whether values may follow: nothing is there, or no operator stands last; a quote closes what one opened."""
    if not program or program[-1].isalnum() or program[-1] in "_)²³":
        return True
    return len(program) > 1 and program[0] == program[-1] and program[-1] in "\"'"


def names_set(program: str) -> set[str]:
    """Return the names to which the statements of a program give values."""
    return set(_SET.findall(program))


def is_constant(text: str) -> bool:
    """Whether a text can be meant as a value: it is one statement, and its names are those of constants."""
    if ";" in text or "\n" in text or set(text) == {"?"}:
        return False
    if text.startswith("@"):
        return True
    names = (name for name in _NAME.findall(text) if name != "π")
    return all(name in CONSTANTS or name.lower() in _NO_NUMBERS or function(name) for name in names)


def claims(text: str) -> list[str]:
    """Return the words ITEM=CLAIM of a text in which blanks may stand around every sign."""
    starts = [start.start() for start in _ITEM.finditer(text)]
    if not starts:
        return text.split()
    parts = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    first = text[: starts[0]].split()
    return first + [re.sub(r"\s*=\s*", "=", part.strip().rstrip(","), count=1) for part in parts]


def is_open(text: str) -> bool:
    """Whether a statement goes on in the next line: it ends with a backslash, or a parenthesis is open."""
    code = re.sub(r"#.*", "", text)
    return text.endswith("\\") or code.count("(") > code.count(")")

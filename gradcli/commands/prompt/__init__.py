"""The prompt: an expression, then numbers that change. It is loaded only where gradcli is started without a program.

Read `session` (the program and its numbers), `lines` (what a line says), `answers` (who answers it), `questions`,
`calls` (commands of the command line), `files`, `wording` (the words of all answers) and `slips` (what was nearly
typed). `keyboard` is the line editor, `interrupts` is Ctrl-C.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable

import click

from ... import __version__
from ...errors import GradcliError, LimitError
from ..options import Options
from ..streams import complain, emit, terminal
from . import answers
from .interrupts import Interrupts
from .keyboard import Keyboard
from .lines import asks_to_leave, is_open, leaves
from .session import FIRST_VIEWS, Session
from .wording import in_words_of_the_prompt

GREETING = "type an expression, then x=3 changes a number; ? helps, quit leaves"
OPEN = "the statement goes on in the next line; an empty line or Ctrl-C gives it up"


def wanted(options: Options) -> bool:
    """Whether the options, without a program, are such as a session can keep."""
    asks = options.as_json or options.bare or options.verify or options.hessian or options.standalone or options.ascent
    names = (
        options.frames,
        options.output,
        options.bindings,
        options.file,
        options.from_python,
        options.wrt,
        options.of,
        options.step,
    )
    return not asks and not any(names) and options.upstream == "1" and options.format in (None, *FIRST_VIEWS)


def run_prompt(options: Options, run: Callable[[list[str]], int], root: click.Group) -> int:
    """Read lines and answer them until the reader leaves; return the exit status. `run` runs a command, and `root`
    has them all.
    """
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="surrogateescape")
    session = Session(options, run, root)
    with Interrupts() as interrupts, Keyboard(session) as keyboard:
        look = terminal(options.color, options.ascii_only)
        mark = "> " if look.ascii else "∂ "
        width = look.width or 80
        emit(textwrap.fill(f"gradcli {__version__}: {GREETING}", width) + "\n")
        while True:
            try:
                interrupts.heed()
                line = _statement(keyboard, mark, width)
                if line is None or leaves(line):
                    interrupts.ignore()
                    return 0
                answer(session, line)
                interrupts.ignore()
            except KeyboardInterrupt:
                interrupts.ignore()
                emit("\n")


def answer(session: Session, line: str) -> None:
    """Answer a line; an error is told, and the session goes on."""
    color = session.options.color
    try:
        answers.answer(session, line)
    except GradcliError as error:
        complain(in_words_of_the_prompt(error), as_json=False, color=color)
    except MemoryError:
        complain(LimitError("the memory is used up"), as_json=False, color=color)


def _statement(keyboard: Keyboard, mark: str, width: int) -> str | None:
    """Return a line, and those that continue it while a parenthesis is open; None where the input ends.

    An empty line gives up what is open, which is said at the first such line and where a command is typed there.
    """
    line = keyboard.ask(mark)
    while line is not None and is_open(line):
        if not keyboard.told:
            keyboard.told = True
            emit(textwrap.fill(OPEN, width) + "\n")
        more = keyboard.ask(". ")
        if more is None:
            return None
        if not more.strip():
            return ""
        if asks_to_leave(more):
            keyboard.told = False
            continue
        line = f"{line[:-1]} {more}" if line.endswith("\\") else f"{line}\n{more}"
    if line is None:
        emit("\n")
    return line

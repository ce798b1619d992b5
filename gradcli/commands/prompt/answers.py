"""What a line of the prompt asks for, and who answers it."""

from __future__ import annotations

import re
from collections.abc import Callable

from ...errors import InputError
from ...text import clip
from . import calls, files, questions
from .lines import TAKE_NOTHING, VIEWS, PromptCommand, Said, split, understood
from .session import Session
from .slips import refuse_slip, variable_of
from .wording import hint_here

_COMMENT = re.compile(r"(?:^|\s+)#.*")
_SIGN = re.compile(r"[-+*/^=<>!]")

DONE_BY: dict[str, Callable[[Session, str], None]] = {
    "why": questions.why, "check": calls.check, "plot": calls.plot, "diff": calls.diff, "rules": calls.rules,
    "help": calls.help_on, "gradcli": calls.command_line, "save": files.save, "load": files.load,
}  # fmt: skip


def answer(session: Session, line: str) -> None:
    """Answer a line; raise `GradcliError` where that fails, with the session as it was, or with the new numbers."""
    if "\n" not in line:
        line = _COMMENT.sub("", line)
    if not re.sub(r"#.*", "", line).strip():
        return
    meant = understood(line)
    if isinstance(meant, PromptCommand):
        _obey(session, meant)
    elif meant.program is None:
        session.change(meant.values)
    elif (several := _several(session, meant)) is not None:
        session.change(several)
    elif meant.values or not questions.tell(session, meant.program):
        refuse_slip(session, meant)
        session.begin(meant.program, meant.values)


def _several(session: Session, meant: Said) -> dict[str, str] | None:
    """Return the values of `w=4; x=2`, where these are inputs of the program; None for another line."""
    if session.graph is None or meant.values or ";" not in (meant.program or ""):
        return None
    parts = [split(part) for part in (meant.program or "").split(";") if part.strip()]
    if any(part.program is not None or not set(part.values) <= set(session.graph.inputs) for part in parts):
        return None
    return {name: value for part in parts for name, value in part.values.items()}


def _obey(session: Session, command: PromptCommand) -> None:
    """Do what a command says."""
    word, rest = command
    if word in VIEWS:
        session.choose(word, rest)
    elif word in ("undo", "redo") and not rest:
        session.go(word)
    elif word in TAKE_NOTHING:
        raise InputError(f"{word} stands alone", kind="option", hint=variable_of(word))
    else:
        try:
            DONE_BY[word](session, rest)
        except InputError as error:
            if not _SIGN.match(rest):
                raise
            here = hint_here(error)
            hints = [clip(here, 60)] if here else []  # perhaps no command was meant
            raise error.but(hint="; ".join([*hints, variable_of(word)])) from None

"""The line editor: history in a file of the user's own, and completion of names and commands."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .lines import FILES, WORDS, understood

if TYPE_CHECKING:
    from .session import Session

HISTORY_LINES = 1000  # lines that the history keeps
DELIMITERS = " \t\n;,()+*^=<>!"  # not / and -, which stand in derivatives and in the names of files


class Keyboard:
    """Reads lines, with the editor of the system where there is one."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.readline: Any = None
        self.path: Path | None = None
        self.found: list[str] = []
        self.told = False  # how an open statement is given up

    def __enter__(self) -> Keyboard:
        try:
            import readline
        except ImportError:  # lines are read without an editor
            return self
        self.readline = readline
        readline.set_completer(self.complete)
        readline.set_completer_delims(DELIMITERS)
        is_libedit = "libedit" in (readline.__doc__ or "")
        readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")
        readline.set_history_length(HISTORY_LINES)
        self.path = history_file()
        if self.path is not None:
            with suppress(OSError, UnicodeDecodeError):
                readline.read_history_file(self.path)
        return self

    def __exit__(self, *error: object) -> None:
        if self.readline is not None:
            self.readline.set_completer(None)

    def ask(self, mark: str) -> str | None:
        """Return the next line, or None where there is none any more."""
        try:
            line = input(mark)
        except (EOFError, OSError):
            return None
        if self.path is not None and line.strip():
            append = getattr(self.readline, "append_history_file", None)
            with suppress(OSError):
                if append is not None:
                    append(1, self.path)
                else:
                    self.readline.write_history_file(self.path)
        return line

    # ---- completion

    def complete(self, text: str, state: int) -> str | None:
        """Return one of what a word may become, as the line editor asks for them."""
        if state == 0:
            line = self.readline.get_line_buffer()[: self.readline.get_begidx()]
            self.found = candidates(self.session, line, text)
        return self.found[state] if state < len(self.found) else None


def history_file() -> Path | None:
    """Return the file of the history, which only its owner can read; None where there can be none."""
    state = os.environ.get("XDG_STATE_HOME", "")
    try:
        folder = (Path(state) if os.path.isabs(state) else Path.home() / ".local" / "state") / "gradcli"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "history"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except (OSError, RuntimeError):
        return None
    return path


def candidates(session: Session, line: str, text: str) -> list[str]:
    """Return what a word may become, behind the part of the line before it."""
    word, *others = line.split() or [""]
    graph = session.graph
    names = list(graph.by_label) if graph is not None else []
    inputs = list(graph.inputs) if graph is not None else []
    output = graph.labels[graph.output] if graph is not None else "f"
    if word in FILES:
        return sorted(_files(text))
    if word in ("help", "?") and not others:
        from ..help import topics
        from ..names import COMMANDS

        return _starting([*WORDS, *COMMANDS, *topics()], text)
    if word in ("why", "check"):
        items = [*(f"d{output}/d{name}" for name in names), *(name for name in names if name not in inputs)]
        return _starting([f"{item}=" for item in items] if word == "check" else items, text)
    if word in ("plot", "diff"):
        return _starting(inputs, text)
    from ...calculus.spellings import function_names

    if word == "rules":
        return _starting(function_names(), text)
    start = re.search(r"(?:[^\W\d]\w*)?$", text)
    kept = text[: start.start()] if start is not None else text
    stem = text[len(kept) :]
    offered = [*names, *(f"{name}(" for name in function_names())]
    before = understood(line) if word else None
    if not kept and (before is None or getattr(before, "program", "") is None):
        offered = [*([] if word else WORDS), *(f"{name}=" for name in inputs), *offered]
    return [kept + name for name in _starting(offered, stem)] if stem or not kept else []


def _starting(names: Iterable[str], text: str) -> list[str]:
    return list(dict.fromkeys(name for name in names if name.startswith(text)))


def _files(text: str) -> Iterable[str]:
    """Yield the files whose path begins like that; a folder ends with a slash."""
    for path in glob.iglob(f"{glob.escape(os.path.expanduser(text))}*"):
        shown = text + path[len(os.path.expanduser(text)) :]
        yield shown + os.sep if os.path.isdir(path) else shown

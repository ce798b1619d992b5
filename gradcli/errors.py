"""The error family: every failure a user can cause.

An error carries data (what, where, what to do, which exit status); `commands/error_text` turns it into text.

It is complete when it is raised, but for one thing: what reads a text knows places in it and not what it is called.
`Within` completes it there, and nothing else does; what changes an error makes another one, by `but`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Self

MAX_BYTES = 8 * 1024 * 1024  # of a program
ARGUMENT = "argument"  # what a word of the command line is called as a source


class Source(NamedTuple):
    """A text that the user gave, and what to call it in a message: `program`, `x`, a file's name.

    `place` returns the file that a text stands in and the span there, for a span of the text or None for all of it.
    """

    name: str
    text: str
    place: Callable[[tuple[int, int] | None], tuple[Source, tuple[int, int]]] | None = None


class ShellHint(str):
    """A hint that only a shell can follow: an option to add, a whole command. `at_prompt` is what the prompt says."""

    __slots__ = ("at_prompt",)
    at_prompt: str

    def __new__(cls, text: str, at_prompt: str = "") -> ShellHint:
        """Return the hint; the prompt has none in its place where `at_prompt` is empty."""
        made = super().__new__(cls, text)
        made.at_prompt = at_prompt
        return made


class GradcliError(Exception):
    """A problem with a message, an exit status and, where known, the source, the span and a hint.

    `span` is a half-open range of characters of `source.text`. `is_foreign` says that what is wrong may be right in
    another language. `instead` has words of the command line and those that may have been meant.
    """

    kind = "error"
    status = 2
    is_foreign = False

    def __init__(
        self,
        message: str,
        *,
        source: Source | None = None,
        span: tuple[int, int] | None = None,
        hint: str | None = None,
        kind: str | None = None,
        instead: tuple[Sequence[str], Sequence[str]] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.source: Source | None = None
        self.span = span
        if source is not None:
            self.stands_in(source)
        self.hint = hint
        self.instead = instead
        if kind is not None:
            self.kind = kind

    def but(self, **changes: Any) -> Self:
        """Return an error of the same class and data, but for what is given: `message`, `hint`, `span` and so on."""
        found = self.__class__.__new__(self.__class__, changes.get("message", self.message))
        found.__dict__.update({**self.__dict__, **changes})
        if changes.get("source") is not None:
            found.stands_in(changes["source"])
        return found

    def stands_in(self, source: Source) -> None:
        """Say that the error is about a source, or about the file that its text stands in."""
        if source.place is not None:
            source, self.span = source.place(self.span)
        self.source = source


class InputError(GradcliError):
    """The input cannot be used: syntax, names, bindings, options, file contents."""

    kind = "input"


class MathError(GradcliError):
    """The mathematics has no answer there, or none that can be certain."""

    kind = "math"
    status = 3


class LimitError(GradcliError):
    """A documented limit was reached; the message names it."""

    kind = "limit"
    status = 4


class StreamError(GradcliError):
    """A file or stream cannot be read or written."""

    kind = "stream"
    status = 5


class Within:
    """A context in which errors are about a source: those that know of none are given it.

    It stands round the parsing of a text and round each evaluation of one, and nowhere else.
    """

    __slots__ = ("source",)

    def __init__(self, source: Source) -> None:
        self.source = source

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, GradcliError) and error.source is None:
            error.stands_in(self.source)

"""Text -> Graph, through the grammar: `parse`, which reads a program statement by statement."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from ..calculus.building import uncollected
from ..calculus.graph import Graph
from ..errors import MAX_BYTES, GradcliError, InputError, LimitError, Source, Within
from . import parser
from .callbacks import Actions
from .lexer import Lexer, Token
from .scope import ONE_PART, Function, Scope, Statement, check_numeral

if TYPE_CHECKING:
    from .repeated_statements import Parsed

__all__ = ["MAX_BYTES", "check_numeral", "parse"]

FEWEST = 16  # statements of a program that is worth looking for repeated ones


class StatementReader:
    """Reads the statements of a text one by one, with the actions that the rules of the grammar stand for."""

    def __init__(self, text: str, actions: Any, compounds: Collection[str]) -> None:
        table, lexer = tools()
        self.lexer = lexer.with_compounds(compounds)
        self.text = text
        self._parser = parser.Parser(table, actions, learned())

    def statement(self, start: int) -> tuple[Any, int]:
        """Return what the actions make of the statement that begins there, and where it ends.

        Raises `InputError` for a token, or an end, that the grammar does not allow where it stands.
        """
        ended: list[Token] = []  # the separator behind the statement, unless the text ends there
        try:
            found = self._parser.parse(self.lexer.tokens(self.text, start, ended=ended))
        except parser.Refused as problem:
            from .syntax_errors import refused, stop_at

            token = ended[0] if ended and problem.symbol is parser.END else problem.symbol
            stop = len(self.text) if token is parser.END else token.start
            raise refused(token, stop_at(self.text, self.lexer.tokens(self.text), stop)) from None
        return found, ended[0].start if ended else len(self.text)


class Reader(StatementReader):
    """Reads a program statement by statement into a scope, and the graph that the scope builds."""

    def __init__(self, text: str, scope: Scope, compounds: Collection[str] = ()) -> None:
        self.scope = scope
        self._actions = Actions(scope)
        super().__init__(text, self._actions, compounds)

    def read(self) -> Iterator[Statement | Function]:
        """Yield what each statement leaves behind."""
        start = 0
        while start < len(self.text):
            found, _, end = self.parsed(start)
            if found:
                yield found
            start = end + 1

    def parsed(self, start: int) -> Parsed:
        """Return the statement that begins there, parsed and completed. Raises `InputError`, `LimitError`."""
        actions = self._actions
        actions.begin()
        try:
            found, end = self.statement(start)
        except GradcliError:
            if actions.instructions:  # what is wrong with an earlier part of the statement comes first
                actions.run()
            raise
        if isinstance(found, Statement):
            self.scope.complete(found, actions.instructions, actions.operands, ONE_PART)
        return found, actions.instructions if actions.repeatable else (), end


@cache
def tools() -> tuple[parser.ParsingTable, Lexer]:
    """Return the parser's table and the lexer, made at the first use and shared by all threads: neither changes."""
    table = parser.load_table()
    return table, Lexer(table.terminals, table.blank)


@uncollected()
def parse(
    source: Source,
    bound: Collection[str] = (),
    *,
    of: str | None = None,
    share: bool = False,
    wrt: Collection[str] | None = None,
    unless_assigned: Collection[str] = (),
    compounds: Collection[str] = (),
) -> Graph:
    """Return the graph of a program.

    `bound` holds the names that bindings give (they win over constants and functions), `unless_assigned` more of them,
    which count only where the program does not assign them. `of` is the node that will be the output if it is not the
    last statement, `share` merges equal sub-expressions. Names in `wrt` that the program sets to plain numbers become
    inputs, and if nothing is an input all such names do. `compounds` are bound names that are more than a word, such as
    df/dq. Raises `InputError` with the span of what is wrong, and `LimitError` for a text of more than 8 MiB or a graph
    of more than 1,000,000 nodes.
    """
    if len(source.text) > MAX_BYTES:
        raise LimitError(f"the program is longer than {MAX_BYTES:,} bytes", source=Source(source.name, ""))
    try:
        return _parsed(source, Scope(bound, share=share, unless_assigned=unless_assigned), of, wrt or (), compounds)
    except InputError as problem:
        foreign = problem.kind in ("syntax", "arrays") or problem.is_foreign
        better = _improved(problem, source.text, bound, compounds) if foreign else None
        if better is None:
            raise
        raise better from None


def _improved(problem: InputError, text: str, bound: Collection[str], compounds: Collection[str]) -> InputError | None:
    """Return the error with what was meant by the text, where it is written as people write elsewhere."""
    from .mending import improved

    def accepts(other: str) -> bool:
        try:
            _parsed(Source("", other), Scope(bound, share=False), None, (), compounds)
        except GradcliError:
            return False
        return True

    return improved(problem, text, bound, accepts)


def _parsed(source: Source, scope: Scope, of: str | None, wrt: Collection[str], compounds: Collection[str]) -> Graph:
    text = source.text
    reader = Reader(text, scope, compounds)
    statements = reader.read()
    if text.count("\n") + text.count(";") >= FEWEST and not compounds and reader.lexer.reads(text):
        from .repeated_statements import RepeatedStatements

        statements = RepeatedStatements(text, reader.lexer, scope, reader.parsed).read()
    with Within(source):
        found = list(statements)
        if not found:
            from .syntax_errors import EMPTY

            raise InputError("the program is empty", kind="syntax", span=(0, 0), hint=EMPTY)
        values = [s for s in found if isinstance(s, Statement)]
        if isinstance(found[-1], Function):
            values.append(scope.called(found[-1]))
        return scope.finished(values, of, wrt)


@cache
def learned() -> parser.Learned:
    """Return what all parsers of the table share."""
    return parser.Learned(tools()[0])


def definitions(text: str) -> str:
    """Return the statements of a program that define functions, one per line. Raises `InputError` as the lexer does."""
    found: list[str] = []
    start: int | None = None
    for token in tools()[1].tokens(text):
        if token.type == "HEAD":
            start = token.start
        elif token.type == "SEPARATOR" and start is not None:
            found.append(text[start : token.start])
            start = None
    return "\n".join(found)

"""Text -> Graph, through the grammar: the callbacks of its rules, and `parse`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from ..calculus.building import uncollected
from ..calculus.graph import Graph
from ..calculus.operations import COMPARISONS, CONSTANTS, OPERATIONS, REDEFINABLE, WHERE, function, function_names
from ..calculus.table_parts import Operation
from ..errors import MAX_BYTES, GradcliError, InputError, LimitError, Source, Within
from ..text import did_you_mean
from . import parser
from .lexer import Lexer, Token
from .repeated_statements import FEW, Shapes
from .scope import (
    APPLY,
    BINARY,
    CHOOSE,
    COMPARE,
    EACH,
    EXPAND,
    LEAF,
    NUMERAL,
    Function,
    Scope,
    Statement,
    Step,
    check_numeral,
    clip_name,
)
from .syntax_errors import context, refused

__all__ = ["MAX_BYTES", "check_numeral", "clip_name", "parse"]

Span = tuple[int, int]
POW = OPERATIONS["pow"]
BASES = {"2": "log2", "10": "log10"}


class Condition(NamedTuple):
    """A condition that waits for the `where` it belongs to: its comparisons, from left to right, with their spans.

    `tree` says how they are combined, in postfix order: a 0 for each comparison, and `and`, `or`, `not`.
    """

    tests: list[tuple[Operation, Span]]
    tree: list[Any]
    span: Span


def _binary(name: str) -> Callable[[Actions, list[Any]], Span]:
    """Return the callback of an operator between two operands."""
    operation = OPERATIONS[name]

    def apply(self: Actions, c: list[Any]) -> Span:
        left, _, right = c
        self.steps.append((BINARY, operation, 2, 0, left[0], 0, right[1]))
        return (left[0], right[1])

    return apply


class Actions:
    """The callbacks of the grammar: each takes what its rule found and returns the span of what it stands for.

    They translate a statement into steps, which build its part of the graph when it ends.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.steps: list[Step] = []
        self.texts: list[str] = []
        self.last: tuple[Sequence[Step], Statement | None] = ([], None)
        self.as_others = True  # whether the steps of this statement serve others that look the same

    def run(self) -> int:
        """Run the steps of the statement so far, and return its node."""
        steps, texts = self.steps, self.texts
        self.steps, self.texts = [], []
        self.last = (steps, None)
        return self.scope.run(steps, texts, (0,))

    # ---- operators

    add, sub, mul, div, pow = (_binary(name) for name in ("add", "sub", "mul", "div", "pow"))

    def neg(self, c: list[Any]) -> Span:
        sign, x = c
        return self.apply(OPERATIONS["neg"], 1, (sign.start, x[1]))

    def plus(self, c: list[Any]) -> Span:
        return (c[0].start, c[1][1])

    def superscript(self, c: list[Any]) -> Span:
        x, sign = c
        self.steps.append((NUMERAL, "2" if sign.text == "²" else "3", 0, 0, sign.start, 0, sign.end))
        return self.apply(OPERATIONS["pow"], 2, (x[0], sign.end))

    def group(self, c: list[Any]) -> Span:
        return (c[0].start, c[2].end)

    def apply(self, operation: Operation, count: int, span: Span) -> Span:
        """Add the step of an operation."""
        self.steps.append((APPLY, operation, count, 0, span[0], 0, span[1]))
        return span

    # ---- operands

    def number(self, c: list[Any]) -> Span:
        return self.leaf(c[0])

    def variable(self, c: list[Any]) -> Span:
        return self.leaf(c[0])

    def leaf(self, token: Token) -> Span:
        """Add the step of a name or numeral."""
        self.steps.append((LEAF, None, len(self.texts), 0, token.start, 0, token.end))
        self.texts.append(token.text)
        return (token.start, token.end)

    def comparison(self, c: list[Any]) -> Condition:
        span = (c[0][0], c[2][1])
        return Condition([(COMPARISONS[c[1].text], span)], [0], span)

    def either(self, c: list[Any]) -> Condition:
        return self.combined(c[0], c[2], "or")

    def both(self, c: list[Any]) -> Condition:
        return self.combined(c[0], c[2], "and")

    def combined(self, left: Condition, right: Condition, how: str) -> Condition:
        """Return two conditions as one. The left one is extended in place, or long chains would cost their square."""
        left.tests.extend(right.tests)
        left.tree.extend(right.tree)
        left.tree.append(how)
        return left._replace(span=(left.span[0], right.span[1]))

    def opposite(self, c: list[Any]) -> Condition:
        c[1].tree.append("not")
        return cast("Condition", c[1]._replace(span=(c[0].start, c[1].span[1])))

    def same(self, c: list[Any]) -> Condition:
        return cast("Condition", c[1]._replace(span=(c[0].start, c[2].end)))

    def call(self, c: list[Any]) -> Span:
        token: Token = c[0]
        arguments = c[2:-1:2]
        span = (token.start, c[-1].end)
        for i, argument in enumerate(arguments):
            if isinstance(argument, Condition) and (token.text != WHERE.name or i > 0):
                raise InputError(
                    "a comparison can only be the first argument of where",
                    kind="syntax",
                    span=argument.span,
                    hint="write where(x > 0, a, b)",
                )
        own = self.scope.functions.get(token.text)
        if own is not None:
            check_arity(token, len(arguments), len(own.parameters), " ".join(own.parameters), span)
            self.steps.append((EXPAND, own, len(arguments), 0, span[0], 0, span[1]))
            return span
        if token.text == "log" and len(arguments) == 2:
            return self.logarithm(span)
        row = POW if token.text == "pow" else function(token.text)
        if row is None:
            raise self.unknown_function(token)
        check_arity(token, len(arguments), row.arity, " ".join(row.parameters), span)
        if row is not WHERE:
            return self.apply(row, len(arguments), span)
        return self.choice(arguments[0], span)

    def logarithm(self, span: Span) -> Span:
        """Add the steps of a logarithm to a base: log(x)/log(b), or the function that there is for the base."""
        self.as_others = False  # another numeral would make other steps
        kind, _, count, *_ = self.steps[-1]
        text = self.texts[count] if kind == LEAF else ""
        if text in BASES and count == len(self.texts) - 1:
            self.steps.pop()
            self.texts.pop()
            return self.apply(OPERATIONS[BASES[text]], 1, span)
        self.steps.append((EACH, OPERATIONS["log"], 2, 0, span[0], 0, span[1]))
        return self.apply(OPERATIONS["div"], 2, span)

    def choice(self, test: Span | Condition, span: Span) -> Span:
        """Add the steps of a `where`. A condition is a node of its own, after those of the branches."""
        if not isinstance(test, Condition):
            raise InputError(
                "the first argument of where is a comparison",
                kind="syntax",
                span=test,
                hint="write where(x > 0, a, b)",
            )
        operation, here = test.tests[0]
        if len(test.tree) == 1:
            self.steps.append((COMPARE, operation, 4, 0, here[0], 0, here[1]))
            return self.apply(WHERE, 3, span)
        self.as_others = False  # the comparisons keep their places
        self.steps.append((CHOOSE, test, 2 * len(test.tests) + 2, 0, span[0], 0, span[1]))
        return span

    def unknown_function(self, token: Token) -> InputError:
        """Return the error for a call of something that is no function."""
        from .foreign_names import call_hint

        span, name, scope = (token.start, token.end), token.text, self.scope
        if scope.defining is not None and scope.defining[0] == name:
            return InputError(f"{name} calls itself", kind="name", span=span, hint="a function cannot be recursive")
        if name in scope.assigned or name in scope.bound or name in CONSTANTS:
            hint: str | None = f"for a product write {name}*(...)"
        else:
            hint = call_hint(name) or did_you_mean(name, [*function_names(shortest=3), *scope.functions])
        return foreign(InputError(f"there is no function {clip_name(name)}", kind="name", span=span, hint=hint))

    # ---- the user's functions

    def header(self, c: list[Any]) -> None:
        name, parameters = c[0], c[2:-2:2]
        own = name.text in self.scope.functions
        if own or (function(name.text) and name.text not in REDEFINABLE):
            what = "is already defined" if own else "is a function of gradcli"
            span = (name.start, name.end)
            raise InputError(f"{name.text} {what}", kind="name", span=span, hint="choose another name")
        for i, token in enumerate(parameters):
            if token.text in [earlier.text for earlier in parameters[:i]]:
                span = (token.start, token.end)
                raise InputError(f"{token.text} is a parameter twice", kind="name", span=span)
        self.scope.define(
            name.text, (name.start, name.end), [(token.text, (token.start, token.end)) for token in parameters]
        )

    def definition(self, c: list[Any]) -> Function:
        self.as_others = True
        return self.scope.defined(self.run())

    # ---- statements

    def assignment(self, c: list[Any]) -> Statement:
        token, _, span = c
        name_span = (token.start, token.end)
        node = self.scope.assign(token.text, self.run(), name_span)
        return self.ended(Statement(token.text, name_span, node, span))

    def result(self, c: list[Any]) -> Statement:
        return self.ended(Statement("", c[0], self.run(), c[0]))

    def ended(self, statement: Statement) -> Statement:
        """Keep what a statement that looks the same will need."""
        self.last = (self.last[0], statement if self.as_others else None)
        self.as_others = True
        return statement

    def program(self, c: list[Any]) -> list[Statement]:
        found = [s for s in c if isinstance(s, Statement | Function)]
        if not found:
            example = 'for example: gradcli "x**2" x=3'
            raise InputError("the program is empty", kind="syntax", span=(0, 0), hint=example)
        statements = [s for s in found if isinstance(s, Statement)]
        if isinstance(found[-1], Function):
            statements.append(self.scope.called(found[-1]))
        return statements


def foreign(error: InputError) -> InputError:
    """Return the error, marked as one about what may be right in another language."""
    error.is_foreign = True
    return error


def check_arity(token: Token, given: int, wanted: int | None, parameters: str, span: Span) -> None:
    """Raise unless the function `token` takes `given` arguments; None wants two or more."""
    if given == wanted or (wanted is None and given >= 2):
        return
    number = "2 or more arguments" if wanted is None else f"{wanted} argument{'s' if wanted != 1 else ''}"
    shown = "x, y, ..." if wanted is None else ", ".join(parameters.split())
    what = f"{token.text} takes {number}, not {given}"
    raise InputError(what, kind="arity", span=span, hint=f"write {token.text}({shown})")


@cache
def _tools() -> tuple[parser.Table, Lexer]:
    """Return the parser's table and the lexer, made at the first use."""
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
) -> Graph:
    """Return the graph of a program.

    `bound` holds the names that bindings give (they win over constants), `of` the node that will be the output if
    it is not the last statement, `share` merges equal sub-expressions. Names in `wrt` that the program sets to plain
    numbers become inputs, and if nothing is an input all such names do. Raises `InputError` with the span of what
    is wrong, and `LimitError` for a text of more than 8 MiB or a graph of more than 1,000,000 nodes.
    """
    if len(source.text) > MAX_BYTES:
        raise LimitError(f"the program is longer than {MAX_BYTES:,} bytes", source=Source(source.name, ""))
    try:
        return _parsed(source, bound, of, wrt or (), share=share)
    except InputError as problem:
        better = _improved(problem, source.text, bound) if problem.kind == "syntax" or problem.is_foreign else None
        if better is None:
            raise
        raise better from None


def _improved(problem: InputError, text: str, bound: Collection[str]) -> InputError | None:
    """Return the error with what was meant by the text, where it is written as people write elsewhere."""
    from .mending import improved

    def accepts(other: str) -> bool:
        try:
            _parsed(Source("", other), bound, None, (), share=False)
        except GradcliError:
            return False
        return True

    return improved(problem, text, bound, accepts)


def _parsed(source: Source, bound: Collection[str], of: str | None, wrt: Collection[str], *, share: bool) -> Graph:
    text = source.text
    table, lexer = _tools()
    scope = Scope(bound, share=share)
    actions = Actions(scope)
    symbols: Iterable[Any] = lexer.tokens(text)
    if text.count("\n") + text.count(";") >= FEW and lexer.reads(text):
        symbols = Shapes(lexer, scope).symbols(text, lambda: actions.last)
    with Within(source):
        try:
            statements = parser.parse(table, symbols, actions)
        except (parser.Refused, GradcliError) as problem:
            if actions.steps:  # what is wrong with an earlier part of the statement comes first
                actions.run()
            if not isinstance(problem, parser.Refused):
                raise
            token: Any = problem.symbol
            stop = len(text) if token is parser.END else token.start
            raise refused(token, context(text, lexer.tokens(text), stop)) from None
        return scope.finished(statements, of, wrt)


def definitions(text: str) -> str:
    """Return the statements of a program that define functions, one a line."""
    found: list[str] = []
    start: int | None = None
    for token in _tools()[1].tokens(text):
        if token.type == "HEAD":
            start = token.start
        elif token.type == "SEPARATOR" and start is not None:
            found.append(text[start : token.start])
            start = None
    return "\n".join(found)

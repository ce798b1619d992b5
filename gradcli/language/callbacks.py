"""The callbacks of the grammar: what each of its rules adds to the instructions of a statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, cast

from ..calculus.operations import COMPARISONS, OPERATIONS, WHERE
from ..calculus.spellings import REDEFINABLE, function
from ..calculus.table_parts import Operation
from ..errors import InputError
from .lexer import SAID, Token
from .scope import (
    APPLY,
    BINARY,
    CHOOSE,
    COMPARE,
    EACH,
    EXPAND,
    LEAF,
    NUMERAL,
    ONE_PART,
    Function,
    Instruction,
    Scope,
    Statement,
    instruction,
)  # fmt: skip

Span = tuple[int, int]
POW = OPERATIONS["pow"]
BASES = {"2": "log2", "10": "log10"}


class Keyword(NamedTuple):
    """An argument with a name, such as axis=0: the name, the sign behind it, and its value or values."""

    name: Token
    sign: Token
    values: list[Span]
    span: Span


class OpenCondition(NamedTuple):
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
        self.instructions.append((BINARY, operation, 2, 0, left[0], 0, right[1]))  # as by `instruction`, only faster
        return (left[0], right[1])

    return apply


class Actions:
    """The callbacks of the grammar: each takes what its rule found and returns the span of what it stands for.

    They translate a statement into instructions, which build its part of the graph when it ends. An instruction
    pushes the operand of its number in `operands`, the names and numerals of the statement in order.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.instructions: list[Instruction] = []
        self.operands: list[str] = []
        self.repeatable = True  # whether the instructions of this statement serve others that look the same

    def begin(self) -> None:
        """Make ready for a statement."""
        self.instructions, self.operands = [], []
        self.repeatable = True

    def run(self) -> int:
        """Return the node that the instructions of the statement so far leave on top of the stack."""
        return self.scope.run(self.instructions, self.operands, ONE_PART)

    # ---- operators

    add, sub, mul, div, pow = (_binary(name) for name in ("add", "sub", "mul", "div", "pow"))

    def neg(self, c: list[Any]) -> Span:
        """Add a minus sign."""
        sign, x = c
        return self.apply(OPERATIONS["neg"], 1, (sign.start, x[1]))

    def plus(self, c: list[Any]) -> Span:
        """Return the span with the sign, which does nothing."""
        return (c[0].start, c[1][1])

    def superscript(self, c: list[Any]) -> Span:
        """Add a power written x² or x³."""
        x, sign = c
        self.instructions.append(instruction(NUMERAL, "2" if sign.text == "²" else "3", 0, (sign.start, sign.end)))
        return self.apply(OPERATIONS["pow"], 2, (x[0], sign.end))

    def group(self, c: list[Any]) -> Span:
        """Return the span with its parentheses."""
        return (c[0].start, c[2].end)

    def apply(self, operation: Operation, count: int, span: Span) -> Span:
        """Add the instruction of an operation."""
        self.instructions.append(instruction(APPLY, operation, count, span))
        return span

    # ---- operands

    def number(self, c: list[Any]) -> Span:
        """Add a numeral."""
        return self.leaf(c[0])

    def variable(self, c: list[Any]) -> Span:
        """Add a name."""
        return self.leaf(c[0])

    def leaf(self, token: Token) -> Span:
        """Add the instruction of a name or numeral."""
        start, end = token.start, token.end
        self.instructions.append((LEAF, None, len(self.operands), 0, start, 0, end))  # as by `instruction`, only faster
        self.operands.append(token.text)
        return (start, end)

    def comparison(self, c: list[Any]) -> OpenCondition:
        """Return the condition of one comparison; its two sides are added already."""
        span = (c[0][0], c[2][1])
        return OpenCondition([(COMPARISONS[c[1].text], span)], [0], span)

    def either(self, c: list[Any]) -> OpenCondition:
        """Return the condition `a or b`."""
        return self.combined(c[0], c[2], "or")

    def both(self, c: list[Any]) -> OpenCondition:
        """Return the condition `a and b`."""
        return self.combined(c[0], c[2], "and")

    def combined(self, left: OpenCondition, right: OpenCondition, how: str) -> OpenCondition:
        """Return two conditions as one. The left one is extended in place, or long chains would cost their square."""
        left.tests.extend(right.tests)
        left.tree.extend(right.tree)
        left.tree.append(how)
        return left._replace(span=(left.span[0], right.span[1]))

    def opposite(self, c: list[Any]) -> OpenCondition:
        """Return the condition `not a`."""
        c[1].tree.append("not")
        return cast("OpenCondition", c[1]._replace(span=(c[0].start, c[1].span[1])))

    def same(self, c: list[Any]) -> OpenCondition:
        """Return a condition with the span of its parentheses."""
        return cast("OpenCondition", c[1]._replace(span=(c[0].start, c[2].end)))

    def call(self, c: list[Any]) -> Span:
        """Add a call. Raises `InputError` for an unknown function, or arguments that it does not take."""
        token: Token = c[0]
        arguments = c[2:-1:2]
        span = (token.start, c[-1].end)
        for i, argument in enumerate(arguments):
            if isinstance(argument, OpenCondition) and (token.text != WHERE.name or i > 0):
                raise InputError(
                    "a comparison can only be the first argument of where",
                    kind="syntax",
                    span=argument.span,
                    hint=SAID["?"],
                )
        own = self.scope.functions.get(token.text)
        keyword = next((argument for argument in arguments if isinstance(argument, Keyword)), None)
        if keyword is not None and (own is not None or function(token.text)):
            raise _named_argument(token.text, keyword, own is not None)
        if own is not None:
            check_arity(token, len(arguments), len(own.parameters), " ".join(own.parameters), span)
            self.instructions.append(instruction(EXPAND, own, len(arguments), span))
            return span
        if token.text == "log" and len(arguments) == 2:
            return self.logarithm(span)
        row = POW if token.text == "pow" else function(token.text)
        if row is None:
            raise self.no_function(token)
        check_arity(token, len(arguments), row.arity, " ".join(row.parameters), span, row.group)
        if row is not WHERE:
            return self.apply(row, len(arguments), span)
        return self.choice(arguments[0], span)

    def no_function(self, token: Token) -> InputError:
        """Return the error for the call of a name that is no function of numbers."""
        from .arrays_needed import array_call, is_array_function
        from .syntax_errors import unknown_function

        if is_array_function(token.text) and token.text not in self.scope.assigned:
            return array_call(token)
        return unknown_function(token, self.scope)

    def logarithm(self, span: Span) -> Span:
        """Add the instructions of a logarithm to a base: log(x)/log(b), or the function that there is for the base."""
        self.repeatable = False  # another numeral would make other instructions
        kind, _, count, *_ = self.instructions[-1]
        text = self.operands[count] if kind == LEAF else ""
        if kind == LEAF and text in BASES and count == len(self.operands) - 1:
            self.instructions.pop()
            self.operands.pop()
            return self.apply(OPERATIONS[BASES[text]], 1, span)
        self.instructions.append(instruction(EACH, OPERATIONS["log"], 2, span))
        return self.apply(OPERATIONS["div"], 2, span)

    def choice(self, test: Span | OpenCondition, span: Span) -> Span:
        """Add the instructions of a `where`. A condition is a node of its own, after those of the branches.

        Raises `InputError` where the first argument is no comparison.
        """
        if not isinstance(test, OpenCondition):
            raise InputError(
                "the first argument of where is a comparison",
                kind="syntax",
                span=test,
                hint=SAID["?"],
            )
        operation, here = test.tests[0]
        if len(test.tree) == 1:
            self.instructions.append(instruction(COMPARE, operation, 4, here))
            return self.apply(WHERE, 3, span)
        self.repeatable = False  # the comparisons keep their places
        self.instructions.append(instruction(CHOOSE, test, 2 * len(test.tests) + 2, span))
        return span

    # ---- what works on arrays

    def matmul(self, c: list[Any]) -> Span:
        """Raise `ArraysNeeded`."""
        raise _arrays("@", (c[1].start, c[1].end))

    def transpose(self, c: list[Any]) -> Span:
        """Raise `ArraysNeeded`."""
        raise _arrays(c[1].text, (c[1].start, c[1].end))

    def index(self, c: list[Any]) -> Span:
        """Raise `ArraysNeeded`."""
        raise _arrays("an index in [ ]", (c[1].start, c[-1].end))

    def slice(self, c: list[Any]) -> Any:
        """Raise `ArraysNeeded`."""
        raise _arrays("a slice with :", next((x.start, x.end) for x in c if isinstance(x, Token)))

    def new_axis(self, c: list[Any]) -> Any:
        """Raise `ArraysNeeded`."""
        raise _arrays("None in [ ]", (c[0].start, c[0].end))

    def array(self, c: list[Any]) -> Any:
        """Raise `ArraysNeeded`."""
        raise _arrays("a list in [ ]", (c[0].start, c[-1].end))

    element = turn = lower = loop = recurrence = block = array  # the index within them is refused before

    def keyword(self, c: list[Any]) -> Keyword:
        """Return an argument with a name."""
        name, sign, *values = c
        if len(values) == 1:
            return Keyword(name, sign, values, (name.start, values[0][1]))
        return Keyword(name, sign, values[1:-1:2], (name.start, values[-1].end))

    # ---- the user's functions

    def header(self, c: list[Any]) -> None:
        """Begin a function of the user's. Raises `InputError` for a name that is taken."""
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
        """Return a function of the user's, when its formula has been read."""
        instructions, operands = self.instructions, self.operands
        self.begin()
        return self.scope.defined(self.scope.run(instructions, operands, ONE_PART))

    # ---- statements

    def assignment(self, c: list[Any]) -> Statement:
        """Return the statement `name = formula`."""
        token, _, span = c
        return Statement(token.text, (token.start, token.end), span)

    def result(self, c: list[Any]) -> Statement:
        """Return a formula alone as a statement without a name."""
        (span,) = c
        return Statement("", span, span)

    def program(self, c: list[Any]) -> Any:
        """Return the statement, None for a text without one."""
        return c[0] if c else None  # statements are parsed one by one


def _arrays(what: str, span: Span) -> InputError:
    from .arrays_needed import needs_arrays

    return needs_arrays(what, span)


def _named_argument(name: str, keyword: Keyword, own: bool) -> InputError:
    """Return the error for an argument with a name in a call of a function of numbers."""
    from .arrays_needed import REDUCING, needs_arrays
    from .syntax_errors import equal_inside

    if name in REDUCING and not own:
        return needs_arrays(f"{name} with {keyword.name.text}=", keyword.span)
    return equal_inside(keyword.sign, "")


def check_arity(token: Token, given: int, wanted: int | None, parameters: str, span: Span, group: int = 1) -> None:
    """Raise `InputError` unless the function `token` takes so many arguments.

    `wanted` of None means two or more, in groups of so many.
    """
    if (given != wanted and (wanted is not None or given < 2)) or (wanted is None and given % group):
        from .syntax_errors import wrong_arity

        error = wrong_arity(token, given, wanted, parameters, span)
        if wanted is None and given == 1:
            from .arrays_needed import REDUCING, ArraysNeeded

            if token.text in REDUCING:  # the largest entry of an array
                raise ArraysNeeded(error.message, kind=error.kind, span=span, hint=error.hint)
        raise error

"""The grammar of programs of arrays: what its rules stand for, and the reader that runs them.

A statement is translated into instructions as one of numbers is. What is fixed before a run (sizes, axes, places) is
computed by instructions too, and taken from the stack as whole numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from ..arrays.rows import REQUIRED, ArrayOperation
from ..arrays.table import ARRAY_OPERATIONS, MATMUL, TRANSPOSE
from ..calculus.operations import OPERATIONS
from ..calculus.spellings import function
from ..errors import InputError
from .array_calls import Call
from .array_instructions import ARRAY, CALL, INDEX, LITERAL, NEW_AXIS, ONE, PRODUCT, SIZES, STACKED
from .array_names import ArrayScope, Loop, Recurrence, Step
from .array_running import ArrayFunction
from .arrays_needed import ARRAY_FUNCTIONS, REDUCING, SIZE
from .callbacks import Actions, Keyword, OpenCondition, Span, check_arity
from .foreign_names import call_hint
from .lexer import Token
from .scope import APPLY, LEAF, Instruction, check_numeral, instruction, is_numeral
from .syntax import StatementReader

NEG = OPERATIONS["neg"]
MUL = OPERATIONS["mul"]
POW = OPERATIONS["pow"]
# What other libraries call the names of arguments.
OTHER_NAMES = {"dim": "axis", "dims": "axis", "axes": "axis", "keepdims": "keep", "keepdim": "keep", "step": "stride",
               "num_classes": "n", "pad_width": "n"}  # fmt: skip


class Indexed(NamedTuple):
    """An index: its span, as of any operand, the span of what it is taken of, and how many instructions there are."""

    start: int
    end: int
    of: Span
    mark: int


class Places(NamedTuple):
    """A slice: which of its start, stop and step are written."""

    given: tuple[bool, bool, bool]


class ArrayActions(Actions):
    """The callbacks of the grammar for programs of arrays."""

    scope: ArrayScope  # type: ignore[assignment]

    def __init__(self, scope: ArrayScope) -> None:
        super().__init__(scope)  # type: ignore[arg-type]
        self.mark = 0  # the first instruction of a statement, also inside braces
        self.turned = self.lowered = 0  # where the bounds of a loop begin, and the upper one

    def begin(self) -> None:
        """Make ready for a statement."""
        super().begin()
        self.mark = 0

    def put(self, kind: int, what: Any, count: int, span: Span) -> Span:
        """Add an instruction and return its span."""
        self.instructions.append(instruction(kind, what, count, span))
        return span

    # ---- operators

    def mul(self, c: list[Any]) -> Span:
        """Add a product. The sign · is kept apart: between arrays it may mean two things."""
        left, sign, right = c
        if sign.text == "·":
            return self.put(PRODUCT, MUL, 2, (left[0], right[1]))
        return self.apply(MUL, 2, (left[0], right[1]))

    def pow(self, c: list[Any]) -> Span:
        """Add a power. Raises `InputError` for one that is meant as a transpose."""
        left, _, right = c
        kind, _, at, *_ = self.instructions[-1]
        if kind == LEAF and self.operands[at] == "T" and not self.scope.has_meaning("T"):
            from .array_habits import power_of_t

            raise power_of_t(self.scope, self.instructions[-2], self.operands, (left[0], right[1]))
        return self.apply(POW, 2, (left[0], right[1]))

    def matmul(self, c: list[Any]) -> Span:
        """Add a product of matrices."""
        return self.put(ARRAY, MATMUL, 2, (c[0][0], c[2][1]))

    def transpose(self, c: list[Any]) -> Span:
        """Add a transpose."""
        return self.put(ARRAY, TRANSPOSE, 1, (c[0][0], c[1].end))

    # ---- arrays and their entries

    def array(self, c: list[Any]) -> Span:
        """Add an array that is written down: all at once where its entries are plain numerals, entry by entry else."""
        span = (c[0].start, c[-1].end)
        count = len(c) // 2
        plain = self._plain(count)
        if plain is None:
            return self.put(STACKED, None, count, span)
        first, texts, shape = plain
        del self.instructions[first:]
        return self.put(LITERAL, (texts, shape), 0, span)

    def _plain(self, count: int) -> tuple[int, list[str], tuple[int, ...]] | None:
        """Return where the last `count` operands begin, if all are numerals, and these as an array; else None.

        Raises `InputError` for rows of different lengths and for more than four axes.
        """
        at = len(self.instructions)
        rows: list[tuple[list[str], tuple[int, ...], Instruction]] = []
        for _ in range(count):
            at -= 1
            found = self.instructions[at]
            kind, what, k, *_ = found
            sign = ""
            if kind == APPLY and what is NEG:
                at -= 1
                sign = "-"
                kind, what, k, *_ = self.instructions[at]
            if kind == LEAF and is_numeral(self.operands[k]):
                check_numeral(self.operands[k], (self.instructions[at][4], self.instructions[at][6]))
                rows.append(([sign + self.operands[k]], (), found))
            elif kind == LITERAL and not sign:
                rows.append((*what, found))
            else:
                return None
        rows.reverse()
        for row, (_, shape, place) in enumerate(rows):
            if shape != rows[0][1]:
                from .array_errors import ragged

                raise ragged(row, shape, rows[0][1], (place[4], place[6]))
        texts, shape, place = rows[0]
        if len(shape) == 4:
            from .array_errors import too_deep

            raise too_deep((place[4], place[6]))
        for more, _, _ in rows[1:]:
            texts += more
        return at, texts, (count, *shape)

    def index(self, c: list[Any]) -> Any:
        """Add an index."""
        of, span = (c[0][0], c[0][1]), (c[0][0], c[-1].end)
        template: list[Any] = []
        count = 1
        for place in c[2:-1:2]:
            if isinstance(place, Places):
                template.append(place.given)
                count += sum(place.given)
            elif place is NEW_AXIS:
                template.append(NEW_AXIS)
            else:
                template.append(ONE)
                count += 1
        self.put(INDEX, tuple(template), count, span)
        return Indexed(*span, of, len(self.instructions))

    def slice(self, c: list[Any]) -> Places:
        """Return a slice; its parts are added already."""
        given = [False, False, False]
        at = 0
        for part in c:
            if isinstance(part, Token):
                at += 1
            else:
                given[at] = True
        return Places((given[0], given[1], given[2]))

    def new_axis(self, c: list[Any]) -> Any:
        """Return what stands for a new axis."""
        return NEW_AXIS

    # ---- calls

    def call(self, c: list[Any]) -> Span:
        """Add a call. Raises `InputError` for an unknown function, or arguments that it does not take."""
        token: Token = c[0]
        name, arguments = token.text, c[2:-1:2]
        if name in self.scope.functions or (name not in ARRAY_FUNCTIONS and name != SIZE):
            keyword = next((a for a in arguments if isinstance(a, Keyword)), None)
            if keyword is not None and (name in self.scope.functions or function(name)):
                what = f"{name} has no {keyword.name.text}=" if function(name) else "parameters have no names in a call"
                hint = f"{name} works entry by entry" if function(name) else None
                raise InputError(what, kind="syntax", span=keyword.span, hint=hint)
            return super().call(c)
        span = (token.start, c[-1].end)
        positional = [a for a in arguments if not isinstance(a, Keyword)]
        keywords = [a for a in arguments if isinstance(a, Keyword)]
        if name in REDUCING and len(positional) > 1 and not keywords:
            return self.apply(OPERATIONS[name], len(positional), span)
        if any(isinstance(a, OpenCondition) for a in positional):
            return super().call(c)
        if any(isinstance(a, Keyword) for a in arguments[: len(positional)]):
            what = f"{keywords[0].name.text}= stands behind the arrays"
            raise InputError(what, kind="syntax", span=keywords[0].span)
        if name == SIZE:
            if wrong := next((a for a in keywords if a.name.text != "axis" or len(a.values) > 1), None):
                raise InputError("size takes an array and one axis", kind="syntax", span=wrong.span)
            check_arity(token, len(arguments), max(1, min(2, len(arguments))), "x axis", span)
            return self.put(SIZES, None, len(arguments), span)
        return self._array_call(token, len(positional), keywords, span)

    def _array_call(self, token: Token, given: int, keywords: list[Keyword], span: Span) -> Span:
        """Add the call of a function of the second table, with so many arguments without names."""
        row = ARRAY_OPERATIONS[token.text]
        arrays = sum(1 for name in row.parameters if name != "...")
        if row.is_variadic:
            arrays = given
            if given == 1 and self.instructions[-1][0] in (LITERAL, STACKED):
                from .array_habits import one_list

                raise one_list(token, self.scope.text, self.instructions[-1])
        fixed = self._fixed(row, given - arrays, keywords, token)
        missing = [name for name, default in row.fixed.items() if default is REQUIRED and name not in dict(fixed)]
        most = arrays + (row.positional if row.positional >= 0 else given)
        if given < max(arrays, 1 if row.is_variadic else 0) or given > most or missing:
            are_numbers = not any(self.scope.shapes.values())
            raise _wrong_arguments(token, row, given, missing, span, are_numbers=are_numbers)
        count = arrays + sum(n or 1 for _, n in fixed)
        return self.put(CALL, Call(row, arrays, fixed), count, span)

    def _fixed(
        self, row: ArrayOperation, positional: int, keywords: list[Keyword], token: Token
    ) -> list[tuple[str, int | None]]:
        """Return what a call fixes: the names, each with how many operands make a tuple, or None for a single one."""
        names = list(row.fixed)
        found: list[tuple[str, int | None]] = []
        if positional > 0:
            found = [(names[0], positional)] if row.positional < 0 else [(n, None) for n in names[:positional]]
        for keyword in keywords:
            name = keyword.name.text
            if name not in row.fixed or name in dict(found):
                raise _unknown_keyword(token, row, keyword, again=name in dict(found))
            found.append((name, len(keyword.values) if len(keyword.values) > 1 else None))
        return found

    def no_function(self, token: Token) -> InputError:
        """Return the error for the call of a name that is no function."""
        from .array_habits import unknown_array_function

        return unknown_array_function(token, self.scope)

    # ---- statements

    def step(self, name: str, name_span: Span, place: Span | None, first: int, span: Span) -> Step:
        """Return a statement whose value has the instructions from `first` on."""
        found = Step(name, name_span, place, (first, len(self.instructions)), span)
        self.mark = len(self.instructions)
        return found

    def assignment(self, c: list[Any]) -> Any:
        """Return the statement `name = formula`."""
        token, _, span = c
        return self.step(token.text, (token.start, token.end), None, self.mark, (span[0], span[1]))

    def result(self, c: list[Any]) -> Any:
        """Return a formula alone as a statement without a name."""
        span = (c[0][0], c[0][1])
        return self.step("", span, None, self.mark, span)

    def element(self, c: list[Any]) -> Step:
        """Return the statement `name[place] = formula`. Raises `InputError` for any other index before the sign."""
        target, sign, span = c
        kind, _, at, _, start, _, end = self.instructions[self.mark]
        template = self.instructions[target.mark - 1][1]
        if kind != LEAF or (start, end) != target.of or template != (ONE,) or is_numeral(self.operands[at]):
            raise InputError(
                "only one element of a recurrence can stand before =",
                kind="syntax", span=(target.start, sign.end), hint="write h[k] = ... for k = 1..10",
            )  # fmt: skip
        where = (self.mark + 1, target.mark - 1)
        return self.step(self.operands[at], (target.start, target.end), where, target.mark, (span[0], span[1]))

    def turn(self, c: list[Any]) -> Token:
        """Return the name that counts the steps."""
        self.turned = len(self.instructions)
        token: Token = c[1]
        return token

    def lower(self, c: list[Any]) -> Span:
        """Return the span of the first step."""
        self.lowered = len(self.instructions)
        return (c[0][0], c[0][1])

    def loop(self, c: list[Any]) -> Loop:
        """Return the steps: what counts them, and the instructions of their bounds."""
        token, low, high = c
        parts = ((self.turned, self.lowered), (self.lowered, len(self.instructions)))
        return Loop(token.text, (token.start, token.end), *parts, (low[0], high[1]))

    def recurrence(self, c: list[Any]) -> Recurrence:
        """Return one statement that is repeated."""
        return Recurrence([c[0]], c[1])

    def block(self, c: list[Any]) -> Recurrence:
        """Return the statements that share their steps. Raises `InputError` where there are none."""
        steps = [part for part in c if isinstance(part, Step)]
        if not any(step.place for step in steps):
            what = "{ } holds no element of a recurrence"
            raise InputError(
                what, kind="syntax", span=(c[0].start, c[0].end), hint="write { h[k] = ... } for k = 1..10"
            )
        return Recurrence(steps, c[-1])

    def definition(self, c: list[Any]) -> Any:
        """Return a function of the user's, when its formula has been read."""
        for kind, _, k, _, start, _, end in self.instructions:
            if kind == LEAF and is_numeral(self.operands[k]):
                check_numeral(self.operands[k], (start, end))
        found = self.scope.defined_by(self.instructions, self.operands)
        self.begin()
        return found


def _wrong_arguments(
    token: Token, row: ArrayOperation, given: int, missing: list[str], span: Span, *, are_numbers: bool
) -> InputError:
    from .syntax_errors import wrong_arity

    names = list(row.parameters)
    required = [name for name, default in row.fixed.items() if default is REQUIRED]
    if row.positional < 0:
        several = {"sizes": ["m", "n"], "axes": ["1", "0"]}[required[0]]
        wanted = f"{', '.join(names)} and {required[0]}" if names else required[0]
        hint = f"write {row.name}({', '.join([*names, *several])})"
        return InputError(f"{row.name} takes {wanted}", kind="arity", span=span, hint=hint)
    optional = [f"{name}={0 if name == 'axis' else 1}" for name in row.fixed if name not in (*required, "reverse")]
    wanted = " ".join([*names, *required])
    count = None if row.is_variadic else len(names) + len(required)
    error = wrong_arity(token, given, count, "x ..." if row.is_variadic else wanted, span)
    if given > 1 and are_numbers and (meant := call_hint(token.text)):
        return error.but(hint=meant)
    if given > len(names) + len(required) and optional:
        shown = ", ".join([*names, *required, optional[0]])
        return error.but(hint=f"write {row.name}({shown})")
    return error


def _unknown_keyword(token: Token, row: ArrayOperation, keyword: Keyword, *, again: bool) -> InputError:
    name = keyword.name.text
    span = (keyword.name.start, keyword.name.end)
    if again:
        return InputError(f"{name} is given twice", kind="syntax", span=span)
    meant = OTHER_NAMES.get(name)
    named = [known for known in row.fixed if known != "reverse"]
    hint = f"it takes {' and '.join(f'{known}=' for known in named)}" if named else None
    if meant in row.fixed:
        hint = f"write {meant}=" + ("1" if meant == "keep" else "...")
    return InputError(f"{token.text} has no {name}=", kind="syntax", span=span, hint=hint)


class ArrayReader(StatementReader):
    """Reads a program statement by statement into a scope, and the graph that the scope builds."""

    def __init__(self, text: str, scope: ArrayScope, compounds: Collection[str] = ()) -> None:
        self.scope = scope
        self._actions = ArrayActions(scope)
        super().__init__(text, self._actions, compounds)

    def read(self) -> Iterator[Any]:
        """Yield what each statement leaves behind: a `Statement`, or a function of the user's."""
        start = 0
        while start < len(self.text):
            self._actions.begin()
            found, end = self.statement(start)
            if isinstance(found, ArrayFunction):
                yield found
            elif found is not None:
                yield from self.scope.complete(found, self._actions.instructions, self._actions.operands)
            start = end + 1

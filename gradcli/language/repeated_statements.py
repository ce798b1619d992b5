"""Statements of the same shape: parsed once, then run again with other names and numerals.

Programs that a machine has written repeat their statements thousands of times. Two statements have the same shape if
they are the same text but for their operands: names (of variables, not of functions) and numerals. The grammar takes
both in the same way, so the steps of the first, their places counted from its operands, do for the second.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

from .lexer import Lexer, Token
from .scope import LEAF, Scope, Statement, Step

FEW = 16  # a program of fewer statements is not worth looking for shapes
MAX_SHAPES = 1000  # what is kept of a program whose statements are all different


class Cut(NamedTuple):
    """A statement cut at its operands: every second part is one. `bounds` says where each part starts.

    `key` is what the statements of one shape have in common: the text between the operands.
    """

    key: str
    parts: list[str]
    bounds: list[int]


class Shape(NamedTuple):
    """The steps of a statement, relative to its parts, with the span of its value, and whether it assigns a name."""

    steps: list[Step]
    value: tuple[int, int, int, int]
    assigns: bool


class Shapes:
    """Reads a program as symbols for the parser: as tokens, or as whole statements where the shape is known."""

    def __init__(self, lexer: Lexer, scope: Scope) -> None:
        self._lexer = lexer
        self._scope = scope
        self._known: dict[str, Shape] = {}
        name, number = lexer.patterns["NAME"], lexer.patterns["NUMBER"]
        # Nothing begins within a word: the 10 of log10(x) is no operand.
        self._operands = re.compile(rf"(?<!\w)((?>{name})(?![ \t\r]*\()|(?>{number}))")
        self._line = re.compile(r"[^;\n#]*+(?=[;\n]|\Z)")

    def symbols(self, text: str, last: Callable[[], tuple[Sequence[Step], Statement | None]]) -> Iterator[Any]:
        """Yield the symbols of a program; `last` returns the steps of the statement that the parser has just ended."""
        start = 0
        while start < len(text):
            line = self._line.match(text, start)
            cut = self._cut(line[0], start) if line else None
            shape = self._known.get(cut.key) if cut else None
            if line and cut and shape and (not shape.assigns or cut.parts[1].isidentifier()):
                yield self._statement(shape, cut)
                start = line.end() + 1
                if start <= len(text):
                    yield Token("SEPARATOR", text[start - 1], start - 1, start)
                continue
            end = len(text)
            for token in self._lexer.tokens(text, start):
                yield token
                if token.type == "SEPARATOR":
                    end = token.start
                    break
            if line and cut and line.end() == end and len(self._known) < MAX_SHAPES:
                steps, statement = last()
                shape = shape_of(steps, statement, cut) if statement else None
                if shape:
                    self._known[cut.key] = shape
            start = end + 1

    def _cut(self, text: str, start: int) -> Cut:
        parts = self._operands.split(text)
        return Cut("\0".join(parts[::2]), parts, list(accumulate(map(len, parts), initial=start)))

    def _statement(self, shape: Shape, cut: Cut) -> Statement:
        """Return what a statement of a known shape leaves behind."""
        _, parts, bounds = cut
        node = self._scope.run(shape.steps, parts, bounds)
        first, shift, last, after = shape.value
        span = (bounds[first] + shift, bounds[last] + after)
        if not shape.assigns:
            return Statement("", span, node, span)
        name_span = (bounds[1], bounds[2])
        return Statement(parts[1], name_span, self._scope.assign(parts[1], node, name_span), span)


def shape_of(steps: Sequence[Step], statement: Statement, cut: Cut) -> Shape | None:
    """Return the shape of a statement, whose steps refer to places of the text, or None if it is cut otherwise.

    The operands of the cut have to be the names and numerals of the statement, each of them and nothing else.
    """

    def place(position: int) -> tuple[int, int]:
        part = bisect_right(cut.bounds, position) - 1
        return part, position - cut.bounds[part]

    relative: list[Step] = []
    operands = {(1, 0)} if statement.name else set()
    for kind, what, count, _, start, _, end in steps:
        step: Step = (kind, what, count, *place(start), *place(end))
        if kind == LEAF:
            step = (kind, what, step[3], *step[3:])
            operands.add(place(start))
        relative.append(step)
    if operands != {(k, 0) for k in range(1, len(cut.parts), 2)}:
        return None
    return Shape(relative, (*place(statement.span[0]), *place(statement.span[1])), bool(statement.name))

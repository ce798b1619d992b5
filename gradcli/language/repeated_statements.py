"""Repeated statements: parsed once, then built again from the same instructions with other names and numerals.

Programs that a machine has written repeat their statements thousands of times. Two statements have the same template if
they are the same text but for their operands: names (of variables, not of functions) and numerals. The grammar takes
both in the same way, so the instructions of the first, their places counted from its operands, do for the second.

This is a cache over parsing: without it every program means the same, and takes up to three times as long to read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from .lexer import Lexer
from .scope import LEAF, Function, Instruction, Scope, Statement

MOST_TEMPLATES = 1000  # that are kept of a program whose statements are all different
MOST_WITHOUT = 50  # statements without a template, after which fewer and fewer are looked at
MOST_PASSED = 15  # of them between two that are


class Pieces(NamedTuple):
    """A statement cut at its operands: every second piece is one. `bounds` says where each piece starts, and the end.

    `key` is what the statements of one template have in common: the text between the operands.
    """

    key: str
    pieces: list[str]
    bounds: list[int]


class Template(NamedTuple):
    """The instructions of a statement, relative to its pieces, with the span of its value, and whether it has a name.

    The span is that of an instruction: (start_part, start, end_part, end).
    """

    instructions: list[Instruction]
    span: tuple[int, int, int, int]
    assigns: bool


# What parsing one statement gives: what it leaves behind, by which instructions, and where in the text it ends. There
# are no instructions where those of a statement that looks the same would be others.
Parsed = tuple[Statement | Function | None, Sequence[Instruction], int]


class RepeatedStatements:
    """Reads the statements of a program with `parse`, which parses the one at a place, or by their templates."""

    def __init__(self, text: str, lexer: Lexer, scope: Scope, parse: Callable[[int], Parsed]) -> None:
        self._text = text
        self._scope = scope
        self._parse = parse
        self._templates: dict[str, Template] = {}
        name, number = lexer.patterns["NAME"], lexer.patterns["NUMBER"]
        # Nothing begins within a word: the 10 of log10(x) is no operand.
        self._operands = re.compile(rf"(?<!\w)((?>{name})(?![ \t\r]*\()|(?>{number}))")
        self._line = re.compile(r"[^;\n#]*+(?=[;\n]|\Z)")

    def read(self) -> Iterator[Statement | Function]:
        """Yield what each statement leaves behind; raises what `parse` does."""
        text, templates = self._text, self._templates
        start = missed = passed_over = 0
        while start < len(text):
            looked_at = passed_over >= min(missed // MOST_WITHOUT, MOST_PASSED)
            line = self._line.match(text, start) if looked_at else None
            cut = self._cut(line[0], start) if line else None
            template = templates.get(cut.key) if cut else None
            if line and cut and template and (not template.assigns or cut.pieces[1].isidentifier()):
                found: Statement | Function | None = self._filled(template, cut)
                missed, end = 0, line.end()
            else:
                missed, passed_over = missed + 1, 0 if looked_at else passed_over + 1
                found, instructions, end = self._parse(start)
                if line and cut and line.end() == end and instructions and len(templates) < MOST_TEMPLATES:
                    made = template_of(instructions, found, cut) if isinstance(found, Statement) else None
                    if made:
                        templates[cut.key] = made
            if found:
                yield found
            start = end + 1

    def _cut(self, text: str, start: int) -> Pieces:
        pieces = self._operands.split(text)
        return Pieces("\0".join(pieces[::2]), pieces, list(accumulate(map(len, pieces), initial=start)))

    def _filled(self, template: Template, cut: Pieces) -> Statement:
        """Return what a statement of a known template leaves behind."""
        _, pieces, bounds = cut
        start_part, start, end_part, end = template.span
        span = (bounds[start_part] + start, bounds[end_part] + end)
        name, name_span = (pieces[1], (bounds[1], bounds[2])) if template.assigns else ("", span)
        return self._scope.complete(Statement(name, name_span, span), template.instructions, pieces, bounds)


def template_of(instructions: Sequence[Instruction], statement: Statement, cut: Pieces) -> Template | None:
    """Return the template of a statement whose instructions refer to places of the text; None if it is cut otherwise.

    The operands of the cut have to be the names and numerals of the statement, each of them and nothing else.
    """

    def place(position: int) -> tuple[int, int]:
        part = bisect_right(cut.bounds, position) - 1
        return part, position - cut.bounds[part]

    relative: list[Instruction] = []
    operands = {(1, 0)} if statement.name else set()
    for kind, what, count, _, start, _, end in instructions:
        (start_part, start_there), (end_part, end_there) = place(start), place(end)
        if kind == LEAF:
            operands.add((start_part, start_there))
            count = start_part  # the piece is the operand
        relative.append((kind, what, count, start_part, start_there, end_part, end_there))
    if operands != {(k, 0) for k in range(1, len(cut.pieces), 2)}:
        return None
    return Template(relative, (*place(statement.span[0]), *place(statement.span[1])), bool(statement.name))

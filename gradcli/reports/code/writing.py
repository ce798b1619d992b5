"""Both passes in a language: their lines, and what a function round them takes and returns."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from ...calculus.graph import Graph
from ...calculus.notes import Note
from ...calculus.table_parts import Operation
from ...language.writing import formula
from ...text import visible
from .lines import Conditions, Line, Lines, Subject
from .names import Names
from .spelling import Spelling

WIDE = 88  # characters of a line
MOST_REPEATED = 20  # lines of the program at the top


class Syntax(NamedTuple):
    """What stands round the lines of a language.

    `block` is what stands before and behind a condition that opens one, `close` closes it; `groups` says that the
    condition stands in parentheses there; `single` and `several` declare a variable that is assigned
    once or more often, where variables have to be declared.
    """

    indent: str
    end: str
    remark: str
    block: tuple[str, str]
    close: str
    groups: bool
    negation: str
    both: str
    either: str
    unpacked: str
    single: str = ""
    several: str = ""


class CodeFunction(NamedTuple):
    """A function of both passes: its parameters, their values where these are known, its lines, what it returns.

    `gradient` has a pair of key and value for every input. `needed` are the helpers and modules that the lines call;
    `of_arrays` says that a value is a list.
    """

    parameters: list[str]
    defaults: dict[str, str]
    forward: list[str]
    backward: list[str]
    output: str
    gradient: list[str]
    needed: set[str]
    of_arrays: bool

    @property
    def has_point(self) -> bool:
        """Whether every parameter has a value."""
        return len(self.defaults) == len(self.parameters)


def function(subject: Subject, spelling: Spelling, syntax: Syntax, own: Iterable[str]) -> CodeFunction:
    """Return a function in a language; `own` are names that the file itself uses."""
    lines = Lines(subject, spelling.name, Names([*spelling.reserved, *own]))
    defaults, unpacked = {}, []
    for parameter in lines.parameters:
        default = parameter.nested(lambda key: repr(subject.point[key]) if key in subject.point else None)
        if default is not None:
            defaults[parameter.name] = default
        if parameter.shape:
            inside = parameter.nested(lambda key: lines.called[subject.graph.inputs[key]])
            unpacked.append(syntax.indent + syntax.unpacked.format(inside, parameter.name))
    forward, backward = (
        [*Writer(spelling, syntax, lines.formulas, part).text()] for part in (lines.forward, lines.backward)
    )
    gradient, places = [], subject.places
    for parameter in lines.parameters:
        if not places.keys().isdisjoint(parameter.entries):
            slopes = parameter.nested(lambda key: lines.slope(places[key]) if key in places else "0.0")
            gradient.append(f"{json.dumps(parameter.key, ensure_ascii=False)}: {slopes}")
    names = [parameter.name for parameter in lines.parameters]
    of_arrays = any(parameter.shape and parameter.name in defaults for parameter in lines.parameters)
    needed = {spelling.needs(row) for row in _rows([*lines.forward, *lines.backward], lines.formulas)}
    return CodeFunction(
        names, defaults, [*unpacked, *forward], backward, lines.called[subject.output], gradient, needed, of_arrays
    )


def _rows(lines: Iterable[Line], formulas: Graph) -> set[Operation]:
    """Return the rows of the table that lines compute or compare with."""
    pending = [node for line in lines for case in (*line.conditions, *line.tells) for node, _ in case]
    pending += [line.formula for line in lines if not line.tells]
    seen: set[int] = set()
    while pending:
        i = pending.pop()
        if i not in seen:
            seen.add(i)
            pending += formulas.nodes.arguments[i]
    return {formulas.nodes.operations[i] for i in seen}


class Writer:
    """Writes the lines of one pass in a language."""

    def __init__(self, spelling: Spelling, syntax: Syntax, formulas: Graph, lines: Sequence[Line]) -> None:
        self.syntax, self.formulas, self.lines = syntax, formulas, lines
        self.notation = spelling.notation()
        self.changing = {line.name for line in lines if line.adds}
        self.declared: set[str] = set()

    def text(self) -> Iterator[str]:
        """Yield the lines of the pass, as they stand in a function."""
        syntax = self.syntax
        for conditions, group in groupby(self.lines, lambda line: line.conditions):
            lines = list(group)
            if not conditions:
                yield from (f"{syntax.indent}{self._assignment(line)}" for line in lines)
                continue
            names = list(dict.fromkeys(line.name for line in lines if line.name not in self.declared))
            if syntax.several and names:
                yield f"{syntax.indent}{syntax.several} {', '.join(names)}{syntax.end}"
            self.declared.update(names)
            yield from self._block(conditions)
            yield from (f"{syntax.indent * 2}{self._assignment(line)}" for line in lines)
            if syntax.close:
                yield f"{syntax.indent}{syntax.close}"

    def _assignment(self, line: Line) -> str:
        syntax = self.syntax
        declaration = ""
        if line.name not in self.declared and syntax.single:
            declaration = f"{syntax.several if line.name in self.changing else syntax.single} "
        self.declared.add(line.name)
        remark = f"  {syntax.remark} {line.remark}" if line.remark else ""
        opening = f"{declaration}{line.name} {'+=' if line.adds else '='} "
        if line.tells:
            return f"\n{syntax.indent}".join(self._any_of(line.tells, opening, syntax.end, is_grouped=False))
        return f"{opening}{self._formula(line.formula)}{syntax.end}{remark}"

    def _formula(self, node: int) -> str:
        return formula(self.formulas, node, labels=self.formulas.nodes.texts, notation=self.notation)

    def _block(self, conditions: Conditions) -> Iterator[str]:
        """Yield the lines that open a block."""
        lines = self._any_of(conditions, *self.syntax.block, is_grouped=self.syntax.groups)
        yield from (f"{self.syntax.indent}{line}" for line in lines)

    def _any_of(self, conditions: Conditions, before: str, after: str, *, is_grouped: bool) -> list[str]:
        """Return that one of some cases is met, with what stands round it: on one line where that fits."""
        syntax, cases = self.syntax, self._cases(conditions)
        line = f"{before}{syntax.either.join(cases)}{after}"
        if len(cases) < 2 or len(syntax.indent) + len(line) <= WIDE:
            return [line]
        first, last = ("", "") if is_grouped else ("(", ")")
        others = (f"{syntax.indent}{syntax.either.lstrip()}{case}" for case in cases[1:])
        return [f"{before}{first}", f"{syntax.indent}{cases[0]}", *others, f"{last}{after}"]

    def _cases(self, conditions: Conditions) -> list[str]:
        """Return every case as a formula: all of its conditions have their outcomes."""
        cases = []
        for case in conditions:
            texts = [self._formula(node) if holds else self.syntax.negation.format(self._formula(node))
                     for node, holds in case]  # fmt: skip
            text = self.syntax.both.join(texts)
            cases.append(f"({text})" if len(texts) > 1 and len(conditions) > 1 else text)
        return cases


def program_lines(text: str) -> list[str]:
    """Return the lines of a program that stand at the top of a file; of very many the first ones."""
    lines = [visible(line) for line in text.strip().splitlines()]
    return lines if len(lines) <= MOST_REPEATED else [*lines[:MOST_REPEATED], f"... ({len(lines)} lines)"]


def opening(text: str, rows: Iterable[Operation]) -> list[str]:
    """Return the program, and remarks on kinks where an operation has one."""
    found = ["Both passes of a program, written by gradcli:", "", *(f"    {line}" for line in program_lines(text))]
    if any(row.kink is not None and not row.is_condition for row in rows):
        found += ["", "At a kink the slope is the usual one: 0 of relu and abs, equal shares", "of tied max and min."]
    return found


def of_the_point(messages: Sequence[str]) -> list[str]:
    """Return the remarks on the point, in lines; what several say alike is said once."""
    lines = [f"    {message}" for message in dict.fromkeys(messages)]
    return ["", "At the point of this file:", *lines] if lines else []


def heading(text: str, rows: Iterable[Operation], notes: Sequence[Note]) -> list[str]:
    """Return the program and the remarks on it and on the point."""
    found = [*opening(text, rows), *of_the_point([note.message for note in notes])]
    if any(note.kind == "settled" for note in notes):
        found.append("There gradcli goes by the two sides of a kink, and not by the usual slope.")
    return found


def commented(lines: Iterable[str], remark: str) -> list[str]:
    """Return lines as comments of a language."""
    return [f"{remark} {line}".rstrip() for line in lines]


def listed(opening: str, items: Sequence[str], closing: str, indent: str, step: str) -> list[str]:
    """Return items in brackets, on one line where they fit, else one on each."""
    line = f"{indent}{opening}{', '.join(items)}{closing}"
    if len(line) <= WIDE:
        return [line]
    return [f"{indent}{opening}", *(f"{indent}{step}{item}," for item in items), f"{indent}{closing}"]

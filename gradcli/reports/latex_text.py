"""The derivation as LaTeX: an `align*` block that needs amsmath and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..calculus.operations import ADD, SUB
from ..calculus.table_parts import Operation
from ..errors import Source
from ..language import latex
from ..language.syntax import parse
from ..record.derivation import Derivation, DerivationLine
from ..record.gradient import Gradient
from ..record.update_rules import Update
from ..text import visible
from . import Style
from .notation import Notation, WrittenLine, added
from .rounding import Rounding
from .signs import LATEX
from .steps import chosen, counts, passes
from .wording import answer, notes

LINE_CHARACTERS = 56  # a line of more characters is broken before its equals signs
ABREAST = 3  # so many terms of a sum fit in a row


class Tex(Notation):
    """A derivation in LaTeX."""

    def label(self, text: str) -> str:
        """Return the name of a node."""
        return latex.name(text)

    def numeral(self, text: str) -> str:
        """Return a number."""
        return latex.numeral(text)

    def numeral_precedence(self, text: str) -> int:
        """Return how tightly a number binds."""
        return latex.numeral_precedence(text)

    def grouped(self, text: str) -> str:
        """Return a formula in parentheses."""
        return f"\\left({text}\\right)"

    def rule(self, text: str) -> str:
        """Return the rule of a local gradient, which is a program in the names of the nodes."""
        entries = [label for label in self.record.labels if "[" in label and label in text] if "[" in text else []
        graph = parse(Source("rule", text), entries, compounds=entries)
        return latex.formula(graph, graph.output)

    def local(self, user: int, argument: int) -> str:
        """Return the local gradient of a node along an edge."""
        return f"\\frac{{\\partial {self.node(user)}}}{{\\partial {self.node(argument)}}}"

    def slope(self, i: int) -> str:
        """Return the derivative of the output with respect to a node, along all paths."""
        return f"\\frac{{d{self.node(self.output)}}}{{d{self.node(i)}}}"

    def by_way_of(self, slope: str, user: str, argument: int | None) -> str:
        """Return the part of a derivative that comes along one edge."""
        place = "" if argument is None else f"\\text{{, argument {argument}}}"
        return f"\\left.{slope}\\right|_{{\\text{{via }} {user}{place}}}"

    def pieces(self, operation: Operation, bindings: Sequence[int]) -> list[str | int]:
        """Return an operation as strings and argument positions."""
        return latex.pieces(operation, bindings)

    def series(self, terms: Sequence[str]) -> str:
        """Return the sum of some terms, a few of them a row."""
        parts = [*terms[:1], *map(added, terms[1:])]
        rows = ["".join(parts[k : k + ABREAST]).lstrip() for k in range(0, len(parts), ABREAST)]
        return " \\\\\n  &\\quad ".join(rows)

    def ellipsis(self, count: int, what: str) -> str:
        """Return what stands for the rest of many."""
        return f"\\ldots \\text{{ ({count:,} {what})}}"


def render(record: Gradient, style: Style) -> str:
    """Return the derivation, the notes and the counts; the program stands in a comment above."""
    derivation = Derivation(record)
    figures = Rounding(record, style.figures)
    notation, plain = Tex(derivation, figures, LATEX), Notation(derivation, figures)
    rows: list[str] = []

    def written(steps: Sequence[DerivationLine]) -> list[str]:
        return [row for step in steps for row in aligned_rows(notation.line(step), plain.line(step))]

    for _, steps in passes(derivation) if style.nodes != "none" else ():
        head, gap, rest = chosen(record, steps, style)
        section = [*written(head), *left_out(gap), *written(rest)]
        rows += ["", *section] if rows else section
    taken = record.taken
    if taken is not None and taken.new and style.nodes != "none":
        lines = [_step_line(notation, taken.update, name, new) for name, (new,) in taken.new.items()]
        rows += ["", *(row for line in lines for row in aligned_rows(line, line))]
    body = joined(rows)
    comment = "".join(f"% {visible(line)}\n" for line in record.program.splitlines())
    block = f"{{\\allowdisplaybreaks\n\\begin{{align*}}\n{body}\n\\end{{align*}}}}\n" if rows else ""
    told = notes(record, figures)
    last = [answer(record, figures.text), figures.remark(), counts(derivation)]
    tail = "\n\n".join("\\noindent " + latex.escaped(line) for line in (*told, *last) if line)
    return f"{comment}{block}{tail}\n"


def left_out(gap: str) -> list[str]:
    """Return the row that says which lines are left out, if any are."""
    return [f"& \\text{{{latex.escaped(gap)}}}"] if gap else []


def step_start(name: str, old: str, update: Update, slope: str) -> tuple[str, str]:
    """Return what a step of descent gives, and from what: the old value, the rate and the derivative."""
    graph = parse(Source("rate", update.rate.text))
    rate = latex.formula(graph, graph.output)
    if graph.nodes[graph.output].operation in (ADD, SUB):
        rate = f"\\left({rate}\\right)"
    sign = "+" if update.ascent else "-"
    return new_value(latex.name(name)), f"{old} {sign} {rate} \\cdot {slope}"


def new_value(name: str) -> str:
    """Return what an input is called after a step; a name with a subscript stands in braces, or it would have two."""
    return f"{{{name}}}_{{\\text{{new}}}}" if "_" in name else f"{name}_{{\\text{{new}}}}"


def _step_line(notation: Tex, update: Update, name: str, new: Any) -> WrittenLine:
    """Return the line of an input after a step: by its formula, with numbers, and what that comes to."""
    record = notation.record
    i = record.graph.inputs[name]
    old, slope = notation.figures.text(record.values[i]), record.gradient[name]
    if new is None:
        return WrittenLine(step_start(name, "", update, "")[0], [notation.number(record.values[i])], "no derivative")
    start = notation.factor(old, notation.numeral(old), first=True)
    number = notation.factor(notation.figures.text(slope), notation.number(slope), first=False)
    left, formula = step_start(name, start, update, notation.slope(i))
    return WrittenLine(left, [formula, step_start(name, start, update, number)[1], notation.number(new)], "the step")


def aligned_rows(line: WrittenLine, plain: WrittenLine, remark: str = "") -> list[str]:
    """Return a line as rows of an align block: one, or where it is long one an equals sign.

    `remark` is the remark in LaTeX, where it is more than text.
    """
    remark = f" && \\text{{{remark or latex.escaped(plain.remark)}}}" if plain.remark else ""
    length = len(plain.left) + sum(3 + len(part) for part in plain.right)
    parts = [f"&\\quad {name} = {text}" for name, text in line.parts]
    first, *rest = line.signed()
    if length <= LINE_CHARACTERS or not rest:
        whole = "".join(f" {sign} {part}" for sign, part in rest)
        return [f"{line.left} &{first[0]} {first[1]}{whole}{remark}", *parts]
    return [f"{line.left} &{first[0]} {first[1]}{remark}", *(f"&{sign} {part}" for sign, part in rest), *parts]


def joined(rows: list[str]) -> str:
    """Return rows as the body of the block; an empty one is the space between the passes."""
    out: list[str] = []
    for row in rows:
        if row:
            out.append(f"  {row}")
        else:
            out[-1] += " \\\\[2ex]"
    return " \\\\\n".join(out).replace("[2ex] \\\\\n", "[2ex]\n")

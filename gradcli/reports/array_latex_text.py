"""The derivation of a program of arrays as LaTeX: an `align*` block that needs amsmath and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..arrays.graph import ArrayGraph
from ..arrays.sizes import Shape, shape_text
from ..language import array_latex, latex
from ..language.array_orientation import rows_of
from ..record.array_derivation import BY_ENTRIES, ArrayDerivation, ArrayLine
from ..record.array_gradient import ArrayGradient
from ..record.update_rules import Update
from ..text import visible
from . import Style
from .array_lines import ARROW, Remark
from .array_notation import ArrayNotation
from .array_spelling import Spelling, TexSpelling
from .array_steps import chosen, counts, passes
from .array_table import closing_lines
from .latex_text import aligned_rows, joined, left_out, step_start
from .notation import WrittenLine
from .rounding import Rounding, sum_text
from .signs import LATEX, UNICODE

TIMES = " \\times "


class RowShape(tuple[int, ...]):
    """The shape of a vector that is set as a row."""

    __slots__ = ()


class ArrayTex(ArrayNotation):
    """A derivation of arrays in LaTeX."""

    room = 240
    room_of_one = 160

    def __init__(self, derivation: ArrayDerivation, figures: Rounding) -> None:
        super().__init__(derivation, figures)
        self.points_on = False
        self._rows = rows_of(self.graph)
        labels, output = self.record.labels, self.output
        own = dict(zip(labels, self._rows, strict=True))
        self._are_rows = {**own, **{f"d{output}/d{label}": row for label, row in own.items()}}

    def shape(self, i: int) -> tuple[int, ...]:
        """Return the shape of a node, of one set as a row as that."""
        shape = self.record.shape(i)
        return RowShape(shape) if self._rows[i] else shape

    def shape_in(self, rule: ArrayGraph, i: int) -> Sequence[Any]:
        """Return the shape of a node of a rule, of one set as a row as that."""
        return RowShape(super().shape_in(rule, i)) if rows_of(rule, self._are_rows)[i] else super().shape_in(rule, i)

    def symbols(self, i: int) -> str:
        """Return nothing: LaTeX sets the name of a cross-entropy alone."""
        return ""

    @property
    def about(self) -> str:
        """The sign between a sum of rounded numbers and what it comes to, where they differ."""
        return LATEX.about

    def label(self, i: int) -> str:
        """Return the name of a node."""
        return latex.name(self.record.labels[i])

    def slope(self, i: int) -> str:
        """Return the derivative of the output with respect to a node, along all paths."""
        return array_latex.quantity(super().slope(i))

    def branch(self, i: int, user: int, position: int | None) -> str:
        """Return the part of a derivative that comes along one edge."""
        place = "" if position is None else f"\\text{{, argument {position + 1}}}"
        way = "\\text{via its entries}" if user == BY_ENTRIES[0] else f"\\text{{via }} {self.label(user)}{place}"
        return f"\\left.{self.slope(i)}\\right|_{{{way}}}"

    def term(self, i: int, user: int, position: int | None) -> str:
        """Return what comes along one edge as a term of a sum."""
        return self.branch(i, user, position)

    def operation(self, i: int) -> str:
        """Return what a node computes, in names."""
        return array_latex.expression(self.graph, i, self._rows)

    def rule(self, rule: ArrayGraph, root: int | None = None, given: Mapping[int, str] | None = None) -> str:
        """Return a backward rule, or one node of it; `given` has the texts of nodes that are not written out."""
        return array_latex.formula(rule, root, given, self._are_rows)

    def spread(self, text: str, name: str, *, is_column: bool) -> str:
        """Return what is said of an array that a rule gives another axis, along which it grows."""
        return f"row i times entry i of {name}" if is_column else super().spread(text, name, is_column=False)

    def span(self, first: str, last: str) -> str:
        """Return the first and the last of several that are alike."""
        return f"{first}, \\ldots, {last}"

    def norm(self, text: str) -> str:
        """Return the norm of an array."""
        return f"\\text{{norm }} {latex.numeral(text)}"

    def shaped(self, shape: Sequence[int], norm: str) -> str:
        """Return what stands for an array that is not written in full."""
        return f"\\text{{{shape_text(tuple(shape))}, }} {self.norm(norm)}"

    def brackets(self, texts: Sequence[str], shape: Sequence[int]) -> str:
        """Return the texts of entries as a column or a matrix."""
        return array_latex.matrix(texts, (1, *shape) if isinstance(shape, RowShape) else shape)

    def first_only(self, text: str, shape: Sequence[int]) -> str:
        """Return an array of which the first entry is written out."""
        if isinstance(shape, RowShape):
            return f"\\begin{{pmatrix}} {text} & \\cdots \\end{{pmatrix}}"
        rows = {1: f"{text} \\\\ \\vdots", 2: f"{text} & \\cdots \\\\ \\vdots & \\ddots"}.get(len(shape))
        return f"\\begin{{pmatrix}} {rows} \\end{{pmatrix}}" if rows else ""

    def spelling(self, leaf: Callable[[str], str]) -> Spelling:
        """Return what writes formulas of entries."""
        return TexSpelling(leaf)

    def number(self, x: Any) -> str:
        """Return a number."""
        return latex.numeral(super().number(x))

    def numeral_sum(self, texts: Sequence[str]) -> str:
        """Return numbers as a sum."""
        return sum_text(list(map(latex.numeral, texts)))

    def more(self, many: int) -> str:
        """Return what stands for the rest of many branches."""
        return f"\\cdots \\text{{ ({many:,} branches)}}"


def _remark(text: str) -> str:
    """Return a remark as LaTeX, the shapes in it as mathematics."""
    return "".join(map(_part, text.parts)) if isinstance(text, Remark) else latex.escaped(text)


def _part(part: str | Shape) -> str:
    if isinstance(part, str):
        return " \\(\\to\\) " if part == ARROW else latex.escaped(part)
    return f"\\({shape_text(part, TIMES)}\\)" if len(part) > 1 else shape_text(part)


def _step_line(notation: ArrayTex, update: Update, name: str, new: list[Any]) -> WrittenLine:
    """Return the line of an input after a step: by its formula, and what that comes to."""
    i = notation.record.graph.inputs[name]
    left, formula = step_start(name, notation.label(i), update, notation.slope(i))
    return WrittenLine(left, [formula, notation.array(new, notation.shape(i))], "the step")


def render(record: ArrayGradient, style: Style) -> str:
    """Return the derivation, the notes and the counts; the program stands in a comment above."""
    derivation = ArrayDerivation(record, folds=style.nodes is None)
    figures = Rounding(record, style.figures, signs=UNICODE)
    notation, plain = ArrayTex(derivation, figures), ArrayNotation(derivation, figures)
    rows: list[str] = []

    def written(steps: Sequence[ArrayLine]) -> list[str]:
        pairs = [(notation.line(step), plain.line(step)) for step in steps]
        return [row for line, text in pairs for row in aligned_rows(line, text, _remark(line.remark))]

    for _, steps in passes(derivation) if style.nodes != "none" else ():
        head, gap, rest = chosen(record, steps, style)
        section = [*written(head), *left_out(gap), *written(rest)]
        rows += ["", *section] if rows else section
    taken = record.taken
    if taken is not None and taken.new and style.nodes != "none":
        lines = [_step_line(notation, taken.update, name, new) for name, new in taken.new.items()]
        rows += ["", *(row for line in lines for row in aligned_rows(line, line))]
    comment = "".join(f"% {visible(line)}\n" for line in record.program.splitlines())
    block = f"{{\\allowdisplaybreaks\n\\begin{{align*}}\n{joined(rows)}\n\\end{{align*}}}}\n" if rows else ""
    last = [*closing_lines(record, Style(), figures), counts(derivation)]
    tail = "\n\n".join("\\noindent " + latex.escaped(line) for line in last if line)
    return f"{comment}{block}{tail}\n"

"""The part of a worksheet that is about arrays, as CSV, Markdown or LaTeX: blank, or with the key filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..homework.claims.answer_tables import GIVEN
from ..homework.claims.items import VALUE
from ..homework.classroom.array_sheet import ArrayQuestion, ArraySheet
from ..language import latex


def cells_of(part: ArraySheet, whose: list[str], *, key: bool) -> list[list[str]]:
    """Return a row for every array given, then one for every question; readers skip what is given."""
    rows = [[*whose, part.problem, name, GIVEN, text] for name, text in part.given.items()]
    return rows + [[*whose, part.problem, row.item, row.question, row.text if key else ""] for row in part.rows]


# ---- LaTeX


def latex_part(part: ArraySheet, beside: Sequence[str], *, key: bool) -> list[str]:
    """Return a section whose equations the student completes; labels `beside` are told below the program."""
    title = f": {latex.on_one_line(part.told['title'])}" if "title" in part.told else ""
    lines = [
        rf"\subsection*{{{latex.on_one_line(part.problem)}{title}}}",
        *([latex.on_one_line(part.told["text"]), ""] if "text" in part.told else []),
        *(rf"\texttt{{{latex.on_one_line(line)}}}\\" for line in part.program.strip().splitlines()),
    ]
    lines += [rf"at \texttt{{{latex.on_one_line(f'{name} = {text}')}}}" + "\n" for name, text in part.given.items()]
    lines += [f"{label}: {latex.on_one_line(part.told[label])}\n" for label in beside if label in part.told]
    for row in part.rows:
        lines += [f"{latex.on_one_line(row.question)}:", rf"\[ {_tex_name(row)} = {_matrix(row, key)} \]"]
    return lines


def _tex_name(row: ArrayQuestion) -> str:
    """Return the left side of the equation that the student completes."""
    if row.about.of_shape or row.about.subscript or "(" in row.item:
        return rf"\texttt{{{latex.on_one_line(row.item)}}}"
    if row.about.kind == VALUE:
        return latex.name(row.item)
    above, _, below = row.item.partition("/")
    return rf"\frac{{d{latex.name(above[1:])}}}{{d{latex.name(below[1:])}}}"


def _matrix(row: ArrayQuestion, key: bool) -> str:
    """Return the answer, or an empty matrix of its shape."""
    if row.about.of_shape:
        return rf"\texttt{{{latex.on_one_line(row.text)}}}" if key else r"\rule{3cm}{0.4pt}"
    if not row.shape:
        return latex.numeral(row.answer) if key else r"\rule{3cm}{0.4pt}"
    if len(row.shape) > 2:
        return rf"\texttt{{{latex.on_one_line(row.text)}}}" if key else r"\rule{8cm}{0.4pt}"
    rows: list[Any] = [row.answer] if len(row.shape) == 1 else row.answer
    cells = [[latex.numeral(x) if key else r"\qquad" for x in line] for line in rows]
    body = r" \\ ".join(" & ".join(line) for line in cells)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"

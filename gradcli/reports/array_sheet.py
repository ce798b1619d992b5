"""A worksheet of a program of arrays as CSV, Markdown or LaTeX: blank, or with the key filled in."""

from __future__ import annotations

from typing import Any

from ..homework.claims.answer_tables import GIVEN
from ..homework.claims.items import VALUE
from ..homework.classroom.array_sheet import ArrayQuestion, ArraySheet, array_text
from ..language import latex
from .delimited import csv_line
from .sheet import plain


def render(sheet: ArraySheet, format: str, *, key: bool) -> str | bytes:
    """Return the worksheet in a format; with `key`, the answers stand where claims would."""
    if format == "xlsx":
        from .sheet_workbook import workbook_of

        return workbook_of(_csv(sheet, key), sheet.title)
    return {"csv": _csv, "markdown": _markdown, "latex": _latex}[format](sheet, key)


def _csv(sheet: ArraySheet, key: bool) -> str:
    """Return a row for every array given, then one for every question; readers skip what is given."""
    whose = [] if sheet.student is None else [sheet.student]
    head = ["student"] if whose else []
    lines = [csv_line([*head, "problem", "item", "question", "claim"])]
    lines += [csv_line([*whose, sheet.problem, name, GIVEN, text]) for name, text in sheet.given.items()]
    for row in sheet.rows:
        lines.append(csv_line([*whose, sheet.problem, row.item, row.question, array_text(row.answer) if key else ""]))
    return "".join(lines)


def _markdown(sheet: ArraySheet, key: bool) -> str:
    title = plain(sheet.title) + ("" if sheet.student is None else f": {plain(sheet.student)}")
    lines = [f"# {title}", "", f"## {sheet.problem}", "", "```", sheet.program.strip("\n"), "```", ""]
    if sheet.given:
        lines += [f"at {', '.join(f'`{name} = {text}`' for name, text in sheet.given.items())}", ""]
    lines += ["| item | question | answer |", "|---|---|---|"]
    for row in sheet.rows:
        lines.append(f"| `{row.item}` | {plain(row.question)} | {plain(array_text(row.answer)) if key else ''} |")
    return "\n".join([*lines, ""])


# ---- LaTeX


def _latex(sheet: ArraySheet, key: bool) -> str:
    """Return a complete document that pdflatex sets."""
    lines = [
        r"\documentclass[11pt]{article}",
        r"\usepackage[a4paper,margin=25mm]{geometry}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage[T1]{fontenc}",
        r"\usepackage{amsmath}",
        r"\setcounter{MaxMatrixCols}{40}",
        r"\setlength{\parindent}{0pt}\setlength{\parskip}{2ex}",
        r"\begin{document}",
        rf"\section*{{{_tex(sheet.title)}}}",
        "Name: " + (r"\dotfill" if sheet.student is None else _tex(sheet.student)),
        "",
        rf"\subsection*{{{_tex(sheet.problem)}}}",
        *(rf"\texttt{{{_tex(line)}}}\\" for line in sheet.program.strip().splitlines()),
    ]
    lines += [rf"at \texttt{{{_tex(f'{name} = {text}')}}}" + "\n" for name, text in sheet.given.items()]
    for row in sheet.rows:
        lines += [f"{_tex(row.question)}:", rf"\[ {_tex_name(row)} = {_matrix(row, key)} \]"]
    return "\n".join([*lines, r"\end{document}", ""])


def _tex_name(row: ArrayQuestion) -> str:
    """Return the left side of the equation that the student completes."""
    if row.about.kind == VALUE:
        return latex.name(row.item)
    above, _, below = row.item.partition("/")
    return rf"\frac{{d{latex.name(above[1:])}}}{{d{latex.name(below[1:])}}}"


def _matrix(row: ArrayQuestion, key: bool) -> str:
    """Return the answer, or an empty matrix of its shape."""
    if not row.shape:
        return latex.numeral(row.answer) if key else r"\rule{3cm}{0.4pt}"
    if len(row.shape) > 2:
        return rf"\texttt{{{_tex(array_text(row.answer))}}}" if key else r"\rule{8cm}{0.4pt}"
    rows: list[Any] = [row.answer] if len(row.shape) == 1 else row.answer
    cells = [[latex.numeral(x) if key else r"\qquad" for x in line] for line in rows]
    body = r" \\ ".join(" & ".join(line) for line in cells)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def _tex(text: str) -> str:
    """Return text on one line in which LaTeX finds no commands."""
    return latex.escaped(" ".join(text.split()))

"""A worksheet as CSV, Markdown or LaTeX: blank, or with the key filled in."""

from __future__ import annotations

import re

from ..homework.claims.answer_tables import GIVEN
from ..homework.claims.items import DERIVATIVE, LOCAL, STEP, VALUE
from ..homework.classroom.sheet import Question, SheetProblem, Worksheet
from ..language import latex
from ..numbers.systems import FLOAT
from ..text import visible
from .delimited import csv_line
from .latex_text import new_value

SHEET_FORMATS = {"csv": ".csv", "xlsx": ".xlsx", "markdown": ".md", "latex": ".tex"}


def render(sheet: Worksheet, format: str, *, key: bool) -> str | bytes:
    """Return the worksheet in a format; with `key`, the answers stand where claims would, with remarks at kinks."""
    if format == "xlsx":
        from .sheet_workbook import workbook_of

        return workbook_of(_csv(sheet, key), sheet.title)
    return {"csv": _csv, "markdown": _markdown, "latex": _latex}[format](sheet, key)


def _csv(sheet: Worksheet, key: bool) -> str:
    """Return a row for every number given, then one for every question; readers skip what is given."""
    return "".join(map(csv_line, cells(sheet, key=key)))


def cells(sheet: Worksheet, *, key: bool) -> list[list[str]]:
    """Return the rows of a sheet as a spreadsheet shows them, with what names the columns first.

    The numbers given come before the questions. What else is told stands beside them, in the column of notes, which a
    row has only where it needs it.
    """
    whose = [] if sheet.student is None else [sheet.student]
    rows = [[*(["student"] if whose else []), "problem", "item", "question", "claim", "notes"]]
    whom = [f"name: {sheet.name}", f"homework: {sheet.title}"] if sheet.name else []
    for part in sheet.parts:
        if not isinstance(part, SheetProblem):
            from .array_sheet import cells_of

            own, given = cells_of(part, whose, key=key), len(part.given)
        else:
            id = part.instance.problem.id
            own = [[*whose, id, name, GIVEN, source.text.strip()] for name, source in part.instance.given.items()]
            given = len(own)
            for row in part.rows:
                own.append([*whose, id, row.item, _question(row, key), row.answer if key else ""])
        notes = whom + [f"{label}: {' '.join(text.split())}" for label, text in part.told.items()]
        whom = []
        most = given or len(own)
        for k, note in enumerate([*notes[: most - 1], "; ".join(notes[most - 1 :])][:most]):
            own[k] += [note] * bool(note)
        rows += own
    return rows


BELOW_PROGRAM = ("where", "due", "precision", "answers", "attempts", "hint")  # what stands below a program


def _markdown(sheet: Worksheet, key: bool) -> str:
    lines = [f"# {plain(sheet.title)}", ""]
    lines += [] if sheet.student is None else [f"student: {plain(sheet.student)}", ""]
    lines += [f"name: {plain(sheet.name)}", ""] if sheet.name else []
    for part in sheet.parts:
        if isinstance(part, SheetProblem):
            id, program = part.instance.problem.id, part.instance.record.program
            texts = {name: source.text.strip() for name, source in part.instance.given.items()}
            asked = [(row.item, _question(row, key), row.answer) for row in part.rows]
        else:
            id, program, texts = part.problem, part.program, part.given
            asked = [(row.item, row.question, plain(row.text)) for row in part.rows]
        told = {label: plain(text) for label, text in part.told.items()}
        lines += [f"## {id}{': ' + told['title'] if 'title' in told else ''}", ""]
        lines += [told["text"], ""] if "text" in told else []
        lines += ["```", program.strip("\n"), "```", ""]
        lines += [f"at {', '.join(f'`{name} = {text}`' for name, text in texts.items())}", ""] if texts else []
        lines += [f"{label}: {told[label]}\n" for label in BELOW_PROGRAM if label in told]
        lines += ["| item | question | answer |", "|---|---|---|"]
        lines += [f"| `{item}` | {plain(question)} | {answer if key else ''} |" for item, question, answer in asked]
        lines.append("")
    return "\n".join(lines)


def _question(row: Question, key: bool) -> str:
    """Return what is asked, in a key with what else is right."""
    return f"{row.question} ({row.remark})" if key and row.remark else row.question


def plain(text: str) -> str:
    """Return text on one line in which Markdown finds no marks."""
    return re.sub(r"([\\`*_|<>\[\]#])", r"\\\1", visible(" ".join(text.split())))


# ---- LaTeX


def _latex(sheet: Worksheet, key: bool) -> str:
    """Return a complete document that pdflatex sets."""
    of_arrays = any(not isinstance(part, SheetProblem) for part in sheet.parts)
    lines = [
        r"\documentclass[11pt]{article}",
        r"\usepackage[a4paper,margin=25mm]{geometry}",
        r"\usepackage[utf8]{inputenc}",
        r"\usepackage[T1]{fontenc}",
        r"\usepackage{amsmath,longtable}",
        *([r"\setcounter{MaxMatrixCols}{40}"] if of_arrays else []),
        r"\setlength{\parindent}{0pt}\renewcommand{\arraystretch}{1.6}",
        r"\begin{document}",
        rf"\section*{{{latex.on_one_line(sheet.title)}}}",
        "Name: "
        + (
            r"\dotfill"
            if sheet.student is None
            else latex.on_one_line(f"{sheet.name} ({sheet.student})" if sheet.name else sheet.student)
        ),
        "",
    ]
    for part in sheet.parts:
        if isinstance(part, SheetProblem):
            lines += _latex_part(part, key)
        else:
            from .array_sheet import latex_part

            lines += latex_part(part, BELOW_PROGRAM, key=key)
    return "\n".join([*lines, r"\end{document}", ""])


def _latex_part(part: SheetProblem, key: bool) -> list[str]:
    instance = part.instance
    given = ", ".join(
        f"${latex.name(name)} = {_tex_number(source.text.strip())}$" for name, source in instance.given.items()
    )
    program = [rf"\texttt{{{latex.on_one_line(line)}}}\\" for line in instance.record.program.strip().splitlines()]
    title = f": {latex.on_one_line(part.told['title'])}" if "title" in part.told else ""
    return [
        rf"\subsection*{{{latex.on_one_line(instance.problem.id)}{title}}}",
        *([latex.on_one_line(part.told["text"]), ""] if "text" in part.told else []),
        *program,
        *([f"at {given}", ""] if given else []),
        *(
            line
            for label in BELOW_PROGRAM
            if label in part.told
            for line in (f"{label}: {latex.on_one_line(part.told[label])}", "")
        ),
        r"\begin{longtable}[l]{@{}lp{6cm}@{}}",
        *(
            rf"$\displaystyle {_asked(part, row)}${_explained(part, row)} & {_blank(row, key)} \\[2ex]"
            for row in part.rows
        ),
        r"\end{longtable}",
        "",
    ]


def _asked(part: SheetProblem, row: Question) -> str:
    """Return the left side of the equation that the student completes."""
    record = part.instance.record
    node, labels = record.graph.nodes[row.about.node], record.labels
    name = latex.name(labels[row.about.node])
    if row.about.kind == VALUE:
        every = [i != row.about.node for i in range(len(labels))]
        stop = record.graph.is_called if part.instance.is_written_out(row.about.node) else every
        shown = latex.formula(record.graph, row.about.node, stop, labels)
        return f"{name} = {shown} =" if node.arguments else f"{name} ="
    if row.about.kind == LOCAL:
        a = node.arguments[row.about.position]
        place = rf"\;\text{{(argument {row.about.position + 1})}}" if node.arguments.count(a) > 1 else ""
        below = latex.numeral(labels[a]) if labels[a][:1].isdigit() else latex.name(labels[a])
        return rf"\frac{{\partial {name}}}{{\partial {below}}}{place} ="
    if row.about.kind == DERIVATIVE:
        return rf"\frac{{d{latex.name(labels[row.about.position])}}}{{d{name}}} ="
    slope = rf"\frac{{d{latex.name(labels[record.output])}}}{{d{name}}}"
    if row.about.kind == STEP:
        update = part.instance.problem.update
        assert update is not None
        sign = "+" if update.ascent else "-"
        return rf"{new_value(name)} = {name} {sign} {_tex_number(update.rate.text.strip())} {slope} ="
    return rf"{slope} ="


def _explained(part: SheetProblem, row: Question) -> str:
    """Return what the unnamed nodes of a question are, below it."""
    record = part.instance.record
    stop = record.graph.is_called
    parts = [
        f"${latex.name(record.labels[i])} = {latex.formula(record.graph, i, stop, record.labels)}$"
        for i in part.instance.explained(row.about)
    ]
    return rf" \newline {{\footnotesize {', '.join(parts)}}}" if parts else ""


def _blank(row: Question, key: bool) -> str:
    if not key:
        return r"\dotfill"
    remark = rf" {{\footnotesize({latex.on_one_line(row.remark)})}}" if row.remark else ""
    return f"${latex.numeral(row.answer)}${remark}"


def _tex_number(text: str) -> str:
    try:
        return latex.numeral(FLOAT.brief(float(text)))
    except ValueError:
        return rf"\texttt{{{latex.on_one_line(text)}}}"

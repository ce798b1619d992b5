"""Worksheets in Markdown, as gradcli writes them, read back as the rows of a table of answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .answer_tables import GIVEN, TableRow

HEADER = ["student", "problem", "item", "question", "claim"]
_STUDENT = re.compile(r"student:\s*(.+)", re.IGNORECASE)
_PROBLEM = re.compile(r"##\s+([A-Za-z0-9][A-Za-z0-9_-]*)\s*(?::.*)?")
_GIVEN = re.compile(r"`\s*([^`=]+?)\s*=\s*([^`]+?)\s*`")
_PIPE = re.compile(r"(?<!\\)\|")
_ESCAPE = re.compile(r"\\([\\`*_|<>\[\]#])")
_RULE = re.compile(r"[-:\s]*")


def is_markdown(line: str) -> bool:
    """Whether a file that begins with this line is a worksheet in Markdown."""
    return line.lstrip("\ufeff").startswith(("# ", "## ", "|"))


def markdown_rows(lines: Iterable[str], student: str = "") -> Iterator[TableRow]:
    """Yield `HEADER`, then the numbers given and the questions of a sheet, each as the cells that it names.

    The sheet is the student's unless it names another.
    """
    yield TableRow(1, HEADER)
    problem = ""
    in_program = False
    for number, text in enumerate(lines, 1):
        line = text.strip().lstrip("\ufeff")
        if line.startswith("```"):
            in_program = not in_program
        elif in_program or not line:
            continue
        elif found := _PROBLEM.fullmatch(line):
            problem = found[1]
        elif found := _STUDENT.fullmatch(line):
            student = _ESCAPE.sub(r"\1", found[1])
        elif line.startswith("at "):
            for name, value in _GIVEN.findall(line):
                yield TableRow(number, [student, problem, name, GIVEN, value])
        elif line.startswith("|"):
            cells = [_ESCAPE.sub(r"\1", cell.strip()) for cell in _PIPE.split(line.strip("|"))]
            if len(cells) >= 3 and not _RULE.fullmatch(cells[0]) and cells[0].lower() != "item":
                item, question, claim = cells[0].strip("`").strip(), cells[1], cells[-1].strip("`").strip()
                yield TableRow(number, [student, problem, item, question, claim])

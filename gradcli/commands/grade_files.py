"""What gradcli grade writes: one report, or a folder of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..errors import InputError, LimitError
from ..reports import Style
from ..reports.grades import CLASS_FORMATS
from ..text import visible
from .streams import warn

if TYPE_CHECKING:
    from ..homework.classroom.class_summary import MarkedClass
    from ..homework.classroom.results import StudentResult


class Writer:
    """Writes the reports of a class, to standard output, a file or a folder."""

    def __init__(
        self, marked_class: MarkedClass, style: Style, gradebook: str | None, column: str | None, *, compact: bool
    ) -> None:
        self.marked_class = marked_class
        self.style = style
        self.gradebook = gradebook
        self.column = column
        self.compact = compact  # JSON on one line
        self.left_out = False  # whether a student is not in the gradebook

    def one(self, format: str, path: str | None) -> None:
        """Write one report; one that is about a student needs a class of one."""
        from .streams import emit

        if not CLASS_FORMATS[format].each:
            emit(self._pieces(format), path)
            return
        results = list(zip(range(2), self.marked_class.store.results(), strict=False))
        if len(results) != 1:
            raise InputError(f"--to {format} is one file for each student", kind="option", hint="add --out DIR")
        emit(self._of_student(results[0][1], format), path)

    def folder(self, folder: str, formats: list[str]) -> None:
        """Write the reports into a folder, and the class on standard output."""
        from ..homework.classroom.submissions import file_of_student
        from ..reports.grades import render_class
        from .streams import emit, make_folder

        make_folder(folder)
        for format in formats:
            path = os.path.join(folder, *CLASS_FORMATS[format].file.split("/"))
            if not CLASS_FORMATS[format].each:
                emit(self._pieces(format), path)
                continue
            written = set()
            for result in self.marked_class.store.results():
                own = path.replace("{}", file_of_student(result.student))
                make_folder(os.path.dirname(own))
                emit(self._of_student(result, format), own, one_of_many=True)
                written.add(os.path.relpath(own, path.partition("{}")[0]).split(os.sep)[0])
            tell_older(path.partition("{}")[0], written)
        emit(render_class(self.marked_class, "table", self.style))

    def _of_student(self, result: StudentResult, format: str) -> str:
        """Return the report of one student."""
        from ..reports import one_line_pieces
        from ..reports.grades import render_student

        report = render_student(self.marked_class, result, format)
        return "".join(one_line_pieces([report])) if self.compact and CLASS_FORMATS[format].is_json else report

    def _pieces(self, format: str) -> Iterator[str]:
        """Return the pieces of a report of the class."""
        from ..language.syntax import MAX_BYTES
        from ..reports import one_line_pieces
        from ..reports.grades import render_class
        from .streams import read

        if format != "canvas":
            pieces = render_class(self.marked_class, format, self.style)
            return one_line_pieces(pieces) if self.compact and CLASS_FORMATS[format].is_json else pieces
        from ..reports.grades.canvas import fill, missing

        assert self.gradebook is not None
        data = read(self.gradebook)
        if len(data) > MAX_BYTES:
            raise LimitError(f"{self.gradebook} is longer than {MAX_BYTES:,} bytes")
        filled = fill(self.marked_class, self.gradebook, data, self.column)
        for student in missing(self.marked_class, filled):
            self.left_out = True
            warn(f"{visible(student)[:60]} is not in {visible(self.gradebook)}")
        return iter([filled.text])


def tell_older(folder: str, written: set[str]) -> None:
    """Say which files of a folder of students are not of this run: nothing is deleted."""
    there = [name for name in sorted(os.listdir(folder)) if not name.startswith(".")] if os.path.isdir(folder) else []
    older = [visible(name)[:60] for name in there if name not in written]
    if older:
        more = f" and {len(older) - 8} more" if len(older) > 8 else ""
        warn(f"not of this run, and still in {visible(folder)}: {', '.join(older[:8])}{more}")

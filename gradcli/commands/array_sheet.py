"""gradcli sheet of a program of arrays."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ..errors import InputError, Source
from ..homework.classroom.array_sheet import array_sheet
from ..homework.diagnosis.array_lint import lint_arrays
from ..record.array_gradient import evaluate_arrays
from ..record.array_point import texts_of
from ..record.array_values import resolved
from ..record.precision import Precision
from ..record.request import Request
from ..reports import array_lint
from ..reports.array_sheet import render
from .streams import advise


class ArrayProblem:
    """A program of arrays at a point, as a worksheet. `id` is the name of the problem."""

    def __init__(self, title: str, id: str, source: Source, bindings: Mapping[str, Source]) -> None:
        self.title, self.id = title, id
        self.given = resolved(bindings)
        request = Request(Precision.of(values=texts_of(self.given)))
        self.record = evaluate_arrays(source, self.given, request)
        if self.record.arithmetic["system"] == "uncertain":
            raise InputError("a worksheet cannot have uncertain values", kind="option", hint="give plain numbers")

    @cache  # noqa: B019  # one problem a run
    def _told(self) -> None:
        sheet = array_sheet(self.title, None, self.id, self.record, self.given)
        if sheet.left_out:
            advise(f"too large to be asked for: {', '.join(sheet.left_out)}")

    def written(self, student: str | None, format: str, *, key: bool) -> str | bytes:
        """Return the sheet of a student, blank or with the answers."""
        self._told()
        return render(array_sheet(self.title, student, self.id, self.record, self.given), format, key=key)

    def linted(self) -> str:
        """Return what the numbers and sizes hide."""
        return array_lint.render(self.id, lint_arrays(self.record))


def refuse(*, hashed: bool, vary: str | None, step: bool) -> None:
    """Raise `InputError` for what a sheet of arrays does not have."""
    if hashed:
        raise InputError(
            "a key with hashes is for programs of numbers", kind="option", hint="--key writes the answers of arrays"
        )
    if step:
        raise InputError("items new(w) are for programs of numbers", kind="option", hint="leave out --step")
    if vary is not None:
        raise InputError(
            "--vary draws numbers, and not arrays", kind="option", hint="give every array a value, or a file: W=@w.csv"
        )

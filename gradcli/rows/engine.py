"""A block of rows in, a block of text out: the compiled code for ordinary rows, `evaluate` for each odd one."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from ..errors import GradcliError
from ..numbers.systems import FLOAT
from .blocks import decoded, encoded
from .cells import quoted
from .compiled import Kept, ResultPlace, row_function
from .plan import ERROR, Failed, Plan, Settings
from .sums import Sums
from .tables import ColumnBlock, reader_of
from .tiers import Numbers, Tiers


class Failure(NamedTuple):
    """A row without a result: its place among the lines of its block, and why."""

    row: int
    why: Failed


class Answer(NamedTuple):
    """What became of a block: its output, how many lines and how many rows it had, and the rows that failed.

    Where all rows are added up, `sums` has those of the block in place of the output.
    """

    data: bytes
    lines: int
    rows: int
    failures: list[Failure]
    sums: Sums | None = None


class Engine:
    """Turns blocks of text into blocks of text. Every process makes its own from the settings and the header."""

    def __init__(self, settings: Settings, header: Sequence[str] | None, plan: Plan | None = None) -> None:
        self.plan = plan or Plan(settings, header)
        self.settings = settings
        self.reader = reader_of(self.plan, header)
        self.nothing = "" if settings.target == "csv" else "null"
        self.layout = self._layout()
        self.tiers = Tiers(self.plan)

    @cached_property
    def run(self) -> Callable[..., list[str | None]]:
        """The function from rows to their texts; None for a row left to others."""
        code = self.plan.trace(arrays=False)
        if code is None:
            return _unanswered
        return row_function(code, self.layout, self.nothing, len(self.plan.kept), ieee=self.settings.ieee)

    def _layout(self) -> list[str | Kept | ResultPlace]:
        """Return how a row without an error is written."""
        kept, names, delimiter = self.plan.kept, self.plan.names, self.settings.output_delimiter
        columns: list[Kept | ResultPlace] = [Kept(k) for k in range(len(kept))]
        columns += [ResultPlace(k) for k in range(len(names))]
        layout: list[str | Kept | ResultPlace] = []
        if self.settings.target == "csv":
            for column in columns:
                layout += [column, delimiter]
            layout[-1:] = ["\n"] if self.settings.strict else [delimiter, "\n"]
            return layout
        for name, column in zip([*kept, *names], columns, strict=True):
            layout += [", " if layout else "{", f"{json.dumps(name)}: ", column]
        return [*layout, "}\n"]

    def header(self) -> bytes:
        """Return the first line of the output, if the format has one."""
        if self.settings.target != "csv":
            return b""
        names = [*self.plan.kept, *self.plan.names, *([] if self.settings.strict else [ERROR])]
        delimiter = self.settings.output_delimiter
        return encoded(delimiter.join(quoted(name, delimiter) for name in names) + "\n")

    def answer(self, data: bytes) -> Answer:
        """Return the rows of a block with their results; with `strict`, up to the first that fails."""
        text = decoded(data)
        table = self.reader.table(text)
        rows = zip(*table.inputs, *table.kept, strict=True) if table.inputs or table.kept else [()] * table.size
        lines = self.run(rows)
        for k in table.odd:
            lines[k] = None
        failures: list[Failure] = []
        if None in lines:
            settled = self._settled(table, [k for k, line in enumerate(lines) if line is None and k not in table.odd])
            for k, line in enumerate(lines):
                if line is None:
                    numbers = settled.get(k)
                    lines[k] = self.alone(table, k, failures) if numbers is None else self._written(table, k, numbers)
                    if failures and self.settings.strict:
                        del lines[k:]
                        break
        return Answer(encoded("".join(lines)), table.lines, table.size, failures)  # type: ignore[arg-type]

    def _settled(self, table: ColumnBlock, rows: list[int]) -> dict[int, Numbers]:
        """Return the results of rows that the compiled code does not answer; None for those left to `alone`."""
        points = [tuple(column[k] for column in table.inputs) for k in rows]
        return dict(zip(rows, self.tiers.answers(points), strict=True))

    def _written(self, table: ColumnBlock, k: int, numbers: Sequence[float | None]) -> str:
        """Return the text of one row without an error."""
        results = [self._text(x) for x in numbers]
        return "".join(self._parts(table, k, results))

    def _parts(self, table: ColumnBlock, k: int, results: Sequence[str]) -> list[str]:
        """Return the parts of the text of one row."""
        parts = []
        for part in self.layout:
            if isinstance(part, Kept):
                parts.append(table.kept[part.column][k])
            else:
                parts.append(results[part.place] if isinstance(part, ResultPlace) else part)
        return parts

    def alone(self, table: ColumnBlock, k: int, failures: list[Failure]) -> str:
        """Return the text of one row, certified on its own; note why if it has no results."""
        try:
            if k in table.failed:
                raise table.failed[k]
            results = [self._text(x) for x in self.plan.answer(self.reader.sources(table, k))]
            message = ""
        except GradcliError as error:
            why = Failed.of(error)
            message = why.message
            failures.append(Failure(table.numbering[k], why))
            results = [self.nothing] * len(self.plan.names)
        parts = self._parts(table, k, results)
        if message:
            ending = f"{quoted(message, self.settings.output_delimiter)}\n"
            parts[-1] = ending if self.settings.target == "csv" else f', "{ERROR}": {json.dumps(message)}}}\n'
        return "".join(parts)

    def _text(self, x: Any) -> str:
        if x is None:
            return self.nothing
        return FLOAT.text(x) if self.settings.target == "csv" else json.dumps(FLOAT.plain(x))


def _unanswered(rows: Any) -> list[str | None]:
    """Leave every row to `evaluate`: the function of a program without code."""
    return [None for _ in rows]

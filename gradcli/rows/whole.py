"""All rows of a file at once: the columns that a program reads, for a mean over the data."""

from __future__ import annotations

from typing import NamedTuple

from ..errors import GradcliError, InputError, LimitError
from ..files.array_data import MAX_NUMBERS
from .blocks import Blocks, decoded
from .engine import Engine
from .making import made_for
from .messages import about_columns
from .plan import Plan, Settings


class WholeFile(NamedTuple):
    """The rows of a file: the program made ready for its columns, and these as texts by name, one entry per row."""

    plan: Plan
    columns: dict[str, list[str]]
    rows: int


def read_whole(settings: Settings, path: str) -> WholeFile:
    """Return the rows of a file of CSV or NDJSON; - is standard input.

    Raises `InputError` for a cell that is no number, with its row, `LimitError` for more than 2,000,000 numbers,
    `StreamError` where the file cannot be read.
    """
    is_csv = settings.source == "csv"
    blocks = Blocks(path, settings.delimiter if is_csv else None, joined=settings.joined)
    try:
        header = blocks.header(settings.delimiter) if is_csv else None
        with about_columns(blocks.name):
            engine = made_for(Engine, settings, header, blocks)
        plan = engine.plan
        columns: dict[str, list[str]] = {name: [] for name in plan.columns}
        rows, at = 0, blocks.skipped + (2 if is_csv else 1)
        for data in blocks:
            table = engine.reader.table(decoded(data))
            for k in range(table.size):
                try:
                    if k in table.failed:
                        raise table.failed[k]
                    for name, source in engine.reader.sources(table, k).items():
                        columns[name].append(source.text.strip())
                except GradcliError as error:
                    where = f"{blocks.name}:{at + table.numbering[k]}"
                    raise InputError(f"{where}: {error.message}", kind="cell", hint=error.hint) from None
            rows, at = rows + table.size, at + table.lines
            if rows * len(columns) > MAX_NUMBERS:
                raise LimitError(f"{blocks.name} has more than {MAX_NUMBERS:,} numbers that the program reads",
                                 hint="take fewer rows")  # fmt: skip
        return WholeFile(plan, columns, rows)
    finally:
        blocks.close()

"""gradcli schema: the JSON Schema of what --json prints."""

from __future__ import annotations

import click

from . import shared_options as shared
from .option_parsing import Command
from .streams import emit

RECORDS = (
    "gradcli", "arrays", "shapes", "cost", "diff", "diff-arrays", "descend", "check", "array-check", "sheet-check",
    "grade", "plot", "error",
)  # fmt: skip


@click.command(cls=Command)
@click.argument("record", required=False, type=click.Choice(RECORDS), default="gradcli", metavar="[RECORD]")
@shared.COMPACT
def command(record: str, *, compact: bool) -> None:
    """Print the JSON Schema of what --json prints.

    Without an argument, print the schema of gradcli PROGRAM --json. For a program with an array, RECORD is arrays, with
    gradcli diff it is diff-arrays, and with gradcli check it is array-check. For --shapes it is shapes, for --cost it
    is cost, for gradcli check --homework it is sheet-check, for an error it is error. For other commands it is their
    name: diff, descend, check, grade, plot.
    """
    import json

    from ..reports.schema import SCHEMAS

    emit(json.dumps(SCHEMAS[record], indent=None if compact else 2) + "\n")

"""gradcli schema: the JSON Schema of what --json prints."""

from __future__ import annotations

import click

from .option_parsing import Command
from .streams import emit

RECORDS = (
    "gradcli", "arrays", "shapes", "cost", "diff", "diff-arrays", "descend", "check", "array-check", "sheet-check",
    "grade", "plot", "error",
)  # fmt: skip


@click.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("record", required=False, type=click.Choice(RECORDS), default="gradcli", metavar="[RECORD]")
@click.option("--compact", is_flag=True, help="Write JSON on one line.")
def command(record: str, *, compact: bool) -> None:
    """Print the JSON Schema of what --json prints.

    Without an argument, print the schema of gradcli PROGRAM --json. arrays is that of a program with an array, shapes
    that of --shapes, cost that of --cost; diff-arrays and array-check are those of gradcli diff and gradcli check for a
    program with an array, sheet-check that of gradcli check --homework. error is the schema of an error. The others
    have the names of commands: diff, descend, check, grade, plot.
    """
    import json

    from ..reports.schema import SCHEMAS

    emit(json.dumps(SCHEMAS[record], indent=None if compact else 2) + "\n")

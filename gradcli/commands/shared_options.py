"""Options of several commands, each declared once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.option("--file", metavar="PATH", help="Read the program from a file.")
BINDINGS = click.option(
    "--bindings",
    metavar="FILE",
    help="Read values from a JSON file; - is standard input. NAME=VALUE wins over the file.",
)
WRT = click.option("--wrt", metavar="NAME,...", help="Differentiate with respect to these inputs only.")
OF = click.option("--of", metavar="NODE", help="Differentiate this node instead of the last statement.")
EXACT = click.option("--exact", is_flag=True, help="Compute with exact fractions.")
IEEE = click.option("--ieee", is_flag=True, help="Compute with plain binary64, unchecked.")
AT_KINK = click.option(
    "--at-kink",
    type=click.Choice(["convention", "error"]),
    default="convention",
    help="Where there is no derivative: use the usual value and note both sides, or stop with an error.",
)
UPHILL = click.option("--ascent", is_flag=True, help="Take the step of --step uphill.")
JSON = click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
COMPACT = click.option("--compact", is_flag=True, help="Write JSON on one line.")
OUTPUT = click.option("-o", "--output", metavar="FILE", help="Write to FILE.")
FORMATTED_OUTPUT = click.option("-o", "--output", metavar="FILE", help="Write to FILE; its suffix chooses the format.")
ASCII = click.option("--ascii", "ascii_only", is_flag=True, help="Use ASCII characters only.")


def color(help: str) -> Callable[[F], F]:
    """Return what declares the option --color, with its help."""
    return click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help=help)

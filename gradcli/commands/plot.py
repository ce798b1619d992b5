"""gradcli plot: a program and its derivative over a range, or a map over two."""

from __future__ import annotations

import click

from ..errors import InputError
from ..reports import PLOTS, THEMES, Style
from . import shared_options as shared
from .option_parsing import Command, require_format


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="[PROGRAM] NAME=FROM:TO [NAME=VALUE]...")
@click.option("--at", metavar="NAME=VALUE", multiple=True, help="Mark a point and draw its tangent; may be repeated.")
@click.option("--of", metavar="NODE", help="Plot this node instead of the last statement.")
@click.option("--to", "format", type=click.Choice(list(PLOTS)), help="The report to write; text by default.")
@shared.JSON
@shared.COMPACT
@shared.FORMATTED_OUTPUT
@shared.FILE
@click.option("--theme", type=click.Choice(THEMES), help="The colours of svg and png; light by default.")
@shared.color("Colour the plot.")
@shared.ASCII
def command(
    words: tuple[str, ...],
    at: tuple[str, ...],
    of: str | None,
    format: str | None,
    as_json: bool,
    compact: bool,
    output: str | None,
    file: str | None,
    theme: str | None,
    color: str,
    ascii_only: bool,
) -> None:
    """Plot PROGRAM and its derivative over a range of one input. Every other input has a fixed value.

    With two ranges, draw a map: lines of equal value, and arrows for the gradient. FROM and TO are numbers or
    expressions such as -pi. The curves break at poles, jumps, kinks and the ends of the domain, and where there is no
    limit.
    """
    from ..plotting.plot import plot
    from ..record import bindings as binding
    from ..reports import one_line, render_plot
    from .progress import Progress
    from .streams import emit, program_and_words, terminal

    chosen = _format(format, as_json or compact, output)
    if theme is not None:
        require_format("--theme", chosen, ("svg", "png"))
    source, rest = program_and_words(list(words), file)
    given = binding.split(rest, source)
    try:
        with Progress(lambda: "plotting"):
            found = plot(source, given, at=at, of=of, fine=chosen not in ("text", "csv"))
    except InputError as error:
        arrays = [value for value in given.values() if binding.looks_like_array(value.text)]
        ranges = [value for value in arrays if value.text.count(",") == 1]  # [1, 3] is a range elsewhere
        if (error.kind != "arrays" and not arrays) or (ranges and error.kind == "binding"):
            raise
        hint = "a plot is of numbers: give entries names of their own, such as x1 and x2"
        if error.kind == "arity":  # a function of arrays, such as sum(x)
            raise InputError(f"{arrays[0].name} is an array", kind="arrays", hint=hint) from None
        raise error.but(hint=hint) from None
    look = terminal(color, ascii_only, to_file=output is not None)
    report = render_plot(found, chosen, Style(look.width, look.color, look.ascii, theme=theme or "light"))
    emit(one_line(report) if compact else report, output)


def _format(format: str | None, as_json: bool, output: str | None) -> str:
    """Return the format that the options and the suffix of the output file choose."""
    from .suffixes import chosen_format

    suffixes = {suffix: name for name, (_, suffix) in PLOTS.items()}
    return chosen_format(format, output, suffixes, "plot", "text", as_json=as_json)

"""gradcli diff: the gradient as formulas, and higher derivatives."""

from __future__ import annotations

from collections.abc import Callable

import click

from ..errors import InputError
from ..language.lexer import composed
from ..reports import FORMULAS, one_line
from . import shared_options as shared
from .option_parsing import Command, Whole


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="[PROGRAM] [NAME]... [NAME=VALUE]...")
@click.option(
    "--order",
    type=Whole(1, 20),
    default=1,
    metavar="N",
    help="The order of the derivatives; 2 gives the Hessian.",
)
@click.option("--to", "format", type=click.Choice(FORMULAS), default="text", help="The report to write.")
@shared.JSON
@shared.COMPACT
@shared.OF
@click.option(
    "--shapes", is_flag=True, help="Read NAME=NxD as the shape of an array: the formulas of arrays need no values."
)
@click.option("--exact", is_flag=True, help="Print values as fractions.")
@click.option("--digits", type=int, metavar="N", help="Print values with N certain digits.")
@shared.BINDINGS
@shared.FILE
@shared.OUTPUT
def command(
    words: tuple[str, ...],
    order: int,
    format: str,
    as_json: bool,
    compact: bool,
    of: str | None,
    shapes: bool,
    exact: bool,
    digits: int | None,
    bindings: str | None,
    file: str | None,
    output: str | None,
) -> None:
    """Print the gradient of PROGRAM as formulas.

    The derivatives are taken with respect to each NAME. Without a NAME, they are taken with respect to all inputs.

    The text is itself a program for gradcli. If it has several derivatives, choose the output with --of, for example
    gradcli - --of df_dw. NAME=VALUE sets a point: the values there, and notes about the point, are printed too.
    """
    from ..record import bindings as binding
    from ..record.higher_derivatives import differentiate_formula
    from ..record.precision import Precision
    from ..reports.formulas import render
    from .progress import Progress
    from .streams import emit, holds, program_and_words, read_bindings

    written = "json" if as_json or compact else format
    source, rest = program_and_words(list(words), file)
    names = _names(rest)
    from_file = {} if bindings is None else read_bindings(bindings, holds(source))
    given = {**from_file, **binding.split(word for word in rest if "=" in word)}

    def of_arrays() -> str:
        from .array_diff import array_diff

        with Progress(lambda: "differentiating"):
            return array_diff(source, given, names, order=order, of=of, shapes=shapes, exact=exact, digits=digits,
                              format=written, may_be_unused=from_file)  # fmt: skip

    def of_numbers() -> str:
        with Progress(lambda: "differentiating"):
            record = differentiate_formula(source, names, order=order, of=of, bindings=given, may_be_unused=from_file,
                        precision=Precision.of(exact=exact, digits=digits, values=given.values()))  # fmt: skip
            return render(record, written)

    report = _of_either(of_numbers, of_arrays, shapes or any(binding.looks_like_array(x.text) for x in given.values()))
    emit(one_line(report) if compact else report, output)


def _of_either(of_numbers: Callable[[], str], of_arrays: Callable[[], str], has_arrays: bool) -> str:
    """Return the report of a program of numbers, or of one of arrays where a value or the program has one."""
    if has_arrays:
        return of_arrays()
    try:
        return of_numbers()
    except InputError as problem:
        from ..language.arrays_needed import ArraysNeeded

        if not isinstance(problem, ArraysNeeded):
            raise
        try:
            return of_arrays()
        except InputError as other:
            if problem.instead is None or other.kind not in ("unbound", "option"):
                raise
        raise problem from None  # numbers are meant, and its hint writes the program with what they have


def _names(words: list[str]) -> list[str] | None:
    """Return the names among some words, None for no name.

    Raises `InputError` where blanks or commas stand where they should not among names and values.
    """
    from ..record.bindings import is_cut
    from ..record.retyping import is_irregular, retyped

    irregular = is_cut(words) or any(is_irregular(word) for word in words if "=" in word)
    if irregular and (mistyped := retyped(words, lone=True)):
        raise mistyped
    commas = [word for word in words if "," in word and "=" not in word and "(" not in word]
    if commas:
        names = [name for part in commas[0].split(",") if (name := part.strip())]
        raise InputError(f"{commas[0][:60]}: separate names with blanks here", kind="option",
                         hint=f"write {' '.join(names)}", instead=(commas[:1], names))  # fmt: skip
    return [composed(word) for word in words if "=" not in word] or None

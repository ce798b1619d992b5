"""gradcli rows: many points through one program."""

from __future__ import annotations

import os
import sys

import click

from ..errors import InputError, Source
from . import shared_options as shared
from .option_parsing import Command, Whole

ROWS_FORMATS = ("csv", "tsv", "json", "ndjson", "parquet", "arrow")
ROWS_SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson",
                 ".parquet": "parquet", ".arrow": "arrow", ".feather": "arrow"}  # fmt: skip
DELIMITERS = {"tab": "\t", "\\t": "\t", "space": " "}
# What every format is to the computation, which knows text in columns and lines of JSON.
KINDS = {"tsv": "csv", "json": "ndjson"}
TOTALS = {"json": "ndjson", "parquet": "csv", "arrow": "csv"}  # the format of one line, by that of the input


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="PROGRAM [FILE] [NAME=VALUE]...")
@click.option(
    "--from",
    "source",
    type=click.Choice(ROWS_FORMATS),
    help="The format of the input; by default that of its suffix, or csv.",
)
@click.option(
    "--to",
    "target",
    type=click.Choice(ROWS_FORMATS),
    help="The format of the output; by default that of the input (ndjson for json).",
)
@shared.JSON
@shared.WRT
@click.option("--sum", "added", is_flag=True, help="Write one line for all rows: the sum of each number over the data.")
@click.option("--mean", is_flag=True, help="Write one line for all rows: the mean of each number over the data.")
@click.option("--weights", metavar="HEADER", help="With --sum or --mean: the weight of each row is in this column.")
@click.option("--skip-errors", is_flag=True, help="With --sum or --mean: leave out the rows without an answer.")
@click.option("--value", is_flag=True, help="Write the value only, without the gradient.")
@shared.OF
@click.option("--nodes", metavar="NAME,...", help="Also write the value and the upstream gradient of these nodes.")
@click.option(
    "--keep", metavar="HEADER,...", help="Copy these columns of the input to the output; all copies every column."
)
@click.option("--delimiter", metavar="CHARACTER", help="The character between two cells, such as ';' or ' '.")
@click.option(
    "--column", "called", metavar="NAME=HEADER", multiple=True, help="Read the input NAME from the column HEADER."
)
@click.option("--strict", is_flag=True, help="Stop at the first row without an answer. Write no error column.")
@shared.IEEE
@click.option(
    "--at-kink", type=click.Choice(["convention", "error"]), default="convention",
    help="Where there is no derivative: use the usual value, or make the row an error.",
)  # fmt: skip
@click.option("--jobs", type=Whole(1, 256), default=1, metavar="N", help="Use N processes.")
@click.option(
    "--engine", "kind", type=click.Choice(["auto", "rows", "columns"]), default="auto",
    help="Compute row by row, or in columns (needs the extra arrow). The output is the same.",
)  # fmt: skip
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Use a dask cluster (needs the extra dask). -o FOLDER/ writes one file for each partition.",
)
@shared.FILE
@shared.OUTPUT
def command(
    words: tuple[str, ...],
    source: str | None,
    target: str | None,
    as_json: bool,
    wrt: str | None,
    added: bool,
    mean: bool,
    weights: str | None,
    skip_errors: bool,
    value: bool,
    of: str | None,
    nodes: str | None,
    keep: str | None,
    delimiter: str | None,
    called: tuple[str, ...],
    strict: bool,
    ieee: bool,
    at_kink: str,
    jobs: int,
    kind: str,
    dask: str | None,
    file: str | None,
    output: str | None,
) -> int:
    """Compute PROGRAM and its gradient for every row of FILE, or of standard input.

    The columns of FILE (in JSON: the keys) give the inputs their values. NAME=VALUE gives an input the same value in
    all rows. The output has a column for the value (f), one for each derivative (df/dx), and one for the error of a
    row (error; not with --strict). An error is also reported on standard error. The exit status is then 2 or 3.

    At a kink or a jump there is no derivative. The usual value is written (0 for abs and relu), without a note;
    --at-kink error makes such a row an error. A number beyond the largest binary64 is written as inf or -inf (in
    NDJSON as the texts "inf" and "-inf"). It is no error.

    --sum and --mean add up all rows, and round once, at the end. If a row has no answer, there is no sum, unless
    --skip-errors leaves it out.
    """
    from ..rows.plan import Settings
    from ..rows.streaming import stream
    from .streams import program_and_words
    from .suffixes import require_json

    written = Source(file or "program", "".join(words[:1]))
    path, constants = _sort(list(words if file is not None else words[1:]), written)
    _check_input(words, file, path)
    program, _ = program_and_words(list(words), file)
    source = source or _format(path) or "csv"
    if as_json:
        require_json(target)
    chosen = "json" if as_json else target or _target(output)
    total = _total(added, mean, weights, skip_errors, keep, strict)
    target = chosen or (TOTALS if total else {"json": "ndjson"}).get(source, source)
    if total and target in ("parquet", "arrow"):
        raise InputError(f"--{total} makes one line: --to csv or --to json", kind="option")
    cells = _delimiter(delimiter)
    settings = Settings(
        program, constants, KINDS.get(source, source), KINDS.get(target, target),
        cells or ("\t" if source == "tsv" else ","), joined=source == "json", array=target == "json",
        written="\t" if target == "tsv" else cells or (None if chosen is None else ","), columns=_called(called),
        wrt=() if value else _names("--wrt", wrt), of=of, nodes=_names("--nodes", nodes) or (),
        keep=None if keep == "all" else _names("--keep", keep) or (), ieee=ieee, at_kink=at_kink, strict=strict,
        total=total, weights=weights, skip_errors=skip_errors,
    )  # fmt: skip
    if value and wrt is not None:
        raise InputError("--value and --wrt contradict each other", kind="option")
    if "csv" not in (settings.source, settings.target) and cells:
        raise InputError("--delimiter is for csv", kind="option")
    if total and output and (output.endswith("/") or os.path.isdir(output)):
        raise InputError(f"--{total} makes one line: -o names a file", kind="option")
    if jobs > 1 and {"parquet", "arrow"} & {settings.source, settings.target}:
        raise InputError("--jobs is for csv and ndjson: parquet and arrow use all cores by themselves", kind="option")
    return stream(settings, path, output, jobs, kind, dask)


def _total(added: bool, mean: bool, weights: str | None, skip_errors: bool, keep: str | None, strict: bool) -> str:
    """Return what all rows are to become: "sum", "mean", or nothing for a line each."""
    total = "mean" if mean else "sum" if added else ""
    if added and mean:
        raise InputError("--sum and --mean contradict each other", kind="option")
    for option, given in (("--weights", weights is not None), ("--skip-errors", skip_errors)):
        if given and not total:
            raise InputError(f"{option} needs --sum or --mean", kind="option")
    for option, given in (("--keep", keep is not None), ("--strict", strict and skip_errors)):
        if given and total:
            other = "--skip-errors" if option == "--strict" else f"--{total}"
            raise InputError(f"{option} and {other} contradict each other", kind="option")
    return total


def _check_input(words: tuple[str, ...], file: str | None, path: str | None) -> None:
    """Raise unless there is a program, and rows that come from somewhere else."""
    from .names import no_program
    from .streams import check_read_once

    if not words and file is None:
        raise no_program()
    is_typed = file == "-" or (file is None and words[0] == "-")
    check_read_once({"the program": is_typed, "the rows": path in (None, "-")})
    if path is None and sys.stdin is not None and sys.stdin.isatty():
        hint = "name a file, or - for what you will type"
        raise InputError("there are no rows on standard input", kind="option", hint=hint)


def _sort(words: list[str], program: Source | None = None) -> tuple[str | None, dict[str, Source]]:
    """Return the file and the bindings among the words after the program."""
    from ..record import bindings as binding

    if binding.is_cut(words):
        from ..record.retyping import retyped

        if mistyped := retyped(words, lone=True):
            raise mistyped
    names = [word for word in words if not ("=" in word and binding.NAME.fullmatch(word.partition("=")[0].strip()))]
    if len(names) > 1:
        from ..record.word_slips import quoted

        hint = quoted(program)
        raise InputError(f"one file is expected, and {names[1][:60]} is another", kind="option", hint=hint)
    return (names[0] if names else None), binding.split(word for word in words if word not in names)


def _format(path: str | None) -> str | None:
    return next((form for suffix, form in ROWS_SUFFIXES.items() if path and path.lower().endswith(suffix)), None)


def _target(path: str | None) -> str | None:
    """Return the format of the output that its suffix names; raise for one that names no known format."""
    name = os.path.basename(path or "")
    device = path is not None and os.path.exists(path) and not os.path.isfile(path)
    if path is None or device or _format(path) or "." not in name.lstrip("."):
        return _format(path)
    suffix = name[name.rindex(".") :]
    hint = f"known are {', '.join(ROWS_SUFFIXES)}; or name the format with --to"
    raise InputError(f"-o {path[-60:]}: no format is known by the suffix {suffix[:20]}", kind="option", hint=hint)


def _delimiter(text: str | None) -> str | None:
    """Return the character that separates cells, None for that of the format."""
    if text is None:
        return None
    text = DELIMITERS.get(text, text)
    if len(text) != 1 or text in "\"\r\n0123456789.-+eE'" or not text.isascii():
        raise InputError("--delimiter takes one character, such as ; or tab or space", kind="option")
    return text


def _called(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the columns that --column names, each with the name that the program has for it."""
    from ..language.lexer import composed
    from ..record.bindings import NAME

    found: dict[str, str] = {}
    for word in words:
        name, equals, column = (part.strip() for part in word.partition("="))
        name = composed(name)
        if not equals or not NAME.fullmatch(name) or not column:
            hint = "for example --column x='Pressure (x)'"
            raise InputError(f"--column {word[:60]}: NAME=HEADER is expected", kind="option", hint=hint)
        if name in found:
            raise InputError(f"--column names {name[:40]} twice", kind="option")
        found[name] = column
    return tuple(found.items())


def _names(option: str, text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    names = tuple(name.strip() for name in text.split(","))
    if not all(names):
        raise InputError(f"{option} takes names, separated by commas", kind="option")
    return names

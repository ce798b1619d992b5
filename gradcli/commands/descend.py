"""gradcli descend: steps of gradient descent, one line a step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from ..errors import GradcliError, InputError, LimitError, Source
from ..reports import DESCENTS, THEMES, Style
from .option_parsing import Command, Whole, require_format

if TYPE_CHECKING:
    from ..plotting.plot import Plot
    from ..record.descent import Descent, DescentLine
    from ..record.descent_points import DataPoints
    from ..record.update_rules import Update

MOST_STEPS = 1_000_000
FEW_STEPS, MANY_STEPS = 10, 1_000  # steps where none are asked for, and where the gradient is to become small


@click.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("words", nargs=-1, metavar="PROGRAM [NAME=VALUE]...")
@click.option("--wrt", metavar="NAME,...", help="Change these inputs only.")
@click.option("--rate", metavar="RATE", help="The rate; by default that of the rule, if it has one.")
@click.option("--steps", type=Whole(min=0), metavar="N", help="Take N steps; 10 by default, 1,000 with --until.")
@click.option(
    "--rule", metavar="RULE", default="gd",
    help="gd, momentum, nesterov, adagrad, rmsprop or adam. RULE:NAME=VALUE,... sets its parameters.",
)  # fmt: skip
@click.option("--until", type=float, metavar="NORM", help="Stop where the norm of the gradient is at most NORM.")
@click.option("--ascent", is_flag=True, help="Go uphill.")
@click.option("--state", is_flag=True, help="Also show the state of the rule, such as its running means.")
@click.option("--steps-of", type=Whole(min=1), metavar="K", help="Show the derivation of step K instead.")
@click.option("--of", metavar="NODE", help="Descend on this node instead of the last statement.")
@click.option("--to", "format", type=click.Choice(list(DESCENTS)), help="The report to write; a table by default.")
@click.option("--json", "as_json", is_flag=True, help="The same as --to json.")
@click.option("--compact", is_flag=True, help="Write JSON on one line.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE; its suffix chooses the format.")
@click.option("--data", metavar="FILE", help="Descend on the mean over the rows of FILE: csv, tsv or ndjson.")
@click.option("--batch", type=Whole(min=1), metavar="N", help="Each step uses the next N rows of the data.")
@click.option(
    "--shuffle", type=int, metavar="SEED", help="With --batch: shuffle the rows before every pass over the data."
)
@click.option("--bindings", metavar="FILE", help="Read values from a JSON file; - is standard input.")
@click.option("--file", metavar="PATH", help="Read the program from a file.")
@click.option("--exact", is_flag=True, help="Compute with exact fractions.")
@click.option("--digits", type=int, metavar="N", help="Carry N certain digits from step to step.")
@click.option("--ieee", is_flag=True, help="Compute with plain binary64, unchecked.")
@click.option(
    "--at-kink", type=click.Choice(["convention", "error"]), default="convention",
    help="Where there is no derivative: use the usual value and note both sides, or stop with an error.",
)  # fmt: skip
@click.option("--figures", type=Whole(min=1), metavar="N", help="Show N significant figures; 6 by default.")
@click.option(
    "--picture", type=click.Choice(["path", "curve"]),
    help="What svg shows: the path of one or two numbers, or the value.",
)  # fmt: skip
@click.option("--theme", type=click.Choice(THEMES), help="The colours of svg; light by default.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="Colour the table.")
@click.option("--ascii", "ascii_only", is_flag=True, help="Use ASCII characters only.")
def command(words: tuple[str, ...], **options: Any) -> None:
    """Take steps against the gradient of PROGRAM, from the point given, and print a line for each.

    A line has the value, the norm of the gradient, and what --wrt names: numbers and short vectors in full, larger
    arrays by their norm. Without --wrt all inputs are changed. Every line is certain for the numbers of the line before
    it. These are binary64, with --exact fractions, with --digits decimals of N digits.

    With --data FILE, PROGRAM describes one row: the columns of FILE give the inputs their values. The descent is on the
    mean over all rows. Without --wrt all other inputs are changed. With --batch, a line has the value and the gradient
    of the rows that the next step uses.

    gradcli rules adam shows the formula of a rule and its parameters. If there is no value or no derivative at some
    step, the lines before it are printed, and the exit status is 3.
    """
    from ..record.update_rules import update_of
    from .streams import holds, program_and_words, read_bindings

    chosen = _format(options)
    if options["theme"] is not None:
        require_format("--theme", chosen, ("svg",))
    if options["picture"] is not None and chosen != "svg":
        raise InputError("--picture is for svg", kind="option", hint="add --to svg")
    steps_of, steps = options["steps_of"], options["steps"]
    if steps is None:
        steps = steps_of or (FEW_STEPS if options["until"] is None else MANY_STEPS)
    if options["until"] is not None and not 0 <= options["until"] < math.inf:
        raise InputError("--until takes a number that is not below 0", kind="option")
    if steps > MOST_STEPS:
        raise LimitError(f"--steps takes at most {MOST_STEPS:,}")
    if steps_of is not None and steps_of > steps:
        raise InputError(f"--steps-of {steps_of} is beyond --steps {steps}", kind="option")
    update = update_of(options["rule"], options["rate"], ascent=options["ascent"])
    program, rest = program_and_words(list(words), options["file"])
    from ..record import bindings as binding

    given: dict[str, Source] = {}
    if options["bindings"] is not None:
        given = read_bindings(options["bindings"], holds(program))
    from_file = list(given)
    given |= binding.split(rest, program)
    descent = _descent(program, given, from_file, update, steps_of or steps, options)
    if steps_of is not None:
        _write_derivation(descent, options)
    else:
        _write(descent, chosen, options)


def _descent(
    program: Source, given: dict[str, Source], from_file: list[str], update: Update, steps: int, options: dict[str, Any]
) -> Descent:
    """Return the descent that the options ask for, of numbers or of arrays."""
    from ..language.arrays_needed import ArraysNeeded
    from ..record.bindings import looks_like_array
    from ..record.descent import Descent, Length
    from ..record.descent_points import ArrayPoints, Points
    from ..record.request import Request
    from .options import names_of
    from .streams import holds

    length = Length(steps, options["until"], options["steps_of"])
    wrt = None if options["wrt"] is None else names_of("--wrt", options["wrt"])
    request = Request(_precision(given, options), of=options["of"], wrt=wrt, at_kink=options["at_kink"],
                      may_be_unused=from_file)  # fmt: skip
    stream = holds(program) or ("the values" if options["bindings"] == "-" else None)
    if options["data"] is not None:
        points = _of_data(program, given, wrt, stream, options)
        if wrt is None:
            request = request._replace(wrt=points.parameters)
        return Descent(points, request._replace(of=None), update, length)
    if options["batch"] is not None or options["shuffle"] is not None:
        raise InputError("--batch and --shuffle are for --data", kind="option")
    if not any(looks_like_array(value.text) for value in given.values()):
        try:
            return Descent(Points(program, given, request), request, update, length)
        except InputError as problem:
            if not isinstance(problem, ArraysNeeded):
                raise
    from ..record.array_point import texts_of
    from ..record.array_values import resolved

    values = resolved(given, stream)
    request = request._replace(precision=_precision({source.name: source for source in texts_of(values)}, options))
    return Descent(ArrayPoints(program, values), request, update, length)


def _of_data(
    program: Source, given: dict[str, Source], wrt: list[str] | None, stream: str | None, options: dict[str, Any]
) -> DataPoints:
    """Return the points of a mean over the rows of a file."""
    from ..record.array_values import resolved
    from ..record.descent_points import Data, DataPoints
    from ..rows.plan import Settings
    from ..rows.whole import read_whole
    from .streams import check_read_once

    path = options["data"]
    check_read_once({stream or "": stream is not None, "the data": path == "-"})
    if options["shuffle"] is not None and options["batch"] is None:
        raise InputError("--shuffle is for --batch: all rows at once have no order", kind="option")
    source, delimiter = _data_format(path)
    settings = Settings(program, given, source, of=options["of"], delimiter=delimiter, wrt=())
    whole = read_whole(settings, path)
    values = resolved(given, stream)
    own = {name: text for name, text in whole.plan.given.items() if name in whole.plan.graph.inputs and "[" not in name}
    data = Data(whole.columns, whole.rows, options["batch"], options["shuffle"])
    points = DataPoints(program, whole.plan.graph, whole.plan.output, {**own, **values}, data)
    if wrt is None and not points.parameters:
        raise InputError("there is nothing to change: every input is a column of the data", kind="name",
                         hint="bind what is to be found, such as w=0")  # fmt: skip
    if mixed := [name for name in wrt or () if name in whole.columns]:
        raise InputError(f"{mixed[0]} is a column of the data, which no step changes", kind="name",
                         hint="leave it out of --wrt")  # fmt: skip
    return points


def _data_format(path: str) -> tuple[str, str]:
    """Return the format of a file of data, and what separates its cells."""
    lower = path.lower()
    if lower.endswith((".ndjson", ".jsonl")):
        return "ndjson", ","
    if lower.endswith((".json", ".parquet", ".arrow", ".feather", ".xlsx")):
        raise InputError(f"data are read from .csv, .tsv and .ndjson, and not from {path}", kind="option")
    return "csv", "\t" if lower.endswith(".tsv") else ","


def _precision(values: dict[str, Source], options: dict[str, Any]) -> Any:
    from ..record.precision import Precision

    found = Precision.of(
        exact=options["exact"], digits=options["digits"], ieee=options["ieee"], values=[*values.values()]
    )
    if found.name == "uncertain":
        raise InputError("a descent starts from numbers without an uncertainty", kind="option",
                         hint="leave +- out")  # fmt: skip
    return found


def _format(options: dict[str, Any]) -> str:
    """Return the format that the options and the suffix of the output file choose."""
    format, output = options["format"], options["output"]
    if options["as_json"] or options["compact"]:
        if format not in (None, "json"):
            raise InputError(f"--json and --to {format} contradict each other", kind="option")
        return "json"
    if format is not None or output is None or options["steps_of"] is not None:
        return format or "table"
    from .suffixes import by_suffix

    return by_suffix(output, {suffix: name for name, (_, suffix) in DESCENTS.items()}, "descent", "; or add --to")


def _style(options: dict[str, Any]) -> Style:
    from .streams import terminal

    look = terminal(options["color"], options["ascii_only"], to_file=options["output"] is not None)
    return Style(look.width, look.color, look.ascii, theme=options["theme"] or "light", figures=options["figures"])


def _write(descent: Descent, chosen: str, options: dict[str, Any]) -> None:
    """Write a report of the lines; where they end in an error, of those before it, and then raise it."""
    from ..reports import one_line, render_descent
    from .progress import Progress
    from .streams import emit, tell

    lines: list[DescentLine] = []
    failure: GradcliError | None = None
    whole = chosen in ("csv", "json", "ndjson")
    with Progress(lambda: f"step {len(lines):,}"):
        try:
            for line in descent.lines():
                lines.append(line if whole else line.slim())
        except GradcliError as error:
            if not lines:
                raise
            failure = error
    over = _path(descent, lines, options["picture"]) if chosen == "svg" else None
    report = render_descent(descent, lines, chosen, _style(options), state=options["state"], over=over)
    emit(one_line(report) if options["compact"] else report, options["output"])
    if chosen not in ("table", "json") or options["output"] is not None:
        for remark in [*descent.remarks, *filter(None, [descent.ended])]:
            tell(remark)
    if failure is not None:
        raise failure


def _path(descent: Descent, lines: list[DescentLine], picture: str | None) -> Plot | None:
    """Return the path of the steps on the plot of the program, where one is to be drawn.

    Says why it is not, where it could be expected. Raises `InputError` where one is asked for and there is none.
    """
    from ..plotting.paths import path_of
    from .progress import Progress
    from .streams import tell

    many = len(descent.entries())
    if picture == "curve" or (picture is None and many > 2):
        return None
    try:
        if many > 2:
            raise InputError(f"{many:,} numbers are changed, and a path is that of one or two", kind="option",
                             hint="choose them with --wrt")  # fmt: skip
        with Progress(lambda: "plotting"):
            return path_of(descent, lines)
    except GradcliError as error:
        if picture is not None:
            raise
        tell(f"the curve of the value is drawn, not the path: {error.message}")
        return None


def _write_derivation(descent: Descent, options: dict[str, Any]) -> None:
    """Write the derivation of one step: both passes at the point before it, and the new values."""
    from ..record.array_gradient import ArrayGradient
    from ..reports import render, render_arrays
    from .progress import Progress
    from .streams import emit

    if options["format"] is not None or options["as_json"] or options["compact"]:
        raise InputError("--steps-of writes a derivation: leave out --to, --json and --compact", kind="option")
    with Progress(lambda: "descending"):
        for _ in descent.lines():
            if descent.derived is not None:
                break
    record: Any = descent.derived
    if record is None:
        raise InputError(f"there is no step {options['steps_of']}: {descent.ended}", kind="option")
    style, in_arrays = _style(options), isinstance(record, ArrayGradient)
    emit(render_arrays(record, "steps", style) if in_arrays else render(record, "steps", style), options["output"])

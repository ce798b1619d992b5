"""The main job for a program of arrays, and --shapes, which needs no values."""

from __future__ import annotations

from ..errors import InputError, Source
from ..language.names import UnboundError
from ..record.array_gradient import ArrayGradient, evaluate_arrays
from ..record.array_point import Given, texts_of
from ..record.array_values import check_standard_input, resolved
from ..record.precision import Precision
from ..record.request import Request
from ..reports import ARRAY_FORMATS, LIBRARIES, one_line, render, render_arrays
from .array_derivatives import add_derivatives, asked_of, other_derivatives, several_outputs
from .options import Options, names_of
from .progress import Progress
from .record_output import style_of, verdict, write_frames, write_notes, write_unseen_notes
from .streams import emit, holds, tell

WHOLE_PROGRAM = "all"  # what --open takes for every array


def differentiate_arrays(
    program: Source, given: dict[str, Source], request: Request, options: Options, chosen: str
) -> int:
    """Differentiate a program of arrays and write the report; return the exit status."""
    opened = [] if options.opened is None else names_of("--open", options.opened)
    in_arrays = options.bare or (chosen in ARRAY_FORMATS and WHOLE_PROGRAM not in opened)
    entries = [entry for text in options.entry for entry in names_of("--entry", text)]
    if entries:
        _check_entry(options)
    if options.share and in_arrays:
        hint = "leave it out, or add --open all, which shows the numbers inside"
        raise InputError("--share merges nodes of numbers, and these are arrays", kind="option", hint=hint)
    with Progress(lambda: "differentiating"):
        values = resolved(given, holds(program) or ("the values" if options.bindings == "-" else None))
        texts = [*texts_of(values), request.upstream]
        precision = Precision.of(exact=options.exact, digits=options.digits, ieee=options.ieee, values=texts)
        request = request._replace(precision=precision)
        outputs = several_outputs(options, chosen)
        if outputs is not None:
            request = asked_of(request, options, outputs)
        names = [name for name in opened if name != WHOLE_PROGRAM]
        record = _evaluated(program, values, request, names, of_arrays=outputs is not None)
        if in_arrays:
            _add(record, options)
        add_derivatives(record, options, outputs)
    if entries:
        _write_entries(record, entries, options)
    elif options.bare:
        _write_bare(record, options)
    elif in_arrays and options.frames is None:
        _write(record, options, chosen)
    else:
        return _write_opened(record, options, chosen, in_arrays=in_arrays)
    return verdict(record, options, chosen)


def _add(record: ArrayGradient, options: Options) -> None:
    """Add the second derivatives and the checks that are asked for."""
    if options.hessian:
        from ..record.array_checks import array_hessian

        record.hessian = array_hessian(record)
    if options.verify:
        from ..record.array_checks import verify_arrays

        record.checks = verify_arrays(record)


def _check_entry(options: Options) -> None:
    """Raise `InputError` for options that cannot go with --entry."""
    others = {
        "--value": options.value, "--grad": options.grad, "--hessian": options.hessian, "--verify": options.verify,
        "--frames": options.frames, "--to": options.format, "--json": options.as_json, "--compact": options.compact,
        "--steps": options.steps, "--open": options.opened,
    }  # fmt: skip
    if asked := [option for option, wanted in others.items() if wanted]:
        raise InputError(f"--entry writes the lines of one entry: leave out {asked[0]}", kind="option")


def _write_entries(record: ArrayGradient, entries: list[str], options: Options) -> None:
    """Write what the entries that are asked for are made of."""
    from ..reports.array_entry import render as render_entries

    emit(render_entries(record, entries, style_of(options, "steps")), options.output)


def _evaluated(
    program: Source, values: dict[str, Given], request: Request, opened: list[str], *, of_arrays: bool = False
) -> ArrayGradient:
    """Return the record; the error for missing values says how shapes are seen without any."""
    try:
        return evaluate_arrays(program, values, request, opened, of_arrays=of_arrays)
    except UnboundError as problem:
        if problem.guess:
            raise
        raise problem.but(hint=f"{problem.hint}, numbers or arrays; --shapes NAME=NxD needs no values") from None


def _write_bare(record: ArrayGradient, options: Options) -> None:
    """Write bare numbers, one per line; an array is JSON on one line."""
    from ..reports.array_json import one_array

    lines = []
    if options.value:
        value = record.values[record.output]
        assert value is not None  # the output is always listed
        lines.append(one_array(record, value, record.shape(record.output)))
    derivatives = other_derivatives(record)
    if derivatives is None:
        derivatives = [record.derivative(name) for name in record.task.request.grad or ()]
    lines += [one_array(record, *array) for array in derivatives]
    emit("".join(f"{line}\n" for line in lines), options.output)
    write_notes(record)


def _write(record: ArrayGradient, options: Options, chosen: str) -> None:
    """Write a report of arrays."""
    with Progress(lambda: "writing the report"):
        report = render_arrays(record, chosen, style_of(options, chosen))
    emit(one_line(report) if options.compact else report, options.output)
    write_unseen_notes(record, options, chosen)


def _write_opened(record: ArrayGradient, options: Options, chosen: str, *, in_arrays: bool) -> int:
    """Write a report of the scalar nodes that the arrays stand for, and say so; return the exit status.

    Frames always are of scalar nodes; a report beside them may be one of arrays.
    """
    scalar, _ = record.open()
    if options.hessian and not in_arrays:
        from ..record.higher_derivatives import hessian

        scalar.hessian = hessian(scalar)
    if options.verify and not in_arrays:
        from ..record.verification import verify

        scalar.checks = verify(scalar)
    style = style_of(options, chosen)
    if options.frames is not None:
        write_frames(scalar, options.frames, style)
    if options.reported:
        with Progress(lambda: "writing the report"):
            report = render_arrays(record, chosen, style) if in_arrays else render(scalar, chosen, style)
        emit(one_line(report) if options.compact else report, options.output)
    tell("the arrays are shown as the numbers inside, each with a name such as W[1,0]")
    write_unseen_notes(scalar, options, chosen)
    return verdict(record if in_arrays else scalar, options, chosen)


def write_shapes(program: Source, given: dict[str, Source], request: Request, options: Options, chosen: str) -> None:
    """Write the shape of every node and its backward rules; values serve for their shapes alone."""
    from ..record.array_shapes import shapes_of
    from ..reports.array_shapes import render

    numbers = {
        "--value": options.value, "--grad": options.grad, "--steps": options.steps, "--frames": options.frames,
        "--hessian": options.hessian, "--verify": options.verify, "--exact": options.exact, "--digits": options.digits,
        "--ieee": options.ieee, "--upstream": options.upstream != "1", "--share": options.share,
    }  # fmt: skip
    if asked := [option for option, wanted in numbers.items() if wanted]:
        raise InputError(f"--shapes shows no numbers: leave out {asked[0]}", kind="option")
    check_standard_input(given, holds(program))
    if chosen in LIBRARIES:
        from .array_code import write_code_of_shapes

        write_code_of_shapes(program, given, request, options, chosen)
        return
    if chosen not in ("table", "json"):
        hint = f"leave out --to, or add --json; --to {' or '.join(LIBRARIES)} writes code"
        raise InputError(f"--shapes is a table or JSON, not {chosen}", kind="option", hint=hint)
    report = render(shapes_of(program, given, request), chosen, style_of(options, chosen))
    emit(one_line(report) if options.compact else report, options.output)

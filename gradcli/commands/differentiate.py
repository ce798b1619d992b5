"""The main job: gradcli PROGRAM NAME=VALUE..."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..calculus.building import uncollected
from ..errors import InputError, Source
from ..language.names import UnboundError
from ..record import bindings as binding
from ..record.gradient import Gradient, evaluate
from ..record.precision import Precision
from ..record.request import Request
from ..reports import (
    CODE,
    FORMATS,
    LIBRARIES,
    PICTURES,
    PYTHON,
    STEPPED,
    STEPS,
    THEMED,
    WHOLE,
    format_of,
    one_line,
    render,
)
from .option_parsing import require_format
from .options import Options, names_of
from .progress import Progress
from .record_output import style_of, verdict, write_frames, write_notes, write_unseen_notes
from .streams import emit, holds, program_and_words, read_bindings
from .suffixes import by_suffix, require_json

if TYPE_CHECKING:
    from ..record.update_rules import Update


@uncollected()
def differentiate_words(words: list[str], options: Options) -> int:
    """Read the program and the point, differentiate, and write the report; return the exit status."""
    chosen = _format(options)
    _check_grad(options)
    from_file: dict[str, Source] = {}
    if options.from_python is not None:
        from .from_python import program_from_python

        program, from_file = program_from_python(options)
        rest = words
    else:
        program, rest = program_and_words(words, options.file)
    if options.bindings is not None:
        from_file |= read_bindings(options.bindings, holds(program))
    given = {**from_file, **binding.split(rest, program)}
    request = _request(given, from_file, options, chosen)
    texts = [options.upstream, *(value.text for value in given.values())]
    needs_arrays = options.of_arrays or options.entry or options.opened or chosen in LIBRARIES
    if needs_arrays or any(map(binding.looks_like_array, texts)):
        return _arrays(program, given, request, options, chosen)
    try:
        with Progress(lambda: "differentiating"):
            graph = request.graph(program, given)
            record = _record(evaluate(program, given, request, graph), options)
    except UnboundError as error:
        if given or options.bindings is not None:
            raise
        from .pointless import write_formulas

        write_formulas(program, graph, request, options, chosen, error)
        return 0
    except InputError as problem:
        from ..language.arrays_needed import ArraysNeeded

        if not isinstance(problem, ArraysNeeded):
            raise
        return _arrays(program, given, request, options, chosen)
    if options.bare:
        numbers = [record.value] if options.value else []
        numbers += [record.gradient[name] for name in _grad(options)]
        emit("".join(f"{record.system.text(x)}\n" for x in numbers), options.output)
        write_notes(record)
    else:
        _write(record, options, chosen)
    if record.checks is None:
        return 0
    return verdict(record, options, chosen)


def _arrays(program: Source, given: dict[str, Source], request: Request, options: Options, chosen: str) -> int:
    """Do the main job for a program with an array; return the exit status."""
    from .array_differentiate import differentiate_arrays, write_shapes

    if options.cost:
        from .array_cost import write_cost

        write_cost(program, given, request, options, chosen)
        return 0
    if options.shapes:
        write_shapes(program, given, request, options, chosen)
        return 0
    if chosen in LIBRARIES and not given and options.bindings is None:
        from .array_code import numbers_alone, write_code_of_shapes

        if numbers := numbers_alone(program, request):
            write_code_of_shapes(program, numbers, request, options, chosen)
            return 0
    return differentiate_arrays(program, given, request, options, chosen)


def _request(given: dict[str, Source], from_file: dict[str, Source], options: Options, chosen: str) -> Request:
    """Return what the options ask of a program at a point; values from a file may go unused."""
    upstream = Source("--upstream", options.upstream)
    precision = Precision.of(
        exact=options.exact, digits=options.digits, ieee=options.ieee, values=[*given.values(), upstream]
    )
    return Request(
        precision, of=options.of, wrt=_asked(options), grad=_grad(options) or None, upstream=upstream,
        at_kink=options.at_kink, share=options.share, nodes=_kept(options, chosen),
        gates=options.nodes == "named" and chosen not in CODE, may_be_unused=from_file, step=_step(options, chosen),
    )  # fmt: skip


def _step(options: Options, chosen: str) -> Update | None:
    """Return the step that --step asks for, or None."""
    if options.step is None and not options.ascent:
        return None
    if options.bare and options.step is not None:
        raise InputError("--value and --grad print bare numbers: leave out --step", kind="option")
    others = {"--shapes": options.shapes, "--cost": options.cost, "--jacobian": options.jacobian,
              "--tangent": options.tangent, "--entry": options.entry}  # fmt: skip
    if options.step is not None and (asked := [option for option, wanted in others.items() if wanted]):
        raise InputError(f"{asked[0]} and --step ask for different things: leave one out", kind="option")
    if options.step is not None and chosen not in STEPPED:
        hint = f"--step goes with --to {', '.join(STEPPED)}"
        raise InputError(f"{chosen} shows no step of descent", kind="option", hint=hint)
    from ..record.update_rules import step_of

    return step_of(options.step, ascent=options.ascent)


def _record(record: Gradient, options: Options) -> Gradient:
    """Return a record with the second derivatives and the checks that are asked for."""
    if options.hessian:
        from ..record.higher_derivatives import hessian

        before = len(record.notes)
        record.hessian = hessian(record)
        if record.gates is not None:
            gates = record.gates
            gates.notes += [note._replace(node=gates.output) for note in record.notes[before:]]
    if options.verify:
        from ..record import verification

        record.checks = verification.verify(record)
    return record


def _asked(options: Options) -> list[str] | None:
    """Return the inputs to differentiate with respect to, None for all."""
    if options.wrt is not None:
        return names_of("--wrt", options.wrt)
    return [] if options.value and not options.verify else None


def _grad(options: Options) -> list[str]:
    """Return what --grad asks for, in that order: inputs, or nodes that the program computes."""
    return [name for text in options.grad for name in names_of("--grad", text)]


def _check_grad(options: Options) -> None:
    """Raise where --grad asks for a derivative that --wrt leaves out, or --hessian for what nobody would see."""
    if options.hessian and options.bare:
        raise InputError("--value and --grad print bare numbers: leave out --hessian", kind="option")
    wrt = None if options.wrt is None else names_of("--wrt", options.wrt)
    left_out = [name for name in _grad(options) if wrt is not None and not {name, name.partition("[")[0]} & set(wrt)]
    if left_out:
        raise InputError(f"--wrt leaves out {left_out[0][:40]}, which --grad asks for", kind="option")


def _kept(options: Options, chosen: str) -> str:
    """Return which nodes the record has to keep for what is asked for."""
    if options.verify or options.steps or options.frames or options.entry or chosen in WHOLE:
        return "all"
    if options.bare:
        return "none"
    return options.nodes or ("ends" if chosen == "table" else "all")


def _write(record: Gradient, options: Options, chosen: str) -> None:
    """Write the frames if they are asked for, and the report unless they are all that is."""
    nodes = options.nodes
    if record.gates is not None:
        record.gates.hessian, record.gates.checks = record.hessian, record.checks
        record, nodes = record.gates, "all"
    style = style_of(options, chosen)._replace(nodes=nodes)
    if options.frames is not None:
        write_frames(record, options.frames, style)
        if not options.reported:
            write_unseen_notes(record, options, chosen)
            return
    with Progress(lambda: "writing the report"):
        report = render(record, chosen, style)
    emit(one_line(report) if options.compact else report, options.output)
    write_unseen_notes(record, options, chosen)


def _format(options: Options) -> str:
    """Return the format that the options and the suffix of the output file choose."""
    for extra, asked in (("--steps", options.steps), ("--frames", options.frames is not None)):
        if asked and options.bare:
            raise InputError(f"--value and --grad print bare numbers: leave out {extra}", kind="option")
    found = _any_format(options)
    if (
        options.steps
        and options.format is None
        and not options.as_json
        and (options.output is None or found == "table")
    ):
        return "steps"
    if options.steps and found not in STEPS:
        raise InputError(
            f"{found} holds no derivation", kind="option", hint=f"--steps goes with --to {', '.join(STEPS)}"
        )
    if options.frames is None:
        for option, asked, formats in (
            ("--theme", options.theme is not None, THEMED), ("--constants", options.constants, PICTURES),
            ("--standalone", options.standalone, ("tikz",)),
        ):  # fmt: skip
            if asked:
                require_format(option, found, formats)
    return found


def _any_format(options: Options) -> str:
    """Return what --to, --json or the suffix say, a table where they say nothing."""
    format, output = options.format, options.output
    if options.as_json:
        require_json(format)
    if options.compact and not options.bare and "json" not in (format, "json" if options.as_json else None):
        if format is not None or (output is not None and format_of(output) != "json"):
            raise InputError("--compact is for JSON alone", kind="option", hint="add --json")
        return "json"
    if options.bare and (format is not None or options.as_json or options.compact):
        raise InputError("--value and --grad print bare numbers: leave out --to, --json and --compact", kind="option")
    if options.as_json:
        return "json"
    if format is not None:
        return format
    if output is None or options.bare:
        return "table"
    if output.lower().endswith(".py"):
        kinds = f"{', '.join(PYTHON[:-1])} or {PYTHON[-1]}"
        raise InputError(f"{output} may be code of several kinds", kind="option", hint=f"add --to {kinds}")
    known = {suffix: name for name, (_, suffixes) in FORMATS.items() for suffix in suffixes}
    return by_suffix(output, known, "format", "; or add --to")

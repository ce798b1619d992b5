"""The main job: gradcli PROGRAM NAME=VALUE..."""

from __future__ import annotations

import gc

from .. import bindings as binding
from ..errors import InputError, Source
from ..gradient import Gradient, differentiate
from ..reports import FORMATS, STEPS, WHOLE, Style, format_of, render
from .progress import Progress
from .streams import emit, make_folder, program_and_words, read_program, terminal


def differentiate_words(
    words: list[str],
    *,
    format: str | None,
    as_json: bool,
    steps: bool,
    frames: str | None,
    output: str | None,
    value: bool,
    grad: tuple[str, ...],
    wrt: str | None,
    of: str | None,
    upstream: str,
    bindings: str | None,
    file: str | None,
    nodes: str | None,
    share: bool,
    verify: bool,
    hessian: bool,
    exact: bool,
    digits: int | None,
    ieee: bool,
    at_kink: str,
    constants: bool,
    theme: str | None,
    standalone: bool,
    color: str,
    ascii_only: bool,
) -> int:
    """Read the program and the point, differentiate, and write the report; return the exit status."""
    gc.disable()  # millions of live nodes and no cycles: collecting would only cost
    chosen = _format(format, as_json, output, steps=steps, bare=value or bool(grad))
    if frames is not None and (value or grad):
        raise InputError("--value and --grad print bare numbers: leave out --frames", kind="option")
    program, rest = program_and_words(words, file)
    spare: dict[str, Source] = {}
    if bindings is not None:
        spare = binding.from_file(bindings, read_program(bindings).text)
    given = {**spare, **binding.split(rest)}
    whole = verify or steps or frames or chosen in WHOLE
    by_default = "ends" if chosen == "table" else "all"
    kept = "all" if whole else "none" if value or grad else nodes or by_default
    asked = _names(wrt) if wrt is not None else list(grad) if grad else [] if value and not verify else None
    with Progress(lambda: "differentiating"):
        record = differentiate(
            program, given, wrt=asked, of=of, upstream=Source("--upstream", upstream), exact=exact, digits=digits,
            ieee=ieee, at_kink=at_kink, share=share, spare=spare, nodes=kept,
        )  # fmt: skip
    status = 0
    if hessian:
        from .. import formulas
        from ..certainty import Mode

        mode = Mode.of(exact=exact, digits=digits, ieee=ieee, bindings=given.values())
        record.hessian = formulas.hessian(record, given, mode)
    if verify:
        from .. import verification

        record.checks = verification.verify(record)
        status = int(any(check.verdict == "disagrees" for check in record.checks))
    if value or grad:
        numbers = [record.value] if value else []
        numbers += [record.gradient[name] for name in grad]
        emit("".join(f"{record.system.text(x)}\n" for x in numbers), output)
        return status
    look = terminal(color, ascii_only, to_file=output is not None)
    colors = theme or ("auto" if chosen == "html" else "light")
    style = Style(look.width, look.color, look.ascii, nodes, steps, constants, colors, standalone)
    if frames is not None:
        _write_frames(record, frames, style)
        if format is None and not as_json and output is None and not steps:
            return status
    emit(render(record, chosen, style), output)
    return status


def _write_frames(record: Gradient, folder: str, style: Style) -> None:
    """Write one SVG a step into a folder, which is made where it is not there."""
    from ..reports.walk import frames

    make_folder(folder)
    for name, text in frames(record, style):
        emit(text, f"{folder}/{name}")


def _format(format: str | None, as_json: bool, output: str | None, *, steps: bool, bare: bool) -> str:
    """Return the format that the options and the suffix of the output file choose."""
    if steps and bare:
        raise InputError("--value and --grad print bare numbers: leave out --steps", kind="option")
    found = _any_format(format, as_json, output, bare=bare)
    if steps and format is None and not as_json and (output is None or found == "table"):
        return "steps"
    if steps and found not in STEPS:
        raise InputError(
            f"{found} holds no derivation", kind="option", hint=f"--steps goes with --to {', '.join(STEPS)}"
        )
    return found


def _any_format(format: str | None, as_json: bool, output: str | None, *, bare: bool) -> str:
    """Return what --to, --json or the suffix say, a table where they say nothing."""
    if as_json and format not in (None, "json"):
        raise InputError(f"--json and --to {format} contradict each other", kind="option")
    if bare and (format is not None or as_json):
        raise InputError("--value and --grad print bare numbers: leave out --to and --json", kind="option")
    if as_json:
        return "json"
    if format is not None:
        return format
    if output is None or bare:
        return "table"
    found = format_of(output)
    if found is None:
        known = ", ".join(suffix for _, suffixes in FORMATS.values() for suffix in suffixes)
        raise InputError(f"no format has the suffix of {output}", kind="option", hint=f"known are {known}; or add --to")
    return found


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    if not all(names):
        raise InputError("--wrt takes names, separated by commas", kind="option")
    return names

"""--cost: what both passes, forward mode and a Hessian cost, from values or from shapes alone."""

from __future__ import annotations

from ..errors import InputError, Source
from ..language.names import UnboundError
from ..record.array_cost import cost_of, cost_of_shapes
from ..record.array_values import resolved
from ..record.request import Request
from ..reports import array_cost, one_line
from .options import Options, names_of
from .record_output import style_of
from .streams import emit, holds


def write_cost(program: Source, given: dict[str, Source], request: Request, options: Options, chosen: str) -> None:
    """Write what a program costs: at values, or with --shapes for shapes in place of values."""
    others = {
        "--value": options.value, "--grad": options.grad, "--steps": options.steps, "--frames": options.frames,
        "--hessian": options.hessian, "--verify": options.verify, "--jacobian": options.jacobian,
        "--tangent": options.tangent,
    }  # fmt: skip
    if asked := [option for option, wanted in others.items() if wanted]:
        raise InputError(f"--cost shows no derivatives: leave out {asked[0]}", kind="option")
    if chosen not in ("table", "json"):
        raise InputError(
            f"--cost is a table or JSON, not {chosen}", kind="option", hint="leave out --to, or add --json"
        )
    if options.of is not None and len(names_of("--of", options.of)) > 1:
        raise InputError("--cost is that of one output: name one in --of", kind="option")
    if options.shapes:
        record = cost_of_shapes(program, given, request)
    else:
        try:
            record = cost_of(program, resolved(given, holds(program)), request)
        except UnboundError as problem:
            hint = f"{problem.hint}; or --shapes {problem.names[0]}=NxD ..., which needs no values"
            raise (problem if problem.guess else problem.but(hint=hint)) from None
    report = array_cost.render(record, chosen, style_of(options, chosen))
    emit(one_line(report) if options.compact else report, options.output)

"""What the main job adds for outputs that are arrays: --jacobian of them and of several, and --tangent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..errors import InputError
from ..record import bindings as binding
from ..record.array_gradient import ArrayGradient
from ..record.array_values import resolved
from ..record.request import Request
from .options import Options, names_of

SHOW_DERIVATIVES = ("table", "json")  # the formats that have Jacobians and tangents


def several_outputs(options: Options, chosen: str) -> list[str] | None:
    """Return the names of the outputs whose derivatives are asked for beside a gradient; None where they are not.

    Raises `InputError` for options that do not go together.
    """
    names = [] if options.of is None else names_of("--of", options.of)
    asked = "--jacobian" if options.jacobian else "--tangent" if options.tangent else None
    if len(names) > 1 and not options.jacobian:
        raise InputError(f"--of names {len(names)} outputs, and a gradient is that of one", kind="option",
                         hint="add --jacobian, or name one of them")  # fmt: skip
    if asked is None:
        return None
    if options.jacobian and options.tangent:
        raise InputError("--jacobian has the derivatives along every direction: leave out --tangent", kind="option")
    if not options.bare and (chosen not in SHOW_DERIVATIVES or options.frames is not None):
        what = chosen if options.frames is None else "--frames"
        raise InputError(f"{asked} is shown in a table or in JSON, not in {what}", kind="option")
    return names


def asked_of(request: Request, options: Options, outputs: Sequence[str]) -> Request:
    """Return a request for what several outputs, or one that is an array, are differentiated with respect to."""
    wrt = None if options.wrt is None else names_of("--wrt", options.wrt)
    last = outputs[-1] if outputs else None
    of = last if last is None or len(outputs) == 1 else last.partition("[")[0].strip()
    return request._replace(of=of, wrt=wrt)


def add_derivatives(record: ArrayGradient, options: Options, outputs: Sequence[str] | None) -> None:
    """Add the Jacobian or the tangents that are asked for to a record."""
    if options.jacobian:
        from ..record.array_jacobian import array_jacobian

        record.jacobian = array_jacobian(record, outputs or [])
    if options.tangent:
        from ..record.array_tangent import array_tangent

        record.tangent = array_tangent(record, resolved(binding.split(options.tangent)))


def other_derivatives(record: ArrayGradient) -> list[tuple[list[Any], tuple[int, ...]]] | None:
    """Return the arrays of a Jacobian, output by output, or the tangent of the output; None where none is asked for."""
    if record.jacobian is not None:
        jacobian = record.jacobian
        return [jacobian.block(k, name) for k in range(len(jacobian.outputs)) for name in record.task.columns]
    if record.tangent is not None:
        column = record.tangent.columns[record.output]
        assert column is not None  # that of the output is always settled
        return [(column, record.shape(record.output))]
    return None

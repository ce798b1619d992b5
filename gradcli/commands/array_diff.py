"""gradcli diff for a program of arrays: the gradient as a program, from values or from shapes alone."""

from __future__ import annotations

from collections.abc import Collection

from ..errors import InputError, Source
from ..language.names import UnboundError
from ..record.array_formulas import ArrayFormulas, asked, formulas_at, formulas_of_shapes
from ..record.array_point import texts_of
from ..record.array_values import resolved
from ..record.precision import Precision
from ..record.request import Request
from ..reports import array_formulas
from .streams import holds


def array_diff(
    program: Source,
    given: dict[str, Source],
    names: list[str] | None,
    *,
    order: int,
    of: str | None,
    shapes: bool,
    exact: bool,
    digits: int | None,
    format: str,
    may_be_unused: Collection[str] = (),
) -> str:
    """Return the report of the gradient of a program of arrays. Raises `InputError` for an order beyond the first."""
    if order != 1:
        raise InputError("formulas of arrays are of order 1", kind="option",
                         hint="second derivatives at a point: gradcli PROGRAM NAME=VALUE... --hessian")  # fmt: skip
    request = asked(names, Request(of=of, may_be_unused=may_be_unused))
    return array_formulas.render(_record(program, given, request, shapes, exact, digits), format)


def _record(
    program: Source, given: dict[str, Source], request: Request, shapes: bool, exact: bool, digits: int | None
) -> ArrayFormulas:
    if shapes:
        if exact or digits is not None:
            raise InputError("--shapes shows no numbers: leave out --exact and --digits", kind="option")
        return formulas_of_shapes(program, given, request)
    values = resolved(given, holds(program))
    precision = Precision.of(exact=exact, digits=digits, values=texts_of(values))
    try:
        return formulas_at(program, values, request._replace(precision=precision))
    except UnboundError as problem:
        if problem.guess:
            raise
        hint = f"--shapes {problem.names[0]}=NxD ... gives shapes in place of values"
        raise problem.but(hint=hint) from None

"""Text and shapes -> ArrayGraph: `parse_arrays`, and what is said where that fails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fractions import Fraction

from ..arrays.graph import ArrayGraph
from ..arrays.sizes import Shape, Sizes
from ..calculus.building import uncollected
from ..errors import MAX_BYTES, InputError, LimitError, Source, Within
from .array_instructions import MAX_WORK
from .array_names import ArrayScope
from .array_running import ArrayFunction
from .array_syntax import ArrayReader


@uncollected()
def parse_arrays(
    source: Source,
    shapes: Mapping[str, Shape],
    *,
    of: str | None = None,
    wrt: Collection[str] | None = None,
    unless_assigned: Collection[str] = (),
    sizes: Sizes | None = None,
    statics: Mapping[str, Fraction] | None = None,
    compounds: Collection[str] = (),
) -> ArrayGraph:
    """Return the graph of a program of arrays, with the shape of every node.

    `shapes` has the shape of every name that bindings give (they win over constants and functions); those in
    `unless_assigned` count only where the program does not assign them. `statics` has the numbers of bound whole
    numbers, from which sizes, axes, indices and the bounds of `for` may be read. `of` is the node that will be the
    output if it is not the last statement. Names in `wrt` that the program sets to plain numbers or arrays of them
    become inputs, and if nothing is an input all such names do. `sizes` has what is known of letters, and learns more.
    `compounds` are names with a shape that are more than a word, such as dL/dz.

    Raises `InputError` with the span of what is wrong: of kind "shape", with repairs after which the whole program
    fits, where shapes do not fit; of kind "unbound", with all names, where some have no shape; and `LimitError` for a
    text of more than 8 MiB or too many arrays, numbers or steps.
    """
    if len(source.text) > MAX_BYTES:
        raise LimitError(f"the program is longer than {MAX_BYTES:,} bytes", source=Source(source.name, ""))
    known = dict(sizes.known) if sizes else {}

    def read(text: str, work: int) -> tuple[ArrayGraph, ArrayScope]:
        fresh = Sizes()
        fresh.known.update(known)
        scope = ArrayScope(text, shapes, unless_assigned, fresh, statics or {}, work)
        return _parsed(Source("", text), scope, of, wrt or (), compounds), scope

    scope = ArrayScope(source.text, shapes, unless_assigned, sizes or Sizes(), statics or {}, MAX_WORK)
    try:
        return _parsed(source, scope, of, wrt or (), compounds)
    except InputError as problem:
        raise _better(problem, scope, read) from None


def _better(
    problem: InputError, scope: ArrayScope, read: Callable[[str, int], tuple[ArrayGraph, ArrayScope]]
) -> InputError:
    """Return the error with what was meant: repairs of shapes, or another language's manner of writing."""
    if problem.kind == "shape":
        from .array_habits import of_vectors
        from .array_repairs import with_repairs

        if (repaired := of_vectors(problem, scope, read)) is not problem:
            return repaired
        repaired = with_repairs(problem, scope, read)
        if repaired is problem and not any(scope.shapes.values()):  # a program of numbers
            from .array_habits import improved

            return improved(problem, scope, read)
        return repaired
    if problem.kind in ("syntax", "arity", "transpose") or problem.is_foreign:
        from .array_habits import improved

        return improved(problem, scope, read)
    if problem.kind == "unbound":
        from .array_habits import improved
        from .mending import derivative_command

        if derived := derivative_command(scope.text, scope.shapes, bool):
            return problem.but(hint=derived, guess=True)
        better = improved(problem, scope, read)
        return problem if better is problem else better.but(guess=True)
    return problem


def _parsed(
    source: Source, scope: ArrayScope, of: str | None, wrt: Collection[str], compounds: Collection[str]
) -> ArrayGraph:
    with Within(source):
        found = list(ArrayReader(source.text, scope, compounds).read())
        if not found:
            example = "for example: W@x + b"
            raise InputError("the program is empty", kind="syntax", span=(0, 0), hint=example)
        values = [s for s in found if not isinstance(s, ArrayFunction)]
        if isinstance(found[-1], ArrayFunction):
            values.append(scope.called(found[-1]))
        return scope.finished(values, of, wrt)

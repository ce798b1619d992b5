"""What is wrong with a program of arrays, in the terms of the person who typed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..arrays.sizes import Misfit, Shape, described, shape_text
from ..calculus.operations import CONSTANTS
from ..calculus.spellings import function, function_names
from ..errors import InputError
from ..text import did_you_mean, other_capitals
from .array_instructions import CALL, INDEX, operand_spans
from .arrays_needed import ARRAY_FUNCTIONS, SIZE
from .names import UnboundError, clip_name
from .scope import Instruction
from .writing import EXPRESSION_CHARACTERS

OPERAND_CHARACTERS = 24  # characters of an operand that is named by its text
Span = tuple[int, int]
Site = tuple[Sequence[Instruction], Sequence[str], int]  # an instruction among others, with their operands


class ShapeError(InputError):
    """Shapes do not fit. `site` is where: the instructions, and which of them failed.

    `repairs` are programs that fit, each but one edit away, the most likely first.
    """

    kind = "shape"
    site: Site | None = None
    repairs: Sequence[str] = ()


class UnknownCount(InputError):
    """A size, an axis, a place or a bound hangs on what is not known before the run: the inputs `names`, or more."""

    kind = "number"
    names: Sequence[str] = ()


def unknown_count(what: str, names: Sequence[str], span: Span, hint: str | None) -> UnknownCount:
    """Return the error for a number that has to be known before a run. It hangs on these inputs alone, if on any."""
    if names:
        shown = [clip_name(name) for name in names[:5]]
        numbers = "a whole number" if len(shown) == 1 else "whole numbers"
        hint = f"write {numbers} for {' and '.join(shown)}, such as {' '.join(f'{name}=3' for name in shown)}"
    error = UnknownCount(what, span=span, hint=hint)
    error.names = names
    return error


# ---- shapes that do not fit


def misfit_error(misfit: Misfit, text: str, site: Site, calls: Sequence[str], where: str) -> ShapeError:
    """Return the error for the instruction that a run stopped at, with the operands called by their texts.

    `calls` are the functions of the user's that were being run, and `where` is the step of a recurrence.
    """
    instructions, _, at = site
    found = instructions[at]
    span = (found[4], found[6])
    names = _names(text, instructions, at)
    expression = _clipped(text[span[0] : span[1]])
    what = filled(misfit.what, names)
    step = f" at {where}" if where else ""
    message = f"{expression}{step}{' does not fit' if misfit.meeting else ''}: {what}"
    hint = filled(misfit.hint, names) if misfit.hint else None
    if calls:
        within = f"in {calls[-1]}(...)"
        hint = f"{hint}; {within}" if hint else within
    error = ShapeError(message, span=span, hint=hint)
    error.site = site
    return error


def filled(text: str, names: Sequence[str]) -> str:
    """Return the text of a misfit with names in place of {0}, {1}, ..."""
    for k, name in enumerate(names):
        text = text.replace(f"{{{k}}}", name)
    return text


def _clipped(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= EXPRESSION_CHARACTERS else text[: EXPRESSION_CHARACTERS - 3] + "..."


def _names(text: str, instructions: Sequence[Instruction], at: int) -> list[str]:
    """Return what the arguments of an instruction are called: their texts where these are short."""
    kind, what, *_ = instructions[at]
    spans = operand_spans(instructions, at)
    if kind == CALL:
        spans = spans[: what.arrays]
    called = []
    for k, (start, end) in enumerate(spans):
        shown = " ".join(text[start:end].split())
        if len(shown) <= OPERAND_CHARACTERS:
            called.append(shown)
        elif kind == INDEX or len(spans) == 1:
            called.append("the array" if k == 0 else f"index {k}")
        elif len(spans) == 2 and kind != CALL:
            called.append(("the left side", "the right side")[k])
        else:
            called.append(f"argument {k + 1}")
    return called


# ---- literals


def ragged(row: int, shape: Shape, first: Shape, span: Span) -> InputError:
    """Return the error for a row of an array that is not like the first one."""
    if len(shape) == len(first) == 1:
        what = f"row {row} has {_numbers(shape[0])}, row 0 has {first[0]}"
    elif len(shape) == len(first):
        what = f"row {row} is {shape_text(shape)}, row 0 is {shape_text(first)}"
    else:
        what = f"entry {row} {described(shape)}, entry 0 {described(first)}"
    return InputError(what, kind="literal", span=span, hint="all rows of an array have one shape")


def _numbers(size: Any) -> str:
    return f"{size} number" if size == 1 else f"{size} numbers"


def too_deep(span: Span) -> InputError:
    """Return the error for an array of more than four axes."""
    return InputError("an array has at most 4 axes", kind="literal", span=span, hint="take away a pair of [ ]")


# ---- steps


def check_bounds(low: int, high: int, span: Span) -> None:
    """Raise `InputError` for steps that count down. There may be none at all: 1..0."""
    if high < low - 1:
        hint = f"steps count upwards: write {high}..{low}, and for the other way an index such as h[{low}-k]"
        raise InputError(f"{low}..{high} has no steps", kind="number", span=span, hint=hint)


# ---- names


def is_called(name: str, own: Collection[str]) -> bool:
    """Whether a name is that of a function."""
    return function(name) is not None or name in ARRAY_FUNCTIONS or name == SIZE or name in own


def array_function_names() -> list[str]:
    """Return the names that a program of arrays can call and that may be meant: those of numbers without short ones."""
    return [*function_names(shortest=3), *sorted(ARRAY_FUNCTIONS), SIZE]


def _product(name: str, known: Collection[str]) -> str | None:
    """Return a hint where a name is those of two arrays written together; None elsewhere."""
    from .foreign_names import product_of

    factors = product_of(name, known)
    if not factors:
        return None
    return f"for a product of matrices write {factors.replace('*', '@')}, entry by entry {factors}"


def unbound(missing: Mapping[str, Span], known: Collection[str], read: Collection[str]) -> UnboundError:
    """Return the error for all names that have no shape, with what may have been meant by them.

    `missing` has their places; `known` are the names with a shape, and `read` those that the program reads.
    """
    from .foreign_names import OFTEN_VARIABLES, name_hint

    names = list(missing)
    idle = [name for name in known if name not in read]
    guess = None
    for name in names[:10]:
        constants = () if name in OFTEN_VARIABLES else CONSTANTS
        near = (
            _product(name, idle)
            or did_you_mean(name, idle)
            or name_hint(name, known)
            or did_you_mean(name, [*constants])
        )
        guess = near or guess
    guess = other_capitals([clip_name(name) for name in names[:10]], idle) or guess
    return UnboundError(names, missing[names[0]], guess)

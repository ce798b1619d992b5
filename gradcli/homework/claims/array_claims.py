"""Claims about arrays: what a student wrote, as numbers in a shape, a formula of arrays, a shape, or nothing at all.

Nothing is executed. An entry is read as a claim about numbers is, so that its written figures count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from ...arrays.graph import ArrayGraph
from ...arrays.sizes import Shape as AnyShape
from ...arrays.table import NUMBER
from ...errors import GradcliError, InputError, MathError, Source
from ...language.array_scope import parse_arrays
from ...language.names import UnboundError, clip_name
from ...record.array_values import array_value
from ...record.bindings import looks_like_array
from ...record.values import NUMERAL
from ...text import clip, did_you_mean
from .array_items import ArrayItem, Shape
from .array_runs import is_finite, plain_values
from .chain import derivatives_in, with_definitions
from .claims import FINITE, MAX_LENGTH, Absent, AnyFormula, Number, absent_in, read_claim
from .no_numbers import infinite

_SIZES = re.compile(r"[\[(]?\s*(\d+(?:\s*(?:[xX×,*\s]|[-\s]by[-\s])\s*\d+)*)?\s*,?\s*[\])]?")  # noqa: RUF001
_WRAPPED = re.compile(r"(?:torch\.)?Size\s*\((.*)\)|[R\u211d]\s*\^\s*(.*)")
_ROW = re.compile(rf"{NUMERAL.pattern}(?:(?:\s*,\s*|\s+){NUMERAL.pattern})+")  # which is no decimal comma here
_SIZE = re.compile(r"\d+")
MAX_SHAPE = 60  # characters


class Numbers(NamedTuple):
    """An array of claimed numbers, flat, those of the last axis first."""

    shape: Shape
    entries: list[Number]


class ArrayFormula(AnyFormula[ArrayGraph, ArrayItem]):
    """A claimed formula of arrays."""

    __slots__ = ()


class ShapeClaim(NamedTuple):
    """A claimed shape."""

    shape: Shape


ArrayWritten = Numbers | ArrayFormula | ShapeClaim | Absent


def read_shape(text: str) -> ShapeClaim:
    """Return the shape that a text says: 3x2, (3, 2), [3, 2], torch.Size([3]), () or `a number`.

    Raises `InputError` for what is none.
    """
    plain = text.strip()
    if wrapped := _WRAPPED.fullmatch(plain):
        plain = (wrapped[1] or wrapped[2] or "").strip()
    if plain.lower() in ("a number", "number", "scalar"):
        return ShapeClaim(())
    if not plain or len(plain) > MAX_SHAPE or not _SIZES.fullmatch(plain):
        raise InputError("this is no shape", kind="claim", hint="write 3x2, or (3, 2)")
    sizes = tuple(map(int, _SIZE.findall(plain)))
    if 0 in sizes:
        raise InputError("a size is 1 or more", kind="claim", hint="the shape of a number is ()")
    return ShapeClaim(sizes)


def read_array_claim(
    text: str,
    shapes: Mapping[str, AnyShape],
    definitions: str,
    derivative: Callable[[str], ArrayItem | None],
    *,
    files: bool,
) -> ArrayWritten:
    """Return what a claim about numbers says; `shapes` are those of the names of the program.

    `definitions` are its functions as text, `derivative` returns what a part such as dL/dz stands for. Without `files`
    a claim may not name a file. Raises `GradcliError` with the reason why the claim says nothing.
    """
    text = text.strip()
    if text not in shapes and (absent := absent_in(text)):
        return absent
    if not looks_like_array(text):
        return _single(text, shapes, definitions, derivative)
    try:
        found = array_value(Source("claim", text), files=files)
    except InputError as problem:
        if not text.startswith("["):
            raise
        if lacking := next((entry for entry in re.split(r"[][,;]", text) if absent_in(entry)), ""):
            what = f"an array with {clip_name(lacking.strip())} inside cannot be read"
            hint = "claim its entries one by one, as NAME[0]=undefined NAME[1]=0.5"
            raise InputError(what, kind="claim", hint=hint) from None
        try:
            return _formula(text, shapes, definitions, derivative)
        except GradcliError:
            raise problem from None
    if found is None:
        return _single(text, shapes, definitions, derivative)
    return Numbers(found.shape, [_number(entry) for entry in found.entries])


def _number(entry: str | float) -> Number:
    """Return one entry of an array that is written down."""
    if isinstance(entry, float):
        return Number(entry)
    found = read_claim(entry, {})
    if not isinstance(found, Number):
        raise InputError(f"{clip_name(entry)} is no number", kind="claim")
    return found


def _single(
    text: str, shapes: Mapping[str, AnyShape], definitions: str, derivative: Callable[[str], ArrayItem | None]
) -> ArrayWritten:
    """Return a claim that is not an array written down: a number, or a formula."""
    plain = re.sub("[\u2212\u2010-\u2013]", "-", text)
    if NUMERAL.fullmatch(plain):
        return Numbers((), [_number(plain)])
    return _formula(text, shapes, definitions, derivative)


def _formula(
    text: str, shapes: Mapping[str, AnyShape], definitions: str, derivative: Callable[[str], ArrayItem | None]
) -> ArrayWritten:
    if len(text) > MAX_LENGTH:
        raise InputError(f"a formula has at most {MAX_LENGTH:,} characters", kind="claim")
    if ";" in text or "\n" in text:
        raise InputError("a claim is one expression", kind="claim")
    if _ROW.fullmatch(text):
        numbers = ", ".join(re.split(r"\s*,\s*|\s+", text))
        hint = f"write [{clip(numbers, 60)}]"
        if numbers.count(",") == 1 and "," in text and "." not in text:
            hint += f", or with a point {clip(numbers.replace(', ', '.'), 60)}"
        raise InputError("several numbers are an array, in brackets", kind="claim", hint=hint)
    items = derivatives_in(text, shapes, derivative)
    source = Source("claim", with_definitions(text, definitions, items))
    known = {**shapes, **{name: item.shape for name, item in items.items()}}
    try:
        graph = parse_arrays(source, known, compounds=items)
    except UnboundError as problem:
        raise _unknown_name(problem.names[0], shapes) from None
    if graph.named:
        raise InputError("a claim is one expression without =", kind="claim")
    if not graph.inputs:
        return _constant(text, graph)
    rounded = any("." in node.text for node in graph.nodes if node.operation is NUMBER)
    return ArrayFormula(graph, rounded, {name: items[name] for name in graph.inputs if name in items})


def _unknown_name(name: str, shapes: Mapping[str, AnyShape]) -> InputError:
    """Return the error for a formula with a name that the program does not have."""
    hint = did_you_mean(name, list(shapes))
    if infinite(name):
        hint = FINITE
    return InputError(f"the program has no {clip_name(name)}", kind="claim", hint=hint)


def _constant(text: str, graph: ArrayGraph) -> Numbers:
    """Return the numbers of a formula without names."""
    values = plain_values(graph, {})
    found = values[graph.output]
    if not found.shape:
        number = read_claim(text, {}) if all(not node.shape for node in graph.nodes) else None
        if isinstance(number, Number):
            return Numbers((), [number])
    if not is_finite(found.entries):
        raise MathError("this has no value", kind="claim")
    return Numbers(found.shape, [Number(x) for x in found.entries])

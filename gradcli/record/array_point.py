"""The point of a program of arrays: what every input holds, read by any number system, and opened to single values."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ..arrays.entries import Array, Entries
from ..arrays.graph import ArrayGraph
from ..arrays.opening import entry_names
from ..arrays.sizes import Shape
from ..errors import InputError, Source
from ..language.array_scope import parse_arrays
from ..language.names import listed
from ..language.syntax import check_numeral
from ..numbers.systems import FLOAT
from ..text import did_you_mean
from .array_values import ArrayData
from .values import NUMERAL, Values, check_value, used_by_nothing

Given = Source | ArrayData
WHOLE = re.compile(r"[-+]?[0-9]{1,18}")  # a whole number that may be a size


class ArrayPoint:
    """The values of a program of arrays by name: single ones as texts, arrays as their shape and entries."""

    def __init__(self, given: Mapping[str, Given]) -> None:
        self.given = dict(given)
        self._values = Values({name: value for name, value in given.items() if isinstance(value, Source)})

    @property
    def shapes(self) -> dict[str, Shape]:
        """The shape of every value."""
        return {name: value.shape if isinstance(value, ArrayData) else () for name, value in self.given.items()}

    @property
    def statics(self) -> dict[str, Fraction]:
        """The single values that are plain whole numbers: a program may use them as sizes."""
        found = {}
        for name, value in self.given.items():
            if isinstance(value, Source) and WHOLE.fullmatch(value.text.strip()):
                found[name] = Fraction(value.text.strip())
        return found

    def with_defaults(self, graph: ArrayGraph) -> ArrayPoint:
        """Return these values and those that the program itself gives to its inputs."""
        more: dict[str, Given] = {}
        for name, texts in graph.defaults.items():
            if name not in self.given:
                shape: Any = graph.nodes[graph.inputs[name]].shape
                more[name] = ArrayData(shape, list(texts)) if shape else Source(name, texts[0])
        return ArrayPoint({**self.given, **more}) if more else self

    def check(self, graph: ArrayGraph, may_be_unused: Iterable[str], used: Iterable[str] = ()) -> None:
        """Raise `InputError` for a value that nothing uses."""
        needed = {*graph.inputs, *may_be_unused, *used}
        for name, value in self.given.items():
            if name not in needed:
                inputs = list(graph.inputs)
                hint = did_you_mean(name, inputs) or f"leave it out; {listed('input', inputs)}"
                source = value if isinstance(value, Source) else None
                what = used_by_nothing(name)
                raise InputError(what, source=source, kind="binding", hint=hint)

    def parsed(self, source: Source, shapes: Mapping[str, Shape] | None = None, **options: Any) -> ArrayGraph:
        """Return the graph of a program at these values, and perhaps others of which the shapes are known.

        Raises what `parse_arrays` raises; where shapes do not fit, the error of a value that is none, such as `2 1`.
        """
        try:
            return parse_arrays(source, {**self.shapes, **(shapes or {})}, statics=self.statics, **options)
        except InputError as problem:
            if problem.kind == "shape":
                self.check_texts()
            raise

    def check_texts(self) -> None:
        """Raise `InputError` for a single value that is none, such as `2 1` for a vector."""
        for value in self.given.values():
            if isinstance(value, Source):
                check_value(value)

    def arrays(self, A: Entries, names: Iterable[str]) -> dict[str, Array]:
        """Return the arrays of some inputs in an array system. Raises `InputError` for entries that are no numbers."""
        return {name: self._array(A, name) for name in names}

    def number(self, S: Any, source: Source) -> Any:
        """Return the number of a single value. Raises what `Values.number` raises."""
        return self._values.number(S, source)

    def _array(self, A: Entries, name: str) -> Array:
        value, S = self.given[name], A.S
        if isinstance(value, Source):
            return A.make((), [self._values.number(S, value)])
        plain = floats_of(value.entries) if S.input_system is FLOAT else None
        if plain is not None:
            return A.of_floats(value.shape, plain)
        sources = self._sources(name)
        return A.make(value.shape, [self._entry(S, sources, k, x) for k, x in enumerate(value.entries)])

    def _entry(self, S: Any, sources: Sequence[Source], k: int, x: Any) -> Any:
        if isinstance(x, float):
            return S.from_number(x if S.input_system is FLOAT else _exactly(S.input_system, x))
        return self._values.number(S, sources[k])

    def _sources(self, name: str) -> list[Source]:
        value = self.given[name]
        assert isinstance(value, ArrayData)
        texts = (x if isinstance(x, str) else str(Decimal(x)) for x in value.entries)
        return [Source(own, text) for own, text in zip(entry_names(name, value.shape), texts, strict=True)]

    def opened(self, graph: ArrayGraph) -> dict[str, Source]:
        """Return the values of the scalar graph that a program opens to, by the names of entries.

        A binary64 is spelt in all its digits, so that a system of decimals reads no other number.
        """
        found: dict[str, Source] = {}
        for name in graph.inputs:
            value = self.given[name]
            if isinstance(value, Source):
                found[name] = value
            else:
                found.update((source.name, source) for source in self._sources(name))
        return found


def texts_of(values: Mapping[str, Given]) -> list[Source]:
    """Return the texts of values, and of entries with an uncertainty: what the precision of a run depends on."""
    texts = []
    for name, value in values.items():
        if isinstance(value, Source):
            texts.append(value)
        else:
            texts += [Source(name, x) for x in value.entries if isinstance(x, str) and ("±" in x or "+-" in x)]
    return texts


def floats_of(entries: Sequence[str | float]) -> list[float] | None:
    """Return entries as binary64, all at once; None where one is an expression, or needs a closer look.

    A numeral beyond binary64 is looked at closely, and so is 0: it may be a number that underflows.
    """
    try:
        found = list(map(float, entries))
    except ValueError:
        return None
    if not all(map(math.isfinite, found)):
        return None
    if 0.0 in found:
        for entry in {entry for x, entry in zip(found, entries, strict=True) if not x and isinstance(entry, str)}:
            if not NUMERAL.fullmatch(entry):
                return None
            check_numeral(entry.lstrip("+-"))
    return found


def _exactly(S: Any, x: float) -> Any:
    """Return a binary64 as the number that it is, in a system that reads decimals."""
    number = Fraction(x)
    top = S.number(str(abs(number.numerator))) / S.number(str(number.denominator))
    return -top if number < 0 else top

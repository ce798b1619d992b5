"""Arrays from Python: nested lists and arrays of NumPy as values, and as the gradient."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from numbers import Rational
from typing import Any

from ..arrays.sizes import bracketed
from ..errors import Source
from .array_gradient import ArrayGradient, evaluate_arrays
from .array_point import Given, texts_of
from .array_values import array_of, array_value
from .request import Request
from .values import source_of


def evaluate_values(
    source: Source, values: Mapping[str, Any], asked: Callable[[Iterable[Source]], Request]
) -> ArrayGradient:
    """Return the record of a program of arrays at values of Python.

    `asked` returns the request, given the texts on which the precision depends. The gradient with respect to an array
    of NumPy is one, and so is that with respect to a computed array where any value is one. Raises what
    `evaluate_arrays` raises.
    """
    given = {name: _given(name, value) for name, value in values.items()}
    record = evaluate_arrays(source, given, asked(texts_of(given)))
    numpy = sys.modules.get("numpy")
    own = set() if numpy is None else {name for name, value in values.items() if isinstance(value, numpy.ndarray)}
    if numpy is not None and own:
        inputs = record.graph.inputs
        record.finished = {name: numpy.array for name in record.places
                           if name.partition("[")[0] in own or name.partition("[")[0] not in inputs}  # fmt: skip
    return record


def array_source(name: str, value: Any) -> Source:
    """Return the text of an array from Python. Raises what `array_of` raises."""
    found = array_of(name, value)
    return Source(name, bracketed([x if isinstance(x, str) else repr(x) for x in found.entries], found.shape))


def _given(name: str, value: Any) -> Given:
    if isinstance(value, (str, Source)):
        source = value if isinstance(value, Source) else Source(name, value)
        found = array_value(source, files=isinstance(value, Source))
        return source if found is None else found
    return source_of(name, value) if isinstance(value, (float, Rational)) else array_of(name, value)

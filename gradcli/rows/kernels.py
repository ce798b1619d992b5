"""The functions of Arrow, by their names.

`pyarrow.compute` writes a function with a docstring for each of some 300 at its import, which takes 0.05 s: more than
60,000 rows of a small program. What it calls is called here.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pyarrow as pa

try:
    from pyarrow._compute import CastOptions, MatchSubstringOptions, call_function, function_registry
except ImportError:  # a pyarrow that keeps them elsewhere
    from pyarrow.compute import CastOptions, MatchSubstringOptions, call_function, function_registry


def number_column(x: Any, here: Any = None) -> Any:
    """Return a column of NumPy as one of Arrow, in the same memory; `here` marks the rows that have a number.

    pyarrow's own way imports `numpy.ma`, for 0.01 s, and pandas where that is installed.
    """
    x = np.ascontiguousarray(x, float)
    valid = None if here is None else pa.py_buffer(np.packbits(here, bitorder="little"))
    return pa.Array.from_buffers(pa.float64(), len(x), [valid, pa.py_buffer(x)])


def truth_column(x: Any) -> Any:
    """Return a column of truth values of NumPy as one of Arrow."""
    return pa.Array.from_buffers(pa.bool_(), len(x), [None, pa.py_buffer(np.packbits(x, bitorder="little"))])


def kernel(name: str, *operands: Any) -> Any:
    """Return what Arrow computes of columns, and of texts and scalars of Arrow beside them."""
    return call_function(name, [_text(x) if isinstance(x, str) else x for x in operands])


@functools.lru_cache(64)
def _text(text: str) -> Any:
    """Return a text as a scalar; where its type is not told, pyarrow looks for dateutil each time."""
    return pa.scalar(text, pa.string())


def has_kernel(name: str) -> bool:
    """Whether this Arrow has a function of that name."""
    return name in function_registry().list_functions()


def converted(column: Any, kind: Any, *, safe: bool = True) -> Any:
    """Return a column as one of another type. Raises `pyarrow.ArrowInvalid` for what cannot be one, if it is safe."""
    return call_function("cast", [column], CastOptions.safe(kind) if safe else CastOptions.unsafe(kind))


def matches(column: Any, pattern: str) -> Any:
    """Return where a regular expression is found in a column of texts."""
    return call_function("match_substring_regex", [column], MatchSubstringOptions(pattern))

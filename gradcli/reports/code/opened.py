"""Code on arrays is not written of the numbers inside: says so where a report of these is asked for."""

from __future__ import annotations

from ...errors import InputError
from ...record.gradient import Gradient
from .. import Style


def render(record: Gradient, style: Style) -> str:
    """Raise `InputError`."""
    raise InputError("this code is written of arrays, not of the numbers inside", kind="option",
                     hint="leave out --open, or write --to python")  # fmt: skip

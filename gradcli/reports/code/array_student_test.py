"""A test file for somebody else's backward pass of a program of arrays, which are those of NumPy."""

from __future__ import annotations

from ...record.array_gradient import ArrayGradient
from .. import Style
from .array_values import data_of, literal
from .student_test import Table, written


def render(record: ArrayGradient, style: Style) -> str:
    """Return the test file for the point of a record."""
    gradient = {name: literal(*record.derivative(name), "np.array") for name in record.places}
    return written(record.program, record.labels[record.output], Table(data_of(record, "np.array"), gradient, {}))

"""What a table says of a Jacobian, of tangents, and of an upstream gradient that is an array."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..record.array_gradient import ArrayGradient
from .array_text import ArrayWriter

PASSES = {
    "reverse": ("reverse pass", "reverse passes", "one for each entry of the outputs"),
    "forward": ("forward pass", "forward passes", "one for each entry of the inputs"),
    "scalars": ("gradient of a number", "gradients of numbers", "one for each entry of the outputs"),
}


def jacobian_blocks(record: ArrayGradient) -> Iterator[tuple[str, list[Any], tuple[int, ...]]]:
    """Yield the arrays of a Jacobian, each with its name dz/dW and its shape."""
    if record.jacobian is not None:
        for k, output in enumerate(record.jacobian.outputs):
            for name in record.task.columns:
                yield f"d{output.name}/d{name}", *record.jacobian.block(k, name)


def remarks(record: ArrayGradient, write: ArrayWriter) -> list[str]:
    """Return what is to be said of how derivatives came about."""
    found = []
    label = record.labels[record.output]
    if record.jacobian is not None:
        one, many, each = PASSES[record.jacobian.by]
        passes = record.jacobian.passes
        what = f"1 {one}" if passes == 1 else f"{passes:,} {many}"
        found.append(f"the Jacobian is {what}: {each}; its axes are those of the output, then of the input")
    if record.task.upstream is not None:
        start = write.one_line(list(_flat(record.output_adjoint)), record.shape(record.output))
        found.append(f"the reverse pass starts with {start} at {label}: gradients are those of the sum of its entries "
                     "with these weights")  # fmt: skip
    return found


def tangent_texts(record: ArrayGradient, write: ArrayWriter) -> list[str]:
    """Return the tangent of the output, and along which direction: `[1, 0] along x = [1, 0]`."""
    tangent = record.tangent
    if tangent is None:
        return []
    column = tangent.columns[record.output]
    assert column is not None  # that of the output is always settled
    moves = [f"{name} = {write.one_line(flat, record.shape(record.graph.inputs[name]))}"
             for name, flat in tangent.directions.items()]  # fmt: skip
    return [f"{write.one_line(column, record.shape(record.output))} along {', '.join(moves)}"]


def _flat(nested: Any) -> Iterator[Any]:
    """Yield the numbers of nested lists."""
    if isinstance(nested, list):
        for part in nested:
            yield from _flat(part)
    else:
        yield nested

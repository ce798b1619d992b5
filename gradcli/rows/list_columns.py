"""Columns of lists in parquet and arrow as arrays: one column per row, whose entries are columns of numbers.

The first row that has a list says its shape, unless the type does; a row with another one is in error by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite, prod
from typing import Any, NamedTuple

from ..errors import InputError, Source
from ..language.names import clip_name
from .cells import empty_cell


def is_numeric(kind: Any) -> bool:
    """Whether a type of pyarrow is one of numbers."""
    import pyarrow as pa

    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def is_array(kind: Any) -> bool:
    """Whether a type of pyarrow is one of lists of numbers, or of lists of such lists."""
    if not _is_list(kind):
        return False
    while _is_list(kind):
        kind = kind.value_type
    return is_numeric(kind)


def _is_list(kind: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def array_columns(schema: Any) -> list[str]:
    """Return the names of the columns that hold lists of numbers."""
    return [field.name for field in schema if is_array(field.type)]


def shapes_in(batches: Iterable[Any], names: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Return the shapes of some columns of lists, as their first rows have them; no shape for one without any row."""
    found: dict[str, tuple[int, ...]] = {}
    for batch in batches:
        for name in names:
            first = next((x for x in batch.column(name) if x.is_valid), None) if name not in found else None
            if first is not None and (shape := _shape(first.as_py())):
                found[name] = shape
        if len(found) == len(names):
            break
    return tuple(found.items())


def _shape(value: Any) -> tuple[int, ...]:
    shape: tuple[int, ...] = ()
    while isinstance(value, list):
        if not value:
            return ()
        shape, value = (*shape, len(value)), value[0]
    return shape


class ListColumn(NamedTuple):
    """A column of lists: its name, the shape that every row should have, and what its entries are called."""

    name: str
    shape: tuple[int, ...]
    entries: Sequence[str]

    def numbers(self, column: Any, odd: set[int]) -> Mapping[str, Any]:
        """Return the entries of a column as arrays of floats; rows without them are added to `odd`, and have 1."""
        import numpy as np
        import pyarrow as pa

        odd.update(bad := self._without(column))
        rows = [k for k in range(len(column)) if k not in bad] if bad else None
        flat = column if rows is None else column.take(pa.array(rows, pa.int64()))
        for _ in self.shape:
            flat = flat.flatten()
        found = flat.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False).reshape(-1, prod(self.shape))
        if rows is not None:
            whole = np.ones((len(column), prod(self.shape)))
            whole[rows] = found
            found = whole
        by_entry = np.ascontiguousarray(found.T)
        return dict(zip(self.entries, by_entry, strict=True))

    def _without(self, column: Any) -> set[int]:
        """Return the rows whose list is missing, has another shape, or has an entry missing."""
        import numpy as np
        import pyarrow.compute as pc

        bad: set[int] = set()
        rows: Any = np.arange(len(column))  # of the lists at hand
        for size in self.shape:
            fits = pc.fill_null(pc.equal(pc.list_value_length(column), size), False)
            good: Any = fits.to_numpy(zero_copy_only=False)
            if not good.all():
                bad.update(rows[~good].tolist())
                column, rows = column.filter(fits), rows[good]
            column, rows = column.flatten(), np.repeat(rows, size)
        if column.null_count:
            bad.update(rows[column.is_null().to_numpy(zero_copy_only=False)].tolist())
        return bad

    def sources(self, value: Any) -> dict[str, Source]:
        """Return the entries of one row, each with its value. Raises `InputError` for a row that has not all."""
        if value is None:
            raise empty_cell(clip_name(self.name))
        flat = [value]
        for size in self.shape:
            if any(not isinstance(part, list) or len(part) != size for part in flat):
                what = f"{clip_name(self.name)} is not {'x'.join(map(str, self.shape))}, as it is in the first row"
                raise InputError(what, kind="cell")
            flat = [x for part in flat for x in part]
        return {name: cell(name, x) for name, x in zip(self.entries, flat, strict=True)}


def cell(name: str, value: Any) -> Source:
    """Return the value of a cell with its name. Raises `InputError` for one that is empty or no finite number."""
    if value is None:
        raise empty_cell(name)
    if not isfinite(value):
        raise InputError(f"{value} is not a number", source=Source(name, str(value)), kind="cell")
    return Source(name, repr(float(value)))


def list_columns(names: Sequence[str], shapes: Mapping[str, tuple[int, ...]], arrays: Mapping[str, Sequence[str]],
                 header: Sequence[str]) -> list[ListColumn]:  # fmt: skip
    """Return the columns of lists that hold some of the `names` that a program reads."""
    found = [ListColumn(name, shape, arrays[name]) for name, shape in shapes.items() if name in arrays]
    return [column for column in found if not {*column.entries} <= {*header} and {*column.entries} & {*names}]

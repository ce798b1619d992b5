"""The points of a descent: the values that its steps change, and the record at each of them."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ..calculus.building import restricted
from ..errors import InputError, LimitError, MathError, Source
from ..language.names import clip_name
from .array_summary import approximate
from .gradient import evaluate
from .request import Request
from .update_rules import Taken
from .values import Values

if TYPE_CHECKING:
    from ..arrays.graph import ArrayGraph
    from ..calculus.graph import Graph
    from .array_point import Given


class Points:
    """The points of a program of numbers: its graph, and the texts of the values, some of which a step changes.

    With `sees_all` every point is one of the same program, so that their values can be compared.
    """

    sees_all = True

    def __init__(self, source: Source, given: Mapping[str, Any], request: Request) -> None:
        self.source = source
        self.given: dict[str, Any] = dict(given)
        self.graph = request.graph(source, given)
        self.text: Any = str

    def record(self, k: int, request: Request) -> Any:
        """Return the record of the point after k steps."""
        record = evaluate(self.source, Values(self.given), request, self.graph)
        self.text = record.system.text
        return record

    def opened(self, record: Any, most: int) -> tuple[Graph, dict[str, Source]]:
        """Return the program of a record as one of numbers, and the values of its inputs.

        Raises `LimitError` for one of more than about `most` nodes.
        """
        return restricted(record.graph, record.output), self.given

    def value(self, record: Any, name: str) -> list[Any]:
        """Return the value of a parameter, as a flat list."""
        return [record.values[record.places[name]]]

    def derivative(self, record: Any, name: str) -> tuple[list[Any], tuple[int, ...]]:
        """Return the derivative with respect to a parameter, as a flat list, and its shape."""
        return [record.upstream[record.places[name]]], ()

    def move(self, name: str, new: list[Any], shape: tuple[int, ...]) -> None:
        """Take the new value of a parameter. Raises `MathError` for one that is no number."""
        if not all(math.isfinite(approximate(x)) for x in new):
            what = f"the new value of {clip_name(name)} is beyond the largest binary64"
            raise MathError(what, kind="overflow")
        self.given[name] = self.kept(name, new, shape)

    def kept(self, name: str, flat: list[Any], shape: tuple[int, ...]) -> Any:
        """Return numbers of a record as a value that any number system reads."""
        return Source(name, self.text(flat[0]))

    def states(self, taken: Taken, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, dict[str, Any]]:
        """Return the states that a step left, as values."""
        return {name: {own: self.kept(own, flat, shapes[name]) for own, flat in row.items()}
                for name, row in taken.state.items()}  # fmt: skip


class ArrayPoints(Points):
    """The points of a program of arrays."""

    def __init__(self, source: Source, given: Mapping[str, Any]) -> None:
        self.source = source
        self.given = dict(given)
        self.text = str

    def record(self, k: int, request: Request) -> Any:
        """Return the record of the point after k steps."""
        from .array_gradient import evaluate_arrays

        graph, data = self.seen(k)
        record = evaluate_arrays(self.source, {**self.given, **data}, request, graph=graph)
        self.text = record.system.text
        return record

    def seen(self, k: int) -> tuple[ArrayGraph | None, Mapping[str, Given]]:
        """Return the graph of the point after k steps, where it is known, and the values that no step changes."""
        return None, {}

    def opened(self, record: Any, most: int) -> tuple[Graph, dict[str, Source]]:
        """Return the program of a record as the numbers inside, and the values of the entries of its inputs.

        Raises `LimitError` for more than `most` numbers inside.
        """
        from ..arrays.opening import Opening, opened_size

        task = record.task
        if (size := opened_size(task.graph)) > most:
            raise LimitError(f"the program has about {size:,} numbers inside, and {most:,} is the limit")
        opening = Opening(task.graph, task.labels)
        output = opening.entries[task.output][0]
        return restricted(opening.graph, output), task.point.opened(task.graph)

    def value(self, record: Any, name: str) -> list[Any]:
        """Return the entries of a parameter, as a flat list."""
        flat: list[Any] = record.values[record.places[name]]
        return flat

    def derivative(self, record: Any, name: str) -> tuple[list[Any], tuple[int, ...]]:
        """Return the derivative with respect to a parameter, as a flat list, and its shape."""
        found: tuple[list[Any], tuple[int, ...]] = record.derivative(name)
        return found

    def kept(self, name: str, flat: list[Any], shape: tuple[int, ...]) -> Any:
        """Return numbers of a record as a value that any number system reads."""
        from ..files.array_data import ArrayData

        if not shape:
            return super().kept(name, flat, shape)
        return ArrayData(shape, [x if isinstance(x, float) else str(self.text(x)) for x in flat])


class Data(NamedTuple):
    """Rows of data: the columns as texts, by the names of the inputs that they give a value, one entry per row.

    A step sees `batch` rows, in the order of the rows, or with a `seed` in another order each time round; the last
    batch of a round has what is left. None is all rows.
    """

    columns: Mapping[str, Sequence[str]]
    rows: int
    batch: int | None = None
    seed: int | None = None

    def rows_of(self, k: int) -> Sequence[int]:
        """Return the places of the rows that the step after k steps sees."""
        if self.batch is None:
            return range(self.rows)
        batches = -(-self.rows // self.batch)
        start = k % batches * self.batch
        return _order(self.rows, self.seed, k // batches)[start : start + self.batch]


@lru_cache(maxsize=2)
def _order(rows: int, seed: int | None, number: int) -> Sequence[int]:
    """Return the rows in the order of a round."""
    found = list(range(rows))
    if seed is not None:
        random.Random(f"{seed}/{number}").shuffle(found)
    return found


class DataPoints(ArrayPoints):
    """The points of a program whose value is the mean over rows of data.

    `graph` is that of one row, of numbers; `output` is its output. The inputs that `given` binds as arrays are entries
    in it. Raises `InputError` where there are no rows, `LimitError` for too many numbers.
    """

    def __init__(self, source: Source, graph: Graph, output: int, given: Mapping[str, Given], data: Data) -> None:
        if not data.rows:
            raise InputError("there are no rows of data, and no mean", kind="column")
        super().__init__(source, given)
        self.sees_all = data.batch is None or data.batch >= data.rows
        self.data = data
        self._row = graph, output
        self._graphs: dict[int, ArrayGraph] = {}

    @property
    def parameters(self) -> list[str]:
        """The names that a step may change: inputs that no column gives a value."""
        return [name for name in self._graph(1).differentiable if name not in self.data.columns]

    def record(self, k: int, request: Request) -> Any:
        """Return the record of the point after k steps."""
        try:
            return super().record(k, request)
        except MathError as error:
            hint = error.hint or "the rows that a step sees are counted from 0, behind the name of the column"
            raise error.but(hint=hint) from None

    def seen(self, k: int) -> tuple[ArrayGraph | None, Mapping[str, Given]]:
        """Return the graph for the rows of the step after k steps, and these rows."""
        from ..files.array_data import ArrayData

        rows = self.data.rows_of(k)
        columns: dict[str, Given] = {
            name: ArrayData((len(rows),), [cells[row] for row in rows]) for name, cells in self.data.columns.items()
        }
        return self._graph(len(rows)), columns

    def _graph(self, rows: int) -> ArrayGraph:
        """Return the graph for so many rows."""
        if rows not in self._graphs:
            from ..arrays.lifting import lifted
            from .array_point import ArrayPoint

            shapes: Any = ArrayPoint(self.given).shapes
            self._graphs[rows] = lifted(*self._row, self.data.columns, rows, shapes)
        return self._graphs[rows]

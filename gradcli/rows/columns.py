"""Whole columns at once: the same code and the same proven errors on NumPy arrays, odd rows answered one by one.

The numbers are those of the code for single rows, bit by bit. Columns are cut into pieces that a processor has at hand.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from ..errors import GradcliError, InputError, Source
from .cells import LEAST, MOST, STAND_IN
from .column_functions import column_functions
from .compiled import column_function, number_function
from .plan import Failed, Plan
from .tiers import Numbers, Tiers


def installed(*modules: str) -> bool:
    """Whether the modules can be imported."""
    return all(find_spec(module) is not None for module in modules)


def needs(extra: str, *modules: str) -> None:
    """Return if the modules of an optional extra are installed. Raises `InputError` if one is missing."""
    missing = [module for module in modules if not installed(module)]
    if missing:
        hint = f'pip install "gradcli[{extra}]"'
        verb = "are" if missing[1:] else "is"
        raise InputError(f"this needs {' and '.join(missing)}, which {verb} not installed", kind="option", hint=hint)


def begin_arrow() -> None:
    """Import pyarrow, if nobody has, in such a way that it never imports pandas: it would, and takes 0.2 s for it."""
    if "pyarrow" in sys.modules or "pandas" in sys.modules:
        return
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        import pyarrow

        pyarrow.scalar(0)  # asks for pandas once, and remembers
    finally:
        sys.meta_path.remove(finder)


class _WithoutPandas:
    """A finder of modules that says that there is no pandas."""

    def find_spec(self, name: str, path: object, target: object = None, /) -> None:
        """Raise for pandas; leave other modules to other finders."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


class Results(NamedTuple):
    """The results of a batch: a column each, or None where there is no such number in any row.

    `missing` has the rows without one number or another, by column; `failed` the rows without any.
    """

    columns: list[Any]
    missing: list[list[int]]
    failed: dict[int, Failed]


PIECE_ROWS = 1 << 14  # rows
WORKING = 1 << 23  # bytes that the columns of a piece, and the texts of a block, may take again and again


def _keep_memory() -> None:
    """Let the C library keep the memory of columns that are gone, for those that come, and not fetch it page by page.

    That of glibc keeps twice the largest block that it once gave back to the system; this one is never touched.
    """
    import numpy as np

    np.empty(WORKING, np.uint8)


class ColumnCore:
    """Computes columns of results from columns of inputs."""

    def __init__(self, plan: Plan) -> None:
        _keep_memory()
        self.plan = plan
        ieee = plan.settings.ieee
        self.tiers = Tiers(plan, columns=True)
        code = plan.trace(arrays=True)
        self.run = column_function(code, column_functions(ieee=ieee)) if code is not None else None
        self.rows: Callable[..., list[Any]] | None = None
        self.present: list[bool] = []
        if code is None and (code := plan.trace(arrays=False)) is not None:
            self.rows = number_function(code, ieee=ieee)
        if code is not None:
            self.present = [x is not None for x in code.results]

    def results(
        self, inputs: Sequence[Any], size: int, odd: set[int], sources: Callable[[int], Mapping[str, Source]]
    ) -> Results:
        """Return the results of all rows; `odd` are known to need a look, `sources` gives the texts of one."""
        import numpy as np

        columns, doubtful = self._ordinary(inputs, size)
        if odd or doubtful:  # columns may share their memory, with each other and with the input
            columns = [None if x is None else np.array(x) for x in columns]
        failed: dict[int, Failed] = {}
        missing: list[list[int]] = [[] for _ in self.plan.names]
        settled = self._settled(inputs, odd, doubtful)
        for k in sorted(odd.union(doubtful)):
            try:
                numbers = settled.get(k) or self.plan.answer(sources(k))
            except GradcliError as error:
                failed[k] = Failed.of(error)
                numbers = [None] * len(columns)
                if self.plan.settings.strict:
                    break
            for place, x in enumerate(numbers):
                if x is None:
                    missing[place].append(k)
                elif columns[place] is not None:
                    columns[place][k] = x
        return Results(columns, missing, failed)

    def _settled(self, inputs: Sequence[Any], odd: set[int], doubtful: Sequence[int]) -> dict[int, Numbers]:
        """Return the results of doubtful rows in the number systems of the main job; None for those left to it."""
        import numpy as np

        rows = [k for k in doubtful if k not in odd]
        places = np.array(rows, dtype=np.intp)
        points = np.column_stack([np.asarray(x)[places] for x in inputs]) if inputs else np.zeros((len(rows), 0))
        finite = np.isfinite(points).all(axis=1)
        rows = places[finite].tolist()
        return dict(zip(rows, self.tiers.answers(points[finite].tolist()), strict=True))

    def _ordinary(self, inputs: Sequence[Any], size: int) -> tuple[list[Any], list[int]]:
        """Return the columns as the code computes them, and the rows that it does not answer for."""
        import numpy as np

        names = self.plan.names
        if self.run is None:
            return self._row_by_row(inputs, size)
        wild: Any = np.zeros(size, dtype=bool)
        for x in inputs:
            magnitude = np.abs(x)
            if not (magnitude.min() >= LEAST and magnitude.max() <= MOST):
                wild |= ~(((magnitude >= LEAST) & (magnitude <= MOST)) | (magnitude == 0.0))
        if wild.any():
            inputs = [np.where(wild, STAND_IN, x) for x in inputs]
        pieces = []
        with np.errstate(all="ignore"):
            for k in range(0, size, PIECE_ROWS):
                piece = [x[k : k + PIECE_ROWS] for x in inputs]
                width = min(PIECE_ROWS, size - k)
                certain, found = self.run(*piece)
                columns = [None if x is None else np.broadcast_to(x, (width,)) for x in found]
                pieces.append((np.broadcast_to(np.asarray(certain), (width,)), columns))
        doubtful = wild | ~np.concatenate([certain for certain, _ in pieces])
        rows: list[int] = np.flatnonzero(doubtful).tolist()
        assert len(pieces[0][1]) == len(names)
        # Columns that are the same, or an input, stay one in memory: writers write it once.
        known = {_places([x[k : k + PIECE_ROWS] for k in range(0, size, PIECE_ROWS)]): x for x in inputs}
        return [_joined(column, known) for column in zip(*(columns for _, columns in pieces), strict=True)], rows

    def _row_by_row(self, inputs: Sequence[Any], size: int) -> tuple[list[Any], list[int]]:
        """Return the same from the code for single rows, or nothing where there is no code at all."""
        import numpy as np

        columns = [np.full(size, math.nan) for _ in self.plan.names]
        if self.rows is None:
            return columns, list(range(size))
        rows = list(zip(*(x.tolist() for x in inputs), strict=True)) if inputs else [()] * size
        inside = [all(x == 0 or LEAST <= abs(x) <= MOST for x in row) for row in rows]
        found = self.rows([row if good else (STAND_IN,) * len(row) for row, good in zip(rows, inside, strict=True)])
        doubtful = []
        present = [column for column, here in zip(columns, self.present, strict=True) if here]
        for k, (numbers, good) in enumerate(zip(found, inside, strict=True)):
            if numbers is None or not good:
                doubtful.append(k)
                continue
            for column, x in zip(present, numbers, strict=True):
                column[k] = x
        return [c if here else None for c, here in zip(columns, self.present, strict=True)], doubtful


def _joined(pieces: Sequence[Any], known: dict[tuple[int, ...], Any]) -> Any:
    """Return the column of these pieces, which is also put among the known ones; one alone stays what it is."""
    import numpy as np

    if pieces[0] is None or len(pieces) == 1:
        return pieces[0]
    places = _places(pieces)
    if places not in known:
        known[places] = np.concatenate(pieces)
    return known[places]


def _places(pieces: Sequence[Any]) -> tuple[int, ...]:
    """Return where the pieces of a column lie in memory."""
    return tuple(piece.__array_interface__["data"][0] for piece in pieces)

"""Which engine answers the blocks of a stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from ..errors import InputError
from .blocks import Blocks
from .engine import Engine
from .plan import Settings
from .summing import SumEngine

T = TypeVar("T")


def engine_of(settings: Settings, header: Sequence[str] | None) -> Engine | SumEngine:
    """Return what answers blocks: row by row, or with sums. Raises `InputError` for columns that do not fit."""
    return SumEngine(settings, header) if settings.total else Engine(settings, header)


def made_for(
    make: Callable[[Settings, Sequence[str] | None], T],
    settings: Settings,
    header: Sequence[str] | None,
    blocks: Blocks,
) -> T:
    """Return what `make` makes for a stream: the first object of NDJSON says the shapes of arrays, if there are any."""
    try:
        return make(settings, header)
    except InputError as problem:
        if header is not None or problem.kind != "unbound":
            raise
    from .opened import shapes_of

    return make(settings._replace(shapes=tuple(shapes_of(blocks.first()).items())), header)

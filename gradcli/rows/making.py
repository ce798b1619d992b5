"""Which engine answers the blocks of a stream."""

from __future__ import annotations

from collections.abc import Sequence

from ..errors import InputError
from .blocks import Blocks
from .engine import Engine
from .plan import Settings
from .summing import SumEngine


def engine_of(settings: Settings, header: Sequence[str] | None) -> Engine | SumEngine:
    """Return what answers blocks: row by row, or with sums. Raises `InputError` for columns that do not fit."""
    return SumEngine(settings, header) if settings.total else Engine(settings, header)


def engine_for(settings: Settings, header: Sequence[str] | None, blocks: Blocks) -> Engine | SumEngine:
    """Return the same for a stream; the first object of NDJSON says the shapes of arrays, where there are some."""
    try:
        return engine_of(settings, header)
    except InputError as problem:
        if header is not None or problem.kind != "unbound":
            raise
    from .opened import shapes_of

    return engine_of(settings._replace(shapes=tuple(shapes_of(blocks.first()).items())), header)

"""The settings of FLINT, which are those of the whole process: set for a while, and then put back."""

from __future__ import annotations

import threading
from types import TracebackType

from flint import ctx

# FLINT has one precision and one length of series for all threads. Whoever sets them keeps the others from computing
# until they are put back; a thread may do so again within its own work. Python's lock lets only one of them compute
# with FLINT in any case.
_ONE_AT_A_TIME = threading.RLock()


class FlintSettings:
    """A context in which balls have `bits` bits and, if `length` is given, series that many coefficients.

    Contexts nest, and one context may be entered again. On the way out, be it by an exception, the settings are those
    of before. Nothing may be yielded within: the settings, and the lock, would be those of other code.
    """

    __slots__ = ("_before", "bits", "length")

    def __init__(self, bits: int | None = None, *, length: int | None = None) -> None:
        self.bits = bits
        self.length = length
        self._before: list[tuple[int, int]] = []

    def __enter__(self) -> None:
        _ONE_AT_A_TIME.acquire()
        self._before.append((ctx.prec, ctx.cap))
        try:
            if self.bits is not None:
                ctx.prec = self.bits
            if self.length is not None:
                ctx.cap = self.length
        except BaseException:  # an interrupt too: the lock must not stay taken
            self.__exit__(None, None, None)
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            ctx.prec, ctx.cap = self._before.pop()
        finally:
            _ONE_AT_A_TIME.release()

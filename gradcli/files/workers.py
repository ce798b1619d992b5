"""A thread for work without Python's lock: `concurrent.futures` would import logging, 6 ms of each start."""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Call = Callable[[], Any]


class Worker(Generic[T]):
    """A thread that makes calls, one after the other; their results are taken in the same order."""

    def __init__(self) -> None:
        self._todo: SimpleQueue[Call | None] = SimpleQueue()
        self._done: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()
        self._stopped = False
        self._thread: threading.Thread | None = None

    def begin(self, call: Callable[[], T]) -> None:
        """Hand over a call. From the first one on, somebody has to `stop` the thread, or the process does not end."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work)
            self._thread.start()
        self._todo.put(call)

    def result(self) -> T:
        """Return what the oldest call handed over has returned, when it has; raise what it has raised."""
        found, problem = self._done.get()
        if problem is not None:
            raise problem
        return found  # type: ignore[return-value]

    def stop(self, *, wait: bool = True) -> None:
        """End the thread after the call that it is making, if there is one; others are not made."""
        self._stopped = True
        self._todo.put(None)
        if wait and self._thread is not None:
            self._thread.join()

    def _work(self) -> None:
        while (call := self._todo.get()) is not None and not self._stopped:
            try:
                self._done.put((call(), None))
            except BaseException as problem:  # is raised again where the result is asked for
                self._done.put((None, problem))
            del call

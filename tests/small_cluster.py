"""A cluster of two threads that behaves like one of dask, as far as rows on a cluster ask it.

What goes to a worker and comes back is pickled, since a real one is another process; a future among the arguments is
what it holds; a future that was released or cancelled has no result.
"""

from __future__ import annotations

import glob
import pickle
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ADDRESS = "tcp://small:1"


class KilledWorker(Exception):
    """A worker has ended again and again."""


class SmallFuture:
    def __init__(self, inner: Future[bytes]) -> None:
        self.inner = inner
        self.gone = False

    def result(self) -> Any:
        assert not self.gone, "a result was asked for after its release"
        return pickle.loads(self.inner.result(timeout=60))

    def release(self) -> None:
        self.gone = True

    def cancel(self) -> None:
        self.gone = True
        self.inner.cancel()


class Client:
    """The last one made is `last`; `most` is how many answers were outstanding at once."""

    last: Client

    def __init__(self, address: str, timeout: str, set_as_default: bool) -> None:
        if address != ADDRESS:
            raise OSError(f"Timed out trying to connect to {address} after {timeout}")
        assert not set_as_default
        self.pool = ThreadPoolExecutor(2)
        self.open: list[SmallFuture] = []
        self.most = 0
        self.submitted = 0
        self.is_closed = False
        Client.last = self

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self.pool.shutdown(cancel_futures=True)
        self.is_closed = True

    def nthreads(self) -> dict[str, int]:
        return {"one": 1, "two": 1}

    def compute(self, lazy: Callable[[], Any]) -> SmallFuture:
        return SmallFuture(self.pool.submit(lambda: pickle.dumps(lazy())))

    def submit(self, function: Callable[..., Any], *args: Any, pure: bool) -> SmallFuture:
        assert not pure, "the same partition twice is two partitions"
        sent = pickle.dumps([function, [None if isinstance(a, SmallFuture) else a for a in args]])
        waited = {k: a for k, a in enumerate(args) if isinstance(a, SmallFuture)}

        def work() -> bytes:
            call, plain = pickle.loads(sent)
            return pickle.dumps(call(*(waited[k].result() if k in waited else a for k, a in enumerate(plain))))

        self.open = [future for future in self.open if not future.gone]
        self.open.append(SmallFuture(self.pool.submit(work)))
        self.submitted += 1
        self.most = max(self.most, len(self.open))
        return self.open[-1]


class Block:
    """Some bytes of a file, read when they are asked for; it ends with a line."""

    def __init__(self, path: str, start: int, stop: int) -> None:
        self.path, self.start, self.stop = path, start, stop

    def __call__(self) -> bytes:
        return Path(self.path).read_bytes()[self.start : self.stop]


def read_bytes(
    pattern: str, delimiter: bytes, blocksize: int, sample: bool, include_path: bool
) -> tuple[None, list[list[Block]], list[str]]:
    """Return the blocks of the files that a pattern names, and the files."""
    paths = sorted(glob.glob(pattern))
    if not paths:
        raise OSError(f"{pattern} resolved to no files")
    blocks = []
    for path in paths:
        data, start, mine = Path(path).read_bytes(), 0, []
        while start < len(data):
            end = data.find(delimiter, start + blocksize - 1)
            stop = len(data) if end < 0 else end + len(delimiter)
            mine.append(Block(path, start, stop))
            start = stop
        blocks.append(mine)
    return None, blocks, paths


def install(patch: pytest.MonkeyPatch) -> None:
    """Let `import dask`, `distributed` and `fsspec` find this."""
    names = {"Client": Client, "KilledWorker": KilledWorker, "read_bytes": read_bytes, "open": open}
    for name in ("dask", "dask.bytes", "distributed", "fsspec"):
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        module.__dict__.update(names)
        patch.setitem(sys.modules, name, module)

"""Where bytes go: standard output, a device or pipe in place, or a file that appears as a whole or not at all."""

from __future__ import annotations

import errno
import itertools
import os
import select
import signal
import stat
import sys
import threading
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any

from ..errors import StreamError
from ..text import visible

MAX_LINKS = 40
_NUMBERS = itertools.count()  # of unfinished files, so that no two of a process have one name
_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")  # what ends a program that does not care
_UNSYNCED = {errno.EINVAL, errno.ENOSYS, errno.ENOTSUP}  # what a file system says that cannot sync


def os_error_text(problem: Exception, path: str | None = None) -> str:
    """Return the operating system's word for what went wrong, as the end of a message.

    Where a folder on the way to the file is missing, or is none, it is named. `path` is the file as the user wrote it.
    """
    path = path or getattr(problem, "filename", None)
    if isinstance(problem, FileNotFoundError | NotADirectoryError | FileExistsError) and isinstance(path, str):
        folder = os.path.dirname(path)
        if isinstance(problem, FileNotFoundError) and folder and not os.path.lexists(folder):
            return f"no such file or directory (there is no folder {visible(folder)})"
        if (file := _in_the_way(path, problem)) is not None:
            return f"{visible(file)} is a file, not a folder"
    text = getattr(problem, "strerror", None) or str(problem)
    return text[:1].lower() + text[1:]


def _in_the_way(path: str, problem: OSError) -> str | None:
    """Return the file that stands where a folder is needed: one that a path leads through, or was to be made as."""
    way = path if isinstance(problem, FileExistsError) else os.path.dirname(path)
    while way and way != os.path.dirname(way):
        if os.path.isfile(way):
            return way
        way = os.path.dirname(way)
    return None


class Output:
    """The output: standard output for None, else a file; a context that leaves nothing unfinished behind.

    A regular file is written beside its place, synced, and put there when it is closed, with the mode of the file that
    it replaces. A link is followed. A device or pipe, and whatever this process has open to write to (its own standard
    output by another name), cannot be replaced and is written in place. Without `sync` the system chooses when the file
    reaches the disk: of a thousand files, each would wait for it.

    Raises `StreamError` where the file cannot be opened, written or put in its place.
    """

    def __init__(self, path: str | None, *, sync: bool = True) -> None:
        self._syncs = sync
        self.name = "standard output" if path is None else path
        self._own = path is not None  # whether the descriptor is ours to close
        self._descriptor: int | None = None
        self._stream: Any = None  # in place of a descriptor, where standard output has none
        self._target = ""
        self._temporary: str | None = None
        try:
            if path is None:
                self._use_standard_output()
            else:
                self._open(path)
        except (OSError, ValueError) as problem:
            self.discard()
            raise StreamError(f"{self.name}: {os_error_text(problem, self.name)}") from None

    def __enter__(self) -> Output:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.discard()

    def _use_standard_output(self) -> None:
        if sys.stdout is None:
            raise StreamError("standard output is closed")
        sys.stdout.flush()
        try:
            self._descriptor = sys.stdout.fileno()
        except OSError:  # a stream in memory
            self._stream = sys.stdout.buffer

    def _open(self, path: str) -> None:
        """Open a file in place, or one beside it that is to replace it."""
        try:
            found = os.stat(path)
        except FileNotFoundError:
            if not os.path.basename(path):
                raise
            found = None
        self._target = os.path.realpath(path)
        if found is not None:
            known = _known_descriptor(path, found)
            if known is not None:
                self._descriptor = os.dup(known)
            elif not stat.S_ISREG(found.st_mode) or not _leads_to(self._target, found):
                self._descriptor = os.open(path, os.O_WRONLY | os.O_TRUNC | getattr(os, "O_BINARY", 0))
            elif not os.access(self._target, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            if self._descriptor is not None:
                return
        self._descriptor = self._open_beside(0o666 if found is None else 0o600)
        if found is not None:
            _give_rights(self._descriptor, found)

    def _open_beside(self, mode: int) -> int:
        """Return the descriptor of a new file in the folder of the target."""
        folder, name = os.path.split(self._target)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        while True:
            self._temporary = os.path.join(folder, f"{name[:40]}.{os.getpid()}-{next(_NUMBERS)}.tmp")
            _UNFINISHED.add(self._temporary)
            try:
                return os.open(self._temporary, flags, mode)
            except FileExistsError:  # of a process that was killed, and had our number
                _UNFINISHED.remove(self._temporary)
                self._temporary = None

    def write(self, data: Any) -> None:
        """Write bytes at once."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._write_some(rest) :]
        except OSError as problem:
            self.discard()
            raise StreamError(f"{self.name}: {os_error_text(problem, self.name)}") from None

    def _write_some(self, data: memoryview) -> int:
        """Write what can be written; return how much that was."""
        if self._stream is not None:
            return int(self._stream.write(data))
        if self._descriptor is None:  # given up: a writer that ends late has nothing more to say
            return len(data)
        try:
            return os.write(self._descriptor, data)
        except BlockingIOError:  # a pipe that somebody has made non-blocking
            select.select([], [self._descriptor], [])
            return 0

    def close(self) -> None:
        """Put the file in its place."""
        try:
            if self._own and self._descriptor is not None:
                if self._temporary is not None and self._syncs:
                    _sync(self._descriptor)
                descriptor, self._descriptor = self._descriptor, None
                os.close(descriptor)
            if self._temporary is not None:
                os.replace(self._temporary, self._target)
                _UNFINISHED.remove(self._temporary)
                self._temporary = None
                if self._syncs:
                    _sync_folder(os.path.dirname(self._target))
        except OSError as problem:
            self.discard()
            raise StreamError(f"{self.name}: {os_error_text(problem, self.name)}") from None

    def discard(self) -> None:
        """Leave nothing of the file behind; after `close`, do nothing."""
        descriptor, self._descriptor = self._descriptor, None
        if self._own and descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)
        if self._temporary is not None:
            _remove(self._temporary)
            _UNFINISHED.remove(self._temporary)
            self._temporary = None


def _known_descriptor(path: str, found: os.stat_result) -> int | None:
    """Return the descriptor by which this process has a file open to write to, if its path is a name of that one.

    Standard output and error count by whatever name; another descriptor only by its own, such as /dev/fd/3.
    """
    for descriptor in (1, 2):
        with suppress(OSError):
            if os.path.samestat(os.fstat(descriptor), found) and _writable(descriptor):
                return descriptor
    for _ in range(MAX_LINKS):
        folder, name = os.path.split(os.path.abspath(path))
        if name.isdecimal() and os.path.realpath(folder) in (f"/proc/{os.getpid()}/fd", "/dev/fd"):
            return int(name)
        if not os.path.islink(path):
            break
        path = os.path.join(folder, os.readlink(path))
    return None


def _writable(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:
        return True
    return fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY


def _leads_to(path: str, found: os.stat_result) -> bool:
    """Whether a path leads to a file: that of an open file in /proc may not."""
    try:
        return os.path.samestat(os.stat(path), found)
    except OSError:
        return False


def _give_rights(descriptor: int, old: os.stat_result) -> None:
    """Give a new file the owner, group and mode of the one that it replaces, as far as the system lets us."""
    if not hasattr(os, "fchown"):
        return
    mode, new = stat.S_IMODE(old.st_mode) & 0o777, os.fstat(descriptor)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except OSError:
            try:
                os.fchown(descriptor, -1, old.st_gid)
            except OSError:  # another group gets no more than everybody has
                mode &= 0o707 | (mode & 0o007) << 3
    with suppress(OSError):  # a file system without modes
        os.fchmod(descriptor, mode)


def _sync(descriptor: int) -> None:
    """Bring a file to the disk: a crash must not leave an empty one in the place of a full one."""
    try:
        os.fsync(descriptor)
    except OSError as problem:
        if problem.errno not in _UNSYNCED:
            raise


def _sync_folder(path: str) -> None:
    """Bring the names in a folder to the disk, where the system can: the file itself is there already."""
    with suppress(OSError):
        descriptor = os.open(path or ".", os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _remove(path: str) -> None:
    with suppress(OSError):
        os.unlink(path)


class _Unfinished:
    """The files that are not in their places yet; a signal that ends the program removes them first."""

    def __init__(self) -> None:
        self._paths: set[str] = set()
        self._replaced: dict[int, Any] = {}

    def add(self, path: str) -> None:
        """Note a file, before it is made."""
        if not self._paths and threading.current_thread() is threading.main_thread():
            for name in _ENDING:
                number = getattr(signal, name, None)
                if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                    self._replaced[number] = signal.signal(number, self._leave)
        self._paths.add(path)

    def remove(self, path: str) -> None:
        """Forget a file that is in its place, or gone."""
        self._paths.discard(path)
        if not self._paths and threading.current_thread() is threading.main_thread():
            for number, before in self._replaced.items():
                signal.signal(number, before)
            self._replaced.clear()

    def _leave(self, number: int, frame: FrameType | None) -> None:
        """Remove the files; then end as the signal ends a program."""
        for path in list(self._paths):
            _remove(path)
        signal.signal(number, signal.SIG_DFL)
        signal.raise_signal(number)


_UNFINISHED = _Unfinished()

"""Several processes on the blocks of one stream: each gets a block when it has answered the last; order is kept.

The processes talk over their standard streams. When this process goes, by whatever end, they come to the end of their
input, and go too.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator

from ..errors import StreamError
from .blocks import Blocks
from .engine import Answer, Engine
from .plan import Settings

SERVE = "from gradcli.rows.jobs import serve; serve()"


class _Worker:
    """A process that answers blocks, one at a time."""

    def __init__(self, settings: Settings, header: list[str] | None) -> None:
        package = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
        # -P: the folder that the user happens to be in holds no modules of ours.
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", SERVE], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )  # fmt: skip
        self.send((settings, header))

    def send(self, message: object) -> None:
        assert self.process.stdin is not None
        try:
            pickle.dump(message, self.process.stdin, pickle.HIGHEST_PROTOCOL)
            self.process.stdin.flush()
        except OSError:
            raise StreamError("a process of --jobs has ended") from None

    def receive(self) -> Answer:
        assert self.process.stdout is not None
        try:
            answer: Answer = pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError):
            raise StreamError("a process of --jobs has ended") from None
        return answer

    def stop(self) -> None:
        """End the process: it only waits, or works on what nobody will read."""
        self.process.kill()
        self.process.communicate()


def answers(settings: Settings, header: list[str] | None, blocks: Blocks, jobs: int) -> Iterator[Answer]:
    """Yield the answers to all blocks, in order, from so many processes."""
    idle = deque([_Worker(settings, header) for _ in range(jobs)])
    busy: deque[_Worker] = deque()
    try:
        incoming = iter(blocks)
        more = True
        while more or busy:
            if busy and (not more or not idle or not blocks.ready()):
                worker = busy.popleft()
                yield worker.receive()
                idle.append(worker)
                continue
            block = next(incoming, None)
            if block is None:
                more = False
            else:
                worker = idle.popleft()
                worker.send(block)
                busy.append(worker)
    finally:
        for worker in (*idle, *busy):
            worker.stop()


def serve() -> None:
    """Answer the blocks that arrive on standard input: the main loop of a process of `answers`."""
    for name in ("SIGPIPE", "SIGINT"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    engine = Engine(*pickle.load(sys.stdin.buffer))
    while True:
        try:
            block = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(engine.answer(block), sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
        sys.stdout.buffer.flush()

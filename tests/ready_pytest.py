"""A Python that has loaded what tests need and forks for every run: `python -c` starts it, `Ready` speaks to it.

What is tested is not loaded: every run imports it anew.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

LIBRARIES = ("click", "flint", "hypothesis.strategies", "lark", "mpmath", "numpy", "pyarrow", "pytest", "rich.table")


class Ready:
    """Runs pytest in a folder, in one environment, with its output in a file."""

    def __init__(self, folder: Path, log: Path, environment: Mapping[str, str]) -> None:
        self.log = log
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.ready_pytest import serve; serve()"],
            cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def run(self, words: Sequence[str]) -> None:
        """Run pytest with the words of a command line, and wait until it ends."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps([str(self.log), *words]), file=self._process.stdin, flush=True)
        if not self._process.stdout.readline():
            raise RuntimeError("the Python that runs pytest has gone")

    def close(self) -> None:
        """Let it end."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def serve() -> None:
    """Answer every line of standard input, a list in JSON, by a run of pytest and a line."""
    for name in LIBRARIES:
        try:
            __import__(name)
        except ImportError:  # an optional extra
            continue
    import pytest

    for line in sys.stdin:
        log, *words = json.loads(line)
        child = os.fork()
        if not child:
            nothing, written = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            for mine, theirs in ((nothing, 0), (written, 1), (written, 2)):
                os.dup2(mine, theirs)
            os._exit(pytest.main(words))
        os.waitpid(child, 0)
        print("done", flush=True)

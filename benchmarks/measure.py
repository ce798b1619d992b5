"""Times, their spread, ratios, and the machine they were taken on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Spread(NamedTuple):
    """The least, the middle and the greatest of several measurements."""

    least: float
    middle: float
    greatest: float

    @classmethod
    def of(cls, numbers: Sequence[float]) -> Spread:
        """Return the spread of some numbers."""
        ordered = sorted(numbers)
        return cls(ordered[0], ordered[len(ordered) // 2], ordered[-1])

    def text(self, unit: str = "") -> str:
        """Return the middle, and the others in parentheses."""
        return f"{short(self.middle)}{unit} ({short(self.least)}-{short(self.greatest)})"


class Cost(NamedTuple):
    """What a process took: seconds of the clock, seconds of processors, and megabytes of memory at most."""

    wall: float
    cpu: float
    memory: float


def short(x: float) -> str:
    """Return three significant digits."""
    return f"{x:.3g}" if x < 100 else f"{x:.0f}"


def environment() -> dict[str, str]:
    """Return the environment of what is measured: byte-code may be written, and one thread per process."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "NO_COLOR": "1"}


def process(command: Sequence[str], *, stdin: str | None = None, **extra: str) -> Cost:
    """Run a command to its end, and return what it took; its output is thrown away.

    Raises `subprocess.CalledProcessError` if it fails.
    """
    with open(stdin or os.devnull, "rb") as source:
        begin = time.perf_counter()
        child = subprocess.Popen(
            command, stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**environment(), **extra}
        )
        assert child.stderr is not None
        message = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command, stderr=message)
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def in_turn(commands: Sequence[Callable[[], float]], rounds: int) -> list[list[float]]:
    """Return the measurements of each command, taken in turns: A B C, A B C, ... so that a slow minute hits all."""
    found: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for measurements, command in zip(found, commands, strict=True):
            measurements.append(command())
    return found


def ratios(numbers: Sequence[float], yardstick: Sequence[float]) -> Spread:
    """Return the spread of the ratios, round by round."""
    return Spread.of([a / b for a, b in zip(numbers, yardstick, strict=True)])


def machine() -> str:
    """Return the processor, the cores that may be used, and the Python."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns aligned."""
    widths = [max(len(row[k]) for row in [headings, *rows]) for k in range(len(headings))]
    lines = [headings, ["-" * width for width in widths], *rows]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def progress(text: str) -> None:
    """Say on standard error what is being measured."""
    print(f"... {text}", file=sys.stderr, flush=True)

"""Work counted, for tests of how it grows: the lines of gradcli that run, each as often as it runs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import gradcli

HOME = gradcli.__file__.removesuffix("__init__.py")


def work(call: Callable[[], object]) -> int:
    """Return how many lines of gradcli a call runs; a loop in one line counts every turn."""
    count = 0

    def line(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return line

    def entered(frame: FrameType, event: str, argument: Any) -> Any:
        return line(frame, event, argument) if frame.f_code.co_filename.startswith(HOME) else None

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        call()
    finally:
        sys.settrace(before)
    return count


def grows(made: Callable[[int], Callable[[], object]], size: int) -> float:
    """Return by how much the work of a call grows when its size is doubled; what both have to load is loaded first."""
    made(size // 2)()
    small, large = made(size), made(2 * size)
    return work(large) / work(small)

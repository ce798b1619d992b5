"""Ctrl-C at the prompt: it ends what runs, or the line that is typed, and never the session."""

from __future__ import annotations

import math
import signal
import time

AGAIN_SECONDS = 1.0  # seconds after which a press that went unheard counts anew


class Interrupts:
    """The handler of Ctrl-C: it raises `KeyboardInterrupt` once while a line is read or answered.

    Presses that come while that one is dealt with are ignored: raised there, they would end the session.
    """

    def __init__(self) -> None:
        self.open = False
        self.last = -math.inf
        self.before = signal.getsignal(signal.SIGINT)

    def __enter__(self) -> Interrupts:
        signal.signal(signal.SIGINT, self.press)
        return self

    def __exit__(self, *error: object) -> None:
        signal.signal(signal.SIGINT, self.before)

    def press(self, *_: object) -> None:
        """Answer a press of Ctrl-C."""
        now = time.monotonic()
        if self.open and now - self.last > AGAIN_SECONDS:
            self.last = now
            raise KeyboardInterrupt

    def heed(self) -> None:
        """Let the next press interrupt."""
        self.last = -math.inf
        self.open = True

    def ignore(self) -> None:
        """Let no press interrupt."""
        self.open = False

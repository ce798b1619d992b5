"""Signs of life: what a person at a terminal is told while a command runs, and that nothing of it stays."""

from __future__ import annotations

import io
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import progress, run
from gradcli.commands.progress import Progress


@pytest.fixture
def states(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Return what each sign of life of a command says at its beginning and at its end."""
    found: list[tuple[str, str]] = []
    begun: dict[int, str] = {}

    def begin(self: Progress) -> Progress:
        begun[id(self)] = self.state()
        return self

    def end(self: Progress, *error: Any) -> None:
        found.append((begun.pop(id(self)), self.state()))

    monkeypatch.setattr(Progress, "__enter__", begin)
    monkeypatch.setattr(Progress, "__exit__", end)
    return found


ROWS = "problem,item,claim\np,f,6\np,df/dx,3\n"
LINES = {
    "x*y x=2 y=3": ("differentiating", "writing the report"),
    "check x*y x=2 y=3 f=6": ("checking 1 claim",),
    "check x*y x=2 y=3 f=6 dx=3": ("checking 2 claims",),
    "check 2*x x=[1,2] f=[2,4]": ("checking 1 claim",),
    "check 2*x x=[1,2] f=[2,4] df=1": ("checking 2 claims",),
    "check x*y x=2 y=3 --claims two.csv": ("checking 2 claims",),
    "check 2*x x=[1,2] f=[2,4] --claims arrays.csv": ("checking 2 claims",),
    "descend x**2 x=1 --rate 0.1 --steps 3": ("step 0 > step 4",),
    "descend x**2 x=1 --rate 0.1 --steps-of 2": ("descending",),
    "diff x*y": ("differentiating",),
    "plot x**2 x=0:1": ("plotting",),
    "sum(x*x) x=[1,2]": ("differentiating", "writing the report"),
    "sum(x*x) x=[1,2] --open all": ("differentiating", "writing the report"),
    "sheet --homework hw.toml --roster roster.csv --out out": ("0 of 3 sheets > 3 of 3 sheets",),
    "sheet --homework hw.toml --roster one.csv --out out": ("0 of 1 sheet > 1 of 1 sheet",),
    "sheet --homework hw.toml --lint": ("0 of 1 problem > 1 of 1 problem",),
    "sheet --homework own.toml --lint --roster roster.csv": ("0 of 4 problems > 4 of 4 problems",),
    "grade hw.toml ann.csv": ("0 rows read, 0 students marked > 2 rows read, 1 student marked",),
    "grade hw.toml ann.csv bob.csv --roster roster.csv": (
        "0 rows read, 0 students marked > 3 rows read, 3 students marked",),
}  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_what_is_being_done(
    line: str, states: list[tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    problem = '[[problem]]\nid = "p"\nprogram = "f = x*y"\nat = {x = 2, y = 3}\n'
    files = {
        "hw.toml": problem, "roster.csv": "student\nann\nbob\ncy\n", "one.csv": "student\nann\n", "ann.csv": ROWS,
        "own.toml": problem + '[[problem]]\nid = "q"\nprogram = "f = x + y"\nvary = 7\nvary_version = 1\n',
        "bob.csv": "problem,item,claim\np,f,6\n", "two.csv": "item,claim\nf,6\ndx,3\n",
        "arrays.csv": "item,claim\ndf,1\n",
    }  # fmt: skip
    for name, text in files.items():
        Path(name).write_text(text)
    run(line.split())
    shown = [first if first == last else f"{first} > {last}" for first, last in states]
    assert tuple(shown) == LINES[line]


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_line_is_rewritten_and_wiped(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    times = iter([100.0, 100.4, 103.6])
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(times))
    waits: list[float] = []
    states = iter(["a long state", "short"])
    watch = Progress(lambda: next(states))

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return len(waits) > 2

    monkeypatch.setattr(watch._done, "wait", wait)
    watch._watch()
    first = "gradcli: a long state, 0 s"
    second = "gradcli: short, 4 s".ljust(len(first))
    assert screen.getvalue() == f"\r{first}\r{second}\r{' ' * len(second.rstrip())}\r"
    assert waits == [progress.FIRST_SIGN_SECONDS, progress.INTERVAL_SECONDS, progress.INTERVAL_SECONDS]


def test_what_is_done_at_once_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    with Progress(lambda: "state") as watch:
        assert watch._thread is not None
        assert watch._thread.is_alive()
        assert watch._thread.daemon
    assert not watch._thread.is_alive()
    assert screen.getvalue() == ""
    before = threading.active_count()
    for stream in (None, io.StringIO()):
        monkeypatch.setattr(sys, "stderr", stream)
        with Progress(lambda: "state") as watch:
            assert watch._thread is None
            assert threading.active_count() == before


def test_a_terminal_that_has_gone_is_told_nothing_more(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(Screen):
        def write(self, text: str) -> int:
            raise OSError("gone")

    monkeypatch.setattr(sys, "stderr", Gone())
    watch = Progress(lambda: "state")
    watch._write("x")
    assert watch._done.is_set()

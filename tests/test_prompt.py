"""The prompt, typed at through a pseudo-terminal; and what its lines are understood as."""

from __future__ import annotations

import fcntl
import os
import pty
import random
import re
import select
import signal
import stat
import struct
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcli.commands.prompt.interrupts import AGAIN_SECONDS, Interrupts

from .test_cli import CLEAN, call, in_terminal, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is needed")

MARK = re.compile(r"(?:^|\n|\r)(?:∂|\.|>) $")
CODES = re.compile(r"\x07|\x1b(?:\[[0-9;?]*[A-Za-z]|[=>])")


class Terminal:
    """A session of gradcli in a terminal of 80 columns."""

    def __init__(self, home: Path, *words: str, **settings: str) -> None:
        self.pid, self.ours = pty.fork()
        if not self.pid:
            environment = {**CLEAN, "TERM": "xterm", "INPUTRC": "/dev/null", "NO_COLOR": "1", "HOME": str(home)}
            environment |= {"PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(Path(__file__).parent.parent), **settings}
            os.chdir(home)
            os.execve(sys.executable, [sys.executable, "-m", "gradcli", *words], environment)
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.status: int | None = None
        self.greeting = self.read()

    def read(self, mark: re.Pattern[str] = MARK, seconds: float = 30) -> str:
        """Return what appears until the mark does, or the session ends."""
        seen, end = b"", time.monotonic() + seconds
        while time.monotonic() < end:
            if not select.select([self.ours], [], [], 0.1)[0]:
                continue
            try:
                piece = os.read(self.ours, 65536)
            except OSError:
                piece = b""
            if not piece:
                self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
                break
            seen += piece
            text = CODES.sub("", seen.decode("utf-8", "replace")).replace("\r\n", "\n")
            if mark.search(text):
                return text
        return CODES.sub("", seen.decode("utf-8", "replace")).replace("\r\n", "\n")

    def type(self, keys: str, mark: re.Pattern[str] = MARK) -> str:
        os.write(self.ours, keys.encode())
        return self.read(mark)

    def interrupt(self) -> str:
        """Press Ctrl-C, when readline waits for keys, until the prompt is back."""
        text = ""
        for _ in range(10):
            time.sleep(0.5)
            os.write(self.ours, b"\x03")
            text = self.read(seconds=3)
            if text.endswith("∂ "):
                break
        return text

    def say(self, line: str) -> str:
        """Return the answer to a line, without its echo and the next prompt."""
        text = self.type(f"{line}\n")
        return MARK.sub("\n", text).partition("\n")[2].strip("\n")

    def end(self) -> int:
        """Leave with Ctrl-D, and return the status."""
        if self.status is None:
            self.type("\x04")
        os.close(self.ours)
        assert self.status is not None
        return self.status


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path)
    yield opened
    if opened.status is None:
        os.kill(opened.pid, signal.SIGKILL)
        os.waitpid(opened.pid, 0)
        os.close(opened.ours)


def test_an_expression_and_a_change(terminal: Terminal) -> None:
    assert terminal.greeting.startswith("gradcli ")
    assert terminal.greeting.endswith("∂ ")
    table = terminal.say("(x+y)*z at x=-2 y=5 z=-4")
    assert table == call("(x+y)*z", "x=-2", "y=5", "z=-4", COLUMNS="80").stdout.decode().strip("\n")
    changed = terminal.say("x=3")
    assert changed.splitlines()[-1] == "f = -32 (was -12), df/dz = 8 (was 3)"
    assert terminal.say("brief").startswith("f = -32, ")
    assert terminal.say("x = 1/3").splitlines()[-1].startswith("f = -21.3333")
    assert terminal.say("x=1/3").splitlines()[-1] == "nothing else changed"
    assert terminal.end() == 0


def test_without_values_there_are_formulas(terminal: Terminal) -> None:
    said = terminal.say("x^2*y")
    assert re.search(r"^f     = x\*\*2\*y$", said, re.MULTILINE)
    assert re.search(r"^df/dy = x\*\*2$", said, re.MULTILINE)
    assert said.endswith("x, y have no value yet: type x=1 y=2")
    assert terminal.say("y=2").endswith("x has no value yet: type x=1")
    assert "f = 18" in terminal.say("x=3")
    assert "f = 6" in terminal.say("x*y")  # the numbers stay


def test_views(terminal: Terminal) -> None:
    terminal.say("(x+y)*z at x=-2 y=5 z=-4")
    words = ("(x+y)*z", "x=-2", "y=5", "z=-4")
    for view in ("circuit", "steps", "table"):
        shown = call(*words, "--to", view, COLUMNS="80").stdout.decode().strip("\n")
        assert terminal.say(view) == shown
        assert terminal.say("(x+y)*z") == shown


def test_questions(terminal: Terminal) -> None:
    terminal.say("brief")
    terminal.say("q = x+y; f = q*z at x=-2 y=5 z=-4")
    assert terminal.say("q") == "q = x + y = 3, df/dq = -4"
    assert terminal.say("x") == "x = -2, df/dx = -4"
    assert terminal.say("df/dq") == "df/dq = -4"
    assert terminal.say("dq/dx") == "dq/dx = 1"
    assert terminal.say("dq/dz") == "dq/dz = 0"
    assert terminal.say("∂f/∂q") == "∂f/∂q = z = -4"
    why = " ".join(terminal.say("why df/dx").split())
    assert re.search(r"d?∂?f/[d∂]x = .* = z · 1 = -4 · 1 = -4 single-variable chain rule, sum rule", why)
    assert "product rule" in terminal.say("why q")
    assert "1" in terminal.say("why dq/dx")
    assert terminal.say("why dx") == terminal.say("why x")
    assert "hint: why df/dx" in terminal.say("why df/dw")
    assert "Forward" in terminal.say("why")


def test_other_commands_know_the_program(terminal: Terminal) -> None:
    terminal.say("brief")
    terminal.say("-x*y at x=3 y=-2")
    assert terminal.say("check df/dx=2 dy = -3").endswith("right numbers")
    assert "score 2 of 2" in terminal.say("check df/dx=2 dy = -3")
    assert "wrong" in terminal.say("check df/dx=3 --sigfigs 2")
    assert "there is no claim" in terminal.say("check")
    for line in ("plot x", "plot x -3:3", "plot x=-3:3"):
        assert "f = -x*y, y = -2" in terminal.say(line)
    assert "an input is missing" in terminal.say("plot")
    assert terminal.say("diff y").splitlines() == ["f     = -x*y", "df/dy = -x"]
    assert "d2f_dx_dy = -1" in terminal.say("diff --order 2")
    assert terminal.say("rules relu").startswith("relu(x)")
    assert terminal.say('gradcli --value "x*y" x=2 y=3') == "6.0"
    assert "exit-status" in terminal.say("help")
    assert "EXIT STATUS" in terminal.say("help exit-status")
    assert terminal.say("?") == terminal.say("help")


def test_what_a_name_or_an_operator_makes_of_a_line(terminal: Terminal) -> None:
    terminal.say("brief")
    terminal.say("q = x+y; q*z at x=1 y=2 z=3")
    for name, what in (("q", "q = x+y"), ("f", "f = q*z")):
        said = terminal.say(f"{name}=3")
        assert f"{name} is computed by the program: {what}" in said.replace(" + ", "+")
        assert "hint: its inputs are x, y, z" in said
    assert terminal.say("w=2").startswith("w: kept for a program that uses it")
    assert "f = 4" in terminal.say("w*y")
    assert "table has no value yet" in terminal.say("(table)")
    assert re.search(r"(f|table) = 5", terminal.say("table=5"))
    assert "f = 7" in terminal.say("table + 2")
    assert "did you mean circuit?" in terminal.say("circut")
    assert "steps takes no x" in terminal.say("steps x")
    assert "quit stands alone" in terminal.say("quit x")


def test_what_the_program_sets_itself_is_not_changed(terminal: Terminal) -> None:
    terminal.say("brief")
    assert "f = 9" in terminal.say("x^2 at x=3")
    assert "f = 10" in terminal.say("x = 5; f = x*y at y=2")  # the older x is not asked
    assert "f = 20" in terminal.say("y=4")
    assert "the program" in terminal.say("x=1")
    assert terminal.say("f") == "f = x*y = 20"
    assert "f = 6" in terminal.say("a = 2; b = 3; f = a*b")
    assert "the program" in terminal.say("a=4")
    assert terminal.say("save sets.txt") == "sets.txt is written"
    assert "f = 6" in terminal.say("load sets.txt")


def test_errors_do_not_end_the_session(terminal: Terminal) -> None:
    for line, message in (
        ("x +", "the expression ends too early"), ("x=", "the value is missing"), ("x=nan", "finite number"),
        ("x=1e999", "overflows"), ("log(0*x) at x=1", "undefined"), ("load /nonexistent/file", "no such file"),
        ("save", "a file is missing"), ('gradcli "', "a quote is not closed"), ("x=-3:3", "plot x -3:3"),
        ("exit status", "exit stands alone"), ("help nonsense", "nothing on nonsense"), ("x ]", "this ] has no ["),
    ):  # fmt: skip
        assert message in terminal.say(line), line
    assert "f = 9" in terminal.say("x^2 at x=3")
    assert "undefined" in terminal.say("log(x-3)")
    assert "f = 0" in terminal.say("x=4")
    assert "Traceback" not in terminal.greeting
    assert terminal.end() == 0


def test_a_value_that_cannot_be_used_changes_nothing(terminal: Terminal) -> None:
    terminal.say("brief")
    terminal.say("x^2 at x=3")
    terminal.say("x=1e999")
    assert terminal.say("x") == "x = 3, df/dx = 6"


def test_control_c_keeps_the_session(terminal: Terminal, tmp_path: Path) -> None:
    terminal.say("brief")
    terminal.say("x^2 at x=3")
    terminal.type("half a li", re.compile("li$"))
    assert terminal.interrupt().endswith("∂ ")
    assert terminal.say("x") == "x = 3, df/dx = 6"
    assert terminal.type("sin(\n").endswith(". ")
    assert terminal.interrupt().endswith("∂ ")
    (tmp_path / "long").write_text("+".join(["sin(x)"] * 300_000), encoding="utf-8")
    os.write(terminal.ours, b"load long\n")
    time.sleep(0.3)
    terminal.interrupt()
    assert terminal.say("df/dx") == "df/dx = 6"
    assert terminal.end() == 0


def test_a_storm_of_control_c_keeps_the_session(terminal: Terminal) -> None:
    terminal.say("brief")
    terminal.say("x^2 at x=3")
    chance = random.Random(3)
    lines = [b"x=4\n", b"plot x\n", b"steps\n", b"\n", b"abc", b"why x\n", b"sin(\n", b"gradcli x x=3\n"]
    for _ in range(40):
        os.write(terminal.ours, chance.choice(lines))
        for _ in range(chance.randint(1, 5)):
            time.sleep(chance.random() * 0.02)
            os.write(terminal.ours, b"\x03")
        terminal.read(re.compile("$^"), seconds=0.03)
        assert terminal.status is None
    terminal.read(re.compile("$^"), seconds=0.5)
    terminal.interrupt()
    terminal.say("brief at x=5")
    assert terminal.say("df/dx") == "df/dx = 10"
    assert terminal.end() == 0


def test_a_press_of_control_c_counts_once_and_only_while_it_is_heeded() -> None:
    with Interrupts() as interrupts:
        os.kill(os.getpid(), signal.SIGINT)  # not heeded yet
        interrupts.heed()
        with pytest.raises(KeyboardInterrupt):
            interrupts.press()
        interrupts.press()  # the same press, perhaps
        interrupts.last -= 2 * AGAIN_SECONDS
        with pytest.raises(KeyboardInterrupt):
            interrupts.press()
        interrupts.heed()
        with pytest.raises(KeyboardInterrupt):
            interrupts.press()
        interrupts.heed()
        interrupts.ignore()
        interrupts.press()
    assert signal.getsignal(signal.SIGINT) != interrupts.press


@pytest.mark.parametrize("word", ["quit", "exit", " quit ", ":q", "exit()"])
def test_words_that_leave(terminal: Terminal, word: str) -> None:
    terminal.type(f"{word}\n")
    assert terminal.status == 0


def test_a_statement_goes_on_while_a_parenthesis_is_open(terminal: Terminal) -> None:
    assert terminal.type("q = (x +\n").endswith(". ")
    assert "q = 5" in terminal.say("y) at x=2 y=3")
    assert terminal.type("x * \\\n").endswith(". ")
    assert "f = 6" in terminal.say("y")


def test_files(terminal: Terminal, tmp_path: Path) -> None:
    terminal.say("brief")
    terminal.say("q = x+y; f = q*z at x=-2 y=1/3 z=-4")
    assert terminal.say("save net.txt") == "net.txt is written"
    assert (tmp_path / "net.txt").read_text() == "q = x+y; f = q*z\n# at x=-2 y=1/3 z=-4\n"
    terminal.say("x=7")
    terminal.say("sin(w)")
    assert "f = 6.6666" in terminal.say("load net.txt")
    assert terminal.say("save f.svg") == "f.svg is written"
    assert (tmp_path / "f.svg").read_text().startswith("<svg")
    assert terminal.say("save f.json") == "f.json is written"
    assert call("--file", str(tmp_path / "net.txt"), "x=1", "y=2", "z=3", "--value").stdout == b"9.0\n"


def test_the_history_is_the_users_alone(tmp_path: Path) -> None:
    state = tmp_path / "state"
    first = Terminal(tmp_path, XDG_STATE_HOME=str(state))
    first.say("x^2 at x=3")
    first.end()
    path = state / "gradcli" / "history"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "x^2 at x=3" in path.read_text()
    second = Terminal(tmp_path, XDG_STATE_HOME=str(state))
    assert "f = 9" in second.type("\x1b[A\n")  # the arrow up
    second.end()
    third = Terminal(tmp_path, XDG_STATE_HOME="relative")
    third.say("x at x=1")
    third.end()
    assert "x at x=1" in (tmp_path / ".local" / "state" / "gradcli" / "history").read_text()


def test_a_history_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    opened = Terminal(tmp_path, XDG_STATE_HOME=str(tmp_path / "file"))
    assert "f = 9" in opened.say("x^2 at x=3")
    assert opened.end() == 0


def test_a_line_that_is_nearly_something_keeps_the_program(terminal: Terminal) -> None:
    terminal.say("brief")
    terminal.say("w*x + b at w=2 x=3 b=1")
    for line, said in (("df/dq", "there is no node q"), ("set w=3", "set is no command"), ("undo", "nothing to undo"),
                       ("let w=5", "w=5 alone changes a number"), ("dw", "is not how a derivative")):  # fmt: skip
        assert said in terminal.say(line)
    assert "f = 13 (was 7)" in terminal.say("w=4; x=3")
    assert terminal.say("df/dw") == "df/dw = 3"


def test_the_tab_key(terminal: Terminal) -> None:
    terminal.say("weight*speed at weight=2 speed=3")
    assert "weight" in terminal.type("wei\t", re.compile("weight=?$"))
    assert terminal.interrupt().endswith("∂ ")
    assert "why df/dspeed" in terminal.type("why df/ds\t", re.compile("dspeed$"))


def test_the_options_of_a_session(tmp_path: Path) -> None:
    opened = Terminal(tmp_path, "--digits", "20", "--ascii", "--to", "circuit")
    assert opened.greeting.endswith("> ")
    said = opened.say("sqrt(x) at x=2")
    assert "1.4142135623730950488" in said
    assert said.isascii()
    assert opened.end() == 0


def test_a_terminal_of_no_abilities(tmp_path: Path) -> None:
    opened = Terminal(
        tmp_path, TERM="dumb", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii", PYTHONCOERCECLOCALE="0"
    )
    assert opened.greeting.endswith("> ")
    assert "f = 9" in opened.say("x^2 at x=3")
    assert opened.end() == 0


def test_only_a_terminal_is_asked() -> None:
    done = start()
    assert done.returncode == 2
    assert re.search(b"program is (empty|missing)", done.stderr)
    text, status = in_terminal(80, "--json")
    assert status == 2
    assert "a program is missing" in text

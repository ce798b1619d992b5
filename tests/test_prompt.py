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

from gradcli.commands.prompt import answer, answers
from gradcli.commands.prompt.interrupts import AGAIN, Interrupts
from gradcli.commands.prompt.keyboard import candidates
from gradcli.commands.prompt.lines import WORDS, Command, Said, claims, is_open, understood
from gradcli.commands.prompt.session import Session
from gradcli.commands.tree import root

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
        ("exit status", "exit stands alone"), ("help nonsense", "nothing on nonsense"), ("x ]", "unexpected"),
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
        interrupts.last -= 2 * AGAIN
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
                       ("let w=5", "w=5 alone changes a number"), ("dw", "neither a command")):  # fmt: skip
        assert said in terminal.say(line)
    assert "f = 13 (was 7)" in terminal.say("w=4; x=3")
    assert terminal.say("df/dw") == "df/dw = 3"


@pytest.mark.parametrize(("line", "message", "hint"), [
    ("check -4", "-4 is no claim", "check df/dx=3; a variable of that name is (check)"),
    ("check - 4", "check - 4 begins with a command", "check df/dx=3; a variable of that name is (check)"),
    ("plot -3:3", "neither an input nor a range", "plot x -3:3; a variable of that name is (plot)"),
    ("plot(x)", "plot(x) begins with a command", "plot x -3:3; a variable of that name is (plot)"),
    ("why -4", "-4 is no derivative", "why df/dx; a variable of that name is (why)"),
    ("table -3", "table takes no -3", "a variable of that name is (table)"),
    ("diff -x", "there is no input -x", "a variable of that name is (diff)"),
    ("undo -1", "undo stands alone", "a variable of that name is (undo)"),
    ("rules*2; x", "begins with a command", "help rules; a variable of that name is (rules)"),
    ("save = x; save - 4", "", ""),
    ("chekc df/dx=-4", "there is no command chekc", "did you mean check df/dx=-4?"),
    ("plto x", "there is no command plto", "did you mean plot x?"),
    ("theme dark", "theme is an option of the command line", "begin anew"),
    ("digits 20", "digits is an option of the command line", "begin anew"),
    ("foo bar", "foo is neither a command nor in the program", "help lists the commands"),
    ("!ls", "!ls is for a shell", "quit leads back to the shell"),
    ('"x*y" x=2', "nothing needs quotes here", "x*y at x=2"),
    ("'x*y'", "nothing needs quotes here", "x*y"),
    ("net.txt", "net.txt is the name of a file", "load net.txt"),
    ("x.^2 + y.*x", "this is MATLAB", "write x^2 + y*x"),
    ("import math; math.sin(x)", "this is Python", "write sin(x)"),
    ("lambda x: x**2", "this is Python", "write x**2"),
    ("def f(x): return x**2", "this is Python", "write f(x) = x**2"),
    ("print(x)", "there is no function print", "write x"),
    ("x=3(1)", "the uncertainty of the last digits", "write x=3±1"),
    ("x=3±-1", "an uncertainty is not negative", "write x=3±1"),
    ("x=[1,2]", "this is a list", "x1=1 x2=2"),
])  # fmt: skip
def test_a_program_is_not_replaced_by_what_is_meant_for_a_command(
    net: Session, line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    source = net.source
    text = said(line, net, capsys)
    if not message:
        assert "new program; undo brings back the old one" in text
        return
    assert message in text
    assert hint in text.partition("hint: ")[2]
    assert net.source is source


def test_what_replaces_a_program_says_so_and_is_undone(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    announced = "new program; undo brings back the old one\n"
    first = net.source
    assert said("x=2*y", net, capsys).endswith(announced)
    assert "x = 14 (was 10)" in said("y=7", net, capsys)
    assert announced in said("log(y-7)", net, capsys)  # it has no value there, but stays
    back = said("undo", net, capsys)
    assert back.startswith("x=2*y is back\n")
    assert "x = 14" in back
    assert "x = 10 (was 14)" in said("undo", net, capsys)
    back = said("undo", net, capsys)
    assert back.startswith("q = x+y; f = q*z is back\n")
    assert "f = -12" in back
    assert net.source == first
    assert "nothing to undo" in said("undo", net, capsys)
    assert announced not in said("q = x+y; f = q*z at x=1", net, capsys)  # the same program
    assert "f = -12 (was -24)" in said("undo", net, capsys)


def test_a_value_that_is_refused_leaves_the_program(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    source, earlier = net.source, list(net.earlier)
    net.options = net.options._replace(exact=True)
    assert "a value with +- needs" in said("x*2 at x=3±1", net, capsys)
    assert (net.source, net.earlier) == (source, earlier)
    assert said("q", net, capsys).startswith("q = x + y = 3")


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


# ---- lines


@pytest.mark.parametrize(("line", "meant"), [
    ("x=3", Said(None, {"x": "3"})),
    ("x = 3, y=pi/4", Said(None, {"x": "3", "y": "pi/4"})),
    ("x=atan2(1, 2) y=-3", Said(None, {"x": "atan2(1, 2)", "y": "-3"})),
    ("at x=3", Said(None, {"x": "3"})),
    ("x=2.50±0.005", Said(None, {"x": "2.50±0.005"})),
    ("(x+y)*z", Said("(x+y)*z", {})),
    ("(x+y)*z at x=-2 y=5", Said("(x+y)*z", {"x": "-2", "y": "5"})),
    ("(x+y)*z x=-2, y=5", Said("(x+y)*z", {"x": "-2", "y": "5"})),
    ("x^2, x=3", Said("x^2", {"x": "3"})),
    ("x², x=3", Said("x²", {"x": "3"})),
    ("q = x + y", Said("q = x + y", {})),
    ("q = x + y x=1 y=2", Said("q = x + y", {"x": "1", "y": "2"})),
    ("q=x+y; f=q*z at z=1", Said("q=x+y; f=q*z", {"z": "1"})),
    ("x=3; x^2", Said("x=3; x^2", {})),
    ("f(x) = x^2", Said("f(x) = x^2", {})),
    ("where(x == 1, 2, 3) x=1", Said("where(x == 1, 2, 3)", {"x": "1"})),
    ("where(x <= 1, 2, x)", Said("where(x <= 1, 2, x)", {})),
    ("x*y with x=1, y=2", Said("x*y", {"x": "1", "y": "2"})),
    ("x^2 where x = 3", Said("x^2", {"x": "3"})),
    ("x^2 | x=3", Said("x^2", {"x": "3"})),
    ("2*with x=3", Said("2*with", {"x": "3"})),
    ("cat x=1", Said("cat", {"x": "1"})),
    ("flat", Said("flat", {})),
    ("table", Command("table", "")),
    (" steps ", Command("steps", "")),
    ("table x=3", Command("table", "x=3")),
    ("table = 3", Said(None, {"table": "3"})),
    ("table=3", Said(None, {"table": "3"})),
    ("table + 3", Said("table + 3", {})),
    ("table; x", Said("table; x", {})),
    ("(table)", Said("(table)", {})),
    ("check*2", Said("check*2", {})),
    ("why df/dx", Command("why", "df/dx")),
    ("why ∂q/∂x", Command("why", "∂q/∂x")),
    ("plot x -3:3", Command("plot", "x -3:3")),
    ("save ~/a b.txt", Command("save", "~/a b.txt")),
    ("save /folder/x", Command("save", "/folder/x")),
    ("save / x", Said("save / x", {})),
    ("load = 2", Said(None, {"load": "2"})),
    ("load ./x", Command("load", "./x")),
    ("?check", Command("help", "check")),
    ("help", Command("help", "")),
])  # fmt: skip
def test_lines(line: str, meant: Command | Said) -> None:
    assert understood(line) == meant


@pytest.mark.parametrize(("text", "words"), [
    ("df/dx=3 dq = 2 * x", ["df/dx=3", "dq=2 * x"]),
    ("local(q, x)=1, ∂q/∂y=2", ["local(q, x)=1", "∂q/∂y=2"]),
    ("x.grad=1", ["x.grad=1"]),
    ("nothing here", ["nothing", "here"]),
])  # fmt: skip
def test_claims(text: str, words: list[str]) -> None:
    assert claims(text) == words


def test_open_statements() -> None:
    assert is_open("sin(")
    assert is_open("x \\")
    assert not is_open("x # (")
    assert is_open("max(x, # )\n y")


def session() -> Session:
    from gradcli.commands import run
    from gradcli.commands.options import Options

    ctx = root.make_context("gradcli", ["x"])
    return Session(Options(**ctx.params), run, root)


def said(line: str, here: Session, capsys: pytest.CaptureFixture[str]) -> str:
    """Return all that a line at the prompt writes."""
    answer(here, line)
    return "".join(capsys.readouterr())


@pytest.fixture
def net(capsys: pytest.CaptureFixture[str]) -> Session:
    here = session()
    for line in ("brief", "q = x+y; f = q*z at x=-2 y=5 z=-4"):
        answers.answer(here, line)
    capsys.readouterr()
    return here


@pytest.mark.parametrize(("line", "message", "hint"), [
    ("check df/dx 3", "df/dx 3 is no claim: its = is missing", "check df/dx=3"),
    ("check dx: 3 dy is 4", "its = is missing", "check dx=3 dy=4"),
    ("check df/dx=", "nothing is claimed after df/dx=", "check df/dx=3"),
    ("check", "there is no claim", "check df/dx=3"),
    ("check x=3", "x is an input", "x=3 alone changes it"),
    ("check foo=3", "foo is neither an input nor an item", "its names are x, y, q, z, f"),
    ("check df/dx=3 --rtol", "--rtol needs a value", "help gradcli check has its options"),
    ("check df/dx=3 --file x", "check takes the program that is here", "load FILE reads another"),
    ("check --rtol 0.1 df/dx=3", "there is no claim", "check df/dx=3"),
    ("check dy=1 --rtol 0.1 df/dx=3", "df/dx=3 stands behind an option", "options stand last"),
    ("plot q", "q is computed by the program: q = x + y", "its inputs are x, y, z"),
    ("plot w", "there is no input w", "the inputs are x, y, z"),
    ("plot x y z", "one or two inputs", "plot x, or plot x y"),
    ("plot x from 1 to 5", "1 is neither an input nor a range", "plot x 1:5"),
    ("plot x -3..3", "neither an input nor a range", "plot x -3:3"),
    ("plot x=3", "x has one value, not a range", "plot x -3:3"),
    ("plot x -3:3 x=1", "x has a range and a value", "plot x -3:3"),
    ("plot", "an input is missing", "plot x -3:3"),
    ("diff q", "q is computed by the program", "its inputs are x, y, z"),
    ("diff x=3", "diff takes inputs, not x=3", "x=3 alone changes a number"),
    ("diff --foo", "there is no option --foo", "help gradcli diff has its options"),
    ("rules nonsense", "there is no function or rule nonsense", ""),
    ("help sine", "the manual has nothing on sine", "help lists all that there is"),
    ("why w", "there is no node w", "why df/dx"),
    ("why x y", "x y is no derivative", "why df/dx"),
    ("save f.xyz", "no report has the suffix of f.xyz", "known are .txt, .json"),
    ("save", "a file is missing", "save net.txt"),
    ("save x=3", "x=3 is a value, not a file", "save net.txt"),
    ("save nowhere/net.txt", "there is no folder nowhere", ""),
    ("load", "a file is missing", "load net.txt"),
    ("load nets.txt", "nets.txt: no such file", "did you mean net.txt?"),
    ("load f.svg", "f.svg is a report", "save net.txt writes a program"),
    ("load bytes", "bytes: not UTF-8", "a program as text"),
    ("load empty", "empty has no program in it", ""),
    ("load .", "is a directory", ""),
    ("x 4", "x 4 gives no number", "x=4"),
    ("let x 4", "gives no number", "x=4"),
    ("x := -4", "gives no number", "x=-4"),
    ("x: 1/3", "gives no number", "x=1/3"),
    ("x == 4", "gives no number", "x=4"),
    ("x is 4", "gives no number", "x=4"),
    ("set x to 4", "gives no number", "x=4"),
    ("let x=4", "let is no command", "x=4 alone changes a number"),
    ("df/dx=3", "df/dx=3 is a claim", "check df/dx=3"),
    ("x=three", "three is no number for x", "x=3; a program of three alone is (three)"),
    ("x = y", "y is no number for x", "x=3"),
    ("d/dx x^2", "an expression stands alone", "x^2"),
    ("derivative of x^2 at x=3", "an expression stands alone", "x^2"),
    ("gradient x*y", "an expression stands alone", "x*y"),
    ("d/dx", "names one variable", "df/dx"),
    ("df/d", "names one variable", "df/dx"),
    ("x ]", "unexpected character ]", ""),
    ("table q", "table takes no q", "(table)"),
])  # fmt: skip
def test_what_is_wrong_is_told_in_words_of_the_prompt(
    net: Session, line: str, message: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    for name, data in (("net.txt", b"x\n"), ("f.svg", b"<svg/>"), ("bytes", b"\xff\x00"), ("empty", b"\n# at x=3\n")):
        Path(name).write_bytes(data)
    record = net.record
    text = said(line, net, capsys)
    assert message in text
    assert hint in text.partition("hint: ")[2]
    assert 'gradcli "' not in text
    assert "argument:" not in text
    assert net.record is record  # as it was


@pytest.mark.parametrize(
    "line", ["w=4, x=2", "w=4,x=2", "w=4 x=2", "w = 4 , x = 2", "w=4;x=2", "w=4; x=2;", "at w=4, x=2"]
)
def test_several_numbers_on_a_line(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("brief", here, capsys)
    said("w*x + b at w=2, x=3, b=1", here, capsys)
    assert "f = 9 (was 7), df/dw = 2 (was 3), df/dx = 4 (was 2)" in said(line, here, capsys)


@pytest.mark.parametrize(("before", "after", "told"), [
    ("1/3", "2/3", "f = 0.666667 (was 0.333333)"),
    ("1/3", "1/3+1e-9", "f = 0.333333334 (was 0.333333333)"),
    ("1", "1+1e-13", "f = 1.0000000000001 (was 1)"),
    ("1e-20", "2e-20", "f = 2e-20 (was 1e-20)"),
    ("1e20", "1e20+1e5", "f = 1.000000000000001e+20 (was 1e+20)"),
    ("1e20", "1/3", "f = 0.333333 (was 1e+20)"),
    ("123456789", "123456790", "f = 123456790 (was 123456789)"),
    ("1/3", "1/3+1e-30", "nothing else changed"),
])  # fmt: skip
def test_what_changed_is_told_in_figures_that_show_it(
    before: str, after: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    here = session()
    said("brief", here, capsys)
    said(f"x*y at x={before} y=1", here, capsys)
    lines = said(f"x={after}", here, capsys).splitlines()
    assert lines[-1].startswith(told) or lines[-2].startswith(told)


def test_a_comment_behind_a_line(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    assert "f = -32 (was -12)" in said("x=3  # instead of -2", net, capsys)
    assert said("f # what is it", net, capsys) == "f = q*z = -32\n"
    assert said("# nothing", net, capsys) == ""


def test_without_a_number_views_show_formulas_and_claims_say_what_to_type(
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = session()
    said("f = x*y at y=2", here, capsys)
    assert said("steps", here, capsys).endswith("x has no value yet: type x=1\n")
    assert "hint: type x=1" in said("check df/dx=2", here, capsys)
    assert "hint: type x=1" in said("plot y", here, capsys)


def test_a_number_that_the_program_sets(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("a = 2; f = a*x at x=3", here, capsys)
    assert "the program itself sets a" in said("a=3", here, capsys)
    said("u = x; f = u*x", here, capsys)
    assert "the program itself sets u" in said("u=3", here, capsys)


def test_files_that_are_replaced_are_told(
    net: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said("save net", net, capsys) == "net is written\n"
    assert said("save net", net, capsys) == "net is replaced\n"
    assert said("save net.TXT", net, capsys) == "net.TXT is written\n"
    assert Path("net").read_text() == Path("net.TXT").read_text()
    assert said("load net", net, capsys).startswith("f = -12")


def test_reports_name_no_option_of_the_command_line(net: Session, capsys: pytest.CaptureFixture[str]) -> None:
    for view in ("table", "circuit", "steps", "brief"):
        said(view, net, capsys)
        text = said("x=1/3", net, capsys)
        assert re.search(r"(rounded to 6|4) figures", text)
        assert "--" not in text
        said("x=1/7", net, capsys)
    assert "--" not in said("why", net, capsys)


@pytest.mark.parametrize("columns", ["40", "79"])
def test_help_is_as_wide_as_the_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert max(map(len, said("help", session(), capsys).splitlines())) <= int(columns)


def test_a_variable_that_is_called_like_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    here = session()
    said("brief", here, capsys)
    assert "f = 6" in said("(table)*plot at table=2 plot=3", here, capsys)
    assert "answers" not in said("(table)", here, capsys)
    assert said("plot table", here, capsys).startswith("table")
    assert "table = 5" in said("table=5", here, capsys)
    assert candidates(here, "(", "ta") == ["table", "tan(", "tanh("]


def test_help_is_one_screen(capsys: pytest.CaptureFixture[str]) -> None:
    lines = said("help", session(), capsys).splitlines()
    assert len(lines) < 24
    assert max(map(len, lines)) <= 80
    for word in WORDS:
        assert word in "".join(lines) or word == "exit"
        page = said(f"help {word}", session(), capsys)
        assert word in page
        assert len(page.splitlines()) < 8
    assert "gradcli-check" in said("help gradcli check", session(), capsys).lower()


def test_completion_at_the_prompt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = session()
    assert "table" in candidates(here, "", "ta")
    assert candidates(here, "", "zzz") == []
    answers.answer(here, "brief")
    answers.answer(here, "q = weight + speed; f = q*sin(q) at weight=1 speed=2")
    assert candidates(here, "", "we") == ["weight=", "weight"]
    assert candidates(here, "weight=3 ", "sp") == ["speed=", "speed"]
    assert candidates(here, "2*", "si") == ["sigmoid(", "sign(", "sin(", "sinh("] or "sin(" in candidates(
        here, "2*", "si"
    )
    assert candidates(here, "2 * x ", "a/we") == ["a/weight"]
    assert candidates(here, "why ", "df/d") == ["df/dweight", "df/dspeed", "df/dq", "df/dv1", "df/df"]
    assert "df/dq=" in candidates(here, "check ", "df/")
    assert candidates(here, "plot ", "") == ["weight", "speed"]
    assert "sigmoid" in candidates(here, "rules ", "sig")
    assert "exit-status" in candidates(here, "help ", "ex")
    assert "why" in candidates(here, "help ", "wh")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.txt").write_text("")
    (tmp_path / "nets").mkdir()
    assert candidates(here, "load ", "ne") == ["net.txt", "nets/"]
    assert candidates(here, "load ", str(tmp_path / "net.")) == [str(tmp_path / "net.txt")]
    assert "f = " in capsys.readouterr().out

"""Completion: what is offered, and that bash, zsh and fish insert it."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from gradcli.commands.completing import FILE, FOLDER, NAMES, offered, split_line
from gradcli.commands.completion import SCRIPTS
from gradcli.commands.tree import COMMANDS, root

from .test_cli import CLEAN
from .test_manual import commands

EXAMPLE = "(x+y)*z"
READY = r"READY>\s*$"
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]|\x1b\([A-Z]|\x1b\][^\x07]*\x07|[\x0e\x0f]")
NETWORK = "q=x+y; f=q*z"


def values(*words: str) -> list[str]:
    """Return what the last word may become."""
    return [value for value, _ in offered(list(words[:-1]), words[-1]).items]


def paths(*words: str) -> str:
    return offered(list(words[:-1]), words[-1]).paths


@pytest.mark.parametrize(("words", "found"), [
    (["di"], ["diff"]),
    (["--di"], ["--digits"]),
    ([EXAMPLE, ""], ["x=", "y=", "z="]),
    ([EXAMPLE, "y=5", ""], ["x=", "z="]),
    ([EXAMPLE, "y=5", "z"], ["z="]),
    ([EXAMPLE, "--", ""], ["x=", "y=", "z="]),
    (["--json", EXAMPLE, "x"], ["x="]),
    ([EXAMPLE, "--grad", ""], ["x", "y", "z", "v1", "f"]),
    ([EXAMPLE, "--grad", "x,"], ["x,y", "x,z", "x,v1", "x,f"]),
    ([EXAMPLE, "--grad=x,z"], ["--grad=x,z"]),
    ([EXAMPLE, "--of", "v"], ["v1"]),
    ([EXAMPLE, "--wrt=x,y,"], ["--wrt=x,y,z"]),
    ([EXAMPLE, "--to=st"], ["--to=steps"]),
    ([EXAMPLE, "--to", "st"], ["steps"]),
    ([EXAMPLE, "--nodes", "na"], ["named"]),
    (["diff", EXAMPLE, ""], ["x", "y", "z"]),
    (["diff", EXAMPLE, "x", ""], ["y", "z"]),
    (["diff", "--ord"], ["--order"]),
    (["sheet", EXAMPLE, "x=1", ""], ["y=", "z="]),
    (["plot", EXAMPLE, "x=0:1", ""], ["y=", "z="]),
    (["plot", EXAMPLE, "x=0:1", "--at", "x"], ["x="]),
    (["rows", EXAMPLE, "points.csv", ""], ["x=", "y=", "z="]),
    (["rows", EXAMPLE, "--wrt", ""], ["x", "y", "z"]),
    (["check", NETWORK, "x=1", "y=2", "z=3", ""],
     ["q=", "f=", "df/dq=", "df/dx=", "df/dy=", "df/dz=", "∂q/∂x=", "∂q/∂y=", "∂f/∂q=", "∂f/∂z="]),
    (["check", NETWORK, "df/dq=1", "df/dq"], []),
    (["check", NETWORK, "x=1", ""],
     ["y=", "z=", "q=", "f=", "df/dq=", "df/dx=", "df/dy=", "df/dz=", "∂q/∂x=", "∂q/∂y=", "∂f/∂q=", "∂f/∂z="]),
    (["check", NETWORK, "--of", "q", "--full", "z=1", ""],
     ["x=", "y=", "q=", "f=", "dq/dx=", "dq/dy=", "∂q/∂x=", "∂q/∂y=", "∂f/∂q=", "∂f/∂z="]),
    (["check", "--of=q", NETWORK, "dq"], ["dq/dx=", "dq/dy="]),
    (["check", "--of", "none", NETWORK, "df/dq"], ["df/dq="]),
    (["check", "r=x*x; q=x+1; q*y", "df/d"], ["df/dq=", "df/dx=", "df/dy="]),
    (["--color", "always", NETWORK, "--wrt", "x,"], ["x,y", "x,z"]),
    (["rules", "sigm"], ["sigmoid"]),
    (["rules", "product"], ["product rule"]),
    (["rules", "softm"], ["softmax"]), (["rules", "cross"], ["cross_entropy"]), (["rules", "resh"], ["reshape"]),
    (["help", "exit"], ["exit-status"]),
    (["help", "ch"], ["check"]),
    (["completion", ""], list(SCRIPTS)),
    ([EXAMPLE, "--to"], ["--to"]), (["rows", "2*3", ""], []), (["2*3", "--", ""], []), (["2*3", "--", "--t"], []),
    (["schema", "gr"], ["gradcli", "grade"]),
    (["(x+", "x"], []),
    (["nonsense(", ""], []),
])  # fmt: skip
def test_what_is_offered(words: list[str], found: list[str]) -> None:
    assert values(*words) == found


@pytest.mark.parametrize(("words", "found"), [
    ([EXAMPLE, "--bindings", "a"], FILE),
    (["--file", ""], FILE),
    (["--file=ne"], FILE),
    ([EXAMPLE, "-o", "out"], FILE), ([EXAMPLE, "-o", ""], FILE), (["plot", EXAMPLE, "-o", ""], FILE),
    ([EXAMPLE, "--frames", ""], FOLDER),
    (["grade", "ne"], FILE),
    (["grade", "hw.toml", ""], FILE),
    (["rows", EXAMPLE, ""], FILE),
    (["rows", EXAMPLE, "po"], FILE),
    (["check", EXAMPLE, "--claims", ""], FILE),
    (["sheet", "--homework", ""], FILE),
    (["sheet", "--out", ""], FOLDER),
    ([EXAMPLE, "x=@po"], FILE),
    (["net.t"], FILE),  # nothing fits: the shell's own files
    (["check", "ne"], FILE),
    ([EXAMPLE, "x"], ""),
    ([EXAMPLE, "--to", ""], ""),
])  # fmt: skip
def test_where_the_shell_adds_its_files(words: list[str], found: str) -> None:
    assert paths(*words) == found


def test_every_option_that_takes_a_file_says_so() -> None:
    for _, command in commands():
        for option in command.params:
            if option.name in ("file", "bindings", "output", "claims", "homework", "roster", "gradebook"):
                assert "FILE" in (option.metavar or "") or "PATH" in (option.metavar or ""), option.name
    every = {option.name for _, command in commands() for option in command.params}
    assert set(NAMES) <= every


def test_names_come_from_the_file_of_the_program(tmp_path: Path) -> None:
    path = tmp_path / "net.txt"
    path.write_text(NETWORK, encoding="utf-8")
    assert values("--file", str(path), "") == ["x=", "y=", "z="]
    assert values(f"--file={path}", "--of", "q") == ["q"]
    assert values("check", "--file", str(path), "x=1", "df/dq") == ["df/dq="]
    assert values("--file", str(tmp_path / "none"), "x") == []


def test_commands_and_options_are_complete() -> None:
    assert values("") == list(COMMANDS)
    assert set(values("--")) == {
        option for p in root.params for option in p.opts if option.startswith("--")
    } | {"--help"}  # fmt: skip
    assert "--json" not in values("--json", "--")
    assert "--at" in values("plot", "x", "--at", "x=1", "--")  # which may be repeated
    assert "--steps" in values("x", "x=1", "")  # when every name has its value


@pytest.mark.parametrize(("text", "found"), [
    ("gradcli ", (["gradcli"], "", False)),
    ("gradcli --fi", (["gradcli"], "--fi", False)),
    ('gradcli "(x + y)" x=', (["gradcli", "(x + y)"], "x=", False)),
    ('gradcli "(x + y', (["gradcli"], "(x + y", True)),
    ("gradcli 'a b' c\\ d", (["gradcli", "a b"], "c d", False)),
    ("gradcli rules product\\ ", (["gradcli", "rules"], "product ", False)),
    ("", ([], "", False)),
])  # fmt: skip
def test_lines(text: str, found: tuple[list[str], str, bool]) -> None:
    assert split_line(text) == found


# ---- real shells


class Shell:
    """A shell in a terminal, in which gradcli completes; its prompt is READY>."""

    START: ClassVar = {
        "bash": ["bash", "--norc", "--noprofile", "-i"],
        "zsh": ["zsh", "-f", "-i"],
        "fish": ["fish", "--no-config", "-i"],
    }
    SETUP: ClassVar = {
        "bash": "PS1='READY> '; bind 'set enable-bracketed-paste off'\n"
        "bind 'set show-all-if-ambiguous on'; source ./script\n",
        "zsh": "PS1='READY> '; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source ./script\n",
        "fish": "function fish_prompt; echo -n 'READY> '; end; function fish_right_prompt; end; source ./script\n",
    }

    def __init__(self, name: str, folder: Path) -> None:
        self.folder = folder
        (folder / "script").write_text(SCRIPTS[name], encoding="utf-8")
        gradcli = folder / "bin" / "gradcli"
        gradcli.parent.mkdir()
        gradcli.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gradcli "$@"\n', encoding="utf-8")
        gradcli.chmod(0o755)
        for file in ("net.txt", "points.csv", "nets.toml"):
            (folder / file).write_text(EXAMPLE, encoding="utf-8")
        (folder / "drawings").mkdir()
        self.pid, self.ours = pty.fork()
        if not self.pid:
            environment = {**CLEAN, "TERM": "xterm", "HOME": str(folder), "LC_ALL": "C.UTF-8", "COLUMNS": "200"}
            environment |= {
                "PATH": f"{gradcli.parent}:{CLEAN['PATH']}",
                "INPUTRC": "/dev/null",
                "XDG_CONFIG_HOME": str(folder),
            }
            environment |= {"PYTHONPATH": str(Path(__file__).parent.parent), "fish_greeting": ""}
            os.chdir(folder)
            os.execvpe(self.START[name][0], self.START[name], environment)
        self.seen = ""
        self.wait("")
        self.type(self.SETUP[name])
        self.wait("READY> ", READY)

    def type(self, keys: str) -> None:
        os.write(self.ours, keys.encode())

    def wait(self, *marks: str, seconds: float = 20) -> str:
        """Return what appears until every mark has appeared, or for a while."""
        end, quiet = time.monotonic() + seconds, time.monotonic() + 1.5
        text = ""
        while time.monotonic() < end:
            if select.select([self.ours], [], [], 0.1)[0]:
                try:
                    text += os.read(self.ours, 65536).decode("utf-8", "replace")
                except OSError:
                    break
                quiet = time.monotonic() + 0.3
            plain = CODES.sub("", text)
            if all(re.search(mark, plain) for mark in marks) and time.monotonic() > quiet:
                return plain
        return CODES.sub("", text)

    def completed(self, line: str) -> list[str]:
        """Return the words of a line after the tab key, each as the shell passes it on."""
        target = self.folder / "words"
        target.unlink(missing_ok=True)
        self.type(f"{line}\t")
        time.sleep(0.05)
        self.type("\x05 > words\x01printf '%s\\n' \n")
        end = time.monotonic() + 20
        while time.monotonic() < end and not (target.exists() and target.read_text()):
            time.sleep(0.05)
        self.wait(READY, seconds=3)
        return [word.removesuffix("/") for word in target.read_text(encoding="utf-8").split("\n")[:-1]]

    def listed(self, line: str, *marks: str) -> str:
        """Return what the tab key shows; the line is then given up."""
        self.type(f"{line}\t")
        text = self.wait(*marks)
        self.type("\x03")
        self.wait(READY, seconds=3)
        return text

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.ours)


@pytest.fixture(params=list(SCRIPTS))
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"there is no {request.param} here")
    opened = Shell(request.param, tmp_path)
    yield opened
    opened.close()


def test_a_real_shell_inserts_what_is_offered(shell: Shell) -> None:
    assert shell.completed("gradcli --file net.t") == ["gradcli", "--file", "net.txt"]
    assert shell.completed("gradcli x --to=st") == ["gradcli", "x", "--to=steps"]
    assert shell.completed("gradcli x --frames draw") == ["gradcli", "x", "--frames", "drawings"]
    assert shell.completed("gradcli '(x+y)*zeta' x=1 ze") == ["gradcli", "(x+y)*zeta", "x=1", "zeta="]
    assert shell.completed("gradcli 'x*y' --wrt=x,") == ["gradcli", "x*y", "--wrt=x,y"]
    assert shell.completed("gradcli check 'q=x+y; q*z' ∂q/∂y") == ["gradcli", "check", "q=x+y; q*z", "∂q/∂y="]
    assert shell.completed("gradcli rules sigmo") == ["gradcli", "rules", "sigmoid"]
    assert shell.completed("gradcli rules reciproc") == ["gradcli", "rules", "reciprocal rule"]
    assert shell.completed("gradcli grade nets") == ["gradcli", "grade", "nets.toml"]
    assert shell.completed("gradcli rows 'x*y' poi") == ["gradcli", "rows", "x*y", "points.csv"]
    assert shell.completed("gradcli --file=net.t") == ["gradcli", "--file=net.txt"]
    assert shell.completed("gradcli net.t") == ["gradcli", "net.txt"]
    assert shell.completed("gradcli comple") == ["gradcli", "completion"]


def test_a_real_shell_lists_what_is_offered(shell: Shell) -> None:
    shell.listed("gradcli '(x+y)*z' ", r"\bx=", r"\by=", r"\bz=")
    text = shell.listed("gradcli '(x+y)*z' x=1 --grad ", r"\bx\b", r"\by\b", r"\bz\b", r"\bv1\b")
    assert re.search(r"\bv1\b", text)
    text = shell.listed("gradcli check 'q=x+y; f=q*z' x=1 ", "df/dq=", "df/dx=", "q=")
    assert "df/dq=" in text
    assert "z=" in text

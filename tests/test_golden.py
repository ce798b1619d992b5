"""Golden folders: `tests/cases/KIND/NAME/command` is run, its output and status are compared byte for byte.

`command` is a shell line that is run in a copy of its folder, so that it may read files there and write others.
`stdout`, `stderr` and `status` hold what comes out; a file that is missing stands for nothing, or for status 0.
`pytest tests/test_golden.py --rewrite` writes them anew: read the diff.
"""

from __future__ import annotations

import gc
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest

from gradcli.commands import run

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/command"))
GOLDEN = ("stdout", "stderr", "status")

ENVIRONMENT = {
    "PATH": os.path.dirname(sys.executable) + os.pathsep + os.environ.get("PATH", os.defpath),
    "HOME": "/nonexistent",
    "LC_ALL": "C.UTF-8",
    "PYTHONIOENCODING": "utf-8",
    "TERM": "xterm",
}

# One command with quoted or plain words, perhaps settings before and a file as standard input: it needs no shell.
QUOTED = re.compile(r"'[^']*'|\"[^\"\\$`!]*\"")
SIMPLE = re.compile(r"(?:[A-Z_]+=[\w.-]*\s+)*gradcli(?:\s+[^\s<>|&;()$`\\*?\[\]{}~#!'\"]+)*(?:\s+<\s*[\w.-]+)?\s*")


class Outcome(NamedTuple):
    stdout: bytes
    stderr: bytes
    status: int

    def text(self, name: str) -> bytes:
        """Return what the golden file of that name holds."""
        return (b"%d\n" % self.status if self.status else b"") if name == "status" else getattr(self, name)


def in_shell(line: str, folder: Path) -> Outcome:
    done = subprocess.run(
        line, shell=True, cwd=folder, env=ENVIRONMENT, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    return Outcome(done.stdout, done.stderr, done.returncode)


def is_simple(line: str) -> bool:
    return "\n" not in line and SIMPLE.fullmatch(QUOTED.sub("q", line)) is not None


def in_process(line: str, folder: Path) -> Outcome:
    """Return the outcome of a simple line without starting an interpreter."""
    words = shlex.split(line)
    settings: dict[str, str] = {}
    while words[0] != "gradcli":
        name, _, value = words.pop(0).partition("=")
        settings[name] = value
    stdin = b""
    if "<" in QUOTED.sub("", line):
        words, path = (words[:-2], words[-1]) if words[-2] == "<" else (words[:-1], words[-1][1:])
        stdin = (folder / path).read_bytes()
    return called(words[1:], folder, settings, stdin)


def called(words: list[str], folder: Path, settings: Mapping[str, str], stdin: bytes) -> Outcome:
    environment = {**ENVIRONMENT, **settings}
    encoding = environment["PYTHONIOENCODING"]
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding, "backslashreplace", newline="\n") for _ in range(2))
    before, collector = os.getcwd(), (gc.isenabled(), gc.get_freeze_count())
    os.chdir(folder)
    try:
        with (
            patch.dict(os.environ, environment, clear=True),
            patch.multiple(sys, stdout=out, stderr=err, stdin=io.TextIOWrapper(io.BytesIO(stdin), encoding)),
        ):
            status = run(words)
            out.flush()
            err.flush()
    finally:
        os.chdir(before)
    assert (gc.isenabled(), gc.get_freeze_count()) == collector
    return Outcome(out.buffer.getvalue(), err.buffer.getvalue(), status)  # type: ignore[attr-defined]


def outcome(folder: Path, scratch: Path, *, shell: bool = False) -> Outcome:
    line = (folder / "command").read_text(encoding="utf-8").strip()
    copy = scratch / "case"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("command", *GOLDEN))
    return in_process(line, copy) if is_simple(line) and not shell else in_shell(line, copy)


def case_name(folder: Path) -> str:
    return "/".join(folder.parts[-2:])


@pytest.mark.parametrize("folder", FOLDERS, ids=case_name)
def test_case(folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    found = outcome(folder, tmp_path)
    if request.config.getoption("--rewrite"):
        for name in GOLDEN:
            if text := found.text(name):
                (folder / name).write_bytes(text)
            else:
                (folder / name).unlink(missing_ok=True)
        return
    present = [name for name in GOLDEN if (folder / name).exists()]
    assert present, "run with --rewrite to write the golden files of a new case"
    for name in GOLDEN:
        expected = (folder / name).read_bytes() if name in present else b""
        assert found.text(name).decode("utf-8", "replace") == expected.decode("utf-8", "replace"), name
        assert found.text(name) == expected, name


def test_there_are_cases() -> None:
    assert len(FOLDERS) > 100
    assert {"output", "errors"} <= {folder.parent.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", [f for k, f in enumerate(FOLDERS) if k % 25 == 0], ids=case_name)
def test_a_real_process_does_the_same(folder: Path, tmp_path: Path) -> None:
    assert outcome(folder, tmp_path / "shell", shell=True) == outcome(folder, tmp_path / "call")


@pytest.mark.parametrize(("line", "simple"), [
    ('gradcli "x*y" x=1 y=-2', True),
    ("COLUMNS=40 gradcli 'a < b' x=1/3 < program", True),
    ("gradcli - x=±2 <program", True),
    ("gradcli x*y", False),
    ('gradcli "$(cat f)"', False),
    ("gradcli x > f", False),
    ("gradcli x && gradcli y", False),
    ("echo x | gradcli -", False),
])  # fmt: skip
def test_which_lines_need_a_shell(line: str, simple: bool) -> None:
    assert is_simple(line) is simple


def test_messages_keep_their_promises() -> None:
    """Every refusal in the golden cases is short, names a place or an option, and leaves standard output empty."""
    for folder in FOLDERS:
        if folder.parent.name != "errors":
            continue
        message = (folder / "stderr").read_text(encoding="utf-8")
        assert len(message) <= 501, folder
        assert message.startswith(("gradcli: ", "{")), folder
        assert "Traceback" not in message, folder
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202e]", message), folder
        assert not (folder / "stdout").exists(), folder
        assert (folder / "status").read_text() in ("2\n", "3\n", "4\n", "5\n"), folder

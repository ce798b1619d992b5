"""README cannot go stale: every console block is run and compared, the Python block is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
CONSOLE = re.compile(r"(?<=```console\n)(.*?)(?=```\n)", re.DOTALL)
PYTHON = re.compile(r"```python\n(.*?)```\n", re.DOTALL)


def transcript(block: str, folder: Path) -> str:
    """Return the block with what its commands print now in a folder, messages after data as in a terminal.

    A line that begins with > continues the command before it.
    """
    environment = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "FORCE_COLOR", "NO_COLOR")}
    environment["PATH"] = os.path.dirname(sys.executable) + os.pathsep + environment["PATH"]
    environment["PYTHONIOENCODING"] = "utf-8"
    out = []
    for command in re.findall(r"^\$ .*\n(?:>.*\n)*", block, re.MULTILINE):
        done = subprocess.run(
            re.sub(r"^[$>] ?", "", command, flags=re.MULTILINE), shell=True, env=environment, text=True,
            encoding="utf-8", cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        out.append(f"{command}{done.stdout}")
    return "".join(out)


def test_console_blocks(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """All blocks are run in one folder, in order: a later one may use the files of an earlier one."""
    text = README.read_text(encoding="utf-8")
    if request.config.getoption("--rewrite"):
        README.write_text(CONSOLE.sub(lambda m: transcript(m[1], tmp_path), text), encoding="utf-8")
        return
    blocks = CONSOLE.findall(text)
    assert len(blocks) > 5
    for block in blocks:
        if "jq" in block and shutil.which("jq") is None:
            block = "".join(re.findall(r"\$ (?!.*jq).*\n[^$]*", block))
        assert transcript(block, tmp_path) == block


def test_python_blocks(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = PYTHON.findall(README.read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})
    assert capsys.readouterr().out


def test_every_command_and_format_is_mentioned() -> None:
    from gradcli.commands.tree import COMMANDS
    from gradcli.reports import FORMATS

    text = README.read_text(encoding="utf-8")
    for word in (*COMMANDS, *FORMATS):
        assert word in text

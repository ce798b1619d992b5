"""The man page equals the one that is generated, mentions everything, and the completions complete."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import gradcli
from gradcli.commands.completion import script as completion_script
from gradcli.commands.tree import COMMANDS, root
from gradcli.manual import man_page
from gradcli.operations import ALIASES, CONSTANTS, OPERATIONS

PAGE = Path(__file__).parent.parent / "man" / "gradcli.1"
SHELLS = ("bash", "zsh", "fish")


def commands() -> Iterator[tuple[str, click.Command]]:
    yield "", root
    ctx = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(ctx, name)
        assert command is not None
        yield name, command


def read() -> str:
    """Return the committed page as a reader sees it."""
    text = PAGE.read_text(encoding="utf-8")
    for escaped, plain in (("\\-", "-"), ("\\(ha", "^"), ("\\(ti", "~"), ("\\&", ""), ("\\e", "\\")):
        text = text.replace(escaped, plain)
    return text


def test_the_committed_page_is_the_generated_one(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite"):
        PAGE.write_text(man_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == man_page()


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda x: x if isinstance(x, str) else "")
def test_every_command_and_option_is_mentioned(name: str, command: click.Command) -> None:
    text = read()
    assert f"gradcli {name}".strip() in text
    assert command.help
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert options or not name or command.params
    for option in options:
        assert option.help, option.name
        assert option.help.endswith("."), option.name
        for word in option.opts:
            assert word in text, word


def test_every_operation_and_constant_is_mentioned() -> None:
    text = read()
    functions = text[text.index("Functions: ") : text.index("Constants: ")].replace(";", ",").split()
    for name, row in OPERATIONS.items():
        if row.is_function:
            assert f"{name}," in functions or name in functions, name
        elif row.symbol:
            assert row.symbol in text
    for name in (*ALIASES, *CONSTANTS):
        assert name in text


def test_the_version_and_every_exit_status_are_there() -> None:
    text = read()
    assert f"gradcli {gradcli.__version__}" in text
    for status in ("0", "1", "2", "3", "4", "5", "130, 141, 143"):
        assert f"\n.B {status}\n" in text


def test_the_page_has_no_mistakes() -> None:
    if shutil.which("mandoc") is None:
        pytest.skip("there is no mandoc here")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", PAGE], capture_output=True, text=True)
    assert done.stdout + done.stderr == ""


# ---- completions


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_is_accepted_by_its_shell(shell: str, tmp_path: Path) -> None:
    script = completion_script(shell)
    assert "_GRADCLI_COMPLETE" in script
    assert "gradcli" in script
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell} here")
    path = tmp_path / "script"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run([shell, "-n", path], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def completions(shell: str, words: str, position: int, current: str = "") -> list[str]:
    """Return what gradcli proposes to a shell that asks."""
    environment = {**os.environ, "_GRADCLI_COMPLETE": f"{shell}_complete", "COMP_WORDS": words}
    environment["COMP_CWORD"] = current if shell == "fish" else str(position)
    script = "from gradcli.commands import main; main()"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    if shell == "zsh":
        return lines[1::3]
    return [line.partition(",")[2].partition("\t")[0] for line in lines]


@pytest.mark.parametrize("shell", SHELLS)
def test_options_and_commands_are_completed(shell: str) -> None:
    found = completions(shell, "gradcli --di", 1, "--di")
    assert found == ["--digits"]
    assert set(completions(shell, "gradcli di", 1, "di")) == {"diff"}
    assert set(completions(shell, "gradcli completion ", 2)) == set(SHELLS)
    assert "--order" in completions(shell, "gradcli diff --o", 2, "--o")
    assert "json" in completions(shell, "gradcli --to ", 2)


def test_bash_completes_for_real(tmp_path: Path) -> None:
    if shutil.which("bash") is None:
        pytest.skip("there is no bash here")
    path = tmp_path / "gradcli"
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from gradcli.commands import main; main()" "$@"\n')
    path.chmod(0o755)
    script = (
        f"PATH={tmp_path}:$PATH; source /dev/stdin <<< {chr(34)}$(gradcli completion bash){chr(34)}; "
        "COMP_WORDS=(gradcli --hes); COMP_CWORD=1; _gradcli_completion gradcli; echo ${COMPREPLY[@]}"
    )
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("--hessian\n", "")

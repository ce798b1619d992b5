"""The pages of the manual equal those that are generated, mention everything, and the completions complete."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import gradcli
from gradcli.calculus.operations import CONSTANTS, OPERATIONS
from gradcli.calculus.spellings import ALIASES
from gradcli.commands.completion import script as completion_script
from gradcli.commands.roff import WIDTH, page
from gradcli.commands.rules import RuleBook
from gradcli.commands.tree import COMMANDS, root
from gradcli.errors import InputError, Source
from gradcli.homework.classroom.homework_file import load
from gradcli.manual import man_page, page_names
from gradcli.reports.array_rule_book import NOTES
from gradcli.reports.schema import SCHEMAS

FOLDER = Path(__file__).parent.parent / "man"
NAMES = page_names()
SHELLS = ("bash", "zsh", "fish")


def commands() -> Iterator[tuple[str, click.Command]]:
    yield "gradcli", root
    ctx = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(ctx, name)
        assert command is not None
        yield f"gradcli-{name}", command


def read(name: str) -> str:
    """Return a committed page as a reader sees it."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    for escape, plain in (("\\-", "-"), ("\\(ha", "^"), ("\\(ti", "~"), ("\\&", ""), ("\\e", "\\"), ("\\fB", ""),
                          ("\\fR", "")):  # fmt: skip
        text = text.replace(escape, plain)
    return text


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_page_is_the_generated_one(name: str, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--rewrite"):
        (FOLDER / name).write_text(man_page(name), encoding="utf-8")
    assert (FOLDER / name).read_text(encoding="utf-8") == man_page(name)


def test_there_is_no_other_page() -> None:
    assert {path.name for path in FOLDER.glob("*.[0-9]")} == set(NAMES)
    assert {path.stem for path in (FOLDER / "text").iterdir()} >= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_the_usual_sections(name: str) -> None:
    text = read(name)
    assert f"\n{name.rpartition('.')[0]} \\- ".replace("\\-", "-") in text
    wanted = ["NAME", "EXAMPLES", "SEE ALSO"] + (["SYNOPSIS", "OPTIONS"] if name.endswith(".1") else [])
    for heading in wanted:
        assert f"\n.SH {heading}\n" in text
    assert f"gradcli {gradcli.__version__}" in text


@pytest.mark.parametrize(("name", "command"), list(commands()), ids=lambda x: x if isinstance(x, str) else "")
def test_every_option_is_on_the_page_of_its_command(name: str, command: click.Command) -> None:
    text = read(f"{name}.1")
    assert name.replace("-", " ") in read("gradcli.1")
    assert command.help
    options = [p for p in command.params if isinstance(p, click.Option)]
    assert options or name == "gradcli" or command.params
    for option in options:
        assert option.help, option.name
        assert option.help.endswith("."), option.name
        for word in option.opts:
            assert word in text, word


def test_every_operation_and_constant_is_mentioned() -> None:
    text = read("gradcli-language.7")
    functions = text[text.index("Functions: ") : text.index("Constants: ")].replace(";", ",").split()
    for name, row in OPERATIONS.items():
        if row.is_function:
            assert f"{name}," in functions or name in functions, name
        elif row.symbol:
            assert row.symbol in text
    for name in (*ALIASES, *CONSTANTS):
        assert name in text


def test_the_rule_book_is_whole() -> None:
    words = read("gradcli-rulebook.7").split()
    lines = [
        " ".join(line.split())
        for entry in RuleBook().entries()
        for part in entry.splitlines()
        for line in part.split("    ")
    ]
    assert all(line in " ".join(words) for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_examples_fit_in_eighty_columns(name: str) -> None:
    """Commands are broken by hand, so that they can be copied; what they print is broken at blanks."""
    kept = False
    for line in read(name).splitlines():
        kept = line == ".nf" or (kept and line != ".fi")
        assert not kept or len(line) <= WIDTH or " " not in line.strip(), line
    for line in (FOLDER / "text" / f"{name}.md").read_text(encoding="utf-8").splitlines():
        assert not line.startswith(("$ ", "> ")) or len(line) <= WIDTH, line


@pytest.mark.parametrize("name", ["gradcli-homework.5"])
def test_every_key_of_a_homework_file_is_explained(name: str) -> None:
    """The reader of homework files tells which keys it knows."""
    text = read(name)
    for path in ("nonsense = 1\n[[problem]]\nprogram = 'x'", "[[problem]]\nprogram = 'x'\nnonsense = 1",
                 "[defaults]\nnonsense = 1", "[[problem]]\nprogram = 'x'\n[[problem.accept]]\nitem='f'\nclaims=[1]\n"
                 "nonsense=1", "[[problem]]\nprogram = 'x'\n[[problem.mistake]]\nitem='f'\ngives=1\nmessage='m'\n"
                 "nonsense=1"):  # fmt: skip
        with pytest.raises(InputError) as error:
            load(Source("homework", path))
        assert error.value.hint is not None
        known = error.value.hint.removeprefix("known are ").split(", ")
        assert len(known) > 1
        for key in known:
            assert key in text, key


def test_every_key_of_json_is_explained() -> None:
    text = read("gradcli-json.5")

    def keys(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from schema.get("properties", {})
            for part in schema.values():
                yield from keys(part)
        elif isinstance(schema, list):
            for part in schema:
                yield from keys(part)

    for key in set(keys(SCHEMAS)):
        assert re.search(rf"[. ]{key}(\[\])?\n", text), key


def test_every_exit_status_is_there() -> None:
    text = read("gradcli.1")
    for status in ("0", "1", "2", "3", "4", "5", "130, 141, 143"):
        assert f"\n.B {status}\n" in text


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_no_mistakes(name: str) -> None:
    if shutil.which("mandoc") is None:
        pytest.skip("there is no mandoc here")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", FOLDER / name], capture_output=True, text=True)
    assert done.stdout + done.stderr == ""


def test_markdown_becomes_macros() -> None:
    text = (
        "## One `x`\n\n.a `b-c` **d** [e](f.md) \\\n-1\n\n- i\n  j\n- k\n\n| t | u |\n|---|---|\n| `v`, w | x \\| y |\n"
    )
    text += "```sh\n.x\n\n'y\n```\n### Two\n<!-- nothing -->\n"
    assert page(text) == [
        ".SH ONE `X`", ".PP", "\\&.a \\fBb\\-c\\fR \\fBd\\fR e \\e \\-1", ".IP \\(bu 2", "i j", ".IP \\(bu 2", "k",
        ".TP", ".B v, w", "x | y", ".PP", ".RS 2", ".nf", "\\&.x", "\\&", "\\&'y", ".fi", ".RE", ".SS Two",
    ]  # fmt: skip


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


def test_the_notes_of_operations_on_arrays_are_whole_lines_of_the_rule_book() -> None:
    lines = [line.strip() for line in read("gradcli-rulebook.7").splitlines()]
    for note in (note for notes in NOTES.values() for note in notes):
        assert note in lines

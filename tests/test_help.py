"""Help: the short screen, the options in groups, and the manual that is read without man."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from gradcli.commands import pages, screens, troff
from gradcli.commands.help import overview, topics
from gradcli.commands.tree import COMMANDS, root

from .test_cli import call, in_terminal, plain

MAN = Path(__file__).parent.parent / "man"

PAGE = """\
.TH GRADCLI-SAMPLE 7 2026-01-01 "gradcli" "Manual"
.SH NAME
gradcli\\-sample \\- a page
.SH THE LANGUAGE
Words that are filled into lines of a common width, so that the
source may be broken \\fBanywhere\\fR, \\(ha and \\(ti included.
.PP
.nf
kept   as it is
  \\&.it stands
.fi
.TP
.B \\-\\-to
Short tag.
.TP
.BI \\-\\-output " FILE"
Long tag.
.IP \\(bu 2
One.
.RS
Deeper.
.RE
.SS A part
Its text.
.SH LAST
End.
"""


def test_the_short_help_is_one_screen() -> None:
    found = call("-h")
    lines = found.stdout.decode().splitlines()
    assert found.status == 0
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert lines[0] == "Usage: gradcli [OPTIONS] PROGRAM [NAME=VALUE]..."
    text = " ".join(lines)
    options = [p for p in root.get_params(click.Context(root)) if isinstance(p, click.Option)]
    for word in (*COMMANDS, *(option.opts[0] for option in options if option.name not in ("h", "help", "version"))):
        assert re.search(rf"(?<![\w-]){re.escape(word)}\b", text), word


def test_every_option_stands_in_one_group() -> None:
    names = [name for group in screens.GROUPS.values() for name in group]
    assert len(names) == len(set(names))
    options = [p for p in root.params if isinstance(p, click.Option)]
    assert {o.name for o in screens.grouped(options)[screens.OTHER]} == {"version", "h"}
    assert {*names} == {o.name for o in options} - {"version", "h"}, "a group names only options that there are"
    text = call("--help").stdout.decode()
    for title in screens.GROUPS:
        assert f"\n{title}:\n" in text


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_lists_every_option_of_a_command(name: str) -> None:
    command = root.get_command(click.Context(root), name) if name else root
    assert command is not None
    text = call(*([name] if name else []), "--help").stdout.decode()
    for option in command.get_params(click.Context(command)):
        if isinstance(option, click.Option) and not option.hidden:
            for word in (*option.opts, *option.secondary_opts):
                assert re.search(rf"^  .*(?<![\w-]){re.escape(word)}(?![\w-])", text, re.MULTILINE), word


def test_headings_are_bold_where_colour_is_on() -> None:
    for words in (["-h"], ["--help"], ["help"], ["grade", "--help"]):
        text, status = in_terminal(80, *words, PAGER="cat")
        assert status == 0
        assert "\x1b[1m" in text
        assert "\x1b" not in in_terminal(80, *words, NO_COLOR="1")[0]
        assert "\x1b" not in call(*words).stdout.decode()


# ---- gradcli help


def unfilled(page: Path) -> Iterator[str]:
    """Yield the lines of a page that stay as they are, such as commands and what they print."""
    is_kept = False
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("."):
            is_kept = line in (".nf", ".EX") or (is_kept and line not in (".fi", ".EE"))
        elif is_kept:
            yield line


def test_help_lists_commands_and_topics() -> None:
    text = call("help").stdout.decode()
    for name, what in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(what)}$", text, re.MULTILINE)
    for name in topics():
        assert re.search(rf"(?<!\S){re.escape(name)}(?!\S)", text), name


@pytest.mark.parametrize("name", [*COMMANDS, *topics()])
def test_help_reaches_every_command_and_topic(name: str) -> None:
    found = call("help", name)
    assert (found.status, found.stderr) == (0, b"")
    assert len(found.stdout.splitlines()) >= 3
    kept = {troff.unescaped(line).strip() for page in MAN.glob("gradcli*.[1-8]") for line in unfilled(page)}
    for line in found.stdout.decode().splitlines():
        assert len(line) <= 80 or line.strip() in kept, line


@pytest.mark.parametrize("page", sorted(MAN.glob("gradcli*.[1-8]")), ids=lambda page: page.name)
def test_every_page_of_the_manual_is_found_and_read(page: Path) -> None:
    match = pages.PAGE.fullmatch(page.name)
    assert match
    found = call("help", match[1] or "gradcli").stdout.decode()
    assert found.startswith(f"{page.stem.upper()}({page.suffix[1:]})")
    assert not re.search(r"^\s*[.'][A-Za-z]{2}\b|\\[-&(]", found, re.MULTILINE)


@pytest.mark.parametrize("page", sorted(MAN.glob("gradcli*.[1-8]")), ids=lambda page: page.name)
def test_a_page_has_the_words_that_mandoc_finds(page: Path) -> None:
    if shutil.which("mandoc") is None:
        pytest.skip("there is no mandoc here")
    done = subprocess.run(["mandoc", "-T", "utf8", "-O", "width=80", page], capture_output=True, check=True)
    theirs = re.sub(r".\x08", "", done.stdout.decode()).split()
    ours = troff.render(page.read_text(encoding="utf-8"), 80, fonts=False)
    head, _, body = " ".join(theirs).partition(" NAME ")
    assert head.startswith(page.stem.upper())
    body = body.rpartition(" gradcli ")[0]  # the foot of the page
    assert re.sub(r"\s", "", body).startswith("gradcli")
    assert "".join(ours.split()).partition("NAME")[2].startswith(re.sub(r"\s", "", body)[:200])
    missing = set(body.split()) - set(ours.replace("\n           |", "|").split())
    assert not missing


@pytest.mark.parametrize("words", [["exit", "status"], ["Exit-Status"], ["gradcli-exit-status(7)"]])
def test_a_topic_is_found_however_it_is_written(words: list[str]) -> None:
    found = call("help", *words)
    assert found == call("help", "exit-status")
    assert found.stdout.startswith(b"EXIT STATUS\n       0      done\n")


@pytest.mark.parametrize(("word", "hint"), [
    ("chekc", b"did you mean check?"), ("langauge", b"did you mean language?"), ("sigmoid", b"gradcli rules sigmoid"),
    ("zzzzzz", b"there are "), ("local gradient", b"gradcli help "),
    ("df/dx", b"gradcli help the-prompt tells of df/dx"),
    ("backpropagation", b"gradcli help tutorial tells of"), ("chain rule", b'gradcli rules "chain rule"'),
])  # fmt: skip
def test_an_unknown_topic_is_told_with_what_there_is(word: str, hint: bytes) -> None:
    found = call("help", word)
    assert (found.status, found.stdout) == (2, b"")
    assert b"the manual has nothing on " + word.encode() in found.stderr
    assert hint in found.stderr
    assert b"gradcli help lists all" in found.stderr


def test_a_page_needs_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_files", lambda: iter(()))
    assert call("help", "gradcli").stdout.startswith(b"Usage: gradcli")
    assert call("help", "rows").stdout.startswith(b"Usage: gradcli rows")
    assert "Topics" not in overview(screens.ScreenStyle(80, False))


def test_pages_are_only_added_to_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gradcli-check.1").write_text(".TH GRADCLI-CHECK 1\n.SH NAME\nchecked\n", encoding="utf-8")
    (tmp_path / "gradcli-sample.7").write_text(PAGE, encoding="utf-8")
    (tmp_path / "other.1").write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(pages, "_files", lambda: iter(tmp_path.iterdir()))
    assert set(pages.manual()) == {"check", "sample"}
    assert b"checked" in call("help", "check").stdout
    assert call("help", "sample").stdout.startswith(b"GRADCLI-SAMPLE(7)")


def test_a_pager_is_used_in_a_terminal_only(tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho paged by $1; head -n 3\n", encoding="utf-8")
    pager.chmod(0o755)
    text = plain(in_terminal(80, "help", "gradcli", PAGER=f"{pager} it")[0])
    assert text.splitlines()[0] == "paged by it"
    assert "GRADCLI(1)" in text
    assert "EXIT STATUS" not in text
    assert "EXIT STATUS" in plain(in_terminal(80, "help", "gradcli", PAGER=str(tmp_path / "none"))[0])
    assert "EXIT STATUS" in plain(in_terminal(80, "help", "gradcli", PAGER=str(pager), TERM="dumb")[0])
    assert b"paged" not in call("help", "gradcli", PAGER=str(pager)).stdout


def test_less_leaves_at_once_what_fits() -> None:
    if shutil.which("less") is None:
        pytest.skip("there is no less here")
    text, status = in_terminal(80, "help", "exit-status", PATH=os.environ["PATH"])
    assert status == 0
    assert "EXIT STATUS" in text


# ---- the macros


def test_a_page_is_written_in_lines() -> None:
    assert (
        troff.render(PAGE, 50, fonts=False)
        == """\
GRADCLI-SAMPLE(7)                GRADCLI-SAMPLE(7)

NAME
       gradcli-sample - a page

THE LANGUAGE
       Words that are filled into lines of a
       common width, so that the source may be
       broken anywhere, ^ and ~ included.

       kept   as it is
         .it stands

       --to   Short tag.

       --output FILE
              Long tag.

       • One.
              Deeper.

   A part
       Its text.

LAST
       End.
"""
    )
    assert "\x1b[1manywhere\x1b[0m" in troff.render(PAGE, 50, fonts=True)
    assert "\x1b[1m--output\x1b[0m\x1b[4m FILE\x1b[0m" in troff.render(PAGE, 50, fonts=True)


def test_a_section_is_cut_out() -> None:
    assert troff.sections(PAGE) == ["NAME", "THE LANGUAGE", "LAST"]
    part = troff.section(PAGE, "the language")
    assert part is not None
    assert part.startswith(".SH THE LANGUAGE\nWords")
    assert part.endswith("Its text.")
    assert troff.section(PAGE, "A part") == ".SS A part\nIts text."
    assert troff.section(PAGE, "nothing") is None


def test_the_long_help_ends_with_the_commands() -> None:
    lines = call("--help").stdout.decode().splitlines()
    listed = lines[lines.index("Commands:") + 1 :]
    assert [line.split()[0] for line in listed if re.match(r"  \w+  +\w", line)][: len(COMMANDS)] == list(COMMANDS)

"""What a terminal shows: widths, colour, encodings."""

from __future__ import annotations

import os

import pytest

from .test_cli import CLEAN, EXAMPLE, call, in_terminal, plain, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="shell manners are those of Unix")


def test_a_wide_terminal() -> None:
    text, status = in_terminal(100, *EXAMPLE)
    assert status == 0
    assert "\x1b[32m" in text
    lines = plain(text).splitlines()
    assert lines[0].split() == ["node", "expression", "value", "local", "gradients", "df/d", "node"]
    assert max(map(len, lines)) <= 100
    assert [line.rstrip() for line in lines] == call(*EXAMPLE).stdout.decode().splitlines()


def test_a_narrow_terminal_stacks_and_cuts_no_number() -> None:
    text, _ = in_terminal(40, "(x+y)*z*1e-7", "x=-1.23456789012", "y=5", "z=-4", NO_COLOR="1")
    assert "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 40
    assert "x = -1.23457, df/dx = -4e-07" in text
    assert "..." not in text


@pytest.mark.parametrize(("settings", "words", "colored"), [
    ({}, [], True),
    ({"NO_COLOR": "1"}, [], False),
    ({"NO_COLOR": ""}, [], True),
    ({"TERM": "dumb"}, [], False),
    ({"TERM": "dumb", "FORCE_COLOR": "1"}, [], True),
    ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, [], False),
    ({"NO_COLOR": "1"}, ["--color", "always"], True),
    ({}, ["--color", "never"], False),
    ({"FORCE_COLOR": "0"}, [], True),
])  # fmt: skip
def test_colour_in_a_terminal(settings: dict[str, str], words: list[str], colored: bool) -> None:
    assert ("\x1b[" in in_terminal(100, *EXAMPLE, *words, **settings)[0]) is colored


@pytest.mark.parametrize(("settings", "words", "colored"), [
    ({}, [], False), ({"FORCE_COLOR": "1"}, [], True), ({"FORCE_COLOR": "0"}, [], False),
    ({}, ["--color", "always"], True),
    ({"FORCE_COLOR": "1"}, ["--color", "never"], False), ({"FORCE_COLOR": "1"}, ["--json"], False),
    ({"FORCE_COLOR": "1"}, ["--to", "csv"], False), ({"FORCE_COLOR": "1"}, ["--to", "markdown"], False),
])  # fmt: skip
def test_colour_in_a_pipe(settings: dict[str, str], words: list[str], colored: bool) -> None:
    assert (b"\x1b[" in call(*EXAMPLE, *words, **settings).stdout) is colored


def test_colour_carries_no_meaning() -> None:
    assert plain(call("--color", "always", *EXAMPLE).stdout.decode()).split() == call(*EXAMPLE).stdout.decode().split()


def test_errors_are_coloured_where_colour_is_on() -> None:
    text, status = in_terminal(80, "x +", "x=1")
    assert status == 2
    assert "\x1b[1;31mgradcli:\x1b[0m program:1:4: " in text
    assert "\x1b[1;31m     ^\x1b[0m" in text
    for settings, words in (({"NO_COLOR": "1"}, []), ({"TERM": "dumb"}, []), ({}, ["--color=never"])):
        uncoloured, status = in_terminal(80, "x +", "x=1", *words, **settings)
        assert (uncoloured, status) == (plain(text), 2)
    assert b"\x1b" not in call("x +", "x=1").stderr
    assert b"\x1b" in call("x +", "x=1", "--color", "always").stderr
    assert b"\x1b" not in call("x +", "x=1", "--json", "--color", "always").stderr


def test_a_missing_program_in_a_terminal_is_not_waited_for() -> None:
    text, status = in_terminal(80, "--value")
    assert status == 2
    assert "a program is missing" in text


@pytest.mark.parametrize(
    ("columns", "stacked"), [("200", False), ("40", True), ("1", True), ("0", False), ("x", False), ("", False)]
)
def test_columns(columns: str, stacked: bool) -> None:
    assert (b"df/d node" not in call(*EXAMPLE, COLUMNS=columns).stdout) is stacked


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_other_encodings(encoding: str) -> None:
    found = call("θ*x", "θ=1", "x=2", PYTHONIOENCODING=encoding)
    assert found.status == 0
    assert found.stdout.isascii()
    assert b"\\u03b8" in found.stdout
    assert b"local(f,x)" in found.stdout
    refused = call("θ*(x", "θ=1", "x=2", PYTHONIOENCODING=encoding)
    assert refused.status == 2
    assert refused.stderr.isascii()


def test_a_c_locale() -> None:
    done = start(*EXAMPLE, env={**CLEAN, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert done.returncode == 0
    assert done.stdout.isascii()

"""How much commands say: what was passed over, values, choices, other commands, each at its limit and beyond."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from gradcli.commands import run, streams
from gradcli.commands.from_python import _said
from gradcli.commands.help import page
from gradcli.commands.option_parsing import Command, _commands_with, refused_choice
from gradcli.commands.screens import Formatter, ScreenStyle
from gradcli.commands.streams import _encoded
from gradcli.errors import Source
from gradcli.language.python_reading import PythonProgram


@pytest.mark.parametrize("many", [0, 1, 7, 8, 9, 20])
def test_eight_lines_that_are_passed_over_are_named(many: int) -> None:
    ignored = [f"line {k}: print(f)" for k in range(many)]
    found = PythonProgram(Source("net.py", "f = x"), {}, ignored)
    shown = [f"  {line}" for line in ignored[:8]]
    more = [f"  and {many - 8} more"] if many > 8 else []
    told = ["passed over:", *shown, *more] if many else []
    assert _said(found) == ["the program of net.py, and its values:", "  f = x", *told]


@pytest.mark.parametrize("size", [59, 60, 61])
def test_a_value_of_a_python_program_has_sixty_characters(size: int) -> None:
    found = PythonProgram(Source("net.py", "f = x"), {"x": Source("x", "1" * size)}, [])
    assert _said(found)[-1] == f"  x={'1' * size if size <= 60 else '1' * 57 + '...'}"


@pytest.mark.parametrize(("names", "told"), [
    ([], ""), (["a"], "gradcli a has"), (["a", "b"], "gradcli a and b have"),
    (["a", "b", "c", "d"], "gradcli a, b, c and d have"), (["a", "b", "c", "d", "e"], ""),
])  # fmt: skip
def test_four_commands_that_have_an_option_are_named(names: list[str], told: str) -> None:
    own = {name: Command(name, params=[click.Option(["--rate"])]) for name in names}
    top = click.Group("gradcli", commands={**own, "z": Command("z", params=[click.Option(["--far"])])})
    assert _commands_with("--rate", top.make_context("gradcli", ["z"])) == told


@pytest.mark.parametrize("size", [29, 30, 31])
def test_a_value_that_is_no_choice_has_thirty_characters(size: int) -> None:
    own = Command("own", params=[click.Option(["--to"], type=click.Choice(["svg", "json"]))])
    with pytest.raises(click.BadParameter) as caught:
        own.make_context("own", ["--to", "z" * size])
    shown = "z" * size if size <= 30 else "z" * 27 + "..."
    assert refused_choice(caught.value) == (f"--to is svg or json, not {shown}", None)


@pytest.mark.parametrize(("sizes", "chunks"), [
    ([4], [4, 0]), ([3], [3]), ([2, 2, 1], [4, 1]), ([2, 1, 2, 1], [5, 1]), ([1] * 9, [4, 4, 1]), ([], [0]),
])  # fmt: skip
def test_a_report_is_gathered_into_chunks(sizes: list[int], chunks: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of four characters at least, but for the rest."""
    monkeypatch.setattr(streams, "CHUNK_BYTES", 4)
    assert [len(piece) for piece in _encoded("x" * size for size in sizes)] == chunks


@pytest.mark.parametrize(("columns", "width"), [("10", 24), ("26", 24), ("27", 25), ("40", 38)])
def test_help_is_written_for_24_columns_at_least(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert Formatter().width == width


def test_groups_of_the_short_screen_take_ten_columns(capsys: pytest.CaptureFixture[str]) -> None:
    run(["-h"])
    lines = capsys.readouterr().out.splitlines()
    shown = lines[next(k for k, line in enumerate(lines) if line.startswith("Show")) :]
    assert all(line[9:10] == " " and line[10:11].strip() for line in shown)


def test_a_page_of_the_manual_has_a_hundred_columns() -> None:
    whole = page("language", ScreenStyle(500, False))
    assert whole == page("language", ScreenStyle(100, False))
    assert whole != page("language", ScreenStyle(99, False))


@pytest.mark.parametrize("size", [145, 146, 147, 200])
def test_an_example_that_a_hint_has_no_room_for_is_not_told(size: int, capsys: pytest.CaptureFixture[str]) -> None:
    """A hint has 170 characters; a command that is cut would be none."""
    name = "w" * (size - len("gradcli ... =3 x=2"))
    run([f"{name}*x"])
    example = f"gradcli ... {name}=3 x=2" if size <= 146 else "add NAME=VALUE for every input"
    assert capsys.readouterr().err == f"hint: both passes at a point: {example}\n"


@pytest.mark.parametrize(("words", "hint"), [
    (["chek"], "for a variable of that name write chek=..."), (["chek", "x*y"], 'write gradcli check "x*y"'),
    (["chek", "x*y", "x=1"], 'write gradcli check "x*y" x=1'),
])  # fmt: skip
def test_a_command_that_is_misspelt(words: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    assert capsys.readouterr().err.splitlines() == [
        "gradcli: there is no command chek; did you mean check?", f"hint: {hint}"]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["", "x", "x*y + 1"])
def test_a_program_in_two_bytes_a_character_is_told(
    encoding: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.txt").write_bytes(f"\ufeff{text}".encode(encoding))
    assert run(["--file", "net.txt", "x=1", "y=2"]) == 2
    assert capsys.readouterr().err.splitlines() == ["gradcli: net.txt: this is UTF-16", "hint: save it as UTF-8"]


@pytest.mark.parametrize("claim", ["df/dx=2", "df/dx = 2", " df/dx=2", "df/dx =2", "dx= 2", "f = 6", "local(f,x) = 2"])
def test_a_claim_may_have_blanks_round_its_sign(claim: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "f = x*y", "x=3", "y=2", claim]) == 0
    assert "correct" in capsys.readouterr().out

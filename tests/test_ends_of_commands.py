"""Commands at their edges: places of errors, lines that are cut, limits of options, reports of opened arrays."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.commands import grade, rows, run
from gradcli.commands.descend import _data_format
from gradcli.commands.error_text import _caret, as_record, draw
from gradcli.commands.grade_files import tell_older
from gradcli.commands.options import names_of
from gradcli.commands.suffixes import by_suffix
from gradcli.errors import GradcliError, InputError, Source

MOST_STEPS = 1_000_000


def told(words: list[str], capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return the error that a command ends with, as JSON."""
    assert run([*words, "--json"]) >= 2
    found = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(("words", "span", "hint"), [
    (["check", "f = e*x", "x=2", "f=6", "qq=2"], [0, 2], "its names are x, f"),
    (["check", "f = long*x", "x=2", "long=1", "lomg=6"], [0, 4], "did you mean long?"),
    (["check", "z = 2*x", "x=[1,2]", "zz=3"], [0, 2], "did you mean z?"),
    (["check", "z = 2*x", "x=[1,2]", "qqq=3"], [0, 3], "its names are x, z"),
])  # fmt: skip
def test_a_word_that_is_neither_is_pointed_at(
    words: list[str], span: list[int], hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(words, capsys)
    assert (found["kind"], found["source"], found["span"], found["hint"]) == ("item", "argument", span, hint)


def test_a_hint_lists_eight_names(capsys: pytest.CaptureFixture[str]) -> None:
    names = [f"{c}{c}{c}" for c in "abcdghijk"]
    for some in (names[:7], names[:8]):
        found = told(["check", f"out = max({', '.join(some)})", *(f"{name}=1" for name in some), "zzz=1"], capsys)
        assert found["hint"] == f"its names are {', '.join([*some, 'out'][:8])}{', ...' if some[7:] else ''}"
    steps = "; ".join(["s1 = 2*x", *(f"s{k} = 2*s{k - 1}" for k in range(2, 10))])
    arrays = told(["check", steps, "x=[1, 2]", "zzz=1"], capsys)
    assert arrays["hint"] == "its names are x, s1, s2, s3, s4, s5, s6, s7, ..."
    given = [f"{name}=[1, 2]" for name in names]
    fixed = told(["check", f"out = {'+'.join(names)}", *given, "out=1", "--fixed", "zzz"], capsys)
    assert fixed["hint"] == f"the inputs are {', '.join(names[:8])}, ..."


def test_a_constant_that_is_given_a_value_is_an_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "f = e*x", "e=3", "x=2", "f=6"]) == 0
    assert run(["check", "f = e*x", "x=2", "f=6"]) == 1
    assert run(["check", "z = e*x", "e=3", "x=[1, 2]", "z=[3, 6]"]) == 0
    assert run(["check", "z = e*x", "x=[1, 2]", "z=[3, 6]"]) == 1


def test_a_sheet_gives_arrays_their_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text('item,question,claim\nW,given,"[[1, 2], [3, 4]]"\nx,given,"[1, 1]"\nz,,"[3, 7]"\nv,given,9\n')
    assert run(["check", "z = W@x", "--claims", str(path)]) == 0
    assert run(["check", "z = W@x", "x=[1, 2]", "--claims", str(path)]) == 1  # the word wins
    assert run(["check", "z = W@x; v = 2*z", "--claims", str(path), "v=[6, 14]"]) == 0


LAYER = ["z = W@x; L = sum(z*z)", "W=[[1, 2], [3, 4]]", "x=[1, 1]"]


@pytest.mark.parametrize("opened", [(), ("--open", "all")])
@pytest.mark.parametrize("option", ["--verify", "--hessian"])
def test_an_opened_report_has_what_was_asked_for(
    option: str, opened: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*LAYER, *opened, option, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert ("checks" in found) is (option == "--verify")
    assert ("hessian" in found) is (option == "--hessian")
    assert run([*LAYER, *opened, option]) == 0
    text = capsys.readouterr().out
    assert ("agrees" in text) is (option == "--verify")
    assert ("d²L" in text) is (option == "--hessian")


# ---- the line under an error


@pytest.mark.parametrize(("text", "span", "line", "carets"), [
    ("abc", (1, 2), "abc", " ^"), ("abc", (3, 3), "abc", "   ^"), ("abc", (1, 9), "abc", " ^^"), ("", (0, 0), "", "^"),
    ("a\nbcd\ne", (3, 5), "bcd", " ^^"), ("a\n", (2, 2), "", "^"), ("a\nb", (1, 2), "a", " ^"),
    ("\tx", (1, 2), " x", " ^"), ("\nabc", (2, 3), "abc", " ^"), ("\n", (0, 1), "", "^"), ("\n\nb", (2, 3), "b", "^"),
    ("x" * 20, (10, 11), "x" * 20, " " * 10 + "^"), ("x" * 21, (10, 11), "x" * 20 + "...", " " * 10 + "^"),
    ("x" * 10 + "y", (10, 11), "x" * 10 + "y", " " * 10 + "^"),
    ("x" * 11 + "y", (11, 12), "..." + "x" * 10 + "y", " " * 13 + "^"),
    ("x" * 100, (50, 52), f"...{'x' * 20}...", " " * 13 + "^^"),
    ("x" * 100, (99, 100), f"...{'x' * 11}", " " * 13 + "^"),
    ("x" * 100, (0, 1), "x" * 20 + "...", "^"), ("x" * 100, (10, 60), "x" * 23 + "...", " " * 10 + "^" * 16),
])  # fmt: skip
def test_the_line_is_a_window_round_the_caret(text: str, span: tuple[int, int], line: str, carets: str) -> None:
    assert _caret(text, span, 20) == [f"  {line}", f"  {carets}"]


@pytest.mark.parametrize(("width", "window"), [(None, 56), (200, 56), (66, 56), (65, 55), (21, 11), (20, 10), (5, 10)])
def test_the_window_is_smaller_than_the_screen(width: int | None, window: int) -> None:
    error = InputError("no", source=Source("program", "x" * 300), span=(0, 1))
    lines = draw(error, width=width).splitlines()
    assert f"  {'x' * window}..." in lines
    assert f"  {'x' * (window + 1)}..." not in lines


def test_where_and_what() -> None:
    error = InputError("wrong", source=Source("n" * 50, "a\nbc"), span=(3, 4), hint="write it")
    assert draw(error) == f"gradcli: {'n' * 37}...:2:2: wrong\n  bc\n   ^\nhint: write it"
    assert draw(error, "other").endswith("\nhint: other")
    assert draw(InputError("wrong", source=Source("w.csv", ""))) == "gradcli: w.csv: wrong"
    assert draw(InputError("wrong")) == "gradcli: wrong"
    assert draw(InputError("wrong", hint="h"), color=True) == "\x1b[1;31mgradcli:\x1b[0m wrong\n\x1b[36mhint:\x1b[0m h"
    assert as_record(error) == {
        "schema": "gradcli.error/1", "kind": error.kind, "message": "wrong", "source": "n" * 50, "span": [3, 4],
        "hint": "write it", "status": 2,
    }  # fmt: skip
    assert as_record(InputError("m" * 401))["message"] == "m" * 397 + "..."
    assert as_record(InputError("m" * 400, source=Source("n" * 61, "")))["source"] == "n" * 57 + "..."
    assert as_record(InputError("m" * 400))["message"] == "m" * 400


# ---- options


@pytest.mark.parametrize(("text", "names"), [
    ("x", ["x"]), ("x, y", ["x", "y"]), ("W[0:3,0:4],b", ["W[0:3,0:4]", "b"]), ("W[0, 1], x", ["W[0, 1]", "x"]),
    ("W[x[0],1]", ["W[x[0],1]"]), ("x,", None), (",x", None), ("", None), (" ", None), ("x,,y", None),
])  # fmt: skip
def test_names_behind_an_option(text: str, names: list[str] | None) -> None:
    if names is None:
        with pytest.raises(InputError, match="--wrt takes names, separated by commas"):
            names_of("--wrt", text)
    else:
        assert names_of("--wrt", text) == names


def test_the_first_suffix_that_fits() -> None:
    known = {".csv": "csv", ".txt": "text"}
    assert (by_suffix("A.CSV", known, "sheet"), by_suffix("b.txt", known, "sheet")) == ("csv", "text")
    with pytest.raises(InputError) as caught:
        by_suffix("a.svg", known, "sheet", "; or add --to")
    assert caught.value.message == "no sheet has the suffix of a.svg"
    assert caught.value.hint == "known are .csv, .txt; or add --to"


@pytest.mark.parametrize(("path", "format"), [
    ("a.csv", ("csv", ",")), ("A.TSV", ("csv", "\t")), ("a.ndjson", ("ndjson", ",")), ("a.JSONL", ("ndjson", ",")),
    ("a", ("csv", ",")), ("-", ("csv", ",")), ("a.json", None), ("a.parquet", None), ("a.arrow", None),
    ("a.feather", None), ("a.XLSX", None),
])  # fmt: skip
def test_files_of_data(path: str, format: tuple[str, str] | None) -> None:
    if format is None:
        with pytest.raises(InputError, match=r"data are read from \.csv, \.tsv and \.ndjson, and not from"):
            _data_format(path)
    else:
        assert _data_format(path) == format


@pytest.mark.parametrize(("options", "steps"), [
    ([], 10), (["--steps", "0"], 0), (["--steps", "3"], 3), (["--until", "0"], 1000),
    (["--until", "0", "--steps", "2"], 2),
])  # fmt: skip
def test_how_many_steps_are_taken(options: list[str], steps: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["descend", "x", "x=1", "--rate", "0.5", "--to", "csv", *options]) == 0
    assert capsys.readouterr().out.count("\n") == steps + 2  # a heading, and the line of the point


@pytest.mark.parametrize(("options", "message", "status"), [
    (["--steps", str(MOST_STEPS + 1)], "--steps takes at most 1,000,000", 4),
    (["--until", "-1"], "--until takes a number that is not below 0", 2),
    (["--until", "inf"], "--until takes a number that is not below 0", 2),
    (["--until", "nan"], "--until takes a number that is not below 0", 2),
    (["--steps", "3", "--steps-of", "4"], "--steps-of 4 is beyond --steps 3", 2),
    (["--batch", "1"], "--batch and --shuffle are for --data", 2),
    (["--shuffle", "1"], "--batch and --shuffle are for --data", 2),
])  # fmt: skip
def test_steps_that_cannot_be_taken(
    options: list[str], message: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["descend", "x**2", "x=1", "--rate", "0.1", *options]) == status
    assert capsys.readouterr().err.splitlines()[0] == f"gradcli: {message}"


def test_steps_at_the_limit(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["descend", "x**2", "x=1", "--rate", "0.1"]
    assert run([*line, "--steps", str(MOST_STEPS), "--until", "5"]) == 0
    assert "after 0 steps" in capsys.readouterr().out
    assert run([*line, "--steps", "3", "--steps-of", "3"]) == 0
    assert "Backward" in capsys.readouterr().out


@pytest.mark.parametrize(("bindings", "value", "status"), [("-", "@-", 2), ("values.json", "@-", 0), ("-", "2", 0)])
def test_standard_input_is_read_once(
    bindings: str, value: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    import io
    import sys

    monkeypatch.chdir(tmp_path)
    Path("values.json").write_text('{"w": 3}')
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"w": 3}' if bindings == "-" else b"[1, 2]")))
    words = ["descend", "sum(w*x*x)", f"x={value}" if value == "@-" else "x=[1, 2]", "--bindings", bindings]
    assert run([*words, "--rate", "0.1", "--steps", "1", "--wrt", "x"]) == status
    said = capsys.readouterr().err
    assert ("standard input cannot hold both the values and x" in said) is (status == 2)


# ---- rows


@pytest.mark.parametrize(("path", "format"), [
    ("a.csv", "csv"), ("A.TSV", "tsv"), ("a.json", "json"), ("a.ndjson", "ndjson"), ("a.jsonl", "ndjson"),
    ("a.parquet", "parquet"), ("a.arrow", "arrow"), ("a.feather", "arrow"), ("a", None), ("d.x/a", None), (".a", None),
    (None, None), ("folder/", None), ("/dev/null", None),
])  # fmt: skip
def test_formats_of_rows(path: str | None, format: str | None) -> None:
    assert rows._format(path) == rows._target(path) == format


def test_a_suffix_of_no_rows(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^-o a\.b\.svg: no format is known by the suffix \.svg"):
        rows._target("a.b.svg")
    (tmp_path / "d.x").mkdir()
    assert rows._target(str(tmp_path / "d.x")) is None


@pytest.mark.parametrize(("text", "character"), [
    (None, None), (";", ";"), ("tab", "\t"), ("\\t", "\t"), ("space", " "), ("|", "|"), ("", False), ("ab", False),
    ("5", False), (".", False), ("-", False), ("+", False), ("e", False), ("E", False), ('"', False), ("\n", False),
    ("é", False), ("'", False), ("\r", False), (",", ","), ("x", "x"),
])  # fmt: skip
def test_what_may_stand_between_cells(text: str | None, character: str | bool | None) -> None:
    if character is False:
        with pytest.raises(InputError, match="--delimiter takes one character"):
            rows._delimiter(text)
    else:
        assert rows._delimiter(text) == character


@pytest.mark.parametrize(("given", "found"), [
    ((False, False, None, False, None, False), ""), ((True, False, None, False, None, False), "sum"),
    ((False, True, "w", True, None, False), "mean"), ((False, True, None, False, None, True), "mean"),
    ((True, True, None, False, None, False), "--sum and --mean contradict each other"),
    ((False, False, "w", False, None, False), "--weights needs --sum or --mean"),
    ((False, False, None, True, None, False), "--skip-errors needs --sum or --mean"),
    ((True, False, None, False, "x", False), "--keep and --sum contradict each other"),
    ((False, True, None, False, "x", False), "--keep and --mean contradict each other"),
    ((True, False, None, True, None, True), "--strict and --skip-errors contradict each other"),
    ((False, False, None, False, "x", True), ""),
])  # fmt: skip
def test_one_line_for_all_rows(given: tuple[bool, bool, str | None, bool, str | None, bool], found: str) -> None:
    if found.startswith("-"):
        with pytest.raises(InputError) as caught:
            rows._total(*given)
        assert caught.value.message == found
    else:
        assert rows._total(*given) == found


def test_columns_that_are_named() -> None:
    assert rows._called(("x=A", " y = B c ")) == (("x", "A"), ("y", "B c"))
    for word, message in (("x", "--column x: NAME=HEADER is expected"), ("x=", "--column x=: NAME=HEADER is expected"),
                          ("2=A", "--column 2=A: NAME=HEADER is expected")):  # fmt: skip
        with pytest.raises(GradcliError) as caught:
            rows._called((word,))
        assert (caught.value.message, caught.value.hint) == (message, "for example --column x='Pressure (x)'")
    assert rows._names("--wrt", None) is None
    assert rows._names("--wrt", "x, y") == ("x", "y")


def test_files_of_an_earlier_run_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for k in range(9):
        (tmp_path / f"s{k}.md").write_text("")
    (tmp_path / ".hidden").write_text("")
    tell_older(str(tmp_path), {f"s{k}.md" for k in range(9)})
    tell_older(str(tmp_path / "missing"), set())
    assert capsys.readouterr().err == ""
    tell_older(str(tmp_path), {"s0.md"})
    listed = ", ".join(f"s{k}.md" for k in range(1, 9))
    assert capsys.readouterr().err == f"gradcli: not of this run, and still in {tmp_path}: {listed}\n"
    tell_older(str(tmp_path), set())
    listed = ", ".join(f"s{k}.md" for k in range(8))
    assert capsys.readouterr().err == f"gradcli: not of this run, and still in {tmp_path}: {listed} and 1 more\n"


@pytest.mark.parametrize(("words", "hint"), [
    (["x", "=", "3"], "x=3"), (["x", "=3"], "x=3"), (["x=", "3"], "x=3"), (["x=3,y=2"], "x=3 y=2"),
])  # fmt: skip
def test_values_that_were_typed_otherwise(words: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["diff", "x*y", *words]) == 2
    assert capsys.readouterr().err.endswith(f'\nhint: write gradcli diff "x*y" {hint}\n')


def test_the_main_job_returns_a_status(capsys: pytest.CaptureFixture[str]) -> None:
    from gradcli.commands.differentiate import differentiate_words
    from gradcli.commands.options import Options
    from gradcli.commands.tree import root

    for words, *options in (
        (["x*y"], "--to", "numpy"), (["x*y"],), (["x*y", "x=1", "y=2"], "--value"),
        (["x*y", "x=1", "y=2"], "--to", "torch"), (["sum(x)", "x=N"], "--shapes"),
        (["sum(x)", "x=[1, 2]"], "--cost"), (["sum(x)", "x=[1, 2]"], "--grad", "x"),
    ):  # fmt: skip
        asked = Options(**root.make_context("gradcli", [*options, "x"]).params)
        assert differentiate_words(words, asked) == 0
        assert capsys.readouterr().out


@pytest.mark.parametrize(("words", "file", "path", "message"), [
    ((), None, None, "a program is missing"),
    (("-",), None, None, "standard input cannot hold both the program and the rows"),
    (("-", "-"), None, "-", "standard input cannot hold both the program and the rows"),
    ((), "-", None, "standard input cannot hold both the program and the rows"),
    (("x",), "-", "-", "standard input cannot hold both the program and the rows"),
    (("x",), None, None, "there are no rows on standard input"),
    ((), "p.txt", None, "there are no rows on standard input"),
    (("-",), None, "a.csv", None), (("x",), None, "-", None), ((), "-", "a.csv", None), (("-",), "p.txt", "-", None),
])  # fmt: skip
def test_where_rows_come_from(
    words: tuple[str, ...], file: str | None, path: str | None, message: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: True))
    if message is None:
        rows._check_input(words, file, path)
    else:
        with pytest.raises(InputError, match=message):
            rows._check_input(words, file, path)


@pytest.mark.parametrize(("problem", "message"), [
    (PermissionError(13, "Permission denied"), "permission denied"), (OSError("Odd thing"), "odd thing"),
])  # fmt: skip
def test_a_file_of_answers_that_cannot_be_opened(
    problem: OSError, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hw.toml").write_text('[[problem]]\nid = "p"\nprogram = "f = x*y"\nat = {x = 2, y = 3}\n')
    Path("ann.csv").write_text("item,claim\nf,6\n")

    def broken(path: str) -> Any:
        raise problem

    monkeypatch.setattr(grade, "_opened", broken)
    assert run(["grade", "hw.toml", "ann.csv"]) == 5
    assert [line.split() for line in capsys.readouterr().out.splitlines() if "ann.csv" in line] == [
        ["ann.csv", "ann", *message.split()]
    ]


@pytest.mark.parametrize("command", [[], ["check"], ["sheet"]])
def test_uphill_needs_a_step(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    line = [*command, "x*x", "x=1", *(["f=1"] if command == ["check"] else [])]
    assert run([*line, "--ascent"]) == 2
    assert "--ascent" in capsys.readouterr().err.splitlines()[0]
    assert run([*line, "--step", "0.5"]) == run([*line, "--step", "0.5", "--ascent"]) == 0


@pytest.mark.parametrize(("of", "output"), [("z,L", "L"), ("L,z", "z"), ("z", "z"), ("L,z[1]", "z")])
def test_the_last_of_several_outputs_is_the_one_of_the_report(
    of: str, output: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*LAYER, "--jacobian", "--of", of, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["output"] == output

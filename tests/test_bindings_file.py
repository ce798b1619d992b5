"""Values in a file of JSON: what is wrong stands at its line and column, with a hint."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcli.commands import run, streams


@pytest.mark.parametrize(
    ("text", "place", "marked", "message", "hint"),
    [
        ('{"x": [1, "oh"], "y": 2}', "1:12", "^^", "oh is not a number", "an expression of numbers"),
        ('{"x": null, "y": 2}', "1:7", "^^^^", "x is not a number", "a number is expected"),
        ('{"x": NaN, "y": 2}', "1:7", "^^^", "x is not a number", "a number is expected"),
        ('{"y": 2,\n "x": {"x": 1, "x": 2}}', "2:7", "^" * 16, "x is not a number", "a number is expected"),
        ('{"x": "a", "y": 2}', "1:8", "^", "a is not a number", "an expression of numbers"),
        ('{"y": 2,\n "x": "2*"}', "2:10", "^", "the expression ends too early", None),
        ('{"x": "\\u0061", "y": 2}', "1:7", "^" * 8, "a is not a number", "an expression of numbers"),
        ('{"x": 1e999, "y": 2}', "1:7", "^^^^^", "this number overflows", "the largest"),
        ("[1, 2]", "1:1", "^", "an object of numbers is expected", 'write {"x": 1.5'),
        ('{"x":1,"y":"1+*2"}', "1:15", "^", "a number, a name or ( is expected", None),
        ('{ "x" : 1 , "y" : 1e999 }', "1:19", "^^^^^", "this number overflows", "the largest"),
        ('\n[{"x": 1}]', "2:1", "^", "an object of numbers is expected", "gradcli rows PROGRAM --from json"),
        ('{"x": 1,\n "x": 2}', "2:2", "^^^", "x is bound twice", "leave one of them out"),
        ('{"x y": 1}', "1:2", "^^^^^", "x y is not a name", "a name of the program"),
        ('{"x": 1, "y": ', "1:15", "^", "not JSON: expecting value", 'write {"x": 1.5'),
        ("x=1", "1:1", "^", "not JSON: expecting value", 'write {"x": 1.5'),
        ("[" * 100_000, "1:1", "^", "not an object of numbers", '{"x": 1.5'),
    ],
)
def test_an_error_stands_at_what_is_wrong(
    text: str, place: str, marked: str, message: str, hint: str | None, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    assert run(["x*y", "--bindings", "p.json"]) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert lines[0].startswith(f"gradcli: p.json:{place}: {message}")
    assert lines[2].strip() == marked
    assert (hint or "") in lines[-1]


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_file_of_values_is_told_as_that(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p.json").write_text(text, encoding="utf-8")
    assert run(["x*y", "--bindings", "p.json"]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "gradcli: p.json: there are no values in it"
    assert said[1:] == ['hint: write {"x": 1.5, "y": -2}']


@pytest.mark.parametrize(
    "words", [["x", "x=1"], ["plot", "x", "x=0:1"], ["descend", "x**2", "x=1"], ["check", "x", "x=1", "f=1"]]
)
def test_an_output_without_a_name_is_told_as_that(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*words, "-o", ""]) == 2
    assert "the output file has no name" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "hint"), [(["x=2", "x=2"], "leave out one of the two"),
                                             (["x=2", "x=3"], "leave out x=2 or x=3")])  # fmt: skip
def test_a_value_that_stands_twice(words: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["x**2", *words]) == 2
    assert capsys.readouterr().err.endswith(f"hint: {hint}\n")


def test_a_claim_has_no_uncertainty(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "x*y", "x=1", "y=2", "f=2±0.3"]) == 1
    assert "invalid: a claim is a number without an uncertainty" in capsys.readouterr().out


def test_what_nothing_uses_may_be_any_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.json").write_text('{"x": "1/4", "label": "run 7"}', encoding="utf-8")
    assert run(["x", "--bindings", str(tmp_path / "p.json"), "--value"]) == 0
    assert capsys.readouterr().out == "0.25\n"


def test_a_file_without_values_leaves_no_formulas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Formulas are for a program alone: whoever names a file means a point."""
    (tmp_path / "p.json").write_text("{}")
    assert run(["x*y", "--bindings", str(tmp_path / "p.json")]) == 2
    out, err = capsys.readouterr()
    assert (out, err.splitlines()[0]) == ("", "gradcli: program:1:1: x and y have no value")


def test_a_file_of_values_may_be_as_large_as_the_largest_program_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A million values written in full are more than the 8 MiB of a program; beyond 64 MiB the limit is named."""
    path = tmp_path / "p.json"
    path.write_text('{"x": 3,' + " " * (9 * 1024 * 1024) + '"y": 2}', encoding="utf-8")
    assert run(["x*y", "--bindings", str(path), "--value"]) == 0
    assert capsys.readouterr().out == "6.0\n"
    assert streams.MAX_VALUES_BYTES == 64 * 1024 * 1024
    monkeypatch.setattr(streams, "MAX_VALUES_BYTES", 1000)
    assert run(["x*y", "--bindings", str(path), "--value"]) == 4
    assert "is longer than 1,000 bytes" in capsys.readouterr().err

"""Standard input holds one thing: every command says which two were asked of it, and takes one of them from it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from gradcli.commands import run
from gradcli.commands.streams import check_read_once
from gradcli.errors import InputError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in {
        "hw.toml": '[[problem]]\nid = "p"\nprogram = "f = x*y"\nat = {x = 2, y = 3}\n', "roster.csv": "student\nann\n",
        "ann.csv": "problem,item,claim\np,f,6\n", "claims.csv": "item,claim\nf,6\n", "values.json": '{"x": 2, "y": 3}',
        "arrays.json": '{"x": [2, 3]}', "rows.csv": "x,y\n2,3\n", "p.txt": "f = x*y", "p.py": "f = x * y\n",
        "data.csv": "x,y\n2,3\n",
    }.items():  # fmt: skip
        Path(name).write_text(text)


TWICE = [
    ("- --bindings -", "the program", "the values"), ("--file - --bindings -", "the program", "the values"),
    ("--from-python - --bindings -", "the program", "the values"), ("sum(x) x=@- --bindings -", "the values", "x"),
    ("- x=@-", "the program", "x"), ("sum(x*y) x=@- y=@-", "x", "y"),
    ("diff - --bindings -", "the program", "the values"),
    ("diff - x=@-", "the program", "x"), ("check - --claims -", "the program", "the claims"),
    ("check x*y --claims - --bindings -", "the claims", "the values"),
    ("check - --bindings - f=6", "the program", "the values"),
    ("check f=2*x --claims - x=@-", "the claims", "x"), ("check f=2*x x=@- f=@-", "x", "f"),
    ("check - x=@- f=[4,6]", "the program", "x"), ("check f=x*y --bindings - y=@- f=[1,2]", "the values", "y"),
    ("check --homework - -", "the homework", "the sheet"),
    ("descend - --bindings - --rate 0.1", "the program", "the values"),
    ("descend - --data - --rate 0.1", "the program", "the data"),
    ("descend x*m --bindings - --data - --rate 0.1", "the values", "the data"),
    ("rows -", "the program", "the rows"), ("rows --file - -", "the program", "the rows"),
    ("rows - -", "the program", "the rows"),
    ("sheet - --roster - --out d", "the program", "the roster"),
    ("sheet --file - --roster - --out d", "the program", "the roster"),
    ("grade - -", "the homework", "the answers"), ("grade hw.toml - --roster -", "the answers", "the roster"),
    ("grade - ann.csv --roster -", "the homework", "the roster"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "first", "second"), TWICE)
def test_two_things_are_refused(
    line: str, first: str, second: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = "item,claim\nf,6\n" if line.startswith("check f=2*x --claims") else "f = x*y"
    text = '{"x": 2, "y": 3}' if "--b" in line else sheet
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run(line.split()) == 2
    assert f"standard input cannot hold both {first} and {second}\n" in capsys.readouterr().err


@pytest.mark.parametrize(("line", "file"), [
    ("- --bindings values.json", "p.txt"), ("--file - --bindings values.json", "p.txt"),
    ("x*y --bindings -", "values.json"),
    ("--from-python - --bindings values.json", "p.py"), ("--from-python p.py --bindings -", "values.json"),
    ("sum(x) --bindings -", "arrays.json"), ("diff - x=2 y=3", "p.txt"),
    ("check - --claims claims.csv x=2 y=3", "p.txt"),
    ("check x*y --claims - --bindings values.json", "claims.csv"),
    ("check x*y --claims claims.csv --bindings -", "values.json"),
    ("check f=2*x x=@- f=[[4,6]]", "data2.csv"), ("descend - x=1 y=2 --rate 0.1", "p.txt"),
    ("descend x*y*m m=1 --data - --rate 0.1", "data.csv"), ("rows - rows.csv", "p.txt"), ("rows x*y", "rows.csv"),
    ("rows --file p.txt -", "rows.csv"), ("sheet - x=2 y=3", "p.txt"),
    ("sheet --homework hw.toml --roster - --out d", "roster.csv"), ("grade - ann.csv", "hw.toml"),
    ("grade hw.toml -", "all.csv"), ("grade hw.toml ann.csv --roster -", "roster.csv"),
])  # fmt: skip
def test_one_thing_is_read(
    line: str, file: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data2.csv").write_text("2,3\n4,5\n")
    Path("all.csv").write_text("student,problem,item,claim\nann,p,f,6\n")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(Path(file).read_bytes())))
    assert run(line.split()) in (0, 1)
    assert "standard input cannot hold" not in capsys.readouterr().err


def test_three_readers() -> None:
    check_read_once({})
    check_read_once({"a": False, "b": True, "c": False})
    with pytest.raises(InputError, match=r"^standard input cannot hold both a and c$") as caught:
        check_read_once({"a": True, "b": False, "c": True})
    assert caught.value.hint == "write one of them to a file"

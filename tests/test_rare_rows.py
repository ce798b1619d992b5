"""Rows that are seldom met: decimal commas, columns called as constants, numbers that no row has, sums of nodes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run as gradcli
from gradcli.commands.rows import _target
from gradcli.errors import InputError, Source
from gradcli.numbers.balls import Balls
from gradcli.numbers.systems import Undecided
from gradcli.record.enclosing import ENOUGH_BITS, narrow
from gradcli.rows.cells import cell_source

from .test_rows import run

# ---- cells


@pytest.mark.parametrize(("text", "comma", "value"), [
    ("1.5", False, "1.5"), (" 2 ", False, " 2 "), ("1,5", True, "1.5"), (" -1,5e3 ", True, " -1.5e3 "),
    ("1.5", True, "1.5"),
    ("1/3", False, "0.3333333333333333"), ("pi", False, "3.141592653589793"), ("-0", False, "-0"),
    ("2^10", True, "1024.0"),
])  # fmt: skip
def test_a_cell_is_a_value(text: str, comma: bool, value: str) -> None:
    assert cell_source("x", text, comma=comma) == Source("x", value)


@pytest.mark.parametrize(("text", "comma", "message"), [
    ("", False, "x is empty"), ("  ", True, "x is empty"), ("1,5", False, "1,5 is not a number: write 1.5"),
    (" -1,5e3 ", False, "-1,5e3 is not a number: write -1.5e3"), ("1,5,2", True, "1,5,2 is not a number"),
    ("1,5,2", False, "1,5,2 is not a number"), ("a", False, "a is not a number"), ("+1", False, "+1 is not a number"),
    ("1±0.1", False, "1±0.1 is not a number"), ("1+-0.1", True, "1+-0.1 is not a number"),
    ("nan", False, "nan is not a number"),
    ("inf", True, "inf is not a number"), ("1e999", False, "this number overflows a binary64"),
    ("9" * 60, False, None), ("x" * 60, False, f"{'x' * 37}... is not a number"),
])  # fmt: skip
def test_a_cell_that_is_no_value(text: str, comma: bool, message: str | None) -> None:
    if message is None or "overflows" in message:
        assert cell_source("x", text, comma=comma) == Source("x", text)  # a numeral, which is read later
        return
    with pytest.raises(InputError) as raised:
        cell_source("x", text, comma=comma)
    assert (raised.value.message, raised.value.kind) == (message, "cell")


# ---- what is written


@pytest.mark.parametrize(("words", "stdin", "out"), [
    (["e*sum(x)"], "x[0],x[1],e\n1,2,3\n", "f,df/de,df/dx[0],df/dx[1],error\n9.0,3.0,3.0,3.0,\n"),
    (["gamma*sum(x)"], "x[0],gamma\n1,3\n", "f,df/dgamma,df/dx[0],error\n3.0,1.0,3.0,\n"),
    (["k = 2; k*sum(x)"], "x[0],k\n1,3\n", "f,df/dx[0],error\n2.0,2.0,\n"),
    (["2*sum(W@x)", "W=[[1, 3]]"], "x[0],x[1]\n1,2\n", "f,df/dx[0],df/dx[1],error\n14.0,2.0,6.0,\n"),
    (["x*y", "--delimiter", ";"], "x;y\n1,5;2\n1,5;1/2\n", "f;df/dx;df/dy;error\n3.0;2.0;1.5;\n0.75;0.5;1.5;\n"),
    (["sum(x*ones(n))", "n=2"], "x[0],x[1]\n1,2\n", "f,df/dx[0],df/dx[1],error\n3.0,1.0,1.0,\n"),  # n is a size
    (["sum(x*ones(2))", "--from", "ndjson", "--to", "csv"],
     '{"x": [1, 2], "z": [5]}\n{"x": [3, 4], "z": 1}\n', "f,df/dx[0],df/dx[1],error\n3.0,1.0,1.0,\n7.0,1.0,1.0,\n"),
    (["sum(x)*k", "x=[1, 2, 3]"], "x[0],x[1],k\n1,2,3\n", "f,df/dk,error\n18.0,6.0,\n"),  # what is bound wins
    (["2*3"], "x\n1\n2\n", "f,error\n6.0,\n6.0,\n"), (["w = 2; w*w"], "x\n1\n", "f,error\n4.0,\n"),
    (["e*x"], "x,e\n1,3\n", "f,df/de,df/dx,error\n3.0,1.0,3.0,\n"),
    (["gamma*x", "--column", "gamma=g"], "x,g\n1,3\n", "f,df/dgamma,df/dx,error\n3.0,1.0,3.0,\n"),
    (["pi*x"], "x\n1\n", "f,df/dx,error\n3.141592653589793,3.141592653589793,\n"),
    (["q = sqrt(x*x); q*y", "--nodes", "q"], "x,y\n0,1\n2,3\n",
     "f,df/dx,df/dy,q,df/dq,error\n0.0,,0.0,0.0,1.0,\n6.0,3.0,2.0,2.0,3.0,\n"),
    (["q = x*y; q^2", "--nodes", "q", "--sum"], "x,y\n1,1\n-1,1\n", "f,df/dx,df/dy,q,df/dq\n2.0,0.0,4.0,0.0,0.0\n"),
    (["q = x*y; q^2", "--nodes", "q", "--mean", "--wrt", "x"], "x,y\n1,1\n3,1\n", "f,df/dx,q,df/dq\n5.0,4.0,2.0,4.0\n"),
])  # fmt: skip
def test_rows_that_are_seldom_met(words: list[str], stdin: str, out: str) -> None:
    assert run(*words, stdin=stdin)[0] == out


@pytest.mark.parametrize(("program", "stdin", "source", "row", "notes"), [
    ("k = 2; k*sum(x)", "x[0],k\n1,3\n", "csv", "2.0,2.0,", ["k"]),
    ("k = 2; k*x", "x,k\n1,3\n", "csv", "2.0,2.0,", ["k"]),
    ("h = 2*x; sum(h)", "x[0],x[1],h[0],h[1]\n1,3,5,5\n", "csv", "8.0,2.0,2.0,", ["h[0]", "h[1]"]),
    ("k = 2; h = 2*x; k*sum(h)", '{"x": [1, 2], "h": [3, 4], "k": 1}\n', "ndjson", "12.0,4.0,4.0,", []),
])  # fmt: skip
def test_what_the_program_computes_is_read_from_no_column(
    program: str, stdin: str, source: str, row: str, notes: list[str]
) -> None:
    """Among arrays as among numbers."""
    out, err = run(program, "--from", source, "--to", "csv", stdin=stdin)
    assert out.splitlines()[1] == row
    told = [f"gradcli: note: the program computes {name}: the column {name} is not read" for name in notes]
    assert err.splitlines() == told


@pytest.mark.parametrize(("program", "header"), [("k = 2; k*x", "x,k"), ("k = 2; k*sum(x)", "x[0],k")])
def test_what_the_program_computes_is_not_bound_whatever_the_columns(program: str, header: str) -> None:
    _, err = run(program, "k=5", stdin=f"{header}\n1,3\n", status=2)
    assert "k is computed by the program and cannot be bound too" in err


def test_a_list_in_place_of_a_number_is_refused_among_arrays() -> None:
    stdin = '{"x": [1, 2], "y": 5}\n{"x": [1, 3], "y": [3]}\n'
    _, err = run("sum(x)*y", "--from", "ndjson", stdin=stdin, status=2)
    assert err == "gradcli: standard input: row 2, column y: a list is not a number\n"


@pytest.mark.parametrize(("words", "stdin", "row"), [
    (["e*x", "--column", "e=E"], "x,E\n2,5\n", "10.0,2.0,5.0,"),  # no constant, among numbers and among arrays
    (["e*sum(x)", "--column", "e=E"], "x[0],E\n2,5\n", "10.0,2.0,5.0,"),
    (["sum(x)*p", "--column", "p=P (x)"], "x[0],x[1],P (x)\n1,2,3\n", "9.0,3.0,3.0,3.0,"),
    (["w = 2*x; w*x", "--sum", "--weights", "w"], "x,w\n1,2\n3,1\n", "22.0,20.0"),  # 2*2 + 18, and 2*4 + 12
])  # fmt: skip
def test_a_column_that_an_option_names_is_read(words: list[str], stdin: str, row: str) -> None:
    out, err = run(*words, stdin=stdin)
    assert out.splitlines()[1] == row
    assert err in ("", "gradcli: note: e is the column, not the constant\n")


def test_a_program_of_numbers_alone_reads_no_column() -> None:
    out, err = run("x = 3; f = x*x", stdin="x\n1\n2\n")
    assert out == "f,error\n9.0,\n9.0,\n"
    assert err.splitlines()[-1] == "gradcli: note: the program computes x: the column x is not read"
    _, err = run("2*3", "--column", "x=y", stdin="y\n1\n", status=2)
    assert err == "gradcli: --column x: the program reads no column of that name\n"


@pytest.mark.parametrize("target", ["csv", "ndjson", "json", "parquet", "arrow"])
def test_all_keys_of_the_first_object_are_kept_in_every_format(target: str, tmp_path: Path) -> None:
    objects = '{"y": 1, "x": 2}\n{"x": 3, "y": 1, "z": 1}\n'
    if target in ("parquet", "arrow"):
        reader = pytest.importorskip("pyarrow.parquet" if target == "parquet" else "pyarrow.feather")
        made = tmp_path / f"made.{target}"
        run("x*y", "--from", "ndjson", "--keep", "all", "--value", "-o", str(made), stdin=objects)
        assert reader.read_table(made).to_pydict() == {
            "y": ["1", "1"], "x": ["2", "3"], "f": [2.0, 3.0], "error": [None, None]
        }  # fmt: skip
        return
    out, _ = run("x*y", "--from", "ndjson", "--keep", "all", "--value", "--to", target, stdin=objects)
    assert (
        out
        == {
            "csv": "y,x,f,error\n1,2,2.0,\n1,3,3.0,\n",
            "ndjson": '{"y": 1, "x": 2, "f": 2.0}\n{"y": 1, "x": 3, "f": 3.0}\n',
            "json": '[{"y": 1, "x": 2, "f": 2.0},\n {"y": 1, "x": 3, "f": 3.0}]\n',
        }[target]
    )


@pytest.mark.parametrize("target", ["csv", "ndjson", "parquet"])
def test_a_number_that_no_row_has_is_missing_in_typed_columns(target: str, tmp_path: Path) -> None:
    """At 0 the norm has no slope, in whatever row."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    file, made = tmp_path / "rows.parquet", tmp_path / f"made.{target}"
    parquet.write_table(pa.table({"x": [0.0, 0.0], "y": [0.0, 0.0]}), file)
    run("sqrt(x*x + y*y)", str(file), "-o", str(made))
    if target == "csv":
        assert made.read_text() == "f,df/dx,df/dy,error\n0.0,,,\n0.0,,,\n"
    elif target == "ndjson":
        assert made.read_text() == '{"f": 0.0, "df/dx": null, "df/dy": null}\n' * 2
    else:
        assert parquet.read_table(made).to_pydict() == {
            "f": [0.0, 0.0], "df/dx": [None, None], "df/dy": [None, None], "error": [None, None]
        }  # fmt: skip


# ---- balls that are handed on


def test_balls_that_are_wide_enough_to_be_0_are_0() -> None:
    S = Balls(128)
    with S.at_work():
        one, tiny = S.from_number(1), S.from_number(2) ** -1_200
        assert narrow(one) is one
        third = S.exp(one)
        assert third.rel_accuracy_bits() >= ENOUGH_BITS
        assert narrow(third) is third
        nothing = third * tiny - third * tiny * one
        assert narrow(nothing * 1) == 0
        wide: Any = S.exp(one) - S.exp(one)
        with pytest.raises(Undecided):
            narrow(wide)


# ---- the command


def test_a_pipe_and_a_hidden_file_name_no_format(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xyz")
    assert _target(str(tmp_path / "pipe.xyz")) is None
    assert _target(str(tmp_path / ".out")) is None
    with pytest.raises(InputError, match="no format is known by the suffix"):
        _target(str(tmp_path / "file.xyz"))


def test_a_delimiter_is_that_of_csv_that_is_written() -> None:
    words = ["x*x", "--from", "ndjson", "--delimiter", ";"]
    assert run(*words, "--to", "csv", stdin='{"x": 1}\n')[0] == "f;df/dx;error\n1.0;2.0;\n"
    assert run(*words, stdin='{"x": 1}\n', status=2)[1] == "gradcli: --delimiter is for csv\n"


def test_a_command_behind_two_signs_is_a_variable(capsys: pytest.CaptureFixture[str]) -> None:
    assert gradcli(["--value", "--", "rows", "rows=2"]) == 0
    assert capsys.readouterr().out == "2.0\n"
    assert gradcli(["--value", "rows", "rows=2"]) == 2
    assert "options go after the command: gradcli rows ..." in capsys.readouterr().err

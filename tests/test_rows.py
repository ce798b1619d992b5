"""Streams of rows, from the command line: formats, headers, bad rows, statuses, processes."""

from __future__ import annotations

import csv
import io
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from gradcli import differentiate

from .test_golden import called

GRADCLI = [sys.executable, "-m", "gradcli", "rows"]


def run(*words: str, stdin: str | bytes = "", status: int = 0) -> tuple[str, str]:
    """Return what `gradcli rows` writes to standard output and standard error; check its status."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = called(["rows", *words], Path.cwd(), {}, data)
    assert done.status == status, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape"), done.stderr.decode()


# ---- what is written


def test_value_and_gradient() -> None:
    out, err = run("(x+y)*z", stdin="x,y,z\n-2,5,-4\n1,2,3\n")
    assert out == "f,df/dx,df/dy,df/dz,error\n-12.0,-4.0,-4.0,3.0,\n9.0,3.0,3.0,3.0,\n"
    assert not err


def test_an_input_that_is_named_needs_a_derivative() -> None:
    """Where there is none the row has its value all the same, unless --wrt asks for the derivative."""
    rows = "x,y\n0,0\n3,4\n"
    assert run("sqrt(x*x + y*y)", "--value", stdin=rows)[0].splitlines()[1] == "0.0,"
    assert run("sqrt(x*x + y*y)", stdin=rows)[0].splitlines()[1] == "0.0,,,"
    out, err = run("sqrt(x*x + y*y)", "--wrt", "x", stdin=rows, status=3)
    assert out.splitlines()[1].startswith(",,the slope of sqrt(x*x + y*y) is infinite")
    assert "row 2" in err


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--wrt", "z"], "f,df/dz,error\n-12.0,3.0,\n"),
        (["--value"], "f,error\n-12.0,\n"),
        (["--strict"], "f,df/dx,df/dy,df/dz\n-12.0,-4.0,-4.0,3.0\n"),
        (["--value", "--strict"], "f\n-12.0\n"),
        (["--keep", "id", "--value"], "id,f,error\na,-12.0,\n"),
        (["--keep", "all", "--value"], "id,x,y,z,f,error\na,-2,5,-4,-12.0,\n"),
        (["--to", "ndjson"], '{"f": -12.0, "df/dx": -4.0, "df/dy": -4.0, "df/dz": 3.0}\n'),
        (["--to", "ndjson", "--keep", "id,y", "--value"], '{"id": "a", "y": 5, "f": -12.0}\n'),
        (["--ieee", "--value"], "f,error\n-12.0,\n"),
        (["z=2", "--wrt", "x"], "f,df/dx,error\n6.0,2.0,\n"),
        (["z=1/4"], "f,df/dx,df/dy,error\n0.75,0.25,0.25,\n"),
        (["z=2", "--wrt", "z", "--value"], None),
    ],
)
def test_options(options: list[str], expected: str | None) -> None:
    out, _ = run("(x+y)*z", *options, stdin="id,x,y,z\na,-2,5,-4\n", status=2 if expected is None else 0)
    assert out == (expected or "")


def test_nodes_and_another_output() -> None:
    program, rows = "q = x + y; r = q*2; f = q * z", "x,y,z\n-2,5,-4\n"
    out, _ = run("q = x + y; f = q * z", "--nodes", "q", "--wrt", "x", stdin=rows)
    assert out == "f,df/dx,q,df/dq,error\n-12.0,-4.0,3.0,-4.0,\n"
    out, _ = run(program, "--of", "r", "--nodes", "q", "--wrt", "x", stdin=rows)
    assert out == "r,dr/dx,q,dr/dq,error\n6.0,2.0,3.0,2.0,\n"
    _, err = run("q = x + y; f = q * z", "--nodes", "qq", stdin=rows, status=2)
    assert "did you mean q?" in err


def test_program_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text("q = x*x\nf = q + 1\n")
    out, _ = run("--file", str(tmp_path / "p.txt"), "--value", stdin="x\n3\n")
    assert out == "f,error\n10.0,\n"


# ---- what is read


@pytest.mark.parametrize(
    "data",
    [
        "x,y\n3,4\n",
        "x,y\n3,4",
        "x,y\r\n3,4\r\n",
        "\ufeffx,y\n3,4\n",
        '"x","y"\n"3","4"\n',
        "y, x ,other\n4,3,text\n",
        'note,x,y\n"a, ""b""\nc",3,4\n',
        "x,y\n\n3,4\n\n",
        "x,y\n 3 , 4 \n",
        "x,y\n3,8/2\n",
        "x,y\n3.0e0,+4\n",
    ],
)
def test_ways_to_write_csv(data: str) -> None:
    out, _ = run("x*y", "--value", stdin=data)
    assert out == "f,error\n12.0,\n"


def test_delimiters(tmp_path: Path) -> None:
    out, _ = run("x*y", "--delimiter", ";", "--keep", "id", stdin="id;x;y\na,b;3;4\n")
    assert out == "id;f;df/dx;df/dy;error\na,b;12.0;4.0;3.0;\n"
    (tmp_path / "t.tsv").write_text("x\ty\n3\t4\n")
    out, _ = run("x*y", str(tmp_path / "t.tsv"), "--value")
    assert out == "f\terror\n12.0\t\n"
    _, err = run("x", "--delimiter", "ab", stdin="x\n1\n", status=2)
    assert "one character" in err


def test_decimal_commas_where_they_separate_no_cells() -> None:
    data = "x;y\n1,5;2\n-0,25;4\n1,25e1;3\n2;3\n"
    out, err = run("x*y", "--value", "--delimiter", ";", stdin=data)
    assert [float(line.split(";")[0]) for line in out.splitlines()[1:]] == [3, -1, 37.5, 6]
    assert not err
    for odd in ("1,2,3", "1.234,5", "1,234.5"):
        _, err = run("x*y", "--delimiter", ";", stdin=f"x;y\n{odd};2\n", status=2)
        assert f"{odd} is not a number" in err


def test_ndjson() -> None:
    rows = '{"x": 3, "y": 4.0, "id": {"a": [1]}}\n\n{"x": "1/2", "y": 1e-3}\n{"y": 2}\n{"x": NaN, "y": 1}\n'
    rows += '{"x": 1, "x": 2, "y": 1}\n[1]\n{"x": true, "y": null}\n{"x": 1, "y": 2} tail\n{"x":\n'
    out, err = run("x*y", "--from", "ndjson", "--keep", "id", "--wrt", "x", stdin=rows, status=2)
    records = [json.loads(line) for line in out.splitlines()]
    assert records[0] == {"id": {"a": [1]}, "f": 12.0, "df/dx": 4.0}
    assert records[1] == {"id": None, "f": 0.0005, "df/dx": 0.001}
    errors = [record.get("error", "") for record in records]
    for message, word in zip(
        errors[2:], ("x is missing", "NaN", "twice", "not an object", "true", "more than", "not JSON"), strict=True
    ):
        assert word in message
    assert "row 4: x is missing" in err
    assert "row 5: NaN is not a number" in err


def test_all_keys_of_the_first_object_can_be_kept() -> None:
    rows = '\n{"x": 0.0, "s": "a"}\n{"s": [1], "x": 2}\n'
    out, _ = run("x*x", "--from", "ndjson", "--keep", "all", "--value", stdin=rows)
    assert out == '{"x": 0.0, "s": "a", "f": 0.0}\n{"x": 2, "s": [1], "f": 4.0}\n'


def test_json_to_csv() -> None:
    rows = '{"x": 3, "id": "a,b"}\n{"x": 2, "id": null}\n'
    out, _ = run("x*x", "--from", "ndjson", "--to", "csv", "--keep", "id", stdin=rows)
    assert out == 'id,f,df/dx,error\n"a,b",9.0,6.0,\n,4.0,4.0,\n'


def test_bytes_that_are_not_utf8_pass_through() -> None:
    done = subprocess.run([*GRADCLI, "x", "--keep", "id"], input=b"id,x\n\xff\xfe,1\n", capture_output=True, check=True)
    assert done.stdout == b"id,x,dx/dx,error\n\xff\xfe,1.0,1.0,\n"
    _, err = run("x", stdin=b"\xff\xfex\x00\n", status=2)
    assert "UTF-16" in err


def test_cells_that_a_spreadsheet_would_run() -> None:
    out, _ = run("x", "--keep", "id", "--value", stdin="id,x\n=1+1,1\n@a,2\n-5,3\n-a,4\n")
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == ["'=1+1", "'@a", "-5", "'-a"]


# ---- headers


def test_headers_that_cannot_be_used() -> None:
    for data, words in (
        ("a,b\n1,2\n", ["no columns x and y", "its columns are a, b"]),
        ("x,Y\n1,2\n", ["no column y", "did you mean Y?"]),
        ("x;y\n1,5;2\n", ["no columns x and y", "add --delimiter ';'"]),
        ("x,y,x\n1,2,3\n", ["two columns named x"]),
        ("", ["no header row"]),
        ("\n1\n", ["no header row"]),
        ('x,"y\n1,2\n', ["does not end"]),
        ('{"x": 1, "y": 2}\n', ["--from ndjson"]),
    ):
        out, err = run("x*y", stdin=data, status=2)
        assert not out
        for word in words:
            assert word in err, err
    assert "a program is missing" in run(stdin="x\n1\n", status=2)[1]
    for options, word in (
        (["--keep", "idd"], "did you mean id?"),
        (["--keep", "f"], "two columns named f"),
        (["--keep", "error"], "two columns named error"),
        (["zz=1"], "nothing in the program uses zz"),
        (["--wrt", "w"], "w is not an input"),
    ):
        _, err = run("x*y", *options, stdin="id,x,y,f,error\n1,2,3,4,5\n", status=2)
        assert word in err, err


def test_a_column_wins_over_a_constant_and_a_program_over_a_column() -> None:
    out, err = run("e*x", "--value", stdin="x,e\n2,3\n")
    assert out == "f,error\n6.0,\n"
    assert err == "gradcli: note: e is the column, not the constant\n"
    out, err = run("e = 2*x; e*e", "--value", stdin="x,e\n2,3\n")
    assert out == "f,error\n16.0,\n"
    assert "note: the program computes e: the column e is not read\n" in err


@pytest.mark.parametrize(
    ("program", "options", "notes"),
    [
        ("q = x + y; t = 2*x; f = x*y", [], ["nothing uses q; --of q shows it", "nothing uses t; --of t shows it"]),
        ("q = x + y; f = x*y", ["--of", "q"], []),
        ("a = 2.0; b = 3.0; f = a*b", [], ["the inputs are a and b, which the program sets to plain numbers"]),
        ("a = 2.0; f = a**2", ["--value"], []),
        ("a = 2.0; f = a**2", ["--wrt", "a"], ["the input is a, which the program sets to a plain number"]),
        ("f(x, y) = x*y", [], []),
        ("x = 2.0; x*y", [], ["the program computes x: the column x is not read"]),
        ("e*x", ["e=3"], ["e is the value bound, not the constant"]),
        ("x*y", [], []),
    ],
)
@pytest.mark.parametrize("form", ["csv", "ndjson"])
def test_what_the_main_job_notes_is_told_once(program: str, options: list[str], notes: list[str], form: str) -> None:
    data = "x,y\n1,2\n3,4\n5,6\n" if form == "csv" else '{"x": 1, "y": 2}\n' * 3
    if form == "ndjson":
        notes = [note for note in notes if "column" not in note]  # every row has its own
    out, err = run(program, *options, "--from", form, stdin=data)
    assert len(out.splitlines()) == (4 if form == "csv" else 3)
    assert err == "".join(f"gradcli: note: {note}\n" for note in notes)


# ---- bad rows


def test_bad_rows_are_written_reported_and_counted() -> None:
    data = "x,y\n1,2\nabc,1\n1,0\n1\n1,2,3\n1,nan\n1_0,1\n1e400,2\n1,1e-400\n,1\n3,4\n"
    out, err = run("x/y", "--value", stdin=data, status=2)
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["f"] for row in rows] == ["0.5", *[""] * 9, "0.75"]
    assert rows[1]["error"] == "column x: abc is not a number"
    assert rows[2]["error"] == "x/y is undefined: y = 0, and a divisor must not be 0"
    assert rows[3]["error"] == "y is empty"
    assert "row 3, column x: abc is not a number" in err
    assert "row 8, column x: 1_0 is not a number" in err
    assert "overflows" in rows[7]["error"]
    assert "underflows" in rows[8]["error"]
    assert len(err.splitlines()) == 9


def test_messages_are_bounded() -> None:
    out, err = run("x", stdin="x\n" + "abc\n" * 5_000, status=2)
    assert out.count("\n") == 5_001
    assert len(err.splitlines()) == 11
    assert "5,000 of 5,000 rows failed" in err


def test_status_of_rows_outside_a_domain() -> None:
    out, err = run("log(x)", "--value", stdin="x\n-1\n1\n", status=3)
    why = "log(x) is undefined: x = -1, and log needs more than 0"
    assert out == f'f,error\n,"{why}"\n0.0,\n'
    assert err.endswith(f"row 2: {why}\n")


def test_strict_stops() -> None:
    out, err = run("log(x)", "--strict", "--value", stdin="x\n1\n-1\n2\n-3\n", status=3)
    assert out == "f\n0.0\n"
    assert err.count("\n") == 1


def test_kinks() -> None:
    out, _ = run("abs(x)", stdin="x\n0\n-3\n")
    assert out == "f,df/dx,error\n0.0,0.0,\n3.0,-1.0,\n"
    _, err = run("abs(x)", "--at-kink", "error", stdin="x\n0\n-3\n", status=3)
    assert "from the left" in err


def test_a_derivative_that_does_not_exist_is_an_empty_cell() -> None:
    out, _ = run("sqrt(x) + y", stdin="x,y\n0,1\n")
    assert out == "f,df/dx,df/dy,error\n1.0,,1.0,\n"
    out, _ = run("sqrt(x) + y", "--wrt", "x", stdin="x,y\n0,1\n", status=3)
    assert "infinite" in out


# ---- numbers


def test_numbers_are_those_of_the_main_job() -> None:
    draw = random.Random(3)
    points = [[draw.uniform(-3, 3) for _ in range(3)] for _ in range(50)]
    points += [[0.1, 0.2, 0.3], [1e300, 1e300, 1.0], [1e-300, 1e-200, 2.0], [0.0, 0.0, 0.0]]
    data = "x,y,z\n" + "".join(f"{x!r},{y!r},{z!r}\n" for x, y, z in points)
    for program in ("(x + y) - z", "tanh(x*y)*z + x", "x*y*z"):
        out, _ = run(program, stdin=data)
        for row, (x, y, z) in zip(csv.DictReader(io.StringIO(out)), points, strict=True):
            record = differentiate(program, {"x": x, "y": y, "z": z})
            assert float(row["f"]) == record.value
            assert [float(row[f"df/d{name}"]) for name in "xyz"] == list(record.gradient.values())


def test_blocks_processes_and_formats_agree(tmp_path: Path) -> None:
    """Many blocks, quoted newlines across their borders, several processes: the same rows in the same order."""
    draw = random.Random(5)
    file = tmp_path / "rows.csv"
    with open(file, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["x", "note"])
        notes = ["plain", "a, b", 'say "so"', "two\nlines", "", '"', '5" pipe']
        expected = [(draw.randint(-9, 9), draw.choice(notes)) for _ in range(40_000)]
        writer.writerows(expected)
    plain, _ = run("x*x + x", str(file), "--keep", "note", "--value")
    parallel, _ = run("x*x + x", str(file), "--keep", "note", "--value", "--jobs", "2")
    assert plain == parallel
    rows = list(csv.DictReader(io.StringIO(plain, newline="")))
    assert [row["note"] for row in rows] == [note for _, note in expected]
    assert [float(row["f"]) for row in rows] == [x * x + x for x, _ in expected]


def test_failures_keep_their_numbers_across_blocks_and_processes(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    lines = ["1.234567"] * 60_000
    for k in (5, 30_000, 59_999):
        lines[k] = "bad"
    file.write_text("x\n" + "\n".join(lines) + "\n")
    messages = [run("x*x", str(file), "--value", "--jobs", jobs, status=2)[1] for jobs in ("1", "2")]
    assert messages[0] == messages[1]
    assert [line.split("row ")[1].split(",")[0] for line in messages[0].splitlines()] == ["7", "30002", "60001"]


LOST = "a quote that opens in this row does not close within 65,536 bytes"


@pytest.mark.parametrize(
    ("stdin", "expected", "row"),
    [
        ('x\n1\n"a\n2\n', f'f,error\n1.0,\n,"{LOST}"\n4.0,\n', 3),
        ('x\n1\n2\n"a', f'f,error\n1.0,\n4.0,\n,"{LOST}"\n', 4),
        ('n,x\n"a\nb",1\n"c,1\nd,2\n', f'f,error\n1.0,\n,"{LOST}"\n4.0,\n', 4),
    ],
)
def test_a_lost_quote_spoils_only_its_row(stdin: str, expected: str, row: int) -> None:
    out, err = run("x*x", "--value", stdin=stdin, status=2)
    assert out == expected
    assert err == f"gradcli: standard input: row {row}: {LOST}\n"


@pytest.mark.parametrize("options", [[], ["--jobs", "2"], ["--engine", "columns"]])
def test_a_lost_quote_in_a_long_file(tmp_path: Path, options: list[str]) -> None:
    """Two lost quotes, the first closed by the second far below: two bad rows, in every engine."""
    if "columns" in options:
        pytest.importorskip("pyarrow")
    file = tmp_path / "rows.csv"
    file.write_text("n,x\n" + "".join(('"' if k in (40_000, 90_000) else "") + f"a,{k}\n" for k in range(100_000)))
    out, err = run("x*x", str(file), "--value", *options, status=2)
    lines = out.splitlines()
    assert len(lines) == 100_001
    assert [k - 1 for k, line in enumerate(lines) if LOST in line] == [40_000, 90_000]
    assert lines[40_002] == f"{40_001.0**2},"
    assert "row 40002: a quote" in err
    assert "row 90002: a quote" in err


def test_a_long_cell_of_one_line_is_no_lost_quote() -> None:
    out, _ = run("x*x", "--value", stdin=f'n,x\n"{"a" * 100_000}",3\n')
    assert out == "f,error\n9.0,\n"


def test_an_unknown_suffix_of_the_output_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    _, err = run("x*x", "-o", str(target), stdin="x\n1\n", status=2)
    assert "no format is known by the suffix .xlsx\nhint: known are .csv, .tsv" in err
    assert not target.exists()
    run("x*x", "-o", str(target), "--to", "csv", stdin="x\n1\n")
    assert target.read_text() == "f,df/dx,error\n1.0,2.0,\n"


def test_ndjson_read_as_csv_is_recognized() -> None:
    _, err = run("x*y", stdin='{"x":1,"y":2}\n', status=2)
    assert "hint: this looks like JSON: add --from ndjson" in err
    _, err = run("x*y", stdin='{"x":1}\n', status=2)
    assert "add --from ndjson" in err


def test_kinks_and_overflow() -> None:
    assert run("abs(x)", stdin="x\n0\n1\n")[0] == "f,df/dx,error\n0.0,0.0,\n1.0,1.0,\n"
    out, _ = run("abs(x)", "--at-kink", "error", stdin="x\n0\n1\n", status=3)
    assert out == "f,df/dx,error\n,,df/dx is -1 from the left and 1 from the right\n1.0,1.0,\n"
    assert run("exp(x)", stdin="x\n1000\n")[0] == "f,df/dx,error\ninf,inf,\n"
    assert run("exp(x)", "--to", "ndjson", stdin="x\n1000\n")[0] == '{"f": "inf", "df/dx": "inf"}\n'

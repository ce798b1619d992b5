"""The parts of `gradcli rows` at their ends: names that are listed, headers that do not fit, cells, messages, lists."""

from __future__ import annotations

import io
import math
import sys
from typing import Any

import pytest

from gradcli.errors import GradcliError, InputError, Source
from gradcli.rows.cells import (
    LEAST,
    MOST,
    PLAIN_WIDTH,
    STAND_IN,
    float_numbers,
    kept_cells,
    kept_values,
    numbers,
    quoted,
)
from gradcli.rows.engine import Failure
from gradcli.rows.messages import BEAT_SECONDS, MOST_REPORTED, Reporter, about_columns, tell_remarks
from gradcli.rows.plan import Failed, _missing_hint, listed

from .test_rows import run

# ---- names in messages


@pytest.mark.parametrize(("names", "text"), [
    (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c"),
    (list("abcdefghij"), "a, b, c, d, e, f, g, h, i and j"),
    (list("abcdefghijk"), "a, b, c, d, e, f, g, h, i, j and 1 more"),
    (["n"] * 1_510, f"{', '.join(['n'] * 10)} and 1,500 more"),
])  # fmt: skip
def test_ten_names_are_listed(names: list[str], text: str) -> None:
    assert listed(names) == text


def refused(*words: str, stdin: str) -> str:
    out, err = run(*words, stdin=stdin, status=2)
    assert not out
    return " ".join(err.split())


COLUMNS = "its columns are"


@pytest.mark.parametrize(("program", "stdin", "said"), [
    ("x*y", "a,b\n1,2\n", f"has no columns x and y hint: {COLUMNS} a, b; NAME=VALUE binds a name for all rows"),
    ("x*a", "a,b\n1,2\n", f"the input has no column x hint: {COLUMNS} a, b; NAME=VALUE binds"),
    ("x", "a,b,c,d,g,h,i,j\n1,1,1,1,1,1,1,1\n", f"{COLUMNS} a, b, c, d, g, h, i, j; NAME=VALUE"),
    ("x", "a,b,c,d,g,h,i,j,k\n1,1,1,1,1,1,1,1,1\n", f"{COLUMNS} a, b, c, d, g, h, i, j, ...; NAME=VALUE"),
    ("x", "a,b 1\n1,2\n", f"{COLUMNS} a, b 1; --column x='b 1' reads that one; NAME=VALUE"),
    ("x*b", "a,,b\n1,2,3\n", f"{COLUMNS} a, , b; NAME=VALUE"),
    ("x*b", '"a,x",b\n1,2\n', f"{COLUMNS} a,x, b; --column x='a,x' reads that one; NAME=VALUE"),
    ("length", "lenght,b\n1,2\n", "hint: did you mean lenght?"),
    ("x", "1,2.5\n3,4\n", "hint: there is no header row: the first line names the columns"),
    ("x*y", "x;y\n1;2\n", "hint: the delimiter looks like ';': add --delimiter ';'"),
    ("x*y", "x|y\n1|2\n", "hint: the delimiter looks like '|': add --delimiter '|'"),
    ("x*y", "x\ty\n1\t2\n", "hint: the delimiter looks like tab: add --delimiter tab"),
    ("x*y", "x y\n1 2\n", "hint: the delimiter looks like ' ': add --delimiter ' '"),
    ("x", '{"x": 1}\n', "hint: this looks like JSON: add --from ndjson"),
    ("x", '[{"x": 1}]\n', "hint: this looks like JSON: add --from json"),
    ("x", "x,x\n1,2\n", "the header has two columns named x"),
    ("x", "x,a,a\n1,2,3\n --keep", ""),
])  # fmt: skip
def test_a_header_without_what_is_read_is_told_with_what_it_may_be(program: str, stdin: str, said: str) -> None:
    if stdin.endswith("--keep"):
        assert "two columns a cannot be kept" in refused(program, "--keep", "a", stdin=stdin)
        assert "there is no column b to keep hint: the columns are x, a, a" in refused(
            program, "--keep", "b", stdin=stdin
        )
        assert "two columns x cannot be kept" in refused(program, "--keep", "x,x", stdin=stdin)
    else:
        assert said in refused(program, stdin=stdin)


@pytest.mark.parametrize(("words", "stdin", "said"), [
    (["f = x*2", "--keep", "f"], "x,f\n1,2\n",
     "the output would have two columns named f hint: leave f out of --keep or --nodes"),
    (["f = x*2", "--keep", "error"], "x,error\n1,2\n", "the output would have two columns named error"),
    (["x*2", "--column", "w=a"], "x,a\n1,2\n", "--column w: the program reads no column of that name hint: it reads x"),
    (["x*y", "z=2"], "x,y\n1,2\n", "nothing in the program uses z"),
    (["length*2", "lenght=2"], "length\n1\n", "did you mean length?"),
])  # fmt: skip
def test_options_that_do_not_fit_the_columns(words: list[str], stdin: str, said: str) -> None:
    assert said in refused(*words, stdin=stdin)


@pytest.mark.parametrize("options", [["--strict"], ["--sum"], ["--mean"]])
def test_without_a_column_of_errors_its_name_is_free(options: list[str]) -> None:
    keep = [] if options != ["--strict"] else ["--keep", "error"]
    out, _ = run("error*2", *keep, *options, stdin="error\n3\n")
    assert out.splitlines()[-1].endswith("6.0,2.0")


OWN = "gradcli: note: the column error is not kept: the output has its own, unless --strict is given\n"


@pytest.mark.parametrize(("options", "stdin", "out", "err"), [
    ([], "f,error\n3,\n2,odd\n", "f,v,dv/df,error\n3,9.0,6.0,\n2,4.0,4.0,\n", OWN),
    (["--strict"], "f,error\n3,\n2,odd\n", "f,error,v,dv/df\n3,,9.0,6.0\n2,odd,4.0,4.0\n", ""),
    (["--jobs", "2"], "error,f\n,3\n", "f,v,dv/df,error\n3,9.0,6.0,\n", OWN),
    (["--from", "ndjson"], '{"f": 3, "error": "odd"}\n', '{"f": 3, "v": 9.0, "dv/df": 6.0}\n', OWN),
    (["--from", "ndjson", "--strict"], '{"f": 3, "error": "odd"}\n',
     '{"f": 3, "error": "odd", "v": 9.0, "dv/df": 6.0}\n', ""),
    ([], "f,g\n3,1\n", "f,g,v,dv/df,error\n3,1,9.0,6.0,\n", ""),
])  # fmt: skip
def test_all_columns_of_an_earlier_run_are_kept_but_its_errors(
    options: list[str], stdin: str, out: str, err: str
) -> None:
    assert run("v = f**2", "--keep", "all", *options, stdin=stdin) == (out, err)


def test_a_number_beyond_binary64_is_no_error_and_no_number_to_read() -> None:
    """1e308*10 is 1e309, and the largest binary64 is 1.8e308."""
    out, err = run("x*y", "--keep", "x", stdin="x,y\n1e308,10\n-1e308,10\n")
    assert (out, err) == ("x,f,df/dx,df/dy,error\n1e308,inf,10.0,1e+308,\n-1e308,-inf,10.0,-1e+308,\n", "")
    again, _ = run("2*f", "--keep", "x", stdin=out, status=2)
    assert again.splitlines()[1:] == [
        "1e308,,,column f: inf is not a number",
        "-1e308,,,column f: -inf is not a number",
    ]


# ---- why a row failed


@pytest.mark.parametrize(("kind", "source", "column"), [
    ("cell", Source("x", "a"), "x"), ("number", Source("x", "a"), "x"), ("binding", Source("x", "a"), "x"),
    ("domain", Source("x", "a"), ""), ("cell", None, ""),
])  # fmt: skip
def test_a_cell_that_is_wrong_is_named_by_its_column(kind: str, source: Source | None, column: str) -> None:
    error: GradcliError = InputError("what is wrong", source=source, kind=kind)
    found = Failed.of(error)
    assert found == Failed(2, "what is wrong", column)
    assert found.message == ("column x: what is wrong" if column else "what is wrong")


def test_ten_failures_are_told_and_all_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    for many in (1, MOST_REPORTED, MOST_REPORTED + 1, MOST_REPORTED + 1_200):
        reporter = Reporter("rows.csv", 2)
        reporter.take(many + 3, many + 1, [Failure(k, Failed(3, "bad", "x" if k % 2 else "")) for k in range(many)])
        assert reporter.finish() == 3
        told = capsys.readouterr().err.splitlines()
        rows = min(many, MOST_REPORTED)
        assert told[:rows] == [
            f"gradcli: rows.csv: row {2 + k}{', column x: bad' if k % 2 else ': bad'}" for k in range(rows)
        ]
        assert told[rows:] == (
            [f"gradcli: {many:,} of {many + 1:,} rows failed; the first 10 are named above"] if many > rows else []
        )
        assert (reporter.row, reporter.done, reporter.failures) == (many + 5, many + 1, many)


def test_the_status_of_rows_is_the_lowest_of_their_failures() -> None:
    for statuses, status in (((), 0), ((3,), 3), ((3, 2), 2), ((2, 3), 2), ((4, 3, 4), 3), ((3, 3), 3)):
        reporter = Reporter("", 1, silent=True)
        reporter.take(9, 9, [Failure(0, Failed(one, "bad", "")) for one in statuses])
        assert reporter.finish() == status


def test_one_that_is_silent_only_counts(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = Reporter("rows.csv", 1, silent=True)
    reporter.take(20, 20, [Failure(k, Failed(3, "bad", "")) for k in range(20)])
    assert (reporter.finish(), reporter.failures) == (3, 20)
    assert capsys.readouterr().err == ""


class Screen(io.StringIO):
    def __init__(self, *, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(("terminals", "silent", "is_alive"), [
    ((False, True), False, True), ((True, True), False, False), ((False, False), False, False),
    ((False, True), True, False),
])  # fmt: skip
def test_signs_of_life_go_to_a_terminal_that_shows_no_rows(
    terminals: tuple[bool, bool], silent: bool, is_alive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first comes after more than a second, the next after more than half a second; the line is cleared."""
    out, err = (Screen(terminal=terminal) for terminal in terminals)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    clock = [100.0]
    monkeypatch.setattr("gradcli.rows.messages.time.monotonic", lambda: clock[0])
    reporter = Reporter("rows.csv", 1, silent=silent)
    told = []
    for later in (0.75, 0.25, 0.25, BEAT_SECONDS, 0.25):  # 0.75, 1, 1.25, 1.75, 2 after the start
        clock[0] += later
        reporter.take(1_000, 1_000, [])
        told.append(err.getvalue())
        err.truncate(0)
        err.seek(0)
    assert told == (
        ["", "", "\r3,000 rows, 2,400 a second ", "", "\r5,000 rows, 2,500 a second "] if is_alive else [""] * 5
    )
    reporter.finish()
    cleared = "\r" + " " * 60 + "\r" if is_alive else ""
    assert err.getvalue() == cleared
    reporter.finish()  # what is cleared is not cleared again
    assert err.getvalue() == cleared


@pytest.mark.parametrize("many", [0, 1, MOST_REPORTED, MOST_REPORTED + 1, MOST_REPORTED + 1_000])
def test_ten_notes_on_the_program_are_told(many: int, capsys: pytest.CaptureFixture[str]) -> None:
    tell_remarks([f"note {k}" for k in range(many)])
    told = capsys.readouterr().err.splitlines()
    assert told[:10] == [f"gradcli: note: note {k}" for k in range(min(many, 10))]
    assert told[10:] == ([f"gradcli: and {many - 10:,} more notes"] if many > 10 else [])


@pytest.mark.parametrize(("before", "hint"), [
    (8, "did you mean A and B? (capitals count)"), (9, "did you mean A? (capitals count)"),
])  # fmt: skip
def test_capitals_are_looked_for_in_ten_missing_columns(before: int, hint: str) -> None:
    missing = [*(f"none{k}" for k in range(before)), "a", "b"]
    assert _missing_hint(missing, ["A", "B", "12345"], ",") == hint


@pytest.mark.parametrize(("kind", "own", "source"), [
    ("column", None, "rows.csv"), ("column", "other", "other"), ("name", None, None),
])  # fmt: skip
def test_errors_about_columns_have_the_name_of_the_file(kind: str, own: str | None, source: str | None) -> None:
    with pytest.raises(InputError) as raised, about_columns("rows.csv"):
        raise InputError("wrong", kind=kind, source=None if own is None else Source(own, ""))
    found = raised.value.source
    assert (None if found is None else found.name) == source


# ---- cells


@pytest.mark.parametrize(("x", "is_odd"), [
    (LEAST, False), (math.nextafter(LEAST, 0), True), (MOST, False), (math.nextafter(MOST, math.inf), True),
    (0.0, False), (-LEAST, False), (-MOST, False), (-math.nextafter(MOST, math.inf), True), (math.inf, True),
    (math.nan, True),
])  # fmt: skip
def test_numbers_of_usual_sizes_are_computed_with_the_others(x: float, is_odd: bool) -> None:
    odd: set[int] = set()
    assert float_numbers([1.5, x], ["1.5", repr(x)], odd) == [1.5, STAND_IN if is_odd else x]
    assert odd == ({1} if is_odd else set())
    if math.isfinite(x):
        odd = set()
        assert numbers(["1.5", repr(x)], odd) == [1.5, STAND_IN if is_odd else x]
        assert odd == ({1} if is_odd else set())


@pytest.mark.parametrize(("value", "line", "number"), [
    (0, '{"x": 0}', 0.0), (0.0, '{"x": 0.0}', 0.0), (0.0, '{"x": 1e-400}', None), (0.0, '{"x": 1E-400}', None),
    (0, '{"x": 0, "y": 1e-5}', 0.0), (7, "7", 7.0), (2**200, "", None), (-(2**200), "", None),
    (10**400, "", None), (-(10**400), "", None), (True, "true", None),
    (None, "null", None), ("2", '"2"', None), ([1], "[1]", None),
])  # fmt: skip
def test_values_of_json_that_are_numbers(value: Any, line: str, number: float | None) -> None:
    odd: set[int] = set()
    assert float_numbers([value], [line], odd) == [STAND_IN if number is None else number]
    assert odd == ({0} if number is None else set())


def test_the_longest_numeral_without_an_exponent_is_of_a_usual_size() -> None:
    """What is not looked at one by one is 0 or no smaller than the least number, nor larger than the largest."""
    digits = PLAIN_WIDTH - 2
    assert 10.0**-digits >= LEAST
    assert float("9" * PLAIN_WIDTH) <= MOST


@pytest.mark.parametrize(("text", "delimiter", "cell_text"), [
    ("a", ",", "a"), ("a,b", ",", '"a,b"'), ("a,b", ";", "a,b"), ("a;b", ";", '"a;b"'), ('a"b', ",", '"a""b"'),
    ("a\nb", ",", '"a\nb"'), ("a\rb", ",", '"a\rb"'), ("", ",", ""),
])  # fmt: skip
def test_cells_are_quoted_where_they_have_to_be(text: str, delimiter: str, cell_text: str) -> None:
    assert quoted(text, delimiter) == cell_text
    assert list(kept_cells(["1", text], delimiter)) == ["1", cell_text]


@pytest.mark.parametrize(
    ("text", "kept"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("+x", "'+x"), ("-x", "'-x"), ("-1", "-1"), ("a=b", "a=b")]
)
@pytest.mark.parametrize("place", [0, 1])
def test_what_a_spreadsheet_would_run_is_kept_as_text(text: str, kept: str, place: int) -> None:
    column = ["1", "2"]
    column[place] = text
    expected = ["1", "2"]
    expected[place] = kept
    assert list(kept_cells(column, ",")) == expected


@pytest.mark.parametrize(("text", "value"), [
    ("1", "1"), ("-1.5e3", "-1.5e3"), ("01", '"01"'), ("+1", '"+1"'), ("1.", '"1."'), ("", '""'), ("a", '"a"'),
    ("1E-5", "1E-5"), ("٣", '"\\u0663"'),
])  # fmt: skip
def test_cells_as_values_of_json(text: str, value: str) -> None:
    assert kept_values([text]) == [value]

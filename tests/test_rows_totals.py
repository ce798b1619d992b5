"""The one line that rows add up to: what is written, what is told, what is read again, and the units of the sums."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gradcli.errors import LimitError
from gradcli.numbers.balls import Balls
from gradcli.rows import totals
from gradcli.rows.summing import ROWS_AT_ONCE, _is_weight
from gradcli.rows.sums import MOST_BITS, ONE, PROVEN, UNIT_BITS, Sums, Total, _dyadic, _exact_parts, _quotient, _scaled
from gradcli.rows.totals import _line, _plain

from .test_rows import run

NO_SLOPE = "x,y\n0,0\n3,4\n"  # of sqrt(x*x + y*y) in the first row


# ---- what is written


@pytest.mark.parametrize(("options", "line"), [
    ([], "f,df/dx,df/dy\n5.0,,\n"),
    (["--to", "csv"], "f,df/dx,df/dy\n5.0,,\n"),
    (["--to", "tsv"], "f\tdf/dx\tdf/dy\n5.0\t\t\n"),
    (["--to", "json"], '{"f": 5.0, "df/dx": null, "df/dy": null}\n'),
    (["--to", "ndjson"], '{"f": 5.0, "df/dx": null, "df/dy": null}\n'),
])  # fmt: skip
def test_a_number_that_a_row_lacks_is_missing_in_every_format(options: list[str], line: str) -> None:
    out, err = run("sqrt(x*x + y*y)", "--sum", *options, stdin=NO_SLOPE, status=3)
    assert out == line
    assert err.splitlines() == [
        f"gradcli: standard input: there is no sum of {name}: there is no such number in 1 of 2 rows"
        for name in ("df/dx", "df/dy")
    ]


@pytest.mark.parametrize(
    ("stdin", "delimiter"), [("x\n1\n2\n", ","), ("x;y\n1;0\n2;0\n", ";"), ("x\ty\n1\t0\n2\t0\n", "\t")]
)
def test_a_name_that_holds_the_delimiter_is_quoted(stdin: str, delimiter: str) -> None:
    """Entries of a matrix are called W[0,1]; where cells are separated by something else nothing is to be quoted."""
    words = ["sum(W@[x, x])", "W=[[1, 2]]", "--wrt", "W", "--sum", "--delimiter", delimiter]
    quote = '"' if delimiter == "," else ""
    names = ["f", f"{quote}df/dW[0,0]{quote}", f"{quote}df/dW[0,1]{quote}"]
    assert run(*words, stdin=stdin)[0] == f"{delimiter.join(names)}\n{delimiter.join(['9.0', '3.0', '3.0'])}\n"
    found = json.loads(run(*words, "--to", "json", stdin=stdin)[0])
    assert found == {"f": 9.0, "df/dW[0,0]": 3.0, "df/dW[0,1]": 3.0}


@pytest.mark.parametrize(("number", "written"), [
    (None, "null"), (0.0, "0.0"), (-2.5, "-2.5"), (1e300, "1e+300"), (math.inf, '"inf"'), (-math.inf, '"-inf"'),
])  # fmt: skip
def test_numbers_of_json(number: float | None, written: str) -> None:
    assert _plain(number) == written


# ---- what is told


@pytest.mark.parametrize(("rows", "options", "told"), [
    (1, [], "there is no sum: the row failed; --skip-errors leaves them out"),
    (2, [], "there is no sum: 1 of 2 rows failed; --skip-errors leaves them out"),
    (3, [], "there is no sum: 1 of 3 rows failed; --skip-errors leaves them out"),
    (1, ["--strict"], "there is no sum: a row failed"),
    (3, ["--strict"], "there is no sum: a row failed"),
])  # fmt: skip
def test_how_many_rows_failed(rows: int, options: list[str], told: str) -> None:
    out, err = run("sqrt(x)", "--sum", *options, stdin="x\n-1\n" + "4\n" * (rows - 1), status=3)
    assert not out
    assert err.splitlines() == [
        "gradcli: standard input: row 2: sqrt(x) is undefined: x = -1, and sqrt needs at least 0",
        f"gradcli: standard input: {told}",
    ]


@pytest.mark.parametrize(("failing", "left", "notes"), [
    (0, 1, []), (1, 1, ["the sum leaves out 1 row"]), (2, 1, ["the sum leaves out 2 rows"]),
    (0, 0, ["standard input has no rows"]),
    (1, 0, ["the sum leaves out 1 row", "standard input has no rows left"]),
])  # fmt: skip
def test_rows_that_are_left_out_are_counted(failing: int, left: int, notes: list[str]) -> None:
    out, err = run("sqrt(x)", "--sum", "--skip-errors", stdin="x\n" + "-1\n" * failing + "4\n" * left)
    assert out == f"f,df/dx\n{2.0 * left},{0.25 * left}\n"
    assert [line.removeprefix("gradcli: note: ") for line in err.splitlines() if "note" in line] == notes


@pytest.mark.parametrize(("stdin", "form", "row"), [
    ("x\n-1\n", "csv", 2), ("\n\nx\n-1\n", "csv", 4), ("x\n\n1\n-1\n", "csv", 4), ('{"x": -1}\n', "ndjson", 1),
    ('\n{"x": 1}\n\n{"x": -1}\n', "ndjson", 4), ('[{"x": 1},\n{"x": -1}]', "json", 2),
])  # fmt: skip
def test_the_row_that_failed_is_named_as_without_a_sum(stdin: str, form: str, row: int) -> None:
    told = f"standard input: row {row}: sqrt(x) is undefined: x = -1"
    assert told in run("sqrt(x)", "--sum", "--from", form, stdin=stdin, status=3)[1]
    assert told in run("sqrt(x)", "--from", form, stdin=stdin, status=3)[1]


def test_notes_on_the_program_are_told_once(tmp_path: Path) -> None:
    """A sum that is read again, with more digits, says nothing a second time."""
    file = tmp_path / "rows.csv"
    file.write_text("x,e\n1,1\n-1,1\n")
    out, err = run("e*tanh(x)", str(file), "--sum", "--wrt", "x")
    assert out == "f,df/dx\n0.0,0.8399486832280522\n"
    assert err == "gradcli: note: e is the column, not the constant\n"


# ---- what is read again


@pytest.fixture
def cancelling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file whose sum of tanh(x) is 0, which is told with more digits only; that of its slopes is not."""
    file = tmp_path / "rows.csv"
    file.write_text("x\n1\n-1\n")
    monkeypatch.chdir(tmp_path)
    return file


ZERO, UNKNOWN = "f,df/dx\n0.0,0.8399486832280522\n", "f,df/dx\n,0.8399486832280522\n"
HINT = "; a file is read again, with more digits"


def test_a_file_is_read_again_where_a_sum_is_doubtful(cancelling: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[int] = []
    before = totals._pass

    def counted(settings: Any, *others: Any) -> Any:
        passes.append(settings.bits)
        return before(settings, *others)

    monkeypatch.setattr(totals, "_pass", counted)
    assert run("tanh(x)", "rows.csv", "--sum") == (ZERO, "")
    assert passes == [128, totals.MORE_BITS]
    del passes[:]
    assert run("tanh(x) + 1", "rows.csv", "--sum")[0] == "f,df/dx\n2.0,0.8399486832280522\n"
    assert passes == [128]


def test_what_is_no_file_is_read_once(cancelling: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard input, even beside a file called `-`, and what has a name and is no file, as a pipe."""
    Path("-").write_text(cancelling.read_text())
    for words in ([], ["-"]):
        out, err = run("tanh(x)", *words, "--sum", stdin=cancelling.read_text(), status=3)
        assert out == UNKNOWN
        assert "there is no sum of f: the rows cancel: all that is certain is " in err
        assert err.endswith(f"{HINT}\n")
    monkeypatch.setattr(os.path, "isfile", lambda path: False)
    out, err = run("tanh(x)", "rows.csv", "--sum", status=3)
    assert out == UNKNOWN
    assert err.endswith(f"{HINT}\n")


def test_what_more_digits_do_not_settle_is_said_without_the_hint(
    cancelling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(totals, "MORE_BITS", 128)
    out, err = run("tanh(x)", "rows.csv", "--sum", status=3)
    assert out == UNKNOWN
    assert "there is no sum of f: the rows cancel" in err
    assert HINT not in err


# ---- weights, and many rows


@pytest.mark.parametrize(("weight", "is_one"), [
    (None, True), (0.0, True), (-0.0, True), (0.5, True), (1e308, True), (-1e-300, False), (-1.0, False),
    (math.inf, False), (-math.inf, False), (math.nan, False),
])  # fmt: skip
def test_a_weight_is_0_or_more(weight: float | None, is_one: bool) -> None:
    assert _is_weight(weight) is is_one


@pytest.mark.parametrize("rows", [ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1])
@pytest.mark.parametrize("options", [[], ["--ieee"]])
def test_no_row_is_lost_where_balls_are_held(rows: int, options: list[str]) -> None:
    stdin = "x\n" + "".join(f"{k}\n" for k in range(rows))
    total = float(rows * (rows - 1) // 2)
    assert run("2*x", "--sum", *options, stdin=stdin) == (f"f,df/dx\n{2 * total},{2.0 * rows}\n", "")


# ---- units


@pytest.mark.parametrize(("x", "parts"), [
    (1.0, (1, 0)), (0.0, (0, 0)), (-3.0, (-3, 0)), (0.75, (3, -2)), (2.0**-1074, (1, -1074)), (2.0**80, (2**80, 0)),
])  # fmt: skip
def test_a_binary64_is_a_whole_number_times_a_power_of_2(x: float, parts: tuple[int, int]) -> None:
    assert _dyadic(x) == parts


@pytest.mark.parametrize(("man", "exp", "units"), [
    (1, 0, (ONE, 0)), (5, -UNIT_BITS, (5, 0)), (1, -UNIT_BITS - 1, (0, 1)), (3, -UNIT_BITS - 1, (1, 1)),
    (4, -UNIT_BITS - 1, (2, 0)), (-1, -UNIT_BITS - 1, (-1, 1)), (-4, -UNIT_BITS - 1, (-2, 0)), (0, 10**9, None),
    (1, MOST_BITS - 1, (1 << MOST_BITS - 1 + UNIT_BITS, 0)), (1, MOST_BITS, None), (3, MOST_BITS - 1, None),
])  # fmt: skip
def test_what_lies_below_the_unit_is_one_more_of_the_radius(man: int, exp: int, units: tuple[int, int] | None) -> None:
    if units is None:
        with pytest.raises(LimitError, match=r"^a number too large to be added to others: beyond 2\*\*20,000$"):
            _scaled(man, exp)
    else:
        assert _scaled(man, exp) == units


def test_exact_balls_of_usual_sizes_are_taken_at_once() -> None:
    S = Balls(128)
    with S.at_work():
        two = S.from_number(2)
        for power, units in ((-UNIT_BITS, 1), (0, ONE), (UNIT_BITS, ONE * ONE), (-UNIT_BITS - 1, None),
                             (UNIT_BITS + 1, None)):  # fmt: skip
            assert _exact_parts(two**power) == (None if units is None else (units, 0))
        assert _exact_parts(-two) == (-2 * ONE, 0)
        assert _exact_parts(S.exp(two)) is None
    assert _exact_parts(1.0) is None
    assert _exact_parts(None) is None


@pytest.mark.parametrize(("above", "below", "quotient"), [
    (3, 2, "1.5"), (-3, 2, "-1.5"), (0, 5, "0.0"), (-1, 10**400, "0.0"), (10**400, 1, "inf"), (-(10**400), 1, "-inf"),
])  # fmt: skip
def test_quotients(above: int, below: int, quotient: str) -> None:
    assert repr(_quotient(above, below)) == quotient


def sums(middle: int, radius: int = 0, *, odd: float = 0.0, missing: int = 0, rows: int = 4, weight: int = 0) -> Sums:
    found = Sums(1)
    found.middles, found.radii, found.odd, found.missing, found.rows = [middle], [radius], [odd], [missing], rows
    found.weight = weight or rows * ONE
    return found


def cancel(about: str) -> Total:
    return Total(None, f"the rows cancel: all that is certain is {about}", True)


@pytest.mark.parametrize(("found", "total", "mean"), [
    (sums(6 * ONE), Total(6.0), Total(1.5)),
    (sums(-6 * ONE, weight=3 * ONE), Total(-6.0), Total(-2.0)),
    (sums(PROVEN * ONE, ONE), Total(2e12), Total(5e11)),
    (sums(-PROVEN * ONE, ONE), Total(-2e12), Total(-5e11)),
    (sums(PROVEN * ONE - 1, ONE), cancel("2e+12 +- 1"), cancel("5e+11 +- 0.2")),
    (sums(0, ONE), cancel("0 +- 1"), cancel("0 +- 0.2")),
    (sums(0), Total(0.0), Total(0.0)),
    (sums(1, 1), Total(0.0), Total(0.0)),  # below half the smallest binary64
    (sums(ONE, missing=1), Total(None, "there is no such number in 1 of 4 rows"), None),
    (sums(ONE, missing=1_000, rows=2_000), Total(None, "there is no such number in 1,000 of 2,000 rows"), None),
    (sums(ONE, odd=math.inf), Total(math.inf), Total(math.inf)),
    (sums(ONE, odd=-math.inf), Total(-math.inf), Total(-math.inf)),
])  # fmt: skip
def test_the_result_is_rounded_once_or_not_certain(found: Sums, total: Total, mean: Total | None) -> None:
    assert found.total(0, mean=False) == total
    assert found.total(0, mean=True) == (total if mean is None else mean)


@pytest.mark.parametrize(("rows", "odd", "missing"), [
    ([(1.0, 2.0), (math.inf, 1.0)], math.inf, 0), ([(-math.inf, 3.0), (1.0, 0.0)], -math.inf, 0),
    ([(math.inf, 1.0), (-math.inf, 1.0)], math.nan, 0), ([(None, 1.0), (None, 2.0), (1.0, 1.0)], 0.0, 2),
    ([(math.inf, 0.0)], math.nan, 0),
])  # fmt: skip
def test_what_is_infinite_or_missing_is_added_up_beside_the_rest(
    rows: Sequence[tuple[float | None, float]], odd: float, missing: int
) -> None:
    whole, parts = Sums(1), Sums(1)
    for x, weight in rows:
        whole.add([x], weight)
        one = Sums(1)
        one.add([x], weight)
        parts.merge(one)
    for found in (whole, parts):
        assert repr(found.odd[0]) == repr(odd)
        assert (found.missing[0], found.rows) == (missing, len(rows))
        assert found.weight == sum(int(weight) for _, weight in rows) * ONE
    plain = Sums(1)
    for x, _ in rows:
        plain.add([x])
    assert (plain.rows, plain.weight, plain.missing[0]) == (len(rows), len(rows) * ONE, missing)


def test_a_line_has_a_header_only_in_csv() -> None:
    class Settings:
        target, output_delimiter = "csv", ";"

    class Plan:
        settings, names = Settings, ("f", "a;b")

    plan: Any = Plan
    assert _line(plan, [1.0, None]) == 'f;"a;b"\n1.0;\n'
    Settings.target = "ndjson"
    assert _line(plan, [1.0, None]) == '{"f": 1.0, "a;b": null}\n'

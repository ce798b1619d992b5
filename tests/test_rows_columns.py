"""Rows in columns: the same bytes as row by row, the same bounds, and the typed formats."""

from __future__ import annotations

import csv
import io
import math
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.commands import run as gradcli
from gradcli.errors import InputError, Source
from gradcli.rows.arrow import ColumnEngine
from gradcli.rows.columns import ColumnCore, installed, needs
from gradcli.rows.compiled import column_lines, number_function
from gradcli.rows.engine import Engine
from gradcli.rows.numerals import numeral_column
from gradcli.rows.plan import Plan, Settings

from .test_rows_compiled import expressions, points

pytestmark = pytest.mark.skipif(not installed("numpy", "pyarrow"), reason="NumPy and pyarrow are not installed")

NAMES = ["x", "y", "z"]


def settings(program: str, **options: Any) -> Settings:
    return Settings(Source("program", program), {}, **options)


# ---- numbers


@given(st.lists(st.floats(), min_size=1, max_size=30), st.booleans())
def test_numerals_are_those_of_python(numbers: list[float], shifted: bool) -> None:
    import numpy as np

    if shifted:  # near the places where the notation changes
        numbers = [math.ldexp(math.frexp(x)[0], 50) if math.isfinite(x) else x for x in numbers]
    numbers += [0.0, -0.0, 1.0, -12.0, 1e15, 1e16, 123456789012345.0, 999999999999999.9, 1e-4, 1e-5, 5e-324, 0.1]
    found = numeral_column(np.array(numbers), [0], "none", repr).to_pylist()
    assert found == ["none", *map(repr, numbers[1:])]


@pytest.mark.parametrize("odd", [[], [0], [999], [3, 4, 500], list(range(0, 1000, 7)), list(range(1000))])
def test_numerals_that_are_written_otherwise_stand_in_their_rows(odd: list[int]) -> None:
    """Few are put in place one by one, many all at once."""
    import numpy as np

    numbers = [(k + 1) * -1e-9 if k in odd else k + 0.5 for k in range(1000)]
    assert numeral_column(np.array(numbers), [], "none", repr).to_pylist() == list(map(repr, numbers))


def test_products_of_one_sum_are_written_in_it() -> None:
    """A product that is a result, or that two lines use, keeps its name; the columns are those of single rows."""
    import numpy as np

    program = "a = tanh(x); b = tanh(y); f = tanh(0.5*a + 0.25*b) + tanh(0.125*a - 2*b) + tanh(3*a + b)"
    plan = Plan(settings(program, ieee=True, nodes=("a",)), NAMES)
    traced, rows = plan.trace(arrays=True), plan.trace(arrays=False)
    assert traced is not None
    assert rows is not None
    sums = [line for line in column_lines(traced) if "total(" in line]
    assert sums
    assert all(" * " in line for line in sums)
    points = [(0.3, -0.7), (-1.25, 2.5), (0.0, 4.0)]
    run = ColumnCore(plan).run
    assert run is not None
    _, columns = run(*map(np.array, zip(*points, strict=True)))
    found = list(zip(*(np.asarray(x).tolist() for x in columns), strict=True))
    assert found == number_function(rows, ieee=True)(points)


@given(expressions(), st.lists(points(), min_size=1, max_size=6), st.booleans())
def test_columns_and_rows_agree(program: str, numbers: list[tuple[float, ...]], ieee: bool) -> None:
    """The code for columns answers for the same rows as the code for single rows, with the same numbers."""
    import numpy as np

    plan = Plan(settings(program, ieee=ieee), NAMES)
    core, code = ColumnCore(plan), plan.trace(arrays=False)
    if core.run is None or code is None:
        return
    rows = [point[: len(plan.columns)] for point in numbers]
    inputs = [np.array(column) for column in zip(*rows, strict=True)]
    columns, doubtful = core._ordinary(inputs, len(rows))
    single = number_function(code, ieee=ieee)(rows)
    assert doubtful == [k for k, row in enumerate(single) if row is None]
    for k, row in enumerate(single):
        if row is not None:
            assert [repr(float(column[k])) for column in columns if column is not None] == list(map(repr, row))


# ---- CSV

BLOCKS = {
    "plain": "1,2,a\n3.5,-4,b\n",
    "zeros and exponents": "0,1e-5,a\n0.0,1,b\n-0.0,2e5,\n",
    "an underflow": "1e-400,1,a\n2,1,b\n",
    "bad cells": "abc,1,a\n1,,b\n1_0,1,c\n+1,1,d\nnan,1,e\ninf,2,f\n1,1,g\n1e999,1,h\n1e-200,2,i\n",
    "expressions": "1/3,pi/4,a\n1,1,b\n",
    "ragged": "1,2\n3,4,a,5\n6,7,b\n",
    "quotes": '"1",2,"a, b"\n3,4,"c\nd"\n5,6,"""e"""\n',
    "CRLF": "1,2,a\r\n3,4,b\r\n",
    "blank lines": "\n1,2,a\n\n3,4,b\n\n",
    "blanks": " 1 , 2 ,a\n3,4, b\n",
    "formulas": "1,2,=1+1\n3,4,-5\n5,6,-a\n",
    "another script": "1,2,ä\n٣,4,b\n",
    "out of a domain": "1,0,a\n2,4,b\n",
    "integers": "".join(f"{k},{k % 7 + 1},{k}\n" for k in range(-50, 50)),
    "wide": "1e300,1e300,a\n1e-300,1e200,b\n5e-324,1,c\n2,3,d\n",
}


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("program", ["x/y", "(x + y)*x", "sin(x)*y + x", "where(x < y, x, y*y)", "x + 1"])
@pytest.mark.parametrize(
    "options", [{}, {"strict": True}, {"keep": ("note",)}, {"keep": None}, {"ieee": True}], ids=str
)
def test_blocks_of_csv_come_out_the_same(name: str, program: str, options: dict[str, Any]) -> None:
    header = ["x", "y", "note"]
    data = BLOCKS[name].encode()
    chosen = settings(program, **options)
    assert ColumnEngine(chosen, header).answer(data) == Engine(chosen, header).answer(data)


def test_plain_blocks_are_computed_in_columns() -> None:
    """The test above would be empty if every block were left to the rows."""
    engine = ColumnEngine(settings("x/y", keep=("note",)), ["x", "y", "note"])
    taken = [name for name, text in BLOCKS.items() if engine.csv.batch(text.encode()) is not None]
    assert {"plain", "CRLF", "integers", "out of a domain"} <= set(taken)
    assert engine.able


def test_a_long_stream_changes_to_columns(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    draw = random.Random(9)
    file = tmp_path / "long.csv"
    lines = [f"{draw.uniform(-5, 5)!r},{draw.uniform(-5, 5)!r},{draw.uniform(-5, 5)!r}" for _ in range(500)]
    lines[77] = "oops,1,2"
    file.write_text("x,y,z\n" + "\n".join(lines * 100) + "\n")  # more than two blocks, and 2 MiB
    outputs = set()
    for kind in ("rows", "auto", "columns"):
        assert gradcli(["rows", "(x+y)*z", str(file), "--engine", kind]) == 2
        outputs.add(capfdbinary.readouterr())
    assert len(outputs) == 1


def test_a_missing_extra_is_named() -> None:
    with pytest.raises(InputError, match="surely_not_there") as caught:
        needs("arrow", "surely_not_there")
    assert caught.value.hint == 'pip install "gradcli[arrow]"'


# ---- parquet and arrow


def table() -> Any:
    import pyarrow as pa

    return pa.table(
        {
            "id": pa.array(["a", "b,", None, "d"]),
            "when": pa.array([1, 2, 3, 4], pa.date32()),
            "x": pa.array([1.5, 2.0, None, -1.0]),
            "n": pa.array([1, -2, 3, 4], pa.int64()),
            "w": pa.array([0.5, 0.25, 1, math.nan], pa.float32()),
        }
    )


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_typed_columns(tmp_path: Path, form: str, capfd: pytest.CaptureFixture[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    source, target = tmp_path / f"in.{form}", tmp_path / f"out.{form}"
    if form == "parquet":
        pq.write_table(table(), source)
    else:
        with pa.ipc.new_file(source, table().schema) as writer:
            writer.write_table(table())
    assert gradcli(["rows", "log(x)*n*w", str(source), "--keep", "when,id", "-o", str(target)]) == 2
    found = pq.read_table(target) if form == "parquet" else pa.ipc.open_file(target).read_all()
    assert found.schema.names == ["when", "id", "f", "df/dx", "df/dn", "df/dw", "error"]
    assert found.schema.field("when").type == pa.date32()
    rows = found.to_pylist()
    assert rows[0]["f"] == pytest.approx(math.log(1.5) * 0.5, rel=1e-15)
    assert rows[1]["df/dx"] == -0.25
    assert [row["error"] for row in rows] == [
        None, None, "x is empty", "column w: nan is not a number",
    ]  # fmt: skip
    assert rows[2]["f"] is None
    assert "row 3: x is empty" in capfd.readouterr().err


def test_from_and_to_texts(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import pyarrow.parquet as pq

    file = tmp_path / "rows.parquet"
    pq.write_table(table().slice(0, 2), file)
    assert gradcli(["rows", "x*n", str(file), "--to", "csv", "--keep", "all", "--wrt", "x"]) == 0
    assert capfd.readouterr().out == (
        "id,when,x,n,w,f,df/dx,error\na,1970-01-02,1.5,1,0.5,1.5,1.0,\n"
        '"b,",1970-01-03,2.0,-2,0.25,-4.0,-2.0,\n'
    )  # fmt: skip
    assert gradcli(["rows", "x*n", str(file), "--to", "ndjson", "--keep", "id,n", "--value"]) == 0
    assert capfd.readouterr().out == '{"id": "a", "n": 1, "f": 1.5}\n{"id": "b,", "n": -2, "f": -4.0}\n'
    text, out = tmp_path / "rows.csv", tmp_path / "out.parquet"
    text.write_text('id,x\n"a, b",1/2\nc,abc\nd,3\n')
    assert gradcli(["rows", "x*x", str(text), "-o", str(out), "--keep", "id"]) == 2
    assert pq.read_table(out).to_pylist() == [
        {"id": "a, b", "f": 0.25, "df/dx": 1.0, "error": None},
        {"id": "c", "f": None, "df/dx": None, "error": "column x: abc is not a number"},
        {"id": "d", "f": 9.0, "df/dx": 6.0, "error": None},
    ]
    capfd.readouterr()
    assert gradcli(["rows", "x*x", str(text), "-o", str(out), "--strict"]) == 2
    assert pq.read_table(out).to_pylist() == [{"f": 0.25, "df/dx": 1.0}]


def test_files_that_cannot_be_used(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    import pyarrow.parquet as pq

    file = tmp_path / "rows.parquet"
    pq.write_table(table(), file)
    assert gradcli(["rows", "id*x", str(file)]) == 2
    assert "column id holds string, not numbers" in capfd.readouterr().err
    assert gradcli(["rows", "y*x", str(file)]) == 2
    assert "no column y" in capfd.readouterr().err
    (tmp_path / "broken.parquet").write_text("no parquet")
    assert gradcli(["rows", "x", str(tmp_path / "broken.parquet")]) == 5
    assert gradcli(["rows", "x", str(tmp_path / "absent.parquet")]) == 5
    assert "Traceback" not in capfd.readouterr().err


def test_a_program_without_code_for_columns(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Where columns cannot be computed at once, rows are: one by one, or each on its own."""
    import pyarrow.parquet as pq

    file, out = tmp_path / "rows.parquet", tmp_path / "out.parquet"
    pq.write_table(table().slice(0, 2), file)
    for program, value in (("logaddexp(x, n)", math.log(math.exp(1.5) + math.exp(1))), ("digamma(x)*n", None)):
        assert gradcli(["rows", program, str(file), "-o", str(out)]) == 0
        found = pq.read_table(out).to_pylist()[0]["f"]
        assert value is None or found == pytest.approx(value, rel=1e-14)
    assert not capfd.readouterr().err


def test_a_row_outside_of_the_domain_leaves_the_others_as_they_are(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_text("x\n1\n1000\n2\n-1\n0.5\n")
    assert gradcli(["rows", "log(x)", str(tmp_path / "in.csv"), "--engine", "columns"]) == 3
    rows = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    for row, x in zip(rows, (1, 1000, 2, None, 0.5), strict=True):
        found = [row["f"], row["df/dx"]]
        assert found == ["", ""] if x is None else list(map(float, found)) == [math.log(x), 1 / x]

"""Rows of programs that no code is written for, numbers that no row has, records that CSV refuses: by every engine."""

from __future__ import annotations

import pytest

from gradcli.rows import compiled, straight_line
from gradcli.rows.column_bounds import ColumnBounds
from gradcli.rows.compiled import trace
from gradcli.rows.plan import Plan, Settings
from gradcli.rows.straight_line import column_line
from gradcli.rows.summing import SumEngine
from gradcli.rows.tables import CsvReader
from gradcli.rows.tiers import Tiers

from .test_rows import run

ENGINES = [[], ["--engine", "rows"], ["--engine", "columns"], ["--ieee"], ["--ieee", "--engine", "columns"]]
NODES = "c = sqrt(4); q = x*c; f = q*y"
ROWS = "x,y\n2,3\n1/4,2\n-1,0\n"
OUT = (
    "f,df/dx,df/dy,c,df/dc,q,df/dq,error\n"
    "12.0,6.0,4.0,2.0,,4.0,3.0,\n1.0,4.0,0.5,2.0,,0.5,2.0,\n0.0,0.0,-2.0,2.0,,-2.0,0.0,\n"
)


@pytest.mark.parametrize("most", [1, compiled.MAX_NODES])
@pytest.mark.parametrize("options", ENGINES)
def test_numbers_are_the_same_with_code_and_without(
    options: list[str], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (compiled, straight_line):
        monkeypatch.setattr(module, "MAX_NODES", most)
    out, _ = run(NODES, "--nodes", "c,q", *options, stdin=ROWS)
    assert out.replace("-0.0", "0.0") == OUT


@pytest.mark.parametrize("most", [1, compiled.MAX_NODES])
@pytest.mark.parametrize(("options", "line"), [
    (["--sum"], "13.0,10.0,2.5,6.0,,2.5,5.0\n"), (["--sum", "--ieee"], "13.0,10.0,2.5,6.0,,2.5,5.0\n"),
    (["--mean"], ",".join("" if x is None else repr(x / 3) for x in (13, 10, 2.5, 6, None, 2.5, 5)) + "\n"),
])  # fmt: skip
def test_sums_are_the_same_with_code_and_without(
    options: list[str], line: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (compiled, straight_line):
        monkeypatch.setattr(module, "MAX_NODES", most)
    out, err = run(NODES, "--nodes", "c,q", *options, stdin=ROWS, status=3)
    what = "mean" if "--mean" in options else "sum"
    assert out.splitlines()[1] + "\n" == line
    assert err == f"gradcli: standard input: there is no {what} of df/dc: there is no such number in 3 of 3 rows\n"


@pytest.mark.parametrize("options", [*ENGINES, ["--sum"]])
def test_a_cell_that_csv_refuses_is_one_row_in_error(options: list[str]) -> None:
    long = "a" * 140_000
    stdin = f'x,note\n1,"{long}"\n3,b\n'
    out, err = run("x*x", *options, stdin=stdin, status=2)
    what = "field larger than field limit (131072)"
    assert f"row 2: {what}\n" in err
    if "--sum" not in options:
        assert out == f"f,df/dx,error\n,,{what}\n9.0,6.0,\n"


def test_how_many_nodes_code_is_written_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from gradcli.errors import Source

    plan = Plan(Settings(Source("program", "f = x*y + x"), {}), ["x", "y"])
    assert len(plan.graph.nodes) == 4
    S = ColumnBounds()
    for most, there in ((3, False), (4, True)):
        for module in (compiled, straight_line):
            monkeypatch.setattr(module, "MAX_NODES", most)
        found = trace(plan.graph, plan.inputs, {}, plan._wanted, ieee=False, arrays=False)
        assert (found is not None) is there
        assert (column_line(plan.graph, plan.inputs, {}, plan._wanted, S) is not None) is there
        numbers = Tiers(plan).answers([(2.0, 3.0)])
        assert numbers == ([[8.0, 4.0, 2.0]] if there else [None])
        sums = SumEngine(plan.settings, ["x", "y"]).answer(b"2,3\n1,0\n").sums
        assert sums is not None
        assert [sums.total(k, mean=False).number for k in range(3)] == [9.0, 5.0, 3.0]
    assert CsvReader(plan, ["x", "y"]).table("2,3\n\n1,0\n").size == 2

"""Who answers a row: the compiled code, the number systems of the main job, or the main job; each only where it has to.

All of them give the same numbers, so that nothing but the time shows who it was.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.rows.arrow import MOST_ODD, ColumnEngine
from gradcli.rows.cells import LEAST, MOST
from gradcli.rows.columns import installed
from gradcli.rows.engine import Engine
from gradcli.rows.jobs import BYTES_FOR_COLUMNS, SHORT_NODES, pays
from gradcli.rows.plan import Plan, Settings
from gradcli.rows.tiers import Numbers, Tiers

PROGRAMS = ("x*y + 1", "sin(x)*y", "x - y", "relu(x)*y", "where(x > y, x, y)", "tanh(x)/y", "x**0.5*y", "max(x, y)")
WITH_KINK_AT_0, WITH_KINK_AT_EQUAL = ("relu(x)*y", "x**0.5*y"), ("where(x > y, x, y)", "max(x, y)")
LINES = 3
needs_arrow = pytest.mark.skipif(not installed("numpy", "pyarrow"), reason="pyarrow is not installed")
KINDS = ["rows", pytest.param("columns", marks=needs_arrow)]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How many rows the main job was asked for, and how many its number systems."""
    found: Counter[str] = Counter()
    main, tiers = Plan.answer, Tiers.answers

    def counted_main(self: Plan, given: Mapping[str, Source]) -> list[Any]:
        found["main"] += 1
        return main(self, given)

    def counted_tiers(self: Tiers, rows: Sequence[Sequence[float]]) -> list[Numbers]:
        found["tiers"] += len(rows)
        return tiers(self, rows)

    monkeypatch.setattr(Plan, "answer", counted_main)
    monkeypatch.setattr(Tiers, "answers", counted_tiers)
    return found


def answer(program: str, lines: Sequence[str], kind: str, **options: Any) -> tuple[list[list[str]], int]:
    """Return the rows that an engine writes, and how many failed."""
    settings = Settings(Source("program", program), {}, **options)
    names = ["x", "y"][: lines[0].count(",") + 1]
    engine = (ColumnEngine if kind == "columns" else Engine)(settings, names)
    found = engine.answer("".join(f"{line}\n" for line in lines).encode())
    assert (found.lines, found.rows) == (len(lines), len(lines))
    return [line.split(",") for line in found.data.decode().splitlines()], len(found.failures)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("line", "who"), [
    ("1.5,2.25", "code"), (f"{LEAST!r},{MOST!r}", "code"), ("3,0.5", "code"),
    ("1,1.0000000000000002", "code"), ("1e2,3E-1", "code"), ("0.0,3.0", "zero"), ("-0.0,3.0", "zero"), ("2,2", "equal"),
    (f"{math.nextafter(LEAST, 0)!r},1.0", "wild"), (f"1.0,{math.nextafter(MOST, math.inf)!r}", "wild"),
    ("1,1e300", "wild"),
    ("1/3,1", "main"), ("pi,1", "main"), ("1e-400,1", "fails"), ("1e400,1", "fails"), ("a,1", "unread"),
    (",1", "unread"),
])  # fmt: skip
def test_who_answers_a_row(program: str, kind: str, line: str, who: str, asked: Counter[str]) -> None:
    rows, failures = answer(program, [line] * LINES, kind)
    if who == "zero":
        who = "kink" if program in WITH_KINK_AT_0 else "code"
    if who == "equal":
        who = "kink" if program in WITH_KINK_AT_EQUAL else "code"
    main, tiers = {
        "code": (0, 0),
        "kink": (LINES, LINES),  # whose sides only the main job looks at
        "wild": (0, LINES) if kind == "columns" else (LINES, 0),
        "main": (LINES, 0),
        "fails": (LINES, 0),
        "unread": (0, 0),
    }[who]
    if kind == "columns" and line == "1e400,1":  # it is no number of a column, and then no row
        main += LINES
    assert (asked["main"], asked["tiers"]) == (main, tiers)
    assert failures == (LINES if who in ("fails", "unread") else 0)
    assert all(row == rows[0] for row in rows)
    assert bool(rows[0][-1]) is (failures > 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_few_odd_rows_are_asked_alone(kind: str, asked: Counter[str]) -> None:
    lines = ["0.5,2"] * 10
    plain, _ = answer("tanh(x)*y", lines, kind)
    assert (asked["main"], asked["tiers"]) == (0, 0)
    lines[3], lines[7] = "1/2,2", "0.5,8/4"
    rows, failures = answer("tanh(x)*y", lines, kind)
    assert (rows, failures, asked["main"]) == (plain, 0, 2)


@needs_arrow
@pytest.mark.parametrize(("bad", "in_columns"), [(0, True), (1, True), (2, True), (3, False), (10, False)])
def test_a_block_of_many_bad_rows_is_read_row_by_row(
    bad: int, in_columns: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Up to a fifth of the rows may fail; of a stream that stops there, none."""
    seen: list[bytes] = []
    before = Engine.answer

    def counted(self: Engine, data: bytes) -> Any:
        seen.append(data)
        return before(self, data)

    monkeypatch.setattr(Engine, "answer", counted)
    assert MOST_ODD * 10 == 2
    lines = ["-1,2"] * bad + ["4,2"] * (10 - bad)
    rows, failures = answer("sqrt(x)*y", lines, "columns")
    assert (failures, bool(seen)) == (bad, not in_columns)
    assert [row[0] for row in rows] == [""] * bad + ["4.0"] * (10 - bad)
    del seen[:]
    engine = ColumnEngine(Settings(Source("program", "sqrt(x)*y"), {}, strict=True), ["x", "y"])
    found = engine.answer("".join(f"{line}\n" for line in lines).encode())
    assert bool(seen) is bool(bad)
    assert found.data.decode().count("\n") == (0 if bad else 10)


@pytest.mark.parametrize("kind", KINDS)
def test_a_program_without_columns_has_the_same_row(kind: str, asked: Counter[str]) -> None:
    settings = Settings(Source("program", "2*3"), {}, wrt=())
    engine = (ColumnEngine if kind == "columns" else Engine)(settings, ["x"])
    assert engine.answer(b"1\n2\n").data == b"6.0,\n6.0,\n"
    assert asked["main"] == 0


@pytest.mark.parametrize(("nodes", "seen", "worth"), [
    (1, BYTES_FOR_COLUMNS - 1, False), (1, BYTES_FOR_COLUMNS, True), (SHORT_NODES, BYTES_FOR_COLUMNS - 1, False),
    (2 * SHORT_NODES - 1, BYTES_FOR_COLUMNS // 2, False), (2 * SHORT_NODES, BYTES_FOR_COLUMNS // 2, True),
    (2 * SHORT_NODES, BYTES_FOR_COLUMNS // 2 - 1, False),
])  # fmt: skip
def test_a_long_program_pays_for_columns_sooner(nodes: int, seen: int, worth: bool) -> None:
    plan = Plan(Settings(Source("program", f"{'sin(' * (nodes - 1)}x{')' * (nodes - 1)}"), {}), ["x"])
    assert len(plan.graph.nodes) == nodes
    assert pays(plan, seen) is worth

"""Whole columns against the main job, row by row: with code for columns, with code for rows alone, and without any."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.rows import columns
from gradcli.rows.columns import ColumnCore
from gradcli.rows.plan import Failed, Plan, Settings

np = pytest.importorskip("numpy")

PROGRAMS = [
    "f = x*y + abs(x)", "f = x**y", "f = lgamma(x)*y", "f = polygamma(1, x)*y", "q = x*2; f = sqrt(q)*y",
    "c = sqrt(4); q = x*c; f = q*y", "f = max(x, y)*erfinv(x)", "f = where(x > y, x*y, log(x))", "f = mod(x, y)",
]  # fmt: skip
POINTS = [(2.0, 3.0), (0.5, 0.25), (-1.0, 0.5), (0.0, 2.0), (3.0, 3.0), (1e60, 1e-3), (1e-300, 2.0), (-0.0, 1.0),
          (0.7, -2.0), (1e300, 1e300), (2.0, 0.0)]  # fmt: skip


def sources(k: int) -> dict[str, Source]:
    x, y = POINTS[k]
    return {"x": Source("x", repr(x)), "y": Source("y", repr(y))}


@pytest.mark.parametrize("most", [3, 1 << 14])
@pytest.mark.parametrize("program", PROGRAMS)
def test_columns_have_the_numbers_of_single_rows(program: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "PIECE_ROWS", most)
    nodes = tuple(name for name in ("c", "q") if f"{name} =" in program)
    plan = Plan(Settings(Source("program", program), {}, nodes=nodes), ["x", "y"])
    core = ColumnCore(plan)
    inputs: list[Any] = [np.array([point[k] for point in POINTS]) for k in (0, 1)]
    odd = {1}  # a row that the reader could not read: its numbers are stand-ins
    inputs[0][1] = 1.0
    found = core.results([inputs[["x", "y"].index(name)] for name in plan.inputs], len(POINTS), odd, sources)
    for k in range(len(POINTS)):
        try:
            expected = plan.answer(sources(k))
        except GradcliError as error:
            assert found.failed[k] == Failed.of(error)
            assert all(k in rows for rows in found.missing)
            continue
        assert k not in found.failed
        for column, missing, number in zip(found.columns, found.missing, expected, strict=True):
            here = None if column is None or k in missing else column[k]
            assert (here is None) == (number is None), (POINTS[k], here, number)
            if number is not None:  # to the last bit
                assert repr(float(here) + 0.0) == repr(float(number) + 0.0)
    assert all(0 <= k < len(POINTS) for rows in found.missing for k in rows)


@pytest.mark.parametrize("program", ["f = sqrt(x)*y", "f = polygamma(1, x)*y"])
def test_strict_columns_stop_at_the_first_row_that_fails(program: str) -> None:
    plan = Plan(Settings(Source("program", program), {}, strict=True), ["x", "y"])
    inputs: list[Any] = [np.array([2.0, -1.0, -2.0]), np.array([1.0, 1.0, 1.0])]

    def read(k: int) -> dict[str, Source]:
        return {"x": Source("x", repr(float(inputs[0][k]))), "y": Source("y", "1")}

    found = ColumnCore(plan).results(inputs, 3, set(), read)
    assert sorted(found.failed) == [1]

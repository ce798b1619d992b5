"""Functions and sums of whole columns: the very numbers that `math` gives for each; no pandas; when columns begin."""

from __future__ import annotations

import math
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import Source
from gradcli.rows.compiled import single
from gradcli.rows.engine import Engine
from gradcli.rows.jobs import pays
from gradcli.rows.plan import Settings
from gradcli.rows.tracing import FUNCTIONS

np = pytest.importorskip("numpy")

from gradcli.rows.column_functions import column_functions, each, total  # noqa: E402 - they need NumPy

NUMBERS = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    5e-324,
    -1e-310,
    709.8,
    -745.2,
    1e300,
    -1e300,
    math.inf,
    -math.inf,
    math.nan,
    2.0,
    8.0,
]


def wide(count: int) -> list[float]:
    """Return numbers of all sizes and both signs."""
    draw = random.Random(4)
    return [draw.choice([-1, 1]) * 10 ** draw.uniform(-20, 20) for _ in range(count)] + [
        draw.gauss(0, 2) for _ in range(count)
    ]


def one(function: Any, x: float) -> float:
    """Return a function of one number; not a number where `math` has no value."""
    try:
        return float(function(x))
    except (ValueError, ArithmeticError):
        return math.nan


@pytest.mark.parametrize("ieee", [False, True], ids=["certain", "ieee"])
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions_are_those_of_single_numbers(name: str, ieee: bool) -> None:
    numbers = [*NUMBERS, *wide(300), *(k / 100 for k in range(-100, 101))]
    with np.errstate(all="ignore"):
        found = column_functions(ieee=ieee)[name](np.array(numbers)).tolist()
    function = single(ieee=ieee)[name]
    known = [one(function, x) for x in numbers]
    different = [x for x, a, b in zip(numbers, found, known, strict=True) if repr(a) != repr(b)]
    # -0.0 where there is 0.0: no rule tells them apart, and no result shows it.
    assert [x for x in different if not (x != x or one(function, x) == 0)] == []


@given(st.lists(st.lists(st.floats(-1e300, 1e300), min_size=3, max_size=3), min_size=2, max_size=9), st.booleans())
def test_sums_are_correctly_rounded(terms: list[list[float]], cancelling: bool) -> None:
    if cancelling:
        terms = [*terms, *([-x * (1 + 2**-40) for x in row] for row in terms)]
    columns = [np.array(term) for term in terms]
    with np.errstate(all="ignore"):
        found = total(columns, each(lambda *x: math.fsum(x))).tolist()
    assert found == [math.fsum(row) for row in zip(*terms, strict=True)]


def test_most_sums_need_no_second_look() -> None:
    draw = random.Random(6)
    columns = [np.array([draw.gauss(0, 1) for _ in range(1000)]) for _ in range(8)]
    looked: list[int] = []

    def one_by_one(*rest: Any) -> Any:
        looked.append(len(rest[0]))
        return each(lambda *x: math.fsum(x))(*rest)

    total(columns, one_by_one)
    assert sum(looked) < 200  # most of them ties


def test_pandas_is_never_imported(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    folder = tmp_path / "pandas"
    folder.mkdir()
    (folder / "__init__.py").write_text('raise SystemExit("pandas was imported")')
    points, target = tmp_path / "points.csv", tmp_path / "out.parquet"
    points.write_text("x,y\n1,2\n3,4\nabc,5\n")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    root = Path(__file__).parent.parent
    for words in (["--engine", "columns"], ["-o", str(target)]):
        command = [sys.executable, "-m", "gradcli", "rows", "x*y", str(points), *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=root)
        assert done.returncode == 2, done.stderr
        assert "was imported" not in done.stderr


def test_a_long_program_is_computed_in_columns_sooner() -> None:
    short = Engine(Settings(Source("program", "x*y"), {}), ["x", "y"])
    long = Engine(Settings(Source("program", " + ".join(f"tanh({k}*x)*y" for k in range(100))), {}), ["x", "y"])
    assert not pays(short.plan, 1 << 19)
    assert pays(short.plan, 1 << 20)
    assert pays(long.plan, 1 << 17)
    assert not pays(long.plan, 1 << 12)

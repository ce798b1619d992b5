"""Rows that the compiled code does not answer: the same numbers as the main job, bit by bit, whoever settles them."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import GradcliError, Source
from gradcli.numbers.enclosures import Bounds
from gradcli.record.gradient import evaluate
from gradcli.record.request import CERTAIN, Request
from gradcli.rows import tiers
from gradcli.rows.plan import Plan, Settings
from gradcli.rows.tiers import Tiers

from .test_rows_compiled import expressions

NAMES = ["x", "y", "z"]
# Three layers of functions, so that floats settle some rows only.
NETWORK = "\n".join([
    *(f"a{k} = tanh({0.3 * k - 0.7:.2f}*x + {0.9 - 0.2 * k:.2f}*y - 0.1)" for k in range(6)),
    *(f"b{k} = tanh({' + '.join(f'{0.2 * j * k - 0.5:.2f}*a{j}' for j in range(6))} + 0.2)" for k in range(6)),
    "f = " + " + ".join(f"{0.4 * k - 1.1:.2f}*b{k}" for k in range(6)),
])  # fmt: skip
DEEP = "\n".join([NETWORK, *(f"c{k} = tanh(b{k} - 0.3*b{(k + 1) % 6} + z)" for k in range(6)), "c0*c1 + c2*c3 - c4*c5"])
PROGRAMS = {
    "a network": NETWORK,
    "a network of three layers": DEEP,
    "a cancelling sum": "exp(x) - exp(y) + sin(z)",
    "quotients": "x/(y - z) + log(x*x + 1)/(z + 0.5)",
    "squares": "(x - y)^2 - (x + y)^2 + 4*x*y + z^3",
    "roots": "sqrt(x*x + y*y) - hypot(x, y) + sqrt(abs(z)) + cbrt(x)",
    "a loss": "p = sigmoid(3*x - y); -log(p)*z - (1 - z)*log(1 - p)",
    "branches": "where(x < y, exp(x - y) - 1, sin(z))*tanh(x)",
    "kinks": "relu(x - y) + abs(z)*max(x, y, z)",
    "a domain": "log(x - y) + asin(z) + 1/x",
    "powers": "x^2.5 + abs(y)^z",
    "waves": "sin(x + y) - sin(x)*cos(y) + tan(z)",
    "large and small": "exp(300*x)*exp(-299*y)*z",
    "logsumexp": "logaddexp(x, y, z) + softplus(x) - erf(y) + erfc(z)",
}


def points(count: int, seed: int) -> list[list[float]]:
    """Return points of many kinds: equal numbers, zeros, decimals, numbers that nearly cancel, large and small ones."""
    draw = random.Random(seed)
    found = []
    for _ in range(count):
        x, y, z = (draw.choice([draw.uniform(-3, 3), round(draw.uniform(-3, 3), 1), draw.gauss(0, 9)]) for _ in NAMES)
        y = draw.choice([y, y, x, x * (1 + 1e-13), -x, 0.0])
        z = draw.choice([z, z, y, draw.uniform(0, 1), 1e-9, 1e12])
        found.append([x, y, z])
    return found


def main_job(plan: Plan, row: Sequence[float]) -> list[str] | None:
    """Return the numbers as text, where the main job has an answer."""
    given = {name: Source(name, repr(x)) for name, x in zip(plan.inputs, row, strict=True)}
    try:
        record = evaluate(plan.settings.program, given, Request(CERTAIN, nodes="none"), plan.graph)
    except GradcliError:
        return None
    return list(map(repr, [record.value, *record.gradient.values()]))


def compared(program: str, rows: Sequence[Sequence[float]], *, columns: bool) -> int:
    """Compare the answers of the tiers with those of the main job; return how many there are."""
    plan = Plan(Settings(Source("program", program), {}), NAMES)
    chosen = [row[: len(plan.inputs)] for row in rows]
    answers = 0
    for row, numbers in zip(chosen, Tiers(plan, columns=columns).answers(chosen), strict=True):
        if numbers is not None:
            assert list(map(repr, numbers)) == main_job(plan, row), (program, row)
            answers += 1
    return answers


@pytest.mark.parametrize("columns", [False, True], ids=["rows", "columns"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_numbers_are_those_of_the_main_job(name: str, columns: bool) -> None:
    if columns:
        pytest.importorskip("numpy")
    assert compared(PROGRAMS[name], points(80, len(name)), columns=columns) > 10


@given(expressions(), st.integers(0, 10**6), st.booleans())
def test_random_programs(program: str, seed: int, columns: bool) -> None:
    if columns:
        pytest.importorskip("numpy")
    compared(program, points(30, seed), columns=columns)


@pytest.mark.parametrize("program", [
    "2**pi", "x + 2**pi", "x*3**e", "exp(2**pi)*x - x", "2**pi + 3**e*y", "x**(2**pi)", "x*2**sqrt(2)", "(0 - 2)**3*x",
    "x*pi**pi", "where(x > 2**pi, x, y)", "x*0**pi", "x*1**e", "x*floor(2**pi)", "max(x, 2**e)",
])  # fmt: skip
@pytest.mark.parametrize("columns", [True, False])
def test_constants_are_those_of_the_main_job(program: str, columns: bool) -> None:
    """One that columns cannot compute is left to others: an exponent that is no binary64."""
    if columns:
        pytest.importorskip("numpy")
    compared(program, points(60, len(program)), columns=columns)


def test_a_negative_zero_is_left_to_the_main_job() -> None:
    """It stays what it is where an input is written down, which these numbers would not know."""
    plan = Plan(Settings(Source("program", "exp(x) - y*y"), {}), NAMES)
    assert Tiers(plan).answers([[-0.0, 1.5], [0.0, 1.5]]) == [None, [-1.25, 1.0, -3.0]]


@pytest.mark.parametrize("piece", [24, 59, 60, 61])
def test_columns_come_in_pieces_without_a_row_twice(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")
    tiers_, rows = Tiers(Plan(Settings(Source("program", NETWORK), {}), NAMES), columns=True), points(60, 5)
    whole = tiers_.answers([row[:2] for row in rows])
    monkeypatch.setattr(tiers, "ROWS_AT_ONCE", piece)
    assert tiers_.answers([row[:2] for row in rows]) == whole
    assert len(whole) == 60


def test_columns_have_the_bounds_of_rows() -> None:
    """Bit by bit, so that the same rows are settled."""
    np = pytest.importorskip("numpy")
    from gradcli.rows.column_bounds import ColumnBounds

    compared_bounds = 0
    for name, program in PROGRAMS.items():
        plan = Plan(Settings(Source("program", program), {}), NAMES)
        line, wide = plan.straight_line(Bounds()), plan.column_line(ColumnBounds())
        assert line is not None, name
        if wide is None:
            continue
        rows = [row[: len(plan.inputs)] for row in points(200, 5)]
        kept, columns = wide.answers([np.array(column) for column in zip(*rows, strict=True)])
        single = line.answers(rows, list)
        pairs = [(np.broadcast_to(x.v, 200).tolist(), np.broadcast_to(x.r, 200).tolist()) for x in columns]
        for k, (numbers, here) in enumerate(zip(single, np.broadcast_to(kept, 200).tolist(), strict=True)):
            if here:
                assert numbers is not None, (name, rows[k])
                found = [(v[k] + 0.0, r[k]) for v, r in pairs]
                assert [repr(x) for x in found] == [repr((x.v + 0.0, x.r)) for x in numbers] or not _finite(numbers), (
                    name
                )
                compared_bounds += 1
    assert compared_bounds > 1000


def _finite(numbers: Sequence[Any]) -> bool:
    return all(x.r < math.inf for x in numbers)


def test_no_program_is_left_to_the_main_job_altogether() -> None:
    """The tests above would be empty if the tiers answered nothing."""
    plan = Plan(Settings(Source("program", DEEP), {}), NAMES)
    assert plan.trace(arrays=False) is None, "floats settle no network of three layers"
    rows = points(50, 3)
    answers = Tiers(plan).answers([[x / 3, y / 3, 0.2] for x, y, _ in rows])
    assert answers.count(None) <= len([row for row in rows if 0.0 in row])


def test_threads_that_share_columns_keep_their_own_rows() -> None:
    """Blocks of different sizes are computed with one system at the same time."""
    np = pytest.importorskip("numpy")
    from gradcli.rows.column_bounds import ColumnBounds

    wide = Plan(Settings(Source("program", "tanh(x*y) - z^2"), {}), NAMES).column_line(ColumnBounds())
    assert wide is not None
    blocks = [list(np.random.default_rng(n).normal(size=(3, n))) for n in (900, 1300, 31, 700) * 8]
    wanted = [np.broadcast_to(wide.answers(block)[0], len(block[0])).tolist() for block in blocks]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(wide.answers, blocks))
    assert [np.broadcast_to(kept, len(b[0])).tolist() for (kept, _), b in zip(found, blocks, strict=True)] == wanted


@pytest.mark.parametrize("program", ["digamma(sign(x))", "digamma(floor(x) + 0.5)*y", "polygamma(1, ceil(x))"])
def test_slopes_that_nothing_flows_along(program: str) -> None:
    """The main job shows them, and then has all numbers from balls; rows that do not ask for them go there, too."""
    rows = [[x, 1.5, 1.0] for x in (0.7, 1.3, 4.2, 11.9)]
    assert compared(program, rows, columns=False) == len(rows)

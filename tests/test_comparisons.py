"""The six comparisons on both sides and at equality, alone and inside where, in every number system: worked by hand."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import COMPARISONS
from gradcli.numbers.balls import Balls, DecimalBalls
from gradcli.numbers.enclosures import Bounds
from gradcli.numbers.fractions import Dyadic, Exact
from gradcli.numbers.systems import FLOAT

from .test_golden import called

# Whether it holds for x less than y, equal to y, greater than y.
HOLDS = {
    "<": (True, False, False),
    "<=": (True, True, False),
    ">": (False, False, True),
    ">=": (False, True, True),
    "==": (False, True, False),
    "!=": (True, False, True),
}
POINTS = [("1", "2"), ("2", "2"), ("3", "2")]
MORE = [
    ("-2", "-1"),
    ("-1.5", "-1.5"),
    ("0", "-1"),
    ("1e-300", "2e-300"),
    ("0", "0"),
    ("-0.0", "0"),
    ("1e300", "1e299"),
]
MODES: dict[str, dict[str, Any]] = {
    "certain": {},
    "ieee": {"ieee": True},
    "exact": {"exact": True},
    "digits": {"digits": 20},
}
every_comparison = pytest.mark.parametrize("symbol", HOLDS)
every_mode = pytest.mark.parametrize("mode", MODES)


def expected(symbol: str, x: str, y: str) -> bool:
    a, b = Fraction(x), Fraction(y)
    return HOLDS[symbol][0 if a < b else 1 if a == b else 2]


def test_all_comparisons_are_here() -> None:
    assert HOLDS.keys() == COMPARISONS.keys()


@every_comparison
@pytest.mark.parametrize(
    "system", [FLOAT, Exact(), Dyadic(), Bounds(), Balls(100), DecimalBalls(100, 20)], ids=lambda S: type(S).__name__
)
def test_alone(symbol: str, system: Any) -> None:
    """The value is the one or the zero of the system, and nothing flows."""
    row = COMPARISONS[symbol]
    for x, y in [*POINTS, *MORE]:
        a, b = system.number(x.lstrip("-")), system.number(y.lstrip("-"))
        a, b = (-a if x.startswith("-") else a), (-b if y.startswith("-") else b)
        found = row.value(system, a, b)
        assert type(found) is type(system.one)
        assert system.equal(found, system.one if expected(symbol, x, y) else system.zero)
        assert [p.rule(system, found, a, b) for p in row.partials] == [None, None]
        assert bool(row.kink.at(system, a, b)) == (Fraction(x) == Fraction(y))


@every_comparison
@every_mode
def test_inside_where(symbol: str, mode: str) -> None:
    """Only the branch taken counts, for the value and for the slope."""
    for x, y in [POINTS[0], POINTS[2], *(p for p in MORE if Fraction(p[0]) != Fraction(p[1]))]:
        found = differentiate(f"where(x {symbol} y, 3*x, 5*y)", {"x": x, "y": y}, **MODES[mode])
        taken = expected(symbol, x, y)
        exactly = mode in ("exact", "digits")
        value = 3 * _read(x, exactly) if taken else 5 * _read(y, exactly)
        assert abs(Fraction(found.value) - value) <= Fraction("1e-15") * abs(value)
        assert {name: Fraction(d) for name, d in found.gradient.items()} == (
            {"x": 3, "y": 0} if taken else {"x": 0, "y": 5}
        )
        assert not found.notes


def _read(text: str, exactly: bool) -> Fraction:
    return Fraction(text) if exactly else Fraction(float(text))


# where(x ? y, 3*x, x + 2*y) at x = y = 2 is 6 on both branches, with slopes (3, 0) where it holds and (1, 2) elsewhere.
# Left of x = 2 and right of y = 2 x is less than y. One side of each is a branch, or both are one.
SIDES = {
    "<": ((3, 1), (2, 0)),
    "<=": ((3, 1), (2, 0)),
    ">": ((1, 3), (0, 2)),
    ">=": ((1, 3), (0, 2)),
    "==": ((1, 1), (2, 2)),
    "!=": ((3, 3), (0, 0)),
}
# The convention is the branch that is taken at the point, unless both sides agree.
CONVENTION = {"<": (1, 2), "<=": (3, 0), ">": (1, 2), ">=": (3, 0), "==": (1, 2), "!=": (3, 0)}


@every_comparison
@every_mode
def test_where_the_condition_turns(symbol: str, mode: str) -> None:
    found = differentiate(f"where(x {symbol} y, 3*x, x + 2*y)", {"x": "2", "y": "2"}, **MODES[mode])
    assert Fraction(found.value) == 6
    assert tuple(Fraction(found.gradient[name]) for name in "xy") == CONVENTION[symbol]
    told = {note.wrt[0]: (note.left, note.right) for note in found.notes if note.wrt}
    for name, sides in zip("xy", SIDES[symbol], strict=True):
        assert tuple(Fraction(side) for side in told[name]) == sides


@every_comparison
def test_equal_numbers_that_are_computed(symbol: str) -> None:
    """0.1 + 0.2 is 0.3 where numerals are decimals; the binary64 nearest to them have a sum above that of 0.3."""
    program = f"where(0.1 + 0.2 {symbol} x, 1, 0)*x"
    for mode, position in (("exact", 1), ("digits", 1), ("certain", 2), ("ieee", 2)):
        found = differentiate(program, {"x": "0.3"}, **MODES[mode])
        assert (Fraction(found.value) != 0) == HOLDS[symbol][position], mode


@every_comparison
@pytest.mark.parametrize("engine", ["rows", "columns"])
@pytest.mark.parametrize("options", [[], ["--ieee"]])
def test_in_rows(symbol: str, engine: str, options: list[str], tmp_path: Path) -> None:
    if engine == "columns":
        pytest.importorskip("pyarrow")
    points = [p for p in [*POINTS, *MORE] if "300" not in p[0]]
    table = "".join(json.dumps({"x": float(x), "y": float(y)}) + "\n" for x, y in points)
    words = ["rows", f"where(x {symbol} y, 3*x, 5*y + 1)", "--from", "ndjson", "--engine", engine, *options]
    done = called(words, tmp_path, {}, table.encode())
    assert done.status == 0, done.stderr
    for (x, y), line in zip(points, done.stdout.splitlines(), strict=True):
        found = json.loads(line)
        assert found["f"] == (3 * float(x) if expected(symbol, x, y) else 5 * float(y) + 1)
        if Fraction(x) != Fraction(y):
            assert (found["df/dx"], found["df/dy"]) == ((3, 0) if expected(symbol, x, y) else (0, 5))

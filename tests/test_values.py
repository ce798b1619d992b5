"""Every operation against digits that nothing in gradcli has computed: `values.tsv`, made with mpmath."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gradcli import differentiate
from gradcli.calculus.beside import local_sides
from gradcli.calculus.operations import OPERATIONS
from gradcli.errors import InputError, MathError

from .test_golden import called

FILE = Path(__file__).parent / "values.tsv"
SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}
NAMES = "xyzu"


class Line(NamedTuple):
    """An operation at a point: its value, and its local gradients, None where there is none."""

    operation: str
    point: tuple[float, ...]
    value: Decimal
    gradient: tuple[Decimal | None, ...]

    @property
    def program(self) -> str:
        names = [*NAMES[: len(self.point)]]
        if self.operation in SYMBOLS:
            return f" {SYMBOLS[self.operation]} ".join(names)
        if self.operation == "neg":
            return "-x"
        if self.operation == "where":
            names[0] = "x == 1"
        if self.operation == "polygamma":  # the order is no variable
            names[0] = str(int(self.point[0]))
        return f"{self.operation}({', '.join(names)})"

    @property
    def bindings(self) -> dict[str, float]:
        found = dict(zip(NAMES, self.point, strict=False))
        return {name: x for name, x in found.items() if self.operation != "polygamma" or name != "x"}

    @property
    def slopes(self) -> dict[str, Decimal]:
        """The local gradients that exist, by name."""
        found = zip(NAMES, self.gradient, strict=False)
        return {name: d for name, d in found if d is not None and name in self.bindings}


def read() -> list[Line]:
    lines = [line.split("\t") for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [
        Line(name, tuple(map(float, point.split())), Decimal(value),
             tuple(None if d == "undefined" else Decimal(d) for d in gradient.split()))
        for name, point, value, gradient in lines[1:]
    ]  # fmt: skip


LINES = read()
every_line = pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.operation}{line.point}")


def near(found: Any, true: Decimal, tolerance: str) -> bool:
    return found is not None and abs(Fraction(found) - Fraction(true)) <= Fraction(tolerance) * abs(Fraction(true))


def test_every_sample_point_of_the_table_has_a_line() -> None:
    known = {(line.operation, line.point) for line in LINES}
    rows = [row for row in OPERATIONS.values() if not row.is_leaf and not row.is_condition]
    assert not [(row.name, p) for row in rows for p in row.points if (row.name, tuple(map(float, p))) not in known]
    assert min(sum(line.operation == row.name for line in LINES) for row in rows) >= 4
    assert all(len(line.gradient) == len(line.point) for line in LINES)


@every_line
@pytest.mark.parametrize(
    ("mode", "tolerance"),
    [({}, "1e-12"), ({"ieee": True}, "1e-12"), ({"digits": 25}, "1.01e-24")],
    ids=["certain", "ieee", "digits"],
)
def test_value_and_gradient(line: Line, mode: dict[str, Any], tolerance: str) -> None:
    bindings: dict[str, Any] = {
        name: str(Fraction(x)) for name, x in line.bindings.items()
    }  # the binary64, in any mode
    found = differentiate(line.program, bindings, **mode)
    assert near(found.value, line.value, tolerance), found.value
    for name, d in line.slopes.items():
        assert near(found.gradient[name], d, tolerance), (name, found.gradient)
    for name in line.bindings.keys() - line.slopes.keys():
        assert found.gradient[name] is None


def test_value_and_gradient_in_fractions() -> None:
    """Where an operation maps these fractions to fractions, all of the digits are right."""
    settled = set()
    for line in LINES:
        bindings = {name: str(Fraction(x)) for name, x in line.bindings.items()}
        try:
            found = differentiate(line.program, bindings, wrt=line.slopes, exact=True)
        except (InputError, MathError):
            continue
        settled.add(line.operation)
        assert near(found.value, line.value, "1e-29"), line
        assert all(near(found.gradient[name], d, "1e-29") for name, d in line.slopes.items()), line
    assert settled >= {
        "add", "sub", "mul", "div", "neg", "pow", "abs", "sign", "floor", "ceil", "round", "max", "min", "hypot",
        "relu", "leaky_relu", "mod", "where",
    }  # fmt: skip


@every_line
def test_both_sides_of_a_smooth_point(line: Line) -> None:
    """Just beside the point, on either side, the slope is the local gradient."""
    for k, d in enumerate(line.gradient):
        if d is None or (line.operation == "where" and k == 0):
            continue
        for side in local_sides(OPERATIONS[line.operation], k, line.point):
            assert side.is_finite
            assert near(str(Fraction(_middle(side.slope))), d, "1e-12"), (k, side)


def _middle(x: Any) -> Fraction:
    """Return a fraction of FLINT, or the middle of a ball."""
    if hasattr(x, "mid"):
        mantissa, exponent = x.mid().man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return Fraction(int(x.p), int(x.q))


@pytest.mark.parametrize("engine", ["rows", "columns"])
@pytest.mark.parametrize("operation", [*dict.fromkeys(line.operation for line in LINES)])
def test_rows(operation: str, engine: str, tmp_path: Path) -> None:
    """The program is compiled for `rows`, one with as many arguments at a time."""
    if engine == "columns":
        pytest.importorskip("pyarrow")
    lines = [line for line in LINES if line.operation == operation]
    for program in dict.fromkeys(line.program for line in lines):
        mine = [line for line in lines if line.program == program]
        table = "".join(json.dumps(line.bindings) + "\n" for line in mine)
        wrt = ",".join(mine[0].slopes) if all(line.slopes.keys() == mine[0].slopes.keys() for line in mine) else "x"
        words = ["rows", "--from", "ndjson", "--wrt", wrt, "--engine", engine, "--", program]
        done = called(words, tmp_path, {}, table.encode())
        assert done.status == 0, done.stderr
        for line, text in zip(mine, done.stdout.splitlines(), strict=True):
            found = json.loads(text)
            assert near(found["f"], line.value, "1e-12"), line
            assert all(near(found[f"df/d{name}"], line.slopes[name], "1e-12") for name in wrt.split(",")), line

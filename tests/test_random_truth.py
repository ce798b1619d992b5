"""Random programs, written here as text and as mpmath at once: values, gradients, and the marks of claims."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import mpmath
import pytest
from mpmath import mpf

from gradcli import differentiate

from .test_golden import called

DIGITS = 60
STEP = mpf(10) ** -20  # the error of a central difference is its square
Compute = Callable[[dict[str, Any]], Any]

# Functions of one argument that have a value and a derivative everywhere.
ONE: dict[str, Callable[[Any], Any]] = {
    "sin({})": mpmath.sin, "cos({})": mpmath.cos, "tanh({})": mpmath.tanh, "atan({})": mpmath.atan,
    "asinh({})": mpmath.asinh,    "exp(-({})**2)": lambda u: mpmath.exp(-u * u),
    "sigmoid({})": lambda u: 1 / (1 + mpmath.exp(-u)), "erf({})": mpmath.erf,
    "sqrt(1 + ({})**2)": lambda u: mpmath.sqrt(1 + u * u), "log(2 + cos({}))": lambda u: mpmath.log(2 + mpmath.cos(u)),
    "softplus({})": lambda u: mpmath.log(1 + mpmath.exp(u)), "-({})": lambda u: -u, "({})**3": lambda u: u * u * u,
    "2**sin({})": lambda u: mpmath.exp(mpmath.sin(u) * mpmath.log(2)), "silu({})": lambda u: u / (1 + mpmath.exp(-u)),
    "gelu({})": lambda u: u * mpmath.erfc(-u / mpmath.sqrt(2)) / 2, "sech({})": lambda u: 1 / mpmath.cosh(u),
    "acosh(2 + ({})**2)": lambda u: mpmath.acosh(2 + u * u),
    "lgamma(3 + sin({}))": lambda u: mpmath.loggamma(3 + mpmath.sin(u)),
    "({})/7": lambda u: u / 7, "1/(3 + sin({}))": lambda u: 1 / (3 + mpmath.sin(u)), "0.5*({})": lambda u: u / 2,
}  # fmt: skip
TWO: dict[str, Callable[[Any, Any], Any]] = {
    "({} + {})": lambda u, v: u + v, "({} - {})": lambda u, v: u - v, "({}*{})": lambda u, v: u * v,
    "({}/(2 + ({})**2))": lambda u, v: u / (2 + v * v), "hypot(1, {}, {})": lambda u, v: mpmath.sqrt(1 + u * u + v * v),
    "logaddexp({}, {})": lambda u, v: mpmath.log(mpmath.exp(u) + mpmath.exp(v)),
    "atan2({}, 2 + ({})**2)": lambda u, v: mpmath.atan(u / (2 + v * v)),
    "(2 + sin({}))**tanh({})": lambda u, v: mpmath.exp(mpmath.tanh(v) * mpmath.log(2 + mpmath.sin(u))),
}  # fmt: skip


class Case(NamedTuple):
    """A program, a point of binary64, and what it computes."""

    program: str
    point: dict[str, float]
    compute: Compute

    def truth(self) -> tuple[Any, dict[str, Any]]:
        """Return the value and the gradient, to some forty digits."""
        at = {name: mpf(x) for name, x in self.point.items()}

        def moved(name: str, by: Any) -> Any:
            return self.compute({**at, name: at[name] + by})

        with mpmath.workdps(DIGITS):
            slopes = {name: (moved(name, STEP) - moved(name, -STEP)) / (2 * STEP) for name in at}
            return self.compute(at), slopes


@cache
def case(seed: int) -> Case:
    """Return a random program of a few statements, each of which uses names that exist, and all inputs."""
    draw = random.Random(f"truth {seed}")
    inputs = ["x", "y", "z"][: draw.randint(1, 3)]
    known: list[tuple[str, Compute]] = [(name, lambda at, name=name: at[name]) for name in inputs]  # type: ignore[misc]
    fresh = [*known]
    lines = []
    for k in range(draw.randint(1, 5)):
        text, compute = fresh.pop(0) if fresh else draw.choice(known)
        for _ in range(draw.randint(1, 3)):
            if draw.random() < 0.5:
                shape, f = draw.choice(list(ONE.items()))
                text, compute = shape.format(text), lambda at, f=f, c=compute: f(c(at))  # type: ignore[misc]
            else:
                shape, g = draw.choice(list(TWO.items()))
                other, second = draw.choice(known)
                text, compute = shape.format(text, other), lambda at, g=g, c=compute, d=second: g(c(at), d(at))  # type: ignore[misc]
        lines.append(f"t{k} = {text}")
        known.append((f"t{k}", compute))
    rest = [name for name, _ in known if name in inputs or name == known[-1][0]]
    terms = [name if draw.random() < 0.5 else f"{name}*{known[-1][0]}" for name in rest]
    parts = dict(known)
    last = known[-1][0]

    def total(at: dict[str, Any]) -> Any:
        return sum((parts[term.split("*")[0]](at) * (parts[last](at) if "*" in term else 1) for term in terms), mpf(0))

    used = " ".join(lines)
    spare = [name for name, _ in known[len(inputs) : -1] if used.count(name) == 1]
    text = " + ".join([*terms, *(f"0*{name}" for name in spare)])
    return Case("; ".join([*lines, f"f = {text}"]), {name: draw.uniform(-2, 2) for name in inputs}, total)


def near(found: Any, true: Any, tolerance: str) -> bool:
    exactly = Fraction(found)
    with mpmath.workdps(DIGITS):
        error = abs(mpf(exactly.numerator) / exactly.denominator - true)
        return bool(error <= mpf(tolerance) * abs(true) + mpf(10) ** -35)


@pytest.mark.parametrize("seed", range(300))
def test_value_and_gradient(seed: int) -> None:
    program, point, _ = case(seed)
    value, gradient = case(seed).truth()
    for mode, tolerance in ({}, "1e-12"), ({"digits": 20}, "1.01e-19"):
        at = {name: str(Fraction(x)) for name, x in point.items()}
        found = differentiate(program, at, **mode)  # type: ignore[arg-type]
        assert near(found.value, value, tolerance)
        assert found.gradient.keys() == gradient.keys()
        assert all(near(found.gradient[name], gradient[name], tolerance) for name in gradient), (program, point)


# ---- marks


def written(x: float) -> list[str]:
    """Return ways in which people write a number."""
    fraction = Fraction(x).limit_denominator(10**9)
    plain = f"{x:.12f}" if abs(x) > 1e-3 else repr(x)
    return [
        repr(x),
        f"{x:.10e}",
        plain,
        f"{fraction.numerator}/{fraction.denominator}",
        f"{x:.10g}".replace("e", "E"),
        f"+{x!r}".replace("+-", "-"),
    ]


def marks(tmp_path: Path, form: str, seed: int, claims: list[tuple[str, str]]) -> list[str]:
    """Return the statuses of claims, handed in as words, as CSV or as JSON."""
    program, point, _ = case(seed)
    words = ["check", "--json", program, *(f"{name}={x!r}" for name, x in point.items())]
    if form == "words":
        words += [f"{item}={claim}" for item, claim in claims]
    elif form == "csv":
        text = "item,claim\n" + "".join(f'"{item}","{claim}"\n' for item, claim in claims)
        (tmp_path / "c.csv").write_text(text, encoding="utf-8")
        words += ["--claims", "c.csv"]
    else:
        (tmp_path / "c.json").write_text(json.dumps(dict(claims)), encoding="utf-8")
        words += ["--claims", "c.json"]
    done = called(words, tmp_path, {}, b"")
    assert done.status in (0, 1), done.stderr
    return [mark["status"] for mark in json.loads(done.stdout)["marks"]]


@pytest.mark.parametrize("form", ["words", "csv", "json"])
@pytest.mark.parametrize("seed", range(24))
def test_marks(seed: int, form: str, tmp_path: Path) -> None:
    """The truth is correct however it is written; what is a tenth off is wrong, whatever else was right."""
    value, gradient = case(seed).truth()
    truths = {"f": float(value), **{f"df/d{name}": float(d) for name, d in gradient.items()}}
    if any(abs(x) < 1e-6 for x in truths.values()):
        pytest.skip("a tenth of nothing is within the absolute tolerance")
    for k in range(6):
        claims = [(item, written(x)[k]) for item, x in truths.items()]
        assert {*marks(tmp_path, form, seed, claims)} == {"correct"}, claims
    for k, wrong in enumerate(truths):
        factor = (0.9, 1.1, -1)[(seed + k) % 3]
        claims = [(item, written(x * factor if item == wrong else x)[seed % 6]) for item, x in truths.items()]
        found = dict(zip(truths, marks(tmp_path, form, seed, claims), strict=True))
        assert found.pop(wrong) == "wrong", (wrong, factor)
        assert {*found.values()} <= {"correct"}

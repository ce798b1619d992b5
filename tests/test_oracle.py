"""Other people's answers: published examples, hard cases with known truth, and two independent implementations."""

from __future__ import annotations

import functools
import json
import math
import random
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

import mpmath
import pytest

from gradcli import differentiate
from gradcli.errors import GradcliError, MathError

from .programs import Case, random_case

DATA = Path(__file__).parent / "data"
SHARED = Path(__file__).parent.parent.parent / "shared" / "cases"
CERTAIN = 1e-12

PUBLISHED = json.loads((DATA / "published.json").read_text(encoding="utf-8"))["cases"]
REFUSED = {"norm4"}  # smooth, but only as a whole: the root has an infinite slope at 0
HARD = json.loads((DATA / "hard.json").read_text(encoding="utf-8"))


def shared(name: str) -> Any:
    """Return a file of cases that lies beside the checkout, or skip."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} does not lie beside this checkout")
    return json.loads(path.read_text(encoding="utf-8"))


def close(got: float, true: float, tolerance: float = CERTAIN) -> bool:
    return got == true or abs(got - true) <= tolerance * abs(true)


# ---- published examples


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_published(case: dict[str, Any]) -> None:
    record = differentiate(case["program"], case["bindings"])
    assert close(record.value, case["value"])
    assert set(record.gradient) == set(case["gradient"])
    for name, true in case["gradient"].items():
        assert close(record.gradient[name], true), name
    for name, (value, upstream) in case.get("nodes", {}).items():
        i = record.graph.by_label[name]
        assert (record.values[i], record.upstream[i]) == (value, upstream)


def test_published_cases_are_the_shared_ones() -> None:
    assert shared("published.json")["cases"] == PUBLISHED


# ---- hard cases, of which the truth is known to 30 digits


def truth(text: str) -> Fraction:
    """Return a decimal as a fraction; one with an exponent beyond all reason is 0."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return Fraction(0)
    return Fraction(0) if number and number.adjusted() < -400 else Fraction(number)


def is_true(got: float, text: str) -> bool:
    """Whether a number is the truth to twelve digits, or the infinity or zero that the truth rounds to."""
    true = truth(text)
    if math.isinf(got):
        return abs(true) > Fraction(2) ** 1024 * (1 - Fraction(1, 2**54)) and (got > 0) == (true > 0)
    return abs(Fraction(got) - true) <= max(Fraction(1, 10**12) * abs(true), Fraction(5e-324) / 2)


def is_accepted(case: dict[str, Any], gradient: dict[str, float] | None) -> bool:
    for name in case["wrt"]:
        got = None if gradient is None else gradient[name]
        ways = case["accept"][name]
        if got is None:
            if "error" not in ways and "nan" not in ways:
                return False
        elif not any(
            way[0] - 1e-15 <= got <= way[1] + 1e-15 if isinstance(way, list) else way == str(got) for way in ways
        ):
            return False
    total = case["accept"].get("sum")
    return gradient is None or total is None or close(sum(gradient[n] for n in case["wrt"]), total)


@pytest.mark.parametrize("case", HARD, ids=lambda case: case["id"])
def test_hard(case: dict[str, Any]) -> None:
    try:
        record = differentiate(case["program"], case["bindings"])
    except MathError:
        if case["id"] in REFUSED:
            return
        record = None
    if case["kind"] != "exact":
        assert is_accepted(case, None if record is None else record.gradient)
        return
    assert record is not None
    assert is_true(record.value, case["value"])
    for name in case["wrt"]:
        assert is_true(record.gradient[name], case["grads"][name]), name


def test_hard_cases_that_balls_settled_are_correctly_rounded() -> None:
    settled = 0
    for case in HARD:
        if case["kind"] != "exact" or case["id"] in REFUSED:
            continue
        record = differentiate(case["program"], case["bindings"], nodes="none")
        if record.arithmetic["system"] != "balls":
            continue
        settled += 1
        for got, text in [
            (record.value, case["value"]),
            *((record.gradient[n], case["grads"][n]) for n in case["wrt"]),
        ]:
            true = truth(text)
            if not math.isinf(got) and abs(true) > Fraction(1, 10**300):
                assert got == float(true), case["id"]
    assert settled > 20


def test_ordinary_cases() -> None:
    """Every value and gradient within 1e-12, nine in ten of them without balls."""
    cases = shared("ordinary.json")["cases"]
    balls = 0
    for case in cases:
        record = differentiate(case["expr"], case["bindings"], nodes="none")
        balls += record.arithmetic["system"] == "balls"
        assert close(record.value, float(case["value"])), case["id"]
        for name, true in case["gradient"].items():
            assert close(record.gradient[name], float(true)), (case["id"], name)
    assert balls <= len(cases) / 10


# ---- independent implementations, fed the same text through Python's own parser


NUMERAL = re.compile(r"(?<![A-Za-z_0-9.])[0-9.]+")


def run_text(program: str, names: dict[str, Any]) -> Any:
    """Return the value of a program that is also Python; `number` among the names reads its numerals."""
    text = NUMERAL.sub(r"number(\g<0>)", program.replace("θ", "theta"))
    *statements, last = text.split(";")
    scope = {"number": float, **names}
    for statement in statements:
        exec(statement.strip(), {}, _Scope(scope))
    return eval(last.strip(), {"__builtins__": {}}, scope)


class _Scope(dict[str, Any]):
    """A scope that writes through to the one it is made of."""

    def __init__(self, inner: dict[str, Any]) -> None:
        super().__init__(inner)
        self.inner = inner

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.inner[name] = value


def ascii_point(point: dict[str, Any]) -> dict[str, Any]:
    return {name.replace("θ", "theta"): x for name, x in point.items()}


def cases(seed: int, count: int, calls: list[tuple[str, int]]) -> Iterator[tuple[Case, Any]]:
    """Yield random programs with their records; those outside a domain are passed over."""
    draw = random.Random(seed)
    made = 0
    while made < count:
        case = random_case(draw, calls=calls)
        try:
            record = differentiate(case.program, case.point, nodes="none")
        except GradcliError as refused:
            assert refused.status == 3, case
            continue
        if any(note.kind != "precision" for note in record.notes) or None in record.gradient.values():
            continue  # kinks have their own tests
        if not all(1e-30 < abs(x) < 1e30 or x == 0 for x in (record.value, *record.gradient.values())):
            continue
        made += 1
        yield case, record


def autograd_functions() -> dict[str, Any]:
    pytest.importorskip("autograd", reason="the dependency group oracle is not installed")
    import autograd.numpy as np

    return {
        **{name: getattr(np, name) for name in (
            "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "expm1", "exp2", "log", "log1p", "log2", "log10",
            "sqrt", "abs", "logaddexp",
        )},
        "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "asinh": np.arcsinh, "acosh": np.arccosh,
        "atanh": np.arctanh, "atan2": np.arctan2, "max": np.maximum, "min": np.minimum,
        "hypot": lambda x, y: np.sqrt(x * x + y * y), "relu": lambda x: np.maximum(x, 0.0),
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)), "softplus": lambda x: np.logaddexp(x, 0.0),
        "silu": lambda x: x / (1 + np.exp(-x)), "leaky_relu": lambda x: np.where(x > 0, x, x / 100),
        "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    }  # fmt: skip


TWO = {"atan2", "max", "min", "hypot", "logaddexp"}


def test_random_programs_against_autograd() -> None:
    """400 programs; autograd computes in plain binary64, so that it may lose some digits of its own."""
    functions = autograd_functions()
    from autograd import grad

    calls = [(name, 2 if name in TWO else 1) for name in functions]
    worst = []
    for case, record in cases(1, 400, calls):
        names = list(ascii_point(case.point))

        def f(*numbers: Any, case: Case = case, names: list[str] = names) -> Any:
            return run_text(case.program, {**functions, **dict(zip(names, numbers, strict=True))})

        numbers = [float(x) for x in case.point.values()]
        assert math.isclose(f(*numbers), record.value, rel_tol=1e-7, abs_tol=1e-9), case
        for k, name in enumerate(case.point):
            theirs = float(grad(f, k)(*numbers))
            size = 1e-9 * max(1.0, *map(abs, record.gradient.values()))
            assert math.isclose(theirs, record.gradient[name], rel_tol=1e-6, abs_tol=size), (case, name, theirs)
            worst.append(abs(theirs - record.gradient[name]) / max(abs(theirs), 1e-300) if theirs else 0.0)
    assert len(worst) > 500
    assert sorted(worst)[len(worst) // 2] < 1e-14  # most of them agree in every digit that autograd has


MP_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(mpmath, name) for name in (
        "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "exp",
        "expm1", "log", "log1p", "log10", "sqrt", "erf", "erfc", "gamma", "digamma", "hypot",
    )},
    "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))), "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "exp2": lambda x: mpmath.mpf(2) ** x, "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "softplus": lambda x: mpmath.log1p(mpmath.exp(x)), "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.ncdf(x), "abs": abs, "max": max, "min": min,
    "relu": lambda x: max(x, mpmath.mpf(0)), "leaky_relu": lambda x: x if x > 0 else x / 100,
    "elu": lambda x: x if x > 0 else mpmath.expm1(x), "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
    "logaddexp": lambda x, y: mpmath.log(mpmath.exp(x) + mpmath.exp(y)), "sign": mpmath.sign,
    "floor": mpmath.floor, "mod": lambda x, y: x - y * mpmath.floor(x / y),
}  # fmt: skip


def mp_gradient(case: Case, digits: int) -> dict[str, Any]:
    """Return value and gradient by mpmath: the value at many digits, the slope by differences at still more."""
    found: dict[str, Any] = {}
    with mpmath.workdps(2 * digits):
        point = {name: mpmath.mpf(x) for name, x in ascii_point(case.point).items()}
        found[""] = run_text(case.program, {"number": mpmath.mpf, **MP_FUNCTIONS, **point})
        step = mpmath.mpf(10) ** (-digits // 2)
        for given, name in zip(case.point, point, strict=True):
            near = {
                side: run_text(
                    case.program, {"number": mpmath.mpf, **MP_FUNCTIONS, **point, name: point[name] + side * step}
                )
                for side in (1, -1)
            }
            found[given] = (near[1] - near[-1]) / (2 * step)
    return found


def test_random_programs_against_mpmath() -> None:
    """1,000 programs over almost every function; here the truth is known to more digits than asked for."""
    calls = [(name, 2 if name in TWO | {"mod"} else 1) for name in MP_FUNCTIONS]
    balls = 0
    for case, record in cases(2, 1000, calls):
        true = mp_gradient(case, 60)
        balls += record.arithmetic["system"] == "balls"
        for name, got in [("", record.value), *record.gradient.items()]:
            assert abs(got - true[name]) <= 1.1e-12 * abs(true[name]) + mpmath.mpf(10) ** -50, (case, name, true[name])
    assert balls < 300


# ---- a network, against autograd


def network(layers: int, width: int) -> tuple[str, dict[str, float]]:
    """Return a fully connected tanh network as text, and a point."""
    draw, lines, point = random.Random(0), [], {}
    previous = [f"x{i}" for i in range(width)]
    point |= {name: draw.gauss(0, 1) for name in previous}
    for layer in range(layers):
        for j in range(width):
            weights = [f"w{layer}_{j}_{i}" for i in range(width)]
            point |= {w: draw.gauss(0, 1) / width**0.5 for w in weights} | {f"b{layer}_{j}": 0.1}
            terms = " + ".join(f"{w}*{x}" for w, x in zip(weights, previous, strict=True))
            lines.append(f"h{layer}_{j} = tanh({terms} + b{layer}_{j})")
        previous = [f"h{layer}_{j}" for j in range(width)]
    return "\n".join([*lines, "loss = " + " + ".join(f"{name}**2" for name in previous)]), point


def test_a_network_against_autograd() -> None:
    pytest.importorskip("autograd", reason="the dependency group oracle is not installed")
    import autograd.numpy as np
    from autograd import grad

    layers, width = 10, 6
    program, point = network(layers, width)
    record = differentiate(program, point, nodes="none")

    def loss(numbers: Any) -> Any:
        at = functools.partial(dict(zip(point, range(len(point)), strict=True)).__getitem__)
        h = [numbers[at(f"x{i}")] for i in range(width)]
        for layer in range(layers):
            h = [
                np.tanh(
                    sum(numbers[at(f"w{layer}_{j}_{i}")] * h[i] for i in range(width)) + numbers[at(f"b{layer}_{j}")]
                )
                for j in range(width)
            ]
        return sum(x * x for x in h)

    numbers = np.array(list(point.values()))
    assert math.isclose(record.value, loss(numbers), rel_tol=1e-11)
    for (name, ours), theirs in zip(((n, record.gradient[n]) for n in point), grad(loss)(numbers), strict=True):
        assert math.isclose(ours, theirs, rel_tol=1e-8, abs_tol=1e-13), name

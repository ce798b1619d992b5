"""What is written in two ways, or asked in two ways, has one answer: no oracle is needed to see that it does not."""

from __future__ import annotations

import contextlib
import io
import json
import math
import random
import sys
import threading
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli import differentiate
from gradcli.commands import run
from gradcli.errors import GradcliError, MathError, Source
from gradcli.record.gradient import Gradient
from gradcli.record.higher_derivatives import differentiate_formula

from .examples import examples
from .programs import LATTICE, NAMES, Case, piecewise_case, piecewise_expression, random_case, random_expression
from .test_balls import encloses

SEEDS = st.integers(0, 2**32)
SMOOTH = [("sin", 1), ("cos", 1), ("tanh", 1), ("exp", 1), ("atan", 1), ("sigmoid", 1)]

# Two ways to write the same function; {0} and {1} are expressions.
WAYS = {
    "square": ("({0})**2", "({0})*({0})"),
    "cube": ("({0})**3", "({0})*({0})*({0})"),
    "max": ("max({0}, {1})", "where({0} >= {1}, {0}, {1})"),
    "min": ("min({0}, {1})", "where({0} <= {1}, {0}, {1})"),
    "hypot": ("hypot({0}, {1})", "sqrt(({0})*({0}) + ({1})*({1}))"),
    "abs": ("abs({0})", "max({0}, -({0}))"),
    "relu": ("relu({0})", "max({0}, 0)"),
    "relu by where": ("relu({0})", "where({0} > 0, {0}, 0)"),
    "sign": ("sign({0})", "where({0} > 0, 1, where({0} < 0, -1, 0))"),
    "leaky": ("leaky_relu({0})", "max({0}, ({0})/100)"),
    "difference": ("({0}) - ({1})", "({0}) + (-({1}))"),
    "quotient": ("({0})/(2 + ({1})*({1}))", "({0})*(2 + ({1})*({1}))**-1"),
    "floor": ("floor({0})", "-ceil(-({0}))"),
    "mod": ("mod({0}, 2)", "({0}) - 2*floor(({0})/2)"),
    "sigmoid": ("sigmoid({0})", "1/(1 + exp(-({0})))"),
    "tanh": ("tanh({0})", "2*sigmoid(2*({0})) - 1"),
    "softplus": ("softplus({0})", "log(1 + exp({0}))"),
    "logaddexp": ("logaddexp({0}, {1})", "({1}) + softplus(({0}) - ({1}))"),
    "where": ("where({0} < {1}, {0}, {1})", "where({0} >= {1}, {1}, {0})"),
}
AROUND = ("{}", "{}*x", "sin({}) + x", "exp({}/4)", "x - 2*{}")


def answer(program: str, point: dict[str, Any], **options: Any) -> Gradient | None:
    """Return the record, or None where the answer is that there is none."""
    try:
        return differentiate(program, point, may_be_unused=list(point), **options)
    except MathError:
        return None


def close(a: Any, b: Any, size: float = 0.0) -> bool:
    """Whether two numbers, each certain to twelve digits, may be the same one."""
    return a == b or math.isclose(float(a), float(b), rel_tol=2e-12, abs_tol=1e-15 * size)


def sides(record: Gradient, name: str) -> tuple[Any, Any] | None:
    """Return the derivatives from the left and from the right, or None where they are not told."""
    i = record.graph.inputs.get(name)
    if i is None:
        return 0.0, 0.0
    noted = [note for note in record.notes if note.node == i and note.kind == "one-sided"]
    if noted:
        return noted[0].left, noted[0].right
    found = record.gradient[name]
    return None if found is None else (found, found)


def same_side(a: Any, b: Any) -> bool:
    """Whether two things told of a side may both be true; what is not determined, or told by None, may be anything."""
    if None in (a, b) or "undetermined" in (a, b):
        return True
    return a == b or (isinstance(a, float) and isinstance(b, float) and close(a, b))


# ---- written in two ways


@pytest.mark.parametrize("way", WAYS)
@examples(25)
@given(SEEDS)
def test_two_ways_to_write_a_function(way: str, seed: int) -> None:
    draw = random.Random(f"{way}{seed}")
    names = NAMES[: draw.randint(1, 3)]
    parts = [random_expression(draw, names, 2, SMOOTH) for _ in range(2)]
    around = draw.choice(AROUND)
    point = {name: draw.uniform(-2, 2) for name in NAMES}
    one, other = (answer(around.format(f"({text.format(*parts)})"), point) for text in WAYS[way])
    assert (one is None) == (other is None)
    if one is None or other is None:
        return
    assert close(one.value, other.value)
    for name in one.gradient.keys() | other.gradient.keys():
        assert close(one.gradient.get(name, 0.0), other.gradient.get(name, 0.0)), (one.program, other.program, point)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "where"])
@examples(25)
@given(SEEDS)
def test_two_ways_to_write_a_function_at_kinks(way: str, seed: int) -> None:
    """At a kink conventions may differ, what there is from the left and from the right may not."""
    draw = random.Random(f"{way}{seed}")
    names = NAMES[: draw.randint(1, 2)]
    parts = [piecewise_expression(draw, names, 2) for _ in range(2)]
    point = {name: draw.choice(LATTICE) for name in NAMES}
    one, other = (answer(f"x + {text.format(*parts)}", point) for text in WAYS[way])
    if one is None or other is None:
        return
    assert close(one.value, other.value), (one.program, other.program, point)
    for name in one.gradient.keys() | other.gradient.keys():
        left, right = sides(one, name), sides(other, name)
        if left and right:
            assert all(map(same_side, left, right)), (one.program, other.program, point, name, left, right)


# ---- asked in two ways


def some_case(seed: int, *, kinks: bool = True) -> Case:
    """Return a random program at a point: every second one piecewise, at a point of a lattice."""
    draw = random.Random(seed)
    return piecewise_case(draw, depth=3) if kinks and draw.random() < 0.5 else random_case(draw, depth=3)


def told(record: Gradient) -> list[tuple[Any, ...]]:
    """Return what the notes say of inputs and of the output."""
    names = {record.output: "", **{i: name for name, i in record.graph.inputs.items()}}
    kinds = ("one-sided", "settled", "undefined")
    notes = [note for note in record.notes if note.kind in kinds and note.node in names]
    return sorted((note.kind, names[note.node], str(note.left), str(note.right)) for note in notes)


@given(SEEDS)
def test_sharing_changes_nothing(seed: int) -> None:
    case = some_case(seed)
    program = f"({case.program}) + sin({case.program})" if ";" not in case.program else case.program
    plain, shared = answer(program, case.point), answer(program, case.point, share=True)
    assert (plain is None) == (shared is None)
    if plain is None or shared is None:
        return
    assert close(plain.value, shared.value)
    sizes = {
        name: sum(abs(c) for c in plain.contributions_to(i) if c is not None) for name, i in plain.graph.inputs.items()
    }
    for name, slope in plain.gradient.items():
        other = shared.gradient[name]
        assert slope is other or close(slope, other, sizes[name]), (case, name)
        assert (sides(plain, name) is None) == (sides(shared, name) is None)


@given(SEEDS, st.sampled_from([2.0, -1.0, -0.25, 3.0, 1e6]))
def test_upstream_scales_every_derivative(seed: int, upstream: float) -> None:
    """The gradient, and what there is from the left and from the right, are multiplied by the upstream gradient."""
    case = some_case(seed)
    plain, scaled = answer(case.program, case.point), answer(case.program, case.point, upstream=upstream)
    assert (plain is None) == (scaled is None)
    if plain is None or scaled is None:
        return
    assert scaled.value == plain.value
    for name, slope in plain.gradient.items():
        other = scaled.gradient[name]
        assert slope is other or close(slope * upstream, other), (case, upstream, name)
        one, many = sides(plain, name), sides(scaled, name)
        assert (one is None) == (many is None)
        for a, b in zip(one or (), many or (), strict=True):
            assert (isinstance(a, float) and isinstance(b, float)) or a == b or str(a).lstrip("-") == str(b).lstrip("-")
            if isinstance(a, float) and isinstance(b, float):
                assert close(a * upstream, b), (case, upstream, name)


def test_upstream_scales_what_there_is_on_either_side() -> None:
    record = differentiate("abs(x) + 2*x", {"x": 0}, upstream=-3)
    assert sides(record, "x") == (-3.0, -9.0)
    record = differentiate("relu(x) - relu(-x)", {"x": 0}, upstream=5)
    assert record.gradient == {"x": 5.0}


@given(SEEDS)
def test_default_digits_and_exact_agree(seed: int) -> None:
    """The same numbers come from bounds, from balls of any precision and, where they exist, from fractions.

    What one of them cannot decide is no wrong answer.
    """
    case = some_case(seed)
    given = {name: repr(x) for name, x in case.point.items()}
    exactly = {name: Fraction(x) for name, x in case.point.items()}
    binary = {name: f"{x.numerator}/{x.denominator}" for name, x in exactly.items()}
    records = [answer(case.program, given), answer(case.program, given, digits=20)]
    if "hypot" not in case.program:  # exact at 0 only, and not beside it
        with contextlib.suppress(GradcliError):  # of functions without exact results
            records.append(answer(case.program, binary, exact=True))
    present = [record for record in records if record is not None]
    for other in present[1:]:
        # Numerals are the nearest binary64 in one and decimals in the others: far from any kink but at one.
        if told(other) != told(present[0]) and any(c in case.program for c in "."):
            return
        assert math.isclose(float(other.value), present[0].value, rel_tol=1e-9, abs_tol=1e-12), case
        for name, slope in present[0].gradient.items():
            found = other.gradient[name]
            assert (slope is None) == (found is None), (case, name)
            assert slope is None or math.isclose(float(found), slope, rel_tol=1e-9, abs_tol=1e-12), (case, name)


def formula_texts(case: Case) -> list[tuple[str, str]]:
    """Return the first derivatives of a program as programs, by the input."""
    found = []
    for name in case.point:
        formulas = differentiate_formula(Source("program", case.program), [name])
        found.append((name, formulas.text()))
    return found


@given(SEEDS)
def test_the_text_of_a_derivative_gives_the_gradient(seed: int) -> None:
    """Where nothing is noted of a point, `diff` writes down the function whose value the gradient is."""
    case = some_case(seed)
    record = answer(case.program, case.point)
    if record is None or any(note.kind in ("kink", "one-sided", "settled", "undefined") for note in record.notes):
        return
    for name, text in formula_texts(case):
        try:
            value = differentiate(text, case.point, wrt=[], may_be_unused=list(case.point), nodes="none").value
        except MathError as error:
            raise AssertionError((case, name, text)) from error
        assert close(value, record.gradient[name]), (case, name, text)


@examples(60)
@given(SEEDS)
def test_a_hessian_is_symmetric(seed: int) -> None:
    case = some_case(seed)
    matrix = hessian_of(case) or {}
    for one, row in matrix.items():
        for other, x in row.items():
            assert x == matrix[other][one], (case, one, other)


@pytest.mark.parametrize("seed", [57, 89, 138, 306, 441])
def test_a_hessian_has_what_it_has_on_both_sides_of_the_diagonal(seed: int) -> None:
    matrix = hessian_of(some_case(seed)) or {}
    assert all(x == matrix[other][one] for one, row in matrix.items() for other, x in row.items())


def hessian_of(case: Case) -> dict[str, dict[str, float | None]] | None:
    """Return the second derivatives as the command gives them, or None where it refuses."""
    words = ["--json", "--hessian", case.program, *(f"{name}={x!r}" for name, x in case.point.items())]
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        status = run(words)
    assert status in (0, 3, 4), case
    found: dict[str, dict[str, float | None]] | None = json.loads(out.getvalue())["hessian"] if not status else None
    return found


# ---- an interval holds what its points give


@examples(80)
@given(SEEDS)
def test_an_interval_encloses_what_its_points_give(seed: int) -> None:
    draw = random.Random(seed)
    case = some_case(seed)
    radii = {name: draw.choice((0.0, 0.001, 0.05, 0.3)) for name in case.point}
    record = answer(case.program, {name: f"{x!r}+-{radii[name]}" for name, x in case.point.items()})
    if record is None:
        return
    for _ in range(6):
        parts = {name: draw.choice((-1, 1, draw.uniform(-1, 1))) * (1 - 1e-9) for name in case.point}
        at = {name: x + radii[name] * parts[name] for name, x in case.point.items()}
        sample = answer(case.program, at)
        assert sample is not None, (case, radii, at)
        assert encloses(str(record.value), sample.value), (case, radii, at)
        for name, slope in sample.gradient.items():
            if slope is not None and not any(note.kind in ("kink", "one-sided", "settled") for note in sample.notes):
                assert encloses(str(record.gradient[name]), slope), (case, radii, at, name)


# ---- threads


def test_threads_with_precisions_of_their_own() -> None:
    """Four threads at once, each at another precision, get what each gets alone."""
    program, point = "exp(x)*sin(y) + x**y", {"x": "1.25", "y": "0.5"}
    jobs = [partial(differentiate, program, point, digits=digits) for digits in (8, 40, 200, 900)]
    alone = [job().gradient for job in jobs]
    together: list[list[Any]] = [[] for _ in jobs]

    def work(k: int) -> None:
        for _ in range(20):
            together[k].append(jobs[k]().gradient)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(len(jobs))]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)  # so that they take turns within a computation
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    for found, right in zip(together, alone, strict=True):
        assert found == [right] * 20

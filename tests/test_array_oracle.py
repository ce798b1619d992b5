"""Random programs of arrays against extended precision, autograd, exact dual numbers, and their own scalars."""

from __future__ import annotations

import functools
import math
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from gradcli import ArrayGradient, differentiate

from .array_drawing import Drawing, Drawn
from .array_reference import Dual, language

SEED = 20_260_112
PROGRAMS = 300
VALUE, SLOPE = 1e-12, 1e-9
SPLIT = 5  # the tests run in so many parts, side by side


@functools.cache
def drawn(seed: int, *, rational: bool = False) -> Drawn:
    return Drawing(seed, rational=rational).program()


def seeds(part: int) -> range:
    return range(SEED + part, SEED + PROGRAMS, SPLIT)


@functools.cache
def record(seed: int) -> ArrayGradient:
    case = drawn(seed)
    found = differentiate(case.program, {**case.point, **case.labels})
    assert isinstance(found, ArrayGradient), case.program
    return found


def run(case: Drawn, functions: dict[str, Any], point: dict[str, Any], zero: Any) -> Any:
    """Return what a program is in Python."""
    labels = {name: np.array(y) for name, y in case.labels.items()}
    scope = {**functions, **point, **labels, "zero": zero}
    exec(case.python, scope)
    return scope["result"]


def directions(case: Drawn, seed: int, draw: Callable[[random.Random], Any]) -> dict[str, Any]:
    """Return a random direction: an array of the shape of every input."""
    source = random.Random(seed)
    found = {}
    for name, x in case.point.items():
        shape = np.shape(x)
        flat = [draw(source) for _ in range(math.prod(shape))]
        found[name] = np.array(flat, dtype=object).reshape(shape)
    return found


def along(gradient: dict[str, Any], direction: dict[str, Any]) -> tuple[Any, float]:
    """Return the slope in a direction, and how large its terms are."""
    terms = [
        g * v
        for name, whole in gradient.items()
        for g, v in zip(np.array(whole, dtype=object).flat, direction[name].flat, strict=True)
    ]
    return sum(terms), float(sum(map(abs, terms)))


def at_a_kink(found: ArrayGradient) -> bool:
    return any(note.kind in ("kink", "one-sided", "undefined", "settled") for note in found.notes)


@pytest.mark.parametrize("part", range(SPLIT))
def test_random_programs_in_extended_precision(part: int) -> None:
    functions = language(np)
    kinks = 0
    for seed in seeds(part):
        case, found = drawn(seed), record(seed)
        point = {name: np.array(x, dtype=np.longdouble)[()] for name, x in case.point.items()}
        value = run(case, functions, point, np.longdouble(0))
        assert abs(found.value - value) <= VALUE * abs(value), (seed, case.program, case.point, case.labels)
        if at_a_kink(found):
            kinks += 1
            continue
        direction = directions(case, seed, lambda source: source.gauss(0, 1))
        step = np.longdouble(2) ** -20
        near = [
            run(case, functions, {name: x + side * step * direction[name].astype(np.longdouble)[()]
                                  for name, x in point.items()}, np.longdouble(0))
            for side in (2, 1, -1, -2)
        ]  # fmt: skip
        slope = (8 * (near[1] - near[2]) - (near[0] - near[3])) / (12 * step)
        ours, size = along(found.gradient, direction)
        assert abs(ours - slope) <= SLOPE * max(size, abs(found.value)), (seed, case.program, case.point, case.labels)
    assert kinks < PROGRAMS / SPLIT / 10


@pytest.mark.parametrize("part", range(SPLIT))
def test_random_programs_against_autograd(part: int) -> None:
    pytest.importorskip("autograd", reason="the dependency group oracle is not installed")
    import autograd.numpy as theirs
    from autograd import grad

    functions = language(theirs)
    compared = 0
    for seed in seeds(part):
        case, found = drawn(seed), record(seed)
        if not case.point or at_a_kink(found):
            continue
        names = list(found.gradient)

        def f(*xs: Any, case: Drawn = case, names: list[str] = names) -> Any:
            return run(case, functions, dict(zip(names, xs, strict=True)), 0.0)

        try:
            with np.errstate(all="ignore"):  # its rule of prod divides
                slopes = grad(f, tuple(range(len(names))))(*[np.array(case.point[name], dtype=float) for name in names])
        except NotImplementedError:
            continue
        size = float(np.max(np.abs(np.concatenate([np.ones(1), *map(np.ravel, slopes)]))))
        if not math.isfinite(size):
            continue
        compared += 1
        for name, g in zip(names, slopes, strict=True):
            ours = np.array(found.gradient[name])
            assert ours.shape == np.shape(g), (seed, name)
            assert np.max(abs(ours - g)) <= SLOPE * size, (seed, name, case.program, case.point, case.labels)
    assert compared > 0.8 * PROGRAMS / SPLIT


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("part", range(SPLIT))
def test_random_programs_against_their_scalars(part: int, share: bool) -> None:
    opened = 0
    for seed in list(seeds(part))[share::2]:
        case = drawn(seed)
        found = differentiate(case.program, {**case.point, **case.labels}, share=share)
        assert isinstance(found, ArrayGradient)
        for ours, theirs in entries_beside_scalars(found):
            assert math.isclose(ours, theirs, rel_tol=VALUE), (seed, case.program, case.point, case.labels)
            opened += 1
    assert opened > PROGRAMS


def entries_beside_scalars(found: ArrayGradient) -> Iterator[tuple[Any, Any]]:
    """Yield every number of both passes beside that of the opened program."""
    scalar, opening = found.open()
    for i, entries in enumerate(opening.entries):
        value = found.values[i]
        assert value is not None
        yield from zip(value, [scalar.values[k] for k in entries], strict=True)
    for name, i in found.places.items():
        flat, _ = found.derivative(name)
        yield from zip(flat, [scalar.upstream[k] for k in opening.entries[i]], strict=True)


def test_random_programs_in_fractions() -> None:
    functions = language(np)
    kinks = 0
    for seed in range(SEED, SEED + 100):
        case = drawn(seed, rational=True)
        found = differentiate(case.program, {**case.point, **case.labels}, exact=True)
        assert isinstance(found, ArrayGradient)
        assert all(ours == theirs for ours, theirs in entries_beside_scalars(found)), (seed, case.program)
        direction = directions(case, seed, lambda source: Fraction(source.randint(-9, 9)))
        dual = np.frompyfunc(lambda x, d: Dual(Fraction(x), d), 2, 1)
        point = {name: dual(np.array(x), direction[name]) for name, x in case.point.items()}
        result = run(case, functions, point, Dual(Fraction(0), Fraction(0)))
        assert found.value == result.x, (seed, case.program, case.point, case.labels)
        kinks += (is_kink := at_a_kink(found))
        if not is_kink:
            assert along(found.gradient, direction)[0] == result.d, (seed, case.program, case.point, case.labels)
    assert kinks < 30


# ---- a deep network as a recurrence and as text


def deep(layers: int, width: int) -> tuple[str, str, dict[str, Any]]:
    """Return a tanh network as a recurrence, the same layer by layer in scalars, and a point."""
    draw = random.Random(layers)
    W = [[draw.gauss(0, 1) / width**0.5 for _ in range(width)] for _ in range(width)]
    b, x = ([draw.gauss(0, 0.3) for _ in range(width)] for _ in range(2))
    lines = [f"h0_{i} = x{i}" for i in range(width)]
    for k in range(1, layers + 1):
        for i in range(width):
            terms = " + ".join(f"W{i}_{j}*h{k - 1}_{j}" for j in range(width))
            lines.append(f"h{k}_{i} = tanh({terms} + b{i})")
    lines.append("loss = " + " + ".join(f"h{layers}_{i}**2" for i in range(width)))
    short = f"h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..{layers}\nsum(h[-1]**2)"
    return short, "\n".join(lines), {"W": W, "b": b, "x": x}


def test_a_recurrence_has_the_gradient_of_the_unrolled_text_entry_for_entry() -> None:
    short, long, point = deep(layers=100, width=4)
    ours = differentiate(short, point, nodes="none")
    flat = {f"W{i}_{j}": y for i, row in enumerate(point["W"]) for j, y in enumerate(row)}
    flat |= {f"{name}{i}": y for name in "bx" for i, y in enumerate(point[name])}
    theirs = differentiate(long, flat, nodes="none")
    assert math.isclose(ours.value, theirs.value, rel_tol=VALUE)
    compared = 0
    for name, whole in ours.gradient.items():
        for k, y in np.ndenumerate(np.array(whole)):
            assert math.isclose(y, theirs.gradient[name + "_".join(map(str, k))], rel_tol=VALUE), (name, k)
            compared += 1
    assert compared == 4 * 4 + 4 + 4

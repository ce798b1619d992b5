"""Random programs beside kinks, jumps, holes and infinite slopes, against limits computed with hundreds of digits.

The first 150 programs run with the others; `GRADCLI_LIMITS=1400 pytest tests/test_limits.py -s` runs so many, and
prints how many sides of each class are right, undetermined and not settled by the limits. `GRADCLI_LIMITS=2000:3400`
runs those seeds.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict

import pytest

from gradcli.calculus.beside import INFINITE, JUMP, Side

from .limits_classes import UNSURE, Truth, side_of
from .limits_oracle import OutsideError, Program
from .limits_programs import Case, random_case
from .limits_sides import matches, sides

FIRST, _, LAST = os.environ.get("GRADCLI_LIMITS", "150").rpartition(":")
SEEDS = range(int(FIRST or 0), int(LAST))
MOST_UNDETERMINED = 0.02


def judged(case: Case) -> list[tuple[str, str]]:
    """Return for each input and side what became of it: right, wrong, undetermined, skipped; and what it was."""
    found = []
    program = Program(case.program)
    for name in case.bindings:
        for side, direction in zip(sides(case.program, case.bindings, name), (-1, 1), strict=True):
            try:
                truth = side_of(program, case.point, name, direction)
            except OutsideError:
                continue  # the point itself has no value
            if truth.slope == UNSURE:
                verdict = "skipped"
            else:
                verdict = {True: "right", False: "wrong", None: "undetermined"}[matches(side, truth)]
            found.append((verdict, f"{case.program} at {case.bindings} along {name}, {direction}: {side}, {truth}"))
    return found


def test_random_programs_against_limits() -> None:
    """None wrong, and few undetermined."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = []
    for seed in SEEDS:
        case = random_case(seed)
        for verdict, what in judged(case):
            counts[case.kind][verdict] += 1
            if verdict == "wrong":
                wrong.append(f"seed {seed}: {what}")
    total = sum(counts.values(), Counter())
    for kind, row in [*sorted(counts.items()), ("all", total)]:
        print(
            f"{kind:18}", *(f"{row[verdict]:6} {verdict}" for verdict in ("right", "wrong", "undetermined", "skipped"))
        )
    assert not wrong, "\n".join(wrong)
    assert total["right"] > 2 * len(SEEDS)
    assert total["undetermined"] <= MOST_UNDETERMINED * total["right"]
    assert total["skipped"] <= 0.05 * total["right"]


@pytest.mark.parametrize(
    ("program", "bindings", "left", "right"),
    [
        ("abs(x)", {"x": "0"}, -1, 1),
        ("floor(x)*x", {"x": "1"}, JUMP, 1),
        ("sqrt(relu(x))", {"x": "0"}, 0, INFINITE),
        ("where(x == 0, 0, x*log(abs(x)))", {"x": "0"}, "-inf", "-inf"),
        ("where(x == 0, 0, exp(-1/x**2))", {"x": "0"}, 0, 0),
        ("where(x > 0, log(x), x)", {"x": "0"}, 1, JUMP),
        ("sqrt(x)", {"x": "0"}, "outside", INFINITE),
        ("abs(x - 0.1)*y", {"x": "0.1", "y": "-2"}, 2, -2),
        ("where(sin(1/(1 + x)) > 2, 1/x, x**3)", {"x": "0"}, 0, 0),
    ],
)
def test_the_limits_themselves(program: str, bindings: dict[str, str], left: object, right: object) -> None:
    """What stands in textbooks."""
    case = Case("", program, bindings)
    for direction, wanted in ((-1, left), (1, right)):
        assert side_of(Program(program), case.point, "x", direction).slope == wanted


def test_a_wrong_side_is_noticed() -> None:
    assert matches(Side(JUMP), Truth(JUMP)) is True
    for side in (Side(INFINITE), Side(1), Side("outside")):
        assert matches(side, Truth(JUMP)) is False
        assert matches(side, Truth(2)) is False
    assert matches(Side(2, 1), Truth(2, "none")) is False
    assert matches(Side("undetermined"), Truth(2)) is None

"""The main job, `rows` and `check` say the same of what a program does at a kink, in every mode.

`GRADCLI_AGREE=300 pytest tests/test_kinks_agree.py` takes so many random programs; `GRADCLI_AGREE=2000:2300` those
seeds.
"""

from __future__ import annotations

import json
import math
import os
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gradcli.calculus.notes import SIDES, UNDETERMINED

from .limits_programs import random_case
from .test_golden import Outcome, called

KINKS = Path(__file__).parents[2] / "shared" / "cases" / "kinks.json"
FIRST, _, LAST = os.environ.get("GRADCLI_AGREE", "60").rpartition(":")
SEEDS = range(int(FIRST or 0), int(LAST))
AT_KINK = ("--at-kink", "error")


class Point(NamedTuple):
    """A program, and the numbers of its inputs as they are written in a cell."""

    program: str
    bindings: dict[str, str]

    @property
    def words(self) -> list[str]:
        return [self.program, *(f"{name}={x}" for name, x in self.bindings.items())]


def points() -> list[Point]:
    """Return random programs, and a sample of the list of kinks where that is at hand."""
    found = [(case.program, case.bindings) for case in map(random_case, SEEDS)]
    if KINKS.exists():
        cases = json.loads(KINKS.read_text(encoding="utf-8"))["cases"]
        found += [(case["program"], case["bindings"]) for case in cases[:: 1 if len(SEEDS) > len(cases) else 4]]
    return [Point(program, {n: repr(float(Fraction(x))) for n, x in given.items()}) for program, given in found]


def call(*words: str, stdin: str = "") -> Outcome:
    return called(list(words), Path.cwd(), {}, stdin.encode())


def record(point: Point, *options: str) -> tuple[int, dict[str, Any]]:
    """Return the exit status of the main job and its record, or its error."""
    done = call("--json", *options, *point.words)
    text = done.stdout if done.status == 0 else done.stderr.splitlines()[-1]
    found: dict[str, Any] = json.loads(text)
    return done.status, found


def row(point: Point, *options: str) -> tuple[int, dict[str, Any]]:
    """Return the exit status of `rows` for this point, and its results."""
    cells = json.dumps({name: float(x) for name, x in point.bindings.items()})
    done = call("rows", "--from", "ndjson", *options, point.program, stdin=cells + "\n")
    found: dict[str, Any] = json.loads(done.stdout)
    return done.status, found


def mark(point: Point, claim: str) -> tuple[str, str]:
    """Return the status of a claim and why it has it."""
    done = call("check", "--json", *point.words, claim)
    if done.status not in (0, 1):
        return f"status {done.status}", done.stderr
    found = json.loads(done.stdout)["marks"][0]
    return found["status"], found["why"]


def same(a: Any, b: Any) -> bool:
    """Whether two derivatives or sides are the same: words, or numbers to the digits that are certain."""
    if a is None or b is None or {a, b} & {*SIDES, "nan"}:
        return bool(a == b)
    return math.isclose(Fraction(a), Fraction(b), rel_tol=1e-12, abs_tol=1e-300)


def sides_of(found: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return the sides of the inputs that have no derivative."""
    notes = [note for note in found["notes"] if note["kind"] == "one-sided" and note["order"] == 1]
    return {note["of"]: (note["left"], note["right"]) for note in notes if note["of"] in found["gradient"]}


def disagreements(point: Point) -> list[str]:
    """Return where the commands do not agree with the main job."""
    found: list[str] = []
    for options in ((), AT_KINK):
        status, main = record(point, *options)
        other, cells = row(point, *options)
        if status != other:
            found.append(f"rows {options}: status {other}, not {status}: {cells} {main.get('message')}")
        elif status == 0:
            found += [
                f"rows {options}: {name}: {cells[key]}, not {x}"
                for name, x in main["gradient"].items()
                if not same(cells[key := f"d{main['output']}/d{name}"], x)
            ]
    status, main = record(point)
    return found + (marks(point, main) if status == 0 else [])


def marks(point: Point, main: dict[str, Any]) -> list[str]:
    """Return the claims on the derivatives that are not marked as the record has them."""
    found = []
    sides = sides_of(main)
    for name, x in main["gradient"].items():
        left, right = sides.get(name, (x, x))
        claims: dict[str, str] = {}
        if UNDETERMINED in (left, right):
            claims = {"undefined": "ungraded", "12345": "ungraded"}
        elif name in sides or x is None:
            claims = {"undefined": "correct"}
            if not (isinstance(left, str) or isinstance(right, str) or x is None):
                claims |= {repr(left): "correct", repr(right): "correct", repr(left / 2 + right / 2): "correct"}
                claims[repr(max(left, right) + abs(left) + abs(right) + 1)] = "wrong"
        elif not isinstance(x, str):
            claims = {"undefined": "wrong", repr(x): "correct", repr(x + abs(x) + 1): "wrong"}
        for claim, wanted in claims.items():
            status, why = mark(point, f"d{name}={claim}")
            if status != wanted:
                found.append(f"check d{name}={claim}: {status} ({why}), not {wanted}; {x} {left} {right}")
    return found


@pytest.mark.parametrize("point", points(), ids=lambda point: " ".join(point.words)[:80])
def test_commands_agree(point: Point) -> None:
    assert disagreements(point) == []


def doubles(text: str) -> str:
    """Return a program with the decimals of the nearest doubles for its numerals."""
    return re.sub(r"(?<![\w.])\d+(\.\d*)?(e[+-]?\d+)?", lambda numeral: f"{Decimal(float(numeral[0])):f}", text)


@pytest.mark.parametrize("options", [("--digits", "30"), ("--exact",), ("--ieee",)], ids=lambda options: options[0])
def test_modes_agree(options: tuple[str, ...]) -> None:
    """Digits and fractions, given the doubles of the default mode, and plain binary64 say what the default mode says.

    Numbers beyond binary64 are none in the default mode.
    """
    compared = 0
    for point in points():
        status, main = record(point)
        other, found = record(
            Point(doubles(point.program), {n: doubles(x) for n, x in point.bindings.items()}), *options
        )
        if other == 2 and options == ("--exact",):
            continue  # a function that fractions do not have
        assert other == status, point.words
        if status == 0:
            sides, others = sides_of(main), sides_of(found)
            assert sides.keys() == others.keys(), point.words
            for name, x in main["gradient"].items():
                numbers = [(x, found["gradient"][name])] if name not in sides else []
                for a, b in [*zip(sides.get(name, ()), others.get(name, ()), strict=True), *numbers]:
                    assert same(a, b), (point.words, name, a, b)
                    compared += 1
    assert compared > len(SEEDS) / 4

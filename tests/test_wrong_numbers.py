"""Every row of the catalogue of mistakes on a number that was worked by hand: `wrong_numbers.txt`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import pytest

from gradcli import differentiate
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.hidden_numbers import Evidence
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.suspects import Suspects

from .students import near, written

FIGURES = 6
ARITHMETIC = {name: getattr(math, name) for name in ("exp", "log", "log10", "sin", "cos", "sqrt", "tanh", "pi")}


class Slip(NamedTuple):
    """A mistake at a program and point: the wrong numbers that a person who makes it writes, by item."""

    mistake: str
    program: str
    point: dict[str, float]
    numbers: dict[str, float]


def read() -> list[Slip]:
    found = []
    for line in (Path(__file__).parent / "wrong_numbers.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        mistake, program, point, numbers = line.split(" | ")
        at = {name: float(x) for name, x in (word.split("=") for word in point.split())}
        claims = dict(part.split(": ") for part in numbers.split("; "))
        found.append(Slip(mistake, program, at, {i: float(eval(e, {}, ARITHMETIC)) for i, e in claims.items()}))
    return found


SLIPS = read()
ORDER = {VALUE: 0, LOCAL: 1, UPSTREAM: 2}


def place(item: Item) -> tuple[int, int]:
    """Return when an item is worked out: values first, from the inputs on; then local gradients; then backwards."""
    return ORDER[item.kind], -item.node if item.kind == UPSTREAM else item.node


def test_every_mistake_has_a_number() -> None:
    assert [slip.mistake for slip in SLIPS] == [*MISTAKES]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.mistake)
def test_a_number_worked_by_hand(slip: Slip) -> None:
    """All is right up to the wrong number, and nothing is claimed beyond: the mistake is among those that are told."""
    suspects = Suspects(differentiate(slip.program, slip.point))
    program, labels = suspects.predictions.program, suspects.record.labels

    def name(item: Item) -> str:
        if item.kind == VALUE:
            return labels[item.node]
        if item.kind == UPSTREAM:
            return f"d{labels[item.node]}"
        return f"{labels[item.node]}/{labels[program.nodes[item.node].arguments[item.position]]}"

    named = {name(item): item for item in program.items}
    wrong = {named[text]: x for text, x in slip.numbers.items()}
    last = max(map(place, wrong))
    sheet = []
    for item in program.items:
        if item not in wrong and place(item) >= last:
            continue
        truth = program.right.of(item)
        claim, resolution = written(wrong.get(item, truth), FIGURES)
        assert item not in wrong or not near(claim, truth)
        sheet.append(Evidence(item, claim, resolution, item not in wrong))
    found = suspects.diagnose(sheet)
    assert slip.mistake in [diagnosis.mistake for diagnosis in found], [diagnosis.message for diagnosis in found]

"""What a mistake has to give to explain a wrong claim: nothing is ruled out that does, and most of the rest is."""

from __future__ import annotations

import random
import re

import pytest

from gradcli.homework.diagnosis.agreement import window
from gradcli.homework.diagnosis.carrying import Carrying
from gradcli.homework.diagnosis.hidden_numbers import Evidence
from gradcli.homework.diagnosis.predictions import Predictions
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram
from gradcli.homework.diagnosis.wanted import wanted_at
from gradcli.record.calls import differentiate

from .test_carrying import PROGRAMS


@pytest.mark.parametrize(("text", "point"), PROGRAMS)
def test_no_mistake_is_ruled_out_that_explains_a_claim(text: str, point: dict[str, float]) -> None:
    program = ReworkedProgram(
        differentiate(text, {name: x for name, x in point.items() if re.search(rf"\b{name}\b", text)})
    )
    predictions, carrying, draw = Predictions(program), Carrying(program), random.Random(text)
    several = 0
    for place in [*predictions.places, *predictions.given]:
        for prediction in predictions.at(place):
            several += len(prediction.made) > 1
            for item in draw.sample(sorted(prediction.sheet), min(3, len(prediction.sheet))):
                number = prediction.sheet[item]
                other = draw.choice([one for one in program.items if one != item])
                claims = [Evidence(item, number, abs(number) * 5e-5, False), Evidence(other, 123.0, 0.05, False)]
                wanted = wanted_at(carrying, place, [(claim, *window(claim)) for claim in claims])
                assert wanted is None or wanted.allows(prediction.made), (prediction.mistake.id, place, item)
    assert several


def test_most_numbers_are_ruled_out_and_a_place_is_looked_through_again() -> None:
    program = ReworkedProgram(differentiate("q = x*y; r = q + x; f = r*z", {"x": 1.7, "y": -2.3, "z": 0.6}))
    predictions = Predictions(program)
    place = ("local", program.graph.by_label["q"])
    every = predictions.at(place)
    chosen = next(p for p in every if p.mistake.id == "own-operand" and len(p.made) == 1)
    item = next(item for item in chosen.sheet if item not in chosen.made)
    claim = Evidence(item, round(chosen.sheet[item], 4), 5e-5, False)
    again = Predictions(program)
    for _ in range(2):  # what is asked about once is not kept, and then it is
        found = list(again.may_explain(place, [(claim, *window(claim))]))
        assert chosen.key in {prediction.key for prediction in found}
        assert len(found) < len(every) / 2
        (same,) = again.of_key(place, chosen.key)
        assert same is next(prediction for prediction in found if prediction.key == chosen.key)
        assert same.sheet == chosen.sheet

"""The words of mistakes that are made in several ways at once: no tag is missing, and none is of another kind."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gradcli import differentiate
from gradcli.commands import run
from gradcli.homework.claims.items import UPSTREAM
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.predictions import Predictions, mistake_in_words
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram

NEURON = "s = w0*x0 + w1*x1 + w2; f = sigmoid(s)"
PROGRAMS: list[tuple[str, dict[str, float]]] = [
    (NEURON, {"w0": 2, "x0": -1, "w1": -3.5, "x1": -2.5, "w2": -3}),
    ("a1 = x1*w1 + x2*w2; a2 = x1 - x2; h = tanh(a1)*sin(a2); f = max(h, x1)*exp(a2)/x2",
     {"x1": 1.5, "x2": 2.5, "w1": 0.3, "w2": -0.7}),
    ("u = x**2 + y**3; v = sqrt(u)*log(u); f = u*v + x*y - 3*x/y", {"x": 1.5, "y": 2.25}),
]  # fmt: skip


def words(program: str, point: Mapping[str, float]) -> dict[tuple[str, str], set[str]]:
    """Return what mistakes of every kind are called in a program, by their kind and id."""
    record = differentiate(program, dict(point))
    predictions = Predictions(ReworkedProgram(record), rarest=3)
    found: dict[tuple[str, str], set[str]] = {}
    made = [prediction for place in predictions.places for prediction in predictions.at(place)]
    for one in [*made, *(p for mistake in MISTAKES.values() for p in predictions.spread(mistake))]:
        text = " ".join(mistake_in_words(record, one.mistake, one.tag, one.nodes, list(one.made)))
        found.setdefault((one.mistake.kind, one.mistake.id), set()).add(text)
    return found


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_no_word_is_missing_and_the_next_node_is_one_of_gradients(program: str, point: dict[str, float]) -> None:
    for (kind, _), texts in words(program, point).items():
        for text in texts:
            assert "  " not in text
            assert text == text.strip()
            assert kind == UPSTREAM or "the next node" not in text


def test_neighbours_by_hand() -> None:
    """At w0*x0 the neighbour of x0 is x1, those of w0 are w1 and w2; at w1*x1 x0 that of x1, w0 and w2 those of w1."""
    found = words(*PROGRAMS[0])
    local = found["local", "neighbour-local"]
    assert {text for text in local if "local(v2" in text} == {
        "taking x0 for x1 at local(v2,w1) (v2 = w1*x1)", "taking w0 for w1 at local(v2,x1) (v2 = w1*x1)",
        "taking w2 for w1 at local(v2,x1) (v2 = w1*x1)",
    }  # fmt: skip
    assert "taking x0 for x1 and w2 for w1 at w1*x1" in local
    assert "taking a neighbour's number at w0*x0 and w1*x1" in local
    assert "taking a neighbour's number, in the derivative too at w0*x0 and w1*x1" in found["value", "neighbour"]
    assert "one term left out of the sum at w0*x0 + w1*x1 and s" in found["value", "term-forgotten-value"]


def test_lint_of_a_neuron(capsys: pytest.CaptureFixture[str]) -> None:
    """w2 and w1 are both -3, so that w2 in the place of w1 is not seen."""
    point = ["w0=2", "x0=-1", "w1=-3", "x1=-2", "w2=-3"]
    assert run(["sheet", NEURON, *point, "--lint"]) in (0, 1)
    text = capsys.readouterr().out
    assert "alike: taking x0 for x1 at local(v2,w1) (v2 = w1*x1) | taking x0 for x1 and w2 for w1 at" in text
    assert "taking  at" not in text

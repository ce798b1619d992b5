"""The catalogue of mistakes: every row is visible on some sheet, and diagnosed there, first or tied."""

from __future__ import annotations

from functools import cache

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE
from gradcli.homework.diagnosis.alternatives import SHOWN
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.predictions import Prediction
from gradcli.homework.diagnosis.suspects import Suspects
from gradcli.record.calls import differentiate

from .problems import PROBLEMS
from .students import evidence, sheet, slip_of

# Programs for the rows that the standard problems have no place for.
MORE = {
    "division": ("f = a/b*c + a/b/c", {"a": 3.0, "b": 0.7, "c": 1.6}),
    "tower": ("f = b**x**y", {"b": 1.3, "x": 2.2, "y": 1.7}),
    "minus": ("f = -x**2 + y**-2*z", {"x": 1.7, "y": 0.6, "z": 2.3}),
    "exponents": ("f = (x**0 + exp(z - z))*y", {"x": 2.5, "y": 1.7, "z": 0.4}),
    "exponential": ("f = b**x + exp2(x*b)", {"b": 1.3, "x": 2.2}),
    "cubic": ("f = 4*x**3 + 7*y", {"x": 0.7, "y": 1.3}),
    "angles": ("f = tan(x*y) + asin(x)", {"x": 0.6, "y": 1.1}),
    "logs": ("f = log10(x*y) + log2(x) + x*sqrt(y)", {"x": 2.7, "y": 3.4}),
    "constants": ("u = x + 4; f = u*y", {"x": 1.3, "y": 2.7}),
    "gate": ("h = relu(x*y); f = h*z + x", {"x": -1.3, "y": 2.7, "z": 0.6}),
    "open": ("h = relu(x*y); f = h*z*(-1.7)", {"x": 1.3, "y": 2.7, "z": 0.6}),
    "arcs": ("f = asin(x)*acos(y) + atan(x*y) + atanh(x*y)", {"x": 0.6, "y": 0.35}),
    "hyperbolic": ("f = asinh(x*y) + acosh(y)*sinh(x)", {"x": 0.6, "y": 2.35}),
    "gelus": ("f = silu(x*y)*y + gelu(x) + erf(x)*erfc(y)", {"x": 0.6, "y": 1.35}),
    "cube root": ("f = cbrt(x*y)*y", {"x": 0.6, "y": 3.35}),
    "both": ("m = max(x*y, z); f = m*x", {"x": 1.3, "y": 2.7, "z": 0.6}),
}
PROGRAMS = {**PROBLEMS, **MORE}


@cache
def suspects(name: str) -> Suspects:
    return Suspects(differentiate(*PROGRAMS[name]))


@cache
def predictions() -> dict[str, list[tuple[str, Prediction]]]:
    """Return the predictions at one place of every row of the catalogue, with the programs."""
    found: dict[str, list[tuple[str, Prediction]]] = {id: [] for id in MISTAKES}
    for name in PROGRAMS:
        known = suspects(name).predictions
        for prediction in (p for place in (*known.places, *known.given) for p in known.at(place)):
            found[prediction.mistake.id].append((name, prediction))
    return found


def unasked(prediction: Prediction) -> bool:
    """Whether a mistake is made at a number that no sheet asks for: a given one."""
    return prediction.mistake.operations == {"input"} and prediction.mistake.kind == VALUE


def test_the_table() -> None:
    assert len(MISTAKES) >= 35
    for id, row in MISTAKES.items():
        assert id == row.id
        assert row.kind in (VALUE, LOCAL, UPSTREAM)
        assert row.title[:1].islower() or row.title[1:2] == "'", "a title stands inside a list"
        assert row.title
        assert row.message
        assert not row.message.endswith(".")
        assert row.message.format(tag="x")
        assert (row.operations | row.besides) <= {*OPERATIONS, "smooth"}
        assert row.common in (1, 2, 3)
        assert row.spread in ("all", "one", "pairs")
        assert not (row.slip and row.together)
    assert len({(row.title, row.kind) for row in MISTAKES.values()}) == len(MISTAKES)


@pytest.mark.parametrize("id", MISTAKES)
def test_a_row_is_visible_and_diagnosed(id: str) -> None:
    """A student makes the mistake once, works on with four figures, and the diagnosis names it first or tied."""
    seen = 0
    for name, prediction in predictions()[id]:
        program = suspects(name).predictions.program
        if prediction.mistake.together or len(prediction.made) > 1 or unasked(prediction):
            claims = evidence(program, prediction.sheet, 4)
        else:
            made = sheet(program, 4, slip_of(prediction))
            if made is None:
                continue
            claims = made
        if all(claim.right for claim in claims):
            continue
        found = suspects(name).diagnose(claims)
        best = [diagnosis for diagnosis in found if len(diagnosis.explains) == len(found[0].explains)]
        told = {told for diagnosis in best for told in (diagnosis.mistake, *diagnosis.also)}
        # A student who works on with the other argument of max takes its derivatives, too.
        named = id in told or (id == "max-min-value" and "max-min" in told)
        assert named or len(best) == SHOWN, f"{name}: {[diagnosis.message for diagnosis in found]}"
        assert all(diagnosis.site == prediction.nodes for diagnosis in found if diagnosis.mistake == id)
        seen += named
        if seen == 3:
            break
    assert seen, "no program shows it"


@pytest.mark.parametrize("id", [row.id for row in MISTAKES.values() if row.spread != "one"])
def test_a_row_is_made_in_several_places(id: str) -> None:
    """The sheets of a mistake made everywhere, or of a whole sheet misread, are as they should be."""
    found = [
        prediction
        for name in PROGRAMS
        for prediction in suspects(name).predictions.spread(MISTAKES[id])
        if prediction.mistake.id == id and len(prediction.made) > 1
    ]
    row = MISTAKES[id]
    for prediction in found:
        assert prediction.made.items() <= prediction.sheet.items()
        assert {item.kind for item in prediction.made} <= {row.kind, *([LOCAL] if row.slopes else [])}
        assert (prediction.nodes == ()) == (row.slip and row.spread == "all")
    if row.slip:
        assert found


@pytest.mark.parametrize("id", ["local-for-gradient", "upstream-for-gradient"])
def test_one_path_in_place_of_the_sum_takes_several_paths(id: str) -> None:
    for name, prediction in predictions()[id]:
        arguments = suspects(name).predictions.program.graph.nodes.arguments
        for item in prediction.made:
            assert sum(row.count(item.node) for row in arguments) > 1, (name, prediction)


@pytest.mark.parametrize(("x", "local"), [(0.6, 0.9999451693655121), (0.6, 0.014404823914)])
def test_an_angle_in_degrees_is_wrong_in_two_ways(x: float, local: float) -> None:
    """The slope of sin at 0.6 degrees is cos(0.6*pi/180), that per degree cos(0.6)*pi/180."""
    found = Suspects(differentiate("f = sin(x)*z", {"x": x, "z": 2.0})).predictions
    made = [p.made for place in found.places for p in found.at(place) if p.mistake.id == "degrees"]
    assert any(value == pytest.approx(local, rel=1e-9) for values in made for value in values.values())

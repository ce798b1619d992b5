"""How suspects are found in a sheet of arrays: what is small enough, what few numbers say, steps from own arrays."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.claims.array_items import readings
from gradcli.homework.claims.tolerance import USUAL
from gradcli.homework.diagnosis import array_suspects
from gradcli.homework.diagnosis.array_evidence import ArrayEvidence
from gradcli.homework.diagnosis.array_mistakes import ArrayMistake
from gradcli.homework.diagnosis.array_predictions import Edit
from gradcli.homework.diagnosis.array_suspects import ArraySuspects, _Suspect
from gradcli.homework.diagnosis.array_worlds import Changes
from gradcli.homework.diagnosis.suspects import CONSISTENT, COULD_BE, TIES
from gradcli.homework.marking.array_key import ArrayKey

from .array_sheets import key_of

NET = (
    "Z = X@W; A = tanh(Z); Y = A@V; L = sum(Y*G)",
    {"X": [[1.0, 2], [3, -1]], "W": [[0.5, -1], [0.3, 1]], "V": [[1.0, 2], [2, 0.5]], "G": [[1.0, 2], [10, 3]]},
)
ODD = [1.37, -2.91, 4.03, 0.77]


def evidence(
    key: ArrayKey, name: str, numbers: list[float], *, right: bool = False, unit: float = 0.0, shape: Any = None
) -> ArrayEvidence:
    item = readings(key.record, name)[0]
    return ArrayEvidence(item, shape or item.shape, numbers, [unit / 2] * len(numbers), right)


def true(key: ArrayKey, name: str) -> list[float]:
    return list(key.truth(readings(key.record, name)[0]))


@pytest.mark.parametrize(("program", "values", "size"), [
    ("L = sum(x*x)", {"x": [1.0, 2, 3]}, 7),  # 3 + 3 + 1 numbers
    ("L = sum(A@B)", {"A": [[1.0, 2], [3, 4]], "B": [[1.0, 2], [3, 4]]}, 21),  # 2*2*2 products and 4 + 4 + 4 + 1
])  # fmt: skip
def test_how_large_a_program_may_be(
    program: str, values: dict[str, Any], size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of(program, values)
    for most, able in ((size, True), (size - 1, False)):
        monkeypatch.setattr(array_suspects, "MAX_WORK", most)
        assert ArraySuspects(key.run, USUAL)._is_able is able


def test_one_number_beyond_binary64_is_enough_to_look_for_nothing() -> None:
    assert not ArraySuspects(key_of("L = sum(x*x)", {"x": [1e200, 1]}).run, USUAL)._is_able
    assert not ArraySuspects(key_of("L = sum(x*x*y)", {"x": [1e160, 1], "y": [1e-200, 1]}).run, USUAL)._is_able


def test_in_a_large_program_the_same_is_found_and_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(*NET)
    wrong = evidence(key, "dL/dW", [-x for x in true(key, "dL/dW")])
    sheet = [evidence(key, "dL/dV", true(key, "dL/dV"), right=True), wrong]
    kept = ArraySuspects(key.run, USUAL)
    found = kept.diagnose(sheet)
    assert found
    assert kept._kept is not None
    numbers = sum(len(v.entries) for v in key.run.values)
    for most, is_kept in ((numbers, True), (numbers - 1, False)):
        monkeypatch.setattr(array_suspects, "MOST_KEPT", most)
        own = ArraySuspects(key.run, USUAL)
        assert own.diagnose(sheet) == found
        assert (own._kept is not None) is is_kept
    assert {d.mistake for d in found} >= {"sign"}
    assert {d.explains for d in found} == {(1,)}


def test_to_the_last_place_or_up_to_rounding() -> None:
    """The opposite sign with four figures is exact; with all entries off by less than 1 % it is close."""
    key = key_of(*NET)
    own = ArraySuspects(key.run, USUAL)
    minus = [-x for x in true(key, "dL/dW")]
    for numbers, unit, exact, close in (
        (minus, 0.0, {0}, set()), ([round(x, 3) for x in minus], 0.001, {0}, set()),
        ([x * 1.004 for x in minus], 0.0, set(), {0}),
    ):  # fmt: skip
        sheet = [evidence(key, "dL/dW", numbers, unit=unit)]
        signs = [s for s in own._whole(own._predictions(sheet), sheet, [0]) if s.edit.mistake.id == "sign"]
        assert signs
        assert [(s.exact, s.close) for s in signs] == [(exact, close)] * len(signs)


@pytest.mark.parametrize(("numbers", "shape", "few"), [
    ([1.0, 2.0, 1.0, -2.0], None, True), ([1.0, 2.0, 3.0, 0.0], None, False), ([5.0] * 4, None, True),
    ([0.0] * 4, None, False),  # nothing at all is no matter of chance
    ([1.0, 2.0], (2,), False),  # a wrong shape says more
    ([1.0, 2.0, 1.0, 2.0], (1, 2, 2), True),
])  # fmt: skip
def test_which_claims_have_few_numbers(numbers: list[float], shape: Any, few: bool) -> None:
    key = key_of(*NET)
    claim = evidence(key, "dL/dW", numbers, shape=shape)
    assert [*ArraySuspects(key.run, USUAL)._few([claim, claim], [1])] == ([1] if few else [])


def test_a_wrong_claim_of_more_than_two_numbers_would_be_known() -> None:
    key = key_of(*NET)
    own = ArraySuspects(key.run, USUAL)
    for numbers, known in ((ODD, True), ([1.0, 2.0, 3.0, 3.0], True), ([1.0, 2.0, -2.0, 0.0], False)):
        assert own.would_know(evidence(key, "dL/dW", numbers)) is known
        assert not own.would_know(evidence(key, "dL/dW", numbers, right=True))


def test_zeros_that_cancel_explain_nothing_alone() -> None:
    """A closed gate makes zeros, and a wrong value does; numbers that cancel to them only beside another claim."""
    key = key_of("h = relu(z); L = sum(h*g)", {"z": [1.0, 2, 3], "g": [1.0, 4, 7]})
    own = ArraySuspects(key.run, USUAL)
    assert "gate-closed" in {d.mistake for d in own.diagnose([evidence(key, "dL/dz", [0.0] * 3)])}
    # One path of two with a wrong factor cancels the other: 2 - 4/2.
    fork = key_of("L = sum(2*x) + sum(-4*x)", {"x": [1.0, 2, 3]})
    zeros = evidence(fork, "dL/dx", [0.0] * 3)
    lone = ArraySuspects(fork.run, USUAL)
    found = lone._whole(lone._predictions([zeros]), [zeros], [0])
    assert all(array_suspects._may_close(s.edit) for s in found)
    assert "path-factor" not in {d.mistake for d in lone.diagnose([zeros])}


@pytest.mark.parametrize(("numbers", "ties", "hedge"), [
    ([1.0, 2.0, 3.0, 4.0], TIES, CONSISTENT), ([1.0, 2.0, 3.0, 4.0], TIES + 1, COULD_BE),
    ([1.0, 2.0, 3.0, 3.0], 1, CONSISTENT), ([1.0, 2.0, 2.0, 1.0], 1, COULD_BE),
])  # fmt: skip
def test_how_sure_a_mistake_is(numbers: list[float], ties: int, hedge: str) -> None:
    """It could be one of many, or one that two numbers alone speak for."""
    key = key_of(*NET)
    made = []
    for order in range(ties):
        mistake = ArrayMistake(f"m{order}", f"mistake {order}")
        made.append(_Suspect(Edit(mistake, "", (1,), False, Changes()), order))
        made[-1].exact.add(0)
    found = ArraySuspects(key.run, USUAL)._verdict(made, [evidence(key, "dL/dW", numbers)], [0])
    assert [(d.mistake, d.hedge) for d in found] == [(f"m{k}", hedge) for k in range(min(ties, TIES))]


@pytest.mark.parametrize(("explained", "told"), [
    ("dL/dW", ["gradient"]), ("Z", ["gradient", "value"]), ("dL/dW Z", ["gradient", "value"]),
])  # fmt: skip
def test_a_wrong_value_is_told_where_a_value_speaks_for_it(explained: str, told: list[str]) -> None:
    key = key_of(*NET)
    sheet = [evidence(key, name, [1.0, 2.0, 3.0, 4.0]) for name in explained.split()]
    made = [_Suspect(Edit(ArrayMistake(id, id), "", (1,), id == "value", Changes()), order)
            for order, id in enumerate(("gradient", "value"))]  # fmt: skip
    for suspect in made:
        suspect.exact.update(range(len(sheet)))
    found = ArraySuspects(key.run, USUAL)._verdict(made, sheet, range(len(sheet)))
    assert [d.mistake for d in found] == told


# ---- one step from the own arrays


def test_a_second_mistake_is_found_in_the_own_numbers() -> None:
    """What nothing explains is passed on as it is, without the slope of tanh; alone it is no step from anything."""
    key = key_of(*NET)
    own = ArraySuspects(key.run, USUAL)
    first, second = evidence(key, "dL/dA", ODD), evidence(key, "dL/dZ", ODD)
    found = own.diagnose([first, second])
    assert ("inner-left-out", (1,)) in [(d.mistake, d.explains) for d in found]
    assert own.diagnose([first]) == own.diagnose([second]) == []
    assert own.diagnose([first._replace(right=True)]) == []
    assert own.diagnose([first, second._replace(right=True)]) == []
    wrong_value = evidence(key, "Z", ODD)
    assert own.diagnose([wrong_value, first]) == []  # no gradient that follows from it


def test_what_is_explained_as_a_whole_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_of(*NET)
    asked = []
    own = ArraySuspects(key.run, USUAL)
    monkeypatch.setattr(own, "_retraced", lambda sheet, k, start: asked.append((k, start > 0)) or [])
    minus = evidence(key, "dL/dW", [-x for x in true(key, "dL/dW")])
    own.diagnose([minus, evidence(key, "dL/dA", ODD)])
    assert asked == [(1, True)]

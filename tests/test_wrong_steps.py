"""Mistakes of a step of descent, by hand: new values where old ones belong, and what is written for the new value."""

from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.items import STEP, UPSTREAM, Item
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram, Working
from gradcli.homework.diagnosis.wrong_paths import MANY
from gradcli.homework.diagnosis.wrong_rules import EVERY_PATH
from gradcli.homework.diagnosis.wrong_steps import STEP_MISTAKES, with_new_inputs, with_new_operands
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of


def working(program: str, point: dict[str, float], item: str, rate: str = "0.5", *, ascent: bool = False) -> Working:
    """The step that an item is: `dq` is what flows back to q, `x` the new value of x."""
    given = {name: Source(name, repr(x)) for name, x in point.items()}
    request = Request(step=update_of("gd", rate, ascent=ascent, option="step"))
    made = evaluate(Source("program", program), given, request)
    numbers, node = ReworkedProgram(made).right, made.graph.by_label
    return Working(numbers, Item(UPSTREAM, node[item[1:]]) if item[0] == "d" else Item(STEP, node[item]))


# f = x*y*z at 2, 3, 5 with the rate 0.5: df/dx = 15, df/dy = 10, df/dz = 6; the new values are -5.5, -2 and 2.
POINT = {"x": 2.0, "y": 3.0, "z": 5.0}


@pytest.mark.parametrize(("id", "expected"), [
    ("step-sign", [9.5]), ("step-without-rate", [-13.0]), ("step-rate-twice", [2 - 0.25 * 15]),
    ("step-alone", [7.5, -7.5]), ("step-gradient", [15.0]), ("step-old", [2.0]),
])  # fmt: skip
def test_what_is_written_for_a_new_value(id: str, expected: list[float]) -> None:
    step = working("f = x*y*z", POINT, "x")
    assert step.right == -5.5
    assert [x for _, x in STEP_MISTAKES[id].results(step)] == expected


def test_uphill_the_signs_are_the_other_way_round() -> None:
    step = working("f = x*y*z", POINT, "x", ascent=True)
    assert step.right == 9.5
    found = {id: [x for _, x in STEP_MISTAKES[id].results(step)] for id in STEP_MISTAKES}
    assert found["step-sign"] == [-5.5]
    assert found["step-without-rate"] == [17.0]
    assert found["step-rate-twice"] == [2 + 0.25 * 15]


def test_new_values_on_the_way_back() -> None:
    """q = x*y is used twice: df/dq = z + 2*q, of which one term has the new z = 5 - 0.5*6 in it."""
    step = working("q = x*y; p = q**2; f = q*z + p", POINT, "dq")
    assert dict(with_new_operands(step)) == {"z": 2 * 6 + (5 - 0.5 * 6)}
    inner = working("q = x*y; f = q*z", POINT, "dq")
    assert dict(with_new_operands(inner)) == {"z": 2.0}  # z is 5 - 0.5*6
    own = working("f = x*y*z", POINT, "dx")
    (found,) = [x for tag, x in with_new_operands(own) if tag == "y"]
    assert found == 5 * (3 - 0.5 * 10)


def test_new_values_along_all_paths() -> None:
    """df/dx = 2*y + 3*z, with the new y along one path, with the new z along the other, and with both."""
    step = working("f = x*y*2 + x*z*3", POINT, "dx", rate="0.1")
    new_y, new_z = 3 - 0.1 * 4, 5 - 0.1 * 6  # of df/dy = 2*x and df/dz = 3*x
    found = dict(with_new_operands(step))
    assert found == pytest.approx({"y": 2 * new_y + 3 * 5, "z": 2 * 3 + 3 * new_z, EVERY_PATH: 2 * new_y + 3 * new_z})


def test_gradients_after_other_inputs_were_updated() -> None:
    step = working("f = x*y*z", POINT, "dx", rate="0.1")
    new_y, new_z = 3 - 0.1 * 10, 5 - 0.1 * 6
    found = [(tag, x) for tag, x in with_new_inputs(step)]
    assert dict(found[-3:]) == pytest.approx({"y": new_y * 5, "z": 3 * new_z, EVERY_PATH: new_y * new_z})
    two = working("f = x*y", {"x": 2.0, "y": 3.0}, "dx", rate="0.1")
    assert [tag for tag, _ in with_new_inputs(two)][-1] == "y"  # one other input is all others
    assert list(with_new_inputs(working("f = x*y*z", POINT, "dx", rate="0"))) == []
    assert list(with_new_operands(working("f = x*y*z", POINT, "dx", rate="0"))) == []


def test_many_inputs_are_too_many() -> None:
    for count in (MANY, MANY + 1):
        names = [f"x{k}" for k in range(count)]
        step = working(
            "f = y*(" + " + ".join(names) + ")", {"y": 2.0, **{name: 1.0 + k for k, name in enumerate(names)}}, "dy"
        )
        single = [tag for tag, _ in with_new_inputs(step) if tag in names]
        assert len(single) >= (count if count == MANY else 0)
        assert bool(single) is (count == MANY)


def test_where_rows_of_a_step_apply() -> None:
    gradient, new = working("f = x*y*z", POINT, "dx"), working("f = x*y*z", POINT, "x")
    inner = working("q = x*y; f = q*z", POINT, "dq")
    applies = {id: [row.applies(step) for step in (gradient, inner, new)] for id, row in STEP_MISTAKES.items()}
    assert applies.pop("updated-operand") == [False, True, False]
    assert applies.pop("updated-first") == [True, False, False]
    assert set(map(tuple, applies.values())) == {(False, False, True)}

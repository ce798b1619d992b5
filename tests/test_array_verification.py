"""What --verify looks at of a program of arrays, how much of it, and what it says where the gradient is wrong."""

from __future__ import annotations

import math
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.arrays.duals import tangents
from gradcli.errors import LimitError
from gradcli.record import array_checks
from gradcli.record.array_checks import DIRECTIONS, array_hessian, chosen, verify_arrays
from gradcli.record.array_gradient import ArrayGradient


def record(program: str, point: dict[str, Any], **asked: Any) -> ArrayGradient:
    found = differentiate(program, point, **asked)
    assert isinstance(found, ArrayGradient)
    return found


def entries(found: ArrayGradient) -> list[str]:
    return [check.name for check in verify_arrays(found) if not check.name.startswith("direction")]


@pytest.mark.parametrize(("size", "verified"), [(1, 1), (7, 7), (199, 199), (200, 200), (201, 200), (260, 200)])
def test_at_most_200_entries_are_verified_and_three_directions(size: int, verified: int) -> None:
    checks = verify_arrays(record("sum(x)*2", {"x": [1.0] * size}))
    assert [check.name for check in checks[verified:]] == ["direction 1", "direction 2", "direction 3"]
    assert len({check.name for check in checks[:verified]}) == verified
    assert checks[0].name == "x[0]"
    assert {check.verdict for check in checks} == {"agrees"}


@pytest.mark.parametrize(("sizes", "most", "places"), [
    ((4,), 4, [("a", 0), ("a", 1), ("a", 2), ("a", 3)]),
    ((4,), 3, [("a", 0), ("a", 1), ("a", 2)]),
    ((10,), 3, [("a", 0), ("a", 3), ("a", 6)]),
    ((10,), 1, [("a", 0)]),
    ((6, 2), 4, [("a", 0), ("a", 3), ("b", 0), ("b", 1)]),
    ((6, 2), 5, [("a", 0), ("a", 3), ("b", 0), ("b", 1)]),
    ((3, 3, 3), 2, [("a", 0), ("b", 0), ("c", 0)]),
])  # fmt: skip
def test_entries_are_chosen_at_equal_distances(sizes: tuple[int, ...], most: int, places: list[Any]) -> None:
    names = "abc"[: len(sizes)]
    found = record(" + ".join(f"sum({name})" for name in names),
                   {name: [1.0] * size for name, size in zip(names, sizes, strict=True)})  # fmt: skip
    assert list(chosen(found.places, found, most)) == places


@pytest.mark.parametrize(("program", "point", "work"), [
    ("sum(exp(x))", {"x": [1, 2, 3]}, 3 * 20 + 1),  # an input is nothing to compute; a function is as much as 20
    ("sum(x*x)", {"x": [1, 2, 3]}, 3),
    ("sum(W@x)", {"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 2, 3]}, 6),
])  # fmt: skip
def test_a_large_program_is_verified_in_fewer_places(
    program: str, point: dict[str, Any], work: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A check takes three passes; a pass takes at least the multiplications, and every array its entries."""
    found = record(program, point)
    assert array_checks._work(found) >= work
    for room in (1, 2):
        monkeypatch.setattr(array_checks, "MAX_WORK", 3 * room * array_checks._work(found))
        checks = verify_arrays(found)
        directions = [check for check in checks if check.name.startswith("direction")]
        inputs = len(found.places)
        assert len(checks) - len(directions) == max(room, inputs)
        assert len(directions) == min(DIRECTIONS, room)
    monkeypatch.setattr(array_checks, "MAX_WORK", 0)
    assert len(verify_arrays(found)) == len(found.places) + 1


def test_a_function_is_twenty_multiplications() -> None:
    plain, curved = record("sum(x + x)", {"x": [1, 2, 3]}), record("sum(exp(x))", {"x": [1, 2, 3]})
    assert array_checks._work(curved) - array_checks._work(plain) == 3 * 19
    product = record("sum(A@B)", {"A": [[1, 2]], "B": [[1, 2, 3], [4, 5, 6]]})  # 3 sums of 2 products
    assert array_checks._work(product) - sum(math.prod(product.shape(i)) for i in range(len(product.graph.nodes))) == 6


@pytest.mark.parametrize(("off", "verdict"), [
    (1e-12, "agrees"), (-1e-12, "agrees"), (1e-8, "disagrees"), (-1e-8, "disagrees"), (1.0, "disagrees"),
    (-2.0, "disagrees"),
])  # fmt: skip
def test_a_wrong_entry_is_seen_there_and_in_every_direction(off: float, verdict: str) -> None:
    found = record("sum(x*y)", {"x": [2.0, 3.0], "y": [5.0, 7.0]})
    column = found.upstream[found.places["x"]]
    assert column == [5.0, 7.0]
    column[1] *= 1 + off
    checks = {check.name: check for check in verify_arrays(found)}
    assert {name: check.verdict for name, check in checks.items()} == {
        "x[0]": "agrees", "x[1]": verdict, "y[0]": "agrees", "y[1]": "agrees", "direction 1": verdict,
        "direction 2": verdict, "direction 3": verdict,
    }  # fmt: skip
    assert checks["x[1]"].why == ("" if verdict == "agrees" else "forward mode and central differences differ")
    assert checks["x[1]"].reverse == column[1]
    assert (checks["x[1]"].forward, checks["x[1]"].difference) == (7.0, 7.0)
    assert (checks["x[1]"].step, checks["x[1]"].error) == (2.0**-300, 0.0)


def test_one_way_that_differs_is_named_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = record("sum(x*x)", {"x": [2.0]})
    monkeypatch.setattr("gradcli.record.array_checks.tangents", lambda A, graph, point, moves: tangents(
        A, graph, point, {name: A.make(x.shape, [2 * entry for entry in x.entries]) for name, x in moves.items()}
    ))  # fmt: skip
    first = verify_arrays(found)[0]
    assert (first.verdict, first.why) == ("disagrees", "forward mode differs")
    assert (first.reverse, first.forward, first.difference) == (4.0, 8.0, 4.0)


def test_directions_are_random_and_always_the_same() -> None:
    """The derivative of the sum is the sum of what the entries move by, each of which is at most 1 up or down."""
    slopes = [[check.reverse for check in verify_arrays(record("sum(x)", {"x": [1.0] * 9}))[9:]] for _ in range(2)]
    assert slopes[0] == slopes[1]
    assert len(set(slopes[0])) == DIRECTIONS
    assert all(0 < abs(slope) < 9 for slope in slopes[0])
    alone = [check.reverse for check in verify_arrays(record("sum(x)", {"x": [1.0]}))[1:]]
    assert all(0 < abs(slope) <= 1 for slope in alone)
    both = record("sum(x) + sum(y)", {"x": [1.0], "y": [1.0]})
    assert all(abs(check.reverse) <= 2 for check in verify_arrays(both)[2:])


def test_entries_without_a_derivative_are_skipped() -> None:
    found = record("sum(x*x)", {"x": [2.0, 3.0]})
    column = found.upstream[found.places["x"]]
    assert column is not None
    column[0] = None
    checks = [(check.name, check.verdict, check.why, check.forward) for check in verify_arrays(found)]
    assert checks == [
        ("x[0]", "skipped", "there is no derivative", None), ("x[1]", "agrees", "", 6.0),
        *((f"direction {n}", "skipped", "no derivative", None) for n in (1, 2, 3)),
    ]  # fmt: skip


@pytest.mark.parametrize(("program", "x", "why"), [
    ("sum(abs(x))", [0.0, 3.0], "is -1 from the left and 1 from the right"),
    ("sum(relu(x))", [0.0, 3.0], "is 0 from the left and 1 from the right"),
])  # fmt: skip
def test_an_entry_at_a_kink_is_skipped_and_the_others_are_not(program: str, x: list[float], why: str) -> None:
    checks = {check.name: check for check in verify_arrays(record(program, {"x": x}))}
    assert (checks["x[0]"].verdict, checks["x[1]"].verdict) == ("skipped", "agrees")
    assert checks["x[0]"].why.endswith(why)
    assert {check.why for name, check in checks.items() if name.startswith("d")} == {"some entries are at a kink"}


def test_what_the_reverse_pass_starts_with_counts() -> None:
    found = record("x*x", {"x": [2.0, 3.0]}, upstream=[1.0, -2.0])
    checks = verify_arrays(found)
    assert [(check.reverse, check.forward, check.difference) for check in checks[:2]] == [(4.0,) * 3, (-12.0,) * 3]
    assert {check.verdict for check in checks} == {"agrees"}


def test_there_are_no_differences_where_the_program_has_no_value_beside_the_point() -> None:
    """log(x) at x = 2**-301 has none a step of 2**-300 below; its slope is 2**301."""
    checks = verify_arrays(record("sum(log(x))", {"x": [2.0**-301, 1.0]}))
    first, second = checks[0], checks[1]
    assert (first.forward, first.difference, first.error, first.verdict) == (2.0**301, None, None, "agrees")
    assert (second.difference, second.error, second.verdict) == (1.0, 2.0**-300, "agrees")


@pytest.mark.parametrize(("program", "x"), [
    ("sum(softmax(x))", [0.3, 1.0]),  # 0 is the middle of a ball
    ("sum(relu(x)**2)", [0.0, 1.0]),  # differences are off by half a step
    ("sum(log(exp(x)) - x)", [0.1, 0.7]),
])  # fmt: skip
def test_a_derivative_of_zero_is_verified_within_the_errors(program: str, x: list[float]) -> None:
    found = record(program, {"x": x})
    assert {check.verdict for check in verify_arrays(found)} == {"agrees"}
    slopes = found.upstream[found.places["x"]]
    assert slopes
    assert slopes[0] == 0
    slopes[0] = 1e-80
    assert verify_arrays(found)[0].why == "forward mode and central differences differ"


@pytest.mark.parametrize(("asked", "slopes"), [
    ({"exact": True}, ["2/3", "4"]), ({"digits": 5}, ["0.66667", "4"]), ({"digits": 2}, ["0.67", "4"]),
    ({"digits": 20}, ["0.66666666666666666667", "4"]), ({"ieee": True}, ["0.6666666666666666", "4.0"]),
])  # fmt: skip
def test_numbers_of_few_digits_are_verified_as_such(asked: dict[str, Any], slopes: list[str]) -> None:
    """What a record rounds off is no disagreement; an error of two units of the last digit of 10000 is one."""
    found = record("sum(x*x)", {"x": ["1/3", "2"]}, **asked)
    checks = verify_arrays(found)
    assert [str(check.reverse) for check in checks[:2]] == slopes
    assert [check.forward for check in checks[:2]] == [pytest.approx(2 / 3, abs=1e-15), 4.0]
    assert {check.verdict for check in checks} == {"agrees"}
    column = found.upstream[found.places["x"]]
    if "digits" in asked and column is not None:
        column[0] = f"{2 / 3 * (1 + 2 * 10.0 ** (1 - asked['digits']) + 3e-9):.17f}"
        wrong = verify_arrays(found)
        assert [check.verdict for check in wrong[:2]] == ["disagrees", "agrees"]


# ---- second derivatives


def test_a_hessian_has_a_limit_and_meets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(array_checks, "HESSIAN_ENTRIES", 3)
    assert array_hessian(record("sum(x*x)", {"x": [1.0, 2, 3]})) == {"x": {"x": [[2, 0, 0], [0, 2, 0], [0, 0, 2]]}}
    for point in ({"x": [1.0, 2, 3], "y": [1.0]}, {"x": [1.0, 2], "y": [1.0, 2]}):
        with pytest.raises(LimitError, match=r"^a Hessian of more than 3 entries a side$") as raised:
            array_hessian(record("sum(x*x)*sum(y)", point))
        assert raised.value.hint == "name fewer inputs in --wrt"
    found = record("sum(x*x)*sum(y)", {"x": [1.0, 2, 3], "y": [1.0]}, wrt=["y"])
    assert array_hessian(found) == {"y": {"y": [[0]]}}


def test_a_hessian_of_two_inputs_has_the_axes_of_the_first_before_those_of_the_second() -> None:
    found = array_hessian(record("sum(x*x)*y + sum(W@x)", {"x": [1.0, 2], "y": 3.0, "W": [[1, 1]]}))
    assert found["x"]["x"] == [[6, 0], [0, 6]]
    assert (found["x"]["y"], found["y"]["x"], found["y"]["y"]) == ([2, 4], [2, 4], 0)
    assert found["W"]["x"] == [[[1, 0], [0, 1]]]
    assert found["x"]["W"] == [[[1, 0]], [[0, 1]]]


def test_a_hessian_tells_entries_without_second_derivatives() -> None:
    found = record("sum(abs(x)*x)", {"x": [0.0, 3.0]})
    before = len(found.notes)
    assert array_hessian(found)["x"]["x"] == [[None, 0], [0, 2]]
    assert {note.node for note in found.notes[before:]} == {found.output}
    assert any("x[0]" in note.message for note in found.notes[before:])

"""Limits of what a homework file may say: the last number that is taken, and the first that is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.classroom.homework_file import Problem, load


def problem(lines: str, before: str = "", program: str = "x*y") -> Problem:
    text = f'{before}\n[[problem]]\nprogram = "{program}"\n{lines}\n'
    (found,) = load(Source("hw.toml", text)).problems.values()
    return found


LIMITS = {
    "rtol": ("0", "0.999", "-0.1", "1"), "sigfigs": ("1", "15", "0", "16"), "decimals": ("0", "15", "-1", "16"),
    "atol": ("0", "1e300", "-1e-9", "1.5e300"), "follow_through": ("0", "1", "-0.1", "1.01"),
    "imprecise": ("0", "1", "-0.1", "1.01"), "seed": ("0", f"{2**53}", "-1", f"{2**53 + 2}"),
    "attempts": ("1", "1000", "0", "1001"), "penalty": ("0", "1", "-0.1", "1.01"),
    "vary_version": ("1", "3", "0", "4"), "points": ("0.01", "1e6", "0.009", "1000001"),
}  # fmt: skip


@pytest.mark.parametrize("key", LIMITS)
def test_numbers_have_limits(key: str) -> None:
    least, most, below, above = LIMITS[key]
    for number in (least, most):
        found = problem(f"{key} = {number}")
        policy = {"seed": found.policy.random_seed}
        own = policy.get(
            key, getattr(found.policy, key, None) if hasattr(found.policy, key) else getattr(found, key, 0)
        )
        assert own == float(number)
    for number in (below, above):
        with pytest.raises(InputError, match=rf"problem 1\.{key}: |rtol"):
            problem(f"{key} = {number}")


@pytest.mark.parametrize("number", ["1.0", "true", '"2"', "[2]", "nan"])
@pytest.mark.parametrize("key", ["sigfigs", "decimals", "seed", "attempts", "vary_version"])
def test_some_numbers_are_whole(key: str, number: str) -> None:
    with pytest.raises(InputError, match="a whole number from"):
        problem(f"{key} = {number}")


@pytest.mark.parametrize(("late", "fits"), [("0", True), ("1e6", True), ("-0.5", False), ("1000001", False)])
def test_a_day_costs_points(late: str, fits: bool) -> None:
    text = f"late = {late}\n[[problem]]\nprogram = 'x'\n"
    if fits:
        assert load(Source("hw.toml", text)).late == float(late)
        return
    with pytest.raises(InputError, match="late: a number from 0 to 1e"):
        load(Source("hw.toml", text))


@pytest.mark.parametrize(("table", "fits"), [
    ("weights = { f = 0, x = 1e6 }", True), ("weights = { f = 1000001 }", False), ("weights = { f = -1 }", False),
    ('mistake = [{ item = "f", gives = 1, message = "m", credit = 0 }]', True),
    ('mistake = [{ item = "f", gives = 1, message = "m", credit = 1 }]', True),
    ('mistake = [{ item = "f", gives = 1, message = "m", credit = 1.01 }]', False),
])  # fmt: skip
def test_weights_and_credits_have_limits(table: str, fits: bool) -> None:
    if fits:
        assert problem(table)
        return
    with pytest.raises(InputError, match="a number from 0 to 1"):
        problem(table)


def test_a_mistake_is_worth_nothing_unless_it_is_said() -> None:
    assert problem('mistake = [{ item = "f", gives = 1, message = "m" }]').mistakes[0].credit == 0


@pytest.mark.parametrize(("shape", "expected"), [
    ('"3x2"', (3, 2)), ("4", (4,)), ('"4"', (4,)), ('" 2 x 3 , 4\u00d75 "', (2, 3, 4, 5)), ('"100x100"', (100, 100)),
    ("10000", (10000,)), ("1", (1,)), ('"101x100"', None), ("10001", None), ("0", None), ('"3x0"', None),
    ('"2x2x2x2x2"', None), ("true", None), ("2.0", None), ('"x"', None), ('"-3"', None), ("[3, 2]", None), ('""', None),
])  # fmt: skip
def test_shapes_of_arrays_that_are_drawn(shape: str, expected: tuple[int, ...] | None) -> None:
    line = f"shapes = {{ A = {shape} }}"
    if expected is not None:
        assert problem(line, program="sum(A)").shapes == {"A": expected}
        return
    with pytest.raises(InputError, match=r"A: a shape is expected|A: 1 to 10,000 numbers are drawn"):
        problem(line, program="sum(A)")


@pytest.mark.parametrize(("id", "fits"), [
    ("a" * 60, True), ("a" * 61, False), ("7-b_C", True), ("_a", False), ("-a", False), ("a.b", False), ("ä", False),
])  # fmt: skip
def test_ids_are_short(id: str, fits: bool) -> None:
    if fits:
        assert problem(f'id = "{id}"').id == id
        return
    with pytest.raises(InputError, match="an id is made of letters"):
        problem(f'id = "{id}"')


@pytest.mark.parametrize(("line", "numeric"), [
    ("", ("value",)), ("numeric = true", ("value", "local", "upstream", "derivative", "new")), ("numeric = false", ()),
])  # fmt: skip
def test_where_only_numbers_count(line: str, numeric: tuple[str, ...]) -> None:
    assert problem(line).policy.numeric == numeric
    assert problem("numeric = false", "[defaults]\nnumeric = true").policy.numeric == ()
    assert "local" in problem("", "[defaults]\nnumeric = true").policy.numeric


@pytest.mark.parametrize(("usual", "own", "rate", "ascent"), [
    ("", "step = 0.5", "0.5", False), ("", "step = 0.5\nascent = true", "0.5", True),
    ("step = 0.5", "", "0.5", False), ("step = 0.5", "ascent = true", "0.5", True),
    ("step = 0.5\nascent = true", "", "0.5", True), ("step = 0.5\nascent = true", "ascent = false", "0.5", False),
    ("step = 0.5\nascent = true", "step = 0.25", "0.25", True), ("step = 0.5", "step = false", None, None),
    ("", "", None, None), ("", "ascent = false", None, None),
])  # fmt: skip
def test_a_step_of_descent(usual: str, own: str, rate: str | None, ascent: bool | None) -> None:
    update = problem(own, f"[defaults]\n{usual}").update
    assert (None if update is None else update.rate.text, None if update is None else update.ascent) == (rate, ascent)


def test_a_direction_needs_a_rate() -> None:
    with pytest.raises(InputError, match="this is the direction of a step"):
        problem("ascent = true")


@pytest.mark.parametrize(("due", "expected"), [
    ('"2026-12-01"', date(2026, 12, 1)), ('" 2026-12-01 "', date(2026, 12, 1)),
    ('"2026-12-01 18"', datetime(2026, 12, 1, 18)), ("2026-12-01", date(2026, 12, 1)),
])  # fmt: skip
def test_a_date_is_no_time(due: str, expected: date) -> None:
    found = problem(f"due = {due}").due
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(("vary", "seed"), [("2026", "2026"), ('"a b"', "a b"), ("false", None), ("0", "0")])
def test_a_seed_is_a_number_or_a_text(vary: str, seed: str | None) -> None:
    assert problem(f"vary = {vary}", "[defaults]\nvary = 1").seed == seed
    for wrong in ("true", '" "', "1.5", "[1]"):
        with pytest.raises(InputError, match="a whole number or a text is expected"):
            problem(f"vary = {wrong}")

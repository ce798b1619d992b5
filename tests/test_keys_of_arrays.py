"""What the key of a program of arrays knows: decimals as written, what cancels, sides, circles, other derivatives."""

# ruff: noqa: E501
from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.array_claims import ArrayFormula
from gradcli.homework.claims.array_items import ArrayItem
from gradcli.homework.claims.claims import Number
from gradcli.homework.claims.decimals import DIGITS, RECORD_RTOL
from gradcli.homework.claims.items import VALUE
from gradcli.homework.claims.sides import SidesOfItem
from gradcli.homework.claims.tolerance import decimal_of
from gradcli.homework.classroom.array_grading import ArrayPrepared
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.marking.array_key import ArrayKey
from gradcli.record.array_gradient import evaluate_arrays
from gradcli.record.array_values import array_of
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of

from .array_sheets import key_of, marks


def item(key: ArrayKey, name: str) -> ArrayItem:
    found = key.readings(name)
    assert not isinstance(found, str), found
    return found[0]


def stepped(program: str, rate: str, *, ascent: bool = False, **point: Any) -> ArrayKey:
    """Return the key of a program at a point, of which a step of descent or ascent is asked."""
    given = {name: array_of(name, value) for name, value in point.items()}
    request = Request(step=update_of("gd", rate, ascent=ascent))
    return ArrayKey(evaluate_arrays(Source("program", program), given, request), given, (), 0)


# ---- a true number, for the inputs as the decimals that were written

TENTHS = {"x": [0.1], "y": [0.2]}
SUM = "z = x + y; L = sum(z*z)"


@pytest.mark.parametrize(("program", "name", "exactly"), [
    (SUM, "z", "3/10"), (SUM, "L", "9/100"), (SUM, "dL/dz", "3/5"), (SUM, "dL/dx", "3/5"),
    ("s = sum(x); L = s*s + sum(y)", "ds/dx", "1"), ("z = x/y; n = sum(z); L = n*n", "dn/dy", "-5/2"),
    ("z = x/y; n = sum(z); L = n*n", "dL/dy", "-5/2"), ("z = x/y; n = sum(z); L = 3*n", "dL/dn", "3"),
])  # fmt: skip
def test_a_number_of_decimals_is_a_fraction(program: str, name: str, exactly: str) -> None:
    key = key_of(program, TENTHS)
    (x,) = key.truth(item(key, name))
    assert key.span(item(key, name), 0, x) == (Fraction(exactly), 0)


def test_where_fractions_have_no_answer_there_are_forty_digits() -> None:
    key = key_of("z = exp(x); L = sum(z)", {"x": [0.0, 0.1]})
    x, y = key.truth(item(key, "z"))
    assert key.span(item(key, "z"), 0, x) == (1, Fraction(1, 10 ** (DIGITS - 2)))
    found = key.span(item(key, "z"), 1, y)
    series = sum(Fraction(1, 10) ** n / _factorial(n) for n in range(40))
    assert abs(found.middle - series) <= found.radius == found.middle / 10 ** (DIGITS - 2)


def _factorial(n: int) -> int:
    return 1 if n < 2 else n * _factorial(n - 1)


def test_a_jacobian_has_the_number_of_the_record() -> None:
    key = key_of("z = x*y; L = sum(z)", TENTHS)
    assert key.truth(item(key, "local(z,x)")) == [0.2]
    assert key.span(item(key, "local(z,x)"), 0, 0.2) == (Fraction(1, 5), Fraction(1, 5) * RECORD_RTOL)


def test_another_branch_is_no_better_number() -> None:
    """0.1 + 0.2 is more than 0.3 in binary64, and not on paper."""
    key = key_of("z = where(x + y > c, -5*x, 2*x); L = sum(z)", {**TENTHS, "c": 0.3})
    for name, x in (("z", -0.5), ("dL/dx", -5.0)):
        assert key.truth(item(key, name)) == [x]
        own = decimal_of(x)
        assert key.span(item(key, name), 0, x) == (own, abs(own) * RECORD_RTOL)


@pytest.mark.parametrize(("a", "b", "exactly"), [
    (0.3, 0.1, "1/5"), (1e8, 100000000.0000001, "-1/10000000"), (100000000.0000001, 1e8, "1/10000000"),
])  # fmt: skip
def test_what_cancels_is_told_from_another_branch_by_its_terms(a: float, b: float, exactly: str) -> None:
    key = key_of("z = x - y; L = sum(z*z)", {"x": [1, a], "y": [3, b]})
    z = item(key, "z")
    assert key.scale(z, 1) == a + b
    assert key.span(z, 1, key.truth(z)[1]) == (Fraction(exactly), 0)


def test_the_values_before_are_of_the_node_that_is_asked() -> None:
    """Derivatives of another node, and those of the output, are each worked out once."""
    key = key_of("z = x*y; n = sum(z); L = n*n", {"x": [0.1, 3], "y": [0.2, 5]})
    for name, place, value in (("dn/dx", 0, "1/5"), ("dL/dx", 1, "751/5"), ("dn/dy", 1, "3"), ("z", 0, "1/50")):
        one = item(key, name)
        assert key.span(one, place, float(Fraction(value))).middle == Fraction(value)
    assert set(key._again) == {key.record.output, key.record.graph.by_label["n"]}
    assert key._record_of(item(key, "dn/dx")) is key._record_of(item(key, "dn/dy"))
    assert key._record_of(item(key, "dL/dx")) is key._record_of(item(key, "z")) is key.record


# ---- how large the terms are


@pytest.mark.parametrize(("name", "sizes"), [
    ("z", [3, 7]), ("w", [0, 0]), ("L", [174]), ("dL/dz", [8, 24]), ("dL/dx", [13, 47]), ("dL/dw", [1, 1]),
    ("z[1]", [7]), ("dL/dx[1]", [47]), ("x", [0, 0]), ("dL/dL", [0]), ("local(z,x)", [0, 0, 0, 0]),
])  # fmt: skip
def test_sizes_of_the_terms_of_a_sum(name: str, sizes: list[float]) -> None:
    """z = [-1, 3], w = z*r*[4, 8] = [-8, 72]; what arrives at z once has one term an entry, at x there are two."""
    key = key_of("z = x - y; w = z*r*c; L = sum(w) + sum(x*q)", {
        "x": [1, 5], "y": [2, 2], "r": [2, 3], "c": [4, 8], "q": [-5, 23]})  # fmt: skip
    one = item(key, name)
    assert [key.scale(one, place) for place in range(len(key.truth(one)))] == sizes


# ---- what happens beside the point

KINKS = ("z = abs(x); y = z*w; L = sum(y)", {"x": [0.0, 4.0, 0.0], "w": [2, 3, 5]})


@pytest.mark.parametrize(("name", "sides"), [
    ("dL/dx", {0: (-2.0, 2.0), 2: (-5.0, 5.0)}), ("dL/dx[2]", {0: (-5.0, 5.0)}), ("dL/dx[:2]", {0: (-2.0, 2.0)}),
    ("dL/dx[1]", {}), ("dL/dz", {}), ("z", {}), ("local(z,x)", {}),
])  # fmt: skip
def test_sides_are_told_by_the_place_of_an_entry(name: str, sides: dict[int, tuple[float, float]]) -> None:
    key = key_of(*KINKS)
    assert key.sides(item(key, name)) == {place: SidesOfItem(*pair) for place, pair in sides.items()}


def test_sides_of_derivatives_of_another_node() -> None:
    key = key_of("z = abs(x); n = sum(z); L = n*n + sum(x)", {"x": [0.0, 3.0]})
    assert key.sides(item(key, "dn/dx")) == {0: SidesOfItem(-1.0, 1.0)}
    assert key.sides(item(key, "dL/dx")) == {0: SidesOfItem(-5.0, 7.0)}
    smooth = key_of("z = x*x; L = sum(z)", {"x": [0.0, 3.0]})
    assert smooth.sides(item(smooth, "dL/dx")) == {}


@pytest.mark.parametrize(("ascent", "pairs"), [(False, {0: (1.0, -1.0), 2: (9.5, 4.5)}),
                                               (True, {0: (-1.0, 1.0), 2: (4.5, 9.5)})])  # fmt: skip
def test_sides_of_a_new_value(ascent: bool, pairs: dict[int, tuple[float, float]]) -> None:
    """The rate is 0.5: from 0 with the slopes -2 and 2, and from 7 with -5 and 5."""
    key = stepped("z = abs(x - c)*w; L = sum(z)", "0.5", ascent=ascent, x=[0, 4, 7], c=[0, 1, 7], w=[2, 3, 5])
    new = item(key, "new(x)")
    assert key.before_step(new) == [0, 4, 7]
    assert key.before_step(item(key, "new(x)[2]")) == [7]
    assert key.sides(new) == {place: SidesOfItem(*pair) for place, pair in pairs.items()}
    assert key.sides(item(key, "new(x)[1:]")) == {1: SidesOfItem(*pairs[2])}
    assert key.truth(new)[1] == (5.5 if ascent else 2.5)


# ---- circles: what stands for an item, or is computed from it

CHAIN = key_of("q = x*y; n = sum(q); r = n*q; L = sum(r)", {"x": [1.0, 2.0], "y": [3.0, 5.0]})
STEPS = stepped("q = x*y; L = sum(q)", "0.5", x=[1.0, 2.0], y=[3.0, 5.0])


@pytest.mark.parametrize(("name", "formula", "circle"), [
    ("q", "x*y", None), ("q", "q", "q"), ("q", "r/n", "r"), ("r", "n*q", None), ("q[0]", "q", "q"), ("q", "y*x + 0*L", "L"),
    ("q", "dL/dx", "dL/dx"), ("x", "dL/dq*y", "dL/dq"), ("q", "dn/dx", "dn/dx"), ("r", "dn/dx", None), ("y", "dn/dx", "dn/dx"),
    ("q", "dL/dL*q", "q"), ("r", "sum(local(q,x))*q", None), ("q", "local(q,x)@x", "local(q,x)"), ("n", "n", "n"),
    ("dL/dq", "dL/dr*n + sum(dL/dr*q)", None), ("dL/dq", "dL/dx/y", "dL/dx"), ("dL/dq", "dL/dq", "dL/dq"),
    ("dL/dx", "dL/dq*y", None), ("dL/dx", "dn/dx*2*n", None), ("dL/dx", "dL/dx", "dL/dx"), ("dL/dx", "dL/dy*y/x", None),
    ("dn/dx", "dn/dq*y", None), ("dn/dx", "dL/dx/2/n", None), ("dn/dq", "dn/dx/y", "dn/dx"), ("dn/dx", "dn/dx", "dn/dx"),
    ("dL/dq", "local(q,x)@dL/dq", "dL/dq"), ("dL/dx", "local(q,x)@dL/dq", None),
    ("local(q,x)", "local(q,x)", "local(q,x)"), ("local(q,x)", "local(q,y)", None),
    ("local(q,x)[0]", "local(q,x)[0]", "local(q,x)[0]"), ("local(n,q)", "dL/dq", None), ("local(n,q)", "dn/dq", "local(n,q)"),
    ("local(L,r)", "dL/dr", "local(L,r)"), ("local(L,r)", "dL/dq", None),
])  # fmt: skip
def test_a_circle_is_told_by_what_it_goes_through(name: str, formula: str, circle: str | None) -> None:
    assert _circle(CHAIN, name, formula) == circle


@pytest.mark.parametrize(("name", "formula", "circle"), [
    ("new(x)", "x - 0.5*dL/dx", None), ("new(x)", "x - 0.5*y", None), ("new(y)", "y - 0.5*dL/dy", None),
])  # fmt: skip
def test_a_gradient_is_no_circle_of_a_new_value(name: str, formula: str, circle: str | None) -> None:
    assert _circle(STEPS, name, formula) == circle


def _circle(key: ArrayKey, name: str, formula: str) -> str | None:
    one = item(key, name)
    reading = key.read(formula, one)
    assert not isinstance(reading, str), reading
    assert isinstance(reading.written, ArrayFormula)
    return key.circular(one, reading.written)


def test_a_partial_derivative_in_a_formula_is_the_whole_one() -> None:
    """L = z@(2*z), so that dL/dz = 4*z, and along the one edge to L it is 2*z."""
    point = {"x": [1.0, 2.0]}
    for claim, status in (("3*∂L/∂z", "correct"), ("3*dL/dz", "correct"), ("3*2*z", "wrong"), ("3*4*z", "correct")):
        assert marks("z = 3*x; y = 2*z; L = z@y", point, {"dL/dx": claim})["dL/dx"].status == status, claim


# ---- rounding on the way


def test_a_sheet_of_few_figures_may_be_one_of_decimals() -> None:
    key = key_of("z = x*y; h = tanh(z); L = sum(h*g)", {"x": [0.123, 0.456], "y": [0.017, 1.21], "g": [1.11, 2.22]})
    figures, both = key.reach_of_rounding(3), key.reach_of_rounding(3, 0.001)
    assert both.keys() == figures.keys()
    assert all(b >= f for name in both for b, f in zip(both[name], figures[name], strict=True))
    assert any(b > f for name in both for b, f in zip(both[name], figures[name], strict=True))
    assert key.reach_of_rounding(3, 0.001) is both
    assert key.reach_of_rounding(3) is figures
    assert key.reach_of_rounding(4) is not figures


ITEM = ArrayItem(VALUE, 0, -1, (2,), None, "")


@pytest.mark.parametrize(("values", "other", "expected"), [
    ([1.0, 2.0], [1.0, 2.0], True), ([1.0, 2.005], [1.0, 2.0], True), ([1.0, 2.1], [1.0, 2.0], False),
    (None, [1.0], False),
    ([1.0], [1.0, 2.0], False), (None, [], False),
])  # fmt: skip
def test_an_array_that_the_homework_names(values: list[float] | None, other: list[float], expected: bool) -> None:
    (found,) = load(Source("hw.toml", '[[problem]]\nprogram = "x"\nat = { x = 1 }\n')).problems.values()
    key = key_of("sum(2*x)", {"x": [1, 2]})
    prepared: Any = ArrayPrepared(SimpleNamespace(problem=found), key, {}, {}, [])  # type: ignore[arg-type]
    assert prepared._agrees(SimpleNamespace(item=ITEM, values=values), [Number(x) for x in other]) is expected

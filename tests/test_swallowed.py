"""What is caught is what was meant: a number that does not exist. A mistake in our own code raises through."""

from __future__ import annotations

import math
import operator
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.carrying import Carrying
from gradcli.homework.diagnosis.predictions import Predictions
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram, S, Working
from gradcli.homework.diagnosis.wrong_rules import Mistake, row, value
from gradcli.homework.marking import nodes_at_numbers
from gradcli.numbers.enclosures import Bounds, _monotone
from gradcli.numbers.error_arithmetic import UNKNOWN, Bound
from gradcli.numbers.refusing import REFUSING, NoValue
from gradcli.rows.column_functions import each as each_of

BOUNDS = Bounds()
BUGS = [ValueError("too many values to unpack"), KeyError("x"), AttributeError("v"), TypeError("a"), IndexError(0)]
every_bug = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: type(bug).__name__)


def raising(bug: Exception) -> Any:
    def rule(*args: Any, **options: Any) -> Any:
        raise bug

    return rule


def mistake(rule: Any, kind: str = VALUE, **options: Any) -> Mistake:
    return row("id", "title", "message", kind, "", rule, **options)


def step(program: str, item: Item, **point: float) -> Working:
    return Working(ReworkedProgram(differentiate(program, point)).right, item)


@every_bug
def test_a_bug_in_a_wrong_rule(bug: Exception) -> None:
    at = step("f = log(x)", Item(VALUE, 1, -1), x=2.0)
    with pytest.raises(type(bug)):
        mistake(value(raising(bug))).results(at)


@pytest.mark.parametrize("rule", [
    lambda S, x: S.log(-x), lambda S, x: S.sqrt(-x), lambda S, x: S.asin(2 * x), lambda S, x: 1 / (x - x),
    lambda S, x: S.gamma(-x),
    lambda S, x: S.acosh(x - x), lambda S, x: S.sin(x * 1e308 * 10), lambda S, x: x**1e9, lambda S, x: S.log10(x - x),
])  # fmt: skip
def test_a_wrong_rule_without_a_number(rule: Any) -> None:
    """It yields nothing, and what came before stays."""
    at = step("f = log(x)", Item(VALUE, 1, -1), x=2.0)
    assert mistake(value(lambda S, x: x, rule)).results(at) == [("0", 2.0)]


@every_bug
def test_a_bug_in_a_column_of_numbers(bug: Exception) -> None:
    """A function of numbers may have no value; what makes the column may not fail."""
    numpy = pytest.importorskip("numpy")
    each = each_of(math.log)
    assert numpy.isnan(each(numpy.array([1.0, -1.0]))).tolist() == [False, True]
    assert numpy.isnan(each_of(math.gamma)(numpy.array([171.0, 1e6, -1.0]))).tolist() == [False, True, True]
    assert numpy.isnan(each_of(operator.mod)(numpy.array([5.0, 5.0]), numpy.array([3.0, 0.0]))).tolist() == [
        False,
        True,
    ]
    with pytest.raises(type(bug)):
        each(Failing(bug))


class Failing:
    """A column that cannot be read."""

    def __init__(self, bug: Exception) -> None:
        self.bug = bug

    def __array__(self, *args: Any, **options: Any) -> Any:
        raise self.bug


@every_bug
@pytest.mark.parametrize("v", [0.3, 0.7])
def test_a_bug_in_a_monotone_function(bug: Exception, v: float) -> None:
    bounded = _monotone(raising(bug), least=0.25, most=0.75)
    for r in (0.0, 0.01):
        with pytest.raises(type(bug)):
            bounded(BOUNDS, Bound(v, r))
    assert bounded(BOUNDS, Bound(v, 0.1)) is UNKNOWN  # an end lies outside


@pytest.mark.parametrize(("name", "v"), [
    ("log", 0.0), ("log2", 1e-320), ("log10", 1e-17), ("log1p", -1 + 1e-16), ("asin", 1.0), ("asin", -1.0),
    ("acos", 1 - 1e-16), ("acosh", 1.0), ("atanh", 1 - 1e-16), ("atanh", -1 + 1e-16), ("erfinv", 1 - 1e-16),
])  # fmt: skip
def test_an_argument_that_may_lie_outside_the_domain_has_no_bound(name: str, v: float) -> None:
    assert getattr(BOUNDS, name)(Bound(v, 1e-15)) is UNKNOWN


@every_bug
@pytest.mark.parametrize("kind", [VALUE, LOCAL, UPSTREAM])
def test_a_bug_while_a_wrong_number_is_carried_on(bug: Exception, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    predictions = Predictions(ReworkedProgram(differentiate("q = x*y; f = q + sin(x)", {"x": 0.5, "y": 3.0})))
    place = next(place for place in predictions.places if place[0] == kind)
    assert predictions.at(place)
    broken = Predictions(predictions.program)
    monkeypatch.setattr(Carrying, "begun" if kind == VALUE else "from_gradients", raising(bug))
    with pytest.raises(type(bug)):
        [found.sheet for found in broken.at(place)]


@every_bug
@pytest.mark.parametrize("ask", ["value_of", "slope", "is_at_kink"])
def test_a_bug_while_claims_are_followed(bug: Exception, ask: str, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = OPERATIONS["abs"]
    monkeypatch.setattr(type(REFUSING), "abs", staticmethod(raising(bug)))
    monkeypatch.setattr(type(REFUSING), "sign", raising(bug))
    monkeypatch.setattr(type(REFUSING), "equal", staticmethod(raising(bug)))
    asked = {
        "value_of": lambda: nodes_at_numbers.value_of(operation, [1.0]),
        "slope": lambda: nodes_at_numbers.slope(operation, 0, 1.0, [1.0]),
        "is_at_kink": lambda: nodes_at_numbers.is_at_kink(operation, [1.0]),
    }
    with pytest.raises(type(bug)):
        asked[ask]()


def test_numbers_that_do_not_exist_are_none() -> None:
    assert nodes_at_numbers.value_of(OPERATIONS["log"], [-1.0]) is None
    assert nodes_at_numbers.value_of(OPERATIONS["gamma"], [-1.0]) is None
    assert nodes_at_numbers.slope(OPERATIONS["div"], 0, 1.0, [1.0, 0.0]) is None
    assert nodes_at_numbers.is_at_kink(OPERATIONS["round"], [1e308]) is False


def test_every_function_of_the_refusing_system_refuses() -> None:
    """Whatever has no value raises `NoValue` or another ArithmeticError, never ValueError."""
    refused = 0
    for operation in OPERATIONS.values():
        if operation.is_leaf:
            continue
        for x in (-2.0, -1.0, 0.0, 0.5, 2.0, float("inf"), float("-inf"), float("nan")):
            for system in (S, REFUSING):
                try:
                    operation.value(system, *[x] * (operation.arity or 2))
                except NoValue:
                    refused += 1
                except ArithmeticError:
                    continue
    assert refused > 40

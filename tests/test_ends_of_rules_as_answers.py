"""Rules in the place of numbers: which numbers of the sheet they need, and which sense of a name is asked for."""

from __future__ import annotations

import pytest

from gradcli import differentiate
from gradcli.homework.claims.claims import Claim, Formula
from gradcli.homework.claims.items import DERIVATIVE, LOCAL, UPSTREAM, VALUE, Item
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.homework.marking.marks import Marked, mark

from .array_sheets import key_of as key_of_arrays

POINT = {"x": 2.5, "y": 3.0, "z": -1.515}
# q = 7.5, df/dq = -1.515, df/dz = 7.5, df/dx = y*z = -4.545, df/dy = x*z = -3.7875, dq/dx = 3
PRODUCT = AnswerKey(differentiate("q = x*y; f = q*z", POINT))
RULES = {"numeric": (VALUE,), "follow_through": 0.5}


def sheet(key: AnswerKey, claims: dict[str, str], *expected: Item, **rules: object) -> Marked:
    return mark(key, [Claim(*one) for one in claims.items()], MarkingPolicy(**rules), expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(("claims", "asks_value", "last"), [
    # The number of dq/dx is that of local(q,x), and none of f.
    ({"df/dx": "-4.545", "df/dz": "x*dq/dx"}, False, "imprecise: right as a rule, but its number is asked for"),
    ({"local(q,x)": "3", "df/dz": "x*dq/dx"}, False, "correct: "),
    ({"local(q,x)": "4", "df/dz": "x*dq/dx"}, False, "follow_through: a right step from your local(q,x)"),
    ({"dq/dx": "3", "df/dz": "x*dq/dx"}, False, "correct: "),
    ({"df/dx": "-4.545", "df/dy": "x*df/dx/y"}, False, "correct: "),
    # A number that is only too coarse is no number yet, and nothing follows from it.
    ({"df/dq": "-1.515", "df/dx": "y*df/dq"}, False, "correct: "),
    ({"df/dx": "-4.5", "df/dy": "x*df/dx/y"}, False, "imprecise: right as a rule, but its number is asked for"),
    # A value is needed as a number where the sheet asks for it.
    ({"df/dz": "q"}, False, "correct: "),
    ({"df/dz": "q"}, True, "imprecise: right as a rule, but the number of q is asked for"),
    ({"q": "7.5", "df/dz": "q"}, True, "correct: "),
    ({"q": "7.1", "df/dz": "q"}, True, "follow_through: a right step from your q"),
    ({"q": "7.1", "df/dz": "q"}, False, "correct: "),
    ({"q": "1", "df/dz": "q"}, True, "follow_through: a right step from your q, but a wrong 0 or 1 carries no credit"),
    ({"q": "7.1", "df/dz": "x*y"}, True, "correct: "),
    ({"df/dz": "df/df*x*y"}, False, "correct: "),  # which is 1
])  # fmt: skip
def test_a_rule_needs_its_numbers(claims: dict[str, str], asks_value: bool, last: str) -> None:
    asked = [Item(VALUE, PRODUCT.record.graph.by_label["q"])] if asks_value else []
    found = sheet(PRODUCT, claims, *asked, **RULES, sigfigs=3).marks[len(claims) - 1]
    assert f"{found.status}: {found.why}" == last


# f = x*y with y = x + 1: the local gradient of x is y = 4, along all paths it is y + x = 7.
FORK = AnswerKey(differentiate("y = x + 1; f = x*y", {"x": 3.0}))


@pytest.mark.parametrize(("asked", "claim", "status", "kind"), [
    (UPSTREAM, "7", "correct", UPSTREAM), (LOCAL, "4", "correct", LOCAL),
    (UPSTREAM, "5", "wrong", UPSTREAM), (LOCAL, "5", "wrong", LOCAL), (None, "5", "wrong", LOCAL),
])  # fmt: skip
def test_of_two_senses_the_one_that_is_asked_is_meant(asked: str | None, claim: str, status: str, kind: str) -> None:
    node = FORK.record.graph.by_label
    items = {UPSTREAM: Item(UPSTREAM, node["x"]), LOCAL: Item(LOCAL, node["f"], 0)}
    expected = [items[asked]] if asked else []
    found = sheet(FORK, {"∂f/∂x": claim}, *expected)
    assert len(found.marks) == 1  # nothing is missing
    assert (found.marks[0].status, found.marks[0].item) == (status, items[kind])


def test_what_a_part_of_a_formula_names() -> None:
    """Derivatives alone: no value, and nothing that the program does not have."""
    node = PRODUCT.record.graph.by_label
    assert PRODUCT._derivative("df/dq") == Item(DERIVATIVE, node["q"], node["f"])
    assert PRODUCT._derivative("local(q,x)") == Item(LOCAL, node["q"], 0)
    assert PRODUCT._derivative("q") is None
    assert PRODUCT._derivative("df/dw") is None
    arrays = key_of_arrays("q = x*y; L = sum(q)", {"x": [1.0, 2], "y": [3.0, 4]})
    found = arrays._derivative("dL/dq")
    assert found is not None
    assert (found.kind, found.node) == (UPSTREAM, arrays.record.graph.by_label["q"])
    assert arrays._derivative("dL/dw") is None


@pytest.mark.parametrize(("item", "text", "named"), [
    (Item(VALUE, 2), "local(f,z)", "local(f,z)"), (Item(VALUE, 2), "x*local(q,x)", "local(q,x)"),
    (Item(VALUE, 2), "df/dz", "df/dz"), (Item(VALUE, 2), "f/z", "f"), (Item(VALUE, 2), "x*y", None),
    (Item(UPSTREAM, 2), "df/dx/y", "df/dx"), (Item(UPSTREAM, 0), "y*df/dq", None),
    (Item(UPSTREAM, 0), "df/dq*dq/dx", None), (Item(LOCAL, 2, 0), "dq/dx", "local(q,x)"),
    (Item(LOCAL, 2, 0), "df/dx/z", None),
])  # fmt: skip
def test_what_is_told_by_itself(item: Item, text: str, named: str | None) -> None:
    node = PRODUCT.record.graph.by_label
    assert (node["x"], node["y"], node["q"]) == (0, 1, 2)
    formula = PRODUCT.read(text)
    assert isinstance(formula, Formula)
    assert PRODUCT.circular(item, formula) == named

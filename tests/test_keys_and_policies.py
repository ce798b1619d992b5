"""The rule of a sheet in words, and what an answer key knows: limits, memory, points, circles, other derivatives."""

# ruff: noqa: E501
from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims import chain
from gradcli.homework.claims.claims import Claim, Formula, Number, read_claim
from gradcli.homework.claims.items import Item, item_name, item_of
from gradcli.homework.claims.outside import record_to_mark
from gradcli.homework.claims.tolerance import Tolerance
from gradcli.homework.marking import answer_key
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.array_key import ArrayKey
from gradcli.homework.marking.judging import MarkingPolicy
from gradcli.homework.marking.marks import FINE, mark
from gradcli.homework.marking.new_values import gradient_in, hides_step, is_new
from gradcli.homework.marking.numbers_put_in import _held, _with_names
from gradcli.homework.marking.whole_numbers import LARGEST_WHOLE, WholeNumbers, _is_whole
from gradcli.language.syntax import parse
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of
from gradcli.record.values import Values

from .array_sheets import key_of

OWN = ", or follows from your own right numbers"


def record(program: str, request: Request | None = None, **point: Any) -> Gradient:
    given = {name: Source(name, str(x)) for name, x in point.items()}
    return evaluate(Source("program", program), given, request or Request())


def key(program: str, request: Request | None = None, **point: Any) -> AnswerKey:
    given = {name: Source(name, str(x)) for name, x in point.items()}
    return AnswerKey(record(program, request, **point), given)


@pytest.mark.parametrize(("rules", "words"), [
    ({}, f"right = within 1 % of the correct value (whole numbers exactly){OWN}"),
    ({"rtol": 0.05}, f"right = within 5 % of the correct value{OWN}"),
    ({"rtol": 0.001, "atol": 0.5}, f"right = within 0.1 % of the correct value, or within 0.5 of it{OWN}"),
    ({"rtol": 0.0}, f"right = within 1e-08 of the correct value{OWN}"),
    ({"rtol": 0.0, "atol": 0.0}, f"right = the correct value exactly{OWN}"),
    ({"atol": 0.0}, f"right = within 1 % of the correct value (whole numbers exactly){OWN}"),
    ({"sigfigs": 3}, f"right = agrees with the correct value to 3 significant figures{OWN}"),
    ({"sigfigs": 3, "atol": 0.1}, f"right = agrees with the correct value to 3 significant figures, or within 0.1 of it{OWN}"),
    ({"sigfigs": 3, "imprecise": 0.5},
     f"right = agrees with the correct value to 3 significant figures{OWN}; a number with too few figures counts 0.5"),
    ({"decimals": 2}, "right = within 1 % of the correct value (whole numbers exactly), or agrees with it to 2 decimals"
     f"{OWN}; a number with too few decimals counts nothing"),
    ({"decimals": 1, "rtol": 0.0, "imprecise": 0.25}, "right = within 1e-08 of the correct value, or agrees with it to 1 decimal"
     f"{OWN}; a number with too few decimals counts 0.25"),
    ({"follow_through": 0.5}, f"right = within 1 % of the correct value (whole numbers exactly){OWN}; a right step from a wrong number counts 0.5"),
    ({"follow_through": 0.0, "imprecise": 1.0}, f"right = within 1 % of the correct value (whole numbers exactly){OWN}; "
     "a right step from a wrong number counts 0; a number with too few figures counts 1"),
])  # fmt: skip
def test_the_rule_in_words(rules: dict[str, Any], words: str) -> None:
    policy = MarkingPolicy(**rules)
    assert policy.checked() is policy
    assert policy.words() == words
    assert policy.words(whole=False) == words.replace(" (whole numbers exactly)", "")


@pytest.mark.parametrize(("rules", "message"), [
    ({"rtol": 0.1, "sigfigs": 3}, "give significant figures or a relative tolerance, not both"),
    ({"rtol": 1.0}, "a tolerance is a number from 0, relative ones below 1"), ({"rtol": -0.1}, "a tolerance is a number from 0, relative ones below 1"),
    ({"atol": -1.0}, "a tolerance is a number from 0, relative ones below 1"), ({"atol": float("inf")}, "a tolerance is a number from 0, relative ones below 1"),
    ({"sigfigs": 3, "decimals": 2}, "give significant figures or decimals, not both"), ({"sigfigs": 0}, "significant figures go from 1 to 15"),
    ({"sigfigs": 16}, "significant figures go from 1 to 15"), ({"follow_through": 1.01}, "the credit of a follow-through goes from 0 to 1"),
    ({"follow_through": -0.01}, "the credit of a follow-through goes from 0 to 1"), ({"imprecise": 1.01}, "the credit of an imprecise number goes from 0 to 1"),
    ({"imprecise": -0.01}, "the credit of an imprecise number goes from 0 to 1"),
])  # fmt: skip
def test_a_policy_that_means_nothing(rules: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as raised:
        MarkingPolicy(**rules).checked()
    assert (raised.value.message, raised.value.kind) == (message, "option")


@pytest.mark.parametrize("rules", [{"rtol": 0.0}, {"rtol": 0.99}, {"sigfigs": 1}, {"sigfigs": 15}, {"follow_through": 0.0}, {"follow_through": 1.0},
                                   {"imprecise": 0.0}, {"imprecise": 1.0}, {"atol": 0.0}])  # fmt: skip
def test_a_policy_at_its_limits(rules: dict[str, Any]) -> None:
    assert MarkingPolicy(**rules).checked() == MarkingPolicy(**rules)


# ---- circles: what stands for an item, or is computed from it

CHAIN = key("q = x*y; r = q + z; f = r*q", x=2, y=3, z=4)


@pytest.mark.parametrize(("item", "formula", "circle"), [
    ("q", "x*y", None), ("q", "q", "q"), ("q", "r - z", "r"), ("r", "q + z", None), ("r", "f/q", "f"), ("q", "df/dz", "df/dz"),
    ("x", "dq/dy", "dq/dy"), ("z", "dq/dy", None), ("f", "df/dx", "df/dx"), ("df/dq", "df/dr*q/q", None),
    ("df/dq", "df/dx/y", "df/dx"), ("df/dq", "df/dq", "df/dq"), ("df/dx", "df/dq*y", None), ("df/dx", "dr/dx", None),
    ("dr/dx", "dr/dq*dq/dx", None), ("dr/dx", "dr/dx", "dr/dx"), ("dr/dq", "dr/dx/y", "dr/dx"), ("dr/dx", "df/dx", None),
    ("local(f,r)", "q", None), ("local(f,r)", "local(f,r)", "local(f,r)"), ("local(q,x)", "dq/dx", "local(q,x)"), ("local(r,q)", "dr/dx", None),
    ("local(f,r)", "df/dr", "local(f,r)"),
])  # fmt: skip
def test_a_circle_is_told_by_what_it_goes_through(item: str, formula: str, circle: str | None) -> None:
    reading = CHAIN.reading(formula)
    assert not isinstance(reading, str), reading
    assert isinstance(reading.written, Formula)
    assert CHAIN.circular(item_of(CHAIN.record, item), reading.written) == circle


def test_what_formulas_are_at_the_point() -> None:
    for text, value in (
        ("q + z", 10.0),
        ("df/dz*2", 12.0),
        ("dr/dx + local(q,x)", 6.0),
        ("log(-q)", None),
        ("exp(1000*q)", None),
    ):
        reading = CHAIN.reading(text)
        assert not isinstance(reading, str), reading
        assert isinstance(reading.written, Formula)
        found = CHAIN.at_point(reading.written)
        assert (None if found is None else found.value) == value
        assert found is None or isinstance(found, Number)


# ---- memory


def test_points_to_compare_at_are_kept_within_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_key, "MOST_SAMPLES", 2)
    own = key("f = x*y", x=2, y=3)
    first = own.samples(1)
    assert own.samples(1) is first
    assert own.samples(2) is not first
    assert own.samples(1) is first
    own.samples(3)
    assert own.samples(1) is not first
    assert len(own._samples) == 2


def test_functions_of_a_program_are_known_to_formulas_unless_they_are_long(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "g(t) = t*t; f = g(x) + y"
    full = len(key(program, x=2, y=3)._definitions)
    for limit, known in ((full, True), (full - 1, False)):
        monkeypatch.setattr(chain, "MAX_DEFINITIONS", limit)
        assert bool(key(program, x=2, y=3)._definitions) is known
        assert isinstance(key(program, x=2, y=3).reading("g(x)"), str) is not known
        assert bool(key_of("g(t) = t*t; z = g(x); L = sum(z)", {"x": [1, 2]})._definitions) is known


def test_what_was_read_is_known_unless_it_is_a_plain_number() -> None:
    own = key("f = x*y", x=2, y=3)
    for text, kept in (("x*y", True), ("x*", True), ("undefined", True), ("3.5", False)):
        found = own.reading(text)
        assert ((text, False) in own._texts) is kept
        assert (own.reading(text) is found) is kept
        assert own.reading(text) == found
    assert own.readings("f") is own.readings("f")
    assert set(own._items) == {"f"}


def test_derivatives_that_a_formula_names_are_numbers_where_there_are_some() -> None:
    own = key("q = abs(x)*y; r = x/1e-310; f = q + y + 0*r", x=0, y=3)
    for text, slopes in (("df/dy", {"df/dy": 1.0}), ("df/dx", {"df/dx": None}), ("df/dq + df/dy", {"df/dq": 1.0, "df/dy": 1.0}),
                         ("x", {})):  # fmt: skip
        reading = own.reading(text)
        assert not isinstance(reading, str)
        assert isinstance(reading.written, Formula)
        assert own._slopes(reading.written) == slopes


def test_a_diagnosis_is_made_once_for_every_tolerance() -> None:
    own = key("f = x*y", x=2, y=3)
    first = own.suspects(Tolerance())
    assert own.suspects(Tolerance()) is first
    assert own.suspects(Tolerance(0.5)) is not first
    arrays = key_of("z = x*y; L = sum(z)", {"x": [1, 2], "y": [3, 4]})
    assert isinstance(arrays, ArrayKey)
    assert arrays.suspects(Tolerance()) is arrays.suspects(Tolerance())


def test_keys_of_one_program_share_what_hangs_on_no_numbers() -> None:
    one, other = key("f = x*y", x=2, y=3), key("f = x*y", x=5, y=7)
    other.share(one)
    assert other.users is one.users
    one.readings("f")
    assert "f" in other._items
    assert other.truth(item_of(other.record, "f")) == 35
    assert other.truth(item_of(other.record, "f")) != one.truth(item_of(one.record, "f"))


def test_derivatives_of_other_nodes_have_a_key_of_their_own() -> None:
    own, item = CHAIN.within(item_of(CHAIN.record, "dr/dx"))
    assert (item_name(own.record, item), own.truth(item)) == ("dr/dx", 3)
    assert CHAIN.within(item_of(CHAIN.record, "dr/dy"))[0] is own
    assert CHAIN.within(item_of(CHAIN.record, "df/dx"))[0] is CHAIN
    assert CHAIN.truth(item_of(CHAIN.record, "dr/dx")) == 3
    assert CHAIN.is_whole(item_of(CHAIN.record, "dr/dx"))
    assert float(CHAIN.span(item_of(CHAIN.record, "dr/dx")).middle) == 3


def test_scales_are_those_of_terms_that_cancel() -> None:
    own = key("q = x - y; f = q*z + z", x="1e8", y="100000000.0000001", z=0)
    q = item_of(own.record, "q")
    assert own.scale(q, own.truth(q)) == pytest.approx(1e8)
    exact = key("q = x - y; f = q*q + x", x=3, y=3)
    assert exact.scale(item_of(exact.record, "q"), 0.0) == 3.0
    assert exact.scale(item_of(exact.record, "q"), 1.0) == 0.0
    assert exact.scale(item_of(exact.record, "df/dx"), 0.0) == 1.0
    assert exact.scale(item_of(exact.record, "df/dq"), 0.0) == 0.0
    assert exact.scale(item_of(exact.record, "f"), 0.0) == 3.0
    flat = key("f = min(max(x, 0), 0)", x=0)  # 0 on both sides, though a quarter flows back by the usual shares
    assert flat.scale(item_of(flat.record, "df/dx"), 0.0) == 0.0


def test_the_sides_of_a_kink_are_those_before_and_behind_it() -> None:
    for own in (key("f = relu(x)", x=0), key("a = -x; f = relu(a)", x=0)):
        sides = own.sides(item_of(own.record, "df/dx"))
        assert sides == ((0.0, 1.0) if "a" not in own.record.graph.named else (-1.0, 0.0))
    arrays = key_of("L = sum(relu(x))", {"x": [0, 1]})
    assert arrays.sides(arrays.readings("dL/dx")[0]) == {0: (0.0, 1.0)}


def test_of_a_number_without_a_value_there_is_no_derivative_either() -> None:
    """Also where it depends on no input: of one that has a value nothing could be said."""
    source, given = Source("program", "c = log(0 - 1); d = 2*3; f = x*c + x*d"), Values({"x": Source("x", "2")})
    made = record_to_mark(source, given, Request(), parse(source))
    said = {"c": "correct", "df/dc": "correct", "df/dx": "correct", "df/dd": "ungraded"}
    found = mark(AnswerKey(made), [Claim(name, "undefined") for name in said], MarkingPolicy()).marks
    assert {m.claim.name: m.status for m in found} == said


# ---- whole numbers, and new values


@pytest.mark.parametrize(("x", "whole"), [
    (0.0, True), (-7.0, True), (0.5, False), (LARGEST_WHOLE, False), (LARGEST_WHOLE - 1, True), (-LARGEST_WHOLE, False), (None, False),
])  # fmt: skip
def test_a_whole_number_that_people_count(x: float | None, whole: bool) -> None:
    assert _is_whole(x) is whole


def test_whole_all_the_way() -> None:
    own = key("q = x/2; r = q*2; f = r*y", x=3, y=2)
    numbers = WholeNumbers(own.record, own.users)
    found = {
        name: numbers.of(item_of(own.record, name)) for name in ("x", "q", "r", "f", "df/df", "df/dr", "df/dq", "df/dx")
    }
    assert [name for name, whole in found.items() if whole] == ["x", "df/df"]  # 3 and 2 come from 1.5
    plain = key("q = x*2; f = q*y", x=3, y=2)
    whole = WholeNumbers(plain.record, plain.users)
    assert all(whole.of(item_of(plain.record, name)) for name in ("q", "f", "df/dq", "df/dx", "df/dy", "local(f,q)"))


@pytest.mark.parametrize(("claim", "new", "old", "near"), [
    (Number(0.1498, 0.0001, 4), 0.14978, 0.15, True), (Number(0.15, 0.01, 2), 0.14978, 0.15, False), (Number(0.14978), 0.14978, 0.15, True),
    (Number(0.1502), 0.14978, 0.15, False), (Number(2.0), 2.0, 2.0, True), (Number(2.01), 2.0, 2.0, True), (Number(2.03), 2.0, 2.0, False),
])  # fmt: skip
def test_a_new_value_shows_its_step(claim: Number, new: float, old: float, near: bool) -> None:
    assert is_new(claim, new, old, Tolerance()) is near
    assert hides_step(claim, new, old) is (claim.unit == 0.01)


def test_the_gradient_in_a_formula_of_a_new_value() -> None:
    for rate, ascent, says in (("0.5", False, 0.5), ("0.5", True, -0.5)):
        request = Request(step=update_of("gd", rate, ascent=ascent))
        own = key("f = x^2*y", request, x=3, y=5)
        item = item_of(own.record, "new(x)")
        found = gradient_in(own.record, item, " x - 0.5*df/dx ", own.read)
        assert found is not None
        assert found[0] == Item("upstream", item.node)
        assert found[1] == f"(x - (x - 0.5*df/dx))/({says!r})"
        assert isinstance(found[2], Formula)
        assert gradient_in(own.record, item, "2", lambda text: "no") is None
    still = key("f = x^2*y", Request(step=update_of("gd", "0")), x=3, y=5)
    assert gradient_in(still.record, item_of(still.record, "new(x)"), "x", still.read) is None


# ---- a whole number among fine ones is meant as one


@pytest.mark.parametrize(("others", "status"), [
    (["0.2", "0.9", "0.7864"], "imprecise"), (["0.2135", "0.9242", "0.8"], "wrong"),
    (["0.2135", "0.9242", "0.7864"], "wrong"), ([], "imprecise"), (["0.2135"], "imprecise"),
])  # fmt: skip
def test_1_is_no_rounded_number_where_others_are_fine(others: list[str], status: str) -> None:
    """h is 0.894..., and three numbers with enough figures show how the student works."""
    assert FINE == 3
    own = key("h = tanh(s); f = h*a + b*c", s="1.4436354751788103", a=0.2135, b=0.9242, c=0.7864)
    names = ("a", "b", "c")
    claims = [Claim(name, text) for name, text in zip(names, others, strict=False)]
    found = mark(own, [*claims, Claim("h", "1")], MarkingPolicy(diagnose=False)).marks[-1]
    assert found.status == status


@pytest.mark.parametrize(("others", "held"), [(1, [1]), (2, [1, 1, 2]), (23, [*[1] * 23, 23]), (24, [*[1] * 24, 24]),
                                              (25, [*[1] * 24, 25]), (30, [*[1] * 24, 30])])  # fmt: skip
def test_so_many_inputs_may_have_their_numbers_put_in(others: int, held: list[int]) -> None:
    """Each of the first 24 that a formula does not name, and all of them; of names for one numeral there are 24, too."""
    names = [f"a{k}" for k in range(others)]
    own = key(f"f = x*({' + '.join(names)})", x=3, **dict.fromkeys(names, "2.5"))
    formula = read_claim("x*2.5", own.record.graph.by_label)
    assert isinstance(formula, Formula)
    assert [len(data.held) for data in _held(own, formula)] == held
    found = [said for _, said in _with_names(own, "x*2.5", formula, Tolerance()) if said.startswith("a")]
    assert found == [f"{name} = 2.5" for name in names[:24]]

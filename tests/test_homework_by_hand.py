"""Wrong numbers worked out by hand, each by a mistake that students make, and the name that the diagnosis gives it."""

from __future__ import annotations

import pytest

from gradcli.homework.claims.claims import Claim
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import Marked, MarkingPolicy, mark
from gradcli.record.calls import differentiate

HALF = ("e = p - t; L = 0.5*e**2", {"p": 1.4, "t": 3.1})
TWO = ("a = sigmoid(u); b = sigmoid(v); f = a*b", {"u": 0.5, "v": -1.2})
LAYER = ("y = w5*h1 + w6*h2; E = y**2", {"w5": 0.4, "h1": 0.6, "w6": 0.55, "h2": 0.7})


def marked(program: str, point: dict[str, float], claims: str) -> Marked:
    pairs = [claim.split("=") for claim in claims.split()]
    return mark(AnswerKey(differentiate(program, point)), [Claim(*pair) for pair in pairs], MarkingPolicy())


def flagged(found: Marked) -> list[str]:
    """Return what is told of the first wrong step."""
    (first,) = (m for m in found.marks if m.first_wrong)
    return [d.message for d in first.diagnoses]


@pytest.mark.parametrize(("program", "claims", "mistake", "words"), [
    # 2*(-1.5) + 0.7 = -2.3; without 0.7 it is -3.
    (("z = w*x + b; f = sigmoid(z)", {"w": 2, "x": -1.5, "b": 0.7}), "z=-3.00", "term-forgotten-value", "b left out"),
    # e = -1.7: L = 1.445 and dL/de = -1.7; without the half 2.89 and -3.4.
    (HALF, "e=-1.7 L=2.89 de=-3.40", "factor-forgotten", "the constant factor left out, of the derivative too at L"),
    # Without the square 0.5*(-1.7) = -0.85, and its derivative is 0.5.
    (HALF, "e=-1.7 L=-0.850 de=0.500", "power-forgotten", "the power left out"),
    # The local gradient of q*z for q is z = -4.2.
    (("q = x + y; f = q*z", {"x": -2.5, "y": 5.5, "z": -4.2}), "q=3 local(f,q)=1", "local-one", "taken as 1"),
    # y = 0.625, dE/dy = 1.25, dE/dh1 = 1.25*0.4 = 0.5; with w6 it is 1.25*0.55 = 0.6875.
    (LAYER, "y=0.625 dy=1.25 dh1=0.6875", "neighbour-local", "taking w6 for w5"),
    # w5*h1 = 0.24; w6*h1 = 0.33.
    (LAYER, "v1=0.330 v2=0.385", "neighbour-value", "taking w6 for w5"),
    # With w = 0.53 for 0.35: p = 0.636, and f = 0.636 + 1.325 = 1.961 (right are 0.42 and 1.295).
    (("p = w*x; f = p + w*y", {"w": 0.35, "x": 1.2, "y": 2.5}), "p=0.636 f=1.961", "given-misread",
     "two digits exchanged at w"),
    # With x2 = 2.5 for x1 = 1.2: p = 0.875 and f = 0.875 + 6.25 = 7.125 (right are 0.42 and 1.86).
    (("p = w*x1; f = p + x1*x1 + 0*x2", {"w": 0.35, "x1": 1.2, "x2": 2.5}), "p=0.875 f=7.125", "given-misread",
     "x2 read instead at x1"),
    # df/dw = 2.5; a step of 0.1 makes 0.8 - 0.25 = 0.55.
    (("f = w*x", {"w": 0.8, "x": 2.5}), "dw=0.550", "updated-weight", "a step of 0.1 times the gradient"),
    # df/dx = 5.5*(-4.2) = -23.1 and dq/dx = 5.5, together -17.6.
    (("q = x*y; f = q*z", {"x": -2.5, "y": 5.5, "z": -4.2}), "dq=-4.2 dx=-17.6", "earlier-pass", "the gradient of q"),
    # z*(1 - z) at 0.5 and at -1.2 is 0.25 and -2.64.
    (TWO, "local(a,u)=0.250 local(b,v)=-2.64", "sigmoid-at-input", "at a and b"),
    # 1/(1 + exp(0.8)) = 0.3100, while s*(1 - s) = 0.2139 is right with s = 0.6900.
    (("f = sigmoid(z)", {"z": 0.8}), "f=0.3100 local(f,z)=0.2139 dz=0.2139", "exp-sign", "at f"),
    # t - o = -0.5 with the derivatives -1 and 1; L = 0.125 and dL/do = 0.5 come out right.
    (("e = o - t; L = e**2/2", {"o": 0.7, "t": 0.2}), "e=-0.5 local(e,o)=-1 local(e,t)=1 L=0.125 de=-0.5 do=0.5",
     "swapped-difference-both", "in the derivatives too at e"),
])  # fmt: skip
def test_a_number_worked_out_by_hand(
    program: tuple[str, dict[str, float]], claims: str, mistake: str, words: str
) -> None:
    found = marked(*program, claims)
    told = flagged(found)
    (first,) = (m for m in found.marks if m.first_wrong)
    assert len(told) <= 2
    assert mistake in {id for d in first.diagnoses for id in (d.mistake, *d.also)}, told
    assert any(words in message for message in told), told


@pytest.mark.parametrize(("program", "point", "claims", "one", "also"), [
    # Nobody wrote down the local gradient: its sign and that of df/dx are one thing.
    ("f = w*x", {"w": 2.4, "x": 1.7}, "dx=-2.40", "sign", "sign-local"),
    # The local gradient left out at tanh is the derivative taken as 1: df/dz = 2*h*1 with h = 0.4621.
    ("h = tanh(z); f = h**2", {"z": 0.5}, "h=0.4621 dh=0.9242 dz=0.9242", "dropped-local", "inner-left-out"),
    # The lost minus of y - t is the local gradient -1 left out.
    ("e = y - t; f = e**2", {"y": 1.7, "t": 0.4}, "de=2.60 dt=2.60", "lost-minus", "dropped-local"),
    # e for 2*e: the exponent not brought down, and a factor of 2.
    ("e = y - t; f = e**2", {"y": 1.7, "t": 0.4}, "de=1.30", "power-no-coefficient", "factor-two"),
])  # fmt: skip
def test_what_is_the_same_thing_is_told_once(
    program: str, point: dict[str, float], claims: str, one: str, also: str
) -> None:
    (first,) = (m for m in marked(program, point, claims).marks if m.first_wrong)
    best = first.diagnoses[0]
    assert best.mistake == one
    assert also in best.also
    assert also not in {d.mistake for d in first.diagnoses}


def test_what_agrees_by_these_numbers_alone_is_two_things() -> None:
    """With z = 2*q the copied q is half of df/dq as well; at other numbers it is not."""
    found = marked("q = x + y; f = q*z", {"x": 1.3, "y": 1.8, "z": 6.2}, "dq=3.10")
    assert len(flagged(found)) == 2


def test_the_first_wrong_step_is_the_first_on_the_sheet() -> None:
    found = marked("q = x + y; f = q*z", {"x": -2.5, "y": 5.5, "z": -4.2}, "df/dz=7.31 q=8.12")
    assert [m.first_wrong for m in found.marks] == [True, False]


@pytest.mark.parametrize(("program", "point", "claims", "rule"), [
    ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}, "dq=3",
     "in f = q*z the local gradient for q is the other factor, z"),
    ("h = tanh(z); f = h*w", {"z": 0.4, "w": 1.3}, "local(h,z)=0.62",
     "in h = tanh(z) the local gradient for z is 1 - h**2"),
    ("z = w*x + b; f = z**2", {"w": 1.2, "x": 0.7, "b": 0.3}, "dz=2.28 dw=2.28",
     "df/dw is the gradient at w*x times the local gradient for w in w*x: the other factor, x"),
    ("a = x*y; b = sin(x); f = a*b", {"x": 1.2, "y": -2.5}, "dx=0.5",
     "df/dx is a sum, a term for each use of x, in a, b: upstream times local gradient"),
    ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}, "q=7.7", "q is worked out from x and y: x + y"),
])  # fmt: skip
def test_a_line_of_teaching(program: str, point: dict[str, float], claims: str, rule: str) -> None:
    (first,) = (m for m in marked(program, point, claims).marks if m.first_wrong)
    assert first.rule == rule


def test_no_node_is_called_by_a_number_that_nothing_explains() -> None:
    """The output is a sum of unnamed products: what is told of them are their expressions."""
    program = "y = w1*x1 + w2*x2 + w3*x3; L = (y - t)**2/2"
    point = {"w1": 0.4, "x1": 1.3, "w2": -0.7, "x2": 0.9, "w3": 1.6, "x3": -0.5, "t": 0.3}
    found = marked(program, point, "dw1=-1.41 dw2=0.9 dx3=1.41")
    for m in found.marks:
        for text in (m.rule, *(d.at_its_place for d in m.diagnoses)):
            assert " v" not in text.replace("(v", " v"), text


def test_a_number_with_a_name_has_its_rule() -> None:
    found = marked("q = 1; f = q*x*q", {"x": 2}, "f=2 dx=3")
    assert any(m.rule for m in found.marks if m.status == "wrong")


@pytest.mark.parametrize(("program", "claims", "told"), [
    # dp/dy = 0.1: y itself, and y less 0.01 times its gradient, are both 2.30 as they are written.
    (("p = x*y; f = p*z", {"x": 0.2, "y": 2.3, "z": 0.5}), "p=0.46 f=0.23 dp=0.5 dy=2.30", "the value instead of"),
    # The paths are 1.5*9 = 13.5 and 1.5, together 15.0; the second alone is the decimal point of the sum, too.
    (("p = x*a; f = p*b + x*c", {"x": 2.0, "a": 3.0, "b": 4.5, "c": 1.5}), "p=6 f=30 dp=4.5 dx=1.50",
     "the path through p forgotten"),
])  # fmt: skip
def test_what_is_far_from_likely_is_no_second_name(
    program: tuple[str, dict[str, float]], claims: str, told: str
) -> None:
    found = flagged(marked(*program, claims))
    assert len(found) == 1
    assert told in found[0]

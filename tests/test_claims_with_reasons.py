"""Claims with their reason in brackets, at the end of an equation, with derivatives of functions; and true hints."""

from __future__ import annotations

import pytest

from gradcli.errors import GradcliError
from gradcli.homework.claims.array_claims import ArrayFormula, Numbers, ShapeClaim
from gradcli.homework.claims.array_repairs import ArrayReading
from gradcli.homework.claims.brackets_behind import parted
from gradcli.homework.claims.claims import Formula, Number, read_claim
from gradcli.homework.claims.primes import as_item, with_slopes
from gradcli.homework.claims.repairs import read_kindly
from gradcli.record.retyping import is_irregular

from .array_sheets import key_of

NAMES = {name: k for k, name in enumerate(("x", "y", "z", "q", "f", "s"))}
ARRAYS = key_of("z = W@x; L = sum(z) + c", {"W": [[1, 2], [3, 4]], "x": [1, 2], "c": 0})


def derivative(part: str) -> None:
    """No part of a formula is a derivative."""


@pytest.mark.parametrize(("text", "read"), [
    ("-4 (since df/dq = z)", "-4"), ("3 (= q)", "3"), ("3 (=q)", "3"), ("3(= q)", "3"), ("-4 (chain rule: -4*1)", "-4"),
    ("-12 [3*(-4)]", "-12"), ("-12 (3*(-4))", "-12"), ("-4 (since dq/dx = 1)", "-4"), ("0.333 (= 1/3)", "0.333"),
    ("6 (2 + 4 = 6)", "6"), ("6 (product rule: 2*3 = 6).", "6"), ("dx = -4 (since dq/dx = 1)", "-4"), ("z (= -4)", "z"),
    ("2*q*z (since f = q²z)", "2*q*z"), ("1 (sum gate)", "1"), ("-4 [= z]", "-4"), ("7 (≈ 7.02)", "7"),
    ("6, since x = 3", "6"), ("6 because 2*3 = 6", "6"), ("dx = -4 since dq/dx = 1", "-4"), ("2*x at x = 3", "2*x"),
    ("6 since f = q(2)", "6"), ("3 (see (q = 3))", "3"),
    ("σ(s)(1-σ(s)) = 0.149", "0.149"), ("1/(1+e^{1.5})=0.182", "0.182"), ("σ(1-σ) = 0.149", "0.149"),
    ("18a -> 36", "36"), ("18a → 36", "36"), ("18a => 36", "36"), ("{1, 2}[0] = 3", "3"), ("-4 x w = -4", "-4"),
    ("**3**", "3"), ("**2*x**", "2*x"), ("`2*x`", "2*x"), ("$2x$", "2*x"), ('"x*y"', "x*y"),
    ("sigmoid'(s)", "sigmoid(s)*(1 - sigmoid(s))"), ("-σ'(s)", "-(sigmoid(s)*(1 - sigmoid(s)))"),
    ("x*relu'(x)", "x*(where(x > 0, 1, 0))"), ("2 tanh’(x*y)", "2*(1 - tanh(x*y)**2)"), ("exp'(ln'(x))", "exp((1/x))"),
])  # fmt: skip
def test_what_the_answer_is(text: str, read: str) -> None:
    found, wanted = read_kindly(text, NAMES).written, read_claim(read, NAMES)
    assert type(found) is type(wanted)
    if isinstance(found, Number) and isinstance(wanted, Number):
        assert found.value == wanted.value
    else:
        assert isinstance(found, Formula)
        assert isinstance(wanted, Formula)
        assert [*found.graph.nodes.operations] == [*wanted.graph.nodes.operations]


@pytest.mark.parametrize(("text", "reason"), [
    ("3 (= 4)", "two numbers"), ("0.149 (= 1/7)", "two numbers"), ("6 [2*4]", "two numbers"),
    ("3 (2 = 2)", "two numbers"),
    ("-4 (z)", "with a remark"), ("2 (2)", "with a remark"), ("6 (3*x**2*y)", "with a remark"), ("6 (2*4)", "remark"),
    ("3 (or q = 4)", ""), ("q(x = 2)", "no function q"), ("3 4 (= q)", ""), ("(= q)", ""), ("3 ()", ""),
    ("-0.1491(5)", "with an uncertainty"), ("0,149(5)", "with an uncertainty"),
    ("f = 0.149(12)", "with an uncertainty"),
    ("q = 3, x = 2", "several answers"), ("step 2 = 0.149", "several answers"), ("3, 4 = 5", "several answers"),
    ("2 or 4 = 3", "several answers"), ("x > 3 = 3", "compares two"), ("x -> 3 > 2", "compares two"),
    ("6, so x = 3", "two numbers"), ("2 items = 3", "two numbers"), ("6 because 2*4 = 8", "two numbers"),
    ("6 since 2 = 6 or 7", ""), ("6 (see (1))", ""),
    ("36M", "no number or formula"), ("36k", "no number or formula"), ("3bn", "no number or formula"),
    ("3 M", "not understood"), ("3 million", "not understood"),
    ("don't know", "no number or formula"), ("see attached", "no number or formula"), ("9x5", "no number or formula"),
    ("minus four", "no number or formula"), ("12\\over2", "no number or formula"),
    ("f'(q)", "a claim has no '"), ("sigmoid''(s)", "a claim has no '"), ("max'(x)", "a claim has no '"),
    ("x'", "a claim has no '"), ("sinx'(2)", ""), ("2*q*", "ends too early"), ("(3", "never closed"),
])  # fmt: skip
def test_what_is_refused(text: str, reason: str) -> None:
    with pytest.raises(GradcliError) as caught:
        read_kindly(text, NAMES, derivative=derivative)
    assert reason in f"{caught.value.message}; {caught.value.hint}"


@pytest.mark.parametrize(("text", "hint"), [
    ("-0_149", "write -0149"), ("-0.14_9", "write -0.149"), ("cosx", "write cos(x)"), ("2cosx", "write 2*cos(x)"),
    ("see attached", None), ("minus four", None), ("sgimoid(x)", "did you mean sigmoid?"),
])  # fmt: skip
def test_a_hint_is_a_claim(text: str, hint: str | None) -> None:
    with pytest.raises(GradcliError) as caught:
        read_kindly(text, NAMES)
    assert caught.value.hint == hint


@pytest.mark.parametrize(("text", "parts"), [
    ("3 (a)", ("3 ", "a")), ("f(2) (b [1]).", ("f(2) ", "b [1]")), ("3", ("", "")), ("a) b)", ("", "")),
    ("(a)", ("", "a")),
])  # fmt: skip
def test_the_bracket_behind(text: str, parts: tuple[str, str]) -> None:
    assert parted(text) == parts


def test_slopes_of_functions() -> None:
    assert with_slopes("tanh'(x)", {"x"}) == "1 - tanh(x)**2"
    assert with_slopes("tanh'(x) + tanh'(y)", {"x", "y"}) == "(1 - tanh(x)**2) + (1 - tanh(y)**2)"
    assert with_slopes("tanh'(x)", {"tanh", "x"}) == "tanh'(x)"
    assert [with_slopes(text, ()) for text in ("g'(x)", "max'(x)", "sin''(x)", "sin'", "sin'()")] == [
        "g'(x)", "max'(x)", "sin''(x)", "sin'", "sin'()"]  # fmt: skip


@pytest.mark.parametrize(("item", "text", "shape", "entries"), [
    ("z", "5, 11", (2,), [5, 11]), ("z", "5 11", (2,), [5, 11]), ("z", "5\n11", (2, 1), [5, 11]),
    ("z", "0.5,-1.1", (2,), [0.5, -1.1]), ("z", "z = 5, 11", (2,), [5, 11]), ("z", "**[5, 11]**", (2,), [5, 11]),
    ("z", "[5, 11] (since z = W@x)", (2,), [5, 11]), ("z", "[5, 11] (= W@x)", (2,), [5, 11]),
    ("z", "[5, 11] (= [5, 11])", (2,), [5, 11]), ("dL/dW", "1 2\n1 2", (2, 2), [1, 2, 1, 2]),
    ("dL/dW", "0.0859 -0.0859\n-0.122 0.122\n", (2, 2), [0.0859, -0.0859, -0.122, 0.122]),
    ("dL/dW", "1, 2\n1, 2", (2, 2), [1, 2, 1, 2]), ("dL/dW", "1, 2;\n1, 2", (2, 2), [1, 2, 1, 2]),
    ("L", "16 (= 5 + 11)", (), [16]), ("L", "16 (since z = W@x)", (), [16]), ("L", "**16**", (), [16]),
])  # fmt: skip
def test_arrays_as_people_write_them(item: str, text: str, shape: tuple[int, ...], entries: list[float]) -> None:
    found = ARRAYS.read(text, ARRAYS.readings(item)[0], files=False)  # type: ignore[arg-type]
    assert isinstance(found, ArrayReading)
    assert isinstance(found.written, Numbers)
    assert (found.written.shape, [n.value for n in found.written.entries]) == (shape, entries)


@pytest.mark.parametrize(("item", "text", "reason"), [
    ("z", "5,11", "in brackets"), ("z", "5, 11, 3", "in brackets"), ("dL/dW", "1, 2, 1, 2", "in brackets"),
    ("dL/dW", "1 2\n1", "one expression"), ("z", "[5, 11] (= [5, 12])", "two answers"), ("L", "16.1(5)", "uncertainty"),
    ("L", "16 (= 17)", "two numbers"), ("z", "[0.149(5), 1]", ""), ("shape(W)", "2 buy 2", "no shape"),
])  # fmt: skip
def test_arrays_that_are_refused(item: str, text: str, reason: str) -> None:
    found = ARRAYS.read(text, ARRAYS.readings(item)[0], files=False)  # type: ignore[arg-type]
    assert isinstance(found, str)
    assert reason in found


@pytest.mark.parametrize("text", ["2 by 3", "2-by-3", "2 X 3", "2x3", "(2, 3)", "2 × 3"])
def test_shapes_in_words(text: str) -> None:
    found = ARRAYS.read(text, ARRAYS.readings("shape(W)")[0], files=False)  # type: ignore[arg-type]
    assert isinstance(found, ArrayReading)
    assert found.written == ShapeClaim((2, 3))


def test_the_slope_of_a_function_of_arrays() -> None:
    found = ARRAYS.read("z*tanh'(z)", ARRAYS.readings("dL/dz")[0], files=False)  # type: ignore[arg-type]
    assert isinstance(found, ArrayReading)
    assert isinstance(found.written, ArrayFormula)
    assert found.read_as == "z*(1 - tanh(z)**2)"


@pytest.mark.parametrize(("word", "irregular"), [
    ("dx=-4 (since dq/dx = 1)", False), ("dx=chain rule: -4", False), ("dx=[1, 2] (= W@x)", False), ("dx=-4", False),
    ("dx=-4 dy=3", True), ("dx=-4, dy=3", True), ("dx: -4 dy: 3", True), ("dx=(1) dy=(2)", True), ("dx=4,", True),
    ("dx=f(a=1) (b) dy=2", True), ("dx=(a (b = 1) c = 2)", False),
])  # fmt: skip
def test_an_equation_in_brackets_is_no_word_of_its_own(word: str, irregular: bool) -> None:
    assert is_irregular(word, claims=True) is irregular


@pytest.mark.parametrize(("text", "read_as"), [
    ("2(z-1)", "2*(z-1)"), ("2 z - 2z", "2*z - 2*z"), ("12(z)", "12*(z)"), ("-.5z", "-.5*z"),
    ("2 tanh(z)", "2*tanh(z)"),
    ("z^2z", None), ("1/2z", None), ("2zx", None), ("2 units", None), ("z z", None),
])  # fmt: skip
def test_a_number_times_an_array(text: str, read_as: str | None) -> None:
    """Of two arrays without a sign between them the product could be * or @."""
    found = ARRAYS.read(text, ARRAYS.readings("dL/dz")[0], files=False)  # type: ignore[arg-type]
    assert (found.read_as if isinstance(found, ArrayReading) else None) == read_as


@pytest.mark.parametrize(("text", "message"), [
    ("2 steps: 5", "two numbers: 2 steps: 5"), ("0.5 or so: 5", "two numbers: 0.5 or so: 5"),
    ("x1: 5", None), ("b) 5", None), ("dq: 5", None),
])  # fmt: skip
def test_a_label_with_a_number_of_its_own_is_none(text: str, message: str | None) -> None:
    if message is None:
        assert read_kindly(text, {"x": 0}).read_as == "5"
        return
    with pytest.raises(GradcliError, match=message):
        read_kindly(text, {"x": 0})


@pytest.mark.parametrize(("other", "is_one"), [
    ("99.1", True), ("98.9", False), ("100", True), ("100.9", True), ("101.1", False), ("-100", False),
])  # fmt: skip
@pytest.mark.parametrize("text", ["100 = {}", "100 [{}]", "100 (= {})"])
def test_numbers_of_one_equation_differ_by_1_per_cent_at_most(text: str, other: str, is_one: bool) -> None:
    if is_one:
        assert isinstance(read_kindly(text.format(other), {}).written, Number)
    else:
        with pytest.raises(GradcliError, match="two numbers"):
            read_kindly(text.format(other), {})


def test_eight_derivatives_of_functions_in_a_formula() -> None:
    for count, left in ((1, 0), (8, 0), (9, 1), (10, 2)):
        found = with_slopes(" + ".join(["tanh'(x)"] * count), {"x"})
        assert found.startswith("tanh'(x) + " * left + ("(" if count > 1 else "1 - tanh"))
        assert (found.count("'"), found.count("tanh(x)**2")) == (left, count - left)


def test_three_inputs_of_a_derivative_with_a_prime() -> None:
    found = [as_item("f'", "f", "abcd"[:count], ["f"]) for count in (1, 2, 3, 4)]
    three = "did you mean df/da, df/db or df/dc?"
    assert found == ["did you mean df/da?", "did you mean df/da or df/db?", three, three]

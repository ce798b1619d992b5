"""Records where work, precision or names run out: what is said then, and what is skipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus import sides
from gradcli.calculus.faults import Fault
from gradcli.calculus.sides import Looking
from gradcli.errors import GradcliError, InputError, LimitError, MathError, Source
from gradcli.numbers.systems import Undecided
from gradcli.record import higher_derivatives, verification
from gradcli.record.higher_derivatives import hessian
from gradcli.record.passes import Passes
from gradcli.record.values import check_value, number, source_of
from gradcli.record.verification import verify


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be looked at beside the point."""
    before = Looking.__init__

    def without(self: Looking, *words: Any, **settings: Any) -> None:
        before(self, *words, **settings)
        self.work = -1

    monkeypatch.setattr(Looking, "__init__", without)


@pytest.mark.usefixtures("no_work")
def test_a_kink_that_is_too_much_work_is_undetermined() -> None:
    record = differentiate("abs(x)*y", {"x": 0, "y": 3})
    assert record.gradient == {"x": 0.0, "y": 0.0}
    found = {(note.kind, note.of): note for note in record.notes}
    note = found["one-sided", "x"]
    assert (note.left, note.right) == (sides.UNDETERMINED, sides.UNDETERMINED)
    assert found["kink", "f"].detail == {"limit": True}
    with pytest.raises(LimitError, match=r"^df/dx would have to be looked at beside the point, in more nodes than the"):
        differentiate("abs(x)*y", {"x": 0, "y": 3}, at_kink="error")


def test_a_missing_slope_that_both_sides_leave_open_is_an_error_where_it_is_all_that_is_asked() -> None:
    """mod(2 - t, -2 + t) is 0, or nearly: no digits tell. Where y has a derivative x is told with a note."""
    with pytest.raises(MathError, match=r"^the slope of sqrt\(mod\(abs\(x\), x\)\) is infinite"):
        differentiate("sqrt(mod(abs(x), x))", {"x": -2})
    record = differentiate("sqrt(mod(abs(x), x)) + y", {"x": -2, "y": 1})
    assert record.gradient == {"x": None, "y": 1.0}
    assert {note.of for note in record.notes if note.kind == "one-sided"} >= {"x"}


@pytest.mark.parametrize(("program", "x", "sides"), [
    ("sqrt(abs(x))", 0, ("-inf", "inf")),
    ("sqrt(where(x < -2, abs(x) - 2, mod(-x, x)))", -2, ("-inf", "undetermined")),  # one that is told is enough
])  # fmt: skip
def test_a_missing_slope_with_a_side_is_a_note(program: str, x: int, sides: tuple[str, str]) -> None:
    record = differentiate(program, {"x": x})
    assert record.gradient == {"x": None}
    assert [(note.left, note.right) for note in record.notes if (note.kind, note.of) == ("one-sided", "x")] == [sides]


@pytest.mark.usefixtures("no_work")
def test_second_derivatives_that_are_too_much_work_are_none() -> None:
    record = differentiate("abs(x)*x*y", {"x": 0, "y": 3})
    assert hessian(record) == {"x": {"x": None, "y": None}, "y": {"x": None, "y": 0.0}}


@pytest.mark.parametrize(("fault", "message", "kind"), [
    (lambda i: Fault(i, "overflow"), "q**2 is beyond the largest binary64, and the answer depends on it", "overflow"),
    (lambda i: Fault(i, "steep"), "df/d(q**2) is infinite here", "infinite"),
    (lambda i: Fault(i, "infinite", 0), "the slope of q**2 is infinite at q = 3", "infinite"),
    (lambda i: Fault(i, "undefined", 0), "q**2 has no derivative with respect to q at q = 3",
     "undefined"),
    (lambda i: Fault(i, "limit", doubt=LimitError("too large")), "q**2: too large", "limit"),
    (lambda i: Fault(i, "undecided", doubt=Undecided()), "q**2 is undecided", "undecided"),
    (lambda i: Fault(i, "undecided", 0, Undecided()), "the slope of q**2 is undecided", "undecided"),
    (lambda i: Fault(i, "undecided"), "the derivative with respect to q**2 is undecided: it over- or underflows",
     "undecided"),
])  # fmt: skip
def test_every_fault_has_words(fault: Callable[[int], Fault], message: str, kind: str) -> None:
    record = differentiate("q = x + y; f = q**2*z", {"x": 1, "y": 2, "z": 5})
    place = next(i for i, node in enumerate(record.graph.nodes) if node.operation.name == "pow")
    error = Passes(record.evaluation.system, record.evaluation.task).failure(fault(place))
    assert (error.message, error.kind) == (message, kind)


def test_a_root_of_a_negative_number_is_told_with_its_cure() -> None:
    with pytest.raises(MathError) as raised:
        differentiate("x^(1/3)", {"x": -8})
    assert raised.value.hint == "for the real cube root write cbrt(x)"
    with pytest.raises(MathError) as raised:
        differentiate("x^(1/5)", {"x": -8})
    assert raised.value.hint is None


def test_a_hessian_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hessian(differentiate("2*3", {})) == {}
    monkeypatch.setattr(higher_derivatives, "MAX_FORMULAS", 3)
    with pytest.raises(LimitError, match=r"^a Hessian of 2 inputs is too large$"):
        hessian(differentiate("x*y", {"x": 1, "y": 2}))


# ---- verification


def test_what_is_not_verified_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    record = differentiate("q = x*y; f = q*x + abs(z)", {"x": 1, "y": 2, "z": 0}, grad=["x", "q", "y", "z"])
    found = {check.name: (check.verdict, check.why) for check in verify(record)}
    assert found["q"] == ("skipped", "only inputs are verified, and this is computed")
    assert found["x"] == found["y"] == ("agrees", "")
    assert found["z"] == ("skipped", "df/dz is -1 from the left and 1 from the right")
    monkeypatch.setattr(verification, "MAX_WORK", 20 * 4)  # x moves itself, x*y, q*x and the sum
    found = {check.name: (check.verdict, check.why) for check in verify(record)}
    assert found["x"] == ("agrees", "")
    assert found["y"] == ("skipped", "only the first 2 inputs of a program of this size are verified")
    monkeypatch.setattr(verification, "MAX_WORK", 20 * 4 - 1)
    found = {check.name: (check.verdict, check.why) for check in verify(record)}
    assert found["x"] == found["y"] == ("skipped", "only the first 0 inputs of a program of this size are verified")


# ---- values


@pytest.mark.parametrize(("value", "message"), [
    ("", "the value is missing"), ("nan", "nan is not a number"), ("x", "x is not a number"), ("1+", "too early"),
    ("1e999", "overflows"), ("2+-y", "y is not a number"), ("2+-1e999", "overflows"),
])  # fmt: skip
def test_a_text_that_is_no_value(value: str, message: str) -> None:
    with pytest.raises(GradcliError, match=message):
        check_value(Source("x", value))


@pytest.mark.parametrize("value", ["1/3", " -2.5", "pi/4", "2.50+-0.005", "1/3±0.1", "2^10"])
def test_a_text_that_is_a_value(value: str) -> None:
    check_value(Source("x", value))


@pytest.mark.parametrize(("value", "nearest"), [
    ("1/3", 1 / 3), ("0.1+0.2", 0.30000000000000004), ("pi", 3.141592653589793), ("2*pi", 6.283185307179586),
    ("pi/4", 0.7853981633974483), ("pi/3", 1.0471975511965979), ("-(2)", -2.0), ("(1e16+1)-1e16", 1.0),
    ("sqrt(2)^2", 2.0), ("sin(pi)", 0.0),
])  # fmt: skip
def test_a_value_is_rounded_once(value: str, nearest: float) -> None:
    from gradcli.numbers.systems import FLOAT

    assert number(FLOAT, Source("x", value)) == nearest


@pytest.mark.parametrize(("value", "name"), [(None, "NoneType"), (True, "bool"), ([1], "list"), (1j, "complex")])
def test_an_object_of_python_that_is_no_number(value: object, name: str) -> None:
    with pytest.raises(InputError, match=rf"^x is not a number but {name}$"):
        source_of("x", value)
    source = Source("x", "1")
    assert source_of("x", source) is source


@pytest.mark.parametrize(("values", "message"), [
    ({}, "a, b, c, d, g, h, i, j, k, l and 1 more have no value"),
    (dict.fromkeys("abcdghijklmn", 1), "nothing in the program uses n"),
    (dict.fromkeys("abcdghijklm", 1) | {"a": "1+-0.1+-0.1"}, "a value has one uncertainty"),
])  # fmt: skip
def test_values_that_do_not_fit_a_program(values: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as raised:
        differentiate("a*b*c*d*g*h*i*j*k*l*m", values)
    assert raised.value.message == message


@pytest.mark.parametrize(("names", "message", "hint"), [
    (["w"], "nothing in the program is called w", "the names are x, y, f"),
    (["xy"], "nothing in the program is called xy", None),
])  # fmt: skip
def test_a_derivative_of_nothing(names: list[str], message: str, hint: str | None) -> None:
    with pytest.raises(InputError) as raised:
        differentiate("x*y", {"x": 1, "y": 2}, grad=names)
    assert raised.value.message == message
    assert hint is None or raised.value.hint == hint


def test_an_output_that_there_is_not() -> None:
    with pytest.raises(InputError, match=r"^there is no node w$") as raised:
        differentiate("q = x*y; f = q*2", {"x": 1, "y": 2}, of="w")
    assert raised.value.hint == "the nodes are x, y, q, f"


@pytest.mark.parametrize(("program", "message"), [
    ("log(x - pi)", "log(x - pi) is undefined: x - pi = 1 - pi = -2.14159265359, and log needs more than 0"),
    ("log(-x*y + 1)", "log(-x*y + 1) is undefined: -x*y + 1 = -1*2 + 1 = -1, and log needs more than 0"),
    ("log(z*y + x)", "log(z*y + x) is undefined: z*y + x = -3*2 + 1 = -5, and log needs more than 0"),
    ("q = z*y; log(q + x)", "log(q + x) is undefined: q + x = -6 + 1 = -5, and log needs more than 0"),
    ("q = z*y; log(q*y + x)", "log(q*y + x) is undefined: q*y + x = -6*2 + 1 = -11, and log needs more than 0"),
    ("log(y*z + x)", "log(y*z + x) is undefined: y*z + x = 2*(-3) + 1 = -5, and log needs more than 0"),
    ("log(min(z*y, x))", "log(min(z*y, x)) is undefined: min(z*y, x) = min(-3*2, 1) = -6, and log needs more than 0"),
    ("log((z*y)**3)", "log((z*y)**3) is undefined: (z*y)**3 = (-3*2)**3 = -216, and log needs more than 0"),
    ("k = 2.5; log(x - k)", "log(x - k) is undefined: x - k = 1 - 2.5 = -1.5, and log needs more than 0"),
    ("k = pi; log(x - k)",
     "log(x - pi) is undefined: x - pi = 1 - 3.14159265359 = -2.14159265359, and log needs more than 0"),
])  # fmt: skip
def test_an_error_has_the_numbers_in_place_of_the_names(program: str, message: str) -> None:
    with pytest.raises(MathError) as caught:
        differentiate(program, {"x": 1, "y": 2, "z": -3}, may_be_unused="xyz")
    assert caught.value.message == message


@pytest.mark.parametrize(("program", "x", "exact", "reason"), [
    ("asin(x + x)", "-1e308", False, "x + x = -1e+308 + (-1e+308) = -2e+308, and"),  # no infinity: the number itself
    ("log(x - 1e308*2)", "1", False, "x - 1e308*2 = 1 - 1e308*2 = -2e+308, and"),
    ("log(-exp(exp(x)))", "9", False, "-exp(exp(x)) = -exp(exp(9)) = -1.33240466607e+3519, and"),
    ("asin(x - 0.5)", "1e308", True, "x - 0.5 = 1e+308 - 0.5 = 1e+308, and"),  # no fraction of hundreds of digits
    ("log(-x/3**600)", "1", True, "-x/3**600 = -1/3**600 = -5.33638516538e-287, and"),
    ("log(-x*3**600)", "1", True, "-x*3**600 = -1*3**600 = -1.87392770388e+286, and"),
    ("floor(x)**(x*x)**5e-324", "-3", False, "(x*x)**5e-324 = (-3.0*(-3.0))**5e-324 = just above 1.0, and"),
    ("floor(x)**(x*x)**-5e-324", "-3", False, "(x*x)**-5e-324 = (-3.0*(-3.0))**(-5e-324) = just below 1.0, and"),
])  # fmt: skip
def test_an_error_shows_a_number_that_tells_why(program: str, x: str, exact: bool, reason: str) -> None:
    with pytest.raises(MathError) as caught:
        differentiate(program, {"x": x}, exact=exact)
    assert f" {reason} " in caught.value.message


@pytest.mark.parametrize("digits", [12, 20, 50, 80])
def test_an_error_has_an_uncertain_number_of_any_length(digits: int) -> None:
    with pytest.raises(MathError, match=r"-x\*1e300 = -.*e\+600.*, and log needs more than 0"):
        differentiate("log(-x*1e300)", {"x": "1e300+-0.1"}, digits=digits)


def test_an_error_has_uncertain_numbers_in_parentheses() -> None:
    with pytest.raises(MathError, match=r"x\*y \+ z = \(-2\.00 ± 0\.10\)\*3 \+ 1 = -5\.00 ± 0\.30"):
        differentiate("log(x*y + z)", {"x": "-2+-0.1", "y": 3, "z": 1})


@pytest.mark.parametrize(("program", "x", "message", "hint"), [
    ("x^(2/6)", -8, "x**(2/6) is undefined: x = -8, and a negative base takes whole exponents only", "cbrt(x)"),
    ("x^0.333333", -8, "x**0.333333 is undefined: x = -8, and a negative base takes whole exponents only", "cbrt(x)"),
    ("x^.3333333", -8, "x**.3333333 is undefined: x = -8, and a negative base takes whole exponents only", "cbrt(x)"),
    ("x^0.33333", -8, "x**0.33333 is undefined: x = -8, and a negative base takes whole exponents only", None),
    ("x^(1/x)", -8,
     "x**(1/x) is undefined: x = -8, 1/x = 1/(-8) = -0.125, and a negative base takes whole exponents only", None),
    ("x^(x/3)", -1.5,
     "x**(x/3) is undefined: x = -1.5, x/3 = -1.5/3 = -0.5, and a negative base takes whole exponents only", None),
    ("x^(1/4)", -8, "x**(1/4) is undefined: x = -8, and a negative base takes whole exponents only", None),
    ("x^(1/3 + 0)", -8, "x**(1/3 + 0) is undefined: x = -8, and a negative base takes whole exponents only", None),
    ("(x + 1)^(1/3)", -8,
     "(x + 1)**(1/3) is undefined: x + 1 = -8 + 1 = -7, and a negative base takes whole exponents only", "cbrt(x + 1)"),
    ("asin(x)", 1.0000000000000002,
     "asin(x) is undefined: x = 1.0000000000000002, and asin needs a number from -1 to 1",
     None),
    ("acosh(x)", 0.9999999999999999, "acosh(x) is undefined: x = 0.9999999999999999, and acosh needs at least 1", None),
    ("asin(x)", 1.5, "asin(x) is undefined: x = 1.5, and asin needs a number from -1 to 1", None),
    ("asin(1/3 + x)", 1,
     "asin(1/3 + x) is undefined: 1/3 + x = 1/3 + 1 = 1.33333333333, and asin needs a number from -1 to 1",
     None),
    ("log(2 - 3)*x", 1, "log(2 - 3) is undefined: log needs more than 0", None),
    ("1/(x - x)", 1, "1/(x - x) is undefined: x - x = 1 - 1 = 0, and a divisor must not be 0", None),
    ("log(max(x, -1))", -2,
     "log(max(x, -1)) is undefined: max(x, -1) = max(-2, -1) = -1, and log needs more than 0", None),
    ("log(min(3, x))", -2, "log(min(3, x)) is undefined: min(3, x) = min(3, -2) = -2, and log needs more than 0", None),
    ("log(tanh(x))", -50, "log(tanh(x)) is undefined: tanh(x) = tanh(-50) = -1, and log needs more than 0", None),
    ("log((x - 3)^3)", -2,
     "log((x - 3)**3) is undefined: (x - 3)**3 = (-2 - 3)**3 = -125, and log needs more than 0", None),
    ("log(3*(x + 1))", -2, "log(3*(x + 1)) is undefined: 3*(x + 1) = 3*(-2 + 1) = -3, and log needs more than 0", None),
    ("log(3 + x)", -5, "log(3 + x) is undefined: 3 + x = 3 + (-5) = -2, and log needs more than 0", None),
    ("log(3 - -x)", -5, "log(3 - -x) is undefined: 3 - -x = 3 - (-(-5)) = -2, and log needs more than 0", None),
    ("log(-1 - -x/8)", 4,
     "log(-1 - -x/8) is undefined: -1 - -x/8 = -1 - (-4)/8 = -0.5, and log needs more than 0", None),
    ("log(1 + x*2)", -2, "log(1 + x*2) is undefined: 1 + x*2 = 1 + (-2)*2 = -3, and log needs more than 0", None),
    ("log(x**3*2)", -1, "log(x**3*2) is undefined: x**3*2 = (-1)**3*2 = -2, and log needs more than 0", None),
    ("log(max(x*2, x + 1))", -2,
     "log(max(x*2, x + 1)) is undefined: max(x*2, x + 1) = max(-2*2, -2 + 1) = -1, and log needs more than 0", None),
    ("mod(x, 0*x)", 2, "mod(x, 0*x) is undefined: 0*x = 0*2 = 0, and mod needs a divisor other than 0", None),
])  # fmt: skip
def test_what_is_undefined_is_told_with_its_numbers(program: str, x: float, message: str, hint: str | None) -> None:
    with pytest.raises(MathError) as caught:
        differentiate(program, {"x": x})
    assert caught.value.message == message
    assert caught.value.hint == (None if hint is None else f"for the real cube root write {hint}")

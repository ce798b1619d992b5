"""What people type: foreign names, products that are implied, conditions, names in any script, and what is told."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.spellings import ALIASES, function, function_names
from gradcli.errors import GradcliError, InputError, MathError, Source
from gradcli.homework.claims.outside import record_to_mark
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import Claim, MarkingPolicy, mark
from gradcli.language.foreign_names import (
    FOREIGN_FUNCTIONS,
    OFTEN_VARIABLES,
    WITHOUT_COUNTERPART,
    call_hint,
    glued,
    instead_of,
    name_hint,
    rewritten,
)
from gradcli.language.lexer import as_name
from gradcli.language.mending import mended
from gradcli.language.syntax import parse
from gradcli.record.request import Request
from gradcli.record.values import Values
from gradcli.text import did_you_mean


def accepts(text: str) -> bool:
    try:
        parse(Source("", text))
    except GradcliError:
        return False
    return True


def refusal(text: str, **given: float) -> GradcliError:
    with pytest.raises(GradcliError) as refused:
        differentiate(text, given)
    return refused.value


def value(text: str, **given: float) -> float:
    return float(differentiate(text, given).value)


# ---- the table of foreign names


TRUE: dict[str, Callable[..., float]] = {
    "square": lambda x: x * x, "sqr": lambda x: x * x, "cube": lambda x: x**3, "logit": lambda x: math.log(x / (1 - x)),
    "hardtanh": lambda x: max(-1, min(1, x)), "relu6": lambda x: min(max(x, 0), 6), "exp10": lambda x: 10**x,
    "softsign": lambda x: x / (1 + abs(x)), "rsqrt": lambda x: x**-0.5, "lb": math.log2, "ln1p": math.log1p,
    "sind": lambda x: math.sin(math.radians(x)), "radians": math.radians, "degrees": math.degrees,
    "factorial": lambda x: math.gamma(x + 1), "clip": lambda x, a, b: min(max(x, a), b),
    "root": lambda x, n: x ** (1 / n),
    "mse": lambda a, b: (a - b) ** 2, "mean": lambda *xs: sum(xs) / len(xs), "prod": lambda *xs: math.prod(xs),
    "logsumexp": lambda *xs: math.log(sum(map(math.exp, xs))), "trunc": math.trunc, "fmod": math.fmod,
    "heaviside": lambda x: float(x > 0), "normcdf": lambda x: math.erfc(-x / math.sqrt(2)) / 2,
    "log3": lambda x: math.log(x, 3),
    "logsigmoid": lambda x: -math.log1p(math.exp(-x)), "mish": lambda x: x * math.tanh(math.log1p(math.exp(x))),
    "binomial": lambda n, k: math.gamma(n + 1) / math.gamma(k + 1) / math.gamma(n - k + 1), "norm": math.hypot,
    "sigma": lambda x: 1 / (1 + math.exp(-x)), "sgm": lambda x: 1 / (1 + math.exp(-x)), "ramp": lambda x: max(x, 0),
    "Σ": lambda *xs: sum(xs), "Π": lambda *xs: math.prod(xs), "sinpi": lambda x: math.sin(math.pi * x),
    "cospi": lambda x: math.cos(math.pi * x), "tanpi": lambda x: math.tan(math.pi * x),
    "asind": lambda x: math.degrees(math.asin(x)), "acosd": lambda x: math.degrees(math.acos(x)),
    "atand": lambda x: math.degrees(math.atan(x)), "sine": lambda x: math.sin(x), "cosine": lambda x: math.cos(x),
    "cosin": lambda x: math.cos(x), "arccotan": lambda x: math.atan(1 / x), "tgh": math.tanh, "arcth": math.atanh,
    "vers": lambda x: 1 - math.cos(x), "exsec": lambda x: 1 / math.cos(x) - 1,
    "gd": lambda x: math.asin(math.tanh(x)), "log1m": lambda x: math.log(1 - x),
    "log1pexp": lambda x: math.log(1 + math.exp(x)), "xlogy": lambda x, y: x * math.log(y),
    "prelu": lambda x, a: x if x > 0 else a * x, "glu": lambda x, y: x / (1 + math.exp(-y)),
    "softmin": lambda x, y: math.exp(-x) / (math.exp(-x) + math.exp(-y)),
    "log_softmax": lambda x, y: math.log(math.exp(x) / (math.exp(x) + math.exp(y))),
    "erfcx": lambda x: math.exp(x * x) * math.erfc(x),
    "betaln": lambda x, y: math.lgamma(x) + math.lgamma(y) - math.lgamma(x + y),
    "power": lambda x, y: x**y, "versin": lambda x: 1 - math.cos(x),
}  # fmt: skip


@pytest.mark.parametrize("name", TRUE)
@pytest.mark.parametrize("first", [0.3, 0.7])
def test_what_a_hint_offers_computes_the_function(name: str, first: float) -> None:
    true = TRUE[name]
    count = true.__code__.co_argcount if hasattr(true, "__code__") else 1
    count = 3 if hasattr(true, "__code__") and true.__code__.co_flags & 4 else {"fmod": 2, "norm": 2}.get(name, count)
    point = (first, 0.4, 0.6)[:count]
    names = ("x", "y", "z")[:count]
    text = rewritten(name, names)
    assert text is not None
    assert value(text, **dict(zip(names, point, strict=True))) == pytest.approx(true(*point), rel=1e-12)


@pytest.mark.parametrize("name", FOREIGN_FUNCTIONS)
def test_every_way_of_the_table_is_a_program(name: str) -> None:
    assert function(name) is None, "a function of gradcli is not foreign"
    for way in instead_of(name):
        assert accepts(way), way
        assert f"{name}(" not in way
    assert call_hint(name)


@pytest.mark.parametrize("alias", ALIASES)
def test_other_spellings_name_rows_and_may_be_defined_anew(alias: str) -> None:
    assert ALIASES[alias] in OPERATIONS
    if alias != "ln":
        assert value(f"{alias}(u) = u + 1; {alias}(x)", x=2) == 3


@pytest.mark.parametrize(("name", "bound", "call"), [
    ("sinx", ["x"], "sin(x)"), ("ln2x", [], "ln(2*x)"), ("expa", ["a"], "exp(a)"), ("sqrtweight", ["weight"],
     "sqrt(weight)"), ("sigma", ["x"], None), ("total", [], None), ("maximal", [], None),
])  # fmt: skip
def test_names_that_are_glued_to_a_function(name: str, bound: list[str], call: str | None) -> None:
    assert glued(name, bound) == call


def test_a_foreign_name_is_asked_for_before_the_nearest_word() -> None:
    assert "real" in str(name_hint("i", ["x"]))
    assert "pi" not in str(refusal("i*x", x=1).hint)
    assert refusal("sinc(x)", x=1).hint == "write sin(x)/x or sin(pi*x)/(pi*x)"


@pytest.mark.parametrize("text", ["sigma(x)", "σ(x)", "sgm(x)", "logistic(x)", r"\sigma(x)"])
def test_the_sigmoid_by_its_other_names(text: str) -> None:
    assert refusal(text, x=1).hint == "write sigmoid(x)"


@pytest.mark.parametrize("name", sorted(WITHOUT_COUNTERPART))
def test_no_function_is_offered_for_one_that_there_is_not(name: str) -> None:
    assert function(name) is None
    assert refusal(f"{name}(x)", x=1).hint == "gradcli help language lists the functions that there are"


@pytest.mark.parametrize("name", sorted(OFTEN_VARIABLES))
def test_a_variable_without_a_value_is_not_taken_for_a_function(name: str) -> None:
    assert refusal(f"{name}*x", x=1).hint == f"write {name}=..."


# ---- programs that are mended


MENDED = {
    "3x^2 + 2x": ["3*x^2 + 2*x"], "2xsin(x)+x^2cos(x)": ["2*x*sin(x)+x^2*cos(x)"], "sin^2(x)": ["sin(x)^2"],
    "cos²(x)": ["cos(x)²"], "sin^-1(x)": ["asin(x)"], "ln abs x": ["ln(abs(x))"], "sinx + cosx": ["sin(x) + cos(x)"],
    "sin 2x": ["sin(2*x)"], "1/2x": ["1/2*x", "1/(2*x)"], "6/2(1+2)": ["6/2*(1+2)", "6/(2*(1+2))"],
    "e^2x": ["e^2*x", "e^(2*x)"], "np.exp(x)": ["exp(x)"], "Math.pow(x, 2)": ["x**2"], "x.sigmoid()": ["sigmoid(x)"],
    "x mod 3": ["mod(x, 3)"], "x squared": ["x**2"], "½*x": ["(1/2)*x"], "sin(30°)": ["sin(30*pi/180)"],
    r"\frac{1}{1+e^{-x}}": ["1/(1+e^(-x))"], r"\sin(x)": ["sin(x)"], "|x-1|": ["abs(x-1)"], "√(x+1)": ["sqrt(x+1)"],
    "x!": ["gamma(x + 1)"], "x⁴": ["x**4"], "x(x+1)": ["x*(x+1)"], "(x+1)(x-1)": ["(x+1)*(x-1)"], "2πx": ["2*π*x"],
    "x if x > 0 else 0": ["where(x > 0, x, 0)"], "x>0 ? x : 0": ["where(x>0, x, 0)"], "xy": ["x*y"],
    "where(x>0 && x<1, 1, 2)": ["where(x>0 and x<1, 1, 2)"], "square(x+1)*2": ["((x+1)**2)*2"],
    "1 000*x": [], "1_000": [], "0x10": [], "2e": [], "x +": [], "hello at world": [], "softmax(x)": [],
}  # fmt: skip


@pytest.mark.parametrize("text", MENDED)
def test_a_program_is_mended_as_a_whole(text: str) -> None:
    assert mended(text, ["x", "y"], accepts) == MENDED[text]


@pytest.mark.parametrize(("text", "part"), [
    ("d/dx x^2", 'gradcli diff "x^2" x'), ("∂f/∂x of x^2", 'gradcli diff "x^2" x'), ("d²/dx² x^3", "--order 2"),
    ("diff(x^2, x)", 'gradcli diff "x^2" x'), ("x^2 at x=3", 'gradcli "x^2" x=3'), ("x^2, x=3", 'gradcli "x^2" x=3'),
    ("x[1]*w[1]", "x1*w1"), ("2j*x", "real"),
])  # fmt: skip
def test_hints_that_are_no_program(text: str, part: str) -> None:
    assert part in str(refusal(text, x=1).hint)


@pytest.mark.parametrize(("text", "meant", "message"), [
    ("x.^2 + y.*x", "x^2 + y*x", "MATLAB"), ("(x+1)./y", "(x+1)/y", "MATLAB"), ("x1.^2", "x1^2", "MATLAB"),
    ("@(x) x.^2+1", "x^2+1", "MATLAB"), ("x'*2", "x*2", "no '"),
    ("import math; math.sin(x)", "sin(x)", "Python"), ("from math import sin, cos; sin(x)", "sin(x)", "Python"),
    ("import numpy as np; np.exp(x)", "exp(x)", "Python"), ("lambda x: x**2", "x**2", "Python"),
    ("f = lambda x, y: x*y", "f(x, y) = x*y", "Python"), ("def f(x): return x**2", "f(x) = x**2", "Python"),
    ("def f(x: float) -> float: return 2*x; f(3)", "f(x) = 2*x; f(3)", "Python"), ("return x**2", "x**2", "Python"),
    ("x => x^2", "x^2", ""), ("const f = (x) => 2*x", "f(x) = 2*x", ""), ("f[x_] := x^2", "f(x) = x^2", ""),
    ("function f(x) { return x*x; }", "f(x) = x*x", ""), ("print(x)", "x", ""), ("sig(x)", "sigmoid(x)", ""),
    ("f(x)=2x; f(3)", "f(x)=2*x; f(3)", ""),
])  # fmt: skip
def test_whole_forms_of_other_languages(text: str, meant: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(Source("program", text))
    assert message in caught.value.message
    assert caught.value.hint == f"write {meant}"
    assert caught.value.instead == ([text], [meant])
    parse(Source("program", meant))


def test_a_number_with_a_point_before_an_operator_is_not_taken_for_another_language() -> None:
    with pytest.raises(InputError, match="unexpected") as caught:
        parse(Source("program", "2.*x + 1e5.*y ]"))
    assert "MATLAB" not in caught.value.message
    parse(Source("program", "2.*x"))


def test_a_sum_of_one_name_is_no_list() -> None:
    for text, hint in (
        ("sum(x)", "write sum(x, y, ...)"),
        ("mean(w)", "write (x + y)/2"),
        ("avg(x, y)", "write (x + y)/2"),
    ):
        with pytest.raises(InputError) as caught:
            parse(Source("program", text))
        assert caught.value.hint == hint


def test_a_name_without_a_value_in_a_function_is_told_where_it_stands() -> None:
    text = "s(u)=1/(1+exp(-v)); s(x)"
    with pytest.raises(InputError, match="v has no value") as caught:
        differentiate(text, {"x": 1})
    start, end = caught.value.span or (0, 0)
    assert (start, text[start:end]) == (text.index("v"), "v")
    with pytest.raises(InputError, match="v is defined by itself"):
        parse(Source("program", "s(u)=u+v; v = s(2)"))
    with pytest.raises(InputError, match="v is used before it is assigned"):
        parse(Source("program", "s(u)=u+v; w=s(2); v=3; w*v"))


def test_a_name_that_the_program_has_is_left_alone() -> None:
    assert value("square(u) = u^3; square(x)", x=2) == 8
    assert value("d = 3; dx = 2; d/dx*x", x=4) == 6


# ---- conditions


def written(depth: int, leaves: Sequence[str]) -> list[str]:
    """Return conditions of some depth."""
    if depth == 0:
        return list(leaves)
    below = written(depth - 1, leaves)
    pairs = itertools.islice(itertools.product(below, below[::-1]), 0, None, 7)
    return [f"not ({a})" for a in below[::3]] + [f"({a}) {how} {b}" for a, b in pairs for how in ("and", "or")]


def test_conditions_combine_as_in_python() -> None:
    conditions = written(2, ["x > 0", "y < 1", "x == y", "not y >= 2"])
    for condition in conditions[:: max(1, len(conditions) // 60)]:
        for x, y in itertools.product((-1.0, 0.5, 2.0), repeat=2):
            true = 1.0 if eval(condition, {}, {"x": x, "y": y}) else 2.0
            assert value(f"where({condition}, 1, 2) + 0*x + 0*y", x=x, y=y) == true, (condition, x, y)


def test_a_comparison_that_no_longer_matters_is_not_asked() -> None:
    assert value("where(x != 0 and 1/x > 2, 1, 2)", x=0) == 2
    assert value("where(x == 0 or 1/x > 2, 1, 2)", x=0) == 1


def test_a_long_chain_of_conditions_does_not_recurse() -> None:
    assert value(f"where({' and '.join(['x > 0'] * 5000)}, x, 0)", x=2) == 2


# ---- names, signs and logarithms


@pytest.mark.parametrize(("word", "name"), [
    ("学习率", "学习率"), ("e\u0301", "é"), ("скорость", "скорость"), ("κόσμος", "κόσμος"), ("w_学", "w_学"),
    ("हिन्दी", "हिन्दी"),
    ("х", None), ("xх", None), ("ρ", None), ("x²", None), ("x₁", None), ("𝑥", None), ("x π", None), ("1x", None),
    ("and", None),
])  # fmt: skip
def test_names_of_any_script(word: str, name: str | None) -> None:
    assert as_name(word) == name


def test_a_name_is_one_however_it_is_composed() -> None:
    assert value("e\u0301*2 + é", é=3.0) == 9


def test_letters_that_look_like_latin_ones_are_told_by_their_code_point() -> None:
    assert "U+0445" in refusal("х + 1", x=1).message


@pytest.mark.parametrize("text", ["+x", "2**+3*x", "x – -2", "-+-x", "(+x)"])
def test_signs(text: str) -> None:
    assert math.isfinite(value(text, x=1))


def test_logarithms_to_a_base() -> None:
    assert value("log(x, 10)", x=1000) == 3
    assert value("log(x, 2)", x=8) == 3
    assert value("log(x, b)", x=81, b=3) == pytest.approx(4, rel=1e-12)
    many = "\n".join(f"a{k} = log(x, {k + 2})" for k in range(40))
    assert value(f"{many}\n{' + '.join(f'a{k}' for k in range(40))}", x=5) == pytest.approx(
        sum(math.log(5, k + 2) for k in range(40)), rel=1e-12
    )


# ---- statements and inputs


def test_numbers_of_the_program_are_inputs_where_nothing_else_is() -> None:
    record = differentiate("a = 2.0; b = -3.0; f = a*b")
    assert record.gradient == {"a": -3.0, "b": 2.0}
    assert [note.kind for note in record.notes] == ["inputs"]
    assert differentiate("a = 2; a*x", {"x": 3}).gradient == {"x": 2.0}
    assert differentiate("a = 2; a*x", {"x": 3}, wrt=["a"]).gradient == {"a": 3.0}
    assert differentiate("3 + 4*2").gradient == {}


def test_a_program_that_ends_with_a_definition_means_the_function_of_its_parameters() -> None:
    record = differentiate("a = 3; f(x, e) = a*x*e", {"x": 2, "e": 5})
    assert (record.value, record.gradient) == (30.0, {"x": 15.0, "e": 6.0})
    assert record.labels[record.output] == "f"


def test_an_unused_statement_is_a_note_and_one_without_a_name_an_error() -> None:
    record = differentiate("f1 = x^2; f2 = 2*x", {"x": 1})
    assert [(note.kind, note.of) for note in record.notes] == [("unused", "f1")]
    assert refusal("x^2; 2*x", x=1).kind == "unused"


# ---- errors in the user's words


@pytest.mark.parametrize(("text", "given", "message"), [
    ("log(x*y)", {"x": 2, "y": -1}, "log(x*y) is undefined: x*y = 2*(-1) = -2, and log needs more than 0"),
    ("q = x - 3; log(q*2)", {"x": 1}, "log(q*2) is undefined: q*2 = -2*2 = -4, and log needs more than 0"),
    ("1/(x-y)", {"x": 2, "y": 2}, "1/(x - y) is undefined: x - y = 2 - 2 = 0, and a divisor must not be 0"),
    ("x/0", {"x": 2}, "x/0 is undefined: a divisor must not be 0"),
    ("csc(x)", {"x": 0}, "csc(x) is undefined: x = 0, and csc needs an angle whose sine is not 0"),
])  # fmt: skip
def test_errors_speak_of_expressions_and_numbers(text: str, given: dict[str, Any], message: str) -> None:
    error = refusal(text, **given)
    assert isinstance(error, MathError)
    assert error.message == message


def test_a_long_expression_is_cut_in_an_error() -> None:
    error = refusal(f"log({' + '.join(['x*x'] * 3000)} - 1e9)", x=0)
    assert len(error.message) < 250
    assert isinstance(refusal("2 +", x=0), InputError)


def test_a_wire_with_two_names_answers_to_both() -> None:
    record = differentiate("y = x; z = y*2", {"x": 3}, of="y")
    assert (record.labels[record.output], record.value, record.gradient) == ("y", 3.0, {"x": 1.0})
    source = Source("program", "y = x; z = y*2")
    point = {"x": Source("x", "3")}
    key = AnswerKey(record_to_mark(source, Values(point), Request(), parse(source)), point, None, [])
    claims = [Claim("dz/dy", "2"), Claim("dz/dx", "2"), Claim("dz", "1"), Claim("dz/dz", "1")]
    assert [m.status for m in mark(key, claims, MarkingPolicy()).marks] == ["correct", "correct", "correct", "invalid"]
    wrong = mark(key, [Claim("dz/dy", "3"), Claim("dz/dx", "2")], MarkingPolicy()).marks
    assert [m.status for m in wrong] == ["wrong", "correct"]


def test_short_names_of_functions_are_offered_only_where_nothing_is_guessed() -> None:
    everything, long = ({*function_names(shortest)} for shortest in (1, 3))
    assert {"exp", "sin", "e"} & long == {"exp", "sin"}
    assert {"ln", "tg", "ctg", "arcsin"} <= everything
    assert everything - long == {name for name in everything if len(name) < 3} - {"ln"}
    assert {"ln", "ctg", "arcsin"} <= long


@pytest.mark.parametrize(("name", "bound", "hint"), [
    ("sinx", (), "write sin(x)"), ("sinx", ("x",), "write sin(x)"), ("cosab", ("ab",), "write cos(ab)"),
    ("logn", ("n",), "write log(n)"), ("cosk", (), "write cos(k); for a variable cosk=..."),
    ("cosk", ("k",), "write cos(k)"), ("ln2x", (), "write ln(2*x)"), ("xy", (), None),
    ("xy", ("x", "y"), "for a product write x*y; for a variable xy=..."), ("xy", ("x",), None),
    ("square", (), "write x**2; for a variable square=..."), ("lg", (), None), ("somme", (), None), ("mean", (), None),
])  # fmt: skip
def test_a_name_with_a_function_in_it_may_be_a_call(name: str, bound: tuple[str, ...], hint: str | None) -> None:
    """What is certain is written as it is: the argument has a value, or is a letter that stands for unknowns."""
    assert name_hint(name, bound) == hint


@pytest.mark.parametrize(("word", "near"), [
    ("stepz", "steps"), ("stesp", "steps"), ("step_", "steps"), ("stepp", "step"), ("sinn", "sin"), ("tann", "tan"),
    ("sgin", "sign"), ("expp", "exp"), ("coss", "cos"),
])  # fmt: skip
def test_one_wrong_letter_comes_before_one_too_many(word: str, near: str) -> None:
    known = ["step", "steps", "sin", "sinh", "tan", "tanh", "sign", "exp", "exp2", "cos", "cosh", "cost"]
    for names in (known, known[::-1]):
        assert did_you_mean(word, names) == f"did you mean {near}?"


@pytest.mark.parametrize(("program", "hint"), [
    ("x = x + 1", "give the new value another name"), ("y = x; x = y + 1; f = x*y", "give the new value another name"),
    ("x = 2*q; f = x**2", "leave out the binding, or the statement"),
])  # fmt: skip
@pytest.mark.parametrize("array", [False, True])
def test_what_to_do_about_a_name_that_is_bound_and_computed(program: str, hint: str, array: bool) -> None:
    x: Any = [1, 2] if array else 1
    with pytest.raises(InputError, match="x is computed by the program and cannot be bound too") as caught:
        differentiate(f"{program}; L = sum(f)" if array and "f =" in program else program, {"x": x, "q": x})
    assert caught.value.hint == hint

"""What is said of values and words that are written as elsewhere, with what to write: every form and its places."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from gradcli.errors import GradcliError, InputError, Source
from gradcli.record.bindings import from_file, is_cut, split
from gradcli.record.update_rules import UPDATE_RULES, step_of, update_of
from gradcli.record.value_forms import negative, refuse_rows, refused, refused_uncertainty
from gradcli.record.values import check_value
from gradcli.record.word_slips import no_binding


def raised(call: Callable[[], Any]) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        call()
    return caught.value


# ---- values

BEHIND, OF_DIGITS = (
    "an uncertainty is written behind ±, or +-",
    "the uncertainty of the last digits is written behind ±",
)
LIST, ROW, PAIR = (
    f"{what}, and a value is one" for what in ("this is a list", "these are several numbers", "these are two numbers")
)


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("2.50(5)", OF_DIGITS, "write x=2.50±0.05"), ("2.5(12)e3", OF_DIGITS, "write x=2.5e3±1.2e3"),
    ("-1(2)", OF_DIGITS, "write x=-1±2"), (".5(1)", OF_DIGITS, "write x=.5±0.1"),
    ("3+/-0.1", BEHIND, "write x=3±0.1"), ("3 + / - 0.1", BEHIND, "write x=3±0.1"),
    (r"3\pm0.1", BEHIND, "write x=3±0.1"),
    ("3+−0.1", BEHIND, "write x=3±0.1"), ("+/-0.1", None, None), ("3±0.1", None, None), ("3+/-1+/-1", None, None),
    ("[1, 2]", f"{LIST} number", "give each number a name of its own: x1=1 x2=2"),
    ("{1,2}", f"{LIST} number", "give each number a name of its own: x1=1 x2=2; a vector is [1, 2]"),
    ("(1,-2e3)", f"{LIST} number", "give each number a name of its own: x1=1 x2=-2e3; a vector is [1, -2e3]"),
    ("(1,2,3,4,5)", f"{LIST} number",
     "give each number a name of its own: x1=1 x2=2 x3=3 x4=4; a vector is [1, 2, 3, 4, 5]"),
    ("(a,b)", f"{LIST} number", "a value is a number or an expression of numbers such as 1/3 or pi/4"),
    ("[1]", None, None),
    ("w.csv", "this is the name of a file", "write x=@w.csv"),
    ("~/data/w 1.npz:a", "this is the name of a file", "write x=@~/data/w 1.npz:a"),
    ("w.safetensors", "this is the name of a file", "write x=@w.safetensors"), ("w.txt", None, None),
    ("csv", None, None),
    ("1 2", PAIR, "write [1, 2] for a vector, or 12 for one number"), ("1 -2", PAIR, "write [1, -2] for a vector"),
    ("1. 2", PAIR, "write [1., 2] for a vector"), ("1 2.5", PAIR, "write [1, 2.5] for a vector"),
    ("1 2 3", ROW, "write [1, 2, 3] for a vector"), ("1,2,3", ROW, "write [1, 2, 3] for a vector"),
    ("1 000", None, None), ("123 456 789", None, None), ("1,000", None, None),
    ("1234 567", PAIR, "write [1234, 567] for a vector, or 1234567 for one number"),
    ("1 22", PAIR, "write [1, 22] for a vector, or 122 for one number"), ("1.5,2", None, None), ("a", None, None),
])  # fmt: skip
def test_values_as_they_are_written_elsewhere(text: str, message: str | None, hint: str | None) -> None:
    for name in ("x", "--rate"):
        found = refused(Source(name, text), text)
        if message is None:
            assert found is None
            continue
        assert found is not None
        assert (found.message, found.span, found.kind) == (message, (0, len(text)), "binding")
        plain = hint if name == "x" or hint is None else hint.replace("write x=", "write ")
        assert found.hint == plain


@pytest.mark.parametrize(("text", "at", "hint"), [
    ("1,2", 1, "numbers are written with a point: 1.2; a vector is [1, 2]"),
    ("-12,5e3", 3, "numbers are written with a point: -12.5e3; a vector is [-12, 5e3]"),
])  # fmt: skip
def test_a_decimal_comma_is_pointed_at(text: str, at: int, hint: str) -> None:
    found = refused(Source("x", text), text)
    assert found is not None
    assert (found.message, found.span, found.hint) == ("a comma outside a function's arguments", (at, at + 1), hint)


SEVERAL = "this may be several numbers or one number"


@pytest.mark.parametrize(("text", "message", "hint"), [
    ("@x.csv", "this names an array, and a value is one number", "write the number itself"),
    ("1 2; 3 4", "this is an array of 2x2 numbers, and a value is one number", "write the number itself"),
    ("[[1]]", "this is an array of 1x1 numbers, and a value is one number", "write the number itself"),
    ("[1 2]", f"{LIST} number", "give each number a name of its own: x1=1 x2=2"),
    ("[5]", f"{LIST} number", "write x=5"),
    ("1 -1", SEVERAL, "write x='[1, -1]' for a vector, x=1-1 for a number"),
    ("1 -1 -2", SEVERAL, "write x='[1, -1, -2]' for a vector, x=1-1-2 for a number"),
    ("(1) −1", SEVERAL, "write x='[(1), −1]' for a vector, x=(1)−1 for a number"),
    ("sin(1) +(2)", SEVERAL, "write x='[sin(1), +(2)]' for a vector, x=sin(1)+(2) for a number"),
    ("1 - 1", None, None), ("(1 -1)", None, None), ("{1 -1}", None, None), ("1-1", None, None), ("2", None, None),
])  # fmt: skip
def test_a_row_of_numbers_is_no_value(text: str, message: str | None, hint: str | None) -> None:
    if message is None:
        refuse_rows(Source("x", text), text)
        return
    found = raised(lambda: refuse_rows(Source("x", text), text))
    assert (found.message, found.hint, found.span) == (message, hint, (0, len(text)))


@pytest.mark.parametrize(("middle", "radius", "message", "hint"), [
    ("", "0.2", "the value is missing before ±", "for example x=2.5±0.2"),
    ("", "", "the value is missing before ±", "for example x=2.5±0.1"),
    ("2", "", "the uncertainty is missing behind ±", "for example x=2±0.1"),
    ("2", "5%", "an uncertainty is a number, not a percentage", "5% of the value is x=2±0.1"),
    ("-2.5", "10 percent", "an uncertainty is a number, not a percentage", "10% of the value is x=-2.5±0.25"),
    ("1e3", "1%", "an uncertainty is a number, not a percentage", "1% of the value is x=1e3±10"),
    ("1/2", "5%", "an uncertainty is no percentage", "write 5% of the value as a number"),
    ("2", "-0.1", "an uncertainty is not negative", "write x=2±0.1"),
    ("2", "− 0.1", "an uncertainty is not negative", "write x=2±0.1"),
    ("2", "-", "an uncertainty is not negative", "write how far the value may be off, either way"),
    ("2", "0.1±0.2", "a value has one uncertainty", "write x=2±0.1"),
    ("2", "0.1 +- 0.2", "a value has one uncertainty", "write x=2±0.1"),
])  # fmt: skip
def test_uncertainties_that_are_none(middle: str, radius: str, message: str, hint: str) -> None:
    source = Source("x", f"{middle}±{radius}")
    for found in (refused_uncertainty(source, middle, radius), raised(lambda: check_value(source))):
        assert (found.message, found.hint, found.span) == (message, hint, (0, len(source.text)))


def test_an_uncertainty_that_comes_to_less_than_0() -> None:
    assert negative(Source("x", "1±(0-1)"), "1").hint == "write how far the value may be off, either way"
    assert negative(Source("x", "1±(0-1)"), "1", "1").hint == "write x=1±1"


@pytest.mark.parametrize(("text", "message", "start", "end"), [
    ("q±0.1", "q is not a number", 0, 1), ("1+q ± 0.1", "q is not a number", 2, 3),
    ("  q ± 0.1", "q is not a number", 2, 3),
    ("2±q", "q is not a number", 2, 3), ("pi±p", "p is not a number", 3, 4), ("2 +- (1+q)", "q is not a number", 8, 9),
    ("2", "", 0, 0), ("pi ± 1/3", "", 0, 0),
])  # fmt: skip
def test_a_part_of_an_uncertain_value_is_pointed_at_in_its_file(text: str, message: str, start: int, end: int) -> None:
    whole = f'{{"x": "{text}"}}'
    source = from_file("point.json", whole)["x"]
    assert source.text == text
    if not message:
        check_value(source)
        return
    found = raised(lambda: check_value(source))
    assert (found.message, found.source) == (message, Source("point.json", whole))
    assert found.span == (len('{"x": "') + start, len('{"x": "') + end)
    alone = raised(lambda: check_value(Source("x", text)))
    assert alone.source is not None
    assert (alone.message, alone.source.name) == (message, "x")


# ---- words

NO_BINDING = "quote the program if it has blanks or *; bindings are written NAME=VALUE"
TWO = Source("program", "q = x*y; f = q*z")


@pytest.mark.parametrize(("words", "program", "message", "hint", "new"), [
    (["5"], None, "5 is not NAME=VALUE", NO_BINDING, None),
    (["5"], TWO, "5 has no name", "write x=5", ["x=5"]),
    (["5", "1/2"], TWO, "5 and 1/2 have no names", "write x=5 y=1/2", ["x=5", "y=1/2"]),
    (["5", "6", "7"], TWO, "5, 6 and 7 have no names", "write x=5 y=6 z=7", ["x=5", "y=6", "z=7"]),
    (["5", "6", "7", "8"], TWO, "5 is not NAME=VALUE", "bindings are written NAME=VALUE", None),
    (["y=1", "6"], TWO, "6 has no name", "write y=1 x=6", ["y=1", "x=6"]),
    (["6", "x=1"], TWO, "6 has no name", "write y=6 x=1", ["y=6", "x=1"]),
    (["5", "a"], TWO, "5 is not NAME=VALUE", "bindings are written NAME=VALUE", None),
    (["x=1", "y=1", "z=1", "4"], TWO, "4 is not NAME=VALUE", "bindings are written NAME=VALUE", None),
    (["q"], TWO, "q is no binding, but a name of the program", "to choose the output write --of q", None),
    (["f"], TWO, "f is no binding, but a name of the program", "to choose the output write --of f", None),
    (["x"], TWO, "x is not NAME=VALUE", "bindings are written NAME=VALUE", None),
    (["x+1"], TWO, "x+1 is not NAME=VALUE", "bindings are written NAME=VALUE", None),
    (["x+1"], TWO._replace(name="net.txt"), "there are two programs: net.txt and x+1",
     "leave out --file, or the other program", None),
    (["5"], TWO._replace(name="net.txt"), "5 has no name", "write x=5", ["x=5"]),
    (["a b"], TWO._replace(name="net.txt"), "a b is not NAME=VALUE", "bindings are written NAME=VALUE", None),
])  # fmt: skip
def test_words_without_a_sign(
    words: list[str], program: Source | None, message: str, hint: str, new: list[str] | None
) -> None:
    found = raised(lambda: split(words, program))
    assert (found.message, found.hint) == (message, hint)
    assert getattr(found, "instead", None) == (None if new is None else (words, new))


def test_a_long_word_is_cut() -> None:
    assert no_binding(["a" * 90], "a" * 90, None).message == f"{'a' * 60} is not NAME=VALUE"


@pytest.mark.parametrize(("words", "message", "hint", "span", "new"), [
    (["x==1"], "a binding has one =", "did you mean x=1?", (2, 3), ["x=1"]),
    (["abc==1"], "a binding has one =", "did you mean abc=1?", (4, 5), ["abc=1"]),
    (["x=1", "x=2"], "x is bound twice", "leave out x=1 or x=2", (0, 1), None),
    (["-x=1"], "a name does not start with -", "did you mean x=-1?", (0, 1), None),
    (["--x=1"], "a name does not start with -", "did you mean x=1?", (0, 1), None),
    (["--x=-1"], "a name does not start with -", "did you mean x=-1?", (0, 1), None),
    (["-x=-1"], "a name does not start with -", None, (0, 1), None),
    (["x₁=1"], "a name is expected before =", "write x1=1", (0, 2), ["x*y", "x1=1"]),
    (["2x=1"], "a name is expected before =", None, (0, 2), None),
    (["=1"], "a name is expected before =", None, (0, 1), None),
    (["df/dx=3"], "df/dx=3 is a claim, not a value", "gradcli check marks claims", None, ["check", "x*y"]),
    (["∂f/∂x=3"], "∂f/∂x=3 is a claim, not a value", "gradcli check marks claims", None, ["check", "x*y"]),
    (["x.grad=1"], "x.grad=1 is a claim, not a value", "gradcli check marks claims", None, ["check", "x*y"]),
    (["local(q,x)=1"], "local(q,x)=1 is a claim, not a value", "gradcli check marks claims", None, ["check", "x*y"]),
    (["x=[1,", "2]"], "an array is one word, and x=[1, to 2] are 2", "write x='[1, 2]'", None, ["x=[1, 2]"]),
    (["y=3", "x=[1,", "2,", "3]", "z=4"], "an array is one word, and x=[1, to 3] are 3", "write x='[1, 2, 3]'", None,
     ["y=3", "x=[1, 2, 3]", "z=4"]),
    (["W=[[1],", "[2]]"], "an array is one word, and W=[[1], to [2]] are 2", "write W='[[1], [2]]'", None,
     ["W=[[1], [2]]"]),
    (["x=", "1"], "x= and 1 are two words here", "write x=1, without blanks", None, ["x=1"]),
    (["x", "=", "1"], "x, = and 1 are three words here", "write x=1, without blanks", None, ["x=1"]),
    (["x:1"], "x:1 is not NAME=VALUE", "did you mean x=1?", None, ["x=1"]),
    (["x=1,y=2"], "each NAME=VALUE is a word of its own, without commas", "write x=1 y=2", None, ["x=1", "y=2"]),
    (["x=1,"], "words are separated by blanks, without ,", "did you mean x=1?", None, ["x=1"]),
    (["x=1;"], "words are separated by blanks, without ;", "did you mean x=1?", None, ["x=1"]),
])  # fmt: skip
def test_words_that_were_mistyped(
    words: list[str], message: str, hint: str | None, span: tuple[int, int] | None, new: list[str] | None
) -> None:
    found = raised(lambda: split(words, Source("program", "x*y")))
    assert (found.message, found.hint, found.span, found.kind) == (message, hint, span, "binding")
    instead = getattr(found, "instead", None)
    assert (None if instead is None else instead[1]) == new


@pytest.mark.parametrize(("words", "values"), [
    (["x=1", "y=-2.5"], {"x": "1", "y": "-2.5"}), ([" x = 1"], {"x": " 1"}), (["x=[1, 2]"], {"x": "[1, 2]"}), ([], {}),
    (["x=@w.csv"], {"x": "@w.csv"}), (["x=array([1, 2])", "y=tensor(1)"], {"x": "array([1, 2])", "y": "tensor(1)"}),
    (["x=1 2; 3 4"], {"x": "1 2; 3 4"}),
])  # fmt: skip
def test_words_that_are_bindings(words: list[str], values: dict[str, str]) -> None:
    found = split(words)
    assert {name: source.text for name, source in found.items()} == values
    assert [source.name for source in found.values()] == list(values)


@pytest.mark.parametrize(("words", "cut"), [
    (["x=1"], False), (["x=", "1"], True), (["x", "=1"], True), (["x", "=", "1"], True), (["x", ":", "1"], True),
    (["-x="], False), (["x:", "1"], False), ([], False), (["=="], True),
])  # fmt: skip
def test_words_that_blanks_have_cut(words: list[str], cut: bool) -> None:
    assert is_cut(words) is cut


# ---- files of JSON

OBJECT = "an object of numbers is expected"
POINT = 'write {"x": 1.5, "y": -2}'
NUMBER = 'a number is expected, or a text such as "1/3"'


@pytest.mark.parametrize(("text", "message", "hint", "span"), [
    ("[1]", OBJECT, POINT, (0, 1)), ("  5", OBJECT, POINT, (2, 3)), ("[]", OBJECT, POINT, (0, 1)),
    ('[{"x": 1}]', OBJECT, "this is an array of points: gradcli rows PROGRAM --from json takes one", (0, 1)),
    ('{"x": 1', "not JSON: expecting ',' delimiter", POINT, (7, 8)),
    ("nonsense", "not JSON: expecting value", POINT, (0, 1)),
    ("[" * 100_000, "not an object of numbers", POINT, (0, 1)),
    ('{"y": 2, "x": null}', "x is not a number", NUMBER, (14, 18)),
    ('{"x": true}', "x is not a number", NUMBER, (6, 10)),
    ('{"x": NaN}', "x is not a number", NUMBER, (6, 9)), ('{"x": {"y": 1}}', "x is not a number", NUMBER, (6, 14)),
    ('{"y": 1, "2x": 1}', "2x is not a name", "a name of the program is expected", (9, 13)),
    ('{"": 1}', "this is not a name", "a name of the program is expected", (1, 3)),
    ('{"x": 1, "x": 2}', "x is bound twice", "leave one of them out", (9, 12)),
])  # fmt: skip
def test_files_that_hold_no_point(text: str, message: str, hint: str, span: tuple[int, int]) -> None:
    found = raised(lambda: from_file("p.json", text))
    assert (found.message, found.hint, found.span, found.kind) == (message, hint, span, "binding")
    assert found.source == Source("p.json", text)


def test_files_that_hold_a_point() -> None:
    text = '{"x": 1.50, "y": "1/3", "W": [1, [2]], "n": -0}'
    found = from_file("p.json", text)
    assert {name: source.text for name, source in found.items()} == {
        "x": "1.50",
        "y": "1/3",
        "W": "[1, [2]]",
        "n": "-0",
    }
    assert [source.name for source in found.values()] == ["p.json: x", "p.json: y", "p.json: W", "p.json: n"]
    for name, part, place in (
        ("x", (1, 3), (6, 10)), ("x", None, (6, 10)), ("y", (2, 3), (20, 21)), ("y", None, (17, 22)), ("W", (1, 2),
        (30, 31)),
        ("W", None, (29, 37)),
    ):  # fmt: skip
        find = found[name].place
        assert find is not None
        assert find(part) == (Source("p.json", text), place)
    escaped = from_file("p.json", '{"x": "\\u0031/3"}')["x"].place
    assert escaped is not None
    assert escaped((0, 1))[1] == (6, 16)


# ---- rules of steps


@pytest.mark.parametrize(("text", "rate", "message", "hint"), [
    ("adm", None, "there is no rule adm", "did you mean adam?"),
    ("sgdx", "1", "there is no rule sgdx", "the rules are gd, momentum, nesterov, adagrad, rmsprop, adam"),
    ("gd", None, "the rate is missing", "for example --rate 0.1"),
    ("momentum", None, "the rate is missing", "for example --rate 0.1"),
    ("nesterov", None, "the rate is missing", "for example --rate 0.1"),
    ("adam:beta3=1", "1", "adam has no parameter beta3", "its parameters are beta1=0.9, beta2=0.999, eps=1e-8"),
    ("adam:lr=1", None, "adam has no parameter lr", "write --rate for the rate"),
    ("adam:rate=1", None, "adam has no parameter rate", "write --rate for the rate"),
    ("gd:mu=1", "1", "gd has no parameter mu", "it has none"), ("momentum:mu", "1", "mu has no value", "write mu=0.9"),
    ("momentum:mu=", "1", "the value is missing", "write NAME=VALUE"),
    ("adam:beta1=2", "1", "a number from 0 to below 1 is expected", "for example --rule adam:beta1=0.9"),
    ("adam:beta2=-3,eps=-5", None, "a number from 0 to below 1 is expected", "for example --rule adam:beta2=0.999"),
    ("adam:eps=-5", None, "a number from 0 is expected", "for example --rule adam:eps=1e-8"),
    ("momentum:mu=1", "1", "a number from 0 to below 1 is expected", "for example --rule momentum:mu=0.9"),
    ("rmsprop:alpha=-1/2", "1", "a number from 0 to below 1 is expected", "for example --rule rmsprop:alpha=0.99"),
    ("momentum:mu=0.5±0.1", "1", "a rule has no uncertain parameters", None),
    ("momentum:mu=0.5", "1+-0.1", "a rule has no uncertain parameters", None),
])  # fmt: skip
def test_rules_that_there_are_not(text: str, rate: str | None, message: str, hint: str | None) -> None:
    found = raised(lambda: update_of(text, rate))
    assert (found.message, found.hint) == (message, hint)
    assert isinstance(found, InputError)


@pytest.mark.parametrize(("text", "rate", "settings"), [
    ("gd", "0.1", {"rate": "0.1"}), ("adam", None, {"rate": "0.001", "beta1": "0.9", "beta2": "0.999", "eps": "1e-8"}),
    ("adagrad", None, {"rate": "0.01", "eps": "1e-10"}),
    ("rmsprop", None, {"rate": "0.01", "alpha": "0.99", "eps": "1e-8"}),
    ("adam:eps=1,beta1=1/2", "2", {"rate": "2", "beta1": "1/2", "beta2": "0.999", "eps": "1"}),
    (" momentum : mu = 0.5 , ", "1", {"rate": "1", "mu": "0.5"}), ("nesterov:", "1", {"rate": "1", "mu": "0.9"}),
])  # fmt: skip
def test_rules_and_their_parameters(text: str, rate: str | None, settings: dict[str, str]) -> None:
    found = update_of(text, rate)
    assert {name: source.text for name, source in found.settings.items()} == settings
    assert (found.t, found.ascent, found.state, found.rate.name) == (1, False, {}, "--rate")
    following = found.following({"x": {}})
    assert (following.t, following.sources["t"].text, following.settings) == (2, "2", found.settings)


def test_a_single_step() -> None:
    assert step_of(None, ascent=False) is None
    found = raised(lambda: step_of(None, ascent=True))
    assert (found.message, found.hint) == ("--ascent is the direction of a step", "add --step 0.1")
    for ascent in (False, True):
        update = step_of("1/4", ascent=ascent)
        assert update is not None
        assert (update.rule, update.ascent, update.rate) == (UPDATE_RULES["gd"], ascent, Source("--step", "1/4"))

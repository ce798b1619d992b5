"""What a homework file says that cannot be: the message, what to do about it, and the characters that are shown."""

# ruff: noqa: E501
from __future__ import annotations

from datetime import date, datetime
from operator import attrgetter

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.homework.classroom.array_problem import ParsedArrays
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.problem_instance import ParsedProblem

NUMBERS = """[[problem]]
program = "q = x*y; f = q + sin(z)"
at = { x = 1, y = 2, z = 3 }
"""
OF_ARRAYS = """[[problem]]
program = "z = W@x + b; L = sum(z*z)"
at = { W = "[[1,2],[3,4]]", x = "[1,2]", b = "[5,6]" }
"""
Row = tuple[str, str, str | None, str | None, str]
SCALAR: list[Row] = [
    ('fixed = ["y", "w"]\n', "problem 1.fixed: w is not an input", "the inputs are x, y, z", '"w"', "homework"),
    ('items = ["q", "dg/dx"]\n', "problem 1.items: there is no item dg/dx", "the derivative of the output is df/dx",
     '"dg/dx"', "homework"),
    ('items = "new"\n', "problem 1.items: new values need a rate", "add step = 0.5", '"new"', "homework"),
    ('items = ["f"]\nweights = { q = 2 }\n', "problem 1.weights: q is not among the items", None, "q", "homework"),
    ("weights = { nope = 2 }\n", "problem 1.weights: there is no item nope",
     "items are written q, df/dq or local(q,x)", "nope", "homework"),
    ('items = ["q"]\nweights = { q = 0 }\n', "problem 1.items: no item has a weight", None, '["q"]', "homework"),
    ('[[problem.accept]]\nitem = "q"\nclaims = ["1", "2+"]\n',
     "problem 1.accept 1.claims: 2+: the expression ends too early: a number, a name or ( is expected after +",
     "write what stands behind +, or leave it out", '"2+"', "homework"),
    ('[[problem.accept]]\nitem = "qq"\nclaims = ["1", "2+"]\n', "problem 1.accept 1.item: there is no item qq",
     "did you mean q?", '"qq"', "homework"),
    ('[[problem.mistake]]\nitem = "q"\ngives = "y*"\nmessage = "m"\n',
     "problem 1.mistake 1.gives: y*: the expression ends too early: a number, a name or ( is expected after *",
     "write what stands behind *, or leave it out", '"y*"', "homework"),
    ('weights = "maths"\n', "problem 1.weights: one of concept, equal is expected, or a table of items",
     'in a problem, weights = { "df/dx" = 2 } says how much an item counts', '"maths"', "homework"),
    ('items = "every"\n',
     "problem 1.items: a list of items is expected, or one of all, values, local, upstream, gradient, new", None,
     '"every"', "homework"),
    ("items = []\n", 'problem 1.items: a list of items is expected, such as ["q", "df/dx"]', None, "[]", "homework"),
    ("items = [1]\n", 'problem 1.items: a list of items is expected, such as ["q", "df/dx"]', None, "[1]", "homework"),
    ('fixed = "y"\n', 'problem 1.fixed: a list of names is expected, such as ["y"]', None, '"y"', "homework"),
    ("vary = true\n", "problem 1.vary: a whole number or a text is expected", None, "true", "homework"),
    ("vary = 1.5\n", "problem 1.vary: a whole number or a text is expected", None, "1.5", "homework"),
    ('vary = " "\n', "problem 1.vary: a whole number or a text is expected", None, '" "', "homework"),
    ('reveal = "some"\n', "problem 1.reveal: one of none, correct, all is expected", None, '"some"', "homework"),
    ("rtol = 0.1\nsigfigs = 3\n", "problem 1.rtol: give significant figures or a relative tolerance, not both", None,
     "0.1", "homework"),
    ("decimals = 2\nsigfigs = 3\n", "problem 1.decimals: give significant figures or decimals, not both", None, "2",
     "homework"),
    ('shapes = { q = "2x" }\n', 'problem 1.shapes: q: a shape is expected, such as "3x2" or 4', None, '"2x"',
     "homework"),
    ("shapes = { x = 2 }\n", "problem 1.shapes: x has a value under at", None, "x", "homework"),
    ('[[problem.accept]]\nitem = "q"\nclaims = []\n', "problem 1.accept 1.claims: a claim is expected", None, "[]",
     "homework"),
    ('[[problem.accept]]\nitem = "q"\n', "problem 1.accept 1.claims: this key is missing", None,
     "[[problem.accept]]", "homework"),
    ("numeric = 1\n", "problem 1.numeric: true or false is expected", None, "1", "homework"),
]  # fmt: skip
ARRAYS: list[Row] = [
    ('fixed = ["x", "c"]\n', "problem 1.fixed: c is not an input", "the inputs are W, x, b", '"c"', "homework"),
    ("shapes = { b = 2 }\nvary = 1\n", "problem 1.shapes: b has a value under at", None, "b", "homework"),
    ('items = "new"\n', "problem 1.items: new values need a rate",
     "give the rate of the step: --step 0.5, or step = 0.5 in a homework file", '"new"', "homework"),
    ('items = ["z", "dL/dq"]\n', "problem 1.items: there is no item dL/dq", "the names are W, x, v1, b, z, v2, L",
     '"dL/dq"', "homework"),
    ("weights = { nope = 2 }\n", "problem 1.weights: there is no item nope",
     "the names are W, x, v1, b, z, v2, L", "nope", "homework"),
    ('items = ["z"]\nweights = { L = 2 }\n', "problem 1.weights: L is not among the items", None, "L", "homework"),
    ('items = ["z"]\nweights = { z = 0 }\n', "problem 1.items: no item has a weight", None, '["z"]', "homework"),
    ('[[problem.accept]]\nitem = "z"\nclaims = ["[1,2]", "[1,2,3]"]\n',
     "problem 1.accept 1.claims: [1,2,3]: it has 3 entries, and z has 2 entries", None, '"[1,2,3]"', "homework"),
    ('[[problem.accept]]\nitem = "zz"\nclaims = ["[1,2]"]\n', "problem 1.accept 1.item: there is no item zz",
     "did you mean z?", '"zz"', "homework"),
    ('[[problem.mistake]]\nitem = "z"\ngives = "[1,"\nmessage = "m"\n',
     "problem 1.mistake 1.gives: [1,: [ is not closed; a ] is missing", None, '"[1,"', "homework"),
    ('[[problem.accept]]\nitem = "z"\nclaims = ["shape(2)"]\n',
     "problem 1.accept 1.claims: shape(2): there is no function shape; did you mean reshape?", None, '"shape(2)"',
     "homework"),
]  # fmt: skip
OTHER: list[Row] = [
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { x = 1, y = 2, zz = 3 }\n',
     "problem 1.at: nothing in the program uses zz", "did you mean z? the inputs are x, y, z", "zz", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { x = 1, y = 2, z = 3, q = 4 }\n',
     "problem 1.at: the program computes q", "the inputs are x, y, z", "q", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { x = 1, y = 2 }\n', "problem 1.at: z has no value",
     "add at = { z = ... }, or vary = SEED", "{ x = 1, y = 2 }", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { x = 1, y = 2, z = 3, uvw = 4 }\n',
     "problem 1.at: nothing in the program uses uvw", "the inputs are x, y, z", "uvw", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\n', "problem 1.program: x, y and z have no value",
     "add at = { x = ..., y = ..., z = ... }, or vary = SEED", '"q = x*y; f = q + sin(z)"', "homework"),
    ('[[problem]]\nprogram = "x*2"\nat = { x = 1, xx = 2 }\n', "problem 1.at: nothing in the program uses xx",
     "did you mean x? the input is x", "xx", "homework"),
    ('[[problem]]\nprogram = "3"\nat = { x = 1 }\n', "problem 1.at: nothing in the program uses x",
     "the program has no inputs", "x", "homework"),
    ('[[problem]]\nprogram = "log(x)*y"\nat = { x = -1, y = 2 }\n',
     "problem 1.program: log(x) is undefined: x = -1, and log needs more than 0", None, "log(x)", "domain"),
    ('[[problem]]\nprogram = "log(x)*y)"\nat = { x = 1, y = 2 }\n', "problem 1.program: this ) has no (", None, ")",
     "syntax"),
    ('[[problem]]\nprogram = "x*y"\nat = { x = "1+", y = 2 }\n',
     "problem 1.at: x: the expression ends too early: a number, a name or ( is expected after +",
     "write what stands behind +, or leave it out", "", "syntax"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { x = 1, y = 2, z = "3+-1" }\n',
     "problem 1.at: z: a worksheet cannot have uncertain values", "give every input a plain number, such as 2.5",
     '"3+-1"', "input"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { x = [], y = 2, z = 3 }\n',
     "problem 1.at: x has no number to choose", None, "[]", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { x = [1,2], y = 2, z = 3 }\n',
     "problem 1.at: a choice of numbers needs a seed",
     'add vary = 2026, or any other number; an array is a text: x = "[1, 2]"', "{ x = [1,2], y = 2, z = 3 }",
     "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { "1x" = 1, y = 2, z = 3 }\n',
     "problem 1.at: 1x is not a name", "an input of the program is expected", '"1x"', "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { x = 1, "x " = 2, y = 2, z = 3 }\n',
     "problem 1.at: x  is not a name", "an input of the program is expected", '"x "', "homework"),
    ('[[problem]]\nprogram = "z = W@x + b; L = sum(z*z)"\nat = { W = "[[1,2],[3,4]]", x = "[1,2]", bb = "[5,6]" }\n',
     "problem 1.program: b has no value", 'give them values under at, or shapes = { W = "3x2" } and vary = SEED',
     '"z = W@x + b; L = sum(z*z)"', "homework"),
    ('[[problem]]\nprogram = "z = W@x + b; L = sum(z*z)"\nat = { W = "[[1,2],[3,4]]", x = "[1,2]" }\n',
     "problem 1.program: b has no value", 'give them values under at, or shapes = { W = "3x2" } and vary = SEED',
     '"z = W@x + b; L = sum(z*z)"', "homework"),
    ('[[problem]]\nprogram = "z = W@x + b; L = sum(z*z)"\nat = { W = "[[1,2],[3,4]]", x = "[1,2]" }\nshapes = { b = 2 }\n',
     "problem 1.shapes: numbers of a student's own need a seed", "add vary = 2026, or any other number", "{ b = 2 }",
     "homework"),
    ('[[problem]]\nprogram = "z = W@x + b; L = sum(z*z)"\nat = { W = "[[1,2],[3,4]]", x = "[1,2]" }\nshapes = { b = 2, cc = 3 }\nvary = 1\n',
     "problem 1.shapes: nothing in the program uses cc", "the inputs are W, x, b", "cc", "homework"),
    ('[[problem]]\nprogram = "z = W@x + b; L = sum(z*z)"\nat = { W = "[[1,2],[3,4]]", x = "[1,2,3]", b = "[5,6]" }\n',
     "problem 1.program: W@x does not fit: W is 2x2, x has 3 entries",
     "the columns of W (2) meet the entries of x (3)", "W@x", "shape"),
    ('[[problem]]\nprogram = "z = W@x + b; L = sum(z*z)"\nat = { W = "[[1,2],[3,4]", x = "[1,2]", b = "[5,6]" }\n',
     "problem 1.at: W: [ is not closed", "a ] is missing", '"[[1,2],[3,4]"', "binding"),
    ('[[problem]]\nprogram = "z = W@x + b; L = sum(z*z)"\nat = { W = "@nofile.csv", x = "[1,2]", b = "[5,6]" }\n',
     "problem 1.at: W: nofile.csv: no such file or directory", None, '"@nofile.csv"', "stream"),
    ('[[problem]]\nprogram = "z = W@x + b; L = sum(z*z)"\nat = { W = "@-", x = "[1,2]", b = "[5,6]" }\n',
     "problem 1.at: W: a homework file cannot read standard input", "name a file", '"@-"', "homework"),
    ('[[problem]]\nprogram = "log(W)@x"\nat = { W = "[[-1]]", x = "[1]" }\n',
     "problem 1.program: v1[0,0] is undefined: log needs more than 0", None, "log(W)", "domain"),
    ('[[problem]]\nprogram = "sum(x*x)"\nat = { x = "[1]", xs = 3}\n',
     "problem 1.at: nothing in the program uses xs", "did you mean x? the input is x", "xs", "homework"),
    ('[[problem]]\nprogram = "sum(x*x)"\nat = { x = "[1,2]"}\nshapes = { x = 2 }\n',
     "problem 1.shapes: x has a value under at", None, "x", "homework"),
    ('[[problem]]\nprogram = "log(-x^2)"\nvary = 1\n',
     "problem 1.program: no easy numbers keep this program away from kinks and from the edges of its domain",
     "give some of the inputs a number, or choices of your own", '"log(-x^2)"', "vary"),
    ('late = -1\n[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\n', "late: a number from 0 to 1e+06 is expected",
     None, "-1", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\ndue = "1 Dec"\n',
     "problem 1.due: a date is expected, such as 2026-12-01 (year-month-day)",
     "a date is written 2026-12-01 (year-month-day), and a time 2026-12-01 18:00:00", '"1 Dec"', "homework"),
    ('[[problem]]\nid = "a b"\nprogram = "x"\n', "problem a b.id: an id is made of letters, digits, _ and -", None,
     '"a b"', "homework"),
    ('[[problem]]\nid = "a"\nprogram = "x"\nat={x=2}\n[[problem]]\nid = "a"\nprogram = "x"\nat={x=2}\n',
     "problem a.id: there are two problems a", None, '"a"', "homework"),
    ('title = "x"\n', "there is no problem", "add [[problem]] with program and at", None, "homework"),
    ('[defaults]\nweights = { q = 1 }\n[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\n',
     "defaults.weights: one of concept, equal is expected, or a table of items",
     'in a problem, weights = { "df/dx" = 2 } says how much an item counts', "{ q = 1 }", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nshapes = { x = true }\n',
     'problem 1.shapes: x: a shape is expected, such as "3x2" or 4', None, "true", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nshapes = { x = 0 }\n',
     "problem 1.shapes: x: 1 to 10,000 numbers are drawn", None, "0", "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nshapes = { "1x" = 2 }\n',
     "problem 1.shapes: 1x is not a name", None, '"1x"', "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nshapes = { "" = 2 }\n',
     "problem 1.shapes: this is not a name", None, '""', "homework"),
    ('[[problem]]\nprogram = "q = x*y; f = q + sin(z)"\nat = { "" = 2 }\n', "problem 1.at: this is not a name",
     "an input of the program is expected", '""', "homework"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "message", "hint", "shown", "kind"),
    [
        *((NUMBERS + line, *said) for line, *said in SCALAR),
        *((OF_ARRAYS + line, *said) for line, *said in ARRAYS),
        *OTHER,
    ],
)
def test_what_a_file_cannot_say(text: str, message: str, hint: str | None, shown: str | None, kind: str) -> None:
    with pytest.raises(GradcliError) as raised:
        Grader(load(Source("hw.toml", text)))
    error = raised.value
    assert error.source is not None
    at = None if error.span is None else error.source.text[slice(*error.span)]
    assert (error.message, error.hint, at, error.kind) == (message, hint, shown, kind)


@pytest.mark.parametrize(("text", "kind"), [(NUMBERS, ParsedProblem), (OF_ARRAYS, ParsedArrays)])
def test_what_a_file_can_say(text: str, kind: type) -> None:
    (problem,) = load(Source("hw.toml", text)).problems.values()
    assert isinstance(parse_problem(problem), kind)


@pytest.mark.parametrize("name", ["x", "e\u0301", "\u03b2"])
@pytest.mark.parametrize(("value", "message", "shown", "kind"), [
    ("1/0", "this is a division by zero", "1/0", "domain"), ("1e308*10", "this overflows", "1e308*10", "overflow"),
    ("log(-1)", "this has no value: log needs more than 0", "log(-1)", "domain"),
    ("nope", "nope is not a number", "nope", "binding"), ("1e400", "this number overflows a binary64", '"1e400"', "number"),
])  # fmt: skip
def test_a_value_that_is_none_is_shown_where_it_stands(
    name: str, value: str, message: str, shown: str, kind: str
) -> None:
    """Also under a name that is written with a letter and an accent, and is another in the program."""
    text = f'[[problem]]\nprogram = "y*{name}"\nat = {{ y = 2, "{name}" = "{value}" }}\n'
    with pytest.raises(GradcliError) as raised:
        Grader(load(Source("hw.toml", text)))
    error = raised.value
    assert error.message.startswith("problem 1.at: ")
    assert error.message.endswith(f": {message}")
    assert error.span is not None
    assert (text[slice(*error.span)], error.kind) == (shown, kind)


OPTIONS: list[tuple[str, str, str, str, object, object, object]] = [
    # the key, its value in the defaults and in the problem; where it is found, and what: said nowhere, in the defaults, in both
    ("rtol", "0.02", "0.03", "policy.rtol", None, 0.02, 0.03), ("sigfigs", "3", "4", "policy.sigfigs", None, 3, 4),
    ("decimals", "2", "0", "policy.decimals", None, 2, 0), ("atol", "0.5", "0", "policy.atol", None, 0.5, 0),
    ("numeric", "true", "false", "policy.numeric", ("value",), ("value", "local", "upstream", "derivative", "new"), ()),
    ("imprecise", "0.5", "1", "policy.imprecise", 0.0, 0.5, 1.0), ("follow_through", "0.5", "0", "policy.follow_through", None, 0.5, 0),
    ("seed", "5", "0", "policy.random_seed", 0, 5, 0), ("diagnose", "false", "true", "policy.diagnose", True, False, True),
    ("reveal", '"all"', '"none"', "reveal", "none", "all", "none"), ("vary", "7", '"a"', "seed", None, "7", "a"),
    ("vary", "7", "false", "seed", None, "7", None), ("vary_version", "1", "3", "vary_version", 0, 1, 3),
    ("weights", '"equal"', '"concept"', "by_concept", True, False, True), ("attempts", "3", "1000", "attempts", 0, 3, 1000),
    ("penalty", "0.25", "0", "penalty", 0.0, 0.25, 0.0), ("due", "2026-12-01", "2026-12-02", "due", None, date(2026, 12, 1), date(2026, 12, 2)),
    ("due", '"2026-12-01"', '" 2026-12-02 18:30 "', "due", None, date(2026, 12, 1), datetime(2026, 12, 2, 18, 30)),
]  # fmt: skip


@pytest.mark.parametrize(("key", "usual", "own", "where", "none", "default", "both"), OPTIONS)
def test_an_option_of_the_defaults_is_that_of_a_problem_unless_it_has_its_own(
    key: str, usual: str, own: str, where: str, none: object, default: object, both: object
) -> None:
    def option(*lines: str) -> object:
        (problem,) = load(Source("hw.toml", "\n".join(lines))).problems.values()
        return attrgetter(where)(problem)

    program = ["[[problem]]", 'program = "x"', "at = { x = 2 }"]
    assert option(*program) == none
    assert option("[defaults]", f"{key} = {usual}", *program) == default
    assert option("[defaults]", f"{key} = {usual}", *program, f"{key} = {own}") == both
    assert option(*program, f"{key} = {own}") == both


def test_a_tolerance_of_one_kind_takes_the_place_of_every_other() -> None:
    for usual in ("rtol = 0.02", "sigfigs = 3", "decimals = 2"):
        for own, expected in (
            ("rtol = 0.05", (0.05, None, None)),
            ("sigfigs = 5", (None, 5, None)),
            ("decimals = 1", (None, None, 1)),
        ):
            text = f'[defaults]\n{usual}\n[[problem]]\nprogram = "x"\nat = {{ x = 2 }}\n{own}\n'
            policy = load(Source("hw.toml", text)).problems["p1"].policy
            assert (policy.rtol, policy.sigfigs, policy.decimals) == expected


def test_what_a_problem_says_of_itself() -> None:
    text = """title = "Week 3"
late = 0.5
[[problem]]
program = "x*y*z"
at = { x = 2, y = [1, 2.50], z = [[1, 2], [3, 4.0]] }
vary = 1
fixed = ["x", "y"]
items = ["v1"]
points = 0.01
weights = { v1 = 2, x = 0.5 }
title = "T"
text = "Text"
hint = "H"
[[problem.accept]]
item = "v1"
claims = 3
[[problem.accept]]
item = "x"
claims = ["1", 2.5]
[[problem.mistake]]
item = "v1"
gives = 7
message = "No."
[[problem]]
id = "named"
program = "x"
at = { x = "1/3" }
shapes = { w = "3x2", v = 4, u = "2, 5" }
items = "upstream"
"""
    work = load(Source("hw.toml", text))
    assert (work.title, work.late, list(work.problems)) == ("Week 3", 0.5, ["p1", "named"])
    first, named = work.problems.values()
    assert {name: source.text for name, source in first.bindings.items()} == {"x": "2", "z": "[[1, 2], [3, 4.0]]"}
    assert first.choices == {"y": ("1", "2.50")}
    assert (first.fixed, first.items, first.points, first.weights) == (("x", "y"), ("v1",), 0.01, {"v1": 2.0, "x": 0.5})
    assert (first.told, first.by_concept) == (("T", "Text", "H"), False)
    assert [(a.item, [c.text for c in a.claims]) for a in first.accept] == [("v1", ["3"]), ("x", ["1", "2.5"])]
    assert [(m.item, m.gives.text, m.message, m.credit) for m in first.mistakes] == [("v1", "7", "No.", 0.0)]
    assert (named.told, named.points, named.items, named.weights, named.accept) == (
        ("", "", ""),
        None,
        "upstream",
        {},
        (),
    )
    assert named.shapes == {"w": (3, 2), "v": (4,), "u": (2, 5)}
    assert (named.bindings["x"].text, named.source.text, named.source.name) == ("1/3", "x", "the program of named")


PROBLEM = '[[problem]]\nprogram = "x*y"\nat = { x = 1, y = 2 }\n'
ACCEPT = '[[problem.accept]]\nitem = "x"\nclaims = "1"\n'
MISTAKE = '[[problem.mistake]]\nitem = "x"\ngives = "1"\nmessage = "m"\n'


@pytest.mark.parametrize(("before", "after", "where", "key", "hint"), [
    ("tittle = 3\n", "", "", "tittle", "did you mean title?"), ("program = 3\n", "", "", "program", "program stands under [[problem]]"),
    ("[defaults]\nlate = 3\n", "", "defaults.", "late", "late stands at the top of the file, above all tables"),
    ("", "late = 3\n", "problem 1.", "late", "late stands at the top of the file, above all tables"),
    ("[defaults]\nrtoll = 3\n", "", "defaults.", "rtoll", "did you mean rtol?"), ("[defaults]\nitems = 3\n", "", "defaults.", "items", "items stands under [[problem]]"),
    ("", "itemz = 3\n", "problem 1.", "itemz", "did you mean items?"), ("", "claims = 3\n", "problem 1.", "claims", "claims stands under [[problem.accept]]"),
    ("", "credit = 3\n", "problem 1.", "credit", "credit stands under [[problem.mistake]]"),
    ("", f"{ACCEPT}credit = 3\n", "problem 1.accept 1.", "credit", "credit stands under [[problem.mistake]]"),
    ("", f"{ACCEPT}claim = 3\n", "problem 1.accept 1.", "claim", "did you mean claims?"), ("", f"{ACCEPT}zzz = 3\n", "problem 1.accept 1.", "zzz", "known are claims, item"),
    ("", f"{MISTAKE}claims = 3\n", "problem 1.mistake 1.", "claims", "claims stands under [[problem.accept]]"),
    ("", f"{MISTAKE}mesage = 3\n", "problem 1.mistake 1.", "mesage", "did you mean message?"),
    ("accept = 3\n", "", "", "accept", "accept stands under [[problem]]: write [[problem.accept]]"),
])  # fmt: skip
def test_every_table_has_its_own_keys(before: str, after: str, where: str, key: str, hint: str) -> None:
    text = before + PROBLEM + after
    with pytest.raises(GradcliError) as raised:
        Grader(load(Source("hw.toml", text)))
    assert (raised.value.message, raised.value.hint) == (f"{where}{key}: there is no such key", hint)
    assert raised.value.span is not None
    assert text[slice(*raised.value.span)] == key


@pytest.mark.parametrize(("key", "limits"), [
    ("sigfigs", "a whole number from 1 to 15"), ("decimals", "a whole number from 0 to 15"), ("attempts", "a whole number from 1 to 1000"),
    ("seed", "a whole number from 0 to 9.0072e+15"), ("vary_version", "a whole number from 1 to 3"), ("rtol", "a number from 0 to 1"),
    ("follow_through", "a number from 0 to 1"), ("imprecise", "a number from 0 to 1"), ("penalty", "a number from 0 to 1"),
    ("atol", "a number from 0 to 1e+300"), ("points", "a number from 0.01 to 1e+06"),
])  # fmt: skip
def test_numbers_of_every_option_have_their_kind_and_limits(key: str, limits: str) -> None:
    low, high = (float(word) for word in limits.replace("a whole number", "a number").split()[3::2])
    outside = [f"{low - 1:.0f}" if low >= 1 else "-1", "true", '"2"', f"{high * 10:.0f}" if high < 1e300 else "1e301"]
    for value in [*outside, *(["2.5"] if "whole" in limits else [])]:
        with pytest.raises(GradcliError) as raised:
            load(Source("hw.toml", f"{PROBLEM}{key} = {value}\n"))
        assert raised.value.message == f"problem 1.{key}: {limits} is expected", value


@pytest.mark.parametrize("key", ["accept", "mistake"])
@pytest.mark.parametrize("value", ["3", "[1]", "{ item = 3 }"])
def test_tables_that_stand_several_times_are_written_so(key: str, value: str) -> None:
    with pytest.raises(GradcliError) as raised:
        load(Source("hw.toml", f"{PROBLEM}{key} = {value}\n"))
    assert raised.value.message == f"problem 1.{key}: write it as [[problem.{key}]]"
    with pytest.raises(GradcliError) as raised:
        load(Source("hw.toml", "problem = 3\n"))
    assert raised.value.message == "problem: write it as [[problem]]"

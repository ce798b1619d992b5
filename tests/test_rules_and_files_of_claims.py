"""Rules that a wrong step is told, chain rules in claims, files of claims, and records where there is no answer."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import GradcliError, InputError, LimitError, Source
from gradcli.homework.claims.chain import derivatives_in, respelt, with_definitions
from gradcli.homework.claims.claim_files import rows_in, sheet_in
from gradcli.homework.claims.items import STEP, Item, item_of, rate_of
from gradcli.homework.claims.outside import record_anywhere, record_of, record_to_mark
from gradcli.homework.diagnosis.teaching import rule_of, stated
from gradcli.language.syntax import MAX_BYTES, parse
from gradcli.record.gradient import Gradient, evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of
from gradcli.record.values import Values


def record(program: str, request: Request | None = None, **point: str) -> Gradient:
    given = {name: Source(name, text) for name, text in point.items()}
    return evaluate(Source("program", program), given, request or Request())


NET = record("q = x*y; p = q**2 + x; f = p*q - 3", x="2", y="3")
MANY = record("f = sin(x) + cos(x) + exp(x) + x*y + x/y", x="2", y="3")


@pytest.mark.parametrize(("made", "item", "rule"), [
    (NET, "q", "q is worked out from x and y: x*y"), (NET, "f", "f is worked out from p*q: p*q - 3"),
    (NET, "local(q,x)", "in q = x*y the local gradient for x is the other factor, y"),
    (NET, "df/df", "df/df is where the backward pass starts: how f changes with f itself"),
    (NET, "df/dp", "df/dp is the gradient at p*q times the local gradient for p in p*q: the other factor, q"),
    (NET, "df/dq", "df/dq is a sum, a term for each use of q, in q**2, p*q: upstream times local gradient"),
    (NET, "df/dy", "df/dy is df/dq times the local gradient for y in q = x*y: the other factor, x"),
    (NET, "df/dx", "df/dx is a sum, a term for each use of x, in q, p: upstream times local gradient"),
    (MANY, "df/dx", "df/dx is a sum, a term for each use of x, in sin(x), cos(x), exp(x), x*y, ...: upstream times"),
    (NET, "x", ""), (NET, "dp/dx", ""),
])  # fmt: skip
def test_what_should_have_been_done(made: Gradient, item: str, rule: str) -> None:
    found = rule_of(made, item_of(made, item))
    assert found.startswith(rule) if rule else not found
    assert found == rule or len(rule) > 90


def test_rules_of_steps_and_statements() -> None:
    for ascent, sign in ((False, "-"), (True, "+")):
        made = record("f = x*y", Request(step=update_of("gd", "0.5", ascent=ascent, option="step")), x="2", y="3")
        assert rule_of(made, Item(STEP, made.graph.inputs["x"])) == f"new(x) is x {sign} rate*df/dx"
        assert rate_of(update_of("gd", "0.5", ascent=ascent, option="step")) == (-0.5 if ascent else 0.5)
    assert rate_of(None) == 0.0
    assert stated(NET, NET.graph.by_label["q"]) == "q = x*y"
    assert stated(NET, NET.graph.inputs["x"]) == "x"
    direct = record("f = x*y", x="2", y="3")
    assert rule_of(direct, item_of(direct, "df/dx")) == "in f = x*y the local gradient for x is the other factor, y"
    seeded = record("f = x*y", Request(upstream=Source("upstream", "2")), x="2", y="3")
    assert rule_of(seeded, item_of(seeded, "df/dx")).startswith("df/dx is df/df times the local gradient for x")


# ---- chain rules

NAMES = ("q", "x", "f", "dx", "d")


@pytest.mark.parametrize(("text", "found"), [
    ("df/dq*dq/dx", ["df/dq", "dq/dx"]), ("dq*2", ["dq"]), ("local(q,x)*f", ["local(q,x)"]), ("q.grad + x", ["q.grad"]),
    ("dx*2", []), ("df/dz", []), ("adf/dq", ["dq"]), ("2*(df/dq)^2", ["df/dq"]), ("df/dx", []),
    ("\u2202f/\u2202q", ["\u2202f/\u2202q"]),
    ("dq + dq", ["dq"]), ("df / dq", ["df / dq"]),
])  # fmt: skip
def test_derivatives_in_a_formula(text: str, found: list[str]) -> None:
    """A name of the program wins, dx here; so df/dx is a quotient of... names that are none."""
    made = derivatives_in(text, NAMES, lambda part: None if "/dx" in part and part != "dq/dx" else part)
    assert list(made) == found


@pytest.mark.parametrize(("text", "found"), [
    ("df/dq*dq/dx", "<df/dq>*<dq/dx>"), ("2*q + dq", "2*q + <dq>"), ("adf/dq", "adf/<dq>"),
    ("dx*2 + df/dz", "dx*2 + df/dz"), ("1/dq/dx", "1/<dq/dx>"), ("", ""),
    ("\u2202f/\u2202q + \u2202q/\u2202x*x", "<\u2202f/\u2202q> + <\u2202q/\u2202x>*x"),
])  # fmt: skip
def test_derivatives_in_a_formula_are_respelt_in_their_places(text: str, found: str) -> None:
    """Also where a claim could not be read: its text is shown."""
    assert respelt(text, NAMES, lambda part: f"<{part}>") == found
    assert respelt(text, NAMES, str) == text


@pytest.mark.parametrize("text", ["1/dq/dx", "2^df/dq", "df/dq^2", "df/dq**2", "x**df/dq"])
def test_quotients_that_can_be_read_in_two_ways(text: str) -> None:
    with pytest.raises(InputError, match="can be read in two ways here"):
        derivatives_in(text, ("q", "x", "f"), lambda part: part)


def test_definitions_keep_their_quotients() -> None:
    assert with_definitions("df/dq", "g(a) = da/db", ["da/db"]) == "g(a) = da/  db\ndf/dq"
    assert with_definitions("df/dq", "", ["df/dq"]) == "df/dq"


# ---- files


def claims(text: str | bytes) -> list[tuple[str, str]]:
    data = text if isinstance(text, bytes) else text.encode()
    return [(claim.name, claim.fault or claim.text) for claim in sheet_in("f", data).claims]


@pytest.mark.parametrize(("text", "expected"), [
    ("item,claim\nq,3\n\n,\nf,\n", [("q", "3"), ("f", "")]), ("q,3\nf,-4\n", [("q", "3"), ("f", "-4")]),
    ('{"q": 3.50, "f": null, "z": true}', [("q", "3.50"), ("f", ""), ("z", "true")]),
    ('[{"item": "q", "claim": 3}, ["f", "-4"]]', [("q", "3"), ("f", "-4")]),
    ('{"W": [[1, 2.0], [3, null]]}', [("W", "[[1, 2.0], [3, none]]")]), ('{"q": 1, "q": 2}', [("q", "1"), ("q", "2")]),
    ("| q | value | 5 |\n| f | v | 6 |\n", [("q", "5"), ("f", "6")]), ("\ufeffitem;claim\nq;0,5\n", [("q", "0,5")]),
    ("item,claim\nq,0,14\n", [("q", "0,14")]), ("item,claim,points\nq,3,1\n", [("q", "3")]),
    ("item,claim\nq\n", [("q", "")]),
    ('{"q": {"a": "' + "1" * 60 + '"}, "W": [{"a": "' + "2" * 60 + '"}]}',
     [("q", "(('a', '" + "1" * 52), ("W", "[(('a', '" + "2" * 52 + "]")]),
    ('{"q": "' + "1" * 61 + '"}', [("q", "1" * 61)]),
])  # fmt: skip
def test_files_of_claims(text: str, expected: list[tuple[str, str]]) -> None:
    assert claims(text) == expected


def test_what_a_sheet_gives_and_its_commas() -> None:
    found = sheet_in("f", b"item;question;claim\nx;given;2\nq;value;1,234\nf;value;1,5\ng;value;max(1,2)\n")
    assert found.given == {"x": "2"}
    assert [(claim.name, claim.comma) for claim in found.claims] == [("q", True), ("f", True), ("g", False)]
    plain = sheet_in("f", b'item,claim\nq,"1,234"\n')
    assert [claim.comma for claim in plain.claims] == [False]


@pytest.mark.parametrize(("text", "why"), [
    ("item,claim\nq,3,4\nf,5,6,7\n", None), ("q\n", "line 1: not a sheet of claims"), ("[3]", "entry 1 has no item"),
    ('[{"item": null}]', "entry 1 has no item"), ('[["q", 1], ["f"]]', "entry 2 has no item"), ("{", "not JSON"),
    ("problem,item,claim\np1,q,1\np2,q,2\n", "line 3: this is another problem, p2"),
    ("[" * 100_000, "nested too deeply"),
    ("student,item,claim\nann,q,1\nbob,q,2\n", "line 3: this is another student, bob"),
])  # fmt: skip
def test_files_that_are_no_sheet(text: str, why: str | None) -> None:
    if why is None:
        assert all("one cell too many" in fault for _, fault in claims(text)[1:])
        (_, more) = sheet_in("f", text.encode()).claims
        assert (more.name, more.text) == ("f", "5,6,7")  # with what cannot be read, as it was written
        return
    with pytest.raises(InputError, match=why):
        claims(text)


def test_files_that_are_too_long_or_no_table() -> None:
    assert sheet_in("f", b"q,3\n".ljust(MAX_BYTES)).claims[0].name == "q"
    with pytest.raises(LimitError, match="is longer than"):
        sheet_in("f", b"q,3\n".ljust(MAX_BYTES + 1))
    assert [row.cells for row in rows_in("f", b"a;b\nc;d\n")] == [["a", "b"], ["c", "d"]]
    with pytest.raises(InputError, match="a PDF"):
        rows_in("f", b"%PDF-1.7")


# ---- where there is no answer


def values(**point: str) -> Values:
    return Values({name: Source(name, text) for name, text in point.items()})


@pytest.mark.parametrize(("program", "point", "value", "slope"), [
    ("f = x*y", {"x": "2", "y": "3"}, 6.0, 3.0), ("f = log(x)*y", {"x": "-1", "y": "3"}, None, None),
    ("f = sqrt(x)*y", {"x": "0", "y": "3"}, 0.0, None),
])  # fmt: skip
def test_a_record_to_mark(program: str, point: dict[str, str], value: float | None, slope: float | None) -> None:
    source = Source("program", program)
    made = record_to_mark(source, values(**point), Request(), parse(source))
    assert (made.value, made.upstream[made.graph.inputs["x"]]) == (value, slope)


def test_other_errors_are_errors() -> None:
    source = Source("program", "f = exp(x)*y")
    with pytest.raises(GradcliError):
        record_to_mark(source, values(x="log(-1)", y="3"), Request(), parse(source))


@pytest.mark.parametrize(("program", "point", "found"), [
    ("f = x*y", {}, True), ("f = log(x)*y", {"y": "3"}, True), ("f = log(-x*x)", {}, False),
    ("f = asin(x)*acosh(y)", {}, True),
    ("f = max(x, x)", {}, False),
])  # fmt: skip
def test_a_record_without_a_point(program: str, point: dict[str, str], found: bool) -> None:
    source = Source("program", program)
    made: Any = record_anywhere(source, values(**point), Request(), parse(source))
    assert (made is not None) is found
    if found:
        assert all(made.values[made.graph.inputs[name]] == float(text) for name, text in point.items())
        again: Any = record_anywhere(source, values(**point), Request(), parse(source))
        assert made.values == again.values


def test_the_record_of_another_output() -> None:
    q = NET.graph.by_label["q"]
    other = record_of(NET, q)
    assert (other.output, other.value) == (q, 6.0)
    assert other.upstream[NET.graph.inputs["x"]] == 3.0

"""One small program in every report of numbers, worked by hand, and both sides of what a line or a table holds."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.gradient import Gradient
from gradcli.reports import Style
from gradcli.reports.circuit import render as circuit
from gradcli.reports.columns import entries
from gradcli.reports.dot import render as dot
from gradcli.reports.json_text import json_list, json_object
from gradcli.reports.json_text import render as json_text
from gradcli.reports.markdown import render as markdown
from gradcli.reports.mermaid import render as mermaid
from gradcli.reports.rounding import Rounding
from gradcli.reports.signs import UNICODE
from gradcli.reports.table import render as table
from gradcli.reports.wording import Local, check_line, hessian_lines, joined, legend, local_texts, summary, upstream_of

from .test_golden import called

MANY_NODES = 100
NODES_AT_ENDS = 40
JOINED_CELLS = 24
MANY_INPUTS = 100
MOST_LISTED = 12


def record(program: str, point: dict[str, Any], **options: Any) -> Gradient:
    found = differentiate(program, point, **options)
    assert isinstance(found, Gradient)
    return found


def said(*words: str) -> str:
    done = called(list(words), Path.cwd(), {}, b"")
    assert (done.stderr, done.status) == (b"", 0)
    return done.stdout.decode()


# q = -10, v1 = 40; df/dq = z + 1 = -3, df/dx = -3*y, df/dy = -3*x, df/dz = q.
FORK = record("q = x*y; f = q*z + q", {"x": -2, "y": 5, "z": -4})
ANSWER = "f = 30, gradient: x -15, y 6, z -10"
LEGEND = "∂: along one edge, everything else fixed; d: along all paths"


def test_a_table() -> None:
    lines = [
        " node   expression   value   local gradients     df/d node",
        "─" * 61,
        " x      input         -2                                  -15",
        " y      input          5                                    6",
        " z      input         -4                                  -10",
        " q      x*y          -10     ∂q/∂x = y = 5       -4 + 1 =  -3",
        "                             ∂q/∂y = x = -2",
        " v1     q*z           40     ∂v1/∂q = z = -4                1",
        "                             ∂v1/∂z = q = -10",
        " f      v1 + q        30     ∂f/∂v1, ∂f/∂q = 1              1",
        LEGEND,
        ANSWER,
    ]
    assert table(FORK, Style()).splitlines() == table(FORK, Style(width=61)).splitlines() == lines
    tighter = table(FORK, Style(width=60)).splitlines()
    assert tighter[0] == " node  expression  value  local gradients    df/d node"
    assert [line.split() for line in tighter[:-2]] == [
        line.replace("─" * 61, "─" * 57).split() for line in lines[:-2]]  # fmt: skip
    colored = table(FORK, Style(color=True)).splitlines()
    assert [re.sub(r"\x1b\[\d*m", "", line).rstrip() for line in colored] == lines
    assert colored[-1] == f"\x1b[1m{ANSWER}\x1b[0m"
    bold, green, red, plain = "\x1b[1m", "\x1b[32m", "\x1b[31m", "\x1b[0m"
    assert colored[5] == (
        f" {bold}q   {plain}   x*y          {green}-10  {plain}   ∂q/∂x = y = 5       {red}-4 + 1 =  -3{plain}"
    )


def test_a_table_becomes_a_list_at_last() -> None:
    assert table(FORK, Style(width=30)).splitlines() == [
        "x = -2, df/dx = -15", "y = 5, df/dy = 6", "z = -4, df/dz = -10", "q = x*y = -10", "  ∂q/∂x = y = 5",
        "  ∂q/∂y = x = -2", "  df/dq = -4 + 1 = -3", "v1 = q*z = 40", "  ∂v1/∂q = z = -4", "  ∂v1/∂z = q = -10",
        "  df/dv1 = 1", "f = v1 + q = 30", "  ∂f/∂v1, ∂f/∂q = 1", "  df/df = 1", "∂: along one edge, everything",
        "    else fixed; d: along all", "    paths", "f = 30, gradient: x -15, y 6,", "    z -10",
    ]  # fmt: skip
    where = record("f = where(x > y, x, y)", {"x": 1, "y": 2})
    assert "v1 = (x > y) = 0" in table(where, Style(width=20)).splitlines()


def test_a_table_in_markdown() -> None:
    assert markdown(FORK, Style()).splitlines() == [
        "| node | expression | value | local gradients | df/d node |", "|---|---|---:|---|---|",
        "| `x` | input | -2 |  | `-15` |", "| `y` | input | 5 |  | `6` |", "| `z` | input | -4 |  | `-10` |",
        "| `q` | `x*y` | -10 | `∂q/∂x = y = 5`<br>`∂q/∂y = x = -2` | `-4 + 1 = -3` |",
        "| `v1` | `q*z` | 40 | `∂v1/∂q = z = -4`<br>`∂v1/∂z = q = -10` | `1` |",
        "| `f` (output) | `v1 + q` | 30 | `∂f/∂v1, ∂f/∂q = 1` | `1` |", "", LEGEND, "", f"**{ANSWER}**",
    ]  # fmt: skip


def test_json() -> None:
    found = json.loads(json_text(FORK, Style()))
    nodes = found.pop("nodes")
    assert found == {
        "schema": "gradcli/1", "program": "q = x*y; f = q*z + q", "output": "f", "value": 30.0,
        "gradient": {"x": -15.0, "y": 6.0, "z": -10.0}, "upstream": 1.0, "arithmetic": {"system": "float"}, "notes": [],
    }  # fmt: skip
    assert nodes[0] == {"id": 0, "name": "x", "operation": "input", "expression": "x", "value": -2.0,
                        "upstream": -15.0, "arguments": [], "span": [4, 5]}  # fmt: skip
    assert nodes[2] == {
        "id": 2, "name": "q", "operation": "mul", "expression": "x*y", "value": -10.0, "upstream": -3.0, "span": [4, 7],
        "arguments": [{"node": 0, "local": 5.0, "rule": "y", "downstream": -15.0},
                      {"node": 1, "local": -2.0, "rule": "x", "downstream": 6.0}],
    }  # fmt: skip
    assert [(n["name"], n["value"], n["upstream"]) for n in nodes[3:]] == [
        ("z", -4.0, -10.0), ("v1", 40.0, 1.0), ("f", 30.0, 1.0)]  # fmt: skip
    kinked = json.loads(json_text(record("abs(x)", {"x": 0}), Style()))["notes"]
    assert [note["kind"] for note in kinked] == ["kink", "one-sided"]
    assert [note["message"] for note in kinked] == ["abs has a kink here, at x = 0",
                                                    "df/dx is -1 from the left and 1 from the right"]  # fmt: skip
    assert json_list([]) == "[]"
    assert json.loads(json_object({"a": json_list(["1", "2"])})) == {"a": [1, 2]}


def test_the_graph_as_a_list() -> None:
    """At the fork, q has its share and the whole; the bars go on beside what is broken."""
    lines = circuit(FORK, Style(width=24)).splitlines()
    assert lines[:15] == [
        "f = v1 + q = 30,", "│ gradient 1", "├─ v1 = q*z = 40,", "│  │ gradient 1", "│  ├─ q = x*y = -10,",
        "│  │  │ share -4 of", "│  │  │ df/dq = -3", "│  │  ├─ x = -2,", "│  │  │    gradient -15",
        "│  │  └─ y = 5, gradient", "│  │       6", "│  └─ z = -4, gradient", "│       -10", "└─ q (above), share 1 of",
        "     df/dq = -3",
    ]  # fmt: skip
    text = " ".join(circuit(FORK, Style(width=24)).split())
    assert "columns, there are 24; -o circuit.svg writes the picture" in text
    assert "save circuit.svg writes the picture" in " ".join(circuit(FORK, Style(width=24, options=False)).split())
    assert "at a fork the shares add up" in circuit(FORK, Style())
    assert "at a fork" not in circuit(record("x*y", {"x": 1, "y": 2}), Style())
    third = record("x/3", {"x": 1})
    assert "rounded to 4 figures" in circuit(third, Style())
    assert "rounded to 1 figure\n" in circuit(third, Style(figures=1))


def test_dot() -> None:
    found = dot(record("q = x + y; f = abs(q)*z", {"x": -5, "y": 5, "z": -4}), Style()).splitlines()
    assert found[:2] == [
        "// * see the notes (from the left | from the right)",
        "// note: abs has a kink here, at q = 0",
    ]
    green, red = '<FONT COLOR="#0a7d28">', '<FONT COLOR="#c62828">'
    assert found[-14:] == [
        "  n0 [shape=plaintext, label=<x>];", "  n1 [shape=plaintext, label=<y>];",
        "  n2 [shape=box, style=rounded, label=<<I>q</I><BR/>+>];",
        f"  n3 [shape=box, style=rounded, label=<abs{red}*</FONT>>];", "  n4 [shape=plaintext, label=<z>];",
        "  n5 [shape=circle, label=<*>];", '  out [shape=plaintext, label="f"];',
        f"  n0 -> n2 [label=<{green}-5</FONT><BR/>{red}0* (4 | -4)</FONT>>];",
        f"  n1 -> n2 [label=<{green}5</FONT><BR/>{red}0* (4 | -4)</FONT>>];",
        f"  n2 -> n3 [label=<{green}0</FONT><BR/>{red}0* (4 | -4)</FONT>>];",
        f"  n3 -> n5 [label=<{green}0</FONT><BR/>{red}-4</FONT>>];",
        f"  n4 -> n5 [label=<{green}-4</FONT><BR/>{red}0</FONT>>];",
        f"  n5 -> out [label=<{green}0</FONT><BR/>{red}1</FONT>>];", "}",
    ]  # fmt: skip
    plain = dot(record("x*y", {"x": 1, "y": 2}), Style()).splitlines()
    assert plain[0] == "digraph gradcli {"
    assert not any("labelloc" in line for line in plain)


def test_mermaid() -> None:
    def edge(value: str, gradient: str) -> str:
        parts = (f"<span style='background:#fff'><span style='color:{color}'>&nbsp;{text}&nbsp;</span></span>"
                 for color, text in (("#0a7d28", value), ("#c62828", gradient)))  # fmt: skip
        return f'|"{"<br/>".join(parts)}"|'

    assert mermaid(record("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}), Style()).splitlines() == [
        "flowchart LR", "  accTitle: The computational graph of f",
        "  accDescr: f = -12, gradient: x -4, y -4, z 3",
        '  n0(["x"])', '  n1(["y"])', '  n2["q = x + y"]', '  n3(["z"])', '  n4["f = q*z"]', '  out(["f"])',
        f"  n0 -->{edge('-2', '-4')} n2", f"  n1 -->{edge('5', '-4')} n2", f"  n2 -->{edge('3', '-4')} n4",
        f"  n3 -->{edge('-4', '3')} n4", f"  n4 -->{edge('-12', '1')} out",
    ]  # fmt: skip


# ---- both sides of a limit


@pytest.mark.parametrize(("many", "cut"), [(MANY_NODES, False), (MANY_NODES + 1, True)])
def test_a_table_of_more_than_100_nodes_shows_40_at_each_end(many: int, cut: bool) -> None:
    found = record("x" + " + x" * (many - 1), {"x": 1})
    text = table(found, Style())
    names = re.findall(r"^ (x|v\d+|f) ", text, re.MULTILINE)
    every = ["x", *(f"v{k}" for k in range(1, many - 1)), "f"]
    assert names == (every[:NODES_AT_ENDS] + every[-NODES_AT_ENDS:] if cut else every)
    assert (f"... {many - 80} nodes are left out; --nodes all lists them" in text) is cut
    assert ("nodes are left out\n" in table(found, Style(options=False))) is cut
    assert "left out" not in table(found, Style(nodes="all"))


@pytest.mark.parametrize(("many", "cut"), [(MANY_INPUTS, False), (MANY_INPUTS + 1, True)])
def test_an_answer_of_more_than_100_inputs_lists_twelve(many: int, cut: bool) -> None:
    names = [f"x{k}" for k in range(many)]
    found = summary(record("f = " + " + ".join(names), dict.fromkeys(names, 2)))
    shares = [f"{name} 1" for name in names[: MOST_LISTED if cut else many]]
    shares[0] = f"gradient: {shares[0]}"
    assert found == [f"f = {2 * many}", *shares, *([f"... ({many} inputs)"] if cut else [])]
    assert summary(record("3", {})) == ["3"]
    assert summary(record("f = 3", {})) == ["f = 3"]


@pytest.mark.parametrize("many", [MOST_LISTED, MOST_LISTED + 1])
def test_of_more_than_twelve_local_gradients_twelve_are_listed(many: int) -> None:
    names = [f"name_too_long_to_share_a_line_{k}" for k in range(many)]
    found = record(f"max({', '.join(names)})", {name: k for k, name in enumerate(names)})
    view = found.view(found.output)
    lines = local_texts(found, view, str, UNICODE)
    assert len(lines) == (many if many == MOST_LISTED else MOST_LISTED + 1)
    assert (lines[-1] == f"... ({many} in all)") is (many > MOST_LISTED)
    assert lines[0].startswith(f"∂f/∂{names[0]} = ")
    assert ("in all" in table(found, Style())) is (many > MOST_LISTED)


@pytest.mark.parametrize("many", [1, 2, 5, 6, 7, 8])
def test_of_more_than_six_contributions_five_are_shown(many: int) -> None:
    found = record(" + ".join(f"{k + 2}*x" for k in range(many)), {"x": 1})
    i = found.graph.inputs["x"]
    total = sum(range(2, many + 2))
    (terms, equals, whole) = upstream_of(found, found.view(i, found.contributions_to(i)), str, UNICODE) or ()
    assert (equals, float(whole)) == ("=", total)
    numbers = [float(term) for term in terms if "terms" not in term]
    assert numbers == ([] if many < 2 else list(range(2, many + 2))[: many if many <= 6 else 5])
    assert terms[len(numbers) :] == ([f"... ({many} terms)"] if many > 6 else [])


def test_local_gradients_that_are_alike_share_a_line_where_they_have_room() -> None:
    a, b, c = Local("∂f/∂x", "", "1"), Local("∂f/∂y", "", "1"), Local("∂f/∂z", "z", "1")
    assert joined([a, b, c], JOINED_CELLS) == [Local("∂f/∂x, ∂f/∂y", "", "1"), c]
    assert joined([a, b], 12) == [Local("∂f/∂x, ∂f/∂y", "", "1")]
    assert joined([a, b], 11) == [a, b]
    assert joined([a, c, b], JOINED_CELLS) == [a, c, b]
    assert [local.text() for local in (a, c)] == ["∂f/∂x = 1", "∂f/∂z = z = 1"]
    assert c.text(rule=False) == "∂f/∂z = 1"
    assert legend(UNICODE, short=True) == "∂: along one edge; d: along all paths"


@pytest.mark.parametrize(("width", "lines"), [
    (None, ["Hessian, d²f by row and column:", "   x  y", "x  0  1", "y  1  0"]),
    (31, ["Hessian, d²f by row and column:", "   x  y", "x  0  1", "y  1  0"]),
    (30, ["d²f/dx² = 0, d²f/dxdy = 1,", "d²f/dydx = 1, d²f/dy² = 0"]),
])  # fmt: skip
def test_second_derivatives_are_a_matrix_where_it_has_room(width: int | None, lines: list[str]) -> None:
    found = record("f = x*y", {"x": 2, "y": 3})
    found.hessian = {"x": {"x": 0.0, "y": 1.0}, "y": {"x": 1.0, "y": 0.0}}
    assert [line.strip() for line in hessian_lines(found, width)] == [line.strip() for line in lines]
    assert hessian_lines(record("f = x*y", {"x": 2, "y": 3})) == []


@pytest.mark.parametrize(("parts", "width", "lines"), [
    (["a", "b"], None, ["a, b"]), (["aa", "bb"], 6, ["aa, bb"]), (["aa", "bb"], 5, ["aa,", "  bb"]),
    (["aaa bbb", "c"], 6, ["aaa", "  bbb,", "  c"]), (["a", "bbb ccc"], 6, ["a,", "bbb", "   ccc"]),
])  # fmt: skip
def test_entries_break_between_each_other_and_within_one_only_where_they_must(
    parts: list[str], width: int | None, lines: list[str]
) -> None:
    assert entries(parts, width, "  ") == lines


# ---- descents


def test_a_descent_as_data() -> None:
    """x**2*y at (2, 1): slopes 4 and 4; then b = 4 both, and x = 1.6, y = 0.6."""
    words = ("descend", "x**2*y", "x=2", "y=1", "--rule", "momentum", "--rate", "0.1", "--steps", "1")
    found = json.loads(said(*words, "--json", "--state"))
    first, second = found.pop("steps")
    assert found == {"schema": "gradcli.descent/1", "program": "x**2*y", "output": "f", "rule": "momentum",
                     "settings": {"rate": "0.1", "mu": "0.9"}, "ascent": False, "ended": None, "notes": []}  # fmt: skip
    assert first == {"step": 0, "value": 4.0, "norm": pytest.approx(32**0.5), "parameters": {"x": 2.0, "y": 1.0},
                     "gradient": {"x": 4.0, "y": 4.0}, "state": {}}  # fmt: skip
    assert second["state"] == {"x": {"b": 4.0}, "y": {"b": 4.0}}
    assert second["parameters"] == {"x": 1.6, "y": 0.6}
    assert "state" not in json.loads(said(*words, "--json"))["steps"][1]
    rows = [json.loads(line) for line in said(*words, "--to", "ndjson", "--state").splitlines()]
    assert rows[-2:] == [first, second]
    assert "state" not in said(*words, "--to", "ndjson")
    assert said(*words, "--to", "csv", "--state").splitlines()[:2] == [
        "step,value,norm,x,y,b(x),b(y)", "0,4.0,5.656854249492381,2.0,1.0,,"]  # fmt: skip
    assert said(*words, "--to", "csv").splitlines()[0] == "step,value,norm,x,y"
    arrays = said(
        "descend", "sum(x*x)*c", "x=[1,2]", "c=1", "--rate", "0.25", "--steps", "1", "--to", "csv"
    ).splitlines()
    assert arrays[0] == "step,value,norm,x[0],x[1],c"
    assert arrays[2] == "1,-0.3125,1.369306393762915,0.5,1.0,-0.25"


@pytest.mark.parametrize(("verdict", "reverse", "line"), [
    ("agrees", 1 / 3, "reverse 0.333333, forward 0.333333"), ("differs", 0.25, "reverse 0.25, forward 0.333333333333"),
    ("agrees", Fraction(1, 3), "reverse 1/3, forward 0.333333333333"),
])  # fmt: skip
def test_numbers_of_a_check_that_disagree_have_twelve_digits(verdict: str, reverse: Any, line: str) -> None:
    check: Any = SimpleNamespace(name="x", verdict=verdict, reverse=reverse, forward=1 / 3, difference=None, why="")
    found = record("x/3", {"x": 1}, exact=isinstance(reverse, Fraction))
    assert check_line(found, check, Rounding(found)) == f"verify x: {verdict}; {line}"


@pytest.mark.parametrize(("program", "point"), [("x*y", {"x": 2, "y": 3}), ("sum(W@x)", {"W": [[1, 2]], "x": [3, 4]})])
@pytest.mark.parametrize("color", [True, False])
def test_the_legend_of_a_circuit_is_in_the_colours_of_its_numbers(program: str, point: Any, color: bool) -> None:
    green, red, plain = ("\x1b[32m", "\x1b[31m", "\x1b[0m") if color else ("", "", "")
    drawn = circuit(differentiate(program, point), Style(color=color, width=120))
    assert f"{green}value{plain} above each wire, {red}gradient{plain} below" in drawn


@pytest.mark.parametrize(("x", "text"), [
    (2.0**53, "9007199254740992"), (-(2.0**53), "-9007199254740992"), (2.0**53 + 2, "9.00720e+15"),
    (2.0**53 - 1, "9007199254740991"), (1e12, "1e+12"), (123456789012.0, "123456789012"), (0.0, "0"), (-0.0, "0"),
])  # fmt: skip
def test_whole_numbers_that_floats_count_stay_whole(x: float, text: str) -> None:
    assert Rounding(differentiate("x", {"x": 1})).text(x) == text

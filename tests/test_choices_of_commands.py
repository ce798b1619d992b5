"""What the options of a command come to: the format, what the record keeps, which words are claims, an example."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.commands import descend, plot, sheet
from gradcli.commands.array_check import _is_open
from gradcli.commands.array_derivatives import asked_of, several_outputs
from gradcli.commands.check import _has_arrays, _is_json, _no_claim, _sorted, _typed
from gradcli.commands.diff import _names, _of_either
from gradcli.commands.differentiate import _asked, _check_grad, _format, _grad, _kept, _step
from gradcli.commands.options import Options
from gradcli.commands.tree import root
from gradcli.errors import GradcliError, InputError, Source
from gradcli.language.syntax import parse
from gradcli.record.request import Request

PLAIN = Options(**root.make_context("gradcli", ["x"]).params)
BARE = "--value and --grad print bare numbers: leave out "
EVERY = "--jacobian has the derivatives along every direction"
NOTHING: Any = {"format": None, "as_json": False, "compact": False, "output": None, "steps_of": None}


def refusal(call: Any, *words: Any, **named: Any) -> GradcliError:
    with pytest.raises(GradcliError) as caught:
        call(*words, **named)
    return caught.value


# ---- the format

FORMATS = [
    ({}, "table"), ({"as_json": True}, "json"), ({"compact": True}, "json"),
    ({"format": "json", "as_json": True}, "json"),
    ({"format": "csv"}, "csv"), ({"output": "a.CSV"}, "csv"), ({"output": "a.json", "compact": True}, "json"),
    ({"output": "a.csv", "format": "svg"}, "svg"), ({"output": "a.csv", "as_json": True}, "json"),
    ({"format": "csv", "as_json": True}, "--json and --to csv contradict each other"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "found"), [
    *FORMATS, ({"output": "a.htm"}, "html"), ({"output": "a"}, "no format has the suffix of a"),
    ({"output": "a.py"}, "a.py may be code of several kinds"),
    ({"format": "csv", "compact": True}, "--compact is for JSON alone"),
    ({"output": "a.csv", "compact": True}, "--compact is for JSON alone"), ({"steps": True}, "steps"),
    ({"steps": True, "output": "a.txt"}, "steps"), ({"steps": True, "output": "a.md"}, "markdown"),
    ({"steps": True, "as_json": True}, "json holds no derivation"), ({"steps": True, "format": "steps"}, "steps"),
    ({"steps": True, "format": "table"}, "table holds no derivation"), ({"steps": True, "format": "latex"}, "latex"),
    ({"steps": True, "output": "a.csv"}, "csv holds no derivation"), ({"value": True}, "table"),
    ({"grad": ("x",)}, "table"), ({"value": True, "output": "a.xyz"}, "table"),
    ({"value": True, "as_json": True}, f"{BARE}--to, --json and --compact"),
    ({"value": True, "compact": True}, f"{BARE}--to, --json and --compact"),
    ({"grad": ("x",), "format": "csv"}, f"{BARE}--to, --json and --compact"),
    ({"value": True, "steps": True}, f"{BARE}--steps"), ({"grad": ("x",), "frames": "d"}, f"{BARE}--frames"),
    ({"theme": "dark"}, "--theme is for svg, png and html"), ({"theme": "dark", "format": "html"}, "html"),
    ({"theme": "dark", "frames": "d"}, "table"), ({"constants": True, "frames": "d"}, "table"),
    ({"constants": True}, "--constants is for svg, png, html, circuit, tikz, dot and mermaid"),
    ({"constants": True, "format": "dot"}, "dot"), ({"standalone": True, "format": "svg"}, "--standalone is for tikz"),
    ({"standalone": True, "output": "a.tikz"}, "tikz"), ({"standalone": True, "frames": "d"}, "table"),
])  # fmt: skip
def test_the_format_of_the_main_job(options: dict[str, Any], found: str) -> None:
    asked = PLAIN._replace(**options)
    if " " in found:
        assert refusal(_format, asked).message == found
    else:
        assert _format(asked) == found


@pytest.mark.parametrize(("options", "found"), [
    *((options, "text" if found == "table" else found) for options, found in FORMATS),
    ({"output": "a.svg", "compact": True}, "json"), ({"output": "a.xyz"}, "no plot has the suffix of a.xyz"),
])  # fmt: skip
def test_the_format_of_a_plot(options: dict[str, Any], found: str) -> None:
    asked = {**NOTHING, **options}
    words = (asked["format"], asked["as_json"] or asked["compact"], asked["output"])
    if " " in found:
        assert refusal(plot._format, *words).message == found
    else:
        assert plot._format(*words) == found


@pytest.mark.parametrize(("options", "found"), [
    *FORMATS, ({"output": "a.svg", "compact": True}, "json"),
    ({"output": "a.xyz"}, "no descent has the suffix of a.xyz"),
    ({"output": "a.xyz", "steps_of": 2}, "table"), ({"output": "a.ndjson"}, "ndjson"),
])  # fmt: skip
def test_the_format_of_a_descent(options: dict[str, Any], found: str) -> None:
    asked = {**NOTHING, **options}
    if " " in found:
        assert refusal(descend._format, asked).message == found
    else:
        assert descend._format(asked) == found


@pytest.mark.parametrize(("format", "output", "found"), [
    (None, None, "csv"), ("xlsx", None, "xlsx"), (None, "a.xlsx", "xlsx"), ("csv", "a.xlsx", "csv"),
    (None, "a.CSV", "csv"), ("csv", "a.xyz", "csv"), (None, "a.xyz", "no sheet has the suffix of a.xyz"),
])  # fmt: skip
def test_the_format_of_a_sheet(format: str | None, output: str | None, found: str) -> None:
    if " " in found:
        assert refusal(sheet._format, format, output).message == found
    else:
        assert sheet._format(format, output) == found


@pytest.mark.parametrize(("output", "as_json", "compact", "found"), [
    (None, False, False, False), (None, True, False, True), (None, False, True, True), ("a.txt", False, False, False),
    ("a.JSON", False, False, True), ("a.txt", True, False, True), ("a.csv", False, False, None),
])  # fmt: skip
def test_whether_marks_are_json(output: str | None, as_json: bool, compact: bool, found: bool | None) -> None:
    if found is None:
        assert (
            refusal(_is_json, output, as_json=as_json, compact=compact).message == "no report has the suffix of a.csv"
        )
    else:
        assert _is_json(output, as_json=as_json, compact=compact) is found


# ---- the main job


@pytest.mark.parametrize(("options", "chosen", "kept"), [
    ({}, "table", "ends"), ({}, "csv", "all"), ({}, "svg", "all"), ({"nodes": "named"}, "table", "named"),
    ({"nodes": "none"}, "json", "none"), ({"value": True}, "table", "none"), ({"grad": ("x",)}, "table", "none"),
    ({"value": True, "verify": True}, "table", "all"), ({"nodes": "none", "verify": True}, "table", "all"),
    ({"nodes": "none", "steps": True}, "steps", "all"), ({"nodes": "none", "steps": True}, "markdown", "all"),
    ({"nodes": "none"}, "markdown", "none"), ({"nodes": "none", "frames": "d"}, "table", "all"),
    ({"nodes": "none", "entry": ("x",)}, "table", "all"), ({"nodes": "none"}, "svg", "all"),
])  # fmt: skip
def test_which_nodes_a_record_keeps(options: dict[str, Any], chosen: str, kept: str) -> None:
    assert _kept(PLAIN._replace(**options), chosen) == kept


@pytest.mark.parametrize(("options", "asked", "grad"), [
    ({}, None, []), ({"wrt": "x, y"}, ["x", "y"], []), ({"value": True}, [], []),
    ({"value": True, "verify": True}, None, []),
    ({"value": True, "wrt": "x"}, ["x"], []), ({"grad": ("x,y", "z")}, None, ["x", "y", "z"]),
    ({"grad": ("W[0,1]",), "wrt": "W"}, ["W"], ["W[0,1]"]), ({"grad": ("x",), "wrt": "x,y"}, ["x", "y"], ["x"]),
])  # fmt: skip
def test_what_is_differentiated(options: dict[str, Any], asked: list[str] | None, grad: list[str]) -> None:
    found = PLAIN._replace(**options)
    _check_grad(found)
    assert (_asked(found), _grad(found)) == (asked, grad)


@pytest.mark.parametrize(("options", "message"), [
    ({"value": True, "hessian": True}, f"{BARE}--hessian"), ({"grad": ("x",), "hessian": True}, f"{BARE}--hessian"),
    ({"grad": ("x,y",), "wrt": "x"}, "--wrt leaves out y, which --grad asks for"),
    ({"grad": ("W[0]",), "wrt": "x"}, "--wrt leaves out W[0], which --grad asks for"),
    ({"grad": ("y" * 41,), "wrt": "x"}, f"--wrt leaves out {'y' * 40}, which --grad asks for"),
])  # fmt: skip
def test_derivatives_that_nobody_would_see(options: dict[str, Any], message: str) -> None:
    assert refusal(_check_grad, PLAIN._replace(**options)).message == message


@pytest.mark.parametrize(("options", "chosen", "message"), [
    ({}, "table", None), ({"step": "0.5"}, "table", ""), ({"step": "0.5"}, "markdown", ""),
    ({"step": "0.5"}, "svg", "svg shows no step of descent"),
    ({"step": "0.5", "value": True}, "table", f"{BARE}--step"),
    ({"step": "0.5", "shapes": True}, "table", "--shapes and --step ask for different things: leave one out"),
    ({"step": "0.5", "cost": True}, "table", "--cost and --step ask for different things: leave one out"),
    ({"step": "0.5", "jacobian": True}, "table", "--jacobian and --step ask for different things: leave one out"),
    ({"step": "0.5", "tangent": ("x=1",)}, "table", "--tangent and --step ask for different things: leave one out"),
    ({"step": "0.5", "entry": ("x",)}, "table", "--entry and --step ask for different things: leave one out"),
    ({"ascent": True}, "table", "--ascent is the direction of a step"),
    ({"ascent": True, "value": True}, "table", "--ascent is the direction of a step"),
    ({"ascent": True, "shapes": True}, "svg", "--ascent is the direction of a step"),
])  # fmt: skip
def test_a_step_of_descent(options: dict[str, Any], chosen: str, message: str | None) -> None:
    if message:
        assert refusal(_step, PLAIN._replace(**options), chosen).message == message
    else:
        assert (_step(PLAIN._replace(**options), chosen) is None) is (message is None)


@pytest.mark.parametrize(("options", "chosen", "found"), [
    ({}, "table", None), ({"of": "z"}, "svg", None), ({"jacobian": True}, "table", []),
    ({"jacobian": True, "of": "a,b[0,1]"}, "json", ["a", "b[0,1]"]), ({"tangent": ("x=1",), "of": "z"}, "table", ["z"]),
    ({"of": "a,b"}, "table", "--of names 2 outputs, and a gradient is that of one"),
    ({"of": "a,b", "tangent": ("x=1",)}, "table", "--of names 2 outputs, and a gradient is that of one"),
    ({"jacobian": True, "tangent": ("x=1",)}, "table", f"{EVERY}: leave out --tangent"),
    ({"jacobian": True}, "svg", "--jacobian is shown in a table or in JSON, not in svg"),
    ({"tangent": ("x=1",)}, "csv", "--tangent is shown in a table or in JSON, not in csv"),
    ({"jacobian": True, "frames": "d"}, "table", "--jacobian is shown in a table or in JSON, not in --frames"),
    ({"jacobian": True, "value": True}, "csv", []), ({"tangent": ("x=1",), "grad": ("x",)}, "csv", []),
])  # fmt: skip
def test_outputs_with_derivatives_beside_a_gradient(options: dict[str, Any], chosen: str, found: Any) -> None:
    if isinstance(found, str):
        assert refusal(several_outputs, PLAIN._replace(**options), chosen).message == found
    else:
        assert several_outputs(PLAIN._replace(**options), chosen) == found


@pytest.mark.parametrize(("outputs", "wrt", "of"), [
    ([], None, None), (["z[1]"], ["x", "y"], "z[1]"), (["a", "z[1]"], None, "z"), (["z[1]", "a"], None, "a"),
])  # fmt: skip
def test_the_last_of_several_outputs_is_that_of_the_record(
    outputs: list[str], wrt: list[str] | None, of: str | None
) -> None:
    options = PLAIN._replace(wrt=None if wrt is None else ",".join(wrt))
    found = asked_of(Request(of="old", wrt=["old"], at_kink="error"), options, outputs)
    assert (found.of, found.wrt, found.at_kink) == (of, wrt, "error")


# ---- diff


@pytest.mark.parametrize(("words", "names"), [
    ([], None), (["x=1"], None), (["x", "y=2", "z"], ["x", "z"]), (["e\u0301"], ["\u00e9"]), (["f(x,y)"], ["f(x,y)"]),
])  # fmt: skip
def test_names_to_differentiate_by(words: list[str], names: list[str] | None) -> None:
    assert _names(words) == names


@pytest.mark.parametrize(("words", "message", "hint"), [
    (["x,y"], "x,y: separate names with blanks here", "write x y"),
    (["x,,y, z,"], "x,,y, z,: separate names with blanks here", "write x y z"),
    (["a" * 60 + ",b"], f"{'a' * 60}: separate names with blanks here", f"write {'a' * 60} b"),
    (["x", "y,z", "u,v"], "y,z: separate names with blanks here", "write y z"),
])  # fmt: skip
def test_names_are_separated_by_blanks(words: list[str], message: str, hint: str) -> None:
    found = refusal(_names, words)
    comma = next(word for word in words if "," in word)
    assert (found.message, found.hint, found.instead) == (message, hint, ([comma], hint.split()[1:]))


def test_a_report_is_of_numbers_or_of_arrays() -> None:
    def fails(kind: str) -> Any:
        def report() -> str:
            if kind == "arrays":
                return str(parse(Source("program", "sum([1, 2])*x")))
            raise InputError("no", kind=kind)

        return report

    assert _of_either(lambda: "numbers", lambda: "arrays", False) == "numbers"
    assert _of_either(lambda: "numbers", lambda: "arrays", True) == "arrays"
    assert _of_either(fails("arrays"), lambda: "arrays", False) == "arrays"
    assert refusal(_of_either, fails("binding"), lambda: "arrays", False).message == "no"


# ---- check

GRAPH = parse(Source("program", "q = x + y; f = q*z"))


@pytest.mark.parametrize(("words", "given", "claims"), [
    ([], {}, []), (["x=1", "q=3", " dq = 4 ", "df/dq=2"], {"x": "1"}, [("q", "3"), ("dq", "4"), ("df/dq", "2")]),
    (["∂q=1", "df/dx==1"], {}, [("∂q", "1"), ("df/dx", "=1")]), (["e=3"], {"e": "3"}, []),
])  # fmt: skip
def test_values_and_claims(words: list[str], given: dict[str, str], claims: list[tuple[str, str]]) -> None:
    bindings, found = _sorted(GRAPH, words)
    assert {name: source.text for name, source in bindings.items()} == given
    assert found == claims


@pytest.mark.parametrize(("word", "span", "hint"), [
    ("vv=1", (0, 2), "its names are x, y, q, z, f"), ("ddq=1", (0, 3), "did you mean dq?"),
    ("n" * 70 + "=1", (0, 70), "its names are x, y, q, z, f"),
])  # fmt: skip
def test_a_word_that_is_neither_value_nor_claim(word: str, span: tuple[int, int], hint: str) -> None:
    found = refusal(_sorted, GRAPH, [word])
    assert found.message == f"{word.partition('=')[0][:60]} is neither an input nor an item of the program"
    assert (found.span, found.hint, found.source) == (span, hint, Source("argument", word))


def test_a_name_that_is_given_a_value_may_be_claimed_with_a_d() -> None:
    graph = parse(Source("program", "f = 2*x"))
    assert _sorted(graph, ["x=1", "dx=2"])[1] == [("dx", "2")]
    assert _typed(["x = 1", "y", "z==2"]) == {"x": Source("x", " 1"), "z": Source("z", "=2")}
    assert _no_claim(GRAPH, None) == "add ITEM=CLAIM, such as df/dx=3, or --claims FILE"
    assert _no_claim(parse(Source("program", "g = 2*3")), None) == "add ITEM=CLAIM, such as dg/dx=3, or --claims FILE"


@pytest.mark.parametrize(("words", "known", "kind", "found"), [
    (["x=1"], {}, None, False), (["x=[1,2]"], {}, None, True), (["q=[1,2]"], {}, None, False),
    ([], {"x": "[1,2]"}, None, True), (["x=1"], {"x": "[1,2]"}, None, False), ([], {}, "arrays", True),
    ([], {}, "syntax", False), (["q=[1,2]"], {}, "syntax", True), (["x=@w.csv"], {}, None, True),
])  # fmt: skip
def test_whether_a_check_is_of_arrays(words: list[str], known: dict[str, str], kind: str | None, found: bool) -> None:
    """A claim that looks like an array makes no program of arrays, where the program can be read without."""
    problem = None if kind is None else InputError("no", kind=kind)
    graph = GRAPH if problem is None else None
    assert _has_arrays(graph, problem, words, {name: Source(name, text) for name, text in known.items()}) is found


@pytest.mark.parametrize(("name", "program", "is_open"), [
    ("x", "x + 1", True), ("x", "y = x; z = 2", True), ("x", "x = 1; x + 2", False), ("x", "x == 1", True),
    ("x", "xx + a.x", False), ("x", "y", False), ("x", "2*x", True), ("x", "x=1", False),
])  # fmt: skip
def test_whether_a_program_leaves_a_name_open(name: str, program: str, is_open: bool) -> None:
    assert _is_open(name, program) is is_open

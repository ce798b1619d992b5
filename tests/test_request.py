"""A request is one value, and what it is about is parsed once."""

from __future__ import annotations

import ast
import inspect
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.graph import Graph
from gradcli.commands import main
from gradcli.errors import Source
from gradcli.language import syntax
from gradcli.language.syntax import parse
from gradcli.record.request import Request, listing

RECORD = Path(inspect.getfile(Request)).parent
MOST = 7  # parameters of a function
API = {"differentiate"}  # what a library user calls: a keyword for each part of a request
ROWS = "x,e\n1,2\n3,4\n0.5,0.1\n"


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Return a count of the texts that are parsed."""
    found: Counter[str] = Counter()
    plain = syntax._parsed

    def counted(source: Source, *rest: Any) -> Graph:
        found[source.text] += 1
        return plain(source, *rest)

    monkeypatch.setattr(syntax, "_parsed", counted)
    return found


@pytest.mark.parametrize(
    "words",
    [
        ["x*sin(y)", "x=1/3", "y=2*pi"],
        ["--hessian", "x*sin(y) + x**3", "x=1/3", "y=2*pi"],
        ["--hessian", "--upstream", "2/3", "relu(x)**2*y", "x=0*1", "y=1/7"],
        ["--upstream", "2/3", "--verify", "--steps", "(1e16+x)-1e16", "x=1/3"],  # the second system settles it
        ["--digits", "30", "--hessian", "exp(x)*y", "x=1/3", "y=2/7"],
        ["--nodes", "named", "q = x*y; q**2 + x", "x=1/3", "y=2/7"],
        ["x*sin(y)"],
        ["check", "q = x*y; q**2 + x", "x=1/3", "y=2/7", "q=2/21", "dx=1"],
        ["check", "q = x*e; f = q**2", "x=1/3", "e=2/7", "q=2/21"],  # a constant that is bound
        ["check", "q = x*gamma; f = q**2", "x=1/3", "gamma=2/7", "q=2/21"],  # a function that is bound
        ["check", "gamma = x*y; f = gamma**2", "x=1/3", "y=2/7", "gamma=2/21"],  # and one that is computed
        ["check", "f = log(x)", "x=-1/3", "f=undefined"],
        ["check", "f = x*y", "df/dx=y"],
        ["diff", "x*sin(y)", "x=1/3", "y=2*pi"],
        ["diff", "--order", "3", "x**4*sin(y)", "x=1/3", "y=2/7"],
        ["plot", "x*sin(y)", "x=-1:1", "y=2/7", "--at", "x=1/3", "--at", "x=1/7"],
        ["plot", "x*sin(y)", "x=-1:1", "y=-1:1", "--at", "x=1/3,y=1/7"],
        ["rows", "x*e + y", "{rows}", "y=1/7"],
        ["rows", "e = x*y; abs(e - 1)", "{rows}", "y=1/7"],
    ],
    ids=" ".join,
)
def test_a_text_is_parsed_once(
    words: list[str], parsed: Counter[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    with pytest.raises(SystemExit):
        main([word.format(rows=tmp_path / "rows.csv") for word in words])
    capsys.readouterr()
    assert parsed
    texts = {word.rpartition("=")[2] for word in words} | set(words)
    assert {text: n for text, n in parsed.items() if text in texts and n > 1} == {}


def test_names_of_bindings_count_unless_the_program_assigns_them() -> None:
    def inputs(program: str, *names: str) -> list[str]:
        return list(parse(Source("program", program), unless_assigned=names).inputs)

    assert inputs("x*e", "e") == ["x", "e"]
    assert inputs("x*e") == ["x"]
    assert inputs("x*gamma", "gamma") == ["x", "gamma"]
    assert inputs("e = x*2; e**2", "e", "x") == ["x"]
    assert inputs("gamma = x*2; gamma**2 + gamma(x)", "gamma") == ["x"]
    assert inputs("f(a) = a*e; f(x)", "e", "f") == ["x", "e"]


def test_a_record_keeps_what_was_asked() -> None:
    record = differentiate("q = x*y; f = q**2", {"x": 2, "y": "1/3"}, wrt=["x"], upstream=3, at_kink="error")
    task = record.evaluation.task
    assert (task.request.wrt, task.request.at_kink, task.request.upstream.text) == (["x"], "error", "3")
    assert task.values.sources["y"].text == "1/3"
    S, point = record.evaluation.system, record.evaluation.point
    assert {name: S.approximate(x) for name, x in point.items()} == {"x": 2, "y": 1 / 3}
    assert S.approximate(record.evaluation.output_adjoint) == 3
    assert task.request.requires_derivatives is True
    assert Request().requires_derivatives is False


@pytest.mark.parametrize("path", sorted(RECORD.glob("*.py")), ids=lambda path: path.stem)
def test_no_function_of_the_record_takes_many_values(path: Path) -> None:
    long = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name not in API:
            count = len(node.args.posonlyargs) + len(node.args.args) + len(node.args.kwonlyargs)
            long += (
                [node.name]
                if count - bool(node.args.args[:1] and node.args.args[0].arg in ("self", "cls")) > MOST
                else []
            )
    assert long == []


@pytest.mark.parametrize(("count", "kept"), [(99, 99), (100, 100), (101, 80), (300, 80)])
def test_a_table_of_a_hundred_nodes_is_whole(count: int, kept: int) -> None:
    """A longer one shows 40 at each end: x, count - 2 sines and the last, which is the output."""
    program = "x"
    for _ in range(count - 1):
        program = f"sin({program})"
    graph = parse(Source("program", program))
    assert len(graph.nodes) == count
    found = listing(graph, graph.output, [0], "ends")
    assert len(found.kept) == len(found.shown) == kept
    assert {0, 39, count - 40, count - 1} <= {*found.kept}

"""Every format tells of a node what the record holds: its name, expression, value, local gradients and derivative."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.arrays.sizes import shape_text
from gradcli.language.writing import expression
from gradcli.record.array_gradient import ArrayGradient
from gradcli.reports import Style, render, render_arrays

from .test_array_reports import LAYER, NETWORK, RECURRENCE

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])")
EDGE = re.compile(r"∂\w+/∂\w+")
PROGRAMS = [
    ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4}), ("x*x*y + sin(x)/y", {"x": 1.5, "y": -3}),
    ("s = a/b; f = (s + a)*exp(-a) + s", {"a": 0.25, "b": 7}), ("exp(-(w*x + b))/x", {"w": 2, "x": -1, "b": 0.5}),
]  # fmt: skip
NETWORKS = [LAYER, NETWORK, RECURRENCE, ("s = sum(A*A, axis=0); s@s", {"A": [[1, 2], [3, -1]]})]
ENTITIES = {"&lt;": "<", "&gt;": ">", "&nbsp;": " ", "&quot;": '"', "&amp;": "&"}


def numbers(text: str) -> list[float]:
    return [float(x) for x in NUMBER.findall(text)]


def near(wanted: Iterable[Any]) -> Any:
    return pytest.approx([float(x) for x in wanted], rel=1e-5, abs=1e-12)


def bare(text: str) -> str:
    """Return the text of a cell, without marks of code and bold."""
    return re.sub(r"[`\\]|\*\*(?=\W|$)|\(output\)", "", text).strip()


def table(text: str) -> dict[str, list[str]]:
    """Return the rows of a table in Markdown by the name of their node, in their order."""
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| `")]
    return {bare(first): [cell.strip() for cell in others] for first, *others in rows}


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_markdown(program: str, point: dict[str, float]) -> None:
    made = differentiate(program, point)
    graph, labels = made.graph, made.labels
    text = str(render(made, "markdown", Style()))
    rows = table(text)
    gates = [labels[i] for i, node in enumerate(graph.nodes) if node.arguments]
    assert list(rows) == [*made.gradient, *gates]
    assert f"| `{labels[made.output]}` (output) |" in text
    for name, (written, value, local, gradient) in rows.items():
        i = labels.index(name)
        assert written.strip("`") == (expression(graph, i) if name in gates else "input")
        assert numbers(value) == near([made.values[i]])
        assert numbers(gradient)[-1:] == near([made.upstream[i]])
        parts = local.replace("`", "").split("<br>")
        told = [(edge, part.rpartition("= ")[2]) for part in parts for edge in EDGE.findall(part)]
        row = zip(graph.nodes[i].arguments, made.local_gradients[i], strict=True)
        edges = [(f"∂{name}/∂{labels[a]}", x) for a, x in row if x is not None]
        assert [edge for edge, _ in told] == [edge for edge, _ in edges]
        assert [float(x) for _, x in told] == near(x for _, x in edges)
    answer = text.rstrip().rpartition("\n")[2]
    assert numbers(answer.partition("gradient")[2].replace("*", "")) == near(made.gradient.values())
    assert numbers(answer.partition(",")[0].partition("=")[2]) == near([made.value])


def arrows(text: str, format: str) -> list[tuple[int, int | None, str]]:
    """Return the arrows of a graph in dot or mermaid: from which node to which, None for the output, and its text."""
    if format == "dot":
        found = re.findall(r"n(\d+) -> (?:n(\d+)|out) \[label=<(.*)>\];", text)
    else:
        found = [(a, b, says) for a, says, b in re.findall(r'n(\d+) -->\|"(.*)"\| (?:n(\d+)|out)', text)]
    tags = re.compile(r"<[^<>]*>")
    out = []
    for a, b, says in found:
        plain = tags.sub(" ", says)
        for entity, sign in ENTITIES.items():
            plain = plain.replace(entity, sign)
        out.append((int(a), int(b) if b else None, plain))
    return out


@pytest.mark.parametrize("format", ["dot", "mermaid"])
@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_graphs_of_other_tools(program: str, point: dict[str, float], format: str) -> None:
    made = differentiate(program, point)
    found = arrows(str(render(made, format, Style())), format)
    wires = [(a, i, k) for i, node in enumerate(made.graph.nodes) for k, a in enumerate(node.arguments)]
    assert sorted((a, b) for a, b, _ in found if b is not None) == sorted((a, i) for a, i, _ in wires)
    assert [(a, numbers(says)) for a, b, says in found if b is None] == [
        (made.output, [pytest.approx(made.value, 1e-3), 1])
    ]
    for a, b, says in found:
        value, gradient = numbers(says)
        assert value == pytest.approx(made.values[a], rel=1e-3)
        if sum(c == a for c, _, _ in wires) > 1:
            shares = [made.contributions[i][k] for c, i, k in wires if (c, i) == (a, b)]
            assert any(gradient == pytest.approx(x, rel=1e-3) for x in shares)
        else:
            assert gradient == pytest.approx(made.upstream[a], rel=1e-3)


@pytest.mark.parametrize(("program", "point"), NETWORKS)
def test_markdown_of_arrays(program: str, point: dict[str, Any]) -> None:
    made = differentiate(program, point)
    assert isinstance(made, ArrayGradient)
    text = render_arrays(made, "markdown", Style())
    rows = table(text)
    assert {*made.gradient} <= {*rows}
    for name, (shape, written, value, _, gradient) in rows.items():
        i = made.labels.index(name)
        assert shape == (shape_text(made.shape(i)) if made.shape(i) else "")
        assert (written == "input") == (name in made.graph.inputs)
        if "norm" not in value:
            assert numbers(value) == near(entries(made.values[i]))
            assert numbers(gradient.rpartition(":")[2]) == near(entries(made.upstream[i]))
    assert f"| `{made.labels[made.output]}` (output) |" in text


def entries(found: Any) -> list[Any]:
    return [] if found is None else list(getattr(found, "entries", found))


@pytest.mark.parametrize(("program", "point"), [*PROGRAMS, NETWORKS[0], NETWORKS[3]])
def test_the_derivation_ends_its_lines_with_the_numbers(program: str, point: dict[str, Any]) -> None:
    made: Any = differentiate(program, point)
    is_scalar = not isinstance(made, ArrayGradient)
    text = str(render(made, "steps", Style()) if is_scalar else render_arrays(made, "steps", Style()))
    last = {}
    for left, right in re.findall(r"^  (\S+(?: via .*?)?) += (.*)$", text, re.MULTILINE):
        last[left] = re.split(r"  +", right)[0].rpartition("= ")[2] if "= " in right else re.split(r"  +", right)[0]
    output = made.labels[made.output]
    for i, label in enumerate(made.labels):
        if label not in last:
            assert not made.graph.nodes[i].arguments
            continue
        value, upstream = ([x] if is_scalar else entries(x) for x in (made.values[i], made.upstream[i]))
        assert numbers(last[label]) == near(value)
        if f"d{output}/d{label}" in last:
            assert numbers(last[f"d{output}/d{label}"])[-len(upstream) :] == near(upstream)
    assert f"d{output}/d{next(iter(made.gradient))}" in last


def test_the_page_of_arrays_goes_forward_by_expressions_and_numbers() -> None:
    made: Any = differentiate("z = W@x; L = sum(z)", {"W": [[1, 2], [3, 4]], "x": [1, -1]})
    text = str(render_arrays(made, "html", Style()))
    lines = re.findall(r'<span class="math"><span>(\w+)</span> (.*?)</span></span><small>(.*?)</small>', text)
    assert [(name, re.sub(r"<[^<>]*>", "", middle), below) for name, middle, below in lines[:4]] == [
        ("W", "= 2x2 (norm 5.47723)", "an input, 2x2"), ("x", "= [1, -1]", "an input, 2"),
        ("z", "= W@x = [-1, -1]", "2x2, 2 -&gt; 2"), ("L", "= sum(z) = -2", "2 -&gt; a number"),
    ]  # fmt: skip

"""Steps, LaTeX, Markdown, entries and opened arrays: every formula that is shown comes to the number beside it."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from gradcli import differentiate
from gradcli.arrays.inside import ASSEMBLE, ENTRY
from gradcli.arrays.opening import entry_names
from gradcli.arrays.sizes import count, shape_text
from gradcli.calculus.graph import Graph
from gradcli.calculus.operations import CONSTANT, CONSTANTS, INPUT, NUMBER
from gradcli.drawing.array_diagram import Arrays
from gradcli.errors import GradcliError, InputError, Source
from gradcli.language.array_latex import formula as latex_formula
from gradcli.numbers.systems import FLOAT
from gradcli.record.array_derivation import EDGE, FOLDED, SUM, ArrayDerivation, growth
from gradcli.record.array_gradient import ArrayGradient, evaluate_arrays
from gradcli.record.array_layers import repeated
from gradcli.record.array_request import asked_entries
from gradcli.record.array_values import array_value
from gradcli.record.array_written import ArrayFormulas, WrittenEntries
from gradcli.record.precision import Precision
from gradcli.record.request import Request
from gradcli.reports import Style, render_arrays
from gradcli.reports.array_entry import EntryWriter
from gradcli.reports.array_entry import render as render_entries
from gradcli.reports.rounding import Rounding
from gradcli.text import cells

from .array_programs import PROGRAMS

LAYER = ("z = W@x + b; L = cross_entropy(z, 2)", {"W": [[1, -1], [0, 2], [1, 1]], "x": [2, 1], "b": [0, 1, -1]})
BATCH = (
    "H = relu(X@W + b); L = mean(cross_entropy(H@V + c, y))",
    {"X": [[1, 2], [-1, 0.5], [0.3, 0.7]], "W": [[1, -1, 0.5], [0.2, 0.4, -0.3]], "b": [0.1, 0.25, 0.3],
     "V": [[1, 2], [0.5, -1], [0.3, 0.3]], "c": [0, 0.1], "y": [0, 1, 1]},
)  # fmt: skip
RECURRENCE = (
    "h[0] = x; h[k] = tanh(W@h[k-1] + b) for k = 1..20; L = sum(h[-1])",
    {"W": [[0.1, 0.2], [0.3, 0.4]], "x": [1, 2], "b": [0.1, 0.1]},
)
LABELS = {"y": (0, 1)}  # what the programs of the tests use as labels
TOLERANCE = 1e-9


def given(shapes: dict[str, Any], seed: int) -> dict[str, Source]:
    """Return numbers of two decimals for every input, labels for those that are."""
    rng = random.Random(seed)

    def text(shape: tuple[int, ...], draw: Any) -> str:
        return draw() if not shape else f"[{', '.join(text(shape[1:], draw) for _ in range(shape[0]))}]"

    def number() -> str:
        return str(rng.choice((-1, 1)) * rng.randrange(10, 250) / 100)

    return {name: Source(name, text(shape, (lambda: str(rng.randrange(2))) if name in LABELS else number))
            for name, shape in shapes.items()}  # fmt: skip


def request(**asked: Any) -> Request:
    return Request(Precision.of(), nodes="all", **asked)


@cache
def record_of(index: int, opened: tuple[str, ...] = ()) -> ArrayGradient:
    """Return the record of a program of the tests; of a few points the first that has one."""
    program, shapes = PROGRAMS[index]
    for seed in range(20):
        point = {name: array_value(source) or source for name, source in given(shapes, seed).items()}
        try:
            return evaluate_arrays(Source("program", program), point, request(), opened)
        except GradcliError as problem:
            if isinstance(problem, InputError):
                raise
    raise AssertionError(program)


def record(program: str, point: dict[str, Any], **asked: Any) -> ArrayGradient:
    found = differentiate(program, point, **asked)
    assert isinstance(found, ArrayGradient)
    return found


def evaluated(written: WrittenEntries) -> list[float]:
    """Return the numbers that formulas of entries come to, in binary64."""
    graph: Graph = written.graph
    found: list[Any] = []
    for node in graph.nodes:
        if node.operation is INPUT:
            found.append(written.numbers[node.text])
        elif node.operation is NUMBER:
            found.append(float(node.text))
        elif node.operation is CONSTANT:
            found.append(CONSTANTS[node.text](FLOAT))
        elif any(found[a] is None for a in node.arguments):
            found.append(None)
        else:
            found.append(node.operation.value(FLOAT, *[found[a] for a in node.arguments]))
    return [found[root] for root in written.roots]


def agree(found: float | None, wanted: Any) -> bool:
    return found is not None and abs(found - wanted) <= TOLERANCE * max(1, abs(wanted))


@pytest.mark.parametrize("index", range(len(PROGRAMS)))
def test_formulas_of_values_come_to_the_values(index: int) -> None:
    found = record_of(index)
    formulas = ArrayFormulas(found)
    seen = 0
    for i, node in enumerate(found.graph.nodes):
        row = node.operation.operation
        values = found.values[i]
        if node.operation.is_leaf or (row is not None and row.is_condition) or values is None:
            continue
        written = formulas.of_value(i, range(len(values)))
        own = entry_names(found.labels[i], found.shape(i))
        if all(written.graph.nodes[root].text == name for root, name in zip(written.roots, own, strict=True)):
            continue  # it is not written out
        seen += 1
        for x, wanted in zip(evaluated(written), values, strict=True):
            assert agree(x, wanted), (found.labels[i], x, wanted)
    assert seen


@pytest.mark.parametrize("index", range(len(PROGRAMS)))
def test_formulas_of_rules_come_to_what_flows_back(index: int) -> None:
    found = record_of(index)
    formulas = ArrayFormulas(found)
    seen = 0
    for i, node in enumerate(found.graph.nodes):
        for k, flow in enumerate(found.contributions[i] or ()):
            rule = formulas.rule(i, k)
            if flow is None or rule is None:
                continue
            numbers = evaluated(formulas.of_rule(rule, range(len(flow))))
            if None in numbers:
                assert rule.nodes[rule.output].operation.name in ("ties", "others", "cofactor", "solve", "unsort")
                continue
            seen += 1
            for x, wanted in zip(numbers, flow, strict=True):
                assert agree(x, wanted), (found.labels[i], node.operation.name, k, x, wanted)
    assert seen


@pytest.mark.parametrize("index", range(len(PROGRAMS)))
def test_opened_arrays_leave_every_number_as_it_was(index: int) -> None:
    whole = record_of(index)
    inner = [label for label, i in whole.graph.by_label.items()
             if not whole.graph.nodes[i].operation.is_leaf and not _is_condition(whole, i)]  # fmt: skip
    for names in [*[(name,) for name in inner[:: max(1, len(inner) // 3)]], tuple(inner)]:
        found = record_of(index, names)
        assert set(found.gradient) == set(whole.gradient)
        for name in whole.places:
            for x, wanted in zip(found.derivative(name)[0], whole.derivative(name)[0], strict=True):
                assert agree(x, wanted), (names, name)
        for label, i in whole.graph.by_label.items():
            at = found.graph.by_label[label]
            assert found.values[at] == pytest.approx(whole.values[i], rel=TOLERANCE, abs=TOLERANCE)
            if whole.upstream[i] is not None:
                assert found.upstream[at] == pytest.approx(whole.upstream[i], rel=TOLERANCE, abs=TOLERANCE), (
                    names,
                    label,
                )
        assert len(set(found.labels)) >= len(found.labels) - _numerals(found)


def _is_condition(found: ArrayGradient, i: int) -> bool:
    row = found.graph.nodes[i].operation.operation
    return row is not None and row.is_condition


def _numerals(found: ArrayGradient) -> int:
    return sum(1 for node in found.graph.nodes if node.operation.is_leaf)


@pytest.mark.parametrize("index", range(len(PROGRAMS)))
@pytest.mark.parametrize("width", [40, 80, 133, None])
def test_steps_fit_and_name_every_array(index: int, width: int | None) -> None:
    found = record_of(index)
    text = render_arrays(found, "steps", Style(width=width, ascii=True))
    assert text.isascii()
    for line in text.splitlines():
        assert width is None or cells(line) <= width or len(line.split()) <= 3, line
    for name in found.graph.inputs:
        assert re.search(rf"^  {re.escape(name)} +=", text, re.MULTILINE), name
    derivation = ArrayDerivation(found)
    told = {line.node for line in derivation.backward}
    assert told >= set(found.places.values())


@pytest.mark.parametrize("index", range(len(PROGRAMS)))
def test_markdown_is_a_table_of_equal_rows(index: int) -> None:
    found = record_of(index)
    reader = MarkdownIt("commonmark").enable("table")
    for steps, columns in ((False, 6), (True, 2)):
        tokens = reader.parse(render_arrays(found, "markdown", Style(steps=steps)))
        assert sum(token.type == "table_open" for token in tokens) == (2 if steps else 1)
        rows = "".join({"tr_open": "\n", "td_open": "|", "th_open": "|"}.get(token.type, "") for token in tokens)
        assert {len(row) for row in rows.split()} == {columns}


def test_products_tell_the_shapes_of_their_factors() -> None:
    text = render_arrays(record("z = W@x; Z = X@V; sum(z) + sum(Z)", {
        "W": [[1, -1], [0, 2], [1, 1]], "x": [2, 1], "X": [[1, 2]], "V": [[1, 2, 3], [4, 5, 6]],
    }), "steps", Style())  # fmt: skip
    ends = {line.split()[0]: line.rsplit("  ", 1)[1].rpartition(": ")[2] for line in text.splitlines() if "->" in line}
    assert ends["z"] == "3x2 @ 2 -> 3"
    assert ends["Z"] == "1x2 @ 2x3 -> 1x3"
    assert ends["df/dW"] == "3 outer 2 -> 3x2"
    assert ends["df/dx"] == "2x3 @ 3 -> 2"
    assert ends["df/dX"] == "1x3 @ 3x2 -> 1x2"
    assert ends["df/dV"] == "2x1 @ 1x3 -> 2x3"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex here")
def test_latex_compiles(tmp_path: Path) -> None:
    blocks = [render_arrays(record_of(index), "latex", Style()) for index in range(len(PROGRAMS))]
    blocks += [render_arrays(record(*program), "latex", Style()) for program in (LAYER, BATCH, RECURRENCE)]
    blocks += [render_arrays(record_of(0, ("z", "L")), "latex", Style())]
    document = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n%s\\end{document}\n"
    (tmp_path / "all.tex").write_text(document % "\n\\newpage\n".join(blocks), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Missing character" not in (tmp_path / "all.log").read_text(errors="replace")


@pytest.mark.parametrize(
    ("program", "shapes", "node", "position", "text"),
    [
        ("L = sum(W@x)", {"W": (2, 3), "x": (3,)}, 2, 0, r"\frac{dL}{dv_{1}} \, x^{\top}"),
        ("L = sum(W@x)", {"W": (2, 3), "x": (3,)}, 2, 1, r"W^{\top} \, \frac{dL}{dv_{1}}"),
        ("L = sum(A*B)", {"A": (2, 2), "B": (2, 2)}, 2, 0, r"\frac{dL}{dv_{1}} \odot B"),
        ("L = sum((X@W)@V)", {"X": (2, 2), "W": (2, 2), "V": (2, 2)}, 4, 1,
         r"v_{1}^{\top} \, \frac{dL}{dv_{2}}"),
        ("L = sum(X + b)", {"X": (4, 3), "b": (3,)}, 2, 1, r"\sum_{i} \left[\frac{dL}{dv_{1}}\right]_{i,{:}}"),
        ("L = sum(cross_entropy(Z, y))", {"Z": (4, 3), "y": (4,)}, 2, 0,
         r"\frac{dL}{dv_{1}} \odot \left(\operatorname{softmax}\left(Z\right) - "
         r"\operatorname{onehot}\left(y, 3\right)\right)"),
        ("h = tanh(x); L = sum(h)", {"x": (3,)}, 1, 0, r"\frac{dL}{dh} \odot \left(1 - h^{\odot 2}\right)"),
    ],
)  # fmt: skip
def test_rules_in_latex(program: str, shapes: dict[str, Any], node: int, position: int, text: str) -> None:
    point = {name: array_value(source) or source for name, source in given(shapes, 1).items()}
    found = evaluate_arrays(Source("program", program), point, request())
    rule = ArrayFormulas(found).rule(node, position)
    assert rule is not None
    assert latex_formula(rule) == text


# ---- single entries


@pytest.mark.parametrize(("program", "point"), [LAYER, BATCH])
def test_the_chain_rule_of_every_entry_comes_to_its_derivative(program: str, point: dict[str, Any]) -> None:
    found = record(program, point)
    writer = EntryWriter(found, Rounding(found, 12))
    for name, i in found.places.items():
        for k, own in enumerate(entry_names(name, found.shape(i))):
            (entry,) = asked_entries(found, f"dL/d{own}")
            assert (entry.node, entry.place, entry.is_derivative) == (i, k, True)
            assert asked_entries(found, f"d{own}") == [entry]
            line = writer.lines(entry)[-1]
            assert float(line.right[-1]) == pytest.approx(found.upstream[i][k], rel=1e-11)  # type: ignore[index]


def test_an_entry_says_what_does_not_contain_it() -> None:
    text = render_entries(record(*LAYER), ["dL/dW[1,0]"], Style())
    assert text.startswith(
        "  dL/dW[1,0] = sum_i dL/dv1[i] · ∂v1[i]/∂W[1,0] = dL/dv1[1]*x[0] = 0.665241*2 = 1.33048"
        "   v1[0], v1[2] do not contain W[1,0]\n"
    )


@pytest.mark.parametrize("text", ["dL/dW", "W", "dL/dW[3,0]", "dM/dx[0]", "q", "dq", "dL/dx[", "x[0][0]"])
def test_what_names_no_entry_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        asked_entries(record(*LAYER), text)


def test_a_large_product_is_read_where_it_is_needed() -> None:
    rows, inner = 300, 200
    point = {"A": [[(i * j) % 7 - 3 for j in range(inner)] for i in range(rows)],
             "B": [[(i + j) % 5 - 2 for j in range(50)] for i in range(inner)]}  # fmt: skip
    found = record("L = sum((A@B)**2)", point)
    text = render_entries(found, ["dL/dA[0,1]", "v1[2,3]"], Style())
    assert "... (50 terms)" in text
    assert "the other 14,950 entries of v1 do not contain A[0,1]" in text or "sum_ij" in text


# ---- folds, forks


def test_layers_that_repeat_are_told_once() -> None:
    found = record(*RECURRENCE)
    derivation = ArrayDerivation(found)
    folded = [line for line in derivation.forward if line.kind == FOLDED]
    assert [len(line.fold) for line in folded] == [18, 18, 18]
    assert found.labels[folded[-1].fold[0]] == "h[2]"
    assert found.labels[folded[-1].fold[-1]] == "h[19]"
    backwards = [line for line in derivation.backward if line.kind == FOLDED]
    assert [len(line.fold) for line in backwards] == [18, 18, 18]
    every = ArrayDerivation(found, folds=False)
    assert not any(line.kind == FOLDED for line in (*every.forward, *every.backward))
    assert len(every.forward) == 64
    table = render_arrays(found, "table", Style())
    assert "h[2] .. h[19]  x18" in table
    assert "x18" not in render_arrays(found, "table", Style(nodes="all"))


@pytest.mark.parametrize(
    "program", ["y = x; a = tanh(x)*x; b = exp(a) + x; L = sum(sin(b))", "L = sum(x + x*x + x*x*x)", "L = sum(x)"]
)
def test_what_does_not_repeat_is_not_folded(program: str) -> None:
    found = record(program, {"x": [0.5, 1]})
    assert repeated(found.graph, range(len(found.graph.nodes))) == []


def test_a_bias_over_a_batch_is_a_fork() -> None:
    found = record(*BATCH)
    user = next(i for i, node in enumerate(found.graph.nodes) if found.graph.inputs["b"] in node.arguments)
    grown = growth(found.graph, user, 1)
    assert grown is not None
    assert grown == (3, "rows")
    assert "by 3 rows of v2, 3 branches added:" in render_arrays(found, "table", Style())
    assert "b reaches L by 3 rows: 3 branches added" in render_arrays(found, "steps", Style())


def test_branches_are_told_and_summed() -> None:
    derivation = ArrayDerivation(record("h = tanh(x); L = sum(h*h) + h[0]", {"x": [0.5, -1]}))
    kinds = [line.kind for line in derivation.backward]
    assert kinds.count(SUM) == 1
    assert kinds.count(EDGE) >= 3


def test_opened_arrays_are_numbers_in_their_place() -> None:
    found = record_of(0, ("z",))
    rows = {found.labels[i]: node.operation for i, node in enumerate(found.graph.nodes)}
    assert rows["z"] is ASSEMBLE
    assert rows["b[0]"] is ENTRY
    assert {"z[0]", "z[1]", "z[2]"} <= set(rows)
    assert "v1[0]" in rows
    assert count(found.shape(found.graph.by_label["v1"])) == 3


# ---- pictures


@pytest.mark.parametrize("index", range(len(PROGRAMS)))
def test_pictures_have_every_input_and_its_shape(index: int) -> None:
    found = record_of(index)
    root = ElementTree.fromstring(render_arrays(found, "svg", Style()))
    texts = ["".join(element.itertext()) for element in root.iter() if element.tag.endswith("}text")]
    circuit = render_arrays(found, "circuit", Style(ascii=True))
    assert circuit.isascii()
    for name, i in found.graph.inputs.items():
        shape = found.shape(i)
        assert name in texts
        assert not shape or any(shape_text(shape) + ":" in text for text in texts)
        assert re.search(rf"^ *{re.escape(name)} -|[ |] {re.escape(name)} -", circuit, re.MULTILINE), name
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))


def test_layers_that_repeat_are_one_gate() -> None:
    of = Arrays(record(*RECURRENCE))
    drawn = of.diagram()
    (last,) = of.folds
    gate = next(part for part in drawn.parts if part.node == last)
    assert (gate.label, gate.name, len(gate.sources)) == ("x18", "h[2] .. h[19]", 3)
    assert len(drawn.parts) == 3 + 3 + 1 + 3 + 1
    used = "h[0] = x; h[k] = tanh(W@h[k-1]) for k = 1..9; L = sum(h)"  # every step is used, so that none can be folded
    other = Arrays(record(used, {"W": [[0.5, 0], [0.1, 1]], "x": [1, 2]}))
    assert len(other.diagram().parts) == len(other.diagram(folded=False).parts)

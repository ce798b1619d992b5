"""PNG, TikZ, DOT and Mermaid, rendered by the real programs where they are installed."""

from __future__ import annotations

import json
import os
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.drawing.array_diagram import Arrays
from gradcli.drawing.diagram import diagram
from gradcli.drawing.subject import Numbers
from gradcli.drawing.svg import METRICS, svg
from gradcli.drawing.tikz import figure, gate, tikz
from gradcli.errors import InputError, Source
from gradcli.language.syntax import parse
from gradcli.numbers.decimals import Uncertain
from gradcli.record.gradient import Gradient
from gradcli.reports import Style, render, render_arrays

from .pictures import GREEK, HARD, PROGRAMS, gradcli, page, tool
from .test_drawing import FORK, NEURON, record_of

# ---- PNG


def test_png_is_the_picture_at_twice_its_size_and_has_text() -> None:
    pytest.importorskip("resvg_py")
    from gradcli.reports.png import raster

    record = record_of(*FORK)
    image = render(record, "png", Style())
    assert isinstance(image, bytes)
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    root = ET.fromstring(svg(record).text)
    size = struct.unpack(">II", image[16:24])
    assert all(
        abs(a - 2 * float(b)) <= 1 for a, b in zip(size, (root.get("width", ""), root.get("height", "")), strict=True)
    )
    wordless = raster(re.sub(r"<text.*?</text>", "", svg(record).text))
    assert len(image) > 1.3 * len(wordless)
    assert render(record, "png", Style(theme="dark")) != image


def test_png_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(InputError) as caught:
        render(record_of(*FORK), "png", Style())
    assert "gradcli[png]" in (caught.value.hint or "")


def test_png_goes_to_a_file_and_down_a_pipe(tmp_path: Path) -> None:
    pytest.importorskip("resvg_py")
    file = tmp_path / "picture.png"
    assert gradcli("x*y", "x=2", "y=3", "-o", str(file)).returncode == 0
    assert gradcli("x*y", "x=2", "y=3", "--to", "png").stdout == file.read_bytes()


def test_an_image_is_not_written_to_a_terminal() -> None:
    pytest.importorskip("resvg_py")
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "gradcli", "x*y", "x=2", "y=3", "--to", "png"], stdout=follower, stderr=subprocess.PIPE
    )
    os.close(follower)
    os.close(leader)
    assert done.returncode == 5
    assert b"-o FILE" in done.stderr


# ---- TikZ


@pytest.mark.parametrize(("program", "text"), [
    ("a + b", "+"), ("a*b", "\\times "), ("a/b", "/"), ("-a", "-x"), ("1/a", "1/x"), ("a*2", "\\times 2"),
    ("a**2", "x^{2}"), ("a**-2", "x^{-2}"), ("(-2)**a", "(-2)^{x}"), ("a + -2", "+(-2)"), ("a*-2", "\\times -2"),
    ("2**a", "2^{x}"), ("exp(a)", "\\exp"), ("leaky_relu(a)", "\\mathrm{leaky\\_relu}"),
    ("max(a, 0)", "\\max(x,0)"), ("max(-1e-7, a)", "\\max(-1 \\cdot 10^{-7},x)"), ("a*-pi", "\\times -\\pi"),
    ("a*1e-7", "\\times 1 \\cdot 10^{-7}"), ("a*pi", "\\times \\pi"), ("log(a)", "\\ln"), ("a**pi", "x^{\\pi}"),
    ("a**b", "x^{y}"), ("a*0.1", "\\times 0.1"), ("a + .5", "+.5"), ("x = 2*a; y = x*b; -(y*x)", "\\times -1"),
    ("x = a; 2 - x*b", "2-\\cdot "), ("u = a*b; max(u, y*u, 3)", "\\max(x,\\cdot ,3)"),
])  # fmt: skip
def test_gates_in_latex(program: str, text: str) -> None:
    record = differentiate(program, dict.fromkeys(parse(Source("program", program)).inputs, 2))
    assert isinstance(record, Gradient)
    assert gate(Numbers(record).diagram().parts[-1].pieces) == text


@pytest.mark.parametrize(("program", "label", "text"), [
    ("a*b + 1", "a*b + 1", "a\\times b + 1"), ("(a - b)^-2*3", "(a - b)^-2*3", "(a - b)^{-2}\\times 3"),
    ("sq(t) = t*t; sq(a) + sq(b)", "sq(a) + sq(b)", "\\mathrm{sq}(a) + \\mathrm{sq}(b)"),
    ("tanh(a*2 + b*3 - 4)", "tanh(...)", "\\tanh(...)"),
    ("a*a + cos(a + b)*30", "a*a + cos(a + b...", "a\\times a + \\cos(a + b..."),
    ("sin(a)*3 + 14*cos(b)", "sin(a)*3 + 14*c...", "\\sin(a)\\times 3 + 14\\times c..."),
    ("where(a > 1, b, 3*a)", "where(...)", "\\mathrm{where}(...)"),
    ("a*1e-7 + b", "a*1e-7 + b", "a\\times 1 \\cdot 10^{-7} + b"),
    ("b*2 + 3*where(a != 1, 4, a)", "b*2 + 3*where(a...", "b\\times 2 + 3\\times \\mathrm{where}(a..."),
    ("a*b*b + where(a!=b, 1, a)", "a*b*b + where(a...", "a\\times b\\times b + \\mathrm{where}(a..."),
    ("a*b*b + where(b!=a, 1, a)*1e10", "a*b*b + where(b...", "a\\times b\\times b + \\mathrm{where}(b..."),
    ("a*b*a*b*4*where(a != b, 1, a)", "a*b*a*b*4*where...",
     "a\\times b\\times a\\times b\\times 4\\times \\mathrm{where}..."),
])  # fmt: skip
def test_several_operations_as_one_in_latex(program: str, label: str, text: str) -> None:
    point = {name: k + 2 for k, name in enumerate(parse(Source("program", program)).inputs)}
    record = differentiate(program, point, gates=True)
    assert isinstance(record, Gradient)
    assert record.gates is not None
    (part,) = [part for part in Numbers(record.gates).diagram().parts if not part.leaf]
    assert (part.label, gate(part.pieces)) == (label, text)


@pytest.mark.parametrize(("number", "text"), [
    ("-4", "-4"), ("1.5e-10", "1.5 \\cdot 10^{-10}"), ("-49/3", "-49/3"), ("none", "\\mathrm{none}"),
    (Uncertain("3.00", "0.10"), "3.00 \\pm 0.10"),
    (Uncertain("-2", "1e-10"), "-2 \\pm 1 \\cdot 10^{-10}"), ("inf", "\\infty"),
])  # fmt: skip
def test_numbers_in_latex(number: str, text: str) -> None:
    assert figure(number) == text


def test_tikz_is_a_picture_or_a_document() -> None:
    picture, document = (tikz(record_of(*FORK), standalone=alone) for alone in (False, True))
    assert picture.startswith("\\begin{tikzpicture}")
    assert picture in document
    assert document.startswith("\\documentclass")
    assert picture.count("\\draw[wire]") == 7
    assert picture.count("\\fill") == 1


def test_tikz_has_a_shape_for_each_gate_and_none_for_a_name() -> None:
    """Leaves stand at the left of their wires, the output at the right of its own; gates are circles or boxes."""
    for program, values in (FORK, NEURON):
        picture = tikz(record_of(program, values))
        leaves = re.findall(r"\\node\[anchor=base east\] at \S+ \{\$(\w)", picture)
        assert set(leaves) == {name[0] for name in values}
        assert len(leaves) == len(values)
        assert picture.count("\\node[anchor=base west]") == 1
        gates = len(re.findall(r"\\draw\[(?:gate|box)\]", picture))
        assert gates == len(re.findall(r"\\node at ", picture)) >= 3
    assert "\\draw[box]" in tikz(record_of("f = sin(x)*exp(y)", {"x": 1.0, "y": 2.0}))


def test_tikz_compiles_with_plain_pdflatex(tmp_path: Path) -> None:
    pdflatex = tool("pdflatex")
    if subprocess.run(["kpsewhich", "tikz.sty"], capture_output=True).returncode:
        pytest.skip("there is no TikZ here")
    special = [
        differentiate("x/y", {"x": "1/3", "y": "1/7"}, exact=True),
        differentiate("x*y", {"x": "3+-0.1", "y": 1}),
        differentiate("sqrt(x) + y", {"x": 0, "y": 1}),
        differentiate("where(x > 0, leaky_relu(x), atan2(1, x))*max(x, y_max, 2)", {"x": 1, "y_max": 2}),
        differentiate("relu(1e-9*w) + abs(w)*1e-10 + floor(w)*y_max", {"w": 0, "y_max": 2}),
    ]
    records = [*(differentiate(*case) for case in PROGRAMS), *special]
    pictures = "\n\n".join(tikz(record, constants=odd) for record in records for odd in (False, True))
    book = f"\\documentclass{{article}}\\usepackage{{tikz}}\\begin{{document}}\n{pictures}\\end{{document}}\n"
    for name, text in (("book", book), ("one", tikz(differentiate(*NEURON), standalone=True))):
        (tmp_path / f"{name}.tex").write_text(text, encoding="utf-8")
        done = subprocess.run(
            [pdflatex, "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"], cwd=tmp_path, capture_output=True
        )
        assert done.returncode == 0, done.stdout[-1500:].decode("utf-8", "replace")
    assert b"(1 page" in done.stdout
    assert b"Overfull" not in done.stdout


# ---- DOT and Mermaid


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
@pytest.mark.parametrize("constants", [False, True])
def test_dot_reads_it_with_every_edge_in_order(program: str, point: dict[str, Any], constants: bool) -> None:
    dot = tool("dot")
    record = differentiate(program, point)
    text = render(record, "dot", Style(constants=constants))
    assert isinstance(text, str)
    done = subprocess.run([dot, "-Tjson"], input=text.encode(), capture_output=True)
    assert done.returncode == 0
    assert not done.stderr
    found = json.loads(done.stdout)
    names = {item["_gvid"]: item["name"] for item in found["objects"]}
    edges = [(names[e["tail"]], names[e["head"]]) for e in sorted(found.get("edges", []), key=lambda e: e["_gvid"])]
    drawn = diagram(record, constants=constants)
    wanted = [(f"n{drawn.parts[s].node}", f"n{part.node}") for part in drawn.parts for s in part.sources]
    assert sorted(edges) == sorted([*wanted, (f"n{record.output}", "out")])


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
def test_mermaid_quotes_what_would_be_syntax(program: str, point: dict[str, Any]) -> None:
    record = differentiate(program, point)
    text = render(record, "mermaid", Style())
    assert isinstance(text, str)
    lines = text.splitlines()
    assert lines[0] == "flowchart LR"
    assert "  style notes " not in text
    edges = [line for line in lines if "-->" in line]
    assert len(edges) == sum(len(part.sources) for part in diagram(record).parts) + 1
    for line in lines[3:]:
        assert re.fullmatch(r'  (n\d+|out)(\(\["[^"]*"\]\)|\["[^"]*"\])|  n\d+ -->(\|"[^"]*"\| | )(n\d+|out)', line)
        assert not re.search(r"style='[^']*;", line)  # Mermaid would cut it there


def test_mermaid_renders_in_a_browser(tmp_path: Path) -> None:
    library = os.environ.get("GRADCLI_MERMAID", "")
    if not os.path.isfile(library):
        pytest.skip("GRADCLI_MERMAID does not name a mermaid.min.js")
    cases = [differentiate(*case) for case in (FORK, HARD, GREEK, ("x*x", {"x": 3}))]
    texts = [render(record, "mermaid", Style()) for record in cases]
    blocks = "".join(f'<pre class="mermaid">{text.replace("&", "&amp;").replace("<", "&lt;")}</pre>' for text in texts)  # type: ignore[union-attr]
    dom = page(
        f'{blocks}<script src="{Path(library).as_uri()}"></script>'
        "<script>mermaid.initialize({startOnLoad: true})</script>",
        tmp_path,
    )
    assert "Syntax error" not in dom
    pictures = dom.split("<svg")[1:]
    assert len(pictures) == len(cases)
    for picture, record in zip(pictures, cases, strict=True):
        drawn = diagram(record)
        assert picture.count('flowchart-link"') == sum(len(part.sources) for part in drawn.parts) + 1
        assert 'style="color:#0a7d28"' in picture
    assert "a &lt; b" in pictures[1]
    assert 'aria-roledescription="flowchart' in dom


# ---- the registry


def test_the_suffix_chooses_the_format(tmp_path: Path) -> None:
    for suffix, start in (
        (".svg", b"<svg"),
        (".tikz", b"\\begin"),
        (".dot", b"digraph"),
        (".gv", b"digraph"),
        (".mmd", b"flowchart"),
    ):
        file = tmp_path / f"x{suffix}"
        assert gradcli("x*y", "x=2", "y=3", "-o", str(file)).returncode == 0
        assert file.read_bytes().startswith(start)
    done = gradcli("x*y", "x=2", "y=3", "-o", str(tmp_path / "x.jpeg"))
    assert done.returncode == 2
    for suffix in (".svg", ".png", ".tikz", ".dot", ".mmd"):
        assert suffix.encode() in done.stderr


def test_tikz_has_sizes_in_points_where_places_are_in_pixels() -> None:
    """A pixel is three quarters of a point, as `x=0.75pt` says; a page has margins of 6 points, and 14 pixels above."""
    text = tikz(record_of(*FORK), standalone=True)
    assert "[x=0.75pt, y=-0.75pt," in text
    box = re.search(r"boundingbox \(0,-14\) rectangle \(([\d.]+),([\d.]+)\);", text)
    page = re.search(r"paperwidth=([\d.]+)pt, paperheight=([\d.]+)pt, margin=6pt", text)
    assert box is not None
    assert page is not None
    assert float(page[1]) == pytest.approx(0.75 * float(box[1]) + 12, abs=0.02)
    assert float(page[2]) == pytest.approx(0.75 * (float(box[2]) + 14) + 12, abs=0.02)
    radii = {float(radius) for radius in re.findall(r"\\draw\[gate\] \S+ circle\[radius=([\d.]+)pt\]", text)}
    assert list(radii) == pytest.approx([0.75 * METRICS.radius * METRICS.row])


@pytest.mark.parametrize(("number", "drawn"), [
    (100000000.5, "100000000.5"), (1234567.5, "1234567.5"), (-100000000.5, "-100000000.5"),
    (0.123456789, "0.1235"), (123456789.12345678, "1.235 \\cdot 10^{8}"), (1e20, "1 \\cdot 10^{20}"),
])  # fmt: skip
def test_a_given_number_that_is_short_is_no_power_of_ten(number: float, drawn: str) -> None:
    """What is computed from it keeps four figures."""
    values = re.findall(r"\\node\[value\] at \S+ \{\$(.*?)\$\}", tikz(record_of("x*1000001.5", {"x": number})))
    assert values[-1] == drawn
    assert len(values[0]) < 24
    assert "e" not in values[0]


@pytest.mark.parametrize("format", ["dot", "mermaid"])
def test_what_lays_itself_out_has_every_gate_of_layers_that_repeat(format: str) -> None:
    """Two inputs, and a product and a function in each of six layers."""
    program = "; ".join(["h0 = x", *(f"h{k} = tanh(W@h{k - 1})" for k in range(1, 7)), "L = sum(h6)"])
    record = differentiate(program, {"x": [1, 2], "W": [[1, 0], [0, 1]]})
    text = str(render_arrays(record, format, Style()))
    assert len(re.findall(r"^  n\d+(?!.*->)(?! --)", text, re.MULTILINE)) == 2 + 2 * 6 + 1


@pytest.mark.parametrize(("entries", "digits", "rounded"), [(4, 4, False), (2, 4, True), (4, 1, False)])
def test_a_norm_in_place_of_entries_is_rounded(entries: int, digits: int, rounded: bool) -> None:
    """Of x = [3, 4, 0] all is shown where there is room for three entries, else its norm."""
    of = Arrays(differentiate("L = sum(x)", {"x": [3, 4, 0]}))
    assert of.figures(of.diagram(), digits, entries=entries).rounded is rounded

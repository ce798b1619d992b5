"""Reports of arrays: JSON and its schema, CSV, the table at every width, windows, shapes, Python, refusals."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

import jsonschema
import numpy
import pytest

from gradcli import differentiate
from gradcli.errors import InputError, LimitError, Source
from gradcli.record.array_gradient import ArrayGradient
from gradcli.record.array_shapes import written_shape
from gradcli.record.array_summary import summarised
from gradcli.reports import Style, render_arrays
from gradcli.reports.schema import SCHEMAS
from gradcli.text import cells

from .test_golden import FOLDERS, called
from .test_json import strict

NETWORK = (
    "h = tanh(X@W + b); Z = h@V + c; L = mean(cross_entropy(Z, y))",
    {"X": [[1, 2], [0.5, -1], [2, 0]], "W": [[0.1, 0.2, 0.3], [-0.1, 0.4, 0]], "b": [0, 0, 0],
     "V": [[1, 0], [0, 1], [1, 1]], "c": [0, 0.1], "y": [0, 1, 1]},
)  # fmt: skip
LAYER = ("z = W@x + b; L = cross_entropy(z, 2)", {"W": [[1, -1], [0, 2], [1, 1]], "x": [2, 1], "b": [0, 1, -1]})
RECURRENCE = ("h[0] = x; h[k] = tanh(W@h[k-1]) for k = 1..3; sum(h[-1])", {"x": [1, 2], "W": [[0.5, 0], [0.1, 1]]})
RANKS = ("sum(X*X*s)", {"X": [[[[1.25, 2], [3, 4]]], [[[5, 6], [7, 1 / 3]]]], "s": 2})
LARGE = ("sum((X@w)**2)", {"X": [[(7 * i + j * j) % 13 / 7 for j in range(30)] for i in range(20)], "w": [1 / 3] * 30})
PROGRAMS = [NETWORK, LAYER, RECURRENCE, RANKS, LARGE]
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]\d+)?(?!\w)")
ARRAYS = jsonschema.Draft202012Validator(SCHEMAS["arrays"])


def record(program: str, point: dict[str, Any], **asked: Any) -> ArrayGradient:
    found = differentiate(program, point, **asked)
    assert isinstance(found, ArrayGradient)
    return found


def text(program: str, point: dict[str, Any], format: str = "json", style: Style | None = None, **asked: Any) -> str:
    return render_arrays(record(program, point, **asked), format, style or Style())


def gradcli(*words: str) -> tuple[str, str, int]:
    done = called(list(words), Path.cwd(), {}, b"")
    return done.stdout.decode(), done.stderr.decode(), done.status


# ---- JSON


@pytest.mark.parametrize("asked", [{}, {"exact": True}, {"digits": 30}, {"ieee": True}, {"nodes": "named"}])
@pytest.mark.parametrize(("program", "point"), [LAYER, RANKS, ("sum(x)*n", {"x": [1, 2], "n": "1/3"})])
def test_json_validates_and_has_the_numbers_of_the_record(
    program: str, point: dict[str, Any], asked: dict[str, Any]
) -> None:
    if "exact" in asked and "cross_entropy" in program:
        with pytest.raises(InputError, match="no exact result"):
            record(program, point, **asked)
        return
    made = record(program, point, **asked)
    found = strict(render_arrays(made, "json", Style(nodes=asked.get("nodes"))))
    ARRAYS.validate(found)
    plain = json.loads(json.dumps(made.gradient, default=str))
    assert found["gradient"] == plain
    assert set(found["shapes"]) == {*made.graph.inputs, *made.graph.named}
    for node in found["nodes"]:
        assert numpy.shape(node["value"]) == tuple(node["shape"])
        assert node["upstream"] is None or numpy.shape(node["upstream"]) == tuple(node["shape"])
        for edge in node["arguments"]:
            assert edge["local"] is None
            assert bool(edge["rule"]) == (edge["downstream"] is not None)


def test_golden_json_validates() -> None:
    seen = 0
    for folder in FOLDERS:
        if folder.parent.name == "arrays" and (folder / "stdout").exists():
            line = (folder / "stdout").read_text(encoding="utf-8")
            if line.startswith("{") and line.endswith("}\n"):
                found = strict(line)
                schema = next(known for known in SCHEMAS.values() if known["title"] == found["schema"])
                jsonschema.Draft202012Validator(schema).validate(found)
                seen += 1
    assert seen > 3


def test_what_arrives_along_the_edges_sums_to_the_upstream_gradient() -> None:
    for program, point in PROGRAMS:
        found = json.loads(text(program, point))
        arriving: dict[int, Any] = {}
        for node in found["nodes"]:
            for edge in node["arguments"]:
                if edge["downstream"] is not None:
                    arriving[edge["node"]] = numpy.add(arriving.get(edge["node"], 0), edge["downstream"])
        for node in found["nodes"]:
            if node["id"] in arriving:
                assert numpy.allclose(arriving[node["id"]], node["upstream"], rtol=1e-12, atol=1e-15), node["name"]


def test_a_schema_refuses_what_is_none() -> None:
    found = json.loads(text(*LAYER))
    for key, value in (
        ("schema", "gradcli/1"),
        ("value", {}),
        ("shapes", {"W": [3, "N"]}),
        ("gradient", {"W": [[[[[1]]]]]}),
    ):
        assert not ARRAYS.is_valid({**found, key: value}), key


def test_hessian_and_checks_in_json() -> None:
    out, _, status = gradcli("--json", "--hessian", "--verify", "sum(x**3)*n", "x=[1,2]", "n=2")
    found = strict(out)
    ARRAYS.validate(found)
    assert status == 0
    assert found["hessian"]["x"] == {"x": [[12, 0], [0, 24]], "n": [3, 12]}
    assert {check["verdict"] for check in found["checks"]} == {"agrees"}


def test_checks_beyond_binary64_in_json() -> None:
    out, _, _ = gradcli("--json", "--verify", "--nodes", "none", "sum(exp(x))", "x=[1000,1]")
    ARRAYS.validate(strict(out))


# ---- CSV


def test_csv_has_a_row_an_entry() -> None:
    made = record(*NETWORK)
    rows = list(csv.DictReader(io.StringIO(render_arrays(made, "csv", Style()))))
    entries = [row for row in rows if row["name"] == "W"]
    assert [row["index"] for row in entries] == ["0,0", "0,1", "0,2", "1,0", "1,1", "1,2"]
    assert [float(row["upstream"]) for row in entries] == list(chain(*made.gradient["W"]))
    (output,) = (row for row in rows if row["name"] == "L")
    assert (output["index"], float(output["value"])) == ("", made.value)
    assert {row["upstream"] for row in rows if row["name"] == "y"} == {""}


# ---- the table


@pytest.mark.parametrize(("program", "point"), PROGRAMS)
@pytest.mark.parametrize("width", [30, 40, 57, 80, 100, 133, 200])
def test_a_table_fits_and_cuts_no_number(program: str, point: dict[str, Any], width: int) -> None:
    made = record(program, point)
    known = {
        number
        for figures in (None, 4, 5, 6)
        for number in NUMBER.findall(render_arrays(made, "table", Style(figures=figures)))
    }
    found = render_arrays(made, "table", Style(width=width))
    for line in found.splitlines():
        assert cells(line) <= width or " " not in line.strip(), line
        assert line == line.rstrip()
    if needed := re.search(r"a table of this needs (\d+) columns\n", found):
        assert int(needed[1]) > width
        assert "backward, to each argument" in render_arrays(made, "table", Style(width=int(needed[1])))
        found = found.replace(needed[0], "")
    if width >= 40:  # in less, matrices are summed up, by numbers that no wide table has
        assert set(NUMBER.findall(found)) <= known


@pytest.mark.parametrize("width", [None, 40, 80, 133])
def test_ascii_and_colour_change_no_word(width: int | None) -> None:
    made = record(*LAYER)
    plain = render_arrays(made, "table", Style(width=width))
    ascii_text = render_arrays(made, "table", Style(width=width, ascii=True))
    colored = render_arrays(made, "table", Style(width=width, color=True))
    assert ascii_text.isascii()
    assert ascii_text == plain.replace("─", "-")
    assert [line.rstrip() for line in re.sub("\x1b\\[[0-9]+m", "", colored).splitlines()] == plain.splitlines()


def test_small_arrays_are_whole_and_large_ones_are_summed_up() -> None:
    wide = text(*LAYER, "table")
    assert "[ 0   2 ]" in wide
    assert "W: outer(dL/dv1, x)" in wide
    assert "-1.51054   -0.755272" in wide
    large = text(*LARGE, "table")
    assert re.search(r"X +20x30 +input +0 \.\. ", large)
    assert "largest at [" in large
    assert "all 0.333333" in large
    assert "gradient: X 20x30 (norm " in large.splitlines()[-1]


def test_a_fork_names_the_ways() -> None:
    assert "via v1 + via v3 + via v5:" in text("sum(W@x) + sum(W@x)*sum(W@x)", {"W": [[1.5]], "x": [1]}, "table")
    assert "via v1 twice:" in text("sum(x*x)", {"x": [1, 2]}, "table")
    part = record("y = x*x; z = 2*x; sum(y*x + z)", {"x": [1, 2]}, nodes="named")
    assert "via" not in render_arrays(part, "table", Style(nodes="named")), "not all ways are there to be named"


def test_long_programs_show_both_ends() -> None:
    draw = random.Random(1)
    lines = [f"a{k} = {draw.choice(('sin', 'cos', 'tanh', 'atan'))}(a{k - 1})" for k in range(1, 150)]
    program = "; ".join(["a0 = 2*x", *lines, "sum(a149)"])  # layers that repeat would be folded
    found = text(program, {"x": [0.1, 0.2]}, "table")
    assert re.search(r"\d+ nodes are left out; --nodes all lists them", found)
    assert "left out" not in text(program, {"x": [0.1, 0.2]}, "table", Style(nodes="all"))


@pytest.mark.parametrize(("entries", "shape", "expected"), [
    ([1.0, -3.0, 0.0, 0.0], (2, 2), (-3.0, 1.0, -0.5, 10**0.5, 2, 0, (0, 1))),
    ([Fraction(1, 2), Fraction(-1, 2)], (2,), (Fraction(-1, 2), Fraction(1, 2), 0.0, 0.5**0.5, 0, 0, (0,))),
    (["1.0 ± 0.1", None, "2"], (3,), ("1.0 ± 0.1", "2", 1.5, 5**0.5, 0, 1, (2,))),
    ([0.0, 0.0], (2,), (0.0, 0.0, 0.0, 0.0, 2, 0, (0,))),
    ([1e300, -1e300, 1e-300], (3,), (-1e300, 1e300, 0.0, 2**0.5 * 1e300, 0, 0, (0,))),
])  # fmt: skip
def test_summaries(entries: list[Any], shape: tuple[int, ...], expected: tuple[Any, ...]) -> None:
    found = summarised(entries, shape)
    assert found[:3] == expected[:3] if expected[2] else found[:2] == expected[:2]
    assert found.norm == pytest.approx(expected[3])
    assert abs(found.mean - expected[2]) <= 1e-15 * found.norm
    assert found[4:] == expected[4:]


def test_nothing_has_a_summary_too() -> None:
    assert summarised([None, None], (2,)).largest is None


# ---- what is asked


def test_windows_of_the_gradient() -> None:
    made = record(*NETWORK, grad=["W", "W[0:2,1]", "W[-1,:]", "W[0,0]", "Z[1]"])
    W = numpy.array(made.gradient["W"])
    assert made.gradient["W[0:2,1]"] == W[0:2, 1].tolist()
    assert made.gradient["W[-1,:]"] == W[-1, :].tolist()
    assert made.gradient["W[0,0]"] == W[0, 0]
    assert len(made.gradient["Z[1]"]) == 2
    out, _, status = gradcli("--grad", "x[0:2],W[0,0]", "--grad", "x", "sum(x)*W[0,0]", "x=[1,2,3]", "W=[[2]]")
    assert (out, status) == ("[2.0, 2.0]\n6.0\n[2.0, 2.0, 2.0]\n", 0)


def test_an_output_of_many_numbers_has_values_alone() -> None:
    made = record("W@x", {"W": [[1, 2], [3, 4]], "x": [1, 1]}, wrt=[])
    assert made.value == [3.0, 7.0]
    assert gradcli("--value", "W@x", "W=[[1,2],[3,4]]", "x=[1,1]")[0] == "[3.0, 7.0]\n"
    with pytest.raises(InputError, match="a gradient is that of one number"):
        record("W@x", {"W": [[1, 2], [3, 4]], "x": [1, 1]})


@pytest.mark.parametrize(("words", "status", "part"), [
    (["sum(x)", "x=[1,2]", "--share"], 2, "--share merges nodes of numbers"),
    (["sum(x)", "x=[1,2]", "--value", "--json"], 2, "bare numbers"),
    (["sum(x)", "x=[1,2]", "--exact", "--ieee"], 2, "only one of"),
    (["sum(x)", "x=[1±0.1,2]", "--exact"], 2, "a value with +-"),
    (["sum(x)", "x=[1,2]", "--of", "y"], 2, "nothing in the program is called y"),
    (["sum(x)", "x=[1,2]", "y=3"], 2, "nothing in the program uses y"),
    (["sum(x)"], 2, "x has no value"),
    (["sum(sqrt(x))", "x=[1,-1]"], 3, "sqrt needs"),
    (["sum(relu(x))", "x=[0,1]", "--at-kink", "error"], 3, "from the left"),
    (["sum(x)", "x=@there-is-none.csv"], 5, "no such file"),
    (["sum(X@X)", "X=NxD", "--shapes"], 2, "does not fit"),
])  # fmt: skip
def test_refusals(words: list[str], status: int, part: str) -> None:
    out, err, found = gradcli(*words)
    assert (out, found) == ("", status)
    assert part in err


@pytest.mark.parametrize(("words", "both"), [
    (["-", "W=@-"], "the program and W"), (["sum(W) + sum(x)", "W=@-", "x=@-"], "W and x"),
    (["sum(W) + sum(x)", "--bindings", "-", "x=@-"], "the values and x"),
    (["-", "W=@-", "--shapes"], "the program and W"),
])  # fmt: skip
def test_standard_input_holds_one_thing(words: list[str], both: str) -> None:
    text = b'{"W": [[1, 2]]}' if "--bindings" in words else b"sum(W)"
    done = called(words, Path.cwd(), {}, text)
    assert (done.stdout, done.status) == (b"", 2)
    assert f"standard input cannot hold both {both}" in done.stderr.decode()


def test_an_array_on_standard_input() -> None:
    assert (
        called(["sum(W)", "W=@-", "--grad", "W"], Path.cwd(), {}, b"1,2\n3,4\n").stdout == b"[[1.0, 1.0], [1.0, 1.0]]\n"
    )


def test_too_many_scalar_nodes_for_a_picture() -> None:
    point = {"x": [k / 7 for k in range(3_000)], "y": [1.0] * 3_000}
    with pytest.raises(LimitError, match="5,000"):
        record("sum(exp(x)*y)", point).open()


# ---- shapes


@pytest.mark.parametrize(("word", "shape"), [
    ("NxD", "NxD"), ("3x2", "3x2"), ("C", "C"), ("4", "4"), ("Nx3xD", "Nx3xD"), ("number", ""), ("()", ""),
    ("N\N{MULTIPLICATION SIGN}D", "NxD"),
    ("(N,D)", "NxD"), ("batch", "batch"), ("2.5", None), ("[1,2]", None), ("1/3", None), ("@f.csv", None),
])  # fmt: skip
def test_shapes_as_they_are_written(word: str, shape: str | None) -> None:
    found = written_shape(Source("x", word))
    assert (None if found is None else "x".join(map(str, found))) == shape


def test_shapes_of_letters_and_values() -> None:
    out, _, status = gradcli("z = X@W + b; sum(z)", "--shapes", "--json", "X=NxD", "W=[[1,2],[3,4]]", "b=C")
    found = strict(out)
    jsonschema.Draft202012Validator(SCHEMAS["shapes"]).validate(found)
    assert status == 0
    assert found["sizes"] == {"D": 2, "C": 2}
    assert found["shapes"] == {"X": ["N", 2], "W": [2, 2], "b": [2], "z": ["N", 2]}
    (product,) = (node for node in found["nodes"] if node["operation"] == "matmul")
    assert [(edge["rule"], edge["shape"]) for edge in product["arguments"]] == [
        ("df/dv1@W.T", ["N", 2]), ("X.T@df/dv1", [2, 2])]  # fmt: skip


def test_products_show_the_shapes_of_their_factors() -> None:
    out, _, _ = gradcli("z = X@W; sum(z)", "--shapes", "X=NxD", "W=DxC")
    assert re.search(r"X: df/dz@W\.T +NxC @ CxD -> NxD", out)
    assert re.search(r"W: X\.T@df/dz +DxN @ NxC -> DxC", out)


# ---- Python


def test_nested_lists_and_numpy() -> None:
    W = numpy.array([[1, 2], [3, 4]])
    made = record("h = W@x; sum(h**2)", {"W": W, "x": [1, -1]}, grad=["W", "x", "h", "W[0,:]"])
    assert isinstance(made.gradient["W"], numpy.ndarray)
    assert made.gradient["W"].tolist() == [[-2, 2], [-2, 2]]
    assert made.gradient["x"] == [-8, -12]
    assert isinstance(made.gradient["h"], numpy.ndarray)
    assert made.gradient["W[0,:]"].tolist() == [-2, 2]
    assert json.loads(render_arrays(made, "json", Style()))["gradient"]["W"] == [[-2, 2], [-2, 2]]


def test_numbers_of_numpy_are_numbers() -> None:
    assert differentiate("x*y", {"x": numpy.float64(3), "y": 2}).gradient == {"x": 2.0, "y": 3.0}
    assert differentiate("x*y", {"x": numpy.array(3.0), "y": 2}).gradient == {"x": 2.0, "y": 3.0}


def test_exact_arrays_are_fractions() -> None:
    found = record("sum(x*x)", {"x": ["1/3", 2]}, exact=True).gradient
    assert found == {"x": [Fraction(2, 3), Fraction(4)]}


def test_a_program_of_numbers_may_work_on_arrays() -> None:
    made = record("sum(x) + mean([x, 2*x])", {"x": 3})
    assert made.gradient == {"x": 2.5}


def test_texts_and_files_from_python(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("1,2\n3,4\n")
    with pytest.raises(InputError, match="a file cannot be named here"):  # a text from elsewhere must not read files
        record("sum(W@x)", {"W": f"@{tmp_path}/w.csv", "x": "1; 2"})
    made = record("sum(W@x)", {"W": "1 2; 3 4", "x": "1; 2"})
    assert made.graph.nodes[made.graph.inputs["W"]].shape == (2, 2)

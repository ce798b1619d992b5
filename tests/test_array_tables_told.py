"""Tables, lists, shapes, costs and rules of arrays, worked by hand for one small program and some at the edges."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.record.array_gradient import ArrayGradient
from gradcli.reports import Style
from gradcli.reports.array_cost import _text
from gradcli.reports.array_json import render as array_json
from gradcli.reports.array_rule_book import array_entries, law_entries
from gradcli.reports.array_shapes import sizes_of
from gradcli.reports.array_text import ArrayWriter, is_small, place_of
from gradcli.reports.rounding import Rounding

from .test_golden import called

MOST_WAYS = 4
MOST_ALONG = 8

PROGRAM = "k = 3; z = X@w + b; L = sum(z*z)*k"
LETTERS = ("X=NxD", "w=D", "b=N")
NUMBERS = ("X=1 2; 3 4", "w=[1,2]", "b=[0,1]")


def said(*words: str, columns: int = 100) -> str:
    done = called(list(words), Path.cwd(), {"COLUMNS": str(columns)}, b"")
    assert (done.stderr, done.status) == (b"", 0)
    return done.stdout.decode()


def rows(text: str) -> list[list[str]]:
    """Return the cells of a table, which stand at least two blanks apart."""
    return [[cell.strip() for cell in line.strip().split("  ") if cell.strip()] for line in text.splitlines()]


def test_the_table_of_a_program() -> None:
    """z = [5, 12], L = 3*169; dL/dz = 2*3*z, outer(dL/dz, w) for X, X.T@dL/dz for w."""
    assert said(PROGRAM, *NUMBERS).splitlines() == [
        " node   shape   expression   value       backward, to each argument   upstream gradient",
        "─" * 87,
        " X      2x2     input        [ 1  2 ]                                 [ 30   60 ]",
        "                             [ 3  4 ]                                 [ 72  144 ]",
        " w      2       input        [1, 2]                                   [246, 348]",
        " b      2       input        [0, 1]                                   [30, 72]",
        " k              3            3",
        " v1     2       X@w          [5, 11]     X: outer(dL/dv1, w)          [30, 72]",
        "                                         w: X.T@dL/dv1",
        " z      2       v1 + b       [5, 12]     v1: dL/dz                    via v2 twice:",
        "                                         b: dL/dz                     [30, 72]",
        " v2     2       z*z          [25, 144]   z: dL/dv2*z                  [3, 3]",
        "                                         z: dL/dv2*z",
        " v3             sum(v2)      169         v2: dL/dv3*ones(2)           3",
        " L              v3*k         507         v3: k                        1",
        "9 arrays, 17 numbers; dL/dX, the upstream gradient of an input, is its gradient, in its shape",
        "L = 507, gradient: X 2x2 (norm 174.413), w [246, 348], b [30, 72]",
    ]


def test_the_same_as_a_list() -> None:
    lines = said(PROGRAM, *NUMBERS, columns=50).splitlines()
    assert lines[:11] == [
        " X  2x2  input", "    value      [ 1  2 ]", "               [ 3  4 ]", "    upstream   dL/dX = [ 30   60 ]",
        "                       [ 72  144 ]", " w  2  input", "    value      [1, 2]",
        "    upstream   dL/dw = [246, 348]",
        " b  2  input", "    value      [0, 1]", "    upstream   dL/db = [30, 72]",
    ]  # fmt: skip
    at = lines.index(" z  2  v1 + b")
    assert lines[at + 1 : at + 6] == [
        "    value      [5, 12]", "    backward   v1: dL/dz", "               b: dL/dz", "    upstream   via v2 twice:",
        "               dL/dz = [30, 72]",
    ]  # fmt: skip
    assert "a table of this needs 82 columns" in lines
    narrow = said(PROGRAM, *NUMBERS, columns=24).splitlines()
    at = narrow.index(" v1  2  X@w")
    assert narrow[at + 1 : at + 8] == [
        "    value      [5, 11]", "    backward", "      X: outer(dL/dv1,", "        w)", "      w: X.T@dL/dv1",
        "    upstream   dL/dv1 =", "      [30, 72]",
    ]  # fmt: skip
    assert said(PROGRAM, *NUMBERS, columns=82).startswith(" node")
    assert said(PROGRAM, *NUMBERS, columns=81).startswith(" X  2x2  input\n")


@pytest.mark.parametrize(("many", "words"), [
    (2, "via v1 + via v3:"), (MOST_WAYS, "via v1 + via v3 + via v6 + via v9:"),
    (MOST_WAYS + 1, "via v1 + via v3 + via v6 + via v9 + ... (5 in all):"),
])  # fmt: skip
def test_a_fork_names_four_ways(many: int, words: str) -> None:
    lines = said("L = " + " + ".join(f"sum({k}*x)" for k in range(2, many + 2)), "x=[1,2]", columns=70)
    assert words in lines


def test_forks_by_the_same_node_and_by_growing() -> None:
    text = said("u = x*x*x; L = sum(u) + sum(B + x)*s", "x=[1,2]", "B=1 2; 3 4; 5 6", "s=2", columns=120)
    assert "via v1 twice + via u + via v3:" in text
    cubed = said("v = concat(x, x, x); L = sum(v*v)", "x=[1,2]")
    assert "via v, 3 times:" in cubed
    grown = said("L = sum(B + x)", "x=[1,2]", "B=1 2; 3 4; 5 6")
    assert "by 3 rows of v1, 3 branches added:" in grown


def test_what_stands_below_without_nodes() -> None:
    words = ("L = sum(x*x)", "x=[1,2]", "--hessian", "--verify", "--step", "0.5", "--nodes", "none")
    lines = said(*words).splitlines()
    assert lines[:4] == ["d²L/dx² = [ 2  0 ]", "          [ 0  2 ]", "x = x - 0.5*dL/dx = [0, 0]",
                         "verify x: 2 entries agree"]  # fmt: skip
    assert lines[-1] == "L = 5, gradient: x [2, 4]"
    narrow = said(*words, columns=19).splitlines()
    assert narrow[:4] == ["d²L/dx² = [ 2  0 ]", "          [ 0  2 ]", "x = x - 0.5*dL/dx =", "  [0, 0]"]
    assert said(*words, columns=17).splitlines()[:3] == ["d²L/dx² =", "  [ 2  0 ]", "  [ 0  2 ]"]
    tangent = said("L = sum(x*x)", "x=[1,2]", "--tangent", "x=[1,0]", "--nodes", "none").splitlines()
    assert tangent[-1] == "L = 5, tangent: 2 along x = [1, 0], gradient: x [2, 4]"


# ---- shapes


def test_shapes_as_a_table_and_as_a_list() -> None:
    assert rows(said(PROGRAM, *LETTERS, "--shapes"))[2:] == [
        ["X", "NxD", "input"], ["w", "D", "input"], ["b", "N", "input"], ["k", "3"],
        ["v1", "N", "X@w", "X: outer(dL/dv1, w)", "N outer D -> NxD"], ["w: X.T@dL/dv1", "DxN @ N -> D"],
        ["z", "N", "v1 + b", "v1: dL/dz", "-> N"], ["b: dL/dz", "-> N"], ["v2", "N", "z*z", "z: dL/dv2*z", "-> N"],
        ["z: dL/dv2*z", "-> N"], ["v3", "sum(v2)", "v2: dL/dv3*ones(N)", "-> N"], ["L", "v3*k", "v3: k", "-> a number"],
        ["L is a number; an upstream gradient has the shape of its node"],
    ]  # fmt: skip
    assert said(PROGRAM, *LETTERS, "--shapes", columns=40).splitlines()[:12] == [
        " X  NxD  input", " w  D  input", " b  N  input", " k  3", " v1  N  X@w", "    backward",
        "      X: outer(dL/dv1, w)   N outer D ->", "        NxD", "      w: X.T@dL/dv1   DxN @ N -> D",
        " z  N  v1 + b",
        "    backward   v1: dL/dz   -> N", "               b: dL/dz   -> N",
    ]  # fmt: skip
    assert said(PROGRAM, *LETTERS, "--shapes", columns=74).startswith(" node")
    assert said(PROGRAM, *LETTERS, "--shapes", columns=69).startswith(" X  NxD  input\n")
    named = said(PROGRAM, *LETTERS, "--shapes", "--nodes", "named").splitlines()[2:-1]
    assert [line.split()[0] for line in named] == ["X", "w", "b", "k", "z", "b:", "L"]
    assert said(PROGRAM, *LETTERS, "--shapes", "--nodes", "none").startswith("L is a number")
    assert said("Z = X@W", "X=NxD", "W=DxC", "--shapes").splitlines()[-1] == (
        "Z is NxC: for a gradient write sum(Z) or mean(Z)")  # fmt: skip


def test_shapes_in_json() -> None:
    found = json.loads(said(PROGRAM, *LETTERS, "--shapes", "--json"))
    nodes = found.pop("nodes")
    assert found == {
        "schema": "gradcli.shapes/1", "program": PROGRAM, "output": "L", "sizes": {},
        "shapes": {"X": ["N", "D"], "w": ["D"], "b": ["N"], "k": [], "z": ["N"], "L": []},
    }  # fmt: skip
    assert [(n["id"], n["name"], n["operation"], n["shape"]) for n in nodes] == [
        (0, "k", "number", []), (1, "X", "input", ["N", "D"]), (2, "w", "input", ["D"]), (3, "v1", "matmul", ["N"]),
        (4, "b", "input", ["N"]), (5, "z", "add", ["N"]), (6, "v2", "mul", ["N"]), (7, "v3", "sum", []),
        (8, "L", "mul", []),
    ]  # fmt: skip
    assert nodes[3] == {
        "id": 3, "name": "v1", "operation": "matmul", "expression": "X@w", "shape": ["N"], "span": [11, 14],
        "arguments": [{"node": 1, "rule": "outer(dL/dv1, w)", "shape": ["N", "D"]},
                      {"node": 2, "rule": "X.T@dL/dv1", "shape": ["D"]}],
    }  # fmt: skip
    assert sizes_of((2, 3)) == [2, 3]


# ---- costs


def test_costs_as_tables() -> None:
    """X@w multiplies 4 times, z*z 2, *k once; backwards 8 for the product, 4 for the square; copies of a 3 are free."""
    cells = rows(said(PROGRAM, *NUMBERS, "--cost"))
    assert cells[0] == ["node", "shape", "expression", "value", "backward", "kept"]
    assert cells[2:10] == [
        ["X", "2x2", "input", "4"], ["w", "2", "input", "2"], ["b", "2", "input"], ["v1", "2", "X@w", "4", "8"],
        ["z", "2", "v1 + b", "2"], ["v2", "2", "z*z", "2", "4"], ["v3", "sum(v2)"], ["L", "v3*k", "1"],
    ]  # fmt: skip
    assert cells[11:16] == [
        ["passes", "each", "in all"], ["─" * 38], ["reverse mode", "1", "12", "19"], ["forward mode", "8", "13", "111"],
        ["Hessian", "8", "38", "323"],
    ]  # fmt: skip
    assert [row[0].rpartition("; in all ")[2] for row in cells[17:20]] == ["7", "12", "8"]
    named = [line.split()[0] for line in said(PROGRAM, *NUMBERS, "--cost", "--nodes", "named").splitlines()[2:7]]
    assert named == ["X", "w", "b", "z", "L"]
    assert said(PROGRAM, *NUMBERS, "--cost", "--nodes", "none").lstrip().startswith("passes")
    lines = said(PROGRAM, *NUMBERS, "--cost", columns=40).splitlines()
    assert lines[:2] == [" X  2x2  input", "    kept 4"]
    at = lines.index(" v1  2  X@w")
    assert lines[at + 1 : at + 3] == ["    value 4", "    backward 8"]


def test_costs_in_json() -> None:
    found = json.loads(said(PROGRAM, *NUMBERS, "--cost", "--json"))
    nodes = found.pop("nodes")
    assert found == {
        "schema": "gradcli.cost/1", "program": PROGRAM, "output": "L", "sizes": {}, "value": 7, "backward": 12,
        "kept": 8,
        "modes": {"reverse": {"passes": 1, "each": 12, "multiplications": 19},
                  "forward": {"passes": 8, "each": 13, "multiplications": 111},
                  "hessian": {"passes": 8, "each": 38, "multiplications": 323}},
    }  # fmt: skip
    assert [n["id"] for n in nodes] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert nodes[2] == {"id": 3, "name": "v1", "operation": "matmul", "expression": "X@w", "shape": [2], "value": 4,
                        "backward": 8, "kept": 0}  # fmt: skip

    assert (_text(1234), _text(0)) == ("1,234", "0")


# ---- the rule book


RULES = {
    "matmul": """a@b    the matrix product
  v = a@b    NxD, DxC -> NxC
    dL/da = dL/dv@b.T
    dL/db = a.T@dL/dv
  v = a@b    N, N -> a number
    dL/da = dL/dv*b
    dL/db = dL/dv*a
  v = a@b    NxD, D -> N
    dL/da = outer(dL/dv, b)
    dL/db = a.T@dL/dv
  known as: product rule of @
""",
    "concat": """concat(x, ..., axis=0)    arrays one after the other, along axis 0
  v = concat(x, x2)    N, D -> (D+N)
    dL/dx = dL/dv[:N]
    dL/dx2 = dL/dv[N:]
  known as: arrays joined
""",
    "sum": """sum(x, axis=..., keep=1)    the sum
  v = sum(x)    N -> a number
    dL/dx = dL/dv*ones(N)
  v = sum(x)    NxD -> a number
    dL/dx = dL/dv*ones(N, D)
  v = sum(x, axis=0)    NxD -> D
    dL/dx = dL/dv*ones(N, D)
  known as: sum rule
""",
    "outer": """outer(a, b)    every entry of a times every entry of b
  v = outer(a, b)    N, D -> NxD
    dL/da = dL/dv@b
    dL/db = a@dL/dv
  known as: product rule of outer
""",
    "onehot": """onehot(y, n)    a row of n for each label: 1 in its place, else 0
  v = onehot(y, 3)    a number -> 3
    y: whole numbers, without a derivative
  v = onehot(y, 3)    N -> Nx3
    y: whole numbers, without a derivative
""",
    ".T": """x.T    rows become columns
  v = x.T    NxD -> DxN
    dL/dx = dL/dv.T
  known as: rows become columns
""",
}


@pytest.mark.parametrize("name", RULES)
def test_entries_of_the_rule_book(name: str) -> None:
    assert array_entries(name) == [RULES[name]]


@pytest.mark.parametrize(("names", "first"), [
    (("@", "matmul"), "a@b"), (("transpose", ".T", "T"), "x.T"),
    (("[]", "index", "None", "newaxis", "x[1:]", "[:, None]", "W [0]"), "x[1], x[1:], x[:, None]"),
])  # fmt: skip
def test_an_operation_is_found_by_all_its_names(names: tuple[str, ...], first: str) -> None:
    assert {array_entries(name)[0].partition("    ")[0] for name in names} == {first}


def test_what_else_the_rule_book_knows() -> None:
    assert array_entries("nothing") == array_entries("input") == []
    whole = array_entries(None)
    assert len(whole) > 30
    assert all(entry.endswith("\n") and not entry.startswith("input") for entry in whole)
    assert [entry.split("(")[0] for entry in law_entries("Product Rule of Outer")] == ["outer"]
    (own,) = law_entries("what arrives at its entries")
    assert own.startswith("what arrives at its entries\n  Of an array")
    (index,) = array_entries("[]")
    assert "  x[:, None] makes a column of a vector, x[None, :] a row\n" in index
    assert index.endswith("  known as: entries taken out\n")
    unpulled = [entry for entry in whole if "has no backward rule itself" in entry]
    assert all("known as" not in entry and "dL/d" not in entry for entry in unpulled)
    assert sum("serves to write down gradients" in entry for entry in whole) == len(unpulled)
    needing = [entry for entry in whole if "  defined for " in entry]
    assert any(entry.startswith("inv(") for entry in needing)


# ---- small parts


@pytest.mark.parametrize(("shape", "small"), [
    ((), True), ((MOST_ALONG,), True), ((MOST_ALONG + 1,), False), ((8, 8), True), ((8, 9), False), ((4, 4, 4), True),
    ((4, 4, 5), False), ((2, 8, 4), True),
])  # fmt: skip
def test_small_arrays(shape: tuple[int, ...], small: bool) -> None:
    assert is_small(shape) is small


@pytest.mark.parametrize(
    ("index", "shape", "place"), [((), (), 0), ((2,), (3,), 2), ((1, 2), (2, 3), 5), ((1, 0, 1), (2, 2, 2), 5)]
)
def test_the_place_of_an_entry_in_a_flat_list(index: tuple[int, ...], shape: tuple[int, ...], place: int) -> None:
    assert place_of(index, shape) == place


def writer(count: int | None = None) -> ArrayWriter:
    record = differentiate("sum(x)", {"x": [1, 2]})
    assert isinstance(record, ArrayGradient)
    return ArrayWriter(record, Rounding(record, count), {})


@pytest.mark.parametrize(("array", "shape", "width", "lines"), [
    ([1.5], (), None, ["1.5"]), ([1.0, 2.5], (2,), None, ["[1, 2.5]"]), ([1.0, 2.5], (2,), 8, ["[1, 2.5]"]),
    ([1.0, 2.5], (2,), 7, ["[1,", "  2.5]"]), ([1.0, 20.5, 3.0, 4.0], (2, 2), None, ["[ 1  20.5 ]", "[ 3   4   ]"]),
    ([1.0, 2.0], (1, 2), 8, ["[ 1  2 ]"]), ([1.0, 2.0], (1, 2), 7, [
        "1 .. 2,", "mean", "1.5,", "norm", "2.23607,", "0", "zeros,", "largest", "at", "[0,1]"]),
    ([1.0, 2.0, 3.0, 4.0], (2, 1, 2), None, ["[0]  [ 1  2 ]", "[1]  [ 3  4 ]"]),
    ([0.0] * 9, (9,), None, ["all 0"]), ([None] * 9, (9,), None, ["9 without a number"]),
    ([None, *range(8)], (9,), None, ["0 .. 7, mean 3.5, norm 11.8322,", "1 zero, largest at [8],",
                                    "1 without a number"]),
])  # fmt: skip
def test_lines_of_an_array(array: list[Any], shape: tuple[int, ...], width: int | None, lines: list[str]) -> None:
    flat = [None if x is None else float(x) for x in array]
    assert [line.strip() for line in writer().lines(flat, shape, width)] == [line.strip() for line in lines]


@pytest.mark.parametrize(("array", "shape", "line", "brief"), [
    ([3.0], (), "3", "3"), ([3.0, 4.0], (2,), "[3, 4]", "norm 5"), ([3.0, 4.0], (2, 1), "2x1 (norm 5)", "norm 5"),
    ([1.0] * 9, (9,), "9 (norm 3)", "norm 3"),
])  # fmt: skip
def test_an_array_on_one_line(array: list[float], shape: tuple[int, ...], line: str, brief: str) -> None:
    assert (writer().one_line(array, shape), writer().brief(array, shape)) == (line, brief)


@pytest.mark.parametrize(("prefix", "width", "lines"), [
    ("W = ", None, ["W = [ 1  2 ]", "    [ 3  4 ]"]), ("W = ", 12, ["W = [ 1  2 ]", "    [ 3  4 ]"]),
    ("W = ", 11, ["W =", "  [ 1  2 ]", "  [ 3  4 ]"]),
])  # fmt: skip
def test_an_array_behind_its_name(prefix: str, width: int | None, lines: list[str]) -> None:
    assert writer().behind(prefix, [1.0, 2.0, 3.0, 4.0], (2, 2), width) == lines


def test_arrays_in_json_are_nested_lists() -> None:
    record = differentiate("y = W@x; L = sum(y*y)", {"W": [[1, 2], [3, 4]], "x": [1, 2]})
    assert isinstance(record, ArrayGradient)
    found = json.loads(array_json(record, Style()))
    assert found["gradient"] == {"W": [[10, 20], [22, 44]], "x": [76, 108]}
    assert (found["value"], found["output"]) == (146, "L")
    assert "tangent" not in found
    along = json.loads(said("L = sum(x*x)", "x=[1,2]", "--tangent", "x=[1,0]", "--json"))
    assert along["tangent"] == 2.0

"""What is mended in a claim about an array, in a worksheet of Markdown, and behind a number; and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.homework.claims.array_claims import Numbers
from gradcli.homework.claims.array_formulas import ArraySamples
from gradcli.homework.claims.array_repairs import ArrayReading, _pointed
from gradcli.homework.claims.brackets_behind import RELATION
from gradcli.homework.claims.claims import Number
from gradcli.homework.claims.formula_equality import _candidates
from gradcli.homework.claims.labels import NO_DATA, Data
from gradcli.homework.claims.markdown_sheets import is_markdown, markdown_rows
from gradcli.homework.claims.repairs import Reader, read_kindly
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request

from .array_sheets import key_of

KEY = key_of("z = W@x; L = sum(z*g) + sum(w) + sum(c)", {
    "W": [[1, 2], [3, 4]], "x": [1, 2], "g": [3, 5], "w": [[1, 2, 3], [4, 5, 6]], "c": [7],
})  # fmt: skip


def array_read(item: str, text: str, *, comma: bool = False) -> Any:
    """The shape and the numbers of a claim, or why it cannot be read."""
    found = KEY.read(text, KEY.readings(item)[0], files=False, comma=comma)  # type: ignore[arg-type]
    if not isinstance(found, ArrayReading):
        return found
    assert isinstance(found.written, Numbers)
    return (found.written.shape, [n.value for n in found.written.entries])


@pytest.mark.parametrize(("item", "text", "expected"), [
    ("L", "0,149", ((), [0.149])), ("L", "ca. 0.149", ((), [0.149])), ("L", "1.5*10**(-3)", ((), [0.0015])),
    ("L", "50 %", ((), [0.5])), ("L", "0.149 (chain rule)", ((), [0.149])), ("L", "[2.5]", ((1,), [2.5])),
    ("z", "[1, 2]", ((2,), [1, 2])), ("z", "[1,5; 2,5]", ((2,), [1.5, 2.5])), ("z", "[1,5, 2,5]", ((2,), [1.5, 2.5])),
    ("z", "z = [1, 2]", ((2,), [1, 2])), ("z", "= [1, 2]", ((2,), [1, 2])),
    ("z", "the answer is [1, 2]", ((2,), [1, 2])),
    ("z", '"[1, 2]"', ((2,), [1, 2])), ("z", "[1, 2].", ((2,), [1, 2])), ("z", "[1, 2] (by hand)", ((2,), [1, 2])),
    ("z", "[1, \u22122]", ((2,), [1, -2])), ("z", "[1, 2] = [1, 2]", ((2,), [1, 2])), ("w", "2,5", ((1,), [2.5])),
    ("c", "(2,5)", ((1,), [2.5])),
    ("z", "1,5;2\n3", ((3, 1), [1.5, 2, 3])), ("dL/dW", "1,5;2,5\n3,5;4,5", ((2, 2), [1.5, 2.5, 3.5, 4.5])),
    ("dL/dW", "[[1, 2], [3, 4]]", ((2, 2), [1, 2, 3, 4])),
    ("dL/dW", "[1,5 2,5; 3,5 4,5]", ((2, 2), [1.5, 2.5, 3.5, 4.5])),
])  # fmt: skip
def test_arrays_are_read_kindly(item: str, text: str, expected: Any) -> None:
    assert array_read(item, text) == expected


@pytest.mark.parametrize(("item", "text", "shape", "read_as"), [
    ("z", "(1, 2)", (2,), "[1, 2]"), ("z", "(1,2)", (2,), "[1,2]"), ("z", "{1,2}", (2,), "[1,2]"),
    ("z", "<1, 2>", (2,), "[1, 2]"), ("z", "\u27e81, 2\u27e9", (2,), "[1, 2]"), ("z", "(1; 2)", (2, 1), "[1; 2]"),
    ("z", "z = (3/3, 2)", (2,), "[3/3, 2]"), ("z", "(1,0; 2,0)", (2,), "[1.0, 2.0]"), ("z", "(1,2)^T", (2,), "[1,2]"),
    ("z", "[1, 2]^T", (2,), "[1, 2]"), ("z", "[1 2]'", (2,), "[1 2]"), ("z", "[1, 2].T", (2,), "[1, 2]"),
    ("z", "[[1, 2]]^\\top", (2, 1), "[[1, 2]].T"), ("z", "[1; 2]^{T}", (1, 2), "[1; 2].T"),
    ("z", r"\begin{bmatrix}1 & 2\end{bmatrix}^T", (2,), r"\begin{bmatrix}1 & 2\end{bmatrix}"),
    ("dL/dw", "((1,2,3),(4,5,6))", (2, 3), "[[1,2,3],[4,5,6]]"),
    ("dL/dw", "{{1, 2, 3}, {4, 5, 6}}", (2, 3), "[[1, 2, 3], [4, 5, 6]]"),
    ("dL/dw", "[[1, 4], [2, 5], [3, 6]]^T", (2, 3), "[[1, 4], [2, 5], [3, 6]].T"),
    ("dL/dw", "[[1, 4], [2, 5], [3, 6]].T", (2, 3), ""),
    ("dL/dw", r"\begin{pmatrix}1&4\\2&5\\3&6\end{pmatrix}^{\top}", (2, 3),
     r"\begin{pmatrix}1&4\\2&5\\3&6\end{pmatrix}.T"),
])  # fmt: skip
def test_other_brackets_and_transposes(item: str, text: str, shape: tuple[int, ...], read_as: str) -> None:
    """The entries are 1, 2, ... in the order of rows."""
    assert array_read(item, text) == (shape, [*map(float, range(1, 3 if item == "z" else 7))])
    found = KEY.read(text, KEY.readings(item)[0], files=False)  # type: ignore[arg-type]
    assert isinstance(found, ArrayReading)
    assert found.read_as == read_as


@pytest.mark.parametrize(("item", "text", "why"), [
    ("z", "4,8", "in brackets; write [4, 8], or with a point 4.8"),  # both entries, or one number
    ("z", "(1,2)+(3,4)", "a comma outside"), ("z", "(1,2)(3,4)", "a comma outside"), ("z", "(1,2", "a comma outside"),
    ("z", "((1,2)^T", "a comma outside"), ("z", "{1,2", "unexpected character {"),
    ("z", "[1, 2] = [1, 3]", "two answers"), ("z", "[1; 2]; [3, 4] = 5", "several answers"),
    ("z", "[1, 2] or [3, 4]", ""),
    ("z", "[1, 2] 7", ""), ("z", "[1,234; 5]", "can be 1.234 or 1234"),
])  # fmt: skip
def test_arrays_that_can_be_read_in_two_ways_are_refused(item: str, text: str, why: str) -> None:
    found = array_read(item, text)
    assert isinstance(found, str)
    assert why in found


def test_a_sheet_with_decimal_commas_is_told() -> None:
    assert array_read("z", "[1,234; 5,5]") == ((2,), [1.234, 5.5])
    assert array_read("z", "[1,234; 5]", comma=True) == ((2,), [1.234, 5])
    assert array_read("z", "[1,5]", comma=True) == ((2,), [1, 5])  # one number is not what is asked
    assert "commas are decimal, or between the entries" in array_read("dL/dW", "[1,5;3,4]", comma=True)
    assert array_read("z", "[1, 5]", comma=True) == ((2,), [1, 5])
    assert array_read("z", "4,8", comma=True) == ((1,), [4.8])


@pytest.mark.parametrize(("text", "ways"), [
    ("[1,5; 2]", ["[1.5; 2]", "[1.5, 2]"]), ("1,5; 2,5", ["[1.5; 2.5]", "[1.5, 2.5]"]), ("[1; 2]", []),
    ("[1.5, 2]", []),
    ("[1,5 2,5]", ["[1.5 2.5]"]), ("1,5;2\n3,5;4", ["[1.5;2\n3.5;4]", "[1.5,2\n3.5,4]", "[1.5,2;3.5,4]"]),
    ("[1,2,3]", []),
])  # fmt: skip
def test_ways_to_write_points_for_commas(text: str, ways: list[str]) -> None:
    assert _pointed(text) == ways


# ---- behind a number


@pytest.mark.parametrize(("text", "value"), [
    ("0.149 by the chain rule", 0.149), ("0.149 from above", 0.149), ("0.149(by hand)", 0.149), ("0.149m", 0.149),
    ("0.149 kg*m/s^2", 0.149), ("0.149 J", 0.149), ("0.149 to 3 s.f.", 0.149),
    ("0.149 # q", 0.149), ("0.149; done", 0.149), ("0.149 j", None),
    ("0.149 -- done", 0.149), ("0.149 million", None), ("0.149 or more", None), ("0.149 percent", None),
    ("0.149 and 3", None), ("0.149 7", None), ("0.149x", 0.149), ("0.149 degrees", None), ("0.149 not sure", None),
    ("0.149 because q", None), ("0.149bythe rule", None), ("0.149 (= 1/7)", None),
])  # fmt: skip
def test_what_stands_behind_a_number(text: str, value: float | None) -> None:
    """Words that say nothing about it are left out; others, other numbers and names of the program are not."""
    reader = Reader({"q": 0, "x": 1} if "x" not in text else {"q": 0})
    try:
        found = reader.read(text, 4).written
    except GradcliError as error:
        assert value is None, error
        return
    assert value is not None
    assert isinstance(found, Number)
    assert found.value == value


@pytest.mark.parametrize(("text", "parts"), [
    ("q = 3", ["q", "3"]), ("a == b", ["a", "b"]), ("a => b", ["a", "b"]), ("a := b", ["a", "b"]),
    ("a \u2248 b", ["a", "b"]),
    ("a <= b", ["a <= b"]), ("a != b", ["a != b"]), ("a >= b", ["a >= b"]), ("a ~= b", ["a", "b"]),
])  # fmt: skip
def test_signs_of_equality(text: str, parts: list[str]) -> None:
    assert [part.strip() for part in RELATION.split(text)] == parts


@pytest.mark.parametrize(("text", "value"), [
    ("1/3 = 0.333", 0.333), ("0.33 = 1/3 = 0.333", 0.333), ("= 3", 3.0), ("3 =", 3.0), ("q = 3", 3.0),
    ("2 = 3", None), ("q = 3 < 4", None), ("x, y = 3", None), ("2.00 = 2.01", 2.01), ("2 = 2.05", None),
])  # fmt: skip
def test_the_last_part_of_an_equation(text: str, value: float | None) -> None:
    """Numbers of one equation that differ by more than a hundredth are two answers."""
    try:
        found = read_kindly(text, {"q": 0, "x": 1, "y": 2}).written
    except GradcliError as error:
        assert value is None, error
        return
    assert isinstance(found, Number)
    assert found.value == value


# ---- worksheets in Markdown

SHEET = """\
# Week 3

Student: Ann \\*Lee\\*

## p1: A product

at `x = 2`, `y = -3`

```
| not | a | row |
at `z = 4`
```

| item | question | claim |
| --- | --- | --- |
| `q` | value of q | 5 |
| - | what | 7 |
| df/dx | the slope \\| here | `-3` |
| f | too short |

## p2

| item | question | claim |
|---|---|---|
| f |  |  |
"""


def test_a_worksheet_is_read_back() -> None:
    rows = [row.cells for row in markdown_rows(SHEET.splitlines(), "nobody")]
    assert rows == [
        ["student", "problem", "item", "question", "claim"],
        ["Ann *Lee*", "p1", "x", "given", "2"], ["Ann *Lee*", "p1", "y", "given", "-3"],
        ["Ann *Lee*", "p1", "q", "value of q", "5"], ["Ann *Lee*", "p1", "df/dx", "the slope | here", "-3"],
        ["Ann *Lee*", "p2", "f", "", ""],
    ]  # fmt: skip
    lines = [row.line for row in markdown_rows(SHEET.splitlines())]
    assert lines == [1, 7, 7, 16, 18, 25]
    assert next(iter([*markdown_rows(["| q | value | 5 |"], "ann")][1:])).cells == ["ann", "", "q", "value", "5"]
    assert [is_markdown(line) for line in ("# a", "## b", "|c|", "\ufeff# d", "item,claim", "#e")] == [
        True, True, True, True, False, False]  # fmt: skip


# ---- points at which formulas are compared


def test_candidates_for_points() -> None:
    """Near and far, also with signs changed, and with some inputs as they are: in every third point about half."""
    given = {name: Source(name, "100") for name in ("x", "y", "t")}
    made = evaluate(Source("program", "L = x*y + t"), given, Request())
    points = [*_candidates(made, 0, Data(frozenset("t")))]
    assert len(points) > 200  # those that move something
    assert all(point["t"] == 100 for point, _ in points)
    assert all(float(f"{x:.3g}") == x for point, _ in points for x in point.values())
    assert points != [*_candidates(made, 1, Data(frozenset("t")))]
    assert {far for _, far in points} == {True, False}
    by_turn: dict[int, list[float]] = {k: [] for k in range(6)}
    many = {f"x{k}": Source(f"x{k}", "100") for k in range(12)}
    whole = [*_candidates(evaluate(Source("program", " + ".join(many)), many, Request()), 0, NO_DATA)]
    assert len(whole) == 240
    for k, (point, far) in enumerate(whole):
        by_turn[k % 6] += point.values()
        assert far is (k % 6 in (4, 5))
    held = {k: sum(x == 100 for x in numbers) / len(numbers) for k, numbers in by_turn.items()}
    assert all(0.35 < held[k] < 0.65 for k in (2, 5))
    assert all(held[k] < 0.1 for k in (0, 1, 3, 4))
    negative = {k: sum(x < 0 for x in numbers) / len(numbers) for k, numbers in by_turn.items()}
    assert negative[0] < 0.05
    assert negative[2] == 0
    assert 0.35 < negative[1] < 0.65
    one = evaluate(Source("program", "L = x*x"), {"x": Source("x", "100")}, Request())
    assert all(point["x"] != 100 for point, _ in _candidates(one, 0, NO_DATA))


def test_points_of_arrays() -> None:
    record = key_of("L = sum(x*y)*c", {"x": [100, 100], "y": [0, 1], "c": 3}).record
    found = ArraySamples(record, 0, ("c",))
    runs = found.runs()
    assert len(runs) == 6
    x, y, c = (record.graph.inputs[name] for name in "xyc")
    assert all(run.values[c].entries == [3] for run in runs)
    spread = [max(abs(e - 100) for e in run.values[x].entries) for run in runs]
    assert spread[2] < spread[1]  # a tenth, and once the size
    assert all(float(f"{e:.3g}") == e for run in runs for e in run.values[x].entries)
    assert found.data() == {"y"}
    shares = found.runs(frozenset("y"))
    assert all(sum(run.values[y].entries) == pytest.approx(1) and min(run.values[y].entries) > 0 for run in shares)
    assert found.runs() is runs

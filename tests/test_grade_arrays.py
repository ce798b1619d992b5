"""Homework about arrays: files of problems, sheets, numbers of a student's own, and marking of all of it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from gradcli.errors import GradcliError, Source
from gradcli.homework.classroom.array_problem import ArrayInstance
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.results import StudentResult
from gradcli.homework.classroom.sheet import sheet_of
from gradcli.homework.classroom.submissions import Entry, Trouble, read
from gradcli.reports.sheet import render

LAYER = """
[[problem]]
id = "layer"
program = "z = W@x + b; L = cross_entropy(z, 2)"
at = { W = [[1, -1], [0, 2], [1, 1]], x = "[2, 1]", b = "[0, 1, -1]" }
"""
OWN = """
[defaults]
vary = 2026
[[problem]]
id = "own"
program = "Z = X@W + b; L = mean(cross_entropy(relu(Z), y))"
shapes = { X = "4x2", W = "2x3", b = 3, y = "4" }
items = "gradient"
"""
DW = "[[0.180, 0.0900], [1.33, 0.665], [-1.51, -0.755]]"
BY_ENTRY = {"dL/dW[0,0]": "0.180", "dL/dW[0,1]": "0.0900", "dL/dW[1,0]": "1.33", "dL/dW[1,1]": "0.665",
            "dL/dW[2,0]": "-1.51", "dL/dW[2,1]": "-0.755"}  # fmt: skip


def grader(more: str = "", text: str = LAYER) -> Grader:
    return Grader(load(Source("hw.toml", text + more)))


def marked(claims: Mapping[str, str] | Sequence[tuple[str, str]], more: str = "", text: str = LAYER) -> StudentResult:
    pairs = claims.items() if isinstance(claims, Mapping) else claims
    entries = [Entry("ann", "", item, claim, f"f:{k}") for k, (item, claim) in enumerate(pairs, 2)]
    result, troubles = grader(more, text).result("ann", entries)
    assert result is not None
    assert not troubles
    return result


def statuses(result: StudentResult) -> dict[str, str]:
    return {line.item: line.status for line in result.lines}


def instance_of(text: str, student: str = "") -> ArrayInstance:
    (problem,) = load(Source("hw.toml", text)).problems.values()
    found = parse_problem(problem).for_student(student)
    assert isinstance(found, ArrayInstance)
    return found


def sheet(text: str, student: str | None, *, key: bool, format: str = "csv") -> str:
    work = load(Source("hw.toml", text))
    instances = [parse_problem(problem).for_student(student or "") for problem in work.problems.values()]
    return render(sheet_of(work.title, student, instances), format, key=key)


@pytest.mark.parametrize("text", [LAYER, OWN, LAYER + 'items = ["z[1]", "dL/dW[0]", "shape(dL/dW)", "local(z,b)"]'])
def test_a_key_earns_all_points(text: str) -> None:
    rows = csv.DictReader(io.StringIO(sheet(text, "ann", key=True)))
    entries = [Entry("ann", row["problem"], row["item"], row["claim"], "", row["question"] == "given") for row in rows]
    result, troubles = grader(text=text).result("ann", entries, enrolled=True)
    assert result is not None
    assert (troubles, result.remarks) == ([], [])
    assert result.earned == result.possible > 0
    assert {line.status for line in result.lines} == {"correct"}


def test_items_of_a_list_and_their_weights() -> None:
    more = 'items = ["dL/dW", "shape(dL/dW)", "z"]\nweights = { "dL/dW" = 3 }'
    result = marked({"dL/dW": DW, "shape(dL/dW)": "(2, 3)"}, more)
    assert (result.earned, result.possible) == (3, 5)
    assert statuses(result) == {"dL/dW": "correct", "shape(dL/dW)": "wrong", "z": "missing"}


def test_an_array_earns_what_part_of_its_entries_is_right() -> None:
    wrong = DW.replace("-1.51, -0.755", "0.489, 0.245")
    result = marked({"dL/dW": wrong}, 'items = ["dL/dW"]\npoints = 3')
    (line,) = result.lines
    assert result.earned == pytest.approx(2)
    assert line.why == "4 of 6 right; row 2 is wrong"
    assert line.mistakes[0].message.endswith("without the 1 taken off at the true class, at dL/dz")
    assert line.first_wrong


def test_an_array_may_be_handed_in_by_its_entries() -> None:
    more = 'items = ["dL/dW"]\npoints = 6'
    assert marked(BY_ENTRY, more).earned == pytest.approx(6)
    some = {name: claim for name, claim in BY_ENTRY.items() if name != "dL/dW[1,1]"}
    result = marked({**some, "dL/dW[2,0]": "1.51"}, more)
    assert result.earned == pytest.approx(4)
    assert statuses(result)["dL/dW[1,1]"] == "missing"
    rows = {"dL/dW[0]": "[0.180, 0.0900]", "dL/dW[1:]": "[[1.33, 0.665], [-1.51, -0.755]]"}
    assert marked(rows, more).earned == pytest.approx(6)


def test_the_whole_array_counts_where_entries_stand_beside_it() -> None:
    result = marked({"dL/dW": DW, "dL/dW[0,0]": "7"}, 'items = ["dL/dW"]')
    assert (result.earned, result.possible) == (1, 1)


@pytest.mark.parametrize(("asked", "item", "claim"), [
    ("dL/dW[0,0]", "dL/dW[0,1]", "0.0900"), ("shape(dL/dW)", "dL/dW[0,1]", "0.0900"),
    ("local(z,b)", "local(z,b)[0,0]", "1"),
])  # fmt: skip
def test_entries_count_where_their_whole_array_is_asked_alone(asked: str, item: str, claim: str) -> None:
    """Not for another entry, for the shape, or for a local gradient, which is one table."""
    result = marked({item: claim}, f'items = ["{asked}"]')
    assert statuses(result) == {asked: "missing", item: "correct"}
    assert (result.earned, result.possible) == (0, 1)


def test_what_follows_from_an_accepted_array_is_right() -> None:
    accept = '\n[[problem.accept]]\nitem = "z"\nclaims = ["[1, 3, 9]"]'
    result = marked({"z": "[1, 3, 9]"}, 'items = ["z"]' + accept)
    assert (result.earned, result.lines[0].why) == (1, "accepted")
    assert marked({"z": "[1, 3, 8]"}, 'items = ["z"]' + accept).lines[0].status == "wrong"


def test_an_accepted_formula_is_compared_at_the_point() -> None:
    accept = '\n[[problem.accept]]\nitem = "dL/db"\nclaims = ["softmax(z)"]'
    assert marked({"dL/db": "[0.0900, 0.665, 0.245]"}, 'items = ["dL/db"]' + accept).earned == 1


def test_a_mistake_that_the_teacher_expects() -> None:
    known = '\n[[problem.mistake]]\nitem = "dL/db"\ngives = "softmax(z)"\nmessage = "the 1 is missing"\ncredit = 0.5'
    result = marked({"dL/db": "[0.0900, 0.665, 0.245]"}, 'items = ["dL/db"]' + known)
    (line,) = result.lines
    assert (result.earned, line.mistakes[0].message) == (0.5, "the 1 is missing")


def test_reveal_shows_arrays() -> None:
    (line,) = marked({"z": "[1, 3, 8]"}, 'items = ["z"]\nreveal = "all"').lines
    assert line.expected == "[1, 3, 2]"
    (line,) = marked({"z": "[1, 3, 8]"}, 'items = ["z"]').lines
    assert line.expected is None


def test_a_claim_never_names_a_file(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("1\n3\n2\n")
    (line,) = marked({"z": f"@{tmp_path / 'w.csv'}"}, 'items = ["z"]').lines
    assert line.status == "invalid"
    assert "file cannot be named" in line.why


def test_arrays_stand_in_files_beside_the_homework(tmp_path: Path) -> None:
    (tmp_path / "w.csv").write_text("1,-1\n0,2\n1,1\n")
    text = LAYER.replace("[[1, -1], [0, 2], [1, 1]]", '"@w.csv"')
    work = load(Source(str(tmp_path / "hw.toml"), text))
    found = parse_problem(work.problems["layer"]).for_student("")
    assert found.record.shape(found.record.graph.by_label["W"]) == (3, 2)  # type: ignore[union-attr]


def test_every_student_has_own_arrays_that_can_be_worked_with() -> None:
    seen = set()
    for student in ("ann", "bob", "cy", "dora", "eve"):
        instance = instance_of(OWN, student)
        record = instance.record
        seen.add(str(instance.given["X"]))
        assert instance.given == instance_of(OWN, student).given
        assert not [note for note in record.notes if note.kind in ("kink", "one-sided", "settled")]
        assert all(0 <= float(x) <= 2 for x in record.values[record.graph.inputs["y"]] or ())
        for name in ("X", "W", "b"):
            slopes = record.derivative(name)[0]
            assert max(map(abs, slopes)) >= 1e-3
            assert max(map(abs, slopes)) <= 1e3
    assert len(seen) == 5


def test_a_choice_of_arrays() -> None:
    text = OWN.replace('X = "4x2", ', "").replace(
        "items", 'at = { X = ["[[1, 2], [3, 4], [5, 7], [1, 1]]", "[[2, 1], [4, 3], [6, 5], [1, 0]]"] }\nitems'
    )
    found = {str(instance_of(text, f"s{k}").given["X"]) for k in range(12)}
    assert len(found) == 2


def test_a_stranger_to_the_numbers_is_not_marked() -> None:
    stated = Entry("ann", "own", "b", "[9, 9, 9]", "f:2", given=True)
    result, (trouble,) = grader(text=OWN).result("ann", [stated])
    assert result is None
    assert "these are not the numbers of ann" in trouble.message
    own = instance_of(OWN, "ann").given["b"].entries  # type: ignore[union-attr]
    same = Entry("ann", "own", "b", f"[{','.join(f'{float(x):.1f}' for x in own)}]", "f:2", given=True)
    assert grader(text=OWN).result("ann", [same])[1] == []


def test_json_lines_may_hold_arrays_as_json() -> None:
    row = {"student": "ann", "problem": "layer", "claims": {"z": [1, 3, 2.0], "dL/dW": [[0.18, 1e-3]], "x": [{}]}}
    found = list(read(io.StringIO(json.dumps(row)), "f", ""))
    assert [entry.claim for entry in found if isinstance(entry, Entry)] == ["[1, 3, 2.0]", "[[0.18, 0.001]]"]
    assert [trouble.message for trouble in found if isinstance(trouble, Trouble)] == [
        "the claim for x is no number or text"
    ]


@pytest.mark.parametrize("format", ["markdown", "latex"])
def test_sheets_of_numbers_and_arrays_in_one(format: str) -> None:
    text = LAYER + '[[problem]]\nid = "numbers"\nprogram = "f = x*y"\nat = { x = 2, y = 3 }\n'
    found = sheet(text, None, key=True, format=format)
    assert "layer" in found
    assert "numbers" in found
    assert "0.665240955775" in found


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('items = ["q"]', "there is no item q"),
        ('items = ["dL/dW[3,0]"]', "W has rows 0 to 2"),
        ('items = "local"', "no item has a weight"),
        ('items = ["z"]\nweights = { "dL/dW" = 2 }', "is not among the items"),
        ('fixed = ["q"]', "q is not an input"),
        ('shapes = { W = "3x2" }', "W has a value under at"),
        ('shapes = { q = "3x2" }\nvary = 1', "nothing in the program uses q"),
        ('shapes = { q = "3 by 2" }', "a shape is expected"),
        ('shapes = { q = "1000x1000" }', "numbers are drawn"),
        ('[[problem.accept]]\nitem = "z"\nclaims = ["[1, 2]"]', "z has 3 entries"),
        ('[[problem.mistake]]\nitem = "z"\ngives = "@z.csv"\nmessage = "m"', "a file cannot be named here"),
    ],
)  # fmt: skip
def test_errors_stand_at_their_place_in_the_file(more: str, message: str) -> None:
    with pytest.raises(GradcliError, match=message) as error:
        grader(more)
    assert error.value.source is not None
    assert error.value.source.name == "hw.toml"
    assert error.value.span is not None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ('"[[1, 2], [3]]"', "row 1 has 1 number, row 0 has 2"),
        ('"@nothing.csv"', "nothing.csv"),
        ('"@-"', "cannot read standard input"),
        ('[[1, 2], [3, "a"]]', "a is not a number"),
        ('"[[1, 2, 3]]"', "does not fit"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_used(value: str, message: str) -> None:
    with pytest.raises(GradcliError, match=message) as error:
        grader(text=LAYER.replace("[[1, -1], [0, 2], [1, 1]]", value))
    assert error.value.source is not None
    assert error.value.source.name == "hw.toml"


def test_shapes_need_a_seed_and_free_inputs_a_shape() -> None:
    with pytest.raises(GradcliError, match="need a seed"):
        grader(text=OWN.replace("vary = 2026", ""))
    with pytest.raises(GradcliError, match="y has no value") as error:
        grader(text=OWN.replace(', y = "4"', ""))
    assert 'shapes = { W = "3x2" }' in (error.value.hint or "")


def test_scores_add_up() -> None:
    result: Any = marked(
        {"z": "[1, 3, 2]", "dL/dW": DW, "dL/dz": "[0.09, 0.665, 1]"}, 'items = ["z", "dL/dW", "dL/dz"]'
    )
    assert result.earned == pytest.approx(sum(line.earned for line in result.lines)) == pytest.approx(2 + 2 / 3)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("[0,0900; 0,6652; -0,7553]", "[0.0900, 0.6652, -0.7553]"),
        ("[0,0900 0,6652 -0,7553]", "[0.0900 0.6652 -0.7553]"),
        ("0,0900; 0,6652; -0,7553", "[0.0900, 0.6652, -0.7553]"),
        ("dL/db = [0.0900, 0.6652, -0.7553]", "[0.0900, 0.6652, -0.7553]"),
        ("[0.0900, 0.6652, -0.7553] (outer product)", "[0.0900, 0.6652, -0.7553]"),
        ("[0.0900, 0.6652, -0.7553].", "[0.0900, 0.6652, -0.7553]"),
    ],
)
def test_arrays_are_read_kindly(text: str, read_as: str) -> None:
    (line,) = marked({"dL/db": text}, 'items = ["dL/db"]').lines
    assert (line.status, line.read_as.replace(";", ",")) == ("correct", read_as)
    assert line.repairs


def test_commas_that_separate_rows_of_a_matrix_are_doubtful_only_beside_decimal_ones() -> None:
    text = '[[problem]]\nprogram = "A = W*2; L = sum(A)"\nat = { W = [[1, 0], [2, 0]] }\nitems = ["A", "dL/dW", "L"]\n'
    assert statuses(marked({"A": "2,0; 4,0"}, text=text))["A"] == "correct"
    result = marked({"A": "2,0; 4,0", "L": "6,0"}, text=text)
    (line,) = (line for line in result.lines if line.item == "A")
    assert line.status == "invalid"
    assert "can be read in two ways" in line.why
    assert statuses(marked({"A": "[[2,0],[4,0]]", "L": "6,0"}, text=text))["A"] == "correct"


@pytest.mark.parametrize("format", ["csv", "markdown", "latex"])
def test_what_is_told_stands_on_the_sheet_of_arrays(format: str) -> None:
    more = 'title = "A layer"\ntext = "One sample"\nhint = "softmax first"\ndue = 2026-12-01\n'
    found = sheet(LAYER + more, "ann", key=False, format=format)
    for said in ("A layer", "One sample", "softmax first", "2026-12-01", "cross", "precision"):
        assert said in found


def test_small_arrays_are_repeated_in_feedback() -> None:
    given = marked({"z": "1"}).given
    assert given is not None
    assert given["layer"]["x"] == "[2, 1]"


def test_a_list_in_the_place_of_an_array_says_how_to_write_one() -> None:
    with pytest.raises(GradcliError) as error:
        load(Source("hw.toml", LAYER.replace('x = "[2, 1]"', "x = [2, 1]")))
    assert 'x = "[2, 1]"' in str(error.value.hint)

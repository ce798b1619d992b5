"""Answers in JSON, as arrays and on several lines, and problems that are called by their numbers."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence

import pytest

from gradcli.errors import Source
from gradcli.homework.classroom import json_submissions
from gradcli.homework.classroom.entries import Blank, DateOrder, Entry, Note, Trouble
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.json_submissions import is_json
from gradcli.homework.classroom.questions import Questions
from gradcli.homework.classroom.submissions import read, student_of_file

NO_JSON = "this is not JSON, nor is what follows read"
EXPECTED = "an object with student, problem, item and claim is expected"


def rows(text: str, student: str = "") -> list[tuple[str, ...]]:
    """Return the claims as student, problem, item and claim, and what could not be read as place and message."""
    found = []
    for row in read(io.StringIO(text), "f", student):
        assert isinstance(row, Entry | Trouble)
        found.append(tuple(row[:4]) if isinstance(row, Entry) else (row.place, row.message))
    return found


ANN = '{"student": "ann", "problem": "p1", "item": "q", "claim": 3.10}'
BOB = '{"student": "bob", "problem": "p2", "claims": {"f": "x*y", "W": [[1, 2], [3, 4]]}}'
READ = [("ann", "p1", "q", "3.10"), ("bob", "p2", "f", "x*y"), ("bob", "p2", "W", "[[1, 2], [3, 4]]")]
TALL = ANN.replace(", ", ",\n "), BOB.replace(", ", ",\n ")


@pytest.mark.parametrize("text", [
    f"{ANN}\n{BOB}\n", f"[{ANN}, {BOB}]", f"[\n{ANN},\n{BOB}\n]\n", f"  [ {ANN}\n,{BOB}]",
    f"[\n{TALL[0]},{TALL[1]}]\n",
    f"{TALL[0]}\n{TALL[1]}\n", f"{{\n{TALL[0][1:]}\n\n{TALL[1]}", f"\ufeff[{ANN},{BOB}]",
])  # fmt: skip
def test_the_same_claims_in_every_form(text: str) -> None:
    assert rows(text) == READ


@pytest.mark.parametrize(("text", "found"), [
    (f"[\n{ANN},\n7,\n\n{{}},\n{BOB}]", [READ[0], ("f:3", EXPECTED), ("f:5", "the row names no student"), *READ[1:]]),
    (f"[{ANN},\n{{'student': 'bob'}}]", [READ[0], ("f:2", NO_JSON)]),
    (f"[\n{ANN},\n{BOB[:-4]}", [READ[0], ("f:3", NO_JSON)]),
    (f"{BOB[:-1]}\n{ANN}\n", [("f:1", "not a JSON object"), READ[0]]),  # a line that is cut, and a whole one
    (f"{ANN}\n{BOB[:-1]}\n", [READ[0], ("f:2", "not a JSON object")]),
    ("[]", []), ("[\n]\n", []),
    ("[{" + '"a": [' * 100_000, [("f:1", NO_JSON)]),
])  # fmt: skip
def test_what_is_not_json_is_told_with_its_line(text: str, found: Sequence[tuple[str, ...]]) -> None:
    assert rows(text) == list(found)


@pytest.mark.parametrize("said", [
    '"item": "q", "claim": " "', '"item": "q", "claim": "-"', '"item": "q", "claim": "\'"', '"item": "q"',
    '"item": "q", "claim": null', '"claims": {"q": " "}', '"claims": {}',
])  # fmt: skip
def test_an_object_without_an_answer_is_a_blank_row_of_its_student(said: str) -> None:
    assert list(read(io.StringIO(f'{{"student": "ann", "problem": "p1", {said}}}'), "f", "")) == [Blank("ann")]


@pytest.mark.parametrize(("said", "found"), [
    ('"item": ["q"], "claim": 3', ("f:1", "the row names no item")),
    ('"item": {"q": 3}, "claim": 3', ("f:1", "the row names no item")),
    ('"item": true, "claim": 3', ("f:1", "the row names no item")),
    ('"claim": 3', ("f:1", "the row names no item")),
    ('"item": ["f"], "claims": {"q": 3}', ("ann", "p1", "q", "3")),
    ('"item": "q", "claim": 3, "claims": {}', ("ann", "p1", "q", "3")),
    ('"item": "q", "claim": 3, "claims": [["q", 3]]', ("f:1", EXPECTED)),
    ('"item": "q", "claim": 3, "claims": null', ("f:1", EXPECTED)),
    ('"item": "q", "claim": {"x": 3}', ("f:1", "the claim for q is no number or text")),
])  # fmt: skip
def test_an_item_that_is_no_text(said: str, found: tuple[str, ...]) -> None:
    assert rows(f'{{"student": "ann", "problem": "p1", {said}}}') == [found]


def test_a_file_without_names_is_its_students() -> None:
    assert student_of_file("sheets/ann.json") == "ann"
    assert rows('[{"problem": "p1", "item": "q", "claim": 3}]', "ann") == [("ann", "p1", "q", "3")]


@pytest.mark.parametrize(("line", "found"), [
    ("{", True), ("[", True), ("[\n", True), ("[]", True), (' [ {"a"', True), ("[a],item,claim", False),
    ("student,item,claim", False), ("", False), ("[1, 2]", False),
])  # fmt: skip
def test_what_looks_like_json(line: str, found: bool) -> None:
    assert is_json(line) is found


def test_an_array_that_does_not_fit_into_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"[{ANN}]"
    monkeypatch.setattr(json_submissions, "MOST_CHARACTERS", len(text) + 1)
    assert rows(text) == READ[:1]
    monkeypatch.setattr(json_submissions, "MOST_CHARACTERS", len(text))
    assert rows(text) == [("f", f"an array of more than {len(text)} characters: write an object a line")]


@pytest.mark.parametrize(("ids", "text", "problem"), [
    ("p1 neuron", "2", "neuron"), ("p1 neuron", "Problem 2", "neuron"), ("p1 neuron", "problem 1.", "p1"),
    ("p1 neuron", "3", None), ("neuron p2", "1", "neuron"), ("neuron p2", "2", "p2"),
    ("p2 p3", "1", None),  # the first, which has another number
    ("p2 p3 neuron", "3", "p3"), ("a1 b1 neuron", "1", None), ("a1 b1 neuron", "3", "neuron"),
    ("conv2d neuron", "1", "conv2d"), ("2d neuron", "2", "neuron"), ("neuron layer", "0", None),
])  # fmt: skip
def test_a_number_is_that_of_an_id_or_else_the_place_of_a_problem_without_one(
    ids: str, text: str, problem: str | None
) -> None:
    assert Questions({id: lambda name: False for id in ids.split()}).problem(text) == problem


HOMEWORK = """
[[problem]]
id = "g"
program = "q = x + y; f = q*z"
at = { x = -2, y = 5.5, z = -4 }
items = ["q", "f", "df/dx"]
[[problem]]
id = "h"
program = "L = a@b"
at = { a = "[1, 2]", b = "[3, 4]" }
items = ["L", "dL/da"]
"""
WIDE = [
    {"student": "ann", "g.q": "3.5", "g: f": "-14", "h.dL/da": "[3, 4]"},
    {"Email": "bob@x.org", "Name": "bob", "g.q": "1,5", "Group": "2", "g.z2": "4"},
    {"Email": "cyd@x.org", "Name": "cyd", "g.q": "", "Group": "2", "g.z2": ""},
]


def asked() -> Questions:
    return Grader(load(Source("hw.toml", HOMEWORK))).questions()


def in_json(row: dict[str, str], form: str) -> str:
    """Return a row as JSON; a number and an array may stand there as such."""
    values = [f"{json.dumps(k)}: {v if form == 'plain' and re.match(r'[-[0-9.]+', v) else json.dumps(v)}"
              for k, v in row.items()]  # fmt: skip
    return f"{{{', '.join(values)}}}".replace("1,5", '"1,5"' if form == "plain" else "1,5")


@pytest.mark.parametrize("form", ["text", "plain"])
@pytest.mark.parametrize("shape", ["array", "lines", "tall"])
def test_a_form_in_json_is_read_as_in_csv(form: str, shape: str) -> None:
    texts = [in_json(row, form) for row in WIDE]
    text = {"array": f"[{', '.join(texts)}]", "lines": "\n".join(texts), "tall": "[\n" + ",\n\n".join(texts) + "]"}[
        shape
    ]
    found = list(read(io.StringIO(text), "f", "", questions=asked()))
    tables = []
    for row in WIDE:
        cells = [",".join(f'"{cell}"' for cell in part) for part in (row, row.values())]
        tables += list(read(io.StringIO("\n".join(cells) + "\n"), "f", "", questions=asked()))
    assert [row[:4] for row in found if isinstance(row, Entry)] == [row[:4] for row in tables if isinstance(row, Entry)]
    assert len([row for row in found if isinstance(row, Entry)]) == 4
    for kind in (Blank, Note):
        assert {row for row in found if isinstance(row, kind)} == {row for row in tables if isinstance(row, kind)}
    told = [row.message for row in found if isinstance(row, Trouble)]
    assert told == ["the column g.z2 is not read: no problem asks it; headings are written g: df/dx"]


@pytest.mark.parametrize("claim", ["", " ", "-", "–", " — ", "'", None])
def test_a_claim_that_is_left_out_leaves_its_student_in_the_table(claim: str | None) -> None:
    """In every form, as a cell of CSV does."""
    rows = [{"student": "ann", "item": "q", "claim": claim}, {"student": "ann", "claims": {"q": claim}}]
    for row in rows:
        found = list(read(io.StringIO(json.dumps(row) + "\n"), "f", "", questions=asked()))
        assert [x for x in found if not isinstance(x, Note)] == [Blank("ann")]
    if claim is not None:
        found = list(read(io.StringIO(f"student,item,claim\nann,q,{claim}\n"), "f", "", questions=asked()))
        assert [x for x in found if not isinstance(x, Note)] == [Blank("ann")]


@pytest.mark.parametrize(("row", "student", "claims", "message"), [
    ('{"g.q": 3.5}', "eve", [("eve", "g", "q", "3.5")], ""), ('{"g.q": 3.5}', "", [], "the row names no student"),
    ('{"student": "dan", "foo": 1}', "", [], "no column is an item of the homework: student, foo"),
    ('{"student": "dan", "g.q": {"a": 1}}', "", [], "the claim for g.q is no number or text"),
    ('{"student": "dan", "g.q": true, "g.f": 3}', "", [("dan", "g", "f", "3")], "the claim for g.q is no number or"),
    ('{"student": "dan", "g.q": 3, "done": true, "more": {}}', "", [("dan", "g", "q", "3")], ""),
    ('{"student": "dan", "df/dx": -4, "g.f": null}', "", [("dan", "g", "df/dx", "-4")], ""),
    ('{"student": "dan"}', "", [], ""),
    ('{"student": "dan", "item": "g.q", "claim": 1}', "", [("dan", "g", "q", "1")], ""),
])  # fmt: skip
def test_a_row_of_a_form_in_json(row: str, student: str, claims: list[tuple[str, ...]], message: str) -> None:
    found = list(read(io.StringIO(row), "f", student, questions=asked()))
    assert [one[:4] for one in found if isinstance(one, Entry)] == claims
    told = [one.message for one in found if isinstance(one, Trouble)]
    assert len(told) == bool(message)
    assert all(one.startswith(message) for one in told)


def test_times_of_a_form_in_json() -> None:
    text = '{"student": "ann", "Timestamp": "13/11/2026 09:00", "g.q": 1}\n{"student": "bob", "g.q": 2}'
    found = list(read(io.StringIO(text), "f", "", questions=asked()))
    assert [row.handed for row in found if isinstance(row, Entry)] == ["2026-11-13 09:00", ""]
    assert DateOrder("f", day_first=True) in found

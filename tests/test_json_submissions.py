"""Answers in JSON, as arrays and on several lines, and problems that are called by their numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest

from gradcli.homework.classroom import json_submissions
from gradcli.homework.classroom.entries import Entry, Trouble
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

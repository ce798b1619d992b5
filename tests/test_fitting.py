"""Nobody is marked with numbers that were not his: a few answers that are right by chance do not make them his."""

from __future__ import annotations

import random

import pytest

from gradcli.errors import Source
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.problem_instance import ParsedProblem, item_names
from gradcli.homework.classroom.submissions import Entry

CHOICES = """[[problem]]
program = "f = x*y^2"
vary = 2026
items = ["df/dx", "df/dy"]
at = { x = [1, 1.5, 2, 3], y = [1, 2, 3, 4] }
"""
FEW = """[[problem]]
program = "f = x*y^2"
vary = 2026
at = { x = [1.5, 2.5], y = [3.5, 4.5] }
"""
SMALL = "[[problem]]\nid = 'a'\nprogram = 'f = x*y'\nvary = 7\nitems = ['f']\n"
FULL = "[[problem]]\nid = 'b'\nprogram = 'q = x + y; f = q*z'\nvary = 7\n"


def earned(text: str, claims: dict[str, str], students: int = 60) -> tuple[list[float], list[float]]:
    """Return what students earn who all claim the same, with their own numbers and with other names beside."""
    grader = Grader(load(Source("hw.toml", text)))
    found: tuple[list[float], list[float]] = ([], [])
    for k in range(students):
        who = f"{1001 + k}"
        entries = [Entry(who, "p1", item, claim, "f:1") for item, claim in claims.items()]
        for own, also in zip(found, ((), (f"n{k}", f"f{k}@x.edu")), strict=True):
            result, troubles = grader.result(who, entries, True, also)
            assert result is not None
            assert not troubles
            own.append(result.earned)
    return found


def test_the_same_two_numbers_of_everybody_earn_what_they_earn_with_their_own() -> None:
    alone, beside = earned(CHOICES, {"df/dx": "9", "df/dy": "12"})
    assert sum(alone) > 0
    assert beside == alone


def test_few_points_that_can_be_drawn_tell_nothing() -> None:
    alone, beside = earned(FEW, {"v1": "12.25", "f": "30.625", "df/dx": "12.25", "df/dy": "17.5"})
    assert max(alone) > min(alone)
    assert beside == alone


def sheet(student: str, text: str, id: str, name: str) -> list[Entry]:
    """Return a student's right answers to the numbers of a name."""
    parsed = parse_problem(load(Source("hw.toml", text)).problems[id])
    assert isinstance(parsed, ParsedProblem)
    own = parsed.for_student(name)
    return [Entry(student, id, label, own.answer(item), "f:1") for item, label in item_names(own).items()]


@pytest.mark.parametrize("order", [SMALL + FULL, FULL + SMALL])
def test_a_problem_that_tells_speaks_for_the_small_ones(order: str) -> None:
    grader = Grader(load(Source("hw.toml", order)))
    answers = [entry for id in "ab" for entry in sheet("1001", order, id, "Ada")]
    result, _ = grader.result("1001", answers, True, ["Ada"])
    assert result is not None
    assert result.share == 1
    assert result.remarks == ["marked with the numbers drawn for Ada, which this sheet has"]
    alone, _ = grader.result("1002", [Entry("1002", *entry[1:]) for entry in answers if entry.problem == "a"], True,
                             ["Ada"])  # fmt: skip
    assert alone is not None
    assert alone.earned == 0


def test_a_minority_of_the_answers_is_not_enough() -> None:
    grader = Grader(load(Source("hw.toml", FULL)))
    answers = sheet("1001", FULL, "b", "Ada")
    wrong = [entry._replace(claim=f"{777 + k}.5") if k >= 3 else entry for k, entry in enumerate(answers)]
    result, _ = grader.result("1001", wrong, True, ["Ada"])
    assert result is not None
    assert result.drawn_for == ""


def test_guesses_on_full_sheets_stay_guesses() -> None:
    draw = random.Random(5)
    for k in range(30):
        grader = Grader(load(Source("hw.toml", FULL)))
        who = f"{1001 + k}"
        answers = [entry._replace(claim=str(draw.randint(-9, 9))) for entry in sheet(who, FULL, "b", "Ada")]
        result, _ = grader.result(who, answers, True, [f"n{k}", f"f{k}@x.edu", f"g{k}"])
        assert result is not None
        assert result.remarks == []


@pytest.mark.parametrize("claim", ["", "77.5"])
def test_what_cannot_tell_is_marked_with_no_other_numbers(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    grader = Grader(load(Source("hw.toml", FULL)))
    seen = []
    prepared = grader._prepared
    monkeypatch.setattr(grader, "_prepared", lambda *draw: seen.append(draw) or prepared(*draw))
    answers = [entry._replace(claim=claim) for entry in sheet("1001", FULL, "b", "Ada")]
    grader.result("1001", answers, True, ["Ada", "ada@x.edu"])
    assert len(seen) == 1

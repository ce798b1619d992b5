"""A class at its bounds: long claims, rows that are too short, what one row says for several, where a limit begins."""

from __future__ import annotations

import pytest

from gradcli.errors import LimitError, Source
from gradcli.homework.claims.headings import cell_at
from gradcli.homework.classroom.class_summary import MarkedClass, Repair
from gradcli.homework.classroom.file_names import file_name
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.submission_store import SubmissionStore
from gradcli.homework.classroom.submissions import Entry

from .test_classroom_edges import line, result
from .test_fitting import FULL, SMALL, sheet


@pytest.mark.parametrize(("place", "cell"), [(-2, ""), (-1, ""), (0, "a"), (1, "b c"), (2, "")])
def test_a_cell_that_a_row_does_not_have_is_blank(place: int, cell: str) -> None:
    assert cell_at(["a", " b c "], place) == cell


def test_of_long_claims_60_characters_are_kept() -> None:
    """Wrong claims that begin with the same 60 characters count as one."""
    alike = "1" * 60
    with SubmissionStore() as store:
        whole = MarkedClass("t", "r", {"p1": 10.0}, store, {}, {})
        for student, claim in (("ann", alike + "2"), ("bob", alike + "3"), ("cid", alike[:59] + "4")):
            whole.count(result(student, line(claim=claim, read_as="8" * 61, repairs=("a sign",))))
        assert store.shared_wrong(9) == [("p1", "q", alike, 2)]
    assert whole.repairs() == [Repair("a sign", 3, alike, "8" * 60)]


def test_a_problem_that_cannot_be_marked_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise LimitError("too large")

    grader = Grader(load(Source("hw.toml", FULL + SMALL)))
    monkeypatch.setattr("gradcli.homework.classroom.prepared.mark", fails)
    entries = [
        Entry("ann", id, item, "1", f"f:{k}") for k, (id, item) in enumerate([("b", "q"), ("b", "f"), ("a", "f")])
    ]
    found, troubles = grader.result("ann", entries, True)
    assert found is not None
    assert [trouble.place for trouble in troubles] == ["f:0", "f:2"]
    assert grader.result("ann", [], True)[1] == []


def test_a_sheet_that_states_numbers_is_marked_with_no_other_draw() -> None:
    """Its answers are to the numbers of Ada, but it says numbers that are nobody's."""
    grader = Grader(load(Source("hw.toml", FULL)))
    answers = sheet("1001", FULL, "b", "Ada")
    stated = Entry("1001", "b", "x", "123456", "f:1", given=True)
    found, troubles = grader.result("1001", [stated, *answers], True, ["Ada"])
    assert found is not None
    assert (found.drawn_for, len(troubles)) == ("", 1)
    found, troubles = grader.result("1001", answers, True, ["Ada"])
    assert found is not None
    assert (found.drawn_for, troubles) == ("Ada", [])


def test_a_name_that_is_cut_ends_in_32_digits_of_its_hash() -> None:
    name = file_name("n" * 300)
    assert (len(name), name[:166], name[166:168]) == (200, "n" * 166, "%~")
    assert len(name[168:]) == 32
    assert file_name("n" * 200) == "n" * 200

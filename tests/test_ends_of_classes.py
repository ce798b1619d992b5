"""A class at its ends: who fits best, by how many processes it is marked, whose place a doubt has, what is accepted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unicodedata import normalize

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.classroom import class_summary, submission_store
from gradcli.homework.classroom.array_grading import ArrayPrepared
from gradcli.homework.classroom.array_problem import differs
from gradcli.homework.classroom.array_variants import given_of
from gradcli.homework.classroom.class_summary import mark_class
from gradcli.homework.classroom.copies import ENTRIES, Copies
from gradcli.homework.classroom.entries import Entry
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.submission_store import SubmissionStore
from gradcli.homework.diagnosis.array_suspects import ArrayDiagnosis
from gradcli.homework.marking.array_marks import mark_arrays
from gradcli.homework.marking.judging import MarkingPolicy

from .test_class_evidence import RIGHT, answers, copies
from .test_classroom_edges import line, result

# ---- copies


def test_whoever_the_most_answers_fit_is_named_alone() -> None:
    ann = answers("ann", (1.5, 1.5), (2.5, 2.5), (7.5, 7.5), status=RIGHT)
    cid = answers("cid", (1.5, 1.5), (2.5, 2.5), (3.5, 3.5), status=RIGHT)
    bob = answers("bob", (1.5, 5.5), (2.5, 6.5), (3.5, 8.5))
    for order in ((ann, cid, bob), (bob, cid, ann)):
        assert copies(*order) == [Copies("bob", ["cid"], "p1", ["i0", "i1", "i2"], 3)]


def test_an_item_that_is_claimed_twice_fits_once() -> None:
    """Both lines have the right number, and what another claims of it is one answer."""
    ann = answers("ann", (1.5, 1.5), status=RIGHT)
    ann = ann._replace(lines=[*ann.lines, *ann.lines])
    assert copies(ann, answers("bob", (1.5, 5.5), (9.5, 6.5))) == []


def test_right_numbers_of_others_are_looked_for_by_size_whatever_their_signs() -> None:
    ann = result("ann", *(line(f"i{k}", RIGHT, 1.0, value=[x, -y], truth=[x, -y]) for k, (x, y) in enumerate(PAIRS)))
    bob = result("bob", *(line(f"i{k}", value=[x, -y], truth=[8.5, 9.5]) for k, (x, y) in enumerate(PAIRS)))
    cid = result("cid", *(line(f"i{k}", value=[x, y], truth=[8.5, 9.5]) for k, (x, y) in enumerate(PAIRS)))
    assert [(one.student, one.others) for one in copies(ann, bob, cid)] == [("bob", ["ann"])]


PAIRS = ((1.5, 2.25), (3.5, 4.75))

# ---- processes


@pytest.mark.parametrize(("given", "cut", "processes", "several"), [
    (True, False, 3, True), (True, False, 1, False), (True, True, 3, False), (False, False, 3, False),
])  # fmt: skip
def test_several_processes_mark_what_the_store_has_whole(
    given: bool, cut: bool, processes: int, several: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission_store, "MOST_CLAIMS", 1)
    source = Source("hw.toml", '[[problem]]\nid = "p1"\nprogram = "f = x*y"\nat = { x = 2, y = 3 }\nitems = ["f"]\n')
    grader, store, used = Grader(load(source)), SubmissionStore(), []
    store.add([Entry("ann", "p1", "f", "6", "f:2")] * (1 + cut))

    def by_processes(one: Grader, homework: Source, students: Iterator[Any], count: int) -> Iterator[Any]:
        used.append((homework, count))
        return class_summary.one_by_one(one, students)

    monkeypatch.setattr(class_summary, "processes_for", lambda claims, *, varies: processes)
    monkeypatch.setattr(class_summary, "by_processes", by_processes)
    found = mark_class(grader, store, homework=source if given else None)
    assert used == ([(source, processes)] if several else [])
    assert (found.students, found.claims) == (1, 1)


# ---- times, and what is accepted

TWO = """
[defaults]
due = 2026-12-01
[[problem]]
id = "p1"
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "f"]
[[problem.accept]]
item = "f"
claims = ["12", "-12"]
"""
ARRAYS = """
[[problem]]
id = "p1"
program = "z = W@x; L = sum(z*z)"
at = { W = [[1, 2], [3, 4]], x = "[1, 2]" }
items = ["z", "L"]
[[problem.accept]]
item = "z"
claims = ["[5, 12]", "[5, 11]"]
"""


def test_a_doubt_about_times_is_told_at_the_first_row_of_the_problem() -> None:
    rows = [Entry("ann", "p1", "q", "3", "f:7", handed="2026-11-02"),
            Entry("ann", "p1", "f", "-12", "f:9", handed="2026-12-11|2026-11-12")]  # fmt: skip
    _, troubles = Grader(load(Source("hw.toml", TWO))).result("ann", rows)
    assert [(t.place, t.student) for t in troubles] == [("f:7", "ann")]
    assert "2026-12-11 or 2026-11-12" in troubles[0].message


@pytest.mark.parametrize(("text", "right", "other", "wrong"), [
    (TWO, "-12", "12", "13"), (ARRAYS, "[5, 11]", "[5, 12]", "[6, 12]"),
])  # fmt: skip
def test_what_is_right_by_itself_needs_nobody_to_accept_it(text: str, right: str, other: str, wrong: str) -> None:
    item = "f" if text is TWO else "z"
    found = {}
    for name, claim in ((item, right), (item, other), (item, wrong), ("nothing", other)):
        outcome, troubles = Grader(load(Source("hw.toml", text))).result("ann", [Entry("ann", "", name, claim, "f:2")])
        assert outcome is not None
        assert bool(troubles) is (name == "nothing")
        line = next(line for line in outcome.lines if line.item == item)
        found[name, claim] = (line.status, line.credit, "accepted" in line.why)
    assert found == {
        (item, right): ("correct", 1.0, False), (item, other): ("correct", 1.0, True),
        (item, wrong): ("wrong", 0.0, False),
        ("nothing", other): ("missing", 0.0, False),
    }  # fmt: skip


@pytest.mark.parametrize(("own", "stated", "other"), [
    ("[1, 2]", "[1,2]", False), ("[1, 2]", "[1.0, 2e0]", False), ("[1, 2]", "[1, 3]", True), ("[1, 2]", "1", True),
    ("[1, 2]", "[[1, 2]]", True), ("3", "3.0", False), ("3", "[3]", True), ("3", "4", True), ("1/3", " 1/3 ", False),
    ("[1, 1/3]", "[1, 1/3]", False), ("3", "three", True), ("[1, 2]", "[1,", True), ("3", "", True),
])  # fmt: skip
def test_numbers_that_a_sheet_states_are_compared_as_numbers(own: str, stated: str, other: bool) -> None:
    assert differs(given_of("x", own), stated) is other


@pytest.mark.parametrize("program", ["q = x*y; f = q + 1", "q = x*y; f = sum(q) + 1"])
def test_mistakes_that_the_homework_names_are_numbered(program: str) -> None:
    point = "[2, 2]" if "sum" in program else "2"
    text = f'''[[problem]]
program = "{program}"
at = {{ x = "{point}", y = "{point}" }}
items = ["f"]
'''
    for k, gives in enumerate((70, 80, 80), 1):
        text += f'[[problem.mistake]]\nitem = "f"\ngives = "{gives}"\nmessage = "It is {k}."\ncredit = 0.{k}\n'
    grader = Grader(load(Source("hw.toml", text)))
    for claim, expected in (("70", ("own-1", "It is 1.", 0.1)), ("80", ("own-2", "It is 2.", 0.2))):
        outcome, _ = grader.result("ann", [Entry("ann", "", "f", claim, "f:2")])
        assert outcome is not None
        (one,) = outcome.lines
        assert [(m.mistake, m.message, one.credit) for m in one.mistakes] == [expected]


@pytest.mark.parametrize("many", [ENTRIES, ENTRIES + 1])
def test_so_many_entries_of_an_array_are_compared_with_others(many: int) -> None:
    numbers = [k + 0.5 for k in range(many)]
    text = f'[[problem]]\nprogram = "z = 2*x; L = sum(z)"\nat = {{ x = "{numbers}" }}\nitems = ["z"]\n'
    claim = str([2 * x for x in numbers])
    outcome, _ = Grader(load(Source("hw.toml", text))).result("ann", [Entry("ann", "", "z", claim, "f:2")])
    assert outcome is not None
    (one,) = outcome.lines
    assert one.value == one.truth == [2 * x for x in numbers[:64]]


@pytest.mark.parametrize(("program", "value", "message", "marked"), [
    ("f = \u00e9*2", '"1/0"', "\u00e9: this is a division by zero", "1/0"),
    ("f = sum(\u00e9*2)", '"[1, 1/0]"', "\u00e9[1]: this is a division by zero", '"[1, 1/0]"'),
    ("f = sum(\u00e9*2)", '[["1/0", 1], [1, 2]]', "\u00e9[0,0]: this is a division by zero", '[["1/0", 1], [1, 2]]'),
    ("f = \u00e9*2", '["1/0", "1/0"]', "\u00e9: this is a division by zero", '["1/0", "1/0"]'),
    ("f = \u00e9*2", '"@nofile"', "\u00e9: nofile: no such file or directory", '"@nofile"'),
])  # fmt: skip
def test_a_value_that_has_none_is_shown_where_it_stands(program: str, value: str, message: str, marked: str) -> None:
    """The key is written in parts: e and its accent."""
    text = f'[[problem]]\nid = "p"\nvary = 1\nprogram = "{program}"\nat = {{ "e\u0301" = {value} }}\n'
    with pytest.raises(InputError) as raised:
        Grader(load(Source("hw.toml", text)))
    error = raised.value
    assert normalize("NFC", error.message) == f"problem p.at: {message}"
    assert error.source is not None
    assert error.source.name == "hw.toml"
    assert error.span is not None
    assert text[slice(*error.span)] == marked


def test_three_mistakes_are_shown_for_an_array() -> None:
    text = '[[problem]]\nprogram = "z = 2*x; L = sum(z)"\nat = { x = "[1, 2]" }\nitems = ["z"]\n'
    prepared = Grader(load(Source("hw.toml", text)))._prepared("p1", "")
    assert isinstance(prepared, ArrayPrepared)
    (mark,) = mark_arrays(prepared.key, [Claim("z", "[5, 7]")], MarkingPolicy(diagnose=False), files=False).marks
    assert mark.status == "wrong"
    for many in (0, 1, 3, 4):
        known = tuple(ArrayDiagnosis(f"m{k}", "could be", "a slip", "at z", (1,), (0,)) for k in range(many))
        shown = prepared._line(mark._replace(diagnoses=known), 1.0).mistakes
        assert [one.mistake for one in shown] == ["m0", "m1", "m2"][:many]

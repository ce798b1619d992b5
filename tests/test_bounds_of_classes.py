"""A class at its bounds: long claims, rows that are too short, what one row says for several, where a limit begins."""

from __future__ import annotations

import json
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest

from gradcli.errors import InputError, LimitError, Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.headings import cell_at
from gradcli.homework.classroom.class_summary import MarkedClass, Repair
from gradcli.homework.classroom.entries import Trouble
from gradcli.homework.classroom.file_names import file_name
from gradcli.homework.classroom.grading import Grader, _undiagnosed
from gradcli.homework.classroom.homework_file import Problem, Terms, fixed_problem, load
from gradcli.homework.classroom.lateness import HandedIn
from gradcli.homework.classroom.people import Person
from gradcli.homework.classroom.published_key import (
    PublishedKey,
    PublishedProblem,
    check,
    hash_of,
    rounded,
)
from gradcli.homework.classroom.published_key import (
    load as load_key,
)
from gradcli.homework.classroom.results import Explanation
from gradcli.homework.classroom.submission_store import SubmissionStore
from gradcli.homework.classroom.submissions import Entry, read

from .rosters import roster_of
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


WEIGHED = """[[problem]]
id = "b"
program = "q = x + y; f = q*z + x*y"
vary = 7
items = ["q", "f", "df/dx", "df/dy"]
weights = { f = %s }
"""


@pytest.mark.parametrize(("weight", "drawn_for"), [("3", ""), ("2.9", "Ada"), ("3.1", "")])
def test_who_earns_half_with_the_own_numbers_is_marked_with_no_others(weight: str, drawn_for: str) -> None:
    """The value of f is right, of which three other items weigh 1 each; these are to the numbers of Ada."""
    text = WEIGHED % weight
    own, other = (sheet("1001", text, "b", name) for name in ("1001", "Ada"))
    answers = [mine if mine.item == "f" else others for mine, others in zip(own, other, strict=True)]
    found, _ = Grader(load(Source("hw.toml", text))).result("1001", answers, True, ["Ada"])
    assert found is not None
    assert found.drawn_for == drawn_for


def test_what_nobody_says_of_a_problem() -> None:
    """Everybody has the same numbers, nothing is late, all attempts count, and none costs anything."""
    made = fixed_problem(Source("program", "f = x*y"), {"x": Source("x", "2")})
    assert made.id == "p1"
    assert (made.seed, made.due, made.attempts, made.penalty, made.vary_version) == (None, None, 0, 0.0, 0)
    assert (made.by_concept, made.fixed, made.points, made.update, dict(made.shapes)) == (False, (), None, None, {})
    usual = Terms()
    assert (usual.reveal, usual.seed, usual.by_concept, usual.due) == ("none", None, True, None)
    assert (usual.attempts, usual.penalty, usual.vary_version, usual.update) == (0, 0.0, 0, None)
    (read_in,) = load(Source("hw.toml", "[[problem]]\nprogram = 'f = x*y'\nat = { x = 2, y = 3 }")).problems.values()
    assert isinstance(read_in, Problem)
    assert (read_in.attempts, read_in.penalty, read_in.vary_version, read_in.by_concept) == (0, 0.0, 0, True)


def test_what_nobody_says_of_a_student() -> None:
    assert Person("ann")[1:] == ("", "", (), False, 0.0, None, None, "")
    assert Entry("ann", "p1", "q", "1", "f:1")[5:] == (False, False, "")
    assert Trouble("f:1", "ann", "why")[3:] == (False, False, ())
    assert HandedIn() == ("", 0, "")
    found = result("ann")
    assert (found.exempt, found.handed_in, found.days_late, found.drawn_for, found.is_open) == (
        False,
        "",
        0.0,
        "",
        False,
    )
    assert Explanation("m", "", "what", "")[4:] == ((), (), (), "")


@pytest.mark.parametrize(("x", "text"), [(1e-8, "0"), (1.001e-8, "100e-10"), (-1e-8, "0"), (-2e-8, "-200e-10")])
def test_what_is_too_small_for_a_published_key(x: float, text: str) -> None:
    assert rounded(Decimal(x), 3) == text


QUESTIONS = Grader(load(Source("hw.toml", FULL))).questions()


@pytest.mark.parametrize(("lines", "is_read"), [(0, True), (20, True), (21, False)])
def test_a_table_begins_within_twenty_lines(lines: int, is_read: bool) -> None:
    text = "".join(f"Title {k}\n" for k in range(lines)) + "item,claim\nq,3\n"
    (found,) = read(StringIO(text), "f.csv", "ann", questions=QUESTIONS)
    if is_read:
        assert found == Entry("ann", "b", "q", "3", f"f.csv:{lines + 2}")
    else:
        assert isinstance(found, Trouble)
        assert found.message == "the first line needs the columns item and claim, or student and items"


@pytest.mark.parametrize(("header", "row", "given"), [
    ("item,claim", "q,given", False), ("claim,item", "given,q", False), ("item,claim,question", "x,3,given", True),
    ("item,claim,question", "x,3, Given ", True), ("item,claim,question", "x,3", False),
    ("question,item,claim", "given,x,3", True),
    ("item,claim,question", "x,3,value of x", False),
])  # fmt: skip
def test_a_number_that_is_given_is_told_by_its_question(header: str, row: str, given: bool) -> None:
    (found,) = read(StringIO(f"{header}\n{row}\n"), "f.csv", "ann", questions=QUESTIONS)
    assert isinstance(found, Entry)
    assert found.given is given


@pytest.mark.parametrize(("claim", "comma"), [("1,5", True), ("1.5", False), ("1", False), ("x*y", False)])
@pytest.mark.parametrize(("header", "before"), [("item;claim", "x"), ("student;x", "ann")])
def test_between_semicolons_a_comma_may_be_the_decimal_one(header: str, before: str, claim: str, comma: bool) -> None:
    (found,) = (
        row for row in read(StringIO(f"{header}\n{before};{claim}\n"), "f.csv", "ann") if isinstance(row, Entry)
    )
    assert found.comma is comma


@pytest.mark.parametrize(("claim", "status"), [
    ("0.725", "correct"), ("0.724", "correct"), ("0.726", "correct"), ("0.723", "wrong"), ("0.727", "wrong"),
    ("0.72", "imprecise"), ("0.73", "imprecise"), ("0.71", "wrong"), ("0.74", "wrong"), ("0.7", "imprecise"),
    ("0.8", "wrong"), ("0.6", "wrong"), ("1.", "wrong"), ("-0.725", "wrong"), ("0", "wrong"), ("29/40", "correct"),
    ("0.7250", "correct"), ("0.7256", "correct"), ("0.7266", "wrong"),
])  # fmt: skip
def test_a_key_of_three_figures_tells_what_is_too_coarse(claim: str, status: str) -> None:
    """0.7 is anything from 0.65 to 0.75, and so it may be 0.725; it has a hundred of the last unit."""
    problem = PublishedProblem("p1", "salt", {"q": hash_of("salt", 1, "q", "725e-3")}, {}, 1.0)
    (found,) = check(PublishedKey("t", 3, 1, {"p1": problem}), problem, [Claim("q", claim)])
    assert found.status == status


@pytest.mark.parametrize(("changed", "works"), [
    ({}, True), ({"figures": 1}, True), ({"figures": 8}, True), ({"figures": 0}, False), ({"figures": 9}, False),
    ({"rounds": 1}, True), ({"rounds": 1_000_000}, True), ({"rounds": 0}, False), ({"rounds": 1_000_001}, False),
    ({"points": 0}, True), ({"points": 1e6}, True), ({"points": -0.1}, False), ({"points": 1_000_000.5}, False),
    ({"weights": {"q": 0}}, True), ({"weights": {"q": 1e6}}, True), ({"weights": {"q": -1}}, False),
    ({"weights": {"q": 1_000_001}}, False), ({"items": {}}, False), ({"items": {}, "points": 0}, True),
])  # fmt: skip
def test_the_numbers_that_a_published_key_may_have(changed: dict[str, Any], works: bool) -> None:
    own: dict[str, Any] = {"id": "p1", "salt": "s", "items": {"q": "00"}, "points": 2}
    key: dict[str, Any] = {"schema": "gradcli.key/1", "title": "t", "figures": 3, "rounds": 5,
                           "problems": [own, {"id": "p2", "salt": "s", "items": {"q": "00"}, "points": 1}]}  # fmt: skip
    for name, value in changed.items():
        (key if name in key else own)[name] = value
    if works:
        assert load_key(Source("k.json", json.dumps(key))).rounds == key["rounds"]
    else:
        with pytest.raises(InputError, match="a key with numbers out of range"):
            load_key(Source("k.json", json.dumps(key)))


@pytest.mark.parametrize(("text", "shown", "called"), [
    ("student,name\n7,\u738b\u4f1f", "", "\u738b\u4f1f"),
    ("student,first name,last name\n7,\u4f1f,\u738b", "\u738b\u4f1f", "\u738b\u4f1f"),
    ("student,first name,last name\n7,Ada,Lov", "", "Ada Lov"),
    ("student,first name,last name\n7,,\u738b", "", "\u738b"),
    ("student,first name,last name\n7,Ada,\u738b", "", "Ada \u738b"), ("student\n\u738b\u4f1f", "", "\u738b\u4f1f"),
])  # fmt: skip
def test_a_family_name_comes_first_where_two_columns_have_the_parts(text: str, shown: str, called: str) -> None:
    (person,) = roster_of(Source("r.csv", text)).people
    assert (person.shown, person.called) == (shown, called)


def test_other_numbers_are_tried_without_a_look_for_mistakes() -> None:
    """What answers earn with them is known sooner so."""
    grader = Grader(load(Source("hw.toml", FULL + ARRAYS)))
    for id in "bc":
        own = grader._prepared(id, "ann")
        assert own.instance.problem.policy.diagnose is True
        other = _undiagnosed(own)
        assert other.instance.problem.policy == own.instance.problem.policy._replace(diagnose=False)
        assert other.instance.given == own.instance.given


ARRAYS = "[[problem]]\nid = 'c'\nprogram = 'L = sum(A*A) + sum(B)'\nvary = 7\nshapes = { A = '5x5', B = 24 }\n"


def test_feedback_repeats_arrays_of_24_entries_and_no_longer_ones() -> None:
    found, _ = Grader(load(Source("hw.toml", ARRAYS))).result("ann", [], True)
    assert found is not None
    assert found.given is not None
    assert list(found.given["c"]) == ["B"]


def test_the_ten_commonest_mistakes_of_a_class() -> None:
    with SubmissionStore() as store:
        whole = MarkedClass("t", "r", {"p1": 10.0}, store, {}, {})
        for k in range(11):
            lines = [line(item=f"v{j}", mistakes=[Explanation(f"m{j:02}", "", "a slip", "")]) for j in range(k + 1)]
            whole.count(result(f"s{k}", *lines))
    told = [(one.mistake, one.students) for one in whole.common_mistakes()]
    assert told == [(f"m{j:02}", 11 - j) for j in range(10)]
    assert len(whole.common_mistakes(11)) == 11


@pytest.mark.parametrize(("points", "works"), [("0", True), ("1000000", True), ("1000001", False), ("-1", False)])
def test_the_points_that_a_roster_may_give(points: str, works: bool) -> None:
    text = Source("r.csv", f"student,override\nann,{points}\n")
    if works:
        assert roster_of(text).people[0].override == float(points)
    else:
        with pytest.raises(InputError, match=f"line 2: override is a number from 0, not {points}"):
            roster_of(text)

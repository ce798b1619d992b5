"""Marking a class: points, attempts, what the homework accepts, and that one student never touches another."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.errors import LimitError, Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import worksheet
from gradcli.homework.classroom.attempts import attempts
from gradcli.homework.classroom.class_summary import MarkedClass, mark_class
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.results import StudentResult, points_text
from gradcli.homework.classroom.submission_store import SubmissionStore
from gradcli.homework.classroom.submissions import Entry, Trouble

TRUTH = {
    "q": "3", "f": "-12", "local(q,x)": "1", "local(q,y)": "1", "local(f,q)": "-4", "local(f,z)": "3",
    "df/df": "1", "df/dz": "3", "df/dq": "-4", "df/dy": "-4", "df/dx": "-4",
}  # fmt: skip


EQUAL = "[defaults]\nweights = 'equal'"


def grader(more: str = "", attempt: str = "last", top: str = EQUAL) -> Grader:
    text = f"{top}\n[[problem]]\nprogram = 'q = x + y; f = q*z'\nat = {{ x = -2, y = 5, z = -4 }}\n{more}"
    return Grader(load(Source("hw.toml", text)), attempt)


def entries(claims: Mapping[str, str] | Sequence[tuple[str, str]], student: str = "ann") -> list[Entry]:
    pairs = claims.items() if isinstance(claims, Mapping) else claims
    return [Entry(student, "p1", item, claim, f"f:{k}") for k, (item, claim) in enumerate(pairs, 2)]


def marked(
    claims: Mapping[str, str] | Sequence[tuple[str, str]], more: str = "", attempt: str = "last"
) -> StudentResult:
    result, troubles = grader(more, attempt).result("ann", entries(claims))
    assert not troubles
    return result


def statuses(result: StudentResult) -> dict[str, str]:
    return {line.item: line.status for line in result.lines}


def test_all_right() -> None:
    result = marked(TRUTH)
    assert (result.earned, result.possible) == (11, 11)
    assert set(statuses(result).values()) == {"correct"}


def test_what_is_missing_earns_nothing_and_is_listed_in_working_order() -> None:
    result = marked({"df/dx": "-4", "q": "3"})
    assert result.earned == 2
    assert [line.item for line in result.lines] == list(TRUTH)
    assert [line.item for line in result.lines if line.status == "correct"] == ["q", "df/dx"]


def test_points_are_shared_out_by_weight() -> None:
    more = "points = 10\nitems = ['q', 'df/dx']\nweights = { 'df/dx' = 3 }"
    assert marked({"q": "3"}, more).earned == 2.5
    assert marked({"df/dx": "-4"}, more).earned == 7.5
    assert marked({"dx": "-4", "q": "3"}, more).earned == 10
    assert [(line.item, line.points) for line in marked({"q": "3"}, more).lines] == [("q", 2.5), ("df/dx", 7.5)]


def test_what_is_not_asked_is_marked_and_counts_nothing() -> None:
    result = marked({"q": "3", "f": "7"}, "items = ['q']")
    assert (result.earned, result.possible) == (1, 1)
    assert statuses(result) == {"q": "correct", "f": "wrong"}


@pytest.mark.parametrize(
    ("items", "count"), [("all", 11), ("values", 2), ("local", 4), ("upstream", 5), ("gradient", 3)]
)
def test_parts_of_the_sheet(items: str, count: int) -> None:
    assert marked({}, f"items = '{items}'").possible == count


def test_accepted_alternatives_are_right_and_so_is_what_follows_from_them() -> None:
    more = "[[problem.accept]]\nitem = 'df/dq'\nclaims = ['-z']"
    wrong = TRUTH | {"df/dq": "4", "df/dx": "4", "df/dy": "4"}
    assert marked(wrong, more).earned == 11
    assert marked(wrong).earned == 8
    also_wrong = marked(wrong | {"f": "5"}, more)
    assert statuses(also_wrong)["df/dq"] == "correct"
    assert [line.item for line in also_wrong.lines if line.first_wrong] == ["f"]


def test_known_mistakes_have_a_message_and_a_credit() -> None:
    more = "[[problem.mistake]]\nitem = 'dx'\ngives = 'q'\nmessage = 'That is q.'\ncredit = 0.25"
    result = marked(TRUTH | {"df/dx": "3.0"}, more)
    line = next(line for line in result.lines if line.item == "df/dx")
    assert (line.status, line.credit, [m[:4] for m in line.mistakes]) == (
        "wrong",
        0.25,
        [("own-1", "", "That is q.", "")],
    )
    assert result.earned == 10.25


def test_follow_through_is_shown_and_credited_only_where_the_homework_says() -> None:
    carried = TRUTH | {"df/dq": "-5", "df/dx": "-5", "df/dy": "-5"}
    without, half = marked(carried), marked(carried, "follow_through = 0.5")
    assert statuses(without)["df/dx"] == statuses(half)["df/dx"] == "follow_through"
    assert (without.earned, half.earned) == (8, 9)


@pytest.mark.parametrize(("reveal", "shown"), [("none", set()), ("correct", {"q"}), ("all", {"q", "df/dx", "f"})])
def test_answers_are_revealed_only_as_the_homework_says(reveal: str, shown: set[str]) -> None:
    result = marked({"q": "3", "df/dx": "9"}, f"reveal = '{reveal}'\nitems = ['q', 'df/dx', 'f']")
    assert {line.item for line in result.lines if line.expected is not None} == shown


@pytest.mark.parametrize(("attempt", "earned"), [("first", 1), ("last", 1), ("best", 2)])
def test_attempts(attempt: str, earned: float) -> None:
    claims = [("q", "3"), ("f", "0"), ("q", "3"), ("f", "-12"), ("q", "4")]
    result = marked(claims, "items = ['q', 'f']", attempt)
    assert result.earned == earned
    assert result.remarks == [f"p1 was handed in 3 times: the {attempt} counts"]


def test_an_attempt_is_the_sheet_as_it_stood() -> None:
    a, b, c = Claim("q", "1"), Claim("f", "2"), Claim("q", "3")
    assert attempts([]) == [[]]
    assert attempts([("q", a), ("f", b)]) == [[a, b]]
    assert attempts([("q", a), ("f", b), ("q", c)]) == [[a, b], [c, b]]
    assert attempts([("q", a), ("q", a)]) == [[a]]
    assert attempts([("q", a), ("f", b), ("q", a), ("f", b), ("q", c)]) == [[a, b], [c, b]]


def test_a_changed_number_of_the_sheet_is_noticed_and_the_right_one_is_used() -> None:
    given = Entry("ann", "p1", "x", "-3", "f:2", given=True)
    same = Entry("ann", "p1", "y", "10/2", "f:3", given=True)
    result, troubles = grader().result("ann", [given, same, *entries(TRUTH)])
    assert [trouble.place for trouble in troubles] == ["f:2"]
    assert result.earned == 11
    assert result.remarks == ["p1 has x = -2, but the sheet says -3"]


def test_every_student_is_marked_by_numbers_of_their_own() -> None:
    text = "[[problem]]\nprogram = 'q = x + y; f = q*z'\nvary = 7\nitems = ['f']\nvary_version = 1\n"
    varied = Grader(load(Source("hw.toml", text)))
    # ann has 6, 3, 2 and bob -5, 2, -6
    for student, right in (("ann", "18"), ("bob", "18"), ("cyd", "32")):
        result, _ = varied.result(student, entries({"f": right}, student))
        assert result.earned == 1, student
        result, _ = varied.result(student, entries({"f": "17.5"}, student))
        assert result.earned == 0


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (Entry("ann", "p7", "q", "3", "f:2"), "there is no problem p7; known are p1"),
        (Entry("ann", "p1", "qq", "3", "f:2"), "there is no item qq; did you mean q?"),
        (Entry("ann", "p1", "local(q,z)", "3", "f:2"), "there is no item local(q,z); q is computed from x, y"),
    ],
)
def test_what_cannot_be_marked_is_listed_and_the_rest_is_marked(entry: Entry, message: str) -> None:
    result, troubles = grader().result("ann", [entry, *entries(TRUTH)])
    assert result.earned == 11
    assert troubles == [Trouble("f:2", "ann", message)]


def test_a_single_problem_need_not_be_named_but_one_of_two_must() -> None:
    bare = [entry._replace(problem="") for entry in entries(TRUTH)]
    assert grader().result("ann", bare)[0].earned == 11
    two = grader("[[problem]]\nprogram = 'x'\nat = { x = 1 }")
    assert [trouble.message for trouble in two.result("ann", bare[:1])[1]] == [
        "the row names no problem; known are p1, p2"
    ]


CLAIM = st.one_of(
    st.sampled_from(["3", "-4", "q*z", "undefined", "1/0", "3,5", "=1+1", "1e999", "2x", "((((", "x" * 3000, "-0"]),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    st.floats(allow_nan=True).map(repr),
)


@given(st.lists(st.tuples(st.sampled_from([*TRUTH, "dx", "nope", ""]), CLAIM), max_size=12))
def test_any_claims_are_marked_between_nothing_and_everything(claims: list[tuple[str, str]]) -> None:
    result, troubles = GRADER.result("ann", entries([(item, claim) for item, claim in claims if item]))
    assert 0 <= result.earned <= result.possible == 11
    assert all(trouble.message.startswith("there is no item nope") for trouble in troubles)


GRADER = grader()


def whole_class(rows: Sequence[Entry | Trouble], store: SubmissionStore) -> MarkedClass:
    store.add(rows)
    return mark_class(GRADER, store)


def test_a_class_is_the_same_in_any_order_of_its_rows() -> None:
    draw = random.Random(5)
    rows = [
        entry
        for k in range(30)
        for entry in entries({item: draw.choice([claim, "7", "2.5"]) for item, claim in TRUTH.items()}, f"s{k:02}")
    ]
    found = []
    for _ in range(3):
        with SubmissionStore() as store:
            whole = whole_class(rows, store)
            results = sorted((r.student, r.earned, statuses(r)) for r in store.results())
            items = {(entry.item, entry.right) for entry in whole.items()}
            found.append((results, items, store.shared_wrong(99), whole.common_mistakes()))
            spread = store.spread()
            assert spread is not None
            assert spread == pytest.approx((1 / 11, 3 / 11, 0.3151515151515151, 8 / 11))
        draw.shuffle(rows)
    assert found[0] == found[1] == found[2]


def test_the_statistics_of_a_class() -> None:
    rows = [
        *entries(TRUTH, "ann"),
        *entries({"q": "3"}, "bob"),
        *entries({"q": "9"}, "cyd"),
        *entries({"q": "9"}, "dan"),
    ]
    with SubmissionStore() as store:
        whole = whole_class(rows, store)
        assert whole.students == 4
        assert store.spread() == pytest.approx((0, 1 / 22, 12 / 44, 1))
        assert {entry.item: entry.right for entry in whole.items()}["q"] == 2
        explained = sum(found.students for found in whole.common_mistakes())
        unexplained = sum(count for *_, count in store.shared_wrong(9))
        assert explained + unexplained == 2


def test_an_empty_class() -> None:
    with SubmissionStore() as store:
        whole = whole_class([], store)
        assert (whole.students, store.spread(), list(store.results())) == (0, None, [])


def test_nothing_is_asked_twice() -> None:
    instance = GRADER._parsed["p1"].for_student("")
    assert list(instance.weights) == worksheet(instance.record)


@pytest.mark.parametrize(
    ("x", "text"), [(0, "0"), (7, "7"), (7.5, "7.5"), (20 / 3, "6.6667"), (100, "100"), (1e-9, "0")]
)
def test_points_are_written_as_people_do(x: float, text: str) -> None:
    assert points_text(x) == text


def test_a_problem_that_cannot_be_worked_with_is_a_row_that_cannot_be_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise LimitError("too large")

    ready = grader()
    monkeypatch.setattr("gradcli.homework.classroom.prepared.mark", fails)
    result, troubles = ready.result("ann", entries({"q": "3"}))
    assert (result.earned, result.possible) == (0, 11)
    assert [(trouble.place, trouble.message) for trouble in troubles] == [("f:2", "too large")]


def test_a_condition_that_turns_is_marked_like_any_other() -> None:
    text = "[[problem]]\nprogram = 'where(x>0, x, y)'\nat = { x = 0, y = 3 }"
    result, troubles = Grader(load(Source("hw.toml", text))).result("ann", entries({"v1": "3", "dx": "1"}))
    assert not troubles
    assert statuses(result)["v1"] == "wrong"


TRIED = [("q", "9"), ("f", "-12"), ("q", "8"), ("q", "3"), ("q", "4")]


@pytest.mark.parametrize(
    ("more", "attempt", "earned", "remark"),
    [
        ("", "last", 1, "handed in 4 times: the last counts"),
        ("attempts = 3", "last", 2, "handed in 4 times: of the first 3 the last counts"),
        ("attempts = 1", "last", 1, "handed in 4 times: the first counts"),
        ("penalty = 0.25\nattempts = 3", "last", 1.5, "the last counts"),
        ("penalty = 0.25", "best", 1.5, "the best counts"),
        ("penalty = 0.25", "first", 1, "the first counts"),
        ("penalty = 1", "best", 1, "the best counts"),
    ],
)
def test_attempts_have_an_end_and_a_price(more: str, attempt: str, earned: float, remark: str) -> None:
    result = marked(TRIED, f"items = ['q', 'f']\n{more}", attempt)
    assert result.earned == earned
    assert any(remark in said for said in result.remarks)


def test_the_price_is_the_item_s_own_and_is_told() -> None:
    result = marked(TRIED[:4], "items = ['q', 'f']\npenalty = 0.1")
    assert [(line.item, line.status, line.credit, line.why) for line in result.lines] == [
        ("q", "correct", 0.8, "after 2 wrong attempts: 80 % of the credit"), ("f", "correct", 1, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "shares"),
    [
        ("", {"q": 1, "local(q,x)": 0.03, "local(f,q)": 0.05, "df/df": 0.03, "df/dq": 0.2, "df/dx": 0.2}),
        ("weights = 'equal'", {"q": 1, "local(q,x)": 1, "df/df": 1, "df/dx": 1}),
        ("items = 'local'", {"local(q,x)": 0.03, "local(f,q)": 1}),
        ("items = 'gradient'", {"df/dx": 1, "df/dy": 1, "df/dz": 1}),
        ("items = ['df/dq', 'df/dx', 'df/df']\nweights = 'equal'", {"df/dq": 1, "df/dx": 1, "df/df": 1}),
        ("items = ['df/dq', 'df/dx', 'df/df']", {"df/dq": 1, "df/dx": 0.2, "df/df": 0.03}),
        ("weights = { 'df/df' = 3 }", {"q": 1, "df/df": 3, "local(q,x)": 1}),
    ],
)
def test_items_count_by_the_idea_that_they_need(more: str, shares: dict[str, float]) -> None:
    result, _ = grader(f"points = 100\n{more}", top="").result("ann", [])
    assert result is not None
    points = {line.item: line.points for line in result.lines}
    assert sum(points.values()) == pytest.approx(100)
    unit = points[next(iter(shares))] / shares[next(iter(shares))]
    assert {item: points[item] / unit for item in shares} == pytest.approx(shares)

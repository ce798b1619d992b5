"""`decimals` and `sigfigs` are asked for and checked: fewer are told, and cost what the homework says."""

from __future__ import annotations

import random

import pytest

from gradcli.errors import InputError, Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import item_name, truth, worksheet
from gradcli.homework.classroom.entries import Entry
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.results import StudentResult
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import Marked, MarkingPolicy, mark
from gradcli.record.calls import differentiate

from .honest import WAYS, honest_sheet, points, written
from .nonsense import PROGRAMS

LAYER = ("s = w*x + b; h = sigmoid(s); L = (h - t)**2", {"w": 0.3, "x": 1.7, "b": 0.25, "t": 0.9})
RECORD = differentiate(*LAYER)
FOUR = MarkingPolicy(diagnose=False, decimals=4)


def sheet(decimals: int, **others: str) -> list[Claim]:
    """Return a sheet whose numbers have so many decimals; `others` are answered otherwise."""
    names = {item_name(RECORD, item): f"{truth(RECORD, item):.{decimals}f}" for item in worksheet(RECORD)}
    return [Claim(name, text) for name, text in {**names, **others}.items()]


def statuses(marked: Marked) -> dict[str, str]:
    return {m.claim.name: m.status for m in marked.marks}


@pytest.mark.parametrize("policy", [FOUR, MarkingPolicy(diagnose=False, sigfigs=4)])
@pytest.mark.parametrize("decimals", [1, 2, 3])
def test_fewer_figures_than_asked_for_are_told(decimals: int, policy: MarkingPolicy) -> None:
    found = mark(AnswerKey(RECORD), sheet(decimals), policy)
    for m in found.marks:
        exact = abs(float(m.claim.text) - m.truth) <= 1e-9
        assert m.status == ("correct" if exact else "imprecise"), m
        assert exact or m.why in (
            "right, but too coarse: give 4 decimals",
            "right, but too coarse: give 4 significant figures",
        )
        assert m.credit == (1 if exact else 0)


def test_as_many_as_asked_for_are_whole() -> None:
    found = mark(AnswerKey(RECORD), sheet(4), FOUR)
    assert set(statuses(found).values()) == {"correct"}
    more = mark(AnswerKey(RECORD), sheet(9), FOUR)
    assert set(statuses(more).values()) == {"correct"}


@pytest.mark.parametrize("figures", [3, 4])
def test_honest_sheets_stay_whole_where_so_many_figures_are_asked_for(figures: int) -> None:
    chance = random.Random(figures)
    for name, (program, point) in list(PROGRAMS.items())[::3]:
        for record in points(name, 1, chance, (program, point)):
            for way in WAYS:
                claims = honest_sheet(record, figures, way, chance, written)
                if claims is not None:
                    found = mark(AnswerKey(record), claims, MarkingPolicy(diagnose=False, sigfigs=figures))
                    assert found.earned == found.possible == len(claims)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("0.6814", "correct"),
        ("0.681353", "correct"),
        ("0.681", "imprecise"),
        ("0.68", "imprecise"),
        ("0.6790", "correct"),  # all four, and within 1 %
        ("0.679", "imprecise"),  # within 1 %, but three
        ("6.814e-1", "correct"),
        ("6.8e-1", "imprecise"),
        ("0.72", "wrong"),
        ("sigmoid(s)", "correct"),
        ("1/(1 + exp(-0.76))", "correct"),
    ],
)
def test_a_number_by_itself(claim: str, expected: str) -> None:
    assert statuses(mark(AnswerKey(RECORD), [Claim("h", claim)], FOUR)) == {"h": expected}


def test_zeros_at_the_end_may_be_missing() -> None:
    """A spreadsheet shows 0.1500 as 0.15: right if it agrees, and on a sheet of four decimals if it nearly does."""
    record = differentiate("f = a*1", {"a": 0.15003})
    assert statuses(mark(AnswerKey(record), [Claim("f", "0.15")], FOUR)) == {"f": "correct"}
    record = differentiate("q = a*b; f = a*c; g = q*f", {"a": 0.15017, "b": 0.93121, "c": 1.23457})
    beside = [Claim("q", "0.1398"), Claim("g", "0.0259"), Claim("dg/dc", "0.0210")]
    found = mark(AnswerKey(record), [Claim("local(f,c)", "0.15"), *beside], FOUR)
    assert statuses(found)["local(f,c)"] == "correct"
    alone = mark(AnswerKey(record), [Claim("local(f,c)", "0.15")], FOUR)
    assert statuses(alone) == {"local(f,c)": "imprecise"}


HOMEWORK = """
[[problem]]
program = "s = w*x + b; h = sigmoid(s); L = (h - t)**2"
at = {{ w = 0.3, x = 1.7, b = 0.25, t = 0.9 }}
items = ["h", "L"]
{more}
"""


def graded(more: str, **claims: str) -> StudentResult:
    grader = Grader(load(Source("hw.toml", HOMEWORK.format(more=more))))
    result, troubles = grader.result("ann", [Entry("ann", "p1", item, text, "") for item, text in claims.items()])
    assert result is not None
    assert troubles == []
    return result


def test_the_homework_says_what_too_few_figures_cost() -> None:
    for more, credit, words in (
        ("decimals = 4", 0.0, "agrees with it to 4 decimals"),
        ("decimals = 4\nimprecise = 0.5", 0.5, "a number with too few decimals counts 0.5"),
        ("sigfigs = 4\nimprecise = 0.25", 0.25, "a number with too few figures counts 0.25"),
    ):
        result = graded(more, h="0.68", L="0.0478")
        assert [line.credit for line in result.lines] == [credit, 1.0 if "decimals" in more else credit], more
        assert result.lines[0].status == "imprecise"
        rule = Grader(load(Source("hw.toml", HOMEWORK.format(more=more)))).rule
        assert words in rule
    assert "counts nothing" in FOUR.words()
    assert "counts" not in MarkingPolicy().words()


def test_the_cost_goes_from_0_to_1() -> None:
    with pytest.raises(InputError, match="from 0 to 1"):
        load(Source("hw.toml", HOMEWORK.format(more="imprecise = 1.5")))
    with pytest.raises(InputError, match="imprecise"):
        MarkingPolicy(imprecise=-0.5).checked()


ARRAYS = """
[[problem]]
program = "Z = x*W; L = sum(sigmoid(Z))"
at = {{ x = "[0.3, 1.7]", W = "[0.4721, 1.3333]" }}
items = ["Z", "dL/dW"]
decimals = {decimals}
imprecise = 0.5
"""


@pytest.mark.parametrize(("claim", "status", "credit"), [
    ("[0.1416, 2.2666]", "correct", 1.0), ("[0.14, 2.27]", "imprecise", 0.5), ("[0.1416, 2.27]", "imprecise", 0.75),
    ("[0.1416, 2.31]", "wrong", 0.5),
])  # fmt: skip
def test_arrays_too(claim: str, status: str, credit: float) -> None:
    grader = Grader(load(Source("hw.toml", ARRAYS.format(decimals=4))))
    result, _ = grader.result("ann", [Entry("ann", "p1", "Z", claim, "")])
    assert result is not None
    line = result.lines[0]
    assert line.status == status, line
    assert line.credit == credit
    if status == "imprecise":
        assert line.why == "right, but too coarse: give 4 decimals"


def test_two_decimals_do_not_follow_from_two_decimals() -> None:
    """Where three are asked for: 0.18 for 0.1795 is no start from which the rest follows."""
    record = differentiate(LAYER[0], {"w": -4.3, "x": -0.6, "b": -4.1, "t": 1})
    claims = {"s": "-1.52", "h": "0.18", "L": "0.67", "dL/dh": "-1.64", "dL/ds": "-0.24", "dL/dw": "0.14"}
    policy = MarkingPolicy(diagnose=False, decimals=3)
    found = statuses(mark(AnswerKey(record), [Claim(*pair) for pair in claims.items()], policy))
    assert found.pop("s") == "correct"  # it is all of it
    assert found.pop("dL/dh") == "correct"  # -1.640 of her 0.18
    assert set(found.values()) == {"imprecise"}

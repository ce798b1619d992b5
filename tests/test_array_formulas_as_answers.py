"""Formulas of arrays as answers in homework, where numbers are asked for. All numbers here are worked by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.classroom.homework_file import NUMBERS_ONLY, load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.sheet import sheet_of
from gradcli.homework.marking.array_marks import ArrayMark, mark_arrays
from gradcli.homework.marking.judging import MarkingPolicy

from .array_sheets import key_of
from .test_grade_arrays import marked
from .test_homework_marking import RUNNING
from .test_homework_marking import marked as marked_numbers

# z = [3, 7], L = 9 + 49, dL/dz = 2z = [6, 14], dL/dW = outer(dL/dz, x), dL/dx = W.T@dL/dz = [48, 68]
KEY = key_of("z = W@x; L = sum(z**2)", {"W": "[[1, 2], [3, 4]]", "x": "[1, 1]"})
ASKED = ["z", "dL/dz", "dL/dW", "dL/dx"]
HOMEWORK = MarkingPolicy(numeric=NUMBERS_ONLY[None], follow_through=0.5)


def sheet(claims: Mapping[str, str], policy: MarkingPolicy = HOMEWORK) -> list[ArrayMark]:
    """Return the marks of some claims, without those of what is missing."""
    expected: list[Any] = [KEY.readings(name)[0] for name in ASKED]
    return mark_arrays(KEY, [Claim(*claim) for claim in claims.items()], policy, expected).marks[: len(claims)]


ALONE = "imprecise: right as a rule, but its numbers are asked for"


@pytest.mark.parametrize(("claims", "last"), [
    ({"dL/dW": "outer(dz, x)"}, ALONE),
    ({"dL/dx": "W.T@dL/dz"}, ALONE),
    ({"dL/dz": "2*[3, 7]", "dL/dW": "outer(dz, x)"}, "correct: "),
    ({"dL/dz": "[6, 14]", "dL/dW": "outer(dz, x)"}, "correct: "),
    ({"dL/dz": "[6, 14]", "dL/dx": "W.T@dz"}, "correct: "),
    ({"dL/dz": "[5, 14]", "dL/dW": "outer(dz, x)"}, "follow_through: a right step from your dL/dz"),
    ({"dL/dz": "[0, 0]", "dL/dW": "outer(dz, x)"},
     "follow_through: a right step from your dL/dz, but a wrong array of 0 or 1 carries no credit"),
    ({"z": "[3, 8]", "dL/dz": "[6, 16]", "dL/dW": "outer(dz, x)"}, "follow_through: a right step from your dL/dz"),
    ({"dL/dz": "[6, 14, 1]", "dL/dW": "outer(dz, x)"}, ALONE),
    ({"z": "[3, 7]", "dL/dz": "2*z", "dL/dW": "outer(dz, x)"}, ALONE),  # a rule is not its numbers
    ({"dL/dz[0]": "6", "dL/dW": "outer(dz, x)"}, ALONE),
    ({"dL/dz[0]": "6", "dL/dz[1]": "14", "dL/dW": "outer(dz, x)"}, "correct: "),
    ({"dL/dz[0]": "6", "dL/dz[1]": "13", "dL/dW": "outer(dz, x)"}, "follow_through: a right step from your dL/dz[1]"),
    ({"dL/dW": "2*outer(z, x)"}, "imprecise: right as a rule, but the numbers of z are asked for"),
    ({"shape(z)": "2", "dL/dW": "2*outer(z, x)"}, "imprecise: right as a rule, but the numbers of z are asked for"),
    ({"z": "[3, 7]", "dL/dW": "2*outer(z, x)"}, "correct: "),
    ({"z": "[3, 8]", "dL/dW": "2*outer(z, x)"}, "follow_through: a right step from your z"),
    ({"dL/dW": "2*outer(W@x, x)"}, "correct: "),  # z worked out again
    ({"dL/dW": "dL/dL*2*outer(W@x, x)"}, "correct: "),  # which is 1
    ({"z": "W@x"}, "invalid: numbers are asked for, and this is a formula"),
    ({"z[0]": "W[0]@x"}, "invalid: a number is asked for, and this is a formula"),
    ({"L": "sum(z**2)"}, "invalid: a number is asked for, and this is a formula"),
    ({"dL/dx[0]": "W[:, 0]@dz"}, "imprecise: right as a rule, but its number is asked for"),
    ({"z": "[1 + 2, 3 + 4]"}, "correct: "),
    ({"local(z,W)": "local(z,W)*1"}, "invalid: local(z,W) cannot be told by itself"),
])  # fmt: skip
def test_a_rule_needs_its_numbers(claims: dict[str, str], last: str) -> None:
    found = sheet(claims)[-1]
    assert f"{found.status}: {found.why}" == last
    credit = {"correct": 1.0, "follow_through": 0.5}.get(found.status, 0.0)
    assert found.credit == (0.0 if last.endswith("carries no credit") else credit)


@pytest.mark.parametrize("claims", [{"dL/dW": "outer(dz, x)"}, {"dL/dW": "2*outer(z, x)"}, {"z": "W@x"}])
def test_rules_are_answers_where_the_homework_says_so(claims: dict[str, str]) -> None:
    assert [m.status for m in sheet(claims, MarkingPolicy(numeric=NUMBERS_ONLY[False]))] == ["correct"]
    assert [m.status for m in sheet(claims, MarkingPolicy(numeric=NUMBERS_ONLY[True]))] == ["invalid"]


def test_a_rule_of_numbers_is_a_step_from_a_wrong_one() -> None:
    policy = {"numeric": NUMBERS_ONLY[None], "follow_through": 0.5}
    for df_dq, expected in {"-4": "correct", "5": "follow_through", "1": "follow_through", "z": "imprecise"}.items():
        found = marked_numbers(*RUNNING, ("df/dq", df_dq), ("df/dx", "df/dq*local(q,x)"), ("local(q,x)", "1"), **policy)
        assert found.marks[1].status == expected
        assert found.marks[1].credit == {"-4": 1.0, "5": 0.5}.get(df_dq, 0.0)


HW = """
[[problem]]
id = "p"
program = "z = W@x; L = sum(z**2)"
at = { W = "[[1, 2], [3, 4]]", x = "[1, 1]" }
items = ["z", "dL/dz", "dL/dW"]
accept = [{ item = "z", claims = ["x@W"] }]
"""  # x@W = [4, 6]


@pytest.mark.parametrize(("claims", "earned"), [
    ({"dL/dW": "outer(dz, x)"}, 0.0), ({"z": "[4, 6]"}, 1.0), ({"z": "[3, 7]", "dL/dz": "2*z"}, 2.0),
    ({"z": "[3, 7]", "dL/dz": "[6, 14]", "dL/dW": "outer(dz, x)"}, 3.0), ({"z": "W@x", "dL/dz": "2*z"}, 0.0),
])  # fmt: skip
def test_a_sheet_of_a_class_and_what_its_teacher_accepts(claims: dict[str, str], earned: float) -> None:
    assert marked(claims, text=HW).earned == earned


def test_a_sheet_says_where_no_formula_of_arrays_is_read() -> None:
    for line, told in (("", None), ("numeric = true\n", "numbers, no formulas")):
        (problem,) = load(Source("hw.toml", HW + line)).problems.values()
        (part,) = sheet_of("hw", "ann", [parse_problem(problem).for_student("ann")]).parts
        assert part.told.get("answers") == told


def test_a_value_that_is_one_number_is_asked_for_as_one() -> None:
    """s = 3, and dL/dx = 2s for each entry."""
    key = key_of("s = sum(x); L = s**2", {"x": "[1, 2]"})
    expected: list[Any] = [key.readings(name)[0] for name in ("s", "dL/dx")]
    found = mark_arrays(key, [Claim("dL/dx", "2*s*[1, 1]")], HOMEWORK, expected).marks[0]
    assert (found.status, found.why) == ("imprecise", "right as a rule, but the number of s is asked for")

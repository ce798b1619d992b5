"""Sheets of a homework marked line by line: order, credit, points, what is shown, accepted answers, known mistakes."""

# ruff: noqa: E501
from __future__ import annotations

from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.array_items import ArrayItem
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.items import STEP
from gradcli.homework.classroom.array_grading import ArrayPrepared
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.prepared import Prepared, prepared_for
from gradcli.homework.classroom.submissions import Entry
from gradcli.homework.marking.array_conventions import sample_counts
from gradcli.homework.marking.array_judging import ArrayDraft
from gradcli.homework.marking.array_marks import working_order

from .array_sheets import key_of, marks

ARRAYS = """[[problem]]
program = "z = W@x; L = sum(z*z)"
at = { W = "[[1,2],[3,4]]", x = "[1,2]" }
"""
CONSTANT = """[[problem]]
program = "c = sqrt(4); z = x*c; L = sum(z) + c"
at = { x = "[1,2]" }
"""
NUMBERS = """[[problem]]
program = "q = x*y; f = q*z"
at = { x = 2, y = 3, z = 4 }
"""
Line = tuple[str, str, float, float, str | None, str, bool, list[str], list[float] | None]
Row = tuple[str, list[str], list[tuple[str, str]], str, list[Line], float, float, list[str], list[str]]
SHEETS: list[Row] = [
    (
        ARRAYS, ['items=["z","dL/dW","L"]'],
        [("L", "146"), ("dL/dx", "[76,108]"), ("z", "[5,11]")], "",
        [
            ("z", "correct", 1.0, 1.0, None, "", False, [], [5.0, 11.0]),
            ("dL/dW", "missing", 0.0, 1.0, None, "not handed in", False, [], [10.0, 20.0, 22.0, 44.0]),
            ("L", "correct", 1.0, 1.0, None, "", False, [], [146.0]),
            ("dL/dx", "correct", 1.0, 0.0, None, "", False, [], [76.0, 108.0]),
        ],
        2.0, 3.0, [], [],
    ),
    (
        ARRAYS, ['items=["z","dL/dW","L"]', "points=6", 'reveal="all"'],
        [("z", "[5,12]"), ("dL/dW[0]", "[10,20]"), ("dL/dW[1,0]", "22"), ("nope", "3"), ("shape(z)", "2")], "",
        [
            ("z", "wrong", 0.5, 2.0, "[5, 11]", "1 of 2 right; entry 1 is wrong", True, [], [5.0, 11.0]),
            ("dL/dW[0]", "correct", 1.0, 1.0, "[10, 20]", "", False, [], [10.0, 20.0]),
            ("dL/dW[1,0]", "correct", 1.0, 0.5, "22", "", False, [], [22.0]),
            ("dL/dW[1,1]", "missing", 0.0, 0.5, "44", "not handed in", False, [], [44.0]),
            ("L", "missing", 0.0, 2.0, "146", "not handed in", False, [], [146.0]),
            ("shape(z)", "correct", 1.0, 0.0, "2", "", False, [], None),
        ],
        2.5, 6.0, [], ['there is no item nope; the names are W, x, z, v1, L'],
    ),
    (
        ARRAYS, ['items=["z","dL/dW","L"]', "points=6", 'reveal="correct"', "weights={z=3}"],
        [("z", "[5,11]"), ("dL/dW[0]", "[10,20]"), ("dL/dW[0,1]", "20"), ("L", "3")], "",
        [
            ("z", "correct", 1.0, 3.6, "[5, 11]", "", False, [], [5.0, 11.0]),
            ("dL/dW[0]", "correct", 1.0, 0.6, "[10, 20]", "", False, [], [10.0, 20.0]),
            ("dL/dW[0,1]", "correct", 1.0, 0.0, "20", "", False, [], [20.0]),
            ("dL/dW[1,0]", "missing", 0.0, 0.3, None, "not handed in", False, [], [22.0]),
            ("dL/dW[1,1]", "missing", 0.0, 0.3, None, "not handed in", False, [], [44.0]),
            ("L", "wrong", 0.0, 1.2, None, "", True, [], [146.0]),
        ],
        4.2, 6.0, [], [],
    ),
    (
        CONSTANT, ['items=["z","dL/dc","L"]', "points=4"],
        [("z", "[2,4]"), ("dL/dc", "3"), ("L", "9")], "",
        [
            ("z", "correct", 1.0, 2.0, None, "", False, [], [2.0, 4.0]),
            ("dL/dc", "ungraded", 0.0, 0.0, None, "it does not depend on an input", False, [], None),
            ("L", "wrong", 0.0, 2.0, None, "", True, [], [8.0]),
        ],
        2.0, 4.0, [], [],
    ),
    (
        ARRAYS, ['items=["z","L"]', "points=4", "[[problem.accept]]", 'item="z"', 'claims=["[5,12]","[6,6]"]', "[[problem.mistake]]", 'item="L"', 'gives="16"', 'message="No squares."', "credit=0.25"],
        [("z", "[6,6]"), ("L", "16")], "",
        [
            ("z", "correct", 1.0, 2.0, None, "accepted", False, [], [5.0, 11.0]),
            ("L", "wrong", 0.25, 2.0, None, "", True, ['No squares.'], [146.0]),
        ],
        2.5, 4.0, [], [],
    ),
    (
        ARRAYS, ['items=["z","L"]', "points=4", "[[problem.accept]]", 'item="z"', 'claims=["[5,12]","[6,6]"]', "[[problem.mistake]]", 'item="L"', 'gives="16"', 'message="No squares."', "credit=0.25"],
        [("z", "[6,6]"), ("L", "72")], "",
        [
            ("z", "correct", 1.0, 2.0, None, "accepted", False, [], [5.0, 11.0]),
            ("L", "correct", 1.0, 2.0, None, "follows from an accepted answer", False, [], [146.0]),
        ],
        4.0, 4.0, [], [],
    ),
    (
        ARRAYS, ['items=["z","L"]', "[[problem.mistake]]", 'item="L"', 'gives="16"', 'message="No squares."', "credit=0.25", "[[problem.mistake]]", 'item="z"', 'gives="[3,7]"', 'message="Sums."'],
        [("z", "[3,7]"), ("L", "58")], "",
        [
            ("z", "wrong", 0.0, 1.0, None, "0 of 2 right", True, ['Sums.'], [5.0, 11.0]),
            ("L", "follow_through", 0.0, 1.0, None, "a right step from your z", False, [], [146.0]),
        ],
        0.0, 2.0, [], [],
    ),
    (
        ARRAYS, ['items=["z","L"]', "penalty=0.25"],
        [("z", "[3,7]"), ("z", "[5,11]"), ("L", "146")], "",
        [
            ("z", "correct", 0.75, 1.0, None, "after 1 wrong attempt: 75 % of the credit", False, [], [5.0, 11.0]),
            ("L", "correct", 1.0, 1.0, None, "", False, [], [146.0]),
        ],
        1.75, 2.0, ['p1 was handed in 2 times: the last counts'], [],
    ),
    (
        ARRAYS, ['items=["z"]'],
        [("W", "[[1,2],[3,5]]"), ("x", "[1,2]"), ("z", "[5,11]")], "W x",
        [
            ("z", "correct", 1.0, 1.0, None, "", False, [], [5.0, 11.0]),
        ],
        1.0, 1.0, ['p1 has W = [[1, 2], [3, 4]], but the sheet says [[1,2],[3,5]]'], ['p1 has W = [[1, 2], [3, 4]], but the sheet says [[1,2],[3,5]]: marked with the right numbers'],
    ),
    (
        NUMBERS, ['items=["q","df/dx","f"]'],
        [("f", "24"), ("df/dy", "8"), ("q", "6")], "",
        [
            ("q", "correct", 1.0, 1.0, None, "", False, [], [6.0]),
            ("df/dx", "missing", 0.0, 1.0, None, "not handed in", False, [], [12.0]),
            ("f", "correct", 1.0, 1.0, None, "", False, [], [24.0]),
            ("df/dy", "correct", 1.0, 0.0, None, "", False, [], None),
        ],
        2.0, 3.0, [], [],
    ),
    (
        NUMBERS, ['items=["q","df/dx","f"]', 'weights="equal"', "points=6", 'reveal="all"'],
        [("q", "7"), ("df/dx", "12"), ("nope", "3")], "",
        [
            ("q", "wrong", 0.0, 2.0, "6", "", True, [], [6.0]),
            ("df/dx", "correct", 1.0, 2.0, "12", "", False, [], [12.0]),
            ("f", "missing", 0.0, 2.0, "24", "not handed in", False, [], [24.0]),
        ],
        2.0, 6.0, [], ['there is no item nope; items are written q, df/dq or local(q,x)'],
    ),
    (
        NUMBERS, ['items=["q","df/dx","f"]', "points=6", 'reveal="correct"', "weights={q=4}"],
        [("q", "6"), ("f", "25")], "",
        [
            ("q", "correct", 1.0, 4.0, "6", "", False, [], [6.0]),
            ("df/dx", "missing", 0.0, 1.0, None, "not handed in", False, [], [12.0]),
            ("f", "wrong", 0.0, 1.0, None, "", True, [], [24.0]),
        ],
        4.0, 6.0, [], [],
    ),
    (
        NUMBERS, ['items=["q","f"]', "points=4", 'weights="equal"', "[[problem.accept]]", 'item="q"', 'claims=["x+y", 9]', "[[problem.mistake]]", 'item="f"', 'gives="q+z"', 'message="Sum."', "credit=0.25"],
        [("q", "5"), ("f", "10")], "",
        [
            ("q", "correct", 1.0, 2.0, None, "accepted", False, [], [6.0]),
            ("f", "wrong", 0.25, 2.0, None, "", True, ['Sum.'], [24.0]),
        ],
        2.5, 4.0, [], [],
    ),
    (
        NUMBERS, ['items=["q","f"]', "points=4", 'weights="equal"', "[[problem.accept]]", 'item="q"', 'claims=["x+y", 9]', "[[problem.mistake]]", 'item="f"', 'gives="q+z"', 'message="Sum."', "credit=0.25"],
        [("q", "9"), ("f", "36")], "",
        [
            ("q", "correct", 1.0, 2.0, None, "accepted", False, [], [6.0]),
            ("f", "correct", 1.0, 2.0, None, "follows from an accepted answer", False, [], [24.0]),
        ],
        4.0, 4.0, [], [],
    ),
    (
        NUMBERS, ['items=["q","f"]', 'weights="equal"', "penalty=0.25"],
        [("q", "5"), ("q", "6"), ("f", "24")], "",
        [
            ("q", "correct", 0.75, 1.0, None, "after 1 wrong attempt: 75 % of the credit", False, [], [6.0]),
            ("f", "correct", 1.0, 1.0, None, "", False, [], [24.0]),
        ],
        1.75, 2.0, ['p1 was handed in 2 times: the last counts'], [],
    ),
    (
        NUMBERS, ['items=["q"]'],
        [("x", "2.0"), ("y", "4"), ("q", "6")], "x y",
        [
            ("q", "correct", 1.0, 1.0, None, "", False, [], [6.0]),
        ],
        1.0, 1.0, ['p1 has y = 3, but the sheet says 4'], ['p1 has y = 3, but the sheet says 4: marked with the right numbers'],
    ),
    (
        "", ["[[problem]]", 'program="f = log(x)*y"', "at={x=2,y=0}", 'items=["df/dx","f"]', 'weights="equal"', "points=4"],
        [("df/dx", "0"), ("f", "log(x)*y+1")], "",
        [
            ("df/dx", "correct", 1.0, 2.0, None, "", False, [], [0.0]),
            ("f", "invalid", 0.0, 2.0, None, "a number is asked for, and this is a formula", False, [], [0.0]),
        ],
        2.0, 4.0, [], [],
    ),
]  # fmt: skip


def grader(text: str) -> Grader:
    return Grader(load(Source("hw.toml", text)))


@pytest.mark.parametrize(
    ("base", "more", "claims", "given", "lines", "earned", "possible", "remarks", "troubles"), SHEETS
)
def test_a_sheet_line_by_line(
    base: str, more: list[str], claims: list[tuple[str, str]], given: str, lines: list[Line], earned: float,
    possible: float, remarks: list[str], troubles: list[str],
) -> None:  # fmt: skip
    entries = [
        Entry("ann", "", item, text, f"f:{k}", item in given.split()) for k, (item, text) in enumerate(claims, 2)
    ]
    result, found = grader(base + "\n".join(more)).result("ann", entries)
    assert result is not None
    assert [
        (line.item, line.status, line.credit, round(line.points, 4), line.expected, line.why, line.first_wrong,
         [mistake.message for mistake in line.mistakes], line.truth) for line in result.lines
    ] == lines  # fmt: skip
    assert (result.earned, result.possible, result.remarks) == (pytest.approx(earned), possible, remarks)
    assert [trouble.message for trouble in found] == troubles


@pytest.mark.parametrize(("base", "kind", "pairs"), [
    (ARRAYS, ArrayPrepared, [("W", "[[1,2],[3,5]]", "has W = [[1, 2], [3, 4]], but the sheet says [[1,2],[3,5]]"), ("W", "[[1,2],[3,4.0]]", ""),
                             ("q", "3", "")]),
    (NUMBERS, Prepared, [("x", "3", "has x = 2, but the sheet says 3"), ("x", "2,0", ""), ("x", "2.0", ""), ("x", " 2 ", ""), ("q", "3", ""),
                         ("x", "two", "has x = 2, but the sheet says two"), ("x", "y", "has x = 2, but the sheet says y")]),
])  # fmt: skip
def test_numbers_that_a_sheet_states(base: str, kind: type, pairs: list[tuple[str, str, str]]) -> None:
    (problem,) = load(Source("hw.toml", base)).problems.values()
    prepared = prepared_for(parse_problem(problem), "")
    assert isinstance(prepared, kind)
    for item, text, said in pairs:
        for id, called in (("", "p1"), ("P 1", "P 1")):
            assert prepared.other_number(Entry("ann", id, item, text, "f:1")) == (f"{called} {said}" if said else "")
    (question, name), *_ = prepared.questions()
    assert (question.split(" = ")[0], name) == ("value of z" if kind is ArrayPrepared else "value of q", name)
    assert isinstance(prepared.item("nope"), str)
    assert not isinstance(prepared.item(name), str)


# ---- means over samples: without 1/N

POINT = {"w": [1, 2, 3, 4], "x": [2, 3, -1, 0.5], "y": [1, 1, 2, 2], "v": [0.5, 0.5, 1, 1]}
MEAN = "z = w*x; u = v*x; e = z + u - y; s = e*e; L = mean(s)"
E, W = [1.0, 3.25, -3.0, 0.25], [2.0, 9.75, 3.0, 0.125]  # dL/de = dL/dz = dL/du, and dL/dw = dL/dv
SUMMED = "gradient of the sum of the losses: without 1/4"
WRONG = "0 of 4 right"


def times(n: float, numbers: list[float]) -> list[float]:
    return [n * x for x in numbers]


@pytest.mark.parametrize(("claims", "expected"), [
    ({"de": times(4, E), "dz": times(4, E), "dw": W}, [("correct", SUMMED), ("correct", SUMMED), ("correct", "")]),
    ({"dz": times(4, E), "du": times(4, E), "dw": W}, [("correct", SUMMED), ("correct", SUMMED), ("correct", "")]),
    ({"dz": times(4, E)}, [("wrong", WRONG)]),  # nothing shows that it is meant so
    ({"dz": times(4, E), "dw": times(4, W)}, [("wrong", WRONG), ("follow_through", "a right step from your dL/dz")]),
    ({"dz": times(3, E), "dw": W}, [("wrong", WRONG), ("correct", "")]),
    ({"de": times(4, E), "dz": times(7, E), "dw": W}, [("wrong", WRONG), ("wrong", WRONG), ("correct", "")]),  # half
    ({"de": times(4, E), "du": times(4, E), "dz": times(7, E), "dw": W},
     [("correct", SUMMED), ("correct", SUMMED), ("wrong", f"{WRONG}; taken as the {SUMMED}"), ("correct", "")]),
    ({"du": times(4, E), "dw": W}, [("wrong", WRONG), ("correct", "")]),  # w is not behind u
    ({"dz": [8, 13, -12, 1], "dw": [4, 9.75, 3, 0.125]},
     [("wrong", f"3 of 4 right; entry 0 is wrong; taken as the {SUMMED}"), ("follow_through", "a right step from your dL/dz")]),
    ({"dz": [8, 13, -12, 1], "dw": [16, 39, 12, 0.5]}, [("wrong", WRONG), ("follow_through", "a right step from your dL/dz")]),
    ({"dz": E, "dw": W}, [("correct", ""), ("correct", "")]),
])  # fmt: skip
def test_gradients_of_the_sum_of_the_losses(claims: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = marks(MEAN, POINT, claims)
    assert [(m.status, m.why) for m in found.values()] == expected
    assert [m.values for m in found.values()] == list(claims.values())  # as they were claimed


def test_what_has_no_derivative_is_right_in_no_entry() -> None:
    constant = marks("c = sqrt(4); z = x*c; L = sum(z) + c", {"x": [1, 2]}, {"dc": 3})["dc"]
    assert (constant.status, constant.right, constant.credit) == ("ungraded", [False], 0.0)
    edge = marks("z = cbrt(x); L = sum(z)", {"x": [0, 8]}, {"dx": "[0, 0.08333]"})["dx"]
    assert (edge.status, edge.right, edge.credit) == ("wrong", [False, True], 0.5)
    assert edge.why == "1 of 2 right; entry 0 is wrong"
    both = marks("z = abs(x); L = sum(z)", {"x": [0, -3, 5]}, {"dx": "[0.5, -1, 1]"})["dx"]
    assert (both.status, both.right) == ("correct", [True] * 3)
    outside = marks("z = abs(x); L = sum(z)", {"x": [0, -3, 5]}, {"dx": "[2, -1, 1]"})["dx"]
    assert (outside.status, outside.right) == ("wrong", [False, True, True])
    one = marks("L = cbrt(x)*sum(y)", {"x": 0, "y": [1, 2]}, {"dx": "undefined"})["dx"]
    assert one.status == "correct"


def test_the_order_of_work_and_what_a_mean_is_over() -> None:
    """Values forwards, local gradients, gradients backwards, new values."""
    key = key_of(MEAN, POINT)
    names = ["z", "L", "local(z,w)", "dL/dL", "dL/de", "dL/dz", "dL/dw"]
    drafts = []
    for name in names:
        items = key.readings(name)
        assert not isinstance(items, str)
        drafts.append(ArrayDraft(Claim(name, ""), items[0]))
    step = ArrayItem(STEP, drafts[-1].item.node, -1, (4,)) if drafts[-1].item is not None else None
    drafts.append(ArrayDraft(Claim("new(w)", ""), step))
    assert [d.claim.name for d in sorted(drafts[4:] + drafts[:4], key=working_order)] == [*names, "new(w)"]
    assert sample_counts(key.record.graph) == [4]

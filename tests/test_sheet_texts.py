"""What a sheet says: the question of every kind of item, its answer and weight, and what is told beside."""

# ruff: noqa: E501
from __future__ import annotations

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.array_items import item_name as array_item_name
from gradcli.homework.classroom.array_problem import ArrayInstance, differs, told
from gradcli.homework.classroom.array_sheet import ArraySheet
from gradcli.homework.classroom.array_variants import given_of
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.problem_instance import ProblemInstance, item_names
from gradcli.homework.classroom.sheet import SheetProblem, sheet_of

Row = tuple[list[str], list[tuple[str, str, str, float]], dict[str, str], float]
SHEETS: list[Row] = [
    (
        [
            'program = "q = x*y; f = (q + 1)*x"',
            "at = { x = 2, y = 3 }",
        ],
        [
            ("q", "value of q = x*y", "6", 1.0),
            ("v1", "value of v1 = q + 1", "7", 1.0),
            ("f", "value of f = (q + 1)*x", "14", 1.0),
            ("local(q,x)", "local gradient of q = x*y with respect to x", "3", 0.05),
            ("local(q,y)", "local gradient of q = x*y with respect to y", "2", 0.05),
            ("local(v1,q)", "local gradient of v1 = q + 1 with respect to q", "1", 0.03),
            ("local(f,v1)", "local gradient of f = v1*x with respect to v1", "2", 0.05),
            ("local(f,x)", "local gradient of f = v1*x with respect to x", "7", 0.15),
            ("df/df", "gradient of f with respect to f", "1", 0.03),
            ("df/dv1", "gradient of f with respect to v1", "2", 0.2),
            ("df/dq", "gradient of f with respect to q", "2", 0.2),
            ("df/dy", "gradient of f with respect to y", "4", 1.0),
            ("df/dx", "gradient of f with respect to x", "13", 2.0),
        ],
        {"program": "q = x*y; f = (q + 1)*x", "precision": "give 3 significant figures, whole numbers exactly"},
        13.0,
    ),
    (
        [
            'program = "q = x*y; f = (q + 1)*x"',
            "at = { x = 2, y = 3 }",
            'items = "upstream"',
        ],
        [
            ("df/df", "gradient of f with respect to f", "1", 0.03),
            ("df/dv1", "gradient of f with respect to v1 (v1 = q + 1)", "2", 1.0),
            ("df/dq", "gradient of f with respect to q", "2", 0.2),
            ("df/dy", "gradient of f with respect to y", "4", 1.0),
            ("df/dx", "gradient of f with respect to x", "13", 2.0),
        ],
        {
            "program": "q = x*y; f = (q + 1)*x",
            "where": "v1 = q + 1",
            "precision": "give 3 significant figures, whole numbers exactly",
        },
        5.0,
    ),
    (
        [
            'program = "q = x*y; f = (q + 1)*x"',
            "at = { x = 2, y = 3 }",
            'items = ["local(f,x)", "dq/dx", "dv1/dx", "local(q,y)", "df/dq", "f", "v1"]',
        ],
        [
            ("local(f,x)", "local gradient of f = v1*x with respect to x", "7", 1.0),
            ("dq/dx", "derivative of q with respect to x", "3", 1.0),
            ("dv1/dx", "derivative of v1 with respect to x", "3", 1.0),
            ("local(q,y)", "local gradient of q = x*y with respect to y", "2", 1.0),
            ("df/dq", "gradient of f with respect to q", "2", 1.0),
            ("f", "value of f = (q + 1)*x", "14", 1.0),
            ("v1", "value of v1 = q + 1", "7", 1.0),
        ],
        {"program": "q = x*y; f = (q + 1)*x", "precision": "give 3 significant figures, whole numbers exactly"},
        7.0,
    ),
    (
        [
            'program = "f = x*x + sin(x*y)"',
            "at = { x = 2, y = 3 }",
            'items = ["f", "df/dx", "df/dv2", "local(v1,x,2)", "local(v2,y)"]',
        ],
        [
            ("f", "value of f = x*x + sin(x*y)", "3.7205845018", 1.0),
            ("df/dx", "gradient of f with respect to x", "6.88051085995", 2.0),
            ("df/dv2", "gradient of f with respect to v2 (v2 = x*y)", "0.96017028665", 1.0),
            ("local(v1,x,2)", "local gradient of v1 = x*x with respect to x (argument 2)", "2", 0.05),
            ("local(v2,y)", "local gradient of v2 = x*y with respect to y", "2", 1.0),
        ],
        {
            "program": "f = x*x + sin(x*y)",
            "where": "v1 = x*x, v2 = x*y",
            "precision": "give 3 significant figures, whole numbers exactly",
        },
        5.0,
    ),
    (
        [
            'program = "f = x^2*y"',
            "at = { x = 2, y = 3 }",
            "step = 0.5",
            'items = "new"',
            "due = 2026-12-01",
            "attempts = 2",
            "penalty = 0.25",
        ],
        [
            ("new(x)", "new value of x after a step of descent with the rate 0.5: x - 0.5*df/dx", "-4", 1.0),
            ("new(y)", "new value of y after a step of descent with the rate 0.5: y - 0.5*df/dy", "1", 1.0),
        ],
        {
            "program": "f = x^2*y",
            "precision": "give 3 significant figures, whole numbers exactly",
            "due": "2026-12-01; each day late takes 0.5 points",
            "attempts": "2, each wrong one takes 25 % of the credit",
        },
        2.0,
    ),
    (
        [
            'program = """',
            "a = x + 1  # first",
            "f = a*y",
            '"""',
            "at = { x = 2, y = 3 }",
            'step = "1/10"',
            "ascent = true",
            'items = "gradient"',
            "decimals = 3",
            "imprecise = 0.5",
            'title = "A t"',
            'text = " some text "',
            'hint = " a hint"',
            "numeric = true",
            "rtol = 0.05",
            "points = 6",
        ],
        [
            ("df/dy", "gradient of f with respect to y", "3", 1.0),
            ("df/dx", "gradient of f with respect to x", "3", 1.0),
            ("new(x)", "new value of x after a step of ascent with the rate 1/10: x + 1/10*df/dx", "2.3", 0.2),
            ("new(y)", "new value of y after a step of ascent with the rate 1/10: y + 1/10*df/dy", "3.3", 0.2),
        ],
        {
            "title": "A t",
            "text": "some text",
            "program": "a = x + 1; f = a*y",
            "precision": "round every number to 3 decimals; a number with too few decimals counts 0.5",
            "answers": "numbers, no formulas",
            "hint": "a hint",
        },
        6.0,
    ),
    (
        [
            'program = "f = x^2*y"',
            "at = { x = 2, y = 3 }",
            "weights = { f = 3 }",
            'items = ["f","df/dx"]',
        ],
        [
            ("f", "value of f = x^2*y", "12", 3.0),
            ("df/dx", "gradient of f with respect to x", "12", 1.0),
        ],
        {"program": "f = x^2*y", "precision": "give 3 significant figures, whole numbers exactly"},
        4.0,
    ),
    (
        [
            'program = "f = x^2*y"',
            "at = { x = 2, y = 3 }",
            'weights = "equal"',
            'items = "local"',
            "sigfigs=4",
        ],
        [
            ("local(v1,x)", "local gradient of v1 = x**2 with respect to x", "4", 1.0),
            ("local(f,v1)", "local gradient of f = v1*y with respect to v1 (v1 = x**2)", "3", 1.0),
            ("local(f,y)", "local gradient of f = v1*y with respect to y (v1 = x**2)", "4", 1.0),
        ],
        {"program": "f = x^2*y", "where": "v1 = x**2", "precision": "give 4 significant figures"},
        3.0,
    ),
    (
        [
            'program = "z = W@x + b; L = sum(z*z)"',
            'at = { W = "[[1,2],[3,4]]", x = "[1,2]", b = "[5,6]" }',
            "step=0.1",
        ],
        [
            ("v1", "value of v1 = W@x (2 entries)", "[5, 11]", 1.0),
            ("z", "value of z = v1 + b (2 entries)", "[10, 17]", 1.0),
            ("v2", "value of v2 = z*z (2 entries)", "[100, 289]", 1.0),
            ("L", "value of L = sum(v2) (a number)", "389", 1.0),
            ("dL/dL", "gradient of L with respect to L (a number)", "1", 1.0),
            ("dL/dv2", "gradient of L with respect to v2 (2 entries)", "[1, 1]", 1.0),
            ("dL/dz", "gradient of L with respect to z (2 entries)", "[20, 34]", 1.0),
            ("dL/db", "gradient of L with respect to b (2 entries)", "[20, 34]", 1.0),
            ("dL/dv1", "gradient of L with respect to v1 (2 entries)", "[20, 34]", 1.0),
            ("dL/dx", "gradient of L with respect to x (2 entries)", "[122, 176]", 1.0),
            ("dL/dW", "gradient of L with respect to W (2x2)", "[[20, 40], [34, 68]]", 1.0),
            (
                "new(W)",
                "new value of W after a step of descent with the rate 0.1: W - 0.1*dL/dW (2x2)",
                "[[-1, -2], [-0.4, -2.8]]",
                1.0,
            ),
            (
                "new(x)",
                "new value of x after a step of descent with the rate 0.1: x - 0.1*dL/dx (2 entries)",
                "[-11.2, -15.6]",
                1.0,
            ),
            (
                "new(b)",
                "new value of b after a step of descent with the rate 0.1: b - 0.1*dL/db (2 entries)",
                "[3, 2.6]",
                1.0,
            ),
        ],
        {"program": "z = W@x + b; L = sum(z*z)", "precision": "give 3 significant figures"},
        14.0,
    ),
    (
        [
            'program = "z = W@x + b; L = sum(relu(z)*z)"',
            'at = { W = "[[1,2],[3,4]]", x = "[1,2]", b = "[5,6]" }',
            'items = ["z[1]","dL/dW[0]","shape(W)","local(z,b)","shape(dL/dx)","L","v1","new(b)", "new(b)[0]"]',
            "ascent=true",
            'step="1/4"',
        ],
        [
            ("z[1]", "value of z[1] of z = v1 + b", "17", 1.0),
            ("dL/dW[0]", "gradient of L with respect to W[0]", "[20, 40]", 1.0),
            ("shape(W)", "shape of W", "2x2", 1.0),
            ("local(z,b)", "Jacobian local(z,b) (2x2)", "[[1, 0], [0, 1]]", 1.0),
            ("shape(dL/dx)", "shape of dL/dx", "2", 1.0),
            ("L", "value of L = sum(relu(z)*z) (a number)", "389", 1.0),
            ("v1", "value of v1 = W@x (2 entries)", "[5, 11]", 1.0),
            (
                "new(b)",
                "new value of b after a step of ascent with the rate 1/4: b + 1/4*dL/db (2 entries)",
                "[10, 14.5]",
                1.0,
            ),
            ("new(b)[0]", "new value of b[0] after a step of ascent with the rate 1/4: b + 1/4*dL/db", "10", 1.0),
        ],
        {"program": "z = W@x + b; L = sum(relu(z)*z)", "precision": "give 3 significant figures"},
        9.0,
    ),
    (
        [
            'program = "z = W@x + b; L = sum(relu(z)*z)"',
            'at = { W = "[[1,2],[3,4]]", x = "[1,2]", b = "[5,6]" }',
            'items = "values"',
            "weights={L=3}",
            "points=7",
        ],
        [
            ("v1", "value of v1 = W@x (2 entries)", "[5, 11]", 1.0),
            ("z", "value of z = v1 + b (2 entries)", "[10, 17]", 1.0),
            ("v2", "value of v2 = relu(z) (2 entries)", "[10, 17]", 1.0),
            ("v3", "value of v3 = v2*z (2 entries)", "[100, 289]", 1.0),
            ("L", "value of L = sum(v3) (a number)", "389", 3.0),
        ],
        {"program": "z = W@x + b; L = sum(relu(z)*z)", "precision": "give 3 significant figures"},
        7.0,
    ),
    (
        [
            'program = "L = sum(x*x)"',
            'at = { x = "[1]" }',
            'items = "gradient"',
        ],
        [
            ("dL/dx", "gradient of L with respect to x (1 entry)", "[2]", 1.0),
        ],
        {"program": "L = sum(x*x)", "precision": "give 3 significant figures"},
        1.0,
    ),
]


def instance(text: str, student: str = "") -> ProblemInstance | ArrayInstance:
    (problem,) = load(Source("hw.toml", f"[[problem]]\n{text}")).problems.values()
    return parse_problem(problem).for_student(student)


@pytest.mark.parametrize(("lines", "items", "told", "points"), SHEETS)
def test_a_sheet_asks_and_tells(
    lines: list[str], items: list[tuple[str, str, str, float]], told: dict[str, str], points: float
) -> None:
    found = instance("\n".join(lines))
    if isinstance(found, ProblemInstance):
        own = [(name, found.question(i), found.answer(i), found.weights[i]) for i, name in item_names(found).items()]
        kind: type = SheetProblem
    else:
        own = [
            (array_item_name(found.record, i), found.question(i), found.answer(i), found.weights[i])
            for i in found.weights
        ]
        kind = ArraySheet
        assert found.left_out == []
    assert own == items
    assert found.points == points
    (part,) = sheet_of("T", None, [found], 0.5).parts
    assert isinstance(part, kind)
    assert list(part.told.items()) == list(told.items())
    assert [(row.item, row.question) for row in part.rows] == [row[:2] for row in items]
    if isinstance(part, ArraySheet):
        assert [row.text for row in part.rows] == [row[2] for row in items]
        assert (part.problem, part.program) == ("p1", found.record.program)
    else:
        assert [(row.answer, row.remark, row.problem) for row in part.rows] == [(row[2], "", "p1") for row in items]


@pytest.mark.parametrize(("size", "asked"), [(400, True), (401, False)])
def test_an_array_of_more_than_400_entries_is_not_asked_for(size: int, asked: bool) -> None:
    """Unless it is named."""
    text = f'program = "z = 2*x; L = sum(z)"\nat = {{ x = "{[*range(size)]}" }}\n'
    found = instance(text)
    assert isinstance(found, ArrayInstance)
    assert found.left_out == ([] if asked else ["z", "dL/dz", "dL/dx"])
    assert (len(found.weights) == 5) is asked
    named = instance(text + 'items = ["z"]')
    assert isinstance(named, ArrayInstance)
    assert (named.left_out, list(named.weights.values())) == ([], [1.0])


@pytest.mark.parametrize(("text", "due"), [
    ("late = 2\n", None), ("due = 2026-12-01\n", "2026-12-01"),
    ("late = 1\ndue = 2026-12-01 18:30:00\n", "2026-12-01 18:30:00; each day late takes 1 point"),
    ("late = 0.25\ndue = 2026-12-01\n", "2026-12-01; each day late takes 0.25 points"),
    ("late = 0\ndue = 2026-12-01\n", "2026-12-01"),
])  # fmt: skip
def test_when_it_is_due_and_what_a_day_costs(text: str, due: str | None) -> None:
    late, _, own = text.rpartition("due")
    work = load(Source("hw.toml", f'{late}[[problem]]\nprogram = "x"\nat = {{ x = 2 }}\n' + (f"due{own}" if _ else "")))
    (part,) = sheet_of("T", None, [parse_problem(p).for_student("") for p in work.problems.values()], work.late).parts
    assert part.told.get("due") == due


@pytest.mark.parametrize(("own", "remark"), [
    ('program = "f = abs(x)*y"\nat = { x = 0, y = 3 }\n', {
        "df/dx": "at the kink anything from -3 to 3 is right", "local(v1,x)": "at the kink anything from -1 to 1 is right"}),
    ('program = "f = relu(x)"\nat = { x = 0 }\n', {
        "df/dx": "at the kink anything from 0 to 1 is right", "local(f,x)": "at the kink anything from 0 to 1 is right"}),
    ('program = "f = relu(x)"\nat = { x = 1 }\n', {}),
])  # fmt: skip
def test_a_key_remarks_on_kinks(own: str, remark: dict[str, str]) -> None:
    (part,) = sheet_of("T", None, [instance(own)]).parts
    assert isinstance(part, SheetProblem)
    ends = {
        row.item: row.remark.rpartition("; ")[2]
        for row in part.rows
        if row.item.startswith(("df/dx", "local")) and row.remark
    }
    assert ends == remark


@pytest.mark.parametrize(("own", "text"), [
    ("1.50", "1.50"), ("[1, 2.5]", "[1, 2.5]"), ("[[1,-2],[3,4]]", "[[1, -2], [3, 4]]"), ("1 2; 3 4", "[[1, 2], [3, 4]]"),
    ("[0.1]", "[0.1]"),
])  # fmt: skip
def test_how_the_value_of_an_input_is_told(own: str, text: str) -> None:
    assert told(given_of("w", own)) == text
    assert differs(given_of("w", own), text) is False
    assert differs(given_of("w", own), text.replace(" ", "")) is False


@pytest.mark.parametrize(("own", "stated", "other"), [
    ("[1, 2]", "[1.0, 2]", False), ("[1, 2]", "[1, 3]", True), ("[1, 2]", "[2, 2]", True), ("[1, 2]", "[1, 2, 3]", True),
    ("[1, 2]", "[[1, 2]]", True), ("[1, 2]", "1", True), ("[1, 2]", "[1, oops", True), ("2", "2.0", False), ("2", "3", True),
    ("2", "[2]", True), ("1/2", "1/2 ", False), ("1/2", "0.5", True), ("pi", "pi", False), ("[1, 1/2]", "[1,1/2]", False),
])  # fmt: skip
def test_a_sheet_states_other_numbers(own: str, stated: str, other: bool) -> None:
    assert differs(given_of("w", own), stated) is other

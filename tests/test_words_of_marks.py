"""What is said of a claim: its status and the reason in words, for numbers and for arrays, claim by claim."""

# ruff: noqa: E501
from __future__ import annotations

from typing import Any

import pytest

from gradcli.homework.claims.claims import Claim
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.array_judging import ArrayDraft
from gradcli.homework.marking.array_marks import mark_arrays
from gradcli.homework.marking.judging import Draft, MarkingPolicy, read_draft
from gradcli.homework.marking.marks import mark

from .array_sheets import key_of, marks
from .test_marking_by_hand import marked, record

Program = tuple[str, dict[str, Any]]
FORK: Program = ("q = x + y; f = q*z", {"x": -2, "y": 5, "z": -4})
LAYER: Program = ("z = W@x; h = relu(z); L = sum(h*g)", {"W": [[1, 2], [3, -4]], "x": [1, 3], "g": [1, 3]})
NUMBERS: list[tuple[Program, dict[str, Any], dict[str, tuple[str, str, str, bool]]]] = [
    (FORK, {}, {
        "q": ("3", "correct", "", False),
        "q ": ("3", "invalid", "q is claimed twice", False),
        "zz": ("1", "invalid", "there is no item zz; did you mean z?", False),
        "f": ("", "missing", "not handed in", False),
        "df/dq": ("  ", "missing", "not handed in", False),
        "df/dx": ("1+", "invalid", "the expression ends too early: a number, a name or ( is expected after +; write what stands behind +, or leave it out", False),
        "df/dy": ("undefined", "wrong", "there is a derivative here", True),
    }),
    (FORK, {}, {
        "q": ("q", "invalid", "q cannot be told by itself", False),
        "f": ("df/dq*q", "invalid", "f cannot be told by df/dq, which is computed from it", False),
        "df/dx": ("df/dx", "invalid", "df/dx cannot be told by itself", False),
        "df/dy": ("df/dq", "correct", "", False),
        "local(f,q)": ("local(f,q)", "invalid", "local(f,q) cannot be told by itself", False),
        "df/dz": ("f/z", "correct", "", False),
    }),
    (FORK, {}, {
        "q": ("x+y", "correct", "", False),
        "f": ("z*q", "correct", "", False),
        "df/dq": ("z", "correct", "", False),
        "df/dz": ("3", "correct", "", False),
        "df/dx": ("-4", "correct", "", False),
        "local(f,z)": ("x+y+0*z", "correct", "", False),
    }),
    (FORK, {'numeric': ('value', 'upstream')}, {
        "q": ("x+y", "invalid", "a number is asked for, and this is a formula", False),
        "f": ("z*q", "invalid", "a number is asked for, and this is a formula", False),
        "df/dq": ("z", "invalid", "a number is asked for, and this is a formula", False),
    }),
    (FORK, {}, {
        "q": ("x*y+13", "wrong", "at x=-1.43 y=2.91 z=-4.82 it gives 8.8387", True),
        "f": ("f", "invalid", "f cannot be told by itself", False),
        "df/dx": ("z+1", "wrong", "at x=-2 y=5 z=-4 it gives -3", False),
    }),
    (FORK, {}, {
        "df/dx": ("-4.03", "correct", "", False),
        "df/dy": ("-4.05", "wrong", "", True),
        "q": ("3.1", "wrong", "", False),
    }),
    (FORK, {}, {
        "dz": ("3", "correct", "", False),
    }),
    (FORK, {}, {
        "dq": ("-4", "correct", "", False),
        "d q": ("-4", "invalid", "there is no item d q; did you mean dq?", False),
    }),
    (FORK, {}, {
        "f": ("log(-x*0-1)", "wrong", "at x=-2 y=5 z=-4 it has no value", True),
    }),
    (FORK, {}, {
        "q": ("undefined", "wrong", "there is a value here", True),
    }),
    (FORK, {'decimals': 2}, {
        "q": ("0.333", "wrong", "", True),
    }),
    (("f = abs(x)*y", {'x': 0, 'y': 3}), {}, {
        "df/dx": ("0", "correct", "the usual choice between the one-sided derivatives, -3 and 3", False),
        "local(v1,x)": ("1", "correct", "between the one-sided derivatives, -1 and 1", False),
    }),
    (("f = abs(x)*y", {'x': 0, 'y': 3}), {}, {
        "df/dx": ("undefined", "correct", "there is no derivative here, only one on each side", False),
        "local(v1,x)": ("2", "wrong", "", True),
    }),
    (("f = abs(x)*y", {'x': 0, 'y': 3}), {}, {
        "df/dx": ("3", "correct", "between the one-sided derivatives, -3 and 3", False),
        "f": ("undefined", "wrong", "there is a value here", True),
    }),
    (("f = sqrt(x)*y", {'x': 0, 'y': 3}), {}, {
        "df/dx": ("0", "wrong", "there is no derivative here", True),
        "f": ("0", "correct", "", False),
        "df/dy": ("0", "correct", "", False),
    }),
    (("f = sqrt(x)*y", {'x': 0, 'y': 3}), {}, {
        "df/dx": ("undefined", "correct", "there is no derivative here, there is no value on one side", False),
    }),
    (("f = x/3", {'x': 2}), {}, {
        "df/dx": ("0.333", "correct", "", False),
        "f": ("0.667", "correct", "", False),
        "local(f,x)": ("0.333*x/x", "imprecise", "right up to a rounded constant, write it as a fraction", False),
    }),
    (("f = x/3", {'x': 2}), {}, {
        "f": ("0.333*x", "imprecise", "right up to a rounded constant, write it as a fraction", False),
    }),
    (("f = floor(x)*y", {'x': 1.5, 'y': 2}), {}, {
        "df/dx": ("0", "correct", "", False),
    }),
]  # fmt: skip
LAYERS: list[dict[str, tuple[str, str, str, float, bool, str]]] = [
    {
        "z": ("[7,-9]", "correct", "", 1.0, False, ""),
        "h": ("[7,0]", "correct", "", 1.0, False, ""),
        "L": ("7", "correct", "", 1.0, False, ""),
        "zz": ("1", "invalid", "there is no item zz; did you mean z?", 0.0, False, ""),
        "dL/dh": ("", "missing", "not handed in", 0.0, False, ""),
        "dL/dz": ("[1,", "invalid", "[ is not closed; a ] is missing", 0.0, False, ""),
    },
    {
        "z": ("z", "invalid", "z cannot be told by itself", 0.0, False, ""),
        "h": ("z*2", "wrong", "0 of 2 right", 0.0, True, ""),
        "dL/dz": ("dL/dz", "invalid", "dL/dz cannot be told by itself", 0.0, False, ""),
        "L": ("undefined", "wrong", "there is a value here", 0.0, False, ""),
    },
    {
        "z": ("W@x", "correct", "", 1.0, False, ""),
        "h": ("(z+abs(z))/2", "correct", "", 1.0, False, ""),
        "dL/dz": ("g*(z>0)", "invalid", "a comparison can only be the first argument of where; write g*where(z>0, 1, 0)", 0.0, False, ""),
        "dL/dW": ("[[1,3],[0,0]]", "correct", "", 1.0, False, ""),
    },
    {
        "dL/dW": ("[[1,0],[3,0]]", "wrong", "2 of 4 right; [0,1] and [1,0] are wrong", 0.5, True, ""),
    },
    {
        "dL/dW": ("[1,3,0,0]", "wrong", "it is reshaped: 4 entries, and dL/dW is 2x2; the numbers are right in this order", 0.0, True, "reshaped"),
    },
    {
        "dL/dW": ("[[1,3],[0,0],[0,0]]", "wrong", "it is 3x2, and dL/dW is 2x2", 0.0, True, "other"),
    },
    {
        "z": ("[7,9]", "wrong", "1 of 2 right; entry 1 is wrong", 0.5, True, ""),
        "h": ("[7,9]", "follow_through", "a right step from your z", 0.5, False, ""),
    },
    {
        "z": ("[[7],[-9]]", "correct", "z has 2 entries: without axes of size 1", 1.0, False, ""),
    },
    {
        "z": ("[0,0]", "wrong", "0 of 2 right; all entries are 0", 0.0, True, ""),
    },
    {
        "z": ("[1,1]", "wrong", "0 of 2 right", 0.0, True, ""),
        "h": ("[1,1]", "follow_through", "a right step from your z, but a wrong array of 0 or 1 carries no credit", 0.0, False, ""),
    },
    {
        "dL/dW": ("[[1,3],[0,1]]", "wrong", "3 of 4 right; [1,1] is wrong", 0.75, True, ""),
        "z": ("[7,-9.05]", "correct", "", 1.0, False, ""),
    },
    {
        "z": ("x@W", "wrong", "0 of 2 right", 0.0, True, ""),
    },
    {
        "z": ("[7,-9]", "correct", "", 1.0, False, ""),
        "z ": ("[7,-9]", "invalid", "z is claimed twice", 0.0, False, ""),
    },
    {
        "shape(z)": ("2", "correct", "", 1.0, False, ""),
        "shape(W)": ("(2,3)", "wrong", "it is 2x3, and the rows of W are as many, the columns are not", 0.0, True, "other"),
    },
    {
        "h": ("z", "wrong", "1 of 2 right; entry 1 is wrong", 0.5, True, ""),
        "L": ("sum(h)", "wrong", "right at this point, but not at other points of the same shapes", 0.0, False, ""),
    },
    {
        "dL/dW": ("undefined", "wrong", "there is a derivative here", 0.0, True, ""),
    },
    {
        "z": ("[7.04,-9]", "correct", "", 1.0, False, ""),
        "h": ("[7.04,0]", "correct", "", 1.0, False, ""),
    },
]  # fmt: skip


@pytest.mark.parametrize(("program", "rules", "claims"), NUMBERS)
def test_what_is_said_of_a_number(
    program: Program, rules: dict[str, Any], claims: dict[str, tuple[str, str, str, bool]]
) -> None:
    found = marked(*program, {name: text for name, (text, *_) in claims.items()}, **rules).marks
    assert [(m.claim.name, m.status, m.why, m.first_wrong) for m in found] == [
        (name, *said) for name, (_, *said) in claims.items()
    ]
    assert [m.credit for m in found] == [float(m.status == "correct") for m in found]


@pytest.mark.parametrize("claims", LAYERS)
def test_what_is_said_of_an_array(claims: dict[str, tuple[str, str, str, float, bool, str]]) -> None:
    found = marks(*LAYER, {name: text for name, (text, *_) in claims.items()})
    assert {name: (m.status, m.why, m.credit, m.first_wrong, m.shape_kind) for name, m in found.items()} == {
        name: tuple(said) for name, (_, *said) in claims.items()
    }


def test_what_is_asked_and_not_handed_in_is_missing() -> None:
    key = AnswerKey(record(FORK[0], **FORK[1]))
    asked = [item for name in ("f", "q", "df/dq") if not isinstance(item := key.item(name), str)]
    found = mark(key, [Claim("q", "7"), Claim("f", "-28"), Claim("df/dx", "9")], MarkingPolicy(diagnose=False), asked)
    assert [(m.claim.name, m.status, m.why, m.first_wrong) for m in found.marks] == [
        ("q", "wrong", "", True), ("f", "follow_through", "a right step from your q", False), ("df/dx", "wrong", "", False),
        ("df/dq", "missing", "not handed in", False),
    ]  # fmt: skip
    assert (found.earned, found.possible, found.unbound) == (0.0, 4.0, False)
    sheet = mark_arrays(
        key_of(*LAYER), [Claim("L", "9")], MarkingPolicy(), [i for i in key_of(*LAYER).readings("z") if i]
    )
    assert [(m.claim.name, m.status) for m in sheet.marks] == [("L", "wrong"), ("z", "missing")]
    assert (sheet.earned, sheet.possible) == (0.0, 2.0)


@pytest.mark.parametrize(("claims", "expected"), [
    # the first wrong step is the first asked for, and one that only follows is later than any other
    ([("df/dx", "9"), ("q", "7")], "q"), ([("f", "-28"), ("q", "7")], "q"), ([("df/dz", "5"), ("df/dx", "9")], "df/dz"),
])  # fmt: skip
def test_the_first_wrong_step_is_the_first_that_is_asked(claims: list[tuple[str, str]], expected: str) -> None:
    key = AnswerKey(record(FORK[0], **FORK[1]))
    asked = [item for name in ("q", "f") if not isinstance(item := key.item(name), str)]
    found = mark(key, [Claim(*pair) for pair in claims], MarkingPolicy(diagnose=False), asked)
    assert [m.claim.name for m in found.marks if m.first_wrong] == [expected]


def test_a_draft_begins_with_nothing() -> None:
    claim = Claim("q", "3")
    draft = Draft(claim, None)
    assert (draft.claim, draft.item, draft.other, draft.asked, draft.status, draft.why) == (
        claim,
        None,
        None,
        frozenset(),
        "",
        "",
    )
    assert (draft.written, draft.number, draft.reading, draft.twin) == (None, None, None, None)
    assert (draft.agrees, draft.trivial, draft.short) == (False, False, False)
    array = ArrayDraft(claim, None)
    assert (array.numbers, array.told, array.samples, array.trivial, array.shape_kind) == ([], [], 1, False, "")
    key = AnswerKey(record(FORK[0], **FORK[1]))
    seen: dict[Any, Draft] = {}
    read = read_draft(key, Claim("q", "3"), seen, ())
    assert list(seen.values()) == [read]
    assert read_draft(key, Claim("f", ""), seen, ()).status == "missing"
    assert read_draft(key, Claim("f", "1", "broken"), seen, ()).why == "broken"
    assert list(seen.values()) == [read]


BATCH: Program = (
    "Z = X@W + b; L = sum(Z*Z)",
    {"X": [[1, 2], [3, 4], [5, 6]], "W": [[1, 0, 2, 1], [0, 1, 1, 1]], "b": [1, 2, 3, 4]},
)


@pytest.mark.parametrize(("program", "item", "formula", "why", "kind"), [
    (LAYER, "z", "W", "it is 2x2, and z has 2 entries", "other"), (LAYER, "z", "sum(W@x)", "it is one number, and z has 2 entries", "other"),
    (LAYER, "L", "h*g", "it has 2 entries, and L is a number", "other"), (LAYER, "dL/dW", "x", "it has 2 entries, and dL/dW is 2x2", "other"),
    (BATCH, "dL/db", "dZ", "it is not summed over axis 0: 3x4, and dL/db has 4 entries", "not summed"),
    (BATCH, "dL/db", "sum(dZ, axis=1)", "it is summed over axis 1, not over axis 0: 3 entries, and dL/db has 4 entries", "wrong axis"),
    (BATCH, "dL/dW", "dZ.T@X", "it is transposed: 4x2, and dL/dW is 2x4", "transposed"),
    (BATCH, "dL/dX", "W@dZ.T", "it is transposed: 2x3, and dL/dX is 3x2", "transposed"),
    (BATCH, "dL/dX", "dZ@W.T", "", ""), (BATCH, "dL/dW", "X.T@dZ", "", ""), (BATCH, "dL/db", "sum(dZ, axis=0)", "", ""),
])  # fmt: skip
def test_the_shape_of_a_formula(program: Program, item: str, formula: str, why: str, kind: str) -> None:
    (found,) = marks(*program, {item: formula}).values()
    assert (found.status, found.why, found.shape_kind) == ("wrong" if why else "correct", why, kind)


def test_the_rule_told_is_that_of_the_likeliest_mistake() -> None:
    point = {"w": 0.5, "x": 1.2, "b": -0.1}
    key = AnswerKey(record("s = w*x + b; h = tanh(s); f = h*h", **point))
    for item, text, first, last in (
        ("df/ds", "0.5", "value-for-gradient", "tanh-not-squared"), ("df/dx", "0.5", "dropped-upstream", "function-left-out"),
    ):  # fmt: skip
        (found,) = mark(key, [Claim(item, text)], MarkingPolicy()).marks
        assert (found.diagnoses[0].mistake, found.diagnoses[-1].mistake) == (first, last)
        assert found.rule == found.diagnoses[0].rule != found.diagnoses[-1].rule
        assert found.rule.startswith(f"{item} is ")
    (silent,) = mark(key, [Claim("df/ds", "0.5")], MarkingPolicy(diagnose=False)).marks
    assert (silent.diagnoses, silent.rule.startswith("df/ds is")) == ((), True)
    first_alone = mark(key, [Claim("s", "9"), Claim("df/ds", "77")], MarkingPolicy(diagnose=False)).marks
    assert [bool(m.rule) for m in first_alone] == [True, False]

"""How marks are told, by hand: lines, stacks and JSON of numbers and arrays, what is revealed and what is repeated."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.homework.marking.marks import CORRECT, INVALID, MISSING, UNGRADED, WRONG
from gradcli.reports import Style
from gradcli.reports.array_marks import _claimed, _entries, _place, _revealed
from gradcli.reports.marks import LOOKS, MarkLayout, colored, details_of, laid_out, row_of
from gradcli.reports.marks import _revealed as number_revealed
from gradcli.reports.signs import ASCII, UNICODE

from .test_golden import called

MOST_CLAIMED = 4
MOST_SHOWN = 64

NUMBERS = ("check", "q = x + y; f = q*z", "x=-2", "y=5", "z=-4", "q=3", "f=-13", "df/dq=-4", "dx=4", "dy=", "dz=q + 1")
ARRAYS = ("check", "z = W@x; L = sum(z*z)", "W=1 2; 3 4; 0 1", "x=[1,2]", "z=[5,11,2]", "dL/dz=[10,22,5]",
          "dW=[[10,20],[22,44],[4,9]]", "dx=[1,2]", "L=151")  # fmt: skip


def said(*words: str, columns: int = 100, status: int = 1) -> str:
    done = called(list(words), Path.cwd(), {"COLUMNS": str(columns)}, b"")
    assert (done.stderr, done.status) == (b"", status)
    return done.stdout.decode()


def marks(*words: str) -> dict[str, dict[str, Any]]:
    """Return the marks of a sheet as JSON, by the name of the claim."""
    return {mark["name"]: mark for mark in json.loads(said(*words, "--json"))["marks"]}


def test_marks_of_numbers_as_lines() -> None:
    """The rule of a step that is wrong stands below it, the second thing it could be after `or`."""
    assert said(*NUMBERS, "--reveal", "all").splitlines()[:13] == [
        " ✓ q      3      correct",
        " ✗ f      -13    wrong (the first wrong step); the correct value is -12",
        "          rule: f is worked out from q and z: q*z",
        " ✓ df/dq  -4     correct",
        " ✗ dx     4      wrong; the correct value is -4",
        "          could be the opposite sign at df/dx",
        "          or the gradient of z at df/dx",
        "          rule: df/dx is df/dq times the local gradient for x in q = x + y: 1 for each summand, as a",
        "          sum hands on what arrives",
        " - dy            missing: not handed in; the correct value is -4",
        " ✗ dz     q + 1  wrong: at x=-2 y=5 z=-4 it gives 4; the correct value is 3",
        "          could be the gradients at f added, not multiplied at df/dz",
        "          rule: in f = q*z the local gradient for z is the other factor, q",
    ]


def test_marks_of_numbers_as_a_stack() -> None:
    lines = said(*NUMBERS, columns=40).splitlines()
    assert lines[:6] == [
        "✓ q = 3", "  correct", "✗ f = -13", "  wrong (the first wrong step)", "  rule: f is worked out from q and z:",
        "  q*z",
    ]  # fmt: skip
    at = lines.index("- dy")
    assert lines[at + 1] == "  missing: not handed in"
    assert max(map(len, lines)) <= 40


def test_marks_of_numbers_in_json() -> None:
    found = marks(*NUMBERS, "--reveal", "correct")
    plain: dict[str, Any] = {"read_as": None, "first_wrong": False, "expected": None, "diagnoses": [], "rule": ""}
    assert found["q"] == {
        "item": "q", "kind": "value", "name": "q", "claim": "3", "value": 3.0, "status": CORRECT, "accepted": True,
        "credit": 1.0, "why": "", **plain, "expected": 3.0,
    }  # fmt: skip
    assert found["f"] == {
        "item": "f", "kind": "value", "name": "f", "claim": "-13", "value": -13.0, "status": WRONG, "accepted": False,
        "credit": 0.0, "why": "", **plain, "first_wrong": True, "rule": "f is worked out from q and z: q*z",
    }  # fmt: skip
    assert found["dy"] == {
        "item": "df/dy", "kind": "upstream", "name": "dy", "claim": "", "value": None, "status": MISSING,
        "accepted": False, "credit": 0.0, "why": "not handed in", **plain,
    }  # fmt: skip
    assert (found["dz"]["value"], found["dz"]["why"]) == (4.0, "at x=-2 y=5 z=-4 it gives 4")
    first, second = found["dx"]["diagnoses"]
    assert first["message"] == "could be the opposite sign at df/dx"
    assert (first["site"], first["explains"]) == (["x"], ["df/dx"])
    assert second["message"] == "could be the gradient of z at df/dx"
    for reveal, expected in (("all", [3.0, -12.0, -4.0, -4.0, -4.0, 3.0]), ("none", [None] * 6)):
        assert [mark["expected"] for mark in marks(*NUMBERS, "--reveal", reveal).values()] == expected


def test_the_whole_of_a_check_in_json() -> None:
    found = json.loads(said(*NUMBERS, "--json"))
    del found["marks"], found["rule"]
    assert found == {
        "schema": "gradcli.check/1", "program": "q = x + y; f = q*z", "output": "f",
        "point": {"x": -2.0, "y": 5.0, "z": -4.0}, "score": {"earned": 2.0, "possible": 6.0}, "accepted": False,
    }  # fmt: skip
    stepped = ("check", "x*x", "x=3", "f=9", "new(x)=6", "--step", "0.5", "--json")
    assert json.loads(said(*stepped))["rate"] == 0.5
    assert json.loads(said(*stepped, "--ascent", status=0))["rate"] == -0.5


def test_marks_of_arrays_as_lines() -> None:
    """What was claimed beside its name, and the wrong entries below."""
    text = said(*ARRAYS, "--reveal", "none").splitlines()
    assert text[:9] == [
        " ✓ z      [5,11,2]                 correct",
        " ✗ dL/dz  [10,22,5]                wrong (the first wrong step): 2 of 3 right; entry 2 is wrong",
        "       claimed entry 2 = 5",
        "       no known mistake gives these numbers",
        " ✗ dW     [[10,20],[22,44],[4,9]]  wrong: 5 of 6 right; [2,1] is wrong",
        "       claimed [2,1] = 9",
        "       no known mistake gives these numbers",
        " ✗ dx     [1,2]                    wrong: 0 of 2 right",
        " ✓ L      151                      correct",
    ]
    assert text[9].startswith("score 3.5 of 5; ")
    assert text[-1].endswith("indices start at 0")
    whole = said(*ARRAYS[:4], "z=[5,11,2]", "dx=[1,2]").splitlines()  # all of an array is right or wrong
    assert not whole[-1].endswith("indices start at 0")
    shown = said(*ARRAYS, "--reveal", "all", columns=200)
    assert "entry 2 is wrong; the correct value is [10, 22, 4]\n" in shown
    assert "the correct value is [[10, 20], [22, 44], [4, 8]]\n" in shown
    assert "L      151                      correct; the correct value is 150\n" in shown
    assert "z      [5,11,2]                 correct\n" in shown


def test_marks_of_arrays_in_json() -> None:
    found = marks(*ARRAYS, "--reveal", "correct")
    plain: dict[str, Any] = {"read_as": None, "shape_is": None, "expected": None, "diagnoses": []}
    assert found["z"] == {
        "item": "z", "kind": "value", "name": "z", "claim": "[5,11,2]", "shape": [3], "value": [5.0, 11.0, 2.0],
        "status": CORRECT, "accepted": True, "credit": 1.0, "why": "", "first_wrong": False,
        "entries": {"right": 3, "of": 3, "wrong": []}, **plain, "expected": [5.0, 11.0, 2.0],
    }  # fmt: skip
    assert found["dW"] == {
        "item": "dL/dW", "kind": "upstream", "name": "dW", "claim": "[[10,20],[22,44],[4,9]]", "shape": [3, 2],
        "value": [[10.0, 20.0], [22.0, 44.0], [4.0, 9.0]], "status": WRONG, "accepted": False,
        "credit": pytest.approx(5 / 6), "why": "5 of 6 right; [2,1] is wrong", "first_wrong": False,
        "entries": {"right": 5, "of": 6, "wrong": [[2, 1]]}, **plain,
    }  # fmt: skip
    assert found["dL/dz"]["first_wrong"] is True
    assert found["L"]["value"] == 151.0
    assert marks(*ARRAYS, "--reveal", "all")["dx"]["expected"] == [76.0, 112.0]
    assert [mark["expected"] for mark in marks(*ARRAYS, "--reveal", "none").values()] == [None] * 5
    head = json.loads(said(*ARRAYS, "--json"))
    assert head["point"] == {"W": [[1.0, 2.0], [3.0, 4.0], [0.0, 1.0]], "x": [1.0, 2.0]}
    assert (head["schema"], head["accepted"]) == ("gradcli.check/2", False)
    assert head["score"] == {"earned": 3.5, "possible": 5.0}


# ---- the parts


LONG = "[a claim that is too long]"


def mark(right: list[bool] | None, shape: tuple[int, ...], status: str = WRONG, **changed: Any) -> Any:
    told = {
        "status": status, "item": SimpleNamespace(of_shape=False, shape=shape), "shape": shape, "right": right,
        "values": [float(k) for k in range(len(right or ()))], "shape_kind": "",
        "claim": SimpleNamespace(text=LONG, name="x"), "truth": [1.0],
    }  # fmt: skip
    return SimpleNamespace(**{**told, **changed})


@pytest.mark.parametrize(("found", "lines"), [
    (mark([True, False], (2,)), ["claimed entry 1 = 1"]), (mark([True, True], (2,), CORRECT), []),
    (mark([False, False], (2,)), [f"claimed {LONG}"]), (mark(None, (2,)), [f"claimed {LONG}"]),
    (mark([True, False], (2,), shape_kind="transposed"), [f"claimed {LONG}"]),
    (mark([True, False], (2,), values=None), [f"claimed {LONG}"]),
    (mark([True, False], (2,), values=[1.0]), [f"claimed {LONG}"]),
    (mark([True, False], (2,), item=None), []), (mark([False], ()), []),
    (mark([True, False], (2,), item=SimpleNamespace(of_shape=True, shape=())), []),
    (mark([True, *[False] * MOST_CLAIMED], (5,)), ["claimed entry 1 = 1, entry 2 = 2, entry 3 = 3, entry 4 = 4"]),
    (mark([True, *[False] * 5], (6,)), ["claimed entry 1 = 1, entry 2 = 2, entry 3 = 3, entry 4 = 4, ..."]),
    (mark([True, False, True, False], (2, 2)), ["claimed [0,1] = 1, [1,1] = 3"]),
    (mark(None, (2,), claim=SimpleNamespace(text="x" * 24, name="x")), []),  # it stands beside its name
    (mark(None, (2,), claim=SimpleNamespace(text="x" * 25, name="x")), [f"claimed {'x' * 25}"]),
    (mark([False, False], (2,), claim=SimpleNamespace(text="@z.csv", name="x")), ["claimed @z.csv"]),
    (mark(None, (2,), claim=SimpleNamespace(text="x" * 61, name="x")), [f"claimed {'x' * 57}..."]),
    (mark(None, (2,), claim=SimpleNamespace(text="x" * 60, name="x")), [f"claimed {'x' * 60}"]),
])  # fmt: skip
def test_what_was_claimed_of_a_wrong_array(found: Any, lines: list[str]) -> None:
    assert _claimed(found) == lines


@pytest.mark.parametrize(
    ("k", "shape", "place"), [(3, (5,), "entry 3"), (3, (2, 2), "[1,1]"), (5, (1, 2, 3), "[0,1,2]")]
)
def test_the_place_of_an_entry(k: int, shape: tuple[int, ...], place: str) -> None:
    assert _place(k, shape) == place


@pytest.mark.parametrize(("reveal", "status", "many", "shown"), [
    ("all", WRONG, MOST_SHOWN, True), ("all", WRONG, MOST_SHOWN + 1, False), ("all", WRONG, 0, False),
    ("correct", WRONG, 1, False), ("correct", CORRECT, 1, True), ("none", CORRECT, 1, False),
])  # fmt: skip
def test_which_arrays_are_revealed(reveal: str, status: str, many: int, shown: bool) -> None:
    assert _revealed(mark([False], (1,), status, truth=[1.0] * many), reveal) is shown
    assert not _revealed(mark([False], (1,), status, truth=[0.0]), reveal)  # what was claimed is the truth
    assert not _revealed(mark([False], (1,), status, truth=[1.0], item=None), reveal)


@pytest.mark.parametrize(("reveal", "status", "truth", "shown"), [
    ("all", WRONG, 2.0, True), ("all", WRONG, None, False), ("all", WRONG, 1.0, False), ("correct", WRONG, 2.0, False),
    ("correct", CORRECT, 2.0, True), ("none", CORRECT, 2.0, False),
])  # fmt: skip
def test_which_numbers_are_revealed(reveal: str, status: str, truth: float | None, shown: bool) -> None:
    found: Any = SimpleNamespace(status=status, truth=truth, value=1.0)
    assert number_revealed(found, reveal) is shown


def test_entries_that_are_wrong_are_named_up_to_a_thousand() -> None:
    many = mark([False] * 1_001, (1_001,))
    found = _entries(many)
    assert found is not None
    assert (found["right"], found["of"], len(found["wrong"])) == (0, 1_001, 1_000)
    assert _entries(mark(None, (2,))) is None
    assert _entries(mark([True], (1,), item=None)) is None


def claimed(name: str, text: str, status: str = WRONG, **changed: Any) -> Any:
    told = {"claim": SimpleNamespace(name=name, text=text), "status": status, "first_wrong": False, "why": "",
            "read_as": ""}  # fmt: skip
    return SimpleNamespace(**{**told, **changed})


@pytest.mark.parametrize(("found", "item", "claim", "revealed", "row"), [
    (claimed("dx", "4"), "df/dx", "", "", ("dx", "4", "wrong")),
    (claimed("∂f/∂x", "4"), "local(f,x)", "", "", ("local(f,x)", "4", "wrong")),  # in ASCII
    (claimed("dx ", " 4 "), "", "", "", ("dx", "4", "wrong")),
    (claimed("dx", "4", why="w", read_as="4.0", first_wrong=True), "", "", "5",
     ("dx", "4", "wrong (the first wrong step): w; read as 4.0; the correct value is 5")),
    (claimed("dx", "[1, 2]"), "", "2", "", ("dx", "2", "wrong")),
    (claimed("dx", "1" * 70), "", "", "", ("dx", "1" * 70, "wrong")),  # a number is never cut
    (claimed("dx", "1" * 70, INVALID), "", "", "", ("dx", "1" * 57 + "...", "invalid")),
    (claimed("dx", "x" * 70), "", "", "", ("dx", "x" * 57 + "...", "wrong")),
    (claimed("dx", "x" * 60), "", "", "", ("dx", "x" * 60, "wrong")),
    (claimed("x" * 70, "1"), "", "", "", ("x" * 57 + "...", "1", "wrong")),
    (claimed("dx", "4", UNGRADED), "", "", "", ("dx", "4", "ungraded")),
])  # fmt: skip
def test_the_row_of_a_claim(found: Any, item: str, claim: str, revealed: str, row: tuple[str, str, str]) -> None:
    assert row_of(found, item, claim, revealed, ASCII if item else UNICODE) == row


def diagnosis(message: str, hedge: str = "could be", place: str = "") -> Any:
    return SimpleNamespace(message=message, hedge=hedge, at_its_place=place or message.removeprefix(f"{hedge} "))


def test_a_mistake_is_told_once_a_sheet() -> None:
    told: dict[str, str] = {}
    a, b, c = diagnosis("could be a"), diagnosis("could be b"), diagnosis("perhaps c", "perhaps")
    assert details_of(claimed("x", "1", diagnoses=[a, b, c]), told, "x") == ["could be a", "or b", "or perhaps c"]
    assert told == {"could be a": "x", "could be b": "x", "perhaps c": "x"}
    assert details_of(claimed("y", "1", diagnoses=[b, a]), told, "y", "as at {name}") == ["as at x"]
    assert details_of(claimed("y", "1", diagnoses=[b, a]), told, "y") == []
    d = diagnosis("could be d")
    assert details_of(claimed("y", "1", diagnoses=[a, d]), told, "y", "as at {name}") == ["could be d"]
    assert told["could be d"] == "y"
    assert details_of(claimed("z", "1", diagnoses=[]), told, "z", "as at {name}") == []


def test_a_line_a_claim_or_a_stack_where_there_is_less_room() -> None:
    rows = [("q", "3", "correct"), ("df/dq", "x" * 25, "wrong")]
    found = [claimed("q", "3", CORRECT), claimed("df/dq", "x" * 25)]
    details = [[], ["a detail", "rule: of it"]]
    layout = MarkLayout(4, " := ")
    lines = [" ✓ q      3  correct", f" ✗ df/dq  {'x' * 25}  wrong", "    a detail", "    rule: of it", "the score"]
    for width in (None, 42):  # 3 + 5 + 2 + 25 + 2 + 5; a long claim widens its own line alone
        assert laid_out(found, rows, details, "the score", Style(width=width), layout).splitlines() == lines
    stack = ["✓ q := 3", "  correct", f"✗ df/dq := {'x' * 25}", "  wrong", "  a detail", "  rule: of it", "the score"]
    assert laid_out(found, rows, details, "the score", Style(width=41), layout).splitlines() == stack
    wide = [["y" * 40], []]
    assert laid_out(found, rows, wide, "s", Style(width=44), layout).splitlines()[1] == "    " + "y" * 40
    assert laid_out(found, rows, wide, "s", Style(width=43), layout).splitlines()[0] == "✓ q := 3"
    ruled = [["rule: " + "y " * 40], []]  # rules are wrapped instead
    assert laid_out(found, rows, ruled, "s", Style(width=44), layout).splitlines()[0].startswith(" ✓ q")
    bare = laid_out([claimed("q", "")], [("q", "", "missing")], [[]], "s", Style(width=5), layout)
    assert bare.splitlines() == ["✗ q", "  missing", "s"]


@pytest.mark.parametrize("status", LOOKS)
def test_the_look_of_a_status(status: str) -> None:
    sign, ascii, color, _ = LOOKS[status]
    rows, found = [("q", "3", "v")], [claimed("q", "3", status)]
    for style, start in ((Style(), f" {sign} "), (Style(ascii=True), f" {ascii} ")):
        assert laid_out(found, rows, [[]], "s", style, MarkLayout(4, "")).startswith(start)
    assert colored("a ", status, Style(color=True)) == f"\x1b[{color}ma\x1b[0m"
    assert colored("a ", status, Style()) == "a "

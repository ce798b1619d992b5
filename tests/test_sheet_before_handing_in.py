"""What a student is told of a sheet before handing it in, by hand: in text of any width, and as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gradcli.homework.classroom.entries import Trouble
from gradcli.homework.classroom.results import MarkedItem
from gradcli.homework.marking.marks import CORRECT, IMPRECISE, INVALID, MISSING, UNGRADED, WRONG
from gradcli.reports import Style
from gradcli.reports.sheet_check import CheckedSheet, render
from gradcli.reports.sheet_check_json import as_json

from .test_grade_parts import item, result

LONG_CLAIM = 40
MOST_PADDED = 20


def checked(*lines: MarkedItem, reveal: str = "none", troubles: Any = (), **changed: Any) -> CheckedSheet:
    return CheckedSheet("Sheet 3", result(*lines, **changed), troubles, {"p1": reveal})


RIGHT, FALSE = item("4", CORRECT, expected="4"), item("5", WRONG, expected="4")
UNREAD = item("4,,5", INVALID, why="two commas")
GONE = item("", MISSING)
UNASKED = item("7", UNGRADED, points=0.0)


@pytest.mark.parametrize(("line", "reveal", "told", "state", "verdict"), [
    (RIGHT, "none", "✓ df/dx  4  read", "read", None), (RIGHT, "correct", "✓ df/dx  4  correct", "read", "correct"),
    (RIGHT, "all", "✓ df/dx  4  correct", "read", "correct"), (FALSE, "none", "✓ df/dx  5  read", "read", None),
    (FALSE, "correct", "✓ df/dx  5  read", "read", None),
    (FALSE, "all", "✗ df/dx  5  wrong; the correct value is 4", "read", "wrong"),
    (item("5", WRONG), "all", "✗ df/dx  5  wrong", "read", "wrong"),
    (item("4.1", IMPRECISE, read_as="41/10", expected="4.2"), "all",
     "≈ df/dx  4.1  imprecise, read as 41/10; the correct value is 4.2", "read", "imprecise"),
    (RIGHT._replace(read_as="4.0"), "none", "✓ df/dx  4  read as 4.0", "read", None),
    (UNREAD, "all", "? df/dx  4,,5  cannot be read: two commas", "unreadable", None),
    (GONE, "all", "- df/dx  missing", "missing", None),
    (UNASKED, "all", "✓ df/dx  7  read, but not asked for", "read", None),
])  # fmt: skip
def test_an_answer(line: MarkedItem, reveal: str, told: str, state: str, verdict: str | None) -> None:
    sheet = checked(line, reveal=reveal)
    done = int(bool(line.points) and state == "read")
    asked = "1 answer" if line.points else "0 answers"
    lines = render(sheet, Style()).splitlines()
    assert lines[:2] == [f"p1: {done} of {asked}", f" {told}"]
    (answer,) = json.loads(as_json(sheet))["answers"]
    assert answer == {
        "problem": "p1", "item": "df/dx", "claim": line.claim or None, "read_as": line.read_as or None, "state": state,
        "asked": bool(line.points), "why": "two commas" if line is UNREAD else "", "verdict": verdict,
        "expected": line.expected if verdict in ("wrong", "imprecise") else None,
    }  # fmt: skip


@pytest.mark.parametrize(("lines", "troubles", "last", "whole"), [
    ((RIGHT,), 0, "everything is read", True), ((), 0, "nothing is read", False), ((GONE, GONE), 0, "2 missing", False),
    ((RIGHT, UNREAD), 0, "1 not read", False), ((RIGHT,), 2, "2 not read", False),
    ((GONE, UNREAD), 1, "1 missing, 2 not read", False), ((RIGHT, UNASKED), 0, "everything is read", True),
    ((UNASKED._replace(claim="", status=MISSING), RIGHT), 0, "everything is read", True),
])  # fmt: skip
def test_what_is_missing_or_not_read(lines: tuple[MarkedItem, ...], troubles: int, last: str, whole: bool) -> None:
    sheet = checked(*lines, troubles=[Trouble(f"line {k}", "ann", "no item") for k in range(troubles)])
    shown = render(sheet, Style()).splitlines()
    assert shown[-1] == last
    assert [line for line in shown if "no item" in line] == [f"line {k}: no item" for k in range(troubles)]
    told = json.loads(as_json(sheet))
    missing, unreadable = (
        int(found.group(1)) if (found := re.search(rf"(\d+) {fault}", last)) else 0 for fault in ("missing", "not read")
    )
    assert (told["whole"], told["missing"], told["unreadable"]) == (whole, missing, unreadable)
    assert (told["title"], told["student"], len(told["not_read"])) == ("Sheet 3", "ann", troubles)


def test_answers_stand_below_each_other() -> None:
    """As wide as the longest name and the longest claim, but for very long ones, which are cut."""
    sheet = checked(item("12345", WRONG), item("4", CORRECT, item="df/dlong"), item("", MISSING, item="f"),
                    item("7", WRONG, problem="p2"))  # fmt: skip
    assert render(sheet, Style()).splitlines() == [
        "p1: 2 of 3 answers", " ✓ df/dx     12345  read", " ✓ df/dlong  4      read", " - f" + " " * 16 + "missing",
        "p2: 1 of 1 answer", " ✓ df/dx  7  read", "1 missing",
    ]  # fmt: skip
    long = checked(item("9" * (LONG_CLAIM + 5), WRONG), item("4", WRONG))
    _, first, second, _ = render(long, Style()).splitlines()
    assert first == f" ✓ df/dx  {'9' * (LONG_CLAIM - 3)}...  read"
    assert second == f" ✓ df/dx  4{' ' * (MOST_PADDED - 1)}  read"
    assert render(checked(RIGHT), Style(ascii=True)).splitlines()[1] == " + df/dx  4  read"


@pytest.mark.parametrize("width", [51, 50, 30])
def test_a_verdict_without_room_stands_below(width: int) -> None:
    """` ✗ df/dx  5  wrong; the correct value is 1/3 + 1/77` has 51 cells."""
    sheet = checked(
        item("5", WRONG, expected="1/3 + 1/77"), reveal="all", remarks=["two sheets were handed in, this one"]
    )
    lines = render(sheet, Style(width=width)).splitlines()
    if width == 51:
        assert lines[1:3] == [
            " ✗ df/dx  5  wrong; the correct value is 1/3 + 1/77",
            "two sheets were handed in, this one",
        ]
    elif width == 50:
        assert lines[1:3] == [" ✗ df/dx  5", "     wrong; the correct value is 1/3 + 1/77"]
    else:
        assert lines[1:6] == [" ✗ df/dx  5", "     wrong; the correct value", "     is 1/3 + 1/77",
                              "two sheets were handed in,", "  this one"]  # fmt: skip

"""How much of a class a report shows: every list at its limit, and with one more, which is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.homework.classroom.class_summary import CommonMistake, ItemCount, Repair
from gradcli.homework.classroom.copies import Copies
from gradcli.homework.classroom.entries import Note, Trouble
from gradcli.homework.classroom.regrade import Change
from gradcli.homework.classroom.results import NOTHING
from gradcli.homework.marking.marks import INVALID
from gradcli.reports import Style
from gradcli.reports.grades import html, table
from gradcli.reports.grades.left_out import left_out

from .test_grade_parts import item, marked, result


def class_of(*results: Any, **changed: Any) -> Any:
    """Return a class that a report reads; `notes`, `troubles` and `others` are of its store."""
    of_store = {name: changed.pop(name, []) for name in ("notes", "troubles", "others")}
    results = results or (result(item(), student="ann"),)
    found = marked(*results, **{
        "items": list, "common_mistakes": lambda most=10: [], "repairs": list, "faults": list,
        "commonest_fault": lambda: None, "copies": [], "changes": None, "distribution": [0] * 10, "alpha": None,
        "unread_of": lambda why: [], **changed,
    })  # fmt: skip
    found.store = SimpleNamespace(
        results=lambda: iter(results), person=lambda _: None, notes=lambda: iter(of_store["notes"]),
        gravest=lambda: iter([(2, trouble) for trouble in of_store["troubles"]]),
        other_numbers=lambda: iter(of_store["others"]), shared_wrong=lambda most: [], spread=lambda: None,
        count=lambda what: len(of_store["notes"] if what == "note" else [*of_store["troubles"], *of_store["others"]]),
    )  # fmt: skip
    return found


def lists(many: int) -> dict[str, Any]:
    """Return so many of everything that a class may have many of, each with z and its number."""
    names = [f"z{k}" for k in range(many)]
    return {
        "remarks": class_of(*(result(student=name, remarks=["late"]) for name in names)),
        "unread": class_of(faults=lambda: [(name, 1) for name in names], unreadable=99),
        "copies": class_of(copies=[Copies(name, ["ann"], "p1", ["f"], 1) for name in names]),
        "changes": class_of(changes=[Change(name, "p1", "f", "wrong", "correct") for name in names]),
        "notes": class_of(notes=[Note(name, "read") for name in names]),
        "left": class_of(troubles=[Trouble(f"{name}:1", "ann", name) for name in names]),
        "others": class_of(others=[Trouble(f"{name}:1", "ann", name) for name in names]),
        "items": class_of(items=lambda: [ItemCount("p1", name, 0, 2, 0.0, None) for name in names]),
    }


@pytest.mark.parametrize(("which", "most", "more"), [
    ("remarks", 20, "1 more students with remarks"), ("unread", 20, "1 more reasons why claims could not be read"),
    ("copies", 40, "1 more with answers that are right for another student's numbers"),
    ("changes", 40, "1 more changes"), ("notes", 5, "1 more notes on how files were read"),
])  # fmt: skip
def test_what_the_table_leaves_out_is_counted(which: str, most: int, more: str) -> None:
    for many in (most, most + 1):
        found = lists(many)[which]
        found.students = 2
        if which == "remarks":  # the rows of the students have their names too
            assert [f"z{k}" for k in range(most)] == [row[0].strip("<>") for row in table._remarks(found)[0][1:]]
        text = "".join(table.render(found, Style()))
        assert which == "remarks" or len({*re.findall(r"\bz\d+", text)}) == most
        assert (f"{more}; --to json lists them\n" in text) is (many > most)
        assert ("--to json" in text) is (many > most)


def test_of_the_items_the_table_has_the_hardest() -> None:
    for many in (4, 5, 6):
        grid = table._items(lists(many)["items"])
        assert [row[0] for row in grid[1:]] == [f"p1 z{k}" for k in range(min(many, 5))]


@pytest.mark.parametrize("which", ["left", "others"])
def test_what_was_not_marked_is_told_row_by_row_up_to_twenty(which: str) -> None:
    few, many = ("".join(table.render(lists(n)[which], Style())) for n in (20, 21))
    assert len(re.findall(r"\bz\d+:1\b", few)) == 20
    assert "--to json" not in few
    assert len(re.findall(r"\bz\d+:1\b", many)) < 21
    assert "1 more that could not be marked; --to json lists them" in many


@pytest.mark.parametrize(("files", "groups"), [(199, 199), (200, 200), (201, 200), (450, 200)])
def test_what_was_not_marked_is_put_together_in_200_groups(files: int, groups: int) -> None:
    """Two rows of each file, whose kind is one; the first files are told."""
    rows = ((2, Trouble(f"z{k}:{line}", "ann", f"{k} {line}")) for k in range(files) for line in (1, 2))
    found = left_out(rows, 5)
    assert [group.place for group in found] == [f"z{k}:1" for k in range(groups)]
    assert {group.times for group in found} == {2}


# ---- words that are cut


@pytest.mark.parametrize(("grid", "most"), [
    (lambda x: table._students(class_of(called=lambda _: x)), 40),
    (lambda x: table._changes(class_of(changes=[Change(x, "p", "f", "wrong", "wrong")])), 40),
    (lambda x: table._copies(class_of(copies=[Copies(x, ["bob"], "p", ["f"], 1)])), 40),
    (lambda x: [[], [table._copies(class_of(copies=[Copies("ann", [x], "p", ["f"], 1)]))[1][1]]], 40),
    (lambda x: [[], [table._troubles(left_out([(2, Trouble("a:1", x, "why"))], 1))[1][1]]], 40),
    (lambda x: [table._students(class_of(possible={x: 2.0, "p2": 1.0}), heads=False)[0][1:]] * 2, 6),
    (lambda x: [[], [table._unread(class_of(result(*[item(x, INVALID)] * 2), unreadable=2))[1][2]]], 24),
    (lambda x: [[], [table._repairs(class_of(repairs=lambda: [Repair("a", 1, x, "")]))[1][2][: -len(": read as ")]]],
     24),
])  # fmt: skip
def test_long_words_are_cut(grid: Callable[[str], list[list[str]]], most: int) -> None:
    for count in (most - 1, most, most + 1):
        text = "w" * count
        assert grid(text)[1][0] == (text if count <= most else "w" * (most - 3) + "...")


# ---- the page


@pytest.mark.parametrize("which", ["unread", "copies", "changes", "notes", "items"])
def test_a_list_of_the_page_has_400_rows(which: str) -> None:
    for many in (400, 401):
        found = lists(many)[which]
        if which == "unread":
            found = class_of(result(*[item(f"z{k}", INVALID) for k in range(many)]), unreadable=many)
        text = "".join([*html._items(found), *html._lists(found)])
        assert text.count('<tr><th scope="row">') == 400
        assert "z399" in text
        assert "z400" not in text
        left_out = "; the first 400 are listed, and gradcli grade --to json lists every one.</caption>"
        assert (left_out in text) is (many > 400 and which != "items")


@pytest.mark.parametrize(("which", "told"), [("left", "Not marked"), ("others", "Other numbers than the")])
def test_the_page_tells_400_rows_one_by_one(which: str, told: str) -> None:
    for many in (400, 401):
        text = "".join(html._lists(lists(many)[which]))
        assert f"<h2>{told}" in text
        assert text.count('<tr><th scope="row">') == (400 if many == 400 else 200)


def test_mistakes_of_the_page_are_200() -> None:
    asked = []

    def common(most: int) -> list[CommonMistake]:
        asked.append(most)
        return [CommonMistake("p1", "sign", f"z{k}", 1) for k in range(most)]

    text = "".join(html._mistakes(class_of(common_mistakes=common)))
    assert asked == [200]
    assert text.count('<tr><th scope="row">') == 200


@pytest.mark.parametrize(("discrimination", "poor"), [(-0.5, True), (0.099, True), (0.1, False), (0.101, False)])
def test_an_item_that_tells_the_good_from_the_weak_badly(discrimination: float, poor: bool) -> None:
    text = "".join(html._items(class_of(items=lambda: [ItemCount("p1", "f", 1, 2, 0.5, discrimination)])))
    assert (f"{discrimination:.2f} (low)" in text) is poor


@pytest.mark.parametrize(("students", "more"), [(2000, ""), (2001, "1 more students are left out")])
def test_the_page_lists_2000_students(students: int, more: str) -> None:
    text = "".join(html._students(class_of(*(result(student=f"z{k}", remarks=[NOTHING]) for k in range(students)))))
    assert text.count('<tr><th scope="row">') == 2000
    assert more in text
    assert ("left out" in text) is bool(more)

"""Tables of a class that get narrower, its page, what was left out, and what is told beside a report, by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.homework.classroom.class_summary import CommonMistake
from gradcli.homework.classroom.entries import Trouble
from gradcli.homework.classroom.results import NOTHING, StudentResult, part_text
from gradcli.homework.marking.marks import CORRECT, IMPRECISE, INVALID, MISSING
from gradcli.reports import Style
from gradcli.reports.grades import html, told_beside
from gradcli.reports.grades.html import _bar, _distribution, _student, _students
from gradcli.reports.grades.html import _items as page_items
from gradcli.reports.grades.html import _mistakes as page_mistakes
from gradcli.reports.grades.html import _table as page_table
from gradcli.reports.grades.left_out import LeftOut, left_out
from gradcli.reports.grades.table import _fits, _narrowed, _natural, _row, _section, _unreadable, summary
from gradcli.reports.grades.table import _students as _table_of_students

from .test_grade_parts import SIGN, item, marked, result

# ---- tables of the class

GRID = [
    ["student", "p1", "first wrong step"],
    ["Ann Alexandra Lee", "3", "q: a long explanation of it"],
    ["Bo", "10", ""],
]


@pytest.mark.parametrize(("width", "fits"), [(None, True), (55, True), (54, False)])
def test_a_table_takes_its_columns_and_three_blanks_each(width: int | None, fits: bool) -> None:
    assert _natural(GRID) == 17 + 2 + 27 + 9
    assert _fits(GRID, Style(width=width)) is fits


@pytest.mark.parametrize(("width", "name", "step"), [(54, 17, 26), (40, 17, 12), (39, 16, 12)])
def test_words_are_cut_as_far_as_it_takes(width: int, name: int, step: int) -> None:
    """The last column first, down to 12 cells, then the names, down to 16."""
    found = _narrowed(GRID, Style(width=width))
    assert [found[0], found[2]] == [["student", "p1", "wrong at"], ["Bo", "10", ""]]
    assert (len(found[1][0]), len(found[1][2])) == (name, step)
    assert GRID[1][0].startswith(found[1][0].rstrip("."))
    assert GRID[1][2].startswith(found[1][2].rstrip("."))


def test_a_table_that_cannot_be_narrowed_enough_or_fits_stays_as_it_is() -> None:
    assert _narrowed(GRID, Style(width=38)) is GRID
    assert _narrowed(GRID, Style(width=55)) is GRID
    assert _narrowed(GRID, Style()) is GRID


def test_a_table_that_does_not_fit_is_stacked() -> None:
    found = _section("The title", GRID, Style(width=30))
    assert found.splitlines() == [
        "The title", "Ann Alexandra Lee", "  p1: 3", "  first wrong step: q: a long", "    explanation of it", "Bo",
        "  p1: 10", "",
    ]  # fmt: skip
    mistakes = [["mistake", "problem", "students"], ["a sign was lost at the way back", "p1", "12"]]
    lines = _section("", mistakes, Style(width=30)).splitlines()
    assert lines[0].startswith(" 12  p1  a sign was lost")
    assert all(line.startswith(" " * 9) for line in lines[1:] if line)
    assert all(len(line) <= 30 for line in lines)


@pytest.mark.parametrize("ascii", [False, True])
def test_a_table_has_numbers_at_the_right_and_words_at_the_left(ascii: bool) -> None:
    grid = [["name", "points", "share", "note"], ["ann", "3", "-0.5", "x"], ["bo", "10", "", "12"]]
    lines = _section("", grid, Style(ascii=ascii)).splitlines()
    head = lines[0]
    ann, bo = (next(line for line in lines if line.strip().startswith(name)) for name in ("ann", "bo"))
    assert ann.index("3") == bo.index("10") + 1 == head.index("points") + 5
    assert ann.index("-0.5") + 4 == head.index("share") + 5
    assert ann.index("x") == bo.rindex("12") == head.index("note")
    assert ("".join(lines).isascii(), "─" in "".join(lines)) == (ascii, not ascii)


@pytest.mark.parametrize(("found", "brief", "short", "row"), [
    (result(item(first_wrong=True)), False, False, ["0", "0", "0", "df/dx"]),
    (result(item(first_wrong=True, mistakes=[SIGN])), False, False, ["0", "0", "0", "df/dx: could be a sign at q"]),
    (result(item(first_wrong=True, mistakes=[SIGN])), True, False, ["0", "0", "0", "df/dx"]),
    (result(item(item="q", first_wrong=True, mistakes=[SIGN])), False, False, ["0", "0", "0", "q: could be a sign"]),
    (result(item(status=INVALID)), True, False, ["0", "0", "0", "df/dx: cannot be read"]),
    (result(item(status=IMPRECISE)), False, False, ["0", "0", "0", "df/dx: not precise enough"]),
    (result(item("", MISSING), remarks=[NOTHING]), False, False, ["0", "0", "0", NOTHING]),
    (result(item("5", CORRECT), exempt=True), False, False, ["2", "2", "EX", ""]),
    (result(item("5", CORRECT), item(problem="p2", first_wrong=True), problems={"p1": [2, 2], "p2": [1 / 3, 2]},
            earned=7 / 3), False, False, ["2", "0.3333", "2.3333", "58", "p2 df/dx"]),
    (result(item("5", CORRECT), item(problem="p2", first_wrong=True), problems={"p1": [2, 2], "p2": [1 / 3, 2]},
            earned=7 / 3), False, True, ["2", "0.3", "2.3", "58", "p2 df/dx"]),
])  # fmt: skip
def test_the_row_of_a_student(found: StudentResult, brief: bool, short: bool, row: list[str]) -> None:
    assert _row(found, brief=brief, short=short) == row


@pytest.mark.parametrize(("spread", "changed", "text"), [
    (None, {}, "nobody handed in anything"), ((0, 0, 0, 0), {"claims": 0}, "2 students: nobody handed in anything"),
    ((0, 0, 0, 0), {"claims": 0, "students": 1}, "1 student: nobody handed in anything"),
    ((0.25, 0.5, 0.625, 1), {}, "2 students: mean 62.5 %, median 50 %, from 25 % to 100 %"),
    ((0.25, 0.25, 0.25, 0.5), {"students": 1}, "1 student: 50 %"),
    ((0.25, 0.25, 0.25, 0.5), {"exempt": 1}, "1 student: 50 %"),
])  # fmt: skip
def test_the_class_in_a_line(spread: Any, changed: dict[str, Any], text: str) -> None:
    found = marked(**{"students": 2, **changed})
    found.store.spread = lambda: spread
    assert summary(found) == text


@pytest.mark.parametrize(("spread", "text"), [
    ((0.997, 0.9997, 0.99999, 1.0), "mean 99.9 %, median 99.9 %, from 99.7 % to 100 %"),
    ((0.9949, 0.995, 0.99501, 0.99949), "mean 99.5 %, median 99.5 %, from 99.5 % to 99.9 %"),
    ((0.0, 0.5, 0.3333, 1 - 1e-12), "mean 33.3 %, median 50 %, from 0 % to 100 %"),
])  # fmt: skip
def test_a_class_is_never_rounded_up_to_100(spread: Any, text: str) -> None:
    found = marked(students=2)
    found.store.spread = lambda: spread
    assert summary(found) == f"2 students: {text}"


@pytest.mark.parametrize(("part", "whole", "decimals", "text"), [
    (99.68, 100.0, 0, "99"), (99.4, 100.0, 0, "99"), (98.6, 100.0, 0, "99"), (100.0, 100.0, 0, "100"),
    (0.0, 0.0, 1, "0.0"), (0.997, 1.0, 2, "0.99"), (0.994, 1.0, 2, "0.99"), (1.0, 1.0, 2, "1.00"),
    (341.98, 342.0, 1, "341.9"), (341.92, 342.0, 1, "341.9"), (341.8889, 343.0, 1, "341.9"), (343.5, 343.0, 1, "343.5"),
    (1 / 3 + 1 / 3 + 1 / 3 - 1e-12, 1.0, 1, "1.0"),
])  # fmt: skip
def test_a_part_is_never_rounded_up_to_the_whole(part: float, whole: float, decimals: int, text: str) -> None:
    assert part_text(part, whole, decimals) == text


def test_the_row_of_a_student_who_lacks_little() -> None:
    found = result(item(), problems={"p1": [199.98, 200.0], "p2": [141.9, 143.0]}, earned=341.88, possible=343.0)
    assert _row(found, brief=True, short=False)[:4] == ["199.98", "141.9", "341.88", "99"]
    assert _row(found, brief=True, short=True)[:4] == ["199.9", "141.9", "341.9", "99"]


@pytest.mark.parametrize(("fault", "count", "text"), [
    (None, 0, ""), (("no number", 1), 1, "1 claim could not be read: no number (x)\n"),
    (("no number", 3), 3, "3 claims could not be read: no number (x)\n"),
    (("no number", 2), 3, "3 claims could not be read: most often (2) no number (x)\n"),
])  # fmt: skip
def test_why_claims_could_not_be_read(fault: Any, count: int, text: str) -> None:
    found = marked(commonest_fault=lambda: fault, unreadable=count, unread_of=lambda why: ["x"])
    assert _unreadable(found) == text


@pytest.mark.parametrize(("format", "output", "changed", "told"), [
    ("csv", None, {}, []), ("csv", None, {"claims": 0}, ["nobody handed in anything"]),
    ("table", None, {"claims": 0}, []),
    ("csv", None, {"numbers": ["a"]}, ["a"]), ("table", None, {"numbers": ["a"]}, []),
    ("table", "-", {"numbers": ["a"]}, []),
    ("table", "o.txt", {"numbers": ["a"]}, ["a"]),
    ("csv", None, {"unreadable": 1}, ["1 claim could not be read: --to table shows them"]),
    ("csv", "o.csv", {"unreadable": 2}, ["2 claims could not be read: --to table shows them"]),
    ("html", "o.html", {"unreadable": 2}, ["2 claims could not be read: see o.html"]),
    ("html", None, {"unreadable": 2}, []), ("json", "-", {"unreadable": 2}, []),
    ("csv", None, {"left": 1}, ["1 row or file not marked: --to table shows them"]),
    ("csv", None, {"left": 2, "other": 1, "unreadable": 1}, [
        "1 claim could not be read, 2 rows or files not marked, 1 sheet with other numbers than the student's: "
        "--to table shows them"]),
])  # fmt: skip
def test_what_is_told_beside_a_report(
    format: str, output: str | None, changed: dict[str, int], told: list[str]
) -> None:
    left, other = changed.pop("left", 0), changed.pop("other", 0)
    found = marked(**changed)
    found.store.troubles = lambda: iter(range(left))
    found.store.other_numbers = lambda: iter(range(other))
    assert list(told_beside(found, format, output)) == told


# ---- the page


def test_the_distribution_of_a_class() -> None:
    """Of 1, 0, ..., 4 students: bars of 50 and 200 pixels, 52 wide, 60 apart, with their numbers 6 above."""
    found = "".join(_distribution(marked(distribution=[1, *[0] * 8, 4], alpha=0.5)))
    bars = re.findall(r'<rect class="bar" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"/>', found)
    assert [tuple(map(int, bar)) for bar in bars] == [(24, 170, 52, 50), (564, 20, 52, 200)]
    texts = re.findall(r'<text x="(\d+)" y="(\d+)" text-anchor="middle">(\d+)</text>', found)
    assert texts[:2] == [("50", "164", "1"), ("590", "14", "4")]
    assert texts[2:] == [(f"{20 + 60 * k}", "238", f"{10 * k}") for k in range(11)]
    assert '<line class="axis" x1="20" y1="220" x2="630" y2="220"/>' in found
    assert 'viewBox="0 0 640 246" width="640" height="246"' in found
    assert "in percent. 0 to 10 %: 1, 90 to 100 %: 4" in found
    assert "Cronbach's alpha of the items is 0.50." in found
    assert "Cronbach" not in "".join(_distribution(marked(distribution=[0] * 10, alpha=None)))


@pytest.mark.parametrize(("share", "width"), [(0, "0.0"), (0.5, "60.0"), (1, "120.0"), (1.5, "120.0"), (-0.5, "0.0")])
def test_a_bar_of_a_share(share: float, width: str) -> None:
    assert re.findall(r'class="bar" width="(.*?)"', _bar(share)) == [width]


def test_a_table_of_the_page() -> None:
    found = "".join(page_table("A & b", ["x", "n<"], [["<i>1</i>", "2"]], [1]))
    assert found.replace("\n", "") == (
        '<div class="wide" role="region" tabindex="0" aria-label="A &amp; b"><table><caption>A &amp; b</caption>'
        '<thead><tr><th scope="col">x</th><th scope="col" class="number">n&lt;</th></tr></thead><tbody>'
        '<tr><th scope="row"><i>1</i></th><td class="number">2</td></tr></tbody></table></div>'
    )


def test_items_of_the_page() -> None:
    """A discrimination below 0.1 is said to be low."""
    items = [SimpleNamespace(problem="p1", item="<q>", right=1, students=4, facility=0.25, discrimination=d)
             for d in (0.1, 0.099, None)]  # fmt: skip
    found = "".join(page_items(marked(items=lambda: items)))
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", found)]
    assert rows[0] == ["item", "right", "facility", "", "discrimination"]
    assert [row[:3] for row in rows[1:]] == [["p1 <code>&lt;q&gt;</code>", "1 of 4", "0.25"]] * 3
    assert [row[4] for row in rows[1:]] == ["0.10", '<span class="poor">0.10 (low)</span>', ""]
    assert 'width="30.0"' in rows[1][3]
    assert "".join(page_items(marked(items=list))) == ""


def test_mistakes_of_the_page_stand_with_their_problem() -> None:
    mistakes = [CommonMistake("p1", "sign", "a <sign>", 1), CommonMistake("p2", "sum", "a sum", 4)]
    found = "".join(page_mistakes(marked(
        common_mistakes=lambda most: mistakes, possible={"p0": 1, "p1": 1, "p2": 1}, titles={"p2": "Chain"},
        programs={"p1": "x<y"}, students=4,
    )))  # fmt: skip
    assert re.findall(r"<h3>(.*?)</h3>", found) == ["p1", "p2 Chain"]
    assert re.findall(r"<pre>(.*?)</pre>", found) == ["x&lt;y"]
    rows = re.findall(
        r'<tr><th scope="row">(.*?)</th><td class="number">(.*?)</td><td>.*?class="bar" width="(.*?)"', found
    )
    assert rows == [("a &lt;sign&gt;", "1", "30.0"), ("a sum", "4", "120.0")]
    assert "".join(page_mistakes(marked(common_mistakes=lambda most: []))) == ""


@pytest.mark.parametrize(("found", "summed", "row"), [
    (result(item(first_wrong=True)), False, ["0", "0", "df/dx"]),
    (result(item(first_wrong=True, mistakes=[SIGN])), False, ["0", "0", "df/dx: could be a sign at q"]),
    (result(item(status=INVALID, mistakes=[SIGN])), False, ["0", "0", "df/dx: cannot be read"]),
    (result(item(status=IMPRECISE)), False, ["0", "0", "df/dx: not precise enough"]),
    (result(item("5", CORRECT), exempt=True), False, ["2", "exempt", ""]),
    (result(item("5", CORRECT), problems={"p1": [2, 2], "p2": [0, 0]}), True, ["2", "0", "2", "100", ""]),
    (result(item(first_wrong=True), problems={"p1": [0, 2], "p2": [0, 0]}, exempt=True), True,
     ["0", "0", "exempt", "exempt", "p1 df/dx"]),
])  # fmt: skip
def test_a_student_of_the_page(found: StudentResult, summed: bool, row: list[str]) -> None:
    told, *cells = _student("<ann>", found._replace(remarks=["late"]), summed=summed, remarked=True)
    assert (told, cells.pop()) == ("&lt;ann&gt;", "late")
    bar = cells.pop(-2)
    assert ("<svg" in bar) is not found.exempt
    assert cells == row
    assert len(_student("ann", found, summed=summed, remarked=False)) == len(row) + 2


def test_students_of_the_page_beyond_a_limit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [result(item(), student=f"s{k}") for k in range(3)]
    for most, told in ((3, None), (2, "1 more students are left out")):
        monkeypatch.setattr(html, "MOST_STUDENTS", most)
        text = "".join(_students(marked(*many)))
        assert text.count('<th scope="row">') == most
        assert ("left out" in text) is (told is not None)
        assert told is None or told in text
    heads = re.findall(r'<th scope="col"( class="number")?>(.*?)</th>', text)
    assert [head for _, head in heads] == ["student", "p1 (2)", "%", "", "first wrong step"]
    assert [bool(number) for number, _ in heads] == [False, True, True, False, False]
    noted = "".join(_students(marked(result(item(), remarks=["late"]), possible={"p1": 2.0, "p2": 1.0}, points=3.0)))
    heads = re.findall(r'<th scope="col"( class="number")?>(.*?)</th>', noted)
    assert [head for _, head in heads] == [
        "student", "p1 (2)", "p2 (1)", "total (3)", "%", "", "first wrong step", "remarks"]  # fmt: skip
    assert [bool(number) for number, _ in heads] == [False, True, True, True, True, False, False, False]


# ---- what was left out


def troubles(*found: tuple[str, str, int]) -> Iterator[tuple[int, Trouble]]:
    return iter([(kind, Trouble(place, student, f"fault {kind}")) for place, student, kind in found])


def test_what_was_left_out_is_told_row_by_row_where_it_is_little() -> None:
    rows = [("a.csv:2", "ann", 1), ("a.csv:3", "", 1), ("b.csv:2", "bob", 2)]
    assert left_out(troubles(*rows), 3) == [
        LeftOut(1, "a.csv:2", ["ann"], "fault 1"), LeftOut(1, "a.csv:3", [], "fault 1"),
        LeftOut(1, "b.csv:2", ["bob"], "fault 2"),
    ]  # fmt: skip
    assert left_out(troubles(*rows), 2) == [
        LeftOut(2, "a.csv:2", ["ann"], "fault 1"), LeftOut(1, "b.csv:2", ["bob"], "fault 2")]  # fmt: skip


def test_of_a_group_three_students_are_named() -> None:
    rows = [("a.csv:2", name, 1) for name in ("s1", "s2", "s2", "s3", "s4", "s5")]
    for many, who in ((4, "s1, s2, s3"), (5, "s1, s2, s3, ..."), (6, "s1, s2, s3, ...")):
        (group,) = left_out(troubles(*rows[:many]), 1)
        assert (group.times, group.who) == (many, who)
        assert group.why == f"{many} times: fault 1"
    assert LeftOut(1, "", [], "m").why == "m"
    assert [group.place for group in left_out(troubles(("x", "", 1), ("x:y", "", 1), ("x:1", "", 1)), 0)] == [
        "x",
        "x:y",
    ]


@pytest.mark.parametrize(("heads", "possible", "titles"), [
    (True, {"p1": 2.0, "p2": 1.5}, ["p1 (2)", "p2 (1.5)", "total (3.5)"]), (True, {"p1": 2.0}, ["p1 (2)"]),
    (False, {"p1": 2.0, "p2": 1.5}, ["p1", "p2", "total"]), (False, {"p1": 2.0}, ["p1"]),
])  # fmt: skip
def test_the_heads_of_the_table_of_students(heads: bool, possible: dict[str, float], titles: list[str]) -> None:
    found = marked(result(item()), possible=possible, points=sum(possible.values()))
    assert _table_of_students(found, heads=heads)[0] == ["student", *titles, "%", "first wrong step"]


@pytest.mark.parametrize(("messages", "singly", "whys"), [
    ("ab", 2, ["a", "b"]), ("aab", 2, ["2 times: a", "b"]), ("aba", 2, ["2 times: a", "b"]),
    ("abc", 2, ["3 times, such as: a"]), ("aabbcca", 2, ["7 times, such as: a"]),
    ("aabbcca", 3, ["3 times: a", "2 times: b", "2 times: c"]),
])  # fmt: skip
def test_reasons_are_told_apart_where_they_are_few(messages: str, singly: int, whys: list[str]) -> None:
    found = left_out(((2, Trouble(f"a.csv:{k}", "ann", why)) for k, why in enumerate(messages)), singly)
    assert [group.why for group in found] == whys
    assert sum(group.times for group in found) == len(messages)
    assert all(group.alike for group in found) is ("such" not in whys[0])


HOMEWORK = '[[problem]]\nprogram = "f = x*y"\nid = "p"\nat = { x = 2, y = 3 }\nitems = ["f"]\n'


def graded(folder: Path, capsys: pytest.CaptureFixture[str], rows: list[str]) -> list[str]:
    """Return the table of a class, each run of spaces as one."""
    (folder / "hw.toml").write_text(HOMEWORK, encoding="utf-8")
    (folder / "a.csv").write_text("\n".join(["student,problem,item,claim", *rows]) + "\n", encoding="utf-8")
    run(["grade", str(folder / "hw.toml"), str(folder / "a.csv")])
    return [" ".join(line.split()).replace(str(folder), "") for line in capsys.readouterr().out.splitlines()]


def test_every_claim_that_could_not_be_read_is_in_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"s{k},p,f,{'1 or 2' if k % 2 else '$'}" for k in range(20)]
    found = graded(tmp_path, capsys, rows)
    assert "s0 p f $ unexpected character $" in found
    assert "s19 p f 1 or 2 two numbers: 1 or 2; write one" in found
    assert sum(line.endswith(" unexpected character $") for line in found) == 10
    assert not any("unexpected" in line for line in graded(tmp_path, capsys, rows[:1])[:-3])  # the last lines say it


def test_many_claims_that_could_not_be_read_are_told_by_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = graded(tmp_path, capsys, [f"s{k},p,f,{'1 or 2' if k % 2 else '$'}" for k in range(21)])
    assert "unexpected character $ s0, s2, s4, ... 11" in found
    assert "two numbers: 1 or 2; write one s1, s3, s5, ... 10" in found
    names = [f"s{k},p,f,q{k}" for k in range(25)]
    assert "5 more reasons why claims could not be read; --to json lists them" in graded(tmp_path, capsys, names)


def test_every_row_that_was_not_marked_is_in_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    named = ["value of f", "g", "h", "2", "df/dq", "f(x)"]
    found = graded(tmp_path, capsys, [f"bob,p,{one},1" for one in named])
    for k, one in enumerate(named, 2):
        assert any(line.startswith(f"/a.csv:{k} bob there is no item {one};") for line in found)
    many = graded(tmp_path, capsys, [f"bob,p,g{k},1" for k in range(21)])
    assert any("21 times, such as: there is no item g0" in line for line in many)
    assert "--to json lists every row that could not be marked" in many
    assert not any("--to json" in line for line in found)


def test_a_class_of_many_problems_keeps_names_totals_and_the_first_wrong_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    problems = "".join(
        f'[[problem]]\nid = "exercise{k}"\nprogram = "f = x*y"\nat = {{ x = 2, y = 3 }}\nitems = ["f"]\n'
        for k in range(9)
    )
    (tmp_path / "hw.toml").write_text(f'title = "many"\n{problems}', encoding="utf-8")
    rows = "".join(f"A Student With A Name,exercise{k},f,{6 if k else 7}\n" for k in range(9))
    (tmp_path / "all.csv").write_text(f"student,problem,item,claim\n{rows}", encoding="utf-8")
    run(["grade", str(tmp_path / "hw.toml"), str(tmp_path / "all.csv")])
    head, _, row = capsys.readouterr().out.splitlines()[:3]
    assert head.split() == ["student", "total", "(9)", "%", "first", "wrong", "step"]
    assert row.split() == ["A", "Student", "With", "A", "Name", "8", "89", "exercise0", "f"]

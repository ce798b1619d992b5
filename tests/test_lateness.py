"""Late work: the time column of a form against due, in every way of writing a time, told and costed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.errors import Source
from gradcli.homework.claims.hand_in_times import Moment, is_hand_in, moments_in, order_in, read_stored, stored
from gradcli.homework.classroom.entries import Entry
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.lateness import days_late

Capture = pytest.CaptureFixture[str]
HOMEWORK = """
title = "Week 3"
late = 0.5
[defaults]
due = 2026-11-20T18:00:00
[[problem]]
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "f", "df/dx"]
"""


@pytest.mark.parametrize("text", [
    "2026-11-20 21:14", "2026-11-20T21:14:00", "2026/11/20 9:14:00 PM MEZ", "20.11.2026 21:14", "20.11.26, 21:14",
    "11/20/26 21:14", "20/11/2026 21:14", "20-11-2026 21:14", "Friday, 20 November 2026, 9:14 PM",
    "20. November 2026, 21:14", "20 novembre 2026, 21:14", "20 de noviembre de 2026, 21:14", "Nov 20, 2026 9:14pm",
    "2026\u5e7411\u670820\u65e5 21:14", "2026/11/20 \u4e0b\u53489:14:00", "20/11/2026 \u00e0 21h14",
    "2026-11-20\u202f9:14\u202fPM", "20-Nov-2026 21:14",
])  # fmt: skip
def test_times_as_platforms_write_them(text: str) -> None:
    assert moments_in(text) == [Moment(date(2026, 11, 20), datetime(2026, 11, 20, 21, 14).time())]


def test_days_and_serial_numbers_and_zones() -> None:
    assert moments_in("20.11.2026") == [Moment(date(2026, 11, 20))]
    assert moments_in("46346") == [Moment(date(2026, 11, 20))]
    assert moments_in("46346.75")[0].text == "2026-11-20 18:00"
    for text, hours in (("2026-11-20 18:00:00 UTC", 0), ("2026-11-20T18:00Z", 0), ("2026/11/20 6:00:00 PM GMT+1", 1),
                        ("2026-11-20T18:00:00-03:00", -3)):  # fmt: skip
        (moment,) = moments_in(text)
        assert moment.at is not None
        assert moment.at.tzinfo == timezone(timedelta(hours=hours))
        assert read_stored(stored([moment])) == [moment]


@pytest.mark.parametrize("text", ["", "yesterday", "31/02/2026", "9:14", "20 Foo 2026", "2026-13-40"])
def test_what_is_no_time(text: str) -> None:
    assert moments_in(text) == []


def test_two_numbers_may_be_either() -> None:
    both = moments_in("03/04/2026 12:05 AM")
    assert [moment.text for moment in both] == ["2026-03-04 00:05", "2026-04-03 00:05"]
    assert read_stored(stored(both)) == both
    assert [order_in(moments_in(t), t) for t in ("03/04/2026", "13/04/2026", "04/13/2026", "13.04.2026", "4/4/2026")] \
        == [None, True, False, None, None]  # fmt: skip


@pytest.mark.parametrize(("due", "moment", "days"), [
    (date(2026, 11, 20), "2026-11-20 23:59", 0), (date(2026, 11, 20), "2026-11-21 00:00", 1),
    (date(2026, 11, 20), "2026-11-22 12:00", 2), (date(2026, 11, 20), "2026-11-21", 1),
    (date(2026, 11, 20), "2026-11-20", 0), (datetime(2026, 11, 20, 18), "2026-11-20 18:00", 0),
    (datetime(2026, 11, 20, 18), "2026-11-20 18:00:01", 1), (datetime(2026, 11, 20, 18), "2026-11-21 18:00", 1),
    (datetime(2026, 11, 20, 18), "2026-11-21 18:01", 2), (datetime(2026, 11, 20, 18), "2026-11-20", 0),
    (datetime(2026, 11, 20, 18, tzinfo=UTC), "2026-11-20 18:30+01:00", 0),
    (datetime(2026, 11, 20, 18, tzinfo=UTC), "2026-11-20 18:30", 1),
    (datetime(2026, 11, 20, 18), "2026-11-20 18:30+01:00", 1),
])  # fmt: skip
def test_days_late(due: date, moment: str, days: int) -> None:
    assert days_late(due, read_stored(moment)[0]) == days


@pytest.mark.parametrize("heading", [
    "Timestamp", "Zeitstempel", "Completion time", "Fertigstellungszeit", "Completed", "Beendet", "Horodateur",
    "Marca temporal", "submitted", "Termin\u00e9",
])  # fmt: skip
def test_the_columns_of_platforms(heading: str) -> None:
    assert is_hand_in(heading)
    assert not is_hand_in("Start time")
    assert not is_hand_in("Started on")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    Path("hw.toml").write_text(HOMEWORK, encoding="utf-8")
    return tmp_path


def form(heading: str, times: dict[str, str], delimiter: str = ",") -> None:
    rows = [[heading, "Name", "q", "f", "df/dx"], *([when, who, "3", "-12", "-4"] for who, when in times.items())]
    text = "".join(delimiter.join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    Path("form.csv").write_text(text, encoding="utf-8")


def graded(capsys: Capture, *more: str, status: int = 0) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["grade", "hw.toml", "form.csv", "--json", *more]) == status
    return {s["student"]: s for s in json.loads(capsys.readouterr().out)["students"]}


@pytest.mark.parametrize(("heading", "in_time", "late", "delimiter"), [
    ("Timestamp", "11/20/2026 17:59:59", "11/22/2026 09:00:00", ","),
    ("Zeitstempel", "20.11.2026 17:59:59", "22.11.2026 09:00:00", ";"),
    ("Completion time", "11/20/26 9:14:00", "11/22/26 9:00:00", ","),
    ("Completed", "20 November 2026 5:59 PM", "22 November 2026 9:00 AM", ","),
    ("Beendet", "20. November 2026 17:59", "22. November 2026 09:00", ";"),
    ("Horodateur", "20/11/2026 17:59", "22/11/2026 09:00", ";"),
    ("submitted", "2026-11-20 17:59:00 UTC", "2026-11-22 09:00:00 UTC", ","),
])  # fmt: skip
def test_late_is_told_and_costed(
    heading: str, in_time: str, late: str, delimiter: str, folder: Path, capsys: Capture
) -> None:
    form(heading, {"ann": in_time, "bob": late}, delimiter)
    found = graded(capsys)
    assert (found["ann"]["earned"], found["ann"]["days_late"], found["ann"]["remarks"]) == (3, 0, [])
    assert (found["bob"]["earned"], found["bob"]["days_late"]) == (2, 2)
    (remark,) = found["bob"]["remarks"]
    assert remark.startswith("2 days late (handed in 2026-11-22 09:00")
    assert remark.endswith("): 1 point less")
    assert found["bob"]["handed_in"].startswith("2026-11-22 09:00")
    assert graded(capsys, "--late", "0.25")["bob"]["earned"] == 2.5
    run(["grade", "hw.toml", "form.csv"])
    text = capsys.readouterr().out
    assert "2 days late" in text
    assert "without answers" not in text
    assert [line.split() for line in text.splitlines()[:4:3]] == [
        ["student", "p1", "(3)", "total", "(3)", "%", "first", "wrong", "step"], ["bob", "3", "2", "67"]
    ]  # fmt: skip
    run(["grade", "hw.toml", "form.csv", "--to", "html"])
    assert '<td class="number">3</td><td class="number">2</td><td class="number">67</td>' in capsys.readouterr().out


def test_without_a_cost_it_is_told(folder: Path, capsys: Capture) -> None:
    Path("hw.toml").write_text(HOMEWORK.replace("late = 0.5\n", ""), encoding="utf-8")
    form("Timestamp", {"bob": "11/22/2026 09:00:00"})
    found = graded(capsys)["bob"]
    assert (found["earned"], found["remarks"]) == (3, ["2 days late (handed in 2026-11-22 09:00)"])
    for format in ("table", "html"):
        run(["grade", "hw.toml", "form.csv", "--to", format])
        assert "total" not in capsys.readouterr().out


def test_without_due_no_time_matters(folder: Path, capsys: Capture) -> None:
    Path("hw.toml").write_text(HOMEWORK.replace("late = 0.5\n", "").replace("due =", "title = 'a' #"), encoding="utf-8")
    text = HOMEWORK.replace("late = 0.5\n", "").replace("[defaults]\ndue = 2026-11-20T18:00:00\n", "")
    Path("hw.toml").write_text(text, encoding="utf-8")
    form("Timestamp", {"bob": "never"})
    assert (graded(capsys)["bob"]["handed_in"], graded(capsys)["bob"]["days_late"]) == (None, 0)
    run(["grade", "hw.toml", "form.csv"])
    assert "columns without answers: Timestamp" in capsys.readouterr().out


def test_the_roster_decides_where_it_says_so(folder: Path, capsys: Capture) -> None:
    form("Timestamp", {"ann": "11/22/2026 09:00:00", "bob": "11/22/2026 09:00:00"})
    Path("roster.csv").write_text("student,name,email,late\nann,Ann Lee,a@x.org,\nbob,,,1\n", encoding="utf-8")
    found = graded(capsys, "--roster", "roster.csv")
    assert [found[who]["earned"] for who in ("ann", "bob")] == [3, 2.5]
    assert found["bob"]["remarks"] == ["1 day late: 0.5 points less"]
    assert (found["ann"]["name"], found["ann"]["email"], found["bob"]["name"]) == ("Ann Lee", "a@x.org", "bob")
    Path("roster.csv").write_text("student,id,extension\nann,7,\nbob,8,1\n", encoding="utf-8")
    found = graded(capsys, "--roster", "roster.csv")
    assert [found[who]["days_late"] for who in ("ann", "bob")] == [2, 1]
    assert (found["ann"]["ids"], found["bob"]["earned"]) == (["7"], 2.5)


def test_other_times_of_the_file_tell_which_number_is_the_month(folder: Path, capsys: Capture) -> None:
    Path("hw.toml").write_text(HOMEWORK.replace("2026-11-20T18:00:00", "2026-12-05"), encoding="utf-8")
    form("Timestamp", {"ann": "12/06/2026 09:00", "bob": "11/20/2026 09:00"})
    assert graded(capsys)["ann"]["days_late"] == 1  # December 6
    form("Timestamp", {"ann": "06/12/2026 09:00", "bob": "20/11/2026 09:00"})
    assert graded(capsys)["ann"]["days_late"] == 1
    form("Timestamp", {"ann": "06/12/2026 09:00"}, ";")
    assert graded(capsys)["ann"]["days_late"] == 1
    form("Timestamp", {"ann": "06/12/2026 09:00"})
    assert graded(capsys, status=1)["ann"]["days_late"] == 0
    capsys.readouterr()
    run(["grade", "hw.toml", "form.csv"])
    assert "2026-06-12 09:00 or 2026-12-06 09:00" in " ".join(capsys.readouterr().out.split())
    form("Timestamp", {"ann": "03/04/2026 09:00"})  # in time either way
    assert graded(capsys)["ann"]["days_late"] == 0


def test_a_time_that_is_none_is_told(folder: Path, capsys: Capture) -> None:
    form("Timestamp", {"ann": "on Monday", "bob": "", "cyd": "11/22/2026 09:00"})
    found = graded(capsys, status=1)
    assert [found[who]["days_late"] for who in ("ann", "bob", "cyd")] == [0, 0, 2]
    capsys.readouterr()
    run(["grade", "hw.toml", "form.csv"])
    assert "the time on Monday is not read" in " ".join(capsys.readouterr().out.split())


def test_the_attempt_that_counts_has_its_time(folder: Path, capsys: Capture) -> None:
    rows = ["Timestamp,Name,q,f,df/dx", "11/20/2026 9:00,ann,3,-11,-4", "11/23/2026 9:00,ann,3,-12,-4",
            "11/24/2026 9:00,ann,3,-12,-4"]  # fmt: skip
    Path("form.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert graded(capsys)["ann"]["days_late"] == 3  # the third is the second again
    assert graded(capsys, "--attempt", "first")["ann"]["days_late"] == 0


def test_a_sheet_with_a_time(folder: Path, capsys: Capture) -> None:
    Path("form.csv").write_text(
        "student,item,claim,submitted at\nann,q,3,2026-11-20 10:00\nann,f,-12,2026-11-21 10:00\n", encoding="utf-8"
    )
    assert graded(capsys)["ann"]["days_late"] == 1


def test_what_cannot_be_known_is_said(folder: Path, capsys: Capture) -> None:
    Path("form.csv").write_text("student,item,claim\nann,q,3\n", encoding="utf-8")
    assert run(["grade", "hw.toml", "form.csv"]) == 0
    assert "nobody is counted as late: no column says when the answers were handed in" in capsys.readouterr().err
    Path("hw.toml").write_text(HOMEWORK.replace("[defaults]\ndue = 2026-11-20T18:00:00\n", ""), encoding="utf-8")
    assert run(["grade", "hw.toml", "form.csv"]) == 2
    assert "nothing says who was late" in capsys.readouterr().err
    Path("roster.csv").write_text("student,group\nann,2\n", encoding="utf-8")
    assert run(["grade", "hw.toml", "form.csv", "--roster", "roster.csv"]) == 2
    assert "the roster has no column late" in capsys.readouterr().err


def test_the_sheet_says_what_it_costs(folder: Path, capsys: Capture) -> None:
    assert run(["sheet", "--homework", "hw.toml", "--student", "ann"]) == 0
    assert "due: 2026-11-20 18:00:00; each day late takes 0.5 points" in capsys.readouterr().out


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_doubt_stands_at_the_first_claim_of_its_student(folder: Path, capsys: Capture, rows: int) -> None:
    """Either number of 06/12 may be the month: in time, or a week after 5 December begun."""
    Path("hw.toml").write_text(HOMEWORK.replace("2026-11-20T18:00:00", "2026-12-05"), encoding="utf-8")
    claims = [f"{name},{item},3,06/12/2026 09:00" for name in ("ann", "bob") for item in ("q", "f", "df/dx")[:rows]]
    text = "\n".join(["student,item,claim,submitted at", *claims])
    Path("form.csv").write_text(f"{text}\n", encoding="utf-8")
    run(["grade", "hw.toml", "form.csv", "--json"])
    found = json.loads(capsys.readouterr().out)["not_marked"]
    doubt = "handed in 2026-06-12 09:00 or 2026-12-06 09:00: which of them is not certain"
    doubt += ", and it does not count as late"
    assert [(one["student"], one["message"]) for one in found] == [("ann", doubt), ("bob", doubt)]
    assert [int(one["place"].rpartition(":")[2]) for one in found] == [2, 2 + rows]


def answers_of(student: dict[str, Any]) -> float:
    """What the answers alone earn."""
    return float(sum(problem["earned"] for problem in student["problems"].values()))


ROWS = ["2026-11-18 10:00,ann,3,12,4", "2026-11-19 18:00,ann,3,-12,-4", "2026-11-19 19:00,ann,3,-12,4"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("is_due", [True, False])
def test_attempts_follow_each_other_in_time_not_in_the_file(
    folder: Path, capsys: Capture, order: tuple[int, ...], is_due: bool
) -> None:
    if not is_due:
        Path("hw.toml").write_text(HOMEWORK.replace("late = 0.5", "").replace("due =", "seed = 1 #"), encoding="utf-8")
    Path("form.csv").write_text(
        "\n".join(["Timestamp,Name,q,f,df/dx", *(ROWS[k] for k in order), ""]), encoding="utf-8"
    )
    assert [answers_of(graded(capsys, "--attempt", which)["ann"]) for which in ("first", "last", "best")] == [1, 2, 3]
    for k in order:
        Path(f"{k}.csv").write_text(f"Timestamp,Name,q,f,df/dx\n{ROWS[k]}\n", encoding="utf-8")
    capsys.readouterr()
    assert run(["grade", "hw.toml", *(f"{k}.csv" for k in order), "--json"]) == 0
    assert answers_of(json.loads(capsys.readouterr().out)["students"][0]) == 2


@pytest.mark.parametrize(("times", "last"), [
    (("2026-11-19", "2026-11-18"), "first row"), (("2026-11-19 18:00", "2026-11-19 09:00"), "first row"),
    (("2026-11-19 18:00", ""), "last row"),  # not both have a time
    (("2026-11-19 18:00", "2026-11-19"), "last row"),  # that day
    (("2026-11-20 01:00", "2026-11-19"), "first row"), (("2026-11-19", "2026-11-19"), "last row"),
    (("03/04/2026 10:00", "03/05/2026 09:00"), "last row"), (("03/05/2026 10:00", "03/04/2026 09:00"), "first row"),
    (("05/03/2026 10:00", "03/04/2026 09:00"), "last row"),  # May 3 and March 4, or 5 March and 3 April
    (("2026-11-19 10:00 UTC", "2026-11-19 10:30 +01:00"), "first row"),
    (("2026-11-19 10:00", "2026-11-19 10:30 +01:00"), "last row"),  # as they are written
])  # fmt: skip
def test_the_last_by_what_the_times_tell(folder: Path, capsys: Capture, times: tuple[str, str], last: str) -> None:
    rows = [f"{times[0]},ann,3,-12,-4", f"{times[1]},ann,3,0,0"]
    Path("form.csv").write_text("\n".join(["Timestamp,Name,q,f,df/dx", *rows, ""]), encoding="utf-8")
    assert answers_of(graded(capsys)["ann"]) == {"first row": 3, "last row": 1}[last]


def test_a_time_that_is_missing_elsewhere_changes_no_order(folder: Path, capsys: Capture) -> None:
    text = HOMEWORK + "[[problem]]\nprogram = 'a*b'\nat = { a = 3, b = 7 }\nitems = ['f']\n"
    Path("hw.toml").write_text(text.replace("a*b", "f = a*b"), encoding="utf-8")
    rows = ["student,problem,item,claim,submitted at", "ann,p1,f,-12,2026-11-19", "ann,p1,f,0,2026-11-18",
            "ann,p2,f,0,", "bob,p1,f,-12,2026-11-19", "bob,p1,f,0,2026-11-18", "bob,p1,q,3,"]  # fmt: skip
    Path("form.csv").write_text("\n".join([*rows, ""]), encoding="utf-8")
    found = graded(capsys)
    lines = [next(line for line in found[who]["claims"] if line["item"] == "f") for who in ("ann", "bob")]
    assert [line["claim"] for line in lines] == ["-12", "0"]


TWO = """
late = 1
[defaults]
weights = "equal"
due = 2026-11-20
[[problem]]
program = "q = x + y; f = q*z"
at = { x = -2, y = 5, z = -4 }
items = ["q", "f", "df/dq", "df/dx"]
[[problem]]
program = "g = a*b"
at = { a = 3, b = 7 }
items = ["g", "dg/da"]
"""
GOOD, WORSE = "3,-12,-4,-4,21,7", "3,-12,-4,0,21,7"  # 6 points and 5


@pytest.mark.parametrize(("rows", "roster", "earned", "days", "answers"), [
    ([("20", WORSE), ("25", GOOD)], "", 5, 0, 5),  # 5, or 6 less 5
    ([("20", "3,-12,-4,0,0,0"), ("21", GOOD)], "", 5, 1, 6),  # 3, or 6 less 1
    ([("20", WORSE), ("21", GOOD)], "", 5, 0, 5),  # 5 either way: in time
    ([("20", "3,-12,0,0,21,0"), ("21", GOOD)], "", 5, 1, 6),  # each problem alone: 2 and 4 - 1, 1 and 2 - 1
    ([("20", "3,-12,-4,0,21,0"), ("21", GOOD)], "", 5, 1, 6),  # nothing is won at either problem alone
    ([("20", WORSE), ("22", GOOD)], "student,extension\nann,2\n", 6, 0, 6),
    ([("20", WORSE), ("25", GOOD)], "student,extension\nann,2\n", 5, 0, 5),
    ([("20", WORSE), ("25", GOOD)], "student,late\nann,1\n", 5, 1, 6),  # late by the roster with either
    ([("28", WORSE), ("29", GOOD)], "", 0, 8, 5),  # nothing is left of either: the less late
])  # fmt: skip
def test_the_best_is_the_best_after_what_lateness_costs(
    folder: Path, capsys: Capture, rows: list[tuple[str, str]], roster: str, earned: float, days: float, answers: float
) -> None:
    Path("hw.toml").write_text(TWO, encoding="utf-8")
    lines = ["Timestamp,Name,q,f,df/dq,df/dx,g,dg/da", *(f"2026-11-{day},ann,{cells}" for day, cells in rows), ""]
    Path("form.csv").write_text("\n".join(lines), encoding="utf-8")
    Path("roster.csv").write_text(roster, encoding="utf-8")
    found = graded(capsys, "--attempt", "best", *(["--roster", "roster.csv"] if roster else []))["ann"]
    assert (found["earned"], found["days_late"], answers_of(found)) == (earned, days, answers)
    if not roster:
        found = graded(capsys, "--attempt", "best", "--late", "0")["ann"]
        assert found["earned"] == 6


@pytest.mark.parametrize("hours", [("10:00", "12:00"), ("12:00", "10:00")])
@pytest.mark.parametrize(("day", "late"), [("2026-11-30", 0), ("2026-12-02", 1)])
def test_work_was_handed_in_with_the_last_of_its_problems(hours: tuple[str, str], day: str, late: int) -> None:
    problem = '[[problem]]\nid = "{}"\nprogram = "f = x*x"\nat = {{ x = 3 }}\ndue = 2026-12-01\n'
    text = "".join(map(problem.format, "ab"))
    rows = [Entry("ann", id, "f", "9", "s:2", handed=f"{day} {hour}") for id, hour in zip("ab", hours, strict=True)]
    result, troubles = Grader(load(Source("hw.toml", text))).result("ann", rows)
    assert result is not None
    assert (result.handed_in, result.days_late, troubles) == (f"{day} 12:00", late, [])

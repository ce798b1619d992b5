"""A class of forty hands in by every road there is: everybody gets the marks of clean input, and nothing is lost."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from gradcli.commands import run
from gradcli.errors import Source
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load

from .rosters import roster_of

HOMEWORK = """
title = "Week 3"
[[problem]]
program = "q = x + y; f = q*z"
vary = 2026
items = ["q", "f", "df/dx", "df/dz"]
[[problem]]
program = "s = w*x + b; L = sigmoid(s)"
at = { w = 2, x = -1, b = 0.5 }
items = ["s", "L", "dL/dw", "local(L,s)"]
"""
FIRST = ["José", "Zoë", "Jörg", "Ann", "Bo", "Chloé", "Šárka", "Øyvind", "小明", "Mary Ann"]
LAST = ["García", "Núñez", "Müller", "Lee"]
ITEMS = [("p1", item) for item in ("q", "f", "df/dx", "df/dz")] + [
    ("p2", item) for item in ("s", "L", "dL/dw", "local(L,s)")]  # fmt: skip


class Student(NamedTuple):
    first: str
    last: str
    id: str
    email: str
    claims: dict[tuple[str, str], str]

    @property
    def name(self) -> str:
        return f"{self.last}, {self.first}"


def the_class() -> list[Student]:
    """Return forty students; three in ten make a mistake, and some leave something out."""
    grader = Grader(load(Source("hw.toml", HOMEWORK)))
    chance = random.Random(40)
    students = []
    for k in range(40):
        first, last = FIRST[k % 10], LAST[k // 10]
        name = f"{last}, {first}"
        claims = {}
        for id in ("p1", "p2"):
            prepared = grader._prepared(id, name)
            for item, called in prepared.names.items():
                claims[id, called] = f"{prepared.key.truth(item):.3g}"
        if chance.random() < 0.3:
            claims[chance.choice(ITEMS)] = "7.25"
        if chance.random() < 0.2:
            claims[chance.choice(ITEMS)] = ""
        students.append(Student(first, last, f"{k + 1:04d}", f"s{k + 1}@school.example", claims))
    return students


CLASS = the_class()


def table(rows: list[list[str]], delimiter: str = ",", ending: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(rows)
    return out.getvalue()


def worn(claim: str, k: int) -> str:
    """Return a claim as the k-th student writes it."""
    if not claim:
        return ""
    comma = claim.replace(".", ",")
    ways = [
        claim,
        f"= {claim}",
        f"{claim}.",
        f"~{claim}",
        f" {claim} ",
        claim.replace("-", "\u2013"),
        f"{claim} (by hand)",
    ]
    doubtful = len(claim.rpartition(".")[2]) == 3 and not claim.lstrip("-").startswith("0")
    return [*ways, claim if doubtful else comma][k % 8]


def clean(folder: Path) -> list[str]:
    rows = [["student", "problem", "item", "claim"]]
    rows += [[s.name, *place, claim] for s in CLASS for place, claim in s.claims.items()]
    (folder / "clean.csv").write_text(table(rows), encoding="utf-8")
    return ["clean.csv"]


def google_forms(folder: Path) -> list[str]:
    rows = [
        ["Zeitstempel", "E-Mail-Adresse", "Name", *(f"{p.upper()}: {item}" for p, item in ITEMS), "Sonst noch etwas?"]
    ]
    for k, s in enumerate(CLASS):
        answers = [worn(s.claims[place], k) for place in ITEMS]
        rows.append(["2026/11/20 9:00:00 AM MEZ", s.email.upper(), s.first, *answers, "war schwer" if k % 3 else ""])
    (folder / "form.csv").write_text(table(rows), encoding="utf-8")
    return ["form.csv"]


def microsoft_forms(folder: Path) -> list[str]:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra xlsx")
    book = openpyxl.Workbook()
    head = ["ID", "Start time", "Completion time", "Email", "Name", *(f"{p[1:]}. {item}\u00a0" for p, item in ITEMS)]
    book.active.append([*head, "Points - p1.q", "Anything else?"])
    for k, s in enumerate(CLASS):
        answers = [
            float(claim) if k % 2 and claim else worn(claim, k) for claim in (s.claims[place] for place in ITEMS)
        ]
        name = f"{s.first} {s.last}".upper() if k % 2 else f"{s.first} {s.last}"
        book.active.append([k + 1, "11/20/25 9:00", "11/20/25 9:14", "anonymous", name, *answers, 1, None])
    book.save(folder / "form.xlsx")
    return ["form.xlsx"]


def german_excel(folder: Path) -> list[str]:
    sheets = folder / "sheets"
    sheets.mkdir()
    for k, s in enumerate(CLASS):
        rows = [["student", "problem", "item", "question", "claim"]]
        rows += [[s.name, *place, "", claim.replace(".", ",")] for place, claim in s.claims.items()]
        text = table(rows, ";", "\r\n")
        narrow = all(c in "éëüöáøØúñóíä" or c.isascii() or c in "ŠÑ" for c in text)
        data = text.encode("cp1252") if narrow else text.encode("utf-8-sig")
        (sheets / f"blatt{k}.csv").write_bytes(data)
    return ["sheets"]


def moodle(folder: Path) -> list[str]:
    pairs = [cell for k in range(1, 9) for cell in (f"Question {k}", f"Response {k}")]
    rows = [["Last name", "First name", "ID number", "Email address", "State", "Started on", "Grade/8.00", *pairs]]
    for k, s in enumerate(CLASS):
        answers = [cell for p, item in ITEMS for cell in (f"{p}: {item}", worn(s.claims[p, item], k) or "-")]
        rows.append([s.last, s.first, s.id, "", "Finished", "20 November 2026", "-", *answers])
    rows.append(["Overall average", *[""] * (len(rows[0]) - 1)])
    (folder / "quiz.csv").write_text(table(rows), encoding="utf-8-sig")
    return ["quiz.csv"]


def canvas(folder: Path) -> list[str]:
    asked = [cell for k, (p, item) in enumerate(ITEMS) for cell in (f"{5000 + k}: {p}.{item}", "1.0")]
    rows = [["name", "id", "sis_id", "section", "submitted", "attempt", *asked, "n correct", "n incorrect", "score"]]
    for k, s in enumerate(CLASS):
        answers = [cell for place in ITEMS for cell in (worn(s.claims[place], k), "0.0")]
        rows.append([f"{s.first} {s.last}", f"{9000 + k}", s.id, "A", "2026-11-20", "1", *answers, "0", "8", "0.0"])
    (folder / "report.csv").write_text(table(rows), encoding="utf-8")
    return ["report.csv"]


def moodle_folders(folder: Path) -> list[str]:
    for k, s in enumerate(CLASS):
        own = folder / "all" / f"{s.first} {s.last}_{700 + k}_assignsubmission_file_"
        own.mkdir(parents=True)
        rows = [["problem", "item", "claim"], *([*place, worn(claim, k)] for place, claim in s.claims.items())]
        (own / "homework.csv").write_text(table(rows, "\t", "\r"), encoding="utf-16")
    return ["all"]


ROADS: list[Callable[[Path], list[str]]] = [
    google_forms, microsoft_forms, german_excel, moodle, canvas, moodle_folders,
]  # fmt: skip


def marks(folder: Path, words: list[str], capsys: Any) -> dict[str, Any]:
    capsys.readouterr()
    run(["grade", "hw.toml", *words, "--roster", "roster.csv", "--json"])
    record: dict[str, Any] = json.loads(capsys.readouterr().out)
    return record


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hw.toml").write_text(HOMEWORK, encoding="utf-8")
    rows = [["student", "id", "email"], *([s.name, s.id, s.email] for s in CLASS)]
    (tmp_path / "roster.csv").write_text(table(rows), encoding="utf-8")
    return tmp_path


def statuses(record: dict[str, Any]) -> dict[str, list[tuple[str, str, str, str]]]:
    return {
        s["student"]: [(c["problem"], c["item"], c["status"], c["why"]) for c in s["claims"]]
        for s in record["students"]
    }


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__name__)
def test_everybody_gets_the_marks_of_clean_input(road: Callable[[Path], list[str]], folder: Path, capsys: Any) -> None:
    right = marks(folder, clean(folder), capsys)
    assert len({s["student"] for s in right["students"]}) == 40
    assert 0 < right["spread"]["least"] < right["spread"]["mean"] < right["spread"]["greatest"] == 1
    got = marks(folder, road(folder), capsys)
    assert got["not_marked"] == []
    expected, found = statuses(right), statuses(got)
    assert found.keys() == expected.keys()
    for student, lines in expected.items():
        assert [line[:3] for line in found[student]] == [line[:3] for line in lines], student
    assert [s["earned"] for s in got["students"]] == [s["earned"] for s in right["students"]]


def test_what_was_mended_is_counted(folder: Path, capsys: Any) -> None:
    got = marks(folder, german_excel(folder), capsys)
    (comma,) = got["repairs"]
    written = sum("." in claim for s in CLASS for claim in s.claims.values())
    assert (comma["repair"], comma["claims"]) == ("a decimal comma", written)
    mended = [c for s in got["students"] for c in s["claims"] if c["read_as"]]
    assert len(mended) == written
    assert all(c["read_as"] == c["claim"].replace(",", ".") for c in mended)
    assert {note["message"] for note in got["reading"]} == {"this is no UTF-8 and is read as Windows text (cp1252)"}


def test_the_roster_of_every_platform_is_the_same_class() -> None:
    ways = [
        [["Last name", "First name", "ID number", "Email address"], *([s.last, s.first, s.id, s.email] for s in CLASS)],
        [["Nachname", "Vorname", "Matrikelnummer", "E-Mail-Adresse"],
         *([s.last, s.first, s.id, s.email] for s in CLASS)],
        [["Student", "SIS User ID", "SIS Login ID", "Section"], ["    Points Possible", "", "", ""],
         *([s.name, s.id, s.email, "A"] for s in CLASS)],
    ]  # fmt: skip
    for rows in ways:
        people = roster_of(Source("r", table(rows, ";"))).people
        assert [s.id in (person.key, *person.ids) for person, s in zip(people, CLASS, strict=True)] == [True] * 40
        assert [person.email for person in people] == [s.email for s in CLASS]


@pytest.mark.parametrize("road", ROADS, ids=lambda road: road.__name__)
def test_nothing_is_silently_lost(road: Callable[[Path], list[str]], folder: Path, capsys: Any) -> None:
    """Beside the class come strangers, blanks, what is no sheet, and files that cannot be read: each is told."""
    right = marks(folder, clean(folder), capsys)
    words = road(folder)
    beside = folder / "beside"
    beside.mkdir()
    head = "Timestamp,Email Address,p1.q,Anything else?\n"
    rows = ["now,eve@elsewhere.example,3,hello", f"now,{CLASS[0].email},,", "now,,4,who am I?"]
    (beside / "late.csv").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    (beside / "0002.pdf").write_bytes(b"%PDF-1.7 scanned")
    (beside / "0003.csv").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    (beside / "0004.csv").write_text("dear teacher,\nsee my notebook\n", encoding="utf-8")
    (beside / "0005.csv").write_text("", encoding="utf-8")
    (beside / "0006.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    got = marks(folder, [*words, "beside"], capsys)
    assert [s["earned"] for s in got["students"]] == [s["earned"] for s in right["students"]]
    told = {(row["place"].replace("\\", "/"), row["student"]) for row in got["not_marked"]}
    names = {k: CLASS[k - 1].name for k in (2, 3)}
    assert ("beside/late.csv:2", "eve@elsewhere.example") in told
    assert ("beside/late.csv:4", "") in told
    assert ("beside/0002.pdf", names[2]) in told
    assert ("beside/0003.csv", names[3]) in told
    assert {place for place, _ in told} == {
        "beside/late.csv:2", "beside/late.csv:4", "beside/0002.pdf", "beside/0003.csv", "beside/0004.csv",
        "beside/0005.csv", "beside/0006.xlsx",
    }  # fmt: skip
    assert any("Anything else?" in note["message"] for note in got["reading"] if "late.csv" in note["place"])
    assert run(["grade", "hw.toml", *words, "beside", "--roster", "roster.csv"]) == 1
    shown = capsys.readouterr().out
    for place in ("late.csv:2", "0002.pdf", "0003.csv"):
        assert place in shown or "times, such as" in shown

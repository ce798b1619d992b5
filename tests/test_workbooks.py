"""Workbooks: sheets as xlsx, what spreadsheets save of them, and what they make of what was typed."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.errors import InputError
from gradcli.files.spreadsheets import sheets_in
from gradcli.homework.claims.claim_files import sheet_in
from gradcli.homework.classroom.entries import Entry, Note, Row, Trouble
from gradcli.homework.classroom.submissions import read_workbook

openpyxl = pytest.importorskip("openpyxl", reason="needs the extra xlsx")

HOMEWORK = """
[[problem]]
program = "q = x + y; f = q*z"
vary = 7
vary_version = 1
items = ["q", "f", "df/dx", "df/dz"]
"""


def book(*sheets: list[list[Any]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def ods(rows: list[str]) -> bytes:
    names = "".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0" ' for n in ("office", "table", "text"))
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", f'<a {names}><table:table table:name="S">{body}</table:table></a>')
    return out.getvalue()


def found(data: bytes) -> list[Row]:
    return list(read_workbook(data, "f.xlsx", "ann"))


def test_numbers_dates_formulas_and_truth_values_are_texts() -> None:
    rows = [
        ["item", "claim"], ["q", 3], ["f", 0.149], ["dx", datetime(2026, 4, 3)], ["dy", "=3/4"], ["dz", True],
        ["dq", " 0,5 "], ["a", 2.0], ["b", 1e-12], ["c", time(1, 2)], [None, None], ["d", "-4"], ["e", 10**20],
    ]  # fmt: skip
    claims = {claim.name: claim.text for claim in sheet_in("f", book(rows)).claims}
    assert claims == {
        "q": "3", "f": "0.149", "dx": "2026-04-03", "dy": "=3/4", "dz": "TRUE", "dq": "0,5", "a": "2", "b": "1e-12",
        "c": "01:02:00", "d": "-4", "e": "1e+20",
    }  # fmt: skip


@pytest.mark.parametrize(("cell", "times"), [(3, 1), ("f", 1), ("<f>", 1), ("=3/4", 2)])
def test_only_a_workbook_with_formulas_is_read_twice(cell: Any, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its other parts hold other things whose names begin with f, such as fonts."""
    read, load = [], openpyxl.load_workbook
    data = book([["item", "claim"], ["q", cell]])
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *a, **k: read.append(k) or load(*a, **k))
    assert [claim.text for claim in sheet_in("f", data).claims] == [str(cell)]
    assert len(read) == times


def test_places_are_the_rows_that_a_spreadsheet_shows() -> None:
    rows = [["Week 3"], [], ["problem", "item", "question", "claim"], ["p1", "q", "", 3], [], ["p1", "f", "", -4]]
    assert found(book(rows)) == [
        Entry("ann", "p1", "q", "3", "f.xlsx:4"), Entry("ann", "p1", "f", "-4", "f.xlsx:6")]  # fmt: skip


def test_other_sheets_are_told_and_an_empty_one_says_nothing() -> None:
    assert found(book([["item", "claim"], ["q", 3]], [["notes"], ["hard"]])) == [
        Entry("ann", "", "q", "3", "f.xlsx:2"),
        Note("f.xlsx", "no answers are looked for in the sheet Sheet1"),
    ]
    assert found(book([["item", "claim"], ["q", 3]], [])) == [Entry("ann", "", "q", "3", "f.xlsx:2")]
    (trouble,) = found(book([["notes"], ["hard"]]))
    assert isinstance(trouble, Trouble)
    assert trouble.unreadable


BROKEN = {"head": b"PK\x03\x04", "zeros": b"PK\x03\x04" + bytes(100), "xlsx": book([["a"]])[:900], "ods": ods([])[:60]}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)  # an archive holds the time at which it was made
def test_a_broken_workbook_is_said_to_be_one(data: bytes) -> None:
    (trouble,) = found(data)
    assert isinstance(trouble, Trouble)
    assert trouble.unreadable
    assert "this workbook is damaged or locked" in trouble.message


def test_an_archive_that_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match="this is an archive: unpack it"):
        sheets_in("f", out.getvalue())


def test_a_table_of_libreoffice() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    value = 'office:value-type="{}" office:{}="{}"'
    rows = [
        cell("item") + cell("claim"),
        cell("q") + cell("0,15", value.format("float", "value", "0.149")),
        cell("f") + cell("3", value.format("float", "value", "3")),
        cell("dx") + cell("03.04.26", value.format("date", "date-value", "2026-04-03")),
        cell("dy") + cell("0,5") + '<table:table-cell table:number-columns-repeated="16000"/>',
        '<table:table-cell table:number-columns-repeated="16384"/>',
    ]
    assert [(claim.name, claim.text) for claim in sheet_in("f", ods(rows)).claims] == [
        ("q", "0.149"), ("f", "3"), ("dx", "2026-04-03"), ("dy", "0,5")]  # fmt: skip


def filled(path: Path, name: str, typed: dict[str, Any]) -> None:
    """Fill in a sheet as a person does: the answers stand in the column that is not locked."""
    made = openpyxl.load_workbook(path / "blank" / name)
    for row in made.active.iter_rows(min_row=2):
        if row[2].value in typed and row[3].value != "given":
            assert not row[4].protection.locked
            row[4].value = typed[row[2].value]
    (path / "in").mkdir(exist_ok=True)
    made.save(path / "in" / name)


def test_a_class_from_sheets_to_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hw.toml").write_text(HOMEWORK, encoding="utf-8")
    Path("roster.csv").write_text('student,email\n"García, José",jg@x.org\n=bob,b@x.org\n', encoding="utf-8")
    sheet = ["sheet", "--homework", "hw.toml", "--roster", "roster.csv", "--to", "xlsx", "--out"]
    assert run([*sheet, "blank"]) == run([*sheet, "blank"]) == 0
    made = openpyxl.load_workbook("blank/García, José.xlsx").active
    assert made.protection.sheet
    assert {cell.number_format for row in made.iter_rows() for cell in row if cell.value} == {"@"}
    given = {row[2].value: float(row[4].value) for row in made.iter_rows(min_row=2) if row[3].value == "given"}
    assert all(row[4].protection.locked for row in made.iter_rows() if row[3].value in ("given", "question"))
    x, y, z = (given[name] for name in "xyz")
    answers = {"q": round(x + y, 3), "f": (x + y) * z, "df/dx": f"= {z}".replace(".", ",")}
    filled(tmp_path, "García, José.xlsx", {**answers, "df/dz": datetime(2026, 4, 3)})
    capsys.readouterr()
    assert run(["grade", "hw.toml", "in", "--roster", "roster.csv", "--to", "csv"]) == 1
    assert '"García, José",3,3,75,1,' in capsys.readouterr().out
    key = ["sheet", "--homework", "hw.toml", "--roster", "roster.csv", "--to", "xlsx", "--key", "--out", "key"]
    assert run(key) == 0
    assert run(["grade", "hw.toml", "key", "--roster", "roster.csv", "--fail-under", "100"]) == 0


def test_the_bytes_of_a_workbook_depend_on_nothing_but_the_sheet(tmp_path: Path) -> None:
    made = []
    for name in ("a.xlsx", "b.xlsx"):
        assert run(["sheet", "x*y", "x=2", "y=3", "-o", str(tmp_path / name)]) == 0
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert {part.date_time[0] for part in archive.infolist()} == {1980}


def test_a_sheet_of_arrays_is_a_workbook_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    assert run(["sheet", "sum(w*x)", "w=[1, 2]", "x=[3, 4]", "-o", str(path)]) == 0
    claims = sheet_in("a", path.read_bytes())
    assert claims.given == {"w": "[1, 2]", "x": "[3, 4]"}
    assert all(not claim.text for claim in claims.claims)


def test_excel_is_told_that_csv_is_utf_8(tmp_path: Path, capsys: Any) -> None:
    for name, mark in (("José", b"\xef\xbb\xbf"), ("ann", b"")):
        path = tmp_path / f"{name}.csv"
        words = ["sheet", "x*y", "x=2", "y=3", "--student", name]
        assert run([*words, "-o", str(path)]) == 0
        assert path.read_bytes().startswith(mark + b"student,problem")
        capsys.readouterr()
        assert run(words) == 0
        assert not capsys.readouterr().out.startswith("\ufeff")

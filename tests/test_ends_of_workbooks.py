"""Workbooks at their edges: limits from both sides, cells that repeat, the look of a sheet, bytes without a time."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.errors import InputError, LimitError
from gradcli.files import spreadsheets
from gradcli.files.spreadsheets import sheets_in, xlsx_of
from gradcli.reports.sheet_workbook import _bare

from .test_workbooks import book, ods

openpyxl = pytest.importorskip("openpyxl", reason="needs the extra xlsx")


def rows_of(data: bytes) -> list[tuple[int, list[str]]]:
    (rows,) = sheets_in("f", data).values()
    return list(rows)


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(("cell", "text"), [
    ("'=1+1", "=1+1"), ("'-x", "-x"), ("'@", "@"), ("'a", "'a"), ("'a=1", "'a=1"), ("'", "'"), ("=1", "=1"), ("", ""),
])  # fmt: skip
def test_an_apostrophe_before_a_formula_is_not_in_the_workbook(cell: str, text: str) -> None:
    assert _bare(cell) == text


@pytest.mark.parametrize(("value", "format", "text"), [
    (2.0, "General", "2"), (-2.0, "General", "-2"), (0.25, "General", "0.25"), (2.0, "0.00", "2.0"), (2.0, "0", "2"),
    (999999999999999.0, "General", "999999999999999"), (1e15, "General", "1000000000000000.0"),
    (-1e15, "General", "-1000000000000000.0"), (True, "General", "TRUE"), (False, "General", "FALSE"),
    (datetime(2026, 4, 3), "General", "2026-04-03"), (datetime(2026, 4, 3, 5, 6), "General", "2026-04-03 05:06:00"),
    (date(2026, 4, 3), "General", "2026-04-03"), ("1,5", "General", "1,5"), (7, "0.0", "7"),
])  # fmt: skip
def test_a_cell_is_what_a_person_would_have_typed(value: Any, format: str, text: str) -> None:
    assert spreadsheets._text(value, format, "=typed") == text


def test_a_formula_without_a_value_stays_as_it_is() -> None:
    assert spreadsheets._text(None, "General", "=3/4") == "=3/4"
    assert spreadsheets._text(None, "General", None) == ""
    assert spreadsheets._text(None, "General", 3) == ""
    made = openpyxl.Workbook()
    made.active.append(["a", "=1+1"])
    made.active["C1"].number_format = "0.0"
    made.active["C1"] = 2.0
    out = io.BytesIO()
    made.save(out)
    assert rows_of(out.getvalue()) == [(1, ["a", "=1+1", "2"])]


def test_a_row_is_cut_at_the_last_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_COLUMNS", 3)
    assert rows_of(book([["a", "b", "c"], ["a", "b", "c", "d"]])) == [(1, ["a", "b", "c"]), (2, ["a", "b", "c"])]
    cells = "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in "abcd")
    assert rows_of(ods([cells])) == [(1, ["a", "b", "c"])]


def test_a_workbook_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    data = archive(a=b"x" * 60, b=b"x" * 40)
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED", 100)
    with pytest.raises(InputError, match="this is an archive: unpack it"):
        sheets_in("f", data)
    monkeypatch.setattr(spreadsheets, "MOST_UNPACKED", 99)
    with pytest.raises(LimitError, match=r"^f unpacks to more than 99 bytes$"):
        sheets_in("f", data)


VALUE = 'office:value-type="{}" office:{}="{}"'


def cell(text: str = "", *, kind: str = "table-cell", more: str = "") -> str:
    body = "".join(f"<text:p>{part}</text:p>" for part in text.split("|")) if text else ""
    return f"<table:{kind} {more}>{body}</table:{kind}>"


@pytest.mark.parametrize(("made", "text"), [
    (cell("3 %", more=VALUE.format("percentage", "value", "0.03")), "0.03"),
    (cell("3 $", more=VALUE.format("currency", "value", "3")), "3"),
    (cell("x", more=VALUE.format("float", "value", "-4.0")), "-4"),
    (cell("x", more=VALUE.format("float", "value", "1e15")), "1000000000000000.0"),
    (cell("x", more=VALUE.format("float", "value", "999999999999999")), "999999999999999"),
    (cell("x", more='office:value-type="float"'), "nan"),
    (cell("x", more=VALUE.format("date", "date-value", "2026-04-03T00:00:00")), "2026-04-03"),
    (cell("x", more=VALUE.format("date", "date-value", "2026-04-03T05:06:00")), "2026-04-03 05:06:00"),
    (cell("shown", more=VALUE.format("string", "string-value", "else")), "shown"),
    (cell("two|lines"), "two\nlines"), (cell("a<text:span>b</text:span>c"), "abc"),
])  # fmt: skip
def test_a_cell_of_libreoffice(made: str, text: str) -> None:
    assert rows_of(ods([made])) == [(1, [text])]


@pytest.mark.parametrize(("times", "cells"), [(1, 1), (2, 2), (50, 50), (51, 1)])
def test_cells_and_rows_that_repeat(times: int, cells: int) -> None:
    columns, rows = (f'table:number-{what}-repeated="{times}"' for what in ("columns", "rows"))
    assert rows_of(ods([cell("a", more=columns) + cell("b")])) == [(1, [*"a" * cells, "b"])]
    assert rows_of(ods([cell("") + cell("b", kind="covered-table-cell", more=columns)])) == [(1, ["", *"b" * cells])]
    table = ods([cell("a"), cell("b")]), ods([cell("a") + cell(more=columns), cell("b")])
    assert rows_of(table[0]) == rows_of(table[1]) == [(1, ["a"]), (2, ["b"])]
    out = io.BytesIO(table[0])
    text = zipfile.ZipFile(out).read("content.xml").decode().replace("table:table-row", f"table:table-row {rows}", 1)
    found = rows_of(archive(**{"content.xml": text.encode()}))
    assert found == [*((k, ["a"]) for k in range(1, cells + 1)), (times + 1, ["b"])]
    blank = text.replace("<text:p>a</text:p>", "")
    assert rows_of(archive(**{"content.xml": blank.encode()})) == [(times + 1, ["b"])]


def test_tables_without_a_name_are_numbered() -> None:
    text = zipfile.ZipFile(io.BytesIO(ods([cell("a")]))).read("content.xml").decode()
    begin, end = text.index("<table:table "), text.index("</a>")
    named = text[begin:end]
    bare = named.replace(' table:name="S"', "")
    three = text[:begin] + named + bare + bare + text[end:]
    assert list(sheets_in("f", archive(**{"content.xml": three.encode()}))) == ["S", "sheet 2", "sheet 3"]


def test_other_elements_of_a_row_are_no_cells() -> None:
    assert rows_of(ods(["<text:p>no</text:p>" + cell("a")])) == [(1, ["a"])]


# ---- writing


def written(rows: list[list[str]], title: str = "T", **options: Any) -> Any:
    options = {"heading": 0, "open_cells": set(), "widths": [10], **options}
    return openpyxl.load_workbook(io.BytesIO(xlsx_of(rows, title, **options)))


def test_the_look_of_a_sheet() -> None:
    sheet = written(
        [["title"], ["item", "claim"], ["q", "=3"], ["", "x"]], heading=1, open_cells={(2, 1), (3, 0)}, widths=[12, 34]
    ).active
    assert sheet.freeze_panes == "A3"
    assert [sheet.column_dimensions[name].width for name in "AB"] == [12, 34]
    cells = {each.coordinate: each for row in sheet.iter_rows() for each in row}
    assert {name for name, each in cells.items() if each.font.bold} == {"A2", "B2"}
    assert {name for name, each in cells.items() if not each.protection.locked} == {"B3", "A4"}
    assert {each.number_format for name, each in cells.items() if name != "B1"} == {"@"}
    assert all(each.alignment.wrap_text and each.alignment.vertical == "top" for n, each in cells.items() if n != "B1")
    assert (cells["B3"].value, cells["B3"].data_type) == ("=3", "s")
    assert cells["A4"].value is None
    assert sheet.protection.sheet
    assert not sheet.protection.formatColumns


@pytest.mark.parametrize(("title", "shown"), [
    ("a/b\\c*d?e:f[g]h", "a b c d e f g h"), ("x" * 31, "x" * 31), ("x" * 32, "x" * 31), ("", "Sheet"),
])  # fmt: skip
def test_the_title_of_a_sheet(title: str, shown: str) -> None:
    assert written([["a"]], title).sheetnames == [shown]


def test_control_characters_become_blanks() -> None:
    assert spreadsheets._legal("a\x00b\x1fc d\ne\tf\x7f") == "a b c d\ne\tf\x7f"


def test_the_parts_of_a_workbook_have_an_order_and_no_time() -> None:
    data = xlsx_of([["a"]], "T", heading=0, open_cells=set(), widths=[1])
    with zipfile.ZipFile(io.BytesIO(data)) as made:
        names = made.namelist()
        assert names[0] == "[Content_Types].xml"
        assert names[1:] == sorted(names[1:])
        assert {part.compress_type for part in made.infolist()} == {zipfile.ZIP_DEFLATED}
        assert {part.date_time for part in made.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        times = re.findall(rb"\d{4}-\d\d-\d\dT[^<]*", made.read("docProps/core.xml"))
    assert times
    assert {*times} == {b"1980-01-01T00:00:00Z"}


def test_a_sheet_of_the_homework_is_checked_as_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hw.toml").write_text('[[problem]]\nid = "p"\nprogram = "f = x*y"\nat = {x = 2, y = 3}\n')
    for key, status, answers in (((), 1, 0), (("--key",), 0, 6)):
        assert run(["sheet", "--homework", "hw.toml", *key, "-o", "ann.xlsx"]) == 0
        capsys.readouterr()
        assert run(["check", "--homework", "hw.toml", "ann.xlsx"]) == status
        assert f"{answers} of 6 answers" in capsys.readouterr().out

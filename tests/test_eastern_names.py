"""Names in two columns: the first name stands first, and the family where names are Chinese, Japanese or Korean."""

from __future__ import annotations

import pytest

from gradcli.homework.claims.headings import LISTING, people_columns
from gradcli.homework.classroom.people import People, Person


@pytest.mark.parametrize(("last", "first", "shown"), [
    ("李", "小明", "李 小明"), ("Doe", "Ann", "Ann Doe"), ("김", "민수", "김 민수"), ("山田", "たろう", "山田 たろう"),
    ("佐々木", "希", "佐々木 希"), ("李", "Anna", "Anna 李"), ("Li", "小明", "小明 Li"), ("Łuk", "Żak", "Żak Łuk"),
    ("李", "", "李"), ("", "小明", "小明"), ("Иванов", "Пётр", "Пётр Иванов"),
])  # fmt: skip
@pytest.mark.parametrize("header", [["Last name", "First name"], ["First name", "Last name"]], ids="+".join)
def test_the_order_of_a_name_in_two_columns(last: str, first: str, shown: str, header: list[str]) -> None:
    row = [last, first] if header[0] == "Last name" else [first, last]
    assert people_columns(header, LISTING).cells(row) == [shown]


@pytest.mark.parametrize("written", ["李 小明", "小明 李", "李小明", "小明李", "李,小明", "李，小明", "李, 小明"])
def test_either_order_is_the_student(written: str) -> None:
    people = People([Person("李 小明", "李 小明"), Person("李 小红", "李 小红"), Person("Ann Lee", "Ann Lee")])
    assert people.whose([written]).student == "李 小明"

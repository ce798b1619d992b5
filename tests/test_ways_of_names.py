"""In which ways a student's name may be written, and in which not: each way is found or refused by itself."""

from __future__ import annotations

import pytest

from gradcli.homework.classroom.people import People, Person


@pytest.mark.parametrize(("listed", "written"), [
    ("Lee Smith, Ann", "Ann Lee Smith"), ("Lee Smith, Ann", "lee smith ann"), ("Lee Smith, Ann", "leesmithann"),
    ("Lee Smith, Ann", "annleesmith"), ("Lee Smith, Ann", "ann.lee.smith@school.example"),
    ("Lee Smith, Ann", "annleesmith@school.example"), ("Lee Smith, Ann", "Smith, Ann Lee"),
    ("Lee Smith, Ann", "leesmithann_1234_56_my sheet.md"), ("Lee Smith, Ann", "LeeSmithAnn_LATE_1234_56"),
    ("Ann Lee Smith", "smithannlee"), ("Ann Lee Smith", "annleesmith"), ("Ann Lee Smith", "smithannlee_12_34_sheet.md"),
    ("Ann Lee Smith", "Ann Lee Smith_123_assignsubmission_file_"), ("Ann Lee Smith", "ann_lee-smith7@school.example"),
    ("J\u00f6rg M\u00fcller", "Joerg Mueller"), ("J\u00f6rg M\u00fcller", "jorg muller"),
    ("J\u00f6rg M\u00fcller", "muellerjoerg"), ("J\u00f6rg M\u00fcller", "J\u00c3\u00b6rg M\u00c3\u00bcller"),
    ("\u00c5se \u00d8deg\u00e5rd", "Aase Oedegaard"), ("Ann", "ANN"),
])  # fmt: skip
def test_a_name_that_is_found(listed: str, written: str) -> None:
    people = People([Person("s1", listed), Person("s2", "Bo Chan")])
    assert people.whose([written]) == ("s1", "")
    assert people.known(["nobody", written]) == "s1"


@pytest.mark.parametrize(("listed", "written"), [
    ("Lee Smith, Ann", "annsmithlee"), ("Lee Smith, Ann", "Lee Smith"), ("Ann Lee Smith", "leesmithann"),
    ("Ann Lee Smith", "ann smith"), ("J\u00f6rg M\u00fcller", "Joeerg Mueller"), ("Ann", "An"),
    ("ann@school.example", "ann"),
])  # fmt: skip
def test_a_name_that_is_nobodys(listed: str, written: str) -> None:
    people = People([Person("s1", listed), Person("s2", "Bo Chan")])
    assert people.whose([written]) == (written, "")
    assert people.known([written]) == ""


@pytest.mark.parametrize(("cells", "found"), [
    (["007"], ("s1", "")), (["7"], ("s1", "")), (["S1"], ("s1", "")), (["0"], ("s2", "")), (["000"], ("s2", "")),
    (["ANN@x.example"], ("s1", "")), (["ann lee", "7"], ("s1", "")), (["ann lee"], ("", "ann lee may be any of 3 "
     "students on the roster: s1, s2, s3")), (["ann lee", "0"], ("s2", "")), (["ann lee", "zoe"], ("", "ann lee may be "
     "any of 3 students on the roster: s1, s2, s3")),
    (["7", "0"], ("", "7 and 0 are different students on the roster")),
    (["12", "zoe"], ("zoe", "")), (["12", "13"], ("12", "")), ([], ("", "")),
    (["ann.lee@x.example"], ("", "ann.lee@x.example may be any of 2 students on the roster: s2, s3")),
])  # fmt: skip
def test_numbers_and_addresses(cells: list[str], found: tuple[str, str]) -> None:
    people = People([
        Person("s1", "Ann Lee", "ann@x.example", ("007",)), Person("s2", "Lee, Ann", "", ("0",)),
        Person("s3", "Ann Lee"),
    ])  # fmt: skip
    whose = people.whose(cells)
    assert whose.fault == found[1]
    assert found[1] or whose.student == found[0]


def test_whose_address_is_another_one() -> None:
    people = People([Person("s1", "Ann Lee", "ann.lee@x.example"), Person("s2", "Ann Lee", "lee7@x.example")])
    assert people.whose(["ann.lee@home.example"]) == ("s1", "")
    assert people.whose(["ann_lee@home.example"]) == ("ann_lee@home.example", "")
    assert people.whose(["Ann Lee", "lee7@x.example"]) == ("s2", "")
    assert People([Person("s1", "Bo"), Person("Bo", "Cy")]).whose(["Cy", "Bo"]) == ("Bo", "")
    assert People([Person("s1", "Bo Chan"), Person("Bo Chan", "Cy")]).whose(["s1", "Bo Chan"]) == ("s1", "")

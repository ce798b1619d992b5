"""Which sign the numbers of a sheet are written with, and what that says of 1,234."""

from __future__ import annotations

import pytest

from gradcli.homework.claims.decimal_sign import decimal_sign, tells_comma

from .test_homework_marking import marked


@pytest.mark.parametrize(("texts", "expected"), [
    (["1,5"], True), (["1,5", "2.5"], False), (["2.5", "1,5"], False), (["1,234"], False), (["0,125"], True),
    (["1,2345"], True), (["1.234,5"], True), (["5"], False), ([], False), (["1,234", "2,5"], True),
    (["max(1,2)"], False),
])  # fmt: skip
def test_a_sheet_tells_its_comma(texts: list[str], expected: bool) -> None:
    assert tells_comma(texts) is expected


@pytest.mark.parametrize(("sign", "texts"), [
    (",", ["= -9,5", "\u22129,5", "-9,5 m/s", "-9,5e0", "$-9,5$", "z = -9,5", "df/dx = 0,15", "\u2248 -9,5",
           "-9,5 (Kettenregel)", "9,5 %", "2,5 x 10^3", "1 234,5", "1.234,5", "= 1.234,5", "0,5/2", "\"9,5\"",
           "-9,5 (" + "x" * 53 + ")"]),
    (".", ["= -9.5", "\u22129.5", "-9.5 m/s", "-9.5e0", "$-9.5$", "z = -9.5", "1,234.5", "= 1,234.5", "1.5/2"]),
    ("", ["(4,3)", "{4,3}", "[4,3]", "f(1,5)", "max(1,5)", "2*(1,5)", "z = (4,3)", "x = 1,2,3", "4,3; 5,2", "4,3 5,2",
          "1,2 or 3", "1,2 and 3", "x = 1, y = 2,5", "1,234", "= 1,234", "z = 1,234", "1,234 m", "5", "", "x", "a,b",
          "[[1,5], [2,5]]", "1,5 " + "x" * 60, "-9,5 (" + "x" * 54 + ")"]),
])  # fmt: skip
def test_the_decimal_sign_of_a_number_with_what_stands_around_it(sign: str, texts: list[str]) -> None:
    assert [(text, decimal_sign(text)) for text in texts] == [(text, sign) for text in texts]


@pytest.mark.parametrize(("beside", "status"), [
    (["= -9,5"], "correct"), (["-9,5 m/s"], "correct"), (["z = -9,5"], "correct"), (["(9,5)"], "invalid"),
    (["-9,5e0", "= 2.5"], "invalid"), (["= 2.5"], "invalid"),
])  # fmt: skip
def test_a_doubtful_comma_is_read_as_the_others_are_written(beside: list[str], status: str) -> None:
    pairs = [("f", "1,234"), *zip(("df/dx", "df/dy"), beside, strict=False)]
    assert marked("f = x + y", {"x": 0.234, "y": 1}, *pairs).marks[0].status == status

"""Files of answers that are neither text nor a workbook are told by their first bytes, whatever they are called."""

from __future__ import annotations

import pytest

from gradcli.homework.claims.answer_tables import START, no_table

NO_TEXT, NO_WORKBOOK = "this is neither a text nor a workbook", "this is not a workbook"
SHUFFLED = bytes((k * 167 + 13) % 256 for k in range(3_000))


@pytest.mark.parametrize(("start", "name", "what"), [
    (bytes(range(3)), "a.csv", NO_TEXT), (bytes(range(3)), "a.XLSX", NO_WORKBOOK), (SHUFFLED, "a.txt", NO_TEXT),
    (SHUFFLED, "standard input", NO_TEXT), (SHUFFLED, "a.ods", NO_WORKBOOK), (b"q,3\x01\n", "a.xlsx", NO_WORKBOOK),
    (b"item,claim\nq,3\nr,\x01\n" + b"s,2\n" * 5, "a.csv", ""), (b"item,claim\nq,3\n", "a.xlsx", ""),
    (b"item,claim\nq,3\n\x1a", "a.xlsx", ""), (b"", "a.xlsx", ""), (b"PK\x03\x04\0\1\2", "a.csv", ""),
    ("item,claim\nq,3\n".encode("utf-16"), "a.txt", ""), ("item,claim\nq,3\n".encode("utf-16-be"), "a.xlsx", ""),
    ("item,é\n".encode("cp1252"), "a.csv", ""),
    *((("x" * k + "\u674e" * 2_000).encode()[:START], "a.xlsx", "") for k in range(3)),
    *((("x" * k + "\U0001040d" * 2_000).encode()[:START], "a.xlsx", "") for k in range(4)),  # a letter of four bytes
])  # fmt: skip
def test_what_is_neither_text_nor_workbook_is_no_table(start: bytes, name: str, what: str) -> None:
    assert no_table(start, name).partition(":")[0] == what

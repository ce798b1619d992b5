"""What a student's file is called: readable, possible everywhere, and read back."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcli.homework.classroom.file_names import MAX_BYTES, RESERVED, file_name, student_name


@pytest.mark.parametrize(
    ("student", "name"),
    [
        ("Müller", "Müller"), ("李小龙", "李小龙"), ("o'hara (b)", "o'hara (b)"), ("a/b", "a%2Fb"), ("50%", "50%25"),
        ("..", "%2E%2E"), (".x", "%2Ex"), ("x.", "x%2E"), ("CON", "%43ON"), ("nul.txt", "%6Eul.txt"), ("", "%20"),
        ("a\tb\u202ec", "a%09b%E2%80%AEc"), ('a:b*c?"<>|\\', "a%3Ab%2Ac%3F%22%3C%3E%7C%5C"), ("console", "console"),
    ],
)  # fmt: skip
def test_only_what_a_file_system_refuses_is_escaped(student: str, name: str) -> None:
    assert file_name(student) == name


@given(st.text(max_size=120))
def test_a_name_is_possible_and_read_back(student: str) -> None:
    name = file_name(student)
    assert not set(name) & set('/\\:*?"<>|')
    assert name[0] != "."
    assert name[-1] not in ". "
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in name)
    assert not RESERVED.fullmatch(name)
    assert len(name.encode()) <= MAX_BYTES
    if "%~" not in name and student:
        assert student_name(name) == student


def test_names_that_are_too_long_stay_different() -> None:
    a, b = file_name("é" * 300 + "a"), file_name("é" * 300 + "b")
    assert a != b
    assert len(a.encode()) <= MAX_BYTES
    assert file_name("/" * 300) != file_name("/" * 301)

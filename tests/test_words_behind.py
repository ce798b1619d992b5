"""Values and claims that were typed with blanks, commas or colons, and other words that are nearly right."""

from __future__ import annotations

import shlex

import pytest

from gradcli.commands import run
from gradcli.retyping import meant, retyped

PROGRAM = "(x+y)*z"
POINT = "x=-2 y=5 z=-4"


def told(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what standard error says of words that are refused."""
    assert run([*words]) == 2
    return capsys.readouterr().err


def hint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    return told(capsys, *words).partition("hint: ")[2].strip()


@pytest.mark.parametrize("typed", [
    "df/dx -4", "df/dx = -4", "df/dx= -4", "df/dx =-4", "df/dx: -4", "df/dx := -4", "df/dx:=-4", "df/dx = - 4",
    "df/dx = -4,", "d f/d x = -4", "df / dx = -4", "df/dx == -4",
])  # fmt: skip
def test_a_claim_with_blanks_is_mended(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    words = ["check", PROGRAM, *POINT.split(), *typed.split()]
    assert hint(capsys, *words) == f'write gradcli check "{PROGRAM}" {POINT} df/dx=-4'


@pytest.mark.parametrize("typed", [
    "x = -2 y=5 z = -4 df/dx -4 df/dz = 3", "x -2 y 5 z -4 df/dx -4 df/dz 3", "x=-2, y=5, z=-4, df/dx=-4, df/dz=3",
    "x=-2,y=5,z=-4 df/dx=-4; df/dz=3", "'x=-2, y=5, z=-4' df/dx: -4 df/dz=3", "'x=-2 y=5 z=-4' df/dx=-4 df/dz=3",
])  # fmt: skip
def test_every_word_of_a_check_is_mended_at_once(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert hint(capsys, "check", PROGRAM, *shlex.split(typed)) == (
        f'write gradcli check "{PROGRAM}" {POINT} df/dx=-4 df/dz=3'
    )


@pytest.mark.parametrize("typed", [
    "x = 2 y = 3", "x= 2 y =3", "x 2 y 3", "x: 2 y: 3", "x:2 y:3", "x:=2 y:=3", "x := 2 y=3", "x=2, y=3", "x=2,y=3",
    "'x=2, y=3'", "'x=2; y=3'", "'x=2 y=3'", "'x = 2, y = 3'", "x==2 y=3", "x=2 y = 3,",
])  # fmt: skip
def test_the_values_of_a_program_are_mended_at_once(capsys: pytest.CaptureFixture[str], typed: str) -> None:
    assert hint(capsys, "x*y", *shlex.split(typed)) == 'write gradcli "x*y" x=2 y=3'
    assert hint(capsys, "sheet", "x*y", *shlex.split(typed)) == 'write gradcli sheet "x*y" x=2 y=3'


def test_options_between_the_words_stay(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("x*y", "x", "=", "2", "--ieee", "y", "3")
    assert hint(capsys, *words) == 'write gradcli "x*y" x=2 y=3 --ieee'


def test_values_that_are_expressions_stay_as_they_are() -> None:
    words = ["x=1 + 2", "y", "=", "pi/4", "df/dx=max(x, y)", "local(f,x)=2"]
    assert [entry.text for entry in meant(words, claims=True) or []] == [
        "x=1 + 2", "y=pi/4", "df/dx=max(x, y)", "local(f,x)=2"
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["x", "y"], ["+", "y", "x=1"], ["x=", "y=3"], ["x", "=", "2", "=", "3"], ["=2"],
                                   ["x", "y", "=", "2"], ["x=1", "x", "2"], ["3", "x=1"], ["x"]])  # fmt: skip
def test_words_that_may_mean_anything_are_not_mended(words: list[str]) -> None:
    assert retyped(words) is None


def test_good_words_are_not_mended(capsys: pytest.CaptureFixture[str]) -> None:
    assert retyped(["x=1", "z=1 + 2", "w=max(1, 2)"]) is None
    assert run(["--value", "x*y", "x = 2", "y=1 + 2"]) == 0
    assert capsys.readouterr().out == "6.0\n"

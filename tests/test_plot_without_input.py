"""A plot needs an input to go over: a program without one is told so, whatever is given."""

from __future__ import annotations

import pytest

from gradcli.commands import run


@pytest.mark.parametrize("words", [["5"], ["5", "x=0:1"], ["pi"], ["2**3", "x=3"], ["2*pi", "y=0:1", "z=0:1"]])
def test_a_program_without_inputs(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plot", *words]) == 2
    assert capsys.readouterr().err == (
        'gradcli: the program has no inputs, and a plot is over one\nhint: for example gradcli plot "x**2" x=-3:3\n'
    )


@pytest.mark.parametrize(("words", "said", "hint"), [
    (["y"], "a range is missing", "write y=-3:3"), (["y", "x=0:1", "y=2"], "nothing in the program uses x", "leave it"),
    (["x*y", "y=2"], "a range is missing", "write x=-3:3"),
])  # fmt: skip
def test_one_with_inputs(words: list[str], said: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plot", *words]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert f"hint: {hint}" in told


def test_the_hint_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plot", "x**2", "x=-3:3"]) == 0
    assert "f = x**2" in capsys.readouterr().out

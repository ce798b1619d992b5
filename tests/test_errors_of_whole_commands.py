"""What a whole command says of a word that it cannot use: the message, its place, and what to write instead."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcli.commands import run

Capture = pytest.CaptureFixture[str]
W, X = "W=[[1,2]]", "x=[1,2]"
OPEN = "the expression ends too early: a number, a name or ( is expected after +"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("words", "message", "place", "hint"), [
    (["check", "z=W@x", "W=[[1,2],[3", X, "z=[1,2]"], "[ is not closed", ("W", 7, 8), "a ] is missing"),
    (["check", "z=W@x", W, "z=[1,2]"], "x has no value", ("program", 4, 5), "write x=..."),
    (["check", "z=W@x", W, "x=[1,2", "z=[5]"], "[ is not closed", ("x", 0, 1), "a ] is missing"),
    (["sum([1,2]*x +", "--to", "numpy"], OPEN, ("program", 13, 13), "the ( at column 4 is never closed"),
    (["descend", "x +", "x=1", "--rate", "0.1"], OPEN, ("program", 3, 3),
     "write what stands behind +, or leave it out"),
    (["sum(W@y)", W], "y has no value", ("program", 6, 7),
     "write y=..., numbers or arrays; --shapes NAME=NxD needs no values"),
    (["sum(W@y)", W, "--cost"], "y has no value", ("program", 6, 7),
     "write y=...; or --shapes y=NxD ..., which needs no values"),
    (["diff", "sum(W@y)", W], "y has no value", ("program", 6, 7),
     "--shapes y=NxD ... gives shapes in place of values"),
    *((words, "alpa has no value", ("program", 6, 10), "did you mean alpha?") for words in (
        ["sum(W@alpa)", W, "alpha=[1,2]"], ["sum(W@alpa)", W, "alpha=[1,2]", "--cost"],
        ["diff", "sum(W@alpa)", W, "alpha=[1,2]"])),
    (["sheet", "z=2*x", X, "--hash"], "p1 is about arrays, and a key with hashes is for programs of numbers", None,
     "--key writes the answers of arrays"),
    (["plot", "sum(x)", "x=[1,3]"], "x is an array", None,
     "a plot is of numbers: give entries names of their own, such as x1 and x2"),
    (["plot", "x**2", "x=[1,3]"], "a range is missing", None, "write x=1:3"),
    (["plot", "x*y", "x=0:1", "y=[1,2]"], "this is a list, and a value is one number", ("y", 0, 5),
     "give each number a name of its own: y1=1 y2=2"),
])  # fmt: skip
def test_what_cannot_be_used(
    words: list[str], message: str, place: tuple[str, int, int] | None, hint: str, capsys: Capture
) -> None:
    """In these words alone, and as JSON where the command has it."""
    assert run(words) == 2
    said = capsys.readouterr().err.splitlines()
    where = ""
    if place is not None:
        name, start, end = place
        where = f"{name}:1:{start + 1}: "
        assert said[2] == "  " + " " * start + "^" * max(end - start, 1)
    assert said[0] == f"gradcli: {where}{message}"
    assert said[-1] == f"hint: {hint}"
    if words[0] in ("check", "diff", "descend", "plot"):
        assert run([*words, "--json"]) == 2
        told = json.loads(capsys.readouterr().err)
        assert (told["message"], told["hint"], told["status"]) == (message, hint, 2)
        assert (told["source"], told["span"]) == ((place[0], [*place[1:]]) if place else (None, None))


@pytest.mark.parametrize(("words", "status", "hints"), [
    (["check", "z = zeros(N) + x", "N=2", X, "z=[1,2]"], 0, []),
    (["check", "z = zeros(N) + x", "N=2", X, "z=[1,3]"], 1, []),
    (["sheet", "z = outer(x, x); s = sum(z)", f"x={[1] * 21}"], 0, ["too large to be asked for: z, ds/dz"]),
    (["sheet", "z = outer(x, x); s = sum(z)", f"x={[1] * 20}"], 0, []),
    (["homework"], 0, ["gradcli help homework opens the page of the manual",
                       'both passes at a point: gradcli "homework" homework=3']),
    (["work"], 0, ['both passes at a point: gradcli "work" work=3']),
    (["pi*r**2 + piz"], 0, ["did you mean pi?", 'both passes at a point: gradcli "pi*r**2 + piz" r=3 piz=2']),
])  # fmt: skip
def test_what_is_advised_beside_an_answer(words: list[str], status: int, hints: list[str], capsys: Capture) -> None:
    assert run(words) == status
    assert capsys.readouterr().err.splitlines() == [f"hint: {hint}" for hint in hints]

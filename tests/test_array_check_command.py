"""gradcli check of arrays, as it is typed: which words are claims, what is shown, and what JSON says of each mark."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gradcli.commands import run
from gradcli.reports.schema import SCHEMAS
from gradcli.text import cells

from .test_golden import called

PROGRAM = "z = W@x + b; L = cross_entropy(z, 2)"
VALUES = ("W=1 -1; 0 2; 1 1", "x=[2, 1]", "b=[0, 1, -1]")
RIGHT = ("z=[1, 3, 2]", "dL/dz=[0.09, 0.665, -0.755]", "db=[0.09, 0.665, -0.755]", "shape(dW)=3x2", "dx=W.T@dz")
WRONG = ("z=[1, 3, 3]", "dL/dz=[0.09, 0.665, 0.245]", "dL/dW=[[0.18, 1.33, -1.51], [0.09, 0.665, -0.755]]",
         "shape(dW)=2x3", "L=1", "dq[0]=4", "dx=W@dz")  # fmt: skip
SCHEMA = jsonschema.Draft202012Validator(SCHEMAS["array-check"])
LOOKS = {"correct": "✓", "imprecise": "✓", "follow_through": "~", "wrong": "✗", "missing": "✗", "invalid": "?",
         "ungraded": "?"}  # fmt: skip


def checked(*words: str, program: str = PROGRAM, width: int | None = None) -> tuple[str, str, int]:
    settings = {} if width is None else {"COLUMNS": str(width)}
    done = called(["check", program, *words], Path.cwd(), settings, b"")
    return done.stdout.decode(), done.stderr.decode(), done.status


def as_json(*words: str, status: int | None = None) -> dict[str, Any]:
    out, err, ended = checked(*words, "--json")
    assert err == ""
    assert status is None or status == ended
    found = json.loads(out)
    SCHEMA.validate(found)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    "words", [RIGHT, WRONG, (*RIGHT, *WRONG), (*WRONG, "--follow-through", "0.5"), ("L=0.5", "--full")]
)
def test_the_text_says_what_json_says(words: tuple[str, ...]) -> None:
    found = as_json(*VALUES, *words)
    out, _, status = checked(*VALUES, *words)
    lines = out.splitlines()
    assert status == (0 if found["accepted"] else 1) == (0 if all(m["credit"] == 1 for m in found["marks"]) else 1)
    heads = [line for line in lines if line[:1] == " " and line[1] in "✓✗~?–·-"]
    assert len(heads) == len(found["marks"])
    for line, mark in zip(heads, found["marks"], strict=True):
        assert line[1] == LOOKS[mark["status"]] or mark["status"] == "missing"
        name, _, rest = line[3:].partition("  ")
        assert name == mark["name"] or mark["status"] == "missing"
        verdict = rest.strip()
        is_short = len(mark["claim"]) <= 24  # a longer array is told by its shape
        assert verdict.startswith(mark["claim"] if is_short else "x".join(map(str, mark["shape"])))
        assert ("(the first wrong step)" in verdict) is mark["first_wrong"]
        assert verdict.endswith(mark["why"] or "")
        assert mark["status"].replace("_", "-") in verdict or mark["status"] == "imprecise"
        assert mark["accepted"] is (mark["credit"] == 1)
    told = [line.strip() for line in lines if line.startswith("       ")]
    for mark in found["marks"]:
        for diagnosis in mark["diagnoses"]:
            assert any(text.startswith(diagnosis["message"]) for text in told)
            assert mark["item"] in diagnosis["explains"]
    earned, possible = found["score"]["earned"], found["score"]["possible"]
    assert f"score {round(earned, 2):g} of {possible:g}; {found['rule']}" in out
    assert earned == pytest.approx(sum(mark["credit"] for mark in found["marks"]))
    partly = [
        mark for mark in found["marks"] if mark["entries"] and 0 < mark["entries"]["right"] < mark["entries"]["of"]
    ]
    assert ("; indices start at 0" in out) is bool(partly)


@pytest.mark.parametrize("width", [30, 50, 70, 100])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_at_every_width_the_words_are_the_same(width: int, ascii_only: bool) -> None:
    more = ["--ascii"] if ascii_only else []
    whole, _, _ = checked(*VALUES, *WRONG, *more)
    narrow, _, _ = checked(*VALUES, *WRONG, *more, width=width)
    assert sorted(whole.split()) == sorted(narrow.split())
    assert all(cells(line) <= max(width, *map(cells, line.split())) + 4 for line in narrow.splitlines())
    assert not ascii_only or whole.isascii()


def test_what_json_says_of_arrays() -> None:
    marks = {mark["item"]: mark for mark in as_json(*VALUES, *WRONG, status=1)["marks"]}
    assert (marks["z"]["entries"], marks["z"]["shape"]) == ({"right": 2, "of": 3, "wrong": [[2]]}, [3])
    assert marks["z"]["value"] == [1, 3, 3]
    assert marks["dL/dz"]["diagnoses"][0]["site"] == ["z"]
    assert (marks["dL/dW"]["shape_is"], marks["dL/dW"]["entries"]) == ("transposed", None)
    assert marks[None]["kind"] is None
    assert (marks["L"]["kind"], marks["L"]["value"], marks["L"]["shape"]) == ("value", 1, [])
    kinds = {name: mark["kind"] for name, mark in marks.items() if name not in (None, "L")}
    assert kinds == {
        "z": "value",
        "dL/dz": "upstream",
        "dL/dW": "upstream",
        "shape(dL/dW)": "shape",
        "dL/dx": "upstream",
    }


@pytest.mark.parametrize("reveal", ["none", "correct", "all"])
def test_what_is_revealed(reveal: str) -> None:
    """`correct` shows numbers of claims that are right, `all` of every claim that names an array; none is the rule."""
    words = (*VALUES, "z=[1, 3.001, 2]", "dL/dz=[0.09, 0.665, 0.245]", "db=dz", "shape(dW)=3x2", "--reveal", reveal)
    marks = {mark["item"]: mark for mark in as_json(*words)["marks"]}
    shown = {name for name, mark in marks.items() if mark["expected"] is not None}
    right = {name for name, mark in marks.items() if mark["status"] == "correct"}
    assert marks["dL/dz"]["status"] == "wrong"
    assert shown == {"none": set(), "correct": right, "all": set(marks)}[reveal]
    if reveal != "none":
        assert marks["shape(dL/dW)"]["expected"] == [3, 2]
    text, _, _ = checked(*words)
    lines = {line.split()[1]: line for line in text.splitlines() if line[1] in "✓✗"}
    assert ("correct; the correct value is [1, 3, 2]" in lines["z"]) is (reveal != "none")
    assert ("the correct value is [0.0900" in lines["dL/dz"]) is (reveal == "all")


@pytest.mark.parametrize(("reveal", "shape", "is_shown"), [
    ("none", "2x3", False), ("correct", "2x3", False), ("all", "2x3", True), ("all", "3x2", False),
])  # fmt: skip
def test_the_right_shape_is_revealed_where_it_is_asked_for(reveal: str, shape: str, is_shown: bool) -> None:
    text, _, _ = checked(*VALUES, f"shape(dW)={shape}", "--reveal", reveal)
    assert ("the correct value is 3x2" in text) is is_shown


def test_long_arrays_are_not_revealed_in_a_line() -> None:
    for size, is_shown in ((64, True), (65, False)):
        out, _, _ = checked(f"x={list(range(size))}", f"y={[1] * size}", "--reveal", "all", program="y = 2*x")
        assert ("the correct value is [0, 2, 4" in out) is is_shown


@pytest.mark.parametrize(("words", "said", "status"), [
    (VALUES, "there is no claim\nhint: add ITEM=CLAIM, such as dL/dW='[[1, 2], [3, 4]]', or --claims FILE", 2),
    ((*VALUES, "q=3"), "q is neither an input nor an item of the program", 2),
    ((*VALUES, "zz=3"), "zz is neither an input nor an item of the program", 2),
    (("W=1 -1; 0 2; 1 1", "x=[2, 1", "b=[0, 1, -1]", "L=1"), "x:1:1: [ is not closed", 2),
    (("W=1 -1; 0", "x=[2, 1]", "b=[0, 1, -1]", "L=1"), "gradcli: W:1:", 2),
    ((*VALUES[:2], "L=1"), "b has no value", 2),
    ((*VALUES, "L=1", "--fixed", "q"), "q is not an input\nhint: the inputs are W, x, b", 2),
    ((*VALUES, "L=1", "--fixed", "X"), "X is not an input\nhint: did you mean x? (capitals count)", 2),
])  # fmt: skip
def test_what_cannot_be_checked(words: tuple[str, ...], said: str, status: int) -> None:
    out, err, ended = checked(*words)
    assert (out, ended) == ("", status)
    assert said in err


def test_a_name_is_an_input_or_a_claim() -> None:
    """A name that the program gives a value may be claimed; any other has its value from the words."""
    words = ("x=[1, 2]", "y=[2, 4]", "n=3", "s=18")
    for program, statuses in (
        ("y = 2*x; s = n*sum(y)", {"y": "correct", "s": "correct"}),
        ("y = 2*x; n = 2; s = n*sum(y)", {"y": "correct", "n": "wrong", "s": "follow_through"}),
    ):
        out, err, status = checked(*words, "--json", program=program)
        marks = json.loads(out)["marks"]
        assert {mark["item"]: mark["status"] for mark in marks} == statuses
        assert (err, status) == ("", int("wrong" in statuses.values()))
    _, err, status = checked(*words, "e=3", program="y = 2*x; s = n*sum(y)")
    assert (err.splitlines()[0], status) == ("gradcli: e: nothing in the program uses e", 2)


@pytest.mark.parametrize(("program", "words", "status", "said"), [
    ("e = 2*x; sum(e)", ["x=[1, 2]", "e=[2, 4]"], 0, " ✓ e  [2, 4]  correct"),  # e is of the program, no constant
    ("e = 2*x; e*x", ["x=3", "e=6"], 0, " ✓ e  6  correct"),
    ("sum(e*x)", ["x=[1, 2]", "e=2", "df/de=3"], 0, " ✓ df/de  3  correct"),
    ("sum(ones(n)*y)", ["n=3", "y=2", "dy=3"], 0, " ✓ dy  3  correct"),  # n is read for a shape alone
    ("sum(x)*y", ["x=[1, 2]", "y=2", "dz=3", "z=1"], 2, "gradcli: argument:1:1: z is neither an input nor an item"),
    ("x*y", ["x=1", "y=2", "dz=3", "z=1"], 2, "gradcli: argument:1:1: z is neither an input nor an item"),
    ("x*y", ["x=1", "4"], 2, "gradcli: argument: 4 has no name before it\nhint: write y=4 or f=4 or df/dx=4"),
    ("x*y", ["x=1", "y=2", "4"], 2, "gradcli: argument: 4 has no name before it\nhint: write f=4 or df/dx=4"),
    ("x@y", ["x=[1, q]", "y=[1, 2, 3]", "f=2"], 2, "gradcli: x:1:5: q is not a number"),  # before what it is used for
    ("x@y", ["x=2 1", "y=[1, 2, 3]", "f=2"], 2, "gradcli: x:1:"),
    ("x*y", ["x=1", "y=2", "dz=3"], 2, "gradcli: argument:1:1: dz is neither an input nor an item"),
])  # fmt: skip
def test_names_of_constants_of_sizes_and_of_nothing(
    program: str, words: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["check", program, *words]) == status
    out, err = capsys.readouterr()
    assert (err if status else out).startswith(said)


def test_a_value_that_cannot_be_read_may_be_a_claim() -> None:
    out, err, status = checked("x=[1, 2]", "z=outer(x", program="z = 2*x")
    assert "invalid" in out
    assert (err, status) == ("", 1)
    assert checked("x=[1, 2", "z=[2, 4]", program="z = 2*x")[2] == 2


def test_a_file_of_claims_names_no_file(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text("item,claim\nz,@a.csv\ny, @a.csv\n", encoding="utf-8")
    (tmp_path / "a.csv").write_text("2,4\n", encoding="utf-8")
    done = called(["check", "y = 2*x; z = y + 0", "x=[1, 2]", "--claims", "claims.csv"], tmp_path, {}, b"")
    assert done.stdout.decode().count("invalid: a file cannot be named here: give the numbers themselves") == 2
    typed = called(["check", "y = 2*x; z = y + 0", "x=[1, 2]", "z=@a.csv"], tmp_path, {}, b"")
    assert typed.stdout.decode().startswith(" ✓ z")


def test_a_report_in_a_file_is_that_on_the_screen(tmp_path: Path) -> None:
    words = [*VALUES, *WRONG]
    for more, name in (([], "out.txt"), (["--json"], "out.json"), (["--json", "--compact"], "out.json")):
        said = called(["check", PROGRAM, *words, *more], tmp_path, {}, b"")
        kept = called(["check", PROGRAM, *words, *more, "--output", name], tmp_path, {}, b"")
        assert (tmp_path / name).read_bytes() == said.stdout
        assert (kept.stdout, kept.status) == (b"", said.status)
        assert (said.stdout.count(b"\n") == 1) is ("--compact" in more)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("dL/dW=[[20, 28], [28, 41]]", "claimed [1,1] = 41"),
        ("dL/dW=[[2.00, 3.00], [4.00, 5.00]]", "claimed [[2.00, 3.00], [4.00, 5.00]]"),  # nothing of it is right
        ("dL/dW=[[20, 28, 1], [28, 40, 1]]", "claimed [[20, 28, 1], [28, 40, 1]]"),  # another shape
        ("dL/dW[0]=[20, 2]", "claimed entry 1 = 2"),
        ("dL/dW=X@Z + zeros(2, 2) + 0*sum(W)", "claimed X@Z + zeros(2, 2) + 0*sum(W)"),
    ],
)
def test_what_was_claimed_stands_below_what_is_wrong(claim: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["Z = X@W; L = sum(Z*Z)", "X=[[1, 2], [3, 4]]", "W=[[1, 0], [0, 1]]", claim]
    assert run(["check", *words]) == 1
    assert capsys.readouterr().out.splitlines()[1].strip() == said


def test_the_first_wrong_entries_of_many_are_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    z = [float(k) for k in range(20)]
    claimed = [2 * x if k < 3 else x for k, x in enumerate(z)]
    assert run(["check", "L = sum(z*z)", f"z={z}", f"dL/dz={claimed}"]) == 1
    told = capsys.readouterr().out
    assert "claimed entry 3 = 3, entry 4 = 4, entry 5 = 5, entry 6 = 6, ...\n" in told


def test_right_arrays_and_numbers_are_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["Z = X@W; L = sum(Z*Z)", "X=[[1, 2], [3, 4]]", "W=[[1, 0], [0, 1]]"]
    assert run(["check", *words, "dL/dW=[[20, 28], [28, 40]]", "L=7", "shape(dL/dX)=3x3"]) == 1
    assert "claimed" not in capsys.readouterr().out

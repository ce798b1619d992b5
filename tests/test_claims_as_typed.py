"""Claims as they are typed in a hurry: what is left out, what is doubted, and what is no claim at all."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from gradcli.homework.claims.written_numbers import without_dash
from gradcli.language.names import listed

from .test_cli import call

DASHES = ["-", "\u2013", "\u2014", "\u2212", "--", " - ", "- \u2014"]
POINT = ["x=-2", "y=5", "z=-4"]
PROGRAM = "q = x + y; f = q*z"
ARRAYS = ["z = W@x; L = sum(z**2)", "W=[[1,2],[3,4]]", "x=[1,2]"]
NUMBER = "a claim has no ?; write the number alone"
ANSWER = "a claim has no ?; write the answer alone"
NOTHING = "? is no claim; leave out what you do not answer"
HOMEWORK = f'[[problem]]\nid = "p"\nprogram = "{PROGRAM}"\nat = {{ x = -2, y = 5, z = -4 }}\nitems = ["q", "f"]\n'


def checked(*words: str) -> list[tuple[str, str]]:
    """Return the status of each claim and why it has it."""
    marks = json.loads(call("check", *words, "--json").stdout)["marks"]
    return [(m["status"], m["why"]) for m in marks]


@pytest.mark.parametrize("dash", DASHES)
def test_a_dash_alone_is_left_out_however_it_is_handed_in(
    dash: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    left_out = ("missing", "not handed in")
    assert checked(PROGRAM, *POINT, f"q={dash}", "f=-12") == [left_out, ("correct", "")]
    assert checked(*ARRAYS, "z=[5,11]", f"L={dash}", f"dL/dW={dash}") == [("correct", ""), left_out, left_out]
    Path("c.csv").write_text(f"item,claim\nq,{dash}\nf,-12\n", encoding="utf-8")
    Path("c.json").write_text(json.dumps({"q": dash, "f": "-12"}), encoding="utf-8")
    Path("c.md").write_text(
        f"| item | question | answer |\n|---|---|---|\n| q | | {dash} |\n| f | | -12 |\n", encoding="utf-8"
    )
    for name in ("c.csv", "c.json", "c.md"):
        assert checked(PROGRAM, *POINT, "--claims", name) == [left_out, ("correct", "")], name
    Path("hw.toml").write_text(HOMEWORK, encoding="utf-8")
    for name, text in {
        "long.csv": f"student,problem,item,claim\nann,p,q,{dash}\nann,p,f,-12\n",
        "form.csv": f"student,q,f\nann,{dash},-12\n",
        "lines.jsonl": json.dumps({"student": "ann", "problem": "p", "claims": {"q": dash, "f": "-12"}}) + "\n",
    }.items():
        Path(name).write_text(text, encoding="utf-8")
        (student,) = json.loads(call("grade", "hw.toml", name, "--json").stdout)["students"]
        assert student["earned"] == 1, name
        assert [item["status"] for item in student["claims"]] == ["missing", "correct"], name


@pytest.mark.parametrize("claim", ["-1", "-x", "- 4", "\u20144", "-q", "x-", "0-"])
def test_a_dash_beside_something_is_a_sign(claim: str) -> None:
    assert without_dash(claim) == claim


@pytest.mark.parametrize(("claim", "why"), [
    ("0.149?", NUMBER), ("0.149 ?", NUMBER),
    ("?0.149", NUMBER), ("3 (?)", NUMBER),
    ("0,149??", NUMBER), ("3 \u2713", "a claim has no \u2713; write the number alone"),
    ("f = -12?", ANSWER), ("2x?", ANSWER),
    ("?", NOTHING), ("(??)", NOTHING),
    ("3,000?", "3,000 can be 3.000 or 3000; write the number without its comma"),
    ("x > 0 ? 1 : 0", "a comparison can only be the first argument of where; write where(x > 0, 1, 0)"),
])  # fmt: skip
def test_a_claim_that_is_doubted_is_to_be_written_alone(claim: str, why: str) -> None:
    assert checked(PROGRAM, *POINT, f"q={claim}") == [("invalid", why)]


def test_an_array_that_is_doubted() -> None:
    assert checked(*ARRAYS, "z=[5,11]?", "L=146 ?", "dL/dz=?") == [
        ("invalid", ANSWER),
        ("invalid", NUMBER),
        ("invalid", NOTHING),
    ]


@pytest.mark.parametrize("claim", ["3 (right?)", "3 sure?"])
def test_a_remark_may_ask(claim: str) -> None:
    assert checked(PROGRAM, *POINT, f"q={claim}") == [("correct", "")]


def test_an_array_is_shown_where_it_is_short_and_else_told_by_its_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("z.csv").write_text("5\n11\n", encoding="utf-8")
    long = ["z=[5.00000000,11.0000000000]", "dL/dW=[[10.0000, 20.0000], [22.0000, 44.0000]]"]
    for words, shown in (
        (["z=[5,11]", "dL/dW=outer(dz, x)"], ["[5,11]", "outer(dz, x)"]),
        (long, ["2 entries", "2x2"]),
        (["z=@z.csv", "dL/dW=[[10, 20],\n[22, 44]]"], ["2 entries", "2x2"]),
    ):
        lines = call("check", *ARRAYS, *words).stdout.decode().splitlines()
        assert [line[10:].rsplit("  ", 1) for line in lines[:2]] == [
            [claim.ljust(max(map(len, shown))), "correct"] for claim in shown
        ]


@pytest.mark.parametrize(("words", "message", "hint"), [
    (["f = x**2", "x=3", "6"], "6 has no name before it", "write f=6 or df/dx=6, whichever it is"),
    (["f = x**2", "3"], "3 has no name before it", "write x=3 or f=3 or df/dx=3, whichever it is"),
    (["a*b*c", "a=2", "1/2"], "1/2 has no name before it", "write b=1/2 or f=1/2 or df/da=1/2, whichever it is"),
    (["Y = exp(X)", "X=[1,1]", "[2.7,2.7]"], "[2.7,2.7] has no name before it", "write Y=[2.7,2.7]"),
    ([*ARRAYS, "[5,11]"], "[5,11] has no name before it", "write L=[5,11] or dL/dW=[5,11], whichever it is"),
    (["z = W@x", *ARRAYS[1:], "[5,11]"], "[5,11] has no name before it", "write z=[5,11]"),
    (["f = x**2", "x=3", "df/dx"], "df/dx has no claim behind it", "write df/dx=..., with your answer"),
    (["f = x**2", "x=3", "f"], "f has no claim behind it", "write f=..., with your answer"),
    (["f = x**2", "x=3", "dx"], "dx has no claim behind it", "write dx=..., with your answer"),
    (["f = x**2", "x=3", "local(f,x)"], "local(f,x) has no claim behind it", "write local(f,x)=..., with your answer"),
    ([*ARRAYS, "dL/dW"], "dL/dW has no claim behind it", "write dL/dW=..., with your answer"),
    (["f = x**2", "df/dx=2*x", "x"], "x has no value behind it", "write x=..., with its value"),
    (["f = x**2", "x=3", "foo"], "foo is not NAME=VALUE",
     "quote the program if it has blanks or *; bindings are written NAME=VALUE"),
])  # fmt: skip
def test_a_word_without_a_sign_is_told_in_names_of_the_program(words: list[str], message: str, hint: str) -> None:
    done = call("check", *words)
    assert (done.status, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"gradcli: argument: {message}\nhint: {hint}\n"


@pytest.mark.parametrize(("names", "said"), [
    ([], "the program has no inputs"), (["x"], "the input is x"), (["x", "y"], "the inputs are x, y"),
    ([*"abcdghij"], "the inputs are a, b, c, d, g, h, i, j"),
    ([*"abcdghijk"], "the inputs are a, b, c, d, g, h, i, j, ..."),
])  # fmt: skip
def test_names_are_listed_as_one_or_several(names: list[str], said: str) -> None:
    assert listed("input", names) == said


@pytest.mark.parametrize(("program", "claim", "rule"), [
    ("f = max(x, y)*2", "df/dx=1", "where(x == max(x, y), 1, 0)"),
    ("f = exp(x)*y", "df/dy=1", "the other factor, exp(x)"),
    ("f = (x + 1)*y", "df/dy=1", "the other factor, (x + 1)"),
    ("q = x + y; f = q*y", "local(q,x)=2", "1 for each summand, as a sum hands on what arrives"),
])  # fmt: skip
def test_a_rule_has_parentheses_where_it_needs_them(program: str, claim: str, rule: str) -> None:
    (mark,) = json.loads(call("check", program, "x=3", "y=2", claim, "--json").stdout)["marks"]
    assert mark["rule"].endswith(rule)


@pytest.mark.parametrize("claim", ["dz x^T", "dz*x^T", "dz@x^T", "dz x'", "dz xᵀ", "dz x^{T}"])
def test_an_outer_product_of_papers(claim: str) -> None:
    ((status, why),) = checked(*ARRAYS, f"dL/dW={claim}")
    assert (status, why.partition("; ")[2]) == ("invalid", "write outer(dz, x)")
    assert checked(*ARRAYS, "dL/dW=outer(dz, x)") == [("correct", "")]


@pytest.mark.parametrize(("part", "said"), [
    ("ann.csv", "this is an archive: unpack it, and give what is in it"),
    ("[Content_Types].xml", "not a workbook: save it as xlsx or CSV"),
    ("mimetype", "not a workbook: save it as xlsx or CSV"),
])  # fmt: skip
def test_an_archive_is_to_be_unpacked(part: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("x.zip", "w") as archive:
        archive.writestr(part, "q,3\n")
    assert call("check", PROGRAM, *POINT, "--claims", "x.zip").stderr.decode() == f"gradcli: x.zip: {said}\n"
    Path("hw.toml").write_text(HOMEWORK, encoding="utf-8")
    assert said in call("grade", "hw.toml", "x.zip", COLUMNS="100").stdout.decode()

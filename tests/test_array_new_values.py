"""Items new(W), an array after a step of descent: marking, mistakes, sheets and homework files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gradcli.commands import run
from gradcli.homework.diagnosis.wrong_steps import STEPS
from gradcli.homework.marking.array_new_values import STEP_MISTAKES

# By hand: z = [3, 7], dL/dz = 2z = [6, 14], dL/dW has the rows [6, 6] and [14, 14], dL/dx = W.T@[6, 14] = [48, 68].
LAYER = ["z = W@x; L = sum(z**2)", "W=[[1, 2], [3, 4]]", "x=[1, 1]", "--step", "0.1"]
NEW = "[[0.4, 1.4], [1.6, 2.6]]"


def marks(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    run(["check", *words, "--json"])
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["marks"]
    return found


@pytest.mark.parametrize(("claim", "status"), [
    (f"new(W)={NEW}", "correct"), ("new(W)[0,1]=1.4", "correct"), ("new(W)[1]=[1.6, 2.6]", "correct"),
    ("new(x)=[-3.8, -5.8]", "correct"), ("shape(new(W))=2x2", "correct"), ("shape(new(W))=2", "wrong"),
    ("new(W)=W - 0.1*dL/dW", "correct"), ("new(W)=W - 0.1*outer(2*W@x, x)", "correct"),
    ("new(W)=W - outer(z, x)/5", "correct"), ("new(W)[0]=W[0] - 0.1*dL/dW[0]", "correct"),
    ("new(W)=W - 0.1001*dL/dW", "imprecise"), ("new(W)=W + 0.1*dL/dW", "wrong"), ("new(W)=W - dL/dW", "wrong"),
    ("new(W)=[[0.4, 1.4], [1.6, 3]]", "wrong"), ("new(W)=1.4", "wrong"), ("new(z)=2", "invalid"),
    ("new(W)=undefined", "wrong"),
])  # fmt: skip
def test_a_claim(capsys: pytest.CaptureFixture[str], claim: str, status: str) -> None:
    assert [m["status"] for m in marks(capsys, *LAYER, claim)] == [status]


def test_the_step_counts_and_not_the_value(capsys: pytest.CaptureFixture[str]) -> None:
    """Steps of 0.0003 and 20 in one array: the old value is within 1 % of the new one, and wrong."""
    line = ["L = sum(a*b)", "a=[200, 0.003]", "b=[0.003, 200]", "--step", "0.1"]
    for claim, right in {
        "[199.9997, -19.997]": [True, True], "[200, -19.997]": [False, True], "[200.0003, -20]": [False, True],
    }.items():  # fmt: skip
        (found,) = marks(capsys, *line, f"new(a)={claim}")
        wrong = [[k] for k, ok in enumerate(right) if not ok]
        assert found["entries"]["wrong"] == wrong
        assert found["status"] == ("correct" if all(right) else "wrong")


MISTAKES = {
    "step-sign": "[[1.6, 2.6], [4.4, 5.4]]", "step-without-rate": "[[-5, -4], [-11, -10]]",
    "step-rate-twice": "[[0.94, 1.94], [2.86, 3.86]]", "step-alone": "[[-0.6, -0.6], [-1.4, -1.4]]",
    "step-gradient": "[[6, 6], [14, 14]]", "step-old": "[[1, 2], [3, 4]]",
}  # fmt: skip


@pytest.mark.parametrize("mistake", sorted(MISTAKES))
def test_mistakes_of_a_step(capsys: pytest.CaptureFixture[str], mistake: str) -> None:
    (found,) = marks(capsys, *LAYER, f"new(W)={MISTAKES[mistake]}")
    assert [d["mistake"] for d in found["diagnoses"]] == [mistake]
    assert found["diagnoses"][0]["site"] == ["W"]
    assert found["diagnoses"][0]["message"].endswith("at new(W)")


def test_every_mistake_of_a_step_is_tried_and_worded_as_for_numbers() -> None:
    of_numbers = {row.id: row.message for row in STEPS if row.id.startswith("step-")}
    assert {mistake.id: mistake.message for mistake in STEP_MISTAKES} == of_numbers
    assert of_numbers.keys() == MISTAKES.keys()


def test_uphill(capsys: pytest.CaptureFixture[str]) -> None:
    line = [*LAYER, "--ascent"]
    assert [m["status"] for m in marks(capsys, *line, "new(W)=[[1.6, 2.6], [4.4, 5.4]]")] == ["correct"]
    (found,) = marks(capsys, *line, f"new(W)={NEW}")
    assert [d["mistake"] for d in found["diagnoses"]] == ["step-sign"]
    run(["check", *line, "new(W)=W", "--json"])
    assert json.loads(capsys.readouterr().out)["rate"] == -0.1


def test_a_step_from_the_own_gradient(capsys: pytest.CaptureFixture[str]) -> None:
    own = "dL/dW=[[6, 6], [14, 24]]"
    first, then = marks(capsys, *LAYER, own, "new(W)=[[0.4, 1.4], [1.6, 1.6]]")
    assert (first["status"], then["status"], then["why"]) == ("wrong", "follow_through", "a right step from your dL/dW")
    _, both = marks(capsys, *LAYER, own, "new(W)=[[1.6, 2.6], [4.4, 6.4]]")
    assert both["status"] == "wrong"
    assert [d["mistake"] for d in both["diagnoses"]] == ["step-sign"], "from the own gradient"


def test_a_step_from_own_rounded_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    """dL/da = 2*a = [0.6666..., 2.469...], rounded to 0.67 and 2.47; a step of 1 from those is right."""
    line = ["L = sum(a*a)", "a=[0.3333333, 1.2345]", "--step", "1"]
    own = "dL/da=[0.67, 2.47]"
    first, then = marks(capsys, *line, own, "new(a)=[-0.3366667, -1.2355]")
    assert (first["status"], first["why"]) == ("correct", "")
    assert (then["status"], then["why"]) == ("correct", "follows from your own rounded numbers")
    assert not then["entries"]["wrong"]
    (alone,) = marks(capsys, *line, "new(a)=[-0.3446667, -1.2355]")
    assert alone["status"] == "wrong"
    first, then = marks(capsys, *line, "dL/da=[0.67, 9]", "new(a)=[-0.3366667, -7.7655]")
    assert (first["status"], then["status"], then["why"]) == ("wrong", "follow_through", "a right step from your dL/da")
    first, then = marks(capsys, *line, "dL/da=[0.67, 9]", "new(a)=[-0.3366667, -8]")
    assert then["status"] == "wrong"


def test_a_step_from_a_gradient_that_was_not_handed_in(capsys: pytest.CaptureFixture[str]) -> None:
    """With z = [3, 9] the rows of dL/dW are [6, 6] and [18, 18]; dL/dx is [60, 84]."""
    claims = ("new(x)=[-5, -7.4]", "new(W)=[[0.4, 1.4], [1.2, 2.2]]")
    first, *then = marks(capsys, *LAYER, "z=[3, 9]", *claims)
    assert first["status"] == "wrong"
    assert [(m["status"], m["why"]) for m in then] == [
        ("follow_through", f"a right step from your dL/d{name}") for name in "xW"]  # fmt: skip
    _, *then = marks(capsys, *LAYER, "z=[3, 9]", "new(x)=[-5, 3]", claims[1])
    assert [m["status"] for m in then] == ["wrong", "follow_through"]


@pytest.mark.parametrize(("claim", "status"), [
    ("new(a)=[0, 0.9]", "correct"), ("new(a)=[-0.1, 0.9]", "correct"), ("new(a)=[0.1, 0.9]", "wrong"),
    ("new(a)[0]=undefined", "correct"), ("new(a)[0]=-0.05", "correct"),
])  # fmt: skip
def test_at_a_kink_the_sides_of_the_step_count(capsys: pytest.CaptureFixture[str], claim: str, status: str) -> None:
    """The slopes of relu at 0 are 0 and 1, so that a step of 0.1 leads from 0 to 0 or to -0.1."""
    line = ["L = sum(relu(a))", "a=[0, 1]", "--step", "0.1"]
    assert [m["status"] for m in marks(capsys, *line, claim)] == [status]


def test_a_rate_of_0_makes_no_step(capsys: pytest.CaptureFixture[str]) -> None:
    (found,) = marks(capsys, *LAYER[:3], "--step", "0", "new(W)=W")
    assert (found["status"], found["why"]) == ("invalid", "a number is asked for: a rate of 0 makes no step")


def test_no_rate(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", *LAYER[:3], f"new(W)={NEW}"]) == 2
    assert "new(W) needs a rate" in capsys.readouterr().err


# ---- sheets and homework

HOMEWORK = """
[[problem]]
program = "z = W@x + b; L = sum((z - y)**2)"
at = { W = "1 2; 3 4", x = "[1, 1]", b = "[0, 2]", y = "[2, 3]" }
fixed = ["x", "y"]
step = 0.25
"""  # by hand: z = [3, 9], dL/db = [2, 12], and the rows of dL/dW are [2, 2] and [12, 12]


def test_a_homework_file_asks_marks_and_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("hw.toml").write_text(HOMEWORK)
    assert run(["sheet", "--homework", "hw.toml", "--key"]) == 0
    lines = capsys.readouterr().out.splitlines()[-2:]
    formula = "after a step of descent with the rate 0.25"
    assert lines == [
        f'p1,new(W),new value of W {formula}: W - 0.25*dL/dW (2x2),"[[0.5, 1.5], [0, 1]]"',
        f'p1,new(b),new value of b {formula}: b - 0.25*dL/db (2 entries),"[-0.5, -1]"',
    ]
    Path("hw.toml").write_text(HOMEWORK + 'items = "new"')
    Path("class.csv").write_text(
        'student,problem,item,claim\nAda,p1,new(W),"[[0.5, 1.5], [0, 1]]"\nAda,p1,new(b),"[-0.5, -1]"\n'
        'Bob,p1,new(W),"[[1.5, 2.5], [6, 7]]"\nBob,p1,new(b),"b - 0.25*2*(z - y)"\n'
        'Cy,p1,new(b),"b - 0.25*dL/db"\n'
    )
    assert run(["grade", "hw.toml", "class.csv", "--to", "json"]) == 0
    ada, bob, cy = json.loads(capsys.readouterr().out)["students"]
    assert (ada["earned"], bob["earned"], cy["earned"]) == (2, 1, 0)
    assert cy["claims"][1]["why"] == "right as a rule, but its numbers are asked for"
    claims = {claim["item"]: claim for claim in bob["claims"]}
    assert [d["mistake"] for d in claims["new(W)"]["diagnoses"]] == ["step-sign"]


@pytest.mark.parametrize(("change", "message"), [
    ('items = ["new(W)"]', "new(W) needs a rate"), ('items = "new"', "new values need a rate"),
    ('step = 0.1\nitems = ["new(z)"]', "there is no item new(z)"),
])  # fmt: skip
def test_a_homework_file_that_cannot_be_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str, message: str
) -> None:
    path = tmp_path / "hw.toml"
    path.write_text(HOMEWORK.replace("step = 0.25", change))
    assert run(["sheet", "--homework", str(path)]) == 2
    assert message in capsys.readouterr().err


def test_a_sheet_of_a_program_of_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["sheet", *LAYER]) == 0
    assert "new(W),new value of W after a step of descent with the rate 0.1: W - 0.1*dL/dW (2x2)" in (
        capsys.readouterr().out
    )

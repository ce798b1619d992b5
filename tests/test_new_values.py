"""Items new(w), the value of an input after a step of descent: marking, mistakes, sheets and homework files."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from gradcli.commands import run
from gradcli.errors import InputError, Source
from gradcli.homework.claims.items import item_name
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.parsed import parse_problem
from gradcli.homework.classroom.problem_instance import ProblemInstance
from gradcli.homework.diagnosis.wrong_steps import STEP_MISTAKES
from gradcli.reports.schema import SCHEMAS

from .test_descent import MAZUR, MAZUR_NEW, MAZUR_POINT

# By hand: y = 6, f = 9, df/dy = 3, df/da = 6 and df/db = 9. A step of 0.1 leads to a = 2.4 and b = 1.1.
PRODUCT = ["y = a*b; f = y^2/4", "a=3", "b=2", "--step", "0.1"]
# By hand: f = 0.6, df/da = 0.003, df/db = 200: a step of 0.1 leads from a = 200 to 199.9997.
SMALL = ["f = a*b", "a=200", "b=0.003", "--step", "0.1"]


def marks(capsys: pytest.CaptureFixture[str], *words: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(["check", *words, "--json"]) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    jsonschema.validate(found, SCHEMAS["check"])
    return list(found["marks"])


def statuses(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    return [m["status"] for m in marks(capsys, *words)]


def test_the_published_network(capsys: pytest.CaptureFixture[str]) -> None:
    claims = [f"new({name})={x}" for name, x in MAZUR_NEW.items()]
    assert statuses(capsys, MAZUR, *MAZUR_POINT, "--step", "0.5", *claims) == ["correct"] * 8
    uphill = [f"new({w.partition('=')[0]})={w.partition('=')[2]}" for w in MAZUR_POINT if w.startswith("w")]
    assert set(statuses(capsys, MAZUR, *MAZUR_POINT, "--step", "0.5", *uphill)) == {"wrong", "imprecise"}


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ("199.9997", "correct"),
        ("199.99970", "correct"),
        ("200-0.1*0.003", "correct"),
        ("200.0003", "wrong"),  # plus for minus: within 1 % of the new value
        ("200", "imprecise"),
        ("200.0000", "wrong"),
        ("199.999", "wrong"),
        ("200.00", "imprecise"),
        ("199.9994", "wrong"),
    ],
)
def test_the_step_counts_and_not_the_value(capsys: pytest.CaptureFixture[str], claim: str, status: str) -> None:
    assert statuses(capsys, *SMALL, f"new(a)={claim}") == [status]


def test_uphill(capsys: pytest.CaptureFixture[str]) -> None:
    assert statuses(capsys, *PRODUCT, "--ascent", "new(a)=3.6", "new(b)=2.9") == ["correct"] * 2
    assert statuses(capsys, *PRODUCT, "--ascent", "new(a)=2.4", "new(b)=1.1") == ["wrong"] * 2


@pytest.mark.parametrize(("direction", "right", "wrong"), [([], "2.707", "3.293"), (["--ascent"], "3.293", "2.707")])
def test_a_step_with_a_rounded_gradient_follows(
    direction: list[str], right: str, wrong: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The slope is 0.2887, written as 0.29: a step with that may end within 0.005 of where it leads."""
    words = ["f = sqrt(x)", "x=3", "--step", "1", *direction, "df/dx=0.29"]
    assert statuses(capsys, *words, f"new(x)={right}") == ["correct", "correct"]
    assert statuses(capsys, *words, f"new(x)={wrong}") == ["correct", "wrong"]


def test_a_step_from_the_own_gradient(capsys: pytest.CaptureFixture[str]) -> None:
    """With df/da = 5 the new value is 2.5; from a wrong 0 it is the old one, which earns nothing."""
    found = marks(capsys, *PRODUCT, "df/da=5", "new(a)=2.5", "--follow-through", "0.5")
    assert [m["status"] for m in found] == ["wrong", "follow_through"]
    assert [m["credit"] for m in found] == [0, 0.5]
    assert found[1]["why"] == "a right step from your df/da"
    assert statuses(capsys, *PRODUCT, "df/da=5", "new(a)=3.5") == ["wrong", "wrong"]
    found = marks(capsys, *PRODUCT, "df/da=0", "new(a)=3", "--follow-through", "0.5")
    assert [m["credit"] for m in found] == [0, 0]
    # A gradient rounded to two figures is right, and so is what comes of it: 0.15 - 0.5*0.00044.
    rounded = ["dE/dw1=0.00044", "new(w1)=0.14978"]
    assert statuses(capsys, MAZUR, *MAZUR_POINT, "--step", "0.5", *rounded, "--rtol", "0.005") == ["correct"] * 2


def test_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    right = ["new(a)=a - 0.1*df/da", "new(b)=b - dy*a/10", "new(a)=a - y*b/20"]
    for claim in right:
        assert statuses(capsys, *PRODUCT, claim) == ["correct"], claim
        assert statuses(capsys, PRODUCT[0], *PRODUCT[3:], claim) == ["correct"], claim
    for claim in ["new(a)=a + 0.1*df/da", "new(a)=a - df/da", "new(a)=a", "new(a)=a - 0.1*df/db", "new(a)=7.2/a"]:
        assert statuses(capsys, *PRODUCT, claim) == ["wrong"], claim


def test_at_a_kink_all_between_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    kink = ["relu(x)*z", "x=0", "z=2", "--step", "0.1"]  # slopes 0 and 2
    for claim, status in [("0", "correct"), ("-0.2", "correct"), ("-0.1", "correct"), ("0.1", "wrong")]:
        assert statuses(capsys, *kink, f"new(x)={claim}") == [status]
    assert statuses(capsys, *kink, "new(x)=undefined") == ["correct"]


# What is written down by each mistake, by hand: on PRODUCT for new(a), and on other programs where weights are updated
# in the wrong order: f = a*b at 3 and 4 with the rate 0.1 has df/db = 3, and 2.6 for it once a is updated.
WRITTEN = {
    "step-sign": (PRODUCT, {"new(a)": 3 + 0.1 * 6, "df/da": 6, "df/dy": 3}),
    "step-without-rate": (PRODUCT, {"new(a)": 3 - 6, "df/da": 6, "df/dy": 3}),
    "step-rate-twice": (PRODUCT, {"new(a)": 3 - 0.01 * 6, "df/da": 6, "df/dy": 3}),
    "step-alone": (PRODUCT, {"new(a)": -0.6, "df/da": 6, "df/dy": 3}),
    "step-gradient": (PRODUCT, {"new(a)": 6, "df/da": 6, "df/dy": 3}),
    "step-old": (PRODUCT, {"new(a)": 3, "df/da": 6, "df/dy": 3}),
    "updated-first": (["f = a*b", "a=3", "b=4", "--step", "0.1"], {"new(a)": 3 - 0.4, "new(b)": 4 - 0.1 * 2.6}),
}  # fmt: skip


@pytest.mark.parametrize("id", WRITTEN)
def test_a_number_worked_by_hand(capsys: pytest.CaptureFixture[str], id: str) -> None:
    words, numbers = WRITTEN[id]
    found = marks(capsys, *words, *(f"{item}={x:.6g}" for item, x in numbers.items()))
    (wrong,) = [m for m in found if m["status"] == "wrong"]
    assert [d["mistake"] for d in wrong["diagnoses"]] == [id]
    assert wrong["diagnoses"][0]["explains"] == [wrong["item"]]


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def mazur_with(new5: float, new7: float) -> tuple[float, float]:
    """Return dE/dw1 and the new w1 where w5 and w7 have these numbers on the way back."""
    p = {name: float(x) for name, x in (word.split("=") for word in MAZUR_POINT)}
    h1 = sigmoid(p["w1"] * p["i1"] + p["w2"] * p["i2"] + p["b1"])
    h2 = sigmoid(p["w3"] * p["i1"] + p["w4"] * p["i2"] + p["b1"])
    o1 = sigmoid(p["w5"] * h1 + p["w6"] * h2 + p["b2"])
    o2 = sigmoid(p["w7"] * h1 + p["w8"] * h2 + p["b2"])
    d1, d2 = (o1 - p["t1"]) * o1 * (1 - o1), (o2 - p["t2"]) * o2 * (1 - o2)
    g = (d1 * new5 + d2 * new7) * h1 * (1 - h1) * p["i1"]
    return g, p["w1"] - 0.5 * g


@pytest.mark.parametrize("claimed", [False, True])
def test_a_gradient_with_updated_weights(capsys: pytest.CaptureFixture[str], claimed: bool) -> None:
    """On Mazur's network w5 is updated first, and w1's gradient computed with the new w5; then with the new w7 too."""
    words = [MAZUR, *MAZUR_POINT, "--step", "0.5", f"new(w5)={MAZUR_NEW['w5']}"]
    for new7, told in [(0.5, "the new w5 in the"), (MAZUR_NEW["w7"], "new values of inputs in the")]:
        g, new = mazur_with(MAZUR_NEW["w5"], new7)
        own = [f"dE/dw1={g:.8g}"] if claimed else []
        found = marks(capsys, *words, *own, f"new(w1)={new:.9g}")
        assert [m["status"] for m in found] == ["correct", *(["wrong", "follow_through"] if claimed else ["wrong"])]
        first = found[1]["diagnoses"][0]
        assert first["mistake"] == "updated-operand"
        assert f"{told} local gradient" in first["message"]
        assert first["message"].endswith("at dE/dh1")


def test_every_mistake_of_a_step_is_tried() -> None:
    assert {*WRITTEN, "updated-operand"} == {*STEP_MISTAKES}


def test_one_habit_on_the_whole_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    """All weights with plus for minus are one mistake, and not one in the signs of both errors."""
    p = {name: float(x) for name, x in (word.split("=") for word in MAZUR_POINT)}
    claims = [f"new({name})={2 * p[name] - x:.9g}" for name, x in MAZUR_NEW.items()]
    found = marks(capsys, MAZUR, *MAZUR_POINT, "--step", "0.5", *claims)
    assert [m["status"] for m in found] == ["wrong"] * 8
    assert {d["mistake"] for m in found for d in m["diagnoses"]} == {"step-sign"}
    assert found[0]["diagnoses"][0]["message"].endswith("in every new value")


# ---- what is no step


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["f = a*b", "a=3", "b=4", "new(a)=2"], "new(a) needs a rate"),
        (["f = a*b", "a=3", "b=4", "--ascent", "df/da=4"], "--ascent is the direction of a step"),
        (["f = a*b", "a=3", "b=4", "--step", "x", "new(a)=2"], "x"),
    ],
)
def test_refused(capsys: pytest.CaptureFixture[str], words: list[str], message: str) -> None:
    assert run(["check", *words]) == 2
    assert message in capsys.readouterr().err


def test_items_that_there_are_not(capsys: pytest.CaptureFixture[str]) -> None:
    found = marks(capsys, *PRODUCT, "new(y)=3", "new(q)=4", "new(a)=1 2")
    assert [m["status"] for m in found] == ["invalid"] * 3
    assert "y is computed, and a step changes inputs" in found[0]["why"]


# ---- sheets and homework files


def test_new_values_come_last_on_a_sheet(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    problem = ["e = w*x + b - y; L = e^2", "w=2", "x=1.5", "b=1", "y=5", "--step", "0.1", "--fixed", "x,y"]
    line = ["sheet", *problem, "--key"]
    assert run(line) == 0
    rows = capsys.readouterr().out.splitlines()
    # By hand: e = -1, dL/dw = -3 and dL/db = -2.
    assert rows[-2:] == [
        "p1,new(w),new value of w after a step of descent with the rate 0.1: w - 0.1*dL/dw,2.3",
        "p1,new(b),new value of b after a step of descent with the rate 0.1: b - 0.1*dL/db,1.2",
    ]
    sheet = tmp_path / "sheet.csv"
    sheet.write_text("\n".join(rows), encoding="utf-8")
    assert set(statuses(capsys, *problem, "--claims", str(sheet), "--full")) == {"correct"}
    assert run([*line[:-1], "--to", "latex"]) == 0
    assert r"w_{\text{new}} = w - 0.1 \frac{dL}{dw} =" in capsys.readouterr().out


HOMEWORK = """
[[problem]]
program = "e = w*x + b - y; L = e^2"
at = { w = 2, x = 1.5, b = 1, y = 5 }
fixed = ["x", "y"]
step = 0.1
"""


def instance(text: str) -> ProblemInstance:
    (problem,) = load(Source("hw.toml", text)).problems.values()
    found = parse_problem(problem).for_student("ann")
    assert isinstance(found, ProblemInstance)
    return found


def test_a_homework_file_asks_for_new_values() -> None:
    found = instance(HOMEWORK)
    names = {item_name(found.record, item): weight for item, weight in found.weights.items()}
    assert [*names][-2:] == ["new(w)", "new(b)"]
    assert names["new(w)"] == 0.2, "beside its gradient it is arithmetic"
    only = instance(HOMEWORK + 'items = "new"\nweights = "concept"')
    assert {item_name(only.record, item): w for item, w in only.weights.items()} == {"new(w)": 1, "new(b)": 1}
    assert [only.answer(item) for item in only.weights] == ["2.3", "1.2"]
    uphill = instance(HOMEWORK + 'ascent = true\nitems = ["new(b)"]')
    assert [uphill.answer(item) for item in uphill.weights] == ["0.8"]


def test_the_defaults_of_a_homework_file_have_a_step() -> None:
    plain = HOMEWORK.replace("step = 0.1\n", "")
    usual = "[defaults]\nstep = 0.1\nascent = true\n"
    by_own = {
        "": "1.7", "ascent = false": "2.3", "step = 0.2": "1.4", "step = 0.2\nascent = false": "2.6",
    }  # fmt: skip
    for own, new in by_own.items():
        found = instance(usual + plain + 'items = ["new(w)"]\n' + own)
        assert [found.answer(item) for item in found.weights] == [new], own
    without = instance(usual + plain + "step = false")
    assert not any(item_name(without.record, item).startswith("new") for item in without.weights)
    with pytest.raises(InputError, match="direction of a step"):
        load(Source("hw.toml", "[defaults]\nascent = true\n" + plain))


@pytest.mark.parametrize("rate", ["0.1", "1/4", "1 - 0.5"])
def test_derivations_show_the_step(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = ["f = w_1*b", "w_1=3", "b=-2", "--step", rate, "--steps", "--to"]
    assert run([*line, "latex"]) == 0
    out = capsys.readouterr().out
    shown = {"0.1": "0.1", "1/4": r"\frac{1}{4}", "1 - 0.5": r"\left(1 - 0.5\right)"}[rate]
    new = {"0.1": "3.2", "1/4": "3.5", "1 - 0.5": "4"}[rate]
    assert rf"{{w_{{1}}}}_{{\text{{new}}}} &= 3 - {shown} \cdot \frac{{df}}{{dw_{{1}}}}" in out
    assert rf"3 - {shown} \cdot \left(-2\right)" in out
    assert f"&= {new} " in out
    assert run([*line, "markdown"]) == 0
    assert f"*df/dw_1 = 3 - {rate if ' ' not in rate else '(1 - 0.5)'}*(-2) = {new}`".replace("1/4*", "(1/4)*") in (
        capsys.readouterr().out
    )
    assert run(["L = sum(w*w)", "w=[1,2]", "--step", "0.25", "--ascent", "--to", "latex"]) == 0
    out = capsys.readouterr().out
    assert r"w_{\text{new}} &= w + 0.25 \cdot \frac{dL}{dw}" in out
    assert r"&= \begin{pmatrix} 1.5 \\ 3 \end{pmatrix}" in out


def test_the_rate_is_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    for more, rate in (([], 0.1), (["--ascent"], -0.1)):
        run(["check", *PRODUCT, *more, "new(a)=2.4", "--json"])
        assert json.loads(capsys.readouterr().out)["rate"] == rate
    run(["check", *PRODUCT[:3], "df/da=6", "--json"])
    assert "rate" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HOMEWORK.replace("step = 0.1", 'items = ["new(w)"]'), "new(w) needs a rate"),
        (HOMEWORK.replace("step = 0.1", 'items = "new"'), "new values need a rate"),
        (HOMEWORK.replace("step = 0.1", "ascent = true"), "this is the direction of a step"),
        (HOMEWORK.replace("step = 0.1", 'step = "quick"'), "quick"),
        (HOMEWORK.replace("step = 0.1", "step = [1]"), "a number is expected"),
        (HOMEWORK + 'items = ["new(e)"]', "e is computed"),
    ],
)
def test_a_homework_file_that_cannot_be_used(text: str, message: str) -> None:
    with pytest.raises(InputError, match="problem 1") as caught:
        instance(text)
    assert message.replace("(", "").replace(")", "") in f"{caught.value.message} {caught.value.hint}".replace(
        "(", ""
    ).replace(")", "")


def test_grade(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    homework, sheet = tmp_path / "hw.toml", tmp_path / "sheet.csv"
    homework.write_text(HOMEWORK + 'items = "new"', encoding="utf-8")
    sheet.write_text("student,problem,item,claim\nann,p1,new(w),2.3\nann,p1,new(b),0.8\n", encoding="utf-8")
    run(["grade", str(homework), str(sheet), "--to", "json"])
    (student,) = json.loads(capsys.readouterr().out)["students"]
    assert [claim["status"] for claim in student["claims"]] == ["correct", "wrong"]
    assert student["earned"] == 1


@pytest.mark.parametrize(("claim", "status"), [("1.96", "follow_through"), ("2", "follow_through"), ("2.1", "wrong")])
def test_a_step_from_a_wrong_gradient(claim: str, status: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A 2 is 1.96 as far as it is written; that it shows no step is not held against it where the gradient is wrong."""
    run(["check", "f = 100*x**2", "x=2", "df/dx=4", f"new(x)={claim}", "--step", "0.01", "--json"])
    marks = json.loads(capsys.readouterr().out)["marks"]
    assert [mark["status"] for mark in marks] == ["wrong", status]


def test_a_unit_as_large_as_the_step_does_not_show_it(capsys: pytest.CaptureFixture[str]) -> None:
    """From 0.3 to 0.24: 0.2 would be right for many a step, 0.24 and 0.241 are for this one."""
    words = ["f = w*x", "w=0.3", "x=0.6", "--step", "0.1"]
    (coarse,) = marks(capsys, *words, "new(w)=0.2")
    assert (coarse["status"], coarse["why"]) == ("imprecise", "too coarse to show the step: give more digits")
    assert statuses(capsys, *words, "new(w)=0.24") == statuses(capsys, *words, "new(w)=0.2403") == ["correct"]

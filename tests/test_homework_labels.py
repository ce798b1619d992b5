"""Labels that are given stay as they are when formulas are compared; weights and coordinates that are 0 or 1 do not."""

from __future__ import annotations

import json
import random

import pytest

from gradcli.commands import run
from gradcli.errors import InputError, Source
from gradcli.homework.claims.claims import Claim
from gradcli.homework.claims.labels import _is_used_as_label
from gradcli.homework.classroom.grading import Grader
from gradcli.homework.classroom.homework_file import load
from gradcli.homework.classroom.submissions import Entry
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import MarkingPolicy, mark
from gradcli.language.syntax import parse
from gradcli.record.calls import differentiate

BCE = "p=sigmoid(z); L=-(y*log(p)+(1-y)*log(1-p))"
SQUARE = "p=sigmoid(z); e=p-y; L=e^2"
WITH_SHARES = "S=exp(z1)+exp(z2)+exp(z3); p1=exp(z1)/S; p2=exp(z2)/S; p3=exp(z3)/S; "
SOFTMAX = WITH_SHARES + "L=-(y1*log(p1)+y2*log(p2)+y3*log(p3))"
Z = ["z1=1", "z2=2", "z3=3"]


def statuses(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    run(["check", *words, "--json"])
    return [m["status"] for m in json.loads(capsys.readouterr().out)["marks"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ([BCE, "z=0.7", "y=1", "dz=p-1"], "correct"),
        ([BCE, "z=0.7", "y=0", "dz=p"], "correct"),
        ([BCE, "z=0.7", "y=0", "dz=p-1"], "wrong"),
        ([BCE, "z=0.7", "y=1", "dz=p-y"], "correct"),
        ([BCE, "z=0.7", "y=0.5", "dz=p-1"], "wrong"),
        ([BCE, "z=0.7", "y=1", "dz=p-y^2"], "wrong"),  # used, so that it has to hold for others too
        ([BCE, "z=0.7", "y=1", "dp=-1/p"], "correct"),
        ([BCE, "z=0.7", "y=1", "L=-log(p)"], "correct"),
        ([BCE, "z=0.7", "y=1", "local(p,z)=p*(1-p)", "dz=dp*p*(1-p)"], "correct"),
        ([SQUARE, "z=0.7", "y=1", "dz=2*(p-1)*p*(1-p)"], "correct"),
        (["log(1+exp(-y*s))", "y=1", "s=0.4", "ds=sigmoid(s)-1"], "correct"),
        ([SOFTMAX, *Z, "y1=0", "y2=1", "y3=0", "dz1=p1-y1", "dz2=p2-y2", "dz3=p3-y3"], "correct"),
        ([SOFTMAX, *Z, "y1=0", "y2=1", "y3=0", "dz1=p1", "dz2=p2-1", "dz3=p3"], "correct"),
        ([SOFTMAX, *Z, "y1=0", "y2=1", "y3=0", "dz1=p1-1"], "wrong"),
        ([SOFTMAX, *Z, "y1=0", "y2=1", "y3=0", "dz1=y1-p1"], "wrong"),
        ([SOFTMAX, *Z, "y1=0", "y2=1", "y3=0", "dz1=p1-y2"], "wrong"),
        ([SOFTMAX, *Z, "y1=0", "y2=1", "y3=0", "dz1=p1*y1"], "wrong"),
        ([SOFTMAX, *Z, "y1=0", "y2=1", "y3=1", "dz1=p1-y1"], "wrong"),  # two labels do not sum to 1
        ([SOFTMAX, *Z, "y1=0.2", "y2=0.5", "y3=0.3", "dz1=p1-y1"], "wrong"),
        ([SOFTMAX, *Z, "y1=0.2", "y2=0.5", "y3=0.3", "dz1=p1-y1", "--fixed", "y1,y2,y3"], "correct"),
        ([SOFTMAX, *Z, "y1=0.2", "y2=0.5", "y3=0.3", "dz1=p1-0.2", "--fixed", "y1, y2, y3"], "correct"),
        ([BCE, "z=0.7", "y=0.5", "dz=p-0.5", "--fixed", "y"], "correct"),
        (["f=(w*x-1)^2", "w=0", "x=2", "dw=-2*x"], "wrong"),
        (["f=(w*x-1)^2", "w=1", "x=2", "dw=2*(x-1)*x"], "wrong"),
        (["f=w*x", "w=3", "x=1", "dw=x^2"], "wrong"),
        (["f=w*x", "w=3", "x=1", "dw=1/x"], "wrong"),
        (["q=w*x-3; f=q^2", "w=1", "x=2", "dx=2*q"], "wrong"),  # q depends on w
        (["f=(w*x+b-3)^2", "w=2", "x=1", "b=0", "dw=2*(w*x-3)*x", "db=2*(w*x+b-3)"], "wrong"),  # b is asked
        (["f=u1*x1+u2*x2", "u1=2", "u2=3", "x1=1", "x2=0", "du1=x1^2"], "wrong"),
        (["f=x*x*w*w", "x=1", "w=3", "dw=2*w", "dx=18"], "wrong"),  # x is asked, and f is not linear in it
    ],
)
def test_what_stays_as_it_is_given(words: list[str], found: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert statuses(capsys, *words)[0] == found
    if found == "correct":
        assert set(statuses(capsys, *words)) == {found}


def test_a_sheet_that_asks_for_the_labels_too(capsys: pytest.CaptureFixture[str]) -> None:
    words = [SOFTMAX, *Z, "y1=0", "y2=1", "y3=0", "dz1=p1-y1", "dy1=-log(p1)", "dy2=-log(p2)"]
    assert set(statuses(capsys, *words)) == {"correct"}
    assert set(statuses(capsys, "f=x*w*w + exp(w)", "x=1", "w=3", "dw=2*w + exp(w)", "dx=9")) == {"correct"}
    assert set(statuses(capsys, "p=sigmoid(z); L=(y-p)^2", "z=0.7", "y=1", "dp=2*(p-1)", "dy=2*(y-p)")) == {"correct"}


@pytest.mark.parametrize("names", [["ya", "yb", "yc"], ["t_0", "t_1", "t_2"], ["k11", "k12", "k13"], ["a", "b", "c"]])
@pytest.mark.parametrize("seed", range(3))
def test_one_hot_labels_of_any_name(names: list[str], seed: int) -> None:
    draw = random.Random(seed)
    hot = draw.randrange(3)
    program = WITH_SHARES + "L=-(" + "+".join(f"{name}*log(p{k})" for k, name in enumerate(names, 1)) + ")"
    point = {f"z{k}": f"{draw.uniform(-2, 2):.2f}" for k in (1, 2, 3)}
    point |= {name: str(int(k == hot)) for k, name in enumerate(names)}
    key = AnswerKey(differentiate(program, point))
    right = [Claim(f"dz{k}", f"p{k} - {name}") for k, name in enumerate(names, 1)]
    assert {m.status for m in mark(key, right, MarkingPolicy()).marks} == {"correct"}
    shifted = [Claim(f"dz{k}", f"p{k} - {names[k % 3]}") for k in (1, 2, 3)]
    assert {m.status for m in mark(key, shifted, MarkingPolicy(diagnose=False)).marks} == {"wrong"}


def test_it_is_said_for_which_data_a_formula_is_right(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", BCE, "z=0.7", "y=1", "dz=p-1"]) == 0
    assert "with y = 1 as given" in capsys.readouterr().out
    assert run(["check", SOFTMAX, *Z, "y1=0", "y2=1", "y3=0", "dz1=p1-y1"]) == 0
    assert "with y1 + y2 + y3 = 1" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "sheet"])
def test_fixed_names_inputs(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["dz=p-1"] if command == "check" else []
    assert run([command, BCE, "z=0.7", "y=1", *words, "--fixed", "t"]) == 2
    assert "t is not an input" in capsys.readouterr().err


def test_lint_keeps_what_is_fixed(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sheet", "p=sigmoid(w*x); f=(p-y)^2", "w=1", "x=1", "y=1", "--lint"]
    assert run([*words, "--fixed", "y"]) == 0
    assert "y=1" in capsys.readouterr().out.replace(" = ", "=")


HOMEWORK = f"""
[[problem]]
program = "{BCE}"
at = {{ z = 0.7, y = 0.9 }}
items = ["L", "dL/dz"]
fixed = ["y"]
numeric = false
"""


def test_the_homework_file_names_data() -> None:
    entries = [Entry("ann", "p1", "L", "-(0.9*log(p)+0.1*log(1-p))", ""), Entry("ann", "p1", "dL/dz", "p - 0.9", "")]

    def found(text: str) -> list[tuple[str, str]]:
        result, troubles = Grader(load(Source("hw.toml", text))).result("ann", entries)
        assert not troubles
        return [(line.status, line.why) for line in result.lines]

    assert found(HOMEWORK) == [("correct", "")] * 2
    assert found(HOMEWORK.replace('fixed = ["y"]', "")) == [("correct", "with y = 0.9 as given")] * 2


@pytest.mark.parametrize(
    ("value", "message"),
    [('["t"]', "fixed: t is not an input"), ('"y"', "fixed: a list of names"), ("[1]", "fixed: a list of names")],
)
def test_a_name_that_is_no_input_is_refused(value: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Grader(load(Source("hw.toml", HOMEWORK.replace('["y"]', value))))


@pytest.mark.parametrize(("formula", "status"), [
    ("2*x*y", "correct"), ("6*y", "correct"), ("x*y + 3*y", "correct"), ("2*x", "wrong"), ("log(x - 9)*y", "wrong"),
])  # fmt: skip
def test_where_all_is_fixed_a_formula_is_compared_at_the_point(
    formula: str, status: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The derivative of x**2*y at x = 3, y = 2 is 12; the last formula has no value there."""
    assert statuses(capsys, "x^2*y", "x=3", "y=2", f"dx={formula}", "--fixed", "x,y") == [status]


@pytest.mark.parametrize(("program", "is_label"), [
    ("y*x", True), ("y/2", True), ("y/x + 3", True), ("-y*x", True), ("where(x > 0, y, x)", True),
    ("(x - y)**2", True), ("sin(y - x)", True), ("x*y/3 - y", True),
    ("(y/2)**2", False), ("x/y", False), ("y*y", False), ("(y/x)*(y/3)", False), ("where(y > 0, y, x)", False),
    ("sin(y)", False), ("(x - y)*(x + y)", False), ("exp(-y/2)", False), ("x/(y/2)", False), ("(x*y)**2", False),
])  # fmt: skip
def test_a_label_is_what_the_output_is_linear_in_or_what_is_subtracted(program: str, is_label: bool) -> None:
    graph = parse(Source("program", f"f = {program}"))
    assert _is_used_as_label(graph, graph.inputs["y"], graph.output) is is_label

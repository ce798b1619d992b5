"""Steps of descent: against hand values, published networks, and NumPy's arithmetic of every rule."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

from gradcli.commands import run
from gradcli.errors import InputError, MathError, Source
from gradcli.record.descent import Descent, DescentLine, Length
from gradcli.record.descent_points import ArrayPoints, Points
from gradcli.record.precision import Precision
from gradcli.record.request import Request
from gradcli.record.update_rules import UPDATE_RULES, update_of
from gradcli.reports.schema import SCHEMAS

State = dict[str, Any]
MAZUR = """
h1 = sigmoid(w1*i1 + w2*i2 + b1)
h2 = sigmoid(w3*i1 + w4*i2 + b1)
o1 = sigmoid(w5*h1 + w6*h2 + b2)
o2 = sigmoid(w7*h1 + w8*h2 + b2)
E = 0.5*(t1 - o1)^2 + 0.5*(t2 - o2)^2
"""
MAZUR_POINT = [
    "i1=0.05", "i2=0.10", "w1=0.15", "w2=0.20", "w3=0.25", "w4=0.30", "b1=0.35", "w5=0.40", "w6=0.45", "w7=0.50",
    "w8=0.55", "b2=0.60", "t1=0.01", "t2=0.99",
]  # fmt: skip
MAZUR_WEIGHTS = ",".join(f"w{k}" for k in range(1, 9))
# As published: M. Mazur, A Step by Step Backpropagation Example (2015).
MAZUR_NEW = {"w1": 0.149780716, "w2": 0.19956143, "w3": 0.24975114, "w4": 0.29950229,
             "w5": 0.35891648, "w6": 0.408666186, "w7": 0.511301270, "w8": 0.561370121}  # fmt: skip


def descent(
    program: str, point: Mapping[str, str], rule: str = "gd", rate: str | None = "0.1", *, steps: int = 5,
    wrt: list[str] | None = None, precision: Precision | None = None,
) -> list[DescentLine]:  # fmt: skip
    given = {name: Source(name, text) for name, text in point.items()}
    request = Request(precision or Precision("certain"), wrt=wrt)
    found = Descent(Points(Source("program", program), given, request), request, update_of(rule, rate), Length(steps))
    return list(found.lines())


def out(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> Any:
    assert run([*words, "--json"]) == status
    return json.loads(capsys.readouterr().out)


def test_by_hand() -> None:
    lines = descent("x**2", {"x": "10"}, steps=3)
    assert [line.parameters["x"] for line in lines] == [[10.0], [8.0], [6.4], [5.12]]
    assert [line.value for line in lines] == pytest.approx([100, 64, 40.96, 26.2144], rel=1e-12)
    assert [line.norm for line in lines] == pytest.approx([20, 16, 12.8, 10.24], rel=1e-12)


def test_the_published_network(capsys: pytest.CaptureFixture[str]) -> None:
    one = out(capsys, MAZUR, *MAZUR_POINT, "--wrt", MAZUR_WEIGHTS, "--step", "0.5")
    assert one["step"] == pytest.approx(MAZUR_NEW, abs=6e-9)
    many = out(capsys, "descend", MAZUR, *MAZUR_POINT, "--wrt", MAZUR_WEIGHTS, "--rate", "0.5", "--steps", "1")
    assert many["steps"][1]["parameters"] == one["step"]
    assert [step["value"] for step in many["steps"]] == pytest.approx([0.298371109, 0.291027924], abs=1e-3)


# ---- every rule, as the loops of torch.optim compute it

Update = Callable[[State, Any, Any, float, int], Any]


def _gd(state: State, w: Any, g: Any, rate: float, t: int) -> Any:
    return w - rate * g


def _momentum(state: State, w: Any, g: Any, rate: float, t: int) -> Any:
    state["b"] = g if t == 1 else 0.9 * state["b"] + g
    return w - rate * state["b"]


def _nesterov(state: State, w: Any, g: Any, rate: float, t: int) -> Any:
    state["b"] = g if t == 1 else 0.9 * state["b"] + g
    return w - rate * (g + 0.9 * state["b"])


def _adagrad(state: State, w: Any, g: Any, rate: float, t: int) -> Any:
    state["s"] = state.get("s", 0.0) + g * g
    return w - rate * g / (np.sqrt(state["s"]) + 1e-10)


def _rmsprop(state: State, w: Any, g: Any, rate: float, t: int) -> Any:
    state["v"] = 0.99 * state.get("v", 0.0) + (1 - 0.99) * g * g
    return w - rate * g / (np.sqrt(state["v"]) + 1e-8)


def _adam(state: State, w: Any, g: Any, rate: float, t: int) -> Any:
    state["m"] = state.get("m", 0.0) + (1 - 0.9) * (g - state.get("m", 0.0))
    state["v"] = 0.999 * state.get("v", 0.0) + (1 - 0.999) * g * g
    size = rate / (1 - 0.9**t)
    return w - size * state["m"] / (np.sqrt(state["v"]) / math.sqrt(1 - 0.999**t) + 1e-8)


PEERS: dict[str, Update] = {"gd": _gd, "momentum": _momentum, "nesterov": _nesterov, "adagrad": _adagrad,
                            "rmsprop": _rmsprop, "adam": _adam}  # fmt: skip


def test_every_rule_has_a_peer() -> None:
    assert PEERS.keys() == UPDATE_RULES.keys()


@pytest.mark.parametrize("rule", PEERS)
def test_rules_of_numbers(rule: str) -> None:
    """(x - 3)**2 + exp(y)*x, whose gradient is (2*(x - 3) + exp(y), exp(y)*x)."""
    lines = descent("(x - 3)**2 + exp(y)*x", {"x": "1.5", "y": "-0.7"}, rule, "0.05", steps=25)
    w, state = np.array([1.5, -0.7]), {}
    for t, line in enumerate(lines, 1):
        assert [line.parameters["x"], line.parameters["y"]] == [pytest.approx([x], rel=1e-11) for x in w]
        g = np.array([2 * (w[0] - 3) + math.exp(w[1]), math.exp(w[1]) * w[0]])
        assert line.norm == pytest.approx(float(np.hypot(*g)), rel=1e-11)
        w = PEERS[rule](state, w, g, 0.05, t)
        if t < len(lines) and (names := UPDATE_RULES[rule].state):
            left = lines[t].state
            assert [left["x"][own] for own in names] == [pytest.approx([state[own][0]], rel=1e-11) for own in names]


@pytest.mark.parametrize("rule", PEERS)
def test_rules_of_arrays(rule: str) -> None:
    """Arrays are parameters like numbers: sum(A*W*W)/2 + b*sum(W) has the gradient A*W + b, sum(W)."""
    lines = _of_arrays("0.5*sum(A*W*W) + b*sum(W)", {"A": "1 2; 3 4", "W": "0.5 -1; 2 0.25", "b": "0.75"}, rule)
    A, W, b = np.array([[1.0, 2], [3, 4]]), np.array([[0.5, -1], [2, 0.25]]), 0.75
    of_w: State = {}
    of_b: State = {}
    for t, line in enumerate(lines, 1):
        assert line.parameters["W"] == pytest.approx(W.ravel(), rel=1e-11, abs=1e-14)
        assert line.parameters["b"] == pytest.approx([b], rel=1e-11)
        slopes = A * W + b, W.sum()
        assert line.gradient["W"] == pytest.approx(slopes[0].ravel(), rel=1e-11, abs=1e-14)
        W, b = PEERS[rule](of_w, W, slopes[0], 0.02, t), PEERS[rule](of_b, b, slopes[1], 0.02, t)


def _of_arrays(program: str, point: Mapping[str, str], rule: str, *, steps: int = 12) -> list[DescentLine]:
    from gradcli.record.array_values import resolved

    given = resolved({name: Source(name, text) for name, text in point.items()}, None)
    request = Request(wrt=[name for name in point if name != "A"])
    found = Descent(ArrayPoints(Source("p", program), given), request, update_of(rule, "0.02"), Length(steps))
    return list(found.lines())


def test_adam_goes_by_its_rate_at_first() -> None:
    """The first step is rate*g/(abs(g) + eps), however large the gradient is."""
    for slope in ("1e-3", "7", "1e6"):
        line = descent("a*x", {"x": "1", "a": slope}, "adam", None, wrt=["x"], steps=1)[1]
        assert line.parameters["x"] == pytest.approx([1 - 0.001 / (1 + 1e-8 / float(slope))], rel=1e-12)


def test_parameters_of_a_rule() -> None:
    plain = descent("x**2", {"x": "3"}, "momentum:mu=0", steps=6)
    assert [line.parameters for line in plain] == [line.parameters for line in descent("x**2", {"x": "3"}, steps=6)]
    expression = descent("x**2", {"x": "3"}, "momentum:mu=1/2", steps=2)[2]
    assert expression.state["x"]["b"] == [pytest.approx(0.5 * 6 + 2 * 2.4)]
    with pytest.raises(InputError, match="gd has no parameter mu"):
        update_of("gd:mu=1", "0.1")
    with pytest.raises(InputError, match="the rate is missing"):
        update_of("nesterov", None)


# ---- what is certain


def test_a_line_is_certain_for_the_line_before() -> None:
    """x**3 - 2*x: the next x is exactly x - rate*(3*x**2 - 2) of the binary64 numbers, rounded."""
    lines = descent("x**3 - 2*x", {"x": "0.1"}, rate="0.3", steps=30)
    for before, after in pairwise(lines):
        x = Fraction((before.parameters["x"] or [])[0])
        exact = x - Fraction(0.3) * (3 * x * x - 2)
        assert abs(Fraction((after.parameters["x"] or [])[0]) - exact) <= abs(exact) * Fraction(1, 10**12)


def test_a_step_is_taken_before_numbers_are_rounded(capsys: pytest.CaptureFixture[str]) -> None:
    """All twelve digits are right although x - rate*df/dx cancels all digits of a binary64."""
    exact = Fraction(1) - Fraction(1e-16) * (Fraction(1e16) + 1)
    assert out(capsys, "(a + 1)*x", "a=1e16", "x=1", "--wrt", "x", "--step", "1e-16")["step"]["x"] == float(exact)
    arrays = out(capsys, "sum((a + 1)*x)", "a=1e16", "x=[1]", "--wrt", "x", "--step", "1e-16")
    assert arrays["step"]["x"] == [float(exact)]


def test_fractions_are_carried() -> None:
    lines = descent("x**2", {"x": "1/3"}, rate="1/7", steps=4, precision=Precision("exact"))
    assert [line.parameters["x"] for line in lines] == [[Fraction(1, 3) * Fraction(5, 7) ** k] for k in range(5)]


def test_digits_are_carried() -> None:
    lines = descent("x**2", {"x": "1"}, rate="1/3", steps=3, precision=Precision("digits", 30))
    assert (lines[3].parameters["x"] or [])[0] == "0.0370370370370370370370370370370"
    assert abs(Fraction(str(lines[3].value)) - Fraction(1, 729)) < Fraction(1, 10**30)


@pytest.mark.parametrize("precision", [Precision("certain"), Precision("digits", 30)], ids=["certain", "digits"])
@pytest.mark.parametrize("rule", UPDATE_RULES)
def test_a_derivative_that_nobody_tells_from_zero_is_no_step(rule: str, precision: Precision) -> None:
    """Rules take the root of its square."""
    lines = descent("atan2(x, x) - y", {"x": "2", "y": "3"}, rule, steps=2, precision=precision)
    assert [float((line.parameters["x"] or [])[0]) for line in lines] == [2, 2, 2]
    assert float((lines[1].parameters["y"] or [])[0]) > 3


def test_a_norm_has_no_more_digits_than_its_numbers() -> None:
    start = descent("x**2 + pi*y", {"x": "1", "y": "2"}, steps=0, precision=Precision("digits", 4))[0]
    assert start.norm == 3.72  # 3.7242


def test_arrays_and_numbers_take_the_same_steps() -> None:
    numbers = descent("tanh(w*x) + w^2", {"w": "0.3", "x": "2"}, "adam", "0.1", wrt=["w"], steps=8)
    given = {"w": "[0.3]", "x": "2"}
    from gradcli.record.array_values import resolved

    values = resolved({name: Source(name, text) for name, text in given.items()}, None)
    program = Source("program", "sum(tanh(w*x) + w^2)")
    found = Descent(ArrayPoints(program, values), Request(wrt=["w"]), update_of("adam", "0.1"), Length(8))
    for one, other in zip(numbers, found.lines(), strict=True):
        assert one.parameters["w"] == pytest.approx(other.parameters["w"], rel=1e-12)


def test_a_kink_of_an_array_is_opened_with_its_states() -> None:
    """relu at 0 opens the program to its scalar nodes; the states go on from what the arrays left."""
    lines = _of_arrays("sum(A*relu(W)) + sum(W^2)", {"A": "[[1, 1]]", "W": "[[0, 2]]"}, "momentum", steps=4)
    w, b = 0.0, 0.0
    for line in lines:
        assert (line.parameters["W"] or [])[0] == pytest.approx(w, abs=1e-15)
        b = 0.9 * b + (1 if w > 0 else 0) + 2 * w
        w -= 0.02 * b


# ---- where it goes


def test_a_network_learns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two layers on 200 points: the loss falls, by far."""
    rng = np.random.default_rng(1)
    X = rng.normal(size=(200, 2))
    point = {"X": X.tolist(), "y": (X[:, 0] * X[:, 1] > 0).astype(int).tolist(),
             "V": rng.normal(size=(2, 6)).tolist(), "a": [0.0] * 6, "W": rng.normal(size=(6, 2)).tolist(),
             "b": [0.0, 0.0]}  # fmt: skip
    path = tmp_path / "net.json"
    path.write_text(json.dumps(point))
    program = "L = mean(cross_entropy(tanh(X@V + a)@W + b, y))"
    words = [program, "--bindings", str(path), "--wrt", "V,a,W,b", "--rule", "adam", "--rate", "0.2", "--steps", "25"]
    steps = out(capsys, "descend", *words)["steps"]
    assert steps[-1]["value"] < 0.3 < 0.5 < steps[0]["value"]
    assert run(["descend", *words[:-1], "1"]) == 0
    assert "norm of V" in capsys.readouterr().out


def test_logistic_regression_finds_its_optimum(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.csv").write_text("0.5\n1\n1.5\n2\n2.5\n3\n")
    (tmp_path / "y.csv").write_text("0\n0\n1\n0\n1\n1\n")
    program = "mean(softplus(w*x + b) - y*(w*x + b))"
    found = out(capsys, "descend", program, f"x=@{tmp_path}/x.csv", f"y=@{tmp_path}/y.csv", "w=0", "b=0", "--wrt",
                "w,b", "--rate", "1.5", "--rule", "nesterov:mu=0.8", "--until", "1e-7")  # fmt: skip
    last = found["steps"][-1]
    x, y = np.array([0.5, 1, 1.5, 2, 2.5, 3]), np.array([0.0, 0, 1, 0, 1, 1])
    p = 1 / (1 + np.exp(-(last["parameters"]["w"] * x + last["parameters"]["b"])))
    assert np.sum(p - y) == pytest.approx(0, abs=1e-6)
    assert np.sum((p - y) * x) == pytest.approx(0, abs=1e-6)
    assert "at most 1e-07" in found["ended"]


def test_uphill(capsys: pytest.CaptureFixture[str]) -> None:
    found = out(capsys, "descend", "x*(1 - x)", "x=0", "--rate", "0.25", "--ascent", "--steps", "2")
    assert [step["parameters"]["x"] for step in found["steps"]] == [0.0, 0.25, 0.375]
    for rule in UPDATE_RULES:
        down = out(capsys, "descend", "-x*(1 - x)", "x=0.1", "--rate", "0.1", "--rule", rule)["steps"]
        up = out(capsys, "descend", "x*(1 - x)", "x=0.1", "--rate", "0.1", "--rule", rule, "--ascent")["steps"]
        assert [step["parameters"] for step in up] == [step["parameters"] for step in down]


def test_a_value_that_grows_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    found = out(capsys, "descend", "x**2", "x=1", "--rate", "1.5", "--steps", "3")
    assert found["notes"] == ["f grows at step 1, from 1 to 4, and at 2 more; try a smaller rate"]
    assert out(capsys, "descend", "x**2", "x=1", "--rate", "0.9", "--steps", "3")["notes"] == []
    assert run(["descend", "x**2", "x=1", "--rate", "1.5", "--steps", "1", "--to", "csv"]) == 0
    assert "f grows at step 1" in capsys.readouterr().err


# ---- where it ends


@pytest.mark.parametrize(("words", "lines", "said"), [
    (["log(x)", "x=1", "--rate", "0.6"], 2, "at step 2: log(x) is undefined"),
    (["x**2", "x=3", "--rate", "1.5", "--steps", "600"], 511, "at step 511: f or its gradient is beyond"),
    (["-sqrt(x)", "x=1e-320", "--rate", "1e300"], 1, "at step 1: the new value of x is beyond"),
    (["x*0", "x=3", "--rule", "adam:eps=0"], 1, "at step 1: the step of x has no new value"),
    (["abs(x)", "x=1", "--rate", "0.5", "--at-kink", "error"], 2, "at step 2: df/dx is -1 from the left"),
    (["sum(log(x))", "x=[1, 2]", "--rate", "0.6"], 2, "at step 2: "),
])  # fmt: skip
def test_the_mathematics_ends(words: list[str], lines: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["descend", *words, "--to", "csv"]) == 3
    told = capsys.readouterr()
    assert len(told.out.splitlines()) == lines + 1
    assert said in " ".join(told.err.split())


def test_there_is_no_start() -> None:
    with pytest.raises(MathError, match=r"^log\(x\) is undefined"):
        descent("log(x)", {"x": "-1"})


@pytest.mark.parametrize(("words", "said"), [
    (["x**2", "x=3"], "the rate is missing"),
    (["2*3", "--rate", "1"], "there is nothing to change"),
    (["x**2", "x=3", "--rate", "1", "--until", "nan"], "--until takes a number"),
    (["x**2", "x=3", "--rate", "1", "--until", "-1"], "--until takes a number"),
    (["x**2", "x=3", "--rate", "y"], "y is not a number"),
    (["x**2", "x=3", "--rate", "0.1", "--wrt", "z"], "z is not an input"),
    (["x**2", "x=3+-1", "--rate", "0.1"], "without an uncertainty"),
    (["x**2", "x=3", "--rate", "0.1+-1"], "no uncertain parameters"),
    (["x**2", "x=3", "--rule", "adamant"], "there is no rule adamant"),
    (["x**2", "x=3", "--rate", "1", "--steps-of", "3", "--steps", "2"], "beyond --steps 2"),
    (["x**2", "x=0", "--rate", "1", "--steps-of", "3", "--until", "1"], "there is no step 3"),
    (["x**2", "x=0", "--rate", "1", "--steps-of", "1", "--json"], "leave out --to"),
    (["x**2", "x=0", "--rate", "1", "-o", "a.gif"], "no descent has the suffix"),
    (["W*2", "W=[1, 2]", "--rate", "1"], "a gradient is that of one number"),
    (["x**2", "x=0", "--rate", "1", "--json", "--to", "csv"], "contradict"),
])  # fmt: skip
def test_what_cannot_be_used(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["descend", *words]) == 2
    assert said in " ".join(capsys.readouterr().err.split())


# ---- what is written


def test_the_schema_holds(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (
        ["x**2", "x=3", "--rate", "0.1", "--exact"], ["x**2*y", "x=3", "y=1", "--rule", "adam", "--state"],
        ["sum((W@x)^2)", "W=1 2; 3 4", "x=[1, 2]", "--rule", "rmsprop", "--until", "1", "--steps", "2", "--state"],
    ):  # fmt: skip
        jsonschema.validate(out(capsys, "descend", *words), SCHEMAS["descend"])
    jsonschema.validate(out(capsys, "sqrt(x) + y", "x=0", "y=1", "--step", "1"), SCHEMAS["gradcli"])
    jsonschema.validate(out(capsys, "sum(x)", "x=[0, 1]", "--step", "1"), SCHEMAS["arrays"])


def test_every_line_of_ndjson_is_the_step_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["descend", "sum(W@x)", "W=1 2; 3 4", "x=[1, 2]", "--rule", "adam", "--state"]
    steps = out(capsys, *words)["steps"]
    assert run([*words, "--to", "ndjson"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == steps
    assert run([*words, "--to", "csv"]) == 0
    header, *rows = (line for line in capsys.readouterr().out.splitlines())
    assert header.startswith('step,value,norm,"W[0,0]","W[0,1]"')
    assert len(rows) == len(steps)


def test_the_curve_is_drawn(tmp_path: Path) -> None:
    for name, words in (("flat", ["0*x", "x=1", "--rate", "1"]), ("one", ["x", "x=1", "--rate", "1", "--steps", "0"]),
                        ("long", ["x**2", "x=1", "--rate", "0.01", "--steps", "90"])):  # fmt: skip
        path = tmp_path / f"{name}.svg"
        assert run(["descend", *words, "-o", str(path)]) == 0
        text = path.read_text()
        assert text.startswith("<svg")
        assert "nan" not in text.partition("</style>")[2]
        assert 'class="curve value"' in text


def test_no_number_of_a_table_is_cut(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in ("40", "60", "80", "200"):
        monkeypatch.setenv("COLUMNS", columns)
        assert run(["descend", "(x - 1/3)**2 + sum(v^2)", "x=1", "v=[1, 2, 3, 4]", "--rate", "0.1", "--rule",
                    "momentum", "--state", "--figures", "4"]) == 0  # fmt: skip
        shown = capsys.readouterr().out
        assert max(map(len, shown.splitlines())) <= int(columns)
        assert "0.8667" in shown


def test_a_matrix_of_one_entry_has_a_norm(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["descend", "sum(W^2)", "W=[[3]]", "--rate", "0.25", "--steps", "1"]) == 0
    assert capsys.readouterr().out.endswith("after 1 step: f = 2.25, norm of W 1.5\n")


def test_a_step_of_arrays_is_derived(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["descend", "sum((W@x)^2)", "W=[[1, 2]]", "x=[1, 2]", "--wrt", "W", "--rate", "0.1", "--steps-of", "2"]
    assert run(words) == 0
    assert "W = W - 0.1*df/dW = " in capsys.readouterr().out

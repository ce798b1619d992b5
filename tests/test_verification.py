"""--verify: right rules agree, and a rule that is wrong is found out."""

from __future__ import annotations

import json
import math
import random
import re
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus import linearization
from gradcli.calculus.finite_differences import central
from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.sweeps import Reverse, reverse
from gradcli.calculus.table_parts import Operation, Partial
from gradcli.commands import run
from gradcli.errors import MathError
from gradcli.record.verification import verify

from .programs import call_names, random_case


def replace_rules(monkeypatch: pytest.MonkeyPatch, row: Operation, wrong: list[Partial]) -> None:
    monkeypatch.setattr(row, "partials", tuple(wrong))
    monkeypatch.setattr(row, "unconditional_partials", row.unconditional_partials and tuple(p.rule for p in wrong))


def test_right_rules_agree() -> None:
    """400 random programs: no check that is not skipped disagrees."""
    draw = random.Random(41)
    calls = call_names()
    verdicts = {"agrees": 0, "disagrees": 0, "skipped": 0}
    for _ in range(400):
        case = random_case(draw, calls=calls, depth=3)
        try:
            record = differentiate(case.program, case.point)
        except MathError:
            continue
        for check in verify(record):
            verdicts[check.verdict] += 1
            assert check.verdict != "disagrees", (case, check)
    assert verdicts["agrees"] > 350
    assert verdicts["skipped"] < 40


@pytest.mark.parametrize(("program", "point", "options"), [
    ("floor(1000000*x) + x", {"x": 0.3}, {}), ("cos(hypot(z, 1e8))**2", {"z": 1}, {}),
    ("sin(x)*1e9 + x**2", {"x": 1e8}, {}),
    ("mod(1e7*x, 1) + x", {"x": 0.7}, {}),
    ("sin(gamma((3.57 - x)**3))", {"x": -1}, {}), ("sin(x)", {"x": 1e300}, {}),
    ("floor(1000000*x + 1/3) + x", {"x": "3/10"}, {"exact": True}),
    ("where(x > 0.29999999999999, x, -x)", {"x": 0.3}, {"digits": 20}),
    ("relu(x)", {"x": 5e-324}, {}), ("max(x, 2*x)", {"x": -1e-310}, {}), ("abs(x - y)", {"x": 0, "y": 1e-320}, {}),
])  # fmt: skip
def test_differences_that_floats_cannot_tell_raise_no_alarm(
    program: str, point: dict[str, Any], options: dict[str, Any]
) -> None:
    for check in verify(differentiate(program, point, **options)):
        assert check.verdict == "agrees", check
        assert check.difference is not None


def test_what_two_orders_round_off_terms_that_cancel_is_no_alarm() -> None:
    """0.1*0.7*0.3 is 0.021, and each order of the products rounds it in its own way: the terms say how much that is."""
    (check,) = verify(differentiate("x*0.1*0.7*0.3 - x*0.021", {"x": 3}, ieee=True))
    assert check.forward != check.reverse
    assert check.verdict == "agrees"


def test_a_wrong_number_of_plain_binary64_is_found_out() -> None:
    (check,) = verify(differentiate("(1 - cos(x))/x**2", {"x": 1e-8}, ieee=True))
    assert check.verdict == "disagrees"


ROWS = [row for row in OPERATIONS.values() if row.partials and not row.is_condition and row.is_function
        and row.name not in ("where", "sign", "floor", "ceil", "round", "polygamma")]  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_wrong_rule_is_found_out(row: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    point = [float(x) for x in row.points[0]]
    names = ["x", "y"][: len(point)]
    words = [
        f"{row.name}({', '.join(names)})*1.5",
        *(f"{n}={x!r}" for n, x in zip(names, point, strict=True)),
        "--verify",
    ]
    assert run(words) == 0
    assert "verify x: agrees" in capsys.readouterr().out
    wrong = [
        Partial(lambda S, v, *a, rule=p.rule: rule(S, v, *a) * 2 + S.one / 8, p.inactive_where, p.undefined_where)
        for p in row.partials
    ]
    replace_rules(monkeypatch, row, wrong)
    assert run(words) == 1
    out = " ".join(capsys.readouterr().out.split())  # lines are wrapped
    assert "verify x: disagrees" in out
    assert "central differences differ" in out
    assert "accepted: forward mode within" in out


def make_wrong(row: Any, rule: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give an operation of one argument a rule that is wrong."""
    monkeypatch.setattr(row, "partials", (Partial(rule),))
    monkeypatch.setattr(row, "unconditional_partials", (rule,))


def test_a_wrong_sweep_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(S: Any, graph: Any, linearization: Any, output: int, seed: Any) -> Reverse:
        """Return the reverse sweep without the last path of every sum."""
        back = reverse(S, graph, linearization, output, seed)
        first = graph.inputs["x"]
        adjoints = list(back.adjoints)
        adjoints[first] = adjoints[first] / 2
        return back._replace(adjoints=adjoints)

    monkeypatch.setattr(linearization, "reverse", lossy)
    (check,) = verify(differentiate("x*x", {"x": 3.0}))
    assert check.verdict == "disagrees"
    assert check.why == "forward mode and central differences differ"
    assert (check.reverse, check.forward) == (3.0, 6.0)


@pytest.mark.parametrize(("off", "verdict"), [(0.3e-9, "agrees"), (3e-9, "disagrees"), (-3e-9, "disagrees")])
def test_forward_mode_is_compared_to_a_billionth(off: float, verdict: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def inexact(S: Any, graph: Any, linearization: Any, output: int, seed: Any) -> Reverse:
        """Return the reverse sweep with adjoints that are a little off: forward mode has the same partials."""
        back = reverse(S, graph, linearization, output, seed)
        return back._replace(adjoints=[a * (1 + off) for a in back.adjoints])

    monkeypatch.setattr(linearization, "reverse", inexact)
    (check,) = verify(differentiate("exp(x)", {"x": 1.5}))
    assert check.verdict == verdict
    assert check.why == ("" if verdict == "agrees" else "forward mode differs")


@pytest.mark.parametrize(("off", "verdict"), [(0.5e-6, "agrees"), (3e-6, "disagrees"), (-3e-6, "disagrees")])
@pytest.mark.parametrize(("name", "x"), [("sin", 0.5), ("exp", 1.5), ("atan", -2.0), ("sinh", 0.3)])
def test_differences_are_compared_to_a_millionth(
    name: str, x: float, off: float, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = OPERATIONS[name]
    (check,) = verify(differentiate(f"{name}(x)", {"x": x}))
    assert check.error is not None
    assert 10 * check.error < 1e-7 * abs(check.reverse)  # or the tolerance would not decide
    make_wrong(row, lambda S, v, x, rule=row.partials[0].rule: rule(S, v, x) * (1 + off), monkeypatch)
    (check,) = verify(differentiate(f"{name}(x)", {"x": x}))
    assert check.verdict == verdict
    assert check.why == ("" if verdict == "agrees" else "central differences differ")


def test_json_says_it_too(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    replace_rules(monkeypatch, OPERATIONS["sin"], [Partial(lambda S, v, x: -S.cos(x))])
    make_wrong(OPERATIONS["sin"], lambda S, v, x: -S.cos(x), monkeypatch)
    assert run(["--json", "--verify", "sin(x)*y", "x=1", "y=2"]) == 1
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert checks["x"]["verdict"] == "disagrees"
    assert checks["x"]["why"] == "central differences differ"
    assert checks["y"]["verdict"] == "agrees"


@pytest.mark.parametrize(("program", "point", "why"), [
    ("abs(x)", {"x": 0}, "from the left"),
    ("relu(x) - relu(-x)", {"x": 0}, "from both sides"),
    ("sqrt(x) + y", {"x": 0, "y": 1}, "there is no derivative"),
])  # fmt: skip
def test_what_is_skipped_says_why(program: str, point: dict[str, float], why: str) -> None:
    check = verify(differentiate(program, point))[0]
    assert check.verdict == "skipped"
    assert why in check.why


def test_without_differences_forward_mode_decides() -> None:
    (check,) = verify(differentiate("exp(x)/exp(x - 1) + x", {"x": 800}))
    assert check.verdict == "agrees"
    assert check.why == "no differences here"
    assert (check.forward, check.difference) == (1.0, None)


def test_beyond_binary64(capsys: Any) -> None:
    for program, x in (("cosh(x)*x", 800), ("asinh(-x**3) - x**3", 1e300), ("x**3", -1e308)):
        assert run(["--json", "--verify", program, f"x={x}"]) == 0
        (check,) = json.loads(capsys.readouterr().out)["checks"]
        assert check["verdict"] == "agrees"
        assert check["forward"] in ("inf", "-inf")


def test_near_the_end_of_a_domain() -> None:
    for program, x in (
        ("log(x)", 1e-9),
        ("sqrt(x)", 1e-12),
        ("asin(x)", 1 - 1e-10),
        ("acosh(x)", 1 + 1e-9),
        ("1/x", 1e-7),
    ):
        (check,) = verify(differentiate(program, {"x": x}))
        assert check.verdict == "agrees", check


# ---- the differences themselves


@pytest.mark.parametrize(("f", "x", "slope"), [
    (lambda x: x**3, 2.0, 12.0), (lambda x: x**3, 0.0, 0.0), (lambda x: 1e8 * x, 3.0, 1e8), (lambda x: 5.0, 1.0, 0.0),
    (lambda x: x * abs(x), 1e-3, 2e-3), (lambda x: 1 / x, 1e6, -1e-12),
    (lambda x: math.log(abs(x)), 1e-280, 1e280), (lambda x: x, 1e-200, 1.0),
])  # fmt: skip
def test_central_differences(f: Any, x: float, slope: float) -> None:
    found = central(f, x)
    assert found is not None
    assert abs(found.estimate - slope) <= 10 * found.error + 1e-9 * abs(slope)
    assert found.error <= 1e-5 * max(abs(slope), 1e-9) + 1e-9 * max(abs(f(x)), 1e-12)


@pytest.mark.parametrize("power", [3, 4, 5, 6, 7])
def test_extrapolation_takes_one_power_of_the_step_after_the_other(power: int) -> None:
    """Two rows rid a difference of the second power of the step: a wrong order leaves 1e-9, or tells it as error."""
    found = central(lambda x: x**power, 2.0)
    assert found is not None
    slope = power * 2.0 ** (power - 1)
    assert abs(found.estimate - slope) <= 2e-12 * slope
    assert found.error <= 1e-10 * slope


def test_differences_stay_inside_the_domain() -> None:
    seen: list[float] = []

    def root(x: float) -> float | None:
        seen.append(x)
        return x**0.5 if x >= 0 else None

    found = central(root, 1e-6)
    assert found is not None
    assert abs(found.estimate - 500) < 1e-3
    assert central(lambda x: None, 1.0) is None


@pytest.mark.parametrize("words", [
    ["x/y + sin(x)", "x=1/3", "y=7", "--digits", "5"],
    ["x/y + sin(x)", "x=1/3", "y=7", "--digits", "1"],
    ["x/y + sin(x)", "x=1/3", "y=7", "--digits", "40"],
    ["x**3*y", "x=2.50+-0.01", "y=3"],
    ["x**3*y", "x=1/3", "y=3", "--exact"],
    ["x**3/y", "x=1e200", "y=1e250", "--exact"],
    ["x**3/y", "x=1e200", "y=1e250"],
    ["(1 - cos(x))/x**2", "x=1e-4"],
    ["x*y", "x=1e-8", "y=2", "--ieee"],
    ["log2(abs(x)) + y", "x=1e-200", "y=2"],
    ["leaky_relu(x/x)*y", "x=5e-324", "y=-1", "--exact"],
    ["x*y", "x=1", "y=2", "--upstream", "-3"],
    ["q = x*y; q*q + x", "x=1", "y=2", "--of", "q"],
], ids=" ".join)  # fmt: skip
@pytest.mark.parametrize("options", [[], ["--json"], ["--value"], ["--grad", "x"], ["--nodes", "none"]], ids=" ".join)
def test_every_mode_is_verified(words: list[str], options: list[str], capsys: Any) -> None:
    assert run([*words, "--verify", *options]) == 0
    told = capsys.readouterr().err.splitlines()
    found = [line for line in told if not line.startswith("gradcli: note: f is beyond the largest binary64")]
    assert all(
        re.fullmatch(r"gradcli: note: verify: (1 derivative agrees|\d derivatives agree)", line) for line in found
    )
    assert len(found) == (options[:1] in (["--value"], ["--grad"]))


def test_a_wrong_rule_is_found_out_in_every_mode(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    make_wrong(OPERATIONS["sin"], lambda S, v, x: S.cos(x) * 2, monkeypatch)
    for options in ([], ["--digits", "3"], ["--digits", "30"], ["--ieee"], ["--value"], ["--grad", "x"], ["--json"]):
        assert run(["sin(x)", "x=0.5", "--verify", *options]) == 1, options
    assert run(["sin(x)", "x=0.5+-0.001", "--verify"]) == 1

"""Wrong rules of the catalogue, one by one, at one step: every way of making each, and where it cannot be made."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gradcli.errors import Source
from gradcli.homework.claims.items import LOCAL, UPSTREAM, VALUE, Item
from gradcli.homework.diagnosis.array_mistakes import FLOWS, FORWARD, TOTALS
from gradcli.homework.diagnosis.function_mistakes import slopes_of_other, slopes_upside_down
from gradcli.homework.diagnosis.mistakes import MISTAKES
from gradcli.homework.diagnosis.replaced_numbers import ReworkedProgram, Working
from gradcli.homework.diagnosis.wrong_paths import counted, sum_of_variables, with_own_factor
from gradcli.homework.diagnosis.wrong_readings import (
    _exchanged,
    earlier_pass,
    misread,
    neighbours,
    updated,
)
from gradcli.homework.diagnosis.wrong_rules import EVERY_PATH, row
from gradcli.homework.diagnosis.wrong_steps import STEPS
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request

D = math.pi / 180
NAMES: dict[str, Any] = {**vars(math), "d": D, "s": lambda z: 1 / (1 + math.exp(-z)), "cot": lambda z: 1 / math.tan(z),
                         "N": lambda z: (1 + math.erf(z / math.sqrt(2))) / 2}  # fmt: skip


def working(program: str, point: dict[str, float], item: str) -> Working:
    """The step of an item: `q` is a value, `q/x` a local gradient (`q/1` by its position), `dq` what flows back."""
    given = {name: Source(name, repr(x)) for name, x in point.items()}
    record = evaluate(Source("program", program), given, Request())
    numbers, node = ReworkedProgram(record).right, record.graph.by_label
    if "/" not in item:
        return Working(numbers, Item(UPSTREAM, node[item[1:]]) if item[0] == "d" else Item(VALUE, node[item]))
    above, below = item.split("/")
    arguments = record.graph.nodes[node[above]].arguments
    return Working(numbers, Item(LOCAL, node[above], int(below) if below.isdigit() else arguments.index(node[below])))


POINT = {"x": 0.6, "y": 0.35, "a": 2.0, "b": -3.0, "c": 0.0}
TABLE = (Path(__file__).parent / "wrong_rules.txt").read_text(encoding="utf-8").splitlines()
LINES = [line for line in TABLE if not line.startswith("#")]


@pytest.mark.parametrize("line", LINES)
def test_a_wrong_rule_by_hand(line: str) -> None:
    id, expression, expected = line.split(" | ")
    mistake = MISTAKES[id]
    program = f"q = {expression}; f = q + 0*(" + " + ".join(POINT) + ")"
    items = ["q"] if mistake.kind == VALUE else [f"q/{k}" for k in range(expected.count(";") + 1)]
    if mistake.kind == LOCAL and expression[0].isdigit():
        items = ["q/1"]
    for item, numbers in zip(items, expected.split("; "), strict=True):
        step = working(program, POINT, item)
        found = [number for _, number in mistake.results(step)]
        right = [] if numbers == "-" else [eval(part, NAMES, POINT) for part in _parts(numbers)]
        assert mistake.is_about(step.operation)
        assert found == pytest.approx(right), (item, found, right)


def _parts(text: str) -> list[str]:
    """The parts between commas that stand in no call."""
    depth, parts = 0, [""]
    for c in text:
        depth += {"(": 1, ")": -1}.get(c, 0)
        parts = [*parts, ""] if c == "," and not depth else [*parts[:-1], parts[-1] + c]
    return [part.strip() for part in parts]


@pytest.mark.parametrize(("id", "item"), [("decimal-value", "q"), ("decimal-local", "q/0"), ("decimal", "dq")])
def test_a_point_may_be_off_by_three_places(id: str, item: str) -> None:
    step = working("q = x*y; f = 3*q", {"x": 0.6, "y": 0.35}, item)
    right = {"q": 0.21, "q/0": 0.35, "dq": 3.0}[item]
    assert dict(MISTAKES[id].results(step)) == pytest.approx(
        {"3 places": right * 1e3, "2 places": right * 1e2, "1 place": right * 10})  # fmt: skip
    assert [x for _, x in MISTAKES[id].results(step)] == pytest.approx(
        [right * 10.0**k for k in (-3, -2, 2, 3, -1, 1)])  # fmt: skip


def test_the_right_derivative_at_a_wrong_place() -> None:
    step = working("q = sin(x*y); f = q", {"x": 0.6, "y": 0.35}, "q/0")
    q = math.sin(0.21)
    found = dict(MISTAKES["wrong-point"].results(step))
    assert found == pytest.approx({"x": math.cos(0.6), "y": math.cos(0.35), "its own value": math.cos(q)})
    log = working("q = log(x*y); f = q", {"x": -0.6, "y": -0.35}, "q/0")
    assert dict(MISTAKES["wrong-point"].results(log)) == {}  # they have no logarithm
    assert [tag for tag, _ in MISTAKES["wrong-point"].results(
        working("q = sin(2*x); f = q", {"x": 0.6}, "q/0"))] == ["x", "its own value"]  # fmt: skip


# ---- paths

FORK = ("q = x*y; p = q**2; r = 5*q; f = p*r", {"x": 0.6, "y": 0.35})
Q, U, V = 0.21, 5 * 0.21, 0.21**2  # q, and what flows to p and to r: r = 5*q, p = q**2
PATHS = [(V, 5.0), (U, 2 * Q)]  # of r and of p: upstream and local gradients, the last user first


@pytest.mark.parametrize(("id", "expected"), [
    ("dropped-upstream", {"r": 5 + U * 2 * Q, "p": V * 5 + 2 * Q, EVERY_PATH: 5 + 2 * Q}),
    ("dropped-local", {"r": V + U * 2 * Q, "p": V * 5 + U, EVERY_PATH: V + U}),
    ("added-chain", {"r": V + 5 + U * 2 * Q, "p": V * 5 + U + 2 * Q, EVERY_PATH: V + 5 + U + 2 * Q}),
    ("divided-chain", {"r": V / 5 + U * 2 * Q, "p": V * 5 + U / (2 * Q), EVERY_PATH: V / 5 + U / (2 * Q)}),
    ("forgotten-path", {"r": U * 2 * Q, "p": V * 5}), ("overwritten-fork", {}),  # which the first says

    ("product-of-paths", {"": V * 5 * U * 2 * Q}), ("mean-of-paths", {"": (V * 5 + U * 2 * Q) / 2}),
    ("local-for-gradient", {"r": 5.0, "p": 2 * Q}), ("upstream-for-gradient", {"r": V, "p": U}),
    ("sign", {"0": -(V * 5 + U * 2 * Q)}), ("factor-two", {"0": 2 * (V * 5 + U * 2 * Q), "1": (V * 5 + U * 2 * Q) / 2}),
    ("reciprocal", {"0": 1 / (V * 5 + U * 2 * Q)}), ("value-for-gradient", {"": Q}),
    ("factor-n", {"1/5": (V * 5 + U * 2 * Q) / 5, "5": (V * 5 + U * 2 * Q) * 5}), ("coefficient-added", {}),
    ("product-of-derivatives", {"f": 2 * Q * 5}), ("quotient-of-derivatives", {}), ("seed-value", {}),
])  # fmt: skip
def test_what_flows_back_by_a_wrong_rule(id: str, expected: dict[str, float]) -> None:
    if id not in MISTAKES:  # called otherwise
        id = next(other for other, row in MISTAKES.items() if "paths multiplied" in row.message)
    assert dict(MISTAKES[id].results(working(*FORK, "dq"))) == pytest.approx(expected)


def test_one_path_is_no_fork() -> None:
    step = working("q = x*y; f = 3*q", {"x": 0.6, "y": 0.35}, "dq")
    for id in ("forgotten-path", "overwritten-fork", "mean-of-paths", "local-for-gradient", "upstream-for-gradient"):
        assert MISTAKES[id].results(step) == []
    assert dict(MISTAKES["dropped-local"].results(step)) == {"f": 1.0}


def test_of_more_than_twenty_paths_none_is_told_by_its_number() -> None:
    for count in (20, 21):
        terms = " + ".join(f"sin({k}*x)" for k in range(1, count + 1))
        step = working(f"f = {terms}", {"x": 0.3}, "dx")
        assert len(step.terms) == count
        for id in ("forgotten-path", "overwritten-fork"):
            assert len(MISTAKES[id].results(step)) == (count if count == 20 else 0)
        assert [tag for tag, _ in MISTAKES["dropped-local"].results(step)][-1] == EVERY_PATH


def test_products_and_quotients_by_their_derivatives() -> None:
    x = 0.6
    step = working("u = x**2; v = 3*x; f = u/v", {"x": x}, "dx")
    assert dict(MISTAKES["quotient-of-derivatives"].results(step)) == pytest.approx({"f": 2 * x / 3})
    step = working("f = 4*x**3 + 7*y", {"x": x, "y": 1.3}, "dx")
    (added,) = MISTAKES["coefficient-added"].results(step)
    assert added[1] == pytest.approx(7 * x**2)
    step = working("h = relu(z); f = h*y", {"z": 2.0, "y": -3.0}, "dz")
    assert dict(MISTAKES["gate-on-gradient"].results(step)) == {"h": 0.0}
    step = working("h = relu(z); f = h*y", {"z": -2.0, "y": 3.0}, "dz")
    assert dict(MISTAKES["gate-on-gradient"].results(step)) == {"h": 3.0}
    end = working("f = x*y", {"x": 2.0, "y": 3.0}, "df")
    assert dict(MISTAKES["seed-value"].results(end)) == {"": 6.0}
    assert dict(MISTAKES["seed-zero"].results(end)) == {"": 0.0}


def test_the_factor_itself_in_the_place_of_the_other_on_the_way_back() -> None:
    """Along each product alone, and along all of them where all are products of two."""
    id = next(id for id, row in MISTAKES.items() if row.wrong is with_own_factor)
    point = {"x": 2.0, "y": 3.0, "z": 4.0}
    found = MISTAKES[id].results(working("f = x*y + x*z", point, "dx"))
    assert sorted(x for tag, x in found if tag != EVERY_PATH) == [3.0 + 2.0, 2.0 + 4.0]
    assert [x for tag, x in found if tag == EVERY_PATH] == [4.0]
    assert [x for _, x in MISTAKES[id].results(working("f = x*y*z", point, "dx"))] == [2.0 * 4]
    mixed = MISTAKES[id].results(working("f = x*x + x*y", {"x": 2.0, "y": 3.0}, "dx"))
    assert [x for _, x in mixed] == [2.0 + 2.0 + 2.0]
    assert MISTAKES[id].results(working("f = x/y + x", {"x": 2.0, "y": 3.0}, "dx")) == []


def test_where_the_backward_pass_starts() -> None:
    ids = [id for id in MISTAKES if id.startswith("seed-")]
    assert len(ids) > 2
    for id in ids:
        inner = working("q = x*y; f = 3*q", {"x": 2.0, "y": 3.0}, "dq")
        assert MISTAKES[id].results(inner) == []
        assert MISTAKES[id].results(working("q = x*y; f = 3*q", {"x": 2.0, "y": 3.0}, "df"))


def test_numbers_of_other_variables() -> None:
    step = working("q = x + y; f = q*z", {"x": 2.0, "y": 3.0, "z": 4.0}, "dz")
    assert dict(MISTAKES["other-variable"].results(step)) == {"x": 4.0, "y": 4.0, "q": 4.0}
    assert dict(sum_of_variables(step)) == {"": 13.0}
    inner = working("q = x + y; f = q*z", {"x": 2.0, "y": 3.0, "z": 4.0}, "dq")
    assert dict(MISTAKES["other-variable"].results(inner)) == {"z": 5.0}  # those of x and y follow from it
    assert dict(sum_of_variables(inner)) == {}
    assert dict(counted(working("f = x*y/4 + x/2 + 1.5*x", {"x": 2.0, "y": 3.0}, "dy"))) == {"1/4": 0.125, "4": 2.0}


# ---- readings


@pytest.mark.parametrize(("x", "expected"), [
    (12.5, [21.5, 15.2]), (-12.5, [-21.5, -15.2]), (11.0, []), (7.0, []), (1.25, [2.15, 1.52]), (100.0, [10.0]),
])  # fmt: skip
def test_two_digits_exchanged(x: float, expected: list[float]) -> None:
    assert [*_exchanged(x)] == expected  # of 7 nothing: nobody wrote 7.0


def test_a_given_number_misread() -> None:
    step = working("f = x*y*w1*w2", {"x": 2.5, "y": 3.0, "w1": 4.0, "w2": 7.0}, "x")
    assert list(misread(step)) == [("its sign lost", -2.5), ("two digits exchanged", 5.2), ("y read instead", 3.0),
                                   ("w1 read instead", 4.0), ("w2 read instead", 7.0)]  # fmt: skip
    near = dict(misread(working("f = x*y*w1*w2", {"x": 2.5, "y": 3.0, "w1": 4.0, "w2": 7.0}, "w1")))
    assert "w2 read instead" in near
    assert "x read instead" not in near


def test_neighbours_differ_by_their_number() -> None:
    step = working("h1 = w1*w2; h2 = w1 + v1; f = h1*h2*w", {"w1": 2.0, "w2": 3.0, "v1": 4.0, "w": 5.0}, "w1")
    labels = step.program.graph.by_label

    def near(name: str) -> set[str]:
        return {step.program.graph.labels[i] for i in neighbours(step.program, labels[name])}

    assert (near("w1"), near("h1"), near("v1"), near("w")) == ({"w2"}, {"h2"}, set(), set())


def test_what_is_computed_from_numerals_alone() -> None:
    step = working("q = x*(2*3); f = q", {"x": 2.0}, "q")
    assert [step.program.constant[a] for a in step.node.arguments] == [False, True]


def test_slopes_that_go_with_a_wrong_value() -> None:
    step = working("q = x/y; f = q", {"x": 0.6, "y": 0.35}, "q")
    assert slopes_upside_down(step, "") == pytest.approx({0: -0.35 / 0.36, 1: 1 / 0.6})
    assert slopes_of_other(step, "multiplying instead of dividing") == pytest.approx({0: 0.35, 1: 0.6})
    assert MISTAKES["term-forgotten"].slopes is not None
    minus = working("q = x - y; f = q", {"x": 0.6, "y": 0.35}, "q")
    assert [MISTAKES["term-forgotten"].slopes(minus, tag) for tag in "xy"] == [{0: 0.0, 1: -1.0}, {0: 1.0, 1: 0.0}]


def test_steps_and_earlier_passes_in_the_place_of_a_gradient() -> None:
    step = working("f = x*y", {"x": 2.0, "y": 3.0}, "dx")
    assert [x for _, x in updated(step)] == pytest.approx([2 - rate * 3 for rate in (1.0, 0.5, 0.1, 0.01)])
    assert list(earlier_pass(step)) == []
    # dx = 4*(3 + 1) and dq = 4, with dq/dx = 3, dp/dx = 4 and dp/dq = 1 of passes that were not cleared
    for item, expected in (("dx", {"q": 19.0, "p": 20.0}), ("dq", {"p": 5.0}), ("dz", {}), ("df", {}), ("dp", {})):
        inner = working("q = x*y; p = q + x; f = p*z", {"x": 2.0, "y": 3.0, "z": 4.0}, item)
        assert dict(earlier_pass(inner)) == expected


@pytest.mark.parametrize(("program", "expected"), [
    ("q = a + y*x", {"at 1": (2 + 0.35) * 0.6}),
    ("q = y*x + a", {"at 0": 0.35 * (0.6 + 2)}), ("p = y*x; q = a + p", {}),
    ("q = a + y/x", {}), ("q = a + b + y*x", {"at 1": (2 - 3 + 0.35) * 0.6}),
    ("q = a - y*x", {"at 1": (2 - 0.35) * 0.6}),
])  # fmt: skip
def test_parentheses_are_misread_only_where_there_are_none(program: str, expected: dict[str, float]) -> None:
    """What has a name of its own is worked out first."""
    point = {name: POINT[name] for name in "abxy" if name in program}
    assert dict(MISTAKES["precedence-sum"].results(working(f"{program}; f = q*q", point, "q"))) == pytest.approx(
        expected
    )


@pytest.mark.parametrize(("program", "item", "expected"), [
    ("q = x/y", "q/0", [-1 / 0.35]), ("q = x/y", "q/1", [0.6 / 0.35**2]), ("q = x/4", "q/0", []),
    ("q = 4/x", "q/1", [4 / 0.36]),
])  # fmt: skip
def test_a_quotient_is_turned_round_where_both_have_derivatives(program: str, item: str, expected: list[float]) -> None:
    point = {name: POINT[name] for name in "xy" if name in program}
    found = MISTAKES["quotient-order"].results(working(f"{program}; f = q*q", point, item))
    assert [number for _, number in found] == pytest.approx(expected)


# ---- what the rows say of themselves

COMMON = {
    1: """lost-minus-value sign-value swapped-difference-value gate-value own-operand lost-minus quotient-sign
        quotient-order power-kept power-no-coefficient exponential-as-power trig-sign trig-itself sigmoid-at-input
        tanh-not-squared tanh-at-input gate-ignored max-both wrong-point sign-local dropped-upstream dropped-local
        forgotten-path overwritten-fork product-of-derivatives quotient-of-derivatives sign value-for-gradient
        other-variable step-sign step-without-rate step-alone step-gradient""",
    3: """decimal-value zero-exponent exp-times root-value sigmoid-tanh-value wrong-operation-both swapped-quotient-both
        function-mixed-up inverse-function-value root-as-square power-exchanged gate-closed-value constant-kept
        power-integrated power-itself exponential-log-exponent degrees upside-down decimal-local argument-itself
        sum-as-product quotient-as-product quotient-squared quotient-as-numerator exponent-alone power-lowered-first
        power-as-exponential differentiated-twice arc-not-squared root-factor-alone root-slope-as-square
        term-forgotten-value term-forgotten added-chain divided-chain mean-of-paths coefficient-added seed-zero decimal
        sum-of-variables updated-weight earlier-pass reciprocal""",
}
SLIPS = """sign-value decimal-value sign-local decimal-local sign factor-two factor-n decimal value-for-gradient
    local-for-gradient upstream-for-gradient other-variable sum-of-variables updated-weight earlier-pass reciprocal"""
TOGETHER = "swapped-difference quotient-order max-loser max-shared"
OF_ARRAYS = {
    1: """transposed outer-order elementwise dims-by-luck reshaped no-sum wrong-axis mean-for-sum overwritten
        softmax-diagonal no-target wrong-sign-of-loss wrong-places wrong-point forgotten-path overwritten-fork
        paths-forgotten uses-overwritten n-missing sum-or-mean term-forgotten both-grew""",
    3: "bias-added updated n-minus-one factor-again slope-added step normalised variance-n-minus-one",
}
NO_HABITS = """wrong-input wrong-upstream forgotten-path overwritten-fork path-factor n-missing n-twice factor n-wrong
    sign wrong-residual slope-too-many step normalised penalised"""
TWICE = ("early-factor",)  # rows of arrays that are told of two kinds


def test_how_common_mistakes_are() -> None:
    """What courses meet often comes first among explanations that are equally good, what is rare last."""
    rows = {row.id: row for row in (*MISTAKES.values(), *STEPS)}
    for common, ids in COMMON.items():
        assert {rows[id].common for id in ids.split()} == {common}
    known = {*COMMON[1].split(), *COMMON[3].split()}
    assert all(row.common == 2 for id, row in rows.items() if id in KNOWN - known)
    for common, ids in OF_ARRAYS.items():
        assert {row.common for row in (*FLOWS, *TOTALS, *FORWARD) if row.id in ids.split()} == {common}


KNOWN = {line.split(" | ")[0] for line in LINES}


def test_slips_and_what_goes_wrong_together() -> None:
    """After a slip of the pen the work may go on with the right number; some mistakes concern all arguments."""
    rows = {row.id: row for row in (*MISTAKES.values(), *STEPS)}
    assert {id for id in KNOWN if rows[id].slip} == {*SLIPS.split()} & KNOWN
    assert all(rows[id].slip for id in SLIPS.split())
    assert {id for id, row in rows.items() if row.together} == {*TOGETHER.split()}
    array_rows = (*FLOWS, *TOTALS, *FORWARD)
    assert {row.id for row in array_rows if not row.habit} - {*TWICE} == {*NO_HABITS.split()}
    assert all(row.habit for row in FORWARD)


def test_a_row_is_about_its_operations() -> None:
    only = row("a", "t", "m", LOCAL, "mul div", lambda w: ())
    never = row("a", "t", "m", LOCAL, "not mul", lambda w: ())
    smooth = row("a", "t", "m", LOCAL, "smooth mul", lambda w: ())
    of = {name: SimpleNamespace(name=name, is_smooth=name == "sin") for name in ("mul", "sin", "add")}
    found = [[r.is_about(of[name]) for name in of] for r in (only, never, smooth)]  # type: ignore[arg-type]
    assert found == [[True, False, False], [False, True, True], [True, True, False]]
    assert [r.is_specific for r in (only, never, smooth)] == [True, False, False]
    assert row("a", "t", "m", LOCAL, "a b c d", lambda w: ()).is_specific
    assert not row("a", "t", "m", LOCAL, "a b c d e", lambda w: ()).is_specific
    assert not row("a", "t", "m", VALUE, "input", lambda w: ()).is_specific
    path = row("a", "t", "m {tag}", UPSTREAM, "", lambda w: (), everywhere="all")
    assert (path.in_words("x"), path.in_words(EVERY_PATH)) == ("m x", "all")
    assert only.in_words(EVERY_PATH) == "m"

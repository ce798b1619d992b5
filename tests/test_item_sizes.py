"""The size of an item tells a number that is nearly 0 from one that is just small."""

from __future__ import annotations

import math

import pytest

from gradcli.calculus.operations import OPERATIONS
from gradcli.calculus.table_parts import Operation
from gradcli.errors import Source
from gradcli.homework.claims.array_items import readings as array_readings
from gradcli.homework.claims.item_sizes import ItemSizes, carries_size
from gradcli.homework.claims.items import item_of
from gradcli.homework.claims.tolerance import Tolerance
from gradcli.homework.diagnosis.suspects import Suspects
from gradcli.homework.marking.answer_key import AnswerKey
from gradcli.homework.marking.marks import Claim, MarkingPolicy, mark
from gradcli.numbers.systems import FLOAT
from gradcli.record.calls import differentiate
from gradcli.record.gradient import evaluate
from gradcli.record.request import Request
from gradcli.record.update_rules import update_of

from .array_sheets import key_of, marks

SCALING = [row for row in OPERATIONS.values() if row.scales_with]


@pytest.mark.parametrize("row", SCALING, ids=lambda row: row.name)
def test_a_row_that_carries_sizes_is_homogeneous(row: Operation) -> None:
    """f(t*x) = t**k * f(x) for every t > 0: one t gives k, another has to agree."""
    for point in row.points:

        def at(t: float, point: tuple[float, ...] = tuple(point)) -> float:
            scaled = [t * x if carries_size(row, k) else x for k, x in enumerate(point)]
            return float(row.value(FLOAT, *scaled))

        if not at(1):
            assert at(9) == 0
            continue
        degree = math.log(at(4) / at(1), 4)
        assert at(9) == pytest.approx(9**degree * at(1), rel=1e-12), point


@pytest.mark.parametrize(("program", "values", "item", "size"), [
    ("f = x*y", {"x": 2e-9, "y": 3.0}, "f", 6e-9), ("f = x/y", {"x": 6.0, "y": 2e9}, "f", 3e-9),
    ("f = x**3", {"x": 1e-3}, "f", 1e-9), ("f = x**-2", {"x": 1e6}, "f", 1e-12),
    ("f = sqrt(x)", {"x": 1e-16}, "f", 1e-8), ("f = -x", {"x": -2e-9}, "f", 2e-9),
    ("f = x - y", {"x": 3e-9, "y": 3e-9}, "f", 6e-9), ("f = x + y", {"x": 3e-9, "y": -1e-9}, "f", 4e-9),
    ("f = x*y", {"x": 0.0, "y": 2e-9}, "f", 2e-9),  # 0 has no size of its own
    ("f = max(x, y)", {"x": -5e-9, "y": 1e-9}, "f", 5e-9), ("f = relu(x)", {"x": -5e-9}, "f", 5e-9),
    ("f = where(c > 0, x, y)", {"c": -1.0, "x": 5.0, "y": 2e-9}, "f", 2e-9),
    ("f = cos(x)", {"x": math.pi / 2}, "f", 1.0), ("f = exp(x)", {"x": -40.0}, "f", 1.0),
    ("f = exp(x)", {"x": 3.0}, "f", math.exp(3)), ("f = 1e-9*cos(x)", {"x": math.pi / 2}, "f", 1e-9),
    ("f = x*y", {"x": 2e-9, "y": 3.0}, "df/dx", 3.0), ("f = x*y", {"x": 2e-9, "y": 3.0}, "df/dy", 2e-9),
    ("f = x*y", {"x": 2e-9, "y": 3.0}, "local(f,y)", 2e-9), ("f = x**3", {"x": 1e-3}, "df/dx", 1e-6),
    ("f = sin(x)*y", {"x": math.pi / 2, "y": 1e-9}, "df/dx", 1e-9), ("f = sin(x)", {"x": 1e-9}, "local(f,x)", 1.0),
    ("q = x*y\nf = q + 5*x", {"x": 2.0, "y": 1e-9}, "df/dx", 5.000000001),  # the larger of two paths
    ("f = x + y", {"x": 1e10, "y": 1.0}, "df/dx", 1.0000000001),
])  # fmt: skip
def test_the_size_of_an_item(program: str, values: dict[str, float], item: str, size: float) -> None:
    record = differentiate(program, values)
    assert ItemSizes(record).of(item_of(record, item)) == pytest.approx(size, rel=1e-12)


def test_a_new_value_has_the_size_of_its_step() -> None:
    point = {"x": Source("x", "1"), "y": Source("y", "2e-9")}
    record = evaluate(Source("program", "f = x*y"), point, Request(step=update_of("gd", "0.5")))
    assert ItemSizes(record).of(item_of(record, "new(x)")) == pytest.approx(1e-9)
    key = AnswerKey(record)
    for text, status in (("0.999999999", "correct"), ("1", "imprecise"), ("1.000000001", "wrong")):
        assert mark(key, [Claim("new(x)", text)], MarkingPolicy()).marks[0].status == status, text


TINY: list[tuple[str, dict[str, float], dict[str, str], str]] = [
    # small by nature: only what is near counts
    ("F = G*m*M", {"G": 6.674e-11, "m": 2, "M": 3}, {"F": "4.0e-10", "dF/dm": "2e-10", "dF/dG": "6"}, "correct"),
    ("F = G*m*M", {"G": 6.674e-11, "m": 2, "M": 3}, {"F": "1e-9"}, "wrong"),
    ("F = G*m*M", {"G": 6.674e-11, "m": 2, "M": 3}, {"dF/dm": "0"}, "wrong"),
    ("F = G*m*M", {"G": 6.674e-11, "m": 2, "M": 3}, {"dF/dM": "-9e-9"}, "wrong"),
    ("E = h*f", {"h": 6.626e-34, "f": 5e14}, {"E": "0"}, "wrong"),
    ("E = h*f", {"h": 6.626e-34, "f": 5e14}, {"E": "3.31e-19"}, "correct"),
    ("y = x/1e9", {"x": 3}, {"dy/dx": "0"}, "wrong"), ("y = x**20", {"x": 0.3}, {"y": "1e-9"}, "wrong"),
    ("s = sin(x)\nf = s*y", {"x": 2, "y": 1e-9}, {"local(f,s)": "0"}, "wrong"),
    # 0 up to rounding, or beside numbers of the usual size: 0 counts as before
    ("f = cos(x)", {"x": math.pi / 2}, {"f": "0"}, "correct"), ("f = cos(pi/2)*x", {"x": 1e-9}, {"f": "0"}, "correct"),
    ("f = cos(pi/2)*x", {"x": 1e-9}, {"df/dx": "0"}, "correct"),
    ("f = sin(x)", {"x": math.pi / 2}, {"df/dx": "0"}, "correct"),
    ("f = sin(x)", {"x": 1e6 * math.pi}, {"f": "0"}, "correct"),
    ("f = 1 - sigmoid(x)", {"x": 20}, {"f": "0"}, "correct"),
    ("f = relu(x)", {"x": -3}, {"f": "0", "df/dx": "0"}, "correct"),
    ("f = x*y", {"x": 0, "y": 3}, {"f": "0"}, "correct"),
    ("f = (x + y) - 0.3", {"x": 0.1, "y": 0.2}, {"f": "0"}, "correct"),
    ("f = (x + y) - 3e-10", {"x": 1e-10, "y": 2e-10}, {"f": "0"}, "correct"),
    ("f = (x - y)*z", {"x": 1e-10, "y": 1e-10, "z": 2}, {"df/dz": "0"}, "correct"),
    ("f = (x - y)*z", {"x": 1e-10, "y": 1e-10, "z": 2}, {"df/dz": "1e-10"}, "wrong"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "values", "claims", "status"), TINY)
def test_marks_of_small_numbers(program: str, values: dict[str, float], claims: dict[str, str], status: str) -> None:
    key = AnswerKey(differentiate(program, values))
    for name, text in claims.items():
        assert mark(key, [Claim(name, text)], MarkingPolicy()).marks[0].status == status, name


@pytest.mark.parametrize("unit", [1.0, 1e-3, 1e-12, 1e-30])
@pytest.mark.parametrize(("factor", "status"), [(1.0, "correct"), (1.004, "correct"), (1.05, "wrong"), (-1.0, "wrong"),
                                                (3.0, "wrong"), (0.0, "wrong")])  # fmt: skip
def test_marks_do_not_depend_on_the_unit(unit: float, factor: float, status: str) -> None:
    record = differentiate("q = a*b + c\nL = q*d/3", {"a": 2.5 * unit, "b": 1.1, "c": 0.7 * unit, "d": 1.9})
    claims = {
        "q": 3.45 * unit,
        "L": 2.185 * unit,
        "dL/dd": 1.15 * unit,
        "dL/db": 2.5 * unit * 1.9 / 3,
        "dL/da": 1.1 * 1.9 / 3,
    }
    for name, number in claims.items():
        text = repr(factor * number) if factor else "0"
        assert mark(AnswerKey(record), [Claim(name, text)], MarkingPolicy()).marks[0].status == status, (name, text)


@pytest.mark.parametrize(("policy", "status"), [
    (MarkingPolicy(), "wrong"), (MarkingPolicy(atol=1e-8), "correct"), (MarkingPolicy(atol=1e-12), "wrong"),
    (MarkingPolicy(sigfigs=3), "wrong"), (MarkingPolicy(rtol=0.0), "correct"), (MarkingPolicy(decimals=4), "correct"),
    (MarkingPolicy(rtol=0.1), "wrong"),
])  # fmt: skip
def test_a_tolerance_that_is_given_holds_for_every_number(policy: MarkingPolicy, status: str) -> None:
    """The rule says "within 1e-08" where no relative error is allowed, and so it is."""
    key = AnswerKey(differentiate("F = G*m", {"G": 6.674e-11, "m": 2.0}))
    assert mark(key, [Claim("F", "0.0000")], policy).marks[0].status in (
        ("wrong", "imprecise") if status == "wrong" else (status,)
    )


def test_a_step_from_small_wrong_numbers_follows_only_if_it_is_near() -> None:
    """q is wrong; 3 times it follows, 0 and the truth over 2 do not."""
    key = AnswerKey(differentiate("q = x*y\nf = 3*q", {"x": 2e-10, "y": 1.5}))
    for text, status in (("1.5e-9", "follow_through"), ("0", "wrong"), ("4.5e-10", "wrong")):
        found = mark(key, [Claim("q", "5e-10"), Claim("f", text)], MarkingPolicy(follow_through=0.5)).marks
        assert [m.status for m in found] == ["wrong", status], text


def test_a_mistake_is_told_of_small_numbers_too() -> None:
    record = differentiate("q = x + y\nf = q*z", {"x": 2e-10, "y": 1.5e-10, "z": 4.0})
    found = mark(AnswerKey(record), [Claim("q", "3.5e-10"), Claim("df/dz", "-3.5e-10")], MarkingPolicy()).marks
    assert [m.status for m in found] == ["correct", "wrong"]
    assert "sign" in found[1].diagnoses[0].mistake
    near = Suspects(record).near
    assert near(item_of(record, "q"), 3.501e-10, 3.5e-10)
    assert not near(item_of(record, "q"), 1e-9, 3.5e-10)
    assert Tolerance().near(1e-9, 3.5e-10)


GIVEN = {"W": [[1e-10, 2e-10], [3e-10, 4e-10]], "x": [1, 2]}


@pytest.mark.parametrize(("name", "text", "status"), [
    ("z", "[5e-10, 11e-10]", "correct"), ("z", "[5.02e-10, 11e-10]", "correct"), ("z", "[0, 0]", "wrong"),
    ("z", "[2.5e-9, 2.5e-9]", "wrong"), ("dL/dx", "[4e-10, 6e-10]", "correct"), ("dL/dx", "[0, 0]", "wrong"),
    ("dL/dW", "[1 2; 1 2]", "correct"), ("L", "1.6e-9", "correct"), ("L", "0", "wrong"),
])  # fmt: skip
def test_marks_of_small_arrays(name: str, text: str, status: str) -> None:
    assert marks("z = W @ x\nL = sum(z)", GIVEN, {name: text})[name].status == status


@pytest.mark.parametrize(("program", "item", "size"), [
    ("L = sum(W @ x)", "dL/dx", 5.5e-10), ("L = sum(W @ x)", "dL/dW", 2.75), ("L = mean(x*3e-9)", "L", 6e-9),
    ("L = sum(softmax(W @ x))", "L", 1.0), ("L = sum(W.T)", "L", 1e-9), ("L = sum(exp(W))", "dL/dW", 1.0),
    ("L = sum(W[0] * x)", "dL/dx", 4e-10),
])  # fmt: skip
def test_the_size_of_an_array(program: str, item: str, size: float) -> None:
    given = {
        name: source for name, source in GIVEN.items() if name in program.replace("softmax", "").replace("exp", "")
    }
    key = key_of(program, given)
    found = key.run.sizes.of(array_readings(key.record, item)[0])
    assert found == pytest.approx(size, rel=1e-12)

"""Derivatives as formulas: what is printed is a program, and its value is the derivative."""

from __future__ import annotations

import json
import math
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.commands import run
from gradcli.errors import InputError, LimitError, MathError, Source
from gradcli.language.syntax import parse
from gradcli.record.gradient import Gradient
from gradcli.record.higher_derivatives import Formulas, differentiate_formula, hessian
from gradcli.record.precision import Precision
from gradcli.reports.formulas import render

from .programs import SMOOTH, call_names, random_case

SMOOTH_CALLS = [(name, 1) for name in SMOOTH] + [("hypot", 2), ("logaddexp", 2), ("atan2", 2)]


def formulas(program: str, *names: str, order: int = 1, **given: Any) -> Formulas:
    bindings = {name: Source(name, str(x)) for name, x in given.items()}
    return differentiate_formula(Source("program", program), names or None, order=order, bindings=bindings)


def close(a: float, b: float, tolerance: float = 2e-12) -> bool:
    return math.isclose(a, b, rel_tol=tolerance, abs_tol=1e-290)


def value_of(text: str, name: str, point: dict[str, float]) -> float:
    """Return the value of one of the derivatives of a printed program."""
    record = differentiate(text, point, of=name, nodes="none", wrt=[], may_be_unused=point)
    return float(record.value)


def test_the_text_is_a_program_with_the_derivative_as_its_value() -> None:
    """400 random programs over all functions; the derivatives are parsed again and evaluated."""
    draw = random.Random(21)
    calls = call_names()
    checked = 0
    for _ in range(400):
        case = random_case(draw, calls=calls, depth=3)
        try:
            record = differentiate(case.program, case.point)
        except MathError:
            continue
        if any(note.kind != "precision" for note in record.notes):
            continue
        found = differentiate_formula(Source("program", case.program))
        text = found.text()
        for derivative in found.derivatives:
            (name,) = derivative.wrt
            used = used_point(text, derivative.name, case.point)
            got = value_of(text, derivative.name, used)
            checked += 1
            assert close(got, record.gradient[name]), (case, text, name)
    assert checked > 400


def used_point(text: str, name: str, point: dict[str, float]) -> dict[str, float]:
    from gradcli.language.syntax import parse

    graph = parse(Source("program", text), point, of=name)
    return {n: x for n, x in point.items() if n in graph.inputs}


def by_differences(program: str, point: dict[str, float], row: str, column: str) -> float:
    """Return a second derivative by differences of gradients of 60 digits."""
    step = Fraction(1, 10**15)
    ends = []
    for side in (1, -1):
        at = {n: Fraction(x) + (side * step if n == column else 0) for n, x in point.items()}
        slope = differentiate(program, at, wrt=[row], digits=60, nodes="none").gradient[row]
        ends.append(Fraction(slope))
    return float((ends[0] - ends[1]) / (2 * step))


def dyadic(program: str) -> bool:
    """Whether a program has no numeral that binary64 would round: with digits they are decimals."""
    import re

    return all(Fraction(t) == Fraction(float(t)) for t in re.findall(r"(?<![\w.])\d+\.?\d*", program))


def test_hessians_against_differences_of_gradients() -> None:
    draw = random.Random(33)
    checked = 0
    while checked < 60:
        case = random_case(draw, calls=SMOOTH_CALLS, depth=3)
        if not dyadic(case.program):
            continue
        point = {name: round(x * 64) / 64 for name, x in case.point.items()}
        try:
            record = differentiate(case.program, point)
            found = hessian(record)
        except MathError:
            continue
        checked += 1
        names = list(point)
        for row in names:
            for column in names:
                true = by_differences(case.program, point, row, column)
                assert math.isclose(found[row][column], true, rel_tol=1e-11, abs_tol=1e-24), (case, row, column)
                assert close(found[row][column], found[column][row])


def test_hessians_against_autograd() -> None:
    pytest.importorskip("autograd", reason="the dependency group oracle is not installed")
    import autograd.numpy as np
    from autograd import hessian as autograd_hessian

    def f(v: Any) -> Any:
        x, y, z = v
        return np.exp(-x * y) * np.sin(z) + x**3 / (1 + y * y) - np.tanh(x * z)

    at = [0.7, -1.3, 0.4]
    text = "exp(-x*y)*sin(z) + x**3/(1 + y*y) - tanh(x*z)"
    found = formulas(text, order=2, **dict(zip("xyz", at, strict=True)))
    theirs = autograd_hessian(f)(np.array(at))
    for derivative in found.derivatives:
        i, j = ("xyz".index(name) for name in derivative.wrt)
        assert math.isclose(derivative.value, theirs[i][j], rel_tol=1e-10, abs_tol=1e-13)


def test_order_two_of_the_text_is_order_one_of_its_order_one() -> None:
    program = "exp(x*y)*sin(x) + y**3"
    point = {"x": 0.75, "y": -0.5}
    first, second = formulas(program), formulas(program, order=2)
    for derivative in second.derivatives:
        a, b = derivative.wrt
        slope = differentiate(first.text(), point, of=f"df_d{a}", wrt=[b]).gradient[b]
        assert close(value_of(second.text(), derivative.name, used_point(second.text(), derivative.name, point)), slope)


def test_all_pairs_once() -> None:
    found = formulas("x*y*z", order=2)
    assert [d.wrt for d in found.derivatives] == [
        ("x", "x"), ("x", "y"), ("x", "z"), ("y", "y"), ("y", "z"), ("z", "z"),
    ]  # fmt: skip
    assert [d.name for d in found.derivatives][:2] == ["d2f_dx_dx", "d2f_dx_dy"]


@pytest.mark.parametrize(("program", "order", "value"), [
    ("x**5", 3, 60 * 4.0), ("sin(x)", 4, math.sin(2.0)), ("1/x", 5, -120 / 2.0**6), ("exp(2*x)", 3, 8 * math.exp(4.0)),
    ("x**2", 3, 0.0), ("log(x)", 2, -0.25), ("sqrt(x)", 2, -0.25 * 2.0**-1.5), ("x**x", 1, 4 * (math.log(2.0) + 1)),
])  # fmt: skip
def test_higher_orders(program: str, order: int, value: float) -> None:
    (derivative,) = formulas(program, "x", order=order, x=2).derivatives
    assert close(derivative.value, value)


def test_names_do_not_clash() -> None:
    found = formulas("df_dx = x*y; df_dx*x", "x")
    assert [d.name for d in found.derivatives] == ["df_dx_"]
    assert value_of(found.text(), "df_dx_", {"x": 3.0, "y": 2.0}) == 12.0


def test_intermediates_keep_their_names() -> None:
    text = formulas("hidden = w*x + b; loss = (hidden - t)**2", "w").text()
    assert text.startswith("hidden = w*x + b\n")
    assert text.endswith("dloss_dw = 2*(hidden - t)*x")


def test_errors() -> None:
    with pytest.raises(InputError, match="no input"):
        formulas("1 + 2")
    with pytest.raises(InputError, match="z is not an input"):
        formulas("x*y", "z")
    with pytest.raises(LimitError, match="10,000"):
        formulas("+".join(f"x{i}*x{i + 1}" for i in range(200)), order=2)
    with pytest.raises(InputError, match="from 1"):
        formulas("x", order=0)


def test_exact_hessians_are_exact() -> None:
    record = differentiate("x**3*y + y/x", {"x": "1/3", "y": 2}, exact=True)
    assert hessian(record) == {
        "x": {"x": 6 * Fraction(1, 3) * 2 + 2 * 2 * 27, "y": 3 * Fraction(1, 9) - 9},
        "y": {"x": 3 * Fraction(1, 9) - 9, "y": 0},
    }


# ---- kinks


def second_at_0(program: str, at_kink: str = "convention") -> Gradient:
    record = differentiate(program, {"x": 0}, at_kink=at_kink)
    record.hessian = hessian(record)
    return record


@pytest.mark.parametrize(
    ("program", "left", "right"), [("relu(x)**2", 0, 2), ("where(x > 0, x**2, 0)", 0, 2), ("abs(x)*x", -2, 2)]
)
def test_second_derivatives_at_a_kink_are_noted(program: str, left: float, right: float) -> None:
    record = second_at_0(program)
    (note,) = (note for note in record.notes if note.kind == "one-sided")
    assert (note.node, note.left, note.right) == (record.output, left, right)
    assert note.message == f"d²f/dx² is {left} from the left and {right} from the right"
    with pytest.raises(MathError) as refused:
        second_at_0(program, "error")
    assert (refused.value.kind, refused.value.message) == ("kink", note.message)


def test_notes_of_a_hessian_name_what_the_program_has() -> None:
    point = {"x": 1, "y": 1}
    record = differentiate("q = x - y; relu(q)**2 + y*x", point)
    hessian(record)
    messages = [note.message for note in record.notes]
    assert "d²f/dx² is 0 from the left and 2 from the right" in messages
    assert "d²f/dxdy: there is none at this point, or none can be told" in messages
    assert not any("as a formula" in message for message in messages)
    assert {note.node for note in record.notes} <= set(range(len(record.graph.nodes)))


def test_a_mixed_derivative_is_missing_where_only_one_of_the_first_is() -> None:
    """df/dx jumps at x = 0, df/dy = abs(x) has a kink there: neither order gives d²f/dxdy."""
    record = differentiate("abs(x)*y", {"x": 0, "y": 1})
    assert hessian(record) == {"x": {"x": None, "y": None}, "y": {"x": None, "y": 0}}
    messages = [note.message for note in record.notes]
    assert messages[-1] == "d²f/dxdy: there is none at this point, or none can be told"
    assert sum("d²" in message for message in messages) == 1


@pytest.mark.parametrize(("program", "mixed"), [
    ("abs(x)*x + y**2", 0), ("abs(x)*x + 3*x*y + y**2", 3), ("abs(x)*x - abs(y)*y + x*y", 1), ("relu(x)**2 + x*y", 1),
    ("x*abs(x)*cos(y) + sin(x*y)*4", 4), ("elu(x)*y", 1), ("relu(-y)**2 + 2*x*y - relu(x)**2", 2),
    ("abs(x)*abs(y)", None), ("x*abs(y)", None), ("where(x > 0, x*y, 2*x*y)", None),
    ("(x - y)*abs(x - y)", None), ("(3*x - y)*abs(3*x - y)", None), ("(x + 5*y)*abs(x + 5*y)", None),
    ("relu(x + 1.5*y)**2", None), ("max(x, y)**2", None), ("relu(x)*relu(y)", None), ("relu(-x)*y + x*y", None),
])  # fmt: skip
def test_a_mixed_derivative_needs_no_second_ones_along_the_axes(program: str, mixed: float | None) -> None:
    """Worked by hand: df/dy(x, 0) and its slope at x = 0, from both sides."""
    for names in ("xy", "yx"):
        record = differentiate(program, dict.fromkeys(names, 0))
        second = hessian(record)
        assert second["x"]["y"] == second["y"]["x"] == mixed


def test_a_hundred_inputs_have_a_hessian() -> None:
    names = [f"x{k}" for k in range(101)]
    for count in (100, 101):
        program = f"{names[0]}*{names[1]} + {' + '.join(names[2:count])}"
        record = differentiate(program, dict.fromkeys(names[:count], 3), nodes="none")
        if count > 100:
            with pytest.raises(LimitError, match="a Hessian of 101 inputs is too large"):
                hessian(record)
        else:
            found = hessian(record)
            assert {(a, b) for a in found for b in found if found[a][b]} == {("x0", "x1"), ("x1", "x0")}


@pytest.mark.parametrize(
    ("program", "point"),
    [
        ("x**y", {"x": "0", "y": "2"}),  # only one order has a formula
        ("log10(1 + x - y*z) + exp(x - y*z)", {"x": "6", "y": "2", "z": "3"}),  # both round
    ],
)
def test_a_hessian_is_symmetric_to_the_last_digit(program: str, point: dict[str, str]) -> None:
    found = hessian(differentiate(program, point))
    assert all(found[a][b] == found[b][a] for a in found for b in found)
    assert found["x"]["y"] is not None


@pytest.mark.parametrize("program", ["x**2*y", "relu(x - 1)*x*y", "abs(x - 1)**3*y + x**3"])
def test_a_hessian_starts_with_what_the_reverse_pass_starts_with(program: str) -> None:
    once, twice = (differentiate(program, {"x": 1, "y": 2}, upstream=start) for start in (1, 2))
    first, second = hessian(once), hessian(twice)
    for a in "xy":
        for b in "xy":
            assert second[a][b] == (None if first[a][b] is None else 2 * first[a][b])
    doubled = [(note.of, [2 * x for x in note.numbers]) for note in once.notes if note.order == 2 and note.numbers]
    assert doubled == [(note.of, [*note.numbers]) for note in twice.notes if note.order == 2 and note.numbers]


def test_no_second_derivative_is_promised_where_the_first_jumps() -> None:
    record = second_at_0("abs(x)")
    assert record.hessian == {"x": {"x": None}}
    assert record.notes[-1].message == "df/dx is -1 from the left and 1 from the right"


def test_a_row_without_values_is_undefined_unless_asked_for() -> None:
    point = {"x": 0, "y": 1}
    record = differentiate("x**1.5 + y**2", point)
    found = hessian(record)
    assert found == {"x": {"x": None, "y": 0.0}, "y": {"x": 0.0, "y": 2.0}}
    assert (record.notes[-1].kind, record.notes[-1].node) == ("one-sided", record.output)
    with pytest.raises(MathError):
        hessian(differentiate("x**1.5 + y**2", point, wrt=["x", "y"]))


# ---- the printed program


@pytest.mark.parametrize("order", [1, 2])
@pytest.mark.parametrize("program", [
    "w*x + b", "q = w*x + b; sigmoid(q)**2", "f = x**2*y; g = f*sin(y); g/f", "max(x, y)*exp(x)", "x + 1", "x*y*z + x",
])  # fmt: skip
def test_every_printed_derivative_runs_with_of(program: str, order: int) -> None:
    found = formulas(program, order=order)
    text = render(found, "text")
    names = [d.name for d in found.derivatives]
    assert text.startswith(f"# choose one with --of {names[0]}\n") == (len(names) > 1)
    point = {name: 0.5 + k for k, name in enumerate(["w", "x", "b", "y", "z"])}
    for name in names:
        used = used_point(text, name, point)
        assert differentiate(text, used, of=name, nodes="none").labels
    graph = parse(Source("", text))
    assert list(graph.unused) == names[:-1]


def test_formulas_that_grow_too_fast_reach_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcli.record.higher_derivatives.MAX_FORMULA_NODES", 3_000)
    with pytest.raises(LimitError, match="the derivatives have more than 3,000 nodes"):
        formulas("sigmoid(x)*tanh(x*y)*exp(y*x)", order=12)
    monkeypatch.setattr("gradcli.record.higher_derivatives.MAX_FORMULA_NODES", 0)
    assert formulas("x*x*y", order=1).derivatives  # one that is written once has the limit of a program
    with pytest.raises(LimitError):
        formulas("x*x*y", order=2)


def test_notes_of_formulas() -> None:
    found = formulas("relu(x)**2", order=2, x=0)
    assert [(note.kind, note.left, note.right) for note in found.notes if note.kind == "one-sided"] == [
        ("one-sided", 0, 2)
    ]
    settled = formulas("relu(x) - relu(-x)", x=0)
    assert settled.derivatives[0].value == 1


def test_latex_has_a_row_for_every_derivative() -> None:
    rows = render(formulas("x**2*y"), "latex").splitlines()
    assert rows[1:-1] == [r"  \frac{df}{dx} &= 2 \cdot x \cdot y \\", r"  \frac{df}{dy} &= x^{2}"]


@pytest.mark.parametrize(("steps", "is_written"), [(1, True), (2, True), (8, False), (40, False)])
def test_a_formula_that_doubles_again_and_again_is_not_written_without_intermediates(
    steps: int, is_written: bool
) -> None:
    program = "; ".join(["a0 = x + 1", *(f"a{k} = sin(a{k - 1})*a{k - 1}" for k in range(1, steps + 1))])
    (found,) = json.loads(render(formulas(program, "x"), "json"))["derivatives"]
    assert (found["formula"] is not None) is is_written
    if is_written:
        slope = differentiate(program, {"x": 0.1}).gradient["x"]
        assert differentiate(found["formula"], {"x": 0.1}).value == pytest.approx(slope)


def test_the_values_of_derivatives_are_certain_exact_or_of_many_digits() -> None:
    """(1 - cos(x))/x**2 falls by x/12 near 0, where plain binary64 has nothing left of it."""
    program = "(1 - cos(x))/x**2"
    assert formulas(program, x="1e-8").derivatives[0].value == pytest.approx(-1e-8 / 12, rel=1e-12)
    bindings = {"x": Source("x", "1/3")}
    (exact,) = differentiate_formula(
        Source("program", "x**3/7"), bindings=bindings, precision=Precision.of(exact=True)
    ).derivatives
    assert exact.value == Fraction(1, 21)
    (long,) = differentiate_formula(
        Source("program", "x**3/7"), bindings=bindings, precision=Precision.of(digits=20)
    ).derivatives
    assert str(long.value).startswith("0.04761904761904761904")


@pytest.mark.parametrize(("program", "values", "shown"), [
    ("x^2*y", {"x": 2, "y": 3, "unused": 1}, "# df_dx = 12.0\n"),
    ("sum(A@A)", {"A": [[1, 2], [3, 4]], "unused": [1]}, "# df_dA = [[7.0, 11.0], [9.0, 13.0]]\n"),
])  # fmt: skip
def test_values_from_a_file(
    program: str, values: Any, shown: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "values.json"
    path.write_text(json.dumps(values), encoding="utf-8")
    assert run(["diff", program, "--bindings", str(path)]) == 0
    assert shown in capsys.readouterr().out
    assert run(["diff", program, "--bindings", str(path), "unknown=1"]) == 2


def test_a_word_wins_over_the_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "values.json"
    path.write_text('{"x": 2, "y": 3}', encoding="utf-8")
    assert run(["diff", "x^2*y", "--bindings", str(path), "x=5"]) == 0
    assert "# df_dx = 30.0\n" in capsys.readouterr().out

"""The derivation as text, LaTeX and Markdown: by hand, at kinks, without derivatives, in every number system."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gradcli import differentiate
from gradcli.calculus.operations import OPERATIONS
from gradcli.commands import run
from gradcli.language.latex import escaped
from gradcli.record.derivation import BRANCH, EDGE, SUM, Derivation
from gradcli.reports import Style, render
from gradcli.reports.notation import Notation, is_sum
from gradcli.reports.wording import brief
from gradcli.text import cells

from .random_programs import record_of


def steps(program: str, options: dict[str, Any] | None = None, style: Style | None = None, **point: Any) -> str:
    return render(differentiate(program, point, **(options or {})), "steps", style or Style())


def lines(text: str) -> list[tuple[str, str]]:
    """Return the lines of both passes: the chain of equations, and the rule."""
    rows = [line.strip() for line in text.split("\n") if " = " in line and line.startswith("  ")]
    parted = [re.split(r" {3,}(?!=)", re.sub(r" +=", " =", row), maxsplit=1) for row in rows]
    return [(row[0], row[1] if len(row) > 1 else "") for row in parted]


def test_the_running_example_by_hand() -> None:
    """With q = x + y and f = q z at x = -2, y = 5, z = -4, as on a blackboard.

    Forward, q = -2 + 5 = 3 and f = 3 (-4) = -12. Backward, f is a product: the derivative with respect to one factor is
    the other one, so df/dq = z = -4 and df/dz = q = 3. And q is a sum, so dq/dx = dq/dy = 1, and by the chain rule
    df/dx = df/dq dq/dx = -4 1 = -4, and df/dy likewise.
    """
    text = steps("q = x + y; f = q * z", x=-2, y=5, z=-4)
    assert lines(text) == [
        ("x = -2", "given"),
        ("y = 5", "given"),
        ("z = -4", "given"),
        ("q = x + y = -2 + 5 = 3", ""),
        ("f = q*z = 3*(-4) = -12", "the output"),
        ("df/df = 1", "the reverse pass starts here"),
        ("df/dq = z = -4", "product rule"),
        ("df/dz = q = 3", "product rule"),
        ("df/dx = df/dq · ∂q/∂x = z · 1 = -4 · 1 = -4", "single-variable chain rule, sum rule"),
        ("df/dy = df/dq · ∂q/∂y = z · 1 = -4 · 1 = -4", "single-variable chain rule, sum rule"),
    ]
    assert text.endswith(
        "f = -12, gradient: x -4, y -4, z 3\n"
        "5 nodes, 4 edges; 3 paths lead from the inputs to f, the reverse pass visits 4 edges\n"
    )


def test_a_fork_by_hand() -> None:
    """With x = a + b, y = b c, f = x y at a = 2, b = 3, c = -4.

    Forward, x = 5, y = -12, f = -60. Backward, df/dx = y = -12 and df/dy = x = 5. From y = b c: df/db gets
    5 c = 5 (-4) = -20 and df/dc = 5 b = 15. From x = a + b: df/da = -12 1 and df/db gets -12. Two paths meet in b:
    df/db = -12 + -20 = -32.
    """
    assert lines(steps("x = a + b; y = b*c; f = x*y", a=2, b=3, c=-4))[3:] == [
        ("x = a + b = 2 + 3 = 5", ""),
        ("y = b*c = 3*(-4) = -12", ""),
        ("f = x*y = 5*(-12) = -60", "the output"),
        ("df/df = 1", "the reverse pass starts here"),
        ("df/dx = y = -12", "product rule"),
        ("df/dy = x = 5", "product rule"),
        ("df/db via y = df/dy · ∂y/∂b = x · c = 5 · (-4) = -20", "one of 2 branches, product rule"),
        ("df/dc = df/dy · ∂y/∂c = x · b = 5 · 3 = 15", "single-variable chain rule, product rule"),
        ("df/da = df/dx · ∂x/∂a = y · 1 = -12 · 1 = -12", "single-variable chain rule, sum rule"),
        ("df/db via x = df/dx · ∂x/∂b = y · 1 = -12 · 1 = -12", "one of 2 branches, sum rule"),
        ("df/db = df/dx · ∂x/∂b + df/dy · ∂y/∂b = -12 - 20 = -32", "multivariable chain rule"),
    ]


def test_both_edges_of_a_square() -> None:
    text = steps("x*x", x=3)
    assert "df/dx via f, argument 1 = x = 3" in text
    assert "df/dx via f, argument 2 = x = 3" in text
    assert re.search(r"df/dx +=  ?x \+ x = 3 \+ 3 = 6", text)


@pytest.mark.parametrize(
    ("program", "law"),
    [
        ("x + y", "sum rule"),
        ("x - y", "difference rule"),
        ("x*y", "product rule"),
        ("2*x", "constant factor rule"),
        ("x/2", "constant factor rule"),
        ("2/x", "reciprocal rule"),
        ("x/y", "quotient rule"),
        ("x**3", "power rule"),
        ("3**x", "exponential rule"),
        ("-x", "constant factor rule"),
        ("sin(x)", "derivative of sin"),
        ("where(x > 0, x, y)", "only the branch taken counts"),
    ],
)
def test_every_line_names_its_rule(program: str, law: str) -> None:
    backward = steps(program, **{name: 2.0 for name in ("x", "y") if name in program}).partition("Backward")[2]
    rules = [rule for _, rule in lines(backward)[1:]]
    assert all(rules)
    assert any(law in rule for rule in rules)


def test_every_operation_has_a_law_for_every_argument() -> None:
    for row in OPERATIONS.values():
        for k in range(row.arity or 3) if not row.is_leaf else ():
            assert row.law(k)
            assert row.law(k, alone=True)


@pytest.mark.parametrize("seed", range(40))
def test_the_numbers_are_the_records(seed: int) -> None:
    record = record_of(seed, 12)
    derivation = Derivation(record)
    notation = Notation(derivation)
    for step in (*derivation.forward, *derivation.backward):
        result = notation.line(step).right[-1]
        if step.kind in (EDGE, BRANCH):
            assert result == brief(record, record.view(step.user).arguments[step.position].downstream)
            assert result == brief(record, notation.share(step.user, step.position))
        elif step.kind == SUM:
            assert result == brief(record, record.upstream[step.node])
        elif step in derivation.forward:
            assert result == brief(record, record.values[step.node])


def test_number_systems() -> None:
    assert "v1 = x**2 = (-1/3)**2 = 1/9" in steps("x**2 + 0.1", {"exact": True}, x="-1/3")
    assert "= 1/9 + 0.1 = 19/90" in steps("x**2 + 0.1", {"exact": True}, x="-1/3")
    assert "0.84147098480789650665" in steps("sin(x)", {"digits": 20}, x=1)
    assert "(2.5000 ± 0.0050)*3 = 7.500 ± 0.015" in steps("x*y", x="2.50+-0.005", y=3)
    assert "= inf" in steps("x*x", {"ieee": True}, x=1e200)
    assert "(2.5000+-0.0050)*3" in steps("x*y", style=Style(ascii=True), x="2.50+-0.005", y=3)


def test_another_start_of_the_reverse_pass() -> None:
    text = steps("x*y + x", {"upstream": -2}, x=3, y=4)
    assert "df/dv1       = df/df · 1 = -2 · 1 = -2" in text
    assert "df/dv1 · ∂v1/∂x + df/df · 1 = -8 - 2 = -10" in text


def test_a_kink_where_both_sides_agree() -> None:
    text = steps("relu(x) - relu(-x)", x=0)
    assert re.search(r"df/dx +=  ?1 +both one-sided derivatives at the kink agree on it", text)
    assert "note: relu has a kink here, at x = 0" in text


def test_no_derivative() -> None:
    text = steps("sqrt(x) + x + y", x=0, y=1)
    assert "= 1 · 1/(2*v1) = 1 · none = none" in text
    assert re.search(r"df/dx +=.*= none \+ 1 = none +multivariable chain rule", text)


def test_what_was_not_computed() -> None:
    text = steps("where(x > 0, log(x), x*y)", x=-2, y=3)
    assert "v1 = log(x)   " in text
    assert "undefined here, and not needed" in text
    assert "f  = where(v3, v1, v2) = where(0, none, -6) = -6" in text


def test_what_the_output_does_not_depend_on() -> None:
    text = steps("q = x + 1; f = q*y", {"of": "q"}, x=2, y=3)
    assert re.search(r"dq/dy = 0 +q does not depend on it", text)
    assert "dq/df" not in text  # no input, and nothing that q needs
    assert "f =" not in text.partition("Backward")[0]


def test_a_dead_relu_by_hand() -> None:
    """With v1 = w x = -2 the ReLU is flat: its branch carries 0, and w gets 0 + 2 w = -2 along both."""
    backward = steps("relu(w*x) + w**2", w=-1, x=2).partition("Backward")[2]
    assert lines(backward)[3:] == [
        ("df/dw via v3 = df/dv3 · ∂v3/∂w = 1 · 2*w = 1 · (-2) = -2", "one of 2 branches, power rule"),
        (
            "df/dv1 = df/dv2 · ∂v2/∂v1 = 1 · where(v1 > 0, 1, 0) = 1 · 0 = 0",
            "single-variable chain rule, derivative of relu",
        ),
        ("df/dw via v1 = df/dv1 · ∂v1/∂w = df/dv1 · x = 0 · 2 = 0", "one of 2 branches, product rule"),
        ("df/dx = df/dv1 · ∂v1/∂x = df/dv1 · w = 0 · (-1) = 0", "single-variable chain rule, product rule"),
        ("df/dw = df/dv1 · ∂v1/∂w + df/dv3 · ∂v3/∂w = 0 - 2 = -2", "multivariable chain rule"),
    ]


@pytest.mark.parametrize(
    ("program", "point", "line"),
    [
        ("sign(x)*y", {"x": 2, "y": 3}, r"df/dx += df/dv1 · ∂v1/∂x = y · 0 = 3 · 0 = 0"),
        ("where(x > 0, x**2, x*y)", {"x": 2, "y": 3}, r"df/dv2 += 0 +only the branch taken counts"),
        ("where(x > 0, x**2, x*y)", {"x": 2, "y": 3}, r"df/dy += df/dv2 · ∂v2/∂y = 0 · x = 0 · 2 = 0"),
        # What has no value or no slope in a branch that is not taken is no error.
        ("where(x > 0, log(x), x*y)", {"x": -2, "y": 3}, r"df/dx via v1 = df/dv1 · ∂v1/∂x = 0 +v1 has no value"),
        ("relu(sqrt(x) - 1) + x", {"x": 0}, r"df/dx via v1 = df/dv1 · ∂v1/∂x = 0 +f does not change with v1"),
        ("sqrt(relu(x)) + x", {"x": -1}, r"df/dx via v1 = df/dv1 · ∂v1/∂x = 0 +v1 does not change with it"),
    ],
)
def test_a_branch_that_carries_nothing_is_written(program: str, point: dict[str, float], line: str) -> None:
    assert re.search(line, steps(program, **point))


def test_long_sums_are_bounded_and_counted() -> None:
    program = "x" + " + x*y" * 3000
    text = steps(program, {"ieee": True}, x=1, y=2)
    assert "... (3,001 terms) = 6001   multivariable chain rule" in text
    assert max(map(len, text.split("\n"))) < 400
    assert len(text.split("\n")) < 180
    assert "lines are left out; --nodes all shows them" in text
    assert len(steps(program, {"ieee": True}, Style(nodes="all"), x=1, y=2).split("\n")) > 15_000
    many = "max(" + ", ".join(f"x{k}" for k in range(50)) + ")"
    assert "max(x0, x1, x2, x3, x4, x5, ... (50 arguments))" in steps(many, **{f"x{k}": k for k in range(50)})


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
def test_no_line_is_wider_than_the_terminal_unless_one_formula_is(width: int) -> None:
    text = steps("x = a + b; y = b*c; f = x*y", style=Style(width=width), a=2, b=3, c=-4)
    for line in text.partition("\n\nf =")[0].split("\n"):
        assert cells(line) <= width or " " not in line.strip()
    assert " ".join(text.split()).count("df/d") >= 8


def test_colour_is_only_added() -> None:
    plain = steps("x*y", x=2, y=3)
    coloured = steps("x*y", style=Style(color=True), x=2, y=3)
    assert coloured != plain
    assert re.sub(r"\x1b\[\d+m", "", coloured) == plain


def test_ascii() -> None:
    text = steps("x = a + b; y = b*c; f = x*y", style=Style(ascii=True), a=2, b=3, c=-4)
    assert text.isascii()
    assert "df/db via y = df/dy * local(y,b) = x * c = 5 * (-4) = -20" in text


@pytest.mark.parametrize("text", ["x + y", "a - 1", "x == y", "1 + cos(x)**2"])
def test_sums_get_parentheses(text: str) -> None:
    assert is_sum(text)


@pytest.mark.parametrize("text", ["x*y", "-x", "sin(x + y)", "1/(2*v)", "-1/v5**2", "where(x > 0, 1, 0)", "1e-05"])
def test_products_do_not(text: str) -> None:
    assert not is_sum(text)


@pytest.mark.parametrize(("ascii", "line"), [
    (False, "f = x*y = (2.00 ± 0.10)*3 = 6.00 ± 0.30"), (False, "df/dy = x = 2.00 ± 0.10"),
    (False, "g = f + x = (6.00 ± 0.30) + (2.00 ± 0.10) = 8.00 ± 0.40"),
    (True, "f = x*y = (2.00+-0.10)*3 = 6.00+-0.30"), (True, "df/dy = x = 2.00+-0.10"),
    (True, "g = f + x = (6.00+-0.30) + (2.00+-0.10) = 8.00+-0.40"),
])  # fmt: skip
def test_uncertain_numbers_are_factors_and_terms_in_parentheses(ascii: bool, line: str) -> None:
    program = "f = x*y; g = f + x" if line.startswith("g") else "f = x*y"
    text = steps(program, style=Style(ascii=ascii), x="2.0±0.1", y=3)
    assert line in " ".join(text.split())
    assert text.isascii() == ascii


def test_markdown() -> None:
    text = render(differentiate("x*y", {"x": 2, "y": -3}), "markdown", Style(steps=True))
    assert "| `f = x*y = 2*(-3) = -6` | the output |" in text
    assert "| `df/dx = y = -3` | product rule |" in text
    assert all(line.count("|") == 3 for line in text.split("\n") if line.startswith("|"))


def test_options(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    words = ["q = x + y; f = q*z", "x=-2", "y=5", "z=-4"]
    assert run([*words, "--to", "steps"]) == 0
    text = capsys.readouterr().out
    assert run([*words, "--steps"]) == 0
    assert capsys.readouterr().out == text
    assert run([*words, "--steps", "--nodes", "named"]) == 0
    assert capsys.readouterr().out == text
    assert run([*words, "--steps", "-o", str(tmp_path / "a.md")]) == 0
    assert "single-variable chain rule" in (tmp_path / "a.md").read_text(encoding="utf-8")
    assert run([*words, "-o", str(tmp_path / "a.tex")]) == 0
    assert r"\begin{align*}" in (tmp_path / "a.tex").read_text(encoding="utf-8")
    for refused in (["--to", "csv"], ["--json"], ["--value"], ["-o", str(tmp_path / "a.csv")]):
        assert run([*words, "--steps", *refused]) == 2
    assert "--steps goes with --to steps" in capsys.readouterr().err


LATEX = [
    ("x = a + b; y = b*c; f = x*y", {"a": 2, "b": 3, "c": -4}, {}),
    ("1/(1 + exp(-(w0*x_1 + learning_rate)))", {"w0": 2, "x_1": -1, "learning_rate": 0.5}, {}),
    ("where(x > 0, log(x), y*x)  # 50 % of \\this{", {"x": -2, "y": 3}, {}),
    ("sqrt(x) + x + y", {"x": 0, "y": 1}, {}),
    ("relu(x) - relu(-x)", {"x": 0}, {}),
    ("x*y", {"x": "2.50+-0.005", "y": 3}, {}),
    ("x**2 + 1/x", {"x": "-1/3"}, {"exact": True}),
    ("x*1e300*1e300", {"x": 1e10}, {"ieee": True}),
    ("sin(θ)*pi", {"θ": 2}, {"digits": 30}),
    ("max(x, y, x*y, 3) + min(x, y)*hypot(x, y) + logaddexp(x, y) + atan2(y, x)", {"x": 3, "y": 2}, {}),
    ("max(" + ", ".join(f"x{k}" for k in range(40)) + ")", {f"x{k}": k for k in range(40)}, {}),
    ("+".join(f"sin(x{k})*b" for k in range(90)), {"b": 2, **{f"x{k}": k for k in range(90)}}, {}),
]


def test_latex_has_the_same_numbers() -> None:
    text = render(differentiate("q = x + y; f = q * z", {"x": -2, "y": 5, "z": -4}), "latex", Style())
    assert r"f &= q \cdot z = 3 \cdot \left(-4\right) = -12 && \text{the output}" in text
    assert (
        r"\frac{df}{dx} &= \frac{df}{dq} \cdot \frac{\partial q}{\partial x}"
        r" = z \cdot 1 = -4 \cdot 1 = -4 && \text{single-variable chain rule, sum rule}"
    ) in text


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="there is no pdflatex here")
def test_latex_compiles(tmp_path: Path) -> None:
    blocks = [render(differentiate(p, point, **options), "latex", Style()) for p, point, options in LATEX]
    document = "\\documentclass{article}\\usepackage{amsmath}\\begin{document}\n%s\\end{document}\n"
    (tmp_path / "all.tex").write_text(document % "\n\\newpage\n".join(blocks), encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Missing character" not in (tmp_path / "all.log").read_text(errors="replace")


def test_what_an_infinite_slope_leaves_is_none_not_0() -> None:
    """At 0 the slope of sqrt is infinite, so that 0 times it says nothing of x and y, though df/dx = df/dy = 0."""
    found = [row for row in lines(steps("sqrt(x*y)", x=0, y=0)) if row[0].startswith("df/d")]
    assert [text for text, _ in found] == [
        "df/df = 1",
        "df/dv1 = 1/(2*f) = none",
        "df/dx = df/dv1 · ∂v1/∂x = 1/(2*f) · y = none · 0 = none",
        "df/dy = df/dv1 · ∂v1/∂y = 1/(2*f) · x = none · 0 = none",
        "df/dy = 0",
        "df/dx = 0",
    ]


def test_latex_names_the_argument_of_an_edge_where_there_are_several() -> None:
    text = render(differentiate("x*x + x", {"x": 3}), "latex", Style())
    assert re.findall(r"\\text\{via (.*) &= (?:1|\\frac)", text) == [
        r"} f}",
        r"} v_{1}\text{, argument 1}}",
        r"} v_{1}\text{, argument 2}}",
    ]


@pytest.mark.parametrize(("text", "written"), [
    ("a--b", "a-{}-b"), ("x - 1", r"x - 1"), ("50 % of a_b", r"50 \% of a\_b"), ("x = -2", r"x = \(-\)2"),
    ("one-sided", "one-sided"), ("#1 & 2", r"\#1 \& 2"),
])  # fmt: skip
def test_text_that_latex_prints_as_it_is(text: str, written: str) -> None:
    assert escaped(text) == written


def test_latex_sets_names_as_names_and_numerals_as_numerals() -> None:
    text = render(differentiate("rate_2 = 2.5; f = x*rate_2 + 1.5*w1", {"x": 2, "w1": 4}), "latex", Style())
    assert r"  \mathit{rate}_{2} &= 2.5 && \text{constant} \\" in text
    assert r"  v_{1} &= x \cdot \mathit{rate}_{2} = 2 \cdot 2.5 = 5 \\" in text
    assert r"  v_{2} &= 1.5 \cdot w_{1} = 1.5 \cdot 4 = 6 \\" in text

"""Claims in LaTeX and with the signs of other hands: what is read, what stays open, and the marks that follow."""

from __future__ import annotations

from typing import Any

import pytest

from gradcli import differentiate
from gradcli.commands import run
from gradcli.errors import GradcliError
from gradcli.homework.claims.claims import Number
from gradcli.homework.claims.repairs import NOTATION, read_kindly
from gradcli.language.latex_reading import of_latex

from .test_claim_repairs import array_read

NAMES = {"x": 0, "y": 1, "s": 2}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"\frac{1}{3}", 1 / 3), (r"-\frac{8}{2}", -4), (r"\tfrac12", 0.5), (r"6/\frac{4}{2}", 3),
        (r"9^\frac{1}{2}", 3), (r"\sqrt{9}", 3), ("√9", 3), ("2³", 8), ("2⁻¹", 0.5), (r"1.5\times10^{-3}", 0.0015),
        (r"1.5 \cdot 10^{-3}", 0.0015),
        (r"2\,\times 10^{5}", 2e5), ("1.5*10^{-3}", 0.0015), (r"\(0.182\)", 0.182), (r"$$-12$$", -12), ("{-12}", -12),
        (r"\boxed{-12}", -12), (r"18\%", 0.18), (r"\frac{-24}{2} \approx -12", -12), (r"-\mathbf{12}", -12),
        (r"\sigma(0)", 0.5), ("σ(0)", 0.5), ("2e^-2", 0.2706705664732254), ("-2e^{2}", -14.7781121978613),
        ("3e**(-1)", 1.103638323514327), ("2e-2", 0.02),
    ],
)  # fmt: skip
def test_numbers(text: str, value: float) -> None:
    found = read_kindly(text, NAMES)
    got = found.written.value if isinstance(found.written, Number) else differentiate(found.read_as or text).value
    assert got == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        (r"\frac{x}{y^2}", "x/(y^2)"), (r"\frac{x}{y}s", "(x/y)*s"), (r"x^{2}y", "x^2*y"), (r"xy^{-2}", "x*y^(-2)"),
        (r"2x\cdot e^{y}", "2*x* e^y"), (r"2xe^y", "2*x*e^y"), (r"x\cos y", "x*cos(y)"),
        (r"2x\cos x^{2}", "2*x*cos(x^2)"), (r"\cos 2\pi x", "cos(2*pi*x)"), ("2e^x", "2*e^x"),
        (r"\frac{1}{1+e^{-s}}", "1/(1+e^(-s))"),
        (r"\sigma(s)(1-\sigma(s))", "sigmoid(s)*(1-sigmoid(s))"), (r"\left(x+y\right)s", "(x+y)*s"),
    ],
)  # fmt: skip
def test_formulas(text: str, read_as: str) -> None:
    found = read_kindly(text, NAMES)
    assert (found.read_as, found.repairs) == (read_as, (NOTATION,))


@pytest.mark.parametrize(("claim", "why"), [
    ("2x cos x^2", "an operator is missing; write 2*x*cos(x^2)"), ("2 cos x", "an operator is missing; write 2*cos(x)"),
    ("2 max 3", "two numbers: 2 max 3; write one"),
])  # fmt: skip
def test_a_formula_without_parentheses_is_not_two_numbers(
    capsys: pytest.CaptureFixture[str], claim: str, why: str
) -> None:
    assert run(["check", "f = sin(x^2)", f"df/dx={claim}"]) == 1
    assert capsys.readouterr().out.splitlines()[0].endswith(f"invalid: {why}")


# What is written for the derivative of a program with its names spelt out.
GREEK = [
    ("f = sin(theta)^2", r"df/dtheta=2\cos\theta\sin\theta", "2*cos(theta)*sin(theta)"),
    ("f = sin(2*pi*x)", r"df/dx=2\pi\cos 2\pi x", "2*pi*cos(2*pi*x)"),
    ("f = cos(omega*t)", r"df/dt=-\omega\sin(\omega t)", "-omega*sin(omega*t)"),
    ("f = cos(ω*t)", r"df/dt=-\omega\sin(\omega t)", "-ω*sin(ω*t)"),
    ("f = sin(theta_1)^2", r"df/dtheta_1=2\cos\theta_1\sin\theta_1", "2*cos(theta_1)*sin(theta_1)"),
    ("f = sin(theta1)^2", r"df/dtheta1=2\cos(\theta_{1})\sin(\theta_{1})", "2*cos(theta1)*sin(theta1)"),
    ("f = sin(θ1)^2", r"df/dθ1=2\cos\theta_1\sin\theta_1", "2*cos(θ1)*sin(θ1)"),
    ("f = sin(γ*x_1)", r"df/dγ=x1\cos(\gamma x_1)", "x_1*cos(γ*x_1)"),  # not gamma(x_1)
    ("f = sin(x^2)", r"df/dx=2x\cos x^{2}", "2*x*cos(x^2)"),
]


@pytest.mark.parametrize(("program", "claim", "read_as"), GREEK)
def test_functions_beside_letters(capsys: pytest.CaptureFixture[str], program: str, claim: str, read_as: str) -> None:
    assert run(["check", program, claim]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith(f"correct; read as {read_as}")


@pytest.mark.parametrize(
    "text",
    [
        r"2\frac{1}{2}",  # 2.5, or 1
        "x^2y", r"\sin^{2}(x)y", "0.(3)", "0.3(3)", "1,(6)", "1.5×10−5", "2x10-3", r"\lim_{h\to0}", r"12 \pm 1",
        r"\frac{\partial f}{\partial k}", r"\cos x y", r"\sin x/2",
    ],
)  # fmt: skip
def test_what_stays_open_is_refused(text: str) -> None:
    with pytest.raises(GradcliError):
        read_kindly(text, NAMES)


def test_a_difference_that_was_typed_is_one() -> None:
    assert not read_kindly("1.5*10-5", NAMES).repairs


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"), (r"a/\frac{b}{c}", "a/(b/c)"), (r"\frac{a}{b}/c", "(a/b)/c"),
        (r"\frac{\partial f}{\partial q}\frac{dq}{dx}", "(∂f/∂q)dq/dx"),
        (r"2\pi\cos\omega x", "2 pi cos ω x"), (r"x\sqrt{y}\sin\sqrt{x}", "x sqrt(y)sin sqrt(x)"),
        (r"\sin\log_{2}(x)", "sin log(x, 2)"), (r"x\cdot\left(y\right)", "x*y"), (r"\alpha\beta", "α β"),
        (r"x^{2}\sin y", "x^2*sin y"), (r"\sin^{2}(x)", "sin^2(x)"),
    ],
)  # fmt: skip
def test_a_fraction_reaches_as_far_as_its_braces(text: str, plain: str) -> None:
    assert of_latex(text) == plain


@pytest.mark.parametrize(
    ("claim", "right"),
    [
        (r"df/dx=\frac{\partial f}{\partial q}\frac{\partial q}{\partial x}", True),
        (r"df/dx=\frac{df}{dq}\cdot 1", True),
        (r"df/dx=\frac{\partial f}{\partial q} x", False),
        (r"df/dz=\left(x+y\right)", True),
        (r"f=-1.2\times10^{1}", True),
        (r"f=1.2\times10^{1}", False),
    ],
)
def test_marks(capsys: pytest.CaptureFixture[str], claim: str, right: bool) -> None:
    status = run(["check", "q=x+y; f=q*z", "x=-2", "y=5", "z=-4", claim])
    out = capsys.readouterr().out
    assert (status, "correct;" in out, "wrong (" in out) == (0 if right else 1, right, not right)


@pytest.mark.parametrize(("item", "text", "numbers"), [
    ("dL/dW", "np.array([[1, 2], [3, 4]])", ((2, 2), [1, 2, 3, 4])),
])  # fmt: skip
def test_arrays_of_numpy(item: str, text: str, numbers: Any) -> None:
    assert array_read(item, text) == numbers


def test_formulas_of_numpy_are_read_without_the_module(capsys: pytest.CaptureFixture[str]) -> None:
    program = ["L=sum((W@x-y)**2)", "W=[[1,2],[3,4]]", "x=[1,-1]", "y=[0,1]"]
    assert run(["check", *program, "dL/dW=2*np.outer(W@x-y, x)"]) == 0
    assert "read as 2*outer(W@x-y, x)" in capsys.readouterr().out

"""Random programs with kinks, jumps, holes and infinite slopes at their points, by class."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

# What vanishes at a point, and its inputs there; a product where it must be told apart from its factors is bracketed.
VANISHING: list[tuple[str, dict[str, str]]] = [
    ("x", {"x": "0"}), ("x", {"x": "0"}), ("x", {"x": "0"}), ("-3*x", {"x": "0"}), ("x - 2", {"x": "2"}),
    ("x + 3", {"x": "-3"}), ("2*x - 1", {"x": "0.5"}), ("x/4 - 1", {"x": "4"}), ("x - 0.1", {"x": "0.1"}),
    ("x - 1e15", {"x": "1e15"}), ("x - 1e-300", {"x": "1e-300"}), ("x - y", {"x": "0.1", "y": "0.1"}),
    ("x - y", {"x": "1/3", "y": "1/3"}), ("x - y", {"x": "1e15", "y": "1e15"}),
    ("x + y - 1", {"x": "0.25", "y": "0.75"}), ("x*y - 6", {"x": "2", "y": "3"}), ("x*y", {"x": "0", "y": "4"}),
    ("x*y", {"x": "0", "y": "0"}), ("x**2 + y**2", {"x": "0", "y": "0"}), ("x**2 - 4", {"x": "2"}),
    ("x - x**2", {"x": "1"}), ("exp(x) - 1", {"x": "0"}), ("log(x)", {"x": "1"}), ("sin(x)", {"x": "0"}),
    ("tanh(x)", {"x": "0"}), ("1 - cos(x)", {"x": "0"}), ("x**3", {"x": "0"}), ("x**2", {"x": "0"}),
    ("expm1(x)*y", {"x": "0", "y": "2"}), ("x + y + z", {"x": "1", "y": "-3", "z": "2"}),
    ("x*y - z", {"x": "1.5", "y": "2", "z": "3"}), ("x*y*z", {"x": "0", "y": "-1.5", "z": "2"}),
    ("sqrt(x) - 2", {"x": "4"}), ("cbrt(x) - 2", {"x": "8"}), ("log2(x) - 3", {"x": "8"}),
    ("gamma(x) - 6", {"x": "4"}), ("asin(x)", {"x": "0"}), ("x/y - 1", {"x": "3", "y": "3"}),
    ("x*abs(y)", {"x": "0", "y": "0"}), ("relu(x) - 1", {"x": "1"}), ("hypot(x, y) - 5", {"x": "3", "y": "4"}),
    ("exp(y)*x", {"x": "0", "y": "0.5"}), ("x - sin(x)", {"x": "0"}), ("x - tanh(y)", {"x": "0", "y": "0"}),
    ("pi*x", {"x": "0"}), ("x*sin(y)", {"x": "0", "y": "0.7"}), ("exp(1)*(x - y)", {"x": "0.1", "y": "0.1"}),
    ("x + x**2", {"x": "0"}), ("x*(x - 0.1)", {"x": "0.1"}), ("y - x**2", {"x": "3", "y": "9"}),
    ("hypot(x, y)", {"x": "0", "y": "0"}), ("x - 1/3", {"x": "1/3"}), ("x - y*z", {"x": "6", "y": "2", "z": "3"}),
]  # fmt: skip
DOUBLES = ("0.1", "0.2", "0.3", "0.7", "1.1", "3", "1e15", "1e-9", "0.30000000000000004", "1e9", "1e16", "1/3", "2.675")
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")

KINKS = [
    "abs(U)", "relu(U)", "leaky_relu(U)", "elu(U)", "max(U, 0)", "min(U, 3*P)", "max(U, -2*P)", "hypot(U, 2*P)",
    "max(relu(U), U/2)", "where(U C 0, P, K*P)", "abs(sin(U))", "relu(tanh(U))", "log1p(relu(U))", "max(U, P, -P)",
    "min(max(U, 0), 1)", "elu(K*P)", "atan(abs(U))", "hypot(U, P, Z)", "leaky_relu(-P)", "softplus(abs(U)) - log(2)",
]  # fmt: skip
STEPS = [
    "sign(U)", "floor(U)", "ceil(U)", "round(U + 0.5)", "mod(U, 1)", "mod(-P, 0.5)", "where(U C 0, 2, 5)",
    "floor(K*P)", "round(P/2 - 1.5)", "atan2(P, -1)", "mod(U, -2)", "where(U C 0, cos(U), 1)", "sign(U) + sign(-P)",
    "where(U C 0, K*P, K*P + 1)", "floor(U) + ceil(U)", "atan2(-P, -2)", "mod(P, 3)",
]  # fmt: skip
INFINITE = [
    "sqrt(abs(U))", "sqrt(relu(U))", "cbrt(U)", "cbrt(relu(U))", "abs(U)**0.5", "abs(U)**R", "relu(U)**R",
    "-sqrt(relu(-P))", "acos(cos(U))", "asin(1 - abs(U))", "acos(1 - relu(U))", "acosh(1 + abs(U))", "cbrt(U)**2",
    "cbrt(U)**3", "sqrt(P**2)", "sqrt(P**4)", "abs(U)**(1/3)", "abs(U)**(4/3)", "sqrt(where(U > 0, P, 0))",
    "cbrt(floor(U))", "sqrt(1 - cos(U))", "exp(sqrt(relu(U))) - 1", "relu(U)**1.5", "atan(cbrt(U))",
    "where(U C 0, cbrt(U), P)",
]  # fmt: skip
SMALL = [  # vanish to a higher order or in another way
    "P**2", "P**3", "P*P", "U - sin(U)", "1 - cos(U)", "P*abs(U)", "P*sign(U)", "exp(U) - 1 - P", "log1p(U)",
    "atan(U)", "tanh(U)", "expm1(U)", "erf(U)", "asinh(U)", "sinh(U)", "asin(U)", "atanh(U)", "P/(1 + P**2)", "P*A",
    "K*P", "-P", "Z + Z", "Z*Z", "Z - Z", "min(Z, Z)", "max(Z, Z)", "where(Z C 0, Z, Z)", "where(Z C Z, Z, Z)",
    "hypot(Z, Z)", "relu(Z)", "abs(Z)", "Z*floor(Z)", "Z*ceil(Z)", "mod(P, 1)*P", "silu(U)", "gelu(U)",
    "softplus(U) - log(2)", "logaddexp(U, 0) - log(2)", "sqrt(1 + U) - 1", "gamma(1 + U) - 1", "lgamma(1 + U)",
    "digamma(2 + U)*P", "sigmoid(U) - 0.5", "cosh(U) - 1", "tan(U)", "log(1 + U)", "log2(1 + U)", "log10(1 + U)",
    "exp2(U) - 1", "acos(U) - acos(0)", "atan2(U, 1)", "(1 + U)**2.5 - 1", "2**P - 1", "(1 + U)**P - 1",
    "erfc(U) - 1", "where(U == 0, 0, P**2/abs(U))", "abs(U)**R*P",
]  # fmt: skip
HOLES = [
    "where(U Q sin(U)/P)", "where(U Q (1 - cos(U))/P**2)", "where(U Q expm1(U)/P)", "where(U Q log(1 + U)/P)",
    "where(U Q tanh(U)/P)", "where(U Q P/sin(U))", "where(U Q 1/P - 1/(exp(U) - 1))", "where(U Q P/P)",
    "where(U Q Z/P)", "where(U Q Z/(P*abs(U)))", "where(U Q (P - sin(U))/P**3)", "where(U Q (sqrt(1 + U) - 1)/P)",
    "where(U Q P*log(abs(U)))", "where(U Q P**2*log(abs(U)))", "where(U Q sin(abs(U))/P)", "where(U Q relu(U)**2/P)",
    "where(U Q (exp(U) - exp(-P))/(2*P))", "where(U Q (cosh(U) - 1)/(1 - cos(U)))", "where(U Q 1/P)",
    "where(U Q log(abs(U)))", "where(U Q (erf(U) - P)/P)", "where(U Q P*gamma(U))", "where(U Q P**2*digamma(U))",
    "where(U Q abs(U)**P)", "where(U Q (atan(U) - P)/P**3)", "where(U Q Z/Z)", "where(U Q P**2/P)",
    "where(U Q log(abs(U))*P**3)", "where(U > 0, P*log(P), 0)", "where(U Q (P*exp(U) - P)/P**2)",
]  # fmt: skip
BEYOND = [
    "where(U Q exp(-1/P**2))", "where(U Q 1/(1 + exp(1/P)))", "where(U Q sigmoid(1/P))", "where(U Q atan(1/P))",
    "where(U Q tanh(1/P))", "where(U Q P*atan(1/P))", "where(U Q P**2*tanh(1/P))", "where(U Q P/(1 + exp(1/P)))",
    "where(U Q erf(1/P))", "where(U > 0, exp(-1/P), 0)", "where(U Q P*sigmoid(-1/P))", "where(U Q exp(-1/abs(U)))",
    "where(U Q P/(1 + exp(-1/P)) + P)", "where(U Q exp(-1/P**2)/P**3)", "where(U Q 1/log(abs(U)))",
    "where(U Q P/log(abs(U)))", "where(U Q atan2(1, P))", "where(U Q 2**(-1/P**2))", "where(U Q erfc(1/abs(U)))",
    "where(U Q P*softplus(1/P))", "where(U Q exp(log(abs(U))*2))", "where(U Q P*log(1 + 1/abs(U)))",
    "where(U Q hypot(1, 1/P)*P)", "where(U Q 1/(1 + abs(U)**(-0.5)))", "where(U Q P*log1p(exp(1/P)))",
    "where(U Q (exp(1/P) - 1)/(exp(1/P) + 1))", "where(U Q sqrt(1 + 1/P**2) - 1/abs(U))", "where(U Q P*asinh(1/P))",
    "where(U Q P**2*lgamma(1/abs(U)))", "where(U Q gamma(1/abs(U))*exp(-1/P**2))", "where(U Q P*logaddexp(1/P, 2/P))",
    "where(U Q silu(1/P)*P**2)", "where(U Q gelu(-1/abs(U)))",
]  # fmt: skip
SECOND = [
    "relu(U)**2", "abs(U)**3", "P*abs(U)", "sign(U)*P**3", "max(U, -P)**2", "relu(U)*relu(-P)", "abs(U)*sin(U)",
    "where(U C 0, P**2, P**2 + P**3)", "where(U C 0, cos(U), 1 - P**2/2)", "where(U C 0, exp(U), 1 + P + P**2/2)",
    "max(U, 0)**2 + min(U, 0)**2", "where(U C 0, sin(U), P)", "where(U C 0, elu(U), P)", "hypot(U, P)**2",
    "where(U C 0, P**3*A, P**4)", "abs(Z)**2", "sqrt(P**2)*P", "abs(U)**2.5", "where(U C 0, tanh(U), U - P**3/3)",
]  # fmt: skip
EDGES = [
    "sqrt(U)", "log(1 + P) + sqrt(U)", "P**0.5", "P**1.5", "asin(1 + U)", "acos(U - 1)", "acosh(1 + U)", "atanh(U)",
    "relu(sqrt(1 + U) - 1)", "where(U >= 0, P, log(U))", "sqrt(P)*P", "sqrt(-P**2)", "asin(1 + P**2)", "sqrt(U)**2",
    "sqrt(sin(U))", "P**R", "sqrt(P - abs(U))", "acosh(cosh(U))", "sqrt(U)*sqrt(-P)", "log1p(sqrt(U))", "sqrt(P**3)",
    "where(U != 0, log(P), 0)", "where(U > 0, 1/P, P)", "asin(1 - P)", "acos(1 - P**2)", "(P**2)**R", "P**(2/3)",
]  # fmt: skip
TIES = [
    "max(sin(U), tan(U))", "max(K*P, K*sin(U))", "max(P**2, P**3)", "max(U, U)", "min(U, U, -P)", "max(2*P, P + P)",
    "max(log1p(U), U)", "max(U, 0) + min(U, 0)", "min(Z, Z, Z)", "max(Z, Z) - min(Z, Z)", "max(A + Z, A)",
    "max(exp(U), 1 + P)", "min(cos(U), 1 - P**2/2)", "where(sin(U) C P, 2*P, U)", "max(Z, Z, 0)",
    "max(U, tanh(U))*min(U, P**3)", "max(sin(U)**2 + cos(U)**2, 1)", "relu(U) - relu(-P)", "where(U == 0, U, P)",
    "sign(expm1(U) - P)*P**2",
]  # fmt: skip
UNTAKEN = [
    "where(U > -0.5, abs(U), log(U - 5))", "where(1 < 2, abs(U), P/0)",
    "where(abs(U) < 0.5, max(U, 2*P), acos(5 + x*0))", "where(U >= 0, cbrt(U), 0)",
    "where(U < 1, where(U > 0, sqrt(U), 0), asin(7))", "where(U > 0, log(U), P)", "where(U >= 0, sqrt(U), -sqrt(-P))",
    "where(U > -50, abs(U), exp(exp(exp(exp(100)))))", "where(P**2 >= 0, relu(U), 1/P)",
    "where(U != 0, relu(U)/abs(U), 0)", "where(U > 0, Z, sqrt(-P))", "where(cos(U) > 2, 1/P, Z)",
]  # fmt: skip
COMPOSED = [
    "where(floor(U) >= 0, P, -P)", "where(sign(U) > 0.5, P, -P)", "where(sign(U) == 0, P, -3*P)",
    "max(sign(U), 0.5)*P", "relu(sign(U) - 0.5)*P", "leaky_relu(sign(U))*P", "where(mod(U, 1) < 0.5, P, -P)",
    "where(relu(U) == 0, P, K*P)", "min(floor(U), U)", "abs(floor(U))*P", "where(abs(sign(U)) == 1, K*P, P)",
    "where(where(U > 0, 1, 0) >= 0.5, P, 4*P)", "where(floor(U) C 0, Z, Z)", "where(ceil(U) C Z, P, Z)",
    "sign(floor(U) + 0.5)*P", "max(floor(2*P), sign(U))*P", "where(round(U + 0.5) > 0, U, 3*P)",
    "floor(U/2)*ceil(P)*A", "cbrt(sign(U))*P", "sqrt(sign(U) + 1)*P", "floor(abs(U))*P", "sign(P**2)*P",
    "sign(P**3)*P", "sign(1 - cos(U))*P", "ceil(P*P)", "floor(1 - P**2)", "floor(-P**4)", "relu(-P**2)",
    "where(P**2 C 0, 1 + P, P)", "where(P*P C P**4, U, 2*P)", "where(cos(U) < 1, 2*P, U)",
    "where(cosh(U) > 1, 3*P, 5*P)", "(floor(U) + ceil(U))*P", "P*sign(U)**3", "floor(U)*abs(U)", "mod(U, 1)*P",
    "P*floor(U)*ceil(U)", "sign(U)*sin(U)", "f(u) = where(u C 0, u, -u); f(U) + f(-P)",
    "f(a, b) = max(a, b) - min(a, b); f(U, Z)", "a = floor(U); where(a >= 0, K, -1)*P", "g(s) = s*sign(s); g(U)*A",
    "a = U; b = relu(a) - relu(-a); b*A", "a = abs(U); a*a + a**R", "h(t) = 1/(1 + exp(-t)); h(abs(U))",
]  # fmt: skip
NEAR = [  # what does and what does not vanish at the nearest double
    "floor(N*x)", "ceil(N*x)*x", "round(N*x)", "mod(x, D)", "mod(x, 0.1)*x", "abs(x - D)", "relu(N*x - 3)",
    "max(x/N, D)", "floor(x/D)", "where(N*x C 3, x, -x)", "abs(x*x - D)", "max(x, D)*x", "min(x**2, D**2)",
    "sqrt(abs(x - D))", "where(x == D, 0, sin(x - D)/(x - D))", "where(x != D, x, 2*x)", "floor(x*N + D)",
    "abs(sin(x*pi/D))", "relu(x**N - D**N)", "abs(x + x + x - 0.3)", "abs(x*y - D)", "relu(x + y - 0.3)",
    "where(x + y == 0.3, x, y)", "floor(sqrt(x*x))", "mod(x, y)", "max(x + y, 0.3)", "sign(x - y/N)", "ceil(x/y)",
    "where(x*y C D, x, y)", "round(x/y)*x", "hypot(x - D, y - D)", "cbrt(x - D)", "abs(x**N - y)", "atan2(x - D, -y)",
    "log1p(abs(x - D))", "floor(log2(x))", "floor(x**0.5)", "ceil(x**2)", "mod(x**2, D)",
]  # fmt: skip
DIVIDED = [  # differences over differences, for functions F
    "where(x == y, K, (F(x) - F(y))/(x - y))", "where(x != y, (F(x)*x - F(y)*y)/(x - y), 0)", "abs(F(x) - F(y))*P",
    "where(x == y, 0, (F(x) - F(y))/(G(x) - G(y)))", "where(F(x) C F(y), x, 2*y)", "max(F(x), F(y))",
    "relu(F(x) - F(y))", "where(x == y, 1, (x**x - y**y)/(x - y))", "where(x == y, 1, (x**R - y**R)/(x - y))",
    "min(F(x)*G(y), F(y)*G(x))", "sqrt(abs(F(x) - F(y)))", "where(x*G(y) C y*G(x), F(x), F(y))",
    "where(x == y, 0, log(x/y)/(x - y))", "min(x*F(y), min(max(x, 0.05), 5)*F(y))", "hypot(F(x) - F(y), G(x) - G(y))",
]  # fmt: skip
SMOOTH = (
    "exp", "sin", "cos", "tan", "log", "sqrt", "cbrt", "tanh", "sigmoid", "softplus", "atan", "asinh", "gelu", "silu",
    "erf", "erfc", "expm1", "log1p", "log2", "log10", "exp2", "sinh", "cosh", "gamma", "lgamma", "digamma",
)  # fmt: skip
ORDINARY = [
    "exp(U)", "cos(U)", "K + U", "sigmoid(U)", "softplus(U)", "1/(2 + U)", "sqrt(4 + U)", "log(3 + U)", "x", "K",
    "x*K", "gamma(2.5 + U)", "(1.5 + U)**2.5", "atan2(U, 2)", "erfc(U)", "floor(U + 0.5)", "max(U, K)",
    "round(U + 0.25)", "sign(U + K)", "mod(U + 0.75, 1)", "leaky_relu(U - 1.5)", "hypot(U, 1.5)", "1 + Z",
    "tanh(U + 1)", "logaddexp(U, 1)",
]  # fmt: skip
CLASSES = {
    "kink": KINKS, "step": STEPS, "infinite": INFINITE, "second order": SMALL, "hole": HOLES,
    "beyond all orders": BEYOND, "second derivative": SECOND, "edge": EDGES, "tie": TIES, "untaken": UNTAKEN,
    "composed": COMPOSED, "smooth": ORDINARY, "near": NEAR, "divided differences": DIVIDED,
}  # fmt: skip
FRAMES = (
    "B", "B", "B", "-2*(B)", "(B)*A", "(B) + A", "A - (B)", "(B)*exp(x*0.5)", "(B)/(2 + A**2)", "(B) + (Z)",
    "(B)*(Z)", "sin(B)", "tanh(B)", "(B)**2", "abs(B)", "relu(B)", "max(B, Z)", "where(Z C 0, B, Z)", "exp(B)",
    "(B)**3 - (B)",
)  # fmt: skip
RANDOM = (KINKS, STEPS, INFINITE, SMALL, HOLES, SECOND, TIES, COMPOSED[:-7])


class Case(NamedTuple):
    """A program, its class, and the inputs as they are bound."""

    kind: str
    program: str
    bindings: dict[str, str]

    @property
    def point(self) -> dict[str, Fraction]:
        """The inputs as exact numbers: the nearest doubles of what is written."""
        return {name: Fraction(float(Fraction(text))) for name, text in self.bindings.items()}


class Writer:
    """Fills in templates.

    U is what vanishes, P the same in brackets, Z anything that vanishes, A anything at all, C a comparison, K a small
    number, N a whole one, D a double, R a real exponent, F and G smooth functions, Q a condition that fills a hole; B
    is the program of its class.
    """

    def __init__(self, draw: random.Random, inner: str) -> None:
        self.draw = draw
        self.inner = inner
        self.chosen: dict[str, str] = {}

    def fill(self, template: str, depth: int) -> str:
        return "".join(self.part(c, depth) for c in template)

    def part(self, token: str, depth: int) -> str:
        draw = self.draw
        match token:
            case "U":
                return self.inner
            case "P":
                return f"({self.inner})"
            case "K":
                return draw.choice(("2", "0.5", "3", "1.5"))
            case "R":
                return draw.choice(("0.3", "0.5", "0.75", "1.5", "2.5", "(2/3)", "1.25", "(1/3)"))
            case "C":
                return draw.choice(COMPARISONS)
            case "N":
                return draw.choice(("2", "3", "10", "100"))
            case "D":
                return draw.choice(DOUBLES)
            case "F" | "G":
                return self.chosen.setdefault(token, draw.choice(SMOOTH))
            case "Q":
                return f"== 0, {draw.choice(('0', '0', '1', '0.5', 'K')).replace('K', '1/6')},"
            case "Z":
                return "(" + (self.inner if depth <= 0 else self.fill(self.vanishing(), depth - 1)) + ")"
            case "A":
                return "(" + self.fill(draw.choice(ORDINARY if depth > 0 else ORDINARY[:11]), depth - 1) + ")"
        return token

    def vanishing(self) -> str:
        return self.draw.choice(self.draw.choice((SMALL, SMALL, KINKS, INFINITE[:9], COMPOSED[:34])))


def random_case(seed: int, depth: int = 0) -> Case:
    """Return a program and a point; a greater depth makes wilder programs."""
    draw = random.Random(seed)
    kind = draw.choice((*CLASSES, "random", "random", "several"))
    inner, bindings = draw.choice(VANISHING)
    if kind == "several":
        several: Callable[[str], bool] = lambda u: "y" in u  # noqa: E731
        inner, bindings = draw.choice([v for v in VANISHING if several(v[0])])
    if kind == "near":
        names = {name: draw.choice(DOUBLES) for name in "xy"}
        bindings, inner = {**names, "z": "1"}, f"x - {names['x']}"
    if kind == "divided differences":
        inner, bindings = "x - y", dict.fromkeys("xy", draw.choice(("0.1", "0.7", "1.1", "3", "1/3")))
    writer = Writer(draw, inner)
    if kind in CLASSES:
        body = writer.fill(draw.choice(CLASSES[kind]), 1 + depth)
        frame = draw.choice(FRAMES if depth else FRAMES[:8])
    else:
        body = writer.fill(draw.choice(draw.choice(RANDOM)), 2 + depth)
        frame = draw.choice(FRAMES)
    *before, last = body.split("; ")
    last = "".join(f"{last}" if c == "B" else writer.part(c, 1 + depth) for c in frame)
    program = "; ".join([*before, last])
    return Case(kind, program, {name: x for name, x in bindings.items() if re.search(rf"\b{name}\b", program)})

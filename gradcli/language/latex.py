"""Graph -> LaTeX formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..calculus.graph import Graph
from ..calculus.operations import CONSTANT, NUMBER, OPERATIONS
from ..calculus.table_parts import Gate, Operation
from ..text import visible
from . import writing
from .writing import NEG, POW, binding

GREEK = dict(
    zip(
        "αβγδεζηθλμξσφψωτΓΔΘΛΞΠΣΦΨΩ",
        [
            "alpha",
            "beta",
            "gamma",
            "delta",
            "varepsilon",
            "zeta",
            "eta",
            "theta",
            "lambda",
            "mu",
            "xi",
            "sigma",
            "varphi",
            "psi",
            "omega",
            "tau",
            "Gamma",
            "Delta",
            "Theta",
            "Lambda",
            "Xi",
            "Pi",
            "Sigma",
            "Phi",
            "Psi",
            "Omega",
        ],
        strict=True,
    )
)
WORDS = {*GREEK.values(), "epsilon", "phi", "rho", "nu", "kappa", "iota", "chi", "pi"}
KNOWN = {
    "asin": "\\arcsin", "acos": "\\arccos", "atan": "\\arctan", "log": "\\ln", "log2": "\\log_2",
    "log10": "\\log_{10}", "gamma": "\\Gamma", "sigmoid": "\\sigma",
    **{f: f"\\{f}" for f in ("sin", "cos", "tan", "sec", "csc", "cot", "sinh", "cosh", "tanh", "coth",
                                "max", "min")},
}  # fmt: skip
FRACTION = OPERATIONS["div"]
AROUND = {"sqrt": ("\\sqrt{", "}"), "cbrt": ("\\sqrt[3]{", "}"), "exp": ("e^{", "}"), "abs": ("\\left|", "\\right|"),
          "floor": ("\\left\\lfloor ", "\\right\\rfloor "), "ceil": ("\\left\\lceil ", "\\right\\rceil "),
          "exp2": ("2^{", "}")}  # fmt: skip
SIGNS = {"+": " + ", "-": " - ", "*": " \\cdot ", "<": " < ", ">": " > ", "<=": " \\le ", ">=": " \\ge ", "==": " = ",
         "!=": " \\ne "}  # fmt: skip
ESCAPES = {
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "&": "\\&", "%": "\\%", "#": "\\#", "$": "\\$", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\(<\\)", ">": "\\(>\\)", "∂": "\\(\\partial\\)",
    "±": "\\(\\pm\\)", "|": "\\(|\\)", **{letter: f"\\(\\{word}\\)" for letter, word in GREEK.items()},
}  # fmt: skip


def name(text: str) -> str:
    r"""Return a name as LaTeX: w0 is w_{0}, alpha1 is \alpha_{1}, learning_rate is \mathit{learning}_{rate}."""
    if text in GREEK:
        return f"\\{GREEK[text]}"
    match = re.fullmatch(r"(.+?)_?(\d+)", text) or re.fullmatch(r"([^_]+)_(.+)", text)
    stem, below = (match[1], match[2]) if match else (text, "")
    if stem in GREEK:
        stem = f"\\{GREEK[stem]}"
    elif stem in WORDS:
        stem = f"\\{stem}"
    elif len(stem) > 1:
        stem = "\\mathit{" + stem.replace("_", "\\_") + "}"
    below = below.replace("_", "\\_")
    return f"{stem}_{{{below}}}" if below else stem


def numeral(text: str) -> str:
    r"""Return a number as LaTeX: 1.5e-10 is 1.5 \cdot 10^{-10}, -1/3 is -\frac{1}{3}, 2.5 ± 0.1 is 2.5 \pm 0.1."""
    if text in ("inf", "-inf"):
        return text.replace("inf", "\\infty")
    if text in ("nan", "none"):
        return f"\\text{{{text}}}"
    if " ± " in text:
        return " \\pm ".join(map(numeral, text.split(" ± ")))
    if "/" in text:
        over, _, under = text.lstrip("-").partition("/")
        return f"{'-' * text.startswith('-')}\\frac{{{over}}}{{{under}}}"
    mantissa, e, exponent = text.lower().partition("e")
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if e else text


def formula(graph: Graph, root: int, stop: Sequence[bool] | None = None, labels: Sequence[str] | None = None) -> str:
    """Return node `root` as LaTeX down to the leaves, and to the nodes marked in `stop`, which appear by name."""
    return writing.formula(graph, root, stop, labels, writing.Notation(pieces, _binding, _leaf))


def _leaf(operation: Operation, text: str, label: str) -> str:
    if operation is NUMBER and label == text:
        return numeral(text)
    if operation is CONSTANT:
        return {"pi": "\\pi", "tau": "\\tau"}.get(text, "e")
    return name(label)


def _binding(operation: Operation) -> int:
    return POW.binding if operation.name in ("exp", "exp2") else binding(operation)


def pieces(operation: Operation, bindings: Sequence[int]) -> list[str | int]:
    """Return an operation in LaTeX, left to right: strings, and the positions of arguments as integers."""
    if isinstance(operation, Gate):
        return [formula(*operation.inside) if operation.inside else f"\\text{{{escaped(operation.text)}}}"]
    if operation is FRACTION:
        return ["\\frac{", 0, "}{", 1, "}"]
    if operation is POW:
        return [*_grouped(0, bindings[0] <= POW.binding), "^{", 1, "}"]
    if operation is NEG:
        return ["-", *_grouped(0, bindings[0] < 3)]
    if operation.symbol:
        loose = bindings[0] < operation.binding
        right = bindings[1] <= operation.binding and operation.name not in ("add", "mul")
        right = right or bindings[1] < operation.binding or bindings[1] == NEG.binding
        return [*_grouped(0, loose), SIGNS[operation.symbol], *_grouped(1, right)]
    if operation.name in AROUND:
        before, after = AROUND[operation.name]
        return [before, 0, after]
    if operation.name == "where":
        return ["\\begin{cases} ", 1, " & ", 0, " \\\\ ", 2, " & \\text{otherwise} \\end{cases}"]
    called = KNOWN.get(operation.name) or "\\operatorname{" + operation.name.replace("_", "\\_") + "}"
    inner: list[str | int] = []
    for position in range(len(bindings)):
        inner += [", ", position] if position else [position]
    return [f"{called}\\left(", *inner, "\\right)"]


def _grouped(position: int, parentheses: bool) -> list[str | int]:
    return ["\\left(", position, "\\right)"] if parentheses else [position]


def escaped(text: str) -> str:
    """Return text that LaTeX prints as it is."""
    text = "".join(ESCAPES.get(c, c) for c in visible(text)).replace("--", "-{}-")
    return re.sub(r"(?<![\w}-])-(?=[\d.i])", r"\\(-\\)", text)  # a minus sign, not a hyphen

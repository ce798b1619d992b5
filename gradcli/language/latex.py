"""Graph -> LaTeX formulas."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..calculus.gate import Gate
from ..calculus.graph import Graph
from ..calculus.operations import CONSTANT, MUL, NUMBER
from ..calculus.table_parts import Operation
from ..numbers.decimals import Uncertain
from ..text import visible
from . import other_names, writing
from .writing import ATOM, NEG, POW, precedence

GREEK = {
    **other_names.GREEK, "ε": "varepsilon", "φ": "varphi", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda",
    "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
WORDS = {*GREEK.values(), "epsilon", "phi", "iota", "pi"}
SIGNS = {"+": " + ", "-": " - ", "*": " \\cdot ", "<": " < ", ">": " > ", "<=": " \\le ", ">=": " \\ge ", "==": " = ",
         "!=": " \\ne "}  # fmt: skip
PARENTHESES = "\\left(", "\\right)"
_INFIX = frozenset([*SIGNS.values(), "-"])
CONSTANTS = {"pi": "\\pi", "tau": "\\tau"}  # but e
ESCAPES = {
    "\\": "\\textbackslash{}", "{": "\\{", "}": "\\}", "&": "\\&", "%": "\\%", "#": "\\#", "$": "\\$", "_": "\\_",
    "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\(<\\)", ">": "\\(>\\)", "∂": "\\(\\partial\\)",
    "±": "\\(\\pm\\)", "|": "\\(|\\)", **{letter: f"\\(\\{word}\\)" for letter, word in GREEK.items()},
}  # fmt: skip


def name(text: str) -> str:
    r"""Return a name as LaTeX: w0 is w_{0}, alpha1 is \alpha_{1}, learning_rate is \mathit{learning}_{rate}.

    W[1,0] is W_{1,0}, and h1[0] is h_{1}[0].
    """
    if text.endswith("]"):
        array, _, place = text[:-1].partition("[")
        stem = name(array)
        return f"{stem}[{place}]" if "_" in stem else f"{stem}_{{{place}}}"
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
    if isinstance(text, Uncertain):
        return f"{numeral(text.middle)} \\pm {numeral(text.radius)}"
    if "/" in text:
        over, _, under = text.lstrip("-").partition("/")
        return f"{'-' * text.startswith('-')}\\frac{{{over}}}{{{under}}}"
    mantissa, e, exponent = text.lower().partition("e")
    return f"{mantissa} \\cdot 10^{{{int(exponent)}}}" if e else text


def numeral_precedence(text: str) -> int:
    """Return how tightly the LaTeX of a number binds: a fraction, and one with a power of ten, as a product does."""
    return MUL.precedence if "/" in text or (text[-1:].isdigit() and "e" in text.lower()) else ATOM


def formula(graph: Graph, root: int, stop: Sequence[bool] | None = None, labels: Sequence[str] | None = None) -> str:
    """Return node `root` as LaTeX down to the leaves, and to the nodes marked in `stop`, which appear by name."""
    names = labels or graph.labels

    def binding(i: int) -> int:
        node = graph.nodes[i]
        return numeral_precedence(node.text) if node.operation is NUMBER and names[i] == node.text else ATOM

    notation = writing.Notation(pieces, precedence_in_latex, _leaf, binding, _INFIX, PARENTHESES)
    return writing.formula(graph, root, stop, labels, notation)


def _leaf(operation: Operation, text: str, label: str) -> str:
    if operation is NUMBER and label == text:
        return numeral(text)
    if operation is CONSTANT:
        return CONSTANTS.get(text, "e")
    return name(label)


def precedence_in_latex(operation: Operation) -> int:
    """Return how tightly the LaTeX of an operation binds."""
    return POW.precedence if operation.latex.endswith("^{#1}") else precedence(operation)


def pieces(operation: Operation, precedences: Sequence[int]) -> list[str | int]:
    """Return an operation in LaTeX, left to right: strings, and the positions of arguments as integers."""
    if isinstance(operation, Gate):
        return [formula(*operation.inside) if operation.inside else f"\\text{{{escaped(operation.text)}}}"]
    if "#" in operation.latex:
        return [int(part) - 1 if k % 2 else part for k, part in enumerate(re.split(r"#(\d)", operation.latex))]
    if operation is POW:
        return [*_grouped(0, precedences[0] <= POW.precedence), "^{", 1, "}"]
    if operation is NEG:
        return ["-", *_grouped(0, precedences[0] < MUL.precedence or precedences[0] == NEG.precedence)]
    if operation.symbol:
        loose = precedences[0] < operation.precedence
        right = precedences[1] <= operation.precedence and operation.name not in ("add", "mul")
        right = right or precedences[1] < operation.precedence or precedences[1] == NEG.precedence
        return [*_grouped(0, loose), SIGNS[operation.symbol], *_grouped(1, right)]
    called = operation.latex or "\\operatorname{" + operation.name.replace("_", "\\_") + "}"
    inner: list[str | int] = []
    for position in range(len(precedences)):
        inner += [", ", position] if position else [position]
    return [f"{called}\\left(", *inner, "\\right)"]


def _grouped(position: int, parentheses: bool) -> list[str | int]:
    return [PARENTHESES[0], position, PARENTHESES[1]] if parentheses else [position]


def line(text: str) -> str:
    """Return text on one line that LaTeX prints as it is."""
    return escaped(" ".join(text.split()))


def escaped(text: str) -> str:
    """Return text that LaTeX prints as it is."""
    text = "".join(ESCAPES.get(c, c) for c in visible(text)).replace("--", "-{}-")
    return re.sub(r"(?<![\w}-])-(?=[\d.i])", r"\\(-\\)", text)  # a minus sign, not a hyphen

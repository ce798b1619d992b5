"""The local gradients of a gate as formulas: the chain rule along what is unnamed inside, multiplied out."""

from __future__ import annotations

from collections.abc import Sequence

from ..calculus.derivative_formulas import derivatives
from ..calculus.gate import Gate
from ..calculus.graph import Graph
from ..calculus.operations import NUMBER
from ..errors import GradcliError, Source
from ..language.canonical import simplified
from ..language.rule_text import rule_text
from ..language.syntax import parse
from ..language.writing import formula

FORMULA_CHARACTERS = 40  # characters of a formula that is shown
WRITTEN_OUT = 400  # characters of a formula that is worked with


def gate_formulas(graph: Graph, node: int) -> list[str]:
    """Return the local gradient of a gate by each of its arguments, in the names of the graph and of the gate itself.

    An empty text stands for a formula that would be long, or that there is none of.
    """
    operation, arguments, _, _ = graph.nodes[node]
    if not isinstance(operation, Gate) or operation.inside is None:
        return [""] * len(arguments)
    own = graph.labels[node]
    names = [graph.labels[a] for a in arguments]
    try:
        factors = _last_step(*operation.inside, own)
        inner = [_derivatives(text, names) for _, text in factors]
        found = [[(rule, own[name]) for (rule, _), own in zip(factors, inner, strict=True)] for name in names]
        return [_written(terms, [*names, own]) for terms in found]
    except GradcliError:  # it has a derivative that cannot be written as a formula
        return [""] * len(arguments)


def _last_step(graph: Graph, root: int, stop: Sequence[bool], own: str) -> list[tuple[str, str]]:
    """Return the rule of the last operation by each of its arguments, and that argument, all written out."""
    operation, arguments, _, _ = graph.nodes[root]
    texts = [graph.labels[a] if stop[a] else formula(graph, a, stop, limit=WRITTEN_OUT) for a in arguments]
    if any(text.endswith("...") for text in texts):
        return []
    numerals = [graph.nodes[a].operation is NUMBER and not stop[a] for a in arguments]
    labels = [
        text if text.isidentifier() or numeral else f"({text})" for text, numeral in zip(texts, numerals, strict=True)
    ]
    return [(rule_text(operation, k, own, labels, numerals), text) for k, text in enumerate(texts)]


def _derivatives(text: str, names: list[str]) -> dict[str, str]:
    """Return the derivative of an expression by every name; 0 for one that it does not use."""
    graph = parse(Source("argument", text), names)
    wrt = [name for name in names if name in graph.inputs]
    if not wrt:
        return dict.fromkeys(names, "0")
    second, found = derivatives(graph, [graph.output], wrt)
    second, ends = simplified(second, found[0])
    texts = [formula(second, end, limit=WRITTEN_OUT) for end in ends]
    return {**dict.fromkeys(names, "0"), **dict(zip(wrt, texts, strict=True))}


def _written(terms: list[tuple[str, str]], names: list[str]) -> str:
    """Return the sum of products of rules and inner derivatives, multiplied out; nothing if that is long."""
    used = [f"({rule})*({inner})" for rule, inner in terms if inner != "0"]
    if not used or any(text.endswith("...)") for text in used):
        return ""
    graph = parse(Source("local gradient", " + ".join(used)), names)
    graph, ends = simplified(graph, [graph.output])
    text = formula(graph, ends[0], limit=FORMULA_CHARACTERS)
    return "" if text.endswith("...") else text

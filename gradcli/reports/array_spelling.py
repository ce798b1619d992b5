"""Formulas of entries with numbers written in: 1*2 - 1*1. As text here, as LaTeX by other pieces."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..calculus.graph import Graph
from ..calculus.operations import ADD, CONSTANT, NEG, NUMBER, SUM
from ..calculus.table_parts import Operation
from ..language import latex, writing
from ..language.writing import ATOM
from ..numbers.decimals import Uncertain
from .rounding import signed

LOOSE = 0
TERMS, FIRST = 6, 3  # of longer sums the first terms are shown
LONG = 4_000  # characters after which a formula is given up


class Spelling:
    """Writes scalar formulas, an input by what `leaf` returns for its name: a numeral, or a name."""

    parentheses = "(", ")"

    def __init__(self, leaf: Callable[[str], str]) -> None:
        self.leaf = leaf

    def pieces(self, operation: Operation, precedences: Sequence[int]) -> list[str | int]:
        """Return an operation as strings and argument positions."""
        return writing.pieces(operation, precedences)

    def precedence(self, operation: Operation) -> int:
        """Return how tightly the text of an operation binds."""
        return writing.precedence(operation)

    def numeral(self, text: str) -> str:
        """Return a number."""
        return text

    def numeral_precedence(self, text: str) -> int:
        """Return how tightly a number or a name binds."""
        if isinstance(text, Uncertain):
            return LOOSE
        if text.startswith("-"):
            return NEG.precedence
        return 3 if "/" in text and text[0].isdigit() else ATOM

    def constant(self, name: str) -> str:
        """Return pi, e or tau."""
        return name

    def ellipsis(self, count: int) -> str:
        """Return what stands for the rest of many terms."""
        return f"... ({count:,} terms)"

    def formula(self, graph: Graph, root: int) -> str:
        """Return a node written out; an empty text for one that would be very long."""
        found: dict[int, tuple[str, int]] = {}
        for i, used in enumerate(graph.needed(root)[: root + 1]):
            if used:
                found[i] = self._node(graph, i, found)
                if len(found[i][0]) > LONG:
                    return ""
        return found[root][0]

    def _node(self, graph: Graph, i: int, found: dict[int, tuple[str, int]]) -> tuple[str, int]:
        """Return the text of a node, and how tightly it binds."""
        node = graph.nodes[i]
        operation = node.operation
        if operation is NUMBER:
            return self.numeral(node.text), self.numeral_precedence(node.text)
        if operation is CONSTANT:
            return self.constant(node.text), ATOM
        if operation.is_leaf:
            text = self.leaf(node.text)
            return self.numeral(text), self.numeral_precedence(text)
        parts = [found[a] for a in node.arguments]
        if operation is NEG and parts[0][0] == "0":
            return parts[0]
        if operation in (ADD, SUM):
            shown = parts if len(parts) <= TERMS else parts[:FIRST]
            terms = [text.join(self.parentheses) if tight == LOOSE else text for text, tight in shown]
            if len(shown) < len(parts):
                terms.append(self.ellipsis(len(parts)))
            return "".join([terms[0], *[" {} {}".format(*signed(term)) for term in terms[1:]]]), ADD.precedence
        tight = [
            LOOSE if text.startswith("-") and (k or operation is NEG) else precedence
            for k, (text, precedence) in enumerate(parts)
        ]
        pieces = self.pieces(operation, tight)
        return "".join(p if isinstance(p, str) else parts[p][0] for p in pieces), self.precedence(operation)


class TexSpelling(Spelling):
    """Writes scalar formulas as LaTeX."""

    parentheses = latex.PARENTHESES

    def pieces(self, operation: Operation, precedences: Sequence[int]) -> list[str | int]:
        """Return an operation as strings and argument positions."""
        return latex.pieces(operation, precedences)

    def precedence(self, operation: Operation) -> int:
        """Return how tightly the LaTeX of an operation binds."""
        return latex.precedence_in_latex(operation)

    def numeral(self, text: str) -> str:
        """Return a number."""
        return latex.numeral(text)

    def numeral_precedence(self, text: str) -> int:
        """Return how tightly a number binds."""
        return min(super().numeral_precedence(text), latex.numeral_precedence(text))

    def constant(self, name: str) -> str:
        """Return pi, e or tau."""
        return latex.CONSTANTS.get(name, "e")

    def ellipsis(self, count: int) -> str:
        """Return what stands for the rest of many terms."""
        return f"\\cdots \\text{{ ({count:,} terms)}}"

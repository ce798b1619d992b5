"""Array nodes -> LaTeX, as lecturers write it: W x, a b^T, the Hadamard product, sums over an index.

A vector is a row or a column, as `array_orientation` finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..arrays.axes import chosen_axes
from ..arrays.gathers import EVERYTHING
from ..arrays.graph import ArrayGraph, ArrayNode
from ..arrays.inside import ASSEMBLE, ENTRY
from ..arrays.scatters import Scatter
from ..arrays.sizes import shape_text
from ..arrays.table import CONSTANT, INDEX, INPUT, LITERAL, MATMUL, NUMBER, TRANSPOSE
from ..calculus.operations import ADD, DIV, DOT, MUL, NEG, POW, SUM
from . import latex
from .array_orientation import rows_of
from .array_writing import fixed_texts
from .writing import ATOM

Written = tuple[str, float]  # the text, and how tightly it binds
PRODUCT = MUL.precedence + 0.5  # of matrices: entry by entry binds more loosely
MATRIX = NEG.precedence  # of a factor behind another one, which is no product of matrices itself
RAISED = POW.precedence  # what has a superscript gets parentheses before another one
LETTERS = "ijkl"
TOP = "^{\\top}"
# Texts of nodes may be given as LaTeX by who asks for a formula, so that only the text says whether it has a subscript.
_LOWER = re.compile(r"_\{[^{}]*\}$")


def quantity(text: str) -> str:
    r"""Return the name of a value, or of an upstream gradient: dL/dv1 is \frac{dL}{dv_{1}}."""
    above, slash, below = text.partition("/")
    return f"\\frac{{d{latex.name(above[1:])}}}{{d{latex.name(below[1:])}}}" if slash else latex.name(text)


def matrix(texts: Sequence[str], shape: Sequence[int]) -> str:
    """Return the texts of entries as a column or a matrix; what has more axes row by row in brackets."""
    if not shape:
        return "".join(texts)
    if len(shape) <= 2:
        width = shape[1] if len(shape) > 1 else 1
        rows = [" & ".join(texts[k : k + width]) for k in range(0, len(texts), width)]
        body = " \\\\ ".join(rows)
        return f"\\begin{{pmatrix}} {body} \\end{{pmatrix}}"
    size = len(texts) // shape[0]
    blocks = [matrix(texts[k : k + size], shape[1:]) for k in range(0, len(texts), size)]
    return f"\\left[{', '.join(blocks)}\\right]"


def expression(graph: ArrayGraph, i: int, rows: Sequence[bool], labels: Sequence[str] | None = None) -> str:
    """Return what node `i` computes, in the labels of its arguments; `rows` says which nodes are set as rows.

    With `labels` of their own only named nodes are called by them, others are written out.
    """
    named = set(graph.named.values())
    leaves = (NUMBER, CONSTANT, LITERAL)

    def stands(a: int) -> bool:
        row = graph.nodes[a].operation.operation
        if labels is not None:
            return a != i and a in named
        return a != i and (a in named or not (graph.nodes[a].operation in leaves or (row and row.is_condition)))

    return ArrayLatex(graph, stands, rows, None, labels).text(i)


def formula(
    graph: ArrayGraph,
    root: int | None = None,
    given: Mapping[int, str] | None = None,
    known: Mapping[str, bool] | None = None,
) -> str:
    """Return a node of a program, else its output, written out down to its inputs, such as that of a rule.

    `given` has the texts of nodes that are not written out, `known` which inputs are set as rows.
    """  # fmt: skip
    rows = rows_of(graph, known)
    return ArrayLatex(graph, lambda a: False, rows, given or {}).text(graph.output if root is None else root)


class ArrayLatex:
    """Writes nodes of a program; those of which `stands` is true appear by name, those in `given` by that text.

    `rows` says which nodes are vectors set as rows.
    """

    def __init__(
        self, graph: ArrayGraph, stands: Callable[[int], bool], rows: Sequence[bool],
        given: Mapping[int, str] | None = None,
        labels: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        self.graph = graph
        self.stands = stands
        self.rows = rows
        self.given = given or {}
        self.labels = labels or graph.labels
        self._found: dict[int, Written] = {}

    def text(self, root: int) -> str:
        """Return a node written out."""
        pending = [root]
        while pending:
            i = pending[-1]
            arguments = () if self._by_name(i) else self.graph.nodes[i].arguments
            if waiting := [a for a in arguments if a not in self._found]:
                pending += waiting
                continue
            self._found[i] = self._written(i)
            pending.pop()
        return self._found[root][0]

    def _by_name(self, i: int) -> bool:
        return i in self.given or self.graph.nodes[i].operation is INPUT or self.stands(i)

    def _written(self, i: int) -> Written:
        node = self.graph.nodes[i]
        operation = node.operation
        if i in self.given:
            return self.given[i], ATOM
        if self._by_name(i):
            text = quantity(node.text if operation is INPUT else self.labels[i])
            return text, RAISED if text.startswith("\\frac") else ATOM
        if operation is NUMBER:
            if not node.text[:1].isdigit() and node.text[:1] != ".":
                return latex.name(node.text), ATOM
            return latex.numeral(node.text), latex.numeral_precedence(node.text)
        if operation is CONSTANT:
            return latex.CONSTANTS.get(node.text, "e"), ATOM
        if operation is LITERAL:
            shape: Any = node.shape
            texts = [latex.numeral(text) for text in node.fixed["texts"]]
            return matrix(texts, (1, *shape) if self.rows[i] else shape), ATOM
        if operation.operation is not None:
            return self._entrywise(node)
        rule = _RULES.get(operation.name)
        found = rule(self, node) if rule is not None else None
        return self._call(node) if found is None else found

    # ---- parts

    def part(self, node: ArrayNode, k: int, loosest: float = 0) -> str:
        """Return an argument, in parentheses where it binds more loosely."""
        text, tight = self._found[node.arguments[k]]
        return f"\\left({text}\\right)" if tight < loosest else text

    def behind(self, node: ArrayNode, k: int, loosest: float) -> str:
        """Return an argument that stands behind another one: A -x would be a difference."""
        text = self.part(node, k, loosest)
        return f"\\left({text}\\right)" if text.startswith("-") else text

    def rank(self, node: ArrayNode, k: int) -> int:
        """Return how many axes an argument has."""
        return len(self.graph.nodes[node.arguments[k]].shape)

    def raised(self, node: ArrayNode, k: int, above: str) -> str:
        """Return an argument with a superscript."""
        return f"{self.part(node, k, RAISED + 1)}{above}"

    def _subscript(self, node: ArrayNode, k: int, below: str) -> str:
        """Return an argument with a subscript: a name with it, anything else in brackets."""
        text, tight = self._found[node.arguments[k]]
        if tight == ATOM and not _LOWER.search(text) and not text.endswith(")"):
            return f"{text}_{{{below}}}"
        return f"\\left[{text}\\right]_{{{below}}}"

    # ---- operations

    def _entrywise(self, node: ArrayNode) -> Written:
        operation = node.operation.operation
        assert operation is not None
        arrays = [self.rank(node, k) > 0 for k in range(len(node.arguments))]
        if operation is MUL and all(arrays):
            return self._hadamard(node)
        if operation is DIV:
            if arrays[1]:
                left, right = self.part(node, 0, MUL.precedence), self.behind(node, 1, MUL.precedence + 1)
                return f"{left} \\oslash {right}", MUL.precedence
            return f"\\frac{{{self.part(node, 0)}}}{{{self.part(node, 1)}}}", RAISED
        if operation is POW and arrays[0]:
            return self.raised(node, 0, f"^{{\\odot {self.part(node, 1, NEG.precedence)}}}"), RAISED
        if operation is DOT:
            texts = [(self.behind if k else self.part)(node, k, MUL.precedence) for k in range(len(node.arguments))]
            pairs = zip(texts[::2], texts[1::2], strict=True)
            return " + ".join(f"{a} \\cdot {b}" for a, b in pairs), ADD.precedence
        if operation is SUM:
            terms = [(self.behind if k else self.part)(node, k, ADD.precedence) for k in range(len(node.arguments))]
            return " + ".join(terms), ADD.precedence
        tight = [NEG.precedence if (k or operation is NEG) and text.startswith("-") else int(binding)
                 for k, (text, binding) in enumerate(self._found[a] for a in node.arguments)]  # fmt: skip
        parts = latex.pieces(operation, tight)
        return "".join(p if isinstance(p, str) else self.part(node, p) for p in parts), latex.precedence_in_latex(
            operation
        )

    def _hadamard(self, node: ArrayNode) -> Written:
        """Return a product entry by entry: of a column and a matrix row by row; by a number that is given."""
        for k in (0, 1):
            if node.arguments[k] in self.given:
                return f"{self.part(node, k)} \\, {self.behind(node, 1 - k, MATRIX)}", PRODUCT
            if self._is_column(node.arguments[k]) and self.rank(node, 1 - k) == 2:
                inner = self._found[self.graph.nodes[node.arguments[k]].arguments[0]]
                text = f"\\left({inner[0]}\\right)" if inner[1] < MUL.precedence else inner[0]
                return f"{text} \\odot {self.behind(node, 1 - k, MUL.precedence)}", MUL.precedence
        return f"{self.part(node, 0, MUL.precedence)} \\odot {self.behind(node, 1, MUL.precedence)}", MUL.precedence

    def _is_column(self, a: int) -> bool:
        """Whether a node is a vector made a column: g[:, None]."""
        node = self.graph.nodes[a]
        is_made = not self._by_name(a) and node.operation is INDEX and self.rank(node, 0) == 1
        return is_made and list(node.fixed["places"]) == [EVERYTHING, None]

    def _call(self, node: ArrayNode) -> Written:
        """Return a function of the language with its arguments, and what the program fixes."""
        operation = node.operation
        name = latex.escaped(operation.name)
        parts = [self.part(node, k) for k in range(len(node.arguments))]
        if not isinstance(operation, Scatter):
            parts += [text if text.isdigit() else f"\\text{{{latex.escaped(text)}}}"
                      for text in fixed_texts(operation, node.fixed)]  # fmt: skip
        return f"\\operatorname{{{name}}}\\left({', '.join(parts)}\\right)", ATOM

    # ---- the rules of single operations; None stands for an ordinary call

    def matmul(self, node: ArrayNode) -> Written | None:
        """Return W x of a column x, and x W^T of a row; x^T y of two columns."""
        ranks = [self.rank(node, k) for k in (0, 1)]
        if ranks == [1, 1]:
            left = self.part(node, 0, PRODUCT) if self._is_row(node, 0) else self.raised(node, 0, TOP)
            right = self.raised(node, 1, TOP) if self._is_row(node, 1) else self.behind(node, 1, MATRIX)
            return f"{left} \\, {right}", PRODUCT
        turns = 1 in ranks and self._is_row(node, ranks.index(1)) == (ranks[1] == 1)
        left, right = (self._transposed(node, 1), self.behind(node, 0, MATRIX)) if turns and ranks[0] == 1 else (
            self.part(node, 1, PRODUCT), self._transposed(node, 0)) if turns else (
            self.part(node, 0, PRODUCT), self.behind(node, 1, MATRIX))  # fmt: skip
        return f"{left} \\, {right}", PRODUCT

    def _is_row(self, node: ArrayNode, k: int) -> bool:
        return self.rows[node.arguments[k]]

    def _transposed(self, node: ArrayNode, k: int) -> str:
        """Return the transpose of a matrix; of one that is transposed, the matrix itself."""
        inner = self.graph.nodes[node.arguments[k]]
        if inner.operation is TRANSPOSE and not self._by_name(node.arguments[k]):
            return self.behind(inner, 0, MATRIX)
        return self.raised(node, k, TOP)

    def outer(self, node: ArrayNode) -> Written | None:
        """Return a b^T of two columns."""
        left = self.raised(node, 0, TOP) if self._is_row(node, 0) else self.part(node, 0, PRODUCT)
        right = self.behind(node, 1, MATRIX) if self._is_row(node, 1) else self.raised(node, 1, TOP)
        return f"{left} \\, {right}", PRODUCT

    def transpose(self, node: ArrayNode) -> Written | None:
        """Return X^T."""
        return self.raised(node, 0, TOP), RAISED

    def inverse(self, node: ArrayNode) -> Written | None:
        """Return A^-1."""
        return self.raised(node, 0, "^{-1}"), RAISED

    def solution(self, node: ArrayNode) -> Written | None:
        """Return A^-1 b."""
        return f"{self.raised(node, 0, '^{-1}')} \\, {self.behind(node, 1, MATRIX)}", PRODUCT

    def index(self, node: ArrayNode) -> Written | None:
        """Return X_{0,:}; a vector made a column or a row is the product with a vector of ones."""
        places = node.fixed["places"]
        if self._is_column(self.graph.nodes.index(node)):
            return f"{self.part(node, 0, PRODUCT)} \\, \\mathbf{{1}}{TOP}", PRODUCT
        out, at = [], 1
        for place in places:
            if place is None:
                out.append("\\text{new}")
            elif isinstance(place, int):
                out.append(str(place))
            elif place[0] == "array":
                out.append(self.part(node, at))
                at += 1
            else:
                _, start, stop, step = ("" if bound is None else str(bound) for bound in place)
                out.append(f"{start}{{:}}{stop}" + (f"{{:}}{step}" if step else ""))
        return self._subscript(node, 0, ", ".join(out)), RAISED

    def assembled(self, node: ArrayNode) -> Written | None:
        """Return an array of its entries."""
        return matrix([self.part(node, k) for k in range(len(node.arguments))], node.fixed["shape"]), ATOM

    def total(self, node: ArrayNode, factor: str = "") -> Written | None:
        """Return a sum over an index, or over all of them."""
        rank = self.rank(node, 0)
        axes = chosen_axes(self.graph.nodes[node.arguments[0]].shape, node.fixed.get("axis"))
        if not 1 <= rank <= 2 or node.fixed.get("keep") or not axes:
            return None
        below = [LETTERS[k] if k in axes else "{:}" for k in range(rank)]
        over = ",".join(LETTERS[k] for k in axes)
        return f"{factor}\\sum_{{{over}}} {self._subscript(node, 0, ','.join(below))}", ADD.precedence

    def mean(self, node: ArrayNode) -> Written | None:
        """Return a sum over the number of its terms."""
        shape = self.graph.nodes[node.arguments[0]].shape
        size: Any = 1
        for axis in chosen_axes(shape, node.fixed.get("axis")):
            size = size * shape[axis]
        return self.total(node, f"\\frac{{1}}{{{size}}} ")

    def norm(self, node: ArrayNode) -> Written | None:
        """Return the norm between double bars, of a matrix with Frobenius' F."""
        if node.fixed.get("axis") is not None or node.fixed.get("keep"):
            return None
        below = "_{F}" if self.rank(node, 0) > 1 else ""
        return f"\\left\\lVert {self.part(node, 0)} \\right\\rVert{below}", RAISED

    def reshaped(self, node: ArrayNode) -> Written | None:
        """Return a reshaped array, its shape below the name."""
        sizes = shape_text(node.shape).replace("x", " \\times ")
        return f"\\operatorname{{reshape}}_{{{sizes}}}\\left({self.part(node, 0)}\\right)", ATOM

    def filled(self, node: ArrayNode) -> Written | None:
        """Return an array of ones or zeros, or the identity matrix."""
        sign = {"ones": "\\mathbf{1}", "zeros": "\\mathbf{0}", "eye": "I"}[node.operation.name]
        sizes = str(node.fixed["n"]) if sign == "I" else shape_text(node.shape).replace("x", " \\times ")
        return f"{sign}_{{{sizes}}}", ATOM

    def determinant(self, node: ArrayNode) -> Written | None:
        """Return the determinant, or the logarithm of its size."""
        inner = f"\\det\\left({self.part(node, 0)}\\right)"
        return (inner, ATOM) if node.operation.name == "det" else (f"\\log\\left|{inner}\\right|", ATOM)

    def trace(self, node: ArrayNode) -> Written | None:
        """Return the trace."""
        return f"\\operatorname{{tr}}\\left({self.part(node, 0)}\\right)", ATOM


_RULES: dict[str, Callable[[ArrayLatex, ArrayNode], Written | None]] = {
    MATMUL.name: ArrayLatex.matmul, "outer": ArrayLatex.outer, TRANSPOSE.name: ArrayLatex.transpose,
    "inv": ArrayLatex.inverse, "solve": ArrayLatex.solution, INDEX.name: ArrayLatex.index,
    ENTRY.name: ArrayLatex.index, ASSEMBLE.name: ArrayLatex.assembled, "sum": ArrayLatex.total,
    "mean": ArrayLatex.mean, "norm": ArrayLatex.norm, "reshape": ArrayLatex.reshaped, "ones": ArrayLatex.filled,
    "zeros": ArrayLatex.filled, "eye": ArrayLatex.filled, "det": ArrayLatex.determinant,
    "logdet": ArrayLatex.determinant, "trace": ArrayLatex.trace,
}  # fmt: skip

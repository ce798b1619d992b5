"""What reading Python is made of: pieces of a program and how tightly they bind, places in the file, and refusals."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import InputError, LimitError

LOOSE, COMPARISON, SUM, PRODUCT, SIGN, POWER, POSTFIX, ATOM = 0, 1, 2, 3, 4, 5, 8, 9
NUMBER, LIST, NUMPY, TORCH, TRUTHS = "number", "list", "numpy", "torch", "truths"  # kinds
MAX_STATEMENTS = 20_000
MAX_DEPTH = 120  # of expressions within expressions; a sum may have any number of terms


class Piece(NamedTuple):
    """An expression of the language, and how tightly it binds. `is_truth` marks a comparison.

    Of what Python computes `kind` says whether it is a number, a list, an array of NumPy, PyTorch or comparisons,
    where that is known; `rank` how many axes it has, `whole` which whole number it is, `shares` whose entries it shows,
    and `cut` what stops its derivatives.
    """

    text: str
    precedence: int = ATOM
    is_truth: bool = False
    kind: str = ""
    rank: int | None = None
    whole: int | None = None
    shares: frozenset[str] = frozenset()
    cut: str = ""

    def within(self, precedence: int) -> str:
        """Return the text for a place that needs it to bind at least so tightly."""
        return self.text if self.precedence >= precedence else f"({self.text})"


class Items:
    """A list or tuple of Python that is known item by item; all names of a list are of one and the same."""

    def __init__(self, items: Sequence[Piece | Items], is_tuple: bool = False) -> None:
        self.items = [*items]
        self.is_tuple = is_tuple


class PythonFunction(NamedTuple):
    """A function that the file defines: its parameters, their defaults, and its body or the expression that it is.

    `scope` has the names around it, and `made` what they stood for when it was defined, as its defaults need them.
    """

    name: str
    parameters: list[str]
    defaults: dict[str, ast.expr]
    body: list[ast.stmt] | ast.expr
    scope: Names | None = None
    made: Names | None = None


Names = ChainMap[str, Piece | Items | PythonFunction | dict[int, Piece]]


class Places:
    """Places in a file: where a node of its syntax stands, in characters."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.split("\n")
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line) + 1)

    def at(self, line: int, column: int) -> int:
        """Return the place of a line, from 1, and a column in bytes."""
        if not 1 <= line <= len(self.lines):
            return len(self.text)
        inside = self.lines[line - 1].encode("utf-8", "surrogatepass")[:column]
        return self.starts[line - 1] + len(inside.decode("utf-8", "ignore"))

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node stands, on its first line alone."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        start = self.at(line, column)
        last = getattr(node, "end_lineno", line)
        end = self.at(last, getattr(node, "end_col_offset", column)) if last == line else self.starts[line] - 1
        return start, end

    def source(self, node: ast.AST) -> str:
        """Return the text of a node, of its first line alone."""
        start, end = self.span(node)
        return self.text[start:end]

    def refusal(self, what: str, node: ast.AST, hint: str | None = None) -> InputError:
        """Return the error for what is not read, with its place."""
        return InputError(what, span=self.span(node), kind="python", hint=hint)

    def limit(self, what: str, node: ast.AST) -> LimitError:
        """Return the error for what is too much."""
        return LimitError(what, span=self.span(node), hint="take less of the file")


def binary(left: Piece, sign: str, right: Piece, precedence: int) -> Piece:
    """Return an operation of two operands, from the left."""
    spaced = f" {sign} " if precedence <= SUM else sign
    text = f"{left.within(precedence)}{spaced}{right.within(precedence + 1)}"
    rank = None
    if left.rank is not None and right.rank is not None:
        rank = max(left.rank, right.rank)
        if sign == "@" and rank < 3:
            rank = left.rank + right.rank - 2
    kinds = {left.kind, right.kind}
    kind = NUMBER if kinds == {NUMBER} else TORCH if TORCH in kinds else ""
    if NUMPY in kinds and kinds <= {NUMBER, LIST, NUMPY}:
        kind = NUMPY
    return Piece(text, precedence, precedence == COMPARISON, kind, rank)


def call(name: str, *arguments: Piece | str) -> Piece:
    """Return a call."""
    return Piece(f"{name}({', '.join(a if isinstance(a, str) else a.text for a in arguments)})")


def number(piece: Piece) -> Piece:
    """Return a value: a comparison is 1 where it holds, else 0."""
    if not piece.is_truth:
        return piece
    return Piece(f"where({piece.text}, 1, 0)", kind=NUMBER if piece.kind == NUMBER else TRUTHS, rank=piece.rank)

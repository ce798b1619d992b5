"""Whole numbers of a file of Python that are known while it is read, and what its names stand for."""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Callable, Mapping
from operator import add, floordiv, mul, sub
from sys import maxsize

from .python_text import Items, Names, Piece, Places

WHOLE: Mapping[type, Callable[[int, int], int]] = {
    ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.FloorDiv: floordiv,
}  # fmt: skip


class Unknown(Exception):
    """A size that is not known while the file is read."""


class Sizes:
    """Knows what has a name: `names` has what a name of the file stands for: a piece, a list, a function.

    `values` has the inputs of the file, `shapes` the shapes of its arrays of numerals, by their names in the program,
    and `changed` the lines that change the entries of arrays in place.
    """

    def __init__(self, places: Places) -> None:
        self.places = places
        self.names: Names = ChainMap()
        self.values: dict[str, str] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.changed: dict[str, int] = {}
        self.taken: set[str] = set()  # names of the file
        self.cutting = ""  # what cuts off the derivatives of all that is computed now
        self.is_deep = False  # some array has three axes or more
        self.depth = 0

    def whole(self, node: ast.expr) -> int:
        """Return a whole number. Raises `Unknown`."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.whole(node.operand)
        if isinstance(node, ast.Name) and isinstance(own := self.names.get(node.id), Piece) and own.whole is not None:
            return own.whole
        if isinstance(node, ast.BinOp) and type(node.op) in WHOLE:
            left, right = self.whole(node.left), self.whole(node.right)
            if isinstance(node.op, ast.FloorDiv) and right == 0:
                raise Unknown
            found = WHOLE[type(node.op)](left, right)
            if abs(found) > maxsize:
                raise Unknown
            return found
        return self._length(node)

    def _length(self, node: ast.expr) -> int:
        """Return the number that len(x), x.shape[0] or x.size(0) is. Raises `Unknown` where it is not known."""
        axis: ast.expr = ast.Constant(0)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "len"
            and len(node.args) == 1
        ):
            inner = node.args[0]
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            inner, axis = node.value.value, node.slice
        else:
            raise Unknown
        if not isinstance(inner, ast.Name):
            raise Unknown
        known = self.names.get(inner.id)
        if isinstance(known, dict):
            return len(known)
        if isinstance(known, Items):
            return len(known.items)
        shape, k = self.shape_of(inner), self.whole(axis)
        if not -len(shape) <= k < len(shape):
            raise Unknown
        return shape[k]

    def shape_of(self, node: ast.expr) -> tuple[int, ...]:
        """Return the shape of an array of numerals that a name stands for; no sizes where it is not known."""
        found = self.names.get(node.id) if isinstance(node, ast.Name) else None
        return self.shapes.get(found.text, ()) if isinstance(found, Piece) else ()

"""Expressions of Python as expressions of the language. Nothing is executed."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from math import inf
from operator import add, floordiv, mul, sub
from sys import maxsize

from .python_calls import MODULES
from .python_text import (
    ATOM,
    COMPARISON,
    LOOSE,
    MAX_DEPTH,
    POSTFIX,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Items,
    Piece,
    Places,
    PythonFunction,
    binary,
    call,
    number,
)

BINARY: Mapping[type, tuple[str, int]] = {
    ast.Add: ("+", SUM), ast.Sub: ("-", SUM), ast.Mult: ("*", PRODUCT), ast.Div: ("/", PRODUCT),
    ast.MatMult: ("@", PRODUCT),
}  # fmt: skip
COMPARED: Mapping[type, str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip
WHOLE: Mapping[type, Callable[[int, int], int]] = {
    ast.Add: add, ast.Sub: sub, ast.Mult: mul, ast.FloorDiv: floordiv,
}  # fmt: skip
NUMERAL = re.compile(r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.I)
CONSTANTS = ("pi", "e", "tau")


class Unknown(Exception):
    """A size that is not known while the file is read."""


class Expressions:
    """Reads expressions. `names` has what a name of the file stands for: a piece, a list, a function.

    `sizes` has the whole numbers that the file assigns, and `shapes` the shapes of its arrays of numerals.
    """

    modules: frozenset[str] = frozenset()  # the file's own names for modules

    def __init__(self, places: Places) -> None:
        self.places = places
        self.names: dict[str, Piece | Items | PythonFunction | dict[int, Piece]] = {}
        self.sizes: dict[str, int] = {}
        self.shapes: dict[str, tuple[int, ...]] = {}
        self.depth = 0

    def read(self, node: ast.expr) -> Piece:
        """Return an expression that has one value. Raises `InputError` for what is not read."""
        found = self.value(node)
        if isinstance(found, Items):
            return self.array(found, node)
        return found

    def array(self, items: Items, node: ast.expr) -> Piece:
        """Return a list of Python, which may hold lists, as an array of the language."""
        if not items.items:
            raise self.places.refusal("an array has entries", node)
        return Piece(
            f"[{', '.join(self.array(i, node).text if isinstance(i, Items) else number(i).text for i in items.items)}]"
        )

    def value(self, node: ast.expr) -> Piece | Items:
        """Return an expression, or a list item by item."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.places.limit(f"expressions are nested more than {MAX_DEPTH} deep", node)
        try:
            reader = getattr(self, f"_{type(node).__name__.lower()}", None)
            if reader is None:
                raise self.places.refusal(
                    f"{_words(node)} is not read", node, "write it as arithmetic and function calls"
                )
            found: Piece | Items = reader(node)
            return found
        finally:
            self.depth -= 1

    # ---- atoms

    def _constant(self, node: ast.Constant) -> Piece:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise self.places.refusal(f"{_words(node)} is not read", node)
        text = self.places.source(node)
        if node.value == inf:
            raise self.places.refusal("a number is finite", node)
        if not NUMERAL.fullmatch(text):
            text = repr(node.value)
        return Piece(text)

    def _name(self, node: ast.Name) -> Piece | Items:
        found = self.names.get(node.id)
        if isinstance(found, PythonFunction):
            raise self.places.refusal(f"{node.id} is a function: it is called with its arguments", node)
        if isinstance(found, dict):
            return Items([found[k] for k in sorted(found)])
        if found is None:
            return Piece(node.id)
        return found

    def _list(self, node: ast.List | ast.Tuple) -> Items:
        return Items([self.value(item) for item in node.elts])

    _tuple = _list

    # ---- operators

    def _binop(self, node: ast.BinOp) -> Piece:
        chain = []
        here: ast.expr = node
        while isinstance(here, ast.BinOp) and type(here.op) in BINARY:  # a sum of many terms is no depth
            chain.append(here)
            here = here.left
        if not chain:
            return self._other_operator(node)
        found = number(self.read(here))
        for step in reversed(chain):
            sign, precedence = BINARY[type(step.op)]
            found = binary(found, sign, number(self.read(step.right)), precedence)
        return found

    def _other_operator(self, node: ast.BinOp) -> Piece:
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            left, right = self.read(node.left), self.read(node.right)
            if left.is_truth and right.is_truth:
                return self._joined([left, right], "and" if isinstance(node.op, ast.BitAnd) else "or")
        left, right = number(self.read(node.left)), number(self.read(node.right))
        if isinstance(node.op, ast.Pow):
            return Piece(f"{left.within(POWER + 1)}**{right.within(SIGN)}", POWER)
        if isinstance(node.op, ast.Mod):
            return call("mod", left, right)
        if isinstance(node.op, ast.FloorDiv):
            return call("floor", binary(left, "/", right, PRODUCT))
        raise self.places.refusal(f"{_words(node)} is not read", node)

    def _unaryop(self, node: ast.UnaryOp) -> Piece:
        inner = self.read(node.operand)
        if isinstance(node.op, ast.Not | ast.Invert):
            if not inner.is_truth:
                raise self.places.refusal("not is read of a comparison", node)
            return Piece(f"not {inner.within(ATOM)}", LOOSE, True)
        return number(inner) if isinstance(node.op, ast.UAdd) else Piece(f"-{number(inner).within(SIGN)}", SIGN)

    def _compare(self, node: ast.Compare) -> Piece:
        sides = [number(self.read(side)) for side in (node.left, *node.comparators)]
        pairs = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if type(op) not in COMPARED:
                raise self.places.refusal(f"{_words(node)} is not read", node)
            pairs.append(Piece(f"{left.within(SUM)} {COMPARED[type(op)]} {right.within(SUM)}", COMPARISON, True))
        return pairs[0] if len(pairs) == 1 else self._joined(pairs, "and")

    def _boolop(self, node: ast.BoolOp) -> Piece:
        sides = [self.read(side) for side in node.values]
        if not all(side.is_truth for side in sides):
            raise self.places.refusal("and and or are read between comparisons", node)
        return self._joined(sides, "and" if isinstance(node.op, ast.And) else "or")

    def _joined(self, sides: Sequence[Piece], word: str) -> Piece:
        return Piece(f" {word} ".join(side.within(COMPARISON) for side in sides), LOOSE, True)

    def _ifexp(self, node: ast.IfExp) -> Piece:
        return self._choice(self.read(node.test), self.read(node.body), self.read(node.orelse), node)

    def _choice(self, condition: Piece, a: Piece, b: Piece, node: ast.expr) -> Piece:
        if not condition.is_truth:
            raise self.places.refusal("a choice needs a comparison", node, "for example np.where(x > 0, a, b)")
        return call("where", condition, number(a), number(b))

    # ---- attributes and indices

    def _attribute(self, node: ast.Attribute) -> Piece:
        if self.is_module(node.value):
            if node.attr in CONSTANTS:
                return Piece(node.attr)
            raise self.places.refusal(f"{self.places.source(node)} is not read", node)
        if node.attr in ("T", "mT", "H"):
            return Piece(f"{self.read(node.value).within(POSTFIX)}.T", POSTFIX)
        if node.attr in ("data", "values", "real"):
            return self.read(node.value)
        raise self.places.refusal(f".{node.attr} is not read", node)

    def is_module(self, node: ast.expr) -> bool:
        """Whether a name, or a name of a name, is that of a module."""
        while isinstance(node, ast.Attribute):
            node = node.value
        return isinstance(node, ast.Name) and node.id in (MODULES | self.modules) and node.id not in self.names

    def _subscript(self, node: ast.Subscript) -> Piece | Items:
        place = node.slice
        if isinstance(node.value, ast.Attribute) and node.value.attr == "shape":
            return call("size", self.read(node.value.value), str(self.whole(place)))
        if isinstance(node.value, ast.Name) and isinstance(known := self.names.get(node.value.id), dict | Items):
            return self._item(node, known)
        places = place.elts if isinstance(place, ast.Tuple) else [place]
        if len(places) == 2 and self.counts_rows(places[0]):
            return call("pick", self.read(node.value), self.read(places[1]))
        inside = ", ".join(self._place(part) for part in places)
        return Piece(f"{self.read(node.value).within(POSTFIX)}[{inside}]", POSTFIX)

    def _item(self, node: ast.Subscript, known: dict[int, Piece] | Items) -> Piece | Items:
        """Return an item of a list or dictionary that is known item by item."""
        k = self.whole(node.slice)
        if isinstance(known, dict):
            keys = sorted(known)
            k = keys[k] if k < 0 and k not in known and -k <= len(keys) else k
            if k in known:
                return known[k]
        elif -len(known.items) <= k < len(known.items):
            return known.items[k]
        raise self.places.refusal(f"there is no item {k}", node)

    def counts_rows(self, node: ast.expr) -> bool:
        """Whether an index counts the rows: range(n), np.arange(n)."""
        if not isinstance(node, ast.Call) or len(node.args) != 1:
            return False
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        return name in ("range", "arange")

    def _place(self, node: ast.expr) -> str:
        if isinstance(node, ast.Slice):
            low, high, step = (
                "" if part is None else self._bound(part) for part in (node.lower, node.upper, node.step)
            )
            return f"{low}:{high}:{step}" if step else f"{low}:{high}"
        if (isinstance(node, ast.Constant) and node.value is None) or getattr(node, "attr", "") == "newaxis":
            return "None"
        return self._bound(node)

    def _bound(self, node: ast.expr) -> str:
        try:
            return str(self.whole(node))
        except Unknown:
            found = self.read(node)
        if found.is_truth:
            hint = "np.where(condition, a, b) chooses entry by entry"
            raise self.places.refusal("entries that a comparison chooses are not read", node, hint)
        return found.text

    # ---- whole numbers that are known while the file is read

    def whole(self, node: ast.expr) -> int:
        """Return a whole number. Raises `Unknown`."""
        if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
            return node.value
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self.whole(node.operand)
        if isinstance(node, ast.Name) and node.id in self.sizes:
            return self.sizes[node.id]
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
        shape, k = self.shapes.get(inner.id, ()), self.whole(axis)
        if not -len(shape) <= k < len(shape):
            raise Unknown
        return shape[k]


def _words(node: ast.AST) -> str:
    """Return what a person calls a part of Python."""
    if isinstance(node, ast.Constant):
        return "a text" if isinstance(node.value, str | bytes) else str(node.value)
    names = {"DictComp": "a dictionary", "Dict": "a dictionary", "Lambda": "a lambda here", "Await": "await",
             "ListComp": "a list that is computed", "GeneratorExp": "a generator here", "JoinedStr": "a text",
             "Starred": "*", "NamedExpr": ":=", "Compare": "this comparison", "BinOp": "this operator",
             "Slice": "a slice here", "Set": "a set", "SetComp": "a set", "Yield": "yield"}  # fmt: skip
    return names.get(type(node).__name__, f"this ({type(node).__name__})")

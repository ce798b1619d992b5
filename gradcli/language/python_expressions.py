"""Expressions of Python as expressions of the language. Nothing is executed."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping, Sequence

from .python_calls import MODULES
from .python_sizes import Sizes, Unknown
from .python_syntax import label, words
from .python_text import (
    ATOM,
    COMPARISON,
    LIST,
    LOOSE,
    MAX_DEPTH,
    MAX_STATEMENTS,
    NUMBER,
    NUMPY,
    POSTFIX,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    TORCH,
    TRUTHS,
    Items,
    Piece,
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
NUMERAL = re.compile(r"(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.I)
CONSTANTS = ("pi", "e", "tau")


class Expressions(Sizes):
    """Reads expressions."""

    modules: frozenset[str] = frozenset()  # the file's own names for modules

    def read(self, node: ast.expr) -> Piece:
        """Return an expression that has one value. Raises `InputError` for what is not read."""
        found = self.value(node)
        return self.array(found, node) if isinstance(found, Items) else self.uncut(found, node)

    def uncut(self, found: Piece, node: ast.AST) -> Piece:
        """Return a value that something is computed with. Raises `InputError` where its derivatives are cut off."""
        if found.cut and not self.cutting:
            raise self.places.refusal(f"{found.cut} cuts off the derivatives of this", node,
                                      "what is differentiated here has all its derivatives: leave it out")  # fmt: skip
        return found

    def array(self, items: Items, node: ast.AST) -> Piece:
        """Return a list of Python, which may hold lists, as an array of the language."""
        if not items.items:
            raise self.places.refusal("an array has entries", node)
        entries = [
            self.array(item, node) if isinstance(item, Items) else number(self.uncut(item, node))
            for item in items.items
        ]
        rank = entries[0].rank
        return Piece(f"[{', '.join(entry.text for entry in entries)}]", rank=None if rank is None else rank + 1)

    def value(self, node: ast.expr) -> Piece | Items:
        """Return an expression, or a list item by item."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.places.limit(f"expressions are nested more than {MAX_DEPTH} deep", node)
        try:
            reader = getattr(self, f"_{type(node).__name__.lower()}", None)
            if reader is None:
                raise self.places.refusal(
                    f"{words(node)} is not read", node, "write it as arithmetic and function calls"
                )
            found = self._unchanged(reader(node), node)
            return self.cut_off(found, self.cutting) if self.cutting and isinstance(found, Piece) else found
        finally:
            self.depth -= 1

    def _unchanged(self, found: Piece | Items, node: ast.expr) -> Piece | Items:
        """Return a value that no line has changed in place under another name. Raises `InputError` for another one."""
        pending = [found]
        while pending:
            part = pending.pop()
            if isinstance(part, Items):
                pending += part.items
            elif lines := [line for root, line in self.changed.items() if root in part.shares]:
                hint = "change a copy (.copy(), .clone()), or write x = x + 1 for x += 1"
                what = f"line {lines[0]} changes entries of this in place, under another name"
                raise self.places.refusal(what, node, hint)
        return found

    # ---- atoms

    def _constant(self, node: ast.Constant) -> Piece:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            raise self.places.refusal(f"{words(node)} is not read", node)
        text = self.places.source(node)
        if node.value == math.inf:
            raise self.places.refusal("a number is finite", node)
        if not NUMERAL.fullmatch(text):
            text = repr(node.value)
        return Piece(text, kind=NUMBER, rank=0)

    def _name(self, node: ast.Name) -> Piece | Items:
        found = self.names.get(node.id)
        if isinstance(found, PythonFunction):
            raise self.places.refusal(f"{node.id} is a function: it is called with its arguments", node)
        if isinstance(found, dict):
            raise self.places.refusal("a dictionary is read key by key", node, f"for example {node.id}[0]")
        if found is None:
            return Piece(node.id, shares=frozenset((f"{node.id} as given",)))  # x += 1 makes another x
        return found

    def _list(self, node: ast.List | ast.Tuple) -> Items:
        return Items([self.value(item) for item in node.elts])

    def _tuple(self, node: ast.Tuple) -> Items:
        return Items(self._list(node).items, is_tuple=True)

    # ---- operators

    def _binop(self, node: ast.BinOp) -> Piece | Items:
        chain = []
        here: ast.expr = node
        while isinstance(here, ast.BinOp) and type(here.op) in BINARY:  # a sum of many terms is no depth
            chain.append(here)
            here = here.left
        if not chain:
            return self._other_operator(node)
        found = self.value(here)
        for step in reversed(chain):
            found = self.operation(found, step.op, self.value(step.right), step)
        return found

    def operation(self, left: Piece | Items, op: ast.operator, right: Piece | Items, node: ast.AST) -> Piece | Items:
        """Return an operation of two values. Raises `InputError` where Python does not mean that of numbers."""
        sign, precedence = BINARY[type(op)]
        if sign in "+*" and (joined := self._of_lists(left, sign, right, node)) is not None:
            return joined
        sides = [
            self.array(side, node) if isinstance(side, Items) else self.uncut(side, node) for side in (left, right)
        ]
        if sign == "+" and all((side.is_truth and side.kind != NUMBER) or side.kind == TRUTHS for side in sides):
            raise self.places.refusal("a sum of comparisons is not read: of arrays it is no sum", node,
                                      "np.where(condition, 1, 0) is a number")  # fmt: skip
        return binary(number(sides[0]), sign, number(sides[1]), precedence)

    def _of_lists(self, left: Piece | Items, sign: str, right: Piece | Items, node: ast.AST) -> Items | None:
        """Return what + and * make of lists of Python; None where one side is no list but an array."""
        lists = [isinstance(side, Items) or side.kind == LIST for side in (left, right)]
        sides = [self._listed(side) for side in (left, right)]
        if sign == "+" and sides[0] is not None and sides[1] is not None:
            return Items([*sides[0].items, *sides[1].items])
        counts = [side.whole if isinstance(side, Piece) else None for side in (left, right)]
        counts = [
            int(side.text) if isinstance(side, Piece) and side.text.isdecimal() else count
            for side, count in zip((left, right), counts, strict=True)
        ]
        found, count = (sides[0], counts[1]) if lists[0] else (sides[1], counts[0])
        if sign == "*" and found is not None and count is not None and len(found.items) * count <= MAX_STATEMENTS:
            return Items([*found.items] * count)
        others = [side for side, is_list in zip((left, right), lists, strict=True) if not is_list]
        if not any(lists) or any(isinstance(o, Piece) and o.kind in (NUMPY, TORCH) for o in others):
            return None
        what = "joins" if sign == "+" else "repeats"
        raise self.places.refusal(f"{sign} {what} lists of Python, entries are not computed with", node,
                                  "np.array([...]) makes an array of a list")  # fmt: skip

    def _listed(self, side: Piece | Items) -> Items | None:
        """Return a list item by item; None for what is none."""
        if isinstance(side, Items):
            return side
        shape = self.shapes.get(side.text, ())
        if side.kind != LIST or not shape:
            return None
        return Items([self.entry(side, k, shape) for k in range(shape[0])])

    def entry(self, array: Piece, k: int, shape: tuple[int, ...]) -> Piece:
        """Return an entry, or a row, of an array of a known shape."""
        is_number = len(shape) == 1 and array.kind in (LIST, NUMPY)
        text = f"{array.within(POSTFIX)}[{k}]"
        self.shapes[text] = shape[1:]
        if is_number:
            return Piece(text, POSTFIX, kind=NUMBER, rank=0)
        return array._replace(text=text, precedence=POSTFIX, rank=len(shape) - 1)

    def _other_operator(self, node: ast.BinOp) -> Piece:
        if isinstance(node.op, ast.BitAnd | ast.BitOr):
            left, right = self.read(node.left), self.read(node.right)
            if left.is_truth and right.is_truth:
                return self._joined([left, right], "and" if isinstance(node.op, ast.BitAnd) else "or")
        left, right = number(self.read(node.left)), number(self.read(node.right))
        if isinstance(node.op, ast.Pow):
            kept = binary(left, "*", right, PRODUCT)  # its kind and rank
            return kept._replace(text=f"{left.within(POWER + 1)}**{right.within(SIGN)}", precedence=POWER)
        if isinstance(node.op, ast.Mod):
            return call("mod", left, right)
        if isinstance(node.op, ast.FloorDiv):
            return call("floor", binary(left, "/", right, PRODUCT))
        raise self.places.refusal(f"{words(node)} is not read", node)

    def _unaryop(self, node: ast.UnaryOp) -> Piece:
        inner = self.read(node.operand)
        if isinstance(node.op, ast.Not | ast.Invert):
            if not inner.is_truth:
                raise self.places.refusal("not is read of a comparison", node)
            return Piece(f"not {inner.within(ATOM)}", LOOSE, True, inner.kind, inner.rank)
        if isinstance(node.op, ast.UAdd):
            return number(inner)
        return Piece(f"-{number(inner).within(SIGN)}", SIGN, kind=inner.kind, rank=inner.rank)

    def _compare(self, node: ast.Compare) -> Piece:
        sides = [number(self.read(side)) for side in (node.left, *node.comparators)]
        pairs = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if type(op) not in COMPARED:
                raise self.places.refusal(f"{words(node)} is not read", node)
            pairs.append(binary(left, COMPARED[type(op)], right, COMPARISON))
        return pairs[0] if len(pairs) == 1 else self._joined(pairs, "and")

    def _boolop(self, node: ast.BoolOp) -> Piece:
        sides = [self.read(side) for side in node.values]
        if not all(side.is_truth for side in sides):
            raise self.places.refusal("and and or are read between comparisons", node)
        return self._joined(sides, "and" if isinstance(node.op, ast.And) else "or")

    def _joined(self, sides: Sequence[Piece], word: str) -> Piece:
        kind = NUMBER if all(side.kind == NUMBER for side in sides) else ""
        return Piece(f" {word} ".join(side.within(COMPARISON) for side in sides), LOOSE, True, kind)

    def _ifexp(self, node: ast.IfExp) -> Piece:
        a, b = self.read(node.body), self.read(node.orelse)
        return self._choice(self.read(node.test), a, b, node)._replace(shares=a.shares | b.shares)

    def _choice(self, condition: Piece, a: Piece, b: Piece, node: ast.expr) -> Piece:
        if not condition.is_truth:
            raise self.places.refusal("a choice needs a comparison", node, "for example np.where(x > 0, a, b)")
        return call("where", condition, number(a), number(b))

    # ---- attributes and indices

    def _attribute(self, node: ast.Attribute) -> Piece:
        if self.is_module(node.value):
            if node.attr in CONSTANTS:
                is_taken = node.attr in self.taken  # e = np.exp(z): in the program e is that, not the number
                return Piece(repr(getattr(math, node.attr)) if is_taken else node.attr, kind=NUMBER, rank=0)
            raise self.places.refusal(f"{self.places.source(node)} is not read", node)
        if node.attr in ("T", "mT", "H"):
            return self.transposed(self.read(node.value))
        if node.attr == "data":
            return self.cut_off(self.read(node.value), ".data")
        if node.attr == "real":
            return self.read(node.value)
        raise self.places.refusal(f".{node.attr} is not read", node)

    def cut_off(self, found: Piece, what: str) -> Piece:
        """Return a value whose derivatives end here, if it depends on anything."""
        return found._replace(cut=what) if re.search(r"[^\W\d]\w*\b(?!\s*[(=])", found.text) else found

    def transposed(self, array: Piece) -> Piece:
        """Return the transpose of an array; of one with one axis it is the array."""
        if array.rank == 1:
            return array
        return array._replace(text=f"{array.within(POSTFIX)}.T", precedence=POSTFIX, kind="")

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
            return call("pick", self.read(node.value), self.read(label(places[1])))
        inside = [self._place(part) for part in places]
        array = self.read(node.value)
        self.is_deep |= len(inside) > 2
        is_plain = all(part == "None" or ":" in part or part.lstrip("-").isdecimal() for part in inside)
        rank = array.rank + 2 * inside.count("None") - len(inside) if array.rank is not None and is_plain else None
        rank = rank + sum(":" in part for part in inside) if rank is not None else None
        text = f"{array.within(POSTFIX)}[{', '.join(inside)}]"
        if rank == 0 and array.kind in (NUMPY, LIST):  # a copy
            return Piece(text, POSTFIX, kind=NUMBER, rank=0)
        return array._replace(text=text, precedence=POSTFIX, rank=rank)

    def _item(self, node: ast.Subscript, known: dict[int, Piece] | Items) -> Piece | Items:
        """Return an item of a list or dictionary that is known item by item."""
        k = self.whole(node.slice)
        if isinstance(known, dict):
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
            found = self.read(label(node))
        if found.is_truth or found.kind == TRUTHS:
            hint = "np.where(condition, a, b) chooses entry by entry"
            raise self.places.refusal("entries that a comparison chooses are not read", node, hint)
        return found.text

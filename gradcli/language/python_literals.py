"""Numerals in a file of Python: numbers, lists of numbers, and arrays of fixed sizes that are filled with a number."""

from __future__ import annotations

import ast
from abc import ABC
from math import prod

from .python_calls import UNCHANGED
from .python_casts import NUMBERS
from .python_functions import IGNORED, Calls
from .python_sizes import Unknown
from .python_syntax import called
from .python_text import LIST, NUMBER, NUMPY, TORCH

Literal = tuple[str, tuple[int, ...]]  # the text of a value, and its shape

FILLS = {"zeros": "0.", "ones": "1.", "full": "", "zeros_like": "0.", "ones_like": "1.", "full_like": "", "eye": "0."}
SHAPE = ("shape", "size", "a", "input")
LAYOUT = (*IGNORED, "order", "subok")
MOST_ENTRIES = 1_000_000


class Literals(Calls, ABC):
    """Reads what has a value by itself."""

    def literal(self, node: ast.expr) -> Literal | None:
        """Return numerals and their shape; None for anything else."""
        if isinstance(node, ast.Constant):
            plain = isinstance(node.value, int | float) and not isinstance(node.value, bool)
            return (self.read(node).text, ()) if plain else None
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
            inner = self.literal(node.operand)
            if inner is None or inner[1] or inner[0].startswith("-"):
                return None
            return (f"-{inner[0]}" if isinstance(node.op, ast.USub) else inner[0]), ()
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if isinstance(node.func, ast.Attribute) and not self.is_module(node.func):
                return None
            if name in FILLS and name not in self.names:
                return self._filled(name, node)
            return self._cast_literal(name, node) if name in UNCHANGED and node.args else None
        if isinstance(node, ast.List | ast.Tuple) and node.elts:
            items = [self.literal(item) for item in node.elts]
            known = [item for item in items if item is not None]
            if len(known) < len(items) or len({shape for _, shape in known}) > 1:
                return None
            return f"[{', '.join(text for text, _ in known)}]", (len(known), *known[0][1])
        return None

    def _cast_literal(self, name: str, node: ast.Call) -> Literal | None:
        """Return numerals in a call such as np.array([1, 2]); None where it makes others of them."""
        found = self.literal(node.args[0])
        self.check_cast(name, node, node.args)
        is_whole = self.type_of(name, node, node.args) == "int"
        return None if found is None or (is_whole and not self.is_whole(found[0])) else found

    def kind_of(self, node: ast.expr) -> str:
        """Return the kind of an input that the file gives a value."""
        if isinstance(node, ast.List | ast.Tuple):
            return LIST
        if not isinstance(node, ast.Call) or called(node) in NUMBERS:
            return NUMBER
        return TORCH if self.is_of_torch(node.func) else NUMPY

    def _filled(self, name: str, node: ast.Call) -> Literal | None:
        """Return an array that is filled with one number, such as np.zeros((2, 3)); None where a size is not known."""
        named = {keyword.arg: keyword.value for keyword in node.keywords if keyword.arg not in LAYOUT}
        given = [*(named.pop(word) for word in SHAPE if word in named), *node.args]
        number = named.pop("fill_value", None)
        is_full = name.startswith("full")
        if number is None and is_full and len(given) > 1:
            number = given[1]
        entry = (FILLS[name], ()) if number is None else self.literal(number)
        shape = None if named or not given else self._shape_of(name, given[:1] if is_full else given)
        if entry is None or entry[1] or not entry[0] or shape is None:
            return None
        if prod(shape) > MOST_ENTRIES:
            raise self.places.limit(f"{name} has more than {MOST_ENTRIES:,} entries", node)
        if name == "eye":
            rows = [", ".join(["0."] * k + ["1."] + ["0."] * (shape[0] - k - 1)) for k in range(shape[0])]
            return f"[[{'], ['.join(rows)}]]", shape
        text = entry[0]
        for size in reversed(shape):
            text = f"[{', '.join([text] * size)}]"
        return text, shape

    def _shape_of(self, name: str, given: list[ast.expr]) -> tuple[int, ...] | None:
        """Return the shape that the arguments of a call say; None where a size is not known, or not positive."""
        first = given[0]
        if name.endswith("_like"):
            return self.shape_of(first) or None
        sizes = first.elts if isinstance(first, ast.Tuple | ast.List) else given
        try:
            shape = tuple(map(self.whole, sizes))
        except Unknown:
            return None
        shape = shape * 2 if name == "eye" and len(shape) == 1 else shape
        return shape if all(size > 0 for size in shape) and (name != "eye" or shape[0] == shape[-1]) else None

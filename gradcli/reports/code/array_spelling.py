"""How formulas of arrays are written with NumPy and with PyTorch."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ...arrays.graph import ArrayNode
from ...arrays.rows import ArrayOperation
from ...arrays.scatters import Scatter
from ...arrays.sizes import Shape
from ...arrays.table import CONSTANT, INDEX, INPUT, LITERAL, NUMBER
from ...calculus.operations import MUL, NEG, POW, WHERE
from ...calculus.table_parts import Operation
from ...errors import InputError
from ...language.array_writing import POSTFIX
from ...language.writing import ATOM, pieces, precedence
from ...record.array_gradient import nested
from .helpers import helpers
from .spelling import numeral
from .vocabulary import NUMPY_CALLS, NUMPY_FUNCTIONS, TORCH_CALLS, TORCH_FUNCTIONS

PRODUCTS = ("matmul", "dot")  # of two arrays, written with @
BRANCHES = ((WHERE, 1), (WHERE, 2))  # which may be bare numbers everywhere
SCATTERED = ("index", "windows")
VIEWS = ("index", "transpose", "permute", "reshape", "flatten", "diag")  # results that share the memory of an argument
PART = re.compile(r"\{([^{}]+)\}")
Pieces = list[str | int]


class ArraySpelling(NamedTuple):
    """What a library of arrays calls things.

    `functions` are those of the first table, `calls` templates for the second. `axis` and `keep` are what its arguments
    are called, `array` and `as_array` what makes an array, and `copy` the method that copies one. `lifts` says that its
    functions take no bare numbers.
    """

    name: str
    module: str
    functions: Mapping[str, str]
    calls: Mapping[str, str]
    axis: str
    keep: str
    array: str
    as_array: str
    copy: str
    lifts: bool

    @property
    def number(self) -> str:
        """What a number of the language itself is put into."""
        return f"{self.array}({{}})" if self.lifts else "{}"

    @property
    def copies_numbers(self) -> bool:
        """Whether `+=` changes a number in its place."""
        return self.lifts

    def has(self, row: Operation) -> bool:
        """Whether the library has a function of the first table, or the file brings it."""
        return row.name in helpers(self.name) or row.name in self.functions

    def knows(self, operation: ArrayOperation) -> bool:
        """Whether an operation of the second table can be written as a call."""
        if isinstance(operation, Scatter):
            return operation.taken.name in SCATTERED
        if operation.name == "cross_entropy" and not operation.is_role(1):  # of probabilities
            return False
        return operation.name in PRODUCTS or operation.name in self.calls

    def formula(self, nodes: Sequence[ArrayNode], root: int, whole: frozenset[tuple[str, ...]]) -> str:
        """Return a formula down to its leaves; `whole` are the literals that hold labels or indices."""
        out: list[str] = []
        stack: list[tuple[str | int, bool]] = [(root, False)]
        while stack:
            item, lifted = stack.pop()
            if isinstance(item, str):
                out.append(item)
                continue
            node = nodes[item]
            if lifted and not node.shape and not names_in(nodes, [item]):
                stack += [(")", False), (item, False), (f"{self.array}(", False)]
                continue
            if node.operation.is_leaf:
                out.append(self._leaf(node, whole))
                continue
            numbers = [_number(nodes, a) for a in node.arguments[1:]] if node.operation.operation is WHERE else [""]
            if all(numbers):
                stack += [(f", {', '.join(numbers)})", False), (node.arguments[0], self.lifts)]
                out.append(f"{self.module}.where(")  # of whole numbers it would be an array of whole numbers
                continue
            bindings = [self.binding(nodes[a].operation) for a in node.arguments]
            row = node.operation.operation
            parts = self._pieces(node, bindings, [nodes[a].shape for a in node.arguments])
            lifts = self.lifts and row is not None and not row.symbol
            stack += [
                (part, False) if isinstance(part, str)
                else (node.arguments[part], lifts and (row, part) not in BRANCHES)
                for part in reversed(parts)
            ]  # fmt: skip
        return "".join(out)

    def binding(self, operation: ArrayOperation) -> int:
        """Return how tightly the text of an operation binds."""
        if operation.operation is not None:
            return precedence(operation.operation)
        return MUL.precedence if operation.name in PRODUCTS else ATOM

    def _leaf(self, node: ArrayNode, whole: frozenset[tuple[str, ...]]) -> str:
        if node.operation is LITERAL:
            texts = node.fixed["texts"]
            return self.literal([int(float(x)) if texts in whole else float(x) for x in texts], node.shape)
        if node.operation is CONSTANT:
            return {"tau": f"(2 * {self.module}.pi)"}.get(node.text, f"{self.module}.{node.text}")
        return numeral(node.text) if node.operation is NUMBER else node.text

    def literal(self, numbers: Sequence[float], shape: Sequence[Any]) -> str:
        """Return numbers as an array."""
        return f"{self.array}({nested(numbers, shape)!r})"

    def _pieces(self, node: ArrayNode, bindings: Sequence[int], shapes: Sequence[Shape]) -> Pieces:
        """Return the text of an operation, left to right: strings, and the positions of arguments as integers."""
        row = node.operation.operation
        if row is None:
            return self._array_pieces(node, bindings, shapes)
        if row is WHERE:
            return [f"{self.module}.where(", 0, ", ", 1, ", ", 2, ")"]
        if row.symbol:
            parts = pieces(row, bindings)
            sign = row.symbol
            spaced = len(bindings) > 1 and not (row is POW and min(bindings) == ATOM)
            return [f" {sign} " if spaced and isinstance(p, str) and p.strip() == sign else p for p in parts]
        called = row.name if row.name in helpers(self.name) else self.functions.get(row.name, row.name)
        out: Pieces = [f"{called}("]
        for position in range(len(bindings)):
            out += [", ", position] if position else [position]
        return [*out, ")"]

    def _array_pieces(self, node: ArrayNode, bindings: Sequence[int], shapes: Sequence[Shape]) -> Pieces:
        operation, name = node.operation, node.operation.name
        if name in PRODUCTS:
            return [" @ " if part == "*" else part for part in pieces(MUL, bindings)]
        if isinstance(operation, Scatter) and operation.taken.name == "windows":
            name = "unwindows"
        if node.fixed.get("reverse"):
            name = "reverse cumsum"
        out: Pieces = []
        for k, part in enumerate(PART.split(self.calls[name])):
            if not k % 2:
                out.append(part)
            elif part == "all":
                for position in range(len(bindings)):
                    out += [", ", position] if position else [position]
            elif part.rstrip(".").isdecimal():
                position = int(part.rstrip("."))
                if part.endswith(".") and not shapes[position]:  # a number has no methods
                    out += [f"{self.as_array}(", position, ")"]
                else:
                    loose = part.endswith(".") and bindings[position] < POSTFIX
                    out += ["(", position, ")"] if loose else [position]
            else:
                out += self._fixed(part, node)
        return out

    def _fixed(self, part: str, node: ArrayNode) -> Pieces:
        """Return what a call fixes, at one place of a template."""
        fixed, name = node.fixed, part.strip(",")
        if name in ("places", "slices"):
            if self.lifts and any(map(_goes_back, fixed["places"])):
                raise InputError(
                    "PyTorch has no slices with a negative step", kind="option", hint="--to numpy has them"
                )
            return places_of(node, "{}:{}" if name == "places" else "slice({}, {}, {})")
        if name == "last":
            return [str(fixed.get("axis", -1))]
        if name in ("shape", "sizes", "axes"):
            inside = ", ".join(map(str, fixed["axes" if name == "axes" else "sizes"]))
            return [f"({inside})" if name == "shape" and len(fixed["sizes"]) > 1 else inside]
        if name in ("n", "k"):
            return [str(fixed[name])]
        words = []
        if name == "stride" and fixed.get("stride", 1) != 1:
            words.append(str(fixed["stride"]))
        if name == "axis" and fixed.get("axis") is not None:
            words.append(f"{self.axis}={fixed['axis']}")
        if name in ("axis", "keep") and fixed.get("keep"):
            words.append(f"{self.keep}=True")
        text = ", ".join(words)
        return [f", {text}" if text and part.startswith(",") else f"{text}, " if text and part.endswith(",") else text]


def _number(nodes: Sequence[ArrayNode], i: int) -> str:
    """Return a numeral as one of binary64, empty for anything else."""
    row = nodes[i].operation.operation
    if row is NEG and nodes[nodes[i].arguments[0]].operation is NUMBER:
        return f"-{_number(nodes, nodes[i].arguments[0])}"
    if nodes[i].operation is not NUMBER:
        return ""
    text = numeral(nodes[i].text)
    return text + ".0" * text.isdecimal()


def _goes_back(place: Any) -> bool:
    """Whether one place of an index is a slice with a negative step."""
    return isinstance(place, tuple) and place[0] == "slice" and place[3] is not None and place[3] < 0


def places_of(node: ArrayNode, form: str) -> Pieces:
    """Return what stands in the brackets of an index; `form` is how a slice is written."""
    before = 0 if node.operation is INDEX else 1  # arguments in front of the array that is indexed
    in_words = form.startswith("slice")
    out: Pieces = []
    for k, place in enumerate(node.fixed["places"]):
        if k:
            out.append(", ")
        if isinstance(place, tuple) and place[0] == "array":
            out.append(before + place[1])
        elif isinstance(place, tuple):
            bounds = [("None" if in_words else "") if bound is None else str(bound) for bound in place[1:]]
            step = "" if in_words or not bounds[2] else f":{bounds[2]}"
            out.append(form.format(*bounds) + step)
        else:
            out.append(str(place))
    return out


def names_in(nodes: Sequence[ArrayNode], roots: Iterable[int]) -> set[str]:
    """Return the names that formulas use."""
    seen: set[int] = set()
    pending = list(roots)
    found = set()
    while pending:
        here = pending.pop()
        if here not in seen:
            seen.add(here)
            pending += nodes[here].arguments
            if nodes[here].operation is INPUT:
                found.add(nodes[here].text)
    return found


ARRAY_SPELLINGS = {
    "numpy": ArraySpelling(
        "numpy", "np", NUMPY_FUNCTIONS, NUMPY_CALLS, "axis", "keepdims", "np.array", "np.asarray", ".copy()", False
    ),
    "torch": ArraySpelling(
        "torch", "torch", TORCH_FUNCTIONS, TORCH_CALLS, "dim", "keepdim", "torch.tensor", "torch.as_tensor", ".clone()",
        True,
    ),
}  # fmt: skip

"""How formulas of arrays are written with NumPy and with PyTorch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import Any, NamedTuple, cast

from ...arrays.graph import ArrayNode
from ...arrays.rows import ArrayOperation
from ...arrays.scatters import Scatter
from ...arrays.sizes import Letters, Shape, Size, bracketed
from ...arrays.table import CONSTANT, INDEX, INPUT, LITERAL, NUMBER
from ...calculus.operations import MUL, NEG, POW, WHERE
from ...calculus.table_parts import Operation
from ...errors import InputError
from ...language.array_writing import POSTFIX
from ...language.writing import ATOM, pieces, precedence
from .helpers import helpers
from .spelling import numeral
from .vocabulary import (
    NUMPY_CALLS,
    NUMPY_FUNCTIONS,
    NUMPY_HELPED,
    NUMPY_METHODS,
    TORCH_CALLS,
    TORCH_FUNCTIONS,
    TORCH_HELPED,
    TORCH_METHODS,
)

PRODUCTS = ("matmul", "dot")  # of two arrays, written with @
BRANCHES = ((WHERE, 1), (WHERE, 2))  # which may be bare numbers everywhere
SCATTERED = ("index", "windows")
VIEWS = ("index", "transpose", "permute", "reshape", "flatten", "diag")  # results that share the memory of an argument
Pieces = list[str | int]


class Needing(str):
    """A piece of code that `needs` something where it stands: helpers, modules, letters of sizes."""

    __slots__ = ("needs",)
    needs: tuple[str, ...]

    def __new__(cls, text: str, *needs: str) -> Needing:
        """Return a piece with what it needs."""
        found = super().__new__(cls, text)
        found.needs = needs
        return found


def needed_by(pieces: Iterable[str]) -> set[str]:
    """Return what some pieces need."""
    return {name for piece in pieces if isinstance(piece, Needing) for name in piece.needs}


class ArraySpelling(NamedTuple):
    """What a library of arrays calls things.

    `functions` are those of the first table; for the second there are functions that files bring, methods, and calls of
    the library, as templates. `axis` and `keep` are what its arguments are called, `array` and `as_array` what makes an
    array, and `copy` the method that copies one. `lifts` says that its functions take no bare numbers.
    """

    name: str
    module: str
    functions: Mapping[str, tuple[str, str]]
    helped: Mapping[str, str]
    methods: Mapping[str, str]
    calls: Mapping[str, str]
    axis: str
    keep: str
    array: str
    as_array: str
    copy: str
    lifts: bool

    def number(self, pieces: Sequence[str]) -> list[str]:
        """Return a number of the language itself, put into an array where functions take no bare ones."""
        return [self._of_module(self.array), "(", *pieces, ")"] if self.lifts else [*pieces]

    def _of_module(self, text: str) -> Needing:
        return Needing(text, self.module)

    def _own(self, text: str) -> Needing:
        return self._of_module(f"{self.module}.{text}")

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
        return any(operation.name in known for known in (PRODUCTS, self.helped, self.methods, self.calls))

    def formula(self, nodes: Sequence[ArrayNode], root: int, whole: frozenset[tuple[str, ...]]) -> list[str]:
        """Return a formula down to its leaves, in pieces: every name and every number is one of its own.

        `whole` are the literals that hold labels or indices.
        """
        out: list[str] = []
        stack: list[str | tuple[int, bool]] = [(root, False)]
        while stack:
            piece = stack.pop()
            if isinstance(piece, str):
                out.append(piece)
                continue
            item, lifted = piece
            node = nodes[item]
            if lifted and is_plain_number(nodes, item):
                stack += [")", number_at(nodes, item) or (item, False), "(", self._of_module(self.array)]
                continue
            if node.operation.is_leaf:
                out += self._leaf(node, whole)
                continue
            numbers = [number_at(nodes, a) for a in node.arguments[1:]] if node.operation.operation is WHERE else [""]
            if all(numbers):
                stack += [f", {', '.join(numbers)})", (node.arguments[0], self.lifts)]
                out += [self._own("where"), "("]  # of whole numbers it would be an array of whole numbers
                continue
            bindings = [self.binding(nodes[a].operation) for a in node.arguments]
            row = node.operation.operation
            parts = self._pieces(node, bindings, [nodes[a].shape for a in node.arguments])
            lifts = self.lifts and row is not None and not row.symbol
            stack += [
                part if isinstance(part, str)
                else (node.arguments[part], lifts and (row, part) not in BRANCHES)
                for part in reversed(parts)
            ]  # fmt: skip
        return out

    def binding(self, operation: ArrayOperation) -> int:
        """Return how tightly the text of an operation binds."""
        if operation.operation is not None:
            return precedence(operation.operation)
        return MUL.precedence if operation.name in PRODUCTS else ATOM

    def _leaf(self, node: ArrayNode, whole: frozenset[tuple[str, ...]]) -> list[str]:
        if node.operation is LITERAL:
            texts, shape = node.fixed["texts"], cast("tuple[int, ...]", node.shape)
            numbers = [repr(int(float(x)) if texts in whole else float(x)) for x in texts]
            return [self._of_module(self.array), "(", bracketed(numbers, shape), ")"]
        if node.operation is CONSTANT:
            return ["(2 * ", self._own("pi"), ")"] if node.text == "tau" else [self._own(node.text)]
        return [numeral(node.text)]

    def _pieces(self, node: ArrayNode, bindings: Sequence[int], shapes: Sequence[Shape]) -> Pieces:
        """Return the text of an operation, left to right: strings, and the positions of arguments as integers."""
        row = node.operation.operation
        if row is None:
            return self._array_pieces(node, bindings, shapes)
        if row is WHERE:
            return [self._own("where"), "(", 0, ", ", 1, ", ", 2, ")"]
        if row.symbol:
            is_close = row is POW and min(bindings) == ATOM
            return pieces(row, bindings, "" if is_close else f" {row.symbol} ")
        if row.name in helpers(self.name):
            called = Needing(row.name, row.name)
        else:
            module, name = self.functions[row.name]
            called = Needing(f"{module}.{name}", module)
        return [called, "(", *_listed(len(bindings)), ")"]

    def _array_pieces(self, node: ArrayNode, bindings: Sequence[int], shapes: Sequence[Shape]) -> Pieces:
        operation, name = node.operation, node.operation.name
        if name in PRODUCTS:
            return pieces(MUL, bindings, " @ ")
        if isinstance(operation, Scatter) and operation.taken.name == "windows":
            name = "unwindows"
        if node.fixed.get("reverse"):
            name = "cumsum_from_end"
        if name in self.helped:
            return [Needing(name, name), "(", *self._filled(self.helped[name], node, bindings, shapes), ")"]
        if name in self.methods:
            return self._filled(self.methods[name], node, bindings, shapes)
        return [self._own(""), *self._filled(self.calls[name], node, bindings, shapes)]

    def _filled(self, template: str, node: ArrayNode, bindings: Sequence[int], shapes: Sequence[Shape]) -> Pieces:
        """Return a template with its places filled."""
        out: Pieces = []
        for before, part, _, _ in Formatter().parse(template):
            if before:
                out.append(before)
            if part is None:
                continue
            if part == "library.":
                out.append(self._own(""))
            elif part == "all":
                out += _listed(len(bindings))
            elif part.rstrip(".").isdecimal():
                position = int(part.rstrip("."))
                if part.endswith(".") and not shapes[position]:  # a number has no methods
                    out += [self._of_module(self.as_array), "(", position, ")"]
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
            return places_of(node, in_words=name == "slices")
        if name == "last":
            return [str(fixed.get("axis", -1))]
        if name in ("shape", "sizes", "axes"):
            sizes = fixed["axes" if name == "axes" else "sizes"]
            inside: Pieces = [piece for k, size in enumerate(sizes) for piece in ([", "] if k else []) + _size(size)]
            return ["(", *inside, ")"] if name == "shape" and len(sizes) > 1 else inside
        if name in ("n", "k"):
            return [*_size(fixed[name])]
        words: list[Pieces] = []
        if name == "stride" and fixed.get("stride", 1) != 1:
            words.append([str(fixed["stride"])])
        if name == "axis" and fixed.get("axis") is not None:
            words.append([f"{self.axis}=", str(fixed["axis"])])
        if name in ("axis", "keep") and fixed.get("keep"):
            words.append([f"{self.keep}=True"])
        out: Pieces = []
        for word in words:
            out += [*([", "] if out or part.startswith(",") else []), *word]
        return [*out, ", "] if out and part.endswith(",") else out


def _listed(count: int) -> Pieces:
    """Return so many arguments with commas between."""
    return [piece for position in range(count) for piece in ((", ", position) if position else (position,))]


def _size(size: Size) -> list[str]:
    """Return a size as a piece, which needs its letters."""
    return [Needing(str(size), *(x for term in size.terms for x in term)) if isinstance(size, Letters) else str(size)]


def number_at(nodes: Sequence[ArrayNode], i: int) -> str:
    """Return a numeral as one of binary64, empty for anything else."""
    row = nodes[i].operation.operation
    if row is NEG:
        (a,) = nodes[i].arguments
        return f"-{number_at(nodes, a)}" if nodes[a].operation is NUMBER else ""
    if nodes[i].operation is not NUMBER:
        return ""
    text = numeral(nodes[i].text)
    return text + ".0" * text.isdecimal()


def is_plain_number(nodes: Sequence[ArrayNode], root: int) -> bool:
    """Whether a formula is a number of the language itself: without names, and without calls, which return arrays."""
    operations = [nodes[i].operation for i in reached_from(nodes, [root])]
    return all(it in (NUMBER, CONSTANT) or (it.operation is not None and bool(it.operation.symbol))
               for it in operations)  # fmt: skip


def _goes_back(place: Any) -> bool:
    """Whether one place of an index is a slice with a negative step."""
    return isinstance(place, tuple) and place[0] == "slice" and place[3] is not None and place[3] < 0


def places_of(node: ArrayNode, *, in_words: bool = False) -> Pieces:
    """Return what stands in the brackets of an index; with `in_words` a slice is a call of `slice`."""
    before = 0 if node.operation is INDEX else 1  # arguments in front of the array that is indexed
    out: Pieces = []
    for k, place in enumerate(node.fixed["places"]):
        if k:
            out.append(", ")
        if isinstance(place, tuple) and place[0] == "array":
            out.append(before + place[1])
        elif isinstance(place, tuple):
            low, high, step = (("None" if in_words else "") if bound is None else str(bound) for bound in place[1:])
            if in_words:
                out += ["slice(", low, ", ", high, ", ", step, ")"]
            else:
                out += [low, ":", high, *([":", step] if step else [])]
        else:
            out.append(str(place))
    return out


def reached_from(nodes: Sequence[ArrayNode], roots: Iterable[int]) -> set[int]:
    """Return the nodes that formulas consist of."""
    seen: set[int] = set()
    pending = list(roots)
    while pending:
        here = pending.pop()
        if here not in seen:
            seen.add(here)
            pending += nodes[here].arguments
    return seen


def names_in(nodes: Sequence[ArrayNode], roots: Iterable[int]) -> set[str]:
    """Return the names that formulas use."""
    return {nodes[i].text for i in reached_from(nodes, roots) if nodes[i].operation is INPUT}


ARRAY_SPELLINGS = {
    "numpy": ArraySpelling(
        "numpy", "np", NUMPY_FUNCTIONS, NUMPY_HELPED, NUMPY_METHODS, NUMPY_CALLS, "axis", "keepdims", "np.array",
        "np.asarray", ".copy()", False,
    ),
    "torch": ArraySpelling(
        "torch", "torch", TORCH_FUNCTIONS, TORCH_HELPED, TORCH_METHODS, TORCH_CALLS, "dim", "keepdim", "torch.tensor",
        "torch.as_tensor", ".clone()", True,
    ),
}  # fmt: skip

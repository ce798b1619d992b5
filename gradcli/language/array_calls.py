"""What the instructions for arrays build: calls of the second table, indices, literals, elements of recurrences."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ..arrays.axes import one_axis
from ..arrays.graph import ArrayBuilder
from ..arrays.rows import ArrayOperation
from ..arrays.sizes import Letters, Misfit, Shape, Size, count, described
from ..arrays.table import INDEX as INDEX_ROW
from ..arrays.table import INPUT, NUMBER, STACK, entry_by_entry
from ..arrays.table import LITERAL as LITERAL_ROW
from ..calculus.operations import ADD, DOT, MUL, NEG, SUB
from ..calculus.table_parts import Operation
from ..errors import InputError
from ..numbers.decimals import short_text
from .array_instructions import NEW_AXIS, ONE

Span = tuple[int, int]


class Call(NamedTuple):
    """A call of a row: how many arrays it takes, and what follows: names, with how many operands or None for one."""

    row: ArrayOperation
    arrays: int
    fixed: list[tuple[str, int | None]]


class Family:
    """The elements of a recurrence so far, by their places. They are stacked when the array is used as a whole."""

    __slots__ = ("elements", "is_complete", "name", "node", "span")

    def __init__(self, name: str, span: Span) -> None:
        self.name = name
        self.elements: dict[int, int] = {}
        self.node: int | None = None  # that of the stack, once there is one
        self.is_complete = False  # whether something was read that a further element would change
        self.span = span  # of the last element, before there is one that of the name

    def check_free(self, k: int, span: Span) -> None:
        """Raise `InputError` unless element k can be set."""
        name = f"{self.name}[{k}]"
        if k < 0:
            raise InputError(f"there is no {name}", kind="name", span=span, hint="elements are counted from 0")
        if k in self.elements:
            raise InputError(f"{name} is set twice", kind="name", span=span, hint="every element is computed once")
        if self.is_complete:
            raise InputError(
                f"{name} is set after {self.name} was used as a whole", kind="name", span=span,
                hint=f"within the recurrence write {self.name}[k-1] for the element before",
            )  # fmt: skip

    def put(self, builder: ArrayBuilder, k: int, node: int, span: Span) -> None:
        """Set element k. Raises `Misfit` where its shape is not that of the others."""
        if self.elements:
            first = next(iter(self.elements))
            a, b = builder.shape(node), builder.shape(self.elements[first])
            if len(a) != len(b) or not all(builder.sizes.same(x, y) for x, y in zip(a, b, strict=True)):
                what = f"{self.name}[{k}] {described(a)}, {self.name}[{first}] {described(b)}"
                raise Misfit(what, "all elements of a recurrence have one shape")
        self.elements[k] = builder.name(node, f"{self.name}[{k}]")
        self.span = span

    def element(self, k: int, span: Span) -> int:
        """Return element k; negative places count from the end. Raises `InputError` where it is not set."""
        at = k
        if k < 0:
            self.complete(span)
            at = k + len(self.elements)
        if at not in self.elements:
            hint = f"{self.name} has {self._set()} so far" if self.elements else f"write {self.name}[0] = ..."
            raise InputError(f"{self.name}[{k}] is used before it is set", kind="name", span=span, hint=hint)
        return self.elements[at]

    def _set(self) -> str:
        """Return which elements are set, in words."""
        first, last, count = min(self.elements), max(self.elements), len(self.elements)
        if count == 1:
            return f"element {first} alone"
        return f"{'' if count == last - first + 1 else 'some of the '}elements {first} to {last}"

    def complete(self, span: Span | None = None) -> None:
        """Let no further element be set. Raises `InputError` where one is left out, or there is none."""
        self.is_complete = True
        gap = next((k for k in range(len(self.elements)) if k not in self.elements), None)
        if gap is None and self.elements:
            return
        first = min(self.elements, default=0)
        hint = f"elements are counted from 0: {self.name}[{first}] is the first that is set" if gap == 0 else None
        what = f"{self.name}[{gap or 0}] is never set"
        raise InputError(what, kind="name", span=span or self.span, hint=hint)

    def whole(self, builder: ArrayBuilder, span: Span | None = None) -> int:
        """Return the node of all elements, stacked; none can be set after that. Raises `InputError` for a gap."""
        if self.node is None:
            self.complete(span)
            nodes = [self.elements[k] for k in range(len(self.elements))]
            self.node = builder.name(builder.apply(STACK, nodes, self.span), self.name)
        return self.node


class Ragged(Exception):
    """Raised for entries of an array whose shapes differ: which one, its shape and that of the first."""

    def __init__(self, row: int, shape: Shape, first: Shape) -> None:
        super().__init__()
        self.row, self.shape, self.first = row, shape, first


class Calls:
    """Builds what the instructions for arrays stand for."""

    def __init__(self, builder: ArrayBuilder) -> None:
        self.builder = builder
        self.letters: dict[int, Size] = {}  # nodes that stand for sizes of which letters are known
        self.sized: set[int] = set()  # the inputs and numbers that sizes, axes, places or bounds were read from
        self.families_used: set[str] = set()

    def whole(self, value: int | Family) -> int:
        """Return the node of a value: that of all elements for a recurrence."""
        return value if isinstance(value, int) else value.whole(self.builder)

    # ---- whole numbers known before the run

    def static(self, node: int) -> Size | Fraction | None:
        """Return a number that is known before the run, a size of letters, or None."""
        if node in self.letters:
            return self.letters[node]
        found = self.builder.static(node)
        if found is None:
            return None
        self._note(node)
        return int(found) if found.denominator == 1 else found

    def _note(self, node: int) -> None:
        """Note the inputs and named numbers that a size hangs on."""
        pending = [node]
        while pending:
            here = pending.pop()
            if here not in self.sized:
                self.sized.add(here)
                pending += self.builder.nodes[here].arguments

    def _unknown(self, node: int, what: str, span: Span, hint: str | None = None) -> InputError:
        """Return the error for a number that is not known, with the inputs that would make it so as whole numbers."""
        from .array_errors import unknown_count

        return unknown_count(what, self._counted_from(node), span, hint)

    def _counted_from(self, node: int) -> list[str]:
        """Return the inputs that would make a node known if they were whole numbers; none where that is not enough."""
        nodes = self.builder.nodes
        pending, seen, names = [node], {node}, []
        while pending:
            here = nodes[pending.pop()]
            if here.operation is INPUT:
                names += [] if here.text in self.builder.statics and not here.shape else [here.text]
            elif here.operation is not NUMBER and here.operation.operation is None:
                return []
            for a in here.arguments:
                if a not in seen:
                    seen.add(a)
                    pending.append(a)
        return names[::-1]

    def whole_size(self, node: int, what: str, span: Span) -> Size:
        """Return a whole number or a size of letters. Raises `InputError` for anything else."""
        found = self.static(node)
        if found is None:
            hint = "it hangs on numerals, sizes and bound whole numbers alone"
            raise self._unknown(node, f"{what} must be known before the run", span, hint)
        if isinstance(found, Fraction):
            raise InputError(f"{what} is a whole number, not {short_text(found)}", kind="number", span=span)
        return found

    def whole_number(self, node: int, what: str, span: Span) -> int:
        """Return a whole number. Raises `InputError` for anything else."""
        found = self.whole_size(node, what, span)
        if isinstance(found, Letters):
            hint = f"say how much {found} is"
            raise InputError(f"{what} is {found}: a number is needed", kind="number", span=span, hint=hint)
        return found

    def whole_numbers(self, node: int, what: str, span: Span) -> tuple[int, ...]:
        """Return the entries of a list of numerals as whole numbers. Raises `InputError` for anything else."""
        literal = self.builder.nodes[node]
        if literal.operation is not LITERAL_ROW or len(literal.shape) != 1:
            raise self._unknown(node, f"{what} is a whole number or a list of them", span)
        found = []
        for text in literal.fixed["texts"]:
            number = Fraction(text)
            if number.denominator != 1:
                raise InputError(f"{what} is a whole number, not {text}", kind="number", span=span)
            found.append(int(number))
        return tuple(found)

    def entrywise(self, operation: Operation, nodes: Sequence[int], span: Span) -> int:
        """Return a node of an operation of the first table; with sizes of letters it is computed."""
        found = self.builder.entrywise(operation, nodes, span)
        if self.letters and operation in (ADD, SUB, MUL) and not self.letters.keys().isdisjoint(nodes):
            known = [self.letters.get(n, self.builder.static(n)) for n in nodes]
            sizes = [n if isinstance(n, Letters) else int(n)
                     for n in known if n is not None and (isinstance(n, Letters) or n == int(n))]  # fmt: skip
            if len(sizes) == 2:
                x, y = sizes
                self.letters[found] = x + y if operation is ADD else x - y if operation is SUB else x * y
        return found

    # ---- calls

    def call(self, call: Call, nodes: Sequence[int], span: Span) -> int:
        """Return the node of a call of the second table. Raises `Misfit`, `InputError`."""
        row, arrays = call.row, nodes[: call.arrays]
        if row.name == "dot" and not any(self.builder.shape(x) for x in arrays):
            return self.builder.entrywise(DOT, arrays, span)
        fixed: dict[str, Any] = {}
        at = call.arrays
        for name, several in call.fixed:
            given = nodes[at : at + (several or 1)]
            at += len(given)
            fixed[name] = self._fixed(row, name, given, several, span)
        return self.builder.apply(row, arrays, span, fixed)

    def _fixed(self, row: ArrayOperation, name: str, given: Sequence[int], several: int | None, span: Span) -> Any:
        """Return what a call fixes under a name."""
        what = f"{ {'sizes': 'a size', 'axes': 'an axis'}.get(name, name) } of {row.name}"
        listed = len(given) == 1 and self.builder.shape(given[0]) != ()
        if name in ("keep", "reverse"):
            return bool(self.whole_number(given[0], what, span))
        if name == "axis":
            if not listed and several is None:
                return self.whole_number(given[0], what, span)
            axes = (
                self.whole_numbers(given[0], what, span)
                if listed
                else tuple(self.whole_number(x, what, span) for x in given)
            )
            if isinstance(row.fixed["axis"], int):
                if len(axes) == 1:
                    return axes[0]
                raise InputError(f"{row.name} works along one axis", kind="number", span=span)
            return axes
        if name in ("axes", "sizes"):
            if listed:
                return self.whole_numbers(given[0], what, span)
            read = self.whole_size if name == "sizes" else self.whole_number
            return tuple(read(x, what, span) for x in given)
        return self.whole_size(given[0], what, span) if name == "n" else self.whole_number(given[0], what, span)

    def check_sum(self, nodes: Sequence[int]) -> None:
        """Raise `Misfit` for sum(X, 0), which elsewhere is a sum along an axis."""
        first, *others = nodes
        if len(others) != 1 or self.builder.nodes[others[0]].operation not in (NUMBER, entry_by_entry(NEG)):
            return
        axis = self.builder.static(others[0])
        if axis is not None and axis.denominator == 1 and self.builder.shape(first):
            raise Misfit("the axis of a sum has a name", f"write sum({{0}}, axis={axis})")

    def product(self, operation: Operation, nodes: Sequence[int], span: Span) -> int:
        """Return the node of a product by the sign ·. Raises `InputError` between arrays."""
        if all(self.builder.shape(x) for x in nodes):
            hint = "write @ for the matrix product, * for the product entry by entry"
            raise InputError("· between arrays may mean two products", kind="product", span=span, hint=hint)
        return self.entrywise(operation, nodes, span)

    # ---- arrays that are written down, and sizes

    def stacked(self, nodes: Sequence[int], span: Span) -> int:
        """Return the node of an array with these entries or rows. Raises `Ragged`, `InputError` for a fifth axis."""
        from .array_errors import too_deep

        first = self.builder.shape(nodes[0])
        for row, node in enumerate(nodes):
            shape = self.builder.shape(node)
            if len(shape) != len(first) or not all(map(self.builder.sizes.same, shape, first)):
                raise Ragged(row, shape, first)
        if len(first) == 4:
            raise too_deep(span)
        return self.builder.apply(STACK, nodes, span)

    def size(self, arguments: Sequence[int | Family], span: Span) -> int:
        """Return the node of a size: the entries of an array along an axis, or all of them.

        Raises `Misfit` for an axis that the array does not have.
        """
        array, *axis = arguments
        shape: Shape
        if isinstance(array, Family):
            array.complete(span)
            shape = (len(array.elements), *self.builder.shape(array.elements[0]))
        else:
            shape = self.builder.shape(array)
        sizes: Sequence[Size] = shape
        if axis:
            k = self.whole_number(self.whole(axis[0]), "the axis of size", span)
            sizes = [shape[one_axis(shape, k)]]
        found = self.builder.sizes.filled(count(sizes))
        if isinstance(found, int):
            return self.builder.number(str(found), span)
        node = self.builder.constant(str(found), span)
        self.letters[node] = found
        return node

    # ---- places

    def indexed(self, template: Sequence[Any], arguments: Sequence[int | Family], span: Span) -> int:
        """Return the node that an index chooses. Raises `Misfit`, `InputError`."""
        array, *operands = arguments
        places: list[Any] = []
        arrays: list[int] = []
        rest = iter(operands)
        for place in template:
            if place is NEW_AXIS:
                places.append(None)
            elif place is ONE:
                node = self.whole(next(rest))
                static = None if self.builder.shape(node) else self.static(node)
                if static is None:
                    arrays.append(node)
                    places.append(("array", len(arrays)))
                else:
                    places.append(self.whole_number(node, "an index", span))
            else:
                ends = [self._end(next(rest), span) if given else None for given in place]
                places.append(("slice", *ends))
        if isinstance(array, Family):
            array, places = self._of_family(array, places, span)
            if not places:
                return array
        return self.builder.apply(INDEX_ROW, (array, *arrays), span, {"places": tuple(places)})

    def _end(self, value: int | Family, span: Span) -> int:
        return self.whole_number(self.whole(value), "the end of a slice", span)

    def _of_family(self, family: Family, places: list[Any], span: Span) -> tuple[int, list[Any]]:
        """Return the node of an element or of some elements of a recurrence, and the places that are left.

        Only places that do not hang on the end of the recurrence are read before it is complete.
        """
        first = places[0]
        if isinstance(first, int):
            return family.element(first, span), places[1:]
        if isinstance(first, tuple) and first[0] == "slice" and family.node is None:
            _, start, stop, step = first
            if stop is not None and (start or 0) >= 0 and stop >= 0 and (step or 1) > 0:
                nodes = [family.element(k, span) for k in range(start or 0, stop, step or 1)]
                if nodes:
                    stack = self.builder.apply(STACK, nodes, span)
                    everything = ("slice", None, None, None)
                    return stack, [everything, *places[1:]] if len(places) > 1 else []
        return family.whole(self.builder, span), places

"""Arrays in a line of a derivation: their numbers, and their entries as formulas with numbers written in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..arrays.sizes import Shape, bracketed, count, shape_text
from ..calculus.operations import ADD, SUB
from ..calculus.operations import CONSTANT as PI
from ..calculus.operations import INPUT as ENTRY_NAME
from ..calculus.operations import SUM as SUM_OF
from ..record.array_gradient import ArrayGradient
from ..record.array_written import WrittenEntries
from .array_spelling import TERMS, Spelling
from .array_text import ArrayWriter, is_small
from .notation import WrittenLine, distinct
from .rounding import Rounding, sum_sign, with_zeros

IN_FULL = 16  # entries of an array that a line holds
MOST_READ = 256  # entries of what is written out in numbers
ARROW = " -> "


class Remark(str):
    """A remark with shapes in it: `parts` are its words and shapes in order, and `ARROW` before what they become."""

    __slots__ = ("parts",)
    parts: list[str | Shape]

    def __new__(cls, *parts: str | Shape, between: str = "") -> Remark:
        """Return the text of all parts that are not empty; a remark among them brings its own."""
        found: list[str | Shape] = []
        for part in parts:
            own: list[str | Shape] = part.parts if isinstance(part, Remark) else [part] if part else []
            found += [between, *own] if found and own and between else own
        made = super().__new__(cls, "".join(part if isinstance(part, str) else shape_text(part) for part in found))
        made.parts = found
        return made


class ArrayLines:
    """Writes the arrays of a record in plain text, each on a line."""

    room = 64  # characters of entries that are all written out; of more only the first is
    room_of_one = 48

    def __init__(self, record: ArrayGradient, figures: Rounding) -> None:
        self.record = record
        self.figures = figures
        self.write = ArrayWriter(record, figures, {})

    # ---- what LaTeX writes in its own way

    @property
    def about(self) -> str:
        """The sign between a sum of rounded numbers and what it comes to, where they differ."""
        return self.figures.signs.about

    def norm(self, text: str) -> str:
        """Return the norm of an array."""
        return f"norm {text}"

    def shaped(self, shape: Sequence[int], norm: str) -> str:
        """Return what stands for an array that is not written in full."""
        return f"{shape_text(tuple(shape))} ({self.norm(norm)})"

    def brackets(self, texts: Sequence[str], shape: Sequence[int]) -> str:
        """Return the texts of entries as an array."""
        return bracketed(texts, shape)

    def first_only(self, text: str, shape: Sequence[int]) -> str:
        """Return an array of which the first entry is written out."""
        for _ in shape:
            text = f"[{text}, ...]"
        return text

    def spelling(self, leaf: Callable[[str], str]) -> Spelling:
        """Return what writes formulas of entries."""
        return Spelling(leaf)

    def number(self, x: Any) -> str:
        """Return a number."""
        return self.figures.text(x)

    # ---- arrays

    def array(self, flat: Sequence[Any] | None, shape: Sequence[int]) -> str:
        """Return an array in full where it is small, else its shape and norm."""
        if flat is None:
            return "none"
        if not shape:
            return self.number(*flat)
        if self.in_full(shape):
            return self.brackets(list(map(self.number, flat)), shape)
        return self.shaped(shape, self._norm(flat, shape))

    @staticmethod
    def in_full(shape: Sequence[Any]) -> bool:
        """Whether a line holds all entries of an array."""
        return is_small(shape) and count(tuple(shape)) <= IN_FULL

    def _norm(self, flat: Sequence[Any], shape: Sequence[int]) -> str:
        norm = self.write.summary(flat, tuple(shape)).norm
        return with_zeros(norm, min(self.figures.count, 15))

    def equation(
        self, left: str, text: str, found: Callable[[Sequence[int]], WrittenEntries], flat: Any, read: int, shape: Any
    ) -> WrittenLine:
        """Return an equation without its remark: `text`, the entries as formulas in numbers, and the array."""
        was_rounded = self.figures.rounded
        entries, sign = self._written(found, flat, read, shape)
        if not entries:  # what is left out was not rounded either
            self.figures.rounded = was_rounded
        right = distinct([text, entries, self.array(flat, shape)])
        return WrittenLine(left, right, "", sign if len(right) > 2 else "=")

    def _written(
        self, found: Callable[[Sequence[int]], WrittenEntries], flat: Any, read: int, shape: Any
    ) -> tuple[str, str]:
        """Return entries as formulas in numbers, of many the first, and the sign before what they come to.

        The text is empty where it would be long.
        """
        if read > MOST_READ or not is_small(shape) or flat is None:
            return "", "="
        size = count(shape)
        if size <= IN_FULL:
            every = found(range(size))
            texts = self._spelled(every)
            if texts and sum(map(len, texts)) + 2 * len(texts) <= self.room:
                return self.brackets(texts, shape), self._sign(every, flat)
        first = found([0])
        (root,) = first.roots
        if first.graph.nodes[root].operation.is_leaf or size == 1:
            return "", "="
        text = "".join(self._spelled(first))
        fits = 0 < len(text) <= self.room_of_one
        return (self.first_only(text, shape), self._sign(first, flat)) if fits else ("", "=")

    def _sign(self, written: WrittenEntries, flat: Sequence[Any]) -> str:
        """Return the sign between sums of numbers as they are written and what they come to."""
        nodes = written.graph.nodes
        for root, x in zip(written.roots, flat, strict=False):
            node = nodes[root]
            terms = [nodes[a] for a in node.arguments]
            if node.operation not in (ADD, SUM_OF, SUB) or len(terms) > TERMS or x is None:
                continue
            if all(term.operation.is_leaf and term.operation is not PI for term in terms):
                texts = [self.figures.text(written.numbers[term.text]) if term.operation is ENTRY_NAME else term.text
                         for term in terms]  # fmt: skip
                if node.operation is SUB:
                    texts[1] = texts[1][1:] if texts[1].startswith("-") else f"-{texts[1]}"
                if sum_sign(texts, self.figures.text(x)) != "=":
                    return self.about
        return "="

    def _spelled(self, written: WrittenEntries) -> list[str]:
        """Return formulas with numbers written in; none where a number is missing."""
        missing = []

        def leaf(name: str) -> str:
            x = written.numbers[name]
            if x is None:
                missing.append(name)
            return self.figures.text(x)

        spelling = self.spelling(leaf)
        texts = [spelling.formula(written.graph, root) for root in written.roots]
        return [] if missing or not all(texts) else texts

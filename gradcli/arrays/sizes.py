"""Sizes and shapes: whole numbers, or letters that stand for any; what fits together, and what that makes.

A shape is a tuple of sizes, one an axis: () of a number, (n,) of a vector, (m, n) of a matrix, up to four axes. A size
is a whole number, or a `Letters` where only letters are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Letters:
    """A size that is a polynomial of letters, such as N, N*D or N + 1: a coefficient for each product of letters."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[tuple[str, ...], int]) -> None:
        self.terms = {letters: count for letters, count in sorted(terms.items()) if count}

    @classmethod
    def named(cls, name: str) -> Letters:
        """Return the size that a letter stands for."""
        return cls({(name,): 1})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Letters) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(tuple(self.terms.items()))

    def __add__(self, other: Size) -> Size:
        terms = dict(self.terms)
        for letters, count in _terms(other).items():
            terms[letters] = terms.get(letters, 0) + count
        return _size(terms)

    __radd__ = __add__

    def __neg__(self) -> Size:
        return _size({letters: -count for letters, count in self.terms.items()})

    def __sub__(self, other: Size) -> Size:
        return self + -other

    def __rsub__(self, other: Size) -> Size:
        return -self + other

    def __mul__(self, other: Size) -> Size:
        terms: dict[tuple[str, ...], int] = {}
        for a, m in self.terms.items():
            for b, n in _terms(other).items():
                key = tuple(sorted((*a, *b)))
                terms[key] = terms.get(key, 0) + m * n
        return _size(terms)

    __rmul__ = __mul__

    def __str__(self) -> str:
        text = ""
        for letters, count in sorted(self.terms.items(), key=lambda term: (-len(term[0]), term)):
            size = "*".join([*([str(abs(count))] if abs(count) != 1 or not letters else []), *letters])
            text += f"{'-' if count < 0 else '+' if text else ''}{size}"
        return text

    __repr__ = __str__

    @property
    def name(self) -> str | None:
        """The one letter that this is, or None."""
        (letters, count), *more = self.terms.items()
        return letters[0] if not more and count == 1 and len(letters) == 1 else None

    def filled(self, known: Mapping[str, int]) -> Size:
        """Return the size with numbers in place of the letters that are known."""
        total: Size = 0
        for letters, count in self.terms.items():
            part: Size = count
            for letter in letters:
                part = part * (known[letter] if letter in known else Letters.named(letter))
            total = total + part
        return total


Size = int | Letters
Shape = tuple[Size, ...]


def _terms(size: Size) -> Mapping[tuple[str, ...], int]:
    return size.terms if isinstance(size, Letters) else {(): size}


def _size(terms: Mapping[tuple[str, ...], int]) -> Size:
    found = Letters(terms)
    return found.terms.get((), 0) if not found.terms.keys() - {()} else found


class Misfit(Exception):
    """Raised where shapes do not fit: words with {0}, {1}, ... where the arguments are named, and why in a hint.

    `meeting` has the axes that meet and differ, as (argument, axis, size); for messages and repairs.
    """

    def __init__(self, what: str, hint: str | None = None, meeting: Sequence[tuple[int, int, Size]] = ()) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.meeting = meeting


class Sizes:
    """Which sizes are the same: equal ones, and a letter that met a number is that number from then on."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def same(self, a: Size, b: Size) -> bool:
        """Whether two sizes are equal, or become so because a letter meets a number.

        Two letters are two sizes: N rows never fit D columns by accident.
        """
        a, b = self.filled(a), self.filled(b)
        if a == b:
            return True
        if isinstance(b, Letters):
            a, b = b, a
        if isinstance(a, Letters) and isinstance(b, int) and a.name is not None and b > 0:
            self.known[a.name] = b
            return True
        return False

    def filled(self, size: Size) -> Size:
        """Return a size with what is known of its letters."""
        return size if isinstance(size, int) else size.filled(self.known)

    def broadcast(self, shapes: Sequence[Shape]) -> Shape:
        """Return the shape of an operation entry by entry: one argument has it already, the others may grow to it.

        Aligned from the last axis; an axis of size 1 or a missing one grows. Raises `Misfit`.
        """
        whole: list[Size] = []
        for axis in range(1, max(map(len, shapes)) + 1):
            size: Size = 1
            owner = -1
            for k, shape in enumerate(shapes):
                if axis > len(shape) or self.filled(shape[-axis]) == 1:
                    continue
                if owner < 0:
                    size, owner = shape[-axis], k
                elif not self.same(size, shape[-axis]):
                    raise self._unequal(shapes, owner, k, axis)
            whole.insert(0, self.filled(size))
        found = tuple(whole)
        if not any(len(shape) == len(found) and all(self.filled(s) == f for s, f in zip(shape, found, strict=True))
                   for shape in shapes):  # fmt: skip
            both = "both sides" if len(shapes) == 2 else "all of them"
            told = " and ".join(f"{{{k}}} {shape_text(shape)}" for k, shape in enumerate(shapes))
            raise Misfit(f"{both} would have to grow, {told} to {shape_text(found)}")
        return found

    def _unequal(self, shapes: Sequence[Shape], k: int, other: int, axis: int) -> Misfit:
        a, b = shapes[k], shapes[other]
        return Misfit(
            f"{{{k}}} {described(a)}, {{{other}}} {described(b)}",
            f"{axis_name(a, len(a) - axis)} of {{{k}}} ({a[-axis]}) {verb(a)} "
            f"{axis_name(b, len(b) - axis)} of {{{other}}} ({b[-axis]})",
            [(k, len(a) - axis, a[-axis]), (other, len(b) - axis, b[-axis])],
        )


def verb(shape: Shape) -> str:
    """Return how the axis of a shape meets another: rows and columns meet, an axis meets."""
    return "meet" if len(shape) in (1, 2) else "meets"


def axis_name(shape: Shape, axis: int) -> str:
    """Return what an axis is called: the entries of a vector, the rows and columns of a matrix, or its number."""
    if len(shape) == 1:
        return "the entries"
    if len(shape) == 2:
        return ("the rows", "the columns")[axis]
    return f"axis {axis}"


def shape_text(shape: Shape, times: str = "x") -> str:
    """Return a shape as it is written: 3x2, 4, or "a number"."""
    return times.join(str(size) if isinstance(size, int) or size.name else f"({size})" for size in shape) or "a number"


def sizes_text(shape: Shape) -> str:
    """Return the shape of an array as it is said alone: "3x2", "4 entries", "a number"."""
    return f"{shape[0]} {'entry' if shape[0] == 1 else 'entries'}" if len(shape) == 1 else shape_text(shape)


def described(shape: Shape) -> str:
    """Return what is said of an array of that shape: "is 3x2", "has 4 entries", "is a number"."""
    return f"{'has' if len(shape) == 1 else 'is'} {sizes_text(shape)}"


LITERAL_WIDTH = 40  # characters of an array of numerals where it is named


def bracketed(texts: Sequence[str], shape: Sequence[Any]) -> str:
    """Return the texts of entries as an array of the language: [[1, 2], [3, 4]]; that of a number alone as it is."""
    parts = list(texts)
    for size in reversed(shape):
        parts = [f"[{', '.join(parts[k : k + size])}]" for k in range(0, len(parts), size)]
    return parts[0]


def nested(flat: Sequence[Any], shape: Sequence[int]) -> Any:
    """Return a flat list as nested lists of a shape; the number itself of an array without axes."""
    if not shape:
        return flat[0]
    found: list[Any] = list(flat)
    for size in shape[:0:-1]:
        found = [found[k : k + size] for k in range(0, len(found), size)]
    return found


def literal_text(texts: Sequence[str], shape: Sequence[Any]) -> str:
    """Return an array of numerals as it is written; what is longer ends with three dots in each bracket it cuts."""
    whole = bracketed(texts, shape)
    if len(whole) <= LITERAL_WIDTH or not shape:
        return whole
    inside = list(texts)
    kept = 3 if len(shape) == 1 else 2
    for size in reversed(shape):
        inside = [
            f"[{', '.join([*inside[k : k + min(kept, size)], *(['...'] if size > kept else [])])}]"
            for k in range(0, len(inside), size)
        ]
    return inside[0]


def count(shape: Sequence[Any]) -> int:
    """Return how many entries an array of that shape has; its sizes are numbers."""
    total = 1
    for size in shape:
        total *= size
    return total


def same_entries(claimed: Shape, wanted: Shape) -> bool:
    """Whether two shapes hold the same entries in the same order, but for axes of size 1.

    A row and a column of one size are not the same; a vector is neither.
    """
    if claimed == wanted:
        return True
    squeezed = [tuple(size for size in shape if size != 1) for shape in (claimed, wanted)]
    return squeezed[0] == squeezed[1] and len(claimed) != len(wanted)

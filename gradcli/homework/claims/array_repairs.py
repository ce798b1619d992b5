"""Claims about arrays read kindly, as those about numbers are: decimal commas, and what stands before and behind.

`[0,18; 0,09]` is two numbers or four. The shape of the item tells which, and what is read is said. Several numbers may
stand in other brackets, and a T for the transpose behind them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from ...arrays.sizes import count, same_entries
from ...errors import GradcliError
from ...language.implied_products import NUMBER
from ...language.latex_reading import of_latex
from .array_claims import ArrayWritten, Numbers
from .array_items import ArrayItem
from .brackets_behind import RELATION, before_remark, parted
from .claims import MAX_LENGTH, Number
from .decimal_sign import tells_comma
from .labelled_entries import labelled_entries
from .primes import with_slopes
from .python_spellings import with_operator, without_modules
from .reasons import with_a_sign
from .repairs import (
    COMMENT,
    EQUATION,
    MODULE,
    MOST_REPAIRS,
    NOTATION,
    PRODUCT,
    SLOPE,
    WORDS,
    Reader,
    read_kindly,
)
from .words_around import changes
from .written_numbers import (
    AROUND,
    COMMA,
    SIGN,
    TwoReadings,
    doubtful,
    has_comma_inside,
    is_doubtful,
    plain_signs,
    shown,
)

_RUN = re.compile(r"[0-9](?:[0-9.,]*[0-9])?", re.ASCII)
_DECIMAL = re.compile(r"[0-9]+,[0-9]+", re.ASCII)
_BEHIND = re.compile(r"\s*\((?P<inner>[^()]*)\)[.]?\Z")
_BARE = re.compile(r"(?=.*[0-9.][\s,]+[-+.0-9])[0-9eE.,;+\s\u2212-]+", re.ASCII | re.S)
# A number before a name or a parenthesis, which multiplies it: of two arrays the product could be * or @.
_NUMBER_OF = re.compile(rf"(?<![\w./^*])({NUMBER})(?![0-9.]|[eE][-+0-9])\s*(?=[^\W\d_]|\((?![0-9]+\)))")
_ENDS = re.compile(r"[.,;\u2026\s]+\Z")
_QUOTED = re.compile(r"([\"'`$*]).*\1|\u201e.*\u201c|\u201c.*\u201d|\u00ab.*\u00bb", re.S)
_LISTED = re.compile(
    r"[({<\u27e8](?=.*[,;])(?:[0-9eE.,;+/\s\u2212-]|[({]|[)}](?!\s*[-+/0-9]))*[)}>\u27e9]", re.ASCII | re.S
)
_BRACKETS = str.maketrans("(){}<>\u27e8\u27e9", "[][][][]")
_TRANSPOSED = re.compile(r"(?<=[\])}>])\s*(?:\^\s*(?:T|\\top|\{\s*(?:T|\\top)\s*\})|\.T|['\u1d40])\Z")
LISTED = "an array in other brackets"
TRANSPOSE = "a transpose"
LABELLED = "entries with their names"

Read = Callable[[str], ArrayWritten]


class ArrayReading(NamedTuple):
    """What a claim says. `read_as` is the text that was read in place of what was written, "" where that was read.

    `repairs` names what was mended.
    """

    written: ArrayWritten
    read_as: str = ""
    repairs: tuple[str, ...] = ()


def read_array_kindly(text: str, item: ArrayItem, read: Read, names: Mapping[str, int], *, comma: bool) -> ArrayReading:
    """Return what a claim about an item says, mended where it cannot be read as it stands or has another shape.

    `read` returns what a text says as it stands; `names` are those of the program. With `comma` the sheet is known to
    have decimal commas. Raises `GradcliError` with the reason why the claim says nothing, or more than one thing.
    """
    text = text.strip()
    if text.startswith("@"):
        return ArrayReading(read(text))
    return _ArrayReader(item, read, names, comma).read(text, MOST_REPAIRS)


_BETWEEN_BLANKS = re.compile(r"[0-9]\s+[-+.]?[0-9]|;")  # what separates numbers beside commas


class _ArrayReader:
    """Reads the claims about one item."""

    def __init__(self, item: ArrayItem, read: Read, names: Mapping[str, int], comma: bool) -> None:
        self._item = item
        self._read = read
        self._names = names
        self._comma = comma
        self._words = Reader(names)
        self._entries_of = () if item.of_shape else item.shape

    def read(self, text: str, left: int) -> ArrayReading:
        """Return what a text says, with so many repairs left."""
        plain = refused = None
        try:
            plain = self._read(text)
        except GradcliError as error:
            refused = error
        if not self._item.of_shape:
            found = self._one_number(text) if plain is None and not self._item.shape else None
            if plain is None and left:
                found = found or self._listed(text, left) or self._bare(text, left) or self._transposed(text, left)
            found = found or self._with_points(text, plain)
            if found is not None:
                return found
        if plain is not None:
            return ArrayReading(plain)
        assert refused is not None
        if len(text) > MAX_LENGTH:
            raise refused
        for mended, repair, head in self._mended(text):
            if not mended or not left:
                continue
            inner = self._inside(mended, left, repair)
            if inner is not None:
                self._require_same(text, head, inner.written)
                return inner
        raise with_a_sign(text, lambda rest: self.read(rest, left)) or refused

    def _one_number(self, text: str) -> ArrayReading | None:
        """Return a claim about one number, mended as others are; None where it is no numeral or its like."""
        try:
            found = read_kindly(text, self._names, comma=self._comma)
        except TwoReadings:
            raise
        except GradcliError:
            return None
        if not isinstance(found.written, Number):
            return None
        return ArrayReading(Numbers((), [found.written]), found.read_as, found.repairs)

    # ---- several numbers

    def _listed(self, text: str, left: int) -> ArrayReading | None:
        """Return several numbers in other brackets, (4, 0) or {4, 0}, as an array; None where they are none."""
        if count(self._item.shape) == 1 or not _LISTED.fullmatch(text):
            return None
        return self._inside(text.translate(_BRACKETS), left, LISTED)

    def _bare(self, text: str, left: int) -> ArrayReading | None:
        """Return several numbers without brackets, with blanks or commas between them, a line for a row."""
        if not _BARE.fullmatch(text) or (has_comma_inside(text) and "." not in text):
            return None
        rows = [line.strip().rstrip(",;") for line in text.splitlines() if line.strip()]
        found = self._inside(f"[{'; '.join(rows)}]", left, LISTED)
        fits = found is not None and isinstance(found.written, Numbers) and self._fits(found.written)
        return found if fits else None

    def _value(self, text: str) -> float | None:
        """Return the number that a text is, NaN for an array or a formula, None for what cannot be read."""
        try:
            found = self.read(text, 1).written
        except GradcliError:
            return None
        return found.entries[0].value if isinstance(found, Numbers) and not found.shape else math.nan

    def _transposed(self, text: str, left: int) -> ArrayReading | None:
        """Return the transpose of an array that is written down, [4, 0]^T; None where there is none."""
        behind = _TRANSPOSED.search(text)
        inner = self._inside(text[: behind.start()], left, TRANSPOSE) if behind else None
        if inner is None or not isinstance(inner.written, Numbers) or len(inner.written.shape) not in (1, 2):
            return None
        (*rows, columns), entries = inner.written
        turned = [entry for k in range(columns) for entry in entries[k::columns]]
        read_as = f"{inner.read_as}.T" if rows else inner.read_as
        return inner._replace(written=Numbers((columns, *rows), turned), read_as=read_as)

    def _inside(self, text: str, left: int, repair: str) -> ArrayReading | None:
        """Return what a text that was mended says; None where it cannot be read."""
        try:
            inner = self.read(text, left - 1)
        except TwoReadings:
            raise
        except GradcliError:
            return None
        return ArrayReading(inner.written, inner.read_as or text, tuple(dict.fromkeys((repair, *inner.repairs))))

    # ---- decimal commas

    def _with_points(self, text: str, plain: ArrayWritten | None) -> ArrayReading | None:
        """Return what a text says with decimal commas, None where it is read as it stands.

        Raises `TwoReadings` where it has the right shape as it stands and the sheet tells that commas are decimal.
        """
        if "," not in text or not (plain is None or isinstance(plain, Numbers)):
            return None
        if plain is not None and not self._item.shape and text.startswith("["):
            return None  # an interval
        fits = plain is not None and self._fits(plain)
        if fits and not self._comma:
            return None
        found = self._decimal(text)
        if found is None:
            return None
        numbers, pointed = found
        if not self._comma and (count(numbers.shape), count(self._item.shape)) == (1, 2):
            return None  # 4,8 may be both entries
        if fits:
            if "," in pointed or count(numbers.shape) == 1:
                return None
            what = f"{shown(text)} can be read in two ways: the commas are decimal, or between the entries"
            raise TwoReadings(what, kind="claim", hint="write decimal points, or a blank behind each comma")
        may_separate = plain is not None or ("[" in text and not _BETWEEN_BLANKS.search(text))
        if may_separate and not self._comma and not self._fits(numbers):
            return None  # such as rows of which one lacks a number
        written = _DECIMAL.findall(text)
        unsure = [numeral for numeral in written if is_doubtful(numeral)]
        if unsure and not self._comma and not tells_comma(written):
            raise doubtful(unsure[0])
        return ArrayReading(numbers, pointed, (COMMA,))

    def _decimal(self, text: str) -> tuple[Numbers, str] | None:
        """Return the numbers of a text whose commas inside numbers are decimal, and the text that says them.

        Of the ways to read the signs between them it is the one with the shape of the item.
        """
        found: list[tuple[Numbers, str]] = []
        for pointed in _pointed(text):
            try:
                written = self._read(pointed)
            except GradcliError:
                continue
            if isinstance(written, Numbers):
                found.append((written, pointed))
        exact = [one for one in found if one[0].shape == self._item.shape]
        near = [one for one in found if self._fits(one[0])]
        return next(iter([*exact, *near, *found]), None)

    def _fits(self, numbers: Numbers) -> bool:
        return same_entries(numbers.shape, self._item.shape)

    # ---- what stands around

    def _mended(self, text: str) -> Iterator[tuple[str, str, str]]:
        """Yield a text without one thing that a claim may not have, which that was, and what stood before =."""
        if (plain := plain_signs(text)) != text:
            yield plain, SIGN, ""
        yield labelled_entries(text, self._entries_of, self._names, comma=self._comma), LABELLED, ""
        if self._item.of_shape and (formula := of_latex(text).removeprefix("mathbb(R)^")) != text:
            yield formula, NOTATION, ""
        if (bare := without_modules(with_operator(text))) != text:
            yield bare, MODULE, ""
        if (front := before_remark(text, self._value, changes)) and not self._item.of_shape:
            yield front, WORDS, parted(text)[1].lstrip("=\u2248 ")
        if (rule := with_slopes(text, self._names)) != text:
            yield rule, SLOPE, ""
        if not self._item.of_shape and (product := _NUMBER_OF.sub(r"\1*", text)) != text:
            yield product, PRODUCT, ""
        if found := RELATION.search(text):
            head = text[: found.start()].strip()
            if re.search(r"[;\n].*\S", head, re.S):
                raise TwoReadings(f"several answers in one cell: {shown(text)}", kind="claim", hint="write one")
            yield text[found.end() :].strip(), EQUATION if head else AROUND, head
        if _QUOTED.fullmatch(text):
            yield text[1:-1].strip(), AROUND, ""
        yield self._words.without_lead(text), WORDS, ""
        if (behind := _BEHIND.search(text)) and self._words.is_comment(behind["inner"]):
            yield text[: behind.start()], WORDS, ""
        numbers, bracket, rest = text.rpartition("]")
        if rest := rest.strip():
            inside = COMMENT.fullmatch(rest) is not None
            if self._words.is_comment(rest.strip("()[],;:#!-/. "), inside=inside):
                yield numbers + bracket, WORDS, ""
        if end := _ENDS.search(text):
            yield text[: end.start()], AROUND, ""

    def _require_same(self, text: str, head: str, written: ArrayWritten) -> None:
        """Raise `TwoReadings` where other numbers stand before the sign of equality."""
        if not head or not isinstance(written, Numbers):
            return
        try:
            before = self._read(head)
        except GradcliError:
            return
        if isinstance(before, Numbers) and [n.value for n in before.entries] != [n.value for n in written.entries]:
            raise TwoReadings(f"two answers: {shown(text)}", kind="claim", hint="write one")


def _pointed(text: str) -> list[str]:
    """Return the ways to write an array with points for its decimal commas; none where it cannot have them."""
    runs = _RUN.findall(text)
    if not all(run.isdigit() or _DECIMAL.fullmatch(run) for run in runs) or not any("," in run for run in runs):
        return []
    pointed = _RUN.sub(lambda run: run[0].replace(",", "."), text)
    if "[" not in text:
        pointed = f"[{pointed}]"
    ways = [pointed, pointed.replace(";", ",")]
    if "\n" in text:
        ways.append(ways[1].replace("\n", ";"))
    return list(dict.fromkeys(ways))

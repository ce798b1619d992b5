"""Claims read kindly: what people write around, before and behind their answer is left out, and that is said.

A claim that can be read as it stands is never mended. A mended one is read only where there is one way to read it;
what can be read in several ways, and what names two numbers, is refused with the reason. `check`, the prompt, sheets
and published keys all read claims here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, NoReturn

from ...calculus.operations import CONSTANTS
from ...errors import GradcliError, InputError
from ...language.implied_products import NAME, is_function, products
from ...language.other_names import with_own_names
from ...record.values import NUMERAL
from ...text import visible
from .brackets_behind import ONE_ANSWER_RTOL, RELATION, before_remark, refuse_uncertain
from .chain import derivatives_in
from .claims import MAX_LENGTH, Absent, Derivatives, Number, Written, read_claim
from .factors import UNITS, apart, is_made_of, may_be_factor, with_times
from .primes import with_slopes
from .python_spellings import pasted_number, without_modules
from .reasons import reason, with_a_sign
from .two_readings import refuse_colon, refuse_lost_signs
from .words_around import CHANGING, CHANGING_INSIDE, FIGURES, LEADING, SIGN_WORD, changes
from .written_numbers import (
    AROUND,
    COMMA,
    SIGN,
    TwoReadings,
    decimal_commas,
    doubtful,
    is_doubtful,
    numeral_of,
    plain_signs,
    refuse_spoilt,
    shown,
    with_fractions,
    without_signs_around,
)

EQUATION = "the last part of an equation"
WORDS = "words or a unit left out"
PRODUCT = "a product without *"
SLOPE = "a derivative with '"
NAMES = "another spelling of a name"
MODULE = "a module before a function"
NOTATION = "LaTeX, or another sign for a function or a power"
MOST_REPAIRS = 4  # repairs one after the other
_NEW_LINE = re.compile(r"\s*\n\s*(?==)|(?<==)\s*\n\s*")  # beside the sign of an equation
_FOREIGN = re.compile(
    r"[\\{$\u221a\u221b\u03c3\u2070\u00b9\u2074-\u2079\u207a\u207b\u207f\u02e3]|[0-9a-z]e\s*(?:\^|\*\*)"
)
_MIXED = re.compile(r"[0-9]\s*\\[dt]?frac\s*\{?\s*[0-9]")  # 2 1/2 or a product
_COMPARED = re.compile(r"<|(?<![-=])>|[\u2264\u2265\u2260]|!=")
_STANDALONE = re.compile(r"(?<![\w.^])(?<!\*\*)(?<!\^-)[0-9]+(?:[.,][0-9]+)?(?!\w)")
_IN_BRACKETS = re.compile(r"\([^(){}\[\]]*\)|\{[^(){}\[\]]*\}|\[[^(){}\[\]]*\]")
# What stands before a sign of equality and is no formula: several answers where numbers stand among words.
_SEVERAL = re.compile(r"[,;\n]|[0-9.][ \t]+(?![xX][ \t])[^\W\d]|[^\W\d]\w*[ \t]+(?<![xX][ \t])[0-9]")
_LABEL = re.compile(r"(?:(?P<label>[^:()=]*[^\W\d][^:()=]*):|\(?[a-z0-9]{1,2}\)\s)\s*(?P<rest>\S.*)", re.S)
_NUMBER = re.compile(r"[-+]?\s?(?:[0-9](?:[0-9.,']*[0-9])?|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?(?:\s?%)?", re.ASCII)
_UNIT = re.compile(
    r"(?:per\s|/\s?)?[^\W\d_]+(?:(?:\^|\*\*)?-?[1-4]|[\u00b2\u00b3])?"
    r"(?:\s?[*/.]\s?[^\W\d_]+(?:(?:\^|\*\*)?-?[1-4]|[\u00b2\u00b3])?)*[.]?"
)
COMMENT = re.compile(r"(?:[(,;:#!\[]|--?\s|//).*", re.S)
_WORD = re.compile(r"[^\W\d]\w*")
_INTERVAL = re.compile(r"\[([^][,;]+),([^][,;]+)\]|\[([^][;]+);([^][;]+)\]")
_BETWEEN = re.compile(
    r"([^<>=\u2264]+)(?:<=?|\u2264)\s*[^\W\d]\w*\s*(?:<=?|\u2264)([^<>=\u2264]+)|between\s(.+)\sand\s(.+)", re.I
)
_BEHIND = re.compile(r"\s\((?P<inner>[^()]*)\)[.]?\Z")
_POWERED = r"[\w.]+(?:\s*(?:\*\*|\^)\s*[-+]?[\w.]+)?"
_FACTORS = re.compile(rf"[-+]?[\w.]+|[-+]?{_POWERED}(?:\s*[*/\u00b7]\s*{_POWERED})+")


class Reading(NamedTuple):
    """What a claim says. `read_as` is the text that was read in place of what was written, "" where that was read.

    `repairs` names what was mended.
    """

    written: Written
    read_as: str = ""
    repairs: tuple[str, ...] = ()


def read_kindly(
    text: str,
    names: Mapping[str, int],
    definitions: str = "",
    derivative: Derivatives = lambda name: None,
    *,
    comma: bool = False,
) -> Reading:
    """Return what a claim says, mended where it cannot be read as it stands.

    `names`, `definitions` and `derivative` are those of `read_claim`. With `comma` the sheet is known to have decimal
    commas. Raises `GradcliError` with the reason why the claim says nothing, or more than one thing.
    """
    text = text.strip()
    if len(text) > MAX_LENGTH or NUMERAL.fullmatch(text):
        return Reading(read_claim(text, names, definitions, derivative))
    return Reader(names, definitions, derivative, comma).read(text, MOST_REPAIRS)


def _unbracketed(text: str) -> str:
    """Return a text without what stands in brackets."""
    while (outer := _IN_BRACKETS.sub("", text)) != text:
        text = outer
    return text


class Reader:
    """Reads the claims about one program."""

    def __init__(
        self, names: Mapping[str, int], definitions: str = "", derivative: Derivatives = lambda name: None,
        comma: bool = False,
    ) -> None:  # fmt: skip
        self.names = names
        self.definitions = definitions
        self.derivative = derivative
        self.comma = comma

    def read(self, text: str, left: int) -> Reading:
        """Return what a text says, with so many repairs left."""
        refuse_lost_signs(text, comma=self.comma)
        plain = _NEW_LINE.sub(" ", plain_signs(text))
        if interval := _INTERVAL.fullmatch(plain) or _BETWEEN.fullmatch(plain):
            low, high = (self._end(part) for part in interval.groups() if part is not None)
            return Reading(Absent(sides=(low, high)))
        signs = (SIGN,) if plain != text.replace("\u2212", "-").replace("\u00b7", "*").replace("\u00d7", "*") else ()
        if found := numeral_of(plain, comma=self.comma, names=self.names):
            repairs = (*signs, *found.repairs)
            return Reading(self._strictly(found.text), found.text if repairs else "", repairs)
        try:
            return Reading(self._strictly(plain), plain if signs else "", signs)
        except GradcliError as error:
            refused = error
        for mended, repair in self._mended(plain):
            if not mended or not left:
                continue
            try:
                found_in = self.read(mended, left - 1)
            except TwoReadings:
                raise
            except GradcliError:
                continue
            repairs = tuple(dict.fromkeys((*signs, repair, *found_in.repairs)))
            return Reading(found_in.written, found_in.read_as or mended, repairs)
        raise with_a_sign(plain, lambda rest: self.read(rest, left)) or reason(plain, refused, self._is_claim)

    def _end(self, text: str) -> Number:
        """Return the number at an end of an interval."""
        found = self.read(text, 1).written
        if isinstance(found, Number):
            return found
        raise InputError("an interval is written with two numbers", kind="claim", hint="such as [2, 5]")

    def _strictly(self, text: str) -> Written:
        return read_claim(text, self.names, self.definitions, self.derivative)

    def _mended(self, text: str) -> Iterator[tuple[str, str]]:
        """Yield a text without one thing that a claim may not have, and which that was, the likeliest first."""
        refuse_spoilt(text)
        refuse_uncertain(text)
        refuse_colon(text, self._is_claim)
        yield pasted_number(text), AROUND
        yield before_remark(text, self._value, changes), WORDS
        for mended, repair in (
            (with_own_names(text, self.names), NAMES), (with_fractions(text), SIGN),
            (with_slopes(text, self.names), SLOPE), (without_signs_around(text)[0], AROUND),
            (without_modules(text), MODULE),
        ):  # fmt: skip
            if mended != text:
                yield mended, repair
        if re.search(r"[;\n].*[0-9=]", text, re.S):
            raise TwoReadings(f"several answers in one cell: {shown(text)}", kind="claim", hint="write one")
        if RELATION.search(text):
            yield (
                self._last_part(text),
                AROUND if RELATION.match(text) and len(RELATION.findall(text)) == 1 else EQUATION,
            )
            return
        if _COMPARED.search(text):
            return
        if "," in text and "[" not in text:
            yield self._with_points(text), COMMA
        if _FOREIGN.search(text):
            yield self._in_language(text), NOTATION
        yield self._multiplied(text), PRODUCT
        yield self._with_times(text), PRODUCT
        yield self.without_lead(text), WORDS
        yield self._without_comment(text), WORDS

    def _last_part(self, text: str) -> str:
        """Return what stands behind the last sign of equality.

        Raises `TwoReadings` where the parts before it hold another answer.
        """
        *before, last = (part.strip() for part in RELATION.split(text))
        while before and not last:
            last = before.pop()
        if _COMPARED.search(text):
            raise TwoReadings("a claim is a number or a formula, and this compares two", kind="claim")
        value = self._value(last)
        has_number = value is not None and not math.isnan(value)
        for part in before:
            own = self._value(part)
            if own is None:
                if _SEVERAL.search(_unbracketed(part)):
                    raise TwoReadings(f"several answers in one cell: {shown(text)}", kind="claim")
            elif not has_number or math.isnan(own) or math.isclose(own, value or 0.0, rel_tol=ONE_ANSWER_RTOL):
                continue
            elif numeral_of(part) or _SEVERAL.search(part):
                raise TwoReadings(f"two numbers: {shown(text)}", kind="claim", hint="write one")
        return last

    def _value(self, text: str) -> float | None:
        """Return the number that a part of an equation is, NaN for a formula, None where it is neither."""
        try:
            found = self.read(text, 1).written
        except GradcliError:
            return None
        return found.value if isinstance(found, Number) else math.nan

    def _with_points(self, text: str) -> str:
        """Return a formula with a decimal point for every comma between digits that is in no call."""
        out = list(text)
        for k in decimal_commas(text):
            numeral = re.search(r"[0-9]*\Z", text[:k])
            decimals = re.match(r"[0-9]*", text[k + 1 :])
            both = f"{numeral[0] if numeral else ''},{decimals[0] if decimals else ''}"
            if is_doubtful(both) and not self.comma:
                raise doubtful(both)
            out[k] = "."
        return "" if "".join(out) == text else "".join(out)

    def _multiplied(self, text: str) -> str:
        """Return a formula with a * for every product that is only implied.

        Raises `TwoReadings` where two are possible.
        """
        read = [way for way in self._products(text) if self._is_claim(way)]
        others = [text[: number.end()].strip()] if (number := self._before_unit(text)) and read else []
        times = with_times(text, self.names)
        if len(read) == 1 and times != text:
            others += filter(self._is_claim, [times, *self._products(times)][:2])
        if others or len(read) > 1:
            self._refuse_both(text, [*read, *others])
        behind = _BEHIND.search(text) if read else None
        if behind and self._may_be_remark(text[: behind.start()].strip(), behind["inner"].strip()):
            what = f"{shown(text)} can be {visible(read[0])}, or {visible(text[: behind.start()])} with a remark"
            raise TwoReadings(what, kind="claim", hint="write it with *, or without the remark")
        return read[0] if read else ""

    def _in_language(self, text: str) -> str:
        """Return a formula in LaTeX, or with signs such as a root, as the language writes it; "" where it is none.

        Raises `TwoReadings` where two are possible.
        """
        read = [] if _MIXED.search(text) else self._ways(text)
        if len(read) > 1:
            self._refuse_both(text, read)
        return "".join(read)

    def _ways(self, text: str) -> list[str]:
        """Return the claims that may be meant by what is written in another language."""
        from ...language.latex_reading import of_latex
        from ...language.mending import mended

        own = {*self.names, *derivatives_in(of_latex(text), self.names, self.derivative)}
        return mended(text, own, self._is_claim)

    def _refuse_both(self, text: str, read: Sequence[str]) -> NoReturn:
        raise TwoReadings(f"{shown(text)} can be {' or '.join(map(visible, read))}", kind="claim",
                          hint="write it with *, and with parentheses")  # fmt: skip

    def _may_be_remark(self, text: str, inner: str) -> bool:
        """Whether parentheses behind an answer may give its reason or its number, as in -4 (z) and z (-4).

        A product with one number or name in front would not need them.
        """
        is_leaf = _NUMBER.fullmatch(text) is not None or text in self.names
        return any(map(self._is_claim, [text, *self._products(text)])) and (
            _NUMBER.fullmatch(inner) is not None or (is_leaf and _FACTORS.fullmatch(inner) is not None)
        )

    def _products(self, text: str) -> list[str]:
        own = {*self.names, *derivatives_in(text, self.names, self.derivative)}
        return [way for way in products(apart(text, own, self._functions), own) if way != text]

    @cached_property
    def _functions(self) -> list[str]:
        """The functions that the program defines."""
        return re.findall(rf"^\s*({NAME})\s*\(", self.definitions, re.M)

    def _before_unit(self, text: str) -> re.Match[str] | None:
        """Return the number of a text with letters behind it that may be a unit or a word, and several factors."""
        number = _NUMBER.match(text)
        rest = text[number.end() :] if number else ""
        words = [word for word in re.findall(r"[^\W\d_]+", rest) if word not in self.names and word not in CONSTANTS]
        may_be = _UNIT.fullmatch(rest.strip()) and (rest[:1].isspace() or not UNITS.isdisjoint(words))
        return number if words and may_be and not derivatives_in(rest, self.names, self.derivative) else None

    def _with_times(self, text: str) -> str:
        """Return a text with * for an x that stands for times, where that is no name of the program."""
        times = with_times(text, self.names)
        return "" if times == text else times

    def _is_claim(self, text: str) -> bool:
        try:
            self._strictly(text)
        except GradcliError:
            return False
        return True

    def without_lead(self, text: str) -> str:
        """Return what stands behind a label, or behind words such as `about`; with a sign for the word minus."""
        if found := SIGN_WORD.match(text):
            return f"-{text[found.end() :]}"
        if (found := LEADING.match(text)) and found.end() < len(text):
            return text[found.end() :]
        if found := _LABEL.fullmatch(text):
            return "" if found["label"] and _STANDALONE.search(found["label"]) else found["rest"]
        return ""

    def _without_comment(self, text: str) -> str:
        """Return a number or formula without the unit, the words or the comment behind it."""
        if (behind := _BEHIND.search(text)) and self.is_comment(behind["inner"]):
            return text[: behind.start()]
        number = _NUMBER.match(text)
        if number is None:
            return ""
        rest = text[number.end() :].strip()
        if not re.search(r"[^\W\d]", rest):
            if re.match(r"[0-9]", rest):
                raise TwoReadings(f"two numbers: {shown(text)}", kind="claim", hint="write one")
            return ""
        if any(map(is_function, re.findall(NAME, rest))) and self._ways(text):
            return ""  # a formula: what is wrong with it says its own reason
        is_glued = not text[number.end()].isspace()
        may_be_unit = _UNIT.fullmatch(rest) and not CHANGING.search(rest)
        if may_be_unit and not may_be_factor(rest, self.names, is_glued=is_glued):
            return number[0]
        own = COMMENT.fullmatch(rest)
        words = rest.strip("()[],;:#!-/. ")
        if (own or not is_glued) and self.is_comment(words, inside=own is not None):
            return number[0]
        if _STANDALONE.search(rest) and re.match(r"[^-+*/^()]|\([^()]*\)\Z", rest):
            raise TwoReadings(f"two numbers: {shown(text)}", kind="claim", hint="write one")
        if re.match(r"\s+[^\W\d]", text[number.end() :]):
            what = f"what stands behind the number is not understood: {shown(rest)}"
            product = ", or a product with *" if may_be_factor(rest, self.names, is_glued=False) else ""
            raise TwoReadings(what, kind="claim", hint=f"write the number alone{product}")
        return ""

    def is_comment(self, words: str, *, inside: bool = True) -> bool:
        """Whether words say nothing about a number: there is no other in them, and no word that changes it.

        Names of the program may be spoken of only `inside` parentheses or behind a comma.
        """
        said = FIGURES.sub("", words)
        changing = CHANGING_INSIDE if inside else CHANGING
        if re.search(r"(?<![^\W\d_])[0-9]|[=<>+*^\u00b1]", said) or changing.search(said):
            return False
        found = _WORD.findall(words)
        if not inside and (
            any(word in self.names for word in found) or (found and all(is_made_of(w, self.names) for w in found))
        ):
            return False
        telling = any(word not in self.names for word in found) or (said != words and not said.strip())
        return telling and not self._is_claim(words)

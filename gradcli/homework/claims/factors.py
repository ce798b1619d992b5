"""Factors without a sign between them: names that are glued together, an x for times, letters that may be a unit."""

from __future__ import annotations

import re
from collections.abc import Collection

from ...calculus.operations import CONSTANTS
from ...language.implied_products import NAME, PHRASES, any_of, is_function

MOST_LETTERS = 24  # of names that are glued together
# Units that a word may be although its letters are names of the program.
UNITS = frozenset(
    ("unit", "units", "point", "points", "pt", "pts", "m", "cm", "mm", "km", "dm", "nm", "metre", "metres", "meter",
     "meters", "s", "sec", "secs", "second", "seconds", "ms", "ns", "us", "min", "mins", "h", "hr", "hrs", "g", "kg",
     "mg", "gram", "grams", "l", "ml", "N", "kN", "J", "kJ", "W", "kW", "V", "mV", "A", "mA", "Pa", "kPa", "hPa", "bar",
     "Hz", "kHz", "MHz", "mol", "K", "eV", "rad", "px", "ft", "in", "inch", "b", "bit", "bits", "nats")
)  # fmt: skip
_LETTERS = re.compile(r"[^\W\d_]+")
_TIMES = re.compile(
    r"(?P<one>(?<![\w.])1)?(?:(?<=[0-9)])|(?<=\w)(?=[ \t]))(?P<before>[ \t]*)(?P<x>[xX])(?P<behind>[ \t]*)"
    rf"(?:(?P<signed>[-+][0-9.]+(?:[eE][-+]?[0-9]+)?)|(?=[0-9.(\u2202])|(?P<word>{NAME}))"
)


def ways_apart(word: str, parts: Collection[str]) -> list[list[str]]:
    """Return how a word is made of some names, two ways at most; none for a long word."""
    found: list[list[list[str]]] = [[[]]]
    for end in range(1, min(len(word), MOST_LETTERS) + 1):
        starts = [start for start in range(end) if found[start] and word[start:end] in parts]
        found.append([[*way, word[start:end]] for start in starts for way in found[start]][:2])
    return found[len(word)] if len(word) < len(found) else []


def apart(text: str, own: Collection[str], functions: Collection[str] = ()) -> str:
    """Return a text with blanks between names that are glued together in one way: 2abc is 2a b c, xsin(x) is x sin(x).

    `own` are the names of the program, also derivatives such as df/dq, `functions` those that it defines.
    """
    from ...language.foreign_names import instead_of
    from ...language.operands import BETWEEN

    known = {*own, *CONSTANTS}

    def spaced(found: re.Match[str]) -> str:
        word, called = found["word"], found["called"] or ""
        if word is None or word in known or word in PHRASES or word in BETWEEN or is_function(word):
            return found[0]
        if called and (called[0] != "(" or word in functions or instead_of(word)):
            return found[0]
        ways = ways_apart(word, known)
        for cut in range(1, len(word)) if called and not ways else ():
            if is_function(word[cut:]) or word[cut:] in functions:
                ways += [[*way, word[cut:]] for way in ways_apart(word[:cut], known)]
        return " ".join(ways[0]) + called if len(ways) == 1 else found[0]

    compounds = any_of(name for name in own if not name.isidentifier())
    pattern = rf"(?P<word>{NAME})(?P<called>[ \t]*\()?"
    return re.sub(rf"{compounds}|{pattern}" if compounds else pattern, spaced, text)


def is_made_of(word: str, names: Collection[str]) -> bool:
    """Whether a word consists of names of the program, of constants, functions and digits, of one name at least."""
    if len(word) > MOST_LETTERS:
        return False
    reached = {0: False}  # the places up to which it does, and whether there is a name before
    for end in range(1, len(word) + 1):
        for start, named in [*reached.items()]:
            part = word[start:end]
            if part in names or part in CONSTANTS or is_function(part) or part.isdecimal():
                reached[end] = reached.get(end, False) or named or part in names
    return reached.get(len(word), False)


def may_be_factor(unit: str, names: Collection[str], *, is_glued: bool) -> bool:
    """Whether what looks like a unit behind a number may be factors: names of the program, alone or glued together.

    If it `is_glued` to the number, to begin with a name is enough, or with an x for times.
    """
    words = _LETTERS.findall(unit)
    if not words:
        return False
    first = words[0]
    if is_glued and any(first != name and first.casefold() == name.casefold() for name in names):  # 2W
        return True
    if first in names or first in CONSTANTS or (first[0] in "d\u2202" and first[1:] in names):
        return True
    if any(word not in UNITS and is_made_of(word, names) for word in words):
        return True
    if not is_glued or first in UNITS:
        return False
    begun = any(first.startswith(name) for name in names if len(name) < len(first))
    return begun or re.match(r"[xX][-\w]", unit) is not None


def with_times(text: str, names: Collection[str]) -> str:
    """Return a text with * for every x that may stand for times: 2 x 9, -4x1, 18xa.

    Where x is a name of the program it may do so between blanks, and behind a 1.
    """

    def times(found: re.Match[str]) -> str:
        one, before, x, behind, signed, word = found.group("one", "before", "x", "behind", "signed", "word")
        if word and not behind and word not in names:
            return found[0]
        if signed and not before and not one:  # 2x-4
            return found[0]
        if x in names and not (before and behind) and not (one and signed):
            return found[0]
        return f"{one or ''}*{f'({signed})' if signed else word or ''}"

    return _TIMES.sub(times, text)

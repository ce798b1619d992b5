"""What a foreign word between operands, or behind one, reaches over: where its operands begin and end in a text."""

# ruff: noqa: RUF001 - signs of other scripts on purpose

from __future__ import annotations

import re
from collections.abc import Mapping

from .foreign_names import BEHIND, FOREIGN_OPERATORS, written
from .implied_products import NAME, NUMBER, PHRASES, closing, is_function, parts_of

BETWEEN = {**FOREIGN_OPERATORS, **BEHIND}
CALLED = {word: template for word, template in FOREIGN_OPERATORS.items() if "(" in template}
SIGNS = {word: template for word, template in FOREIGN_OPERATORS.items() if word not in CALLED}
_LOGIC = frozenset(("and", "or", "not"))
_BLANK = " \t"
_ANGLE = re.compile(r"(?<![\w.])(\d+\.?\d*|\.\d+)(?=deg(?:rees)?\b)")  # 30deg is as 30 deg
ROUNDS = 20  # of a step that is repeated


def between(text: str) -> str:
    """Return words that stand between operands, or after one, as the signs that they stand for. A power binds first."""
    return _worded(BEHIND, _worded(SIGNS, _ANGLE.sub(r"\1 ", text)))


def called(text: str, *, inside: bool = False) -> str:
    """Return mod and the like as calls. They bind as products do, from the left; with `inside`, below sin in sin x.

    A word is left alone where it is not certain what it reaches over, as in -x mod 2.
    """
    return _worded(CALLED, text, inside=inside)


def _worded(words: Mapping[str, str], text: str, *, inside: bool = False) -> str:
    shown = "|".join(rf"(?<=[\s)]){word}(?![^\W²³])" if word.isalpha() else re.escape(word) for word in words)
    place = 0
    for _ in range(ROUNDS):
        match = re.compile(shown).search(text, place)
        if match is None:
            break
        spelt = _spelt(words[match[0]], text[: match.start()].rstrip(" \t"), text[match.end() :], inside=inside)
        place, text = (0, spelt) if spelt is not None else (match.end(), text)
    return text


def _spelt(template: str, before: str, after: str, *, inside: bool) -> str | None:
    """Return a text with a template instead of the word between its two halves; None where that is not certain."""
    if template in BEHIND.values():
        start = power_before(before)
        if start is None or after.lstrip(" \t").startswith(("^", "**", "²", "³")):
            return None
        power = written(template, [before[start:]])
        next_word = re.match(rf"[ \t]*(?:({NAME})|[\w(.])", after)
        is_factor = next_word is not None and next_word[1] not in BETWEEN.keys() | PHRASES
        return f"{before[:start]}({power}){after}" if is_factor else f"{before[:start]}{power}{after}"
    after = after.lstrip(" \t")
    if "(" not in template:
        is_operand = atom_before(before) is not None and re.match(r"[\w(.]", after)
        return f"{before}{template.format('', '')}{after}" if is_operand else None
    start, end = term_before(before, inside=inside), power_after(after)
    if start is None or end is None or parts_of(within(after[:end]))[1:]:
        return None
    return f"{before[:start]}{written(template, [within(before[start:]), within(after[:end])])}{after[end:]}"


def within(text: str) -> str:
    """Return a text without the parentheses around the whole of it."""
    return text[1:-1] if text.startswith("(") and text.endswith(")") and closing(text, 0) == len(text) else text


def atom_before(text: str) -> int | None:
    """Return where the last number, name, call or parenthesis of a text begins, with a raised figure; None for none."""
    text = text.rstrip(_BLANK).rstrip("²³")
    if text.endswith(")"):
        start = next(
            (k for k in range(len(text) - 1, -1, -1) if text[k] == "(" and closing(text, k) == len(text)), None
        )
        named = None if start is None else re.search(rf"{NAME}\Z", text[:start])
        return named.start() if named else start
    found = re.search(rf"(?:(?<![\w.]){NUMBER}|{NAME})\Z", text)
    return found.start() if found and found[0] not in PHRASES else None


def power_before(text: str) -> int | None:
    """Return where the power begins that a text ends with; None where that is not certain, as in x^y and e^-x."""
    start = atom_before(text)
    if start is None:
        return None
    before = _unraised(text[:start])
    if before is None:
        return None if _unraised(text[:start].rstrip(_BLANK + "-+−")) is not None else start
    base = atom_before(before)
    is_plain = re.fullmatch(NUMBER, text[start:].rstrip(_BLANK)) and base is not None
    return base if is_plain and _unraised(before[:base].rstrip(_BLANK + "-+−")) is None else None


def term_before(text: str, *, inside: bool = False) -> int | None:
    """Return where the product begins that a text ends with; None where that is not certain, as in -x and sin x.

    With `inside` it is that in the argument of a function without parentheses: x in sin x.
    """
    start = atom_before(text)
    while start is not None:
        before = text[:start].rstrip(_BLANK)
        base = _unraised(before)
        word = re.search(rf"{NAME}\Z", before)
        if base is not None:
            before = base
        elif before.endswith(("*", "/", "·", "×", "÷")):
            before = before[:-1]
        elif before.endswith(("-", "+", "−")):
            return start if _ends_operand(before[:-1]) else None
        elif inside and word and is_function(word[0]) and word[0] not in PHRASES:
            return start
        elif before.endswith("%") or (word and (is_function(word[0]) or word[0] in PHRASES - _LOGIC)):
            return None
        elif not _ends_operand(before):
            return start
        start = atom_before(before)
    return None


def power_after(text: str) -> int | None:
    """Return where the power ends that a text begins with, 2x^3 too; None where that is not certain, as in 2 x."""
    end = _atom_after(text)
    while end is not None:
        rest = text[end:]
        blanks = len(rest) - len(rest.lstrip(_BLANK))
        raised = re.match(r"[ \t]*(?:[²³]|(?:\^|\*\*)[ \t]*[-+]?[ \t]*(?=(?P<more>.?)))", rest)
        if raised:
            inner = _atom_after(rest[raised.end() :]) if raised["more"] is not None else 0
            end = None if inner is None else end + raised.end() + inner
        elif re.match(r"[\w(.]", rest[blanks:]):
            word = re.match(NAME, rest[blanks:])
            if blanks:
                return end if word and word[0] in PHRASES else None
            more = _atom_after(rest)
            end = None if more is None else end + more
        else:
            return end
    return None


def _atom_after(text: str) -> int | None:
    if text.startswith("("):
        return closing(text, 0)
    found = re.match(rf"{NUMBER}|{NAME}", text)
    if found is None:
        return None
    if text[found.end() :].startswith("(") and not found[0][0].isdigit():
        return closing(text, found.end())
    return None if is_function(found[0]) or found[0] in PHRASES else found.end()


def _unraised(text: str) -> str | None:
    """Return a text without the sign of a power at its end; None where there is none."""
    text = text.rstrip(_BLANK)
    sign = next((sign for sign in ("**", "^") if text.endswith(sign)), None)
    return None if sign is None else text[: -len(sign)]


def _ends_operand(text: str) -> bool:
    text = text.rstrip(_BLANK)
    word = re.search(rf"{NAME}\Z", text)
    return re.search(r"[\w).²³]\Z", text) is not None and not (word and word[0] in _LOGIC)

"""Derivatives as schoolbooks write them, which are no items: f', y'(x), d²f/dx², and what to write in their place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from ...calculus.spellings import function
from ...language.implied_products import closing

_NAME = r"[^\W\d_\u00b2][^\W\u00b2]*"
_SINGLE = "['\u2018\u2019\u2032\u00b4`]"
_PRIMED = re.compile(rf"({_NAME})\s*(?:({_SINGLE})|{_SINGLE}{{2,}}|[\"\u201d\u2033])\s*(?:\([^()]*\))?")
_TWICE = re.compile(
    rf"[d∂]\s*(?:\^|\*\*)?\s*[2\u00b2]\s*({_NAME})\s*/\s*\(?\s*[d∂]\s*[^\W\d]\w*?\s*(?:\^|\*\*)?\s*[2\u00b2]\s*\)?"
)
_SLOPE = re.compile(rf"({_NAME})\s*{_SINGLE}\s*(?=\()")
_CALL = re.compile(r"(\w+)\(u\)")
MOST_SLOPES = 8  # in a formula
MOST_TEXT = 60
MOST_SHOWN = 3
SECOND = "second derivatives are no items (gradcli diff --order 2 works them out)"


def as_item(text: str, output: str, inputs: Iterable[str], known: Collection[str]) -> str | None:
    """Return what to write for a derivative in the manner of schoolbooks, None for anything else.

    `output` is the label of what is differentiated, `inputs` are what it may be differentiated for, `known` the labels
    of all nodes.
    """
    names = list(inputs)
    if not names or len(text) > MOST_TEXT:
        return None
    if _TWICE.fullmatch(text):
        return SECOND
    if (found := _PRIMED.fullmatch(text)) is None:
        return None
    if found[2] is None:
        return SECOND
    own = found[1]
    if own in names:
        return f"did you mean d{output}/d{own}?"
    above = own if own in known else output
    shown = [f"d{above}/d{name}" for name in names[:MOST_SHOWN]]
    return f"did you mean {' or '.join(filter(None, (', '.join(shown[:-1]), shown[-1])))}?"


def with_slopes(text: str, names: Collection[str]) -> str:
    """Return a formula with the rule in place of the derivative of a function: tanh'(s) is (1 - tanh(s)**2).

    `names` are those of the program, which are no functions.
    """
    for _ in range(MOST_SLOPES):
        found = list(_SLOPE.finditer(text))
        if not found:
            break
        from ...language.foreign_names import rewritten
        from ...language.rule_text import rule_text

        start, (name,), open_at = found[-1].start(), found[-1].groups(), found[-1].end()
        alike = _CALL.fullmatch(rewritten(name, ["u"]) or "")
        row = function(alike[1] if alike else name)
        end = closing(text, open_at)
        inner = text[open_at + 1 : end - 1]
        if name in names or row is None or row.arity != 1 or not inner.strip():
            break
        rule = rule_text(row, 0, f"{row.name}({inner})", [inner if inner.isidentifier() else f"({inner})"], [False])
        text = f"{text[:start]}({rule}){text[end:]}" if start or end < len(text) else rule
    return text

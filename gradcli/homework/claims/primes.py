"""Derivatives as schoolbooks write them, which are no items: f', y'(x), d²f/dx², and what to write in their place."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_NAME = r"[^\W\d_\u00b2][^\W\u00b2]*"
_SINGLE = "['\u2018\u2019\u2032\u00b4`]"
_PRIMED = re.compile(rf"({_NAME})\s*(?:({_SINGLE})|{_SINGLE}{{2,}}|[\"\u201d\u2033])\s*(?:\([^()]*\))?")
_TWICE = re.compile(
    rf"[d∂]\s*(?:\^|\*\*)?\s*[2\u00b2]\s*({_NAME})\s*/\s*\(?\s*[d∂]\s*[^\W\d]\w*?\s*(?:\^|\*\*)?\s*[2\u00b2]\s*\)?"
)
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

"""What the sizes and numbers of a worksheet of arrays hide or confuse, in words."""

from __future__ import annotations

from ..homework.diagnosis.array_lint import ArrayLint
from ..text import counted
from .lint import MOST, more


def render(id: str, found: ArrayLint) -> str:
    """Return the findings on a problem."""
    groups = f"{counted(len(found.alike), 'group')} look{'s' if len(found.alike) == 1 else ''}"
    if found.made:
        lines = [f"{id}: of {counted(found.made, 'mistake')} {len(found.hidden)} would not show, {groups} alike"]
    else:
        lines = [f"{id}: too large to try mistakes"]
    lines += [f"  special: {text}" for text in found.special[:MOST]]
    lines += [f"  hidden: {text}" for text in found.hidden[:MOST]]
    lines += more(len(found.hidden), "hidden")
    lines += [f"  alike: {' | '.join(group)}" for group in found.alike[:MOST]]
    lines += more(len(found.alike), "alike")
    return "\n".join(lines) + "\n"

"""What the sizes and numbers of a worksheet of arrays hide or confuse, in words."""

from __future__ import annotations

from ..homework.diagnosis.array_lint import ArrayLint
from .lint import MOST_FINDINGS, heading, more


def render(id: str, found: ArrayLint, *, example: bool = False, worst: tuple[str, int, int] | None = None) -> str:
    """Return the findings on a problem; `example` and `worst` are as for numbers."""
    lines = heading(id, (found.made, len(found.hidden), len(found.alike)), example=example, worst=worst)
    lines += [f"  special: {text}" for text in found.special[:MOST_FINDINGS]]
    lines += [f"  hidden: {text}" for text in found.hidden[:MOST_FINDINGS]]
    lines += more(len(found.hidden), "hidden")
    lines += [f"  alike: {' | '.join(group)}" for group in found.alike[:MOST_FINDINGS]]
    lines += more(len(found.alike), "alike")
    return "\n".join(lines) + "\n"

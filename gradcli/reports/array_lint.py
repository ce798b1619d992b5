"""What the sizes and numbers of a worksheet of arrays hide or confuse, in words."""

from __future__ import annotations

from collections.abc import Sequence

from ..homework.diagnosis.array_lint import ArrayLint
from .lint import findings, heading


def render(
    id: str, found: ArrayLint, *, example: bool = False, worst: tuple[str, int, int] | None = None,
    dull: Sequence[str] = (),
) -> str:  # fmt: skip
    """Return the findings on a problem; `example`, `worst` and `dull` are as for numbers."""
    head = heading(id, (found.made, len(found.hidden), len(found.alike)), example=example, worst=worst)
    return "\n".join(findings(head, dull, found.special, found.hidden, found.alike)) + "\n"

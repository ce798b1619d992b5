"""What the numbers of a worksheet hide or confuse, in words."""

from __future__ import annotations

from ..homework.diagnosis.lint import Lint
from ..text import counted

MOST = 12


def render(id: str, found: Lint) -> str:
    """Return the findings on a problem, and numbers that do better."""
    groups = f"{counted(len(found.alike), 'group')} look{'s' if len(found.alike) == 1 else ''}"
    lines = [f"{id}: of {counted(found.made, 'mistake')} {len(found.hidden)} would not show, {groups} alike"]
    lines += [f"  special: {text}" for text in found.special[:MOST]]
    lines += [f"  hidden: {finding.message}" for finding in found.hidden[:MOST]]
    lines += _more(len(found.hidden), "hidden")
    for group in found.alike[:MOST]:
        lines.append(f"  alike: {' | '.join(finding.message for finding in group)}")
    lines += _more(len(found.alike), "alike")
    if found.better is not None:
        point = " ".join(f"{name}={x:.12g}" for name, x in found.better.items())
        lines.append(f"  better: {point} (then {found.hidden_there} hidden, {found.alike_there} alike)")
    return "\n".join(lines) + "\n"


def _more(count: int, what: str) -> list[str]:
    return [f"  {what}: {count - MOST} more"] if count > MOST else []

"""What the numbers of a worksheet hide or confuse, in words."""

from __future__ import annotations

from ..homework.diagnosis.lint import Lint
from ..text import counted, visible

MOST_FINDINGS = 12


def render(id: str, found: Lint, *, example: bool = False, worst: tuple[str, int, int] | None = None) -> str:
    """Return the findings on a problem, and numbers that do better.

    `example` is for numbers that no student has, `worst` for those of a class: whose numbers hide most, for how many
    students nothing is hidden or alike, and how many there are.
    """
    lines = heading(id, (found.made, len(found.hidden), len(found.alike)), example=example, worst=worst)
    lines += [f"  special: {text}" for text in found.special[:MOST_FINDINGS]]
    lines += [f"  hidden: {finding.message}" for finding in found.hidden[:MOST_FINDINGS]]
    lines += more(len(found.hidden), "hidden")
    for group in found.alike[:MOST_FINDINGS]:
        lines.append(f"  alike: {' | '.join(finding.message for finding in group)}")
    lines += more(len(found.alike), "alike")
    if found.better is not None:
        point = " ".join(f"{name}={x:.12g}" for name, x in found.better.items())
        lines.append(f"  better: {point} (then {found.hidden_there} hidden, {found.alike_there} alike)")
    if found.looked < found.places:
        lines.append(f"  so far: the first {found.looked:,} of {found.places:,} steps, in the time that --lint takes")
    if found.tried is not None:
        lines.append(f"  so far: {counted(found.tried, 'other point')} tried, in the time that --lint takes")
    return "\n".join(lines) + "\n"


def heading(id: str, counts: tuple[int, int, int], *, example: bool, worst: tuple[str, int, int] | None) -> list[str]:
    """Return whose numbers hide how much: how many mistakes were made, how many would not show and look alike."""
    made, hidden, alike = counts
    groups = f"{counted(alike, 'group')} look{'s' if alike == 1 else ''}"
    whose = f"at worst, for {visible(worst[0])}, " if worst else "for example, " if example else ""
    found = f"of {counted(made, 'mistake')} {hidden} would not show, {groups} alike" if made else (
        "too large to try mistakes")  # fmt: skip
    lines = [f"{id}: {whose}{found}"]
    if worst:
        lines.append(f"  for {worst[1]:,} of {counted(worst[2], 'student')} every mistake shows, and none look alike")
    if example:
        lines.append("  every student gets other numbers: --student NAME looks at one's, --roster FILE at the class's")
    return lines


def more(count: int, what: str) -> list[str]:
    """Return a line that says how many findings are not listed, or none."""
    return [f"  {what}: {count - MOST_FINDINGS} more"] if count > MOST_FINDINGS else []

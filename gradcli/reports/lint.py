"""What the numbers of a worksheet hide or confuse, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..homework.diagnosis.lint import Lint
from ..text import counted, visible

MOST_FINDINGS = 12


def render(
    id: str, found: Lint, *, example: bool = False, worst: tuple[str, int, int] | None = None,
    dull: Sequence[str] = (),
) -> str:  # fmt: skip
    """Return the findings on a problem, and numbers that do better.

    `example` is for numbers that no student has, `worst` for those of a class: whose numbers hide most, for how many
    students nothing is hidden or alike, and how many there are. `dull` are lines about numbers that teach little.
    """
    alike = [[finding.message for finding in group] for group in found.alike]
    hidden = [finding.message for finding in found.hidden]
    lines = findings(heading(id, (found.made, len(hidden), len(alike)), example=example, worst=worst), dull,
                     found.special, hidden, alike)  # fmt: skip
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


def dull_lines(dull: Mapping[str, Sequence[str]], worst: str, *, of_class: bool, known: Sequence[str]) -> list[str]:
    """Return lines about numbers that teach little: `dull` says why, by student; of a class how many, and an example.

    The reasons that are `known` are told elsewhere.
    """
    if not of_class:
        return [f"  dull: {why}" for why in dull[worst][:MOST_FINDINGS] if why not in known]
    found = {student: whys for student, whys in dull.items() if whys}
    for student, whys in list(found.items())[:1]:
        of = f"for {len(found):,} of {counted(len(dull), 'student')}"
        return [f"  dull {of}, such as {visible(student)}: {visible(whys[0])}"]
    return []


def findings(
    head: Sequence[str], dull: Sequence[str], special: Sequence[str], hidden: Sequence[str],
    alike: Sequence[Sequence[str]],
) -> list[str]:  # fmt: skip
    """Return the lines of a problem: its heading, what is dull, special, hidden, and what looks alike."""
    lines = [*head, *dull, *(f"  special: {text}" for text in special[:MOST_FINDINGS])]
    for what, texts in (("hidden", hidden), ("alike", [" | ".join(group) for group in alike])):
        lines += [f"  {what}: {text}" for text in texts[:MOST_FINDINGS]]
        lines += [f"  {what}: {len(texts) - MOST_FINDINGS} more"] if len(texts) > MOST_FINDINGS else []
    return lines

"""What --verify comes to: the exit status, and for reports that show no checks a note on what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..record.gradient import Gradient
from .streams import MOST_NOTES, tell

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient
    from .options import Options

SHOWN = ("table", "steps", "circuit", "markdown", "html", "json")  # the formats that show what was compared
VERDICTS = {
    "agrees": ("1 derivative agrees", "derivatives agree"),
    "disagrees": ("1 derivative disagrees", "derivatives disagree"),
    "skipped": ("1 derivative was skipped", "derivatives were skipped"),
}


def verdict(record: Gradient | ArrayGradient, options: Options, chosen: str) -> int:
    """Return the exit status, 1 where a check failed; what was found is told where the report does not show it."""
    if not record.checks:
        return 0
    verdicts = [check.verdict for check in record.checks]
    if not (options.reported and (chosen in SHOWN or (chosen == "latex" and not isinstance(record, Gradient)))):
        from ..reports.rounding import Rounding
        from ..reports.wording import check_line

        failed = [check for check in record.checks if check.verdict == "disagrees"]
        for check in failed[:MOST_NOTES]:
            tell(check_line(record, check, Rounding(record)))
        counted = [(verdicts.count(kind), words) for kind, words in VERDICTS.items() if kind in verdicts]
        parts = [one if many == 1 else f"{many:,} {others}" for many, (one, others) in counted]
        tell(f"verify: {', '.join(parts)}{': nothing was compared' if set(verdicts) == {'skipped'} else ''}")
    return int("disagrees" in verdicts)

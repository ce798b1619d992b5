"""What the main job writes of a record, of numbers or of arrays: its style, frames, notes, and what --verify found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..record.gradient import Gradient
from ..reports import Style
from ..text import MOST_NOTES
from .streams import emit, make_folder, remark, tell, terminal

if TYPE_CHECKING:
    from ..record.array_gradient import ArrayGradient
    from .options import Options

SHOWN = ("table", "steps", "circuit", "markdown", "html", "json")  # the formats that show what was compared
VERDICTS = {
    "agrees": ("1 derivative agrees", "derivatives agree"),
    "disagrees": ("1 derivative disagrees", "derivatives disagree"),
    "skipped": ("1 derivative was skipped", "derivatives were skipped"),
}


def style_of(options: Options, chosen: str) -> Style:
    """Return how a report in the chosen format is to look, by the options and by what the terminal can show."""
    look = terminal(options.color, options.ascii_only, to_file=options.output is not None)
    theme = options.theme or ("auto" if chosen == "html" else "light")
    return Style(
        look.width, look.color, look.ascii, options.nodes, options.steps, options.constants, theme, options.standalone,
        options.figures,
    )  # fmt: skip


def write_frames(record: Gradient, folder: str, style: Style) -> None:
    """Write a picture for every step of both passes into a folder."""
    from ..reports.frames import frames

    make_folder(folder)
    for name, text in frames(record, style):
        emit(text, f"{folder}/{name}", one_of_many=True)


def write_notes(record: Gradient | ArrayGradient, *, every: bool = False) -> None:
    """Write the notes to standard error: all that say something about a number, or those that bare numbers need."""
    if record.notes:
        from ..drawing.remarks import substantial

        remark(substantial(record), every=every)


def write_unseen_notes(record: Gradient | ArrayGradient, options: Options, chosen: str) -> None:
    """Write all notes to standard error where nobody reads them in the report: in a file, or beside CSV or a PNG."""
    if options.output is not None or options.frames is not None or chosen in ("csv", "png"):
        write_notes(record, every=True)


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

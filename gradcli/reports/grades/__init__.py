"""The reports of a marked class: one file per format, and the registry. They read the results and compute nothing.

Read this file, then any format: `table`, `html` and `json_text` are of the whole class, `gradebook`, `canvas` and
`moodle` are gradebooks, `feedback` is a page for each student, `gradescope` and `prairielearn` are for their
autograders, `junit` and `tap` for continuous integration. `left_out` is what could not be marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from ...text import counted, visible
from .. import Style

if TYPE_CHECKING:
    from ...homework.classroom.class_summary import MarkedClass
    from ...homework.classroom.results import StudentResult


class Format(NamedTuple):
    """Where a format is made and what its file is called: one of the class, or one of every student (`{}`)."""

    module: str
    file: str

    @property
    def each(self) -> bool:
        """Whether every student has a file."""
        return "{}" in self.file

    @property
    def is_json(self) -> bool:
        """Whether it is written in JSON."""
        return self.file.endswith(".json")


CLASS_FORMATS: dict[str, Format] = {
    "table": Format("table", "class.txt"),
    "json": Format("json_text", "grades.json"),
    "csv": Format("gradebook", "grades.csv"),
    "canvas": Format("canvas", "canvas.csv"),
    "moodle": Format("moodle", "moodle.csv"),
    "junit": Format("junit", "junit.xml"),
    "tap": Format("tap", "results.tap"),
    "gradescope": Format("gradescope", "gradescope/{}/results.json"),
    "prairielearn": Format("prairielearn", "prairielearn/{}/results.json"),
    "html": Format("html", "class.html"),
    "feedback": Format("feedback", "feedback/{}.md"),
}


LISTING = ("table", "json", "html")  # the formats that list what was not marked

# The suffixes of -o that choose a format; the others need --to.
CLASS_SUFFIXES = {
    ".txt": "table", ".json": "json", ".csv": "csv", ".xml": "junit", ".tap": "tap", ".md": "feedback",
    ".html": "html",
}  # fmt: skip


def render_class(marked_class: MarkedClass, format: str, style: Style) -> Iterator[str]:
    """Return the pieces of a report of the class."""
    pieces: Iterator[str] = import_module(f".{CLASS_FORMATS[format].module}", __package__).render(marked_class, style)
    return pieces


def told_beside(marked_class: MarkedClass, format: str, output: str | None) -> Iterator[str]:
    """Yield what a report does not say before one's eyes: how much could not be read or marked, and where to see it."""
    if not marked_class.claims and format != "table":
        yield marked_class.why_nothing
    listed = format in LISTING
    if format != "table" or output not in (None, "-"):
        yield from map(visible, marked_class.numbers)
    if listed and output in (None, "-"):
        return
    unread, left = marked_class.unreadable, sum(1 for _ in marked_class.store.troubles())
    told = [f"{counted(unread, 'claim')} could not be read"] if unread else []
    told += [f"{left:,} {'row or file' if left == 1 else 'rows or files'} not marked"] if left else []
    other = sum(1 for _ in marked_class.store.other_numbers())
    told += [f"{counted(other, 'sheet')} with other numbers than the student's"] if other else []
    if told:
        yield f"{', '.join(told)}: {f'see {visible(output)}' if listed and output else '--to table shows them'}"


def render_student(marked_class: MarkedClass, result: StudentResult, format: str) -> str:
    """Return the report of one student."""
    text: str = import_module(f".{CLASS_FORMATS[format].module}", __package__).render(marked_class, result)
    return text

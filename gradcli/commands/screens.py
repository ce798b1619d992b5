"""The screens of help: the short one of -h, the options in groups, and what is bold where there is colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import click

from ..text import fitted

SHORT_USAGE = "Usage: gradcli [OPTIONS] PROGRAM [NAME=VALUE]..."
COLUMNS = 80
LEAST = 24  # columns that help is written for, however narrow the terminal is
LEFT = 10  # of the short screen: the column of the groups

# What the options of the main job are about, by the names they are declared with.
GROUPS: dict[str, tuple[str, ...]] = {
    "Show": ("format", "as_json", "compact", "steps", "output", "nodes", "figures", "color", "ascii_only"),
    "Ask": ("value", "grad", "wrt", "of", "upstream", "step", "ascent", "hessian", "verify"),
    "Numbers": ("exact", "digits", "ieee", "at_kink"),
    "Input": ("file", "from_python", "bindings", "share"),
    "Arrays": ("jacobian", "tangent", "shapes", "opened", "entry", "cost"),
    "Pictures": ("constants", "theme", "standalone", "frames"),
}
OTHER = "Other"

EXAMPLES = """\
  gradcli "(x+y)*z" x=-2 y=5 z=-4                      a table of both passes
  gradcli "q=x+y; f=q*z" x=-2 y=5 z=-4 --steps         line by line
  gradcli "max(0, w*x + b)" w=2 x=3 b=1 --to circuit   the picture
  gradcli                                              a prompt, to try things"""


class ScreenStyle(NamedTuple):
    """How a screen of help looks: its width, None where nothing says it, and whether headings are bold."""

    width: int | None
    color: bool

    def heading(self, text: str) -> str:
        """Return a heading."""
        return f"\x1b[1m{text}\x1b[0m" if self.color else text


def style_of(color: str = "auto") -> ScreenStyle:
    """Return how standard output shows help."""
    from .streams import terminal

    look = terminal(color)
    return ScreenStyle(look.width, look.color)


class Formatter(click.HelpFormatter):
    """Writes headings in bold type where there is colour, and keeps to narrow terminals, as click does not."""

    def __init__(self, indent_increment: int = 2, width: int | None = None, max_width: int | None = None) -> None:
        super().__init__(indent_increment, width, max_width)
        self.width = min(self.width, max((style_of().width or COLUMNS) - 2, LEAST))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write terms with their texts beside them, or below a term that takes more than half of a line."""
        super().write_dl(rows, min(col_max, self.width // 2), col_spacing)

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{style_of().heading(heading + ':')}\n")


class Context(click.Context):
    """The context of a command, whose help has headings in bold type."""

    formatter_class = Formatter


def grouped(options: Iterable[click.Option]) -> dict[str, list[click.Option]]:
    """Return the options of the main job by groups, each in the order of its group; those of no group come last."""
    by_name = {option.name: option for option in options}
    found = {title: [by_name.pop(name) for name in names if name in by_name] for title, names in GROUPS.items()}
    return {**found, OTHER: list(by_name.values())}


def short(options: Iterable[click.Option], commands: Mapping[str, str]) -> str:
    """Return the screen of -h: at most 24 lines of 80 columns, and more of them where the terminal is narrower."""
    style = style_of()
    lines = [fitted(SHORT_USAGE, style.width), "", _examples(style.width), ""]
    for title, members in grouped(options).items():
        if title != OTHER:
            lines += _row(style, title, [_brief(option) for option in members])
    lines += _row(style, "Commands", list(commands))
    lines += _row(style, "More", ["gradcli --help,", "gradcli help COMMAND,", "gradcli help lists the topics"])
    return "\n".join(lines) + "\n"


def _examples(width: int | None) -> str:
    """Return the examples, which are never broken; what one shows stands below it where there is no room beside it."""
    if width is None or all(len(line) <= width for line in EXAMPLES.splitlines()):
        return EXAMPLES
    return re.sub(r" {3,}(?=\S)", "\n      ", EXAMPLES)


def _row(style: ScreenStyle, title: str, entries: list[str]) -> list[str]:
    """Return a group: entries are never broken, and stand two blanks apart."""
    import textwrap

    glued = "  ".join(entry.replace(" ", "\0") for entry in entries)
    room = max(min(style.width or COLUMNS, COLUMNS), LEAST) - LEFT
    rows = textwrap.wrap(glued, room, break_long_words=False, break_on_hyphens=False)
    first = f"{style.heading(title)}{' ' * (LEFT - len(title))}"
    return [(" " * LEFT if k else first) + row.replace("\0", " ").rstrip() for k, row in enumerate(rows)]


def _brief(option: click.Option) -> str:
    """Return an option with what it takes: of a long choice only that it is one."""
    name = option.opts[0]
    if option.is_flag:
        return name
    choices = getattr(option.type, "choices", None)
    if choices is None:
        return f"{name} {option.metavar or 'VALUE'}"
    joined = "|".join(choices)
    return f"{name} {joined}" if len(joined) <= 20 else f"{name} {(option.name or '').upper()}"

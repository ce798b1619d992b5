"""gradcli help: the manual that is installed."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import click

from ..errors import InputError, ShellHint
from ..text import clip, did_you_mean, fitted
from . import pages, troff
from . import shared_options as shared
from .option_parsing import Command
from .screens import LEAST, SHORT_USAGE, ScreenStyle, style_of

MOST_COLUMNS = 100
# The sections of gradcli(1) that are no topic of their own.
ORDINARY = ("name", "synopsis", "description", "commands", "examples", "see also", "options")
# Words that are no subject of their own, between blanks.
COMMON = (
    " a about all also always an and another any anything are as at be both but by can do does each every everything "
    "few first for from has have here how i if in into is it its last less like many may me more most much my never no "
    "none not nothing now of off on once one only or other out own right same so some something such than that the "
    "their them then there these they thing things this those to too two up use used very was way we well were what "
    "when where which who why will with without word words you your "
)


@click.command(cls=Command)
@click.argument("words", nargs=-1, metavar="[COMMAND or TOPIC]")
@shared.color("Use bold type.")
def command(words: tuple[str, ...], color: str) -> None:
    """Open the manual.

    Without an argument, list the commands and the topics. gradcli help gradcli opens the main page. On a terminal,
    $PAGER or less shows the page.
    """
    style = style_of(color)
    if not words:
        from .streams import emit

        emit(overview(style))
        return
    pages.show(page(" ".join(words), style))


def topics() -> dict[str, tuple[Path, str | None]]:
    """Return what can be read: the page of each topic or command, and for a part of gradcli(1) its section."""
    from .names import COMMANDS

    found = pages.manual()
    there: dict[str, tuple[Path, str | None]] = {name: (path, None) for name, path in found.items()}
    whole = found.get("gradcli")
    source = pages.read(whole) if whole is not None else None
    if whole is not None and source is not None:
        for title in troff.sections(source):
            name = title.lower().replace(" ", "-")
            if title.lower() not in ORDINARY and name not in COMMANDS:
                there.setdefault(name, (whole, title))
    return there


def overview(style: ScreenStyle) -> str:
    """Return the list of commands and topics."""
    from .names import COMMANDS

    subjects = [name for name in topics() if name not in COMMANDS and name != "gradcli"]
    width = min(style.width or 80, 80)
    rows = [row for name, text in COMMANDS.items() for row in _row(name, text, width)]
    listed = textwrap.wrap(
        "  ".join(subjects), width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )
    parts = [fitted(SHORT_USAGE, width), "", style.heading("Commands"), *rows]
    if listed:
        parts += ["", style.heading("Topics"), *listed]
    parts += [
        "",
        fitted("gradcli help NAME opens the page of a command or topic;", width),
        fitted("gradcli help gradcli opens the main page.", width),
    ]
    return "\n".join(parts) + "\n"


def _row(name: str, text: str, width: int) -> list[str]:
    """Return what a command is for, beside its name."""
    line, room, below = f"  {name:<11} {text}", max(width, LEAST), " " * 14
    return textwrap.wrap(line, room, subsequent_indent=below, break_long_words=False, break_on_hyphens=False)


def page(word: str, style: ScreenStyle) -> str:
    """Return the text of a page; of a command without a page, what --help says of it.

    Raises `InputError` for what is neither a command nor a topic.
    """
    from .names import COMMANDS

    there = topics()
    name = _name(word)
    if name in there:
        path, title = there[name]
        source = pages.read(path)
        if source is not None and title is not None:
            source = troff.section(source, title)
        if source is not None:
            return troff.render(source, min(style.width or 80, MOST_COLUMNS), fonts=style.color)
    if name in COMMANDS:
        return _help_of(name)
    if name == "gradcli":
        return _help_of_all()
    raise unknown(word, list(dict.fromkeys([*COMMANDS, *there])))


def _name(word: str) -> str:
    """Return the name that a word means: `gradcli check`, `gradcli-check(1)` and `Exit Status` are understood."""
    name = word.strip().lower().replace(" ", "-").partition("(")[0]
    return name.removeprefix("gradcli-") or "gradcli"


def _help_of_all() -> str:
    top = click.get_current_context().find_root()
    return top.command.get_help(top) + "\n"


def _help_of(name: str) -> str:
    top = click.get_current_context().find_root()
    assert isinstance(top.command, click.Group)
    found = top.command.get_command(top, name)
    assert found is not None  # it is one of the commands
    with found.context_class(found, info_name=name, parent=top, **found.context_settings) as sub:
        return found.get_help(sub) + "\n"


def told_in(phrase: str) -> str | None:
    """Return the command that leads to the page that says most of a phrase, such as `local gradient` or `df/dx`.

    No page tells of words that stand everywhere. A page that says it once counts where none says it more often.
    """
    from .names import COMMANDS

    if all(f" {word} " in COMMON for word in phrase.lower().split()):
        return None
    wanted = re.escape(" ".join(phrase.lower().replace("∂", "d").split())).replace("\\ ", r"[\s-]+")
    found = re.compile(rf"(?<!\w){re.sub('(?<=[a-z]{3})s$', '', wanted)}")
    shares: dict[str, tuple[bool, float]] = {}
    for name, (path, title) in topics().items():
        source = pages.read(path) if len(phrase.strip()) > 1 else None
        if source is not None and title is not None:
            source = troff.section(source, title)
        if source is not None and name not in ("gradcli", *COMMANDS):
            text = troff.render(source, MOST_COLUMNS, fonts=False).lower().replace("∂", "d")
            times = len(found.findall(text))
            shares[name] = times > 1, times / max(len(text), 1)
    best = max(shares, key=shares.__getitem__, default="")
    return f"help {best} tells of {clip(phrase, 40)}" if best and shares[best][1] else None


def unknown(word: str, known: list[str]) -> InputError:
    """Return the error for a word that the manual does not have."""
    from ..calculus.spellings import function
    from ..language.laws import laws_called
    from .names import COMMANDS

    subjects = [name for name in known if name not in COMMANDS]
    near = did_you_mean(word.lower(), known)
    if function(word):
        command = f"rules {word} has the function"
    elif not near and re.search("[a-z]{3}", word.lower()) and laws_called(word):
        command = f'rules "{word}" has the rule'
    else:
        command = "" if near else told_in(word) or ""
    others = near or f"there are {', '.join(subjects[:5])} ..."
    hint = ShellHint(
        f"{f'gradcli {command}' if command else others}; gradcli help lists all that there is",
        f"{command or others}; help lists all that there is",
    )
    return InputError(f"the manual has nothing on {word[:40]}", kind="name", hint=hint)

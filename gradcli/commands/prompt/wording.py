"""How the prompt puts its answers into words."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Sequence
from typing import Any

from ...calculus.graph import Graph
from ...calculus.operations import CONSTANTS
from ...errors import ARGUMENT, GradcliError, InputError, ShellHint
from ...language.names import UnboundError, clip_name, listed
from ...language.writing import formula
from ...record.gradient import Gradient
from ...reports import Style
from ...reports.columns import entries
from ...reports.rounding import FIGURES, Rounding
from ...text import cells, fitted

MOST_CHANGES = 12  # changes that are told
MOST_MISSING = 12  # names without a value that are told
ALL = 12  # figures of a number in a report

HELP = (
    ("(x+y)*z", "an expression, or statements: q=x+y; f=q*z"),
    ("x=3  x=3 y=1/3", "change numbers; what changes with them is shown"),
    ("(x+y)*z at x=1 y=2 z=3", "both at once"),
    ("q   df/dx", "one value, one derivative"),
    ("table circuit steps brief", "how it is shown, from now on"),
    ("why df/dx", "the lines that lead to one derivative"),
    ("check df/dx=3", "is this right?"),
    ("plot x  plot x -3:3", "value and derivative over a range"),
    ("diff  rules sin", "formulas; a page of the rule book"),
    ("save FILE  load FILE", "the program with its numbers; f.svg, f.json: a report"),
    ("undo  redo", "the program and the numbers before the last change"),
    ("help why", "more on one command; help TOPIC: the manual"),
    ("an empty line", "gives up a statement whose ( is open, as Ctrl-C does"),
    ("quit", "or Ctrl-D; Ctrl-C stops what runs"),
)
LEFT = 27  # columns of what is typed
CALLED_ALIKE = "A variable that is called like a command is written (table)."

# What a command of the prompt is given, in more words than its line above has.
PAGES = {
    "table": "The table of nodes, values and gradients, from now on; table x=3 changes a number, too.",
    "circuit": "The circuit with its numbers, from now on; circuit x=3 changes a number, too.",
    "steps": "The derivation line by line, from now on; steps x=3 changes a number, too.",
    "brief": "The value and the gradient alone, from now on; brief x=3 changes a number, too.",
    "why": """\
why df/dx   the lines of the derivation that lead to df/dx
why q       the same for df/dq; why dq/dx for another output; why alone for all
""",
    "check": """\
check df/dx=3            is this right?
check q=5 df/dq=-4       several; a claim may be a formula: check df/dx=2*x
check df/dx=3 --full     everything, or another option of gradcli check
""",
    "plot": """\
plot x             the value and the derivative over a range around the value of x
plot x -3:3        over this range; plot x -3:3 y=2 with another value of y
plot x y           a map over two
plot x -o f.svg    a picture in a file, or another option of gradcli plot
""",
    "diff": """\
diff              the output and its gradient as formulas
diff x            with respect to x alone
diff --order 2    second derivatives, or another option of gradcli diff
""",
    "rules": "rules sin, rules product: a page of the rule book; rules alone for all.",
    "save": """\
save net.txt    the program with its numbers, for load
save net.svg    a picture; .png, .html, .md, .tex, .json and others are reports
""",
    "load": "load net.txt: a program from a file, with the numbers of save.",
    "undo": "undo brings back the program and the numbers before the last change, again those before that; redo takes "
    "it back.",
    "redo": "redo brings back what the last undo took away.",
    "quit": "quit leaves, as Ctrl-D, exit and :q do.",
    "exit": "exit leaves, as Ctrl-D, quit and :q do.",
    "help": "help lists what can be typed; help why is about one command, help language a page of the manual.",
}
IN_MANUAL = ("check", "plot", "diff", "rules")


def overview(subjects: list[str], width: int | None) -> str:
    """Return what can be typed, and the topics of the manual, within the width and at most 80 columns."""
    width = min(width or 80, 80)
    wide = all(LEFT + len(meaning) <= width for _, meaning in HELP)
    lines = []
    for typed, meaning in HELP:
        lines += (
            [f"{typed:<{LEFT}}{meaning}"]
            if wide
            else [typed, *textwrap.wrap(meaning, width, initial_indent="    ", subsequent_indent="    ")]
        )
    listed = f"Topics of the manual: {', '.join(subjects)}"
    for text in (CALLED_ALIKE, listed):
        lines += textwrap.wrap(text, width, subsequent_indent="    ", break_on_hyphens=False)
    return "".join(f"{line}\n" for line in lines)


def help_page(word: str, width: int | None = None) -> str | None:
    """Return what a command of the prompt does, in lines of a width; None for another word."""
    page = PAGES.get(word.strip().lower())
    if page is None:
        return None
    more = f"help gradcli {word} opens its page of the manual.\n" if word in IN_MANUAL else ""
    return "".join(f"{_in_columns(line, width)}\n" for line in f"{page.rstrip()}\n{more}".rstrip().split("\n"))


def _in_columns(line: str, width: int | None) -> str:
    """Return a line that may have two columns in lines of a width, the second column below itself."""
    left = re.match(r"\S.*?\s{2,}|\s*", line)
    assert left is not None  # which may be empty
    indent = left.end()
    if width is None or cells(line) <= width:
        return line
    if indent > width // 2:
        return fitted(line[:indent].rstrip() + "\n  " + line[indent:], width)
    return textwrap.fill(line, width, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)


def in_words_of_the_prompt(error: GradcliError) -> GradcliError:
    """Return an error as it is told here: there are no words of a command line to point at, nor options to add."""
    if error.source is not None and error.source.name == ARGUMENT:
        error = error.but(source=None, span=None)
    if isinstance(error, UnboundError) and not error.guess:
        return error.but(hint=example(error.names))
    return error.but(hint=hint_here(error))


def hint_here(error: GradcliError) -> str | None:
    """Return the hint of an error as the prompt says it."""
    return (error.hint.at_prompt or None) if isinstance(error.hint, ShellHint) else error.hint


def changes(before: Gradient, after: Gradient, style: Style) -> str:
    """Return what changed between two points of a program, each number with what it was.

    Where the figures that are shown hide a change, there are as many as show it.
    """
    name = after.labels[after.output]
    pairs = [(name, before.value, after.value)]
    pairs += [(f"d{name}/d{x}", before.gradient.get(x), number) for x, number in after.gradient.items()]
    told = []
    for what, old, new in pairs:
        texts = _apart(before, old, after, new, style.figures)
        if texts is not None:
            told.append(f"{what} = {texts[1]} (was {texts[0]})")
    if not told:
        return "nothing else changed\n"
    more = [f"... ({len(told):,} changes)"] if len(told) > MOST_CHANGES else []
    return "\n".join(entries([*told[:MOST_CHANGES], *more], style.width)) + "\n"


def _apart(before: Gradient, old: Any, after: Gradient, new: Any, figures: int | None) -> tuple[str, str] | None:
    """Return two numbers in the fewest figures, from those of reports, that tell them apart; None where none do."""
    for count in (figures, *range((figures or FIGURES) + 1, ALL + 1)):
        texts = brief(before, old, count), brief(after, new, count)
        if _bare(texts[0]) != _bare(texts[1]):
            return texts
    if old is None or new is None:
        return None
    whole = before.system.text(old).removesuffix(".0"), after.system.text(new).removesuffix(".0")
    return whole if whole[0] != whole[1] and isinstance(old, float) and isinstance(new, float) else None


def _bare(text: str) -> str:
    """Return a number without the zeros that say that it is rounded: 1.00000 and 1 look alike."""
    number, e, power = text.partition("e")
    return (number.rstrip("0").rstrip(".") if "." in number else number) + e + power


def brief(record: Gradient, x: Any, figures: int | None = None) -> str:
    """Return a number as reports show it."""
    return Rounding(record, figures).text(x)


def it_or_them(names: list[str]) -> str:
    """Return the pronoun for some names."""
    return "it" if len(names) == 1 else "them"


def example(missing: Sequence[str]) -> str:
    """Return what to type so that names have values."""
    return "type " + " ".join(f"{clip_name(name)}={k}" for k, name in enumerate(missing[:5], 1))


def missing_line(missing: list[str]) -> str:
    """Return the line that says which names have no value."""
    shown = ", ".join(map(clip_name, missing[:MOST_MISSING]))
    more = f" and {len(missing) - MOST_MISSING:,} more" if len(missing) > MOST_MISSING else ""
    verb = "has" if len(missing) == 1 else "have"
    return f"{shown}{more} {verb} no value yet: {example(missing)}\n"


def check_free(graph: Graph, name: str, own: Collection[str]) -> None:
    """Raise where a name is computed by the program, or set by it (those are `own`), and so is not given a value."""
    i = graph.by_label.get(name)
    if name in graph.inputs and name not in own:
        return
    is_plain = i is None or not graph.nodes[i].arguments  # a number, or another name for an input
    if name in graph.inputs or (name in own and is_plain):
        raise InputError(
            f"the program itself sets {clip_name(name)}", kind="binding",
            hint=f"type it without {clip_name(name)} = ... to change {clip_name(name)} here",
        )  # fmt: skip
    if i is None:
        return
    raise InputError(
        f"{clip_name(name)} is computed by the program: {clip_name(name)} = {definition(graph, i)}", kind="binding",
        hint=listed("input", list(graph.inputs), "its") if graph.inputs else "it has no inputs",
    )  # fmt: skip


def definition(graph: Graph, i: int) -> str:
    """Return what a node computes, in inputs and in names that the program gives."""
    named = set(graph.named.values())
    return formula(graph, i, [k in named for k in range(len(graph.nodes))])


def arrays_hint(program: str) -> str:
    """Return what to type for arrays: answers to single lines are about numbers."""
    shown = " ".join(program.split())
    names = [
        name for name in dict.fromkeys(re.findall(r"(?<![\w.])[^\W\d]\w*(?!\w|\s*\()", shown)) if name not in CONSTANTS
    ]
    if not names or len(shown) > 60 or '"' in shown or "=" in shown:
        return "for arrays type the command: gradcli PROGRAM NAME=..."
    return f'for arrays type the command: gradcli "{shown}" {" ".join(f"{name}=..." for name in names[:5])}'

"""How the prompt puts its answers into words."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from ...calculus.graph import Graph
from ...errors import InputError
from ...language.syntax import clip_name
from ...language.writing import formula
from ...record.gradient import Gradient
from ...reports import Style
from ...reports.columns import entries
from ...reports.rounding import Rounding

MANY = 12  # changes that are told
ALL = 12  # figures

HELP = """\
(x+y)*z                    an expression, or statements: q=x+y; f=q*z
x=3  x=3 y=1/3             change numbers; what changes with them is shown
(x+y)*z at x=1 y=2 z=3     both at once
q   df/dx                  one value, one derivative
table circuit steps brief  how it is shown, from now on
why df/dx                  the lines that lead to one derivative
check df/dx=3              is this right?
plot x  plot x -3:3        value and derivative over a range
diff  rules sin            formulas; a page of the rule book
save FILE  load FILE       the program with its numbers; save f.svg: a picture
help TOPIC                 the manual, of a command or a topic
quit                       or Ctrl-D; Ctrl-C stops what runs
A variable that is called like a command is written (table).
"""


def changes(before: Gradient, after: Gradient, style: Style) -> str:
    """Return what changed between two points of a program, each number with what it was.

    Where the figures that are shown hide a change, all of them are shown.
    """
    name = after.labels[after.output]
    pairs = [(name, before.value, after.value)]
    pairs += [(f"d{name}/d{x}", before.gradient.get(x), number) for x, number in after.gradient.items()]
    told = []
    for what, old, new in pairs:
        texts = brief(after, new, style.figures), brief(before, old, style.figures)
        if texts[0] == texts[1]:
            texts = brief(after, new, ALL), brief(before, old, ALL)
        if texts[0] != texts[1]:
            told.append(f"{what} = {texts[0]} (was {texts[1]})")
    if not told:
        return "nothing else changed\n"
    more = [f"... ({len(told):,} changes)"] if len(told) > MANY else []
    return "\n".join(entries([*told[:MANY], *more], style.width)) + "\n"


def brief(record: Gradient, x: Any, figures: int | None = None) -> str:
    """Return a number as reports show it."""
    return Rounding(record, figures).text(x)


def it_or_them(names: list[str]) -> str:
    """Return the pronoun for some names."""
    return "it" if len(names) == 1 else "them"


def example(missing: list[str]) -> str:
    """Return what to type so that names have values."""
    return "type " + " ".join(f"{clip_name(name)}={k}" for k, name in enumerate(missing[:5], 1))


def missing_line(missing: list[str]) -> str:
    """Return the line that says which names have no value."""
    shown = ", ".join(map(clip_name, missing[:MANY]))
    more = f" and {len(missing) - MANY:,} more" if len(missing) > MANY else ""
    verb = "has" if len(missing) == 1 else "have"
    return f"{shown}{more} {verb} no value yet: {example(missing)}\n"


def check_free(graph: Graph, name: str, own: Collection[str]) -> None:
    """Raise where a name is computed by the program, or set by it (those are `own`), and so is not given a value."""
    i = graph.by_label.get(name)
    if name in graph.inputs and name not in own:
        return
    if name in graph.inputs or (name in own and i is None):
        raise InputError(
            f"the program itself sets {clip_name(name)}", kind="binding",
            hint=f"type it without {clip_name(name)} = ... to change {clip_name(name)} here",
        )  # fmt: skip
    if i is None:
        return
    free = ", ".join(map(clip_name, list(graph.inputs)[:8]))
    raise InputError(
        f"{clip_name(name)} is computed by the program: {clip_name(name)} = {definition(graph, i)}", kind="binding",
        hint=f"its inputs are {free}" if free else "it has no inputs",
    )  # fmt: skip


def definition(graph: Graph, i: int) -> str:
    """Return what a node computes, in inputs and in names that the program gives."""
    named = set(graph.named.values())
    return formula(graph, i, [k in named for k in range(len(graph.nodes))])

"""One page that walks through both passes over the picture, with the line of the derivation beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from ..calculus.operations import INPUT
from ..drawing.remarks import substantial
from ..drawing.strokes import units
from ..drawing.svg import DARK, PICTURE_FIGURES, LIGHT, SvgDocument, svg
from ..record.derivation import Derivation
from ..record.gradient import Gradient
from ..text import visible
from . import Style
from .frames import Shown, walk
from .notation import Notation, WrittenLine
from .rounding import Rounding
from .steps import counts, passes
from .wording import answer, check_lines, hessian_lines, notes

PAGE = Path(__file__).with_name("page.html")
COLOURS = ("ground", "ink", "value", "gradient", "lit")  # that the page has in common with the picture
PREFIX = "c-"
SCHEMES = {"light": "light", "dark": "dark", "auto": "light dark"}


def render(record: Gradient, style: Style) -> str:
    """Return the page: self-contained, without a word from the network, readable without scripts."""
    digits = style.figures or PICTURE_FIGURES
    # This refuses what is too large.
    picture = svg(record, constants=style.constants, theme=style.theme, digits=digits, prefix=PREFIX)
    derivation = Derivation(record)
    figures = Rounding(record, style.figures)
    notation = Notation(derivation, figures)
    shown = walk(derivation)
    lines = [notation.line(s.step) for s in shown]
    point = ", ".join(f"{name} = {figures.text(record.values[i])}" for name, i in record.graph.inputs.items())
    last = answer(record, figures.text)
    hessian = hessian_lines(record, write=figures.text)
    told = [*check_lines(record, figures), *notes(record, figures)]
    tail = [*hessian, *told, figures.remark(), last, counts(derivation)]
    return page(
        record.program, f"at {point}" if point else "", style, picture, count=len(shown),
        lists="".join(_lists(derivation, lines)), tail=tail, data=_data(record, notation, shown, lines),
    )  # fmt: skip


def page(
    program: str, point: str, style: Style, picture: SvgDocument, *, count: int, lists: str, tail: list[str], data: str
) -> str:
    """Return the page of a program: the picture, `count` lines in lists, and what stands below; `data` is JSON."""
    program = "; ".join(visible(line.strip()) for line in program.splitlines() if line.strip())
    parts = {
        "title": escape(program if len(program) <= 80 else program[:77] + "..."),
        "heading": f"<code>{escape(program)}</code>",
        "point": escape(point),
        "scheme": SCHEMES[style.theme],
        "count": str(count),
        "svg": picture.text,
        "width": units(picture.width),
        "lists": lists,
        "tail": "".join(f"<p>{escape(line)}</p>\n" for line in tail if line),
        "data": data,
        **{name: f"light-dark({LIGHT[name]}, {DARK[name]})" for name in COLOURS},
    }
    return Template(PAGE.read_text(encoding="utf-8")).substitute(parts)


def _lists(derivation: Derivation, lines: list[WrittenLine]) -> list[str]:
    """Return the lines of both passes as lists of buttons."""
    out = []
    start = 0
    for (title, steps), kind in zip(passes(derivation), ("forward", "backward"), strict=True):
        out.append(listed(title, kind, lines[start : start + len(steps)]))
        start += len(steps)
    return out


def listed(title: str, kind: str, lines: Sequence[WrittenLine]) -> str:
    """Return the lines of a pass, `forward` or `backward`, as a list of buttons."""
    items = [f'<li><button type="button">{_math(line)}</button></li>\n' for line in lines]
    return f'<h2>{escape(title)}</h2>\n<ol class="{kind}">\n{"".join(items)}</ol>\n'


def _math(line: WrittenLine) -> str:
    """Return a line that may be broken before its equals signs, with its rule below."""
    middle = [f"<span>= {escape(part)}</span>" for part in line.right[:-1]]
    last = f'<span class="result">{line.last} {escape(line.right[-1])}</span>'
    remark = f"<small>{escape(line.remark)}</small>" if line.remark else ""
    return f'<span class="math"><span>{escape(line.left)}</span> {" ".join([*middle, last])}</span>{remark}'


def _data(record: Gradient, notation: Notation, shown: list[Shown], lines: list[WrittenLine]) -> str:
    """Return what the script needs: when labels appear, what lights up, and what is said of every part."""
    appear: dict[str, int] = {}
    lit: list[list[str]] = []
    step: dict[str, int] = {}
    about: dict[str, list[str]] = {}
    for k, (s, line) in enumerate(zip(shown, lines, strict=True), 1):
        said = line.equations()
        here = []
        if s.value is not None:
            appear[f"v{s.value}"] = k
            here += [f"n{s.value}", f"v{s.value}"]
            step[f"n{s.value}"] = k
            kind = "an input" if record.graph.nodes[s.value].operation is INPUT else line.remark
            about[f"n{s.value}"] = [f"{said} ({kind})" if kind else said]
        if s.edge is not None:
            u, p = s.edge
            here += [f"w{u}-{p}", f"s{u}-{p}"]
            appear[f"s{u}-{p}"] = k
            step[f"w{u}-{p}"] = k
            about[f"w{u}-{p}"] = [_wire(notation, u, p), said, line.remark]
        if s.gradient is not None:
            appear[f"g{s.gradient}"] = k
            here += [f"g{s.gradient}"] + ([] if s.edge else [f"n{s.gradient}"])
            about.setdefault(f"n{s.gradient}", []).append(f"{said} ({line.remark})")
        elif s.edge is None and s.value is None:
            here.append(f"n{s.step.node}")
        lit.append([PREFIX + name for name in here])
    output = record.labels[record.output]
    for u, node in enumerate(record.graph.nodes):
        for p, a in enumerate(node.arguments):
            why = (
                f"nothing flows back: {output} does not depend on it"
                if record.active[a]
                else "nothing flows back: it depends on no input of --wrt"
            )
            about.setdefault(f"w{u}-{p}", [_wire(notation, u, p), why])
    for note in substantial(record):
        about.setdefault(f"n{note.node}", []).append(visible(note.worded(notation.figures.text).message))
    about["out"] = [f"the output, {output} = {notation.figures.text(record.value)}"]
    data: dict[str, Any] = {
        "appear": {PREFIX + name: k for name, k in appear.items()},
        "lit": lit,
        "step": {PREFIX + name: k for name, k in step.items()},
        "about": {PREFIX + name: text for name, text in about.items()},
    }
    # Inside a script element only "<" could end it.
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _wire(notation: Notation, user: int, position: int) -> str:
    record = notation.record
    node, labels = record.graph.nodes[user], record.labels
    a = node.arguments[position]
    order = f", as argument {position + 1}" if len(node.arguments) > 1 else ""
    return f"from {labels[a]} = {notation.figures.text(record.values[a])} into {labels[user]}{order}"

"""The table as Markdown."""

from __future__ import annotations

from ..gradient import Gradient
from . import Style, selected
from .wording import (
    LEGEND,
    check_lines,
    hessian_lines,
    kind_text,
    local_texts,
    notes,
    plain_ascii,
    rows,
    summary,
    upstream_text,
)


def render(record: Gradient, style: Style) -> str:
    """Return a Markdown table, or the derivation where the steps are asked for, the notes and the answer."""
    if style.steps:
        return _derivation(record, style)
    lines = ["| node | expression | value | local gradients | upstream gradient |", "|---|---|---:|---|---|"]
    legend: list[str] = []
    for view in rows(record, selected(record, style.nodes)):
        local = local_texts(record, view)
        name = f"{_code(view.name)} (output)" if view.id == record.output else _code(view.name)
        kind = kind_text(record, view)
        cells = (
            name,
            kind if view.operation in ("input", "constant") else _code(kind),
            "" if view.value is None else record.system.brief(view.value),
            "<br>".join(_code(text) for text in local),
            _code(upstream_text(record, view)),
        )
        legend = legend or (["", LEGEND] if local else [])
        lines.append(f"| {' | '.join(cells)} |")
    text = "\n".join([*lines, *legend, *_tail(record)]) + "\n"
    return plain_ascii(text) if style.ascii else text


def _tail(record: Gradient) -> list[str]:
    lines = ["", "```", *hessian_lines(record), "```"] if record.hessian is not None else []
    return [
        *lines,
        "",
        *(f"- {line}" for line in check_lines(record)),
        *(f"- {line}" for line in notes(record)),
        *([""] if notes(record) or record.checks else []),
        f"**{summary(record)}**",
    ]


def _derivation(record: Gradient, style: Style) -> str:
    """Return both passes, each a table with the lines and their rules."""
    from ..derivation import Derivation
    from .notation import Notation
    from .steps import ascii_text, chosen, counts, passes

    derivation = Derivation(record)
    notation = Notation(derivation)
    out: list[str] = []
    for title, steps in passes(derivation) if style.nodes != "none" else ():
        head, gap, rest = chosen(record, steps, style)
        rows = [notation.line(step) for step in (*head, *rest)]
        table = [f"| {_code(' = '.join([line.left, *line.right]))} | {line.remark} |" for line in rows]
        if gap:
            table.insert(len(head), f"| {gap} | |")
        out += [f"**{title}**", "", "| step | rule |", "|---|---|", *table, ""]
    text = "\n".join([*out[:-1], *_tail(record), "", counts(derivation)]) + "\n"
    return ascii_text(text) if style.ascii else text


def _code(text: str) -> str:
    return f"`{text}`" if text else ""

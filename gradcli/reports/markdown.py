"""The table as Markdown."""

from __future__ import annotations

from ..record.gradient import Gradient
from . import Style, selected
from .rounding import Rounding
from .wording import (
    answer,
    check_lines,
    hessian_lines,
    kind_text,
    legend,
    local_texts,
    notes,
    rows,
    step_parts,
    upstream_of,
)


def render(record: Gradient, style: Style) -> str:
    """Return a Markdown table, or the derivation where the steps are asked for, the notes and the answer."""
    if style.steps:
        return _derivation(record, style)
    output = record.labels[record.output]
    lines = [f"| node | expression | value | local gradients | d{output}/d node |", "|---|---|---:|---|---|"]
    meaning: list[str] = []
    figures, signs = Rounding.of(record, style), style.signs
    for view in rows(record, selected(record, style.nodes)):
        local = local_texts(record, view, figures.text, signs)
        name = ", ".join(map(_code, [view.name, *record.graph.others.get(view.id, [])]))
        name = f"{name} (output)" if view.id == record.output else name
        upstream = upstream_of(record, view, figures.text, signs)
        kind = kind_text(record, view)
        cells = (
            name,
            kind if view.operation in ("input", "constant") else _code(kind),
            "" if view.value is None else figures.text(view.value),
            "<br>".join(_code(text) for text in local),
            _code(upstream.text() if upstream else ""),
        )
        meaning = meaning or (["", legend(signs)] if local else [])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, *meaning, *map(signs.plain, _tail(record, figures))]) + "\n"


def _tail(record: Gradient, figures: Rounding, *, stepped: bool = True) -> list[str]:
    hessian = hessian_lines(record, write=figures.text)
    lines = ["", "```", *hessian, "```"] if hessian else []
    checks, told = check_lines(record, figures), notes(record, figures)
    last = answer(record, figures.text)
    step = step_parts(record, figures) if stepped and record.taken is not None else []
    remark = figures.remark()
    return [
        *lines,
        "",
        *(f"- {line}" for line in checks),
        *(f"- {line}" for line in told),
        *([f"- {remark}"] if remark else []),
        *([""] if told or record.checks or remark else []),
        f"**{last}**",
        *(["", f"**{', '.join(step)}**"] if step else []),
    ]


def _derivation(record: Gradient, style: Style) -> str:
    """Return both passes, each a table with the lines and their rules."""
    from ..record.derivation import Derivation
    from .notation import Notation
    from .step_text import lines_of_rule
    from .steps import chosen, counts, passes, step_title

    derivation = Derivation(record)
    figures = Rounding.of(record, style)
    notation = Notation(derivation, figures)
    out: list[str] = []
    for title, steps in passes(derivation) if style.nodes != "none" else ():
        head, gap, rest = chosen(record, steps, style)
        lines = [notation.line(step) for step in (*head, *rest)]
        table = [f"| {_code(line.equations())} | {line.remark} |" for line in lines]
        out += table_of_steps(title, table, gap, len(head))
    if record.taken is not None and record.taken.new:
        table = [f"| {_code(line.strip())} |" for line in lines_of_rule(record, figures)]
        out += [f"**{step_title(record.taken)}**", "", "| step |", "|---|", *table, ""]
    tail = map(style.signs.plain, _tail(record, figures, stepped=False))
    return "\n".join([*out[:-1], *tail, "", counts(derivation)]) + "\n"


def table_of_steps(title: str, rows: list[str], gap: str, before: int) -> list[str]:
    """Return a pass as a table, with the remark on what is left out behind the rows that stand before it."""
    if gap:
        rows.insert(before, f"| {gap} | |")
    return [f"**{title}**", "", "| step | rule |", "|---|---|", *rows, ""]


def _code(text: str) -> str:
    return f"`{text}`" if text else ""

"""The table as Markdown."""

from __future__ import annotations

from ..gradient import Gradient
from . import Style, selected
from .wording import (
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
    """Return a Markdown table, the notes and the answer."""
    lines = ["| node | expression | value | local gradients | upstream gradient |", "|---|---|---:|---|---|"]
    for view in rows(record, selected(record, style.nodes)):
        name = f"{_code(view.name)} (output)" if view.id == record.output else _code(view.name)
        kind = kind_text(record, view)
        cells = (
            name,
            kind if view.operation in ("input", "constant") else _code(kind),
            "" if view.value is None else record.system.brief(view.value),
            "<br>".join(_code(text) for text in local_texts(record, view)),
            _code(upstream_text(record, view)),
        )
        lines.append(f"| {' | '.join(cells)} |")
    if record.hessian is not None:
        lines += ["", "```", *hessian_lines(record), "```"]
    lines += [
        "",
        *(f"- {line}" for line in check_lines(record)),
        *(f"- {line}" for line in notes(record)),
        *([""] if record.notes or record.checks else []),
        f"**{summary(record)}**",
    ]
    text = "\n".join(lines) + "\n"
    return plain_ascii(text) if style.ascii else text


def _code(text: str) -> str:
    return f"`{text}`" if text else ""

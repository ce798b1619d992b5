"""gradcli rules: the rule book, from the table of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import InputError, did_you_mean
from .streams import emit, terminal
from .words import Command

if TYPE_CHECKING:
    from ..rules import Operation


@click.command(cls=Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("function", required=False)
@click.option("--ascii", "ascii_only", is_flag=True, help="Use no character outside ASCII.")
def command(function: str | None, ascii_only: bool) -> None:
    """Print the rule book: every local gradient.

    With FUNCTION (or an operator such as "*"), print that one only.
    """
    from ..operations import ALIASES, OPERATIONS

    rows = [row for row in OPERATIONS.values() if not row.is_leaf]
    if function is not None:
        wanted = {**ALIASES, "^": "pow"}.get(function, function)
        rows = [row for row in rows if wanted in (row.name, row.symbol)]
        if not rows:
            known = [name for name, row in OPERATIONS.items() if not row.is_leaf]
            raise InputError(f"there is no function {function[:60]}", kind="name", hint=did_you_mean(function, known))
    text = "\n".join(_entry(row) for row in rows)
    emit(text.replace("∂", "d") if ascii_only or terminal().ascii else text)


def _entry(row: Operation) -> str:
    """Return the lines of one operation: how it is written, its rules, its domain and its kinks."""
    from ..rulebook import rule_book

    names = [p for p in row.parameters if p != "..."]
    shown = _written(row)
    lines = [f"{shown}    {row.summary}" if row.summary else shown]
    for name, rule in zip(names, rule_book(row), strict=True):
        lines.append(f"  ∂/∂{name} = {rule}")
    if row.symbol and not row.is_condition:
        lines.append(f"  known as: {', '.join(dict.fromkeys([*row.laws, *row.lone_laws]))}")
    if row.domain:
        lines.append(f"  defined for {row.in_names(row.domain.text)}")
    for k, partial in enumerate(row.partials):
        if partial.fails is not None:
            lines.append(f"  ∂/∂{names[k]} is not always finite or defined")
    if row.kink:
        lines.append(f"  kink: {row.in_names(row.kink.text)}")
    return "\n".join(lines) + "\n"


def _written(row: Operation) -> str:
    from ..operations import ALIASES

    if row.symbol:
        return f"-{row.parameters[0]}" if row.arity == 1 else f"x {row.symbol} y"
    names = ["x", "y", "..."] if row.arity is None else row.parameters
    aliases = [alias for alias, name in ALIASES.items() if name == row.name]
    also = f", also {aliases[0]}" if aliases else ""
    return f"{row.name}({', '.join(names)}){also}"

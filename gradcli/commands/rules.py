"""gradcli rules: the rule book, from the table of operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ..errors import InputError, did_you_mean
from .streams import emit, terminal
from .words import Command

if TYPE_CHECKING:
    from ..rules import Operation


# The rules that belong to no operation: steps name them beside the rules of the table.
CHAIN = {
    "single-variable chain rule": (
        "single-variable chain rule\n  df/dx = df/dq * ∂q/∂x where f depends on x through q alone\n"
        "  for example f = sin(q), q = x**2: df/dx = cos(q)*2*x\n"
    ),
    "multivariable chain rule": (
        "multivariable chain rule\n  df/dx = df/dp * ∂p/∂x + df/dq * ∂q/∂x + ..., one term for every edge from x\n"
        "  for example f = p*q, p = x + 1, q = x**2: df/dx = q*1 + p*2*x\n"
    ),
}


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
        law = " ".join(function.lower().split())
        rows = [row for row in rows if wanted in (row.name, row.symbol)] or _named(law, rows)
        if not rows and (chain := [text for name, text in CHAIN.items() if law in name]):
            return _print(chain, ascii_only)
        if not rows:
            known = [name for name, row in OPERATIONS.items() if not row.is_leaf]
            raise InputError(f"there is no function {function[:60]}", kind="name", hint=did_you_mean(function, known))
    return _print([_entry(row) for row in rows], ascii_only)


def _print(entries: list[str], ascii_only: bool) -> None:
    text = "\n".join(entries)
    emit(text.replace("∂", "d") if ascii_only or terminal().ascii else text)


def _named(law: str, rows: list[Operation]) -> list[Operation]:
    """Return the operations whose rules go by a name, such as product rule, or by the first word of one."""
    if len(law) < 3:
        return []
    known = [(row, [*row.laws, *row.lone_laws]) for row in rows]
    exact = [row for row, laws in known if law in laws]
    return exact or [row for row, laws in known if any(name.startswith(law) for name in laws)]


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

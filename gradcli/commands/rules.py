"""gradcli rules: the rule book, from the table of operations and the rules that derivations name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from ..errors import InputError, ShellHint
from ..language.laws import IDLE, LAWS, Law, laws_called, laws_named
from ..reports.signs import ASCII, UNICODE, Signs
from ..text import did_you_mean, fitted
from . import shared_options as shared
from .option_parsing import Command
from .streams import emit, terminal

if TYPE_CHECKING:
    from ..calculus.table_parts import Operation


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[FUNCTION or RULE]...")
@shared.ASCII
def command(names: tuple[str, ...], ascii_only: bool) -> None:
    """Print the rule book: every derivative, every backward rule of arrays, what --steps names, and what descend does.

    To print one entry only, give the name of a function (sin, softmax), an operator in quotes ("*", "@"), a rule
    (product rule) or an optimiser (adam).
    """
    look = terminal()
    book = RuleBook(ASCII if ascii_only or look.ascii else UNICODE, look.width)
    found = (book.found(" ".join(names)) or book.each(names)) if names else book.entries()
    emit(fitted(book.signs.plain("\n".join(found)), look.width))


class RuleBook:
    """The entries of the rule book, each a text that ends with a newline; sentences are broken to `width` columns."""

    def __init__(self, signs: Signs = UNICODE, width: int | None = None) -> None:
        self.signs = signs
        self.width = width

    def entries(self) -> list[str]:
        """Return all entries: operations on numbers and on arrays, rules of differentiation, rules of descent."""
        return [*_operations(None), *_array_operations(None), *self._laws(LAWS), *_updates(None)]

    def found(self, name: str) -> list[str]:
        """Return the entries of what is called so: a function or an operator of either table, or else rules.

        A rule may be followed by what a derivation says of it at one place: `product rule of @: 2x3 from 2x2 and 2x3`.
        """
        name = " ".join(name.split())
        function = name.lower().removeprefix("derivative of ") if " " in name else name
        found = [*_operations(function), *_array_operations(function)] or _updates(name.lower())
        for words in dict.fromkeys((name, name.partition(";")[0], name.partition(":")[0])):
            found = found or self._laws(laws_named(words)) or _array_laws(words)
        return found or self._laws(laws_called(name))

    def each(self, names: Iterable[str]) -> list[str]:
        """Return the entries of several names. Raises `InputError` for one that is nothing."""
        found = []
        for name in names:
            entries = self.found(name)
            if not entries:
                hint = (
                    _other_name(name)
                    or did_you_mean(name, _known())
                    or ShellHint("gradcli rules alone prints all", "rules alone prints all")
                )
                raise InputError(f"there is no function or rule {name[:60]}", kind="name", hint=hint)
            found += entries
        return found

    def _laws(self, laws: Iterable[Law]) -> list[str]:
        from ..reports.laws import entry

        return [entry(law, self.signs, self.width) for law in laws]


def _array_operations(name: str | None) -> list[str]:
    """Return the entries of the operations on arrays of that name, or of all."""
    from ..reports.array_rule_book import array_entries

    return array_entries(name)


def _array_laws(name: str) -> list[str]:
    """Return the entries of the operations on arrays whose rule is called so."""
    from ..reports.array_rule_book import law_entries

    return law_entries(name)


def _other_name(name: str) -> str | None:
    """Return a hint for a function that is called so elsewhere: sine is sin."""
    from ..language.foreign_names import instead_of

    found = [way[:-3] for way in instead_of(name) if way.endswith("(x)") and way[:-3].isalnum()]
    return f"did you mean {' or '.join(found)}?" if found else None


def _known() -> list[str]:
    from ..calculus.operations import OPERATIONS
    from ..calculus.spellings import ALIASES
    from ..language.arrays_needed import ARRAY_FUNCTIONS
    from ..record.update_rules import UPDATE_RULES

    words = [word for law in LAWS for word in (law.name, *law.name.split()) if word not in IDLE]
    return [
        *(name for name, row in OPERATIONS.items() if not row.is_leaf), *ARRAY_FUNCTIONS, *ALIASES,
        *dict.fromkeys(words), *UPDATE_RULES,
    ]  # fmt: skip


def _operations(name: str | None) -> list[str]:
    """Return the entries of the operations of that name, or of all."""
    from ..calculus.operations import OPERATIONS
    from ..calculus.spellings import ALIASES

    wanted = None if name is None else {**ALIASES, "^": "pow"}.get(name, name)
    rows = [row for row in OPERATIONS.values() if not row.is_leaf]
    return [_operation_text(row) for row in rows if wanted is None or wanted in (row.name, row.symbol)]


def _updates(name: str | None) -> list[str]:
    """Return the entries of the rule of descent of that name, or of all."""
    from ..record.update_rules import UPDATE_RULES
    from ..reports.step_text import entry

    return [entry(rule) for rule in UPDATE_RULES.values() if name in (None, rule.name)]


def _operation_text(row: Operation) -> str:
    """Return the lines of one operation: how it is written, its rules, its domain and its kinks, and an example."""
    from ..calculus.examples import EXAMPLES
    from ..language.rule_text import rule_book

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
        if partial.undefined_where is not None:
            lines.append(f"  ∂/∂{names[k]} is not always finite or defined")
    if row.kink:
        lines.append(f"  kink: {row.in_names(row.kink.text)}")
    if row.name in EXAMPLES:
        lines.append(f"  example: {' = '.join(EXAMPLES[row.name])}")
    return "\n".join(lines) + "\n"


def _written(row: Operation) -> str:
    from ..calculus.spellings import ALIASES

    if row.symbol:
        return f"-{row.parameters[0]}" if row.arity == 1 else f"x {row.symbol} y"
    names = ["x", "y", "..."] if row.arity is None else row.parameters
    aliases = [alias for alias, name in ALIASES.items() if name == row.name]
    also = f", also {aliases[0]}" if aliases else ""
    return f"{row.name}({', '.join(names)}){also}"

"""Which words of the command line are options: only those that are declared, so that "-x*y" is an expression."""

from __future__ import annotations

import re
from typing import Any

import click

from ..errors import did_you_mean
from .screens import Context

MISSPELT = re.compile(r"--[A-Za-z][A-Za-z-]+(=.*)?", re.DOTALL)


def sort_words(command: click.Command, ctx: click.Context, words: list[str]) -> tuple[list[str], list[str]]:
    """Return the options (with their values) and the other words, each in order.

    A word is an option if it equals a declared one, or is `--name=value` of one. `--` ends options. Raises
    `click.UsageError` for a word that is a misspelt option, and for an option without its value.
    """
    declared: dict[str, Any] = {}
    for parameter in command.get_params(ctx):
        if isinstance(parameter, click.Option):
            declared |= dict.fromkeys([*parameter.opts, *parameter.secondary_opts], parameter)
    options: list[str] = []
    others: list[str] = []
    rest = iter(words)
    for word in rest:
        name = word.partition("=")[0]
        if word == "--":
            others += rest
        elif word in declared:
            options.append(word)
            if not declared[word].is_flag and not declared[word].count:
                value = next(rest, None)
                if value is not None:
                    options.append(value)
                elif not ctx.resilient_parsing:
                    raise click.UsageError(f"{word} needs a value", ctx)
        elif word.startswith("--") and name in declared:
            options.append(word)
        elif MISSPELT.fullmatch(word) and not any(other.startswith(f"{name[2:]}=") for other in words):
            if not ctx.resilient_parsing:
                near = did_you_mean(name[2:], [option[2:] for option in declared if option.startswith("--")])
                hint = f"; {near.replace('mean ', 'mean --')}" if near else ""
                raise click.UsageError(f"there is no option {name[:60]}{hint}", ctx)
        else:
            others.append(word)
    return options, others


class Command(click.Command):
    """A command that takes its options by exact match; the other words are its arguments."""

    context_class = Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Sort the words, then parse as click does."""
        options, others = sort_words(self, ctx, args)
        return super().parse_args(ctx, [*options, "--", *others])

"""The man page, from the command tree and the table of operations."""

from __future__ import annotations

import click

from . import __version__
from .operations import ALIASES, CONSTANTS, OPERATIONS

DATE = "2026-11-24"

LANGUAGE = (
    "A program is one or more statements separated by ; or newlines; the last one is the output. NAME = EXPRESSION "
    "names an intermediate, NAME(PARAMETERS) = EXPRESSION defines a function, # starts a comment.",
    "Operators, from loose to tight: + and -, * and /, unary -, ** or ^ (to the right). Pasted signs such as the "
    "multiplication sign, the minus sign, pi and superscript 2 and 3 are read as what they mean. A product always has "
    "its *: write 2*x.",
    "where(x > 0, a, b) chooses between two branches by a comparison (< <= > >= == !=); the branch that is not taken "
    "counts for nothing.",
    "A program has at most 8,388,608 bytes and 1,000,000 nodes.",
)

STATUS = (
    ("0", "done"),
    ("1", "done, and the answer is no"),
    ("2", "the input cannot be used"),
    ("3", "the mathematics has no answer there"),
    ("4", "a documented limit was reached"),
    ("5", "a file or stream cannot be read or written"),
    ("130, 141, 143", "interrupted, the reader gone, terminated"),
)

ENVIRONMENT = (
    ("NO_COLOR", "if set and not empty, no colour; beats FORCE_COLOR"),
    ("FORCE_COLOR", "if set and neither empty nor 0, colour even where the output is no terminal"),
    ("TERM", "dumb means no colour"),
    ("COLUMNS", "the width of the output, where it should not be the terminal's"),
)


def man_page() -> str:
    """Return the manual page in man(7) macros."""
    from .commands.tree import root

    lines = [
        f'.TH GRADCLI 1 {DATE} "gradcli {__version__}" "User Commands"',
        ".SH NAME",
        "gradcli \\- a gradient calculator for the shell that shows its work",
        ".SH SYNOPSIS",
    ]
    with click.Context(root, info_name="gradcli", **root.context_settings) as ctx:
        commands = [(name, root.get_command(ctx, name)) for name in root.list_commands(ctx)]
        lines += [".B gradcli", _text(" ".join(root.collect_usage_pieces(ctx)))]
        for name, command in commands:
            assert command is not None
            with click.Context(command, info_name=name, parent=ctx, **command.context_settings) as sub:
                lines += [".br", f".B gradcli {name}", _text(" ".join(command.collect_usage_pieces(sub)))]
        lines += [".SH DESCRIPTION", *_paragraphs(root.help or ""), ".SH OPTIONS", *_options(root, ctx)]
        lines.append(".SH COMMANDS")
        for name, command in commands:
            assert command is not None
            with click.Context(command, info_name=name, parent=ctx, **command.context_settings) as sub:
                lines += [f".SS gradcli {name}", *_paragraphs(command.help or ""), *_options(command, sub)]
    lines.append(".SH LANGUAGE")
    for k, text in enumerate(LANGUAGE):
        lines += [".PP"] * bool(k) + [_text(text)]
    spellings = ", ".join(f"{alias} is {name}" for alias, name in ALIASES.items())
    functions = ", ".join(name for name, row in OPERATIONS.items() if row.is_function)
    lines += [
        ".PP",
        _text(
            f"Functions: {functions}; log(x, b) is to the base b and pow(x, y) is x**y. Other spellings: {spellings}. "
            f"Constants: {', '.join(CONSTANTS)}."
        ),
    ]
    lines += [".SH EXIT STATUS", *_pairs(STATUS), ".SH ENVIRONMENT", *_pairs(ENVIRONMENT)]
    return "\n".join(lines) + "\n"


def _options(command: click.Command, ctx: click.Context) -> list[str]:
    records = [p.get_help_record(ctx) for p in command.get_params(ctx) if isinstance(p, click.Option)]
    return _pairs([record for record in records if record is not None])


def _pairs(pairs: object) -> list[str]:
    lines = []
    for term, text in pairs:  # type: ignore[attr-defined]
        lines += [".TP", f".B {_text(term)}", _text(text)]
    return lines


def _paragraphs(text: str) -> list[str]:
    """Return help text as paragraphs; a block marked by a backspace keeps its lines."""
    lines: list[str] = []
    for block in text.strip().split("\n\n"):
        if lines:
            lines.append(".PP")
        rows = block.split("\n")
        if rows[0].strip() == "\b":
            lines += [".nf", *(_text(row.strip()) for row in rows[1:]), ".fi"]
        else:
            lines.append(_text(" ".join(row.strip() for row in rows)))
    return lines


def _text(text: str) -> str:
    """Return text that troff prints as it is."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("^", "\\(ha").replace("~", "\\(ti")
    return "\\&" + escaped if escaped[:1] in (".", "'") else escaped

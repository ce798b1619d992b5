"""The pages of the manual: options from the command tree, the rest from texts, the table, the rules and the schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from . import __version__
from .calculus.operations import CONSTANTS, OPERATIONS
from .calculus.spellings import ALIASES
from .commands.roff import escaped, example, marked, page, pairs

DATE = "2026-11-26"  # of the release that CHANGELOG.md names first
ROOT = Path(__file__).parent.parent / "man"
TEXTS = ROOT / "text"  # in Markdown; of a checkout alone

# The pages of sections 5 and 7, and what they are about; those of section 1 are the commands.
TOPICS = {
    "gradcli-arrays.7": "vectors, matrices and their gradients",
    "gradcli-code.7": "both passes as code, and forward passes read from Python",
    "gradcli-homework.5": "how a homework file is written",
    "gradcli-json.5": "what gradcli prints as JSON",
    "gradcli-language.7": "the language of programs",
    "gradcli-rulebook.7": "every local gradient and every rule of differentiation",
    "gradcli-tutorial.7": "backpropagation by hand and with gradcli, in three circuits",
}
SECTIONS = {"1": "User Commands", "5": "File Formats", "7": "Miscellaneous Information"}

KINKS = (
    "At a kink the usual derivative is used: 0 for relu, abs, sign and floor; max and min share equally. The program "
    "is also run next to the point, on both sides. If nothing jumps and both slopes agree, they are the answer. "
    "Otherwise there is no derivative, and a note of the kind one-sided gives both sides, left and right: a number, "
    "inf, -inf, jump (the value on that side is different), outside (no value there) or undetermined.",
    "With --at-kink error, an input without a derivative is an error with status 3.",
)

STATUS = (
    ("0", "done"),
    ("1", "done, and the answer is no"),
    ("2", "the input cannot be used"),
    ("3", "the mathematics has no answer there"),
    ("4", "a documented limit was reached"),
    ("5", "a file or stream cannot be read or written"),
    ("130, 141, 143", "interrupted, the reader of the output is gone, terminated"),
)

ENVIRONMENT = (
    ("NO_COLOR", "if set and not empty, no colour; wins over FORCE_COLOR"),
    ("FORCE_COLOR", "if set and neither empty nor 0, colour even if the output is not a terminal"),
    ("TERM", "dumb means no colour"),
    ("COLUMNS", "the width of the output, if it is not that of the terminal"),
)


def page_names() -> list[str]:
    """Return the names of all pages, such as gradcli-check.1."""
    from .commands.names import COMMANDS

    return ["gradcli.1", *(f"gradcli-{name}.1" for name in COMMANDS), *TOPICS]


def man_page(name: str = "gradcli.1") -> str:
    """Return a page of the manual in man(7) macros."""
    stem, _, section = name.rpartition(".")
    if name in TOPICS:
        lines = [*_head(stem, section, TOPICS[name]), *_prose(name)]
    elif name == "gradcli.1":
        lines = _main()
    else:
        lines = _command(stem.partition("-")[2])
    lines = [*lines, *_see_also(name)]
    headed = (".SH", ".SS")  # after which a paragraph needs no macro
    shown = [line for k, line in enumerate(lines) if line != ".PP" or not lines[k - 1].startswith(headed)]
    return "\n".join(shown) + "\n"


def write() -> None:
    """Write all pages where they belong."""
    for name in page_names():
        (ROOT / name).write_text(man_page(name), encoding="utf-8")


def _head(stem: str, section: str, about: str) -> list[str]:
    return [
        f'.TH {escaped(stem.upper())} {section} {DATE} "gradcli {__version__}" "{SECTIONS[section]}"',
        ".SH NAME",
        f"{escaped(stem)} \\- {escaped(about)}",
    ]


def _main() -> list[str]:
    from .commands.names import COMMANDS
    from .commands.tree import root

    with click.Context(root, info_name="gradcli", **root.context_settings) as ctx:
        lines = _head("gradcli", "1", "a gradient calculator for the shell that shows its work")
        lines += [".SH SYNOPSIS", ".B gradcli", escaped(" ".join(root.collect_usage_pieces(ctx)))]
        for _, command, sub in _commands(ctx):
            lines += [".br", f".B gradcli {sub.info_name}", escaped(" ".join(command.collect_usage_pieces(sub)))]
        lines += [".SH DESCRIPTION", *_help(root.help or ""), ".SH OPTIONS", *_options(root, ctx)]
    lines += [
        ".SH COMMANDS",
        *pairs((f"gradcli {name}", f"{text} See gradcli-{name}(1).") for name, text in COMMANDS.items()),
    ]
    kinks = [".SH WHERE THERE IS NO DERIVATIVE", escaped(KINKS[0]), ".PP", escaped(KINKS[1])]
    return [
        *lines,
        *_prose("gradcli.1"),
        *kinks,
        ".SH EXIT STATUS",
        *pairs(STATUS),
        ".SH ENVIRONMENT",
        *pairs(ENVIRONMENT),
    ]


def _command(name: str) -> list[str]:
    from .commands.names import COMMANDS
    from .commands.tree import root

    about = COMMANDS[name].rstrip(".")
    with click.Context(root, info_name="gradcli", **root.context_settings) as ctx:
        command, sub = next((command, sub) for found, command, sub in _commands(ctx) if found == name)
        lines = _head(f"gradcli-{name}", "1", about[0].lower() + about[1:])
        lines += [".SH SYNOPSIS", f".B gradcli {name}", escaped(" ".join(command.collect_usage_pieces(sub)))]
        lines += [".SH DESCRIPTION", *_help(command.help or ""), ".SH OPTIONS", *_options(command, sub)]
    return [*lines, *_prose(f"gradcli-{name}.1")]


def _commands(ctx: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    root = ctx.command
    assert isinstance(root, click.Group)
    for name in root.list_commands(ctx):
        command = root.get_command(ctx, name)
        assert command is not None
        with click.Context(command, info_name=name, parent=ctx, **command.context_settings) as sub:
            yield name, command, sub


def _options(command: click.Command, ctx: click.Context) -> list[str]:
    records = [p.get_help_record(ctx) for p in command.get_params(ctx) if isinstance(p, click.Option)]
    return pairs([(term.replace("`", ""), text) for term, text in filter(None, records)])


def _help(text: str) -> list[str]:
    """Return help text as paragraphs; a block marked by a backspace keeps its lines."""
    lines: list[str] = []
    for block in text.strip().split("\n\n"):
        rows = block.split("\n")
        if rows[0].strip() == "\b":
            lines += example(row.strip() for row in rows[1:])
        else:
            lines += [*([".PP"] if lines else []), escaped(" ".join(row.strip() for row in rows))]
    return lines


def _prose(name: str) -> list[str]:
    """Return the text of a page, with what is generated in the places that it leaves for that."""
    path = TEXTS / f"{name}.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    lines: list[str] = []
    for k, part in enumerate(text.split("<!-- generated: ")):
        if k:
            what, _, part = part.partition(" -->")
            lines += GENERATED[what]()
        lines += page(part)
    return lines


def _see_also(name: str) -> list[str]:
    others = [other for other in page_names() if other != name]
    shown = [f".BR {escaped(stem)} ({section})" for stem, _, section in (other.rpartition(".") for other in others)]
    return [".SH SEE ALSO", *(f"{line}," for line in shown[:-1]), shown[-1]]


# ---- what is generated in the midst of a text


def _functions() -> list[str]:
    names = ", ".join(name for name, row in OPERATIONS.items() if row.is_function)
    also = "; ".join(f"{alias} is {name}" for alias, name in ALIASES.items())
    return [escaped(f"Functions: {names}; {also}. Constants: {', '.join(CONSTANTS)}.")]


def _array_functions() -> list[str]:
    from .arrays.rows import no_pullback
    from .arrays.table import ARRAY_OPERATIONS

    rows = [row for row in ARRAY_OPERATIONS.values() if row.is_function]
    lines = pairs((row.call, row.summary) for row in rows if no_pullback not in row.pullbacks)
    helpers = "These serve to write down gradients, and have no derivative themselves:"
    return [*lines, ".PP", escaped(helpers), *pairs((r.call, r.summary) for r in rows if no_pullback in r.pullbacks)]


def _kinks() -> list[str]:
    rows = [row for row in OPERATIONS.values() if row.kink is not None and not row.is_condition]
    return pairs((row.name, f"at {row.in_names(row.kink.text)}") for row in rows if row.kink)


def _domains() -> list[str]:
    rows = [row for row in OPERATIONS.values() if row.domain is not None]
    return pairs((row.symbol or row.name, f"needs {row.in_names(row.domain.text)}") for row in rows if row.domain)


def _rulebook() -> list[str]:
    from .commands.rules import RuleBook

    lines: list[str] = []
    for text in RuleBook().entries():
        first, *rest = text.rstrip("\n").split("\n")
        first, blanks, summary = first.partition("    ")
        rest = [f"  {summary}", *rest] if blanks else rest
        lines += [f".SS {escaped(first)}", *example(rest)] if rest else [f".SS {escaped(first)}"]
    return lines


def _schemas() -> list[str]:
    from .reports.schema import SCHEMAS

    lines = []
    for name, schema in SCHEMAS.items():
        lines += [f".SS {escaped(f'gradcli schema {name}')}", marked(schema.get("description", "")) or "\\&"]
        lines += pairs(_fields(schema, ""))
    return lines


def _fields(schema: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Yield every key of an object, and below it those of the objects in it, with what it holds."""
    for key, value in schema.get("properties", {}).items():
        at = f"{path}{key}"
        optional = "" if key in schema.get("required", [key]) else " It may be missing."
        yield at, f"{_kind(value)}. {value.get('description', '')}{optional}".replace(". .", ".").strip()
        inner = value.get("items", value)
        if isinstance(inner, dict):
            below = f"{at}[]." if "items" in value else f"{at}."
            yield from _fields(inner, below)


def _kind(schema: dict[str, Any]) -> str:
    if "const" in schema:
        return f"The text {schema['const']}"
    if "enum" in schema:
        return "One of " + ", ".join("null" if one is None else str(one) for one in schema["enum"])
    kinds = schema.get("type", "anything")
    words = kinds if isinstance(kinds, str) else " or ".join(kinds)
    return words[0].upper() + words[1:]


GENERATED: dict[str, Callable[[], list[str]]] = {
    "functions": _functions,
    "array functions": _array_functions,
    "kinks": _kinks,
    "domains": _domains,
    "rulebook": _rulebook,
    "schemas": _schemas,
}


if __name__ == "__main__":
    write()
